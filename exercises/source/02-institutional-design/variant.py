"""What differs from class to class in the assignment on chapter 2."""

import pandas as pd

FIRM = ["primary", "corroborated"]
AMENDMENTS = (
    "The Council decides by a majority of two thirds of all members.",
    "A member that stays away from the Council counts as agreeing.",
    "Help is due seventy-two hours after the request, in the measure that each member chooses.",
    "The Secretary General finds whether an armed attack has taken place.",
    "A member that asks for help may not vote on it.",
)


def draw(pick, load):
    """Return the parameters that stand in the students' notebook, as `tools.teaching.assignment.for_cohort` wants them."""
    answers = load("clause_answers")
    texts = _texts(pick, answers)
    yes = pick.choice([60, 65, 70, 75, 80])
    return {
        "texts": texts,
        "element": _element(pick, answers),
        "days": [_day(pick, 1992, 1994), _day(pick, 2013, 2024)],
        "payer": pick.choice(["ARM", "BLR", "KAZ", "KGZ", "TJK"]),
        "year": pick.choice([2022, 2023, 2024]),
        "yes": yes / 100,
        "no": pick.choice([5, 8, 10, 12, 15]) / 100,
        **_chair(pick, load("chairs")),
        **_exercises(pick, load("exercises")),
        "hand_text": pick.choice(["anzus-1951", "rio-1947", "rus-blr-2024", "rus-prk-2024", "eu-2007"]),
        "amendment": pick.choice(AMENDMENTS),
    }


def _day(pick, first, last):
    return f"{pick.integer(first, last)}-{pick.integer(1, 12):02d}-{pick.integer(1, 28):02d}"


def _texts(pick, answers):
    """Two texts that differ on some, but not on all, of the elements seen in both."""
    codes = answers.pivot(index="treaty", columns="element", values="code")

    def good(pair):
        one, other = (codes.loc[name] for name in pair)
        seen = (one != "not seen") & (other != "not seen")
        return seen.sum() < len(seen) and 2 <= ((one != other) & seen).sum() < seen.sum()

    return sorted(pick.until(lambda: pick.sample(sorted(codes.index), 2), good))


def _element(pick, answers):
    """An element whose share of *yes* is another one when rows on one record are left out."""

    def good(element):
        seen = answers[(answers["element"] == element) & (answers["code"] != "not seen")]
        every = (seen["code"] == "yes").mean()
        firm = (seen[seen["confidence"].isin(FIRM)]["code"] == "yes").mean()
        return 0 < every < 1 and abs(every - firm) > 0.01

    return pick.until(lambda: pick.choice(sorted(answers["element"].unique())), good)


def _chair(pick, chairs):
    """A state and a period in which it held the chair in turns of both kinds of confidence."""

    def held(state, begin, end, rows):
        first = rows["start"].clip(lower=pd.Timestamp(begin))
        last = rows["next"].clip(upper=pd.Timestamp(end))
        days = (last - first).dt.days.clip(lower=0)
        return days[rows["country"] == state].sum()

    turns = chairs.sort_values("start").assign(next=lambda rows: rows["start"].shift(-1))
    firm = turns[turns["confidence"].isin(FIRM)]

    def good(drawn):
        state, begin, end = drawn
        return 60 < held(state, begin, end, firm) < held(state, begin, end, turns) - 60

    def make():
        state = pick.choice(["ARM", "BLR", "KAZ", "KGZ", "TJK"])
        return state, _day(pick, 2007, 2012), _day(pick, 2018, 2025)

    state, begin, end = pick.until(make, good)
    return {"chair": state, "chair_period": [begin, end]}


def _exercises(pick, exercises):
    """A member and a span of years in which some exercises have no list of participants."""

    def good(drawn):
        state, first, last = drawn
        span = exercises[(exercises["status"] == "held") & exercises["year"].between(first, last)]
        span = span[span["force"].isin(["rapid reaction", "peacekeeping"])]
        here = span["participants"].fillna("").str.contains(state).sum()
        away = span["absent"].fillna("").str.contains(state).sum()
        return last - first >= 5 and 0 < here and here + away < len(span) and len(span) >= 5

    def make():
        return (
            pick.choice(["ARM", "ARM", "BLR", "KGZ"]),
            pick.integer(2009, 2018),
            pick.integer(2017, 2025),
        )

    state, first, last = pick.until(make, good)
    return {"drilled": state, "drill_years": [first, last]}
