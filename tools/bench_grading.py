"""Measure grading: 60 submissions of which ten are hostile, beside plain `nbgrader autograde` on the good ones.

python -m tools.bench_grading [--submissions 60] [--chapter 01]
"""

from __future__ import annotations

import argparse
import copy
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import nbformat

from tools.teaching import assignment as assignments
from tools.teaching import collect, grading, sandbox
from tools.teaching.release import release
from tools.tidy import source

KEY = "measured-class-key"
HOSTILE = (
    "while True:\n    pass",
    "import os\nos._exit(1)",
    "x = = 1",
    "x = bytearray(16 * 2**30)",
    "for _ in range(1000):\n    print('x' * 100_000)",
    "import os\nfor _ in range(200):\n    if os.fork() == 0:\n        os.pause()",
)


def answered(name: str, released: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Return the released notebook with the author's answers filled in; what is marked by hand gets a sentence."""
    model = {
        cell["metadata"]["nbgrader"]["grade_id"]: cell
        for cell in assignments.for_cohort(name, KEY).notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    notebook = copy.deepcopy(released)
    for cell in notebook.cells:
        told = cell.metadata.get("nbgrader", {})
        if told.get("solution"):
            by_hand = told.get("grade")
            cell.source = "An answer in prose." if by_hand else source(model[told.grade_id])
    return notebook


def spoilt(notebook: nbformat.NotebookNode, number: int) -> bytes:
    """Return a hostile or unlucky submission; there are ten kinds."""
    bad = copy.deepcopy(notebook)
    answers = [cell for cell in bad.cells if cell.metadata.get("nbgrader", {}).get("solution")]
    if number < len(HOSTILE):
        answers[0].source = HOSTILE[number]
    elif number == 6:
        bad.cells.append(copy.deepcopy(answers[0]))
    elif number == 7:
        return b""
    elif number == 8:
        return b"%PDF-1.7"
    else:
        bad.cells = [cell for cell in bad.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
    return nbformat.writes(bad).encode()


def main() -> None:
    """Measure and print; end with an error if a submission is lost or a good one has not full marks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--submissions", type=int, default=60)
    parser.add_argument("--plain", type=int, default=8, help="how many good ones plain nbgrader grades")
    parser.add_argument("--chapter", default="01")
    wanted = parser.parse_args()
    name = assignments.find(wanted.chapter)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        release(wanted.chapter, KEY, folder)
        good = answered(name, nbformat.read(folder / "release" / name / f"{name}.ipynb", as_version=4))
        text = nbformat.writes(good).encode()
        archive = folder / "all.zip"
        bad: set[str] = set()
        with zipfile.ZipFile(archive, "w") as file:
            for number in range(wanted.submissions):
                hostile = number % 6 == 5 and len(bad) < 10
                student = f"s{number}_{1000 + number}"
                content = spoilt(good, len(bad)) if hostile else text
                if hostile:
                    bad.add(student)
                file.writestr(f"{student}_{number}_{name}.ipynb", content)
        submissions, refused = collect.collect(archive, name)
        work = grading.Class(folder, name)
        start = time.monotonic()
        results = work.grade(submissions, sandbox.Limits(cell=20, whole=240))
        ours = time.monotonic() - start
        count = grading.write(work, results, False, refused, folder)
        computed = [item for item in work.items if not item.by_hand]
        wrong = [
            result.student
            for result in results
            if result.student not in bad
            and any(line.points != line.item.most for line in grading.lines_of(result, computed, {}))
        ]
        honest = [result.seconds for result in results if result.student not in bad]
        for number in range(wanted.plain):
            place = folder / "submitted" / f"s{number}" / name
            place.mkdir(parents=True)
            (place / f"{name}.ipynb").write_bytes(text)
        nbgrader = shutil.which("nbgrader", path=str(Path(sys.executable).parent))
        if not nbgrader:
            raise SystemExit("bench_grading: there is no nbgrader beside this Python")
        start = time.monotonic()
        subprocess.run([nbgrader, "autograde", name], cwd=folder, check=True, capture_output=True)
        plain = time.monotonic() - start
    print(f"{len(results)} of {wanted.submissions} accounted for, {len(bad)} hostile; {count}")
    print(f"wrongly graded among the good: {len(wrong)} {wrong or ''}")
    print(f"make grade, hostile included: {60 * len(results) / ours:.1f} submissions a minute ({ours:.0f} s)")
    print(f"  good ones take {sum(honest) / len(honest):.1f} s each, two at a time")
    print(
        f"nbgrader autograde, good only: {60 * wanted.plain / plain:.1f} a minute ({wanted.plain} in {plain:.0f} s)"
    )
    if len(results) != wanted.submissions or wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
