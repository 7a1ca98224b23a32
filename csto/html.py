"""Small things that are shown as HTML: in the book as bare markup, live with a little style of their own."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from csto.data import named
from csto.figures import in_book

_LIVE_STYLE = """<style>
.course-live fieldset, .course-live figure { border: 1px solid #8a8578; padding: .5rem 1rem; margin: .5rem 0; max-width: 42rem; }
.course-live legend, .course-live .excerpt-who { font-weight: 600; }
.course-live .option > .feedback { display: none; margin: .2rem 0 .4rem 1.6rem; }
.course-live .option > input:checked ~ .feedback { display: block; }
.course-live blockquote { font-size: 1.1em; }
.course-live .side-pair { border-collapse: collapse; table-layout: fixed; width: 100%; max-width: 72rem; }
.course-live .side-pair :is(th, td) { padding: .5rem .7rem .5rem 0; text-align: left; vertical-align: top; white-space: normal; border-bottom: 1px solid #8a8578; }
.course-live .side-pair thead td, .course-live .side-pair tbody th { width: 11rem; }
.course-live .side-pair small { font-weight: normal; }
.course-live .side-pair blockquote { margin: .5rem 0 .2rem; padding-left: .7rem; border-left: 2px solid #8a8578; font-size: 1em; }
.course-live .side-pair p { margin: .2rem 0; }
.course-live .visually-hidden { position: absolute; left: -999em; }
</style>"""


def attributes(**values: Any) -> str:
    """Return HTML attributes, escaped; a trailing underscore is dropped, an inner one becomes a hyphen."""
    pairs = (
        (name.rstrip("_").replace("_", "-"), value) for name, value in values.items() if value is not None
    )
    return "".join(f' {name}="{escape(str(value))}"' for name, value in pairs)


def emphasis(text: str) -> str:
    """Return escaped text in which *words between stars* are emphasised."""
    return re.sub(r"\*([^*\n]+)\*", r"<em>\1</em>", escape(text))


def cited(keys: str, page: str = "bibliography") -> str:
    """Return sources by author and year, in the book each as a link to its entry, folded behind their number.

    Parameters
    ----------
    keys
        Keys of the bibliography, separated by semicolons.
    page
        The bibliography as seen from the page, without its ending.
    """
    words = {key: escape(named([key])) for key in keys.split(";")}
    if not in_book():
        return ", ".join(dict.fromkeys(words.values()))
    links = [f'<a href="{page}.html#{source_anchor(key)}">{said}</a>' for key, said in words.items()]
    number = f"{len(links)} source{'s' if len(links) > 1 else ''}"
    return f'<details class="cited"><summary>{number}</summary>{", ".join(links)}</details>'


def source_anchor(key: str) -> str:
    """Return the anchor of a source in the bibliography."""
    return "source-" + re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")


class Shown:
    """Something with HTML for the page and plain text for everything else; `live`, if given, is for a live kernel."""

    def __init__(self, html: str, text: str, live: str | None = None) -> None:
        self.html = html
        self.text = text
        self.live = html if live is None else live

    def _repr_html_(self) -> str:
        return self.html if in_book() else f'{_LIVE_STYLE}<div class="course-live">{self.live}</div>'

    def __repr__(self) -> str:
        return self.text
