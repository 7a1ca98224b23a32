"""Make the report on a class's results: one HTML file that opens anywhere, and a summary of one page.

make results GRADES=grades.csv QUIZ=folder             both, or one of them
make results                                           the synthetic class of the example
make results GRADES=grades.csv KEY=who-is-who.csv      also write which pseudonym is which student

The report is the notebook teaching/results.ipynb, run on these files.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
from html import escape
from pathlib import Path
from typing import Any

from book import figures, tables, vega
from csto import results
from tools.build import ROOT
from tools.tidy import source

NOTEBOOK = ROOT / "teaching" / "results.ipynb"
STATIC = ROOT / "book" / "_static"
Notebook = dict[str, Any]

STYLE = """
:root{--paper:#fcfaf5;--panel:#f4f0e6;--ink:#1d2733;--muted:#55606c;--rule:#d9d4c7;--accent:#8c2f1b;--teal:#0b5d66;color-scheme:light}
@media screen and (prefers-color-scheme:dark){:root{--paper:#14191f;--panel:#1c232b;--ink:#e4e7ea;--muted:#a9b3bd;--rule:#333c46;--accent:#f0a58f;--teal:#7fc6cd;color-scheme:dark;DARK}}
body{margin:0;background:var(--paper);color:var(--ink);font:1.06rem/1.6 "Course Serif",Georgia,"Liberation Serif",serif}
main{max-width:46rem;margin:0 auto;padding:1rem 1.1rem 4rem}
h1{font-size:2.3rem;line-height:1.15;margin:1.2rem 0 .6rem}h2{font-size:1.6rem;margin:2.6rem 0 .6rem;padding-top:.8rem;border-top:1px solid var(--rule)}
h1+p>em:only-child{font-size:1.3rem;color:var(--accent)}
code,pre{font-family:ui-monospace,"Liberation Mono",monospace;font-size:.88em}pre{background:var(--panel);padding:.7rem;overflow-x:auto}
figure{margin:1.6rem 0}figcaption{font-weight:600;margin-top:.4rem}figcaption+p,.note{font-size:.88rem;color:var(--muted);margin:.2rem 0}
figure svg{max-width:100%;height:auto;display:block}.chart-narrow{display:none}
@media screen and (max-width:40rem){.chart-wide{display:none}.chart-narrow{display:block}}
summary{cursor:pointer;color:var(--teal);padding:.3rem 0}
.table-scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;font:.84rem/1.45 system-ui,"Liberation Sans",Arial,sans-serif}
th,td{padding:.35rem .8rem .35rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.synthetic{border:2px solid var(--accent);padding:.6rem .9rem;font-weight:600}
@media print{body{font-size:10.5pt}h2{break-after:avoid}figure,tr{break-inside:avoid}details{display:none}.table-scroll{overflow:visible}}
"""


def run(grades: Path | None, quizzes: Path | None) -> Notebook:
    """Return the notebook, run on these files, with its charts as the book has them.

    Raises
    ------
    ResultsError
        If a file cannot be taken.
    """
    import nbformat
    from nbclient import NotebookClient

    os.environ["BOOK_BUILD"] = "1"  # charts come as data, and are drawn here
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []):
            given = [str(path.resolve()) if path else "" for path in (grades, quizzes)]
            cell.source = f"grades, quizzes = {given[0]!r}, {given[1]!r}"
    client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(ROOT)}})
    client.execute()
    return json.loads(nbformat.writes(notebook))  # type: ignore[no-any-return]


def _output(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    if figures.MIME in data:
        return _figure(data[figures.MIME])
    if "text/html" in data:
        html = "".join(data["text/html"])
        return tables.frame_html(html) if 'class="dataframe"' in html else html
    return ""


def _figure(spec: dict[str, Any]) -> str:
    title, words, note = spec["title"], spec["description"], spec["usermeta"]["note"]
    wide, narrow = vega.draw(spec, spec["usermeta"].get("dark", {}), spec["name"])
    rows = tables.chart_rows(spec)
    table = tables.as_html(rows, tables.drawn_fields(spec), f"Data of the figure: {title}")
    said = " ".join(
        f"{label}: {note[key]}."
        for key, label in (("unit", "Unit"), ("as_of", "As of"), ("source", "Source"), ("caution", "Caution"))
    )
    return (
        f'<figure id="{escape(spec["name"])}"><div role="img" aria-label="{escape(words)}">'
        f'<div class="chart-wide">{wide.svg}</div><div class="chart-narrow">{narrow.svg}</div></div>'
        f"<figcaption>{escape(title)}</figcaption><p>{escape(said)}</p>"
        f"<details><summary>In words</summary><p>{escape(words)}</p></details>"
        f"<details><summary>Data as a table</summary>{table}</details></figure>"
    )


def _dark(notebook: Notebook) -> dict[str, str]:
    """Return the dark form of every colour that the charts use."""
    found: dict[str, str] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            found |= output.get("data", {}).get(figures.MIME, {}).get("usermeta", {}).get("dark", {})
    return found


def page(notebook: Notebook, synthetic: bool) -> str:
    """Return a run notebook as one HTML page that asks for nothing else: words, drawings and tables, no code."""
    from markdown_it import MarkdownIt

    markdown = MarkdownIt("commonmark", {"html": False})
    parts = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and cell["id"] != "opening":
            parts.append(markdown.render(source(cell)))
        parts += [_output(output) for output in cell.get("outputs", [])]
    dark = "".join(
        f"--chart-{light.lower().lstrip('#')}:{value};" for light, value in _dark(notebook).items()
    )
    font = base64.b64encode((STATIC / "fonts" / "source-serif-4-latin.woff2").read_bytes()).decode()
    face = f'@font-face{{font-family:"Course Serif";src:url(data:font/woff2;base64,{font}) format("woff2");font-weight:400 700}}'
    warning = (
        '<p class="synthetic">Synthetic: a seeded function invented this class. No student is behind it.</p>'
        if synthetic
        else ""
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><title>A class’s results</title>'
        f"<style>{face}{STYLE.replace('DARK', dark)}</style></head><body><main><h1>A class’s results</h1>"
        f"{warning}{''.join(parts)}</main></body></html>\n"
    )


def make(grades: Path | None, quizzes: Path | None, folder: Path, key: Path | None = None) -> Path:
    """Write `results.html` and `summary.md` into a folder and return the path of the first.

    Parameters
    ----------
    grades, quizzes
        The table of grades and the folder of quiz exports; neither for the synthetic class.
    folder
        Where to write; made if it is not there.
    key
        Where to write who is who; nowhere if not given.

    Raises
    ------
    ResultsError
        If a file cannot be taken.
    """
    names = results.Pseudonyms()
    synthetic = not grades and not quizzes
    found = (
        results.synthetic() if synthetic else results.read(grades or "", quizzes or "", names)
    )  # fails here, in plain words
    folder.mkdir(parents=True, exist_ok=True)
    salt = os.environ.get("RESULTS_SALT")
    os.environ["RESULTS_SALT"] = names.salt.hex()
    try:
        notebook = run(grades, quizzes)
    finally:
        os.environ.pop("RESULTS_SALT") if salt is None else os.environ.update(RESULTS_SALT=salt)
    (folder / "results.html").write_text(page(notebook, synthetic), encoding="utf-8")
    lines = ["# A class's results on one page", "", *(f"- {one}" for one in results.summary(found)), ""]
    (folder / "summary.md").write_text("\n".join(lines), encoding="utf-8")
    if key:
        key.touch(mode=0o600)
        names.key().to_csv(key, index=False)
    return folder / "results.html"


def main() -> None:
    """Make the report and print where it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--grades", type=Path, help="the table that grading wrote")
    parser.add_argument("--quizzes", type=Path, help="a folder of quiz exports of Canvas or Moodle")
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / "results", help="where to write")
    parser.add_argument("--key", type=Path, help="also write which pseudonym is which student")
    wanted = parser.parse_args()
    try:
        made = make(wanted.grades, wanted.quizzes, wanted.out, wanted.key)
    except results.ResultsError as fault:
        print(f"No report was made. {fault}", file=sys.stderr)
        raise SystemExit(1) from None
    print(f"The report is made.\n  Open  {made.resolve().as_uri()}\n  or    {made.with_name('summary.md')}")


if __name__ == "__main__":
    main()
