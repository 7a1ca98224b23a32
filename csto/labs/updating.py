"""Lab 3b, how much should one update: the model of `csto.models.updating` to play with."""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import product
from typing import Any

import altair as alt
import pandas as pd

from csto import episodes, theme
from csto.data import load
from csto.figures import note
from csto.labs.base import Lab, controls, percent, percent_expression
from csto.models import updating as model
from csto.models.updating import Count, Prior, Rule

NAME = "fig-lab-updating"
QUESTION = "How far should the cases move what you believed before, and which cases are they?"
NOTEBOOK = "chapters/03-failed-requests.ipynb"
OWN = "as set below"
ANY = "any"

#: The reference classes of the chapter, each as what a rule asks of a row.
CLASSES: dict[str, dict[str, tuple[Any, ...]]] = {
    "all rows of members": {},
    "requests on record": {"on_record": (True,)},
    "requests to the Organisation": {"on_record": (True,), "requested_of": ("CSTO",)},
    "formal Article 4 appeals": {
        "on_record": (True,),
        "requested_of": ("CSTO",),
        "request_form": ("formal Art. 4 appeal",),
    },
}
#: What became of the cases that count as kept, in words.
MET = {
    "troops": "brought troops",
    "more than words": "brought more than words",
    "any answer found": "got an answer",
}
#: What the cases of a class are, in words.
THOSE = {**{cases: cases for cases in CLASSES}, "all rows of members": "episodes of members"}
#: What the learner's own class can ask: column, and the name of the control.
ASKED = {
    "requested_of": "Addressed to",
    "request_form": "Form of the request",
    "text": "Text in force",
    "adversary_kind": "Opponent",
}

#: The static page: which published rates, and how many cases a belief is worth. The full lab has all.
SHOWN = ("25%", "74.5%", "22%", "41%")
EVEN = "50%: no study, even chances"
WEIGHTS = (1, 2, 5, 10, 20, 50)
AHEAD = 5
#: Where both faces stand at first: the rate since 1945, and the class that the chapter argues for.
FIRST: dict[str, Any] = {
    "prior": "22%",
    "held": 10,
    "kept": "troops",
    "cases": "requests to the Organisation",
}

STRIPS = {"before": theme.NEUTRAL, "cases": theme.TEAL, "after": theme.ACCENT}
DASHES = {"before": [7, 4], "cases": [2, 3], "after": [1, 0]}


@cache
def members() -> pd.DataFrame:
    """Return the rows of members, the widest class."""
    return episodes.chosen(episodes.episodes(), "all rows of members")


@cache
def published() -> dict[str, Prior]:
    """Return a prior for each published rate, by its name."""
    return model.published(load("reliability"))


def first_prior() -> str:
    """Return the name of the prior at which both faces stand at first."""
    (name,) = (name for name in published() if name.startswith(f"{FIRST['prior']}:"))
    return name


def rate(mean: float) -> str:
    """Return a rate that somebody set, in percent and to three figures, so that 74.5% is not rounded away."""
    return f"{100 * mean:.3g}%"


def cases_in_words(number: float) -> str:
    """Return a number of cases, with its noun."""
    return f"{number:g} case{'' if number == 1 else 's'}"


def sentence(prior: Prior, k: int, n: int, those: str, met: str, ahead: int = AHEAD) -> str:
    """Return the answer in words: what was believed, what the cases say, what follows.

    Parameters
    ----------
    prior
        The belief before.
    k, n
        Cases kept, and all cases.
    those, met
        What the cases are, in the plural, and what became of those that were kept.
    ahead
        For how many cases to come to say the chance that at least one is kept.
    """
    after = model.update(prior, k, n)
    low, high = after.interval()
    share = percent(model.share_of_cases(prior, n))
    return (
        f"Before: a rate of {rate(prior.mean)}, held like {cases_in_words(prior.weight)}. "
        f"The cases: {k} of {n} {those} {met}. "
        f"After: {percent(after.mean)}, and with 95% between {percent(low)} and {percent(high)}. "
        f"The cases carry {share} of the weight, the prior carries the rest. "
        f"{'The next one' if ahead == 1 else f'At least one of the next {ahead}'} is met with a chance of {percent(after.at_least_one(ahead))}."
    )


