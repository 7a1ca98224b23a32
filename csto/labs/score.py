"""Lab 5a, score yourself: a sheet of probabilities, scored; and a class's sheets side by side with their crowd."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from html import escape
from math import floor
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd

from csto import sheet as sheets
from csto import theme
from csto.data import load, named
from csto.figures import note
from csto.html import Shown
from csto.labs.base import Lab, controls
from csto.models import scoring as model
from csto.sheet import Filled, Item, Sheet, SheetError

QUESTION = "How good are your probabilities, and how good is a class's average of them?"
NOTEBOOK = "chapters/05-futures.ipynb"
END = pd.Timestamp("2026-06-26")
SETTLED = "Settled questions. Put yourself back to the day asked; leave empty what you know. They are scored when you ask."
OPENED = (
    "Open questions. The record of this course ends on 26 June 2026 and does not settle them. Keep your numbers, "
    "move them when you learn something, and score them when the day has come."
)
_RECORDS = {
    "primary": "the document itself",
    "corroborated": "two or more records",
    "single": "one record",
    "disputed": "records conflict",
}


# --- the questions ------------------------------------------------------------------------------------------------


@cache
def sheet() -> Sheet:
    """Return the course's questions to forecast as a sheet."""
    rows = load("open_questions").to_dict("records")
    return Sheet(
        "futures", 1, tuple(_item({str(name): value for name, value in row.items()}) for row in rows)
    )


def _item(row: dict[str, Any]) -> Item:
    settled = row["status"] == "resolved"
    asked = (
        f"Asked on {_day(row['asked'])}." if pd.notna(row["asked"]) else "Day of asking not in the copy read."
    )
    sources = f"{named(row['source_keys'].split(';'))}; {_RECORDS[row['confidence']]}"
    return Item(
        id=row["question"],
        title=row["title"],
        ask=row["ask"],
        facts=f"{asked} Last day: {_day(row['deadline'])}. {row['rule']}"
        + ("" if settled else f" Background: {sources}."),
        outcome={"yes": 1, "no": 0}[row["outcome"]] if settled else None,
        told=f"{row['told']} Source: {sources}." if settled else "",
        base=None if pd.isna(row["base_rate"]) else float(row["base_rate"]),
        base_of="" if pd.isna(row["base_rate_of"]) else row["base_rate_of"],
        crowd=None if pd.isna(row["crowd"]) else float(row["crowd"]),
    )


def _day(day: pd.Timestamp) -> str:
    return f"{day.day} {day:%B %Y}"


def _settled(answers: Mapping[str, int], whole: Sheet) -> list[Item]:
    return [item for item in whole.items if item.outcome is not None and item.id in answers]


# --- scores of one sheet ------------------------------------------------------------------------------------------


def pair(answers: Mapping[str, int], whole: Sheet) -> tuple[list[float], list[int]]:
    """Return the probabilities given to settled questions, 0 to 1, and their outcomes.

    Raises
    ------
    SheetError
        If no settled question has an answer.
    """
    those = _settled(answers, whole)
    if not those:
        raise SheetError("no settled question has a number yet; give at least one")
    return [answers[item.id] / 100 for item in those], [item.outcome or 0 for item in those]


def references(answers: Mapping[str, int], whole: Sheet) -> pd.DataFrame:
    """Return the score beside those of four references, each on the questions that it has an answer to.

    Returns
    -------
    pandas.DataFrame
        `reference`; `n` questions; `its` and `yours`, Brier scores; `skill`, missing where the reference is perfect.

    Raises
    ------
    SheetError
        If no settled question has an answer.
    """
    those = _settled(answers, whole)
    share = sum(pair(answers, whole)[1]) / len(those)
    named: list[tuple[str, dict[str, float]]] = [
        ("Always 50%", dict.fromkeys((item.id for item in those), 0.5)),
        *(
            [
                (
                    f"Always {whole_percent(share)}, the share that came true (known only afterwards)",
                    dict.fromkeys((item.id for item in those), share),
                )
            ]
            if share != 0.5
            else []
        ),
        ("The base rates, where a question has one", {i.id: i.base for i in those if i.base is not None}),
        ("A public crowd, where one is on record", {i.id: i.crowd for i in those if i.crowd is not None}),
    ]
    rows = []
    for name, given in named:
        common = [item for item in those if item.id in given]
        if not common:
            continue
        outcomes = [item.outcome for item in common]
        its = model.brier([given[item.id] for item in common], outcomes)
        yours = model.brier([answers[item.id] / 100 for item in common], outcomes)
        skill = model.skill(yours, its) if its else float("nan")
        rows.append({"reference": name, "n": len(common), "its": its, "yours": yours, "skill": skill})
    return pd.DataFrame(rows)


