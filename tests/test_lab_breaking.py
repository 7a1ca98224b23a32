"""Lab 4: the live widget driven from code, its conclusion kept, and its static twin evaluated by Vega itself."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import vl_convert
from bs4 import BeautifulSoup
from ipywidgets import Widget
from twins import spoken, turned, words

from book import tables, vega
from csto import theme
from csto.data import load
from csto.labs import breaking as lab_breaking
from csto.labs import lab
from csto.labs.breaking import (
    APART,
    CUTS,
    GROUPS,
    HELD,
    IDEAL,
    KINDS,
    LEFT,
    ON_PAGE,
    START,
    Desk,
    sample,
    signed,
)
from csto.models import breaks as model
from csto.models.breaks import ChoiceError


def settings(number: int) -> list[tuple[str, int, str]]:
    """Return random settings of the page's controls."""
    pick = np.random.default_rng(2022)
    return [
        (str(pick.choice(ON_PAGE)), int(pick.choice(CUTS)), str(pick.choice(list(GROUPS))))
        for _ in range(number)
    ]


@pytest.fixture(scope="module")
def twin() -> dict[str, Any]:
    return lab("breaking").chart().to_dict()


@pytest.fixture(scope="module")
def compiled(twin: dict[str, Any]) -> dict[str, Any]:
    """The twin as Vega, with the answer that the page announces, and the level of each line, written into the drawing."""
    lines = json.loads(json.dumps(twin["vconcat"][0]["layer"][2]))
    lines["transform"].append(
        {
            "calculate": "'LEVEL ' + datum.line + ' ' + datum.when + ' ' + format(datum.level, '.6f')",
            "as": "told",
        }
    )
    lines["mark"] = {"type": "text", "limit": 9999}
    lines["encoding"] = {"text": {"field": "told", "type": "nominal"}}
    return spoken(twin, lines, answer="'SAYS ' + answer")


def told(compiled: dict[str, Any], measure: str, cut: int, against: str) -> list[str]:
    """Return the texts of the twin's drawing after its controls were set."""
    return words(turned(compiled, measure=measure, cut=cut, against=against))


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield Desk()
    Widget.close_all()


# --- the subject --------------------------------------------------------------------------------------------------


def test_a_distance_that_shrank_hides_members_that_moved_away() -> None:
    ours = model.movement(lab_breaking.points(), "RUS", START).loc["members"]
    assert ours["distance"] < -0.1 < 0.1 < ours["own"]
    assert signed(model.estimate(sample(APART, START))) == "−0.15"
    assert signed(model.estimate(sample(HELD, START))) == "+0.06"


def test_the_answer_by_distance_hangs_on_georgia() -> None:
    without = model.leave_one_out(sample(APART, START))
    assert model.estimate(sample(APART, START)) < 0 < without["GEO"]
    assert (without.drop("GEO") < 0).all()


def test_belarus_and_tajikistan_are_left_out_of_exports_and_named() -> None:
    found = sample("Exports to Russia", START)
    assert set(found.left_out) == {"BLR", "TJK", "AZE"}
    said = lab_breaking.sentence("Exports to Russia", START)
    assert "Left out for lack of figures: Belarus, Tajikistan and Azerbaijan." in said
    assert "Years with figures: 2014, 2015, 2017, 2019, 2022, 2023." in said


def test_an_ideal_point_on_sixteen_votes_is_not_used() -> None:
    points = lab_breaking.points()
    assert points.query("country == 'KGZ' and year == 1992").empty
    assert len(points) == (load("affinity")["votes"] >= 20).sum()


@pytest.mark.parametrize("measure", KINDS)
def test_every_measure_gives_the_same_by_means_and_by_regression(measure: str) -> None:
    cut = 2014 if measure.startswith("Agreement") else 2022
    found = sample(measure, replace(START, cut=cut))
    assert model.regression(found) == pytest.approx(model.estimate(found))


# --- the live lab -------------------------------------------------------------------------------------------------


def test_the_answer_says_both_changes_the_difference_and_how_unusual_it_is(desk: Desk) -> None:
    said = desk.said.text
    assert said.startswith(
        "Distance to Russia, cut 2022: the members went from 0.42 to 0.25 (−0.17), the comparison"
    )
    assert "Difference in differences: −0.15." in said
    assert "Of 56 ways to call 5 of these 8 states members, 39 give as large a difference" in said
    assert "of the members' −0.17, their own move made +0.19 and Russia's −0.36." in said


