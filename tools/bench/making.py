"""Builds, notebooks, and the whole of `make test`."""

from __future__ import annotations

import json
from pathlib import Path

from tools.bench.report import CHAPTERS, PY, quietly, say
from tools.build import ROOT


def measure() -> None:
    """Measure a clean build, one after a line of a page and one after a line of a chapter, and nbval."""
    seconds = quietly([*PY, "tools.build", "--clean"])
    say("clean build of the whole book", f"{seconds:.0f} s", "<= 60 s", seconds <= 60)
    for page in (ROOT / "reference" / "how-to-use.md", CHAPTERS[3]):
        seconds = _after_a_line(page)
        say(f"build after one line of {page.name}", f"{seconds:.1f} s", "<= 8 s", seconds <= 8)
        quietly([*PY, "tools.build"])
    seconds = quietly(
        [*PY, "pytest", "--nbval-lax", "--nbval-current-env", "-n", "2", "--dist", "loadfile", "chapters"]
    )
    say("all chapters through nbval", f"{seconds:.0f} s", "<= 45 s", seconds <= 45)


def _after_a_line(page: Path) -> float:
    """Return the seconds of a build after a line was added to a page; the page is as before then."""
    before = page.read_text(encoding="utf-8")
    if page.suffix == ".ipynb":
        notebook = json.loads(before)
        cell = next(one for one in notebook["cells"] if one["cell_type"] == "markdown")
        cell["source"] = ["".join(cell["source"]), "\n\nA line more."]
        after = json.dumps(notebook, ensure_ascii=False)
    else:
        after = before + "\nA line more.\n"
    try:
        page.write_text(after, encoding="utf-8")
        return quietly([*PY, "tools.build"])
    finally:
        page.write_text(before, encoding="utf-8")


def measure_tests() -> None:
    """Measure `make test`."""
    seconds = quietly([*PY, "tools.check"])
    say("make test, environment ready", f"{seconds / 60:.1f} min", "<= 8 min", seconds <= 480)
