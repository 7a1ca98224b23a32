"""The written answer, beside lab 4's chart in a real browser: kept, taken away, forgotten, and never taken for markup."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Visit
from playwright.sync_api import expect
from test_pages import violations, widest

from book import figures, vega
from csto import theme
from csto.labs import lab
from csto.labs.breaking import HELD, START, sentence
from csto.written import written
from tools import serve

PROMPT = "What do you *conclude*, and which choice did it rest on?"
HOSTILE = (
    '</textarea><img src=x onerror="window.hit = 1"><script>window.hit = 1</script>\n# A line & “quotes”'
)


# --- without a browser --------------------------------------------------------------------------------------------


def test_without_scripts_the_question_stands_with_a_line_that_says_where_to_write() -> None:
    shown = written("4-conclusion", PROMPT)
    assert "What do you <em>conclude</em>" in shown.html
    assert "Write your answer on paper, or in a file of your own." in shown.html
    assert "<textarea" not in shown.html and "<script" not in shown.html
    assert repr(shown) == f"In your own words. {PROMPT}"


def test_a_prompt_is_text_and_no_markup() -> None:
    assert "&lt;b&gt;" in written("a", "Is <b> bold?").html


def test_two_boxes_of_one_name_have_ids_of_their_own() -> None:
    one, two = (re.search(r'data-box="([^"]+)"', written("same", "Why?").html)[1] for _ in range(2))
    assert one != two


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"name": "../up"}, "the name '../up' is not allowed; allowed: small letters, digits"),
        ({"name": "Big"}, "the name 'Big' is not allowed"),
        ({"name": ""}, "the name '' is not allowed"),
        ({"name": "a", "prompt": " "}, "the prompt is empty"),
        ({"name": "a", "rows": 0}, "rows 0 is not allowed; allowed: 1 or more"),
    ],
)
def test_a_bad_call_is_answered_with_what_is_allowed(call: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        written(**{"prompt": "Why?", **call})


# --- in a browser -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page_with_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page with lab 4's chart and a written answer, under a policy that forbids inline scripts."""
    folder = tmp_path_factory.mktemp("written")
    shutil.copytree(ROOT / "book" / "_static", folder / "_static")
    (folder / "_charts").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOK_BUILD", "1")
        spec, answer = (
            lab("breaking").chart().to_dict(),
            written("4-conclusion", PROMPT, figure="fig-lab-break").html,
        )
    wide, narrow = vega.draw(spec, theme.dark_forms(), spec["name"])
    (folder / "_charts" / figures.RUNTIME).write_text(vega.runtime(), encoding="utf-8")
    for form, drawn in (("wide", wide), ("narrow", narrow)):
        call = f"window.bookCharts.add({json.dumps(spec['name'] + '.' + form)}, {drawn.vega});"
        (folder / "_charts" / f"{spec['name']}.{form}.js").write_text(call, encoding="utf-8")
    styles = "".join(
        f'<link rel="stylesheet" href="_static/{name}.css">' for name in ("identity", "charts", "forms")
    )
    scripts = "".join(
        f'<script defer src="_static/{name}.js"></script>' for name in ("store", "charts", "written")
    )
    chart = figures._picture(spec["description"], wide, narrow)
    (folder / "index.html").write_text(
        f'<!doctype html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Chapter 4</title>'
        f'<meta name="viewport" content="width=device-width">{styles}{scripts}</head><body><main><h1>Chapter 4</h1>'
        f'<div class="chart" data-chart="{spec["name"]}" data-base="_charts/" data-runtime="{figures.RUNTIME}">'
        f"<figure>{chart}<figcaption>Lab</figcaption></figure></div>{answer}</main></body></html>",
        encoding="utf-8",
    )
    (folder / "favicon.ico").write_bytes(b"")
    made, address = serve.start(folder)
    yield address
    made.shutdown()


