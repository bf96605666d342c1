"""Share of the money that follows the common agenda, year by year."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.trend import linear_trend


@dataclass(frozen=True, slots=True, eq=False)
class AlignedMoney:
    """Money by year.

    Attributes
    ----------
    by_year : DataFrame of shape (n_years, 3)
        Indexed by year, in order: ``aligned`` and ``other``, sums in the package's currency, and ``share`` (0-1) of the
        first in both. The share is of all flows recorded, and so has no sampling error.
    slope : Estimate or Insufficient
        Change of the share a year, in percentage points, by a straight line.
    n_flows : int
    """

    by_year: pd.DataFrame
    slope: Estimate | Insufficient
    n_flows: int


@guarded
def aligned_money(
    flows: pd.DataFrame, *, period: str = "period", amount: str = "amount", aligned: str = "aligned"
) -> AlignedMoney | Insufficient:
    """Sum the flows of each year, and fit a line through the share that is aligned.

    Parameters
    ----------
    flows : DataFrame
        One row per flow; `period` holds periods of a year or shorter.

    Returns
    -------
    AlignedMoney or Insufficient
        ``no_rows`` where no flow has an amount above 0.

    Raises
    ------
    MethodError
        When a column is missing.
    """
    if absent := {period, amount, aligned} - set(flows.columns):
        raise MethodError(f"flows: no column {sorted(absent)} among {list(flows.columns)}")
    known = flows.dropna(subset=[period, amount, aligned])
    known = known[known[amount] > 0]
    if known.empty:
        return Insufficient("no_rows", 0, 1, "funding_flow")
    years = pd.PeriodIndex([at.asfreq("Y") for at in known[period]], freq="Y", name="year")
    sums = known[amount].astype(float).groupby([years, known[aligned].astype(bool).to_numpy()]).sum().unstack()
    sums = sums.reindex(columns=[True, False]).fillna(0.0).set_axis(["aligned", "other"], axis="columns")
    share = sums["aligned"] / sums.sum(axis=1)
    line = linear_trend(100 * share)
    return AlignedMoney(sums.assign(share=share), line if isinstance(line, Insufficient) else line.slope, len(known))
