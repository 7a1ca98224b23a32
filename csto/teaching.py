"""What an instructor needs to see at once: objectives, exercises, misconceptions and assignments, read from where they live.

Objectives stand in the first cell of each chapter, exercises in its text, questions in `questions/`, assignments in
`exercises/source/`. Nothing here is typed a second time; pages and files for learning platforms are made from it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from csto import rubrics
from csto.chronicle import CHAPTERS
from csto.quiz import Question, bank
from csto.sources import bibliography

REPO = Path(__file__).resolve().parent.parent
#: The three doors, by the letter in an exercise's number.
DOORS = {"R": "no code", "P": "light pandas", "A": "advanced"}
_OBJECTIVE = re.compile(r"^(\d)\. (.+?)[;.]$", re.MULTILINE)
_EXERCISE = re.compile(
    r"\*\*(\d)\.(([RPA])\d) ([^*]+?)\*\* \((\d+) minutes, [^)]*?objectives? ([\d, and]+)\.\)"
)
_ESSAY = re.compile(r"\*\*Essay[^*]*\*\* \(Objectives? ([\d, and]+)\.\) \*(.+?)\*\n(.+)", re.DOTALL)
_NAMED = re.compile(r"\b[Oo]bjectives? ((?:\d\.)?\d(?:(?:,| and|, and) (?:\d\.)?\d)*)")
_LAB = re.compile(r"^Practises objectives? ([\d, and]+)\.$", re.MULTILINE)


class TeachingError(ValueError):
    """A chapter or an assignment lacks what the pages for instructors need; the message names file and cell."""


@dataclass(frozen=True)
class Objective:
    """One thing that a learner can do after a chapter, as the chapter's first cell says it."""

    chapter: int
    number: int
    text: str

    @property
    def key(self) -> str:
        """The objective's number with its chapter's, such as 3.2."""
        return f"{self.chapter}.{self.number}"


@dataclass(frozen=True)
class Practice:
    """Something that lets a learner practise: an exercise, a lab or an essay of a chapter, or an item of an assignment.

    `kind` is "exercise", "lab", "essay" or "assignment"; `objectives` are keys such as 3.2; `minutes` is None where the
    chapter does not give a time.
    """

    chapter: int
    kind: str
    name: str
    title: str
    objectives: tuple[str, ...]
    minutes: int | None = None


@dataclass(frozen=True)
class Essay:
    """The essay of a chapter: its prompt, what is asked for besides, and the key of its rubric."""

    chapter: int
    prompt: str
    terms: str
    objectives: tuple[str, ...]

    @property
    def rubric(self) -> str:
        """The key of the essay's rubric in the table `rubrics`."""
        return f"essay-{self.chapter}"


@dataclass(frozen=True)
class Misconception:
    """A wrong idea with the number by which the course names it, such as M3.2, and the question that finds it."""

    number: str
    question: Question

    @property
    def correction(self) -> str:
        """What corrects it: the right answer, and the feedback for it."""
        (right,) = (option for option in self.question.options if option.right)
        return f"{right.text.rstrip('.')}. {right.feedback}"


# --- reading chapters ------------------------------------------------------------------------------------------------


