"""Coding on the page: lab 3a in a small book of its own, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Visit, until
from statsmodels.stats.inter_rater import cohens_kappa
from test_build import build_small, with_chapter
from test_pages import violations, widest

from csto import coding
from csto.labs.due import decide, scheme
from tools import serve

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("coding")]
SCHEME = scheme()
CASES = {case.id: case for case in SCHEME.cases}
FIRST, SECOND = list(CASES)[:2]
FORM = ".coding-form"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a book with one chapter, which shows the lab."""
    folder = tmp_path_factory.mktemp("coding")
    built = build_small(folder, *with_chapter("from csto import lab", 'lab("due")'))
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


def answer(page: Any, case: str, **changed: str) -> None:
    """Code an episode by clicking; what is not said is answered as published."""
    page.locator(".coding-choose select").select_option(case)
    for question, code in {**CASES[case].answers, **changed}.items():
        page.locator(f'{FORM} fieldset[data-question={question}] input[value="{code}"]').check()
    page.locator(".coding-judge").click()


def said(page: Any, words: str) -> None:
    """Wait until the page announces these words."""
    until(
        page,
        "words => document.querySelector('.coding-said[role=status]').textContent.includes(words)",
        arg=words,
    )


def downloaded(page: Any, name: str) -> str:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    return Path(waiting.value.path()).read_text(encoding="utf-8")


def load(page: Any, text: str, name: str = "answers.csv") -> None:
    page.locator(".coding-file").set_input_files(
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()}
    )


def stored(page: Any) -> dict[str, Any]:
    return page.evaluate("window.courseStore.get('coding:due:1', {})")


# --- coding ------------------------------------------------------------------------------------------------------------


def test_an_episode_is_coded_by_keyboard_and_stays_after_a_reload(reader: Any) -> None:
    visit = reader()
    page = visit.page
    page.locator(f"{FORM} input").first.focus()
    for question in SCHEME.questions:
        page.keyboard.press("Space")
        for _ in range(list(question.options).index(CASES[FIRST].answers[question.id])):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    verdict = page.locator(".coding-verdict")
    assert verdict.inner_text().startswith(f"By your answers: {decide(**CASES[FIRST].answers).verdict}.")
    assert verdict.evaluate("node => node === document.activeElement")
    said(page, "You and the published coding part on 0 of 5 questions.")
    page.reload()
    assert page.locator(".coding-verdict").is_visible() and not page.locator(FORM).is_visible()
    assert page.locator(".coding-count").inner_text() == "1 of 48 episodes coded."
    assert page.locator("option").first.inner_text().startswith("✓")
    visit.quiet()


def test_the_published_answers_are_hidden_until_the_reader_has_answered(reader: Any) -> None:
    page = reader().page
    note = CASES[FIRST].notes["Coding note"]
    assert CASES[FIRST].story in page.locator(".coding-case").inner_text()
    assert not page.get_by_text(note).first.is_visible()
    answer(page, FIRST)
    assert note in page.locator(".coding-result").inner_text()
    assert CASES[FIRST].notes["What came"] in page.locator(".coding-result").inner_text()


def test_an_unanswered_question_is_announced_and_focused(reader: Any) -> None:
    page = reader().page
    page.locator(f'{FORM} fieldset[data-question=text] input[value="1992"]').check()
    page.locator(".coding-judge").click()
    said(page, "Answer question 2 first: Attacker.")
    assert page.evaluate("document.activeElement.closest('fieldset').dataset.question") == "attacker"
    assert stored(page) == {}


def test_verdict_and_reason_are_those_of_python(reader: Any) -> None:
    page = reader().page
    draw = np.random.default_rng(4)
    for case in CASES:
        given = {one.id: str(draw.choice(list(one.options))) for one in SCHEME.questions}
        answer(page, case, **given)
        yours, ours = decide(**given), decide(**CASES[case].answers)
        words = page.locator(".coding-result").inner_text()
        assert f"By your answers: {yours.verdict}." in words and yours.why in words and yours.basis in words
        assert ours.why in words
        assert ("The published coding comes to the same" in words) == (yours.verdict == ours.verdict)


def test_an_episode_is_coded_again_from_nothing(reader: Any) -> None:
    page = reader().page
    answer(page, FIRST)
    page.get_by_role("button", name="Code this one again").click()
    assert page.locator(FORM).is_visible() and page.locator(f"{FORM} input:checked").count() == 0
    assert stored(page) == {}


def test_the_next_episode_is_a_button_away_and_the_last_is_followed_by_the_first(reader: Any) -> None:
    page = reader().page
    page.get_by_role("button", name="Next", exact=True).click()
    assert CASES[SECOND].story in page.locator(".coding-case").inner_text()
    page.get_by_role("button", name="Previous").click()
    page.get_by_role("button", name="Previous").click()
    assert CASES[list(CASES)[-1]].story in page.locator(".coding-case").inner_text()


