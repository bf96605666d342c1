"""Synthetic control: the treated unit against a weighted average of untreated ones.

Outcome only: weights are chosen on the outcome before the start and nothing else (Abadie, Diamond &
Hainmueller 2010, JASA 105, without covariates; the variant in Table 1 of Arkhangelsky et al. 2021, AER 111).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.simplex import simplex_weights
from collective_impact.statistics.estimate import Estimate, placebo_estimate, placebo_standard_error
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, shortfall
from collective_impact.statistics.types import Label, Unit

PERIODS_BEFORE = 8
PERIODS_AFTER = 1
DONORS = 2
DONORS_FOR_PLACEBOS = 5

_PERFECT_FIT = 1e-6
"""Share of the panel's standard deviation below which a misfit before the start counts as this share."""


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticControl:
    """One unit and its synthetic twin.

    Attributes
    ----------
    unit : hashable
        The treated unit.
    start : period
        First treated period.
    weights : Series of shape (n_donors,)
        Not negative, adding up to 1; indexed by donor.
    observed, counterfactual, gap : Series of shape (n_periods,)
        The unit, its weighted donors, and observed minus counterfactual, over all periods.
    average_gap : float
        Mean gap from `start` on: the estimated effect, in the outcome's unit.
    rmspe_before, rmspe_after, rmspe_ratio : float
        Root mean squared gap before and from the start, and after over before.
    relative_rmspe_before : float
        Misfit before the start over the standard deviation of the observed outcome then: near 0 the twin follows
        the unit closely, near 1 it does no better than a straight line at the unit's mean.
    """

    unit: Unit
    start: Label
    weights: pd.Series[float]
    observed: pd.Series[float]
    counterfactual: pd.Series[float]
    gap: pd.Series[float]
    average_gap: float
    rmspe_before: float
    rmspe_after: float
    rmspe_ratio: float
    relative_rmspe_before: float


@dataclass(frozen=True, slots=True, eq=False)
class PlacebosInSpace:
    """The same method on every donor, as if each had been treated.

    Attributes
    ----------
    gaps : DataFrame of shape (n_periods, 1 + n_donors)
        Observed minus counterfactual of the treated unit (first column) and of each donor.
    rmspe_before : Series of shape (1 + n_donors,)
        Misfit of each before the start, for leaving out placebos that were never fitted well.
    ratios : Series of shape (1 + n_donors,)
        Mean squared gap after over before, largest first.
    average_gaps : Series of shape (n_donors,)
        Effect found on each donor.
    rank : int
        Place of the treated unit in `ratios`; 1 is the most extreme.
    p_value, p_floor : float
        ``rank / (n_donors + 1)`` and the smallest it could be, ``1 / (n_donors + 1)``.
    standard_error : float
        Standard deviation of `average_gaps`.
    estimate : Estimate
        The effect with its placebo interval and p-value.
    """

    gaps: pd.DataFrame
    rmspe_before: pd.Series[float]
    ratios: pd.Series[float]
    average_gaps: pd.Series[float]
    rank: int
    p_value: float
    p_floor: float
    standard_error: float
    estimate: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class LeaveOneOut:
    """How the effect changes when a donor is taken out of the pool.

    Attributes
    ----------
    average_gap : float
        Effect with all donors.
    average_gaps : Series of shape (n_weighted_donors,)
        Effect without each donor that had weight; indexed by the donor left out, heaviest first.
    counterfactuals : DataFrame of shape (n_periods, n_weighted_donors)
        Synthetic outcome without each of them.
    low, high : float
        Smallest and largest of `average_gaps`.
    """

    average_gap: float
    average_gaps: pd.Series[float]
    counterfactuals: pd.DataFrame
    low: float
    high: float


@guarded
def synthetic_control(panel: Panel) -> SyntheticControl | Insufficient:
    """Compare the one treated unit with the average of donors that fits it best before its start.

    Parameters
    ----------
    panel : Panel
        One treated unit, at least 2 donors, 8 periods before the start and 1 from it on.

    Returns
    -------
    SyntheticControl or Insufficient
        ``no_variation`` when the unit's outcome was constant before the start.
    """
    lacking = shortfall(panel, before=PERIODS_BEFORE, after=PERIODS_AFTER, donors=DONORS)
    if lacking:
        return lacking
    if np.ptp(panel.treated_outcome[panel.before]) == 0:
        return Insufficient("no_variation", 1, 2)
    return _fit(panel)


