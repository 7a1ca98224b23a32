"""Lock the newest versions that the bounds allow, for every system and Python that the course supports.

Each file of wishes gives the lock beside it. A version that is settled in one lock is the version in all that follow,
so `binder/requirements.txt` is a part of `requirements.txt`: what a live chapter needs, without what builds the book.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.build import ROOT

#: The locks, without their endings, in the order in which versions are settled.
LOCKS = ("requirements", "binder/requirements", "requirements-teaching", "requirements-dev")


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


def lock(*more: str, folder: Path = ROOT, settled: Iterable[str] = ()) -> None:
    """Write all locks of a folder, one after the other, with the same versions.

    Parameters
    ----------
    more
        Further options of ``uv pip compile``.
    folder
        The repository or a clone of it.
    settled
        Versions that hold before the first lock is written, such as ``pandas==3.0.0``.
    """
    pins = list(settled)
    with tempfile.TemporaryDirectory() as place:
        constraints = Path(place) / "constraints.txt"
        for name in LOCKS:
            constraints.write_text("\n".join(pins), encoding="utf-8")
            target = f"{name}.txt"
            compile_lock(f"{name}.in", target, *more, "--constraints", str(constraints), folder=folder)
            text = (folder / target).read_text(encoding="utf-8")
            pins += [line for line in text.splitlines() if not line.startswith("-e")]


def main() -> None:
    """Write the locks."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    lock("--upgrade")
    print("Locked. Now: make test, and look at the book; then commit the files with the reason.")


if __name__ == "__main__":
    main()
