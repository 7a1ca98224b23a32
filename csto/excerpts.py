"""Excerpts of sources, from `data/excerpts.yml`: who, where and when stand above the words.

A quotation is kept once, here; around it everything is ours.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

from csto import data
from csto.fingerprints import words
from csto.html import Shown, attributes, emphasis

FILE = data.ROOT / "excerpts.yml"
#: Words in one excerpt, and words of one of the five articles in the whole course.
LIMIT, ARTICLE_LIMIT = 40, 250
STANDINGS = ("read in full text", "read in excerpt", "reported by agency")
LANGUAGES = {"en": "English", "ru": "Russian"}
ARTICLES = ("000", "001", "002", "003", "004")


class ExcerptError(ValueError):
    """An entry is wrong; the message names file, entry, field and what is allowed."""


@dataclass(frozen=True)
class Excerpt:
    """One quotation with everything that a reader needs in order to judge it."""

    id: str
    chapter: str
    source: str
    author: str
    title: str
    outlet: str
    date: str
    locator: str
    standing: str
    language: str
    quote: str
    questions: tuple[str, ...]
    article: str = ""
    speaker: str = ""
    said: str = ""
    translation: str = ""
    translator: str = ""
    left_out: str = ""
    caution: str = ""
    original: str = ""
    original_language: str = ""
    copy: str = ""


_ALL = tuple(field.name for field in fields(Excerpt))
_REQUIRED = _ALL[: _ALL.index("questions") + 1]


@lru_cache(maxsize=4)
def load_excerpts(path: Path = FILE) -> dict[str, Excerpt]:
    """Return every excerpt by its id, checked.

    Raises
    ------
    ExcerptError
        If a field is missing or unknown, a quotation is longer than forty words, a source or a language is unknown,
        or there are not exactly three questions.
    """
    found: dict[str, Excerpt] = {}
    for raw in data.read_yaml(path):
        one = _excerpt(raw, f"data/{path.name}, entry {raw.get('id', len(found) + 1)}")
        if one.id in found:
            raise ExcerptError(
                f"data/{path.name}, entry {one.id}, field id: used twice; allowed: an id of its own"
            )
        found[one.id] = one
    return found


def _excerpt(raw: dict[str, Any], where: str) -> Excerpt:
    def check(good: bool, field: str, value: object, allowed: str) -> None:
        if not good:
            raise ExcerptError(f"{where}, field {field}: {value!r} is not allowed; allowed: {allowed}")

    for field in _REQUIRED:
        check(bool(raw.get(field)), field, raw.get(field, ""), "a value, since the field is required")
    for field in raw:
        check(field in _ALL, field, raw[field], ", ".join(_ALL))
    for field in ("quote", "original"):
        length = len(words(raw.get(field, "")))
        check(length <= LIMIT, field, f"{length} words", f"at most {LIMIT} words")
    if (key := raw["source"]) not in (keys := data.source_keys()):
        near = ", ".join(difflib.get_close_matches(key, keys, n=3)) or "none"
        check(False, "source", key, f"a key of data/references.bib (near: {near})")
    check(raw["standing"] in STANDINGS, "standing", raw["standing"], ", ".join(STANDINGS))
    check(raw["language"] in LANGUAGES, "language", raw["language"], ", ".join(LANGUAGES))
    check(raw.get("article", "000") in ARTICLES, "article", raw.get("article"), ", ".join(ARTICLES))
    check(
        len(raw["questions"]) == 3,
        "questions",
        len(raw["questions"]),
        "three: source, close reading, corroboration",
    )
    return Excerpt(**{**raw, "questions": tuple(raw["questions"])})


def excerpt(name: str) -> Shown:
    """Return an excerpt as a card to show at the end of a cell.

    Raises
    ------
    KeyError
        If there is no such excerpt; the message has the nearest name and all others.
    """
    everything = load_excerpts()
    if name not in everything:
        near = difflib.get_close_matches(name, everything, n=1)
        raise KeyError(
            f"no excerpt {name!r};{f' nearest: {near[0]};' if near else ''} all: {', '.join(everything)}"
        )
    one = everything[name]
    return Shown(_card(one), f"{_who(one)} ({one.date}): “{one.quote}”")


def _who(one: Excerpt) -> str:
    return ", ".join(part for part in (one.speaker, one.said) if part) or one.author


def _begun(text: str) -> str:
    """Return text escaped, with a capital at its beginning, as a sentence has."""
    return escape(text[:1].upper() + text[1:])


def _card(one: Excerpt) -> str:
    number = f"Article {one.article} · " if one.article else ""
    spoken = f"{escape(_who(one))} — in: " if one.speaker else ""
    head = (
        f'<p class="excerpt-who">{number}{spoken}{escape(one.author)}</p>'
        f'<p class="excerpt-where"><cite>{escape(one.title)}</cite>, {escape(one.outlet)}. {_begun(one.date)}. '
        f"{_begun(one.locator)}.</p>"
    )
    original = ""
    if one.original:
        language = attributes(lang=one.original_language)
        original = f'<p class="excerpt-original"{language}>{escape(one.original)}</p>'
    translation = ""
    if one.translation:
        translation = f'<p class="excerpt-translation">{escape(one.translation)} <span>({escape(one.translator)})</span></p>'
    notes = "".join(
        f"<li><strong>{label}:</strong> {emphasis(text)}</li>"
        for label, text in (
            ("Caution", one.caution),
            ("Left out", one.left_out),
            ("Copy", one.copy),
            ("Standing", f"{one.standing}; quoted for study, not under the licence of this book."),
        )
        if text
    )
    asked = "".join(
        f"<li><strong>{label}.</strong> {emphasis(text)}</li>"
        for label, text in zip(("Source", "Read closely", "Corroborate"), one.questions, strict=True)
    )
    return (
        f'<figure class="excerpt"{attributes(data_excerpt=one.id)}><figcaption>{head}</figcaption>'
        f"<blockquote{attributes(lang=one.language)}><p>{escape(one.quote)}</p></blockquote>"
        f'{original}{translation}<ul class="excerpt-notes">{notes}</ul>'
        f'<ol class="excerpt-questions">{asked}</ol></figure>'
    )
