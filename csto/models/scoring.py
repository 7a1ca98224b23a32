"""Scoring forecasts: the Brier score, what it is made of, skill against a base rate, calibration, and a class's crowd.

The course's rule for yes-or-no questions: a forecast is the probability of yes, the outcome is 1 for yes and 0 for no,
and the score of a question is the square of their difference. It runs from 0 (perfect) to 1 (certain and wrong); always
saying 0.5 earns 0.25. Brier's own scale [brier1950]_ sums over both answers, so it is twice as large and runs to 2:
`TWO_SIDED` converts. Say which scale is used; scores from different sets of questions are not comparable.

.. [brier1950] G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78
   (1950), 1-3.
.. [murphy1973] A. H. Murphy, "A new vector partition of the probability score", Journal of Applied Meteorology 12
   (1973).
.. [stephenson2008] D. B. Stephenson, C. A. S. Coelho and I. T. Jolliffe, "Two extra components in the Brier score
   decomposition", Weather and Forecasting 23 (2008), 752-757.
.. [sanders1963] On subjective probability forecasting, Journal of Applied Meteorology 2 (1963): scored against a
   control, and found that the average of forecasters beat the best of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from csto.models.rates import rate

#: Factor from this course's scale (0 to 1) to Brier's own (0 to 2).
TWO_SIDED = 2
#: The course's bins: five of a fifth each; a probability on an edge belongs to the higher bin, 1 to the last.
EDGES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


class Parts(NamedTuple):
    """What a Brier score is made of: `brier` is the sum of the others, with `resolution` and `covariance` taken off.

    brier = reliability - resolution + uncertainty + variance - covariance
    """

    brier: float
    reliability: float
    resolution: float
    uncertainty: float
    variance: float
    covariance: float


def _pair(forecasts: Any, outcomes: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return forecasts and outcomes as arrays, after a look at their lengths and values."""
    p, o = _probabilities("forecasts", forecasts), _probabilities("outcomes", outcomes)
    if p.shape != o.shape:
        raise ValueError(
            f"{p.size} forecasts and {o.size} outcomes came; allowed: as many of the one as of the other"
        )
    if not p.size:
        raise ValueError("forecasts: none came; a score needs one forecast with an outcome or more")
    odd = o[(o != 0) & (o != 1)]
    if odd.size:
        raise ValueError(f"outcomes: {odd[0]:g} is not allowed; allowed: 1 for yes, 0 for no")
    return p, o


def _probabilities(name: str, values: Any) -> np.ndarray:
    try:
        found = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {values!r} are not numbers; allowed: 0 to 1") from None
    if found.ndim != 1:
        raise ValueError(f"{name}: {found.ndim} dimensions came; allowed: a plain list of numbers")
    outside = found[~((found >= 0) & (found <= 1))]
    if outside.size:
        raise ValueError(f"{name}: {outside[0]:g} is not allowed; allowed: 0 to 1")
    return found


def brier(forecasts: Any, outcomes: Any) -> float:
    """Return the mean squared difference of probabilities and outcomes, from 0 (perfect) to 1.

    Parameters
    ----------
    forecasts
        Probabilities of yes, n numbers from 0 to 1.
    outcomes
        n outcomes: 1 for yes, 0 for no.

    Raises
    ------
    ValueError
        If a value is not allowed, the lengths differ, or there is nothing to score.
    """
    p, o = _pair(forecasts, outcomes)
    return float(np.mean((p - o) ** 2))


def bins(forecasts: Any, edges: Sequence[float] | None = EDGES) -> np.ndarray:
    """Return the number of each forecast's bin, counted from 0.

    Parameters
    ----------
    forecasts
        Probabilities, n numbers from 0 to 1.
    edges
        Rising limits from 0 to 1; a probability on an inner edge belongs to the higher bin.
        None: every distinct probability is a bin of its own, as in [murphy1973]_.

    Raises
    ------
    ValueError
        If the edges do not rise from 0 to 1.
    """
    p = _probabilities("forecasts", forecasts)
    if edges is None:
        return np.unique(p.round(12), return_inverse=True)[1]
    limits = np.asarray(edges, dtype=float)
    if limits.size < 2 or limits[0] != 0 or limits[-1] != 1 or (np.diff(limits) <= 0).any():
        raise ValueError(f"edges: {list(edges)} are not allowed; allowed: numbers that rise from 0 to 1")
    # A little is added so that 0.6, stored as 0.59999..., falls where a reader expects it.
    return np.clip(np.searchsorted(limits, p + 1e-12, side="right") - 1, 0, limits.size - 2)


def decompose(forecasts: Any, outcomes: Any, edges: Sequence[float] | None = EDGES) -> Parts:
    """Return the Brier score and its parts, each on the scale of the score.

    With K bins, n_k forecasts in bin k, their mean forecast f_k and share of yes o_k, and o the share of yes overall:

        reliability   sum n_k (f_k - o_k)^2 / n   how far the bins' forecasts are from what happened; low is good
        resolution    sum n_k (o_k - o)^2 / n     how well the bins tell yes from no; high is good
        uncertainty   o (1 - o)                   how hard the questions were: the score of always saying o
        variance      sum (f - f_k)^2 / n         spread of forecasts inside the bins
        covariance    2 sum (f - f_k)(y - o_k) / n    how far that spread went with the outcomes

    The first three are Murphy's [murphy1973]_; they add up by themselves where every distinct probability is a bin of
    its own (`edges=None`). With wider bins the two terms inside the bins belong to it [stephenson2008]_, and the five
    add up exactly.

    Raises
    ------
    ValueError
        If a value is not allowed, the lengths differ, or there is nothing to score.
    """
    p, o = _pair(forecasts, outcomes)
    frame = pd.DataFrame({"bin": bins(p, edges), "p": p, "o": o})
    means = frame.groupby("bin")[["p", "o"]].transform("mean")
    inside_p, inside_o = p - means["p"], o - means["o"]
    return Parts(
        float(np.mean((p - o) ** 2)),
        float(((means["p"] - means["o"]) ** 2).mean()),
        float(((means["o"] - o.mean()) ** 2).mean()),
        float(o.mean() * (1 - o.mean())),
        float((inside_p**2).mean()),
        float(2 * (inside_p * inside_o).mean()),
    )


