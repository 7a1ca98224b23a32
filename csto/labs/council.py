"""The council tool of the simulation: enter a text, what each member said to it, and read what every rule makes of it."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from csto import council, simulation, theme
from csto.council import BASES, ROUNDS, STEPS, WORDS, Log, Motion, Objection, Table
from csto.figures import note
from csto.html import Shown
from csto.labs.base import Lab, controls
from csto.models import council as model
from csto.models.council import RULES, CouncilError, Verdict

QUESTION = "Has the council decided, by which rule, and whose words stood in the way?"
NOTEBOOK = "teaching/simulation/council.ipynb"


@cache
def table() -> Table:
    """Return who sits at the table, by both sets of names."""
    members = {}
    for variant in simulation.VARIANTS:
        names = simulation.Names(variant).all
        members[variant] = sorted(names[code] for code in simulation.FIRST[:7])
    return Table(members, simulation.Names().all["tar"])


def twin() -> Shown:
    """Return the tool of the static page, which works without a kernel."""
    return council.show(table())


def by_objections() -> alt.LayerChart | alt.FacetChart:
    """Return how often each rule adopts a text over all combinations of positions, by the number that object."""
    found = model.adopted_by_objections(len(simulation.FIRST[:7]))
    rules = [rule.name for rule in RULES.values()]
    own = found.pivot(index="objections", columns="rule", values="share")
    handled, majority = own["Consensus, as it was handled"], own["Majority of those who vote"]
    base = alt.Chart(found).encode(
        alt.X("objections:O", title="Members that object, of seven", axis=alt.Axis(labelAngle=0)),
        alt.Y(
            "share:Q", title="Combinations adopted", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")
        ),
        alt.Detail("rule:N"),
        tooltip=[
            alt.Tooltip("rule:N", title="Rule"),
            alt.Tooltip("objections:O", title="Objections"),
            alt.Tooltip("share:Q", title="Adopted", format=".1%"),
        ],
    )
    colours = [theme.TEAL, theme.TEAL, theme.TEAL, theme.INK, theme.ACCENT, theme.ACCENT]
    shapes = ["circle", "square", "triangle-up", "cross", "diamond", "triangle-down"]
    legend = alt.Legend(title=None, orient="bottom", columns=1, labelLimit=280)
    look = {
        "color": alt.Color("rule:N", legend=legend, scale=alt.Scale(domain=rules, range=colours)),
        "shape": alt.Shape("rule:N", legend=legend, scale=alt.Scale(domain=rules, range=shapes)),
    }
    keyed: Any = alt.layer(
        base.mark_line(opacity=0.5).encode(look["color"]),
        base.mark_point(size=80, filled=False).encode(look["color"], look["shape"]),
    )
    return keyed.properties(
        width=440,
        height=260,
        name="fig-council-objections",
        title="One objection ends every reading of consensus, but not a majority",
        description=(
            f"Share of all {5**7:,} combinations of seven members' positions that a rule adopts, by the number that object. "
            f"Without an objection consensus as handled adopts {handled[0]:.0%}, and with one or more none. The majority "
            f"adopts {majority[0]:.0%} without an objection, {majority[1]:.0%} with one, {majority[3]:.1%} with three and none "
            f"with four. Unanimity adopts a single combination of all."
        ),
        usermeta=note(
            source="csto.models.council, the six rules below",
            unit="share of combinations of five positions of seven members",
            as_of="arithmetic, of no day",
            caution="Every combination counts once; no council draws its positions by lot, so this is no chance of anything",
        ),
    )


class Desk:
    """The live tool: a text, seven positions, the verdict, and the log.

    Attributes
    ----------
    log
        What has been entered; `save` and `load` take it to files and back.
    said
        The verdict in words; its `text` changes with every position.
    box
        The widget to show.
    """

    def __init__(self) -> None:
        import ipywidgets as w

        made = controls()
        wide = w.Layout(width="40em", max_width="100%")
        self.table = table()
        self.log = Log("real")
        self.names = w.Dropdown(options=list(self.table.members), description="Names")
        self.rule = w.Dropdown(
            options=[(rule.name, code) for code, rule in RULES.items()], description="Rule", layout=wide
        )
        self.round = w.Dropdown(options=list(ROUNDS), description="Council")
        self.step = w.Dropdown(
            options=[(f"{code} {name}", code) for code, (name, _) in STEPS.items()], description="Step"
        )
        self.basis = w.Dropdown(options=list(BASES), description="Basis")
        self.title = w.Text(description="Title", layout=wide)
        self.text = w.Textarea(description="Text", layout=wide)
        self.positions: list[Any] = [
            w.Dropdown(options=[(word, code) for code, word in WORDS.items()], value="silent")
            for _ in range(7)
        ]
        self.words = [w.Text(description="Words", layout=wide) for _ in range(7)]
        self.offered = [w.Text(description="Instead", layout=wide) for _ in range(7)]
        self._lines = [w.VBox([one]) for one in self.positions]
        self.said = made.Said()
        self._rules, self._entered = w.HTML(), w.HTML()
        for html in (self._rules, self._entered):
            html.add_class("lab-table")
        self._enter = w.Button(description="Enter into the log", button_style="primary")
        self._back = w.Button(description="Take the last one back", layout=w.Layout(width="auto"))
        self._enter.on_click(lambda _: self._try())
        self._back.on_click(lambda _: self.take_back())
        for control in (self.rule, self.step, *self.positions):
            control.observe(lambda _: self._judge(), "value")
        self.names.observe(lambda _: self._seat(), "value")
        self.box = w.VBox(
            [
                w.HTML(f"<p><strong>{escape(QUESTION)}</strong></p>"),
                *(self.names, self.rule, self.round, self.step, self.basis, self.title, self.text),
                *self._lines,
                self.said,
                self._rules,
                w.HBox([self._enter, self._back]),
                self._entered,
            ]
        )
        self._seat()

    @property
    def members(self) -> list[str]:
        """The members by the names that are in use."""
        return list(self.table.members[self.names.value])

    @property
    def motion(self) -> Motion:
        """The text on the desk."""
        positions = {member: one.value for member, one in zip(self.members, self.positions, strict=True)}
        objections = {
            member: Objection(words.value, offered.value)
            for member, words, offered in zip(self.members, self.words, self.offered, strict=True)
            if positions[member] == "objects"
        }
        return Motion(
            self.round.value,
            self.step.value,
            self.basis.value,
            self.title.value,
            self.text.value,
            self.rule.value,
            positions,
            objections,
        )

    @property
    def verdict(self) -> Verdict:
        """What the rule in use makes of the text on the desk."""
        return self.table.verdict(self.motion)

    def enter(self) -> None:
        """Enter the text into the log, and clear the desk for the next one.

        Raises
        ------
        CouncilError
            If a field is too long or holds markup; nothing is entered then.
        """
        self.log = self.table.check(Log(self.names.value, (*self.log.motions, self.motion)))
        for field in (self.title, self.text, *self.words, *self.offered):
            field.value = ""
        for one in self.positions:
            one.value = "silent"
        self._show()

    def _try(self) -> None:
        """Enter the text, and say what is not allowed where the hand that clicked can see it."""
        try:
            self.enter()
        except CouncilError as error:
            self.said.text = f"Not entered. {error}"

    def take_back(self) -> None:
        """Remove the last text from the log."""
        self.log = Log(self.log.names, self.log.motions[:-1])
        self._show()

    def save(self, path: str | Path) -> None:
        """Write the log to a file: JSON, CSV or Markdown, by its ending.

        Raises
        ------
        CouncilError
            If the ending is another one.
        """
        path = Path(path)
        ways = {".json": self.table.to_json, ".csv": self.table.to_csv, ".md": self.table.to_markdown}
        if path.suffix not in ways:
            raise CouncilError(f"{path.name}: ending {path.suffix!r}; allowed: {', '.join(ways)}")
        path.write_text(ways[path.suffix](self.log), encoding="utf-8", newline="")

    def load(self, path: str | Path) -> None:
        """Read a log in JSON, of this tool or of the page; it takes the place of the one here.

        Raises
        ------
        CouncilError
            If it is no such log; nothing is changed then.
        """
        loaded = self.table.parse(Path(path).read_text(encoding="utf-8"))
        self.log = Log(loaded.names)  # the names may change now: the log here is given up
        self.names.value = loaded.names
        self.log = loaded
        self._show()

    def _seat(self) -> None:
        if self.log.motions and self.log.names != self.names.value:
            self.names.value = self.log.names
            self.said.text = "The log has begun; names can be changed only with an empty log."
            return
        self.log = Log(self.names.value, self.log.motions)
        for member, control in zip(self.members, self.positions, strict=True):
            control.description = member
        self._judge()
        self._show()

    def _judge(self) -> None:
        motion, found = self.motion, self.verdict
        for line, control, words, offered in zip(
            self._lines, self.positions, self.words, self.offered, strict=True
        ):
            line.children = [control, words, offered] if control.value == "objects" else [control]
        self.said.text = f"{'Adopted' if found.adopted else 'Not adopted'}. {found.why}"
        rows = [(rule.name, self.table.verdict(motion, code)) for code, rule in RULES.items()]
        self._rules.value = _html(
            "By every rule", ["Rule", "Result", "Why"], [[name, _word(one), one.why] for name, one in rows]
        )

    def _show(self) -> None:
        rows = [
            [str(n), f"{one.step} {STEPS[one.step][0]}", one.title, _word(self.table.verdict(one))]
            for n, one in enumerate(self.log.motions, 1)
        ]
        self._entered.value = _html("The log", ["", "Step", "Title", "Result"], rows) if rows else ""

    @property
    def results(self) -> pd.DataFrame:
        """The log as a frame: `text`, `step`, `title`, `rule` and whether each was `adopted`."""
        rows = [
            (n, one.step, one.title, one.rule, self.table.verdict(one).adopted)
            for n, one in enumerate(self.log.motions, 1)
        ]
        return pd.DataFrame(rows, columns=["text", "step", "title", "rule", "adopted"])


def _word(found: Verdict) -> str:
    return "adopted" if found.adopted else "not adopted"


def _html(caption: str, heads: list[str], rows: list[list[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>{body}</table>"


def lab() -> Lab:
    """Return the tool with both its faces."""
    return Lab("council", QUESTION, NOTEBOOK, twin, Desk)
