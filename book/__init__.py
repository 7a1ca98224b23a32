"""The Sphinx extension: figures, generated text, strictness, launch buttons, theme, data. It knows nothing of the subject."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from pybtex.plugin import find_plugin, register_plugin
from sphinx.application import Sphinx

PARTS = (
    "figures",
    "generated",
    "strict",
    "launch",
    "theme",
    "archive",
    "dictionary",
    "browse",
    "marks",
    "search",
    "addresses",
    "languages",
    "kernels",
)
#: Scripts that others call, so that the page runs them first.
SHARED = ("store.js", "files.js", "scoring.js")
#: Pages read side by side. More than a machine has cores: each mostly waits for its notebook's kernel.
SIDE_BY_SIDE = 8
#: What every citation asks pybtex for: known to it, or it would look through all that is installed each time.
CITED_BY = (("pybtex.backends", "docutils"), ("pybtex.backends", "plaintext"))
#: Extensions of Jupyter Book that do not say whether pages can be read so: the one numbers chapters after all pages are
#: read, the other acts for LaTeX only. Without their word Sphinx would warn and read one page after the other.
SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")


def _add_static(app: Sphinx, config: Any) -> None:
    static = Path(__file__).parent / "_static"
    # As seen from the book: an absolute path would put into the build where on a machine it was made.
    config.html_static_path.append(os.path.relpath(static, app.confdir))
    for path in sorted(static.glob("*.css")):
        app.add_css_file(path.name)
    for path in sorted(static.glob("*.js")):
        app.add_js_file(path.name, defer="defer", priority=400 if path.name in SHARED else 500)


def _read_side_by_side(app: Sphinx, config: Any) -> None:
    for name in SILENT:
        if name in app.extensions and app.extensions[name].parallel_read_safe is None:
            app.extensions[name].parallel_read_safe = True
    app.parallel = max(app.parallel, SIDE_BY_SIDE)


def _know_plugins() -> None:
    for group, name in CITED_BY:
        register_plugin(group, name, find_plugin(group, name), force=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part of the extension, and read pages side by side where the system can."""
    _know_plugins()
    app.connect("config-inited", _read_side_by_side)
    app.connect("config-inited", _add_static)
    for part in PARTS:
        import_module(f"book.{part}").setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
