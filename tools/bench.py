"""Print the project's measurements beside their goals. Nothing is asserted: machines differ, and goals are for two cores.

python -m tools.bench                what takes about two minutes
python -m tools.bench --everything   `make test` as well
"""

from __future__ import annotations

import argparse
import gzip
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tools import browser, lab, serve
from tools.build import ROOT, SITE

PY = [sys.executable, "-m"]
CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
#: Collects the layout shifts that a reader did not cause.
SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => {
    for (const entry of list.getEntries()) { if (!entry.hadRecentInput) { window.shifted += entry.value; } }
}).observe({type: "layout-shift", buffered: true});
"""
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


def say(what: str, figure: str, goal: str, good: bool | None = None) -> None:
    """Print one line of the report."""
    mark = {True: "ok", False: "OVER", None: ""}[good]
    print(f"{what:<58} {figure:>12}   goal {goal:<10} {mark}", flush=True)


def quietly(command: list[str]) -> float:
    """Run a command without its words and return the seconds that it took.

    Raises
    ------
    SystemExit
        With its words, if it fails.
    """
    start = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{done.stdout}\n{done.stderr}\nThis failed: {' '.join(command)}")
    return time.monotonic() - start


def builds() -> None:
    """Measure a clean build, and one after a line of prose was changed (it is changed back)."""
    seconds = quietly([*PY, "tools.build", "--clean"])
    say("clean build of the whole book", f"{seconds:.0f} s", "<= 60 s", seconds <= 60)
    page = ROOT / "reference" / "how-to-use.md"
    before = page.read_text(encoding="utf-8")
    try:
        page.write_text(before + "\nA line more.\n", encoding="utf-8")
        seconds = quietly([*PY, "tools.build"])
    finally:
        page.write_text(before, encoding="utf-8")
    say("build after one line of prose", f"{seconds:.1f} s", "<= 8 s", seconds <= 8)
    quietly([*PY, "tools.build"])


def notebooks() -> None:
    """Measure all notebooks through nbval."""
    seconds = quietly(
        [*PY, "pytest", "--nbval-lax", "--nbval-current-env", "-n", "2", "--dist", "loadfile", "chapters"]
    )
    say("all notebooks through nbval", f"{seconds:.0f} s", "<= 45 s", seconds <= 45)


@contextmanager
def chromium() -> Iterator[Any]:
    """Give a Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser.ensure(), args=browser.FLAGS)
        yield started
        started.close()


def page_of(started: Any, address: str, name: str) -> None:
    """Measure one chapter's page: weight, other hosts, layout shift, waking, a slider step."""
    context = started.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    sizes: list[int] = []
    foreign: list[str] = []
    page.on(
        "request", lambda one: None if one.url.startswith((address, "data:")) else foreign.append(one.url)
    )
    page.on("response", lambda one: sizes.append(len(gzip.compress(one.body(), 9))))
    page.goto(f"{address}chapters/{name}.html", wait_until="networkidle")
    weight = sum(sizes) / 1024
    while page.locator(".predict-waive:visible").count():
        page.locator(".predict-waive:visible").first.click()
    boxes = page.locator(".chart").all()
    start = time.monotonic()
    for box in boxes:
        box.scroll_into_view_if_needed()
    page.wait_for_function(
        "count => document.querySelectorAll('.chart.is-live').length === count", arg=len(boxes), polling=20
    )
    waking = time.monotonic() - start
    page.wait_for_timeout(300)
    step, shift = page.evaluate(STEPS), page.evaluate("window.shifted")
    say(f"{name}: page before charts wake, compressed", f"{weight:.0f} KB", "<= 250 KB", weight <= 250)
    say(f"{name}: requests to other hosts", str(len(foreign)), "0", not foreign)
    say(f"{name}: layout shift, all charts awake", f"{shift:.3f}", "< 0.02", shift < 0.02)
    say(
        f"{name}: scrolled through, {len(boxes)} charts interactive",
        f"{waking:.1f} s",
        "<= 1.0 s",
        waking <= 1,
    )
    if step is not None:
        say(f"{name}: a slider step", f"{step:.0f} ms", "<= 50 ms", step <= 50)
    context.close()


def live() -> None:
    """Measure "run all" of each chapter in JupyterLab."""
    port, token = 8899, "for-this-bench-only"
    command = lab.command(ROOT, port, token, "--no-browser", "--LabApp.expose_app_in_browser=True")
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen(command, **silent)  # type: ignore[call-overload]
    try:
        lab.wait_for(f"http://127.0.0.1:{port}/", server)
        with chromium() as started:
            for chapter in CHAPTERS:
                page = started.new_page()
                seconds = lab.run_all(page, f"http://127.0.0.1:{port}/", token, f"chapters/{chapter.name}")
                page.close()
                say(f"{chapter.stem}: run all in JupyterLab", f"{seconds:.1f} s", "<= 6 s", seconds <= 6)
    finally:
        server.terminate()
        server.wait(timeout=20)


def environment() -> None:
    """Measure what Binder would install, in a fresh environment, and how long a chapter's imports take."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        python = f"{folder}/env/bin/python"
        quietly([sys.executable, "-m", "venv", "--without-pip", f"{folder}/env"])
        quietly([*PY, "uv", "pip", "install", "--python", python, "-r", "requirements.txt"])
        size = sum(path.lstat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6
        say("environment for Binder, installed", f"{size:.0f} MB", "<= 600 MB", size <= 600)
        load = "from csto import alt"
        quietly([python, "-c", load])
        seconds = min(quietly([python, "-c", load]) for _ in range(3))
        say("imports of a chapter", f"{seconds:.1f} s", "<= 2 s", seconds <= 2)


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--everything", action="store_true", help="measure make test as well")
    wanted = parser.parse_args()
    builds()
    notebooks()
    server, address = serve.start(SITE)
    with chromium() as started:
        for chapter in CHAPTERS:
            page_of(started, address, chapter.stem)
    server.shutdown()
    live()
    environment()
    if wanted.everything:
        seconds = quietly([*PY, "tools.check"])
        say("make test, environment ready", f"{seconds / 60:.1f} min", "<= 8 min", seconds <= 480)


if __name__ == "__main__":
    main()
