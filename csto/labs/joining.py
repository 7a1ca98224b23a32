"""Lab 1, join or stay out: the model of `csto.models.joining` to play with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from csto import theme
from csto.figures import note
from csto.labs.base import Lab, controls
from csto.models import joining as model
from csto.models.joining import Case, Theory

NAME = "fig-lab-joining"
QUESTION = "Would a weak state join the alliance of a strong one, and which theory says so?"
NOTEBOOK = "chapters/01-origins.ipynb"
OWN = "Your own mix"
START, CHOSEN = Case(), "Tethering"

#: What a dial is called, and what its ends mean.
DIALS = {
    "outside": ("Threat from outside", "0: no enemy in sight; 1: the gravest."),
    "patron": ("Threat from the patron", "0: not feared; 1: feared most."),
    "protection": ("Protection gained", "The patron's power times the chance that it comes."),
    "restraint": ("Restraint of the patron", "How far common rules bind it, at most."),
    "exposure": ("Exposure to the patron", "Bases, dependence: a foothold that membership adds."),
    "payment": ("Payment received", "Weapons at the supplier's own price, trade, rank."),
    "autonomy": ("Autonomy given up", "Freedom of policy that membership costs."),
}
TERMS = {
    "protection": "protection against outsiders",
    "restraint": "restraint of the patron",
    "exposure": "exposure to the patron",
    "payment": "payment received",
    "autonomy": "autonomy given up",
}
#: The dials with a control on the static page; the full lab has all seven.
BOUND = ("outside", "patron", "protection", "autonomy")


def signed(number: float) -> str:
    """Return a number with its sign and two decimals, with a true minus."""
    return f"{number + 0.0:+.2f}".replace("-", "−")


def verdict(joins: bool) -> str:
    """Return the answer of the model in words."""
    return "joins" if joins else "stays out"


def sentence(case: Case, chosen: str, theories: Mapping[str, Theory] = model.THEORIES) -> str:
    """Return the model's answer for one case in words: by how much, what decides, and what every theory expects."""
    expected = model.compare(case, dict(theories)).set_index("theory")
    gain, joins, term = expected.loc[chosen, ["gain", "joins", "decisive"]]
    if term == "none":
        why = "No single term decides." if theories[chosen].counts else "No term counts."
    else:
        part = float(model.decompose(case, theories[chosen])[term])
        why = f"What decides is {TERMS[term]} ({signed(part)}): without it the state would {'stay out' if joins else 'join'}."
    each = "; ".join(f"{name} {verdict(row.joins)} ({signed(row.gain)})" for name, row in expected.iterrows())
    return f"Under {chosen.lower()} the state {verdict(joins)}, net gain {signed(gain)}. {why} By theory: {each}."


# --- the chart: one drawing for the static page and for the live lab ------------------------------------------------


def gain_expression(theories: Mapping[str, Theory], chosen: str, outside: str, patron: str) -> str:
    """Return the net gain as a Vega expression over the signals of the other dials.

    Parameters
    ----------
    theories
        The theories among which `chosen` picks.
    chosen, outside, patron
        Vega expressions: the theory's name, and the two threats.
    """
    value = {
        "protection": f"protection * {outside}",
        "restraint": f"restraint * 4 * {patron} * (1 - {patron})",
        "exposure": f"-exposure * {patron}",
        "payment": "payment",
        "autonomy": "-autonomy",
    }
    counting = {term: [name for name, theory in theories.items() if term in theory.counts] for term in value}
    return " + ".join(
        f"(indexof({names!r}, {chosen}) >= 0 ? {value[term]} : 0)"
        for term, names in counting.items()
        if names
    )