def number(value: float) -> str:
    """Return a score with three decimals and a true minus sign."""
    return "not defined" if pd.isna(value) else f"{value:.3f}".replace("-", "−")


def whole_percent(share: float) -> str:
    """Return a share in whole per cent, a half rounded up as the page does."""
    return f"{floor(100 * share + 0.5)}%"


def sentence(answers: Mapping[str, int], whole: Sheet) -> str:
    """Return the score in words.

    Raises
    ------
    SheetError
        If no settled question has an answer.
    """
    score = model.brier(*pair(answers, whole))
    settled = sum(item.outcome is not None for item in whole.items)
    best = references(answers, whole).iloc[0]
    return (
        f"On {len(_settled(answers, whole))} of {settled} settled questions your Brier score is {number(score)}. 0 is perfect, "
        f"1 is certain and wrong, and always saying 50% earns 0.250: your skill against that is {number(best['skill'])}. "
        f"On Brier's own scale, which runs to 2, the score is {number(model.TWO_SIDED * score)}."
    )


def calibration_chart(answers: Mapping[str, int], whole: Sheet) -> alt.LayerChart | alt.FacetChart:
    """Return the calibration as a chart: what was said against what came true, with 95% intervals.

    Raises
    ------
    SheetError
        If no settled question has an answer.
    """
    table = model.calibration(*pair(answers, whole))
    scale, axis = alt.Scale(domain=[0, 1]), alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    x = alt.X("mean:Q", title="What you said", scale=scale, axis=axis)
    y = alt.Y("share:Q", title="What came true", scale=scale, axis=axis)
    base = alt.Chart(table).encode(x, y)
    even = alt.Chart(pd.DataFrame({"mean": [0.0, 1.0], "share": [0.0, 1.0]}))
    return alt.layer(
        even.mark_line(strokeDash=[5, 5], color=theme.MUTED, strokeWidth=1.5).encode(x, y),
        base.mark_rule(color=theme.TEAL, strokeWidth=2).encode(
            x, alt.Y("share_low:Q"), alt.Y2("share_high:Q")
        ),
        base.mark_circle(color=theme.TEAL, size=160, opacity=1),
    ).properties(width=260, height=260)


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>{body}</table>"


def _tables(answers: Mapping[str, int], whole: Sheet) -> str:
    parts = model.decompose(*pair(answers, whole))
    skills = (
        [row.reference, str(row.n), number(row.its), number(row.yours), number(row.skill)]
        for row in references(answers, whole).itertuples()
    )
    bins = (
        [
            f"{whole_percent(row.low)} to {'100%' if row.high == 1 else 'under ' + whole_percent(row.high)}",
            str(row.n),
            whole_percent(row.mean),
            f"{row.yes} of {row.n}",
            f"{whole_percent(row.share_low)} to {whole_percent(row.share_high)}",
        ]
        for row in model.calibration(*pair(answers, whole)).itertuples()
    )  # fmt: skip
    return (
        _table(
            "Skill: how much of a reference's score you saved, on the same questions",
            ("Reference", "Questions", "Its score", "Yours", "Skill"),
            skills,
        )
        + _table(
            "What the score is made of, with your chances in five bins: the parts add up to it",
            ("Part", "Value", "What it says"),
            [
                ("Reliability", number(parts.reliability), "How far what you said in a bin is from what came true. 0 is best."),
                ("less resolution", number(parts.resolution), "How well your bins tell yes from no. The more, the better."),
                ("plus uncertainty", number(parts.uncertainty), "How hard the questions were: the score of their share of yes."),
                ("plus spread inside bins", number(parts.variance - parts.covariance), "What differences inside a bin cost; below 0 they paid."),
                ("Brier score", number(parts.brier), ""),
            ],
        )
        + _table(
            "Calibration: what you said and what came true, with a 95% interval",
            ("Your chance", "Questions", "You said, mean", "Came true", "95% interval"),
            bins,
        )
    )  # fmt: skip


