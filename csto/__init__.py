"""What the chapters of the course import: `from csto import alt, load, ...` and nothing else."""

from csto import swift as swift  # isort: skip  # before Altair
import altair as alt
import pandas as pd

from csto import (
    chronicle,
    clauses,
    episodes,
    figures,
    futures,
    institutions,
    origins,
    sources,
    theme,
    turning,
)
from csto.checks import check
from csto.data import geometry, load, with_names
from csto.excerpts import excerpt
from csto.figures import Filters, note
from csto.labs import lab
from csto.labs.score import classroom
from csto.membership import concentration, count_by_year, members_on, shares
from csto.predict import predict
from csto.quiz import question, quiz
from csto.rubrics import rubric
from csto.theme import country_scale
from csto.written import written

figures.enable()
pd.set_option("display.max_colwidth", None)  # a quotation is shown whole

__all__ = [
    "Filters",
    "alt",
    "check",
    "chronicle",
    "classroom",
    "clauses",
    "concentration",
    "count_by_year",
    "country_scale",
    "episodes",
    "excerpt",
    "futures",
    "geometry",
    "institutions",
    "lab",
    "load",
    "members_on",
    "note",
    "origins",
    "pd",
    "predict",
    "question",
    "quiz",
    "rubric",
    "shares",
    "sources",
    "theme",
    "turning",
    "with_names",
    "written",
]
