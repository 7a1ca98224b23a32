"""The tool that picks sentences of fact and follows them to their source, tried on a small book whose sources are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import trace

BIBLIOGRAPHY = """
<div class="citation" id="source-good">Good, 2010. <a href="https://example.org/a">https://example.org/a</a></div>
<div class="citation" id="source-print">Print, 2011. Journal of Pacts, 12(3).</div>
<div class="citation" id="source-bare">Bare, 2012. A leaflet.</div>
"""
CITED = 'In June 2010 the president asked for troops and none came <a href="../reference/bibliography.html#{key}">x</a>.'
CHAPTER = """
<article class="bd-article"><section><h1>A chapter</h1>
<section><h2>1.1 Requests</h2><p>{paragraph}</p>{figure}</section>
<section><h2>1.2 Exercises</h2><p>Count the votes that six states cast in 2014 and hand in one table.</p></section>
</section></article>
"""


def traced(tmp_path: Path, paragraph: str, figure: str = "") -> list[trace.Traced]:
    """Return what becomes of the one sentence of a book."""
    for name, text in (
        ("chapters/01.html", CHAPTER.format(paragraph=paragraph, figure=figure)),
        ("reference/bibliography.html", BIBLIOGRAPHY),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return trace.pick(tmp_path, seed=1, count=20)


@pytest.mark.parametrize(
    ("key", "reached"),
    [("source-good", True), ("source-print", True), ("source-bare", False), ("source-none", False)],
)
def test_a_citation_reaches_an_address_or_a_place_in_print(tmp_path: Path, key: str, reached: bool) -> None:
    (found,) = traced(tmp_path, CITED.format(key=key))
    assert found.reached is reached and key in found.steps
    assert (found.chapter, found.heading) == ("01", "1.1 Requests")


def test_a_figure_of_the_section_carries_its_source(tmp_path: Path) -> None:
    sentence = "In June 2010 the president asked for troops and none came."
    assert [one.reached for one in traced(tmp_path, sentence)] == [False]
    (found,) = traced(tmp_path, sentence, '<div class="chart" data-chart="fig-asked"></div>')
    assert found.reached and "fig-asked" in found.steps


def test_a_link_of_the_sentence_comes_before_one_beside_it(tmp_path: Path) -> None:
    own = CITED.format(key="source-good")
    beside = "In July 2010 the ministers met again and sent a list of what was needed."
    row = '<a href="../tables/requests.html#row-r10">In August 2010</a> the ministers met and sent helicopters to the south.'
    found = {one.sentence[:9]: one.steps for one in traced(tmp_path, f"{own} {beside} {row}")}
    assert found["In June 2"].startswith("citation → source-good")
    assert found["In July 2"].startswith("paragraph only: citation → source-good")
    assert found["In August"].startswith("row or figure → ../tables/requests.html#row-r10")


def test_tasks_and_sentences_without_a_fact_are_not_drawn(tmp_path: Path) -> None:
    assert traced(tmp_path, "An alliance is a promise that nobody can enforce in any court at all.") == []


def test_the_same_seed_draws_the_same_sentences(tmp_path: Path) -> None:
    text = " ".join(
        f"In {year} the council met in Moscow and signed nothing new." for year in range(1992, 2022)
    )
    traced(tmp_path, text)
    drawn = [[one.sentence for one in trace.pick(tmp_path, seed, 5)] for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2] and len(set(drawn[0])) == 5
