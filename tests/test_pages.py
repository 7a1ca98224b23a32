"""The built pages, read from disk and in a real browser: what a reader meets on each of them."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT, Visit, until

from book import addresses
from csto import data
from tools import edition


def in_toc(node: Any) -> list[str]:
    """Return the files that a table of contents names, in order."""
    if isinstance(node, list):
        return [name for item in node for name in in_toc(item)]
    if isinstance(node, dict):
        own = [node[key] for key in ("root", "file") if key in node]
        return own + [name for value in node.values() if isinstance(value, list) for name in in_toc(value)]
    return []


TOC = in_toc(yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8")))
#: Pages with figures: the chapters, and pages of reference that are notebooks.
WITH_FIGURES = [name for name in TOC if (ROOT / f"{name}.ipynb").is_file()]
NOTEBOOKS = [name for name in WITH_FIGURES if name.startswith("chapters/")]
PAGES = [*TOC, "search", "genindex"]
TABLES = [f"tables/{name}" for name in data.tables()]
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: The rules of axe that look at colours, which take longest; by all others a page is the same in the dark.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
FORMULAS = re.compile(r"mathjax|katex", re.IGNORECASE)
WIDGETS = re.compile(r"widget-state|widget-view|requirejs|require\.min\.js|embed-amd", re.IGNORECASE)

on_every_page = pytest.mark.parametrize("name", PAGES)
on_every_page_and_table = pytest.mark.parametrize("name", [*PAGES, *TABLES])
on_every_notebook = pytest.mark.parametrize("name", NOTEBOOKS)
on_every_page_with_figures = pytest.mark.parametrize("name", WITH_FIGURES)


@lru_cache
def soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@lru_cache
def anchors(path: Path) -> frozenset[str]:
    page = soup(path)
    return frozenset(
        [tag["id"] for tag in page.find_all(id=True)]
        + [tag["name"] for tag in page.find_all("a", attrs={"name": True})]
    )


# --- as they lie on disk ---------------------------------------------------------------------------------------------


@pytest.mark.book
def test_every_page_of_the_contents_is_built_and_no_other(site: Path) -> None:
    built = {
        str(path.relative_to(site).with_suffix(""))
        for path in site.rglob("*.html")
        if "_static" not in path.parts
    }
    moved = {
        one.old.removesuffix(".html") for one in addresses.read(edition.ADDRESSES.read_text()) if one.old
    }
    assert built - {"search", "genindex"} - moved == set(TOC) | set(TABLES)


@pytest.mark.book
@on_every_page_and_table
def test_links_and_anchors_resolve(site: Path, name: str) -> None:
    page = site / f"{name}.html"
    lost = []
    for tag in soup(page).find_all(["a", "link", "img", "script", "source"]):
        target = tag.get("href") or tag.get("src")
        if not target or urlsplit(target).scheme:
            continue
        parts = urlsplit(target)
        path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        fragment = unquote(parts.fragment)
        if not path.is_file():
            lost.append(f"{target}: no such file")
        elif fragment and tag.name == "a" and path.suffix == ".html" and fragment not in anchors(path):
            lost.append(f"{target}: no such anchor")
    assert not lost


@pytest.mark.book
@on_every_page_and_table
def test_nothing_is_loaded_from_another_host(site: Path, name: str) -> None:
    loaded = [
        tag.get("src") or tag.get("href")
        for tag in soup(site / f"{name}.html").select(
            "script[src], img[src], link[rel=stylesheet], link[rel=preload], link[rel=icon], iframe"
        )
    ]
    assert not [address for address in loaded if address and urlsplit(address).netloc]


@pytest.mark.book
@on_every_page_and_table
def test_no_page_carries_scripts_of_widgets_or_formulas(site: Path, name: str) -> None:
    page = soup(site / f"{name}.html")
    scripts = " ".join(str(tag) for tag in page.find_all("script"))
    assert not WIDGETS.findall(scripts)
    assert not FORMULAS.findall(scripts)


@pytest.mark.book
@on_every_page_with_figures
def test_a_count_is_written_without_a_decimal(site: Path, name: str) -> None:
    assert not re.findall(r"\d\.0 of \d[\d.]*", soup(site / f"{name}.html").get_text(" "))


@pytest.mark.book
@on_every_page_with_figures
def test_every_figure_stands_complete_without_scripts(site: Path, name: str) -> None:
    page = soup(site / f"{name}.html")
    boxes = page.select("div.chart")
    assert boxes, "a notebook has figures"
    for box in boxes:
        which = box["data-chart"]
        assert len(box.select(".chart-static svg")) == 2, f"{which}: a wide and a narrow drawing"
        title = box.select_one("figcaption .caption-text").get_text(" ", strip=True).rstrip("#").strip()
        words = box.select_one(".chart-picture")["aria-label"]
        assert len(title) > 10
        assert len(words) > len(title), f"{which}: the text alternative says more than the title"
        assert (
            box.select_one(".chart-words p").get_text(strip=True) == " ".join(words.split())
            or box.select_one(".chart-words p").get_text(strip=True) == words
        )
        legend = box.select_one("figcaption .legend").get_text(" ")
        for label in ("Unit:", "As of:", "Source:"):
            assert label in legend, f"{which}: the caption lacks {label}"
        named = set(re.findall(r"course table “\s*(\w+)\s*”", legend)) & {
            one.partition("/")[2] for one in TABLES
        }
        linked = {link.get_text() for link in box.select("figcaption .legend a[href*='/tables/']")}
        assert named == linked, f"{which}: the caption leads to the tables that it names"
        assert box.select_one(".chart-data th[scope=col]"), f"{which}: no data table"
        with (
            (site / f"{name}.html")
            .parent.joinpath(box.select_one("a.chart-csv")["href"])
            .open(encoding="utf-8") as file
        ):
            rows = list(csv.DictReader(file))
        assert rows, f"{which}: the CSV file is empty"


@pytest.mark.book
@on_every_notebook
def test_every_excerpt_names_who_and_when_above_the_quotation(site: Path, name: str) -> None:
    cards = soup(site / f"{name}.html").select("figure.excerpt")
    assert len(cards) >= 6
    for card in cards:
        order = [tag.name for tag in card.find_all(["figcaption", "blockquote"])]
        assert order[0] == "figcaption", f"{card['data-excerpt']}: source first"
        assert "blockquote" in order
        assert len(card.select(".excerpt-questions li")) == 3


@pytest.mark.book
@on_every_notebook
def test_there_is_a_way_to_the_live_chapter(site: Path, name: str) -> None:
    page = soup(site / f"{name}.html")
    links = page.select('a[href*="mybinder.org"]')
    opened = [
        parse_qs(urlsplit(link["href"]).query)["urlpath"][0].removeprefix("lab/tree/") for link in links
    ]
    assert [path for path in opened if not (ROOT / path).is_file()] == []
    assert links or "make lab" in page.get_text()


# --- in a browser ----------------------------------------------------------------------------------------------------


def violations(page: Any, rules: list[str] = RULES) -> list[str]:
    """Return what axe finds by some of its rules, or tags of rules; each with the rule and the first places."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE)
    # No selectors, which take long to make: the markup of a place says where it is.
    options = {"runOnly": rules, "resultTypes": ["violations"], "selectors": False}
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']}: {one['help']} at {[node['html'][:160] for node in one['nodes'][:3]]}" for one in found
    ]


