"""Whether a gap is closing: its change per period, as a ratio and as a difference, always both."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.equity.gap import few_events, lacking
from collective_impact.statistics.estimate import Interval, student_margin
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in, numbers_of
from collective_impact.statistics.periods import positions, step
from collective_impact.statistics.proportion import normal_quantile
from collective_impact.statistics.rate_regression import rate_regression
from collective_impact.statistics.trend import linear_trend
from collective_impact.statistics.types import Array

PERIODS = 5


@dataclass(frozen=True, slots=True, eq=False)
class GapTrend:
    """How a gap changes from period to period.

    Attributes
    ----------
    ratio_change : Interval or Insufficient
        Factor by which the ratio (group over reference) changes per period; below 1 it falls. Insufficient where a
        ratio cannot be had: no events in a group, means that are not positive.
    difference_change : Interval
        Change of the difference (group less reference) per period, in the unit of the rate or mean.
    frame : DataFrame of shape (n_periods, 4)
        ``group, reference, ratio, difference`` by period; a ratio to a reference of 0 is missing.
    dispersion : float or None
        Of the counts around the model: near 1 for independent events; None for means.
    unstable : bool or None
        Whether group or reference has fewer than 20 events in a period; None for means.
    n_periods : int
    assumptions : tuple of Assumption
        ``no_autocorrelation``: what a period leaves behind for the next would make the intervals too narrow.
    """

    ratio_change: Interval | Insufficient
    difference_change: Interval
    frame: pd.DataFrame
    dispersion: float | None
    unstable: bool | None
    n_periods: int
    assumptions: tuple[Assumption, ...] = (Assumption("no_autocorrelation", None),)


@guarded
def rate_gap_trend(group: pd.DataFrame, reference: pd.DataFrame, confidence: float = 0.95) -> GapTrend | Insufficient:
    """Trend of the gap between two rates, or shares with few cases, counted period by period.

    Ratio: Poisson regression with a term for each period, the group, and group times time; whatever moves both alike
    from period to period drops out. Difference: weighted least squares of the differences on time, weights by the
    variance that Poisson counts at each side's overall rate would have. Either interval is the wider of the one for
    Poisson counts and the one with the scatter around the model and Student's t (periods less two degrees of freedom):
    events that come in clusters are allowed for, scatter that is small by luck is not believed.

    Parameters
    ----------
    group, reference : DataFrame of shape (n_periods, 2 or more)
        Indexed by period, with columns ``numerator`` and ``denominator``. Periods in which either is missing are left
        out, and 5 must stay.
    confidence : float

    Returns
    -------
    GapTrend or Insufficient
        ``too_few_periods``; ``too_few_events`` where there are none at all.

    Raises
    ------
    MethodError
        When a column is missing, a period occurs twice, or a count or denominator is negative.
    """
    counts, sizes = _aligned(group, reference)
    if len(counts) < PERIODS:
        return Insufficient("too_few_periods", len(counts), PERIODS)
    if not counts.to_numpy().any():
        return Insufficient("too_few_events", 0, 1)
    times = positions(counts.index) / step(counts.index)
    times = times - times.mean()
    rates = counts / sizes
    slope, error, scattered = _difference_slope(counts, sizes, times)
    margin = max(normal_quantile(confidence) * error, student_margin(scattered, len(counts) - 2, confidence))
    ratio, dispersion = _ratio_change(counts, sizes, times, confidence)
    return GapTrend(
        ratio_change=ratio,
        difference_change=Interval(slope, slope - margin, slope + margin, confidence),
        frame=_frame(rates["group"], rates["reference"]),
        dispersion=dispersion,
        unstable=few_events(*counts.to_numpy().ravel().tolist()),
        n_periods=len(counts),
    )


@guarded
def mean_gap_trend(
    group: pd.Series[float], reference: pd.Series[float], confidence: float = 0.95
) -> GapTrend | Insufficient:
    """Trend of the gap between two means (incomes, scores): a straight line through the gap; see `linear_trend`.

    The ratio's change is that of a line through its logarithm.

    Parameters
    ----------
    group, reference : Series of shape (n_periods,)
        Indexed by period; at least 5 that both have, without a hole among them.
    confidence : float

    Returns
    -------
    GapTrend or Insufficient
        ``no_data``, ``gaps_in_periods``, ``too_few_periods``; ``no_variation`` where the gap lies exactly on a line.

    Raises
    ------
    MethodError
        When a period occurs twice.
    """
    if group.index.has_duplicates or reference.index.has_duplicates:
        raise MethodError("group and reference: found a period twice, expected each once")
    sides = {"group": group, "reference": reference}
    both = pd.DataFrame({name: pd.Series(numbers_of(side, name), index=side.index) for name, side in sides.items()})
    both = both.sort_index().dropna()
    difference = linear_trend(both["group"] - both["reference"], confidence)
    if isinstance(difference, Insufficient):
        return difference
    ratio: Interval | Insufficient = Insufficient("no_denominator", 0, 1)
    if (both > 0).all(axis=None):
        logarithms = pd.Series(np.log(both["group"] / both["reference"]), index=both.index)
        logarithm = linear_trend(logarithms, confidence)
        ratio = logarithm if isinstance(logarithm, Insufficient) else _exponential(logarithm.slope)
    slope = difference.slope
    return GapTrend(
        ratio_change=ratio,
        difference_change=Interval(slope.value, slope.low, slope.high, confidence),
        frame=_frame(both["group"], both["reference"]),
        dispersion=None,
        unstable=None,
        n_periods=len(both),
    )


def _exponential(logarithm: Interval) -> Interval:
    value, low, high = np.exp([logarithm.value, logarithm.low, logarithm.high])
    return Interval(float(value), float(low), float(high), logarithm.confidence)


def _frame(group: pd.Series[float], reference: pd.Series[float]) -> pd.DataFrame:
    ratio = group / reference.where(reference != 0)
    return pd.DataFrame({"group": group, "reference": reference, "ratio": ratio, "difference": group - reference})


def _aligned(group: pd.DataFrame, reference: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and denominators of both, by period, where neither lacks any."""
    kept = []
    for name, frame in (("group", group), ("reference", reference)):
        if absent := {"numerator", "denominator"} - set(frame.columns):
            raise MethodError(f"{name}: no column {sorted(absent)} among {list(frame.columns)}")
        if frame.index.has_duplicates:
            raise MethodError(f"{name}: found {frame.index[frame.index.duplicated()][0]} twice, expected each once")
        figures = numbers_in(frame[["numerator", "denominator"]], name).sort_index()
        rows = zip(figures.index, *figures.to_numpy().T, strict=True)
        whole = [lacking(count, size, f"{name} in {period}", share=False) is None for period, count, size in rows]
        kept.append(figures[np.array(whole, dtype=bool)])
    shared = kept[0].index.intersection(kept[1].index).sort_values()
    sides = {"group": kept[0].loc[shared], "reference": kept[1].loc[shared]}
    counts = pd.DataFrame({name: side["numerator"] for name, side in sides.items()})
    return counts, pd.DataFrame({name: side["denominator"] for name, side in sides.items()})


