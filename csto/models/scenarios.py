"""Scenarios from events that influence each other: five events, judged probabilities, two axes, four futures.

A teaching device: the probabilities are the reader's judgements, none was measured.

The idea of cross-impact is to judge the chance of each event, and for pairs the chance of one if the other happens,
to check that these numbers can all be true together, and then to play the future many times [gordon1994]_. The first
programs drew the events in random order and moved the odds of the others after each draw; the result depends on that
order, and the chances that come out are not the ones that were put in. Here they are. Five yes-or-no events have
2^5 = 32 outcomes, few enough to hold the whole joint distribution. It is fitted by iterative proportional fitting
[deming1940]_, starting from equal chances, so that every judgement holds exactly and nothing else is assumed: of all
distributions that fit it is the one of greatest entropy [csiszar1975]_, and pairs without a judgement stay as independent
as the judged ones let them be. Everything asked of it is then a sum over 32 numbers; sampling by seed is there to show
what single futures look like, and agrees with the sums up to chance.

What can be judged is limited twice. A pair has its own limits, `bounds`: if B is likelier than A, A cannot be sure
given B. And judgements that are possible pair by pair may still be impossible together; whether they are is settled by
a linear programme over the 32 outcomes, and `room` says what the others leave open for one of them.

.. [gordon1994] T. J. Gordon, "Cross-Impact Method", UNU Millennium Project (1994); first form T. J. Gordon and
   H. Hayward, Futures 1 (1968).
.. [deming1940] W. E. Deming and F. F. Stephan, "On a least squares adjustment of a sampled frequency table when the
   expected marginal totals are known", Annals of Mathematical Statistics 11 (1940), 427-444.
.. [csiszar1975] I. Csiszar, "I-divergence geometry of probability distributions and minimization problems", Annals of
   Probability 3 (1975), 146-158.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

#: Judgements that miss each other by less than this count as possible; it keeps rounding errors from deciding.
CLOSE = 1e-9
_SWEEPS = 2000
_TRIED = 200

Pair = tuple[str, str]


class Impossible(ValueError):
    """Judgements that no future can satisfy; the message says which, and what would be possible."""


class Limits(NamedTuple):
    """The lowest and the highest probability that is possible."""

    low: float
    high: float


def bounds(p: float, q: float) -> Limits:
    """Return the limits of P(A given B), where P(A) = p and P(B) = q > 0.

    A and B happen together at most as often as the rarer of them, and at least as often as p + q exceeds 1:

        max(0, (p + q - 1) / q) <= P(A given B) <= min(1, p / q)

    Raises
    ------
    ValueError
        If a probability lies outside 0 to 1, or B never happens.
    """
    for name, value in (("p", p), ("q", q)):
        if not 0 <= value <= 1:
            raise ValueError(f"{name}: {value} is not allowed; allowed: 0 to 1")
    if q == 0:
        raise ValueError("q: 0 is not allowed; given an event that never happens, nothing has a probability")
    return Limits(max(0.0, (p + q - 1) / q), min(1.0, p / q))


@dataclass(frozen=True)
class Judgements:
    """What somebody believes of some events.

    Parameters
    ----------
    chances
        Probability of each event by its name, two to eight events, each from 0 to 1.
    given
        Judged conditionals: `{("A", "B"): 0.4}` says that A has the probability 0.4 if B happens. A pair may be judged
        one way only, since the other follows from it; pairs that are not judged are left as independent as possible.

    Raises
    ------
    ValueError
        If a name is unknown, a pair is judged twice, or a number lies outside 0 to 1.
    Impossible
        If a conditional lies outside its limits.
    """

    chances: Mapping[str, float]
    given: Mapping[Pair, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "chances", MappingProxyType(dict(self.chances)))
        object.__setattr__(self, "given", MappingProxyType(dict(self.given)))
        if not 2 <= len(self.chances) <= 8:
            raise ValueError(f"chances: {len(self.chances)} events came; allowed: 2 to 8")
        for name, chance in self.chances.items():
            _check(f"chance of {name}", chance)
        seen: set[frozenset[str]] = set()
        for (a, b), chance in self.given.items():
            for name in (a, b):
                if name not in self.chances:
                    raise ValueError(f"given: {name!r} is not an event; allowed: {', '.join(self.chances)}")
            if a == b:
                raise ValueError(f"given: {a!r} cannot be judged given itself")
            if frozenset((a, b)) in seen:
                raise ValueError(
                    f"given: the pair {a!r} and {b!r} is judged twice; one way implies the other"
                )
            seen.add(frozenset((a, b)))
            _check(f"chance of {a} given {b}", chance)
            self._check_pair(a, b, chance)

    def _check_pair(self, a: str, b: str, chance: float) -> None:
        p, q = self.chances[a], self.chances[b]
        if q == 0:
            raise Impossible(
                f"chance of {a} given {b}: {b} has the chance 0, and given what never happens nothing has a "
                "probability; raise the chance of the one or drop the pair"
            )
        low, high = bounds(p, q)
        if not low - CLOSE <= chance <= high + CLOSE:
            raise Impossible(
                f"chance of {a} given {b}: {chance:g} is not possible; possible: {low:.3g} to {high:.3g}. "
                + _why(a, b, p, q, chance > high)
            )

    def change(self, **changes: Any) -> Judgements:
        """Return other judgements, checked: `chances` and `given` as at first, each in whole."""
        return replace(self, **changes)

    @property
    def events(self) -> tuple[str, ...]:
        """The names of the events, in order."""
        return tuple(self.chances)


def _why(a: str, b: str, p: float, q: float, above: bool) -> str:
    if above:
        return (
            f"{a} has the chance {p:g} in all. If it had more than {p / q:.3g} whenever {b} happens, which is {q:g} of the "
            f"time, that alone would come to more than {p:g}."
        )
    return (
        f"{a} ({p:g}) and {b} ({q:g}) together exceed 1, so they must overlap in at least {p + q - 1:.3g}; "
        f"that is {(p + q - 1) / q:.3g} of the time in which {b} happens."
    )


def _check(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise ValueError(f"{name}: {value!r} is not a number; allowed: 0 to 1")
    if not 0 <= value <= 1:
        raise ValueError(f"{name}: {value:g} is not allowed; allowed: 0 to 1")


@lru_cache(maxsize=8)
def _cells(n: int) -> np.ndarray:
    """Return the outcomes of n events, a row each, true where the event happens; event 0 turns slowest."""
    return (np.arange(2**n)[:, None] >> np.arange(n)[::-1] & 1).astype(bool)


@dataclass(frozen=True)
class Futures:
    """All outcomes of some events, each with its probability.

    Parameters
    ----------
    events
        Names of n events.
    weights
        2^n probabilities that sum to 1, in the order of `table`.
    """

    events: tuple[str, ...]
    weights: np.ndarray

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row an outcome: a true or false for each event, and its `probability`."""
        frame = pd.DataFrame(_cells(len(self.events)), columns=list(self.events))
        return frame.assign(probability=self.weights)

    def chance(self, **happens: bool) -> float:
        """Return the probability that the named events happen (true) or do not (false).

        Raises
        ------
        ValueError
            If a name is unknown.
        """
        return float(self.weights[self._where(happens)].sum())

    def suppose(self, **happens: bool) -> Futures:
        """Return the futures that are left once the named events are known to have happened, or not.

        Raises
        ------
        ValueError
            If a name is unknown.
        Impossible
            If no future is left.
        """
        kept = np.where(self._where(happens), self.weights, 0.0)
        if kept.sum() <= CLOSE:
            words = ", ".join(
                f"{name} {'happens' if yes else 'does not happen'}" for name, yes in happens.items()
            )
            raise Impossible(f"suppose: no future is left in which {words}")
        return Futures(self.events, kept / kept.sum())

    def _where(self, happens: Mapping[str, bool]) -> np.ndarray:
        for name in happens:
            if name not in self.events:
                raise ValueError(f"{name!r} is not an event; allowed: {', '.join(self.events)}")
        cells = _cells(len(self.events))
        met = np.ones(len(cells), dtype=bool)
        for name, yes in happens.items():
            met &= cells[:, self.events.index(name)] == bool(yes)
        return met

    @property
    def chances(self) -> dict[str, float]:
        """The probability of each event."""
        sums = self.weights @ _cells(len(self.events))
        return dict(zip(self.events, map(float, sums), strict=True))

    def matrix(self) -> pd.DataFrame:
        """Return P(column given row) for every pair; an event given itself is 1, given the impossible is missing."""
        cells = _cells(len(self.events)).astype(float)
        both = cells.T @ (cells * self.weights[:, None])
        with np.errstate(divide="ignore", invalid="ignore"):
            found = both / np.diag(both)[:, None]
        return pd.DataFrame(found, index=list(self.events), columns=list(self.events))

    def sample(self, draws: int, seed: int) -> pd.DataFrame:
        """Return single futures, drawn by seed: a row a draw, a true or false for each event.

        Raises
        ------
        ValueError
            If `draws` is not a whole number from 1 to 1,000,000, or the seed is not one from 0.
        """
        for name, value, least, most in (("draws", draws, 1, 1_000_000), ("seed", seed, 0, 2**32 - 1)):
            if (
                isinstance(value, bool)
                or not isinstance(value, int | np.integer)
                or not least <= value <= most
            ):
                raise ValueError(
                    f"{name}: {value!r} is not allowed; allowed: whole numbers from {least} to {most}"
                )
        drawn = np.random.default_rng(int(seed)).choice(len(self.weights), size=int(draws), p=self.weights)
        return pd.DataFrame(_cells(len(self.events))[drawn], columns=list(self.events))


