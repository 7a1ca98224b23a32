"""Lab 2: the live widget driven from code, and its static twin evaluated by Vega itself against the model."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ipywidgets import Widget
from twins import spoken, turned, words

from book import tables, vega
from csto import theme
from csto.labs import deciding as lab_deciding
from csto.labs import lab
from csto.labs.base import percent
from csto.labs.deciding import Desk
from csto.models import deciding as model
from csto.models.deciding import MEMBERS, RULES

WIDE, HIGH = 640, 240


def settings(number: int) -> list[dict[str, Any]]:
    """Return random settings of the page's controls."""
    pick = np.random.default_rng(2012)
    return [
        {
            "role": str(pick.choice(list(model.ROLES))),
            "least": float(pick.choice(lab_deciding.LEAST)),
            "others": float(pick.choice(lab_deciding.OTHERS)),
            "correlation": float(pick.choice(lab_deciding.CORRELATIONS)),
            "needed": int(pick.choice(lab_deciding.NEEDED)),
        }
        for _ in range(number)
    ]


@pytest.fixture(scope="module")
def twin() -> dict[str, Any]:
    return lab("deciding").chart().to_dict()


@pytest.fixture(scope="module")
def compiled(twin: dict[str, Any]) -> dict[str, Any]:
    return spoken(twin)


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield Desk()
    Widget.close_all()


# --- the live lab -------------------------------------------------------------------------------------------------


def test_a_turned_dial_changes_the_answer_in_words(desk: Desk) -> None:
    assert desk.said.text.startswith(
        "Under consensus the council acts with a chance of 24%. "
        "It turns most on Kazakhstan: the others leave the decision to it with 59%."
    )
    desk.dials["KAZ"].value = 0.9
    assert desk.said.text.startswith(
        "Under consensus the council acts with a chance of 53%. "
        "It turns on all six alike: each is left the decision with 59%."
    )


def test_the_answer_gives_every_rule_and_says_how_it_was_reached(desk: Desk) -> None:
    assert (
        "By rule: Consensus 24%; Consensus minus one 26%; Majority 95%; Russia alone 90%." in desk.said.text
    )
    assert desk.said.text.endswith("Exact.")
    desk.dials["correlation"].value = 0.5
    assert re.search(
        r"Simulated, 100,000 draws: a standard error of at most 0\.1\d points\.$", desk.said.text
    )
    desk.dials["correlation"].value = 1.0
    assert desk.said.text.endswith("Exact.")


def test_every_control_reaches_the_model(desk: Desk) -> None:
    desk.rule.value = "Majority"
    desk.needed.value = 6
    assert desk.said.text.startswith("Under a majority of 6 of 6 the council acts with a chance of 24%.")
    chances = desk.expected.set_index("rule")["chance"]
    assert chances["Majority"] == chances["Consensus"] == pytest.approx(0.4 * 0.9**5)
    desk.rule.value = "Russia alone"
    desk.dials["RUS"].value = 0.25
    assert (
        "acts with a chance of 25%. It turns most on Russia: the others leave the decision to it with 100%"
        in desk.said.text
    )
    desk.rule.value = "Consensus minus one"
    desk.set(RUS=0.9, concerned="KAZ")
    assert desk.said.text.startswith("Under consensus minus one the council acts with a chance of 59%.")
    assert "It turns most on Armenia, Belarus, Kyrgyzstan, Russia and Tajikistan" in desk.said.text


def test_where_certain_members_decide_nobody_turns_anything(desk: Desk) -> None:
    desk.set(rule="Majority", **dict.fromkeys(MEMBERS, 1.0))
    assert "It turns on no single member." in desk.said.text


@pytest.mark.parametrize("profile", model.PROFILES)
def test_the_live_picture_and_the_tables_agree_with_the_model(desk: Desk, profile: str) -> None:
    for rule in RULES:
        desk.set(rule=rule, profile=profile)
        assert desk.profile.value == profile and desk.council == model.PROFILES[profile]
        expected = [percent(chance) for chance in model.compare(desk.council)["chance"]]
        expected += [percent(chance) for chance in model.pivots(desk.council, rule)["turns"]]
        ticks = {"0%", "50%", "100%"}
        drawn = [text for text in words(desk._picture.value) if "%" in text and text not in ticks]
        assert drawn == [text for text in expected if text not in ticks]
        for row in model.compare(desk.council).itertuples():
            assert f"<td>{row.chance:.4f}</td>" in desk._table.value


