"""Grading: a class of which ten are hostile, beside plain `nbgrader autograde` in the same run."""

from __future__ import annotations

import copy
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import nbformat

from tools.bench.report import PY, say
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
    "import os, signal\nfor _ in range(200):\n    if os.fork() == 0:\n        signal.pause()",
)
#: Kinds of spoilt submissions that can do no harm to a machine without walls.
HARMLESS = (2, 6, 7, 8, 9)


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
        bad.cells[-1]["id"] = "a-copy"
    elif number == 7:
        return b""
    elif number == 8:
        return b"%PDF-1.7"
    else:
        bad.cells = [cell for cell in bad.cells if not cell.metadata.get("nbgrader", {}).get("grade")]
    return nbformat.writes(bad).encode()


def expected(kind: int | None, result: grading.Result, computed: list[grading.Item]) -> bool:
    """Return whether a submission got what it deserves: a good one (no kind) all points, a spoilt one what is left of it.

    An answer that ends its kernel, prints without end or starts too many processes may end in no grade, with the reason;
    it must never earn the points of its item.
    """
    lost = {
        line.item.name for line in grading.lines_of(result, computed, {}) if line.points != line.item.most
    }
    failed = not result.cells and bool(result.problem)
    if kind in (7, 8):
        return failed
    if kind is None or kind in (6, 9):
        return not failed and not lost
    return lost == {computed[0].name} or (failed and kind in (1, 4, 5))


def plain(folder: Path, name: str, contents: list[bytes]) -> tuple[float, int, int]:
    """Let plain `nbgrader autograde` grade a class, and return its seconds, its exit code and how many it graded."""
    from nbgrader.api import Gradebook

    shutil.rmtree(folder, ignore_errors=True)
    release(name, KEY, folder)
    for number, content in enumerate(contents):
        place = folder / "submitted" / f"s{number}" / name
        place.mkdir(parents=True)
        (place / f"{name}.ipynb").write_bytes(content)
    start = time.monotonic()
    done = subprocess.run(
        [*PY, "nbgrader", "autograde", name], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL
    )
    seconds = time.monotonic() - start
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        sheets = book.notebook_submissions(name, name)
        graded = sum(1 for one in sheets if any(grade.auto_score is not None for grade in one.grades))
    return seconds, done.returncode, graded


def measure(size: int = 60, beside: int = 8, chapter: str = "01") -> None:
    """Grade a class of which ten are hostile or unlucky, beside plain nbgrader on good ones, and on unlucky ones.

    Plain nbgrader is given only such spoilt ones as can do this machine no harm.
    """
    name = assignments.find(chapter)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "class"
        release(chapter, KEY, folder)
        good = answered(name, nbformat.read(folder / "release" / name / f"{name}.ipynb", as_version=4))
        text = nbformat.writes(good).encode()
        kinds: dict[str, int] = {}
        every = max(1, size // 10)
        archive = Path(made) / "all.zip"
        with zipfile.ZipFile(archive, "w") as file:
            for number in range(size):
                student = f"s{number}_{1000 + number}"
                if number % every == every - 1 and len(kinds) < 10:
                    kinds[student] = len(kinds)
                content = spoilt(good, kinds[student]) if student in kinds else text
                file.writestr(f"{student}_{number}_{name}.ipynb", content)
        submissions, refused = collect.collect(archive, name)
        work = grading.Class(folder, name)
        # Before and after, since what else this machine does may change meanwhile.
        first = plain(Path(made) / "plain", name, [text] * beside)
        start = time.monotonic()
        results = work.grade(
            submissions, sandbox.Limits(cell=20, whole=240), tell=lambda line: print(line, file=sys.stderr)
        )
        grading.write(work, results, False, refused, folder)
        ours = time.monotonic() - start
        computed = [item for item in work.items if not item.by_hand]
        wrong = [one for one in results if not expected(kinds.get(one.student), one, computed)]
        last = plain(Path(made) / "plain", name, [text] * beside)
        unlucky = [text, *(spoilt(good, kind) for kind in HARMLESS), text]
        _, code, survived = plain(Path(made) / "unlucky", name, unlucky)
    rate, its = 60 * len(results) / ours, 60 * (first[2] + last[2]) / (first[0] + last[0])
    say(
        f"submissions accounted for, {len(kinds)} of them hostile",
        f"{len(results)}",
        f"{size}",
        len(results) == size,
    )
    say("wrongly graded, hostile ones included", f"{len(wrong)}", "0", not wrong)
    for one in wrong:
        print(f"    {one.student}, kind {kinds.get(one.student)}: {one.status}, {one.problem}, {one.cells}")
    say("graded a minute, hostile ones included", f"{rate:.1f}", ">= nbgrader", rate >= its, f"{its:.1f}")
    say(f"plain nbgrader a minute, {beside} good ones before and {beside} after", f"{its:.1f}")
    say("seconds for the class", f"{ours:.0f} s")
    say(
        f"plain nbgrader, {len(HARMLESS)} unlucky between 2 good: graded of {len(unlucky)}",
        f"{survived}",
        beside=f"exit {code}",
    )
