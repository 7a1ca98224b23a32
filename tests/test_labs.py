"""Every lab has two faces: the book gets a twin and no widget, a live kernel the widget."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import altair as alt
import pytest
from ipywidgets import Widget

from csto import figures
from csto.labs import LABS, _kept, lab

ROOT = Path(__file__).resolve().parent.parent
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"
on_every_lab = pytest.mark.parametrize("name", LABS)


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = alt.renderers.active
    _kept.cache_clear()  # another test may have closed the widgets of a lab that is kept
    yield
    alt.renderers.enable(before)
    Widget.close_all()


@on_every_lab
def test_the_book_gets_a_twin_and_no_widget_is_made(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("BOOK_BUILD", "1")
    module = import_module(f"csto.labs.{name}")
    monkeypatch.setattr(module, "Desk", lambda: pytest.fail("a widget was made for a static page"))
    figures.enable()
    bundle = lab(name)._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    (kind,) = set(data) - {"text/plain"}
    way = f"make lab, then {lab(name).notebook}"
    assert (ROOT / lab(name).notebook).is_file()
    if kind == "text/html":
        assert not re.search(r"<script|\son\w+=|style=", data[kind])
        assert way in data[kind]
    else:
        assert kind == figures.CHART_MIME
        assert "widget" not in json.dumps(data)
        assert data[kind]["usermeta"]["open"]["local"] == way


@on_every_lab
def test_a_live_kernel_gets_the_widget_and_no_twin(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("BOOK_BUILD", raising=False)
    data = lab(name)._repr_mimebundle_()
    assert WIDGET_MIME in data
    assert not {figures.CHART_MIME, "text/html"} & set(data)


@on_every_lab
def test_a_lab_stands_in_the_notebook_that_it_names(name: str) -> None:
    cells = json.loads((ROOT / lab(name).notebook).read_text(encoding="utf-8"))["cells"]
    assert any(f'lab("{name}")' in "".join(cell["source"]) for cell in cells)


def test_an_unknown_lab_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="joining"):
        lab("leaving")
