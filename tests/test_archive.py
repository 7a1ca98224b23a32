"""The data as readers take them away: one archive that can be cited and checked, and the page that explains it."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from frictionless import Package
from sphinx.errors import ExtensionError
from test_build import build_small

from book import archive
from book.dictionary import allowed
from csto import data, fingerprints

ARTICLES = ("stratfor2017", "ambrosio2024", "weitz2014", "nickeled2021", "insider2023")
#: No more than this many words of any one article may be quoted in the whole course.
QUOTED = 250


@pytest.fixture(scope="module")
def packed() -> bytes:
    return archive.archive(archive.contents(data.ROOT))


@pytest.fixture(scope="module")
def unpacked(packed: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
    return folder


# --- the archive -----------------------------------------------------------------------------------------------------


def test_the_same_data_give_the_same_archive_to_the_byte(packed: bytes, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    shutil.copytree(data.ROOT, copy)
    for path in copy.iterdir():
        path.touch()
    assert archive.archive(archive.contents(copy)) == packed


def test_the_order_in_which_files_come_does_not_matter() -> None:
    files = {"b": b"2", "a": b"1"}
    assert archive.archive(files) == archive.archive(dict(sorted(files.items())))


def test_one_changed_figure_changes_the_checksum(packed: bytes) -> None:
    files = archive.contents(data.ROOT)
    files["data/members.csv"] = files["data/members.csv"].replace(b"1992-05-15", b"1992-05-16", 1)
    assert archive.checksum(archive.archive(files)) != archive.checksum(packed)


def test_the_archive_is_a_valid_data_package(unpacked: Path) -> None:
    package = Package(str(unpacked / "datapackage.json"))
    assert len(package.resources) == len(data.package()["resources"])
    report = package.validate()
    assert report.valid, report.flatten(["title", "fieldName", "rowNumber", "message"])


def test_the_archive_holds_the_tables_the_bibliography_and_what_explains_them_and_nothing_else(
    unpacked: Path,
) -> None:
    found = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    tables = {f"data/{one['path']}" for one in data.package()["resources"]}
    assert found == tables | {"datapackage.json", "references.bib", "README.md", "SHA256SUMS"}


def test_no_text_of_an_article_is_in_the_archive(unpacked: Path) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in unpacked.rglob("*") if path.is_file())
    grams = set(fingerprints.grams(fingerprints.words(text)))
    for key in ARTICLES:
        article = fingerprints.read(key)
        shared = sum(article.has(gram) for gram in grams)
        assert shared <= QUOTED < len(article.hashes), (
            f"{key}: {shared} of {len(article.hashes)} runs of five"
        )


def test_the_sums_inside_are_those_of_the_files(unpacked: Path) -> None:
    lines = (unpacked / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = dict(reversed(line.split("  ")) for line in lines)
    assert set(sums) == {
        str(path.relative_to(unpacked))
        for path in unpacked.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS"
    }
    for path, expected in sums.items():
        assert hashlib.sha256((unpacked / path).read_bytes()).hexdigest() == expected, path


def test_the_readme_names_every_file_with_its_rows_and_licence(unpacked: Path) -> None:
    lines = (unpacked / "README.md").read_text(encoding="utf-8").splitlines()
    for one in data.package()["resources"]:
        (line,) = [line for line in lines if line.startswith(f"- `data/{one['path']}`")]
        assert all(licence["title"] in line for licence in one["licenses"])
        if "schema" in one:
            assert f", {len(data.load(one['name']))} rows." in line


def test_every_file_bears_the_same_fixed_time_and_none_is_compressed(packed: bytes) -> None:
    entries = zipfile.ZipFile(io.BytesIO(packed)).infolist()
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_a_book_without_its_data_says_so(tmp_path: Path) -> None:
    app: Any = SimpleNamespace(srcdir=tmp_path, config=SimpleNamespace(book_data="data"))
    with pytest.raises(ExtensionError, match=r"'data' has no datapackage\.json"):
        archive.source(app)


# --- the page --------------------------------------------------------------------------------------------------------


def test_what_a_column_may_hold_is_said_in_words() -> None:
    field = {"name": "year", "constraints": {"minimum": 1992, "maximum": 2022}}
    assert allowed(field, {}) == "from 1992, to 2022"
    assert allowed({"name": "a", "constraints": {"enum": ["x", "y"]}}, {}) == "x; y"
    link = {"foreignKeys": [{"fields": "c", "reference": {"resource": "countries", "fields": "country"}}]}
    assert allowed({"name": "c"}, link) == "a key of countries"
    assert allowed({"name": "d"}, link) == ""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> BeautifulSoup:
    """The page in a small book of its own; `select` and friends are all that the tests need of it."""
    folder = tmp_path_factory.mktemp("dictionary")
    files = {path.name: path for path in data.ROOT.iterdir() if path.is_file()}
    book = {f"data/{name}": path.read_text(encoding="utf-8") for name, path in files.items()}
    book |= {"index.md": "# A book\n", "reference/tables.md": "# Tables\n\n```{data-dictionary}\n```\n"}
    built = build_small(folder, book, {"root": "index", "chapters": [{"file": "reference/tables"}]})
    assert built.returncode == 0, built.stdout[-3000:]
    site = folder / "book" / "_build" / "html"
    soup = BeautifulSoup((site / "reference" / "tables.html").read_text(encoding="utf-8"), "html.parser")
    soup.site = site
    return soup


def test_every_table_and_every_column_stands_on_the_page(page: BeautifulSoup) -> None:
    for one in data.package()["resources"]:
        section = page.select_one(f"section#table-{one['name'].replace('_', '-')}")
        assert section, one["name"]
        assert section.find(["h2", "h3"]).get_text().startswith(one["title"].replace("'", "’")[:20])
        words = section.get_text(" ")
        assert one.get("known_faults", "none recorded") in words
        assert all(licence["title"] in words for licence in one["licenses"])
        assert [cell.code.get_text() for cell in section.select("tbody th[scope=row]")] == [
            field["name"] for field in one.get("schema", {}).get("fields", [])
        ]


def test_every_table_can_be_downloaded_from_the_page_as_it_is(page: BeautifulSoup) -> None:
    links = {link["href"].removeprefix("../data/") for link in page.select("a[download]")}
    for one in data.package()["resources"]:
        assert one["path"] in links
        assert (page.site / "data" / one["path"]).read_bytes() == (data.ROOT / one["path"]).read_bytes()


def test_the_archive_on_the_page_is_the_one_whose_checksum_is_printed(
    page: BeautifulSoup, packed: bytes
) -> None:
    printed = page.select_one(".data-whole code").get_text()
    link = page.select_one(".data-whole a[download]")["href"]
    linked = (page.site / "reference" / link).resolve()
    assert linked.read_bytes() == packed
    assert hashlib.sha256(packed).hexdigest() == printed
    said = linked.with_name(f"{linked.name}.sha256").read_text(encoding="utf-8")
    assert said == f"{printed}  {linked.name}\n"


def test_the_citation_and_the_data_have_one_version() -> None:
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {data.package()['version']}\n" in cited
    assert json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8")) == data.package()
