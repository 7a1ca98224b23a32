"""The key at the end of the book: what each question, guess and worksheet asks for, in the order in which they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml.html import builder as E

KEY = "key"
_LEAD = (
    "Every question of the book in the order in which it stands there, with the answer that the record supports. "
    "A number leads back to its question."
)


@dataclass
class Key:
    """Collects answers page by page; numbers run through the whole book, a sort at a time."""

    sections: list[tuple[str, list[Any]]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def open(self, title: str) -> None:
        """Begin the answers of a page; a page without any leaves no trace."""
        self.sections.append((title, []))

    def number(self, sort: str) -> str:
        """Return the name of the next of a sort, as `Question 7`."""
        self.counts[sort] = self.counts.get(sort, 0) + 1
        return f"{sort} {self.counts[sort]}"

    def add(self, name: str, *answer: Any) -> Any:
        """Add the answer to what bears a name, and return the link that leads to it."""
        place = id_of(name)
        back = E.A(name, href=f"#{place}")
        entry = E.DIV(E.P(E.STRONG(back)), id=f"{KEY}-{place}")
        entry.set("class", "answer")
        first, *rest = answer
        entry[0][0].tail = " "
        if first.tag == "p":
            entry[0].extend(list(first))
            entry[0][0].tail = f". {(first.text or '').lstrip()}"
        else:
            rest = [first, *rest]
            entry[0][0].tail = "."
        entry.extend(rest)
        self.sections[-1][1].append(entry)
        link = E.A("key", href=f"#{KEY}-{place}", title=f"Answer to {name}")
        link.set("class", "to-key")
        return link

    def page(self) -> Any:
        """Return the key as a page of the book."""
        body = E.DIV(E.H1("Key to the questions", id=f"{KEY}-title"), E.P(_LEAD), id=KEY)
        body.set("class", "page key")
        for number, (title, entries) in enumerate(self.sections):
            if entries:
                body.append(E.H2(title, id=f"{KEY}-part-{number}"))
                body.extend(entries)
        return body


def id_of(name: str) -> str:
    """Return the id of what bears a name in the book: `question-7` for `Question 7`."""
    return name.lower().replace(" ", "-")
