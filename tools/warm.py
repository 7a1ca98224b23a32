"""Ask Binder to build the image of a commit, so that its first reader does not wait for it.

python3 tools/warm.py                                 the repository and commit of this GitHub workflow
python3 tools/warm.py --repository OWNER/NAME --ref main

Needs nothing but Python. Binder keys its images by commit: whoever later opens a branch that stands at this commit gets
the image. It ends as soon as the image is there; Binder opens a session as well and closes it when nobody uses it.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator
from urllib.parse import quote

BINDER = "https://mybinder.org"
#: Phases in which the image is there, and in which it will never be; all others mean that Binder is at work.
BUILT, FAILED = ("built", "launching", "ready"), ("failed", "failure")


def address(repository: str, ref: str, binder: str = BINDER) -> str:
    """Return where Binder tells of the build of a repository on GitHub.

    Raises
    ------
    ValueError
        If the repository is not written as owner/name.
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise ValueError(f"{repository!r} is not OWNER/NAME of a repository on GitHub")
    return f"{binder}/build/gh/{repository}/{quote(ref, safe='')}"


def told(lines: Iterable[bytes]) -> Iterator[dict[str, str]]:
    """Return what a stream of server-sent events tells, one message each; comments keep the connection alive only."""
    for line in lines:
        if line.startswith(b"data:"):
            yield json.loads(line.removeprefix(b"data:"))


def warm(url: str, seconds: float) -> str:
    """Wait until the image is there, print what Binder says, and return an empty string or what went wrong."""
    end = time.monotonic() + seconds
    request = urllib.request.Request(url, headers={"Accept": "text/event-stream"})
    phase = "silent"
    try:
        # Binder gives a sign of life every half minute.
        with urllib.request.urlopen(request, timeout=min(seconds, 120)) as answer:
            for message in told(answer):
                phase = message.get("phase", phase).lower()
                print(message.get("message", phase).rstrip(), flush=True)
                if phase in BUILT:
                    return ""
                if phase in FAILED:
                    return f"Binder could not build the image: {message.get('message', '').strip() or phase}"
                if time.monotonic() > end:
                    return f"Binder was still at it after {seconds:.0f} s (phase: {phase})"
    except OSError as error:
        return f"Binder could not be asked: {error}"
    return f"Binder ended without an image (last phase: {phase})"


def main() -> None:
    """Warm up and exit 1 if there is no image in the end."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    here = os.environ.get
    parser.add_argument("--repository", default=here("GITHUB_REPOSITORY", ""), help="owner/name on GitHub")
    parser.add_argument("--ref", default=here("GITHUB_SHA", "main"), help="commit, tag or branch")
    parser.add_argument("--binder", default=BINDER, help="another BinderHub")
    parser.add_argument("--seconds", type=float, default=1500, help="how long to wait")
    wanted = parser.parse_args()
    try:
        url = address(wanted.repository, wanted.ref, wanted.binder)
    except ValueError as error:
        parser.error(str(error))
    print(url, flush=True)
    wrong = warm(url, wanted.seconds)
    sys.exit(wrong or None)


if __name__ == "__main__":
    main()
