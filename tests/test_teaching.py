"""The pages for instructors: what they promise is in the course, and what they add up adds up."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import ROOT

from csto import rubrics, teaching
from csto.data import load
from csto.quiz import bank
from csto.teaching import aligned, assignments, essays, minutes, misconceptions, objectives, practices

PAGES = sorted((ROOT / "teaching").glob("*.md"))


def page(name: str) -> str:
    return (ROOT / "teaching" / f"{name}.md").read_text(encoding="utf-8")


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables of a page in Markdown: rows of cells without their emphasis, the line under the head left out."""
    found: list[list[list[str]]] = []
    before = ""
    for line in text.splitlines():
        if line.startswith("|"):
            if not before.startswith("|"):
                found.append([])
            cells = [cell.strip().strip("*") for cell in line.strip("|").split("|")]
            if not set("".join(cells)) <= set("-:"):
                found[-1].append(cells)
        before = line
    return found


def notebook(chapter: int) -> str:
    (path,) = (ROOT / "chapters").glob(f"0{chapter}-*.ipynb")
    return path.read_text(encoding="utf-8")


# --- objectives ------------------------------------------------------------------------------------------------------


def test_objectives_are_those_of_the_chapters_heads() -> None:
    for chapter in range(1, 6):
        opening = "".join(json.loads(notebook(chapter))["cells"][0]["source"])
        lines = [line for line in opening.splitlines() if re.match(r"\d\. ", line)]
        own = [one for one in objectives().values() if one.chapter == chapter]
        assert [f"{one.number}. {one.text}" for one in own] == [line.rstrip(";.") for line in lines]


@pytest.mark.parametrize("key", list(objectives()))
def test_every_objective_has_a_question_and_an_exercise(key: str) -> None:
    assert [one.id for one in bank().values() if f"{int(one.chapter)}.{one.objective}" == key], (
        "no question asks for it"
    )
    assert [one.name for one in practices() if key in one.objectives], (
        "no exercise, lab or essay practises it"
    )


def test_nothing_practises_an_objective_that_is_not_there() -> None:
    for one in [*practices(), *assignments()]:
        assert set(one.objectives) <= set(objectives()) and one.objectives, one.name


def test_every_exercise_and_lab_of_the_chapters_is_in_the_table() -> None:
    for chapter in range(1, 6):
        text = notebook(chapter)
        numbers = set(re.findall(rf"\*\*({chapter}\.[RPA]\d) ", text))
        labs = set(re.findall(r'"lab\(\\"(\w+)\\"\)"', text))
        own = {one.name for one in practices() if one.chapter == chapter}
        assert own == numbers | {f"lab {name}" for name in labs} | {"essay"}
        shown = aligned(str(chapter))
        assert all(name in shown for name in own)
        assert all(f"`{one.id}`" in shown for one in bank().values() if int(one.chapter) == chapter)


def test_an_exercise_checked_by_the_machine_stands_in_its_chapter() -> None:
    for one in practices():
        if one.kind == "exercise":
            assert one.minutes and 5 <= one.minutes <= 60


