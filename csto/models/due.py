"""Was help due? The tests of Article 4 as a rule, for each text that was in force.

A learner answers five questions on an episode; the rule says what the text of the day makes of the answers.
Where the text can be read both ways the rule says "open" and why.

The rule follows the treaty of 1992 [1]_, its Articles 2 and 4 as amended by the protocol of 10 December 2010, in force
since 19 December 2012 [2]_ [3]_, and the agreement of 11 October 2000 on the sending of troops [4]_.
It takes the texts at their word: how they were read on the day is what the published record is for.

.. [1] Collective Security Treaty, 15 May 1992; `cst1992_art4_ru`, `P-CST-EN-OLD` in the bibliography.
.. [2] Protocol of 10 December 2010; `protocol2010_kz`.
.. [3] Article 4 as amended; `csto_treaty_en`, `eadaily_2024_08_16`.
.. [4] Agreement on the status of formations, Bishkek, 11 October 2000; `sl_bishkek00`.
"""

from __future__ import annotations

from itertools import product
from typing import NamedTuple

import pandas as pd

#: The five questions and the answers that each allows.
ANSWERS = {
    "text": ("none", "1992", "2010"),
    "attacker": ("state", "another member", "non-state", "internal unrest"),
    "place": ("own", "disputed", "elsewhere", "unclear"),
    "attack": ("yes", "no", "unclear"),
    "request": ("help", "consultations", "not the Organisation", "none"),
}
#: The questions that a text answers; the first one chooses the text.
TESTS = tuple(ANSWERS)[1:]
#: What the rule can say, and what it means by it.
VERDICTS = {
    "due": "Every test of the text is met. What help is necessary it leaves to the members.",
    "not called upon": "No test fails but one: this text makes help due at a request, and none for help to the "
    "Organisation is on record.",
    "consultations at most": "There was no armed attack, or consultations were all that was asked: Article 2 and no more.",
    "open": "No test fails, and at least one can be read both ways.",
    "not due": "There was an attack, or may have been, and not by anybody whom this text names.",
    "outside the treaty": "No text bound the others on that day: none was in force, or the state was not a party.",
}


class Clause(NamedTuple):
    """A provision: where it stands, what it says in our words, and its sources in the bibliography."""

    where: str
    says: str
    sources: tuple[str, ...]


CLAUSES = {
    "force": Clause(
        "Entry into force",
        "The treaty binds its parties from 20 April 1994, and in its amended form from 19 December 2012.",
        ("protocol2010_kz",),
    ),
    "article 2, 1992": Clause(
        "Article 2, text of 1992",
        "A threat to a party's security, territory or sovereignty has the parties consult at once.",
        ("P-CST-EN-OLD",),
    ),
    "article 4, 1992": Clause(
        "Article 4, text of 1992",
        "If a state or several commit aggression against a party, the others give it such help as is necessary, "
        "military help included. Nothing is said of a request.",
        ("cst1992_art4_ru",),
    ),
    "article 2, 2010": Clause(
        "Article 2, text of 2010",
        "A threat to a member's security, stability, territory or sovereignty has the members consult at once and "
        "work out measures of help.",
        ("protocol2010_kz", "csto_treaty_en"),
    ),
    "article 4, 2010": Clause(
        "Article 4, text of 2010",
        "If an armed attack threatens a member's security, stability, territorial integrity and sovereignty, the others "
        "give it the help that is necessary, at once and when it asks them to.",
        ("csto_treaty_en", "eadaily_2024_08_16"),
    ),
}


class Finding(NamedTuple):
    """What a text makes of one answer: "met", "not met", "open" or "not needed", and why."""

    result: str
    why: str


class Outcome(NamedTuple):
    """What the rule says of a case: a word of `VERDICTS`, the reason, and the key of the deciding clause."""

    verdict: str
    why: str
    clause: str