# --- the two faces ------------------------------------------------------------------------------------------------


def twin() -> Shown:
    """Return the sheet of the static page, which works without a kernel."""
    return sheets.show(sheet(), SETTLED, OPENED)


_FORM = """
function render({ model, el }) {
  const rows = model.get("items").map((item) => {
    const box = document.createElement("fieldset");
    const legend = document.createElement("legend");
    const title = document.createElement("b");
    const facts = document.createElement("p");
    const label = document.createElement("label");
    const number = document.createElement("input");
    const range = document.createElement("input");
    const told = document.createElement("p");
    title.textContent = item.title + ". ";
    legend.append(title, item.ask);
    facts.textContent = item.facts;
    for (const input of [number, range]) Object.assign(input, { min: 0, max: 100, step: 1 });
    number.type = "number";
    range.type = "range";
    range.setAttribute("aria-label", item.title + ": chance of yes as a slider");
    label.append("Chance of yes, % ", number);
    box.append(legend, facts, label, range, told);
    el.append(box);
    function give(text) {
      const answers = { ...model.get("answers") };
      if (text === "") delete answers[item.id]; else answers[item.id] = Number(text);
      model.set("answers", answers);
      model.save_changes();
    }
    number.addEventListener("change", () => {
      const value = Number(number.value);
      if (number.validity.badInput || !Number.isInteger(value) || value < 0 || value > 100) {
        model.send({ refused: item.title });
        show();
      } else give(number.value);
    });
    range.addEventListener("input", () => { number.value = range.value; });
    range.addEventListener("change", () => give(range.value));
    function show() {
      const value = model.get("answers")[item.id], has = value !== undefined;
      const locked = model.get("scored") && item.told !== "";
      number.value = has ? value : "";
      range.value = has ? value : 50;
      range.style.opacity = has ? 1 : 0.5;
      range.setAttribute("aria-valuetext", has ? value + " per cent" : "no answer yet");
      number.readOnly = range.disabled = locked;
      told.textContent = locked ? item.told + (has ? " You said " + value + "%." : " You gave no number.") : "";
    }
    return show;
  });
  const show = () => rows.forEach((row) => row());
  model.on("change:answers", show);
  model.on("change:scored", show);
  show();
}
export default { render };
"""

_FORM_LOOK = """
.lab-sheet fieldset { max-width: 46em; margin: 0 0 1em; padding: .2em 0 .2em .8em; border: 0; border-left: 3px solid #8a8578; }
.lab-sheet legend { float: left; width: 100%; padding: 0; line-height: 1.4; white-space: normal; }
.lab-sheet fieldset > :not(legend) { clear: both; }
.lab-sheet p { margin: .2em 0; line-height: 1.4; }
.lab-sheet input[type=number] { width: 5em; min-height: 24px; }
.lab-sheet input[type=range] { width: 18em; max-width: 100%; min-height: 24px; margin-left: 1em; vertical-align: middle; }
"""


@cache
def _form() -> Any:
    """Return the widget of the questions, made only where there is a kernel."""
    import anywidget
    import traitlets as t

    class Form(anywidget.AnyWidget):
        _esm = _FORM
        _css = _FORM_LOOK
        items: Any = t.List().tag(sync=True)
        answers: Any = t.Dict().tag(sync=True)
        scored = t.Bool(False).tag(sync=True)

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.add_class("lab-sheet")

        @t.validate("answers")
        def _allowed(self, proposal: Any) -> dict[str, int]:
            return dict(sheet().check(Filled(proposal["value"])).answers) if proposal["value"] else {}

    return Form


