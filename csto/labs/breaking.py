"""Lab 4, break or continuity: the model of `csto.models.breaks` to play with, and a place for one's own conclusion."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from itertools import product
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from csto import theme
from csto.data import load
from csto.figures import note
from csto.labs.base import Lab, controls
from csto.models import breaks as model
from csto.models.breaks import ChoiceError, Choices, Measure

NAME = "fig-lab-break"
QUESTION = "Did the members change at the cut, more than the states they are compared with?"
NOTEBOOK = "chapters/04-turning-point-2022.ipynb"
YARDSTICK = "RUS"
#: An ideal point that rests on fewer votes is not used: Kyrgyzstan's of 1992 has 16.
FEWEST_VOTES = 20


@dataclass(frozen=True)
class Kind:
    """What a measure is called in a sentence and beside a dot, its unit, and the decimals of its figures."""

    words: str
    short: str
    unit: str
    decimals: int


IDEAL, APART, HELD = "UN ideal point", "Distance to Russia", "Distance to where Russia stood"
KINDS = {
    APART: Kind("distance to Russia", "distance to Russia", "Distance between ideal points", 2),
    HELD: Kind(
        "distance to where Russia stood before the cut",
        "Russia held still",
        "Distance to Russia's mean ideal point before the cut",
        2,
    ),
    IDEAL: Kind("UN ideal point", "UN ideal point", "Ideal point (higher: nearer to the United States)", 2),
    "Exports to Russia": Kind(
        "share of exports that goes to Russia", "exports to Russia", "% of goods exports", 1
    ),
    "Imports from Russia": Kind(
        "share of imports that comes from Russia", "imports from Russia", "% of goods imports", 1
    ),
    "Remittances": Kind("remittances from all countries", "remittances", "% of GDP", 1),
    "Agreement with Russia, to 2019": Kind(
        "agreement with Russia in UN votes", "agreement, to 2019", "Share of contested votes", 2
    ),
}
#: The measures of the static page: those that reach beyond 2022.
ON_PAGE = tuple(KINDS)[:6]

#: Five members; Russia is the yardstick, and so not among the measured.
MEMBERS = ("ARM", "BLR", "KAZ", "KGZ", "TJK")
OTHERS = ("AZE", "GEO", "UZB", "UKR", "CHN")
GROUPS = {
    "the three that left": ("AZE", "GEO", "UZB"),
    "all but Georgia": ("AZE", "UZB"),
    "plus Ukraine": ("AZE", "GEO", "UZB", "UKR"),
    "plus Ukraine, China": OTHERS,
}
LEFT = "the three that left"
CUTS = tuple(range(2018, 2024))
STARTS = (2002, 2006, 2010, 2014)
START = Choices(MEMBERS, GROUPS[LEFT], cut=2022, first=2010, last=2024)


#: Width of both parts of the drawing, beside the names of the dots.
WIDTH = 520


@cache
def names() -> dict[str, str]:
    """Return the English name of each state by its code."""
    return dict(zip(load("countries")["country"], load("countries")["name"], strict=True))


@cache
def points() -> pd.DataFrame:
    """Return every state's ideal point by year, Russia's too, as the model takes it."""
    table = load("affinity")
    return _panel(table[table["votes"] >= FEWEST_VOTES], "ideal_point")


def _panel(table: pd.DataFrame, column: str) -> pd.DataFrame:
    return table[["country", "year", column]].rename(columns={column: "value"})


@cache
def measures() -> dict[str, Measure]:
    """Return every measure of the lab by its name."""
    trade = load("trade")
    trade = trade[trade["partner"] == YARDSTICK]
    paid = load("remittances")
    panels = {
        IDEAL: points(),
        "Exports to Russia": _panel(trade[trade["flow"] == "exports"], "share"),
        "Imports from Russia": _panel(trade[trade["flow"] == "imports"], "share"),
        "Remittances": _panel(paid[paid["series"] == "world_bank"], "share"),
        "Agreement with Russia, to 2019": _panel(load("affinity"), "agreement_russia"),
    }
    made: dict[str, Measure] = {
        APART: model.distance(points(), YARDSTICK),
        HELD: model.held(points(), YARDSTICK),
        **{name: _always(panel) for name, panel in panels.items()},
    }
    return {name: made[name] for name in KINDS}


def _always(panel: pd.DataFrame) -> Measure:
    return lambda choices: panel


def sample(measure: str, choices: Choices) -> model.Sample:
    """Return the figures of a measure that count, as `csto.models.breaks.sample`."""
    return model.sample(measures()[measure](choices), choices)


# --- the answer in words --------------------------------------------------------------------------------------------


def signed(number: float, decimals: int = 2) -> str:
    """Return a number with its sign and a true minus; what rounds to nothing has none."""
    text = f"{number:+.{decimals}f}"
    return f"{0:.{decimals}f}" if float(text) == 0 else text.replace("-", "−")


def plain(number: float, decimals: int = 2) -> str:
    """Return a number with a true minus, if any."""
    return signed(number, decimals).removeprefix("+")


def listed(states: Iterable[str]) -> str:
    """Return the names of states as a list in a sentence."""
    words = [names()[state] for state in states]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def sentence(measure: str, choices: Choices) -> str:
    """Return the answer in words: both changes, their difference, how unusual it is, what it assumes, what counts.

    Raises
    ------
    ChoiceError
        If the choices cannot be computed with this measure.
    """
    return _sentence(measure, choices, sample(measure, choices))


def _sentence(measure: str, choices: Choices, found: model.Sample) -> str:
    kind = KINDS[measure]
    table, labels = model.means(found), model.permute(found.changes, found.members)
    ours, others = table.loc["members"], table.loc["comparison"]

    def course(row: Any) -> str:
        before, after = plain(row["before"], kind.decimals), plain(row["after"], kind.decimals)
        return f"from {before} to {after} ({signed(row['change'], kind.decimals)})"

    return " ".join(
        part
        for part in (
            f"{kind.words[0].upper()}{kind.words[1:]}, cut {choices.cut}: the members went {course(ours)}, "
            f"the comparison states {course(others)}.",
            f"Difference in differences: {signed(model.estimate(found), kind.decimals)}.",
            f"Of {labels.ways} ways to call {len(found.members)} of these {len(found.changes)} states members, "
            f"{labels.as_far} {'gives' if labels.as_far == 1 else 'give'} as large a difference or a larger one (p = {labels.p:.2f}).",
            _in_step(found, kind.decimals),
            _two_ends(choices) if measure == APART else "",
            _counted(found),
        )
        if part
    )


def _in_step(found: model.Sample, decimals: int) -> str:
    slope = model.slopes(found).groupby("group")["slope"].mean()
    apart = float(slope["members"] - slope["comparison"])
    if pd.isna(apart):
        return "Only one year lies before the cut, so nobody can see whether the groups went in step."
    return f"Before the cut the gap, members less others, moved by {signed(apart, decimals + 1)} a year."


def _two_ends(choices: Choices) -> str:
    ours = model.movement(points(), YARDSTICK, choices).loc["members"]
    return (
        f"A distance has two ends: of the members' {signed(ours['distance'])}, their own move made {signed(ours['own'])} "
        f"and Russia's {signed(ours['yardstick'])}."
    )


def _counted(found: model.Sample) -> str:
    without = f"Left out for lack of figures: {listed(found.left_out)}." if found.left_out else ""
    years = found.years
    gaps = (
        "" if len(years) == years[-1] - years[0] + 1 else f"Years with figures: {', '.join(map(str, years))}."
    )
    return f"{without} {gaps}".strip()


# --- marks that both faces share ------------------------------------------------------------------------------------

LINES = {
    "members": (theme.ACCENT, [1, 0], 3),
    "comparison states": (theme.NEUTRAL, [7, 4], 2.5),
    "members, if in step": (theme.TEAL, [2, 3], 2.5),
    "Russia (ideal points only)": (theme.INK, [10, 3, 2, 3], 1.5),
}
SHAPES = {"as chosen": "diamond", "one choice changed": "circle", "another measure": "square"}
COLOURS = {"as chosen": theme.ACCENT, "one choice changed": theme.TEAL, "another measure": theme.NEUTRAL}


def _draw_lines(base: alt.Chart, rule: alt.Chart) -> alt.LayerChart | alt.FacetChart:
    """Draw lines of rows with `when`, `line` and `level`, and a rule at `when` of the other rows."""
    kinds = list(LINES)
    x = alt.X(
        "when:Q",
        title=None,
        scale=alt.Scale(zero=False, nice=False, padding=6),
        axis=alt.Axis(format="d", tickMinStep=1, tickCount=7, grid=False),
    )
    lines = base.mark_line(point=False).encode(
        x,
        alt.Y("level:Q", title=None, scale=alt.Scale(zero=False), axis=alt.Axis(tickCount=5)),
        alt.Color(
            "line:N",
            title=None,
            scale=alt.Scale(domain=kinds, range=[LINES[kind][0] for kind in kinds]),
            legend=alt.Legend(orient="top", columns=1, symbolType="stroke", symbolSize=400, labelLimit=230),
        ),
        alt.StrokeDash(
            "line:N", title=None, scale=alt.Scale(domain=kinds, range=[LINES[kind][1] for kind in kinds])
        ),
        alt.StrokeWidth(
            "line:N",
            legend=None,
            scale=alt.Scale(type="ordinal", domain=kinds, range=[LINES[kind][2] for kind in kinds]),
        ),
    )
    cut = rule.mark_rule(strokeWidth=1).encode(x)
    word = rule.mark_text(align="right", dx=-5, y=8, color=theme.MUTED, text="before").encode(x)
    return alt.layer(cut, word, lines)


def _draw_dots(base: alt.Chart, tooltip: list[Any]) -> alt.LayerChart | alt.FacetChart:
    """Draw a dot a row of `name`, `far` (in spreads), `words` and `sort`, by `kind`."""
    kinds = list(SHAPES)
    base = base.encode(
        alt.Y(
            "name:N",
            title=None,
            sort=alt.EncodingSortField("place", op="min"),
            axis=alt.Axis(
                domain=False, ticks=False, labelColor=theme.INK, labelFontSize=12, minExtent=128, grid=True
            ),
        ),
    )
    x = alt.X(
        "far:Q",
        title="Estimate, in spreads between states",
        scale=alt.Scale(zero=True, padding=10),
        axis=alt.Axis(
            tickCount=4, grid=False, labelExpr="datum.value === 0 ? '0' : format(datum.value, '+.1~f')"
        ),
    )
    zero = alt.Chart(alt.sequence(0, 1, as_="i")).mark_rule(strokeWidth=1).encode(alt.X(datum=0))
    dots = base.mark_point(filled=True, opacity=1, size=85).encode(
        x,
        alt.Color(
            "kind:N", legend=None, scale=alt.Scale(domain=kinds, range=[COLOURS[kind] for kind in kinds])
        ),
        alt.Shape(
            "kind:N", legend=None, scale=alt.Scale(domain=kinds, range=[SHAPES[kind] for kind in kinds])
        ),
        tooltip=tooltip,
    )
    words = base.mark_text(fontSize=12, x="width", align="left", dx=8).encode(alt.Text("words:N"))
    return alt.layer(zero, dots, words)


# --- the chart of the static page -----------------------------------------------------------------------------------


def alternatives() -> pd.DataFrame:
    """Return every single choice that the static page can change, in the order of its dots.

    Returns
    -------
    pandas.DataFrame
        `sort` (what is changed), `key` (to what), `rank` (its place) and `label` (what its dot is called).
    """
    rows = [
        ("nothing", "as chosen"),
        *(("cut", str(cut)) for cut in CUTS),
        *(("comparison", group) for group in GROUPS),
        *(("without a member", state) for state in MEMBERS),
        *(("without a comparison state", state) for state in OTHERS),
        *(("measure", measure) for measure in ON_PAGE),
    ]
    return pd.DataFrame(rows, columns=["sort", "key"]).assign(
        rank=range(len(rows)), label=[label(sort, key) for sort, key in rows]
    )


def label(changed: str, what: str) -> str:
    """Return what a dot is called."""
    if changed.startswith("without"):
        return f"less {names()[what]}"
    if changed == "measure":
        return KINDS[what].short
    return {"cut": f"cut {what}", "start": f"window from {what}"}.get(changed, what)


@cache
def _cells() -> tuple[dict[str, Any], ...]:
    """Return the answer under each setting of the static page's controls; the comparison group runs fastest."""
    rows = []
    for measure, cut, against in product(ON_PAGE, CUTS, GROUPS):
        choices = replace(START, cut=cut, comparison=GROUPS[against])
        found = sample(measure, choices)
        table, labels = model.means(found), model.permute(found.changes, found.members)
        before = table["before"]
        rows.append(
            {
                "measure": measure,
                "cut": cut,
                "against": against,
                "members before": round(before["members"], 4),
                "members after": round(table.loc["members", "after"], 4),
                "comparison before": round(before["comparison"], 4),
                "comparison after": round(table.loc["comparison", "after"], 4),
                "estimate": round(model.estimate(found), 4),
                "p": round(labels.p, 4),
                "spread": round(model.spread(found), 6),
                "stood": round(model.stood(points(), YARDSTICK, choices), 6),
                "says": _sentence(measure, choices, found),
                "years": list(found.years),
                "states": list(found.values.columns),
                "single": {
                    str(state): round(value, 4)
                    for state, value in model.leave_one_out(found).dropna().items()
                },
            }
        )
    return tuple(rows)


