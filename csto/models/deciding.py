"""Who decides: six members with chances of consent, four rules of decision, and who can turn the result.

A teaching device, not an estimate: no chance in it was measured on any state.
To consent means here not to object, which is how the course reads consensus: a member that stays away does not block.

The record knows one of the four rules, consensus. The others are what-if rules to compare it with:
the CSTO has no vote by qualified majority on matters of substance that the course could find,
none that leaves out the party concerned, and none that lets one member decide alone.

Members may lean the same way. Their consent is then drawn from a one-factor Gaussian copula:
member i consents if  sqrt(r) * Z + sqrt(1 - r) * E_i  <=  the normal quantile of its chance,
where Z is a standard normal number common to all, E_i is the member's own, and the correlation r is from 0 to 1.
The chance of each member stays what it was at every r; only what they do together changes.
Without correlation, and with a perfect one, the results are exact; between them they are simulated with a given seed,
and come with a standard error.

Power is read from all 64 patterns of consent, exactly. The two indices ask only what the rule says (shapleyshubik1954,
banzhaf1965); the chance that a member turns the result also asks what the others are likely to do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import factorial
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

MEMBERS = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK")
LEADER = "RUS"
#: Imagined councils per simulation; the standard error of a chance is then 0.0016 at most.
DRAWS = 100_000
SEED = 2002


@dataclass(frozen=True)
class Council:
    """Six members before one decision.

    Parameters
    ----------
    chances
        The chance, from 0 to 1, that a member consents, by its ISO 3166 alpha-3 code; all six of `MEMBERS`.
    correlation
        How far all lean the same way, from 0 (each on its own) to 1 (as one).
    concerned
        The member whose own case is before the council.
    needed
        How many of the six must consent under the qualified majority; four are two thirds.

    Raises
    ------
    ValueError
        If a member is unknown or missing, or a value lies outside its range; the message names both.
    """

    chances: Mapping[str, float] = field(default_factory=lambda: dict.fromkeys(MEMBERS, 0.9))
    correlation: float = 0.0
    concerned: str = "ARM"
    needed: int = 4

    def __post_init__(self) -> None:
        for code in self.chances:
            _check_member("chances", code)
        missing = [code for code in MEMBERS if code not in self.chances]
        if missing:
            raise ValueError(f"chances: {', '.join(missing)} missing; needed: {', '.join(MEMBERS)}")
        for code in MEMBERS:
            _check_share(f"chance of {code}", self.chances[code])
        _check_share("correlation", self.correlation)
        _check_member("concerned", self.concerned)
        _check_whole("needed", self.needed, len(MEMBERS))
        # A copy in the fixed order, so that what was checked cannot be changed behind its back.
        object.__setattr__(self, "chances", {code: float(self.chances[code]) for code in MEMBERS})


def _check_share(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, Real):
        raise ValueError(f"{name}: {value!r} is not a number; allowed: 0 to 1")
    if not 0 <= float(value) <= 1:
        raise ValueError(f"{name}: {float(value):g} is not allowed; allowed: 0 to 1")


def _check_member(name: str, code: Any) -> None:
    if code not in MEMBERS:
        raise ValueError(f"{name}: {code!r} is not a member; allowed: {', '.join(MEMBERS)}")


def _check_whole(name: str, value: Any, most: int | None = None) -> None:
    whole = isinstance(value, Integral) and not isinstance(value, bool)
    if not whole or int(value) < 1 or (most and int(value) > most):
        allowed = f"whole numbers from 1 to {most}" if most else "whole numbers from 1 on"
        raise ValueError(f"{name}: {value!r} is not allowed; allowed: {allowed}")


# --- the rules ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rule:
    """A rule of decision as a weighted vote: its weights and quota for a council, and what it says in a sentence."""

    vote: Callable[[Council], tuple[list[int], int]]
    claim: str


RULES: dict[str, Rule] = {
    "Consensus": Rule(
        lambda council: ([1] * len(MEMBERS), len(MEMBERS)),
        "The council acts if no member objects.",
    ),
    "Consensus minus one": Rule(
        lambda council: ([int(code != council.concerned) for code in MEMBERS], len(MEMBERS) - 1),
        "The council acts if nobody objects, or only the party concerned, whose word does not count.",
    ),
    "Majority": Rule(
        lambda council: ([1] * len(MEMBERS), int(council.needed)),
        "The council acts if enough members consent, whoever they are.",
    ),
    "Russia alone": Rule(
        lambda council: ([int(code == LEADER) for code in MEMBERS], 1),
        "The council acts if the leader consents, whatever the others say.",
    ),
}


def rule_of(rule: str) -> Rule:
    """Return a rule by its name.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the names.
    """
    if rule not in RULES:
        raise ValueError(f"rule: {rule!r} is not known; allowed: {', '.join(RULES)}")
    return RULES[rule]


@lru_cache(maxsize=32)
def patterns(members: int = len(MEMBERS)) -> np.ndarray:
    """Return who consents in each of the 2 to the n patterns: boolean, a row a pattern, a column a member.

    Row k holds the binary digits of k, so switching the consent of member i moves by 2 to the i rows.
    """
    rows = (np.arange(2**members)[:, None] >> np.arange(members)) & 1 == 1
    rows.setflags(write=False)
    return rows


def weighted(weights: Sequence[float], quota: float) -> np.ndarray:
    """Return, for each pattern of consent, whether the weights of those who consent reach the quota.

    Raises
    ------
    ValueError
        If a weight is negative, or the quota is not above zero and within the sum of the weights.
    """
    given = np.asarray(weights, dtype=float)
    if not (given >= 0).all():
        raise ValueError(f"weights: {min(given):g} is not allowed; allowed: zero and above")
    if not 0 < quota <= given.sum():
        raise ValueError(f"quota: {quota:g} is not allowed; allowed: above 0, up to {given.sum():g}")
    reached: np.ndarray = patterns(len(given)) @ given >= quota
    return reached


def wins(council: Council, rule: str) -> np.ndarray:
    """Return, for each of the 64 patterns of consent, whether the council acts under the rule."""
    return weighted(*rule_of(rule).vote(council))


# --- how likely a pattern is --------------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _leanings(correlation: float, seed: int, draws: int) -> np.ndarray:
    """Return the leaning of each member in each imagined council, a standard normal number."""
    drawn = np.random.default_rng(seed).standard_normal((draws, len(MEMBERS) + 1))
    leaning: np.ndarray = np.sqrt(correlation) * drawn[:, :1] + np.sqrt(1 - correlation) * drawn[:, 1:]
    return leaning


def is_exact(council: Council) -> bool:
    """Return whether the chances of the council are computed without simulation."""
    return council.correlation in (0, 1)


def likelihood(council: Council, seed: int = SEED, draws: int = DRAWS) -> np.ndarray:
    """Return the chance of each of the 64 patterns of consent, in the order of `patterns`; they sum to 1.

    Parameters
    ----------
    council
        Six chances and their correlation.
    seed, draws
        Of the simulation, which is used only if the correlation is neither 0 nor 1.
        The same seed gives the same draws to every council, so that two councils can be compared.

    Raises
    ------
    ValueError
        If `draws` is not a whole number above zero.
    """
    _check_whole("draws", draws)
    chance = np.array(list(council.chances.values()))
    if council.correlation == 0:
        independent: np.ndarray = np.where(patterns(), chance, 1 - chance).prod(axis=1)
        return independent
    if council.correlation == 1:  # one number for all: whoever is above it consents
        edges = np.unique([0.0, *chance, 1.0])
        codes, shares = _code((edges[1:] + edges[:-1])[:, None] / 2 < chance), np.diff(edges)
    else:
        from scipy.special import ndtri

        leaning = _leanings(council.correlation, seed, draws)
        codes, shares = _code(leaning <= ndtri(chance)), np.full(draws, 1 / draws)
    found: np.ndarray = np.bincount(codes, weights=shares, minlength=2 ** len(MEMBERS))
    return found


def _code(consents: np.ndarray) -> np.ndarray:
    code: np.ndarray = consents @ (1 << np.arange(len(MEMBERS)))
    return code


def acting(council: Council, rule: str, seed: int = SEED, draws: int = DRAWS) -> tuple[float, float]:
    """Return the chance, from 0 to 1, that the council acts under a rule, and the standard error of the simulation.

    The error is zero where the chance is exact: without correlation, with a perfect one,
    and wherever one member decides, since nobody's own chance depends on the correlation.

    Raises
    ------
    ValueError
        If the rule is unknown, or `draws` is not a whole number above zero.
    """
    won = wins(council, rule)
    counting = np.flatnonzero(swings(won).any(axis=0))
    if len(counting) == 1:
        return council.chances[MEMBERS[counting[0]]], 0.0
    chance = min(float(likelihood(council, seed, draws)[won].sum()), 1.0)
    return chance, 0.0 if is_exact(council) else float(np.sqrt(chance * (1 - chance) / draws))


def compare(council: Council, seed: int = SEED, draws: int = DRAWS) -> pd.DataFrame:
    """Return what every rule makes of one council, a row a rule: `rule`, `chance` of acting, `error` of the simulation."""
    rows = [(rule, *acting(council, rule, seed, draws)) for rule in RULES]
    return pd.DataFrame(rows, columns=["rule", "chance", "error"])


# --- who can turn the result --------------------------------------------------------------------------------------


def swings(won: np.ndarray) -> np.ndarray:
    """Return where a member's own choice turns the result, the others' choices being as in the pattern.

    Parameters
    ----------
    won
        Whether each of the 2 to the n patterns wins, in the order of `patterns`.

    Returns
    -------
    numpy.ndarray
        Boolean, a row a pattern, a column a member.

    Raises
    ------
    ValueError
        If the number of patterns is not a power of two.
    """
    members = len(won).bit_length() - 1
    if len(won) != 2**members or members < 1:
        raise ValueError(f"won: {len(won)} patterns are not allowed; allowed: 2, 4, 8 and so on")
    rows = np.arange(len(won))[:, None]
    turned: np.ndarray = won[rows] != won[rows ^ (1 << np.arange(members))]
    return turned


def banzhaf(won: np.ndarray) -> np.ndarray:
    """Return each member's share of all swings, the normalised Banzhaf index; the shares sum to 1."""
    counts = swings(won).sum(axis=0)
    share: np.ndarray = counts / counts.sum()
    return share


