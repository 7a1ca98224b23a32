"""Frames that chapter 2 draws: wrangling that the chapter does not teach."""

from __future__ import annotations

import pandas as pd

from csto.data import load, with_names
from csto.membership import concentration, shares
from csto.origins import ARTICLES, RECORD_ENDS

SIX = ("ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK")
#: The year for which both organisations have figures of one kind.
COMPARED = 2024
#: The columns of the matrix of organs, by the question that each answers.
QUESTIONS = {
    "one_seat_each": "One seat each",
    "led_by_chair": "Led by the chair's state",
    "decides_on_force": "Decides on force",
    "standing_staff": "Standing staff, Moscow",
}
SIGNS = {"yes": "●", "no": "·", "not known": "?"}
#: Forces in which a member has no part, so that its absence from an exercise says nothing.
NOT_OF_THE_FORCE = {"rapid deployment": ("ARM", "BLR", "UZB")}
POINTS = {
    "D07": "What is the Secretary General?",
    "D11": "What is promised?",
    "D22": "What is the main business?",
    "D23": "What is 95%?",
    "D24": "Who are the observers?",
    "D28": "Did the force of 2009 count?",
}


def organ_matrix() -> pd.DataFrame:
    """Return one row an organ and question: `label` (with the year of founding, if known), `question`, `answer`, `sign`.

    Organs stand in the order of the table, from the one that decides to the one that debates.
    """
    organs = load("organs")
    since = organs["since"].dt.year.map(lambda year: f", {year:.0f}" if pd.notna(year) else "")
    long = organs.assign(label=organs["organ"] + since).melt(
        id_vars=["organ", "label", "who_sits", "does", "note", "confidence"],
        value_vars=list(QUESTIONS),
        var_name="question",
        value_name="answer",
    )
    return long.assign(question=long["question"].map(QUESTIONS), sign=long["answer"].map(SIGNS))


# --- shares -----------------------------------------------------------------------------------------------------------


def spending(bloc: str, year: int) -> pd.DataFrame:
    """Return military spending by state: `country`, `name`, `spending` (billion US$), and its `share` (0 to 1) of the bloc.

    A state without a figure (Iceland, which has no armed forces) counts as nothing.

    Raises
    ------
    ValueError
        If the table has no row for the bloc and the year.
    """
    rows = load("military_spending").query("bloc == @bloc and year == @year").reset_index(drop=True)
    if rows.empty:
        raise ValueError(f"no spending of {bloc!r} in {year}; there are: CSTO in 2022 to 2024, NATO in 2024")
    money = rows["share_of_gdp"].fillna(0) / 100 * rows["gdp"]
    return rows.assign(spending=money, share=money / money.sum())[["country", "name", "spending", "share"]]


def spending_bounds(year: int, step: float = 0.1) -> tuple[float, float]:
    """Return the lowest and highest share of Russia that printing to one decimal leaves open.

    Parameters
    ----------
    year
        A year of the table.
    step
        The last printed place of spending as a share of output, in per cent of output.
    """
    rows = load("military_spending").query("bloc == 'CSTO' and year == @year")
    low, high = ((rows["share_of_gdp"] + sign * step / 2) * rows["gdp"] for sign in (-1, 1))
    russia = rows["country"] == "RUS"
    return (
        float(low[russia].sum() / (low[russia].sum() + high[~russia].sum())),
        float(high[russia].sum() / (high[russia].sum() + low[~russia].sum())),
    )


def russian_shares() -> pd.DataFrame:
    """Return Russia's share by what is divided: `of`, `low` and `high` (0 to 1), `label`, `year`, `said_by`, `kind`.

    Where only an upper end can be had (the force of 2022), `low` is missing.
    """
    budget = load("budget_shares").query("country == 'RUS'").set_index("budget")
    force = load("force_sizes").query("force == 'Rapid reaction force'")
    russian = force.query("country == 'RUS'").set_index(force.query("country == 'RUS'")["as_of"].dt.year)
    whole = force[force["country"].isna()].set_index(force[force["country"].isna()]["as_of"].dt.strftime("%Y-%m"))
    rows = [
        (
            "common budget" if name == "common budget" else "budget of one command, draft",
            int(row["year"]),
            row["share"] / 100,
            row["share"] / 100,
            "officials" if name == "common budget" else "ITAR-TASS",
            "money in common",
        )
        for name, row in budget.iterrows()
    ]
    rows += [
        (
            "national military spending of the six",
            year,
            *spending_bounds(year),
            "computed from the Factbook",
            "added up",
        )
        for year in (2022, 2023, 2024)
    ]
    asymmetry = load("asymmetry")
    latest = shares(asymmetry[asymmetry["country"].isin(SIX)]).query("year == 2022 and country == 'RUS'")
    words = {"gdp": "output of the six", "population": "people of the six", "personnel": "soldiers of the six"}
    rows += [
        (words[row["indicator"]], 2022, row["share"], row["share"], "computed", "added up")
        for row in latest.to_dict("records")
    ]
    rows += [
        (
            "rapid reaction force",
            int(year),
            row["low"] / whole.loc[f"{row['as_of']:%Y-%m}", "high"],
            row["low"] / whole.loc[f"{row['as_of']:%Y-%m}", "high"],
            row["said_by"],
            "force",
        )
        for year, row in russian.iterrows()
    ]
    rows.append(("force sent to Kazakhstan", 2022, None, most_of_2022(), "what the others leave", "force"))
    frame = pd.DataFrame(rows, columns=["of", "year", "low", "high", "said_by", "kind"])
    return frame.assign(label=frame["of"] + ", " + frame["year"].astype(str))


