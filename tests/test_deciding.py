"""The model of lab 2: hand-worked cases, textbook indices, known limits, and bad input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from csto.models import deciding
from csto.models.deciding import MEMBERS, RULES, Council

UNEVEN = Council(dict(zip(MEMBERS, (0.15, 0.4, 0.55, 0.7, 0.8, 0.95), strict=True)), concerned="ARM")


def chance(council: Council, rule: str, **how: Any) -> float:
    return deciding.acting(council, rule, **how)[0]


def by_quadrature(council: Council, rule: str) -> float:
    """Return the chance of acting by integration over the common factor: another way than the model's own."""
    threshold = stats.norm.ppf(list(council.chances.values()))
    won, consents = deciding.wins(council, rule), deciding.patterns()

    def given(common: float) -> float:
        r = council.correlation
        p = stats.norm.cdf((threshold - np.sqrt(r) * common) / np.sqrt(1 - r))
        return float(np.where(consents, p, 1 - p).prod(axis=1)[won].sum() * stats.norm.pdf(common))

    return integrate.quad(given, -8, 8)[0]


# --- the chance of acting -----------------------------------------------------------------------------------------


def test_six_members_at_nine_tenths_worked_by_hand() -> None:
    council = Council()  # all at 0.9, each on its own
    assert chance(council, "Consensus") == pytest.approx(0.531441)  # 0.9 ** 6
    assert chance(council, "Consensus minus one") == pytest.approx(0.59049)  # 0.9 ** 5
    assert chance(replace(council, needed=5), "Majority") == pytest.approx(
        0.885735
    )  # 0.9^6 + 6 * 0.9^5 * 0.1
    assert chance(council, "Majority") == pytest.approx(0.98415)  # and 15 * 0.9^4 * 0.1^2
    assert chance(council, "Russia alone") == 0.9


def test_the_party_concerned_that_would_refuse_stops_consensus_and_no_other_rule() -> None:
    council = Council({**Council().chances, "TJK": 0.0}, concerned="TJK")
    assert chance(council, "Consensus") == 0
    assert chance(council, "Consensus minus one") == pytest.approx(0.9**5)
    assert chance(council, "Majority") == pytest.approx(0.9**5 + 5 * 0.9**4 * 0.1)


def test_where_the_party_concerned_asks_itself_leaving_it_out_changes_nothing() -> None:
    council = replace(UNEVEN, chances={**UNEVEN.chances, "ARM": 1.0})
    for correlation in (0.0, 0.3, 1.0):
        asked = replace(council, correlation=correlation)
        assert chance(asked, "Consensus minus one") == pytest.approx(chance(asked, "Consensus"))


@pytest.mark.parametrize("needed", range(1, 7))
def test_the_majority_of_independent_members_is_poisson_binomial(needed: int) -> None:
    exact = stats.poisson_binom.sf(needed - 1, list(UNEVEN.chances.values()))
    assert chance(replace(UNEVEN, needed=needed), "Majority") == pytest.approx(exact, abs=1e-12)


def test_a_majority_of_all_six_is_consensus() -> None:
    for correlation in (0.0, 0.4, 1.0):
        council = replace(UNEVEN, correlation=correlation, needed=6)
        assert chance(council, "Majority") == chance(council, "Consensus")


def test_the_chances_of_all_patterns_sum_to_one() -> None:
    for correlation in (0.0, 0.4, 1.0):
        likely = deciding.likelihood(replace(UNEVEN, correlation=correlation))
        assert likely.shape == (64,) and likely.min() >= 0
        assert likely.sum() == pytest.approx(1)


def test_with_perfect_correlation_the_least_willing_member_sets_the_chance_of_consensus() -> None:
    as_one = replace(UNEVEN, correlation=1.0)
    assert chance(as_one, "Consensus") == pytest.approx(0.15)
    assert chance(as_one, "Consensus minus one") == pytest.approx(0.4)
    assert chance(as_one, "Majority") == pytest.approx(0.55)  # the fourth most willing
    assert chance(replace(as_one, needed=1), "Majority") == pytest.approx(0.95)


