"""The timeline: every event comes from a table, once, with its day as well known as the table says."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from docutils.nodes import make_id

from csto import Filters, chronicle, data, load
from csto.chronicle import CHAPTERS, KINDS, drawn, listing, said
from csto.html import source_anchor

ALL = chronicle.chronicle()
#: Tables with days that are no events: measurements, texts about the future, and what other tables tell better.
NO_EVENTS = {
    "articles",
    "changes",
    "force_sizes",
    "trade",
    "remittances",
    "opinion",
    "open_questions",
    "unknowns",
}


def day(text: str) -> pd.DataFrame:
    return ALL[ALL["date"] == text]


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_every_table_that_dates_an_event_is_in_the_timeline() -> None:
    dated = {
        name for name in data.tables() if any(str(kind).startswith("datetime") for kind in load(name).dtypes)
    }
    assert dated == set(ALL["table"]) | NO_EVENTS


def test_every_row_keeps_the_confidence_and_the_sources_of_its_table() -> None:
    keys = {
        "requests": "request_id",
        "armenia_steps": "number",
        "forecasts": "forecast",
        "exercises": "exercise",
        "un_texts": "text",
        "january_2022": "number",
    }
    for name, key in keys.items():
        table = load(name)
        table = table.set_index(table[key].astype(str))
        for row in ALL[ALL["table"] == name].itertuples():
            assert row.confidence == table.loc[row.row, "confidence"]
            assert row.source_keys == table.loc[row.row, "source_keys"]


def test_rows_stand_in_order_of_time_and_have_known_kinds_and_chapters() -> None:
    assert ALL["date"].is_monotonic_increasing
    assert set(ALL["kind"]) == set(KINDS)
    assert set(ALL["chapter"]) == set(CHAPTERS)
    assert set(ALL["confidence"]) <= {"primary", "corroborated", "single", "disputed"}
    assert (ALL["title"].str.len() > 3).all()


def test_nothing_is_dated_after_the_end_of_the_record() -> None:
    assert ALL["date"].max() <= pd.Timestamp("2026-06-26")


def test_the_members_that_signed_in_tashkent_are_six_and_the_treaty_is_told_once() -> None:
    signed = day("1992-05-15")
    assert len(signed[signed["kind"] == "joining or leaving"]) == 6
    (treaty,) = signed[signed["kind"] == "treaty"].itertuples()
    assert treaty.member == "all members"
    assert "Belarus" not in treaty.members


def test_every_request_with_a_day_and_every_answer_with_a_day_is_there() -> None:
    table = load("requests")
    own = ALL[ALL["table"] == "requests"]
    assert (own["kind"] == "request").sum() == table["request_date"].notna().sum()
    assert (own["kind"] == "answer").sum() == table["response_date"].notna().sum()
    assert (own["kind"] == "crisis").sum() == len(table)


def test_exercises_without_a_day_stand_at_their_last_day_or_their_year_and_say_so() -> None:
    rows = ALL[ALL["table"] == "exercises"].set_index("row")
    assert len(rows) == len(load("exercises"))
    assert rows.loc["Rubezh-2010", "title"].endswith("last day")
    assert rows.loc["Interaction-2013", "precision"] == "year"
    assert "cancelled" in rows.loc["Indestructible Brotherhood-2022", "title"]


def test_members_are_named_only_where_the_table_names_them() -> None:
    votes = ALL[(ALL["table"] == "un_texts") & (ALL["date"] == "2022-10-12")].iloc[0]
    cast = load("un_votes").query("text == @votes.row and vote in ['yes', 'no', 'abstain']")
    names = load("countries").set_index("country")["name"]
    assert set(votes["members"]) <= set(cast["country"].map(names))
    assert {"Belarus", "Russia", "Armenia"} <= set(votes["members"])
    assert (ALL.loc[ALL["kind"] == "other alliance", "member"] == "").all()


# --- once ------------------------------------------------------------------------------------------------------------


def test_what_is_left_out_is_what_another_table_tells_of_the_same_day() -> None:
    told = [row for collect in chronicle._COLLECTORS for row in collect()]
    kept = {(row.table, row.row, row.title) for row in ALL.itertuples()}
    left = {
        (row["table"], row["row"]) for row in told if (row["table"], row["row"], row["title"]) not in kept
    }
    assert {row for table, row in left if table == "treaties"} == {"cst-1992", "bishkek-2000"}
    assert {row for table, row in left if table == "pacts"} == {"cst", "cis", "rus-arm"}
    assert {row for table, row in left if table == "organs"} == {"Secretariat", "Joint Staff"}
    assert {table for table, _ in left} == {
        "events", "membership_rules", "treaties", "pacts", "organs", "positions", "alliance_endings",
    }  # fmt: skip


def test_the_alliance_s_own_stations_are_told_by_other_tables() -> None:
    own = load("alliance_endings").query("alliance == 'Collective Security Treaty, CSTO'")
    others = ALL[ALL["table"] != "alliance_endings"]
    assert set(own["date"]) <= set(others["date"])


# --- how well a day is known -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        ("day", "1 January 2022"),
        ("night", "1 January 2022, in the night"),
        ("month", "January 2022, day not known"),
        ("year", "2022, month not known"),
        ("not before", "not before January 2022"),
    ],
)
def test_a_date_says_how_well_it_is_known(precision: str, words: str) -> None:
    assert said(pd.Timestamp("2022-01-01"), precision) == words


def test_an_unknown_precision_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(
        ValueError, match=r"'week' is not known; allowed: day, night, month, year, not before"
    ):
        said(pd.Timestamp("2022-01-01"), "week")


def test_no_row_known_by_month_or_year_names_a_day() -> None:
    shown = drawn(since=1900)
    vague = shown[shown["known"] != "to the day"]
    assert len(vague) == (~ALL["precision"].isin(["day", "night"])).sum()
    assert vague["when"].str.contains("not known|not before").all()


# --- as readers meet it ----------------------------------------------------------------------------------------------


def test_the_tables_of_the_page_hold_every_row_once_and_lead_to_a_chapter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOOK_BUILD", "1")
    spans = [(1947, 1990), (1991, 2001), (2002, 2013), (2014, 2021), (2022, 2023), (2024, 2026)]
    page = (ROOT / "reference/timeline.ipynb").read_text(encoding="utf-8")
    assert all(f"chronicle.listing({first}, {last})" in page for first, last in spans)
    html = [listing(first, last)._repr_html_() for first, last in spans]
    assert sum(one.count('<th scope="row">') for one in html) == len(ALL)
    for chapter, (_, name) in CHAPTERS.items():
        assert (ROOT / "chapters" / f"{name}.ipynb").is_file()
        links = sum(one.count(f'href="../chapters/{name}.html"') for one in html)
        assert links == (ALL["chapter"] == chapter).sum()


def test_each_row_of_a_table_leads_to_all_its_sources_and_says_how_many_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOOK_BUILD", "1")
    rows = BeautifulSoup(listing(1900, 2030)._repr_html_(), "html.parser").select("tbody tr")
    assert len(rows) == len(ALL)
    for row, event in zip(rows, ALL.itertuples(), strict=True):
        keys = event.source_keys.split(";")
        links = row.select('a[href^="bibliography.html#source-"]')
        assert [link["href"].partition("#")[2] for link in links] == [source_anchor(key) for key in keys]
        assert [link.get_text() for link in links] == [data.named([key]) for key in keys]
        assert row.select_one("details > summary").get_text().split()[0] == str(len(keys))


def test_an_anchor_of_a_source_is_made_as_the_bibliography_makes_it() -> None:
    for key in data.source_keys():
        assert source_anchor(key) == make_id(f"source-{key}")


def test_years_without_events_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no event from 1900 to 1910; the first is of 1947"):
        listing(1900, 1910)


def test_a_chapter_s_link_has_the_chapter_s_own_title() -> None:
    for number, (title, name) in CHAPTERS.items():
        cells = json.loads((ROOT / "chapters" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
        heading = "".join(cells[0]["source"]).splitlines()[0].removeprefix("# ")
        assert heading.startswith(title.removeprefix(f"{number} "))


def test_menus_keep_a_row_whose_list_has_the_value() -> None:
    rows = pd.DataFrame({"kind": ["a", "a", "b"], "who": [["X"], ["X", "Y"], []]})
    menus = Filters(rows, {"Kind": "kind", "Who": "who"})
    assert menus.params[1].param.bind.options == ["all", "X", "Y"]
    assert "indexof(datum['who'], filter_1) >= 0" in menus.kept
    assert 'indexof(["X", "Y"], filter_1) >= 0' in menus.said


def test_menus_count_rows_that_are_alike_together() -> None:
    rows = pd.DataFrame({"kind": ["a", "a", "b"]})
    said_ = Filters(rows, {"Kind": "kind"}).said
    assert "? 2 : 0" in said_ and "? 1 : 0" in said_ and "of 3 rows shown" in said_
