"""Making the theme light, strict and accessible: one small stylesheet, no script or style inside a page, icons drawn in.

Everything that bends the theme is here, so that a newer theme needs one place of care.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from book import stylesheet, tables

#: Scripts and styles that the book has no use for: live code by a foreign host, toggles, tabs, formulas.
UNUSED = ("thebe", "togglebutton", "design-tabs", "mathjax", "require")
_UNUSED_INLINE = ("THEBE_JS_URL", "togglebuttonSelector", "toggleHint", "toggleOpenOnPrint")
_THEBE = re.compile(
    r'<script type="text/x-thebe-config">.*?</script>\s*<script>kernelName = .*?</script>', re.DOTALL
)

#: Scripts that act on one kind of element, each with what marks a page that has it.
ONLY_WHERE = {
    "coding.js": ('class="coding"',),
    "finder.js": ("entry-finder",),
    "sheet.js": ('class="sheet"',),
    "scoring.js": ('class="sheet"', 'class="trust"'),
    "council.js": ("council-desk",),
    "trust.js": ('class="trust"',),
    "claims.js": ("claim-finder",),
    "side-by-side.js": ('class="side-by-side"',),
    "copybutton.js": ('class="highlight',),
    "clipboard.min.js": ('class="highlight',),
}
#: The stylesheet of all pages, made from all that the pages name.
SHEET = "_static/book.css"
_SHEET_LINK = re.compile(
    r'[ \t]*<link(?=[^>]* rel="stylesheet")(?=[^>]* href="([^":?]+\.css)[^"]*")[^>]*>\n?'
)
_IN_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)

#: What a page may load: files of its own host. Nothing inside a page runs, and no text becomes code. It stands in the
#: pages themselves, for hosts that send no headers and for a book opened from a folder. Files that a reader makes in the
#: page are saved by a link to `blob:`, which no directive forbids.
POLICY = "default-src 'self'; base-uri 'self'; object-src 'none'"
_CHARSET = '<meta charset="utf-8" />'
_POLICY = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'

#: What the theme writes into pages as scripts and styles, and the file or the attribute that does it instead, so that a
#: page needs no script and no style of its own and can be served under a strict content security policy.
_MODE = re.compile(r'<script data-cfasync="false">.*?</script>', re.DOTALL)
_JS_ONLY = re.compile(
    r"(?:<!--[^>]*?js is disabled\s*-->\s*)?<noscript>\s*<style>.*?</style>\s*</noscript>", re.DOTALL
)
_PAGE_NAME = re.compile(r"<script>DOCUMENTATION_OPTIONS\.pagename = [^<]*</script>\s*")
_SEARCH_FOCUS = re.compile(r"<script>\s*// Activate the search field.*?</script>", re.DOTALL)
_CLICK = re.compile(r' onclick="([\w.]+)\(\)"')
_INDEX_STYLE = re.compile(r'(<t(?:able|d)) style="width: [^"]*"')

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
#: Figures are named by their titles, excerpts by who speaks; browsers no longer take a name from a caption by themselves.
_FIGURE = re.compile(
    r'<figure class="(chart-figure[^"]*)" id="([^"]+)">((?:(?!</figure>).)*?)<span class="caption-text">',
    re.DOTALL,
)
_EXCERPT = re.compile(r'<figure class="excerpt" data-excerpt="([^"]+)"><figcaption><p class="excerpt-who">')
#: The theme's dialogs have no names of their own.
_DIALOGS = {
    "pst-search-dialog": "Search",
    "pst-primary-sidebar-modal": "Course",
    "pst-secondary-sidebar-modal": "On this page",
}
#: The name of a button is what stands on it; these two would be spoken otherwise than they are read.
_FOLDED = re.compile(r'(<summary) aria-label="Toggle hidden content"')
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
    if _POLICY not in html:
        html = html.replace(_CHARSET, f"{_CHARSET}\n    {_POLICY}", 1)
    for pattern in (_PAGE_NAME, _SEARCH_FOCUS):
        html = pattern.sub("", html)
    html = _CLICK.sub(r' data-does="\1"', html)
    html = _INDEX_STYLE.sub(r"\1", html)
    for name, label in _DIALOGS.items():
        html = html.replace(f'<dialog id="{name}">', f'<dialog id="{name}" aria-label="{label}">')
    html = _FIGURE.sub(
        r'<figure class="\1" id="\2" aria-labelledby="\2-title">\3<span class="caption-text" id="\2-title">',
        html,
    )
    html = _EXCERPT.sub(
        r'<figure class="excerpt" data-excerpt="\1" aria-labelledby="excerpt-\1"><figcaption>'
        r'<p class="excerpt-who" id="excerpt-\1">',
        html,
    )
    return tables.reachable(_FOLDED.sub(r"\1", _SEARCH.sub(r"\1", html)))


def _rooted(html: str, root: str) -> str:
    """Return a page whose scripts and styles are files; `root` leads from the page to the book's first folder."""
    html = _MODE.sub(f'<script src="{root}_static/start/mode.js"></script>', html, count=1)
    return _JS_ONLY.sub(
        f'<noscript><link rel="stylesheet" href="{root}_static/start/noscript.css"></noscript>', html
    )