class Desk:
    """The live lab: the sheet, its score, and files that go to and from the page.

    Attributes
    ----------
    form
        The questions; its `answers` are whole per cents by question.
    code
        What the reader calls herself in the file.
    said
        The score, or what went wrong, in words.
    box
        The widget to show.
    """

    def __init__(self) -> None:
        import ipywidgets as w

        self.sheet = sheet()
        self.scored: str | None = None
        asked: list[dict[str, str]] = [
            {
                "id": item.id,
                "title": item.title,
                "ask": item.ask,
                "facts": item.facts + (f" Base rate: {item.base:.1%}, from {item.base_of}." if item.base is not None else ""),
                "told": "" if item.outcome is None else f"{'Yes' if item.outcome else 'No'}. {item.told}",
            }
            for item in self.sheet.items
        ]  # fmt: skip
        self.form = _form()(items=asked)
        self.code = w.Text(description="Your name or a code", style={"description_width": "initial"})
        self.file = w.Text("my-forecasts.json", description="File", style={"description_width": "initial"})
        self._score = w.Button(description="Score my sheet", button_style="primary")
        self._save, self._load = (
            w.Button(description="Save to the file"),
            w.Button(description="Load the file"),
        )
        self._again = w.Button(description="Start again")
        self.said = controls().Said()
        self._picture, self._table = w.HTML(), w.HTML()
        self._picture.add_class("lab-picture")
        self._table.add_class("lab-table")
        self._score.on_click(lambda _: self._try(self.score))
        self._save.on_click(lambda _: self._try(lambda: self.save(self.file.value)))
        self._load.on_click(lambda _: self._try(lambda: self.load(self.file.value)))
        self._again.on_click(lambda _: self.clear())
        self.form.on_msg(self._refused)
        self.form.observe(self._moved, "answers")
        row = w.Layout(flex_flow="row wrap")
        self.box = w.VBox(
            [
                w.HTML(f"<p><strong>{escape(QUESTION)}</strong> {escape(SETTLED)} {escape(OPENED)}</p>"),
                self.form,
                w.Box([self._score, self._again], layout=row),
                w.Box([self.code, self.file, self._save, self._load], layout=row),
                self.said,
                self._picture,
                self._table,
            ]
        )
        self._show()

    @property
    def answers(self) -> dict[str, int]:
        """Whole per cents by question."""
        return dict(self.form.answers)

    @property
    def parts(self) -> model.Parts:
        """The Brier score and what it is made of; see `csto.models.scoring.decompose`."""
        return model.decompose(*pair(self.answers, self.sheet))

    @property
    def filled(self) -> Filled:
        """The sheet as a file holds it."""
        return Filled(self.answers, self.code.value, self.scored)

    def set(self, **answers: int | None) -> None:
        """Set answers from code, such as `set(F01=35)`; None takes one back.

        Raises
        ------
        SheetError
            If a question or a value is not allowed, or a settled one is scored already; nothing is changed then.
        """
        fixed = {item.id for item in self.sheet.items if item.outcome is not None} if self.scored else set()
        for name in answers:
            if name in fixed:
                raise SheetError(f"{name} is scored already, so its number stands; clear() begins anew")
        merged = {name: value for name, value in {**self.answers, **answers}.items() if value is not None}
        self.form.answers = dict(self.sheet.check(Filled(merged)).answers) if merged else {}

    def score(self) -> None:
        """Score the settled questions, show what happened, and fix their numbers.

        Raises
        ------
        SheetError
            If no settled question has an answer.
        """
        pair(self.answers, self.sheet)
        self.scored = self.scored or date.today().isoformat()
        self._show()

    def clear(self) -> None:
        """Empty the sheet."""
        self.scored = None
        self.form.answers = {}
        self._show()

    def save(self, path: str | Path) -> None:
        """Write the sheet to a file, as the page's download does.

        Raises
        ------
        SheetError
            If there is nothing to save, the ending is not .json, or the name holds markup.
        """
        path = Path(path)
        if path.suffix != ".json":
            raise SheetError(f"{path.name}: ending {path.suffix!r}; allowed: .json")
        path.write_text(self.sheet.dump(self.filled), encoding="utf-8")
        self.said.text = f"{len(self.answers)} numbers saved to {path.name}."

    def load(self, path: str | Path) -> None:
        """Read a file of this lab or of the page in place of what stands here.

        Raises
        ------
        SheetError
            If the file is of another kind, sheet or version, or holds what is not allowed; nothing is changed then.
        OSError
            If the file cannot be opened.
        """
        found = self.sheet.read(path)
        self.code.value, self.scored = found.code, found.scored
        self.form.answers = dict(found.answers)
        self._show()
        if self.scored is None:
            self.said.text = f"{len(found.answers)} numbers loaded from {Path(path).name}."

    def _try(self, act: Any) -> None:
        try:
            act()
        except (SheetError, OSError) as fault:
            self.said.text = f"Not done: {fault}. Your sheet is as it was."

    def _refused(self, _: Any, content: Any, __: Any) -> None:
        self.said.text = f"{content.get('refused')}: that is not allowed; allowed: whole per cents from 0 to 100, or nothing."

    def _moved(self, _: Any) -> None:
        if self.scored is None:
            done = len(self.answers)
            self.said.text = f"{done} of {len(self.sheet.items)} questions have a number."

    def _show(self) -> None:
        self.form.scored = self.scored is not None
        self._score.layout.display = "none" if self.scored else None
        self._picture.value = self._table.value = ""
        if self.scored is None or not _settled(self.answers, self.sheet):
            self.said.text = f"{len(self.answers)} of {len(self.sheet.items)} questions have a number."
            return
        import vl_convert

        words = sentence(self.answers, self.sheet)
        self.said.text = words
        drawn = vl_convert.vegalite_to_svg(calibration_chart(self.answers, self.sheet).to_dict())
        told = "; ".join(
            f"said {whole_percent(row.mean)}, came true {row.yes} of {row.n}"
            for row in model.calibration(*pair(self.answers, self.sheet)).itertuples()
        )
        self._picture.value = f'<div role="img" aria-label="{escape(f"Calibration: {told}.")}">{drawn}</div>'
        self._table.value = _tables(self.answers, self.sheet)