@guarded
def placebos_in_space(panel: Panel, confidence: float = 0.95) -> PlacebosInSpace | Insufficient:
    """Ask how unusual the treated unit's gap is among gaps of units that were not treated.

    Each donor is fitted from the other donors. The rank of the ratio of mean squared gaps gives the p-value
    (Abadie, Diamond & Hainmueller 2010); the spread of the donors' average gaps gives the interval
    (Arkhangelsky et al. 2021, Algorithm 4, each donor once instead of draws). The interval assumes that the
    treated unit's noise is like the donors'; the p-value assumes that any unit might have been the treated one.

    Returns
    -------
    PlacebosInSpace or Insufficient
        At least 5 donors are needed.
    """
    real = synthetic_control(panel)
    if isinstance(real, Insufficient):
        return real
    if len(panel.donors) < DONORS_FOR_PLACEBOS:
        return Insufficient("too_few_donors", len(panel.donors), DONORS_FOR_PLACEBOS)
    pretended = [_fit(panel.pretending(unit)) for unit in panel.donors]
    every = [real, *pretended]
    ratios = pd.Series({fit.unit: fit.rmspe_ratio**2 for fit in every}).sort_values(ascending=False, kind="stable")
    average_gaps = pd.Series({fit.unit: fit.average_gap for fit in pretended})
    rank = int((ratios >= ratios[real.unit]).sum())
    effects = average_gaps.to_numpy()
    estimate = placebo_estimate(
        real.average_gap,
        effects,
        rank=rank,
        n_periods=len(panel.outcome),
        confidence=confidence,
        method="synthetic_control",
    )
    return PlacebosInSpace(
        gaps=pd.DataFrame({fit.unit: fit.gap for fit in every}),
        rmspe_before=pd.Series({fit.unit: fit.rmspe_before for fit in every}),
        ratios=ratios,
        average_gaps=average_gaps,
        rank=rank,
        p_value=rank / len(every),
        p_floor=1 / len(every),
        standard_error=placebo_standard_error(effects),
        estimate=estimate,
    )


@guarded
def placebo_in_time(panel: Panel, start: Label | None = None) -> SyntheticControl | Insufficient:
    """Pretend that treatment began earlier, on data from before it did: a gap then would be a warning.

    Parameters
    ----------
    panel : Panel
    start : period, optional
        The pretended start, earlier than the true one; by default two thirds into the time before it, which then
        has to have 12 periods.

    Raises
    ------
    MethodError
        When `start` is not before the true start.
    """
    before = PERIODS_BEFORE * 3 // 2 if start is None else PERIODS_BEFORE + 1
    lacking = shortfall(panel, before=before, after=PERIODS_AFTER, donors=DONORS)
    if lacking:
        return lacking
    pretended = panel.before[len(panel.before) * 2 // 3] if start is None else start
    if pretended >= panel.start:
        raise MethodError(f"start is {pretended}: expected a period before the true start, {panel.start}")
    history = panel.restrict(until=panel.before[-1])
    return synthetic_control(Panel(history.outcome, {panel.treated[0]: pretended}))


@guarded
def leave_one_out(panel: Panel) -> LeaveOneOut | Insufficient:
    """Estimate again without each donor that has weight, one at a time (Abadie 2021, JEL 59, section 5).

    Returns
    -------
    LeaveOneOut or Insufficient
        At least 3 donors are needed.
    """
    real = synthetic_control(panel)
    if isinstance(real, Insufficient):
        return real
    if len(panel.donors) <= DONORS:
        return Insufficient("too_few_donors", len(panel.donors), DONORS + 1)
    weighted = real.weights[real.weights > 0].sort_values(ascending=False, kind="stable").index
    fits = {
        left_out: _fit(panel.restrict(units=[unit for unit in panel.outcome.columns if unit != left_out]))
        for left_out in weighted
    }
    average_gaps = pd.Series({unit: fit.average_gap for unit, fit in fits.items()})
    return LeaveOneOut(
        real.average_gap,
        average_gaps,
        pd.DataFrame({unit: fit.counterfactual for unit, fit in fits.items()}),
        float(average_gaps.min()),
        float(average_gaps.max()),
    )


def _fit(panel: Panel) -> SyntheticControl:
    before = panel.outcome.index.isin(panel.before)
    observed = panel.treated_outcome
    donors = panel.outcome[list(panel.donors)]
    weights = simplex_weights(donors.to_numpy()[before], observed.to_numpy()[before])
    counterfactual = pd.Series(donors.to_numpy() @ weights, index=donors.index)
    gap = observed - counterfactual
    misfit, after = _root_mean_square(gap[before]), _root_mean_square(gap[~before])
    spread = float(observed[before].std(ddof=0))
    least = _PERFECT_FIT * float(panel.outcome[before].to_numpy().std())
    return SyntheticControl(
        unit=panel.treated[0],
        start=panel.start,
        weights=pd.Series(weights, index=donors.columns),
        observed=observed,
        counterfactual=counterfactual,
        gap=gap,
        average_gap=float(gap[~before].mean()),
        rmspe_before=misfit,
        rmspe_after=after,
        rmspe_ratio=after / max(misfit, least) if after else 0.0,
        relative_rmspe_before=misfit / spread if spread else float("inf"),
    )


def _root_mean_square(values: pd.Series[float]) -> float:
    return float(np.sqrt(np.mean(values**2)))
