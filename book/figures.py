"""Any Altair chart that a cell shows becomes a figure of the book.

On the page stand, without a word more from the author: a drawing that needs no script, a numbered caption,
the chart in words, its data as a table and as a CSV file.
With scripts the drawing becomes the interactive chart when it comes into view.
"""

from __future__ import annotations

import json
import os
import re
import time
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxTranslator

from book import archive, browse, controls, launch, tables, vega

MIME = "application/vnd.vegalite.v6+json"
FOLDER = "_charts"
COLOURS = "chart-colours.css"
RUNTIME = f"vega-interpreted-{version('vl-convert-python')}.js"


class chart(nodes.General, nodes.Element):
    """The container of a figure drawn from a chart, with its script sources and its data."""


class ChartRenderer:
    """Renders the Vega-Lite output of a cell; MyST-NB finds it through an entry point."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int]]] = [("*", MIME, 0)]

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:
        """Return the nodes of a chart, a cleaned table for a frame, or None for everything else.

        Raises
        ------
        ExtensionError
            If a chart has no description, or one that repeats its title; if a cell's output brings a script.
        """
        if inline:
            return None
        if data.mime_type == "text/html":
            return _html(renderer, data.string, _where(renderer, data))
        if data.mime_type != MIME:
            return None
        spec = data.content if isinstance(data.content, dict) else json.loads(data.string)
        return _figure(renderer, spec, _where(renderer, data))


def _where(renderer: Any, data: Any) -> str:
    """Return a phrase that names the notebook and the cell."""
    source = Path(renderer.source)
    place = f"{source.parent.name}/{source.name}, cell {(data.cell_index or 0) + 1}"
    try:
        cell = json.loads(source.read_text(encoding="utf-8"))["cells"][data.cell_index]
        return f"{place} (id {cell['id']})"
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        return place


def _html(renderer: Any, html: str, where: str) -> list[nodes.Element] | None:
    if "vegaEmbed" in html or "vega-embed" in html:
        raise ExtensionError(
            f"{where}: the chart is drawn by Altair's own page script; import the course first"
        )
    if "<script" in html:
        raise ExtensionError(f"{where}: the output carries a script; a page of the book is static")
    if 'class="dataframe"' in html:
        return [nodes.raw("", tables.frame_html(html), format="html")]
    if "data-open=" in html:
        env: BuildEnvironment = renderer.renderer.sphinx_env
        return [nodes.raw("", _with_ways(html, launch.binder_url(env.config, env.docname)), format="html")]
    return None


def _with_ways(html: str, address: str) -> str:
    """Return HTML in which every element with `data-open` is the way to the live form of what stands before it."""
    soup = BeautifulSoup(html, "html.parser")
    for place in soup.select("[data-open]"):
        way = _open(json.loads(str(place["data-open"])), address)
        place.replace_with(BeautifulSoup(way, "html.parser"))
    return str(soup)


def _text(value: Any) -> str:
    """Return a Vega-Lite title, description or subtitle as one line of text."""
    if isinstance(value, dict):
        value = value.get("text", "")
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _figure(renderer: Any, spec: dict[str, Any], where: str) -> list[nodes.Element]:
    title, words = _text(spec.get("title")).strip(), _text(spec.get("description")).strip()
    if not title:
        raise ExtensionError(f"{where}: the chart has no title; add .properties(title=…) with its finding")
    if not words:
        raise ExtensionError(
            f"{where}: the chart has no description; add .properties(description=…) that says what it shows"
        )
    if _plain(words) == _plain(title):
        raise ExtensionError(f"{where}: the chart's description only repeats its title; say what it shows")
    env: BuildEnvironment = renderer.renderer.sphinx_env
    meta = spec.get("usermeta", {})
    shown = _charts(env).setdefault(env.docname, {})
    name = str(spec.get("name") or f"figure-{len(shown) + 1}")
    if name in shown:
        raise ExtensionError(f"{where}: a second chart named {name!r} on this page; names are unique")
    dark = meta.get("dark", {})
    wide, narrow = vega.draw(spec, dark, name)
    rows = tables.chart_rows(spec)
    shown[name] = {"wide": wide.vega, "narrow": narrow.vega, "csv": tables.as_csv(rows), "dark": dark}

    base = "../" * env.docname.count("/") + f"{FOLDER}/{env.docname}/"
    box = chart(name=name, base=base)
    figure = nodes.figure(ids=[name], names=[name], classes=["chart-figure"])
    figure += nodes.raw("", _picture(words, wide, narrow), format="html")
    figure += nodes.caption("", title)
    figure += _legend(spec, meta.get("note", {}), _pages_of_tables(env))
    box += figure
    box += nodes.raw("", _more(name, base, title, words, rows, spec), format="html")
    box += nodes.raw(
        "", _open(meta.get("open", {}), launch.binder_url(env.config, env.docname)), format="html"
    )
    renderer.renderer.document.note_explicit_target(figure, figure)
    return [box]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _picture(words: str, wide: vega.Drawing, narrow: vega.Drawing) -> str:
    before = after = ""
    if wide.controls:
        drawn = json.loads(wide.vega)
        before = (
            f'<div class="chart-controls" data-controls="{wide.controls}" inert>{controls.still(drawn)}</div>'
            '<noscript><p class="chart-noscript">The controls of this chart need JavaScript; '
            "it is drawn here as it first appears.</p></noscript>"
        )
        if said := controls.said(drawn):
            after = f'<p class="chart-said" role="status">{escape(said)}</p>'
    return (
        f'{before}<div class="chart-picture" role="img" aria-label="{escape(words)}">'
        f'<div class="chart-static"><div class="chart-wide">{wide.svg}</div>'
        f'<div class="chart-narrow">{narrow.svg}</div></div><div class="chart-live" hidden></div></div>{after}'
    )


def _pages_of_tables(env: BuildEnvironment) -> dict[str, str]:
    """Return the address of each table's page, as seen from the page that is read."""
    folder = archive.source(env.app)
    base = "../" * env.docname.count("/") + browse.FOLDER
    return {name: f"{base}/{name}.html" for name in browse.tables(folder)} if folder else {}


