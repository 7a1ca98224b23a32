"""Self-checks for the exercises in the chapters, a module a chapter: `check("1.P1", answer)`.

What is right is computed from the data. A check tells a learner where a wrong answer may come from; it marks nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from csto.checks.answers import Verdict
from csto.html import Shown, emphasis

#: The module of each chapter, imported when one of its exercises is checked.
CHAPTERS = {"1": "origins", "2": "institutions", "3": "episodes", "4": "turning", "5": "futures"}


def check(exercise: str, answer: Any) -> Shown:
    """Return what can be said of an answer to an exercise, to show at the end of a cell.

    Parameters
    ----------
    exercise
        The exercise's number, such as "1.P1".
    answer
        What the exercise asks for; `...` means not answered yet.

    Raises
    ------
    KeyError
        If there is no such exercise.
    """
    checks = _of_chapter(exercise.split(".")[0])
    if exercise not in checks:
        known = [name for chapter in CHAPTERS for name in _of_chapter(chapter)]
        raise KeyError(f"no exercise {exercise!r} with a check; there are: {', '.join(known)}")
    if answer is ...:
        return _said(
            exercise, "Not answered yet", "Put your answer in place of the dots and run the cell again."
        )
    try:
        right, why = checks[exercise](answer)
    except (TypeError, ValueError, KeyError) as error:
        return _said(exercise, "Cannot be read", f"{error}")
    return _said(exercise, "Right" if right else "Not yet", why)


def _of_chapter(chapter: str) -> dict[str, Callable[[Any], Verdict]]:
    if chapter not in CHAPTERS:
        return {}
    found: dict[str, Callable[[Any], Verdict]] = import_module(f"csto.checks.{CHAPTERS[chapter]}").CHECKS
    return found


def _said(exercise: str, word: str, why: str) -> Shown:
    html = f'<p class="check" role="status"><strong>{exercise}: {word}.</strong> {emphasis(why)}</p>'
    return Shown(html, f"{exercise}: {word}. {why}")
