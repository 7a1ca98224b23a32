"""Find a Chromium for the checks, or install one; and Firefox and WebKit, for the checks in three engines."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import debian

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HELP = (
    "No Chromium was found and none could be installed. Install one "
    "(Debian: apt-get install chromium; elsewhere: Chrome or Chromium of your system) "
    "or name yours: CHROMIUM=/path/to/chrome make test"
)

HELP_ENGINES = (
    "Firefox or WebKit was not found and could not be installed. Debian and Ubuntu: "
    "apt-get install firefox-esr webkit2gtk-driver xvfb"
)


def installed() -> str | None:
    """Return the path of the system's Chromium: $CHROMIUM, or one on the path; None if there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def find() -> str | None:
    """Return the path of a Chromium: the system's, or else Playwright's own; None if there is none."""
    return installed() or (None if os.environ.get("CHROMIUM") else _playwrights())


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def find_firefox() -> str | None:
    """Return the path of a Firefox, the long-supported one first; None if there is none."""
    return next((path for name in ("firefox-esr", "firefox") if (path := shutil.which(name))), None)


def find_webkit() -> dict[str, str] | None:
    """Return the paths of WebKit's driver and of the small browser that it drives; None if one or a screen lacks."""
    driver = shutil.which("WebKitWebDriver")
    browsers = sorted(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"))
    if not driver or not browsers or not shutil.which("Xvfb"):
        return None
    return {"driver": driver, "browser": str(browsers[-1])}


def ensure_engines() -> None:
    """Install Firefox and WebKit by Debian's packages where they lack.

    Raises
    ------
    SystemExit
        If they lack and cannot be installed; the message says what to do.
    """
    if not (find_firefox() and find_webkit()):
        debian.install("Firefox and WebKit", "firefox-esr", "webkit2gtk-driver", "xvfb")
    if not (find_firefox() and find_webkit()):
        raise SystemExit(HELP_ENGINES)


def _download() -> None:
    print("Installing a Chromium: playwright install chromium", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdin=subprocess.DEVNULL)


def ensure() -> str:
    """Return the path of a Chromium; install one if there is none, by Debian's packages or Playwright's download.

    Raises
    ------
    SystemExit
        If there is none and none can be installed; the message says what to do.
    """
    found = find()
    if not found and debian.install("a Chromium", "chromium"):
        found = find()
    if not found:
        _download()
        found = find()
    if not found:
        raise SystemExit(HELP)
    return found


def main() -> None:
    """Print the path of the Chromium that the checks use."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    print(ensure())


if __name__ == "__main__":
    main()
