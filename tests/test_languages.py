"""Words in another script or language say which it is, so that a voice reads them in it."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from pybtex.database import parse_string

from book.languages import marked, titles_of, told

FOREIGN = re.compile("[\u0370-\u052f\u0531-\u058f\u0590-\u06ff\u10a0-\u10ff\u3040-\u9fff]")


# --- which language ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Организация Договора о коллективной безопасности", "ru"),
        ("Жогорку Кенеш", "ru"),
        ("Арганізацыя Дамовы аб калектыўнай бяспецы", "be"),
        ("Ұжымдық қауіпсіздік туралы шарт ұйымы", "kk"),
        ("Жамааттык коопсуздук жөнүндө келишим уюму", "ky"),
        ("Созмони Аҳдномаи амнияти дастаҷамъӣ", "tg"),
        ("Польща та країни Балтії", "uk"),
        ("Հավաքական անվտանգության պայմանագրի կազմակերպություն", "hy"),
        ("საქართველო", "ka"),
    ],
)
def test_a_name_of_the_organisation_is_told_by_its_letters(words: str, language: str) -> None:
    assert told(words) == language
    assert told(words.upper()) == language


def test_cyrillic_without_a_telling_letter_is_of_the_language_that_the_book_names() -> None:
    assert told("Сербия", cyrillic="sr") == "sr"
    assert told("Нұрсұлтан Назарбаев", cyrillic="sr") == "kk"


# --- on a page ---------------------------------------------------------------------------------------------------------


def test_a_run_of_words_is_one_element_and_the_rest_of_the_sentence_is_none() -> None:
    html = "<p>Source: РБК and «Новости недели», 5 января 2022 года (TASS).</p>"
    assert marked(html) == (
        '<p>Source: <span lang="ru">РБК</span> and «<span lang="ru">Новости недели», 5 января 2022 года</span> (TASS).</p>'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<span lang="be">Беларусь <b>і свет</b></span>',
        "<q lang='ru'>Слово</q>",
        '<a title="Слово" href="#x">word</a>',
        "<script>const a = 'Слово';</script>",
        "<select><option>Слово</option></select>",
        "<svg><text>Слово</text></svg>",
        "<p>Only Latin words, é and ß too.</p>",
    ],
)
def test_what_says_its_language_or_cannot_be_marked_stays_as_it_is(html: str) -> None:
    assert marked(html) == html


def test_after_what_says_its_language_the_search_goes_on() -> None:
    html = '<p><span lang="be">Мова <span>тут</span></span> и <br/>там</p>'
    assert marked(html).endswith('</span> <span lang="ru">и</span> <br/><span lang="ru">там</span></p>')


def test_the_language_of_the_book_says_nothing_of_a_foreign_word_in_it() -> None:
    html = '<html lang="en-GB"><blockquote lang="en">the ОДКБ</blockquote></html>'
    assert '<span lang="ru">ОДКБ</span>' in marked(html)


def test_marking_twice_is_as_good_as_once() -> None:
    once = marked("<p>ОДКБ and Արցախ</p>", titles={"Une guerre": "fr"})
    assert once.count("<span") == 2
    assert marked(once, titles={"Une guerre": "fr"}) == once


# --- titles ------------------------------------------------------------------------------------------------------------

ENTRIES = parse_string(
    """
    @online{a, title = {{L'alliance "sans" nom (agency report)}}, language = {fr}}
    @online{b, title = {{[What the paper says of the vote]}}, language = {fr}}
    @online{c, title = {{Білорусь де-факто визнала незалежність}}, language = {uk}}
    @online{d, title = {{Слово о договоре}}, language = {ru}}
    @online{e, title = {{A plain title}}, language = {en}}
    """,
    "bibtex",
).entries


def test_the_bibliography_tells_what_letters_do_not() -> None:
    assert titles_of(ENTRIES) == {
        'L\'alliance "sans" nom': "fr",
        "Білорусь де-факто визнала незалежність": "uk",
    }


@pytest.mark.parametrize(
    "title", ['L\'alliance "sans" nom', "L’alliance “sans” nom", "L&#x27;alliance &quot;sans&quot; nom"]
)
def test_a_title_is_found_with_any_quotation_marks(title: str) -> None:
    html = f"<p>Le Monde. {title} (agency report). 2022. Слово</p>"
    assert marked(html, titles=titles_of(ENTRIES)) == (
        f'<p>Le Monde. <span lang="fr">{title}</span> (agency report). 2022. <span lang="ru">Слово</span></p>'
    )


# --- the built book ----------------------------------------------------------------------------------------------------


class Unsaid(HTMLParser):
    """Collect the foreign words of a page that stand in no element with a language of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = (dict(attrs).get("lang") or "en").split("-")[0] != "en"
        self.open.append((tag, said or tag in {"script", "style", "svg"}))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if FOREIGN.search(data) and not any(said for _, said in self.open):
            self.found.append(data.strip()[:80])


def unsaid(html: str) -> list[str]:
    reader = Unsaid()
    reader.feed(html)
    return reader.found


def test_a_word_without_its_language_is_seen() -> None:
    assert unsaid('<p lang="ru">Слово</p><p>a <b>Слово</b><br>Դաշինք</p>') == ["Слово", "Դաշինք"]


@pytest.mark.book
def test_no_word_in_another_script_stands_on_a_page_or_in_a_note_without_its_language(site: Path) -> None:
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    for path in (site / "_marks").glob("*.js"):
        notes = json.loads(path.read_text(encoding="utf-8").partition("= ")[2].rstrip(";\n"))
        pages[path] = "".join(notes.values())
    foreign = {path: text for path, text in pages.items() if FOREIGN.search(text)}
    assert len(foreign) > 10
    lost = {
        path.relative_to(site).as_posix(): found for path, text in foreign.items() if (found := unsaid(text))
    }
    assert lost == {}


@pytest.mark.book
def test_titles_in_the_bibliography_are_in_the_languages_of_their_entries(site: Path) -> None:
    html = (site / "reference/bibliography.html").read_text(encoding="utf-8")
    found = set(re.findall(r'<span lang="([a-z]+)">', html))
    assert {"ru", "hy", "be", "kk", "uk", "de", "it", "pl"} <= found
    assert '<span lang="de">Armenien wird 2023' in html
