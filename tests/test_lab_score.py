"""Lab 5a: the sheet and its files, the live lab driven from code, and a class's sheets with good and bad ones among them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import vl_convert
from bs4 import BeautifulSoup
from ipywidgets import Widget

from csto.data import load
from csto.labs import lab
from csto.labs import score as lab_score
from csto.labs.score import Desk, classroom, number, sheet
from csto.models import scoring as model
from csto.sheet import FILE, Filled, SheetError

SETTLED = [item for item in sheet().items if item.outcome is not None]
OPEN = [item for item in sheet().items if item.outcome is None]


def file(**changed: Any) -> str:
    """Return the text of a sound file with some of its parts changed, or taken out by an ellipsis."""
    content = {
        "sheet": "futures",
        "version": 1,
        "code": "ada",
        "scored": None,
        "answers": {"F01": 35, "G01": 50},
    }
    return json.dumps({name: value for name, value in {**content, **changed}.items() if value is not ...})


#: What is wrong with a file, and what both the page and Python say of it.
BAD = [
    pytest.param("", "it is no JSON; is it a file from this sheet?", id="empty"),
    pytest.param("F01,35\n", "it is no JSON; is it a file from this sheet?", id="another kind"),
    pytest.param(file()[:-3], "it is no JSON; is it a file from this sheet?", id="cut off"),
    pytest.param('{"sheet": "futures", "version": 1, "answers": {"F01": NaN}}', "it is no JSON; is it a file from this sheet?", id="no number"),
    pytest.param("[1, 2]", "it holds no sheet; is it a file from this sheet?", id="a list"),
    pytest.param(file(sheet="due"), "it is of another sheet, “due”; allowed: futures", id="another sheet"),
    pytest.param(file(sheet=...), "it is of another sheet, “null”; allowed: futures", id="no name"),
    pytest.param(file(version=2), "it is of version “2” of this sheet; allowed: version 1", id="a later version"),
    pytest.param(file(version="1"), "it is of version “1” of this sheet; allowed: version 1", id="a version as text"),
    pytest.param(file(version=...), "it is of version “null” of this sheet; allowed: version 1", id="no version"),
    pytest.param(file(version=True), "it is of version “true” of this sheet; allowed: version 1", id="true as version"),
    pytest.param(file(code="<script>alert(1)</script>"), "code: it holds markup (“<…”); allowed: plain text", id="a script in the name"),
    pytest.param(file(code="ada <img src=x onerror=alert(1)>"), "code: it holds markup (“<…”); allowed: plain text", id="an image in the name"),
    pytest.param(file(code=7), "code: “7” is not allowed; allowed: text of up to 40 characters", id="a number as name"),
    pytest.param(file(code="a" * 41), f"code: “{'a' * 40}” is not allowed; allowed: text of up to 40 characters", id="a long name"),
    pytest.param(file(scored="yesterday"), "scored: “yesterday” is not allowed; allowed: a day as YYYY-MM-DD, or null", id="no day"),
    pytest.param(file(answers=[35]), "answers: “[35]” is not allowed; allowed: per cents by question", id="answers as a list"),
    pytest.param(file(answers=...), "answers: “null” is not allowed; allowed: per cents by question", id="no answers"),
    pytest.param(file(answers={}), "it holds no answers", id="nothing answered"),
    pytest.param(file(answers={"X1": 5}), "there is no question “X1” on this sheet", id="unknown question"),
    pytest.param(file(answers={"<b>F01</b>": 5}), "there is no question “<b>F01</b>” on this sheet", id="markup as question"),
    pytest.param('{"sheet": "futures", "version": 1, "answers": {"__proto__": 5}}', "there is no question “__proto__” on this sheet", id="a name that scripts know"),
    pytest.param(file(answers={"F01": 0.35}), "F01: “0.35” is not allowed; allowed: whole per cents from 0 to 100", id="a share"),
    pytest.param(file(answers={"F01": 101}), "F01: “101” is not allowed; allowed: whole per cents from 0 to 100", id="too much"),
    pytest.param(file(answers={"F01": -1}), "F01: “-1” is not allowed; allowed: whole per cents from 0 to 100", id="too little"),
    pytest.param(file(answers={"F01": "35"}), "F01: “35” is not allowed; allowed: whole per cents from 0 to 100", id="text"),
    pytest.param(file(answers={"F01": True}), "F01: “true” is not allowed; allowed: whole per cents from 0 to 100", id="true"),
    pytest.param(file(answers={"F01": None}), "F01: “null” is not allowed; allowed: whole per cents from 0 to 100", id="null"),
]  # fmt: skip


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield Desk()
    Widget.close_all()


def random_answers(seed: int) -> dict[str, int]:
    pick = np.random.default_rng(seed)
    return {item.id: int(pick.integers(0, 101)) for item in sheet().items}


# --- the sheet ----------------------------------------------------------------------------------------------------


def test_the_sheet_holds_the_questions_of_the_table() -> None:
    table = load("open_questions").set_index("question")
    assert list(sheet().ids) == table.index.tolist()
    for item in sheet().items:
        row = table.loc[item.id]
        assert item.ask == row["ask"] and row["rule"] in item.facts
        assert item.outcome == (None if pd.isna(row["outcome"]) else int(row["outcome"] == "yes"))


def test_an_open_question_tells_nothing_and_a_settled_one_does_not_tell_beforehand() -> None:
    assert all(item.told == "" for item in OPEN)
    for item in SETTLED:
        assert item.told and item.told.split(" Source:")[0] not in item.facts


@pytest.mark.parametrize(("text", "why"), BAD)
def test_a_bad_file_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(SheetError) as told:
        sheet().parse(text)
    assert str(told.value) == why


def test_what_is_dumped_is_parsed_again() -> None:
    filled = Filled({"G01": 0, "F01": 100, "F07": 2}, "Ада 1", "2026-11-25")
    again = sheet().parse(sheet().dump(filled))
    assert again == filled and list(again.answers) == ["F01", "F07", "G01"]


def test_a_file_saved_with_a_byte_order_mark_is_read() -> None:
    assert sheet().parse("\ufeff" + file()).answers == {"F01": 35, "G01": 50}


# --- two faces ----------------------------------------------------------------------------------------------------


def test_without_scripts_every_question_is_a_line_of_a_worksheet_and_every_answer_waits_in_a_fold() -> None:
    page = BeautifulSoup(lab("score").chart().html, "html.parser")
    boxes = page.select("fieldset.sheet-item")
    assert [box["data-item"] for box in boxes] == list(sheet().ids)
    for box, item in zip(boxes, sheet().items, strict=True):
        assert item.ask in box.legend.get_text()
        field = box.select_one("input[type=number]")
        assert page.select_one(f'label[for="{field["id"]}"]')
        assert box.select_one("input[type=range]").has_attr("hidden")
        fold = box.select_one("details")
        assert (fold is None) == (item.outcome is None)
        if fold:
            assert item.told in fold.get_text() and not fold.has_attr("open")
    assert json.loads(page.select_one("[data-open]")["data-open"])["local"] == (
        "make lab, then chapters/05-futures.ipynb"
    )


# --- the live lab -------------------------------------------------------------------------------------------------


def test_the_score_is_the_models(desk: Desk) -> None:
    answers = random_answers(1)
    desk.set(**answers)
    assert desk.said.text == "22 of 22 questions have a number."
    desk.score()
    forecasts, outcomes = (
        [answers[i.id] / 100 for i in SETTLED],
        [i.outcome for i in SETTLED],
    )
    assert desk.parts == model.decompose(forecasts, outcomes)
    assert f"On 14 of 14 settled questions your Brier score is {number(desk.parts.brier)}." in desk.said.text
    for part in (desk.parts.reliability, desk.parts.resolution, desk.parts.uncertainty):
        assert f"<td>{number(part)}</td>" in desk._table.value
    assert "<svg" in desk._picture.value


def test_always_a_half_has_no_skill_and_the_base_rates_are_met_on_their_own_questions(desk: Desk) -> None:
    desk.set(**dict.fromkeys((item.id for item in SETTLED), 50))
    table = lab_score.references(desk.answers, desk.sheet).set_index("reference")
    assert table.loc["Always 50%", ["n", "its", "yours", "skill"]].tolist() == [14, 0.25, 0.25, 0]
    rated = table.loc["The base rates, where a question has one"]
    expected = model.brier(
        [i.base for i in SETTLED if i.base is not None],
        [i.outcome for i in SETTLED if i.base is not None],
    )
    assert rated["n"] == 3 and rated["its"] == pytest.approx(expected)
    crowd = table.loc["A public crowd, where one is on record"]
    assert crowd["n"] == 2 and crowd["its"] == pytest.approx((0.36 + 0.0004) / 2)


def test_only_answered_questions_are_scored(desk: Desk) -> None:
    desk.set(F01=80, G01=10)
    desk.score()
    assert desk.said.text.startswith("On 1 of 14 settled questions your Brier score is 0.040.")
    assert "the share that came true" in desk._table.value


def test_a_scored_answer_stands_and_an_open_one_may_move(desk: Desk) -> None:
    desk.set(F01=80, G01=10)
    desk.score()
    with pytest.raises(SheetError, match="F01 is scored already"):
        desk.set(F01=99)
    desk.set(G01=20)
    assert desk.answers == {"F01": 80, "G01": 20}
    desk.clear()
    assert desk.answers == {} and desk.form.scored is False and desk._picture.value == ""


def test_without_a_settled_answer_there_is_no_score_and_the_button_says_so(desk: Desk) -> None:
    desk.set(G01=50)
    desk._score.click()
    assert desk.scored is None
    assert desk.said.text.startswith("Not done: no settled question has a number yet")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"F99": 5}, "there is no question “F99” on this sheet"),
        ({"F01": 101}, "F01: “101” is not allowed; allowed: whole per cents from 0 to 100"),
        ({"F01": 0.5}, "F01: “0.5” is not allowed"),
        ({"F01": "likely"}, "F01: “likely” is not allowed"),
    ],
)
def test_a_bad_answer_is_refused_and_changes_nothing(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    desk.set(F02=40)
    with pytest.raises(SheetError, match=re.escape(message)):
        desk.set(F03=70, **change)
    assert desk.answers == {"F02": 40}


def test_what_was_saved_is_loaded_again(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "ada.json"
    desk.code.value = "ada"
    desk.set(F01=35, G02=5)
    desk.score()
    desk.save(path)
    words = desk.said.text
    desk.clear()
    desk.load(path)
    assert words == "2 numbers saved to ada.json."
    assert (desk.answers, desk.code.value, desk.form.scored) == ({"F01": 35, "G02": 5}, "ada", True)


@pytest.mark.parametrize(("text", "why"), BAD)
def test_a_bad_file_changes_nothing_and_is_explained(desk: Desk, tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")
    desk.set(F02=40)
    desk.file.value = str(path)
    desk._load.click()
    assert desk.answers == {"F02": 40} and desk.code.value == ""
    assert desk.said.text == f"Not done: {why}. Your sheet is as it was."


def test_a_file_that_is_missing_or_no_text_is_named(desk: Desk, tmp_path: Path) -> None:
    desk.file.value = str(tmp_path / "nowhere.json")
    desk._load.click()
    assert "No such file" in desk.said.text
    (tmp_path / "bytes.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(SheetError, match="not text in UTF-8"):
        desk.load(tmp_path / "bytes.json")
    (tmp_path / "large.json").write_text(file() + " " * FILE)
    with pytest.raises(SheetError, match=f"too large, .* allowed: up to {FILE}"):
        desk.load(tmp_path / "large.json")
    with pytest.raises(SheetError, match=r"allowed: \.json"):
        desk.save(tmp_path / "sheet.csv")


# --- a class ------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A class of four sheets, and four files that are none."""
    for seed, code in enumerate(("ada", "ben", "", "Zoë")):
        text = sheet().dump(Filled(random_answers(seed), code, None))
        (tmp_path / f"sheet-{seed}.json").write_text(text, encoding="utf-8")
    (tmp_path / "old.json").write_text(file(version=0), encoding="utf-8")
    (tmp_path / "evil.json").write_text(file(code="<script>alert(1)</script>"), encoding="utf-8")
    (tmp_path / "twice.json").write_text(file(code="ada"), encoding="utf-8")
    (tmp_path / "torn.json").write_text(file()[:20], encoding="utf-8")
    return tmp_path


