"""Which sources the course has, of what kind, and where it leans on which.

What a chapter rests on is computed from the chapter itself: the citations in its prose, its excerpts and questions, and the
source keys of the tables that it loads.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from csto import data
from csto.chronicle import CHAPTERS, chronicle, said
from csto.excerpts import load_excerpts
from csto.figures import in_book
from csto.html import Shown
from csto.origins import ARTICLES
from csto.quiz import FOLDER, load_questions

REPO = Path(__file__).resolve().parent.parent
#: The keywords of the bibliography, from nearest to the act to farthest, as readers see them.
KINDS = {
    "primary": "primary",
    "agency": "news agency",
    "press": "press",
    "scholarly": "scholarly",
    "data": "data set",
    "encyclopaedic": "encyclopaedia",
    "textbook": "textbook",
    "article": "one of the five articles",
}
#: Events against which the articles are held: table, row, a part of the title that tells its rows apart, and a short name.
#: The days are those of the timeline.
AFTERWARDS = (
    ("members", "UZB-2", "suspended", "Uzbekistan suspended"),
    ("secretaries_general", "3", "appointed", "Secretary General chosen"),
    ("requests", "R22", "war", "Second Karabakh war"),
    ("requests", "R28", "request", "Request of Kazakhstan"),
    ("un_texts", "ES-11/1", "", "First vote on the invasion"),
    ("requests", "R32", "request", "Request of Armenia"),
    ("requests", "R37", "", "Karabakh, September 2023"),
    ("armenia_steps", "10", "", "Armenia says “frozen”"),
    ("armenia_steps", "28", "", "Armenia: “will not return”"),
)
#: How TeX writes what the bibliography needs of it.
_TEX = {r"\%": "%", r"\&": "&", r"\'a": "á", r"\=e": "ē", r"\ae": "æ", "---": "—", "--": "–", "`": "‘"}
_CITED = re.compile(r"\{cite(?::[a-z]+)?\}`([^`]+)`")


# --- the bibliography ------------------------------------------------------------------------------------------------


def bibliography() -> pd.DataFrame:
    """Return every source: `key`, `kind` (a keyword of `KINDS`), `author`, `title`, `year`, `url`, `unused`.

    Raises
    ------
    ValueError
        If an entry has no kind, or one that is not known.
    """
    rows = []
    for key in sorted(data.source_keys(), key=str.casefold):
        entry = {name: _plain(value) for name, value in data.source(key).items()}
        if entry.get("keywords") not in KINDS:
            raise ValueError(
                f"data/references.bib, {key}: keywords {entry.get('keywords')!r} is not allowed; "
                f"allowed: {', '.join(KINDS)}"
            )
        who = entry.get("author") or entry.get("organization", "")
        rows.append(
            {
                "key": key,
                "kind": entry["keywords"],
                "author": who.replace(" and ", "; "),
                "url": data.source(key).get("url", ""),
                **{name: entry.get(name, "") for name in ("title", "year", "unused")},
            }
        )
    return pd.DataFrame(rows)


def _plain(text: str) -> str:
    for code, letter in _TEX.items():
        text = text.replace(code, letter)
    return text


# --- where they are used ---------------------------------------------------------------------------------------------


def notebook(chapter: int) -> Path:
    """Return the path of a chapter's notebook."""
    return REPO / "chapters" / f"{CHAPTERS[chapter][1]}.ipynb"


