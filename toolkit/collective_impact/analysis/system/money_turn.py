"""Whether money parted from its own earlier course when an initiative began, where the record is long enough."""

from __future__ import annotations

import pandas as pd

from collective_impact.analysis.system.aligned_money import AlignedMoney
from collective_impact.statistics.counterfactual.interrupted_time_series import InterruptedTimeSeries, own_trend_of
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import panel_from_wide


@guarded
def money_turn(money: AlignedMoney, start: pd.Period | None) -> InterruptedTimeSeries | Insufficient:
    """Hold the share of aligned money, in per cent, against its own course before the start.

    Parameters
    ----------
    money : AlignedMoney
    start : Period or None
        Year in which the initiative began.

    Returns
    -------
    InterruptedTimeSeries or Insufficient
        ``no_treated_unit`` without a start; what `own_trend_of` lacks.
    """
    years = money.by_year.index
    if start is None:
        return Insufficient("no_treated_unit", 0, 1)
    if start > years.max():
        return Insufficient("too_few_periods_after", 0, 1)
    panel = panel_from_wide((100 * money.by_year["share"]).to_frame("aligned"), {"aligned": start})
    return panel if isinstance(panel, Insufficient) else own_trend_of(panel)
