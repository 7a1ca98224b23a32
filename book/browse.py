"""A page for every table of the data: all its rows as stored, each with an address of its own.

Without scripts a page is a plain table; with them its columns sort and its rows are searched (`book/_static/vendor/datatables`).
The role `table` leads to a table or to one of its rows, and the build fails if there is none:

    {table}`what Kazakhstan did <un_votes#es-11-4-kaz>`
"""

from __future__ import annotations

import csv
import difflib
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole

from book import archive, dictionary

FOLDER = dictionary.PAGES
#: Loaded on these pages only: the library, then what calls it.
SCRIPTS = ("vendor/datatables/dataTables.min.js", "tables/browse.js")
STATIC = Path(__file__).parent / "_static"
#: What a page of one table has no use for, besides the course's own scripts: buttons that copy code.
IDLE = {"clipboard.min.js", "copybutton.js", "copybutton_funcs.js"}
#: What the sorting is told of a column's type; days sort as they are written.
_SORTED = {"integer": "num", "number": "num"}
#: From this many letters on a cell's column is given room to wrap in.
LONG = 40
#: How the anchor of a row begins.
ROW = "row-"
WIDE = ' class="is-wide"'

Row = dict[str, str]


def tables(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the tables of a data package by name."""
    return {one["name"]: one for one in archive.read(folder)["resources"] if "schema" in one}


def slug(row: Row, key: list[str]) -> str:
    """Return the address of a row within its page: the values of its key, in small letters and hyphens."""
    parts = (re.sub(r"[\W_]+", "-", row[name].lower()).strip("-") for name in key)
    return "-".join(part for part in parts if part)


@lru_cache(maxsize=128)
def _read(path: Path, changed: float) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows(folder: Path, resource: dict[str, Any]) -> dict[str, Row]:
    """Return the rows of a table by their addresses, in order.

    Raises
    ------
    ValueError
        If two rows would have one address.
    """
    path = folder / resource["path"]
    found = _read(path, path.stat().st_mtime)
    named = {slug(row, resource["schema"]["primaryKey"]): row for row in found}
    if len(named) < len(found):
        twice = Counter(slug(row, resource["schema"]["primaryKey"]) for row in found).most_common(1)[0][0]
        raise ValueError(f"{resource['path']}: two rows would have the address {twice!r}; allowed: one each")
    return named


# --- the page -----------------------------------------------------------------------------------------------------


def page(folder: Path, resource: dict[str, Any], sources: dict[str, str], back: str) -> str:
    """Return the body of a table's page.

    Parameters
    ----------
    folder
        The data package.
    resource
        The table's part of the descriptor.
    sources
        Where each key of the bibliography stands: key to address, as seen from the page.
    back
        Address of the page with the account of all data.
    """
    title = escape(resource["title"])
    size = dictionary.size(folder, resource)
    return (
        f"<section><h1>{title}</h1>"
        f'<p class="data-back"><a href="{back}#table-{dash(resource["name"])}">This table in the data dictionary</a></p>'
        f"<p>{escape(resource['description'])}</p>{grid(folder, resource, sources)}"
        '<section id="about"><h2>About this table</h2>'
        f"{dictionary.facts(resource, size, f'../{archive.FOLDER}/')}{dictionary.columns(resource)}</section></section>"
    )


def dash(name: str) -> str:
    """Return a table's name as part of an anchor."""
    return name.replace("_", "-")


def grid(folder: Path, resource: dict[str, Any], sources: dict[str, str]) -> str:
    """Return the rows of a table as HTML, as stored: an empty field stays empty."""
    fields = resource["schema"]["fields"]
    named = rows(folder, resource)
    wide = {
        field["name"] for field in fields if any(len(row[field["name"]]) > LONG for row in named.values())
    }
    links = _links(resource, folder)
    heads = "".join(
        f'<th scope="col" data-type="{_SORTED.get(field["type"], "string")}"'
        f"{WIDE if field['name'] in wide else ''}>{escape(field['name'])}</th>"
        for field in fields
    )
    body = "".join(
        f'<tr id="{ROW}{escape(address)}">'
        + "".join(
            f"<td>{_cell(row[field['name']], links.get(field['name']), sources)}</td>" for field in fields
        )
        + "</tr>"
        for address, row in named.items()
    )
    label = escape(f"All rows of the table {resource['title']}")
    return (
        f'<div class="browse" data-browse="{len(named)}"><div class="table-scroll" role="region" tabindex="0" '
        f'aria-label="{label}"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div></div>'
    )


def _links(resource: dict[str, Any], folder: Path) -> dict[str, str]:
    """Return where the values of a column lead: to the rows of a table, by its name, or to the bibliography."""
    schema, known = resource["schema"], tables(folder)
    found = {
        str(link["fields"] if isinstance(link["fields"], str) else link["fields"][0]): link["reference"][
            "resource"
        ]
        for link in schema.get("foreignKeys", [])
    }
    found |= {field["name"]: field["listOf"] for field in schema["fields"] if "listOf" in field}
    return {
        name: target
        for name, target in found.items()
        if target == archive.BIBLIOGRAPHY or len(known[target]["schema"]["primaryKey"]) == 1
    }


def _cell(value: str, target: str | None, sources: dict[str, str]) -> str:
    if target is None or not value:
        return escape(value)
    parts = []
    for part in value.split(";"):
        if target == archive.BIBLIOGRAPHY:
            address = sources.get(part)
        else:
            address = f"{target}.html#{ROW}{slug({'key': part}, ['key'])}"
        parts.append(f'<a href="{escape(address)}">{escape(part)}</a>' if address else escape(part))
    return "; ".join(parts)


# --- the Sphinx side ----------------------------------------------------------------------------------------------


class Table(ReferenceRole):
    """The role `table`: a link to a table's page, or to a row of it."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link.

        Raises
        ------
        ValueError
            Reported as an error of the page if there is no such table or row; it names the nearest.
        """
        try:
            self._check()
        except ValueError as fault:
            message = self.inliner.reporter.error(f"table: {fault}", line=self.lineno)
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        name, _, row = self.target.partition("#")
        base = "../" * self.env.docname.count("/") + FOLDER
        address = f"{base}/{name}.html" + (f"#{ROW}{row}" if row else "")
        return [nodes.reference(self.rawtext, self.title, refuri=address, internal=True)], []

    def _check(self) -> None:
        folder = archive.source(self.env.app)
        if folder is None:
            raise ValueError("the setting book_data names no data package")
        name, _, row = self.target.partition("#")
        known = tables(folder)
        if name not in known:
            raise ValueError(f"no table {name!r}; near: {_near(name, known)}")
        self.env.note_dependency(str(folder / known[name]["path"]))
        if row and row not in (found := rows(folder, known[name])):
            raise ValueError(f"no row {row!r} in the table {name!r}; near: {_near(row, found)}")


def _near(word: str, known: dict[str, Any]) -> str:
    return ", ".join(difflib.get_close_matches(word, known, n=3)) or "none"


def _sources(app: Sphinx) -> dict[str, str]:
    """Return where each source stands in the bibliography, as seen from a table's page."""
    if "cite" not in app.env.domains:
        return {}
    return {
        one.key: f"../{app.builder.get_target_uri(one.bibliography_key.docname)}#{one.citation_id}"
        for one in app.env.get_domain("cite").citations  # type: ignore[attr-defined]
    }


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    folder = archive.source(app)
    if folder is None or not app.config.book_data_page:
        return
    sources, back = _sources(app), f"../{app.builder.get_target_uri(app.config.book_data_page)}"
    for name, resource in tables(folder).items():
        title = escape(resource["title"])
        yield f"{FOLDER}/{name}", {"title": title, "body": page(folder, resource, sources, back)}, "page.html"


def _file(script: Any) -> str:
    return str(getattr(script, "filename", script) or "").split("?")[0].rsplit("/", 1)[-1]


def _add_scripts(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if name.startswith(f"{FOLDER}/"):
        for script in SCRIPTS:
            app.add_js_file(script, defer="defer", priority=600)
        unused = {path.name for path in STATIC.glob("*.js")} | IDLE
        context["script_files"] = [one for one in context["script_files"] if _file(one) not in unused]


def setup(app: Sphinx) -> None:
    """Register the pages and the role."""
    app.add_config_value("book_data_page", "", "env")
    app.add_role("table", Table())
    app.connect("html-collect-pages", _pages)
    app.connect("html-page-context", _add_scripts)