# --- agreement ---------------------------------------------------------------------------------------------------------


def kappa(first: list[str], second: list[str]) -> float | None:
    codes = sorted({*first, *second})
    if len(codes) < 2:
        return None
    table = pd.crosstab(pd.Series(first), pd.Series(second)).reindex(index=codes, columns=codes, fill_value=0)
    return float(cohens_kappa(table.to_numpy(), return_results=False))


def test_kappa_on_the_page_is_that_of_statsmodels(reader: Any) -> None:
    page = reader().page
    draw = np.random.default_rng(1960)
    for size, codes in [(1, "ab"), (2, "ab"), (6, "ab"), (12, "abc"), (48, "abcd"), (5, "a"), (30, "abcdef")]:
        first, second = (draw.choice(list(codes), size).tolist() for _ in range(2))
        found = page.evaluate("([a, b]) => window.courseCoding.agreement(a, b)", [first, second])
        assert found["share"] == pytest.approx(np.mean(np.array(first) == np.array(second)))
        expected = kappa(first, second)
        assert found["kappa"] == (None if expected is None else pytest.approx(expected))


def test_the_tally_agrees_with_the_live_lab_on_the_downloaded_file(reader: Any) -> None:
    page = reader().page
    places = ["own", "disputed", "elsewhere", "unclear"]
    for number, case in enumerate(list(CASES)[:9]):
        answer(page, case, place=places[number % 4])
    answers = coding.parse(SCHEME, downloaded(page, "Download CSV"))
    rows = {row.get_attribute("data-field"): row for row in page.locator(".coding-tally tbody tr").all()}
    for row in SCHEME.agreement(answers).itertuples():
        shown = rows[row.field]
        assert (
            f"{row.same} of {row.n}" in shown.inner_text() and f"{100 * row.share:.0f}%" in shown.inner_text()
        )
        drawn = shown.get_attribute("data-kappa")
        assert (drawn == "") == pd.isna(row.kappa)
        assert drawn == "" or float(drawn) == pytest.approx(row.kappa)
    parts = SCHEME.differences(answers).query("field != 'verdict'")
    assert page.locator(".coding-parts summary").inner_text() == f"Where you part ({len(parts)})"
    page.locator(".coding-parts summary").click()
    assert page.locator(".coding-parts li").count() == len(parts) > 0
    page.locator(".coding-goto").first.click()
    assert page.locator(".coding-result").is_visible()


# --- files -------------------------------------------------------------------------------------------------------------

NOTES = ["", "plain", 'a comma, a "quotation"\nand a line', "=1+1", "'=already quoted", "5 < 7, Ереван"]


def written() -> pd.DataFrame:
    rows = [
        {"case": case, "note": note, **CASES[case].answers} for case, note in zip(CASES, NOTES, strict=False)
    ]
    return SCHEME.frame(rows)


@pytest.mark.parametrize(("ending", "write"), [("csv", coding.to_csv), ("json", coding.to_json)])
def test_a_file_goes_from_the_kernel_to_the_page_and_back(reader: Any, ending: str, write: Any) -> None:
    visit = reader()
    page = visit.page
    load(page, write(SCHEME, written()), f"answers.{ending}")
    said(page, f"{len(NOTES)} loaded from answers.{ending}")
    text = downloaded(page, f"Download {ending.upper()}")
    pd.testing.assert_frame_equal(coding.parse(SCHEME, text), written())
    visit.quiet()


def test_a_note_is_kept_as_plain_text(reader: Any) -> None:
    page = reader().page
    answer(page, FIRST)
    page.locator(".coding-note textarea").fill("a map would settle it, 5 < 7")
    page.locator(".coding-next").click()
    assert stored(page)[FIRST]["note"] == "a map would settle it, 5 < 7"
    page.get_by_role("button", name="Previous").click()
    page.locator(".coding-note textarea").fill("<img src=x onerror=alert(1)>")
    page.locator(".coding-note textarea").blur()
    said(page, "The note holds markup")
    assert stored(page)[FIRST]["note"] == "a map would settle it, 5 < 7"


def json_file(**change: Any) -> str:
    return json.dumps({**json.loads(coding.to_json(SCHEME, written())), **change})


