"""The build says so when a page is missing, and rebuilds pages when what they rest on has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError


def _check_pages(app: Sphinx, error: Exception | None) -> None:
    """Fail when a page of the table of contents has no file in the output, or there is no page at all.

    Raises
    ------
    ExtensionError
        With the names of the missing pages.
    """
    if error or app.builder.format != "html":
        return
    site_map = app.config.external_site_map
    wanted = [name for name in site_map if not str(name).startswith("http")]
    missing = [name for name in wanted if not (Path(app.outdir) / app.builder.get_target_uri(name)).is_file()]
    if not wanted or missing:
        raise ExtensionError(f"the book lacks pages of its table of contents: {', '.join(missing) or 'all'}")


def _fingerprint(app: Sphinx) -> str:
    digest = hashlib.sha256()
    for path in inputs(app):
        digest.update(str(path.relative_to(app.srcdir)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def inputs(app: Sphinx) -> Iterator[Path]:
    """Yield the files that pages are made from besides their own: code, data, questions."""
    for name in app.config.book_notebook_inputs:
        root = Path(app.srcdir) / name
        found = [root] if root.is_file() else root.rglob("*")
        yield from sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts)


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Return every notebook when the code or the data that notebooks import has changed."""
    now = _fingerprint(app)
    before, env.book_inputs = getattr(env, "book_inputs", None), now  # type: ignore[attr-defined]
    if before is None or before == now:
        return []
    return [name for name in env.found_docs if env.doc2path(name).endswith(".ipynb")]


def setup(app: Sphinx) -> None:
    """Register the checks."""
    app.add_config_value("book_notebook_inputs", [], "env")
    app.connect("env-get-outdated", _outdated)
    app.connect("build-finished", _check_pages)
