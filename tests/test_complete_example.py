"""The invented example: sound, whole, made anew byte for byte, and true to what was planted in it."""

import filecmp
import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

from collective_impact.data.outcome import outcome_frame, treatment_starts
from collective_impact.data.reading import check_package, read_package
from collective_impact.data.schema import TABLES
from collective_impact.framework.instruments import instruments
from collective_impact.language import in_language
from collective_impact.statistics.ratings.agreement import krippendorff_alpha

EXAMPLE = ROOT / "data/examples/alla-i-mal"
ANOTHER_SEED = "7"


def files(folder):
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def generated(folder, *options):
    subprocess.run([sys.executable, str(ROOT / "data/generator"), str(folder), *options], check=True)
    return folder


@pytest.fixture(scope="module")
def another(tmp_path_factory):
    return generated(tmp_path_factory.mktemp("another"), "--seed", ANOTHER_SEED)


@pytest.fixture(scope="module", params=["committed", "another seed"])
def sample(request):
    """The example as committed, or another sample of the same world: what was planted shows in both."""
    folder = EXAMPLE if request.param == "committed" else request.getfixturevalue("another")
    return read_package(folder), json.loads((folder / "truths.json").read_text(encoding="utf-8"))["truths"]


def test_made_anew_it_is_the_same_to_the_byte(tmp_path):
    anew = generated(tmp_path)
    assert files(anew) == files(EXAMPLE)
    assert filecmp.cmpfiles(anew, EXAMPLE, files(anew), shallow=False)[1:] == ([], [])


def test_another_seed_is_another_sound_sample(another):
    assert check_package(another).problems == ()
    same = {path.stem for path in files(another) if filecmp.cmp(another / path, EXAMPLE / path, shallow=False)}
    assert not same & {"indicator_value", "relation", "rubric_score", "survey_response", "evidence", "truths"}
    assert {"partner", "area", "claim", "datapackage"} <= same


@pytest.mark.parametrize("language", ["en", "sv"])
def test_it_is_sound_and_fills_every_table(language):
    with in_language(language):
        check = check_package(EXAMPLE)
        assert check.problems == ()
        assert set(check.initiative.tables) == set(TABLES)
        assert [name for name in TABLES if not check.initiative.has(name)] == []
        assert check.initiative.title == {"sv": "Alla i mål (påhittat exempel)"}.get(
            language, "Everyone Across the Line (an invented example)"
        )


def test_every_instrument_with_answers_is_used():
    initiative = read_package(EXAMPLE)
    answered = {
        *initiative.table("survey_response")["item_id"],
        *initiative.table("rubric_score")["criterion_id"],
        *initiative.table("partnership_rating")["criterion_id"],
        *initiative.table("relation").columns,
    }
    asked = {item.column or item.id for one in instruments() if one.form != "log" for item in one.items}
    assert asked - answered == {"voice_channels"}  # stands as one item an option
    assert not {name for name in answered if "dont_know" in name}
    assert {name for name in answered if name.startswith("voice_channels.")}


def test_no_source_is_a_real_one():
    initiative = read_package(EXAMPLE)
    sources = {
        source
        for name in TABLES
        if name != "funding_flow" and "source" in initiative.table(name)
        for source in initiative.table(name)["source"]
    }
    assert sources
    assert [source for source in sources if not source.startswith("påhittad: ")] == []


def test_a_truth_changes_only_its_own_tables(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "data"))
    from generator.package import generate
    from generator.truths import Truths

    generate(tmp_path, truths=Truths(completion_effect=0.0))
    told = json.loads((tmp_path / "truths.json").read_text(encoding="utf-8"))["truths"]["completion_effect"]
    assert told["planted"]["completion_effect"] == 0
    assert abs(told["realised"]["sample_effect_gymnasieexamen"]) < 0.5
    changed = {path.name for path in files(tmp_path) if not filecmp.cmp(tmp_path / path, EXAMPLE / path, shallow=False)}
    assert changed == {"indicator_value.csv", "truths.json", "README.md"}


