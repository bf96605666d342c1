"""The two evaluations of the context that look ahead: what shifts around the initiative, and what limits delivery."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from conftest import AT_ITS_END, ROOT
from notebooks import run_cells

from collective_impact.analysis.context.answered_events import answered_events
from collective_impact.analysis.context.delivery import activities_due, after_an_event, hindering_events, reports_due
from collective_impact.analysis.context.on_time import on_time_chart
from collective_impact.analysis.context.power_map import power_map, unusual_alliances
from collective_impact.analysis.context.signals import barriers, context_signals, most_pressing
from collective_impact.analysis.context.stance_change import stance_change
from collective_impact.analysis.context.surroundings import changes_since_start, surroundings
from collective_impact.analysis.context.unusual_changes import unusual_places
from collective_impact.batch.planning.choices import wrong_choices
from collective_impact.blocks import Paragraph
from collective_impact.charts.context.barriers import barrier_pareto
from collective_impact.charts.context.delivery import course, delivery_chart
from collective_impact.data.initiative import Initiative
from collective_impact.framework.vocabulary import Strength
from collective_impact.statistics.insufficient import Insufficient

END = date(2025, 12, 31)
TRUTHS = json.loads((ROOT / "data/examples/alla-i-mal/truths.json").read_text())["truths"]


def finding(found, name):
    return next(each for each in found.findings if each.id.endswith(f".{name}"))


def with_table(initiative: Initiative, name: str, table: pd.DataFrame) -> Initiative:
    return replace(initiative, tables={**initiative.tables, name: table})


def holds(estimate, truth: float) -> bool:
    return estimate.low <= truth <= estimate.high


def test_activities_were_on_time_with_the_same_chance_all_the_time_and_the_chart_gives_no_signal(complete):
    until = complete.until(END)
    chart = on_time_chart(activities_due(until, END))
    assert course(chart) == "steady"
    assert "too few at a time to tell more" in delivery_chart(activities_due(until, END), chart, name="few").title
    assert course(on_time_chart(reports_due(until, END))) == "up"


def test_quarters_with_little_due_are_pooled_where_there_are_enough_half_years(complete):
    due = activities_due(complete.until(END), END)
    sparse = replace(
        due, quarters=pd.DataFrame({"on_time": 1.0, "due": 3.0}, pd.period_range("2015Q1", periods=26, freq="Q"))
    )
    assert not due.pooled
    assert sparse.pooled
    assert sparse.counts["due"].tolist() == [6.0] * 13
    assert not replace(sparse, quarters=sparse.quarters.head(12)).pooled


def test_no_limits_are_drawn_where_next_to_nothing_fell_due(complete):
    due = activities_due(complete.until(END), END)
    rows = delivery_chart(due, on_time_chart(due), name="limits").data.rows
    assert {row[4] == "–" for row in rows if int(row[1]) < 5} == {True}
    assert {row[4] == "–" for row in rows if int(row[1]) >= 5} == {False}


def test_an_activity_without_an_end_counts_as_late_only_once_it_was_due(complete):
    early = date(2021, 6, 30)
    due = activities_due(complete.until(early), early)
    table = complete.table("activity")
    planned = table["planned_end"].dropna()
    assert due.n == int((planned <= pd.Period(early, "D")).sum())
    assert due.n_on_time < due.n


def test_with_few_quarters_the_chart_has_no_limits_and_claims_no_signal(complete):
    early = date(2021, 12, 31)
    due = activities_due(complete.until(early), early)
    chart = on_time_chart(due)
    drawn = delivery_chart(due, chart, name="few")
    assert isinstance(chart, Insufficient)
    assert "too few quarters" in drawn.title
    assert "Lower limit" not in drawn.data.columns


def test_an_event_is_felt_in_its_own_area_and_for_ninety_days(complete):
    until = complete.until(END)
    due, events = activities_due(until, END), hindering_events(until)
    fire = events[events["event_id"] == "sagalund-brand"]
    felt = due.rows[after_an_event(due, fire)]
    assert set(felt["area_id"]) <= {"ashyttan", ""}
    assert felt["due"].min() >= pd.Period("2021-11-27", "D")
    assert felt["due"].max() <= pd.Period("2022-02-25", "D")


def test_whether_events_delay_delivery_reads_inconclusive(ran):
    after = finding(ran("formative_context")[0], "after_events")
    assert after.estimate.low < 0 < after.estimate.high
    assert "inconclusive" in after.statement
    assert after.strength is Strength.INSUFFICIENT


def test_barriers_are_counted_by_domain_and_the_open_one_gets_a_recommendation(complete, ran):
    counts = barriers(context_signals(complete.until(END), END, 24))
    events = complete.table("context_event")
    hindering = events[events["direction"] == "hindering"]
    assert counts["n"].to_dict() == hindering["domain"].value_counts().to_dict()
    assert counts["cumulative"].iloc[-1] == pytest.approx(1)
    actions = [step.action for step in finding(ran("formative_context")[0], "barriers").now_what]
    assert any("mathematics teachers" in action for action in actions)
    assert finding(ran("formative_context")[0], "barriers").title == "8 barriers on record; with an answer: 7"


def test_one_or_two_barriers_are_told_of_in_a_sentence(complete):
    counts = barriers(context_signals(complete.until(END), END, 24))
    assert isinstance(barrier_pareto(counts.tail(1)), Paragraph)


def test_the_surroundings_here_are_held_against_those_elsewhere(complete, ran):
    changes = changes_since_start(surroundings(complete.until(END)))
    elsewhere = finding(ran("formative_context")[0], "surroundings")
    assert f"{changes['same_way'].sum()} of {len(changes)} figures" in elsewhere.statement
    assert elsewhere.strength is Strength.WEAK


def test_courted_actors_moved_as_was_planted(complete, tmp_path):
    truth = TRUTHS["stance"]
    found, _page = run_cells(
        "developmental_context",
        tmp_path,
        initiative=complete,
        **AT_ITS_END,
        courted_actors=truth["planted"]["courted_actors"],
    )
    estimate = finding(found, "stances").estimate
    assert round(estimate.value, 2) == truth["realised"]["mean_shift_of_courted"]
    assert holds(estimate, truth["planted"]["stance_shift"])
    assert estimate.n_units == len(truth["planted"]["courted_actors"])


def test_the_stance_of_all_is_that_of_the_rounds_means(complete):
    means = [*TRUTHS["stance"]["realised"]["mean_stance_by_round"].values()]
    assert stance_change(power_map(complete)).mean.value == pytest.approx(means[-1] - means[0], abs=0.011)


def test_planted_alliances_are_found_and_usual_ones_are_not(complete, ran):
    found = unusual_alliances(complete)
    pairs = {frozenset(pair) for pair in zip(found["one"], found["other"], strict=True)}
    names = complete.table("power_actor").drop_duplicates("actor_id").set_index("actor_id")["name"]
    for one, other in TRUTHS["stance"]["planted"]["unusual_alliances"]:
        assert frozenset((names[one], names[other])) in pairs
    assert frozenset((names["foretagen"], names["sagverken"])) not in pairs
    alliances = finding(ran("developmental_context")[0], "alliances")
    assert f"{(found['rounds'] > 1).sum()} in more than one round" in alliances.title
    assert alliances.topics == ()


def test_what_asks_for_an_answer_is_a_signal_and_what_chance_may_bring_is_none(ran):
    found = ran("developmental_context")[0]
    assert finding(found, "shifts").topics == ("signal",)
    assert "as chance may bring" in finding(found, "surroundings").title
    assert finding(found, "surroundings").topics == ()


def test_events_are_judged_by_the_stated_rules(complete):
    signals = context_signals(complete.until(END), END, 24)
    judged = signals.events.set_index("event_id")["rule"]
    assert judged["lararbrist-2024"] == "open_hindrance"
    assert judged["studiepris-2025"] == "open_opening"
    assert judged["oversvamning-2025"] == "answered"
    assert judged["statsbidrag-2022"] == "past_opening"
    assert judged["timplan-2021"] == "neutral"
    assert list(most_pressing(signals)["event_id"]) == ["lararbrist-2024", "studiepris-2025", "oversvamning-2025"]


def test_the_first_answer_counts_and_open_events_are_counted_in(complete, ran):
    answered = answered_events(context_signals(complete.until(END), END, 24), END)
    waits = answered.waits.set_index("number")["days"]
    assert waits[15] == (date(2025, 5, 2) - date(2025, 4, 28)).days
    assert (answered.n_answered, answered.n_shocks, answered.n_shocks_soon) == (10, 5, 4)
    response = finding(ran("developmental_context")[0], "response")
    assert response.estimate.n_units == len(answered.waits) == 11
    assert response.estimate.value == sorted(answered.waits["days"])[5]
    assert response.strength is Strength.WEAK


def test_without_links_nobody_can_tell_how_soon_events_are_answered(complete):
    alone = with_table(complete, "adaptation", complete.tables["adaptation"].head(0))
    found = answered_events(context_signals(alone.until(END), END, 24), END)
    assert isinstance(found, Insufficient)
    assert found.reason == "no_answers"


def test_the_factory_that_was_planted_is_an_unusual_change_in_its_area(complete):
    changes = unusual_places(surroundings(complete.until(END)), END, 36)
    hit = changes[(changes["series"] == "arbetsloshet") & (changes["place"] == "Kvarnbro")]
    assert [str(period) for period in hit["period"]] == ["2023"]
    assert hit["change"].iloc[0] > hit["high"].iloc[0]


def test_an_actor_that_is_not_on_the_map_is_a_wrong_choice(complete):
    (problem,) = wrong_choices(complete, {"developmental_context": {"courted_actors": ["regionstyrelse"]}})
    assert "regionstyrelsen" in problem.mend
