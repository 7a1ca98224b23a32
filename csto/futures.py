"""Frames that chapter 5 draws: forecasts and their marks, signs of life, ends of alliances, rates of leaving."""

from __future__ import annotations

import pandas as pd

from csto.data import load
from csto.models import survival
from csto.models.ledger import MARKS, standing
from csto.models.survival import Beyond
from csto.origins import ARTICLES, CHARTER, RECORD_ENDS

IN_FORCE, SIGNED = pd.Timestamp("1994-04-20"), pd.Timestamp("1992-05-15")
#: The day by which the chapter asks whether a member will have gone.
HORIZON = pd.Timestamp("2030-12-31")
#: Whether a forecast held, as charts order it, with the sign that says the same without colour.
STANDINGS = {"held": "✓", "half": "◐", "failed": "×", "unmarked": "·"}
#: What the sentences of the ledger can be sorted by, as a menu names it.
SORTED_BY = {
    "What kind of sentence": "wording",
    "What it expects": "expects",
    "Who set the day": "limit",
    "Where it stands": "origin",
}
WORDINGS = [
    "forecast",
    "promise or threat",
    "may or could",
    "remark, warning or list",
    "no threshold",
    "void question",
]
#: Groups of the survival curves, in the order of the menu.
GROUPS = ["all defence pacts", "multilateral pacts", "bilateral pacts", "pacts with the USSR or Russia"]
POINTS = {
    "D08": "Growing or not?",
    "D09": "Failed?",
    "D21": "West kept out?",
    "D26": "What next?",
    "D27": "What to do?",
}
ABOUT = ["meets and decides", "the members take part", "the promise is used"]


def ledger() -> pd.DataFrame:
    """Return the forecasts with their `standing`, `origin`, who set the day (`limit`) and `told`, the row at length."""
    table = load("forecasts")
    return table.assign(
        standing=standing(table["verdict"]),
        origin=table["article"].notna().map({True: "the five articles", False: "others"}),
        limit=table["limit_by"].map({"author": "the author", "course": "the course"}).fillna("nobody"),
        asked=table["question"].fillna("No question can be made of it."),
        year=table["made"].dt.year,
    )


def squares() -> pd.DataFrame:
    """Return the ledger with the `place` of each forecast among those with its mark, from 0, in order of the day made."""
    table = ledger().sort_values(["made", "forecast"], ignore_index=True)
    return table.assign(place=table.groupby("verdict").cumcount())


def dated() -> pd.DataFrame:
    """Return the ledger with a `height` for drawing: the lane of its mark (0 at the top), and above it sentences of one year."""
    table = squares()
    stack = table.groupby(["verdict", "year"]).cumcount()
    return table.assign(height=table["verdict"].map(MARKS.index) - 0.13 * stack)


def sharpness() -> pd.DataFrame:
    """Return how the sentences stand, sorted in four ways: `sorted_by`, `kind`, `standing`, `sentences`, `of`, `share`.

    `of` is the number of sentences of the kind, `share` the part of it in the standing (0 to 1).
    """
    table = ledger()
    parts = []
    for name, column in SORTED_BY.items():
        counts = pd.crosstab(table[column], table["standing"]).reindex(columns=list(STANDINGS), fill_value=0)
        long = counts.rename_axis("kind").reset_index().melt("kind", var_name="standing", value_name="sentences")  # fmt: skip
        parts.append(long.assign(sorted_by=name, of=long["kind"].map(counts.sum(axis=1))))
    found = pd.concat(parts, ignore_index=True)
    return found.assign(
        share=found["sentences"] / found["of"],
        place=found["standing"].map(list(STANDINGS).index),
    ).query("sentences > 0")


def marked(table: pd.DataFrame) -> pd.DataFrame:
    """Return the forecasts that can be marked and have been: those that held, failed, or held half."""
    return table[table["standing"] != "unmarked"]


def signs() -> pd.DataFrame:
    """Return the vital signs with `present` as the sign that a chart draws, in the order of `ABOUT`."""
    table = load("vital_signs")
    return table.assign(
        place=table["about"].map(ABOUT.index), sign_drawn=table["code"].map({"present": "●", "absent": "○"})
    )


def measures() -> pd.DataFrame:
    """Return how many signs of each kind are present: `about`, `present`, `of`."""
    table = load("vital_signs")
    counts = (
        table.assign(present=table["code"] == "present")
        .groupby("about")["present"]
        .agg(["sum", "size"])
        .reindex(ABOUT)
    )
    return counts.rename(columns={"sum": "present", "size": "of"}).reset_index()


def stations() -> pd.DataFrame:
    """Return the stations of the alliances with `age`, years since the beginning, and the `last` age of each.

    The alliance that has not ended gets a last station, "record ends", on the last day of the record.
    """
    table = load("alliance_endings")
    running = sorted(set(table["alliance"]) - set(table.loc[table["kind"] == "end", "alliance"]))
    ends = pd.DataFrame(
        {"alliance": running, "date": RECORD_ENDS, "kind": "record ends", "event": "The record ends"}
    )
    table = pd.concat([table, ends], ignore_index=True)
    begun = table[table["kind"] == "beginning"].set_index("alliance")["date"]
    table["age"] = (table["date"] - table["alliance"].map(begun)).dt.days / 365.25
    table["last"] = table.groupby("alliance")["age"].transform("max")
    table["when"] = table["date"].dt.strftime("%-d %B %Y")
    rough = {"year": table["date"].dt.strftime("%Y"), "month": table["date"].dt.strftime("%B %Y")}
    for precision, words in rough.items():
        table["when"] = table["when"].mask(table["date_precision"] == precision, words)
    return table.sort_values(["alliance", "date"], ignore_index=True)


