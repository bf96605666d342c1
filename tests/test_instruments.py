"""The instruments hold together, cover the framework in both languages, and are scored as their files say."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from rating_and_network_data import KRIPPENDORFF_2011

from collective_impact.data.answers import all_answers, answers
from collective_impact.data.reading import read_package
from collective_impact.data.schema import TABLES, table_schema
from collective_impact.errors import InputError, MethodError
from collective_impact.framework.catalogue import concepts
from collective_impact.framework.instruments import criteria, instrument, instruments, read_instrument
from collective_impact.language import in_language, languages
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.agreement import krippendorff_alpha
from collective_impact.statistics.ratings.criteria import gate, summarise_ratings
from collective_impact.statistics.ratings.factors import factor_means
from collective_impact.statistics.ratings.instrument_scores import score
from collective_impact.words import Words

COVERED_KINDS = (
    "condition",
    "precondition",
    "fit_question",
    "component",
    "component_task",
    "mindset_shift",
    "mindset_part",
    "emergence_capability",
    "power_dynamic",
    "partnership_practice",
    "system_lever",
)
OWN = """
id = "own"
name = { en = "Own", sv = "Egen" }
purpose = { en = "Why", sv = "Varför" }
respondents = { en = "All", sv = "Alla" }
form = "rating"
table = "rubric_score"
levels = ["initiative"]
methods = ["formative"]
phases = ["organize_for_impact"]
source = "toolkit"
standing = "own_design"

[scale]
minimum = 0
maximum = 10

[scoring]
rule = "lowest"
gate = { at_least = 6 }

[[item]]
id = "own_first"
concept = "common_agenda"
text = { en = "First?", sv = "Första?" }

