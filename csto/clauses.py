"""Promises compared: treaty versions taken apart into elements, passage by passage.

The words, their standing and our coding are in the tables `treaties`, `clauses` and `clause_answers`;
what is asked of each treaty and by which rule it is coded, in `clause_elements` and `clause_codes`.
"""

from __future__ import annotations

import difflib
from html import escape
from typing import Any

import altair as alt
import pandas as pd

from csto import theme
from csto.data import load, source
from csto.figures import note
from csto.html import Shown, attributes

PAIR = ("cst-1992", "cst-2010")
LANGUAGES = {"en": "English", "ru": "Russian", "hy": "Armenian", "sk": "Slovak"}
#: Kinds of treaty in the order of menus and axes.
KINDS = ("this treaty", "agreement under this treaty", "bilateral treaty of Russia", "other alliance")
#: The kinds that promise help; the agreements under the treaty only say on what terms it may come.
PROMISES = ("this treaty", "bilateral treaty of Russia", "other alliance")
_MATRIX = (
    "treaty", "label", "kind", "year", "standing", "element", "name", "question",
    "code", "sign", "words", "answer", "text", "note", "source_keys", "confidence",
)  # fmt: skip


def treaties() -> pd.DataFrame:
    """Return the treaty versions, the course's own first, each kind by year."""
    table = load("treaties")
    own = table["kind"].isin(["this treaty", "agreement under this treaty"])
    place = table["kind"].map(KINDS.index).where(~own, 0)
    return (
        table.assign(place=place)
        .sort_values(["place", "year", "treaty"])
        .drop(columns="place")
        .reset_index(drop=True)
    )


