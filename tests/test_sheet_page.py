"""The sheet of probabilities on the page: lab 5a in a small book of its own, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import Visit, until
from test_build import build_small, with_chapter
from test_lab_score import BAD, file
from test_pages import violations, widest

from csto.labs.score import number, sheet
from csto.models import scoring as model
from csto.sheet import FILE
from tools import serve

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("sheet")]
SETTLED = [item for item in sheet().items if item.outcome is not None]
KEY = "sheet:futures:1"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a book with one chapter, which shows the lab."""
    folder = tmp_path_factory.mktemp("sheet")
    built = build_small(folder, *with_chapter("from csto.labs import lab", 'lab("score")'))
    assert built.returncode == 0, built.stdout[-3000:]
    (folder / "book/_build/html/favicon.ico").touch()  # the browser asks for one
    server, url = serve.start(folder / "book/_build/html")
    yield url
    server.shutdown()


@pytest.fixture
def reader(visitor: Any, small: str) -> Any:
    """Return a function that gives a reader at the lab's page."""

    def new(**more: Any) -> Visit:
        return visitor(home=small, **more).open("chapters/01.html")

    return new


def box(page: Any, item: str) -> Any:
    return page.locator(f'.sheet-item[data-item="{item}"]')


def answer(page: Any, **percents: int | str) -> None:
    for item, value in percents.items():
        field = box(page, item).locator(".sheet-number")
        field.fill(str(value))
        field.press("Tab")


def said(page: Any, words: str) -> None:
    """Wait until the page announces these words."""
    until(
        page,
        "words => document.querySelector('.sheet-said[role=status]').textContent.includes(words)",
        arg=words,
    )


def load(page: Any, text: str, name: str = "sheet.json") -> None:
    page.locator(".course-load input").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": text.encode()}
    )


def stored(page: Any) -> dict[str, Any]:
    return page.evaluate(f"window.courseStore.get('{KEY}', null)")


def answers(page: Any) -> dict[str, int]:
    return (stored(page) or {}).get("answers", {})


# --- answering ----------------------------------------------------------------------------------------------------


def test_answers_are_given_by_keyboard_and_stay_after_a_reload(reader: Any) -> None:
    visit = reader()
    page = visit.page
    box(page, "F01").locator(".sheet-number").focus()
    page.keyboard.type("70")
    page.keyboard.press("Tab")
    slider = box(page, "F01").locator(".sheet-range")
    assert slider.evaluate("node => node === document.activeElement") and slider.input_value() == "70"
    page.keyboard.press("ArrowRight")
    assert box(page, "F01").locator(".sheet-number").input_value() == "71"
    assert slider.get_attribute("aria-valuetext") == "71 per cent"
    page.reload()
    assert box(page, "F01").locator(".sheet-number").input_value() == "71"
    assert box(page, "F02").locator(".sheet-number").input_value() == ""
    assert box(page, "F02").locator(".sheet-range").get_attribute("aria-valuetext") == "no answer yet"
    assert page.locator(".sheet-count").inner_text().startswith("1 of 14 settled questions and 0 of 8 open")
    visit.quiet()


def test_a_number_that_is_none_is_refused_and_the_old_one_stays(reader: Any) -> None:
    page = reader().page
    answer(page, F01=40)
    for value in ("101", "-1", "0.5"):
        answer(page, F01=value)
        said(page, f"“{value}” is not allowed; allowed: whole per cents from 0 to 100, or nothing.")
        assert box(page, "F01").locator(".sheet-number").input_value() == "40"
        assert answers(page) == {"F01": 40}


def test_an_answer_can_be_taken_back(reader: Any) -> None:
    page = reader().page
    answer(page, F01=40, F02=50)
    answer(page, F01="")
    assert answers(page) == {"F02": 50}


def test_outcomes_stay_hidden_until_the_sheet_is_scored(reader: Any) -> None:
    page = reader().page
    told = sheet().items[0].told.split(" Source:")[0]
    assert not page.get_by_text(told).first.is_visible()
    page.locator(".sheet-score").click()
    said(page, "Give a number to at least one of the settled questions first.")
    assert stored(page) is None and not page.get_by_text(told).first.is_visible()
    answer(page, F01=40)
    page.locator(".sheet-score").focus()
    page.keyboard.press("Enter")
    assert box(page, "F01").locator(".sheet-came").inner_text().startswith(f"Yes. {told}")
    assert box(page, "F01").locator(".sheet-came").inner_text().endswith("You said 40%: 0.360.")
    assert box(page, "F02").locator(".sheet-came").inner_text().endswith("You gave no number.")
    assert page.evaluate("document.activeElement.className") == "sheet-sentence"


def test_after_scoring_the_settled_stand_and_the_open_may_move(reader: Any) -> None:
    page = reader().page
    answer(page, F01=40, G01=50)
    page.locator(".sheet-score").click()
    assert box(page, "F01").locator(".sheet-number").get_attribute("readonly") is not None
    assert box(page, "F01").locator(".sheet-range").is_disabled()
    answer(page, G01=60)
    page.reload()
    assert answers(page) == {"F01": 40, "G01": 60}
    assert page.locator(".sheet-sentence").is_visible() and not page.locator(".sheet-score").is_visible()


