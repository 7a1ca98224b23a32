"""The files for learning platforms and for paper, read as a stranger would: nothing here is imported from their writers
but the finished files.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import zipfile
from functools import lru_cache
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT
from defusedxml import ElementTree

from csto import simulation
from csto.data import load
from tools import browser as chromium
from tools import lms, qti

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
CP = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
MD = "{http://www.imsglobal.org/xsd/imsmd_v1p2}"
CANVAS = "{http://canvas.instructure.com/xsd/cccv1p0}"
CHAPTERS = [path.stem for path in sorted((ROOT / "chapters").glob("*.ipynb"))]
PACKAGES = [*CHAPTERS, "all"]
CHROMIUM = chromium.find()


@pytest.fixture(scope="module")
def made() -> dict[str, bytes]:
    return lms.files("1")


def plain(html: str | None) -> str:
    """Return the words that a reader sees."""
    return " ".join(BeautifulSoup(html or "", "html.parser").get_text().split())


@lru_cache
def bank(stem: str) -> dict[str, dict[str, Any]]:
    """Return the questions of a chapter, or of all, straight from the YAML: id to what a reader should find."""
    paths = sorted((ROOT / "questions").glob("*.yml" if stem == "all" else f"{stem}.yml"))
    raw = [one for path in paths for one in yaml.safe_load(path.read_text(encoding="utf-8"))["questions"]]
    return {one["id"]: one for one in raw}


def words(text: Any) -> str:
    return " ".join(re.sub(r"\*([^*]+)\*", r"\1", str(text)).split())


@lru_cache
def expected(stem: str) -> dict[str, tuple[str, dict[str, tuple[str, bool]]]]:
    """Return stem and options (text to feedback and rightness) of each question of the bank."""
    return {
        name: (
            words(one["stem"]),
            {words(o["text"]): (words(o["feedback"]), bool(o.get("right"))) for o in one["options"]},
        )
        for name, one in bank(stem).items()
    }


# --- Canvas ----------------------------------------------------------------------------------------------------------


def opened(packed: bytes) -> tuple[dict[str, bytes], Element, Element, Element]:
    """Return the files of a package, its manifest, its assessment and the settings beside it."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len(names) == len(set(names))
        files = {name: archive.read(name) for name in names}
    manifest = ElementTree.fromstring(files["imsmanifest.xml"])
    (path,) = [
        node.find(f"{CP}file").attrib["href"]
        for node in manifest.iter(f"{CP}resource")
        if node.attrib["type"] == "imsqti_xmlv1p2"
    ]
    (meta,) = [name for name in files if name.endswith("/assessment_meta.xml")]
    return files, manifest, ElementTree.fromstring(files[path]), ElementTree.fromstring(files[meta])


def holds(condition: Element, chosen: str) -> bool:
    """Return whether the condition of a response holds for one chosen answer, by the rules of QTI 1.2."""
    name = condition.tag.removeprefix(QTI)
    parts = list(condition)
    if name in {"conditionvar", "and"}:
        return all(holds(part, chosen) for part in parts)
    if name == "or":
        return any(holds(part, chosen) for part in parts)
    if name == "not":
        return not all(holds(part, chosen) for part in parts)
    if name == "varequal":
        assert condition.attrib["respident"] == "response1"
        return condition.text == chosen
    assert name == "other", f"a condition that this reader does not know: {name}"
    return True


def respond(item: Element, chosen: str) -> tuple[float, list[str]]:
    """Return the score and the feedback shown when one answer is chosen; conditions are tried in order until one stops."""
    shown = {
        node.attrib["ident"]: plain("".join(part.text or "" for part in node.iter(f"{QTI}mattext")))
        for node in item.findall(f"{QTI}itemfeedback")
    }
    score, feedback = 0.0, []
    for condition in item.iter(f"{QTI}respcondition"):
        if holds(condition.find(f"{QTI}conditionvar"), chosen):
            for change in condition.findall(f"{QTI}setvar"):
                assert (change.attrib["varname"], change.attrib["action"]) == ("SCORE", "Set")
                score = float(change.text)
            feedback += [
                shown[link.attrib["linkrefid"]] for link in condition.findall(f"{QTI}displayfeedback")
            ]
            if condition.attrib.get("continue", "No") == "No":
                break
    return score, feedback