def one(**change: Any) -> list[dict[str, Any]]:
    return [{"case": FIRST, **CASES[FIRST].answers, "note": "", **change}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "it begins like JSON and is none"),
        ("", "it lacks the column coding"),
        ("\x00\x01\x02", "it lacks the column coding"),
        (json_file(version=2), "it is of version “2” of this lab; allowed: version 1"),
        (json_file(coding="quiz"), "it is of another coding, “quiz”; allowed: due"),
        (json_file(answers="R09"), "its answers are not a list"),
        (json_file(answers=[]), "it holds no answers"),
        (json_file(answers=[None]), "there is no episode"),
        (json_file(answers=one(case="R36")), "there is no episode “R36”"),
        (json_file(answers=one() * 2), f"{FIRST} stands twice"),
        (json_file(answers=one(place="moon")), f"{FIRST}, place: “moon” is not allowed; allowed: own, disputed"),
        (json_file(answers=one(note="<script>window.pwned = 1</script>")), f"{FIRST}: the note holds markup"),
        (json_file(answers=one(note="<img src=x onerror='window.pwned = 1'>")), f"{FIRST}: the note holds markup"),
        (json_file(answers=one(note="x" * 501)), "the note is no text of up to 500 characters"),
        (json_file(answers=one(note=7)), "the note is no text of up to 500 characters"),
        (coding.to_csv(SCHEME, written()).replace("due,1,", "due,9,", 1), "it is of version “9”"),
        (coding.to_csv(SCHEME, written()) + "due,1\r\n", "has 2 fields; allowed: 10"),
        ("x" * 1_000_001, "the file is too large"),
    ],
    ids=range(18),
)  # fmt: skip
def test_a_bad_file_gets_a_clear_message_and_nothing_is_lost(reader: Any, text: str, message: str) -> None:
    visit = reader()
    page = visit.page
    answer(page, SECOND)
    before = stored(page)
    load(page, text)
    said(page, "Not loaded: ")
    assert message in page.locator(".coding-said").inner_text()
    assert "Your answers here are as they were." in page.locator(".coding-said").inner_text()
    assert stored(page) == before and page.evaluate("window.pwned") is None
    visit.quiet()


def test_loading_and_forgetting_can_be_undone(reader: Any) -> None:
    page = reader().page
    answer(page, FIRST, place="unclear")
    before = stored(page)
    load(page, coding.to_csv(SCHEME, written()))
    said(page, "loaded")
    assert stored(page)[FIRST]["place"] == CASES[FIRST].answers["place"] != "unclear"
    page.get_by_role("button", name="Undo").click()
    assert stored(page) == before
    page.get_by_role("button", name="Forget my answers to this lab").click()
    said(page, "Forgotten.")
    assert stored(page) == {}
    page.get_by_role("button", name="Undo").click()
    assert stored(page) == before


def test_what_is_no_answer_in_the_browsers_store_is_passed_over(reader: Any) -> None:
    visit = reader()
    page = visit.page
    page.evaluate(
        "([bad, good]) => window.courseStore.set('coding:due:1', {R09: bad, R28: good, R99: good, R32: 'x'})",
        [{"text": "<b>", "note": 7}, {**CASES["R28"].answers, "note": ""}],
    )
    page.reload()
    assert page.locator(".coding-count").inner_text() == "1 of 48 episodes coded."
    visit.quiet()


def test_when_storage_is_blocked_the_lab_still_works(visitor: Any, small: str) -> None:
    visit = visitor(home=small)
    visit.page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('blocked', 'SecurityError'); }});"
    )
    page = visit.open("chapters/01.html").page
    answer(page, FIRST)
    assert page.locator(".coding-count").inner_text() == "1 of 48 episodes coded."


# --- for everybody -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
def test_the_lab_is_accessible_and_fits_before_and_after_coding(reader: Any, theme: str, width: int) -> None:
    visit = reader(width=width, theme=theme)
    page = visit.page
    assert violations(page) == [] and widest(page) == []
    answer(page, FIRST, place="unclear")
    answer(page, SECOND)
    for summary in page.locator(".coding-parts summary, .coding-rule summary, .coding-sheet > summary").all():
        summary.click()
    assert violations(page) == [] and widest(page) == []
    visit.quiet()


def test_without_scripts_rule_and_worksheet_are_read_and_nothing_pretends_to_work(reader: Any) -> None:
    page = reader(width=360, scripts=False).page
    assert page.locator(".coding-rule table").is_visible()
    assert not page.locator(".coding-desk").is_visible()
    assert page.locator(".coding button:visible, .coding input:visible").count() == 0
    page.locator(".coding-sheet > summary").click()
    item = page.locator(".coding-sheet li[data-case]").first
    assert item.locator(".coding-story").is_visible()
    key = item.locator("details")
    assert not key.locator(".coding-notes").is_visible()
    key.locator("summary").click()
    assert key.locator(".coding-notes").is_visible()
    assert widest(page) == []


def test_printed_the_worksheet_has_room_for_answers_and_no_buttons(reader: Any) -> None:
    page = reader(theme="dark").page
    page.locator(".coding-sheet > summary").click()
    page.emulate_media(media="print")
    assert page.locator(".coding-blanks").first.is_visible()
    assert page.locator(".coding button:visible, .coding select:visible").count() == 0
    assert page.locator(f"{FORM} legend").first.is_visible()


def test_the_page_says_how_to_open_the_full_lab(reader: Any) -> None:
    page = reader().page
    assert "make lab, then chapters/03-failed-requests.ipynb" in page.locator(".chart-open").inner_text()