# --- the score ----------------------------------------------------------------------------------------------------


def test_the_pages_arithmetic_is_the_models(reader: Any) -> None:
    page = reader().page
    for seed, n in enumerate((1, 2, 14, 60, 200)):
        pick = np.random.default_rng(seed)
        p, o = (pick.integers(0, 101, n) / 100).tolist(), pick.integers(0, 2, n).tolist()
        found = page.evaluate(
            "([p, o, edges]) => ({parts: courseScoring.decompose(p, o, edges), bins: courseScoring.calibration(p, o, edges),"
            " skill: courseScoring.skill(courseScoring.brier(p, o), 0.25)})",
            [p, o, list(model.EDGES)],
        )
        parts = model.decompose(p, o)
        assert found["parts"] == pytest.approx(parts._asdict(), abs=1e-12)
        assert found["skill"] == pytest.approx(model.skill(parts.brier, 0.25))
        table = model.calibration(p, o).to_dict("records")
        assert len(found["bins"]) == len(table)
        for ours, theirs in zip(found["bins"], table, strict=True):
            assert ours == pytest.approx(theirs, abs=1e-9)
    assert page.evaluate("courseScoring.skill(0.1, 0)") is None


def test_every_per_cent_falls_in_the_bin_of_the_model(reader: Any) -> None:
    page = reader().page
    shares = [value / 100 for value in range(101)]
    found = page.evaluate(
        "([p, edges]) => p.map(v => courseScoring.calibration([v], [1], edges)[0].low)",
        [shares, list(model.EDGES)],
    )
    assert found == [model.EDGES[k] for k in model.bins(shares)]


def test_what_the_page_shows_is_what_the_model_says(reader: Any) -> None:
    page = reader().page
    pick = np.random.default_rng(9)
    given = {item.id: int(pick.integers(0, 101)) for item in SETTLED}
    answer(page, **given)
    page.locator(".sheet-score").click()
    forecasts, outcomes = [given[i.id] / 100 for i in SETTLED], [i.outcome for i in SETTLED]
    parts = model.decompose(forecasts, outcomes)
    assert f"your Brier score is {number(parts.brier)}" in page.locator(".sheet-sentence").inner_text()
    rows = {
        row.locator("th").inner_text(): row.locator("td").all_inner_texts()
        for row in page.locator(".sheet-result tbody tr").all()
    }
    for name, value in (
        ("Reliability", parts.reliability),
        ("less resolution", parts.resolution),
        ("plus uncertainty", parts.uncertainty),
        ("plus spread inside bins", parts.variance - parts.covariance),
        ("Brier score", parts.brier),
    ):
        assert rows[name][0] == number(value)
    assert rows["Always 50%"] == [
        "14", "0.250", number(parts.brier), number(model.skill(parts.brier, 0.25)),
    ]  # fmt: skip
    assert rows["The base rates, where a question has one"][0] == "3"
    table = model.calibration(forecasts, outcomes)
    drawn = page.locator(".sheet-calibration svg")
    assert drawn.locator(".sheet-point").count() == len(table)
    assert drawn.get_attribute("aria-label").count("came true") == len(table)
    assert sum(texts[2] in {f"{r.yes} of {r.n}" for r in table.itertuples()} for texts in rows.values() if len(texts) == 4) >= len(table)  # fmt: skip


# --- files --------------------------------------------------------------------------------------------------------


def test_a_downloaded_sheet_is_read_by_python_and_by_another_browser(reader: Any) -> None:
    page = reader().page
    answer(page, G01=50, F01=35)
    page.locator(".sheet-code input").fill("Ada, 3b")
    page.locator(".sheet-code input").press("Tab")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download my sheet").click()
    assert waiting.value.suggested_filename == "futures-Ada-3b.json"
    said(page, "2 numbers saved as futures-Ada-3b.json.")
    text = Path(waiting.value.path()).read_text(encoding="utf-8")
    filled = sheet().parse(text)
    assert (dict(filled.answers), filled.code, filled.scored) == ({"F01": 35, "G01": 50}, "Ada, 3b", None)
    assert text == sheet().dump(filled)
    other = reader().page
    load(other, text)
    said(other, "2 numbers loaded from sheet.json.")
    assert answers(other) == {"F01": 35, "G01": 50}
    assert other.locator(".sheet-code input").input_value() == "Ada, 3b"


def test_a_bad_file_is_refused_in_pythons_words_and_nothing_is_lost(reader: Any) -> None:
    visit = reader()
    page = visit.page
    answer(page, F02=40, G03=15)
    before = stored(page)
    for number_, case in enumerate(BAD):
        text, why = case.values
        load(page, text, f"bad-{number_}.json")
        said(page, f"Not loaded: bad-{number_}.json: {why}. Your sheet is as it was.")
        assert stored(page) == before, case.id
    assert box(page, "F02").locator(".sheet-number").input_value() == "40"
    assert page.locator(".sheet script, .sheet img").count() == 0
    visit.quiet()


