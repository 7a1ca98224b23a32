"""The model of lab 1: hand-worked cases, known limits, and random cases."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from csto.models import joining
from csto.models.joining import Case, Theory

ALL = Theory(joining.TERMS, "Every term counts.")
EVERY = [*joining.THEORIES.values(), ALL]
WORKED = Case(outside=0.8, patron=0.5, protection=0.5, restraint=0.6, exposure=0.4, payment=0.1, autonomy=0.3)


@pytest.fixture
def many() -> Case:
    """Return two thousand random cases."""
    values = np.random.default_rng(1992).uniform(size=(len(joining.DIALS), 2000))
    return Case(**dict(zip(joining.DIALS, values, strict=True)))


@pytest.mark.parametrize(
    ("theory", "gain"),
    [
        ("Balancing", 0.5 * 0.8 - 0.4 * 0.5),  # 0.40 - 0.20 = +0.20
        ("Bandwagoning", 0.1 - 0.3),  # -0.20
        ("Tethering", 0.6 - 0.3),  # half feared: the whole restraint, +0.30
        ("Exchange", 0.5 * 0.8 + 0.1 - 0.3),  # +0.20
    ],
)
def test_a_case_worked_by_hand(theory: str, gain: float) -> None:
    assert joining.net_gain(WORKED, theory) == pytest.approx(gain)
    assert joining.joins(WORKED, theory) == (gain > 0)


def test_all_five_terms_worked_by_hand() -> None:
    parts = {name: float(value) for name, value in joining.terms(WORKED).items()}
    assert parts == pytest.approx(
        {"protection": 0.4, "restraint": 0.6, "exposure": -0.2, "payment": 0.1, "autonomy": -0.3}
    )


def test_boundaries_worked_by_hand() -> None:
    assert joining.boundary(WORKED, "Balancing") == pytest.approx(0.4)  # 0.4 * 0.5 / 0.5
    assert joining.boundary(WORKED, "Exchange") == pytest.approx(0.4)  # (0.3 - 0.1) / 0.5
    assert joining.boundary(WORKED, "Bandwagoning") == np.inf
    assert joining.boundary(WORKED, "Tethering") == -np.inf


def test_the_tethering_band_is_where_the_quadratic_says() -> None:
    half = np.sqrt(1 - WORKED.autonomy / WORKED.restraint) / 2  # of 4 r p (1 - p) = a
    for patron, inside in [(0.5 - half, False), (0.5 - half + 0.01, True), (0.5 + half - 0.01, True)]:
        assert joining.joins(replace(WORKED, patron=patron), "Tethering") == inside
    assert not joining.joins(replace(WORKED, patron=0.5 + half + 0.01), "Tethering")


def test_four_theories_expect_different_things_of_one_state() -> None:
    expected = joining.compare(Case()).set_index("theory")["joins"]
    assert expected.to_dict() == {
        "Balancing": False,
        "Bandwagoning": False,
        "Tethering": True,
        "Exchange": True,
    }


def test_without_an_outside_threat_nobody_joins_for_protection(many: Case) -> None:
    safe = replace(many, outside=0.0)
    assert np.all(joining.decompose(safe, ALL)["protection"] == 0)
    assert not joining.joins(safe, "Balancing").any()


def test_a_feared_patron_without_restraint_never_speaks_for_joining(many: Case) -> None:
    for theory in EVERY:
        feared = joining.net_gain(replace(many, restraint=0.0), theory)
        trusted = joining.net_gain(replace(many, restraint=0.0, patron=0.0), theory)
        assert np.all(feared <= trusted + joining.EVEN)


def test_nobody_tethers_a_patron_that_is_not_feared_or_that_is_feared_most(many: Case) -> None:
    for patron in (0.0, 1.0):
        assert not joining.joins(replace(many, patron=patron), "Tethering").any()


def test_profit_is_blind_to_threats(many: Case) -> None:
    calm = replace(many, outside=0.0, patron=0.0)
    assert np.array_equal(joining.net_gain(many, "Bandwagoning"), joining.net_gain(calm, "Bandwagoning"))


def test_terms_sum_to_the_net_gain(many: Case) -> None:
    for theory in EVERY:
        parts = joining.decompose(many, theory)
        assert set(parts) == set(joining.TERMS)
        assert np.allclose(sum(parts.values()), joining.net_gain(many, theory))


def test_the_boundary_agrees_with_the_sign_of_the_net_gain(many: Case) -> None:
    for theory in EVERY:
        above = many.outside > joining.boundary(many, theory)
        clear = np.abs(joining.net_gain(many, theory)) > 1e-6
        assert np.array_equal(above[clear], joining.joins(many, theory)[clear])


def test_on_the_boundary_the_net_gain_is_zero_and_the_state_stays_out(many: Case) -> None:
    for theory in ("Balancing", "Exchange", ALL):
        edge = joining.boundary(many, theory)
        inside = np.isfinite(edge) & (edge >= 0) & (edge <= 1)
        assert inside.sum() > 100
        there = Case(
            **{name: getattr(many, name)[inside] for name in joining.DIALS} | {"outside": edge[inside]}
        )
        assert np.allclose(joining.net_gain(there, theory), 0)
        assert not joining.joins(there, theory).any()


@pytest.mark.parametrize(
    ("dial", "way"),
    [("outside", 1), ("protection", 1), ("restraint", 1), ("payment", 1), ("exposure", -1), ("autonomy", -1)],
)
def test_every_dial_but_the_patrons_threat_pulls_one_way(many: Case, dial: str, way: int) -> None:
    more = replace(many, **{dial: (getattr(many, dial) + 1) / 2})
    for theory in EVERY:
        change = joining.net_gain(more, theory) - joining.net_gain(many, theory)
        assert np.all(way * change >= -joining.EVEN)
    assert np.any(way * (joining.net_gain(more, ALL) - joining.net_gain(many, ALL)) > 0.01)


def test_no_two_theories_expect_the_same_of_every_change() -> None:
    found = joining.evidence(Case())
    assert not found.duplicated().any()
    assert found.loc["Balancing", "patron"] == "less"
    assert found.loc["Tethering", "patron"] == "more, then less"
    assert set(found["patron"][["Bandwagoning", "Exchange"]]) == {"no change"}
    assert found["payment"].to_dict() == {
        "Balancing": "no change",
        "Bandwagoning": "more",
        "Tethering": "no change",
        "Exchange": "more",
    }


def test_the_region_covers_the_plane() -> None:
    plane = joining.region(WORKED, "Balancing", steps=11)
    assert len(plane) == 121
    assert (plane["joins"] == (0.5 * plane["outside"] - 0.4 * plane["patron"] > 1e-9)).all()


def test_the_decisive_term_is_the_one_without_which_the_answer_turns() -> None:
    assert joining.decisive(WORKED, "Balancing") == "protection"
    assert joining.decisive(WORKED, "Bandwagoning") == "autonomy"
    assert joining.decisive(replace(WORKED, autonomy=0.0), "Exchange") == "none"  # either gain alone would do
    assert joining.decisive(replace(WORKED, payment=0.0, autonomy=0.0), "Bandwagoning") == "none"


def test_a_rounding_error_of_the_sum_does_not_decide() -> None:
    even = Case(payment=0.1 + 0.2, autonomy=0.3)
    assert even.payment > even.autonomy  # by a bit of the last digit
    assert not joining.joins(even, "Bandwagoning")


def test_no_theory_explains_a_state_that_joins_without_a_choice() -> None:
    shadow = joining.PROFILES["In the patron's shadow, without a choice"]
    assert not joining.compare(shadow)["joins"].any()


@pytest.mark.parametrize("dial", joining.DIALS)
@pytest.mark.parametrize("value", [-0.01, 1.2, float("nan"), float("inf")])
def test_a_dial_outside_its_range_is_named(dial: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"^{dial}: {value:g} is not allowed; allowed: 0 to 1$"):
        Case(**{dial: value})


@pytest.mark.parametrize("value", ["much", None, [0.1, [0.2]]])
def test_a_dial_that_is_no_number_is_named(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^patron: .* allowed: 0 to 1$"):
        Case(patron=value)


def test_one_bad_value_in_an_array_is_found() -> None:
    with pytest.raises(ValueError, match="outside: 7 is not allowed"):
        Case(outside=np.array([0.1, 7.0, 0.3]))


def test_an_unknown_theory_term_or_dial_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match="'Realism' is not known; allowed: Balancing, Bandwagoning"):
        joining.net_gain(Case(), "Realism")
    with pytest.raises(ValueError, match="'honour' is not a term; allowed: protection"):
        Theory(("honour",), "")
    with pytest.raises(ValueError, match="'weather' is not known; allowed: outside"):
        joining.evidence(Case(), dials=["weather"])


def test_every_theory_names_sources_in_the_bibliography() -> None:
    from csto.data import source_keys

    named = {key for theory in joining.THEORIES.values() for key in theory.sources}
    assert named and named <= set(source_keys())