def most_of_2022() -> float:
    """Return the largest share (0 to 1) that Russia can have had of the force in Kazakhstan in January 2022.

    It is what three named contingents leave of the higher of the two totals; Belarus sent a company that is not counted off.
    """
    force = load("contingents_2022").set_index("contingent")
    whole = float(force.loc["Whole force", "high"])
    return (whole - float(force["high"].drop("Whole force").sum())) / whole


def concentrations() -> pd.DataFrame:
    """Return both organisations side by side: `bloc`, `members`, `largest`, `share` of it, `index` (0 to 1), `next` share."""
    rows = []
    for bloc in ("CSTO", "NATO"):
        states = spending(bloc, COMPARED).sort_values("share", ascending=False)
        first, second = states.iloc[0], states.iloc[1]
        rows.append(
            (
                bloc,
                len(states),
                first["name"],
                first["share"],
                second["name"],
                second["share"],
                concentration(states["share"]),
            )
        )
    return pd.DataFrame(rows, columns=["bloc", "members", "largest", "share", "next", "next_share", "index"])


# --- posts and forces -------------------------------------------------------------------------------------------------


def posts() -> pd.DataFrame:
    """Return who held what: `name` of the state, `post`, `person`, `start`, `end`, `days`, one row a turn or term.

    `post` is "chair of the Council", "Secretary General" or "acting, post vacant"; what lasts ends with the record.
    """
    chairs = load("chairs").sort_values("start")
    chairs["end"] = chairs["start"].shift(-1).fillna(RECORD_ENDS)
    chairs = chairs.assign(post="chair of the Council", person="")
    heads = load("secretaries_general").query("role != 'before the Organisation'")
    heads = heads.assign(
        post=heads["role"].map({"in office": "Secretary General", "acting": "acting, post vacant"}),
        person=heads["name"],
        end=heads["end"].fillna(RECORD_ENDS),
    ).drop(columns="name")
    both = with_names(pd.concat([chairs, heads]))
    columns = ["name", "post", "person", "start", "end", "days", "note", "confidence"]
    return both.assign(days=(both["end"] - both["start"]).dt.days)[columns].reset_index(drop=True)


def vacancies() -> pd.DataFrame:
    """Return the times without a Secretary General: `start`, `end` (the day the next one began) and `days`."""
    heads = load("secretaries_general").sort_values("term").reset_index(drop=True)
    gaps = heads[heads["role"] == "acting"].copy()
    gaps["end"] = [heads.loc[number + 1, "start"] for number in gaps.index]
    return gaps.assign(days=(gaps["end"] - gaps["start"]).dt.days)[["start", "end", "days"]].reset_index(drop=True)


def stated_sizes() -> pd.DataFrame:
    """Return the dated sizes of whole forces: the table's rows with `value` to mark, and `said` for the reader."""
    rows = load("force_sizes")
    rows = rows[rows["country"].isna() & rows["as_of"].notna() & rows["bound"].notna()]
    rows = rows[rows["force"] != "All collective forces"]
    value = rows["low"].fillna(rows["high"]).astype(float)
    return rows.assign(value=value, said=rows["wording"] + " (" + rows["said_by"] + ")")


def attendance() -> pd.DataFrame:
    """Return who took part, one row an exercise and member on whom something is reported: `exercise`, `day`, `name`, `came`.

    `came` is "took part" or "stayed away" ("disputed" where the reports part). Operations against drugs are left out.
    """
    rows = load("exercises").query("force != 'drug operation'")
    rows = rows.assign(day=rows["start"].fillna(rows["end"]).fillna(pd.to_datetime(rows["year"].astype(str) + "-07-01")))
    came = rows.assign(country=rows["participants"].str.split(";"), came="took part")
    away = rows.assign(country=rows["absent"].str.split(";"), came="stayed away")
    long = pd.concat([came, away]).explode("country").dropna(subset="country")
    disputed = (long["confidence"] == "disputed") & (long["came"] == "stayed away")
    long["came"] = long["came"].mask(disputed, "disputed")
    return with_names(long)[["exercise", "day", "name", "country", "came", "force", "note"]].sort_values("day")


def verdicts() -> pd.DataFrame:
    """Return the claims of this chapter with a short `point` for the axis and the article's full label."""
    claims = load("claims").query("chapter == '02'")
    return claims.assign(
        point=claims["disagreement"] + " " + claims["disagreement"].map(POINTS),
        said_by=claims["source"].map(ARTICLES),
    )
