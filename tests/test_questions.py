"""The question bank, the guesses and the self-checks, without a browser."""

from __future__ import annotations

import copy
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
import yaml

from csto import data
from csto.checks import check
from csto.membership import concentration, count_by_year, shares
from csto.predict import predict
from csto.quiz import FOLDER, QuestionError, bank, load_questions, question, quiz

REPO = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def in_the_book(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_BUILD", "1")


# --- questions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(REPO.glob("chapters/*.ipynb")), ids=lambda path: path.stem)
def test_a_chapter_has_ten_questions_or_more_and_one_for_every_objective(path: Path) -> None:
    opening = nbformat.read(path, as_version=4).cells[0].source
    objectives = {int(number) for number in re.findall(r"^(\d)\. \*\*", opening, flags=re.MULTILINE)}
    questions = [one for one in bank().values() if one.chapter == path.stem[:2]]
    assert len(questions) >= 10
    assert {one.objective for one in questions} == objectives


def test_the_right_answer_is_not_given_away_by_its_length() -> None:
    longest = [max(one.options, key=lambda option: len(option.text)).right for one in bank().values()]
    assert sum(longest) <= len(longest) / 2


def test_no_feedback_speaks_of_a_position_since_options_are_shuffled() -> None:
    for one in bank().values():
        for option in one.options:
            assert not re.search(
                r"\b(first|second|third|last) (option|answer)|\boption [A-D]\b", option.feedback
            ), one.id


def test_every_question_stands_in_its_chapter_once() -> None:
    for chapter in {one.chapter for one in bank().values()}:
        (path,) = REPO.glob(f"chapters/{chapter}-*.ipynb")
        shown = re.findall(r'\\"(q\d-[\w-]+)\\"', path.read_text(encoding="utf-8"))
        assert sorted(shown) == sorted(name for name, one in bank().items() if one.chapter == chapter)


def test_a_question_is_a_native_form_with_feedback_for_every_option() -> None:
    html = question("q1-two-dates")._repr_html_()
    assert html.count('type="radio"') == 4 and html.count('class="feedback"') == 4
    assert "<fieldset><legend>" in html
    for control in re.findall(r'<input[^>]* id="([^"]+)"', html):
        assert f'<label for="{control}">' in html
    assert "style=" not in html and "<script" not in html and "onclick" not in html


def test_a_question_shown_twice_has_ids_of_its_own() -> None:
    one, two = question("q1-seven").html, question("q1-seven").html
    ids = [set(re.findall(r' id="([^"]+)"', html)) for html in (one, two)]
    assert not ids[0] & ids[1]


def test_a_quiz_says_that_it_is_self_check_and_stays_in_the_browser() -> None:
    html = quiz("q1-seven", "q1-left")._repr_html_()
    assert html.count('class="question"') == 2
    assert "Self-check only" in html and "stay in this browser" in html


def test_an_unknown_question_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="nearest: q1-seven"):
        question("q1-sevens")


def two_keys(raw: dict[str, Any]) -> None:
    for option in raw["options"]:
        option["right"] = True


def no_key(raw: dict[str, Any]) -> None:
    for option in raw["options"]:
        option.pop("right", None)


SPOILT = [
    (two_keys, r"field options: '4 right options' .*exactly one"),
    (no_key, r"field options: '0 right options' .*exactly one"),
    (lambda raw: raw["options"].pop(), r"field options: '3 options' .*four options"),
    (lambda raw: raw["options"][0].pop("feedback"), r"field options: .*text and feedback for every option"),
    (
        lambda raw: raw.update(level="hard"),
        r"field level: 'hard' .*remember, understand, apply, analyse, evaluate",
    ),
    (lambda raw: raw.update(place="middle"), r"field place: 'middle' .*text, end"),
    (lambda raw: raw.update(sources=["P-ODKB-25X"]), r"field sources: 'P-ODKB-25X' .*near: P-ODKB-25Y"),
    (lambda raw: raw.pop("stem"), r"field stem: 'missing' .*objective"),
    (lambda raw: raw.update(key="B"), r"field key: 'unknown'"),
    (
        lambda raw: raw["options"][0].update(text=raw["options"][1]["text"]),
        r"field options: 'an option given twice'",
    ),
]


@pytest.mark.parametrize(("spoil", "message"), SPOILT)
def test_a_wrong_question_says_file_question_field_and_what_is_allowed(
    tmp_path: Path, spoil: Any, message: str
) -> None:
    content = yaml.safe_load((FOLDER / "01-origins.yml").read_text(encoding="utf-8"))
    raw = copy.deepcopy(content["questions"][0])
    spoil(raw)
    path = tmp_path / "questions.yml"
    path.write_text(yaml.safe_dump({"chapter": "01", "questions": [raw]}), encoding="utf-8")
    with pytest.raises(QuestionError, match=rf"questions\.yml, question q1-two-dates, {message}"):
        load_questions(path)


def test_an_id_used_twice_is_refused(tmp_path: Path) -> None:
    content = yaml.safe_load((FOLDER / "01-origins.yml").read_text(encoding="utf-8"))
    content["questions"] = [content["questions"][0]] * 2
    path = tmp_path / "questions.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(QuestionError, match="used twice"):
        load_questions(path)