def test_every_control_changes_the_answer(desk: Desk) -> None:
    told = {desk.said.text}
    for control, value in (
        (desk.measure, IDEAL),
        (desk.cut, 2019),
        (desk.first, 2005),
        (desk.last, 2023),
        (desk.members["ARM"], False),
        (desk.comparison["UKR"], True),
    ):
        control.value = value
        assert desk.said.text not in told
        told.add(desk.said.text)
    choices = desk.choices
    assert choices.members == ("BLR", "KAZ", "KGZ", "TJK")
    assert choices.comparison == ("AZE", "GEO", "UZB", "UKR")
    assert (choices.cut, choices.first, choices.last) == (2019, 2005, 2023)


def test_a_cut_outside_the_data_is_said_and_nothing_is_lost(desk: Desk) -> None:
    desk.conclusion = "It depends on Georgia."
    picture, tables_ = desk._picture.value, desk._tables.value
    desk.cut.value = 2030
    assert desk.said.text.startswith(
        "Not computed. cut: 2030 is outside the window; allowed: 2011 to 2024, so that a year lies before it."
    )
    assert "The picture still shows: distance to Russia, cut 2022" in desk.said.text
    assert (desk._picture.value, desk._tables.value) == (picture, tables_)
    assert desk.conclusion == "It depends on Georgia."
    desk.cut.value = 2021
    assert desk.said.text.startswith("Distance to Russia, cut 2021")


def test_a_cut_beyond_the_measure_is_said_with_the_years_that_it_allows(desk: Desk) -> None:
    desk.measure.value = "Agreement with Russia, to 2019"
    assert "cut: 2022 is outside the data of this measure; allowed: 2011 to 2019" in desk.said.text
    desk.cut.value = 2014
    assert desk.said.text.startswith("Agreement with Russia in UN votes, cut 2014")


def test_an_empty_comparison_group_is_said_and_nothing_is_lost(desk: Desk) -> None:
    desk.conclusion = "Kept."
    for box in desk.comparison.values():
        box.value = False
    assert desk.said.text.startswith(
        "Not computed. comparison: no state is chosen; allowed: one state or more."
    )
    assert "<svg" in desk._picture.value and desk.conclusion == "Kept."
    desk.set(comparison=("UZB",))
    assert "Difference in differences" in desk.said.text


