"""Areas of different size held against all of them together, with small counts hidden first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.analysis.outcome.followed import Counted
from collective_impact.data.outcome import ALL
from collective_impact.statistics.equity.funnel_plot import INNER, OUTER, FunnelPlot, funnel_limits, funnel_plot
from collective_impact.statistics.insufficient import Insufficient, guarded

_STEPS = 60


@dataclass(frozen=True, slots=True, eq=False)
class AreaFunnel:
    """Areas in one period.

    Attributes
    ----------
    plot : FunnelPlot
    curve : DataFrame
        Columns ``denominator, low_95, high_95, low_998, high_998``: the limits from the smallest to the largest area.
    period : Period
    scale : float
        What shares or rates are multiplied by to give values.
    n_hidden : int
        Areas left out because a count behind their value is small.
    """

    plot: FunnelPlot
    curve: pd.DataFrame
    period: pd.Period
    scale: float
    n_hidden: int


@guarded
def area_funnel(figures: Counted) -> AreaFunnel | Insufficient:
    """Draw the funnel of the areas in their latest period, its limits widened where areas differ in general.

    Parameters
    ----------
    figures : Counted

    Returns
    -------
    AreaFunnel or Insufficient
        ``no_denominator`` without counts, and reasons of `funnel_plot`.
    """
    rows = figures.rows[figures.rows["group"] == ALL]
    if rows.empty:
        return Insufficient("no_denominator", 0, 1)
    period = max(rows["period"])
    latest = rows[rows["period"] == period]
    shown = latest[[figures.shown.shows_area(str(area), period) for area in latest["area_id"]]]
    plot = funnel_plot(shown.set_index("area_id")[["numerator", "denominator"]], kind=figures.kind, widen=True)
    if isinstance(plot, Insufficient):
        return plot
    sizes = np.linspace(plot.frame["denominator"].min(), plot.frame["denominator"].max(), _STEPS)
    curve = pd.DataFrame({"denominator": sizes})
    dispersion = plot.dispersion if plot.widened else 1.0
    for name, share in (("95", INNER), ("998", OUTER)):
        low, high = funnel_limits(sizes, plot.target, share, kind=figures.kind, dispersion=dispersion)
        curve[f"low_{name}"], curve[f"high_{name}"] = low, high
    return AreaFunnel(plot, curve, period, figures.scale, len(latest) - len(shown))
