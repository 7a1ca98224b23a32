"""Read and mark what waits for a person, in nbgrader's formgrader.

python -m tools.mark 03 KEY     starts a Jupyter server on this machine only, and opens the class's submissions

Then run `make grade` again: it takes points and comments from there.
"""

from __future__ import annotations

import argparse
import secrets
import subprocess
from pathlib import Path

from tools import lab
from tools.teaching import assignment, grading
from tools.teaching.release import class_folder


def command(folder: Path, name: str, port: int, token: str, *more: str) -> list[str]:
    """Return the command that starts formgrader on a class's folder, at the submissions of an assignment."""
    page = f"/formgrader/gradebook/{name}/{name}"
    return lab.command(folder, port, token, f"--CourseDirectory.root={folder}", *more, first=page)


def main() -> None:
    """Start formgrader and print what to do."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("chapter", help="number of the chapter, such as 03")
    parser.add_argument("cohort", help="the cohort's key")
    parser.add_argument("--port", type=int, default=8890)
    parser.add_argument("--no-browser", action="store_true", help="open no browser, only print the address")
    wanted = parser.parse_args()
    try:
        name = assignment.find(wanted.chapter)
        folder = grading.Class(class_folder(wanted.cohort), name).folder
    except ValueError as error:
        raise SystemExit(f"make mark: {error}") from None
    if not any(folder.glob(f"autograded/*/{name}")):
        raise SystemExit(f"make mark: nothing of {name} is graded yet; first: make grade")
    more = ["--no-browser"] if wanted.no_browser else []
    print(
        "Formgrader opens in the browser, at the address below. Points and comments are kept as you write them.\n"
        "Stop with Ctrl+C, then run make grade again: it takes them into the grades and the feedback.",
        flush=True,
    )
    told = command(folder, name, wanted.port, secrets.token_urlsafe(16), *more)
    raise SystemExit(subprocess.call(told, cwd=folder))


if __name__ == "__main__":
    main()
