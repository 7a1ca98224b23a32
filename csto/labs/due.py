"""Lab 3a, is Article 4 due? The episodes coded by the tests of `csto.models.due`, and compared with the published coding."""

from __future__ import annotations

from functools import cache
from html import escape
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from csto import coding, episodes
from csto.coding import Case, CodingError, Outcome, Question, Scheme
from csto.data import load, named
from csto.html import Shown
from csto.labs.base import Lab, controls
from csto.models import due

QUESTION = (
    "Was help due on that day, by the text then in force, and where do you and the published coding part?"
)
NOTEBOOK = "chapters/03-failed-requests.ipynb"
#: Six episodes that differ in the test that decides.
FIRST = ("R09", "R22", "R25", "R28", "R32", "R33")
NOUN = ("episode", "episodes")

QUESTIONS = (
    Question(
        "text",
        "Which text bound the others on that day?",
        "",
        "Text",
        {
            "none": "None: no text was in force, or the state was not a party",
            "1992": "The text of 1992, in force from 20 April 1994",
            "2010": "The text of 2010, in force from 19 December 2012",
        },
    ),
    Question(
        "attacker",
        "Who stood against the member?",
        "",
        "Attacker",
        {
            "state": "A state outside the alliance",
            "another member": "Another member",
            "non-state": "An armed group from abroad or at the border",
            "internal unrest": "People or forces inside the state",
        },
    ),
    Question(
        "place",
        "On whose ground?",
        "",
        "Ground",
        {
            "own": "The member's own, by general recognition",
            "disputed": "A stretch of border that is disputed or undelimited",
            "elsewhere": "Ground recognised as another's",
            "unclear": "Not shown, or there was no place",
        },
    ),
    Question(
        "attack",
        "Was it an armed attack?",
        "Arms used against the member's people, soldiers or ground; by whom is question 2.",
        "Armed attack",
        {
            "yes": "Yes",
            "no": "No: a threat, a protest, a post taken up",
            "unclear": "Disputed, or not shown",
        },
    ),
    Question(
        "request",
        "What did its government ask for, on record, and of whom?",
        "",
        "Request",
        {
            "help": "Help or another step, of the Organisation",
            "consultations": "Consultations only, of the Organisation",
            "not the Organisation": "Something, but of Russia alone or another body",
            "none": "Nothing is on record",
        },
    ),
)
CAME = {
    "deployment": "Troops were sent.",
    "mission": "A mission was sent to look and report.",
    "material aid": "Goods, money or advisers came.",
    "promise": "Aid was promised; its delivery is not established.",
    "consultation/statement": "Consultation or words.",
    "refusal": "The request was declined.",
    "no answer found": "No answer was found.",
}


def published() -> pd.DataFrame:
    """Return the table of episodes with the published answer to each of the five questions, by date.

    Text, attacker and request follow from the table of episodes; ground and attack stand in the table of tests.
    """
    facts = load("due_tests")[["request_id", "place", "attack", "reason"]]
    table = episodes.episodes().merge(facts, on="request_id", validate="one_to_one")
    bound = table["text"].map({"none yet": "none", "text of 1992": "1992", "text of 2010": "2010"})
    consulted = table["request_form"].isin(["Art. 2 consultation", "Permanent Council called"])
    request = table["requested_of"].map(
        {
            "CSTO": "help",
            "Russia": "not the Organisation",
            "CIS": "not the Organisation",
            "none": "none",
            "unclear": "none",
        }
    )
    return table.assign(
        text=bound.mask(table["member_at_time"] == "no", "none"),
        attacker=table["adversary_kind"],
        request=request.mask(consulted, "consultations"),
    )


def decide(text: str, attacker: str, place: str, attack: str, request: str) -> Outcome:
    """Return what the rule of `csto.models.due` makes of five answers, with the deciding clause in our words."""
    found = due.decide(text, attacker, place, attack, request)
    clause = due.CLAUSES[found.clause]
    return Outcome(found.verdict, found.why, f"{clause.where}, in our words: {clause.says}")