def fit(judgements: Judgements) -> Futures:
    """Return the futures in which every judgement holds and nothing else is assumed.

    Raises
    ------
    Impossible
        If the judgements contradict each other though each pair is possible; the message names a conditional and what
        the others leave open for it.
    """
    return Futures(judgements.events, _fitted(_key(judgements)))


def _key(judgements: Judgements) -> tuple[tuple[tuple[str, float], ...], tuple[tuple[Pair, float], ...]]:
    return tuple(judgements.chances.items()), tuple(judgements.given.items())


@lru_cache(maxsize=256)
def _fitted(key: Any) -> np.ndarray:
    judgements = Judgements(dict(key[0]), dict(key[1]))
    start = np.full(2 ** len(judgements.events), 2.0 ** -len(judgements.events))
    weights, missed = _scale(judgements, start, _TRIED)
    if missed > CLOSE:
        _refuse_if_impossible(judgements)
        # Possible, but at the edge: outcomes that must be impossible go to zero too slowly, so they are put there.
        weights, missed = _scale(judgements, start * _possible(judgements), _SWEEPS)
        if missed > 1e-6:
            raise Impossible(f"fit: the judgements are met only up to {missed:.2g}; move one off its limit")
    weights.setflags(write=False)
    return weights


def _targets(judgements: Judgements) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return, for each judgement, the group of each outcome and the probability of each group."""
    cells, names = _cells(len(judgements.events)), judgements.events
    found = []
    for name, p in judgements.chances.items():
        found.append((cells[:, names.index(name)].astype(int), np.array([1 - p, p])))
    for (a, b), chance in judgements.given.items():
        p, q = judgements.chances[a], judgements.chances[b]
        both = min(max(chance * q, p + q - 1, 0.0), p, q)
        groups = 2 * cells[:, names.index(a)].astype(int) + cells[:, names.index(b)]
        found.append((groups, np.clip([1 - p - q + both, q - both, p - both, both], 0, 1)))
    return found


def _scale(judgements: Judgements, start: np.ndarray, sweeps: int) -> tuple[np.ndarray, float]:
    """Return weights scaled to one judgement after another, round and round, and by how much they still miss."""
    weights, targets, missed = start.copy(), _targets(judgements), np.inf
    for _ in range(sweeps):
        for groups, wanted in targets:
            sums = np.bincount(groups, weights, minlength=len(wanted))
            weights = weights * np.divide(wanted, sums, out=np.zeros_like(sums), where=sums > 0)[groups]
        missed = max(
            float(np.abs(np.bincount(groups, weights, minlength=len(wanted)) - wanted).max())
            for groups, wanted in targets
        )
        if missed <= CLOSE / 10:
            break
    return weights / weights.sum() if weights.sum() else weights, missed


def _programme(judgements: Judgements, objective: np.ndarray, leave: Pair | None = None) -> Any:
    """Return scipy's answer: weights of the outcomes that meet the judgements (but one) and minimise the objective."""
    from scipy.optimize import linprog

    cells, names = _cells(len(judgements.events)).astype(float), judgements.events
    rows, wanted = [np.ones(len(cells))], [1.0]
    for name, p in judgements.chances.items():
        rows.append(cells[:, names.index(name)])
        wanted.append(p)
    for (a, b), chance in judgements.given.items():
        if (a, b) != leave:
            rows.append(cells[:, names.index(a)] * cells[:, names.index(b)])
            wanted.append(chance * judgements.chances[b])
    return linprog(objective, A_eq=np.array(rows), b_eq=np.array(wanted), bounds=(0, 1), method="highs")