def choices(item: Element) -> dict[str, str]:
    return {
        node.attrib["ident"]: plain(node.find(f".//{QTI}mattext").text)
        for node in item.iter(f"{QTI}response_label")
    }


def fields(item: Element) -> dict[str, str]:
    return {
        node.find(f"{QTI}fieldlabel").text: node.find(f"{QTI}fieldentry").text or ""
        for node in item.iter(f"{QTI}qtimetadatafield")
    }


@pytest.mark.parametrize("stem", PACKAGES)
def test_a_package_scores_the_right_answer_and_no_other_and_answers_each_with_its_own_feedback(
    made: dict[str, bytes], stem: str
) -> None:
    _, _, assessment, _ = opened(made[f"canvas/{stem}.zip"])
    found = {}
    for item in assessment.iter(f"{QTI}item"):
        stem_words = plain(item.find(f"{QTI}presentation/{QTI}material/{QTI}mattext").text)
        answers = {}
        for ident, text in choices(item).items():
            score, feedback = respond(item, ident)
            assert score in {0, 100}
            assert len(feedback) == 2 and feedback[0].startswith("Chapter "), (
                "general feedback, then the option's"
            )
            answers[text] = (feedback[1], score == 100)
        found[item.attrib["title"]] = (stem_words, answers)
        assert respond(item, "no such answer")[0] == 0
    assert found == expected(stem)


@pytest.mark.parametrize("stem", PACKAGES)
def test_every_item_of_a_package_has_type_points_and_a_single_answer(
    made: dict[str, bytes], stem: str
) -> None:
    _, _, assessment, meta = opened(made[f"canvas/{stem}.zip"])
    items = list(assessment.iter(f"{QTI}item"))
    for item in items:
        assert fields(item)["question_type"] == "multiple_choice_question"
        assert float(fields(item)["points_possible"]) == 1
        assert fields(item)["original_answer_ids"].split(",") == list(choices(item))
        assert item.find(f".//{QTI}response_lid").attrib["rcardinality"] == "Single"
    assert float(meta.findtext(f"{CANVAS}points_possible")) == len(items)
    assert meta.findtext(f"{CANVAS}shuffle_answers") == "true"


@pytest.mark.parametrize("stem", PACKAGES)
def test_every_reference_in_a_package_resolves_and_ids_are_its_own(made: dict[str, bytes], stem: str) -> None:
    files, manifest, assessment, meta = opened(made[f"canvas/{stem}.zip"])
    resources = [node.attrib["identifier"] for node in manifest.iter(f"{CP}resource")]
    assert len(resources) == len(set(resources)) == 2
    assert {node.attrib["identifierref"] for node in manifest.iter(f"{CP}dependency")} <= set(resources)
    hrefs = {node.attrib["href"] for node in manifest.iter(f"{CP}file")}
    assert hrefs == {name for name in files if name != "imsmanifest.xml" and not name.endswith("/")}
    assert meta.attrib["identifier"] == assessment.find(f"{QTI}assessment").attrib["ident"]
    assert meta.find(f".//{CANVAS}quiz_identifierref").text == meta.attrib["identifier"]
    ids = [item.attrib["ident"] for item in assessment.iter(f"{QTI}item")]
    labels = [node.attrib["ident"] for node in assessment.iter(f"{QTI}response_label")]
    assert len(set(ids)) == len(ids) and len(set(labels)) == len(labels) == 4 * len(ids)
    for item in assessment.iter(f"{QTI}item"):
        feedback = [node.attrib["ident"] for node in item.findall(f"{QTI}itemfeedback")]
        linked = [node.attrib["linkrefid"] for node in item.iter(f"{QTI}displayfeedback")]
        assert sorted(feedback) == sorted(linked) and len(set(feedback)) == len(feedback)


def test_the_manifest_names_the_licence_and_no_day_but_the_edition_s(made: dict[str, bytes]) -> None:
    day = str(yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["date-released"])
    for stem in PACKAGES:
        files, manifest, _, _ = opened(made[f"canvas/{stem}.zip"])
        rights = manifest.find(f".//{MD}rights/{MD}description/{MD}string").text
        assert "creativecommons.org/licenses/by/4.0" in rights and "contributors" in rights
        assert manifest.find(f".//{MD}dateTime").text == day
        assert b"Private" not in files["imsmanifest.xml"]


