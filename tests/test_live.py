"""In JupyterLab, as a learner meets it: chapters read, run and played with by keyboard; an assignment solved.

With LIVE_ADDRESS and LIVE_TOKEN another JupyterLab is asked than the one of this environment (see `tools.binder`).
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import ROOT, Visit
from playwright.sync_api import TimeoutError

from book import launch
from csto.labs import LABS
from tools import lab
from tools.teaching import assignment as assignments
from tools.teaching.release import release

pytestmark = pytest.mark.live
TOKEN = os.environ.get("LIVE_TOKEN", "for-this-test-only")
COUNCIL = "teaching/simulation/council"
NOTEBOOKS = [f"chapters/{path.stem}" for path in sorted((ROOT / "chapters").glob("*.ipynb"))] + [COUNCIL]
SLIDER = "input[type=range]"
TASK, KEY = "01-origins", "a-class-of-this-test"


@dataclass(frozen=True)
class Move:
    """A control of a lab, the key that moves it, and the notebook in which the lab stands."""

    notebook: str
    control: str
    key: str = "ArrowRight"


MOVES = {
    "joining": Move("chapters/01-origins", SLIDER),
    "deciding": Move("chapters/02-institutional-design", SLIDER),
    "due": Move("chapters/03-failed-requests", ".widget-dropdown select", "ArrowDown"),
    "updating": Move("chapters/03-failed-requests", SLIDER),
    "breaking": Move("chapters/04-turning-point-2022", ".widget-dropdown select", "ArrowDown"),
    "score": Move("chapters/05-futures", SLIDER),
    "scenarios": Move("chapters/05-futures", SLIDER),
    "council": Move(COUNCIL, ".widget-dropdown:has(label:text('Rule')) select", "ArrowDown"),
}


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab on copies of the notebooks and an assignment; it stops with the tests."""
    if address := os.environ.get("LIVE_ADDRESS"):
        yield address
        return
    folder = tmp_path_factory.mktemp("live")
    for name in NOTEBOOKS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / f"{name}.ipynb", folder / f"{name}.ipynb")
    with zipfile.ZipFile(release(TASK, KEY, tmp_path_factory.mktemp("class"))) as archive:
        archive.extractall(folder)
    port = lab.free_port()
    log = (folder / "lab.log").open("w")
    command = lab.command(folder, port, TOKEN, *lab.watched(folder))
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/"
    try:
        lab.wait_for(address, server, 180)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def launched(name: str) -> str:
    """Return the path that the launch button of a page opens."""
    options = {"repository_url": "https://github.com/some/course", "repository_branch": "main"}
    url = launch.binder_url(SimpleNamespace(html_theme_options=options), name)
    return parse_qs(urlsplit(url).query)["urlpath"][0]


