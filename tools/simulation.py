"""Write the pack of the simulation: what goes into the room, with one sealed sheet for each role in a file of its own.

The sheets are Markdown, which is also their plain text; pages and PDFs are made from it. The same settings give the same
archive, to the byte: names are sorted, times fixed, and nothing in a sheet depends on the day or the machine.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from csto import simulation as sim
from csto.data import named
from csto.models import council
from tools import browser

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "_build" / "simulation"
BRIEFS = sim.FOLDER / "roles.yml"
TITLE = "The line at Ilmen"
_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can hold
_MARKDOWN = MarkdownIt("commonmark").enable("table")

_STYLE = """
@page { size: A4; margin: 18mm 18mm 20mm; }
@page { @bottom-center { content: counter(page) " / " counter(pages); font: 9pt sans-serif; color: #555; } }
body { font: 11.5pt/1.45 Georgia, "Liberation Serif", serif; color: #1d2733; background: #fff;
  max-width: 44rem; margin: 1rem auto; padding: 0 1rem; }
h1 { font-size: 1.9rem; line-height: 1.15; margin: 0 0 .3rem; }
h2 { font-size: 1.2rem; margin: 1.3rem 0 .3rem; break-after: avoid; }
p, ul, ol { margin: .4rem 0; }
li { margin: .15rem 0; }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; font: 9.5pt/1.35 "Liberation Sans", Arial, sans-serif; }
th, td { border: 1px solid #888; padding: .25rem .4rem; text-align: start; vertical-align: top; }
tr, li { break-inside: avoid; }
hr { border: 0; break-after: page; }
svg { display: block; max-width: 100%; height: auto; margin: .5rem 0; }
.top { font: 9pt "Liberation Sans", Arial, sans-serif; color: #555; border-bottom: 1px solid #888; }
li > ul { list-style: none; padding-left: .5rem; }
.tight { font-size: 10pt; line-height: 1.36; }
.write :is(td, tbody th) { height: 1.85rem; }
.card p:last-child { font-size: 26pt; line-height: 1.35; margin-top: 2rem; }
.tent { break-after: page; height: 255mm; display: grid; grid-template-rows: 1fr 1fr; text-align: center; }
.tent:last-child { break-after: auto; }
.tent p { margin: auto; font-size: 46pt; line-height: 1.1; }
.tent p:first-child { transform: rotate(180deg); }
.tent p + p { border: 0; }
.tent { background: linear-gradient(#999, #999) center / 100% 1px no-repeat; }
@media print { body { max-width: none; margin: 0; padding: 0; } }
@media screen { .tent { height: 30rem; } }
"""


class PackError(ValueError):
    """A pack cannot be made so; the message names what was given and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """What an instructor chose: the variant, learners, minutes, and a word that draws the secrets (empty: the first ones)."""

    variant: str = "real"
    size: int = 14
    minutes: int = 75
    cohort: str = ""

    @property
    def name(self) -> str:
        """The folder's name; the word itself does not stand in it, a digest does."""
        mark = f"-{hashlib.sha256(self.cohort.encode()).hexdigest()[:6]}" if self.cohort else ""
        return f"ilmen-{self.variant}-{self.size}-{self.minutes}{mark}"


@dataclass(frozen=True)
class Sheet:
    """One sheet: where it goes, its title, its Markdown, and a class for the page."""

    path: str
    title: str
    text: str
    look: str = ""


def briefs() -> dict[str, Any]:
    """Return the sealed part as it stands in its file."""
    found: dict[str, Any] = yaml.safe_load(BRIEFS.read_text(encoding="utf-8"))
    return found


def secret(role: Mapping[str, Any], cohort: str) -> dict[str, str]:
    """Return what only this role knows: the first fact, or the one that the cohort's word draws."""
    facts = role["knows"]
    if not cohort:
        return dict(facts[0])
    drawn = hashlib.sha256(f"{cohort}|{role['id']}".encode()).digest()
    return dict(facts[int.from_bytes(drawn[:4], "big") % len(facts)])


# --- the sheets ------------------------------------------------------------------------------------------------------


def sheets(chosen: Settings) -> list[Sheet]:
    """Return every sheet of the pack.

    Raises
    ------
    csto.simulation.SimulationError
        If the variant, the size or the minutes are not allowed; the message says what is.
    """
    names, tables, plan = sim.Names(chosen.variant), sim.seats(chosen.size), sim.timing(chosen.minutes)
    seated = {role: max(one.get(role, 0) for one in tables) for role in sim.FIRST}
    sealed = briefs()
    roles = [role for role in sealed["roles"] if seated[role["id"]] or role["id"] in ("sec", "cha")]
    # The chair has nothing to hide: the card on the table is the whole of that role.
    closed = [role for role in roles if role["id"] != "cha"]
    return [
        Sheet("1-for-all/scenario", TITLE, _scenario(chosen, names), "tight"),
        Sheet("1-for-all/items", "Six items, before and after", _items(), "tight"),
        *(_sealed(role, chosen, sealed, names) for role in closed),
        Sheet("3-chair/chair-card", "Card for the chair", _chair(chosen, names, plan), "tight"),
        Sheet("3-chair/log", "Ballot and log", _log(names), "write tight"),
        Sheet("3-chair/my-log", "My log", _own_log(), "write"),
        Sheet("3-chair/name-tents", "Name tents", _tents(roles, names), "tents"),
        *_news(chosen, sealed, names),
        Sheet(
            "4-instructor/overview", "For the instructor", _overview(chosen, sealed, names, tables), "tight"
        ),
        Sheet("4-instructor/debrief", "Debrief", _debrief(chosen, sealed, names, roles), "tight"),
        Sheet("4-instructor/rubric", "Rubric", sim.rubric()),
        Sheet("4-instructor/items-key", "Six items, with key and feedback", _key(), "tight"),
    ]


def _scenario(chosen: Settings, names: sim.Names) -> str:
    return "\n\n".join(
        [
            sim.fiction(chosen.variant),
            "## What has happened",
            sim.scenario(chosen.variant),
            "## Rules",
            sim.rules(chosen.variant),
            "## Before the meeting",
            sim.tasks(chosen.minutes),
            "## Evidence",
            "The pack supports neither side beyond doubt.",
            sim.evidence(chosen.variant, "no"),
        ]
    )


def _sealed(role: Mapping[str, Any], chosen: Settings, sealed: Mapping[str, Any], names: sim.Names) -> Sheet:
    name = names.fill(role["name"])
    known = names.fill(secret(role, chosen.cohort)["text"])
    ranked = "\n".join(f"{n}. {_upper(names.fill(aim))}" for n, aim in enumerate(role["ranked"], 1))
    parts = [
        f"Sealed. For {name} only; do not show it, and do not read another.",
        f"## In public\n\n{_upper(names.fill(role['aim']))}",
        f"## Your aims, the first the most\n\n{ranked}",
        f"## Your red line\n\n{names.fill(role['red'])}",
        *(
            []
            if role["id"] == "pre"
            else [f"## What only you know\n\n{known} This is invented for the game."]
        ),
    ]
    if role["id"] == "pre":
        true = next(one for one in sealed["roles"] if one["id"] == "tar")
        leaks = sorted(
            names.fill(leak) for leak in (secret(true, chosen.cohort)["leak"], sealed["leaks"]["untrue"])
        )
        parts.append(
            "## Two leaks\n\n" + "\n".join(f"- {leak}" for leak in leaks) + f"\n\n{sealed['leaks']['note']}"
        )
    parts.append(f"## Room to move\n\n{names.fill(role['room'])}")
    if chosen.variant == "real" and role["record"]:
        parts.append(
            "## On the record\n\n"
            + "\n".join(f"- {fact['text']} ({named(fact['keys'])})" for fact in role["record"])
            + "\n\nThe record is real; your aims are made from it for the game and are nobody's secret plan."
        )
    elif chosen.variant == "fictional" and role["past"]:
        parts.append("## Your past\n\n" + "\n".join(names.fill(line) for line in role["past"]))
    parts.append("You may leave the role at any time, without a reason.")
    return Sheet(f"2-sealed/{_file(name)}", name, "\n\n".join(parts))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _file(name: str) -> str:
    return re.sub(r"[^a-z]+", "-", name.lower()).strip("-")


def _members(names: sim.Names) -> list[str]:
    return sorted(names.all[code] for code in ("arm", "blr", "kaz", "kgz", "rus", "tjk", "tar"))


def _chair(chosen: Settings, names: sim.Names, plan: Mapping[str, Any]) -> str:
    speech, reading = plan["speech"], plan["reading"]
    clock, rows = 0, []
    for step, minutes in plan["steps"].items():
        rows.append(
            f"| {clock} to {clock + minutes} | {minutes} | {names.fill(sim.public()['steps'][step])} |"
        )
        clock += minutes
    speakers = names.all["tar"] + ", then " + ", ".join(m for m in _members(names) if m != names.all["tar"])
    return "\n\n".join(
        [
            "You have no view on the crisis. You keep time in words, and nothing blinks.",
            "## Minutes",
            "| Minute | Length | Step |\n|:--|--:|:--|\n" + "\n".join(rows),
            "## The opening",
            f"{speakers}, the Secretary General, {names.all['ves']}. The appeal has {speech['first']} seconds, each other "
            f"{speech['other']}. Whoever has asked to go earlier may; whoever would rather write hands you the words.",
            "## A text in council",
            f"1. Read it aloud, {reading['read']} seconds. Say which step it is (F, T0 to T3) and its legal basis.\n"
            f"2. Ask all seven in turn: *for it, silent, objection, not taking part?* {reading['round']} seconds together.\n"
            f"3. Hear {reading['objections']} objections at most, {reading['objection']} seconds each, with the words and the "
            "words offered; the same words are one objection. With more, the text goes back to the caucus.\n"
            f"4. Read it once more, changed or not, and ask for objections only. {reading['again']} seconds. This reading decides.\n"
            f"5. Say: *there is consensus*, or *there is no consensus*, and write it down. One text takes {sim.reading(chosen.minutes)} "
            "seconds.",
            "## Before you put a text",
            f"- T1 to T3: does {names.all['tar']} speak for it? Without its word it is not adopted, whoever else agrees.\n"
            "- T3 under Article 4: has a finding of an armed attack or of aggression been adopted?\n"
            "- T1 to T3: cost, command, duration, and who takes part, by name.\n"
            f"- First council: {plan['texts']['council1']} texts. Second council: {plan['texts']['council2']}.",
            "## Words to use",
            "“Who has not spoken yet?” “Which words, and what would you put there?” “Is that an objection, or do you stand aside?”",
        ]
    )


def _log(names: sim.Names) -> str:
    head = "| Member | " + " | ".join(f"Text {n}" for n in range(1, 6)) + " |\n|:--|" + ":--|" * 5
    rows = "\n".join(f"| {member} |" + " |" * 5 for member in _members(names))
    words = "; ".join(
        f"{letter}: {meaning}" for letter, meaning in zip("FSONA", council.POSITIONS.values(), strict=True)
    )
    blank = "| Text | Step | Basis | Words objected to | By whom | Words offered | Consensus? Who takes part? |\n|:--|:--|:--|:--|:--|:--|:--|\n"
    return "\n\n".join(
        [
            f"Write one letter in each box. {words}.",
            f"{head}\n{rows}",
            "## Objections and results",
            blank + "\n".join(f"| {n} |" + " |" * 6 for n in (1, 1, 2, 2, 3, 3, 4, 4, 5, 5)),
            "A line for each reading. Steps: F finding, T0 statement, T1 mission, T2 equipment, T3 force.",
        ]
    )


def _own_log() -> str:
    lines = "\n\n".join(
        f"{n}. {line}\n\n| |\n|---|\n| |\n| |" for n, line in enumerate(sim.public()["log_lines"], 1)
    )
    return f"Three lines, in the minutes before the debrief. They are marked for reasons, not for success.\n\n{lines}"


def _tents(roles: list[Mapping[str, Any]], names: sim.Names) -> str:
    each = [escape(names.fill(role["name"])) for role in roles]
    return "".join(f'<div class="tent"><p aria-hidden="true">{name}</p><p>{name}</p></div>' for name in each)


def _news(chosen: Settings, sealed: Mapping[str, Any], names: sim.Names) -> list[Sheet]:
    cards = {card["id"]: card for card in sealed["news"]}
    wanted = sealed["news_by_minutes"][chosen.minutes]
    return [
        Sheet(
            f"3-chair/news-{card}",
            f"News, Day 4: {names.fill(cards[card]['title'])}",
            f"{names.fill(cards[card].get('when', 'Read aloud, then show.'))}\n\n{names.fill(cards[card]['text'])}",
            "card",
        )
        for card in wanted
    ]


def _overview(
    chosen: Settings, sealed: Mapping[str, Any], names: sim.Names, tables: list[dict[str, int]]
) -> str:
    called = {role["id"]: names.fill(role["name"]) for role in sealed["roles"]}
    counts = "\n".join(
        f"- Council {n}: " + ", ".join(f"{called[role]} {count}" for role, count in one.items())
        for n, one in enumerate(tables, 1)
    )
    cards = [card for card in sealed["news"] if card["id"] in sealed["news_by_minutes"][chosen.minutes]]
    choice = sim.timing(chosen.minutes)["news"]
    yours = [called[role] for role in ("sec", "cha") if role not in tables[0]]
    own = f" You are {' and '.join(yours)}." if yours else ""
    parts = [
        f"{chosen.size} learners, {chosen.minutes} minutes, names: {chosen.variant}.{own}",
        "## Seats",
        counts
        + "\n\nDraw the roles by lot, with a free swap. Fold each sealed sheet; two learners of a role share one.",
        "## News",
        f"Day 4: {choice}, and the mission's report if T1 was adopted on Day 1.",
        "\n".join(
            f"- **{names.fill(card['title'])}.** {names.fill(card['text'])} *Watch:* {names.fill(card['watch'])}"
            for card in cards
        ),
        "## What is possible",
        names.fill(sealed["solution"]),
        "## The briefs are public",
        "They stand in the course's public repository. Marks depend on no secret; if secrecy matters to you, change the lines "
        "under “knows” in your own copy.",
    ]
    if chosen.variant == "real":
        parts += [
            "## On what the interests rest",
            "\n".join(
                f"- **{called[role['id']]}.** "
                + " ".join(f"{fact['text']} ({named(fact['keys'])})" for fact in role["record"])
                for role in sealed["roles"]
                if role["record"]
            ),
            f"{called['tar']} and {called['ves']} are invented, and so is what each role alone knows.",
        ]
    return "\n\n".join(parts)


def _debrief(
    chosen: Settings, sealed: Mapping[str, Any], names: sim.Names, roles: list[Mapping[str, Any]]
) -> str:
    known = "\n".join(
        f"- **{names.fill(role['name'])}.** {names.fill(secret(role, chosen.cohort)['text'])}"
        for role in roles
        if role["id"] not in ("cha", "pre")
    )
    true = next(one for one in sealed["roles"] if one["id"] == "tar")
    rules = "\n".join(
        f"| {rule.name} | {rule.says} | {rule.standing} |  |" for rule in council.RULES.values()
    )
    return "\n\n".join(
        [
            sim.debrief(chosen.minutes),
            "## What was hidden",
            known,
            f"The true leak: {names.fill(secret(true, chosen.cohort)['leak'])} The false one: {names.fill(sealed['leaks']['untrue'])}",
            "## Another rule",
            "Take one text that failed, and its positions on the last reading. Which rule would have passed it? The council tool "
            "works it out.",
            f"| Rule | What it asks | Standing | Passed? |\n|:--|:--|:--|:--|\n{rules}",
        ]
    )


def _items() -> str:
    return (
        "Answer before the meeting, and once more after the debrief. They carry no points.\n\n"
        + sim.items_open()
    )


def _key() -> str:
    blocks = []
    for number, one in enumerate(sim.items(), 1):
        options = "\n".join(
            f"   - {letter}. {option.text} — *{'Right. ' if option.right else ''}{option.feedback}*"
            for letter, option in zip("ABCD", one.options, strict=True)
        )
        blocks.append(f"{number}. {one.stem}\n\n{options}\n\n   Sources: {named(one.sources)}.")
    return "Give it after the second time, not before.\n\n" + "\n\n".join(blocks)


# --- pages, paper and the archive ------------------------------------------------------------------------------------


def page(sheet: Sheet, chosen: Settings) -> str:
    """Return a sheet as a page that stands alone and asks for nothing."""
    body = sheet.text if sheet.look == "tents" else _MARKDOWN.render(sheet.text)
    body = body.replace("<p>[map]</p>", sim.map_drawing(chosen.variant)).replace(
        "<th></th>", '<th><span aria-hidden="true">&nbsp;</span></th>'
    )
    body = re.sub(r' style="text-align:(left|right)"', "", body)
    top = (
        ""
        if sheet.look == "tents"
        else f'<p class="top">{escape(TITLE)} · fiction</p><h1>{escape(sheet.title)}</h1>'
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(sheet.title)} · {escape(TITLE)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{_STYLE}</style></head>'
        f'<body class="{sheet.look}"><main>{top}{body}</main></body></html>\n'
    )


def plain(sheet: Sheet, chosen: Settings) -> str:
    """Return a sheet as plain text."""
    if sheet.look == "tents":
        return "\n".join(re.findall(r"<p>([^<]+)</p>", sheet.text)) + "\n"
    drawn = re.search(r'aria-label="([^"]+)"', sim.map_drawing(chosen.variant))
    words = f"({drawn.group(1)})" if drawn else ""
    return f"{sheet.title}\n\n{sheet.text}\n".replace("[map]", words)


def write(chosen: Settings, out: Path = OUT, paper: bool = True) -> Path:
    """Write the pack and its archive, and return the folder; an older one of the same name is replaced.

    Parameters
    ----------
    chosen
        The settings.
    out
        Where the folder and the archive go.
    paper
        Whether to make PDFs; they need a Chromium.

    Raises
    ------
    PackError
        If PDFs are wanted and the Chromium makes none.
    """
    folder = out / chosen.name
    made = sheets(chosen)
    shutil.rmtree(folder, ignore_errors=True)
    for sheet in made:
        for ending, text in ((".html", page(sheet, chosen)), (".txt", plain(sheet, chosen))):
            path = folder / f"{sheet.path}{ending}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    (folder / "READ-ME-FIRST.txt").write_text(_note(chosen, made), encoding="utf-8", newline="\n")
    if paper:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_print, sorted(folder.rglob("*.html"))))
    _archive(folder)
    return folder


def _note(chosen: Settings, made: list[Sheet]) -> str:
    listed = "\n".join(f"  {sheet.path}" for sheet in made)
    return (
        f"{TITLE}: {chosen.size} learners, {chosen.minutes} minutes, names: {chosen.variant}.\n\n"
        "1-for-all goes to everybody before the meeting. From 2-sealed each learner gets one sheet and no other.\n"
        "3-chair goes to the table. 4-instructor is yours. Every sheet is a page, a PDF and plain text.\n"
        f"Text CC BY 4.0. The briefs are public in the course's repository.\n\n{listed}\n"
    )


def _print(html: Path) -> None:
    chromium = browser.find()
    if chromium is None:
        raise PackError(browser.HELP)
    pdf = html.with_suffix(".pdf")
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run(
            [
                chromium,
                *browser.FLAGS,
                f"--user-data-dir={profile}",
                "--no-pdf-header-footer",
                f"--print-to-pdf={pdf}",
                html.as_uri(),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
        )
    if done.returncode or not pdf.is_file():
        raise PackError(f"{html.name}: no PDF was made ({done.stderr.decode(errors='replace')[-200:]})")
    pdf.write_bytes(_timeless(pdf.read_bytes()))


def _timeless(pdf: bytes) -> bytes:
    """Return a PDF without the time of its making, of the same length, so that its inner offsets still hold."""

    def still(found: re.Match[bytes]) -> bytes:
        return found.group(1) + re.sub(rb"\d", b"0", found.group(2)).replace(b"0000", b"1980", 1).replace(
            b"19800000", b"19800101", 1
        )

    return re.sub(rb"(/(?:CreationDate|ModDate) \(D:)(\d+[^)]*)", still, pdf)


def _archive(folder: Path) -> Path:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(one for one in folder.rglob("*") if one.is_file()):
            entry = zipfile.ZipInfo(f"{folder.name}/{file.relative_to(folder).as_posix()}", _TIME)
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, file.read_bytes())
    return path


def main() -> None:
    """Write the pack and say where it is."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--variant", default="real", help="real or fictional")
    parser.add_argument("--size", type=int, default=14, help="number of learners, 7 or more")
    parser.add_argument("--minutes", type=int, default=75, help="50, 75 or 150")
    parser.add_argument("--cohort", default="", help="a word of your own that draws the secrets")
    given = parser.parse_args()
    paper = browser.find() is not None
    try:
        folder = write(Settings(given.variant, given.size, given.minutes, given.cohort), paper=paper)
    except (sim.SimulationError, PackError) as fault:
        raise SystemExit(str(fault)) from None
    if not paper:
        print("No Chromium was found: the pack has pages and plain text, and no PDF.")
    print(f"Pack: {folder}\nArchive: {folder.with_suffix('.zip')}")


if __name__ == "__main__":
    main()
