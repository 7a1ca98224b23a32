"""Find a Java for the check of the EPUB, which the W3C's checker needs, or install one."""

from __future__ import annotations

import shutil

from tools import debian

HELP = (
    "No Java was found and none could be installed; the check of the EPUB needs one. "
    "Debian and Ubuntu: apt-get install default-jre-headless; elsewhere: any Java from version 11 on"
)
#: Half the time for a short run: compile simply, collect with one thread.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


def find() -> str | None:
    """Return the path of a Java; None if there is none."""
    return shutil.which("java")


def ensure() -> str:
    """Return the path of a Java; install one by Debian's packages if there is none.

    Raises
    ------
    SystemExit
        If there is none and none can be installed; the message says what to do.
    """
    found = find() or (debian.install("a Java", "default-jre-headless") and find()) or None
    if not found:
        raise SystemExit(HELP)
    return found
