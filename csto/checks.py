"""Self-checks for the exercises in the chapters: `check("1.P1", answer)`.

What is right is computed from the data. A check tells a learner where a wrong answer may come from; it marks nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from csto.data import load
from csto.episodes import episodes, rates
from csto.html import Shown, emphasis
from csto.membership import concentration, count_by_year, shares
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


def _held_by_expectation(answer: Any) -> Verdict:
    from csto.futures import ledger, marked

    def held(table: pd.DataFrame) -> list[float]:
        shares_held = table["standing"].eq("held").groupby(table["expects"]).mean()
        return [float(shares_held["no change"]), float(shares_held["change"])]

    everything = ledger()
    right, unfiltered = held(marked(everything)), held(everything)
    given = _numbers(answer, 2)
    if all(abs(one - other) < 0.006 for one, other in zip(given, right, strict=True)):
        return True, "About two in three against one in five. The world mostly goes on; that is what a base rate says."  # fmt: skip
    if all(abs(one - other) < 0.006 for one, other in zip(given, right[::-1], strict=True)):
        return False, "Both shares are there; *no change* comes first."
    if all(abs(one - other) < 0.006 for one, other in zip(given, unfiltered, strict=True)):
        return (
            False,
            "The denominators hold the unmarked sentences too. Keep the rows whose *standing* is not *unmarked*.",
        )
    if max(given) > 1:
        return False, "These look like counts or per cent. Divide by the marked sentences of the kind; shares run from 0 to 1."  # fmt: skip
    return False, "Drop the unmarked rows, group by *expects*, and take the mean of *standing == 'held'*."


def _exit_rates(answer: Any) -> Verdict:
    from csto.futures import exits, membership_years
    from csto.origins import CHARTER, RECORD_ENDS

    count, years = len(exits(CHARTER)), (RECORD_ENDS - CHARTER).days / 365.25
    right = [count / years, count / membership_years(CHARTER)]
    given = _numbers(answer, 2)
    if all(abs(one - other) < 0.02 * other for one, other in zip(given, right, strict=True)):
        return True, "4% and 0.7% a year, of one and the same exit. Only the second is a rate for one member."
    if all(abs(one - other) < 0.02 * other for one, other in zip(given, right[::-1], strict=True)):
        return False, "Both rates are there; the one per year of the Organisation comes first."
    if abs(given[1] * membership_years(CHARTER) - len(load("members")["left"].dropna())) < 0.1:
        return False, "Four exits came; three of them were in 1999, before there was an Organisation."
    if max(given) > 1:
        return False, "These look like years or per cent. Divide the exits by the years."
    return (
        False,
        "Clip *joined* from below by the start and *left* (missing: the end) from above by the end; a spell that ended before the start counts nothing.",
    )


def _outlasting(answer: Any) -> Verdict:
    from csto.futures import lives, share_at

    group = "multilateral pacts"
    right, everybody = share_at(group, 20), lives(group)
    given = _number(answer)
    if abs(given - right) < 0.006:
        return True, "About 59%, against 46% of all pacts: those with many members last longer, in this sample of 35."  # fmt: skip
    if abs(given - (1 - right)) < 0.006:
        return False, "This is the share that has ended. The curve is what is left."
    if abs(given - float((everybody["years"] > 20).mean())) < 0.006:
        return (
            False,
            "This counts pacts that were still young in 2016 as if they had ended. At each age divide by those that had reached it.",
        )
    if abs(given - share_at("all defence pacts", 20)) < 0.006:
        return False, "This is the share of all pacts of defence. Keep *group* = multilateral pacts."
    return (
        False,
        "Reached an age: all less those of any kind at lower ages. Multiply 1 - ended / reached over the ages up to 20.",
    )


_CHECKS: dict[str, Callable[[Any], Verdict]] = {
    "1.P1": _count,
    "1.P2": _uzbek_years,
    "1.A1": _gdp_concentration,
    "3.P1": _share_of_acts,
    "3.P2": _same_response,
    "3.A1": _one_of_twelve,
    "5.P1": _held_by_expectation,
    "5.P2": _exit_rates,
    "5.A1": _outlasting,
}
