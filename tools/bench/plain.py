"""A plain Jupyter Book of the same notebooks: its default configuration, Altair's own renderer, none of our extensions.

The scripts of charts are answered as their host would, from the copy that vl-convert carries, so that both books are
measured on this machine. The manager of widgets, formulas and RequireJS come from other hosts too; those requests fail
here, as they do for any reader without a network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import vl_convert

from tools.bench.report import CHAPTERS
from tools.build import ROOT

_CONFIG = """
title: A plain book
execute: {execute_notebooks: force, timeout: 300, allow_errors: true}
bibtex_bibfiles: [data/references.bib]
sphinx: {config: {nb_eval_name_regex: ".+"}}
"""
#: Runs Jupyter Book as it is without this project installed, which announces its renderer of charts to MyST-NB.
_WITHOUT_US = (
    "import myst_nb.core.render as render; render.MIME_RENDER_ENTRY_GROUP = 'none'; "
    "from jupyter_book.cli.main import main; main()"
)
_RENDERER: dict[str, Any] = {
    "cell_type": "code",
    "execution_count": None,
    "id": "altairs-own",
    "metadata": {"tags": ["remove-cell"]},
    "outputs": [],
    "source": "import altair\n_ = altair.renderers.enable('default')",
}


def build(folder: Path) -> Path:
    """Build the plain book in a folder and return where its pages are.

    Raises
    ------
    SystemExit
        With the last words of the build, if a chapter's page is missing.
    """
    for name in ("csto", "data", "questions"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "chapters").mkdir()
    for path in CHAPTERS:
        (folder / "chapters" / path.name).write_text(_with_altairs_renderer(path), encoding="utf-8")
    (folder / "index.md").write_text("# A plain book\n", encoding="utf-8")
    (folder / "_config.yml").write_text(_CONFIG, encoding="utf-8")
    files = [f"- file: chapters/{path.stem}\n" for path in CHAPTERS]
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n" + "".join(files), encoding="utf-8"
    )
    settings = {key: value for key, value in os.environ.items() if key != "BOOK_BUILD"}
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_US, "build", str(folder)],
        cwd=folder,
        env=settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    site = folder / "_build" / "html"
    if missing := [path.stem for path in CHAPTERS if not (site / "chapters" / f"{path.stem}.html").is_file()]:
        raise SystemExit(f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}\nThe plain book lacks {missing}")
    return site


def _with_altairs_renderer(path: Path) -> str:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    first = next(number for number, cell in enumerate(notebook["cells"]) if cell["cell_type"] == "code")
    notebook["cells"].insert(first + 1, _RENDERER)
    return json.dumps(notebook)


def scripts() -> dict[str, str]:
    """Return the answers of the host of Altair's scripts: all three in the last, because they carry each other there."""
    return {
        "/npm/vega@": "",
        "/npm/vega-lite@": "",
        "/npm/vega-embed@": f"(() => {{ {vl_convert.javascript_bundle('window.vegaEmbed = vegaEmbed;')} }})();",
    }