def _legend(spec: dict[str, Any], note: dict[str, Any], pages: dict[str, str]) -> nodes.legend:
    """Return what a caption says under its title; the tables that the note names lead to their pages."""
    title = spec.get("title")
    parts = [_text(title.get("subtitle")) if isinstance(title, dict) else ""]
    parts += [
        f"{label}: {note[key]}."
        for key, label in (("unit", "Unit"), ("as_of", "As of"), ("source", "Source"), ("caution", "Caution"))
        if note.get(key)
    ]
    text = " ".join(part.replace("..", ".") for part in parts if part)
    if not text:
        return nodes.legend()
    paragraph = nodes.paragraph()
    for part in re.split(r"(“\w+”)", text):
        name = part.strip("“”")
        if part != name and name in note.get("tables", ()) and name in pages:
            link = nodes.reference("", name, refuri=pages[name], internal=True)
            paragraph += [nodes.Text("“"), link, nodes.Text("”")]
        else:
            paragraph += nodes.Text(part)
    return nodes.legend("", paragraph)


def _more(
    name: str,
    base: str,
    title: str,
    words: str,
    rows: list[tables.Row],
    spec: dict[str, Any],
) -> str:
    data = ""
    if rows:
        table = tables.as_html(rows, tables.drawn_fields(spec), f"Data of the figure: {title}")
        data = (
            f'<details class="chart-data"><summary>Data as a table</summary>{table}</details>'
            f'<a class="chart-csv" href="{base}{name}.csv" download>Data as CSV'
            f'<span class="visually-hidden"> of the figure: {escape(title)}</span></a>'
        )
    return (
        f'<div class="chart-more"><details class="chart-words"><summary>In words</summary>'
        f"<p>{escape(words)}</p></details>{data}</div>"
    )


def _open(link: dict[str, str], address: str) -> str:
    if not link:
        return ""
    label, local = escape(link.get("label", "Open")), escape(link.get("local", ""))
    if address:
        return f'<p class="chart-open"><a href="{escape(address)}">{label} in Binder</a></p>'
    return f'<p class="chart-open">{label} on your own machine: <code>{local}</code></p>'


# --- the Sphinx side ---------------------------------------------------------------------------------------------


def _charts(env: BuildEnvironment) -> dict[str, dict[str, dict[str, Any]]]:
    if not hasattr(env, "book_charts"):
        env.book_charts = {}  # type: ignore[attr-defined]
    return env.book_charts  # type: ignore[attr-defined, no-any-return]


def _purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    _charts(env).pop(docname, None)


def _merge(app: Sphinx, env: BuildEnvironment, docnames: list[str], other: BuildEnvironment) -> None:
    _charts(env).update({name: page for name, page in _charts(other).items() if name in docnames})


def _write(app: Sphinx, error: Exception | None) -> None:
    """Write what the pages load when a chart wakes: specifications, data, Vega, and the dark colours."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    script = folder / RUNTIME
    if not script.exists():
        for old in folder.glob("vega-*.js"):
            old.unlink()
        script.write_text(vega.runtime(), encoding="utf-8")
    dark: dict[str, str] = {}
    for docname, page in _charts(app.env).items():
        (folder / docname).mkdir(parents=True, exist_ok=True)
        for name, kept in page.items():
            dark.update(kept["dark"])
            (folder / docname / f"{name}.csv").write_text(kept["csv"], encoding="utf-8")
            for form in ("wide", "narrow"):
                call = f"window.bookCharts.add({json.dumps(f'{name}.{form}')}, {kept[form]});\n"
                (folder / docname / f"{name}.{form}.js").write_text(call, encoding="utf-8")
    rules = "".join(f"--chart-{light.lower().lstrip('#')}:{value};" for light, value in sorted(dark.items()))
    (Path(app.outdir) / "_static" / COLOURS).write_text(
        f'@media screen{{html[data-theme="dark"]{{{rules}}}}}\n', encoding="utf-8"
    )


def _visit_html(self: SphinxTranslator, node: nodes.Element) -> None:
    self.body.append(  # type: ignore[attr-defined]
        f'<div class="chart" data-chart="{escape(node["name"])}" data-base="{escape(node["base"])}" '
        f'data-runtime="{RUNTIME}">'
    )


def _depart_html(self: SphinxTranslator, node: nodes.Element) -> None:
    self.body.append("</div>\n")  # type: ignore[attr-defined]


def _pass(self: SphinxTranslator, node: nodes.Element) -> None:
    """Let other builders show the figure inside."""


def set_clock() -> None:
    """Let this process and those that it starts reckon in UTC: an axis of time is drawn by the clock of who builds."""
    os.environ["TZ"] = "UTC"
    if hasattr(time, "tzset"):
        time.tzset()


def setup(app: Sphinx) -> None:
    """Register the figure node and the files that the pages load."""
    os.environ["BOOK_BUILD"] = "1"  # kernels of the build inherit it
    set_clock()
    app.add_node(
        chart,
        html=(_visit_html, _depart_html),
        latex=(_pass, _pass),
        text=(_pass, _pass),
        man=(_pass, _pass),
        texinfo=(_pass, _pass),
    )
    app.add_css_file(COLOURS)
    app.connect("env-purge-doc", _purge)
    app.connect("env-merge-info", _merge)
    app.connect("build-finished", _write)
