"""Code cases by questions, see what a rule makes of the answers, and compare with a published coding.

A `Scheme` holds the questions, the cases with their published answers, and the rule.
On the page it becomes a form that works without a kernel; without scripts its rule and its cases can still be read.
A reader's answers are a frame, kept as CSV or JSON in one form for the page and for the live lab.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from itertools import count, product
from typing import Any

import pandas as pd

from csto.html import Shown, attributes, emphasis
from csto.models.agreement import agreement, disagreements

#: The longest note that a reader may attach to a case, in characters; and the largest file, in bytes.
NOTE, FILE = 500, 1_000_000
_shown = count(1)


class CodingError(ValueError):
    """A file of answers cannot be taken; the message names the place, the value and what is allowed."""


@dataclass(frozen=True)
class Question:
    """One question: its words, how to answer it, a short name for tables, and code to label of each answer."""

    id: str
    ask: str
    hint: str
    short: str
    options: Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """One case: what the reader is told, its published answers, and what is shown once she has answered."""

    id: str
    title: str
    facts: str
    story: str
    answers: Mapping[str, str]
    notes: Mapping[str, str]
    group: str


@dataclass(frozen=True)
class Outcome:
    """What the rule makes of one set of answers: a verdict, the reason, and the text that decides."""

    verdict: str
    why: str
    basis: str


@dataclass(frozen=True)
class Scheme:
    """Questions, cases and a rule.

    Parameters
    ----------
    name
        Short name; files and the browser's store carry it.
    version
        Raised when a code changes its meaning; answers of another version are not taken.
    noun
        What a case is called, singular and plural.
    questions, cases
        In the order in which they are shown; cases of one group stand together.
    decide
        Gives the outcome for the codes of all questions, in their order.
    verdicts
        Word to meaning of everything that the rule can say.
    rule
        The rule as a table: `question`, `answer` (labels) and a column of findings for each text.
    order
        In which order the rule takes the findings; a sentence or two.
    remarks
        What the table cannot hold: the reasons, and the sources.
    """

    name: str
    version: int
    noun: tuple[str, str]
    questions: tuple[Question, ...]
    cases: tuple[Case, ...]
    decide: Callable[..., Outcome]
    verdicts: Mapping[str, str]
    rule: pd.DataFrame
    order: str
    remarks: tuple[str, ...]

    def __post_init__(self) -> None:
        for case in self.cases:
            for question in self.questions:
                self.check(case.id, question.id, case.answers.get(question.id, ""))

    @cached_property
    def columns(self) -> list[str]:
        """The columns of a frame of answers."""
        return ["case", *(question.id for question in self.questions), "verdict", "note"]

    @cached_property
    def published(self) -> pd.DataFrame:
        """The published coding as a frame of answers, without notes."""
        return self.frame({**case.answers, "case": case.id, "note": ""} for case in self.cases)

    def check(self, case: str, question: str, code: str) -> None:
        """Raise if a code is not an answer to a question.

        Raises
        ------
        CodingError
            With the case, the question, the code and what is allowed.
        """
        allowed = {one.id: one.options for one in self.questions}[question]
        if code not in allowed:
            raise CodingError(f"{case}, {question}: {code!r} is not allowed; allowed: {', '.join(allowed)}")

    def frame(self, rows: Iterable[Mapping[str, str]]) -> pd.DataFrame:
        """Return rows of answers as a frame, checked, with the verdict that follows from them.

        Raises
        ------
        CodingError
            If a case is unknown or stands twice, an answer is missing or not allowed, or a note is too long or holds
            markup.
        """
        known, kept = {case.id for case in self.cases}, list[dict[str, str]]()
        for row in rows:
            case, note = str(row.get("case", "")), str(row.get("note", ""))
            if case not in known:
                raise CodingError(
                    f"case: {case!r} is not known; allowed: {min(known)} to {max(known)}, {len(known)} in all"
                )
            if case in [earlier["case"] for earlier in kept]:
                raise CodingError(f"{case} stands twice; allowed: each case once")
            codes = {question.id: str(row.get(question.id, "")) for question in self.questions}
            for name, code in codes.items():
                self.check(case, name, code)
            if len(note) > NOTE:
                raise CodingError(f"{case}, note: {len(note)} characters; allowed: up to {NOTE}")
            if re.search(r"<\s*[a-z!/?]", note, re.IGNORECASE):
                raise CodingError(f"{case}, note: holds markup (“<…”); allowed: plain text")
            verdict = self.decide(*codes.values()).verdict
            kept.append({"case": case, **codes, "verdict": verdict, "note": note})
        return pd.DataFrame(kept, columns=self.columns)

    def agreement(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Return how far answers agree with the published coding; a row a question and one for the verdict.

        See `csto.models.agreement.agreement`. Without answers the frame is empty.
        """
        fields = self.columns[1:-1]
        if answers.empty:
            return pd.DataFrame(columns=["field", "n", "same", "share", "kappa"])
        return agreement(self.published, answers, "case", fields)

    def differences(self, answers: pd.DataFrame) -> pd.DataFrame:
        """Return where answers and the published coding part: `case`, `field`, `published`, `yours`."""
        names = {"first": "published", "second": "yours"}
        if answers.empty:
            return pd.DataFrame(columns=["case", "field", *names.values()])
        found = disagreements(self.published, answers, "case", self.columns[1:-1])
        return found.rename(columns=names)