@pytest.fixture
def reader(visitor: Any, page_with_lab: str) -> Callable[..., Visit]:
    """Return a function that opens the page and waits until its chart is awake.

    It waits by locators: a predicate of Playwright's is evaluated in the page, which the page's policy forbids.
    """

    def new(scripts: bool = True, **more: Any) -> Visit:
        visit = visitor(home=page_with_lab, scripts=scripts, **more).open("index.html")
        return awake(visit) if scripts else visit

    return new


def awake(visit: Visit) -> Visit:
    visit.page.locator(".chart").scroll_into_view_if_needed()
    visit.page.locator(".chart.is-live").wait_for(timeout=30_000)
    return visit


@pytest.mark.browser
def test_an_answer_is_written_by_keyboard_and_is_there_after_a_reload(reader: Callable[..., Visit]) -> None:
    visit = reader()
    page = visit.page
    box = page.get_by_label("What do you conclude, and which choice did it rest on?")
    page.locator(".chart-controls select").last.focus()
    page.keyboard.press("Tab")
    assert box.evaluate("box => box === document.activeElement")
    page.keyboard.type("It rested on Georgia.")
    page.reload()
    awake(visit)
    assert box.input_value() == "It rested on Georgia."
    for expected in ("Download as text", "Download as data (JSON)", "Forget my answer"):
        page.keyboard.press("Tab") if expected != "Download as text" else (
            box.focus(),
            page.keyboard.press("Tab"),
        )
        assert page.evaluate("document.activeElement.textContent") == expected
    visit.quiet()


@pytest.mark.browser
def test_what_was_written_stays_text_wherever_it_goes(reader: Callable[..., Visit], tmp_path: Path) -> None:
    visit = reader()
    page = visit.page
    page.locator(".written textarea").fill(HOSTILE)
    page.reload()
    awake(visit)
    assert page.locator(".written textarea").input_value() == HOSTILE
    assert page.locator(".written-print").text_content() == HOSTILE
    assert page.locator(".written img, .written script").count() == 0
    assert page.evaluate("window.hit") is None
    assert HOSTILE in _downloaded(page, "Download as text", tmp_path)
    assert json.loads(_downloaded(page, "Download as data (JSON)", tmp_path))["answer"] == HOSTILE
    visit.quiet()


@pytest.mark.browser
def test_the_file_holds_question_answer_and_the_chart_as_it_stood(
    reader: Callable[..., Visit], tmp_path: Path
) -> None:
    page = reader().page
    page.locator(".chart-controls select").first.select_option(HELD)
    page.locator(".written textarea").fill("Continuity, by this measure.")
    said = sentence(HELD, START)
    expect(page.locator(".chart-said")).to_have_text(said)
    text = _downloaded(page, "Download as text", tmp_path, "4-conclusion.md")
    assert text.startswith(
        "# What do you conclude, and which choice did it rest on?\n\nContinuity, by this measure.\n"
    )
    for line in (
        f"- Measure: {HELD}",
        "- First year after: 2022",
        "- Compared with: the three that left",
        said,
    ):
        assert line in text.splitlines()
    kept = json.loads(_downloaded(page, "Download as data (JSON)", tmp_path, "4-conclusion.json"))
    assert kept["settings"] == {
        "Measure": HELD,
        "First year after": "2022",
        "Compared with": "the three that left",
    }
    assert (kept["says"], kept["page"]) == (said, "Chapter 4")
    assert page.locator(".written-said").text_content() == "Saved as 4-conclusion.json."


def _downloaded(page: Any, button: str, folder: Path, name: str = "") -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).click()
    if name:
        assert waiting.value.suggested_filename == name
    target = folder / waiting.value.suggested_filename
    waiting.value.save_as(target)
    return target.read_text(encoding="utf-8")


@pytest.mark.browser
def test_an_empty_answer_is_not_taken_away(reader: Callable[..., Visit]) -> None:
    page = reader().page
    page.get_by_role("button", name="Download as text").click()
    assert page.locator(".written-said[role=status]").text_content() == "Write something first."
    assert page.locator(".written textarea").evaluate("box => box === document.activeElement")