# --- guesses ---------------------------------------------------------------------------------------------------------

LINE = {"x": [1993, 1995], "answer": [6, 9], "low": 0, "high": 12}


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("number", {"answer": 5, "low": 10, "high": 0}, "low 10 must be below high 0"),
        ("number", {"answer": 50, "low": 0, "high": 10}, "answer 50 lies outside 0 to 10"),
        ("number", {"answer": 5, "low": 0, "high": 10, "step": 0}, "step 0 must be above zero"),
        ("choice", {"options": ["a", "b"], "answer": "c"}, "'c' is not among the options: a, b"),
        ("choice", {"options": ["a", "a"], "answer": "a"}, "an option stands twice"),
        ("choice", {"options": ["a"], "answer": "a"}, "two options or more"),
        ("several", {"options": ["a", "b"], "answer": ["a", "c"]}, "'c' is not among the options: a, b"),
        ("several", {"options": ["a", "a"], "answer": []}, "an option stands twice"),
        ("ranking", {"items": ["a", "b"], "answer": ["a", "c"]}, "the same items"),
        ("ranking", {"items": ["a", "b"], "answer": ["a", "b"]}, "must not be the answer"),
        ("line", {**LINE, "answer": [6]}, "2 points but 1 answers"),
        ("line", {**LINE, "answer": [6, 13]}, "outside 0 to 12"),
        ("line", {**LINE, "x": [1993], "answer": [6]}, "two points or more"),
    ],
)
def test_a_guess_that_cannot_be_is_refused(kind: str, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(predict, kind)("g", "How many?", **fields)


def test_without_scripts_the_answer_waits_in_a_fold() -> None:
    html = predict.line("g", "Draw it", **LINE)._repr_html_()
    assert "<details" in html and "1993: 6, 1995: 9" in html
    fields = json.loads(unescape(re.search(r'data-fields="([^"]*)"', html)[1]))
    assert fields["answer"] == [6, 9] and fields["x"] == ["1993", "1995"]
    assert "style=" not in html and "<script" not in html


def test_every_control_of_a_guess_has_a_label() -> None:
    for html in (
        predict.number("g", "How many?", answer=5, low=0, high=10).html,
        predict.choice("g", "Which?", options=["a", "b"], answer="a").html,
        predict.several("g", "Which ones?", options=["a", "b"], answer=["a"]).html,
        predict.line("g", "Draw it", **LINE).html,
    ):
        assert len(re.findall(r"<label[^>]*>(?:(?!</label>).)*<input", html)) == html.count("<input")


# --- self-checks -----------------------------------------------------------------------------------------------------


def says(exercise: str, answer: Any) -> str:
    return check(exercise, answer).text


def test_an_exercise_left_open_says_so_and_does_not_fail() -> None:
    for exercise in ("1.P1", "1.P2", "1.A1"):
        assert "Not answered yet" in says(exercise, ...)


def test_the_right_counts_are_right_and_typical_slips_are_named() -> None:
    right = count_by_year(data.load("members"), 1993, 2013).set_index("year")["members"]
    assert "Right" in says("1.P1", right.loc[[1993, 1995, 2003, 2010, 2013]])
    assert "Uzbekistan" in says("1.P1", [6, 9, 6, 6, 6])
    assert "had not joined yet" in says("1.P1", [9, 9, 6, 7, 6])
    assert "had left" in says("1.P1", [6, 9, 9, 10, 9])
    assert "Cannot be read" in says("1.P1", [6, 9])
    assert "Cannot be read" in says("1.P1", 6)
    assert "A str came; give a list or a column of 5 numbers" in says("1.P1", "six")
    assert "is no number" in says("1.P1", ["six", 9, 6, 7, 6])
    assert "Cannot be read" in says("1.P1", pd.DataFrame({"members": [1]}))


def test_the_uzbek_years_are_computed_from_the_table() -> None:
    dates = data.load("membership_rules").groupby("edge")["date"].agg(["min", "max"])
    short = (dates.loc["end", "min"] - dates.loc["start", "max"]).days / 365.25
    long = (dates.loc["end", "max"] - dates.loc["start", "min"]).days / 365.25
    assert "Right" in says("1.P2", [short, long])
    assert "comes first" in says("1.P2", [long, short])
    assert "365.25" in says("1.P2", [short * 365.25, long * 365.25])
    assert "Not yet" in says("1.P2", [5.0, 7.0])


def test_the_concentration_knows_its_usual_confusions() -> None:
    table = shares(data.load("asymmetry")).query("indicator == 'gdp' and year == 2002")["share"]
    assert "Right" in says("1.A1", concentration(table))
    assert "largest share itself" in says("1.A1", float(table.max()))
    assert "10,000" in says("1.A1", concentration(table) * 10_000)
    assert "Cannot be read" in says("1.A1", "0.7")
    assert "Cannot be read" in says("1.A1", True)


def test_an_unknown_exercise_lists_those_that_exist() -> None:
    with pytest.raises(KeyError, match=r"1\.P1, 1\.P2, 1\.A1"):
        check("9.Z9", 1)
