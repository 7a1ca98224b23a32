"""The model of lab 3b: hand-worked cases, the textbook's identities, known limits, coding rules, and bad input."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import integrate, stats

from csto.checks import check
from csto.data import load
from csto.models import updating
from csto.models.updating import JEFFREYS, UNIFORM, Prior, Rule, count, update

PRIORS = [UNIFORM, JEFFREYS, Prior.of(0.22, 10), Prior.of(0.745, 3.5), Prior(7, 2)]
CASES = pd.DataFrame(
    {
        "response": ["deployment", "mission", None, "refusal", "promise"],
        "requested_of": ["CSTO", "CSTO", "none", "Russia", "CSTO"],
        "on_record": [True, True, False, True, True],
    }
)


def pair(belief: Prior) -> tuple[float, float]:
    return belief.alpha, belief.beta


# --- the prior ----------------------------------------------------------------------------------------------------


def test_a_prior_is_given_by_its_mean_and_its_weight_or_by_alpha_and_beta() -> None:
    assert pair(Prior.of(0.25, 8)) == (2, 6)
    assert pair(Prior.of(0.5, 2)) == pair(UNIFORM) == (1, 1)
    assert pair(Prior.of(0.5, 1)) == pair(JEFFREYS) == (0.5, 0.5)
    assert Prior(2, 6).mean == 0.25 and Prior(2, 6).weight == 8


@pytest.mark.parametrize("prior", PRIORS)
def test_every_prior_is_a_distribution_with_the_mean_it_claims(prior: Prior) -> None:
    total, _ = integrate.quad(prior.density, 0, 1)
    mean, _ = integrate.quad(lambda rate: rate * prior.density(rate), 0, 1)
    assert total == pytest.approx(1, abs=1e-6)
    assert mean == pytest.approx(prior.mean, abs=1e-6)


def test_the_uniform_prior_holds_every_rate_equally_likely() -> None:
    assert UNIFORM.density([0.0, 0.3, 1.0]) == pytest.approx([1, 1, 1])
    assert UNIFORM.interval() == pytest.approx((0.025, 0.975))


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize("level", [0.5, 0.95])
def test_an_interval_leaves_out_as_much_on_either_side(prior: Prior, level: float) -> None:
    low, high = prior.interval(level)
    out = (1 - level) / 2
    assert stats.beta.cdf(low, *pair(prior)) == pytest.approx(out)
    assert stats.beta.sf(high, *pair(prior)) == pytest.approx(out)


# --- the published rates ------------------------------------------------------------------------------------------


def test_every_published_rate_in_numbers_becomes_a_prior_with_its_denominator_and_its_caution() -> None:
    table = load("reliability")
    priors = updating.published(table, weight=10)
    assert [prior.mean for prior in priors.values()] == pytest.approx(
        (table["percent"].dropna() / 100).tolist()
    )
    assert all(prior.weight == pytest.approx(10) for prior in priors.values())
    for name, prior in priors.items():
        assert prior.name == name
        assert "war" in prior.denominator
        assert "counts wars" in prior.caution


def test_a_prior_says_whose_rate_it_is_and_of_which_wars() -> None:
    priors = updating.published(load("reliability"))
    since_1945 = priors["22%: Berkemeier and Fuhrmann 2018, 1945–2003"]
    assert since_1945.denominator == "commitments honoured in war, 1945–2003"
    assert "74.5%: Leeds, Long and Mitchell 2000, 1816–1944" in priors
    assert priors["25%: earlier estimate"].denominator == "share of allies that join a war"
    pacts = priors["41%: Berkemeier and Fuhrmann 2018, defense pacts"]
    assert pacts.denominator == "commitments honoured in war, defense pacts, 1816–2003"


def test_a_rate_given_in_words_only_makes_no_prior() -> None:
    assert not [name for name in updating.published(load("reliability")) if "Chiba" in name]


@pytest.mark.parametrize("percent", [0.0, 100.0, 120.0])
def test_a_published_rate_that_is_no_prior_is_refused_by_its_name(percent: float) -> None:
    table = load("reliability").iloc[[1]].assign(percent=percent)
    with pytest.raises(ValueError, match=r"'\d+%: Leeds, Long and Mitchell 2000.* makes no prior: mean: "):
        updating.published(table)


# --- updating -----------------------------------------------------------------------------------------------------


def test_a_uniform_prior_and_one_of_twelve_worked_by_hand() -> None:
    after = update(UNIFORM, 1, 12)
    assert pair(after) == (2, 12)  # one success and eleven failures more
    assert after.mean == pytest.approx(2 / 14)
    assert after.interval() == pytest.approx(stats.beta(2, 12).ppf([0.025, 0.975]))
    assert [round(limit, 2) for limit in after.interval()] == [0.02, 0.36]


@pytest.mark.parametrize(("k", "n", "limits"), [(1, 2, (0.09, 0.91)), (1, 12, (0.02, 0.36)), (1, 18, (0.01, 0.26))])  # fmt: skip
def test_the_intervals_of_exercise_3_a1(k: int, n: int, limits: tuple[float, float]) -> None:
    assert [round(limit, 2) for limit in update(UNIFORM, k, n).interval()] == list(limits)


def test_the_self_check_of_exercise_3_a1_accepts_what_the_lab_computes() -> None:
    assert "3.A1: Right" in repr(check("3.A1", update(UNIFORM, 1, 12).interval()))
    assert "Not yet" in repr(check("3.A1", update(JEFFREYS, 1, 12).interval()))


@pytest.mark.parametrize("prior", PRIORS)
def test_the_posterior_is_prior_times_likelihood(prior: Prior) -> None:
    rates = np.linspace(0.05, 0.95, 19)
    after = update(prior, 5, 12).density(rates)
    product = prior.density(rates) * updating.likelihood(5, 12, rates)
    assert after / after.sum() == pytest.approx(product / product.sum())


def test_yesterdays_posterior_is_todays_prior() -> None:
    at_once = update(Prior.of(0.22, 10), 3, 12)
    in_turn = update(update(Prior.of(0.22, 10), 1, 2), 2, 10)
    assert pair(in_turn) == pytest.approx(pair(at_once))


@pytest.mark.parametrize("prior", PRIORS)
def test_the_mean_moves_from_the_prior_towards_the_cases_by_their_share(prior: Prior) -> None:
    share = updating.share_of_cases(prior, 12)
    assert share == pytest.approx(12 / (12 + prior.weight))
    assert update(prior, 5, 12).mean == pytest.approx(share * 5 / 12 + (1 - share) * prior.mean)


def test_a_conviction_is_not_moved_and_many_cases_move_anybody() -> None:
    assert update(Prior.of(0.22, 1e9), 2, 2).mean == pytest.approx(0.22, abs=1e-8)
    for prior in PRIORS:
        low, high = update(prior, 300_000, 1_000_000).interval()
        assert 0.298 < low < high < 0.302


def test_the_prior_matters_most_where_the_cases_are_fewest() -> None:
    def spread(k: int, n: int) -> float:
        after = [update(Prior.of(mean, 10), k, n).mean for mean in (0.22, 0.745)]
        return after[1] - after[0]

    assert spread(1, 2) > 2 * spread(1, 18) > 3 * spread(1, 46)


def test_the_likelihood_is_highest_at_the_share_of_the_cases() -> None:
    rates = np.linspace(0, 1, 121)
    for k, n in [(0, 5), (1, 12), (5, 12), (2, 2)]:
        values = updating.likelihood(k, n, rates)
        assert values.max() == pytest.approx(1)
        assert rates[values.argmax()] == pytest.approx(k / n, abs=1 / 240)
    assert updating.likelihood(1, 2, [0.25])[0] == pytest.approx(0.25 * 0.75 / 0.25)


# --- looking ahead ------------------------------------------------------------------------------------------------


def test_the_chance_of_at_least_one_worked_by_hand() -> None:
    after = update(UNIFORM, 1, 12)  # Beta(2, 12)
    assert after.at_least_one(1) == pytest.approx(2 / 14)
    assert after.at_least_one(2) == pytest.approx(
        1 - 12 / 14 * 13 / 15
    )  # the second is judged after the first


def test_looking_ahead_agrees_with_an_integral_over_the_rate() -> None:
    after = update(Prior.of(0.22, 10), 1, 12)
    none, _ = integrate.quad(lambda rate: (1 - rate) ** 5 * after.density(rate), 0, 1)
    assert after.at_least_one(5) == pytest.approx(1 - none)
    assert (
        after.at_least_one(5) < 1 - (1 - after.mean) ** 5
    )  # doubt about the rate makes a run of failures likelier


# --- which prior foretold the cases -------------------------------------------------------------------------------


def test_the_uniform_prior_foretells_every_count_alike() -> None:
    assert [updating.foretold(UNIFORM, k, 12) for k in range(13)] == pytest.approx([1 / 13] * 13)


def test_a_bayes_factor_speaks_for_the_prior_that_foretold_the_cases() -> None:
    quarter, three_quarters = Prior.of(0.25, 20), Prior.of(0.75, 20)
    assert updating.bayes_factor(quarter, three_quarters, 1, 12) > 100
    assert updating.bayes_factor(quarter, three_quarters, 6, 12) == pytest.approx(1)
    one, other = (updating.bayes_factor(a, UNIFORM, 3, 12) for a in (quarter, three_quarters))
    assert updating.bayes_factor(quarter, three_quarters, 3, 12) == pytest.approx(one / other)


# --- coding rules -------------------------------------------------------------------------------------------------


def test_a_rule_counts_kept_cases_of_its_class() -> None:
    k, n, cases = count(CASES, Rule(("deployment", "mission"), {"requested_of": ("CSTO",)}))
    assert (k, n) == (2, 3)
    assert cases["kept"].tolist() == [True, True, False]


def test_a_case_without_an_answer_is_a_case_and_not_kept() -> None:
    assert count(CASES, Rule(("promise",)))[:2] == (1, 5)


def test_the_conditions_of_a_class_all_hold_and_codes_of_one_column_are_alternatives() -> None:
    rule = Rule(("refusal",), {"on_record": (True,), "requested_of": ("Russia", "none")})
    assert count(CASES, rule)[:2] == (1, 1)


def test_a_rule_that_leaves_nothing_is_no_result() -> None:
    with pytest.raises(ValueError, match=r"No case fits this rule.*Widen the class"):
        count(CASES, Rule(("mission",), {"on_record": (False,), "requested_of": ("CSTO",)}))


# --- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [-0.1, 0, 1, 1.5, float("nan")])
def test_a_mean_outside_the_open_interval_is_refused(mean: float) -> None:
    with pytest.raises(
        ValueError, match=r"^mean: .* is not allowed; allowed: between 0 and 1, both left out"
    ):
        Prior.of(mean, 10)


@pytest.mark.parametrize("weight", [0, -3, float("inf"), float("nan")])
def test_a_weight_that_is_not_positive_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match=r"^weight: .* is not allowed; allowed: above 0"):
        Prior.of(0.5, weight)


@pytest.mark.parametrize(("alpha", "beta", "name"), [(0, 1, "alpha"), (-1, 1, "alpha"), (1, 0, "beta"), (1, float("inf"), "beta")])  # fmt: skip
def test_a_prior_that_is_not_a_distribution_is_refused(alpha: float, beta: float, name: str) -> None:
    with pytest.raises(
        ValueError, match=rf"^{name}: .* allowed: above 0, or the prior is not a distribution"
    ):
        Prior(alpha, beta)


@pytest.mark.parametrize(
    ("k", "n", "message"),
    [
        (3, 2, "k: 3 is not allowed; allowed: 0 to 2, the number of cases"),
        (-1, 2, "k: -1 is not allowed; allowed: 0 to 2"),
        (0, -1, "n: -1 is not allowed; allowed: whole numbers from 1 on"),
        (0, 0, "n: the reference class is empty"),
        (0.5, 2, "k: 0.5 is not a whole number"),
        (1, float("nan"), "n: nan is not a whole number"),
        (True, 2, "k: True is not a whole number"),
        ("one", 2, "k: 'one' is not a number"),
    ],
)
def test_cases_that_cannot_be_are_refused(k: Any, n: Any, message: str) -> None:
    for teach in (
        lambda: update(UNIFORM, k, n),
        lambda: updating.likelihood(k, n, 0.5),
        lambda: updating.foretold(UNIFORM, k, n),
    ):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
            teach()


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: UNIFORM.density([0.2, 1.2]), "rate: 1.2 is not allowed; allowed: 0 to 1"),
        (lambda: updating.likelihood(1, 2, -0.5), "rate: -0.5 is not allowed; allowed: 0 to 1"),
        (lambda: UNIFORM.interval(1), "level: 1 is not allowed; allowed: between 0 and 1"),
        (lambda: UNIFORM.at_least_one(0), "cases: 0 is not allowed; allowed: whole numbers from 1 on"),
        (lambda: updating.share_of_cases(UNIFORM, 0), "n: the reference class is empty"),
        (lambda: Prior.of("half", 2), "mean: 'half' is not a number"),  # type: ignore[arg-type]
    ],
)
def test_a_question_out_of_range_is_refused(ask: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        ask()


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Rule(()), "No answer counts as kept"),
        (Rule(("tanks",)), "response: 'tanks' is not a code of the table; allowed: deployment, mission, promise, refusal"),
        (Rule(("mission",), {"requested_of": ("NATO",)}), "requested_of: 'NATO' is not a code of the table; allowed: CSTO, Russia, none"),
        (Rule(("mission",), {"weather": ("fair",)}), "rule: no column 'weather'; there are: response"),
    ],
)  # fmt: skip
def test_a_rule_that_the_table_does_not_know_is_refused(rule: Rule, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        count(CASES, rule)
