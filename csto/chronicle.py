"""Everything dated that the tables hold, in one order of time.

Nothing is dated here: each row is taken from a table of the course, with that table's confidence and sources.
What several tables hold (the signing in Tashkent stands in five) is listed once, by the table that says most of it.
Measurements (polls, trade, sizes) and questions about the future are not events and stay in their tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

import pandas as pd

from csto.data import load
from csto.figures import in_book
from csto.html import Shown, cited
from csto.membership import members_on

KINDS = (
    "joining or leaving",
    "treaty",
    "organ",
    "post",
    "exercise",
    "crisis",
    "request",
    "answer",
    "UN vote",
    "word or step",
    "other alliance",
    "forecast",
)
#: Chapters by number: what a link says, and the page's file without its ending.
CHAPTERS = {
    1: ("1 Origins", "01-origins"),
    2: ("2 Institutional design", "02-institutional-design"),
    3: ("3 Failed requests", "03-failed-requests"),
    4: ("4 The turning point of 2022", "04-turning-point-2022"),
    5: ("5 Futures", "05-futures"),
}
COLUMNS = ["date", "precision", "kind", "title", "text", "member", "members", "chapter", "confidence"]
#: Kinds in which two tables may hold one event: the same day is the same event, or the same day of the same member.
_ONCE_A_DAY = {"treaty", "organ", "other alliance"}
_ONCE_A_MEMBER = {"joining or leaving", "word or step"}
_EVENTS = {"treaty": "treaty", "other": "treaty", "organ": "organ"}

Row = dict[str, Any]


def chronicle() -> pd.DataFrame:
    """Return every dated event of the tables, the oldest first.

    Returns
    -------
    DataFrame
        `date` (for a month or a year its first day), `precision` ("day", "night", "month", "year", "not before"),
        `kind` (one of `KINDS`), `title`, `text` (may be empty), `member` (names in words; empty where no member is
        meant), `members` (list of names), `chapter` (1 to 5), `confidence`, `source_keys`, and `table` and `row`, from
        where it comes.
    """
    found: list[Row] = []
    held: set[tuple[Any, ...]] = set()
    for collect in _COLLECTORS:
        rows = [row for row in collect() if not _is_held(row, held)]
        for row in rows:
            held.update(_marks(row))
        found += rows
    table = pd.DataFrame(found)
    names = load("countries").set_index("country")["name"]
    spells = load("members")
    inside = {day: members_on(spells, day) for day in table["date"].unique()}
    table["member"] = [
        _who(codes, inside[day], names) for codes, day in zip(table["codes"], table["date"], strict=True)
    ]
    table["members"] = [[str(names[code]) for code in codes] for codes in table["codes"]]
    table["order"] = table["kind"].map(KINDS.index)
    table = table.sort_values(["date", "order"], kind="stable", ignore_index=True)
    return table[[*COLUMNS, "source_keys", "table", "row"]]


def said(date: pd.Timestamp, precision: str) -> str:
    """Return a date in words that say how exactly it is known: "5 January 2022", "January 2022, day not known".

    Raises
    ------
    ValueError
        If the precision is unknown.
    """
    month = f"{date:%B %Y}"
    words = {
        "day": f"{date.day} {month}",
        "night": f"{date.day} {month}, in the night",
        "month": f"{month}, day not known",
        "year": f"{date.year}, month not known",
        "not before": f"not before {month}",
    }
    if precision not in words:
        raise ValueError(f"precision: {precision!r} is not known; allowed: {', '.join(words)}")
    return words[precision]


def drawn(since: int = 1991) -> pd.DataFrame:
    """Return the rows since a year as the figure shows them: `when` and `chapter` in words, `exact` or not."""
    table = chronicle()
    table = table[table["date"].dt.year >= since].reset_index(drop=True)
    exact = table["precision"].isin(["day", "night"])
    return table.assign(
        when=[said(day, how) for day, how in zip(table["date"], table["precision"], strict=True)],
        known=exact.map({True: "to the day", False: "by month or year only"}),
        chapter=table["chapter"].map({number: name for number, (name, _) in CHAPTERS.items()}),
    )[["date", "when", "known", "kind", "title", "member", "members", "chapter", "confidence"]]


def listing(first: int, last: int) -> Shown:
    """Return the events of some years as a table for readers, each row with links to its sources and its chapter.

    Raises
    ------
    ValueError
        If no event falls into the years.
    """
    table = chronicle()
    table = table[table["date"].dt.year.between(first, last)]
    if table.empty:
        raise ValueError(f"no event from {first} to {last}; the first is of {chronicle()['date'].min():%Y}")
    ending = "html" if in_book() else "ipynb"
    body, text = [], []
    for row in table.itertuples():
        name, page = CHAPTERS[row.chapter]
        when = said(row.date, row.precision)
        more = f"<br><small>{escape(row.text)}</small>" if row.text else ""
        link = f'<a href="../chapters/{page}.{ending}" title="{escape(name)}">chapter {row.chapter}</a>'
        sure = f"{row.confidence} {cited(row.source_keys)}"
        cells = (escape(row.title) + more, row.kind, escape(row.member), sure, link)
        body.append(
            f'<tr><th scope="row">{when}</th>' + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        )
        text.append(f"{when}: {row.title}")
    heads = ("When", "What", "Kind", "Member", "Confidence and sources", "Where")
    head = "".join(f'<th scope="col">{word}</th>' for word in heads)
    label = f"Timeline, {first} to {last}"
    html = (
        f'<div class="table-scroll listing" role="region" tabindex="0" aria-label="{label}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )
    return Shown(html, "\n".join(text))


# --- where the rows come from ----------------------------------------------------------------------------------------


def _row(
    source: Any,
    table: str,
    key: Any,
    chapter: int,
    kind: str,
    title: str,
    date: pd.Timestamp,
    *,
    precision: str = "day",
    codes: Iterable[str] = (),
    text: Any = "",
) -> Row:
    return {
        "date": date,
        "precision": precision,
        "kind": kind,
        "title": title,
        "text": "" if pd.isna(text) else text,
        "codes": sorted(codes),
        "chapter": chapter,
        "confidence": source.confidence,
        "source_keys": source.source_keys,
        "table": table,
        "row": str(key),
    }


def _marks(row: Row) -> set[tuple[Any, ...]]:
    """Return what keeps a later table from telling the event again; none if the day is not known."""
    if row["precision"] != "day":
        return set()
    if row["kind"] in _ONCE_A_DAY:
        return {(row["kind"], row["date"])}
    if row["kind"] in _ONCE_A_MEMBER:
        return {(row["kind"], row["date"], code) for code in row["codes"]}
    return set()


def _is_held(row: Row, held: set[tuple[Any, ...]]) -> bool:
    marks = _marks(row)
    return bool(marks) and marks <= held


def _who(codes: list[str], inside: list[str], names: pd.Series) -> str:
    if len(codes) > 2 and codes == inside:
        return "all members"
    return ", ".join(str(names[code]) for code in codes)


def _split(value: Any) -> list[str]:
    return [] if pd.isna(value) else str(value).split(";")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _members() -> Iterator[Row]:
    names = load("countries").set_index("country")["name"]
    for one in load("members").itertuples():
        edges = ((one.how_joined, one.joined), (one.how_left, one.left))
        for verb, day in edges:
            if pd.notna(day):
                title = f"{names[one.country]} {verb}"
                key = f"{one.country}-{one.spell}"
                yield _row(
                    one,
                    "members",
                    key,
                    1,
                    "joining or leaving",
                    title,
                    day,
                    codes=[one.country],
                    text=one.note,
                )


def _rules() -> Iterator[Row]:
    for one in load("membership_rules").itertuples():
        title = f"Uzbekistan's second membership: {one.rule}"
        yield _row(one, "membership_rules", one.rule, 1, "joining or leaving", title, one.date, codes=["UZB"])


def _events() -> Iterator[Row]:
    spells = load("members")
    for one in load("events").itertuples():
        codes = _split(one.countries) or members_on(spells, one.date)
        kind = _EVENTS.get(one.kind, "joining or leaving")
        yield _row(
            one,
            "events",
            one.title,
            1,
            kind,
            one.title,
            one.date,
            precision=one.date_precision,
            codes=codes,
            text=one.text,
        )


def _treaties() -> Iterator[Row]:
    spells, names = load("members"), load("countries").set_index("name")["country"]
    for one in load("treaties").itertuples():
        own = one.kind in {"this treaty", "agreement under this treaty"}
        kind = "other alliance" if one.kind == "other alliance" else "treaty"
        named = [code for name, code in names.items() if name in one.name]
        for verb, day in (
            ("signed", one.signed),
            ("in force", one.in_force),
            ("no longer in force", one.out_of_force),
        ):
            if pd.notna(day):
                codes = members_on(spells, day) if own else named
                yield _row(one, "treaties", one.treaty, 2, kind, f"{one.name}: {verb}", day, codes=codes)


def _pacts() -> Iterator[Row]:
    for one in load("pacts").itertuples():
        for verb, day in (("begins", one.begin), ("ends", one.end)):
            if pd.notna(day):
                codes = _split(one.members)
                yield _row(one, "pacts", one.pact, 1, "treaty", f"{one.name} {verb}", day, codes=codes)


def _organs() -> Iterator[Row]:
    spells = load("members")
    for one in load("organs").dropna(subset=["since"]).itertuples():
        yield _row(
            one,
            "organs",
            one.organ,
            2,
            "organ",
            f"{one.organ} founded",
            one.since,
            precision=one.since_precision,
            codes=members_on(spells, one.since),
            text=f"Counted from: {one.since_basis}.",
        )


def _secretaries() -> Iterator[Row]:
    for one in load("secretaries_general").itertuples():
        office = "acting Secretary General" if one.role == "acting" else "Secretary General"
        start = pd.NaT if one.start == one.appointed else one.start
        for title, day in (
            (f"{one.name} appointed {office}", one.appointed),
            (f"{one.name} takes office as {office}", start),
            (f"{one.name} leaves office as {office}", one.end),
        ):
            if pd.notna(day):
                codes = _split(one.country)
                yield _row(
                    one, "secretaries_general", one.term, 2, "post", title, day, codes=codes, text=one.note
                )


def _chairs() -> Iterator[Row]:
    names = load("countries").set_index("country")["name"]
    for one in load("chairs").itertuples():
        how = " provisionally" if one.provisional else ""
        yield _row(
            one,
            "chairs",
            one.turn,
            2,
            "post",
            f"{names[one.country]} takes the chair{how}",
            one.start,
            precision=one.start_precision,
            codes=[one.country],
            text=one.note,
        )


def _exercises() -> Iterator[Row]:
    for one in load("exercises").itertuples():
        status = "" if one.status == "held" else f", {one.status}"
        when, precision, which = one.start, one.start_precision, ""
        if pd.isna(when):
            when, precision, which = one.end, one.end_precision, ", last day"
        if pd.isna(when):
            when, precision, which = pd.Timestamp(int(one.year), 1, 1), "year", ""
        yield _row(
            one,
            "exercises",
            one.exercise,
            2,
            "exercise",
            f"{one.exercise}{status}{which}",
            when,
            precision=precision,
            codes=_split(one.participants),
            text=one.place,
        )


def _requests() -> Iterator[Row]:
    for one in load("requests").itertuples():
        name, codes = one.request_id, [one.requester]
        yield _row(
            one,
            "requests",
            name,
            3,
            "crisis",
            one.title,
            one.start,
            precision=one.start_precision,
            codes=codes,
            text=one.story,
        )
        if pd.notna(one.request_date):
            whom = "the CSTO" if one.requested_of == "CSTO" else one.requested_of
            title = f"{one.title}: request to {whom}"
            form = f"Form: {one.request_form}."
            yield _row(one, "requests", name, 3, "request", title, one.request_date, codes=codes, text=form)
        if pd.notna(one.response_date):
            title = f"{one.title}: {one.response.replace('/', ' or ')}"
            yield _row(one, "requests", name, 3, "answer", title, one.response_date, codes=codes)


def _january() -> Iterator[Row]:
    for one in load("january_2022").itertuples():
        yield _row(
            one,
            "january_2022",
            one.number,
            4,
            "crisis",
            f"January in Kazakhstan: {one.title}",
            one.day,
            precision="day" if one.precision == "clock" else one.precision,
            codes=["KAZ"],
            text=one.text,
        )


def _un_texts() -> Iterator[Row]:
    votes = load("un_votes").query("vote in ['yes', 'no', 'abstain']").groupby("text")["country"].agg(list)
    spells = load("members")
    for one in load("un_texts").itertuples():
        codes = sorted(set(votes.get(one.text, [])) & set(members_on(spells, one.date)))
        title = f"General Assembly: {one.title}"
        totals = [("yes", one.yes), ("no", one.no), ("abstaining", one.abstain)]
        text = ", ".join(f"{number} {word}" for word, number in totals if pd.notna(number))
        text = f"Text {one.text}{': ' if text else ''}{text}"
        yield _row(one, "un_texts", one.text, 4, "UN vote", title, one.date, codes=codes, text=text)


def _armenia() -> Iterator[Row]:
    for one in load("armenia_steps").itertuples():
        yield _row(
            one,
            "armenia_steps",
            one.number,
            4,
            "word or step",
            one.title,
            one.date,
            precision=one.precision,
            codes=["ARM"],
            text=f"{one.actor}: {one.text}",
        )


def _positions() -> Iterator[Row]:
    for one in load("positions").itertuples():
        yield _row(
            one,
            "positions",
            f"{one.issue}, {one.country}",
            4,
            "word or step",
            f"{one.issue}: {one.stance}",
            one.date,
            precision=one.precision,
            codes=[one.country],
            text=one.text,
        )


def _nato() -> Iterator[Row]:
    for one in load("nato_article4").itertuples():
        title = f"NATO, Article {one.article}: {one.requester}"
        text = one.trigger if pd.isna(one.date_note) else f"{one.trigger}; {one.date_note}"
        yield _row(
            one, "nato_article4", one.number, 3, "other alliance", title, one.date, text=_capital(text)
        )


def _endings() -> Iterator[Row]:
    others = load("alliance_endings").query("alliance != 'Collective Security Treaty, CSTO'")
    for one in others.itertuples():
        yield _row(
            one,
            "alliance_endings",
            one.alliance,
            5,
            "other alliance",
            f"{one.alliance}: {one.event}",
            one.date,
            precision=one.date_precision,
            text=one.note,
        )


def _forecasts() -> Iterator[Row]:
    for one in load("forecasts").itertuples():
        yield _row(
            one,
            "forecasts",
            one.forecast,
            5,
            "forecast",
            f"{_capital(one.speaker)}: {one.claim}",
            one.made,
            precision=one.made_precision,
            text=f"Marked: {one.verdict}.",
        )


_COLLECTORS = (
    _members,
    _events,
    _rules,
    _treaties,
    _pacts,
    _organs,
    _secretaries,
    _chairs,
    _exercises,
    _requests,
    _january,
    _un_texts,
    _armenia,
    _positions,
    _nato,
    _endings,
    _forecasts,
)