[[item]]
id = "own_second"
concept = "CA-01"
text = { en = "Second?", sv = "Andra?" }
"""


def written(folder: Path, text: str = OWN) -> Path:
    file = folder / "own.toml"
    file.write_text(text, encoding="utf-8")
    return file


def all_words(part):
    """Every text in a model, with the path to it."""
    if isinstance(part, Words):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from all_words(each)
    elif hasattr(type(part), "model_fields"):
        for name in type(part).model_fields:
            yield from all_words(getattr(part, name))


@pytest.mark.parametrize("one", instruments(), ids=lambda one: one.id)
def test_every_text_is_there_in_every_language(one):
    texts = [words.root for words in all_words(one) if words]
    assert texts
    for words in texts:
        assert set(words) == set(languages())
        assert all(text.strip() for text in words.values())
        assert words["en"] != words["sv"]


@pytest.mark.parametrize("kind", COVERED_KINDS)
def test_every_concept_is_asked_about(kind):
    covered = set().union(*(one.covered for one in instruments()))
    assert {concept.id for concept in concepts(kind)} <= covered


def test_the_licensed_inventory_ships_without_its_items():
    inventory = instrument("wilder")
    assert inventory.note
    assert not any(item.text for item in inventory.items)
    assert [item.id for item in inventory.items] == [f"wilder_{n:02d}" for n in range(1, 41)]
    sizes = [len(items) for items in inventory.groups().values()]
    assert sizes == [2, 2, 2, 2, 2, 1, 1, 3, 2, 2, 2, 2, 2, 3, 2, 3, 2, 2, 2, 1]


def test_ids_are_unique_and_lead_back_to_the_item():
    ids = [answer_id for one in instruments() for item in one.items for answer_id in item.answer_ids]
    assert len(ids) == len(set(ids))
    for table in TABLES:
        for item_id, (one, item) in criteria(table).items():
            assert (item.id, one.table) == (item_id, table)
            assert item in instrument(one.id).items


@pytest.mark.parametrize("one", instruments(), ids=lambda one: one.id)
def test_what_is_answered_fits_the_table(one):
    schema = table_schema(one.table)
    fields = {field.name: field for field in schema.fields}
    for item in one.scale_items:
        field = fields.get(item.column or "score")
        if field:  # survey answers are numbers of any scale
            assert field.minimum <= item.scale.minimum
            assert item.scale.maximum <= field.maximum
    if one.scoring.column:
        assert fields[one.scoring.column].allowed == one.concepts


def test_a_question_that_depends_on_another_comes_after_it():
    for one in instruments():
        places = {item.id: place for place, item in enumerate(one.items)}
        asked = [(places[item.asked_if.item], places[item.id]) for item in one.items if item.asked_if]
        assert all(earlier < later for earlier, later in asked)


def test_evidence_is_asked_for_from_the_score_that_the_file_names():
    assert {item.evidence_from for item in instrument("conditions").items} == {2}
    needed = {item.evidence_from for item in instrument("readiness").items if item.section == "readiness_preconditions"}
    assert needed == {3}


def test_an_instrument_that_is_not_there_is_answered_with_those_that_are():
    with in_language("sv"), pytest.raises(InputError) as error:
        instrument("condition")
    (problem,) = error.value.problems
    assert "conditions" in problem.mend
    assert "wilder" in problem.expected


def test_a_new_file_is_a_new_instrument_and_is_scored(tmp_path):
    written(tmp_path)
    own = instrument("own", tmp_path)
    assert instruments(tmp_path) == (own,)
    assert set(criteria("rubric_score", tmp_path)) == {"own_first", "own_second"}
    result = score(own, pd.DataFrame({"own_first": [9, 10], "own_second": [5, 6]}, index=["a", "b"]))
    assert result.gate.passed is False
    assert result.gate.deciding == ("own_second",)
    assert result.groups["own_first"].value == 9


BROKEN = {
    "rule": ('rule = "lowest"', 'rule = "average"'),
    "gate": ("gate = { at_least = 6 }", ""),
    "section": ("gate = { at_least = 6 }", 'gate = { at_least = 6, section = "common_agenda" }'),
    "name": ('id = "own"', 'id = "other"'),
    "prefix": ("own_first", "first"),
    "concept": ('"common_agenda"', '"comon_agenda"'),
    "source": ('source = "toolkit"', 'source = "nobody"'),
    "scale": ("maximum = 10", "maximum = 0"),
    "text": ('text = { en = "First?", sv = "Första?" }', ""),
    "twice": ("own_second", "own_first"),
    "options": ('text = { en = "Second?"', 'kind = "choice"\ntext = { en = "Second?"'),
    "unknown key": ('form = "rating"', 'form = "rating"\ncolour = "red"'),
    "missing key": ('form = "rating"', ""),
    "not TOML": ('id = "own"', "id = own"),
}


@pytest.mark.parametrize(("sound", "broken"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_does_not_hold_together_is_refused(tmp_path, sound, broken):
    assert sound in OWN
    written(tmp_path, OWN.replace(sound, broken))
    with pytest.raises(InputError) as error:
        instruments(tmp_path)
    assert all(problem.found and problem.expected and problem.mend for problem in error.value.problems)


def test_all_faults_of_a_file_are_told_at_once(tmp_path):
    faulty = OWN
    for fault in ("concept", "source", "scale", "prefix"):
        faulty = faulty.replace(*BROKEN[fault])
    with pytest.raises(InputError) as error:
        read_instrument(written(tmp_path, faulty))
    assert len(error.value.problems) == 5  # the scale stands with both items
    assert any("common_agenda" in problem.mend for problem in error.value.problems)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_says_what_it_rests_on(metric):
    agreement = krippendorff_alpha(KRIPPENDORFF_2011, metric)
    assert (agreement.n_raters, agreement.n_units, agreement.n_scores) == (4, 11, 40)
    assert agreement.identical == pytest.approx(43 / 55)  # pairs of scores, counted by hand


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([], "no_data"),
        ([[None, None]], "no_data"),
        ([[1, 2, 3]], "too_few_raters"),
        ([[1, None], [None, 2]], "too_few_raters"),
        ([[2, 2, 4], [2, 2, None]], "no_variation"),
    ],
)
def test_alpha_is_not_there_where_nothing_tells_agreement(ratings, reason):
    assert krippendorff_alpha(pd.DataFrame(ratings)).reason == reason


def test_alpha_refuses_what_the_metric_cannot_mean():
    with pytest.raises(MethodError):
        krippendorff_alpha(KRIPPENDORFF_2011 - 3, "ratio")
    with pytest.raises(MethodError):
        krippendorff_alpha(KRIPPENDORFF_2011, "kappa")


steps = st.integers(1, 5)


def both(scores):
    """Criteria as two raters see them who give the same scores."""
    return summarise_ratings(pd.DataFrame([scores, scores], index=["a", "b"]))


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1), steps, min_size=1), steps)
def test_a_gate_never_averages(scores, at_least):
    judged = gate(both(scores), at_least)
    assert judged.passed == (min(scores.values()) >= at_least)
    weakest = judged.deciding[0]
    praised = {name: value if name == weakest else 5 for name, value in scores.items()}
    assert gate(both(praised), at_least).passed == judged.passed


@settings(deadline=None)
@given(st.lists(steps, min_size=1), steps)
def test_a_missing_criterion_leaves_a_gate_open_unless_another_falls_short(scores, at_least):
    judged = gate(both(dict(enumerate(scores)) | {"absent": None}), at_least)
    assert judged.passed is (False if min(scores) < at_least else None)
    assert judged.missing == ("absent",)


@pytest.mark.parametrize(
    ("ratings", "passed", "unconfirmed", "dissent"),
    [
        ({"x": [3, 4, 4], "y": [3, 3, 5]}, True, (), ()),
        ({"x": [2, 4, 4], "y": [1, 3, 3]}, True, (), ("x", "y")),
        ({"x": [2, 4, 4], "y": [1, 2, 4]}, False, (), ("x",)),
        ({"x": [5, None, None], "y": [3, 3, 3]}, None, ("x",), ()),
        ({"x": [2, None, None], "y": [3, 3, 3]}, False, ("x",), ()),
    ],
)
def test_one_rater_alone_opens_no_gate_and_dissent_is_told(ratings, passed, unconfirmed, dissent):
    judged = gate(summarise_ratings(pd.DataFrame(ratings)), 3)
    assert (judged.passed, judged.unconfirmed, judged.dissent) == (passed, unconfirmed, dissent)


def test_a_tie_between_raters_goes_low():
    summary = summarise_ratings(pd.DataFrame({"a": [2, 3], "b": [1, None], "c": [None, None], "d": [0, 4]}))
    assert summary["median"].tolist()[:2] == [2, 1]
    assert math.isnan(summary.loc["c", "median"])
    assert summary.loc["d", ["lowest", "highest", "n"]].tolist() == [0, 4, 2]


def ready(**changed):
    """Two raters' scores of readiness, 4 for all but what is changed."""
    scores = {item.id: [4, 5] if place % 2 else [4, 4] for place, item in enumerate(instrument("readiness").items)}
    return pd.DataFrame(scores | changed, index=["a", "b"])