# --- files ----------------------------------------------------------------------------------------------------------


def to_json(scheme: Scheme, answers: pd.DataFrame) -> str:
    """Return answers as JSON, as the page's download has them."""
    content = {
        "coding": scheme.name,
        "version": scheme.version,
        "answers": answers[scheme.columns].to_dict("records"),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def to_csv(scheme: Scheme, answers: pd.DataFrame) -> str:
    """Return answers as CSV, as the page's download has them; the first two columns say what they are.

    A note that a spreadsheet would take for a formula is preceded by an apostrophe, which reading takes off again.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["coding", "version", *scheme.columns])
    for row in answers[scheme.columns].to_dict("records"):
        row["note"] = re.sub(r"^(?='*[=+\-@\t\r])", "'", row["note"])
        writer.writerow([scheme.name, scheme.version, *row.values()])
    return out.getvalue()


def parse(scheme: Scheme, text: str) -> pd.DataFrame:
    """Return the answers of a file, CSV or JSON, checked; verdicts are derived anew.

    Raises
    ------
    CodingError
        If the text is neither, is of another coding or version, lacks a column, or holds an answer that is not
        allowed; the message says which.
    """
    if len(text) > FILE:
        raise CodingError(f"the file has {len(text)} characters; allowed: up to {FILE}")
    text = text.removeprefix("\ufeff")
    rows = _json_rows(scheme, text) if text.lstrip().startswith("{") else _csv_rows(scheme, text)
    if not rows:
        raise CodingError("the file holds no answers")
    return scheme.frame(rows)


def _same(scheme: Scheme, name: object, version: object) -> None:
    if name != scheme.name:
        raise CodingError(f"the file is of the coding {name!r}; allowed: {scheme.name!r}")
    if str(version) != str(scheme.version):
        raise CodingError(
            f"the file is of version {version} of this coding; allowed: version {scheme.version}"
        )


def _json_rows(scheme: Scheme, text: str) -> list[dict[str, str]]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as fault:
        raise CodingError(f"the file is not JSON: {fault.msg}, line {fault.lineno}") from None
    _same(scheme, content.get("coding"), content.get("version"))
    rows = content.get("answers")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise CodingError("answers: not a list of cases; allowed: a list with one entry a case")
    for row in rows:
        for field, value in row.items():
            if not isinstance(value, str):
                raise CodingError(f"{row.get('case')}, {field}: {value!r} is no text; allowed: text")
    return rows


def _csv_rows(scheme: Scheme, text: str) -> list[dict[str, str]]:
    lines = list(csv.reader(io.StringIO(text, newline="")))
    head = lines[0] if lines else []
    wanted = ["coding", "version", *(name for name in scheme.columns if name != "verdict")]
    missing = [name for name in wanted if name not in head]
    if missing:
        raise CodingError(f"the file lacks the columns {', '.join(missing)}; allowed: {', '.join(wanted)}")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not any(line):
            continue
        if len(line) != len(head):
            raise CodingError(f"row {number}: {len(line)} fields; allowed: {len(head)}, as in the header")
        row = dict(zip(head, line, strict=True))
        _same(scheme, row["coding"], row["version"])
        rows.append({**row, "note": re.sub(r"^'(?='*[=+\-@\t\r])", "", row["note"])})
    return rows


# --- the page -------------------------------------------------------------------------------------------------------


def show(scheme: Scheme) -> Shown:
    """Return the scheme for the static page: a form for scripts, and the rule and a worksheet for everybody."""
    base = f"coding-{scheme.name}-{next(_shown)}"
    outcomes, places = outcome_table(scheme)
    one, many = scheme.noun
    data = attributes(
        data_coding=scheme.name,
        data_version=scheme.version,
        data_one=one,
        data_many=many,
        data_note=NOTE,
        data_file=FILE,
        data_outcomes=_json([[o.verdict, o.why, o.basis] for o in outcomes]),
        data_places=_json(places),
    )
    html = (
        f'<div class="coding"{data}>'
        f'<p class="coding-plain">Answering on the page needs JavaScript. The rule and the worksheet below do not: '
        f"answer on paper, then open the published answers.</p>"
        f"{_desk(scheme, base)}{_rule(scheme)}{_sheet(scheme)}</div>"
    )
    text = f"{len(scheme.cases)} {many}, {len(scheme.questions)} questions: " + "; ".join(
        question.ask for question in scheme.questions
    )
    return Shown(html, text)


def outcome_table(scheme: Scheme) -> tuple[list[Outcome], list[int]]:
    """Return the different outcomes of the rule, and for every combination of answers the number of its outcome.

    Combinations run through the answers as an odometer does, the last question fastest.
    """
    all_of_them = [scheme.decide(*codes) for codes in product(*(one.options for one in scheme.questions))]
    different = list(dict.fromkeys(all_of_them))
    number = {outcome: place for place, outcome in enumerate(different)}
    return different, [number[outcome] for outcome in all_of_them]


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _letter(number: int) -> str:
    return "abcdefghij"[number]


def _desk(scheme: Scheme, base: str) -> str:
    one = scheme.noun[0]
    groups = dict.fromkeys(case.group for case in scheme.cases)
    options = "".join(
        f'<optgroup label="{escape(group)}">'
        + "".join(
            f"<option{attributes(value=case.id)}>{escape(case.title)}</option>"
            for case in scheme.cases
            if case.group == group
        )
        + "</optgroup>"
        for group in groups
    )
    fields = "".join(
        f"<fieldset{attributes(data_question=question.id, data_short=question.short)}>"
        f"<legend>{number}. {escape(question.ask)}</legend>"
        + (f'<p class="coding-hint">{escape(question.hint)}</p>' if question.hint else "")
        + "".join(
            f'<label class="coding-option"><input{attributes(type="radio", name=f"{base}-{question.id}", value=code)}> '
            f"<span>{escape(label)}</span></label>"
            for code, label in question.options.items()
        )
        + "</fieldset>"
        for number, question in enumerate(scheme.questions, 1)
    )
    return (
        '<div class="coding-desk" hidden>'
        f'<p class="coding-lead">Read, answer {len(scheme.questions)} questions, then compare with the published coding.</p>'
        f'<div class="coding-choose"><label for="{base}-case">{one.capitalize()}</label>'
        f'<select id="{base}-case">{options}</select></div>'
        f'<div class="coding-case"></div><form class="coding-form">{fields}</form></div>'
    )


def _rule(scheme: Scheme) -> str:
    texts = [name for name in scheme.rule.columns if name not in ("question", "answer")]
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in ("Answer", *texts))
    body = ""
    for number, (question, rows) in enumerate(scheme.rule.groupby("question", sort=False), 1):
        body += (
            f'<tbody><tr><th scope="rowgroup" colspan="{len(texts) + 1}">{number}. {escape(str(question))}</th></tr>'
            + "".join(
                f'<tr><th scope="row">{_letter(place)}. {escape(row["answer"])}</th>'
                + "".join(f"<td>{escape(row[text])}</td>" for text in texts)
                + "</tr>"
                for place, row in enumerate(rows.to_dict("records"))
            )
            + "</tbody>"
        )
    words = "".join(
        f"<dt>{escape(word)}</dt><dd>{escape(meaning)}</dd>" for word, meaning in scheme.verdicts.items()
    )
    remarks = "".join(f"<li>{emphasis(remark)}</li>" for remark in scheme.remarks)
    return (
        '<details class="coding-rule" open><summary>The rule</summary>'
        f"<table><caption>What each text makes of each answer</caption><thead><tr>{heads}</tr></thead>{body}</table>"
        f"<p>{escape(scheme.order)}</p><dl>{words}</dl><ul>{remarks}</ul></details>"
    )


def _sheet(scheme: Scheme) -> str:
    blanks = " ".join(f"{number} ____" for number in range(1, len(scheme.questions) + 1))
    rows = "".join(
        f"<li{attributes(data_case=case.id, data_answers=_json(dict(case.answers)))}>"
        f'<div class="coding-told"><p class="coding-title">{escape(case.title)}</p>'
        f'<p class="coding-facts">{escape(case.facts)}</p><p class="coding-story">{escape(case.story)}</p></div>'
        f'<p class="coding-blanks">Your answers: {blanks}</p>'
        f"<details><summary>Published answers<span class='visually-hidden'> on {escape(case.title)}</span></summary>"
        f"{_key(scheme, case)}</details></li>"
        for case in scheme.cases
    )
    return (
        f'<details class="coding-sheet"><summary>All {len(scheme.cases)} {scheme.noun[1]} as a worksheet</summary>'
        f"<ol>{rows}</ol></details>"
    )


def _key(scheme: Scheme, case: Case) -> str:
    outcome = scheme.decide(*(case.answers[question.id] for question in scheme.questions))
    lines = "".join(
        f"<li>{escape(question.short)}: {escape(question.options[case.answers[question.id]])}</li>"
        for question in scheme.questions
    )
    notes = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(words)}</dd>" for name, words in case.notes.items() if words
    )
    return (
        f"<ol>{lines}</ol><p>By the rule: <strong>{escape(outcome.verdict)}</strong>. {escape(outcome.why)} "
        f'<span class="coding-basis">{escape(outcome.basis)}</span></p><dl class="coding-notes simple">{notes}</dl>'
    )