def test_members_alike_and_as_one_make_all_rules_equal() -> None:
    assert deciding.compare(Council(correlation=1.0))["chance"].tolist() == pytest.approx([0.9] * 4)


def test_correlation_helps_consensus_and_hurts_a_likely_majority() -> None:
    leaning = [Council(correlation=r) for r in (0.0, 0.25, 0.5, 0.75, 1.0)]
    consensus = [chance(council, "Consensus") for council in leaning]
    majority = [chance(replace(council, needed=4), "Majority") for council in leaning]
    assert consensus == sorted(consensus) and consensus[-1] - consensus[0] > 0.3
    assert majority == sorted(majority, reverse=True) and majority[0] - majority[-1] > 0.05


def test_nobodys_own_chance_depends_on_the_correlation() -> None:
    for correlation in (0.2, 0.7):
        council = replace(UNEVEN, correlation=correlation)
        alone = deciding.likelihood(council) @ deciding.patterns()
        expected = np.array(list(UNEVEN.chances.values()))
        assert np.all(np.abs(alone - expected) < 4 * np.sqrt(expected * (1 - expected) / deciding.DRAWS))
        assert deciding.acting(council, "Russia alone") == (0.8, 0.0)


def test_certain_members_leave_nothing_to_chance_at_any_correlation() -> None:
    for correlation in (0.0, 0.5, 1.0):
        for share in (0.0, 1.0):
            council = Council(dict.fromkeys(MEMBERS, share), correlation)
            assert deciding.compare(council)["chance"].tolist() == pytest.approx([share] * 4)


# --- the simulation -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("correlation", [0.1, 0.5, 0.9])
def test_the_simulation_agrees_with_an_integral(rule: str, correlation: float) -> None:
    council = replace(UNEVEN, correlation=correlation)
    simulated, error = deciding.acting(council, rule)
    assert abs(simulated - by_quadrature(council, rule)) <= 4 * error + 1e-7


@pytest.mark.parametrize("rule", ["Consensus", "Consensus minus one", "Majority"])
def test_the_simulation_at_next_to_no_correlation_agrees_with_the_exact_result(rule: str) -> None:
    simulated, error = deciding.acting(replace(UNEVEN, correlation=1e-12), rule)
    assert error > 0
    assert abs(simulated - chance(UNEVEN, rule)) < 4 * error


def test_the_standard_error_is_what_other_seeds_show() -> None:
    council = replace(UNEVEN, correlation=0.5)
    runs = [deciding.acting(council, "Majority", seed=seed, draws=2000) for seed in range(200)]
    spread = np.std([found for found, _ in runs], ddof=1)
    assert spread == pytest.approx(runs[0][1], rel=0.2)
    assert runs[0][1] == pytest.approx(np.sqrt(runs[0][0] * (1 - runs[0][0]) / 2000))


def test_the_same_seed_gives_the_same_answer_and_another_seed_another() -> None:
    council = replace(UNEVEN, correlation=0.5)
    first = deciding.likelihood(council, seed=1)
    deciding._leanings.cache_clear()
    assert np.array_equal(first, deciding.likelihood(council, seed=1))
    assert not np.array_equal(first, deciding.likelihood(council, seed=2))


def test_what_is_exact_has_no_error() -> None:
    for correlation in (0.0, 1.0):
        assert (deciding.compare(replace(UNEVEN, correlation=correlation))["error"] == 0).all()
    some = deciding.compare(replace(UNEVEN, correlation=0.5)).set_index("rule")["error"]
    assert (some[["Consensus", "Consensus minus one", "Majority"]] > 0).all()
    assert some.max() <= 0.5 / np.sqrt(deciding.DRAWS)


# --- who can turn the result --------------------------------------------------------------------------------------


