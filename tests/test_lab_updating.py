"""Lab 3b: the live widget driven from code, and its static twin evaluated by Vega itself against the model."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from ipywidgets import Widget
from twins import spoken, turned, words

from book import tables, vega
from csto import episodes, theme
from csto.labs import lab
from csto.labs import updating as lab_updating
from csto.labs.base import percent
from csto.labs.updating import ANY, CLASSES, MET, OWN, STRIPS, THOSE, Desk
from csto.models import updating as model
from csto.models.updating import Prior, Rule

WIDE, HIGH = 640, 360


def settings(number: int) -> list[dict[str, Any]]:
    """Return where the page's controls stand at first, and random other settings."""
    pick = np.random.default_rng(2010)
    first = {**lab_updating.FIRST, "prior": lab_updating.first_prior()}
    return [
        first,
        *(
            {
                "prior": str(pick.choice(list(lab_updating.shown()))),
                "held": int(pick.choice(lab_updating.WEIGHTS)),
                "kept": str(pick.choice(list(episodes.NUMERATORS))),
                "cases": str(pick.choice(list(episodes.DENOMINATORS))),
            }
            for _ in range(number)
        ),
    ]


def modelled(setting: dict[str, Any]) -> tuple[Prior, int, int]:
    """Return the prior and the cases of a setting, from the model and the table of rates."""
    rates = episodes.rates(episodes.episodes()).set_index(["denominator", "numerator"])
    k, n = rates.loc[(setting["cases"], setting["kept"]), ["k", "n"]]
    return Prior.of(lab_updating.shown()[setting["prior"]], setting["held"]), int(k), int(n)


def curves(svg: str) -> dict[str, np.ndarray]:
    """Return the three curves of a drawing as heights in pixels above their own foot, by strip."""
    colours = {colour: strip for strip, colour in STRIPS.items()}
    paths = re.findall(r'd="(M[^"Z]+)"[^>]*stroke="(#\w+)"[^>]*stroke-width="2"', svg)
    drawn = {
        colours[colour]: np.array([float(y) for _, y in re.findall(r"([-\d.e]+),([-\d.e]+)", path)])
        for path, colour in paths
        if colour in colours and path.count("L") == 200
    }
    foot = {strip: HIGH - (2 - place + 0.17) * HIGH / 3 for place, strip in enumerate(STRIPS)}
    return {strip: foot[strip] - heights for strip, heights in drawn.items()}


@pytest.fixture(scope="module")
def twin() -> dict[str, Any]:
    return lab("updating").chart().to_dict()


@pytest.fixture(scope="module")
def compiled(twin: dict[str, Any]) -> dict[str, Any]:
    return spoken(twin)


@pytest.fixture
def desk() -> Iterator[Desk]:
    yield Desk()
    Widget.close_all()


# --- two faces ----------------------------------------------------------------------------------------------------


def test_both_faces_open_on_the_same_answer(compiled: dict[str, Any], desk: Desk) -> None:
    assert desk.said.text in words(turned(compiled))


# --- the rules ----------------------------------------------------------------------------------------------------


def test_the_rules_of_the_lab_count_what_the_chapter_counts() -> None:
    rates = episodes.rates(episodes.episodes()).set_index(["denominator", "numerator"])
    assert set(CLASSES) == set(THOSE) == set(episodes.DENOMINATORS) and set(MET) == set(episodes.NUMERATORS)
    for cases, among in CLASSES.items():
        for name, codes in episodes.NUMERATORS.items():
            k, n, _ = model.count(lab_updating.members(), Rule(codes, among))
            assert [k, n] == rates.loc[(cases, name), ["k", "n"]].tolist()


# --- the live lab -------------------------------------------------------------------------------------------------


def test_the_answer_says_what_was_believed_what_the_cases_say_and_what_follows(desk: Desk) -> None:
    desk.set(prior="Uniform", kept="troops", cases="requests to the Organisation")
    assert desk.said.text == (
        "Before: a rate of 50%, held like 2 cases. "
        "The cases: 1 of 12 requests to the Organisation brought troops. "
        "After: 14%, and with 95% between 2% and 36%. "
        "The cases carry 86% of the weight, the prior carries the rest. "
        "At least one of the next 5 is met with a chance of 49%."
    )


