"""Lock the newest versions that the bounds allow, for every system and Python that the course supports.

`requirements.in` gives `requirements.txt`; `requirements-dev.in` gives `requirements-dev.txt` with the same versions.
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
    """Write both locks."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    lock("requirements.in", "requirements.txt")
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        constraints.write_text(
            "\n".join(line for line in locked if not line.startswith("-e")), encoding="utf-8"
        )
        lock("requirements-dev.in", "requirements-dev.txt", "--constraints", str(constraints))
    print("Locked. Now: make test, and look at the book; then commit both files with the reason.")


if __name__ == "__main__":
    main()
