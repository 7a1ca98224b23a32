"""Frames that chapter 2 draws: wrangling that the chapter does not teach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from csto import clauses
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
#: The sizes of the three forces as article 003 gives them, without a year.
TOLD_BY_003 = {
    "Rapid deployment force, Central Asia": 4000,
    "Rapid reaction force": 20000,
    "Peacekeeping forces": 3500,
}
POINTS = {
    "D07": "What is the Secretary General?",
    "D11": "What is promised?",
    "D22": "What is the main business?",
    "D23": "What is 95%?",
    "D24": "Who are the observers?",
    "D28": "Did the force of 2009 count?",
}


def promises(treaties: list[str]) -> pd.DataFrame:
    """Return the coded answers of some treaty versions, in the order asked for: the rows of `clauses.matrix()`.

    Raises
    ------
    ValueError
        If a treaty is unknown.
    """
    table = clauses.matrix()
    unknown = [key for key in treaties if key not in set(table["treaty"])]
    if unknown:
        raise ValueError(f"no treaty {unknown[0]!r}; there are: {', '.join(table['treaty'].unique())}")
    chosen = table[table["treaty"].isin(treaties)]
    return chosen.sort_values("treaty", key=lambda keys: keys.map(treaties.index), kind="stable")


def who_names_a_decider() -> pd.DataFrame:
    """Return the versions that promise help with their answer on the decision: `label`, `code`, `answer`."""
    table = clauses.matrix()
    return table[table["kind"].isin(clauses.PROMISES) & (table["element"] == "decide")][
        ["label", "code", "answer"]
    ]


#: Elements of an index of how much a text binds the helper; from the second group each "yes" is a way out.
BINDING, LOOSENING = ("consult", "means", "speed"), ("request", "duty", "place")
SCORES = {"yes": 1.0, "partly": 0.5, "silent": 0.0}


def bindings() -> pd.DataFrame:
    """Return how much each version binds the helper, by element: scores from 0 to 1, missing where the words were not seen.

    Indexed by treaty, a column an element of `BINDING` and `LOOSENING`; the latter are turned round.
    """
    codes = load("clause_answers").pivot(index="treaty", columns="element", values="code")
    scores = codes[[*BINDING, *LOOSENING]].apply(lambda column: column.map(SCORES))
    return scores.assign(**{name: 1 - scores[name] for name in LOOSENING})


def weightings(number: int, seed: int = 1992) -> pd.DataFrame:
    """Return random sets of weights for the six elements, all sets alike likely: a row a set, summing to 1.

    Raises
    ------
    ValueError
        If the number is not above zero.
    """
    if number < 1:
        raise ValueError(f"number: {number} is not allowed; allowed: whole numbers from 1 on")
    names = [*BINDING, *LOOSENING]
    return pd.DataFrame(np.random.default_rng(seed).dirichlet([1.0] * len(names), size=number), columns=names)


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
    """Return Russia's share (0 to 1) by what is divided: `of`, `year`, `share`, `bound`, `said_by`, `kind`, `label`, `text`.

    `bound` is "at most" where only an upper end can be had (the force of 2022), and empty otherwise.
    """
    budget = load("budget_shares").query("country == 'RUS'")
    rows = [
        (
            row["budget"] if row["budget"] == "common budget" else "command budget",
            row["year"],
            row["share"] / 100,
            "",
            "officials" if row["budget"] == "common budget" else "ITAR-TASS",
            "money in common",
        )
        for row in budget.to_dict("records")
    ]
    for year in (2022, 2023, 2024):
        spent = spending("CSTO", year).set_index("country")["share"]["RUS"]
        rows.append(("spending of the six", year, spent, "", "computed from the Factbook", "added up"))
    sizes = load("asymmetry")
    latest = shares(sizes[sizes["country"].isin(SIX)]).query("year == 2022 and country == 'RUS'")
    words = {
        "gdp": "output of the six",
        "population": "people of the six",
        "personnel": "soldiers of the six",
    }
    rows += [
        (words[row["indicator"]], 2022, row["share"], "", "computed", "added up")
        for row in latest.to_dict("records")
    ]
    force = load("force_sizes").query("force == 'Rapid reaction force'")
    russian = force[force["country"] == "RUS"].merge(
        force[force["country"].isna()], on="as_of", suffixes=("", "_all")
    )
    rows += [
        (
            "rapid reaction force",
            row["as_of"].year,
            row["high"] / row["high_all"],
            "",
            row["said_by"],
            "force",
        )
        for row in russian.to_dict("records")
    ]
    rows.append(("force in Kazakhstan", 2022, most_of_2022(), "at most", "what the others leave", "force"))
    frame = pd.DataFrame(rows, columns=["of", "year", "share", "bound", "said_by", "kind"])
    return frame.assign(
        label=frame["of"] + ", " + frame["year"].astype(str),
        text=frame["bound"].map({"at most": "≤ ", "": ""}) + frame["share"].map("{:.0%}".format),
    )


def most_of_2022() -> float:
    """Return the largest share (0 to 1) that Russia can have had of the force in Kazakhstan in January 2022.

    It is what three named contingents leave of the higher of the two totals; Belarus sent a company that is not counted off.
    """
    force = load("contingents_2022").set_index("contingent")
    whole = float(force.loc["Whole force", "high"])
    return (whole - float(force["high"].drop("Whole force").sum())) / whole


def stacked_spending() -> pd.DataFrame:
    """Return every member's part of its organisation's spending as a piece of a bar: `bloc`, `name`, `start`, `end`, `place`.

    Pieces run from the largest (`place` 1) on and fill the bar from 0 to 1; `words` names the state with its share.
    """
    parts = pd.concat(
        [
            spending(bloc, COMPARED).sort_values("share", ascending=False).assign(bloc=bloc)
            for bloc in ("CSTO", "NATO")
        ],
        ignore_index=True,
    )
    end = parts.groupby("bloc")["share"].cumsum()
    return parts.assign(
        end=end,
        start=end - parts["share"],
        place=parts.groupby("bloc").cumcount() + 1,
        words=parts["name"] + " " + parts["share"].map("{:.0%}".format),
    )


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

    `row` is "chair" or "office", and `words` says how long the post was vacant; `post` is "chair of the Council", "Secretary General" or "acting, post vacant"; what lasts ends with the record.
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
    gaps = dict(zip(vacancies()["start"], vacancies()["days"], strict=True))
    columns = ["name", "post", "row", "person", "start", "end", "days", "words", "note", "confidence"]
    return both.assign(
        days=(both["end"] - both["start"]).dt.days,
        row=both["post"].map(lambda post: "chair" if post == "chair of the Council" else "office"),
        words=[
            f"vacant {gaps[start]} days" if post == "acting, post vacant" else ""
            for start, post in zip(both["start"], both["post"], strict=True)
        ],
    )[columns].reset_index(drop=True)


def vacancies() -> pd.DataFrame:
    """Return the times without a Secretary General: `start`, `end` (the day the next one began) and `days`."""
    heads = load("secretaries_general").sort_values("term").reset_index(drop=True)
    gaps = heads[heads["role"] == "acting"].copy()
    gaps["end"] = [heads.loc[number + 1, "start"] for number in gaps.index]
    return gaps.assign(days=(gaps["end"] - gaps["start"]).dt.days)[["start", "end", "days"]].reset_index(
        drop=True
    )


def stated_sizes() -> pd.DataFrame:
    """Return the dated sizes of whole forces: the table's rows with `value` to mark, `article` (what article 003 says) and `said`."""
    rows = load("force_sizes")
    rows = rows[rows["country"].isna() & rows["as_of"].notna() & rows["bound"].notna()]
    rows = rows[rows["force"] != "All collective forces"]
    value = rows["low"].fillna(rows["high"]).astype(float)
    return rows.assign(
        value=value,
        article=rows["force"].map(TOLD_BY_003),
        said=rows["wording"] + " (" + rows["said_by"] + ")",
    )


