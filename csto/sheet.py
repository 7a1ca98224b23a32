"""A sheet of questions to be answered by a probability: its form on the page, and the files that go between readers.

A `Sheet` holds the questions. On the page it becomes a form that scores itself without a kernel; without scripts it is a
worksheet to print, with the answers in folds. A reader's file is small JSON in one form for the page and for Python:

    {"sheet": "futures", "version": 1, "code": "ada", "scored": "2026-11-25", "answers": {"F01": 35}}

Answers are whole per cents, `code` is what the reader calls herself, `scored` the day on which she first saw the outcomes
(null before). A file that is not wholly right is refused with the reason, which the page words as this module does.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import count
from pathlib import Path
from typing import Any

from csto.html import Shown, attributes
from csto.models.scoring import EDGES

#: The longest name or code of a reader, in characters; and the largest file, in bytes.
CODE, FILE = 40, 100_000
_MARKUP = re.compile(r"<\s*[a-z!/?]", re.IGNORECASE)
_shown = count(1)


class SheetError(ValueError):
    """A file cannot be taken, or an answer is not allowed; the message says which, and what is allowed."""


@dataclass(frozen=True)
class Item:
    """One question.

    Parameters
    ----------
    id, title, ask
        Its number, a short name, and the question, to be answered yes or no.
    facts
        What one should know to answer: day, deadline, rule.
    outcome
        1 for yes, 0 for no; None while it is open.
    told
        What happened, shown once the sheet is scored.
    base, base_of
        A base rate, 0 to 1, and what was counted for it; None and empty where there is none.
    crowd
        What a public crowd gave, 0 to 1; None where none is on record.
    """

    id: str
    title: str
    ask: str
    facts: str
    outcome: int | None
    told: str
    base: float | None = None
    base_of: str = ""
    crowd: float | None = None


@dataclass(frozen=True)
class Filled:
    """A reader's sheet: whole per cents by question, what she calls herself, and the day of scoring or None."""

    answers: Mapping[str, int] = field(default_factory=dict)
    code: str = ""
    scored: str | None = None


