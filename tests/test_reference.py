"""The reference part: every entry is used, every name is in one spelling, and every gap is one that a chapter admits."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest
import yaml
from bs4 import BeautifulSoup
from conftest import ROOT, until
from test_build import build_small

from csto import data, terms, unknowns
from csto.fingerprints import FOLDER, borrowed, read

ENTRIES = data.load("terms").to_dict("records")
GAPS = data.load("unknowns").to_dict("records")
every_entry = pytest.mark.parametrize("row", ENTRIES, ids=lambda row: row["id"])
every_gap = pytest.mark.parametrize("row", GAPS, ids=lambda row: row["id"])


def cells(number: str) -> dict[str, str]:
    """Return the source of each cell of a chapter by the cell's id."""
    (path,) = (ROOT / "chapters").glob(f"0{number}-*.ipynb")
    return {
        cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    }


@lru_cache
def text(number: str) -> str:
    """Return all that a chapter's notebook says, with the excerpts that it shows, on one line."""
    said = "\n".join(cells(number).values())
    excerpts = {one["id"]: one for one in yaml.safe_load((data.ROOT / "excerpts.yml").read_text("utf-8"))}
    shown = [
        json.dumps(excerpts[name], ensure_ascii=False) for name in re.findall(r'excerpt\("([^"]+)"', said)
    ]
    return " ".join(" ".join([said, *shown]).split())


def says(number: str, form: str) -> bool:
    end = r"(?!\w)" if form[-1].isalnum() else ""
    return re.search(rf"(?<!\w){re.escape(form)}{end}", text(number), re.IGNORECASE) is not None


def given(value: object) -> bool:
    return not pd.isna(value)


# --- people, organs and terms ------------------------------------------------------------------------------------------


@every_entry
def test_every_entry_is_used_in_the_chapters_that_it_names_or_says_why_not(row: dict[str, str]) -> None:
    if given(row["not_in_prose"]):
        return
    assert given(row["chapters"]), "an entry that no chapter uses says why it is here"
    for number in row["chapters"].split(";"):
        assert any(says(number, form) for form in row["forms"].split(";")), (
            f"chapter {number}: {row['forms']}"
        )


def test_a_word_that_no_chapter_has_is_not_found() -> None:
    assert not any(says(number, "rapid deployment of unicorns") for number in "12345")
    assert not says("1", "tether"), "a form is a whole word"


@every_entry
def test_every_transliteration_follows_the_one_standard(row: dict[str, str]) -> None:
    assert given(row["russian"]) == given(row["transliteration"])
    if given(row["russian"]):
        assert row["transliteration"] == terms.transliterate(row["russian"])
        assert not re.search(r"[А-Яа-яЁё]", row["transliteration"])


@pytest.mark.parametrize(
    ("russian", "latin"),
    [
        ("Николаенко", "Nikolayenko"),
        ("Бордюжа", "Bordyuzha"),
        ("Зась", "Zas"),
        ("Объединенный штаб", "Obyedinenny shtab"),
        ("Нерушимое братство", "Nerushimoye bratstvo"),
        ("ОДКБ", "ODKB"),
        ("Щит 2022", "Shchit 2022"),
    ],
)
def test_russian_is_written_as_the_press_writes_it(russian: str, latin: str) -> None:
    assert terms.transliterate(russian) == latin


def test_other_names_are_in_the_script_of_their_language() -> None:
    scripts = {"hy": "[\u0531-\u058f]", "az": "[A-Za-zƏəĞğQ]"}
    for row in ENTRIES:
        for code, name in terms.other_names(row["other_names"]):
            assert code in terms.LANGUAGES
            assert re.search(scripts.get(code, "[\u0400-\u04ff]"), name), f"{row['id']}: {code} {name}"


def test_an_entry_without_sources_is_a_term_that_the_course_defines() -> None:
    for row in ENTRIES:
        assert given(row["source_keys"]) == given(row["confidence"]), row["id"]
        assert given(row["source_keys"]) or row["kind"] == "term", row["id"]


@every_entry
def test_an_explanation_is_one_sentence(row: dict[str, str]) -> None:
    assert row["explanation"].endswith(".")
    assert len(row["explanation"].split()) <= 40
    assert len(re.findall(r"[.!?](?=\s|$)", row["explanation"])) == 1


