"""The assignments: what right, blank and wrong answers earn, and what differs from class to class."""

import json
import pickle
import re
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
from docutils.nodes import make_id

from csto import data
from tools.build import ROOT
from tools.teaching import assignment as assignments
from tools.teaching import release
from tools.teaching.assignment import Assignment, course_of
from tools.tidy import source

KEYS = [f"cohort-key-{number}" for number in range(10)]
FEW = KEYS[:4]
BLANK = "raise NotImplementedError()"


@dataclass
class Proof:
    """An assignment for ten classes, run once for all tests of this file; self-checks are left out, since they are slow."""

    name: str
    folder: Path
    drawn: dict[str, Assignment] = field(default_factory=dict)
    answers: dict[str, dict] = field(default_factory=dict)
    points: dict[str, dict] = field(default_factory=dict)

    def earns(self, key, item, code):
        """Return the points of one item when code stands in for its solution."""
        _, points = assignments.run(self.drawn[key], self.folder, {item: code}, only=item)
        return points[item]


def without_selfchecks(given):
    """Return an assignment without the cells that ask for hashes."""
    cells = [cell for cell in given.notebook["cells"] if "selfcheck(" not in source(cell)]
    return Assignment(given.name, {**given.notebook, "cells": cells}, given.parameters)


@pytest.fixture(scope="module", params=assignments.names())
def proof(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    made = Proof(request.param, folder)
    for key in KEYS:
        made.drawn[key] = without_selfchecks(assignments.for_cohort(request.param, key))
        if key == KEYS[0]:
            release.lay_out(made.drawn[key], folder)
        made.answers[key], made.points[key] = assignments.run(made.drawn[key], folder)
    return made


@pytest.fixture(params=assignments.names())
def written(request):
    return assignments.written(request.param)


def computed(given):
    return [item for item in given.items if not item.by_hand]


def chapter_of(given):
    return json.loads((ROOT / "chapters" / f"{given.name}.ipynb").read_text(encoding="utf-8"))


def text_of(given, item):
    return next(source(cell) for cell in given.notebook["cells"] if cell["id"] == f"text-{item.name}")


def test_every_chapter_has_an_assignment():
    assert assignments.names() == sorted(path.stem for path in (ROOT / "chapters").glob("0*.ipynb"))


def test_the_model_answer_earns_full_marks_in_every_class(proof):
    for key in KEYS:
        assert proof.points[key] == {item.name: item.points for item in computed(proof.drawn[key])}, key


def test_a_blank_answer_earns_nothing_in_any_class(proof):
    for key, given in proof.drawn.items():
        blank = {item.name: BLANK for item in computed(given)}
        _, points = assignments.run(given, proof.folder, blank)
        assert not any(points.values()), (key, points)


def test_a_typical_wrong_answer_earns_its_part_in_any_class(proof):
    wrong = proof.drawn[KEYS[0]].wrong_answers
    found = [
        (key, one["item"], one["why"], earned)
        for key in FEW
        for one in wrong
        if (earned := proof.earns(key, one["item"], one["code"])) != one["points"]
    ]
    assert not found


def test_no_wrong_answer_earns_all_and_some_items_have_two(written):
    full = {item.name: item.points for item in computed(written)}
    told = [one["item"] for one in written.wrong_answers]
    assert all(one["points"] < full[one["item"]] for one in written.wrong_answers)
    assert set(told) == set(full)
    assert sum(told.count(name) >= 2 for name in full) >= 3


def test_the_right_answers_differ_from_class_to_class(proof):
    with assignments.helper(proof.folder) as course:
        different = {
            item.name: len({words(course, proof.answers[key][item.name]) for key in KEYS})
            for item in computed(proof.drawn[KEYS[0]])
        }
    assert sum(number >= 4 for number in different.values()) >= 5, different
    assert min(different.values()) >= 2, different


def words(course, answer):
    """Return an answer as the helper writes it, with a word for nothing, which it leaves to the tests."""
    if isinstance(answer, dict):
        answer = {key: "nothing" if value is None else value for key, value in answer.items()}
    return course.plain(answer)


def test_the_answer_of_another_class_is_not_right_here(proof):
    checked = 0
    with assignments.helper(proof.folder) as course:
        said = {key: {name: words(course, one) for name, one in proof.answers[key].items()} for key in KEYS}
    for item in computed(proof.drawn[KEYS[0]]):
        for here, there in pairwise(FEW):
            if said[here][item.name] == said[there][item.name]:
                continue
            typed = pickle.dumps(proof.answers[there][item.name])
            code = f"import pickle\n{item.variable} = pickle.loads({typed!r})"
            # Where a function is asked for, the cell defines it too, so that only the answer is another class's.
            code = f"{solution(proof.drawn[here], item)}\n{code}"
            assert proof.earns(here, item.name, code) < item.points, (item.name, here, there)
            checked += 1
    assert checked >= 10


def solution(given, item):
    return next(source(cell) for cell in given.notebook["cells"] if cell["id"] == f"answer-{item.name}")


def test_the_same_key_draws_the_same_and_another_key_draws_something_else(written):
    first, again, other = (
        assignments.for_cohort(written.name, key).parameters for key in (*KEYS[:1] * 2, KEYS[1])
    )
    assert first == again != other


def test_a_self_check_knows_the_right_answer_and_no_other(proof, tmp_path, capsys):
    key = KEYS[0]
    given = assignments.for_cohort(proof.name, key)
    folder = release.write_course(given, key, tmp_path)
    assignments.run(given, folder)
    asked = [item.name for item in given.items if item.selfcheck]
    assert capsys.readouterr().out.splitlines() == [f"{name}: right." for name in asked]
    assert 3 <= len(asked) < len(computed(given))
    with assignments.helper(folder) as course:
        course.selfcheck(asked[0], -1)
    assert "not yet" in capsys.readouterr().out


def test_an_assignment_takes_60_to_90_minutes_and_says_so(written):
    items = written.items
    minutes, points = sum(item.minutes for item in items), sum(item.points for item in items)
    assert 60 <= minutes <= 90
    assert len(computed(written)) in (6, 7)
    assert len(items) - len(computed(written)) == 2
    head = source(assignments.for_cohort(written.name, KEYS[0]).notebook["cells"][0])
    assert f"about {minutes} minutes and gives {points:g} points" in head


def test_every_item_names_an_objective_of_its_chapter(written):
    numbered = set(
        map(int, re.findall(r"^(\d)\. \*\*", source(chapter_of(written)["cells"][0]), re.MULTILINE))
    )
    for item in written.items:
        assert item.objective in numbered, item
        heading = text_of(written, item).splitlines()[0]
        assert f"Objective {item.objective}" in heading, heading
        if item.by_hand:
            assert f"{item.points:g} points, by hand" in heading, heading


def test_every_item_sends_back_to_a_section_of_its_chapter(written):
    sections = {
        make_id(line.lstrip("# "))
        for cell in chapter_of(written)["cells"]
        if cell["cell_type"] == "markdown"
        for line in source(cell).splitlines()
        if line.startswith("#")
    }
    for item in written.items:
        page, anchor = item.again.split("#")
        assert page == f"chapters/{written.name}.html"
        assert anchor in sections, item


def test_an_assignment_names_the_tables_that_it_reads(written):
    code = "\n".join(source(cell) for cell in written.notebook["cells"] if cell["cell_type"] == "code")
    read = set(re.findall(r'load\("(\w+)"\)', code))
    assert read <= set(written.tables)
    assert set(written.tables) <= set(data.tables())
    text = "\n".join(source(cell) for cell in written.notebook["cells"] if cell["cell_type"] == "markdown")
    unused = [name for name in written.tables if name not in read and f"`{name}`" not in text]
    assert not unused


def test_every_computed_item_has_a_hidden_test_and_a_visible_one(written):
    for item in computed(written):
        tests = [
            source(cell)
            for cell in written.notebook["cells"]
            if course_of(cell).get("item") == item.name and cell["metadata"].get("nbgrader", {}).get("grade")
        ]
        assert any("### BEGIN HIDDEN TESTS" in code for code in tests), item
        assert any("assert" in code.split("### BEGIN HIDDEN TESTS")[0] for code in tests), item


def test_an_item_marked_by_hand_shows_its_rubric_and_keeps_its_notes_to_the_answer(written):
    for item in written.items:
        if item.by_hand:
            assert "|---|" in text_of(written, item)
            assert "Notes for marking" not in text_of(written, item)
            assert solution(written, item).startswith("*Notes for marking.*")
