"""Synthetic control: the treated unit against a weighted average of untreated ones.

Weights are chosen on the outcome before the start and nothing else (the variant in Table 1 of Arkhangelsky et al.
2021, AER 111), or on predictors (Abadie, Diamond & Hainmueller 2010, JASA 105; `predictor_table` makes them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.donor_fit import DonorFit, fit_donors
from collective_impact.statistics.estimate import Estimate, check_confidence, placebo_estimate, placebo_standard_error
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.panel import Panel, shortfall
from collective_impact.statistics.types import Array, Label, Unit

PERIODS_BEFORE = 8
PERIODS_AFTER = 1
DONORS = 2
DONORS_FOR_PLACEBOS = 5

CLOSE_FIT = 0.25
"""Misfit before the start, as a share of the series' own variation, up to which a synthetic control fits its unit."""

NOISE_RATIO = 1.5
"""Misfit before the start, over that of the placebos, from which on they no longer stand for the treated unit."""


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
    predictor_weights : Series of shape (n_predictors,) or None
        How much each predictor counts, adding up to 1; None without predictors.
    balance : DataFrame of shape (n_predictors, 3) or None
        Columns ``treated, synthetic, donor_mean`` of each predictor, in its own unit.
    left_out : tuple of units
        Donors for which a predictor is missing.
    assumptions : tuple of Assumption
        ``close_fit_before``, by `relative_rmspe_before`.
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
    predictor_weights: pd.Series[float] | None
    balance: pd.DataFrame | None
    left_out: tuple[Unit, ...]
    assumptions: tuple[Assumption, ...]


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
    assumptions : tuple of Assumption
        ``close_fit_before``, and ``equal_noise`` by the treated unit's misfit before the start over the placebos'.
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
    assumptions: tuple[Assumption, ...]


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
def synthetic_control(panel: Panel, predictors: pd.DataFrame | None = None) -> SyntheticControl | Insufficient:
    """Compare the one treated unit with the average of donors that fits it best before its start.

    Parameters
    ----------
    panel : Panel
        One treated unit, at least 2 donors, 8 periods before the start and 1 from it on. Units treated from the
        first period on are left out.
    predictors : DataFrame of shape (n_units, n_predictors), optional
        What the unit and its twin should have in common, each in its own unit, from before the start. Donors
        without a value are left out. Without predictors the weights are chosen on the outcome.

    Returns
    -------
    SyntheticControl or Insufficient
        ``no_variation`` when the unit's outcome was constant before the start or no predictor differs between
        units, ``no_data`` when the treated unit lacks a predictor.

    Raises
    ------
    MethodError
        When `predictors` has no column, or names a unit or a predictor twice.
    """
    matched = _matched(panel, predictors)
    return matched if isinstance(matched, Insufficient) else _as_synthetic_control(matched, _fit_treated(matched))


