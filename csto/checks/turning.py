"""Self-checks of chapter 4, The turning point of 2022."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from csto import turning
from csto.checks.answers import Verdict, numbers
from csto.data import load
from csto.models import breaks


def _same_vote(answer: Any) -> Verdict:
    table = load("un_votes").merge(load("un_texts")[["text", "date"]], on="text")
    since = table[table["date"] >= turning.INVASION]

    def shares_of(rows: pd.DataFrame, states: Sequence[str]) -> list[float]:
        russia = rows.query("country == 'RUS'")[["text", "vote"]]
        both = rows.merge(russia, on="text", suffixes=("", "_russia"))
        alike = both["vote"].eq(both["vote_russia"]).groupby(both["country"]).mean()
        return [float(alike[state]) for state in states]

    right = shares_of(since, ("ARM", "BLR", "KAZ"))
    given = numbers(answer, 3)

    def near(other: Sequence[float]) -> bool:
        return all(abs(one - two) < 0.003 for one, two in zip(given, other, strict=True))

    if near(right):
        return True, (
            "Nought, one, and two of fourteen. Kazakhstan has a text more than the thirteen, since its no of December 2022 "
            "is known and the votes of three others on that text are not."
        )
    if near(shares_of(table, ("ARM", "BLR", "KAZ"))):
        return False, "These count 2014 and 2017 too. Keep the texts from 24 February 2022 on."
    if max(given) > 1:
        return (
            False,
            "These look like counts or per cent. Divide by the number of texts; shares run from 0 to 1.",
        )
    if abs(given[2] - 1 / 13) < 0.003:
        return (
            False,
            "One of thirteen keeps only the texts on which all six are known. Here two votes have to be known.",
        )
    every = int((load("un_texts")["date"] >= turning.INVASION).sum())
    if abs(given[2] - 2 / every) < 0.003:
        return False, "You divided by all texts. One whose vote is not known belongs in no denominator."
    return (
        False,
        "Merge the votes with Russia's on *text*, compare the two columns, and take the mean by country.",
    )


def _inside_and_outside(answer: Any) -> Verdict:
    moved = turning.moves(2021, 2022).set_index("country")
    inside, outside = list(turning.ALLIES), ["AZE", "UZB"]
    right = [float(moved.loc[states, "gap_change"].mean()) for states in (inside, outside)]
    own = [float(moved.loc[states, "own"].mean()) for states in (inside, outside)]
    given = numbers(answer, 2)

    def near(other: Sequence[float]) -> bool:
        return all(abs(one - two) < 0.006 for one, two in zip(given, other, strict=True))

    if near(right):
        return True, (
            "Both came closer, the two outside by more. Now say what the figure says: the gap has two ends, and it was the "
            "other end that moved."
        )
    if near([-value for value in right]):
        return False, "The sign is turned round: take 2022 less 2021."
    if near(right[::-1]):
        return False, "Both figures are there; the allies come first."
    if near(own):
        return (
            False,
            "These are changes of the states' own points. The exercise asks for the distance to Russia.",
        )
    return (
        False,
        "Pivot *distance_russia* to years, take 2022 less 2021, and average over the states of each group.",
    )


def _break_or_chance(answer: Any) -> Verdict:
    table = load("affinity")[["country", "year", "ideal_point"]].rename(columns={"ideal_point": "value"})
    choices = breaks.Choices(turning.ALLIES, ("AZE", "GEO", "UZB"), cut=2022, first=2019, last=2024)
    found = breaks.sample(table, choices)
    chance = breaks.permute(found.changes, found.members)
    given = numbers(answer, 2)
    if abs(given[0] - chance.observed) < 0.006 and abs(given[1] - chance.p) < 0.006:
        return True, (
            f"{chance.as_far} of {chance.ways} ways to name five of the eight do as well. With eight states no other result "
            "than a very small share would say much."
        )
    if abs(given[0] + chance.observed) < 0.006:
        return False, "The sign is turned round: the change of the allies, less the change of the others."
    if abs(given[0] - float(found.changes[list(turning.ALLIES)].mean())) < 0.006:
        return False, "This is the change of the allies alone. Subtract the change of the others."
    if abs(given[0] - chance.observed) < 0.006 and abs(given[1] - chance.p) >= 0.006:
        return False, (
            "The difference is right, the share is not. Count all 56 ways, the real one among them, and compare sizes without "
            "their sign."
        )
    return (
        False,
        "Average each state over both spans first, then take after less before, then allies less others.",
    )


CHECKS = {
    "4.P1": _same_vote,
    "4.P2": _inside_and_outside,
    "4.A1": _break_or_chance,
}
