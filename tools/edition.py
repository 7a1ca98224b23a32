"""What an edition is: its name, version and date, the files that can be made of it, and how the book offers them.

The version lives in `pyproject.toml`, the day in `CITATION.cff`; a test holds the copies of both together. `offer` puts
files into a built site and lists them on the page `reference/take-away`; what was not made is not linked.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import escape
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import yaml

from tools.build import ROOT

NAME = "promise-and-practice"
#: Where a built site keeps the files, and the page that lists them.
FOLDER = "editions"
PAGE = "reference/take-away.html"
#: Where commands put what they make.
MADE = ROOT / "_build" / FOLDER
SUMS = "SHA256SUMS"
#: All addresses that were ever published, and the names of places on pages that count as such.
ADDRESSES = ROOT / "reference" / "addresses.txt"
PLACES = re.compile(r"(?:d\d\d(?:-\d+)?|(?:fig|table|term)-(?!.*-(?:clip|gradient)).+)$")
_LIST = re.compile(r'(<div class="editions">).*?(</div>)', re.DOTALL)
_NONE = "<p>With this copy of the book none was made; the commands below make them.</p>"


@dataclass(frozen=True)
class Form:
    """A file that can be made of the built book, by the function `make` of the module `tools.{key}`."""

    key: str
    title: str
    ending: str

    def file(self, version: str) -> str:
        """Return the name of the file."""
        return f"{NAME}-{version}{self.ending}"

    def exists(self) -> bool:
        """Return whether the module is there."""
        return find_spec(f"tools.{self.key}") is not None

    def make(self, site: Path, folder: Path) -> Path:
        """Make the file of the site into a folder and return where it is."""
        folder.mkdir(parents=True, exist_ok=True)
        made: Path = import_module(f"tools.{self.key}").make(site, folder / self.file(version()))
        return made


FORMS = (
    Form("offline", "The book to open from a folder, with all that moves", "-offline.zip"),
    Form("epub", "The book for e-readers", ".epub"),
    Form("pdf", "The book for paper", ".pdf"),
)


def version(root: Path = ROOT) -> str:
    """Return the version of the edition."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def day(root: Path = ROOT) -> date:
    """Return the day of the edition."""
    found: date = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["date-released"]
    return found


def epoch(root: Path = ROOT) -> int:
    """Return the beginning of the edition's day in UTC, in seconds: the time that its files bear.

    Not the time of a commit, because a release is built before it is committed and again from its tag.
    """
    return int(datetime.combine(day(root), datetime.min.time(), UTC).timestamp())


def checksum(path: Path) -> str:
    """Return the SHA-256 sum of a file, 64 hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sums(paths: Iterable[Path]) -> str:
    """Return the sums of files as `sha256sum -c` reads them, by name."""
    return "".join(f"{checksum(path)}  {path.name}\n" for path in sorted(paths, key=lambda one: one.name))


def size(path: Path) -> str:
    """Return the size of a file in words."""
    return f"{path.stat().st_size / 1e6:.1f} MB"


def offer(site: Path, paths: Iterable[Path]) -> None:
    """Copy files into a built site and list them on its page, in the order given, with sizes and checksums.

    Parameters
    ----------
    site
        The built book.
    paths
        Files of this edition; none takes back what was offered before.

    Raises
    ------
    ValueError
        If the page is not there or has no place for the list, or a file is none of the edition's.
    """
    page = site / PAGE
    html = page.read_text(encoding="utf-8") if page.is_file() else ""
    if not _LIST.search(html):
        raise ValueError(f'{PAGE}: no element <div class="editions">; allowed: one')
    titles = {form.ending: form.title for form in FORMS}
    shutil.rmtree(site / FOLDER, ignore_errors=True)
    items, kept = [], list(paths)
    for path in kept:
        ending = path.name.removeprefix(f"{NAME}-{version()}")
        if ending not in titles:
            raise ValueError(f"{path.name}: no file of edition {version()}; allowed: {', '.join(_names())}")
        (site / FOLDER).mkdir(exist_ok=True)
        shutil.copyfile(path, site / FOLDER / path.name)
        items.append(
            f'<li><a href="../{FOLDER}/{escape(path.name)}" download>{escape(titles[ending])}: {escape(path.name)}</a> '
            f'({size(path)}). <span class="data-whole">SHA-256: <code>{checksum(path)}</code></span></li>'
        )
    if kept:
        (site / FOLDER / SUMS).write_text(sums(kept), encoding="utf-8")
    page.write_text(listed(html, f"<ul>{''.join(items)}</ul>" if items else _NONE), encoding="utf-8")


def _names() -> list[str]:
    return [form.file(version()) for form in FORMS]


def listed(html: str, items: str = _NONE) -> str:
    """Return the page with other items in its list; by default none, as it is built."""
    return _LIST.sub(lambda found: f"{found[1]}{items}{found[2]}", html)