def test_a_turned_dial_changes_the_answer(desk: Desk) -> None:
    desk.weight.value = 50
    assert "held like 50 cases" in desk.said.text and "After: 19%" in desk.said.text
    desk.mean.value = 0.8
    assert "Before: a rate of 80%" in desk.said.text and "After: 66%" in desk.said.text
    assert desk.prior.value == OWN
    before = desk.said.text
    desk.ahead.value = 1
    assert desk.said.text.startswith(before.split("At least")[0])
    assert desk.said.text.endswith("The next one is met with a chance of 66%.")


def test_a_published_prior_sets_the_rate_and_leaves_its_weight_to_the_reader(desk: Desk) -> None:
    desk.set(weight=7)
    desk.prior.value = "74.5%: Leeds, Long and Mitchell 2000, 1816–1944"
    assert (desk.belief.mean, desk.belief.weight) == (pytest.approx(0.745), pytest.approx(7))
    assert "Before: a rate of 74.5%, held like 7 cases" in desk.said.text
    assert "specific obligations honoured in war, 1816–1944" in desk.about.value
    assert "counts wars" in desk.about.value
    desk.prior.value = "Jeffreys"
    assert (desk.belief.alpha, desk.belief.beta) == pytest.approx((0.5, 0.5))
    desk.weight.value = 3
    assert desk.prior.value == OWN and "A belief of your own" in desk.about.value


def test_nobody_sees_how_a_computer_adds(desk: Desk) -> None:
    assert 0.01 * 3 + (1 - 0.01) * 3 != 3
    desk.set(weight=3, mean=0.01)
    assert "Before: 1%, held like 3 cases" in words(desk._picture.value)
    assert "held like 3 cases." in desk.said.text


def test_ticking_answers_makes_a_coding_rule_of_ones_own(desk: Desk) -> None:
    assert desk.rule.kept == ("deployment",)
    desk.codes["mission"].value = True
    assert desk.kept.value == OWN
    assert "The cases: 3 of 12 requests to the Organisation count as kept." in desk.said.text
    for code in ("material aid", "promise"):
        desk.codes[code].value = True
    assert desk.kept.value == "more than words"
    assert "The cases: 5 of 12 requests to the Organisation brought more than words." in desk.said.text
    desk.kept.value = "any answer found"
    assert all(box.value for box in desk.codes.values())


def test_the_class_can_be_cut_by_addressee_form_text_and_opponent(desk: Desk) -> None:
    asked = episodes.chosen(episodes.episodes(), "requests on record")
    desk.set(cases="requests on record", kept="more than words")
    for column, code in [
        ("requested_of", "Russia"),
        ("request_form", "public appeal"),
        ("text", "text of 1992"),
        ("adversary_kind", "non-state"),
    ]:
        desk.set(cases="requests on record", **{column: code})
        rows = asked[asked[column] == code]
        met = rows["response"].isin(episodes.NUMERATORS["more than words"]).sum()
        assert f"The cases: {met} of {len(rows)} cases of your class" in desk.said.text
        assert desk.cases.value == OWN
    desk.set(adversary_kind=ANY, requested_of="CSTO")
    assert desk.cases.value == "requests to the Organisation"
    desk.on_record.value = False
    assert desk.cases.value == OWN


def test_the_cases_that_are_counted_are_listed_with_their_answers(desk: Desk) -> None:
    desk.set(cases="formal Article 4 appeals", kept="troops")
    assert "The 2 cases that you count" in desk._table.value
    for title, answer, kept in [
        ("January in Kazakhstan, Kazakhstan, 2022", "deployment", "kept"),
        ("Attack on Armenia, Armenia, 2022", "mission", "not kept"),
    ]:
        assert f'<th scope="row">{title}</th><td>{answer}</td><td>{kept}</td>' in desk._table.value
    desk.set(cases="all rows of members")
    assert desk._table.value.count("<td>not kept</td>") == 45
    assert "no reaction found" in desk._table.value


def test_a_rule_that_leaves_nothing_shows_a_message_and_no_chart(desk: Desk) -> None:
    desk.set(cases="formal Article 4 appeals")
    assert desk._picture.value
    desk.among["requested_of"].value = "Russia"
    assert desk.said.text.startswith("No case fits this rule, so there is nothing to learn from")
    assert desk._picture.value == desk._table.value == ""
    with pytest.raises(ValueError, match="No case fits this rule"):
        _ = desk.counted
    desk.among["requested_of"].value = "CSTO"
    assert "1 of 2 formal Article 4 appeals" in desk.said.text and desk._picture.value


