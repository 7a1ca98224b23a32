"""Write the key of an assignment for a class: right answers, and notes for what is marked by hand.

python -m tools.answers 03 KEY
"""

from __future__ import annotations

from tools.build import ROOT
from tools.teaching import command
from tools.teaching.release import key_page


def main() -> None:
    """Write one key and print where it is."""
    wanted = command.words(__doc__).parse_args()
    with command.told("answers"):
        page = key_page(wanted.chapter, wanted.cohort)
    print(f"For the instructor alone: {page.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
