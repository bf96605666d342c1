"""Donor designs, staggered adoption, the choice of design; panels, which they rest on."""

import numpy as np
import pandas as pd
from statistics_data import simulated, year

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.design import choose_design
from collective_impact.statistics.counterfactual.goodman_bacon import goodman_bacon
from collective_impact.statistics.counterfactual.placebo_sensitivity import placebos_by_fit
from collective_impact.statistics.counterfactual.predictors import predictor_table
from collective_impact.statistics.counterfactual.staggered_adoption import staggered_adoption
from collective_impact.statistics.counterfactual.synthetic_control import (
    leave_one_out,
    placebo_in_time,
    placebos_in_space,
    synthetic_control,
)
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from collective_impact.statistics.panel import Panel, panel_from_long, panel_from_wide
from statistics_examples import SOUND, Degenerate

OUTCOME = simulated(units=8).outcome
LONG = OUTCOME.rename_axis("period").reset_index().melt("period", var_name="unit")
HISTORY = simulated(periods=18, units=8, before=14)
STARTS = {"unit-0": 2006, "unit-1": 2008, "unit-2": 2008}
PREDICTORS = pd.DataFrame(np.random.default_rng(1).normal(size=(8, 2)), index=OUTCOME.columns, columns=["a", "b"])


def panel(method, outcome=OUTCOME, starts=None, **options):
    starts = {"unit-0": 2008} if starts is None else starts
    return lambda: method(panel_from_wide(outcome, {unit: year(start) for unit, start in starts.items()}), **options)


def predicted(method, predictors):
    return lambda: method(simulated(units=8), predictors=predictors)


def by_fit(limits=(1.0, 2.0)):
    return lambda: placebos_by_fit(placebos_in_space(simulated(units=8)), limits)


def table(covariates, **options):
    return lambda: predictor_table(simulated(units=8), covariates, **options)


EXAMPLES = {
    "panel.panel_from_wide": lambda: panel_from_wide(OUTCOME, {"unit-0": year(2008)}).outcome,
    "panel.panel_from_long": lambda: panel_from_long(LONG, {"unit-0": year(2008)}).outcome,
    "counterfactual.synthetic_control.synthetic_control": panel(synthetic_control),
    "counterfactual.synthetic_control.synthetic_control with predictors": panel(
        synthetic_control, predictors=PREDICTORS
    ),
    "counterfactual.synthetic_control.placebos_in_space": panel(placebos_in_space),
    "counterfactual.synthetic_control.placebo_in_time": lambda: placebo_in_time(HISTORY),
    "counterfactual.synthetic_control.leave_one_out": panel(leave_one_out),
    "counterfactual.placebo_sensitivity.placebos_by_fit": by_fit(),
    "counterfactual.predictors.predictor_table": table({"size": OUTCOME + 1}, outcome_in=[year(2003)]),
    "counterfactual.synthetic_difference_in_differences.synthetic_difference_in_differences": panel(
        synthetic_difference_in_differences, starts={"unit-0": 2008, "unit-1": 2008}
    ),
    "counterfactual.staggered_adoption.staggered_adoption": panel(staggered_adoption, starts=STARTS),
    "counterfactual.goodman_bacon.goodman_bacon": panel(goodman_bacon, starts=STARTS),
    "counterfactual.design.choose_design": panel(choose_design),
}

ALL = dict.fromkeys(OUTCOME.columns, 2008)
HOLE = OUTCOME.replace(OUTCOME.iloc[3, 0], np.nan)
INFINITE = OUTCOME.replace(OUTCOME.iloc[3, 0], np.inf)
TWICE = pd.concat([OUTCOME, OUTCOME.iloc[:1]])
TOGETHER = OUTCOME.mul(0).add(OUTCOME["unit-0"], axis=0)

DONOR_METHODS = {
    "synthetic_control": (synthetic_control, OUTCOME),
    "placebos_in_space": (placebos_in_space, OUTCOME),
    "placebo_in_time": (placebo_in_time, HISTORY.outcome),
    "leave_one_out": (leave_one_out, OUTCOME),
    "synthetic_difference_in_differences": (synthetic_difference_in_differences, OUTCOME),
}
COMMON = [
    ("no values", lambda outcome: (outcome * np.nan, {}), "no_data"),
    ("nobody treated", lambda outcome: (outcome, {}), "no_treated_unit"),
    ("no donors", lambda outcome: (outcome[["unit-0"]], None), "no_donors"),
    ("one donor", lambda outcome: (outcome[["unit-0", "unit-1"]], None), "too_few_donors"),
    ("different starts", lambda outcome: (outcome, {"unit-0": 2006, "unit-1": 2008}), "different_starts"),
    ("treated from the first period", lambda outcome: (outcome, {"unit-0": 2000}), "too_few_periods_before"),
    ("one period", lambda outcome: (outcome.iloc[:1], None), "too_few_periods_before"),
    ("all equal", lambda outcome: (outcome * 0 + 3, None), "no_variation"),
    ("a gap in the periods", lambda outcome: (outcome.drop(year(2003)), None), "gaps_in_periods"),
    (
        "a hole in the treated unit",
        lambda outcome: (outcome.replace(outcome.iloc[3, 0], np.nan), None),
        "gaps_in_periods",
    ),
    ("an infinite value", lambda outcome: (outcome.replace(outcome.iloc[3, 0], np.inf), None), "gaps_in_periods"),
    ("a period twice", lambda outcome: (pd.concat([outcome, outcome.iloc[:1]]), None), MethodError),
]