def test_a_manifest_that_text2qti_writes_in_another_way_is_refused() -> None:
    with pytest.raises(ValueError, match=r"imsmanifest\.xml.*found 0 times"):
        qti._licensed("<manifest/>", "A quiz", "someone", "2026-11-24")


@pytest.mark.parametrize(
    "text",
    [
        "resolution ES-11/1 of 2 March 2022",
        "Протокол о продлении Договора",
        "the members' own “words”, it's said, \"plainly\"",
        "1. an option that begins like a list",
        "2002. A year and a full stop",
        "0.64 -- or 1.28... on the other scale",
        "a < b & c > d, 100% of $5, under_scored_names, [a link](b), `code`, {curly}",
        "- a dash, # a hash, + a plus at the start",
        "% a remark",
        "Qarabağ, kąt, naïve – and — dashes",
    ],
)
def test_words_come_through_text2qti_unmangled(text: str) -> None:
    from text2qti.markdown import Markdown

    for part in (text, f"*stressed* {text}"):
        html = unescape(Markdown().md_to_html_xml(qti.literal(part)))
        assert plain(html) == words(part)
    assert "<em>stressed</em>" in html


def test_rubrics_for_canvas_have_the_points_of_the_table_from_best_to_worst(made: dict[str, bytes]) -> None:
    table = load("rubrics")
    for name, rows in table.groupby("rubric"):
        head, *lines = csv.reader(io.StringIO(made[f"canvas/rubric-{name}.csv"].decode()))
        assert head[:4] == ["Rubric Name", "Criteria Name", "Criteria Description", "Criteria Enable Range"]
        assert head[4:] == ["Rating Name", "Rating Description", "Rating Points"] * 4
        assert [line[1] for line in lines] == rows["criterion"].tolist()
        for line, row in zip(lines, rows.to_dict("records"), strict=True):
            points = [float(cell) for cell in line[6::3]]
            assert points == sorted(points, reverse=True) and points[0] == row["points"]
            assert line[5::3] == [row[level] for level in ("excellent", "good", "developing", "beginning")]


def test_the_rubric_of_the_simulation_is_among_those_for_canvas(made: dict[str, bytes]) -> None:
    _, *lines = csv.reader(io.StringIO(made["canvas/rubric-simulation.csv"].decode()))
    told = simulation.public()["rubric"]
    assert [(line[1], line[5::3]) for line in lines] == [
        (one["title"], [level["text"] for level in one["levels"]]) for one in told["criteria"]
    ]
    assert sum(float(line[6]) for line in lines) == told["points"]


# --- Moodle ----------------------------------------------------------------------------------------------------------


def told(node: Element, path: str) -> str:
    return plain(node.findtext(f"{path}/text"))


def test_moodle_scores_the_right_answer_and_no_other_and_keeps_all_feedback(made: dict[str, bytes]) -> None:
    quiz = ElementTree.fromstring(made["moodle/questions.xml"])
    found = {}
    for node in quiz.findall("question[@type='multichoice']"):
        answers = {}
        for answer in node.findall("answer"):
            fraction = float(answer.attrib["fraction"])
            assert fraction in {0, 100}
            answers[plain(answer.findtext("text"))] = (told(answer, "feedback"), fraction == 100)
        assert sum(right for _, right in answers.values()) == 1
        assert told(node, "generalfeedback").startswith("Chapter ")
        assert (node.findtext("single"), node.findtext("shuffleanswers")) == ("true", "true")
        assert float(node.findtext("defaultgrade")) == 1
        found[told(node, "name")] = (told(node, "questiontext"), answers)
    assert found == expected("all")


