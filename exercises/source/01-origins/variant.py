"""What differs from class to class in the assignment on chapter 1."""

import pandas as pd

COUNTRIES = ("ARM", "BLR", "KAZ", "KGZ", "TJK", "UZB")


def draw(pick, load):
    """Return the parameters that stand in the students' notebook, as `tools.teaching.assignment.for_cohort` wants them."""
    return {
        "period": _period(pick),
        "events": _events(pick, load("events")),
        "lists": sorted(pick.sample(["000", "001", "004", "record"], 2)),
        "pact_country": pick.choice(["KAZ", "KGZ", "UZB", "TJK"]),
        "pact_day": _day(pick, 1993, 2003),
        "indicator": pick.choice(["gdp", "population", "personnel"]),
        "year": pick.choice([1994, 1996, 1998, 2000, 2004, 2005, 2008, 2010, 2014, 2016]),
        "claims_rule": pick.choice(["contradicted", "contradicted or imprecise"]),
        "claims_chapter": pick.choice(["01", "02", "03"]),
        "least": pick.integer(6, 9),
        "last": pick.integer(2000, 2014),
    }


def _day(pick, first, last):
    return f"{pick.integer(first, last)}-{pick.integer(1, 12):02d}-{pick.integer(1, 28):02d}"


def _period(pick):
    """Two days, at least five years apart, across which members came and went."""
    begin = _day(pick, 1993, 1998)
    return [begin, pick.until(lambda: _day(pick, 2000, 2014), lambda end: int(end[:4]) - int(begin[:4]) >= 5)]


def _events(pick, events):
    """Two events dated to the day and more than a year apart, the earlier first."""
    exact = events[events["date_precision"] == "day"].sort_values("date")

    def pair():
        return exact.loc[sorted(pick.sample(list(exact.index), 2))]

    chosen = pick.until(pair, lambda two: two["date"].diff().max() > pd.Timedelta(days=366))
    return chosen.sort_values("date")["title"].tolist()