def widest(page: Any) -> list[str]:
    """Return what sticks out of the window, if the page scrolls sideways."""
    return page.evaluate("""() => {
        const root = document.scrollingElement, wide = root.clientWidth;
        if (root.scrollWidth <= wide) { return []; }
        return [...document.body.querySelectorAll("*")]
            .filter(e => e.getBoundingClientRect().right > wide + 1).slice(0, 5)
            .map(e => e.tagName + "." + e.className + " " + Math.round(e.getBoundingClientRect().right));
    }""")


def misplaced(page: Any, width: int) -> list[str]:
    """Return the charts that are not interactive in the place of their drawing, once, and within the window."""
    return page.evaluate(
        """width => [...document.querySelectorAll(".chart")].filter(box => {
            const live = box.querySelectorAll(".chart-live svg"), still = box.querySelector(".chart-static");
            const drawn = live.length === 1 && live[0].getBoundingClientRect();
            return !drawn || drawn.width > width || drawn.height <= 60 || still.getClientRects().length;
        }).map(box => box.dataset.chart)""",
        width,
    )


@pytest.mark.browser
@pytest.mark.parametrize(("width", "themes"), [(1280, ("light", "dark")), (320, ("dark", "light"))])
@on_every_page
def test_page_is_accessible_and_quiet_and_fits_by_day_and_by_night(
    visitor: Any, name: str, width: int, themes: tuple[str, str]
) -> None:
    """The page is opened in one theme and follows the reader's system into the other."""
    visit = visitor(width=width, theme=themes[0]).open(f"{name}.html").wake()
    page = visit.page
    for theme in themes:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        until(page, "theme => document.documentElement.dataset.theme === theme", theme)
        assert widest(page) == []
        assert misplaced(page, width) == [], "every chart wakes in its place"
        found = violations(page, OF_COLOURS if theme == "dark" else RULES)
        assert not found, "\n".join(found)
    visit.quiet()


