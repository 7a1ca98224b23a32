"""How a measurement is printed, and how a command is timed."""

from __future__ import annotations

import os
import subprocess
import sys
import time

from tools.build import ROOT

PY = [sys.executable, "-m"]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))


def say(what: str, figure: str, goal: str = "", good: bool | None = None, beside: str = "") -> None:
    """Print one line: what was measured, the figure, what stands beside it (a plain book's), the goal, whether it is met."""
    mark = {True: "ok", False: "OVER", None: ""}[good]
    goal = f"goal {goal}" if goal else ""
    print(f"{what:<62} {figure:>10} {beside:>12}   {goal:<15} {mark}".rstrip(), flush=True)


def load() -> str:
    """Return how busy the machine is: processes that run or wait, in the last minute, and its cores."""
    return f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""


def quietly(command: list[str]) -> float:
    """Run a command without its words and return the seconds that it took.

    Raises
    ------
    SystemExit
        With its words, if it fails.
    """
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}\n{done.stderr}\nThis failed: {' '.join(command)}")
    return time.monotonic() - start
