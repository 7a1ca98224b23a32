"""Lab 2, decision rules: the model of `csto.models.deciding` to play with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from itertools import product
from typing import Any

import altair as alt
import pandas as pd

from csto import theme
from csto.data import load
from csto.figures import note
from csto.labs.base import Lab, controls, percent, percent_expression
from csto.models import deciding as model
from csto.models.deciding import MEMBERS, RULES, Council

NAME = "fig-lab-deciding"
QUESTION = "How likely is the council to act under four rules of decision, and on whom does it turn?"
NOTEBOOK = "chapters/02-institutional-design.ipynb"
CHOSEN = "Consensus"
START = "Five willing, a third member hesitates"

#: The steps of the static page's controls; the full lab has a dial for every member.
LEAST = [step / 10 for step in range(11)]
OTHERS = [step / 10 for step in range(5, 11)]
CORRELATIONS = [step / 4 for step in range(5)]
NEEDED = (3, 4, 5)
#: Where the static page stands at first.
FIRST = {"role": "a third member", "least": 0.4, "others": 0.9, "correlation": 0.0, "needed": 4}

COLOURS = {
    "Consensus": theme.TEAL,
    "Consensus minus one": theme.NEUTRAL,
    "Majority": theme.INK,
    "Russia alone": theme.ACCENT,
}
DASHES = {
    "Consensus": [1, 0],
    "Consensus minus one": [2, 3],
    "Majority": [8, 4],
    "Russia alone": [10, 3, 2, 3],
}
SHAPES = {
    "Consensus": "circle",
    "Consensus minus one": "square",
    "Majority": "diamond",
    "Russia alone": "triangle-up",
}


@cache
def names() -> dict[str, str]:
    """Return the English name of each member by its code."""
    known = load("countries").set_index("country")["name"]
    return {code: str(known[code]) for code in MEMBERS}


def listed(words: list[str]) -> str:
    """Return words as a list in a sentence."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def sentence(council: Council, rule: str) -> str:
    """Return the model's answer in words: how likely under the rule, on whom it turns, and under every rule."""
    found = model.compare(council).set_index("rule")
    turns = model.pivots(council, rule).set_index("member")["turns"]
    most = percent(float(turns.max()))
    who = [names()[code] for code, chance in turns.items() if percent(float(chance)) == most]
    if most == "0%":
        on = "It turns on no single member"
    elif len(who) == len(MEMBERS):
        on = f"It turns on all six alike: each is left the decision with {most}"
    else:
        on = f"It turns most on {listed(who)}: the others leave the decision to {'each' if len(who) > 1 else 'it'} with {most}"
    each = "; ".join(f"{name} {percent(float(chance))}" for name, chance in found["chance"].items())
    error = float(found["error"].max())
    how = (
        f"Simulated, {model.DRAWS:,} draws: a standard error of at most {error * 100:.2f} points."
        if error
        else "Exact."
    )
    return (
        f"Under {_spoken(rule, council.needed)} the council acts with a chance of {percent(float(found['chance'][rule]))}. "
        f"{on}. By rule: {each}. {how}"
    )


def _spoken(rule: str, needed: int) -> str:
    return {
        "Consensus": "consensus",
        "Consensus minus one": "consensus minus one",
        "Majority": f"a majority of {needed} of {len(MEMBERS)}",
        "Russia alone": "the rule of Russia alone",
    }[rule]


# --- the chart of the static page -----------------------------------------------------------------------------------


@cache
def grid() -> pd.DataFrame:
    """Return the chance of acting where one member hesitates and five are alike, over all settings of the page.

    Returns
    -------
    pandas.DataFrame
        `hesitant` and `others`, the chances of consent; `correlation`; and the chance of acting under `consensus`,
        `minus one` (where the hesitant member is not the party concerned) and majorities of `3 of 6` to `5 of 6`.
        `hesitant` runs fastest, `correlation` slowest.
    """
    rows = []
    for correlation, others, least in product(CORRELATIONS, OTHERS, LEAST):
        council = model.hesitant(least, others, correlation, "a third member")
        likely = model.likelihood(council)
        won = {
            "consensus": model.wins(council, "Consensus"),
            "minus one": model.wins(council, "Consensus minus one"),
            **{
                f"{needed} of 6": model.wins(replace(council, needed=needed), "Majority") for needed in NEEDED
            },
        }
        row: dict[str, float] = {"hesitant": least, "others": others, "correlation": correlation}
        rows.append(row | {column: float(likely[acts].sum()) for column, acts in won.items()})
    return pd.DataFrame(rows).round(4)


