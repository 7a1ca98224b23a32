"""The evidence: every claim and every disagreement on one page, and nothing of the course's material without a use."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT

from csto import data, evidence
from csto.excerpts import load_excerpts

CLAIMS = data.load("claims")
POINTS = [f"D{number:02d}" for number in range(1, 34)]


def page() -> str:
    """Return the page as Markdown, with what is generated in its place."""
    text = (ROOT / "reference/evidence.md").read_text(encoding="utf-8")
    return re.sub(r"listed (\w+)", lambda found: evidence.listed(found[1]), text)


def headings(name: str) -> list[str]:
    """Return the headings of a page by its name without its ending."""
    path = ROOT / f"{name}.md"
    if path.exists():
        text = path.read_text(encoding="utf-8")
    else:
        cells = json.loads((ROOT / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.findall(r"^#+ (.+)$", text, re.MULTILINE)


def test_all_thirty_three_disagreements_have_claims() -> None:
    assert sorted(CLAIMS["disagreement"].unique()) == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_every_disagreement_and_each_of_its_claims_has_one_address_on_the_page(point: str) -> None:
    names = re.findall(r"^:name: (\S+)$", page(), re.MULTILINE)
    wanted = [point, *CLAIMS.query("disagreement == @point")["claim"]]
    assert [names.count(name.lower()) for name in wanted] == [1] * len(wanted)


@pytest.mark.parametrize("point", POINTS)
def test_a_disagreement_leads_to_a_section_that_its_page_has(point: str) -> None:
    name, heading = evidence.place(point)
    assert headings(name).count(heading) == 1


def test_a_point_that_nobody_makes_is_refused() -> None:
    with pytest.raises(ValueError, match="no 'D34'; allowed: D01 to D33"):
        evidence.place("D34")
    with pytest.raises(ValueError, match="no claim of '06'; allowed: 01, 02"):
        evidence.listed("06")


def test_the_summary_counts_every_claim_once() -> None:
    rows = [line.strip("| ").split(" | ") for line in evidence.counted().splitlines()[2:]]
    assert sum(int(row[-1]) for row in rows) == len(CLAIMS)
    assert all(sum(map(int, row[1:-1])) == int(row[-1]) for row in rows)


def test_a_verdict_has_a_word_and_a_symbol_of_its_own() -> None:
    assert set(CLAIMS["verdict"]) <= set(evidence.VERDICTS)
    assert len(set(evidence.VERDICTS.values())) == len(evidence.VERDICTS)


def used() -> str:
    """Return all that pages, code, exercises and questions say."""
    patterns = (
        "chapters/*.ipynb",
        "reference/*",
        "teaching/**/*.md",
        "csto/**/*.py",
        "book/*.py",
        "tools/*.py",
    )
    more = ("exercises/source/**/*", "questions/**/*.yml", "index.md")
    paths = [path for pattern in (*patterns, *more) for path in ROOT.glob(pattern) if path.is_file()]
    return "\n".join(path.read_text(encoding="utf-8", errors="ignore") for path in paths)


#: Tables that nothing reads, with the reason.
UNUSED_TABLES: dict[str, str] = {}


def test_every_table_is_read_somewhere_or_says_why_not() -> None:
    text = used()
    tables = [
        one["name"] for one in json.loads((ROOT / "data/datapackage.json").read_text("utf-8"))["resources"]
    ]
    idle = {name for name in tables if not re.search(rf"[\"'`/\\]{name}(?:\.\w+)?[\"'`\\]", text)}
    assert idle == set(UNUSED_TABLES)


def test_every_excerpt_is_shown_in_a_chapter() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("chapters/*.ipynb"))
    assert [name for name in load_excerpts() if name not in text] == []


def test_no_page_is_an_orphan() -> None:
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = {one["file"] for part in contents["parts"] for one in part["chapters"]} | {contents["root"]}
    folders = ("chapters", "reference", "teaching")
    pages = {
        str(path.relative_to(ROOT).with_suffix(""))
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".md", ".ipynb"}
        and path.stem != "README"
        and ".ipynb_checkpoints" not in path.parts
    }
    assert sorted(pages - listed) == [], "a page that the contents do not have"


@pytest.mark.browser
def test_a_reader_filters_claims_and_a_link_brings_one_back(visitor) -> None:  # type: ignore[no-untyped-def]
    shown = visitor().open("reference/evidence.html").page
    shown.get_by_label("Verdict").select_option(label="supported")
    count = (CLAIMS["verdict"] == "supported").sum()
    assert shown.locator(".claim:visible").count() == count
    assert shown.locator(".claim-finder .entry-count").inner_text() == f"{count} of {len(CLAIMS)} claims"
    assert not shown.locator("#d06-000").is_visible()
    shown.goto(shown.url.split("#")[0] + "#d06-000")
    shown.locator("#d06-000").wait_for()


@pytest.mark.browser
def test_without_scripts_every_claim_is_there(visitor) -> None:  # type: ignore[no-untyped-def]
    shown = visitor(scripts=False).open("reference/evidence.html").page
    assert shown.locator(".claim:visible").count() == len(CLAIMS)


@pytest.mark.book
def test_every_link_to_a_section_leads_there(site) -> None:  # type: ignore[no-untyped-def]
    built = BeautifulSoup((site / "reference/evidence.html").read_text("utf-8"), "html.parser")
    for point in POINTS:
        name, heading = evidence.place(point)
        target = BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")
        assert built.select_one(f'#{point.lower()} a[href="../{name}.html#{evidence.anchor(heading)}"]')
        assert target.find(id=evidence.anchor(heading)), f"{name}: {heading}"