# --- the numbers of the static page --------------------------------------------------------------------------------


def shown() -> dict[str, float]:
    """Return the rates expected before that the static page offers, by name."""
    names = [next(name for name in published() if name.startswith(f"{rate}:")) for rate in SHOWN]
    return {EVEN: 0.5, **{name: published()[name].mean for name in names}}


def numbers(prior: Prior, k: int, n: int) -> dict[str, float]:
    """Return the numbers of an answer, to four decimals.

    Returns
    -------
    dict
        The rate expected `before` with `low0` and `high0`; the rate `after` with `low` and `high`; the chance that at
        least `one` of the next five is met; and the `share` of the cases in the answer. Intervals hold 95%.
    """
    after = model.update(prior, k, n)
    (low0, high0), (low, high) = prior.interval(), after.interval()
    found = {
        "before": prior.mean,
        "low0": low0,
        "high0": high0,
        "after": after.mean,
        "low": low,
        "high": high,
    }
    found |= {"one": after.at_least_one(AHEAD), "share": model.share_of_cases(prior, n)}
    return {name: round(value, 4) for name, value in found.items()}


@cache
def grid() -> pd.DataFrame:
    """Return the answers for all settings of the static page, `cases` running fastest and `prior` slowest.

    Returns
    -------
    pandas.DataFrame
        `prior`, `held` (cases that it is worth), `kept`, `cases` (the reference class), `k`, `n`, and `numbers`.
    """
    counted = episodes.rates(episodes.episodes()).set_index(["numerator", "denominator"])[["k", "n"]]
    rows = []
    for (name, mean), held, kept, cases in product(
        shown().items(), WEIGHTS, episodes.NUMERATORS, episodes.DENOMINATORS
    ):
        k, n = (int(number) for number in counted.loc[(kept, cases)])
        setting = {"prior": name, "held": held, "kept": kept, "cases": cases, "k": k, "n": n}
        rows.append(setting | numbers(Prior.of(mean, held), k, n))
    return pd.DataFrame(rows)


# --- the chart: one drawing for the static page and for the live lab -----------------------------------------------

#: What the three strips are drawn from: signals that the live lab sets and the static page looks up.
NUMBERS = ("k", "n", "before", "low0", "high0", "after", "low", "high", "one", "share")
_BEFORE = "format(before * 100, '.3~r') + '%, held like ' + held + (held === 1 ? ' case' : ' cases')"


def _within(low: str, high: str) -> str:
    return f"{percent_expression(low)} + ' and ' + {percent_expression(high)}"


def _rate_axis(field: str, title: str) -> alt.X:
    axis = alt.Axis(tickCount=5, format="%", grid=False)
    return alt.X(field, title=title, scale=alt.Scale(domain=[0, 1]), axis=axis)


def _curves(base: dict[str, int]) -> alt.Chart:
    """Return the three curves, from logarithms, each scaled to a height of its own."""
    log = "({}) * log(datum.rate) + ({}) * log(1 - datum.rate)"
    alpha, beta = "before * held", "(1 - before) * held"
    curves = {
        "before": log.format(f"{alpha} - 1", f"{beta} - 1"),
        "cases": log.format("k", "n - k"),
        "after": log.format(f"{alpha} + k - 1", f"{beta} + n - k - 1"),
    }
    return (
        alt.Chart(alt.sequence(0, 201, as_="i"))
        .transform_calculate(rate="(datum.i + 0.5) / 201")
        .transform_calculate(**curves)
        .transform_fold(list(base), as_=["strip", "log"])
        .transform_joinaggregate(top="max(log)", groupby=["strip"])
        .transform_calculate(foot=f"{base}[datum.strip] + 0.17")
        .transform_calculate(height="datum.foot + 0.46 * exp(datum.log - datum.top)")
    )


