"""The record as data: what must be true of it, and how a broken table is refused."""

from __future__ import annotations

import itertools
import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from frictionless import Package
from pybtex.database import parse_file

from csto import data
from csto.data import DataError, load
from csto.fingerprints import foreign_grams, read
from csto.membership import concentration, count_by_year, members_on, shares

FOUNDERS = ["ARM", "KAZ", "KGZ", "RUS", "TJK", "UZB"]


# --- the subject -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "count"), [(1993, 6), (1995, 9), (2003, 6), (2010, 7), (2013, 6), (2026, 6)]
)
def test_the_count_of_members_runs_six_nine_six_seven_six(year: int, count: int) -> None:
    assert len(members_on(load("members"), f"{year}-01-01")) == count


def test_six_states_signed_in_tashkent() -> None:
    members = load("members")
    assert sorted(members.loc[members["joined"] == pd.Timestamp("1992-05-15"), "country"]) == FOUNDERS


def test_belarus_is_not_a_signatory_of_1992() -> None:
    belarus = load("members").query("country == 'BLR'")
    assert belarus["joined"].dt.strftime("%Y-%m-%d").tolist() == ["1993-12-31"]


@pytest.mark.parametrize("country", ["AZE", "GEO"])
def test_azerbaijan_and_georgia_left_before_there_was_an_organisation(country: str) -> None:
    spell = load("members").query("country == @country").iloc[0]
    assert spell["left"] < pd.Timestamp("2002-10-07")
    assert pd.isna(spell["charter_2002"])


def test_uzbekistan_came_twice_and_left_twice() -> None:
    spells = load("members").query("country == 'UZB'")
    assert len(spells) == 2 and spells["left"].notna().all()


def test_the_charter_was_signed_in_chisinau() -> None:
    events = load("events")
    assert events.loc[events["date"] == pd.Timestamp("2002-10-07"), "title"].str.contains("Chisinau").all()


def test_georgias_day_is_disputed() -> None:
    assert load("members").query("country == 'GEO'")["confidence"].tolist() == ["disputed"]


def test_only_one_of_the_five_articles_has_the_signatories_right() -> None:
    verdicts = load("claims").query("disagreement == 'D02'").set_index("source")["verdict"]
    assert verdicts[verdicts == "supported"].index.tolist() == ["000"]


def test_the_record_of_signatories_agrees_with_the_spells() -> None:
    record = load("signatories").query("source == 'record'").set_index("country")["status"]
    first = load("members").query("spell == 1").set_index("country")["joined"]
    for country, joined in first.items():
        assert record[country] == ("signed" if joined == pd.Timestamp("1992-05-15") else "joined later")
    assert set(record.drop(first.index)) == {"never"}


def test_russia_is_the_largest_by_every_measure_in_every_year() -> None:
    table = shares(load("asymmetry"))
    largest = table.loc[table.groupby(["indicator", "year"])["share"].idxmax()]
    assert set(largest["country"]) == {"RUS"}


def test_a_year_with_a_gap_gives_no_share() -> None:
    personnel = shares(load("asymmetry")).query("indicator == 'personnel'")
    assert not {1997, 1998} & set(personnel["year"])


def test_the_second_uzbek_membership_lasts_five_and_a_half_to_six_and_a_half_years() -> None:
    rules = load("membership_rules").groupby("edge")["date"].agg(["min", "max"])
    shortest = (rules.loc["end", "min"] - rules.loc["start", "max"]).days / 365.25
    longest = (rules.loc["end", "max"] - rules.loc["start", "min"]).days / 365.25
    assert 5.5 <= shortest < longest <= 6.5


def test_no_spell_and_no_pact_ends_before_it_begins() -> None:
    spells, pacts = load("members"), load("pacts")
    assert not (spells["left"] <= spells["joined"]).any()
    assert not (pacts["end"] <= pacts["begin"]).any()


