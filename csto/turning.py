"""Frames that chapter 4 draws: January 2022, votes, points and distances, positions, entries, surveys, trade."""

from __future__ import annotations

import pandas as pd

from csto.data import load, with_names
from csto.origins import ARTICLES

#: The members beside Russia, as the chapter's charts order them.
ALLIES = ("BLR", "KAZ", "KGZ", "TJK", "ARM")
INVASION = pd.Timestamp("2022-02-24")
#: An ideal point that rests on fewer votes is not drawn: Kyrgyzstan's of 1992 has 16.
FEWEST_VOTES = 20
#: A vote in words, and the sign that stands for it in the grid.
VOTES = {"yes": "●", "abstain": "○", "absent": "–", "no": "✕", "not known": "?"}
#: A stance and the sign that stands for it in the matrix.
STANCES = {
    "with Russia": "●",
    "in between": "◐",
    "apart": "○",
    "disputed": "≠",
    "nothing found": "·",
}
#: Kinds of entry about Armenia, as the chart orders them; the last has no entry, and that is its point.
KINDS = (
    "appeal",
    "stays away",
    "posts and money",
    "words",
    "guards",
    "ties elsewhere",
    "answers of others",
    "at home",
    "notice of withdrawal",
)


def january() -> pd.DataFrame:
    """Return the events of January 2022 with `start` and `end` in local time and `panel` ("hours" or "days").

    An event known to the minute starts and ends in that minute; one known to a span within a night fills the span;
    one known to the day stands at noon. Hours are those of Nur-Sultan, six ahead of Greenwich.
    """
    table = load("january_2022")
    clock = table["clock"].fillna("12:00")
    table["start"] = table["day"] + pd.to_timedelta(clock + ":00")
    ends = table["until_day"] + pd.to_timedelta(table["until_clock"].fillna("00:00") + ":00")
    table["end"] = ends.fillna(table["start"])
    table["panel"] = table["precision"].map({"clock": "hours", "night": "hours", "day": "days"})
    return table


def hours_between_appeal_and_decision() -> tuple[float, float]:
    """Return the shortest and the longest time, in hours, that can lie between the appeal and the decision.

    Raises
    ------
    KeyError
        If one of the two events is not in the table.
    """
    events = january().set_index("title")
    appeal = events.loc["Appeal on television"]
    decision = events.loc["Decision of the Council"]
    spans = (decision["start"] - appeal["end"], decision["end"] - appeal["start"])
    return tuple(span.total_seconds() / 3600 for span in spans)  # type: ignore[return-value]


def votes() -> pd.DataFrame:
    """Return every text with every state that was ever a party: `vote` in words, its `sign`, `label` of the text.

    A vote that was not found is "not known". `label` has the title, the month and the totals (for–against–abstained).
    """
    texts = load("un_texts")
    totals = texts["yes"].astype(str) + "–" + texts["no"].astype(str) + "–" + texts["abstain"].astype(str)
    texts["label"] = texts["title"] + ", " + texts["date"].dt.strftime("%b %Y") + " (" + totals + ")"
    texts["place"] = range(len(texts))
    parties = load("countries").query("role in ['member', 'former member', 'former party to the treaty']")
    grid = texts[["text", "label", "date", "kind", "place"]].merge(parties[["country", "name"]], how="cross")
    known = load("un_votes")[["text", "country", "vote", "basis", "source_keys", "confidence"]]
    grid = grid.merge(known, on=["text", "country"], how="left")
    grid["vote"] = grid["vote"].fillna("not known")
    return grid.assign(sign=grid["vote"].map(VOTES))


def complete(since: str | pd.Timestamp = INVASION) -> list[str]:
    """Return the texts voted on since a day for which the vote of all six members is known, in order of time."""
    grid = votes()
    six = grid[grid["country"].isin(["RUS", *ALLIES]) & (grid["date"] >= since)]
    known = six.groupby("place")["vote"].apply(lambda column: (column != "not known").all())
    names = six.drop_duplicates("place").set_index("place")["text"]
    return names[known[known].index].tolist()