def difference_in_differences(initiative, indicator_id, settled):
    """Change of each area from before its start to `settled` periods after it, less that of the areas without."""
    frame = outcome_frame(initiative, indicator_id)
    starts = treatment_starts(initiative, frame.index.freqstr[0])
    others = frame.drop(columns=list(starts)).mean(axis=1)
    gaps = {area: frame[area] - others for area in starts}
    return np.mean(
        [
            gap[gap.index >= starts[area] + settled].mean() - gap[gap.index < starts[area]].mean()
            for area, gap in gaps.items()
        ]
    )


@pytest.mark.parametrize(
    ("indicator_id", "truth", "parameter", "settled", "within"),  # within: about three standard errors
    [
        ("gymnasieexamen", "completion_effect", "completion_effect", 2, 3.0),
        ("uvas", "neet_effect", "neet_effect", 2, 0.9),
        ("franvaro", "absence_effect", "absence_effect", 4, 1.0),
        ("kariesfria", "no_effect", "control_effect", 0, 4.0),
    ],
)
def test_effects_are_found_where_they_were_planted(sample, indicator_id, truth, parameter, settled, within):
    initiative, truths = sample
    planted = truths[truth]["planted"][parameter]
    assert abs(difference_in_differences(initiative, indicator_id, settled) - planted) < within
    assert abs(truths[truth]["realised"][f"sample_effect_{indicator_id}"] - planted) < 0.6


def test_the_gap_closes_and_better_work_has_the_larger_effect(sample):
    _initiative, truths = sample
    gap, dose = truths["equity_gap"], truths["dose_response"]
    found = gap["realised"]
    closed = found["gap_by_birth_taking_part_before"] - found["gap_by_birth_taking_part_after"]
    elsewhere = found["gap_by_birth_others_before"] - found["gap_by_birth_others_after"]
    assert abs(closed - elsewhere - gap["planted"]["completion_extra_born_abroad"]) < 7
    assert abs(dose["realised"]["sample_effect_per_step"] - dose["planted"]["completion_per_rubric_point"]) < 0.8


def test_areas_are_rated_as_they_carry_the_work_out(sample):
    initiative, truths = sample
    scores = initiative.table("rubric_score")
    last = scores[scores["wave_id"] == "bedomning-2025"].astype({"score": float})
    means = last.groupby("unit_id")["score"].mean().drop("initiative")
    planted = pd.Series(truths["dose_response"]["planted"]["implementation_by_area"])
    assert (means.reindex(planted.index) - planted).abs().max() < 0.35


def test_days_from_signal_to_decision(sample):
    initiative, truths = sample
    decisions = initiative.table("decision").set_index("decision_id")["date"]
    entries = initiative.table("emergence")
    decided = entries[entries["decision_id"] != ""]
    days = [(decisions[row.decision_id] - row.date).n for row in decided.itertuples()]
    assert np.median(days) == truths["signal_to_decision"]["realised"]["median_days_to_decision"]
    assert 0.6 < np.median(days) / truths["signal_to_decision"]["planted"]["decision_delay"] < 1.6
    assert (entries["status"] == "open").sum() >= 3


def test_raters_agree_on_the_conditions_and_not_on_power(sample):
    initiative, truths = sample
    realised = truths["rater_agreement"]["realised"]
    scores = initiative.table("rubric_score")
    for name in ("conditions", "power_dynamics"):  # the generator has an alpha of its own
        own = scores[(scores["unit_id"] == "initiative") & scores["criterion_id"].str.startswith(f"{name}_")]
        by_rater = own.pivot(index="rater_id", columns=["wave_id", "criterion_id"], values="score")
        assert krippendorff_alpha(by_rater).alpha == pytest.approx(realised[f"alpha_{name}"], abs=5e-4)
    assert 0.8 < realised["alpha_conditions"] < 0.95
    assert realised["alpha_power_dynamics"] < 0.7
    assert realised["alpha_equity"] < 0.95
    rounds = truths["conditions"]["realised"]["mean_conditions_by_round"]
    assert np.allclose(list(rounds.values()), truths["conditions"]["planted"]["conditions_means"], atol=0.2)


