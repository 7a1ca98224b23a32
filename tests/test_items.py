"""The numbers about a class's answers, against cases worked by hand and the limits where they must stop."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from csto.models.items import FEW, difficulty, discrimination, persistence

NAN = float("nan")


def table(**items: list[float]) -> pd.DataFrame:
    return pd.DataFrame(items, index=[f"s{n}" for n in range(len(next(iter(items.values()))))])


def test_difficulty_is_the_share_of_full_points_with_wilsons_interval() -> None:
    found = difficulty(table(q=[1, 1, 1, 1, 1, 1, 1, 1, 0, 0])).loc["q"]
    assert (found["right"], found["answered"], found["missing"]) == (8, 10, 0)
    assert found["share"] == 0.8
    # Wilson for 8 of 10 by hand: centre (8 + 1.9208) / 13.8415, half width 1.96 * sqrt(10 * 0.16 + 0.9604) / 13.8415
    assert found["low"] == pytest.approx(0.4902, abs=5e-4)
    assert found["high"] == pytest.approx(0.9433, abs=5e-4)


def test_half_the_points_is_not_right_but_counts_in_the_mean() -> None:
    found = difficulty(table(q=[1, 0.5, 0.5, 0])).loc["q"]
    assert found["right"] == 1
    assert found["mean"] == 0.5


def test_all_right_and_all_wrong_have_intervals_inside_0_and_1() -> None:
    found = difficulty(table(right=[1] * 12, wrong=[0] * 12))
    assert found.loc["right", "share"] == 1 and found.loc["wrong", "share"] == 0
    assert found.loc["right", "low"] == pytest.approx(12 / (12 + 1.959964**2), abs=1e-6)
    assert found.loc["wrong", "high"] == pytest.approx(1 - 12 / (12 + 1.959964**2), abs=1e-6)


def test_a_missing_answer_is_not_a_wrong_one() -> None:
    found = difficulty(table(q=[1, NAN, NAN, 0], nobody=[NAN] * 4))
    assert found.loc["q", ["answered", "missing", "right"]].tolist() == [2, 2, 1]
    assert found.loc["q", "share"] == 0.5
    assert found.loc["nobody", "answered"] == 0 and math.isnan(found.loc["nobody", "share"])


def test_discrimination_leaves_the_question_itself_out_of_the_rest() -> None:
    """Worked by hand: a = 1 1 0 0 against the mean of b and c = 1 .5 .5 0 has covariance 0.5 and r = 1 / sqrt(2)."""
    found = discrimination(table(a=[1, 1, 0, 0], b=[1, 1, 0, 0], c=[1, 0, 1, 0]))
    assert found.loc["a", "r"] == pytest.approx(1 / math.sqrt(2))
    assert found.loc["c", "r"] == pytest.approx(0)


def test_a_question_that_the_strong_miss_has_a_negative_discrimination() -> None:
    strong = [1, 1, 1, 0, 0, 0]
    found = discrimination(table(a=strong, b=strong, odd=[0, 0, 0, 1, 1, 1]))
    assert found.loc["odd", "r"] == pytest.approx(-1)


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        pytest.param(table(a=[1] * 6, b=[1, 0] * 3), "all got the same", id="all right"),
        pytest.param(table(a=[0] * 6, b=[1, 0] * 3), "all got the same", id="all wrong"),
        pytest.param(table(a=[1], b=[0]), "fewer than four students", id="one student"),
        pytest.param(table(a=[1, 0, 1, 0]), "no other question", id="one question"),
        pytest.param(table(a=[1, 0, 1, 0], b=[1] * 4), "all did equally well on the rest", id="even rest"),
        pytest.param(table(a=[NAN] * 5, b=[1, 0, 1, 0, 1]), "fewer than four students", id="missing"),
    ],
)
def test_where_there_is_no_correlation_the_table_says_why(scores: pd.DataFrame, why: str) -> None:
    found = discrimination(scores).loc["a"]
    assert math.isnan(found["r"])
    assert found["r_note"] == why


def test_few_students_are_marked_and_many_are_not() -> None:
    rng = np.random.default_rng(1)
    for n, note in ((FEW - 1, f"fewer than {FEW} students, do not read it"), (FEW, "")):
        scores = pd.DataFrame(rng.integers(0, 2, (n, 4)), columns=list("abcd"))
        assert set(discrimination(scores)["r_note"]) == {note}


def test_persistence_counts_only_who_answered_both_times() -> None:
    before = pd.Series([0, 0, 0, 1, 0, NAN, 1], index=list("abcdefg"))
    after = pd.Series([0, 1, 1, 0, 1, 0, NAN], index=list("abcdefg"))
    found = persistence(before, after)
    assert (found.n, found.wrong_before, found.still, found.newly) == (5, 4, 1, 1)
    assert found.share == 0.25
    # three mended, one newly wrong: the exact chance of 3:1 or worse, both ways, is 2 * (1 + 4) / 16
    assert found.p == pytest.approx(10 / 16)


def test_where_nobody_was_wrong_nothing_can_persist() -> None:
    right = pd.Series([1, 1, 1.0])
    found = persistence(right, right)
    assert found.wrong_before == 0
    assert math.isnan(found.share) and math.isnan(found.p)


def test_a_score_beyond_the_points_is_refused_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"student 's1', question 'q': 1\.5 is not allowed"):
        difficulty(table(q=[1, 1.5]))


def test_a_student_who_stands_twice_is_refused() -> None:
    scores = pd.DataFrame({"q": [1, 0]}, index=["s1", "s1"])
    with pytest.raises(ValueError, match="student 's1' stands twice"):
        discrimination(scores)
