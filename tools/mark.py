"""Read and mark what waits for a person, in nbgrader's formgrader.

python -m tools.mark 03 KEY     starts a Jupyter server on this machine only, and opens the class's submissions

Then run `make grade` again: it takes points and comments from there.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import webbrowser
from pathlib import Path
from urllib.parse import quote

from tools import lab
from tools.teaching import assignment, grading
from tools.teaching.command import told, words
from tools.teaching.release import class_folder


def command(folder: Path, port: int, token: str) -> list[str]:
    """Return the command that starts a Jupyter server with formgrader on a class's folder."""
    return lab.command(folder, port, token, f"--CourseDirectory.root={folder}", "--no-browser", first="/lab")


def address(name: str, port: int, token: str) -> str:
    """Return where the submissions of an assignment are shown.

    The way leads over the page of the login: formgrader's own pages take a token, but keep it for no second request.
    """
    page = quote(f"/formgrader/gradebook/{name}/{name}", safe="")
    return f"http://127.0.0.1:{port}/login?token={token}&next={page}"


def free(port: int) -> int:
    """Return a port of this machine that nothing listens on: this one, or else another."""
    for wanted in (port, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", wanted))
            return int(probe.getsockname()[1])
    raise RuntimeError("no port of this machine is free")


def main() -> None:
    """Start formgrader, open it and print what to do."""
    parser = words(__doc__)
    parser.add_argument("--port", type=int, default=8890, help="the port; another one when it is in use")
    parser.add_argument("--no-browser", action="store_true", help="open no browser, only print the address")
    wanted = parser.parse_args()
    with told("mark"):
        name = assignment.find(wanted.chapter)
        folder = grading.Class(class_folder(wanted.cohort), name).folder
    if not any(folder.glob(f"autograded/*/{name}")):
        raise SystemExit(f"make mark: nothing of {name} is graded yet; first: make grade")
    token, port = secrets.token_urlsafe(16), free(wanted.port)
    page = address(name, port, token)
    with subprocess.Popen(
        command(folder, port, token), cwd=folder, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            with told("mark"):
                lab.wait_for(f"http://127.0.0.1:{port}/", server)
            print(
                f"Formgrader: {page}\nPoints and comments are kept as you write them. Stop with Ctrl+C, then run "
                "make grade again: it takes them into the grades and the feedback.",
                flush=True,
            )
            if not wanted.no_browser:
                webbrowser.open(page)
            server.wait()
        except KeyboardInterrupt:
            pass
        finally:
            server.terminate()


if __name__ == "__main__":
    main()