def drawing(
    case: Case = START,
    chosen: str = CHOSEN,
    theories: Mapping[str, Theory] = model.THEORIES,
    bound: bool = False,
    width: int = theme.WIDTH,
) -> alt.VConcatChart:
    """Return the region of joining under one theory with the case in it, and below it every theory's net gain.

    Parameters
    ----------
    case, chosen
        What the chart shows at first.
    theories
        The theories to compare.
    bound
        Whether the reader gets controls: a choice of theory and the dials of `BOUND`.
    width
        Of the square and of the bars, in pixels.
    """

    def gain(chosen: str, outside: str = "outside", patron: str = "patron") -> str:
        return gain_expression(theories, chosen, outside, patron)

    theory = alt.param(
        name="theory", value=chosen, **_bind(bound, alt.binding_radio, options=list(theories), name="Theory ")
    )
    others = [
        alt.param(
            name=name,
            value=getattr(case, name),
            **_bind(
                bound and name in BOUND, alt.binding_range, min=0, max=1, step=0.05, name=f"{DIALS[name][0]} "
            ),
        )
        for name in model.DIALS
    ]
    answer = alt.param(name="answer", expr=_answer(gain, theories))
    region = _region(gain, theories) + _words(gain) + _state()
    return (
        alt.vconcat(
            region.properties(width=width, height=280),
            _bars(model.compare(case, dict(theories)), gain, high=1.2 if bound else 2).properties(
                width=width
            ),
            spacing=18,
        )
        .resolve_scale(x="independent", y="independent")
        .add_params(theory, *others, answer)
    )


def _bind(bound: bool, binding: Any, **how: Any) -> dict[str, Any]:
    return {"bind": binding(**how)} if bound else {}


def _says(gain: str) -> str:
    return f"(({gain}) > {model.EVEN} ? 'joins' : 'stays out')"


def _number(gain: str) -> str:
    return f"format(round(({gain}) * 1e6) / 1e6, '+.2f')"


def _answer(gain: Any, theories: Mapping[str, Theory]) -> str:
    """Return a Vega expression for the answer in words; a page can announce the signal `answer` as it changes."""
    each = " + '; ' + ".join(
        f"'{name} ' + {_says(gain(repr(name)))} + ' (' + {_number(gain(repr(name)))} + ')'"
        for name in theories
    )
    chosen = gain("theory")
    return (
        f"'Under ' + lower(theory) + ' the state ' + {_says(chosen)} + ', net gain ' + {_number(chosen)}"
        f" + '. By theory: ' + {each} + '.'"
    )


def _axes() -> tuple[alt.X, alt.Y]:
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(tickCount=5, format=".1f", grid=False)
    return (
        alt.X("patron:Q", title="Threat from the patron", scale=scale, axis=axis),
        alt.Y("outside:Q", title="Threat from outside", scale=scale, axis=axis),
    )


def _region(gain: Any, theories: Mapping[str, Theory]) -> alt.Chart:
    """Draw where the state joins: above a threshold of outside threat that is computed in closed form."""
    counting = [name for name, theory in theories.items() if "protection" in theory.counts]
    x, y = _axes()
    return (
        alt.Chart(alt.sequence(0, 201, as_="i"))
        .transform_calculate(patron="datum.i / 200")
        .transform_calculate(
            rest=gain("theory", "0", "datum.patron"),
            slope=f"indexof({counting!r}, theory) >= 0 ? protection : 0",
        )
        .transform_calculate(
            outside=f"datum.slope > 0 ? clamp(-datum.rest / datum.slope, 0, 1) : (datum.rest > {model.EVEN} ? 0 : 1)",
            top="1",
        )
        .transform_filter("datum.outside < 1")
        .mark_area(color=theme.TEAL, fillOpacity=0.22, stroke=theme.TEAL, strokeWidth=2)
        .encode(x, y, alt.Y2("top:Q"))
    )


def _words(gain: Any) -> alt.Chart:
    """Write "joins" and "stays out" into the two parts, each where there is room, away from the state."""
    x, y = _axes()
    room = (
        "min(abs(datum.gain), 0.1) * 10 - abs(datum.patron - 0.5) - abs(datum.outside - 0.5) - datum.i / 1e6"
    )
    here, left, right = (
        gain("theory", "datum.outside", f"(datum.patron + {aside})") for aside in (0, -0.055, 0.055)
    )
    return (
        alt.Chart(alt.sequence(0, 63, as_="i"))
        .transform_calculate(
            patron="0.09 + 0.1025 * (datum.i % 9)", outside="0.11 + 0.13 * floor(datum.i / 9)"
        )
        .transform_filter("abs(datum.patron - patron) > 0.34 || abs(datum.outside - outside) > 0.12")
        .transform_calculate(gain=here)
        .transform_calculate(room=room, says=_says("datum.gain"))
        .transform_filter(f"{_says(left)} === datum.says && {_says(right)} === datum.says")
        .transform_joinaggregate(best="max(room)", groupby=["says"])
        .transform_filter("datum.room === datum.best")
        .transform_calculate(lines="split(datum.says, ' ')")
        .mark_text(fontSize=14, fontWeight=600, color=theme.INK, baseline="middle")
        .encode(x, y, alt.Text("lines:N"))
    )