def strips(width: int = theme.WIDTH) -> alt.LayerChart | alt.FacetChart:
    """Return the three strips, from the top: what was believed, what the cases say, what follows.

    Each strip has its words, its curve, and below the curve the mean with the interval.
    A curve is drawn to a height of its own: its width is what counts.
    """
    names = list(STRIPS)
    base = {strip: 2 - place for place, strip in enumerate(names)}
    colour = alt.Color("strip:N", legend=None, scale=alt.Scale(domain=names, range=list(STRIPS.values())))
    dash = alt.StrokeDash("strip:N", legend=None, scale=alt.Scale(domain=names, range=list(DASHES.values())))
    words = alt.value(theme.INK)

    def y(field: str) -> alt.Y:
        return alt.Y(field, scale=alt.Scale(domain=[0, 3]), axis=None)

    def x(field: str) -> alt.X:
        return _rate_axis(field, "Rate at which cases are met")

    def of(before: str, cases: str, after: str) -> str:
        return f"datum.strip === 'before' ? {before} : datum.strip === 'cases' ? {cases} : {after}"

    curves = _curves(base)
    rows = (
        alt.Chart(pd.DataFrame({"strip": names}))
        .transform_calculate(base=f"{base}[datum.strip]", mean=of("before", "k / n", "after"))
        .transform_calculate(low=of("low0", "0", "low"), high=of("high0", "0", "high"), was="before")
        .transform_calculate(foot="datum.base + 0.07", head="datum.base + 0.88", line="datum.base + 0.73")
        .transform_calculate(
            says=of(
                f"'Before: ' + {_BEFORE}",
                "'Cases: ' + k + ' of ' + n + ' ' + met",
                f"'After: ' + {percent_expression('after')}",
            ),
            more=of(
                f"'95% between ' + {_within('low0', 'high0')}",
                f"those + ': ' + {percent_expression('share')} + ' of the weight'",
                f"'95% between ' + {_within('low', 'high')}",
            ),
        )
    )
    believed, after = (
        rows.transform_filter(f"datum.strip {test}") for test in ("!== 'cases'", "=== 'after'")
    )
    diamond: dict[str, Any] = {"shape": "diamond", "size": 130, "opacity": 1}
    return alt.layer(
        curves.mark_area(fillOpacity=alt.expr("datum.strip === 'after' ? 0.28 : 0.12")).encode(
            x("rate:Q"), y("height:Q"), alt.Y2("foot:Q"), colour
        ),
        curves.mark_line(strokeWidth=2).encode(x("rate:Q"), y("height:Q"), colour, dash),
        believed.mark_rule(strokeWidth=5, opacity=0.5).encode(
            x("low:Q"), alt.X2("high:Q"), y("foot:Q"), colour
        ),
        after.mark_point(filled=False, strokeWidth=2, color=theme.INK, **diamond).encode(
            x("was:Q"), y("foot:Q")
        ),
        rows.mark_point(filled=True, **diamond).encode(x("mean:Q"), y("foot:Q"), colour),
        rows.mark_text(align="left", fontSize=14, fontWeight=600).encode(
            alt.X(datum=0), y("head:Q"), alt.Text("says:N"), color=words
        ),
        rows.mark_text(align="left").encode(alt.X(datum=0), y("line:Q"), alt.Text("more:N"), color=words),
    ).properties(width=width, height=360)


