"""Staggered adoption: areas that start one after the other (Callaway & Sant'Anna 2021, Journal of Econometrics 225).

Written here rather than taken from the package ``diff-diff``: without covariates the estimates are averages of
changes, which take milliseconds where the import of the package alone takes seconds, and the package's standard
errors need many units in every cohort. Initiatives have three to eight areas, often one a start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.assigned_starts import randomized_p_values
from collective_impact.statistics.counterfactual.group_time_effects import (
    OWN_NOISE,
    Cohorts,
    GroupTimeEffects,
    WeightedSums,
    cohorts_of,
    covariance_of_sums,
    group_time_effects,
    last_cohort_as_comparison,
    weighted_sums,
)
from collective_impact.statistics.counterfactual.simultaneous import critical_value, joint_p_value
from collective_impact.statistics.estimate import Estimate, Interval, check_confidence, student_margin, student_p_value
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Array, Label, Unit

DONORS = 3
PRE_TREND_P = 0.05
NOISE_RATIO = 1.5
"""Scatter of treated units, over that of the comparison units, from which on the latter no longer stands for it."""

Comparison = Literal["never_treated", "not_yet_treated"]
Inference = Literal["own_spread", "donor_spread", "own_and_donor_spread"]


@dataclass(frozen=True, slots=True, eq=False)
class AveragedEffects:
    """Effects averaged along one dimension: by start, by time since the start or by period.

    Attributes
    ----------
    overall : Estimate
        Average of what `estimates` hold, periods before the start excepted.
    estimates : mapping of label to Estimate
        In order.
    bands : mapping of label to Interval
        The same with ends that hold for all at once (sup-t).
    """

    overall: Estimate
    estimates: Mapping[Label, Estimate]
    bands: Mapping[Label, Interval]


@dataclass(frozen=True, slots=True, eq=False)
class StaggeredAdoption:
    """What difference it made where units started at different times.

    Attributes
    ----------
    estimate : Estimate
        Average effect in which each treated unit counts once: ``by_start.overall``, which the authors recommend.
    simple : Estimate
        Average in which each treated unit and period counts once, so that early starts weigh more.
    by_start : AveragedEffects
        By first treated period.
    by_time_since_start : AveragedEffects
        The event study: 0 is the first treated period; before it, changes from one period to the next.
    by_period : AveragedEffects
        By calendar period.
    group_time : DataFrame of shape (n_effects, 9)
        Columns ``start, period, before, effect, standard_error, low, high, n_treated, n_comparison``; `before` says
        that the period lies before the start.
    pre_trend_p : float or None
        p-value of the test that no change before a start differs from the comparison units'; None where no unit
        has two periods before its start.
    inference : Inference
        Whose scatter the intervals rest on: each cohort's own (10 units or more), the comparison units', or both.
    single_unit_starts : tuple of periods
        Starts that only one unit has: their effect is that unit's.
    left_out : tuple of units
        Treated from the first period on.
    n_treated, n_comparison : int
        Units.
    assumptions : tuple of Assumption
        ``parallel_trends``, and ``equal_noise`` where the comparison units' scatter stands for that of others.
    """

    estimate: Estimate
    simple: Estimate
    by_start: AveragedEffects
    by_time_since_start: AveragedEffects
    by_period: AveragedEffects
    group_time: pd.DataFrame
    pre_trend_p: float | None
    inference: Inference
    single_unit_starts: tuple[Label, ...]
    left_out: tuple[Unit, ...]
    n_treated: int
    n_comparison: int
    assumptions: tuple[Assumption, ...]


@guarded
def staggered_adoption(
    panel: Panel, control: Comparison = "never_treated", *, confidence: float = 0.95, seed: int = 0
) -> StaggeredAdoption | Insufficient:
    """Estimate the effect of each start in each period, and averages of these effects.

    A cohort's change since its last untreated period is compared with the same change of units that are untreated
    in both periods, so that no unit treated earlier serves as a comparison. Nobody may have reacted before the start.

    Standard errors of cohorts of 10 units and more come from these units. Smaller cohorts are taken to scatter as
    the comparison units do, and the p-values of overall averages then come from giving the starts to other units:
    all assignments up to 10,000, drawn ones beyond. They test that nobody was affected at all. Other p-values and
    all intervals are Student's t with Satterthwaite's degrees of freedom.

    Parameters
    ----------
    panel : Panel
        At least 3 comparison units. Units treated from the first period on are left out and named.
    control : {"never_treated", "not_yet_treated"}
        Compared with units never seen to start, or besides with those that have not started by then. With the
        latter, where every unit starts, the last cohort is the comparison and the panel ends before its start.
    confidence : float
        Of all intervals and bands.
    seed : int
        For the bands, the test of the time before, and assignments where there are more than 10,000.

    Returns
    -------
    StaggeredAdoption or Insufficient
        ``no_data``, ``no_treated_unit``, ``treated_from_first_period``, ``too_few_periods_after``, ``no_donors``,
        ``too_few_donors``, ``no_variation``.

    Raises
    ------
    MethodError
        When `control` is unknown or `confidence` no share.
    """
    check_confidence(confidence)
    if control not in get_args(Comparison):
        raise MethodError(f"control is {control!r}: expected one of {', '.join(get_args(Comparison))}")
    if lacking := _lacking(panel):
        return lacking
    kept = panel.without_always_treated()
    cohorts = cohorts_of(kept)
    if control == "not_yet_treated" and not cohorts.sizes[-1]:
        cohorts = last_cohort_as_comparison(cohorts)
    if not len(cohorts.places) or not cohorts.sizes[-1]:
        return Insufficient("no_donors", 0, DONORS)
    if cohorts.sizes[-1] < DONORS:
        return Insufficient("too_few_donors", int(cohorts.sizes[-1]), DONORS)
    effects = group_time_effects(cohorts, not_yet_treated=control == "not_yet_treated")
    every = weighted_sums(cohorts, effects.coefficients)
    if every.errors.max() <= 1e-10 * float(np.ptp(cohorts.outcome)):
        return Insufficient("no_variation", 1, 2)
    return _result(panel.always_treated, cohorts, effects, every, confidence, seed)


def comparison_of(panel: Panel) -> tuple[Comparison, int]:
    """With whom the units of a panel can be compared, and how many there are.

    Units never treated where there are any; otherwise the last to start, where others start before them.
    """
    cohorts = cohorts_of(panel)
    if cohorts.sizes[-1]:
        return "never_treated", int(cohorts.sizes[-1])
    return "not_yet_treated", int(cohorts.sizes[-2]) if len(cohorts.places) > 1 else 0


def average_effect(panel: Panel, control: Comparison = "never_treated") -> float | None:
    """Give the average effect alone, in which each treated unit counts once; None where it cannot be had.

    For trying out many panels that differ by a unit or a period.
    """
    if _lacking(panel):
        return None
    cohorts = cohorts_of(panel.without_always_treated())
    if control == "not_yet_treated" and not cohorts.sizes[-1]:
        cohorts = last_cohort_as_comparison(cohorts)
    if not len(cohorts.places) or not cohorts.sizes[-1]:
        return None
    effects = group_time_effects(cohorts, not_yet_treated=control == "not_yet_treated")
    weights = np.tensordot(_by_start(cohorts, effects).overall, effects.coefficients, 1)
    return float((weights * cohorts.means).sum())


def _lacking(panel: Panel) -> Insufficient | None:
    if panel.outcome.index.empty:
        return Insufficient("no_data")
    if not panel.treated:
        return Insufficient("no_treated_unit", 0, 1)
    if len(panel.always_treated) == len(panel.treated):
        return Insufficient("treated_from_first_period", len(panel.treated), 0)
    if not len(panel.after):
        return Insufficient("too_few_periods_after", 0, 1)
    return None


def _result(
    left_out: tuple[Unit, ...],
    cohorts: Cohorts,
    effects: GroupTimeEffects,
    every: WeightedSums,
    confidence: float,
    seed: int,
) -> StaggeredAdoption:
    by_start, by_time, by_period = _by_start(cohorts, effects), _by_time(cohorts, effects), _by_period(cohorts, effects)
    simple = _normalised((effects.period >= cohorts.places[effects.cohort]) * cohorts.sizes[effects.cohort])
    overall = np.array([by_start.overall, by_time.overall, by_period.overall, simple])
    wholes = _overall_estimates(cohorts, np.tensordot(overall, effects.coefficients, 1), confidence, seed)
    pre_trend_p = _pre_trend_p(cohorts, effects, by_time, seed)
    starts = cohorts.sizes[:-1]
    return StaggeredAdoption(
        estimate=wholes[0],
        simple=wholes[3],
        by_start=_averaged(cohorts, effects, by_start, wholes[0], seed),
        by_time_since_start=_averaged(cohorts, effects, by_time, wholes[1], seed),
        by_period=_averaged(cohorts, effects, by_period, wholes[2], seed),
        group_time=_frame(cohorts, effects, every, confidence),
        pre_trend_p=pre_trend_p,
        inference=_inference(starts),
        single_unit_starts=tuple(cohorts.index[cohorts.places[starts == 1]]),
        left_out=left_out,
        n_treated=int(starts.sum()),
        n_comparison=int(cohorts.sizes[-1]),
        assumptions=_assumptions(cohorts, pre_trend_p),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Averages:
    """Weights of the group-time effects in each average, shape (n_averages, n_effects), and in the overall one."""

    labels: Sequence[Label]
    weights: Array
    overall: Array


def _normalised(weights: NDArray[np.int_]) -> Array:
    return np.asarray(weights / weights.sum(), dtype=float)


def _by_start(cohorts: Cohorts, effects: GroupTimeEffects) -> _Averages:
    after = effects.period >= cohorts.places[effects.cohort]
    numbers = range(len(cohorts.places))
    weights = np.array([_normalised(after & (effects.cohort == number)) for number in numbers])
    return _Averages(list(cohorts.index[cohorts.places]), weights, _normalised(cohorts.sizes[:-1]) @ weights)


def _by_time(cohorts: Cohorts, effects: GroupTimeEffects) -> _Averages:
    time = effects.period - cohorts.places[effects.cohort]
    times = np.unique(time)
    weights = np.array([_normalised((time == each) * cohorts.sizes[effects.cohort]) for each in times])
    return _Averages([int(each) for each in times], weights, weights[times >= 0].mean(axis=0))


def _by_period(cohorts: Cohorts, effects: GroupTimeEffects) -> _Averages:
    after = effects.period >= cohorts.places[effects.cohort]
    periods = np.unique(effects.period[after])
    sizes = cohorts.sizes[effects.cohort] * after
    weights = np.array([_normalised((effects.period == each) * sizes) for each in periods])
    return _Averages(list(cohorts.index[periods]), weights, weights.mean(axis=0))


def _averaged(
    cohorts: Cohorts, effects: GroupTimeEffects, averages: _Averages, overall: Estimate, seed: int
) -> AveragedEffects:
    coefficients = np.tensordot(averages.weights, effects.coefficients, 1)
    sums = weighted_sums(cohorts, coefficients)
    confidence = overall.confidence
    reach = critical_value(covariance_of_sums(cohorts, coefficients), float(sums.degrees.min()), confidence, seed)
    estimates = _estimates(cohorts, coefficients, sums, confidence)
    bands = [
        Interval(value, value - reach * error, value + reach * error, confidence)
        for value, error in zip(sums.values.tolist(), sums.errors.tolist(), strict=True)
    ]
    return AveragedEffects(
        overall, dict(zip(averages.labels, estimates, strict=True)), dict(zip(averages.labels, bands, strict=True))
    )


def _estimates(cohorts: Cohorts, coefficients: Array, sums: WeightedSums, confidence: float) -> list[Estimate]:
    n_units = (coefficients != 0).any(axis=2) @ cohorts.sizes
    n_periods = (coefficients != 0).any(axis=1).sum(axis=1)
    return [
        Estimate(
            value,
            value - student_margin(error, degrees, confidence),
            value + student_margin(error, degrees, confidence),
            confidence,
            student_p_value(value, error, degrees),
            None,
            int(units),
            int(periods),
            "staggered_difference_in_differences",
        )
        for value, error, degrees, units, periods in zip(
            sums.values.tolist(), sums.errors.tolist(), sums.degrees.tolist(), n_units, n_periods, strict=True
        )
    ]


def _overall_estimates(cohorts: Cohorts, coefficients: Array, confidence: float, seed: int) -> list[Estimate]:
    """Estimate overall averages; their p-values come from other assignments where cohorts are small."""
    estimates = _estimates(cohorts, coefficients, weighted_sums(cohorts, coefficients), confidence)
    if _inference(cohorts.sizes[:-1]) == "own_spread":
        return estimates
    p_values, floor = randomized_p_values(cohorts, coefficients, seed)
    return [replace(each, p_value=p, p_floor=floor) for each, p in zip(estimates, p_values, strict=True)]


def _pre_trend_p(cohorts: Cohorts, effects: GroupTimeEffects, by_time: _Averages, seed: int) -> float | None:
    before = np.array(by_time.labels) < 0
    if not before.any():
        return None
    coefficients = np.tensordot(by_time.weights[before], effects.coefficients, 1)
    sums = weighted_sums(cohorts, coefficients)
    return joint_p_value(sums.values, covariance_of_sums(cohorts, coefficients), float(sums.degrees.min()), seed)


def _frame(cohorts: Cohorts, effects: GroupTimeEffects, every: WeightedSums, confidence: float) -> pd.DataFrame:
    estimates = _estimates(cohorts, effects.coefficients, every, confidence)
    return pd.DataFrame(
        {
            "start": cohorts.index[cohorts.places[effects.cohort]],
            "period": cohorts.index[effects.period],
            "before": effects.period < cohorts.places[effects.cohort],
            "effect": every.values,
            "standard_error": every.errors,
            "low": [each.low for each in estimates],
            "high": [each.high for each in estimates],
            "n_treated": cohorts.sizes[effects.cohort],
            "n_comparison": effects.n_comparison,
        }
    )


def _inference(sizes: NDArray[np.int_]) -> Inference:
    own = sizes >= OWN_NOISE
    return "own_spread" if own.all() else "own_and_donor_spread" if own.any() else "donor_spread"


def _assumptions(cohorts: Cohorts, pre_trend_p: float | None) -> tuple[Assumption, ...]:
    rejected = pre_trend_p is not None and pre_trend_p < PRE_TREND_P
    parallel = Assumption("parallel_trends", False if rejected else None, pre_trend_p, PRE_TREND_P)
    if _inference(cohorts.sizes[:-1]) == "own_spread":
        return (parallel,)
    ratio = _noise_ratio(cohorts)
    return parallel, Assumption("equal_noise", None if ratio is None else ratio <= NOISE_RATIO, ratio, NOISE_RATIO)


def _noise_ratio(cohorts: Cohorts) -> float | None:
    """Scatter of small cohorts' changes before their starts around the comparison units' over the latter's own."""
    last = len(cohorts.places)
    changes = np.diff(cohorts.outcome, axis=1)
    comparison = changes[cohorts.cohort == last]
    small = (cohorts.sizes[cohorts.cohort] < OWN_NOISE) & (cohorts.cohort < last)
    before = np.arange(1, len(cohorts.index)) < np.append(cohorts.places, 0)[cohorts.cohort][:, None]
    seen = before & small[:, None]
    expected = np.broadcast_to(comparison.var(axis=0, ddof=1) * (1 + 1 / len(comparison)), changes.shape)[seen].sum()
    return float(np.sqrt(((changes - comparison.mean(axis=0))[seen] ** 2).sum() / expected)) if expected > 0 else None
