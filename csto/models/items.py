"""What a class's answers say about the questions: difficulty, discrimination, and what stayed wrong.

A class's answers are a table with a row a student and a column a question: the share of the points that she earned,
0 to 1, and nothing (NaN) where she gave no answer. A missing answer is never counted as a wrong one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from csto.models.rates import rate

#: Below so many students a correlation is not read: its 95% interval is wider than 0.65 even around 0.3.
FEW = 30


class Change(NamedTuple):
    """Of `n` students with both answers: wrong before, still wrong, newly wrong; and the chance of such a change."""

    n: int
    wrong_before: int
    still: int
    newly: int
    share: float
    low: float
    high: float
    p: float


def checked(scores: pd.DataFrame) -> pd.DataFrame:
    """Return the table as numbers, after looking at it.

    Raises
    ------
    ValueError
        If a student or a question stands twice, or a share is no number from 0 to 1.
    """
    for word, index in (("student", scores.index), ("question", scores.columns)):
        if not index.is_unique:
            raise ValueError(f"{word} {index[index.duplicated()][0]!r} stands twice; allowed: once")
    try:
        numbers = scores.astype(float)
    except (TypeError, ValueError):
        raise ValueError("a score is no number; allowed: shares from 0 to 1, or nothing") from None
    bad = numbers.lt(0) | numbers.gt(1)
    if bad.to_numpy().any():
        row, column = np.argwhere(bad.to_numpy())[0]
        raise ValueError(
            f"student {scores.index[row]!r}, question {scores.columns[column]!r}: {numbers.iat[row, column]:g} "
            "is not allowed; allowed: a share of the points from 0 to 1"
        )
    return numbers


def difficulty(scores: pd.DataFrame) -> pd.DataFrame:
    """Return how hard each question was, a row a question.

    Parameters
    ----------
    scores
        Shares of the points, a row a student, a column a question; NaN where there is no answer.

    Returns
    -------
    DataFrame
        `answered` and `missing` count students; `right` counts those with full points; `share` is right of answered with
        Wilson's 95% interval, `low` to `high`; `mean` is the mean share of the points. A question that nobody answered
        has counts and no shares.

    Raises
    ------
    ValueError
        As `checked`.
    """
    numbers = checked(scores)
    rows = []
    for item in numbers.columns:
        given = numbers[item].dropna()
        row: dict[str, object] = {"item": item, "answered": len(given), "missing": len(numbers) - len(given)}
        if len(given):
            found = rate(int(np.isclose(given, 1).sum()), len(given))
            row |= {"right": found.k, "share": found.share, "low": found.low, "high": found.high}
            row["mean"] = float(given.mean())
        else:
            row |= {"right": 0, "share": np.nan, "low": np.nan, "high": np.nan, "mean": np.nan}
        rows.append(row)
    columns = ["item", "answered", "missing", "right", "share", "low", "high", "mean"]
    return pd.DataFrame(rows, columns=columns).set_index("item")


def discrimination(scores: pd.DataFrame) -> pd.DataFrame:
    """Return how well each question tells strong students from weak ones, a row a question.

    Parameters
    ----------
    scores
        As for `difficulty`.

    Returns
    -------
    DataFrame
        `r` is the corrected item-rest correlation, from -1 to 1, with its 95% interval `r_low` to `r_high` and the
        number of students `r_n`; `r_note` says why there is none, or that there are too few to read it.

    Raises
    ------
    ValueError
        As `checked`.

    Notes
    -----
    Pearson's correlation of a question's score with the mean of the student's *other* answers, so that a question does
    not agree with itself [henrysson1963]_; by scipy, the interval by Fisher's transformation.

    .. [henrysson1963] S. Henrysson, "Correction of item-total correlations in item analysis",
       Psychometrika 28 (1963), 211-218.
    """
    from scipy.stats import pearsonr

    numbers = checked(scores)
    rows = []
    for item in numbers.columns:
        rest = numbers.drop(columns=item).mean(axis=1)
        both = pd.DataFrame({"own": numbers[item], "rest": rest}).dropna()
        row: dict[str, object] = {"item": item, "r": np.nan, "r_low": np.nan, "r_high": np.nan}
        row["r_n"] = len(both)
        if len(numbers.columns) < 2:
            row["r_note"] = "no other question"
        elif len(both) < 4:
            row["r_note"] = "fewer than four students"
        elif np.isclose(both["own"], both["own"].iloc[0]).all():
            row["r_note"] = "all got the same"
        elif np.isclose(both["rest"], both["rest"].iloc[0]).all():
            row["r_note"] = "all did equally well on the rest"
        else:
            found = pearsonr(both["own"], both["rest"])
            interval = found.confidence_interval(0.95)
            row |= {"r": float(found.statistic), "r_low": float(interval.low), "r_high": float(interval.high)}
            row["r_note"] = f"fewer than {FEW} students, do not read it" if len(both) < FEW else ""
        rows.append(row)
    return pd.DataFrame(rows, columns=["item", "r", "r_low", "r_high", "r_n", "r_note"]).set_index("item")


def persistence(before: pd.Series, after: pd.Series) -> Change:
    """Return what became of the wrong answers to one question, among students with both answers.

    Parameters
    ----------
    before, after
        Shares of the points by student, 0 to 1; less than full points is wrong; NaN is no answer.

    Returns
    -------
    Change
        `share` is the part of those wrong before who are still wrong, with Wilson's 95% interval, NaN where nobody was;
        `p` is McNemar's exact probability of a change at least so uneven if neither direction were likelier,
        NaN where no answer changed.

    Raises
    ------
    ValueError
        If a student stands twice, or a share is not from 0 to 1.

    Notes
    -----
    McNemar's exact test [mcnemar1947]_ by statsmodels: it looks only at students whose answer changed. There is no class
    beside this one that was not taught, so a change is not proof of teaching.

    .. [mcnemar1947] Q. McNemar, "Note on the sampling error of the difference between correlated proportions or
       percentages", Psychometrika 12 (1947), 153-157.
    """
    from statsmodels.stats.contingency_tables import mcnemar

    first, second = (checked(one.to_frame("answer"))["answer"] for one in (before, after))
    both = pd.DataFrame({"before": first, "after": second}).dropna()
    wrong = ~np.isclose(both, 1)
    was, stays = wrong[:, 0], wrong[:, 1]
    still, newly, mended = int((was & stays).sum()), int((~was & stays).sum()), int((was & ~stays).sum())
    found = rate(still, still + mended) if still + mended else None
    share, low, high = (found.share, found.low, found.high) if found else (np.nan,) * 3
    table = [[len(both) - still - newly - mended, newly], [mended, still]]
    p = float(mcnemar(table, exact=True).pvalue) if newly + mended else np.nan
    return Change(len(both), still + mended, still, newly, share, low, high, p)
