"""How much is delivered on time: period by period, and after events that hinder against otherwise."""

from __future__ import annotations

import pandas as pd

from collective_impact.analysis.context.delivery import Delivery
from collective_impact.statistics.change.attribute_charts import proportion_chart
from collective_impact.statistics.change.control_chart import ControlChart
from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.insufficient import Insufficient, guarded

COMPARED = 5
"""Fewest things due on either side of a comparison."""


@guarded
def on_time_chart(delivery: Delivery) -> ControlChart | Insufficient:
    """Chart of the share on time by quarter or half-year (p chart), from 12 points up; see `proportion_chart`."""
    return proportion_chart(delivery.counts["on_time"], delivery.counts["due"])


@guarded
def on_time_after(delivery: Delivery, felt: pd.Series[bool], confidence: float = 0.95) -> Gap | Insufficient:
    """Compare what fell due soon after an event with everything else; see `share_gap`.

    Parameters
    ----------
    delivery : Delivery
    felt : Series of bool, shape (n_due,)
        Which of its rows fell due soon after an event.

    Returns
    -------
    Gap or Insufficient
        ``too_few_rows`` with fewer than 5 things on either side.
    """
    on_time = delivery.rows["on_time"]
    fewer = min(int(felt.sum()), int((~felt).sum()))
    if fewer < COMPARED:
        return Insufficient("too_few_rows", fewer, COMPARED)
    return share_gap(
        float(on_time[felt].sum()), float(felt.sum()), float(on_time[~felt].sum()), float((~felt).sum()), confidence
    )
