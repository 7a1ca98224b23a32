"""Open the chapters in JupyterLab, on this machine only."""

from __future__ import annotations

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

from tools.build import ROOT

FIRST = "chapters/01-origins.ipynb"


def command(folder: Path, port: int, token: str, *more: str) -> list[str]:
    """Return the command that starts JupyterLab on loopback, without its look-ups of news and newer versions."""
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *root,
        *more,
    ]


def main() -> None:
    """Start JupyterLab and print the address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8888, help="the port; the next free one when it is in use"
    )
    parser.add_argument("--no-browser", action="store_true", help="open no browser, only print the address")
    wanted = parser.parse_args()
    token = secrets.token_urlsafe(16)
    more = ["--no-browser"] if wanted.no_browser else []
    print("JupyterLab starts; its address stands below and opens chapter 1. Stop with Ctrl+C.", flush=True)
    raise SystemExit(subprocess.call(command(ROOT, wanted.port, token, *more), cwd=ROOT))


if __name__ == "__main__":
    main()
