"""From a sentence to its evidence in one step: marks resolve, and their notes open for everyone without leaving the page."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, Visit, until
from test_build import build_small

from csto import data, evidence, terms
from tools import serve

#: Every page that can carry a mark.
PAGES = sorted([*ROOT.glob("chapters/*.ipynb"), *ROOT.glob("reference/*.md")])
MARK = re.compile(r"\[([^\]]+)\]\((?:\.\./reference/)?evidence\.md#([\w-]+)\)")
POINTS = sorted(data.load("claims")["disagreement"].unique())
STATEMENT = "Bishkek turned to the alliance"


def text_of(path: Path) -> str:
    """Return the Markdown of a page or of a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return text
    cells = json.loads(text)["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


MARKS = [(path.name, words, row) for path in PAGES for words, row in MARK.findall(text_of(path))]


# --- the marks of the course -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "words", "row"), MARKS)
def test_a_mark_leads_to_a_row_of_the_claims(page: str, words: str, row: str) -> None:
    claims = data.load("claims")
    assert row in {name.lower() for name in [*claims["disagreement"], *claims["claim"]]}


@pytest.mark.parametrize("point", POINTS)
def test_every_disagreement_is_marked_on_the_page_that_discusses_it(point: str) -> None:
    page = evidence.place(point)
    assert [row for name, _, row in MARKS if Path(name).stem == Path(page).name and row[:3] == point.lower()]


def test_every_record_says_what_a_note_needs_and_rests_on_sources() -> None:
    bibliography = (ROOT / "data/references.bib").read_text(encoding="utf-8")
    for anchor, record in evidence.records().items():
        assert record["claims"], anchor
        for claim in record["claims"]:
            assert all(claim[field] for field in ("who", "quote", "verdict", "record", "sure", "sources")), (
                anchor
            )
            for key in (claim["key"], *claim["sources"]):
                assert f"{{{key}," in bibliography, (anchor, key)


# --- a small book with one of each -----------------------------------------------------------------------------------


def small(
    marked: str = f"[{STATEMENT}](../reference/evidence.md#d06)",
) -> tuple[dict[str, str], dict[str, Any]]:
    """Return files and contents of a book of one chapter with a mark, a citation and a term."""
    record = evidence.records()["d06"]
    cited = {key for claim in record["claims"] for key in (claim["key"], *claim["sources"])}
    rows = "\n\n".join(
        f":::{{div}}\n:name: {name}\n\nEntry {name}.\n:::"
        for name in ("d06", *(c["anchor"] for c in record["claims"]))
    )
    meaning = terms.meanings()["Balancing"]
    filler = "\n\n".join(["A line to scroll by."] * 40)
    # the page has the mark at its beginning and again far down, where a note has no room below
    chapter = (
        f"# A chapter\n\nIn June 2010 {marked}, some say {{cite:p}}`lake2009`.\n"
        f"That is {{term}}`balancing <Balancing>`, and [evidence](../reference/evidence.md) is a page.\n\n{filler}\n\n"
        f"Again {marked}.\n"
    )
    pages = {
        "index.md": "# A book\n",
        "chapters/01.md": chapter,
        "reference/evidence.md": f"# Evidence\n\n{rows}\n\nSources {{cite:p}}`{','.join(sorted(cited))}`.\n",
        "reference/terms.md": f"# Terms\n\n:::{{glossary}}\nBalancing\n  {meaning}\n:::\n",
        "reference/bibliography.md": "# Bibliography\n\n```{bibliography}\n```\n",
        "references.bib": (ROOT / "data/references.bib").read_text(encoding="utf-8"),
    }
    names = [name.rpartition(".")[0] for name in pages if name.endswith(".md") and name != "index.md"]
    return pages, {"root": "index", "chapters": [{"file": name} for name in names]}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marks")
    built = build_small(folder, *small())
    assert built.returncode == 0, built.stdout[-3000:]
    return folder / "book/_build/html"


@pytest.fixture(scope="module")
def address(book: Path) -> Iterator[str]:
    server, url = serve.start(book)
    yield url
    server.shutdown()


def test_a_mark_is_a_link_that_says_that_it_is_contested(book: Path) -> None:
    page = BeautifulSoup((book / "chapters/01.html").read_text(encoding="utf-8"), "html.parser")
    link = page.select_one("a.marked")
    assert link["href"] == "../reference/evidence.html#d06"
    assert link.get_text() == f"{STATEMENT} (contested)"
    back = BeautifulSoup((book / "reference/evidence.html").read_text(encoding="utf-8"), "html.parser")
    links = back.select("#d06 > .marked-at a")
    assert [one["href"] for one in links] == ["../chapters/01.html#mark-1", "../chapters/01.html#mark-2"]
    assert (
        page.find(id="mark-1").get_text() == page.find(id="mark-2").get_text() == f"{STATEMENT} (contested)"
    )
    plain = next(one for one in page.select("article a") if one.get_text() == "evidence")
    assert "marked" not in plain["class"]


def test_the_notes_of_a_page_are_those_that_it_uses_and_their_links_lead_somewhere(book: Path) -> None:
    script = (book / "_marks/chapters-01.js").read_text(encoding="utf-8")
    notes = json.loads(script.removeprefix("window.courseNotes = ").rstrip(";\n"))
    assert sorted(notes) == ["d06", "source-lake2009", "term-Balancing"]
    for html in notes.values():
        for link in BeautifulSoup(html, "html.parser").select('a:not([href^="https:"])'):
            name, _, anchor = link["href"].partition("#")
            page = BeautifulSoup((book / "chapters" / name).read_text(encoding="utf-8"), "html.parser")
            assert page.find(id=anchor), link["href"]


def test_before_a_reader_asks_the_notes_cost_less_than_8_kilobytes() -> None:
    folder = ROOT / "book/_static"
    parts = [folder / "marks/marks.js", folder / "marks.css"]
    assert sum(len(gzip.compress(path.read_bytes())) for path in parts) < 8_000


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("d99", "'d99'; did you mean"),
        ("d06-009", "'d06-009'; did you mean 'd06-00"),
        ("nothing", "allowed: d01"),
    ],
)
def test_a_mark_to_an_unknown_row_fails_the_build(tmp_path: Path, row: str, said: str) -> None:
    built = build_small(tmp_path, *small(f"[{STATEMENT}](../reference/evidence.md#{row})"))
    assert built.returncode != 0
    for words in ("chapters/01.md:3", f"the mark on “{STATEMENT}”", said):
        assert words in built.stdout, built.stdout[-3000:]


