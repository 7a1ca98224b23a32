"""Self-checks of chapter 3, Failed requests."""

from __future__ import annotations

from typing import Any

from csto.checks.answers import Verdict, number, numbers
from csto.data import load
from csto.episodes import episodes, rates
from csto.models.agreement import agreement
from csto.models.rates import rate


def _share_of_acts(answer: Any) -> Verdict:
    table = rates(episodes()).set_index(["numerator", "denominator"])["share"]
    names = ("all rows of members", "requests to the Organisation", "formal Article 4 appeals")
    right = [float(table["more than words", name]) for name in names]
    given = numbers(answer, 3)
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
    given = number(answer)
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
    given = numbers(answer, 2)
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


CHECKS = {
    "3.P1": _share_of_acts,
    "3.P2": _same_response,
    "3.A1": _one_of_twelve,
}
