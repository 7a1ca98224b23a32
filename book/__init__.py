"""The Sphinx extension of the book: figures, strictness, launch buttons, theme. It knows nothing of the subject."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

PARTS = ("figures", "strict", "launch", "theme")
#: Scripts that others call, so that the page runs them first.
SHARED = ("store.js", "files.js", "scoring.js")
#: Pages read side by side. More than a machine has cores: each mostly waits for its notebook's kernel.
SIDE_BY_SIDE = 8


def _add_static(app: Sphinx, config: Any) -> None:
    static = Path(__file__).parent / "_static"
    config.html_static_path.append(str(static))
    for path in sorted(static.glob("*.css")):
        app.add_css_file(path.name)
    for path in sorted(static.glob("*.js")):
        app.add_js_file(path.name, defer="defer", priority=400 if path.name in SHARED else 500)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register every part of the extension, and read pages side by side where the system can."""
    app.parallel = max(app.parallel, SIDE_BY_SIDE)
    app.connect("config-inited", _add_static)
    for part in PARTS:
        import_module(f"book.{part}").setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
