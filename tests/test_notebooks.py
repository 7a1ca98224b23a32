"""The form of notebooks: the tool that judges it on small bad ones, and the course's own."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from tools import tidy

CHAPTERS = sorted((ROOT / "chapters").glob("*.ipynb"))
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
LONG = 12  # lines; most cells are shorter


def code(name: str, source: str = "1 + 1", **more: Any) -> dict[str, Any]:
    made = {
        "cell_type": "code",
        "id": name,
        "metadata": {},
        "source": source,
        "execution_count": None,
        "outputs": [],
    }
    return {**made, **more}


def stored(path: Path, *cells: dict[str, Any], **metadata: Any) -> Path:
    """Store a notebook as JupyterLab would."""
    notebook = {
        "cells": list(cells),
        "metadata": {**tidy.METADATA, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def result(text: str, count: int = 1) -> dict[str, Any]:
    data = {"text/plain": [text], "text/html": [f"<b>{text}</b>"]}
    return {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": count}


BAD = {
    "stored outputs": ([code("a", outputs=[result("2")])], "cell 1 (id a): stored outputs"),
    "an execution count": ([code("a", execution_count=3)], "cell 1 (id a): execution count 3; allowed: none"),
    "cells run out of order": (
        [code("a", execution_count=5), code("b", execution_count=2)],
        "cell 2 (id b): execution count 2, out of order after 5",
    ),
    "timings": (
        [code("a", metadata={"execution": {"iopub.execute_input": "2026-11-24T12:00:00Z"}})],
        "cell 1 (id a): metadata 'execution'; allowed: course, jupyter, nbgrader, tags",
    ),
    "an id used twice": ([code("a"), code("a")], "cell 2 (id a): the id was used before"),
    "no id": ([{**code("a"), "id": None}], "cell 1 (id None): no id"),
    "a checked cell without output": (
        [code("a", f"{tidy.CHECKED}\n1 + 1")],
        "cell 1 (id a): begins with # NBVAL_CHECK_OUTPUT and has no output",
    ),
}


@pytest.mark.parametrize("tag", ["hide-input", "remove-input"])
def test_code_that_the_page_folds_away_is_folded_in_jupyterlab_too(tmp_path: Path, tag: str) -> None:
    path = stored(tmp_path / "chapter.ipynb", code("a", metadata={"tags": [tag]}), code("b"))
    assert tidy.complaints(path) != []
    tidy.main([str(path)])
    folded, open_ = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert folded["metadata"]["jupyter"] == {"source_hidden": True}
    assert "jupyter" not in open_["metadata"]


@pytest.mark.parametrize(("cells", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_notebook_is_named_with_its_cell(
    tmp_path: Path, cells: list[dict[str, Any]], said: str
) -> None:
    complaints = tidy.complaints(stored(tmp_path / "bad.ipynb", *cells))
    assert any(said in complaint and "bad.ipynb" in complaint for complaint in complaints), complaints


@pytest.mark.parametrize("fault", [name for name in BAD if not name.startswith("a checked cell")])
def test_tidying_mends_what_was_bad_and_only_that(tmp_path: Path, fault: str) -> None:
    path = stored(tmp_path / "bad.ipynb", *BAD[fault][0])
    sources = [tidy.source(cell) for cell in BAD[fault][0]]
    tidy.main([str(path)])
    assert tidy.complaints(path) == []
    assert [tidy.source(cell) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]] == sources
    once = path.read_text(encoding="utf-8")
    tidy.main([str(path)])
    assert path.read_text(encoding="utf-8") == once


def test_ids_survive_tidying(tmp_path: Path) -> None:
    path = stored(
        tmp_path / "one.ipynb", code("opening", execution_count=1), code("fig-members", execution_count=2)
    )
    tidy.main([str(path)])
    assert [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]] == [
        "opening",
        "fig-members",
    ]


def test_a_checked_cell_keeps_its_text_and_nothing_else(tmp_path: Path) -> None:
    path = stored(
        tmp_path / "one.ipynb",
        code("a", f"{tidy.CHECKED}\n1 + 1", outputs=[result("2", count=9)], execution_count=9),
    )
    tidy.main([str(path)])
    cell = json.loads(path.read_text(encoding="utf-8"))["cells"][0]
    assert cell["outputs"][0]["data"] == {"text/plain": ["2"]}
    assert cell["execution_count"] == cell["outputs"][0]["execution_count"] == 1


def test_running_fills_in_the_checked_output(tmp_path: Path) -> None:
    path = stored(tmp_path / "one.ipynb", code("a", "six = 6"), code("b", f"{tidy.CHECKED}\nsix + 3"))
    tidy.main(["--run", str(path)])
    first, second = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert first["outputs"] == []
    assert second["outputs"][0]["data"] == {"text/plain": ["9"]}
    assert tidy.complaints(path) == []


def test_checking_changes_nothing_and_exits_with_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = stored(tmp_path / "bad.ipynb", code("a", execution_count=3))
    before = path.read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="make tidy"):
        tidy.main(["--check", str(path)])
    assert path.read_text(encoding="utf-8") == before
    assert "execution count 3" in capsys.readouterr().out


def test_what_is_no_notebook_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "bad.ipynb").write_text("{", encoding="utf-8")
    assert "not a notebook" in tidy.complaints(tmp_path / "bad.ipynb")[0]


# --- the course's own ------------------------------------------------------------------------------------------------


def code_cells(path: Path) -> list[dict[str, Any]]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_every_notebook_of_the_repository_is_normal() -> None:
    assert CHAPTERS
    assert [complaint for path in tidy.notebooks() for complaint in tidy.complaints(path)] == []


@every_chapter
def test_the_first_code_cell_is_one_import_from_the_course(path: Path) -> None:
    lines = [line for line in tidy.source(code_cells(path)[0]).splitlines() if line]
    assert len(ast.parse("\n".join(lines)).body) == 1
    assert lines[0].startswith("from csto import ")


@every_chapter
def test_no_other_cell_imports_or_reads_files(path: Path) -> None:
    for cell in code_cells(path)[1:]:
        source = tidy.source(cell)
        tree = ast.parse(source)
        assert not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)), cell["id"]
        assert "read_csv" not in source and "open(" not in source, cell["id"]


@every_chapter
def test_most_cells_are_short(path: Path) -> None:
    lengths = [len(tidy.source(cell).splitlines()) for cell in code_cells(path)]
    assert sum(length < LONG for length in lengths) / len(lengths) >= 0.8
    assert max(lengths) <= 40


@every_chapter
def test_the_numbers_that_a_chapter_argues_from_are_stored_and_compared(path: Path) -> None:
    checked = [cell for cell in code_cells(path) if tidy.is_checked(cell)]
    assert checked
    assert all(cell["outputs"] for cell in checked)


@every_chapter
def test_every_figure_has_a_name_a_title_words_and_a_note(path: Path) -> None:
    charts = [cell for cell in code_cells(path) if 'name="fig-' in tidy.source(cell)]
    assert len(charts) >= 6
    for cell in charts:
        call = next(
            node
            for node in ast.walk(ast.parse(tidy.source(cell)))
            if isinstance(node, ast.Call)
            and getattr(node.func, "attr", "") == "properties"
            and "name" in {k.arg for k in node.keywords}
        )
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        assert {"title", "description", "usermeta"} <= set(named), cell["id"]
        note = {keyword.arg for keyword in named["usermeta"].keywords}
        assert {"unit", "as_of"} <= note, cell["id"]
        assert cell["id"].startswith("fig-"), cell["id"]


@every_chapter
def test_code_of_figures_is_folded_and_not_removed(path: Path) -> None:
    for cell in code_cells(path):
        if 'name="fig-' in tidy.source(cell):
            assert "hide-input" in cell["metadata"]["tags"], cell["id"]
