"""Builds, notebooks, and the whole of `make test`."""

from __future__ import annotations

from tools.bench.report import PY, quietly, say
from tools.build import ROOT


def measure() -> None:
    """Measure a clean build, one after a line of prose was changed (it is changed back), and nbval."""
    seconds = quietly([*PY, "tools.build", "--clean"])
    say("clean build of the whole book", f"{seconds:.0f} s", "<= 60 s", seconds <= 60)
    page = ROOT / "reference" / "how-to-use.md"
    before = page.read_text(encoding="utf-8")
    try:
        page.write_text(before + "\nA line more.\n", encoding="utf-8")
        seconds = quietly([*PY, "tools.build"])
    finally:
        page.write_text(before, encoding="utf-8")
    say("build after one line of prose", f"{seconds:.1f} s", "<= 8 s", seconds <= 8)
    quietly([*PY, "tools.build"])
    seconds = quietly(
        [*PY, "pytest", "--nbval-lax", "--nbval-current-env", "-n", "2", "--dist", "loadfile", "chapters"]
    )
    say("all chapters through nbval", f"{seconds:.0f} s", "<= 45 s", seconds <= 45)


def measure_tests() -> None:
    """Measure `make test`."""
    seconds = quietly([*PY, "tools.check"])
    say("make test, environment ready", f"{seconds / 60:.1f} min", "<= 8 min", seconds <= 480)