def _chances(least: str) -> dict[str, str]:
    """Return, by rule, a Vega expression for the chance of acting where the controls stand.

    Parameters
    ----------
    least
        Expression for the chance of the hesitant member, in steps of the grid.
    """

    def value(column: str, least: str = least) -> str:
        block = f"round((others - {OTHERS[0]}) * 10) + {len(OTHERS)} * round(correlation * 4)"
        return f"data('grid')[round({least} * 10) + {len(LEAST)} * ({block})][{column}]"

    return {
        "Consensus": value("'consensus'"),
        # The other five decide where the hesitant member has no word: as by consensus if it were sure to consent.
        "Consensus minus one": f"(role === 'the party concerned' ? {value(repr('consensus'), '1')} : {value(repr('minus one'))})",
        "Majority": value("needed + ' of 6'"),
        "Russia alone": f"(role === 'Russia' ? {least} : others)",
    }


def drawing() -> alt.VConcatChart:
    """Return four lines over the hesitant member's chance, and below them the four rules where the controls stand."""
    role = alt.binding_radio(options=list(model.ROLES), name="Who hesitates ")
    bound = [
        alt.param(name="role", value=FIRST["role"], bind=role),
        _range("least", LEAST, "Its chance of consent "),
        _range("others", OTHERS, "Chance of each other "),
        _range("correlation", CORRELATIONS, "Correlation "),
        _range("needed", NEEDED, "Majority: votes needed "),
    ]
    return (
        alt.vconcat(
            _lines().properties(height=240),
            _rows().properties(height=62 * len(RULES)),
            spacing=14,
            datasets={"grid": grid().to_dict(orient="records")},
        )
        .resolve_scale(x="independent", y="independent")
        .add_params(*bound, alt.param(name="answer", expr=_answer()))
    )


def _range(name: str, steps: Sequence[float], label: str) -> alt.Parameter:
    bind = alt.binding_range(min=steps[0], max=steps[-1], step=round(steps[1] - steps[0], 6), name=label)
    return alt.param(name=name, value=FIRST[name], bind=bind)


def _look(field: str = "rule:N") -> dict[str, Any]:
    """Return the colour, the dashes and the shape of each rule; they are told apart without colour as well."""
    rules = list(RULES)
    return {
        "color": alt.Color(
            field, legend=None, scale=alt.Scale(domain=rules, range=[COLOURS[r] for r in rules])
        ),
        "strokeDash": alt.StrokeDash(
            field, legend=None, scale=alt.Scale(domain=rules, range=[DASHES[r] for r in rules])
        ),
        "shape": alt.Shape(
            field, legend=None, scale=alt.Scale(domain=rules, range=[SHAPES[r] for r in rules])
        ),
    }


def _lines() -> alt.LayerChart | alt.FacetChart:
    """Draw the chance of acting under each rule as the hesitant member's chance goes from 0 to 1."""
    look = _look()
    rules = _chances("datum.hesitant")
    base = (
        alt.Chart(alt.NamedData("grid"))
        .transform_filter("abs(datum.others - others) < 0.01 && abs(datum.correlation - correlation) < 0.01")
        .transform_calculate(p="datum.hesitant", **rules)
        .transform_fold(list(rules), as_=["rule", "chance"])
        .encode(
            alt.X(
                "p:Q",
                title="Chance that the hesitant member consents",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(tickCount=5, format=".1f", grid=False),
            ),
            alt.Y(
                "chance:Q",
                title="Chance that the council acts",
                scale=alt.Scale(domain=[0, 1]),
                axis=alt.Axis(tickCount=5, format="%"),
            ),
            look["color"],
        )
    )
    here = base.transform_filter("abs(datum.p - least) < 0.01")
    return alt.layer(
        here.transform_filter(f"datum.rule === '{CHOSEN}'")
        .mark_rule(strokeWidth=1)
        .encode(alt.Y(), color=alt.value(theme.MUTED)),
        base.mark_line().encode(look["strokeDash"]),
        base.transform_filter("datum.p === 0 || datum.p === 1 || abs(datum.p - least) < 0.01")
        .mark_point(size=90, filled=True, opacity=1)
        .encode(look["shape"]),
    )


