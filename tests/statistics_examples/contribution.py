from collections.abc import Callable
from math import inf, nan

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.contribution.cost_per_outcome import cost_per_outcome, cost_per_unit
from collective_impact.statistics.contribution.dose_response import dose_response
from collective_impact.statistics.contribution.evidence_tests import evidence_tests
from collective_impact.statistics.contribution.harvested_outcomes import harvest_table, harvested_outcomes
from collective_impact.statistics.contribution.process_tracing import kind_of_test, process_tracing
from collective_impact.statistics.contribution.process_tracing_sensitivity import process_tracing_sensitivity
from collective_impact.statistics.contribution.sufficient_combinations import sufficient_combinations
from collective_impact.statistics.contribution.truth_table import truth_table
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from statistics_examples import SOUND, Degenerate

EVIDENCE = pd.DataFrame(
    {
        "evidence_id": ["minutes", "letter", "survey", "interview"],
        "observed": [True, True, False, True],
        "test": ["smoking_gun", "straw_in_the_wind", "hoop", "straw_in_the_wind"],
        "p_if_true": [0.6, 0.6, 0.9, 0.5],
        "p_if_false": [0.05, 0.3, 0.5, 0.45],
        "independent_group": [None, None, "asked", "asked"],
    }
)
OUTCOMES = pd.DataFrame(
    {
        "outcome_id": list("abcdef"),
        "type": [
            "funding_flows",
            "public_policies",
            "funding_flows",
            "cultural_norms",
            "public_policies",
            "funding_flows",
        ],
        "sign": ["positive"] * 5 + ["negative"],
        "contribution_level": [3, 2, None, 4, 1, 0],
        "agreement": ["full", "partial", None, "full", "pending", "none"],
    }
)
SITES = pd.DataFrame({"dose": [1.0, 2, 2, 3, 4, 4, 5], "response": [0.2, 1.0, 0.8, 1.9, 1.7, 2.5, 2.5]})
CONFIGURED = pd.DataFrame(
    [[at >> place & 1 for place in range(3)] for at in (0, 1, 2, 3, 5, 7, 7, 6, 3, 0, 5, 2)],
    columns=["agenda", "backbone", "data"],
    index=[f"site-{at:02}" for at in range(12)],
).assign(result=lambda frame: frame["agenda"] & frame["backbone"] | frame["data"] & frame["agenda"])
GAIN = Interval(12.0, 3.0, 21.0, 0.95)
YEARS = pd.Series([100.0, 120.0, 90.0], index=[2020, 2021, 2022])
PEOPLE = pd.Series([10.0, 0.0, 12.0], index=[2020, 2021, 2022])
NO_EVIDENCE = Insufficient("no_evidence")


def traced():
    return process_tracing(EVIDENCE, 0.5)


def table(frame=CONFIGURED, conditions=("agenda", "backbone", "data"), **more):
    return truth_table(frame, list(conditions), "result", **more)


EXAMPLES: dict[str, Callable[[], object]] = {
    "contribution.process_tracing.process_tracing": traced,
    "contribution.process_tracing_sensitivity.process_tracing_sensitivity": lambda: process_tracing_sensitivity(
        traced()
    ),
    "contribution.evidence_tests.evidence_tests": lambda: evidence_tests(EVIDENCE),
    "contribution.harvested_outcomes.harvested_outcomes": lambda: harvested_outcomes(OUTCOMES),
    "contribution.harvested_outcomes.harvest_table": lambda: harvest_table(OUTCOMES, "type", "contribution_level"),
    "contribution.dose_response.dose_response": lambda: dose_response(SITES),
    "contribution.dose_response.dose_response, drawn": lambda: dose_response(pd.concat([SITES, SITES])),
    "contribution.truth_table.truth_table": table,
    "contribution.truth_table.truth_table, absent": lambda: table(absent=True),
    "contribution.sufficient_combinations.sufficient_combinations": lambda: sufficient_combinations(table()),
    "contribution.cost_per_outcome.cost_per_outcome": lambda: cost_per_outcome(1000.0, GAIN),
    "contribution.cost_per_outcome.cost_per_unit": lambda: cost_per_unit(YEARS, PEOPLE),
}

RARE = CONFIGURED.assign(result=[1, 0] * 6, agenda=[0, 0, 1, 1] * 3, backbone=[0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1])
MANY = CONFIGURED.assign(fourth=[0, 1] * 6)

