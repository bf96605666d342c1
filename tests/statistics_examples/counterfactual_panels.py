"""Panels, repeated cross-sections, experiments; randomization, which they share."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from statistics_data import simulated, year

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.difference_in_means import difference_in_means
from collective_impact.statistics.counterfactual.event_study import event_study
from collective_impact.statistics.counterfactual.fixed_effects import fixed_effects
from collective_impact.statistics.counterfactual.repeated_cross_sections import repeated_cross_sections
from collective_impact.statistics.counterfactual.wild_cluster_bootstrap import wild_cluster_bootstrap
from collective_impact.statistics.panel import Panel, panel_from_wide
from collective_impact.statistics.randomization import randomization
from statistics_examples import SOUND, Degenerate

OUTCOME = simulated(units=7).outcome


def rows(units=12, periods=6, treated=6, start=3, seed=0):
    """One row per unit and period, the first units treated."""
    rng = np.random.default_rng(seed)
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    treatment = ((unit < treated) & (period >= start)).astype(float)
    return pd.DataFrame(
        {
            "unit": unit,
            "period": period,
            "group": unit < treated,
            "after": period >= start,
            "treatment": treatment,
            "dose": treatment * rng.uniform(1, 2, len(unit)),
            "other": rng.normal(size=len(unit)),
            "outcome": treatment + rng.normal(size=len(unit)),
        }
    )


def regression(method, frame=None, treatment="treatment", **options):
    frame = rows() if frame is None else frame
    return lambda: method(frame, "outcome", treatment, **{"unit": "unit", "period": "period", **options})


def panel(method, outcome=OUTCOME, start=2008, treated=("unit-0",), **options):
    return lambda: method(panel_from_wide(outcome, {unit: year(start) for unit in treated if start}), **options)


def groups(method, outcome, treated, **options):
    return lambda: method(np.asarray(outcome, dtype=float), np.asarray(treated), **options)


def crossed(frame=None, **options):
    frame = rows() if frame is None else frame
    return lambda: repeated_cross_sections(frame, "outcome", "group", "after", **options)


TEN = np.random.default_rng(0).normal(size=10)
HALF = np.arange(10) < 5

EXAMPLES: dict[str, Callable[[], object]] = {
    "randomization.randomization": groups(randomization, TEN, HALF),
    "randomization.randomization of many": groups(randomization, np.tile(TEN, 4) + np.arange(40), np.tile(HALF, 4)),
    "counterfactual.difference_in_differences.difference_in_differences": panel(difference_in_differences),
    "counterfactual.event_study.event_study": panel(event_study),
    "counterfactual.fixed_effects.fixed_effects": regression(fixed_effects),
    "counterfactual.wild_cluster_bootstrap.wild_cluster_bootstrap": regression(wild_cluster_bootstrap),
    "counterfactual.difference_in_means.difference_in_means": groups(difference_in_means, TEN, HALF),
    "counterfactual.repeated_cross_sections.repeated_cross_sections": crossed(covariates=["other"], cluster="unit"),
}


def for_panels(method):
    name = f"counterfactual.{method.__name__}.{method.__name__}"
    still = OUTCOME * 0 + np.arange(len(OUTCOME))[:, None]
    cases = {
        "all missing": (panel(method, OUTCOME * np.nan), "no_data"),
        "no rows": (panel(method, OUTCOME.iloc[:0]), "no_data"),
        "one period": (panel(method, OUTCOME.iloc[[0]]), "too_few_periods_after"),
        "all equal": (panel(method, OUTCOME * 0 + 3), "no_variation"),
        "all change alike": (panel(method, still + OUTCOME.iloc[0]), "no_variation"),
        "donors alike": (panel(method, still.assign(**{"unit-0": OUTCOME["unit-0"]})), "no_variation"),
        "none treated": (panel(method, start=None), "no_treated_unit"),
        "all treated": (panel(method, treated=tuple(OUTCOME)), "no_donors"),
        "one donor": (panel(method, OUTCOME[["unit-0", "unit-1"]]), "too_few_donors"),
        "as many donors as treated": (panel(method, treated=("unit-0", "unit-1", "unit-2")), "too_few_donors"),
        "treated from the first period": (panel(method, start=2000), "treated_from_first_period"),
        "treated after the last period": (panel(method, start=2030), "too_few_periods_after"),
        "different starts": (
            lambda: method(Panel(OUTCOME, {"unit-0": year(2006), "unit-1": year(2008)})),
            "different_starts",
        ),
        "a period left out": (panel(method, OUTCOME.drop(year(2003))), "gaps_in_periods"),
        "infinite": (panel(method, OUTCOME.replace(OUTCOME.iloc[3, 0], np.inf)), "gaps_in_periods"),
        "a period twice": (panel(method, pd.concat([OUTCOME, OUTCOME.iloc[:1]])), MethodError),
        "confidence of 95": (panel(method, confidence=95), MethodError),
        "one period before, one after": (panel(method, OUTCOME.iloc[7:9]), SOUND),
        "three treated of ten": (
            panel(method, simulated(units=10).outcome, treated=("unit-0", "unit-1", "unit-2")),
            SOUND,
        ),
        "many on both sides": (
            panel(method, simulated(units=24).outcome, treated=tuple(f"unit-{place}" for place in range(11))),
            SOUND,
        ),
    }
    return [Degenerate(name, data, call, expected) for data, (call, expected) in cases.items()]


def for_regressions(method):
    name = f"counterfactual.{method.__name__}.{method.__name__}"
    frame = rows()
    cases = {
        "no rows": (regression(method, frame.iloc[:0]), "no_data"),
        "one row": (regression(method, frame.iloc[:1]), "no_data"),
        "one row, no unit effects": (regression(method, frame.iloc[:1], unit=None, period=None), "no_variation"),
        "all missing": (regression(method, frame.assign(outcome=np.nan)), "no_data"),
        "all equal": (regression(method, frame.assign(outcome=1.0)), "no_variation"),
        "nothing but the effect": (regression(method, frame.assign(outcome=frame["treatment"])), "no_variation"),
        "none treated": (regression(method, frame.assign(treatment=0)), "no_variation"),
        "all treated": (regression(method, frame.assign(treatment=True)), "no_variation"),
        "all treated at one time": (regression(method, rows(treated=12)), "collinear"),
        "treated from the first period": (regression(method, rows(start=0)), "collinear"),
        "perfect collinearity": (
            regression(method, frame.assign(twice=2 * frame["treatment"]), covariates=["twice"]),
            "collinear",
        ),
        "a covariate that stays the same": (regression(method, frame, covariates=["group"]), "collinear"),
        "more parameters than rows": (
            regression(method, frame[frame["period"].isin([2, 3])].iloc[2:7]),
            "more_terms_than_rows",
        ),
        "one cluster": (regression(method, frame.assign(region=1), cluster="region"), "too_few_clusters"),
        "each unit once": (regression(method, frame[frame["period"] == 4]), "no_data"),
        "an unit-period twice": (regression(method, pd.concat([frame, frame.iloc[:1]])), MethodError),
        "a unit in two clusters": (
            regression(method, frame.assign(region=frame.index % 2), cluster="region"),
            MethodError,
        ),
        "no such column": (regression(method, frame, covariates=["missing"]), MethodError),
        "treatment as covariate": (regression(method, frame, covariates=["treatment"]), MethodError),
        "confidence of 95": (regression(method, frame, confidence=95), MethodError),
        "infinite values": (regression(method, frame.replace(frame["outcome"].iloc[3], np.inf)), SOUND),
        "gaps in the periods": (regression(method, frame[frame["period"] != 2].drop(index=[1, 21])), SOUND),
        "one unit with one row": (regression(method, frame.drop(index=range(1, 6))), SOUND),
        "different starts": (
            regression(method, pd.concat([rows(treated=4).iloc[:24], rows(treated=8, start=2).iloc[24:]])),
            SOUND,
        ),
        "a quantity": (regression(method, frame, treatment="dose"), SOUND),
    }
    return [Degenerate(name, data, call, expected) for data, (call, expected) in cases.items()]


def for_groups(method, name):
    cases = {
        "no rows": (groups(method, [], np.zeros(0, dtype=bool)), "no_data"),
        "one row": (groups(method, [1.0], [True]), "no_donors"),
        "all missing": (groups(method, TEN * np.nan, HALF), "no_data"),
        "all infinite": (groups(method, TEN + np.inf, HALF), "no_data"),
        "none treated": (groups(method, TEN, HALF & False), "no_treated_unit"),
        "all treated": (groups(method, TEN, HALF | True), "no_donors"),
        "two rows": (groups(method, [1, 2], [True, False]), "too_few_rows"),
        "all equal": (groups(method, TEN * 0, HALF), "no_variation"),
        "some missing": (groups(method, np.where(np.arange(10) == 3, np.nan, TEN), HALF), SOUND),
        "lengths that differ": (groups(method, TEN, HALF[:9]), MethodError),
        "treated by 2": (groups(method, TEN, HALF * 2), MethodError),
        "confidence of 95": (groups(method, TEN, HALF, confidence=95), MethodError),
    }
    return [Degenerate(name, data, call, expected) for data, (call, expected) in cases.items()]


def of(module, cases):
    name = f"counterfactual.{module}.{module}"
    return [Degenerate(name, data, call, expected) for data, (call, expected) in cases.items()]


FEW = rows(units=4, treated=2)
SMALL = rows(units=4, periods=2, treated=2, start=1).assign(
    second=np.arange(8) ** 2, third=np.arange(8) ** 3, fourth=np.cos(np.arange(8))
)

DEGENERATE: list[Degenerate] = [
    *for_panels(difference_in_differences),
    *for_panels(event_study),
    *for_regressions(fixed_effects),
    *for_regressions(wild_cluster_bootstrap),
    *for_groups(randomization, "randomization.randomization"),
    *for_groups(difference_in_means, "counterfactual.difference_in_means.difference_in_means"),
    Degenerate("randomization.randomization", "one treated", groups(randomization, TEN, HALF * 0 + (TEN > 1)), SOUND),
    *of(
        "fixed_effects",
        {
            "one treated unit": (regression(fixed_effects, rows(treated=1)), SOUND),
            "one treated unit and a covariate": (
                regression(fixed_effects, rows(treated=1), covariates=["other"]),
                "too_few_treated_clusters",
            ),
            "covariance that is not known": (regression(fixed_effects, covariance="HAC"), MethodError),
        },
    ),
    *of(
        "wild_cluster_bootstrap",
        {
            "four clusters": (regression(wild_cluster_bootstrap, FEW), "too_few_clusters"),
            "three treated": (regression(wild_cluster_bootstrap, rows(treated=3)), "too_few_treated_clusters"),
            "three untreated": (regression(wild_cluster_bootstrap, rows(treated=9)), "too_few_treated_clusters"),
            "one unit with a dose": (
                regression(wild_cluster_bootstrap, rows(treated=1), treatment="dose"),
                "too_few_clusters",
            ),
            "weights that are not known": (regression(wild_cluster_bootstrap, weights="mammen"), MethodError),
        },
    ),
    *of(
        "difference_in_means",
        {"variance that is not known": (groups(difference_in_means, TEN, HALF, variance="HC4"), MethodError)},
    ),
    *of(
        "repeated_cross_sections",
        {
            "no rows": (crossed(rows().iloc[:0]), "no_data"),
            "one row": (crossed(rows().iloc[:1]), "too_few_groups"),
            "all missing": (crossed(rows().assign(outcome=np.nan)), "no_data"),
            "infinite values": (crossed(rows().replace(rows()["outcome"].iloc[3], np.inf)), SOUND),
            "all equal": (crossed(rows().assign(outcome=1.0)), "no_variation"),
            "one group": (crossed(rows(treated=0)), "too_few_groups"),
            "no time before": (crossed(rows(start=0)), "too_few_groups"),
            "one row of a group at a time": (crossed(rows(units=6, periods=2, treated=1, start=1)), "too_few_rows"),
            "perfect collinearity": (crossed(rows().assign(twin=rows()["group"]), covariates=["twin"]), "collinear"),
            "more parameters than rows": (
                crossed(SMALL, covariates=["other", "dose", "second", "third", "fourth"]),
                "more_terms_than_rows",
            ),
            "one cluster": (crossed(rows().assign(region=1), cluster="region"), "too_few_clusters"),
            "one treated cluster": (crossed(rows(treated=1), cluster="unit"), "too_few_treated_clusters"),
            "treated by 2": (crossed(rows().assign(group=2)), MethodError),
            "no such column": (crossed(rows(), covariates=["missing"]), MethodError),
            "covariance that is not known": (crossed(covariance="HAC"), MethodError),
            "confidence of 95": (crossed(confidence=95), MethodError),
        },
    ),
]
