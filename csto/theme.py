"""The course's look in charts: one palette, one Altair theme, fixed colours for countries.

Every colour has a light and a dark form.
Charts are written with the light form; the built book swaps in the dark one by itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import altair as alt

INK, MUTED, RULE = "#1d2733", "#55606c", "#d9d4c7"
PAPER, PANEL = "#fcfaf5", "#f4f0e6"
ACCENT, TEAL = "#8c2f1b", "#0b5d66"
NEUTRAL = "#8a8578"

#: The dark form of each colour above; the countries' pairs come from the table of countries.
DARK = {
    INK: "#e4e7ea",
    MUTED: "#a9b3bd",
    RULE: "#333c46",
    PAPER: "#14191f",
    PANEL: "#1c232b",
    ACCENT: "#f0a58f",
    TEAL: "#7fc6cd",
    NEUTRAL: "#8f8b81",
}

WIDTH = 640
FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif"


@lru_cache(maxsize=1)
def _countries() -> Any:
    from csto.data import load

    return load("countries").set_index("country")


def country_colour(code: str) -> str:
    """Return the fixed (light) colour of a country, given as an ISO 3166 alpha-3 code.

    Raises
    ------
    KeyError
        If the code is not in the table of countries.
    """
    try:
        return str(_countries().loc[code, "colour_light"])
    except KeyError:
        known = ", ".join(_countries().index)
        raise KeyError(f"no country {code!r} in data/countries.csv; known: {known}") from None


def country_scale(codes: list[str], names: bool = True) -> alt.Scale:
    """Return a colour scale for the given ISO3 codes, in the given order.

    Parameters
    ----------
    codes
        ISO 3166 alpha-3 codes.
    names
        If true, the scale's domain is the countries' English names; otherwise the codes themselves.
    """
    domain = [str(_countries().loc[code, "name"]) for code in codes] if names else list(codes)
    return alt.Scale(domain=domain, range=[country_colour(code) for code in codes])


def dark_forms() -> dict[str, str]:
    """Return every light colour of the course with its dark form (hex to hex)."""
    table = _countries()
    return {**dict(zip(table["colour_light"], table["colour_dark"], strict=True)), **DARK}


@alt.theme.register("course", enable=True)
def course() -> alt.theme.ThemeConfig:
    """Return the Altair theme: quiet axes, readable type, room for labels."""
    text: dict[str, Any] = {"labelColor": MUTED, "labelFontSize": 13, "titleColor": INK, "titleFontSize": 13}
    look: dict[str, Any] = {
        "background": PAPER,
        "padding": {"left": 5, "right": 12, "top": 12, "bottom": 5},
        "config": {
            "aria": False,  # the figure around the chart carries the text alternative
            "font": FONT,
            "view": {
                "stroke": None,
                "continuousWidth": WIDTH,
                "continuousHeight": 300,
                "discreteWidth": WIDTH,
            },
            "axis": {
                **text,
                "titleFontWeight": "normal",
                "gridColor": RULE,
                "domainColor": MUTED,
                "tickColor": MUTED,
                "labelPadding": 6,
            },
            "legend": {
                **text,
                "titleFontWeight": "normal",
                "symbolStrokeWidth": 2,
                "symbolBaseFillColor": INK,  # Vega-Lite's black would be lost on dark paper
                "symbolBaseStrokeColor": INK,
            },
            "header": {**text, "titleFontWeight": "normal"},
            "title": {
                "color": INK,
                "fontSize": 16,
                "anchor": "start",
                "subtitleColor": MUTED,
                "subtitleFontSize": 13,
                "offset": 12,
            },
            "text": {"color": INK, "fontSize": 13},
            "line": {"color": ACCENT, "strokeWidth": 2.5},
            "rule": {"color": MUTED},
            "bar": {"color": TEAL},
            "rect": {"color": TEAL},
            "point": {"color": TEAL, "filled": True, "size": 70},
            "circle": {"color": TEAL, "size": 70},
            "tick": {"color": INK},
            "geoshape": {"fill": PANEL, "stroke": NEUTRAL},
            "range": {"category": [TEAL, ACCENT, NEUTRAL, "#6b5b95", "#7a6a00", "#345995"]},
        },
    }
    return cast(alt.theme.ThemeConfig, look)