def test_a_file_that_is_too_large_is_not_even_read(reader: Any) -> None:
    page = reader().page
    answer(page, F02=40)
    load(page, file() + " " * FILE, "large.json")
    said(page, f"allowed: up to {FILE}. Your sheet is as it was.")
    assert answers(page) == {"F02": 40}


def test_loading_and_starting_again_can_be_undone(reader: Any) -> None:
    page = reader().page
    answer(page, F02=40)
    load(page, file())
    said(page, "2 numbers loaded")
    assert answers(page) == {"F01": 35, "G01": 50}
    page.get_by_role("button", name="Undo").click()
    assert answers(page) == {"F02": 40}
    page.get_by_role("button", name="Start again").click()
    said(page, "The sheet is empty.")
    assert answers(page) == {} and box(page, "F02").locator(".sheet-number").input_value() == ""
    page.get_by_role("button", name="Undo").click()
    assert answers(page) == {"F02": 40}


def test_a_loaded_sheet_can_be_undone_after_a_reload_as_well(reader: Any) -> None:
    page = reader().page
    answer(page, F02=40)
    load(page, file())
    said(page, "2 numbers loaded")
    page.reload()
    page.get_by_role("button", name="Undo").click()
    assert answers(page) == {"F02": 40}


def test_a_name_with_markup_is_not_kept_and_text_is_shown_as_text(reader: Any) -> None:
    page = reader().page
    answer(page, F01=10)
    name = page.locator(".sheet-code input")
    name.fill("<img src=x onerror=alert(1)>")
    name.press("Tab")
    said(page, "The name holds markup")
    assert name.input_value() == "" and stored(page)["code"] == ""


@pytest.mark.parametrize(
    ("kept", "good"),
    [
        ({"answers": {"F01": 35, "F99": 5, "F02": 900}, "code": "<b>", "scored": 7}, {"F01": 35}),
        ({"answers": None}, {}),
        ("nonsense", {}),
    ],
)
def test_what_the_browser_kept_is_checked_and_its_good_part_stays(reader: Any, kept: Any, good: Any) -> None:
    visit = reader()
    page = visit.page
    page.evaluate(f"kept => localStorage.setItem('course:{KEY}', JSON.stringify(kept))", kept)
    page.reload()
    shown = {item.id: box(page, item.id).locator(".sheet-number").input_value() for item in sheet().items}
    assert {name: int(value) for name, value in shown.items() if value} == good
    visit.quiet()


def test_forgetting_all_answers_of_the_course_empties_the_sheet(reader: Any) -> None:
    page = reader().page
    answer(page, F01=10)
    page.evaluate("window.courseStore.remove('')")
    assert box(page, "F01").locator(".sheet-number").input_value() == ""
    assert stored(page) is None


# --- for everybody ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("light", 320), ("dark", 1280), ("dark", 320)])
def test_the_sheet_is_accessible_before_and_after_scoring(reader: Any, theme: str, width: int) -> None:
    visit = reader(theme=theme, width=width)
    page = visit.page
    assert not (found := violations(page)), "\n".join(found)
    answer(page, **{item.id: 10 + 5 * place for place, item in enumerate(sheet().items) if place < 17})
    page.locator(".sheet-score").click()
    assert not (found := violations(page)), "\n".join(found)
    assert widest(page) == []
    visit.quiet()


def test_without_javascript_it_is_a_worksheet_with_answers_in_folds(reader: Any) -> None:
    page = reader(scripts=False, width=360).page
    assert page.locator(".sheet-plain").is_visible() and not page.locator(".sheet-desk").is_visible()
    for item in sheet().items:
        assert box(page, item.id).locator(".sheet-number").is_visible()
        assert not box(page, item.id).locator(".sheet-range").is_visible()
    fold = box(page, "F01").locator("details")
    fold.locator("summary").click()
    assert fold.locator("p").is_visible()


def test_printed_it_shows_questions_and_no_answers(reader: Any) -> None:
    page = reader().page
    page.emulate_media(media="print")
    assert box(page, "F01").locator(".sheet-number").is_visible()
    assert not page.locator(".sheet-range").first.is_visible()
    assert (
        not page.locator(".sheet-score").is_visible() and not page.locator(".sheet-answer").first.is_visible()
    )


def test_nothing_on_the_sheet_needs_script_in_the_page(small: str, reader: Any) -> None:
    """The page works under a policy that allows no inline script and no eval."""
    visit = reader()
    page = visit.page
    page.route(
        "**/chapters/01.html",
        lambda route: route.fulfill(
            response=(answered := route.fetch()),
            headers={**answered.headers, "content-security-policy": "script-src 'self'; object-src 'none'"},
        ),
    )
    page.goto(small + "chapters/01.html")
    answer(page, F01=40)
    page.locator(".sheet-score").click()
    assert page.locator(".sheet-sentence").is_visible()
    assert json.loads(page.evaluate(f"localStorage.getItem('course:{KEY}')"))["answers"] == {"F01": 40}
