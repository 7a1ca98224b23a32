"""Make the whole book one EPUB: a file a page, charts as drawings with words, and a key to the questions at the end.

python -m tools.epub [--site FOLDER] [--target FILE]

The same pages give the same file to the byte: names have a fixed order, times are those of the edition.
"""

from __future__ import annotations

import uuid
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import vl_convert
from lxml import etree, html

from tools import paper
from tools.paper import command, front

STYLE = Path(__file__).with_name("paper") / "reader.css"
MIMETYPE = "application/epub+zip"
#: Room at the sides of a drawing, since a device may set its type wider than it was measured.
_ROOM = 14.0
_XHTML = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
#: What a page is, in the words of EPUB's vocabulary of structure; a page that is not named is a chapter.
_TYPES = {
    "bibliography": "bibliography",
    "people-and-terms": "glossary",
    "key": "answers",
    front.ABOUT: "preamble",
}
#: How the book can be read, for catalogues and for whoever chooses by it.
_ACCESS = (
    ("accessMode", "textual"),
    ("accessMode", "visual"),
    ("accessModeSufficient", "textual"),
    ("accessModeSufficient", "textual,visual"),
    ("accessibilityFeature", "alternativeText"),
    ("accessibilityFeature", "readingOrder"),
    ("accessibilityFeature", "structuralNavigation"),
    ("accessibilityFeature", "tableOfContents"),
    ("accessibilityFeature", "displayTransformability"),
    ("accessibilityHazard", "none"),
    (
        "accessibilitySummary",
        "Every figure has its finding in words as its alternative. Headings, tables, lists and the language of foreign "
        "passages are marked. Figures are drawings with dark type on white; nothing is told by colour alone.",
    ),
)
_LIST = "rootfiles"
_CONTAINER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><{_LIST}>'
    f'<rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/></{_LIST}></container>\n'
)


def make(site: Path, target: Path) -> Path:
    """Write the book that is built in a folder as an EPUB, and return its path.

    Parameters
    ----------
    site
        The built pages.
    target
        The file to write; its folder is made.

    Raises
    ------
    ValueError
        If a page holds what has no form on paper.
    """
    book = paper.read(site)
    target.parent.mkdir(parents=True, exist_ok=True)
    when = book.facts.moment.timetuple()[:6]
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in contents(book):
            info = zipfile.ZipInfo(name, when)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=9)
    return target


def contents(book: paper.Book) -> Iterator[tuple[str, str | bytes]]:
    """Yield the name and the content of every file in the archive; the first says what the archive is."""
    yield "mimetype", MIMETYPE
    yield "META-INF/container.xml", _CONTAINER
    yield "EPUB/book.opf", _package(book)
    yield "EPUB/nav.xhtml", _navigation(book)
    yield "EPUB/reader.css", STYLE.read_text(encoding="utf-8")
    yield "EPUB/cover.png", vl_convert.svg_to_png(_cover(book.facts), scale=1)
    cover = f'<div class="cover"><img src="cover.png" alt="{escape(_whole_title(book.facts))}"/></div>'
    yield "EPUB/cover.xhtml", _document(book.facts, "Cover", cover, "cover")
    yield (
        "EPUB/title.xhtml",
        _document(book.facts, book.facts.title, _xml(front.title(book.facts)), "titlepage"),
    )
    yield (
        "EPUB/about.xhtml",
        _document(book.facts, "About this edition", _xml(front.about()), _TYPES[front.ABOUT]),
    )
    files = {place: f"{one.slug}.xhtml" for one in book.pages for place in _ids(one.body)}
    for one in book.pages:
        _link(one, files)
        yield (
            f"EPUB/{one.slug}.xhtml",
            _document(book.facts, one.title, _xml(one.body), _TYPES.get(one.slug, "chapter")),
        )
    for name, drawing in sorted(book.drawings.items()):
        yield f"EPUB/drawings/{name}.svg", _drawing(drawing)


def _ids(body: Any) -> list[str]:
    return [one.get("id") for one in body.iter() if one.get("id")]


def _link(page: paper.Page, files: dict[str, str]) -> None:
    """Give the links and drawings of a page the names of files."""
    for link in page.body.iter("a"):
        address = link.get("href", "")
        if address.startswith("#"):
            file = files[address[1:]]
            link.set("href", address if file == f"{page.slug}.xhtml" else f"{file}{address}")
    for image in page.body.iter("img"):
        image.set("src", f"drawings/{image.get('src').removeprefix('drawing:')}.svg")
    for one in page.body.iter():
        if one.get("lang"):
            one.set("{http://www.w3.org/XML/1998/namespace}lang", one.get("lang"))


def _xml(body: Any) -> str:
    text: str = html.tostring(body, method="xml", encoding="unicode")
    return text


def _document(facts: paper.Facts, title: str, body: str, kind: str) -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n<html {_XHTML} lang="{facts.language}" '
        f'xml:lang="{facts.language}">\n<head><title>{escape(title)}</title>'
        f'<link rel="stylesheet" type="text/css" href="reader.css"/></head>\n'
        f'<body epub:type="{kind}">\n{body}\n</body>\n</html>\n'
    )


def _whole_title(facts: paper.Facts) -> str:
    return f"{facts.title}. {facts.subtitle}"


