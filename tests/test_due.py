"""Was help due? The rule of lab 3a, text by text, on cases worked by hand."""

from __future__ import annotations

from itertools import product

import pytest

from csto.data import load, source_keys
from csto.models import due
from csto.models.due import decide

OUTSIDE_ATTACK = {"attacker": "state", "place": "own", "attack": "yes"}


def verdict(text: str, **answers: str) -> str:
    return decide(text, **{**OUTSIDE_ATTACK, "request": "help", **answers}).verdict


# --- each text ---------------------------------------------------------------------------------------------------------


def test_without_a_text_in_force_nothing_is_due() -> None:
    for given in product(*list(due.ANSWERS.values())[1:]):
        assert decide("none", *given).verdict == "outside the treaty"


def test_under_the_text_of_1992_help_against_a_state_is_due_without_a_request() -> None:
    for request in due.ANSWERS["request"]:
        assert verdict("1992", request=request) == "due"
    assert "due without a request" in decide("1992", **OUTSIDE_ATTACK, request="none").why
    assert "only where the host asks or consents" in decide("1992", **OUTSIDE_ATTACK, request="none").why


def test_under_the_text_of_2010_help_against_a_state_is_due_at_a_request_to_the_organisation() -> None:
    assert verdict("2010") == "due"
    assert verdict("2010", request="none") == "not called upon"
    assert verdict("2010", request="not the Organisation") == "not called upon"
    assert verdict("2010", request="consultations") == "consultations at most"


def test_the_attacker_has_left_the_text() -> None:
    for attacker in ("non-state", "internal unrest"):
        assert verdict("1992", attacker=attacker) == "not due"
    assert verdict("2010", attacker="non-state") == "due"
    assert verdict("2010", attacker="internal unrest") == "open"


@pytest.mark.parametrize("text", ["1992", "2010"])
def test_another_member_as_attacker_is_left_open(text: str) -> None:
    found = decide(text, **{**OUTSIDE_ATTACK, "attacker": "another member"}, request="help")
    assert found.verdict == "open"
    assert "Article 1" in found.why


@pytest.mark.parametrize("text", ["1992", "2010"])
@pytest.mark.parametrize(
    ("place", "why"),
    [("disputed", "Where the line runs"), ("elsewhere", "names no area"), ("unclear", "does not show")],
)
def test_ground_that_is_not_clearly_the_members_leaves_the_case_open(text: str, place: str, why: str) -> None:
    found = decide(text, "state", place, "yes", "help")
    assert found.verdict == "open" and why in found.why


@pytest.mark.parametrize("text", ["1992", "2010"])
def test_without_an_armed_attack_there_are_consultations_at_most(text: str) -> None:
    for attacker, place, request in product(
        *(due.ANSWERS[name] for name in ("attacker", "place", "request"))
    ):
        found = decide(text, attacker, place, "no", request)
        assert (found.verdict, found.clause) == ("consultations at most", f"article 2, {text}")


def test_a_case_that_is_open_twice_names_both_doubts() -> None:
    why = decide("2010", "another member", "disputed", "yes", "help").why
    assert "a member can be the attacker" in why and "Where the line runs" in why


def test_where_nobody_asked_the_rule_says_whether_asking_would_have_sufficed() -> None:
    plain = decide("2010", **OUTSIDE_ATTACK, request="none").why
    assert plain.endswith("Had the Organisation been asked for help, help would have been due.")
    doubtful = decide("2010", "state", "elsewhere", "yes", "none").why
    assert "it would still be open" in doubtful and "names no area" in doubtful


# --- the form of the rule ------------------------------------------------------------------------------------------------


def test_the_rule_covers_every_combination_and_uses_every_verdict() -> None:
    rule = due.cases()
    assert len(rule) == 3 * 4 * 4 * 3 * 4 and not rule.duplicated(list(due.ANSWERS)).any()
    assert set(rule["verdict"]) == set(due.VERDICTS)
    assert set(rule["clause"]) <= set(due.CLAUSES)
    assert rule["why"].str.len().min() > 30


def test_the_order_of_cases_is_that_of_an_odometer() -> None:
    rule = due.cases()
    for number in (0, 1, 47, 191, 192, 575):
        row, rest = rule.loc[number], number
        for question in reversed(due.ANSWERS):
            rest, digit = divmod(rest, len(due.ANSWERS[question]))
            assert row[question] == due.ANSWERS[question][digit]


def test_help_is_never_due_where_a_test_fails_and_never_open_where_none_is() -> None:
    for row in due.cases().query("text != 'none'").itertuples():
        results = {test: due.finding(row.text, test, getattr(row, test)).result for test in due.TESTS}
        if row.verdict == "due":
            assert set(results.values()) <= {"met", "not needed"}
        if row.verdict == "open":
            assert "open" in results.values() and "not met" not in results.values()
        if "not met" in results.values():
            assert row.verdict in {"not due", "not called upon", "consultations at most"}


def test_every_clause_has_sources_that_resolve() -> None:
    for name, clause in due.CLAUSES.items():
        assert clause.sources and set(clause.sources) <= source_keys(), name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"attacker": "Mars"}, "attacker: 'Mars' is not allowed; allowed: state, another member"),
        ({"text": "1997"}, "text: '1997' is not allowed; allowed: none, 1992, 2010"),
        ({"request": ""}, "request: '' is not allowed"),
    ],
)
def test_an_answer_that_is_not_allowed_is_named(change: dict[str, str], message: str) -> None:
    given = {"text": "2010", **OUTSIDE_ATTACK, "request": "help", **change}
    with pytest.raises(ValueError, match=message):
        decide(**given)


def test_a_test_of_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match="text: 'none' has no tests"):
        due.finding("none", "place", "own")
    with pytest.raises(ValueError, match="'weather' is not a test"):
        due.finding("1992", "weather", "own")


# --- the published answers -------------------------------------------------------------------------------------------------


def test_every_episode_has_its_tests() -> None:
    assert set(load("due_tests")["request_id"]) == set(load("requests")["request_id"])


def test_karabakh_is_coded_as_ground_of_another_state() -> None:
    place = load("due_tests").set_index("request_id")["place"]
    assert set(place[["R19", "R22", "R35", "R37"]]) == {"elsewhere"}


def test_what_is_coded_as_unclear_or_against_a_claim_says_so() -> None:
    table = load("due_tests")
    assert (table["reason"].str.len() >= 10).all()
    assert set(table.query("confidence == 'disputed'")["request_id"]) == {
        "R22", "R25", "R30", "R38", "R40", "R44",
    }  # fmt: skip
