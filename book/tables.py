"""Tables for people: the data behind a chart, and the frames that a cell prints."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from bs4 import BeautifulSoup

Row = dict[str, Any]
SHOWN = 200
#: The box that the theme puts around a table of Markdown, and the first row of the table.
_BOX = re.compile(
    r'<div class="(pst-scrollable-table-container)">(<table[^>]*>\s*(?:<caption>.*?</caption>\s*)?(?:<colgroup>.*?</colgroup>\s*)?<thead>(.*?)</thead>)',
    re.DOTALL,
)
_TAG = re.compile(r"<[^>]*>")


def chart_rows(spec: dict[str, Any]) -> list[Row]:
    """Return the rows that a Vega-Lite chart was given, of all its datasets, without geometry.

    Datasets that share their columns are joined end to end; otherwise the rows keep their own columns.
    """
    rows: list[Row] = []
    for values in spec.get("datasets", {}).values():
        rows += [_flat(value) for value in values if isinstance(value, dict)]
    for values in _inline(spec):
        rows += [_flat(value) for value in values if isinstance(value, dict)]
    return list({repr(row): row for row in rows if row}.values())


def _inline(view: Any) -> Iterator[list[Any]]:
    if isinstance(view, dict):
        data = view.get("data")
        if isinstance(data, dict) and isinstance(data.get("values"), list):
            yield data["values"]
        for key in ("layer", "hconcat", "vconcat", "concat", "spec"):
            yield from _inline(view.get(key))
    elif isinstance(view, list):
        for child in view:
            yield from _inline(child)


def _flat(value: Row) -> Row:
    if value.get("type") == "Feature":
        return dict(value.get("properties") or {})
    return {key: item for key, item in value.items() if not isinstance(item, dict | list)}


def drawn_fields(spec: Any) -> dict[str, str]:
    """Return the fields that a chart encodes, in order, each with the title a reader sees."""
    found: dict[str, str] = {}

    def walk(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            field = node.get("field")
            if isinstance(field, str):
                name = field.removeprefix("properties.")
                title = node.get("title") or (node.get("axis") or {}).get("title")
                found[name] = str(title) if isinstance(title, str) else found.get(name, "")
            for key, item in node.items():
                if key not in {"datasets", "data", "config", "usermeta"}:
                    walk(item)

    walk(spec)
    return {name: title or name.replace("_", " ") for name, title in found.items()}


def columns_of(rows: Iterable[Row]) -> list[str]:
    """Return the union of the rows' columns, in order of appearance."""
    return list(dict.fromkeys(key for row in rows for key in row))


def as_csv(rows: list[Row]) -> str:
    """Return the rows as CSV text with a header; an unknown value is an empty field."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns_of(rows), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_html(rows: list[Row], titles: dict[str, str], label: str) -> str:
    """Return an HTML table of the columns in `titles` (all columns if none of them is there), in a scroll box."""
    columns = [name for name in titles if name in columns_of(rows)] or columns_of(rows)
    heads = "".join(f'<th scope="col">{escape(titles.get(name, name))}</th>' for name in columns)
    cells = (tuple(_cell(row.get(name)) for name in columns) for row in rows)
    unique = list(dict.fromkeys(row for row in cells if any(row)))
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in unique[:SHOWN]
    )
    more = (
        f"<p>The first {SHOWN} of {len(unique)} rows; the CSV file has all.</p>"
        if len(unique) > SHOWN
        else ""
    )
    return _scroll_box(f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>", label) + more


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() or abs(value) >= 1000 else f"{value:.4g}"
    text = str(value)
    return text[:10] if text[10:] in {"T00:00:00", "T00:00:00.000", "T00:00:00.000000"} else text


def _scroll_box(table: str, label: str) -> str:
    return f'<div class="table-scroll" role="region" tabindex="0" aria-label="{escape(label)}">{table}</div>'


def reachable(html: str) -> str:
    """Return a page whose tables of Markdown can be scrolled by keyboard, in boxes with names; twice is as good as once."""
    seen: Counter[str] = Counter()

    def named(found: re.Match[str]) -> str:
        heads = [" ".join(_TAG.sub("", head).split()) for head in found[3].split("</th>")]
        label = f"Table with the columns {', '.join(head for head in heads if head)}"
        seen[label] += 1
        label += f" ({seen[label]})" if seen[label] > 1 else ""
        quoted = label.replace('"', "&quot;")
        return f'<div class="{found[1]}" role="region" tabindex="0" aria-label="{quoted}">{found[2]}'

    return _BOX.sub(named, html)


def frame_html(html: str) -> str:
    """Return a frame's own HTML without its style element, empty header cells and presentational attributes."""
    soup = BeautifulSoup(html, "html.parser")
    for style in soup.find_all("style"):
        style.decompose()
    table = soup.find("table")
    if table is None:
        return html
    table.attrs = {"class": "dataframe"}
    for row in table.find_all("tr"):
        row.attrs.pop("style", None)
    for head in table.find_all("th"):
        if not head.get_text(strip=True):
            head.name = "td"
        else:
            head["scope"] = "col" if head.find_parent("thead") else "row"
    heads = ", ".join(head.get_text(" ", strip=True) for head in table.select("thead th"))
    note = "".join(str(p) for p in soup.find_all("p"))
    return _scroll_box(str(table), f"Table with the columns {heads}" if heads else "Table") + note
