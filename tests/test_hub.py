"""A class on a real JupyterHub, on loopback: three students and an instructor, each a user of the operating system.

They log in, fetch, work, hand in, are graded and get their feedback, by HTTP as from a browser.
Then one student tries what a student may try on the others.
"""

from __future__ import annotations

import json
import pwd
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from conftest import ROOT, STRICT
from hub.visitor import COURSE, Visitor

from tools import hub as hubs

pytestmark = pytest.mark.hub
TASK = "hub-trial"
STUDENTS = ("ann", "ben", "cem")
TEACHER = "teacher"
TEACHERS_CONFIG = """
c = get_config()
c.CourseDirectory.root = "{home}/course"
"""
RIGHT, WRONG = "def years(first, last):\n    return last - first", "def years(first, last):\n    return first"
SOLVED = f"### BEGIN SOLUTION\n{RIGHT}\n### END SOLUTION"
TESTS = (
    "assert years(1992, 1994) == 2\n"
    "### BEGIN HIDDEN TESTS\nassert years(1994, 1999) == 5\n### END HIDDEN TESTS"
)


def cell(kind: str, name: str, source: str, **grading: Any) -> dict[str, Any]:
    """Return a cell of an assignment, with what nbgrader notes on it."""
    noted = {"grade": False, "solution": False, "locked": False, "task": False, **grading}
    made = {
        "cell_type": kind,
        "id": name,
        "source": source,
        "metadata": {"nbgrader": {"grade_id": name, "schema_version": 3, "cell_type": kind, **noted}},
    }
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def trial() -> dict[str, Any]:
    """Return an assignment of this test's own: a function with hidden tests, and a written answer."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    cells = [
        cell("code", "years", SOLVED, solution=True),
        cell("code", "years-tests", TESTS, grade=True, locked=True, points=3),
        cell("markdown", "reason", "Your answer", grade=True, solution=True, points=2),
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}


def secret(student: str) -> str:
    return f"only-{student}-wrote-this"


class Class:
    """The hub, its people, and the seconds that each part of the lesson took."""

    def __init__(self, hub: hubs.Hub) -> None:
        self.hub = hub
        self.people = {role: Visitor(hub.address, hub.names[role], hub.passwords[role]) for role in hub.roles}
        self.teacher = self.people[TEACHER]
        self.inbound = hub.exchange / COURSE / "inbound"
        self.seconds: dict[str, float] = {}

    def each(self, do: Any, roles: tuple[str, ...] = STUDENTS) -> dict[str, Any]:
        """Let people do something at the same time."""
        with ThreadPoolExecutor(len(roles)) as pool:
            done = dict(zip(roles, pool.map(lambda role: do(role, self.people[role]), roles), strict=True))
        return done


@pytest.fixture(scope="module")
def hub() -> Iterator[hubs.Hub]:
    """A hub with the configuration that the course gives to instructors."""
    homes = {TEACHER: {".jupyter/nbgrader_config.py": TEACHERS_CONFIG, "course/README.txt": "The course.\n"}}
    try:
        with hubs.Hub((*STUDENTS, TEACHER), ROOT / "teaching/hub/nbgrader_config.py", homes) as running:
            yield running
    except hubs.NotHere as why:
        if STRICT:
            pytest.fail(f"the hub cannot run, which fails under CI=true: {why}")
        pytest.skip(f"THE HUB IS NOT TESTED: {why}")


@pytest.fixture(scope="module")
def lesson(hub: hubs.Hub) -> Class:
    """A lesson from log in to feedback."""
    group = Class(hub)
    everybody = (*STUDENTS, TEACHER)
    clock = time.monotonic()

    def lap(name: str) -> None:
        nonlocal clock
        group.seconds[name], clock = time.monotonic() - clock, time.monotonic()

    for person in group.people.values():
        assert person.log_in().url.endswith("/hub/home")
        person.begin()
    group.each(lambda role, person: person.open(), everybody)
    lap("log in and start")

    group.teacher.write(f"course/source/{TASK}/{TASK}.ipynb", trial())
    group.teacher.grader(f"assignment/{TASK}/assign")
    group.teacher.grader(f"assignment/{TASK}/release")
    lap("release")

    def work(role: str, person: Visitor) -> None:
        person.act("fetch", TASK)
        mine = person.read(f"{TASK}/{TASK}.ipynb")
        if role != "cem":  # who hands in what she was given
            mine["cells"][0]["source"] = RIGHT if role == "ann" else WRONG
            mine["cells"][2]["source"] = secret(role)
            person.write(f"{TASK}/{TASK}.ipynb", mine)
        person.act("submit", TASK)

    group.each(work)
    lap("fetch, work, submit")

    group.teacher.grader(f"assignment/{TASK}/collect")
    for role in STUDENTS:
        group.teacher.grader(f"submission/{TASK}/{hub.names[role]}/autograde")
    lap("collect, autograde")
    group.teacher.grader(f"assignment/{TASK}/generate_feedback")
    group.teacher.grader(f"assignment/{TASK}/release_feedback")
    group.each(lambda role, person: person.act("fetch_feedback", TASK))
    lap("feedback")
    print("\n" + "; ".join(f"{name} {seconds:.1f} s" for name, seconds in group.seconds.items()))
    return group


def feedback(lesson: Class, role: str) -> str:
    """Return the feedback that a student finds in her home, all files of it."""
    listed = [one for one in lesson.people[role].assignments() if one["status"] == "submitted"]
    paths = [
        notebook["local_feedback_path"]
        for one in listed
        for sub in one["submissions"]
        for notebook in sub["notebooks"]
    ]
    assert paths and all(paths), listed
    return "".join(
        lesson.people[role].read(f"{TASK}/feedback/{Path(path).parent.name}/{TASK}.html", type="file")
        for path in paths
    )


# --- the lesson -----------------------------------------------------------------------------------------------------


def test_each_server_runs_as_its_own_user(lesson: Class) -> None:
    for role, person in lesson.people.items():
        assert lesson.hub.names[role] in person.type("id -un")


def test_the_released_assignment_holds_no_solution_and_no_hidden_test(lesson: Class) -> None:
    for path in (lesson.hub.exchange / COURSE / "outbound").rglob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert "raise NotImplementedError" in text
        assert "last - first" not in text and "1999" not in text


def test_the_grades_are_those_that_the_work_deserves(lesson: Class) -> None:
    scores = {
        one["student"]: one["score"] for one in lesson.teacher.grader(f"submissions/{TASK}", method="GET")
    }
    assert scores == {lesson.hub.names["ann"]: 3, lesson.hub.names["ben"]: 0, lesson.hub.names["cem"]: 0}


def test_each_student_gets_her_own_feedback_and_no_other(lesson: Class) -> None:
    for role in STUDENTS:
        told = feedback(lesson, role)
        assert (secret(role) in told) is (role != "cem")
        assert not [other for other in STUDENTS if other != role and secret(other) in told]


def test_a_student_logs_in_by_the_page_and_finds_the_assignment_in_jupyterlab(
    lesson: Class, browser: Any
) -> None:
    hub = lesson.hub
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(60_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{hub.address}hub/login")
    page.get_by_label("Username").fill(hub.names["cem"])
    page.get_by_label("Password").fill(hub.passwords["cem"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/user/{hub.names['cem']}/lab**")
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Assignment List").click()
    page.locator("#assignment-list, .nbgrader-AssignmentList, .nbgrader-mainarea-widget").first.wait_for()
    page.get_by_text(TASK).first.wait_for()
    assert page.get_by_text("Fetch Feedback").count() or page.get_by_text("View Feedback").count()
    page.context.close()
    home = (hub.address, "data:", "blob:", f"ws{hub.address.removeprefix('http')}")
    assert not [url for url in asked if not url.startswith(home)]


# --- what a student may try -----------------------------------------------------------------------------------------


def test_a_wrong_password_opens_nothing(lesson: Class) -> None:
    stranger = Visitor(lesson.hub.address, lesson.hub.names["ben"], "not this")
    assert stranger.log_in().status_code == 403
    assert stranger.ask("GET", f"/hub/api/users/{stranger.name}").status_code == 403


def test_another_students_server_is_closed_to_her(lesson: Class) -> None:
    ann, ben = lesson.people["ann"], lesson.people["ben"]
    for path in (
        "api/contents",
        f"files/{TASK}/{TASK}.ipynb",
        "lab",
        "api/terminals",
        "assignments?course_id=x",
    ):
        assert ann.ask("GET", f"/user/{ben.name}/{path}").status_code in {403, 404}, path
    assert ann.ask("GET", "/hub/api/users").status_code == 403
    assert ann.ask("DELETE", f"/hub/api/users/{ben.name}/server").status_code in {403, 404}


@pytest.mark.parametrize(
    "command",
    [
        pytest.param("ls {home}", id="list a home"),
        pytest.param("cat {home}/" + f"{TASK}/{TASK}.ipynb", id="read a notebook at home"),
        pytest.param("cp -r {home} stolen", id="copy a home"),
        pytest.param("ls -R {home}/.local/share/jupyter", id="list tokens and handed in copies"),
        pytest.param("ls {inbound}", id="list what was handed in"),
        pytest.param("cat {inbound}/*/*.ipynb", id="read all that was handed in"),
        pytest.param("cp -r {inbound}/. stolen", id="copy all that was handed in"),
        pytest.param("cat {inbound}/{ben}+*/*.ipynb", id="read one by its name, which ends in chance"),
        pytest.param("ls {exchange}/feedback", id="list the feedback"),
        pytest.param("cat {exchange}/feedback/*.html", id="read the feedback"),
        pytest.param("cat {teacher}/course/gradebook.db", id="read the grade book"),
        pytest.param("cat {teacher}/course/source/*/*.ipynb", id="read the solutions"),
        pytest.param("touch {exchange}/outbound/mine", id="change what is given out"),
        pytest.param("cat /proc/{process}/environ", id="read the tokens of a running server"),
        pytest.param("kill {process}", id="stop a running server"),
        pytest.param("cat {state}/settings.json", id="read the passwords of the hub"),
    ],
)
def test_a_student_in_a_terminal_is_refused(lesson: Class, command: str) -> None:
    hub, ann = lesson.hub, lesson.people["ann"]
    ben = hub.names["ben"]
    process = next(one.pid for one in hub.theirs() if one.username() == ben)
    places = {
        "home": hub.home / ben,
        "ben": ben,
        "teacher": hub.home / hub.names[TEACHER],
        "exchange": hub.exchange / COURSE,
        "inbound": lesson.inbound,
        "process": process,
        "state": hub.folder / "hub",
    }
    typed = command.format(**places)
    said = ann.type(typed)
    assert secret("ben") not in said
    if "stolen" in typed:
        assert secret("ben") not in ann.type("find stolen -type f -exec cat {} + ; rm -rf stolen")
    if "*" in typed:  # a folder that cannot be listed matches nothing, for her; for root it does
        assert list(Path("/").glob(typed.removeprefix("cat /"))), typed
        said = said.replace("No such file", "Permission denied")
    assert not said.endswith("exit 0"), said
    assert any(
        words in said for words in ("ermission denied", "not permitted", "annot open", "annot access")
    ), said


def test_nothing_of_the_others_is_readable_anywhere(lesson: Class) -> None:
    """Ann searches what she can reach, with the tools of the machine, for the words that only Ben wrote."""
    said = lesson.people["ann"].type(f"grep -rls '{secret('ben')}' {lesson.hub.folder} /tmp 2>/dev/null")
    assert lesson.hub.names["ben"] not in said and "ipynb" not in said
    mine = lesson.people["ann"].type(f"grep -rls '{secret('ann')}' {lesson.hub.folder} 2>/dev/null")
    assert "ipynb" in mine, "the search does find her own"


def test_the_names_of_submissions_cannot_be_guessed(lesson: Class) -> None:
    """Whoever knew the name could read it: nbgrader's folder is closed to listing only."""
    names = [path.name.rsplit("+", 1) for path in lesson.inbound.iterdir()]
    assert len(names) >= len(STUDENTS)
    assert all(len(chance) == 12 for _, chance in names)
    assert len({chance for _, chance in names}) == len(names)


