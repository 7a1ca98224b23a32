"""Try what Binder would offer, on this machine: its packages, its commands, every notebook and every lab.

python -m tools.binder           a fresh environment and a JupyterLab as Binder makes them, driven by the live tests
python -m tools.binder --serve   the same, and leave it open to look at

A clone of the last commit stands in for the image. What Binder's image holds besides (Ubuntu, conda, Node and an older
Jupyter, which the lock replaces) is not there.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import browser, lab
from tools.build import ROOT
from tools.versions import find_python

LOCK = "binder/requirements.txt"


@dataclass(frozen=True)
class Image:
    """What stands in for Binder's image.

    Parameters
    ----------
    repository
        The clone, from which Binder starts the server.
    environment
        The folder of the environment that was made from the lock and nothing else.
    """

    repository: Path
    environment: Path

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return self.environment / "bin" / "python"

    def variables(self) -> dict[str, str]:
        """Return the variables with which Binder runs `postBuild` and the server.

        The home is one of its own, so that no setting of this machine's user counts, and the environment
        comes first where commands are sought.
        """
        keep = {
            name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON"))
        }
        path = os.pathsep.join([str(self.python.parent), os.environ.get("PATH", "")])
        own = {"HOME": str(self.repository), "PATH": path, "NB_PYTHON_PREFIX": str(self.environment)}
        return {**keep, **own}

    def megabytes(self) -> tuple[float, float]:
        """Return the size of what was installed, and how much of it is compiled code of Python."""
        files = [path for path in self.environment.rglob("*") if path.is_file() and not path.is_symlink()]
        compiled = [path for path in files if path.suffix == ".pyc"]
        whole, part = (sum(path.stat().st_size for path in some) / 1e6 for some in (files, compiled))
        return whole, part

    def largest(self, count: int = 20) -> dict[str, float]:
        """Return the packages that take most room, in megabytes; shared data of Jupyter counts as one."""
        sizes: dict[str, float] = {}
        for path in self.environment.rglob("*"):
            if path.is_file() and not path.is_symlink():
                parts = path.relative_to(self.environment).parts
                name = "/".join(parts[:2])
                if "site-packages" in parts:
                    name = parts[parts.index("site-packages") + 1].removesuffix(".libs")
                sizes[name] = sizes.get(name, 0) + path.stat().st_size / 1e6
        return dict(sorted(sizes.items(), key=lambda item: -item[1])[:count])


def wanted_python() -> str:
    """Return the path of the Python that Binder would take, or of this one where that cannot be had."""
    version = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    return find_python(version) or sys.executable


@contextmanager
def image() -> Iterator[Image]:
    """Make a clone of the last commit and an environment from its lock; both go away in the end.

    The packages are compiled, as pip does it in Binder.
    """
    with tempfile.TemporaryDirectory() as place:
        made = Image(Path(place) / "home", Path(place) / "environment")
        silent = {"check": True, "stdin": subprocess.DEVNULL, "capture_output": True}
        subprocess.run(["git", "clone", "-q", str(ROOT), str(made.repository)], **silent)  # type: ignore[call-overload]
        subprocess.run(
            [wanted_python(), "-m", "venv", "--without-pip", str(made.environment)],
            **silent,  # type: ignore[call-overload]
        )
        install = [sys.executable, "-m", "uv", "pip", "install", "--compile-bytecode", "--python"]
        done = subprocess.run(
            [*install, str(made.python), "-r", LOCK], cwd=made.repository, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise SystemExit(f"{done.stderr}\nWhat Binder installs cannot be installed: {LOCK}")
        subprocess.run(["binder/postBuild"], cwd=made.repository, env=made.variables(), check=True)
        yield made


def command(made: Image, port: int, base: str, token: str) -> list[str]:
    """Return the command by which BinderHub starts a server, on loopback and with a way for tests to look in."""
    spoken = {"base_url": base, "token": token, "trust_xheaders": "True", "allow_origin": "*"}
    return [
        str(made.python.with_name("jupyter-lab")),
        "--ip=127.0.0.1",
        f"--port={port}",
        *(f"--ServerApp.{name}={value}" for name, value in {**spoken, "allow_origin_pat": ".*"}.items()),
        *lab.as_root(),
        *lab.watched(made.environment.parent),
    ]


@dataclass(frozen=True)
class Session:
    """A running server: its address, its token, its process."""

    address: str
    token: str
    process: int


@contextmanager
def session(made: Image) -> Iterator[Session]:
    """Start a server as Binder does, from the top of the repository; it stops in the end."""
    port, base, token = lab.free_port(), "/user/a-reader-x7k2/", secrets.token_urlsafe(16)
    with (made.environment.parent / "server.log").open("w") as log:
        server = subprocess.Popen(
            command(made, port, base, token),
            cwd=made.repository,
            env=made.variables(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        address = f"http://127.0.0.1:{port}{base}"
        try:
            lab.wait_for(address, server)
            yield Session(address, token, server.pid)
        finally:
            server.terminate()
            server.wait(timeout=20)


def main() -> None:
    """Drive the look-alike by the live tests, or leave it open."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--serve", action="store_true", help="leave it open and print its address")
    wanted = parser.parse_args()
    with image() as made:
        whole, compiled = made.megabytes()
        python = re.sub(r"\s.*", "", subprocess.check_output([str(made.python), "-V"], text=True)[7:])
        print(
            f"Python {python.strip()}, {whole:.0f} MB installed, of it {compiled:.0f} MB compiled", flush=True
        )
        for name, size in made.largest().items():
            print(f"{size:8.1f} MB  {name}")
        with session(made) as running:
            if wanted.serve:
                print(
                    f"{running.address}lab/tree/{lab.FIRST}?token={running.token}\nStop with Ctrl+C.",
                    flush=True,
                )
                os.waitpid(running.process, 0)
                return
            env = {"CHROMIUM": browser.ensure(), "LIVE_ADDRESS": running.address, "LIVE_TOKEN": running.token}
            tests = [sys.executable, "-m", "pytest", "-m", "live", "tests/test_live.py"]
            code = subprocess.run(tests, cwd=ROOT, env={**os.environ, **env}).returncode
    raise SystemExit(code)


if __name__ == "__main__":
    main()
