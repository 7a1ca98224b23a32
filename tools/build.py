"""Build the book, strictly: a failing cell, a warning or a missing page fails the build."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "_build" / "html"
STAMP = ROOT / "_build" / ".built"
SOURCES = (
    "_config.yml",
    "_toc.yml",
    "index.md",
    "book",
    "chapters",
    "csto",
    "data",
    "questions",
    "reference",
    "teaching",
)


#: Jupyter Book's own command, without a grammar that jsonschema would take two seconds to make (see csto/swift.py).
JUPYTER_BOOK = (
    "import sys; sys.modules['rfc3987_syntax'] = None; from jupyter_book.cli.main import main; main()"
)


def command(folder: Path) -> list[str]:
    """Return the command that builds a book strictly."""
    return [sys.executable, "-c", JUPYTER_BOOK, "build", str(folder), "-n", "-W", "--keep-going"]


def newest_source() -> float:
    """Return the time of the last change to anything that the book is made of."""
    files = (ROOT / name for name in SOURCES)
    found = (path for one in files for path in ([one] if one.is_file() else one.rglob("*")))
    return max(path.stat().st_mtime for path in found if path.is_file() and "__pycache__" not in path.parts)


def is_fresh() -> bool:
    """Return whether the built book is newer than all that it is made of."""
    return STAMP.exists() and STAMP.stat().st_mtime > newest_source()


def build(clean: bool = False) -> float:
    """Build the book and return the seconds that it took.

    Raises
    ------
    SystemExit
        If the build fails; the message says what to do.
    """
    if clean:
        shutil.rmtree(ROOT / "_build", ignore_errors=True)
    STAMP.unlink(missing_ok=True)
    start = time.monotonic()
    done = subprocess.run([*command(ROOT), *(["-q"] if clean else [])], cwd=ROOT, stdin=subprocess.DEVNULL)
    seconds = time.monotonic() - start
    if done.returncode != 0:
        raise SystemExit(
            f"\nThe book was not built ({seconds:.0f} s). The first line above that says ERROR or WARNING names "
            "the file and, for a notebook, the cell. A cell that fails can be run by hand: make lab."
        )
    _withdraw()
    STAMP.touch()
    return seconds


def _withdraw() -> None:
    """Take back the files that an older build was offered with: they are not of this one."""
    from tools import edition

    if (SITE / edition.FOLDER).exists():
        edition.offer(SITE, [])


def main() -> None:
    """Build the book and print where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clean", action="store_true", help="build from nothing")
    seconds = build(clean=parser.parse_args().clean)
    pages = len(list(SITE.rglob("*.html")))
    print(f"\nThe book is built: {pages} pages in {seconds:.0f} s.")
    print(f"  Open  {(SITE / 'index.html').as_uri()}")
    print("  or    make serve")


if __name__ == "__main__":
    main()
