"""Self-checks of chapter 5, Futures."""

from __future__ import annotations

from typing import Any

import pandas as pd

from csto.checks.answers import Verdict, number, numbers
from csto.data import load


def _held_by_expectation(answer: Any) -> Verdict:
    from csto.futures import ledger, marked

    def held(table: pd.DataFrame) -> list[float]:
        shares_held = table["standing"].eq("held").groupby(table["expects"]).mean()
        return [float(shares_held["no change"]), float(shares_held["change"])]

    everything = ledger()
    right, unfiltered = held(marked(everything)), held(everything)
    given = numbers(answer, 2)
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
    given = numbers(answer, 2)
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
    given = number(answer)
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


CHECKS = {
    "5.P1": _held_by_expectation,
    "5.P2": _exit_rates,
    "5.A1": _outlasting,
}
