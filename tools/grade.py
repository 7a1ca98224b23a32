"""Grade a class.

python -m tools.grade 03 KEY SUBMISSIONS     collects from an archive or a folder, grades, writes grades and feedback

In the class's folder it leaves `grades.csv`, `report.txt`, `to-mark.csv` and `feedback/`, and what Moodle or Canvas take. Mark what waits by `make mark`, or
fill in points and comments of `to-mark.csv`, save it as `marks.csv` beside it; then run the command again.
"""

from __future__ import annotations

import time

from tools.teaching import assignment, collect, command, grading, marks, platforms, sandbox
from tools.teaching.release import class_folder


def main() -> None:
    """Grade one assignment of a class."""
    parser = command.words(__doc__)
    parser.add_argument("submissions", help="the platform's archive, or a folder")
    parser.add_argument("--hidden", action="store_true", help="show the hidden tests in the feedback")
    parser.add_argument("--again", action="store_true", help="grade those again that have not changed")
    parser.add_argument("--seconds", type=int, default=60, help="for a cell; the whole has ten times that")
    wanted = parser.parse_args()
    begin = time.monotonic()
    with command.told("grade"):
        name = assignment.find(wanted.chapter)
        work = grading.Class(class_folder(wanted.cohort), name)
        where = work.folder / f"{name}-grades"
        where.mkdir(exist_ok=True)
        submissions, refused = collect.collect(collect.place(wanted.submissions), name)
        # A wrong mark is said before anything runs.
        marks.read(where / "marks.csv", work.items, {one.student for one in submissions})
        print(f"{len(submissions)} students handed in; grading, two at a time", flush=True)
        limits = sandbox.Limits(cell=wanted.seconds, whole=10 * wanted.seconds)
        results = work.grade(submissions, limits, wanted.again)
        count = grading.write(work, results, wanted.hidden, refused, where)
        given = platforms.write(where, name, submissions)
    for line in refused:
        print(f"      {line}")
    seconds = time.monotonic() - begin
    print(
        f"{count[grading.GRADED]} done, {count[grading.WAITS]} with prose that waits for your marks, "
        f"{count[grading.FAILED]} not graded; {seconds:.0f} s"
    )
    for limit, said in sandbox.held().items():
        if said != "holds":
            print(f"Limit {limit}: {said}")
    if count[grading.WAITS]:
        print("What waits for you: make mark with the same words, then make grade again")
    print(f"Grades, report and feedback: {where}")
    if given:
        print(f"To give back on the platform: {', '.join(path.name for path in given)}")


if __name__ == "__main__":
    main()