_ATTACKER = {
    ("1992", "state"): Finding("met", "The text of 1992 speaks of aggression by a state."),
    ("1992", "another member"): Finding(
        "open",
        "The text of 1992 says any state, and not whether that can be a party; in Article 1 the parties renounce force "
        "against each other.",
    ),
    ("1992", "non-state"): Finding(
        "not met",
        "The text of 1992 speaks of aggression by a state, and an armed group is none. An agreement of October 2000 "
        "allowed the sending of troops against terrorists, and what is allowed is not owed.",
    ),
    ("1992", "internal unrest"): Finding(
        "not met",
        "The text of 1992 speaks of aggression by a state, and people inside the country are none. What the presidents "
        "by one account agreed in principle in August 2011, to protect a lawful order at the call of its head, changed "
        "no text.",
    ),
    ("2010", "state"): Finding("met", "An outside state is an attacker under any reading."),
    ("2010", "another member"): Finding(
        "open",
        "The text of 2010 does not say that a member can be the attacker, nor that it cannot; in Article 1 the members "
        "renounce force against each other.",
    ),
    ("2010", "non-state"): Finding(
        "met", "The text of 2010, in the Organisation's English, no longer says that a state must attack."
    ),
    ("2010", "internal unrest"): Finding(
        "open",
        "The text of 2010, in the Organisation's English, names no attacker, and does not say whether violence from "
        "inside is an attack on the state. In August 2011 the presidents by one account agreed in principle that it may "
        "call for force; in January 2022 the Council spoke of interference from outside.",
    ),
}
_PLACE = {
    "own": Finding("met", "The ground is the member's by general recognition."),
    "disputed": Finding(
        "open",
        "Where the line runs was not agreed, and the article does not say who decides on whose ground it was.",
    ),
    "elsewhere": Finding(
        "open",
        "The text speaks of an attack on a member and names no area. Whether fighting on ground that is recognised as "
        "another's is an attack on the member can be read both ways.",
    ),
    "unclear": Finding("open", "The record does not show on whose ground it was."),
}
_ATTACK = {
    "yes": Finding("met", "Arms were used against the member."),
    "no": Finding("not met", "Without an armed attack Article 4 is not reached."),
    "unclear": Finding(
        "open",
        "Whether it was an armed attack is disputed or not shown, and the article does not say who decides.",
    ),
}
_REQUEST = {
    "help": Finding("met", "Help was asked of the Organisation."),
    "consultations": Finding(
        "not met",
        "The text of 2010 makes help due at a request for it; what is on record is a request for consultations.",
    ),
    "not the Organisation": Finding(
        "not met",
        "The text of 2010 binds all members at the request of the one attacked; a request to Russia alone, or to "
        "another body, asks the others for nothing.",
    ),
    "none": Finding("not met", "The text of 2010 makes help due at a request, and none is on record."),
}
_UNASKED = Finding(
    "not needed",
    "The text of 1992 makes help due without a request; troops, since the agreement of October 2000, may be sent only "
    "where the host asks or consents.",
)


def _check(question: str, answer: str) -> None:
    if question not in ANSWERS:
        raise ValueError(f"{question!r} is not a question; allowed: {', '.join(ANSWERS)}")
    if answer not in ANSWERS[question]:
        raise ValueError(f"{question}: {answer!r} is not allowed; allowed: {', '.join(ANSWERS[question])}")


def finding(text: str, test: str, answer: str) -> Finding:
    """Return what a text makes of the answer to one test.

    Parameters
    ----------
    text
        "1992" or "2010".
    test
        One of `TESTS`.
    answer
        One of the test's answers in `ANSWERS`.

    Raises
    ------
    ValueError
        If the text, the test or the answer is not known; the message says what is allowed.
    """
    if text not in ("1992", "2010"):
        raise ValueError(f"text: {text!r} has no tests; allowed: 1992, 2010")
    if test not in TESTS:
        raise ValueError(f"{test!r} is not a test; allowed: {', '.join(TESTS)}")
    _check(test, answer)
    if test == "attacker":
        return _ATTACKER[text, answer]
    if test == "place":
        return _PLACE[answer]
    if test == "attack":
        return _ATTACK[answer]
    return _UNASKED if text == "1992" else _REQUEST[answer]


def decide(text: str, attacker: str, place: str, attack: str, request: str) -> Outcome:
    """Return what the text makes of a case: was help due?

    The tests are taken in this order, and the first that applies decides: no text; no armed attack; an attacker whom the
    text does not name; only consultations asked; no request to the Organisation where the text asks for one; a test that
    can be read both ways. If none applies, help was due.

    Parameters
    ----------
    text, attacker, place, attack, request
        The answers to the five questions, as in `ANSWERS`.

    Raises
    ------
    ValueError
        If an answer is not allowed; the message says which and what is.
    """
    given = dict(zip(ANSWERS, (text, attacker, place, attack, request), strict=True))
    for question, answer in given.items():
        _check(question, answer)
    if text == "none":
        return Outcome("outside the treaty", VERDICTS["outside the treaty"], "force")
    article_2, article_4 = f"article 2, {text}", f"article 4, {text}"
    found = {test: finding(text, test, given[test]) for test in TESTS}
    doubts = [found[test].why for test in ("attacker", "place", "attack") if found[test].result == "open"]
    if found["attack"].result == "not met":
        why = f"{found['attack'].why} If there was a threat, the members have to consult."
        return Outcome("consultations at most", why, article_2)
    if found["attacker"].result == "not met":
        return Outcome("not due", found["attacker"].why, article_4)
    if found["request"].result == "not met":
        if request == "consultations":
            return Outcome("consultations at most", found["request"].why, article_4)
        then = "Had the Organisation been asked for help, " + (
            f"it would still be open. {' '.join(doubts)}" if doubts else "help would have been due."
        )
        return Outcome("not called upon", f"{found['request'].why} {then}", article_4)
    if doubts:
        return Outcome("open", " ".join(doubts), article_4)
    why = VERDICTS["due"] + (f" {found['request'].why}" if text == "1992" else "")
    return Outcome("due", why, article_4)


def cases() -> pd.DataFrame:
    """Return the rule for every combination of answers: the five questions, `verdict`, `why`, `clause`.

    Rows run through the answers as an odometer does, the last question fastest.
    """
    rows = [(*given, *decide(*given)) for given in product(*ANSWERS.values())]
    return pd.DataFrame(rows, columns=[*ANSWERS, *Outcome._fields])
