"""What differs from class to class in the assignment on chapter 3."""

from math import comb

FIRM = ["primary", "corroborated"]
ACTS = ["deployment", "mission", "material aid", "promise"]


def draw(pick, load):
    """Return the parameters that stand in the students' notebook, as `tools.teaching.assignment.for_cohort` wants them."""
    requests = load("requests")
    return {
        "unasked": _unasked(pick, requests, load("due_tests")),
        **_asked(pick, requests),
        **_kappa(pick, requests, load("requests_second_coding")),
        "requesters": _waits(pick, requests),
        **_answered(pick, requests),
        **_published(pick, load("reliability")),
        "places": pick.choice([["own"], ["own", "disputed"]]),
        "sorted_years": _years(pick, 2000, 2010, 2018, 2024),
        "amend": pick.choice(["R10", "R18", "R22", "R26", "R28", "R15"]),
        "case": pick.choice(["R09", "R10", "R13", "R22", "R25", "R26", "R34", "R45"]),
    }


def _years(pick, *limits):
    first, last = pick.integer(*limits[:2]), pick.integer(*limits[2:])
    return [first, last]


def _begun(requests, years):
    return requests["start"].dt.year.between(*years)


def _unasked(pick, requests, tests):
    """Years in which at least three members were attacked at home and did not ask."""
    both = requests.merge(tests, on="request_id")
    met = (
        (both["member_at_time"] == "yes")
        & (both["place"] == "own")
        & (both["attack"] == "yes")
        & (both["request_form"] == "none")
    )
    return pick.until(
        lambda: _years(pick, 1998, 2011, 2014, 2025), lambda years: (met & _begun(both, years)).sum() >= 3
    )


def _asked(pick, requests):
    """A kind of opponent and years whose share of requests is another one when weak rows are left out."""

    def good(drawn):
        rows = requests[(requests["adversary_kind"] == drawn[0]) & (requests["member_at_time"] == "yes")]
        rows = rows[_begun(rows, drawn[1])]
        asked = rows["request_form"] != "none"
        firm = rows["confidence"].isin(FIRM)
        return firm.sum() >= 4 and 0 < asked.mean() < 1 and abs(asked.mean() - asked[firm].mean()) > 0.01

    kinds = sorted(requests["adversary_kind"].unique())
    kind, years = pick.until(lambda: (pick.choice(kinds), _years(pick, 1999, 2014, 2021, 2025)), good)
    return {"opponent": kind, "asked_years": years}


def _kappa(pick, requests, second):
    """A field and years in which the two coders differ on some rows."""
    both = requests.merge(second, on="request_id", suffixes=("_one", "_two"))

    def good(drawn):
        rows = both[_begun(both, drawn[1])]
        differ = rows[f"{drawn[0]}_one"].fillna("") != rows[f"{drawn[0]}_two"].fillna("")
        return len(rows) >= 15 and 2 <= differ.sum() < len(rows) / 2

    fields = ["request_form", "requested_of", "response"]
    field, years = pick.until(lambda: (pick.choice(fields), _years(pick, 1999, 2012, 2020, 2025)), good)
    return {"coded": field, "coded_years": years}


def _waits(pick, requests):
    """Two states with at least four dated requests between them."""
    dated = requests[requests["request_date"].notna() & (requests["start_precision"] == "day")]
    count = dated["requester"].value_counts()
    states = sorted(count.index)
    return sorted(pick.until(lambda: pick.sample(states, 2), lambda two: count[two].sum() >= 4))


def _answered(pick, requests):
    """A rule of what counts as an answer, and a first year, so that some count and some do not."""
    rules = [["deployment"], ["deployment", "mission"], ACTS, [*ACTS, "consultation/statement"]]

    def good(drawn):
        rows = requests[(requests["requested_of"] == "CSTO") & (requests["start"].dt.year >= drawn[1])]
        return len(rows) >= 6 and 0 < rows["response"].isin(drawn[0]).sum() < len(rows)

    counts, since = pick.until(lambda: (pick.choice(rules), pick.integer(2009, 2021)), good)
    return {"counts": counts, "since": since, "z": pick.choice([1.645, 1.96, 2.576])}


def _published(pick, reliability):
    """A published rate, a number of requests, and the most of them that are met."""
    rates = reliability[reliability["percent"].notna()].reset_index(drop=True)

    def exactly(rate, tried, met):
        return comb(tried, met) * rate**met * (1 - rate) ** (tried - met)

    def good(drawn):
        row, tried, most = drawn
        chances = [exactly(rates.loc[row, "percent"] / 100, tried, met) for met in range(most + 1)]
        return 0.02 < sum(chances) < 0.98 and sum(chances[:-1]) > 0.01

    def make():
        return pick.below(len(rates)), pick.integer(6, 14), pick.integer(1, 8)

    row, tried, most = pick.until(make, good)
    rate = rates.loc[row, ["study", "period", "subset"]].dropna().to_dict()
    return {"rate": rate, "tried": tried, "most": most}