def test_moodle_questions_are_sorted_by_chapter_and_tagged(made: dict[str, bytes]) -> None:
    quiz = ElementTree.fromstring(made["moodle/questions.xml"])
    category, seen = "", {}
    for node in quiz:
        if node.attrib["type"] == "category":
            category = told(node, "category")
            continue
        name, raw = told(node, "name"), bank("all")[told(node, "name")]
        tags = [told(tag, ".") for tag in node.findall("tags/tag")]
        chapter = name[1]
        assert f"/{chapter} " in category
        assert f"objective {chapter}.{raw['objective']}" in tags and f"level {raw['level']}" in tags
        (number,) = [tag for tag in tags if tag.startswith("misconception M")]
        seen[number] = name
        assert node.findtext("idnumber") == name
        assert max(map(len, tags)) <= 50, "Moodle cuts longer tags"
    assert len(seen) == len(bank("all")), "each misconception has a number of its own"
    assert len({told(node, "category") for node in quiz if node.attrib["type"] == "category"}) == len(
        CHAPTERS
    )


def test_moodle_essays_carry_their_rubric_for_graders_and_its_points(made: dict[str, bytes]) -> None:
    quiz = ElementTree.fromstring(made["moodle/essays.xml"])
    table = load("rubrics").set_index(["rubric", "number"]).sort_index()
    essays = quiz.findall("question[@type='essay']")
    assert [told(node, "name") for node in essays] == [f"essay-{n}" for n in range(1, 6)]
    for node in essays:
        own = table.loc[told(node, "name")]
        assert float(node.findtext("defaultgrade")) == own["points"].sum()
        grader = told(node, "graderinfo")
        for row in own.to_dict("records"):
            for column in ("criterion", "excellent", "good", "developing", "beginning"):
                assert words(row[column]) in grader
        assert "words" in told(node, "questiontext")
        assert told(node, "graderinfo") and node.findtext("responseformat") == "editor"
        chapter = told(node, "name")[-1]
        (path,) = (ROOT / "chapters").glob(f"0{chapter}-*.ipynb")
        prompt = told(node, "questiontext")[:60]
        assert prompt in words(path.read_text(encoding="utf-8").replace('\\"', '"')), (
            "the chapter's own words"
        )


def test_emphasis_is_markup_on_every_platform_and_no_star_is_left(made: dict[str, bytes]) -> None:
    stressed = [
        part
        for one in bank("all").values()
        for text in [
            one["stem"],
            *(o["text"] for o in one["options"]),
            *(o["feedback"] for o in one["options"]),
        ]
        for part in re.findall(r"\*([^*]+)\*", str(text))
    ]
    assert stressed
    quiz = unescape(made["moodle/questions.xml"].decode())
    with zipfile.ZipFile(io.BytesIO(made["canvas/all.zip"])) as archive:
        (name,) = [n for n in archive.namelist() if re.search(r"/text2qti_assessment_\w+\.xml$", n)]
        canvas = unescape(archive.read(name).decode())
    for part in stressed:
        for place in (quiz, canvas):
            assert f"<em>{part}</em>" in unescape(place)
    for text in (quiz, canvas, made["print/all-1-key.html"].decode().split("</style>")[1]):
        assert "*" not in text.replace("*/", "")


# --- paper -----------------------------------------------------------------------------------------------------------


def items(page: bytes) -> list[tuple[str, list[str]]]:
    """Return stem and options of each question of a sheet, as they stand."""
    soup = BeautifulSoup(page, "html.parser")
    return [
        (
            plain(str(item.select_one(".stem"))),
            [plain(str(option)) for option in item.select(".options > li")],
        )
        for item in soup.select("ol.questions > li")
    ]


def test_a_sheet_has_every_question_with_its_four_options(made: dict[str, bytes]) -> None:
    for stem in PACKAGES:
        found = {text: set(options) for text, options in items(made[f"print/{stem}-1.html"])}
        assert found == {text: set(options) for text, options in expected(stem).values()}


def test_a_sheet_without_key_says_nothing_of_the_answers(made: dict[str, bytes]) -> None:
    for stem in PACKAGES:
        page = made[f"print/{stem}-1.html"].decode()
        shown = plain(page)
        for _, options in expected(stem).values():
            for feedback, _ in options.values():
                assert feedback not in shown
        soup = BeautifulSoup(page, "html.parser")
        marks = {
            (tag.name, *sorted(tag.attrs))
            for option in soup.select(".options > li")
            for tag in [option, *option.find_all(True)]
        }
        assert marks <= {("li",), ("em",)}, "no option is marked apart from the others"
        assert "(right)" not in page


