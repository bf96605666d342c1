"""What emerges and how relations evolve: held against the tables themselves and what was planted in the example."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from conftest import AT_ITS_END
from notebooks import run_cells

from collective_impact.analysis.initiative.changed_answers import ChangedTrust
from collective_impact.analysis.initiative.emergence_log import decision_register, log_entries
from collective_impact.analysis.initiative.emergence_steps import emergence_steps, lag_of_entries
from collective_impact.analysis.initiative.networks import RelationRound, relation_rounds
from collective_impact.analysis.initiative.partner_rounds import partner_rounds
from collective_impact.charts.change_of_scores import Change, change_of_scores
from collective_impact.charts.initiative.network import partner_map
from collective_impact.findings.initiative.relations import conclude_trust
from collective_impact.framework.vocabulary import Strength
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.paired_waves import paired_waves

TEMPLATE = "developmental_initiative"
END = date(2025, 12, 31)


def named(found, name):
    return next(finding for finding in found.findings if finding.id == f"{TEMPLATE}.{name}")


def planted(complete, truth):
    return json.loads((complete.path / "truths.json").read_text())["truths"][truth]["planted"]


def relation(ties, partners):
    columns = ["trust_reliability", "trust_mission", "trust_openness"]
    rows = pd.DataFrame(ties, columns=["from_partner_id", "to_partner_id", "intensity"]).astype({"intensity": float})
    known = pd.DataFrame(
        {"name": partners, "sector": "public", "backbone": [each == "hub" for each in partners]}, index=partners
    )
    return RelationRound("w", "Round", rows.assign(**dict.fromkeys(columns, 2.0)), known)


def test_steps_are_those_of_the_log_and_its_decisions(complete):
    entries = log_entries(complete.until(END), END)
    steps, table = emergence_steps(entries), complete.table("emergence")
    decided = table["decision_id"].isin(complete.table("decision")["decision_id"]).sum()
    assert [steps.count(step) for step in ("noticed", "acted_on")] == [len(table), decided]
    assert steps.waiting + steps.undecided == (table["status"] == "open").sum()
    assert steps.count("closed") == (table["status"] == "closed").sum()


def test_what_happened_later_is_not_known_yet(complete):
    day = date(2021, 4, 10)  # e06 was noticed in March, reflected on in early April, and decided on at its end
    then = complete.until(day)
    entries, register = log_entries(then, day), decision_register(then, day)
    e06 = entries.set_index("entry_id").loc["e06"]
    assert (e06["taken_up"], e06["acted_on"], e06["adopted"]) == (True, False, False)
    assert entries[["date", "decided_on", "reflected_on"]].max().max() <= pd.Timestamp(day)
    assert register["date"].max() <= pd.Timestamp(day)
    assert isinstance(lag_of_entries(entries, day), Insufficient)


def test_the_lag_counts_open_entries_in_and_holds_what_was_planted(complete, ran):
    lag = named(ran(TEMPLATE)[0], "lag")
    assert lag.estimate.low <= planted(complete, "signal_to_decision")["decision_delay"] <= lag.estimate.high
    entries = log_entries(complete.until(END), END)
    answered = (entries["decided_on"] - entries["date"]).dt.days.median()
    assert lag.estimate.value > answered
    assert lag.estimate.n_units == (~entries["closed"]).sum()


def test_density_is_the_share_of_reported_cooperation(complete, ran):
    table = complete.table("relation")
    last = table[table["wave_id"] == "natverk-2024"]
    others = last[(last["from_partner_id"] != "malkansliet") & (last["to_partner_id"] != "malkansliet")]
    measured = partner_rounds(relation_rounds(complete)).last
    assert measured.measures["density"] == pytest.approx((last["intensity"] >= 2).mean())
    assert measured.measures["density_without_backbone"] == pytest.approx((others["intensity"] >= 2).mean())
    ties = named(ran(TEMPLATE)[0], "network")
    assert ties.estimate.value == pytest.approx((last["intensity"] >= 2).mean(), rel=1e-5)
    assert f"{measured.n_partners} partners" in ties.statement
    assert "lean less on the backbone" in ties.title


def test_trust_and_mindsets_moved_as_planted(complete, ran):
    found, _page = ran(TEMPLATE)
    trust = planted(complete, "network")["trust"]
    for name, truth in (("trust", trust[-1] - trust[0]), ("mindset", planted(complete, "surveys")["mindset_rise"])):
        estimate = named(found, name).estimate
        assert estimate.low <= truth <= estimate.high
    assert named(found, "mindset").strength is Strength.MODERATE


def test_partners_without_ties_stay_in_the_network_and_the_silent_are_unknown():
    measured = partner_rounds((relation([("hub", "a", 3), ("a", "hub", 2), ("b", "a", 0)], ["hub", "a", "b", "c"]),))
    last = measured.last
    assert last.isolates == ("b", "c")
    assert (last.n_partners, last.n_answered) == (4, 3)
    assert last.measures["density"] == pytest.approx(2 / 9)  # three answered about three others each
    assert last.measures["density_without_backbone"] == 0
    assert measured.change.reason == "too_few_rounds"
    assert "4 partners" in partner_map(measured).alt


def test_a_short_log_is_told_and_not_counted(complete, tmp_path):
    table = complete.tables["emergence"]
    six = replace(complete, tables={**complete.tables, "emergence": table.head(6)})
    found, page = run_cells(TEMPLATE, tmp_path, initiative=six, **AT_ITS_END)
    assert "fig-emergence-flow" not in page
    assert "fig-decision-lag" not in page
    assert all(text in page for text in six.table("emergence")["description"])
    assert named(found, "learning").strength is Strength.WEAK
    assert any("at least 10" in each.reason for each in found.unanswered)


def test_an_unclear_change_reads_as_inconclusive():
    rng = np.random.default_rng(3)
    before = pd.Series(rng.normal(size=14), index=map(str, range(14)))
    change = paired_waves(before, before + rng.normal(size=14))
    assert not change.mean.leaves_out(0)
    trust = ChangedTrust("A", "B", {}, 2.5, 2.6, 0.5, 0.5, 14, change)

    class Here:
        inquiry, as_of, months_ahead = type("Inquiry", (), {"id": TEMPLATE}), END, staticmethod(lambda n: END)

    finding = conclude_trust(trust, Here)
    assert "inconclusive" in finding.title
    assert finding.strength is Strength.INSUFFICIENT


def test_nobody_who_answered_or_rated_is_on_the_page(complete, ran):
    _found, page = ran(TEMPLATE)
    people = {*complete.tables["survey_response"]["respondent_id"], *complete.tables["partnership_rating"]["rater_id"]}
    assert not [person for person in people if f'"{person}"' in page or f" {person} " in page]


def test_every_finding_ends_in_something_to_do(ran):
    found, _page = ran(TEMPLATE)
    assert [finding.id.split(".")[1] for finding in found.findings[:2]] == ["learning", "lag"]
    assert all(finding.now_what and finding.so_what for finding in found.findings)
    assert named(found, "learning").topics == ("surprise",)


@pytest.mark.parametrize(("before", "after"), [(1.0, 3.0), (3.0, 1.0), (2.0, 2.0)])
def test_paired_dots_write_each_value_and_name_both_rounds(before, after):
    spec = json.dumps(
        change_of_scores([Change("Trust", before, after)], "First", "Last", "Mean", domain=(0, 4)).to_dict()
    )
    assert all(word in spec for word in ("First", "Last", "Trust", str(before), str(after)))
