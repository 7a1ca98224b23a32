"""Check before you trust: five statements from the web, each with the way to the record that settles it, or does not.

The reader says first how sure she is and whether she would pass the statement on; then she follows the way and gives one
of four verdicts, which is a question of `csto.quiz`. At the end the page sets her first thoughts beside the record.
The statements stand in `questions/opening/statements.yml`; the pages' Markdown comes from here (`book/generated.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape

from csto import data
from csto.html import attributes, emphasis
from csto.quiz import FOLDER, Question, QuestionError, form, load_questions

FILE = FOLDER / "opening" / "statements.yml"
#: The verdicts in the order in which they are shown, with what each means.
VERDICTS = {
    "Supported": "the record says so, as it stands",
    "Imprecise": "a part of it holds; the rest, or a word of it, would mislead whoever passes it on",
    "Contradicted": "the record says otherwise, however it is read",
    "Cannot be settled": "the record is silent, or its witnesses conflict",
}
#: How sure a reader can be that a statement is right, in words and in per cent.
SURE = {
    "surely wrong": 5,
    "probably wrong": 25,
    "could be either": 50,
    "probably right": 75,
    "surely right": 95,
}
#: How sure a record is, in words.
CONFIDENCE = {
    "primary": "the document itself, or the body that acted",
    "corroborated": "two or more records that do not depend on one another",
    "single": "one record, or several that rest on one",
    "disputed": "records contradict each other",
}


@dataclass(frozen=True)
class Statement:
    """A statement with its verdicts as a question, the way to the record in MyST, and how sure the record is."""

    question: Question
    path: tuple[str, ...]
    confidence: str

    @property
    def verdict(self) -> str:
        """The right verdict, one of `VERDICTS`."""
        return next(option.text for option in self.question.options if option.right)

    @property
    def holds(self) -> int | None:
        """1 if the statement holds as it stands, 0 if not, None where the record cannot tell."""
        return None if self.verdict == "Cannot be settled" else int(self.verdict == "Supported")


@lru_cache(maxsize=1)
def load_statements() -> tuple[Statement, ...]:
    """Return the statements, checked.

    Raises
    ------
    QuestionError
        If a question is wrong (`csto.quiz`), its options are not the four verdicts in order, or it has no way to the record
        of one or two steps, or an unknown confidence.
    """
    checks = {one["id"]: one for one in data.read_yaml(FILE)["checks"]}
    found = []
    for question in load_questions(FILE):
        check = checks.get(question.id, {})
        options = [option.text for option in question.options]
        _allow(question.id, "options", options, options == list(VERDICTS), ", ".join(VERDICTS))
        path = tuple(check.get("path", ()))
        _allow(question.id, "path", path, len(path) in (1, 2), "one or two steps")
        confidence = check.get("confidence")
        _allow(question.id, "confidence", confidence, confidence in CONFIDENCE, ", ".join(CONFIDENCE))
        found.append(Statement(question, path, confidence))
    return tuple(found)


def _allow(name: str, field: str, value: object, good: bool, allowed: str) -> None:
    if not good:
        raise QuestionError(
            f"questions/opening/{FILE.name}, {name}, field {field}: {value!r} is not allowed; allowed: {allowed}"
        )


# --- the page --------------------------------------------------------------------------------------------------------


def verdicts() -> str:
    """Return the four verdicts with their meaning, as Markdown."""
    return "\n".join(f"- **{name}**: {meaning}." for name, meaning in VERDICTS.items())


def statements() -> str:
    """Return every statement as a section in MyST: the words, first thoughts, the way, the verdict."""
    parts = []
    for number, one in enumerate(load_statements(), 1):
        asked = replace(one.question, stem=f"Your verdict on statement {number}")
        steps = "\n".join(f"{step}. {words}" for step, words in enumerate(one.path, 1))
        parts.append(
            f"### Statement {number}\n\n```{{raw}} html\n{_first(number, one)}\n```\n\n"
            f":::{{container}} trust-path\n**To the record:**\n\n{steps}\n:::\n\n```{{raw}} html\n{form(asked, kept=True)}\n```"
        )
    return "\n\n".join(parts)


def _first(number: int, one: Statement) -> str:
    name = one.question.id
    holds = None if one.holds is None else str(one.holds)
    data = attributes(
        data_trust=name,
        data_number=number,
        data_said=one.question.stem,
        data_verdict=one.verdict,
        data_holds=holds,
    )
    sure = _radios(f"{name}-sure", {words: str(value) for words, value in SURE.items()})
    give = _radios(f"{name}-pass", {"yes": "yes", "no": "no"})
    return (
        f'<div class="trust"{data}><blockquote class="trust-said"><p>{emphasis(one.question.stem)}</p></blockquote>'
        f'<fieldset class="trust-sure"><legend>Before you look: how sure are you of statement {number}?</legend>{sure}</fieldset>'
        f'<fieldset class="trust-pass"><legend>Would you pass it on?</legend>{give}</fieldset></div>'
    )


def _radios(name: str, options: dict[str, str]) -> str:
    return "".join(
        f"<label><input{attributes(type='radio', name=name, value=value)}> {escape(words)}</label>"
        for words, value in options.items()
    )


def result() -> str:
    """Return the place for what the reader thought beside what the record shows, as MyST."""
    return (
        '```{raw} html\n<div class="trust-result"><p class="trust-plain">The comparison on the page needs JavaScript. '
        "On paper: write your first thought and your verdict beside each answer below, and count how often you would have "
        "passed on what does not hold.</p></div>\n```"
    )


def answers() -> str:
    """Return what the record shows of every statement, with its confidence and its sources, as MyST."""
    lines = []
    for number, one in enumerate(load_statements(), 1):
        told = next(option.feedback for option in one.question.options if option.right)
        lines.append(
            f"{number}. *{one.verdict}.* {told} How sure the record is: `{one.confidence}`, "
            f"{CONFIDENCE[one.confidence]} {{cite:p}}`{','.join(one.question.sources)}`."
        )
    return "\n".join(lines)
