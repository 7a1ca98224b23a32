"""From an author's assignment to a class's: the nbgrader course of a cohort, the students' archive, the key."""

from __future__ import annotations

import contextlib
import html
import io
import json
import logging
import shutil
import zipfile
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from csto import data
from tools import tidy
from tools.build import ROOT
from tools.teaching import assignment as assignments
from tools.teaching.assignment import EXERCISES, Assignment
from tools.teaching.cohort import derived, slug

CLASSES = ROOT / "classes"
README = """{title}

Open {name}.ipynb in JupyterLab or Jupyter Notebook, from this folder; leave the other files where they are.
It needs Python with pandas and Jupyter (pip install pandas jupyterlab), and no network.
Answer in the cells that are yours, run everything from top to bottom, save, and hand in {name}.ipynb alone.
Do not copy, delete or add graded cells.

The tables are those of the course "Promise and Practice"; data/licences.json names the licence and the sources of each.
"""


def class_folder(key: str) -> Path:
    """Return the folder of a class, which git ignores."""
    return CLASSES / slug(key)


def lay_out(assignment: Assignment, folder: Path) -> None:
    """Write what travels with an assignment into a folder: helper, tables, notes; not the notebook, not the checks."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(EXERCISES / "course.py", folder / "course.py")
    kinds = {}
    for name in assignment.tables:
        shutil.copyfile(data.ROOT / f"{name}.csv", folder / "data" / f"{name}.csv")
        fields = data.describe(name)
        kinds[name] = dict(zip(fields["name"], fields["type"], strict=True))
    (folder / "data" / "tables.json").write_text(json.dumps(kinds, indent=1) + "\n", encoding="utf-8")
    licences = {name: data.provenance(name) for name in assignment.tables}
    (folder / "data" / "licences.json").write_text(
        json.dumps(licences, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    title = tidy.source(assignment.notebook["cells"][0]).splitlines()[0].lstrip("# ")
    (folder / "README.txt").write_text(README.format(name=assignment.name, title=title), encoding="utf-8")


def answers(assignment: Assignment, folder: Path) -> dict[str, Any]:
    """Return the right answer of every computed item, by running the model answer in a folder that is laid out."""
    found, _ = assignments.run(assignment, folder)
    return found


def checks(assignment: Assignment, folder: Path, key: str) -> dict[str, Any]:
    """Return the salt and the hashes by which learners check themselves; the salt differs from class to class."""
    salt = derived(key, f"salt:{assignment.name}")[:32]
    right = answers(assignment, folder)
    with assignments.helper(folder) as course:
        hashes = {
            item.name: course.digest(item.name, right[item.name], salt)
            for item in assignment.items
            if item.selfcheck
        }
    return {"salt": salt, "items": hashes}


def write_course(assignment: Assignment, key: str, folder: Path) -> Path:
    """Write the cohort's nbgrader course with this assignment as its source, and return the source's folder."""
    source = folder / "source" / assignment.name
    shutil.rmtree(source, ignore_errors=True)
    lay_out(assignment, source)
    # The checks come last: the run that makes them wants the helper and the tables, and must not find old hashes.
    (source / "checks.json").write_text('{"salt": "00", "items": {}}', encoding="utf-8")
    with contextlib.redirect_stdout(io.StringIO()):
        made = _checks_quietly(assignment, source, key)
    (source / "checks.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    text = tidy.text_of(tidy.normal(assignment.notebook))
    (source / f"{assignment.name}.ipynb").write_text(text, encoding="utf-8")
    shutil.copyfile(EXERCISES / "nbgrader_config.py", folder / "nbgrader_config.py")
    return source


def _checks_quietly(assignment: Assignment, source: Path, key: str) -> dict[str, Any]:
    """Make the checks from a run without self-check cells, which would ask for hashes that are not there yet."""
    cells = [cell for cell in assignment.notebook["cells"] if "selfcheck(" not in tidy.source(cell)]
    bare = Assignment(assignment.name, {**assignment.notebook, "cells": cells}, assignment.parameters)
    return checks(bare, source, key)


def release(chapter: str, key: str, folder: Path | None = None) -> Path:
    """Release an assignment for a cohort and return the students' archive.

    The cohort's nbgrader course (source, release, gradebook) is made or brought up to date in `folder`.

    Parameters
    ----------
    chapter
        The chapter's number.
    key
        The cohort's key.
    folder
        Where the course is made; by default `classes/<slug of the key>`.

    Raises
    ------
    ValueError
        If the chapter has no assignment or the key is too short.
    RuntimeError
        If nbgrader could not generate the student version; the message holds its log.
    """
    name = assignments.find(chapter)
    folder = folder or class_folder(key)
    assignment = assignments.for_cohort(name, key)
    write_course(assignment, key, folder)
    generate(folder, name)
    target = folder / f"{name}.zip"
    pack(folder / "release" / name, target, name)
    return target


def generate(folder: Path, name: str) -> None:
    """Let nbgrader make the student version of an assignment in a course folder, and note it in the gradebook."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    config = Config()
    config.CourseDirectory.root = str(folder)
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    logging.getLogger("traitlets").setLevel(logging.ERROR)
    done = NbGraderAPI(config=config).generate_assignment(name, force=True, create=True)
    if not done["success"]:
        raise RuntimeError(
            f"nbgrader could not make the student version of {name}:\n{done.get('log') or done.get('error')}"
        )


