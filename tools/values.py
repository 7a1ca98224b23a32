"""Look at the values for Zero to JupyterHub before they are used: form, keys, types, and what is still to fill in.

python -m tools.values my-values.yaml

The keys are compared with the list in teaching/hub/z2jh/allowed.yml, which names its source. The chart's own check is
`helm template`, which needs the chart; this one needs nothing.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tools.build import ROOT

ALLOWED = ROOT / "teaching" / "hub" / "z2jh" / "allowed.yml"
PLACEHOLDER = re.compile(r"<[A-Z][A-Z-]+>")
_AMOUNT = re.compile(r"\d+(\.\d+)?([KMGT]i?)?")


def allowed() -> dict[str, str]:
    """Return the type of every key that may be used, by its path."""
    return {
        str(path): str(kind) for path, kind in yaml.safe_load(ALLOWED.read_text(encoding="utf-8")).items()
    }


def _is(kind: str, value: Any) -> bool:
    if kind == "amount":
        return isinstance(value, str) and bool(_AMOUNT.fullmatch(value))
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, {"mapping": dict, "list": list, "text": str, "truth": bool}[kind])


def problems(text: str) -> Iterator[str]:
    """Yield what is wrong with values, each with its path, what was found, and what is allowed."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        yield f"it is not YAML: {str(fault).splitlines()[0]}"
        return
    if not isinstance(values, dict):
        yield "it holds no values; allowed: a mapping of keys to values"
        return
    yield from _walk(values, "", "", allowed())


def _walk(value: Any, path: str, pattern: str, known: dict[str, str]) -> Iterator[str]:
    if pattern and not _is(known[pattern], value):
        yield f"{path}: {value!r} is not allowed; allowed: {known[pattern]}"
    elif isinstance(value, dict):
        for key, inner in value.items():
            there = f"{path}.{key}".lstrip(".")
            step = next(
                (one for one in (f"{pattern}.{key}", f"{pattern}.*") if one.lstrip(".") in known), None
            )
            if step is None:
                beside = [one.removeprefix(f"{pattern}.") for one in known if _parent(one) == pattern]
                yield f"{there}: no such key; allowed: {', '.join(beside)}"
            else:
                yield from _walk(inner, there, step.lstrip("."), known)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _walk(inner, f"{path}[{number}]", f"{pattern}[]", known)
    elif isinstance(value, str):
        for found in PLACEHOLDER.findall(value):
            yield f"{path}: {found} is still to fill in"


def _parent(path: str) -> str:
    return path.rpartition(".")[0]


def main() -> None:
    """Print what is wrong with a file of values, and exit 1 if anything is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path)
    file = parser.parse_args().file
    found = list(problems(file.read_text(encoding="utf-8")))
    for one in found:
        print(f"{file.name}: {one}")
    print(
        f"{len(found)} to mend."
        if found
        else f"{file.name}: every key is known and nothing is left to fill in."
    )
    raise SystemExit(1 if found else 0)


if __name__ == "__main__":
    main()