def _values() -> pd.DataFrame:
    """Return the figures behind the lines: a row a state and year of the window."""
    columns = {"ideal": points()} | {
        name.split()[0].lower(): measures()[name](START) for name in ON_PAGE[3:]
    }  # exports, imports, remittances
    keys = ["country", "year"]
    wide = pd.concat({name: panel.set_index(keys)["value"] for name, panel in columns.items()}, axis=1)
    wide = wide.reset_index().query("@START.first <= year <= @START.last")
    wide = wide[wide["country"].isin((*START.members, *OTHERS, YARDSTICK))]
    russia = points().query("country == @YARDSTICK").set_index("year")["value"]
    return wide.assign(russia=wide["year"].map(russia)).round(4).dropna(how="all", subset=list(columns))


def _rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a frame as rows of plain values; what is missing is left out."""
    return json.loads(frame.to_json(orient="records"))


def _cell(measure: str = "measure", cut: str = "cut", against: str = "against") -> str:
    """Return a Vega expression for the cell at the given settings, themselves expressions."""
    place = (
        f"indexof({list(ON_PAGE)!r}, {measure}) * {len(CUTS) * len(GROUPS)} + (toNumber({cut}) - {CUTS[0]}) * {len(GROUPS)}"
        f" + indexof({list(GROUPS)!r}, {against})"
    )
    return f"data('cells')[{place}]"


def drawing() -> alt.VConcatChart:
    """Return both groups' lines with the line in step, and below them the estimate under each other single choice."""
    controls_ = [
        alt.param(
            name="measure", value=APART, bind=alt.binding_select(options=list(ON_PAGE), name="Measure ")
        ),
        alt.param(
            name="cut",
            value=START.cut,
            bind=alt.binding_range(min=CUTS[0], max=CUTS[-1], step=1, name="First year after "),
        ),
        alt.param(
            name="against", value=LEFT, bind=alt.binding_select(options=list(GROUPS), name="Compared with ")
        ),
    ]
    units = " : ".join(f"measure === {name!r} ? {json.dumps(KINDS[name].unit)}" for name in ON_PAGE) + " : ''"
    return (
        alt.vconcat(
            _lines().properties(height=190, width=WIDTH, title=_heading(units)),
            _dots().properties(
                height=18 * 24,
                width=WIDTH,
                title=_heading("'Estimate with one choice changed'"),
            ),
            spacing=16,
            datasets={
                "cells": list(_cells()),
                "values": _rows_of(_values()),
                "alternatives": _rows_of(alternatives()),
            },
        )
        .resolve_scale(
            x="independent",
            y="independent",
            color="independent",
            shape="independent",
            strokeDash="independent",
        )
        .add_params(
            *controls_,
            alt.param(name="cell", expr=_cell()),
            alt.param(name="answer", expr="cell.says"),
        )
    )


