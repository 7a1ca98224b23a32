"""Write the key of an assignment for a class: right answers, and notes for what is marked by hand.

python -m tools.answers 03 KEY
"""

from __future__ import annotations

import argparse

from tools.build import ROOT
from tools.teaching.release import key_page


def main() -> None:
    """Write one key and print where it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("chapter", help="number of the chapter, such as 03")
    parser.add_argument(
        "cohort", help="the cohort's key, 12 characters or more, drawn at random; keep it to yourself"
    )
    wanted = parser.parse_args()
    try:
        page = key_page(wanted.chapter, wanted.cohort)
    except ValueError as error:
        raise SystemExit(f"make answers: {error}") from None
    print(f"For the instructor alone: {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
