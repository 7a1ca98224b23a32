"""Lab 5b: the live widget driven from code, and its static twin evaluated by Vega itself against the model."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from ipywidgets import Widget
from twins import spoken, turned, words

from book import vega
from csto import theme
from csto.labs import lab
from csto.labs import scenarios as lab_scenarios
from csto.labs.base import percent
from csto.labs.scenarios import GIVEN, NOTICE, SUPPOSED, SUSPENSION, Desk
from csto.models import scenarios as model
from csto.models.scenarios import EVENTS, SCENARIOS, START, Impossible


def settings(number: int) -> list[dict[str, Any]]:
    """Return random settings of the page's controls, possible and impossible ones."""
    pick = np.random.default_rng(2028)
    return [
        {
            "notice": float(pick.choice(NOTICE)),
            "suspension": float(pick.choice(SUSPENSION)),
            "given": float(pick.choice(GIVEN)),
            "suppose": str(pick.choice(list(SUPPOSED))),
        }
        for _ in range(number)
    ]


def model_says(notice: float, suspension: float, given: float, suppose: str) -> dict[str, float] | None:
    """Return the chances of the scenarios, or None where the judgements are impossible."""
    try:
        futures = model.fit(lab_scenarios.judged(notice, suspension, given)).suppose(**SUPPOSED[suppose])
    except Impossible:
        return None
    found = model.scenarios(futures, model.AXES, SCENARIOS).set_index("scenario")["probability"]
    return {str(name): float(chance) for name, chance in found.items()}


@pytest.fixture(scope="module")
def twin() -> dict[str, Any]:
    return lab("scenarios").chart().to_dict()


@pytest.fixture(scope="module")
def compiled(twin: dict[str, Any]) -> dict[str, Any]:
    return spoken(twin)


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield Desk()
    Widget.close_all()


# --- the live lab -------------------------------------------------------------------------------------------------


def test_the_answer_in_words_is_the_models(desk: Desk) -> None:
    found = model.scenarios(model.fit(START), model.AXES, SCENARIOS).set_index("scenario")["probability"]
    for name, chance in found.items():
        assert f"{name} {percent(chance)}" in desk.said.text.split(". Drawn")[0]
    assert "Drawn 10,000 times with seed 2026: " in desk.said.text


def test_a_turned_dial_moves_the_scenarios(desk: Desk) -> None:
    before = desk.found.set_index("scenario")["probability"]
    desk.dials["ceasefire"].value = 0.9
    after = desk.found.set_index("scenario")["probability"]
    assert after["Revival"] > before["Revival"] and after["Shell"] < before["Shell"]
    assert desk.judgements.chances["ceasefire"] == 0.9


def test_a_pair_is_judged_by_the_controls_and_left_open_again(desk: Desk) -> None:
    desk.given.value, desk.then.value = "ceasefire", "absence"
    desk.dials["given"].value = 0.05
    desk._judge.click()
    assert desk.judgements.given["absence", "ceasefire"] == 0.05
    assert desk.futures.matrix().loc["ceasefire", "absence"] == pytest.approx(0.05)
    desk._open.click()
    assert ("absence", "ceasefire") not in desk.judgements.given
    assert desk.dials["given"].value == pytest.approx(0.15, abs=0.001), "back to what follows from the others"


def test_a_pair_judged_the_other_way_round_takes_the_place_of_the_first(desk: Desk) -> None:
    desk.set(given={("suspension", "notice"): 0.6})
    assert ("notice", "suspension") not in desk.judgements.given
    assert desk.futures.matrix().loc["suspension", "notice"] == pytest.approx(0.6 * 0.2 / 0.3)


def test_the_limits_of_the_chosen_pair_are_said_before_it_is_judged(desk: Desk) -> None:
    assert "Possible by itself: 0% to 67%; beside your other judgements: 0% to 67%." in desk._limits.value
    desk.given.value = "notice"
    assert "Choose two different events" in desk._limits.value and desk._judge.disabled
    desk.then.value = "suspension"
    assert "Possible by itself: 0% to 100%" in desk._limits.value and not desk._judge.disabled


