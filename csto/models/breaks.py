"""Break or continuity: did a group of states change at a date, more than the states they are compared with?

Difference in differences (cardkrueger1994): the change of the members' mean from before the cut to after it, less the
change of the comparison states' mean. It answers the question under one assumption, that without the event both groups
would have gone on in step. No test can prove that; what can be looked at is whether they went in step before
(`slopes`), and whether cuts at which nothing is said to have happened give as much (`placebos`).

Which figures count. A state without any figure in the window is left out. Of the others' years, those count in which
half of them or more have a figure; of the states, those count that have one in every such year. What is left is a full
table of years and states, in which the regression with state and year effects and the difference of four means are the
same number. What was left out is named in the result.

Uncertainty. A handful of states is too few for standard errors, clustered or not: they rest on many states of either
kind and come out too small (bertrand2004, conleytaber2011). So each state's years are first folded into one change, which
removes the correlation of its years (bertrand2004, section IV), and then the group labels are permuted: in how many of
all ways to call as many states "members" is the difference at least as large? The answer is exact for that question. It is
not proof of a cause, since no lottery made the members members.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from math import comb
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

#: All ways to label are tried up to this number; beyond it as many are drawn, with the seed.
WAYS = 10_000
SEED = 2022
#: Two estimates closer than this, relative to the larger, are the same; it keeps rounding from deciding.
SAME = 1e-9


class ChoiceError(ValueError):
    """A choice cannot be computed; the message names the choice, the value and what is allowed."""


@dataclass(frozen=True)
class Choices:
    """What one has to choose before there is an answer.

    Parameters
    ----------
    members
        ISO 3166 alpha-3 codes of the states to which something is said to have happened.
    comparison
        Codes of the states they are compared with.
    cut
        First year that counts as after.
    first, last
        The window: first and last year that are looked at.

    Raises
    ------
    ChoiceError
        If a group is empty, a state stands twice or in both groups, a year is not whole, or the cut is not inside
        the window.
    """

    members: tuple[str, ...]
    comparison: tuple[str, ...]
    cut: int
    first: int
    last: int

    def __post_init__(self) -> None:
        for name in ("members", "comparison"):
            group = tuple(getattr(self, name))
            if not group:
                raise ChoiceError(f"{name}: no state is chosen; allowed: one state or more")
            for state in group:
                if group.count(state) > 1:
                    raise ChoiceError(f"{name}: {state} stands twice; allowed: each state once")
            object.__setattr__(self, name, group)
        for state in self.members:
            if state in self.comparison:
                raise ChoiceError(
                    f"comparison: {state} is among the members too; allowed: a state in one group"
                )
        for name in ("cut", "first", "last"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, Integral):
                raise ChoiceError(f"{name}: {value!r} is not allowed; allowed: a year as a whole number")
            object.__setattr__(self, name, int(value))
        if self.first >= self.last:
            raise ChoiceError(
                f"first: {self.first} is not allowed; allowed: a year before the last, {self.last}"
            )
        if not self.first < self.cut <= self.last:
            raise ChoiceError(
                f"cut: {self.cut} is outside the window; allowed: {self.first + 1} to {self.last}, "
                "so that a year lies before it"
            )

    @property
    def states(self) -> tuple[str, ...]:
        """All chosen states, members first."""
        return (*self.members, *self.comparison)


#: A measure gives, for the choices, a panel: a frame with `country`, `year` and `value`.
Measure = Callable[[Choices], pd.DataFrame]


@dataclass(frozen=True)
class Sample:
    """The full table of years and states that counts.

    Attributes
    ----------
    values
        Frame of shape (years, states), in the unit of the measure; the index is the year, the columns codes.
    members, comparison
        The states of either group that count.
    cut
        First year after.
    left_out
        Chosen states that do not count, for lack of figures.
    skipped
        Years in the window with some figures that do not count.
    """

    values: pd.DataFrame
    members: tuple[str, ...]
    comparison: tuple[str, ...]
    cut: int
    left_out: tuple[str, ...]
    skipped: tuple[int, ...]

    @cached_property
    def after(self) -> np.ndarray:
        """Whether a year lies after the cut, by year."""
        return self.values.index.to_numpy() >= self.cut

    @property
    def years(self) -> tuple[int, ...]:
        """The years that count."""
        return tuple(int(year) for year in self.values.index)

    @cached_property
    def before_after(self) -> pd.DataFrame:
        """Each state's mean before the cut and after it, by code: columns `before` and `after`."""
        figures = self.values.to_numpy()
        both = {"before": figures[~self.after].mean(axis=0), "after": figures[self.after].mean(axis=0)}
        return pd.DataFrame(both, index=self.values.columns)

    @cached_property
    def changes(self) -> pd.Series:
        """Each state's mean after the cut less its mean before, by code."""
        return self.before_after["after"] - self.before_after["before"]