def _wanted(asset: Any) -> bool:
    name = str(getattr(asset, "filename", asset) or "")
    body = str(getattr(asset, "attributes", {}).get("body", "") or "")
    return not any(word in name for word in UNUSED) and not any(word in body for word in _UNUSED_INLINE)


def _lighten(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    body = context["body"] = _THEBE.sub("", context.get("body", ""))
    for kind in ("script_files", "css_files"):
        if kind in context:
            context[kind] = [asset for asset in context[kind] if _wanted(asset) and _needed(asset, body)]


def _needed(script: Any, body: str) -> bool:
    name = Path(str(getattr(script, "filename", script) or "")).name
    return any(sign in body for sign in ONLY_WHERE.get(name, ("",)))


def _polish_pages(app: Sphinx, error: Exception | None) -> None:
    """Polish every page, and give all of them one stylesheet in place of the many that fresh pages name."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    paths = [path for path in site.rglob("*.html") if "_static" not in path.relative_to(site).parts]
    before = {path: path.read_text(encoding="utf-8") for path in paths}
    after = {path: _rooted(polish(html), _root(path, site)) for path, html in before.items()}
    sheets = list(dict.fromkeys(sheet for path, html in after.items() for sheet in _sheets(html, path, site)))
    if sheets:
        mark = _write_sheet(site, sheets, after)
        for path, html in after.items():
            after[path] = _with_sheet(html, f"{_root(path, site)}{SHEET}?v={mark}")
    for path, html in after.items():
        if html != before[path]:
            path.write_text(html, encoding="utf-8")


def _root(page: Path, site: Path) -> str:
    return "../" * (len(page.relative_to(site).parts) - 1)


def _sheets(html: str, page: Path, site: Path) -> list[Path]:
    """Return the stylesheets that a page names, but for the joined one and what only pages without scripts load."""
    named = _SHEET_LINK.findall(_IN_NOSCRIPT.sub("", html))
    found = (Path(os.path.normpath(page.parent / address)) for address in named)
    return [path for path in found if path != site / SHEET]


def _write_sheet(site: Path, sheets: list[Path], pages: dict[Path, str]) -> str:
    """Join and purge stylesheets and return a mark of the result, which changes when the result does."""
    named = "".join(pages.values())
    files = {
        path
        for path in (*(site / "_static").rglob("*.js"), *site.glob("_*/*.js"))
        # The theme brings scripts that no page loads, such as that of its icons.
        if path.parent != site / "_static" / "scripts" or path.name in named
    }
    scripts = [path.read_text(encoding="utf-8") for path in sorted(files)]
    texts = [*pages.values(), *scripts]
    joined = "\n".join(
        stylesheet.relocated(path.read_text(encoding="utf-8"), path.parent, (site / SHEET).parent)
        for path in sheets
    )
    known = stylesheet.words(pages.values(), scripts)
    css = stylesheet.purged(
        joined, known, {name for text in texts for name in stylesheet.VARIABLE.findall(text)}
    )
    (site / SHEET).write_text(css, encoding="utf-8")
    return hashlib.sha256(css.encode()).hexdigest()[:8]


def _with_sheet(html: str, address: str) -> str:
    """Return a page with the joined stylesheet where its first stylesheet stood, and no other."""
    aside = _IN_NOSCRIPT.findall(html)
    rest = _IN_NOSCRIPT.sub("<noscript/>", html)
    first = _SHEET_LINK.search(rest)
    if first:
        link = f'<link rel="stylesheet" href="{address}">\n'
        rest = rest[: first.start()] + link + _SHEET_LINK.sub("", rest[first.end() :])
    for text in aside:
        rest = rest.replace("<noscript/>", text, 1)
    return rest


def _templates(app: Sphinx, config: Any) -> None:
    config.templates_path.append(os.path.relpath(Path(__file__).parent / "templates", app.confdir))


def setup(app: Sphinx) -> None:
    """Register the adjustments."""
    app.connect("config-inited", _templates)
    app.connect("html-page-context", _lighten, priority=900)
    app.connect("build-finished", _polish_pages, priority=900)
