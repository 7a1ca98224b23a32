"""Cross-impact: cases with known answers, limits that hold, and contradictions that are found and explained."""

from __future__ import annotations

import itertools
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

from csto.models import scenarios as model
from csto.models.scenarios import Axis, Futures, Impossible, Judgements, bounds, fit, room

PLAIN = {"a": 0.2, "b": 0.5, "c": 0.7}


def entropy(futures: Futures) -> float:
    weights = futures.weights[futures.weights > 0]
    return float(-(weights * np.log(weights)).sum())


def random_judgements(seed: int, pairs: int = 4) -> Judgements:
    """Return judgements read off a random joint distribution of five events, so that they must be possible."""
    pick = np.random.default_rng(seed)
    weights = pick.dirichlet(np.full(32, 0.4))
    events = tuple("abcde")
    truth = Futures(events, weights)
    chosen = pick.permutation(list(itertools.combinations(events, 2)))[:pairs]
    given = {(a, b): truth.chance(**{a: True, b: True}) / truth.chances[b] for a, b in map(tuple, chosen)}
    return Judgements(truth.chances, given)


# --- the limits of a conditional ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "q", "low", "high"),
    [
        pytest.param(0.2, 0.5, 0, 0.4, id="the rarer cannot be sure given the commoner"),
        pytest.param(0.5, 0.2, 0, 1, id="the commoner can be anything given the rarer"),
        pytest.param(0.8, 0.7, 5 / 7, 1, id="two likely events must overlap"),
        pytest.param(0.5, 0.5, 0, 1, id="even chances leave all open"),
        pytest.param(1, 0.3, 1, 1, id="what is sure is sure whatever happens"),
        pytest.param(0, 0.3, 0, 0, id="what cannot be cannot be whatever happens"),
    ],
)
def test_the_limits_of_a_conditional_probability(p: float, q: float, low: float, high: float) -> None:
    assert bounds(p, q) == pytest.approx((low, high))


def test_given_what_never_happens_there_is_no_probability() -> None:
    with pytest.raises(ValueError, match="given an event that never happens"):
        bounds(0.5, 0)


def test_the_limits_are_those_of_all_two_by_two_tables() -> None:
    for p, q in itertools.product(np.arange(0.05, 1, 0.1), repeat=2):
        both = np.linspace(0, 1, 2001)
        real = both[(p - both >= -1e-9) & (q - both >= -1e-9) & (1 - p - q + both >= -1e-9)] / q
        assert bounds(p, q) == pytest.approx((real.min(), real.max()), abs=0.001 / q)


@pytest.mark.parametrize(
    ("chances", "given", "message"),
    [
        (
            PLAIN,
            {("a", "b"): 0.6},
            "chance of a given b: 0.6 is not possible; possible: 0 to 0.4. a has the chance 0.2 in all. "
            "If it had more than 0.4 whenever b happens, which is 0.5 of the time, that alone would come to more than 0.2.",
        ),
        (
            {"a": 0.8, "b": 0.7},
            {("a", "b"): 0.5},
            "chance of a given b: 0.5 is not possible; possible: 0.714 to 1. a (0.8) and b (0.7) together exceed 1, "
            "so they must overlap in at least 0.5; that is 0.714 of the time in which b happens.",
        ),
        ({"a": 0.2, "b": 0.0}, {("a", "b"): 0.2}, "b has the chance 0, and given what never happens"),
    ],
)
def test_an_impossible_conditional_is_refused_and_explained(
    chances: dict[str, float], given: dict[Any, float], message: str
) -> None:
    with pytest.raises(Impossible, match=re.escape(message)):
        Judgements(chances, given)