def _possible(judgements: Judgements) -> np.ndarray:
    """Return 1 for each outcome that can happen under the judgements, 0 for each that cannot."""
    size = 2 ** len(judgements.events)
    return np.array([float(-_programme(judgements, -np.eye(size)[i]).fun > 1e-8) for i in range(size)])


def room(judgements: Judgements, a: str, b: str) -> Limits:
    """Return what all other judgements leave open for P(a given b); narrower than `bounds`, or as wide.

    Raises
    ------
    ValueError
        If a name is unknown, or b never happens.
    Impossible
        If the others contradict each other already.
    """
    for name in (a, b):
        if name not in judgements.chances:
            raise ValueError(f"{name!r} is not an event; allowed: {', '.join(judgements.chances)}")
    if a == b:
        raise ValueError(f"{a!r} cannot be judged given itself")
    if judgements.chances[b] == 0:
        raise ValueError(f"chance of {b}: 0; given an event that never happens, nothing has a probability")
    others = {pair: chance for pair, chance in judgements.given.items() if set(pair) != {a, b}}
    rest = judgements.change(given=others)
    cells, names = _cells(len(rest.events)).astype(float), rest.events
    both = cells[:, names.index(a)] * cells[:, names.index(b)]
    low, high = _programme(rest, both), _programme(rest, -both)
    if low.status or high.status:
        _refuse_if_impossible(rest)
        raise Impossible("room: the other judgements contradict each other")
    q = judgements.chances[b]
    return Limits(max(0.0, float(low.fun) / q), min(1.0, float(-high.fun) / q))


