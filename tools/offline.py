"""One archive of the built book that opens from a folder by a double click, with all that moves, and without a network.

The pages are those of the website, for the book loads scripts and styles only, which a browser also takes from a folder.
Two things are different: Firefox takes no font from a folder, so fonts stand inside the stylesheet, which the policy of
the pages then allows; and what no page of the book uses is left out.
"""

from __future__ import annotations

import argparse
import base64
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from book.theme import POLICY, SHEET
from tools import edition
from tools.build import ROOT, SITE

#: What no reader opens: what other books link by, and what a later build compares with.
IDLE = {"objects.inv", ".buildinfo", ".nojekyll"}
#: Maps of scripts for who mends them, and fonts for browsers that know no better form.
IDLE_ENDINGS = {".map", ".ttf"}
#: Files that come along with what they give leave to use.
LICENCES = {"OFL.txt", "LICENSE.txt"}
#: The folder from which only what is named somewhere is taken.
STATIC = "_static"
#: Endings of what is read for names.
_TEXT = {".html", ".js", ".css"}
_FONT = re.compile(r"url\(['\"]?(fonts/[^)'\"]+\.woff2)['\"]?\)")
_WITH_FONTS = f"{POLICY}; font-src 'self' data:"
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_MODE = 0o100644 << 16
NOTE = """{title}
{line}

Open index.html with a double click. Nothing has to be installed, and nothing is asked of any network.
Keep the folder together: the pages need what lies beside them.
Answers that you give stay in your browser; if you move the folder, the browser may take it for another book.

Version {version} of {day}. Text CC BY 4.0, code MIT; the data name their licences in data/datapackage.json.
"""


def needed(site: Path) -> Iterator[Path]:
    """Yield the files that the book needs in a reader's hands, in the order of their names.

    All pages with what stands beside them, and from the folder of scripts and styles what a page, a script or a
    stylesheet that is needed names.
    """
    every = {path.relative_to(site) for path in site.rglob("*") if path.is_file()}
    taken = {
        path for path in every if path.parts[0] not in {STATIC, edition.FOLDER} and path.name not in IDLE
    }
    static = {path for path in every if path.parts[0] == STATIC and path.suffix not in IDLE_ENDINGS}
    taken |= {path for path in static if path.name in LICENCES}
    fresh = {path for path in taken if path.suffix == ".html"}
    while fresh:
        text = "\n".join((site / path).read_text(encoding="utf-8") for path in sorted(fresh))
        found = {path for path in static - taken if path.name in text}
        taken |= found
        fresh = {path for path in found if path.suffix in _TEXT}
    yield from sorted(taken)


def content(site: Path, path: Path) -> bytes:
    """Return what stands in a file of the archive: the file, or for pages and the stylesheet what a folder asks for."""
    raw = (site / path).read_bytes()
    if path.suffix == ".html":
        html = raw.decode("utf-8").replace(POLICY, _WITH_FONTS, 1)
        return (edition.listed(html) if path.as_posix() == edition.PAGE else html).encode()
    if path.as_posix() == SHEET:
        return _FONT.sub(lambda font: _embedded((site / path).parent / font[1]), raw.decode("utf-8")).encode()
    return raw


def _embedded(font: Path) -> str:
    return f"url(data:font/woff2;base64,{base64.b64encode(font.read_bytes()).decode()})"


def make(site: Path, target: Path) -> Path:
    """Write the archive of a built book and return where it is.

    The same site gives the same bytes: names are sorted, times and modes fixed.

    Parameters
    ----------
    site
        The built book.
    target
        The file to write; its name without the ending is the folder inside.

    Raises
    ------
    FileNotFoundError
        If there is no built book.
    """
    if not (site / "index.html").is_file():
        raise FileNotFoundError(f"{site}: there is no built book; make book")
    target.parent.mkdir(parents=True, exist_ok=True)
    files = {path.as_posix(): content(site, path) for path in needed(site)}
    files["READ-ME.txt"] = note().encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for path in sorted(files):
            entry = zipfile.ZipInfo(f"{target.stem}/{path}", _TIME)
            entry.create_system, entry.external_attr = 3, _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, files[path], compresslevel=9)
    return target


def note() -> str:
    """Return the words that lie beside the pages."""
    title = "Promise and Practice"
    return NOTE.format(title=title, line="=" * len(title), version=edition.version(), day=edition.day())


def main() -> None:
    """Make the archive of the built book and say how large it is."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    made = edition.FORMS[0].make(SITE, edition.MADE)
    print(f"{made.relative_to(ROOT)}  {edition.size(made)}\nSHA-256 {edition.checksum(made)}")


if __name__ == "__main__":
    main()