def _classes() -> alt.LayerChart | alt.FacetChart:
    """Draw, for the static page, what the same prior becomes in each reference class."""
    order = list(episodes.DENOMINATORS)
    base = (
        alt.Chart(alt.NamedData("grid"))
        .transform_filter("datum.prior === prior && datum.held === held && datum.kept === kept")
        .transform_calculate(
            name=f"datum.k + ' of ' + datum.n + ' ' + ({THOSE})[datum.cases]",
            within=f"'after: ' + {percent_expression('datum.after')} + ', 95% between ' + {_within('datum.low', 'datum.high')}",
        )
        .encode(
            alt.Y("cases:N", title=None, sort=order, axis=None),
            tooltip=[
                alt.Tooltip("prior:N", title="Prior"),
                alt.Tooltip("held:Q", title="Held like cases"),
                alt.Tooltip("kept:N", title="Counts as kept"),
                alt.Tooltip("cases:N", title="Reference class"),
                alt.Tooltip("k:Q", title="Kept"),
                alt.Tooltip("n:Q", title="Cases"),
                alt.Tooltip("before:Q", title="Before", format=".1%"),
                alt.Tooltip("after:Q", title="After", format=".1%"),
                alt.Tooltip("low:Q", title="Low end, 95%", format=".1%"),
                alt.Tooltip("high:Q", title="High end, 95%", format=".1%"),
                alt.Tooltip("one:Q", title=f"One or more of the next {AHEAD}", format=".1%"),
            ],
        )
    )
    picked = "datum.cases === cases"
    colour = alt.condition(picked, alt.value(theme.ACCENT), alt.value(theme.NEUTRAL))

    def x(field: str) -> alt.X:
        return _rate_axis(field, "After, in each reference class")

    def text(field: str, dy: int, weight: Any) -> alt.Chart:
        mark = base.mark_text(align="left", dy=dy, fontWeight=weight)
        return mark.encode(alt.X(datum=0), alt.Text(field))

    bold = alt.expr(f"{picked} ? 'bold' : 'normal'")
    return alt.layer(
        base.mark_bar(height=5, opacity=0.5, yOffset=18).encode(x("low:Q"), alt.X2("high:Q"), color=colour),
        base.mark_point(shape="diamond", size=110, filled=False, strokeWidth=2, yOffset=18, opacity=1).encode(
            x("before:Q"), color=alt.value(theme.INK)
        ),
        base.mark_point(shape="diamond", size=130, filled=True, yOffset=18, opacity=1).encode(
            x("after:Q"), color=colour
        ),
        text("name:N", -17, bold),
        text("within:N", 0, bold),
    ).properties(height=60 * len(order))


def drawing() -> alt.VConcatChart:
    """Return the chart of the static page: the three strips, and below them the four reference classes."""
    priors, kept, cases = list(shown()), list(episodes.NUMERATORS), list(episodes.DENOMINATORS)
    at = (
        f"(({_place(priors, 'prior')} * {len(WEIGHTS)} + {_place(WEIGHTS, 'held')}) * {len(kept)}"
        f" + {_place(kept, 'kept')}) * {len(cases)} + {_place(cases, 'cases')}"
    )
    radio, select = alt.binding_radio, alt.binding_select
    return (
        alt.vconcat(strips(), _classes(), spacing=18, datasets={"grid": grid().to_dict(orient="records")})
        .resolve_scale(x="independent", y="independent", color="independent")
        .add_params(
            alt.param(
                name="prior", value=first_prior(), bind=select(options=priors, name="Believed before ")
            ),
            alt.param(
                name="held",
                value=FIRST["held"],
                bind=radio(options=list(WEIGHTS), name="Held like how many cases "),
            ),
            alt.param(
                name="kept", value=FIRST["kept"], bind=radio(options=kept, name="What counts as kept ")
            ),
            alt.param(name="cases", value=FIRST["cases"], bind=radio(options=cases, name="Reference class ")),
            *(alt.param(name=name, expr=f"data('grid')[{at}].{name}") for name in NUMBERS),
            alt.param(name="those", expr=f"({THOSE})[cases]"),
            alt.param(name="met", expr=f"({MET})[kept]"),
            alt.param(name="answer", expr=_answer()),
        )
    )


def _place(options: Any, name: str) -> str:
    return f"indexof({list(options)}, {name})"


def _answer() -> str:
    """Return `sentence` as a Vega expression; the page announces the signal `answer` as it changes."""
    return (
        f"'Before: a rate of ' + {_BEFORE} + '. The cases: ' + k + ' of ' + n + ' ' + those + ' ' + met"
        f" + '. After: ' + {percent_expression('after')} + ', and with 95% between ' + {_within('low', 'high')}"
        f" + '. The cases carry ' + {percent_expression('share')} + ' of the weight, the prior carries the rest. "
        f"At least one of the next {AHEAD} is met with a chance of ' + {percent_expression('one')} + '.'"
    )


