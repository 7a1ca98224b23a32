"""The opening exercise: statements that the record settles or not, each with a way to it that exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT

from book import browse
from csto import data, trust

ALL = trust.load_statements()
RIGHT = {one.question.id: one.verdict for one in ALL}


def test_five_statements_one_right_at_least_and_one_that_cannot_be_settled() -> None:
    assert len(ALL) == 5
    assert set(RIGHT.values()) == set(trust.VERDICTS)


def test_every_step_leads_to_a_row_of_a_table() -> None:
    tables = browse.tables(ROOT / "data")
    for one in ALL:
        for step in one.path:
            targets = re.findall(r"<(\w+)#([\w-]+)>", step)
            assert targets
            assert all(row in browse.rows(ROOT / "data", tables[table]) for table, row in targets)


def test_who_signed_in_1992_is_as_the_spells_have_it() -> None:
    spells = data.load("members")
    signed = set(spells.loc[spells["how_joined"] == "signed in Tashkent", "country"])
    assert RIGHT["check-founders"] == "Contradicted"
    assert "UZB" in signed and "BLR" not in signed


def test_only_belarus_voted_with_russia_on_the_annexations() -> None:
    votes = data.load("un_votes").query("text == 'ES-11/4'").set_index("country")["vote"]
    assert RIGHT["check-annexation"] == "Supported"
    assert votes[["RUS", "BLR"]].eq("no").all()
    assert votes[["ARM", "KAZ", "KGZ", "TJK"]].eq("abstain").all()


def test_the_alleged_request_is_disputed() -> None:
    row = data.load("requests").set_index("request_id").loc["R30"]
    assert RIGHT["check-alleged-request"] == "Cannot be settled" and row["confidence"] == "disputed"


def test_armenia_has_not_left_by_the_spells() -> None:
    spells = data.load("members").query("country == 'ARM'")
    assert RIGHT["check-armenia-left"] == "Contradicted" and spells["left"].isna().all()


def test_a_statement_without_scripts_has_its_words_its_ways_and_its_verdicts() -> None:
    text = trust.statements()
    assert text.count("trust-said") == text.count('class="question"') == 5
    assert text.count('class="feedback"') == 20 and "style=" not in text and "<script" not in text
    assert trust.answers().count("{cite:p}") == 5


# --- in a browser ----------------------------------------------------------------------------------------------------


def think(page: Any, number: int, sure: str, give: str) -> None:
    """Give the first thoughts on a statement, the first being 0."""
    box = page.locator(".trust").nth(number)
    box.locator(f".trust-sure input[value='{sure}']").check()
    box.locator(f".trust-pass input[value='{give}']").check()


@pytest.mark.browser
def test_the_way_to_the_record_opens_when_both_first_thoughts_are_given(visitor: Any) -> None:
    visit = visitor().open("reference/check-before-you-trust.html")
    page, box = visit.page, visit.page.locator(".trust").first
    way = page.locator(".trust-path").first
    assert not way.is_visible()
    box.locator(".trust-sure input").first.check()
    assert not way.is_visible() and "Answer both" in box.inner_text()
    box.locator(".trust-pass input[value='no']").check()
    assert way.is_visible()
    assert page.locator(".trust-path:visible").count() == 1, "the ways to the other statements stay closed"
    page.reload()
    assert page.locator(".trust-path").first.is_visible(), "kept in this browser"
    visit.quiet()


@pytest.mark.browser
def test_whoever_trusted_everything_reads_at_the_end_what_it_would_have_cost(visitor: Any) -> None:
    visit = visitor().open("reference/check-before-you-trust.html")
    page = visit.page
    assert "Nothing to compare yet" in page.locator(".trust-sentences").inner_text()
    top = str(max(trust.SURE.values()))
    for number, one in enumerate(ALL):
        think(page, number, top, "yes")
        form = page.locator(f"[data-question='{one.question.id}']")
        form.get_by_role("radio", name=one.verdict).check()
        form.get_by_role("button", name="Check").click()
    said = page.locator(".trust-sentences").inner_text()
    holds = [one.holds for one in ALL if one.holds is not None]
    good = sum(holds)
    brier = sum((int(top) / 100 - one) ** 2 for one in holds) / len(holds)
    assert "5 of 5 verdicts right at the first try" in said
    assert f"passed on 5, of which {good} hold" in said
    assert f"Of the {len(holds)} that the record settles" in said and "you trusted too much" in said
    assert f"is {brier:.2f}" in said
    rows = page.locator(".trust-result tbody tr")
    assert [rows.nth(n).locator("td").last.inner_text() for n in range(5)] == [one.verdict for one in ALL]
    with page.expect_download() as got:
        page.get_by_role("button", name="Download as text").click()
    text = Path(got.value.path()).read_text(encoding="utf-8")
    assert all(one.question.stem in text for one in ALL) and f"is {brier:.2f}" in text
    page.get_by_role("button", name="Start this page again").click()
    page.locator(".trust-path").first.wait_for(state="hidden")
    assert "Nothing to compare yet" in page.locator(".trust-sentences").inner_text()
    visit.quiet()


@pytest.mark.browser
def test_without_scripts_the_ways_and_the_answers_can_be_read(visitor: Any) -> None:
    page = visitor(scripts=False).open("reference/check-before-you-trust.html").page
    assert page.locator(".trust-path:visible").count() == len(ALL)
    assert "On paper" in page.locator(".trust-plain").inner_text()
