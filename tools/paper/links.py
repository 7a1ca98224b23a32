"""References within the book: every id becomes unique in the whole of it, every link to a page leads to a place in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from posixpath import dirname, normpath
from posixpath import join as joined
from typing import Any

HEADINGS = ("h1", "h2", "h3", "h4")
#: A link to a page of the book before its place is known.
_WITHIN = "book:"
_ABROAD = re.compile(r"^(https?:|mailto:)")
#: The page of one table is no part of the book on paper; its place there is the table's entry in the dictionary.
_TABLE = re.compile(r"^tables/([\w-]+)$")
_DICTIONARY = "data-dictionary"


def anchor(slug: str, name: str = "") -> str:
    """Return the id in the book of a page, or of a place on it."""
    return f"{slug}--{name}" if name else slug


@dataclass
class Links:
    """Prepares the links of each page while it is read, and resolves them when all are known."""

    slugs: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)

    def prepare(self, name: str, slug: str, body: Any) -> None:
        """Make the ids of a page unique in the book, and its links independent of the page they stand on."""
        self.slugs[name] = slug
        _name(slug, body)
        for link in body.iter("a"):
            address = link.get("href", "")
            if not _ABROAD.match(address):
                path, _, place = address.partition("#")
                target = normpath(joined(dirname(name), path)) if path else f"{name}.html"
                link.set("href", f"{_WITHIN}{target}#{place}")
        if slug == _DICTIONARY:
            self._find_tables(body)

    def _find_tables(self, body: Any) -> None:
        for section in body.iter("section"):
            heading = next((one for one in section if one.tag in HEADINGS), None)
            if heading is None:
                continue
            for link in section.iter("a"):
                page = link.get("href").removeprefix(_WITHIN).partition(".html#")[0]
                if match := _TABLE.match(page):
                    self.tables[match[1]] = heading.get("id")

    def resolve(self, bodies: Sequence[Any]) -> None:
        """Give every link within the book its place; what leads to no place, a download for one, becomes its words.

        Raises
        ------
        ValueError
            If a link that was made for the book leads nowhere.
        """
        known = {one.get("id") for body in bodies for one in body.iter() if one.get("id")}
        for body in bodies:
            for link in list(body.iter("a")):
                address = link.get("href", "")
                if address.startswith("#") and address[1:] not in known:
                    raise ValueError(f"{body.get('id')}: the link {address} leads nowhere")
                if address.startswith(_WITHIN):
                    place = self._place(address.removeprefix(_WITHIN), known)
                    if place:
                        link.set("href", f"#{place}")
                    else:
                        _unlink(link)

    def _place(self, address: str, known: set[str]) -> str:
        page, _, name = address.partition("#")
        target = page.removesuffix(".html")
        if match := _TABLE.match(target):
            return self.tables.get(match[1], "")
        if target not in self.slugs or target == page:
            return ""
        exact = anchor(self.slugs[target], name)
        return exact if exact in known else self.slugs[target]


def _name(slug: str, body: Any) -> None:
    """Give each id of a page its form in the book, a section's to its heading, and the page its own."""
    seen: set[str] = set()
    for one in body.iter():
        name = one.get("id")
        if name is None:
            continue
        if name in seen:
            del one.attrib["id"]
        else:
            seen.add(name)
            one.set("id", anchor(slug, name))
    body.set("id", slug)
    for section in body.iter("section"):
        heading = next((one for one in section if one.tag in HEADINGS), None)
        if heading is not None and section.get("id") and not heading.get("id"):
            heading.set("id", section.attrib.pop("id"))
    for number, heading in enumerate(body.iter(*HEADINGS)):
        if not heading.get("id"):
            heading.set("id", anchor(slug, f"heading-{number}"))


def _unlink(link: Any) -> None:
    link.tag = "span"
    for name in ("href", "download", "title"):
        link.attrib.pop(name, None)
