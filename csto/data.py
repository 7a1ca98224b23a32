"""The one door to the course's tables.

`load("members")` returns a typed frame and refuses a table that breaks its own schema.
Schemas, units, licences and provenance stand in `data/datapackage.json`; sources in `data/references.bib`.
A field with `listOf` holds codes separated by semicolons: keys of another table, or of the bibliography.
Rows are counted as a spreadsheet does: row 1 is the header.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parent.parent / "data"
_SHOWN = 30
_BIBLIOGRAPHY = "references.bib"


class DataError(ValueError):
    """Something is wrong with a table; the message names file, row, field, value and what is allowed."""


def read_yaml(path: Path) -> Any:
    """Return what a file in YAML says, by the loader in C where PyYAML has it: ten times as fast as the one in Python."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(maxsize=4)
def package(root: Path = ROOT) -> dict[str, Any]:
    """Return the data package's descriptor as a dictionary."""
    return _json(root / "datapackage.json")


def _resource(name: str, root: Path) -> dict[str, Any]:
    known = {resource["name"]: resource for resource in package(root)["resources"]}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise DataError(f"data/datapackage.json has no table {name!r}{hint} Tables: {', '.join(sorted(known))}")


def tables(root: Path = ROOT) -> list[str]:
    """Return the names of all tables, in the order of the data package."""
    return [resource["name"] for resource in package(root)["resources"] if "schema" in resource]


def describe(name: str, root: Path = ROOT) -> pd.DataFrame:
    """Return a table's columns: name, type, unit and description, one row each."""
    fields = _table(name, root)["schema"]["fields"]
    return pd.DataFrame(
        [{key: field.get(key, "") for key in ("name", "type", "unit", "description")} for field in fields]
    )


def provenance(name: str, root: Path = ROOT) -> dict[str, str]:
    """Return title, source line and licence of a table or map, as captions print them."""
    resource = _resource(name, root)
    sources = "; ".join(source["title"] for source in resource["sources"])
    licences = "; ".join(licence["title"] for licence in resource["licenses"])
    return {"title": resource["title"], "source": sources, "licence": licences}


def geometry(name: str = "map_region", root: Path = ROOT) -> dict[str, Any]:
    """Return a map as a GeoJSON FeatureCollection; each feature has `country` and `name`.

    Raises
    ------
    DataError
        If the map is unknown or is a table, or a feature's country is not in the table of countries.
    """
    resource = _resource(name, root)
    if "schema" in resource:
        raise DataError(f"{name!r} is a table, not a map; use load({name!r})")
    outlines = _json(root / resource["path"])
    known = _load("countries", root)["country"].tolist()
    for number, feature in enumerate(outlines["features"], start=1):
        code = feature["properties"].get("country", "")
        if code not in known:
            raise DataError(
                f"data/{resource['path']}, feature {number}, field country: {code!r} is not allowed; "
                f"allowed: {', '.join(sorted(known))}"
            )
    return outlines


def source_keys(root: Path = ROOT) -> frozenset[str]:
    """Return every key of the bibliography."""
    return frozenset(_entries(root))


def source(key: str, root: Path = ROOT) -> dict[str, str]:
    """Return the fields of a source in the bibliography, such as `author`, `title`, `year` and `url`, without braces.

    Raises
    ------
    DataError
        If the bibliography has no such key; the message has the nearest ones.
    """
    if key not in _entries(root):
        near = ", ".join(difflib.get_close_matches(key, source_keys(root), n=3)) or "none"
        raise DataError(f"data/{_BIBLIOGRAPHY} has no source {key!r}; near: {near}")
    return dict(_entries(root)[key])


