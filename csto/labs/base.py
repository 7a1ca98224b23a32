"""A lab has two faces: a widget where there is a kernel, a chart with controls where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import altair as alt

from csto.figures import in_book


class Lab:
    """One output for both: the book's build shows the chart, a live kernel the widget.

    Parameters
    ----------
    twin
        Makes the chart that stands on the static page.
    widget
        Makes the live widget; called in a live kernel only, so that no page carries widget scripts.
    """

    def __init__(self, twin: Callable[[], alt.TopLevelMixin], widget: Callable[[], Any]) -> None:
        self.twin = twin
        self._make = widget
        self._widget: Any = None

    @property
    def widget(self) -> Any:
        """The live widget, made at first use."""
        if self._widget is None:
            self._widget = self._make()
        return self._widget

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        shown = self.twin() if in_book() else self.widget
        return shown._repr_mimebundle_(include=include, exclude=exclude)
