"""Print the whole book as one PDF: tagged, with outline, page numbers and a table of contents that has them.

python -m tools.pdf [--site FOLDER] [--target FILE]

Chromium lays it out. It cannot print on which page a heading stands, so the book is printed twice: the second time with the
numbers that the first has shown, until they agree. What Chromium leaves open (title, language, outline, dates) is added
after, and the same pages give the same file to the byte.
"""

from __future__ import annotations

import contextlib
import copy
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from lxml import html
from lxml.html import builder as E

from tools import browser, paper
from tools.paper import command, front

STYLE = Path(__file__).with_name("paper") / "print.css"
#: Printings after which the numbers of the contents must agree.
TRIES = 3
_FONTS = {
    "source-serif-4-latin.woff2": "font-weight: 400 700; font-style: normal;",
    "source-serif-4-latin-italic.woff2": "font-weight: 400; font-style: italic;",
    "source-serif-4-cyrillic.woff2": "font-weight: 400; font-style: normal; unicode-range: U+0400-04FF, U+2116;",
}
#: A drawing higher than this, in CSS pixels, is made smaller, but its type never smaller than four fifths.
_HIGH, _LEAST = 430, 0.8
_SIZE = re.compile(r'(<svg [^>]*?width=")([\d.]+)(" height=")([\d.]+)')
_DRAWING = re.compile(r"@drawing:([\w-]+)@")


def make(site: Path, target: Path, chromium: Any = None) -> Path:
    """Write the book that is built in a folder as a PDF, and return its path.

    Parameters
    ----------
    site
        The built pages.
    target
        The file to write; its folder is made.
    chromium
        A browser that Playwright has started already; one is started if none is given.

    Raises
    ------
    ValueError
        If a page holds what has no form on paper.
    RuntimeError
        If the numbers of the contents do not settle.
    """
    book = paper.read(site)
    with _browser(chromium) as started, tempfile.TemporaryDirectory() as folder:
        numbers: dict[str, int] = {}
        for _ in range(TRIES):
            source, printed = Path(folder) / "book.html", Path(folder) / "book.pdf"
            source.write_text(page(book, site, numbers), encoding="utf-8")
            _print(started, source, printed, tagged=bool(numbers))
            found = places(printed)
            wanted = {heading.id: found[heading.id][0] + 1 for _, heading in listed(book)}
            if wanted == numbers:
                break
            numbers = wanted
        else:
            raise RuntimeError(f"after {TRIES} printings the numbers of the contents still change")
        target.parent.mkdir(parents=True, exist_ok=True)
        finish(book, printed, target)
    return target


def listed(book: paper.Book) -> list[tuple[paper.Page, Any]]:
    """Return what the contents list, in order: pages by their first heading, and their sections."""
    return [(page, heading) for page in book.pages for heading in page.headings if heading.level <= 2]


def page(book: paper.Book, site: Path, numbers: dict[str, int]) -> str:
    """Return the whole book as one page of HTML, with the numbers of pages that are known."""
    facts = book.facts
    bodies = [front.title(facts), _contents(book, numbers), front.about()]
    bodies += [_with_places(one.body, one.slug) for one in book.pages]
    text = "\n".join(html.tostring(body, encoding="unicode") for body in bodies)
    text = _DRAWING.sub(lambda match: _inline(book.drawings[match[1]]), text)
    style = STYLE.read_text(encoding="utf-8") + _fonts(site) + _heads(book)
    return (
        f'<!DOCTYPE html>\n<html lang="{facts.language}"><head><meta charset="utf-8">'
        f"<title>{facts.title}</title><style>{style}</style></head><body>{text}</body></html>"
    )


def _contents(book: paper.Book, numbers: dict[str, int]) -> Any:
    """Return the contents as a list of links, each with the number of its page."""
    box = E.DIV(E.H1("Contents", id="contents-title"), id="contents")
    box.set("class", "contents")
    part = ""
    for one, heading in listed(book):
        if one.part != part:
            part = one.part
            box.append(_line(E.P(part), "in-part"))
        dots = E.SPAN()
        dots.set("class", "dots")
        number = E.SPAN(str(numbers.get(heading.id, "000")))
        number.set("class", "number")
        link = E.A(E.SPAN(heading.words), dots, number, href=f"#{heading.id}")
        box.append(_line(E.P(link), "of-page" if heading.level == 1 else "of-section"))
    return box


def _line(element: Any, kind: str) -> Any:
    element.set("class", kind)
    return element


def _with_places(body: Any, slug: str) -> Any:
    """Return a page in which the places of drawings are marked, and which has a running head of its own."""
    body = copy.deepcopy(body)
    body.set("class", f"{body.get('class')} on-{slug}")
    for image in list(body.iter("img")):
        place = E.DIV(f"@{image.get('src')}@", role="img")
        place.set("aria-label", image.get("alt"))
        place.set("class", "drawing")
        place.tail = image.tail
        image.getparent().replace(image, place)
    return body


