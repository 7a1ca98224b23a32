"""Tables with pages of their own: every row as stored, each with an address, and links that lead somewhere."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, until
from test_pages import violations, widest

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


# --- in a browser ----------------------------------------------------------------------------------------------------


def stored(name: str, field: str) -> list[str]:
    with (DATA / TABLES[name]["path"]).open(encoding="utf-8", newline="") as file:
        return [row[field] for row in csv.DictReader(file)]


def column(page: Any, field: str) -> list[str]:
    """Return what stands in a column of the table on the page, from top to bottom."""
    return page.evaluate(
        """field => {
            const place = [...document.querySelectorAll(".browse thead th")].findIndex(th => th.innerText.trim() === field);
            return [...document.querySelectorAll(".browse tbody tr")].map(row => row.cells[place].textContent);
        }""",
        field,
    )


#: Says whether a column of the table is sorted so, and the words above it too: the table sorts after it has painted.
SORTED = """direction => document.querySelector(`.browse thead th[aria-sort="${direction}"]`)
    && document.querySelector(".browse-count").innerText.endsWith(direction)"""


@pytest.mark.browser
def test_a_column_of_numbers_sorts_by_size_both_ways_and_back_to_the_order_as_stored(visitor: Any) -> None:
    visit = visitor().open("tables/force_sizes.html")
    page, field = visit.page, "high"
    numbers = [float(value) for value in stored("force_sizes", field) if value]
    assert numbers != sorted(numbers) and sorted(numbers) != sorted(numbers, key=str), "the table can tell"
    head = page.locator(".browse thead th", has_text=field)
    head.get_by_role("button").focus()
    for direction, wanted in (("ascending", sorted(numbers)), ("descending", sorted(numbers, reverse=True))):
        page.keyboard.press("Enter")
        until(page, SORTED, direction)
        assert [float(value) for value in column(page, field) if value] == wanted
        assert f"sorted by {field}, {direction}" in page.locator(".browse-count").inner_text()
    page.get_by_role("button", name="Order as stored").click()
    until(page, "() => document.querySelector('.browse-count').innerText.endsWith('as stored')")
    assert column(page, field) == stored("force_sizes", field)
    visit.quiet()


@pytest.mark.browser
def test_a_search_keeps_the_rows_that_have_the_words_and_a_link_brings_a_row_back(visitor: Any) -> None:
    visit = visitor().open("tables/requests.html")
    page, ids = visit.page, stored("requests", "request_id")
    page.get_by_label("Search all columns").fill("Bishkek")
    kept = column(page, "request_id")
    with (DATA / TABLES["requests"]["path"]).open(encoding="utf-8", newline="") as file:
        wanted = [
            row["request_id"] for row in csv.DictReader(file) if "bishkek" in " ".join(row.values()).lower()
        ]
    assert kept == wanted and 0 < len(kept) < len(ids)
    assert page.locator(".browse-count").inner_text().startswith(f"{len(kept)} of {len(ids)} rows")
    lost = next(one for one in ids if one not in kept)
    page.goto(f"{page.url.partition('#')[0]}#{browse.ROW}{lost.lower()}")
    page.locator(f"#{browse.ROW}{lost.lower()}").wait_for()
    assert column(page, "request_id") == ids
    visit.quiet()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 360])
def test_the_row_of_a_link_is_shown_field_by_field(visitor: Any, width: int) -> None:
    visit = visitor(width=width).open("tables/requests.html#row-r30")
    page = visit.page
    card = page.get_by_role("region", name="The row that the link leads to")
    with (DATA / TABLES["requests"]["path"]).open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["request_id"] == "R30")
    filled = [field for field, value in row.items() if value]
    assert card.locator("dt").all_inner_texts() == filled
    assert card.locator("dd").nth(filled.index("story")).inner_text() == row["story"]
    assert 0 <= card.bounding_box()["y"] < 300, "it stands in the window"
    assert card.locator("a[href*=bibliography]").count() >= 1
    assert widest(page) == [] and violations(page) == []
    card.get_by_role("button").click()
    assert not card.is_visible()
    visit.quiet()


@pytest.mark.browser
def test_without_scripts_a_table_is_whole(visitor: Any) -> None:
    page = visitor(scripts=False).open("tables/requests.html").page
    assert page.locator(".browse tbody tr:visible").count() == len(stored("requests", "request_id"))
    assert page.locator(".browse input").count() == 0, "no search box that does nothing"


@pytest.mark.browser
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("dark", 320)])
@pytest.mark.parametrize("name", ["requests", "un_votes", "countries"])
def test_a_table_is_accessible_quiet_and_within_the_screen(
    visitor: Any, name: str, theme: str, width: int
) -> None:
    visit = visitor(width=width, theme=theme).open(f"tables/{name}.html")
    until(visit.page, "document.querySelector('.browse-count')?.textContent.includes('rows')")
    assert widest(visit.page) == []
    assert not (found := violations(visit.page)), "\n".join(found)
    visit.quiet()
