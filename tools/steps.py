"""Run the checks one after the other, say what each is and how long it took: `python -m tools.steps`.

This is what `make test` and continuous integration run. The first failing step ends it, with a word on what to do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

PYTHON = sys.executable


@dataclass(frozen=True)
class Step:
    """One check: its name, the command or function, and what to do when it fails."""

    name: str
    run: list[str] | Callable[[], bool]
    remedy: str


def chromium() -> bool:
    """Make sure that a Chromium is there, by Debian's package or by Playwright; return whether one is."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return True
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("No Chromium here; installing Debian's package.", flush=True)
        for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
        if shutil.which("chromium"):
            return True
    print("No Chromium here; trying Playwright's own.", flush=True)
    return subprocess.run([PYTHON, "-m", "playwright", "install", "chromium"], check=False).returncode == 0


def _pytest(*words: str) -> list[str]:
    return [PYTHON, "-m", "pytest", *words]


BUILD = [PYTHON, "-m", "tools.build"]
STEPS = [
    Step("format", ["ruff", "format", "--check", "."], "run `ruff format .`"),
    Step("style", ["ruff", "check", "."], "run `ruff check --fix .`, then mend what is left"),
    Step("types", ["mypy"], "see the file and line above"),
    Step("notebooks are normal", [PYTHON, "-m", "tools.tidy", "--check"], "run `make tidy`"),
    Step("citation file", [PYTHON, "-m", "tools.citation"], "see CITATION.cff and the message above"),
    Step("workflows", ["zizmor", "--offline", "--quiet", ".github/workflows"], "see the workflow named above"),
    Step("Chromium", chromium, "install a Chromium (Debian: apt-get install chromium) and run again"),
    Step("subject, data, tools", _pytest("-m", "not browser and not book", "-n", "2"), "a test names what is wrong"),
    Step(
        "chapters run",
        _pytest("--nbval-lax", "--nbval-current-env", "-n", "2", "--dist", "loadfile", "chapters"),
        "run the chapter in JupyterLab from top to bottom",
    ),
    Step("the book, strictly", [*BUILD, "--clean"], "each warning above names file and line"),
    Step("the build is strict", _pytest("-m", "book", "-n", "2"), "a small book that must fail did not, or the other way"),
    Step("pages in a browser", _pytest("-m", "browser", "-n", "2", "--dist", "loadgroup"), "open the page with `make serve`"),
]


def main() -> int:
    """Run the steps; return the number of the failing step's exit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", help="run the steps whose name contains this")
    given = parser.parse_args()
    chosen = [step for step in STEPS if not given.only or given.only in step.name]
    environment = {**os.environ, "PATH": f"{os.path.dirname(PYTHON)}{os.pathsep}{os.environ['PATH']}"}
    start = time.monotonic()
    for number, step in enumerate(chosen, 1):
        print(f"\n[{number}/{len(chosen)}] {step.name} …", flush=True)
        began = time.monotonic()
        if callable(step.run):
            good = step.run()
        else:
            good = subprocess.run(step.run, env=environment, check=False).returncode == 0
        if not good:
            print(f"\nFAILED: {step.name}. What to do: {step.remedy}.", flush=True)
            return 1
        print(f"      done in {time.monotonic() - began:.1f} s", flush=True)
    print(f"\nAll {len(chosen)} steps passed in {time.monotonic() - start:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
