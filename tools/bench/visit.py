"""What a browser tells about a page: bytes, requests, layout shift, how soon its charts are there, memory."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tools import browser

#: Collects the layout shifts that a reader did not cause, and the moments at which a chart is seen and can be used.
WATCH = """
window.bench = {shift: 0, seen: null, live: null};
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) { if (!entry.hadRecentInput) { window.bench.shift += entry.value; } }
}).observe({type: "layout-shift", buffered: true});
"""
#: Goes to the first chart as soon as there is one, which wakes those that sleep; at once, for a smooth way would begin anew each frame.
HURRY = """
(() => {
    const shown = css => [...document.querySelectorAll(css)].find(node => node.getBoundingClientRect().height > 40);
    const look = () => {
        const chart = shown(".chart-picture svg, .vega-embed :is(canvas, svg)");
        if (chart) {
            window.bench.seen ??= performance.now();
            chart.scrollIntoView({behavior: "instant"});
        }
        if (shown(".chart.is-live .chart-live svg, .vega-embed :is(canvas, svg)")) { window.bench.live = performance.now(); }
        else { requestAnimationFrame(look); }
    };
    look();
})();
"""


@contextmanager
def chromium() -> Iterator[Any]:
    """Give a Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser.ensure(), args=browser.FLAGS)
        yield started
        started.close()


@dataclass
class Measured:
    """The figures of one page: bytes compressed, counts of requests, seconds from its opening, megabytes."""

    weight: int = 0
    own: int = 0
    foreign: list[str] = field(default_factory=list)
    failed: int = 0
    shift: float = 0.0
    seen: float | None = None
    live: float | None = None
    memory: float = 0.0


def measure(started: Any, address: str, path: str, hosts: dict[str, str] | None = None) -> Measured:
    """Visit a page twice, once to weigh it as it comes in, once to time its first chart and take its memory.

    Parameters
    ----------
    started
        A browser.
    address, path
        Where the book is served, and the page in it.
    hosts
        What the network would answer: a word of an address to the text of the answer. All else of other hosts fails.
    """
    found = Measured()
    for hurry in (False, True):
        context = started.new_context(viewport={"width": 1280, "height": 900})
        page = context.new_page()
        page.add_init_script(WATCH + (HURRY if hurry else ""))
        page.route(lambda url: not url.startswith((address, "data:", "blob:")), _answer(hosts or {}))
        if not hurry:
            answers = _count(page, address, found)
        page.goto(f"{address}{path}", wait_until="networkidle")
        if hurry:
            with suppress(Exception):  # a page whose charts never come has no time to tell
                page.locator(".chart.is-live, .vega-embed :is(canvas, svg)").first.wait_for(timeout=5_000)
            seen, live = page.evaluate("[window.bench.seen, window.bench.live]")
            found.seen, found.live = (None if one is None else one / 1000 for one in (seen, live))
            wake(page)
            found.memory = _heap(context, page)
        else:
            own = (one for one in answers if one.url.startswith(address) and one.ok)
            found.weight = sum(len(gzip.compress(one.body(), 9)) for one in own)
            found.shift = page.evaluate("window.bench.shift")
        context.close()
    return found


def _answer(hosts: dict[str, str]) -> Any:
    def answer(route: Any) -> None:
        text = next((text for word, text in hosts.items() if word in route.request.url), None)
        if text is None:
            route.abort()
        else:
            route.fulfill(body=text, content_type="text/javascript")

    return answer


def _count(page: Any, address: str, found: Measured) -> list[Any]:
    """Count the requests of a page as they come, and return the list that its answers will stand in."""
    answers: list[Any] = []

    def asked(request: Any) -> None:
        if request.url.startswith(address):
            found.own += 1
        elif not request.url.startswith(("data:", "blob:")):
            found.foreign.append(request.url)

    def failed(request: Any) -> None:
        found.failed += 1

    page.on("request", asked)
    page.on("requestfailed", failed)
    page.on("response", lambda one: answers.append(one))
    return answers


def wake(page: Any) -> int:
    """Waive every guess, bring every chart into view, wait until all are interactive, and return their number."""
    while page.locator(".predict-waive:visible").count():
        page.locator(".predict-waive:visible").first.click()
    boxes = page.locator(".chart").all()
    for box in boxes:
        box.scroll_into_view_if_needed()
    for _ in range(2000):
        if page.locator(".chart.is-live").count() == len(boxes):
            return len(boxes)
        page.wait_for_timeout(10)
    raise SystemExit(f"{page.url}: not all charts became interactive")


def _heap(context: Any, page: Any) -> float:
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    session.send("HeapProfiler.collectGarbage")
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["JSHeapUsedSize"]) / 1e6