def attendance() -> pd.DataFrame:
    """Return who took part, one row an exercise and member on whom something is reported: `exercise`, `day`, `name`, `came`.

    `came` is "took part" or "stayed away" ("disputed" where the reports part). Operations against drugs are left out.
    """
    rows = load("exercises").query("force != 'drug operation'")
    rows = rows.assign(
        day=rows["start"].fillna(rows["end"]).fillna(pd.to_datetime(rows["year"].astype(str) + "-07-01"))
    )
    came = rows.assign(country=rows["participants"].str.split(";"), came="took part")
    away = rows.assign(country=rows["absent"].str.split(";"), came="stayed away")
    long = pd.concat([came, away]).explode("country").dropna(subset="country")
    disputed = (long["confidence"] == "disputed") & (long["came"] == "stayed away")
    long["came"] = long["came"].mask(disputed, "disputed")
    # What is drawn last lies on top: absences, then the disputed one.
    long["order"] = long["came"].map({"took part": 0, "stayed away": 1, "disputed": 2})
    ordered = with_names(long).sort_values(["order", "day"]).reset_index(drop=True)
    return ordered[["exercise", "day", "name", "country", "came", "force", "note"]]


def verdicts() -> pd.DataFrame:
    """Return the claims of this chapter with a short `point` for the axis and the article's full label."""
    claims = load("claims").query("chapter == '02'")
    return claims.assign(
        point=claims["disagreement"] + " " + claims["disagreement"].map(POINTS),
        said_by=claims["source"].map(ARTICLES),
    )
