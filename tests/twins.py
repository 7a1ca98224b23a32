"""What the tests of the labs share: a twin as Vega, its controls turned, and the words of its drawing."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import vl_convert


def spoken(twin: dict[str, Any], *more: dict[str, Any], answer: str = "answer") -> dict[str, Any]:
    """Return a twin as Vega, with the answer that the page announces, and what else is wanted, written into the drawing."""
    copy = json.loads(json.dumps(twin))
    text = {"type": "text", "text": {"expr": answer}, "limit": 9999}
    copy["vconcat"] += [{"data": {"values": [{}]}, "mark": text}, *more]
    return vl_convert.vegalite_to_vega(copy)


def turned(compiled: dict[str, Any], **values: Any) -> str:
    """Return the drawing of a twin after its controls were set."""
    spec = json.loads(json.dumps(compiled))
    known = {signal["name"]: signal for signal in spec["signals"]}
    for name, value in values.items():
        known[name]["value"] = value
    return vl_convert.vega_to_svg(spec)


def words(svg: str) -> list[str]:
    """Return every text of a drawing; the lines of one text are joined by a blank."""
    texts = re.findall(r"<text[^>]*>(.*?)</text>", svg, re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()) for text in texts]
