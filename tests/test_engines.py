"""The book in three engines: what a reader does in Chromium she can do in Firefox and in Safari's WebKit."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from engines import ENGINES, middle_of, until

PROBES = Path(__file__).with_name("access.js").read_text(encoding="utf-8")
CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
#: The static twin of one lab a chapter.
TWINS = {
    "01-origins": "fig-lab-joining",
    "02-institutional-design": "fig-lab-deciding",
    "03-failed-requests": "fig-lab-updating",
    "04-turning-point-2022": "fig-lab-break",
    "05-futures": "fig-lab-scenarios",
}
pytestmark = [pytest.mark.engines]


@pytest.fixture(
    scope="module", params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ENGINES]
)
def engine(request: pytest.FixtureRequest) -> Iterator[Any]:
    with ENGINES[request.param]() as started:
        yield started


@pytest.fixture
def chapter(engine: Any, address: str) -> Any:
    """Return a function that opens a chapter as a reader who has never been here."""

    def open_it(name: str) -> None:
        engine.open(f"{address}chapters/{name}.html")
        engine.js("localStorage.clear()")
        engine.open(f"{address}chapters/{name}.html")

    return open_it


def drawing(figure: str) -> str:
    """Return an expression that gives what a figure shows now."""
    return f"document.querySelector('[data-chart={figure}] .chart-live svg').outerHTML"


def waive(engine: Any) -> None:
    """Waive every guess, so that no figure is veiled."""
    engine.js("document.querySelectorAll('.predict-waive').forEach(button => button.click())")


def wake(engine: Any, figure: str) -> None:
    """Bring a figure into view and wait until it is interactive; its guess must be made or waived."""
    engine.js(middle_of(f"[data-chart={figure}]"))
    until(engine, f"!!document.querySelector('[data-chart={figure}].is-live .chart-live svg')")


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_figure_is_drawn_before_it_wakes_and_wakes_when_it_is_seen(
    engine: Any, chapter: Any, name: str
) -> None:
    chapter(name)
    figures = engine.js("[...document.querySelectorAll('.chart')].map(box => box.dataset.chart)")
    assert len(figures) >= 5
    assert engine.js(
        "[...document.querySelectorAll('.chart')].every(box => box.querySelector('.chart-static svg'))"
    )
    waive(engine)
    for figure in figures:
        wake(engine, figure)
        assert engine.js(f"document.querySelector('[data-chart={figure}] .chart-live svg').clientWidth") > 100
    here = engine.js("location.origin")
    asked = engine.js("performance.getEntriesByType('resource').map(one => one.name)")
    assert [url for url in asked if not url.startswith((here, "data:", "blob:"))] == []
    assert engine.complaints() == []


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_twin_of_a_lab_answers_its_controls(engine: Any, chapter: Any, name: str) -> None:
    chapter(name)
    figure = TWINS[name]
    waive(engine)
    wake(engine, figure)
    before = engine.js(drawing(figure))
    control = f"[data-chart={figure}] .chart-controls input:not([type=checkbox])"
    engine.js(middle_of(control))
    engine.js(f"document.querySelector({control!r}).focus()")
    engine.key("ArrowRight")
    if engine.js(f"document.querySelector({control!r}).type") == "range":
        engine.key("ArrowRight")
    until(engine, f"{drawing(figure)} !== {before!r}")


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_is_gone_through_by_keyboard(engine: Any, chapter: Any, name: str) -> None:
    """By Tab to everything, in the order of the page, with the focus in sight at each stop, and out at the end."""
    chapter(name)
    waive(engine)
    engine.open(engine.js("location.href"))  # every guess is waived, as for a reader who comes back
    for figure in engine.js("[...document.querySelectorAll('.chart')].map(box => box.dataset.chart)"):
        wake(engine, figure)
    engine.js("window.scrollTo({top: 0, behavior: 'instant'})")
    engine.js(f"({PROBES.strip().removesuffix(';')}, true)")
    engine.js("access.begin(false, true)")
    for _ in range(2000):
        engine.key("Tab")
        if engine.awaited("access.step()"):
            break
    way = engine.js("access.end()")
    assert way["faults"] == []
    assert way["count"] > 200


def test_a_question_is_answered_by_keyboard(engine: Any, chapter: Any) -> None:
    chapter("03-failed-requests")
    engine.js(middle_of(".question"))
    engine.js("document.querySelector('.question input').focus()")
    engine.key("Space")
    engine.key("ArrowDown")
    assert engine.js("document.querySelectorAll('.question input:checked').length") == 1
    engine.js("document.querySelector('.question .question-check').focus()")
    engine.key("Enter")
    words = until(engine, "document.querySelector('.question .verdict').textContent.trim()")
    assert len(words) > 20
    assert engine.js(
        "document.querySelector('.question .option.is-right, .question .option.is-wrong') !== null"
    )


def test_a_question_is_answered_by_pointer_and_remembered(engine: Any, chapter: Any) -> None:
    chapter("03-failed-requests")
    engine.click(".question label")
    engine.click(".question .question-check")
    chosen = until(engine, "document.querySelector('.question input:checked').value")
    engine.open(engine.js("location.href"))
    assert engine.js("document.querySelector('.question input:checked').value") == chosen


def test_a_figure_waits_behind_a_guess(engine: Any, chapter: Any) -> None:
    chapter("01-origins")
    veiled = engine.js("document.querySelectorAll('.cell.is-veiled').length")
    assert veiled >= 1
    engine.click(".predict .predict-waive")
    until(engine, f"document.querySelectorAll('.cell.is-veiled').length < {veiled}")


def test_the_theme_is_switched_by_its_button_and_charts_follow(engine: Any, chapter: Any) -> None:
    chapter("01-origins")
    figure = engine.js("document.querySelector('.chart').dataset.chart")
    waive(engine)
    wake(engine, figure)
    ground = engine.js("getComputedStyle(document.body).backgroundColor")
    for _ in range(3):
        engine.js("window.scrollTo(0, 0)")
        engine.click(".theme-switch-button")
        if engine.js("document.documentElement.dataset.theme") == "dark":
            break
    assert engine.js("document.documentElement.dataset.theme") == "dark"
    until(engine, f"getComputedStyle(document.body).backgroundColor !== {ground!r}")


def test_the_search_finds_a_word(engine: Any, address: str) -> None:
    engine.open(f"{address}search.html?q=Tashkent")
    until(engine, "document.querySelectorAll('#search-results li a').length >= 2")


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_fits_a_narrow_window(engine: Any, chapter: Any, name: str) -> None:
    engine.size(500, 800)
    try:
        chapter(name)
        assert engine.js("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    finally:
        engine.size(1280, 900)


def test_a_note_opens_by_pointer_by_keyboard_and_by_finger(engine: Any, chapter: Any) -> None:
    """What stands behind a contested statement, without leaving the page; and back to the place where one was."""
    chapter("03-failed-requests")
    here, mark = engine.js("location.pathname"), "document.querySelector('a.marked')"
    shown, inside = (
        "document.querySelector('.course-note:popover-open')",
        "document.activeElement.closest('.course-note')",
    )

    engine.hover("a.marked > span")
    until(engine, f"!!{shown}")
    assert "How sure" in engine.js(f"{shown}.innerText")
    assert engine.js(f"!{inside}"), "a pointer does not move the focus"
    engine.key("Escape")
    until(engine, f"!{shown}")

    engine.js(f"{mark}.focus()")
    time.sleep(0.4)
    assert engine.js(f"!{shown}"), "focus alone opens nothing"
    engine.key("Enter")
    until(engine, f"!!{shown} && !!{inside}")
    assert engine.js(f"{mark}.getAttribute('aria-expanded')") == "true"
    engine.key("Tab")
    assert engine.js(f"!!{inside} && document.activeElement.matches('a, button')")
    engine.key("Escape")
    until(engine, f"!{shown} && document.activeElement === {mark}")

    engine.js("document.activeElement.blur()")
    engine.tap("a.marked > span")
    until(engine, f"!!{shown}")
    engine.tap("article h1")
    until(engine, f"!{shown}")
    assert engine.js("location.pathname") == here
    engine.tap("a.marked > span")
    until(engine, f"!!{shown}")
    engine.tap("a.marked > span")
    until(engine, "location.pathname.endsWith('/evidence.html')")
    assert engine.complaints() == []
