"""Run chart: whether a series scatters around its median as chance would have it.

Two sets of rules. Anhøj & Olesen (2014, PLoS ONE 9) and Anhøj (2015, PLoS ONE 10): one for runs too long, one for
crossings too few. Perla, Provost & Murray (2011, BMJ Qual Saf 20): shift, trend, and too few or too many runs; their
fourth, a point that anybody sees to be out of line, is left to the reader. Points on the median neither make nor break
a run. Sources differ on whether a figure at its limit is a signal: here each limit is the most, or the fewest, that
chance allows, and a signal lies strictly beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import accumulate, groupby
from math import comb, log2
from typing import Any, Literal

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import whole_series

USEFUL_POINTS = 10
SHIFT = 6
"""Points in a row on one side that are a shift by Perla, Provost & Murray."""
TREND = 5
"""Points in a row going one way that are a trend by Perla, Provost & Murray."""

Rules = Literal["anhoej", "perla"]
Rule = Literal["long_run", "few_crossings", "shift", "trend", "few_runs", "many_runs"]
Side = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class RunChartLimits:
    """What chance allows for a number of useful points.

    Attributes
    ----------
    longest_run : int
        A run of more points than this is a signal.
    crossings : int
        Fewer crossings than this are a signal.
    most_crossings : int or None
        More crossings than this are a signal; None where the rules have no such limit.
    longest_trend : int or None
        More points than this going one way are a signal; None likewise.
    """

    longest_run: int
    crossings: int
    most_crossings: int | None = None
    longest_trend: int | None = None


@dataclass(frozen=True, slots=True)
class RunChartSignal:
    """A rule that the series breaks, and where.

    Attributes
    ----------
    rule : Rule
        ``long_run`` and ``few_crossings`` of Anhøj; ``shift``, ``trend``, ``few_runs`` and ``many_runs`` of Perla,
        Provost & Murray.
    first, last : period
        Where it does; the whole series for a rule that counts crossings or runs.
    """

    rule: Rule
    first: Any
    last: Any


@dataclass(frozen=True, slots=True, eq=False)
class RunChart:
    """A series around its median.

    Attributes
    ----------
    series : Series of shape (n_periods,)
        As judged, in order.
    median : float
        In the series' own unit.
    rules : Rules
    useful_n : int
        Points not on the median.
    longest_run, longest_run_limit : int
        Most useful points in a row on one side, and the most that chance allows.
    crossings, crossings_limit : int
        Times that the series crosses the median, and the fewest that chance allows; one less than there are runs.
    most_crossings_limit : int or None
        The most crossings that chance allows; None by Anhøj's rules.
    long_run, few_crossings : bool
        Whether the longest run is beyond its limit, and whether there are fewer crossings than theirs.
    shift : bool
        Whether any rule signals.
    longest_run_periods : Index
        Periods of the useful points in the longest run; of the latest one where several are as long.
    longest_run_side : {"above", "below"}
    signals : tuple of RunChartSignal
        Every place where a rule signals: all runs beyond the limit, not only the longest.
    """

    series: pd.Series[float]
    median: float
    rules: Rules
    useful_n: int
    longest_run: int
    longest_run_limit: int
    crossings: int
    crossings_limit: int
    most_crossings_limit: int | None
    long_run: bool
    few_crossings: bool
    shift: bool
    longest_run_periods: pd.Index[Any]
    longest_run_side: Side
    signals: tuple[RunChartSignal, ...]


def run_chart_limits(useful_n: int, rules: Rules = "anhoej") -> RunChartLimits:
    """Limits for `useful_n` points off the median.

    By Anhøj the run may have ``round(log2(n) + 3)`` points, and crossings may be as few as the 5% quantile of a
    binomial distribution of ``n - 1`` even chances. By Perla, Provost & Murray 6 points on one side are a shift and 5
    going one way a trend; the number of runs lies outside where it is strictly beyond the 5% points, one for each
    side, of its distribution when as many points lie above as below (Swed & Eisenhart 1943, Ann Math Stat 14),
    computed exactly: 6 and 16 runs for 20 points.

    Raises
    ------
    MethodError
        When `useful_n` is less than 2, or for unknown `rules`.
    """
    if useful_n < 2 or rules not in ("anhoej", "perla"):
        raise MethodError(
            f"useful_n is {useful_n} and rules {rules!r}: expected at least 2 points, and anhoej or perla"
        )
    if rules == "perla":
        fewest, most = _runs_of_chance(useful_n)
        return RunChartLimits(SHIFT - 1, fewest - 1, most - 1, TREND - 1)
    chances = useful_n - 1
    cumulative = accumulate(comb(chances, crossings) for crossings in range(useful_n))
    crossings = next(number for number, ways in enumerate(cumulative) if 20 * ways >= 2**chances)
    return RunChartLimits(round(log2(useful_n) + 3), crossings)


@guarded
def run_chart(
    series: pd.Series[float], median_from: int | None = None, rules: Rules = "anhoej"
) -> RunChart | Insufficient:
    """Judge a series by its runs around the median.

    Of simulated series of chance alone, Anhøj's rules took 1 to 3% for a shift; those of Perla, Provost & Murray, for
    which any 6 points on one side are one however long the series, 11% of 12 points and 69% of 48.

    Parameters
    ----------
    series : Series of shape (n_periods,)
        Indexed by period.
    median_from : int, optional
        Number of points, from the first, that the median is taken of; all when left out.
    rules : {"anhoej", "perla"}

    Returns
    -------
    RunChart or Insufficient
        ``too_few_periods`` with fewer than 10 useful points.

    Raises
    ------
    MethodError
        When `median_from` is less than 1, or for unknown `rules`.
    """
    if median_from is not None and median_from < 1:
        raise MethodError(f"median_from is {median_from}: expected a number of points, at least 1")
    values = whole_series(series)
    if isinstance(values, Insufficient):
        return values
    return runs_around(values, float(values.iloc[:median_from].median()), rules)


def runs_around(values: pd.Series[float], centre: float, rules: Rules = "anhoej") -> RunChart | Insufficient:
    """Judge a series by its runs around any centre, which then stands for the median.

    Parameters
    ----------
    values : Series of shape (n_points,)
        Finite, in order.
    centre : float
    rules : {"anhoej", "perla"}
    """
    sides = np.sign(values - centre)
    useful = sides[sides != 0]
    limits = run_chart_limits(max(len(useful), 2), rules)
    if len(useful) < USEFUL_POINTS:
        return Insufficient("too_few_periods", len(useful), USEFUL_POINTS)
    runs = _runs(useful)
    side, periods = max(reversed(runs), key=lambda run: len(run[1]))
    crossings = len(runs) - 1
    signals = _signals(values, runs, limits, rules)
    return RunChart(
        series=values,
        median=centre,
        rules=rules,
        useful_n=len(useful),
        longest_run=len(periods),
        longest_run_limit=limits.longest_run,
        crossings=crossings,
        crossings_limit=limits.crossings,
        most_crossings_limit=limits.most_crossings,
        long_run=len(periods) > limits.longest_run,
        few_crossings=crossings < limits.crossings,
        shift=bool(signals),
        longest_run_periods=periods,
        longest_run_side=side,
        signals=signals,
    )


def _runs(useful: pd.Series[float]) -> list[tuple[Side, pd.Index[Any]]]:
    """Side and periods of each run of useful points, in order."""
    ends = np.cumsum([len(list(points)) for _, points in groupby(useful)])
    return [
        ("above" if useful.iloc[end - 1] > 0 else "below", useful.index[start:end])
        for start, end in zip([0, *ends[:-1]], ends, strict=True)
    ]


def _signals(
    values: pd.Series[float], runs: list[tuple[Side, pd.Index[Any]]], limits: RunChartLimits, rules: Rules
) -> tuple[RunChartSignal, ...]:
    names: tuple[Rule, Rule] = ("long_run", "few_crossings") if rules == "anhoej" else ("shift", "few_runs")
    found = [RunChartSignal(names[0], at[0], at[-1]) for _, at in runs if len(at) > limits.longest_run]
    if limits.longest_trend is not None:
        found += [RunChartSignal("trend", *ends) for ends in _trends(values, limits.longest_trend)]
    whole = (values.index[0], values.index[-1])
    if len(runs) - 1 < limits.crossings:
        found.append(RunChartSignal(names[1], *whole))
    if limits.most_crossings is not None and len(runs) - 1 > limits.most_crossings:
        found.append(RunChartSignal("many_runs", *whole))
    return tuple(found)


def _trends(values: pd.Series[float], longest: int) -> list[tuple[Any, Any]]:
    """First and last period of each stretch of more than `longest` points going one way; ties are passed over."""
    moving = values[values.diff().ne(0)]
    ways = np.sign(np.diff(moving.to_numpy()))
    found, start = [], 0
    for _, steps in groupby(ways):
        end = start + len(list(steps))
        if end - start + 1 > longest:
            found.append((moving.index[start], moving.index[end]))
        start = end
    return found


@cache
def _runs_of_chance(n: int) -> tuple[int, int]:
    """Fewest and most runs within the 5% points, ``n // 2`` points on one side and the others on the other."""
    one, other = n // 2, n - n // 2
    ways = [0] * (n + 1)
    for runs in range(2, n + 1):
        half = runs // 2
        if runs % 2:
            ways[runs] = comb(one - 1, half) * comb(other - 1, half - 1) + comb(one - 1, half - 1) * comb(
                other - 1, half
            )
        else:
            ways[runs] = 2 * comb(one - 1, half - 1) * comb(other - 1, half - 1)
    rising, falling = list(accumulate(ways)), list(accumulate(reversed(ways)))
    fewest = max((runs for runs in range(2, n + 1) if 20 * rising[runs] <= rising[-1]), default=1)
    most = min((runs for runs in range(2, n + 1) if 20 * falling[n - runs] <= rising[-1]), default=n)
    return fewest, most
