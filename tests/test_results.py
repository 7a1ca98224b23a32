"""A class's results: read from real forms of files, without names, refused in plain words, reported without loss."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT

from csto import results
from csto.quiz import bank
from csto.results import ResultsError
from tools import results as tool

SALT = b"for these tests"
GRADES = "assignment,student_id,score,max_score,points:A1,max:A1\n"
MOODLE = "Last name,First name,Email address,Status,Grade/2.00,"


def names() -> results.Pseudonyms:
    return results.Pseudonyms(SALT)


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def rows(path: Path, *lines: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return path


# --- grades ---------------------------------------------------------------------------------------------------------


def test_points_become_shares_of_the_work_and_of_each_item(tmp_path: Path) -> None:
    work = results.read_grades(
        written(tmp_path / "grades.csv", GRADES + "one,ada,15,20,4,4\none,bob,5,20,1,4\n"), names()
    )
    shares = {item: sorted(group["share"]) for item, group in work.groupby("item")}
    assert shares == {results.WHOLE: [0.25, 0.75], "A1": [0.25, 1.0]}


def test_an_export_of_nbgrader_without_a_time_of_handing_in_is_missing_work_and_not_nought(
    tmp_path: Path,
) -> None:
    text = "assignment,timestamp,student_id,score,max_score\none,2026-11-25,ada,10,10\none,,bob,0.0,10\n"
    found = results.read(written(tmp_path / "grades.csv", text), pseudonyms=names())
    assert results.missing(found).iloc[0][["missing", "of"]].tolist() == [1, 2]
    assert results.scores(found)["students"].sum() == 1


def test_work_that_waits_to_be_marked_is_not_missing_and_not_nought(tmp_path: Path) -> None:
    head = "assignment,student_id,score,max_score,timestamp,status,points:A1,max:A1,points:E1,max:E1\n"
    text = (
        head
        + "one,ada,9,10,unknown,graded,4,4,5,6\n"
        + "one,bob,,10,unknown,waits for you,1,4,,6\n"
        + "one,eve,,10,unknown,not graded,,4,,6\n"
        + "one,dan,,10,,,,4,,6\n"
    )
    found = results.read(written(tmp_path / "grades.csv", text), pseudonyms=names())
    assert results.missing(found).iloc[0][["waiting", "missing", "of"]].tolist() == [2, 1, 4]
    shares = {item: group["share"].dropna().tolist() for item, group in found.work.groupby("item")}
    assert {item: sorted(values) for item, values in shares.items()} == {
        results.WHOLE: [0.9],
        "A1": [0.25, 1.0],
        "E1": [pytest.approx(5 / 6)],
    }
    said = " ".join(results.summary(found))
    assert (
        "3 of 4 handed it in, 2 of whom have no score yet; the middle one of those marked earned 90%" in said
    )


def test_a_student_without_a_row_for_an_assignment_is_missing_there(tmp_path: Path) -> None:
    text = GRADES + "one,ada,1,2,,\none,bob,1,2,,\ntwo,ada,2,2,,\n"
    absent = results.missing(results.read(written(tmp_path / "grades.csv", text), pseudonyms=names()))
    assert dict(zip(absent["assignment"], absent["missing"], strict=True)) == {"one": 0, "two": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("assignment,score\none,1\n", "grades.csv, row 1, field student_id: it is missing"),
        (GRADES, "grades.csv: it holds no row of a student"),
        (GRADES + "one,ada,21,20,1,4\n", "grades.csv, row 2, field score: '21' is not allowed; allowed: a number from 0 to 20"),
        (GRADES + "one,ada,1,20,5,4\n", "row 2, field points:A1: '5' is not allowed"),
        (GRADES + "one,ada,much,20,1,4\n", "row 2, field score: 'much' is not allowed"),
        (GRADES + "one,ada,nan,20,1,4\n", "row 2, field score: 'nan' is not allowed"),
        (GRADES + "one,ada,-1,20,1,4\n", "row 2, field score: '-1' is not allowed"),
        (GRADES + "one,ada,1,0,1,4\n", "row 2, field max_score: '0' is not allowed; allowed: a number above 0"),
        (GRADES + "one,ada,1,20,1,4\none,ada,2,20,1,4\n", "row 3, field student_id: 'ada' is not allowed; allowed: each student once in one"),
        (GRADES + "one,,1,20,1,4\n", "row 2, field student_id: '' is not allowed; allowed: a name"),
        (GRADES + "one,ada,1\n", "row 2, field (all): '3 fields' is not allowed; allowed: 6 fields"),
        (GRADES.replace(",max:A1", ""), "it holds no row"),
        (GRADES.replace(",max:A1", "") + "one,ada,1,20,1\n", "field max:A1: it is missing beside points:A1"),
    ],
)  # fmt: skip
def test_a_bad_table_of_grades_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ResultsError, match=re.escape(said)):
        results.read_grades(written(tmp_path / "grades.csv", text), names())


# --- quizzes --------------------------------------------------------------------------------------------------------

ONE, TWO = bank()["q1-term"], bank()["q1-signatories"]
RIGHT = {one.id: next(option.text for option in one.options if option.right) for one in (ONE, TWO)}
WRONG = {one.id: next(option.text for option in one.options if not option.right) for one in (ONE, TWO)}


def answers(folder: Path) -> dict[tuple[str, str], list[float]]:
    found, _ = results.read_quizzes(folder, names())
    return {
        (str(stage), str(question)): sorted(group["share"].dropna())
        for (stage, question), group in found.groupby(["stage", "question"])
    }


def test_a_student_analysis_of_canvas_is_read_and_its_questions_are_known_by_their_words(
    tmp_path: Path,
) -> None:
    head = ["name", "id", "submitted", "attempt", f"11: {ONE.stem}", "2.0", "12: Another", "1.0", "score"]
    ada = ["Ada", "7", "2026", "1", RIGHT[ONE.id], "2.0", "x", "0.5", "3"]
    bob = ["Bob", "8", "2026", "1", WRONG[ONE.id], "0.0", "", "0", "0"]
    rows(tmp_path / "quiz-before.csv", head, ada, bob)
    assert answers(tmp_path) == {("before", ONE.id): [0, 1], ("before", "Q2"): [0.5]}


def test_a_responses_report_of_moodle_is_marked_by_the_course_itself(tmp_path: Path) -> None:
    head = [*MOODLE.split(",")[:-1], "Question 1", "Response 1", "Question 2", "Response 2"]
    ada = ["A", "A", "a@example.org", "Finished", "1", ONE.stem, RIGHT[ONE.id], TWO.stem, WRONG[TWO.id]]
    bob = ["B", "B", "b@example.org", "Finished", "1", ONE.stem, WRONG[ONE.id], TWO.stem, "-"]
    rows(tmp_path / "after.csv", head, ada, bob)
    assert answers(tmp_path) == {("after", ONE.id): [0, 1], ("after", TWO.id): [0]}


def test_a_grades_report_of_moodle_is_read_without_its_line_of_averages(tmp_path: Path) -> None:
    text = (
        MOODLE
        + "Q. 1 /1.00,Q. 2 /1.00\nA,A,a@example.org,Finished,1,1.00,-\nOverall average,,,,0.5,0.50,0.20\n"
    )
    written(tmp_path / "quiz.csv", text)
    assert answers(tmp_path) == {("once", "Q1"): [1], ("once", "Q2"): []}


def test_of_several_attempts_the_first_counts_and_the_report_says_so(tmp_path: Path) -> None:
    head = ["name", "id", "attempt", f"11: {ONE.stem}", "1.0"]
    rows(
        tmp_path / "quiz.csv",
        head,
        ["Ada", "7", "1", WRONG[ONE.id], "0"],
        ["Ada", "7", "2", RIGHT[ONE.id], "1"],
    )
    found, noticed = results.read_quizzes(tmp_path, names())
    assert found["share"].tolist() == [0]
    assert noticed == ["quiz.csv: later attempts were left out, 1 answers."]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "quiz.csv, row 1: its columns are of no export that this course reads"),
        (
            MOODLE + "Q. 1 /1.00\nA,A,a@example.org,Finished,1,2.00\n",
            "quiz.csv, row 2, field Q. 1 /1.00: '2.00' is not allowed; allowed: a number from 0 to 1",
        ),
        (MOODLE + "Response 1\nA,A,a@example.org,Finished,1,x\n", "row 1, field Question 1: it is missing"),
        (
            MOODLE + "Question 1,Response 1\nA,A,a@example.org,Finished,1,Who am I?,x\n",
            "row 2, field Question 1: 'Who am I?' is not allowed; allowed: a question of this course",
        ),
        ("name,id,11: What?,1.0\nAda,7,x,5\n", "row 2, field 11: What?: '5' is not allowed"),
    ],
)
def test_a_bad_quiz_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    written(tmp_path / "quiz.csv", text)
    with pytest.raises(ResultsError, match=re.escape(said)):
        results.read_quizzes(tmp_path, names())


def test_two_files_of_one_time_with_the_same_question_are_refused(tmp_path: Path) -> None:
    text = MOODLE + "Q. 1 /1.00\nA,A,a@example.org,Finished,1,1.00\n"
    for name in ("monday-before.csv", "tuesday-before.csv"):
        written(tmp_path / name, text)
    with pytest.raises(ResultsError, match="question Q1 stands in two files of the time “before”"):
        results.read_quizzes(tmp_path, names())


def test_a_folder_without_files_and_a_file_that_is_not_there_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ResultsError, match="there is no CSV file in it"):
        results.read_quizzes(tmp_path, names())
    with pytest.raises(ResultsError, match=r"no\.csv: there is no such file"):
        results.read(tmp_path / "no.csv")
    with pytest.raises(ResultsError, match="give a file of grades"):
        results.read()


# --- pseudonyms -----------------------------------------------------------------------------------------------------


def test_a_pseudonym_is_kept_within_a_report_and_drawn_anew_for_the_next() -> None:
    people = [f"student-{number}" for number in range(40)]
    first, again, other = names(), names(), results.Pseudonyms()
    assert first.give(people) == again.give(reversed(people))
    assert first.give(people) == first.give(people[:1])
    assert other.give(people) != first.give(people)
    assert len(set(first.give(people).values())) == 40


# --- the invented class, and the report -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented")
    results.write_synthetic(folder)
    return folder


def test_the_invented_class_is_the_same_every_time_and_says_that_it_is_invented(
    tmp_path: Path, invented: Path
) -> None:
    results.write_synthetic(tmp_path)
    for path in sorted(invented.rglob("*.csv")):
        assert (tmp_path / path.relative_to(invented)).read_bytes() == path.read_bytes()
        assert all("synthetic" in line for line in path.read_text().splitlines()[1:])
    assert "synthetic" in results.summary(results.synthetic())[0]


def test_more_is_right_after_teaching_than_before(invented: Path) -> None:
    found = results.read(invented / "grades.csv", invented / "quizzes", names())
    means = found.answers.groupby("stage")["share"].mean()
    assert means["after"] > means["before"] + 0.1


def test_what_stayed_is_what_the_models_count(invented: Path) -> None:
    found = results.read("", invented / "quizzes", names())
    stays = results.persisting(found).set_index("question")
    wide = found.answers.pivot(index="student", columns=["stage", "question"], values="share")
    both = wide[[("before", "q1-order"), ("after", "q1-order")]].dropna()
    wrong = both[both.iloc[:, 0] == 0]
    assert stays.loc["q1-order", "wrong_before"] == len(wrong)
    assert stays.loc["q1-order", "still"] == (wrong.iloc[:, 1] == 0).sum()
    assert stays.loc["q1-order", "misconception"] == bank()["q1-order"].misconception


def test_a_small_class_is_warned_and_nothing_is_read_into_it(tmp_path: Path) -> None:
    grades, quizzes = results.write_synthetic(tmp_path, students=4)
    found = results.read(grades, quizzes, names())
    said = " ".join(results.summary(found))
    assert "a pseudonym hides nobody" in said
    assert "its discrimination is not to be read" in said
    assert "missed more by those" not in said


@pytest.fixture(scope="module")
def report(invented: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    return tool.make(invented / "grades.csv", invented / "quizzes", folder, folder / "key.csv")


def test_the_report_names_no_student_and_the_key_names_all(report: Path) -> None:
    text = report.read_text(encoding="utf-8") + report.with_name("summary.md").read_text(encoding="utf-8")
    assert not re.search(r"synthetic-\d", text)
    key = report.with_name("key.csv")
    lines = key.read_text(encoding="utf-8").splitlines()
    assert len(lines) > 36 and key.stat().st_mode & 0o077 == 0
    shown = re.search(r"S\d\d(, S\d\d)+", text)
    assert shown and {one.split(",")[0] for one in lines[1:]} >= set(shown[0].split(", "))


def test_the_key_names_those_whom_the_report_calls_missing(report: Path, invented: Path) -> None:
    with (invented / "grades.csv").open() as file:
        absent = {
            row["student_id"]
            for row in csv.DictReader(file)
            if row["assignment"] == "synthetic-second" and not row["timestamp"]
        }
    with report.with_name("key.csv").open() as file:
        who = {row["student"]: row["id"] for row in csv.DictReader(file)}
    shown = re.search(r"S\d\d(, S\d\d)+", report.read_text(encoding="utf-8"))
    assert shown and {who[one] for one in shown[0].split(", ")} == absent


def test_the_report_stands_alone_and_every_figure_is_told_in_words(report: Path) -> None:
    page = BeautifulSoup(report.read_text(encoding="utf-8"), "html.parser")
    assert not page.find_all(["script", "link", "iframe", "img"])
    assert not re.search(
        r"(?:src|href)=\"(?!#)|url\((?!data:)",
        report.read_text(encoding="utf-8").replace("url(#", "url(data:#"),
    )
    figures = page.find_all("figure")
    assert len(figures) == 4
    for figure in figures:
        assert len(figure.select_one("[role=img]")["aria-label"]) > 100
        assert figure.figcaption and figure.table and figure.svg
    assert page.html["lang"] == "en" and page.title.string
    levels = [int(one.name[1]) for one in page.find_all(re.compile("h[1-6]"))]
    assert levels[0] == 1 and set(levels[1:]) == {2}


def test_grades_alone_make_a_report(invented: Path, tmp_path: Path) -> None:
    made = tool.make(invented / "grades.csv", None, tmp_path)
    text = made.read_text(encoding="utf-8")
    assert "No quizzes were given." in text and text.count("<figure") == 1


def test_the_command_says_what_is_wrong_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = written(tmp_path / "grades.csv", GRADES + "one,ada,21,20,1,4\n")
    monkeypatch.setattr("sys.argv", ["results", "--grades", str(bad), "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit, match="1"):
        tool.main()
    assert "grades.csv, row 2, field score" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_page_of_the_book_is_the_same_notebook_on_the_invented_class() -> None:
    text = (ROOT / "teaching" / "results.ipynb").read_text(encoding="utf-8")
    assert r"grades, quizzes = \"\", \"\"" in text
