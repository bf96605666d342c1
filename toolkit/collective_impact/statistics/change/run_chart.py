"""Run chart: whether a series scatters around its median as chance would have it.

Rules of Anhøj & Olesen (2014, PLoS ONE 9) and Anhøj (2015, PLoS ONE 10): one for runs too long, one for
crossings too few.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, groupby
from math import comb, log2
from typing import Any, Literal

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import whole_series

USEFUL_POINTS = 10


@dataclass(frozen=True, slots=True)
class RunChartLimits:
    """What chance allows for a number of useful points.

    Attributes
    ----------
    longest_run : int
        A run of more points than this is a signal.
    crossings : int
        Fewer crossings than this are a signal.
    """

    longest_run: int
    crossings: int


@dataclass(frozen=True, slots=True, eq=False)
class RunChart:
    """A series around its median.

    Attributes
    ----------
    series : Series of shape (n_periods,)
        As judged, in order.
    median : float
        In the series' own unit.
    useful_n : int
        Points not on the median.
    longest_run, longest_run_limit : int
        Most useful points in a row on one side, and the most that chance allows.
    crossings, crossings_limit : int
        Times that the series crosses the median, and the fewest that chance allows.
    long_run, few_crossings : bool
        Which rule signals.
    shift : bool
        Whether either does.
    longest_run_periods : Index
        Periods of the useful points in the longest run; of the latest one where several are as long.
    longest_run_side : {"above", "below"}
    """

    series: pd.Series[float]
    median: float
    useful_n: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int
    long_run: bool
    few_crossings: bool
    shift: bool
    longest_run_periods: pd.Index[Any]
    longest_run_side: Literal["above", "below"]


def run_chart_limits(useful_n: int) -> RunChartLimits:
    """Limits for `useful_n` points off the median.

    The run may have ``round(log2(n) + 3)`` points; crossings may be as few as the 5% quantile of a binomial
    distribution of ``n - 1`` even chances. A signal is strictly more, or strictly fewer: sources differ.

    Raises
    ------
    MethodError
        When `useful_n` is less than 2.
    """
    if useful_n < 2:
        raise MethodError(f"useful_n is {useful_n}: expected at least 2 points")
    chances = useful_n - 1
    cumulative = accumulate(comb(chances, crossings) for crossings in range(useful_n))
    crossings = next(number for number, ways in enumerate(cumulative) if 20 * ways >= 2**chances)
    return RunChartLimits(round(log2(useful_n) + 3), crossings)


@guarded
def run_chart(series: pd.Series[float], median_from: int | None = None) -> RunChart | Insufficient:
    """Judge a series by the length of its longest run and the number of its crossings.

    Points on the median neither make nor break a run. Signals: ``longest_run > longest_run_limit`` or
    ``crossings < crossings_limit``.

    Parameters
    ----------
    series : Series of shape (n_periods,)
        Indexed by period.
    median_from : int, optional
        Number of points, from the first, that the median is taken of; all when left out.

    Returns
    -------
    RunChart or Insufficient
        ``too_few_periods`` with fewer than 10 useful points.

    Raises
    ------
    MethodError
        When `median_from` is less than 1.
    """
    if median_from is not None and median_from < 1:
        raise MethodError(f"median_from is {median_from}: expected a number of points, at least 1")
    values = whole_series(series)
    if isinstance(values, Insufficient):
        return values
    median = float(values.iloc[:median_from].median())
    sides = np.sign(values - median)
    useful = sides[sides != 0]
    if len(useful) < USEFUL_POINTS:
        return Insufficient("too_few_periods", len(useful), USEFUL_POINTS)
    runs = [(side, [period for period, _ in points]) for side, points in groupby(useful.items(), lambda at: at[1])]
    side, periods = max(reversed(runs), key=lambda run: len(run[1]))
    limits, crossings = run_chart_limits(len(useful)), len(runs) - 1
    long_run, few_crossings = len(periods) > limits.longest_run, crossings < limits.crossings
    return RunChart(
        series=values,
        median=median,
        useful_n=len(useful),
        longest_run=len(periods),
        longest_run_limit=limits.longest_run,
        crossings=crossings,
        crossings_limit=limits.crossings,
        long_run=long_run,
        few_crossings=few_crossings,
        shift=long_run or few_crossings,
        longest_run_periods=useful.index[useful.index.isin(periods)],
        longest_run_side="above" if side > 0 else "below",
    )
