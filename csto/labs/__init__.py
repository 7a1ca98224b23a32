"""The labs, one module each: a live widget and its static twin over a model of `csto.models`."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from csto.figures import in_book
from csto.labs.base import Lab

LABS = ("joining", "deciding", "due", "updating", "breaking", "score", "scenarios", "council")


def lab(name: str) -> Lab:
    """Return a lab by its name, to show at the end of a cell; in a live kernel every call gives the same one.

    Raises
    ------
    KeyError
        If there is no such lab.
    """
    if name not in LABS:
        raise KeyError(f"no lab {name!r}; labs: {', '.join(LABS)}")
    return _made(name) if in_book() else _kept(name)


def _made(name: str) -> Lab:
    found: Lab = import_module(f"csto.labs.{name}").lab()
    return found


_kept = cache(_made)
