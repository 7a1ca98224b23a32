"""The council tool: its log as files, the live tool, and the page against the model in a real browser."""

from __future__ import annotations

import json
import random
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from conftest import until
from test_pages import AXE
from test_pages import RULES as AXE_RULES

from csto.council import BASES, STEPS, Log, Motion, Objection
from csto.labs.council import Desk, table
from csto.models import council as model
from csto.models.council import POSITIONS, RULES, CouncilError

PAGE = "teaching/simulation/council.html"
MEMBERS = list(table().members["real"])


def motion(seed: int) -> Motion:
    """Return a text with every field drawn at random, odd characters among them."""
    draw = random.Random(seed)
    positions = {member: draw.choice(list(POSITIONS)) for member in MEMBERS}
    odd = [
        "",
        "plain",
        'quotes " and, commas',
        "=1+1",
        "a | b",
        "two\nlines  and   spaces",
        "Schüsse – “Ilmen”",
    ]
    return Motion(
        draw.choice((1, 2, 3)),
        draw.choice(list(STEPS)),
        draw.choice(BASES),
        draw.choice(odd).replace("\n", " "),
        draw.choice(odd),
        draw.choice(list(RULES)),
        positions,
        {m: Objection(draw.choice(odd), draw.choice(odd)) for m, p in positions.items() if p == "objects"},
    )


LOG = Log("real", tuple(motion(seed) for seed in range(40)))

# --- files ----------------------------------------------------------------------------------------------------------


def test_a_log_comes_back_from_its_file_as_it_went() -> None:
    assert table().parse(table().to_json(LOG)) == LOG


def spoilt(**changes: Any) -> str:
    content = json.loads(table().to_json(Log("real", (motion(1),))))
    for where, value in changes.items():
        if where in content:
            content[where] = value
        else:
            content["motions"][0][where] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no", "it is no JSON"),
        ("[]", "it is no log of this council"),
        (spoilt(council="other"), "it is no log of this council"),
        (spoilt(version=2), "of version 2; allowed: version 1"),
        (spoilt(names="made up"), "names: 'made up' .*real, fictional"),
        (spoilt(rule="veto"), "text 1, rule: 'veto' .*handled, present"),
        (spoilt(step="T9"), "text 1, step: 'T9' .*F, T0, T1"),
        (spoilt(round=True), "text 1, round: True"),
        (spoilt(positions={"Russia": "silent"}), "text 1, positions: not of all members"),
        (spoilt(positions=dict.fromkeys(MEMBERS, "yes")), "text 1, Armenia: 'yes'"),
        (
            spoilt(objections={"Russia": {"words": "", "offered": ""}}),
            "text 1, objections: not of those that object",
        ),
        (spoilt(text="<b>"), "text 1: '<b>' holds markup"),
        (spoilt(text="a" * 1001), "text of up to 1000"),
        (spoilt(title=None), "text 1: 'None' is not allowed"),
        (spoilt(motions=[{}]), "motions: a text lacks a field"),
    ],
)
def test_a_wrong_log_is_refused_with_the_place_and_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(CouncilError, match=message):
        table().parse(text)


def test_the_printed_log_says_who_objected_to_what_and_what_other_rules_would_have_made_of_it() -> None:
    positions = dict.fromkeys(MEMBERS, "consents") | {"Kazakhstan": "objects", "Belarus": "objects"}
    said = {"Belarus": Objection(), "Kazakhstan": Objection("on its territory", "against its soldiers")}
    told = table().to_markdown(
        Log("real", (Motion(1, "F", "Article 4", "Finding", "An attack.", "handled", positions, said),))
    )
    assert "| Kazakhstan | objects | on its territory | against its soldiers |" in told
    assert "| Belarus | objects | in principle |  |" in told
    assert "**Not adopted.** A member objects" in told
    assert "| Majority of those who vote | adopted |" in told


# --- the live tool ---------------------------------------------------------------------------------------------------


