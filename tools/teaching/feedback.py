"""What a student gets back: one page of HTML that needs nothing else."""

from __future__ import annotations

import functools
import html
import json
import re
from typing import TYPE_CHECKING, Any

from tools.build import ROOT
from tools.tidy import source

if TYPE_CHECKING:
    from tools.teaching.grading import Line, Result

_STYLE = """:root{color-scheme:light dark;--paper:#fff;--ink:#1d2733}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14191f;--ink:#e4e7ea}}
body{background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif;max-width:46rem;margin:1.5rem auto;padding:0 1rem;overflow-wrap:anywhere}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #767676;padding:.35rem .5rem;text-align:left}
td.n{text-align:right}thead th,td.n{overflow-wrap:normal}pre{white-space:pre-wrap;border:1px solid #767676;padding:.6rem}
h2{margin-top:2rem}a{color:inherit}a:focus-visible{outline:3px solid}@media print{body{max-width:none}}"""
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def page(
    assignment: str,
    result: Result,
    lines: list[Line],
    notebook: dict[str, Any] | None,
    author: dict[str, Any],
    hidden: bool,
) -> str:
    """Return the feedback on one submission.

    Parameters
    ----------
    assignment
        Its name.
    result, lines
        What grading gave, and its items with the marks by hand.
    notebook
        The graded notebook, or none if it could not be graded.
    author
        The author's notebook, which knows the tests that students do not see.
    hidden
        Whether these tests are shown too.
    """
    cells = {_id(cell): cell for cell in (notebook or {"cells": []})["cells"] if _id(cell)}
    secret = {_id(cell) for cell in author["cells"] if "BEGIN HIDDEN TESTS" in source(cell)}
    got = sum(line.points or 0 for line in lines)
    most = sum(line.item.most for line in lines)
    waits = [line for line in lines if line.points is None]
    if not waits:
        head = f"{got:g} of {most:g} points."
    elif result.cells:
        head = f"{got:g} of {most:g} points so far; {_these(len(waits))} still to be marked."
    else:
        head = "Not graded."
    parts = [_item(number, line, cells, secret, hidden) for number, line in enumerate(lines, 1)]
    rows = "".join(
        f'<tr><th scope="row">{_link(number, line) if part else _text(_title(line))}</th>'
        f'<td class="n">{_points(line, bool(result.cells))}</td><td class="n">{line.item.most:g}</td></tr>'
        for number, (line, part) in enumerate(zip(lines, parts, strict=True), 1)
    )
    notes = "".join(
        f"<li>{_text(one)}</li>"
        for one in [*([result.problem + "."] if result.problem else []), *(x + "." for x in result.remarks)]
    )
    title = _named(assignment, author)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Feedback on {_text(title)} for {_text(result.student)}</title><style>{_STYLE}</style></head>
<body><main><h1>Feedback on {_text(title)}</h1><p>For {_text(result.student)}. {_text(head)}</p>
{f"<h2>About the file</h2><ul>{notes}</ul>" if notes else ""}
<h2>Points</h2><table><caption>Points by item</caption><thead><tr><th scope="col">Item</th><th scope="col">Points</th>
<th scope="col">Of</th></tr></thead><tbody>{rows}</tbody></table>
{"".join(parts)}</main></body></html>
"""


def _item(
    number: int,
    line: Line,
    cells: dict[str, Any],
    secret: set[str],
    hidden: bool,
) -> str:
    worth = f"{line.points:g} of {line.item.most:g} points." if line.points is not None else ""
    said = [f"<p>{worth}</p>"] if worth else []
    if line.blank:
        said.append("<p>The answer was left as it was given out.</p>")
    if line.comment:
        said.append(f"<p>Comment: {_text(line.comment)}</p>")
    checks = []
    for name in line.item.cells:
        cell = cells.get(name)
        if not cell or cell["cell_type"] != "code" or cell["metadata"]["nbgrader"].get("solution"):
            continue
        error = next((one for one in cell.get("outputs", []) if one["output_type"] == "error"), None)
        if not error:
            checks.append("<li>Check passed.</li>")
        elif name in secret and not hidden:
            checks.append("<li>Check not passed. Part of it is not shown.</li>")
        else:
            told = _COLOUR.sub("", f"{error['ename']}: {error['evalue']}")[:600]
            checks.append(f"<li>Check not passed: {_text(told)}</li>")
        if hidden and name in secret:
            checks.append(f"<li>The check: <pre>{_text(source(cell))}</pre></li>")
    if checks:
        said.append(f"<ul>{''.join(checks)}</ul>")
    answers = [
        cell
        for cell in cells.values()
        if cell["metadata"]["nbgrader"].get("solution") and _id(cell) in line.item.answers
    ]
    if not line.blank:
        said += [f"<p>Your answer:</p><pre>{_text(source(cell)[:20_000])}</pre>" for cell in answers]
    if line.item.again and line.points is not None and line.points < line.item.most:
        said.append(f"<p>To look at again: {_text(_where(line.item.again))}.</p>")
    if not said:
        return ""
    return f'<section id="item-{number}"><h2>{_text(_title(line))}</h2>{"".join(said)}</section>'


def _where(again: str) -> str:
    """Return where to look again in words, since the page does not know where the book is served."""
    page_, _, part = again.partition("#")
    headings = _headings(page_.removesuffix(".html"))
    chapter = next(iter(headings.values()), page_)
    place = headings.get(part, part.replace("-", " "))
    return f"the chapter “{chapter}”" + (f", section “{place}”" if part else "")


@functools.cache
def _headings(page_: str) -> dict[str, str]:
    """Return the headings of a page of the book by their anchors, the page's own title first."""
    path = ROOT / f"{page_}.ipynb"
    if not path.is_file():
        return {}
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    text = "\n".join(source(cell) for cell in cells if cell["cell_type"] == "markdown")
    found = re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)
    return {re.sub(r"[^a-z0-9]+", "-", one.lower()).strip("-"): one for one in found}


def _named(assignment: str, author: dict[str, Any]) -> str:
    """Return the title of an assignment, which stands in its first line; its name if there is none."""
    first = next(iter(source(author["cells"][0]).splitlines()), "") if author["cells"] else ""
    return first.lstrip("# ") if first.startswith("# ") else assignment


def _link(number: int, line: Line) -> str:
    return f'<a href="#item-{number}">{_text(_title(line))}</a>'


def _title(line: Line) -> str:
    item = line.item
    return item.name if item.title == item.name else f"{item.name}. {item.title}"


def _points(line: Line, graded: bool) -> str:
    if line.points is not None:
        return f"{line.points:g}"
    if not graded:
        return "not graded"
    return "blank, to be looked at" if line.blank else "to be marked"


def _these(count: int) -> str:
    return "one item is" if count == 1 else f"{count} items are"


def _id(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _text(text: str) -> str:
    return html.escape(text)
