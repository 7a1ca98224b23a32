"""Read and mark what waits for a person, in nbgrader's formgrader.

python -m tools.mark 03 KEY     starts a Jupyter server on this machine only, and opens the class's submissions

Then run `make grade` again: it takes points and comments from there.
"""

from __future__ import annotations

import secrets
import subprocess
from pathlib import Path

from tools import lab
from tools.teaching import assignment, grading
from tools.teaching.command import told, words
from tools.teaching.release import class_folder


def command(folder: Path, name: str, port: int, token: str, *more: str) -> list[str]:
    """Return the command that starts formgrader on a class's folder, at the submissions of an assignment."""
    page = f"/formgrader/gradebook/{name}/{name}"
    return lab.command(folder, port, token, f"--CourseDirectory.root={folder}", *more, first=page)


def main() -> None:
    """Start formgrader and print what to do."""
    parser = words(__doc__)
    parser.add_argument("--port", type=int, default=8890)
    parser.add_argument("--no-browser", action="store_true", help="open no browser, only print the address")
    wanted = parser.parse_args()
    with told("mark"):
        name = assignment.find(wanted.chapter)
        folder = grading.Class(class_folder(wanted.cohort), name).folder
    if not any(folder.glob(f"autograded/*/{name}")):
        raise SystemExit(f"make mark: nothing of {name} is graded yet; first: make grade")
    more = ["--no-browser"] if wanted.no_browser else []
    print(
        "Formgrader opens in the browser, at the address below. Points and comments are kept as you write them.\n"
        "Stop with Ctrl+C, then run make grade again: it takes them into the grades and the feedback.",
        flush=True,
    )
    server = command(folder, name, wanted.port, secrets.token_urlsafe(16), *more)
    raise SystemExit(subprocess.call(server, cwd=folder))


if __name__ == "__main__":
    main()
