"""Build and test the course with other versions than the locked ones, in clones that are thrown away.

python -m tools.versions                    the lowest and the newest versions, and every Python that is found
python -m tools.versions lowest 3.13        some of them
python -m tools.versions --steps tests      only some of the steps of tools.check

`lowest` takes the lowest pandas, Altair and ipywidgets that requirements.in allows and everything else as locked;
`newest` takes the newest of everything; a number such as 3.12 takes the locked versions on that Python.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.build import ROOT
from tools.lock import compile_lock, lock

#: The packages whose whole range is promised; of the others the locked version is.
RANGED = ("pandas", "altair", "ipywidgets")
PYTHONS = ("3.11", "3.12", "3.13")
STEPS = ("tests", "notebooks", "build", "pages")


def bounds() -> dict[str, str]:
    """Return what requirements.in allows of each ranged package, such as ``{"pandas": ">=3,<4"}``."""
    text = (ROOT / "requirements.in").read_text(encoding="utf-8")
    found = {name: re.search(rf"^{name}(\S+)", text, re.MULTILINE) for name in RANGED}
    return {name: match.group(1) for name, match in found.items() if match}


def lowest(folder: Path) -> list[str]:
    """Return the lowest allowed version of each ranged package, as constraints such as ``pandas==3.0.0``.

    Parameters
    ----------
    folder
        Where the two files of the question to the package index are put.
    """
    wishes, answer = folder / "lowest.in", folder / "lowest.txt"
    pins = []
    for name, bound in bounds().items():
        wishes.write_text(f"{name}{bound}\n", encoding="utf-8")
        compile_lock(str(wishes), str(answer), "--resolution", "lowest-direct", "--upgrade")
        pins += [
            line for line in answer.read_text(encoding="utf-8").splitlines() if line.startswith(f"{name}==")
        ]
    return pins


def find_python(version: str) -> str | None:
    """Return the path of a working Python of this version, or None."""
    if version == ".".join(map(str, sys.version_info[:2])):
        return sys.executable
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        found = shutil.which(f"python{version}", path=folder)
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return found
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    return str(pyenv[-1]) if pyenv else None


def prepare(name: str, clone: Path) -> None:
    """Change the locks of a clone to what a name stands for; a Python's number changes nothing."""
    if name not in ("lowest", "newest"):
        return
    if name == "lowest":
        lock(folder=clone, settled=lowest(clone.parent))
    else:
        lock("--upgrade", folder=clone)


def versions_in(clone: Path) -> str:
    """Return the versions of the ranged packages that a clone's lock holds, in words."""
    text = (clone / "requirements.txt").read_text(encoding="utf-8")
    return ", ".join(re.findall(rf"^((?:{'|'.join(RANGED)})==\S+)", text, re.MULTILINE))


def attempt(name: str, steps: list[str]) -> tuple[str, str]:
    """Clone the last commit, prepare it, make its environment and run the steps; return what was used and how it went."""
    version = name if name in PYTHONS else PYTHONS[0]
    python = find_python(version)
    if python is None:
        return f"Python {version}", "not found on this machine"
    with tempfile.TemporaryDirectory() as folder:
        # Students' code is run by a user of its own, who has to come as far as the environment.
        Path(folder).chmod(0o755)
        clone = Path(folder) / "course"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        prepare(name, clone)
        used = f"Python {version}, {versions_in(clone)}"
        print(f"\n=== {name}: {used}", flush=True)
        start = time.monotonic()
        make = subprocess.run(
            [python, "tools/environment.py", "--checks"], cwd=clone, stdin=subprocess.DEVNULL
        )
        if make.returncode != 0:
            return used, "FAILED to install"
        command = [".venv/bin/python", "-m", "tools.check", *steps]
        passed = subprocess.run(command, cwd=clone, stdin=subprocess.DEVNULL).returncode == 0
    return used, f"{'passed' if passed else 'FAILED'} after {time.monotonic() - start:.0f} s"


def main() -> None:
    """Try each named set of versions and print a table; exit 1 if one failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = ("lowest", "newest", *PYTHONS)
    parser.add_argument("name", nargs="*", choices=[*names, []], help=f"some of: {', '.join(names)}")
    parser.add_argument("--steps", nargs="+", default=list(STEPS), help="steps of tools.check")
    wanted = parser.parse_args()
    results = [(name, *attempt(name, wanted.steps)) for name in wanted.name or names]
    print(f"\nSteps: {', '.join(wanted.steps)}")
    for name, used, verdict in results:
        print(f"{name:<8} {used:<70} {verdict}")
    raise SystemExit(1 if any("FAILED" in verdict for _, _, verdict in results) else 0)


if __name__ == "__main__":
    main()
