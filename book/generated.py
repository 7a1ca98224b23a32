"""Markdown that a function of the course returns stands on a page as if it had been written there.

    ```{generated} csto.terms:glossary person
    ```

The page names the function, so that this module need not know the course. What the function reads besides code, data and
questions is named by the option `rests-on`, as patterns of files: the page is then made again when one of them changes.

    ```{generated} csto.teaching:glance
    :rests-on: chapters/*.ipynb
    ```

Modules that take long to import are named once in `book_preload`, so that the processes that read pages side by side
do not each import them.

What is generated is MyST Markdown: its citations, references and terms are checked like any other.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

from book.strict import inputs


class Generated(SphinxDirective):
    """The directive `generated`: its first argument is module:function, the others are passed on as text."""

    required_arguments = 1
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = {"rests-on": str.split}

    def run(self) -> list[nodes.Node]:
        """Return the nodes of the Markdown that the function returns.

        Raises
        ------
        ExtensionError
            If there is no such function, or it returns no text; the message names the page and the line.
        """
        where = f"{self.env.docname}, line {self.lineno}"
        text = _call(self.arguments[0], " ".join(self.arguments[1:]).split(), where)
        for path in inputs(self.env.app):
            self.env.note_dependency(str(path))
        for pattern in self.options.get("rests-on", []):
            for path in sorted(Path(self.env.srcdir).glob(pattern)):
                self.env.note_dependency(str(path))
        box = nodes.container()
        box.document = self.state.document
        self.state.nested_parse(StringList(text.splitlines(), source=self.arguments[0]), 0, box)
        return box.children


def _call(target: str, arguments: list[str], where: str) -> str:
    module, _, name = target.partition(":")
    try:
        function: Any = getattr(import_module(module), name)
    except (ImportError, AttributeError, ValueError) as fault:
        raise ExtensionError(
            f"{where}: no function {target!r} ({fault}); allowed: module:function"
        ) from fault
    text = function(*arguments)
    if not isinstance(text, str) or not text.strip():
        raise ExtensionError(f"{where}: {target} returned {text!r}; allowed: Markdown that is not empty")
    return text


def _preload(app: Sphinx) -> None:
    for module in app.config.book_preload:
        import_module(module)


def setup(app: Sphinx) -> None:
    """Register the directive and what it imports before pages are read."""
    app.add_config_value("book_preload", [], "", types=[list])
    app.add_directive("generated", Generated)
    app.connect("builder-inited", _preload)