def _rows() -> alt.LayerChart | alt.FacetChart:
    """Draw a row for each rule: a bar from the hesitant member's refusal to its consent, a mark where it stands, numbers."""
    look = _look()
    now, low, high = (_chances(least) for least in ("least", "0", "1"))

    def pick(chances: Mapping[str, str]) -> str:
        return " : ".join(f"datum.rule === {rule!r} ? {chance}" for rule, chance in chances.items()) + " : 0"

    base = (
        alt.Chart(pd.DataFrame({"rule": list(RULES)}))
        .transform_calculate(chance=pick(now), low=pick(low), high=pick(high))
        .transform_calculate(
            name="datum.rule + (datum.rule === 'Majority' ? ', ' + needed + ' of 6' : '')",
            words=f"'acts with ' + {percent_expression('datum.chance')} + '; its word decides: ' + {percent_expression('(datum.high - datum.low)')}",
        )
        .encode(alt.Y("rule:N", title=None, sort=list(RULES), axis=None), look["color"])
    )
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(tickCount=5, format="%", grid=False)

    def x(field: str) -> alt.X:
        return alt.X(field, title="Chance that the council acts", scale=scale, axis=axis)

    def text(field: str, dy: int, weight: Any) -> alt.Chart:
        mark = base.mark_text(align="left", dy=dy, fontWeight=weight)
        return mark.encode(alt.X(datum=0), alt.Text(field), color=alt.value(theme.INK))

    bars = base.mark_bar(height=7, opacity=0.45, yOffset=17).encode(x("low:Q"), alt.X2("high:Q"))
    dots = base.mark_point(size=130, filled=True, opacity=1, yOffset=17).encode(x("chance:Q"), look["shape"])
    return alt.layer(bars, dots, text("name:N", -20, 600), text("words:N", -2, 400))


def _answer() -> str:
    """Return `answer` as a Vega expression; the page announces the signal of that name as it changes."""
    now, low, high = (list(_chances(least).values()) for least in ("least", "0", "1"))
    acts = [percent_expression(chance) for chance in now]
    left = [percent_expression(f"({top} - {bottom})") for top, bottom in zip(high, low, strict=True)]
    return (
        f"'The council acts by consensus with ' + {acts[0]} + ', by consensus minus one with ' + {acts[1]}"
        f" + ', by a majority of ' + needed + ' with ' + {acts[2]} + ', by Russia alone with ' + {acts[3]}"
        f" + '. The decision is left to the hesitant member with ' + {left[0]} + ', ' + {left[1]} + ', '"
        f" + {left[2]} + ' and ' + {left[3]} + ', in that order.'"
    )


def answer(role: str, least: float, others: float, correlation: float, needed: int) -> str:
    """Return what the static page says where its controls stand, computed by the model."""
    council = model.hesitant(least, others, correlation, role, needed)
    found = model.compare(council)["chance"]
    acts = [percent(float(chance)) for chance in found]
    left = [percent(float(turn)) for turn in left_to(council, model.ROLES[role][0])]
    return (
        f"The council acts by consensus with {acts[0]}, by consensus minus one with {acts[1]}, by a majority of {needed} "
        f"with {acts[2]}, by Russia alone with {acts[3]}. The decision is left to the hesitant member with "
        f"{left[0]}, {left[1]}, {left[2]} and {left[3]}, in that order."
    )