@cache
def scheme() -> Scheme:
    """Return the five questions, the episodes with their published answers, and the rule."""
    rows = published()
    order = sorted(rows.to_dict("records"), key=lambda row: row["request_id"] not in FIRST)
    return Scheme(
        name="due",
        version=1,
        noun=NOUN,
        questions=QUESTIONS,
        cases=tuple(_case(row) for row in order),
        decide=decide,
        verdicts=due.VERDICTS,
        rule=_rule(),
        order="The first of these that applies decides: no text in force; no armed attack; an attacker whom the text does "
        "not name; consultations and nothing more asked; no request where the text wants one; a test that is open. If "
        "none applies, help was due. So the rule says one of these:",
        remarks=_remarks(),
    )


def _case(row: dict[str, Any]) -> Case:
    title = row["title"].replace(": ", ", ")
    came = CAME.get(row["response"], "No reaction was found.")
    if pd.notna(row["response_date"]):
        came += f" First answer or reaction: {_day(row['response_date'])}."
    return Case(
        id=row["request_id"],
        title=f"{row['name']} {row['day']:%Y}: {title}",
        facts=f"{_when(row)}. Against: {row['adversary']}. Row {row['request_id']}.",
        story=row["story"],
        answers={question.id: row[question.id] for question in QUESTIONS},
        notes={
            "What came": came,
            "Coding note": row["coding_note"],
            "Ground and attack": row["reason"],
            "Confidence of the row": row["confidence"],
        },
        group="Begin with these six" if row["request_id"] in FIRST else "All others, by date",
    )


def _day(day: pd.Timestamp) -> str:
    return f"{day.day} {day:%B %Y}"


def _when(row: dict[str, Any]) -> str:
    if pd.notna(row["request_date"]):
        return f"Asked on {_day(row['request_date'])}" if row["request"] != "none" else _day(row["day"])
    precise = {"day": _day(row["start"]), "month": f"{row['start']:%B %Y}", "year": f"{row['start']:%Y}"}
    return f"From {precise[row['start_precision']]}"


def _rule() -> pd.DataFrame:
    """Return what each text makes of each answer, as a table for readers."""
    texts = {"1992": "Text of 1992", "2010": "Text of 2010"}
    rows: list[dict[str, str]] = []
    for question in QUESTIONS:
        for code, label in question.options.items():
            if question.id == "text":
                cells = {texts[text]: "applies" if code == text else "no" for text in texts}
            else:
                cells = {texts[text]: due.finding(text, question.id, code).result for text in texts}
            rows.append({"question": question.ask, "answer": label, **cells})
    return pd.DataFrame(rows)


def _remarks() -> tuple[str, ...]:
    labels = {
        (question.id, code): label for question in QUESTIONS for code, label in question.options.items()
    }
    notes: dict[str, str] = {}
    for text, test in product(("1992", "2010"), due.TESTS):
        for code in due.ANSWERS[test]:
            found = due.finding(text, test, code)
            if found.result == "not needed":
                notes.setdefault(found.why, "Any request or none")
            elif found.result != "met":
                notes.setdefault(found.why, labels[test, code])
    keys = sorted(
        {key for clause in due.CLAUSES.values() for key in clause.sources}
        | {"sl_bishkek00", "belsat_2011_09"}
    )
    return (
        *(f"*{label}.* {why}" for why, label in notes.items()),
        f"Sources of the texts: {named(keys)}. Episodes: course tables requests and "
        "due_tests. One coder, and no finding of law.",
    )


# --- the two faces ------------------------------------------------------------------------------------------------


def twin() -> Shown:
    """Return the lab of the static page, which works without a kernel."""
    return coding.show(scheme())