def test_the_table_of_power_tells_the_rule_from_the_council(desk: Desk) -> None:
    cells = re.findall(r'<th scope="row">Kazakhstan</th>(.*?)</tr>', desk._table.value)[0]
    assert re.findall(r"<td>(.*?)</td>", cells) == ["0.40", "17%", "17%", "59%", "35%"]


def test_a_made_up_council_sets_every_dial_and_a_turned_dial_leaves_it(desk: Desk) -> None:
    name = "All look to one signal"
    desk.profile.value = name
    assert desk.council == model.PROFILES[name]
    desk.dials["TJK"].value = 0.2
    assert desk.profile.value == "as set below"
    chances = {**model.PROFILES[name].chances, "TJK": 0.2}
    assert desk.council == replace(model.PROFILES[name], chances=chances)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"UZB": 0.5}, "chances: 'UZB' is not a member; allowed: ARM, BLR"),
        ({"RUS": 1.5}, "chance of RUS: 1.5 is not allowed; allowed: 0 to 1"),
        ({"correlation": -0.1}, "correlation: -0.1 is not allowed; allowed: 0 to 1"),
        ({"needed": 7}, "needed: 7 is not allowed; allowed: whole numbers from 1 to 6"),
        ({"concerned": "AZE"}, "concerned: 'AZE' is not a member; allowed: ARM"),
        ({"rule": "Lot"}, "rule: 'Lot' is not known; allowed: Consensus"),
        ({"profile": "Ilmen"}, "profile: 'Ilmen' is not known; allowed: Five willing"),
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    before = desk.said.text
    with pytest.raises(ValueError, match=re.escape(message)):
        desk.set(**{"ARM": 0.2, **change})
    assert desk.council == model.PROFILES[lab_deciding.START] and desk.said.text == before


def test_a_dial_refuses_a_value_beyond_its_ends(desk: Desk) -> None:
    with pytest.raises(ValueError, match=r"^Armenia consents: 1\.2 is not allowed; allowed: 0 to 1"):
        desk.dials["ARM"].value = 1.2


def test_every_control_has_a_name(desk: Desk) -> None:
    assert [desk.dials[code].label for code in MEMBERS] == [
        f"{n} consents" for n in lab_deciding.names().values()
    ]
    assert desk.dials["correlation"].hint
    assert all(c.description for c in (desk.rule, desk.concerned, desk.needed, desk.profile))


@pytest.mark.parametrize(
    ("chance", "said"),
    [
        (0, "0%"),
        (0.002, "under 1%"),
        (0.005, "1%"),
        (0.125, "13%"),
        (0.5, "50%"),
        (0.997, "over 99%"),
        (1, "100%"),
    ],
)
def test_what_is_neither_impossible_nor_sure_is_not_called_so(chance: float, said: str) -> None:
    assert percent(chance) == said


# --- the twin -----------------------------------------------------------------------------------------------------


def test_the_grid_agrees_with_the_model() -> None:
    grid = lab_deciding.grid()
    assert (
        len(grid)
        == len(lab_deciding.LEAST) * len(lab_deciding.OTHERS) * len(lab_deciding.CORRELATIONS)
        <= 1500
    )
    for row in grid.sample(40, random_state=7).to_dict(orient="records"):
        council = model.hesitant(row["hesitant"], row["others"], row["correlation"], "a third member")
        assert row["consensus"] == pytest.approx(model.acting(council, "Consensus")[0], abs=6e-5)
        assert row["minus one"] == pytest.approx(model.acting(council, "Consensus minus one")[0], abs=6e-5)
        for needed in lab_deciding.NEEDED:
            found = model.acting(replace(council, needed=needed), "Majority")[0]
            assert row[f"{needed} of 6"] == pytest.approx(found, abs=6e-5)


def alike(said: list[str], expected: list[str]) -> bool:
    """Return whether two texts say the same, up to one point of percent.

    Five members that are alike are exchangeable but drawn apart, and the grid keeps four decimals.
    """
    pairs = [
        (re.findall(r"(\d+)%", a), re.findall(r"(\d+)%", b)) for a, b in zip(said, expected, strict=True)
    ]
    return [re.sub(r"(under |over )?\d+%", "%", text) for text in said] == [
        re.sub(r"(under |over )?\d+%", "%", text) for text in expected
    ] and all(abs(int(a) - int(b)) <= 1 for one, other in pairs for a, b in zip(one, other, strict=True))