@pytest.mark.parametrize(
    ("chances", "given", "message"),
    [
        ({"a": 1.2, "b": 0.5}, {}, "chance of a: 1.2 is not allowed; allowed: 0 to 1"),
        ({"a": "rare", "b": 0.5}, {}, "chance of a: 'rare' is not a number"),
        ({"a": float("nan"), "b": 0.5}, {}, "chance of a: nan is not allowed"),
        ({"a": 0.5}, {}, "chances: 1 events came; allowed: 2 to 8"),
        (PLAIN, {("a", "z"): 0.1}, "given: 'z' is not an event; allowed: a, b, c"),
        (PLAIN, {("a", "a"): 0.1}, "'a' cannot be judged given itself"),
        (PLAIN, {("a", "b"): 0.1, ("b", "a"): 0.2}, "the pair 'b' and 'a' is judged twice"),
        (PLAIN, {("a", "b"): -0.1}, "chance of a given b: -0.1 is not allowed"),
    ],
)
def test_a_judgement_that_is_none_is_refused(
    chances: dict[str, Any], given: dict[Any, float], message: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Judgements(chances, given)


def test_three_events_cannot_exclude_each_other_and_each_have_an_even_chance() -> None:
    even = dict.fromkeys("abc", 0.5)
    apart = {("a", "b"): 0.0, ("b", "c"): 0.0, ("c", "a"): 0.0}
    with pytest.raises(
        Impossible, match=re.escape("chance of c given a: 0 is not possible beside the other")
    ) as told:
        fit(Judgements(even, apart))
    assert "they leave open 1 to 1" in str(told.value)


def test_a_clash_that_no_single_judgement_mends_says_so() -> None:
    even = dict.fromkeys("abcdef", 0.5)
    apart = {pair: 0.0 for three in ("abc", "def") for pair in itertools.combinations(three, 2)}
    with pytest.raises(Impossible, match="taking back one of them does not mend it"):
        fit(Judgements(even, apart))


# --- cases with known answers -------------------------------------------------------------------------------------


def test_without_judged_pairs_the_events_are_independent() -> None:
    futures = fit(Judgements(PLAIN))
    for outcome in itertools.product([True, False], repeat=3):
        product = np.prod([p if yes else 1 - p for p, yes in zip(PLAIN.values(), outcome, strict=True)])
        assert futures.chance(**dict(zip("abc", outcome, strict=True))) == pytest.approx(product)


def test_a_conditional_equal_to_the_chance_is_independence_as_well() -> None:
    assert fit(Judgements(PLAIN, {("a", "b"): 0.2})).weights == pytest.approx(
        fit(Judgements(PLAIN)).weights, abs=1e-9
    )


def test_with_perfect_dependence_two_events_are_one() -> None:
    futures = fit(Judgements({"a": 0.3, "b": 0.3}, {("a", "b"): 1.0}))
    assert futures.weights == pytest.approx([0.7, 0, 0, 0.3])


def test_a_pair_worked_by_hand() -> None:
    """P(a) = 0.2, P(b) = 0.3, P(a given b) = 0.5: both 0.15, a alone 0.05, b alone 0.15, neither 0.65."""
    futures = fit(Judgements({"a": 0.2, "b": 0.3}, {("a", "b"): 0.5}))
    assert futures.weights == pytest.approx([0.65, 0.15, 0.05, 0.15])
    assert futures.matrix().loc["a", "b"] == pytest.approx(0.75), "b given a, by Bayes"
    assert futures.suppose(b=False).chances["a"] == pytest.approx(0.05 / 0.7)


def test_a_chain_worked_by_hand() -> None:
    """b with a, c with b, nothing said of a and c: given b they are independent, so c given a is a sum over b."""
    futures = fit(Judgements(dict.fromkeys("abc", 0.5), {("b", "a"): 0.8, ("c", "b"): 0.8}))
    assert futures.matrix().loc["a", "c"] == pytest.approx(0.8 * 0.8 + 0.2 * 0.2)
    assert futures.suppose(b=True, a=True).chances["c"] == pytest.approx(0.8)


def test_a_judgement_the_other_way_round_gives_the_same_futures() -> None:
    one = fit(Judgements({"a": 0.2, "b": 0.3}, {("a", "b"): 0.5}))
    other = fit(Judgements({"a": 0.2, "b": 0.3}, {("b", "a"): 0.75}))
    assert one.weights == pytest.approx(other.weights)


@pytest.mark.parametrize("seed", range(12))
def test_every_judgement_holds_in_the_futures(seed: int) -> None:
    judged = random_judgements(seed, pairs=2 + seed % 9)
    futures = fit(judged)
    assert futures.weights.sum() == pytest.approx(1) and (futures.weights >= 0).all()
    assert futures.chances == pytest.approx(dict(judged.chances), abs=1e-6)
    matrix = futures.matrix()
    for (a, b), chance in judged.given.items():
        assert matrix.loc[b, a] == pytest.approx(chance, abs=1e-5)


def test_of_all_futures_that_fit_these_assume_least() -> None:
    """Moving along any direction that keeps the judgements lowers the entropy."""
    judged = Judgements(dict.fromkeys("abc", 0.5), {("b", "a"): 0.7, ("c", "b"): 0.6})
    futures = fit(judged)
    cells = model._cells(3).astype(float)
    kept = np.vstack([np.ones(8), cells.T, cells[:, 0] * cells[:, 1], cells[:, 1] * cells[:, 2]])
    free = np.linalg.svd(kept)[2][np.linalg.matrix_rank(kept) :]
    assert len(free) == 2
    for direction, size in itertools.product(free, (0.01, -0.01)):
        moved = Futures(judged.events, futures.weights + size * direction)
        assert (moved.weights > 0).all() and entropy(moved) < entropy(futures)


def test_events_that_exclude_each_other_and_fill_the_future() -> None:
    third = dict.fromkeys("abc", 1 / 3) | {"d": 0.2}
    apart = {("a", "b"): 0.0, ("b", "c"): 0.0, ("c", "a"): 0.0}
    futures = fit(Judgements(third, apart))
    assert futures.chance(a=False, b=False, c=False) == pytest.approx(0, abs=1e-9)
    assert futures.chance(a=True, d=True) == pytest.approx(1 / 15)


# --- what the others leave open -----------------------------------------------------------------------------------


def test_alone_a_conditional_has_the_room_of_its_limits() -> None:
    judged = Judgements(PLAIN, {("a", "b"): 0.3})
    assert room(judged, "a", "b") == pytest.approx(bounds(0.2, 0.5))


def test_a_chain_leaves_less_room_for_its_ends() -> None:
    """b goes with a, and c with b, nine times of ten each: then c must go with a eight times of ten at least."""
    judged = Judgements(dict.fromkeys("abc", 0.5), {("b", "a"): 0.9, ("c", "b"): 0.9})
    assert room(judged, "c", "a") == pytest.approx((0.8, 1.0))
    for edge in (0.8, 1.0):
        assert fit(judged.change(given={**judged.given, ("c", "a"): edge})).matrix().loc["a", "c"] == (
            pytest.approx(edge, abs=1e-5)
        )
    with pytest.raises(Impossible, match=r"they leave open 0\.8 to 1"):
        fit(judged.change(given={**judged.given, ("c", "a"): 0.7}))


# --- drawn by seed ------------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_futures_and_another_seed_others() -> None:
    futures = fit(model.START)
    assert futures.sample(500, 7).equals(futures.sample(500, 7))
    assert not futures.sample(500, 7).equals(futures.sample(500, 8))


def test_drawn_futures_agree_with_the_sums_up_to_chance() -> None:
    futures = fit(model.START)
    drawn = futures.sample(40_000, 2026)
    for event, chance in futures.chances.items():
        error = (chance * (1 - chance) / 40_000) ** 0.5
        assert abs(drawn[event].mean() - chance) < 4 * error
    counted = model.simulated(futures, model.AXES, model.SCENARIOS, 40_000, 2026)
    assert counted["count"].sum() == 40_000
    assert ((counted["share"] - counted["probability"]).abs() < 4 * counted["error"]).all()


@pytest.mark.parametrize(("draws", "seed"), [(0, 1), (10.5, 1), (True, 1), (2_000_000, 1), (10, -1)])
def test_draws_and_seed_are_whole_numbers(draws: Any, seed: Any) -> None:
    with pytest.raises(ValueError, match="allowed: whole numbers from"):
        fit(model.START).sample(draws, seed)


# --- axes and scenarios -------------------------------------------------------------------------------------------


def test_four_scenarios_worked_by_hand() -> None:
    axes = (Axis("one", "low", "high", {"a": 1}), Axis("two", "low", "high", {"b": 1}))
    names = {(True, True): "both", (True, False): "a only", (False, True): "b only", (False, False): "none"}
    futures = fit(Judgements({"a": 0.2, "b": 0.3}, {("a", "b"): 0.5}))
    found = model.scenarios(futures, axes, names).set_index("scenario")["probability"]
    assert found.to_dict() == pytest.approx({"both": 0.15, "a only": 0.05, "b only": 0.15, "none": 0.65})


def test_an_event_can_speak_against_an_axis() -> None:
    axis = model.AXES[0]
    cases = pd.DataFrame({"ceasefire": [True, True, False, False], "request": [False, True, False, True]})
    assert axis.is_high(cases).tolist() == [True, False, False, False]
    two = Axis("two signs", "few", "many", {"a": 1, "b": 1}, least=2)
    assert two.is_high(pd.DataFrame({"a": [True, True], "b": [True, False]})).tolist() == [True, False]


def test_the_four_scenarios_sum_to_one_and_their_axes_name_known_events() -> None:
    found = model.scenarios(fit(model.START), model.AXES, model.SCENARIOS)
    assert found["probability"].sum() == pytest.approx(1)
    assert set(found["scenario"]) == set(model.SCENARIOS.values())
    for axis in model.AXES:
        assert set(axis.signs) <= set(model.EVENTS) == set(model.START.events)


def test_what_an_axis_cannot_use_is_refused() -> None:
    with pytest.raises(ValueError, match="allowed: 1, -1"):
        Axis("x", "low", "high", {"a": 2})
    with pytest.raises(ValueError, match="no event counts"):
        Axis("x", "low", "high", {})
    with pytest.raises(ValueError, match="'z' is not an event of these futures"):
        model.scenarios(fit(Judgements(PLAIN)), (Axis("x", "l", "h", {"z": 1}),) * 2, model.SCENARIOS)
    with pytest.raises(ValueError, match="no scenario is named for"):
        model.scenarios(fit(model.START), model.AXES, {(True, True): "one"})


def test_a_supposed_event_has_happened_and_an_impossible_one_leaves_nothing() -> None:
    futures = fit(model.START)
    assert futures.suppose(suspension=True).chances["notice"] == pytest.approx(0.5)
    with pytest.raises(Impossible, match="no future is left in which a happens"):
        fit(Judgements({"a": 0.0, "b": 0.5})).suppose(a=True)
    with pytest.raises(ValueError, match="'z' is not an event; allowed: notice"):
        futures.suppose(z=True)