def test_a_comparison_group_that_the_measure_does_not_know_is_said(desk: Desk) -> None:
    desk.set(comparison=("UKR", "CHN"))
    desk.measure.value = "Remittances"
    assert "comparison: UKR, CHN lack figures in this measure and window" in desk.said.text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cut": 2030}, "cut: 2030 is outside the window; allowed: 2011 to 2024"),
        ({"comparison": ()}, "comparison: no state is chosen"),
        ({"comparison": ("USA",)}, "comparison: 'USA' is not offered; allowed: AZE, GEO, UZB, UKR, CHN"),
        ({"members": ("RUS",)}, "members: 'RUS' is not offered; allowed: ARM, BLR, KAZ, KGZ, TJK"),
        ({"measure": "Love"}, "measure: 'Love' is not known; allowed: Distance to Russia;"),
        ({"measure": "Agreement with Russia, to 2019"}, "cut: 2022 is outside the data of this measure"),
    ],
)
def test_a_bad_setting_from_code_is_refused_and_changes_nothing(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    before = desk.said.text
    with pytest.raises(ChoiceError, match=re.escape(message)):
        desk.set(first=2010, **change)
    assert desk.choices == START and desk.measure.value == APART and desk.said.text == before


def test_the_picture_has_a_dot_for_every_choice_that_can_be_changed(desk: Desk) -> None:
    table = desk.sensitivity
    drawn = words(desk._picture.value)
    for row in table[table["estimate"].notna()].itertuples():
        assert lab_breaking.label(row.changed, row.what) in drawn
    assert {"nothing", "cut", "start", "comparison", "without a member", "measure"} <= set(table["changed"])


def test_what_cannot_be_computed_stands_in_the_table_with_its_reason(desk: Desk) -> None:
    assert "agreement, to 2019</th><td>not computed: cut: 2022 is outside the data" in desk._tables.value


def test_the_tables_show_the_means_the_permutation_and_the_made_up_cuts(desk: Desk) -> None:
    shown = desk._tables.value
    assert '<th scope="row">Members</th><td>5</td><td>0.42</td><td>0.25</td><td>−0.17</td>' in shown
    assert "<td>56, all there are</td>" in shown and "<td>0.018</td>" in shown
    placebos = model.placebos(lab_breaking.measures()[APART], START)
    for row in placebos.itertuples():
        assert f"made-up cut in {row.cut}</th><td>{signed(row.estimate)}</td>" in shown


def test_every_control_has_a_name(desk: Desk) -> None:
    controls = [
        desk.measure,
        desk.cut,
        desk.first,
        desk.last,
        desk._text,
        desk.file,
        desk.save_button,
        desk.load_button,
    ]
    for control in (*controls, *desk.members.values(), *desk.comparison.values()):
        assert control.description


# --- the conclusion -----------------------------------------------------------------------------------------------


def test_a_conclusion_comes_back_with_its_choices(desk: Desk, tmp_path: Path) -> None:
    desk.set(measure=HELD, cut=2020, comparison=("GEO", "UZB"), members=("ARM", "KAZ"), first=2012)
    desk.conclusion = "No break: ‘continuity’ <b>rests</b> on the window.\nSecond line."
    said = desk.said.text
    path = desk.save(tmp_path / "mine.json")
    other = Desk()
    other.load(path)
    assert other.choices == desk.choices and other.measure.value == HELD
    assert other.conclusion == desk.conclusion and other.said.text == said
    assert other.kept.text == "Loaded from mine.json."


def test_the_buttons_save_and_load_and_say_so(desk: Desk, tmp_path: Path) -> None:
    desk.conclusion = "First."
    desk.file.value = str(tmp_path / "a.json")
    desk.save_button.click()
    assert desk.kept.text == "Saved in a.json."
    desk.conclusion = "Second."
    desk.load_button.click()
    assert desk.conclusion == "First."
    desk.file.value = str(tmp_path / "b.txt")
    desk.save_button.click()
    assert "Not done." in desk.kept.text and ".json, .md" in desk.kept.text


def test_a_page_to_hand_in_names_the_choices_the_result_and_the_conclusion(
    desk: Desk, tmp_path: Path
) -> None:
    desk.conclusion = "Mine."
    page = desk.save(tmp_path / "mine.md").read_text(encoding="utf-8")
    assert page.startswith("# Break or continuity\n")
    for part in ("Azerbaijan, Georgia and Uzbekistan", "cut: 2022", desk.said.text, "Mine."):
        assert part in page
    desk.save(tmp_path / "mine.md")  # its own file may be written again


def test_a_file_that_is_not_of_this_lab_is_left_as_it_is(desk: Desk, tmp_path: Path) -> None:
    for name in ("notes.json", "notes.md"):
        other = tmp_path / name
        other.write_text('{"mine": 1}', encoding="utf-8")
        with pytest.raises(ValueError, match="is another file and stays as it is"):
            desk.save(other)
        assert other.read_text(encoding="utf-8") == '{"mine": 1}'


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lab": "joining"}, "field lab: this file is not from this lab"),
        ({"cut": "2022"}, "field cut: '2022' is not allowed; allowed: int"),
        ({"conclusion": None}, "field conclusion: None is not allowed; allowed: str"),
        ({"members": []}, "members: no state is chosen"),
        ({"members": [1]}, "members: 1 is not offered"),
        ({"comparison": ["USA"]}, "comparison: 'USA' is not offered"),
        ({"measure": "Love"}, "measure: 'Love' is not known"),
        ({"cut": 2040}, "cut: 2040 is outside the window"),
        ({"last": 2050, "cut": 2040}, "cut: 2040 is outside the data of this measure"),
    ],
)
def test_a_spoilt_file_is_named_and_changes_nothing(
    desk: Desk, tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    path = desk.save(tmp_path / "kept.json")
    kept = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**kept, **change}), encoding="utf-8")
    desk.conclusion = "Untouched."
    with pytest.raises(ValueError, match=re.escape(message)):
        desk.load(path)
    assert desk.conclusion == "Untouched." and desk.choices == START


@pytest.mark.parametrize("text", ["", "not JSON", "[1]", "\x00"])
def test_a_file_without_a_conclusion_is_named(desk: Desk, tmp_path: Path, text: str) -> None:
    path = tmp_path / "spoilt.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"spoilt\.json"):
        desk.load(path)


