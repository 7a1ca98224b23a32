"""A chapter in JupyterLab."""

from __future__ import annotations

import subprocess

from tools import lab
from tools.bench.report import CHAPTERS, say
from tools.bench.visit import chromium
from tools.build import ROOT


def measure() -> None:
    """Measure "run all" of each chapter in JupyterLab."""
    port, token = 8899, "for-this-bench-only"
    command = lab.command(ROOT, port, token, "--no-browser", "--LabApp.expose_app_in_browser=True")
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, **silent)  # type: ignore[call-overload]
    try:
        lab.wait_for(f"http://127.0.0.1:{port}/", server)
        with chromium() as started:
            for chapter in CHAPTERS:
                page = started.new_page()
                seconds = lab.run_all(page, f"http://127.0.0.1:{port}/", token, f"chapters/{chapter.name}")
                page.close()
                say(f"{chapter.stem}: run all in JupyterLab", f"{seconds:.1f} s", "<= 6 s", seconds <= 6)
    finally:
        server.terminate()
        server.wait(timeout=20)
