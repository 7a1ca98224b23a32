"""What Binder would install."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.bench.report import PY, quietly, say


def measure() -> None:
    """Measure what Binder would install, in a fresh environment, and how long a chapter's imports take."""
    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/env/bin/python"
        quietly([sys.executable, "-m", "venv", "--without-pip", f"{folder}/env"])
        quietly([*PY, "uv", "pip", "install", "--python", python, "-r", "requirements.txt"])
        size = sum(path.lstat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6
        say("environment for Binder, installed", f"{size:.0f} MB", "<= 600 MB", size <= 600)
        imports = "from csto import alt"
        quietly([python, "-c", imports])
        seconds = min(quietly([python, "-c", imports]) for _ in range(3))
        say("imports of a chapter", f"{seconds:.1f} s", "<= 2 s", seconds <= 2)
