"""Where units stood and where they were heading before anything was done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import check_count
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.periods import positions, step
from collective_impact.statistics.trend import linear_trend
from collective_impact.statistics.types import Label, Unit

Comparison = Literal["median", "mean"]


@dataclass(frozen=True, slots=True, eq=False)
class GapBetween:
    """A treated unit against the other units.

    Attributes
    ----------
    unit : hashable
    observed, comparison, gap : Series of shape (n_periods,)
        The unit; the median or mean of the others; observed minus comparison.
    mean_gap : float
    trend : Estimate or Insufficient
        Slope of the gap per period: away from zero, the unit was already drifting from the others. Insufficient
        with fewer than 5 periods or a gap without scatter.
    kind : Comparison
    n_others, n_periods : int
    assumptions : tuple of Assumption
        Of `trend`: see `LinearTrend`; empty where it is Insufficient.
    """

    unit: Unit
    observed: pd.Series[float]
    comparison: pd.Series[float]
    gap: pd.Series[float]
    mean_gap: float
    trend: Estimate | Insufficient
    kind: Comparison
    n_others: int
    n_periods: int
    assumptions: tuple[Assumption, ...]


@guarded
def baseline_profile(units: Panel | pd.DataFrame, until: Label | None = None) -> pd.DataFrame | Insufficient:
    """First and last value, change, mean and number of values of each unit.

    Parameters
    ----------
    units : Panel or DataFrame of shape (n_periods, n_units)
        Of a panel the periods before its start; of a frame all, and holes are passed over.
    until : period, optional
        Last period that counts.

    Returns
    -------
    DataFrame or Insufficient
        One row per unit with any value; columns ``first_period, last_period, first, last, change,
        change_per_period`` (missing for a single value) ``, mean, n``.

    Raises
    ------
    MethodError
        When a period or a unit occurs twice.
    """
    frame = units.outcome.loc[units.before] if isinstance(units, Panel) else units.sort_index()
    if frame.index.has_duplicates or frame.columns.has_duplicates:
        raise MethodError("units: each period and each unit may occur once only")
    frame = frame if until is None else frame[frame.index <= until]
    frame = frame.astype(float).where(np.isfinite(frame.astype(float))).dropna(axis="columns", how="all")
    if frame.empty:
        return Insufficient("no_data")
    first = pd.Series({unit: values.first_valid_index() for unit, values in frame.items()})
    last = pd.Series({unit: values.last_valid_index() for unit, values in frame.items()})
    places = pd.Series(positions(frame.index) / step(frame.index), index=frame.index)
    elapsed = places.loc[list(last)].to_numpy() - places.loc[list(first)].to_numpy()
    profile = pd.DataFrame({"first_period": first, "last_period": last})
    profile["first"], profile["last"] = frame.bfill().iloc[0], frame.ffill().iloc[-1]
    profile["change"] = profile["last"] - profile["first"]
    profile["change_per_period"] = profile["change"] / np.where(elapsed > 0, elapsed, np.nan)
    profile["mean"], profile["n"] = frame.mean(), frame.count()
    return profile


@guarded
def gap_between(
    panel: Panel,
    treated: Unit | None = None,
    until: Label | None = None,
    *,
    comparison: Comparison = "median",
    confidence: float = 0.95,
) -> GapBetween | Insufficient:
    """Gap of one unit to the donors, and whether it was opening or closing.

    Parameters
    ----------
    panel : Panel
        With at least 3 donors.
    treated : hashable, optional
        The unit; the panel's treated unit when left out.
    until : period, optional
        Last period that counts; the last before the start when left out.
    comparison : {"median", "mean"}
        Of the donors (the unit itself excepted), in each period.

    Raises
    ------
    MethodError
        For another `comparison` or a unit that the panel does not hold.
    """
    if comparison not in ("median", "mean") or (treated is not None and treated not in panel.outcome.columns):
        raise MethodError(f"{comparison!r} of {treated!r}: expected median or mean, and a unit of the panel")
    if treated is None and len(panel.treated) != 1:
        reason: Literal["many_treated_units", "no_treated_unit"]
        reason = "many_treated_units" if panel.treated else "no_treated_unit"
        return Insufficient(reason, len(panel.treated), 1)
    unit = panel.treated[0] if treated is None else treated
    others = [donor for donor in panel.donors if donor != unit]
    if len(others) < 3:
        return Insufficient("too_few_donors" if others else "no_donors", len(others), 3)
    periods = panel.before if until is None else panel.outcome.index[panel.outcome.index <= until]
    if not len(periods):
        return Insufficient("too_few_periods_before", 0, 1)
    outcome = panel.outcome.loc[periods]
    middle = outcome[others].median(axis=1) if comparison == "median" else outcome[others].mean(axis=1)
    observed: pd.Series[float] = outcome.loc[:, unit]
    gap = observed - middle
    trend = linear_trend(gap, confidence)
    return GapBetween(
        unit=unit,
        observed=observed,
        comparison=middle,
        gap=gap,
        mean_gap=float(gap.mean()),
        trend=trend if isinstance(trend, Insufficient) else trend.slope,
        kind=comparison,
        n_others=len(others),
        n_periods=len(periods),
        assumptions=() if isinstance(trend, Insufficient) else trend.assumptions,
    )


@guarded
def gap_lately(gap: GapBetween, recent: int) -> GapBetween:
    """The same gap over its last `recent` periods, with its trend over these alone.

    Raises
    ------
    MethodError
        When `recent` is no whole number of at least 1.
    """
    check_count(recent, "recent", 1)
    lately = gap.gap.iloc[-recent:]
    trend = linear_trend(lately)
    return replace(
        gap,
        observed=gap.observed.iloc[-recent:],
        comparison=gap.comparison.iloc[-recent:],
        gap=lately,
        mean_gap=float(lately.mean()),
        trend=trend if isinstance(trend, Insufficient) else trend.slope,
        n_periods=len(lately),
        assumptions=() if isinstance(trend, Insufficient) else trend.assumptions,
    )
