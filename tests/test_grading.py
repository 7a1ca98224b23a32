"""Grading a class: every submission gets its line, none harms another, and nothing is guessed."""

from __future__ import annotations

import csv
import html.parser
import json
import os
import subprocess
import time
import urllib.request
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.api import Gradebook

from csto.results import Pseudonyms, read_grades
from tools import lab, mark
from tools.teaching import collect, feedback, formgrader, grading, platforms, sandbox
from tools.teaching.release import generate

NAME = "tiny"
FAST = sandbox.Limits(cell=15, whole=120, memory=1024, processes=64, file=16)
ROOT = os.geteuid() == 0


def nbgrader(name: str, **told: object) -> dict[str, object]:
    base = {
        "grade": False,
        "grade_id": name,
        "locked": False,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    return {**base, **told}


def author() -> nbformat.NotebookNode:
    """Return an assignment of two computed items, with tests seen and unseen, and one marked by hand."""
    cells = []
    for item, value in (("1", 4), ("2", 9)):
        told = {
            "item": item,
            "title": f"Number {item}",
            "objective": 1,
            "again": "chapters/01-origins.html#exercises",
        }
        cells += [
            new_code_cell(
                f"### BEGIN SOLUTION\na{item} = {value}\n### END SOLUTION",
                metadata={
                    "nbgrader": nbgrader(f"answer-{item}", solution=True),
                    "course": {**told, "minutes": 1},
                },
            ),
            new_code_cell(
                f"assert a{item} > 0, 'a{item} is above 0'",
                metadata={
                    "nbgrader": nbgrader(f"test-{item}-form", grade=True, locked=True, points=1),
                    "course": {"item": item},
                },
            ),
            new_code_cell(
                f"# compared\n### BEGIN HIDDEN TESTS\nassert a{item} == {value}, 'secret{item}'\n### END HIDDEN TESTS",
                metadata={
                    "nbgrader": nbgrader(f"test-{item}-value", grade=True, locked=True, points=2),
                    "course": {"item": item},
                },
            ),
        ]
    cells.append(
        new_markdown_cell(
            "### BEGIN SOLUTION\nnotes\n### END SOLUTION",
            metadata={
                "nbgrader": nbgrader("essay", grade=True, solution=True, points=5),
                "course": {
                    "item": "3",
                    "title": "Why",
                    "objective": 2,
                    "minutes": 5,
                    "again": "chapters/x.html",
                },
            },
        )
    )
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": spec, "language_info": {"name": "python"}})


class Maker:
    """Makes submissions out of the released notebook."""

    def __init__(self, folder: Path) -> None:
        source = folder / "source" / NAME
        source.mkdir(parents=True)
        nbformat.write(author(), source / f"{NAME}.ipynb")
        generate(folder, NAME)
        self.released = (folder / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")

    def notebook(self, first="a1 = 4", second="a2 = 9", essay="Because."):
        notebook = nbformat.reads(self.released, as_version=4)
        for name, text in (("answer-1", first), ("answer-2", second), ("essay", essay)):
            if text is not None:
                cell(notebook, name).source = text
        return notebook

    def text(self, *args, **kwargs) -> str:
        return nbformat.writes(self.notebook(*args, **kwargs))


def cell(notebook, name):
    return next(one for one in notebook.cells if one.metadata.nbgrader.grade_id == name)


def without(notebook, *names):
    notebook.cells = [one for one in notebook.cells if one.metadata.nbgrader.grade_id not in names]
    return notebook


BOMB = """
import os, time
made = []
try:
    for _ in range(300):
        pid = os.fork()
        if pid == 0:
            os.setsid(); time.sleep(120); os._exit(0)
        made.append(pid)
except OSError as error:
    stopped = str(error)
a1 = 4 if len(made) < 300 else -1
if a1 < 0:
    time.sleep(4)
"""

THIEF = """
import sqlite3, glob, os
a1 = 4
for folder in ("..", "../course", "../../course", PLACES):
    for path in glob.glob(folder + "/**/gradebook.db", recursive=True):
        base = sqlite3.connect(path)
        try:
            base.execute("update grade set auto_score = max_score, manual_score = max_score")
            base.commit()
        except sqlite3.Error:
            pass
found = [p for p in glob.glob(PLACES + "/grading-*/course/source/**", recursive=True)]
try:
    open(CLASS + "/stolen.txt", "w").write("x")
except OSError:
    pass
print(len(found))
a2 = -len(found) - 1
"""


def broken(make: Maker, folder: Path) -> dict[str, str | bytes]:
    """Return every hostile and unlucky submission by its name in the archive."""
    duplicated = make.notebook()
    duplicated.cells.insert(
        1, nbformat.from_dict({**cell(duplicated, "answer-1"), "id": "twice", "source": "a1 = 1"})
    )
    below = make.notebook()
    below.cells.append(nbformat.from_dict({**cell(below, "answer-1"), "id": "below"}))
    edited = make.notebook("a1 = -1")
    cell(edited, "test-1-form").source = "assert True"
    cell(edited, "test-1-value").metadata.nbgrader.points = 50
    cell(edited, "test-1-value").metadata.tags = ["skip-execution"]
    kernel = make.notebook()
    kernel.metadata.kernelspec = {"name": "julia-9", "display_name": "J", "language": "julia"}
    older = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "markdown", "metadata": dict(one.metadata), "source": one.source}
                    if one.cell_type == "markdown"
                    else {
                        "cell_type": "code",
                        "language": "python",
                        "collapsed": False,
                        "outputs": [],
                        "metadata": dict(one.metadata),
                        "input": one.source,
                    }
                    for one in make.notebook().cells
                ],
            }
        ],
    }
    places = f"PLACES = {str(folder.parent)!r}\nCLASS = {str(folder)!r}\n"
    file = f"{NAME}.ipynb"
    return {
        f"good_100_1_{file}": make.text(),
        f"wrong_101_2_{file}": make.text("a1 = 5"),
        f"blank_102_3_{file}": make.released,
        f"noessay_103_4_{file}": make.text(essay=None),
        f"duplicated_104_5_{file}": nbformat.writes(duplicated),
        f"deleted_105_6_{file}": nbformat.writes(without(make.notebook(), "test-1-form", "test-1-value")),
        f"edited_106_7_{file}": nbformat.writes(edited),
        f"kernel_107_8_{file}": nbformat.writes(kernel),
        f"syntax_108_9_{file}": make.text("a1 = = 4"),
        f"loop_109_10_{file}": make.text("while True:\n    pass"),
        f"output_110_11_{file}": make.text("for _ in range(300):\n    print('x' * 100_000)\na1 = 4"),
        "name_111_12_my work.ipynb": make.text(),
        f"json_112_13_{file}": b"%PDF-1.7 no notebook",
        "pdf_113_14_essay.pdf": b"%PDF-1.7",
        "twice_114_15_tiny.ipynb": make.text("a1 = 5"),
        "twice_114_16_tiny-1.ipynb": make.text(),
        f"Ольга Ні_115_17_{file}": make.text(),
        f"../../evil_{file}": make.text(),
        f"empty_117_19_{file}": b"",
        f"older_118_20_{file}": json.dumps(older),
        f"hog_119_21_{file}": make.text("a1 = len(bytearray(8 * 2**30))"),
        f"bomb_120_22_{file}": make.text(BOMB),
        f"thief_121_23_{file}": make.text(places + THIEF, second="pass"),
        f"exit_122_24_{file}": make.text("import os\nos._exit(0)"),
        f"net_123_25_{file}": make.text(
            "import socket\ntry:\n    socket.create_connection(('192.0.2.1', 80), 3)\nexcept OSError as e:\n"
            "    a1 = 4 if e.errno == 101 else -1"
        ),
        f"below_124_26_{file}": nbformat.writes(below),
        f"good_199_99_{file}": make.text(),
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class")
    make = Maker(folder)
    archive = folder / "submissions.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for name, content in broken(make, folder).items():
            file.writestr(name, content)
        link = zipfile.ZipInfo("link_116_18_tiny.ipynb")
        link.external_attr = 0o120777 << 16
        file.writestr(link, "/etc/passwd")
    submissions, refused = collect.collect(archive, NAME)
    work = grading.Class(folder, NAME)
    said: list[str] = []
    results = work.grade(submissions, FAST, tell=said.append)
    where = folder / "out"
    where.mkdir()
    grading.write(work, results, False, refused, where)
    with (where / "grades.csv").open(encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    for row in rows.values():
        print(row)
    return folder, where, work, submissions, results, rows, refused, said


def who(rows, name):
    return next(row for student, row in rows.items() if student.startswith(name))


@pytest.mark.parametrize(
    ("name", "points", "remark"),
    [
        ("good_100", ("3", "3", ""), "to mark: 3"),
        ("good_199", ("3", "3", ""), "to mark: 3"),
        ("wrong", ("1", "3", ""), ""),
        ("blank", ("0", "0", ""), "3 (blank)"),
        ("noessay", ("3", "3", ""), "3 (blank)"),
        ("duplicated", ("1", "3", ""), "answer-1 is there twice"),
        ("below", ("3", "3", ""), "answer-1 is there twice: both run"),
        ("deleted", ("3", "3", ""), "test-1-form was deleted"),
        ("edited", ("0", "3", ""), "test-1-form was changed"),
        ("kernel", ("3", "3", ""), "julia-9"),
        ("syntax", ("0", "3", ""), "answer-1 has a syntax error"),
        ("loop", ("0", "3", ""), "took too long"),
        ("output", ("3", "3", ""), ""),
        ("name", ("3", "3", ""), "wrong file name"),
        ("json", ("", "", ""), "no JSON"),
        ("pdf", ("", "", ""), "essay.pdf: no notebook"),
        ("twice", ("3", "3", ""), "handed in twice"),
        ("Ольга", ("3", "3", ""), ""),
        ("link", ("", "", ""), "symbolic link"),
        ("empty", ("", "", ""), "the file is empty"),
        ("older", ("3", "3", ""), "older notebook format 3"),
        ("hog", ("0", "3", ""), "memory"),
        ("exit", ("", "", ""), "kernel died"),
    ],
)
def test_each_submission_has_its_points_and_its_line(graded, name, points, remark):
    row = who(graded[5], name)
    assert (row["points:1"], row["points:2"], row["points:3"]) == points, row
    assert remark in row["remark"]


def test_everybody_is_accounted_for(graded):
    _, where, _, submissions, results, rows, refused, said = graded
    assert len(rows) == len(submissions) == len(results) == len(said) == 26
    assert len(refused) == 1 and "points outside" in refused[0]
    assert len(list((where / "feedback").glob("*.html"))) == 26
    report = (where / "report.txt").read_text(encoding="utf-8")
    assert all(student in report for student in rows) and refused[0] in report


@pytest.mark.skipif(not ROOT, reason="only root can give a student's code a user of its own")
def test_a_student_cannot_write_grades_or_read_the_source(graded):
    row = who(graded[5], "thief")
    assert (row["points:1"], row["points:2"]) == ("3", "0")
    assert not (graded[0] / "stolen.txt").exists()
    notebook = nbformat.read(graded[2].kept / "thief_121.ipynb", as_version=4)
    assert cell(notebook, "answer-1").outputs[0].text.strip() == "0"


@pytest.mark.skipif(not ROOT, reason="only root has a limit of processes for each submission")
def test_a_fork_bomb_is_bounded_and_leaves_nothing(graded):
    import psutil

    row = who(graded[5], "bomb")
    # The system refused a process too many, or the submission was ended for them; 300 would have earned a 0.
    assert row["points:1"] == "3" or ("processes" in row["remark"] and not row["points:1"]), row
    first = sandbox.user_for(0) or 0
    assert not [p for p in psutil.process_iter() if p.uids().real in (first, first + 1)]


def test_there_is_no_network_where_that_is_said_to_hold(graded):
    if sandbox.held()["no network"] == "holds":
        assert who(graded[5], "net")["points:1"] == "3"


def test_the_report_on_results_reads_the_grades(graded):
    table = read_grades(graded[1] / "grades.csv", Pseudonyms())
    assert table["student"].nunique() == 26


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.tags.append(tag)
        self.ids += [told["id"]] if "id" in told else []
        self.links += [told[k] for k in ("href", "src") if k in told]


def test_feedback_is_self_contained_and_tells_no_hidden_test(graded, tmp_path):
    _folder, where, work, _, results, *_ = graded
    text = (where / "feedback" / "wrong_101.html").read_text(encoding="utf-8")
    page = Page(text)
    assert "secret1" not in text and "a1 == 4" not in text
    assert "look at again" in text and "a1 = 5" in text
    assert not {"script", "link", "img"} & set(page.tags) and 'lang="en"' in text
    assert all(link.startswith("#") and link[1:] in page.ids for link in page.links)
    grading.write(work, results, True, [], tmp_path)
    assert "secret1" in (tmp_path / "feedback" / "wrong_101.html").read_text(encoding="utf-8")


def test_feedback_on_a_file_that_was_not_graded_says_why_and_has_no_empty_parts(graded):
    _, where, _, submissions, *_ = graded
    student = next(one.student for one in submissions if one.student.startswith("json"))
    text = (where / "feedback" / f"{grading.file_name(student)}.html").read_text(encoding="utf-8")
    assert "no JSON" in text and "<section" not in text
    assert Page(text).links == []


def test_feedback_names_chapter_and_section_as_they_stand_in_the_book():
    def line(again, points=0.0):
        item = grading.Item("1", again=again, most=2.0, cells=["test-1"])
        return grading.Line(item, points, False, "")

    result = grading.Result("ada", "", cells={"test-1": {}})
    author = {"cells": [new_markdown_cell("# Assignment 2: Institutional design")]}
    pages = [
        feedback.page(
            "02-x",
            result,
            [line("chapters/02-institutional-design.html#what-is-95", points)],
            None,
            author,
            False,
        )
        for points in (0.0, 2.0)
    ]
    assert "<h1>Feedback on Assignment 2: Institutional design</h1>" in pages[0]
    assert "the chapter “Institutional design”, section “What is 95%?”." in pages[0]
    assert "look at again" not in pages[1], "whoever has all points is sent nowhere"


def test_a_blank_answer_waits_and_is_shown_as_blank(graded):
    text = (graded[1] / "feedback" / "noessay_103.html").read_text(encoding="utf-8")
    assert "blank, to be looked at" in text
    assert "noessay_103,3,,,5,blank" in (graded[1] / "to-mark.csv").read_text(encoding="utf-8")


def test_a_second_run_grades_nobody_again(graded):
    _, _, work, submissions, *_ = graded
    said: list[str] = []
    again = work.grade(submissions, FAST, tell=said.append)
    assert len(said) == 1 and "26 graded before" in said[0] and len(again) == 26


def test_marks_by_hand_complete_a_score(graded, tmp_path):
    _, _, work, _, results, *_ = graded
    (tmp_path / "marks.csv").write_text(
        "student,item,points,comment\ngood_100,3,4.5,Well argued\n", encoding="utf-8"
    )
    grading.write(work, results, False, [], tmp_path)
    with (tmp_path / "grades.csv").open(encoding="utf-8") as file:
        row = who({row["student_id"]: row for row in csv.DictReader(file)}, "good_100")
    assert (row["score"], row["max_score"], row["status"]) == ("10.5", "11", "graded")
    assert "Well argued" in (tmp_path / "feedback" / "good_100.html").read_text(encoding="utf-8")


def formgrader_says(folder, student, points=None, comment=None):
    """Write into the gradebook what formgrader writes when an instructor types."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        sheet = book.find_submission_notebook(NAME, NAME, student)
        grade = next(one for one in sheet.grades if one.name == "essay")
        grade.manual_score, grade.needs_manual_grade = points, points is None
        next(one for one in sheet.comments if one.name == "essay").manual_comment = comment
        book.db.commit()


def row_of(where, student):
    with (where / "grades.csv").open(encoding="utf-8") as file:
        return who({row["student_id"]: row for row in csv.DictReader(file)}, student)


def test_formgrader_queues_what_waits_and_blank_answers_too(graded):
    folder = graded[0]
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as book:
        for student, points in (("good_100", 6), ("noessay_103", 6), ("wrong_101", 4), ("blank_102", 0)):
            sheet = book.find_submission_notebook(NAME, NAME, student)
            assert (sheet.needs_manual_grade, sheet.score) == (True, points)
        assert {one.student.id for one in book.assignment_submissions(NAME)} == {
            path.parent.parent.name for path in folder.glob("autograded/*/tiny/tiny.ipynb")
        }


def test_marks_of_formgrader_complete_a_score_and_the_table_goes_before_them(graded, tmp_path):
    folder, _, work, _, results, *_ = graded
    formgrader_says(folder, "good_199", 3.5, "Name the <record>.")
    formgrader_says(folder, "kernel_107", None, "Not yet decided.")
    grading.write(work, results, False, [], tmp_path)
    row = row_of(tmp_path, "good_199")
    assert (row["score"], row["points:3"], row["status"]) == ("9.5", "3.5", "graded")
    assert "Name the &lt;record&gt;." in (tmp_path / "feedback" / "good_199.html").read_text(encoding="utf-8")
    assert row_of(tmp_path, "kernel_107")["status"] == "waits for you"
    assert "Not yet decided." in (tmp_path / "feedback" / "kernel_107.html").read_text(encoding="utf-8")
    (tmp_path / "marks.csv").write_text("student,item,points,comment\ngood_199,3,1,\n", encoding="utf-8")
    grading.write(work, results, False, [], tmp_path)
    assert row_of(tmp_path, "good_199")["score"] == "7"


def test_a_mark_of_formgrader_goes_when_the_answer_is_handed_in_anew(graded, tmp_path):
    folder, _, work, _, results, *_ = graded
    formgrader_says(folder, "older_118", 2.0, "Short.")
    one = next(result for result in results if result.student == "older_118")
    kept = work.kept / "older_118.ipynb"
    first = kept.read_text(encoding="utf-8")
    notebook = nbformat.reads(first, as_version=4)
    cell(notebook, "answer-1").source = "a1 = 2 + 2"
    nbformat.write(notebook, kept)
    assert formgrader.offer(work, [one]) is None
    assert formgrader.marks(work, [one])["older_118", "3"].points == 2, "the essay is the same"
    cell(notebook, "essay").source = "Because of another reason."
    nbformat.write(notebook, kept)
    formgrader.offer(work, [one])
    assert formgrader.marks(work, [one]) == {}
    kept.write_text(first, encoding="utf-8")


def test_formgrader_opens_at_the_submissions_and_lets_nobody_in_without_its_token(graded):
    folder, port, token = graded[0], mark.free(0), "of-this-test"
    base = f"http://127.0.0.1:{port}/"
    listed = f"{base}formgrader/api/submitted_notebooks/{NAME}/{NAME}"
    command = mark.command(folder, port, token)
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            lab.wait_for(base, server)
            visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
            with visitor.open(mark.address(NAME, port, token)) as page:
                assert page.url == f"{base}formgrader/gradebook/{NAME}/{NAME}"
            with visitor.open(listed) as answer:
                shown = json.load(answer)
            with urllib.request.build_opener().open(listed) as answer:
                assert "/login" in answer.url
        finally:
            server.terminate()
    assert {one["student"] for one in shown} >= {"good_100", "blank_102"}
    assert "pdf_113" not in {one["student"] for one in shown}


def test_formgrader_gets_nothing_that_a_browser_would_run():
    script = "<script>alert(1)</script>"
    notebook = new_notebook(
        cells=[
            new_markdown_cell(
                f"Words {script} <img src=x onerror=alert(1)> $\\href{{javascript:alert(1)}}{{x}}$"
            ),
            new_code_cell(
                "a",
                outputs=[
                    new_output("display_data", {"text/html": script, "text/plain": "seen"}),
                    new_output(
                        "display_data", {"application/javascript": "alert(1)", "image/svg+xml": script}
                    ),
                ],
            ),
        ]
    )
    shown = HTMLExporter().from_notebook_node(formgrader.harmless(notebook))[0].split("<body")[1]
    assert "seen" in shown and "Words" in shown
    for part in ("<script>alert", "<img src=x", "onerror=alert(1)>", "\\href", "<svg"):
        assert part not in shown, part


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("good_100,3,6,", "points"),
        ("good_100,3,nan,", "points"),
        ("good_100,9,1,", "item"),
        ("nobody,3,1,", "student"),
    ],
)
def test_a_wrong_mark_is_told_with_file_row_and_field(graded, tmp_path, line, name):
    (tmp_path / "marks.csv").write_text(f"student,item,points,comment\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=rf"marks.csv, row 2, field {name}"):
        grading.write(graded[2], graded[4], False, [], tmp_path)


def test_ctrl_c_stops_before_the_next_student_and_keeps_who_is_graded(tmp_path, monkeypatch):
    Maker(tmp_path)
    work = grading.Class(tmp_path, NAME)
    begun: list[str] = []

    def one(student, *_):
        begun.append(student.student)
        time.sleep(0.2)
        return grading.Result(student.student, work._of(student))

    def tell(line):
        raise KeyboardInterrupt

    monkeypatch.setattr(work, "_one", one)
    with pytest.raises(KeyboardInterrupt):
        work.grade([collect.Submission(f"s{number}") for number in range(20)], FAST, tell=tell)
    assert 1 <= len(begun) < 10
    assert len(list(work.kept.glob("*.json"))) == 1


@pytest.mark.parametrize(
    ("place", "student"),
    [
        ("doejane_12345_67890_tiny.ipynb", "doejane_12345"),
        ("doejane_LATE_12345_67890_tiny.ipynb", "doejane_12345"),
        ("Jane Doe_4711_assignsubmission_file_/tiny.ipynb", "Jane Doe_4711"),
        ("Tiny_jdoe_attempt_2026-03-01-10-11-12_tiny.ipynb", "jdoe"),
        ("jane/tiny.ipynb", "jane"),
        ("submitted/jane/tiny/tiny.ipynb", "jane"),
        ("jane.ipynb", "jane"),
    ],
)
def test_names_of_platforms_are_known(tmp_path, place, student):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr(place, "{}")
    with zipfile.ZipFile(tmp_path / "all.zip") as file:
        file.extractall(tmp_path / "folder")
    for path in (tmp_path / "all.zip", tmp_path / "folder"):
        assert [one.student for one in collect.collect(path, NAME)[0]] == [student]


def test_of_two_attempts_the_later_counts(tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as file:
        file.writestr("T_jdoe_attempt_2026-03-02-10-11-12_tiny.ipynb", "second")
        file.writestr("T_jdoe_attempt_2026-03-01-10-11-12_tiny.ipynb", "first")
    (one,), _ = collect.collect(tmp_path / "all.zip", NAME)
    assert one.content == b"second" and "handed in twice" in one.remarks[0]


def test_a_link_in_a_folder_is_refused(tmp_path):
    (tmp_path / "jane").mkdir()
    (tmp_path / "jane" / "tiny.ipynb").symlink_to("/etc/passwd")
    (one,), _ = collect.collect(tmp_path, NAME)
    assert one.content is None and "symbolic link" in one.remarks[0]


# --- what platforms take back ----------------------------------------------------------------------------------------


@pytest.fixture
def given_back(tmp_path):
    """What platforms get of a small class, as files by name; one student waits, one comes from no platform."""
    places = (
        "Ana_Maria Čech_51_assignsubmission_file/01-origins.ipynb",
        "Bek Sadykov_52_assignsubmission_file/01-origins.ipynb",
        "nurlanovaaigerim_101_900001_01-origins.ipynb",
        "plain/01-origins.ipynb",
    )
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for place in places:
            archive.writestr(place, "{}")
    submissions, _ = collect.collect(tmp_path / "all.zip", "01-origins")
    where = tmp_path / "grades"
    (where / "feedback").mkdir(parents=True)
    scores = {"Ana_Maria Čech_51": "12.5", "nurlanovaaigerim_101": "40", "plain": "7"}
    lines = ["student_id,score,max_score"]
    for one in submissions:
        lines.append(f"{one.student},{scores.get(one.student, '')},43")
        page = where / "feedback" / f"{grading.file_name(one.student)}.html"
        page.write_text(f"for {one.student}", encoding="utf-8")
    (where / "grades.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {path.name: path for path in platforms.write(where, "01-origins", submissions)}


def test_moodle_gets_a_worksheet_and_every_page_of_feedback_by_the_number_of_its_student(given_back):
    with given_back["for-moodle.csv"].open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["Identifier"], row["Grade"], row["Maximum grade"]) == ("Participant 51", "12.5", "43")
    assert "Last modified (grade)" in row, "without it Moodle takes no worksheet"
    with zipfile.ZipFile(given_back["for-moodle-feedback.zip"]) as archive:
        found = {}
        for name in archive.namelist():
            # As Moodle reads it: a folder's name, parted at its first four underscores.
            folder, _, file = name.partition("/")
            _, number, *plugin, rest = folder.split("_", 4)
            assert (plugin, rest, file) == (["assignfeedback", "file"], "", "feedback.html")
            found[number] = archive.read(name).decode()
    assert found == {"51": "for Ana_Maria Čech_51", "52": "for Bek Sadykov_52"}


def test_canvas_gets_a_table_of_its_gradebook_with_its_own_students_only(given_back):
    with given_back["for-canvas.csv"].open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows == [
        ["Student", "ID", "Section", "01-origins"],
        ["    Points Possible", "", "", "43"],
        ["nurlanovaaigerim", "101", "", "40"],
    ]
