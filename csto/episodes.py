"""Frames that chapter 3 draws: the episodes, their denominators, and the comparisons."""

from __future__ import annotations

import pandas as pd

from csto.data import load, with_names
from csto.models.agreement import agreement, disagreements
from csto.models.rates import rate
from csto.origins import ARTICLES

IN_FORCE_1992 = pd.Timestamp("1994-04-20")
IN_FORCE_2010 = pd.Timestamp("2012-12-19")
#: Denominators, from wide to narrow: name and filter. The order of the filters is part of the result.
DENOMINATORS = {
    "all rows of members": "member_at_time == 'yes'",
    "requests on record": "member_at_time == 'yes' and on_record",
    "requests to the Organisation": "member_at_time == 'yes' and on_record and requested_of == 'CSTO'",
    "formal Article 4 appeals": "member_at_time == 'yes' and on_record and requested_of == 'CSTO'"
    " and request_form == 'formal Art. 4 appeal'",
}
#: Numerators: name and the codes of `response` that count.
NUMERATORS = {
    "troops": ("deployment",),
    "more than words": ("deployment", "mission", "material aid", "promise"),
    "any answer found": (
        "deployment",
        "mission",
        "material aid",
        "promise",
        "consultation/statement",
        "refusal",
    ),
}
#: Codes of `adversary_kind` as readers see them.
OPPONENTS = {
    "state": "outside state",
    "another member": "another member",
    "non-state": "armed group",
    "internal unrest": "inside the state",
}
CODED = ("request_form", "requested_of", "response")


def text_in_force(day: pd.Timestamp) -> str:
    """Return which text of the treaty was in force on a day: "none yet", "text of 1992" or "text of 2010"."""
    if day < IN_FORCE_1992:
        return "none yet"
    return "text of 1992" if day < IN_FORCE_2010 else "text of 2010"


