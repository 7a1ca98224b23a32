"""Release an assignment for a class.

python -m tools.assignment 03 KEY     writes the students' archive, ready to upload
"""

from __future__ import annotations

from tools.build import ROOT
from tools.teaching import cohort, command
from tools.teaching.assignment import find
from tools.teaching.release import release


def main() -> None:
    """Release one assignment and print where its archive is."""
    wanted = command.words(__doc__).parse_args()
    with command.told("assignment"):
        cohort.root(wanted.cohort)  # a key that is refused is refused before anything is drawn
        print(f"Drawing {find(wanted.chapter)} for this class; nbgrader takes some seconds", flush=True)
        archive = release(wanted.chapter, wanted.cohort)
    print(f"For students, to upload: {archive.relative_to(ROOT)}")
    print(f"For grading, keep:       {archive.parent.relative_to(ROOT)}, and the key")


if __name__ == "__main__":
    main()
