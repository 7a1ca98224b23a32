"""A written answer: a question, room for the reader's own words, kept in her own browser and taken away as a file."""

from __future__ import annotations

import re
from itertools import count

from csto.html import Shown, attributes, emphasis

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_shown = count(1)


def written(name: str, prompt: str, *, figure: str = "", rows: int = 6) -> Shown:
    """Return a place to write an answer, to show at the end of a cell.

    On the page the answer is kept in the reader's browser, can be taken away as Markdown or JSON, and forgotten.
    Without scripts, and in a live kernel, the question stands with a line that says where to write.

    Parameters
    ----------
    name
        Under which the answer is kept, and the name of its file; one of its own in the course.
    prompt
        The question.
    figure
        Name of a chart on the same page; its settings, and what it says, go into the file beside the answer.
    rows
        Height of the box, in lines.

    Raises
    ------
    ValueError
        If the name could not be a file's, the prompt is empty, or there is no line to write on.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"written: the name {name!r} is not allowed; allowed: small letters, digits and single hyphens"
        )
    if not prompt.strip():
        raise ValueError(f"written {name!r}: the prompt is empty; allowed: a question")
    if rows < 1:
        raise ValueError(f"written {name!r}: rows {rows} is not allowed; allowed: 1 or more")
    box = f"written-{name}-{next(_shown)}"
    fields = attributes(data_written=name, data_figure=figure or None, data_rows=rows, data_box=box)
    return Shown(
        f'<div class="written"{fields}>'
        f'<p class="written-prompt"{attributes(id=f"{box}-prompt")}><span class="written-mark">In your own words.</span> '
        f"{emphasis(prompt)}</p>"
        '<p class="written-paper">Write your answer on paper, or in a file of your own.</p></div>',
        f"In your own words. {prompt}",
    )
