"""Grade a class.

python -m tools.grade 03 SUBMISSIONS KEY     collects from an archive or a folder, grades, writes grades and feedback

In the class's folder it leaves `grades.csv`, `report.txt`, `to-mark.csv` and `feedback/`. Fill in points and comments of
`to-mark.csv`, save it as `marks.csv` beside it, and run the command again.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tools.teaching import assignment, collect, grading, marks, sandbox
from tools.teaching.release import class_folder


def main() -> None:
    """Grade one assignment of a class."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("chapter", help="number of the chapter, such as 03")
    parser.add_argument("submissions", type=Path, help="the platform's archive, or a folder")
    parser.add_argument("cohort", help="the cohort's key")
    parser.add_argument("--hidden", action="store_true", help="show the hidden tests in the feedback")
    parser.add_argument("--again", action="store_true", help="grade those again that have not changed")
    parser.add_argument("--seconds", type=int, default=60, help="for a cell; the whole has ten times that")
    wanted = parser.parse_args()
    try:
        name = assignment.find(wanted.chapter)
        work = grading.Class(class_folder(wanted.cohort), name)
        where = work.folder / f"{name}-grades"
        where.mkdir(exist_ok=True)
        submissions, refused = collect.collect(wanted.submissions.expanduser(), name)
        # A wrong mark is said before anything runs.
        marks.read(where / "marks.csv", work.items, {one.student for one in submissions})
        begin = time.monotonic()
        limits = sandbox.Limits(cell=wanted.seconds, whole=10 * wanted.seconds)
        results = work.grade(submissions, limits, wanted.again)
        count = grading.write(work, results, wanted.hidden, refused, where)
    except (ValueError, RuntimeError) as error:
        raise SystemExit(f"make grade: {error}") from None
    for line in refused:
        print(f"      {line}")
    seconds = time.monotonic() - begin
    print(", ".join(f"{number} {status}" for status, number in count.items()) + f"; {seconds:.0f} s")
    for limit, said in sandbox.held().items():
        if said != "holds":
            print(f"Limit {limit}: {said}")
    print(f"Grades, report and feedback: {where}")


if __name__ == "__main__":
    main()
