"""The one stylesheet of the book: what is used stays as it was, what is not goes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from docutils.parsers.rst.languages.en import directives

from book.stylesheet import asked, purged, relocated, words

STATIC = Path(__file__).parents[1] / "book" / "_static"

KNOWN = words(
    ['<div class="chart is-live" id="top"><a href="x">prose</a></div>'], ["node.classList.add('open')"]
)


def test_a_class_of_a_page_and_one_that_a_script_adds_are_known_and_prose_is_not() -> None:
    assert {"chart", "is-live", "top", "a", "open"} <= KNOWN
    assert "prose" not in KNOWN


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("a.chart:hover > .open::before", {"a", "chart", "open"}),
        ("#top[href$='.csv']", {"top", "href"}),
        (":root", set()),
        ("div:not(.absent, :has(.gone)) .chart", {"div", "chart"}),
        (":is(.absent, .chart) a", {"a"}),
    ],
)
def test_a_selector_asks_for_what_must_be_there(selector: str, names: set[str]) -> None:
    assert asked(selector) == names


def test_a_rule_that_nothing_fits_goes_and_its_neighbours_stay_in_order() -> None:
    css = ".chart{color:red}.absent{color:blue}@media print{.absent{top:0}.open{top:1px}}.chart, .absent{left:0}"
    assert purged(css, KNOWN) == ".chart{color:red}@media print{.open{top:1px}}.chart{left:0}"


def test_names_that_a_script_puts_together_stay() -> None:
    known = words([], ['row.className = "verdict is-" + kind; rest = a - b;'])
    assert purged(".is-new{top:0}.verdict.is-old{top:1px}.a-new{top:2px}.isnt{top:3px}", known) == (
        ".is-new{top:0}.verdict.is-old{top:1px}"
    )


def test_a_variable_of_a_script_is_not_taken_for_a_class_of_coloured_code() -> None:
    known = words(
        ['<span class="highlight kn">import</span>'], ["for (let mi = 0; mi < k; mi += 1) { f(mi); }"]
    )
    css = ".highlight .kn{color:red}.highlight .mi{color:blue}.highlight .k{color:green}"
    assert purged(css, known) == ".highlight .kn{color:red}"


def test_values_are_kept_to_the_letter() -> None:
    rule = """.chart{background:url("data:image/svg+xml;utf8,<svg fill='%23fff'/>") no-repeat!important}"""
    assert purged(rule, KNOWN) == rule


def test_variables_go_with_the_last_rule_that_uses_them_unless_a_page_does() -> None:
    css = ":root{--a:1px;--b:var(--a);--c:2px;--d: }.chart{top:var(--c)}.absent{top:var(--b)}"
    assert purged(css, KNOWN) == ":root{--c:2px}.chart{top:var(--c)}"
    assert purged(css, KNOWN, {"--b"}).startswith(":root{--a:1px;--b:var(--a);--c:2px}")


def test_fonts_and_animations_that_nothing_names_go() -> None:
    face = '@font-face{font-family:"%s";src:url("%s.woff2")}'
    css = (
        face % ("Used", "u")
        + face % ("Idle", "i")
        + '.chart{font-family:"Used",serif}@keyframes spin{from{top:0}}'
    )
    assert purged(css, KNOWN) == face % ("Used", "u") + '.chart{font-family:"Used",serif}'


def test_what_cannot_stand_in_a_joined_stylesheet_is_refused() -> None:
    with pytest.raises(ValueError, match=r"line 1 .*@import"):
        purged('@import "x.css";', KNOWN)


def test_addresses_hold_from_the_new_place() -> None:
    css = 'a{background:url("../fonts/f.woff2")}b{background:url(data:x)}'
    moved = relocated(css, Path("/site/_static/styles"), Path("/site/_static"))
    assert moved == 'a{background:url("fonts/f.woff2")}b{background:url(data:x)}'


@pytest.mark.parametrize("sheet", sorted(STATIC.rglob("*.css")), ids=lambda sheet: sheet.name)
def test_no_class_of_the_course_is_one_that_sphinx_gives(sheet: Path) -> None:
    """A directive gives its own name to what it makes: a box of the course called note would be every {note} too."""
    selectors = re.findall(
        r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
    )
    heads = {match for one in selectors for match in re.findall(r"(?:^|,)\s*\.([\w-]+)", one)}
    assert not heads & set(directives)
