"""The simulation "The line at Ilmen": its public part for the book, its seats and its minutes.

What every learner may read stands in `teaching/simulation/public.yml`. What a role alone is told stands in `roles.yml` beside
it, which no page of the book reads: `tools/simulation.py` writes the sealed sheets.
Text comes in two variants, with the names of real members or all fictional; names in braces are filled in here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

from csto.data import load, read_yaml
from csto.quiz import Question, load_questions

FOLDER = Path(__file__).resolve().parent.parent / "teaching" / "simulation"
VARIANTS = ("real", "fictional")
#: Episodes of the record that the evidence pack tells, as rows of the table of requests.
EARLIER = ("R10", "R25", "R28", "R32", "R33")
#: One seat each, in the order in which a growing class fills them; with fewer than the first seven there is no council.
FIRST = ("tar", "rus", "kaz", "blr", "arm", "kgz", "tjk", "sec", "cha", "ves", "pre")
#: Then second and third seats.
MORE = ("tar", "rus", "kaz", "arm", "blr", "kgz", "tjk", "sec", "ves", "tar", "rus", "pre", "pre")
LEAST, MOST = 7, len(FIRST) + len(MORE)


class SimulationError(ValueError):
    """The simulation cannot be made so; the message names what was given and what is allowed."""


@cache
def public() -> dict[str, Any]:
    """Return the public part as it stands in its file."""
    found: dict[str, Any] = read_yaml(FOLDER / "public.yml")
    return found


def items() -> list[Question]:
    """Return the items before and after; they are no part of the chapters' question bank."""
    return load_questions(FOLDER / "items.yml")


@dataclass(frozen=True)
class Names:
    """The names of one variant, filled into text.

    Raises
    ------
    SimulationError
        If the variant is unknown.
    """

    variant: str = "real"

    def __post_init__(self) -> None:
        if self.variant not in VARIANTS:
            raise SimulationError(f"variant: {self.variant!r} is not known; allowed: {', '.join(VARIANTS)}")

    @property
    def all(self) -> dict[str, str]:
        """Every name by its short word, with the figures that text may use."""
        return {**public()["names"][self.variant], **_shares()}

    def fill(self, text: str | Mapping[str, str]) -> str:
        """Return text of this variant with its names; a mapping holds a text for each variant.

        Raises
        ------
        SimulationError
            If the text uses a name that is not known.
        """
        chosen = text if isinstance(text, str) else text[self.variant]
        try:
            return " ".join(chosen.split()).format_map(self.all)
        except (KeyError, ValueError, IndexError) as fault:
            raise SimulationError(
                f"{chosen[:40]!r}: no name {fault}; allowed: {', '.join(self.all)}"
            ) from None


@cache
def _shares() -> dict[str, str]:
    budget = load("budget_shares").query("budget == 'common budget'").set_index("country")["share"]
    return {"rus_share": f"{float(budget['RUS']):g}", "other_share": f"{float(budget['BLR']):g}"}


# --- seats and minutes ------------------------------------------------------------------------------------------------