def sample(panel: pd.DataFrame, choices: Choices) -> Sample:
    """Return the figures that count.

    Parameters
    ----------
    panel
        Frame with `country` (code), `year` and `value`; a missing value, or a missing row, is unknown.
    choices
        Groups, cut and window.

    Raises
    ------
    ChoiceError
        If the cut leaves no year with figures before or after it, or a group no state.
    """
    inside = panel["country"].isin(choices.states) & panel["year"].between(choices.first, choices.last)
    known = panel[inside & panel["value"].notna()]
    wide = known.astype({"year": int, "value": float}).pivot(index="year", columns="country", values="value")
    wide = wide.sort_index()
    if wide.empty:
        raise ChoiceError(
            f"first, last: {choices.first} to {choices.last} holds no figure of the chosen states in this measure"
        )
    full = wide[wide.notna().mean(axis=1) >= 0.5]
    kept = [state for state in choices.states if state in full and full[state].notna().all()]
    members = tuple(state for state in kept if state in choices.members)
    comparison = tuple(state for state in kept if state in choices.comparison)
    _check_cut(full.index.to_numpy(), choices.cut)
    for name, group, chosen in (
        ("members", members, choices.members),
        ("comparison", comparison, choices.comparison),
    ):
        if not group:
            raise ChoiceError(
                f"{name}: {', '.join(chosen)} lack figures in this measure and window; allowed: a state with a figure "
                f"in each of the years {', '.join(map(str, full.index))}"
            )
    return Sample(
        values=full[kept],
        members=members,
        comparison=comparison,
        cut=choices.cut,
        left_out=tuple(state for state in choices.states if state not in kept),
        skipped=tuple(int(year) for year in wide.index.difference(full.index)),
    )


def _check_cut(years: Any, cut: int) -> None:
    if len(years) < 2:
        raise ChoiceError(
            f"cut: {cut} needs a year before and one after; this measure has only {years[0]} here"
        )
    if not years[0] < cut <= years[-1]:
        raise ChoiceError(
            f"cut: {cut} is outside the data of this measure; allowed: {years[0] + 1} to {years[-1]}, so that a year with "
            "figures lies before it and one after"
        )


# --- the estimate -------------------------------------------------------------------------------------------------


def means(found: Sample) -> pd.DataFrame:
    """Return the four means, and what they come to.

    Returns
    -------
    pandas.DataFrame
        Rows `members`, `comparison`; columns `states` (how many), `before`, `after`, `change` in the unit of the measure.
    """
    rows = {}
    for name, group in (("members", found.members), ("comparison", found.comparison)):
        before, after = found.before_after.loc[list(group)].mean()
        rows[name] = {"states": len(group), "before": before, "after": after, "change": after - before}
    return pd.DataFrame(rows).T.astype({"states": int})


def estimate(found: Sample) -> float:
    """Return the difference in differences, in the unit of the measure: the members' mean change less the others'."""
    changes = found.changes
    return float(changes[list(found.members)].mean() - changes[list(found.comparison)].mean())


def leave_one_out(found: Sample) -> pd.Series:
    """Return the estimate without each state in turn, by its code; missing where it is the only one of its group.

    The years that count stay as they are.
    """
    changes = found.changes
    ours, others = changes[list(found.members)], changes[list(found.comparison)]

    def means_without(group: pd.Series) -> pd.Series:
        return (group.sum() - group) / (len(group) - 1) if len(group) > 1 else group * np.nan

    return pd.concat([means_without(ours) - others.mean(), ours.mean() - means_without(others)])


def regression(found: Sample) -> float:
    """Return the same number as a coefficient: "a member, after the cut" beside an effect for each state and each year.

    Ordinary least squares by NumPy. In a full table it equals `estimate`; no standard error is returned, for the
    reason given at the top of this module.
    """
    years, states = found.values.shape
    state = np.tile(np.arange(states), years)
    year = np.repeat(np.arange(years), states)
    treated = np.isin(found.values.columns, found.members)[state] & found.after[year]
    design = np.column_stack([treated, np.eye(states)[state], np.eye(years)[year][:, 1:]]).astype(float)
    return float(np.linalg.lstsq(design, found.values.to_numpy().ravel())[0][0])


