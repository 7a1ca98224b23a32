"""How a forecast is marked: one written rule, applied to every row in the same order.

The rule is the course's. It asks first whether anybody controls the event, then whether the sentence says anything that
could turn out false, and only then what happened. A sentence that says no more than *may* is neither rewarded nor punished.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

#: Marks that call a forecast held or failed, for counting; the others leave it unmarked.
HELD = ("right", "right so far", "fulfilled")
FAILED = ("wrong", "wrong so far", "not fulfilled")
UNMARKED = ("not scorable", "open")
MARKS = ("right", "right so far", "fulfilled", "partly", "wrong", "wrong so far", "not fulfilled", "open", "not scorable")  # fmt: skip
_UNSCORABLE = ("may or could", "no threshold", "remark, warning or list", "void question")
_ALLOWED = {
    "wording": ("forecast", "promise or threat", *_UNSCORABLE),
    "expects": ("change", "no change"),
    "implies": ("yes", "no"),
    "outcome": ("yes", "no", "unresolved", "ambiguous"),
    "limit_by": ("author", "course", ""),
}


def mark(wording: str, expects: str, implies: str, outcome: str, limit_by: str = "", halves: bool = False) -> str:  # fmt: skip
    """Return the mark of one forecast.

    Parameters
    ----------
    wording
        What kind of sentence it is: "forecast", "promise or threat", or one of four that cannot be scored.
    expects
        "change" if it says that something will happen, "no change" if that things stay or a rule holds.
    implies
        The answer to the question, "yes" or "no", that bears the sentence out.
    outcome
        The answer found: "yes", "no", "unresolved" (not decided by the end of the record) or "ambiguous".
    limit_by
        Who set the day by which the question is answered: "author", "course" or nobody.
    halves
        Whether the sentence claims two things of which one held.

    Returns
    -------
    str
        One of `MARKS`.

    Raises
    ------
    ValueError
        If a value is not known, or a forecast in one piece has an ambiguous outcome.
    """
    given = {"wording": wording, "expects": expects, "implies": implies, "outcome": outcome, "limit_by": limit_by}  # fmt: skip
    for name, value in given.items():
        if value not in _ALLOWED[name]:
            raise ValueError(f"{name}: {value!r} is not known; allowed: {', '.join(_ALLOWED[name])}")
    came = outcome == implies
    if wording == "promise or threat":
        return "open" if outcome == "unresolved" else "fulfilled" if came else "not fulfilled"
    if wording in _UNSCORABLE:
        return "not scorable"
    if halves:
        return "partly"
    if outcome == "ambiguous":
        raise ValueError(
            "outcome: 'ambiguous' leaves a forecast unmarked; code the wording or the halves that make it so"
        )
    if outcome == "unresolved":
        return "right so far" if expects == "no change" else "open"
    if came:
        return "right"
    return "wrong so far" if expects == "change" and limit_by != "author" else "wrong"


def mark_all(table: pd.DataFrame) -> pd.Series:
    """Return the mark of every row of a table with the columns that `mark` asks for, in the table's order.

    Raises
    ------
    ValueError
        If a column is missing, or a row cannot be marked; the message names it.
    """
    columns = [*_ALLOWED, "halves"]
    missing = [name for name in columns if name not in table]
    if missing:
        raise ValueError(f"columns missing: {', '.join(missing)}")
    marks = []
    for label, row in table[columns].iterrows():
        values: dict[str, Any] = {str(k): "" if pd.isna(value) else value for k, value in row.items()}
        try:
            marks.append(mark(**values))
        except ValueError as fault:
            raise ValueError(f"row {label}: {fault}") from None
    return pd.Series(marks, index=table.index, name="verdict")


def standing(verdict: pd.Series) -> pd.Series:
    """Return for each mark whether the forecast "held", "failed", held "half", or is "unmarked".

    Raises
    ------
    ValueError
        If a mark is not known.
    """
    groups = {**dict.fromkeys(HELD, "held"), **dict.fromkeys(FAILED, "failed"), "partly": "half", **dict.fromkeys(UNMARKED, "unmarked")}  # fmt: skip
    unknown = sorted(set(verdict) - set(groups))
    if unknown:
        raise ValueError(f"marks not known: {', '.join(unknown)}; allowed: {', '.join(MARKS)}")
    return verdict.map(groups)
