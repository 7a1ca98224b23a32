"""Run everything that CI checks, a step at a time, and say at the end what failed and what to do.

python -m tools.check              all steps
python -m tools.check lint tests   some of them
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field

from tools import browser, java
from tools.build import ROOT

PY = [sys.executable, "-m"]


@dataclass(frozen=True)
class Step:
    """One step: its name, what it shows, its command, what to do when it fails, the steps it rests on."""

    name: str
    shows: str
    command: list[str]
    mend: str
    after: tuple[str, ...] = field(default=())


STEPS = (
    Step("format", "code is formatted", [*PY, "ruff", "format", "--check", "."], "make tidy"),
    Step("lint", "code is clean", [*PY, "ruff", "check", "."], "make tidy mends some; the rest by hand"),
    Step("types", "types agree", [*PY, "mypy"], "mend the types that mypy names"),
    Step(
        "tests",
        "data, models, questions, excerpts, tools, notebooks' form, small strict builds",
        [
            *PY,
            "pytest",
            "-n",
            "2",
            "-m",
            "not browser and not book and not live and not engines and not hub",
            "tests",
        ],
        "the first failed test names what is wrong; run it alone: .venv/bin/python -m pytest -k NAME",
    ),
    Step(
        "notebooks",
        "every notebook runs, and its checked outputs are what they were",
        [
            *PY,
            "pytest",
            "--nbval-lax",
            "--nbval-current-env",
            "-n",
            "2",
            "--dist",
            "loadfile",
            "chapters",
            "reference",
            "teaching",
        ],
        "open the chapter (make lab) and run it; if a new number is right: make outputs",
    ),
    Step(
        "build",
        "the whole book builds from nothing, strictly",
        [*PY, "tools.build", "--clean"],
        "mend the first ERROR or WARNING above",
    ),
    Step(
        "pages",
        "the built pages in a real browser",
        [*PY, "pytest", "-n", "2", "--dist", "loadgroup", "-m", "browser or book", "tests"],
        "make serve, open the page named, and look",
        after=("build",),
    ),
    Step(
        "engines",
        "the chapters in Chromium, Firefox and WebKit",
        [*PY, "pytest", "-n", "2", "--dist", "loadgroup", "-m", "engines", "tests"],
        "open the page named in that browser, and look",
        after=("build",),
    ),
    Step(
        "live",
        "every chapter in JupyterLab, run by a real browser, and every lab by its keyboard",
        [*PY, "pytest", "-n", "2", "--dist", "loadgroup", "-m", "live", "tests"],
        "make lab, run the chapter named, and look",
    ),
    Step(
        "hub",
        "a class on JupyterHub: hand out, hand in, grade, feedback, and nobody sees another's work",
        [*PY, "tools.hub"],
        "the first failed test names what is wrong; tools/hub.py says what a hub needs",
    ),
)


def run(steps: list[Step]) -> list[Step]:
    """Run steps in order and return those that failed; one that rests on a failed one counts as failed."""
    failed: list[Step] = []
    for number, step in enumerate(steps, 1):
        print(f"\n[{number}/{len(steps)}] {step.name}: {step.shows}", flush=True)
        if lacking := [name for name in step.after if name in {one.name for one in failed}]:
            print(f"      cannot run, because {' and '.join(lacking)} failed", flush=True)
            failed.append(step)
            continue
        start = time.monotonic()
        code = subprocess.run(step.command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode
        verdict = "passed" if code == 0 else "FAILED"
        print(f"      {step.name} {verdict} after {time.monotonic() - start:.0f} s", flush=True)
        if code != 0:
            failed.append(step)
    return failed


def main() -> None:
    """Run the steps and exit 1 if one failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [step.name for step in STEPS]
    parser.add_argument("step", nargs="*", choices=[*names, []], help=f"one or more of: {', '.join(names)}")
    wanted = parser.parse_args().step or names
    steps = [step for step in STEPS if step.name in wanted]
    start = time.monotonic()
    if {"pages", "live", "engines"} & set(wanted):
        os.environ["CHROMIUM"] = browser.ensure()
    if "pages" in wanted:
        java.ensure()
    if "engines" in wanted:
        browser.ensure_engines()
    failed = run(steps)
    print(f"\nAll of it took {time.monotonic() - start:.0f} s.")
    for step in failed:
        print(f"FAILED {step.name}: {step.mend}")
    print(f"steps: {len(steps) - len(failed)} passed, {len(failed)} failed", flush=True)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