def _inline(drawing: paper.Drawing) -> str:
    """Return a drawing for the page, its ids unique in the whole book."""
    text = _SIZE.sub(_smaller, drawing.wide, count=1)
    for mark in (' id="', "url(#", ' href="#', ' xlink:href="#'):
        text = text.replace(mark, f"{mark}{drawing.name}-")
    return text


def _smaller(size: re.Match[str]) -> str:
    width, height = float(size[2]), float(size[4])
    factor = max(_LEAST, min(1.0, _HIGH / height))
    return f"{size[1]}{width * factor:.0f}{size[3]}{height * factor:.0f}"


def _fonts(site: Path) -> str:
    folder = (site / "_static" / "fonts").resolve()
    return "".join(
        f'@font-face {{ font-family: "Course Serif"; src: url("{(folder / name).as_uri()}"); {rest} }}\n'
        for name, rest in _FONTS.items()
    )


def _heads(book: paper.Book) -> str:
    """Return the rules that put the title of each page at the head of its sheets but the first."""
    rules = []
    for number, one in enumerate(book.pages):
        words = one.title.replace("\\", "").replace('"', "”")
        look = 'font: italic 9pt "Course Serif", serif; color: #55606c;'
        rules.append(
            f".on-{one.slug} {{ page: sheet{number}; }}\n"
            f'@page sheet{number} {{ @top-right {{ content: "{words}"; {look} }} }}\n'
        )
    return "".join(rules)


@contextlib.contextmanager
def _browser(given: Any) -> Iterator[Any]:
    if given is not None:
        yield given
        return
    from playwright.sync_api import sync_playwright

    path = browser.ensure()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=browser.FLAGS)
        yield started
        started.close()


def _print(started: Any, source: Path, printed: Path, tagged: bool) -> None:
    tab = started.new_page(java_script_enabled=False)
    try:
        tab.goto(source.as_uri(), timeout=120_000)
        # All fonts first: one that comes while Chromium prints would leave its trace on a busy machine.
        tab.evaluate("Promise.all([...document.fonts].map(font => font.load())).then(() => 0)")
        tab.pdf(path=printed, prefer_css_page_size=True, print_background=True, tagged=tagged)
    finally:
        tab.close()


def places(printed: Path) -> dict[str, tuple[int, float]]:
    """Return for every id that a link leads to its page, from 0, and how high it stands there, in points."""
    with pikepdf.open(printed) as pdf:
        order = {one.obj.objgen: number for number, one in enumerate(pdf.pages)}
        return {
            str(name).removeprefix("/"): (order[place[0].objgen], float(place[3]))
            for name, place in pdf.Root.Dests.items()
        }


def finish(book: paper.Book, printed: Path, target: Path) -> None:
    """Add to a printed book what makes it findable and readable, with fixed dates."""
    facts, found = book.facts, places(printed)
    with pikepdf.open(printed) as pdf:
        pdf.Root.Lang = pikepdf.String(facts.language)
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        with pdf.open_outline() as outline:
            del outline.root[:]
            _outline(book, outline.root, found)
        stamp = facts.moment.strftime("D:%Y%m%d%H%M%S+00'00'")
        del pdf.trailer["/Info"]
        pdf.docinfo["/CreationDate"] = stamp
        pdf.docinfo["/ModDate"] = stamp
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=True) as meta:
            meta["dc:title"] = f"{facts.title}. {facts.subtitle}"
            meta["dc:creator"] = [facts.author]
            meta["dc:language"] = {facts.language}
            meta["dc:description"] = facts.summary
            meta["dc:rights"] = facts.as_of
            meta["pdf:Producer"] = "tools.pdf"
            meta["xmp:CreateDate"] = facts.moment.isoformat()
            meta["xmp:ModifyDate"] = facts.moment.isoformat()
        pdf.save(target, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _outline(book: paper.Book, root: Any, found: dict[str, tuple[int, float]]) -> None:
    """Write the outline: parts, their pages, the sections of these."""
    for part, pages in book.parts():
        items = [_item(one, found) for one in pages]
        if part:
            first, height = found[pages[0].headings[0].id]
            holder = pikepdf.OutlineItem(part, first, "XYZ", top=height)
            holder.children.extend(items)
            items = [holder]
        root.extend(items)


def _item(one: paper.Page, found: dict[str, tuple[int, float]]) -> Any:
    top, *rest = [heading for heading in one.headings if heading.level <= 2]
    number, height = found[top.id]
    item = pikepdf.OutlineItem(top.words, number, "XYZ", top=height)
    item.is_closed = True
    for heading in rest:
        number, height = found[heading.id]
        item.children.append(pikepdf.OutlineItem(heading.words, number, "XYZ", top=height))
    return item


def main() -> None:
    """Print the book and say where it is."""
    site, target = command.wanted(__doc__, "pdf")
    make(site, target)
    with pikepdf.open(target) as pdf:
        print(f"{target}: {len(pdf.pages)} pages, {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
