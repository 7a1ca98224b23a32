"""In JupyterLab, as a learner meets it: chapter 1 read, run and played with; an assignment solved."""

from __future__ import annotations

import shutil
import socket
import subprocess
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import ROOT, Visit

from tools import lab
from tools.teaching import assignment as assignments
from tools.teaching.release import release

pytestmark = pytest.mark.live
TOKEN = "for-this-test-only"
TASK, KEY = "01-origins", "a-class-of-this-test"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab on copies of the chapters and an assignment; it stops with the tests."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copytree(ROOT / "chapters", folder / "chapters")
    with zipfile.ZipFile(release(TASK, KEY, tmp_path_factory.mktemp("class"))) as archive:
        archive.extractall(folder)
    port = free_port()
    log = (folder / "lab.log").open("w")
    command = lab.command(folder, port, TOKEN, "--no-browser", "--LabApp.expose_app_in_browser=True")
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}/"
    try:
        lab.wait_for(address, server, 180)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


@pytest.fixture(scope="module")
def visit(browser: Any, jupyterlab: str) -> Iterator[Visit]:
    """Chapter 1, run from top to bottom with no other host in reach."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
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
    lab.run_all(page, jupyterlab, TOKEN, lab.FIRST)
    yield visit
    context.close()


def test_every_cell_runs_without_an_error(visit: Visit) -> None:
    cells = visit.page.evaluate(lab.CELLS)
    assert len(cells) > 20
    assert [cell["count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert {
        cell["id"]: cell["outputs"]
        for cell in cells
        if any("error" in one or "stderr" in one for one in cell["outputs"])
    } == {}


def test_nothing_was_asked_of_another_host(visit: Visit) -> None:
    assert visit.foreign == []


def test_myst_is_shown_and_not_printed(visit: Visit) -> None:
    visit.page.evaluate("window.jupyterapp.shell.currentWidget.content.scrollToItem(0)")
    shown = visit.page.locator(".jp-MarkdownOutput:visible, .myst:visible")
    shown.first.wait_for()
    assert visit.page.locator(".jp-Notebook .myst").count() > 0, "jupyterlab-myst renders the Markdown cells"
    words = " ".join(shown.all_inner_texts())
    assert "{eval}" not in words


def to_lab(visit: Visit) -> Any:
    """Scroll to the lab's cell and return its output."""
    page = visit.page
    place = page.evaluate("""() => {
        const notebook = window.jupyterapp.shell.currentWidget.content;
        const index = notebook.widgets.findIndex(cell => cell.model.type === "code" && /^lab\\(/m.test(cell.model.sharedModel.source));
        notebook.activeCellIndex = index;
        return notebook.scrollToItem(index, "center").then(() => index);
    }""")
    assert place > 0
    dial = page.locator(".lab-dial input[type=range]").first
    dial.wait_for()
    return dial


def test_the_lab_answers_to_the_keyboard(visit: Visit) -> None:
    dial = to_lab(visit)
    page = visit.page
    answer = page.locator(".lab-answer p").first
    before = answer.inner_text()
    assert len(before) > 20
    dial.focus()
    value = dial.input_value()
    for _ in range(20):
        page.keyboard.press("ArrowRight" if float(value) < 1 else "ArrowLeft")
        page.wait_for_timeout(100)
        if answer.inner_text() != before:
            break
    assert dial.input_value() != value
    assert answer.inner_text() != before


def test_every_dial_of_the_lab_has_a_name(visit: Visit) -> None:
    to_lab(visit)
    for dial in visit.page.locator(".lab-dial input[type=range]").all():
        assert dial.evaluate("node => node.labels.length && node.labels[0].innerText.trim() !== ''")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of its own, in which a notebook can be opened."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    context.set_default_timeout(120_000)
    yield context.new_page()
    context.close()


def test_an_assignment_runs_as_it_was_handed_out_and_its_self_checks_know_the_right_answers(
    page: Any, jupyterlab: str
) -> None:
    lab.run_all(page, jupyterlab, TOKEN, f"{TASK}/{TASK}.ipynb", to_the_end=False)
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
