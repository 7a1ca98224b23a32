"""What stands before the first page: the title, and how this edition differs from the pages."""

from __future__ import annotations

from typing import Any

from lxml.html import builder as E

from tools.paper.facts import LICENCES, Facts

ABOUT = "about"
_ABOUT = (
    "This is the whole course for reading without a screen full of controls, made from the same pages as the web edition.",
    "Questions and guesses are numbered through the book, and their options stand in an order of their own. "
    "The answers stand together in the key at its end; a number leads there and back.",
    "Figures are drawn as they first appear on the page, each with its unit, date, source and caution. "
    "What they say in words is in the file for whoever has the book read aloud. "
    "Their data, as tables and as CSV, and the labs with their controls are in the web edition; "
    "beside each lab stands how to open it.",
    "The sign ≠ after underlined words says that the statement is contested, and which entry of the chapter Evidence "
    "weighs it: ≠D02 is entry D02.",
    "Code is left out where a chart or a number is its only result. Links to a table of the data lead to its entry in the "
    "data dictionary.",
)


def title(facts: Facts) -> Any:
    """Return the title page."""
    licences = E.P(
        "Text: ", E.A("CC BY 4.0", href=LICENCES["CC BY 4.0"]), ". Code: ", E.A("MIT", href=LICENCES["MIT"])
    )
    licences[
        -1
    ].tail = (
        ". Quotations stand under the rights of their sources, data under the licence that each table names."
    )
    head = E.P(facts.title)
    head.set("class", "book-title")
    sub = E.P(facts.subtitle)
    sub.set("class", "book-subtitle")
    foot = E.DIV(
        E.P(facts.author), E.P(f"Edition {facts.version}. {facts.as_of.partition(' · text')[0]}."), licences
    )
    foot.set("class", "book-facts")
    page = E.DIV(head, sub, foot, id="title-page")
    page.set("class", "title-page")
    return page


def about() -> Any:
    """Return the page on how to read this edition."""
    page = E.DIV(E.H1("About this edition", id=f"{ABOUT}-title"), *[E.P(words) for words in _ABOUT], id=ABOUT)
    page.set("class", "page about")
    return page
