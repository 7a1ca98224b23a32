"""Marks on contested statements; and notes that they, citations and terms open on the page they stand on.

A mark is a plain link in Markdown to an entry of one page:

    [the words of the statement](../reference/evidence.md#d06)

The book's settings say in `book_marks` which page that is (`page`), the word that tells a reader what a mark means
(`said`), and two functions, as module:function, so that this module need not know the course. `records` returns what
a mark can lead to by its anchor; each has a `title`, the anchor of its `entry` and `claims`, and each of these `anchor`, `who`, `key` (a source), `quote`,
`verdict`, `record`, `sure` and `sources` (keys). `meanings` returns the meaning of terms by their name.

Each entry gets links back to the marks that lead to it.

Without scripts a mark, a citation and a term are links. With them they open a note, which `_static/marks/marks.js` takes
from one file a page, made here and loaded when a reader first asks for a note.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from pybtex.richtext import Text
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import make_refnode

from book import languages

#: Where the notes of each page lie in the built book.
FOLDER = "_marks"
#: The class of every link that has a note.
NOTED = "has-note"
_LOGGER = logging.getLogger(__name__)

Key = tuple[str, str]


# --- which notes a page uses -----------------------------------------------------------------------------------------


def keys(doctree: nodes.document, page: str) -> Iterator[Key]:
    """Yield what the links of a page lead to, before they are resolved: marks, citations and terms, each with its key."""
    for link in doctree.findall(pending_xref):
        target, kind = link["reftarget"], (link.get("refdomain"), link["reftype"])
        if _is_mark(link, page):
            yield "mark", link["reftargetid"]
        elif kind[0] == "cite":
            yield from (("cite", key.strip()) for key in target.split(","))
        elif kind == ("std", "term"):
            yield "term", target.lower()


def _is_mark(link: pending_xref, page: str) -> bool:
    return link["reftype"] == "myst" and link["reftarget"] == page != "" and bool(link.get("reftargetid"))


class Collector(EnvironmentCollector):
    """Keeps in the environment, page by page, which notes the page uses."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page."""
        _used(env).pop(docname, None)
        _marked(env).pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        """Take over what another process has read."""
        _used(env).update({name: found for name, found in _used(other).items() if name in docnames})
        _marked(env).update({name: found for name, found in _marked(other).items() if name in docnames})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Keep what a page uses."""
        page = _settings(app).get("page", "")
        if found := set(keys(doctree, page)):
            _used(app.env)[app.env.docname] = found
        if marks := [link for link in doctree.findall(pending_xref) if _is_mark(link, page)]:
            _marked(app.env)[app.env.docname] = [(link["reftargetid"], link.astext()) for link in marks]


def _used(env: BuildEnvironment) -> dict[str, set[Key]]:
    if not hasattr(env, "book_marks"):
        env.book_marks = {}  # type: ignore[attr-defined]
    return env.book_marks  # type: ignore[attr-defined, no-any-return]


def _marked(env: BuildEnvironment) -> dict[str, list[tuple[str, str]]]:
    """Return the marks of each page in their order: the anchor that one leads to and its words."""
    if not hasattr(env, "book_marked"):
        env.book_marked = {}  # type: ignore[attr-defined]
    return env.book_marked  # type: ignore[attr-defined, no-any-return]


# --- the links -------------------------------------------------------------------------------------------------------


class Marks(SphinxPostTransform):
    """Makes links that say what they are of the marks; runs before MyST, which looks for headings only."""

    default_priority = 8

    def run(self, **options: Any) -> None:
        """Replace each mark, and warn, which fails a strict build, of one that leads to no entry."""
        settings = _settings(self.app)
        page = settings.get("page", "")
        if page not in self.env.all_docs:
            return
        headings = self.env.metadata[page].get("myst_slugs", {})
        marks = [link for link in self.document.findall(pending_xref) if _is_mark(link, page)]
        for number, link in enumerate(marks, 1):
            if link["reftargetid"] not in headings:
                self._replace(link, page, settings["said"], number)
        if self.env.docname == page:
            self._lead_back()

    def _replace(self, link: pending_xref, page: str, said: str, number: int) -> None:
        anchor, words = link["reftargetid"], link.astext()
        known = _call(self.app, "records")
        if anchor not in known:
            near = difflib.get_close_matches(anchor, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"allowed: {', '.join(sorted(known))}"
            _LOGGER.warning(
                "the mark on “%s” leads to no entry of %s: %r; %s", words, page, anchor, hint, location=link
            )
        inner = nodes.inline("", "", *link[0].children)
        inner += nodes.inline("", f" ({said})", classes=["visually-hidden"])
        assert self.app.builder
        found = make_refnode(self.app.builder, self.env.docname, page, anchor, inner)
        found["classes"] += ["marked", NOTED]
        found["ids"].append(f"mark-{number}")
        link.replace_self(found)

    def _lead_back(self) -> None:
        """Put under the head of each entry links to the marks that lead to it, in the order of the book."""
        records = _call(self.app, "records")
        order = list(self.env.toctree_includes.get(self.app.config.root_doc, []))
        pages = sorted(_marked(self.env), key=lambda name: order.index(name) if name in order else len(order))
        leading: dict[str, list[nodes.Node]] = {}
        for page in pages:
            for number, (anchor, words) in enumerate(_marked(self.env)[page], 1):
                if anchor in records:
                    link = self._back(page, number, words)
                    leading.setdefault(records[anchor]["entry"], []).append(link)
        for entry in list(self.document.findall(nodes.Element)):
            found = next((leading[name] for name in entry.get("ids", []) if name in leading), None)
            if found:
                line = nodes.paragraph("", "In the text: ", classes=["marked-at"])
                for place, link in enumerate(found):
                    line += [nodes.Text("; ")] * (place > 0) + [link]
                entry.insert(1, line)

    def _back(self, page: str, number: int, words: str) -> nodes.Node:
        """Return a link to a mark: its words, and the title of its page."""
        assert self.app.builder
        title = self.env.titles[page].astext()
        inner = nodes.inline("", f"“{words}”")
        link = make_refnode(self.app.builder, self.env.docname, page, f"mark-{number}", inner)
        return nodes.inline("", "", link, nodes.Text(f" ({title})"))


class Noted(SphinxPostTransform):
    """Names the resolved citations and terms as links that have a note."""

    default_priority = 700
    formats = ("html",)

    def run(self, **options: Any) -> None:
        """Give each such link its class."""
        anchors = {anchor for _, anchor in _targets(self.env).values()}
        for link in self.document.findall(nodes.reference):
            anchor = link.get("refid") or link.get("refuri", "").partition("#")[2]
            if link.get("internal") and anchor in anchors:
                link["classes"].append(NOTED)


def _targets(env: BuildEnvironment) -> dict[Key, tuple[str, str]]:
    """Return page and anchor of every citation and term of the book."""
    cited = {
        ("cite", one.key): (one.bibliography_key.docname, one.citation_id)
        for one in env.get_domain("cite").citations  # type: ignore[attr-defined]
    }
    terms = {
        ("term", name.lower()): place
        for (kind, name), place in env.get_domain("std").objects.items()  # type: ignore[attr-defined]
        if kind == "term"
    }
    return {**cited, **terms}


def _write_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Name the page of the entries, which is written anew because marks on other pages may have changed."""
    page = _settings(app).get("page", "")
    return [page] if page in env.all_docs else []