# --- the two faces -------------------------------------------------------------------------------------------------


def twin() -> Any:
    """Return the chart of the static page: a prior, how strongly it is held, a coding rule, and what follows."""
    table = grid().set_index(["prior", "held", "kept", "cases"]).sort_index()
    here = table.loc[(first_prior(), FIRST["held"], FIRST["kept"])].loc[list(episodes.DENOMINATORS)]

    def after(cases: str, held: int = 10, kept: str = "troops", prior: str | None = None) -> str:
        return percent(float(table.loc[(prior or first_prior(), held, kept, cases), "after"]))

    org, formal, every = "requests to the Organisation", "formal Article 4 appeals", "all rows of members"
    one = here.loc[org]
    spread = {cases: [after(cases, prior=prior) for prior in shown()] for cases in (every, formal)}
    results = [after(cases) for cases in episodes.DENOMINATORS]
    return drawing().properties(
        name=NAME,
        title={
            "text": f"One prior and one deployment give {', '.join(results[:-1])} or {results[-1]}, by the reference class",
            "subtitle": [
                "From the top: what was believed, what the cases say, what follows. A curve has a height of its own; its width is",
                "the doubt. A filled mark is the mean, a bar holds 95%, an open mark shows where the belief stood before.",
            ],
        },
        description=(
            f"Three curves over the rate at which requests are met. Before: {rate(one['before'])}, held like {FIRST['held']} cases, "
            f"a wide hill with 95% between {percent(one['low0'])} and {percent(one['high0'])}. The cases: {one['k']:.0f} of "
            f"{one['n']:.0f} requests to the Organisation brought troops. After: a narrower hill at {percent(one['after'])}, with 95% between "
            f"{percent(one['low'])} and {percent(one['high'])}. Below, the same prior and the same deployment in each reference class: "
            + "; ".join(
                f"{row.k} of {row.n} {THOSE[cases]} give {percent(row.after)}"
                for cases, row in zip(here.index, here.itertuples(), strict=True)
            )
            + f". With the two formal appeals the five priors offered end anywhere from {min(spread[formal], key=_whole)} to "
            f"{max(spread[formal], key=_whole)}; with all rows they end from {min(spread[every], key=_whole)} to {max(spread[every], key=_whole)}."
        ),
        usermeta=note(
            "requests",
            "reliability",
            unit="probability of a rate between 0 and 1; the cases are episodes or requests, the priors are shares of wars",
            as_of="1999 to 2025; published rates of wars to 2003",
            caution=(
                "The published rates count wars, and hardly an episode here was one. The model takes cases for alike and independent, "
                "which episodes of one alliance are not, so doubt more than the interval says"
            ),
        ),
    )


def _whole(said: str) -> int:
    return int(said.rstrip("%"))


class Picture:
    """Draws the three strips as SVG text; a change of numbers costs no new compilation."""

    def __init__(self, width: int = 440) -> None:
        import vl_convert

        self._svg = vl_convert.vega_to_svg
        blank = [alt.param(name=name, value=0) for name in (*NUMBERS, "held", "those", "met")]
        self.vega = vl_convert.vegalite_to_vega(strips(width).add_params(*blank).to_dict())

    def draw(self, prior: Prior, k: int, n: int, those: str, met: str) -> str:
        """Return the drawing of a prior, the cases and what follows."""
        values = {
            **numbers(prior, k, n),
            "k": k,
            "n": n,
            "held": round(prior.weight, 6),
            "those": those,
            "met": met,
        }
        for signal in self.vega["signals"]:
            if signal["name"] in values:
                signal["value"] = values[signal["name"]]
        return str(self._svg(self.vega))


