"""What the table of episodes says, and that every number of chapter 3 follows from it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from csto import episodes
from csto.checks import check
from csto.data import load, package
from csto.excerpts import load_excerpts
from csto.fingerprints import words
from csto.models.rates import rate

TABLE = episodes.episodes()
CHAPTER = Path(__file__).resolve().parent.parent / "chapters" / "03-failed-requests.ipynb"


def row(number: str) -> pd.Series:
    return TABLE.set_index("request_id").loc[number]


# --- what is on record -------------------------------------------------------------------------------------------------


def test_the_letter_of_june_2010_went_to_russia_and_russia_declined_it() -> None:
    letter = row("R09")
    assert (letter["requested_of"], letter["response"], letter["days"]) == ("Russia", "refusal", 0)


def test_the_organisation_itself_refused_no_request_on_record() -> None:
    asked = episodes.chosen(TABLE, "requests to the Organisation")
    assert not (asked["response"] == "refusal").any()


def test_troops_went_once_and_to_kazakhstan() -> None:
    sent = episodes.chosen(TABLE, "all rows of members").query("response == 'deployment'")
    assert sent["name"].tolist() == ["Kazakhstan"] and sent["day"].iloc[0] == pd.Timestamp("2022-01-05")


def test_armenia_asked_the_organisation_for_nothing_in_2020() -> None:
    armenia = TABLE.query("name == 'Armenia' and year == 2020 and on_record")
    assert armenia["requested_of"].tolist() == ["Russia"]


def test_in_may_2021_armenia_asked_on_two_tracks_on_one_day() -> None:
    assert row("R25")["request_date"] == row("R44")["request_date"]
    assert (row("R25")["requested_of"], row("R44")["requested_of"]) == ("CSTO", "Russia")


def test_a_deposed_president_makes_no_request() -> None:
    assert not row("R08")["on_record"] and row("R08")["response"] == "consultation/statement"


def test_the_amended_text_is_in_force_from_19_december_2012() -> None:
    assert episodes.text_in_force(pd.Timestamp("2012-12-18")) == "text of 1992"
    assert episodes.text_in_force(pd.Timestamp("2012-12-19")) == "text of 2010"
    assert episodes.text_in_force(pd.Timestamp("1994-04-19")) == "none yet"
    assert row("R12")["text"] == "text of 1992" and row("R13")["text"] == "text of 2010"


def test_every_code_of_the_table_is_in_the_codebook_and_every_code_of_the_codebook_is_used() -> None:
    for field, group in load("codes").groupby("field"):
        assert set(load("requests")[field].dropna()) == set(group["code"]), field


def test_the_codebook_and_the_schema_allow_the_same_codes() -> None:
    (schema,) = (one["schema"] for one in package()["resources"] if one["name"] == "requests")
    allowed = {field["name"]: field.get("constraints", {}).get("enum") for field in schema["fields"]}
    for field, group in load("codes").groupby("field"):
        assert allowed[field] == group["code"].tolist(), field


# --- counting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("denominator", "counts"),
    [
        ("all rows of members", "1 6 35 of 46"),
        ("requests on record", "1 6 14 of 18"),
        ("requests to the Organisation", "1 5 9 of 12"),
        ("formal Article 4 appeals", "1 2 2 of 2"),
    ],
)
def test_the_rates_are_those_of_the_research_record(denominator: str, counts: str) -> None:
    rates = episodes.rates(TABLE).query("denominator == @denominator").set_index("numerator")
    found = " ".join(str(rates.loc[name, "k"]) for name in episodes.NUMERATORS)
    assert f"{found} of {rates['n'].iloc[0]}" == counts


def test_requests_to_russia_are_the_difference_between_eighteen_and_twelve() -> None:
    on_record = episodes.chosen(TABLE, "requests on record")
    assert on_record["requested_of"].value_counts().to_dict() == {"CSTO": 12, "Russia": 6}


def test_every_dated_answer_came_within_a_day() -> None:
    days = episodes.chosen(TABLE, "requests on record")["days"].dropna()
    assert len(days) == 11 and days.max() == 1


def test_the_one_deployment_went_where_no_conflict_is_listed() -> None:
    fought = episodes.fighting().set_index("request_id")
    assert fought.loc["R28", "level"] == "not in the data"
    assert fought.loc["R22", "level"] == "1,000 deaths or more"
    assert fought.loc["R39", "level"] == "no data"


def test_nato_consulted_nine_times_and_the_members_called_three() -> None:
    counts = episodes.consultations()["alliance"].value_counts()
    assert counts.to_dict() == {"NATO, Article 4": 9, "CSTO, called by a member": 3}


def test_an_unknown_denominator_lists_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match="'requests' is not known; allowed: all rows of members, requests on"
    ):
        episodes.chosen(TABLE, "requests")


def test_a_coding_that_lacks_an_episode_is_refused() -> None:
    with pytest.raises(ValueError, match="the coding lacks R02"):
        episodes.episodes(load("requests").query("request_id != 'R02'"))


def test_an_answer_before_its_request_is_refused() -> None:
    coding = load("requests")[["request_id", "request_date"]]
    coding.loc[coding["request_id"] == "R32", "request_date"] = pd.Timestamp("2022-09-20")
    with pytest.raises(ValueError, match="R32: the answer comes before the request"):
        episodes.episodes(coding)


def test_filters_that_leave_nothing_give_no_rate() -> None:
    with pytest.raises(ValueError, match="denominator is empty"):
        episodes.rates(TABLE.assign(on_record=False))


# --- two coders --------------------------------------------------------------------------------------------------------


def test_the_second_coding_covers_every_episode_once() -> None:
    second = load("requests_second_coding")
    assert sorted(second["request_id"]) == sorted(load("requests")["request_id"])


def test_the_second_coding_is_no_copy_of_the_first() -> None:
    assert len(episodes.apart(load("requests_second_coding"))) > 0


def test_the_listed_disagreements_are_all_there_are() -> None:
    second = load("requests_second_coding")
    agreed = episodes.agreed(second).set_index("field")
    listed = episodes.apart(second)["field"].value_counts()
    for field in episodes.CODED:
        assert agreed.loc[field, "n"] - agreed.loc[field, "same"] == listed.get(field, 0)


def test_the_rates_can_be_had_under_the_second_coding() -> None:
    again = episodes.rates(episodes.episodes(load("requests_second_coding")))
    assert (again["n"] > 0).all() and len(again) == 12


def test_the_second_coder_reads_january_2022_as_a_public_appeal_and_so_moves_the_narrowest_rate() -> None:
    second = load("requests_second_coding")
    assert second.set_index("request_id").loc["R28", "request_form"] == "public appeal"
    narrow = ("formal Article 4 appeals", "troops")
    first, again = (
        episodes.rates(episodes.episodes(coding)).set_index(["denominator", "numerator"]).loc[narrow]
        for coding in (None, second)
    )
    assert (first["k"], first["n"]) == (1, 2)
    assert (again["k"], again["n"]) == (0, 1)


def test_the_second_coder_finds_equipment_and_no_request_in_batken() -> None:
    row = load("requests_second_coding").set_index("request_id").loc["R02"]
    assert (row["request_form"], row["response"]) == ("none", "material aid")


# --- what the chapter says in words -----------------------------------------------------------------------------------


def test_the_only_refusal_is_moscows() -> None:
    refused = episodes.episodes().query("response == 'refusal'")
    assert refused[["request_id", "requested_of"]].to_numpy().tolist() == [["R09", "Russia"]]


def test_two_rows_are_context() -> None:
    assert (load("requests")["member_at_time"] != "yes").sum() == 2


def test_nearly_every_request_fell_under_the_text_of_2010() -> None:
    on_record = episodes.chosen(episodes.episodes(), "requests on record")
    old = on_record[on_record["text"] == "text of 1992"]
    assert old["request_id"].tolist() == ["R02", "R09", "R10", "R48"]
    assert (on_record["day"] < "2000-10-11").sum() == 1


def test_three_acts_stand_behind_eleven_words() -> None:
    june = load("requests").set_index("request_id").loc[["R09", "R10", "R48"]]
    assert june["requested_of"].tolist() == ["Russia", "CSTO", "Russia"]
    assert len(words(load_excerpts()["stratfor-bishkek"].quote)) == 11


def test_seven_points_belong_to_the_chapter_and_the_professor_is_contradicted_most() -> None:
    claims = episodes.verdicts()
    assert claims["disagreement"].unique().tolist() == ["D06", "D10", "D12", "D13", "D14", "D15", "D29"]
    contradicted = claims.query("verdict == 'contradicted'")["source"].value_counts()
    assert contradicted.to_dict() == {"001": 2, "003": 1, "004": 1}
    assert (claims.query("disagreement == 'D10'")["verdict"] == "open").sum() == 4


def test_belarus_asked_nothing_on_record() -> None:
    assert "Belarus" not in set(episodes.chosen(episodes.episodes(), "requests on record")["name"])


# --- self-checks -------------------------------------------------------------------------------------------------------


def said(number: str, answer: object) -> str:
    return check(number, answer)._repr_html_()


def test_the_three_rates_exercise_knows_the_usual_mistakes() -> None:
    assert "Right" in said("3.P1", [6 / 46, 5 / 12, 1.0])
    assert "context" in said("3.P1", [6 / 48, 5 / 12, 1.0])
    assert "requested_of" in said("3.P1", [6 / 46, 6 / 18, 1.0])
    assert "Divide" in said("3.P1", [13, 42, 100])
    assert "Cannot be read" in said("3.P1", [1.0, 2.0])


def test_the_two_coders_exercise_minds_the_empty_cells() -> None:
    share = episodes.agreed(load("requests_second_coding")).set_index("field").loc["response", "share"]
    assert "Right" in said("3.P2", float(share))
    assert "Not yet" in said("3.P2", 0.01)


def test_the_interval_exercise_tells_wilson_from_bayes() -> None:
    assert "Right" in said("3.A1", [0.0192, 0.3603])
    assert "Wilson" in said("3.A1", list(rate(1, 12)[3:]))


# --- the chapter -------------------------------------------------------------------------------------------------------


def test_no_count_of_episodes_is_typed_into_the_prose() -> None:
    """A number of requests or episodes stands in the prose only as the result of an expression."""
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    typed = re.findall(r"\b\d+ (?:episodes|crises|rows|requests|cases)\b", prose)
    assert typed == []