def _known(value: str, column: str, table: pd.DataFrame) -> None:
    """Raise for a key that the table does not have."""
    known = table[column].tolist()
    if value not in known:
        near = difflib.get_close_matches(str(value), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ValueError(f"no {column} {value!r}{hint} Allowed: {', '.join(known)}")


def passages(treaty: str | None = None, element: str | None = None) -> pd.DataFrame:
    """Return the passages of a treaty version, on an element, of both or of neither.

    Parameters
    ----------
    treaty
        A key of the table `treaties`.
    element
        A key of the table `clause_elements`.

    Returns
    -------
    DataFrame
        Rows of the table `clauses`: exact `text`, `language`, `version`, `translation`, `standing`, `note` and sources.

    Raises
    ------
    ValueError
        If the treaty or the element is unknown; the message names the nearest and all that are allowed.
    """
    table = load("clauses")
    if treaty is not None:
        _known(treaty, "treaty", treaties())
        table = table[table["treaty"] == treaty]
    if element is not None:
        _known(element, "element", load("clause_elements"))
        table = table[table["element"] == element]
    return table.reset_index(drop=True)


def matrix() -> pd.DataFrame:
    """Return every answer of every treaty version, ready to draw: one row a treaty and a question.

    Returns
    -------
    DataFrame
        `treaty` (key), `label`, `kind`, `year`, `standing`, `element` (key), `name`, `question` (in few words),
        `code`, `sign`, `words` (the code in words), `answer` (in our words), `text` (the passages, with their
        translations; empty where there is none), `note`, `source_keys` and `confidence`;
        treaties in the order of `treaties()`, questions in that of the table `clause_elements`.
    """
    elements = load("clause_elements").rename(columns={"question": "asked", "short": "question"})
    quoted = load("clauses").assign(said=lambda d: d["translation"].fillna(d["text"]))
    said = quoted.groupby(["treaty", "element"])["said"].agg(" / ".join).rename("text").reset_index()
    grid = treaties()[["treaty", "label", "kind", "year", "standing"]].merge(elements, how="cross")
    table = (
        grid.merge(load("clause_answers"), on=["treaty", "element"], how="left", validate="1:1")
        .merge(load("clause_codes")[["element", "code", "sign", "words"]], on=["element", "code"], how="left")
        .merge(said, on=["treaty", "element"], how="left")
        .assign(text=lambda d: d["text"].fillna(""), note=lambda d: d["note"].fillna(""))
    )
    return table[list(_MATRIX)]


def compare(first: str = PAIR[0], second: str = PAIR[1]) -> pd.DataFrame:
    """Return two treaty versions element by element.

    Parameters
    ----------
    first, second
        Keys of the table `treaties`.

    Returns
    -------
    DataFrame
        One row an element, indexed by its name; a column of answers for each treaty, named by its label, and
        `compared`: "alike" or "different" by the codes, "not comparable" where either was not read.

    Raises
    ------
    ValueError
        If a treaty is unknown, or both are the same.
    """
    for one in (first, second):
        _known(one, "treaty", treaties())
    if first == second:
        raise ValueError(f"{first!r} twice; choose two different treaties")
    answers = matrix()
    sides = [answers[answers["treaty"] == one].set_index("name") for one in (first, second)]
    return pd.DataFrame(
        {
            **{side["label"].iloc[0]: side["answer"] for side in sides},
            "compared": [_compared(*pair) for pair in zip(sides[0]["code"], sides[1]["code"], strict=True)],
        }
    )


def _compared(one: str, other: str) -> str:
    if "not seen" in (one, other):
        return "not comparable"
    return "alike" if one == other else "different"


# --- the chart -------------------------------------------------------------------------------------------------------


def chart(name: str = "fig-clauses", pick: str = PAIR[1]) -> Any:
    """Return the matrix of treaties and questions as a chart, with a menu that tells one treaty in words.

    Parameters
    ----------
    name
        The figure's name on its page.
    pick
        The treaty that is told at first, a key of the table `treaties`.

    Raises
    ------
    ValueError
        If the treaty is unknown.
    """
    _known(pick, "treaty", treaties())
    table = matrix()
    labels, questions = table["label"].unique().tolist(), table["question"].unique().tolist()
    told = {
        label: f"{label}. "
        + " ".join(f"{row.question} {_sentence(row.words, row.answer)}" for row in rows.itertuples())
        for label, rows in table.groupby("label", sort=False)
    }
    chosen = alt.param(
        name="pick",
        value=treaties().set_index("treaty")["label"][pick],
        bind=alt.binding_select(options=labels, name="In words "),
    )
    words = alt.param(name="told", value=told)
    answer = alt.param(name="answer", expr="told[pick]")
    drawn = table[["label", "question", "sign", "words", "answer", "text", "kind", "standing"]]
    base = alt.Chart(drawn).encode(
        alt.X(
            "question:N",
            title=None,
            sort=questions,
            axis=alt.Axis(orient="top", labelAngle=-90, labelLimit=160, ticks=False, domain=False),
        ),
        alt.Y("label:N", title=None, sort=labels, axis=alt.Axis(labelLimit=180, ticks=False, domain=False)),
    )
    ruled = base.mark_rect(stroke=theme.RULE, strokeWidth=1).encode(
        color=alt.condition("datum.label === pick", alt.value(theme.PANEL), alt.value("transparent"))
    )
    signs = base.mark_text(fontSize=16).encode(
        text="sign:N",
        color=alt.condition("datum.sign === '●'", alt.value(theme.ACCENT), alt.value(theme.INK)),
        tooltip=[
            alt.Tooltip("label:N", title="Treaty"),
            alt.Tooltip("question:N", title="Question"),
            alt.Tooltip("words:N", title="Code"),
            alt.Tooltip("answer:N", title="Answer"),
            alt.Tooltip("text:N", title="Words"),
            alt.Tooltip("standing:N", title="How the promise was read"),
        ],
    )
    return (
        (ruled + signs)
        .add_params(chosen, words, answer)
        .properties(
            name=name,
            width=420,
            height=430,
            title={
                "text": "Many treaties promise help, and few say who decides that it is due",
                "subtitle": "● yes · ◐ in part · ○ no words of it · ? not seen. Choose a treaty to have its row told below.",
            },
            description=described(table),
            usermeta=note(
                "clause_answers",
                "clauses",
                unit="one sign an answer of one treaty version to one question, coded by the written codebook",
                as_of="texts of 1947 to 2024",
                caution="A coding is a reading by one coder; an open circle says that the words read are silent, "
                "a question mark that the words were not read",
            ),
        )
    )


def described(table: pd.DataFrame) -> str:
    """Return the matrix in words, with everything in them counted from the table of `matrix()`."""
    promises = table[table["kind"].isin(PROMISES)]

    def which(element: str, code: str) -> list[str]:
        return promises.query("element == @element and code == @code")["label"].tolist()

    changed = compare(*PAIR).query("compared == 'different'")
    old, new = changed.columns[:2]
    changes = "; ".join(
        f"{name.lower()}: “{row[old]}”, then “{row[new]}”" for name, row in changed.iterrows()
    )
    return (
        f"{table['label'].nunique()} treaty versions by {table['element'].nunique()} questions. "
        f"Of the {promises['label'].nunique()} that promise help, {len(which('decide', 'yes'))} name who decides "
        f"({_listed(which('decide', 'yes'))}) and {len(which('decide', 'partly'))} do so for some cases "
        f"({_listed(which('decide', 'partly'))}). A request is needed in {len(which('request', 'yes'))} "
        f"({_listed(which('request', 'yes'))}). The helper judges the measure, in so many words, in "
        f"{_listed(which('duty', 'yes'))}; no such words stand in {_listed(which('duty', 'silent'))}. "
        f"An area is drawn by {_listed(which('place', 'yes'))}. From {old} to {new} the answer changes on "
        f"{len(changed)} questions. {_upper(changes)}. "
        f"For {(table['code'] == 'not seen').sum()} of the {len(table)} answers the words were not read."
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(words: str, answer: str) -> str:
    return f"{_upper(words)}: {answer}."


def _listed(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"


# --- the explorer ----------------------------------------------------------------------------------------------------


def explorer(first: str = PAIR[0], second: str = PAIR[1]) -> Shown:
    """Return the clause explorer, to show at the end of a cell.

    In the book a reader chooses two treaty versions from two menus and sees them element by element; without scripts
    every treaty stands on the page, the two given ones open. In a live kernel the two given ones stand side by side.

    Parameters
    ----------
    first, second
        Keys of the table `treaties`: the pair that is shown at first.

    Raises
    ------
    ValueError
        If a treaty is unknown, or both are the same.
    """
    pair = compare(first, second)
    every = treaties().fillna({"note": ""})
    answers = matrix()
    clauses = load("clauses")
    cards = {
        row["treaty"]: _card(
            row, answers[answers["treaty"] == row["treaty"]], clauses, row["treaty"] in (first, second)
        )
        for row in every.to_dict("records")
    }
    html = (
        f'<div class="side-by-side"{attributes(data_first=first, data_second=second, data_unknown="not seen")}>'
        '<p class="side-lead">The words of treaties, element by element. What a text does not say is said; '
        f"what we have not read is marked as not seen.</p>{''.join(cards.values())}</div>"
    )
    return Shown(html, pair.to_string(), live=_beside(every, answers, clauses, first, second))


def _day(value: Any) -> str:
    return "" if pd.isna(value) else f"{value.day} {value:%B %Y}"


def _about(row: dict[str, Any]) -> str:
    """Return the dates of a treaty version, and how it was read, as one line of text."""
    parts = [
        f"signed {_day(row['signed']) or row['year']}",
        f"in force {_day(row['in_force'])}" if _day(row["in_force"]) else "",
        f"until {_day(row['out_of_force'])}" if _day(row["out_of_force"]) else "",
    ]
    when = _upper(", ".join(part for part in parts if part))
    return f"{when}. The words of the promise: {row['standing']}. {row['note']}".strip()


def _card(row: dict[str, Any], answers: pd.DataFrame, clauses: pd.DataFrame, is_open: bool) -> str:
    asked = load("clause_elements").set_index("element")["question"]
    rows = "".join(
        f"<div{attributes(data_row=one['element'], data_name=one['name'], data_code=one['code'])}>"
        f'<dt><span class="side-name">{escape(one["name"])}</span> <span class="side-asked">{escape(asked[one["element"]])}</span></dt>'
        f"<dd>{_cell(one, clauses)}</dd></div>"
        for one in answers.to_dict("records")
    )
    return (
        f'<details class="side-item"{attributes(data_item=row["treaty"], data_label=row["label"], data_group=row["kind"])}'
        f'{" open" if is_open else ""}><summary><span class="side-label">{escape(row["label"])}</span> {escape(row["name"])}</summary>'
        f'<p class="side-about">{escape(_about(row))}</p><dl>{rows}</dl></details>'
    )


def _cell(answer: dict[str, Any], clauses: pd.DataFrame) -> str:
    own = clauses[(clauses["treaty"] == answer["treaty"]) & (clauses["element"] == answer["element"])]
    first = f"<strong>{escape(_upper(answer['words']))}:</strong> {escape(answer['answer'])}."
    extra = f' <span class="side-remark">{escape(answer["note"])}</span>' if answer["note"] else ""
    known = ""
    if own.empty and answer["code"] in ("yes", "partly"):
        known = '<p class="side-where">Known from the sources; no words are quoted.</p>'
    head = f'<p class="side-answer"><span class="side-sign" aria-hidden="true">{answer["sign"]}</span> {first}{extra}</p>'
    return head + known + "".join(_quoted(one) for one in own.fillna("").to_dict("records"))


def _quoted(one: dict[str, Any]) -> str:
    translation = ""
    if one["translation"]:
        by = "our translation" if one["translator"] == "the course" else f"translated by {one['translator']}"
        translation = (
            f'<p class="side-translation">{escape(one["translation"])} <span>({escape(by)})</span></p>'
        )
    remark = f'<p class="side-remark">{escape(one["note"])}</p>' if one["note"] else ""
    return (
        f"<div{attributes(class_='side-passage', data_clause=one['clause'])}>"
        f"<blockquote{attributes(lang=one['language'])}><p>{escape(one['text'])}</p></blockquote>{translation}"
        f'<p class="side-where">{_article(one["article"])} · {escape(one["version"])} · <em>{escape(one["standing"])}</em> · {_copy(one["source_keys"])}</p>{remark}</div>'
    )


def _copy(keys: str) -> str:
    """Return a link to the copy that the words were taken from: the first source of the passage."""
    entry = source(keys.split(";")[0])
    return f"<a{attributes(href=entry['url'])}>{escape(entry.get('organization', entry['author']))}</a>"


def _article(article: str) -> str:
    """Return the place of a passage, with the word Article where the place begins with a number."""
    numbered = article[0].isdigit() or article[0] in "IV"
    return escape(f"Article {article}" if numbered else _upper(article))


def _beside(every: pd.DataFrame, answers: pd.DataFrame, clauses: pd.DataFrame, *pair: str) -> str:
    """Return two treaty versions as a plain table, for a live kernel."""
    rows = every.set_index("treaty", drop=False)
    heads = "".join(
        f'<th scope="col">{escape(rows.loc[one, "label"])}<br><small>{escape(_about(dict(rows.loc[one])))}</small></th>'
        for one in pair
    )
    body = ""
    for element in load("clause_elements").to_dict("records"):
        own = answers[answers["element"] == element["element"]].set_index("treaty", drop=False)
        cells = "".join(f"<td>{_cell(dict(own.loc[one]), clauses)}</td>" for one in pair)
        body += f'<tr><th scope="row">{escape(element["name"])}<br><small>{escape(element["question"])}</small></th>{cells}</tr>'
    keys = ", ".join(every["treaty"])
    return (
        f'<table class="side-pair"><thead><tr><td></td>{heads}</tr></thead><tbody>{body}</tbody></table>'
        f'<p>Other pairs: <code>clauses.explorer("{escape(pair[0])}", "nato-1949")</code>. Keys: {escape(keys)}.</p>'
    )