def skill(score: float, reference: float) -> float:
    """Return the share of the reference's score that was saved: 1 - score / reference.

    1 is perfect, 0 no better than the reference, below 0 worse than it.

    Raises
    ------
    ValueError
        If a score lies outside 0 to 1, or the reference is 0: a perfect reference cannot be beaten.
    """
    for name, value in (("score", score), ("reference", reference)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name}: {value} is not allowed; allowed: 0 to 1, the scale of this course")
    if reference == 0:
        raise ValueError("reference: 0 is a perfect score, and skill against it is not defined")
    return 1 - score / reference


def calibration(forecasts: Any, outcomes: Any, edges: Sequence[float] = EDGES) -> pd.DataFrame:
    """Return, for each bin that holds a forecast, what was said and what happened.

    Returns
    -------
    pandas.DataFrame
        `low` and `high`, the limits of the bin; `n`, its forecasts; `mean`, their mean; `yes`, how many came true;
        `share`, the share of yes; `share_low` and `share_high`, Wilson's 95% interval of it (`csto.models.rates`).
        With few forecasts the interval is wide; a bin whose interval holds `mean` does not count against anybody.

    Raises
    ------
    ValueError
        If a value is not allowed, the lengths differ, or there is nothing to score.
    """
    p, o = _pair(forecasts, outcomes)
    rows = []
    for number, group in pd.DataFrame({"bin": bins(p, edges), "p": p, "o": o}).groupby("bin"):
        found = rate(int(group["o"].sum()), len(group))
        rows.append(
            {
                "low": edges[int(number)],  # type: ignore[call-overload]
                "high": edges[int(number) + 1],  # type: ignore[call-overload]
                "n": found.n,
                "mean": float(group["p"].mean()),
                "yes": found.k,
                "share": found.share,
                "share_low": found.low,
                "share_high": found.high,
            }
        )
    return pd.DataFrame(rows)


def chance_within(events: int, exposure: float, years: float, members: int = 1) -> float:
    """Return a base rate: the chance of at least one event in so many years, if the past yearly rate goes on.

    Parameters
    ----------
    events
        Events that were counted.
    exposure
        Years in which they could happen: member-years for a rate per member, years for the organisation.
    years
        Length of the window asked about.
    members
        How many are exposed at the same time, each on its own.

    Raises
    ------
    ValueError
        If a number is below zero, or there were more events than years of exposure.
    """
    if exposure <= 0 or years < 0 or members < 0:
        raise ValueError(
            f"exposure {exposure}, years {years}, members {members}: allowed: exposure above 0, others 0 or more"
        )
    if not 0 <= events <= exposure:
        raise ValueError(f"events: {events} is not allowed; allowed: 0 to {exposure}, one a year of exposure")
    return float(1 - (1 - events / exposure) ** (years * members))


def crowd(forecasts: pd.DataFrame) -> pd.Series:
    """Return the crowd's probability of each question: the plain mean of those who answered it.

    Parameters
    ----------
    forecasts
        A row a person, a column a question, probabilities from 0 to 1; missing where a person gave none.

    Raises
    ------
    ValueError
        If a value lies outside 0 to 1.
    """
    values = forecasts.to_numpy(dtype=float)
    outside = values[~np.isnan(values) & ~((values >= 0) & (values <= 1))]
    if outside.size:
        raise ValueError(f"forecasts: {outside[0]:g} is not allowed; allowed: 0 to 1, or missing")
    return forecasts.astype(float).mean().rename("crowd")


def against_crowd(forecasts: pd.DataFrame, outcomes: pd.Series) -> pd.DataFrame:
    """Return each person's score beside the crowd's on the same questions.

    A person is compared on the questions that she answered and that have an outcome, since leaving out the hard ones
    would flatter her otherwise. Where all answer all questions, the mean of the persons' scores is the crowd's score
    plus the mean variance of the answers; so the crowd always beats the average person, though not every one.

    Parameters
    ----------
    forecasts
        A row a person, a column a question, as in `crowd`.
    outcomes
        1 or 0 by question; missing where it is open.

    Returns
    -------
    pandas.DataFrame
        A row a person who can be scored: `n` questions, `brier`, `crowd` (the crowd's score on the same questions), and
        `beats_crowd`.

    Raises
    ------
    ValueError
        If nobody can be scored.
    """
    together = crowd(forecasts)
    settled = outcomes.dropna().astype(float)
    rows = {}
    for person, row in forecasts.astype(float).iterrows():
        mine = row.dropna()
        mine = mine[mine.index.isin(settled.index)]
        if mine.empty:
            continue
        happened = settled[mine.index]
        score, whole = brier(mine, happened), brier(together[mine.index], happened)
        rows[person] = {"n": len(mine), "brier": score, "crowd": whole, "beats_crowd": score < whole}
    if not rows:
        raise ValueError("forecasts: nobody answered a question that has an outcome, so there is no score")
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(forecasts.index.name or "person")