def episodes(coding: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the table of episodes with what follows from it.

    Parameters
    ----------
    coding
        A second coding: rows with `request_id` and some of the coded fields, which replace those of the table.

    Returns
    -------
    DataFrame
        The table, and `name` of the member, `day` (of the request, or else the first day), `text` in force on it,
        `on_record` (a request by a government in office), `days` from request to first answer (missing where either
        day is unknown), `year`.

    Raises
    ------
    ValueError
        If the coding lacks an episode, or an answer comes before its request.
    """
    table = load("requests")
    if coding is not None:
        missing = set(table["request_id"]) - set(coding["request_id"])
        if missing:
            raise ValueError(f"the coding lacks {', '.join(sorted(missing))}")
        fields = [field for field in coding.columns if field in table.columns and field != "request_id"]
        table = table.drop(columns=fields).merge(coding[["request_id", *fields]], on="request_id")
    table = with_names(table, "requester")
    table["day"] = table["request_date"].fillna(table["start"])
    table["text"] = table["day"].map(text_in_force)
    table["year"] = table["day"].dt.year
    asked = table["request_form"].notna() & (table["request_form"] != "none")
    table["on_record"] = asked & (table["government_in_office"] == "yes")
    days = (table["response_date"] - table["request_date"]).dt.days
    backwards = table[(days < 0) & asked]
    if len(backwards):
        raise ValueError(
            f"data/requests.csv, {backwards['request_id'].iloc[0]}: the answer comes before the request"
        )
    table["days"] = days.where(asked)
    return table.sort_values(["day", "request_id"], ignore_index=True)


def chosen(table: pd.DataFrame, denominator: str) -> pd.DataFrame:
    """Return the rows of a denominator.

    Raises
    ------
    ValueError
        If the name is unknown; the message lists the names.
    """
    if denominator not in DENOMINATORS:
        raise ValueError(f"denominator: {denominator!r} is not known; allowed: {', '.join(DENOMINATORS)}")
    return table.query(DENOMINATORS[denominator])


def rates(table: pd.DataFrame) -> pd.DataFrame:
    """Return every numerator over every denominator: `denominator`, `numerator`, `k`, `n`, `share`, `low`, `high`.

    Limits are of the Wilson interval at 95%.

    Raises
    ------
    ValueError
        If a denominator is empty.
    """
    rows = []
    for denominator in DENOMINATORS:
        answers = chosen(table, denominator)["response"]
        for numerator, codes in NUMERATORS.items():
            one = rate(int(answers.isin(codes).sum()), len(answers))
            rows.append({"denominator": denominator, "numerator": numerator, **one._asdict()})
    return pd.DataFrame(rows)


def explorer() -> pd.DataFrame:
    """Return the rows of members as the timeline explorer shows them: codes in words, and `told`, the story at length."""
    table = chosen(episodes(), "all rows of members")
    addressee = table["requested_of"].replace({"none": "nobody", "unclear": "nobody on record"})
    return table.assign(
        opponent=table["adversary_kind"].map(OPPONENTS),
        addressee=addressee,
        response=table["response"].fillna("no reaction found"),
        told=[
            f"{row.title}, {row.year}. {row.story} Why coded so: {row.coding_note} Confidence: {row.confidence}."
            for row in table.itertuples()
        ],
    )[
        [
            "request_id",
            "title",
            "name",
            "day",
            "year",
            "opponent",
            "request_form",
            "addressee",
            "response",
            "on_record",
            "told",
            "source_keys",
        ]
    ]


def first_answers() -> pd.DataFrame:
    """Return how soon requests on record were answered: `asked`, `when`, `cases` and which `episodes`."""
    table = chosen(episodes(), "requests on record")
    when = pd.Series("day unknown", index=table.index)
    when = when.mask(table["response"] == "no answer found", "no answer found")
    when = when.mask(table["days"] == 0, "same day").mask(table["days"] == 1, "next day")
    asked = table["requested_of"].map(
        {"CSTO": "asked of the Organisation", "Russia": "asked of Russia alone"}
    )
    return (
        table.assign(asked=asked, when=when)
        .groupby(["asked", "when"], as_index=False)
        .agg(cases=("request_id", "count"), episodes=("title", "; ".join))
    )


def one_in() -> pd.DataFrame:
    """Return a square for each case of each denominator: `denominator`, `place`, `answer` ("troops" or "no troops")."""
    table = episodes()
    parts = []
    for denominator in DENOMINATORS:
        answers = chosen(table, denominator)["response"].eq("deployment").sort_values(ascending=False)
        parts.append(
            pd.DataFrame(
                {
                    "denominator": denominator,
                    "place": range(len(answers)),
                    "answer": ["troops" if sent else "no troops" for sent in answers],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def fighting() -> pd.DataFrame:
    """Return the episodes of members with the `level` of fighting in their year, in words.

    A conflict that the data set does not list for the year has fewer than 25 deaths or is not fighting by a state;
    years after the data set's last are "no data". `answer` is "more than words", "words" or "nothing found".
    """
    years = load("conflict_years")
    words = {1: "25 to 999 deaths", 2: "1,000 deaths or more"}
    levels = {
        (conflict, year): words[level]
        for conflict, year, level in years[["conflict", "year", "level"]].itertuples(index=False)
    }
    table = chosen(episodes(), "all rows of members").copy()
    last = int(years["year"].max())
    table["level"] = [
        "no data" if year > last else levels.get((conflict, year), "not in the data")
        for conflict, year in zip(table["conflict"], table["start"].dt.year, strict=True)
    ]
    acted = table["response"].isin(NUMERATORS["more than words"])
    spoke = table["response"].isin(["consultation/statement", "refusal"])
    table["answer"] = (
        pd.Series("nothing found", index=table.index).mask(spoke, "words").mask(acted, "more than words")
    )
    return table


def consultations() -> pd.DataFrame:
    """Return consultations called for by a party, in NATO (Article 4) and here: `alliance`, `date`, `who`, `why`."""
    nato = load("nato_article4").query("article == 4")
    there = pd.DataFrame(
        {
            "alliance": "NATO, Article 4",
            "date": nato["date"],
            "who": nato["requester"],
            "why": nato["trigger"],
        }
    )
    table = chosen(episodes(), "requests to the Organisation")
    table = table[table["request_form"].isin(["Art. 2 consultation", "Permanent Council called"])]
    here = pd.DataFrame(
        {
            "alliance": "CSTO, called by a member",
            "date": table["day"],
            "who": table["name"],
            "why": table["title"],
        }
    )
    return pd.concat([there, here], ignore_index=True)


def agreed(second: pd.DataFrame) -> pd.DataFrame:
    """Return the agreement of a second coding with the table's, field by field; see `csto.models.agreement`."""
    return agreement(load("requests"), second, "request_id", CODED)


def apart(second: pd.DataFrame) -> pd.DataFrame:
    """Return what a second coding codes otherwise: `episode`, `field`, `first`, `second`, and both coders' reasons."""
    first = load("requests").set_index("request_id")
    rows = disagreements(load("requests"), second, "request_id", CODED)
    number = rows["request_id"]
    return pd.DataFrame(
        {
            "episode": number + " " + number.map(first["title"]),
            "field": rows["field"],
            "first": rows["first"],
            "second": rows["second"],
            "first coder's note": number.map(first["coding_note"]),
            "second coder's reason": number.map(second.set_index("request_id")["reason"]),
        }
    ).set_index("episode")


def verdicts() -> pd.DataFrame:
    """Return the claims on requests with a short `point`, the article's label and the `place` (0, 1) in its cell."""
    claims = load("claims").query("chapter == '03'")
    return claims.assign(
        point=claims["disagreement"] + " " + claims["issue"],
        said_by=claims["source"].map(ARTICLES),
        place=claims.groupby(["disagreement", "source"]).cumcount(),
    )


def published() -> pd.DataFrame:
    """Return the published rates that are given as a number: `study` with what it covers, `share` (0 to 1), `wording`."""
    table = load("reliability").dropna(subset=["percent"])
    who = table["authors"].str.split(";").str[0].where(table["year"].notna(), "Earlier estimate")
    year = table["year"].astype("string").fillna("")
    what = table["subset"].where(table["subset"] != "all", table["period"]).replace("all alliances", "wars")
    return table.assign(
        study=(who + " " + year).str.strip()
        + ", "
        + what.str.replace(r" (agreements|pacts|alliances)$", "", regex=True),
        share=table["percent"] / 100,
    )[["study", "share", "authors", "measure", "period", "wording", "source_keys"]]
