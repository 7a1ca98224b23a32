"""Bring notebooks into their normal form, so that a change to a chapter can be read as a change to a chapter.

    python -m tools.tidy            rewrite what is not normal
    python -m tools.tidy --check    only say what is not normal
    python -m tools.tidy --run      run the notebooks and keep the outputs that are checked, then normalise

Normal: no outputs but those of cells that begin with `# NBVAL_CHECK_OUTPUT`, no execution counts
(but 1 on these cells: nbval takes a stored output without one for a mistake), an id of its own for every cell,
no metadata but what the book reads, and code that the page folds away folded in JupyterLab as well.
"""

from __future__ import annotations

import argparse
import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.build import ROOT

FOLDERS = ("chapters", "reference", "exercises", "teaching")
CHECKED = "# NBVAL_CHECK_OUTPUT"
CELL_METADATA = {"course", "jupyter", "nbgrader", "tags"}
#: What the page folds away or leaves out is folded in JupyterLab too, where one click shows it.
FOLDED = {"hide-input", "remove-input"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
TEXT = "text/plain"

Notebook = dict[str, Any]


def source(cell: dict[str, Any]) -> str:
    """Return the source of a cell as one string, however it is stored."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def is_checked(cell: dict[str, Any]) -> bool:
    """Return whether the stored output of this cell is compared on every run."""
    return source(cell).startswith(CHECKED)


def _kept_outputs(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the text of a checked cell's outputs, and nothing of any other cell's."""
    kept: list[dict[str, Any]] = []
    for output in cell.get("outputs", []) if is_checked(cell) else []:
        if output.get("output_type") == "stream" and output.get("name") == "stdout":
            kept.append({"name": "stdout", "output_type": "stream", "text": _lines(output.get("text", ""))})
        elif TEXT in output.get("data", {}):
            form: dict[str, Any] = {"data": {TEXT: _lines(output["data"][TEXT])}, "metadata": {}}
            if output["output_type"] == "execute_result":
                form["execution_count"] = 1
            kept.append({**form, "output_type": output["output_type"]})
    return kept


def _lines(text: str | list[str]) -> list[str]:
    return (text if isinstance(text, str) else "".join(text)).splitlines(keepends=True)


def _metadata(cell: dict[str, Any]) -> dict[str, Any]:
    """Return the tags (sorted), the one Jupyter setting that the book uses, and what assignments keep in a cell."""
    given = cell.get("metadata", {})
    kept: dict[str, Any] = {}
    if given.get("jupyter", {}).get("source_hidden") or FOLDED & set(given.get("tags", [])):
        kept["jupyter"] = {"source_hidden": True}
    for whose in ("course", "nbgrader"):
        if given.get(whose):
            kept[whose] = given[whose]
    if given.get("tags"):
        kept["tags"] = sorted(set(given["tags"]))
    return kept


def normal(notebook: Notebook) -> Notebook:
    """Return the notebook in its normal form; the argument stays as it is."""
    taken: set[str] = set()
    cells = []
    for number, cell in enumerate(notebook["cells"], 1):
        wish = str(cell.get("id") or f"cell-{number}")
        name = wish
        for again in range(2, len(notebook["cells"]) + 2):
            if name not in taken:
                break
            name = f"{wish}-{again}"
        taken.add(name)
        made = {
            "cell_type": cell["cell_type"],
            "id": name,
            "metadata": _metadata(cell),
            "source": _lines(source(cell).rstrip("\n")),
        }
        if cell["cell_type"] == "code":
            kept = _kept_outputs(cell)
            made |= {"execution_count": 1 if kept else None, "outputs": kept}
        cells.append(made)
    return {"cells": cells, "metadata": copy.deepcopy(METADATA), "nbformat": 4, "nbformat_minor": 5}


def text_of(notebook: Notebook) -> str:
    """Return a notebook as the text that is stored."""
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def problems(notebook: Notebook) -> Iterator[str]:
    """Yield what is not normal about a notebook, cell by cell, as a person would say it."""
    seen: set[str] = set()
    last = 0
    for number, cell in enumerate(notebook["cells"], 1):
        name = cell.get("id")
        where = f"cell {number} (id {name})"
        if not name:
            yield f"{where}: no id; allowed: an id of its own"
        elif name in seen:
            yield f"{where}: the id was used before; allowed: an id of its own"
        seen.add(name or "")
        count = cell.get("execution_count")
        if count and not (is_checked(cell) and count == 1):
            order = f", out of order after {last}" if count <= last else ""
            yield f"{where}: execution count {count}{order}; allowed: none"
            last = count
        if cell.get("outputs") and not is_checked(cell):
            yield f"{where}: stored outputs; allowed only in cells that begin with {CHECKED}"
        if is_checked(cell) and not cell.get("outputs"):
            yield f"{where}: begins with {CHECKED} and has no output to compare; run: make outputs"
        for key in sorted(set(cell.get("metadata", {})) - CELL_METADATA):
            yield f"{where}: metadata {key!r}; allowed: {', '.join(sorted(CELL_METADATA))}"


def complaints(path: Path) -> list[str]:
    """Return what is not normal about a stored notebook; an empty list if nothing is."""
    name = f"{path.parent.name}/{path.name}"
    stored = path.read_text(encoding="utf-8")
    try:
        notebook = json.loads(stored)
        said = [f"{name}, {problem}" for problem in problems(notebook)]
        if not said and stored != text_of(normal(notebook)):
            said = [f"{name}: spacing, key order or metadata are not normal"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"{name}: not a notebook ({error})"]
    return said


def _run(path: Path) -> Notebook:
    """Return a notebook as it is after a run from top to bottom."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    loaded: Notebook = json.loads(nbformat.writes(notebook))
    return loaded


def notebooks() -> list[Path]:
    """Return every notebook of the repository, in order."""
    found = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.ipynb"))
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def main(arguments: list[str] | None = None) -> None:
    """Normalise notebooks, or check them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebook", nargs="*", type=Path, help="files; by default all of the repository")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="change nothing, exit 1 if something is not normal")
    how.add_argument("--run", action="store_true", help="run the notebooks and keep the checked outputs")
    wanted = parser.parse_args(arguments)
    bad = 0
    for path in wanted.notebook or notebooks():
        said = complaints(path)
        bad += bool(said)
        print("\n".join(said), end="\n" if said else "")
        if wanted.check:
            continue
        before = path.read_text(encoding="utf-8")
        after = text_of(normal(_run(path) if wanted.run else json.loads(before)))
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{path.name}: brought into normal form")
    if wanted.check and bad:
        raise SystemExit("Not normal. What to do: make tidy")


if __name__ == "__main__":
    main()
