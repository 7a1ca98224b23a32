"""Grade a class: every submission for itself, with nbgrader, behind walls; none stops the rest."""

from __future__ import annotations

import csv
import hashlib
import itertools
import json
import logging
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat

from tools.teaching import collect, feedback, formgrader, sandbox
from tools.teaching import marks as by_hand
from tools.teaching.marks import COLUMNS, Marks
from tools.teaching.release import generate

HERE = Path(__file__).parent
GRADED, WAITS, FAILED = "graded", "waits for you", "not graded"
_FORMAT = "1"


@dataclass
class Item:
    """An item of the assignment: its cells that give points, those that hold the answer, and what feedback says of it."""

    name: str
    title: str = ""
    objective: int | None = None
    again: str = ""
    most: float = 0.0
    by_hand: bool = False
    cells: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


@dataclass
class Result:
    """What grading one submission gave: by cell its points, what it is worth, whether it was left blank, and why not."""

    student: str
    digest: str
    status: str = FAILED
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    problem: str = ""
    handed_in: str = ""
    seconds: float = 0.0
    place: str = ""


def _say(line: str) -> None:
    print(line, flush=True)


def items_of(notebook: dict[str, Any]) -> list[Item]:
    """Return the items of an author's notebook; a cell without an item's name is an item of its own."""
    found: dict[str, Item] = {}
    for cell in notebook["cells"]:
        marks, told = cell["metadata"].get("nbgrader", {}), cell["metadata"].get("course", {})
        if not marks.get("grade") and not (marks.get("solution") and "item" in told):
            continue
        name = str(told.get("item", marks["grade_id"]))
        item = found.setdefault(name, Item(name, name))
        item.title, item.again = told.get("title", item.title), told.get("again", item.again)
        item.objective = told.get("objective", item.objective)
        if marks.get("solution"):
            item.answers.append(marks["grade_id"])
        if marks.get("grade"):
            item.most += float(marks["points"])
            item.cells.append(marks["grade_id"])
            item.by_hand |= bool(marks.get("solution"))
    return [item for item in found.values() if item.cells]