# --- notes in a browser ----------------------------------------------------------------------------------------------

OPEN = ".course-note:popover-open"


def calm(visit: Visit) -> None:
    """Fail when the page asked another host, lacked a file, or complained; the small book has no icon."""
    visit.broken = [one for one in visit.broken if "favicon" not in one]
    visit.errors = [one for one in visit.errors if "404" not in one]
    visit.quiet()


def moved(visit: Visit) -> list[float]:
    """Return where the paragraphs of the page lie."""
    return visit.page.evaluate(
        "[...document.querySelectorAll('article p')].filter(p => !p.closest('.course-note')).map(p => p.getBoundingClientRect().top + scrollY)"
    )


def test_a_pointer_opens_a_note_can_go_into_it_and_leaves(visitor: Any) -> None:
    visit = visitor().open("chapters/01.html")
    before, mark = moved(visit), visit.page.locator("a.marked").first
    mark.hover()
    note = visit.page.locator(OPEN)
    note.wait_for()
    said = note.inner_text()
    assert "imprecise" in said and "ruled out" in said and "How sure" in said and "Article 001" in said
    note.locator("p").last.hover()
    visit.page.wait_for_timeout(700)
    assert note.is_visible(), "the pointer is in the note"
    assert moved(visit) == before, "nothing moves"
    visit.page.mouse.move(5, 5)
    note.wait_for(state="hidden")
    assert visit.page.url.endswith("chapters/01.html")
    calm(visit)


@pytest.mark.parametrize("number", [0, 1])
def test_a_long_note_stays_within_a_low_window_and_scrolls(visitor: Any, number: int) -> None:
    visit = visitor().open("chapters/01.html")
    page, mark = visit.page, visit.page.locator("a.marked").nth(number)
    page.set_viewport_size({"width": 900, "height": 420})
    mark.evaluate("mark => scrollBy(0, mark.getBoundingClientRect().top - 230)")
    mark.hover()
    page.locator(OPEN).wait_for()
    note, at = page.locator(OPEN).bounding_box(), mark.bounding_box()
    assert note["y"] >= 0 and note["y"] + note["height"] <= 420, (note, at)
    assert note["y"] >= at["y"] + at["height"] or note["y"] + note["height"] <= at["y"], "beside its mark"
    assert page.evaluate("(n => n.scrollHeight > n.clientHeight)(document.querySelector('.course-note'))")


def test_escape_closes_a_note_that_a_pointer_opened(visitor: Any) -> None:
    visit = visitor().open("chapters/01.html")
    visit.page.locator("a.marked").first.hover()
    visit.page.locator(OPEN).wait_for()
    visit.page.keyboard.press("Escape")
    assert visit.page.locator(OPEN).count() == 0
    visit.page.wait_for_timeout(500)
    assert visit.page.locator(OPEN).count() == 0, "it stays closed although the pointer rests on the link"


def test_the_keyboard_opens_a_note_goes_through_it_and_comes_back(visitor: Any) -> None:
    visit = visitor().open("chapters/01.html")
    page, mark = visit.page, visit.page.locator("a.marked").first
    mark.focus()
    page.wait_for_timeout(500)
    assert page.locator(OPEN).count() == 0, "focus alone opens nothing"
    page.keyboard.press("Enter")
    page.locator(OPEN).wait_for()
    assert page.evaluate("document.activeElement.id") == "course-note"
    assert mark.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Tab")
    assert (
        page.evaluate("document.activeElement.closest('.course-note') && document.activeElement.tagName")
        == "A"
    )
    page.keyboard.press("Escape")
    assert page.locator(OPEN).count() == 0
    assert page.evaluate("document.activeElement.matches('a.marked')")
    assert mark.get_attribute("aria-expanded") == "false"
    page.keyboard.press("Enter")
    page.locator(OPEN).wait_for()
    for _ in range(page.locator(f"{OPEN} :is(a, button)").count() + 1):
        page.keyboard.press("Tab")
    assert page.locator(OPEN).count() == 0, "Tab goes on behind the note"
    assert "lake2009" in page.evaluate("document.activeElement.href")
    calm(visit)


