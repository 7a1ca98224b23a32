"""Counting the members: who was in on a day, how many in a year, how much of the whole the largest is."""

from __future__ import annotations

import pandas as pd


def members_on(spells: pd.DataFrame, day: str | pd.Timestamp) -> list[str]:
    """Return the ISO3 codes of the states that were in on a day, in alphabetical order.

    Parameters
    ----------
    spells
        Rows with `country`, `joined` and `left` (missing while the spell lasts), as in the table of members.
    day
        A state counts from the day it joined to the day before it left.
    """
    when = pd.Timestamp(day)
    inside = (spells["joined"] <= when) & ((spells["left"] > when) | spells["left"].isna())
    return sorted(spells.loc[inside, "country"].unique())


def count_by_year(spells: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return `year` and `members`: the count on 1 January of each year, first and last included.

    Raises
    ------
    ValueError
        If the last year lies before the first.
    """
    if last < first:
        raise ValueError(f"years run backwards: first {first}, last {last}")
    years = range(first, last + 1)
    counts = [len(members_on(spells, f"{year}-01-01")) for year in years]
    return pd.DataFrame({"year": list(years), "members": counts})


def shares(sizes: pd.DataFrame) -> pd.DataFrame:
    """Return each state's share (0 to 1) of the sum in its indicator and year.

    Parameters
    ----------
    sizes
        Rows with `country`, `year`, `indicator` and `value`, as in the table of asymmetry.

    Returns
    -------
    DataFrame
        The rows of those years in which every state of the indicator has a value, with the column `share`.
        An incomplete year is left out: a share with a gap in its denominator is no share.
    """
    states = sizes.groupby("indicator")["country"].transform("nunique")
    present = sizes.groupby(["indicator", "year"])["country"].transform("nunique")
    whole = sizes[present == states]
    total = whole.groupby(["indicator", "year"])["value"].transform("sum")
    return whole.assign(share=whole["value"] / total)


def concentration(shares_of_states: pd.Series) -> float:
    """Return the Herfindahl-Hirschman index of shares that sum to one: from 1/n (equal) to 1 (one has all).

    Raises
    ------
    ValueError
        If a share is negative or the shares do not sum to one.
    """
    if (shares_of_states < 0).any() or abs(shares_of_states.sum() - 1) > 1e-6:
        raise ValueError(f"shares must be 0 or more and sum to 1; they sum to {shares_of_states.sum():.4f}")
    return float((shares_of_states**2).sum())
