"""Join or stay out: what four theories expect of a weak state that a strong one invites into an alliance.

A teaching device, not an estimate: no number in it was measured on any state.
It puts four arguments from the literature into one sum, so that a reader sees where they part.
Every dial lies between 0 and 1 and has no unit. The net gain of joining can be made of five terms:

    protection    protection * outside                the alliance takes away a share of the outside threat
    restraint     restraint * 4 * patron * (1 - patron)   its rules bind the patron (tethering)
    exposure    - exposure * patron                   it gives the patron a foothold: bases, dependence
    payment       payment                             goods that come with membership
    autonomy    - autonomy                            freedom of policy given up

A theory says which of these terms count; the state joins if the terms that count sum to more than zero.
Restraint is largest, `restraint` itself, where the patron is half feared, and nothing where it is not feared or feared
most. That is how the course draws the claim that a feared ally is held close only up to a point, and left or balanced
when fear rises further (weitsman1997, weitsman2004).

What the device leaves out: giving in to the stronger from fear (the other meaning of bandwagoning in walt1985),
threats to a leader's own rule (david1991), the consent that makes a lead acceptable (lake2009), and what the others do.
A state that joins though all four theories say "stays out" points to one of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

TERMS = ("protection", "restraint", "exposure", "payment", "autonomy")
#: A net gain within this distance of zero is no gain; it keeps rounding errors of the sum from deciding.
EVEN = 1e-9


@dataclass(frozen=True)
class Case:
    """One state and the alliance it is offered; every dial is a number, or an array, from 0 to 1 without unit.

    Parameters
    ----------
    outside
        Threat that the state sees from outside the alliance.
    patron
        Threat that it sees from the patron, the strong state that leads the alliance.
    protection
        Share of the outside threat that membership takes away: the patron's power times the chance that it comes.
    restraint
        How far common rules bind the patron, at most.
    exposure
        Share of the patron's threat that membership adds.
    payment
        Goods that come with membership, such as weapons at the supplier's own price.
    autonomy
        What the state gives up in freedom of policy.

    Raises
    ------
    ValueError
        If a dial is not a number from 0 to 1; the message names the dial and the value.
    """

    outside: Any = 0.4
    patron: Any = 0.5
    protection: Any = 0.7
    restraint: Any = 0.6
    exposure: Any = 0.6
    payment: Any = 0.2
    autonomy: Any = 0.3

    def __post_init__(self) -> None:
        for name in DIALS:
            _check(name, getattr(self, name))


DIALS = tuple(field.name for field in fields(Case))


def _check(name: str, value: Any) -> None:
    try:
        values = np.atleast_1d(np.asarray(value, dtype=float)).ravel()
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} is not a number; allowed: 0 to 1") from None
    outside = values[~((values >= 0) & (values <= 1))]
    if outside.size:
        raise ValueError(f"{name}: {outside[0]:g} is not allowed; allowed: 0 to 1")


@dataclass(frozen=True)
class Theory:
    """A theory of joining: the terms that count for it, its claim in a sentence, and its sources.

    Raises
    ------
    ValueError
        If a term is unknown.
    """

    counts: tuple[str, ...]
    claim: str
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for term in self.counts:
            if term not in TERMS:
                raise ValueError(f"counts: {term!r} is not a term; allowed: {', '.join(TERMS)}")


THEORIES: dict[str, Theory] = {
    "Balancing": Theory(
        ("protection", "exposure"),
        "A state sides against the greater threat, and not with it.",
        ("walt1985", "walt1987"),
    ),
    "Bandwagoning": Theory(
        ("payment", "autonomy"),
        "A state sides with the stronger for what it can gain, not from fear.",
        ("schweller1994",),
    ),
    "Tethering": Theory(
        ("restraint", "autonomy"),
        "A state holds a feared neighbour close inside common rules, as long as rules can hold it.",
        ("weitsman1997", "weitsman2004"),
    ),
    "Exchange": Theory(
        ("protection", "payment", "autonomy"),
        "A weak state sells some of its autonomy for security and goods.",
        ("morrow1991",),
    ),
}

#: Made-up cases to argue about; none is a measurement of a real state.
PROFILES: dict[str, Case] = {
    "Fears the patron more than outsiders": Case(),
    "Embattled: a strong enemy next door": Case(0.9, 0.4, 0.6, 0.2, 0.4, 0.1, 0.3),
    "Safe and far away": Case(0.1, 0.2, 0.5, 0.3, 0.3, 0.1, 0.7),
    "Courted with gifts": Case(0.1, 0.2, 0.3, 0.2, 0.5, 0.7, 0.4),
    "In the patron's shadow, without a choice": Case(0.2, 0.95, 0.5, 0.8, 0.8, 0.2, 0.4),
}


def theory_of(theory: str | Theory) -> Theory:
    """Return a theory by its name; a `Theory` is returned as it is.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the names.
    """
    if isinstance(theory, Theory):
        return theory
    if theory not in THEORIES:
        raise ValueError(f"theory: {theory!r} is not known; allowed: {', '.join(THEORIES)}")
    return THEORIES[theory]


def terms(case: Case) -> dict[str, Any]:
    """Return all five terms with their signs, in the common shape of the dials, whichever theory counts them."""
    dial = {name: np.asarray(getattr(case, name), dtype=float) for name in DIALS}
    whole = {
        "protection": dial["protection"] * dial["outside"],
        "restraint": dial["restraint"] * 4 * dial["patron"] * (1 - dial["patron"]),
        "exposure": -dial["exposure"] * dial["patron"],
        "payment": dial["payment"],
        "autonomy": -dial["autonomy"],
    }
    shape = np.broadcast_shapes(*(value.shape for value in dial.values()))
    return {name: np.broadcast_to(value, shape) + 0.0 for name, value in whole.items()}


def decompose(case: Case, theory: str | Theory) -> dict[str, Any]:
    """Return the five terms under a theory; a term that does not count is zero, and all sum to `net_gain`."""
    counts = theory_of(theory).counts
    return {name: value * (name in counts) for name, value in terms(case).items()}


def net_gain(case: Case, theory: str | Theory) -> Any:
    """Return the net gain of joining under a theory, without unit, in the common shape of the dials.

    Raises
    ------
    ValueError
        If the theory is unknown.
    """
    return sum(decompose(case, theory).values())


def joins(case: Case, theory: str | Theory) -> Any:
    """Return whether the state joins; where the net gain is zero it stays out."""
    return net_gain(case, theory) > EVEN


def boundary(case: Case, theory: str | Theory) -> Any:
    """Return the outside threat above which the state joins, whatever its present outside threat.

    In closed form: minus the other terms that count, divided by `protection`.
    The result has the shape of the other dials. Below 0 the state always joins, from 1 on it never does;
    where protection does not count, or is zero, the result is minus or plus infinity.
    """
    others = decompose(replace(case, outside=0.0), theory)
    rest = np.asarray(sum(others.values()))
    counted = "protection" in theory_of(theory).counts
    slope = np.broadcast_to(np.asarray(case.protection, dtype=float) * counted, rest.shape)
    flat = np.where(rest > EVEN, -np.inf, np.inf)
    return np.divide(-rest, slope, out=flat, where=slope > 0)[()]


def region(case: Case, theory: str | Theory, steps: int = 41) -> pd.DataFrame:
    """Return the plane of both threats, the other dials as in the case.

    Returns
    -------
    pandas.DataFrame
        `outside`, `patron`, `gain` (all without unit) and `joins` (boolean), `steps` squared rows.
    """
    axis = np.linspace(0, 1, steps)
    outside, patron = (grid.ravel() for grid in np.meshgrid(axis, axis))
    there = replace(case, outside=outside, patron=patron)
    return pd.DataFrame(
        {"outside": outside, "patron": patron, "gain": net_gain(there, theory), "joins": joins(there, theory)}
    )


def decisive(case: Case, theory: str | Theory) -> str:
    """Return the term without which the answer would turn: of several the largest, "none" if there is none.

    The case must hold single numbers, not arrays.
    """
    parts = {name: float(value) for name, value in decompose(case, theory).items()}
    whole = sum(parts.values())
    turning = {
        name: abs(part) for name, part in parts.items() if (whole > EVEN) != (whole - part > EVEN) and part
    }
    return max(turning, key=turning.__getitem__) if turning else "none"


def compare(case: Case, theories: dict[str, Theory] | None = None) -> pd.DataFrame:
    """Return what each theory expects of one case: `theory`, `gain`, `joins`, `decisive`; a row a theory."""
    return pd.DataFrame(
        [
            {
                "theory": name,
                "gain": float(net_gain(case, theory)),
                "joins": bool(joins(case, theory)),
                "decisive": decisive(case, theory),
            }
            for name, theory in (theories or THEORIES).items()
        ]
    )


def evidence(
    case: Case, dials: Iterable[str] = ("outside", "patron", "payment", "autonomy"), steps: int = 101
) -> pd.DataFrame:
    """Return what turning one dial up from 0 to 1 does to the readiness to join, under each theory.

    Two theories whose rows differ can be told apart by watching what states did when that thing changed.

    Parameters
    ----------
    case
        The other dials; single numbers.
    dials
        Which dials to turn.
    steps
        At how many values to look.

    Returns
    -------
    pandas.DataFrame
        A row a theory, a column a dial: "more", "less", "no change", or "more, then less".

    Raises
    ------
    ValueError
        If a dial is unknown.
    """
    turned = {}
    for dial in dials:
        if dial not in DIALS:
            raise ValueError(f"dials: {dial!r} is not known; allowed: {', '.join(DIALS)}")
        along = replace(case, **{dial: np.linspace(0, 1, steps)})
        turned[dial] = [_course(net_gain(along, theory)) for theory in THEORIES]
    return pd.DataFrame(turned, index=pd.Index(THEORIES, name="theory"))


def _course(gain: Any) -> str:
    """Say how a series runs; every term is straight or an arch, so a fall is never followed by a rise."""
    steps = np.diff(gain)
    rises, falls = bool(np.any(steps > EVEN)), bool(np.any(steps < -EVEN))
    return {
        (True, True): "more, then less",
        (True, False): "more",
        (False, True): "less",
        (False, False): "no change",
    }[rises, falls]
