"""Lab 3a: the published answers, the live lab driven from code, and files that go between page and kernel."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from ipywidgets import Widget
from statsmodels.stats.inter_rater import cohens_kappa

from csto import coding
from csto.coding import CodingError
from csto.data import load
from csto.labs import due as lab_due
from csto.labs import lab
from csto.labs.due import Desk, scheme
from csto.models import due

PUBLISHED = {case.id: case for case in scheme().cases}


def verdict(number: str) -> str:
    return lab_due.decide(**PUBLISHED[number].answers).verdict


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield Desk()
    Widget.close_all()


def published(number: str, **changed: str) -> dict[str, str]:
    return {**PUBLISHED[number].answers, **changed}


# --- the published coding ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("R01", "outside the treaty"),  # before the treaty was in force
        ("R05", "outside the treaty"),  # Uzbekistan was out
        ("R09", "not due"),  # text of 1992, people inside the state
        ("R02", "not due"),  # text of 1992, an armed group
        ("R25", "consultations at most"),  # Article 2 was named
        ("R18", "consultations at most"),  # a post taken up, no shot
        ("R22", "not called upon"),  # the letter went to Moscow
        ("R33", "not called upon"),  # nobody asked
        ("R28", "open"),  # people inside the state, text of 2010
        ("R32", "due"),  # an outside state, own ground, a request
    ],
)
def test_the_published_answers_lead_where_the_chapter_says(number: str, expected: str) -> None:
    assert verdict(number) == expected


def test_the_one_deployment_of_a_member_came_in_an_open_case() -> None:
    rows = lab_due.published().query("response == 'deployment' and member_at_time == 'yes'")
    assert [verdict(number) for number in rows["request_id"]] == ["open"]


def test_whoever_codes_the_ground_of_september_2022_as_disputed_gets_an_open_case() -> None:
    assert lab_due.decide(**published("R32", place="disputed")).verdict == "open"


def test_a_request_in_the_lab_is_a_request_on_record() -> None:
    table = lab_due.published()
    on_record = table["request"] != "none"
    assert (on_record == table["on_record"])[table["request_id"] != "R01"].all()
    consulted = table["request"] == "consultations"
    assert set(table[consulted]["request_id"]) == {"R17", "R18", "R25"}


def test_attackers_are_coded_as_in_the_table_of_episodes() -> None:
    attacker = {number: case.answers["attacker"] for number, case in PUBLISHED.items()}
    assert attacker == load("requests").set_index("request_id")["adversary_kind"].to_dict()


def test_the_questions_are_those_of_the_rule() -> None:
    assert {one.id: tuple(one.options) for one in scheme().questions} == due.ANSWERS


def test_six_different_verdict_paths_stand_first() -> None:
    first = [case for case in scheme().cases if case.group.startswith("Begin")]
    assert [case.id for case in scheme().cases[:6]] == [case.id for case in first]
    assert {case.id for case in first} == set(lab_due.FIRST)
    assert len({verdict(case.id) for case in first}) >= 5


def test_no_story_gives_a_code_away() -> None:
    for case in PUBLISHED.values():
        told = f"{case.title} {case.facts} {case.story}"
        assert not re.search(r"\b(bilateral|non-state|undue|open case|not due)\b", told), case.id


# --- the page's form ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return BeautifulSoup(lab("due").chart().html, "html.parser")


def test_the_page_has_the_rule_of_python_for_every_combination(page: BeautifulSoup) -> None:
    box = page.select_one(".coding")
    outcomes, places = json.loads(box["data-outcomes"]), json.loads(box["data-places"])
    rule = due.cases()
    assert [outcomes[place][0] for place in places] == rule["verdict"].tolist()
    assert [outcomes[place][1] for place in places] == rule["why"].tolist()


def test_the_rule_and_every_episode_can_be_read_without_scripts(page: BeautifulSoup) -> None:
    assert len(page.select(".coding-rule tbody tr")) == 5 + sum(map(len, due.ANSWERS.values()))
    items = page.select(".coding-sheet li[data-case]")
    assert {item["data-case"] for item in items} == set(PUBLISHED)
    for item in items:
        case = PUBLISHED[item["data-case"]]
        assert item.select_one(".coding-story").get_text() == case.story
        told = item.select_one("details").get_text(" ")
        assert verdict(case.id) in told
        for note in ("What came", "Coding note", "Ground and attack"):
            assert case.notes[note] in told
    for word in due.VERDICTS:
        assert page.select_one(".coding-rule").find("dt", string=word)


def test_every_radio_has_a_name_of_its_group_and_a_label(page: BeautifulSoup) -> None:
    for field in page.select(".coding-form fieldset"):
        assert field.legend.get_text(strip=True)
        radios = field.select("input[type=radio]")
        assert len({radio["name"] for radio in radios}) == 1
        assert all(radio.find_parent("label").get_text(strip=True) for radio in radios)


def test_the_live_lab_is_one_and_the_same_in_every_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_BUILD", raising=False)
    lab("due").live.code("R09", **published("R09"))
    assert lab("due").live.answers["case"].tolist() == ["R09"]
    lab("due").live.forget()


# --- the live lab ------------------------------------------------------------------------------------------------------


def test_an_episode_coded_by_the_controls_shows_both_verdicts(desk: Desk) -> None:
    desk.episode.value = "R32"
    for name, code in published("R32", place="disputed").items():
        desk.questions[name].value = code
    desk._judge.click()
    assert desk.said.text.startswith("By your answers: open.")
    assert "By the published coding: due." in desk.said.text
    assert desk.answers.to_dict("records") == [
        {"case": "R32", **published("R32", place="disputed"), "verdict": "open", "note": ""}
    ]
    assert (
        PUBLISHED["R32"].notes["Coding note"] in BeautifulSoup(desk._result.value, "html.parser").get_text()
    )


def test_a_choice_refuses_what_is_no_option(desk: Desk) -> None:
    with pytest.raises(
        ValueError, match=r"3\. On whose ground\? 'moon' is not allowed; allowed: own, disputed"
    ):
        desk.questions["place"].value = "moon"


def test_an_unanswered_question_is_named_and_nothing_is_kept(desk: Desk) -> None:
    desk.questions["text"].value = "1992"
    desk._judge.click()
    assert desk.said.text == "Answer question 2 first."
    assert desk.answers.empty and desk.agreement.empty and desk.differences.empty


def test_coding_again_forgets_one_episode_only(desk: Desk) -> None:
    desk.code("R09", **published("R09"))
    desk.code("R28", **published("R28"))
    desk._again.click()
    assert desk.answers["case"].tolist() == ["R09"]
    assert all(control.value is None for control in desk.questions.values())


def test_the_next_episode_comes_with_empty_questions(desk: Desk) -> None:
    first = desk.episode.value
    desk.code(first, **published(first))
    desk._next.click()
    assert desk.episode.value != first
    assert PUBLISHED[desk.episode.value].story in BeautifulSoup(desk._story.value, "html.parser").get_text()
    assert all(control.value is None for control in desk.questions.values())


def test_agreement_is_that_of_statsmodels(desk: Desk) -> None:
    numbers = list(PUBLISHED)[:12]
    places = ["own", "disputed", "elsewhere"]
    for place, number in enumerate(numbers):
        desk.code(number, **published(number, place=places[place % 3]))
    ours = [PUBLISHED[number].answers["place"] for number in numbers]
    yours = [places[place % 3] for place in range(12)]
    codes = sorted({*ours, *yours})
    table = pd.crosstab(pd.Series(ours), pd.Series(yours)).reindex(index=codes, columns=codes, fill_value=0)
    row = desk.agreement.set_index("field").loc["place"]
    assert row["kappa"] == pytest.approx(cohens_kappa(table.to_numpy(), return_results=False))
    assert row["same"] == sum(one == other for one, other in zip(ours, yours, strict=True))
    assert len(desk.differences.query("field == 'place'")) == 12 - row["same"]
    assert f"<td>{row['same']:.0f} of 12</td>" in desk._tally.value


def test_a_note_is_kept_with_its_episode(desk: Desk) -> None:
    desk.code("R28", **published("R28"))
    desk.note.value = "a map of 6 January would settle it"
    assert desk.answers["note"].tolist() == ["a map of 6 January would settle it"]
    desk.note.value = "<b>no</b>"
    assert desk.answers["note"].tolist() == ["a map of 6 January would settle it"]
    assert "markup" in desk.said.text


@pytest.mark.parametrize(
    ("case", "change", "message"),
    [
        ("R36", {}, "case: 'R36' is not known; allowed: R01 to R49, 48 in all"),
        ("R09", {"place": "moon"}, "R09, place: 'moon' is not allowed; allowed: own, disputed"),
        ("R09", {"request": ""}, "R09, request: '' is not allowed"),
        ("R09", {"weather": "fine"}, "'weather' is not a question; allowed: text, attacker"),
    ],
)
def test_a_bad_answer_is_refused_and_changes_nothing(
    desk: Desk, case: str, change: dict[str, str], message: str
) -> None:
    desk.code("R28", **published("R28"))
    with pytest.raises(CodingError, match=re.escape(message)):
        desk.code(case, **published("R09", **change))
    assert desk.answers["case"].tolist() == ["R28"]


# --- files -------------------------------------------------------------------------------------------------------------

NOTES = ["", "plain", 'a comma, a "quotation"\nand a line', "=1+1", "'=already quoted", "5 < 7, Ереван"]


@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_what_was_saved_is_loaded_again(desk: Desk, tmp_path: Path, ending: str) -> None:
    for number, note in zip(PUBLISHED, NOTES, strict=False):
        desk.code(number, note=note, **published(number, place="unclear"))
    before = desk.answers.copy()
    desk.save(tmp_path / f"answers{ending}")
    desk.forget()
    assert desk.answers.empty
    desk.load(tmp_path / f"answers{ending}")
    pd.testing.assert_frame_equal(desk.answers, before)


def test_no_note_in_a_csv_file_is_a_formula(desk: Desk, tmp_path: Path) -> None:
    desk.code("R09", note="=HYPERLINK(1)", **published("R09"))
    desk.save(tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").strip().endswith(",'=HYPERLINK(1)")


def test_a_file_counts_for_its_own_episodes_and_leaves_the_others(desk: Desk, tmp_path: Path) -> None:
    desk.code("R09", **published("R09"))
    desk.save(tmp_path / "a.json")
    desk.code("R09", **published("R09", place="unclear"))
    desk.code("R28", **published("R28"))
    desk.load(tmp_path / "a.json")
    assert desk.answers.set_index("case")["place"].to_dict() == {"R09": "own", "R28": "own"}


def test_a_verdict_in_a_file_is_not_believed() -> None:
    text = coding.to_csv(scheme(), scheme().frame([{"case": "R32", **published("R32")}]))
    found = coding.parse(scheme(), text.replace(",due,\r\n", ",not due,\r\n"))
    assert found["verdict"].tolist() == ["due"]


def good(**change: Any) -> str:
    content = json.loads(coding.to_json(scheme(), scheme().frame([{"case": "R09", **published("R09")}])))
    return json.dumps({**content, **change})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("", "lacks the columns coding, version, case"),
        ("a,b\n1,2\n", "lacks the columns coding"),
        (good(version=2), "version 2 of this coding; allowed: version 1"),
        (good(coding="quiz"), "of the coding 'quiz'; allowed: 'due'"),
        (good(answers=[]), "holds no answers"),
        (good(answers={"R09": 1}), "not a list of cases"),
        (good(answers=[{"case": "R09", "text": 1992}]), "R09, text: 1992 is no text"),
        (good(answers=[{"case": "R09", **published("R09"), "note": "<script>x</script>"}]), "R09, note: holds markup"),
        (good(answers=[{"case": "R09", **published("R09"), "note": "x" * 501}]), "501 characters; allowed: up to 500"),
        (good(answers=[{"case": "R09", **published("R09")}] * 2), "R09 stands twice"),
        ("coding,version,case,text,attacker,place,attack,request,note\ndue,1,R09\n", "row 2: 3 fields; allowed: 9"),
        ("x" * 1_000_001, "allowed: up to 1000000"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named_and_nothing_is_lost(desk: Desk, tmp_path: Path, text: str, message: str) -> None:
    desk.code("R28", **published("R28"))
    (tmp_path / "bad.txt").write_text(text, encoding="utf-8")
    with pytest.raises(CodingError, match=re.escape(message)):
        desk.load(tmp_path / "bad.txt")
    assert desk.answers["case"].tolist() == ["R28"]


def test_a_file_that_is_no_text_is_named(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CodingError, match=r"bad\.csv is not text in UTF-8"):
        desk.load(tmp_path / "bad.csv")


def test_saving_says_what_is_allowed(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(CodingError, match="nothing has been coded"):
        desk.save(tmp_path / "a.csv")
    desk.code("R28", **published("R28"))
    with pytest.raises(CodingError, match=r"a\.xlsx: ending '\.xlsx'; allowed: \.csv, \.json"):
        desk.save(tmp_path / "a.xlsx")
