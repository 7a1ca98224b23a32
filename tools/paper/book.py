"""Reads the built pages in the order of the contents and puts the book together."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from lxml import html

from tools.build import ROOT
from tools.paper.clean import Cleaner, check
from tools.paper.facts import Facts, facts
from tools.paper.key import KEY, Key
from tools.paper.links import Links

_ARTICLE = re.compile(r'<article class="bd-article">(.*?)</article>', re.DOTALL)
_DRAWN = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_COLOUR = re.compile(r"var\(--[\w-]+,\s*([^()]+|\w+\([^()]*\))\)")
_ICON = ("sd-octicon", "icon")


@dataclass(frozen=True)
class Drawing:
    """A chart as drawings, wide for paper and narrow for a small screen, and its words for whoever cannot see it."""

    name: str
    wide: str
    narrow: str
    words: str


@dataclass(frozen=True)
class Heading:
    """A heading of a page: its id, its words, its level from 1."""

    id: str
    words: str
    level: int


@dataclass
class Page:
    """A page of the book; `part` is the caption of the part that it belongs to, empty for the first page."""

    name: str
    slug: str
    part: str
    body: Any
    title: str = ""
    headings: list[Heading] = field(default_factory=list)


@dataclass
class Book:
    """The whole book for paper: its facts, its pages with the key as the last, and its drawings by name."""

    facts: Facts
    pages: list[Page]
    drawings: dict[str, Drawing]

    def parts(self) -> list[tuple[str, list[Page]]]:
        """Return the parts in order, each with its pages; the first page, which belongs to none, stands under ''."""
        found: dict[str, list[Page]] = {}
        for page in self.pages:
            found.setdefault(page.part, []).append(page)
        return list(found.items())


def contents() -> list[tuple[str, str]]:
    """Return the name of every page in order, each with the caption of its part."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    return [
        (toc["root"], ""),
        *((one["file"], part["caption"]) for part in toc["parts"] for one in part["chapters"]),
    ]


def read(site: Path) -> Book:
    """Return the book that is built in a folder, for paper.

    Raises
    ------
    ValueError
        If a page holds a control that paper has no form for; the message names page and element.
    """
    pages: list[Page] = []
    drawings: dict[str, Drawing] = {}
    key, links = Key(), Links()
    for name, part in contents():
        slug = name.rpartition("/")[2]
        body, svgs = _parsed((site / f"{name}.html").read_text(encoding="utf-8"), name)
        links.prepare(name, slug, body)
        cleaner = Cleaner(slug, key, svgs)
        cleaner.clean(body)
        drawings |= {one: Drawing(one, *kept) for one, kept in cleaner.drawings.items()}
        pages.append(Page(name, slug, part, body))
    pages.append(Page(KEY, KEY, "Answers", key.page()))
    links.resolve([page.body for page in pages])
    for page in pages:
        check(page.name, page.body)
        page.headings = _headings(page.body)
        page.title = page.headings[0].words
    return Book(facts(site), pages, drawings)


def _parsed(text: str, name: str) -> tuple[Any, list[str]]:
    """Return the article of a page, its drawings replaced by numbered images, and the drawings.

    A parser of HTML would write the names inside SVG in small letters, so these are set aside as they are.
    """
    found = _ARTICLE.search(text)
    if not found:
        raise ValueError(f"{name}.html: no article was found in the page")
    svgs: list[str] = []

    def aside(match: re.Match[str]) -> str:
        if any(f'class="{word}' in match[0][:200] for word in _ICON):
            return ""
        svgs.append(_plain(match[0]))
        return f'<img data-svg="{len(svgs) - 1}">'

    body = html.fragment_fromstring(_DRAWN.sub(aside, found[1]), create_parent="div")
    body.set("class", "page")
    return body, svgs


def _plain(svg: str) -> str:
    """Return a drawing with plain colours, which needs no style around it, in the namespace that a file of its own needs."""
    svg = _COLOUR.sub(r"\1", svg).replace("currentColor", "#1d2733").replace(' focusable="false"', "")
    if "xmlns=" not in svg[:300]:
        svg = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return svg


def _headings(body: Any) -> list[Heading]:
    found = []
    for one in body.iter("h1", "h2", "h3", "h4"):
        words = " ".join(one.text_content().split())
        found.append(Heading(one.get("id"), words, int(one.tag[1])))
    return found
