"""One small stylesheet for the whole book: the theme's, the extensions' and our own, without the rules that nothing here uses.

A rule stays when each class, id, tag and attribute that its selector asks for occurs in a tag of some page or anywhere in
a script of the book, so that what scripts add later keeps its looks. Rules are never reordered, values never rewritten.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tinycss2

_WORD = re.compile(r"[A-Za-z_][\w-]*")
#: A string in a script that ends in a hyphen: the script puts names together.
_PREFIX = re.compile(r"""["'`](?:[\w-]+ )*([A-Za-z_][\w-]*-)["'`$]""")
_TAG = re.compile(r"<[a-zA-Z][^>]*>")
#: A use of a CSS variable.
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
#: What a selector says about a state, or about elements that need not be there.
_STATE = re.compile(r"::?[\w-]+(?:\((?:[^()]|\([^()]*\))*\))?")
_STRING = re.compile(r"""(["'])(?:\\.|(?!\1).)*\1""")
_VALUE = re.compile(r"[~|^$*]?=[^\]]*\]")
_ASKED = re.compile(r"[.#\[]?[A-Za-z_][\w-]*")
#: Rules that hold other rules.
_NESTING = {"media", "supports", "layer", "container"}


@dataclass
class Rule:
    """A rule of a stylesheet: what stands before its braces, and either declarations or rules inside."""

    head: str
    declarations: list[tuple[str, str]] = field(default_factory=list)
    inside: list[Rule] = field(default_factory=list)

    def __str__(self) -> str:
        body = ";".join(f"{name}:{value}" for name, value in self.declarations)
        return f"{self.head}{{{body or ''.join(map(str, self.inside))}}}"

    def values(self) -> Iterator[tuple[str, str]]:
        """Yield every declaration, at any depth."""
        yield from self.declarations
        for rule in self.inside:
            yield from rule.values()


def words(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Return all that can be a class, an id, a tag or an attribute: the words in the tags of pages, and most words of scripts.

    A word that ends in a hyphen stands for all that begin with it, because a script puts names together so.
    Words of one and two letters are the variables of scripts, and not the classes of coloured code that look like them.
    """
    found = {word for page in pages for tag in _TAG.findall(page) for word in _WORD.findall(tag)}
    for script in scripts:
        said = (word.rstrip("-") for word in _WORD.findall(script))
        found |= {word for word in said if len(word) > 2} | set(_PREFIX.findall(script))
    return found


def fits(selector: str, known: set[str]) -> bool:
    """Return whether all names that a selector asks for are known, each by itself or by its beginning."""
    return all(
        name in known or any(name[: end.end()] in known for end in re.finditer("-", name))
        for name in asked(selector)
    )


def asked(selector: str) -> set[str]:
    """Return the names without which no element fits the selector; those inside `:not()`, `:is()` and the like do not count."""
    bare = _VALUE.sub("]", _STRING.sub("", _STATE.sub("", selector)))
    return {name.lstrip(".#[") for name in _ASKED.findall(bare)}


def purged(css: str, known: set[str], variables: Iterable[str] = ()) -> str:
    """Return a stylesheet without comments and without what nothing uses: rules, CSS variables, fonts, animations.

    Parameters
    ----------
    css
        The stylesheet, or several one after the other.
    known
        The words of the book, as `words` finds them.
    variables
        Names of CSS variables that are used elsewhere, with their dashes.

    Raises
    ------
    ValueError
        If a rule cannot be parsed; the message has its line.
    """
    rules = list(_rules(tinycss2.parse_stylesheet(css, True, True), known))
    while True:
        values = [pair for rule in rules for pair in rule.values()]
        used = {name for _, value in values for name in VARIABLE.findall(value)}.union(variables)
        if not any(name.startswith("--") and name not in used for name, _ in values):
            break
        rules = _with_variables(rules, used)
    named = " ".join(
        value for name, value in values if name == "font-family" or name.startswith(("--", "font"))
    )
    moved = " ".join(value for name, value in values if name.startswith("animation"))
    return "".join(str(rule) for rule in rules if _serves(rule, named, moved))


def _with_variables(rules: list[Rule], used: set[str]) -> list[Rule]:
    kept = [
        Rule(
            rule.head,
            [(name, value) for name, value in rule.declarations if not name.startswith("--") or name in used],
            _with_variables(rule.inside, used),
        )
        for rule in rules
    ]
    return [rule for rule in kept if rule.declarations or rule.inside]


def _serves(rule: Rule, fonts: str, animations: str) -> bool:
    """Return whether a font or an animation is named by some declaration; any other rule serves."""
    if rule.head == "@font-face":
        family = dict(rule.declarations)["font-family"].strip("\"'")
        return fonts.count(family) > sum(
            family in value for name, value in rule.declarations if name == "font-family"
        )
    if rule.head.startswith("@keyframes"):
        return rule.head.split()[-1] in animations
    return True


def _rules(parsed: list[Any], known: set[str]) -> Iterator[Rule]:
    for rule in parsed:
        if rule.type == "error":
            raise ValueError(f"line {rule.source_line} of the stylesheet: {rule.message}")
        if rule.type == "qualified-rule":
            selectors = [one for one in _selectors(rule.prelude) if fits(one, known)]
            if selectors and (found := list(_declarations(rule.content))):
                yield Rule(",".join(selectors), found)
            continue
        if rule.lower_at_keyword == "charset":
            continue  # files are read as UTF-8
        head = f"@{rule.at_keyword} {_text(rule.prelude)}".strip()
        if rule.content is None:
            raise ValueError(
                f"line {rule.source_line} of the stylesheet: {head}; has no place in a joined stylesheet"
            )
        if rule.lower_at_keyword in _NESTING:
            if inside := list(_rules(tinycss2.parse_rule_list(rule.content, True, True), known)):
                yield Rule(head, inside=inside)
        elif rule.lower_at_keyword.endswith("keyframes"):
            steps = tinycss2.parse_rule_list(rule.content, True, True)
            yield Rule(
                head, inside=[Rule(_text(step.prelude), list(_declarations(step.content))) for step in steps]
            )
        else:
            yield Rule(head, list(_declarations(rule.content)))


def _text(tokens: list[Any]) -> str:
    return re.sub(r"\s+", " ", tinycss2.serialize(tokens)).strip()


def _selectors(prelude: list[Any]) -> Iterator[str]:
    group: list[Any] = []
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            yield _text(group)
            group = []
        else:
            group.append(token)
    yield _text(group)


def _declarations(content: list[Any]) -> Iterator[tuple[str, str]]:
    for one in tinycss2.parse_declaration_list(content, True, True):
        if one.type == "declaration":  # an error is a hack for a browser long gone, and browsers skip it too
            yield (
                one.name,
                f"{tinycss2.serialize(one.value).strip() or ' '}{'!important' if one.important else ''}",
            )


def relocated(css: str, source: Path, target: Path) -> str:
    """Return a stylesheet of one folder with its relative addresses made to hold from another folder."""

    def move(match: re.Match[str]) -> str:
        address = match[1].strip("\"'")
        if address.startswith(("data:", "#", "/", "http:", "https:")):
            return match[0]
        return f'url("{Path(os.path.relpath(source / address, target)).as_posix()}")'

    return re.sub(r"url\(([^)]+)\)", move, css)