class Desk:
    """The live lab: a prior, the learner's own coding rules, and what follows, in words, in a picture and in tables.

    Attributes
    ----------
    mean, weight, ahead
        Sliders: the rate expected before, how many cases that is worth, and how many cases to look ahead.
    prior, kept, cases
        Choices by name, which set the other controls.
    codes
        A tick box for each code of `response`: does it count as kept?
    on_record, among
        What the reference class asks: a tick box, and a choice for each column of `ASKED`.
    said
        The answer in words; its `text` changes with every control.
    box
        The widget to show.
    """

    def __init__(self) -> None:
        import ipywidgets as w

        made = controls()
        wide = {
            "style": {"description_width": "initial"},
            "layout": w.Layout(width="30em", max_width="100%"),
        }
        self._priors = {model.UNIFORM.name: model.UNIFORM, model.JEFFREYS.name: model.JEFFREYS, **published()}
        start = self._priors[first_prior()]
        self.prior = w.Dropdown(
            options=[OWN, *self._priors], value=first_prior(), description="Believed before", **wide
        )
        self.mean = made.Dial(
            label="Rate expected", hint="0: never kept; 1: always; both ends are left out.",
            value=start.mean, min=0.005, max=0.995, step=0.005, digits=3,
        )  # fmt: skip
        self.weight = made.Dial(
            label="Held like how many cases", hint="1: the first case may overturn it; 100: a conviction.",
            value=FIRST["held"], min=1, max=100, step=1, digits=0,
        )  # fmt: skip
        self.about = w.HTML()
        self.kept = w.Dropdown(options=[*MET, OWN], value=FIRST["kept"], description="Counts as kept", **wide)
        self.codes = {
            code: w.Checkbox(description=f"Count: {code}", indent=False, layout=w.Layout(width="auto"))
            for code in episodes.NUMERATORS["any answer found"]
        }
        self.cases = w.Dropdown(
            options=[*CLASSES, OWN], value=FIRST["cases"], description="Reference class", **wide
        )
        self.on_record = w.Checkbox(
            description="Only requests on record",
            indent=False,
            layout=w.Layout(width="auto"),
        )
        self.among = {
            column: w.Dropdown(options=_options(column), value=ANY, description=label, **wide)
            for column, label in ASKED.items()
        }
        self.ahead = made.Dial(
            label="Cases to look ahead", hint="For the chance that at least one of them is met.",
            value=AHEAD, min=1, max=20, step=1, digits=0,
        )  # fmt: skip
        self.said = made.Said()
        self._picture, self._table = w.HTML(), w.HTML()
        self._picture.add_class("lab-picture")
        self._table.add_class("lab-table")
        self._drawer = Picture()
        self._quiet = True

        self.prior.observe(self._chose_prior, "value")
        self.kept.observe(self._chose_kept, "value")
        self.cases.observe(self._chose_cases, "value")
        for control in (
            *(self.mean, self.weight, self.ahead, self.on_record),
            *self.codes.values(),
            *self.among.values(),
        ):
            control.observe(self._turned, "value")
        self._tick(episodes.NUMERATORS[FIRST["kept"]])
        self._ask(CLASSES[FIRST["cases"]])

        def part(title: str, *children: Any) -> Any:
            return w.VBox([w.HTML(f"<strong>{title}</strong>"), *children])

        left = w.VBox(
            [
                part("1. What you believed before", self.prior, self.mean, self.weight, self.about),
                part("2. What counts as a kept promise", self.kept, *self.codes.values()),
                part("3. Which cases are alike", self.cases, self.on_record, *self.among.values()),
                part("4. What to expect", self.ahead),
            ],
            layout=w.Layout(flex="1 1 27em", min_width="16em", padding="0 1.5em 0 0"),
        )
        right = w.VBox(
            [self.said, self._picture, self._table], layout=w.Layout(flex="2 1 32em", min_width="16em")
        )
        question = w.HTML(
            f"<p><strong>{escape(QUESTION)}</strong> The cases are the course table of requests, "
            "and the rules by which you count them are yours.</p>"
        )
        self.box = w.VBox([question, w.Box([left, right], layout=w.Layout(flex_flow="row wrap"))])
        self._quiet = False
        self._show()

    @property
    def belief(self) -> Prior:
        """The prior that the controls describe."""
        known = self._priors.get(self.prior.value)
        words = {"denominator": known.denominator, "caution": known.caution} if known else {}
        return Prior.of(self.mean.value, self.weight.value, name=self.prior.value, **words)

    @property
    def rule(self) -> Rule:
        """The coding rule that the controls describe."""
        among = {column: (one.value,) for column, one in self.among.items() if one.value != ANY}
        recorded = {"on_record": (True,)} if self.on_record.value else {}
        return Rule(tuple(code for code, box in self.codes.items() if box.value), {**recorded, **among})

    @property
    def counted(self) -> Count:
        """What the rule makes of the table, as in `csto.models.updating.count`.

        Raises
        ------
        ValueError
            If the rule leaves no case, or lets no answer count.
        """
        return model.count(members(), self.rule)

    def set(
        self,
        *,
        prior: str | None = None,
        mean: float | None = None,
        weight: float | None = None,
        kept: str | tuple[str, ...] | None = None,
        cases: str | None = None,
        on_record: bool | None = None,
        ahead: int | None = None,
        **among: str,
    ) -> None:
        """Set controls from code.

        Parameters
        ----------
        prior, cases
            Choices by name.
        mean, weight, ahead, on_record
            As the sliders and the tick box.
        kept
            A choice by name, or codes of `response`.
        **among
            Column of `ASKED` to a code, or "any".

        Raises
        ------
        ValueError
            If a name or a value is not allowed; nothing is changed then.
        """
        _known("prior", prior, self._priors)
        _known("cases", cases, CLASSES)
        codes = episodes.NUMERATORS[_known("kept", kept, MET)] if isinstance(kept, str) else kept
        for code in codes or ():
            _known("kept", code, self.codes)
        for column, code in among.items():
            _known("column", column, self.among)
            _known(column, code, [value for _, value in self.among[column].options])
        chosen = self._priors[prior] if prior else None
        fixed = chosen is not None and chosen.name not in published()
        settings = {
            "mean": chosen.mean if chosen and mean is None else mean,
            "weight": chosen.weight if chosen and fixed and weight is None else weight,
            "ahead": ahead,
        }
        dials = {"mean": self.mean, "weight": self.weight, "ahead": self.ahead}
        for name, value in settings.items():
            low, high = dials[name].min, dials[name].max
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name}: {value:g} is not allowed; allowed: {low:g} to {high:g}")
        self._quiet = True
        try:
            for name, value in settings.items():
                if value is not None:
                    dials[name].value = value
            if prior:
                self.prior.value = prior
            if codes is not None:
                self._tick(codes)
            if cases:
                self._ask(CLASSES[cases])
            if on_record is not None:
                self.on_record.value = on_record
            for column, code in among.items():
                self.among[column].value = code
        finally:
            self._quiet = False
        self._named()
        self._show()

    def _tick(self, codes: tuple[str, ...]) -> None:
        for code, box in self.codes.items():
            box.value = code in codes

    def _ask(self, among: dict[str, tuple[Any, ...]]) -> None:
        self.on_record.value = "on_record" in among
        for column, control in self.among.items():
            (control.value,) = among.get(column, (ANY,))

    def _named(self) -> None:
        """Let the three choices by name follow the other controls."""
        self._quiet = True
        try:
            known = self._priors.get(self.prior.value)
            dated = self.prior.value in published()
            same = known and abs(known.mean - self.mean.value) < 1e-6
            if not (same and known and (dated or known.weight == self.weight.value)):
                self.prior.value = OWN
            ticked = {code for code, box in self.codes.items() if box.value}
            self.kept.value = next((name for name in MET if set(episodes.NUMERATORS[name]) == ticked), OWN)
            self.cases.value = next((name for name in CLASSES if CLASSES[name] == self.rule.among), OWN)
        finally:
            self._quiet = False

    def _turned(self, _: Any) -> None:
        if not self._quiet:
            self._named()
            self._show()

    def _chose_prior(self, change: Any) -> None:
        if not self._quiet and change["new"] != OWN:
            self.set(prior=change["new"])

    def _chose_kept(self, change: Any) -> None:
        if not self._quiet and change["new"] != OWN:
            self.set(kept=change["new"])

    def _chose_cases(self, change: Any) -> None:
        if not self._quiet and change["new"] != OWN:
            self.set(cases=change["new"])

    def _show(self) -> None:
        prior, ahead = self.belief, int(self.ahead.value)
        about = (
            f"A share of: {prior.denominator}. {prior.caution}."
            if prior.denominator
            else "A belief of your own."
        )
        self.about.value = f'<small style="line-height: 1.4; display: block">{escape(about)}</small>'
        try:
            k, n, cases = self.counted
        except ValueError as error:
            self.said.text = str(error)
            self._picture.value = self._table.value = ""
            return
        those = THOSE.get(self.cases.value, "cases of your class")
        met = MET.get(self.kept.value, "count as kept")
        self.said.text = words = sentence(prior, k, n, those, met, ahead)
        drawn = self._drawer.draw(prior, k, n, those, met)
        self._picture.value = f'<div role="img" aria-label="{escape(words)}">{drawn}</div>'
        self._table.value = (
            _by_class(prior, self.rule.kept)
            + _listed(cases)
            + _by_prior({"Yours": prior, **self._priors}, k, n)
        )


