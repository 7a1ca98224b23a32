"""The one door to the course's tables.

`load("members")` returns a typed frame and refuses a table that breaks its own schema.
Schemas, units, licences and provenance stand in `data/datapackage.json`; sources in `data/references.bib`.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent / "data"
_SHOWN = 12


class DataError(ValueError):
    """Something is wrong with a table; the message names file, row, field, value and what is allowed."""


@lru_cache(maxsize=4)
def package(root: Path = ROOT) -> dict[str, Any]:
    """Return the data package's descriptor as a dictionary."""
    described: dict[str, Any] = json.loads((root / "datapackage.json").read_text(encoding="utf-8"))
    return described


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
    fields = _resource(name, root)["schema"]["fields"]
    return pd.DataFrame(
        [{key: field.get(key, "") for key in ("name", "type", "unit", "description")} for field in fields]
    )


def provenance(name: str, root: Path = ROOT) -> dict[str, str]:
    """Return title, source line and licence of a table or map, as captions print them."""
    resource = _resource(name, root)
    licences = "; ".join(licence["title"] for licence in resource["licenses"])
    return {"title": resource["title"], "source": resource["source"], "licence": licences}


def geometry(name: str = "map_region", root: Path = ROOT) -> dict[str, Any]:
    """Return a map as a GeoJSON FeatureCollection; each feature has `country` and `name`."""
    path = root / _resource(name, root)["path"]
    outlines: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return outlines


@lru_cache(maxsize=4)
def source_keys(root: Path = ROOT) -> frozenset[str]:
    """Return every key of the bibliography."""
    text = (root / "references.bib").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^@\w+\{\s*([^,\s]+)\s*,", text, flags=re.MULTILINE))


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


def with_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the column `name`: the English name of the state in `country` (ISO3)."""
    names = load("countries").set_index("country")["name"]
    return frame.assign(name=frame["country"].map(names))


@lru_cache(maxsize=64)
def _load(name: str, root: Path) -> pd.DataFrame:
    resource = _resource(name, root)
    if "schema" not in resource:
        raise DataError(f"{name!r} is a map, not a table; use geometry({name!r})")
    file = f"data/{resource['path']}"
    raw = pd.read_csv(root / resource["path"], dtype=str, keep_default_na=False, encoding="utf-8")
    fields = resource["schema"]["fields"]
    _check_columns(file, list(raw.columns), [field["name"] for field in fields])
    frame = pd.DataFrame({field["name"]: _typed(file, raw[field["name"]], field) for field in fields})
    _check_keys(file, frame, resource["schema"]["primaryKey"])
    for link in resource["schema"].get("foreignKeys", []):
        target = link["reference"]
        allowed = set(_load(target["resource"], root)[target["fields"]])
        _check_each(file, raw[link["fields"]], link["fields"], allowed.__contains__, sorted(allowed))
    if "source_keys" in frame:
        _check_sources(file, raw["source_keys"], root)
    frame.attrs.update(table=name, title=resource["title"])
    return frame


def _fail(file: str, row: int, field: str, value: object, allowed: str) -> None:
    raise DataError(f"{file}, row {row}, field {field}: {value!r} is not allowed; allowed: {allowed}")


def _check_columns(file: str, found: list[str], wanted: list[str]) -> None:
    missing = [name for name in wanted if name not in found]
    unknown = [name for name in found if name not in wanted]
    if missing or unknown:
        raise DataError(
            f"{file}, row 1: missing columns: {', '.join(missing) or 'none'}; "
            f"unknown columns: {', '.join(unknown) or 'none'}; allowed columns: {', '.join(wanted)}"
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
    values = convert(column.where(column != "", None))
    for edge, sign in (("minimum", 1), ("maximum", -1)):
        if edge in rules:
            bound = pd.Timestamp(rules[edge]) if field["type"] == "date" else rules[edge]
            outside = values.notna() & ((values < bound) if sign == 1 else (values > bound)).fillna(False)
            for position, is_outside in enumerate(outside):
                if is_outside:
                    _fail(file, position + 2, name, column.iloc[position], f"{edge} {rules[edge]}")
    return values


def _check_keys(file: str, frame: pd.DataFrame, key: list[str]) -> None:
    again = frame.duplicated(key)
    if again.any():
        position = int(again.to_numpy().argmax())
        value = tuple(str(item) for item in frame.loc[position, key])
        _fail(file, position + 2, "+".join(key), value, "each key once")


def _check_sources(file: str, column: pd.Series, root: Path) -> None:
    known = source_keys(root)
    for position, value in enumerate(column):
        for key in str(value).split(";"):
            if key not in known:
                near = difflib.get_close_matches(key, known, n=3)
                allowed = f"a key of data/references.bib{f' (near: {chr(44).join(near)})' if near else ''}"
                _fail(file, position + 2, "source_keys", key, allowed)