DEGENERATE: list[Degenerate] = [
    Degenerate("process_tracing", "no rows", lambda: process_tracing(EVIDENCE[:0], 0.5), "no_evidence"),
    Degenerate("process_tracing", "one row", lambda: process_tracing(EVIDENCE[:1], 0.5), SOUND),
    Degenerate(
        "process_tracing", "no numbers", lambda: process_tracing(EVIDENCE.assign(p_if_true=nan), 0.5), "no_evidence"
    ),
    Degenerate(
        "process_tracing",
        "not yet looked for",
        lambda: process_tracing(EVIDENCE.assign(observed=None), 0.5),
        "no_evidence",
    ),
    Degenerate(
        "process_tracing",
        "says nothing",
        lambda: process_tracing(EVIDENCE.assign(p_if_false=EVIDENCE["p_if_true"]), 0.5),
        SOUND,
    ),
    Degenerate(
        "process_tracing", "a certainty", lambda: process_tracing(EVIDENCE.assign(p_if_true=1.0), 0.5), MethodError
    ),
    Degenerate(
        "process_tracing", "infinite", lambda: process_tracing(EVIDENCE.assign(p_if_true=inf), 0.5), MethodError
    ),
    Degenerate("process_tracing", "prior 1", lambda: process_tracing(EVIDENCE, 1.0), MethodError),
    Degenerate(
        "process_tracing", "an id twice", lambda: process_tracing(EVIDENCE.assign(evidence_id="a"), 0.5), MethodError
    ),
    Degenerate(
        "process_tracing",
        "observed in words",
        lambda: process_tracing(EVIDENCE.assign(observed="no"), 0.5),
        MethodError,
    ),
    Degenerate(
        "process_tracing",
        "a missing column",
        lambda: process_tracing(EVIDENCE.drop(columns="observed"), 0.5),
        MethodError,
    ),
    Degenerate("kind_of_test", "a share of 1.2", lambda: kind_of_test(1.2, 0.5), MethodError),
    Degenerate(
        "process_tracing_sensitivity", "nothing traced", lambda: process_tracing_sensitivity(NO_EVIDENCE), "no_evidence"
    ),
    Degenerate(
        "process_tracing_sensitivity",
        "a prior of 0",
        lambda: process_tracing_sensitivity(traced(), priors=(0, 0.5)),
        MethodError,
    ),
    Degenerate(
        "process_tracing_sensitivity", "no shifts", lambda: process_tracing_sensitivity(traced(), shifts=()), SOUND
    ),
    Degenerate("evidence_tests", "no rows", lambda: evidence_tests(EVIDENCE[:0]), "no_evidence"),
    Degenerate("evidence_tests", "one row", lambda: evidence_tests(EVIDENCE[2:3]), SOUND),
    Degenerate("evidence_tests", "no kind of test", lambda: evidence_tests(EVIDENCE.assign(test=None)), "no_evidence"),
    Degenerate("evidence_tests", "an unknown kind", lambda: evidence_tests(EVIDENCE.assign(test="gun")), MethodError),
    Degenerate("evidence_tests", "an unknown side", lambda: evidence_tests(EVIDENCE.assign(favours="us")), MethodError),
    Degenerate("evidence_tests", "no column of sides", lambda: evidence_tests(EVIDENCE, favours="side"), MethodError),
    Degenerate("evidence_tests", "no side known", lambda: evidence_tests(EVIDENCE.assign(favours=None)), SOUND),
    Degenerate("harvested_outcomes", "no rows", lambda: harvested_outcomes(OUTCOMES[:0]), "no_data"),
    Degenerate("harvested_outcomes", "one row", lambda: harvested_outcomes(OUTCOMES[:1]), SOUND),
    Degenerate(
        "harvested_outcomes", "nobody asked", lambda: harvested_outcomes(OUTCOMES.assign(agreement=None)), SOUND
    ),
    Degenerate(
        "harvested_outcomes",
        "an unknown agreement",
        lambda: harvested_outcomes(OUTCOMES.assign(agreement="yes")),
        MethodError,
    ),
    Degenerate(
        "harvested_outcomes", "an outcome twice", lambda: harvested_outcomes(pd.concat([OUTCOMES] * 2)), MethodError
    ),
    Degenerate("harvested_outcomes", "no such column", lambda: harvested_outcomes(OUTCOMES, by=["x"]), MethodError),
    Degenerate("harvest_table", "no rows", lambda: harvest_table(OUTCOMES[:0], "type", "sign"), "no_data"),
    Degenerate(
        "harvest_table", "nothing known", lambda: harvest_table(OUTCOMES.assign(sign=None), "type", "sign"), "no_data"
    ),
    Degenerate("harvest_table", "no such column", lambda: harvest_table(OUTCOMES, "type", "x"), MethodError),
    Degenerate("dose_response", "no rows", lambda: dose_response(SITES[:0]), "no_data"),
    Degenerate("dose_response", "one row", lambda: dose_response(SITES[:1]), "too_few_sites"),
    Degenerate("dose_response", "five sites", lambda: dose_response(SITES[:5]), "too_few_sites"),
    Degenerate("dose_response", "all missing", lambda: dose_response(SITES * nan), "no_data"),
    Degenerate("dose_response", "an infinite value", lambda: dose_response(SITES.replace(5.0, inf)), SOUND),
    Degenerate("dose_response", "all doses equal", lambda: dose_response(SITES.assign(dose=1)), "no_variation"),
    Degenerate("dose_response", "all responses equal", lambda: dose_response(SITES.assign(response=1)), "no_variation"),
    Degenerate(
        "dose_response", "two doses only", lambda: dose_response(SITES.assign(dose=[0, 0, 0, 0, 0, 0, 1])), SOUND
    ),
    Degenerate("dose_response", "a missing column", lambda: dose_response(SITES, dose="x"), MethodError),
    Degenerate("dose_response", "confidence 0", lambda: dose_response(SITES, confidence=0), MethodError),
    Degenerate("truth_table", "no rows", lambda: table(CONFIGURED[:0]), "no_data"),
    Degenerate("truth_table", "nine sites", lambda: table(CONFIGURED[:9]), "too_few_sites"),
    Degenerate("truth_table", "all missing", lambda: table(CONFIGURED.astype(float) * nan), "no_data"),
    Degenerate(
        "truth_table",
        "four conditions",
        lambda: table(MANY, ["agenda", "backbone", "data", "fourth"]),
        "too_many_conditions",
    ),
    Degenerate("truth_table", "everybody succeeds", lambda: table(CONFIGURED.assign(result=1)), "no_variation"),
    Degenerate("truth_table", "everybody has a condition", lambda: table(CONFIGURED.assign(data=1)), "no_variation"),
    Degenerate("truth_table", "values of 2", lambda: table(CONFIGURED * 2), MethodError),
    Degenerate("truth_table", "a site twice", lambda: table(pd.concat([CONFIGURED] * 2)), MethodError),
    Degenerate("truth_table", "no condition", lambda: table(conditions=[]), MethodError),
    Degenerate("truth_table", "a condition twice", lambda: table(conditions=["data", "data"]), MethodError),
    Degenerate("truth_table", "a cut-off of 0", lambda: table(consistency_cutoff=0), MethodError),
    Degenerate(
        "sufficient_combinations", "no table", lambda: sufficient_combinations(table(CONFIGURED[:9])), "too_few_sites"
    ),
    Degenerate(
        "sufficient_combinations",
        "contradictions only",
        lambda: sufficient_combinations(table(RARE, ["agenda"])),
        "no_sufficient_row",
    ),
    Degenerate(
        "sufficient_combinations", "an unknown kind", lambda: sufficient_combinations(table(), "shortest"), MethodError
    ),
    Degenerate("cost_per_outcome", "no cost", lambda: cost_per_outcome(0.0, GAIN), "no_costs"),
    Degenerate("cost_per_outcome", "a missing cost", lambda: cost_per_outcome(nan, GAIN), "no_costs"),
    Degenerate("cost_per_outcome", "an infinite cost", lambda: cost_per_outcome(inf, GAIN), "no_costs"),
    Degenerate(
        "cost_per_outcome", "nothing gained", lambda: cost_per_outcome(1.0, Interval(0.0, -1, 1, 0.95)), "no_gain"
    ),
    Degenerate("cost_per_outcome", "a loss", lambda: cost_per_outcome(1.0, Interval(-2.0, -3, -1, 0.95)), "no_gain"),
    Degenerate(
        "cost_per_outcome", "perhaps nothing gained", lambda: cost_per_outcome(1.0, Interval(1.0, -1, 3, 0.95)), SOUND
    ),
    Degenerate("cost_per_outcome", "no limits", lambda: cost_per_outcome(1.0, Interval(1.0, -inf, inf, 0.95)), SOUND),
    Degenerate(
        "cost_per_outcome", "ends turned round", lambda: cost_per_outcome(1.0, Interval(1.0, 3, -1, 0.95)), MethodError
    ),
    Degenerate("cost_per_outcome", "no estimate", lambda: cost_per_outcome(1.0, NO_EVIDENCE), "no_evidence"),
    Degenerate("cost_per_unit", "no rows", lambda: cost_per_unit(YEARS[:0], PEOPLE[:0]), "no_data"),
    Degenerate("cost_per_unit", "no period in common", lambda: cost_per_unit(YEARS[:1], PEOPLE[1:]), "no_data"),
    Degenerate("cost_per_unit", "no units", lambda: cost_per_unit(YEARS, PEOPLE * 0), "no_denominator"),
    Degenerate("cost_per_unit", "refunds only", lambda: cost_per_unit(-YEARS, PEOPLE), "no_costs"),
    Degenerate("cost_per_unit", "infinite costs", lambda: cost_per_unit(YEARS * inf, PEOPLE), "no_data"),
    Degenerate("cost_per_unit", "negative units", lambda: cost_per_unit(YEARS, -PEOPLE), MethodError),
    Degenerate("cost_per_unit", "a period twice", lambda: cost_per_unit(pd.concat([YEARS] * 2), PEOPLE), MethodError),
]