def test_items_of_an_assignment_are_read_and_must_name_an_objective(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cell(told: dict[str, object], **marks: object) -> dict[str, object]:
        return {"cell_type": "code", "source": "", "metadata": {"nbgrader": marks, "course": told}}

    monkeypatch.setattr(teaching, "REPO", tmp_path)
    assert assignments() == [], "none there yet"
    path = tmp_path / "exercises/source/03/03.ipynb"
    path.parent.mkdir(parents=True)
    cells = [
        cell({"item": "1", "title": "Count", "objective": 1, "minutes": 5}, solution=True, grade_id="a"),
        cell({"item": "1"}, grade=True, grade_id="a-test", points=2),
        cell(
            {"item": "2", "title": "Say", "objective": [2, 4]},
            grade=True,
            solution=True,
            grade_id="b",
            points=3,
        ),
    ]
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    assert [(one.name, one.objectives) for one in assignments()] == [
        ("item 1", ("3.1",)),
        ("item 2", ("3.2", "3.4")),
    ]
    path.write_text(
        json.dumps({"cells": [cell({"item": "1"}, solution=True, grade_id="a")]}), encoding="utf-8"
    )
    with pytest.raises(teaching.TeachingError, match="cell 'a': its `course` metadata lack objective, title"):
        assignments()


# --- misconceptions and rubrics --------------------------------------------------------------------------------------


def test_every_misconception_has_a_number_a_reason_and_a_correction() -> None:
    numbers = [one.number for one in misconceptions()]
    assert len(set(numbers)) == len(numbers) == len(bank())
    for one in misconceptions():
        assert one.number.startswith(f"M{int(one.question.chapter)}.")
        assert one.question.plausible.endswith(".") and len(one.question.plausible.split()) >= 6
        (right,) = (option for option in one.question.options if option.right)
        assert right.feedback in one.correction
    reasons = [one.question.plausible for one in misconceptions()]
    assert len(set(reasons)) == len(reasons)


def test_every_essay_has_its_rubric_and_the_chapter_shows_it() -> None:
    for chapter, essay in essays().items():
        assert essay.rubric in rubrics.names()
        assert f'rubric(\\"{essay.rubric}\\")' in notebook(chapter)
        assert "| Criterion" not in notebook(chapter), "the table lives in data/rubrics.csv"


def test_every_rubric_stands_on_the_page_for_instructors() -> None:
    shown = re.findall(r"rubric_table ([\w-]+)", page("rubrics"))
    assert sorted(shown) == sorted(rubrics.names())


def test_a_rubric_in_markdown_and_in_html_says_what_the_table_says() -> None:
    for name in rubrics.names():
        (table,) = tables(rubrics.markdown(name))
        rows = load("rubrics").query("rubric == @name").sort_values("number")
        assert [row[0] for row in table[1:]] == rows["criterion"].tolist()
        assert sum(int(row[1]) for row in table[1:]) == rubrics.points(name)
        assert rubrics.html(name).count("<tr>") == len(table)
    assert rubrics.points("essay-1") == 16
    with pytest.raises(ValueError, match="allowed: essay-1"):
        rubrics.criteria("essay-9")


# --- plans and syllabus ----------------------------------------------------------------------------------------------


def test_the_minutes_of_every_class_add_up_to_75() -> None:
    plans = [table for table in tables(page("lesson-plans")) if table[0][0] == "Minutes"]
    assert len(plans) == 5
    for table in plans:
        assert sum(int(row[0]) for row in table[1:]) == 75, table[1]


def test_the_minutes_of_the_week_add_up() -> None:
    (week,) = [table for table in tables(page("lesson-plans")) if table[0][0] == "When"]
    *parts, total = [int(row[1]) for row in week[1:]]
    assert sum(parts) == total
    assert parts[0] == minutes(3)[0] and parts[1] == parts[3] == 75 and parts[4] == minutes(3)[1]


def test_the_five_weeks_take_their_times_from_the_chapters_and_add_up() -> None:
    (weeks,) = [table for table in tables(page("lesson-plans")) if table[0][0] == "Week"]
    *rows, last = [[int(cell) for cell in row[2:]] for row in weeks[1:]]
    for chapter, (read, lesson, work, together) in enumerate(rows, 1):
        assert (read, work) == minutes(chapter)
        assert lesson % 75 == 0 and read + lesson + work == together
    assert last == [sum(column) for column in zip(*rows, strict=True)]


def test_objectives_and_exercises_that_plans_name_are_there() -> None:
    text = page("lesson-plans")
    named = set(re.findall(r"\b(\d\.\d)\b", text))
    assert named <= set(objectives())
    exercises = set(re.findall(r"\b(\d\.[RPA]\d)\b", text))
    assert exercises and exercises <= {one.name for one in practices()}
    for part in re.split(r"\n##+ ", text):
        if aims := re.search(r"^Objectives (.+)\.$", part, re.MULTILINE):
            used = set(re.findall(r"\b\d\.[RPA]\d\b", part))
            stray = [
                one.name
                for one in practices()
                if one.name in used and not set(one.objectives) & set(re.findall(r"\d\.\d", aims[1]))
            ]
            assert not stray, "an exercise that serves none of the plan's objectives"


def test_a_question_to_listen_for_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no question q9-none"):
        teaching.watch("q3-form", "q9-none")


def test_the_shares_of_the_syllabus_add_up_to_a_hundred() -> None:
    (assessment,) = [table for table in tables(page("syllabus")) if table[0][0] == "Part"]
    *parts, total = [int(row[1].rstrip("%")) for row in assessment[1:]]
    assert sum(parts) == total == 100


# --- the pages -------------------------------------------------------------------------------------------------------


def test_every_page_for_instructors_is_in_the_contents() -> None:
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    assert PAGES
    for path in PAGES:
        assert f"- file: teaching/{path.stem}\n" in contents


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_command_that_a_page_names_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    used = re.findall(r"`make ([a-z]+)|^make ([a-z]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert {a or b for a, b in used} <= targets


def test_the_guide_leads_to_every_other_page() -> None:
    linked = set(re.findall(r"\]\(([a-z/-]+)\)", page("guide")))
    notebooks = {"results", "simulation/running", "simulation/scenario", "simulation/council"}
    assert linked == {path.stem for path in PAGES} - {"guide"} | notebooks
