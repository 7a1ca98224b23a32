"""The evidence: every claim and every disagreement on one page, and nothing of the course's material without a use."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from conftest import ROOT
from test_pages import soup

from csto import data, evidence
from csto.excerpts import load_excerpts

CLAIMS = data.load("claims")
POINTS = [f"D{number:02d}" for number in range(1, 34)]


def page() -> str:
    """Return the page as Markdown, with what is generated in its place."""
    text = (ROOT / "reference/evidence.md").read_text(encoding="utf-8")
    return re.sub(r"listed (\w+)", lambda found: evidence.listed(found[1]), text)


def test_all_thirty_three_disagreements_have_claims() -> None:
    assert sorted(CLAIMS["disagreement"].unique()) == POINTS


@pytest.mark.parametrize("point", POINTS)
def test_every_disagreement_and_each_of_its_claims_has_one_address_on_the_page(point: str) -> None:
    names = re.findall(r"^:name: (\S+)$", page(), re.MULTILINE)
    wanted = [point, *CLAIMS.query("disagreement == @point")["claim"]]
    assert [names.count(name.lower()) for name in wanted] == [1] * len(wanted)


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
def test_every_disagreement_leads_back_to_the_marks_that_lead_to_it(site) -> None:  # type: ignore[no-untyped-def]
    built = soup(site / "reference/evidence.html")
    for point in POINTS:
        links = built.select(f"#{point.lower()} > .marked-at a")
        assert links, f"{point}: nothing leads back"
        for link in links:
            name, _, anchor = link["href"].partition("#")
            page = (site / "reference" / name).resolve() if name else site / "reference/evidence.html"
            mark = soup(page).find(id=anchor)
            assert mark
            words = mark.get_text().removesuffix(" (contested)")
            assert mark.get_text() != words and words.strip("“”") == link.get_text().strip("“”")
            assert mark["href"].rpartition("#")[2][:3] == point.lower()


def test_the_matrix_has_every_claim_once_in_the_column_of_its_article() -> None:
    lines = evidence.matrix().splitlines()
    articles = re.findall(r"Article (\d{3})", lines[0])
    seen = []
    for line in lines[2:]:
        point, _, *cells = line.strip("|").split("|")
        for article, cell in zip(articles, cells, strict=True):
            seen += [
                (re.findall(r"D\d\d", point)[0], article, verdict)
                for verdict in re.findall(r"\[ ([a-z ]+)\]", cell)
            ]
    wanted = CLAIMS[["disagreement", "source", "verdict"]].itertuples(index=False, name=None)
    assert sorted(seen) == sorted(wanted)
