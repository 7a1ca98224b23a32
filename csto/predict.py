"""Predict, then reveal: the reader commits to a guess before the evidence speaks.

Five kinds: a number, a choice, several ticks, a ranking, a drawn line.
The cells after it that carry the tag `reveal` stay veiled on the page until the guess is made, or waived.
Without scripts nothing is veiled, and the answer waits in a fold.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from csto.html import Shown, attributes, emphasis

Number = int | float


def _require(good: bool, name: str, message: str) -> None:
    if not good:
        raise ValueError(f"predict {name!r}: {message}")


def _shown(kind: str, name: str, prompt: str, body: str, told: str, reveal: str, **fields: Any) -> Shown:
    answer = f"<p>{emphasis(told)}{' ' + emphasis(reveal) if reveal else ''}</p>"
    return Shown(
        f'<div class="predict"{attributes(data_predict=name, data_kind=kind, data_fields=json.dumps(fields, ensure_ascii=False))}>'
        f'<fieldset><legend><span class="predict-mark">Your guess first.</span> {emphasis(prompt)}</legend>{body}'
        f'<details class="predict-answer"><summary>Write down your guess, then open</summary>{answer}</details>'
        "</fieldset></div>",
        f"Your guess first. {prompt}",
    )


class Predict:
    """The five kinds of guess; chapters use the one instance `predict`."""

    def number(
        self,
        name: str,
        prompt: str,
        *,
        answer: Number,
        low: Number,
        high: Number,
        step: Number = 1,
        unit: str = "",
        reveal: str = "",
    ) -> Shown:
        """Ask for a number between `low` and `high`, in `unit`.

        Raises
        ------
        ValueError
            If the bounds are the wrong way round, the step is not above zero, or the answer lies outside.
        """
        _require(low < high, name, f"low {low} must be below high {high}")
        _require(step > 0, name, f"step {step} must be above zero")
        _require(low <= answer <= high, name, f"answer {answer} lies outside {low} to {high}")
        box = (
            f"<label><span>Your guess{f' ({unit})' if unit else ''}, from {low:g} to {high:g}</span> "
            f"<input{attributes(type='number', class_='predict-number', min=low, max=high, step=step)}></label>"
        )
        told = f"The record: *{answer:g}{f' {unit}' if unit else ''}*."
        return _shown("number", name, prompt, box, told, reveal, answer=answer, unit=unit, low=low, high=high)

    def choice(
        self, name: str, prompt: str, *, options: Sequence[str], answer: str, reveal: str = ""
    ) -> Shown:
        """Ask for one of two or more options.

        Raises
        ------
        ValueError
            If there are fewer than two options, one stands twice, or the answer is not among them.
        """
        _require(len(options) >= 2, name, "give two options or more")
        _require(len(set(options)) == len(options), name, "an option stands twice")
        _require(answer in options, name, f"answer {answer!r} is not among the options: {', '.join(options)}")
        rows = "".join(
            f"<label class='predict-option'><input{attributes(type='radio', name=f'predict-{name}', value=text)}> "
            f"<span>{emphasis(text)}</span></label>"
            for text in options
        )
        return _shown("choice", name, prompt, rows, f"The record: *{answer}*.", reveal, answer=answer)

    def several(
        self, name: str, prompt: str, *, options: Sequence[str], answer: Sequence[str], reveal: str = ""
    ) -> Shown:
        """Ask which of several options hold; any number can be ticked, and none.

        Raises
        ------
        ValueError
            If there are fewer than two options, one stands twice, or an answer is not among them.
        """
        _require(len(options) >= 2, name, "give two options or more")
        _require(len(set(options)) == len(options), name, "an option stands twice")
        for text in answer:
            _require(text in options, name, f"answer {text!r} is not among the options: {', '.join(options)}")
        rows = "".join(
            f"<label class='predict-option'><input{attributes(type='checkbox', value=text)}> "
            f"<span>{emphasis(text)}</span></label>"
            for text in options
        )
        told = f"The record has {len(answer)} of {len(options)}: *{'; '.join(answer) or 'none'}*."
        return _shown("several", name, prompt, rows, told, reveal, answer=list(answer))

    def ranking(
        self, name: str, prompt: str, *, items: Sequence[str], answer: Sequence[str], reveal: str = ""
    ) -> Shown:
        """Ask to put items in order; `items` is the order shown at first, `answer` the right one.

        Raises
        ------
        ValueError
            If an item stands twice, the answer is not an order of the same items, or the first order is the answer.
        """
        _require(len(set(items)) == len(items) >= 2, name, "give two different items or more")
        _require(sorted(items) == sorted(answer), name, "the answer must hold the same items, each once")
        _require(list(items) != list(answer), name, "the order shown first must not be the answer")
        rows = "".join(f"<li{attributes(data_item=item)}>{emphasis(item)}</li>" for item in items)
        told = f"The record: *{'; '.join(answer)}*."
        return _shown(
            "ranking",
            name,
            prompt,
            f"<ol class='predict-list'>{rows}</ol>",
            told,
            reveal,
            answer=list(answer),
        )

    def line(
        self,
        name: str,
        prompt: str,
        *,
        x: Sequence[int | str],
        answer: Sequence[Number],
        low: Number,
        high: Number,
        unit: str = "",
        reveal: str = "",
    ) -> Shown:
        """Ask to draw a line: one whole value from `low` to `high` for each of the points `x`.

        Raises
        ------
        ValueError
            If there are fewer than two points, lengths differ, bounds are wrong, or the answer lies outside them.
        """
        _require(len(x) >= 2, name, "give two points or more")
        _require(len(x) == len(answer), name, f"{len(x)} points but {len(answer)} answers")
        _require(low < high, name, f"low {low} must be below high {high}")
        _require(
            all(low <= value <= high for value in answer), name, f"an answer lies outside {low} to {high}"
        )
        start = low + (high - low) // 2
        boxes = "".join(
            f"<label class='predict-point'><span>{point}</span> <input"
            f"{attributes(type='number', min=low, max=high, step=1, value=start, data_point=point)}></label>"
            for point in x
        )
        told = "The record: *" + ", ".join(f"{p}: {v:g}" for p, v in zip(x, answer, strict=True)) + "*."
        body = f"<div class='predict-drawing'></div><div class='predict-points'>{boxes}</div>"
        points = [str(point) for point in x]
        return _shown(
            "line",
            name,
            prompt,
            body,
            told,
            reveal,
            answer=list(answer),
            x=points,
            unit=unit,
            low=low,
            high=high,
        )


predict = Predict()