@lru_cache(maxsize=4)
def _entries(root: Path) -> dict[str, dict[str, str]]:
    entries = re.split(r"^@\w+\{\s*", _text(root / _BIBLIOGRAPHY), flags=re.MULTILINE)[1:]
    found = {}
    for entry in entries:
        key, _, body = entry.partition(",")
        fields = re.findall(r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$", body, flags=re.MULTILINE)
        found[key.strip()] = {name: value.replace("{", "").replace("}", "") for name, value in fields}
    return found


def named(keys: Iterable[str], root: Path = ROOT) -> str:
    """Return sources as a line for readers: author and year of each, in the given order.

    Raises
    ------
    DataError
        If the bibliography lacks one of the keys.
    """
    entries = (source(key.strip(), root) for key in keys)
    return ", ".join(dict.fromkeys(f"{entry['author']} {entry.get('year', '')}".strip() for entry in entries))


def load(name: str, root: Path = ROOT) -> pd.DataFrame:
    """Return a table as a typed frame, checked against its schema.

    Parameters
    ----------
    name
        A name from `tables()`.
    root
        The folder with `datapackage.json`, the tables and `references.bib`.

    Returns
    -------
    DataFrame
        Dates as datetime64, integers as Int64, numbers as float64, truth values as boolean, the rest as text;
        an empty field is missing. `attrs` holds the table's name and title.

    Raises
    ------
    DataError
        If the table is unknown, or its file breaks the schema.
    """
    return _load(name, root).copy()


def with_names(frame: pd.DataFrame, column: str = "country") -> pd.DataFrame:
    """Return the frame with the column `name`: the English name of the state whose ISO3 code is in `column`."""
    names = load("countries").set_index("country")["name"]
    return frame.assign(name=frame[column].map(names))


@lru_cache(maxsize=64)
def _load(name: str, root: Path) -> pd.DataFrame:
    resource = _table(name, root)
    file = f"data/{resource['path']}"
    fields = resource["schema"]["fields"]
    raw = _rows(file, _text(root / resource["path"]), [field["name"] for field in fields])
    frame = pd.DataFrame({field["name"]: _typed(file, raw[field["name"]], field) for field in fields})
    _check_keys(file, frame, resource["schema"]["primaryKey"])
    for link in resource["schema"].get("foreignKeys", []):
        target = link["reference"]
        allowed = set(_load(target["resource"], root)[target["fields"]])
        _check_each(file, raw[link["fields"]], link["fields"], allowed.__contains__, sorted(allowed))
    for field in fields:
        if "listOf" in field:
            _check_list(file, raw[field["name"]], field, root)
    frame.attrs.update(table=name, title=resource["title"])
    return frame


def _table(name: str, root: Path) -> dict[str, Any]:
    resource = _resource(name, root)
    if "schema" not in resource:
        raise DataError(f"{name!r} is a map, not a table; use geometry({name!r})")
    return resource


def _text(path: Path) -> str:
    file = f"data/{path.name}"
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise DataError(f"{file} is missing; the course cannot do without it") from None
    except UnicodeDecodeError as fault:
        row = fault.object[: fault.start].count(b"\n") + 1
        raise DataError(f"{file}, row {row}: a byte that is not UTF-8; save the file as UTF-8") from None


def _json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(_text(path))
    except json.JSONDecodeError as fault:
        raise DataError(f"data/{path.name}, line {fault.lineno}: not JSON: {fault.msg}") from None
    return content


def _rows(file: str, text: str, wanted: list[str]) -> pd.DataFrame:
    """Return the table as text, after a look at its columns and at the length of every row."""
    rows = list(csv.reader(io.StringIO(text, newline="")))
    _check_columns(file, rows[0] if rows else [], wanted)
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(rows[0]):
            raise DataError(
                f"{file}, row {number}: {len(row)} fields; allowed: {len(rows[0])}, as in the header"
            )
    if len(rows) == 1:
        raise DataError(f"{file} has a header and no rows; a table holds one row or more")
    return pd.DataFrame(rows[1:], columns=rows[0], dtype=str)


def _fail(file: str, row: int, field: str, value: object, allowed: str) -> None:
    raise DataError(f"{file}, row {row}, field {field}: {value!r} is not allowed; allowed: {allowed}")


def _check_columns(file: str, found: list[str], wanted: list[str]) -> None:
    missing = [name for name in wanted if name not in found]
    unknown = [name for number, name in enumerate(found) if name not in wanted or name in found[:number]]
    if missing or unknown:
        raise DataError(
            f"{file}, row 1: missing columns: {', '.join(missing) or 'none'}; "
            f"unknown or repeated columns: {', '.join(unknown) or 'none'}; allowed columns: {', '.join(wanted)}"
        )


def _check_each(
    file: str, column: pd.Series, field: str, good: Callable[[str], bool], allowed: list[str] | str
) -> None:
    """Raise for the first value that is not good; row 2 is the first row under the header."""
    for position, value in enumerate(column):
        if value != "" and not good(value):
            words = allowed if isinstance(allowed, str) else ", ".join(allowed[:_SHOWN])
            more = "" if isinstance(allowed, str) or len(allowed) <= _SHOWN else ", …"
            _fail(file, position + 2, field, value, words + more)


def _is_date(value: str) -> bool:
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value)) and not pd.isna(
        pd.to_datetime(value, errors="coerce")
    )