@pytest.mark.parametrize(
    ("changed", "passed", "deciding"),
    [
        ({}, True, ("readiness_champion", "readiness_finances", "readiness_urgency")),
        ({"readiness_finances": [2, 5]}, False, ("readiness_finances",)),
        ({"readiness_finances": [None, None]}, None, ("readiness_champion", "readiness_urgency")),
        ({"readiness_backbone": [1, 1]}, True, ("readiness_champion", "readiness_finances", "readiness_urgency")),
        ({"readiness_finances": [None, 5]}, None, ("readiness_champion", "readiness_urgency")),
    ],
)
def test_readiness_is_as_strong_as_its_weakest_precondition(changed, passed, deciding):
    result = score(instrument("readiness"), ready(**changed))
    assert result.gate.passed is passed
    assert result.gate.deciding == deciding


def rated(raters):
    """Scores of the five conditions, one row a rater."""
    items = [item.id for item in instrument("conditions").items]
    return pd.DataFrame({item: [rater(place) for rater in raters] for place, item in enumerate(items)})


def test_raters_who_agree_are_put_together_condition_by_condition():
    result = score(instrument("conditions"), rated([lambda place: place % 5] * 3))
    assert result.agreement.alpha == 1
    assert result.groups["common_agenda"].value == 1  # lower median of 0, 1, 2, 3, 4, 0
    assert (result.groups["common_agenda"].lowest, result.groups["common_agenda"].highest) == (0, 4)
    assert len(result.groups) == 5