def lab() -> Lab:
    """Return the lab with both its faces."""
    return Lab("score", QUESTION, NOTEBOOK, twin, Desk)


# --- a class ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Classroom:
    """A class's sheets.

    Attributes
    ----------
    forecasts
        A row a person, a column a question: probabilities, missing where none was given.
    problems
        Files that were not taken: `file` and `problem`.
    whole
        The questions.
    """

    forecasts: pd.DataFrame
    problems: pd.DataFrame
    whole: Sheet = field(default_factory=sheet)

    @cached_property
    def outcomes(self) -> pd.Series:
        """1 or 0 by question; missing where it is open."""
        return pd.Series(
            {item.id: item.outcome for item in self.whole.items}, dtype="float64", name="outcome"
        )

    @property
    def crowd(self) -> pd.Series:
        """The mean probability of each question."""
        return model.crowd(self.forecasts)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """Each person beside the crowd on her own questions; see `csto.models.scoring.against_crowd`."""
        return model.against_crowd(self.forecasts, self.outcomes).sort_values("brier")

    @property
    def crowd_score(self) -> float:
        """The crowd's Brier score on every settled question that somebody answered."""
        known = self.crowd.dropna().index.intersection(self.outcomes.dropna().index)
        return model.brier(self.crowd[known], self.outcomes[known])

    @property
    def sentence(self) -> str:
        """The class in words."""
        read = f"{len(self.forecasts)} sheets read, {len(self.problems)} not taken."
        if self.forecasts[self.outcomes.dropna().index].isna().all(axis=None):
            return f"{read} Nobody answered a settled question, so there is no score."
        beaten = int((self.scores["crowd"] < self.scores["brier"]).sum())
        return (
            f"{read} The crowd's Brier score on the settled questions is {number(self.crowd_score)}, the average person's "
            f"{number(float(self.scores['brier'].mean()))}; on their own questions the crowd beats {beaten} of {len(self.scores)}."
        )

    def distribution(self) -> alt.LayerChart | alt.FacetChart:
        """Return a chart of all answers by question, with the crowd's mean."""
        names = {
            item.id: item.title + ("" if item.outcome is None else f" ({'yes' if item.outcome else 'no'})")
            for item in self.whole.items
        }
        given = (
            self.forecasts.rename_axis("person")
            .reset_index()
            .melt("person", var_name="id", value_name="chance")
        )
        given = given.dropna(subset="chance").assign(question=lambda frame: frame["id"].map(names))
        mean = self.crowd.dropna()
        together = pd.DataFrame({"question": [names[str(i)] for i in mean.index], "chance": mean.to_numpy()})
        y = alt.Y(
            "question:N",
            title=None,
            sort=[name for name in names.values() if name in set(together["question"])],
            axis=alt.Axis(labelLimit=260, labelColor=theme.INK, grid=True),
        )
        x = alt.X(
            "chance:Q", title="Chance of yes", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")
        )
        widest = self.forecasts.std().idxmax() if len(self.forecasts) > 1 else None
        spread = f" They differ most on “{names[str(widest)]}”." if isinstance(widest, str) else ""
        return alt.layer(
            alt.Chart(given)
            .mark_tick(color=theme.TEAL, thickness=2, size=16, opacity=0.6)
            .encode(x, y, tooltip=["person:N", "question:N", alt.Tooltip("chance:Q", format=".0%")]),
            alt.Chart(together).mark_point(shape="diamond", filled=True, color=theme.ACCENT, size=110, opacity=1).encode(x, y),
        ).properties(
            width=300,
            height=24 * len(together),
            title="What the class said: each answer a stroke, the mean a diamond",
            description=f"Answers of {len(self.forecasts)} people to {len(together)} questions.{spread}",
            usermeta=note(
                "open_questions", unit="answers, one a person and question", as_of=_day(END), source="the class's sheets"
            ),
        )  # fmt: skip

    def against_crowd(self) -> alt.LayerChart | alt.FacetChart:
        """Return a chart of each person's score beside the crowd's on the same questions.

        Raises
        ------
        ValueError
            If nobody can be scored.
        """
        table = self.scores.rename_axis("person").reset_index()
        y = alt.Y("person:N", title=None, sort=table["person"].tolist(), axis=alt.Axis(labelLimit=220))
        x = alt.X("brier:Q", title="Brier score (0 is perfect)", scale=alt.Scale(domainMin=0))
        base = alt.Chart(table).encode(y)
        return alt.layer(
            base.mark_rule(color=theme.MUTED).encode(x, alt.X2("crowd:Q")),
            base.mark_circle(color=theme.TEAL, size=90, opacity=1).encode(x),
            base.mark_point(shape="diamond", filled=True, color=theme.ACCENT, size=110, opacity=1).encode(alt.X("crowd:Q")),
        ).properties(
            width=420,
            height=24 * len(table),
            title=["Each person's score, a dot,", "and the crowd's on the same questions, a diamond"],
            description=self.sentence,
            usermeta=note("open_questions", unit="Brier scores, 0 to 1", as_of=_day(END), source="the class's sheets"),
        )  # fmt: skip

    def _repr_html_(self) -> str:
        problems = _table(
            "Files that were not taken",
            ("File", "Why"),
            self.problems[["file", "problem"]].to_numpy().tolist(),
        )
        return f"<p>{escape(self.sentence)}</p>" + (problems if len(self.problems) else "")

    def __repr__(self) -> str:
        return self.sentence


