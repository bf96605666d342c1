"""Control charts of shares, rates and counts: p, u and c charts, and their correction for scatter beyond chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.change.control_chart import (
    POINTS,
    RANGE_TO_SIGMA,
    ControlChart,
    ControlChartKind,
    Limits,
    charted,
)
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.types import Array, Label


@guarded
def proportion_chart(
    counts: pd.Series[float],
    denominators: pd.Series[float],
    phases: Sequence[Label] = (),
    least: int = POINTS,
    *,
    corrected: bool = False,
    drawn_from: int | None = None,
) -> ControlChart | Insufficient:
    """Chart of shares (p): limits by the binomial distribution's standard deviation, three of them from the centre.

    Limits follow the denominator of each period and stop at 0 and 1; where the lower one is 0, only a run can show that
    the share fell. With large denominators shares scatter more than
    the binomial distribution lets them, because people and months differ: the chart's ``no_overdispersion`` tells, and
    `corrected` widens (or narrows) the limits by the moving range of the standardized shares (Laney 2002, Qual Eng 14).

    Parameters
    ----------
    counts, denominators : Series of shape (n_periods,)
        Whole numbers of at least 0, indexed by the same periods; counts at most their denominators. Periods without
        either, or with a denominator of 0, are left out.
    phases : sequence of period
        First period of each further phase: a documented change.
    least : int
        Fewest points, 5 or more, that a phase's limits are drawn from.
    corrected : bool
        Whether to draw Laney's p' chart.
    drawn_from : int, optional
        Number of points, from the first of a phase, that its limits are drawn from; all when left out.

    Returns
    -------
    ControlChart or Insufficient
        ``no_denominator`` when no period has one; ``too_few_periods`` or ``no_variation`` when no phase has limits.

    Raises
    ------
    MethodError
        For other counts, a period that occurs twice, different periods, or phases unlike the series' own.
    """

    def spread(centre: float, sizes: Array) -> Array:
        return np.asarray(np.sqrt(centre * (1 - centre) / sizes))

    return _chart("proportion", counts, denominators, spread, phases, least, corrected, drawn_from)


@guarded
def rate_chart(
    counts: pd.Series[float],
    denominators: pd.Series[float],
    phases: Sequence[Label] = (),
    least: int = POINTS,
    *,
    corrected: bool = False,
    drawn_from: int | None = None,
) -> ControlChart | Insufficient:
    """Chart of events per unit of exposure (u): limits by the Poisson distribution's standard deviation.

    As `proportion_chart`, but `denominators` are any exposure above 0 (person-years, meetings), there is no upper
    bound, and `corrected` draws Laney's u' chart.
    """
    return _chart("rate", counts, denominators, _poisson, phases, least, corrected, drawn_from)


@guarded
def count_chart(
    counts: pd.Series[float], phases: Sequence[Label] = (), least: int = POINTS, *, corrected: bool = False
) -> ControlChart | Insufficient:
    """Chart of events per period (c), all periods being alike in exposure; otherwise as `rate_chart`."""
    ones = pd.Series(1.0, index=counts.index)
    return _chart("count", counts, ones, _poisson, phases, least, corrected)


def _poisson(centre: float, sizes: Array) -> Array:
    return np.asarray(np.sqrt(centre / sizes))


def _chart(
    kind: ControlChartKind,
    counts: pd.Series[float],
    denominators: pd.Series[float],
    spread: Callable[[float, Array], Array],
    phases: Sequence[Label],
    least: int,
    corrected: bool,
    drawn_from: int | None = None,
) -> ControlChart | Insufficient:
    known = _known(counts, denominators)
    _check(known, whole_of=kind == "proportion")
    kept = known.dropna()
    kept = kept[kept["size"] > 0]
    if kept.empty:
        return Insufficient("no_data" if known["count"].isna().all() else "no_denominator", 0, least)

    def limits(shares: Array, sizes: Array, every: Array) -> Limits:
        centre = float(shares @ sizes / sizes.sum())
        sigma, wide = spread(centre, sizes), spread(centre, every)
        if not sigma.all():
            return Limits(centre, wide, 0.0)
        moving_range = float(np.abs(np.diff((shares - centre) / sigma)).mean())
        return Limits(centre, wide * (moving_range / RANGE_TO_SIGMA if corrected else 1.0), moving_range)

    return charted(
        kind,
        kept["count"] / kept["size"],
        kept["size"].to_numpy(),
        limits,
        phases,
        least,
        bounds=(0.0, 1.0 if kind == "proportion" else np.inf),
        n_left_out=len(known) - len(kept),
        corrected=corrected,
        drawn_from=drawn_from,
    )


def _known(counts: pd.Series[float], denominators: pd.Series[float]) -> pd.DataFrame:
    """Columns ``count, size`` by period in order, missing where they are missing or infinite."""
    if counts.index.has_duplicates or denominators.index.has_duplicates:
        raise MethodError("counts: each period may occur once only; take the sum or one group first")
    if set(counts.index) != set(denominators.index):
        raise MethodError(
            f"{len(counts)} counts and {len(denominators)} denominators of different periods: expected the same"
        )
    return numbers_in(pd.DataFrame({"count": counts, "size": denominators}), "counts").sort_index()


def _check(known: pd.DataFrame, *, whole_of: bool) -> None:
    count, size = known["count"], known["size"]
    wrong = (count < 0) | (count != count.round()) & count.notna() | (size < 0) | (count > size) & whole_of
    if wrong.any():
        place = known.index[wrong][0]
        raise MethodError(
            f"{place}: {count[place]:g} of {size[place]:g}; expected a whole number of at least 0"
            + (", at most its denominator" if whole_of else "")
        )
