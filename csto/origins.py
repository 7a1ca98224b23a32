"""Frames that chapter 1 draws: wrangling that the chapter does not teach."""

from __future__ import annotations

import copy
from typing import Any

import pandas as pd

from csto.data import geometry, load, with_names

RECORD_ENDS = pd.Timestamp("2026-06-26")
CHARTER = pd.Timestamp("2002-10-07")
ARTICLES = {
    "000": "000 · private forecaster, 2017",
    "001": "001 · professor, c. 2024",
    "002": "002 · think tank, 2014",
    "003": "003 · students, c. 2021",
    "004": "004 · journalist, 2023",
    "record": "The record",
}
POINTS = {
    "D01": "When begun?",
    "D02": "Who signed?",
    "D03": "Whose idea?",
    "D04": "Why join?",
    "D05": "Who left?",
}
#: What a status means for the day of signature, and the sign that stands for it in the matrix.
SIGNS = {
    "signed": ("signed that day", "●"),
    "within two years": ("within two years", "◐"),
    "joined later": ("later", "◐"),
    "implied": ("implied", "○"),
    "excluded": ("ruled out", "×"),
    "not named": ("not named", "·"),
    "never": ("never", "·"),
    "no list": ("no list", ""),
}
#: Where the name of a state stands on the map, in degrees east and north.
_PLACES = {
    "ARM": (41.0, 39.2), "AZE": (49.8, 41.3), "BLR": (28.0, 53.5), "GEO": (40.5, 43.4), "KAZ": (67.0, 48.2),
    "KGZ": (77.6, 41.8), "RUS": (46.0, 57.5), "TJK": (73.4, 37.4), "UZB": (59.5, 43.2),
    "MDA": (28.7, 45.9), "TKM": (57.0, 37.7), "UKR": (31.8, 49.4),
}  # fmt: skip


def spells_by_form() -> pd.DataFrame:
    """Return membership as bars: `name`, `start`, `end`, `form` ("treaty" or "Organisation"), one row a stretch.

    A spell that crosses the signing of the Charter is cut in two there; one that lasts ends with the record.
    """
    spells = with_names(load("members"))
    spells["end"] = spells["left"].fillna(RECORD_ENDS)
    before = spells[spells["joined"] < CHARTER].assign(form="treaty", start=lambda d: d["joined"])
    before["end"] = before["end"].clip(upper=CHARTER)
    after = spells[spells["end"] > CHARTER].assign(form="Organisation")
    after["start"] = after["joined"].clip(lower=CHARTER)
    columns = ["name", "country", "start", "end", "form", "confidence"]
    return pd.concat([before, after])[columns].sort_values(["start", "name"]).reset_index(drop=True)


def signatory_matrix() -> pd.DataFrame:
    """Return who signed in 1992 by source: `name`, `said_by`, `status` in words and the `sign` of the status."""
    table = with_names(load("signatories"))
    table = table[~table["country"].isin(["EST", "LVA", "LTU"])]
    return table.assign(
        said_by=table["source"].map(ARTICLES),
        sign=table["status"].map(lambda status: SIGNS[status][1]),
        status=table["status"].map(lambda status: SIGNS[status][0]),
    )[["name", "said_by", "status", "sign", "reason", "source_keys"]]


def pact_ties() -> pd.DataFrame:
    """Return one row a pact and state: `name` of the state, `label` of the pact, `begin`, `promise`, `kind`.

    Pacts stand by kind and then in order of signature; `promise` says whether one of defence, and whether with Russia.
    """
    kinds = [
        "multilateral pact",
        "bilateral pact with Russia",
        "bilateral pact without Russia",
        "regional body",
    ]
    pacts = load("pacts").rename(columns={"name": "pact_name"})
    with_russia = (
        pacts["members"]
        .str.contains("RUS")
        .map({True: "defence, with Russia", False: "defence, without Russia"})
    )
    pacts["promise"] = with_russia.where(pacts["defence_clause"], "no promise of defence")
    short = pacts["pact_name"].str.replace(r" (second )?treaty", "", regex=True)
    pacts["label"] = short + ", " + pacts["begin"].dt.year.astype(str)
    pacts["place"] = pacts["kind"].map(kinds.index)
    ties = (
        pacts.assign(country=pacts["members"].str.split(";"))
        .explode("country")
        .sort_values(["place", "begin"])
    )
    return with_names(ties)[["name", "country", "label", "begin", "promise", "kind", "source_keys"]]


def map_of_members() -> dict[str, Any]:
    """Return the map's features; parties carry the years of joining and leaving (`in1`, `out1`, `in2`, `out2`).

    A year that does not apply is 9999. A state counts for a year if it was in on 31 December.
    """
    outlines = copy.deepcopy(geometry())
    spells = load("members").assign(
        come=lambda d: d["joined"].dt.year, gone=lambda d: d["left"].dt.year.fillna(9999).astype(int)
    )
    for feature in outlines["features"]:
        own = spells[spells["country"] == feature["properties"]["country"]]
        for number in (1, 2):
            one = own[own["spell"] == number]
            feature["properties"][f"in{number}"] = int(one["come"].iloc[0]) if len(one) else 9999
            feature["properties"][f"out{number}"] = int(one["gone"].iloc[0]) if len(one) else 9999
    return outlines


def map_labels() -> pd.DataFrame:
    """Return where names stand on the map (`lon`, `lat`), with the years of joining and leaving."""
    rows = [
        {**feature["properties"], "lon": _PLACES[code][0], "lat": _PLACES[code][1]}
        for feature in map_of_members()["features"]
        if (code := feature["properties"]["country"]) in _PLACES
    ]
    return pd.DataFrame(rows)


def verdicts() -> pd.DataFrame:
    """Return the claims on D01 to D05 with a short `point` for the axis and the article's full label."""
    claims = load("claims").query("chapter == '01'")
    return claims.assign(
        point=claims["disagreement"] + " " + claims["issue"], said_by=claims["source"].map(ARTICLES)
    )