def mend(content: bytes, released: Any) -> tuple[Any, list[str]]:
    """Return a submitted notebook with the cells that nbgrader needs, and what had to be mended.

    Cells are known by their `grade_id`. All of their metadata come from the released notebook, so that neither points
    nor tags such as `skip-execution` can be changed; what they say is left to nbgrader, which restores locked cells.

    Raises
    ------
    ValueError
        If it is no notebook, or of another assignment.
    """
    if not content.strip():
        raise ValueError("the file is empty")
    try:
        told = json.loads(content)
    except (ValueError, RecursionError):
        raise ValueError("the file is no notebook (no JSON)") from None
    if not isinstance(told, dict) or not ("cells" in told or "worksheets" in told):
        raise ValueError("the file is no notebook (it has no cells)")
    remarks = []
    major = told.get("nbformat")
    try:
        logging.getLogger("traitlets").setLevel(logging.CRITICAL)
        given = nbformat.reads(content.decode("utf-8"), as_version=4)
        cells = [(cell, str(cell.get("source", "")), _name(cell)) for cell in given.cells]
    except Exception as error:
        raise ValueError(f"the file is no notebook ({type(error).__name__})") from None
    if isinstance(major, int) and major < 4:
        remarks.append(f"written in the older notebook format {major}, brought up to 4")
    kernel = given.metadata.get("kernelspec", {}).get("name")
    ours = released.metadata.get("kernelspec", {}).get("name")
    if kernel and kernel != ours:
        remarks.append(f"kernel {kernel!r} put back to {ours!r}")
    known = {_name(cell): cell for cell in released.cells if _name(cell)}
    last: dict[str, int] = {name: place for place, (_, _, name) in enumerate(cells) if name in known}
    if not last:
        raise ValueError("the notebook has no cell of this assignment")
    mended = []
    for place, (cell, text, name) in enumerate(cells):
        if name not in known:
            kind = cell.get("cell_type")
            make = {"code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}
            mended.append(make.get(kind, nbformat.v4.new_markdown_cell)(text))
            continue
        model = known[name]
        if last[name] != place:
            # An answer runs where it stands, as it did for the student: its tests may follow this one and not the last.
            runs = cell.get("cell_type") == "code" and not model.metadata.nbgrader.locked
            remarks.append(f"cell {name} is there twice: {'both run, ' if runs else ''}the last one counts")
            mended.append((nbformat.v4.new_code_cell if runs else nbformat.v4.new_raw_cell)(text))
            continue
        if model.metadata.nbgrader.locked and text.rstrip() != model.source.rstrip():
            remarks.append(f"locked cell {name} was changed: put back")
        mended.append(_as(model, text))
    for place, model in enumerate(released.cells):
        name = _name(model)
        if name and name not in last:
            before = [_name(cell) for cell in released.cells[:place]]
            at = max((number for number, one in enumerate(mended) if _name(one) in before), default=-1)
            mended.insert(at + 1, _as(model, model.source))
            remarks.append(f"cell {name} was deleted: put back")
    notebook = nbformat.v4.new_notebook(cells=mended, metadata=released.metadata)
    return notebook, remarks


def _name(cell: Any) -> str:
    marks = cell.get("metadata", {}).get("nbgrader", {})
    return str(marks.get("grade_id", "")) if isinstance(marks, dict) else ""


def _as(model: Any, text: str) -> Any:
    make = {"code": nbformat.v4.new_code_cell, "raw": nbformat.v4.new_raw_cell}
    metadata = json.loads(json.dumps(model.metadata))
    return make.get(model.cell_type, nbformat.v4.new_markdown_cell)(
        text, metadata=nbformat.from_dict(metadata)
    )


class Class:
    """A class's work on one assignment: its nbgrader course, and what grading leaves beside it.

    Parameters
    ----------
    folder
        The course, with `source/<name>`.
    name
        The assignment.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        source = folder / "source" / name / f"{name}.ipynb"
        if not source.is_file():
            raise ValueError(f"COHORT: no {name} was released for this key; first: make assignment")
        self.source = json.loads(source.read_text(encoding="utf-8"))
        self.items = items_of(self.source)
        folder.chmod(0o700)  # it holds hidden tests and grades, and students' code may run as another user
        self.kept = folder / "graded" / name
        self.kept.mkdir(parents=True, exist_ok=True)
        self._digest = hashlib.sha256(
            b"".join(path.read_bytes() for path in sorted(source.parent.rglob("*")) if path.is_file())
        ).hexdigest()

    def grade(
        self,
        submissions: list[collect.Submission],
        limits: sandbox.Limits,
        again: bool = False,
        workers: int = 2,
        tell: Callable[[str], None] = _say,
    ) -> list[Result]:
        """Grade submissions, those left out that were graded before and have not changed; return all results in order."""
        results: dict[str, Result] = {}
        todo = []
        for one in submissions:
            before = None if again else self._before(one)
            if before:
                results[one.student] = replace(before, remarks=before.remarks)
            else:
                todo.append(one)
        if results:
            tell(f"{len(results)} graded before and unchanged; AGAIN=1 grades them again")
        if todo:
            with tempfile.TemporaryDirectory(prefix="course-") as made:
                model = Path(made)
                shutil.copytree(self.folder / "source" / self.name, model / "source" / self.name)
                generate(model, self.name)
                slots = itertools.count()
                local = threading.local()

                def work(one: collect.Submission) -> Result:
                    if not hasattr(local, "slot"):
                        local.slot = next(slots)
                    try:
                        return self._one(one, model, limits, local.slot)
                    except Exception as error:
                        # Whatever goes wrong with one submission is said of it, and the rest goes on.
                        said = f"grading failed: {type(error).__name__}: {error}"
                        return Result(one.student, self._of(one), problem=said, remarks=list(one.remarks))

                with ThreadPoolExecutor(workers) as pool:
                    running = {pool.submit(work, one): one for one in todo}
                    try:
                        for number, done in enumerate(as_completed(running), 1):
                            result = done.result()
                            results[result.student] = result
                            self._keep(result)
                            said = "; ".join([*([result.problem] if result.problem else []), *result.remarks])
                            tell(
                                f"{number:>4}/{len(todo)}  {result.student}: {result.status}{', ' + said if said else ''}"
                            )
                    except KeyboardInterrupt:
                        # Who is graded is kept; the two at work come to their end, and nobody else begins.
                        pool.shutdown(wait=False, cancel_futures=True)
                        tell("Stopping; run the command again, and it goes on from here")
                        raise
        return [results[one.student] for one in submissions]

    def _one(self, one: collect.Submission, model: Path, limits: sandbox.Limits, slot: int) -> Result:
        result = Result(one.student, self._of(one), remarks=list(one.remarks), place=one.place)
        if one.when[0] > datetime.min:
            result.handed_in = one.when[0].isoformat(" ", "seconds")
        if one.content is None:
            result.problem = "no notebook was handed in"
            return result
        released = nbformat.read(model / "release" / self.name / f"{self.name}.ipynb", as_version=4)
        try:
            notebook, mended = mend(one.content, released)
        except ValueError as error:
            result.problem = str(error)
            return result
        result.remarks += mended
        user = sandbox.user_for(slot)
        with sandbox.room() as room:
            home = room / "course"
            shutil.copytree(model, home)
            home.chmod(0o700)
            submitted = home / "submitted" / "student" / self.name
            submitted.mkdir(parents=True)
            nbformat.write(notebook, submitted / f"{self.name}.ipynb")
            box = room / "box"
            box.mkdir(mode=0o700)
            settings = home / "kernel.json"
            settings.write_text(json.dumps({**asdict(limits), "box": str(box), "user": user}))
            spec = home / "jupyter" / "kernels" / str(released.metadata.kernelspec.name) / "kernel.json"
            spec.parent.mkdir(parents=True)
            argv = [sys.executable, str(HERE / "kernel.py"), str(settings), "{connection_file}"]
            spec.write_text(json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"}))
            command = [sys.executable, str(HERE / "inside.py"), self.name, str(limits.cell)]
            outcome = sandbox.run(command, home, limits, user)
            result.seconds = outcome.seconds
            written = home / "result.json"
            told = json.loads(written.read_text(encoding="utf-8")) if written.exists() else {}
            if outcome.stopped:
                result.problem = outcome.stopped
            elif not told.get("success"):
                result.problem = _why(told.get("log", "") + outcome.said)
            else:
                result.cells = told["cells"]
                graded = home / "autograded" / "student" / self.name / f"{self.name}.ipynb"
                shutil.copyfile(graded, self.kept / f"{file_name(one.student)}.ipynb")
                result.remarks += _events(nbformat.read(graded, as_version=4))
                result.status = GRADED
            if result.problem:
                (self.kept / f"{file_name(one.student)}.log").write_text(
                    told.get("log", "") + outcome.said, encoding="utf-8"
                )
        return result

    def _of(self, one: collect.Submission) -> str:
        told = [self._digest, _FORMAT, one.place, *one.remarks]
        return hashlib.sha256("\n".join(told).encode() + b"\n" + (one.content or b"")).hexdigest()

    def _before(self, one: collect.Submission) -> Result | None:
        path = self.kept / f"{file_name(one.student)}.json"
        if not path.exists():
            return None
        try:
            before = Result(**json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError):
            return None
        return before if before.digest == self._of(one) else None

    def _keep(self, result: Result) -> None:
        path = self.kept / f"{file_name(result.student)}.json"
        part = path.with_suffix(".part")
        part.write_text(json.dumps(asdict(result), ensure_ascii=False, indent=1), encoding="utf-8")
        part.replace(path)


def file_name(student: str) -> str:
    """Return a name for a student's files: readable, and never that of another."""
    plain = re.sub(r"[^\w.-]+", "-", student).strip(".-")[:60]
    return plain if plain == student else f"{plain}-{hashlib.sha256(student.encode()).hexdigest()[:8]}"


def _why(log: str) -> str:
    for found, said in (
        ("IOPub", "it printed more than could be read in time"),
        ("Kernel died", "its kernel died (memory, processes or an exit of its own)"),
        ("DeadKernel", "its kernel died (memory, processes or an exit of its own)"),
        ("unresponsive", "its kernel hung and could not be interrupted"),
        ("MemoryError", "it took more memory than it is allowed"),
    ):
        if found in log:
            return said
    lines = [line for line in log.strip().splitlines() if re.match(r"\w*(Error|Exception)\b", line)]
    return f"nbgrader could not grade it: {(lines or ['see its log'])[-1][:200]}"


def _events(notebook: Any) -> list[str]:
    """Return what happened in answers that a person should know: no time, no memory, no syntax."""
    said = []
    for cell in notebook.cells:
        if not cell.get("metadata", {}).get("nbgrader", {}).get("solution"):
            continue
        for output in cell.get("outputs", []):
            kind = output.get("ename") if output.output_type == "error" else None
            why = {
                "CellTimeoutError": "took too long and was stopped",
                "KeyboardInterrupt": "took too long and was stopped",
                "TimeoutError": "took too long and was stopped",
                "MemoryError": "wanted more memory than it is allowed",
                "SyntaxError": "has a syntax error",
                "IndentationError": "has a syntax error",
            }.get(kind or "")
            line = f"cell {_name(cell)} {why}"
            if why and line not in said:
                said.append(line)
    return said


@dataclass
class Line:
    """One item of one student: points, or none while it waits, and what there is to say."""

    item: Item
    points: float | None
    blank: bool
    comment: str


def lines_of(result: Result, items: list[Item], marks: Marks) -> list[Line]:
    """Return a student's items; a mark by hand goes before one by tests; a blank answer marked by hand waits."""
    lines = []
    for item in items:
        cells = [result.cells.get(name) for name in item.cells]
        blank = any(cell and cell["blank"] for cell in cells)
        points: float | None = None
        mark = marks.get((result.student, item.name))
        comment = mark.comment if mark else ""
        if mark and mark.points is not None:
            lines.append(Line(item, mark.points, blank, comment))
            continue
        got = [
            None if not cell or cell["points"] is None or (item.by_hand and cell["blank"]) else cell["points"]
            for cell in cells
        ]
        if all(one is not None for one in got):
            points = float(sum(one for one in got if one is not None))
        lines.append(Line(item, points, blank, comment))
    return lines


def write(
    work: Class, results: list[Result], hidden: bool, refused: list[str], where: Path
) -> dict[str, int]:
    """Write `grades.csv`, `to-mark.csv`, `report.txt` and a file of feedback a student, and return how many are how.

    Raises
    ------
    ValueError
        If `marks.csv`, which lies in the same folder, holds a mark that is not allowed.
    """
    formgrader.offer(work, results)
    # The table goes before nbgrader's screen where both say something.
    marks = formgrader.marks(work, results)
    marks |= by_hand.read(where / "marks.csv", work.items, {one.student for one in results})
    most = sum(item.most for item in work.items)
    folder = where / "feedback"
    folder.mkdir(parents=True, exist_ok=True)
    head = ["assignment", "student_id", "score", "max_score", "timestamp", "status", "remark"]
    for item in work.items:
        head += [f"points:{item.name}", f"max:{item.name}"]
    rows, waiting, count = [], [], {GRADED: 0, WAITS: 0, FAILED: 0}
    report = [f"{work.name}: {len(results)} students", ""]
    for result in results:
        lines = lines_of(result, work.items, marks)
        open_ = [line for line in lines if line.points is None]
        status = GRADED if not open_ else (FAILED if not result.cells else WAITS)
        result.status = status
        count[status] += 1
        remarks = [*([result.problem] if result.problem else []), *result.remarks]
        if status == WAITS:
            remarks.append(
                "to mark: " + ", ".join(f"{x.item.name}{' (blank)' if x.blank else ''}" for x in open_)
            )
        # A score is a whole: while an item waits there is none, so that no part passes for it.
        score = f"{sum(line.points or 0 for line in lines):g}" if status == GRADED else ""
        row = [work.name, result.student, score, f"{most:g}", result.handed_in or "unknown", status]
        row.append("; ".join(remarks))
        for line in lines:
            row += ["" if line.points is None else f"{line.points:g}", f"{line.item.most:g}"]
        rows.append([safe(one) for one in row])
        waiting += [
            [
                safe(result.student),
                line.item.name,
                "",
                "",
                f"{line.item.most:g}",
                "blank" if line.blank else "",
            ]
            for line in open_
        ]
        report.append(f"{result.student}: {status}{', ' + '; '.join(remarks) if remarks else ''}")
        graded = work.kept / f"{file_name(result.student)}.ipynb"
        notebook = json.loads(graded.read_text(encoding="utf-8")) if result.cells else None
        page = feedback.page(work.name, result, lines, notebook, work.source, hidden)
        (folder / f"{file_name(result.student)}.html").write_text(page, encoding="utf-8")
    if refused:
        report += ["", "Refused, and of no student that can be named:", *refused]
    report += ["", "Limits on this system:", *(f"{name}: {said}" for name, said in sandbox.held().items())]
    (where / "report.txt").write_text("\n".join(report) + "\n", encoding="utf-8")
    _table(where / "grades.csv", head, rows)
    _table(where / "to-mark.csv", [*COLUMNS, "max", "state"], waiting)
    return count


def _table(path: Path, head: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def safe(text: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") and not re.fullmatch(r"-?[\d.]+", text) else text
