"""Make the fingerprint of a source text from a local copy: `python -m tools.fingerprint KEY COPY`."""

from __future__ import annotations

import argparse
from pathlib import Path

from csto.data import source_keys
from csto.fingerprints import FOLDER, make


def main() -> None:
    """Write `data/fingerprints/KEY.txt`; the copy itself stays where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("key", help="key of the source in data/references.bib")
    parser.add_argument("copy", type=Path, help="a text file that holds the source, or passages of it")
    parser.add_argument("--passages", action="store_true", help="the copy holds passages, one a paragraph")
    given = parser.parse_args()
    if given.key not in source_keys():
        parser.error(f"{given.key!r} is not a key of data/references.bib")
    text = given.copy.read_text(encoding="utf-8", errors="replace")
    FOLDER.mkdir(exist_ok=True)
    target = FOLDER / f"{given.key}.txt"
    target.write_text(make(text, given.key, "passages" if given.passages else "whole text"), encoding="utf-8")
    print(f"data/fingerprints/{target.name}: {len(target.read_text().splitlines()) - 1} hashes")


if __name__ == "__main__":
    main()
