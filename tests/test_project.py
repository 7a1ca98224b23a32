"""The repository as a newcomer finds it: locks, commands, licences, citation, workflows, launch links."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools import check, environment, lock

PY = [sys.executable, "-m"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def packages(lock: str) -> dict[str, set[str]]:
    """Return the locked packages with their versions (more than one where they differ by Python)."""
    found: dict[str, set[str]] = {}
    for line in text(lock).splitlines():
        if match := re.match(r"([\w.-]+)==([\w.+!]+)", line):
            found.setdefault(match[1], set()).add(match[2])
    return found


# --- locks -----------------------------------------------------------------------------------------------------------


def test_both_locks_agree() -> None:
    course, checks = packages("requirements.txt"), packages("requirements-dev.txt")
    assert {name: checks[name] for name in set(course) & set(checks) if checks[name] != course[name]} == {}


def test_every_wish_is_locked() -> None:
    for name in lock.LOCKS:
        wishes = re.findall(r"^([A-Za-z][\w.-]*)", text(f"{name}.in"), re.MULTILINE)
        assert {wish.lower().replace("_", "-") for wish in wishes} <= set(packages(f"{name}.txt")), name


@pytest.mark.parametrize("name", lock.LOCKS)
def test_a_lock_holds_no_addresses(name: str) -> None:
    assert "://" not in text(f"{name}.txt")
    assert "--index" not in text(f"{name}.txt")


@pytest.mark.parametrize("name", ["requirements.txt", "binder/requirements.txt"])
def test_the_course_itself_comes_first_in_the_lock(name: str) -> None:
    assert text(name).splitlines()[0] == "-e ."


def test_the_engine_is_jupyter_book_1() -> None:
    (version,) = packages("requirements.txt")["jupyter-book"]
    assert version.startswith("1.")


def test_packages_named_by_the_project_cover_its_folders() -> None:
    named = set(tomllib.loads(text("pyproject.toml"))["tool"]["setuptools"]["packages"])
    for root in ("csto", "book"):
        folders = {".".join(path.parent.relative_to(ROOT).parts) for path in (ROOT / root).rglob("*.py")}
        assert folders <= named


# --- Binder ----------------------------------------------------------------------------------------------------------


def needed(*wishes: str) -> set[str]:
    """Return what these packages need on this machine, themselves included, as their own metadata say it."""
    found: set[tuple[str, frozenset[str]]] = set()
    waiting = [Requirement(wish) for wish in wishes]
    while waiting:
        wish = waiting.pop()
        one = (canonicalize_name(wish.name), frozenset(wish.extras))
        if one not in found:
            found.add(one)
            waiting += [
                need
                for need in map(Requirement, metadata.requires(wish.name) or [])
                if any(need.marker is None or need.marker.evaluate({"extra": e}) for e in ("", *wish.extras))
            ]
    return {name for name, _ in found}


def here(name: str) -> set[str]:
    """Return the packages that a lock installs on this machine."""
    wishes = [Requirement(line) for line in text(name).splitlines() if not line.startswith("-e")]
    return {wish.name for wish in wishes if wish.marker is None or wish.marker.evaluate()}


def test_binder_takes_a_python_that_the_lock_fits() -> None:
    found = re.fullmatch(r"python-(\d+)\.(\d+)\s*", text("binder/runtime.txt"))
    assert (int(found[1]), int(found[2])) >= environment.OLDEST


def test_binder_installs_its_lock_with_the_whole_repository_there() -> None:
    made = run(*PY, "repo2docker", "--no-build", "--debug", ".")
    dockerfile = made.stdout + made.stderr
    assert made.returncode == 0, dockerfile
    python = text("binder/runtime.txt").strip().removeprefix("python-")
    assert f"Building conda environment for python={python}" in dockerfile, "the Python of runtime.txt"
    copied = dockerfile.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    assert re.findall(r"^RUN .*/pip install (.+)$", dockerfile, re.MULTILINE) == [
        '--no-cache-dir -r "binder/requirements.txt"'
    ], "nothing else: a copy of csto among the packages would look for the tables beside itself"
    assert re.search(r"^RUN \./binder/postBuild$", dockerfile, re.MULTILINE), "it must be executable, too"
    assert os.access(ROOT / "binder" / "postBuild", os.X_OK)
    assert copied < dockerfile.index('"binder/requirements.txt"'), "-e . needs the repository first"


def test_only_one_folder_tells_binder_what_to_do() -> None:
    hidden = (".binder", "environment.yml", "Dockerfile", "runtime.txt", "postBuild", "apt.txt")
    assert [name for name in hidden if (ROOT / name).exists()] == []


def test_binder_takes_its_versions_from_the_lock_of_the_course() -> None:
    assert set(text("binder/requirements.txt").splitlines()) < set(text("requirements.txt").splitlines())


def test_binder_installs_what_a_live_chapter_needs_and_no_more() -> None:
    wishes = re.findall(r"^([A-Za-z][\w.-]*)$", text("binder/requirements.in"), re.MULTILINE)
    wanted = needed("promise-and-practice", *wishes) - {"promise-and-practice"}
    assert here("binder/requirements.txt") == wanted
    assert not wanted & {"jupyter-book", "sphinx", "myst-nb"}


# --- words for people ------------------------------------------------------------------------------------------------


def test_the_readme_speaks_to_four_people_in_order() -> None:
    heads = re.findall(r"^## (.+)$", text("README.md"), re.MULTILINE)
    places = [
        next(i for i, head in enumerate(heads) if word in head.lower())
        for word in ("read", "learn", "teach", "contribut")
    ]
    assert places == sorted(places)


def test_the_landing_page_says_of_each_chapter_what_the_chapter_says() -> None:
    page = text("index.md")
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        opening = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        question = re.search(r"^\*(.+\?)\*$", opening, re.MULTILINE)[1]
        time = re.search(r"\*\*Time:\*\* (.+)\.$", opening, re.MULTILINE)[1]
        entry = re.search(rf"\(chapters/{path.stem}\)\*\*\n\n(.+?)(?=\n\d\. \*\*|\n```)", page, re.DOTALL)
        assert entry, f"{path.stem} is not on the landing page"
        assert [line.strip() for line in entry[1].splitlines() if line.strip()] == [question, time]


def test_every_command_that_is_written_down_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md", "index.md", "reference/how-to-use.md"):
        used = set(re.findall(r"`make ([a-z]+)|^(?:\s*)make ([a-z]+)", text(name), re.MULTILINE))
        assert {a or b for a, b in used} <= targets, name


def test_every_file_that_is_linked_exists() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE-CONTENT.md"):
        links = [link for link in re.findall(r"\]\(([^)#]+)", text(name)) if "://" not in link]
        assert [link for link in links if not (ROOT / link).exists()] == [], name


def test_contributing_begins_with_where_to_edit_what() -> None:
    first = next(line for line in text("CONTRIBUTING.md").splitlines() if line and not line.startswith("#"))
    assert "chapters/" in first and "data/" in first


def test_every_step_of_the_checks_is_told() -> None:
    told = re.findall(r"^\| ([a-z, ]+) \|", text("CONTRIBUTING.md").split("## Checks")[1], re.MULTILINE)
    steps = [name for cell in told for name in cell.split(", ")]
    assert steps[steps.index("step") + 1 :][: len(check.STEPS)] == [step.name for step in check.STEPS]


def test_every_direct_dependency_has_a_reason() -> None:
    reasons = text("CONTRIBUTING.md").lower()
    wishes = re.findall(
        r"^([A-Za-z][\w.-]*)",
        "\n".join(map(text, ("requirements.in", "requirements-teaching.in", "requirements-dev.in"))),
        re.MULTILINE,
    )
    assert [wish for wish in wishes if f"`{wish.lower()}`" not in reasons] == []


def test_licences_for_code_text_and_data_are_there() -> None:
    assert text("LICENSE").startswith("MIT License")
    assert "CC BY 4.0" in text("LICENSE-CONTENT.md")
    package = json.loads(text("data/datapackage.json"))
    assert all(
        resource.get("licenses") for resource in package["resources"] if resource["path"].endswith(".csv")
    )


def test_the_citation_file_is_valid_and_names_this_version() -> None:
    checked = run(*PY, "check_jsonschema", "--builtin-schema", "vendor.citation-file-format", "CITATION.cff")
    assert checked.returncode == 0, checked.stdout
    citation = yaml.safe_load(text("CITATION.cff"))
    assert citation["version"] == tomllib.loads(text("pyproject.toml"))["project"]["version"]
    assert f"[{citation['version']}]" in text("CHANGELOG.md")


# --- continuous integration ------------------------------------------------------------------------------------------


def workflows() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / ".github" / "workflows").glob("*.yml"))


def test_workflows_have_the_form_of_workflows() -> None:
    checked = run(*PY, "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows())
    assert checked.returncode == 0, checked.stdout
    checked = run(
        *PY, "check_jsonschema", "--builtin-schema", "custom.github-workflows-require-timeout", *workflows()
    )
    assert checked.returncode == 0, checked.stdout


def test_workflows_are_safe() -> None:
    linter = Path(sys.executable).with_name("zizmor")
    checked = run(str(linter), "--offline", "--no-progress", "--persona=pedantic", ".github/workflows")
    assert checked.returncode == 0, checked.stdout


def test_workflows_and_ci_call_the_same_commands_as_people() -> None:
    assert "make test" in text(".ci/run")
    targets = set(re.findall(r"^([a-z]+):", text("Makefile"), re.MULTILINE))
    for name in workflows():
        used = set(re.findall(r"make ([a-z]+)", text(name)))
        assert used <= targets
        assert used or ".ci/run" in text(name)


def test_a_failing_step_is_named_with_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    good = check.Step("good", "passes", [sys.executable, "-c", ""], "nothing")
    bad = check.Step("bad", "fails", [sys.executable, "-c", "raise SystemExit(3)"], "mend it")
    rests = check.Step(
        "rests", "needs bad", [sys.executable, "-c", "print('ran')"], "mend bad", after=("bad",)
    )
    assert check.run([good, bad, rests]) == [bad, rests]
    said = capsys.readouterr().out
    assert "[2/3] bad" in said and "bad FAILED after" in said
    assert "cannot run, because bad failed" in said


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.sys, "version_info", (3, 10, 13))
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)
    monkeypatch.setattr(environment.sys, "argv", ["environment.py"])
    with pytest.raises(SystemExit, match=r"this is Python 3\.10; the course needs Python 3\.11"):
        environment.main()


def test_a_skipped_test_fails_in_continuous_integration(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "import pytest\ndef test_one():\n    pytest.skip('no browser')\n", encoding="utf-8"
    )
    command = [*PY, "pytest", "-q", "-c", "pyproject.toml", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    for value, code in (("true", 1), ("", 0)):
        done = subprocess.run(
            [*command, str(tmp_path)],
            cwd=ROOT,
            env={**os.environ, "CI": value},
            capture_output=True,
            text=True,
        )
        assert done.returncode == code, done.stdout + done.stderr
