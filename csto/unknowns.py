"""What is not known: the table `unknowns`, chapter by chapter, in MyST Markdown."""

from __future__ import annotations

import pandas as pd

from csto.data import load
from csto.terms import chapter_link, cite

#: Kinds of what is not known, in the order of the page.
KINDS = ("open question", "disputed fact", "gap of the record", "known weakness of the course")
_HEADS = {
    "open question": "Open questions",
    "disputed fact": "Disputed, or resting on one record",
    "gap of the record": "Gaps of the record",
    "known weakness of the course": "Weaknesses of our own work",
}


def of_chapter(chapter: str) -> pd.DataFrame:
    """Return what a chapter, by its number, or the `course` as a whole does not know, kind by kind.

    Raises
    ------
    ValueError
        If nothing is recorded for it; the message names the chapters that have something.
    """
    table = load("unknowns")
    if chapter not in set(table["chapter"]):
        raise ValueError(
            f"nothing is recorded for chapter {chapter!r}; allowed: {', '.join(table['chapter'].unique())}"
        )
    table = table[table["chapter"] == chapter]
    return (
        table.assign(order=table["kind"].map(KINDS.index)).sort_values(["order", "id"]).drop(columns="order")
    )


def listed(chapter: str) -> str:
    """Return what a chapter does not know as lists in Markdown, each with what would settle it and its sources."""
    parts = [] if chapter == "course" else [f"From {chapter_link(chapter)}."]
    for kind, rows in of_chapter(chapter).groupby("kind", sort=False):
        items = [_item(row) for row in rows.to_dict("records")]
        parts.append("\n".join([f"**{_HEADS[str(kind)]}**", "", *items]))
    return "\n\n".join(parts)


def _item(row: dict[str, str]) -> str:
    sources = "" if pd.isna(row["source_keys"]) else f" {cite(row['source_keys'])}"
    return f"- {row['statement']}{sources}\\\n  *Would settle it:* {row['settled_by']}"


def counted() -> str:
    """Return how many entries of each kind each chapter has, as a Markdown table."""
    table = load("unknowns")
    counts = pd.crosstab(table["chapter"], table["kind"])[list(KINDS)]
    rows = [
        f"| {where} | {' | '.join(map(str, row))} |"
        for where, row in zip(counts.index, counts.to_numpy(), strict=True)
    ]
    return "\n".join(["| chapter | open | disputed | gaps | our own |", "|---|---|---|---|---|", *rows])
