"""The control chart that goes with the kind of data: shares, rates, or values by themselves."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from collective_impact.statistics.change.attribute_charts import proportion_chart, rate_chart
from collective_impact.statistics.change.control_chart import ControlChart, individuals_chart
from collective_impact.statistics.insufficient import Insufficient, guarded


@guarded
def control_chart_for(
    series: pd.Series[float], counts: pd.DataFrame, kind: Literal["share", "rate"]
) -> ControlChart | Insufficient:
    """Chart counts by their denominators (p or u), values without counts one by one (XmR).

    Where shares or rates scatter more than chance alone lets them, the limits are widened to the scatter that there is
    (Laney's p' and u').

    Parameters
    ----------
    series : Series of shape (n_periods,)
        The values.
    counts : DataFrame of shape (n_periods, 2)
        Columns ``numerator`` and ``denominator`` by period; used where every value has them.
    kind : {"share", "rate"}

    Returns
    -------
    ControlChart or Insufficient
        As `individuals_chart`, `proportion_chart` and `rate_chart`. Values and limits of a chart of counts are shares
        or rates of one.
    """
    if len(counts) < len(series.dropna()) or counts.empty:
        return individuals_chart(series)
    chart = proportion_chart if kind == "share" else rate_chart
    plain = chart(counts["numerator"], counts["denominator"])
    if isinstance(plain, Insufficient):
        return plain
    scattered = any(each.name == "no_overdispersion" and each.met is False for each in plain.assumptions)
    return chart(counts["numerator"], counts["denominator"], corrected=True) if scattered else plain