def pack(folder: Path, target: Path, name: str) -> None:
    """Pack a folder into an archive whose bytes depend on nothing but its files: sorted, without times or owners."""
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(f"{name}/{path.relative_to(folder).as_posix()}", (2026, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def key_page(chapter: str, key: str, folder: Path | None = None) -> Path:
    """Write the instructor's key of a cohort as a page of HTML and return its path.

    It has the parameters, the right answer of every computed item, and the rubric and notes of what is marked by hand.
    """
    name = assignments.find(chapter)
    folder = folder or class_folder(key)
    assignment = assignments.for_cohort(name, key)
    source = write_course(assignment, key, folder)
    with contextlib.redirect_stdout(io.StringIO()):
        right = answers(assignment, source)
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    rows = []
    for item in assignment.items:
        if item.by_hand:
            notes = next(
                tidy.source(cell)
                for cell in assignment.notebook["cells"]
                if cell["metadata"].get("nbgrader", {}).get("solution")
                and assignments.course_of(cell).get("item") == item.name
            )
            task = next(
                tidy.source(cell)
                for cell in assignment.notebook["cells"]
                if cell["metadata"].get("nbgrader", {}).get("grade_id") == f"text-{item.name}"
            )
            task = task.partition("\n")[2]
            shown = f"{markdown.render(notes)}<details open><summary>Task and rubric</summary>{markdown.render(task)}</details>"
        else:
            shown = f"<code>{html.escape(repr(right[item.name]))}</code>"
        rows.append(
            f'<tr><th scope="row">{html.escape(item.name)}</th><td>{html.escape(item.title)}</td>'
            f"<td>{item.points:g}</td><td>{'by hand' if item.by_hand else 'computed'}</td><td>{shown}</td></tr>"
        )
    drawn = "".join(
        f"<li><code>{html.escape(name)}</code>: {html.escape(repr(value))}</li>"
        for name, value in assignment.parameters.items()
    )
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Key of {name} for class {slug(key)}</title>
<style>body{{font:1rem/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}table{{border-collapse:collapse}}
th,td{{border:1px solid #767676;padding:.4rem;text-align:left;vertical-align:top}}pre{{white-space:pre-wrap}}</style></head>
<body><h1>Key of {name} for class {slug(key)}</h1><p>For the instructor alone. Everything here follows from the cohort's key.</p>
<h2>Parameters</h2><ul>{drawn}</ul><h2>Answers</h2>
<table><thead><tr><th scope="col">Item</th><th scope="col">Title</th><th scope="col">Points</th><th scope="col">Marked</th>
<th scope="col">Answer or notes</th></tr></thead><tbody>{"".join(rows)}</tbody></table></body></html>
"""
    target = folder / f"{name}-key.html"
    target.write_text(page, encoding="utf-8")
    return target