@guarded
def placebos_in_space(
    panel: Panel, confidence: float = 0.95, predictors: pd.DataFrame | None = None
) -> PlacebosInSpace | Insufficient:
    """Ask how unusual the treated unit's gap is among gaps of units that were not treated.

    Each donor is fitted from the other donors, with predictor weights of its own. The rank of the ratio of mean
    squared gaps gives the p-value (Abadie, Diamond & Hainmueller 2010); the spread of the donors' average gaps gives
    the interval (Arkhangelsky et al. 2021, Algorithm 4, each donor once instead of draws). The interval assumes that
    the treated unit's noise is like the donors'; the p-value assumes that any unit might have been the treated one.

    Parameters
    ----------
    panel, predictors
        As in `synthetic_control`, with at least 5 donors.
    confidence : float
        Of the interval.
    """
    check_confidence(confidence)
    matched = _matched(panel, predictors)
    if isinstance(matched, Insufficient):
        return matched
    if len(matched.panel.donors) < DONORS_FOR_PLACEBOS:
        return Insufficient("too_few_donors", len(matched.panel.donors), DONORS_FOR_PLACEBOS)
    real = _fit_treated(matched)
    fits = {matched.panel.treated[0]: real, **_fit_donors_as_if_treated(matched)}
    ratios = pd.Series({unit: fit.ratio**2 for unit, fit in fits.items()}).sort_values(ascending=False, kind="stable")
    average_gaps = pd.Series({unit: fit.average_gap for unit, fit in fits.items()}).iloc[1:]
    effects = average_gaps.to_numpy()
    if np.ptp(effects) <= 1e-10 * np.ptp(matched.panel.outcome.to_numpy()):
        return Insufficient("no_variation", 1, 2)
    rank = int((ratios >= real.ratio**2).sum())
    estimate = placebo_estimate(
        real.average_gap,
        effects,
        rank=rank,
        n_periods=len(panel.outcome),
        confidence=confidence,
        method="synthetic_control",
    )
    misfits = pd.Series({unit: fit.misfit_before for unit, fit in fits.items()})
    return PlacebosInSpace(
        gaps=pd.DataFrame({unit: fit.gap for unit, fit in fits.items()}, index=panel.outcome.index),
        rmspe_before=misfits,
        ratios=ratios,
        average_gaps=average_gaps,
        rank=rank,
        p_value=rank / len(fits),
        p_floor=1 / len(fits),
        standard_error=placebo_standard_error(effects),
        estimate=estimate,
        assumptions=(_close_fit(matched, real), _equal_noise(misfits.to_numpy())),
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
    panel = panel.without_always_treated()
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
def leave_one_out(panel: Panel, predictors: pd.DataFrame | None = None) -> LeaveOneOut | Insufficient:
    """Estimate again without each donor that has weight, one at a time (Abadie 2021, JEL 59, section 5).

    Returns
    -------
    LeaveOneOut or Insufficient
        At least 3 donors are needed.
    """
    matched = _matched(panel, predictors)
    if isinstance(matched, Insufficient):
        return matched
    donors = matched.panel.donors
    if len(donors) <= DONORS:
        return Insufficient("too_few_donors", len(donors), DONORS + 1)
    real = _fit_treated(matched)
    weights = pd.Series(real.weights, index=list(donors))
    weighted = weights[weights > 0].sort_values(ascending=False, kind="stable").index
    fits = {unit: _fit_treated(_without(matched, unit)) for unit in weighted}
    average_gaps = pd.Series({unit: fit.average_gap for unit, fit in fits.items()})
    observed = matched.panel.treated_outcome
    return LeaveOneOut(
        real.average_gap,
        average_gaps,
        pd.DataFrame({unit: observed - fit.gap for unit, fit in fits.items()}),
        float(average_gaps.min()),
        float(average_gaps.max()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Matched:
    """A panel that carries the method, and the predictors of its units in the order of its columns."""

    panel: Panel
    predictors: pd.DataFrame | None

    @property
    def treated_place(self) -> int:
        return list(self.panel.outcome.columns).index(self.panel.treated[0])

    @property
    def predictor_array(self) -> Array | None:
        return None if self.predictors is None else self.predictors.to_numpy(dtype=float).T


def _matched(panel: Panel, predictors: pd.DataFrame | None) -> _Matched | Insufficient:
    panel = panel.without_always_treated()
    lacking = shortfall(panel, before=PERIODS_BEFORE, after=PERIODS_AFTER, donors=DONORS)
    if lacking:
        return lacking
    if np.ptp(panel.treated_outcome[panel.before]) == 0:
        return Insufficient("no_variation", 1, 2)
    if predictors is None:
        return _Matched(panel, None)
    if predictors.empty or predictors.index.has_duplicates or predictors.columns.has_duplicates:
        raise MethodError("predictors: expected a row for each unit and a column for each predictor, each once")
    whole = numbers_in(predictors, "predictors").dropna()
    if panel.treated[0] not in whole.index:
        return Insufficient("no_data")
    kept = panel.restrict(units=[unit for unit in panel.outcome.columns if unit in whole.index])
    if lacking := shortfall(kept, before=PERIODS_BEFORE, after=PERIODS_AFTER, donors=DONORS):
        return lacking
    ordered = whole.loc[list(kept.outcome.columns)]
    if not np.ptp(ordered.to_numpy(), axis=0).any():
        return Insufficient("no_variation", 1, 2)
    return _Matched(kept, ordered)


def _without(matched: _Matched, unit: Unit) -> _Matched:
    kept = [other for other in matched.panel.outcome.columns if other != unit]
    predictors = None if matched.predictors is None else matched.predictors.loc[kept]
    return _Matched(matched.panel.restrict(units=kept), predictors)


def _fit_treated(matched: _Matched) -> DonorFit:
    outcome = matched.panel.outcome.to_numpy()
    return fit_donors(outcome, matched.treated_place, len(matched.panel.before), matched.predictor_array)


def _fit_donors_as_if_treated(matched: _Matched) -> dict[Unit, DonorFit]:
    """Fit every donor by the other donors, as if it were treated."""
    outcome = np.delete(matched.panel.outcome.to_numpy(), matched.treated_place, axis=1)
    predictors = matched.predictor_array
    rest = None if predictors is None else np.delete(predictors, matched.treated_place, axis=1)
    n_before = len(matched.panel.before)
    return {unit: fit_donors(outcome, place, n_before, rest) for place, unit in enumerate(matched.panel.donors)}


def _as_synthetic_control(matched: _Matched, fit: DonorFit) -> SyntheticControl:
    panel, observed = matched.panel, matched.panel.treated_outcome
    gap = pd.Series(fit.gap, index=observed.index)
    close_fit = _close_fit(matched, fit)
    columns = [] if matched.predictors is None else list(matched.predictors.columns)
    return SyntheticControl(
        unit=panel.treated[0],
        start=panel.start,
        weights=pd.Series(fit.weights, index=list(panel.donors)),
        observed=observed,
        counterfactual=observed - gap,
        gap=gap,
        average_gap=fit.average_gap,
        rmspe_before=fit.misfit_before,
        rmspe_after=fit.misfit_after,
        rmspe_ratio=fit.ratio,
        relative_rmspe_before=float(close_fit.figure or 0.0),
        predictor_weights=None if fit.predictor_weights is None else pd.Series(fit.predictor_weights, index=columns),
        balance=_balance(matched, fit.weights),
        left_out=panel.left_out,
        assumptions=(close_fit,),
    )


def _balance(matched: _Matched, weights: Array) -> pd.DataFrame | None:
    if matched.predictors is None:
        return None
    donors = matched.predictors.loc[list(matched.panel.donors)]
    return pd.DataFrame(
        {
            "treated": matched.predictors.loc[matched.panel.treated[0]],
            "synthetic": donors.T @ weights,
            "donor_mean": donors.mean(),
        }
    )


def _close_fit(matched: _Matched, fit: DonorFit) -> Assumption:
    spread = float(matched.panel.treated_outcome[matched.panel.before].std(ddof=0))
    return Assumption(
        "close_fit_before", fit.misfit_before <= CLOSE_FIT * spread, fit.misfit_before / spread, CLOSE_FIT
    )


def _equal_noise(misfits: Array) -> Assumption:
    """Hold the first unit's misfit against the others'; a twin without any misfit is not noisier than they."""
    typical = float(np.median(misfits[1:]))
    ratio = float(misfits[0]) / typical if typical else None
    return Assumption("equal_noise", None if ratio is None else ratio <= NOISE_RATIO, ratio, NOISE_RATIO)