def test_the_twin_says_the_answer_of_the_model_wherever_its_controls_stand(compiled: dict[str, Any]) -> None:
    for setting in [lab_deciding.FIRST, *settings(25)]:
        said = [text for text in words(turned(compiled, **setting)) if text.startswith("The council acts")]
        assert alike(said, [lab_deciding.answer(**setting)]), setting


def test_the_twin_says_exactly_what_the_model_says_where_the_model_is_exact(compiled: dict[str, Any]) -> None:
    for setting in settings(60):
        if setting["correlation"] in (0, 1):
            drawn = words(turned(compiled, **setting))
            assert lab_deciding.answer(**setting) in drawn, setting


def test_the_rows_of_the_twin_agree_with_the_model(compiled: dict[str, Any]) -> None:
    for setting in settings(12):
        drawn = words(turned(compiled, **setting))
        council = model.hesitant(**setting)
        left = lab_deciding.left_to(council, model.ROLES[setting["role"]][0])
        rows = [text for text in drawn if "its word decides" in text]
        assert alike(
            rows,
            [
                f"acts with {percent(chance)}; its word decides: {percent(turn)}"
                for chance, turn in zip(model.compare(council)["chance"], left, strict=True)
            ],
        )
        assert f"Majority, {setting['needed']} of 6" in drawn


def test_the_lines_of_the_twin_agree_with_the_model(compiled: dict[str, Any]) -> None:
    colours = {colour: rule for rule, colour in lab_deciding.COLOURS.items()}
    for setting in settings(8):
        svg = turned(compiled, **setting)
        paths = re.findall(r'd="(M[^"Z]+)"[^>]*stroke="(#\w+)"[^>]*stroke-width="2.5"', svg)
        lines = {colours[colour]: re.findall(r"([\d.]+),([\d.]+)", path) for path, colour in paths}
        assert set(lines) == set(RULES)
        for rule, points in lines.items():
            assert [float(x) for x, _ in points] == pytest.approx([p * WIDE for p in lab_deciding.LEAST])
            for least, (_, y) in list(zip(lab_deciding.LEAST, points, strict=True))[::3]:
                chance, error = model.acting(model.hesitant(**{**setting, "least": least}), rule)
                assert 1 - float(y) / HIGH == pytest.approx(chance, abs=1e-4 + 6 * error)


def test_the_twin_fits_the_book(twin: dict[str, Any]) -> None:
    wide, narrow = vega.draw(twin, theme.dark_forms(), twin["name"])
    assert twin["name"] == "fig-lab-deciding"
    assert wide.controls == 5  # who hesitates, three chances, the majority
    assert float(re.search(r' width="([\d.]+)"', narrow.svg)[1]) <= vega.NARROW + 8
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', wide.svg)]
    assert sizes and min(sizes) >= 12
    assert len(gzip.compress(wide.vega.encode())) < 15_000


def test_rules_are_told_apart_without_colour() -> None:
    for look in (lab_deciding.DASHES, lab_deciding.SHAPES, lab_deciding.COLOURS):
        assert set(look) == set(RULES)
        assert len({str(value) for value in look.values()}) == len(RULES)


def test_the_twin_says_in_words_what_it_shows(twin: dict[str, Any]) -> None:
    assert (
        twin["title"]["text"]
        == "By consensus, one member in doubt takes the chance of acting from 53% to 24%"
    )
    assert "climbs from 0% to 59%" in twin["description"]
    assert "(59% against 24%), and hardly otherwise (26%)" in twin["description"]
    assert "consensus gives 53%, 68% and 90%, a majority of four 98%, 92% and 90%" in twin["description"]
    assert "consensus only" in twin["usermeta"]["note"]["caution"]


def test_the_table_under_the_twin_has_a_row_for_every_setting(twin: dict[str, Any]) -> None:
    rows = [row for row in tables.chart_rows(twin) if "consensus" in row]
    assert len(rows) == 330
    assert list(rows[0]) == [
        "hesitant",
        "others",
        "correlation",
        "consensus",
        "minus one",
        "3 of 6",
        "4 of 6",
        "5 of 6",
    ]
