"""What changed between two editions: found row by row, written once, and not shown without a reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import ROOT

from book import archive
from csto import data
from tools import changes


@pytest.fixture
def later(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def found(later: Path) -> list[changes.Change]:
    return changes.compare(changes.read(ROOT / "data"), changes.read(later))


def test_an_edition_does_not_differ_from_its_own_archive(tmp_path: Path) -> None:
    packed = tmp_path / "all.zip"
    packed.write_bytes(archive.archive(archive.contents(ROOT / "data")))
    assert changes.compare(changes.read(ROOT / "data"), changes.read(packed)) == []


def test_a_changed_day_is_listed_with_what_was_and_is_said(later: Path) -> None:
    edit(later / "members.csv", "BLR,1,1993-12-31", "BLR,1,1994-01-03")
    (one,) = found(later)
    assert (one.kind, one.table, one.row, one.column) == ("changed", "members", "BLR|1", "joined")
    assert (one.said, one.says) == ("1993-12-31", "1994-01-03")
    assert "GIBLER" in one.source_keys


def test_a_row_that_went_is_listed_and_rows_that_came_are_counted(later: Path) -> None:
    path = later / "vital_signs.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    (gone,) = found(later)
    assert gone.kind == "removed" and gone.table == "vital_signs" and gone.said
    (came,) = changes.compare(changes.read(later), changes.read(ROOT / "data"))
    assert came.kind == "added" and came.says == "1 rows"


def test_a_source_that_changed_is_listed_by_its_key(later: Path) -> None:
    edit(later / "references.bib", "Problem Solving", "Problem Finding")
    (one,) = found(later)
    assert (one.kind, one.table, one.row) == ("changed", "references", "wineburg1991")


def test_what_is_written_does_not_load_until_it_has_a_reason(later: Path) -> None:
    changes.write(
        [changes.Change("changed", "members", "BLR|1", "joined", "a", "b")],
        "0.2.0",
        "2026-12-31",
        later / "changes.csv",
    )
    with pytest.raises(data.DataError, match=r"changes\.csv, row 3, field why"):
        data.load("changes", later)
    with pytest.raises(ValueError, match=r"has edition 0\.2\.0 already"):
        changes.write([], "0.2.0", "2026-12-31", later / "changes.csv")


def test_the_newest_edition_on_the_page_is_that_of_the_data() -> None:
    assert data.load("changes")["edition"].iloc[-1] == data.package()["version"]


def test_what_holds_no_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no datapackage\.json; allowed"):
        changes.read(tmp_path)
