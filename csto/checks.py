"""Self-checks for the exercises in the chapters: `check("1.P1", answer)`.

What is right is computed from the data. A check tells a learner where a wrong answer may come from; it marks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from csto import turning
from csto.data import load
from csto.episodes import episodes, rates
from csto.html import Shown, emphasis
from csto.institutions import bindings, most_of_2022, spending, vacancies, weightings
from csto.membership import concentration, count_by_year, shares
from csto.models import breaks
from csto.models.agreement import agreement
from csto.models.rates import rate

Verdict = tuple[bool, str]


def check(exercise: str, answer: Any) -> Shown:
    """Return what can be said of an answer to an exercise, to show at the end of a cell.

    Parameters
    ----------
    exercise
        The exercise's number, such as "1.P1".
    answer
        What the exercise asks for; `...` means not answered yet.

    Raises
    ------
    KeyError
        If there is no such exercise.
    """
    if exercise not in _CHECKS:
        raise KeyError(f"no exercise {exercise!r} with a check; there are: {', '.join(_CHECKS)}")
    if answer is ...:
        return _said(
            exercise, "Not answered yet", "Put your answer in place of the dots and run the cell again."
        )
    try:
        right, why = _CHECKS[exercise](answer)
    except (TypeError, ValueError, KeyError) as error:
        return _said(exercise, "Cannot be read", f"{error}")
    return _said(exercise, "Right" if right else "Not yet", why)


def _said(exercise: str, word: str, why: str) -> Shown:
    html = f'<p class="check" role="status"><strong>{exercise}: {word}.</strong> {emphasis(why)}</p>'
    return Shown(html, f"{exercise}: {word}. {why}")


def _numbers(answer: Any, how_many: int) -> list[float]:
    if isinstance(answer, pd.DataFrame):
        raise TypeError("A whole frame came; give one column, such as frame['members'].")
    if not isinstance(answer, Sequence | pd.Series) and not hasattr(answer, "tolist"):
        raise TypeError(f"A {type(answer).__name__} came; give a list or a column of {how_many} numbers.")
    values = [float(value) for value in list(answer)]
    if len(values) != how_many:
        raise ValueError(f"{len(values)} numbers came; {how_many} are asked for.")
    return values


def _number(answer: Any) -> float:
    if isinstance(answer, bool) or (not isinstance(answer, int | float) and not hasattr(answer, "item")):
        raise TypeError(f"A {type(answer).__name__} came; give one number from 0 to 1.")
    return float(answer)


def _count(answer: Any) -> Verdict:
    counts = count_by_year(load("members"), 1993, 2013).set_index("year")["members"]
    right = [float(counts[year]) for year in (1993, 1995, 2003, 2010, 2013)]
    given = _numbers(answer, 5)
    if given == right:
        return True, "Six, nine, six, seven, six: the whole history in five numbers."
    if given[3] == 6 and given[:3] == right[:3]:
        return False, "2010 is too low. Uzbekistan has two rows; did your condition keep the second?"
    if given[0] == 9:
        return (
            False,
            "Nine in January 1993 counts states that had not joined yet. Compare *joined* with the day.",
        )
    if given[2] == 9:
        return (
            False,
            "Nine in 2003 keeps states that had left. A missing *left* means still in; a past one means out.",
        )
    return False, "Count the rows with *joined* on or before the day, and *left* missing or after it."


def _uzbek_years(answer: Any) -> Verdict:
    rules = load("membership_rules").groupby("edge")["date"].agg(["min", "max"])
    short = (rules.loc["end", "min"] - rules.loc["start", "max"]).days / 365.25
    long = (rules.loc["end", "max"] - rules.loc["start", "min"]).days / 365.25
    given = _numbers(answer, 2)
    if all(abs(one - other) < 0.06 for one, other in zip(given, (short, long), strict=True)):
        return True, "The rule moves the answer by a year. A duration without its rule says little."
    if all(abs(one - other) < 0.06 for one, other in zip(given, (long, short), strict=True)):
        return False, "Both figures are there; the shorter one comes first."
    if max(given) > 100:
        return False, "These look like days. Divide by 365.25."
    return (
        False,
        "The shortest runs from the latest start to the earliest end, the longest the other way round.",
    )


def _gdp_concentration(answer: Any) -> Verdict:
    table = shares(load("asymmetry")).query("indicator == 'gdp' and year == 2002")["share"]
    right = concentration(table)
    given = _number(answer)
    if abs(given - right) < 0.006:
        return (
            True,
            "Close to one state's monopoly, and still no proof of hierarchy: nothing here says who obeys.",
        )
    if abs(given - table.max()) < 0.006:
        return False, "This is the largest share itself. The index sums the squares of all shares."
    if abs(given - right * 10_000) < 60:
        return False, "Right on the scale to 10,000 that lawyers use; give it on the scale from 0 to 1."
    return False, "Divide each state's output by the sum of the nine, square the shares, and add them up."


def _three_shares(answer: Any) -> Verdict:
    budget = (
        load("budget_shares").query("budget == 'common budget' and country == 'RUS'")["share"].iloc[0] / 100
    )
    spent = float(spending("CSTO", 2024).set_index("country")["share"]["RUS"])
    right = (float(budget), spent, most_of_2022())
    given = _numbers(answer, 3)
    if all(abs(one - other) < 0.006 for one, other in zip(given, right, strict=True)):
        return True, "A half, nineteen twentieths, at most four fifths: one state, and three things divided."
    if max(given) > 1:
        return False, "Give shares from 0 to 1; the table of budgets has per cent."
    output = load("military_spending").query("bloc == 'CSTO' and year == 2024").set_index("country")
    points = output["share_of_gdp"]["RUS"] / output["share_of_gdp"].sum()
    if abs(given[1] - points) < 0.006:
        return (
            False,
            "The second adds up percentages of six different outputs. Multiply by *gdp* first; then divide the sums.",
        )
    if abs(given[2] - (2030 - 450) / 2030) < 0.006:
        return (
            False,
            "The third takes the lower total. The largest share that is possible comes from the higher one.",
        )
    wrong = [
        number
        for number, (one, other) in enumerate(zip(given, right, strict=True), 1)
        if abs(one - other) >= 0.006
    ]
    return False, f"Look again at number {wrong[0]}: what is the whole, and is every member in it?"


def _days_vacant(answer: Any) -> Verdict:
    right = [float(days) for days in vacancies()["days"]]
    given = _numbers(answer, 2)
    if given == right:
        return True, "Four months and fourteen: two gaps in an office that is said not to matter."
    if given == [days - 1 for days in right]:
        return (
            False,
            "One day short in each: count to the first day of the next term, not to the last day of the acting one.",
        )
    if given == right[::-1]:
        return False, "Both are there; put them in order of time."
    return (
        False,
        "Take the rows whose role is *acting*, and subtract their start from the *start* of the row after each.",
    )


def _stronger(answer: Any) -> Verdict:
    scores = bindings().loc[["cst-1992", "cst-2010"]]
    draws = weightings(1000)
    right = float((draws @ (scores.loc["cst-2010"] - scores.loc["cst-1992"])).gt(0).mean())
    given = _number(answer)
    if abs(given - right) < 0.05:
        return True, (
            f"{right:.0%}: haste came in and the request came in, and nothing but the weight decides between them."
        )
    if given > 0.99:
        return (
            False,
            "Always stronger: the request is counted as if it bound the helper. Turn it round, since it is a way out.",
        )
    if given < 0.01:
        return False, "Never stronger: did you turn *speed* round as well? A word of haste binds the helper."
    return (
        False,
        "Multiply each set of weights with the two rows of scores, add up, and count the sets in which 2010 is higher.",
    )


def _share_of_acts(answer: Any) -> Verdict:
    table = rates(episodes()).set_index(["numerator", "denominator"])["share"]
    names = ("all rows of members", "requests to the Organisation", "formal Article 4 appeals")
    right = [float(table["more than words", name]) for name in names]
    given = _numbers(answer, 3)
    if all(abs(one - other) < 0.003 for one, other in zip(given, right, strict=True)):
        return True, "13%, 42% and 100% of one record: nothing changed but the denominator."
    if max(given) > 1:
        return (
            False,
            "These look like counts or per cent. Divide by the number of rows; shares run from 0 to 1.",
        )
    if abs(given[0] - 6 / 48) < 0.001 or abs(given[0] - 7 / 48) < 0.001:
        return False, "The first share counts all rows. Two rows are context: keep *member_at_time* = yes."
    if abs(given[1] - float(table["more than words", "requests on record"])) < 0.006:
        return False, "The second share counts requests to anybody. Keep *requested_of* = CSTO."
    return (
        False,
        "Check the filters one by one: membership, a request form that is not none, a government in office, the addressee.",
    )


def _same_response(answer: Any) -> Verdict:
    row = agreement(load("requests"), load("requests_second_coding"), "request_id", ["response"]).iloc[0]
    given = _number(answer)
    if abs(given - row["share"]) < 0.006:
        return (
            True,
            f"{row['same']} of {row['n']} rows. Now look at those on which they part: each is a question about the account.",
        )
    both = load("requests").merge(load("requests_second_coding"), on="request_id")
    bare = float((both["response_x"] == both["response_y"]).fillna(False).mean())
    if abs(given - bare) < 0.006:
        return (
            False,
            "A missing value equals nothing, not even another missing value. Fill the empty cells with a code of their own first.",
        )
    if given > 1:
        return False, "Give a share from 0 to 1: rows with the same code, divided by all rows."
    return (
        False,
        "Merge on *request_id*, fill the empty cells of both columns, compare them, and take the mean.",
    )


def _one_of_twelve(answer: Any) -> Verdict:
    from scipy.stats import beta

    right = [float(limit) for limit in beta(2, 12).ppf([0.025, 0.975])]
    given = _numbers(answer, 2)
    if all(abs(one - other) < 0.006 for one, other in zip(given, right, strict=True)):
        return True, "About 2% to 36%: with one case in twelve, a fifth and a third are still in the running."
    if all(abs(one - other) < 0.006 for one, other in zip(given, rate(1, 12)[3:], strict=True)):
        return (
            False,
            "This is the Wilson interval, which has no prior. A uniform prior and 1 of 12 give a Beta(2, 12).",
        )
    if all(
        abs(one - other) < 0.006 for one, other in zip(given, beta(1, 11).ppf([0.025, 0.975]), strict=True)
    ):
        return (
            False,
            "Beta(1, 11) has left the prior out. A uniform prior is Beta(1, 1): add one success and one failure.",
        )
    return (
        False,
        "A uniform prior is Beta(1, 1). Add the successes to the first number, the failures to the second, and take the 2.5% and 97.5% points.",
    )


def _same_vote(answer: Any) -> Verdict:
    table = load("un_votes").merge(load("un_texts")[["text", "date"]], on="text")
    since = table[table["date"] >= turning.INVASION]

    def shares_of(rows: pd.DataFrame, states: Sequence[str]) -> list[float]:
        russia = rows.query("country == 'RUS'")[["text", "vote"]]
        both = rows.merge(russia, on="text", suffixes=("", "_russia"))
        alike = both["vote"].eq(both["vote_russia"]).groupby(both["country"]).mean()
        return [float(alike[state]) for state in states]

    right = shares_of(since, ("ARM", "BLR", "KAZ"))
    given = _numbers(answer, 3)

    def near(other: Sequence[float]) -> bool:
        return all(abs(one - two) < 0.003 for one, two in zip(given, other, strict=True))

    if near(right):
        return True, (
            "Nought, one, and two of fourteen. Kazakhstan has a text more than the thirteen, since its no of December 2022 "
            "is known and the votes of three others on that text are not."
        )
    if near(shares_of(table, ("ARM", "BLR", "KAZ"))):
        return False, "These count 2014 and 2017 too. Keep the texts from 24 February 2022 on."
    if max(given) > 1:
        return (
            False,
            "These look like counts or per cent. Divide by the number of texts; shares run from 0 to 1.",
        )
    if abs(given[2] - 1 / 13) < 0.003:
        return (
            False,
            "One of thirteen keeps only the texts on which all six are known. Here two votes have to be known.",
        )
    every = int((load("un_texts")["date"] >= turning.INVASION).sum())
    if abs(given[2] - 2 / every) < 0.003:
        return False, "You divided by all texts. One whose vote is not known belongs in no denominator."
    return (
        False,
        "Merge the votes with Russia's on *text*, compare the two columns, and take the mean by country.",
    )


def _inside_and_outside(answer: Any) -> Verdict:
    moved = turning.moves(2021, 2022).set_index("country")
    inside, outside = list(turning.ALLIES), ["AZE", "UZB"]
    right = [float(moved.loc[states, "gap_change"].mean()) for states in (inside, outside)]
    own = [float(moved.loc[states, "own"].mean()) for states in (inside, outside)]
    given = _numbers(answer, 2)

    def near(other: Sequence[float]) -> bool:
        return all(abs(one - two) < 0.006 for one, two in zip(given, other, strict=True))

    if near(right):
        return True, (
            "Both came closer, the two outside by more. Now say what the figure says: the gap has two ends, and it was the "
            "other end that moved."
        )
    if near([-value for value in right]):
        return False, "The sign is turned round: take 2022 less 2021."
    if near(right[::-1]):
        return False, "Both figures are there; the allies come first."
    if near(own):
        return (
            False,
            "These are changes of the states' own points. The exercise asks for the distance to Russia.",
        )
    return (
        False,
        "Pivot *distance_russia* to years, take 2022 less 2021, and average over the states of each group.",
    )


def _break_or_chance(answer: Any) -> Verdict:
    table = load("affinity")[["country", "year", "ideal_point"]].rename(columns={"ideal_point": "value"})
    choices = breaks.Choices(turning.ALLIES, ("AZE", "GEO", "UZB"), cut=2022, first=2019, last=2024)
    found = breaks.sample(table, choices)
    chance = breaks.permute(found.changes, found.members)
    given = _numbers(answer, 2)
    if abs(given[0] - chance.observed) < 0.006 and abs(given[1] - chance.p) < 0.006:
        return True, (
            f"{chance.as_far} of {chance.ways} ways to name five of the eight do as well. With eight states no other result "
            "than a very small share would say much."
        )
    if abs(given[0] + chance.observed) < 0.006:
        return False, "The sign is turned round: the change of the allies, less the change of the others."
    if abs(given[0] - float(found.changes[list(turning.ALLIES)].mean())) < 0.006:
        return False, "This is the change of the allies alone. Subtract the change of the others."
    if abs(given[0] - chance.observed) < 0.006 and abs(given[1] - chance.p) >= 0.006:
        return False, (
            "The difference is right, the share is not. Count all 56 ways, the real one among them, and compare sizes without "
            "their sign."
        )
    return (
        False,
        "Average each state over both spans first, then take after less before, then allies less others.",
    )


_CHECKS: dict[str, Callable[[Any], Verdict]] = {
    "1.P1": _count,
    "1.P2": _uzbek_years,
    "1.A1": _gdp_concentration,
    "2.P1": _three_shares,
    "2.P2": _days_vacant,
    "2.A1": _stronger,
    "3.P1": _share_of_acts,
    "3.P2": _same_response,
    "3.A1": _one_of_twelve,
    "4.P1": _same_vote,
    "4.P2": _inside_and_outside,
    "4.A1": _break_or_chance,
}
