"""The opening exercise: statements that the record settles or not, each with a way to it that exists."""

from __future__ import annotations

import re

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
