"""Questions on paper: a sheet to print, without and with the key, the options in an order that a seed decides.

A sheet is one file of accessible HTML without scripts; the same seed gives the same file to the byte, on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from html import escape

from csto.html import emphasis
from csto.quiz import Option, Question
from csto.teaching import basis

LETTERS = "ABCD"
_STYLE = """
:root { color-scheme: light; }
body { max-width: 44rem; margin: 1.5rem auto; padding: 0 1rem; background: #fff; color: #1a1a1a; font: 1rem/1.45 Georgia, "Times New Roman", serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 .5rem; }
.meta, footer { color: #444; font-size: .875rem; }
.name { display: flex; gap: .5rem; margin: 1.2rem 0; }
.name span { flex: 1; border-bottom: 1px solid #444; }
.questions { padding-left: 1.6rem; }
.questions > li { margin: 0 0 1.3rem; break-inside: avoid; }
.stem { margin: 0 0 .35rem; font-weight: bold; }
.options { list-style: upper-alpha; margin: 0; padding-left: 1.6rem; }
.options li { margin: .2rem 0; }
.options p, .basis { margin: .1rem 0 .4rem; font-size: .9rem; }
.right { font-weight: bold; }
footer { border-top: 1px solid #444; margin-top: 2rem; padding-top: .5rem; }
table { border-collapse: collapse; }
th, td { border: 1px solid #444; padding: .15rem .6rem; text-align: left; }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 10.5pt; } }
@page { margin: 18mm 16mm; }
"""


def _drawn(seed: str, *words: str) -> str:
    return sha256("\n".join((seed, *words)).encode()).hexdigest()


def letters(questions: Sequence[Question], seed: str) -> list[str]:
    """Return the letter of the right option of each question: drawn by the seed, each letter as often as the others."""
    drawn = sorted(questions, key=lambda one: _drawn(seed, one.id))
    places = {one.id: LETTERS[number % len(LETTERS)] for number, one in enumerate(drawn)}
    return [places[one.id] for one in questions]


def ordered(one: Question, seed: str, letter: str) -> list[Option]:
    """Return the options of a question in the order that a seed gives them, the right one at its letter."""
    options = sorted(one.options, key=lambda option: _drawn(seed, one.id, option.text))
    wrong = [option for option in options if not option.right]
    right = [option for option in options if option.right]
    place = LETTERS.index(letter)
    return [*wrong[:place], *right, *wrong[place:]]


def sheet(title: str, questions: Sequence[Question], seed: str, credit: str, key: bool = False) -> str:
    """Return a sheet as a page of HTML.

    Parameters
    ----------
    title
        What the sheet is about.
    questions
        The questions, in their order on the sheet.
    seed
        Any text; it decides the order of options and stands on the sheet, so that sheet and key find each other.
    credit
        The line on authors and licence.
    key
        Whether the right answers, the feedback and the sources are shown.
    """
    head = f"{title} ({'key to sheet' if key else 'sheet'} {seed})"
    places = letters(questions, seed)
    items = "".join(
        _item(one, ordered(one, seed, letter), key) for one, letter in zip(questions, places, strict=True)
    )
    top = (
        _letters(questions, places)
        if key
        else '<p class="name">Name <span></span></p><p>Choose one option in each question: write its letter beside the number.</p>'
    )
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(head)}</title><style>{_STYLE}</style></head><body><main><h1>{escape(head)}</h1>"
        f'<p class="meta">{len(questions)} questions, one point each.</p>{top}'
        f'<ol class="questions">{items}</ol></main><footer>{escape(credit)}</footer></body></html>\n'
    )


def _letters(questions: Sequence[Question], places: Sequence[str]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{number}</th><td>{letter}</td><td>{escape(one.id)}</td></tr>'
        for number, (one, letter) in enumerate(zip(questions, places, strict=True), 1)
    )
    return (
        '<table><thead><tr><th scope="col">Number</th><th scope="col">Right</th><th scope="col">Question of the bank</th></tr>'
        f"</thead><tbody>{rows}</tbody></table>"
    )


def _item(one: Question, options: Sequence[Option], key: bool) -> str:
    rows = "".join(_option(option, key) for option in options)
    rests = f'<p class="basis">{emphasis(basis(one))}</p>' if key else ""
    return f'<li><p class="stem">{emphasis(one.stem)}</p><ol class="options">{rows}</ol>{rests}</li>'


def _option(option: Option, key: bool) -> str:
    if not key:
        return f"<li>{emphasis(option.text)}</li>"
    words = emphasis(option.text)
    shown = f'<span class="right">{words} (right)</span>' if option.right else words
    return f"<li>{shown}<p>{emphasis(option.feedback)}</p></li>"
