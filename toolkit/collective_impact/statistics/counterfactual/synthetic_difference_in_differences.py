"""Synthetic difference in differences: weights on donors and on periods (Arkhangelsky et al. 2021, AER 111).

The estimator is that of the package ``diff-diff``; placebos and interval are made here.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from collective_impact.statistics.estimate import Estimate, placebo_estimate, placebo_standard_error
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, shortfall
from collective_impact.statistics.types import Label, Unit

PERIODS_BEFORE = 8
DONORS = 5


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticDifferenceInDifferences:
    """One unit against weighted donors, before and after weighted periods.

    Attributes
    ----------
    estimate : Estimate
        Effect with its placebo interval; the p-value is the rank of its size among the placebo effects.
    standard_error : float
        Of the placebo effects.
    start : period
        First treated period.
    unit_weights : Series of shape (n_donors,)
        Adding up to 1, indexed by donor.
    time_weights : Series of shape (n_before,)
        Adding up to 1, indexed by period before the start.
    observed, counterfactual, gap : Series of shape (n_periods,)
        The unit; its weighted donors, moved to its level in the weighted periods; and the difference, whose mean
        from the start on is the effect.
    placebo_effects : Series
        Effect found on donors as if each had been treated, indexed by donor.
    """

    estimate: Estimate
    standard_error: float
    start: Label
    unit_weights: pd.Series[float]
    time_weights: pd.Series[float]
    observed: pd.Series[float]
    counterfactual: pd.Series[float]
    gap: pd.Series[float]
    placebo_effects: pd.Series[float]


@guarded
def synthetic_difference_in_differences(
    panel: Panel, confidence: float = 0.95, *, placebos: int = 200, seed: int = 0
) -> SyntheticDifferenceInDifferences | Insufficient:
    """Estimate the effect with unit and time weights and a constant difference between unit and donors.

    Parameters
    ----------
    panel : Panel
        One treated unit, at least 5 donors, 5 periods before the start and 1 from it on.
    confidence : float
        Of the placebo interval; its assumption is that of `synthetic_control.placebos_in_space`.
    placebos : int
        Most donors that are used as placebos: all of them, each once, where there are no more.
    seed : int
        For drawing donors where there are more.
    """
    lacking = shortfall(panel, before=PERIODS_BEFORE, after=1, donors=DONORS)
    if lacking:
        return lacking
    if np.ptp(panel.treated_outcome[panel.before]) == 0:
        return Insufficient("no_variation", 1, 2)
    fit = _fit(panel)
    effects = pd.Series({unit: float(_fit(panel.pretending(unit)).att) for unit in _drawn(panel, placebos, seed)})
    weights = {panel.outcome.columns[place]: float(weight) for place, weight in fit.unit_weights.items()}
    unit_weights = pd.Series(weights, dtype=float).reindex(list(panel.donors), fill_value=0.0)
    time_weights = pd.Series(np.asarray(list(fit.time_weights.values()), dtype=float), index=panel.before)
    comparison = panel.outcome[list(panel.donors)] @ unit_weights
    distance = panel.treated_outcome - comparison
    gap = distance - float((distance[panel.before] * time_weights).sum())
    value = float(gap[panel.after].mean())
    return SyntheticDifferenceInDifferences(
        estimate=placebo_estimate(
            value,
            effects.to_numpy(),
            rank=1 + int((effects.abs() >= abs(value)).sum()),
            n_periods=len(panel.outcome),
            confidence=confidence,
            method="synthetic_difference_in_differences",
        ),
        standard_error=placebo_standard_error(effects.to_numpy()),
        start=panel.start,
        unit_weights=unit_weights,
        time_weights=time_weights,
        observed=panel.treated_outcome,
        counterfactual=panel.treated_outcome - gap,
        gap=gap,
        placebo_effects=effects,
    )


def _drawn(panel: Panel, count: int, seed: int) -> list[Unit]:
    if len(panel.donors) <= count:
        return list(panel.donors)
    chosen = np.random.default_rng(seed).choice(len(panel.donors), size=count, replace=False)
    return [panel.donors[place] for place in np.sort(chosen)]


def _fit(panel: Panel) -> Any:
    """Point estimate and weights; the package's own intervals, meant for many treated units, are not asked for."""
    from diff_diff import SyntheticDiD

    n_periods, n_units = panel.outcome.shape
    long = pd.DataFrame(
        {
            "outcome": panel.outcome.to_numpy().ravel(),
            "period": np.repeat(np.arange(n_periods), n_units),
            "unit": np.tile(np.arange(n_units), n_periods),
            "treated": np.tile(panel.outcome.columns.isin(panel.treated).astype(int), n_periods),
        }
    )
    after = list(range(len(panel.before), n_periods))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SyntheticDiD(variance_method="jackknife", n_bootstrap=1, seed=0).fit(
            long, outcome="outcome", treatment="treated", unit="unit", time="period", post_periods=after
        )
