"""All data of a book as one file that can be cited, and each table as a file of its own.

What belongs to the data is what their descriptor (a Frictionless Data Package) names, the bibliography that it points to,
and a note on how to read them. The same data give the same archive to the byte, on every machine: names are sorted,
times fixed, and nothing is compressed, since compressors differ.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

FOLDER = "data"
DESCRIPTOR = "datapackage.json"
BIBLIOGRAPHY = "references.bib"
NOTE = "README.md"
SUMS = "SHA256SUMS"
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_MODE = 0o100644 << 16


def read(folder: Path) -> dict[str, Any]:
    """Return the descriptor of the data in a folder."""
    found: dict[str, Any] = json.loads((folder / DESCRIPTOR).read_text(encoding="utf-8"))
    return found


def rows(folder: Path, resource: dict[str, Any]) -> int | None:
    """Return the number of rows of a table without its header, or None for what is no table."""
    if "schema" not in resource:
        return None
    with (folder / resource["path"]).open(encoding="utf-8", newline="") as file:
        return sum(1 for _ in csv.reader(file)) - 1


def name(package: dict[str, Any]) -> str:
    """Return the archive's file name, with the version of the data."""
    return f"{package['name']}-{package['version']}.zip"


def contents(folder: Path) -> dict[str, bytes]:
    """Return what the archive holds, path to bytes, sorted by path.

    The tables move into `data/`, and the descriptor points to them there. `SHA256SUMS` has the sum of every other file.
    """
    package = read(folder)
    moved = {
        **package,
        "resources": [{**one, "path": f"{FOLDER}/{one['path']}"} for one in package["resources"]],
    }
    found = {f"{FOLDER}/{one['path']}": (folder / one["path"]).read_bytes() for one in package["resources"]}
    found[DESCRIPTOR] = (json.dumps(moved, ensure_ascii=False, indent=2) + "\n").encode()
    found[BIBLIOGRAPHY] = (folder / BIBLIOGRAPHY).read_bytes()
    found[NOTE] = readme(folder).encode()
    sums = "".join(f"{hashlib.sha256(found[path]).hexdigest()}  {path}\n" for path in sorted(found))
    found[SUMS] = sums.encode()
    return dict(sorted(found.items()))


def readme(folder: Path) -> str:
    """Return the archive's own README: what it is, how to cite and read it, and what each file holds under which licence."""
    package = read(folder)
    licences = "; ".join(one["title"] for one in package["licenses"])
    lines = [
        f"# {package['title']}",
        "",
        f"Version {package['version']}. {package['description']}",
        "",
        f"Licence: {licences}, but for the tables and columns that the list below names otherwise.",
        "",
        f"To cite: {package['title']}, version {package['version']}, with the SHA-256 sum of the archive.",
        f"To check the files: `sha256sum -c {SUMS}`.",
        "",
        (folder / NOTE).read_text(encoding="utf-8").replace("# ", "## ", 1).strip(),
        "",
        "## Files",
        "",
    ]
    for one in package["resources"]:
        count = rows(folder, one)
        size = "a map" if count is None else f"{count} rows"
        terms = "; ".join(licence["title"] for licence in one["licenses"])
        lines.append(f"- `{FOLDER}/{one['path']}`: {one['title']}, {size}. Licence: {terms}.")
    lines += [f"- `{DESCRIPTOR}`: the description of all of them.", f"- `{BIBLIOGRAPHY}`: the sources."]
    return "\n".join(lines) + "\n"


def archive(files: dict[str, bytes]) -> bytes:
    """Return a zip file of the given files, the same for the same files to the byte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as zipped:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _TIME)
            entry.create_system, entry.external_attr = 3, _MODE
            zipped.writestr(entry, files[path])
    return out.getvalue()


def checksum(packed: bytes) -> str:
    """Return the SHA-256 sum of an archive, 64 hex digits."""
    return hashlib.sha256(packed).hexdigest()


# --- the Sphinx side ---------------------------------------------------------------------------------------------


def source(app: Sphinx) -> Path | None:
    """Return the folder of the data package, or None where the book has none.

    Raises
    ------
    ExtensionError
        If the settings name a folder without a descriptor.
    """
    if not app.config.book_data:
        return None
    folder = Path(app.srcdir) / app.config.book_data
    if not (folder / DESCRIPTOR).is_file():
        raise ExtensionError(f"book_data: {app.config.book_data!r} has no {DESCRIPTOR}")
    return folder


def _write(app: Sphinx, error: Exception | None) -> None:
    """Write every table, the archive and its checksum to where the pages link them."""
    if error or app.builder.format != "html" or (folder := source(app)) is None:
        return
    target = Path(app.outdir) / FOLDER
    target.mkdir(exist_ok=True)
    package = read(folder)
    for one in package["resources"]:
        (target / one["path"]).write_bytes((folder / one["path"]).read_bytes())
    packed = archive(contents(folder))
    (target / name(package)).write_bytes(packed)
    (target / f"{name(package)}.sha256").write_text(
        f"{checksum(packed)}  {name(package)}\n", encoding="utf-8"
    )


def setup(app: Sphinx) -> None:
    """Register the step that writes the data."""
    app.add_config_value("book_data", "", "env")
    app.connect("build-finished", _write)
