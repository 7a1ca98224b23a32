"""Self-checks of chapter 2, Institutional design."""

from __future__ import annotations

from typing import Any

from csto.checks.answers import Verdict, number, numbers
from csto.data import load
from csto.institutions import bindings, most_of_2022, spending, vacancies, weightings


def _three_shares(answer: Any) -> Verdict:
    budget = (
        load("budget_shares").query("budget == 'common budget' and country == 'RUS'")["share"].iloc[0] / 100
    )
    spent = float(spending("CSTO", 2024).set_index("country")["share"]["RUS"])
    right = (float(budget), spent, most_of_2022())
    given = numbers(answer, 3)
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
    given = numbers(answer, 2)
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
    given = number(answer)
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


CHECKS = {
    "2.P1": _three_shares,
    "2.P2": _days_vacant,
    "2.A1": _stronger,
}