def test_raters_who_disagree_are_shown_but_not_put_together():
    result = score(instrument("conditions"), rated([lambda place: place % 5, lambda place: 4 - place % 5]))
    assert result.agreement.reliability == "too_low"
    assert {group.reason for group in result.groups.values()} == {"low_agreement"}
    assert result.items.loc["conditions_stakeholders_at_table", ["lowest", "highest"]].tolist() == [0, 4]


def test_one_rater_is_not_a_rating():
    alone = rated([lambda place: place % 5])
    earlier = pd.concat({("before", "initiative"): rated([lambda place: place % 5] * 2), ("now", "initiative"): alone})
    for ratings in (None, earlier):
        result = score(instrument("conditions"), alone, all_ratings=ratings)
        assert {group.reason for group in result.groups.values()} == {"too_few_raters"}
    assert result.agreement.alpha == 1


def test_agreement_is_judged_over_all_that_was_rated():
    """Two raters who tell low rounds from high ones, and differ by a step where all stands at 3."""
    before, between = rated([lambda _: 0, lambda _: 0]), rated([lambda _: 1, lambda _: 1])
    now = rated([lambda place: 4 if place == 0 else 3, lambda place: 4 if place == 1 else 3])
    rounds = {("1", "initiative"): before, ("2", "initiative"): between, ("3", "initiative"): now}
    alone = score(instrument("conditions"), now)
    pooled = score(instrument("conditions"), now, all_ratings=pd.concat(rounds))
    assert alone.agreement.alpha < 0 < 0.9 < alone.agreement.identical
    assert {group.reason for group in alone.groups.values()} == {"low_agreement"}
    assert pooled.agreement.reliability == "firm"
    assert pooled.agreement.n_units == 3 * len(now.columns)
    assert {group.value for group in pooled.groups.values()} == {3}
    assert pooled.items.equals(alone.items)
    same = pd.concat({("1", "initiative"): before, ("2", "initiative"): before})
    unvaried = score(instrument("conditions"), before, all_ratings=same)
    assert unvaried.agreement.reason == "no_variation"
    assert unvaried.groups["common_agenda"].value == 0


def test_ratings_of_several_rounds_say_which():
    with pytest.raises(MethodError, match="round"):
        score(instrument("conditions"), rated([lambda _: 2]), all_ratings=rated([lambda _: 2]))


def test_one_thing_is_rated_at_a_time():
    with pytest.raises(MethodError):
        score(instrument("conditions"), rated([lambda _: 2, lambda _: 3]).set_axis(["same", "same"]))


def inventory(**answers):
    return score(instrument("wilder"), pd.DataFrame({f"wilder_{item[1:]}": values for item, values in answers.items()}))