def _heading(expression: str) -> alt.TitleParams:
    return alt.TitleParams(
        text=alt.expr(expression), fontSize=13, fontWeight="normal", anchor="start", offset=6
    )


def _lines() -> alt.LayerChart | alt.FacetChart:
    level = {
        APART: "abs(datum.ideal - datum.russia)",
        HELD: "abs(datum.ideal - cell.stood)",
        IDEAL: "datum.ideal",
        "Exports to Russia": "datum.exports",
        "Imports from Russia": "datum.imports",
        "Remittances": "datum.remittances",
    }
    value = " : ".join(f"measure === {name!r} ? {expression}" for name, expression in level.items())
    members, _, step, _ = LINES
    base = (
        alt.Chart(alt.NamedData("values"))
        .transform_filter(
            "indexof(cell.years, datum.year) >= 0 && (indexof(cell.states, datum.country) >= 0"
            f" || (measure === {IDEAL!r} && datum.country === {YARDSTICK!r}))"
        )
        .transform_calculate(
            when="datum.year",
            value=f"{value} : null",
            own=f"indexof({list(MEMBERS)!r}, datum.country) >= 0 ? {members!r} : datum.country === {YARDSTICK!r}"
            " ? 'Russia (ideal points only)' : 'comparison states'",
        )
        .transform_aggregate(mean="mean(value)", groupby=["own", "when"])
        # Each row of the comparison states is drawn twice: as it is, and moved to where the members stood before.
        .transform_calculate(
            line=f"datum.own === 'comparison states' ? ['comparison states', {step!r}] : [datum.own]"
        )
        .transform_flatten(["line"])
        .transform_calculate(
            level=f"datum.mean + (datum.line === {step!r} ? cell['members before'] - cell['comparison before'] : 0)"
        )
    )
    rule = (
        alt.Chart(alt.NamedData("cells"))
        .transform_filter("datum.measure === measure && datum.cut === cut && datum.against === against")
        .transform_calculate(when="cut - 0.5")
    )
    return _draw_lines(base, rule)


