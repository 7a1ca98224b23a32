"""What the commands of a class have in common: the words that they take, and how they end on a wrong one."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager


def words(doc: str | None) -> argparse.ArgumentParser:
    """Return a parser of a chapter and a cohort's key, to which a command adds what else it takes."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapter", help="number of the chapter, such as 03")
    parser.add_argument(
        "cohort", help="the cohort's key, 12 characters or more, drawn at random; keep it to yourself"
    )
    return parser


@contextmanager
def told(name: str) -> Iterator[None]:
    """Let `make NAME` end with one line where something is not allowed, nbgrader refuses, or Ctrl+C is pressed."""
    try:
        yield
    except (ValueError, RuntimeError) as error:
        raise SystemExit(f"make {name}: {error}") from None
    except KeyboardInterrupt:
        raise SystemExit(f"make {name}: stopped") from None
