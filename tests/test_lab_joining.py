"""Lab 1: the live widget driven from code, and its static twin evaluated by Vega itself against the model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import altair as alt
import numpy as np
import pandas as pd
import pytest
import vl_convert
from ipywidgets import Widget
from twins import turned, words

from book import vega
from csto import theme
from csto.labs import joining as lab_joining
from csto.labs import lab
from csto.labs.joining import Desk
from csto.models import joining as model
from csto.models.joining import Case

WIDE, HIGH = 640, 280


def random_cases(number: int) -> list[Case]:
    values = np.random.default_rng(2002).uniform(size=(number, len(model.DIALS))).round(2)
    return [Case(*map(float, row)) for row in values]


@pytest.fixture(scope="module")
def twin() -> dict[str, Any]:
    return lab("joining").chart().to_dict()


@pytest.fixture(scope="module")
def compiled(twin: dict[str, Any]) -> dict[str, Any]:
    return vl_convert.vegalite_to_vega(twin)


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield Desk()
    Widget.close_all()


# --- the live lab -------------------------------------------------------------------------------------------------


def test_a_turned_dial_changes_the_answer_in_words(desk: Desk) -> None:
    assert desk.said.text.startswith("Under tethering the state joins, net gain +0.30.")
    desk.dials["patron"].value = 0.95
    assert desk.said.text.startswith("Under tethering the state stays out, net gain −0.19.")
    assert "without it the state would join" in desk.said.text


def test_the_answer_names_the_decisive_term_and_all_four_theories(desk: Desk) -> None:
    desk.set(outside=0.8, patron=0.1, theory="Balancing")
    assert "Under balancing the state joins, net gain +0.50" in desk.said.text
    assert (
        "What decides is protection against outsiders (+0.56): without it the state would stay out"
        in desk.said.text
    )
    for expected in (
        "Balancing joins (+0.50)",
        "Bandwagoning stays out (−0.10)",
        "Exchange joins (+0.46)",
        "Tethering stays out (−0.08)",
    ):
        assert expected in desk.said.text


def test_a_chosen_theory_changes_the_answer_for_the_same_state(desk: Desk) -> None:
    desk.theory.value = "Bandwagoning"
    assert desk.case == Case()
    assert desk.said.text.startswith("Under bandwagoning the state stays out, net gain −0.10.")


def test_the_picture_follows_the_dials(desk: Desk) -> None:
    before = desk._picture.value
    desk.dials["payment"].value = 0.9
    assert "joins (+0.60)" in words(desk._picture.value) and "joins (+0.60)" not in words(before)


@pytest.mark.parametrize("theory", model.THEORIES)
def test_the_live_picture_agrees_with_the_model(desk: Desk, theory: str) -> None:
    for case in random_cases(3):
        desk.set(theory=theory, **asdict(case))
        drawn = words(desk._picture.value)
        for row in model.compare(case).itertuples():
            assert f"{lab_joining.verdict(row.joins)} ({lab_joining.signed(row.gain)})" in drawn


def test_a_mix_of_ones_own_counts_the_ticked_terms_only(desk: Desk) -> None:
    desk.set(theory=lab_joining.OWN)
    assert desk._mix.layout.display == "flex"
    for term in ("protection", "payment", "autonomy"):
        desk.terms[term].value = False
    gain = desk.expected.set_index("theory").loc[lab_joining.OWN, "gain"]
    assert gain == pytest.approx(0.6 - 0.3)  # restraint at half fear, less exposure
    assert "Your own mix joins (+0.30)" in desk.said.text
    for box in desk.terms.values():
        box.value = False
    assert "Under your own mix the state stays out, net gain +0.00. No term counts." in desk.said.text


def test_a_made_up_case_sets_every_dial_and_a_turned_dial_leaves_it(desk: Desk) -> None:
    name = "Courted with gifts"
    desk.profile.value = name
    assert desk.case == model.PROFILES[name]
    desk.dials["payment"].value = 0.1
    assert desk.profile.value == "as set below"
    assert desk.case == replace(model.PROFILES[name], payment=0.1)


def test_the_sum_and_the_evidence_stand_in_tables(desk: Desk) -> None:
    desk.set(theory="Exchange")
    (total,) = re.findall(r"Net gain</th><td><strong>(.*?)</strong>", desk._table.value)
    assert total == "+0.18"
    assert "Restraint of the patron</th><td>does not count" in desk._table.value
    assert "<td>more, then less</td>" in desk._table.value


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weather": 1}, "'weather' is not a dial; allowed: outside, patron"),
        ({"patron": 1.5}, "patron: 1.5 is not allowed; allowed: 0 to 1"),
        ({"theory": "Realism"}, "theory: 'Realism' is not known; allowed: Balancing"),
        ({"profile": "Ilmen"}, "profile: 'Ilmen' is not known; allowed: Fears"),
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    before = desk.said.text
    with pytest.raises(ValueError, match=re.escape(message)):
        desk.set(outside=0.9, **change)
    assert desk.case == Case() and desk.said.text == before


def test_a_dial_refuses_a_value_beyond_its_ends(desk: Desk) -> None:
    with pytest.raises(ValueError, match=r"^Threat from the patron: 1\.2 is not allowed; allowed: 0 to 1"):
        desk.dials["patron"].value = 1.2


def test_every_dial_is_named_and_explained(desk: Desk) -> None:
    assert set(desk.dials) == set(model.DIALS)
    for dial in desk.dials.values():
        assert dial.label and dial.hint


# --- the twin -----------------------------------------------------------------------------------------------------


def test_the_twins_bars_agree_with_the_model(compiled: dict[str, Any]) -> None:
    for case in random_cases(12):
        case = replace(case, restraint=0.6, exposure=0.6, payment=0.2)  # these have no control on the page
        drawn = words(turned(compiled, **{name: getattr(case, name) for name in lab_joining.BOUND}))
        bars = [text for text in drawn if re.fullmatch(r"(joins|stays out) \(.*\)", text)]
        assert bars == [
            f"{lab_joining.verdict(row.joins)} ({lab_joining.signed(row.gain)})"
            for row in model.compare(case).itertuples()
        ]


@pytest.mark.parametrize("theory", model.THEORIES)
def test_the_twins_region_agrees_with_the_boundary(compiled: dict[str, Any], theory: str) -> None:
    for case in random_cases(6):
        case = replace(case, restraint=0.6, exposure=0.6, payment=0.2)
        svg = turned(compiled, theory=theory, **{name: getattr(case, name) for name in lab_joining.BOUND})
        filled = re.findall(r'<path[^>]*d="(M[^"]+Z)"[^>]*fill-opacity="0.22"', svg)
        corners = [
            (float(x) / WIDE, 1 - float(y) / HIGH)
            for d in filled
            for x, y in re.findall(r"[ML]([-\d.e]+),([-\d.e]+)", d)
        ]
        lower = [(x, y) for x, y in corners if y < 1 - 1e-6]
        patrons = np.linspace(0, 1, 201)
        edge = np.clip(model.boundary(replace(case, patron=patrons), theory), 0, 1)
        assert len(lower) == (edge < 1).sum()
        expected = dict(zip(patrons.round(3), edge, strict=True))
        for patron, outside in lower:
            assert outside == pytest.approx(expected[round(patron, 3)], abs=0.002)


def test_the_twins_expression_agrees_with_the_model_in_every_dial() -> None:
    cases = random_cases(200)
    rows = pd.DataFrame([asdict(case) for case in cases])
    theories = list(model.THEORIES) * 50
    expression = lab_joining.gain_expression(model.THEORIES, "datum.theory", "datum.outside", "datum.patron")
    for name in ("protection", "restraint", "exposure", "payment", "autonomy"):
        expression = re.sub(rf"\b{name}\b", f"datum.{name}", expression)
    chart = (
        alt.Chart(rows.assign(theory=theories, row=range(200)))
        .transform_calculate(gain=expression)
        .mark_text()
        .encode(y=alt.Y("row:O", axis=None), text=alt.Text("gain:Q", format=".9f"))
    )
    drawn = [float(text.replace("−", "-")) for text in words(vl_convert.vegalite_to_svg(chart.to_dict()))]
    assert drawn == pytest.approx(
        [float(model.net_gain(c, t)) for c, t in zip(cases, theories, strict=True)], abs=1e-8
    )


def test_the_twin_says_the_answer_that_the_live_lab_says(twin: dict[str, Any]) -> None:
    spoken = json.loads(json.dumps(twin))
    spoken["vconcat"].append(
        {"data": {"values": [{}]}, "mark": {"type": "text", "text": {"expr": "answer"}, "limit": 9999}}
    )
    (answer,) = [text for text in words(vl_convert.vegalite_to_svg(spoken)) if text.startswith("Under ")]
    said = lab_joining.sentence(lab_joining.START, lab_joining.CHOSEN)
    first, each = said.split(". What decides")[0], said.split("By theory: ")[1]
    assert answer == f"{first}. By theory: {each}"


def test_both_parts_of_the_square_are_named_in_words(compiled: dict[str, Any]) -> None:
    for theory, inside in [
        ("Balancing", {"joins", "stays out"}),
        ("Tethering", {"joins", "stays out"}),
        ("Bandwagoning", {"stays out"}),
        ("Exchange", {"joins", "stays out"}),
    ]:
        assert set(words(turned(compiled, theory=theory))) & {"joins", "stays out"} == inside


def test_the_twin_fits_the_book(twin: dict[str, Any]) -> None:
    wide, narrow = vega.draw(twin, theme.dark_forms(), twin["name"])
    assert twin["name"] == "fig-lab-joining"
    assert wide.controls == 5  # a choice of theory and four dials
    assert float(re.search(r' width="([\d.]+)"', narrow.svg)[1]) <= vega.NARROW + 8
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', wide.svg)]
    assert sizes and min(sizes) >= 12


def test_the_twin_says_in_words_what_it_shows(twin: dict[str, Any]) -> None:
    assert twin["title"] == "The same state joins under two theories and stays out under two others"
    assert (
        "it joins by tethering and exchange and stays out by balancing and bandwagoning"
        in twin["description"]
    )
    assert "between 0.15 and 0.85" in twin["description"]
    assert twin["usermeta"]["note"]["caution"]


def test_the_twin_brings_next_to_no_data(twin: dict[str, Any]) -> None:
    rows = [row for values in twin["datasets"].values() for row in values]
    assert len(rows) <= 5
    assert [row["says"] for row in rows if "says" in row] == ["stays out", "stays out", "joins", "joins"]