@pytest.mark.browser
@on_every_page_with_figures
def test_page_is_accessible_before_its_charts_wake(visitor: Any, name: str) -> None:
    visit = visitor()
    visit.page.route("**/_charts/**", lambda route: route.fulfill(status=200, body=""))
    assert not (found := violations(visit.open(f"{name}.html").page)), "\n".join(found)


@pytest.mark.browser
def test_a_window_that_is_turned_keeps_what_a_reader_has_set(visitor: Any) -> None:
    page = visitor().open("chapters/01-origins.html").wake().page
    box = page.locator(".chart[data-chart=fig-sizes]")
    box.locator("input[type=range]").fill("2010")
    wide = box.locator(".chart-live svg").bounding_box()["width"]
    for width in (400, 1280, 400):  # and back again at once, so that drawings overtake each other
        page.set_viewport_size({"width": width, "height": 900})
    until(
        page,
        "([box, wide]) => box.querySelector('.chart-live svg').getBoundingClientRect().width < wide",
        arg=[box.element_handle(), wide],
    )
    assert box.get_attribute("data-form") == "narrow"
    assert box.locator("input[type=range]").count() == 1
    assert box.locator("input[type=range]").input_value() == "2010"


@pytest.mark.browser
@on_every_page_with_figures
def test_every_control_of_a_chart_changes_the_drawing_by_keyboard(visitor: Any, name: str) -> None:
    page = visitor().open(f"{name}.html").wake().page
    boxes = [box for box in page.locator(".chart").all() if box.locator(".chart-controls").count()]
    assert boxes or name not in NOTEBOOKS, "a chapter has a chart with controls"
    for box in boxes:
        which = box.get_attribute("data-chart")
        controls = box.locator(".chart-controls").locator(
            "input[type=range], input[type=radio]:checked, select"
        )
        promised = int(box.locator(".chart-controls").get_attribute("data-controls"))
        assert controls.count() == promised, f"{which}: one control for each bound parameter"
        drawing = box.locator(".chart-live svg")
        for control in controls.all():
            before = drawing.inner_html()
            control.focus()
            for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
                page.keyboard.press(key)
                page.wait_for_timeout(40)
                if drawing.inner_html() != before:
                    break
            assert drawing.inner_html() != before, f"{which}: {control.get_attribute('name')} moves nothing"
            if control.evaluate("control => control.tagName") == "SELECT":
                control.select_option(index=0)  # menus combine, and together may leave nothing to draw


