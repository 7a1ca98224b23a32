"""The directive `data-dictionary`: a page's account of all data, made from their descriptor.

It stands for a list of all tables with their downloads, and a section for each table: what it is, where it comes from,
under which licence, what is wrong with it, and every column.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from book import archive

#: Where the pages of single tables lie; `book.browse` makes them.
PAGES = "tables"
_BOUNDS = {"minimum": "from", "maximum": "to"}


def allowed(field: dict[str, Any], schema: dict[str, Any]) -> str:
    """Return what a column may hold, in words; empty if anything of its type."""
    rules = field.get("constraints", {})
    said = []
    if "enum" in rules:
        said.append("; ".join(str(value) for value in rules["enum"]))
    said += [f"{word} {rules[edge]}" for edge, word in _BOUNDS.items() if edge in rules]
    if "pattern" in rules:
        said.append(f"text like {rules['pattern']}")
    said += [
        f"a key of {link['reference']['resource']}"
        for link in schema.get("foreignKeys", [])
        if link["fields"] in (field["name"], [field["name"]])
    ]
    if "listOf" in field:
        said.append(f"keys of {field['listOf']}, separated by semicolons")
    if rules.get("unique"):
        said.append("each value once")
    return ", ".join(said)


def columns(resource: dict[str, Any]) -> str:
    """Return the columns of a table as HTML: a table with a row each, behind a summary that says how many."""
    schema = resource["schema"]
    keys = schema.get("primaryKey", [])
    body = ""
    for field in schema["fields"]:
        needed = field.get("constraints", {}).get("required")
        empty = "no" if needed else "yes"
        key = " (key)" if field["name"] in keys else ""
        cells = (field["type"], field.get("unit", ""), field["description"], allowed(field, schema), empty)
        body += f'<tr><th scope="row"><code>{escape(field["name"])}</code>{key}</th>'
        body += "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
    heads = "".join(
        f'<th scope="col">{head}</th>'
        for head in ("Column", "Type", "Unit", "What it holds", "Allowed", "May be empty")
    )
    label = escape(f"Columns of the table {resource['title']}")
    return (
        f'<details class="data-columns"><summary>{len(schema["fields"])} columns'
        f'<span class="visually-hidden"> of the table {escape(resource["title"])}</span></summary>'
        f'<div class="table-scroll" role="region" tabindex="0" aria-label="{label}">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _linked(title: str, path: str) -> str:
    if path.startswith("http"):
        return f'<a href="{escape(path)}">{escape(title)}</a>'
    return escape(title)


def facts(resource: dict[str, Any], extent: str, base: str) -> str:
    """Return what there is to know of a table as an HTML description list, with its download."""
    sources = "; ".join(_linked(one["title"], one.get("path", "")) for one in resource["sources"])
    licences = "; ".join(_linked(one["title"], one.get("path", "")) for one in resource["licenses"])
    file = escape(resource["path"])
    pairs = {
        "Name": f"<code>{escape(resource['name'])}</code>",
        "Size": extent,
        "File": f'<a href="{base}{file}" download>{file}'
        f'<span class="visually-hidden">, download {escape(resource["title"])}</span></a>',
        "Sources": sources,
        "Licence": licences,
        "How it was made": escape(resource.get("provenance", "")),
        "Known faults": escape(resource.get("known_faults", "none recorded")),
    }
    listed = "".join(f"<dt>{term}</dt><dd>{text}</dd>" for term, text in pairs.items() if text)
    return f'<dl class="data-facts">{listed}</dl>'


class DataDictionary(SphinxDirective):
    """Stands for the account of all data of the book."""

    def run(self) -> list[nodes.Node]:
        """Return the list of tables, the archive, and a section for each table.

        Raises
        ------
        DirectiveError
            If the book has no data package.
        """
        folder = archive.source(self.env.app)
        if folder is None:
            raise self.error("data-dictionary: the setting book_data names no data package")
        package = archive.read(folder)
        self._depend(folder, package)
        up = "../" * self.env.docname.count("/")
        base = f"{up}{archive.FOLDER}/"
        sections = [self._section(folder, one, base) for one in package["resources"]]
        ids = [section["ids"][0] for section in sections]
        return [
            nodes.raw("", _whole(folder, package, base), format="html"),
            nodes.raw("", _list(folder, package, ids, up), format="html"),
            *sections,
        ]

    def _depend(self, folder: Path, package: dict[str, Any]) -> None:
        for path in (archive.DESCRIPTOR, archive.BIBLIOGRAPHY, archive.NOTE):
            self.env.note_dependency(str(folder / path))
        for one in package["resources"]:
            self.env.note_dependency(str(folder / one["path"]))

    def _section(self, folder: Path, resource: dict[str, Any], base: str) -> nodes.section:
        section = nodes.section(names=[f"table-{resource['name']}"])
        section += nodes.title("", resource["title"])
        self.state.document.note_explicit_target(section, section)
        section["ids"] = [f"table-{resource['name']}".replace("_", "-")]
        section += nodes.paragraph("", resource["description"])
        if "schema" in resource:
            address = "../" * self.env.docname.count("/") + f"{PAGES}/{resource['name']}.html"
            link = nodes.reference("", f"All rows of {resource['title']}", refuri=address, internal=True)
            section += nodes.paragraph("", "", link, classes=["data-back"])
        section += nodes.raw("", facts(resource, size(folder, resource), base), format="html")
        if "schema" in resource:
            section += nodes.raw("", columns(resource), format="html")
        return section


def size(folder: Path, resource: dict[str, Any]) -> str:
    """Return how large a table is, in words."""
    count = archive.rows(folder, resource)
    if count is None:
        return "a map"
    return f"{count:,} rows, {len(resource['schema']['fields'])} columns"


def _whole(folder: Path, package: dict[str, Any], base: str) -> str:
    packed = archive.archive(archive.contents(folder))
    file = escape(archive.name(package))
    return (
        f'<p class="data-whole"><a href="{base}{file}" download>All data in one archive: {file}</a> '
        f"({len(packed) / 1e6:.1f} MB), version {escape(package['version'])}. "
        f'SHA-256: <code>{archive.checksum(packed)}</code> (<a href="{base}{file}.sha256" download>'
        f"as a file</a>).</p>"
    )


def _list(folder: Path, package: dict[str, Any], ids: list[str], up: str) -> str:
    body, base = "", f"{up}{archive.FOLDER}/"
    for one, name in zip(package["resources"], ids, strict=True):
        count = archive.rows(folder, one)
        terms = ", ".join(dict.fromkeys(licence["name"] for licence in one["licenses"]))
        body += (
            f'<tr><th scope="row"><a href="#{name}">{escape(one["title"])}</a></th>'
            f"<td>{_rows(one, count, up)}</td><td>{escape(terms)}</td>"
            f'<td><a href="{base}{escape(one["path"])}" download>{_kind(one)}'
            f'<span class="visually-hidden"> of {escape(one["title"])}</span></a></td></tr>'
        )
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Table", "Rows", "Licence", "File"))
    return (
        '<div class="table-scroll data-list" role="region" tabindex="0" aria-label="All tables with their files">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _rows(resource: dict[str, Any], count: int | None, up: str) -> str:
    if count is None:
        return "map"
    hidden = f'<span class="visually-hidden"> of {escape(resource["title"])}</span>'
    return f'<a href="{up}{PAGES}/{resource["name"]}.html">all {count:,} rows{hidden}</a>'


def _kind(resource: dict[str, Any]) -> str:
    return Path(resource["path"]).suffix.removeprefix(".").upper()


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("data-dictionary", DataDictionary)
