"""Marks that a person gives, as a table: `marks.csv`."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tools.teaching.grading import Item

COLUMNS = ("student", "item", "points", "comment")


@dataclass
class Mark:
    """A mark by hand: points, or none where there is only a comment as yet."""

    points: float | None
    comment: str


Marks = dict[tuple[str, str], Mark]


def read(path: Path, items: list[Item], students: set[str]) -> Marks:
    """Return the marks by hand of `marks.csv`, by student and item; a row without points is not yet marked.

    Raises
    ------
    ValueError
        For a column that is missing, an unknown student or item, points out of range; names file, row and field.
    """
    if not path.exists():
        return {}
    most = {item.name: item.most for item in items}
    marks: Marks = {}

    def wrong(row: int, name: str, value: object, allowed: str) -> ValueError:
        return ValueError(
            f"{path.name}, row {row}, field {name}: {value!r} is not allowed; allowed: {allowed}"
        )

    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for name in COLUMNS:
            if name not in (reader.fieldnames or []):
                raise wrong(1, name, "", f"the columns {', '.join(COLUMNS)}")
        for row, line in enumerate(reader, 2):
            told = {name: (line[name] or "").strip() for name in COLUMNS}
            if told["student"] not in students:
                raise wrong(row, "student", told["student"], "a student who handed in")
            if told["item"] not in most:
                raise wrong(row, "item", told["item"], ", ".join(most))
            if not told["points"]:
                continue
            top = most[told["item"]]
            try:
                points = float(told["points"])
            except ValueError:
                points = math.nan
            if not 0 <= points <= top:
                raise wrong(row, "points", told["points"], f"a number from 0 to {top:g}")
            if (told["student"], told["item"]) in marks:
                raise wrong(row, "item", told["item"], "each item of a student once")
            marks[told["student"], told["item"]] = Mark(points, told["comment"])
    return marks
