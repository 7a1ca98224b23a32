"""An assignment as its author wrote it: items, points, minutes, and what a run of it earns.

A cell of an item carries, beside what nbgrader keeps, `course` metadata: the item's name on every cell of it; on the
cell in which the learner answers also `title`, `objective` (its number in the chapter), `minutes`, `again` (where to
look again), for a computed answer `name` (the variable that holds it) and `selfcheck` (whether its hash is given out).
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import yaml

from csto import data
from tools.build import ROOT
from tools.teaching.cohort import Draw
from tools.tidy import Notebook, source

EXERCISES = ROOT / "exercises"
SOURCES = EXERCISES / "source"


@dataclass(frozen=True)
class Item:
    """One item: what it asks, what it is worth and how long it takes."""

    name: str
    title: str
    objective: int
    minutes: int
    again: str
    points: float
    variable: str | None
    selfcheck: bool
    by_hand: bool


@dataclass
class Assignment:
    """An assignment of `exercises/source`, with the parameters of a cohort once they are filled in."""

    name: str
    notebook: Notebook
    parameters: dict[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The folder of its source."""
        return SOURCES / self.name

    @property
    def tables(self) -> list[str]:
        """The tables that it needs, as its first cell names them."""
        return list(self.notebook["cells"][0]["metadata"]["course"]["tables"])

    @property
    def items(self) -> list[Item]:
        """Its items in order.

        Raises
        ------
        ValueError
            If a cell's `course` metadata lack a field or an item has no points.
        """
        points: dict[str, float] = {}
        answers: dict[str, dict[str, Any]] = {}
        for cell in self.notebook["cells"]:
            told, marks = course_of(cell), cell["metadata"].get("nbgrader", {})
            if marks.get("grade") and "item" in told:
                points[told["item"]] = points.get(told["item"], 0) + marks["points"]
            if marks.get("solution") and "item" in told:
                answers[told["item"]] = {**told, "by_hand": bool(marks.get("grade"))}
        found = []
        for name, told in answers.items():
            lacking = {"title", "objective", "minutes", "again"} - set(told)
            if lacking or name not in points:
                what = f"metadata lack {', '.join(sorted(lacking))}" if lacking else "no cell gives points"
                raise ValueError(f"exercises/source/{self.name}, item {name}: {what}")
            found.append(
                Item(
                    name,
                    told["title"],
                    told["objective"],
                    told["minutes"],
                    told["again"],
                    points[name],
                    told.get("name"),
                    told.get("selfcheck", False),
                    told["by_hand"],
                )
            )
        return found

    @property
    def wrong_answers(self) -> list[dict[str, Any]]:
        """Typical wrong answers: `item`, `why`, `code` that stands in for the solution, and the points it earns."""
        stored = (self.folder / "wrong.yml").read_text(encoding="utf-8")
        return list(yaml.safe_load(stored))


def course_of(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what the course keeps in a cell's metadata."""
    kept: dict[str, Any] = cell["metadata"].get("course", {})
    return kept


def names() -> list[str]:
    """Return the names of all assignments, in order."""
    return sorted(path.parent.name for path in SOURCES.glob("*/*.ipynb") if path.stem == path.parent.name)


def find(chapter: str) -> str:
    """Return the name of a chapter's assignment.

    Parameters
    ----------
    chapter
        The chapter's number, such as ``"03"`` or ``"3"``, or the assignment's name.

    Raises
    ------
    ValueError
        If there is none; the message names those that there are.
    """
    for name in names():
        if chapter == name or chapter.zfill(2) == name[:2]:
            return name
    raise ValueError(
        f"CHAPTER: {chapter!r} is not allowed; allowed: {', '.join(name[:2] for name in names())}"
    )


def written(name: str) -> Assignment:
    """Return an assignment as its author wrote it, without parameters."""
    return Assignment(name, json.loads((SOURCES / name / f"{name}.ipynb").read_text(encoding="utf-8")))


def for_cohort(name: str, key: str) -> Assignment:
    """Return an assignment with the parameters that a cohort's key decides, filled into its text and its code.

    They are what `draw(pick, load)` in the assignment's `variant.py` returns: a dictionary of numbers, texts and lists of
    them, dates as text, drawn by a `Draw` from tables that `load` gives by name.
    """
    drawn: dict[str, Any] = _module(SOURCES / name / "variant.py").draw(Draw(key, name), data.load)
    given = written(name)
    jinja = jinja2.Environment(undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    head = {
        "minutes": sum(item.minutes for item in given.items),
        "points": _whole(sum(item.points for item in given.items)),
    }
    cells = []
    for cell in given.notebook["cells"]:
        text = source(cell)
        if course_of(cell).get("role") == "parameters":
            text = text.replace("P = {}", f"P = {_literal(drawn)}")
        elif cell["cell_type"] == "markdown":
            text = jinja.from_string(text).render(P=drawn, **head)
        cells.append({**cell, "source": text.splitlines(keepends=True)})
    return Assignment(name, {**given.notebook, "cells": cells}, drawn)


def _whole(number: float) -> float | int:
    return int(number) if number == int(number) else number


def _literal(drawn: dict[str, Any]) -> str:
    lines = "".join(f"    {name!r}: {value!r},\n" for name, value in drawn.items())
    return f"{{\n{lines}}}"


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"_{path.parent.name.replace('-', '_')}_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def helper(folder: Path) -> Iterator[ModuleType]:
    """Let `import course` find the helper that lies in an assignment's folder, while the block runs."""
    before = sys.modules.pop("course", None)
    sys.modules["course"] = _module(folder / "course.py")
    try:
        yield sys.modules["course"]
    finally:
        del sys.modules["course"]
        if before:
            sys.modules["course"] = before


def solution_of(text: str) -> str:
    """Return the code between the marks of a solution."""
    return text.split("### BEGIN SOLUTION\n")[1].split("### END SOLUTION")[0]


def run(
    assignment: Assignment,
    folder: Path,
    instead: dict[str, str] | None = None,
    only: str | None = None,
) -> tuple[dict[str, Any], dict[str, float]]:
    """Run all code of an assignment in order, as autograding does: a cell that fails does not stop the rest.

    Parameters
    ----------
    assignment
        With the parameters of a cohort.
    folder
        Where its helper and its tables lie.
    instead
        By item, code that stands in for the whole cell of the solution; without it a cell that fails is an error.
    only
        Run this item alone, after the cells that belong to none.

    Returns
    -------
    answers, points
        What the items' variables held, and the points by item.
    """
    space: dict[str, Any] = {}
    points = {item.name: 0.0 for item in assignment.items if not item.by_hand}
    with helper(folder):
        for cell in assignment.notebook["cells"]:
            if cell["cell_type"] != "code":
                continue
            told, marks, code = course_of(cell), cell["metadata"].get("nbgrader", {}), source(cell)
            if only and told.get("item", only) != only:
                continue
            if instead is not None and marks.get("solution") and told.get("item") in instead:
                code = instead[told["item"]]
            try:
                exec(compile(code, f"{assignment.name}:{told.get('item', 'cell')}", "exec"), space)
            except Exception:
                if instead is None:
                    raise
                continue
            if marks.get("grade"):
                points[told["item"]] += marks["points"]
    answers = {item.name: space.get(item.variable) for item in assignment.items if item.variable}
    return answers, points