def test_the_textbook_vote_of_three() -> None:
    won = deciding.weighted([50, 49, 1], 51)
    assert deciding.banzhaf(won) == pytest.approx([3 / 5, 1 / 5, 1 / 5])
    assert deciding.shapley_shubik(won) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_one_of_six_founders_of_the_european_community_had_a_vote_without_power() -> None:
    won = deciding.weighted([4, 4, 4, 2, 2, 1], 12)
    assert deciding.banzhaf(won) == pytest.approx([5 / 21] * 3 + [1 / 7] * 2 + [0])
    assert deciding.shapley_shubik(won) == pytest.approx([14 / 60] * 3 + [9 / 60] * 2 + [0])


def test_five_vetoes_in_the_security_council() -> None:
    won = deciding.weighted([7] * 5 + [1] * 10, 39)
    power = deciding.shapley_shubik(won)
    assert power[:5] == pytest.approx([421 / 2145] * 5)
    assert power.sum() == pytest.approx(1)


def test_a_winner_who_needs_nobody_does_not_take_the_power_of_those_who_need_each_other() -> None:
    assert deciding.shapley_shubik(deciding.weighted([3, 2, 1], 3)) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


@pytest.mark.parametrize(
    ("rule", "power"),
    [
        ("Consensus", dict.fromkeys(MEMBERS, 1 / 6)),
        ("Majority", dict.fromkeys(MEMBERS, 1 / 6)),
        ("Consensus minus one", {**dict.fromkeys(MEMBERS, 1 / 5), "ARM": 0}),
        ("Russia alone", {**dict.fromkeys(MEMBERS, 0), "RUS": 1}),
    ],
)
def test_power_by_the_rule_alone(rule: str, power: dict[str, float]) -> None:
    found = deciding.pivots(UNEVEN, rule).set_index("member")
    assert found["shapley_shubik"].to_dict() == pytest.approx(power)
    assert found["banzhaf"].to_dict() == pytest.approx(power)


def test_under_consensus_power_is_equal_and_the_least_willing_member_is_the_brake() -> None:
    found = deciding.pivots(UNEVEN, "Consensus").set_index("member")
    assert found["shapley_shubik"].nunique() == 1
    assert found["turns"].idxmax() == found["blocks"].idxmax() == found["consent"].idxmin() == "ARM"
    assert found.loc["ARM", "turns"] == pytest.approx(0.4 * 0.55 * 0.7 * 0.8 * 0.95)
    assert found.loc["ARM", "blocks"] == pytest.approx(0.85 * 0.4 * 0.55 * 0.7 * 0.8 * 0.95)


def test_a_member_turns_a_majority_if_it_lacks_exactly_one() -> None:
    found = deciding.pivots(Council(), "Majority").set_index("member")["turns"]
    assert found.tolist() == pytest.approx([10 * 0.9**3 * 0.1**2] * 6)  # three of the other five consent


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_what_turns_on_a_member_is_the_step_from_its_refusal_to_its_consent(
    rule: str, correlation: float
) -> None:
    council = replace(UNEVEN, correlation=correlation)
    for row in deciding.pivots(council, rule).itertuples():
        sure, never = (
            chance(replace(council, chances={**council.chances, row.member: share}), rule)
            for share in (1.0, 0.0)
        )
        assert row.turns == pytest.approx(sure - never, abs=1e-9)


def test_who_stops_the_rest_cannot_do_so_more_often_than_it_refuses() -> None:
    for rule in RULES:
        found = deciding.pivots(UNEVEN, rule)
        assert (found["blocks"] <= found["turns"] + 1e-12).all()
        assert (found["blocks"] <= 1 - found["consent"] + 1e-12).all()


# --- made-up councils ---------------------------------------------------------------------------------------------


def test_a_hesitant_member_stands_where_its_role_puts_it() -> None:
    assert deciding.hesitant(0.4, 0.9, 0.0, "Russia").chances == {**Council().chances, "RUS": 0.4}
    concerned = deciding.hesitant(0.4, 0.9, 0.0, "the party concerned")
    assert concerned.chances[concerned.concerned] == 0.4
    third = deciding.hesitant(0.4, 0.9, 0.0, "a third member")
    (who,) = [code for code, share in third.chances.items() if share == 0.4]
    assert who not in {third.concerned, deciding.LEADER}