def _difference_slope(counts: pd.DataFrame, sizes: pd.DataFrame, times: Array) -> tuple[float, float, float]:
    """Slope of the difference, its standard error for Poisson counts, and that from the scatter around the line."""
    overall = counts.sum() / sizes.sum()
    weights = 1 / (overall / sizes).sum(axis=1).to_numpy(dtype=float)
    rates = counts / sizes
    difference = (rates["group"] - rates["reference"]).to_numpy(dtype=float)
    away = times - np.average(times, weights=weights)
    information = float(weights @ away**2)
    slope = float(weights @ (away * difference)) / information
    residuals = difference - np.average(difference, weights=weights) - slope * away
    scatter = float(weights @ residuals**2) / (len(times) - 2)
    return slope, 1 / sqrt(information), sqrt(scatter / information)


def _ratio_change(
    counts: pd.DataFrame, sizes: pd.DataFrame, times: Array, confidence: float
) -> tuple[Interval | Insufficient, float | None]:
    """Factor per period, and the dispersion; periods without any events say nothing of a ratio."""
    with_events = counts.sum(axis=1).to_numpy() > 0
    n = int(with_events.sum())
    if n < PERIODS:
        return Insufficient("too_few_periods", n, PERIODS), None
    of_group = np.repeat([1.0, 0.0], n)
    design = pd.DataFrame(np.tile(np.eye(n), (2, 1))).rename(columns=str)
    design = design.assign(group=of_group, group_times_time=of_group * np.tile(times[with_events], 2))
    flat = counts[with_events].to_numpy(dtype=float).ravel("F"), sizes[with_events].to_numpy(dtype=float).ravel("F")
    fit = rate_regression(flat[0], design, flat[1], dispersion="poisson")
    if isinstance(fit, Insufficient):
        return fit, None
    weights = np.zeros(n + 2)
    weights[-1] = 1.0
    value, error = fit.contrast(weights)
    margin = max(normal_quantile(confidence) * error, student_margin(error * sqrt(fit.dispersion), n - 2, confidence))
    return _exponential(Interval(value, value - margin, value + margin, confidence)), fit.dispersion
