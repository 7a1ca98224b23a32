"""An edition: its version in all places, its release by one command, its addresses, and the same bytes for everyone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from conftest import ROOT

import book
from book import addresses, theme
from tools import edition, release, twice

DAY = date(2027, 2, 3)
FILES = sorted({place.file for place in release.places("9.9.9", DAY)} | {"CHANGELOG.md"})
CHANGELOG = """# Changelog

## [Unreleased]

### Added

- A page.

## [0.1.0] - 2026-11-24

### Added

- The first.
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A small repository with the files that a release writes."""
    root = tmp_path / "repository"
    for name in FILES:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, root / name)
    (root / "CHANGELOG.md").write_text(CHANGELOG, encoding="utf-8")
    for words in (
        ["init", "--quiet"],
        ["config", "user.name", "A"],
        ["config", "user.email", "a@example.org"],
        ["add", "--all"],
        ["commit", "--quiet", "-m", "Begin"],
    ):
        subprocess.run(["git", *words], cwd=root, check=True)
    return root


# --- version, day, changelog -----------------------------------------------------------------------------------------


def test_a_release_writes_version_and_day_wherever_they_stand(repository: Path) -> None:
    assert release.write(repository, "9.9.9", DAY) == FILES
    assert edition.version(repository) == "9.9.9" and edition.day(repository) == DAY
    assert yaml.safe_load((repository / "CITATION.cff").read_text(encoding="utf-8"))["version"] == "9.9.9"
    package = json.loads((repository / "data/datapackage.json").read_text(encoding="utf-8"))
    assert package["version"] == "9.9.9"
    for name in ("README.md", "_config.yml", "index.md"):
        assert "edition of February 2027" in (repository / name).read_text(encoding="utf-8")


def test_a_release_changes_a_line_a_place_and_nothing_else(repository: Path) -> None:
    release.write(repository, "9.9.9", DAY)
    asked = ["git", "diff", "--numstat", "--", *[name for name in FILES if name != "CHANGELOG.md"]]
    told = subprocess.run(asked, cwd=repository, capture_output=True, text=True, check=True).stdout
    changed = {line.split("\t")[2]: line.split("\t")[:2] for line in told.splitlines()}
    assert changed.pop("CITATION.cff") == ["2", "2"]
    assert set(map(tuple, changed.values())) == {("1", "1")} and len(changed) == len(FILES) - 2


def test_what_was_unreleased_comes_under_the_version_and_its_day(repository: Path) -> None:
    release.write(repository, "9.9.9", DAY)
    text = (repository / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]\n\n## [9.9.9] - 2027-02-03\n\n### Added\n\n- A page." in text
    assert release.section(text, "Unreleased") == ""
    assert release.section(text, "9.9.9") == "### Added\n\n- A page."
    assert release.section(text, "0.1.0") == "### Added\n\n- The first."


def test_a_place_that_lost_its_version_stops_the_release_before_anything_is_written(repository: Path) -> None:
    (repository / "index.md").write_text("# A book\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"index\.md: .* stands there 0 times; allowed: once"):
        release.write(repository, "9.9.9", DAY)
    assert edition.version(repository) != "9.9.9"


@pytest.mark.parametrize("version", ["0.0.9", "0.1.0"])
def test_a_version_that_is_not_greater_is_refused(repository: Path, version: str) -> None:
    (said,) = release.faults(repository, version)
    assert said.startswith(f"VERSION: {version} is not greater than {edition.version()}")


def test_ten_is_greater_than_nine(repository: Path) -> None:
    assert release.number("0.10.0") > release.number("0.9.0")
    assert release.faults(repository, "0.10.0") == []


@pytest.mark.parametrize("version", ["1", "1.2", "v1.2.3", "1.02.3", "1.2.3-rc1", ""])
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(ValueError, match=r"allowed: three numbers such as 1\.2\.3"):
        release.number(version)


def test_a_tag_that_is_there_is_refused(repository: Path) -> None:
    subprocess.run(["git", "tag", "v9.9.9"], cwd=repository, check=True)
    assert release.faults(repository, "9.9.9") == ["VERSION: the tag v9.9.9 is there already"]


def test_a_changelog_with_nothing_new_is_refused(repository: Path) -> None:
    log = repository / "CHANGELOG.md"
    log.write_text(CHANGELOG.replace("### Added\n\n- A page.\n\n", "", 1), encoding="utf-8")
    (said,) = release.faults(repository, "9.9.9")
    assert said.startswith("CHANGELOG.md: nothing stands under [Unreleased]")


def test_what_is_not_committed_is_refused_and_named(repository: Path) -> None:
    assert release.dirt(repository) == []
    (repository / "README.md").write_text("", encoding="utf-8")
    (repository / "new.txt").write_text("", encoding="utf-8")
    assert release.dirt(repository) == ["not committed: README.md, new.txt"]


def test_a_tag_of_another_version_is_refused_where_a_workflow_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_REF_TYPE", "tag")
    monkeypatch.setenv("GITHUB_REF_NAME", "v9.9.9")
    assert release.check_tag("9.9.9") == []
    assert release.check_tag("9.9.8") == ["the tag v9.9.9 is not v9.9.8, the version of pyproject.toml"]


# --- what is offered -------------------------------------------------------------------------------------------------


@pytest.fixture
def offering(tmp_path: Path) -> Path:
    """A built site of one page, the one that offers files."""
    page = tmp_path / "site" / edition.PAGE
    page.parent.mkdir(parents=True)
    page.write_text('<p>a</p><div class="editions"><p>none</p></div><p>b</p>', encoding="utf-8")
    return tmp_path / "site"


def test_the_page_links_what_was_made_and_only_that(offering: Path, tmp_path: Path) -> None:
    made = tmp_path / edition.FORMS[0].file(edition.version())
    made.write_bytes(b"packed")
    edition.offer(offering, [made])
    html = (offering / edition.PAGE).read_text(encoding="utf-8")
    assert re.findall(r'href="([^"]+)"', html) == [f"../editions/{made.name}"]
    assert edition.checksum(made) in html and html.endswith("</div><p>b</p>")
    assert (offering / "editions" / made.name).read_bytes() == b"packed"
    sums = (offering / "editions/SHA256SUMS").read_text(encoding="utf-8")
    assert sums == f"{edition.checksum(made)}  {made.name}\n"
    edition.offer(offering, [])
    assert "href" not in (offering / edition.PAGE).read_text(encoding="utf-8")
    assert not (offering / "editions").exists()


def test_a_file_of_another_edition_is_not_offered(offering: Path, tmp_path: Path) -> None:
    (tmp_path / "promise-and-practice-0.0.1-offline.zip").write_bytes(b"")
    with pytest.raises(ValueError, match=f"no file of edition {edition.version()}"):
        edition.offer(offering, [tmp_path / "promise-and-practice-0.0.1-offline.zip"])


def test_a_page_without_a_place_for_the_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r'take-away\.html: no element <div class="editions">'):
        edition.offer(tmp_path, [])


def test_the_page_of_the_book_has_the_place() -> None:
    text = (ROOT / edition.PAGE).with_suffix(".md").read_text(encoding="utf-8")
    assert edition.listed(text, "HERE").count('<div class="editions">HERE</div>') == 1
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", text)) <= targets


# --- addresses -------------------------------------------------------------------------------------------------------

PAGE = '<h1 id="top">x</h1><table><tr id="d06"><td>y</td></tr></table>'


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    for name in ("a/new.html", "index.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(PAGE, encoding="utf-8")
    return folder


def keep(folder: Path, text: str) -> list[str]:
    """Make what a list promises and return what is lost of it all the same."""
    known = addresses.read(text)
    addresses.forward(folder, known)
    return addresses.lost(folder, known)


def test_an_old_address_leads_on_without_scripts(pages: Path) -> None:
    assert keep(pages, "# a note\nindex.html\nb/old.html -> a/new.html#top\n") == []
    html = (pages / "b/old.html").read_text(encoding="utf-8")
    assert '<meta http-equiv="refresh" content="0; url=../a/new.html#top">' in html
    assert '<link rel="canonical" href="../a/new.html#top">' in html
    assert '<a href="../a/new.html#top">' in html
    assert "<script" not in html and "style" not in html and theme.POLICY in html


def test_a_place_that_moved_within_its_page_keeps_its_old_name(pages: Path) -> None:
    for _ in "twice":
        assert keep(pages, "a/new.html#d6 -> a/new.html#d06\na/new.html#head -> a/new.html#top\n") == []
    html = (pages / "a/new.html").read_text(encoding="utf-8")
    assert (
        '<tr id="d06"><td><span id="d6"></span>y' in html and '<h1 id="top"><span id="head"></span>x' in html
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("old.html -> gone.html", "the book has nothing there"),
        ("old.html -> a/new.html#gone", "the book has nothing there"),
        ("index.html -> a/new.html", "is a page of the book"),
        ("index.html#x -> a/new.html#top", "a place moves within its page"),
        ("old.html -> older.html\nolder.html -> index.html", "leads to what has moved again"),
        ("index.html\nindex.html", "twice in the list"),
        ("old.html -> https://example.org", "leads out of the book"),
        ("../old.html -> index.html", "leads out of the book"),
    ],
)
def test_a_list_that_promises_what_is_not_so_is_refused(pages: Path, text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        keep(pages, text)


def test_an_address_behind_which_nothing_stands_is_found(pages: Path) -> None:
    assert keep(pages, "index.html\ngone.html\nindex.html#gone\nindex.html#d06\n") == [
        "gone.html",
        "index.html#gone",
    ]


def test_a_release_adds_new_addresses_and_refuses_to_lose_one(pages: Path, tmp_path: Path) -> None:
    listed = tmp_path / "addresses.txt"
    listed.write_text("index.html\n", encoding="utf-8")
    release.publish(pages, listed)
    assert listed.read_text(encoding="utf-8").split() == [
        "index.html",
        "a/new.html",
        "a/new.html#d06",
        "index.html#d06",
    ]
    (pages / "a/new.html").unlink()
    with pytest.raises(SystemExit, match=r"published once and gone now: a/new\.html"):
        release.publish(pages, listed)


def test_redirects_are_no_addresses_of_their_own(pages: Path) -> None:
    keep(pages, "old.html -> index.html")
    assert "old.html" not in addresses.every(pages, edition.PLACES)


@pytest.mark.book
def test_every_address_that_was_ever_published_leads_somewhere(site: Path) -> None:
    known = addresses.read(edition.ADDRESSES.read_text(encoding="utf-8"))
    assert len(known) > 400
    assert addresses.lost(site, known) == []


# --- the same bytes ----------------------------------------------------------------------------------------------------

DRAWN = """
import hashlib
from book import figures, vega
figures.set_clock()
rows = [{"day": f"{year}-03-01T00:00:00", "n": year % 7} for year in range(1992, 2026)]
spec = {"data": {"values": rows}, "mark": "line", "width": 500, "encoding": {
    "x": {"field": "day", "type": "temporal"}, "y": {"field": "n", "type": "quantitative"}}}
