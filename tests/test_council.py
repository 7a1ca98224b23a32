"""What a council has decided: every rule against cases worked by hand, and the cases of the record."""

from __future__ import annotations

from itertools import product

import pytest

from csto.data import source_keys
from csto.models import council
from csto.models.council import POSITIONS, RULES, CouncilError, compare, decide, effects

SEVEN = ("Armenia", "Belarus", "Kazakhstan", "Kyrgyzstan", "Russia", "Tajikistan", "Tarvand")


def positions(**other: str) -> dict[str, str]:
    """Seven members that all speak for the text, but for those named."""
    return dict.fromkeys(SEVEN, "consents") | other


def passes(rule: str, given: dict[str, str], host: str | None = None) -> bool:
    return decide(rule, given, host).adopted


#: What each rule makes of a case, in the order of RULES: handled, present, limited, unanimity, majority, qualified.
BY_HAND = {
    "all say yes": (positions(), "yyyyyy"),
    "one is silent": (positions(Belarus="silent"), "yyynyy"),
    "one objects": (positions(Belarus="objects"), "nnnnyy"),
    "one stands aside": (positions(Armenia="aside"), "yyynyy"),
    "one chair is empty": (positions(Armenia="absent"), "ynynyy"),
    "one yes and six silent": (
        dict.fromkeys(SEVEN, "silent") | {"Tarvand": "consents"},
        "yyynyn",
    ),
    "all are silent": (dict.fromkeys(SEVEN, "silent"), "nnnnnn"),
    "one yes and six aside": (dict.fromkeys(SEVEN, "aside") | {"Tarvand": "consents"}, "yynnnn"),
    "one yes and six away": (dict.fromkeys(SEVEN, "absent") | {"Tarvand": "consents"}, "ynnnnn"),
    "four for, three against": (
        positions(Armenia="objects", Belarus="objects", Kazakhstan="objects"),
        "nnnnyn",
    ),
    "five for, two against": (positions(Armenia="objects", Belarus="objects"), "nnnnyy"),
    "three for, three against, one silent": (
        positions(
            Armenia="objects",
            Belarus="objects",
            Kazakhstan="objects",
            Russia="silent",
        ),
        "nnnnnn",
    ),
    "three for, four away": (
        positions(Armenia="absent", Belarus="absent", Kazakhstan="absent", Russia="absent"),
        "ynynnn",
    ),
}


@pytest.mark.parametrize("case", BY_HAND)
def test_the_rules_decide_as_worked_by_hand(case: str) -> None:
    given, expected = BY_HAND[case]
    assert "".join("yn"[not passes(rule, given)] for rule in RULES) == expected


def test_the_three_readings_of_consensus_part_over_the_empty_chair_of_june_2009() -> None:
    moscow = dict.fromkeys(("ARM", "KAZ", "KGZ", "RUS", "TJK"), "consents") | {
        "BLR": "absent",
        "UZB": "silent",
    }
    assert passes("handled", moscow) and passes("limited", moscow)
    assert not passes("present", moscow)
    assert effects("handled", moscow)["BLR"] == "is sent the text, and may still object"


def test_the_text_of_minsk_2023_stands_only_if_an_absent_member_does_not_block() -> None:
    minsk = dict.fromkeys(("BLR", "KAZ", "KGZ", "RUS", "TJK"), "consents") | {"ARM": "absent"}
    assert passes("handled", minsk) and not passes("present", minsk) and not passes("unanimity", minsk)
    assert passes("present", minsk | {"ARM": "aside"})


def test_nobody_is_sent_to_a_member_that_has_not_consented() -> None:
    for word in POSITIONS:
        given = positions(Tarvand=word)
        assert all(passes(rule, given, "Tarvand") is False for rule in RULES) is (word != "consents")
    assert decide("majority", positions(Tarvand="objects"), "Tarvand").why.startswith("The rule is met, but")


