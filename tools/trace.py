"""Pick sentences of fact at random from the built chapters and say in how many steps a doubter reaches their source.

python -m tools.trace --seed 20261125 --count 20

Step one is a link in the sentence: its citation, a row of a table, a figure. Where the sentence has none, a citation
elsewhere in its paragraph or the source line of a figure of its section is named, and a person has to see whether it
carries the sentence. Step two is the entry in the bibliography with an address or a place in print.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from tools.build import SITE

#: A sentence of fact here holds a year, a day, a number, or a name with a past tense.
_FACT = re.compile(
    r"\d|\b(signed|asked|sent|voted|refused|said|wrote|joined|left|declined|decided|reported|promised|held|came)\b"
)
#: Headings under which stand tasks and pointers, and no statements.
_NOT_FACT = "Exercises|Further reading|Essay|Check yourself|The end of the course"
#: Volume and pages of a journal, or a publisher with a year.
_PRINT = re.compile(r"\d+\(\d+\)|pages \d+|Press|Routledge|Books")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“⟦])")
#: Where a link leads, as `sentences` writes it before the words of the link.
_LINK = re.compile(r"⟦([^⟧]*)⟧")


@dataclass(frozen=True)
class Traced:
    """A sentence, its chapter and heading, and the steps to its source; `reached` says whether two suffice."""

    chapter: str
    heading: str
    sentence: str
    steps: str
    reached: bool


def sentences(page: BeautifulSoup) -> Iterator[tuple[Tag, str]]:
    """Yield each paragraph of prose with each of its sentences that states a fact, its links marked."""
    for paragraph in page.select("article.bd-article section > p"):
        heading = paragraph.parent.find(["h1", "h2", "h3"]) if paragraph.parent else None
        if heading and re.match(rf"(\d+\.)*\d*\s*({_NOT_FACT})", heading.get_text()):
            continue
        for link in paragraph.select("a[href]"):
            link.insert(0, f"⟦{link['href']}⟧")
        for sentence in _END.split(" ".join(paragraph.get_text().split())):
            plain = _LINK.sub("", sentence)
            if len(plain.split()) >= 8 and _FACT.search(plain):
                yield paragraph, sentence


def trace(paragraph: Tag, marked: str, chapter: str, addresses: dict[str, bool]) -> Traced:
    """Return how a sentence's source is reached: by a link of its own, one of its paragraph, or a figure of its section."""
    section = paragraph.find_parent("section")
    title = section.find(["h1", "h2", "h3"]) if section else None
    found = partial(Traced, chapter, title.get_text().strip("#") if title else "", _LINK.sub("", marked))
    own, beside = _LINK.findall(marked), _LINK.findall(paragraph.get_text())
    for links, where in ((own, "citation"), (beside, "paragraph only: citation")):
        cited = [link.partition("#")[2] for link in links if "bibliography.html#" in link]
        if cited:
            good = [name for name in cited if addresses.get(name)]
            lost = "" if good else " (no address, no place in print)"
            return found(f"{where} → {', '.join(good or cited)}{lost}", bool(good))
        if rows := [link for link in links if "/tables/" in link or "#fig-" in link]:
            return found(f"{where.replace('citation', 'row or figure')} → {', '.join(rows)}", True)
    figure = section.select_one(".chart, figure, table") if section else None
    if figure is not None:
        name = str(figure.get("data-chart") or figure.name)
        return found(f"section only: figure or table {name}, its source line", True)
    return found("none", False)


def bibliography(site: Path) -> dict[str, bool]:
    """Return the anchors of the bibliography, each with whether its entry has an address or a place in print."""
    page = BeautifulSoup((site / "reference/bibliography.html").read_text(encoding="utf-8"), "html.parser")
    entries = page.select("div.citation[id]")
    return {
        str(one["id"]): bool(one.select_one("a[href^='http']") or _PRINT.search(one.get_text()))
        for one in entries
    }


def pick(site: Path, seed: int, count: int) -> list[Traced]:
    """Return sentences of fact drawn from all chapters, the same for the same seed."""
    addresses = bibliography(site)
    drawn = []
    for path in sorted((site / "chapters").glob("*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        drawn += [(paragraph, sentence, path.stem) for paragraph, sentence in sentences(page)]
    chosen = random.Random(seed).sample(drawn, min(count, len(drawn)))
    return [trace(paragraph, sentence, chapter, addresses) for paragraph, sentence, chapter in chosen]


def main() -> None:
    """Print the sentences as a Markdown table, with how many reach their source."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--count", type=int, default=20)
    wanted = parser.parse_args()
    found = pick(SITE, wanted.seed, wanted.count)
    print("| chapter | under | sentence | steps | reached |\n|---|---|---|---|---|")
    for one in found:
        print(
            f"| {one.chapter[:2]} | {one.heading} | {one.sentence} | {one.steps} | {'yes' if one.reached else 'NO'} |"
        )
    print(f"\n{sum(one.reached for one in found)} of {len(found)} within two steps (seed {wanted.seed})")


if __name__ == "__main__":
    main()
