"""What a council has decided: five positions of a member before a text, six rules, and the record of objections.

The model counts what members said; it does not ask why (`csto.models.deciding` does that with chances).
Three of the six rules are readings of the one rule on record, that the Organisation decides by consensus (MGIMO-2011).
They part over the empty chair:

`handled`
    Consensus as it has been handled: whoever stays away does not block. In June 2009 five of seven members signed without
    Belarus, which called that void (DEFTALK-2009, PANARM-2009-CRRF); in November 2023 the texts of Minsk were to be sent
    to the member that stayed away (RFERL_MINSK, ASIAPLUS_MINSK).
`present`
    Consensus with everybody there: the Belarusian argument of 2009, and the missing quorum of December 2016
    (VK-2016-QUORUM). What number a quorum takes was not found; here it is all.
`limited`
    Members that stand aside are left out, and the text binds those who take part. One expert dates the way of standing
    aside to December 2010 (MGIMO-2011); nobody else was found who tells of it. That two at least must take part is ours.

The other three, unanimity, a majority and a qualified majority, are what-if rules to compare with. The course found none of
them on record for a matter of substance.

A step on a member's ground also needs that member's word: the agreement of 11 October 2000 lets troops come at the
request or with the consent of the host (sl_bishkek00), and Article 4 speaks since 2010 of help at request (protocol2010_kz).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product
from math import ceil

import pandas as pd

#: Code to meaning of what a member may do before a text.
POSITIONS: dict[str, str] = {
    "consents": "speaks for the text",
    "silent": "is present and raises no objection",
    "objects": "is present and objects, naming the words",
    "aside": "declares that it does not take part in this decision",
    "absent": "is not there and has declared nothing",
}


class CouncilError(ValueError):
    """A record of the council is wrong; the message names the place, the value and what is allowed."""


@dataclass(frozen=True)
class Verdict:
    """What a rule makes of the positions: whether the text is adopted, and why."""

    adopted: bool
    why: str


@dataclass(frozen=True)
class Rule:
    """A rule of decision.

    Parameters
    ----------
    name, says
        What it is called, and what it asks in a sentence.
    standing
        `on record`, `one source` or `what if`.
    sources
        Keys of the bibliography on which the reading rests; empty for a what-if rule.
    binds
        The positions whose holders a text binds once adopted.
    judge
        Gives the verdict for the number of members in each position.
    """

    name: str
    says: str
    standing: str
    sources: tuple[str, ...]
    binds: tuple[str, ...]
    judge: Callable[[Mapping[str, int]], Verdict]


NOBODY = Verdict(False, "Nobody speaks for the text, so that none is before the council.")
OBJECTION = Verdict(False, "A member objects, and one objection is enough.")


def _handled(n: Mapping[str, int]) -> Verdict:
    if n["objects"]:
        return OBJECTION
    if not n["consents"]:
        return NOBODY
    return Verdict(True, "Nobody objects; whoever is away or stands aside does not block.")


def _present(n: Mapping[str, int]) -> Verdict:
    if n["absent"]:
        return Verdict(False, "A chair is empty without a word, and this reading asks for everybody.")
    return _handled(n)


def _limited(n: Mapping[str, int]) -> Verdict:
    if not n["objects"] and n["consents"] and n["consents"] + n["silent"] < 2:
        return Verdict(False, "Only one member takes part, which is no council.")
    found = _handled(n)
    return (
        Verdict(True, "Nobody who takes part objects; the text is theirs alone.") if found.adopted else found
    )


def _unanimous(n: Mapping[str, int]) -> Verdict:
    if n["consents"] == sum(n.values()):
        return Verdict(True, "Every member says yes.")
    return Verdict(False, "Not every member says yes; silence and an empty chair count as no.")


def _majority(n: Mapping[str, int]) -> Verdict:
    if 2 * (n["consents"] + n["silent"] + n["objects"]) <= sum(n.values()):
        return Verdict(False, "Not more than half of the members are there and take part.")
    if n["consents"] > n["objects"]:
        return Verdict(True, "More members speak for the text than against it.")
    return Verdict(False, "The text has no more voices for it than against it.")


def _qualified(n: Mapping[str, int]) -> Verdict:
    needed = two_thirds(sum(n.values()))
    if n["consents"] >= needed:
        return Verdict(True, f"At least {needed} members, two thirds of all, speak for the text.")
    return Verdict(False, f"Fewer than {needed} members, two thirds of all, speak for the text.")


def two_thirds(members: int) -> int:
    """Return how many of the members are two thirds, rounded up."""
    return ceil(2 * members / 3)


RULES: dict[str, Rule] = {
    "handled": Rule(
        "Consensus, as it was handled",
        "The text stands if nobody present objects; absence, silence and standing aside do not block.",
        "on record",
        ("MGIMO-2011", "DEFTALK-2009", "PANARM-2009-CRRF", "RFERL_MINSK", "ASIAPLUS_MINSK"),
        ("consents", "silent"),
        _handled,
    ),
    "present": Rule(
        "Consensus, nobody missing",
        "The text stands if nobody objects and no chair is empty without a declaration.",
        "on record",
        ("PANARM-2009-CRRF", "VK-2016-QUORUM", "RFERL_MINSK"),
        ("consents", "silent"),
        _present,
    ),
    "limited": Rule(
        "Consensus of those who take part",
        "Members may stand aside; the text stands if two or more take part and none of them objects.",
        "one source",
        ("MGIMO-2011",),
        ("consents", "silent"),
        _limited,
    ),
    "unanimity": Rule(
        "Unanimity of all",
        "The text stands if every member says yes.",
        "what if",
        (),
        ("consents",),
        _unanimous,
    ),
    "majority": Rule(
        "Majority of those who vote",
        "More than half of the members take part, and more speak for the text than against it.",
        "what if",
        (),
        tuple(POSITIONS),
        _majority,
    ),
    "qualified": Rule(
        "Two thirds of all members",
        "At least two thirds of all members speak for the text.",
        "what if",
        (),
        tuple(POSITIONS),
        _qualified,
    ),
}

#: What follows for a member from an adopted text that does not bind it.
FREE = {
    "objects": "objected, not bound",
    "aside": "stood aside, not bound",
    "absent": "is sent the text, and may still object",
    "silent": "not bound",
    "consents": "not bound",
}


def rule_of(rule: str) -> Rule:
    """Return a rule by its code.

    Raises
    ------
    CouncilError
        If the code is unknown; the message lists the codes.
    """
    if rule not in RULES:
        raise CouncilError(f"rule: {rule!r} is not known; allowed: {', '.join(RULES)}")
    return RULES[rule]


def tally(positions: Mapping[str, str]) -> dict[str, int]:
    """Return how many members are in each position, in the order of `POSITIONS`.

    Parameters
    ----------
    positions
        Position of every member, by its name.

    Raises
    ------
    CouncilError
        If there are fewer than two members, or a position is unknown.
    """
    if len(positions) < 2:
        raise CouncilError(f"positions: {len(positions)} members; allowed: two or more")
    for member, position in positions.items():
        if position not in POSITIONS:
            raise CouncilError(
                f"{member}, position: {position!r} is not known; allowed: {', '.join(POSITIONS)}"
            )
    return {code: list(positions.values()).count(code) for code in POSITIONS}


def decide(rule: str, positions: Mapping[str, str], host: str | None = None) -> Verdict:
    """Return what a rule makes of the positions.

    Parameters
    ----------
    rule
        A code of `RULES`.
    positions
        Position of every member, by its name.
    host
        The member on whose ground the text would be carried out; None for a text of words only.

    Raises
    ------
    CouncilError
        If the rule or a position is unknown, or the host is no member.
    """
    if host is not None and host not in positions:
        raise CouncilError(f"host: {host!r} is no member; allowed: {', '.join(positions)}")
    return verdict(rule, tally(positions), host is None or positions[host] == "consents")


def verdict(rule: str, counts: Mapping[str, int], host_consents: bool = True) -> Verdict:
    """Return what a rule makes of the number of members in each position, and of the word of the host."""
    found = rule_of(rule).judge(counts)
    if found.adopted and not host_consents:
        return Verdict(
            False, "The rule is met, but the member on whose ground it would be has not consented."
        )
    return found


def effects(rule: str, positions: Mapping[str, str]) -> dict[str, str]:
    """Return what an adopted text is for each member: bound, or why it is not."""
    binding = rule_of(rule).binds
    return {member: "bound" if code in binding else FREE[code] for member, code in positions.items()}


def compare(positions: Mapping[str, str], host: str | None = None) -> pd.DataFrame:
    """Return what every rule makes of the same positions.

    Returns
    -------
    pandas.DataFrame
        A row a rule: `code`, `rule`, `standing`, `adopted`, `why`.
    """
    rows = []
    for code, rule in RULES.items():
        found = decide(code, positions, host)
        rows.append((code, rule.name, rule.standing, found.adopted, found.why))
    return pd.DataFrame(rows, columns=["code", "rule", "standing", "adopted", "why"])


def splits(members: int) -> list[tuple[int, ...]]:
    """Return every way in which members can spread over the five positions, as counts in the order of `POSITIONS`.

    The last count is what is left, so the list runs through the first four as an odometer does.

    Raises
    ------
    CouncilError
        If there are fewer than two members, or more than twelve.
    """
    if not 2 <= members <= 12:
        raise CouncilError(f"members: {members} is not allowed; allowed: 2 to 12")
    steps = range(members + 1)
    return [
        (*four, members - sum(four))
        for four in product(steps, repeat=len(POSITIONS) - 1)
        if sum(four) <= members
    ]


def table(members: int) -> tuple[list[Verdict], dict[str, list[tuple[int, int]]]]:
    """Return every verdict that the rules can give, and where each belongs.

    Returns
    -------
    verdicts
        Each different verdict once.
    places
        By rule, for each of `splits(members)`, the number of the verdict without and with the word of the host.
    """
    found: dict[Verdict, int] = {}
    places: dict[str, list[tuple[int, int]]] = {}
    for code in RULES:
        row = places[code] = []
        for split in splits(members):
            counts = dict(zip(POSITIONS, split, strict=True))
            without, with_ = (
                found.setdefault(verdict(code, counts, word), len(found)) for word in (False, True)
            )
            row.append((without, with_))
    return list(found), places


def adopted_by_objections(members: int) -> pd.DataFrame:
    """Return how often a text is adopted by each rule, by the number of members that object.

    Every combination of positions of the members counts once, which is arithmetic and no forecast of any council.

    Returns
    -------
    pandas.DataFrame
        `rule` (its name), `objections`, `combinations`, `adopted`, and `share`, adopted over combinations, 0 to 1.
    """
    from math import factorial, prod

    rows = []
    for code, rule in RULES.items():
        for split in splits(members):
            counts = dict(zip(POSITIONS, split, strict=True))
            ways = factorial(members) // prod(factorial(n) for n in split)
            rows.append((rule.name, counts["objects"], ways, ways * verdict(code, counts).adopted))
    frame = pd.DataFrame(rows, columns=["rule", "objections", "combinations", "adopted"])
    summed = frame.groupby(["rule", "objections"], sort=False, as_index=False).sum()
    return summed.sort_values("objections", kind="stable", ignore_index=True).assign(
        share=lambda rows: rows["adopted"] / rows["combinations"]
    )
