"""Join or stay out: what four theories expect of a weak state beside a strong one.

A teaching device and not an estimate. It puts four arguments from the literature into one formula,
so that a reader can see where they part: balancing (walt1987), bandwagoning for profit (schweller1994),
tethering (weitsman2004) and the exchange of autonomy for security (morrow1991).

The net gain of joining is the sum of five terms, each a product of numbers between 0 and 1:

    protection * outside  +  restraint * patron  -  exposure * patron  +  payment  -  autonomy

`outside` and `patron` are the threats that the state sees, from outsiders and from the strong ally itself.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

TERMS = ("protection", "restraint", "exposure", "payment", "autonomy")


def _within(name: str, value: Any) -> None:
    values = np.asarray(value, dtype=float)
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError(f"{name}: {value!r} is not allowed; allowed: numbers from 0 to 1")


@dataclass(frozen=True)
class Setting:
    """What an alliance does for a weak state; every value lies between 0 and 1 and has no unit.

    Parameters
    ----------
    protection
        Share of the outside threat that membership takes away.
    restraint
        Share of the patron's own threat that common rules take away (tethering).
    exposure
        Share of the patron's threat that membership adds: bases, dependence, a say at home.
    payment
        Goods that come with membership, such as weapons at the supplier's own price.
    autonomy
        What the state gives up in freedom of policy.

    Raises
    ------
    ValueError
        If a value lies outside 0 to 1; the message names it.
    """

    protection: float = 0.5
    restraint: float = 0.2
    exposure: float = 0.2
    payment: float = 0.1
    autonomy: float = 0.3

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            _within(name, value)

    def with_(self, **changes: float) -> Setting:
        """Return a copy with some values changed."""
        return replace(self, **changes)


#: Each theory stresses other terms; the numbers are chosen so that their predictions differ.
THEORIES: dict[str, Setting] = {
    "Balancing": Setting(protection=0.9, restraint=0.0, exposure=0.6, payment=0.0, autonomy=0.2),
    "Bandwagoning": Setting(protection=0.2, restraint=0.0, exposure=0.3, payment=0.6, autonomy=0.4),
    "Tethering": Setting(protection=0.2, restraint=0.9, exposure=0.1, payment=0.0, autonomy=0.3),
    "Exchange": Setting(protection=0.8, restraint=0.1, exposure=0.1, payment=0.2, autonomy=0.6),
}


def terms(setting: Setting, outside: Any, patron: Any) -> dict[str, Any]:
    """Return the five terms of the net gain, with their signs; they sum to `net_gain`.

    Parameters
    ----------
    setting
        What the alliance does.
    outside, patron
        Threats from 0 to 1; numbers or arrays of one shape.

    Returns
    -------
    dict
        Term to value, in the shape of the threats.

    Raises
    ------
    ValueError
        If a threat lies outside 0 to 1.
    """
    _within("outside", outside)
    _within("patron", patron)
    outside, patron = np.asarray(outside, dtype=float), np.asarray(patron, dtype=float)
    flat = np.zeros_like(outside + patron)
    return {
        "protection": setting.protection * outside + flat,
        "restraint": setting.restraint * patron + flat,
        "exposure": -setting.exposure * patron + flat,
        "payment": setting.payment + flat,
        "autonomy": -setting.autonomy + flat,
    }


def net_gain(setting: Setting, outside: Any, patron: Any) -> Any:
    """Return the net gain of joining, from -2 to 2; above zero the state joins."""
    return sum(terms(setting, outside, patron).values())


def joins(setting: Setting, outside: Any, patron: Any) -> Any:
    """Return whether the state joins; at exactly zero it stays out."""
    return net_gain(setting, outside, patron) > 0


def boundary(setting: Setting, patron: Any) -> Any:
    """Return the outside threat at which the state is indifferent, for each threat from the patron.

    The value may lie outside 0 to 1: then the state always joins (below 0) or never does (above 1).
    Without protection there is no such threat, and the result is nan.
    """
    _within("patron", patron)
    rest = (
        setting.autonomy
        - setting.payment
        + (setting.exposure - setting.restraint) * np.asarray(patron, float)
    )
    return rest / setting.protection if setting.protection else np.full_like(rest, np.nan)


def decisive(setting: Setting, outside: float, patron: float) -> str:
    """Return the term without which the answer would turn; of several the largest, and "none" if there is none."""
    parts = {name: float(value) for name, value in terms(setting, outside, patron).items()}
    whole = sum(parts.values())
    turning = {name: abs(value) for name, value in parts.items() if (whole > 0) != (whole - value > 0)}
    return max(turning, key=turning.__getitem__) if turning else "none"


def region(setting: Setting, steps: int = 41) -> pd.DataFrame:
    """Return the net gain over the square of both threats: `outside`, `patron`, `gain`, `joins` (steps squared rows)."""
    axis = np.linspace(0, 1, steps)
    outside, patron = (grid.ravel() for grid in np.meshgrid(axis, axis))
    gain = net_gain(setting, outside, patron)
    return pd.DataFrame({"outside": outside, "patron": patron, "gain": gain, "joins": gain > 0})


def predictions(outside: float, patron: float) -> dict[str, bool]:
    """Return what each of the four theories expects of a state that sees these threats."""
    return {name: bool(joins(setting, outside, patron)) for name, setting in THEORIES.items()}