def counterfactual(found: Sample) -> pd.DataFrame:
    """Return both groups' means by year, and where the members would be had they gone in step with the others.

    Returns
    -------
    pandas.DataFrame
        `year`, `members`, `comparison`, and `in_step`: the comparison states' line, moved so that its mean before the cut is
        the members'. After the cut the mean gap between `members` and `in_step` is the estimate.
    """
    table = means(found)
    lines = pd.DataFrame(
        {
            "members": found.values[list(found.members)].mean(axis=1),
            "comparison": found.values[list(found.comparison)].mean(axis=1),
        }
    )
    lines["in_step"] = (
        lines["comparison"] + table.loc["members", "before"] - table.loc["comparison", "before"]
    )
    return lines.rename_axis("year").reset_index()


# --- how sure -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Permutation:
    """What other labels would have given.

    Attributes
    ----------
    observed
        The difference of the groups' means under the real labels.
    p
        Share of the labellings whose difference is at least as far from zero, the real one included; from 0 to 1.
    as_far
        How many of them are, the real one included.
    ways
        How many labellings were looked at, the real one included.
    exact
        Whether these are all there are; otherwise they were drawn with the seed.
    differences
        The difference under each labelling, in the unit of the measure.
    """

    observed: float
    p: float
    as_far: int
    ways: int
    exact: bool
    differences: np.ndarray


def permute(figures: pd.Series, members: Iterable[str], most: int = WAYS, seed: int = SEED) -> Permutation:
    """Return how unusual the difference between members and others is among all ways to choose as many members.

    Parameters
    ----------
    figures
        One number a state, by code, such as `Sample.changes`.
    members
        Codes of the members; the others in `figures` are compared with them.
    most
        All labellings are tried if there are at most this many; otherwise this many less one are drawn.
    seed
        Seed of the draws; the same seed gives the same result.

    Notes
    -----
    Our own few lines, since `scipy.stats.permutation_test` refuses a group of one state; where both can be computed they
    agree. When labellings are drawn, the real one is counted as one of them, so that p is never zero (phipsonsmyth2010).
    """
    chosen = list(members)
    values = pd.concat([figures[chosen], figures.drop(chosen)]).to_numpy(dtype=float)
    number, size = len(values), len(chosen)
    exact = comb(number, size) <= most
    if exact:
        labels = np.array(list(combinations(range(number), size)))  # the first is the real one
    else:
        drawn = np.random.default_rng(seed).random((most - 1, number)).argsort(axis=1)[:, :size]
        labels = np.vstack([np.arange(size), drawn])
    sums = values[labels].sum(axis=1)
    differences = sums / size - (values.sum() - sums) / (number - size)
    far = np.abs(differences)
    as_far = int((far >= far[0] - SAME * far.max()).sum())
    return Permutation(
        float(differences[0]), as_far / len(differences), as_far, len(differences), exact, differences
    )


def slopes(found: Sample) -> pd.DataFrame:
    """Return how the groups moved before the cut: the look at whether they went in step.

    Returns
    -------
    pandas.DataFrame
        A row a state: `country`, `group`, and `slope`, the least-squares change a year before the cut, in the unit of the
        measure; missing where only one year lies before the cut.
    """
    before = found.values.loc[~found.after]
    years = before.index.to_numpy(dtype=float)
    slope = np.polyfit(years, before.to_numpy(), 1)[0] if len(years) > 1 else np.full(before.shape[1], np.nan)
    group = ["members" if state in found.members else "comparison" for state in before.columns]
    return pd.DataFrame({"country": before.columns, "group": group, "slope": slope})


def placebos(measure: Measure, choices: Choices) -> pd.DataFrame:
    """Return the estimates at cuts before the real one, from the years before it alone.

    Returns
    -------
    pandas.DataFrame
        `cut` and `estimate`; empty if fewer than two years with figures lie before the cut.
    """
    panel = measure(choices)
    years = sample(panel, choices).values.index
    rows = []
    for year in years[years < choices.cut][1:]:
        try:
            found = sample(panel, replace(choices, cut=int(year), last=choices.cut - 1))
        except ChoiceError:
            continue  # a window so short that a group has no full state left
        rows.append({"cut": int(year), "estimate": estimate(found)})
    return pd.DataFrame(rows, columns=["cut", "estimate"])


# --- what it depends on -------------------------------------------------------------------------------------------


def spread(found: Sample) -> float:
    """Return the standard deviation of the states' means before the cut: a yardstick to compare measures by."""
    return float(found.before_after["before"].std())