def test_a_class_keeps_its_good_files_and_names_the_bad_ones(folder: Path) -> None:
    found = classroom(folder)
    assert sorted(found.forecasts.index) == ["Zoë", "ada", "ben", "sheet-2"]
    assert found.problems.set_index("file")["problem"].to_dict() == {
        "old.json": "it is of version “0” of this sheet; allowed: version 1",
        "evil.json": "code: it holds markup (“<…”); allowed: plain text",
        "torn.json": "it is no JSON; is it a file from this sheet?",
        "twice.json": "a sheet of “ada” was read before; change the code in one of them",
    }
    assert found.forecasts.loc["ada"].to_dict() == {name: v / 100 for name, v in random_answers(0).items()}


def test_the_crowd_is_scored_beside_its_members(folder: Path) -> None:
    found = classroom(folder)
    mean = np.mean([[random_answers(s)[i.id] / 100 for i in SETTLED] for s in range(4)], axis=0)
    expected = model.brier(mean, [i.outcome for i in SETTLED])
    assert found.crowd_score == pytest.approx(expected)
    assert found.scores["crowd"].tolist() == pytest.approx([expected] * 4)
    assert found.scores.loc["ben", "brier"] == pytest.approx(
        model.brier([random_answers(1)[i.id] / 100 for i in SETTLED], [i.outcome for i in SETTLED])
    )
    beaten = int((found.scores["brier"] > expected).sum())
    assert (
        f"4 sheets read, 4 not taken. The crowd's Brier score on the settled questions is {number(expected)}"
        in (found.sentence)
    )
    assert f"the crowd beats {beaten} of 4" in found.sentence