def shapley_shubik(won: np.ndarray) -> np.ndarray:
    """Return the share of all orders of consent in which a member is the one that carries it; the shares sum to 1."""
    turned = swings(won)
    members = turned.shape[1]
    consents = patterns(members)
    orders = np.array(
        [factorial(size) * factorial(members - size - 1) / factorial(members) for size in range(members)]
    )
    others = consents.sum(axis=1, keepdims=True) - consents
    share: np.ndarray = np.where(turned & ~consents, orders[others], 0).sum(axis=0)
    return share


def pivots(council: Council, rule: str, seed: int = SEED, draws: int = DRAWS) -> pd.DataFrame:
    """Return who can turn the result under a rule, a row a member.

    Returns
    -------
    pandas.DataFrame
        `member` (code); `consent`, its chance; `shapley_shubik` and `banzhaf`, its power by the rule alone;
        `turns`, the chance that the others leave the result to it; `blocks`, the chance that they do and it refuses.
        `turns` is also how much the chance of acting rises when the member goes from sure refusal to sure consent.
    """
    won, likely = wins(council, rule), likelihood(council, seed, draws)
    turned = swings(won)
    return pd.DataFrame(
        {
            "member": MEMBERS,
            "consent": list(council.chances.values()),
            "shapley_shubik": shapley_shubik(won),
            "banzhaf": banzhaf(won),
            "turns": likely @ turned,
            "blocks": likely @ (turned & ~patterns()),
        }
    )


