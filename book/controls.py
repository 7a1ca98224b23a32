"""The controls of a chart as they will stand on the page, so that nothing moves when the chart wakes and they come to life."""

from __future__ import annotations

import html
import re
from typing import Any

import vl_convert

_MARK = "\u2063answer:"


def still(vega: dict[str, Any]) -> str:
    """Return the controls of a Vega specification as Vega will build them, each at its first value.

    They are inert until the chart wakes, and then Vega's own take their place.

    Raises
    ------
    ValueError
        If a control is of a kind that is not known here.
    """
    return "".join(_control(signal) for signal in vega.get("signals", []) if "bind" in signal)


def _control(signal: dict[str, Any]) -> str:
    bind, name, value = signal["bind"], html.escape(signal["name"]), signal.get("value")
    title = f'<span class="vega-bind-name">{html.escape(bind.get("name") or signal["name"])}</span>'
    kind = bind.get("input")
    options = bind.get("options", [])
    pairs = list(zip(options, bind.get("labels") or options, strict=True))
    if kind == "radio":
        choices = "".join(
            f'<label><input type="radio" name="{name}" value="{html.escape(str(one))}"'
            f"{' checked' if one == value else ''}>{html.escape(str(label))}</label>"
            for one, label in pairs
        )
        return f'<div class="vega-bind">{title}<span class="vega-bind-radio">{choices}</span></div>'
    if kind == "select":
        choices = "".join(
            f'<option value="{html.escape(str(one))}"{" selected" if one == value else ""}>{html.escape(str(label))}</option>'
            for one, label in pairs
        )
        return f'<div class="vega-bind"><label>{title}<select name="{name}">{choices}</select></label></div>'
    if kind == "range":
        limits = "".join(f' {key}="{bind[key]}"' for key in ("min", "max", "step") if key in bind)
        return (
            f'<div class="vega-bind"><label>{title}<input type="range" name="{name}"{limits} value="{value}">'
            f"<span>{value}</span></label></div>"
        )
    if kind == "checkbox":
        box = f'<input type="checkbox" name="{name}"{" checked" if value else ""}>'
        return f'<div class="vega-bind"><label>{title}{box}</label></div>'
    raise ValueError(
        f"control {signal['name']!r}: input is {kind!r}; allowed are radio, select, range and checkbox"
    )


def said(vega: dict[str, Any]) -> str:
    """Return the first value of a specification's signal `answer`, the sentence that a chart says; empty without one."""
    if not any(signal.get("name") == "answer" for signal in vega.get("signals", [])):
        return ""
    text = {
        "type": "text",
        "encode": {"update": {"text": {"signal": f"{_MARK!r} + answer"}, "limit": {"value": 0}}},
    }
    drawn = vl_convert.vega_to_svg({**vega, "marks": [*vega.get("marks", []), text]})
    found = re.search(rf"<text[^>]*>{_MARK}([^<]*)</text>", drawn)
    return html.unescape(found[1]) if found else ""