def test_factors_of_the_inventory_by_hand():
    result = inventory(
        _12=[2, 3, 3, 4, 4, 4, 5, 5],  # mean 3.75; squared deviations 7.5; error sqrt(7.5 / 7 / 8) = .3660; t(7) 2.3646
        _07=[5, 5, 4, 4, 5, 4, 4, None],
        _08=[4, 4, 4, 4, 4, 4, 3, None],  # respondents' means 4.5, 4.5, 4, 4, 4.5, 4, 3.5
        _40=[1, 2, None, None, None, None, None, None],
    )
    compromise, trust = result.groups["wilder_compromise"], result.groups["wilder_trust"]
    assert (compromise.value, compromise.lowest, compromise.highest, compromise.n) == (3.75, 2, 5, 8)
    assert compromise.standard_error == pytest.approx(0.3660, abs=1e-4)
    assert (compromise.low, compromise.high) == pytest.approx((3.75 - 0.8654, 3.75 + 0.8654), abs=1e-3)
    assert compromise.band == 3.0
    assert trust.value == pytest.approx(29 / 7)
    assert (trust.lowest, trust.highest, trust.n, trust.band) == (3.5, 4.5, 7, 4.0)
    assert trust.standard_error is trust.low is trust.high is None  # 7 respondents: too few for an interval
    assert result.groups["wilder_leadership"] == Insufficient("too_few_respondents", 2, 5)
    assert np.isnan(result.items.loc["wilder_40", "median"])


@pytest.mark.parametrize(("mean", "band"), [(2.94, None), (2.96, 3.0), (3.94, 3.0), (3.96, 4.0), (5.0, 4.0)])
def test_a_band_is_read_off_the_mean_as_it_is_printed(mean, band):
    answers = pd.DataFrame({"a": [mean] * 5})
    assert factor_means(answers, {"factor": ["a"]}, bands=[3.0, 4.0])["factor"].band == band


def test_a_partner_counts_once_however_many_it_answers_about():
    ties = pd.DataFrame(
        {"intensity": [1, 1, 1, 4, 4, 4, 4]}, index=["north", "north", "north", "south", "east", "west", "sea"]
    )
    result = score(instrument("network"), ties)
    assert result.groups["network_intensity"].value == pytest.approx(17 / 5)
    assert result.items.loc["network_how_closely", "n"] == 5


def test_few_partners_are_not_shown_however_many_ties_they_tell_of():
    ties = pd.DataFrame({"intensity": [1] * 10, "trust_mission": [2] * 8 + [None] * 2}, index=[*"abcdabcd", "e", "f"])
    result = score(instrument("network"), ties)
    assert result.items.loc["network_how_closely", ["median", "n"]].tolist() == [1, 6]
    assert result.items.loc["network_mission", "n"] == 4
    assert result.items.loc["network_mission", ["median", "lowest", "highest"]].isna().all()
    assert result.groups["network_trust"] == Insufficient("too_few_respondents", 4, 5)


def test_few_residents_are_not_shown():
    answers = pd.DataFrame({"voice_goals": [1, 5, 3, 2]})
    assert score(instrument("community_voice"), answers) == Insufficient("too_few_respondents", 4, 5)
    assert score(instrument("community_voice"), answers, min_respondents=4).groups["voice_goals"].value == 2.75
    assert score(instrument("community_voice"), answers[:0]) == Insufficient("no_data")


def test_chosen_options_are_counted():
    answers = pd.DataFrame(
        {"voice_channels.news": [1, 1, 0, 0, 1], "voice_channels.friends": [0, 1, None, 0, 0], "voice_open": "…"}
    )
    counted = score(instrument("community_voice"), answers).counts["voice_channels"]
    assert counted["news"] == 3
    assert counted["friends"] == 1
    assert counted["meeting"] == 0


def test_options_that_few_chose_among_are_not_shown():
    told = pd.DataFrame({"voice_goals": [3] * 6, "voice_channels.news": [1, 0, 1, 1, None, None]})
    result = score(instrument("community_voice"), told)
    assert result.counts["voice_channels"] == Insufficient("too_few_respondents", 4, 5)
    asked = pd.DataFrame({"bellwether_unasked": [1, 0, 1, 1, 1], "bellwether_action": [5, None, None, None, None]})
    result = score(instrument("bellwether"), asked)
    assert result.counts["bellwether_unasked"].to_dict() == {1: 4, 0: 1}
    assert result.groups["bellwether_action"] == Insufficient("too_few_respondents", 1, 5)