def _state() -> alt.LayerChart | alt.FacetChart:
    x, y = _axes()
    here = alt.Chart(alt.sequence(0, 1, as_="i")).transform_calculate(patron="patron", outside="outside")
    point = here.mark_point(shape="diamond", size=220, color=theme.ACCENT, opacity=1)
    label = here.mark_text(
        text="this state",
        align=alt.expr("patron > 0.6 ? 'right' : 'left'"),
        dx=alt.expr("patron > 0.6 ? -14 : 14"),
        fontSize=13,
        fontWeight=600,
        color=theme.ACCENT,
    )
    return alt.layer(point.encode(x, y), label.encode(x, y))


def _bars(expected: pd.DataFrame, gain: Any, high: float) -> alt.LayerChart | alt.FacetChart:
    """Draw every theory's net gain for the state, from -1 to `high`, with the answer in words on the empty side of zero."""
    rows = expected.assign(says=expected["joins"].map(verdict))[["theory", "gain", "says"]]
    base = (
        alt.Chart(rows)
        .transform_calculate(gain=gain("datum.theory"))
        .transform_calculate(says=_says("datum.gain"), number=_number("datum.gain"))
        .encode(
            alt.Y(
                "theory:N",
                title=None,
                sort=None,
                axis=alt.Axis(
                    labelColor=theme.INK,
                    labelFontWeight=alt.condition(
                        "datum.value === theory", alt.value("bold"), alt.value("normal")
                    ),
                    domain=False,
                    ticks=False,
                ),
            )
        )
        .properties(height=28 * len(rows))
    )
    x = alt.X(
        "gain:Q",
        title="Net gain of joining",
        scale=alt.Scale(domain=[-1, high], nice=False),
        axis=alt.Axis(tickCount=5, format="+.1f", grid=False),
    )
    bars = base.mark_bar(
        height=14,
        clip=True,
        color=alt.expr(f"datum.gain > {model.EVEN} ? '{theme.TEAL}' : '{theme.NEUTRAL}'"),
    ).encode(x)
    words = (
        base.transform_calculate(label="datum.says + ' (' + datum.number + ')'")
        .mark_text(
            align=alt.expr("datum.gain > 0 ? 'right' : 'left'"),
            dx=alt.expr("datum.gain > 0 ? -8 : 8"),
            fontSize=13,
        )
        .encode(alt.X(datum=0), alt.Text("label:N"))
    )
    zero = (
        alt.Chart(pd.DataFrame({"zero": [0]}))
        .mark_rule(color=theme.MUTED)
        .encode(alt.X("zero:Q", title="Net gain of joining"))
    )
    return alt.layer(bars, zero, words)


# --- the two faces ------------------------------------------------------------------------------------------------


