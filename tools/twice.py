"""Build one commit twice, as two people would, and say which files differ.

python -m tools.twice                    build the last commit twice and compare
python -m tools.twice compare A B        compare two folders that were built already

The two builds lie in folders of different depth and have different time zones, seeds of Python's hashes, and umasks;
what they share is the commit and the packages.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.build import ROOT, command

#: What is different between the two: the folder, and what of the surroundings a build must not depend on.
PLACES = (
    ("first", {"TZ": "UTC", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"}, 0o022),
    ("a second place/further down", {"TZ": "Asia/Yerevan", "PYTHONHASHSEED": "20260626"}, 0o077),
)


def clone(source: Path, target: Path) -> Path:
    """Clone the last commit of a repository into a folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", str(source), str(target)], check=True)
    return target


def epoch(folder: Path) -> str:
    """Return the time of the last commit, in seconds."""
    asked = ["git", "log", "-1", "--format=%ct"]
    return subprocess.run(asked, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def built(folder: Path, surroundings: dict[str, str], umask: int) -> Path:
    """Build the book of a clone with its own code and return where its pages are.

    Raises
    ------
    SystemExit
        If the build fails; it ends with what the build said last.
    """
    variables = {name: value for name, value in os.environ.items() if not name.startswith("BOOK_")}
    variables |= {
        "PYTHONPATH": str(folder),
        "SOURCE_DATE_EPOCH": epoch(folder),
        "NO_COLOR": "1",
        **surroundings,
    }
    done = subprocess.run(
        command(folder),
        cwd=folder,
        env=variables,
        umask=umask,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"The build in {folder} failed:\n{done.stdout[-3000:]}")
    return folder / "_build" / "html"


def files(folder: Path) -> set[str]:
    """Return the files below a folder, by their path in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def differences(one: Path, other: Path) -> list[str]:
    """Return what differs between two folders, a line a file: on one side only, or with other bytes."""
    left, right = files(one), files(other)
    lines = [f"only in the first: {name}" for name in left - right]
    lines += [f"only in the second: {name}" for name in right - left]
    for name in left & right:
        if not filecmp.cmp(one / name, other / name, shallow=False):
            lines.append(f"differs: {name}, {where(one / name, other / name)}")
    return sorted(lines)


def where(one: Path, other: Path, around: int = 60) -> str:
    """Return the place of the first byte that differs and what stands there in both files."""
    left, right = one.read_bytes(), other.read_bytes()
    same = min(len(left), len(right))
    place = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), same)
    shown = [
        text[max(0, place - around) : place + around].decode("utf-8", "replace") for text in (left, right)
    ]
    return f"at byte {place}: {shown[0]!r} / {shown[1]!r}"


def twice(source: Path, work: Path) -> list[str]:
    """Build the last commit of a repository in two folders below `work` and return what differs."""
    sites = [built(clone(source, work / place), surroundings, umask) for place, surroundings, umask in PLACES]
    return differences(*sites)


def main() -> None:
    """Compare and exit 1 if anything differs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=["compare"], help="compare folders instead of building")
    parser.add_argument("folder", nargs="*", type=Path)
    wanted = parser.parse_args()
    if wanted.what:
        if len(wanted.folder) != 2 or not all(folder.is_dir() for folder in wanted.folder):
            parser.error("compare needs two folders")
        lines = differences(*wanted.folder)
        count = len(files(wanted.folder[0]))
    else:
        with tempfile.TemporaryDirectory(prefix="twice-") as work:
            lines = twice(ROOT, Path(work))
            count = len(files(Path(work) / PLACES[0][0] / "_build" / "html"))
    print(*lines, f"{count} files, {len(lines)} that differ", sep="\n")
    sys.exit(1 if lines else 0)


if __name__ == "__main__":
    main()