def test_the_charts_show_every_answer_and_every_person(folder: Path) -> None:
    found = classroom(folder)
    spread = found.distribution().to_dict()
    rows = [row for values in spread["datasets"].values() for row in values]
    assert sum("person" in row for row in rows) == 4 * len(sheet().items)
    assert "Answers of 4 people to 22 questions." in spread["description"]
    scores = found.against_crowd().to_dict()
    (table,) = scores["datasets"].values()
    assert [row["person"] for row in table] == found.scores.index.tolist()
    for chart in (spread, scores):
        assert "<svg" in vl_convert.vegalite_to_svg(chart)


def test_a_class_is_shown_as_text_only(folder: Path) -> None:
    (folder / "a<b>.json").write_text(file(version=9), encoding="utf-8")
    html = classroom(folder)._repr_html_()
    assert "a&lt;b&gt;.json" in html and "<b>" not in html and "<script" not in html


def test_files_may_be_named_one_by_one_and_an_empty_class_is_refused(folder: Path, tmp_path: Path) -> None:
    found = classroom([folder / "sheet-0.json", folder / "nowhere.json"])
    assert found.forecasts.index.tolist() == ["ada"]
    assert found.problems["problem"].tolist() == ["it cannot be opened: No such file or directory"]
    with pytest.raises(SheetError, match=r"no file could be taken: old\.json: it is of version"):
        classroom([folder / "old.json"])
    with pytest.raises(SheetError, match="nowhere: no such folder"):
        classroom(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SheetError, match=r"no \.json file was found"):
        classroom(tmp_path / "empty")


def test_a_class_that_answered_open_questions_only_has_no_score(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(file(answers={"G01": 50}), encoding="utf-8")
    found = classroom(tmp_path)
    assert found.sentence.endswith("Nobody answered a settled question, so there is no score.")
    assert "<svg" in vl_convert.vegalite_to_svg(found.distribution().to_dict())
    with pytest.raises(ValueError, match="nobody answered a question that has an outcome"):
        found.against_crowd()
