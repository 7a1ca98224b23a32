"""How far should cases move a belief? Beta-binomial updating of the rate at which promises are kept.

A rate between 0 and 1 is not known; a beta distribution says how strongly each rate is believed.
Its `alpha` and `beta` read as successes and failures already seen, so that k kept of n cases simply add up:

    Beta(alpha, beta)  and  k of n   give   Beta(alpha + k, beta + n - k)

The mean of the result lies between the prior's mean and the share of the cases, and the weights are plain:
the prior counts as `alpha + beta` cases, the cases as n. It is the textbook's first example: A. Gelman and others,
"Bayesian Data Analysis", 3rd edition, Boca Raton 2013, chapter 2.

The model takes the cases for exchangeable: one tells as much as another, and none depends on another.
Neither holds of the episodes of an alliance, so an interval from here is the least that one should doubt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import Any, NamedTuple

import numpy as np
import pandas as pd


def _number(name: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} is not a number") from None


def _whole(name: str, value: Any) -> int:
    number = _number(name, value)
    if isinstance(value, bool) or not number.is_integer():
        raise ValueError(f"{name}: {value!r} is not a whole number")
    return int(number)


def _cases(k: Any, n: Any) -> tuple[int, int]:
    k, n = _whole("k", k), _whole("n", n)
    if n < 0:
        raise ValueError(f"n: {n} is not allowed; allowed: whole numbers from 1 on")
    if n == 0:
        raise ValueError(
            "n: the reference class is empty, and from no case nothing is learnt; widen the class"
        )
    if not 0 <= k <= n:
        raise ValueError(f"k: {k} is not allowed; allowed: 0 to {n}, the number of cases")
    return k, n


def _rates(rates: Any) -> Any:
    values = np.asarray(rates, dtype=float)
    outside = np.atleast_1d(values)[~((np.atleast_1d(values) >= 0) & (np.atleast_1d(values) <= 1))]
    if outside.size:
        raise ValueError(f"rate: {outside[0]:g} is not allowed; allowed: 0 to 1")
    return values


@dataclass(frozen=True)
class Prior:
    """A belief about a rate: the distribution Beta(alpha, beta). After cases it is the prior of the next ones.

    Parameters
    ----------
    alpha, beta
        Successes and failures that the belief is worth; any numbers above 0.
    name
        What the belief is called.
    denominator
        What the rate behind it is a share of.
    caution
        What a reader could get wrong.

    Raises
    ------
    ValueError
        If `alpha` or `beta` is not a number above 0: then there is no such distribution.
    """

    alpha: float
    beta: float
    name: str = ""
    denominator: str = ""
    caution: str = ""

    def __post_init__(self) -> None:
        for name in ("alpha", "beta"):
            value = _number(name, getattr(self, name))
            if not (isfinite(value) and value > 0):
                raise ValueError(
                    f"{name}: {value:g} is not allowed; allowed: above 0, or the prior is not a distribution"
                )

    @classmethod
    def of(cls, mean: float, weight: float, **words: str) -> Prior:
        """Return the prior with an expected rate, held as strongly as a number of cases.

        Parameters
        ----------
        mean
            The rate expected, between 0 and 1; both ends are left out, since no case could move a belief there.
        weight
            How many cases the belief is worth; above 0, not necessarily whole.
        **words
            `name`, `denominator` and `caution`.

        Raises
        ------
        ValueError
            If the mean is not between 0 and 1, or the weight is not above 0.
        """
        mean, weight = _number("mean", mean), _number("weight", weight)
        if not 0 < mean < 1:
            raise ValueError(
                f"mean: {mean:g} is not allowed; allowed: between 0 and 1, both left out, "
                "since no case could move a belief that is sure"
            )
        if not (isfinite(weight) and weight > 0):
            raise ValueError(f"weight: {weight:g} is not allowed; allowed: above 0, as a number of cases")
        return cls(mean * weight, (1 - mean) * weight, **words)

    @property
    def mean(self) -> float:
        """The rate expected, 0 to 1; it is also the chance that the next case is kept."""
        return self.alpha / self.weight

    @property
    def weight(self) -> float:
        """How many cases the belief is worth."""
        return self.alpha + self.beta

    def density(self, rates: Any) -> Any:
        """Return the density at rates from 0 to 1, in their shape; its integral over all rates is 1.

        Raises
        ------
        ValueError
            If a rate lies outside 0 to 1.
        """
        from scipy.stats import beta

        return beta.pdf(_rates(rates), self.alpha, self.beta)

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the central interval that holds the rate with the given probability.

        Raises
        ------
        ValueError
            If the level is not between 0 and 1.
        """
        from scipy.stats import beta

        level = _number("level", level)
        if not 0 < level < 1:
            raise ValueError(f"level: {level:g} is not allowed; allowed: between 0 and 1, both left out")
        low, high = beta.interval(level, self.alpha, self.beta)
        return float(low), float(high)

    def at_least_one(self, cases: int) -> float:
        """Return the chance that at least one of the next cases is kept, by the beta-binomial distribution.

        Raises
        ------
        ValueError
            If `cases` is not a whole number from 1 on.
        """
        from scipy.stats import betabinom

        cases = _whole("cases", cases)
        if cases < 1:
            raise ValueError(f"cases: {cases} is not allowed; allowed: whole numbers from 1 on")
        return float(1 - betabinom.pmf(0, cases, self.alpha, self.beta))


