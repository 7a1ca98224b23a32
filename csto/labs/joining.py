"""Lab 1, join or stay out: the model of `csto.models.joining` to play with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import altair as alt
import pandas as pd

from csto import theme
from csto.figures import note
from csto.labs.base import Lab
from csto.models import joining as model

NAME = "fig-lab-joining"
START = {"outside": 0.5, "patron": 0.6}
_SAID = {
    "protection": "protection against outsiders",
    "restraint": "the restraint of the patron",
    "exposure": "exposure to the patron",
    "payment": "the payment",
    "autonomy": "the loss of autonomy",
    "none": "no single term",
}


def sentence(setting: model.Setting, outside: float, patron: float) -> str:
    """Return the model's answer for one state, in words."""
    gain = float(model.net_gain(setting, outside, patron))
    answer = "joins" if gain > 0 else "stays out"
    decides = _SAID[model.decisive(setting, outside, patron)]
    expect = [name.lower() for name, says in model.predictions(outside, patron).items() if says]
    others = (
        f"Of the four theories {', '.join(expect)} would expect it to join."
        if expect
        else ("None of the four theories would expect it to join.")
    )
    return f"The state {answer}: net gain {gain:+.2f}, turned by {decides}. {others}"


def boundaries() -> pd.DataFrame:
    """Return the line of indifference of each theory at both ends: `theory`, `patron`, `outside`, and its setting."""
    rows = [
        {
            "theory": name,
            "patron": patron,
            "outside": float(model.boundary(setting, patron)),
            **asdict(setting),
        }
        for name, setting in model.THEORIES.items()
        for patron in (0.0, 1.0)
    ]
    return pd.DataFrame(rows)


def gain_expression(outside: str, patron: str) -> str:
    """Return the net gain as a Vega expression, with the terms of the theory chosen in the parameter `theory`."""

    def of(term: str) -> str:
        chain = "0"
        for name, setting in reversed(model.THEORIES.items()):
            chain = f"(theory === '{name}' ? {getattr(setting, term)} : {chain})"
        return chain

    return (
        f"{of('protection')} * {outside} + ({of('restraint')} - {of('exposure')}) * {patron}"
        f" + {of('payment')} - {of('autonomy')}"
    )


def twin() -> alt.LayerChart:
    """Return the chart of the static page: the region of joining, a state to move, four theories to choose."""
    names = list(model.THEORIES)
    theory = alt.param(name="theory", value=names[0], bind=alt.binding_radio(options=names, name="Theory "))
    outside = alt.param(
        name="outside",
        value=START["outside"],
        bind=alt.binding_range(min=0, max=1, step=0.05, name="Threat from outside "),
    )
    patron = alt.param(
        name="patron",
        value=START["patron"],
        bind=alt.binding_range(min=0, max=1, step=0.05, name="Threat from the patron "),
    )
    x = alt.X("p:Q", title="Threat from the patron", scale=alt.Scale(domain=[0, 1]))
    y = alt.Y("o:Q", title="Threat from outside", scale=alt.Scale(domain=[0, 1]))
    cells = (
        alt.Chart(alt.sequence(0, 441, 1, as_="i"))
        .transform_calculate(p="floor(datum.i / 21) / 20", o="(datum.i % 21) / 20")
        .transform_calculate(gain=gain_expression("datum.o", "datum.p"))
        .transform_filter("datum.gain > 1e-9")
        .mark_point(shape="cross", size=34, filled=True, color=theme.TEAL, opacity=0.55)
        .encode(x, y)
    )
    line = (
        alt.Chart(boundaries())
        .transform_filter("datum.theory === theory")
        .mark_line(clip=True, color=theme.INK, strokeDash=[6, 4])
        .encode(
            alt.X("patron:Q", title="Threat from the patron"), alt.Y("outside:Q", title="Threat from outside")
        )
    )
    here = alt.Chart(alt.sequence(0, 1, 1, as_="i")).transform_calculate(
        p="patron", o="outside", gain=gain_expression("outside", "patron")
    )
    point = here.mark_point(
        shape="circle", size=190, filled=True, color=theme.ACCENT, stroke=theme.PAPER
    ).encode(x, y)
    label = (
        here.transform_calculate(
            words="(datum.gain > 1e-9 ? 'joins' : 'stays out') + ' (' + format(datum.gain, '+.2f') + ')'"
        )
        .mark_text(
            dx=alt.expr("patron > 0.65 ? -14 : 14"),
            align=alt.expr("patron > 0.65 ? 'right' : 'left'"),
            fontSize=15,
            fontWeight=600,
            color=theme.INK,
        )
        .encode(x, y, alt.Text("words:N"))
    )
    says = model.predictions(**START)
    expect = [name.lower() for name, joins in says.items() if joins]
    return (
        (cells + line + point + label)
        .add_params(theory, outside, patron)
        .properties(
            name=NAME,
            height=360,
            title="The same state joins under one theory and stays out under another",
            description=(
                "A square with the threat from the patron across and the threat from outside upwards; crosses mark where "
                "a state joins. Under balancing the crosses fill the upper left: more fear of the patron makes joining "
                "less likely. Under tethering they fill the right: more fear of the patron makes joining more likely. "
                f"At a threat of {START['outside']} from outside and {START['patron']} from the patron, "
                f"{' and '.join(expect) or 'none of the four'} would expect the state to join."
            ),
            usermeta={
                **note(
                    unit="net gain of joining, without unit, from -2 to 2; a cross marks a gain above zero",
                    as_of="a model, with no date",
                    source="course model after Walt 1987, Schweller 1994, Weitsman 2004 and Morrow 1991",
                    caution="The settings are chosen to set the theories apart; they are not estimated from any state",
                ),
                "open": {"label": "Open the full lab", "local": "make lab, then chapters/01-origins.ipynb"},
            },
        )
    )