def test_the_live_tool_judges_enters_saves_and_reads_in_again(tmp_path: Path) -> None:
    desk = Desk()
    assert desk.said.text.startswith("Not adopted. Nobody speaks for the text")
    desk.positions[6].value = "consents"
    assert desk.said.text.startswith("Adopted.")
    desk.step.value = "T1"
    assert desk.said.text.startswith("Adopted."), "Tarvand sits last and has consented"
    desk.positions[6].value, desk.positions[4].value = "silent", "consents"
    assert "has not consented" in desk.said.text
    desk.positions[0].value = "objects"
    desk.words[0].value = "disputed"
    desk.enter()
    assert desk.log.motions[0].objections == {"Armenia": Objection("disputed", "")}
    assert not desk.results["adopted"].any() and desk.positions[0].value == "silent"
    for ending in ("json", "csv", "md"):
        desk.save(tmp_path / f"log.{ending}")
    other = Desk()
    other.load(tmp_path / "log.json")
    assert other.log == desk.log
    other.take_back()
    assert not other.log.motions
    with pytest.raises(CouncilError, match=r"ending '.txt'; allowed: .json, .csv, .md"):
        desk.save(tmp_path / "log.txt")


def test_the_live_tool_keeps_its_names_once_the_log_has_begun() -> None:
    desk = Desk()
    desk.names.value = "fictional"
    assert desk.members[-1] == "Tessany" and desk.positions[0].description == "Dravenia"
    desk.enter()
    desk.names.value = "real"
    assert desk.names.value == "fictional" and "only with an empty log" in desk.said.text


def test_the_live_tool_says_what_it_does_not_enter() -> None:
    desk = Desk()
    desk.title.value = "x" * 1001
    desk._enter.click()
    assert desk.said.text.startswith("Not entered. ") and "1000" in desk.said.text
    assert not desk.log.motions and desk.title.value


# --- the page --------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(visitor: Any) -> Any:
    visit = visitor().open(PAGE)
    visit.page.wait_for_selector(".council-desk:not([hidden])")
    return visit.page


@pytest.mark.book
def test_the_page_gives_the_models_verdict_for_every_combination_of_positions(page: Any) -> None:
    found = page.evaluate(
        """([codes, members, rules]) => {
          const tool = document.querySelector(".council").courseCouncil, out = [];
          function walk(at) {
            if (at.length < members.length) { codes.forEach((code) => walk([...at, code])); return; }
            const positions = Object.fromEntries(members.map((member, i) => [member, at[i]]));
            let line = "";
            for (const step of ["T0", "T1"]) for (const rule of rules) line += tool.verdict({ step, rule, positions }).adopted ? "y" : "n";
            out.push(line);
          }
          walk([]);
          return out;
        }""",
        [list(POSITIONS), MEMBERS, list(RULES)],
    )
    assert len(found) == 5**7
    known: dict[tuple[tuple[int, ...], bool], str] = {}
    for line, codes in zip(found, product(POSITIONS, repeat=7), strict=True):
        split, word = tuple(codes.count(code) for code in POSITIONS), codes[-1] == "consents"
        if (split, word) not in known:
            positions = dict(zip(MEMBERS, codes, strict=True))
            known[split, word] = "".join(
                "y" if model.decide(rule, positions, host).adopted else "n"
                for host in (None, "Tarvand")
                for rule in RULES
            )
        assert line == known[split, word], codes


@pytest.mark.book
def test_page_and_python_write_the_same_files_and_refuse_the_same(page: Any) -> None:
    written = page.evaluate(
        """(text) => { const tool = document.querySelector(".council").courseCouncil; tool.parse(text);
          return [tool.json(), tool.csv(), tool.markdown()]; }""",
        table().to_json(LOG),
    )
    assert json.loads(written[0]) == json.loads(table().to_json(LOG))
    assert table().parse(written[0]) == LOG
    assert written[1] == table().to_csv(LOG)
    assert written[2] == table().to_markdown(LOG)
    for bad in (
        spoilt(rule="veto"),
        spoilt(version=2),
        spoilt(text="<b>"),
        spoilt(title=None),
        spoilt(motions=[{}]),
        "no",
    ):
        refused = page.evaluate(
            """(text) => { try { document.querySelector(".council").courseCouncil.parse(text); return false; } catch (fault) { return fault.message; } }""",
            bad,
        )
        assert refused, bad


