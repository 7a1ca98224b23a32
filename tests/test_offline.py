"""The book without a network and without a server: unpacked from one archive and opened from a folder."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import until
from test_engines import TWINS
from test_pages import NOTEBOOKS

from book import search
from book.theme import POLICY
from tools import edition, offline

SHEET = "@font-face{src:url('fonts/a.woff2')}.x{background:url('img/b.png')}"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A site of one page and what may lie beside it."""
    files = {
        "index.html": f'<meta content="{POLICY}"><link href="_static/book.css"><script src="_static/one.js"></script>',
        edition.PAGE: '<div class="editions"><ul><li>x</li></ul></div>',
        "_static/book.css": SHEET,
        "_static/one.js": "load('two.js')",
        "_static/two.js": "",
        "_static/two.js.map": "",
        "_static/unused.js": "",
        "_static/fonts/a.woff2": "font",
        "_static/fonts/OFL.txt": "licence",
        "_static/img/b.png": "",
        "_charts/a.js": "",
        "data/a.csv": "a\n",
        "editions/old.zip": "",
        "objects.inv": "",
    }
    for name, text in files.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "site"


# --- the archive -----------------------------------------------------------------------------------------------------


def test_what_some_page_needs_is_in_the_archive_and_nothing_else(small: Path) -> None:
    assert {path.as_posix() for path in offline.needed(small)} == {
        "index.html",
        edition.PAGE,
        "_static/book.css",
        "_static/one.js",
        "_static/two.js",
        "_static/fonts/a.woff2",
        "_static/fonts/OFL.txt",
        "_static/img/b.png",
        "_charts/a.js",
        "data/a.csv",
    }


def test_the_same_site_gives_the_same_archive_to_the_byte_whenever_it_was_built(
    small: Path, tmp_path: Path
) -> None:
    first = offline.make(small, tmp_path / "a" / "book.zip").read_bytes()
    for path in small.rglob("*"):
        path.touch()
        path.chmod(0o700)
    assert offline.make(small, tmp_path / "b" / "book.zip").read_bytes() == first


def test_the_archive_is_one_folder_with_a_note(small: Path, tmp_path: Path) -> None:
    packed = zipfile.ZipFile(offline.make(small, tmp_path / "book-1.zip"))
    assert {name.split("/")[0] for name in packed.namelist()} == {"book-1"}
    note = packed.read("book-1/READ-ME.txt").decode()
    assert edition.version() in note and str(edition.day()) in note and "index.html" in note


def test_fonts_stand_inside_the_stylesheet_since_firefox_takes_none_from_a_folder(small: Path) -> None:
    sheet = offline.content(small, Path("_static/book.css")).decode()
    assert sheet == SHEET.replace("'fonts/a.woff2'", "data:font/woff2;base64,Zm9udA==")
    page = offline.content(small, Path("index.html")).decode()
    assert f"content=\"{POLICY}; font-src 'self' data:\"" in page


def test_the_archive_links_no_file_that_is_not_in_it(small: Path) -> None:
    assert "<li>" not in offline.content(small, Path(edition.PAGE)).decode()


def test_where_there_is_no_book_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no built book; make book"):
        offline.make(tmp_path, tmp_path / "book.zip")


# --- the words that the search shows -----------------------------------------------------------------------------------


def test_the_words_of_a_page_keep_its_sections_and_nothing_of_its_drawings() -> None:
    body = (
        '<section class="x" id="a"><h1>One<a class="headerlink" href="#a">#</a></h1><svg><text>12</text></svg>'
        "<!-- note --><p>two <em>thr</em>ee</p><section id='b'><p>four</p></section></section>"
    )
    assert search.words(body.replace("'", '"')) == (
        '<div role="main"><section id="a"> One two three <section id="b"> four </section></section></div>'
    )


# --- unpacked, in a browser, with the network off ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The offline edition, unpacked."""
    place = tmp_path_factory.mktemp("memory stick")
    zipfile.ZipFile(offline.make(site, place / "book.zip")).extractall(place)
    return place / "book"


@pytest.fixture
def reader(visitor: Any, folder: Path) -> Any:
    """Return a function that opens a page from the folder with the network off."""

    def read(name: str) -> Any:
        visit = visitor(home=folder.as_uri() + "/")
        visit.page.context.set_offline(True)
        return visit.open(name)

    return read


@pytest.mark.browser
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_chapter_is_alive_in_a_folder(reader: Any, name: str) -> None:
    visit = reader(f"{name}.html").wake()
    page = visit.page
    twin = page.locator(f"[data-chart={TWINS[Path(name).name]}]")
    before = twin.locator(".chart-live svg").inner_html()
    control = twin.locator(".chart-controls input:not([type=checkbox])").first
    control.focus()
    control.press("ArrowRight")
    control.press("ArrowRight")
    until(
        page,
        "([svg, was]) => svg.innerHTML !== was",
        [twin.locator(".chart-live svg").element_handle(), before],
    )
    form = page.locator(".question").first
    form.locator("input").first.check()
    form.locator(".question-check").click()
    until(page, "node => node.textContent !== ''", form.locator(".verdict").element_handle())
    page.locator("a.has-note").first.focus()
    page.locator("a.has-note").first.press("Enter")
    page.locator("#course-note .note-head").wait_for()
    page.keyboard.press("Escape")
    visit.quiet()


@pytest.mark.browser
def test_the_search_finds_a_word_in_a_folder_and_shows_its_line(reader: Any) -> None:
    visit = reader("search.html?q=Tashkent")
    lines = visit.page.locator("#search-results li:has(a) p.context")
    lines.first.wait_for()
    found = visit.page.locator("#search-results li").count()
    until(
        visit.page,
        "n => document.querySelectorAll('#search-results li p.context, #search-results li > span').length >= n",
        found,
    )
    assert any("tashkent" in line.lower() for line in lines.all_text_contents())
    visit.page.locator("#search-results li a").first.click()
    visit.page.locator("#main-content").wait_for()
    visit.quiet()


@pytest.mark.browser
def test_a_table_sorts_and_is_searched_in_a_folder(reader: Any) -> None:
    visit = reader("tables/members.html")
    said = visit.page.locator(".browse-count")
    visit.page.locator("thead th button, thead th [role=button]").first.click()
    until(visit.page, "node => node.textContent.includes('sorted by')", said.element_handle())
    visit.page.locator(".browse-tools input").fill("Belarus")
    until(visit.page, "node => !node.textContent.startsWith('10 of')", said.element_handle())
    visit.quiet()


@pytest.mark.browser
def test_the_council_votes_in_a_folder(reader: Any) -> None:
    visit = reader("teaching/simulation/council.html")
    visit.page.locator(".council-seat input[value=consents]").last.check()
    visit.page.get_by_role("button", name="Enter into the log").click()
    assert "Adopted." in visit.page.locator(".council-entry").inner_text()
    visit.quiet()


@pytest.mark.browser
def test_the_first_page_and_those_of_reference_complain_of_nothing_in_a_folder(
    reader: Any, folder: Path
) -> None:
    visit = reader("index.html")
    for path in sorted((folder / "reference").glob("*.html")):
        visit.page.goto(path.as_uri())
        assert visit.page.evaluate("window.refused") == [], path.name
    assert (
        folder / "_static/mark.svg"
    ).is_file()  # the icon of a page that one leaves at once is not waited for
    visit.broken = [one for one in visit.broken if not one.endswith("_static/mark.svg")]
    visit.quiet()
    assert re.search(r"font/woff2;base64", (folder / "_static/book.css").read_text(encoding="utf-8"))
