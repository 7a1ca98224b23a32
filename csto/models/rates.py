"""A rate with its denominator and its interval: never the one without the others."""

from __future__ import annotations

from typing import NamedTuple


class Rate(NamedTuple):
    """`k` of `n`, the `share` (0 to 1), and the limits `low` and `high` of its interval."""

    k: int
    n: int
    share: float
    low: float
    high: float


def rate(k: int, n: int, confidence: float = 0.95) -> Rate:
    """Return a share with its score interval.

    Parameters
    ----------
    k, n
        Cases that count and all cases, whole numbers with 0 <= k <= n and n > 0.
    confidence
        Level of the interval, between 0 and 1.

    Raises
    ------
    ValueError
        If the denominator is empty, the numerator is not part of it, or the level is out of range.

    Notes
    -----
    The interval is Wilson's [wilson1927]_, which keeps its level for small `n` and shares near 0 or 1,
    where the textbook interval fails; computed by `scipy.stats.binomtest`.

    .. [wilson1927] E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
       Journal of the American Statistical Association 22 (1927), 209-212.
    """
    from scipy.stats import binomtest

    for name, value in (("k", k), ("n", n)):
        if isinstance(value, bool) or int(value) != value:
            raise ValueError(f"{name}: {value!r} is not a whole number")
    if n == 0:
        raise ValueError("n: the denominator is empty, and a share of nothing is no share; widen the filter")
    if not 0 <= k <= n:
        raise ValueError(f"k: {k} is not allowed; allowed: 0 to {n}, the denominator")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence: {confidence} is not allowed; allowed: between 0 and 1")
    interval = binomtest(int(k), int(n)).proportion_ci(confidence, method="wilson")
    return Rate(int(k), int(n), k / n, float(interval.low), float(interval.high))
