"""Install packages of Debian and Ubuntu where that can be done without asking."""

from __future__ import annotations

import os
import shutil
import subprocess


def can_install() -> bool:
    """Return whether this is a Debian or Ubuntu on which we may install."""
    return bool(shutil.which("apt-get")) and os.geteuid() == 0


def install(what: str, *packages: str) -> bool:
    """Say what is installed, install its packages, and return whether that went well; do nothing elsewhere."""
    if not can_install():
        return False
    print(f"Installing {what}: apt-get install {' '.join(packages)}", flush=True)
    apt = ["apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = [[*apt, "update"], [*apt, "install", "-y", "--no-install-recommends", *packages]]
    return all(subprocess.run(step, env=quiet, stdin=subprocess.DEVNULL).returncode == 0 for step in steps)