def _is_number(value: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value))


def _is_integer(value: str) -> bool:
    return bool(re.fullmatch(r"-?\d+", value))


_TYPES: dict[str, tuple[Callable[[str], bool], str, Callable[[pd.Series], pd.Series]]] = {
    "date": (_is_date, "a day as YYYY-MM-DD", pd.to_datetime),
    "number": (_is_number, "a number", lambda s: s.astype("float64")),
    "integer": (_is_integer, "a whole number", lambda s: s.astype("Int64")),
    "boolean": (
        {"true", "false"}.__contains__,
        "true, false",
        lambda s: s.map({"true": True, "false": False}),
    ),
    "string": (lambda value: True, "text", lambda s: s),
}


def _typed(file: str, column: pd.Series, field: dict[str, Any]) -> pd.Series:
    name, rules = field["name"], field.get("constraints", {})
    good, words, convert = _TYPES[field["type"]]
    _check_each(file, column, name, good, words)
    if rules.get("required"):
        for position, value in enumerate(column):
            if value == "":
                _fail(file, position + 2, name, value, "a value, since the field is required")
    if "enum" in rules:
        _check_each(file, column, name, set(rules["enum"]).__contains__, rules["enum"])
    if "pattern" in rules:
        pattern = re.compile(rules["pattern"])
        _check_each(file, column, name, lambda v: bool(pattern.fullmatch(v)), f"text like {rules['pattern']}")
    if rules.get("unique"):
        _check_once(file, column, name)
    values = convert(column.where(column != "", None))
    for edge, sign in (("minimum", 1), ("maximum", -1)):
        if edge in rules:
            bound = pd.Timestamp(rules[edge]) if field["type"] == "date" else rules[edge]
            outside = values.notna() & ((values < bound) if sign == 1 else (values > bound)).fillna(False)
            for position, is_outside in enumerate(outside):
                if is_outside:
                    _fail(file, position + 2, name, column.iloc[position], f"{edge} {rules[edge]}")
    return values


def _check_once(file: str, column: pd.Series, field: str) -> None:
    again = (column.duplicated() & (column != "")).to_numpy()
    if again.any():
        position = int(again.argmax())
        _fail(file, position + 2, field, column.iloc[position], "each value once")


def _check_keys(file: str, frame: pd.DataFrame, key: list[str]) -> None:
    again = frame.duplicated(key)
    if again.any():
        position = int(again.to_numpy().argmax())
        value = tuple(str(item) for item in frame.loc[position, key])
        _fail(file, position + 2, "+".join(key), value, "each key once")


def _check_list(file: str, column: pd.Series, field: dict[str, Any], root: Path) -> None:
    """Raise for the first item that its table, or the bibliography, does not know, or that stands twice."""
    target = field["listOf"]
    if target == _BIBLIOGRAPHY:
        known: frozenset[str] = source_keys(root)
    else:
        known = frozenset(_load(target, root)[_table(target, root)["schema"]["primaryKey"][0]])
    for position, value in enumerate(column):
        items = value.split(";") if value else []
        for number, item in enumerate(items):
            if item not in known:
                near = difflib.get_close_matches(item, known, n=3)
                hint = f" (near: {', '.join(near)})" if near else ""
                full = (
                    f"a key of data/{target}{hint}" if target == _BIBLIOGRAPHY else ", ".join(sorted(known))
                )
                _fail(file, position + 2, field["name"], item, full)
            if item in items[:number]:
                _fail(file, position + 2, field["name"], item, "each item once in a list")