@pytest.mark.browser
def test_an_answer_is_forgotten_only_when_that_was_meant(reader: Callable[..., Visit]) -> None:
    page = reader().page
    box = page.locator(".written textarea")
    box.fill("Mine.")
    page.get_by_role("button", name="Forget my answer").click()
    page.get_by_role("button", name="Keep it").click()
    assert box.input_value() == "Mine."
    page.get_by_role("button", name="Forget my answer").click()
    page.get_by_role("button", name="Yes, forget it").click()
    assert box.input_value() == ""
    assert page.evaluate("window.courseStore.keys('written')") == []
    page.reload()
    assert box.input_value() == ""


@pytest.mark.browser
def test_forgetting_everything_forgets_what_was_written(reader: Callable[..., Visit]) -> None:
    page = reader().page
    page.locator(".written textarea").fill("Mine.")
    page.evaluate("window.courseStore.remove('')")
    assert page.locator(".written textarea").input_value() == ""


@pytest.mark.browser
def test_a_spoilt_store_does_not_spoil_the_box(reader: Callable[..., Visit]) -> None:
    visit = reader()
    visit.page.evaluate("window.courseStore.set('written:4-conclusion', {not: 'text'})")
    visit.page.reload()
    awake(visit)
    assert visit.page.locator(".written textarea").input_value() == ""
    visit.quiet()


@pytest.mark.browser
def test_when_storage_is_blocked_the_box_says_so_and_still_gives_the_file(
    reader: Callable[..., Visit], tmp_path: Path
) -> None:
    visit = reader()
    visit.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('blocked', 'SecurityError'); }});"
    )
    visit.page.reload()
    assert "keeps nothing" in visit.page.locator(".written-note").text_content()
    visit.page.locator(".written textarea").fill("Mine.")
    assert "Mine." in _downloaded(visit.page, "Download as text", tmp_path)


@pytest.mark.browser
def test_without_scripts_there_is_a_question_and_a_line_and_no_dead_box(reader: Callable[..., Visit]) -> None:
    page = reader(scripts=False, width=360).page
    assert page.get_by_text("Write your answer on paper").is_visible()
    assert page.locator(".written textarea, .written button").count() == 0


@pytest.mark.browser
def test_printed_the_whole_answer_stands_on_the_page(reader: Callable[..., Visit]) -> None:
    page = reader().page
    page.locator(".written textarea").fill("\n".join(f"Line {number}" for number in range(40)))
    page.emulate_media(media="print")
    assert not page.locator(".written textarea").is_visible()
    assert page.locator(".written-print").is_visible()
    assert page.locator(".written-print").inner_text().splitlines()[-1] == "Line 39"
    assert not page.locator(".written .course-button").first.is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_lab_and_its_answer_are_accessible_and_fit(
    reader: Callable[..., Visit], colours: str, width: int
) -> None:
    visit = reader(width=width)
    visit.page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", colours)
    visit.page.locator(".written textarea").fill("Mine.")
    visit.page.get_by_role("button", name="Forget my answer").click()
    assert widest(visit.page) == []
    assert not (found := violations(visit.page)), "\n".join(found)
    visit.quiet()


@pytest.mark.browser
def test_every_control_of_the_lab_changes_drawing_and_sentence_by_keyboard(
    reader: Callable[..., Visit],
) -> None:
    page = reader().page
    drawing, said = page.locator(".chart-live svg"), page.locator(".chart-said[role=status]")
    controls = page.locator(".chart-controls").locator("input[type=range], select")
    assert controls.count() == 3
    for control in controls.all():
        before, told = drawing.inner_html(), said.text_content()
        control.focus()
        page.keyboard.press("ArrowDown")
        expect(said).not_to_have_text(told)
        assert drawing.inner_html() != before
