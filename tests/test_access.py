"""Accessibility beyond axe: the keyboard's way through a page, zoom, forced colours, and what the browser tells a screen reader.

Each page is visited once in a large window, four of them in a small one too; a failed check says what to look at.
`access.js` holds what is asked of a page.
"""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import until
from test_pages import NOTEBOOKS

PROBES = Path(__file__).with_name("access.js")
#: Pages that are gone through by Tab here; the chapters are in test_engines, in three browsers.
WALKED = [
    "index",
    "reference/evidence",
    "reference/timeline",
    "reference/check-before-you-trust",
    "teaching/simulation/council",
    "tables/requests",
]
CONTROLS = {
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "listbox",
    "slider",
    "spinbutton",
    "radio",
    "checkbox",
    "DisclosureTriangle",
}
LANDMARKS = {"navigation", "main", "complementary", "region", "search", "form", "contentinfo", "banner"}
#: What is walked in a small window too, which costs more: a chapter with everything, and what is laid out in a way of its own.
SMALL = [
    "chapters/03-failed-requests",
    "reference/evidence",
    "teaching/simulation/council",
    "tables/requests",
]


def visit(visitor: Any, name: str, width: int = 1280, height: int = 900, **more: Any) -> Any:
    """Return a window with the probes in it."""
    page = visitor(width=width, **more).page
    page.add_init_script(path=PROBES)
    page.set_default_timeout(60_000)
    page.set_viewport_size({"width": width, "height": height})
    return page


def opened(page: Any, address: str, wake: bool = False) -> Any:
    """Open a page with every guess waived, as for a reader who comes back; and with every chart awake, if it is wanted."""
    page.goto(address)
    if page.locator(".predict-waive:visible").count():
        page.evaluate("document.querySelectorAll('.predict-waive').forEach(one => one.click())")
        page.reload()
    if wake:
        for box in page.locator(".chart").all():
            box.scroll_into_view_if_needed()
        until(page, "!document.querySelector('.chart:not(.is-live)')", timeout=60_000)
        page.evaluate("window.scrollTo(0, 0)")
    return page


def walked(page: Any, back: bool = False) -> dict[str, Any]:
    """Go through the whole page by Tab, and return how many stops there were and what was wrong at them."""
    page.evaluate("back => access.begin(back)", back)
    for _ in range(80):
        for _ in range(25):
            page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("access.walk.done"):
            return page.evaluate("access.end()")
    raise AssertionError("2,000 presses of Tab do not lead through the page")