def _dots() -> alt.LayerChart | alt.FacetChart:
    def changed(sort: str, value: str) -> str:
        return f"datum.sort === {sort!r} ? datum.key : {value}"

    base = (
        alt.Chart(alt.NamedData("alternatives"))
        .transform_filter(
            "!(datum.sort === 'cut' && toNumber(datum.key) === cut) && !(datum.sort === 'comparison' && datum.key === against)"
            " && !(datum.sort === 'measure' && datum.key === measure)"
        )
        .transform_calculate(
            measure=changed("measure", "measure"),
            cut=f"toNumber({changed('cut', 'cut')})",
            against=changed("comparison", "against"),
            name="datum.label",
            place="datum.rank",
            kind="datum.sort === 'nothing' ? 'as chosen' : datum.sort === 'measure' ? 'another measure' : 'one choice changed'",
        )
        .transform_calculate(it=_cell("datum.measure", "datum.cut", "datum.against"))
        .transform_calculate(
            estimate="indexof(datum.sort, 'without') === 0 ? cell.single[datum.key] : datum.it.estimate",
            p="indexof(datum.sort, 'without') === 0 ? null : datum.it.p",
        )
        .transform_filter("isValid(datum.estimate)")
        .transform_calculate(
            far="datum.estimate / (datum.sort === 'measure' ? datum.it.spread : cell.spread)",
            words=_told("datum.estimate", "datum.measure"),
        )
    )
    return _draw_dots(
        base,
        [
            alt.Tooltip("measure:N", title="measure"),
            alt.Tooltip("cut:Q", title="first year after", format="d"),
            alt.Tooltip("against:N", title="compared with"),
            alt.Tooltip("estimate:Q", title="difference in differences", format="+.3f"),
            alt.Tooltip("p:Q", title="p", format=".3f"),
        ],
    )


def _told(number: str, measure: str) -> str:
    """Return `signed` as a Vega expression."""
    coarse = [name for name in ON_PAGE if KINDS[name].decimals == 1]
    size = f"(indexof({coarse!r}, {measure}) >= 0 ? 10 : 100)"
    pattern = f"(indexof({coarse!r}, {measure}) >= 0 ? '+.1f' : '+.2f')"
    nothing = f"(indexof({coarse!r}, {measure}) >= 0 ? '0.0' : '0.00')"
    return f"round(abs({number}) * {size}) === 0 ? {nothing} : format({number}, {pattern})"


