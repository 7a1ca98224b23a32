"""Making the theme light and accessible: fewer scripts, icons in the page, names for its controls.

Everything that bends the theme is here, so that a newer theme needs one place of care.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

#: Scripts and styles that the book has no use for: live code by a foreign host, toggles, tabs, formulas.
UNUSED = ("thebe", "togglebutton", "design-tabs", "mathjax", "require")
_UNUSED_INLINE = ("THEBE_JS_URL", "togglebuttonSelector", "toggleHint", "toggleOpenOnPrint")
_THEBE = re.compile(
    r'<script type="text/x-thebe-config">.*?</script>\s*<script>kernelName = .*?</script>', re.DOTALL
)

#: Icons on a grid of 24 by 24, drawn with lines.
ICONS = {
    "bars": "M3 6h18M3 12h18M3 18h18",
    "magnifying-glass": "M10 4a6 6 0 1 0 0 12a6 6 0 0 0 0-12M15 15l6 6",
    "download": "M12 3v12M7 10l5 5l5-5M4 20h16",
    "expand": "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
    "circle-half-stroke": "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M12 3v18M12 8h7M12 12h9M12 16h7",
    "sun": "M12 8a4 4 0 1 0 0 8a4 4 0 0 0 0-8M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.5 1.5M17.5 17.5L19 19M5 19l1.5-1.5M17.5 6.5L19 5",
    "moon": "M20 14a8 8 0 1 1-10-10a7 7 0 0 0 10 10",
    "list": "M8 6h13M8 12h13M8 18h13M3 6h1M3 12h1M3 18h1",
    "outdent": "M8 6h13M8 12h13M8 18h13M3 6h1M3 12h1M3 18h1",
    "angle-left": "M15 5l-7 7l7 7",
    "angle-right": "M9 5l7 7l-7 7",
    "chevron-down": "M5 9l7 7l7-7",
    "arrow-up": "M12 20V4M5 11l7-7l7 7",
    "rocket": "M7 4l12 8l-12 8z",
    "file": "M6 3h8l5 5v13H6zM14 3v5h5",
    "file-pdf": "M6 3h8l5 5v13H6zM14 3v5h5",
    "xmark": "M5 5l14 14M19 5L5 19",
}
_ICON = re.compile(r'<(?:i|span) class="([^"]*\bfa-[^"]*)"([^>]*)></(?:i|span)>')
_SEARCH = re.compile(r'(<button class="btn search-button-field[^>]*?) aria-label="[^"]*"')
#: The sidebar's logo stands outside every landmark unless the sidebar is one.
_SIDEBAR = '<div id="pst-primary-sidebar" role="complementary" aria-label="Course" class='
#: Roles of the bibliography that ARIA has deprecated, or whose children do not fit.
_ROLES = (' role="doc-biblioentry"', ' role="list"')


def _icon(match: re.Match[str]) -> str:
    classes, rest = match[1].split(), match[2]
    names = [name for word in classes if (name := word.removeprefix("fa-")) in ICONS]
    if not names:
        return match[0]
    kept = " ".join(["icon", *(word for word in classes if not word.startswith("fa"))])
    return (
        f'<svg class="{kept}"{rest} viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        f'stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">'
        f'<path d="{ICONS[names[0]]}"/></svg>'
    )


def polish(html: str) -> str:
    """Return a page with its icons drawn in and its controls named as they are labelled; twice is as good as once."""
    html = _ICON.sub(_icon, html)
    html = html.replace('<div id="pst-primary-sidebar" class=', _SIDEBAR)
    for role in _ROLES:
        html = html.replace(role, "")
    return _SEARCH.sub(r"\1", html)


def _wanted(asset: Any) -> bool:
    name = str(getattr(asset, "filename", asset) or "")
    body = str(getattr(asset, "attributes", {}).get("body", "") or "")
    return not any(word in name for word in UNUSED) and not any(word in body for word in _UNUSED_INLINE)


def _lighten(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    for kind in ("script_files", "css_files"):
        if kind in context:
            context[kind] = [asset for asset in context[kind] if _wanted(asset)]
    if "body" in context:
        context["body"] = _THEBE.sub("", context["body"])


def _polish_pages(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        html = path.read_text(encoding="utf-8")
        better = polish(html)
        if better != html:
            path.write_text(better, encoding="utf-8")


def _templates(app: Sphinx, config: Any) -> None:
    config.templates_path.append(str(Path(__file__).parent / "templates"))


def setup(app: Sphinx) -> None:
    """Register the adjustments."""
    app.connect("config-inited", _templates)
    app.connect("html-page-context", _lighten, priority=900)
    app.connect("build-finished", _polish_pages)