def _known(what: str, name: Any, known: Any) -> Any:
    if name is not None and name not in known:
        raise ValueError(f"{what}: {name!r} is not known; allowed: {'; '.join(map(str, known))}")
    return name


def _options(column: str) -> list[tuple[str, str]]:
    """Return the choices of a column, as readers see them, with their codes."""
    codes = sorted(members()[column].dropna().unique())
    return [(ANY, ANY), *((episodes.OPPONENTS.get(code, code), code) for code in codes)]


def _table(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    """Return an HTML table; the first cell of a row is its head."""
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _after(prior: Prior, k: int, n: int) -> list[str]:
    after = model.update(prior, k, n)
    low, high = after.interval()
    return [percent(after.mean), f"{percent(low)} to {percent(high)}".replace(" ", "\u00a0")]


def _by_prior(priors: dict[str, Prior], k: int, n: int) -> str:
    """Return, as an HTML table, what the same cases make of every prior, and how well each foretold them."""
    weight = priors["Yours"].weight
    rows = []
    for name, prior in priors.items():
        held = Prior.of(prior.mean, weight) if name in published() else prior
        foretold = f"{model.bayes_factor(held, model.UNIFORM, k, n):.2g}"
        worth = "" if name in published() else f", {cases_in_words(prior.weight)}"
        rows.append([name + worth, rate(held.mean), *_after(held, k, n), foretold])
    return _table(
        f"The same cases, {k} of {n}, under other priors; the published ones are held like {cases_in_words(weight)}, as yours is. "
        "The last column is a Bayes factor: how many times as well as the uniform prior it foretold these cases.",
        ["Prior", "Before", "After", "95%", "Foretold the cases"],
        rows,
    )


def _by_class(prior: Prior, kept: tuple[str, ...]) -> str:
    """Return, as an HTML table, what the same prior and the same rule become in the chapter's reference classes."""
    rows = []
    for name, among in CLASSES.items():
        k, n, _ = model.count(members(), Rule(kept, among))
        rows.append([THOSE[name][0].upper() + THOSE[name][1:], f"{k} of {n}", *_after(prior, k, n)])
    return _table(
        "The same prior and the same rule, in other reference classes",
        ["Reference class", "Kept", "After", "95%"],
        rows,
    )


def _listed(cases: pd.DataFrame) -> str:
    """Return the cases behind the count, as an HTML table that can be unfolded."""
    rows = [
        [
            f"{row.title}, {row.name}, {row.year}",
            str(row.response) if pd.notna(row.response) else "no reaction found",
            "kept" if row.kept else "not kept",
        ]
        for row in cases.itertuples(index=False)
    ]
    table = _table("Every case of the class", ["Case", "Answer", "By your rule"], rows)
    return f"<details><summary>The {len(rows)} case{'' if len(rows) == 1 else 's'} that you count</summary>{table}</details>"


def lab() -> Lab:
    """Return the lab with both its faces."""
    return Lab("updating", QUESTION, NOTEBOOK, twin, Desk)
