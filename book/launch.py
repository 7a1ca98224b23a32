"""Launch buttons for whoever owns the repository: its address comes from the environment or from git.

A fork gets buttons for itself without an edit. Where no address is known there are no buttons.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sphinx.application import Sphinx

BINDER = "https://mybinder.org"
_HOSTS = re.compile(
    r"(?:https?://(?:[^@/]+@)?|ssh://git@|git@)(github\.com|gitlab\.com)[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?$"
)


def address(remote: str) -> str:
    """Return the web address of a repository at a known forge, or an empty string.

    Takes the https and the ssh forms that git uses; anything else (a folder, another host) is no public address.
    """
    found = _HOSTS.match(remote.strip())
    return f"https://{found[1]}/{found[2]}" if found else ""


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def repository(folder: Path) -> tuple[str, str]:
    """Return the address and the branch: from BOOK_REPOSITORY and BOOK_BRANCH, else from git; empty if unknown."""
    url = address(os.environ.get("BOOK_REPOSITORY") or _git(folder, "remote", "get-url", "origin"))
    branch = os.environ.get("BOOK_BRANCH") or _git(folder, "symbolic-ref", "--short", "HEAD") or "main"
    return url, branch


def binder_url(config: Any, docname: str) -> str:
    """Return the address that opens a notebook in Binder, or an empty string where no repository is known."""
    url = config.html_theme_options.get("repository_url", "")
    if not url:
        return ""
    host, path = url.removeprefix("https://").split("/", 1)
    forge = {"github.com": "gh", "gitlab.com": "gl"}[host]
    name = path if forge == "gh" else quote(path, safe="")
    branch = config.html_theme_options["repository_branch"]
    return f"{BINDER}/v2/{forge}/{name}/{branch}?urlpath=lab/tree/{docname}.ipynb"


def _configure(app: Sphinx, config: Any) -> None:
    url, branch = repository(Path(app.srcdir))
    options = config.html_theme_options
    if url:
        options.update(
            repository_url=url, repository_branch=branch, path_to_docs="", use_repository_button=True
        )
        options["launch_buttons"] = {"binderhub_url": BINDER, "notebook_interface": "jupyterlab"}
    else:
        for name in ("repository_url", "launch_buttons"):
            options.pop(name, None)
        options["use_repository_button"] = False


def setup(app: Sphinx) -> None:
    """Set the launch buttons before the theme reads its options."""
    app.connect("config-inited", _configure, priority=900)