@pytest.fixture(scope="module")
def visit(request: pytest.FixtureRequest, browser: Any, jupyterlab: str) -> Iterator[Visit]:
    """A notebook, run from top to bottom with no other host in reach."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    page = context.new_page()
    visit = Visit(page, jupyterlab)
    context.route(
        "**/*",
        lambda route: (
            route.continue_()
            if route.request.url.startswith((jupyterlab, "data:", "blob:"))
            else route.abort()
        ),
    )
    lab.run_all(page, jupyterlab, TOKEN, launched(request.param))
    yield visit
    lab.shut_down(page)
    context.close()


def at(notebook: str, *more: str, id: str = "") -> Any:
    """Return a notebook as a parameter of tests, with others; pytest keeps a visit for the very same string only."""
    group = pytest.mark.xdist_group(notebook)
    return pytest.param(sys.intern(notebook), *more, marks=group, id=id or notebook)


def on(*names: str) -> pytest.MarkDecorator:
    """Run a test on these notebooks; each is opened and run once, all its tests in one process."""
    return pytest.mark.parametrize("visit", [at(name) for name in names], indirect=True)


@on(*NOTEBOOKS)
def test_every_cell_runs_without_an_error(visit: Visit) -> None:
    cells = visit.page.evaluate(lab.CELLS)
    assert len(cells) > 1
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert {
        cell["id"]: cell["outputs"]
        for cell in cells
        if any("error" in one or "stderr" in one for one in cell["outputs"])
    } == {}


@on(*NOTEBOOKS)
def test_nothing_was_asked_of_another_host(visit: Visit) -> None:
    assert visit.foreign == []


@on(*NOTEBOOKS)
def test_myst_is_shown_and_not_printed(visit: Visit) -> None:
    visit.page.evaluate("window.jupyterapp.shell.currentWidget.content.scrollToItem(0)")
    shown = visit.page.locator(".jp-MarkdownOutput:visible, .myst:visible")
    shown.first.wait_for()
    assert visit.page.locator(".jp-Notebook .myst").count() > 0, "jupyterlab-myst renders the Markdown cells"
    words = " ".join(shown.all_inner_texts())
    assert "{eval}" not in words


def test_every_lab_is_played_with() -> None:
    assert set(MOVES) == set(LABS)


def to_lab(visit: Visit, name: str) -> Any:
    """Scroll to a lab's cell and return its output.

    JupyterLab draws only the cells in sight, and moves them while those above grow; so it is asked again until the lab is
    seen.
    """
    for _ in range(20):
        output = _towards(visit, name)
        with contextlib.suppress(TimeoutError):
            output.locator(MOVES[name].control).first.wait_for(timeout=3000)
            break
    output.locator(".lab-answer").first.wait_for(state="attached")
    return output


def _towards(visit: Visit, name: str) -> Any:
    place = visit.page.evaluate(
        """(start) => {
        const notebook = window.jupyterapp.shell.currentWidget.content;
        const index = notebook.widgets.findIndex(cell => cell.model.type === "code"
            && cell.model.sharedModel.source.split("\\n").some(line => line.startsWith(start)));
        notebook.activeCellIndex = index;
        return notebook.scrollToItem(index, "center").then(() => index);
    }""",
        f'lab("{name}")',
    )
    assert place > 0
    return visit.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{place}'] .jp-OutputArea")


def result(output: Any) -> str:
    """Return what a lab answers: its sentences, tables and pictures, without its controls."""
    parts = output.locator(".lab-answer p, .lab-table, .lab-picture, .widget-html")
    return re.sub(r"\s+", " ", " ".join(part.inner_html() for part in parts.all()))


@pytest.mark.parametrize(
    ("visit", "name"),
    [at(move.notebook, name, id=name) for name, move in MOVES.items()],
    indirect=["visit"],
)
def test_a_lab_answers_to_the_keyboard(visit: Visit, name: str) -> None:
    output = to_lab(visit, name)
    control = output.locator(MOVES[name].control).first
    control.wait_for()
    before = result(output)
    assert len(before) > 20
    for _ in range(20):
        # A key goes to the control whatever JupyterLab, which draws anew while answers come in, has focused meanwhile.
        control.press(MOVES[name].key)
        visit.page.wait_for_timeout(150)
        if result(output) != before:
            break
    assert result(output) != before


@on(COUNCIL)
def test_a_unanimous_council_that_is_silent_adopts_nothing_and_its_log_says_so(visit: Visit) -> None:
    output = to_lab(visit, "council")
    output.locator(MOVES["council"].control).first.select_option(label="Unanimity of all")
    output.locator(".lab-answer p", has_text="Not adopted.").first.wait_for()
    title = output.locator(".widget-text:has(label:text('Title')) input").first
    title.fill("A mission to the line")
    title.press("Tab")
    output.get_by_role("button", name="Enter into the log").press("Enter")
    log = output.locator("table", has=visit.page.locator("caption", has_text="The log"))
    assert "not adopted" in log.locator("tr", has_text="A mission to the line").inner_text()


@on(*NOTEBOOKS)
def test_every_slider_has_a_name(visit: Visit) -> None:
    for name in [name for name, move in MOVES.items() if f"{move.notebook}.ipynb" in visit.page.url]:
        for dial in to_lab(visit, name).locator(".lab-dial input[type=range]").all():
            assert dial.evaluate("node => node.labels.length && node.labels[0].innerText.trim() !== ''")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of its own, in which a notebook can be opened."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


@pytest.mark.xdist_group("assignment")
@pytest.mark.skipif("LIVE_ADDRESS" in os.environ, reason="another JupyterLab has no assignment")
def test_an_assignment_runs_as_it_was_handed_out_and_its_self_checks_know_the_right_answers(
    page: Any, jupyterlab: str
) -> None:
    lab.run_all(page, jupyterlab, TOKEN, f"lab/tree/{TASK}/{TASK}.ipynb", to_the_end=False)
    stopped = [cell["outputs"] for cell in page.evaluate(lab.CELLS) if cell["outputs"]]
    assert stopped[-1] == ["error NotImplementedError"], "the first answer is asked for"
    model = {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in assignments.for_cohort(TASK, KEY).notebook["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }
    page.evaluate(
        """model => window.jupyterapp.shell.currentWidget.content.widgets.forEach(cell => {
            const answer = model[(cell.model.getMetadata("nbgrader") || {}).grade_id];
            if (answer) cell.model.sharedModel.setSource(answer);
        })""",
        model,
    )
    lab.run_cells(page)
    said = page.locator(".jp-OutputArea-output", has_text=": right.").all_inner_texts()
    assert len(said) == sum(item.selfcheck for item in assignments.written(TASK).items) > 1
    assert not any("error" in one for cell in page.evaluate(lab.CELLS) for one in cell["outputs"])
