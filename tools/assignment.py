"""Release an assignment for a class.

python -m tools.assignment 03 KEY     writes the students' archive, ready to upload
"""

from __future__ import annotations

import argparse

from tools.build import ROOT
from tools.teaching.release import release


def main() -> None:
    """Release one assignment and print where its archive is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("chapter", help="number of the chapter, such as 03")
    parser.add_argument(
        "cohort", help="the cohort's key, 12 characters or more, drawn at random; keep it to yourself"
    )
    wanted = parser.parse_args()
    try:
        archive = release(wanted.chapter, wanted.cohort)
    except ValueError as error:
        raise SystemExit(f"make assignment: {error}") from None
    print(f"For students, to upload: {archive.relative_to(ROOT)}")
    print(f"For grading, keep:       {archive.parent.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