def _refuse_if_impossible(judgements: Judgements) -> None:
    """Raise if no distribution meets the judgements, and name one that would have to move."""
    if _programme(judgements, np.zeros(2 ** len(judgements.events))).status == 0:
        return
    for (a, b), chance in reversed(list(judgements.given.items())):
        others = {pair: value for pair, value in judgements.given.items() if pair != (a, b)}
        rest = judgements.change(given=others)
        if _programme(rest, np.zeros(2 ** len(rest.events))).status == 0:
            low, high = room(rest, a, b)
            raise Impossible(
                f"chance of {a} given {b}: {chance:g} is not possible beside the other judgements, though each pair "
                f"is possible by itself; they leave open {low:.3g} to {high:.3g}"
            )
    raise Impossible(
        "given: the conditionals contradict each other, and taking back one of them does not mend it; take back two"
    )


# --- two axes, four scenarios -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Axis:
    """One driver with two ends, read off the events.

    Parameters
    ----------
    name, low, high
        What the axis measures, and the names of its two ends.
    signs
        Events that count for the high end (+1) or against it (-1).
    least
        The axis stands at its high end if the signs of the events that happen sum to this or more.

    Raises
    ------
    ValueError
        If a sign is not +1 or -1, or there is none.
    """

    name: str
    low: str
    high: str
    signs: Mapping[str, int]
    least: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "signs", MappingProxyType(dict(self.signs)))
        if not self.signs:
            raise ValueError(f"axis {self.name}: no event counts; allowed: one or more")
        for event, sign in self.signs.items():
            if sign not in (1, -1):
                raise ValueError(f"axis {self.name}, {event}: {sign!r} is not allowed; allowed: 1, -1")

    def is_high(self, outcomes: pd.DataFrame) -> pd.Series:
        """Return, for a frame of trues and falses by event, whether the axis stands at its high end.

        Raises
        ------
        ValueError
            If an event of the axis is no column of the frame.
        """
        missing = [event for event in self.signs if event not in outcomes]
        if missing:
            raise ValueError(f"axis {self.name}: {missing[0]!r} is not an event of these futures")
        total = outcomes[list(self.signs)].to_numpy(dtype=int) @ np.array(list(self.signs.values()))
        return pd.Series(total >= self.least, index=outcomes.index)


