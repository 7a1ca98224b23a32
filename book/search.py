"""The words of every page in a small script of its own, from which the search shows where it found something.

The search of Sphinx fetches each page that it finds, drawings and all, to show a line of it. That is much to load, and a
book opened from a folder may fetch nothing. Here it loads the words alone, as scripts, which every browser allows.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

FOLDER = "_search"
SCRIPT = "search/summaries.js"
#: What has no words to find.
_SILENT = re.compile(r'<(svg|script|style)\b.*?</\1>|<a class="headerlink".*?</a>', re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*)>")
_ID = re.compile(r'\bid="([^"]+)"')
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
#: Elements that do not part words.
_WITHIN_LINES = {
    "a",
    "abbr",
    "b",
    "cite",
    "code",
    "em",
    "i",
    "kbd",
    "q",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "var",
}


def words(body: str) -> str:
    """Return the text of a page as HTML that has its sections, which headings are found by, and nothing else.

    Parameters
    ----------
    body
        The HTML of the page's main part.
    """

    def kept(tag: re.Match[str]) -> str:
        end, name, attributes = tag.groups()
        if name != "section":
            return "" if name in _WITHIN_LINES else " "
        named = _ID.search(attributes)
        return "</section>" if end else f'<section id="{named[1]}">' if named else "<section>"

    text = _TAG.sub(kept, _COMMENT.sub("", _SILENT.sub(" ", body)))
    return f'<div role="main">{" ".join(text.split())}</div>'


def _write(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Write the words of a page when the page is written."""
    if app.builder.format == "html" and page in app.env.all_docs:
        path = Path(app.outdir) / FOLDER / f"{page}.js"
        path.parent.mkdir(parents=True, exist_ok=True)
        call = f"window.bookTexts.add({json.dumps(page)}, {json.dumps(words(context['body']), ensure_ascii=False)});\n"
        path.write_text(call, encoding="utf-8")


def _add_script(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    if page == "search":
        app.add_js_file(SCRIPT, defer="defer", priority=600)


def _configure(app: Sphinx, config: Any) -> None:
    config.html_show_search_summary = False


def setup(app: Sphinx) -> None:
    """Let Sphinx show no summaries, and show our own."""
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _add_script)
    app.connect("html-page-context", _write, priority=950)
