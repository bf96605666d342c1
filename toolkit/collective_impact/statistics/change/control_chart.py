"""Control charts: the limits within which a stable process scatters, and the points outside them.

Shewhart (1931); individual values by their moving range as in the NIST/SEMATECH e-Handbook of Statistical Methods,
section 6.3.2.2, shares and rates as in section 6.3.3. The process may change its level at a documented change only:
the caller names the first period of each further phase, and limits are never moved to fit what the series shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import chdtri

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.change.run_chart import RunChart, runs_around
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.periods import whole_series
from collective_impact.statistics.types import Array, Label

POINTS = 12
"""Fewest points of a phase that limits are drawn from, unless the caller asks for less."""
ENOUGH_POINTS = 20
"""Points from which on the limits of a phase are no longer tentative."""
LEAST_POINTS = 5
RANGE_TO_SIGMA = 1.128
"""Mean moving range of two normal values over their standard deviation (d2)."""

ControlChartKind = Literal["individuals", "proportion", "rate", "count"]


@dataclass(frozen=True, slots=True, eq=False)
class ControlPhase:
    """A stretch of periods with one level.

    Attributes
    ----------
    first, last : period
    n : int
        Points.
    centre : float or None
        Mean of the individual values, or all counts over all denominators; None without limits.
    mean_moving_range : float or None
        Mean distance between neighbouring points: in the unit of individual values, of shares, rates and counts in
        their own standard errors; None without limits.
    tentative : bool
        Whether the limits rest on fewer than 20 points.
    lacking : Insufficient or None
        Why there are no limits: ``too_few_periods``, or ``no_variation`` for points that do not scatter.
    runs : RunChart or Insufficient
        Anhøj's rules around the centre; Insufficient without limits or with fewer than 10 points off the centre.
    """

    first: Label
    last: Label
    n: int
    centre: float | None
    mean_moving_range: float | None
    tentative: bool
    lacking: Insufficient | None
    runs: RunChart | Insufficient


@dataclass(frozen=True, slots=True, eq=False)
class ControlChart:
    """A series with its limits.

    Attributes
    ----------
    kind : ControlChartKind
    frame : DataFrame
        Columns ``period, value, phase`` (0, 1 ...) ``, centre, lower, upper, outside``; centre and limits are missing
        in a phase without.
    phases : tuple of ControlPhase
    outside : tuple of period
        Points beyond their limits, three standard deviations from the centre.
    signal : bool
        Whether any point lies outside or any phase has a run too long or crossings too few.
    corrected : bool
        Whether the limits are widened, or narrowed, to the scatter that there is (Laney 2002).
    n_left_out : int
        Periods without a count or a denominator above zero.
    assumptions : tuple of Assumption
        ``no_autocorrelation``: the correlation of neighbouring points within phases, which makes limits too narrow,
        against ``2 / sqrt(n)``. For shares, rates and counts that are not corrected also ``no_overdispersion``: their
        scatter over that of chance (chi-square by its degrees of freedom), against its 5% point.
    """

    kind: ControlChartKind
    frame: pd.DataFrame
    phases: tuple[ControlPhase, ...]
    outside: tuple[Label, ...]
    signal: bool
    corrected: bool
    n_left_out: int
    assumptions: tuple[Assumption, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """What a phase comes to.

    Attributes
    ----------
    centre : float
    sigma : array of shape (n_points,)
        Standard deviation of each point around the centre; all zero for points that do not scatter.
    mean_moving_range : float
    """

    centre: float
    sigma: Array
    mean_moving_range: float


@guarded
def individuals_chart(
    series: pd.Series[float], phases: Sequence[Label] = (), least: int = POINTS, drawn_from: int | None = None
) -> ControlChart | Insufficient:
    """Chart of individual values (XmR): limits at the mean plus and minus 2.66 mean moving ranges.

    Parameters
    ----------
    series : Series of shape (n_periods,)
        Indexed by period, without gaps.
    phases : sequence of period
        First period of each further phase: a documented change.
    least : int
        Fewest points, 5 or more, that a phase's limits are drawn from. With 10 instead of 12 they are shaky.
    drawn_from : int, optional
        Number of points, from the first of a phase, that its limits are drawn from; all when left out.

    Returns
    -------
    ControlChart or Insufficient
        ``too_few_periods`` or ``no_variation`` when no phase has limits.

    Raises
    ------
    MethodError
        For a `least` under 5, or a phase that does not begin at a period of the series after its first.
    """
    values = whole_series(series)
    if isinstance(values, Insufficient):
        return values

    def limits(points: Array, _: Array, every: Array) -> Limits:
        moving_range = float(np.abs(np.diff(points)).mean())
        return Limits(float(points.mean()), np.full(len(every), moving_range / RANGE_TO_SIGMA), moving_range)

    return charted("individuals", values, np.ones(len(values)), limits, phases, least, drawn_from=drawn_from)


def charted(
    kind: ControlChartKind,
    values: pd.Series[float],
    weights: Array,
    limits: Callable[[Array, Array, Array], Limits],
    phases: Sequence[Label],
    least: int,
    *,
    drawn_from: int | None = None,
    bounds: tuple[float, float] = (-np.inf, np.inf),
    n_left_out: int = 0,
    corrected: bool = False,
) -> ControlChart | Insufficient:
    """Draw limits phase by phase; the common part of all kinds of control charts.

    Parameters
    ----------
    values : Series of shape (n_points,)
        Finite, in order.
    weights : array of shape (n_points,)
        Denominators, handed to `limits` with the values of a phase.
    limits : callable
        From the values and weights that a phase's limits are drawn from, and the weights of all its points.
    drawn_from : int, optional
        Number of points, from the first of a phase, that its limits are drawn from; all when left out.
    bounds : (float, float)
        What the quantity cannot go beyond.
    """
    starts = _phase_starts(values.index, phases, least)
    if drawn_from is not None and drawn_from < least:
        raise MethodError(
            f"drawn_from is {drawn_from}: expected at least the {least} points that limits are drawn from"
        )
    drawn = [
        _draw(values.iloc[start:end], weights[start:end], number, limits, least, bounds, drawn_from)
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(values)], strict=True))
    ]
    longest = max((phase for phase, _, _ in drawn), key=lambda phase: phase.n)
    if all(phase.lacking for phase, _, _ in drawn) and longest.lacking:
        return longest.lacking
    frame = pd.concat([part for _, part, _ in drawn], ignore_index=True)
    outside = tuple(frame.loc[frame["outside"], "period"])
    runs = [phase.runs for phase, _, _ in drawn]
    return ControlChart(
        kind=kind,
        frame=frame,
        phases=tuple(phase for phase, _, _ in drawn),
        outside=outside,
        signal=bool(outside) or any(isinstance(run, RunChart) and run.shift for run in runs),
        corrected=corrected,
        n_left_out=n_left_out,
        assumptions=_assumptions(
            [scores for _, _, scores in drawn if len(scores)], dispersion=kind != "individuals" and not corrected
        ),
    )


def _phase_starts(index: pd.Index[Any], phases: Sequence[Label], least: int) -> list[int]:
    if least < LEAST_POINTS:
        raise MethodError(f"least is {least}: expected at least {LEAST_POINTS} points to draw limits from")
    try:
        starts = {int(np.count_nonzero(np.asarray(index < start))) for start in phases}
    except TypeError as error:
        raise MethodError(f"phases {list(phases)}: expected periods as those of the series, {index[0]}") from error
    if starts & {0, len(index)}:
        raise MethodError(f"phases {list(phases)}: expected periods after {index[0]} and up to {index[-1]}")
    return sorted({0, *starts})


def _draw(
    values: pd.Series[float],
    weights: Array,
    number: int,
    limits: Callable[[Array, Array, Array], Limits],
    least: int,
    bounds: tuple[float, float],
    drawn_from: int | None,
) -> tuple[ControlPhase, pd.DataFrame, Array]:
    """Give a phase, its rows of the frame, and its points in standard deviations from the centre."""
    n, points = len(values), values.to_numpy()
    found = limits(points[:drawn_from], weights[:drawn_from], weights) if n >= least else None
    lacking = Insufficient("too_few_periods", n, least) if found is None else None
    if found is not None and (found.sigma <= 1e-12 * max(1.0, float(np.abs(points).max()))).any():
        found, lacking = None, Insufficient("no_variation", 1, 2)
    centre = found.centre if found else np.nan
    sigma = found.sigma if found else np.full(n, np.nan)
    lower, upper = (np.clip(centre + way * 3 * sigma, *bounds) for way in (-1, 1))
    frame = pd.DataFrame(
        {
            "period": values.index,
            "value": points,
            "phase": number,
            "centre": centre,
            "lower": lower,
            "upper": upper,
            "outside": (points < lower) | (points > upper),
        }
    )
    phase = ControlPhase(
        first=values.index[0],
        last=values.index[-1],
        n=n,
        centre=found.centre if found else None,
        mean_moving_range=found.mean_moving_range if found else None,
        tentative=n < ENOUGH_POINTS,
        lacking=lacking,
        runs=lacking or runs_around(values, centre),
    )
    return phase, frame, (points - centre) / sigma if found else points[:0]


def _assumptions(scores: list[Array], *, dispersion: bool) -> tuple[Assumption, ...]:
    """What is told by points in standard deviations from their phase's centre."""
    n, squares = sum(map(len, scores)), sum(float(phase @ phase) for phase in scores)
    told = [Assumption("no_autocorrelation", None)]
    if squares:
        correlation, limit = sum(float(phase[1:] @ phase[:-1]) for phase in scores) / squares, 2 / float(np.sqrt(n))
        told = [Assumption("no_autocorrelation", correlation <= limit, correlation, limit)]
    if dispersion:
        degrees = n - len(scores)
        most = float(chdtri(degrees, 0.05)) / degrees
        told.insert(0, Assumption("no_overdispersion", squares / degrees <= most, squares / degrees, most))
    return tuple(told)
