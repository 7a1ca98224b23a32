"""Open the chapters in JupyterLab, on this machine only."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tools.build import ROOT

FIRST = "chapters/01-origins.ipynb"
#: Of every code cell of the open notebook: its id, its execution count, the types of its outputs.
CELLS = """() => window.jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.type === "code")
    .map(cell => ({
        id: cell.model.id,
        count: cell.model.executionCount,
        outputs: cell.model.outputs.toJSON().map(one => one.output_type + " " + (one.ename || one.name || "")),
    }))"""
#: Milliseconds after which something is wrong even on a busy machine.
_PATIENCE = 300_000
_KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def command(folder: Path, port: int, token: str, *more: str, first: str = f"/lab/tree/{FIRST}") -> list[str]:
    """Return the command that starts JupyterLab on loopback, without its look-ups of news and newer versions.

    Parameters
    ----------
    folder
        What it serves.
    port, token
        Where it listens, and who may come in.
    more
        Options of Jupyter.
    first
        The page that it opens.
    """
    return [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ip=127.0.0.1",
        f"--port={port}",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url={first}",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        *as_root(),
        *more,
    ]


def as_root() -> list[str]:
    """Return the flag without which JupyterLab does not start for the superuser."""
    return ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []


def watched(folder: Path) -> list[str]:
    """Return the flags by which a test can look into JupyterLab, and by which it leaves nothing in the user's home."""
    return [
        "--no-browser",
        "--LabApp.expose_app_in_browser=True",
        f"--LabApp.workspaces_dir={folder / 'workspaces'}",
        f"--LabApp.user_settings_dir={folder / 'settings'}",
    ]


def free_port() -> int:
    """Return a port of loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], seconds: int = 180) -> None:
    """Wait until a JupyterLab answers.

    Raises
    ------
    RuntimeError
        If it stops, or does not answer in time.
    """
    for _ in range(seconds * 2):
        try:
            urllib.request.urlopen(f"{address}api", timeout=2).close()
            return
        except OSError:
            if server.poll() is not None:
                break
            time.sleep(0.5)
    raise RuntimeError("JupyterLab did not start")


def run_all(page: Any, address: str, token: str, path: str, to_the_end: bool = True) -> float:
    """Open a notebook in a JupyterLab that exposes itself to the page, run it whole, and return the seconds.

    Parameters
    ----------
    page
        A page of Playwright.
    address, token
        Of a JupyterLab that was started with the flags of `watched`.
    path
        What follows the address, such as `lab/tree/chapters/01-origins.ipynb`.
    to_the_end
        Whether every cell has to run; else the notebook may stop at one that fails.
    """
    # Emptied, or JupyterLab would bring back the notebooks of the last visit as well.
    page.goto(f"{address}{path}?token={token}&reset", timeout=_PATIENCE)
    page.wait_for_function(_KERNEL, timeout=_PATIENCE)
    return run_cells(page, to_the_end)


def run_cells(page: Any, to_the_end: bool = True) -> float:
    """Run the open notebook whole, and return the seconds."""
    start = time.monotonic()
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells').catch(() => 0)")
    if to_the_end:
        page.wait_for_function(f"({CELLS})().every(cell => cell.count)", timeout=_PATIENCE, polling=50)
    page.wait_for_function(_KERNEL, timeout=_PATIENCE, polling=50)
    return time.monotonic() - start


def shut_down(page: Any) -> None:
    """Stop the kernel of the open notebook."""
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def without_news(prefix: Path) -> None:
    """Let the JupyterLab of an environment not ask whether it may fetch news; what is set there already stays."""
    path = prefix / "etc" / "jupyter" / "labconfig" / "page_config.json"
    kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept.setdefault("disabledExtensions", {})["@jupyterlab/apputils-extension:announcements"] = True
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def is_free(port: int) -> bool:
    """Return whether nobody listens on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def main() -> None:
    """Start JupyterLab and print the address."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8888, help="the port; another when it is in use")
    parser.add_argument("--no-browser", action="store_true", help="open no browser, only print the address")
    wanted = parser.parse_args()
    port = wanted.port if is_free(wanted.port) else free_port()
    token = secrets.token_urlsafe(16)
    more = ["--no-browser"] if wanted.no_browser else []
    if sys.prefix != sys.base_prefix:
        without_news(Path(sys.prefix))
    # Jupyter prints its address without the token, which would keep out whoever opens the browser by hand.
    print(
        "JupyterLab starts and opens chapter 1; the others lie beside it. Stop with Ctrl+C.\n"
        f"  Open  http://127.0.0.1:{port}/lab/tree/{FIRST}?token={token}\n",
        flush=True,
    )
    raise SystemExit(subprocess.call(command(ROOT, port, token, *more), cwd=ROOT))


if __name__ == "__main__":
    main()