def seats(size: int) -> list[dict[str, int]]:
    """Return how many learners sit in each role, for each council that a class of this size makes.

    A class of more than 24 makes two councils or more, as even as can be. In the smallest class the instructor is
    chair and Secretary General; the roles that follow are filled in the order of `FIRST`, then doubled in that of `MORE`.

    Raises
    ------
    SimulationError
        If there are fewer than seven learners.
    """
    if isinstance(size, bool) or not isinstance(size, int) or size < LEAST:
        raise SimulationError(
            f"size: {size!r} is not allowed; allowed: {LEAST} learners or more (fewer: the form for one reader)"
        )
    councils = ceil(size / MOST)
    sizes = [size // councils + (number < size % councils) for number in range(councils)]
    filled = [(*FIRST, *MORE)[:each] for each in sizes]
    return [{role: roles.count(role) for role in FIRST if role in roles} for roles in filled]


def timing(minutes: int) -> dict[str, Any]:
    """Return the plan of a meeting of this length.

    Raises
    ------
    SimulationError
        If there is none of this length.
    """
    plans = {plan["minutes"]: plan for plan in public()["timings"]}
    if minutes not in plans:
        raise SimulationError(f"minutes: {minutes!r} is not allowed; allowed: {', '.join(map(str, plans))}")
    found: dict[str, Any] = plans[minutes]
    return found


def speeches(minutes: int) -> int:
    """Return how many seconds the opening takes: the appeal, six members, the Secretary General and the observer."""
    speech: dict[str, int] = timing(minutes)["speech"]
    return speech["first"] + 8 * speech["other"]


def reading(minutes: int) -> int:
    """Return how many seconds a council needs for one text: read, ask all seven, hear objections, read again."""
    one: dict[str, int] = timing(minutes)["reading"]
    return one["read"] + one["round"] + one["objections"] * one["objection"] + one["again"]


# --- Markdown, for the book and for the sheets ------------------------------------------------------------------------


def _cited(keys: list[str], cite: bool) -> str:
    return f" {{cite:p}}`{','.join(keys)}`" if cite and keys else ""


def scenario(variant: str = "real") -> str:
    """Return the scenario."""
    names = Names(variant)
    return "\n\n".join(f"**{part['when']}.** {names.fill(part['text'])}" for part in public()["scenario"])


def fiction(variant: str = "real") -> str:
    """Return what is invented."""
    return Names(variant).fill(public()["fiction"])


def rules(variant: str = "real") -> str:
    """Return the rules, numbered."""
    names = Names(variant)
    return "\n".join(
        f"{number}. **{names.fill(rule['name'])}.** {names.fill(rule['text'])}"
        for number, rule in enumerate(public()["rules"], 1)
    )


def evidence(variant: str = "real", cite: str = "yes") -> str:
    """Return the evidence; with references for the book, without for a sheet (`cite` is yes or no).

    Where a picture belongs, the text has the line `[map]` for whoever draws it.
    """
    names, out = Names(variant), []
    for piece in public()["evidence"]:
        text = names.fill(piece["text"])
        keys = piece.get("keys", []) if variant == "real" else []
        told = _earlier(cite == "yes") if text == "episodes" else text + _cited(keys, cite == "yes")
        picture = "[map]\n\n" if piece.get("picture") else ""
        out.append(f"**{piece['id']}. {names.fill(piece['title'])}.**\n{told}\n\n{picture}".rstrip())
    return "\n\n".join(out)


def evidence_page() -> str:
    """Return the evidence for the book, with its picture."""
    drawn = f'```{{raw}} html\n<figure class="council-map">{map_drawing()}</figure>\n```'
    return evidence().replace("[map]", drawn)


def map_drawing(variant: str = "real") -> str:
    """Return the two lines and the two ridges as a drawing, with words for whoever cannot see it."""
    names = Names(variant).all
    words = (
        f"A sketch of Ilmen. {names['ves']} lies to the north, {names['tar']} to the south. The line of 1988 runs from west to "
        "east. The line of 1974 bends up to six kilometres south of it. Two ridges lie between the lines, about four "
        "kilometres south of that of 1988."
    )
    return (
        f'<svg viewBox="0 0 440 250" role="img" aria-label="{words}" width="440" height="250" '
        'fill="none" stroke="currentColor" stroke-width="2" font-family="sans-serif" font-size="14">'
        '<path d="M10 70H430"/><path d="M10 80C90 100 130 190 230 190S360 110 430 82" stroke-dasharray="7 5"/>'
        '<path d="M165 152l16-20 16 20zM245 152l16-20 16 20z"/>'
        '<path d="M400 215H320M400 209v12M320 209v12"/>'
        '<g stroke="none" fill="currentColor">'
        f'<text x="220" y="30" text-anchor="middle">{names["ves"]}</text>'
        f'<text x="220" y="238" text-anchor="middle">{names["tar"]}</text>'
        '<text x="12" y="60">line of 1988</text><text x="30" y="182">line of 1974</text>'
        '<text x="192" y="126" text-anchor="end">west ridge</text>'
        '<text x="234" y="126">east ridge</text>'
        '<text x="360" y="205" text-anchor="middle">4 km</text></g></svg>'
    )


def _earlier(cite: bool) -> str:
    table = load("requests").set_index("request_id")
    return "\n" + "\n".join(
        f"- *{_dated(table.loc[row])}.* {table.loc[row, 'story']}"
        + _cited(str(table.loc[row, "source_keys"]).split(";")[:2], cite)
        for row in EARLIER
    )


def _dated(row: Any) -> str:
    year = f"{row['start']:%Y}"
    return str(row["title"]) if year in row["title"] else f"{row['title']}, {year}"


def roles_public(variant: str = "real") -> str:
    """Return who sits in the room, by the number of learners; nothing of what a role is told."""
    names = Names(variant).all
    called = {"sec": "Secretary General", "cha": "Chair", "ves": f"{names['ves']}, observer", "pre": "Press"}
    sizes = (7, 8, 9, 10, 11, 14, 18, 24)
    head = "| Role | " + " | ".join(map(str, sizes)) + " |\n|:--|" + "--:|" * len(sizes)
    rows = [
        f"| {called.get(role, names.get(role))} | "
        + " | ".join(str(seats(size)[0].get(role, "–")) for size in sizes)
        + " |"
        for role in FIRST
    ]
    return "\n".join([head, *rows])


def timings(variant: str = "real") -> str:
    """Return the minutes of each step as a table, a column a length of the meeting, with their sums."""
    names, plans = Names(variant), public()["timings"]
    head = (
        "| Step | "
        + " | ".join(f"{plan['minutes']} min" for plan in plans)
        + " |\n|:--|"
        + "--:|" * len(plans)
    )
    rows = [
        f"| {names.fill(words)} | " + " | ".join(str(plan["steps"].get(step, "–")) for plan in plans) + " |"
        for step, words in public()["steps"].items()
    ]
    total = "| **Together** | " + " | ".join(f"**{sum(plan['steps'].values())}**" for plan in plans) + " |"
    return "\n".join([head, *rows, total])


def pace(variant: str = "real") -> str:
    """Return how the minutes of opening and councils are spent, as a table."""
    plans = public()["timings"]
    lines = {
        "The appeal, seconds": [plan["speech"]["first"] for plan in plans],
        "Each other statement, seconds": [plan["speech"]["other"] for plan in plans],
        "One text in council, seconds": [reading(plan["minutes"]) for plan in plans],
        "Texts in the first council": [plan["texts"]["council1"] for plan in plans],
        "Texts in the second council": [plan["texts"]["council2"] for plan in plans],
    }
    head = (
        "| What | "
        + " | ".join(f"{plan['minutes']} min" for plan in plans)
        + " |\n|:--|"
        + "--:|" * len(plans)
    )
    return "\n".join(
        [head, *(f"| {name} | " + " | ".join(map(str, row)) + " |" for name, row in lines.items())]
    )


def tasks(minutes: str | int = 50) -> str:
    """Return what learners do before the meeting, with minutes."""
    long = timing(int(minutes))["minutes"] == 150
    parts = [*public()["tasks"], *([public()["tasks_long"]] if long else [])]
    return "\n".join(f"{n}. {part['text']} ({part['time']} minutes)" for n, part in enumerate(parts, 1))


def debrief(minutes: str | int = 0) -> str:
    """Return the steps of the debrief; with a length of the meeting, the minutes of each (they add up)."""
    parts = public()["debrief"]
    times = _shared(int(minutes)) if int(minutes) else [0] * len(parts)
    return "\n".join(
        f"{n}. **{part['name']}{f', {time} min' if time else ''}.** {' '.join(part['text'].split())}"
        for n, (part, time) in enumerate(zip(parts, times, strict=True), 1)
    )


def _shared(minutes: int) -> list[int]:
    whole = timing(minutes)["steps"]["debrief"]
    shares = [part["share"] for part in public()["debrief"]]
    ends = [round(whole * sum(shares[: n + 1])) for n in range(len(shares))]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


def simplified() -> str:
    """Return where the game follows the Organisation's rules and where it simplifies, as a list."""
    return "\n".join(f"- {line}" for line in public()["simplified"])


def rubric() -> str:
    """Return the rubric as a table that can be pasted into a learning platform."""
    criteria = public()["rubric"]["criteria"]
    names = [level["name"] for level in criteria[0]["levels"]]
    head = "| Part | " + " | ".join(names) + " |\n|:--|" + ":--|" * len(names)
    rows = [
        f"| {one['title']}, {one['points']} | "
        + " | ".join(f"{level['points']}: {level['text']}" for level in one["levels"])
        + " |"
        for one in criteria
    ]
    return "\n".join([head, *rows])


def items_open() -> str:
    """Return the items without key or feedback."""
    blocks = []
    for number, one in enumerate(items(), 1):
        options = "\n".join(
            f"   - {letter}. {option.text}" for letter, option in zip("ABCD", one.options, strict=True)
        )
        blocks.append(f"{number}. {one.stem}\n\n{options}")
    return "\n\n".join(blocks)