# --- the two faces --------------------------------------------------------------------------------------------------


def twin() -> Any:
    """Return the chart of the static page: a measure, a cut and a comparison group to choose, and what hangs on them."""
    cells = {(cell["measure"], cell["cut"], cell["against"]): cell for cell in _cells()}
    here = cells[APART, START.cut, LEFT]
    ours = model.movement(points(), YARDSTICK, START).loc["members"]
    away = cells[HELD, START.cut, LEFT]
    alike = cells[APART, START.cut, "all but Georgia"]
    least = min(cells.values(), key=lambda cell: cell["p"])
    closer, apart = ours["distance"] < 0, ours["own"] > 0
    assert closer and apart, "the title says what these figures no longer do"
    return drawing().properties(
        name=NAME,
        title={
            "text": "The members came closer to Russia because Russia moved",
            "subtitle": (
                "Choose what to measure, when the cut falls, and whom to compare with: the three that left are Azerbaijan, "
                "Georgia and Uzbekistan. Russia is the yardstick and not among the five members measured. The dotted line is where the members "
                "would be, had they gone in step with the comparison states; the gap after the cut is the estimate. "
                "The dots below show the estimate with one choice changed at a time."
            ),
        },
        description=(
            "Two parts. Above, lines over the years from 2010: the mean of five members without Russia, the mean of the "
            "comparison states, and that line moved to where the members stood before the cut. Below, a column of dots, each "
            "the same estimate with one choice changed, on one scale. As the chart stands, with the distance to Russia, a cut "
            f"in {START.cut} and Azerbaijan, Georgia and Uzbekistan to compare with, the members' distance went from "
            f"{plain(here['members before'])} to {plain(here['members after'])}, the others' from "
            f"{plain(here['comparison before'])} to {plain(here['comparison after'])}, an estimate of "
            f"{signed(here['estimate'])}. Of the members' {signed(ours['distance'])}, Russia's own move made "
            f"{signed(ours['yardstick'])} and theirs {signed(ours['own'])}: held to where Russia stood before, the estimate is "
            f"{signed(away['estimate'])}, with the sign turned. Compared with Azerbaijan and Uzbekistan alone it is "
            f"{signed(alike['estimate'])}. Over all {len(cells)} settings the smallest p is {least['p']:.2f}, "
            f"for {KINDS[least['measure']].words} with a cut in {least['cut']}."
        ),
        usermeta=note(
            "affinity",
            "trade",
            "remittances",
            unit="difference in differences in the unit of the measure; one spread is the standard deviation between the states before the cut",
            as_of=f"{START.first} to {START.last}; trade 2014 to 2023, in the years with figures",
            caution=(
                "Ten states are few, the comparison states were touched by the war too, and p counts labels, not causes: "
                "no lottery made the members members"
            ),
        ),
    )


class Picture:
    """Draws lines and dots as SVG text; a change of choices costs no new compilation."""

    def __init__(self, dots: int, width: int = 400) -> None:
        import vl_convert

        self._svg = vl_convert.vega_to_svg
        rule = alt.Chart(alt.NamedData("rule"))
        both = alt.vconcat(
            _draw_lines(alt.Chart(alt.NamedData("lines")), rule).properties(height=180, width=width),
            _draw_dots(alt.Chart(alt.NamedData("dots")), []).properties(height=18 * dots, width=width),
            spacing=14,
        ).resolve_scale(
            x="independent",
            y="independent",
            color="independent",
            shape="independent",
            strokeDash="independent",
        )
        self.vega = vl_convert.vegalite_to_vega(both.to_dict())

    def draw(self, **rows: list[dict[str, Any]]) -> str:
        """Return the drawing of `lines` (`when`, `line`, `level`), of the `rule` (`when`) and of `dots`.

        A dot has `name`, `far` (in spreads), `words`, `kind` and `place`.
        """
        for data in self.vega["data"]:
            if data["name"] in rows:
                data["values"] = rows[data["name"]]
        return str(self._svg(self.vega))


def line_rows(measure: str, choices: Choices) -> list[dict[str, Any]]:
    """Return the lines of the live picture, Russia's own among them where ideal points are drawn."""
    found = sample(measure, choices)
    table = model.counterfactual(found).set_index("year")
    table.columns = pd.Index(list(LINES)[:3])
    if measure == IDEAL:
        russia = points().query("country == @YARDSTICK").set_index("year")["value"]
        table["Russia (ideal points only)"] = russia.reindex(table.index)
    long = table.rename_axis("when").reset_index().melt("when", var_name="line", value_name="level")
    return _rows_of(long)