def test_raters_lean_by_how_they_are_placed(sample):
    initiative, _truths = sample
    scores = initiative.table("rubric_score")
    own = scores[(scores["unit_id"] == "initiative") & scores["score"].notna()].astype({"score": float})
    means = own.groupby("rater_role")["score"].mean()
    assert means["backbone"] > means["evaluator"] > means["lived_experience"]


def test_the_conditions_move_each_at_a_pace_of_its_own(sample):
    initiative, truths = sample
    scores = initiative.table("rubric_score")
    own = scores[(scores["unit_id"] == "initiative") & scores["criterion_id"].str.startswith("conditions_")]
    steps = own.astype({"score": float}).groupby(["criterion_id", "wave_id"])["score"].median().unstack()
    assert steps.loc["conditions_backbone_assistance", "bedomning-2020"] > 0
    planted = truths["conditions"]["planted"]
    changes = steps.diff(axis=1)
    for criterion in planted["conditions_fell_back"]:
        assert changes.loc[criterion].min() < 0
    assert 0 < len(planted["conditions_stalled"]) < len(steps) / 3


def test_the_network_grows_and_leans_less_on_the_backbone(sample):
    initiative, truths = sample
    ties = initiative.table("relation")
    density = (ties["intensity"] >= 2).groupby(ties["wave_id"]).mean().round(3)
    found = truths["network"]["realised"]
    assert density.to_dict() == found["network_density"]
    assert density.is_monotonic_increasing
    centralization = pd.Series(found["network_centralization"])
    assert centralization.iloc[0] - centralization.iloc[-1] > 0.15
    assert np.allclose(list(found["network_trust"].values()), truths["network"]["planted"]["trust"], atol=0.3)
    spread = list(truths["reputation"]["realised"]["network_trust_received_spread"].values())
    assert abs(np.mean(spread) - truths["reputation"]["planted"]["reputation_spread"]) < 0.2


def test_money_practices_and_punctuality(sample):
    initiative, truths = sample
    flows = initiative.table("funding_flow")
    money = flows.pivot_table(index="period", columns="aligned", values="amount", aggfunc="sum")
    share = money[True] / money.sum(axis=1)
    planted = truths["aligned_funding"]["planted"]
    assert np.allclose([share.iloc[0], share.iloc[-1]], [planted["aligned_first"], planted["aligned_last"]], atol=0.06)
    final = truths["practice_adoption"]["realised"]["practice_share_last_quarter"]
    for practice, truth in truths["practice_adoption"]["planted"]["practices"].items():
        assert abs(final[practice] - truth["final_share"]) < 0.35
    compared = truths["practice_adoption"]["realised"]["practice_share_last_quarter_in_comparison"]
    assert np.mean(list(final.values())) - np.mean(list(compared.values())) > 0.25
    on_time = truths["on_time"]
    assert abs(on_time["realised"]["activities_on_time_share"] - on_time["planted"]["activities_on_time"]) < 0.15
    assert on_time["realised"]["activities_due"] >= 80
    hours = truths["hours"]
    assert abs(hours["realised"]["hours_after_to_before"] - hours["planted"]["hours_ratio"]) < 0.05
    by_year = list(on_time["realised"]["submissions_on_time_by_year"].values())
    assert by_year[-1] - by_year[0] > 0.1


def test_stances_shift_and_unusual_allies_meet(sample):
    initiative, truths = sample
    stance, allies = truths["stance"], initiative.table("power_alliance")
    assert abs(stance["realised"]["mean_shift_of_courted"] - stance["planted"]["stance_shift"]) < 0.8
    for actor, ally in stance["planted"]["unusual_alliances"]:
        rounds = allies[(allies["actor_id"] == actor) & (allies["ally_id"] == ally)]["wave_id"]
        assert "makt-2020" not in set(rounds)
        assert "makt-2025" in set(rounds)


