"""Questions and essays as Moodle XML, the format that Moodle's question bank imports.

https://docs.moodle.org/en/Moodle_XML_format describes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree import ElementTree

from csto import rubrics
from csto.chronicle import CHAPTERS
from csto.html import emphasis
from csto.quiz import Question
from csto.teaching import Essay, basis, misconceptions, objectives, plain

#: Where the questions go in the question bank of the Moodle course.
ROOT = "$course$/top/Promise and Practice"
#: What a wrong try costs in Moodle's modes with several tries: a third, so that the last of four options earns nothing.
PENALTY = "0.3333333"
LINES = "30"


def questions(chosen: Sequence[Question]) -> bytes:
    """Return questions as Moodle XML, a category a chapter: single answer, shuffled, feedback for every option, tagged.

    The tags of a question name its objective, its misconception and its level, so that a quiz can draw by tag.
    """
    numbers = {one.question.id: one.number for one in misconceptions()}
    quiz = ElementTree.Element("quiz")
    for chapter in CHAPTERS:
        own = [one for one in chosen if int(one.chapter) == chapter]
        if own:
            _category(quiz, chapter, "questions")
        for one in own:
            _multichoice(quiz, one, numbers[one.id])
    return _written(quiz)


def essays(chosen: Iterable[Essay]) -> bytes:
    """Return essays as Moodle XML, each with its rubric as information for graders, worth the rubric's points."""
    quiz = ElementTree.Element("quiz")
    for essay in chosen:
        _category(quiz, essay.chapter, "essays")
        _essay(quiz, essay)
    return _written(quiz)


def _written(quiz: ElementTree.Element) -> bytes:
    ElementTree.indent(quiz)
    return ElementTree.tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n"


def _text(
    parent: ElementTree.Element, tag: str, content: str = "", form: str | None = "html"
) -> ElementTree.Element:
    node = ElementTree.SubElement(parent, tag, {"format": form} if form else {})
    ElementTree.SubElement(node, "text").text = content
    return node


def _plain(parent: ElementTree.Element, **values: str) -> None:
    for tag, value in values.items():
        ElementTree.SubElement(parent, tag).text = value


def _category(quiz: ElementTree.Element, chapter: int, kind: str) -> None:
    node = ElementTree.SubElement(quiz, "question", type="category")
    _text(node, "category", f"{ROOT}/{CHAPTERS[chapter][0]}, {kind}", None)
    _text(node, "info")


def _start(
    quiz: ElementTree.Element, kind: str, name: str, words: str, general: str, grade: int
) -> ElementTree.Element:
    node = ElementTree.SubElement(quiz, "question", type=kind)
    _text(node, "name", name, None)
    _text(node, "questiontext", words)
    _text(node, "generalfeedback", general)
    _plain(
        node,
        defaultgrade=str(grade),
        penalty=PENALTY if kind == "multichoice" else "0",
        hidden="0",
        idnumber=name,
    )
    return node


def _tags(node: ElementTree.Element, *tags: str) -> None:
    listed = ElementTree.SubElement(node, "tags")
    for tag in tags:
        _text(listed, "tag", tag, None)


def _multichoice(quiz: ElementTree.Element, one: Question, misconception: str) -> None:
    node = _start(quiz, "multichoice", one.id, _paragraph(one.stem), _paragraph(basis(one)), 1)
    _plain(node, single="true", shuffleanswers="true", answernumbering="ABCD", showstandardinstruction="0")
    for tag, word in (
        ("correctfeedback", "Right."),
        ("partiallycorrectfeedback", ""),
        ("incorrectfeedback", "Not quite."),
    ):
        _text(node, tag, word)
    for option in one.options:
        answer = ElementTree.SubElement(
            node, "answer", fraction="100" if option.right else "0", format="html"
        )
        ElementTree.SubElement(answer, "text").text = _paragraph(option.text)
        _text(answer, "feedback", _paragraph(option.feedback))
    _tags(
        node,
        f"objective {int(one.chapter)}.{one.objective}",
        f"misconception {misconception}",
        f"level {one.level}",
    )


def _essay(quiz: ElementTree.Element, essay: Essay) -> None:
    words = _paragraph(essay.prompt) + _paragraph(essay.terms)
    aims = "; ".join(f"{key} {plain(objectives()[key].text)}" for key in essay.objectives)
    node = _start(
        quiz, "essay", essay.rubric, words, _paragraph(f"Objectives: {aims}."), rubrics.points(essay.rubric)
    )
    _plain(
        node,
        responseformat="editor",
        responserequired="1",
        responsefieldlines=LINES,
        attachments="1",
        attachmentsrequired="0",
    )
    _text(node, "graderinfo", rubrics.html(essay.rubric))
    _text(node, "responsetemplate")
    _tags(node, *(f"objective {key}" for key in essay.objectives))


def _paragraph(text: str) -> str:
    return f"<p>{emphasis(text)}</p>"