def left_to(council: Council, member: str) -> list[float]:
    """Return, for each rule, the chance that the others leave the decision to a member."""
    return [
        float(model.pivots(council, rule).set_index("member").loc[member, "turns"].item()) for rule in RULES
    ]


# --- the two faces ------------------------------------------------------------------------------------------------


def twin() -> Any:
    """Return the chart of the static page: one member hesitates, five are alike, four rules to compare."""

    def chances(least: float, role: str = "a third member", correlation: float = 0.0) -> dict[str, str]:
        found = model.compare(model.hesitant(least, 0.9, correlation, role)).set_index("rule")["chance"]
        return {str(rule): percent(float(chance)) for rule, chance in found.items()}

    here, sure, concerned = chances(0.4), chances(1.0), chances(0.4, "the party concerned")
    alike = [chances(0.9, correlation=correlation) for correlation in (0.0, 0.5, 1.0)]
    return drawing().properties(
        name=NAME,
        title={
            "text": f"By consensus, one member in doubt takes the chance of acting from {alike[0]['Consensus']} to {here['Consensus']}",
            "subtitle": (
                "In the lower part each bar runs from the hesitant member's refusal to its consent. Its length is the "
                "chance that this member's word decides, because the others have left the decision to it."
            ),
        },
        description=(
            "Four lines show how likely the council is to act as the chance of one hesitant member goes from 0 to 1, "
            f"the other five standing at 0.9, each on its own. Under consensus the line climbs from 0% to {sure['Consensus']}; "
            f"where the hesitant member stands at 0.4, the council acts with {here['Consensus']}. A majority of four of six "
            f"hardly notices it, {here['Majority']} there, and Russia alone acts with {here['Russia alone']}, unless it is "
            "the one that hesitates. Leaving out the party concerned helps if that party hesitates "
            f"({concerned['Consensus minus one']} against {concerned['Consensus']}), and hardly otherwise "
            f"({here['Consensus minus one']}). With all six at 0.9 correlation helps consensus and hurts the "
            f"majority: where it is 0, 0.5 and 1, consensus gives {listed([found['Consensus'] for found in alike])}, "
            f"a majority of four {listed([found['Majority'] for found in alike])}. Four rows below give each rule's chance "
            "where the controls stand, and the chance that the hesitant member's word decides."
        ),
        usermeta=note(
            unit="chances in a made-up council of six, from 0 to 1; to consent means not to object",
            as_of="a model, with no date",
            source=(
                "course model; exact for independent members and for perfect correlation, between them simulated with "
                f"{model.DRAWS:,} draws, which leaves a standard error of 0.16 points at most"
            ),
            caution=(
                "No chance was measured on a state, and of the four rules the record knows consensus only: "
                "the course found no vote by majority on matters of substance in the CSTO"
            ),
        ),
    )


class Picture:
    """Draws the four rules and the six members as SVG text; a change of numbers costs no new compilation."""

    def __init__(self, width: int = 400) -> None:
        import vl_convert

        self._svg = vl_convert.vega_to_svg
        rules, members = (self._bars(name, title) for name, title in PANELS.items())
        both = alt.vconcat(
            rules.properties(width=width, height=28 * len(RULES)),
            members.properties(width=width, height=28 * len(MEMBERS)),
            spacing=18,
        ).resolve_scale(x="independent", y="independent")
        self.vega = vl_convert.vegalite_to_vega(both.to_dict())

    @staticmethod
    def _bars(name: str, title: str) -> alt.LayerChart | alt.FacetChart:
        base = alt.Chart(alt.NamedData(name)).encode(
            alt.Y(
                "name:N",
                title=None,
                sort=None,
                axis=alt.Axis(labelColor=theme.INK, domain=False, ticks=False),
            )
        )
        scale, axis = alt.Scale(domain=[0, 1.25]), alt.Axis(values=[0, 0.5, 1], format="%", grid=False)
        x = alt.X("chance:Q", title=title, scale=scale, axis=axis)
        colour = alt.condition("datum.marked", alt.value(theme.TEAL), alt.value(theme.NEUTRAL))
        bars = base.mark_bar(height=14).encode(x, color=colour)
        weight = alt.expr("datum.marked ? 'bold' : 'normal'")
        words = base.mark_text(align="left", dx=6, fontWeight=weight).encode(x, alt.Text("words:N"))
        return bars + words

    def draw(self, rules: list[dict[str, Any]], members: list[dict[str, Any]]) -> str:
        """Return the drawing of rows with `name`, `chance`, `words`, and whether the bar is `marked`."""
        rows = dict(zip(PANELS, (rules, members), strict=True))
        for data in self.vega["data"]:
            if data["name"] in rows:
                data["values"] = rows[data["name"]]
        return str(self._svg(self.vega))