def test_an_impossible_judgement_is_explained_and_nothing_is_lost(desk: Desk) -> None:
    before, picture = desk.judgements, desk._picture.value
    desk.dials["given"].value = 0.8
    desk._judge.click()
    assert desk.said.text.startswith(
        "Not possible: chance of notice given suspension: 0.8 is not possible; possible: 0 to 0.667. "
        "notice has the chance 0.2 in all."
    )
    assert desk.said.text.endswith("The picture still shows the last judgements that were possible.")
    assert desk.judgements == before and desk._picture.value == picture
    desk.dials["suspension"].value = 0.9
    assert desk.said.text.startswith("Not possible: chance of notice given suspension: 0.5")
    assert desk.judgements == before and desk._picture.value == picture
    desk.dials["suspension"].value = 0.35
    assert not desk.said.text.startswith("Not possible") and desk.judgements.chances["suspension"] == 0.35


def test_judgements_that_clash_only_together_are_explained(desk: Desk) -> None:
    desk.set(given={pair: None for pair in START.given}, notice=0.5, suspension=0.5, absence=0.5)
    desk.set(given={("notice", "suspension"): 0.0, ("absence", "notice"): 0.0})
    before = desk.judgements
    desk.given.value, desk.then.value = "suspension", "absence"
    assert "Possible by itself: 0% to 100%; beside your other judgements: 100% to 100%." in desk._limits.value
    desk.dials["given"].value = 0.0
    desk._judge.click()
    assert (
        "is not possible beside the other judgements, though each pair is possible by itself"
        in desk.said.text
    )
    assert desk.judgements == before


def test_what_is_supposed_has_happened(desk: Desk) -> None:
    desk.suppose.value = ("suspension", True)
    assert desk.said.text.startswith(f"Supposing that {EVENTS['suspension']}: ")
    assert desk.futures.chances["suspension"] == pytest.approx(1)
    assert desk.futures.chances["notice"] == pytest.approx(0.5)
    desk.suppose.value = ("suspension", False)
    assert desk.said.text.startswith("Supposing that it does not happen that the Eurasian Economic Union")
    assert desk.futures.chances["suspension"] == 0
    desk.set(suspension=0.0, given={pair: None for pair in START.given}, suppose={})
    desk.suppose.value = ("suspension", True)
    assert "no future is left in which suspension happens" in desk.said.text


def test_the_seed_and_the_draws_reach_the_model(desk: Desk) -> None:
    desk.set(draws=1_000, seed=7)
    first = desk.found["count"].tolist()
    assert sum(first) == 1_000 and "Drawn 1,000 times with seed 7" in desk.said.text
    desk.set(seed=8)
    assert desk.found["count"].tolist() != first
    desk.set(seed=7)
    assert desk.found["count"].tolist() == first


def test_more_signs_asked_make_other_ways_rarer(desk: Desk) -> None:
    many = [desk.found.query("second == 'many'")["probability"].sum()]
    for least in (2, 3):
        desk.least.value = least
        many.append(desk.found.query("second == 'many'")["probability"].sum())
    assert many == sorted(many, reverse=True) and many[2] > 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weather": 0.5}, "'weather' is not an event; allowed: notice"),
        ({"notice": 1.5}, "chance of notice: 1.5 is not allowed; allowed: 0 to 1"),
        ({"given": {("notice", "suspension"): 0.9}}, "0.9 is not possible; possible: 0 to 0.667"),
        ({"given": {("notice", "weather"): 0.9}}, "'weather' is not an event"),
        ({"suppose": {"weather": True}}, "'weather' is not an event"),
        ({"suppose": {"notice": True, "absence": True}}, "suppose: 2 events came; allowed: one, or none"),
        ({"least": 4}, "least: 4 is not allowed; allowed: 1, 2, 3"),
        ({"draws": 11}, "draws: 11 is not allowed; allowed: 100, 1000, 10000"),
        ({"seed": -1}, "seed: -1 is not allowed; allowed: whole numbers from 0"),
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    before = (desk.said.text, desk._picture.value, desk.judgements)
    with pytest.raises(ValueError, match=re.escape(message)):
        desk.set(**{"ceasefire": 0.9, **change})
    assert (desk.said.text, desk._picture.value, desk.judgements) == before
    assert desk.dials["ceasefire"].value == 0.5