def test_whoever_held_the_office_of_secretary_general_of_the_organisation_has_an_entry() -> None:
    people = set(terms.entries("person")["name"])
    assert set(data.load("secretaries_general").query("start.notna()")["name"]) <= people


def test_every_organ_of_the_table_has_an_entry() -> None:
    names = {name.casefold() for name in terms.entries("organ")["name"]} | {"council of heads of state"}
    assert {organ.casefold() for organ in data.load("organs")["organ"]} <= names


def test_an_unknown_kind_names_the_kinds_that_there_are() -> None:
    with pytest.raises(ValueError, match="'people'; allowed: organ, office, person"):
        terms.entries("people")


def test_no_name_has_an_apostrophe_that_the_page_would_curl() -> None:
    """The role `term` looks a name up as it is typed, and the page has it as it is set."""
    assert [row["name"] for row in ENTRIES if "'" in row["name"]] == []


# --- what is not known -------------------------------------------------------------------------------------------------


@every_gap
def test_every_gap_is_one_that_its_chapter_or_page_admits(row: dict[str, str]) -> None:
    if row["chapter"] == "course":
        said = (ROOT / row["place"]).read_text(encoding="utf-8")
    else:
        said = cells(row["chapter"])[row["place"]]
    assert row["cue"] in " ".join(said.split())


@every_gap
def test_every_gap_has_a_key_that_names_its_chapter(row: dict[str, str]) -> None:
    assert row["id"][1] == ("0" if row["chapter"] == "course" else row["chapter"])


@pytest.mark.parametrize("number", "12345")
def test_every_point_of_a_closing_section_stands_in_the_table_once(number: str) -> None:
    close = cells(number)["close"].split("## Further reading")[0]
    points = [" ".join(point.split()) for point in re.findall(r"^- (.+)$", close, flags=re.MULTILINE)]
    cues = [row["cue"] for row in GAPS]
    assert [point for point in points if not any(cue in point for cue in cues) and not elsewhere(point)] == []


def elsewhere(point: str) -> bool:
    """Return whether a point is one that another chapter raises too, and the table has there."""
    return any(words in point for words in REPEATED)


#: Points of a closing section that stand in the table under another chapter, or in other words.
REPEATED = (
    "Whether Russia asked Kazakhstan for soldiers",
    "Why the paper on help for Armenia stayed unsigned",
    "Whether the Council met in Moscow on 11 November 2026",
    "Whether the exercises set for Belarus",
    "Did Armenia come, object or stay silent",
    "Did the economic union act on the report on Armenia",
)


def test_a_chapter_without_entries_is_refused() -> None:
    with pytest.raises(ValueError, match="chapter '9'; allowed: 1, 2, 3, 4, 5, course"):
        unknowns.of_chapter("9")


# --- both --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["terms", "unknowns"])
def test_the_tables_repeat_no_source_for_more_than_eight_words(name: str) -> None:
    sources = [read(path.stem) for path in FOLDER.glob("*.txt")]
    ours = data.load(name).drop(columns=["russian", "transliteration", "other_names", "cue"], errors="ignore")
    assert not borrowed(ours.to_csv(index=False), sources)


# --- on the page -------------------------------------------------------------------------------------------------------


def test_a_generated_passage_that_cannot_be_made_fails_the_build(tmp_path: Path) -> None:
    page = "# A book\n\n```{generated} csto.terms:nothing\n```\n"
    built = build_small(tmp_path, {"index.md": page}, {"root": "index"})
    assert built.returncode != 0
    assert "no function 'csto.terms:nothing'" in " ".join(built.stdout.split())


def test_a_term_that_has_no_entry_fails_the_build(tmp_path: Path) -> None:
    page = "# A book\n\n{term}`tethering <Tethering>`\n"
    built = build_small(tmp_path, {"index.md": page}, {"root": "index"})
    assert built.returncode != 0
    assert "Tethering" in built.stdout


