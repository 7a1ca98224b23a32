"""The claims of the five articles, disagreement by disagreement, in MyST Markdown."""

from __future__ import annotations

from typing import Any

import pandas as pd

from csto.data import load
from csto.terms import chapter_link, cite
from csto.trust import CONFIDENCE

#: Verdicts in the order of the summary, each with the symbol that stands beside the word.
VERDICTS = {"supported": "✓", "imprecise": "≈", "contradicted": "✗", "open": "?", "not checkable": "–"}
#: Disagreements on the course as a whole, and the page that discusses them.
_ELSEWHERE = "reference/method-and-naming"
_CHAPTERS = {
    "01": "chapters/01-origins",
    "02": "chapters/02-institutional-design",
    "03": "chapters/03-failed-requests",
    "04": "chapters/04-turning-point-2022",
    "05": "chapters/05-futures",
}


def place(disagreement: str) -> str:
    """Return the page, without its ending, that discusses a disagreement.

    Raises
    ------
    ValueError
        If there is no such disagreement in `data/claims.csv`.
    """
    rows = load("claims").query("disagreement == @disagreement")
    if rows.empty:
        raise ValueError(f"data/claims.csv, field disagreement: no {disagreement!r}; allowed: D01 to D33")
    return _CHAPTERS.get(rows["chapter"].iloc[0], _ELSEWHERE)


def listed(chapter: str) -> str:
    """Return the disagreements of a chapter ("01" to "05", or "all") with what each article says of them.

    Raises
    ------
    ValueError
        If no claim belongs to it; the message names the chapters that have some.
    """
    table = load("claims")
    here = table[table["chapter"] == chapter].sort_values(["disagreement", "claim"])
    if here.empty:
        allowed = ", ".join(table["chapter"].unique())
        raise ValueError(f"data/claims.csv, field chapter: no claim of {chapter!r}; allowed: {allowed}")
    return "\n\n".join(_disagreement(str(name), rows) for name, rows in here.groupby("disagreement"))


def _disagreement(name: str, rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    where = "the whole course" if first["chapter"] == "all" else chapter_link(first["chapter"].lstrip("0"))
    head = f"::::{{div}} disagreement\n:name: {name.lower()}\n\n**{name} · {first['issue']}**\\\n"
    parts = [head + f"A disagreement on {_KINDS[first['type']]}, in {where}."]
    return "\n\n".join([*parts, *map(_claim, rows.to_dict("records")), "::::"])


_KINDS = {
    "fact": "a fact",
    "definition": "a definition",
    "cause": "a cause",
    "value": "what is to come or to be done",
    "language": "language",
    "provenance": "provenance",
}


def _claim(row: dict[str, str]) -> str:
    facets = {
        "chapter": row["chapter"].lstrip("0"),
        "type": row["type"],
        "article": row["source"],
        "verdict": row["verdict"],
        "confidence": row["confidence"],
    }
    classes = " ".join(f"{name}-{value.replace(' ', '-')}" for name, value in facets.items())
    return "\n".join(
        [
            f":::{{div}} claim {classes}",
            f":name: {row['claim'].lower()}",
            "",
            f"Article {row['source']} {cite(row['article'])}: “{row['quote']}”\\",
            f"{VERDICTS[row['verdict']]} **{row['verdict']}** ({row['confidence']}). "
            f"{row['record']} {cite(row['source_keys'])}",
            ":::",
        ]
    )


def counted() -> str:
    """Return how many claims of each article have each verdict, with their number, as a Markdown table."""
    table = load("claims")
    counts = pd.crosstab(table["source"], table["verdict"]).reindex(columns=list(VERDICTS), fill_value=0)
    heads = " | ".join(f"{symbol} {verdict}" for verdict, symbol in VERDICTS.items())
    lines = [f"| article | {heads} | claims |", "|---" * (len(VERDICTS) + 2) + "|"]
    lines += [
        f"| {article} | {' | '.join(map(str, row))} | {sum(row)} |"
        for article, row in zip(counts.index, counts.to_numpy().tolist(), strict=True)
    ]
    return "\n".join(lines)


def matrix() -> str:
    """Return disagreement by article as a Markdown table: in each cell the verdict on each claim, as sign and hidden word."""
    table = load("claims").sort_values(["disagreement", "claim"])
    articles = sorted(table["source"].unique())
    lines = [
        "| no. | at issue | " + " | ".join(f"Article {one}" for one in articles) + " |",
        "|---|---" + "|:-:" * len(articles) + "|",
    ]
    for (name, issue), rows in table.groupby(["disagreement", "issue"]):
        cells = [" ".join(map(_sign, rows[rows["source"] == one]["verdict"])) for one in articles]
        lines.append(f"| {{ref}}`{name} <{str(name).lower()}>` | {issue} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _sign(verdict: str) -> str:
    return f"{VERDICTS[verdict]}[ {verdict}]{{.visually-hidden}}"


def records() -> dict[str, dict[str, Any]]:
    """Return every disagreement and every claim by its address on the page, for the notes that marks open.

    Each has a `title`, the address of its `entry` and its `claims`: who says what in which words, the verdict, what the record shows, how sure it is
    and the keys of its sources.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in load("claims").sort_values(["disagreement", "claim"]).to_dict("records"):
        title = f"{row['disagreement']}, {row['issue']}"
        claim = {
            "anchor": row["claim"].lower(),
            "who": f"Article {row['source']}",
            "key": row["article"],
            "quote": row["quote"],
            "verdict": f"{VERDICTS[row['verdict']]} {row['verdict']}",
            "record": row["record"],
            "sure": f"{row['confidence']}, {CONFIDENCE[row['confidence']]}",
            "sources": row["source_keys"].split(";"),
        }
        entry = row["disagreement"].lower()
        found.setdefault(entry, {"title": title, "entry": entry, "claims": []})["claims"].append(claim)
        found[claim["anchor"]] = {"title": title, "entry": entry, "claims": [claim]}
    return found