def test_the_evidence_tells_true_claims_from_others():
    truths = json.loads((EXAMPLE / "truths.json").read_text(encoding="utf-8"))["truths"]["process_tracing"]
    posterior = truths["realised"]["posterior_first_of_each_group"]
    assert set(posterior) == {"p1", "p2", "p3", "p4"}  # p5 is in words only
    believed = {claim for claim, probability in posterior.items() if probability > 0.5}
    assert believed == set(truths["planted"]["true_claims"])
    observed = read_package(EXAMPLE).table("evidence")["observed"]
    assert 0 < observed.sum() < len(observed)


def test_each_truth_says_whether_one_sample_can_find_it(sample):
    _initiative, truths = sample
    found = {name: truth["recoverable"]["from_one_sample"] for name, truth in truths.items()}
    assert set(found.values()) <= {"yes", "direction only", "no"}
    assert found["dose_response"] == "direction only"
    without_error = {name for name, truth in truths.items() if "standard_error" not in truth["recoverable"]}
    assert without_error == {"process_tracing"}


def test_nobody_meets_when_everybody_is_off(sample):
    initiative, _truths = sample
    easter = {"2020-04-10", "2021-04-05", "2022-04-15", "2023-04-10", "2024-03-29", "2025-04-21"}
    fixed = {"01-01", "01-06", "05-01", "06-06", *(f"12-{day}" for day in range(24, 32))}
    for table, column in (("meeting", "date"), ("decision", "date"), ("decision", "followup_date")):
        days = initiative.table(table)[column].dropna().map(lambda period: period.start_time)
        assert (days.dt.dayofweek < 5).all()
        assert not (days.dt.month == 7).any()
        assert not set(days.dt.strftime("%m-%d")) & fixed
        assert not set(days.dt.strftime("%Y-%m-%d")) & easter


def test_shocks_are_answered_by_decisions_and_adaptations(sample):
    initiative, _truths = sample
    events, adaptations = initiative.table("context_event"), initiative.table("adaptation")
    decisions = initiative.table("decision").set_index("decision_id")["date"]
    shocks = set(events.loc[events["shock"], "event_id"])
    answers = adaptations[adaptations["event_id"].isin(shocks) & (adaptations["decision_id"] != "")]
    assert set(answers["event_id"]) == shocks
    assert all(decisions[row.decision_id] <= row.date for row in answers.itertuples())
    assert set(events.loc[events["area_id"] != "", "event_id"]) >= {"kvarnbro-fabrik", "oversvamning-2025"}


def test_more_and_more_decisions_rest_on_shared_data(sample):
    initiative, _truths = sample
    decisions = initiative.table("decision")
    late = decisions["date"].map(lambda day: day.year) >= 2023
    share = decisions["uses_shared_data"].groupby(late).mean()
    assert share[True] > share[False] + 0.2
    fitters = initiative.table("partner").set_index("partner_id").loc["montorerna", "joined"]
    assert decisions.set_index("decision_id").loc["b-e12", "date"] < fitters


def test_residents_without_contact_do_not_rate_the_initiative(sample):
    initiative, truths = sample
    answers = initiative.table("survey_response")
    asked = answers[answers["wave_id"].str.startswith("invanare")]
    value = asked.set_index(["respondent_id", "item_id"])["value"].unstack()
    strangers = value[value["voice_channels.nowhere"] == 1]
    assert len(strangers) > 30
    assert strangers[["voice_heard", "voice_safe", "voice_feedback", "voice_benefit"]].isna().all(axis=None)
    areas = initiative.table("area").set_index("area_id")["treated_from"]
    assert all(areas[row.area_id].year <= int(row.wave_id[-4:]) for row in asked.itertuples())
    sizes = asked.groupby(["wave_id", "area_id", "group"])["respondent_id"].nunique()
    assert 0 < (sizes < 5).sum() < len(sizes)
    apart = truths["answers_by_birth"]
    assert abs(apart["realised"]["answers_of_born_abroad_apart"] - apart["planted"]["born_abroad_answer"]) < 0.25
