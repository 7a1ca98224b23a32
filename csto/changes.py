"""What changed in facts between editions, as Markdown for the page of changes (`book/generated.py`)."""

from __future__ import annotations

import pandas as pd

from csto import data
from csto.chronicle import said


def listed() -> str:
    """Return every edition, the newest first, with its changes."""
    table = data.load("changes").fillna("")
    parts = []
    for edition in reversed(list(dict.fromkeys(table["edition"]))):
        rows = table[table["edition"] == edition]
        parts.append(f"### Edition {edition}, {said(rows['released'].iloc[0], 'day')}")
        parts.append("\n".join(_line(row) for _, row in rows.iterrows()))
    return "\n\n".join(parts)


def _line(row: pd.Series) -> str:
    if row["kind"] == "first edition":
        return f"The first edition. {row['why']}"
    where = " ".join(f"`{row[name]}`" for name in ("table", "row", "column") if row[name])
    turned = f": said “{row['said']}”, says “{row['says']}”" if row["said"] or row["says"] else ""
    sources = f" {{cite:p}}`{row['source_keys'].replace(';', ',')}`" if row["source_keys"] else ""
    return f"- *{row['kind'].capitalize()}*, {where}{turned}. {row['why']}{sources}"