def twin() -> Any:
    """Return the chart of the static page: the region of joining, a state to move, four theories to choose."""
    expected = model.compare(START)
    joining, out = (
        [
            name.lower()
            for name, says in zip(expected["theory"], expected["joins"], strict=True)
            if says == wanted
        ]
        for wanted in (True, False)
    )
    band = model.region(START, "Tethering", steps=101).query("joins")["patron"]
    floor = float(model.boundary(START, "Exchange"))
    under = {1: "one theory", 2: "two theories", 3: "three theories"}[len(joining)]
    others = {1: "one other", 2: "two others", 3: "three others"}[len(out)]
    return drawing(bound=True).properties(
        name=NAME,
        title=f"The same state joins under {under} and stays out under {others}",
        description=(
            "A square with the threat from the patron across and the threat from outside upwards; the part where a "
            "state joins is filled, and its shape is each theory's own. Balancing: a wedge at the upper left, so the more "
            "the patron is feared the graver must the outside threat be. Bandwagoning: all or nothing, since only payment "
            f"and price count; here {verdict(bool(model.joins(START, 'Bandwagoning')))} everywhere. Tethering: an upright "
            f"band, where the threat from the patron is between {band.min():.2f} and {band.max():.2f}; feared less it is "
            "not worth binding, feared more it cannot be bound. Exchange: everything above an outside threat of "
            f"{floor:.2f}. Below the square four bars give each theory's net gain for the one state that is marked: at a "
            f"threat of {START.outside} from outside and {START.patron} from the patron it joins by {' and '.join(joining)} "
            f"and stays out by {' and '.join(out)}."
        ),
        usermeta=note(
            unit="dials from 0 to 1 and a net gain, all without unit; the state joins above zero",
            as_of="a model, with no date",
            source="course model after Walt 1985 and 1987, Schweller 1994, Weitsman 1997 and 2004, and Morrow 1991",
            caution="The numbers are dials to argue with; none was measured on a state",
        ),
    )


class Picture:
    """Draws one case as SVG text; a change of dials or of theory costs no new compilation."""

    def __init__(self, theories: Mapping[str, Theory]) -> None:
        import vl_convert

        self._svg = vl_convert.vega_to_svg
        self.vega = vl_convert.vegalite_to_vega(drawing(theories=theories, width=440).to_dict())

    def draw(self, case: Case, chosen: str) -> str:
        """Return the drawing of a case under the chosen theory."""
        values = {**asdict(case), "theory": chosen}
        for signal in self.vega["signals"]:
            if signal["name"] in values:
                signal["value"] = values[signal["name"]]
        return str(self._svg(self.vega))