def test_a_key_marks_the_right_option_by_the_letter_that_it_has_on_the_sheet(made: dict[str, bytes]) -> None:
    for stem in PACKAGES:
        key = BeautifulSoup(made[f"print/{stem}-1-key.html"], "html.parser")
        rows = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in key.select("tbody tr")]
        sheet = items(made[f"print/{stem}-1.html"])
        assert len(rows) == len(sheet)
        for (number, letter, name), (place, (text, options)) in zip(rows, enumerate(sheet, 1), strict=True):
            wanted_text, wanted = expected(stem)[name]
            assert (int(number), text) == (place, wanted_text)
            assert wanted[options["ABCD".index(letter)]][1]
        assert key.get_text().count("(right)") == len(sheet)


def test_seeds_give_other_orders_and_the_same_seed_the_same_files(made: dict[str, bytes]) -> None:
    again, other = lms.files("1"), lms.files("2")
    assert again == made
    assert items(made["print/all-1.html"]) != items(other["print/all-2.html"])
    moved = sum(
        a != b for a, b in zip(items(made["print/all-1.html"]), items(other["print/all-2.html"]), strict=True)
    )
    assert moved > 0.8 * len(bank("all"))
    same = [name for name in made if not name.startswith("print/")]
    assert {name: made[name] for name in same} == {name: other[name] for name in same}


def test_another_process_on_another_day_makes_the_same_files(made: dict[str, bytes]) -> None:
    code = (
        "import hashlib, json, datetime, text2qti.xml_imsmanifest as m\n"
        "class Day(datetime.date):\n"
        "    @classmethod\n"
        "    def today(cls): return cls(1999, 1, 1)\n"
        "m.datetime.date = Day\n"
        "from tools import lms\n"
        "print(json.dumps({n: hashlib.sha256(b).hexdigest() for n, b in lms.files('1').items()}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {name: hashlib.sha256(body).hexdigest() for name, body in made.items()}


@pytest.mark.parametrize("seed", ["1", "monday"])
def test_on_every_sheet_right_answers_stand_at_each_letter_as_often_as_at_any_other(seed: str) -> None:
    made = lms.files(seed)
    for stem in PACKAGES:
        key = BeautifulSoup(made[f"print/{stem}-{seed}-key.html"], "html.parser")
        right = [cell.get_text() for cell in key.select("tbody tr td:nth-of-type(1)")]
        counts = [right.count(letter) for letter in "ABCD"]
        assert max(counts) - min(counts) <= 1, (stem, counts)
        assert right[4:8] != right[:4], "in no order that can be seen"


@pytest.mark.parametrize("seed", ["", "../up", "a b", "x" * 40])
def test_a_seed_that_cannot_stand_in_a_file_name_is_refused(seed: str) -> None:
    with pytest.raises(ValueError, match="SEED"):
        lms.files(seed)


def test_what_is_made_is_kept_out_of_git() -> None:
    made_here = lms.FOLDER / "print" / "all-1-key.html"
    ignored = subprocess.run(["git", "check-ignore", "-q", str(made_here)], cwd=ROOT)
    assert ignored.returncode == 0


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to print with")
def test_a_sheet_prints_to_pdf_twice_alike(made: dict[str, bytes], tmp_path: Path) -> None:
    import pikepdf

    page = tmp_path / "sheet.html"
    page.write_bytes(made["print/01-origins-1.html"])
    first, second = (lms.pdf(str(CHROMIUM), page) for _ in range(2))
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as printed:
        assert 2 <= len(printed.pages) <= 6


# --- in a browser ----------------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("name", ["all-1", "all-1-key"])
@pytest.mark.parametrize("width", [320, 1280])
def test_sheets_are_accessible(
    browser: Any, made: dict[str, bytes], tmp_path: Path, name: str, width: int
) -> None:
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    path = tmp_path / "sheet.html"
    path.write_bytes(made[f"print/{name}.html"])
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(path.as_uri())
    page.evaluate(axe)
    found = page.evaluate("axe.run(document).then(r => r.violations.map(v => [v.id, v.nodes.length]))")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert found == [] and wide <= width