@pytest.mark.browser
@on_every_notebook
def test_questions_are_answered_by_keyboard_and_remembered(visitor: Any, name: str) -> None:
    visit = visitor().open(f"{name}.html")
    page = visit.page
    questions = page.locator(".question")
    assert questions.count() >= 10
    form = questions.first
    form.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    chosen = form.locator("input:checked").get_attribute("value")
    words = form.locator(".option:has(input:checked) .feedback").text_content()
    form.locator(".question-check").focus()
    page.keyboard.press("Enter")
    said = form.locator(".verdict[role=status]")
    until(page, "node => node.textContent !== ''", arg=said.element_handle())
    assert said.text_content() == words
    assert "1 of" in page.locator(".quiz-count").first.text_content()
    page.reload()
    assert questions.first.locator("input:checked").get_attribute("value") == chosen
    visit.quiet()


@pytest.mark.browser
@on_every_notebook
def test_every_option_has_feedback_of_its_own_and_one_is_right(visitor: Any, name: str) -> None:
    page = visitor().open(f"{name}.html").page
    tried = page.evaluate("""() => [...document.querySelectorAll(".question")].map(form => ({
        name: form.dataset.question,
        options: [...form.querySelectorAll(".option")].map(option => {
            option.querySelector("input").click();
            form.querySelector(".question-check").click();
            return {
                words: option.querySelector(".feedback").textContent.trim(),
                verdict: option.classList.contains("is-right") - option.classList.contains("is-wrong"),
            };
        }),
    }))""")
    assert len(tried) >= 10
    for form in tried:
        assert sorted(option["verdict"] for option in form["options"]) == [-1, -1, -1, 1], form["name"]
        assert len({option["words"] for option in form["options"]} - {""}) == 4, form["name"]


@pytest.mark.browser
@on_every_notebook
def test_answers_are_forgotten_when_asked(visitor: Any, name: str) -> None:
    page = visitor().open(f"{name}.html").page
    page.locator(".question input").first.check()
    page.locator(".question-check").first.click()
    page.get_by_role("button", name="Forget my answers").first.click()
    page.get_by_role("button", name=re.compile("^Yes, forget")).first.click()
    assert page.evaluate("window.courseStore.keys('quiz')") == []
    assert page.locator(".question").first.locator("input:checked").count() == 0


@pytest.mark.browser
@on_every_notebook
def test_a_figure_waits_behind_a_guess_until_it_is_made_or_waived(visitor: Any, name: str) -> None:
    page = visitor().open(f"{name}.html").page
    forms = page.locator(".predict")
    assert forms.count() >= 1
    hidden = page.locator(".cell.is-veiled")
    waiting = hidden.count()
    assert waiting >= 1
    for form in forms.all():
        form.locator(".predict-waive").focus()
        page.keyboard.press("Enter")
        assert form.locator(".predict-told").is_visible()
    assert hidden.count() == 0
    page.reload()
    assert hidden.count() == 0, "remembered"
    page.locator(".predict-again").first.click()
    assert 0 < hidden.count() < waiting or forms.count() == 1


@pytest.mark.browser
def test_a_line_that_nobody_moved_is_no_guess(visitor: Any) -> None:
    page = visitor().open("chapters/01-origins.html").page
    form = page.locator(".predict:has(.predict-point)").first
    form.locator(".predict-commit").click()
    assert "Move a point first" in form.inner_text()
    assert not form.locator(".predict-told").is_visible()
    form.locator(".predict-point input").first.press("ArrowUp")
    form.locator(".predict-commit").click()
    assert form.locator(".predict-told").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize(("guess", "off"), [("60", "29 percentage points"), ("88", "1 percentage point")])
def test_a_share_is_off_by_percentage_points(visitor: Any, guess: str, off: str) -> None:
    page = visitor().open("chapters/01-origins.html").page
    form = page.locator(".predict:has(.predict-number)").filter(has_text="per cent").first
    form.locator(".predict-number").fill(guess)
    form.locator(".predict-commit").click()
    assert f"You said {guess} per cent; {off} too low." in form.inner_text()