def beside_russia(texts: list[str] | None = None) -> pd.DataFrame:
    """Return how each ally voted beside Russia: `name`, `how` (three ways), `texts`, the count, and `which`.

    Parameters
    ----------
    texts
        Texts to count; those of `complete()` if not given. Russia voted no on all of them.

    Raises
    ------
    ValueError
        If Russia did not vote no on one of the texts, or an ally's vote on one is not known.
    """
    chosen = complete() if texts is None else texts
    grid = votes()
    grid = grid[grid["text"].isin(chosen)]
    odd = grid[(grid["country"] == "RUS") & (grid["vote"] != "no")]
    unknown = grid[grid["country"].isin(ALLIES) & (grid["vote"] == "not known")]
    if len(odd) or len(unknown):
        bad = pd.concat([odd, unknown]).iloc[0]
        raise ValueError(
            f"{bad['text']}: {bad['name']} is {bad['vote']!r}; every vote must be known, and Russia's no"
        )
    ways = {
        "no": "no, with Russia",
        "abstain": "abstained or absent",
        "absent": "abstained or absent",
        "yes": "yes",
    }
    allies = grid[grid["country"].isin(ALLIES)].assign(how=lambda d: d["vote"].map(ways))
    return allies.groupby(["country", "name", "how"], as_index=False).agg(
        texts=("text", "count"), which=("text", "; ".join)
    )


def moves(before: int, after: int, to: str = "RUS") -> pd.DataFrame:
    """Return how ideal points and distances changed between two years, by state.

    Parameters
    ----------
    before, after
        Calendar years of the table of affinity.
    to
        The state from which distance is measured, ISO3.

    Returns
    -------
    DataFrame
        `country`, `name`, `before` and `after` (ideal points), `own` (change of the state's point), `theirs` (change of
        the other's), `gap_before`, `gap_after` and `gap_change` (distances and their change). Points have no unit.

    Raises
    ------
    ValueError
        If a year has no point for the other state.
    """
    points = load("affinity").pivot(index="country", columns="year", values="ideal_point")
    for year in (before, after):
        if year not in points.columns or pd.isna(points.loc[to, year]):
            raise ValueError(f"affinity: no ideal point of {to} for {year}")
    frame = points[[before, after]].dropna().set_axis(["before", "after"], axis=1)
    frame["own"] = frame["after"] - frame["before"]
    frame["theirs"] = frame.loc[to, "own"]
    frame["gap_before"] = (frame["before"] - frame.loc[to, "before"]).abs()
    frame["gap_after"] = (frame["after"] - frame.loc[to, "after"]).abs()
    frame["gap_change"] = frame["gap_after"] - frame["gap_before"]
    return with_names(frame.drop(index=to).reset_index())


def position_matrix() -> pd.DataFrame:
    """Return issue by ally: `issue`, `name`, `stance`, its `sign` and the `text` behind it; empty cells are filled.

    Two issues are votes and are taken from the table of votes, so that they cannot differ from it.
    """
    stances = {"no": "with Russia", "abstain": "in between", "absent": "in between", "yes": "apart"}
    grid = votes()
    voted = {"ES-11/3": "Vote: Human Rights Council", "ES-11/4": "Vote: annexations"}
    cast = grid[grid["text"].isin(voted) & grid["country"].isin(ALLIES)]
    cast = cast.assign(
        issue=cast["text"].map(voted),
        stance=cast["vote"].map(stances),
        text="Voted: " + cast["vote"] + ", " + cast["date"].dt.strftime("%-d %B %Y") + ".",
    )
    rows = pd.concat(
        [
            cast[["issue", "country", "stance", "text"]],
            load("positions")[["issue", "country", "stance", "text"]],
        ]
    )
    issues = rows["issue"].unique().tolist()
    every = pd.MultiIndex.from_product([issues, ALLIES], names=["issue", "country"]).to_frame(index=False)
    full = with_names(every.merge(rows, how="left"))
    full["stance"] = full["stance"].fillna("nothing found")
    full["text"] = full["text"].fillna("Nothing was found on this.")
    return full.assign(sign=full["stance"].map(STANCES))