def test_where_no_answer_counts_no_promise_could_be_kept(desk: Desk) -> None:
    desk.codes["deployment"].value = False
    assert desk.said.text.startswith("No answer counts as kept")
    assert desk._picture.value == ""


@pytest.mark.parametrize("prior", ["Uniform", "Jeffreys", "22%: Berkemeier and Fuhrmann 2018, 1945–2003"])
def test_the_live_picture_and_the_tables_agree_with_the_model(desk: Desk, prior: str) -> None:
    for kept in MET:
        for cases, among in CLASSES.items():
            desk.set(prior=prior, kept=kept, cases=cases)
            k, n, _ = model.count(lab_updating.members(), Rule(episodes.NUMERATORS[kept], among))
            after = model.update(desk.belief, k, n)
            low, high = (percent(limit) for limit in after.interval())
            drawn = words(desk._picture.value)
            assert f"Cases: {k} of {n} {MET[kept]}" in drawn
            assert f"After: {percent(after.mean)}" in drawn
            assert f"95% between {low} and {high}" in drawn
            name = THOSE[cases][0].upper() + THOSE[cases][1:]
            assert (
                f'<th scope="row">{name}</th><td>{k} of {n}</td><td>{percent(after.mean)}</td>'
                in desk._table.value
            )


def test_the_table_of_priors_gives_each_its_posterior_and_its_bayes_factor(desk: Desk) -> None:
    desk.set(weight=10, kept="troops", cases="requests to the Organisation")
    row = re.findall(r'<th scope="row">74\.5%: [^<]*</th>(.*?)</tr>', desk._table.value)[0]
    prior = Prior.of(0.745, 10)
    after = model.update(prior, 1, 12)
    cells = re.findall(r"<td>(.*?)</td>", row)
    assert cells[:2] == ["74.5%", percent(after.mean)]
    assert float(cells[3]) == pytest.approx(model.bayes_factor(prior, model.UNIFORM, 1, 12), rel=0.05)
    assert re.findall(r'<th scope="row">Uniform, 2 cases</th>.*?</tr>', desk._table.value)[0].endswith(
        "<td>1</td></tr>"
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mean": 1.2}, "mean: 1.2 is not allowed; allowed: 0.005 to 0.995"),
        ({"mean": -0.1}, "mean: -0.1 is not allowed"),
        ({"weight": 0}, "weight: 0 is not allowed; allowed: 1 to 100"),
        ({"ahead": 0}, "ahead: 0 is not allowed; allowed: 1 to 20"),
        ({"prior": "Flat"}, "prior: 'Flat' is not known; allowed: Uniform; Jeffreys; 25%"),
        ({"kept": "tanks"}, "kept: 'tanks' is not known; allowed: troops; more than words"),
        ({"kept": ("tanks",)}, "kept: 'tanks' is not known; allowed: deployment; mission"),
        ({"cases": "wars"}, "cases: 'wars' is not known; allowed: all rows of members"),
        ({"requested_of": "NATO"}, "requested_of: 'NATO' is not known; allowed: any; CSTO"),
        ({"weather": "fair"}, "column: 'weather' is not known; allowed: requested_of; request_form"),
    ],
)
def test_a_bad_setting_is_refused_and_changes_nothing(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    said, rule, belief = desk.said.text, desk.rule, desk.belief
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        desk.set(**{"weight": 33, "adversary_kind": "state", **change})
    assert (desk.said.text, desk.rule, desk.belief) == (said, rule, belief)


def test_a_dial_refuses_a_value_beyond_its_ends(desk: Desk) -> None:
    with pytest.raises(ValueError, match=r"^Rate expected: 1\.2 is not allowed; allowed: 0\.005 to 0\.995"):
        desk.mean.value = 1.2


def test_every_control_has_a_name(desk: Desk) -> None:
    assert all(dial.label and dial.hint for dial in (desk.mean, desk.weight, desk.ahead))
    others = [desk.prior, desk.kept, desk.cases, desk.on_record, *desk.codes.values(), *desk.among.values()]
    names = [control.description for control in others]
    assert all(names) and len(set(names)) == len(names)


# --- the twin -----------------------------------------------------------------------------------------------------


def test_the_grid_agrees_with_the_model() -> None:
    grid = lab_updating.grid()
    assert len(grid) == len(lab_updating.shown()) * len(lab_updating.WEIGHTS) * 3 * 4 <= 400
    for row in grid.sample(40, random_state=7).to_dict(orient="records"):
        prior, k, n = modelled(row)
        after = model.update(prior, k, n)
        assert (row["k"], row["n"]) == (k, n)
        assert (row["low0"], row["high0"]) == pytest.approx(prior.interval(), abs=6e-5)
        assert (row["low"], row["high"]) == pytest.approx(after.interval(), abs=6e-5)
        assert row["after"] == pytest.approx(after.mean, abs=6e-5)
        assert row["one"] == pytest.approx(after.at_least_one(lab_updating.AHEAD), abs=6e-5)


def test_the_twin_says_what_the_model_says_wherever_its_controls_stand(compiled: dict[str, Any]) -> None:
    for setting in settings(40):
        prior, k, n = modelled(setting)
        expected = lab_updating.sentence(prior, k, n, THOSE[setting["cases"]], MET[setting["kept"]])
        assert expected in words(turned(compiled, **setting)), setting


def test_the_curves_of_the_twin_agree_with_the_model(compiled: dict[str, Any]) -> None:
    rates = (np.arange(201) + 0.5) / 201
    for setting in settings(12):
        prior, k, n = modelled(setting)
        expected = {
            "before": prior.density(rates),
            "cases": model.likelihood(k, n, rates),
            "after": model.update(prior, k, n).density(rates),
        }
        drawn = curves(turned(compiled, **setting))
        assert set(drawn) == set(expected)
        for strip, heights in drawn.items():
            scaled = expected[strip] / expected[strip].max() * 0.46 * HIGH / 3
            assert heights == pytest.approx(scaled, abs=0.02), (setting, strip)


def test_the_rows_of_the_twin_agree_with_the_model(compiled: dict[str, Any]) -> None:
    for setting in settings(12):
        expected = []
        for cases in episodes.DENOMINATORS:
            prior, k, n = modelled({**setting, "cases": cases})
            after = model.update(prior, k, n)
            low, high = (percent(limit) for limit in after.interval())
            expected += [
                f"{k} of {n} {THOSE[cases]}",
                f"after: {percent(after.mean)}, 95% between {low} and {high}",
            ]
        drawn = [text for text in words(turned(compiled, **setting)) if re.match(r"after: |\d+ of ", text)]
        assert sorted(drawn) == sorted(expected), setting


def test_the_twin_fits_the_book(twin: dict[str, Any]) -> None:
    wide, narrow = vega.draw(twin, theme.dark_forms(), twin["name"])
    assert twin["name"] == "fig-lab-updating"
    assert wide.controls == 4  # the prior, its weight, what counts as kept, the reference class
    assert float(re.search(r' width="([\d.]+)"', narrow.svg)[1]) <= vega.NARROW + 8
    sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)px"', wide.svg)]
    assert sizes and min(sizes) >= 12
    assert len(gzip.compress(wide.vega.encode())) < 15_000