@pytest.mark.book
def test_a_text_is_entered_by_keyboard_and_is_there_after_a_reload(page: Any) -> None:
    page.locator(".council-field:has(label:text-is('Title')) input").focus()
    page.keyboard.type("A mission")
    page.keyboard.press("Tab")
    page.keyboard.type("The council sends a mission.")
    for _ in MEMBERS:
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowUp")  # from silent to for it
    until(page, "document.querySelector('.council-said').textContent.startsWith('Adopted')")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")  # the last one, Tarvand, objects
    page.keyboard.press("Tab")
    page.keyboard.type("mission")
    page.keyboard.press("Tab")
    page.keyboard.type("talks")
    page.get_by_role("button", name="Enter into the log").press("Enter")
    page.reload()
    entry = page.locator(".council-entry")
    assert entry.count() == 1
    told = entry.inner_text()
    assert "1. F Finding: A mission" in told and "Not adopted." in told and "talks" in told
    page.get_by_role("button", name="Take the last one back").click()
    assert page.locator(".council-entry").count() == 0


@pytest.mark.book
@pytest.mark.parametrize("ending", ["json", "csv", "md"])
def test_the_log_is_saved_as_a_file(page: Any, ending: str) -> None:
    page.evaluate(
        "(text) => document.querySelector('.council').courseCouncil.parse(text)", table().to_json(LOG)
    )
    label = {"json": "JSON", "csv": "CSV", "md": "Markdown"}[ending]
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label, exact=True).click()
    assert waiting.value.suggested_filename == f"council-log.{ending}"
    with Path(waiting.value.path()).open(encoding="utf-8", newline="") as file:
        text = file.read()
    ways = {"csv": table().to_csv, "md": table().to_markdown}
    assert table().parse(text) == LOG if ending == "json" else text == ways[ending](LOG)


@pytest.mark.book
def test_a_file_is_read_in_and_a_bad_one_is_refused_in_words(page: Any, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(table().to_json(LOG), encoding="utf-8")
    bad.write_text(spoilt(rule="veto"), encoding="utf-8")
    page.locator(".council input[type=file]").set_input_files(good)
    until(page, "document.querySelector('.council-told').textContent.startsWith('40 texts read')")
    page.locator(".council input[type=file]").set_input_files(bad)
    until(page, "document.querySelector('.council-told').textContent.includes('was not read')")
    assert page.locator(".council-entry").count() == 40


@pytest.mark.book
@pytest.mark.parametrize(("theme", "width"), [("light", 1280), ("light", 320), ("dark", 1280), ("dark", 320)])
def test_a_full_tool_has_no_fault_that_axe_finds_and_nothing_sticks_out(
    visitor: Any, theme: str, width: int
) -> None:
    visit = visitor(width=width, theme=theme).open(PAGE)
    page = visit.page
    page.wait_for_selector(".council-desk:not([hidden])")
    short = Log("real", LOG.motions[:3])
    page.evaluate(
        "(text) => document.querySelector('.council').courseCouncil.parse(text)", table().to_json(short)
    )
    page.locator(".council-seat input[value=objects]").first.check()
    page.evaluate(AXE)
    found = page.evaluate(
        "(rules) => axe.run('.council', { runOnly: { type: 'tag', values: rules } })", AXE_RULES
    )
    assert not [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found["violations"]]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    visit.quiet()


@pytest.mark.book
def test_the_tool_works_from_a_folder_and_reads_without_scripts(visitor: Any, site: Path) -> None:
    visit = visitor(home=f"{site.as_uri()}/").open(PAGE)
    visit.page.locator(".council-seat input[value=consents]").last.check()
    visit.page.get_by_role("button", name="Enter into the log").click()
    assert visit.page.locator(".council-entry").count() == 1
    silent = visitor(scripts=False).open(PAGE).page
    assert "needs JavaScript" in silent.locator(".council-plain").inner_text()
    assert silent.locator(".council tbody tr").count() == len(RULES)
    assert not silent.locator(".council-desk").is_visible()


@pytest.mark.book
def test_on_paper_there_is_the_log_and_no_form(page: Any) -> None:
    page.evaluate(
        "(text) => document.querySelector('.council').courseCouncil.parse(text)", table().to_json(LOG)
    )
    page.emulate_media(media="print")
    assert page.locator(".council-entry").first.is_visible()
    assert not page.locator(".council-form").is_visible()
    assert not page.get_by_role("button", name="Print the log").is_visible()
