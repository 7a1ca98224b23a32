"""Reading what a learner hands in: a number, or a list or column of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

#: Whether an answer is right, and what is to be said of it.
Verdict = tuple[bool, str]


def numbers(answer: Any, how_many: int) -> list[float]:
    """Return the numbers of a list or a column.

    Raises
    ------
    TypeError, ValueError
        If it is something else, or has another length; the message says what is asked for.
    """
    if isinstance(answer, pd.DataFrame):
        raise TypeError("A whole frame came; give one column, such as frame['members'].")
    listed = isinstance(answer, Sequence | pd.Series) or hasattr(answer, "tolist")
    if isinstance(answer, str) or not listed:
        raise TypeError(f"A {type(answer).__name__} came; give a list or a column of {how_many} numbers.")
    values = []
    for value in list(answer):
        try:
            values.append(float(value))
        except (TypeError, ValueError):
            raise ValueError(f"{value!r} is no number; give {how_many} numbers.") from None
    if len(values) != how_many:
        raise ValueError(f"{len(values)} numbers came; {how_many} are asked for.")
    return values


def number(answer: Any) -> float:
    """Return a single number.

    Raises
    ------
    TypeError
        If it is something else.
    """
    if isinstance(answer, bool) or (not isinstance(answer, int | float) and not hasattr(answer, "item")):
        raise TypeError(f"A {type(answer).__name__} came; give one number from 0 to 1.")
    return float(answer)
