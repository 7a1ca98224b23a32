"""Checking quotations without keeping the quoted texts.

Of each source text the repository keeps one-way hashes of its word 5-grams, in alphabetical order.
They tell whether a quotation is verbatim, and whether a passage of ours repeats a source; they do not give the text.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "data" / "fingerprints"
GRAM = 5
#: The longest run of a source's words that our own prose may contain.
RUN = 8
#: Names that are longer than that; a name is nobody's sentence.
NAMES = frozenset({"article 51 of the charter of the united nations"})

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
#: Left by a text that was decoded with the wrong table (one of the articles was).
_BROKEN = re.compile(r"[\u3400-\u9fff\ufffd]+")


def words(text: str) -> list[str]:
    """Return the words of a text: lower case, straight apostrophes, no punctuation, broken characters dropped."""
    text = _BROKEN.sub(" ", unicodedata.normalize("NFKC", text)).casefold()
    return _WORD.findall(text.replace("’", "'").replace("‘", "'"))


def grams(tokens: list[str]) -> list[tuple[str, ...]]:
    """Return the 5-grams of a list of words, in order; none if there are fewer than five words."""
    return [tuple(tokens[i : i + GRAM]) for i in range(len(tokens) - GRAM + 1)]


def hashed(gram: tuple[str, ...], key: str) -> str:
    """Return the one-way hash of a 5-gram, salted with the key of its source (12 hex digits)."""
    return hashlib.blake2b(" ".join(gram).encode(), key=key.encode()[:64], digest_size=6).hexdigest()


@dataclass(frozen=True)
class Fingerprint:
    """The hashes of one source text; `basis` says whether the whole text or single passages were read."""

    key: str
    basis: str
    hashes: frozenset[str]

    def has(self, gram: tuple[str, ...]) -> bool:
        """Return whether the source contains this 5-gram."""
        return hashed(gram, self.key) in self.hashes


def make(text: str, key: str, basis: str) -> str:
    """Return the content of a fingerprint file: a header line, then the sorted hashes.

    `basis` is "whole text" or "passages"; passages are separated by empty lines, and no 5-gram crosses one.
    """
    if basis not in {"whole text", "passages"}:
        raise ValueError(f"basis {basis!r} is not allowed; allowed: whole text, passages")
    parts = re.split(r"\n\s*\n", text) if basis == "passages" else [text]
    found = {hashed(gram, key) for part in parts for gram in grams(words(part))}
    return "\n".join([f"# word 5-grams, blake2b; key {key}; basis: {basis}", *sorted(found)]) + "\n"


@lru_cache(maxsize=256)
def read(key: str, folder: Path = FOLDER) -> Fingerprint:
    """Return the fingerprint of a source.

    Raises
    ------
    FileNotFoundError
        If there is none; the message says how to make it.
    """
    path = folder / f"{key}.txt"
    if not path.exists():
        raise FileNotFoundError(
            f"data/fingerprints/{key}.txt is missing; make it from a local copy: python -m tools.fingerprint {key} COPY"
        )
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    return Fingerprint(key, header.rsplit("basis: ", 1)[1], frozenset(lines))


def foreign_grams(quotation: str, source: Fingerprint) -> list[str]:
    """Return the 5-grams of a quotation that its source does not have; none means verbatim.

    A marked omission (… or [...]) divides the quotation; each part must have five words at least.

    Raises
    ------
    ValueError
        If a part is too short to be checked.
    """
    found: list[str] = []
    for part in re.split(r"\[?(?:…|\.\.\.)\]?", quotation):
        tokens = words(part)
        if not tokens:
            continue
        if len(tokens) < GRAM:
            raise ValueError(f"{part.strip()!r} has fewer than {GRAM} words and cannot be checked")
        found += [" ".join(gram) for gram in grams(tokens) if not source.has(gram)]
    return found


def borrowed(text: str, sources: Iterable[Fingerprint]) -> list[tuple[str, str]]:
    """Return every run of more than eight words that a text shares with a source, as (source key, words); names do not count."""
    tokens = words(text)
    found: list[tuple[str, str]] = []
    for source in sources:
        start = None
        present = [source.has(gram) for gram in grams(tokens)] + [False]
        for i, here in enumerate(present):
            if here and start is None:
                start = i
            elif not here and start is not None:
                run = tokens[start : i + GRAM - 1]
                if len(run) > RUN and " ".join(run) not in NAMES:
                    found.append((source.key, " ".join(run)))
                start = None
    return found
