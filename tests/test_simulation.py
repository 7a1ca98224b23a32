"""The simulation: its minutes add up, its seats fit, its briefs stay out of the book, and each sheet holds its own role."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from csto import simulation as sim
from csto.data import load, source_keys
from tools import browser
from tools import simulation as pack
from tools.simulation import Settings

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = [
    Settings(variant, size, minutes, cohort)
    for variant in sim.VARIANTS
    for size, minutes, cohort in ((7, 50, ""), (11, 75, "autumn"), (24, 150, "spring"), (40, 75, ""))
]


def plain(text: str) -> str:
    return " ".join(re.sub(r"[*|#]", " ", text).split()).lower()


def sealed_sentences(variant: str) -> dict[str, list[str]]:
    """Return, by role, every sentence that only its sheet may hold: both secrets, aims, red line, room to move."""
    names = sim.Names(variant)
    return {
        role["id"]: [
            plain(names.fill(text))
            for text in (
                *(fact["text"] for fact in role["knows"]),
                *(aim for aim in role["ranked"] if len(aim) > 25),
                role["red"],
                role["room"],
            )
        ]
        for role in pack.briefs()["roles"]
        if role["id"] != "cha"
    }


# --- minutes and seats ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("minutes", [50, 75, 150])
def test_the_steps_fill_the_meeting_and_hold_what_is_put_into_them(minutes: int) -> None:
    plan = sim.timing(minutes)
    steps = plan["steps"]
    assert sum(steps.values()) == minutes
    assert set(steps) <= set(sim.public()["steps"])
    assert sim.speeches(minutes) <= 60 * steps["opening"]
    for part, texts in plan["texts"].items():
        assert texts * sim.reading(minutes) <= 60 * steps[part], part
    assert steps["debrief"] >= minutes / 6, "the debrief is never the part that is cut"
    assert sum(sim._shared(minutes)) == steps["debrief"]


@pytest.mark.parametrize("minutes", [50, 75, 150])
def test_the_work_before_takes_the_minutes_that_it_says(minutes: int) -> None:
    times = [int(time) for time in re.findall(r"\((\d+) minutes\)", sim.tasks(minutes))]
    assert sum(times) == sim.timing(minutes)["before"]


def test_only_the_long_form_has_a_break_and_the_mission_can_be_there_on_its_day() -> None:
    assert [plan["minutes"] for plan in sim.public()["timings"] if "break" in plan["steps"]] == [150]
    clock = next(rule for rule in sim.public()["rules"] if rule["name"] == "The clock")["text"]
    first, news = (int(day) for day in re.findall(r"(?:First council|News): Day (\d)", clock))
    assert 24 * (news - first) >= 72, "the Joint Staff needs 72 hours"


@pytest.mark.parametrize("size", range(7, 80))
def test_every_learner_has_a_seat_and_every_member_a_delegation(size: int) -> None:
    tables = sim.seats(size)
    assert sum(sum(one.values()) for one in tables) == size
    for one in tables:
        assert set(sim.FIRST[:7]) <= set(one)
        assert sum(one.values()) <= 24
        assert one.get("cha", 0) <= 1
    assert max(sum(one.values()) for one in tables) - min(sum(one.values()) for one in tables) <= 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sim.seats(6), r"size: 6 .*7 learners or more"),
        (lambda: sim.timing(60), r"minutes: 60 .*50, 75, 150"),
        (lambda: sim.Names("made up"), r"variant: 'made up' .*real, fictional"),
        (lambda: sim.Names().fill("{uzb} objects"), r"no name 'uzb'; allowed: org"),
    ],
)
def test_a_wrong_setting_says_what_is_allowed(call: Any, message: str) -> None:
    with pytest.raises(sim.SimulationError, match=message):
        call()


# --- the sheets ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chosen", SETTINGS, ids=lambda chosen: chosen.name)
def test_a_sealed_sheet_holds_its_own_role_and_nothing_of_another(chosen: Settings) -> None:
    secrets, names = sealed_sentences(chosen.variant), sim.Names(chosen.variant)
    sheets = {sheet.title: plain(sheet.text) for sheet in pack.sheets(chosen) if "sealed" in sheet.path}
    roles = {role["id"]: role for role in pack.briefs()["roles"]}
    assert len(sheets) >= 8
    for title, text in sheets.items():
        (own,) = (key for key, role in roles.items() if names.fill(role["name"]) == title)
        for key, sentences in secrets.items():
            if key != own:
                assert not [one for one in sentences if one in text], f"{title} holds what {key} is told"
        assert plain(names.fill(roles[own]["red"])) in text
        if own != "pre":
            assert plain(names.fill(pack.secret(roles[own], chosen.cohort)["text"])) in text


@pytest.mark.parametrize("chosen", SETTINGS, ids=lambda chosen: chosen.name)
def test_what_all_may_read_holds_no_secret(chosen: Settings) -> None:
    secrets = [one for sentences in sealed_sentences(chosen.variant).values() for one in sentences]
    for sheet in pack.sheets(chosen):
        if sheet.path.startswith(("1-for-all", "3-chair")):
            assert not [one for one in secrets if one in plain(sheet.text)], sheet.path


def test_of_two_secrets_a_role_has_one_and_the_word_draws_which() -> None:
    roles = [role for role in pack.briefs()["roles"] if len(role["knows"]) > 1]
    assert len(roles) >= 9
    words = [f"cohort {n}" for n in range(40)]
    for role in roles:
        assert {pack.secret(role, word)["text"] for word in words} == {one["text"] for one in role["knows"]}
        assert pack.secret(role, "") == role["knows"][0]
        assert pack.secret(role, "autumn") == pack.secret(role, "autumn")


@pytest.mark.parametrize("cohort", ["", "a", "b", "c"])
def test_one_leak_is_true_whatever_secret_was_drawn(cohort: str) -> None:
    chosen = Settings(size=14, cohort=cohort)
    tarvand = next(role for role in pack.briefs()["roles"] if role["id"] == "tar")
    press = next(sheet.text for sheet in pack.sheets(chosen) if sheet.title == "Press")
    true = sim.Names().fill(pack.secret(tarvand, cohort)["leak"])
    other = [sim.Names().fill(one["leak"]) for one in tarvand["knows"]]
    other.remove(true)
    assert true in press and other[0] not in press and "reservists" in press


def test_the_fictional_pack_names_no_real_state_and_no_real_organisation() -> None:
    countries = [
        *load("countries")["name"],
        *("CSTO", "NATO", "Moscow", "Kremlin", "Nagorno", "Soviet", "Osh"),
    ]
    adjectives = ["Russian", "Kazakh", "Belarus", "Armenian", "Kyrgyz", "Tajik", "Azerbaijan", "Ukrain"]
    for chosen in [one for one in SETTINGS if one.variant == "fictional"]:
        for sheet in pack.sheets(chosen):
            if sheet.path == "4-instructor/items-key":
                continue  # the feedback on the items is about the record, and is given after the debrief
            found = [name for name in countries + adjectives if re.search(rf"\b{name}", sheet.text)]
            assert not found, f"{sheet.path}: {found}"


def test_no_invented_name_is_that_of_a_state_in_the_tables() -> None:
    real = set(load("countries")["name"])
    assert len(set(sim.Names("fictional").all.values())) == len(sim.Names("fictional").all)
    for code, name in sim.public()["names"]["fictional"].items():
        assert name not in real, code
    for code in ("tar", "ves"):
        assert sim.Names().all[code] not in real


def test_an_interest_of_a_real_member_rests_on_sources_and_an_invented_one_on_none() -> None:
    for role in pack.briefs()["roles"]:
        assert bool(role["record"]) is (role["id"] not in ("tar", "ves", "cha", "pre")), role["id"]
        for fact in role["record"]:
            assert fact["keys"] and set(fact["keys"]) <= source_keys()


def test_the_key_leaves_the_house_with_the_instructor_only() -> None:
    feedback = [option.feedback for one in sim.items() for option in one.options]
    for sheet in pack.sheets(Settings()):
        inside = [one for one in feedback if plain(one) in plain(sheet.text)]
        assert len(inside) == (24 if sheet.path == "4-instructor/items-key" else 0), sheet.path


def test_the_items_cover_the_aims_and_their_right_answer_is_not_the_longest() -> None:
    items = sim.items()
    assert len(items) == 6 and {one.objective for one in items} == {1, 2, 3}
    longest = [max(one.options, key=lambda option: len(option.text)).right for one in items]
    assert sum(longest) <= 3
    assert len({[option.right for option in one.options].index(True) for one in items}) >= 3


def test_the_points_of_the_rubric_add_up_and_winning_is_not_marked() -> None:
    rubric = sim.public()["rubric"]
    assert sum(one["points"] for one in rubric["criteria"]) == rubric["points"] == 100
    for one in rubric["criteria"]:
        points = [level["points"] for level in one["levels"]]
        assert points == sorted(set(points), reverse=True) and points[0] == one["points"] and points[-1] == 0
    assert not re.search(r"\b(won|win|wins|victory|gain)\b", sim.rubric())


# --- files -----------------------------------------------------------------------------------------------------------


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_same_settings_give_the_same_archive_and_git_does_not_see_it(tmp_path: Path) -> None:
    chosen = Settings(size=9, minutes=50, cohort="autumn")
    made = [pack.write(chosen, tmp_path / name, paper=False).with_suffix(".zip") for name in "ab"]
    assert digest(made[0]) == digest(made[1])
    assert "autumn" not in made[0].name
    assert pack.OUT.is_relative_to(ROOT / "_build")
    assert "_build/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_a_sheet_stands_alone_as_a_page_and_as_text(tmp_path: Path) -> None:
    folder = pack.write(Settings(size=24, minutes=150), tmp_path, paper=False)
    for html in folder.rglob("*.html"):
        page = html.read_text(encoding="utf-8")
        assert '<html lang="en">' in page and "<title>" in page and "<main>" in page
        assert not re.search(
            r"<script|<link|https?://|\bsrc=|\son\w+=", page.replace("http://www.w3.org", "")
        )
        assert html.with_suffix(".txt").stat().st_size > 20
    assert len(list(folder.rglob("*.html"))) == len(pack.sheets(Settings(size=24, minutes=150)))


@pytest.mark.book
def test_a_sealed_sheet_is_one_sheet_of_paper_and_the_same_each_time(tmp_path: Path) -> None:
    if browser.find() is None:
        pytest.fail(browser.HELP)
    chosen = Settings(size=24, minutes=150)
    for name in "ab":
        for sheet in pack.sheets(chosen):
            if sheet.title in ("Russia", "Tarvand"):
                path = tmp_path / name / f"{sheet.title}.html"
                path.parent.mkdir(exist_ok=True)
                path.write_text(pack.page(sheet, chosen), encoding="utf-8")
                # The same folder both times: a PDF may carry the address of its page.
                still = tmp_path / path.name
                shutil.copy(path, still)
                pack._print(still)
                still.with_suffix(".pdf").rename(path.with_suffix(".pdf"))
    for title in ("Russia", "Tarvand"):
        first, second = (tmp_path / name / f"{title}.pdf" for name in "ab")
        assert digest(first) == digest(second)
        assert len(re.findall(rb"/Type /Page\b", first.read_bytes())) == 1
        assert b"19800101" in first.read_bytes()


@pytest.mark.book
def test_no_brief_news_or_key_is_in_the_built_book(site: Path) -> None:
    sealed = pack.briefs()
    names = sim.Names("real")
    secrets = [one for sentences in sealed_sentences("real").values() for one in sentences]
    secrets += [plain(names.fill(card["text"])) for card in sealed["news"]]
    secrets += [plain(names.fill(card["watch"])) for card in sealed["news"]]
    secrets += [
        plain(names.fill(fact["leak"]))
        for role in sealed["roles"]
        for fact in role["knows"]
        if "leak" in fact
    ]
    secrets += [plain(names.fill(sealed["leaks"]["untrue"])), plain(names.fill(sealed["solution"]))]
    secrets += [plain(option.feedback) for one in sim.items() for option in one.options]
    files = [
        path for path in site.rglob("*") if path.suffix in (".html", ".js", ".md", ".txt", ".json", ".ipynb")
    ]
    assert any(path.name == "scenario.html" for path in files)
    for path in files:
        text = plain(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8", errors="replace")))
        assert not [one for one in secrets if one in text], path
    assert not [path for path in site.rglob("*.yml")]
