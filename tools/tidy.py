"""Normalise notebooks: `python -m tools.tidy`, or `--check` to see what is not normal.

A normal notebook has no outputs (except of cells that begin with `# NBVAL_CHECK_OUTPUT`), no execution counts,
no timings, its own readable cell ids, and only the metadata that the book uses.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

FOLDERS = ("chapters", "exercises")
CHECKED = "# NBVAL_CHECK_OUTPUT"
_CELL_METADATA = {"tags", "jupyter", "nbgrader"}
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}

Notebook = dict[str, Any]


def _source(cell: Notebook) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def problems(notebook: Notebook) -> list[str]:
    """Return what is not normal, each with the cell's number and id."""
    found: list[str] = []
    seen: set[str] = set()
    counts: list[int] = []
    for number, cell in enumerate(notebook["cells"], 1):
        where = f"cell {number} (id {cell.get('id', 'none')})"
        if not cell.get("id"):
            found.append(f"{where}: no id")
        elif cell["id"] in seen:
            found.append(f"{where}: an id used before")
        seen.add(cell.get("id", ""))
        extra = sorted(set(cell.get("metadata", {})) - _CELL_METADATA)
        if extra:
            found.append(f"{where}: metadata {', '.join(extra)}; allowed: {', '.join(sorted(_CELL_METADATA))}")
        if cell["cell_type"] != "code":
            continue
        if cell.get("outputs") and not _source(cell).startswith(CHECKED):
            found.append(f"{where}: stored outputs; only a cell that begins with {CHECKED} keeps them")
        if not cell.get("outputs") and _source(cell).startswith(CHECKED):
            found.append(f"{where}: begins with {CHECKED} but has no output to check; run the notebook and tidy it")
        if cell.get("execution_count") is not None:
            counts.append(cell["execution_count"])
            found.append(f"{where}: execution count {cell['execution_count']}")
        if any(output.get("execution_count") is not None for output in cell.get("outputs", [])):
            found.append(f"{where}: execution count in an output")
    if counts != sorted(counts):
        found.append("cells were run out of order; restart the kernel and run all")
    if set(notebook["metadata"]) - {"kernelspec", "language_info"} or notebook["metadata"].get("kernelspec") != _KERNEL:
        found.append("notebook metadata: allowed are the kernelspec python3 and language_info")
    return found


def tidy(notebook: Notebook) -> Notebook:
    """Return the notebook in its normal form; the text of the cells is not touched."""
    for cell in notebook["cells"]:
        cell["metadata"] = {k: v for k, v in cell.get("metadata", {}).items() if k in _CELL_METADATA}
        if cell["cell_type"] != "code":
            continue
        cell["execution_count"] = None
        keep = _source(cell).startswith(CHECKED)
        cell["outputs"] = [_plain(o) for o in cell.get("outputs", []) if keep and o.get("name") != "stderr"]
    notebook["metadata"] = {"kernelspec": dict(_KERNEL), "language_info": {"name": "python"}}
    return notebook


def _plain(output: Notebook) -> Notebook:
    if "execution_count" in output:
        output["execution_count"] = None
    if "data" in output:
        output["data"] = {"text/plain": output["data"].get("text/plain", "")}
    output.pop("transient", None)
    return output


def written(notebook: Notebook) -> str:
    """Return the notebook as text, in the form that git sees."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    """Tidy or check every notebook of the course; return 1 if a check found something."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks or folders (default: chapters and exercises)")
    parser.add_argument("--check", action="store_true", help="say what is not normal and change nothing")
    given = parser.parse_args()
    roots = given.paths or [Path(name) for name in FOLDERS if Path(name).is_dir()]
    files = sorted(p for root in roots for p in ([root] if root.is_file() else root.rglob("*.ipynb")))
    wrong = 0
    for path in files:
        if ".ipynb_checkpoints" in path.parts:
            continue
        text = path.read_text(encoding="utf-8")
        notebook = json.loads(text)
        found = problems(notebook)
        normal = written(tidy(notebook))
        if given.check:
            if not found and normal != text:
                found = ["order of keys, or white space; run `make tidy`"]
            for line in found:
                print(f"{path}: {line}")
            wrong += bool(found)
        elif normal != text:
            path.write_text(normal, encoding="utf-8")
            print(f"{path}: tidied")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
