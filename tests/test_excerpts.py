"""Quotations are exact, short and marked; our own prose is our own."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from csto import data, fingerprints
from csto.excerpts import ARTICLE_LIMIT, ARTICLES, LIMIT, ExcerptError, excerpt, load_excerpts
from csto.fingerprints import borrowed, foreign_grams, make, read, words

REPO = Path(__file__).resolve().parent.parent
ARTICLE_KEYS = ("stratfor2017", "ambrosio2024", "weitz2014", "nickeled2021", "insider2023")
ALL = load_excerpts()


def our_prose() -> dict[str, str]:
    """Every page, notebook, question and docstring of the course, without what is marked as quoted."""
    found = {}
    for path in [*REPO.glob("*.md"), *REPO.glob("reference/*.md"), *REPO.glob("teaching/**/*.md")]:
        found[str(path.relative_to(REPO))] = path.read_text(encoding="utf-8")
    for path in REPO.glob("chapters/*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        found[f"chapters/{path.name}"] = "\n\n".join("".join(cell["source"]) for cell in cells)
    for path in [*REPO.glob("questions/*.yml"), *REPO.glob("csto/**/*.py"), *REPO.glob("book/*.py")]:
        found[str(path.relative_to(REPO))] = path.read_text(encoding="utf-8")
    entries = yaml.safe_load((data.ROOT / "excerpts.yml").read_text(encoding="utf-8"))
    for entry in entries:
        kept = {k: v for k, v in entry.items() if k not in {"quote", "original", "title", "outlet", "author"}}
        found[f"data/excerpts.yml, {entry['id']}"] = json.dumps(kept, ensure_ascii=False)
    for name in ("events", "pacts", "members"):
        found[f"data/{name}.csv"] = data.load(name).to_csv(index=False)
    found["data/claims.csv"] = data.load("claims").drop(columns="quote").to_csv(index=False)
    return found


# --- quotations ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_every_quotation_is_verbatim(name: str) -> None:
    one = ALL[name]
    assert foreign_grams(one.quote, read(one.source)) == []
    if one.original:
        assert foreign_grams(one.original, read(one.source)) == []


@pytest.mark.parametrize("row", data.load("claims").to_dict("records"), ids=lambda row: row["claim"])
def test_every_claim_quotes_its_article_verbatim(row: dict[str, str]) -> None:
    assert foreign_grams(row["quote"], read(row["article"])) == []


@pytest.mark.parametrize("name", ALL)
def test_one_changed_letter_is_noticed(name: str) -> None:
    one = ALL[name]
    word = max((word for word in words(one.quote) if word in one.quote.casefold()), key=len)
    forged = re.sub(
        word, word[:-1] + ("x" if word[-1] != "x" else "z"), one.quote, count=1, flags=re.IGNORECASE
    )
    assert forged != one.quote
    assert foreign_grams(forged, read(one.source))


def test_an_invented_quotation_is_noticed() -> None:
    assert foreign_grams("the alliance has never had any members at all", read("ambrosio2024"))


def test_words_put_together_across_a_gap_are_noticed_unless_the_gap_is_marked() -> None:
    source = read("stratfor2017")
    joined = "in its first two years the bloc grew Kazakhstan, Uzbekistan, Kyrgyzstan and Tajikistan"
    assert foreign_grams(joined, source)
    assert not foreign_grams(joined.replace("grew ", "grew … "), source)


def test_a_quotation_too_short_to_check_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 5 words"):
        foreign_grams("a zombie", read("ambrosio2024"))


def test_no_excerpt_is_longer_than_forty_words() -> None:
    assert max(len(words(one.quote)) for one in ALL.values()) <= LIMIT


@pytest.mark.parametrize("article", ARTICLES)
def test_no_article_is_quoted_at_more_than_250_words_in_all(article: str) -> None:
    claims = data.load("claims").query("source == @article")["quote"]
    length = sum(len(words(one.quote)) for one in ALL.values() if one.article == article)
    assert 0 < length + sum(len(words(quote)) for quote in claims) <= ARTICLE_LIMIT


def test_all_five_articles_have_a_fingerprint_of_their_whole_text() -> None:
    for key in ARTICLE_KEYS:
        assert read(key).basis == "whole text" and len(read(key).hashes) > 400


def test_a_missing_fingerprint_says_how_to_make_one() -> None:
    with pytest.raises(FileNotFoundError, match=r"python -m tools\.fingerprint nobody COPY"):
        read("nobody")


def test_a_fingerprint_holds_hashes_and_no_words() -> None:
    for path in fingerprints.FOLDER.glob("*.txt"):
        lines = path.read_text(encoding="utf-8").splitlines()[1:]
        assert lines == sorted(lines) and all(re.fullmatch(r"[0-9a-f]{12}", line) for line in lines), (
            path.name
        )


# --- our own prose ---------------------------------------------------------------------------------------------------


def test_our_prose_repeats_no_source_for_more_than_eight_words() -> None:
    sources = [read(path.stem) for path in fingerprints.FOLDER.glob("*.txt")]
    found = {name: hits for name, text in our_prose().items() if (hits := borrowed(text, sources))}
    assert not found


def test_a_copied_sentence_is_found_with_its_source() -> None:
    copied = ALL["stratfor-nine"].quote
    text = f"As everyone knows, {copied}, and that was that."
    ((key, run),) = borrowed(text, [read("stratfor2017")])
    assert key == "stratfor2017" and len(run.split()) > 8


def test_eight_words_in_a_row_are_allowed_and_nine_are_not() -> None:
    source = fingerprints.Fingerprint(
        "k", "whole text", frozenset(make("a b c d e f g h i j", "k", "whole text").split("\n"))
    )
    assert not borrowed("a b c d e f g h", [source])
    assert borrowed("a b c d e f g h i", [source]) == [("k", "a b c d e f g h i")]


def test_a_long_name_is_not_borrowed_but_a_sentence_around_it_is() -> None:
    name = "Article 51 of the Charter of the United Nations"
    text = f"in the exercise of a right recognised by {name}"
    source = fingerprints.Fingerprint("k", "whole text", frozenset(make(text, "k", "whole text").split("\n")))
    assert not borrowed(f"Look up {name} first.", [source])
    assert borrowed(f"It is a right recognised by {name}.", [source])


def test_no_five_gram_crosses_from_one_passage_to_the_next() -> None:
    made = make("one two three four\n\nfive six seven eight", "k", "passages")
    assert len(made.splitlines()) == 1


# --- entries and cards -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chapter", sorted({path.name[:2] for path in REPO.glob("chapters/*.ipynb")}))
def test_a_chapter_has_six_to_ten_excerpts_from_articles_and_from_primary_texts(chapter: str) -> None:
    found = [one for one in ALL.values() if one.chapter == chapter]
    assert 6 <= len(found) <= 10
    assert any(one.article for one in found) and not all(one.article for one in found)


def test_chapter_one_hears_all_five_articles() -> None:
    assert {one.article for one in ALL.values() if one.chapter == "01"} >= set(ARTICLES)


def test_every_excerpt_of_a_chapter_stands_in_its_notebook_once() -> None:
    for chapter in {one.chapter for one in ALL.values()}:
        (path,) = REPO.glob(f"chapters/{chapter}-*.ipynb")
        shown = Counter(re.findall(r'excerpt\(\\"([\w-]+)\\"\)', path.read_text(encoding="utf-8")))
        assert shown == Counter(name for name, one in ALL.items() if one.chapter == chapter)


def test_author_outlet_and_date_stand_above_the_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOOK_BUILD", "1")
    html = excerpt("insider-putin")._repr_html_()
    quote = html.index("<blockquote")
    assert html.index("A journalist") < quote and html.index("after June 2023") < quote
    assert "not under the licence" in html
    assert "<style" not in html and " style=" not in html and "<script" not in html


def test_a_live_card_brings_its_own_style(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOOK_BUILD", raising=False)
    assert "<style" in excerpt("insider-putin")._repr_html_()


def test_an_unknown_excerpt_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="nearest: karimov-2001"):
        excerpt("karimov-2010")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("quote", "word " * 41, r"entry karimov-2001, field quote: '41 words' .*at most 40 words"),
        ("source", "V-UPI-2002", r"field source: 'V-UPI-2002' .*near: V-UPI-2001"),
        ("standing", "heard of", r"field standing: 'heard of' .*read in full text"),
        ("language", "xx", r"field language: 'xx' .*en, ru"),
        ("questions", ["one"], r"field questions: 1 .*three"),
        ("author", "", r"field author: '' .*required"),
        ("colour", "red", r"field colour: 'red' .*allowed: id, chapter"),
    ],
)
def test_a_wrong_entry_says_file_entry_field_and_what_is_allowed(
    tmp_path: Path, field: str, value: object, message: str
) -> None:
    entries = yaml.safe_load((data.ROOT / "excerpts.yml").read_text(encoding="utf-8"))
    (entry,) = (entry for entry in entries if entry["id"] == "karimov-2001")
    entry = {**entry, field: value}
    path = tmp_path / "excerpts.yml"
    path.write_text(yaml.safe_dump([entry], allow_unicode=True), encoding="utf-8")
    with pytest.raises(ExcerptError, match=message):
        load_excerpts(path)