def _cells(chapter: int, kind: str) -> list[str]:
    cells = json.loads(notebook(chapter).read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def cited_in(text: str) -> set[str]:
    """Return the keys that a text in MyST cites."""
    return {key.strip() for keys in _CITED.findall(text) for key in keys.split(",")}


def cited(chapter: int) -> set[str]:
    """Return the keys that a chapter cites: in its prose, above its excerpts, and in its questions."""
    prose = cited_in("\n".join(_cells(chapter, "markdown")))
    shown = {name for name in _strings(chapter, {"excerpt"}) if name in load_excerpts()}
    excerpts = {load_excerpts()[name].source for name in shown}
    questions = {key for one in load_questions(FOLDER / f"{CHAPTERS[chapter][1]}.yml") for key in one.sources}
    return prose | excerpts | questions


def tables_of(chapter: int) -> set[str]:
    """Return the tables that a chapter loads: by itself, through a function of the course, or through a lab."""
    found = _strings(chapter, {"load", "note"})
    for tree in _trees(chapter):
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found |= _loads(node.value.id).get(node.attr, set())
    for name in _strings(chapter, {"lab"}):
        found |= set().union(*_loads(f"labs/{name}").values())
    return found & set(data.tables())


def keys_of(table: str) -> set[str]:
    """Return the source keys of a table's rows; none for a table of method."""
    fields = [
        field
        for field in data._table(table, data.ROOT)["schema"]["fields"]
        if field.get("listOf") == "references.bib"
    ]
    frame = data.load(table)
    return {key for field in fields for keys in frame[field["name"]].dropna() for key in keys.split(";")}


def _trees(chapter: int) -> list[ast.Module]:
    return [ast.parse(source) for source in _cells(chapter, "code")]


def _strings(chapter: int, functions: set[str]) -> set[str]:
    return {name for tree in _trees(chapter) for name in _arguments(tree, functions)}


def _arguments(tree: ast.AST, functions: set[str]) -> Iterable[str]:
    """Yield the texts that calls of the named functions are given."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


@lru_cache(maxsize=64)
def _loads(module: str) -> dict[str, set[str]]:
    """Return, for each function of a module of the course, the tables that it loads, itself or by another of the module."""
    path = REPO / "csto" / f"{module}.py"
    if not path.is_file():
        return {}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    found = {name: set(_arguments(node, {"load"})) for name, node in functions.items()}
    calls = {
        name: {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} & set(functions)
        for name, node in functions.items()
    }
    for _ in functions:
        found = {
            name: tables.union(*(found[other] for other in calls[name])) for name, tables in found.items()
        }
    return found


def leaning() -> pd.DataFrame:
    """Return how many different sources of each kind a chapter rests on.

    Returns
    -------
    DataFrame
        `chapter` (words), `way` ("cited on the page" or "behind its tables"), `kind` (words), `sources` (count),
        `of` (all sources of that chapter and way), `share` (0 to 1).
    """
    kinds = bibliography().set_index("key")["kind"]
    rows = []
    for number, (name, _) in CHAPTERS.items():
        behind = set().union(*(keys_of(table) for table in tables_of(number)))
        for way, keys in (("cited on the page", cited(number)), ("behind its tables", behind)):
            counts = kinds[sorted(keys)].value_counts()
            rows += [
                {
                    "chapter": name,
                    "way": way,
                    "kind": words,
                    "sources": int(counts.get(kind, 0)),
                    "of": len(keys),
                    "share": counts.get(kind, 0) / len(keys),
                }
                for kind, words in KINDS.items()
            ]
    return pd.DataFrame(rows)


@lru_cache(maxsize=1)
def used() -> dict[str, set[str]]:
    """Return where each source is used: key to names of chapters, pages and tables; a key without use is missing."""
    places: dict[str, set[str]] = {}
    for number, (name, _) in CHAPTERS.items():
        for key in cited(number):
            places.setdefault(key, set()).add(f"chapter {name}")
    for path in sorted([*(REPO / "reference").glob("*"), *(REPO / "teaching").rglob("*.md")]):
        for key in cited_in(path.read_text(encoding="utf-8")):
            places.setdefault(key, set()).add(f"page {path.stem}")
    for table in data.tables():
        for key in keys_of(table):
            places.setdefault(key, set()).add(f"table {table}")
    for one in load_excerpts().values():
        places.setdefault(one.source, set()).add("an excerpt")
    return places


# --- as readers meet them --------------------------------------------------------------------------------------------


def witnesses() -> Shown:
    """Return the five articles, each with who, for whom, when, what is at stake, and the state of the copy."""
    parts, text = [], []
    for one in data.load("articles").itertuples():
        entry = data.source(one.source)
        rows = {
            "Who": one.author,
            "What": one.text_kind,
            "For whom": one.audience,
            "When": f"{_between(one.earliest, one.latest)}. {one.basis}",
            "At stake": one.stake,
            "The copy": one.copy_state,
        }
        listed = "".join(f"<dt>{term}</dt><dd>{escape(words)}</dd>" for term, words in rows.items())
        parts.append(
            f'<section aria-labelledby="witness-{one.article}"><h3 id="witness-{one.article}">{one.article}: '
            f'{escape(_plain(entry["title"]))}</h3><dl class="data-facts">{listed}</dl></section>'
        )
        text.append(f"{one.article}: {one.author}, {_between(one.earliest, one.latest)}")
    return Shown("".join(parts), "\n".join(text))


def _between(first: pd.Timestamp, last: pd.Timestamp) -> str:
    if first == last:
        return said(first, "day")
    return f"Between {said(first, 'day')} and {said(last, 'day')}"


def spans() -> pd.DataFrame:
    """Return when each article can have been written: `article`, `name`, `date` (the first), `end`; one day is drawn as a month."""
    table = data.load("articles")
    end = table["latest"].where(table["latest"] > table["earliest"], table["latest"] + pd.Timedelta(days=30))
    names = table["article"].map(ARTICLES)
    return pd.DataFrame({"article": table["article"], "name": names, "date": table["earliest"], "end": end})


def afterwards() -> pd.DataFrame:
    """Return each article beside each key event: `article`, `name`, `event`, `date`, `when`, `known`.

    `known` is "could know" for an event before the article's first possible day, "could not know" after its last, and
    "cannot be told" between.

    Raises
    ------
    ValueError
        If the timeline has no such event.
    """
    events = chronicle()
    found = []
    for table, row, part, short in AFTERWARDS:
        rows = events[
            (events["table"] == table) & (events["row"] == row) & events["title"].str.contains(part)
        ]
        if rows.empty:
            raise ValueError(
                f"the timeline has no row {row!r} of the table {table!r} with {part!r} in its title"
            )
        found.append((short, rows.iloc[0]))
    articles = data.load("articles")
    return pd.DataFrame(
        [
            {
                "article": one.article,
                "name": ARTICLES[one.article],
                "event": short,
                "date": event["date"],
                "when": said(event["date"], event["precision"]),
                "known": "could know"
                if event["date"] <= one.earliest
                else ("could not know" if event["date"] > one.latest else "cannot be told"),
            }
            for one in articles.itertuples()
            for short, event in found
        ]
    )


def listing(kind: str) -> Shown:
    """Return all sources of a kind, each with its address and where it is used, folded behind their number.

    Raises
    ------
    ValueError
        If the kind is unknown.
    """
    if kind not in KINDS:
        raise ValueError(f"kind: {kind!r} is not known; allowed: {', '.join(KINDS)}")
    rows = bibliography().query("kind == @kind")
    items = "".join(f"<li>{_item(row)}</li>" for row in rows.to_dict("records"))
    label = f"{len(rows)} {'source' if len(rows) == 1 else 'sources'} of the kind “{KINDS[kind]}”"
    return Shown(
        f'<details class="source-list"><summary>{label}</summary><ul>{items}</ul></details>',
        "\n".join(rows["key"]),
    )


def unused() -> Shown:
    """Return the sources that no page and no table uses, each with the reason why it is kept."""
    rows = bibliography()
    rows = rows[rows["unused"] != ""]
    items = "".join(f"<li>{_item(row)}</li>" for row in rows.to_dict("records"))
    return Shown(
        f'<details class="source-list"><summary>{len(rows)} sources without a use</summary><ul>{items}</ul></details>',
        "\n".join(rows["key"]),
    )


#: What names a place in print.
_PLACES = ("journal", "publisher", "booktitle", "howpublished", "isbn")


def _address(key: str) -> str:
    """Return how a source can be found: by an address, a DOI, a place in print, or not."""
    entry = data.source(key)
    if entry.get("url"):
        return "with an address"
    if entry.get("doi"):
        return "by DOI alone"
    return "in print only" if any(entry.get(name) for name in _PLACES) else "neither"


def addresses() -> dict[str, int]:
    """Return how many sources can be found in which way, and how many have an archived copy (field `archive`)."""
    found = [_address(key) for key in data.source_keys()]
    ways = ("with an address", "by DOI alone", "in print only", "neither")
    archived = sum(bool(data.source(key).get("archive")) for key in data.source_keys())
    return {"sources": len(found), **{way: found.count(way) for way in ways}, "archived": archived}


def unaddressed() -> Shown:
    """Return the sources that have neither an address nor a place in print."""
    rows = bibliography()
    rows = rows[[_address(key) == "neither" for key in rows["key"]]]
    items = "".join(f"<li>{_item(row)}</li>" for row in rows.to_dict("records"))
    return Shown(
        f'<details class="source-list"><summary>{len(rows)} sources without an address</summary><ul>{items}</ul></details>',
        "\n".join(rows["key"]),
    )


def _item(row: dict[str, Any]) -> str:
    title = escape(row["title"])
    if row["url"]:
        title = f'<a href="{escape(row["url"])}">{title}</a>'
    year = "" if row["year"] in {"", "n.d."} else f" ({escape(row['year'])})"
    where = row["unused"] or _where(used().get(row["key"], set()))
    copy = data.source(row["key"]).get("archive")
    kept = f' (<a href="{escape(copy)}">archived copy</a>)' if copy else ""
    return f"{escape(row['author'])}: {title}{year}{kept}. <small><code>{escape(row['key'])}</code> {where}</small>"


def _where(places: set[str]) -> str:
    numbers = sorted(place.split()[1] for place in places if place.startswith("chapter"))
    tables = sorted(place.removeprefix("table ") for place in places if place.startswith("table"))
    ending = "html" if in_book() else "ipynb"
    chapters = ", ".join(
        f'<a href="../chapters/{CHAPTERS[int(number)][1]}.{ending}">chapter {number}</a>'
        for number in numbers
    )
    named = f"table{'s' if len(tables) > 1 else ''} {', '.join(tables)}" if tables else ""
    return "; ".join(part for part in (chapters, named) if part)
