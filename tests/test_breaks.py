"""Break or continuity: difference in differences and permutation against cases worked by hand and against libraries."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import permutation_test
from statsmodels.regression.linear_model import OLS

from csto.models import breaks as model
from csto.models.breaks import ChoiceError, Choices

CHOICES = Choices(("A", "B"), ("C", "D"), cut=2003, first=2001, last=2004)


def panel(**states: list[float | None]) -> pd.DataFrame:
    """Return a panel from 2001 on; a value of None is unknown."""
    rows = [
        {"country": state, "year": 2001 + place, "value": value}
        for state, values in states.items()
        for place, value in enumerate(values)
    ]
    return pd.DataFrame(rows).astype({"value": float})


#: By hand: A changes by 5, B by 4, C by 0, D by 1; members 4.5, others 0.5, difference 4.
BY_HAND = panel(A=[1, 1, 6, 6], B=[3, 5, 8, 8], C=[2, 4, 3, 3], D=[0, 2, 1, 3])


def random_panel(seed: int, states: int = 6, years: int = 8) -> pd.DataFrame:
    values = np.random.default_rng(seed).normal(size=(states, years)).round(3)
    return panel(**{name: list(row) for name, row in zip("ABCDEFGH"[:states], values, strict=True)})


def six(cut: int = 2005) -> Choices:
    return Choices(("A", "B"), ("C", "D", "E", "F"), cut=cut, first=2001, last=2008)


# --- difference in differences -----------------------------------------------------------------------------------


def test_the_case_worked_by_hand() -> None:
    found = model.sample(BY_HAND, CHOICES)
    assert found.changes.to_dict() == {"A": 5, "B": 4, "C": 0, "D": 1}
    table = model.means(found)
    assert table.loc["members"].tolist() == [2, 2.5, 7, 4.5]
    assert table.loc["comparison"].tolist() == [2, 2, 2.5, 0.5]
    assert model.estimate(found) == 4


@pytest.mark.parametrize("seed", range(5))
def test_the_estimate_is_the_coefficient_of_a_regression_with_state_and_year_effects(seed: int) -> None:
    table, choices = random_panel(seed), six()
    found = model.sample(table, choices)
    table = table.assign(treated=table["country"].isin(choices.members) & (table["year"] >= choices.cut))
    by_formula = OLS.from_formula(
        "value ~ treated + C(country) + C(year)", data=table.astype({"treated": int})
    ).fit()
    assert model.regression(found) == pytest.approx(by_formula.params["treated"], abs=1e-9)
    assert model.estimate(found) == pytest.approx(by_formula.params["treated"], abs=1e-9)


def test_what_moves_every_state_alike_or_never_changes_makes_no_difference() -> None:
    table = random_panel(1)
    before = model.estimate(model.sample(table, six()))
    shifted = table.assign(
        value=table["value"]
        + table["year"].map(lambda year: (year - 2000) ** 2)
        + table["country"].map(dict(zip("ABCDEF", range(6), strict=True))) * 7
    )
    assert model.estimate(model.sample(shifted, six())) == pytest.approx(before)


def test_a_change_of_the_members_alone_is_the_estimate() -> None:
    flat = panel(A=[1, 1, 1.5, 1.5], B=[3, 3, 3.5, 3.5], C=[2, 2, 2, 2], D=[9, 9, 9, 9])
    assert model.estimate(model.sample(flat, CHOICES)) == pytest.approx(0.5)


def test_groups_exchanged_turn_the_sign() -> None:
    turned = Choices(CHOICES.comparison, CHOICES.members, 2003, 2001, 2004)
    assert model.estimate(model.sample(BY_HAND, turned)) == -4


def test_the_line_in_step_meets_the_members_before_and_misses_them_by_the_estimate_after() -> None:
    lines = model.counterfactual(model.sample(BY_HAND, CHOICES)).set_index("year")
    gap = lines["members"] - lines["in_step"]
    assert gap[[2001, 2002]].mean() == pytest.approx(0)
    assert gap[[2003, 2004]].mean() == pytest.approx(4)


# --- which figures count ------------------------------------------------------------------------------------------


def test_a_year_that_only_few_states_have_does_not_count() -> None:
    table = panel(A=[1, 1, None, 6], B=[3, 5, None, 8], C=[2, 4, None, 3], D=[0, 2, 99, 3])
    found = model.sample(table, replace(CHOICES, cut=2004))
    assert found.years == (2001, 2002, 2004)
    assert found.skipped == (2003,)
    assert found.left_out == ()


def test_a_state_with_a_gap_in_a_year_that_counts_is_left_out_and_named() -> None:
    table = panel(A=[1, 1, 6, 6], B=[3, 5, None, 8], C=[2, 4, 3, 3], D=[0, 2, 1, 3])
    found = model.sample(table, CHOICES)
    assert found.left_out == ("B",)
    assert found.members == ("A",)
    assert model.estimate(found) == 4.5


def test_a_state_without_any_figure_does_not_spoil_the_years_of_the_others() -> None:
    table = BY_HAND[BY_HAND["country"] != "D"]
    found = model.sample(table, CHOICES)
    assert found.left_out == ("D",)
    assert found.years == (2001, 2002, 2003, 2004)


def test_figures_outside_the_window_and_of_other_states_do_not_count() -> None:
    other = pd.DataFrame({"country": ["A", "Z"], "year": [1999, 2002], "value": [99.0, 99.0]})
    assert model.estimate(model.sample(pd.concat([BY_HAND, other]), CHOICES)) == 4


# --- bad choices --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"comparison": ()}, "comparison: no state is chosen; allowed: one state or more"),
        ({"members": ()}, "members: no state is chosen; allowed: one state or more"),
        ({"members": ("A", "A")}, "members: A stands twice"),
        ({"comparison": ("A", "C")}, "comparison: A is among the members too"),
        ({"cut": 2030}, "cut: 2030 is outside the window; allowed: 2002 to 2004"),
        ({"cut": 2001}, "cut: 2001 is outside the window; allowed: 2002 to 2004"),
        ({"cut": "2003"}, "cut: '2003' is not allowed; allowed: a year as a whole number"),
        ({"cut": 2003.5}, "cut: 2003.5 is not allowed"),
        ({"cut": True}, "cut: True is not allowed"),
        ({"first": 2004}, "first: 2004 is not allowed; allowed: a year before the last, 2004"),
    ],
)
def test_a_bad_choice_is_named_with_what_is_allowed(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ChoiceError, match=re.escape(message)):
        replace(CHOICES, **change)


def test_a_cut_outside_the_data_is_named_with_the_years_that_the_data_allow() -> None:
    wide = replace(CHOICES, first=1990, last=2020, cut=2010)
    with pytest.raises(
        ChoiceError, match="cut: 2010 is outside the data of this measure; allowed: 2002 to 2004"
    ):
        model.sample(BY_HAND, wide)


def test_a_cut_before_the_first_figure_is_refused_too() -> None:
    wide = replace(CHOICES, first=1990, cut=2001)
    with pytest.raises(ChoiceError, match="cut: 2001 is outside the data"):
        model.sample(BY_HAND, wide)


def test_a_comparison_group_that_is_empty_for_lack_of_figures_is_named() -> None:
    alone = BY_HAND[BY_HAND["country"].isin(["A", "B"])]
    with pytest.raises(ChoiceError, match="comparison: C, D lack figures in this measure and window"):
        model.sample(alone, CHOICES)


def test_a_window_without_figures_is_named() -> None:
    with pytest.raises(ChoiceError, match="first, last: 1990 to 1999 holds no figure"):
        model.sample(BY_HAND, replace(CHOICES, first=1990, last=1999, cut=1995))


def test_a_measure_of_one_year_has_no_before_and_after() -> None:
    with pytest.raises(ChoiceError, match="has only 2002 here"):
        model.sample(BY_HAND[BY_HAND["year"] == 2002], CHOICES)


# --- permutation --------------------------------------------------------------------------------------------------


def test_the_permutation_worked_by_hand() -> None:
    # Six ways to choose two of four changes 5, 4, 0, 1: differences 4, 0, 1, -1, 0, -4; two of six are as far as 4.
    result = model.permute(model.sample(BY_HAND, CHOICES).changes, ("A", "B"))
    assert sorted(result.differences) == [-4, -1, 0, 0, 1, 4]
    assert (result.observed, result.as_far, result.ways, result.exact) == (4, 2, 6, True)
    assert result.p == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", range(4))
def test_the_permutation_agrees_with_scipy(seed: int) -> None:
    figures = model.sample(random_panel(seed), six()).changes
    ours, others = figures[["A", "B"]].to_numpy(), figures[list("CDEF")].to_numpy()
    theirs = permutation_test(
        (ours, others),
        lambda one, two, axis: abs(one.mean(axis=axis) - two.mean(axis=axis)),
        vectorized=True,
        n_resamples=np.inf,
        alternative="greater",
    )
    result = model.permute(figures, ("A", "B"))
    assert result.p == pytest.approx(theirs.pvalue)
    assert result.ways == len(theirs.null_distribution) == 15


def test_one_member_against_three_has_four_ways_and_no_smaller_p_than_a_quarter() -> None:
    figures = pd.Series({"A": 10.0, "B": 0.0, "C": 0.1, "D": -0.1})
    result = model.permute(figures, ("A",))
    assert (result.ways, result.p) == (4, 0.25)


def test_where_no_state_changed_every_labelling_is_as_extreme() -> None:
    assert model.permute(pd.Series(0.0, index=list("ABCD")), ("A", "B")).p == 1


def test_rounding_does_not_decide_what_is_as_extreme() -> None:
    figures = pd.Series({"A": 0.1 + 0.2, "B": 0.0, "C": 0.3, "D": 0.0})
    assert model.permute(figures, ("A",)).as_far == 4


def test_drawn_labellings_repeat_with_the_seed_and_count_the_real_one() -> None:
    figures = pd.Series(np.arange(12.0), index=list("ABCDEFGHIJKL"))
    members = tuple("GHIJKL")
    first, again, other = (model.permute(figures, members, most=500, seed=seed) for seed in (1, 1, 2))
    assert not first.exact and first.ways == 500
    assert first.p == again.p and (first.differences == again.differences).all()
    assert (first.differences != other.differences).any()
    assert first.as_far >= 1 and first.differences[0] == first.observed
    assert first.p == pytest.approx(model.permute(figures, members).p, abs=0.02)


# --- the assumption -----------------------------------------------------------------------------------------------


def test_slopes_before_the_cut_are_those_of_straight_lines() -> None:
    table = panel(A=[0, 1, 2, 9], B=[0, 3, 6, 0], C=[5, 4, 3, 3], D=[1, 1, 1, 1])
    slopes = model.slopes(model.sample(table, replace(CHOICES, cut=2004)))
    assert slopes.set_index("country")["slope"].round(9).to_dict() == {"A": 1, "B": 3, "C": -1, "D": 0}
    assert slopes["group"].tolist() == ["members", "members", "comparison", "comparison"]


def test_one_year_before_the_cut_has_no_slope() -> None:
    assert model.slopes(model.sample(BY_HAND, replace(CHOICES, cut=2002)))["slope"].isna().all()


def test_placebo_cuts_use_the_years_before_the_cut_alone() -> None:
    table = panel(A=[0, 0, 0, 0, 50], B=[0, 0, 0, 0, 50], C=[0, 0, 2, 2, 2], D=[0, 0, 2, 2, 2])
    choices = Choices(("A", "B"), ("C", "D"), cut=2005, first=2001, last=2005)
    found = model.placebos(lambda _: table, choices)
    assert found["cut"].tolist() == [2002, 2003, 2004]
    assert found.set_index("cut").loc[2003, "estimate"] == -2
    assert found["estimate"].abs().max() < 50


# --- sensitivity --------------------------------------------------------------------------------------------------

MEASURES = {"one": lambda _: BY_HAND, "ten": lambda _: BY_HAND.assign(value=BY_HAND["value"] * 10)}


def sensitivity(**more: Any) -> pd.DataFrame:
    return model.sensitivity(MEASURES, "one", CHOICES, **more).set_index(["changed", "what"])


def test_leaving_out_a_state_is_the_estimate_without_it() -> None:
    # Without A: 4 - 0.5; without B: 5 - 0.5; without C: 4.5 - 1; without D: 4.5 - 0.
    assert model.leave_one_out(model.sample(BY_HAND, CHOICES)).to_dict() == {
        "A": 3.5,
        "B": 4.5,
        "C": 3.5,
        "D": 4.5,
    }
    table = sensitivity()
    for state, group in (("A", "members"), ("C", "comparison")):
        changed = f"without a {'member' if group == 'members' else 'comparison state'}"
        fewer = replace(CHOICES, **{group: tuple(s for s in getattr(CHOICES, group) if s != state)})
        assert table.loc[(changed, state), "estimate"] == model.estimate(model.sample(BY_HAND, fewer))


def test_another_cut_or_group_is_the_estimate_under_it() -> None:
    table = sensitivity(cuts=(2002, 2003, 2004), groups={"C alone": ("C",), "both": ("D", "C")})
    assert set(table.loc["cut"].index) == {"2002", "2004"}
    for cut in (2002, 2004):
        other = model.estimate(model.sample(BY_HAND, replace(CHOICES, cut=cut)))
        assert table.loc[("cut", str(cut)), "estimate"] == other
    assert table.loc[("comparison", "C alone"), "estimate"] == 4.5
    assert ("comparison", "both") not in table.index


def test_a_measure_in_another_unit_gives_the_same_in_spreads() -> None:
    table = sensitivity()
    assert table.loc[("measure", "ten"), "estimate"] == 40
    assert table.loc[("measure", "ten"), "spreads"] == pytest.approx(
        table.loc[("nothing", "as chosen"), "spreads"]
    )
    assert table.loc[("nothing", "as chosen"), "spreads"] == pytest.approx(4 / np.std([1, 4, 3, 1], ddof=1))


def test_what_cannot_be_computed_keeps_its_row_and_says_why() -> None:
    table = sensitivity(cuts=(2050,))
    assert np.isnan(table.loc[("cut", "2050"), "estimate"])
    assert "cut: 2050 is outside the window" in table.loc[("cut", "2050"), "why"]
    single = model.sensitivity(MEASURES, "one", replace(CHOICES, comparison=("C",)))
    row = single.set_index(["changed", "what"]).loc[("without a comparison state", "C")]
    assert np.isnan(row["estimate"]) and row["why"] == "it is the only one of its group"


def test_an_unknown_measure_is_named() -> None:
    with pytest.raises(ChoiceError, match="measure: 'two' is not known; allowed: one, ten"):
        model.sensitivity(MEASURES, "two", CHOICES)


# --- a distance has two ends --------------------------------------------------------------------------------------

STILL = panel(A=[1, 1, 1, 1], B=[1, 1, 1, 1], C=[2, 2, 2, 2], D=[2, 2, 2, 2], R=[0, 0, 1, 1])


def test_a_distance_shrinks_when_only_the_yardstick_moves() -> None:
    table = model.movement(STILL, "R", CHOICES)
    assert table.loc["members"].tolist() == [-1, 0, -1]
    assert table.loc["comparison"].tolist() == [-1, 0, -1]
    held = model.sample(model.held(STILL, "R")(CHOICES), CHOICES)
    assert (held.changes == 0).all()


def test_a_yardstick_that_moves_alone_can_make_a_difference_in_differences() -> None:
    # A and B stand at 1, C and D at -1; R goes from 0 to 1: the members' distance falls by 1, the others' grows by 1.
    table = panel(A=[1] * 4, B=[1] * 4, C=[-1] * 4, D=[-1] * 4, R=[0, 0, 1, 1])
    assert model.estimate(model.sample(model.distance(table, "R")(CHOICES), CHOICES)) == -2
    assert model.estimate(model.sample(model.held(table, "R")(CHOICES), CHOICES)) == 0


def test_the_two_parts_of_a_change_in_distance_sum_to_it() -> None:
    points = random_panel(3).replace({"country": {"F": "R"}})
    table = model.movement(points, "R", Choices(("A", "B"), ("C", "D", "E"), 2005, 2001, 2008))
    assert (table["own"] + table["yardstick"]).tolist() == pytest.approx(table["distance"].tolist())


def test_a_yardstick_without_a_point_before_the_cut_is_named() -> None:
    late = STILL[~((STILL["country"] == "R") & (STILL["year"] < 2003))]
    with pytest.raises(ChoiceError, match="allowed: later than 2003, the first year of R"):
        model.held(late, "R")(CHOICES)