PANELS = {
    "rules": "Chance that the council acts, by rule",
    "members": "Chance that the others leave the decision to it",
}


class Desk:
    """The live lab: a dial for each member and one for correlation, the rules, and the answer in words.

    Attributes
    ----------
    dials
        Seven sliders: by member's code, and `correlation`.
    rule, concerned, needed, profile
        The other controls.
    said
        The answer in words; its `text` changes with every control.
    box
        The widget to show.
    """

    def __init__(self) -> None:
        import ipywidgets as w

        made = controls()
        council = model.PROFILES[START]
        wide = {
            "style": {"description_width": "initial"},
            "layout": w.Layout(width="28em", max_width="100%"),
        }
        self.dials = {
            code: made.Dial(label=f"{names()[code]} consents", value=council.chances[code])
            for code in MEMBERS
        }
        self.dials["correlation"] = made.Dial(
            label="Correlation", hint="0: each on its own; 1: all lean as one.", value=council.correlation
        )
        self.rule = w.RadioButtons(
            options=list(RULES), value=CHOSEN, description="Rule", layout=w.Layout(width="auto")
        )
        self.concerned = w.Dropdown(
            options=[(names()[code], code) for code in MEMBERS],
            value=council.concerned,
            description="Party concerned",
            **wide,
        )
        self.needed = w.Dropdown(
            options=[(f"{k} of {len(MEMBERS)}", k) for k in range(1, len(MEMBERS) + 1)],
            value=council.needed,
            description="Majority needed",
            **wide,
        )
        self.profile = w.Dropdown(
            options=["as set below", *model.PROFILES], value=START, description="Made-up council", **wide
        )
        self.said = made.Said()
        self._picture, self._table = w.HTML(), w.HTML()
        self._picture.add_class("lab-picture")
        self._table.add_class("lab-table")
        self._drawer = Picture()
        self._quiet = False

        for control in (*self.dials.values(), self.concerned, self.needed):
            control.observe(self._turned, "value")
        self.rule.observe(self._show, "value")
        self.profile.observe(self._profiled, "value")

        left = w.VBox(
            [self.profile, self.rule, self.concerned, self.needed, *self.dials.values()],
            layout=w.Layout(flex="1 1 27em", min_width="16em"),
        )
        right = w.VBox(
            [self.said, self._picture, self._table], layout=w.Layout(flex="2 1 32em", min_width="16em")
        )
        question = w.HTML(
            f"<p><strong>{escape(QUESTION)}</strong> The chances are yours; none was measured on a state. "
            "Of the four rules the record knows consensus only.</p>"
        )
        self.box = w.VBox([question, w.Box([left, right], layout=w.Layout(flex_flow="row wrap"))])
        self._show()

    @property
    def council(self) -> Council:
        """The council that the controls describe."""
        chances = {code: self.dials[code].value for code in MEMBERS}
        return Council(chances, self.dials["correlation"].value, self.concerned.value, self.needed.value)

    @property
    def expected(self) -> pd.DataFrame:
        """What each rule makes of the council, as in `csto.models.deciding.compare`."""
        return model.compare(self.council)

    def set(
        self,
        *,
        rule: str | None = None,
        profile: str | None = None,
        correlation: float | None = None,
        concerned: str | None = None,
        needed: int | None = None,
        **chances: float,
    ) -> None:
        """Set controls from code: a rule, a made-up council, and any dial, a member's by its code.

        Raises
        ------
        ValueError
            If a name or a value is not allowed; nothing is changed then.
        """
        if rule is not None:
            model.rule_of(rule)
        if profile is not None and profile not in model.PROFILES:
            raise ValueError(f"profile: {profile!r} is not known; allowed: {'; '.join(model.PROFILES)}")
        before = model.PROFILES[profile] if profile else self.council
        given = {"correlation": correlation, "concerned": concerned, "needed": needed}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        council = replace(before, chances={**before.chances, **chances}, **changes)
        self._quiet = True
        try:
            self.profile.value = profile if profile and council == before else self.profile.options[0]
            self.rule.value = rule or self.rule.value
            self.concerned.value, self.needed.value = council.concerned, council.needed
            for name, value in {**council.chances, "correlation": council.correlation}.items():
                self.dials[name].value = value
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
        council, rule = self.council, self.rule.value
        found, power = model.compare(council), model.pivots(council, rule)
        words = sentence(council, rule)
        self.said.text = words
        drawn = self._drawer.draw(_rule_rows(found, rule), _member_rows(power))
        self._picture.value = f'<div role="img" aria-label="{escape(words)}">{drawn}</div>'
        self._table.value = _power(power, rule) + _rules(found, council)