def tree(page: Any) -> list[dict[str, Any]]:
    """Return what the browser tells a screen reader: role, name and properties of each node, in the order of reading."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        {
            "role": node["role"]["value"],
            "name": node.get("name", {}).get("value", "").strip(),
            "level": next(
                (p["value"]["value"] for p in node.get("properties", []) if p["name"] == "level"), 0
            ),
        }
        for node in nodes
        if not node["ignored"]
    ]


def untold(nodes: list[dict[str, Any]]) -> list[str]:
    """Return what a screen reader would not be told, or told wrongly."""
    faults = []
    levels = [node["level"] for node in nodes if node["role"] == "heading"]
    if levels.count(1) != 1:
        faults.append(f"{levels.count(1)} headings of the first level")
    faults += [
        f"a heading of level {b} follows one of level {a}" for a, b in itertools.pairwise(levels) if b > a + 1
    ]
    faults += [
        f"a {node['role']} has no name" for node in nodes if node["role"] in CONTROLS and not node["name"]
    ]
    faults += [
        f"a {node['role']} has no name"
        for node in nodes
        if node["role"] in {"figure", "image", "dialog", "radiogroup"} and not node["name"]
    ]
    marks = Counter((node["role"], node["name"]) for node in nodes if node["role"] in LANDMARKS - {"form"})
    faults += [f"{count} times the landmark {mark}" for mark, count in marks.items() if count > 1]
    if not any(role == "main" for role, _ in marks):
        faults.append("no main landmark")
    return faults


@pytest.mark.browser
@pytest.mark.parametrize("name", WALKED)
def test_a_page_is_gone_through_by_keyboard(visitor: Any, address: str, name: str) -> None:
    way = walked(opened(visit(visitor, name), f"{address}{name}.html", wake=True))
    assert way["faults"] == []
    assert way["count"] > 20


@pytest.mark.browser
@pytest.mark.parametrize("name", [*NOTEBOOKS, *WALKED])
def test_a_page_is_told_to_a_screen_reader(visitor: Any, address: str, name: str) -> None:
    page = opened(visit(visitor, name), f"{address}{name}.html", wake=True)
    for probe, says in {
        "clickable": "what can be clicked can be reached by keyboard",
        "tricks": "the eye reads in the order of the page",
        "misnamed": "a control is spoken as it is read",
        "moving": "nothing moves for a reader who asked for less motion",
        "small": "a target has 24 px, or room around it",
    }.items():
        assert page.evaluate(f"access.{probe}()") == [], says
    assert untold(tree(page)) == []


@pytest.mark.browser
@pytest.mark.parametrize("name", SMALL)
def test_at_four_hundred_per_cent_nothing_is_cut_or_covered(visitor: Any, address: str, name: str) -> None:
    """A window of 1280 by 1024 at 400 % has 320 by 256 px; Shift+Tab comes from below, where sticky bars hide things."""
    page = opened(visit(visitor, name, 320, 256), f"{address}{name}.html", wake=True)
    page.evaluate("window.scrollTo(0, 600)")
    assert page.evaluate("access.room()") >= 0.7, "bars that stay leave room to read"
    way = walked(page, back=True)
    assert way["faults"] == []
    assert way["count"] > 10
    page.evaluate("access.space()")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 320, "one scrolls in one direction only"
    assert page.evaluate("access.cut()") == [], "with wider spacing no words are cut off"
    assert page.evaluate("access.overlaid()") == [], "with wider spacing no lines lie over each other"


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_in_forced_colours_verdicts_focus_drawings_and_targets_are_seen(
    visitor: Any, address: str, theme: str
) -> None:
    page = visit(visitor, "", theme=theme, forced_colors="active")
    opened(page, f"{address}chapters/03-failed-requests.html")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    form = page.locator(".question").first
    for right, sign in (("true", "✓"), ("false", "✗")):
        option = form.locator(f".option[data-right={right}]").first
        option.locator("input").check()
        form.locator(".question-check").click()
        said = option.locator("label").evaluate("label => getComputedStyle(label, '::after').content")
        assert sign in said, "a verdict is told by a sign"
    form.locator(".question-check").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("access.seen(document.activeElement)") == ""
    page.locator(".bd-links a").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("access.seen(document.activeElement)") == "", (
        "a shadow is no focus in forced colours"
    )
    box = page.locator(".chart-picture").first
    assert (
        box.evaluate("box => access.contrast(access.rgba(getComputedStyle(box).color), access.behind(box))")
        > 7
    )
    assert box.evaluate("box => getComputedStyle(box).forcedColorAdjust") == "none"
    page.goto(f"{address}reference/evidence.html#d06-000")
    assert page.locator("#d06-000").evaluate("node => getComputedStyle(node).outlineStyle") == "solid"


@pytest.mark.browser
def test_contents_and_search_open_as_named_dialogs_close_by_escape_and_give_the_focus_back(
    visitor: Any, address: str
) -> None:
    page = opened(visit(visitor, "", 320, 600), f"{address}chapters/01-origins.html")
    for opener, dialog in {
        ".primary-toggle": "#pst-primary-sidebar-modal",
        ".secondary-toggle": "#pst-secondary-sidebar-modal",
        ".search-button": "#pst-search-dialog",
    }.items():
        button = page.locator(f"{opener}:visible").first
        for close in ("Escape", "Enter"):
            button.focus()
            page.keyboard.press("Enter")
            until(page, "one => document.querySelector(one).open", arg=dialog)
            assert page.locator(dialog).get_attribute("aria-label"), dialog
            until(page, "one => document.querySelector(one).contains(document.activeElement)", arg=dialog)
            if close == "Enter":
                page.locator(f"{dialog} .dialog-close").focus()
            page.keyboard.press(close)
            until(page, "one => !document.querySelector(one).open", arg=dialog)
            until(page, "one => document.activeElement === one", arg=button.element_handle())


@pytest.mark.browser
def test_the_skip_link_is_first_and_leads_to_the_text(visitor: Any, address: str) -> None:
    page = opened(visit(visitor, ""), f"{address}chapters/01-origins.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.skip-link') !== null")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.browser
def test_the_verdict_on_a_question_is_announced(visitor: Any, address: str) -> None:
    """The place of a verdict is in the tree before its words are: some readers say nothing of what comes with its place."""
    page = opened(visit(visitor, ""), f"{address}chapters/03-failed-requests.html")
    questions = page.locator(".question").count()
    assert sum(node["role"] == "status" for node in tree(page)) >= questions
    form = page.locator(".question").first
    form.locator(".question-check").click()
    form.locator(".verdict", has_text="Choose an answer first").wait_for()


#: A page with one fault for each probe, and beside each what is right.
FAULTY = """<!doctype html><html lang="en"><head><title>Faulty</title><style>
  a, button { outline: 3px solid transparent; } :focus { outline: 3px solid black; }
  #faint:focus { outline: none; }
  #moves { transition: color 2s; }
  .tiny { width: 10px; height: 10px; padding: 0; border: 0; }
  #cuts { overflow: hidden; height: 1em; width: 4em; }
  #over { margin-top: -2em; }
</style></head><body><main class="bd-article">
  <h1>One</h1><h3 id="deep">Three</h3>
  <div id="clicks">Click me</div>
  <button id="faint">Faint</button>
  <button id="other" aria-label="Close">Open</button>
  <button id="late" tabindex="3">Late</button>
  <button class="tiny" id="tiny"></button><button class="tiny"></button>
  <p id="moves">moves</p>
  <div id="cuts">far more words than its box has room for</div>
  <p>one line of words</p><p id="over">another line of words</p>
  <img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" role="img">
</main></body></html>"""


@pytest.mark.browser
def test_each_probe_finds_the_fault_that_it_is_for(visitor: Any) -> None:
    page = visit(visitor, "", 800, 600)
    page.route("**/faulty", lambda route: route.fulfill(body=FAULTY, content_type="text/html"))
    page.goto("http://127.0.0.1/faulty")
    page.evaluate("document.querySelector('#clicks').addEventListener('click', () => 0)")
    for probe, place in {
        "clickable": "#clicks",
        "tricks": "#late",
        "misnamed": "#other",
        "moving": "#moves",
        "small": "#tiny",
        "cut": "#cuts",
        "overlaid": "#over",
    }.items():
        found = page.evaluate(f"access.{probe}()")
        assert len(found) > 0 and all(place in one for one in found[:1]), f"{probe}: {found}"
    faults = untold(tree(page))
    assert "a heading of level 3 follows one of level 1" in faults
    assert "a button has no name" in faults and "a image has no name" in faults
    way = walked(page)["faults"]
    assert any("focus is not seen on button#faint" in one for one in way), way
    assert any("against the order of the page" in one for one in way), way
