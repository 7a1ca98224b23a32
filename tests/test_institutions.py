"""Chapter 2: what its tables say of the design, and that its prose argues from nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd
import pytest
from conftest import ROOT

from csto import data, institutions
from csto.checks import check
from csto.clauses import matrix
from csto.data import load
from csto.membership import concentration, members_on

CHAPTER = ROOT / "chapters" / "02-institutional-design.ipynb"


def cells() -> dict[str, str]:
    found = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in found}


def prose() -> str:
    found = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in found if cell["cell_type"] == "markdown")


def answer(treaty: str, element: str) -> str:
    table = matrix().set_index(["treaty", "element"])["code"]
    return str(table[treaty, element])


# --- what must not be got wrong --------------------------------------------------------------------------------------


def test_the_amended_text_is_of_2010_and_in_force_since_19_december_2012() -> None:
    amended = load("treaties").set_index("treaty").loc["cst-2010"]
    assert amended["signed"] == pd.Timestamp("2010-12-10")
    assert amended["in_force"] == pd.Timestamp("2012-12-19")
    assert "It entered into force on 19 December 2012" in prose()


def test_the_request_is_new_in_the_treaty_and_not_in_its_system() -> None:
    assert answer("cst-1992", "request") == "silent"
    assert answer("cst-2010", "request") == "yes"
    assert answer("bishkek-2000", "request") == "yes"
    agreement = load("treaties").set_index("treaty").loc["bishkek-2000"]
    assert agreement["signed"] == pd.Timestamp("2000-10-11")
    assert agreement["kind"] == "agreement under this treaty"
    said = prose()
    assert "An agreement signed in Bishkek on 11 October 2000" in said
    assert "The rule rose in rank; it was not new." in said


def test_bases_of_third_states_are_a_separate_protocol_and_no_article_of_the_charter() -> None:
    assert "agreed on 20 December 2011 as a separate protocol and not as part of the Charter" in prose()


def test_observers_of_the_assembly_are_not_called_observers_of_the_organisation() -> None:
    assembly = load("organs").set_index("organ").loc["Parliamentary Assembly"]
    assert "Serbia and Afghanistan" in assembly["note"] and "not at the Organisation" in assembly["note"]
    claim = load("claims").set_index("claim").loc["D24-003"]
    assert claim["verdict"] == "imprecise" and "Parliamentary Assembly" in claim["record"]
    assert "their *parliaments* became observers of the Parliamentary Assembly" in prose()


def test_no_text_of_the_four_says_who_finds_that_the_case_has_come() -> None:
    four = institutions.promises(["nato-1949", "warsaw-1955", "cst-1992", "cst-2010"])
    decided = four[four["element"] == "decide"].set_index("treaty")["code"]
    assert decided.to_dict() == {
        "nato-1949": "silent", "warsaw-1955": "silent", "cst-1992": "partly", "cst-2010": "partly",
    }  # fmt: skip


def test_the_words_under_the_first_figure_are_those_of_the_table() -> None:
    four = institutions.promises(["nato-1949", "warsaw-1955", "cst-1992", "cst-2010"])
    code = four.pivot(index="element", columns="treaty", values="code")
    assert set(code.loc["means"]) == {"yes"}
    assert code.loc["duty", ["nato-1949", "warsaw-1955"]].eq("yes").all()
    assert code.loc["duty", ["cst-1992", "cst-2010"]].eq("partly").all()
    assert code.loc["place", ["nato-1949", "warsaw-1955"]].eq("yes").all()
    assert code.loc["place", ["cst-1992", "cst-2010"]].eq("silent").all()
    assert code.loc["trigger"].eq("yes").to_dict() == {
        "cst-1992": True, "cst-2010": False, "nato-1949": False, "warsaw-1955": True,
    }  # fmt: skip
    assert code.columns[code.loc["speed"].eq("yes")].tolist() == ["cst-2010", "nato-1949"]
    assert code.columns[code.loc["request"].eq("yes")].tolist() == ["cst-2010"]


def test_few_treaties_name_who_decides() -> None:
    named = institutions.who_names_a_decider()
    assert named.loc[named["code"] == "yes", "label"].tolist() == ["Russia–Belarus 2024", "Rio 1947"]


# --- organs ----------------------------------------------------------------------------------------------------------


def test_one_organ_of_eight_decides_on_force() -> None:
    organs = load("organs").set_index("organ")
    assert len(organs) == 8
    assert organs.index[organs["decides_on_force"] == "yes"].tolist() == ["Council of heads of state"]


def test_the_organs_with_a_standing_staff_have_not_one_seat_for_each_member() -> None:
    standing = load("organs").query("standing_staff == 'yes'")
    assert standing["organ"].tolist() == ["Secretariat", "Joint Staff"]
    assert set(standing["one_seat_each"]) == {"no"}


def test_an_organ_without_a_founding_day_has_no_year_in_its_label() -> None:
    labels = set(institutions.organ_matrix()["label"])
    assert "Joint Staff, 2003" in labels and "Council of foreign ministers" in labels
    dated = load("organs")["since"].notna()
    assert dated.equals(load("organs")["since_basis"].notna())


def test_every_answer_about_an_organ_has_its_sign() -> None:
    matrix_of_organs = institutions.organ_matrix()
    assert len(matrix_of_organs) == 8 * len(institutions.QUESTIONS)
    assert matrix_of_organs["sign"].notna().all()


# --- shares ----------------------------------------------------------------------------------------------------------


def test_the_common_budget_adds_up_to_a_hundred_and_half_of_it_is_russian() -> None:
    key = (
        load("budget_shares")
        .query("budget == 'common budget' and year == 2024")
        .set_index("country")["share"]
    )
    assert key.sum() == 100 and key["RUS"] == 50 and set(key.drop("RUS")) == {10}
    assert sorted(key.index) == sorted(institutions.SIX)


def test_ninety_five_per_cent_is_the_share_of_added_up_national_spending() -> None:
    shares = institutions.russian_shares().set_index("label")["share"]
    for year in (2022, 2023, 2024):
        assert 0.94 < shares[f"spending of the six, {year}"] < 0.97
    assert shares["common budget, 2024"] == 0.5


def test_a_share_of_spending_is_worked_out_by_hand() -> None:
    # Russia 7% of 2,174; Armenia 5.5% of 25.787; Belarus 2% of 75.962; Kazakhstan 0.9% of 288.406;
    # Kyrgyzstan 3% of 17.478; Tajikistan 1.8% of 14.205 (billion dollars).
    others = 0.055 * 25.787 + 0.02 * 75.962 + 0.009 * 288.406 + 0.03 * 17.478 + 0.018 * 14.205
    share = institutions.spending("CSTO", 2024).set_index("country")["share"]
    assert share["RUS"] == pytest.approx(152.18 / (152.18 + others))
    assert share.sum() == pytest.approx(1)


def test_rounding_leaves_the_share_between_its_bounds() -> None:
    for year in (2022, 2023, 2024):
        low, high = institutions.spending_bounds(year)
        assert low < institutions.spending("CSTO", year).set_index("country")["share"]["RUS"] < high
        assert high - low < 0.01


def test_the_largest_russian_share_of_the_force_of_2022_leaves_out_three_named_contingents() -> None:
    assert institutions.most_of_2022() == pytest.approx((2500 - 100 - 150 - 200) / 2500)


def test_russia_pays_less_into_the_purse_than_its_weight_and_spends_more() -> None:
    shares = institutions.russian_shares().set_index("label")["share"]
    assert shares["common budget, 2024"] < shares["output of the six, 2022"]
    assert shares["output of the six, 2022"] < shares["spending of the six, 2022"]


def test_armenia_spends_the_second_largest_part_of_its_output() -> None:
    burden = (
        load("military_spending")
        .query("bloc == 'CSTO' and year == 2024")
        .set_index("country")["share_of_gdp"]
    )
    assert burden.sort_values(ascending=False).index[:2].tolist() == ["RUS", "ARM"]


def test_unknown_spending_is_refused_with_what_there_is() -> None:
    with pytest.raises(ValueError, match=r"no spending of 'NATO' in 2022; there are: CSTO in 2022 to 2024"):
        institutions.spending("NATO", 2022)


def test_both_alliances_are_measured_in_one_year_from_one_kind_of_source() -> None:
    rows = load("military_spending").query("year == @institutions.COMPARED")
    assert rows.groupby("bloc")["country"].nunique().to_dict() == {"CSTO": 6, "NATO": 32}
    assert not set(rows.query("bloc == 'CSTO'")["country"]) & set(rows.query("bloc == 'NATO'")["country"])
    assert rows[rows["share_of_gdp"].isna()]["country"].tolist() == ["ISL"]
    assert set(rows["source_keys"]) == {"cia_factbook_json", "cia_factbook_2026_03"}


def test_the_csto_is_more_concentrated_than_nato() -> None:
    both = institutions.concentrations().set_index("bloc")
    assert both["largest"].to_dict() == {"CSTO": "Russia", "NATO": "United States"}
    assert both.loc["CSTO", "index"] > 2 * both.loc["NATO", "index"]
    shares = institutions.spending("NATO", 2024)["share"]
    assert (
        both.loc["NATO", "index"]
        == pytest.approx(float((shares**2).sum()))
        == pytest.approx(concentration(shares))
    )


def test_the_five_others_spent_less_than_greece() -> None:
    five = institutions.spending("CSTO", 2024).query("country != 'RUS'")["spending"].sum()
    nato = institutions.spending("NATO", 2024).set_index("country")["spending"]
    assert 6 < five < nato["GRC"]
    russia = institutions.spending("CSTO", 2024).set_index("country")["spending"]["RUS"]
    assert 3 < nato.drop("USA").sum() / russia < 4


def test_the_pieces_of_a_bar_fill_it_without_a_gap() -> None:
    for _, parts in institutions.stacked_spending().groupby("bloc"):
        assert parts["start"].iloc[0] == pytest.approx(0) and parts["end"].iloc[-1] == pytest.approx(1)
        assert parts["start"].iloc[1:].to_numpy() == pytest.approx(parts["end"].iloc[:-1].to_numpy())
        assert parts["share"].is_monotonic_decreasing


def test_spending_and_budgets_hold_no_series_without_an_open_licence() -> None:
    for name in ("military_spending", "budget_shares"):
        assert "sipri" not in load(name).to_csv().casefold()
        assert "sipri" not in json.dumps(data.provenance(name)).casefold()


# --- posts -----------------------------------------------------------------------------------------------------------


def test_the_office_was_empty_twice() -> None:
    gaps = institutions.vacancies()
    assert gaps["days"].tolist() == [121, 425]
    assert gaps["start"].dt.strftime("%Y-%m-%d").tolist() == ["2017-01-01", "2018-11-02"]


def test_terms_of_the_secretaries_general_neither_overlap_nor_leave_a_gap() -> None:
    terms = load("secretaries_general").query("role != 'before the Organisation'").sort_values("start")
    ends, starts = terms["end"].iloc[:-1].to_numpy(), terms["start"].iloc[1:].to_numpy()
    days = (starts - ends) / pd.Timedelta(days=1)
    assert set(days) <= {0, 1}


def test_no_russian_has_been_appointed_since_2003() -> None:
    terms = load("secretaries_general").query("role == 'in office'").sort_values("start")
    assert terms["country"].tolist() == ["RUS", "ARM", "BLR", "KAZ", "KGZ"]
    assert set(load("secretaries_general").query("role == 'acting'")["country"]) == {"RUS"}


def test_the_chair_is_held_by_members_only_and_once_by_a_stand_in() -> None:
    chairs = load("chairs").sort_values("start")
    assert chairs["turn"].tolist() == list(range(1, 21)) and chairs["start"].is_unique
    assert chairs.loc[chairs["provisional"], "country"].tolist() == ["RUS"]
    for row in chairs.to_dict("records"):
        assert row["country"] in members_on(load("members"), row["start"])


def test_russia_stood_in_for_belarus_for_a_year_and_a_half() -> None:
    held = institutions.posts().query("post == 'chair of the Council'")
    row = held[held["note"].fillna("").str.startswith("Belarus was next")].iloc[0]
    assert row["name"] == "Russia" and row["days"] == 544


# --- forces and exercises --------------------------------------------------------------------------------------------


def test_the_three_sizes_of_article_003_are_those_of_2013() -> None:
    sizes = institutions.stated_sizes()
    of_2013 = sizes[sizes["as_of"].dt.year == 2013].set_index("force")["value"]
    assert of_2013.to_dict() == institutions.TOLD_BY_003
    for year in (2009, 2022):
        others = sizes[sizes["as_of"].dt.year == year].set_index("force")["value"].to_dict()
        assert others != institutions.TOLD_BY_003


def test_the_extremes_of_the_central_asian_force_were_printed_within_two_years() -> None:
    sizes = institutions.stated_sizes()
    central = sizes[sizes["force"].str.startswith("Rapid deployment")].set_index("as_of")["value"]
    assert (central.min(), central.max()) == (1500, 5500)
    assert abs((central.idxmax() - central.idxmin()).days) < 2 * 365


def test_a_stated_size_has_a_bound_that_fits_its_ends() -> None:
    sizes = load("force_sizes").dropna(subset="bound")
    assert sizes.loc[sizes["bound"] == "at most", "low"].isna().all()
    assert sizes.loc[sizes["bound"] == "more than", "high"].isna().all()
    both = sizes[sizes["bound"].isin(["stated", "about"])]
    assert both[["low", "high"]].notna().all(axis=None) and (both["low"] <= both["high"]).all()


def test_armenia_is_reported_absent_only_from_september_2022_on() -> None:
    came = institutions.attendance().query("name == 'Armenia'")
    away = came.query("came == 'stayed away'")["day"]
    assert len(away) == 8 and away.min() == pd.Timestamp("2022-09-26")
    assert came.query("came == 'took part'")["day"].max() < away.min()


def test_absences_by_member_are_those_that_the_chapter_counts() -> None:
    away = institutions.attendance().query("came == 'stayed away'")["name"].value_counts()
    assert away.to_dict() == {"Armenia": 8, "Uzbekistan": 3, "Belarus": 1}
    disputed = institutions.attendance().query("came == 'disputed'")
    assert disputed["name"].tolist() == ["Tajikistan"]


def test_the_coverage_of_exercises_is_said_and_is_far_from_whole() -> None:
    found = load("exercises").query("force != 'drug operation'")
    assert len(found) == 47
    assert institutions.attendance()["exercise"].nunique() == 31
    assert len(found.query("year >= 2023")) == 9 < 20
    assert "The Organisation counted twenty joint exercises" in prose()


def test_nobody_takes_part_and_stays_away_at_once_and_uzbekistan_only_while_a_member() -> None:
    came = institutions.attendance()
    assert not came.duplicated(["exercise", "country"]).any()
    for row in came.query("country == 'UZB'").to_dict("records"):
        assert "UZB" in members_on(load("members"), row["day"])


def test_the_cancelled_exercise_was_of_october_2022() -> None:
    (row,) = load("exercises").query("status == 'cancelled'").to_dict("records")
    assert row["start"] == pd.Timestamp("2022-10-10")


# --- the sources -----------------------------------------------------------------------------------------------------


def test_the_chapter_has_its_six_disagreements_and_no_other() -> None:
    claims = institutions.verdicts()
    assert set(claims["disagreement"]) == {"D07", "D11", "D22", "D23", "D24", "D28"}
    assert claims["point"].notna().all() and claims["said_by"].notna().all()
    assert len(claims) == 14


def test_one_statement_is_borne_out_and_two_are_contradicted() -> None:
    verdicts = institutions.verdicts().groupby("verdict")["claim"].agg(list)
    assert verdicts["supported"] == ["D07-002"]
    assert verdicts["contradicted"] == ["D11-001", "D11-003"]


# --- the chapter -----------------------------------------------------------------------------------------------------


def test_no_figure_that_a_table_has_is_typed_into_the_prose() -> None:
    values = cells()
    said = re.sub(r"\{eval\}`[^`]*`", "", prose())
    for number in ("121", "425", "544", "0.92", "0.43", "6.3", "53.2", "532", "1,500", "5,500"):
        assert not re.search(rf"(?<![\d.]){re.escape(number)}(?![\d])", said), number
    names = set(re.findall(r"\{eval\}`(\w+)`", prose()))
    code = "\n".join(text for cell, text in values.items())
    for name in names:
        assert re.search(rf"\b{name}\b[^\n]*=", code), name


def test_a_reader_guesses_at_least_three_times_before_a_chart() -> None:
    assert sum("predict." in text for text in cells().values()) >= 3


# --- self-checks -----------------------------------------------------------------------------------------------------


def says(exercise: str, given: Any) -> str:
    return check(exercise, given).text


def test_exercises_left_open_say_so() -> None:
    for exercise in ("2.P1", "2.P2", "2.A1"):
        assert "Not answered yet" in says(exercise, ...)


def test_the_three_shares_know_their_usual_slips() -> None:
    spent = institutions.spending("CSTO", 2024).set_index("country")["share"]["RUS"]
    right = [0.5, spent, institutions.most_of_2022()]
    assert "Right" in says("2.P1", right)
    assert "per cent" in says("2.P1", [50, 96, 82])
    rows = (
        load("military_spending")
        .query("bloc == 'CSTO' and year == 2024")
        .set_index("country")["share_of_gdp"]
    )
    assert "Multiply by" in says("2.P1", [0.5, rows["RUS"] / rows.sum(), right[2]])
    assert "lower total" in says("2.P1", [0.5, spent, (2030 - 450) / 2030])
    assert "number 1" in says("2.P1", [0.1, spent, right[2]])
    assert "Cannot be read" in says("2.P1", [0.5, 0.96])


def test_the_empty_office_knows_its_usual_slips() -> None:
    days = institutions.vacancies()["days"].tolist()
    assert "Right" in says("2.P2", days)
    assert "Right" in says("2.P2", institutions.vacancies()["days"])
    assert "One day short" in says("2.P2", [day - 1 for day in days])
    assert "order of time" in says("2.P2", days[::-1])
    assert "Not yet" in says("2.P2", [100, 400])


def test_whether_2010_is_stronger_than_1992_is_a_matter_of_weights() -> None:
    scores = institutions.bindings().loc[["cst-1992", "cst-2010"]]
    changed = scores.columns[scores.loc["cst-1992"] != scores.loc["cst-2010"]]
    assert sorted(changed) == ["request", "speed"]
    weights = institutions.weightings(1000)
    share = float((weights @ (scores.loc["cst-2010"] - scores.loc["cst-1992"])).gt(0).mean())
    assert 0.45 < share < 0.55
    assert "Right" in says("2.A1", share)
    assert "Turn it round" in says("2.A1", 1.0)
    assert "turn *speed* round" in says("2.A1", 0.0)
    assert "Not yet" in says("2.A1", 0.7)


def test_weights_sum_to_one_and_are_the_same_on_every_run() -> None:
    weights = institutions.weightings(5)
    assert weights.sum(axis=1).to_numpy() == pytest.approx([1] * 5)
    assert weights.equals(institutions.weightings(5))
    with pytest.raises(ValueError, match="number: 0 is not allowed"):
        institutions.weightings(0)


def test_a_treaty_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"no treaty 'nato-1950'; there are: cst-1992"):
        institutions.promises(["nato-1950"])


def test_the_lab_of_the_chapter_points_to_the_chapter() -> None:
    from csto.labs import lab

    assert lab("deciding").notebook == str(CHAPTER.relative_to(ROOT))
    assert 'lab("deciding")' in cells()["lab-deciding"]