def quote(value: object) -> str:
    """Return a value as a message names it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return f"“{text[:40]}”"


@dataclass(frozen=True)
class Sheet:
    """Questions under one name; the version is raised when a question changes its meaning."""

    name: str
    version: int
    items: tuple[Item, ...]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The numbers of the questions, in order."""
        return tuple(item.id for item in self.items)

    def check(self, filled: Filled) -> Filled:
        """Return a filled sheet, or raise if anything in it is not allowed.

        Raises
        ------
        SheetError
            With the place, the value and what is allowed.
        """
        code, scored, answers = filled.code, filled.scored, filled.answers
        if not isinstance(code, str) or len(code) > CODE:
            raise SheetError(f"code: {quote(code)} is not allowed; allowed: text of up to {CODE} characters")
        if _MARKUP.search(code):
            raise SheetError("code: it holds markup (“<…”); allowed: plain text")
        if scored is not None and not (
            isinstance(scored, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", scored)
        ):
            raise SheetError(f"scored: {quote(scored)} is not allowed; allowed: a day as YYYY-MM-DD, or null")
        if not isinstance(answers, Mapping):
            raise SheetError(f"answers: {quote(answers)} is not allowed; allowed: per cents by question")
        for name, value in answers.items():
            if name not in self.ids:
                raise SheetError(f"there is no question {quote(name)} on this sheet")
            whole = (
                not isinstance(value, bool) and isinstance(value, int | float) and float(value).is_integer()
            )
            if not whole or not 0 <= value <= 100:
                raise SheetError(
                    f"{name}: {quote(value)} is not allowed; allowed: whole per cents from 0 to 100"
                )
        if not answers:
            raise SheetError("it holds no answers")
        return Filled({name: int(answers[name]) for name in self.ids if name in answers}, code, scored)

    def parse(self, text: str) -> Filled:
        """Return the filled sheet that a file holds.

        Raises
        ------
        SheetError
            If the text is no JSON, of another sheet or version, or holds what is not allowed.
        """
        try:
            content = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise SheetError("it is no JSON; is it a file from this sheet?") from None
        if not isinstance(content, dict):
            raise SheetError("it holds no sheet; is it a file from this sheet?")
        if content.get("sheet") != self.name:
            raise SheetError(f"it is of another sheet, {quote(content.get('sheet'))}; allowed: {self.name}")
        version = content.get("version")
        if isinstance(version, bool) or version != self.version:
            raise SheetError(
                f"it is of version {quote(version)} of this sheet; allowed: version {self.version}"
            )
        return self.check(Filled(content.get("answers"), content.get("code", ""), content.get("scored")))  # type: ignore[arg-type]

    def read(self, path: str | Path) -> Filled:
        """Return the filled sheet of a file on disk.

        Raises
        ------
        SheetError
            As `parse`; also if the file is too large or not text in UTF-8.
        OSError
            If it cannot be opened.
        """
        path = Path(path)
        size = path.stat().st_size
        if size > FILE:
            raise SheetError(f"the file is too large, {size} bytes; allowed: up to {FILE}")
        try:
            return self.parse(path.read_bytes().decode("utf-8"))
        except UnicodeDecodeError:
            raise SheetError("it is not text in UTF-8") from None

    def dump(self, filled: Filled) -> str:
        """Return a filled sheet as the text of a file, as the page's download has it.

        Raises
        ------
        SheetError
            If anything in it is not allowed.
        """
        good = self.check(filled)
        content = {
            "sheet": self.name,
            "version": self.version,
            "code": good.code,
            "scored": good.scored,
            "answers": dict(good.answers),
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


# --- the page -------------------------------------------------------------------------------------------------------


def show(sheet: Sheet, settled: str, opened: str, edges: Sequence[float] = EDGES) -> Shown:
    """Return the sheet for the static page: a form for scripts, a worksheet for everybody.

    Parameters
    ----------
    sheet
        The questions.
    settled, opened
        Sentences above the questions that have an outcome and above those that have none.
    edges
        Limits of the bins of the calibration, as in `csto.models.scoring`.
    """
    base = f"sheet-{sheet.name}-{next(_shown)}"
    facts = [
        {"id": item.id, "outcome": item.outcome, "base": item.base, "crowd": item.crowd}
        for item in sheet.items
    ]
    data = attributes(
        data_sheet=sheet.name,
        data_version=sheet.version,
        data_code=CODE,
        data_file=FILE,
        data_edges=json.dumps(list(edges)),
        data_items=json.dumps(facts, separators=(",", ":")),
    )
    groups = "".join(
        f'<p class="sheet-group">{escape(words)}</p>' + "".join(_item(item, base) for item in items)
        for words, items in (
            (settled, [item for item in sheet.items if item.outcome is not None]),
            (opened, [item for item in sheet.items if item.outcome is None]),
        )
        if items
    )
    html = (
        f'<div class="sheet"{data}>'
        '<p class="sheet-plain">Scoring on the page needs JavaScript. Without it this is a worksheet: write a number to '
        "each question, here or on paper, then open the answers. The score of a question is the square of your chance "
        "less 1 if it came true, of your chance itself if not; 70% and no is 0.49. Your Brier score is their mean.</p>"
        f'{groups}<div class="sheet-desk" hidden></div></div>'
    )
    return Shown(html, f"{len(sheet.items)} questions: " + " ".join(item.ask for item in sheet.items))


def _item(item: Item, base: str) -> str:
    box = f"{base}-{item.id}"
    rate = f" Base rate: {100 * item.base:.1f}%, from {item.base_of}." if item.base is not None else ""
    answer = (
        f'<details class="sheet-answer"><summary>Write down your number, then open'
        f'<span class="visually-hidden"> the answer to {escape(item.title)}</span></summary><p>{_told(item)}</p></details>'
        if item.outcome is not None
        else ""
    )
    return (
        f'<fieldset class="sheet-item"{attributes(data_item=item.id)}><legend><span class="sheet-title">'
        f"{escape(item.title)}</span> {escape(item.ask)}</legend>"
        f'<p class="sheet-facts">{escape(item.facts)}{escape(rate)}</p><div class="sheet-dial">'
        f'<label for="{box}">Chance of yes, %</label> '
        f"<input{attributes(type='number', class_='sheet-number', id=box, min=0, max=100, step=1, inputmode='numeric')}>"
        f"<input{attributes(type='range', class_='sheet-range', min=0, max=100, step=1, value=50)}"
        f"{attributes(aria_label=f'{item.title}: chance of yes as a slider')} hidden></div>{answer}</fieldset>"
    )


def _told(item: Item) -> str:
    word = "Yes" if item.outcome else "No"
    return f"<strong>{word}.</strong> {escape(item.told)}"
