"""Scoring: the worked examples of the literature, cases worked by hand, and identities that must hold."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csto.models import scoring as model
from csto.models.scoring import TWO_SIDED, brier, calibration, chance_within, decompose, skill


def random_forecasts(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    pick = np.random.default_rng(seed)
    return pick.integers(0, 101, n) / 100, pick.integers(0, 2, n)


# --- the score ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forecast", "outcome", "score"),
    [
        pytest.param(0.8, 0, 0.64, id="80% and it did not happen"),
        pytest.param(0.8, 1, 0.04, id="80% and it happened"),
        pytest.param(0.02, 0, 0.0004, id="a crowd's 2% on Article 4 over Belarus"),
        pytest.param(0.4, 1, 0.36, id="a crowd's 40% on talks about New START"),
        pytest.param(1, 0, 1, id="certain and wrong"),
        pytest.param(0, 0, 0, id="certain and right"),
    ],
)
def test_the_worked_examples(forecast: float, outcome: int, score: float) -> None:
    assert brier([forecast], [outcome]) == pytest.approx(score)


def test_always_saying_a_half_earns_a_quarter_and_a_half_on_briers_own_scale() -> None:
    outcomes = [1, 0, 0, 1, 1, 0, 1]
    assert brier([0.5] * 7, outcomes) == 0.25
    assert TWO_SIDED * brier([0.5] * 7, outcomes) == 0.5
    both = np.array([[0.5, 0.5]] * 7), np.array([[o, 1 - o] for o in outcomes])
    assert np.mean(((both[0] - both[1]) ** 2).sum(axis=1)) == TWO_SIDED * 0.25


def test_honesty_minimises_the_expected_score() -> None:
    said = np.linspace(0, 1, 101)
    for belief in (0.1, 0.35, 0.9):
        expected = [belief * brier([p], [1]) + (1 - belief) * brier([p], [0]) for p in said]
        assert said[int(np.argmin(expected))] == pytest.approx(belief)


@pytest.mark.parametrize(
    ("forecasts", "outcomes", "message"),
    [
        ([1.2], [1], "forecasts: 1.2 is not allowed; allowed: 0 to 1"),
        ([float("nan")], [1], "forecasts: nan is not allowed; allowed: 0 to 1"),
        (["likely"], [1], "are not numbers; allowed: 0 to 1"),
        ([0.5], [0.5], "outcomes: 0.5 is not allowed; allowed: 1 for yes, 0 for no"),
        ([0.5, 0.6], [1], "2 forecasts and 1 outcomes came"),
        ([], [], "none came; a score needs one forecast"),
        ([[0.5]], [1], "2 dimensions came"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_the_reason(
    forecasts: Any, outcomes: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        brier(forecasts, outcomes)


# --- what it is made of -------------------------------------------------------------------------------------------


def test_a_decomposition_worked_by_hand() -> None:
    """Four forecasts of 0.9, three of which came true, and four of 0.2, none of which did.

    Reliability: (0.15^2 + 0.2^2) / 2 = 0.03125; resolution: (0.375^2 + 0.375^2) / 2 = 0.140625;
    uncertainty: 0.375 * 0.625 = 0.234375; together 0.125.
    """
    forecasts, outcomes = [0.9] * 4 + [0.2] * 4, [1, 1, 1, 0] + [0] * 4
    for edges in (None, model.EDGES):
        parts = decompose(forecasts, outcomes, edges)
        assert parts[:4] == pytest.approx((0.125, 0.03125, 0.140625, 0.234375))
        assert parts[4:] == pytest.approx((0, 0)), "no spread inside a bin"


def test_the_terms_inside_a_bin_worked_by_hand() -> None:
    """0.6 and 0.8 in one bin, the second came true.

    Mean 0.7, share 0.5: reliability 0.04, resolution 0, uncertainty 0.25, variance 0.01,
    covariance 2 * (0.1 * 0.5 + 0.1 * 0.5) / 2 = 0.1; together 0.2 = (0.36 + 0.04) / 2.
    """
    parts = decompose([0.6, 0.8], [0, 1], (0, 0.5, 1))
    assert parts == pytest.approx((0.2, 0.04, 0, 0.25, 0.01, 0.1))


@pytest.mark.parametrize("edges", [None, model.EDGES, (0, 0.5, 1), (0, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_the_parts_add_up_to_the_score_whatever_the_bins(edges: Any, seed: int) -> None:
    parts = decompose(*random_forecasts(60, seed), edges)
    whole = parts.reliability - parts.resolution + parts.uncertainty + parts.variance - parts.covariance
    assert whole == pytest.approx(parts.brier, abs=1e-12)


def test_by_distinct_probabilities_murphys_three_parts_are_enough() -> None:
    parts = decompose(*random_forecasts(60, 7), None)
    assert parts.variance == pytest.approx(0, abs=1e-12)
    assert parts.covariance == pytest.approx(0, abs=1e-12)


def test_saying_the_share_of_yes_every_time_leaves_the_uncertainty_alone() -> None:
    outcomes = [1, 0, 0, 0, 1]
    parts = decompose([0.4] * 5, outcomes)
    assert parts.brier == pytest.approx(parts.uncertainty) == pytest.approx(0.24)
    assert parts.reliability == pytest.approx(0, abs=1e-12) and parts.resolution == 0


@pytest.mark.parametrize(
    ("value", "number"),
    [(0, 0), (0.19, 0), (0.2, 1), (0.6, 3), (0.1 + 0.2 + 0.3, 3), (0.8, 4), (0.7 + 0.1, 4), (1, 4)],
)
def test_a_probability_on_an_edge_belongs_to_the_higher_bin(value: float, number: int) -> None:
    assert model.bins([value]).tolist() == [number]


@pytest.mark.parametrize("edges", [(0, 0.5), (0.1, 1), (0, 0.6, 0.4, 1), (0,)])
def test_edges_rise_from_nought_to_one(edges: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="allowed: numbers that rise from 0 to 1"):
        model.bins([0.5], edges)


# --- skill, base rates, calibration --------------------------------------------------------------------------------


def test_skill_is_the_share_of_the_references_score_that_was_saved() -> None:
    assert skill(0.1, 0.25) == pytest.approx(0.6)
    assert skill(0.25, 0.25) == 0
    assert skill(0.5, 0.25) == -1
    with pytest.raises(ValueError, match="perfect score"):
        skill(0.1, 0)
    with pytest.raises(ValueError, match=r"score: 1\.5 is not allowed"):
        skill(1.5, 0.25)


def test_the_rate_of_exit_is_about_two_in_a_hundred_a_year_and_four_over_two() -> None:
    assert chance_within(4, 213, 1) == pytest.approx(0.019, abs=0.0005)
    assert chance_within(4, 213, 2) == pytest.approx(0.037, abs=0.0005)
    assert chance_within(4, 213, 1, members=6) == pytest.approx(1 - (1 - 4 / 213) ** 6)
    assert chance_within(0, 10, 5) == 0
    with pytest.raises(ValueError, match="events: 11 is not allowed"):
        chance_within(11, 10, 1)
    with pytest.raises(ValueError, match="exposure above 0"):
        chance_within(0, 0, 1)


def test_calibration_counts_what_was_said_and_what_happened() -> None:
    table = calibration([0.9] * 4 + [0.2] * 3 + [0.0], [1, 1, 1, 0, 0, 0, 0, 0])
    assert table[["low", "high", "n", "yes"]].to_numpy().tolist() == [
        [0, 0.2, 1, 0],
        [0.2, 0.4, 3, 0],
        [0.8, 1, 4, 3],
    ]
    assert table["share"].tolist() == [0, 0, 0.75]
    assert table["mean"].tolist() == pytest.approx([0, 0.2, 0.9])
    assert ((table["share_low"] <= table["share"]) & (table["share"] <= table["share_high"])).all()
    # Wilson's interval of 3 in 4 by its formula, with z = 1.96.
    z = 1.959964
    middle, half = (
        (0.75 + z**2 / 8) / (1 + z**2 / 4),
        z / (1 + z**2 / 4) * (0.75 * 0.25 / 4 + z**2 / 64) ** 0.5,
    )
    assert table.loc[2, ["share_low", "share_high"]].tolist() == pytest.approx(
        [middle - half, middle + half], abs=1e-6
    )


# --- a class ------------------------------------------------------------------------------------------------------


def test_the_crowd_is_the_mean_of_those_who_answered() -> None:
    class_ = pd.DataFrame({"q1": [0.2, 0.6, None], "q2": [0.5, None, 0.9]}, index=["a", "b", "c"])
    assert model.crowd(class_).to_dict() == pytest.approx({"q1": 0.4, "q2": 0.7})
    with pytest.raises(ValueError, match=r"1\.4 is not allowed"):
        model.crowd(pd.DataFrame({"q1": [1.4]}))


def test_two_opposite_certainties_make_a_modest_crowd() -> None:
    class_ = pd.DataFrame({"q1": [1.0, 0.0], "q2": [1.0, 0.0]}, index=["bold", "contrary"])
    table = model.against_crowd(class_, pd.Series({"q1": 1, "q2": 1}))
    assert table["brier"].to_dict() == {"bold": 0, "contrary": 1}
    assert table["crowd"].tolist() == [0.25, 0.25]
    assert table["beats_crowd"].tolist() == [True, False]


@pytest.mark.parametrize("seed", range(5))
def test_the_average_person_scores_the_crowd_plus_the_variance_of_the_answers(seed: int) -> None:
    pick = np.random.default_rng(seed)
    class_ = pd.DataFrame(pick.random((9, 12)))
    table = model.against_crowd(class_, pd.Series(pick.integers(0, 2, 12)))
    assert table["brier"].mean() == pytest.approx(table["crowd"].iloc[0] + class_.var(ddof=0).mean())
    assert table["brier"].mean() >= table["crowd"].iloc[0]


def test_a_person_meets_the_crowd_on_her_own_questions_only() -> None:
    class_ = pd.DataFrame(
        {"easy": [0.9, 0.9], "hard": [None, 0.1], "open": [0.5, 0.5]}, index=["careful", "thorough"]
    )
    table = model.against_crowd(class_, pd.Series({"easy": 1, "hard": 1, "open": None}))
    assert table["n"].to_dict() == {"careful": 1, "thorough": 2}
    assert table.loc["careful", "brier"] == pytest.approx(table.loc["careful", "crowd"])
    with pytest.raises(ValueError, match="nobody answered a question that has an outcome"):
        model.against_crowd(class_[["open"]], pd.Series({"open": None}))
