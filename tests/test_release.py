"""What leaves the instructor's hands: the students' archive and the key, made by nbgrader itself."""

from __future__ import annotations

import contextlib
import html
import json
import re
import subprocess
import zipfile
from collections.abc import Iterable
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


def secrets_in(given: dict[str, str], name: str) -> list[str]:
    """Return what a student's files hold of the author's solutions, hidden tests and notes."""
    found = [f"{file}: {secret}" for file, text in given.items() for secret in SECRETS if secret in text]
    student = given[f"{name}/{name}.ipynb"]
    for cell in assignments.for_cohort(name, KEY).notebook["cells"]:
        text = tidy.source(cell)
        hidden = re.findall(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", text, re.DOTALL)
        for line in (line.strip() for part in hidden for line in part.splitlines()):
            if len(line) > 25 and not line.startswith("import") and json.dumps(line)[1:-1] in student:
                found.append(line)
    return found


@on_every_assignment
def test_the_archive_holds_no_solution_no_hidden_test_and_no_notes(made: dict[str, Path], name: str) -> None:
    given = texts(made[name])
    assert secrets_in(given, name) == []
    # The same search finds the author's cell where it was left in, with its marks and without them.
    notebook = (made[name].parent / "source" / name / f"{name}.ipynb").read_text(encoding="utf-8")
    assert secrets_in({**given, f"{name}/{name}.ipynb": notebook}, name) != []
    bare = re.sub(r"### (?:BEGIN|END) (?:SOLUTION|HIDDEN TESTS)\\n|Notes for marking", "", notebook)
    assert secrets_in({**given, f"{name}/{name}.ipynb": bare}, name) != []


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


def answers_in(student: str, name: str, key: str, folder: Path) -> list[str]:
    """Return the items of which a class's right answer stands in a text, word for word."""
    assignment = assignments.for_cohort(name, key)
    source = release.write_course(assignment, key, folder)
    bare = [cell for cell in assignment.notebook["cells"] if "selfcheck(" not in tidy.source(cell)]
    without = assignments.Assignment(name, {**assignment.notebook, "cells": bare}, assignment.parameters)
    right = {item: repr(answer) for item, answer in release.answers(without, source).items()}
    return [item for item, words in right.items() if len(words) > 6 and words in student]


@on_every_assignment
def test_no_right_answer_is_given_out_in_words(made: dict[str, Path], name: str, tmp_path: Path) -> None:
    given = texts(made[name])
    student = "\n".join(text for file, text in given.items() if not file.endswith(".csv"))
    for key in (KEY, *(f"class-number-{number}" for number in range(4))):
        assert answers_in(student, name, key, tmp_path / key) == [], key
    key_page = release.key_page(name, KEY, tmp_path / KEY).read_text(encoding="utf-8")
    assert answers_in(student + html.unescape(key_page), name, KEY, tmp_path / KEY) != []


@on_every_assignment
def test_the_key_has_every_item_and_the_notes_for_what_is_marked_by_hand(name: str, tmp_path: Path) -> None:
    page = release.key_page(name, KEY, tmp_path).read_text(encoding="utf-8")
    for item in assignments.written(name).items:
        assert f'<th scope="row">{item.name}</th>' in page
    by_hand = sum(item.by_hand for item in assignments.written(name).items)
    assert page.count("<em>Notes for marking.</em>") == by_hand > 0
    assert page.count("<summary>Task and rubric</summary>") == by_hand
    assert page.count("<table>") == 1 + by_hand, "each rubric is a table"


def of_a_class(files: dict[str, str]) -> list[str]:
    """Return the files that belong to a class: its key, its draws, its hashes, its grades."""
    return [
        name
        for name, text in files.items()
        if re.search(r"(^|/)classes/|-key\.html$|gradebook\.db$|(^|/)(grades|marks|to-mark)\.csv$", name)
        or re.search(r"Key of \d\d-[\w-]+ for class|\bP = \{(\\n|\n)|\"salt\": \"[0-9a-f]{32}\"", text)
    ]


def readable(paths: Iterable[Path], root: Path) -> dict[str, str]:
    found = {}
    for path in paths:
        with contextlib.suppress(UnicodeDecodeError):
            found[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def tree() -> dict[str, str]:
    """What Binder copies, and anybody can read: every file that git keeps."""
    told = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(told, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return readable((ROOT / name for name in names if name and (ROOT / name).is_file()), ROOT)


def test_what_binder_copies_holds_nothing_of_any_class(tree: dict[str, str]) -> None:
    assert "exercises/source/01-origins/01-origins.ipynb" in tree
    assert of_a_class(tree) == []
    for name in assignments.names():
        assert '"P = {}' in tree[f"exercises/source/{name}/{name}.ipynb"], (
            "the author's notebook is drawn for nobody"
        )


def test_authors_solutions_stand_in_the_source_alone_and_the_guide_says_that_they_are_public(
    tree: dict[str, str],
) -> None:
    held = [name for name, text in tree.items() if name.endswith(".ipynb") and "BEGIN SOLUTION" in text]
    assert sorted(held) == sorted(f"exercises/source/{name}/{name}.ipynb" for name in assignments.names())
    for page in ("README.md", "teaching/assign-and-grade.md"):
        assert "`exercises/source`" in tree[page], page


@on_every_assignment
def test_a_class_is_found_wherever_it_is_left(made: dict[str, Path], name: str) -> None:
    folder = made[name].parent
    release.key_page(name, KEY, folder)
    left = readable((folder / "source" / name).glob("*.*"), folder)
    assert set(of_a_class(left)) == {f"source/{name}/{name}.ipynb", f"source/{name}/checks.json"}
    page = (folder / f"{name}-key.html").read_text(encoding="utf-8")
    assert of_a_class({"page.html": page, f"docs/{name}-key.html": ""}) == [
        "page.html",
        f"docs/{name}-key.html",
    ]


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
    kinds = {".html", ".json", ".csv", ".txt", ".js", ".md", ".ipynb", ".db"}
    assert of_a_class(readable((path for path in site.rglob("*") if path.suffix in kinds), site)) == []


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="COHORT: a key has at least 12 characters"):
        cohort.slug("spring")


def test_no_key_that_stands_in_the_guide_opens_a_class() -> None:
    shown = re.findall(r"COHORT=(\S+)", (ROOT / "teaching/assign-and-grade.md").read_text(encoding="utf-8"))
    assert shown
    for key in shown:
        with pytest.raises(ValueError, match=r"drawn just now: [0-9a-f]{16}$"):
            cohort.slug(key)


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
