"""What the commands that make an edition for paper ask on the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools import build
from tools.paper.facts import facts

EDITIONS = build.ROOT / "_build" / "editions"


def wanted(about: str, ending: str) -> tuple[Path, Path]:
    """Return the folder of built pages and the file to write; `about` is shown by `--help`."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=build.SITE, help="folder of the built pages")
    parser.add_argument("--target", type=Path, help="the file to write")
    given = parser.parse_args()
    return given.site, given.target or EDITIONS / f"{facts(given.site).name}.{ending}"