def classroom(source: str | Path | Iterable[str | Path]) -> Classroom:
    """Load a class's sheets: a folder with their .json files, or the files themselves.

    A file that cannot be taken is reported by name and the others are kept. A person is named by the code in her file,
    or by the file's name where there is none; of two files with one name the second is reported.

    Raises
    ------
    SheetError
        If there is no such folder, no file in it, or not one that can be taken.
    """
    if isinstance(source, str | Path):
        folder = Path(source)
        if not folder.is_dir():
            raise SheetError(
                f"{folder.name}: no such folder; give a folder of .json files, or a list of files"
            )
        paths = sorted(folder.glob("*.json"))
    else:
        paths = [Path(path) for path in source]
    if not paths:
        raise SheetError("no .json file was found; each member of the class downloads one from her sheet")
    whole = sheet()
    taken: dict[str, dict[str, float]] = {}
    problems = []
    for path in paths:
        try:
            found = whole.read(path)
            person = found.code.strip() or path.stem
            if person in taken:
                raise SheetError(f"a sheet of “{person}” was read before; change the code in one of them")
            taken[person] = {name: value / 100 for name, value in found.answers.items()}
        except (SheetError, OSError) as fault:
            problems.append({"file": path.name, "problem": _short(fault)})
    if not taken:
        raise SheetError(
            "no file could be taken: " + "; ".join(f"{one['file']}: {one['problem']}" for one in problems)
        )
    forecasts = (
        pd.DataFrame.from_dict(taken, orient="index").reindex(columns=list(whole.ids)).rename_axis("person")
    )
    return Classroom(forecasts.astype("float64"), pd.DataFrame(problems, columns=["file", "problem"]), whole)


def _short(fault: Exception) -> str:
    return f"it cannot be opened: {fault.strerror}" if isinstance(fault, OSError) else str(fault)
