"""What the course rests on: licences, the bill of materials, and the range of versions that is promised."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from book import vega
from tools import packages, versions


@pytest.fixture(scope="module")
def stated() -> dict[str, str]:
    return packages.licences()


@pytest.fixture(scope="module")
def bill() -> dict[str, Any]:
    return packages.bill()


def test_every_package_of_the_course_has_a_free_licence(stated: dict[str, str]) -> None:
    assert len(stated) > 150
    assert packages.unfree(stated) == []


def test_a_licence_that_binds_the_course_is_found() -> None:
    assert packages.unfree({"some-package": "GPL-3.0-only"}) == ["some-package: GPL-3.0-only"]
    assert packages.unfree({"some-package": "MIT AND AGPL-3.0"}) == ["some-package: MIT AND AGPL-3.0"]
    assert packages.unfree({"some-package": "UNKNOWN"}) == ["some-package: UNKNOWN"]


def test_only_packages_that_are_locked_were_read_by_hand() -> None:
    every = {**packages.locked(), **packages.locked("-teaching"), **packages.locked("-dev")}
    assert set(packages.READ_BY_HAND) <= set(every)


def test_the_bill_names_what_the_lock_names_and_nothing_of_this_machine(
    bill: dict[str, Any],
) -> None:
    parts = {part["name"].lower().replace("_", "-"): part["version"] for part in bill["components"]}
    lock = {**packages.locked(), **{part["name"]: {part["version"]} for part in packages.vendored()}}
    assert {"altair", "pandas", "jupyter-book"} <= set(parts)
    assert {name: version for name, version in parts.items() if version not in lock[name]} == {}
    assert "pytest" not in parts
    assert str(ROOT) not in str(bill)
    assert bill == packages.bill()


def test_the_bill_names_the_scripts_of_others_that_the_pages_carry(bill: dict[str, Any]) -> None:
    (tables,) = [part for part in bill["components"] if part["name"] == "datatables.net"]
    stated = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert f"DataTables {tables['version']} " in stated
    assert tables["hashes"][0]["content"] in stated
    (drawing,) = [part for part in bill["components"] if part["name"] == "vl-convert-python"]
    carried = {(part["name"], part["version"]) for part in drawing["components"]}
    page = set(re.findall(r"/npm/([\w.-]+)@([\d.]+)/", vega._RUNTIME))
    assert {"vega", "vega-interpreter", "vega-tooltip"} == {name for name, _ in page}
    assert page <= carried


def test_a_script_that_does_not_say_what_it_is_is_not_vendored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "book" / "_static" / "vendor" / "some"
    folder.mkdir(parents=True)
    (folder / "some.js").write_text("let x = 1;", encoding="utf-8")
    monkeypatch.setattr(packages, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"some\.js does not say"):
        packages.vendored()


def test_the_range_of_versions_is_stated_for_what_is_promised() -> None:
    assert set(versions.bounds()) == set(versions.RANGED)
    assert all(bound.startswith(">=") and ",<" in bound for bound in versions.bounds().values())


def test_an_unknown_set_of_versions_is_refused() -> None:
    tried = subprocess.run(
        [versions.sys.executable, "-m", "tools.versions", "oldest"], cwd=ROOT, capture_output=True, text=True
    )
    assert tried.returncode == 2 and "lowest" in tried.stderr
