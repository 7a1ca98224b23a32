"""Lock the newest versions that the bounds allow, for every system and Python that the course supports.

`requirements.in` gives `requirements.txt`; `requirements-teaching.in` and `requirements-dev.in` give theirs with the
same versions.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.build import ROOT


def compile_lock(source: str, target: str, *more: str, folder: Path = ROOT) -> None:
    """Resolve one file of wishes into a lock; no addresses of package indexes get into it.

    Parameters
    ----------
    source, target
        The two files, relative to `folder` or absolute. A version that the target already holds is kept where it can
        be, unless ``--upgrade`` is among `more`.
    more
        Further options of ``uv pip compile``.
    folder
        Where the command runs.

    Raises
    ------
    SystemExit
        If the versions cannot be resolved.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", source, "--output-file", target, "--universal"]
    command += ["--python-version", "3.11", "--no-header", "--no-annotate", "--no-emit-index-url", "-q"]
    if subprocess.run([*command, *more], cwd=folder).returncode != 0:
        raise SystemExit(f"{target} was not changed: {source} has no solution (see above).")


def main() -> None:
    """Write the three locks."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    settled: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder) / "constraints.txt"
        for kind in ("", "-teaching", "-dev"):
            constraints.write_text("\n".join(settled), encoding="utf-8")
            source, target = f"requirements{kind}.in", f"requirements{kind}.txt"
            compile_lock(source, target, "--upgrade", "--constraints", str(constraints))
            text = (ROOT / target).read_text(encoding="utf-8")
            settled += [line for line in text.splitlines() if not line.startswith("-e")]
    print("Locked. Now: make test, and look at the book; then commit the files with the reason.")


if __name__ == "__main__":
    main()