def _drawing(drawing: paper.Drawing) -> str:
    """Return a drawing as a file of its own: for a small screen, on white, since a device may show dark pages."""
    root = etree.fromstring(drawing.narrow.encode())
    _, _, width, height = map(float, root.get("viewBox").split())
    root.set("viewBox", f"{-_ROOM:g} 0 {width + 2 * _ROOM:g} {height:g}")
    root.set("width", f"{width + 2 * _ROOM:g}")
    root.set("height", f"{height:g}")
    space = "{http://www.w3.org/2000/svg}"
    ground = etree.Element(
        f"{space}rect", x=f"{-_ROOM:g}", width=root.get("width"), height=root.get("height"), fill="#ffffff"
    )
    words = etree.Element(f"{space}desc")
    words.text = drawing.words
    root.insert(0, words)
    root.insert(1, ground)
    text: str = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _cover(facts: paper.Facts) -> str:
    """Return the cover as a drawing of 1200 by 1600."""
    title, subtitle = facts.title.rsplit(" ", 1), _wrapped(facts.subtitle, 34)
    lines = [
        *(
            f'<text x="110" y="{480 + 150 * n}" font-size="132" font-weight="600">{escape(t)}</text>'
            for n, t in enumerate(title)
        ),
        *(
            f'<text x="110" y="{780 + 66 * n}" font-size="50" fill="#8c2f1b">{escape(t)}</text>'
            for n, t in enumerate(subtitle)
        ),
        f'<text x="110" y="1440" font-size="36">{escape(facts.author)}</text>',
        f'<text x="110" y="1492" font-size="36">{escape(facts.as_of.partition(" · text")[0])}</text>',
    ]
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="1600" viewBox="0 0 1200 1600">'
        '<rect width="1200" height="1600" fill="#fcfaf5"/><rect x="110" y="270" width="980" height="12" fill="#8c2f1b"/>'
        f'<g font-family="Georgia, serif" fill="#1d2733">{"".join(lines)}</g></svg>'
    )


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _package(book: paper.Book) -> str:
    facts = book.facts
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{_whole_title(facts)}, edition {facts.version}")
    access = "".join(f'<meta property="schema:{key}">{escape(value)}</meta>' for key, value in _ACCESS)
    pages = ["title", front.ABOUT, *(one.slug for one in book.pages)]
    items = "".join(
        f'<item id="page-{one}" href="{one}.xhtml" media-type="application/xhtml+xml"/>'
        for one in ["cover", *pages]
    ) + "".join(
        f'<item id="drawing-{number}" href="drawings/{one}.svg" media-type="image/svg+xml"/>'
        for number, one in enumerate(sorted(book.drawings))
    )
    spine = "".join(f'<itemref idref="page-{one}"/>' for one in pages[1:])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" '
        f'xml:lang="{facts.language}" prefix="schema: http://schema.org/">\n'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="book">urn:uuid:{name}</dc:identifier><dc:title>{escape(_whole_title(facts))}</dc:title>'
        f"<dc:creator>{escape(facts.author)}</dc:creator><dc:language>{facts.language}</dc:language>"
        f"<dc:date>{facts.moment:%Y-%m-%d}</dc:date><dc:rights>{escape(facts.as_of)}</dc:rights>"
        f"<dc:description>{escape(facts.summary)}</dc:description>"
        f'<meta property="dcterms:modified">{facts.moment:%Y-%m-%dT%H:%M:%SZ}</meta>{access}</metadata>\n<manifest>'
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
        '<item id="style" href="reader.css" media-type="text/css"/>'
        f'<item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>{items}</manifest>\n'
        '<spine><itemref idref="page-cover" linear="no"/><itemref idref="page-title"/><itemref idref="nav"/>'
        f"{spine}</spine>\n</package>\n"
    )


def _navigation(book: paper.Book) -> str:
    parts = "".join(
        f"<li><span>{escape(part)}</span><ol>{''.join(map(_entry, pages))}</ol></li>"
        if part
        else "".join(map(_entry, pages))
        for part, pages in book.parts()
    )
    first = next(pages[0] for part, pages in book.parts() if part == "Chapters")
    marks = "".join(
        f'<li><a epub:type="{kind}" href="{place}.xhtml">{words}</a></li>'
        for kind, place, words in (
            ("cover", "cover", "Cover"),
            ("toc", "nav", "Contents"),
            ("bodymatter", first.slug, "First chapter"),
            ("bibliography", "bibliography", "Bibliography"),
        )
    )
    about = f'<li><a href="{front.ABOUT}.xhtml">About this edition</a></li>'
    body = (
        f'<nav epub:type="toc" id="toc"><h1>Contents</h1><ol>{about}{parts}</ol></nav>\n'
        f'<nav epub:type="landmarks" hidden="hidden"><h2>Places</h2><ol>{marks}</ol></nav>'
    )
    return _document(book.facts, "Contents", body, "frontmatter")


def _entry(page: paper.Page) -> str:
    sections = "".join(
        f'<li><a href="{page.slug}.xhtml#{one.id}">{escape(one.words)}</a></li>'
        for one in page.headings
        if one.level == 2
    )
    inner = f"<ol>{sections}</ol>" if sections else ""
    return f'<li><a href="{page.slug}.xhtml">{escape(page.title)}</a>{inner}</li>'


def main() -> None:
    """Make the EPUB and say where it is."""
    site, target = command.wanted(__doc__, "epub")
    make(site, target)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
