"""Lock the newest versions that the bounds allow, for every system and Python that the course supports.

`requirements.in` gives `requirements.txt`; `requirements-teaching.in` and `requirements-dev.in` give theirs with the same
versions.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.build import ROOT


def lock(source: str, target: str, *more: str) -> None:
    """Resolve one file into another; no addresses of package indexes get into it.

    Raises
    ------
    SystemExit
        If the versions cannot be resolved.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", source, "--output-file", target, "--universal"]
    command += [
        "--python-version",
        "3.11",
        "--no-header",
        "--no-annotate",
        "--no-emit-index-url",
        "--upgrade",
        "-q",
    ]
    if subprocess.run([*command, *more], cwd=ROOT).returncode != 0:
        raise SystemExit(f"{target} was not changed: {source} has no solution (see above).")


def main() -> None:
    """Write the three locks."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    lock("requirements.in", "requirements.txt")
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        settled: list[str] = []
        for name in ("", "-teaching", "-dev"):
            if name:
                constraints.write_text("\n".join(settled), encoding="utf-8")
                lock(f"requirements{name}.in", f"requirements{name}.txt", "--constraints", str(constraints))
            text = (ROOT / f"requirements{name}.txt").read_text(encoding="utf-8")
            settled += [line for line in text.splitlines() if not line.startswith("-e")]
    print("Locked. Now: make test, and look at the book; then commit the files with the reason.")


if __name__ == "__main__":
    main()
