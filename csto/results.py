"""A class's results for its instructor: read from the files that graders and learning platforms export, without names.

Two tables come out, whatever the files were:

- work: a row for a student, an assignment and an item of it: `student`, `assignment`, `item`, `share`, `missing`;
  the item "(all)" is the whole assignment, which has no share while an item of it waits to be marked;
- answers: a row for a student, a question and a time: `student`, `stage`, `question`, `share`.

`share` is the part of the points, 0 to 1, and empty where there is no answer. `student` is a pseudonym from the first.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from textwrap import wrap

import numpy as np
import pandas as pd

from csto.html import Shown
from csto.models import items
from csto.quiz import Question
from csto.quiz import bank as question_bank

WHOLE = "(all)"
STAGES = ("before", "after", "once")
POINTS, MOST = "points:", "max:"
#: Below so many students a pseudonym hides nobody who knows the class.
TOO_FEW = 5
_MOODLE_ITEM = re.compile(r"Q\. ?(\d+) ?/(\d+[.,]?\d*)")
_CANVAS_ITEM = re.compile(r"\d+: ")


class ResultsError(ValueError):
    """A file cannot be taken; the message names file, row, field and what is allowed."""


@dataclass(frozen=True)
class Results:
    """A class's results under pseudonyms, whether they are invented, and what was noticed on reading."""

    work: pd.DataFrame
    answers: pd.DataFrame
    synthetic: bool = False
    noticed: tuple[str, ...] = field(default=())

    @property
    def students(self) -> int:
        """How many students appear in any file of work, or of answers where there is none."""
        return int((self.work if len(self.work) else self.answers)["student"].nunique())


def _fail(path: Path, row: int | str, name: str, found: object, allowed: str) -> None:
    raise ResultsError(f"{path.name}, row {row}, field {name}: {found!r} is not allowed; allowed: {allowed}")


