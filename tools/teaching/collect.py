"""From what a platform gives out, an archive or a folder, to one notebook a student.

The names of Canvas, Moodle and Blackboard are known, and plain folders named for students.
"""

from __future__ import annotations

import re
import stat
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

MOST = 30 * 2**20
CANVAS, MOODLE, BLACKBOARD = "Canvas", "Moodle", "Blackboard"
_CANVAS = re.compile(r"(?P<name>[^_/]+)_(?:LATE_)?(?P<who>\d+)_(?P<try>\d+)_(?P<file>.+)", re.IGNORECASE)
_MOODLE = re.compile(r"(?P<name>.+)_(?P<who>\d+)_assignsubmission_(?:file|onlinetext)_?")
_BLACKBOARD = re.compile(
    r"(?:.*_)?(?P<who>[^_/]+)_attempt_(?P<when>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>.+)|\.txt)"
)


@dataclass
class Submission:
    """What one student handed in: the notebook's bytes, if there is one, where it was found, and what there is to say.

    `platform` is the one that named the file, if it is known.
    """

    student: str
    place: str = ""
    content: bytes | None = None
    when: tuple[datetime, int] = (datetime.min, 0)
    remarks: list[str] = field(default_factory=list)
    platform: str = ""


@dataclass
class _Found:
    place: str
    when: datetime
    content: bytes | None
    refused: str = ""


def place(given: str) -> Path:
    """Return where submissions lie, from what was typed.

    Raises
    ------
    ValueError
        If nothing was typed, which would else be the folder in which the command runs.
    """
    if not given.strip():
        raise ValueError("SUBMISSIONS: '' is not allowed; allowed: a zip archive or a folder")
    return Path(given).expanduser()


def collect(path: Path, assignment: str) -> tuple[list[Submission], list[str]]:
    """Return one submission a student, in order of names, and what was refused that no student can be named for.

    Parameters
    ----------
    path
        An archive (zip) or a folder.
    assignment
        The assignment's name, which the notebook should bear too.

    Raises
    ------
    ValueError
        If there is no such archive or folder, or nothing in it.
    """
    if path.is_dir():
        found = list(_in_folder(path))
    elif path.is_file() and zipfile.is_zipfile(path):
        found = list(_in_archive(path))
    else:
        raise ValueError(f"SUBMISSIONS: {str(path)!r} is not allowed; allowed: a zip archive or a folder")
    students: dict[str, Submission] = {}
    nobody = []
    for one in sorted(found, key=lambda one: one.place):
        who = _student(one.place, assignment)
        if who is None:
            if one.refused:
                nobody.append(f"{one.place}: {one.refused}")
            continue
        student, attempt, when, name, platform = who
        kept = students.setdefault(student, Submission(student, platform=platform))
        if one.refused:
            kept.remarks.append(f"{one.place}: {one.refused}")
            continue
        if not name.lower().endswith(".ipynb"):
            if not name.lower().endswith((".csv", ".json", ".py", ".txt", ".html")):
                kept.remarks.append(f"{name}: no notebook")
            continue
        order = (when or one.when, attempt)
        if kept.content is not None:
            later = order >= kept.when
            kept.remarks.append(
                f"handed in twice: {one.place if later else kept.place} is the later and counts, "
                f"{kept.place if later else one.place} does not"
            )
            if not later:
                continue
        kept.place, kept.content, kept.when = one.place, one.content, order
        if "_LATE_" in one.place:
            kept.remarks.append("late, says the platform")
    for kept in students.values():
        name = PurePosixPath(kept.place).name
        if kept.content is not None and not re.search(rf"{re.escape(assignment)}(?:-\d+)?\.ipynb$", name):
            kept.remarks.append(f"wrong file name {name}, taken for {assignment}.ipynb")
    if not students and not nobody:
        raise ValueError(
            f"SUBMISSIONS: {path.name} holds no submission; allowed: names as platforms give them"
        )
    return [students[name] for name in sorted(students)], nobody


def _student(place: str, assignment: str) -> tuple[str, int, datetime | None, str, str] | None:
    """Return student, attempt, time, file name and platform that a path tells, or none for a file of nobody."""
    parts = [part for part in unicodedata.normalize("NFC", place).replace("\\", "/").split("/") if part]
    for part in parts:
        if found := _BLACKBOARD.fullmatch(part):
            when = datetime.strptime(found["when"], "%Y-%m-%d-%H-%M-%S")
            return found["who"], 0, when, found["file"] or "note.txt", BLACKBOARD
        if found := _MOODLE.fullmatch(part):
            return f"{found['name']}_{found['who']}", 0, None, parts[-1], MOODLE
        if found := _CANVAS.fullmatch(part):
            return f"{found['name']}_{found['who']}", int(found["try"]), None, found["file"], CANVAS
    if ".." in parts[:1] or place.startswith("/") or any(part.startswith((".", "__")) for part in parts[:1]):
        return None
    folders = [part for part in parts[:-1] if part not in (assignment, "submitted", "..")]
    if folders:
        return folders[0], 0, None, parts[-1], ""
    stem = PurePosixPath(parts[-1]).stem
    return (stem, 0, None, parts[-1], "") if stem != assignment else None


def _in_archive(path: Path) -> Iterator[_Found]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            name = entry.filename.replace("\\", "/")
            if entry.is_dir() or name.startswith("__MACOSX/"):
                continue
            try:
                when = datetime(*entry.date_time)
            except ValueError:
                when = datetime.min
            refused = ""
            if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
                refused = "refused, since it points outside the archive"
            elif stat.S_ISLNK(entry.external_attr >> 16):
                refused = "refused, since it is a symbolic link"
            elif entry.file_size > MOST:
                refused = f"refused, since it is larger than {MOST // 2**20} MB"
            content = None
            if not refused:
                try:
                    with archive.open(entry) as file:
                        content = file.read(MOST + 1)
                    if len(content) > MOST:
                        content, refused = None, f"refused, since it is larger than {MOST // 2**20} MB"
                except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
                    refused = f"cannot be unpacked ({error})"
            yield _Found(name, when, content, refused)


def _in_folder(path: Path) -> Iterator[_Found]:
    for file in sorted(path.rglob("*")):
        place = file.relative_to(path).as_posix()
        if file.is_symlink():
            yield _Found(place, datetime.min, None, "refused, since it is a symbolic link")
            continue
        if not file.is_file() or any(
            one.is_symlink() for one in file.relative_to(path).parents if str(one) != "."
        ):
            continue
        when = datetime.fromtimestamp(file.stat().st_mtime)
        if file.stat().st_size > MOST:
            yield _Found(place, when, None, f"refused, since it is larger than {MOST // 2**20} MB")
            continue
        try:
            yield _Found(place, when, file.read_bytes())
        except OSError as error:
            yield _Found(place, when, None, f"cannot be read ({error.strerror})")
