"""What differs from class to class in the assignment on chapter 5."""

from math import comb

import pandas as pd

FIRM = ["primary", "corroborated"]


def draw(pick, load):
    """Return the parameters that stand in the students' notebook, as `tools.teaching.assignment.for_cohort` wants them."""
    questions = load("open_questions")
    settled = questions[questions["status"] == "resolved"].set_index("question")["outcome"] == "yes"
    vague = load("forecasts").query("wording in ['no threshold', 'may or could']")["forecast"]
    return {
        "said": _said(pick, settled),
        "calls": _calls(pick, settled),
        **_marked(pick, load("forecasts")),
        **_exits(pick, load("members")),
        **_ages(pick, load("alliance_ends")),
        **_signs(pick, load("vital_signs")),
        "kinds": pick.choice(
            [
                ["beginning", "exit"],
                ["beginning", "end"],
                ["exit", "end"],
                ["decision", "end"],
                ["beginning", "change"],
            ]
        ),
        "mend": sorted(pick.sample(sorted(set(vague) - {"002-01", "003-02", "004-03", "P26"}), 2)),
        "open": pick.choice(["G02", "G03", "G04", "G05", "G06"]),
    }


def _said(pick, settled):
    """Probabilities for eight settled questions, of which some ended with yes and some with no, but not half each."""

    def good(names):
        return settled[names].sum() in (3, 5)

    names = sorted(pick.until(lambda: pick.sample(list(settled.index), 8), good))
    return {name: pick.integer(1, 19) / 20 for name in names}


def _calls(pick, settled):
    """Three probabilities for all settled questions, neither perfectly calibrated nor without any resolution."""
    base = settled.mean()

    def good(said):
        groups = settled.groupby(pd.Series(said)).agg(["mean", "size"])
        gaps = ((groups["mean"] - groups.index) ** 2 * groups["size"]).sum() / len(settled)
        told = ((groups["mean"] - base) ** 2 * groups["size"]).sum() / len(settled)
        return len(groups) == 3 and groups["size"].min() >= 3 and gaps > 0.01 and told > 0.01

    def make():
        return {name: pick.choice([0.1, 0.4, 0.8]) for name in settled.index}

    return pick.until(make, good)


def _marked(pick, forecasts):
    """Sentences of one kind and of some years whose two markings agree more or less often among the firm rows."""

    def good(drawn):
        rows = forecasts[(forecasts["expects"] == drawn[0]) & (forecasts["made"].dt.year >= drawn[1])]
        same = rows["verdict"] == rows["first_code"]
        firm = rows["confidence"].isin(FIRM)
        shares = same.mean(), same[firm].mean()
        return (
            firm.sum() >= 6 and 0 < shares[0] < 1 and 0.5 not in shares and abs(shares[0] - shares[1]) > 0.01
        )

    expects, since = pick.until(
        lambda: (
            pick.choice(["change", "no change"]),
            pick.choice([1997, 2014, 2017, 2018, 2020, 2021, 2022, 2023]),
        ),
        good,
    )
    return {"expects": expects, "made_since": since}


def _day(pick, first, last):
    return f"{pick.integer(first, last)}-{pick.integer(1, 12):02d}-{pick.integer(1, 28):02d}"


def _exits(pick, members):
    """Two days between which members left, more of them than days on which they left, and a span of years ahead."""

    def good(period):
        left = members["left"][members["left"].between(*period)]
        return left.nunique() >= 1 and len(left) > left.nunique()

    period = pick.until(lambda: [_day(pick, 1993, 1998), _day(pick, 2005, 2025)], good)
    return {"exit_period": period, "ahead": pick.integer(2, 6)}


def _ages(pick, ends):
    """A group of pacts and two ages between which some ended and some were left unfinished."""
    groups = [
        "all defence pacts",
        "bilateral pacts",
        "members of multilateral pacts",
        "multilateral pacts",
        "pacts with the USSR or Russia",
    ]

    def good(drawn):
        group, young, old = drawn
        rows = ends[ends["group"] == group]
        between = rows[(rows["years"] >= young) & (rows["years"] < old)]
        reached = rows[rows["years"] >= young][["ended", "running"]].sum().sum()
        return between["ended"].sum() >= 2 and between["running"].sum() >= 2 and reached >= 12

    def make():
        young = pick.integer(5, 20)
        return pick.choice(groups), young, young + pick.integer(8, 25)

    group, young, old = pick.until(make, good)
    return {"pacts": group, "ages": [young, old]}


def _signs(pick, signs):
    """Two signs that are struck, how many a stranger picks, and how many must be present.

    The verdict hangs on the choice, and striking the two changes how often it is *alive*.
    """

    def alive(rows, picked, least):
        present, absent = (rows["code"] == "present").sum(), (rows["code"] == "absent").sum()
        ways = sum(comb(present, there) * comb(absent, picked - there) for there in range(least, picked + 1))
        return ways / comb(len(rows), picked)

    def good(drawn):
        struck, picked, least = drawn
        some, every = (alive(rows, picked, least) for rows in (signs[~signs["sign"].isin(struck)], signs))
        return picked / 2 < least <= picked and 0 < some < 1 and abs(some - every) > 0.01

    def make():
        return sorted(pick.sample(list(signs["sign"]), 2)), pick.integer(4, 6), pick.integer(3, 5)

    struck, picked, least = pick.until(make, good)
    return {"struck": struck, "picked": picked, "least": least}