def outlived(alliance: str) -> float:
    """Return by how many years an alliance outlived its first exit.

    Raises
    ------
    ValueError
        If no member left it, or it has not ended.
    """
    table = stations().query("alliance == @alliance")
    first, end = table.loc[table["kind"] == "exit", "age"], table.loc[table["kind"] == "end", "age"]
    if first.empty or end.empty:
        raise ValueError(f"{alliance!r} has no exit or no end; there are: {', '.join(stations()['alliance'].unique())}")  # fmt: skip
    return float(end.iloc[0] - first.iloc[0])


def lives(group: str) -> pd.DataFrame:
    """Return one row a pact or member of a group: `years`, `ended`.

    Raises
    ------
    ValueError
        If the group is unknown; the message lists the groups.
    """
    table = load("alliance_ends")
    known = table["group"].unique().tolist()
    if group not in known:
        raise ValueError(f"group: {group!r} is not known; allowed: {', '.join(known)}")
    return survival.lifetimes(table.query("group == @group")[["years", "ended", "running"]])


def share_at(group: str, age: int) -> float:
    """Return the estimated share of a group (0 to 1) that lasts longer than an age in years."""
    return survival.share_at(lives(group), age)


def half_life(group: str) -> tuple[float, float, float]:
    """Return the age by which half of a group have ended, and its 95% limits, in years."""
    return survival.median(lives(group))


def curves() -> pd.DataFrame:
    """Return the survival curves of the groups of pacts for drawing: each begins at age 0 with all alive."""
    parts = []
    for group in GROUPS:
        found = lives(group)
        table = survival.curve(found)
        start = pd.DataFrame({"years": [-0.01], "at_risk": [len(found)], "ended": [0], "survival": [1.0], "low": [1.0], "high": [1.0]})  # fmt: skip
        end = table.iloc[[-1]].assign(years=max(int(found["years"].max()), int(table["years"].iloc[-1])))
        parts.append(pd.concat([start, table, end], ignore_index=True).assign(group=group))
    drawn = pd.concat(parts, ignore_index=True)
    return drawn.assign(years=drawn["years"].clip(lower=0))


def went_on(age: int, further: int) -> pd.DataFrame:
    """Return for each group the share of pacts that had passed an age and went on; see `survival.beyond`.

    A group of which none was seen beyond the age is left out.
    """
    rows = []
    for group in GROUPS:
        found = lives(group)
        if (found["years"] > age).any():
            rows.append({"group": group, **survival.beyond(found, age, further)._asdict()})
    return pd.DataFrame(rows, columns=["group", *Beyond._fields])


def membership_years(start: pd.Timestamp, end: pd.Timestamp = RECORD_ENDS) -> float:
    """Return the years of membership of all members together between two days, in years of 365.25 days."""
    spells = load("members")
    stay = spells["left"].fillna(end).clip(upper=end) - spells["joined"].clip(lower=start)
    return float(stay.dt.days.clip(lower=0).sum() / 365.25)


def exits(start: pd.Timestamp, end: pd.Timestamp = RECORD_ENDS) -> pd.Series:
    """Return the days on which a membership ended between two days, one for each that did."""
    left = load("members")["left"]
    return left[(left >= start) & (left <= end)]


def exit_rates(until: pd.Timestamp = HORIZON) -> pd.DataFrame:
    """Return yearly rates of exit by reference class, and the chance that one of six members or more leaves.

    Returns
    -------
    DataFrame
        `reference`, `events`, `exposure` (years of membership, or of the treaty where days are counted), `rate`, `low`,
        `high` (a year), and `chance`, `chance_low`, `chance_high`: that one of the six or more leaves between the end of
        the record and `until`, at that rate.
    """
    pacts = lives("members of multilateral pacts")
    left, years = exits(IN_FORCE), (RECORD_ENDS - IN_FORCE).days / 365.25
    ahead = (until - RECORD_ENDS).days / 365.25
    classes = {
        "this treaty, since 1994, exits": (len(left), membership_years(IN_FORCE), 6 * ahead),
        "this treaty, since 1994, days with an exit": (left.nunique(), years, ahead),
        "this Organisation, since 2002, exits": (len(exits(CHARTER)), membership_years(CHARTER), 6 * ahead),
        "multilateral pacts, 1945 to 2016, exits": (
            int(pacts["ended"].sum()),
            float(pacts["years"].sum()),
            6 * ahead,
        ),
    }
    rows = []
    for reference, (events, exposure, exposed) in classes.items():
        found = survival.yearly(events, exposure)
        chances = {
            f"chance{end}": survival.chance(getattr(found, field), exposed)
            for end, field in (("", "rate"), ("_low", "low"), ("_high", "high"))
        }
        rows.append({"reference": reference, **found._asdict(), **chances})
    return pd.DataFrame(rows)


def shares() -> pd.DataFrame:
    """Return the published shares that are given as a number: `study` with its sample, `short` state, `place` in the bar."""
    table = load("vitality").dropna(subset=["percent"])
    study = table["authors"] + " " + table["year"].astype(str)
    kind = table["kind"].str.replace("intergovernmental ", "")
    return table.assign(
        study=study + ", " + kind + ", since " + table["since"].astype(str),
        share=table["percent"] / 100,
        short=table["state"].str.split(":").str[0].str.replace("dead in all but name", "dead"),
        place=table.groupby("authors").cumcount(),
    )


def verdicts() -> pd.DataFrame:
    """Return the claims about the future with a short `point`, the article's label and the `place` in its cell."""
    claims = load("claims").query("chapter == '05'")
    return claims.assign(
        point=claims["disagreement"] + " " + claims["disagreement"].map(POINTS),
        said_by=claims["source"].map(ARTICLES),
        place=claims.groupby(["disagreement", "source"]).cumcount(),
    )
