"""Words that are not in the language of the book say which language they are in, so that a voice reads them in it.

WCAG 2.2, 3.1.2 asks for it. What an author marks (`[слово]{.language-ru}`) is left alone; the rest is found on the page:
words in Armenian, Georgian and Cyrillic letters by their letters, and titles of the bibliography by the field `language`
of their entries, which tells those in Latin letters too. Cyrillic is told apart by letters that only one language has;
where there is none of them, it is of the language that the setting `book_cyrillic` names.

Attributes and drawings cannot be marked in this way and are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pybtex.richtext import Text
from sphinx.application import Sphinx

CYRILLIC = "\u0400-\u052f"
#: Letters of scripts that one language has for itself.
SCRIPTS = {"hy": "\u0531-\u058f\ufb13-\ufb17", "ka": "\u10a0-\u10ff\u1c90-\u1cbf"}
#: Letters that tell languages in Cyrillic apart, the surest first: Kazakh has all those of Kyrgyz, and some of Tajik.
TELLING = {"tg": "ҷҳӣӯ", "uk": "їєґ", "kk": "әұһқғ", "ky": "ңөү", "be": "ўі"}
#: Languages in Latin letters in which titles may be; a title in brackets is a description in the language of the book.
LATIN = frozenset({"de", "es", "fr", "hu", "it", "nl", "pl", "pt", "ro", "sk", "uz"})

_LETTERS = CYRILLIC + "".join(SCRIPTS.values())
_BETWEEN = r"(?:[\s\d.,:;!?…«»„“”‘’\"'()/–—‑-]|&(?:quot|#34|#39|#x27);)+"
_RUN = re.compile(
    "|".join(f"[{one}]+(?:{_BETWEEN}[{one}]+)*" for one in (CYRILLIC, *SCRIPTS.values())), re.IGNORECASE
)
_ANY = re.compile(f"[{_LETTERS}]")
_TOKEN = re.compile(r"""(<!--.*?-->|</?[a-zA-Z](?:"[^"]*"|'[^']*'|[^'">])*>)""", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")
_SAID = re.compile(r"""\slang=["']?([\w-]+)""")
#: Elements that hold no text to be marked, or none that may hold an element.
_CLOSED = frozenset({"option", "script", "style", "svg", "textarea", "title"})
_QUOTE = re.compile("['’‘\"“”]")
_ANY_QUOTE = "(?:['’‘\"“”]|&(?:quot|#34|#39|#x27);)"

Titles = Mapping[str, str]


def told(words: str, cyrillic: str = "ru") -> str:
    """Return the language, by its code in HTML, of words in Armenian, Georgian or Cyrillic letters."""
    for language, letters in SCRIPTS.items():
        if re.match(f"[{letters}]", words):
            return language
    low = words.casefold()
    return next((code for code, letters in TELLING.items() if set(letters) & set(low)), cyrillic)


def marked(html: str, cyrillic: str = "ru", titles: Titles | None = None, book: str = "en") -> str:
    """Return HTML in which every run of words in another script stands in an element with its language.

    Parameters
    ----------
    html
        A page or a part of one.
    cyrillic
        The language of Cyrillic words that have no telling letter.
    titles
        Titles with their languages, as `titles_of` returns them.
    book
        The language of the book; an element in it says nothing of the foreign words in it.
    """
    here = [_Title.of(title, language) for title, language in (titles or {}).items()]
    here = [title for title in here if title.part in html]
    if not here and not _ANY.search(html):
        return html
    out, inside, depth = [], "", 0
    for token in _TOKEN.split(html):
        tag = _TAG.match(token)
        if tag is None:
            out.append(token if inside else _text(token, cyrillic, here))
            continue
        out.append(token)
        closing, name = tag[1] == "/", tag[2].lower()
        if token.endswith("/>"):
            continue
        if inside:
            depth += (-1 if closing else 1) * (name == inside)
            inside = inside if depth else ""
        elif not closing and (name in _CLOSED or _says(token, book)):
            inside, depth = name, 1
    return "".join(out)


def _says(tag: str, book: str) -> bool:
    said = _SAID.search(tag)
    return said is not None and said[1].split("-")[0] != book


@dataclass(frozen=True)
class _Title:
    """A title to be found on a page, with whatever quotation marks it was set; `part` is of it and has none."""

    part: str
    pattern: re.Pattern[str]
    language: str

    @classmethod
    def of(cls, title: str, language: str) -> _Title:
        parts = _QUOTE.split(title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        pattern = re.compile(r"(?<!\w)" + _ANY_QUOTE.join(map(re.escape, parts)) + r"(?!\w)")
        return cls(max(parts, key=len), pattern, language)


def _text(text: str, cyrillic: str, titles: list[_Title]) -> str:
    for title in titles:
        if title.part in text and (found := title.pattern.search(text)):
            before, after = text[: found.start()], text[found.end() :]
            inner = _in(title.language, found[0])
            return _text(before, cyrillic, titles) + inner + _text(after, cyrillic, titles)
    return _RUN.sub(lambda run: _in(told(run[0], cyrillic), run[0]), text)


def _in(language: str, words: str) -> str:
    return f'<span lang="{language}">{words}</span>'


def titles_of(entries: Mapping[str, Any], cyrillic: str = "ru") -> dict[str, str]:
    """Return the titles whose language their letters alone do not tell, each with its language.

    Parameters
    ----------
    entries
        Entries of pybtex by their keys.
    cyrillic
        As in `marked`.
    """
    found = {}
    for entry in entries.values():
        language = entry.fields.get("language", "en")
        if language == "en" or "title" not in entry.fields:
            continue
        title = str(Text.from_latex(entry.fields["title"])).partition(" (")[0]
        foreign = language in LATIN and title[:1] not in "[("
        if foreign or (re.search(f"[{CYRILLIC}]", title) and language != told(title, cyrillic)):
            found[title] = language
    return found


# --- the Sphinx side ----------------------------------------------------------------------------------------------


def of_book(app: Sphinx, html: str) -> str:
    """Return HTML of the book with its foreign words marked, its bibliography known."""
    kept = app.__dict__
    if "book_titles" not in kept:
        domain: Any = app.env.get_domain("cite") if "cite" in app.env.domains else None
        entries = {one.key: one.entry for one in domain.citations} if domain else {}
        kept["book_titles"] = titles_of(entries, app.config.book_cyrillic)
    return marked(html, app.config.book_cyrillic, kept["book_titles"], (app.config.language or "en")[:2])


def _mark(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if "body" in context:
        context["body"] = of_book(app, context["body"])


def setup(app: Sphinx) -> None:
    """Register the step and its setting."""
    app.add_config_value("book_cyrillic", "ru", "html")
    app.connect("html-page-context", _mark)
