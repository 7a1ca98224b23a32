"""Promises compared: the words are exact, what is missing is said, and two treaties stand side by side for everyone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT, Visit, until
from test_build import notebook

from csto import clauses, data
from csto.data import DataError, load
from csto.excerpts import LIMIT
from csto.fingerprints import FOLDER, borrowed, foreign_grams, read, words
from tools import serve
from tools.build import command

PASSAGES = load("clauses").fillna("").to_dict("records")
STANDINGS = ["read in full text", "read in excerpt", "reported"]
SCRIPTS = {"ru": r"[а-яё]", "hy": r"[ա-ֆ]", "sk": r"[áčéíľňôšťúýž]"}

every_passage = pytest.mark.parametrize("row", PASSAGES, ids=[row["clause"] for row in PASSAGES])


def answer(treaty: str, element: str) -> pd.Series:
    return clauses.matrix().query("treaty == @treaty and element == @element").iloc[0]


# --- the words -------------------------------------------------------------------------------------------------------


@every_passage
def test_every_passage_is_short_and_verbatim(row: dict[str, str]) -> None:
    assert len(words(row["text"])) <= LIMIT
    assert foreign_grams(row["text"], read(row["source_keys"].split(";")[0])) == []


@every_passage
def test_one_changed_letter_of_a_passage_is_noticed(row: dict[str, str]) -> None:
    word = max(words(row["text"]), key=len)
    forged = re.sub(re.escape(word), word[:-1] + "q", row["text"], count=1, flags=re.IGNORECASE)
    assert forged != row["text"]
    assert foreign_grams(forged, read(row["source_keys"].split(";")[0]))


@every_passage
def test_a_passage_is_in_the_language_that_it_names_and_a_foreign_one_is_translated(
    row: dict[str, str],
) -> None:
    foreign = row["language"] != "en"
    assert bool(row["translation"]) == bool(row["translator"]) == foreign
    pattern = SCRIPTS.get(row["language"], r"^[\x00-\x7f…’“”]+$")
    assert re.search(pattern, row["text"], flags=re.IGNORECASE)
    assert re.fullmatch(r"[\x00-\x7f…’“”]*", row["translation"])


def test_an_english_of_the_organisation_counts_as_a_translation_only_where_it_is_the_same_paragraph() -> None:
    own = load("clauses").set_index("clause").loc["cst-1992-trigger-ru"]
    assert foreign_grams(own["translation"], read("P-ODKB-25Y")) == []


def test_what_is_ours_in_the_tables_repeats_no_source() -> None:
    sources = [read(path.stem) for path in FOLDER.glob("*.txt")]
    ours = {
        "treaties": ["note"],
        "clauses": ["note"],
        "clause_codes": ["rule"],
        "clause_answers": ["answer", "note"],
        "clause_elements": ["question"],
    }
    for table, columns in ours.items():
        for text in load(table)[columns].fillna("").to_numpy().ravel():
            assert borrowed(text, sources) == [], table


# --- standing --------------------------------------------------------------------------------------------------------


def test_a_treaty_stands_as_well_as_the_best_copy_of_its_promise() -> None:
    table = load("clauses")
    for treaty, standing in load("treaties").set_index("treaty")["standing"].items():
        own = table[table["treaty"] == treaty]
        carrying = own[own["element"] == "duty"]
        carrying = own[own["element"] == "request"] if carrying.empty else carrying
        assert standing == min(carrying["standing"], key=STANDINGS.index), treaty


def test_the_second_paragraph_of_article_4_as_amended_is_known_from_reports_only() -> None:
    amended = load("clauses").query("treaty == 'cst-2010' and article == '4, second paragraph'")
    assert len(amended) >= 5
    assert set(amended["standing"]) == {"reported"}


def test_what_breaks_off_or_is_summed_up_is_not_called_full_text() -> None:
    table = load("clauses")
    partial = table["note"].fillna("").str.contains(
        "breaks off before|copy breaks off|A summary|A retelling"
    ) | table["version"].str.contains("quotes it|quoted in")
    assert partial.sum() >= 15
    assert "read in full text" not in set(table.loc[partial, "standing"])


# --- the subject -----------------------------------------------------------------------------------------------------


def test_the_amended_text_took_the_place_of_the_first_on_19_december_2012() -> None:
    days = load("treaties").set_index("treaty")
    day = pd.Timestamp("2012-12-19")
    assert days.loc["cst-1992", "out_of_force"] == day == days.loc["cst-2010", "in_force"]


def test_no_version_enters_into_force_before_it_is_signed_or_ends_before_it_begins() -> None:
    days = load("treaties")
    assert not (days["in_force"] < days["signed"]).any()
    assert not (days["out_of_force"] <= days["in_force"]).any()
    assert (days["signed"].dt.year == days["year"])[days["signed"].notna()].all()


def test_the_request_came_into_the_treaty_in_2010_and_stood_beside_it_since_2000() -> None:
    asked = clauses.matrix().query("element == 'request'").set_index("treaty")["code"]
    assert asked["cst-1992"] == "silent" and asked["cst-2010"] == asked["bishkek-2000"] == "yes"
    (text,) = clauses.passages("bishkek-2000", "request").query("language == 'ru'")["text"]
    assert "только по ее просьбе или с ее согласия" in text


def test_the_attacker_is_a_state_in_1992_and_unnamed_in_2010() -> None:
    before, after = (clauses.passages(one, "trigger") for one in clauses.PAIR)
    assert before["text"].str.contains("какого - либо государства или группы государств").all()
    assert len(after) == 2 and not after["text"].str.contains("any state|group of states").any()


def test_the_two_texts_of_the_treaty_differ_on_trigger_request_and_speed() -> None:
    compared = clauses.compare()["compared"]
    assert compared[compared == "different"].index.tolist() == ["Trigger", "Request", "Speed"]
    assert compared["Report"] == "not comparable"


def test_nato_leaves_the_measure_to_each_ally_and_the_western_union_did_not() -> None:
    assert answer("nato-1949", "duty")["code"] == "yes"
    assert answer("weu-1954", "duty")["code"] == "silent"
    assert (
        clauses.passages("nato-1949", "duty")["text"].str.contains("such action as it deems necessary").all()
    )


def test_the_treaty_of_tashkent_draws_no_area_and_the_north_atlantic_treaty_does() -> None:
    assert [answer(one, "place")["code"] for one in (*clauses.PAIR, "nato-1949")] == [
        "silent",
        "silent",
        "yes",
    ]


# --- the coding ------------------------------------------------------------------------------------------------------


def test_every_treaty_is_asked_every_question_once() -> None:
    table = clauses.matrix()
    assert len(table) == len(load("treaties")) * len(load("clause_elements")) == len(load("clause_answers"))
    assert not table[["sign", "words", "answer", "source_keys"]].isna().any().any()
    assert (table["answer"].str.len() > 3).all()


def test_every_code_has_a_rule_and_one_sign() -> None:
    rules = load("clause_codes")
    assert set(zip(rules["element"], rules["code"], strict=True)) >= set(
        zip(load("clause_answers")["element"], load("clause_answers")["code"], strict=True)
    )
    assert rules.groupby("code")["sign"].nunique().eq(1).all() and rules["sign"].nunique() == 4


def test_a_yes_rests_on_words_that_are_quoted() -> None:
    yes = clauses.matrix().query("code == 'yes'")
    assert yes[yes["text"] == ""]["label"].tolist() == []


def test_silence_and_what_was_not_read_are_said_in_words() -> None:
    table = clauses.matrix()
    silent = table[table["code"] == "silent"]
    assert silent["answer"].str.contains(r"says nothing of|no word", regex=True).all()
    unread = table[table["code"] == "not seen"]
    assert (
        unread["answer"].str.contains(r"\bnot\b|breaks off|no promise of help in the parts", regex=True).all()
    )


# --- asking ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clauses.passages("cst-1993"), r"no treaty 'cst-1993'; did you mean 'cst-1992'\? Allowed: cst-1992, .*eu-2007"),
        (lambda: clauses.passages("cst-1992", "requests"), r"no element 'requests'; did you mean 'request'\? Allowed: consult"),
        (lambda: clauses.compare("nato-1949", "natto"), r"no treaty 'natto'"),
        (lambda: clauses.compare("nato-1949", "nato-1949"), r"'nato-1949' twice; choose two different"),
        (lambda: clauses.explorer("zzz"), r"no treaty 'zzz' Allowed: cst-1992"),
        (lambda: clauses.chart(pick="zzz"), r"no treaty 'zzz' Allowed: cst-1992"),
    ],
)  # fmt: skip
def test_an_unknown_treaty_or_element_is_named_with_what_is_allowed(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_an_unknown_source_is_named_with_the_nearest() -> None:
    assert data.source("P-CST-ART4-RU")["url"].startswith("https://pavlodar.com")
    with pytest.raises(DataError, match=r"no source 'P-CST-ART4-RV'; near: P-CST-ART4-RU"):
        data.source("P-CST-ART4-RV")


# --- the chart -------------------------------------------------------------------------------------------------------


def test_the_matrix_tells_every_treaty_in_words_and_says_what_the_title_claims() -> None:
    spec = clauses.chart().to_dict()
    told = next(param["value"] for param in spec["params"] if param["name"] == "told")
    assert list(told) == clauses.treaties()["label"].tolist()
    assert "Request needed? Yes: at the request of the attacked member." in told["CST 2010"]
    promises = clauses.matrix().query("kind in @clauses.PROMISES and element == 'decide'")
    assert (promises["code"] == "yes").sum() <= len(promises) / 4, "“few” in the title"
    assert (
        f"Of the {len(promises)} that promise help, {(promises['code'] == 'yes').sum()} name who decides"
        in (spec["description"])
    )


# --- the explorer, as HTML -------------------------------------------------------------------------------------------


@pytest.fixture
def on_page(monkeypatch: pytest.MonkeyPatch) -> BeautifulSoup:
    monkeypatch.setenv("BOOK_BUILD", "1")
    return BeautifulSoup(clauses.explorer()._repr_html_(), "html.parser")


def test_every_passage_stands_once_with_its_language_and_standing(on_page: BeautifulSoup) -> None:
    shown = {box["data-clause"]: box for box in on_page.select(".side-passage")}
    assert len(on_page.select(".side-passage")) == len(shown) == len(PASSAGES)
    for row in PASSAGES:
        box = shown[row["clause"]]
        assert box.blockquote["lang"] == row["language"]
        assert box.blockquote.get_text() == row["text"]
        assert row["standing"] in box.select_one(".side-where").get_text()
        assert box.select_one(".side-where a")["href"].startswith("http")
        if row["translation"]:
            assert row["translation"] in box.select_one(".side-translation").get_text()


def test_every_treaty_answers_every_question_on_the_page(on_page: BeautifulSoup) -> None:
    cards = on_page.select("details.side-item")
    assert [card["data-item"] for card in cards] == clauses.treaties()["treaty"].tolist()
    assert [card["data-item"] for card in cards if card.has_attr("open")] == list(clauses.PAIR)
    for card in cards:
        assert [row["data-row"] for row in card.select("[data-row]")] == load("clause_elements")[
            "element"
        ].tolist()
        assert all(len(row.dd.get_text(strip=True)) > 5 for row in card.select("[data-row]"))
    request = on_page.select_one("[data-item=cst-1992] [data-row=request]")
    assert "says nothing of a request" in request.get_text()


def test_the_component_carries_no_id_no_style_and_no_script(on_page: BeautifulSoup) -> None:
    assert not on_page.select("[id], [style], style, script")
    assert not re.search(r"\son\w+=", str(on_page))


def test_live_the_two_given_treaties_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_BUILD", raising=False)
    live = BeautifulSoup(clauses.explorer("nato-1949", "warsaw-1955")._repr_html_(), "html.parser")
    assert not live.select("details")
    heads = [cell.get_text(" ") for cell in live.select("thead th")]
    assert heads[0].startswith("NATO 1949") and heads[1].startswith("Warsaw 1955")
    assert len(live.select("tbody tr")) == len(load("clause_elements"))
    shown = {box["data-clause"] for box in live.select(".side-passage")}
    assert shown == {row["clause"] for row in PASSAGES if row["treaty"] in ("nato-1949", "warsaw-1955")}


# --- the explorer, in a browser --------------------------------------------------------------------------------------

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a book of one chapter that shows the explorer twice and the matrix once."""
    folder = tmp_path_factory.mktemp("clauses")
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    config["bibtex_bibfiles"] = ["references.bib"]
    for name in ("book_data", "book_addresses"):  # a book without the course's tables and its published pages
        config["sphinx"]["config"].pop(name)
    mark = folder / config["html"]["favicon"]
    mark.parent.mkdir(parents=True)
    shutil.copy(ROOT / config["html"]["favicon"], mark)
    cells = [
        "from csto import clauses",
        "clauses.explorer()",
        'clauses.explorer("nato-1949", "warsaw-1955")',
        "clauses.chart()",
    ]
    for name, text in {
        "_config.yml": yaml.safe_dump(config),
        "_toc.yml": yaml.safe_dump({"format": "jb-book", "root": "index", "chapters": [{"file": "01"}]}),
        "references.bib": "@misc{one, title = {One}, year = {1992}}\n",
        "index.md": "# A book\n",
        "01.ipynb": notebook(*cells),
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("BOOK_")}
    built = subprocess.run(
        command(folder),
        cwd=folder,
        env={**environment, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
    )
    assert built.returncode == 0, built.stdout[-3000:]
    server, url = serve.start(Path(folder) / "_build" / "html")
    yield url
    server.shutdown()


@pytest.fixture
def reader(browser: Any, small_book: str) -> Iterator[Any]:
    """Return a function that opens the chapter for a reader: her width, theme, with or without scripts."""
    contexts = []

    def new(width: int = 1280, theme: str = "light", scripts: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=theme,
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visit(context.new_page(), small_book).open("01.html")

    yield new
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.xdist_group("clauses")
def test_two_menus_chosen_by_keyboard_set_two_treaties_side_by_side(reader: Any) -> None:
    visit = reader()
    box = visit.page.locator(".side-by-side").first
    first, second = box.get_by_label("First"), box.get_by_label("Second")
    said = box.locator("[role=status]")
    assert (first.input_value(), second.input_value()) == clauses.PAIR
    assert "Different on trigger, request and speed." in said.text_content()
    second.focus()
    visit.page.keyboard.type("NATO")
    assert second.input_value() == "nato-1949"
    assert said.text_content().startswith("CST 1992 beside NATO 1949. Different on")
    shown = box.locator(".side-stage")
    assert shown.locator("thead th .side-label").all_text_contents() == ["CST 1992", "NATO 1949"]
    assert shown.locator("[data-clause]").evaluate_all(
        "nodes => nodes.map(n => n.dataset.clause)"
    ).__len__() == sum(row["treaty"] in ("cst-1992", "nato-1949") for row in PASSAGES)
    assert shown.locator("[data-clause=cst-1992-trigger-ru] blockquote").get_attribute("lang") == "ru"
    row = shown.locator("tbody", has=visit.page.locator(".side-name", has_text="Request"))
    assert (
        row.locator("td")
        .all_text_contents()[0]
        .strip()
        .endswith("The Agreement of 2000 asks for one before troops are sent.")
    )
    visit.quiet()


@pytest.mark.browser
@pytest.mark.xdist_group("clauses")
def test_the_same_treaty_twice_moves_the_other_side_out_of_the_way(reader: Any) -> None:
    page = reader().page
    box = page.locator(".side-by-side").first
    box.get_by_label("First").select_option("cst-2010")
    assert box.get_by_label("Second").input_value() == "cst-1992"
    box.get_by_role("button", name="Swap the two").focus()
    page.keyboard.press("Enter")
    assert box.locator("thead .side-label").all_text_contents() == ["CST 1992", "CST 2010"]


@pytest.mark.browser
@pytest.mark.xdist_group("clauses")
def test_two_explorers_on_a_page_do_not_disturb_each_other(reader: Any) -> None:
    page = reader().page
    one, other = page.locator(".side-by-side").all()
    one.get_by_label("First").select_option("eu-2007")
    assert other.locator("thead .side-label").all_text_contents() == ["NATO 1949", "Warsaw 1955"]
    twice = page.evaluate(
        "() => { const all = [...document.querySelectorAll('[id]')].map(n => n.id); return all.length - new Set(all).size; }"
    )
    assert twice == 0


@pytest.mark.browser
@pytest.mark.xdist_group("clauses")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_explorer_is_accessible_and_fits(reader: Any, theme: str, width: int) -> None:
    page = reader(width=width, theme=theme).page
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    page.evaluate(AXE)
    found = page.evaluate(
        "rules => axe.run('.side-by-side', {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    assert [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in found["violations"]] == []
    cells = page.locator(".side-by-side").first.locator("tbody").first.locator("td")
    left, right = (cell.bounding_box() for cell in cells.all())
    if width == 320:
        assert right["y"] >= left["y"] + left["height"], "stacked"
    else:
        assert right["x"] >= left["x"] + left["width"] - 1 and right["y"] == left["y"], "side by side"


@pytest.mark.browser
@pytest.mark.xdist_group("clauses")
@pytest.mark.parametrize("width", [1280, 320])
def test_without_scripts_every_treaty_can_be_read(reader: Any, width: int) -> None:
    page = reader(width=width, scripts=False).page
    box = page.locator(".side-by-side").first
    assert box.locator("select, button").count() == 0
    closed = box.locator("details:not([open]) > summary")
    while closed.count():
        closed.first.click()
    assert box.locator("details").count() == len(load("treaties"))
    assert all(passage.is_visible() for passage in box.locator(".side-passage").all())


@pytest.mark.browser
@pytest.mark.xdist_group("clauses")
def test_printed_every_passage_is_on_paper_once(reader: Any) -> None:
    page = reader(theme="dark").page
    page.emulate_media(media="print")
    box = page.locator(".side-by-side").first
    shown = box.locator(".side-passage").evaluate_all(
        "nodes => nodes.filter(n => n.checkVisibility({contentVisibilityAuto: true}) && n.getBoundingClientRect().height > 10)"
        ".map(n => n.dataset.clause)"
    )
    assert sorted(shown) == sorted(row["clause"] for row in PASSAGES)
    assert not box.locator("select").first.is_visible()


@pytest.mark.browser
@pytest.mark.xdist_group("clauses")
def test_the_matrix_tells_another_treaty_when_its_menu_changes(reader: Any) -> None:
    visit = reader().wake()
    chart = visit.page.locator(".chart")
    said = chart.locator(".chart-said[role=status]")
    assert said.text_content().startswith("CST 2010.")
    chart.locator("select").select_option("Rio 1947")
    until(
        visit.page,
        "node => node.textContent.startsWith('Rio 1947. Consult on a threat?')",
        arg=said.element_handle(),
    )
