"""Takes from a page what needs a screen, and gives each thing that a reader acts on the form that suits paper.

A question keeps its options and leaves its answer to the key; a guess gets a line to write on; a chart is its drawing with
its caption; a worksheet keeps its blanks. What has no form for paper is refused, so that nothing new slips through.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from lxml import html
from lxml.html import builder as E

from tools.paper.key import Key, id_of

LINE = "_" * 12
_BOX = "☐ "
#: What only a screen has a use for, by XPath.
_DROPPED = (
    "//*[@class='headerlink']",
    "//noscript | //script | //style | //template",
    "//div[contains(@class,'chart-more') or contains(@class,'chart-narrow') or contains(@class,'chart-live')]",
    # What a hidden cell prints for checks; its tables and charts stay.
    "//div[contains(@class,'tag_hide-input')]//div[contains(@class,'text_plain')]",
    "//details[contains(@class,'above-input')]",
    "//div[contains(@class,'quiz-progress') or contains(@class,'-finder') or contains(@class,'-desk')]",
    "//div[contains(@class,'toctree-wrapper')]",
    "//p[contains(@class,'data-back')]",
    "//*[contains(@class,'side-sign')]",
)
_LETTERS = "ABCDEFGHIJ"
#: Attributes that paper keeps; all others serve scripts, styles and the screen.
_KEPT = {"id", "class", "href", "src", "alt", "lang", "colspan", "rowspan", "scope", "start", "type", "title"}
#: What cannot be used on paper and must have been given another form.
_CONTROLS = (
    "button",
    "details",
    "fieldset",
    "form",
    "iframe",
    "input",
    "label",
    "select",
    "textarea",
    "video",
)


def check(name: str, body: Any) -> None:
    """Refuse a cleaned page that still holds a control.

    Raises
    ------
    ValueError
        If it does; the message names the page, the element and its class.
    """
    for one in body.iter(*_CONTROLS):
        inside = next((up.get("class") for up in one.iterancestors() if up.get("class")), "")
        raise ValueError(
            f"{name}: <{one.tag} class={one.get('class')!r}> inside {inside!r} has no form on paper; "
            "give it one in tools/paper/clean.py"
        )


def _has(name: str) -> str:
    return f"contains(concat(' ',@class,' '),' {name} ')"


def _all(body: Any, name: str) -> list[Any]:
    """Return all elements of a class, in order."""
    found: list[Any] = body.xpath(f".//*[{_has(name)}]")
    return found


def _inner(element: Any) -> list[Any]:
    """Return a copy of what stands in an element, as a paragraph's worth of nodes."""
    copy = html.fromstring(html.tostring(element, with_tail=False))
    copy.tag = "span"
    for name in list(copy.attrib):
        if name != "lang":
            del copy.attrib[name]
    return [copy]


def _blank(words: str, size: int = len(LINE)) -> Any:
    blank = E.SPAN("_" * size)
    blank.set("class", "blank")
    return E.SPAN(f"{words} ", blank)


def _list(kind: str, items: list[Any]) -> Any:
    found = E.UL(*[E.LI(*item) for item in items])
    found.set("class", kind)
    return found