class Desk:
    """The live lab: every dial, the choice of theory or of single terms, the region, and the answer in words.

    Attributes
    ----------
    dials
        The seven sliders, by name; `theory`, `profile` and `terms` are the other controls.
    said
        The answer in words; its `text` changes with every control.
    box
        The widget to show.
    """

    def __init__(self) -> None:
        import ipywidgets as w

        made = controls()
        self.dials = {
            name: made.Dial(label=label, hint=hint, value=getattr(START, name))
            for name, (label, hint) in DIALS.items()
        }
        self.theory = w.RadioButtons(
            options=[*model.THEORIES, OWN], value=CHOSEN, description="Theory", layout=w.Layout(width="auto")
        )
        self.profile = w.Dropdown(
            options=["as set below", *model.PROFILES],
            description="Made-up case",
            style={"description_width": "initial"},
            layout=w.Layout(width="26em", max_width="100%"),
        )
        self.terms = {
            term: w.Checkbox(
                value=True, description=f"Count {label}", indent=False, layout=w.Layout(width="auto")
            )
            for term, label in TERMS.items()
        }
        self._mix = w.VBox(list(self.terms.values()))
        self.said = made.Said()
        self._picture, self._table = w.HTML(), w.HTML()
        self._picture.add_class("lab-picture")
        self._table.add_class("lab-table")
        self._drawers: dict[tuple[str, ...], Picture] = {}
        self._quiet = False

        for dial in self.dials.values():
            dial.observe(self._turned, "value")
        for control in (self.theory, *self.terms.values()):
            control.observe(self._show, "value")
        self.profile.observe(self._profiled, "value")

        left = w.VBox(
            [self.profile, self.theory, self._mix, *self.dials.values()],
            layout=w.Layout(flex="1 1 27em", min_width="16em"),
        )
        right = w.VBox(
            [self.said, self._picture, self._table], layout=w.Layout(flex="2 1 32em", min_width="16em")
        )
        question = w.HTML(
            f"<p><strong>{escape(QUESTION)}</strong> The dials are yours; none was measured on a state.</p>"
        )
        both = w.Box([left, right], layout=w.Layout(flex_flow="row wrap"))
        self.box = w.VBox([question, both])
        self._show()

    @property
    def case(self) -> Case:
        """The case that the dials describe."""
        return Case(**{name: dial.value for name, dial in self.dials.items()})

    @property
    def theories(self) -> dict[str, Theory]:
        """The four theories, and the reader's own mix while it is chosen."""
        if self.theory.value != OWN:
            return model.THEORIES
        counts = tuple(term for term, box in self.terms.items() if box.value)
        return {**model.THEORIES, OWN: Theory(counts, "The terms that you let count.")}

    @property
    def expected(self) -> pd.DataFrame:
        """What each theory expects of the case, as in `csto.models.joining.compare`."""
        return model.compare(self.case, self.theories)

    def set(self, *, theory: str | None = None, profile: str | None = None, **dials: float) -> None:
        """Set controls from code: a theory, a made-up case, and any dial by its name.

        Raises
        ------
        ValueError
            If a name or a value is not allowed; nothing is changed then.
        """
        for name in dials:
            if name not in model.DIALS:
                raise ValueError(f"{name!r} is not a dial; allowed: {', '.join(model.DIALS)}")
        if theory is not None and theory not in self.theory.options:
            raise ValueError(f"theory: {theory!r} is not known; allowed: {', '.join(self.theory.options)}")
        if profile is not None and profile not in model.PROFILES:
            raise ValueError(f"profile: {profile!r} is not known; allowed: {'; '.join(model.PROFILES)}")
        case = replace(model.PROFILES[profile] if profile else self.case, **dials)
        self._quiet = True
        try:
            self.profile.value = profile or self.profile.options[0]
            self.theory.value = theory or self.theory.value
            for name, dial in self.dials.items():
                dial.value = getattr(case, name)
        finally:
            self._quiet = False
        self._show()

    def _turned(self, _: Any) -> None:
        if not self._quiet:
            self.set()

    def _profiled(self, change: Any) -> None:
        if not self._quiet and change["new"] in model.PROFILES:
            self.set(profile=change["new"])

    def _show(self, _: Any = None) -> None:
        if self._quiet:
            return
        case, chosen, theories = self.case, self.theory.value, self.theories
        self._mix.layout.display = "flex" if chosen == OWN else "none"
        key = theories[OWN].counts if chosen == OWN else ("four",)
        if key not in self._drawers:
            self._drawers[key] = Picture(theories)
        words = sentence(case, chosen, theories)
        self.said.text = words
        self._picture.value = (
            f'<div role="img" aria-label="{escape(words)}">{self._drawers[key].draw(case, chosen)}</div>'
        )
        self._table.value = _sum(case, chosen, theories[chosen]) + _evidence(case)


def _sum(case: Case, chosen: str, theory: Theory) -> str:
    """Return the sum behind the answer as an HTML table."""
    rows = "".join(
        f'<tr><th scope="row">{TERMS[term].capitalize()}</th>'
        f"<td>{signed(float(part)) if term in theory.counts else 'does not count'}</td></tr>"
        for term, part in model.decompose(case, theory).items()
    )
    total = signed(float(model.net_gain(case, theory)))
    return (
        f"<table><caption>The sum under {escape(chosen.lower())}: {escape(theory.claim)}</caption>"
        f'{rows}<tr><th scope="row">Net gain</th><td><strong>{total}</strong></td></tr></table>'
    )


def _evidence(case: Case) -> str:
    """Return, as an HTML table, what each theory expects if one thing rises: what would tell them apart."""
    found = model.evidence(case)
    heads = "".join(f'<th scope="col">{DIALS[dial][0]}</th>' for dial in found.columns)
    rows = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in row)}</tr>'
        for name, row in zip(found.index, found.to_numpy(), strict=True)
    )
    return (
        "<table><caption>What would tell the theories apart: if this alone rises from 0 to 1, is the state readier "
        f'to join?</caption><thead><tr><th scope="col">Theory</th>{heads}</tr></thead>{rows}</table>'
    )


def lab() -> Lab:
    """Return the lab with both its faces."""
    return Lab("joining", QUESTION, NOTEBOOK, twin, Desk)