def dot_rows(measure: str, table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the dots of the live picture from the table of `csto.models.breaks.sensitivity`."""
    rows = []
    for place, row in enumerate(table[table["spreads"].notna()].itertuples()):
        kind = {"nothing": "as chosen", "measure": "another measure"}.get(row.changed, "one choice changed")
        of = row.what if row.changed == "measure" else measure
        rows.append(
            {
                "name": label(row.changed, row.what),
                "far": row.spreads,
                "words": signed(row.estimate, KINDS[of].decimals),
                "kind": kind,
                "place": place,
            }
        )
    return rows


@dataclass(frozen=True)
class Conclusion:
    """What a learner keeps: the choices, what they gave, and the conclusion in the learner's own words."""

    measure: str
    choices: Choices
    found: str
    words: str

    def as_json(self) -> str:
        """Return it as JSON text, as `read` takes it."""
        one = self.choices
        kept = {
            "lab": "breaking",
            "measure": self.measure,
            "members": list(one.members),
            "comparison": list(one.comparison),
            "cut": one.cut,
            "first": one.first,
            "last": one.last,
            "found": self.found,
            "conclusion": self.words,
        }
        return json.dumps(kept, ensure_ascii=False, indent=1) + "\n"

    def as_markdown(self) -> str:
        """Return it as a page to hand in."""
        one = self.choices
        return "\n".join(
            [
                "# Break or continuity",
                "",
                f"- Measure: {self.measure}",
                f"- Members: {listed(one.members)}",
                f"- Compared with: {listed(one.comparison)}",
                f"- First year after the cut: {one.cut}; window: {one.first} to {one.last}",
                f"- The lab: {self.found}",
                "",
                "## My conclusion",
                "",
                self.words,
                "",
            ]
        )

    @classmethod
    def read(cls, path: str | Path) -> Conclusion:
        """Return what was saved as JSON.

        Raises
        ------
        ValueError
            If the file cannot be read as one that this lab saved; the message names the file and the field.
        """
        try:
            kept = json.loads(Path(path).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise ValueError(f"{path}: there is no such file; allowed: a file that this lab saved") from None
        except (OSError, ValueError) as error:
            raise ValueError(
                f"{path}: cannot be read as JSON ({error}); allowed: a file that this lab saved"
            ) from None
        if not isinstance(kept, dict) or kept.get("lab") != "breaking":
            raise ValueError(f"{path}, field lab: this file is not from this lab; allowed: 'breaking'")
        kinds = {
            "measure": str,
            "found": str,
            "conclusion": str,
            "members": list,
            "comparison": list,
        } | dict.fromkeys(("cut", "first", "last"), int)
        for field, wanted in kinds.items():
            if not isinstance(kept.get(field), wanted):
                raise ValueError(
                    f"{path}, field {field}: {kept.get(field)!r} is not allowed; allowed: {wanted.__name__}"
                )
        check_measure(kept["measure"])
        choices = Choices(
            tuple(kept["members"]), tuple(kept["comparison"]), kept["cut"], kept["first"], kept["last"]
        )
        check_states(choices)
        return cls(kept["measure"], choices, kept["found"], kept["conclusion"])


def check_measure(measure: str) -> None:
    """Raise a ChoiceError if the lab has no such measure."""
    if measure not in KINDS:
        raise ChoiceError(f"measure: {measure!r} is not known; allowed: {'; '.join(KINDS)}")


def check_states(choices: Choices) -> None:
    """Raise a ChoiceError if the lab does not offer one of the states in its group."""
    for name, group, allowed in (
        ("members", choices.members, MEMBERS),
        ("comparison", choices.comparison, OTHERS),
    ):
        for state in group:
            if state not in allowed:
                raise ChoiceError(f"{name}: {state!r} is not offered; allowed: {', '.join(allowed)}")


class Desk:
    """The live lab: every choice, the two lines with the line in step, the sensitivity, and one's own conclusion.

    Attributes
    ----------
    measure, cut, first, last
        Controls of the measure and of the years; `members` and `comparison` are boxes to tick, by code.
    said
        The answer in words, or why there is none; its `text` changes with every control.
    conclusion
        The learner's own words; they stay whatever the controls do.
    box
        The widget to show.
    """

    def __init__(self) -> None:
        import ipywidgets as w

        made = controls()
        style = {"description_width": "9em"}

        def number(words: str, value: int) -> Any:
            return w.IntText(value=value, description=words, style=style, layout=w.Layout(width="17em"))

        def ticks(offered: tuple[str, ...], chosen: tuple[str, ...]) -> dict[str, Any]:
            return {
                state: w.Checkbox(
                    value=state in chosen,
                    description=names()[state],
                    indent=False,
                    layout=w.Layout(width="auto", margin="0 1em 0 0"),
                )
                for state in offered
            }

        self.measure = w.Dropdown(
            options=list(KINDS),
            value=APART,
            description="Measure",
            style=style,
            layout=w.Layout(width="26em", max_width="100%"),
        )
        self.cut = number("First year after", START.cut)
        self.first = number("Window from", START.first)
        self.last = number("Window to", START.last)
        self.members = ticks(MEMBERS, START.members)
        self.comparison = ticks(OTHERS, START.comparison)
        self.said, self.kept = made.Said(), made.Said()
        self._picture, self._tables = w.HTML(), w.HTML()
        self._picture.add_class("lab-picture")
        self._tables.add_class("lab-table")
        self._text = w.Textarea(
            description="Your conclusion",
            placeholder="What do you conclude, and which choice did it rest on?",
            rows=6,
            style=style,
            layout=w.Layout(width="auto", margin="2px 8px 2px 2px"),
        )
        self.file = w.Text(
            value="break-or-continuity.json",
            description="File",
            style=style,
            layout=w.Layout(width="26em", max_width="100%"),
        )
        self.save_button = w.Button(description="Save", tooltip="Save conclusion and choices in the file")
        self.load_button = w.Button(description="Load", tooltip="Load conclusion and choices from the file")
        self._drawers: dict[int, Picture] = {}
        self._quiet = False
        #: The last measure and choices that could be computed; the picture shows them.
        self._last = (APART, START)

        for control in (self.measure, self.cut, self.first, self.last):
            control.observe(self._show, "value")
        for box in (*self.members.values(), *self.comparison.values()):
            box.observe(self._show, "value")
        self.save_button.on_click(lambda _: self._try(self.save))
        self.load_button.on_click(lambda _: self._try(self.load))

        wrap = w.Layout(flex_flow="row wrap")
        left = w.VBox(
            [
                self.measure,
                self.cut,
                self.first,
                self.last,
                w.HTML("<strong>Members</strong>"),
                w.Box(list(self.members.values()), layout=wrap),
                w.HTML("<strong>Compared with</strong>"),
                w.Box(list(self.comparison.values()), layout=wrap),
                self._text,
                self.file,
                w.HBox([self.save_button, self.load_button]),
                self.kept,
            ],
            layout=w.Layout(flex="1 1 27em", min_width="16em"),
        )
        right = w.VBox(
            [self.said, self._picture, self._tables], layout=w.Layout(flex="2 1 34em", min_width="16em")
        )
        question = w.HTML(
            f"<p><strong>{escape(QUESTION)}</strong> Russia is the yardstick and not among the measured.</p>"
        )
        self.box = w.VBox([question, w.Box([left, right], layout=w.Layout(flex_flow="row wrap"))])
        self._show()

    @property
    def choices(self) -> Choices:
        """The choices that the controls describe.

        Raises
        ------
        ChoiceError
            If they contradict each other, or a group is empty.
        """
        return Choices(**self._chosen())

    def _chosen(self) -> dict[str, Any]:
        return {
            "members": tuple(state for state, box in self.members.items() if box.value),
            "comparison": tuple(state for state, box in self.comparison.items() if box.value),
            "cut": self.cut.value,
            "first": self.first.value,
            "last": self.last.value,
        }

    @property
    def conclusion(self) -> str:
        """The learner's own conclusion."""
        return str(self._text.value)

    @conclusion.setter
    def conclusion(self, words: str) -> None:
        self._text.value = words

    @property
    def sensitivity(self) -> pd.DataFrame:
        """The estimate under each other single choice, as `csto.models.breaks.sensitivity`, of what the picture shows."""
        measure, choices = self._last
        cuts = range(max(choices.first + 1, choices.cut - 3), min(choices.last, choices.cut + 2) + 1)
        groups = {name: group for name, group in GROUPS.items() if name != "all but Georgia"}
        return model.sensitivity(measures(), measure, choices, cuts, STARTS, groups)

    def set(
        self,
        *,
        measure: str | None = None,
        members: Iterable[str] | None = None,
        comparison: Iterable[str] | None = None,
        cut: int | None = None,
        first: int | None = None,
        last: int | None = None,
    ) -> None:
        """Set controls from code.

        Raises
        ------
        ChoiceError
            If the choices cannot be computed; nothing is changed then.
        """
        given = {"cut": cut, "first": first, "last": last}
        groups = {"members": members, "comparison": comparison}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        changes |= {name: tuple(group) for name, group in groups.items() if group is not None}
        wanted = measure or self.measure.value
        check_measure(wanted)
        choices = Choices(**{**self._chosen(), **changes})
        check_states(choices)
        sample(wanted, choices)
        self._put(wanted, choices)

    def _put(self, measure: str, choices: Choices) -> None:
        self._quiet = True
        try:
            self.measure.value = measure
            self.cut.value, self.first.value, self.last.value = choices.cut, choices.first, choices.last
            for boxes, group in ((self.members, choices.members), (self.comparison, choices.comparison)):
                for state, box in boxes.items():
                    box.value = state in group
        finally:
            self._quiet = False
        self._show()

    def save(self, path: str | Path | None = None) -> Path:
        """Save the conclusion with the choices and what they gave: as JSON, or as a page if the name ends in `.md`.

        Parameters
        ----------
        path
            Where to; the name in the field `File` if not given.

        Raises
        ------
        ChoiceError
            If the choices as they stand cannot be computed.
        ValueError
            If the name has another ending, or a file of that name is not from this lab.
        """
        target = Path(path or self.file.value.strip())
        if target.suffix not in {".json", ".md"}:
            raise ValueError(f"{target}: the ending {target.suffix!r} is not allowed; allowed: .json, .md")
        found = sentence(self.measure.value, self.choices)
        kept = Conclusion(self.measure.value, self.choices, found, self.conclusion)
        if target.exists() and not _ours(target):
            raise ValueError(
                f"{target} is another file and stays as it is; allowed: a new name, or a file of this lab"
            )
        target.write_text(
            kept.as_json() if target.suffix == ".json" else kept.as_markdown(), encoding="utf-8"
        )
        self.kept.text = f"Saved in {target.name}."
        return target

    def load(self, path: str | Path | None = None) -> None:
        """Load a conclusion with its choices from JSON that `save` wrote.

        Raises
        ------
        ValueError
            If the file cannot be read, or holds choices that this lab does not offer; nothing is changed then.
        """
        target = Path(path or self.file.value.strip())
        kept = Conclusion.read(target)
        sample(kept.measure, kept.choices)
        self._put(kept.measure, kept.choices)
        self.conclusion = kept.words
        self.kept.text = f"Loaded from {target.name}."

    def _try(self, act: Any) -> None:
        try:
            act()
        except (ValueError, OSError) as error:
            self.kept.text = f"Not done. {error}"

    def _show(self, _: Any = None) -> None:
        if self._quiet:
            return
        measure = self.measure.value
        try:
            choices = self.choices
            words = sentence(measure, choices)
        except ChoiceError as error:
            before, shown = self._last
            self.said.text = (
                f"Not computed. {error}. The picture still shows: {KINDS[before].words}, cut {shown.cut}, compared with "
                f"{listed(shown.comparison)}."
            )
            return
        self._last = (measure, choices)
        table = self.sensitivity
        dots = dot_rows(measure, table)
        if len(dots) not in self._drawers:
            self._drawers[len(dots)] = Picture(len(dots))
        drawn = self._drawers[len(dots)].draw(
            lines=line_rows(measure, choices), dots=dots, rule=[{"when": choices.cut - 0.5}]
        )
        self.said.text = words
        self._picture.value = (
            f"<p>{escape(KINDS[measure].unit)}; below, the same estimate with one choice changed</p>"
            f'<div role="img" aria-label="{escape(words)}">{drawn}</div>'
        )
        self._tables.value = (
            _means(measure, choices)
            + _permuted(measure, choices)
            + _before(measure, choices)
            + _changed(measure, table)
        )


def _ours(path: Path) -> bool:
    if path.suffix == ".md":
        return path.read_text(encoding="utf-8", errors="replace").startswith("# Break or continuity\n")
    try:
        Conclusion.read(path)
    except ValueError:
        return False
    return True


def _table(caption: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _means(measure: str, choices: Choices) -> str:
    found, decimals = sample(measure, choices), KINDS[measure].decimals
    groups = {"members": "Members", "comparison": "Comparison states"}
    rows = [
        (
            groups[row.Index],
            str(row.states),
            plain(row.before, decimals),
            plain(row.after, decimals),
            signed(row.change, decimals),
        )
        for row in model.means(found).itertuples()
    ]
    rows.append(("Difference in differences", "", "", "", signed(model.regression(found), decimals)))
    return _table(
        "Four means. The regression with state and year effects gives the same number.",
        ("Group", "States", "Before", "After", "Change"),
        rows,
    )


def _permuted(measure: str, choices: Choices) -> str:
    found = sample(measure, choices)
    labels = model.permute(found.changes, found.members)
    rows = [
        (
            "Labellings tried",
            f"{labels.ways}, {'all there are' if labels.exact else f'drawn with seed {model.SEED}'}",
        ),
        ("As far from zero or farther", str(labels.as_far)),
        ("p", f"{labels.p:.3f}"),
        ("Smallest p that so few states allow", f"{1 / labels.ways:.3f}"),
    ]
    return _table(
        "If any of these states could have been called members: how unusual is the difference? "
        "No lottery made the members members, so p is about labels and not about causes.",
        ("Permutation", "Result"),
        rows,
    )


def _before(measure: str, choices: Choices) -> str:
    decimals = KINDS[measure].decimals + 1
    slope = model.slopes(sample(measure, choices)).groupby("group")["slope"].mean()
    placebos = model.placebos(measures()[measure], choices)
    rows = [
        (
            "Members, change a year before the cut",
            signed(slope["members"], decimals) if pd.notna(slope["members"]) else "one year only",
        ),
        (
            "Comparison states",
            signed(slope["comparison"], decimals) if pd.notna(slope["comparison"]) else "one year only",
        ),
        *(
            (f"Estimate of a made-up cut in {row.cut:.0f}", signed(row.estimate, decimals - 1))
            for row in placebos.itertuples()
        ),
    ]
    return _table(
        "The assumption: in step without the event. Were they in step before, and do made-up cuts give as much?",
        ("Look", "Result"),
        rows,
    )


def _changed(measure: str, table: pd.DataFrame) -> str:
    rows = []
    for row in table.itertuples():
        of = row.what if row.changed == "measure" else measure
        if row.why:
            rows.append((label(row.changed, row.what), f"not computed: {row.why}", ""))
        else:
            spreads = signed(row.spreads) if pd.notna(row.spreads) else "no spread"
            rows.append((label(row.changed, row.what), signed(row.estimate, KINDS[of].decimals), spreads))
    return _table(
        "The estimate with one choice changed. A spread is the standard deviation between the states before the cut.",
        ("Choice", "Estimate", "In spreads"),
        rows,
    )


def lab() -> Lab:
    """Return the lab with both its faces."""
    return Lab("breaking", QUESTION, NOTEBOOK, twin, Desk)