def test_the_second_uzbek_spell_starts_and_ends_by_a_listed_rule() -> None:
    spell = load("members").query("country == 'UZB' and spell == 2").iloc[0]
    rules = load("membership_rules").groupby("edge")["date"].agg(set)
    assert len(rules["start"]) >= 3 and len(rules["end"]) >= 3
    assert spell["joined"] in rules["start"] and spell["left"] in rules["end"]


def test_each_accession_and_each_exit_of_the_spells_is_an_event_of_that_day() -> None:
    events, spells = load("events"), load("members")
    for kind, column in (("accession", "joined"), ("exit", "left")):
        by_day = events[events["kind"] == kind].groupby("date")["countries"].agg(";".join)
        later = spells[spells[column].notna() & (spells[column] > pd.Timestamp("1992-05-15"))]
        for row in later.to_dict("records"):
            assert row["country"] in by_day[row[column]].split(";")


def test_seven_bilateral_pacts_promise_defence_and_each_joins_russia_to_one_state() -> None:
    spokes = load("pacts").query("kind == 'bilateral pact with Russia'")
    others = [set(members.split(";")) - {"RUS"} for members in spokes["members"]]
    assert sorted(code for pair in others for code in pair) == [
        "ARM", "BLR", "KAZ", "KGZ", "TJK", "TKM", "UZB",
    ]  # fmt: skip
    assert spokes["atop_id"].notna().all()


def test_a_defence_clause_and_the_coded_obligations_agree() -> None:
    pacts = load("pacts")
    promised = pacts["obligations"].fillna("").str.split(";").map(lambda words: "defence" in words)
    assert (promised == pacts["defence_clause"]).all()


def test_every_quoted_claim_is_short_and_verbatim() -> None:
    claims = load("claims")
    assert (claims["quote"].str.split().str.len() <= 25).all()
    assert (claims.groupby("article")["quote"].agg(lambda q: q.str.split().str.len().sum()) <= 250).all()
    for row in claims.to_dict("records"):
        assert foreign_grams(row["quote"], read(row["article"])) == [], row["claim"]


# --- counting --------------------------------------------------------------------------------------------------------


def test_counting_years_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="backwards"):
        count_by_year(load("members"), 2000, 1999)


def test_a_state_is_out_on_the_day_it_leaves() -> None:
    spells = load("members")
    assert "GEO" in members_on(spells, "1999-04-19") and "GEO" not in members_on(spells, "1999-04-20")


def test_concentration_of_four_equal_states_is_a_quarter_and_of_one_is_one() -> None:
    assert concentration(pd.Series([0.25] * 4)) == pytest.approx(0.25)
    assert concentration(pd.Series([1.0, 0.0])) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="sum to 1"):
        concentration(pd.Series([0.5, 0.2]))


# --- the package -----------------------------------------------------------------------------------------------------


def test_the_data_package_is_valid_frictionless() -> None:
    for name in data.tables():
        load(name)  # says more of a wrong value than Frictionless does
    report = Package(str(data.ROOT / "datapackage.json")).validate()
    faults = [f"data/{task.place}: {error.message}" for task in report.tasks for error in task.errors]
    assert report.valid, "\n".join(faults)


@pytest.mark.parametrize("name", data.tables())
def test_every_table_loads_and_every_column_is_described(name: str) -> None:
    assert len(load(name))
    columns = data.describe(name)
    assert (columns["description"].str.len() > 8).all()
    assert data.provenance(name)["licence"]


def test_every_table_says_how_it_was_made_and_what_is_wrong_with_it_and_every_number_what_it_counts() -> None:
    silent = [
        f"{one['name']}: {field}"
        for one in data.package()["resources"]
        for field in ("title", "description", "provenance", "known_faults", "licenses", "sources")
        if not one.get(field)
    ]
    bare = [
        f"{one['name']}: {field['name']}"
        for one in data.package()["resources"]
        for field in one.get("schema", {}).get("fields", [])
        if field["type"] in {"integer", "number"} and not field.get("unit")
    ]
    assert silent + bare == []