def entries() -> pd.DataFrame:
    """Return the entries about Armenia with `whose` ("Armenia", "Armenia and Russia" or "others") and `day` in words."""
    table = load("armenia_steps")
    formats = {"day": "%-d %B %Y", "month": "%B %Y", "year": "%Y"}
    return table.assign(
        whose=table["actor"].where(table["actor"].str.startswith("Armenia"), "others"),
        day=[
            date.strftime(formats[how]) for date, how in zip(table["date"], table["precision"], strict=True)
        ],
    )


def surveys(about: str) -> pd.DataFrame:
    """Return Armenian answers about "Russia" or the "alliance", with `series`, `label`, `asked` and `year`.

    `series` is question and pollster, `label` question and time, `asked` how many people and how.

    Raises
    ------
    ValueError
        If `about` is neither.
    """
    table = load("opinion").query("country == 'ARM'")
    if about not in set(table["about"]):
        raise ValueError(
            f"about: {about!r} is not allowed; allowed: {', '.join(sorted(set(table['about'])))}"
        )
    table = table[table["about"] == about]
    people = table["sample"].map(lambda n: f"{int(n):,} people" if pd.notna(n) else "sample not found")
    mode = table["mode"].fillna("mode not found")
    when = (
        table["fieldwork"]
        .dt.strftime("%b %Y")
        .where(table["precision"] != "year", table["fieldwork"].dt.strftime("%Y"))
    )
    return table.assign(
        series=table["question"] + " (" + table["pollster"] + ")",
        label=table["question"] + ", " + when,
        asked=people + ", " + mode,
        year=table["fieldwork"].dt.year,
    )


def trade_shares(years: tuple[int, ...] = (2019, 2022, 2023)) -> pd.DataFrame:
    """Return shares of trade of the allies with Russia and China in some years: `label`, `partner`, `share` in per cent.

    A partner that is not among those listed has no share and no row.
    """
    table = load("trade").query("country in @ALLIES and year in @years and listed")
    partners = {"RUS": "Russia", "CHN": "China"}
    flows = {"exports": "Exports to", "imports": "Imports from"}
    return with_names(table).assign(
        partner_name=table["partner"].map(partners),
        label=table["flow"].map(flows) + " " + table["partner"].map(partners),
    )


def verdicts() -> pd.DataFrame:
    """Return the claims on 2022 with a short `point`, the article's label and the `place` (0, 1) in its cell."""
    claims = load("claims").query("chapter == '04'")
    return claims.assign(
        point=claims["disagreement"] + " " + claims["issue"],
        said_by=claims["source"].map(ARTICLES),
        place=claims.groupby(["disagreement", "source"]).cumcount(),
    )


def held_still(year: int) -> pd.DataFrame:
    """Return points, intervals and distances to Russia, and the distance if Russia had stayed where it stood in a year.

    Parameters
    ----------
    year
        The year at which Russia is held; `gap_held` begins there and is missing before.

    Returns
    -------
    DataFrame
        One row a state and year: `country`, `name`, `year`, `point`, `low`, `high`, `russia`, `russia_low`,
        `russia_high`, `gap` and `gap_held`. Points and distances have no unit.

    Raises
    ------
    ValueError
        If Russia has no ideal point for the year.
    """
    table = load("affinity").rename(
        columns={"ideal_point": "point", "ideal_low": "low", "ideal_high": "high"}
    )
    russia = table.query("country == 'RUS'").set_index("year")[["point", "low", "high"]]
    if year not in russia.index or pd.isna(russia.loc[year, "point"]):
        raise ValueError(f"affinity: no ideal point of Russia for {year}")
    russia = russia.set_axis(["russia", "russia_low", "russia_high"], axis=1)
    table = table[(table["country"] != "RUS") & (table["votes"] >= FEWEST_VOTES)]
    frame = table[["country", "year", "point", "low", "high"]].join(russia, on="year")
    frame["gap"] = (frame["point"] - frame["russia"]).abs()
    held = (frame["point"] - russia.loc[year, "russia"]).abs()
    frame["gap_held"] = held.where(frame["year"] >= year)
    return with_names(frame)
