"""How much is delivered on time: after events that hinder and otherwise, and partner by partner over the years."""

from __future__ import annotations

import pandas as pd

from collective_impact.analysis.context.delivery import LATELY, Delivery
from collective_impact.statistics.change.attribute_charts import proportion_chart
from collective_impact.statistics.change.control_chart import ControlChart
from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.proportion import share_interval
from collective_impact.statistics.ratings.paired_waves import PairedWaves, paired_waves

COMPARED = 5
"""Fewest things due on either side of a comparison."""


@guarded
def on_time_chart(delivery: Delivery) -> ControlChart | Insufficient:
    """Chart of the share on time by quarter (p chart), from 12 quarters up; see `proportion_chart`."""
    return proportion_chart(delivery.quarters["on_time"], delivery.quarters["due"])


@guarded
def share_on_time(delivery: Delivery, confidence: float = 0.95) -> Interval | Insufficient:
    """Share of what was due that came on time, with its interval; see `share_interval`."""
    return share_interval(delivery.n_on_time, delivery.n, confidence)


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


@guarded
def change_by_owner(delivery: Delivery, quarters: int = LATELY, confidence: float = 0.95) -> PairedWaves | Insufficient:
    """Change of each owner's share on time, from the first quarters to the last.

    Each owner counts once, because what one owner delivers is alike; owners with nothing due at either end are left
    out, and so is what nobody answers for.

    Parameters
    ----------
    delivery : Delivery
    quarters : int
        How many quarters each end has.

    Returns
    -------
    PairedWaves or Insufficient
        ``too_few_periods`` where the two ends would overlap; otherwise as from `paired_waves`.
    """
    every = delivery.quarters.index
    if len(every) < 2 * quarters:
        return Insufficient("too_few_periods", len(every), 2 * quarters)
    rows = delivery.rows[delivery.rows["owner"] != ""]
    quarter = pd.PeriodIndex([day.asfreq("Q") for day in rows["due"]])
    early, late = (
        rows.loc[at].groupby("owner")["on_time"].mean().astype(float)
        for at in (quarter < every[quarters], quarter >= every[-quarters])
    )
    return paired_waves(early, late, confidence=confidence)