def _table(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the head and the rows of a CSV file, each row as long as the head."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError:
        raise ResultsError(f"{path}: there is no such file") from None
    except UnicodeDecodeError:
        raise ResultsError(f"{path.name}: it is not text in UTF-8; export it again as CSV, UTF-8") from None
    lines = [
        line for line in csv.reader(text.splitlines(keepends=True)) if any(cell.strip() for cell in line)
    ]
    if len(lines) < 2:
        raise ResultsError(f"{path.name}: it holds no row of a student under its first line")
    head = [name.strip() for name in lines[0]]
    for number, line in enumerate(lines[1:], 2):
        if len(line) != len(head):
            _fail(path, number, "(all)", f"{len(line)} fields", f"{len(head)} fields, as in the first line")
    return head, lines[1:]


def _number(path: Path, row: int, name: str, text: str, most: float | None = None) -> float:
    """Return a number, NaN for an empty field or a dash."""
    text = text.strip()
    if text in {"", "-"}:
        return float("nan")
    allowed = "a number from 0" + (f" to {most:g}" if most is not None else "") + ", or nothing"
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = float("nan")
    if not np.isfinite(value) or value < 0 or (most is not None and value > most + 1e-9):
        _fail(path, row, name, text, allowed)
    return value


class Pseudonyms:
    """Names that say nothing: S01, S02, … in an order that only the salt of this run could tell.

    Parameters
    ----------
    salt
        For the order; when not given it is the environment's `RESULTS_SALT` (hex), by which one report keeps its
        pseudonyms from process to process, or drawn anew, so that two reports cannot be laid side by side.
    """

    def __init__(self, salt: bytes | None = None) -> None:
        self.salt = salt or bytes.fromhex(os.environ.get("RESULTS_SALT", "")) or secrets.token_bytes(16)
        self._known: dict[str, str] = {}

    def give(self, students: Iterable[str]) -> dict[str, str]:
        """Return a pseudonym for each student; one who had a pseudonym keeps it."""
        new = {one for one in students if one not in self._known}
        hashed = sorted(new, key=lambda one: hmac.digest(self.salt, one.encode(), hashlib.sha256))
        for one in hashed:
            self._known[one] = f"S{len(self._known) + 1:02}"
        return dict(self._known)

    def key(self) -> pd.DataFrame:
        """Return who is who: `student`, `id`. It belongs to the instructor and into no report."""
        return pd.DataFrame(
            sorted((name, one) for one, name in self._known.items()), columns=["student", "id"]
        )


# --- grades ---------------------------------------------------------------------------------------------------------


def read_grades(path: str | Path, pseudonyms: Pseudonyms) -> pd.DataFrame:
    """Return the work of a class from the table that grading writes.

    Parameters
    ----------
    path
        A CSV file with the columns `assignment`, `student_id`, `score`, `max_score`, as nbgrader exports them, and
        for each item, where they are wanted, `points:NAME` and `max:NAME`. A row is missing work when there is a column
        `timestamp` and it is empty, or when score, points and `status` (where there is one) are all empty. A row without
        a score that is not missing waits to be marked, or could not be graded.
    pseudonyms
        Gives each student her pseudonym.

    Returns
    -------
    DataFrame
        `student`, `assignment`, `item`, `share` (0 to 1), `missing`.

    Raises
    ------
    ResultsError
        If a column is missing, a student stands twice in an assignment, a score is above its maximum or no number.
    """
    path = Path(path)
    head, lines = _table(path)
    for name in ("assignment", "student_id", "score", "max_score"):
        if name not in head:
            raise ResultsError(
                f"{path.name}, row 1, field {name}: it is missing; allowed: a column of this name. There are: {', '.join(head)}"
            )
    names = [one.removeprefix(POINTS) for one in head if one.startswith(POINTS)]
    for name in names:
        if MOST + name not in head:
            raise ResultsError(f"{path.name}, row 1, field {MOST}{name}: it is missing beside {POINTS}{name}")
    rows, seen = [], set()
    given = pseudonyms.give(line[head.index("student_id")].strip() for line in lines)
    for number, line in enumerate(lines, 2):
        cells = dict(zip(head, line, strict=True))
        student, assignment = cells["student_id"].strip(), cells["assignment"].strip()
        for name, value in (("student_id", student), ("assignment", assignment)):
            if not value:
                _fail(path, number, name, value, "a name")
        if (student, assignment) in seen:
            _fail(path, number, "student_id", student, f"each student once in {assignment}")
        seen.add((student, assignment))
        told = [
            cells[name].strip()
            for name in ("score", "status", *(POINTS + one for one in names))
            if name in cells
        ]
        missing = not any(told) or ("timestamp" in cells and not cells["timestamp"].strip())
        for item, points, most in [
            (WHOLE, "score", "max_score"),
            *((name, POINTS + name, MOST + name) for name in names),
        ]:
            top = _number(path, number, most, cells[most])
            if item != WHOLE and np.isnan(top):
                continue  # an item of another assignment
            if not top > 0:
                _fail(path, number, most, cells[most], "a number above 0")
            score = _number(path, number, points, cells[points], top)
            share = float("nan") if missing else score / top
            rows.append((given[student], assignment, item, share, missing))
    return pd.DataFrame(rows, columns=["student", "assignment", "item", "share", "missing"])


# --- quizzes --------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return a text without marks of emphasis, tags and spacing, to compare what a platform gives back."""
    return " ".join(re.sub(r"<[^>]*>|[*_]", " ", text).split()).casefold()


def _stage(path: Path) -> str:
    words = re.split(r"[^a-z]+", path.stem.casefold())
    return next((stage for stage in STAGES if stage in words), "once")


def _by_stem() -> dict[str, Question]:
    return {_plain(one.stem): one for one in question_bank().values()}


def _named(text: str, number: int) -> str:
    """Return the id of a question of the course by its words, else a short name."""
    known = _by_stem().get(_plain(text))
    return known.id if known else f"Q{number}"


def _canvas(path: Path, head: list[str], lines: list[list[str]]) -> Iterator[tuple[str, str, float]]:
    """Yield student, question and share from a student analysis of Canvas."""
    who = head.index("id")
    places = [number for number, name in enumerate(head) if _CANVAS_ITEM.match(name)]
    for row, line in enumerate(lines, 2):
        for number, place in enumerate(places, 1):
            name = head[place]
            if place + 1 >= len(head):
                _fail(path, 1, name, "no column after it", "a column with the points after each question")
            most = _number(path, 1, f"points of “{name[:40]}”", head[place + 1])
            if not most > 0:
                _fail(path, 1, f"points of “{name[:40]}”", head[place + 1], "a number above 0")
            points = _number(path, row, name[:40], line[place + 1], most)
            answered = bool(line[place].strip())
            yield (
                line[who].strip(),
                _named(name.split(": ", 1)[1], number),
                points / most if answered else np.nan,
            )


def _moodle_grades(path: Path, head: list[str], lines: list[list[str]]) -> Iterator[tuple[str, str, float]]:
    """Yield student, question and share from a grades report of Moodle, which numbers the questions only."""
    who = head.index("Email address")
    found = {place: match for place, name in enumerate(head) if (match := _MOODLE_ITEM.fullmatch(name))}
    for row, line in enumerate(lines, 2):
        if not line[who].strip():
            continue  # the averages under the table
        for place, match in found.items():
            most = float(match[2].replace(",", "."))
            yield line[who].strip(), f"Q{match[1]}", _number(path, row, head[place], line[place], most) / most


def _moodle_responses(
    path: Path, head: list[str], lines: list[list[str]]
) -> Iterator[tuple[str, str, float]]:
    """Yield student, question and share from a responses report of Moodle with question texts."""
    who = head.index("Email address")
    for name in [one for one in head if one.startswith("Response ")]:
        number = name.removeprefix("Response ")
        if f"Question {number}" not in head:
            raise ResultsError(
                f"{path.name}, row 1, field Question {number}: it is missing; allowed: a responses report with "
                "“question text” switched on"
            )
        for row, line in enumerate(lines, 2):
            cells = dict(zip(head, line, strict=True))
            if not line[who].strip():
                continue
            known = _by_stem().get(_plain(cells[f"Question {number}"].split("\n")[0]))
            if known is None:
                _fail(
                    path,
                    row,
                    f"Question {number}",
                    cells[f"Question {number}"][:60],
                    "a question of this course",
                )
                continue
            response = _plain(cells[name])
            right = next(_plain(option.text) for option in known.options if option.right)
            if response not in {"", "-", *(_plain(option.text) for option in known.options)}:
                _fail(path, row, name, cells[name][:60], "one of the options of the question, or nothing")
            yield line[who].strip(), known.id, np.nan if response in {"", "-"} else float(response == right)


def _kind(path: Path, head: list[str]) -> object:
    if "id" in head and any(_CANVAS_ITEM.match(name) for name in head):
        return _canvas
    if "Email address" in head and any(_MOODLE_ITEM.fullmatch(name) for name in head):
        return _moodle_grades
    if "Email address" in head and any(name.startswith("Response ") for name in head):
        return _moodle_responses
    raise ResultsError(
        f"{path.name}, row 1: its columns are of no export that this course reads; allowed: Canvas, student analysis; "
        "Moodle, report of grades or of responses, in English"
    )


def read_quizzes(folder: str | Path, pseudonyms: Pseudonyms) -> tuple[pd.DataFrame, list[str]]:
    """Return the answers of a class to quizzes, and what was noticed, from the CSV files of a folder.

    A file with the word "before" or "after" in its name is of that time, another is of "once". Of several attempts of a
    student the first of the file counts.

    Raises
    ------
    ResultsError
        If the folder has no CSV file, or one of them is of no known form or has a field that is not allowed.
    """
    folder = Path(folder)
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise ResultsError(f"{folder}: there is no CSV file in it")
    rows, noticed = [], []
    for path in paths:
        head, lines = _table(path)
        found: dict[tuple[str, str], float] = {}
        again = 0
        for student, question, share in _kind(path, head)(path, head, lines):  # type: ignore[operator]
            again += (student, question) in found
            found.setdefault((student, question), share)
        if again:
            noticed.append(f"{path.name}: later attempts were left out, {again} answers.")
        given = pseudonyms.give(student for student, _ in found)
        rows += [(given[who], _stage(path), question, share) for (who, question), share in found.items()]
    answers = pd.DataFrame(rows, columns=["student", "stage", "question", "share"])
    twice = answers[answers.duplicated(["student", "stage", "question"])]
    if len(twice):
        first = twice.iloc[0]
        raise ResultsError(
            f"{folder.name}: question {first['question']} stands in two files of the time “{first['stage']}”; "
            "allowed: one file for each quiz and time, with “before” or “after” in its name"
        )
    return answers, noticed


def read(grades: str | Path = "", quizzes: str | Path = "", pseudonyms: Pseudonyms | None = None) -> Results:
    """Return a class's results from its files; at least one of the two must be given.

    Raises
    ------
    ResultsError
        If neither is given, or as `read_grades` and `read_quizzes`.
    """
    if not grades and not quizzes:
        raise ResultsError("give a file of grades, or a folder of quizzes, or both")
    names = pseudonyms or Pseudonyms()
    work = (
        read_grades(grades, names)
        if grades
        else pd.DataFrame(columns=["student", "assignment", "item", "share", "missing"])
    )
    answers, noticed = (
        read_quizzes(quizzes, names)
        if quizzes
        else (pd.DataFrame(columns=["student", "stage", "question", "share"]), [])
    )
    return Results(work, answers, noticed=tuple(noticed))


# --- what the report shows ------------------------------------------------------------------------------------------


def scores(results: Results) -> pd.DataFrame:
    """Return how many students earned which part of the points: `assignment`, `tenth` (0 to 9), `students`."""
    whole = results.work.query("item == @WHOLE and not missing").dropna(subset="share")
    tenth = np.minimum((whole["share"] * 10 + 1e-9).astype(int), 9)
    counted = whole.assign(tenth=tenth).groupby(["assignment", "tenth"]).size()
    full = pd.MultiIndex.from_product([whole["assignment"].unique(), range(10)], names=counted.index.names)
    return counted.reindex(full, fill_value=0).rename("students").reset_index()


def missing(results: Results) -> pd.DataFrame:
    """Return, by assignment, how many of the class handed nothing in, and their pseudonyms: `missing`, `of`, `who`.

    `waiting` counts those who handed in and have no score yet: an item waits to be marked, or nothing could be graded.
    """
    whole = results.work.query("item == @WHOLE")
    everybody = set(results.work["student"])
    rows = []
    for assignment, group in whole.groupby("assignment"):
        there = set(group.loc[~group["missing"].astype(bool), "student"])
        absent = sorted(everybody - there)
        waiting = int((group["share"].isna() & ~group["missing"].astype(bool)).sum())
        rows.append((assignment, waiting, len(absent), len(everybody), ", ".join(absent) or "nobody"))
    return pd.DataFrame(rows, columns=["assignment", "waiting", "missing", "of", "who"])


def _analysed(wide: pd.DataFrame) -> pd.DataFrame:
    return items.difficulty(wide).join(items.discrimination(wide)).rename_axis("item").reset_index()


def work_items(results: Results) -> pd.DataFrame:
    """Return difficulty and discrimination of every item of every assignment, as `csto.models.items` gives them."""
    parts = results.work.query("item != @WHOLE and not missing")
    found = [
        _analysed(group.pivot(index="student", columns="item", values="share")).assign(assignment=name)
        for name, group in parts.groupby("assignment")
    ]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame()


def questions(results: Results) -> pd.DataFrame:
    """Return difficulty and discrimination of every question at its last time, with what it is about.

    The columns are those of `csto.models.items`, and `misconception` and `stem` of the course's questions.
    """
    if results.answers.empty:
        return pd.DataFrame()
    times = set(results.answers["stage"])
    last = next(stage for stage in ("after", "once", "before") if stage in times)
    wide = results.answers.query("stage == @last").pivot(index="student", columns="question", values="share")
    found = _analysed(wide).assign(stage=last)
    bank = question_bank()
    found["misconception"] = [bank[one].misconception if one in bank else "" for one in found["item"]]
    found["stem"] = [bank[one].stem if one in bank else "" for one in found["item"]]
    return found.sort_values("share", ignore_index=True)


def persisting(results: Results) -> pd.DataFrame:
    """Return which wrong ideas outlasted the teaching, a row a question answered before and after, the worst first.

    `question`, `misconception`, and the fields of `csto.models.items.Change`.
    """
    bank, rows = question_bank(), []
    wide = results.answers.pivot(index="student", columns=["stage", "question"], values="share")
    for question in sorted(set(results.answers["question"])):
        if all((stage, question) in wide for stage in ("before", "after")):
            change = items.persistence(wide["before", question], wide["after", question])
            about = bank[question].misconception if question in bank else ""
            rows.append({"question": question, "misconception": about, **change._asdict()})
    columns = ["question", "misconception", *items.Change._fields]
    return pd.DataFrame(rows, columns=columns).sort_values(
        ["share", "question"], ascending=[False, True], ignore_index=True
    )


def per_cent(share: float) -> str:
    """Return a share as whole per cent; a dash where there is none."""
    return "–" if np.isnan(share) else f"{100 * share:.0f}%"


def summary(results: Results) -> list[str]:
    """Return the report in a handful of sentences, for one page."""
    said = []
    if results.synthetic:
        said.append(
            "This class is synthetic: made by a seeded function to show the report. No student is behind it."
        )
    said.append(f"{results.students} students, under pseudonyms drawn for this report.")
    if results.students < TOO_FEW:
        said.append(
            f"With fewer than {TOO_FEW} students a pseudonym hides nobody: keep this report to yourself."
        )
    for row in missing(results).itertuples():
        whole = results.work.query("item == @WHOLE and assignment == @row.assignment and not missing")[
            "share"
        ]
        there, marked = row.of - row.missing, row.of - row.missing - row.waiting
        waits = f", {row.waiting} of whom have no score yet" if row.waiting else ""
        middle = f"the middle one of {'those marked' if waits else 'them'} earned {per_cent(whole.median())} of the points"
        said.append(
            f"{row.assignment}: {there} of {row.of} handed it in{waits}; {middle if marked else 'nobody is marked'}."
        )
    asked = questions(results).dropna(subset="share") if len(results.answers) else pd.DataFrame()
    if len(asked):
        hard, easy = asked.iloc[0], asked.iloc[-1]
        said.append(
            f"Hardest question: {hard['item']}, right for {hard['right']} of {hard['answered']} "
            f"(95% interval {per_cent(hard['low'])} to {per_cent(hard['high'])}). Easiest: {easy['item']}, {easy['right']} of {easy['answered']}."
        )
        if (asked["r_n"] < items.FEW).any():
            said.append(
                f"Fewer than {items.FEW} students answered a question: its discrimination is not to be read."
            )
        turned = asked[(asked["r_n"] >= items.FEW) & (asked["r_high"] < 0)]
        for row in turned.itertuples():
            said.append(
                f"{row.item} was missed more by those who did well on the rest: look at its key first."
            )
    stays = persisting(results).query("wrong_before >= 5") if len(results.answers) else pd.DataFrame()
    for row in stays.head(3).itertuples():
        said.append(
            f"“{row.misconception or row.question}” ({row.question}): of {row.wrong_before} who held it before, "
            f"{row.still} still do ({per_cent(row.low)} to {per_cent(row.high)})."
        )
    return [*said, *results.noticed]


# --- a class that is not there --------------------------------------------------------------------------------------


def write_synthetic(folder: str | Path, seed: int = 2026, students: int = 36) -> tuple[Path, Path]:
    """Write the files of an invented class, in the form of a grader and of Canvas, and return grades and folder.

    Whoever knows more answers more; most questions are answered better after teaching than before, and three
    are not. Every name says that it is synthetic.

    Parameters
    ----------
    folder
        Where to write `grades.csv` and `quizzes/`.
    seed, students
        The same seed and number give the same files.
    """
    folder = Path(folder)
    (folder / "quizzes").mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    ability = rng.normal(0, 1, students)
    names = [f"synthetic-{number:02}" for number in range(1, students + 1)]
    bank = [one for one in question_bank().values() if one.chapter == "01"]
    level = rng.normal(0, 0.9, len(bank))
    slope = rng.uniform(0.7, 1.8, len(bank))
    learnt = rng.uniform(0.6, 1.8, len(bank))
    learnt[rng.choice(len(bank), 3, replace=False)] = 0.0
    for stage, gain in (("before", 0.0), ("after", 1.0)):
        chance = 1 / (1 + np.exp(-slope * (ability[:, None] - level + gain * learnt)))
        right = rng.random(chance.shape) < chance
        there = rng.random(students) > 0.06
        lines = []
        for one in np.flatnonzero(there):
            line = [
                names[one],
                str(one + 1),
                names[one],
                "synthetic",
                "1",
                "",
                "2026-11-25 10:00:00 UTC",
                "1",
            ]
            for place, question in enumerate(bank):
                options = [option.text for option in question.options if option.right == right[one, place]]
                blank = rng.random() < 0.02
                line += ["", "0"] if blank else [str(rng.choice(options)), str(int(right[one, place]))]
            lines.append([*line, "0", "0", "0"])
        head = ["name", "id", "sis_id", "section", "section_id", "section_sis_id", "submitted", "attempt"]
        for number, question in enumerate(bank, 1):
            head += [f"{1000 + number}: {question.stem}", "1.0"]
        _write(
            folder / "quizzes" / f"synthetic-{stage}.csv", [*head, "n correct", "n incorrect", "score"], lines
        )
    parts = {"A1": 4, "A2": 4, "A3": 4, "E1": 8}
    rows = []
    for number, assignment in enumerate(("synthetic-first", "synthetic-second")):
        for name, strength in zip(names, ability, strict=True):
            missing = rng.random() < 0.05 + 0.08 * number
            earned = {
                item: rng.binomial(most, 1 / (1 + np.exp(-(strength + 0.8 - 0.3 * number))))
                for item, most in parts.items()
            }
            stamp = "" if missing else "2026-11-25 10:00:00"
            rows.append(
                [assignment, name, stamp, "" if missing else sum(earned.values()), sum(parts.values())]
                + [cell for item, most in parts.items() for cell in ("" if missing else earned[item], most)]
            )
    head = ["assignment", "student_id", "timestamp", "score", "max_score"]
    head += [name for item in parts for name in (POINTS + item, MOST + item)]
    _write(folder / "grades.csv", head, rows)
    return folder / "grades.csv", folder / "quizzes"


def _write(path: Path, head: list[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])


def synthetic(seed: int = 2026, students: int = 36) -> Results:
    """Return an invented class, written to files and read as a real one is."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        grades, quizzes = write_synthetic(folder, seed, students)
        found = read(grades, quizzes, Pseudonyms(b"synthetic"))
    return Results(found.work, found.answers, synthetic=True, noticed=found.noticed)


# --- words and tables for the report --------------------------------------------------------------------------------


def listed(sentences: Iterable[str]) -> Shown:
    """Return sentences as a list to show at the end of a cell."""
    given = list(sentences)
    return Shown(
        '<ul class="results-summary">' + "".join(f"<li>{escape(one)}</li>" for one in given) + "</ul>",
        "\n".join(given),
    )


def said_of_scores(results: Results) -> tuple[str, str]:
    """Return the finding about the points, and in words what the figure shows."""
    whole = results.work.query("item == @WHOLE and not missing").dropna(subset="share")
    parts, middles = [], {}
    for name, group in whole.groupby("assignment"):
        low, middle, high = group["share"].quantile([0.25, 0.5, 0.75])
        middles[str(name)] = middle
        parts.append(
            f"In {name} the middle student of {len(group)} earned {per_cent(middle)} of the points and half of them "
            f"between {per_cent(low)} and {per_cent(high)}; the lowest earned {per_cent(group['share'].min())}, the highest "
            f"{per_cent(group['share'].max())}."
        )
    if not middles:
        return "No work was handed in", "There is nothing to draw."
    title = "Points of the middle student: " + "; ".join(
        f"{name} {per_cent(middle)}" for name, middle in middles.items()
    )
    return title, " ".join(parts)


def said_of_questions(asked: pd.DataFrame) -> tuple[str, str]:
    """Return the finding about difficulty, and in words what the figure shows."""
    if asked.empty:
        return "No question was answered", "There is nothing to draw."
    most = asked[asked["high"] < 0.5]["item"].tolist()
    title = (
        "More than half of the class is wrong beyond chance on "
        + (f"{len(most)} of {len(asked)} questions" if len(most) > 2 else " and ".join(most))
        if most
        else "On no question is more than half of the class wrong beyond chance"
    )
    words = "; ".join(
        f"{row.item} {row.right} of {row.answered} ({per_cent(row.low)} to {per_cent(row.high)})"
        for row in asked.itertuples()
    )
    return title, f"Right answers, the hardest question first, with 95% intervals: {words}."


def said_of_discrimination(told: pd.DataFrame) -> tuple[str, str]:
    """Return the finding about discrimination, and in words what the figure shows."""
    if told.empty:
        return "No correlation can be computed", "There is nothing to draw."
    if (told["r_n"] < items.FEW).any():
        title = f"Fewer than {items.FEW} students answered: not to be read"
    else:
        clear, turned = int((told["r_low"] > 0).sum()), int((told["r_high"] < 0).sum())
        title = f"{clear} of {len(told)} questions clearly go with the rest, {turned} clearly against it"
    words = "; ".join(
        f"{row.item} {_signed(row.r)} ({_signed(row.r_low)} to {_signed(row.r_high)})"
        for row in told.iloc[::-1].itertuples()
    )
    return (
        title,
        f"Correlation of each question with the rest, the highest first, with 95% intervals: {words}.",
    )


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def said_of_persisting(stays: pd.DataFrame) -> tuple[str, str]:
    """Return the finding about ideas that stayed, and in words what the figure shows."""
    if stays.empty:
        return "Nothing was asked twice", "There is nothing to draw."
    most = int((stays["low"] > 0.5).sum())
    title = f"{most} of {len(stays)} wrong ideas stayed with most of those who held them"
    words = "; ".join(
        f"{row.misconception or row.question}: {row.still} of {row.wrong_before} ({per_cent(row.low)} to {per_cent(row.high)})"
        for row in stays.itertuples()
    )
    return (
        title,
        f"Still wrong of those wrong before, the most persistent first, with 95% intervals: {words}.",
    )


def wrapped(stays: pd.DataFrame) -> list[str]:
    """Return wrong ideas as labels, with a bar where a new line begins; the question where none is named."""
    named = stays["misconception"].where(stays["misconception"] != "", stays["question"])
    return ["|".join(wrap(words, 26)) for words in named]


def _range(low: float, high: float) -> str:
    return "–" if np.isnan(low) else f"{per_cent(low)} to {per_cent(high)}"


def shown_items(found: pd.DataFrame, by: str) -> pd.DataFrame | Shown:
    """Return a table of items for readers, grouped `by` a column; a sentence where there is none."""
    if found.empty:
        return listed(["No points by item were given."])
    return pd.DataFrame(
        {
            by.capitalize(): found[by],
            "Item": found["item"],
            "Answered": found["answered"],
            "Full points": found["right"],
            "95% interval": [_range(*pair) for pair in zip(found["low"], found["high"], strict=True)],
            "Mean share": [per_cent(value) for value in found["mean"]],
            "r": ["–" if np.isnan(value) else _signed(value) for value in found["r"]],
            "Note": found["r_note"],
        }
    ).set_index(by.capitalize())


def shown_persisting(stays: pd.DataFrame) -> pd.DataFrame | Shown:
    """Return what became of wrong ideas as a table for readers; a sentence where there is none."""
    if stays.empty:
        return listed(["No question was asked both before and after."])
    return pd.DataFrame(
        {
            "Question": stays["question"],
            "Wrong idea": stays["misconception"],
            "Asked twice": stays["n"],
            "Wrong before": stays["wrong_before"],
            "Still wrong": stays["still"],
            "95% interval": [_range(*pair) for pair in zip(stays["low"], stays["high"], strict=True)],
            "Newly wrong": stays["newly"],
            "McNemar's p": [
                "–" if np.isnan(p) else "< 0.001" if p < 0.001 else f"{p:.3f}" for p in stays["p"]
            ],
        }
    ).set_index("Question")