DEGENERATE = [
    *(
        Degenerate(name, data, lambda make=make, of=outcome, method=method: _run(method, make(of)), expected)
        for name, (method, outcome) in DONOR_METHODS.items()
        for data, make, expected in COMMON
    ),
    Degenerate("synthetic_control", "all treated", panel(synthetic_control, starts=ALL), "many_treated_units"),
    Degenerate("synthetic_control", "units that move together", panel(synthetic_control, TOGETHER), SOUND),
    Degenerate("placebos_in_space", "units that move together", panel(placebos_in_space, TOGETHER), "no_variation"),
    Degenerate("placebos_in_space", "a confidence of 95", panel(placebos_in_space, confidence=95), MethodError),
    Degenerate(
        "synthetic_control", "constant predictors", predicted(synthetic_control, PREDICTORS * 0), "no_variation"
    ),
    Degenerate(
        "synthetic_control",
        "the same predictor twice",
        predicted(synthetic_control, PREDICTORS[["a"]].assign(b=PREDICTORS["a"])),
        SOUND,
    ),
    Degenerate(
        "synthetic_control",
        "more predictors than donors",
        predicted(
            synthetic_control, OUTCOME.T.iloc[:, :8].assign(**{f"x{n}": PREDICTORS["a"] ** n for n in range(1, 9)})
        ),
        SOUND,
    ),
    Degenerate("synthetic_control", "no predictors", predicted(synthetic_control, PREDICTORS[[]]), MethodError),
    Degenerate(
        "synthetic_control",
        "predictors missing for the treated unit",
        predicted(synthetic_control, PREDICTORS.iloc[1:]),
        "no_data",
    ),
    Degenerate(
        "synthetic_control",
        "predictors missing for all donors",
        predicted(synthetic_control, PREDICTORS.iloc[:1]),
        "no_donors",
    ),
    Degenerate(
        "synthetic_control",
        "infinite predictors of a donor",
        predicted(synthetic_control, PREDICTORS.replace(PREDICTORS.iloc[2, 0], np.inf)),
        SOUND,
    ),
    Degenerate(
        "placebos_in_space",
        "the same value of a predictor in all donors",
        predicted(placebos_in_space, PREDICTORS.assign(a=[1.0] + [0.0] * 7)),
        SOUND,
    ),
    Degenerate("placebos_by_fit", "no placebo fits so well", by_fit([1e-9]), SOUND),
    Degenerate("placebos_by_fit", "a limit of 0", by_fit([0.0]), MethodError),
    Degenerate("predictor_table", "nothing", table({}), "no_data"),
    Degenerate("predictor_table", "values that are all missing", table({"size": OUTCOME * np.nan}), SOUND),
    Degenerate("predictor_table", "a period after the start", table({}, outcome_in=[year(2008)]), MethodError),
    Degenerate("predictor_table", "an unknown period", table({}, outcome_in=[year(1990)]), MethodError),
    Degenerate("predictor_table", "a period twice", table({"size": TWICE}), MethodError),
    Degenerate(
        "predictor_table",
        "periods of another covariate",
        table({"size": OUTCOME}, periods={"other": [year(2003)]}),
        MethodError,
    ),
    Degenerate(
        "synthetic_difference_in_differences",
        "all treated",
        panel(synthetic_difference_in_differences, starts=ALL),
        "no_donors",
    ),
    Degenerate(
        "synthetic_difference_in_differences",
        "units that move together",
        panel(synthetic_difference_in_differences, TOGETHER),
        "no_variation",
    ),
    Degenerate(
        "synthetic_difference_in_differences",
        "one placebo asked for",
        panel(synthetic_difference_in_differences, placebos=1),
        MethodError,
    ),
    Degenerate(
        "synthetic_difference_in_differences",
        "one treated from the first period besides",
        panel(synthetic_difference_in_differences, starts={"unit-0": 2008, "unit-1": 2000}),
        SOUND,
    ),
    Degenerate("staggered_adoption", "no values", panel(staggered_adoption, OUTCOME * np.nan), "no_data"),
    Degenerate("staggered_adoption", "nobody treated", panel(staggered_adoption, starts={}), "no_treated_unit"),
    Degenerate("staggered_adoption", "one start", panel(staggered_adoption), SOUND),
    Degenerate("staggered_adoption", "all treated at once", panel(staggered_adoption, starts=ALL), "no_donors"),
    Degenerate(
        "staggered_adoption",
        "all treated at once, later starts as comparison",
        panel(staggered_adoption, starts=ALL, control="not_yet_treated"),
        "no_donors",
    ),
    Degenerate(
        "staggered_adoption",
        "all treated, one of them last",
        panel(staggered_adoption, starts=ALL | {"unit-0": 2009}, control="not_yet_treated"),
        "too_few_donors",
    ),
    Degenerate(
        "staggered_adoption",
        "all treated, most of them last",
        panel(staggered_adoption, starts=ALL | {"unit-0": 2006}, control="not_yet_treated"),
        SOUND,
    ),
    Degenerate(
        "staggered_adoption", "two donors", panel(staggered_adoption, OUTCOME.iloc[:, :5], STARTS), "too_few_donors"
    ),
    Degenerate(
        "staggered_adoption",
        "all treated from the first period",
        panel(staggered_adoption, starts=dict.fromkeys(STARTS, 2000)),
        "treated_from_first_period",
    ),
    Degenerate(
        "staggered_adoption",
        "one treated from the first period",
        panel(staggered_adoption, starts=STARTS | {"unit-3": 2000}),
        SOUND,
    ),
    Degenerate(
        "staggered_adoption",
        "starts after the last period",
        panel(staggered_adoption, starts=dict.fromkeys(STARTS, 2030)),
        "too_few_periods_after",
    ),
    Degenerate("staggered_adoption", "two periods", panel(staggered_adoption, OUTCOME.iloc[5:7], STARTS), SOUND),
    Degenerate(
        "staggered_adoption", "one period", panel(staggered_adoption, OUTCOME.iloc[:1], STARTS), "too_few_periods_after"
    ),
    Degenerate("staggered_adoption", "all equal", panel(staggered_adoption, OUTCOME * 0 + 3, STARTS), "no_variation"),
    Degenerate(
        "staggered_adoption", "units that move together", panel(staggered_adoption, TOGETHER, STARTS), "no_variation"
    ),
    Degenerate(
        "staggered_adoption",
        "a gap in the periods",
        panel(staggered_adoption, OUTCOME.drop(year(2003)), STARTS),
        "gaps_in_periods",
    ),
    Degenerate(
        "staggered_adoption", "an infinite value", panel(staggered_adoption, INFINITE, STARTS), "gaps_in_periods"
    ),
    Degenerate("staggered_adoption", "a period twice", panel(staggered_adoption, TWICE, STARTS), MethodError),
    Degenerate(
        "staggered_adoption",
        "an unknown comparison",
        panel(staggered_adoption, starts=STARTS, control="all"),
        MethodError,
    ),
    Degenerate(
        "staggered_adoption", "a confidence of 0", panel(staggered_adoption, starts=STARTS, confidence=0), MethodError
    ),
    Degenerate("goodman_bacon", "nobody treated", panel(goodman_bacon, starts={}), "no_treated_unit"),
    Degenerate("goodman_bacon", "all treated at once", panel(goodman_bacon, starts=ALL), "no_donors"),
    Degenerate(
        "goodman_bacon",
        "all treated from the first period",
        panel(goodman_bacon, starts=dict.fromkeys(STARTS, 2000)),
        "treated_from_first_period",
    ),
    Degenerate(
        "goodman_bacon",
        "one treated from the first period",
        panel(goodman_bacon, starts=STARTS | {"unit-3": 2000}),
        SOUND,
    ),
    Degenerate(
        "goodman_bacon",
        "starts after the last period",
        panel(goodman_bacon, starts=dict.fromkeys(STARTS, 2030)),
        "too_few_periods_after",
    ),
    Degenerate("goodman_bacon", "all equal", panel(goodman_bacon, OUTCOME * 0, STARTS), SOUND),
    Degenerate("goodman_bacon", "a hole", panel(goodman_bacon, HOLE, STARTS), "gaps_in_periods"),
    Degenerate("choose_design", "no values", panel(choose_design, OUTCOME * np.nan), "no_data"),
    Degenerate("choose_design", "nobody treated", panel(choose_design, starts={}), SOUND),
    Degenerate(
        "choose_design",
        "all treated from the first period",
        panel(choose_design, starts=dict.fromkeys(STARTS, 2000)),
        SOUND,
    ),
    Degenerate("choose_design", "an unknown design", panel(choose_design, overrule="before_and_after"), MethodError),
    Degenerate(
        "panel_from_long",
        "two rows for a period",
        lambda: panel_from_long(pd.concat([LONG, LONG[:1]]), {}),
        MethodError,
    ),
    Degenerate(
        "panel_from_long", "no column of values", lambda: panel_from_long(LONG.drop(columns="value"), {}), MethodError
    ),
    Degenerate("panel_from_long", "no rows", lambda: panel_from_long(LONG[:0], {}), "no_data"),
    Degenerate("panel_from_long", "one row", lambda: panel_from_long(LONG[:1], {}).outcome, SOUND),
    Degenerate("Panel", "starts of an unknown unit", lambda: Panel(OUTCOME, {"nobody": year(2008)}), MethodError),
]


def _run(method, made):
    outcome, starts = made
    start = 2014 if method is placebo_in_time else 2008
    starts = {"unit-0": start} if starts is None else starts
    return method(panel_from_wide(outcome, {unit: year(at) for unit, at in starts.items()}))