class Desk:
    """The live lab: an episode, five questions, the verdict with the published coding beside it, and the agreement.

    Attributes
    ----------
    answers
        What has been coded so far, as a frame: `case`, the five answers, `verdict`, `note`.
    said
        The verdict in words; its `text` changes when an episode is coded or a file is loaded.
    box
        The widget to show.
    """

    def __init__(self) -> None:
        import ipywidgets as w

        made = controls()
        self.scheme = scheme()
        self._cases = {case.id: case for case in self.scheme.cases}
        self.answers = self.scheme.frame([])
        self.episode = w.Dropdown(
            options=[(case.title, case.id) for case in self.scheme.cases],
            description="Episode",
            layout=w.Layout(width="40em", max_width="100%"),
        )
        self.questions = {
            question.id: made.Choice(
                label=f"{number}. {question.ask}",
                hint=question.hint,
                options=[[code, words] for code, words in question.options.items()],
            )
            for number, question in enumerate(self.scheme.questions, 1)
        }
        self.note = w.Text(
            description="Your note", continuous_update=False, layout=w.Layout(width="40em", max_width="100%")
        )
        self._judge = w.Button(description="Show the verdict", button_style="primary")
        self._again = w.Button(description="Code this one again", layout=w.Layout(width="auto"))
        self._next = w.Button(description="Next episode")
        self.said = made.Said()
        self._story, self._result, self._tally = w.HTML(), w.HTML(), w.HTML()
        for html in (self._result, self._tally):
            html.add_class("lab-table")
        self.episode.observe(self._turn, "value")
        self.note.observe(self._noted, "value")
        self._judge.on_click(self._judged)
        self._again.on_click(lambda _: self.forget(self.episode.value))
        self._next.on_click(self._forward)
        self._form = w.VBox([*self.questions.values(), self._judge])
        self._after = w.VBox([self._result, self.note, w.HBox([self._next, self._again])])
        self.box = w.VBox(
            [
                w.HTML(f"<p><strong>{escape(QUESTION)}</strong></p>"),
                self.episode,
                self._story,
                self._form,
                self.said,
                self._after,
                self._tally,
            ]
        )
        self._turn()
        self._count()

    # --- reading

    @property
    def agreement(self) -> pd.DataFrame:
        """Agreement with the published coding, a row a question and one for the verdict; see `csto.models.agreement`."""
        return self.scheme.agreement(self.answers)

    @property
    def differences(self) -> pd.DataFrame:
        """Where the answers and the published coding part: `case`, `field`, `published`, `yours`."""
        return self.scheme.differences(self.answers)

    # --- coding

    def code(self, case: str, note: str = "", **answers: str) -> None:
        """Code an episode by its number, such as "R32"; an earlier coding of it is replaced.

        Raises
        ------
        CodingError
            If the episode, a question or an answer is not known, or an answer is missing; nothing is changed then.
        """
        unknown = [name for name in answers if name not in due.ANSWERS]
        if unknown:
            raise CodingError(f"{unknown[0]!r} is not a question; allowed: {', '.join(due.ANSWERS)}")
        self._keep(self.scheme.frame([{"case": case, "note": note, **answers}]))
        self.episode.value = case
        self._turn()

    def forget(self, case: str | None = None) -> None:
        """Forget the answers on one episode, or all of them."""
        self.answers = self.answers[self.answers["case"] != case] if case else self.scheme.frame([])
        self._turn()
        self._count()

    def save(self, path: str | Path) -> None:
        """Write the answers to a file, CSV or JSON by its ending, as the page's downloads are.

        Raises
        ------
        CodingError
            If the ending is another one, or nothing has been coded.
        """
        path = Path(path)
        ways = {".csv": coding.to_csv, ".json": coding.to_json}
        if path.suffix not in ways:
            raise CodingError(f"{path.name}: ending {path.suffix!r}; allowed: {', '.join(ways)}")
        if self.answers.empty:
            raise CodingError("nothing has been coded yet, so there is nothing to save")
        path.write_text(ways[path.suffix](self.scheme, self.answers), encoding="utf-8", newline="")

    def load(self, path: str | Path) -> None:
        """Read answers from a file of this lab or of the page; for the same episodes the file counts.

        Raises
        ------
        CodingError
            If the file is of another kind, coding or version, or an answer is not allowed; nothing is changed then.
        """
        path = Path(path)
        try:
            text = path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            raise CodingError(f"{path.name} is not text in UTF-8") from None
        loaded = coding.parse(self.scheme, text)
        self._keep(loaded)
        self._turn()
        self.said.text = f"{len(loaded)} answers loaded from {path.name}."

    # --- what the widgets do

    def _keep(self, rows: pd.DataFrame) -> None:
        others = self.answers[~self.answers["case"].isin(rows["case"])]
        place = {case.id: number for number, case in enumerate(self.scheme.cases)}
        joined = pd.concat([others, rows])
        self.answers = joined.sort_values("case", key=lambda ids: ids.map(place), ignore_index=True)
        self._count()

    def _mine(self) -> dict[str, str] | None:
        rows = self.answers[self.answers["case"] == self.episode.value].to_dict("records")
        return {str(name): value for name, value in rows[0].items()} if rows else None

    def _judged(self, _: Any) -> None:
        missing = [name for name, control in self.questions.items() if control.value is None]
        if missing:
            number = list(self.questions).index(missing[0]) + 1
            self.said.text = f"Answer question {number} first."
            return
        self.code(self.episode.value, **{name: control.value for name, control in self.questions.items()})

    def _noted(self, change: Any) -> None:
        mine = self._mine()
        if mine and change["new"] != mine["note"]:
            try:
                self._keep(self.scheme.frame([{**mine, "note": change["new"]}]))
            except CodingError as fault:
                self.said.text = f"The note was not kept. {fault}"

    def _forward(self, _: Any) -> None:
        ids = [case.id for case in self.scheme.cases]
        self.episode.value = ids[(ids.index(self.episode.value) + 1) % len(ids)]

    def _turn(self, _: Any = None) -> None:
        case, mine = self._cases[self.episode.value], self._mine()
        self._story.value = f"<p><em>{escape(case.facts)}</em></p><p>{escape(case.story)}</p>"
        self._form.layout.display = "none" if mine else "flex"
        self._after.layout.display = "flex" if mine else "none"
        for name, control in self.questions.items():
            control.value = mine[name] if mine else None
        self.note.value = mine["note"] if mine else ""
        self._result.value = self._compared(case, mine) if mine else ""
        self.said.text = self._verdict(case, mine) if mine else ""

    def _verdict(self, case: Case, mine: dict[str, str]) -> str:
        ours, yours = decide(**case.answers), decide(**{name: mine[name] for name in self.questions})
        if ours == yours:
            return f"By your answers: {yours.verdict}. The published coding comes to the same. {yours.why}"
        return f"By your answers: {yours.verdict}. {yours.why} By the published coding: {ours.verdict}. {ours.why}"

    def _compared(self, case: Case, mine: dict[str, str]) -> str:
        rows = "".join(
            f'<tr><th scope="row">{escape(one.short)}</th><td>{escape(one.options[mine[one.id]])}</td>'
            f"<td>{escape(one.options[case.answers[one.id]])}</td>"
            f"<td>{'same' if mine[one.id] == case.answers[one.id] else 'apart'}</td></tr>"
            for one in self.scheme.questions
        )
        notes = "".join(
            f"<p><strong>{escape(name)}:</strong> {escape(words)}</p>" for name, words in case.notes.items()
        )
        return (
            f"<p>{escape(decide(**case.answers).basis)}</p>"
            '<table><caption>Your answers and the published ones</caption><thead><tr><th scope="col">Question</th>'
            f'<th scope="col">You</th><th scope="col">Published</th><th scope="col">Same?</th></tr></thead>{rows}</table>{notes}'
        )

    def _count(self) -> None:
        short = {question.id: question.short for question in self.scheme.questions} | {"verdict": "Verdict"}
        rows = "".join(
            f'<tr><th scope="row">{short[row.field]}</th><td>{row.same} of {row.n}</td><td>{100 * row.share:.0f}%</td>'
            f"<td>{'–' if pd.isna(row.kappa) else f'{row.kappa:.2f}'.replace('-', '−')}</td></tr>"
            for row in self.agreement.itertuples()
        )
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Question", "Same", "Per cent", "Kappa"))
        self._tally.value = f"<p>{len(self.answers)} of {len(self.scheme.cases)} episodes coded.</p>" + (
            f"<table><caption>Your agreement with the published coding</caption><thead><tr>{head}</tr></thead>{rows}</table>"
            if rows
            else ""
        )


def lab() -> Lab:
    """Return the lab with both its faces."""
    return Lab("due", QUESTION, NOTEBOOK, twin, Desk)