# --- one hesitant member among five alike ---------------------------------------------------------------------------

#: The member that hesitates and the party concerned, by the role of the first.
ROLES = {"a third member": ("KAZ", "ARM"), "the party concerned": ("ARM", "ARM"), "Russia": ("RUS", "ARM")}


def hesitant(least: float, others: float, correlation: float, role: str, needed: int = 4) -> Council:
    """Return a council of five members alike and one that hesitates.

    Parameters
    ----------
    least, others
        The chance of the hesitant member, and of each of the other five.
    correlation
        As in `Council`.
    role
        Who hesitates: one of `ROLES`.
    needed
        As in `Council`.

    Raises
    ------
    ValueError
        If the role is unknown or a value lies outside its range.
    """
    if role not in ROLES:
        raise ValueError(f"role: {role!r} is not known; allowed: {', '.join(ROLES)}")
    who, concerned = ROLES[role]
    return Council(
        {code: least if code == who else others for code in MEMBERS}, correlation, concerned, needed
    )


#: Made-up councils to argue about; none is a measurement of real states.
PROFILES: dict[str, Council] = {
    "Five willing, a third member hesitates": hesitant(0.4, 0.9, 0.0, "a third member"),
    "All six alike": Council(),
    "The one concerned would refuse": hesitant(0.1, 0.9, 0.0, "the party concerned"),
    "The one concerned asks for help, the others doubt": Council(
        {"ARM": 1.0, "BLR": 0.5, "KAZ": 0.6, "KGZ": 0.6, "RUS": 0.5, "TJK": 0.6}, 0.2, "ARM"
    ),
    "Russia will not": hesitant(0.1, 0.9, 0.0, "Russia"),
    "All look to one signal": Council(dict.fromkeys(MEMBERS, 0.7), 0.8),
}
