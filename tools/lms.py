"""Make the files for learning platforms and for paper from the question bank, the essays and the rubrics.

    python -m tools.lms                    into _build/lms, sheets of seed 1
    python -m tools.lms --seed 2026-a      sheets whose options stand in another order
    python -m tools.lms --no-pdf           without the PDF files, for which a Chromium is needed

Everything is made again from the same sources to the same byte.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import subprocess
import tempfile
from pathlib import Path

import yaml

from csto import rubrics, simulation
from csto.chronicle import CHAPTERS
from csto.quiz import Question, bank
from csto.teaching import essays
from tools import browser, moodle, qti, sheets
from tools.build import ROOT

FOLDER = ROOT / "_build" / "lms"
NAME = "Promise and Practice"
DESCRIPTION = (
    "From the open course Promise and Practice. Every option has feedback of its own; options are shuffled."
)
_SEED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,30}")


def edition() -> tuple[str, str]:
    """Return the line that credits the course, and the day of its edition, from CITATION.cff."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    day = str(cited["date-released"])
    return f"{NAME} contributors, {NAME}, {day[:4]}, CC BY 4.0", day


def groups() -> dict[str, tuple[str, list[Question]]]:
    """Return the questions of each chapter and all of them: file name to title and questions."""
    found = {
        stem: (
            f"{NAME}, chapter {words.replace(' ', ': ', 1)}",
            [one for one in bank().values() if int(one.chapter) == number],
        )
        for number, (words, stem) in CHAPTERS.items()
    }
    return {**found, "all": (f"{NAME}, all chapters", list(bank().values()))}


def rubric_table(title: str, criteria: list[tuple[str, list[tuple[str, str, float]]]]) -> str:
    """Return a rubric as the CSV file that Canvas imports: a row a criterion, its levels from best to worst.

    Parameters
    ----------
    title
        What it judges.
    criteria
        Name and levels of each criterion; a level is its name, what it asks, its points.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    most = max(len(levels) for _, levels in criteria)
    ratings = [f"Rating {part}" for _ in range(most) for part in ("Name", "Description", "Points")]
    writer.writerow(
        ["Rubric Name", "Criteria Name", "Criteria Description", "Criteria Enable Range", *ratings]
    )
    for name, levels in criteria:
        cells = [cell for words, text, points in levels for cell in (words, text, f"{points:g}")]
        writer.writerow([title, name, "", "false", *cells])
    return out.getvalue()


def rubric_tables() -> dict[str, str]:
    """Return every rubric as a file of Canvas, by its key: those of written work, and that of the simulation."""
    made = {}
    for name in rubrics.names():
        rows = rubrics.criteria(name).to_dict("records")
        levels = [
            (
                row["criterion"],
                [(words, row[column], row["points"] * share) for column, words, share in rubrics.LEVELS],
            )
            for row in rows
        ]
        made[name] = rubric_table(rubrics.title(name), levels)
    played = simulation.public()["rubric"]
    levels = [
        (one["title"], [(level["name"], level["text"], level["points"]) for level in one["levels"]])
        for one in played["criteria"]
    ]
    return {**made, played["id"]: rubric_table(played["title"], levels)}


def files(seed: str) -> dict[str, bytes]:
    """Return every file that is made, path to bytes, without the PDFs.

    Raises
    ------
    ValueError
        If the seed could not stand in a file's name.
    """
    if not _SEED.fullmatch(seed):
        raise ValueError(
            f"SEED: {seed!r} is not allowed; allowed: 1 to 31 letters, digits, dots, hyphens, underscores"
        )
    credit, day = edition()
    made: dict[str, bytes] = {}
    for stem, (title, questions) in groups().items():
        made[f"canvas/{stem}.zip"] = qti.package(title, DESCRIPTION, questions, credit, day)
        for key, ending in ((False, ""), (True, "-key")):
            page = sheets.sheet(title, questions, seed, credit, key)
            made[f"print/{stem}-{seed}{ending}.html"] = page.encode()
    for name, table in rubric_tables().items():
        made[f"canvas/rubric-{name}.csv"] = table.encode()
    made["moodle/questions.xml"] = moodle.questions(list(bank().values()))
    made["moodle/essays.xml"] = moodle.essays(essays().values())
    return made


def pdf(chromium: str, page: Path) -> bytes:
    """Return a page of HTML as PDF, printed by a Chromium, without the time at which it was printed.

    Raises
    ------
    RuntimeError
        If the Chromium prints nothing; the message has its last words.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "page.pdf"
        done = subprocess.run(
            [
                chromium,
                *browser.FLAGS,
                f"--user-data-dir={folder}/profile",
                "--no-pdf-header-footer",
                f"--print-to-pdf={target}",
                page.as_uri(),
            ],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        if not target.is_file():
            raise RuntimeError(f"{page.name}: not printed: {done.stderr.strip()[-300:]}")
        return re.sub(rb"(/(?:Creation|Mod)Date \(D:)\d{14}", rb"\g<1>19800101000000", target.read_bytes())


def main() -> None:
    """Write the files and print where they are."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--seed", default="1", help="decides the order of options on paper, and is printed on it"
    )
    parser.add_argument("--no-pdf", action="store_true", help="make no PDF files")
    wanted = parser.parse_args()
    try:
        made = files(wanted.seed)
    except ValueError as fault:
        raise SystemExit(str(fault)) from None
    for name, content in made.items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    pages = [FOLDER / name for name in made if name.endswith(".html")]
    chromium = None if wanted.no_pdf else browser.installed()
    for page in pages if chromium else []:
        page.with_suffix(".pdf").write_bytes(pdf(str(chromium), page))
    print(
        f"{len(bank())} questions, {len(essays())} essays and {len(rubric_tables())} rubrics are in {FOLDER}:"
    )
    print(
        "  canvas/  a QTI package a chapter and all.zip, a rubric a file (Settings, Import Course Content: QTI)"
    )
    print("  moodle/  questions.xml, essays.xml (Question bank, Import: Moodle XML)")
    printed = "HTML and PDF" if chromium else "HTML; print it from a browser, no Chromium was found for PDF"
    print(
        f"  print/   sheets of seed {wanted.seed} without and with key ({'HTML' if wanted.no_pdf else printed})"
    )


if __name__ == "__main__":
    main()
