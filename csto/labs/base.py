"""A lab has two faces: a widget where there is a kernel, a chart or a form that needs none on the static page."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from math import floor
from types import SimpleNamespace
from typing import Any

import altair as alt

from csto.figures import in_book
from csto.html import Shown, attributes


@dataclass(frozen=True)
class Lab:
    """One output for both: the book's build shows the twin, a live kernel the widget.

    Parameters
    ----------
    name
        Short name of the lab, as in `lab(name)`.
    question
        What the lab lets one find out; one sentence.
    notebook
        Where the full lab stands, as a path from the top of the repository.
    twin
        Makes what the static page shows: a chart, or HTML that works without a kernel.
    widget
        Makes the live lab, an object whose `box` is the widget to show.
        It is called in a live kernel only, so that no page carries the scripts of a widget.
    """

    name: str
    question: str
    notebook: str
    twin: Callable[[], alt.TopLevelMixin | Shown]
    widget: Callable[[], Any]

    def chart(self) -> Any:
        """Return the twin with the way to the full lab: a chart has it in its `usermeta`, HTML in a last element."""
        twin: Any = self.twin()
        way = {"label": "Open the full lab", "local": f"make lab, then {self.notebook}"}
        if isinstance(twin, Shown):
            return Shown(f"{twin.html}<p{attributes(data_open=json.dumps(way))}></p>", twin.text)
        meta = twin.usermeta if isinstance(twin.usermeta, dict) else {}
        return twin.properties(usermeta={**meta, "open": way})

    @cached_property
    def live(self) -> Any:
        """The live lab, made at first use: its attributes can be read and set from other cells."""
        return self.widget()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        shown = self.chart() if in_book() else self.live.box
        if isinstance(shown, Shown):
            return {"text/html": shown.html, "text/plain": shown.text}
        return shown._repr_mimebundle_(include=include, exclude=exclude)


def percent(chance: float) -> str:
    """Return a chance in whole percent; what is neither impossible nor sure is not called so."""
    chance = round(chance, 4)
    if 0 < chance < 0.005:
        return "under 1%"
    if 0.995 <= chance < 1:
        return "over 99%"
    return f"{floor(chance * 100 + 0.5 + 1e-6)}%"


def percent_expression(chance: str) -> str:
    """Return `percent` as a Vega expression, of a chance that has four decimals at most."""
    return (
        f"({chance} > 1e-9 && {chance} < 0.005 - 1e-9 ? 'under 1%' : {chance} > 0.995 - 1e-9 && {chance} < 1 - 1e-9"
        f" ? 'over 99%' : floor({chance} * 100 + 0.5 + 1e-6) + '%')"
    )


_DIAL = """
function render({ model, el }) {
  const label = document.createElement("label");
  const name = document.createElement("span");
  const input = document.createElement("input");
  const shown = document.createElement("b");
  name.textContent = model.get("label");
  shown.setAttribute("aria-hidden", "true");  // said as the value of the slider
  input.type = "range";
  for (const key of ["min", "max", "step"]) input[key] = model.get(key);
  label.append(name, input, shown);
  el.append(label);
  if (model.get("hint")) {
    const hint = document.createElement("small");
    hint.id = "hint-" + Math.random().toString(36).slice(2);
    hint.textContent = model.get("hint");
    input.setAttribute("aria-describedby", hint.id);
    el.append(hint);
  }
  function show() {
    input.value = model.get("value");
    shown.textContent = Number(model.get("value")).toFixed(model.get("digits"));
    input.setAttribute("aria-valuetext", shown.textContent);
  }
  input.addEventListener("input", () => {
    model.set("value", Number(input.value));
    model.save_changes();
  });
  model.on("change:value", show);
  show();
}
export default { render };
"""

_CHOICE = """
function render({ model, el }) {
  const field = document.createElement("fieldset");
  const legend = document.createElement("legend");
  const group = "choice-" + Math.random().toString(36).slice(2);
  legend.textContent = model.get("label");
  field.append(legend);
  if (model.get("hint")) {
    const hint = document.createElement("small");
    hint.textContent = model.get("hint");
    field.append(hint);
  }
  const inputs = model.get("options").map(([code, words]) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "radio";
    input.name = group;
    input.value = code;
    input.addEventListener("change", () => {
      model.set("value", code);
      model.save_changes();
    });
    label.append(input, words);
    field.append(label);
    return input;
  });
  el.append(field);
  function show() { for (const input of inputs) input.checked = input.value === model.get("value"); }
  model.on("change:value", show);
  show();
}
export default { render };
"""

_LOOK = """
.lab-dial { margin-top: 6px; }
.lab-dial label { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1em; min-height: 24px; }
.lab-dial span { flex: 0 1 13em; font-weight: 600; }
.lab-dial input { flex: 1 1 9em; max-width: 20em; min-height: 24px; }
.lab-dial b { font-weight: normal; font-variant-numeric: tabular-nums; }
.lab-dial small { display: block; max-width: 38em; }
.lab-choice fieldset { border: 0; margin: 0 0 .6em; padding: 0; }
.lab-choice legend { font-weight: 600; padding: 0; }
.lab-choice small { display: block; max-width: 38em; }
.lab-choice label { display: flex; align-items: baseline; gap: .5em; min-height: 24px; line-height: 1.5; }
.lab-answer p { font-size: 1.1em; max-width: 40em; }
.lab-picture { padding-left: 8px; }
.lab-picture svg { display: block; max-width: 100%; height: auto; overflow: visible; }
.lab-table table { border-collapse: collapse; margin-top: 1em; }
.lab-table { overflow-x: auto; }
.lab-table summary { display: list-item; list-style: inside disclosure-closed; min-height: 24px; margin-top: 1em; cursor: pointer; }
.lab-table [open] > summary { list-style-type: disclosure-open; }
.lab-table caption { text-align: left; line-height: 1.4; padding-bottom: 4px; }
.lab-table :is(th, td) { text-align: left; line-height: 1.4; padding: 2px 1em 2px 0; border-bottom: 1px solid #8a857866; }
"""

_SAID = """
// JupyterLab takes the arrow and space keys for itself unless the control in focus carries this mark.
function keepKeys(el, tries) {
  const output = el.closest(".jp-OutputArea-output");
  if (output) output.addEventListener("focusin", (event) => {
    event.target.dataset.lmSuppressShortcuts = "true";
  });
  else if (tries) requestAnimationFrame(() => keepKeys(el, tries - 1));
}
function render({ model, el }) {
  keepKeys(el, 100);
  el.setAttribute("role", "status");
  const words = document.createElement("p");
  el.append(words);
  function show() { words.textContent = model.get("text"); }
  model.on("change:text", show);
  show();
}
export default { render };
"""


@cache
def controls() -> SimpleNamespace:
    """Return three widgets that ipywidgets lacks, imported only where there is a kernel.

    `Dial(label, value, min, max, step, digits, hint)` is a slider with an accessible name: the one of ipywidgets has none.
    `Choice(label, options, value, hint)` is a question with radio buttons that belong to it for a screen reader too;
    options are pairs of code and words, and the value is a code or None.
    `Said(text)` is a sentence that a screen reader announces when it changes; in JupyterLab it also keeps the keys of
    all controls around it from being taken for shortcuts.
    """
    import anywidget
    import traitlets as t

    class Dial(anywidget.AnyWidget):
        _esm = _DIAL
        _css = _LOOK
        label = t.Unicode().tag(sync=True)
        hint = t.Unicode().tag(sync=True)
        value = t.Float().tag(sync=True)
        min = t.Float(0.0).tag(sync=True)
        max = t.Float(1.0).tag(sync=True)
        step = t.Float(0.05).tag(sync=True)
        digits = t.Int(2).tag(sync=True)

        @t.validate("value")
        def _in_range(self, proposal: Any) -> float:
            value = float(proposal["value"])
            if not self.min <= value <= self.max:
                raise ValueError(
                    f"{self.label}: {value:g} is not allowed; allowed: {self.min:g} to {self.max:g}"
                )
            return round(value, 6)

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.add_class("lab-dial")

    class Choice(anywidget.AnyWidget):
        _esm = _CHOICE
        _css = _LOOK
        label = t.Unicode().tag(sync=True)
        hint = t.Unicode().tag(sync=True)
        options: Any = t.List().tag(sync=True)
        value = t.Unicode(None, allow_none=True).tag(sync=True)

        @t.validate("value")
        def _among_options(self, proposal: Any) -> str | None:
            value, allowed = proposal["value"], [code for code, _ in self.options]
            if value is not None and value not in allowed:
                raise ValueError(f"{self.label} {value!r} is not allowed; allowed: {', '.join(allowed)}")
            return None if value is None else str(value)

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.add_class("lab-choice")

    class Said(anywidget.AnyWidget):
        _esm = _SAID
        text = t.Unicode().tag(sync=True)

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.add_class("lab-answer")

    return SimpleNamespace(Dial=Dial, Choice=Choice, Said=Said)
