"""Points and feedback in the forms that platforms take back, for students whose files came from there.

Moodle takes a grading worksheet and an archive of feedback, Canvas a table for its gradebook. Both know a student by the
number that they put into the name of her file.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tools.teaching.collect import CANVAS, MOODLE, Submission
from tools.teaching.grading import file_name, safe

#: The columns of Moodle's worksheet, by the words of its English interface.
WORKSHEET = ("Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)")
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold


def write(where: Path, name: str, submissions: Sequence[Submission]) -> list[Path]:
    """Write what the platforms take, beside `grades.csv`, and return the files; none for students of no platform.

    Whoever has no score yet is left out of the tables, so that nothing is taken for nought; her feedback goes along.

    Parameters
    ----------
    where
        The folder with `grades.csv` and `feedback`, as grading has left them.
    name
        The assignment.
    submissions
        What was collected, in the order of `grades.csv`.
    """
    with (where / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(zip(submissions, csv.DictReader(file), strict=True))
    made = []
    for platform, target in ((MOODLE, where / "for-moodle.csv"), (CANVAS, where / "for-canvas.csv")):
        theirs = [(one, row) for one, row in rows if one.platform == platform]
        target.unlink(missing_ok=True)
        if not theirs:
            continue
        scored = [
            (*map(safe, _who(one.student)), row["score"], row["max_score"])
            for one, row in theirs
            if row["score"]
        ]
        most = theirs[0][1]["max_score"]
        if platform == MOODLE:
            head = list(WORKSHEET)
            lines = [[f"Participant {number}", who, score, top, "-"] for who, number, score, top in scored]
        else:
            head = ["Student", "ID", "Section", name]
            lines = [["    Points Possible", "", "", most]]
            lines += [[who, number, "", score] for who, number, score, _ in scored]
        with target.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *lines])
        made.append(target)
    archive = where / "for-moodle-feedback.zip"
    archive.unlink(missing_ok=True)
    if students := [one.student for one, _ in rows if one.platform == MOODLE]:
        _pack(archive, where / "feedback", students)
        made.append(archive)
    return made


def _who(student: str) -> tuple[str, str]:
    """Return the name and the number of a student, as the platform wrote them."""
    who, _, number = student.rpartition("_")
    return who, number


def _pack(archive: Path, feedback: Path, students: Sequence[str]) -> None:
    """Pack feedback into folders as Moodle names those of submissions; it parts the names at underscores."""
    with zipfile.ZipFile(archive, "w") as file:
        for student in students:
            who, number = _who(student)
            entry = zipfile.ZipInfo(
                f"{who.replace('_', '-')}_{number}_assignfeedback_file_/feedback.html", _TIME
            )
            entry.external_attr = 0o644 << 16
            page = (feedback / f"{file_name(student)}.html").read_bytes()
            file.writestr(entry, page, zipfile.ZIP_DEFLATED, 9)