def test_a_state_has_one_name_in_the_tables() -> None:
    """But for the names of newspapers, which stand in the bibliography."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in data.ROOT.glob("*.csv")}
    assert [name for name, text in texts.items() if "Türkiye" in text or "Kirghiz" in text] == []


def test_the_bibliography_parses_and_every_entry_has_author_title_and_year() -> None:
    for key, entry in parse_file(data.ROOT / "references.bib").entries.items():
        assert entry.fields.get("title") and entry.fields.get("year"), key
        assert entry.persons or entry.fields.get("organization"), key


def test_every_column_of_source_keys_is_checked_against_the_bibliography() -> None:
    for resource in data.package()["resources"]:
        for field in resource.get("schema", {}).get("fields", []):
            if field["name"] == "source_keys":
                assert field["listOf"] == "references.bib", resource["name"]


def test_every_fact_row_names_sources_and_a_confidence() -> None:
    of_method = {
        "countries",
        "codes",
        "clause_codes",
        "clause_elements",
        "requests_second_coding",
        "rubrics",
        "changes",
    }
    for name in set(data.tables()) - of_method:
        assert {"source_keys", "confidence"} <= set(load(name).columns), name


def test_a_frame_is_a_copy() -> None:
    frame = load("members")
    frame.loc[0, "country"] = "XXX"
    assert "XXX" not in set(load("members")["country"])


def test_no_series_without_an_open_licence_is_kept() -> None:
    text = (data.ROOT / "datapackage.json").read_text(encoding="utf-8") + load("asymmetry").to_csv()
    assert "SIPRI" not in text and "sipri" not in text


# --- colours ---------------------------------------------------------------------------------------------------------


def _linear(colour: str) -> np.ndarray:
    value = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _contrast(one: str, two: str) -> float:
    light = sorted((float(_linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, two)), reverse=True)
    return (light[0] + 0.05) / (light[1] + 0.05)


#: Severe protan and deutan vision in linear RGB, Machado, Oliveira and Fernandes 2009.
_SIGHTS = [
    np.eye(3),
    np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
]


def _oklab(linear: np.ndarray) -> np.ndarray:
    cone = [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
    lab = [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
    return np.array(lab) @ np.cbrt(np.array(cone) @ np.clip(linear, 0, 1))


@pytest.mark.parametrize(("column", "paper"), [("colour_light", "#fcfaf5"), ("colour_dark", "#14191f")])
def test_country_colours_stand_out_from_the_paper(column: str, paper: str) -> None:
    for row in load("countries").to_dict("records"):
        assert _contrast(row[column], paper) >= 3, row["name"]


@pytest.mark.parametrize("column", ["colour_light", "colour_dark"])
def test_the_nine_parties_differ_for_colour_blind_readers_too(column: str) -> None:
    nine = load("countries").iloc[:9][column]
    for one, two in itertools.combinations(nine, 2):
        for sight in _SIGHTS:
            distance = np.linalg.norm(_oklab(sight @ _linear(one)) - _oklab(sight @ _linear(two)))
            assert distance > 0.11, (one, two)


# --- distance and dependence: the panels of chapter 4 ----------------------------------------------------------------


def affinity() -> pd.DataFrame:
    return load("affinity").set_index(["country", "year"])


def test_a_distance_is_the_difference_of_two_ideal_points_of_one_year() -> None:
    points = load("affinity")
    russia = points[points["country"] == "RUS"].set_index("year")["ideal_point"]
    others = points[points["country"] != "RUS"]
    apart = (others["ideal_point"] - others["year"].map(russia)).abs()
    assert np.allclose(apart, others["distance_russia"], atol=2e-5)
    assert points.loc[points["country"] == "RUS", "distance_russia"].isna().all()


def test_every_ideal_point_lies_in_its_interval() -> None:
    points = load("affinity")
    assert (points["ideal_low"] < points["ideal_point"]).all()
    assert (points["ideal_point"] < points["ideal_high"]).all()


def test_in_2022_kazakhstan_came_closer_because_russia_moved() -> None:
    found = affinity()
    assert found.loc[("KAZ", 2021), "distance_russia"] == pytest.approx(0.45, abs=0.01)
    assert found.loc[("KAZ", 2022), "distance_russia"] == pytest.approx(0.11, abs=0.01)
    assert found.loc[("RUS", 2021), "ideal_point"] == pytest.approx(-0.03, abs=0.01)
    assert found.loc[("RUS", 2022), "ideal_point"] == pytest.approx(-0.81, abs=0.01)
    assert found.loc[("ARM", 2022), "distance_russia"] > found.loc[("ARM", 2021), "distance_russia"] + 0.5


def test_agreement_with_russia_ends_in_2019_and_stays_unknown_after() -> None:
    points = load("affinity").query("country != 'RUS'")
    known = points["agreement_russia"].notna()
    assert points.loc[known, "year"].max() == 2019
    assert points.loc[known, "agreement_votes"].notna().all()
    assert points.loc[~known, "year"].min() == 2020


def test_the_years_without_enough_votes_are_the_ones_that_the_package_names() -> None:
    points = load("affinity")
    every = {(country, year) for country in points["country"].unique() for year in range(1992, 2025)}
    there = set(zip(points["country"], points["year"].astype(int), strict=True))
    assert every - there == {
        ("GEO", 1992),
        ("KGZ", 1999),
        ("KGZ", 2001),
        ("TJK", 2001),
        ("UZB", 1992),
        ("UZB", 1993),
        ("UZB", 2001),
    }
    assert affinity().loc[("KGZ", 1992), "votes"] == 16


def test_a_partner_that_is_not_listed_has_an_unknown_share() -> None:
    trade = load("trade")
    assert (trade["share"].notna() == trade["listed"]).all()
    belarus = trade.query("country == 'BLR' and partner == 'RUS' and year >= 2022")
    assert len(belarus) == 4 and not belarus["listed"].any()


def test_kyrgyz_exports_to_russia_jumped_in_2022_and_fell_again() -> None:
    shares = load("trade").query("country == 'KGZ' and flow == 'exports' and partner == 'RUS'")
    assert shares.set_index("year").loc[[2019, 2022, 2023], "share"].tolist() == [13, 43, 19]


def test_a_share_of_trade_stands_in_the_list_as_printed() -> None:
    names = {"RUS": "Russia", "CHN": "China"}
    for row in load("trade").itertuples():
        partner = names[row.partner]
        if row.listed:
            assert f"{partner} {row.share:g}%" in row.wording, (row.country, row.year, row.flow)
        else:
            assert f"{partner} " not in row.wording, (row.country, row.year, row.flow)


def test_remittances_are_kept_in_two_series_that_mostly_agree() -> None:
    both = load("remittances").pivot(index=["country", "year"], columns="series", values="share").dropna()
    close = (both["world_bank"] - both["factbook"]).abs() <= 0.25
    assert (len(both), close.sum()) == (47, 40)
    tajikistan = load("remittances").query("series == 'world_bank' and country == 'TJK'")
    assert tajikistan["year"].min() == 2002
    assert tajikistan.set_index("year").loc[2024, "share"] == pytest.approx(47.9, abs=0.05)


# --- the map ---------------------------------------------------------------------------------------------------------


def _inside(point: tuple[float, float], rings: list[list[list[float]]]) -> bool:
    x, y = point
    odd = False
    for ring in rings:
        for (x1, y1), (x2, y2) in itertools.pairwise(ring):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


@pytest.mark.parametrize(
    ("place", "point", "country"),
    [
        ("Simferopol", (34.1, 45.0), "UKR"),
        ("Donetsk", (37.8, 48.0), "UKR"),
        ("Stepanakert/Khankendi", (46.75, 39.82), "AZE"),
        ("Sukhumi", (41.02, 43.02), "GEO"),
        ("Tskhinvali", (43.97, 42.22), "GEO"),
        ("Vorukh", (70.6, 39.85), "TJK"),
        ("Sokh", (71.1, 39.97), "UZB"),
    ],
)
def test_contested_places_are_drawn_by_the_naming_rules(
    place: str, point: tuple[float, float], country: str
) -> None:
    for feature in data.geometry()["features"]:
        parts = feature["geometry"]["coordinates"]
        parts = parts if feature["geometry"]["type"] == "MultiPolygon" else [parts]
        found = any(_inside(point, rings) for rings in parts)
        assert found == (feature["properties"]["country"] == country), place


def test_the_map_is_light_rounded_and_wound_for_d3() -> None:
    assert (data.ROOT / "map_region.geojson").stat().st_size < 70_000
    for feature in data.geometry()["features"]:
        parts = feature["geometry"]["coordinates"]
        for rings in parts if feature["geometry"]["type"] == "MultiPolygon" else [parts]:
            for number, ring in enumerate(rings):
                assert ring[0] == ring[-1] and all(round(v, 2) == v for point in ring for v in point)
                area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in itertools.pairwise(ring))
                assert (area < 0) == (number == 0), feature["properties"]["name"]


def test_the_map_names_states_as_the_table_of_countries_does() -> None:
    names = load("countries").set_index("country")["name"]
    for feature in data.geometry()["features"]:
        assert feature["properties"]["name"] == names[feature["properties"]["country"]]


# --- bad input -------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "data"
    shutil.copytree(data.ROOT, root)
    return root


def spoil(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_an_unknown_table_is_named_with_the_nearest_and_all_others() -> None:
    with pytest.raises(DataError, match=r"no table 'member'; did you mean 'members'\? Tables: .*events"):
        load("member")


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        (
            "members",
            "ARM,1,",
            "XYZ,1,",
            r"data/members.csv, row 2, field country: 'XYZ' .*allowed: AFG, ARM, AZE, BLR",
        ),
        (
            "members",
            "country,spell,joined",
            "country,spell,came",
            r"row 1: missing columns: joined; unknown or repeated columns: came",
        ),
        ("members", "1992-05-15", "15.5.1992", r"row 2, field joined: '15\.5\.1992' .*YYYY-MM-DD"),
        ("members", "1992-05-15", "1891-05-15", r"row 2, field joined: '1891-05-15' .*minimum 1992-05-15"),
        ("members", "KAZ,1,", "ARM,1,", r"row 3, field country\+spell: .*each key once"),
        (
            "members",
            ",primary",
            ",certain",
            r"field confidence: 'certain' .*primary, corroborated, single, disputed",
        ),
        ("members", "P-ODKB-25Y", "P-ODKB-25X", r"row 2, field source_keys: 'P-ODKB-25X' .*near: P-ODKB-25Y"),
        (
            "asymmetry",
            "ARM,1992,gdp,",
            "ARM,1992,gdp,-",
            r"data/asymmetry.csv, row 2, field value: .*minimum 0",
        ),
        ("asymmetry", "ARM,1992,", "ARM,MCMXCII,", r"row 2, field year: 'MCMXCII' .*a whole number"),
        ("pacts", ",true,", ",yes,", r"field defence_clause: 'yes' .*true, false"),
        ("claims", "D01-000", "", r"row 2, field claim: '' .*the field is required"),
        (
            "claims",
            "stratfor2017",
            "stratfor2071",
            r"row 2, field article: 'stratfor2071' .*near: stratfor2017",
        ),
        ("pacts", ",KAZ;RUS,", ",KAX;RUS,", r"row 4, field members: 'KAX' .*allowed: AFG, ARM.*KAZ"),
        ("pacts", ",KAZ;RUS,", ",KAZ;KAZ,", r"row 4, field members: 'KAZ' .*each item once"),
        (
            "events",
            "accession,AZE",
            "accession,AZX",
            r"row 5, field countries: 'AZX' .*allowed: AFG, ARM, AZE",
        ),
        ("events", ",day,", ",week,", r"row 2, field date_precision: 'week' .*day, month, year"),
        ("countries", "Azerbaijan", "Armenia", r"row 3, field name: 'Armenia' .*each value once"),
        ("membership_rules", "PANARM-2006-UZ;", "PANARM-2006-UZ;;", r"row 2, field source_keys: '' is not"),
        ("membership_rules", ",corroborated\n", ",corroborated,x\n", r"row 2: 6 fields; allowed: 5"),
        ("membership_rules", ",corroborated\n", "\n", r"row 2: 4 fields; allowed: 5"),
        ("membership_rules", "\nprotocol", "\n\nprotocol", r"row 3: 0 fields; allowed: 5"),
        ("members", "1992-05-15", "1992-05-32", r"row 2, field joined: '1992-05-32' .*YYYY-MM-DD"),
        (
            "members",
            "spell,joined",
            "joined,joined",
            r"missing columns: spell; unknown or repeated columns: joined",
        ),
    ],
)
def test_a_broken_table_says_file_row_field_and_what_is_allowed(
    folder: Path, table: str, old: str, new: str, message: str
) -> None:
    spoil(folder, table, old, new)
    with pytest.raises(DataError, match=message):
        load(table, root=folder)


@pytest.mark.parametrize("file", ["members.csv", "references.bib", "countries.csv", "datapackage.json"])
def test_a_file_that_is_not_there_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(DataError, match=f"data/{file} is missing"):
        load("members", root=folder)


def test_a_file_in_another_encoding_is_named_with_its_row(folder: Path) -> None:
    path = folder / "pacts.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    with pytest.raises(DataError, match=r"data/pacts.csv, row 4: .*not UTF-8"):
        load("pacts", root=folder)


def test_a_table_without_rows_is_refused(folder: Path) -> None:
    path = folder / "pacts.csv"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"data/pacts\.csv has a header and no rows"):
        load("pacts", root=folder)


def test_a_broken_package_file_is_named_with_its_line(folder: Path) -> None:
    (folder / "datapackage.json").write_text('{\n "resources": [,]\n}', encoding="utf-8")
    with pytest.raises(DataError, match=r"data/datapackage.json, line 2: not JSON"):
        load("pacts", root=folder)


def test_a_state_on_the_map_that_the_course_does_not_know_is_named(folder: Path) -> None:
    path = folder / "map_region.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace('"ARM"', '"XYZ"'), encoding="utf-8")
    with pytest.raises(DataError, match=r"map_region.geojson, feature \d+, field country: 'XYZ' .*ARM, AZE"):
        data.geometry(root=folder)


def test_a_key_struck_from_the_bibliography_breaks_the_tables_that_use_it(folder: Path) -> None:
    path = folder / "references.bib"
    path.write_text(path.read_text(encoding="utf-8").replace("{P-ODKB-25Y,", "{OTHER,"), encoding="utf-8")
    with pytest.raises(DataError, match="'P-ODKB-25Y' is not allowed"):
        load("members", root=folder)


def test_frictionless_sees_an_unknown_country_too(folder: Path) -> None:
    spoil(folder, "members", "ARM,1,", "XYZ,1,")
    assert not Package(str(folder / "datapackage.json")).validate().valid


def test_a_map_is_not_a_table_and_a_table_is_not_a_map() -> None:
    for wrong in (load, data.describe):
        with pytest.raises(DataError, match="geometry"):
            wrong("map_region")
    with pytest.raises(DataError, match="load"):
        data.geometry("members")


def test_the_package_file_is_the_only_schema() -> None:
    described = json.loads((data.ROOT / "datapackage.json").read_text(encoding="utf-8"))
    files = {resource["path"] for resource in described["resources"]}
    assert files == {p.name for p in data.ROOT.iterdir() if p.suffix in {".csv", ".geojson"}}