def sensitivity(
    measures: Mapping[str, Measure],
    measure: str,
    choices: Choices,
    cuts: Iterable[int] = (),
    starts: Iterable[int] = (),
    groups: Mapping[str, tuple[str, ...]] | None = None,
) -> pd.DataFrame:
    """Return the estimate under each other single choice, all else as chosen.

    Parameters
    ----------
    measures
        Every measure by name.
    measure
        The one that is chosen.
    choices
        The choices of which one at a time is changed.
    cuts, starts
        Other cut years, and other first years of the window, to try.
    groups
        Other comparison groups to try, by name.

    Returns
    -------
    pandas.DataFrame
        `changed` ("nothing", "cut", "start", "comparison", "without a member", "without a comparison state", "measure"),
        `what` (the other choice), `estimate` (in the unit of its measure), `spreads` (the estimate divided by `spread`: that of
        the choices as they are, or of the other measure) and `why` (why there is no estimate, else empty).

    Raises
    ------
    ChoiceError
        If the choices as they are cannot be computed, or the measure is unknown.
    """
    if measure not in measures:
        raise ChoiceError(f"measure: {measure!r} is not known; allowed: {', '.join(measures)}")
    base = sample(measures[measure](choices), choices)
    alternatives: list[tuple[str, str, str, dict[str, Any]]] = [
        *(("cut", str(cut), measure, {"cut": cut}) for cut in cuts if cut != choices.cut),
        *(("start", str(first), measure, {"first": first}) for first in starts if first != choices.first),
        *(
            ("comparison", title, measure, {"comparison": group})
            for title, group in (groups or {}).items()
            if set(group) != set(choices.comparison)
        ),
        *(("measure", name, name, {}) for name in measures if name != measure),
    ]
    rows = [_row("nothing", "as chosen", estimate(base), spread(base))]
    for state, value in leave_one_out(base).items():
        group, alone = (
            ("member", len(base.members) == 1)
            if state in base.members
            else ("comparison state", len(base.comparison) == 1)
        )
        why = "it is the only one of its group" if alone else ""
        rows.append(_row(f"without a {group}", str(state), value, spread(base), why))
    for changed, what, name, change in alternatives:
        try:
            wanted = replace(choices, **change)
            found = sample(measures[name](wanted), wanted)
        except ChoiceError as error:
            rows.append(_row(changed, what, np.nan, np.nan, str(error)))
        else:
            unit = spread(found if changed == "measure" else base)
            rows.append(_row(changed, what, estimate(found), unit))
    return pd.DataFrame(rows)


def _row(changed: str, what: str, value: float, unit: float, why: str = "") -> dict[str, Any]:
    spreads = value / unit if unit > 0 else np.nan
    return {"changed": changed, "what": what, "estimate": value, "spreads": spreads, "why": why}


# --- a distance has two ends --------------------------------------------------------------------------------------


def distance(points: pd.DataFrame, yardstick: str) -> Measure:
    """Return the measure "distance to the yardstick", year by year, from points on a line.

    Parameters
    ----------
    points
        Frame with `country`, `year`, `value`: each state's point.
    yardstick
        Code of the state to which distance is taken; it has a point in every year that counts.
    """
    place = _place(points, yardstick)
    there = points[points["country"] != yardstick]
    panel = there.assign(value=(there["value"] - there["year"].map(place)).abs())
    return lambda choices: panel


def held(points: pd.DataFrame, yardstick: str) -> Measure:
    """Return the measure "distance to where the yardstick stood": its mean point before the cut, held fixed.

    It can only change when the state itself moves, which the distance cannot be trusted to tell.
    """
    there = points[points["country"] != yardstick]

    def measure(choices: Choices) -> pd.DataFrame:
        return there.assign(value=(there["value"] - stood(points, yardstick, choices)).abs())

    return measure


def stood(points: pd.DataFrame, yardstick: str, choices: Choices) -> float:
    """Return the yardstick's mean point before the cut, in the window.

    Raises
    ------
    ChoiceError
        If it has no point there.
    """
    place = _place(points, yardstick)
    before = place[(place.index >= choices.first) & (place.index < choices.cut)]
    if before.empty:
        raise ChoiceError(
            f"cut: {choices.cut} is outside the data of this measure; allowed: later than {int(place.index.min())}, "
            f"the first year of {yardstick}"
        )
    return float(before.mean())


def _place(points: pd.DataFrame, yardstick: str) -> pd.Series:
    return points[points["country"] == yardstick].set_index("year")["value"].astype(float).sort_index()


def movement(points: pd.DataFrame, yardstick: str, choices: Choices) -> pd.DataFrame:
    """Return how much of the change in distance each group made itself, and how much the yardstick's move made.

    Returns
    -------
    pandas.DataFrame
        Rows `members`, `comparison`; columns `distance` (the change of the mean distance), `own` (the change if the yardstick
        had stood still) and `yardstick` (the rest), in the unit of the points.

    Raises
    ------
    ChoiceError
        As `sample`.
    """
    whole = means(sample(distance(points, yardstick)(choices), choices))["change"]
    own = means(sample(held(points, yardstick)(choices), choices))["change"]
    return pd.DataFrame({"distance": whole, "own": own, "yardstick": whole - own})
