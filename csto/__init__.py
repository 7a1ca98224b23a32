"""What the chapters of the course import: `from csto import alt, load, ...` and nothing else."""

import altair as alt
import pandas as pd

from csto import figures
from csto.checks import check
from csto.data import load
from csto.excerpts import excerpt
from csto.figures import note
from csto.labs import lab
from csto.predict import predict
from csto.quiz import question, quiz
from csto.theme import country_scale

figures.enable()

__all__ = [
    "alt",
    "check",
    "country_scale",
    "excerpt",
    "lab",
    "load",
    "note",
    "pd",
    "predict",
    "question",
    "quiz",
]