def test_every_made_up_council_makes_its_point() -> None:
    found = {name: deciding.compare(c).set_index("rule")["chance"] for name, c in deciding.PROFILES.items()}
    refuses = found["The one concerned would refuse"]
    assert refuses["Consensus minus one"] == pytest.approx(10 * refuses["Consensus"])
    asks = found["The one concerned asks for help, the others doubt"]
    assert asks["Consensus minus one"] == pytest.approx(asks["Consensus"])
    leader = found["Russia will not"]
    assert leader["Majority"] > 0.9 > 0.11 > leader["Russia alone"]
    signal = found["All look to one signal"]
    assert signal["Consensus"] > 0.7**6 * 4


# --- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [-0.01, 1.2, float("nan"), float("inf")])
def test_a_chance_outside_its_range_is_named(value: float) -> None:
    with pytest.raises(ValueError, match=rf"^chance of KGZ: {value:g} is not allowed; allowed: 0 to 1$"):
        Council({**Council().chances, "KGZ": value})
    with pytest.raises(ValueError, match=rf"^correlation: {value:g} is not allowed; allowed: 0 to 1$"):
        Council(correlation=value)


@pytest.mark.parametrize("value", ["likely", None, True, [0.5]])
def test_a_chance_that_is_no_number_is_named(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^chance of RUS: .* is not a number; allowed: 0 to 1$"):
        Council({**Council().chances, "RUS": value})


def test_an_unknown_or_missing_member_is_answered_with_the_members() -> None:
    with pytest.raises(
        ValueError, match=r"^chances: 'UZB' is not a member; allowed: ARM, BLR, KAZ, KGZ, RUS, TJK$"
    ):
        Council({**Council().chances, "UZB": 0.5})
    with pytest.raises(ValueError, match=r"^chances: KGZ, TJK missing; needed: ARM, BLR"):
        Council({code: 0.5 for code in MEMBERS if code not in {"KGZ", "TJK"}})
    with pytest.raises(ValueError, match=r"^concerned: 'GEO' is not a member; allowed: ARM"):
        Council(concerned="GEO")


@pytest.mark.parametrize("value", [0, 7, -1, 3.5, True, "four"])
def test_a_majority_that_cannot_be_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^needed: .* is not allowed; allowed: whole numbers from 1 to 6$"):
        Council(needed=value)


def test_other_bad_input_is_answered_with_what_is_allowed() -> None:
    with pytest.raises(
        ValueError, match=r"^rule: 'Lot' is not known; allowed: Consensus, Consensus minus one, Majority"
    ):
        deciding.acting(Council(), "Lot")
    with pytest.raises(ValueError, match=r"^role: 'Nobody' is not known; allowed: a third member"):
        deciding.hesitant(0.4, 0.9, 0.0, "Nobody")
    with pytest.raises(ValueError, match=r"^draws: 0 is not allowed; allowed: whole numbers from 1 on$"):
        deciding.likelihood(Council(correlation=0.5), draws=0)
    with pytest.raises(ValueError, match=r"^quota: 4 is not allowed; allowed: above 0, up to 3$"):
        deciding.weighted([1, 2], 4)
    with pytest.raises(ValueError, match=r"^weights: -1 is not allowed"):
        deciding.weighted([2, -1], 1)
    with pytest.raises(ValueError, match=r"^won: 3 patterns are not allowed"):
        deciding.swings(np.array([True, False, True]))


def test_what_was_checked_cannot_be_changed_afterwards() -> None:
    chances = dict(Council().chances)
    council = Council(chances)
    chances["RUS"] = 7.0
    assert council.chances["RUS"] == 0.9


def test_the_indices_are_in_the_bibliography() -> None:
    from csto.data import source_keys

    assert {"shapleyshubik1954", "banzhaf1965"} <= set(source_keys())