def test_a_file_that_is_not_there_is_named(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.json: there is no such file"):
        desk.load(tmp_path / "none.json")


def test_choices_that_cannot_be_computed_are_not_saved(desk: Desk, tmp_path: Path) -> None:
    desk.cut.value = 2030
    with pytest.raises(ChoiceError, match="2030"):
        desk.save(tmp_path / "mine.json")
    assert not (tmp_path / "mine.json").exists()


# --- the twin -----------------------------------------------------------------------------------------------------


def test_the_twin_says_what_the_live_lab_says_wherever_its_controls_stand(compiled: dict[str, Any]) -> None:
    for measure, cut, against in settings(12):
        (said,) = [text[5:] for text in told(compiled, measure, cut, against) if text.startswith("SAYS ")]
        choices = replace(START, cut=cut, comparison=GROUPS[against])
        assert said == " ".join(lab_breaking.sentence(measure, choices).split())


def test_the_lines_of_the_twin_agree_with_the_model(compiled: dict[str, Any]) -> None:
    members, others, step, russia = lab_breaking.LINES
    for measure, cut, against in [
        (APART, 2022, LEFT),
        (HELD, 2019, "plus Ukraine"),
        (IDEAL, 2022, LEFT),
        *settings(6),
    ]:
        drawn: dict[str, dict[int, float]] = {}
        for text in told(compiled, measure, cut, against):
            if text.startswith("LEVEL "):
                line, year, level = text[6:].rsplit(" ", 2)
                drawn.setdefault(line, {})[int(year)] = float(level.replace("−", "-"))
        choices = replace(START, cut=cut, comparison=GROUPS[against])
        expected = model.counterfactual(sample(measure, choices)).set_index("year")
        for line, column in ((members, "members"), (others, "comparison"), (step, "in_step")):
            assert drawn[line] == pytest.approx(expected[column].to_dict(), abs=3e-4), (measure, cut, line)
        assert (russia in drawn) == (measure == IDEAL)


def test_the_dots_of_the_twin_agree_with_the_model(compiled: dict[str, Any]) -> None:
    for measure, cut, against in [(APART, 2022, LEFT), *settings(8)]:
        choices = replace(START, cut=cut, comparison=GROUPS[against])
        on_page = {name: made for name, made in lab_breaking.measures().items() if name in ON_PAGE}
        table = model.sensitivity(on_page, measure, choices, CUTS, (), GROUPS)
        table = table[table["estimate"].notna()]
        expected = {
            (
                lab_breaking.label(row.changed, row.what),
                row.estimate,
                row.what if row.changed == "measure" else measure,
            )
            for row in table.itertuples()
        }
        drawn = told(compiled, measure, cut, against)
        names = [text for text in drawn if text in set(lab_breaking.alternatives()["label"])]
        assert sorted(names) == sorted(name for name, _, _ in expected)
        numbers = [text for text in drawn if re.fullmatch(r"[+−]?\d+\.\d+", text)]
        for name, estimate, of in expected:
            decimals = KINDS[of].decimals
            near = {
                signed(estimate + shift, decimals) for shift in (-5e-5, 0, 5e-5)
            }  # cells hold four decimals
            assert near & set(numbers), (name, estimate)


def test_the_twin_fits_the_book(twin: dict[str, Any]) -> None:
    wide, narrow = vega.draw(twin, theme.dark_forms(), twin["name"])
    assert twin["name"] == "fig-lab-break"
    assert wide.controls == 3
    assert float(re.search(r' width="([\d.]+)"', narrow.svg)[1]) <= vega.NARROW + 8
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', wide.svg)]
    assert sizes and min(sizes) >= 12
    assert len(gzip.compress(wide.vega.encode())) < 40_000


def test_the_legend_shows_how_each_line_is_dashed(compiled: dict[str, Any]) -> None:
    dashes = re.findall(r'd="M-10,0L10,0"[^>]*stroke-dasharray="([^"]*)"', vl_convert.vega_to_svg(compiled))
    assert dashes == [",".join(map(str, dash)) for _, dash, _ in lab_breaking.LINES.values()]


def test_lines_and_dots_are_told_apart_without_colour() -> None:
    assert len({tuple(dash) for _, dash, _ in lab_breaking.LINES.values()}) == len(lab_breaking.LINES)
    assert len(set(lab_breaking.SHAPES.values())) == len(lab_breaking.SHAPES)


def test_the_twin_says_in_words_what_it_shows(twin: dict[str, Any]) -> None:
    assert twin["title"]["text"] == "The members came closer to Russia because Russia moved"
    for part in (
        "from 0.42 to 0.25",
        "an estimate of −0.15",
        "made −0.36 and theirs +0.19",
        "is +0.06",
        "is +0.19",
    ):
        assert part in twin["description"]
    assert "no lottery" in twin["usermeta"]["note"]["caution"]


def test_the_table_under_the_twin_has_a_row_for_every_setting(twin: dict[str, Any]) -> None:
    rows = tables.chart_rows(twin)
    table = BeautifulSoup(tables.as_html(rows, tables.drawn_fields(twin), "x"), "html.parser")
    heads = [head.get_text() for head in table.select("thead th")]
    assert heads == ["measure", "first year after", "compared with", "difference in differences", "p"]
    body = [[cell.get_text() for cell in row.select("td")] for row in table.select("tbody tr")]
    assert len(body) == len(ON_PAGE) * len(CUTS) * len(GROUPS)
    assert all(all(row) for row in body)
