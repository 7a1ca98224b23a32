"""The questions to forecast: settled and open, each with one day, one rule, and a base rate that can be recounted."""

from __future__ import annotations

import pandas as pd
import pytest

from csto.data import load
from csto.models.scoring import chance_within

IN_FORCE = pd.Timestamp("1994-04-20")
CHARTER = pd.Timestamp("2002-10-07")
END = pd.Timestamp("2026-06-26")


def years(start: pd.Timestamp, end: pd.Timestamp) -> float:
    return (end - start).days / 365.25


def counted(of: str, asked: pd.Timestamp) -> tuple[int, float]:
    """Return the events and the exposure in years that a base rate names, counted from the table of members."""
    members = load("members")
    if of.startswith("exits"):
        spells = members["left"].fillna(asked).clip(upper=asked) - members["joined"].clip(lower=IN_FORCE)
        return int((members["left"] <= asked).sum()), float(spells.dt.days.clip(lower=0).sum() / 365.25)
    if of.startswith("days"):
        return int(members.loc[members["left"] <= asked, "left"].nunique()), years(IN_FORCE, asked)
    if of.startswith("accessions"):
        later = members["joined"].between(CHARTER, asked, inclusive="right")
        return int(later.sum()), years(CHARTER, asked)
    raise AssertionError(of)


def test_settled_questions_have_an_outcome_and_a_story_and_open_ones_have_neither() -> None:
    table = load("open_questions")
    settled = table["status"] == "resolved"
    assert settled.sum() >= 12 and (~settled).sum() >= 6
    assert table.loc[settled, ["outcome", "told"]].notna().all().all()
    assert table.loc[~settled, ["outcome", "told", "settled"]].isna().all().all()
    assert (table["question"].str[0] == settled.map({True: "F", False: "G"})).all()


def test_yes_and_no_are_both_common_among_the_settled() -> None:
    yes = (load("open_questions").query("status == 'resolved'")["outcome"] == "yes").mean()
    assert 0.4 <= yes <= 0.6


def test_a_question_is_asked_before_its_deadline_and_settled_in_between() -> None:
    table = load("open_questions")
    assert not (table["asked"] >= table["deadline"]).any()
    assert not (table["settled"] < table["asked"]).any()
    assert not (table["settled"] > table["deadline"] + pd.Timedelta(days=1)).any()


def test_nothing_is_settled_after_the_record_ends() -> None:
    table = load("open_questions")
    assert (table.loc[table["status"] == "open", "deadline"] > END).all()
    assert (table.loc[table["status"] == "resolved", "deadline"] < END).all()


def test_a_question_asks_one_thing_and_never_whether_something_may_be() -> None:
    table = load("open_questions")
    assert table["ask"].str.startswith("Will ").all() and table["ask"].str.endswith("?").all()
    assert not table["ask"].str.contains(r"\b(?:could|may|might|possibl|potential)\w*\b").any()
    assert table["rule"].str.startswith("Yes if ").all()


def test_a_restated_forecast_has_the_outcome_that_the_ledger_gives_it() -> None:
    both = load("open_questions").merge(
        load("forecasts")[["forecast", "outcome", "made", "question_date"]],
        on="forecast",
        suffixes=("", "_ledger"),
    )
    assert len(both) >= 12
    turned = {"P20": "no", "001-05": "yes"}  # these ask for the opposite: leaving, and a treaty
    for row in both.to_dict("records"):
        expected = turned.get(row["forecast"], row["outcome_ledger"])
        assert (row["outcome"] if pd.notna(row["outcome"]) else "unresolved") == expected, row["question"]


def test_a_published_crowd_is_kept_for_the_two_worked_examples() -> None:
    crowds = load("open_questions").dropna(subset="crowd").set_index("question")
    assert crowds["crowd"].to_dict() == {"F02": 0.4, "F07": 0.02}
    assert crowds["outcome"].to_dict() == {"F02": "yes", "F07": "no"}


def test_every_base_rate_can_be_recounted_from_the_table_of_members() -> None:
    rated = load("open_questions").dropna(subset="base_rate")
    assert len(rated) >= 5
    for row in rated.to_dict("records"):
        events, exposure = counted(row["base_rate_of"], row["asked"])
        chance = chance_within(events, exposure, years(row["asked"], row["deadline"]))
        assert row["base_rate"] == pytest.approx(chance, abs=0.0006), row["question"]


def test_no_base_rate_looks_past_the_day_asked() -> None:
    """Four exits by 2022, but the exits counted for a question of 1998 would be none."""
    assert counted("exits", pd.Timestamp("2022-11-30"))[0] == 4
    assert counted("exits", pd.Timestamp("1998-01-01"))[0] == 0