print([hashlib.sha256((d.svg + d.vega).encode()).hexdigest() for d in vega.draw(spec, {}, "a")])
"""


def test_a_chart_is_drawn_alike_in_every_time_zone_and_with_every_seed() -> None:
    told = []
    for zone, seed in (("UTC", "1"), ("Asia/Yerevan", "2")):
        variables = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", DRAWN]
        told.append(subprocess.run(command, cwd=ROOT, env=variables, check=True, capture_output=True).stdout)
    assert told[0] == told[1]


def test_no_setting_tells_where_the_book_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    config: Any = SimpleNamespace(html_static_path=[], templates_path=[])
    app: Any = SimpleNamespace(confdir=ROOT, add_css_file=lambda *a, **k: 0, add_js_file=lambda *a, **k: 0)
    book._add_static(app, config)
    theme._templates(app, config)
    assert [*config.html_static_path, *config.templates_path] == ["book/_static", "book/templates"]


def test_what_differs_between_two_builds_is_named_with_its_place(tmp_path: Path) -> None:
    for name, text in (("a", "same 1 same"), ("b", "same 2 same")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.html").write_text(text, encoding="utf-8")
        (tmp_path / name / "alike.html").write_text("", encoding="utf-8")
    (tmp_path / "b" / "more.html").write_text("", encoding="utf-8")
    assert twice.differences(tmp_path / "a", tmp_path / "b") == [
        "differs: page.html, at byte 5: 'same 1 same' / 'same 2 same'",
        "only in the second: more.html",
    ]
    assert twice.differences(tmp_path / "a", tmp_path / "a") == []