def _add_script(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if page in _used(app.env):
        notes: dict[str, Any] = {"data-notes": "../" * page.count("/") + _file(page)}
        app.add_js_file("marks/marks.js", defer="defer", **notes)


def _file(page: str) -> str:
    return f"{FOLDER}/{page.replace('/', '-')}.js"


# --- the notes -------------------------------------------------------------------------------------------------------


@dataclass
class Notes:
    """Makes the notes of one page in HTML, with links that hold from there."""

    app: Sphinx
    page: str
    targets: dict[Key, tuple[str, str]]
    entries: dict[str, Any]

    def note(self, key: Key) -> tuple[str, str] | None:
        """Return the anchor that a key leads to and its note, or None if it leads nowhere, which Sphinx reports."""
        kind, name = key
        if kind == "mark":
            record = _call(self.app, "records").get(name)
            return (name, self._mark(name, record)) if record else None
        if key not in self.targets:
            return None
        text = self._source(name) if kind == "cite" else self._term(key)
        return (self.targets[key][1], text) if text else None

    def _link(self, place: tuple[str, str], words: str) -> str:
        page, anchor = place
        address = f"#{anchor}" if page == self.page else f"{self._relative(page)}#{anchor}"
        return f'<a href="{escape(address)}">{escape(words)}</a>'

    def _relative(self, page: str) -> str:
        assert self.app.builder
        return self.app.builder.get_relative_uri(self.page, page)

    def _mark(self, anchor: str, record: dict[str, Any]) -> str:
        settings = _settings(self.app)
        claims = "".join(f"<li>{self._claim(claim, settings['page'])}</li>" for claim in record["claims"])
        head = f"{settings['said'].capitalize()} · {record['title']}"
        return (
            f'<p class="note-head">{escape(head)}</p><ul>{claims}</ul>'
            f"<p>{self._link((settings['page'], anchor), 'All of this in its place')}</p>"
        )

    def _claim(self, claim: dict[str, Any], page: str) -> str:
        sources = "; ".join(self._short(key) for key in claim["sources"])
        entry = self._link((page, claim["anchor"]), f"Entry {claim['anchor'].upper()}")
        return (
            f"<p>{escape(claim['who'])} ({self._short(claim['key'])}): “{escape(claim['quote'])}”</p>"
            f"<p><strong>{escape(claim['verdict'])}</strong>. {escape(claim['record'])}</p>"
            f'<p class="note-small">How sure: {escape(claim["sure"])}. Sources: {sources}. {entry}</p>'
        )

    def _short(self, key: str) -> str:
        place, entry = self.targets.get(("cite", key)), self.entries.get(key)
        return self._link(place, _label(entry)) if place and entry else escape(key)

    def _source(self, key: str) -> str:
        entry, place = self.entries[key], self.targets["cite", key]
        title = f"<cite>{escape(_plain(entry, 'title'))}</cite>"
        held = next((_plain(entry, name) for name in _IN if name in entry.fields), "")
        facts = [escape(part) for part in (held, _plain(entry, "date") or _plain(entry, "year")) if part]
        return (
            f'<p class="note-head">{escape(_label(entry))}</p><p>{escape(_authors(entry))}: {title}. '
            f"{', '.join(facts)}.</p><p>{_address(entry)}{self._link(place, 'In the bibliography')}</p>"
        )

    def _term(self, key: Key) -> str:
        name, meaning = _call(self.app, "meanings").get(key[1], ("", ""))
        if not meaning:
            return ""
        link = self._link(self.targets[key], f"More on {name}")
        return f'<p class="note-head">{escape(name)}</p><p>{escape(meaning)}</p><p>{link}</p>'


#: Fields of a reference that say where a text stands, the first that there is.
_IN = ("journal", "booktitle", "publisher", "institution", "organization", "howpublished")


def _plain(entry: Any, field: str) -> str:
    return _text(entry.fields[field]) if field in entry.fields else ""


@cache
def _text(latex: str) -> str:
    return str(Text.from_latex(latex))


def _people(entry: Any) -> list[Any]:
    return entry.persons.get("author") or entry.persons.get("editor") or []


def _last(person: Any) -> str:
    names = [*person.rich_prelast_names, *person.rich_last_names]
    return " ".join(map(str, names))


def _full(person: Any) -> str:
    first = [*person.rich_first_names, *person.rich_middle_names]
    return " ".join([*map(str, first), _last(person)])


def _authors(entry: Any) -> str:
    return ", ".join(_full(person) for person in _people(entry)) or "No author named"


def _label(entry: Any) -> str:
    """Return author and year as a reader would say them; more than two authors as the first and others."""
    names = [_last(person) for person in _people(entry)] or [_plain(entry, "title")]
    said = " and ".join(names) if len(names) < 3 else f"{names[0]} and others"
    return f"{said}, {_plain(entry, 'year') or 'undated'}"


def _address(entry: Any) -> str:
    doi = entry.fields.get("doi")
    url = f"https://doi.org/{doi}" if doi else entry.fields.get("url")
    if not url:
        return ""
    url = str(url).replace("\\", "")
    return f'<a href="{escape(url)}">{escape(url.removeprefix("https://"))}</a><br>'


def _write(app: Sphinx, error: Exception | None) -> None:
    """Write the notes of each page, all of them each time: what they say may change when their page does not."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    targets = _targets(app.env)
    entries = {one.key: one.entry for one in app.env.get_domain("cite").citations}  # type: ignore[attr-defined]
    for page, used in _used(app.env).items():
        notes = Notes(app, page, targets, entries)
        made = (note for key in sorted(used) if (note := notes.note(key)))
        found = {anchor: languages.of_book(app, text) for anchor, text in made}
        text = json.dumps(found, ensure_ascii=False, indent=0)
        (Path(app.outdir) / _file(page)).write_text(f"window.courseNotes = {text};\n", encoding="utf-8")


# --- settings --------------------------------------------------------------------------------------------------------


def _settings(app: Sphinx) -> dict[str, str]:
    return app.config.book_marks or {}


def _call(app: Sphinx, name: str) -> dict[str, Any]:
    """Return what the function named in the settings returns; it is called once in each process.

    Raises
    ------
    ExtensionError
        If there is no such function.
    """
    kept: dict[str, Any] = app.__dict__.setdefault("book_marks_found", {})
    if name not in kept:
        target = _settings(app).get(name, "")
        if not target:
            return {}
        module, _, function = target.partition(":")
        try:
            called: Callable[[], dict[str, Any]] = getattr(import_module(module), function)
        except (ImportError, AttributeError, ValueError) as fault:
            raise ExtensionError(
                f"_config.yml, book_marks, field {name}: no function {target!r} ({fault}); allowed: module:function"
            ) from fault
        found = called()
        kept[name] = (
            {term.lower(): (term, text) for term, text in found.items()} if name == "meanings" else found
        )
    return kept[name]  # type: ignore[no-any-return]


def setup(app: Sphinx) -> None:
    """Register the marks and their notes."""
    app.add_config_value("book_marks", {}, "env")
    app.add_env_collector(Collector)
    app.add_post_transform(Marks)
    app.add_post_transform(Noted)
    app.connect("env-updated", _write_again)
    app.connect("html-page-context", _add_script)
    app.connect("build-finished", _write)