def collected(lesson: Class, role: str) -> str:
    """Collect once more, as the instructor, and return what was collected of a student and what the log says."""
    log = json.dumps(lesson.teacher.grader(f"assignment/{TASK}/collect"))
    path = f"course/submitted/{lesson.hub.names[role]}/{TASK}/{TASK}.ipynb"
    return json.dumps(lesson.teacher.read(path)) + log


def test_what_is_handed_in_under_anothers_name_is_refused(lesson: Class) -> None:
    ann, ben = lesson.people["ann"], lesson.people["ben"]
    said = ann.type(
        f"{lesson.hub.python} -m nbgrader submit {TASK} --course={COURSE} --student={ben.name}", seconds=90
    )
    assert said.endswith("exit 0"), "nbgrader itself lets her"
    told = collected(lesson, "ben")
    assert secret("ben") in told and secret("ann") not in told.split("Refused")[0]
    assert "Refused" in told and ann.name in told


def test_a_link_to_anothers_work_is_not_followed(lesson: Class) -> None:
    """Followed with the instructor's rights, it would come back to her as feedback."""
    ann = lesson.people["ann"]
    target = (
        lesson.hub.home
        / lesson.hub.names[TEACHER]
        / f"course/submitted/{lesson.hub.names['ben']}/{TASK}/{TASK}.ipynb"
    )
    planted = lesson.inbound / f"{ann.name}+{TASK}+2030-01-01 00:00:00.000000 UTC+chance"
    said = ann.type(
        f"mkdir '{planted}' && ln -s '{target}' '{planted}/{TASK}.ipynb' && echo '2030-01-01 00:00:00.0 UTC' > '{planted}/timestamp.txt'"
    )
    assert said.endswith("exit 0"), said
    assert planted.is_dir() and (planted / f"{TASK}.ipynb").is_symlink()
    told = collected(lesson, "ann")
    assert secret("ben") not in told and secret("ann") in told
    assert "it holds a link" in told


# --- its end --------------------------------------------------------------------------------------------------------


def test_nothing_listens_beyond_this_machine(lesson: Class) -> None:
    assert lesson.hub.process is not None
    whole = [*psutil.Process(lesson.hub.process.pid).children(recursive=True), *lesson.hub.theirs()]
    listening = {
        one.laddr.ip
        for process in whole
        for one in process.net_connections("inet")
        if one.status == psutil.CONN_LISTEN
    }
    assert listening and listening <= {"127.0.0.1", "::1"}, listening


def test_the_class_leaves_no_user_no_process_and_no_file(lesson: Class) -> None:
    hub = lesson.hub
    assert hub.theirs()
    hub.stop()
    assert not hub.theirs()
    assert not hub.folder.exists()
    assert not [one.pw_name for one in pwd.getpwall() if one.pw_name in hub.names.values()]
    assert hub.process is not None and hub.process.poll() is not None
