"""Self-checks of chapter 1, Origins."""

from __future__ import annotations

from typing import Any

from csto.checks.answers import Verdict, number, numbers
from csto.data import load
from csto.membership import concentration, count_by_year, shares


def _count(answer: Any) -> Verdict:
    counts = count_by_year(load("members"), 1993, 2013).set_index("year")["members"]
    right = [float(counts[year]) for year in (1993, 1995, 2003, 2010, 2013)]
    given = numbers(answer, 5)
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
    given = numbers(answer, 2)
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
    given = number(answer)
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


CHECKS = {
    "1.P1": _count,
    "1.P2": _uzbek_years,
    "1.A1": _gdp_concentration,
}
