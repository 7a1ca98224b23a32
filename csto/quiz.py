"""Questions for self-check, from `questions/*.yml`: four options, one right, feedback for each.

On the page they work without a kernel, and without scripts too: choosing an option then shows its feedback.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from csto import data
from csto.html import Shown, attributes, emphasis

FOLDER = Path(__file__).resolve().parent.parent / "questions"
LEVELS = ("remember", "understand", "apply", "analyse", "evaluate")
PLACES = ("text", "end")
_FIELDS = {
    "id",
    "objective",
    "misconception",
    "plausible",
    "level",
    "place",
    "stem",
    "options",
    "sources",
}
_shown = count(1)


class QuestionError(ValueError):
    """A question file is wrong; the message names file, question, field and what is allowed."""


@dataclass(frozen=True)
class Option:
    """One answer: its words, the feedback for whoever chooses it, and whether it is right."""

    text: str
    feedback: str
    right: bool


@dataclass(frozen=True)
class Question:
    """One question of the bank; `objective` is the number of the chapter's objective that it tests.

    `misconception` is the wrong idea that it looks for, and `plausible` says why one may well hold it.
    """

    id: str
    chapter: str
    objective: int
    misconception: str
    plausible: str
    level: str
    place: str
    stem: str
    options: tuple[Option, ...]
    sources: tuple[str, ...]


def load_questions(path: Path, keys: frozenset[str] | None = None) -> list[Question]:
    """Return the questions of one file, checked.

    Parameters
    ----------
    path
        A file of `questions/`.
    keys
        The source keys that may be cited; the bibliography's if not given.

    Raises
    ------
    QuestionError
        If a question lacks a field, has no or two right options, fewer or more than four options,
        an option without feedback, an unknown level, place or source, or an id used before.
    """
    known = data.source_keys() if keys is None else keys
    content = data.read_yaml(path)
    questions: list[Question] = []
    for number, raw in enumerate(content["questions"], 1):
        where = f"{path.parent.name}/{path.name}, question {raw.get('id', number)}"
        questions.append(_question(raw, str(content["chapter"]), where, known))
        if questions[-1].id in [earlier.id for earlier in questions[:-1]]:
            raise QuestionError(f"{where}, field id: used twice; allowed: an id of its own")
    return questions


def _question(raw: dict[str, Any], chapter: str, where: str, keys: frozenset[str]) -> Question:
    def fail(field: str, found: object, allowed: str) -> None:
        raise QuestionError(f"{where}, field {field}: {found!r} is not allowed; allowed: {allowed}")

    missing, unknown = _FIELDS - raw.keys(), raw.keys() - _FIELDS
    if missing or unknown:
        fail(
            "+".join(sorted(missing | unknown)),
            "missing" if missing else "unknown",
            ", ".join(sorted(_FIELDS)),
        )
    if not str(raw["plausible"]).strip():
        fail("plausible", raw["plausible"], "a sentence on why one may well think so")
    if raw["level"] not in LEVELS:
        fail("level", raw["level"], ", ".join(LEVELS))
    if raw["place"] not in PLACES:
        fail("place", raw["place"], ", ".join(PLACES))
    for key in raw["sources"]:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, n=3)
            fail("sources", key, f"a key of data/references.bib (near: {', '.join(near) or 'none'})")
    options = tuple(
        Option(str(o.get("text", "")), str(o.get("feedback", "")), bool(o.get("right")))
        for o in raw["options"]
    )
    if len(options) != 4:
        fail("options", f"{len(options)} options", "four options")
    right = sum(option.right for option in options)
    if right != 1:
        fail("options", f"{right} right options", "exactly one option with right: true")
    if not all(option.text.strip() and option.feedback.strip() for option in options):
        fail("options", "an empty text or feedback", "text and feedback for every option")
    if len({option.text for option in options}) < 4:
        fail("options", "an option given twice", "four different texts")
    return Question(
        raw["id"],
        chapter,
        int(raw["objective"]),
        raw["misconception"],
        raw["plausible"],
        raw["level"],
        raw["place"],
        raw["stem"],
        options,
        tuple(raw["sources"]),
    )


@lru_cache(maxsize=1)
def bank() -> dict[str, Question]:
    """Return every question of the course by its id.

    Raises
    ------
    QuestionError
        If two files share an id, or a file is wrong.
    """
    found: dict[str, Question] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        for one in load_questions(path):
            if one.id in found:
                raise QuestionError(
                    f"questions/{path.name}, question {one.id}: the id stands in another file too"
                )
            found[one.id] = one
    return found


def question(name: str) -> Shown:
    """Return a question as a form to show at the end of a cell.

    Raises
    ------
    KeyError
        If there is no such question; the message has the nearest name.
    """
    if name not in bank():
        near = difflib.get_close_matches(name, bank(), n=1)
        raise KeyError(
            f"no question {name!r}; {'nearest: ' + near[0] if near else ''} all: {', '.join(bank())}"
        )
    one = bank()[name]
    return Shown(form(one), _plain(one))


def quiz(*names: str) -> Shown:
    """Return several questions one below the other, with the reader's progress under them."""
    parts = [question(name) for name in names]
    progress = (
        '<div class="quiz-progress"><p class="quiz-note">Self-check only. '
        "Your answers stay in this browser and are sent nowhere.</p></div>"
    )
    return Shown("".join(part.html for part in parts) + progress, "\n\n".join(part.text for part in parts))


def form(one: Question, kept: bool = False) -> str:
    """Return a question as an HTML form; its options are shuffled on the page unless their order is to be kept."""
    base = f"{one.id}-{next(_shown)}"
    order = "kept" if kept else None
    rows = []
    for number, option in enumerate(one.options):
        word = "Right." if option.right else "Not quite."
        rows.append(
            f'<div class="option"{attributes(data_option=number, data_right=str(option.right).lower())}>'
            f"<input{attributes(type='radio', name=base, id=f'{base}-{number}', value=number)}>"
            f"<label{attributes(for_=f'{base}-{number}')}>{emphasis(option.text)}</label>"
            f'<p class="feedback"><strong>{word}</strong> {emphasis(option.feedback)}</p></div>'
        )
    return (
        f'<div class="question"{attributes(data_question=one.id, data_order=order)}><fieldset>'
        f"<legend>{emphasis(one.stem)}</legend>{''.join(rows)}</fieldset></div>"
    )


def _plain(one: Question) -> str:
    letters = "ABCD"
    return "\n".join([one.stem, *(f"  {letters[i]}. {escape(o.text)}" for i, o in enumerate(one.options))])
