"""People, organs and terms: the table `terms` as a glossary in MyST Markdown, and the one way to write Russian in Latin letters."""

from __future__ import annotations

import pandas as pd

from csto.data import load

#: Kinds of entry, in the order of the page.
KINDS = ("organ", "office", "person", "document", "force", "term")
#: Languages that an entry may give a name in, by their code in HTML.
LANGUAGES = {
    "az": "Azerbaijani",
    "be": "Belarusian",
    "hy": "Armenian",
    "kk": "Kazakh",
    "ky": "Kyrgyz",
    "ru": "Russian",
    "tg": "Tajik",
}
#: The simplified system of the press; `е` is ye at the start of a word, after a vowel other than ы, and after ъ and ь.
LETTERS = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "yo", "ж": "zh", "з": "z", "и": "i", "й": "y",
    "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya",
}  # fmt: skip
_BEFORE_YE = set("аеёиоуэюяъь")
_CHAPTERS = {
    "1": "01-origins",
    "2": "02-institutional-design",
    "3": "03-failed-requests",
    "4": "04-turning-point-2022",
    "5": "05-futures",
}
_SURENESS = {
    "primary": "from the document itself or the body that acted",
    "corroborated": "two or more records",
    "single": "one record",
    "disputed": "records conflict",
}


def transliterate(russian: str) -> str:
    """Return Russian text in Latin letters by the simplified system of the press, without diacritics.

    The endings -ий and -ый become -y; whatever is not a Russian letter stays as it is.
    """
    words = "".join(letter if letter.isalpha() else f"\0{letter}\0" for letter in russian).split("\0")
    return "".join(_word(word) for word in words)


def _word(word: str) -> str:
    low = word.casefold()
    if len(low) > 3 and low.endswith(("ий", "ый")):
        low = low[:-2] + "й"
    latin = [
        "ye"
        if letter == "е" and (place == 0 or low[place - 1] in _BEFORE_YE)
        else LETTERS.get(letter, letter)
        for place, letter in enumerate(low)
    ]
    if len(word) > 1 and word.isupper():
        return "".join(latin).upper()
    return "".join(part.capitalize() if word[place].isupper() else part for place, part in enumerate(latin))


def other_names(entry: str | None) -> list[tuple[str, str]]:
    """Return the names in further languages of an entry's field `other_names`, as pairs of language code and name."""
    if entry is None or pd.isna(entry):
        return []
    pairs = [part.partition(": ") for part in entry.split(" | ")]
    return [(code, name) for code, _, name in pairs]


def entries(kind: str) -> pd.DataFrame:
    """Return the entries of a kind, by name in alphabetical order; people by the last word of theirs.

    Raises
    ------
    ValueError
        If there is no such kind; the message names those that there are.
    """
    if kind not in KINDS:
        raise ValueError(f"no kind of entry {kind!r}; allowed: {', '.join(KINDS)}")
    table = load("terms").query("kind == @kind")
    key = table["name"].str.split().str[-1] if kind == "person" else table["name"].str.removeprefix("*")
    order = key.str.casefold().sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def glossary(kind: str) -> str:
    """Return the entries of a kind as a glossary, to which the role `term` leads from any page."""
    parts = [_entry(row) for row in entries(kind).to_dict("records")]
    return "\n".join([":::{glossary}", *parts, ":::"])


def meanings() -> dict[str, str]:
    """Return the short meaning of each entry by its name."""
    table = load("terms")
    return dict(zip(table["name"], table["explanation"], strict=True))


def _entry(row: dict[str, str]) -> str:
    sources = "" if pd.isna(row["source_keys"]) else f" {cite(row['source_keys'])}"
    lines = [_originals(row), row["explanation"] + sources, _where(row)]
    body = "\n\n".join(f"  {line}" for line in lines if line)
    return f"{row['name']}\n{body}\n"


def _originals(row: dict[str, str]) -> str:
    names = []
    if pd.notna(row["russian"]):
        latin = "" if row["transliteration"] == row["name"] else f", {_in('ru-latn', row['transliteration'])}"
        names.append(f"Russian: {_in('ru', row['russian'])}{latin}")
    names += [f"{LANGUAGES[code]}: {_in(code, name)}" for code, name in other_names(row["other_names"])]
    return "; ".join(names)


def _in(language: str, words: str) -> str:
    """Return words marked as being in a language, which the page hands on to voices and hyphenation."""
    return f"[{words}]{{.language-{language}}}"


def _where(row: dict[str, str]) -> str:
    numbers = [] if pd.isna(row["chapters"]) else row["chapters"].split(";")
    place = f"In {', '.join(map(chapter_link, numbers))}" if numbers else "In no chapter"
    sure = _SURENESS.get(row["confidence"], "our own definition")
    note = "" if pd.isna(row["not_in_prose"]) else f" {row['not_in_prose']}"
    return f"{place}; {sure}.{note}"


def chapter_link(number: str) -> str:
    """Return a link to a chapter by its number."""
    return f"{{doc}}`chapter {number} </chapters/{_CHAPTERS[number]}>`"


def cite(keys: str) -> str:
    """Return the citation of sources whose keys are separated by semicolons."""
    return f"{{cite:p}}`{','.join(keys.split(';'))}`"


def letters() -> str:
    """Return the letters of the transliteration as a line, those that need saying."""
    plain = [f"{_in('ru', cyrillic)} {latin or 'left out'}" for cyrillic, latin in LETTERS.items()]
    return ", ".join(plain) + "."


def secretaries_general() -> str:
    """Return who held or filled the office of Secretary General, from when to when, as a list in Markdown."""
    names = load("countries").set_index("country")["name"]
    known = set(entries("person")["name"])
    items = []
    for row in load("secretaries_general").to_dict("records"):
        who = f"{{term}}`{row['name']}`" if row["name"] in known else row["name"]
        country = names.get(row["country"], "country not found")
        role = "" if row["role"] == "in office" else f", {row['role']}"
        items.append(f"- {who} ({country}){role}: {_term_of_office(row)}")
    return "\n".join(items)


def _term_of_office(row: dict[str, pd.Timestamp]) -> str:
    if pd.isna(row["start"]):
        return "days not found"
    end = ", in office" if pd.isna(row["end"]) else f" to {_day(row['end'])}"
    return f"from {_day(row['start'])}{end}"


def chairs() -> str:
    """Return which state had the chair of the Council, and from when, as a list in Markdown."""
    names = load("countries").set_index("country")["name"]
    items = [
        f"{row['turn']}. {names[row['country']]}{', provisionally' if row['provisional'] else ''}: "
        f"from {_day(row['start'], row['start_precision'])}"
        for row in load("chairs").to_dict("records")
    ]
    return "\n".join(items)


def _day(date: pd.Timestamp, precision: str = "day") -> str:
    return f"{date:%B %Y}" if precision == "month" else f"{date.day} {date:%B %Y}"
