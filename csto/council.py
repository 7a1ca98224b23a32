"""The council's log: texts, positions, objections and results, as files and as a tool on the page.

The rules are those of `csto.models.council`. The page gets their verdict for every way in which the members can spread over
the positions, so that no rule is written twice. A log is small JSON in one form for the page and for Python; verdicts are
not in it, they are derived when it is read.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from csto.data import named
from csto.html import Shown, attributes
from csto.models import council as model
from csto.models.council import POSITIONS, RULES, CouncilError, Verdict

NAME, VERSION = "ilmen", 1
#: The longest field of a log, in characters, the most texts in it, and the largest file, in bytes.
FIELD, TEXTS, FILE = 1000, 60, 500_000
#: Code to name of a step; and whether it would be on the host's ground, so that it needs the host's word.
STEPS = {
    "F": ("Finding", False),
    "T0": ("Statement", False),
    "T1": ("Mission", True),
    "T2": ("Equipment", True),
    "T3": ("Force", True),
}
BASES = ("no article named", "Article 2", "Article 4", "Articles 2 and 4")
ROUNDS = (1, 2, 3)
#: A word a position, for forms and logs.
WORDS = {
    "consents": "for it",
    "silent": "silent",
    "objects": "objects",
    "aside": "not taking part",
    "absent": "absent",
}


@dataclass(frozen=True)
class Objection:
    """The words objected to, and others offered; without words it is an objection in principle."""

    words: str = ""
    offered: str = ""


@dataclass(frozen=True)
class Motion:
    """A text before the council and what each member said to it.

    Parameters
    ----------
    round, step, basis
        Which council it was before, a code of `STEPS`, and one of `BASES`.
    title, text
        A short name, and the words.
    rule
        The rule that was in use, a code of `csto.models.council.RULES`.
    positions
        Position of every member by name.
    objections
        Objection of each member that objects, by name.
    """

    round: int
    step: str
    basis: str
    title: str
    text: str
    rule: str
    positions: Mapping[str, str]
    objections: Mapping[str, Objection] = field(default_factory=dict)


@dataclass(frozen=True)
class Log:
    """The texts of a meeting in order; `names` says by which names the members go."""

    names: str
    motions: tuple[Motion, ...] = ()


@dataclass(frozen=True)
class Table:
    """Who sits at it.

    Parameters
    ----------
    members
        The members' names, by the word for a set of names; each set has the same number.
    host
        The member on whose ground a step would be carried out, in every set.
    """

    members: Mapping[str, Sequence[str]]
    host: str

    def verdict(self, motion: Motion, rule: str | None = None) -> Verdict:
        """Return what a rule makes of a text, the rule in use if none is given."""
        host = self.host if STEPS[motion.step][1] else None
        return model.decide(rule or motion.rule, motion.positions, host)

    def check(self, log: Log) -> Log:
        """Return a log, or raise if anything in it is not allowed.

        Raises
        ------
        CouncilError
            With the text's number, the field, the value and what is allowed.
        """
        if log.names not in self.members:
            raise CouncilError(f"names: {log.names!r} is not known; allowed: {', '.join(self.members)}")
        if len(log.motions) > TEXTS:
            raise CouncilError(f"motions: {len(log.motions)} texts; allowed: up to {TEXTS}")
        for number, motion in enumerate(log.motions, 1):
            self._check(motion, f"text {number}", list(self.members[log.names]))
        return log

    def _check(self, motion: Motion, where: str, members: list[str]) -> None:
        for name, value, allowed in (
            ("round", motion.round, ROUNDS),
            ("step", motion.step, tuple(STEPS)),
            ("basis", motion.basis, BASES),
            ("rule", motion.rule, tuple(RULES)),
        ):
            if isinstance(value, bool) or value not in allowed:
                raise CouncilError(
                    f"{where}, {name}: {value!r} is not allowed; allowed: {', '.join(map(str, allowed))}"
                )
        if list(motion.positions) != members:
            raise CouncilError(
                f"{where}, positions: not of all members in order; allowed: {', '.join(members)}"
            )
        for member, position in motion.positions.items():
            if position not in POSITIONS:
                raise CouncilError(
                    f"{where}, {member}: {position!r} is not allowed; allowed: {', '.join(POSITIONS)}"
                )
        objecting = [member for member, position in motion.positions.items() if position == "objects"]
        if list(motion.objections) != objecting:
            raise CouncilError(
                f"{where}, objections: not of those that object; allowed: {', '.join(objecting) or 'none'}"
            )
        words = [motion.title, motion.text]
        for objection in motion.objections.values():
            words += [objection.words, objection.offered]
        for value in words:
            if not isinstance(value, str) or len(value) > FIELD:
                raise CouncilError(
                    f"{where}: {str(value)[:40]!r} is not allowed; allowed: text of up to {FIELD} characters"
                )
            if re.search(r"<\s*[a-z!/?]", value, re.IGNORECASE):
                raise CouncilError(f"{where}: {value[:40]!r} holds markup; allowed: plain text")

    # --- files

    def parse(self, text: str) -> Log:
        """Return the log that a file holds, checked.

        Raises
        ------
        CouncilError
            If it is no JSON, of another council or version, or holds what is not allowed.
        """
        try:
            content = json.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            raise CouncilError("it is no JSON; is it a log of this council?") from None
        if not isinstance(content, dict) or content.get("council") != NAME:
            raise CouncilError("it is no log of this council")
        if isinstance(content.get("version"), bool) or content.get("version") != VERSION:
            raise CouncilError(f"it is of version {content.get('version')!r}; allowed: version {VERSION}")
        try:
            motions = tuple(
                Motion(
                    **{
                        **{name: one[name] for name in ("round", "step", "basis", "title", "text", "rule")},
                        "positions": dict(one["positions"]),
                        "objections": {
                            member: Objection(raw["words"], raw["offered"])
                            for member, raw in one["objections"].items()
                        },
                    }
                )
                for one in content["motions"]
            )
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise CouncilError(f"motions: a text lacks a field or has it in another form ({fault})") from None
        return self.check(Log(str(content.get("names")), motions))

    def to_json(self, log: Log) -> str:
        """Return a log as JSON, as the page's download has it."""
        content = {
            "council": NAME,
            "version": VERSION,
            "names": log.names,
            "motions": [
                {
                    "round": one.round,
                    "step": one.step,
                    "basis": one.basis,
                    "title": one.title,
                    "text": one.text,
                    "rule": one.rule,
                    "positions": dict(one.positions),
                    "objections": {
                        member: {"words": said.words, "offered": said.offered}
                        for member, said in one.objections.items()
                    },
                }
                for one in self.check(log).motions
            ],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self, log: Log) -> str:
        """Return a log as CSV, a row a text and member, as the page's download has it.

        What a spreadsheet would take for a formula is preceded by an apostrophe.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(
            [
                "text",
                "round",
                "step",
                "basis",
                "title",
                "rule",
                "member",
                "position",
                "words",
                "offered",
                "adopted",
            ]
        )
        for number, one in enumerate(self.check(log).motions, 1):
            adopted = "yes" if self.verdict(one).adopted else "no"
            for member, position in one.positions.items():
                said = one.objections.get(member, Objection())
                row = [one.round, one.step, one.basis, _safe(one.title), one.rule, member, position]
                writer.writerow([number, *row, _safe(said.words), _safe(said.offered), adopted])
        return out.getvalue()

    def to_markdown(self, log: Log) -> str:
        """Return a log as Markdown for people, with the result under the rule in use and under every other."""
        parts = ["# Log of the council", f"Members: {', '.join(self.members[self.check(log).names])}."]
        for number, one in enumerate(log.motions, 1):
            found = self.verdict(one)
            title = f": {_line(one.title)}" if one.title else ""
            parts.append(f"## {number}. {one.step} {STEPS[one.step][0]}{title}")
            parts.append(
                f"Council {one.round}. {one.basis[:1].upper()}{one.basis[1:]}. Rule: {RULES[one.rule].name}."
            )
            if one.text:
                parts.append(f"> {_line(one.text)}")
            rows = ["| Member | Position | Words objected to | Words offered |", "|:--|:--|:--|:--|"]
            for member, position in one.positions.items():
                said = one.objections.get(member)
                words = (_line(said.words) or "in principle") if said else ""
                offered = _line(said.offered) if said else ""
                rows.append(f"| {member} | {WORDS[position]} | {words} | {offered} |")
            parts.append("\n".join(rows))
            parts.append(f"**{'Adopted' if found.adopted else 'Not adopted'}.** {found.why}")
            rows = ["| Rule | Result | Why |", "|:--|:--|:--|"]
            for code, rule in RULES.items():
                other = self.verdict(one, code)
                rows.append(
                    f"| {rule.name} | {'adopted' if other.adopted else 'not adopted'} | {other.why} |"
                )
            parts.append("\n".join(rows))
        return "\n\n".join(parts) + "\n"


def _safe(text: str) -> str:
    return re.sub(r"^(?=[=+\-@\t\r])", "'", text)


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


# --- the page --------------------------------------------------------------------------------------------------------


def show(table: Table) -> Shown:
    """Return the tool for the static page: a form for scripts, the rules as a table for everybody."""
    (size,) = {len(members) for members in table.members.values()}
    verdicts, places = model.table(size)
    data = attributes(
        data_council=NAME,
        data_version=VERSION,
        data_field=FIELD,
        data_texts=TEXTS,
        data_file=FILE,
        data_host=table.host,
        data_members=_json({name: list(members) for name, members in table.members.items()}),
        data_positions=_json([[code, word, POSITIONS[code]] for code, word in WORDS.items()]),
        data_steps=_json([[code, name, host] for code, (name, host) in STEPS.items()]),
        data_bases=_json(list(BASES)),
        data_rounds=_json(list(ROUNDS)),
        data_rules=_json([[code, rule.name, rule.says, list(rule.binds)] for code, rule in RULES.items()]),
        data_free=_json(model.FREE),
        data_splits=_json([",".join(map(str, split)) for split in model.splits(size)]),
        data_verdicts=_json([[one.adopted, one.why] for one in verdicts]),
        data_places=_json(places),
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(rule.name)}</th><td>{escape(rule.says)}</td><td>{escape(rule.standing)}'
        f"{': ' + escape(named(rule.sources)) if rule.sources else ''}</td></tr>"
        for rule in RULES.values()
    )
    html = (
        f'<div class="council"{data}>'
        '<p class="council-plain">The form needs JavaScript. Without it, use the sheet “Ballot and log” of the pack and the '
        "table of rules below.</p>"
        '<div class="council-desk" hidden></div>'
        '<div class="council-scroll" role="region" tabindex="0" aria-label="The six rules"><table><caption>The six rules, '
        'and what each rests on</caption><thead><tr><th scope="col">Rule</th><th scope="col">What it asks</th>'
        f'<th scope="col">Standing</th></tr></thead><tbody>{rows}</tbody></table></div></div>'
    )
    return Shown(
        html, "Rules of decision: " + "; ".join(f"{rule.name}: {rule.says}" for rule in RULES.values())
    )


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
