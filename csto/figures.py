"""What a chart says about itself, and how it is shown.

An author ends a cell with an Altair chart that has a `title`, a `description` and, as `usermeta`, a `note`.
The built book makes a figure of it; a live kernel shows it with Altair's own renderer, without a network.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
from IPython.paths import get_ipython_cache_dir

from csto import data, theme

CHART_MIME = "application/vnd.vegalite.v6+json"


def in_book() -> bool:
    """Return whether this kernel runs for the built book (and not live, for a person)."""
    return os.environ.get("BOOK_BUILD") == "1"


def note(*tables: str, unit: str, as_of: str, caution: str = "", source: str = "") -> dict[str, Any]:
    """Return the `usermeta` of a chart: what its caption says about the evidence.

    Parameters
    ----------
    tables
        Names of the course tables that the chart draws; the caption names them with their sources.
    unit
        What one mark counts or measures, with the denominator of a share.
    as_of
        The date or period for which the figures hold.
    caution
        What a reader could get wrong; one sentence.
    source
        Further sources that are not tables of the course.

    Raises
    ------
    DataError
        If a table is unknown.
    ValueError
        If no table and no source is given, or the unit or the date is empty.
    """
    if not tables and not source:
        raise ValueError("note: name at least one table or a source")
    for word, value in {"unit": unit, "as_of": as_of}.items():
        if not value.strip():
            raise ValueError(f"note: {word} is empty; a figure has a unit and a date")
    named = [f"course table “{name}” ({data.provenance(name)['source']})" for name in tables]
    return {
        "note": {
            "unit": unit,
            "source": "; ".join([*named, *([source] if source else [])]),
            "as_of": as_of,
            "caution": caution,
            "tables": list(tables),
        }
    }


class Filters:
    """Menus that combine: each keeps the rows with one value of a column, and "all" keeps every row.

    Parameters
    ----------
    frame
        The rows that the chart draws.
    columns
        Label of the menu to column of the frame. Where a column holds lists, a row is kept if its list has the value.
    noun
        What a row is, in the plural, for the sentence that says how many are shown.

    Attributes
    ----------
    params
        The menus, to add to the chart.
    kept
        A Vega expression that is true of the rows to draw, for `transform_filter`.
    said
        A Vega expression for a sentence: how many rows are shown, or that none fits and what to do.

    Raises
    ------
    ValueError
        If a column is missing, or there is no row to filter.
    """

    def __init__(self, frame: pd.DataFrame, columns: dict[str, str], noun: str = "rows") -> None:
        missing = [column for column in columns.values() if column not in frame]
        if missing:
            raise ValueError(f"filters: no column {missing[0]!r}; there are: {', '.join(frame.columns)}")
        if frame.empty:
            raise ValueError("filters: there is no row to filter")
        values = {
            f"filter_{number}": (label, column) for number, (label, column) in enumerate(columns.items())
        }
        listed = {column for column in columns.values() if isinstance(frame[column].iloc[0], list)}
        self.params = [
            alt.param(
                name=name,
                value="all",
                bind=alt.binding_select(
                    options=["all", *sorted(frame[column].explode().dropna().unique())], name=f"{label} "
                ),
            )
            for name, (label, column) in values.items()
        ]
        self.kept = " && ".join(
            f"({name} === 'all' || "
            + (
                f"indexof(datum[{column!r}], {name}) >= 0)"
                if column in listed
                else f"datum[{column!r}] === {name})"
            )
            for name, (_, column) in values.items()
        )
        alike = Counter(
            " && ".join(
                f"({name} === 'all' || "
                + (
                    f"indexof({_js(value)}, {name}) >= 0)"
                    if column in listed
                    else f"{name} === {_js(value)})"
                )
                for (name, (_, column)), value in zip(values.items(), row, strict=True)
            )
            for row in frame[list(columns.values())].itertuples(index=False)
        )
        count = "(" + " + ".join(f"({one} ? {times} : 0)" for one, times in alike.items()) + ")"
        none = f"'No {noun} fit all the menus; set one of them back to all.'"
        self.said = f"{count} === 0 ? {none} : {count} + ' of {len(frame)} {noun} shown.'"


def _js(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _book_renderer(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Hand the chart to the book's build, with the dark form of each of its colours."""
    spec = {**spec, "usermeta": {**spec.get("usermeta", {}), "dark": theme.dark_forms()}}
    return {CHART_MIME: spec, "text/plain": spec.get("description", "")}


@lru_cache
def make_offline() -> None:
    """Give Altair's widget its scripts, so that it needs no network.

    To bundle them takes seconds, so the bundle is kept in IPython's cache, under the versions of which it is made.
    """
    versions = f"altair-{alt.__version__}-vl-convert-{version('vl-convert-python')}"
    try:
        kept = Path(get_ipython_cache_dir()) / f"{versions}.js"
        if kept.is_file():
            alt.JupyterChart._esm, alt.JupyterChart._is_offline = kept.read_text(encoding="utf-8"), True
            return
        alt.JupyterChart.enable_offline()
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=kept.parent, delete=False, suffix=".js"
        ) as new:
            new.write(alt.JupyterChart._esm)
        Path(new.name).replace(kept)
    except OSError:  # a home that cannot be written to: bundled anew by each kernel
        alt.JupyterChart.enable_offline()


def _live_renderer(spec: dict[str, Any], **_: Any) -> Any:
    """Return the MIME bundle and metadata that show the chart in Altair's widget, offline.

    Altair's own renderer "jupyter" makes a chart of the specification again and checks it against the whole schema many
    times, so that Python could read its parameters; here nobody can reach the widget, and the check was passed before.
    """
    make_offline()
    shown = alt.JupyterChart(chart=None)  # type: ignore[arg-type]
    shown.spec = spec
    return shown._repr_mimebundle_()


def enable() -> None:
    """Choose the renderer: the book's while it is built, Altair's widget (offline) in a live kernel."""
    name, renderer = ("book", _book_renderer) if in_book() else ("live", _live_renderer)
    alt.renderers.register(name, renderer)
    alt.renderers.enable(name)
