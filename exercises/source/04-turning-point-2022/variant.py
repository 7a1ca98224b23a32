"""What differs from class to class in the assignment on chapter 4."""

from itertools import pairwise

import pandas as pd

FIRM = ["primary", "corroborated"]
SINCE = "2022-02-24"
SENTENCES = (
    "Because Russia did not help in September 2022, Armenians turned away from it.",
    "Because the summit in Yerevan failed in November 2022, Armenia began to stay away.",
    "Because of the war in Ukraine, members of the alliance stopped voting with Russia.",
    "Because trade with Russia grew after 2022, Kyrgyzstan stayed close to it.",
    "Because the alliance sent troops in January 2022, Kazakhstan owed Russia a favour.",
)


def draw(pick, load):
    """Return the parameters that stand in the students' notebook, as `tools.teaching.assignment.for_cohort` wants them."""
    votes = load("un_votes").merge(load("un_texts")[["text", "date"]], on="text")
    january = load("january_2022")
    return {
        "voters": _voters(pick, votes),
        "sender": pick.choice(["ARM", "KGZ", "TJK"]),
        "outsider": pick.choice(["AZE", "GEO", "UZB"]),
        "width": pick.integer(2, 3),
        "kinds": _kinds(pick, load("armenia_steps")),
        **_night(pick),
        "left_out": _left_out(pick, load("positions")),
        **_poll(pick, load("opinion")),
        "home": pick.choice(["ARM", "BLR", "KAZ", "KGZ", "TJK"]),
        "votes_since": pick.choice(["2014-01-01", "2022-02-24", "2022-04-01", "2022-10-01", "2023-01-01"]),
        "entries": sorted(pick.sample(list(january["number"].astype(int)), 3)),
        "sentence": pick.choice(SENTENCES),
    }


def _voters(pick, votes):
    """Two states, one of them at times absent, for whom two rules of agreement give two scores."""
    table = votes[votes["date"] >= SINCE].pivot(index="text", columns="country", values="vote")

    def good(pair):
        both = table[pair].dropna()
        cast = both[(both != "absent").all(axis=1)]
        return 5 <= len(cast) < len(both) and 0 < (cast[pair[0]] == cast[pair[1]]).mean() < 1

    return sorted(pick.until(lambda: pick.sample(["ARM", "AZE", "GEO", "KAZ", "KGZ", "TJK", "UZB"], 2), good))


def _kinds(pick, steps):
    """Kinds of step whose longest pause is another one when weak rows are left out."""
    exact = steps[steps["precision"] == "day"].sort_values("date")

    def longest(rows):
        return rows["date"].diff().max()

    def good(kinds):
        rows = exact[exact["kind"].isin(kinds)]
        firm = rows[rows["confidence"].isin(FIRM)]
        return len(firm) >= 3 and longest(rows) != longest(firm)

    kinds = ["guards", "posts and money", "stays away", "ties elsewhere", "words"]
    return sorted(pick.until(lambda: pick.sample(kinds, pick.integer(2, 3)), good))


def _night(pick):
    """An event by the clock and one that is known to lie between two clock times after it."""
    clock, night = pick.until(lambda: (pick.integer(4, 8), pick.integer(9, 10)), lambda two: two != (8, 9))
    return {"by_clock": clock, "by_night": night}


def _left_out(pick, positions):
    """Two issues, so that a disputed row is among those that are left."""

    def good(issues):
        return (positions[~positions["issue"].isin(issues)]["stance"] == "disputed").any()

    return sorted(pick.until(lambda: pick.sample(sorted(positions["issue"].unique()), 2), good))


def _poll(pick, opinion):
    """A question of one pollster and two days on which it was put to samples of known size."""
    known = opinion[opinion["sample"].notna()].sort_values("fieldwork")
    pairs = [
        (names, first, second)
        for names, rows in known.groupby(["country", "pollster", "question"])
        for first, second in pairwise(rows.index)
    ]
    (country, pollster, question), first, second = pick.choice(pairs)
    days = [pd.Timestamp(opinion.loc[row, "fieldwork"]).strftime("%Y-%m-%d") for row in (first, second)]
    return {"pollster": pollster, "poll_country": country, "asked": question, "fieldwork": days}
