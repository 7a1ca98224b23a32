"""From a Vega-Lite chart to what the page needs: drawings, and a specification for the browser.

The chart is drawn twice, wide and narrow, so that its type stays readable on a telephone.
Colours that have a dark form become CSS variables, so that a drawing follows the page's theme.
"""

from __future__ import annotations

import copy
import json
import re
from dataclasses import dataclass
from typing import Any

import vl_convert

#: Target widths of the narrow drawing, in CSS pixels.
NARROW = 344
#: The smallest factor for plots, and by how many pixels a narrow drawing may stay below its width.
_LEAST, _CLOSE = 0.2, 6
_CONTINUOUS = {"linear", "log", "pow", "sqrt", "symlog", "time", "utc", "sequential", "band-interpolate"}
_NOISE = re.compile(r' (?:aria-[a-z]+|role|pointer-events|class)="[^"]*"')
#: What a drawing says in vain: defaults of SVG, moves by nothing, shapes of no size.
_IDLE = re.compile(r' (?:opacity|fill-opacity|stroke-opacity|stroke-width)="1"| transform="translate\(0,0\)"')
_NOTHING = re.compile(r'<path(?: transform="[^"]*")? d="(?:M0,0h0v0h0Z)?"(?: display="none")?/>')
#: What nobody sees: marks that wait for a pointer.
_UNSEEN = re.compile(
    r'<(?:path|line|rect)(?: [\w-]+="[^"]*")* opacity="0"(?: [\w-]+="[^"]*")*/>|<text(?: [\w-]+="[^"]*")* opacity="0"[^>]*>[^<]*</text>'
)
_LONG = re.compile(r"-?\d+\.\d{2,}")
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")

_MODULE = "https://cdn.jsdelivr.net/npm"
#: What a page needs of Vega. The addresses name modules that vl-convert carries; another version of it may carry others,
#: and the build then fails here.
_RUNTIME = f"""
import {{parse, View}} from "{_MODULE}/vega@{vl_convert.get_vega_version()}/+esm";
import {{expressionInterpreter as interpreter}} from "{_MODULE}/vega-interpreter@2.0.0/+esm";
import {{Handler as Tooltip}} from "{_MODULE}/vega-tooltip@1.0.0/+esm";
window.bookVega = {{parse, View, interpreter, Tooltip}};
"""

Spec = dict[str, Any]


@dataclass(frozen=True)
class Drawing:
    """One drawing of a chart: static SVG text and the Vega specification (JSON text) behind it."""

    svg: str
    vega: str
    controls: int


def draw(spec: Spec, dark: dict[str, str], prefix: str) -> tuple[Drawing, Drawing]:
    """Return the wide and the narrow drawing of a Vega-Lite chart.

    Parameters
    ----------
    spec
        A Vega-Lite specification.
    dark
        Light colour to dark colour, both as six-digit hex.
    prefix
        Makes the ids inside the SVG unique on a page.
    """
    wide = {key: value for key, value in spec.items() if key not in {"usermeta", "title"}}
    wide["background"] = "transparent"
    drawn = _draw(wide, dark, f"{prefix}-w")
    if _width(drawn.svg) <= NARROW:
        return drawn, _draw(wide, dark, f"{prefix}-n")
    return drawn, _draw(narrowed(wide, _width(drawn.svg)), dark, f"{prefix}-n")


def narrowed(spec: Spec, width: float, target: float = NARROW) -> Spec:
    """Return the chart with its plots shrunk just enough for the whole drawing to fit the target width.

    What stands around the plots (labels, legends) keeps its size, so that the drawing's width goes with the factor in nearly
    a straight line: the next factor is where the line through the last two tries meets the target.
    If even the smallest factor does not fit, because a legend is wider than that, the plots get all the room that makes the
    drawing no wider; the page scales it down then.

    Parameters
    ----------
    spec
        A Vega-Lite specification.
    width
        The width of its drawing as it is, in CSS pixels, more than the target.
    target
        The width to fit, in CSS pixels.
    """
    low, high = _LEAST, 1.0
    before, factor = (1.0, width), 0.5
    for _ in range(5):
        found = _drawn_width(_scaled(spec, factor))
        if found <= target:
            low = factor
            if found >= target - _CLOSE:
                break
        else:
            high = factor
        slope = (before[1] - found) / (before[0] - factor)
        before = (factor, found)
        factor += (target - _CLOSE / 2 - found) / slope if slope else 0
        if not low < factor < high:
            factor = (low + high) / 2
    if low == _LEAST and (least := _drawn_width(_scaled(spec, _LEAST))) > target:
        low = _widest(spec, least)
    return _scaled(spec, low)


