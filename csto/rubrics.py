"""How written work is judged: the table `rubrics`, in a chapter, in Markdown, and as points.

One truth for the chapters, the pages for instructors and the files for learning platforms.
"""

from __future__ import annotations

from html import escape

import pandas as pd

from csto.data import load
from csto.html import Shown

#: The four levels, best first: column of the table, as readers see it, share of the criterion's points.
LEVELS = (
    ("excellent", "4 Excellent", 1.0),
    ("good", "3 Good", 0.75),
    ("developing", "2 Developing", 0.5),
    ("beginning", "1 Beginning", 0.25),
)
_HEADS = ("Criterion", "Points", *(words for _, words, _ in LEVELS))


def criteria(name: str) -> pd.DataFrame:
    """Return the criteria of a rubric, one a row, in order: the columns of the table `rubrics`.

    Raises
    ------
    ValueError
        If there is no such rubric; the message names those that there are.
    """
    table = load("rubrics")
    if name not in set(table["rubric"]):
        raise ValueError(
            f"data/rubrics.csv, field rubric: {name!r} is not there; allowed: {', '.join(names())}"
        )
    return table[table["rubric"] == name].sort_values("number").reset_index(drop=True)


def names() -> list[str]:
    """Return the keys of all rubrics, in the order of the table."""
    return load("rubrics")["rubric"].drop_duplicates().tolist()


def title(name: str) -> str:
    """Return what a rubric judges."""
    return str(criteria(name)["title"].iloc[0])


def points(name: str) -> int:
    """Return the most points that work judged by a rubric can earn."""
    return int(criteria(name)["points"].sum())


def rubric(name: str) -> Shown:
    """Return a rubric as a table to show at the end of a cell."""
    return Shown(html(name), markdown(name))


def html(name: str) -> str:
    """Return a rubric as an HTML table, its first column and first row as headings."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in _cells(name)
    )
    return (
        f'<div class="rubric-table" role="region" tabindex="0" aria-label="Rubric: {escape(title(name))}">'
        f'<table class="table"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def markdown(name: str) -> str:
    """Return a rubric as a table in Markdown."""
    rows = [_HEADS, ("---",) * len(_HEADS), *_cells(name)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cells(name: str) -> list[tuple[str, ...]]:
    return [
        (row["criterion"], str(row["points"]), *(row[column] for column, _, _ in LEVELS))
        for row in criteria(name).to_dict("records")
    ]
