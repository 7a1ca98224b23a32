"""A class on a real JupyterHub, on this machine only: what it needs, its users, its start and its end.

python -m tools.hub    install what is missing and run the tests of the hub

Students are users of the operating system, made for the run and taken away after it, so the tests need root.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from tools import browser, debian
from tools.build import ROOT

PROXY = (
    "configurable-http-proxy@5.1.0"  # the newest that runs on Node 18, which Debian 12 and Ubuntu 24.04 have
)
PROXY_FOLDER = ROOT / ".venv" / "hub-proxy"
NODE = 18
SECONDS = 600
HELP = f"Node {NODE} or newer and npm are needed for the hub's proxy (Debian: apt-get install nodejs npm)."


class NotHere(RuntimeError):
    """The hub cannot run on this machine; the message says why and what to do."""


def _strict() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _node() -> str | None:
    """Return the path of a Node that is new enough, or None."""
    path = shutil.which("node") or shutil.which("nodejs")
    if not path:
        return None
    told = subprocess.run([path, "--version"], capture_output=True, text=True).stdout.strip().lstrip("v")
    return path if told and int(told.split(".")[0]) >= NODE else None


def _quiet(*command: str) -> bool:
    print(f"Installing: {' '.join(command)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL).returncode == 0


def ensure_proxy() -> list[str]:
    """Return the command of configurable-http-proxy; install it, and Node under CI, where they are missing.

    Raises
    ------
    NotHere
        If there is no Node or npm and none can be installed, or npm cannot fetch the proxy.
    """
    script = PROXY_FOLDER / "node_modules" / "configurable-http-proxy" / "bin" / "configurable-http-proxy"
    if not (_node() and (script.is_file() or shutil.which("npm"))):
        if not (_strict() and debian.can_install()):
            raise NotHere(HELP)
        if not debian.install("Node", "nodejs", "npm"):
            raise NotHere(f"{HELP} apt-get could not install them.")
    node = _node()
    if node is None:
        raise NotHere(HELP)
    if not script.is_file():
        flags = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        if not _quiet("npm", "install", *flags, "--prefix", str(PROXY_FOLDER), PROXY):
            raise NotHere(f"npm could not fetch {PROXY}.")
    return [node, str(script)]


def _open_to_all(path: Path) -> bool:
    """Return whether every user of the machine may reach a file or folder."""
    real = path.resolve()
    return all(part.stat().st_mode & 0o001 for part in (real.parent, *real.parent.parents))


def _linked(source: Path, target: Path, *skipped: str) -> None:
    """Copy a folder by hard links, or bytes where the file systems differ."""

    def link(one: str, other: str) -> None:
        try:
            os.link(one, other, follow_symlinks=False)
        except OSError:
            shutil.copy2(one, other, follow_symlinks=False)

    skip = shutil.ignore_patterns(*skipped)
    shutil.copytree(source, target, symlinks=True, copy_function=link, ignore=skip)


def _interpreter(folder: Path) -> str:
    """Return a Python with this environment's packages that every user of the machine can run.

    Where the environment or Python itself lies in a folder that is closed to others (the home of the superuser, say), both are linked
    into `folder`.
    """
    base, here = Path(sys.base_prefix), Path(sys.prefix)
    if _open_to_all(Path(sys.executable)) and _open_to_all(here / "bin"):
        return sys.executable
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for part in ("bin", "lib"):
        (folder / "python" / part).mkdir(parents=True)
    shutil.copy2(Path(sys.executable).resolve(), folder / "python" / "bin" / version)
    for library in (base / "lib").glob("libpython*.so*"):
        shutil.copy2(library, folder / "python" / "lib", follow_symlinks=False)
    _linked(
        base / "lib" / version,
        folder / "python" / "lib" / version,
        "site-packages",
        "test",
        "idlelib",
        "config-*",
    )
    there = folder / "venv"
    _linked(here, there, "hub-proxy", "pyvenv.cfg", "bin")
    (there / "bin").mkdir()
    for name in ("python", "python3", version):
        (there / "bin" / name).symlink_to(folder / "python" / "bin" / version)
    for script in (here / "bin").iterdir():  # nbgrader calls the script of alembic
        if script.is_file() and script.open("rb").read(2) == b"#!":
            text = script.read_text(encoding="utf-8").replace(str(here), str(there))
            (there / "bin" / script.name).write_text(text, encoding="utf-8")
            (there / "bin" / script.name).chmod(0o755)
    (there / "pyvenv.cfg").write_text(f"home = {folder / 'python' / 'bin'}\n", encoding="utf-8")
    return str(there / "bin" / "python")


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()


class Hub:
    """A JupyterHub with its proxy, on loopback, for a handful of users that live as long as it does.

    Parameters
    ----------
    roles
        What the users are called here; each gets a user of the operating system, a closed home and a password.
    config
        The configuration of nbgrader that the hub's machine has for all.
    homes
        By role, files to lie in the home before the first login: path to text.

    Attributes
    ----------
    address
        Where the hub answers, once started.
    names, passwords
        By role.
    exchange, home
        The folder of nbgrader's exchange; the folder of the homes.
    python
        The interpreter that the users' servers run, once started.

    Raises
    ------
    NotHere
        If this is not root on a system with useradd, or what the hub needs is missing.
    """

    def __init__(
        self, roles: Sequence[str], config: Path, homes: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        if not _is_root():
            raise NotHere("the hub's students are users of this machine, and only root can make them")
        if not shutil.which("useradd"):
            raise NotHere("useradd is not on this machine (Debian: apt-get install passwd)")
        self.proxy = ensure_proxy()
        self.roles = list(roles)
        mark = secrets.token_hex(2)
        self.names = {role: f"hubtest-{role}-{mark}" for role in roles}
        self.passwords = {role: secrets.token_urlsafe(12) for role in roles}
        self.folder = Path(tempfile.mkdtemp(prefix="hub-", dir="/tmp"))
        self.home, self.exchange = self.folder / "home", self.folder / "exchange"
        self.config, self.homes = config, homes or {}
        self.process: subprocess.Popen[bytes] | None = None
        self.uids: set[int] = set()
        self.address = self.python = ""

    def __enter__(self) -> Hub:
        try:
            self._furnish()
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _furnish(self) -> None:
        self.folder.chmod(0o755)
        for folder, mode in ((self.home, 0o755), (self.exchange, 0o777), (self.folder / "etc", 0o755)):
            folder.mkdir()
            folder.chmod(mode)
        (self.folder / "hub").mkdir(mode=0o700)
        shutil.copy(self.config, self.folder / "etc" / "nbgrader_config.py")
        (self.folder / "etc" / "nbgrader_config.py").chmod(0o644)
        for role, name in self.names.items():
            home = self.home / name
            subprocess.run(
                ["useradd", "--no-log-init", "-M", "-U", "-s", "/bin/sh", "-d", str(home), name], check=True
            )
            user = pwd.getpwnam(name)
            self.uids.add(user.pw_uid)
            home.mkdir()
            for path, text in self.homes.get(role, {}).items():
                (home / path).parent.mkdir(parents=True, exist_ok=True)
                (home / path).write_text(text.replace("{home}", str(home)), encoding="utf-8")
            for one in (home, *home.rglob("*")):
                os.chown(one, user.pw_uid, user.pw_gid)
            home.chmod(0o700)

    def _start(self) -> None:
        port, hub_port, proxy_port = _free_ports(3)
        self.python = python = _interpreter(self.folder)
        settings: dict[str, Any] = {
            "passwords": {self.names[role]: self.passwords[role] for role in self.roles},
            "python": python,
            "environment": {
                "JUPYTER_CONFIG_PATH": str(self.folder / "etc"),
                "NBGRADER_EXCHANGE": str(self.exchange),
                "PATH": f"{Path(python).parent}:{os.environ['PATH']}",
                "LD_LIBRARY_PATH": str(self.folder / "python" / "lib"),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            "port": port,
            "hub_port": hub_port,
            "proxy_port": proxy_port,
            "proxy": self.proxy,
        }
        given = self.folder / "hub" / "settings.json"
        given.touch(mode=0o600)
        given.write_text(json.dumps(settings), encoding="utf-8")
        self.log = (self.folder / "hub" / "hub.log").open("wb")
        # `timeout` ends the hub even when whoever started it is killed.
        self.process = subprocess.Popen(
            [
                *("timeout", "-k", "10", str(SECONDS)),
                *(sys.executable, "-m", "jupyterhub"),
                *("-f", str(ROOT / "tests" / "hub" / "jupyterhub_config.py")),
            ],
            cwd=self.folder / "hub",
            env={**os.environ, "HUB_SETTINGS": str(given), "JUPYTERHUB_CRYPT_KEY": secrets.token_hex(32)},
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
        )
        self.address = f"http://127.0.0.1:{port}/"
        for _ in range(240):
            if self.process.poll() is not None:
                break
            try:
                urllib.request.urlopen(f"{self.address}hub/api", timeout=2).close()
                return
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
        raise RuntimeError(f"JupyterHub did not start:\n{self.told()[-3000:]}")

    def told(self) -> str:
        """Return what the hub and its servers wrote."""
        return (self.folder / "hub" / "hub.log").read_text(encoding="utf-8", errors="replace")

    def theirs(self) -> list[psutil.Process]:
        """Return the running processes of the users of this hub."""
        found = []
        for process in psutil.process_iter(["uids"]):
            if process.info["uids"] and process.info["uids"].real in self.uids:
                found.append(process)
        return found

    def stop(self) -> None:
        """Stop the hub, the proxy and every process of its users, and take the users and their files away."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.log.close()
        for process in self.theirs():
            process.kill()
        psutil.wait_procs(self.theirs(), timeout=10)
        for name in self.names.values():
            subprocess.run(["userdel", name], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def main() -> None:
    """Install what is missing and run the tests of the hub; through sudo where that asks for no password."""
    argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    ).parse_args()
    command = [sys.executable, "-m", "pytest", "-m", "hub", "tests"]
    os.environ["CHROMIUM"] = browser.ensure()
    if not _is_root():
        able = shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True)
        if able and able.returncode == 0:
            command = ["sudo", "-n", "-E", *command, "-p", "no:cacheprovider"]
        else:
            print("NOT RUN: the class on a hub. Its students are users of this machine, and only root can")
            print("make them. Run it as root, in a container for instance: make test ONLY=hub", flush=True)
            raise SystemExit(1 if _strict() else 0)
    raise SystemExit(subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode)


if __name__ == "__main__":
    main()