def test_the_picture_and_the_tables_agree_with_the_model(desk: Desk) -> None:
    drawn = words(desk._picture.value)
    for row in desk.found.itertuples():
        assert f"{percent(row.probability)}, drawn {percent(row.share)}" in drawn
        assert f"<td>{row.probability:.4f}</td><td>{row.share:.4f}</td>" in desk._table.value
    assert desk._table.value.count("%*</td>") == len(START.given), "judged pairs are marked"
    assert "5 futures drawn with this seed" in desk._table.value


def test_every_control_has_a_name(desk: Desk) -> None:
    assert all(dial.label for dial in desk.dials.values())
    named = (desk.given, desk.then, desk.suppose, desk.least, desk.draws, desk.seed)
    assert all(control.description for control in named)


# --- the twin -----------------------------------------------------------------------------------------------------


def test_the_grid_agrees_with_the_model_and_is_empty_where_judgements_are_impossible() -> None:
    grid = lab_scenarios.grid()
    assert len(grid) == len(NOTICE) * len(SUSPENSION) * len(GIVEN) * len(SUPPOSED) <= 900
    for row in grid.sample(60, random_state=3).to_dict("records"):
        expected = model_says(row["notice"], row["suspension"], row["given"], row["suppose"])
        got = {name: row[name] for name in SCENARIOS.values()}
        if expected is None:
            assert all(np.isnan(chance) for chance in got.values())
            low, high = model.bounds(row["notice"], row["suspension"])
            assert not low - 1e-9 <= row["given"] <= high + 1e-9
        else:
            assert got == pytest.approx(expected, abs=6e-5)


def test_the_twin_says_and_draws_what_the_model_says(compiled: dict[str, Any]) -> None:
    possible = 0
    for setting in settings(14):
        drawn = words(turned(compiled, **setting))
        assert lab_scenarios.answer(**setting) in drawn
        expected = model_says(**setting)
        possible += expected is not None
        for name in SCENARIOS.values():
            said = "no answer" if expected is None else percent(round(expected[name], 4))
            assert f"{name}: {said}" in drawn
        limits = [text for text in drawn if "; the limits are " in text]
        low, high = model.bounds(setting["notice"], setting["suspension"])
        can = "not possible" if expected is None else "possible"
        assert limits == [
            f"{percent(setting['given'])}: {can}; the limits are {percent(low)} to {percent(high)}"
        ]
    assert 0 < possible < 14, "both kinds were tried"


def test_an_impossible_mark_differs_in_shape_from_a_possible_one(compiled: dict[str, Any]) -> None:
    def mark(given: float) -> str:
        svg = turned(compiled, given=given)
        return re.findall(r'<path[^>]*d="(M[^"]*)"[^>]*fill="(?:#0b5d66|#8c2f1b)"', svg)[0]

    assert mark(0.5) != mark(0.9)


def test_the_twin_fits_the_book(twin: dict[str, Any]) -> None:
    wide, narrow = vega.draw(twin, theme.dark_forms(), twin["name"])
    assert twin["name"] == "fig-lab-scenarios"
    assert wide.controls == 4  # three dials and what is supposed
    assert float(re.search(r' width="([\d.]+)"', narrow.svg)[1]) <= vega.NARROW + 8
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', wide.svg)]
    assert sizes and min(sizes) >= 12


def test_the_words_of_the_twin_are_computed(twin: dict[str, Any]) -> None:
    told = twin["description"]
    for suppose in SUPPOSED:
        found = model_says(0.2, 0.3, 0.5, suppose)
        assert lab_scenarios.listed(found) in told
    assert "can be 0% to 67%" in told
    assert "nothing here is drawn by lot" in twin["usermeta"]["note"]["source"]
    assert "neither leaves nor takes part" in twin["usermeta"]["note"]["caution"]
