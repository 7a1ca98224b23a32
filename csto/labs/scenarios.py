"""Lab 5b, scenarios: five events that influence each other, two axes and four futures, by `csto.models.scenarios`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from html import escape
from itertools import product
from typing import Any

import altair as alt
import pandas as pd

from csto import theme
from csto.figures import note
from csto.labs.base import Lab, controls, percent, percent_expression
from csto.models import scenarios as model
from csto.models.scenarios import AXES, EVENTS, SCENARIOS, START, Axis, Impossible, Judgements, Pair

NAME = "fig-lab-scenarios"
QUESTION = (
    "Which of four futures do your own judgements make likely, and which judgements cannot be true together?"
)
NOTEBOOK = "chapters/05-futures.ipynb"
SEED, DRAWS = 2026, (100, 1_000, 10_000)

#: The steps of the static page's controls; the full lab has a dial for every event.
NOTICE = [step / 10 for step in range(1, 6)]
SUSPENSION = [step / 10 for step in range(1, 6)]
GIVEN = [step / 10 for step in range(11)]
#: What the static page lets one suppose, each with the event that is then known to happen.
SUPPOSED: dict[str, dict[str, bool]] = {
    "nothing": {},
    "a ceasefire in Ukraine": {"ceasefire": True},
    "a suspension of Armenia": {"suspension": True},
}
FIRST = {"notice": 0.2, "suspension": 0.3, "given": 0.5, "suppose": "nothing"}


def ends(axes: tuple[Axis, Axis] = AXES) -> dict[str, str]:
    """Return where each scenario lies on the two axes, in words."""
    return {
        name: f"{axes[0].name} {axes[0].high if first else axes[0].low}, {axes[1].name} {axes[1].high if second else axes[1].low}"
        for (first, second), name in SCENARIOS.items()
    }


def judged(notice: float, suspension: float, given: float) -> Judgements:
    """Return the judgements of the static page where its controls stand.

    Raises
    ------
    Impossible
        If the conditional lies outside its limits.
    """
    return Judgements(
        {**START.chances, "notice": notice, "suspension": suspension},
        {**START.given, ("notice", "suspension"): given},
    )


def listed(found: Mapping[str, float]) -> str:
    """Return scenarios with their chances as a list in a sentence."""
    words = [f"{name} {percent(chance)}" for name, chance in found.items()]
    return f"{', '.join(words[:-1])} and {words[-1]}"


# --- the chart of the static page -----------------------------------------------------------------------------------


@cache
def grid() -> pd.DataFrame:
    """Return the four scenarios over all settings of the page.

    Returns
    -------
    pandas.DataFrame
        `notice`, `suspension`, `given` (the chance of notice if suspended), `suppose`; and a column with the chance of
        each scenario, missing where the judgements are impossible. `notice` runs fastest, `suppose` slowest.
    """
    rows = []
    for suppose, given, suspension, notice in product(SUPPOSED, GIVEN, SUSPENSION, NOTICE):
        row: dict[str, Any] = {
            "notice": notice,
            "suspension": suspension,
            "given": given,
            "suppose": suppose,
        }
        try:
            futures = model.fit(judged(notice, suspension, given)).suppose(**SUPPOSED[suppose])
        except Impossible:
            row |= dict.fromkeys(SCENARIOS.values())
        else:
            row |= {name: round(chance, 4) for name, chance in _chances(futures).items()}
        rows.append(row)
    return pd.DataFrame(rows)


def _at(column: str) -> str:
    """Return a Vega expression for a column of the grid where the controls stand."""
    supposed = " : ".join(
        f"suppose === '{name}' ? {number}" for number, name in enumerate(list(SUPPOSED)[:-1])
    )
    supposed = f"({supposed} : {len(SUPPOSED) - 1})"
    block = f"round(given * 10) + {len(GIVEN)} * {supposed}"
    block = f"round((suspension - {SUSPENSION[0]}) * 10) + {len(SUSPENSION)} * ({block})"
    place = f"round((notice - {NOTICE[0]}) * 10) + {len(NOTICE)} * ({block})"
    return f"data('grid')[{place}]['{column}']"


_LOW = "max(0, (notice + suspension - 1) / suspension)"
_HIGH = "min(1, notice / suspension)"
_CAN = f"(given >= {_LOW} - 1e-6 && given <= {_HIGH} + 1e-6)"


def _limits_words() -> str:
    return f"{percent_expression(_LOW)} + ' to ' + {percent_expression(_HIGH)}"


def drawing() -> alt.VConcatChart:
    """Return the limits of the conditional, and below them the four scenarios where the controls stand."""
    bound = [
        _range("notice", NOTICE, "Armenia gives notice "),
        _range("suspension", SUSPENSION, "Economic union suspends it "),
        _range("given", GIVEN, "Notice if suspended "),
        alt.param(
            name="suppose",
            value=FIRST["suppose"],
            bind=alt.binding_radio(options=list(SUPPOSED), name="Suppose "),
        ),
    ]
    records = grid().astype(object).where(grid().notna(), None).to_dict(orient="records")
    return (
        alt.vconcat(
            _limits().properties(height=54),
            _rows().properties(height=58 * len(SCENARIOS)),
            spacing=16,
            datasets={"grid": records},
        )
        .resolve_scale(x="independent", y="independent")
        .add_params(*bound, alt.param(name="answer", expr=_answer()))
    )


def _range(name: str, steps: list[float], label: str) -> alt.Parameter:
    bind = alt.binding_range(min=steps[0], max=steps[-1], step=0.1, name=label)
    return alt.param(name=name, value=FIRST[name], bind=bind)


def _limits() -> alt.LayerChart | alt.FacetChart:
    """Draw what is possible for the conditional as a bar, and where it stands as a mark."""
    base = alt.Chart(pd.DataFrame({"part": ["limits"]})).transform_calculate(
        low=_LOW,
        high=_HIGH,
        here="given",
        can=f"{_CAN} ? 'possible' : 'not possible'",
        words=f"{percent_expression('given')} + ': ' + datum.can + '; the limits are ' + {_limits_words()}",
    )
    x = alt.X(
        "low:Q",
        title="Chance of notice if suspended",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(tickCount=5, format="%", grid=False),
    )
    shape = alt.Shape(
        "can:N", legend=None, scale=alt.Scale(domain=["possible", "not possible"], range=["circle", "cross"])
    )
    colour = alt.Color(
        "can:N",
        legend=None,
        scale=alt.Scale(domain=["possible", "not possible"], range=[theme.TEAL, theme.ACCENT]),
    )
    return alt.layer(
        base.mark_bar(height=9, color=theme.NEUTRAL, opacity=0.5, yOffset=12).encode(x, alt.X2("high:Q")),
        base.mark_point(size=150, filled=True, opacity=1, yOffset=12).encode(alt.X("here:Q"), shape, colour),
        base.mark_text(align="left", dy=-12, fontWeight=600, color=theme.INK).encode(
            alt.X(datum=0), alt.Text("words:N")
        ),
    )


def _rows() -> alt.LayerChart | alt.FacetChart:
    """Draw a row for each scenario: its name and chance, where it lies on the axes, and a bar."""
    where = " : ".join(f"datum.scenario === {name!r} ? {words!r}" for name, words in ends().items())
    here = " && ".join(f"abs(datum.{name} - {name}) < 0.01" for name in ("notice", "suspension", "given"))
    base = (
        alt.Chart(alt.NamedData("grid"))
        .transform_filter(f"{here} && datum.suppose === suppose")
        .transform_fold(list(SCENARIOS.values()), as_=["scenario", "chance"])
        .transform_calculate(
            ends=f'{where} : ""',
            shown="isValid(datum.chance) ? datum.chance : 0",
            words=f"datum.scenario + (isValid(datum.chance) ? ': ' + {percent_expression('datum.chance')} : ': no answer')",
        )
        .encode(alt.Y("scenario:N", title=None, sort=list(SCENARIOS.values()), axis=None))
    )
    x = alt.X(
        "shown:Q",
        title="Chance of the scenario",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(tickCount=5, format="%", grid=False),
    )

    def text(field: str, dy: int, weight: Any) -> alt.Chart:
        return base.mark_text(align="left", dy=dy, fontWeight=weight, color=theme.INK).encode(
            alt.X(datum=0), alt.Text(field)
        )

    return alt.layer(
        base.mark_bar(height=10, color=theme.TEAL, yOffset=17).encode(x),
        text("words:N", -18, 600),
        text("ends:N", -1, 400),
    )


def _answer() -> str:
    """Return `answer` as a Vega expression; the page announces the signal of that name as it changes."""
    each = [f"'{name} ' + {percent_expression(_at(name))}" for name in SCENARIOS.values()]
    found = " + ', ' + ".join(each[:-1]) + " + ' and ' + " + each[-1]
    return (
        f"{_CAN} ? 'Supposing ' + suppose + ': ' + {found} + '.'"
        f" : 'Not possible: with notice at ' + {percent_expression('notice')} + ' and suspension at ' + "
        f"{percent_expression('suspension')} + ', notice if suspended can be ' + {_limits_words()} + '.'"
    )


def answer(notice: float, suspension: float, given: float, suppose: str) -> str:
    """Return what the static page says where its controls stand, computed by the model."""
    try:
        futures = model.fit(judged(notice, suspension, given)).suppose(**SUPPOSED[suppose])
    except Impossible:
        low, high = model.bounds(notice, suspension)
        return (
            f"Not possible: with notice at {percent(notice)} and suspension at {percent(suspension)}, notice if suspended "
            f"can be {percent(low)} to {percent(high)}."
        )
    return f"Supposing {suppose}: {listed(_chances(futures))}."


def _chances(futures: model.Futures, axes: tuple[Axis, Axis] = AXES) -> dict[str, float]:
    found = model.scenarios(futures, axes, SCENARIOS).set_index("scenario")["probability"]
    return {name: float(found[name]) for name in SCENARIOS.values()}


# --- the two faces ------------------------------------------------------------------------------------------------


def twin() -> Any:
    """Return the chart of the static page: two events and their link to judge, one thing to suppose, four scenarios."""
    start = judged(0.2, 0.3, 0.5)
    plain, suspended, calm = (
        _chances(model.fit(start).suppose(**SUPPOSED[name]))
        for name in ("nothing", "a suspension of Armenia", "a ceasefire in Ukraine")
    )
    low, high = model.bounds(0.2, 0.3)
    fixed = ", ".join(
        f"{EVENTS[name]} {percent(START.chances[name])}" for name in ("ceasefire", "absence", "request")
    )
    return drawing().properties(
        name=NAME,
        title={
            "text": "A chance of one event sets limits to the chance of another, and both move four futures",
            "subtitle": (
                "Above: what is possible for the third control, given the first two. Below: four scenarios on two axes. "
                "All is judged, nothing measured."
            ),
        },
        description=(
            "Three controls set the chance that Armenia gives notice, the chance that the Eurasian Economic Union suspends "
            "its treaty for Armenia, and the chance of notice if it does. With 20% and 30% the third can be "
            f"{percent(low)} to {percent(high)}: more would make notice likelier than 20% by itself. Where the controls stand "
            f"at first, the four scenarios have these chances: {listed(plain)}. Suppose a suspension, and they become "
            f"{listed(suspended)}; suppose a ceasefire in Ukraine, and they become {listed(calm)}. The other judgements "
            f"are fixed here: {fixed}; Kazakhstan's absence if Armenia gives notice {percent(START.given['absence', 'notice'])}, "
            f"a request over Afghanistan in a ceasefire {percent(START.given['request', 'ceasefire'])}."
        ),
        usermeta=note(
            unit="chances from 0 to 100% that a scenario holds at the end of 2028",
            as_of="a model, with no date; the five events are open in the record to 26 June 2026",
            source=(
                "course model: of all joint distributions of five events that fit the judgements, the one that assumes "
                "least, by iterative proportional fitting; exact, so that nothing here is drawn by lot"
            ),
            caution=(
                "The chances were set by the course to argue about, and the axes are its proposal; two axes have no place "
                "for a member that neither leaves nor takes part, which is the state that the record shows"
            ),
        ),
    )  # fmt: skip


class Picture:
    """Draws the four scenarios as SVG text, exact as a bar and drawn by lot as a stroke."""

    def __init__(self, width: int = 400) -> None:
        import vl_convert

        self._svg = vl_convert.vega_to_svg
        base = alt.Chart(alt.NamedData("rows")).encode(
            alt.Y(
                "name:N",
                title=None,
                sort=None,
                axis=alt.Axis(labelColor=theme.INK, domain=False, ticks=False),
            )
        )
        axis = alt.Axis(values=[0, 0.5, 1], format="%", grid=False)
        title = "Chance of the scenario; the stroke is the share of the draws"
        x = alt.X("chance:Q", title=title, scale=alt.Scale(domain=[0, 1.2]), axis=axis)
        chart = alt.layer(
            base.mark_bar(height=14, color=theme.TEAL).encode(x),
            base.mark_tick(color=theme.ACCENT, thickness=3, size=22).encode(alt.X("share:Q")),
            base.mark_text(align="left", dx=10).encode(alt.X("end:Q"), alt.Text("words:N")),
        ).properties(width=width, height=32 * len(SCENARIOS))
        self.vega = vl_convert.vegalite_to_vega(chart.to_dict())

    def draw(self, found: pd.DataFrame) -> str:
        """Return the drawing of a frame from `csto.models.scenarios.simulated`."""
        rows = [
            {
                "name": row.scenario,
                "chance": row.probability,
                "share": row.share,
                "end": max(row.probability, row.share),
                "words": f"{percent(row.probability)}, drawn {percent(row.share)}",
            }
            for row in found.itertuples()
        ]
        for data in self.vega["data"]:
            if data["name"] == "rows":
                data["values"] = rows
        return str(self._svg(self.vega))


class Desk:
    """The live lab: a dial for each event, one pair at a time, what is supposed, and the four scenarios.

    Attributes
    ----------
    judgements
        The last judgements that were possible.
    dials
        Six sliders: by event, and `given` for the pair that is chosen.
    then, given, suppose, least, draws, seed
        The other controls: the pair (`then` if `given` happens), what is supposed, how many events make the second axis
        high, and how many futures are drawn by which seed.
    said
        The answer in words; its `text` changes with every control, and says why where something is not possible.
    box
        The widget to show.
    """

    def __init__(self) -> None:
        import ipywidgets as w

        made = controls()
        self.judgements = START
        wide: dict[str, Any] = {
            "style": {"description_width": "initial"},
            "layout": w.Layout(width="34em", max_width="100%"),
        }
        self.dials = {
            name: made.Dial(
                label=name.capitalize(), hint=f"{words[0].upper()}{words[1:]}.", value=START.chances[name]
            )
            for name, words in EVENTS.items()
        }
        self.given = w.Dropdown(
            options=list(EVENTS), value="suspension", description="If this happens", **wide
        )
        self.then = w.Dropdown(options=list(EVENTS), value="notice", description="then this", **wide)
        self.dials["given"] = made.Dial(
            label="has the chance", value=START.given["notice", "suspension"], step=0.01
        )
        self._limits = w.HTML()
        self._judge = w.Button(description="Judge this pair", button_style="primary")
        self._open = w.Button(description="Leave it open")
        supposed = [("nothing", ("", True))]
        supposed += [
            (f"{name} {word}", (name, yes))
            for name in EVENTS
            for word, yes in (("happens", True), ("does not happen", False))
        ]
        self.suppose = w.Dropdown(options=supposed, value=("", True), description="Suppose", **wide)
        self.least = w.Dropdown(
            options=[(f"{k} of {len(AXES[1].signs)}", k) for k in range(1, len(AXES[1].signs) + 1)],
            value=AXES[1].least,
            description="Other ways are many from",
            **wide,
        )
        self.draws = w.Dropdown(
            options=[(f"{n:,}", n) for n in DRAWS], value=DRAWS[-1], description="Futures to draw", **wide
        )
        self.seed = w.BoundedIntText(
            value=SEED, min=0, max=2**31, description="Seed", style={"description_width": "initial"}
        )
        self.said = made.Said()
        self._picture, self._table = w.HTML(), w.HTML()
        self._picture.add_class("lab-picture")
        self._table.add_class("lab-table")
        self._drawer = Picture()
        self._quiet = False

        for name in EVENTS:
            self.dials[name].observe(self._turned, "value")
        for control in (self.suppose, self.least, self.draws, self.seed):
            control.observe(self._turned, "value")
        for control in (self.given, self.then):
            control.observe(self._paired, "value")
        self._judge.on_click(self._judged)
        self._open.on_click(self._opened)

        pair = w.VBox(
            [
                self.given,
                self.then,
                self.dials["given"],
                self._limits,
                w.Box([self._judge, self._open], layout=w.Layout(flex_flow="row wrap")),
            ]
        )
        left = w.VBox(
            [*(self.dials[name] for name in EVENTS), pair, self.suppose, self.least, self.draws, self.seed],
            layout=w.Layout(flex="1 1 30em", min_width="16em"),
        )
        right = w.VBox(
            [self.said, self._picture, self._table], layout=w.Layout(flex="2 1 32em", min_width="16em")
        )
        question = w.HTML(
            f"<p><strong>{escape(QUESTION)}</strong> Each event is judged for the time to the end of 2028. The chances are "
            "yours; none was measured.</p>"
        )
        self.box = w.VBox([question, w.Box([left, right], layout=w.Layout(flex_flow="row wrap"))])
        self._pair()
        self._show()

    # --- reading

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """The two axes, the second as high as the control says."""
        return AXES[0], replace(AXES[1], least=self.least.value)

    @property
    def futures(self) -> model.Futures:
        """All outcomes under the judgements, once what is supposed is known."""
        name, yes = self.suppose.value
        futures = model.fit(self.judgements)
        return futures.suppose(**{name: yes}) if name else futures

    @property
    def found(self) -> pd.DataFrame:
        """The four scenarios, exact and drawn; see `csto.models.scenarios.simulated`."""
        return model.simulated(self.futures, self.axes, SCENARIOS, self.draws.value, self.seed.value)

    # --- setting

    def set(
        self,
        *,
        given: Mapping[Pair, float | None] | None = None,
        suppose: Mapping[str, bool] | None = None,
        least: int | None = None,
        draws: int | None = None,
        seed: int | None = None,
        **chances: float,
    ) -> None:
        """Set controls from code.

        Parameters
        ----------
        given
            Judged pairs, such as `{("notice", "suspension"): 0.4}`; None takes a pair back.
        suppose
            One event that is known to happen or not, such as `{"ceasefire": True}`; empty for nothing.
        least, draws, seed
            As the controls of these names.
        **chances
            Chances of events.

        Raises
        ------
        ValueError
            If a name or a value is not allowed; nothing is changed then.
        Impossible
            If the judgements cannot be true together; nothing is changed then.
        """
        for name in chances:
            if name not in EVENTS:
                raise ValueError(f"{name!r} is not an event; allowed: {', '.join(EVENTS)}")
        judged = Judgements({**self.judgements.chances, **chances}, self._merged(given or {}))
        futures = model.fit(judged)
        wanted = (
            dict(suppose)
            if suppose is not None
            else dict([self.suppose.value] if self.suppose.value[0] else [])
        )
        if len(wanted) > 1:
            raise ValueError(f"suppose: {len(wanted)} events came; allowed: one, or none")
        futures.suppose(**wanted)
        for what, value, control in (("least", least, self.least), ("draws", draws, self.draws)):
            allowed = [one for _, one in control.options]
            if value is not None and value not in allowed:
                raise ValueError(f"{what}: {value!r} is not allowed; allowed: {', '.join(map(str, allowed))}")
        if seed is not None:
            futures.sample(1, seed)
        self._quiet = True
        try:
            self.judgements = judged
            for name in EVENTS:
                self.dials[name].value = judged.chances[name]
            self.suppose.value = next(iter(wanted.items()), ("", True))
            for control, choice in ((self.least, least), (self.draws, draws), (self.seed, seed)):
                if choice is not None:
                    control.value = choice
        finally:
            self._quiet = False
        self._pair()
        self._show()  # fmt: skip

    def _merged(self, given: Mapping[Pair, float | None]) -> dict[Pair, float]:
        """Return the judged pairs after changes; a pair judged anew, either way round, takes the place of the old."""
        fresh = {frozenset(pair) for pair in given}
        kept = {
            pair: chance for pair, chance in self.judgements.given.items() if frozenset(pair) not in fresh
        }
        return {**kept, **{pair: chance for pair, chance in given.items() if chance is not None}}

    # --- what the widgets do

    def _try(self, act: Any) -> None:
        try:
            act()
        except ValueError as fault:
            why = str(fault).rstrip(".")
            self.said.text = (
                f"Not possible: {why}. The picture still shows the last judgements that were possible."
            )

    def _turned(self, _: Any) -> None:
        if not self._quiet:
            name, yes = self.suppose.value
            self._try(
                lambda: self.set(
                    suppose={name: yes} if name else {}, **{name: self.dials[name].value for name in EVENTS}
                )
            )

    def _judged(self, _: Any) -> None:
        self._try(lambda: self.set(given={(self.then.value, self.given.value): self.dials["given"].value}))

    def _opened(self, _: Any) -> None:
        self._try(lambda: self.set(given={(self.then.value, self.given.value): None}))

    def _paired(self, _: Any) -> None:
        if not self._quiet:
            self._pair()

    def _pair(self) -> None:
        """Show what the chosen pair stands at, and what is possible for it."""
        a, b = self.then.value, self.given.value
        same = a == b
        self._judge.disabled = self._open.disabled = same or self.judgements.chances[b] == 0
        if self._judge.disabled:
            self._limits.value = "<p>Choose two different events, the first of which can happen.</p>"
            return
        self.dials["given"].value = min(1.0, max(0.0, float(model.fit(self.judgements).matrix().loc[b, a])))
        alone = model.bounds(self.judgements.chances[a], self.judgements.chances[b])
        beside = model.room(self.judgements, a, b)
        self._limits.value = (
            f"<p>Possible by itself: {percent(alone.low)} to {percent(alone.high)}; beside your other judgements: "
            f"{percent(beside.low)} to {percent(beside.high)}.</p>"
        )

    def _show(self) -> None:
        found = self.found
        words = sentence(found, self.suppose.value, self.draws.value, self.seed.value)
        self.said.text = words
        self._picture.value = f'<div role="img" aria-label="{escape(words)}">{self._drawer.draw(found)}</div>'
        self._table.value = (
            _scenarios(found, self.axes)
            + _matrix(self.futures, self.judgements)
            + _some(self.futures, self.axes, self.seed.value)
        )


def sentence(found: pd.DataFrame, suppose: tuple[str, bool], draws: int, seed: int) -> str:
    """Return the answer in words: the four chances, and how near the draws came."""
    name, yes = suppose
    exact = {row.scenario: row.probability for row in found.itertuples()}
    drawn = {row.scenario: row.share for row in found.itertuples()}
    first = f"Supposing that {'' if yes else 'it does not happen that '}{EVENTS[name]}: " if name else ""
    return (
        f"{first}{listed(exact)}. Drawn {draws:,} times with seed {seed}: {listed(drawn)}; "
        f"a standard error of at most {100 * float(found['error'].max()):.1f} points."
    )


def _scenarios(found: pd.DataFrame, axes: tuple[Axis, Axis]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{row.scenario}</th><td>{escape(row.first)}</td><td>{escape(row.second)}</td>'
        f"<td>{row.probability:.4f}</td><td>{row.share:.4f}</td></tr>"
        for row in found.itertuples()
    )
    heads = "".join(
        f'<th scope="col">{escape(head)}</th>'
        for head in (
            "Scenario",
            axes[0].name[0].upper() + axes[0].name[1:],
            axes[1].name[0].upper() + axes[1].name[1:],
            "Chance, exact",
            "Share of draws",
        )
    )
    return f"<table><caption>Four scenarios; their chances sum to 1</caption><thead><tr>{heads}</tr></thead>{rows}</table>"


def _matrix(futures: model.Futures, judgements: Judgements) -> str:
    """Return the chance of each event if another happens as an HTML table; a judged one is marked."""
    table = futures.matrix()

    def cell(a: str, b: str) -> str:
        if pd.isna(table.loc[b, a]):
            return "<td>–</td>"
        mark = "*" if (a, b) in judgements.given else ""
        return f"<td>{percent(float(table.loc[b, a]))}{mark}</td>"

    rows = f'<tr><th scope="row">nothing more known</th>{"".join(f"<td>{percent(p)}</td>" for p in futures.chances.values())}</tr>'
    rows += "".join(
        f'<tr><th scope="row">{b}</th>{"".join(cell(a, b) for a in futures.events)}</tr>'
        for b in futures.events
    )
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("If this happens", *futures.events))
    return (
        "<table><caption>The chance of the column if the row happens. * judged, and held exactly as long as nothing is "
        f"supposed; the others follow</caption><thead><tr>{heads}</tr></thead>{rows}</table>"
    )  # fmt: skip


def _some(futures: model.Futures, axes: tuple[Axis, Axis], seed: int, shown: int = 5) -> str:
    """Return the first futures of the draw as an HTML table: stories to tell."""
    drawn = futures.sample(shown, seed)
    high = list(zip(*(axis.is_high(drawn) for axis in axes), strict=True))
    stories = [
        [*("yes" if happens else "no" for happens in row), SCENARIOS[bool(first), bool(second)]]
        for row, (first, second) in zip(drawn.to_numpy(), high, strict=True)
    ]
    rows = "".join(
        f'<tr><th scope="row">{number}</th>{"".join(f"<td>{cell}</td>" for cell in story)}</tr>'
        for number, story in enumerate(stories, 1)
    )
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("Future", *futures.events, "Scenario"))
    return (
        f"<table><caption>{shown} futures drawn with this seed</caption>"
        f"<thead><tr>{heads}</tr></thead>{rows}</table>"
    )


def lab() -> Lab:
    """Return the lab with both its faces."""
    return Lab("scenarios", QUESTION, NOTEBOOK, twin, Desk)
