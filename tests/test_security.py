"""The book runs under a strict content security policy: files of its own host, nothing inside a page, no text made into code.

That no page is refused anything, in any form, is part of `Visit.quiet`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import until
from test_pages import NOTEBOOKS, PAGES, soup

from book.theme import POLICY
from tools import serve


@pytest.mark.book
@pytest.mark.parametrize("name", PAGES)
def test_a_page_carries_the_policy_and_neither_script_nor_style(site: Path, name: str) -> None:
    page = soup(site / f"{name}.html")
    assert [tag["content"] for tag in page.select("meta[http-equiv=Content-Security-Policy]")] == [POLICY]
    assert page.select("script:not([src]), style, [style]") == []
    assert [tag.name for tag in page.find_all() if any(key.startswith("on") for key in tag.attrs)] == []
    assert page.select('a[href^="javascript:"]') == []


def test_the_policy_allows_nothing_unsafe_and_no_other_host() -> None:
    for policy in (POLICY, serve.HEADERS["Content-Security-Policy"]):
        assert policy.startswith("default-src 'self';")
        assert not re.search(r"unsafe|\*|https?:|data:", policy)


@pytest.mark.browser
def test_the_server_sends_the_policy_and_it_bites(visitor: Any) -> None:
    page = visitor().open("index.html").page
    answer = page.request.get(page.url)
    assert answer.headers["content-security-policy"] == serve.HEADERS["Content-Security-Policy"]
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.ran = 1'}))"
    )
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    # Later, because what a debugger evaluates itself is free to make code of text.
    page.evaluate("setTimeout(() => { new Function('window.made = 1')(); }, 0)")
    assert page.evaluate("window.ran") is None
    until(page, "window.refused.length >= 3")
    assert page.evaluate("window.made") is None


@pytest.mark.browser
@pytest.mark.parametrize("opened", ["served", "from a folder"])
def test_all_that_a_reader_does_works_under_the_policy(visitor: Any, site: Path, opened: str) -> None:
    home = {} if opened == "served" else {"home": site.as_uri() + "/"}
    visit = visitor(**home).open(f"{NOTEBOOKS[0]}.html").wake()
    page = visit.page
    box = page.locator(".chart:has(input[type=range])").first
    drawing = box.locator(".chart-live svg")
    before = drawing.inner_html()
    box.locator("input[type=range]").first.press("ArrowRight")
    until(page, "([svg, was]) => svg.innerHTML !== was", [drawing.element_handle(), before])

    other = page.locator(".chart[data-chart=fig-signatories]")
    other.scroll_into_view_if_needed()
    place = other.locator(".chart-live svg").bounding_box()
    for step in range(1, 30):
        page.mouse.move(place["x"] + place["width"] * step / 30, place["y"] + place["height"] * 0.6)
        if page.locator("#vg-tooltip-element.visible").count():
            break
    page.locator("#vg-tooltip-element.visible").wait_for()

    form = page.locator(".question").first
    form.locator("input").first.check()
    form.locator(".question-check").click()
    until(page, "node => node.textContent !== ''", form.locator(".verdict").element_handle())

    with page.expect_download() as download:
        box.locator("a.chart-csv").click()
    assert download.value.suggested_filename.endswith(".csv")

    theme = page.evaluate("document.documentElement.dataset.theme")
    switch = page.locator(".theme-switch-button")
    switch.click()
    switch.click()
    assert page.evaluate("document.documentElement.dataset.mode") != "auto"
    assert {theme, page.evaluate("document.documentElement.dataset.theme")} <= {"light", "dark"}
    assert page.evaluate("window.refused") == []

    page.goto(f"{visit.home}search.html?q=Tashkent")
    page.locator("#search-results li a").first.wait_for()
    assert page.evaluate("document.activeElement.type") == "search", "the cursor waits in the field"
    assert page.evaluate("window.refused") == []
    assert visit.errors == []
    if opened == "served":  # from a folder a download counts as a request that failed
        visit.quiet()


@pytest.mark.browser
def test_a_file_made_in_the_page_is_saved_under_the_policy(visitor: Any) -> None:
    name = next(one for one in NOTEBOOKS if one.startswith("chapters/04"))
    visit = visitor().open(f"{name}.html").wake()
    box = visit.page.locator(".written").first
    box.locator("textarea").first.fill("What I conclude.")
    with visit.page.expect_download() as download:
        box.get_by_role("button", name=re.compile("Markdown|JSON")).first.click()
    assert "What I conclude." in Path(download.value.path()).read_text(encoding="utf-8")
    assert visit.page.evaluate("window.refused") == []
