"""List what changed in the data between two editions, and write it down for the page of changes.

python -m tools.changes OLD NEW                           lists it; each is an archive of all data, or a folder `data`
python -m tools.changes OLD NEW --write 2026-12-31        appends the list to data/changes.csv, released on that day

What is written lacks its reasons: the column `why` is empty, and the tables refuse to load until each has one.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from tools.build import ROOT

TABLE = ROOT / "data" / "changes.csv"
BIBLIOGRAPHY = "references"
#: The table of changes does not list itself.
SELF = "changes"


@dataclass(frozen=True)
class Change:
    """One change: its kind, table, row (its key, parts joined by a stroke), column, what was and is said, and the sources."""

    kind: str
    table: str
    row: str = ""
    column: str = ""
    said: str = ""
    says: str = ""
    source_keys: str = ""


@dataclass(frozen=True)
class Edition:
    """The data of an edition: its version, each table's key, columns and rows by key, and the entries of the bibliography."""

    version: str
    keys: dict[str, list[str]]
    columns: dict[str, list[str]]
    rows: dict[str, dict[str, dict[str, str]]]
    sources: dict[str, str]


def read(path: Path) -> Edition:
    """Return the data in an archive or a folder.

    Raises
    ------
    ValueError
        If it holds no data package; the message names it and what is allowed.
    """
    files = _zipped(path) if path.is_file() and zipfile.is_zipfile(path) else _folder(path)
    if "datapackage.json" not in files:
        raise ValueError(
            f"{path}: no datapackage.json; allowed: an archive of all data, or a folder with one"
        )
    package = json.loads(files["datapackage.json"])
    tables = {one["name"]: one for one in package["resources"] if "schema" in one}
    keys = {name: one["schema"]["primaryKey"] for name, one in tables.items()}
    found = {name: list(csv.DictReader(io.StringIO(files[one["path"]]))) for name, one in tables.items()}
    return Edition(
        package["version"],
        keys,
        {name: [field["name"] for field in one["schema"]["fields"]] for name, one in tables.items()},
        {name: {"|".join(row[part] for part in keys[name]): row for row in found[name]} for name in tables},
        entries(files.get("references.bib", "")),
    )


def _zipped(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as packed:
        return {name: packed.read(name).decode("utf-8") for name in packed.namelist()}


def _folder(path: Path) -> dict[str, str]:
    kinds = {".csv", ".json", ".bib"}
    return {one.name: one.read_bytes().decode("utf-8") for one in path.glob("*") if one.suffix in kinds}


def entries(text: str) -> dict[str, str]:
    """Return the entries of a bibliography by key, without regard to white space."""
    found = re.findall(r"^@\w+\{\s*([^,\s]+)\s*,(.*?)^\}", text, flags=re.MULTILINE | re.DOTALL)
    return {key: " ".join(body.split()) for key, body in found}


def compare(old: Edition, new: Edition) -> list[Change]:
    """Return every change of facts, table by table in the order of the new edition, then those of the bibliography.

    Rows that were added are counted, one change a table; rows that went and fields that changed are listed one by one.
    """
    found: list[Change] = []
    for name in [*new.rows, *(gone for gone in old.rows if gone not in new.rows)]:
        if name == SELF:
            continue
        if name not in old.rows:
            found.append(Change("table added", name, says=f"{len(new.rows[name])} rows"))
        elif name not in new.rows:
            found.append(Change("table removed", name, said=f"{len(old.rows[name])} rows"))
        else:
            found += _table(name, old, new)
    return found + list(_bibliography(old.sources, new.sources))


def _table(name: str, old: Edition, new: Edition) -> Iterator[Change]:
    before, now = old.columns[name], new.columns[name]
    yield from (Change("column added", name, column=one) for one in now if one not in before)
    yield from (Change("column removed", name, column=one) for one in before if one not in now)
    was, rows = old.rows[name], new.rows[name]
    if added := [key for key in rows if key not in was]:
        sources = dict.fromkeys(part for key in added for part in _keys(rows[key]).split(";") if part)
        yield Change("added", name, says=f"{len(added)} rows", source_keys=";".join(sources))
    for key in was:
        if key not in rows:
            yield Change("removed", name, key, said="; ".join(filter(None, was[key].values())))
    for key, row in rows.items():
        for column in now:
            if key in was and column in before and row[column] != was[key][column]:
                yield Change("changed", name, key, column, was[key][column], row[column], _keys(row))


def _keys(row: dict[str, Any]) -> str:
    return row.get("source_keys") or ""


def _bibliography(old: dict[str, str], new: dict[str, str]) -> Iterator[Change]:
    if added := [key for key in new if key not in old]:
        yield Change("added", BIBLIOGRAPHY, says=f"{len(added)} sources")
    yield from (Change("removed", BIBLIOGRAPHY, key) for key in old if key not in new)
    yield from (
        Change("changed", BIBLIOGRAPHY, key, source_keys=key)
        for key in new
        if key in old and new[key] != old[key]
    )


def write(found: list[Change], edition: str, released: str, table: Path = TABLE) -> None:
    """Append changes to the table of changes, each with a key and without a reason.

    Raises
    ------
    ValueError
        If the table has that edition already.
    """
    with table.open(encoding="utf-8", newline="") as file:
        if edition in {row["edition"] for row in csv.DictReader(file)}:
            raise ValueError(f"{table.name} has edition {edition} already; allowed: one list an edition")
    with table.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for number, one in enumerate(found, 1):
            *told, sources = astuple(one)
            writer.writerow([f"{edition}-{number:03}", edition, released, *told, "", sources])


def main() -> None:
    """Print the changes, and write them down if asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "old", type=Path, help="archive of all data of the earlier edition, or its folder data"
    )
    parser.add_argument("new", type=Path, help="the same of the later edition")
    parser.add_argument("--write", metavar="DAY", help="append to data/changes.csv, released on this day")
    wanted = parser.parse_args()
    old, new = read(wanted.old), read(wanted.new)
    found = compare(old, new)
    for one in found:
        where = " ".join(part for part in (one.table, one.row, one.column) if part)
        print(f"{one.kind}: {where}" + (f": {one.said!r} -> {one.says!r}" if one.said or one.says else ""))
    print(f"{len(found)} changes from edition {old.version} to {new.version}")
    if wanted.write:
        write(found, new.version, wanted.write)
        print(
            f"Written to data/{TABLE.name}. Give each a reason in the column why; until then the table does not load."
        )


if __name__ == "__main__":
    main()