@pytest.mark.browser
def test_a_link_to_a_veiled_figure_leads_to_its_guess(visitor: Any) -> None:
    page = visitor().open("chapters/04-turning-point-2022.html").page
    link = page.locator("a[href='#fig-votes']:visible").first
    guess = page.locator(".predict:focus")
    link.press("Enter")
    guess.wait_for()
    assert "behind this guess" in guess.inner_text()
    guess.locator(".predict-waive").click()
    link.press("Enter")
    until(page, "document.querySelector('#fig-votes').getBoundingClientRect().top < innerHeight")
    assert guess.count() == 0, "once it is shown the link leads to the figure"


@pytest.mark.browser
@on_every_notebook
def test_without_javascript_the_page_still_serves(visitor: Any, name: str) -> None:
    page = visitor(width=360, scripts=False).open(f"{name}.html").page
    for box in page.locator(".chart").all():
        which = box.get_attribute("data-chart")
        assert box.locator(".chart-static svg:visible").count() == 1, f"{which}: drawn without scripts, once"
        box.locator(".chart-data summary").click()
        assert box.locator(".chart-data table").is_visible(), which
    assert page.locator("figure.excerpt blockquote:visible").count() >= 6
    form = page.locator(".question").first
    assert not form.locator(".feedback").first.is_visible()
    form.locator("input").first.check()
    assert form.locator(".feedback").first.is_visible()
    assert page.locator(".cell.is-veiled").count() == 0


@pytest.mark.browser
@on_every_page_with_figures
def test_opened_from_a_folder_everything_works(visitor: Any, site: Path, name: str) -> None:
    visit = visitor(home=site.as_uri() + "/")
    visit.page.context.set_offline(True)
    visit.open(f"{name}.html").wake()
    assert widest(visit.page) == []
    visit.quiet()


@pytest.mark.browser
@on_every_page_with_figures
def test_when_the_network_is_cut_the_drawings_stay(visitor: Any, name: str) -> None:
    visit = visitor().open(f"{name}.html")
    visit.page.context.set_offline(True)
    last = visit.page.locator(".chart:visible").last
    last.scroll_into_view_if_needed()
    until(visit.page, "node => node.matches('.is-static, .is-live')", arg=last.element_handle())
    assert last.locator("svg:visible").count() == 1


@pytest.mark.browser
@on_every_notebook
def test_when_storage_is_blocked_questions_still_answer(visitor: Any, name: str) -> None:
    visit = visitor()
    visit.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('blocked', 'SecurityError'); }});"
    )
    page = visit.open(f"{name}.html").page
    form = page.locator(".question").first
    form.locator("input").first.check()
    form.locator(".question-check").click()
    until(page, "node => node.textContent !== ''", arg=form.locator(".verdict").element_handle())


@pytest.mark.browser
@on_every_page_with_figures
def test_printed_the_page_shows_every_figure_and_nothing_veiled(visitor: Any, name: str) -> None:
    page = visitor(theme="dark").open(f"{name}.html").page
    page.emulate_media(media="print")
    charts = page.locator(".chart").all()
    assert all(box.locator("svg:visible").count() == 1 for box in charts)
    assert page.locator("article h1").is_visible()
    assert (
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()")
        == "#fcfaf5"
    )
    assert len(page.pdf()) > 100_000


@pytest.mark.browser
def test_printed_a_key_that_is_folded_is_open(visitor: Any) -> None:
    page = visitor().open("reference/check-before-you-trust.html").page
    key = page.locator(".sd-dropdown p, .sd-dropdown li").first
    assert not key.is_visible()
    page.emulate_media(media="print")
    assert key.is_visible()


@pytest.mark.browser
@on_every_page_with_figures
def test_the_last_word_of_a_chart_is_read_by_keyboard_alone(visitor: Any, name: str) -> None:
    page = visitor().open(f"{name}.html").page
    for summary in page.locator(".chart-data summary:visible").all():
        summary.focus()
        page.keyboard.press("Enter")
        assert summary.locator("xpath=..").get_attribute("open") is not None


@pytest.mark.browser
def test_the_search_finds_a_word_of_a_chapter(visitor: Any) -> None:
    visit = visitor().open("search.html?q=Tashkent")
    visit.page.locator("#search-results li a").first.wait_for()
    visit.quiet()
    assert isinstance(visit, Visit)
