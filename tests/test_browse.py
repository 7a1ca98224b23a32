"""Tables with pages of their own: every row as stored, each with an address, and links that lead somewhere."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from book import archive, browse
from csto import data

DATA = ROOT / "data"
TABLES = browse.tables(DATA)


@pytest.mark.parametrize("name", TABLES)
def test_a_page_shows_every_field_as_it_is_stored(name: str) -> None:
    page = BeautifulSoup(browse.grid(DATA, TABLES[name], {}), "html.parser")
    with (DATA / TABLES[name]["path"]).open(encoding="utf-8", newline="") as file:
        stored = list(csv.reader(file))
    shown = [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tr")]
    assert [[" ".join(c.replace("; ", ";").split()) for c in r] for r in shown] == [
        [" ".join(c.replace("; ", ";").split()) for c in r] for r in stored
    ]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_an_address_of_its_own_and_every_link_between_tables_leads_to_one(name: str) -> None:
    page = BeautifulSoup(browse.grid(DATA, TABLES[name], {}), "html.parser")
    assert len({row["id"] for row in page.select("tbody tr")}) == len(page.select("tbody tr"))
    for link in page.select("td a"):
        table, _, row = str(link["href"]).partition(".html#row-")
        assert row in browse.rows(DATA, TABLES[table])


def test_a_source_key_leads_to_the_bibliography() -> None:
    html = browse.grid(DATA, TABLES["members"], {"P-ODKB-25Y": "../b.html#x"})
    assert '<a href="../b.html#x">P-ODKB-25Y</a>' in html


def test_two_rows_of_one_address_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id\nA b\na-b\n", encoding="utf-8")
    with pytest.raises(ValueError, match="two rows would have the address 'a-b'"):
        browse.rows(tmp_path, {"path": "a.csv", "schema": {"primaryKey": ["id"]}})


def test_a_page_has_no_inline_script_or_style() -> None:
    html = browse.page(DATA, TABLES["clauses"], {}, "../x.html")
    assert "style=" not in html and "<script" not in html and "onclick" not in html
    assert archive.FOLDER in html


def test_the_library_is_the_one_whose_sum_is_written_down() -> None:
    file = ROOT / "book/_static/vendor/datatables/dataTables.min.js"
    assert hashlib.sha256(file.read_bytes()).hexdigest() in (ROOT / "CONTRIBUTING.md").read_text(
        encoding="utf-8"
    )
    assert (file.parent / "LICENSE.txt").is_file()


def test_every_table_of_facts_is_among_them() -> None:
    assert set(TABLES) == set(data.tables())
