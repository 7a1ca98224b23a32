"""The labs, one module each: a live widget and its static twin over a model of `csto.models`."""

from __future__ import annotations

from importlib import import_module

from csto.labs.base import Lab

LABS = ("joining", "deciding", "due")


def lab(name: str) -> Lab:
    """Return a lab by its name, to show at the end of a cell.

    Raises
    ------
    KeyError
        If there is no such lab.
    """
    if name not in LABS:
        raise KeyError(f"no lab {name!r}; labs: {', '.join(LABS)}")
    found: Lab = import_module(f"csto.labs.{name}").lab()
    return found
