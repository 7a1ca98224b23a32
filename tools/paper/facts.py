"""What stands on the title page, from the files that say it first: settings, citation file, and the pages' footer."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import yaml
from lxml import html

from tools.build import ROOT

#: Where the licences of text and code can be read.
LICENCES = {
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "MIT": "https://spdx.org/licenses/MIT.html",
}


@dataclass(frozen=True)
class Facts:
    """Title, author and date of an edition; `as_of` is the line of the footer on record, edition and licences."""

    title: str
    subtitle: str
    author: str
    version: str
    as_of: str
    language: str
    moment: datetime
    summary: str

    @property
    def name(self) -> str:
        """The name of the edition's files, without what they end with."""
        return f"{self.title.lower().replace(' ', '-')}-{self.version}"


def moment(released: str) -> datetime:
    """Return the time that a reproducible file bears: SOURCE_DATE_EPOCH where it is set, else the day of the release."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.fromtimestamp(int(epoch), UTC)
    day = date.fromisoformat(released)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def facts(site: Path) -> Facts:
    """Return the facts of the book that is built in a folder."""
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = html.document_fromstring((site / "index.html").read_text(encoding="utf-8"))
    (footer,) = page.find_class("footer-content__as-of")
    subtitle = citation["title"].partition(": ")[2]
    return Facts(
        title=settings["title"],
        subtitle=subtitle[:1].upper() + subtitle[1:],
        author=settings["author"],
        version=project["version"],
        as_of=" ".join(footer.text_content().split()),
        language=page.get("lang"),
        moment=moment(str(citation["date-released"])),
        summary=" ".join(citation["abstract"].split()),
    )