def test_enter_on_the_link_of_an_open_note_follows_it(visitor: Any) -> None:
    visit = visitor().open("chapters/01.html")
    visit.page.locator("a.marked").first.focus()
    visit.page.keyboard.press("Enter")
    visit.page.locator(OPEN).wait_for()
    visit.page.keyboard.press("Shift+Tab")
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/reference/evidence.html#d06")


def test_a_click_of_the_mouse_follows_the_link(visitor: Any) -> None:
    visit = visitor().open("chapters/01.html")
    visit.page.locator("a.marked").first.click()
    visit.page.wait_for_url("**/reference/evidence.html#d06")


def test_a_tap_opens_a_tap_beside_closes_and_a_second_tap_follows(visitor: Any) -> None:
    visit = visitor(width=360, has_touch=True, is_mobile=True).open("chapters/01.html")
    mark = visit.page.locator("a.marked").first
    mark.tap()
    visit.page.locator(OPEN).wait_for()
    assert visit.page.url.endswith("chapters/01.html")
    visit.page.locator("article h1").first.tap()
    visit.page.locator(OPEN).wait_for(state="hidden")
    mark.tap()
    visit.page.locator(OPEN).wait_for()
    mark.tap()
    visit.page.wait_for_url("**/reference/evidence.html#d06")


@pytest.mark.parametrize(
    ("link", "said"),
    [("a[href*='#source-lake2009']", "David A. Lake"), ("a[href*='#term-Balancing']", "More on Balancing")],
)
def test_a_citation_and_a_term_open_a_note_too(visitor: Any, link: str, said: str) -> None:
    visit = visitor().open("chapters/01.html")
    visit.page.locator(link).first.hover()
    visit.page.locator(OPEN).wait_for()
    assert said in visit.page.locator(OPEN).inner_text()
    assert visit.page.locator(link).first.get_attribute("title") is None


def test_notes_are_loaded_only_when_a_reader_asks(visitor: Any) -> None:
    visit = visitor()
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    visit.open("chapters/01.html")
    assert not [url for url in asked if "/_marks/" in url]
    visit.page.locator("a.marked").first.hover()
    visit.page.locator(OPEN).wait_for()
    assert len([url for url in asked if "/_marks/" in url]) == 1


#: What a host says where the file of the notes lacks: nothing, an error, or a page of its own in the place of the script.
LACKING = {
    "no answer": lambda route: route.abort(),
    "an error": lambda route: route.fulfill(status=404, body="not found"),
    "a page": lambda route: route.fulfill(status=200, content_type="text/javascript", body="<!doctype html>"),
}


@pytest.mark.parametrize("answer", LACKING)
def test_where_the_notes_cannot_be_had_a_mark_is_a_plain_link(visitor: Any, answer: str) -> None:
    visit = visitor(width=360, has_touch=True)
    page, mark = visit.page, visit.page.locator("a.marked").first
    page.route("**/_marks/**", LACKING[answer])
    for follow in (mark.tap, mark.click, lambda: page.keyboard.press("Enter")):
        visit.open("chapters/01.html")
        mark.focus()
        until(page, "!document.querySelector('a.marked').hasAttribute('aria-haspopup')")
        mark.hover()
        page.wait_for_timeout(400)
        assert page.locator(OPEN).count() == 0, "there is no note to show"
        assert page.locator("a[aria-haspopup], a[aria-expanded]").count() == 0, "and none is promised"
        follow()
        page.wait_for_url("**/reference/evidence.html#d06")


def test_a_book_in_a_folder_has_its_notes(visitor: Any, book: Path) -> None:
    visit = visitor(home=f"{book.as_uri()}/").open("chapters/01.html")
    visit.page.locator("a.marked").first.hover()
    visit.page.locator(OPEN).wait_for()
    assert "imprecise" in visit.page.locator(OPEN).inner_text()
    calm(visit)


def test_without_scripts_a_mark_is_a_link_with_its_sign(visitor: Any) -> None:
    visit = visitor(scripts=False).open("chapters/01.html")
    visit.page.locator("a.marked").first.click()
    visit.page.wait_for_url("**/reference/evidence.html#d06")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_an_open_note_is_accessible_and_within_the_screen(visitor: Any, width: int, theme: str) -> None:
    visit = visitor(width=width, theme=theme).open("chapters/01.html")
    page = visit.page
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    for number in range(2):
        page.locator("a.marked").nth(number).focus()
        page.keyboard.press("Enter")
        page.locator(OPEN).wait_for()
        place = page.locator(OPEN).bounding_box()
        assert place["x"] >= 0 and place["x"] + place["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = page.evaluate(
            "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
        page.keyboard.press("Escape")
    calm(visit)