def _cells(path: Path) -> list[dict[str, str]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [{**cell, "source": "".join(cell["source"])} for cell in cells]


def notebook(chapter: int) -> Path:
    """Return the path of a chapter's notebook."""
    return REPO / "chapters" / f"{CHAPTERS[chapter][1]}.ipynb"


def _keys(chapter: int, words: str) -> tuple[str, ...]:
    return tuple(f"{chapter}.{number}" for number in re.findall(r"(?:\d\.)?(\d)", words))


@lru_cache(maxsize=1)
def objectives() -> dict[str, Objective]:
    """Return every objective of the course by its key, such as 3.2, from the first cell of each chapter.

    Raises
    ------
    TeachingError
        If a chapter's first cell has no numbered objectives, or their numbers leave one out.
    """
    found: dict[str, Objective] = {}
    for chapter in CHAPTERS:
        opening = _cells(notebook(chapter))[0]["source"]
        own = [Objective(chapter, int(number), text) for number, text in _OBJECTIVE.findall(opening)]
        if not own or [one.number for one in own] != list(range(1, len(own) + 1)):
            raise TeachingError(
                f"chapters/{notebook(chapter).name}, first cell: objectives {[one.number for one in own]}; "
                "allowed: lines 1., 2., 3. and so on, each ended by a semicolon or a full stop"
            )
        found |= {one.key: one for one in own}
    return found


def practices() -> list[Practice]:
    """Return every exercise, lab and essay of the chapters, in order, with the objectives that it practises.

    Raises
    ------
    TeachingError
        If a lab stands after no line that says which objectives it practises.
    """
    found = []
    for chapter in CHAPTERS:
        before = ""
        for cell in _cells(notebook(chapter)):
            source = cell["source"]
            found += [
                Practice(
                    chapter,
                    "exercise",
                    f"{number}.{name}",
                    title.rstrip("."),
                    _keys(chapter, keys),
                    int(minutes),
                )
                for number, name, _, title, minutes, keys in _EXERCISE.findall(source)
            ]
            if lab := re.match(r'lab\("(\w+)"\)', source):
                said = _LAB.search(before)
                if said is None:
                    raise TeachingError(
                        f"chapters/{notebook(chapter).name}, before the lab {lab[1]!r}: nothing says what it practises; "
                        "allowed: a line such as “Practises objective 2.”"
                    )
                found.append(
                    Practice(chapter, "lab", f"lab {lab[1]}", f"lab {lab[1]}", _keys(chapter, said[1]))
                )
            before = source
        essay = essays()[chapter]
        found.append(Practice(chapter, "essay", "essay", rubrics.title(essay.rubric), essay.objectives))
    return found


@lru_cache(maxsize=1)
def essays() -> dict[int, Essay]:
    """Return the essay of each chapter.

    Raises
    ------
    TeachingError
        If a chapter has no essay that names its objectives.
    """
    found = {}
    for chapter in CHAPTERS:
        text = "\n".join(cell["source"] for cell in _cells(notebook(chapter)) if cell["id"] == "essay")
        if (match := _ESSAY.search(text)) is None:
            raise TeachingError(
                f"chapters/{notebook(chapter).name}, cell essay: {text[:60]!r}; "
                "allowed: **Essay.** (Objectives 1 and 2.) *the prompt*, then a line with what is asked for"
            )
        found[chapter] = Essay(chapter, match[2], match[3].strip(), _keys(chapter, match[1]))
    return found


# --- questions and assignments ---------------------------------------------------------------------------------------


def misconceptions() -> list[Misconception]:
    """Return every misconception that the question bank looks for, numbered M1.1, M1.2 and so on by chapter and place."""
    found: list[Misconception] = []
    for chapter in CHAPTERS:
        own = [one for one in bank().values() if int(one.chapter) == chapter]
        found += [Misconception(f"M{chapter}.{place}", one) for place, one in enumerate(own, 1)]
    return found


def basis(one: Question) -> str:
    """Return what a question tests and what its answer rests on, for whoever has answered it."""
    chapter = int(one.chapter)
    objective = objectives()[f"{chapter}.{one.objective}"]
    rests = "; ".join(_sources()[key] for key in one.sources)
    return (
        f"Chapter {chapter}, {CHAPTERS[chapter][0].split(' ', 1)[1]}, objective {one.objective}: "
        f"{plain(objective.text)}. The answer rests on: {rests}."
    )


@lru_cache(maxsize=1)
def _sources() -> dict[str, str]:
    return {entry["key"]: _named(entry) for entry in bibliography().to_dict("records")}


def _named(entry: dict[str, Any]) -> str:
    year = "" if entry["year"] in {"", "n.d."} else f" ({entry['year']})"
    return f"{entry['author']}: {entry['title']}{year}"


def plain(text: str) -> str:
    """Return Markdown without the stars of its emphasis."""
    return text.replace("*", "")


def assignments() -> list[Practice]:
    """Return the items of the assignments in `exercises/source/`, each with its objective; none if there are none.

    An item is a cell in which nbgrader expects an answer; its `course` metadata give its name, title, objective (a
    number of the chapter, or a list of them) and minutes.

    Raises
    ------
    TeachingError
        If a cell that expects an answer names no item or no objective.
    """
    found = []
    for path in sorted((REPO / "exercises" / "source").glob("*/*.ipynb")):
        chapter = int(path.parent.name[:2])
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            marks, told = (cell.get("metadata", {}).get(whose, {}) for whose in ("nbgrader", "course"))
            if not marks.get("solution"):
                continue
            if lacking := {"item", "title", "objective"} - set(told):
                raise TeachingError(
                    f"exercises/source/{path.parent.name}/{path.name}, cell {marks.get('grade_id')!r}: "
                    f"its `course` metadata lack {', '.join(sorted(lacking))}"
                )
            numbers = told["objective"] if isinstance(told["objective"], list) else [told["objective"]]
            keys = tuple(f"{chapter}.{number}" for number in numbers)
            name = f"item {told['item']}"
            found.append(Practice(chapter, "assignment", name, told["title"], keys, told.get("minutes")))
    return found


# --- pages for instructors, in Markdown ------------------------------------------------------------------------------


def _table(head: list[str], rows: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _link(chapter: int) -> str:
    words, stem = CHAPTERS[chapter]
    return f"[{words}](../chapters/{stem})"


def minutes(chapter: int) -> tuple[int, int]:
    """Return how long a chapter takes to read, and how long its labs and exercises take, in minutes, by its first cell.

    Raises
    ------
    TeachingError
        If the first cell does not say so.
    """
    opening = _cells(notebook(chapter))[0]["source"]
    if (said := re.search(r"\*\*Time:\*\* (\d+) minutes to read, (\d+) more", opening)) is None:
        raise TeachingError(
            f"chapters/{notebook(chapter).name}, first cell: no time; allowed: **Time:** 50 minutes to read, 60 more with …"
        )
    return int(said[1]), int(said[2])


def glance() -> str:
    """Return the course at a glance: a row a chapter, with its times and how much there is of each thing."""
    rows = []
    for chapter in CHAPTERS:
        own = [one for one in practices() if one.chapter == chapter]
        read, work = minutes(chapter)
        counts = [sum(one.kind == kind for one in own) for kind in ("lab", "exercise")]
        asked = sum(int(one.chapter) == chapter for one in bank().values())
        rows.append([_link(chapter), f"{read} min", f"{work} min", *map(str, [*counts, asked])])
    return _table(["Chapter", "To read", "To work", "Labs", "Exercises", "Questions"], rows)


def schedule() -> str:
    """Return five weeks, one a chapter: the question, the reading and the work of each."""
    rows = []
    for chapter in CHAPTERS:
        opening = _cells(notebook(chapter))[0]["source"]
        asked = re.search(r"^\*(.+\?)\*$", opening, re.MULTILINE)
        read, work = minutes(chapter)
        rows.append([str(chapter), _link(chapter), asked[1] if asked else "", f"{read} min", f"{work} min"])
    return _table(["Week", "Chapter", "Question", "Before class", "After class"], rows)


def aligned(chapter: str) -> str:
    """Return a chapter's objectives, each with the questions, exercises and items of the assignment that serve it."""
    rows = []
    done = [*practices(), *assignments()]
    for key, objective in objectives().items():
        if objective.chapter != int(chapter):
            continue
        asked = [f"`{one.id}`" for one in bank().values() if f"{int(one.chapter)}.{one.objective}" == key]
        served = [one for one in done if key in one.objectives]
        exercises = [one.name for one in served if one.kind != "assignment"]
        items = [one.name for one in served if one.kind == "assignment"]
        cells = [f"**{key}** {plain(objective.text)}", ", ".join(asked), ", ".join(exercises)]
        rows.append([*cells, ", ".join(items)] if assignments() else cells)
    heads = ["Objective", "Questions", "Exercises, labs, essay"]
    return _table([*heads, "Assignment"] if assignments() else heads, rows)


def corrected(chapter: str) -> str:
    """Return a chapter's misconceptions: the wrong idea, why it is plausible, what corrects it, which question finds it."""
    parts = [
        f"**{one.number}. {one.question.misconception[0].upper()}{one.question.misconception[1:]}.**\n"
        f"{one.question.plausible}\\\n*Corrected by:* {_sentence(one.correction)}\\\n*Found by:* `{one.question.id}`, "
        f"for objective {int(chapter)}.{one.question.objective}."
        for one in misconceptions()
        if int(one.question.chapter) == int(chapter)
    ]
    return "\n\n".join(parts)


def _sentence(text: str) -> str:
    return text.replace("$", "\\$")


def watch(*ids: str) -> str:
    """Return a list of misconceptions, by the questions that find them.

    Raises
    ------
    ValueError
        If there is no question of one of these ids.
    """
    known = {one.question.id: one for one in misconceptions()}
    if lost := [name for name in ids if name not in known]:
        raise ValueError(f"no question {', '.join(lost)}; allowed: the ids of questions/*.yml")
    return "; ".join(f"{known[name].number}, “{known[name].question.misconception}”" for name in ids).join(
        ["*Listen for* ", "."]
    )


def rubric_table(name: str) -> str:
    """Return a rubric as a table in Markdown, under a line that says what the whole is worth."""
    return f"{rubrics.points(name)} points in all.\n\n{rubrics.markdown(name)}"