def test_a_voice_for_the_text_never_hurts_it_and_an_objection_helps_only_where_there_is_a_quorum() -> None:
    helped = set()
    for codes in product(POSITIONS, repeat=4):
        given = dict(zip("abcd", codes, strict=True))
        for rule in RULES:
            if passes(rule, given):
                assert passes(rule, given | {"a": "consents"}), (rule, codes)
            elif passes(rule, given | {"a": "objects"}):
                helped.add(rule)
    assert helped == {"majority"}, "whoever comes to object makes the half that the rule asks for"


def test_what_all_agree_to_is_adopted_by_every_rule_and_unanimity_asks_most() -> None:
    for split in council.splits(7):
        counts = dict(zip(POSITIONS, split, strict=True))
        if council.verdict("unanimity", counts).adopted:
            assert all(council.verdict(rule, counts).adopted for rule in RULES)
        if council.verdict("present", counts).adopted:
            assert council.verdict("handled", counts).adopted


@pytest.mark.parametrize(("members", "needed"), [(6, 4), (7, 5), (3, 2), (9, 6)])
def test_two_thirds_are_counted_of_all_members(members: int, needed: int) -> None:
    assert council.two_thirds(members) == needed


def test_a_majority_binds_whoever_spoke_against_it_and_consensus_binds_nobody_who_stood_aside() -> None:
    given = positions(Armenia="aside", Belarus="objects")
    assert effects("majority", given)["Belarus"] == "bound"
    assert effects("limited", given)["Armenia"] == "stood aside, not bound"
    assert effects("handled", given)["Russia"] == "bound"


def test_the_table_holds_the_verdict_of_every_combination() -> None:
    verdicts, places = council.table(7)
    number = {split: place for place, split in enumerate(council.splits(7))}
    assert len(number) == 330
    for codes in product(POSITIONS, repeat=7):
        split = tuple(codes.count(code) for code in POSITIONS)
        for rule in RULES:
            without, with_ = places[rule][number[split]]
            assert verdicts[with_] == decide(rule, dict(zip(SEVEN, codes, strict=True)))
            if codes[-1] != "consents":
                assert verdicts[without] == decide(rule, dict(zip(SEVEN, codes, strict=True)), SEVEN[-1])


def test_of_all_combinations_an_objection_ends_consensus_and_not_a_majority() -> None:
    share = council.adopted_by_objections(7).set_index(["rule", "objections"])["share"]
    assert share["Consensus, as it was handled", 1] == 0
    # Without an objection there are 4**7 combinations; nobody speaks for the text in 3**7 of them.
    assert share["Consensus, as it was handled", 0] == pytest.approx((4**7 - 3**7) / 4**7)
    assert share["Consensus, nobody missing", 0] == pytest.approx((3**7 - 2**7) / 4**7)
    assert share["Unanimity of all", 0] == pytest.approx(1 / 4**7)
    assert share["Majority of those who vote", 3] == pytest.approx(1 / 4**4)
    assert council.adopted_by_objections(7).groupby("rule")["combinations"].sum().eq(5**7).all()


def test_every_rule_says_whether_it_is_on_record_and_by_whom() -> None:
    for code, rule in RULES.items():
        assert bool(rule.sources) is (rule.standing != "what if"), code
        assert set(rule.sources) <= source_keys(), code


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: decide("veto", positions()), r"rule: 'veto' .*handled, present, limited"),
        (lambda: decide("handled", positions(Russia="yes")), r"Russia, position: 'yes' .*consents, silent"),
        (lambda: decide("handled", positions(), "Veshan"), r"host: 'Veshan' is no member; allowed: Armenia"),
        (lambda: decide("handled", {"Russia": "consents"}), r"1 members; allowed: two or more"),
        (lambda: council.splits(13), r"members: 13 .*2 to 12"),
    ],
)
def test_a_wrong_record_says_what_is_allowed(call: object, message: str) -> None:
    with pytest.raises(CouncilError, match=message):
        call()  # type: ignore[operator]


def test_every_rule_is_compared_on_the_same_positions() -> None:
    found = compare(positions(Belarus="objects"), "Tarvand").set_index("code")
    assert list(found.index) == list(RULES)
    assert list(found.query("adopted").index) == ["majority", "qualified"]