UNIFORM = Prior(
    1, 1, "Uniform", "nothing counted", "Every rate is held equally likely; it is worth two cases"
)
JEFFREYS = Prior(
    0.5,
    0.5,
    "Jeffreys",
    "nothing counted",
    "The same whether one counts kept or broken; it is worth one case",
)
#: What every prior from the literature is in want of.
WARS = "The study counts wars, and hardly an episode of this alliance was one"


def published(table: pd.DataFrame, weight: float = 10) -> dict[str, Prior]:
    """Return a prior for each published rate, all held with one weight.

    Parameters
    ----------
    table
        `authors`, `year`, `period`, `measure`, `subset` and `percent`, as in the course table *reliability*;
        a rate given in words only (`percent` missing) makes no prior.
    weight
        How many cases each is worth. The studies' own numbers of cases are of wars, so this is the reader's choice.

    Raises
    ------
    ValueError
        If a rate makes no prior; the message names the study.
    """
    found = {}
    for row in table.dropna(subset=["percent"]).itertuples():
        subset = "" if str(row.subset) in {"all", "all alliances"} else str(row.subset)
        period = "" if pd.isna(row.period) else str(row.period).replace("-", "–")
        *others, last = str(row.authors).split("; ")
        who = " and ".join([", ".join(others), last] if others else [last]) + f" {row.year}"
        who = "earlier estimate" if pd.isna(row.year) else who
        name = f"{row.percent:g}%: " + ", ".join(part for part in (who, subset or period) if part)
        denominator = ", ".join(part for part in (str(row.measure), subset, period) if part)
        try:
            found[name] = Prior.of(
                row.percent / 100, weight, name=name, denominator=denominator, caution=WARS
            )
        except ValueError as error:
            raise ValueError(f"published rate {name!r} makes no prior: {error}") from None
    return found


# --- from cases to a belief ----------------------------------------------------------------------------------------


def update(prior: Prior, k: int, n: int) -> Prior:
    """Return the belief after k kept of n cases.

    Raises
    ------
    ValueError
        If k and n are not whole numbers with 0 <= k <= n, or there is no case: then nothing was learnt,
        and the prior must not be passed off as a result.
    """
    k, n = _cases(k, n)
    return replace(prior, alpha=prior.alpha + k, beta=prior.beta + n - k)


def likelihood(k: int, n: int, rates: Any) -> Any:
    """Return how well each rate from 0 to 1 foretells k of n, scaled so that the best one, k / n, has 1.

    Raises
    ------
    ValueError
        As `update`, and if a rate lies outside 0 to 1.
    """
    from scipy.special import xlogy

    k, n = _cases(k, n)

    def log(rate: Any) -> Any:
        return xlogy(k, rate) + xlogy(n - k, 1 - rate)

    return np.exp(log(_rates(rates)) - log(k / n))


def share_of_cases(prior: Prior, n: int) -> float:
    """Return the weight of n cases in the mean of the posterior, 0 to 1; the rest is the prior's."""
    _cases(0, n)
    return n / (n + prior.weight)


def foretold(prior: Prior, k: int, n: int) -> float:
    """Return the probability that a prior gave to k of n before they were seen (beta-binomial)."""
    from scipy.stats import betabinom

    k, n = _cases(k, n)
    return float(betabinom.pmf(k, n, prior.alpha, prior.beta))


def bayes_factor(one: Prior, other: Prior, k: int, n: int) -> float:
    """Return how many times as well one prior foretold k of n as the other; above 1 it speaks for the first."""
    return foretold(one, k, n) / foretold(other, k, n)


# --- from rows to cases --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """A coding rule: which rows are in the reference class, and which of them count as kept.

    Parameters
    ----------
    kept
        Codes of `response` that count as kept.
    among
        Column to the codes with which a row is in the reference class; a column that is not named is not asked.
    """

    kept: tuple[str, ...]
    among: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)


class Count(NamedTuple):
    """`k` kept of `n` cases, and the `cases` themselves: the rows of the class with a column `kept`."""

    k: int
    n: int
    cases: pd.DataFrame


def count(table: pd.DataFrame, rule: Rule) -> Count:
    """Return what a rule makes of a table with a column `response`; a row without a response is not kept.

    Raises
    ------
    ValueError
        If nothing counts as kept, a column or a code is not in the table, or no row is left in the class.
    """
    if not rule.kept:
        raise ValueError("No answer counts as kept, so no promise could be. Let at least one count.")
    for column, codes in {"response": rule.kept, **rule.among}.items():
        if column not in table:
            raise ValueError(f"rule: no column {column!r}; there are: {', '.join(table.columns)}")
        known = table[column].dropna().unique().tolist()
        for code in codes:
            if code not in known:
                raise ValueError(
                    f"{column}: {code!r} is not a code of the table; allowed: {', '.join(map(str, sorted(known)))}"
                )
    inside = pd.Series(True, index=table.index)
    for column, codes in rule.among.items():
        inside &= table[column].isin(codes)
    cases = table[inside].assign(kept=lambda rows: rows["response"].isin(rule.kept))
    if cases.empty:
        raise ValueError(
            "No case fits this rule, so there is nothing to learn from and the belief stays what it was. "
            "Widen the class: ask for one thing less."
        )
    return Count(int(cases["kept"].sum()), len(cases), cases)