def picture(setting: model.Setting, outside: float, patron: float) -> str:
    """Return the region of joining and one state in it as SVG text."""
    import vl_convert

    grid = model.region(setting, steps=21)
    x, y = alt.X("patron:Q", title="Threat from the patron"), alt.Y("outside:Q", title="Threat from outside")
    cells = alt.Chart(grid[grid["joins"]]).mark_point(
        shape="cross", size=30, filled=True, color=theme.TEAL, opacity=0.6
    )
    state = pd.DataFrame({"patron": [patron], "outside": [outside]})
    point = alt.Chart(state).mark_point(size=190, filled=True, color=theme.ACCENT)
    square = alt.Scale(domain=[0, 1])
    chart = (
        cells.encode(x.scale(square), y.scale(square)) + point.encode(x.scale(square), y.scale(square))
    ).properties(width=420, height=320)
    return str(vl_convert.vegalite_to_svg(chart.to_dict()))


def widget() -> Any:
    """Return the live lab: sliders for both threats and for every term, the region, and the answer in words."""
    import ipywidgets as w

    def slider(name: str, value: float, label: str) -> Any:
        wide = {"description_width": "15em"}
        return w.FloatSlider(
            value=value,
            min=0,
            max=1,
            step=0.05,
            description=label,
            tooltip=label,
            style=wide,
            layout=w.Layout(width="34em"),
        )

    threats = {
        "outside": slider("outside", START["outside"], "Threat from outside"),
        "patron": slider("patron", START["patron"], "Threat from the patron"),
    }
    labels = {"protection": "Protection gained", "restraint": "Restraint of the patron", "exposure": "Exposure added",
              "payment": "Payment", "autonomy": "Autonomy given up"}  # fmt: skip
    first = next(iter(model.THEORIES))
    own = {name: slider(name, getattr(model.THEORIES[first], name), labels[name]) for name in model.TERMS}
    theory = w.ToggleButtons(options=[*model.THEORIES, "My own"], value=first, description="Theory")
    answer, chart = w.HTML(), w.HTML()
    answer.add_class("lab-answer")
    busy = {"setting": False}

    def setting() -> model.Setting:
        return model.Setting(**{name: round(one.value, 2) for name, one in own.items()})

    def show(_: Any = None) -> None:
        at = (threats["outside"].value, threats["patron"].value)
        answer.value = f'<p role="status">{sentence(setting(), *at)}</p>'
        chart.value = picture(setting(), *at)

    def choose(change: Any) -> None:
        if change["new"] in model.THEORIES:
            busy["setting"] = True
            for name, one in own.items():
                one.value = getattr(model.THEORIES[change["new"]], name)
            busy["setting"] = False
        show()

    def alter(_: Any) -> None:
        if not busy["setting"]:
            theory.value = "My own"
            show()

    theory.observe(choose, "value")
    for one in threats.values():
        one.observe(show, "value")
    for one in own.values():
        one.observe(alter, "value")
    show()
    box = w.VBox(
        [theory, *threats.values(), w.HTML("<b>What the alliance does</b>"), *own.values(), answer, chart]
    )
    box.controls = {"theory": theory, **threats, **own}
    box.answer = answer
    return box


def lab() -> Lab:
    """Return the lab with both its faces."""
    return Lab(twin, widget)
