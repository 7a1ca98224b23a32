"""What leaves the instructor's hands: the students' archive and the key, made by nbgrader itself."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

from tools import tidy
from tools.teaching import assignment as assignments
from tools.teaching import cohort, release

KEY = "a-class-of-this-test"
SECRETS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "Notes for marking", "MARK SCHEME")
DRAWN = ([2, 33, 31, 5, 48], ["c", "b", "e"], "z")
on_every_assignment = pytest.mark.parametrize("name", assignments.names())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The archives of all assignments for one class."""
    folder = tmp_path_factory.mktemp("class")
    return {name: release.release(name, KEY, folder) for name in assignments.names()}


def texts(archive: Path) -> dict[str, str]:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


@on_every_assignment
def test_the_archive_holds_what_a_student_needs_and_no_more(made: dict[str, Path], name: str) -> None:
    tables = assignments.written(name).tables
    expected = {
        f"{name}.ipynb",
        "course.py",
        "checks.json",
        "README.txt",
        "data/tables.json",
        "data/licences.json",
    }
    expected |= {f"data/{table}.csv" for table in tables}
    assert set(texts(made[name])) == {f"{name}/{file}" for file in expected}


@on_every_assignment
def test_the_archive_holds_no_solution_no_hidden_test_and_no_notes(made: dict[str, Path], name: str) -> None:
    given = texts(made[name])
    assert [(file, secret) for file, text in given.items() for secret in SECRETS if secret in text] == []
    student = given[f"{name}/{name}.ipynb"]
    for cell in assignments.for_cohort(name, KEY).notebook["cells"]:
        text = tidy.source(cell)
        hidden = re.findall(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", text, re.DOTALL)
        for line in (line.strip() for part in hidden for line in part.splitlines()):
            if len(line) > 25 and not line.startswith("import"):
                assert json.dumps(line)[1:-1] not in student, line


@on_every_assignment
def test_the_parameters_of_the_class_stand_in_the_students_notebook(made: dict[str, Path], name: str) -> None:
    student = json.loads(texts(made[name])[f"{name}/{name}.ipynb"])
    text = "\n".join(tidy.source(cell) for cell in student["cells"])
    assert "P = {}" not in text and "{{" not in text
    for value in assignments.for_cohort(name, KEY).parameters.values():
        assert repr(value) in text


@on_every_assignment
def test_the_same_key_makes_the_same_archive_and_another_key_another(
    made: dict[str, Path], name: str, tmp_path: Path
) -> None:
    assert release.release(name, KEY, tmp_path / "again").read_bytes() == made[name].read_bytes()
    first, second = (assignments.for_cohort(name, key).parameters for key in (KEY, KEY + "-2"))
    assert first != second


@on_every_assignment
def test_no_answer_of_any_of_ten_classes_is_given_out_in_words(
    made: dict[str, Path], name: str, tmp_path: Path
) -> None:
    given = texts(made[name])
    student = "\n".join(text for file, text in given.items() if not file.endswith(".csv"))
    for number in range(10):
        assignment = assignments.for_cohort(name, f"class-number-{number}")
        source = release.write_course(assignment, f"class-number-{number}", tmp_path / str(number))
        bare = [cell for cell in assignment.notebook["cells"] if "selfcheck(" not in tidy.source(cell)]
        right = release.answers(
            assignments.Assignment(name, {**assignment.notebook, "cells": bare}, assignment.parameters),
            source,
        )
        for item, answer in right.items():
            words = repr(answer)
            if len(words) > 6:
                assert words not in student, f"item {item}"


@on_every_assignment
def test_the_key_has_every_item_and_the_notes_for_what_is_marked_by_hand(name: str, tmp_path: Path) -> None:
    page = release.key_page(name, KEY, tmp_path).read_text(encoding="utf-8")
    for item in assignments.written(name).items:
        assert f'<th scope="row">{item.name}</th>' in page
    assert "Notes for marking" in page


def test_what_git_keeps_holds_no_key_and_no_class() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "classes/" in ignored


@pytest.mark.book
def test_the_built_book_holds_nothing_of_the_assignments_solutions(site: Path) -> None:
    lines = set()
    for name in assignments.names():
        for cell in assignments.written(name).notebook["cells"]:
            for part in re.findall(r"### BEGIN SOLUTION\n(.*?)### END", tidy.source(cell), re.DOTALL):
                lines |= {line.strip() for line in part.splitlines() if len(line.strip()) > 50}
            if "*Notes for marking.*" in tidy.source(cell):
                lines |= {line for line in tidy.source(cell).splitlines() if len(line) > 50}
    assert len(lines) > 10
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert [line for line in lines if line in text] == [], page.name
        assert "BEGIN SOLUTION" not in text or "assign-and-grade" in page.name, page.name


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="COHORT: a key has at least 12 characters"):
        cohort.slug("spring")


def test_a_chapter_without_assignment_is_named_with_those_that_have_one() -> None:
    with pytest.raises(ValueError, match="CHAPTER: '9' is not allowed; allowed: 01"):
        assignments.find("9")


def test_draws_are_what_they_were_when_this_was_written() -> None:
    """An upgrade of Python or of a library must not change the assignments of a class that is under way."""
    pick = cohort.Draw("the key of this test", "01-origins")
    drawn = [pick.below(100) for _ in range(5)], pick.sample("abcdef", 3), pick.choice(["x", "y", "z"])
    assert drawn == DRAWN


def test_draws_are_even() -> None:
    pick = cohort.Draw("the key of this test", "even")
    counts = [0] * 6
    for _ in range(6000):
        counts[pick.below(6)] += 1
    assert max(counts) - min(counts) < 250
