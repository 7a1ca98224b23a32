"""Addresses that were published once stay good: a list of them, and a page at each old one that leads to the new one.

The list is a text file, one address a line, as seen from the book's first folder:

    chapters/01-origins.html                           a page, or a file
    reference/evidence.html#d06                        a place on a page
    chapters/1.html -> chapters/01-origins.html        what has moved, and where to
    reference/evidence.html#d6 -> reference/evidence.html#d06

For what has moved the build makes a page with a link, which leads on by itself without any script. A place that moved
within its page gets its old name back. A build whose list promises what the book does not have fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

from book import archive
from book.theme import POLICY

_ARROW = " -> "
_MOVED = "This page has moved"
#: Files of data that have no version in their name.
_DATA = {".csv", ".geojson"}
_IDS = re.compile(r"""<[a-zA-Z][^<>]*?\s(?:id|name)="([^"]+)\"""")


@dataclass(frozen=True)
class Address:
    """A published address: where it is now, and, if it has moved, where it was."""

    now: str
    old: str = ""

    @property
    def published(self) -> str:
        """Return the address as it was given to the world."""
        return self.old or self.now


def read(text: str) -> list[Address]:
    """Return the addresses of a list; lines that begin with # are notes.

    Raises
    ------
    ValueError
        If an address stands there twice, leads out of the book, or leads to one that has itself moved.
    """
    found: list[Address] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        old, arrow, now = line.strip().partition(_ARROW)
        one = Address(now.strip(), old.strip()) if arrow else Address(old)
        for part in filter(None, (one.now, one.old)):
            if part.startswith("/") or ".." in PurePosixPath(part).parts or ":" in part:
                raise ValueError(
                    f"line {number}: {part!r} leads out of the book; allowed: addresses inside it"
                )
        found.append(one)
    names = [one.published for one in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"twice in the list: {', '.join(twice)}; allowed: once each")
    moved = {one.old for one in found if one.old}
    if again := [f"{one.old} -> {one.now}" for one in found if one.old and one.now in moved]:
        raise ValueError(f"leads to what has moved again: {', '.join(again)}; allowed: where it is now")
    return found


@lru_cache(maxsize=256)
def _names(page: Path, changed: float) -> frozenset[str]:
    return frozenset(_IDS.findall(page.read_text(encoding="utf-8")))


def is_there(site: Path, address: str) -> bool:
    """Return whether a built book has a file at an address, and on it the place that the part behind # names."""
    name, _, place = address.partition("#")
    path = site / unquote(name)
    if not path.is_file():
        return False
    return not place or unquote(place) in _names(path, path.stat().st_mtime)


def lost(site: Path, addresses: Iterable[Address]) -> list[str]:
    """Return the published addresses behind which a built book has nothing."""
    return [one.published for one in addresses if not is_there(site, one.published)]


def forwarding(old: str, now: str) -> str:
    """Return the page that stands at an old address: it leads on at once, and has a link for whoever is not led."""
    up = "../" * old.count("/")
    target = escape(up + now)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="refresh" content="0; url={target}">\n'
        f'<link rel="canonical" href="{target}">\n<meta name="robots" content="noindex">\n'
        f"<title>{_MOVED}</title>\n</head>\n<body>\n<main>\n<h1>{_MOVED}</h1>\n"
        f'<p>It is now at <a href="{target}">{escape(now)}</a>.</p>\n</main>\n</body>\n</html>\n'
    )


def forward(site: Path, addresses: Iterable[Address]) -> None:
    """Make for each address that has moved what keeps it alive.

    Raises
    ------
    ValueError
        If the new address does not exist, the old one is a page of the book, or a place moved to another page alone.
    """
    for one in addresses:
        if not one.old:
            continue
        if not is_there(site, one.now):
            raise ValueError(f"{one.old}{_ARROW}{one.now}: the book has nothing there")
        (page, _, place), (goal, _, new) = one.old.partition("#"), one.now.partition("#")
        path = site / page
        if place and page == goal and new:
            _name_again(path, place, new)
        elif place:
            raise ValueError(f"{one.old}{_ARROW}{one.now}: a place moves within its page; allowed: {page}#…")
        elif path.is_file() and not _has_moved(path):
            raise ValueError(f"{one.old}: is a page of the book; allowed: addresses that are none")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(forwarding(page, one.now), encoding="utf-8")


def _name_again(page: Path, old: str, new: str) -> None:
    """Give the element with a new name the old one too, by an empty element at its beginning."""
    html = page.read_text(encoding="utf-8")
    if f'id="{escape(old)}"' in html:
        return
    mark = f'<span id="{escape(old)}"></span>'
    # Inside a row of a table only cells may stand, so the mark goes into its first cell.
    pattern = re.compile(rf'<(?!tr\b)\w+[^<>]*\bid="{re.escape(escape(new))}"[^<>]*>')
    row = re.compile(rf'<tr[^<>]*\bid="{re.escape(escape(new))}"[^<>]*>\s*<t[hd]\b[^<>]*>')
    found = row.search(html) or pattern.search(html)
    if found is None:
        raise ValueError(f"{page.name}: no element with the id {new!r}")
    page.write_text(f"{html[: found.end()]}{mark}{html[found.end() :]}", encoding="utf-8")


def every(site: Path, places: re.Pattern[str]) -> list[str]:
    """Return the addresses of a built book that readers may keep, sorted: pages, files of data, and places on pages.

    Parameters
    ----------
    site
        The built book.
    places
        The names of places that count as addresses.
    """
    found = []
    for path in site.rglob("*"):
        name = path.relative_to(site)
        if name.parts[0].startswith("_") or not path.is_file():
            continue
        if path.suffix == ".html" and not _has_moved(path):
            found.append(name.as_posix())
            names = _names(path, path.stat().st_mtime)
            found += [f"{name.as_posix()}#{one}" for one in names if places.match(one)]
        elif name.parts[0] == archive.FOLDER and path.suffix in _DATA:
            found.append(name.as_posix())
    return sorted(found)


def _has_moved(page: Path) -> bool:
    return f"<title>{_MOVED}</title>" in page.read_text(encoding="utf-8")


# --- the Sphinx side -------------------------------------------------------------------------------------------------


def _keep(app: Sphinx, error: Exception | None) -> None:
    """Make the pages of old addresses.

    Raises
    ------
    ExtensionError
        If the list is not there, or says what is not so.
    """
    if error or app.builder.format != "html" or not app.config.book_addresses:
        return
    path = Path(app.srcdir) / app.config.book_addresses
    try:
        forward(Path(app.outdir), read(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as fault:
        raise ExtensionError(f"book_addresses, {app.config.book_addresses}: {fault}") from fault


def setup(app: Sphinx) -> None:
    """Register the setting and the step; it comes last, when all pages are as readers get them."""
    app.add_config_value("book_addresses", "", "env")
    app.connect("build-finished", _keep, priority=950)
