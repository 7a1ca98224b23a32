"""nbgrader's formgrader, where a person reads answers one after the other: what it is given, and what is taken from it.

It is a page of a Jupyter server that runs with the instructor's rights, and shows what students wrote and printed.
So it gets notebooks from which everything is taken that a browser would run.
"""

from __future__ import annotations

import logging
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import nbformat

from tools.teaching.marks import Mark, Marks

if TYPE_CHECKING:
    from tools.teaching.grading import Class, Result


@contextmanager
def _gradebook(work: Class) -> Iterator[Any]:
    from nbgrader.api import Gradebook

    logging.getLogger("traitlets").setLevel(logging.ERROR)
    with warnings.catch_warnings(), Gradebook(f"sqlite:///{work.folder / 'gradebook.db'}") as book:
        warnings.filterwarnings(
            "ignore", module="nbgrader", message="Object of type"
        )  # SQLAlchemy, of nbgrader's own calls
        yield book


def harmless(notebook: Any) -> Any:
    """Take from a notebook what a browser would run: markup in prose, and every output but words and pictures."""
    from nbconvert.preprocessors.sanitize import SanitizeHTML

    clean, _ = SanitizeHTML(sanitized_output_types=set()).preprocess(notebook, {})
    for cell in clean.cells:
        if cell.cell_type == "code":
            cell.outputs = [one for one in cell.outputs if one.get("data", True)]
        else:
            # MathJax would make a link of it that runs code.
            cell.source = cell.source.replace("\\href", "\\text")
    return clean


def offer(work: Class, results: list[Result]) -> None:
    """Put graded submissions into the class's gradebook and beside it, where formgrader looks for them.

    What waits for a person is queued, blank answers too. Of a submission that was handed in again the marks of those
    items go whose answer has changed.
    """
    from tools.teaching.grading import file_name

    with _gradebook(work) as book:
        for result in results:
            student = file_name(result.student)
            shown = work.folder / "autograded" / student / work.name / f"{work.name}.ipynb"
            if not result.cells:
                if shown.exists():
                    shutil.rmtree(shown.parent)
                    book.remove_submission(work.name, student)
                continue
            graded = nbformat.read(work.kept / f"{student}.ipynb", as_version=4)
            text = nbformat.writes(harmless(graded)) + "\n"
            before = shown.read_text(encoding="utf-8") if shown.exists() else ""
            if text == before:
                continue
            book.update_or_create_student(student)
            sheet = book.update_or_create_submission(work.name, student).notebooks[0]
            _enter(work, result, sheet, _changed(text, before))
            book.db.commit()
            shown.parent.mkdir(parents=True, exist_ok=True)
            shown.write_text(text, encoding="utf-8")


def _enter(work: Class, result: Result, sheet: Any, changed: set[str]) -> None:
    """Write the points of the tests into the gradebook, and take back marks of answers that are no longer there."""
    anew = [item for item in work.items if changed & set(item.answers)]
    cells = {name for item in anew for name in (*item.cells, *item.answers)}
    for comment in sheet.comments:
        if comment.name in cells:
            comment.manual_comment = None
    by_person = {name for item in work.items if item.by_hand for name in item.answers}
    for grade in sheet.grades:
        told = result.cells[grade.name]
        if grade.name in cells:
            grade.manual_score = grade.extra_credit = None
        grade.auto_score = None if grade.name in by_person else told["points"]
        grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None


def _changed(now: str, before: str) -> set[str]:
    """Return which cells of the assignment say something else than before."""

    def texts(notebook: str) -> dict[str, str]:
        cells = nbformat.reads(notebook, as_version=4).cells if notebook else []
        return {cell.metadata.nbgrader.grade_id: cell.source for cell in cells if "nbgrader" in cell.metadata}

    old = texts(before)
    return {name for name, text in texts(now).items() if old.get(name) != text}


def marks(work: Class, results: list[Result]) -> Marks:
    """Return what was marked in formgrader: by student and item, points (none as yet) and comment.

    Extra credit counts up to the points of its item.
    """
    from nbgrader.api import MissingEntry

    from tools.teaching.grading import file_name

    found: Marks = {}
    with _gradebook(work) as book:
        for result in results:
            if not result.cells:
                continue
            try:
                sheet = book.find_submission_notebook(work.name, work.name, file_name(result.student))
            except MissingEntry:
                continue
            grades = {grade.name: grade for grade in sheet.grades}
            said = {comment.name: (comment.manual_comment or "").strip() for comment in sheet.comments}
            for item in work.items:
                comment = "\n".join(filter(None, (said.get(name) for name in item.answers)))
                theirs = [grades[name] for name in item.cells]
                points = None
                if any(grade.manual_score is not None or grade.extra_credit for grade in theirs):
                    scores = [
                        grade.auto_score if grade.manual_score is None else grade.manual_score
                        for grade in theirs
                    ]
                    if None not in scores:
                        more = sum(grade.extra_credit or 0 for grade in theirs)
                        points = min(float(sum(scores) + more), item.most)
                if comment or points is not None:
                    found[result.student, item.name] = Mark(points, comment)
    return found