def _widest(spec: Spec, width: float) -> float:
    """Return the largest factor, to a fortieth, with which the drawing is not wider than with the smallest."""
    low, high = _LEAST, 1.0
    while high - low > 0.025:
        middle = (low + high) / 2
        if _drawn_width(_scaled(spec, middle)) <= width:
            low = middle
        else:
            high = middle
    return low


def _scaled(spec: Spec, factor: float) -> Spec:
    small = copy.deepcopy({key: value for key, value in spec.items() if key != "datasets"})
    _scale_widths(small, factor, spec.get("config", {}).get("view", {}).get("continuousWidth", 300))
    return {**small, "datasets": spec["datasets"]} if "datasets" in spec else small


def _drawn_width(spec: Spec) -> float:
    return _width(vl_convert.vegalite_to_svg(spec))


def _scale_widths(view: Any, factor: float, default: float) -> None:
    if isinstance(view, list):
        for child in view:
            _scale_widths(child, factor, default)
    elif isinstance(view, dict):
        parts = [view[key] for key in ("hconcat", "vconcat", "concat", "spec") if key in view]
        for part in parts:
            _scale_widths(part, factor, default)
        width = view.get("width", default)
        if not parts and isinstance(width, int | float):
            view["width"] = round(width * factor)
            if "projection" in view and "height" in view:  # a map keeps its shape
                view["height"] = round(view["height"] * factor)


def _draw(spec: Spec, dark: dict[str, str], prefix: str) -> Drawing:
    vega = _themed(vl_convert.vegalite_to_vega(spec), dark)
    svg = vl_convert.vega_to_svg(vega)
    controls = sum("bind" in signal for signal in vega.get("signals", []))
    return Drawing(_tidy(svg, prefix), json.dumps(vega, ensure_ascii=False, separators=(",", ":")), controls)


def variable(colour: str) -> str:
    """Return the CSS value for a light colour: its variable, with the colour itself as a fallback."""
    return f"var(--chart-{colour.lower().lstrip('#')}, {colour})"


def _themed(vega: Spec, dark: dict[str, str]) -> Spec:
    known = {colour.lower() for colour in dark}

    def swap(value: Any) -> Any:
        if isinstance(value, str):
            return _HEX.sub(lambda m: variable(m[0]) if m[0].lower() in known else m[0], value)
        if isinstance(value, list):
            return [swap(item) for item in value]
        if isinstance(value, dict):
            # A continuous scale computes with its colours, so these stay as they are.
            if value.get("type") in _CONTINUOUS and isinstance(value.get("range"), list):
                return {key: item if key == "range" else swap(item) for key, item in value.items()}
            return {key: swap(item) for key, item in value.items()}
        return value

    themed: Spec = swap(vega)
    return themed


def _width(svg: str) -> float:
    found = re.search(r'<svg[^>]* width="([\d.]+)"', svg)
    return float(found[1]) if found else 0.0


def _tidy(svg: str, prefix: str) -> str:
    """Drop what only a screen reader would stumble over, and make ids unique."""
    svg = _NOISE.sub("", svg)
    svg = re.sub(r'id="([^"]+)"', rf'id="{prefix}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", svg)
    svg = _UNSEEN.sub("", _NOTHING.sub("", _IDLE.sub("", svg)))
    svg = re.sub(
        r'(?<= d=")[^"]*|(?<= transform="translate\()[^"]*',
        lambda path: _LONG.sub(lambda one: f"{float(one[0]):.1f}".removesuffix(".0"), path[0]),
        svg,
    )
    svg = re.sub(r"(\d+\.\d{2})\d+", r"\1", svg)
    return svg.replace('xmlns:xlink="http://www.w3.org/1999/xlink" ', "").replace(
        "<svg ", '<svg focusable="false" ', 1
    )


def runtime() -> str:
    """Return one script with Vega, its interpreter of expressions and its tooltip, wrapped so that its names stay its own.

    Without Vega-Lite, because charts are compiled when the book is built, and without anything that makes code of text.
    """
    bundle = vl_convert.javascript_bundle(_RUNTIME)
    return f'(function () {{\n"use strict";\n{bundle}\n}})();\n'
