"""The control chart that goes with the kind of data, its limits from the time before the start, and when none apply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from collective_impact.statistics.change.attribute_charts import proportion_chart, rate_chart
from collective_impact.statistics.change.control_chart import POINTS, ControlChart, individuals_chart
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.trend import linear_trend

LEAST_BEFORE = 8
"""Fewest periods before the start that a level and its limits are taken from; else all periods serve."""


@dataclass(frozen=True, slots=True, eq=False)
class Moving:
    """A series that keeps no level in the time that its level would be taken from.

    Attributes
    ----------
    before : bool
        Whether that is the time before the start; else it is the whole series.
    course : Series of float by Period
        Straight line through that time.
    slope : Estimate
        Change per period along it.
    """

    before: bool
    course: pd.Series[float]
    slope: Estimate


def periods_before(series: pd.Series[float], start: Any) -> int | None:
    """Count the values before the start; None where they are too few to take a level from, or nothing has started."""
    if start is None:
        return None
    n = int((series.dropna().index < start).sum())
    return n if n >= LEAST_BEFORE else None


def moving_level(series: pd.Series[float], start: Any) -> Moving | None:
    """Tell whether the series keeps no level that values could be held against.

    It moves where its straight line is clear and, before the start, a control chart of that time alone has a signal.
    Where there is no such time, the line has to lead further than from one limit to the other.

    Parameters
    ----------
    series : Series of float by Period
    start : Period or None
        First period of the initiative.
    """
    values, n = series.dropna(), periods_before(series, start)
    base = values if n is None else values.iloc[:n]
    line = linear_trend(base)
    chart = individuals_chart(base, least=POINTS if n is None else LEAST_BEFORE)
    if isinstance(line, Insufficient) or isinstance(chart, Insufficient):
        return None
    width = float((chart.frame["upper"] - chart.frame["lower"]).max())
    far = abs(line.slope.value) * (len(base) - 1) > width
    moves = line.slope.conclusive and (far if n is None else chart.signal)
    return Moving(n is not None, line.fitted, line.slope) if moves else None


@guarded
def control_chart_for(
    series: pd.Series[float], counts: pd.DataFrame, kind: Literal["share", "rate"], start: Any = None
) -> ControlChart | Insufficient:
    """Chart counts by their denominators (p or u), values without counts one by one (XmR).

    Centre and limits are those of the time before the start, where it has 8 values. Where shares or rates scatter more
    there than chance alone lets them, the limits are widened to the scatter that there is (Laney's p' and u').

    Parameters
    ----------
    series : Series of shape (n_periods,)
        The values.
    counts : DataFrame of shape (n_periods, 2)
        Columns ``numerator`` and ``denominator`` by period; used where every value has them.
    kind : {"share", "rate"}
    start : Period, optional
        First period of the initiative.

    Returns
    -------
    ControlChart or Insufficient
        As `individuals_chart`, `proportion_chart` and `rate_chart`. Values and limits of a chart of counts are shares
        or rates of one.
    """
    n = periods_before(series, start)
    least = POINTS if n is None else LEAST_BEFORE
    if len(counts) < len(series.dropna()) or counts.empty:
        return individuals_chart(series, least=least, drawn_from=n)
    chart = proportion_chart if kind == "share" else rate_chart
    base = counts if n is None else counts.iloc[:n]
    plain = chart(base["numerator"], base["denominator"], least=least)
    if isinstance(plain, Insufficient):
        return plain
    scattered = any(each.name == "no_overdispersion" and each.met is False for each in plain.assumptions)
    return chart(counts["numerator"], counts["denominator"], least=least, corrected=scattered, drawn_from=n)