class Cleaner:
    """Cleans one page; answers go to the key that all pages share, drawings are kept by their name in the book."""

    def __init__(self, slug: str, key: Key, svgs: list[str]) -> None:
        self.slug = slug
        self.key = key
        self.svgs = svgs
        self.drawings: dict[str, tuple[str, str, str]] = {}

    def clean(self, body: Any) -> None:
        """Clean a page in place."""
        self._drawings(body)
        for path in _DROPPED:
            for one in body.xpath(f".{path}"):
                one.drop_tree()
        self.key.open(" ".join(body.find(".//h1").text_content().split()))
        for one in body.xpath(f".//*[{_has('question')} or {_has('predict')} or {_has('sheet-answer')}]"):
            self._act(one)
        for one in _all(body, "sd-dropdown"):
            self._fold(one)
        for one in _all(body, "trust"):
            self._trust(one)
        for one in _all(body, "written"):
            self._written(one)
        for one in _all(body, "coding"):
            self._coding(one)
        for one in _all(body, "sheet"):
            self._sheet(one)
        for one in _all(body, "marked"):
            self._mark(one)
        self._scripts_only(body)
        self._unfold(body)
        self._strip(body)

    # --- drawings ------------------------------------------------------------------------------------------------

    def _drawings(self, body: Any) -> None:
        """Replace each chart by an image of its drawing, and name the controls that it has on the page."""
        for chart in _all(body, "chart"):
            controls = [" ".join(one.text_content().split()) for one in _all(chart, "vega-bind-name")]
            for one in _all(chart, "chart-controls"):
                one.drop_tree()
            (picture,) = _all(chart, "chart-picture")
            wide, narrow = (int(one.get("data-svg")) for one in picture.iter("img"))
            image = self._image(chart.get("data-chart"), wide, narrow, picture.get("aria-label"))
            picture.getparent().replace(picture, image)
            if controls:
                named = " and ".join([", ".join(controls[:-1]), controls[-1]] if controls[1:] else controls)
                line = E.P(
                    f"In the web edition this figure has controls: {named}. It is drawn as it first appears."
                )
                line.set("class", "controls-line")
                (caption,) = chart.iter("figcaption")
                caption.append(line)
        for number, image in enumerate(body.xpath(".//img[@data-svg]"), 1):
            svg = self.svgs[int(image.get("data-svg"))]
            words = re.search(r'aria-label="([^"]*)"', svg)
            if not words:
                raise ValueError(f"{self.slug}: drawing {number} has no words for whoever cannot see it")
            said = html.fromstring(f"<p>{words[1]}</p>").text_content()
            index = int(image.get("data-svg"))
            image.getparent().replace(image, self._image(f"drawing-{number}", index, index, said))

    def _image(self, name: str, wide: int, narrow: int, words: str) -> Any:
        name = f"{self.slug}--{name}"
        self.drawings[name] = (self.svgs[wide], self.svgs[narrow], words)
        image = E.IMG(src=f"drawing:{name}", alt=words)
        image.set("class", "drawing")
        return image

    # --- what a reader acts on -----------------------------------------------------------------------------------

    def _act(self, one: Any) -> None:
        classes = one.get("class").split()
        if "question" in classes:
            self._question(one)
        elif "predict" in classes:
            self._guess(one)
        else:
            self._settled(one)

    def _question(self, one: Any) -> None:
        name = self.key.number("Question")
        options = _all(one, "option")
        if one.get("data-order") != "kept":
            options.sort(key=lambda option: self._draw(one.get("data-question"), option))
        (stem,) = one.iter("legend")
        told, others = E.P(), E.P()
        others.set("class", "others")
        rows = []
        for letter, option in zip(_LETTERS, options, strict=False):
            (label,) = option.iter("label")
            (feedback,) = _all(option, "feedback")
            for word in feedback.findall("strong")[:1]:
                word.drop_tree()
            rows.append(_inner(label))
            if option.get("data-right") == "true":
                told.append(E.STRONG(f"{letter}. ", *_inner(label)))
                told[-1].tail = " " if told[-1].text_content().endswith((".", "?", "!")) else ". "
                told.extend(_inner(feedback))
            else:
                others.append(E.SPAN(E.STRONG(f"{letter}."), *_inner(feedback)))
                others[-1].tail = " "
        asked = E.P(E.STRONG(f"{name}."), " ", *_inner(stem), " ", self.key.add(name, told, others))
        asked.set("class", "ask")
        listed = E.OL(*[E.LI(*row) for row in rows], type="A")
        listed.set("class", "options")
        self._replace(one, "question", name, asked, listed)

    @staticmethod
    def _draw(question: str, option: Any) -> str:
        """Return what options are sorted by, since on the page a script shuffles them."""
        return hashlib.sha256(f"{question} {option.get('data-option')}".encode()).hexdigest()

    def _guess(self, one: Any) -> None:
        name = self.key.number("Guess")
        (answer,) = _all(one, "predict-answer")
        (stem,) = one.iter("legend")
        for mark in _all(stem, "predict-mark"):
            mark.drop_tree()
        link = self.key.add(name, answer.find("p"))
        asked = E.P(E.STRONG(f"{name}."), " ", *_inner(stem), " ", link)
        asked.set("class", "ask")
        self._replace(one, "guess", name, asked, self._room(one))

    @staticmethod
    def _room(one: Any) -> Any:
        """Return the room in which a guess is written down."""
        kind = one.get("data-kind")
        if kind in ("choice", "several"):
            return _list(
                "boxes", [[E.SPAN(_BOX), *_inner(row.find("span"))] for row in _all(one, "predict-option")]
            )
        if kind == "ranking":
            return _list("boxes", [[_blank("", 4), *_inner(row)] for row in one.iter("li")])
        if kind == "line":
            rows = [_blank(row.find("span").text_content(), 5) for row in _all(one, "predict-point")]
            return E.P(*[piece for row in rows for piece in (row, "   ")])
        (label,) = one.iter("label")
        return E.P(_blank(f"{' '.join(label.text_content().split())}:"))

    def _settled(self, one: Any) -> None:
        """The answer to a question of a scored sheet."""
        item = next(up for up in one.iterancestors() if "sheet-item" in (up.get("class") or "").split())
        name = self.key.number("Forecast")
        item.set("id", id_of(name))
        (title,) = _all(item, "sheet-title")
        title.text = f"{name}. {title.text}"
        link = self.key.add(name, one.find("p"))
        one.getparent().replace(one, E.P(link))

    def _fold(self, one: Any) -> None:
        """A fold holds what is to be read last: it goes to the key."""
        name = self.key.number("Fold")
        (head,) = _all(one, "sd-summary-text")
        (inside,) = _all(one, "sd-summary-content")
        words = head.text_content()
        inside.set("class", "fold")
        link = self.key.add(name, E.P(E.EM(words)), inside)
        link.text = f"{words}: see the key at the end of the book"
        back = self.key.sections[-1][1][-1].find(".//a")
        back.text = "What the record shows" if words else name
        place = E.P(link, id=id_of(name))
        one.getparent().replace(one, place)

    def _trust(self, one: Any) -> None:
        for field in list(one.iter("fieldset")):
            (asked,) = field.iter("legend")
            words = (f"{_BOX}{' '.join(row.text_content().split())}" for row in field.iter("label"))
            # A box stays on the line of its words.
            boxes = " ".join(one.replace(" ", "\u00a0") for one in words)
            field.getparent().replace(field, E.P(f"{asked.text_content()} {boxes}"))

    def _written(self, one: Any) -> None:
        for line in _all(one, "written-paper"):
            line.drop_tree()
        for _ in range(int(one.get("data-rows"))):
            line = E.DIV("\u00a0")
            line.set("class", "line")
            one.append(line)

    def _coding(self, one: Any) -> None:
        (plain,) = _all(one, "coding-plain")
        plain.text = "Read, answer the questions of the rule on paper, then compare with the key at the end of the book."
        for row in one.xpath(".//li[@data-case]"):
            name = self.key.number("Episode")
            row.set("id", id_of(name))
            row.tag = "div"
            row.set("class", "coding-case")
            (title,) = _all(row, "coding-title")
            (answer,) = row.iter("details")
            answers = "; ".join(
                f"{n} {' '.join(li.text_content().split())}" for n, li in enumerate(answer.iter("li"), 1)
            )
            told = E.P(E.EM(title.text_content()), f". {answers}. ", *_inner(answer.find("p")))
            for basis in _all(told, "coding-basis"):
                basis.drop_tree()
            notes = answer.find("dl")
            said = E.P(
                *[
                    E.SPAN(E.STRONG(f"{dt.text_content()}:"), f" {dd.text_content()} ")
                    for dt, dd in zip(notes.iter("dt"), notes.iter("dd"), strict=True)
                ]
            )
            said.set("class", "others")
            link = self.key.add(name, told, said)
            title.text = f"{name}. {title.text}"
            answer.drop_tree()
            (blanks,) = _all(row, "coding-blanks")
            blanks.text = f"{blanks.text} "
            blanks.append(link)
        for wrong in one.iter("ol"):
            wrong.tag = "div"

    def _sheet(self, one: Any) -> None:
        (plain,) = _all(one, "sheet-plain")
        words = plain.text_content()
        plain.text = (
            "Write a number to each question; the answers stand in the key at the end of the book. "
            + words[words.index("The score") :]
        )
        for dial in _all(one, "sheet-dial"):
            dial.getparent().replace(dial, E.P(_blank("Chance of yes, %:")))
        for item in _all(one, "sheet-item"):
            item.tag = "div"
            (legend,) = item.iter("legend")
            legend.tag = "p"

    def _mark(self, one: Any) -> None:
        """A contested statement names its entry, since paper has no notes to open."""
        for hidden in _all(one, "visually-hidden"):
            hidden.drop_tree()
        entry = E.SUP(f"≠{one.get('href').rpartition('#')[2].upper()}")
        one.append(entry)

    # --- the rest ------------------------------------------------------------------------------------------------

    def _scripts_only(self, body: Any) -> None:
        for one in _all(body, "council-plain"):
            one.text = (
                "The council’s form works in the web edition only. Here, use the sheet “Ballot and log” of the pack and "
                "the table of rules below."
            )
        for one in _all(body, "trust-plain"):
            one.text = (
                "Write your first thought and your verdict beside each answer of the key, and count how often you would "
                "have passed on what does not hold."
            )

    @staticmethod
    def _unfold(body: Any) -> None:
        for one in body.xpath(f".//*[{_has('visually-hidden')}]"):
            one.drop_tree()
        for one in list(body.iter("details")):
            one.tag = "div"
            head = one.find("summary")
            if head is not None:
                head.tag = "p"
                head.set("class", "fold-title")

    def _replace(self, one: Any, kind: str, name: str, *content: Any) -> None:
        box = E.DIV(*content, id=id_of(name))
        box.set("class", kind)
        one.getparent().replace(one, box)

    @staticmethod
    def _strip(body: Any) -> None:
        for one in body.iter():
            if not isinstance(one.tag, str):
                continue
            for name in list(one.attrib):
                if name not in _KEPT or (name == "title" and "to-key" not in one.get("class", "")):
                    del one.attrib[name]
        for one in body.xpath(".//comment()"):
            one.drop_tree()
