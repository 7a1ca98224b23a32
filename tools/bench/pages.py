"""The chapters' pages, and beside them those of a plain Jupyter Book made of the same notebooks, in the same run."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from tools import serve
from tools.bench import plain, visit
from tools.bench.report import CHAPTERS, load, say
from tools.build import SITE

#: Moves the first range of the page ten times and returns the mean of the milliseconds until the drawing has changed.
STEPS = """async () => {
    const input = document.querySelector(".chart.is-live .chart-controls input[type=range]");
    if (!input) { return null; }
    const view = input.closest(".chart").querySelector(".chart-live");
    let sum = 0;
    for (let step = 0; step < 10; step += 1) {
        const start = performance.now();
        input.value = Number(input.value) + (step % 2 ? -1 : 1) * Number(input.step || 1);
        const changed = new Promise(resolve => {
            const watcher = new MutationObserver(() => { watcher.disconnect(); resolve(); });
            watcher.observe(view, {subtree: true, childList: true, attributes: true, characterData: true});
            setTimeout(() => { watcher.disconnect(); resolve(); }, 1000);
        });
        input.dispatchEvent(new Event("input", {bubbles: true}));
        await changed;
        sum += performance.now() - start;
    }
    return sum / 10;
}"""


def measure() -> None:
    """Measure every chapter's page, with a plain book's beside it."""
    with tempfile.TemporaryDirectory() as folder, visit.chromium() as started:
        site = plain.build(Path(folder))
        ours, address = serve.start(SITE)
        theirs, other = serve.start(site, headers={})
        scripts = plain.scripts()
        print(f"\nPages, {load()}: this book, a plain Jupyter Book of the same notebooks")
        for chapter in CHAPTERS:
            path = f"chapters/{chapter.stem}.html"
            here = visit.measure(started, address, path)
            there = visit.measure(started, other, path, scripts)
            offline = visit.measure(started, other, path)
            _side_by_side(chapter.stem, here, there, offline)
            _charts(started, address, path, chapter.stem)
        ours.shutdown()
        theirs.shutdown()


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"


def _side_by_side(name: str, here: visit.Measured, there: visit.Measured, offline: visit.Measured) -> None:
    weight = here.weight / 1024
    say(
        f"{name}: page before charts, compressed",
        f"{weight:.0f} KB",
        "<= 250 KB",
        weight <= 250,
        f"{there.weight / 1024:.0f} KB",
    )
    say(f"{name}: requests to the book's own host", str(here.own), beside=str(there.own))
    say(
        f"{name}: requests to other hosts",
        str(len(here.foreign)),
        "0",
        not here.foreign,
        str(len(there.foreign)),
    )
    say(f"{name}: requests that fail without a network", str(here.failed), beside=str(offline.failed))
    say(
        f"{name}: layout shift while it comes in",
        f"{here.shift:.3f}",
        "< 0.02",
        here.shift < 0.02,
        f"{there.shift:.3f}",
    )
    say(f"{name}: a chart is seen", _seconds(here.seen), beside=_seconds(there.seen))
    say(f"{name}: a chart is interactive", _seconds(here.live), beside=_seconds(there.live))
    say(f"{name}: the same without a network", _seconds(here.live), beside=_seconds(offline.live))
    say(f"{name}: memory of scripts", f"{here.memory:.0f} MB", beside=f"{there.memory:.0f} MB")


def _charts(started: Any, address: str, path: str, name: str) -> None:
    """Measure how soon all charts of a page are interactive when a reader scrolls through it, and a slider's step."""
    context = started.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(visit.WATCH)
    page.goto(f"{address}{path}", wait_until="networkidle")
    while page.locator(".predict-waive:visible").count():
        page.locator(".predict-waive:visible").first.click()
    start = time.monotonic()
    count = visit.wake(page)
    waking = time.monotonic() - start
    page.wait_for_timeout(300)
    step, shift = page.evaluate(STEPS), page.evaluate("window.bench.shift")
    say(f"{name}: scrolled through, {count} charts interactive", f"{waking:.1f} s", "<= 1.0 s", waking <= 1)
    say(f"{name}: layout shift, all charts awake", f"{shift:.3f}", "< 0.02", shift < 0.02)
    if step is not None:
        say(f"{name}: a slider step", f"{step:.0f} ms", "<= 50 ms", step <= 50)
    context.close()
