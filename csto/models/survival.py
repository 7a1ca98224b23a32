"""How long things last when some have not ended yet: survival curves, and rates of leaving.

Curves are Kaplan-Meier estimates [kaplan1958]_ from `statsmodels`; their 95% limits are the log-log limits of `scipy`,
which stay between 0 and 1. A thing last seen before its end (*censored*) counts as exposed up to its last age only.

.. [kaplan1958] E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", Journal of the
   American Statistical Association 53 (1958), 457-481.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
import pandas as pd


class Rate(NamedTuple):
    """Events per year of exposure, with the exact Poisson limits."""

    events: int
    exposure: float
    rate: float
    low: float
    high: float


class Beyond(NamedTuple):
    """Share of those which had passed an age that went on for `further` years more; `n` had passed it."""

    age: int
    further: int
    n: int
    share: float
    low: float
    high: float


def lifetimes(counts: pd.DataFrame) -> pd.DataFrame:
    """Return one row a life, `years` and `ended`, from counts by age.

    Parameters
    ----------
    counts
        Columns `years` (age), `ended` and `running`: how many ended at that age, how many were last seen at it.

    Raises
    ------
    ValueError
        If a column is missing, an age stands twice or there is no life.
    """
    missing = {"years", "ended", "running"} - set(counts.columns)
    if missing:
        raise ValueError(f"columns missing: {', '.join(sorted(missing))}")
    if counts["years"].duplicated().any():
        again = counts.loc[counts["years"].duplicated(), "years"].iloc[0]
        raise ValueError(f"years: {again} stands twice; allowed: each age once, so take one group at a time")
    ages = counts["years"].to_numpy(dtype=int)
    ended, running = (counts[name].to_numpy(dtype=int) for name in ("ended", "running"))
    lives = pd.DataFrame(
        {
            "years": np.r_[np.repeat(ages, ended), np.repeat(ages, running)],
            "ended": np.r_[np.ones(ended.sum(), dtype=bool), np.zeros(running.sum(), dtype=bool)],
        }
    )
    if lives.empty:
        raise ValueError("counts: none came; a curve needs one life or more")
    return lives


def curve(lives: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Return the survival curve: `years`, `at_risk`, `ended`, `survival`, `low`, `high`, one row an age at which one ended.

    `at_risk` had reached the age; `survival` is the estimated share that lasts longer than it. Where it is 0, the limits
    are not defined and missing.

    Raises
    ------
    ValueError
        If none has ended, or the level is not between 0 and 1.
    """
    from scipy.stats import CensoredData, ecdf
    from statsmodels.duration.survfunc import SurvfuncRight

    if not 0 < level < 1:
        raise ValueError(f"level: {level:g} is not allowed; allowed: between 0 and 1")
    if not lives["ended"].any():
        raise ValueError("ended: none has; a curve needs one end or more")
    years, ended = lives["years"].to_numpy(dtype=float), lives["ended"].to_numpy(dtype=bool)
    estimate = SurvfuncRight(years, ended.astype(int))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # at 0 and 1 the log-log limits are not defined
        found = ecdf(CensoredData(uncensored=years[ended], right=years[~ended])).sf
        limits = found.confidence_interval(confidence_level=level, method="log-log")
        low, high = limits.low.evaluate(estimate.surv_times), limits.high.evaluate(estimate.surv_times)
    table = pd.DataFrame(
        {
            "years": estimate.surv_times.astype(int),
            "at_risk": estimate.n_risk.astype(int),
            "ended": estimate.n_events.astype(int),
            "survival": estimate.surv_prob,
            "low": low,
            "high": high,
        }
    )
    return table[table["ended"] > 0].reset_index(drop=True)


def share_at(lives: pd.DataFrame, age: int) -> float:
    """Return the estimated share that lasts longer than an age in whole years; 1 before the first end."""
    table = curve(lives)
    before = table.loc[table["years"] <= age, "survival"]
    return float(before.iloc[-1]) if len(before) else 1.0


def median(lives: pd.DataFrame) -> tuple[float, float, float]:
    """Return the age by which half have ended, with its 95% limits (by the log-log method of `statsmodels`)."""
    from statsmodels.duration.survfunc import SurvfuncRight

    estimate = SurvfuncRight(lives["years"].to_numpy(dtype=float), lives["ended"].to_numpy(dtype=int))
    with np.errstate(all="ignore"):  # where the curve is 0 or 1 the method has no limits
        low, high = estimate.quantile_ci(0.5, method="cloglog")
    return float(estimate.quantile(0.5)), float(low), float(high)


def beyond(lives: pd.DataFrame, age: int, further: int) -> Beyond:
    """Return what share of those that had passed an age went on for some years more.

    The limits are missing where all of them did, or none.

    Raises
    ------
    ValueError
        If none was seen beyond the age, or the age or the further years are negative.
    """
    if age < 0 or further < 0:
        raise ValueError(f"age {age}, further {further}: allowed: 0 or more")
    rest = lives[lives["years"] > age]
    if rest.empty:
        raise ValueError(f"age: none was seen beyond {age}; the oldest was {lives['years'].max()}")
    later = rest[rest["ended"] & (rest["years"] <= age + further)]
    if later.empty:
        return Beyond(age, further, len(rest), 1.0, float("nan"), float("nan"))
    table = curve(rest)
    last = table[table["years"] <= age + further].iloc[-1]
    return Beyond(age, further, len(rest), float(last["survival"]), float(last["low"]), float(last["high"]))


def yearly(events: int, exposure: float, level: float = 0.95) -> Rate:
    """Return events per year of exposure.

    Parameters
    ----------
    events
        How many: exits, for example.
    exposure
        Years in which one could have happened: of membership, for example.
    level
        Of the exact Poisson limits.

    Raises
    ------
    ValueError
        If the events are negative or the exposure is not above zero.
    """
    from statsmodels.stats.rates import confint_poisson

    if events < 0 or exposure <= 0:
        raise ValueError(f"events {events}, exposure {exposure:g}: allowed: 0 or more events in more than 0 years")  # fmt: skip
    low, high = confint_poisson(events, exposure, method="exact-c", alpha=1 - level)
    return Rate(events, exposure, events / exposure, float(np.nan_to_num(low)), float(high))


def chance(rate: float, exposure: float) -> float:
    """Return the chance of one event or more in some years of exposure at a constant rate a year.

    Raises
    ------
    ValueError
        If the rate or the exposure is negative.
    """
    if rate < 0 or exposure < 0:
        raise ValueError(f"rate {rate:g}, exposure {exposure:g}: allowed: 0 or more")
    return float(-np.expm1(-rate * exposure))