def test_a_section_that_few_answered_says_so():
    answered = pd.DataFrame({"mindset_eyes": [1, 2, 3, 4, 4], "mindset_adaptive": [4, 4, None, None, None]})
    groups = score(instrument("mindset"), answered).groups
    assert groups["who_is_involved"].value == 3
    assert groups["how_progress_happens"] == Insufficient("too_few_respondents", 2, 5)
    assert groups["how_people_work_together"] == Insufficient("no_data")


def test_entries_of_a_log_are_counted_by_what_they_show():
    entries = pd.DataFrame({"mode": ["collective_vigilance", "collective_action", "collective_vigilance"]})
    result = score(instrument("emergence_log"), entries)
    assert result.n == 3
    assert result.counts["mode"].to_dict() == {
        "collective_vigilance": 2,
        "collective_learning": 0,
        "collective_action": 1,
    }
    assert score(instrument("power_map"), entries[:0]) == Insufficient("no_data")


@pytest.fixture(scope="module")
def example():
    return read_package(ROOT / "data/examples/alla-i-mal")


def last_round(initiative, table, start):
    waves = {wave for wave in initiative.table(table)["wave_id"] if wave.startswith(start)}
    return max(waves)


def test_answers_are_a_row_a_person_and_a_column_an_item(example):
    conditions, scores = instrument("conditions"), example.table("rubric_score")
    wave = last_round(example, "rubric_score", "bedomning")
    wide = answers(example, conditions, wave)
    assert list(wide) == [item.id for item in conditions.items]
    rows = scores[(scores["wave_id"] == wave) & (scores["unit_id"] == "initiative")]
    own = rows[rows["criterion_id"].isin(list(wide))]
    assert set(wide.index) == set(own["rater_id"])
    one = own.iloc[0]
    assert wide.loc[one["rater_id"], one["criterion_id"]] == one["score"]
    assert wide.notna().sum().sum() == own["score"].notna().sum()
    everything = all_answers(example, conditions)
    assert everything.loc[(wave, "initiative")].equals(wide)
    assert set(everything.index.get_level_values("unit_id")) == set(scores["unit_id"])


def test_answers_of_every_table_are_found_and_of_none_are_empty(example):
    ties = answers(example, instrument("network"), last_round(example, "relation", "natverk"))
    assert ties.index.has_duplicates
    assert "intensity" in ties
    voices = answers(example, instrument("community_voice"), last_round(example, "survey_response", "invanare"))
    assert voices.index.is_unique
    assert "voice_open" not in voices
    assert voices["voice_channels.news"].isin([0, 1]).any()
    pairs = example.table("partnership_rating")
    pair = pairs[pairs["with_partner_id"] != "all"].iloc[0]
    rated_pair = answers(
        example, instrument("partnership"), pair["wave_id"], f"{pair['partner_id']}/{pair['with_partner_id']}"
    )
    assert rated_pair.loc[pair["rater_id"], pair["criterion_id"]] == pair["score"]
    assert len(answers(example, instrument("emergence_log"))) == len(example.table("emergence"))
    actors = answers(example, instrument("power_map"), "makt-2025")
    assert 0 < len(actors) < len(example.table("power_actor"))
    for one in instruments():
        if one.form != "log":
            assert score(one, answers(example, one, "no-such-round")) == Insufficient("no_data")


def test_the_latest_round_of_the_example_is_put_together(example):
    conditions = instrument("conditions")
    latest = answers(example, conditions, last_round(example, "rubric_score", "bedomning"))
    result = score(conditions, latest, all_ratings=all_answers(example, conditions))
    assert result.agreement.reliability == "firm"
    assert [group for group in result.groups.values() if isinstance(group, Insufficient)] == []
