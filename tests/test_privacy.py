"""Canaries: people and small counts planted in the raw data are nowhere in what is published, and cannot be derived."""

import io
import unicodedata
import zipfile
from dataclasses import replace

import canary
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from collective_impact.analysis.initiative.own_words import own_words
from collective_impact.analysis.initiative.partner_roles import partner_roles
from collective_impact.analysis.outcome.followed import counted
from collective_impact.analysis.outcome.shown_cells import TOGETHER, shown_cells
from collective_impact.blocks import plain
from collective_impact.collection.collecting.survey_form import survey_form
from collective_impact.collection.importing.survey_answers import consent
from collective_impact.collection.wording import yes_or_no
from collective_impact.data.facts import Suppression
from collective_impact.data.reading import read_package
from collective_impact.framework.instruments import instrument
from collective_impact.statistics.privacy.linked_sums import suppress_linked


def folded(text: str) -> str:
    """Text as a search would find it: one case, no escapes, one kind of space."""
    plain = unicodedata.normalize("NFKC", text).replace("\\", "").replace("&#45;", "-").casefold()
    return " ".join(plain.split())


def test_nobody_who_was_planted_is_in_anything_published(planted_report):
    found = [
        f"{name}: {person}"
        for name, text in canary.published(planted_report)
        for person in canary.EVERYBODY
        if folded(person) in folded(text) or person.encode("unicode_escape").decode() in text
    ]
    assert not found


def test_a_quote_that_is_allowed_is_shown_without_the_address_in_it(planted_report):
    page = folded((planted_report / "developmental_initiative.html").read_text(encoding="utf-8"))
    assert folded(canary.QUOTABLE) in page
    assert folded("[removed]") in page


def test_partners_stand_as_roles_in_the_network(planted_report, planted_package):
    names = set(map(plain, read_package(str(planted_package)).tables["partner"]["name"]))
    drawn = {str(row["name"]) for row in canary.chart_data(planted_report, "partner-map") if "name" in row}
    assert "Backbone 1" in drawn
    assert not drawn & names


def test_the_planted_counts_are_in_no_picture_and_subtraction_does_not_give_them(planted_report, planted_package):
    """The total is told on the same page; what the shown areas leave of it must be two areas' or more, wide open."""
    initiative = read_package(str(planted_package))
    areas = initiative.tables["area"]
    names = dict(zip(areas["area_id"], map(plain, areas["name"]), strict=True))
    shown = {str(row["name"]) for row in canary.chart_data(planted_report, "fig-baseline") if "name" in row}
    assert shown
    assert names[canary.AREA] not in shown
    figures = counted(initiative, canary.INDICATOR)
    hidden = [area for area in figures.shown.followed if names[area] not in shown]
    assert len(hidden) > 1
    rows = figures.rows[(figures.rows["group"] == "all") & figures.rows["area_id"].isin(hidden)]
    before = rows[[period.year < 2021 for period in rows["period"]]]
    rest = before.groupby("period")["numerator"].sum()
    assert (rest - canary.FEW >= 10).all(), "fewer than 11 stays all that is known"


CELLS = st.tuples(st.integers(0, 30), st.integers(0, 30))


@settings(max_examples=25, deadline=None)
@given(st.lists(CELLS, min_size=4, max_size=6), st.integers(2, 4), st.data())
def test_no_small_count_can_be_derived_from_what_pages_show_together(cells, n_inside, data):
    """Areas, the areas together and groups in some of them: totals overlap, and all are shown where they may be."""
    areas = [f"a{place}" for place in range(len(cells))]
    inside = areas[:n_inside]
    rows = []
    for area, (cases, others) in zip(areas, cases_and_all(cells), strict=True):
        rows.append([area, "all", cases, others])
        if area in inside:
            part = data.draw(st.integers(0, cases)), data.draw(st.integers(0, others - cases))
            rows += [[area, "g", part[0], sum(part)], [area, "h", cases - part[0], others - sum(part)]]
    frame = pd.DataFrame(rows, columns=["area_id", "group", "numerator", "denominator"], dtype=object)
    frame = frame.assign(period=pd.Period("2020", "Y")).astype({"numerator": float, "denominator": float})
    decided = shown_cells(frame, "share", inside, inside, {"sex": ["g", "h"]}, 11)
    assert_open(frame, inside, decided)


def cases_and_all(cells):
    return [(cases, cases + others) for cases, others in cells]