def _rule_rows(found: pd.DataFrame, chosen: str) -> list[dict[str, Any]]:
    return [
        {"name": row.rule, "chance": row.chance, "words": percent(row.chance), "marked": row.rule == chosen}
        for row in found.itertuples()
    ]


def _member_rows(power: pd.DataFrame) -> list[dict[str, Any]]:
    most = percent(float(power["turns"].max()))
    return [
        {
            "name": names()[row.member],
            "chance": row.turns,
            "words": percent(row.turns),
            "marked": percent(row.turns) == most != "0%",
        }
        for row in power.itertuples()
    ]


def _power(power: pd.DataFrame, rule: str) -> str:
    """Return, as an HTML table, each member's power by the rule alone, and what its word decides in this council."""
    rows = "".join(
        f'<tr><th scope="row">{names()[row.member]}</th><td>{row.consent:.2f}</td><td>{percent(row.shapley_shubik)}</td>'
        f"<td>{percent(row.banzhaf)}</td><td>{percent(row.turns)}</td><td>{percent(row.blocks)}</td></tr>"
        for row in power.itertuples()
    )
    heads = "".join(
        f'<th scope="col">{head}</th>'
        for head in (
            "Member",
            "Chance of consent",
            "Shapley–Shubik index",
            "Banzhaf index",
            "Its word decides",
            "It alone stops the rest",
        )
    )
    return (
        f"<table><caption>Who is pivotal under {escape(rule[0].lower() + rule[1:] if rule != 'Russia alone' else rule)}. "
        "Both indices ask only what the rule says; the last two columns also ask what the others are likely to do.</caption>"
        f"<thead><tr>{heads}</tr></thead>{rows}</table>"
    )


def _rules(found: pd.DataFrame, council: Council) -> str:
    """Return, as an HTML table, each rule in words with its chance and what the simulation leaves open."""
    rows = "".join(
        f'<tr><th scope="row">{row.rule}</th><td>{escape(RULES[row.rule].claim)}</td><td>{row.chance:.4f}</td>'
        f"<td>{f'{row.error:.4f}' if row.error else 'exact'}</td></tr>"
        for row in found.itertuples()
    )
    return (
        f"<table><caption>The four rules; the party concerned is {names()[council.concerned]}, the majority "
        f"{council.needed} of {len(MEMBERS)}.</caption><thead>"
        '<tr><th scope="col">Rule</th><th scope="col">It says</th><th scope="col">Chance of acting</th>'
        f'<th scope="col">Standard error</th></tr></thead>{rows}</table>'
    )


def lab() -> Lab:
    """Return the lab with both its faces."""
    return Lab("deciding", QUESTION, NOTEBOOK, twin, Desk)
