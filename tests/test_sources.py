"""The sources as witnesses: every one has a kind and a use or a reason, and what a chapter leans on is counted from it."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from csto import data, load, sources
from csto.chronicle import CHAPTERS
from csto.sources import KINDS, bibliography, cited, cited_in, keys_of, leaning, tables_of, used

ALL = bibliography().set_index("key")


# --- every source has a place ----------------------------------------------------------------------------------------


def test_every_source_is_used_somewhere_or_says_why_it_is_kept() -> None:
    homeless = [key for key in ALL.index if key not in used() and not ALL.loc[key, "unused"]]
    assert homeless == [], "cite them, or give the entry a line `unused = {why}`"


def test_no_source_that_is_used_is_called_unused() -> None:
    assert [key for key in ALL.index if key in used() and ALL.loc[key, "unused"]] == []


def test_every_use_is_of_a_source_in_the_bibliography() -> None:
    assert set(used()) <= set(ALL.index)


def test_every_source_has_one_known_kind_and_the_five_articles_are_their_own() -> None:
    assert set(ALL["kind"]) == set(KINDS)
    assert set(ALL.index[ALL["kind"] == "article"]) == set(load("articles")["source"])


def test_an_unknown_kind_is_named_with_what_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "source", lambda key: {"title": "x", "keywords": "gossip"})
    with pytest.raises(ValueError, match=r"keywords 'gossip' is not allowed; allowed: primary, agency"):
        bibliography()


def test_titles_are_free_of_tex() -> None:
    text = " ".join([*ALL["title"], *ALL["author"]])
    assert "\\" not in text and "{" not in text and "`" not in text


# --- what a chapter leans on -----------------------------------------------------------------------------------------


def test_citations_are_read_from_a_text() -> None:
    text = "One {cite:p}`P-ODKB-25Y,PRAVDA-2002B`, two {cite:t}`walt1987` and {cite}`snyder1984`; not `this`."
    assert cited_in(text) == {"P-ODKB-25Y", "PRAVDA-2002B", "walt1987", "snyder1984"}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_cites_only_what_the_bibliography_has(chapter: int) -> None:
    assert cited(chapter) and cited(chapter) <= data.source_keys()


def test_a_table_is_found_however_the_chapter_comes_by_it() -> None:
    assert "war_deaths" in tables_of(1), "loaded by the chapter itself"
    assert "signatories" in tables_of(1), "loaded by a function of the course"
    assert "due_tests" in tables_of(3), "loaded by a lab"
    assert "clauses" in tables_of(2), "loaded by a function that a function calls"
    assert "war_deaths" not in tables_of(4)


def test_every_table_of_facts_is_behind_a_chapter_or_a_page_of_reference() -> None:
    behind = set().union(*(tables_of(chapter) for chapter in CHAPTERS))
    pages = {
        "articles",
        "changes",
        "rubrics",
        "terms",
        "unknowns",
    }  # on the pages of sources, of changes, of rubrics, of people and terms, of what is not known
    assert set(data.tables()) - behind == pages


def test_shares_of_a_chapter_sum_to_one_and_counts_to_all() -> None:
    for (_, _), rows in leaning().groupby(["chapter", "way"]):
        assert rows["share"].sum() == pytest.approx(1)
        assert rows["sources"].sum() == rows["of"].iloc[0]


def test_the_counts_behind_a_table_are_its_own_keys() -> None:
    keys = {key for row in load("vitality")["source_keys"] for key in row.split(";")}
    assert keys_of("vitality") == keys
    assert keys_of("clause_codes") == set()


# --- the five --------------------------------------------------------------------------------------------------------


def test_an_undated_article_is_no_older_than_the_table_of_forecasts_says() -> None:
    made = load("forecasts").dropna(subset=["article"]).groupby("article")["made"].max()
    for one in load("articles").itertuples():
        assert one.earliest == made[one.article]
        assert one.earliest <= one.latest


def test_what_an_author_could_not_know_came_after_the_last_day_of_writing() -> None:
    table = sources.afterwards().merge(load("articles")[["article", "earliest", "latest"]], on="article")
    assert set(table["known"]) == {"could know", "cannot be told", "could not know"}
    hidden = table["known"] == "could not know"
    assert ((table["date"] > table["latest"]) == hidden).all()
    frozen = table[table["event"] == "Armenia says “frozen”"].set_index("article")["known"]
    assert frozen["001"] == "could know"
    assert (frozen.drop("001") == "could not know").all()


def test_the_students_knew_the_war_of_2020_and_not_january_2022() -> None:
    table = sources.afterwards().query("article == '003'").set_index("event")["known"]
    assert table["Second Karabakh war"] == "could know"
    assert table["Request of Kazakhstan"] == "could not know"


def test_every_key_event_is_a_row_of_the_timeline(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(sources.afterwards()) == 5 * len(sources.AFTERWARDS)
    monkeypatch.setattr(sources, "AFTERWARDS", (("requests", "R99", "", "nothing"),))
    with pytest.raises(ValueError, match="no row 'R99' of the table 'requests'"):
        sources.afterwards()


def test_each_article_is_introduced_with_six_particulars() -> None:
    html = sources.witnesses().html
    assert html.count("<section") == 5
    assert html.count("<dt>") == 5 * 6
    assert len(set(re.findall(r'id="(witness-\d+)"', html))) == 5


# --- the lists -------------------------------------------------------------------------------------------------------


def test_the_lists_hold_every_source_with_its_use() -> None:
    counted = 0
    for kind in KINDS:
        html = sources.listing(kind).html
        counted += html.count("<li>")
        assert html.count("<li>") == (ALL["kind"] == kind).sum()
    assert counted == len(ALL)
    assert sources.unused().html.count("<li>") == (ALL["unused"] != "").sum()


def test_an_unknown_list_is_refused() -> None:
    with pytest.raises(ValueError, match=r"kind: 'rumour' is not known; allowed: primary"):
        sources.listing("rumour")


def test_every_list_stands_on_the_page() -> None:
    page = (sources.REPO / "reference/sources.ipynb").read_text(encoding="utf-8")
    shown = set(re.findall(r'sources\.listing\(\\"(\w+)\\"\)', page))
    assert shown == set(KINDS) - {"article"}, "the articles are introduced one by one"
    assert isinstance(sources.spans(), pd.DataFrame) and "sources.unused()" in page
