"""Print the links by which students of a hub get the course: nbgitpuller brings it, and every later change, to them.

python -m tools.links https://hub.example.edu
"""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from book import launch
from tools.build import ROOT


def link(hub: str, repository: str, branch: str, path: str) -> str:
    """Return the link that opens a file of a repository on a hub.

    Parameters
    ----------
    hub
        The hub's address, with https.
    repository, branch
        Of the course, or of a fork of it.
    path
        The file to open, from the repository's root.

    Raises
    ------
    ValueError
        If an address is none.
    """
    for name, value in (("hub", hub), ("repository", repository)):
        if urlsplit(value).scheme not in {"http", "https"} or not urlsplit(value).netloc:
            raise ValueError(
                f"{name}: {value!r} is not allowed; allowed: an address that begins with https://"
            )
    folder = Path(urlsplit(repository).path).name.removesuffix(".git")
    asked = {"repo": repository, "branch": branch, "urlpath": f"lab/tree/{folder}/{path}"}
    return f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{urlencode(asked)}"


def main() -> None:
    """Print a link for each chapter."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("hub", help="the hub's address")
    parser.add_argument("--repository", help="the course's; that of this copy's git remote if not given")
    parser.add_argument("--branch", help="its branch")
    wanted = parser.parse_args()
    known, current = launch.repository(ROOT)
    repository = wanted.repository or known
    branch = wanted.branch or ("main" if wanted.repository else current)
    if not repository:
        parser.error("git knows no public address of this copy; name it: --repository https://…")
    try:
        for path in sorted((ROOT / "chapters").glob("*.ipynb")):
            print(f"{path.stem}\n  {link(wanted.hub, repository, branch, f'chapters/{path.name}')}")
    except ValueError as fault:
        parser.error(str(fault))


if __name__ == "__main__":
    main()