@pytest.mark.book
def test_every_entry_stands_on_its_page_with_an_anchor_and_its_languages(site: Path) -> None:
    page = BeautifulSoup((site / "reference/people-and-terms.html").read_text("utf-8"), "html.parser")
    heads = {dt.contents[0].strip(): dt for dt in page.select("dl.glossary dt")}
    assert sorted(heads) == sorted(row["name"] for row in ENTRIES)
    for row in ENTRIES:
        head = heads[row["name"]]
        assert head["id"].startswith("term-")
        body = head.find_next_sibling("dd")
        assert (body.select_one('[lang="ru"]') is not None) == given(row["russian"]), row["id"]
        for code, name in terms.other_names(row["other_names"]):
            assert name in [tag.get_text() for tag in body.select(f'[lang="{code}"]')], row["id"]


@pytest.mark.book
def test_everything_not_known_stands_under_its_chapter(site: Path) -> None:
    page = BeautifulSoup((site / "reference/not-known.html").read_text("utf-8"), "html.parser")
    sections = page.select("article section section")
    shown = [sum(len(ul.find_all("li", recursive=False)) for ul in one.find_all("ul")) for one in sections]
    order = ["course", "1", "2", "3", "4", "5"]
    assert shown == [len(unknowns.of_chapter(chapter)) for chapter in order]


@pytest.mark.browser
def test_a_reader_finds_an_entry_by_word_and_by_kind(visitor) -> None:  # type: ignore[no-untyped-def]
    page = visitor().open("reference/people-and-terms.html").page
    page.get_by_label("Words").fill("ОДКБ")
    assert "Collective Security Treaty Organization (CSTO)" in page.locator("dt:visible").first.inner_text()
    page.get_by_label("Words").fill("")
    page.get_by_label("Kind").select_option(label="People")
    shown = page.locator("dl.glossary dt:visible").count()
    assert shown == len(terms.entries("person"))
    assert page.locator(".entry-count").inner_text() == f"{shown} of {len(ENTRIES)} entries"


@pytest.mark.browser
def test_a_link_to_an_entry_that_was_filtered_away_brings_it_back(visitor) -> None:  # type: ignore[no-untyped-def]
    page = visitor().open("reference/people-and-terms.html").page
    page.get_by_label("Kind").select_option(label="People")
    assert not page.locator("#term-Abandonment").is_visible()
    page.goto(page.url.split("#")[0] + "#term-Abandonment")
    page.locator("#term-Abandonment").wait_for()


@pytest.mark.browser
def test_without_scripts_every_entry_is_there(visitor) -> None:  # type: ignore[no-untyped-def]
    page = visitor(scripts=False).open("reference/people-and-terms.html").page
    assert page.locator("dl.glossary dt:visible").count() == len(ENTRIES)


#: Pages with tables of Markdown, and one of them that is wider than a telephone.
WITH_TABLES = ["reference/not-known", "reference/evidence", "reference/accessibility"]


@pytest.mark.browser
@pytest.mark.parametrize("name", WITH_TABLES)
def test_on_a_telephone_no_word_in_the_head_of_a_table_is_broken(visitor, name: str) -> None:  # type: ignore[no-untyped-def]
    page = visitor(width=360).open(f"{name}.html").page
    broken = page.evaluate("""() => {
        const found = [];
        for (const head of document.querySelectorAll("article table.table th")) {
            const reader = document.createTreeWalker(head, NodeFilter.SHOW_TEXT);
            while (reader.nextNode()) {
                for (const word of reader.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
                    const range = document.createRange();
                    range.setStart(reader.currentNode, word.index);
                    range.setEnd(reader.currentNode, word.index + word[0].length);
                    if (new Set([...range.getClientRects()].map(box => Math.round(box.top))).size > 1) { found.push(word[0]); }
                }
            }
        }
        return found;
    }""")
    assert broken == []


@pytest.mark.browser
def test_on_a_telephone_a_wide_table_scrolls_by_keyboard_and_shades_the_edge_where_more_follows(
    visitor,
) -> None:  # type: ignore[no-untyped-def]
    page = visitor(width=360).open("reference/evidence.html").page
    box = page.locator(".pst-scrollable-table-container").first
    assert box.evaluate("node => node.scrollWidth > node.clientWidth"), "the table can tell"
    assert "local, local, scroll, scroll" in box.evaluate(
        "node => getComputedStyle(node).backgroundAttachment"
    )
    box.focus()
    page.keyboard.press("ArrowRight")
    until(page, "node => node.scrollLeft > 0", arg=box.element_handle())
    assert box.get_attribute("aria-label").startswith("Table with the columns article, ✓ supported")