def assert_open(frame, inside, decided):
    """Solve for every hidden small count with all that is shown, by every sum there is."""
    away = {cell for _period, cell in decided.hidden}
    everybody = frame[frame["group"] == "all"].set_index("area_id")[["numerator", "denominator"]]
    groups = frame[frame["group"] != "all"].groupby("group")[["numerator", "denominator"]].sum()
    cells = {("area", area): row for area, row in everybody.iterrows()}
    cells |= {("group:sex", group): row for group, row in groups.iterrows()} | {TOGETHER: everybody.loc[inside].sum()}
    true = {}
    for cell, (cases, people) in cells.items():
        true |= {("cases", cell): cases, ("others", cell): people - cases, ("all", cell): people}
    place = {key: at for at, key in enumerate(true)}
    sums = [(("all", cell), [("cases", cell), ("others", cell)]) for cell in cells]
    for part in ("cases", "others", "all"):
        by_area, by_group = [("area", area) for area in inside], [cell for cell in cells if cell[0] == "group:sex"]
        sums += [((part, TOGETHER), [(part, cell) for cell in parts]) for parts in (by_area, by_group)]
    matrix = np.zeros((len(sums), len(true)))
    for row, (whole, parts) in enumerate(sums):
        matrix[row, place[whole]] = -1
        matrix[row, [place[part] for part in parts]] = 1
    bounds = [(1.0 if value else 0.0, None) if key[1] in away else (value, value) for key, value in true.items()]
    for key, value in true.items():
        if key[1] in away and key[0] != "all" and 0 < value < 11:
            aim = np.eye(len(true))[place[key]]
            ends = [linprog(sign * aim, A_eq=matrix, b_eq=np.zeros(len(sums)), bounds=bounds) for sign in (1, -1)]
            low, high = (end.fun if end.status == 0 else np.inf for end in ends)
            assert abs(high) - low >= 9 - 1e-6, (key, value, low, -high)


def test_linked_sums_hide_what_an_overlap_would_tell():
    """Two totals that differ by one area give that area away, though no table holds it with them."""
    counts = pd.Series({"a": 5.0, "b": 40.0, "c": 60.0, "all": 105.0, "without a": 100.0})
    shown = suppress_linked(counts, [("all", ["a", "b", "c"]), ("without a", ["b", "c"])])
    assert not shown["a"]
    assert not (shown["all"] and shown["without a"])
    alone = suppress_linked(counts, [("all", ["a", "b", "c"])])
    assert alone["all"]
    assert list(alone[["a", "b", "c"]]) == [False, False, True]


def test_quotes_need_consent_and_enough_who_give_it(complete):
    said = own_words(complete)
    answers = complete.tables["survey_response"]
    allowed = set(answers.loc[answers["may_quote"].eq(True).fillna(False).astype(bool), "text"])
    assert said.quotes
    assert set(said.quotes) <= allowed
    assert said == own_words(complete)
    few = complete.facts.model_copy(update={"suppression": Suppression(min_respondents=said.n_allowed + 1)})
    assert own_words(replace(complete, facts=few)).quotes == ()
    nobody = {**complete.tables, "survey_response": answers.assign(may_quote=pd.NA)}
    assert own_words(replace(complete, tables=nobody)).quotes == ()


def test_forms_ask_whether_an_open_answer_may_be_quoted():
    with zipfile.ZipFile(io.BytesIO(survey_form(instrument("community_voice")))) as form:
        cells = "".join(form.read(name).decode() for name in form.namelist() if name.endswith(".xml"))
    assert "may_quote" in cells
    assert "${voice_open} != ''" in cells
    with zipfile.ZipFile(io.BytesIO(survey_form(instrument("mindset")))) as form:
        assert not any(b"may_quote" in form.read(name) for name in form.namelist()), "nothing is written there"


@pytest.mark.parametrize(
    ("answered", "row", "told"),
    [
        ("yes", {"item_id": "voice_open", "text": "x"}, {"may_quote": "true"}),
        *(
            (words.upper(), {"item_id": "voice_open", "text": "x"}, {"may_quote": "true"})
            for words in yes_or_no()["yes"].root.values()
        ),
        ("no", {"item_id": "voice_open", "text": "x"}, {"may_quote": "false"}),
        ("perhaps", {"item_id": "voice_open", "text": "x"}, {"may_quote": "false"}),
        ("", {"item_id": "voice_open", "text": "x"}, {}),
        ("yes", {"item_id": "voice_goals", "value": "3"}, {}),
    ],
)
def test_consent_is_for_what_was_written_and_only_yes_is_yes(answered, row, told):
    assert consent({"may_quote": answered}, row) == told


def test_roles_tell_no_names_unless_the_initiative_wants_it(complete):
    roles = partner_roles(complete)
    names = set(complete.table("partner")["name"])
    assert not set(roles["name"]) & names
    assert roles["name"].is_unique
    ties = complete.tables["relation"]
    for _wave, own in ties.groupby("wave_id"):
        there = roles[roles.index.isin({*own["from_partner_id"], *own["to_partner_id"]}) & ~roles["backbone"]]
        sizes = there["sector"].value_counts().drop("", errors="ignore")
        assert len(sizes)
        assert (sizes >= 3).all(), "a sector of its own would be a name"
    told = complete.facts.model_copy(update={"suppression": Suppression(partner_names=True)})
    assert set(partner_roles(replace(complete, facts=told))["name"]) <= names


def test_pairs_of_totals_never_differ_by_one_small_area(complete):
    """On the real example with small counts all over: no two shown totals differ by a single hidden area."""
    figures = counted(complete, "snabb-kontakt")
    hidden = {}
    for period, (kind, label) in figures.shown.hidden:
        if kind == "area":
            hidden.setdefault(period, set()).add(label)
    inside = set(figures.shown.followed)
    assert hidden
    assert all(len(areas & inside) != 1 for areas in hidden.values())
