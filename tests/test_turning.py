"""What the record says of 2022, and that every number of chapter 4 follows from it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from csto import turning
from csto.checks import check
from csto.data import load, package
from csto.excerpts import load_excerpts
from csto.models import breaks

CHAPTER = Path(__file__).resolve().parent.parent / "chapters" / "04-turning-point-2022.ipynb"
GRID = turning.votes()
CAST = GRID.pivot(index="text", columns="country", values="vote")
SIX = ["RUS", *turning.ALLIES]


def prose() -> str:
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


# --- what must not be got wrong ----------------------------------------------------------------------------------------


def test_four_members_abstained_on_the_annexations_and_none_voted_for_the_text() -> None:
    cast = CAST.loc["ES-11/4", SIX]
    assert cast.to_dict() == {
        "RUS": "no",
        "BLR": "no",
        "KAZ": "abstain",
        "KGZ": "abstain",
        "TJK": "abstain",
        "ARM": "abstain",
    }


def test_four_allies_voted_against_suspending_russia_and_armenia_did_not_vote() -> None:
    cast = CAST.loc["ES-11/3", SIX]
    assert cast[["BLR", "KAZ", "KGZ", "TJK"]].eq("no").all() and cast["ARM"] == "absent"


def test_crimea_split_the_members_three_ways_in_2014_and_human_rights_united_them_in_2017() -> None:
    assert CAST.loc["68/262", SIX].to_dict() == {
        "RUS": "no",
        "BLR": "no",
        "ARM": "no",
        "KAZ": "abstain",
        "KGZ": "absent",
        "TJK": "absent",
    }
    assert CAST.loc["72/190", SIX].eq("no").all()


def test_the_four_abstained_on_human_rights_in_december_2025() -> None:
    assert CAST.loc["80/223", ["KAZ", "KGZ", "TJK", "ARM"]].eq("abstain").all()


@pytest.mark.parametrize(
    ("text", "totals"),
    [
        ("ES-11/1", (141, 5, 35)),
        ("ES-11/3", (93, 24, 58)),
        ("ES-11/4", (143, 5, 35)),
        ("2026-02-24", (107, 12, 51)),
    ],
)
def test_the_totals_are_those_of_the_record(text: str, totals: tuple[int, int, int]) -> None:
    row = load("un_texts").set_index("text").loc[text]
    assert (row["yes"], row["no"], row["abstain"]) == totals


def test_thirteen_texts_have_the_votes_of_all_six_and_russia_voted_no_on_each() -> None:
    counted = turning.complete()
    assert len(counted) == 13 and {"ES-11/1", "77/284", "2026-02-24"} <= set(counted)
    assert CAST.loc[counted, "RUS"].eq("no").all()


def test_the_index_is_thirteen_one_one_one_nought_and_yes_three_and_one() -> None:
    table = turning.beside_russia().pivot(index="country", columns="how", values="texts").fillna(0)
    assert table["no, with Russia"].to_dict() == {"BLR": 13, "KAZ": 1, "KGZ": 1, "TJK": 1, "ARM": 0}
    assert table["yes"].to_dict() == {"BLR": 0, "KAZ": 1, "KGZ": 0, "TJK": 0, "ARM": 3}
    assert table.sum(axis=1).eq(13).all()


def test_without_the_inferred_votes_the_index_says_the_same() -> None:
    inferred = set(load("un_votes").query("basis == 'inferred'")["text"])
    assert inferred == {"ES-11/2", "ES-11/5"}
    kept = [text for text in turning.complete() if text not in inferred]
    table = turning.beside_russia(kept).pivot(index="country", columns="how", values="texts").fillna(0)
    assert len(kept) == 11
    assert table["no, with Russia"].to_dict() == {"BLR": 11, "KAZ": 1, "KGZ": 1, "TJK": 1, "ARM": 0}


def test_an_unknown_vote_is_shown_as_unknown_and_never_counted() -> None:
    assert CAST.loc["78/221"].eq("not known").all()
    assert CAST.loc["79/184", "KAZ"] == "not known"
    with pytest.raises(ValueError, match=r"79/184: .* is 'not known'"):
        turning.beside_russia(["79/184"])


def test_a_text_on_which_russia_did_not_vote_no_is_refused() -> None:
    with pytest.raises(ValueError, match=r"78/221: Russia is 'not known'"):
        turning.beside_russia(["78/221"])


def test_the_armenian_yes_on_the_american_text_rests_on_one_transcription() -> None:
    row = load("un_votes").query("text == 'ES-11/8' and country == 'ARM'").iloc[0]
    assert (row["vote"], row["confidence"], row["source_keys"]) == ("yes", "single", "UNDL25")


def test_the_exercise_that_kyrgyzstan_called_off_was_of_october() -> None:
    called_off = load("exercises").query("status == 'cancelled' and year == 2022")
    assert called_off["start"].tolist() == [pd.Timestamp("2022-10-10")]
    stance = load("positions").query("country == 'KGZ' and issue == 'Exercises of the alliance'").iloc[0]
    assert stance["date"] == pd.Timestamp("2022-10-09") and stance["stance"] == "in between"


def test_armenia_is_on_record_with_no_notice_of_withdrawal() -> None:
    steps = turning.entries()
    assert len(steps) == 31
    assert not (steps["kind"] == "notice of withdrawal").any()
    assert "notice of withdrawal" in turning.KINDS
    assert load("members").query("country == 'ARM'")["left"].isna().all()


def test_the_absences_begin_before_the_word_frozen() -> None:
    steps = turning.entries()
    frozen = steps.loc[steps["title"] == "“Frozen”, in an interview", "date"].item()
    assert frozen == pd.Timestamp("2024-02-22")
    assert (steps.loc[steps["kind"] == "stays away", "date"] < frozen).sum() == 4


def test_what_is_disputed_is_called_disputed() -> None:
    assert load("contingents_2022").set_index("contingent").loc["Whole force", "confidence"] == "disputed"
    asked = load("positions").query("country == 'KAZ' and issue == 'Soldiers for the war'").iloc[0]
    assert (asked["stance"], asked["confidence"]) == ("disputed", "disputed")
    claims = turning.verdicts().set_index("claim")
    assert (claims.loc["D30-004", "verdict"], claims.loc["D30-004", "confidence"]) == ("open", "disputed")
    assert claims.loc["D19-001", "verdict"] == "contradicted"


def test_every_disagreement_of_the_chapter_has_a_claim_and_none_is_of_article_003() -> None:
    claims = turning.verdicts()
    assert set(claims["disagreement"]) == {"D16", "D17", "D18", "D19", "D20", "D25", "D30", "D31"}
    assert "003" not in set(claims["source"])


# --- January -----------------------------------------------------------------------------------------------------------


def test_the_decision_followed_the_appeal_within_ten_hours() -> None:
    shortest, longest = turning.hours_between_appeal_and_decision()
    assert 0 <= shortest < longest < 10


def test_no_event_of_january_ends_before_it_begins_and_they_stand_in_order() -> None:
    events = turning.january()
    assert (events["end"] >= events["start"]).all()
    assert events["day"].is_monotonic_increasing
    assert events.loc[events["precision"] == "night", "until_clock"].notna().all()
    assert events.loc[events["precision"] == "day", "clock"].isna().all()


def test_the_appeal_was_reported_after_midnight_in_the_capital() -> None:
    appeal = turning.january().set_index("title").loc["Appeal on television"]
    assert appeal["end"] == pd.Timestamp("2022-01-06 00:55")  # 21:55 in Moscow, three hours behind


def test_the_force_was_gone_thirty_six_days_before_the_invasion() -> None:
    last = turning.january().set_index("title").loc["Last aircraft leaves", "day"]
    assert (turning.INVASION - last).days == 36
    first = turning.january().set_index("title").loc["Tasks named, vanguard at work", "day"]
    assert (last - first).days == 13


def test_the_russian_and_the_belarusian_numbers_are_left_empty() -> None:
    force = load("contingents_2022").set_index("contingent")
    assert force.loc[["Russia", "Belarus"], "high"].isna().all()
    assert force.loc[["Armenia", "Kyrgyzstan", "Tajikistan"], "high"].sum() == 450


# --- points and distances ----------------------------------------------------------------------------------------------


def test_kazakhstan_came_closer_because_russia_moved() -> None:
    moved = turning.moves(2021, 2022).set_index("country").loc["KAZ"]
    assert moved["gap_after"] < moved["gap_before"] / 4
    assert moved["own"] < 0 and moved["theirs"] < moved["own"]
    held = turning.held_still(2021).set_index(["country", "year"]).loc[("KAZ", 2022)]
    assert held["gap_held"] > moved["gap_before"]


def test_armenias_distance_grew_fourfold_while_its_intervals_overlap() -> None:
    moved = turning.moves(2021, 2022).set_index("country").loc["ARM"]
    assert moved["gap_after"] > 4 * moved["gap_before"] and abs(moved["own"]) < 0.22
    points = load("affinity").query("country == 'ARM'").set_index("year")
    assert points.loc[2021, "ideal_low"] < points.loc[2022, "ideal_high"]


def test_russia_moved_further_than_any_ally_and_china_further_still() -> None:
    moved = turning.moves(2021, 2022).set_index("country")
    assert (moved.loc[list(turning.ALLIES), "own"].abs() < abs(moved.loc["ARM", "theirs"])).all()
    assert abs(moved.loc["CHN", "own"]) > abs(moved.loc["CHN", "theirs"])


def test_the_two_former_members_came_closer_than_the_allies_and_georgia_turns_it() -> None:
    change = turning.moves(2021, 2022).set_index("country")["gap_change"]
    allies = change[list(turning.ALLIES)].mean()
    assert change[["AZE", "UZB"]].mean() < allies < change[["AZE", "UZB", "GEO"]].mean()


def test_a_gap_is_the_sum_of_two_moves_by_hand() -> None:
    moved = (
        turning.moves(2021, 2022).set_index("country").loc["GEO"]
    )  # Georgia stands above Russia in both years
    assert moved["gap_change"] == pytest.approx(moved["own"] - moved["theirs"])


def test_held_in_its_own_year_russia_is_where_it_stood_and_before_it_nothing_is_said() -> None:
    held = turning.held_still(2021)
    year = held.query("year == 2021")
    assert (year["gap"] - year["gap_held"]).abs().max() == 0
    assert held.query("year < 2021")["gap_held"].isna().all()


def test_a_point_from_a_handful_of_votes_is_not_drawn() -> None:
    assert load("affinity").query("country == 'KGZ' and year == 1992")["votes"].item() == 16
    assert turning.held_still(2021).query("country == 'KGZ'")["year"].min() > 1992


@pytest.mark.parametrize("year", [1991, 2025])
def test_a_year_without_points_is_named(year: int) -> None:
    with pytest.raises(ValueError, match=f"for {year}"):
        turning.moves(2021, year)
    with pytest.raises(ValueError, match=f"for {year}"):
        turning.held_still(year)


# --- positions, surveys, trade -----------------------------------------------------------------------------------------


def test_the_votes_in_the_matrix_are_those_of_the_table_of_votes() -> None:
    matrix = turning.position_matrix().set_index(["issue", "country"])["stance"]
    assert matrix["Vote: annexations"].drop("BLR").eq("in between").all()
    assert matrix["Vote: Human Rights Council"].drop("ARM").eq("with Russia").all()
    assert not any(issue.startswith("Vote") for issue in load("positions")["issue"])


def test_every_cell_of_the_matrix_is_filled_and_a_gap_says_so() -> None:
    matrix = turning.position_matrix()
    assert len(matrix) == matrix["issue"].nunique() * len(turning.ALLIES)
    assert matrix["sign"].notna().all()
    assert matrix.query("stance == 'nothing found'")["text"].eq("Nothing was found on this.").all()


def test_the_stances_of_the_matrix_are_those_of_the_schema() -> None:
    (schema,) = (one["schema"] for one in package()["resources"] if one["name"] == "positions")
    (allowed,) = (field["constraints"]["enum"] for field in schema["fields"] if field["name"] == "stance")
    assert [*allowed, "nothing found"] == list(turning.STANCES)


def test_the_kinds_of_entry_are_those_of_the_schema_and_one_that_never_came() -> None:
    (schema,) = (one["schema"] for one in package()["resources"] if one["name"] == "armenia_steps")
    (allowed,) = (field["constraints"]["enum"] for field in schema["fields"] if field["name"] == "kind")
    assert [*allowed, "notice of withdrawal"] == list(turning.KINDS)


def test_the_armenian_decline_is_older_than_both_wars() -> None:
    friend = (
        turning.surveys("Russia")
        .query("question == 'Russia is the main friend'")
        .set_index("year")["percent"]
    )
    assert friend.to_dict() == {2013: 83, 2015: 75, 2017: 64, 2020: 57}


def test_a_sample_that_was_not_found_is_said_to_be_so() -> None:
    asked = turning.surveys("Russia").set_index("label")["asked"]
    assert asked["Approve of the leadership of Russia, 2022"] == "sample not found, mode not found"
    assert asked["Russia is the most important partner, Feb 2026"] == "1,506 people, telephone"


def test_a_survey_known_from_an_aggregator_alone_is_left_out() -> None:
    assert not load("opinion")["source_keys"].str.contains("PRAVDA_GAL26").any()


def test_surveys_are_about_russia_or_the_alliance() -> None:
    with pytest.raises(ValueError, match="'NATO' is not allowed; allowed: Russia, alliance"):
        turning.surveys("NATO")


def test_a_partner_that_is_not_listed_has_no_share_and_no_zero() -> None:
    shares = turning.trade_shares()
    assert shares["share"].gt(0).all()
    assert shares.query("country == 'BLR' and partner == 'RUS' and year > 2019").empty


def test_armenian_and_kyrgyz_exports_to_russia_rose_from_2019_to_2022() -> None:
    share = turning.trade_shares().set_index(["country", "label", "year"])["share"]
    assert [share["ARM", "Exports to Russia", year] for year in (2019, 2022, 2023)] == [22, 41, 37]
    assert [share["KGZ", "Exports to Russia", year] for year in (2019, 2022, 2023)] == [13, 43, 19]


# --- exercises ---------------------------------------------------------------------------------------------------------


def test_the_same_vote_counts_only_texts_on_which_both_are_known() -> None:
    assert "4.P1: Right" in repr(check("4.P1", [0, 1, 2 / 14]))
    assert "only the texts on which all six" in repr(check("4.P1", [0, 1, 1 / 13]))
    assert "2014 and 2017 too" in repr(check("4.P1", [2 / 15, 1, 3 / 16]))
    assert "belongs in no denominator" in repr(check("4.P1", [0, 15 / 16, 2 / 16]))
    assert "counts or per cent" in repr(check("4.P1", [0, 15, 2]))


def test_inside_and_outside_are_computed_from_the_table() -> None:
    change = turning.moves(2021, 2022).set_index("country")
    inside, outside = (
        change.loc[states, "gap_change"].mean() for states in (list(turning.ALLIES), ["AZE", "UZB"])
    )
    own = [change.loc[states, "own"].mean() for states in (list(turning.ALLIES), ["AZE", "UZB"])]
    assert "4.P2: Right" in repr(check("4.P2", [inside, outside]))
    assert "turned round" in repr(check("4.P2", [-inside, -outside]))
    assert "allies come first" in repr(check("4.P2", [outside, inside]))
    assert "own points" in repr(check("4.P2", own))


def test_break_or_chance_is_the_difference_of_four_means_and_an_exact_share() -> None:
    table = load("affinity").query("year >= 2019").assign(after=lambda d: d["year"] >= 2022)
    states = [*turning.ALLIES, "AZE", "GEO", "UZB"]
    means = table[table["country"].isin(states)].pivot_table(
        index="country", columns="after", values="ideal_point"
    )
    change = means[True] - means[False]
    allies = change[list(turning.ALLIES)].mean()
    difference = allies - change[["AZE", "GEO", "UZB"]].mean()
    chance = breaks.permute(change, turning.ALLIES)
    assert chance.ways == 56
    assert "4.A1: Right" in repr(check("4.A1", [difference, chance.p]))
    assert "turned round" in repr(check("4.A1", [-difference, chance.p]))
    assert "allies alone" in repr(check("4.A1", [allies, chance.p]))
    assert "the share is not" in repr(check("4.A1", [difference, 1.5]))


@pytest.mark.parametrize("exercise", ["4.P1", "4.P2", "4.A1"])
def test_an_exercise_left_open_says_so(exercise: str) -> None:
    assert "Not answered yet" in repr(check(exercise, ...))


# --- the prose ---------------------------------------------------------------------------------------------------------


def test_numbers_of_the_tables_are_computed_in_the_prose_and_not_typed() -> None:
    text = re.sub(r"\{eval\}`[^`]*`|\{cite:[pt]\}`[^`]*`", "", prose())
    body = text[: text.index("## What we know")]
    for number in ("2,030", "13 of 13", "0.45", "0.11", "0.75", "0.78"):
        assert number not in body, number


def test_the_chapter_says_where_the_record_ends() -> None:
    assert "ends on 26 June 2026" in prose() and "11 November 2026" in prose()


@pytest.mark.parametrize(
    "words",
    [
        "special military operation",
        "Ukraine crisis",
        "the regime of",
        "near abroad",
        "new regions",
        "Kiev",
        "backyard",
        "puppet",
    ],
)
def test_the_prose_keeps_to_the_rules_on_names(words: str) -> None:
    assert words.lower() not in prose().lower()


def test_the_chapter_quotes_ten_times_and_in_three_languages_of_origin_it_says_so() -> None:
    mine = [one for one in load_excerpts().values() if one.chapter == "04"]
    assert len(mine) == 10 and sum(bool(one.article) for one in mine) == 2
    assert all(one.translation and one.translator for one in mine if one.language != "en")


def test_the_summary_has_five_sentences() -> None:
    summary = prose().split("## In five sentences")[1].split("\n## ")[0].strip()
    assert len(summary.splitlines()) == 5


def test_every_number_in_the_prose_is_plain_text_or_a_plain_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_BUILD", "1")
    names: dict[str, object] = {}
    for cell in json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    found = re.findall(r"\{eval\}`([^`]*)`", prose())
    assert len(found) > 30
    odd = {
        expression: value for expression in found if type(value := eval(expression, names)) not in {str, int}
    }
    assert not odd
