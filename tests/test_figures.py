"""The figure engine, away from the browser: drawings, colours, narrow forms, data tables."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
import pytest
import vl_convert
from altair.vegalite.v6.display import jupyter_renderer
from ipywidgets.widgets import widget

from book import controls, tables, vega
from csto import figures

BRICK, TEAL = "#8c2f1b", "#0b5d66"
DARK = {BRICK: "#f0a58f", TEAL: "#7fc6cd"}


@pytest.fixture
def members() -> pd.DataFrame:
    return pd.DataFrame(
        {"year": [1992, 1994, 1999], "members": [6, 9, 6], "place": ["Tashkent", "", "Moscow & after"]}
    )


def chart(frame: pd.DataFrame, **properties: Any) -> dict[str, Any]:
    bars = alt.Chart(frame).mark_bar(color=BRICK).encode(alt.X("year:O", title="Year"), alt.Y("members:Q"))
    return bars.properties(width=640, **properties).to_dict()


def svg_width(svg: str) -> float:
    return float(re.search(r' width="([\d.]+)"', svg)[1])


def test_a_chart_is_drawn_without_a_browser(members: pd.DataFrame) -> None:
    wide, narrow = vega.draw(chart(members), DARK, "fig-a")
    assert wide.svg.startswith("<svg") and "1994" in wide.svg
    assert svg_width(wide.svg) > 600
    assert "1994" in narrow.svg


def test_the_narrow_drawing_fits_a_telephone_and_fills_it(members: pd.DataFrame) -> None:
    narrow = vega.draw(chart(members), DARK, "fig-a")[1]
    assert vega.NARROW - 12 <= svg_width(narrow.svg) <= vega.NARROW


def test_beside_a_legend_that_is_too_wide_the_plot_takes_the_room_there_is(members: pd.DataFrame) -> None:
    long = members.assign(
        kind=["a promise of help against whoever attacks, given by all", "no promise", "none"]
    )
    legend = alt.Legend(orient="bottom", columns=1, labelLimit=0)
    spec = (
        alt.Chart(long)
        .mark_point()
        .encode(x="year:Q", y="members:Q", color=alt.Color("kind:N", legend=legend))
    )
    spec = {**spec.properties(width=640).to_dict(), "background": "transparent"}
    least = svg_width(vl_convert.vegalite_to_svg({**spec, "width": 128}))
    assert least > vega.NARROW
    narrow = vega.narrowed(spec, 700)
    assert narrow["width"] > 200
    assert svg_width(vl_convert.vegalite_to_svg(narrow)) <= least + 1


def test_a_map_keeps_its_shape_on_a_telephone(members: pd.DataFrame) -> None:
    land = {"type": "Polygon", "coordinates": [[[0, 0], [0, 10], [20, 10], [20, 0], [0, 0]]]}
    spec = alt.Chart(
        alt.Data(values=[{"type": "Feature", "geometry": land, "properties": {}}])
    ).mark_geoshape()
    narrow = vega.narrowed(spec.project("mercator").properties(width=640, height=320).to_dict(), 650)
    assert narrow["width"] / narrow["height"] == pytest.approx(2, abs=0.05)


def test_two_charts_side_by_side_fit_a_telephone_too(members: pd.DataFrame) -> None:
    half = alt.Chart(members).mark_bar().encode(x="year:O", y="members:Q").properties(width=300)
    narrow = vega.draw((half | half).to_dict(), DARK, "fig-b")[1]
    assert svg_width(narrow.svg) <= vega.NARROW + 8


def test_colours_with_a_dark_form_become_variables_and_others_stay(members: pd.DataFrame) -> None:
    wide = vega.draw(chart(members), DARK, "fig-a")[0]
    assert f"var(--chart-8c2f1b, {BRICK})" in wide.svg
    plain = vega.draw(chart(members), {}, "fig-a")[0]
    assert "var(" not in plain.svg and BRICK in plain.svg


def test_a_continuous_colour_scale_keeps_colours_it_can_compute_with(members: pd.DataFrame) -> None:
    shaded = (
        alt.Chart(members)
        .mark_rect()
        .encode(x="year:O", color=alt.Color("members:Q", scale=alt.Scale(range=[TEAL, BRICK])))
    )
    spec = json.loads(vega.draw(shaded.to_dict(), DARK, "fig-c")[0].vega)
    ranges = [scale["range"] for scale in spec["scales"] if scale["name"] == "color"]
    assert ranges == [[TEAL, BRICK]]


def test_controls_are_counted(members: pd.DataFrame) -> None:
    year = alt.param(name="year_shown", bind=alt.binding_range(min=1992, max=1999), value=1992)
    with_control = alt.Chart(members).mark_bar().encode(x="year:O").add_params(year)
    assert vega.draw(with_control.to_dict(), DARK, "a")[0].controls == 1
    assert vega.draw(chart(members), DARK, "a")[0].controls == 0


def test_drawings_carry_nothing_that_a_strict_policy_forbids(members: pd.DataFrame) -> None:
    svg = vega.draw(chart(members), DARK, "fig-a")[0].svg
    assert " style=" not in svg and "<script" not in svg and "<style" not in svg


def test_marks_that_wait_for_a_pointer_are_not_drawn_and_those_that_are_seen_are(
    members: pd.DataFrame,
) -> None:
    base = alt.Chart(members).encode(x="year:Q", y="members:Q")
    waiting = base.mark_text(opacity=0).encode(text=alt.value("waiting")) + base.mark_bar(
        opacity=0, color=BRICK
    )
    faint = base.mark_text(opacity=0.5).encode(text=alt.value("faint"))
    drawn = vega.draw((waiting + faint).to_dict(), {}, "fig-a")[0]
    assert "waiting" not in drawn.svg and BRICK not in drawn.svg
    assert drawn.svg.count("faint") == len(members)
    assert "waiting" in drawn.vega, "the page's chart has them"


def test_ids_inside_two_drawings_do_not_collide(members: pd.DataFrame) -> None:
    clipped = alt.Chart(members).mark_line(clip=True).encode(x="year:Q", y="members:Q").to_dict()
    one, two = (vega.draw(clipped, DARK, name)[0].svg for name in ("fig-a", "fig-b"))
    ids = re.findall(r' id="([^"]+)"', one)
    assert ids and not set(ids) & set(re.findall(r' id="([^"]+)"', two))
    assert all(f"url(#{name})" in one for name in ids)


def test_the_csv_holds_every_row_and_column_the_chart_was_given(members: pd.DataFrame) -> None:
    rows = list(csv.DictReader(io.StringIO(tables.as_csv(tables.chart_rows(chart(members))))))
    assert [row["members"] for row in rows] == ["6", "9", "6"]
    assert rows[2]["place"] == "Moscow & after"


def test_the_table_shows_what_is_drawn_under_the_readers_titles(members: pd.DataFrame) -> None:
    spec = chart(members)
    html = tables.as_html(tables.chart_rows(spec), tables.drawn_fields(spec), "Data")
    assert '<th scope="col">Year</th>' in html
    assert "Tashkent" not in html  # not drawn, so not in the table; it stands in the CSV file
    assert 'tabindex="0"' in html and 'aria-label="Data"' in html


def test_an_unknown_value_stays_empty_in_table_and_csv() -> None:
    rows = [{"country": "GEO", "share": None}, {"country": "ARM", "share": 0.5}]
    assert "GEO,\n" in tables.as_csv(rows)
    assert "<td>GEO</td><td></td>" in tables.as_html(rows, {"country": "Country", "share": "Share"}, "Data")


def test_a_map_gives_its_properties_not_its_outlines() -> None:
    spec = {"data": {"values": [{"type": "Feature", "properties": {"name": "Armenia"}, "geometry": {}}]}}
    assert tables.chart_rows(spec) == [{"name": "Armenia"}]


def test_a_long_table_says_that_it_is_cut() -> None:
    rows = [{"n": i} for i in range(tables.SHOWN + 5)]
    html = tables.as_html(rows, {"n": "n"}, "Data")
    assert html.count("<tr>") == tables.SHOWN + 1
    assert f"{tables.SHOWN} of {tables.SHOWN + 5}" in html


def test_a_printed_frame_loses_its_style_and_its_empty_header(members: pd.DataFrame) -> None:
    html = tables.frame_html(members._repr_html_())
    assert "<style" not in html and "<th></th>" not in html and "border=" not in html
    assert '<th scope="row">0</th>' in html and '<th scope="col">year</th>' in html


def test_the_runtime_keeps_its_names_to_itself() -> None:
    script = vega.runtime()
    assert script.startswith("(function () {") and script.rstrip().endswith("})();")
    assert "window.bookVega" in script
    assert "vegaLite" not in script


def test_a_charts_controls_stand_still_where_they_will_be_and_say_what_they_first_say() -> None:
    signals = [
        {
            "name": "way",
            "value": "b",
            "bind": {"input": "radio", "options": ["a", "b"], "labels": ["A < B", "B"]},
        },
        {
            "name": "year",
            "value": 1992,
            "bind": {"input": "range", "min": 1990, "max": 2000, "name": "Year "},
        },
        {"name": "who", "value": "all", "bind": {"input": "select", "options": ["all", "one"]}},
        {"name": "answer", "update": "way + ' in ' + year + (year < 2000 ? ' & before' : '')"},
    ]
    html = controls.still({"signals": signals})
    assert html.count('class="vega-bind"') == 3
    assert 'value="b" checked>B' in html and "A &lt; B" in html
    assert (
        '<span class="vega-bind-name">Year </span><input type="range" name="year" min="1990" max="2000"'
        in html
    )
    assert '<option value="all" selected>all</option>' in html
    assert controls.said({"signals": signals, "width": 10, "height": 10}) == "b in 1992 & before"
    assert controls.said({"signals": signals[:3]}) == ""
    with pytest.raises(ValueError, match="'x': input is 'text'; allowed are"):
        controls.still({"signals": [{"name": "x", "bind": {"input": "text"}}]})


# --- in a live kernel ------------------------------------------------------------------------------------------------

DOTS = alt.Chart(pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})).mark_point().encode(x="a:Q", y="b:N")
LIMIT = alt.param(name="limit", value=1, bind=alt.binding_range(min=0, max=2))
CHOSEN = alt.selection_point(name="chosen", fields=["b"])


@pytest.mark.parametrize(
    "chart",
    [
        DOTS,
        DOTS.add_params(LIMIT, CHOSEN).transform_filter("datum.a > limit"),
        (DOTS + DOTS.mark_line()).add_params(LIMIT),
        DOTS | DOTS.add_params(CHOSEN),
        DOTS & DOTS,
        alt.concat(DOTS, DOTS, columns=1),
        DOTS.facet("b:N"),
        DOTS.repeat(["a"]),
    ],
    ids=["plain", "with params", "layers", "beside", "below", "concat", "facet", "repeat"],
)
def test_a_chart_in_a_live_kernel_is_drawn_by_altairs_widget_from_the_same_specification(chart: Any) -> None:
    spec = chart.to_dict()
    mime = "application/vnd.jupyter.widget-view+json"
    ours, theirs = (
        widget._instances[one[mime]["model_id"]]
        for one in (figures._live_renderer(spec)[0], jupyter_renderer(spec, offline=True)[0])
    )
    assert ours.spec == theirs.spec and ours._esm == theirs._esm and ours._is_offline


@pytest.mark.parametrize("writable", [True, False])
def test_the_scripts_of_live_charts_are_bundled_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writable: bool
) -> None:
    home = tmp_path / "cache"
    if writable:
        home.mkdir()
    monkeypatch.setattr(figures, "get_ipython_cache_dir", lambda: str(home))
    bundled = []
    for _ in range(2):
        alt.JupyterChart.enable_offline(False)
        monkeypatch.setattr(
            vl_convert, "javascript_bundle", lambda *_, **__: bundled.append(1) or "export default {}"
        )
        figures.make_offline.cache_clear()
        figures.make_offline()
        assert alt.JupyterChart._esm == "export default {}" and alt.JupyterChart._is_offline
    assert len(bundled) == (1 if writable else 2)
    assert [path.suffix for path in tmp_path.rglob("*.*")] == ([".js"] if writable else []), (
        "nothing is left behind"
    )
    alt.JupyterChart.enable_offline(False)
    figures.make_offline.cache_clear()