def scenarios(
    futures: Futures, axes: tuple[Axis, Axis], names: Mapping[tuple[bool, bool], str]
) -> pd.DataFrame:
    """Return the four scenarios with their probabilities, exact.

    Parameters
    ----------
    futures
        All outcomes with their probabilities.
    axes
        The two axes.
    names
        The name of each scenario by whether the first and the second axis stand high.

    Returns
    -------
    pandas.DataFrame
        Four rows: `scenario`, `first` and `second` (the ends of the axes), `probability`; the four sum to 1.

    Raises
    ------
    ValueError
        If an axis needs an event that is not there, or a scenario has no name.
    """
    where = [axis.is_high(futures.table) for axis in axes]
    rows = []
    for high in ((True, False), (True, True), (False, False), (False, True)):
        if high not in names:
            raise ValueError(f"names: no scenario is named for {high}; allowed: one for each corner")
        met = (where[0] == high[0]) & (where[1] == high[1])
        ends = [axis.high if up else axis.low for axis, up in zip(axes, high, strict=True)]
        probability = float(futures.weights[met.to_numpy()].sum())
        rows.append(
            {"scenario": names[high], "first": ends[0], "second": ends[1], "probability": probability}
        )
    return pd.DataFrame(rows)


def simulated(
    futures: Futures,
    axes: tuple[Axis, Axis],
    names: Mapping[tuple[bool, bool], str],
    draws: int = 10_000,
    seed: int = 0,
) -> pd.DataFrame:
    """Return the four scenarios counted in single futures that were drawn by seed.

    Returns
    -------
    pandas.DataFrame
        As `scenarios`, with `count` and `share` of the draws beside the exact `probability`, and `error`, the standard
        error of a share of so many draws.

    Raises
    ------
    ValueError
        If the draws, the seed, an axis or a name is not allowed.
    """
    exact = scenarios(futures, axes, names)
    drawn = futures.sample(draws, seed)
    high = list(zip(*(axis.is_high(drawn) for axis in axes), strict=True))
    counts = pd.Series([names[bool(a), bool(b)] for a, b in high]).value_counts()
    exact["count"] = exact["scenario"].map(counts).fillna(0).astype(int)
    exact["share"] = exact["count"] / draws
    exact["error"] = np.sqrt(exact["probability"] * (1 - exact["probability"]) / draws)
    return exact


# --- the course's events ------------------------------------------------------------------------------------------

#: Five events that the record to June 2026 leaves open, each by the end of 2028, with the words of a sentence.
EVENTS: dict[str, str] = {
    "notice": "Armenia gives notice of withdrawal from the CSTO",
    "suspension": "the Eurasian Economic Union suspends its treaty for Armenia",
    "ceasefire": "a general ceasefire holds in Ukraine",
    "absence": "the president of Kazakhstan stays away from a CSTO summit",
    "request": "an attack from Afghanistan leads a member to ask the CSTO for help",
}

#: Where the lab starts; judged by the course to have something to argue about, not estimated from anything.
START = Judgements(
    {"notice": 0.2, "suspension": 0.3, "ceasefire": 0.5, "absence": 0.15, "request": 0.2},
    {("notice", "suspension"): 0.5, ("absence", "notice"): 0.3, ("request", "ceasefire"): 0.15},
)

#: Two axes and their corners as the course proposes them: Russia's attention and capacity, free or bound elsewhere, and
#: the other ways that members have, few or many. Other drivers would cut the future otherwise.
AXES = (
    Axis("Russia", "bound elsewhere", "free", {"ceasefire": 1, "request": -1}),
    Axis("other ways", "few", "many", {"notice": 1, "suspension": 1, "absence": 1}),
)
SCENARIOS: dict[tuple[bool, bool], str] = {
    (True, False): "Revival",
    (True, True): "Managed club",
    (False, False): "Spokes",
    (False, True): "Shell",
}