def test_before_cases_and_after_are_told_apart_without_colour(compiled: dict[str, Any]) -> None:
    assert len({str(dash) for dash in lab_updating.DASHES.values()}) == len(STRIPS) == 3
    drawn = words(turned(compiled))
    for word in ("Before: ", "Cases: ", "After: "):
        assert sum(text.startswith(word) for text in drawn) >= 1
    bold = re.findall(r'font-weight="bold"[^>]*>(.*?)</text>', turned(compiled))
    assert bold[:2] == ["1 of 12 requests to the Organisation", "after: 15%, 95% between 3% and 32%"]


def test_the_twin_says_in_words_what_it_shows(twin: dict[str, Any]) -> None:
    results = [
        percent(model.update(Prior.of(0.22, 10), 1, n).mean) for n in (46, 18, 12, 2)
    ]  # one deployment in each class
    assert (
        twin["title"]["text"]
        == f"One prior and one deployment give {', '.join(results[:3])} or {results[3]}, by the reference class"
    )
    assert "1 of 2 formal Article 4 appeals give 27%" in twin["description"]
    assert "the five priors offered end anywhere from 27% to 70%" in twin["description"]
    assert "count wars" in twin["usermeta"]["note"]["caution"]


def test_the_table_under_the_twin_names_every_setting(twin: dict[str, Any]) -> None:
    rows = [row for row in tables.chart_rows(twin) if "prior" in row]
    titles = tables.drawn_fields(twin)
    assert len(rows) == 360
    for field in ("prior", "held", "kept", "cases", "k", "n", "before", "after", "low", "high", "one"):
        assert titles[field] and titles[field] != field, field
