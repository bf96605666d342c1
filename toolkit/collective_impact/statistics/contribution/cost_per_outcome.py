"""What an outcome, an output or a participant costs.

A cost divided by an effect has the interval that Fieller (1954, Journal of the Royal Statistical Society B 16) gives a
ratio whose upper part is known: the cost over the ends of the effect's own interval, with no upper end where that
reaches zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_of
from collective_impact.statistics.periods import check_periods


@dataclass(frozen=True, slots=True)
class CostPerOutcome:
    """Cost of one unit of an outcome.

    Attributes
    ----------
    interval : Interval
        In the cost's currency for one unit of the outcome. Without an upper end where the outcome may be nothing.
    cost, outcome : float
    conclusive : bool
        Whether the outcome is surely more than nothing, so that its cost has an upper end.
    """

    interval: Interval
    cost: float
    outcome: float
    conclusive: bool


@dataclass(frozen=True, slots=True, eq=False)
class CostPerUnit:
    """Cost of one output or one participant.

    Attributes
    ----------
    by_period : DataFrame
        Indexed by period, in order: ``cost, units, cost_per_unit``, the last missing where there were no units.
    cost, units, cost_per_unit : float
        Over all periods for which both are known.
    n_periods, n_left_out : int
        Periods that count, and those of which cost or units are not known.
    """

    by_period: pd.DataFrame
    cost: float
    units: float
    cost_per_unit: float
    n_periods: int
    n_left_out: int


@guarded
def cost_per_outcome(cost: float, outcome: Interval) -> CostPerOutcome | Insufficient:
    """Cost of one unit of an outcome, with the uncertainty of the outcome.

    Parameters
    ----------
    cost : float
        All that was spent on it, in one currency.
    outcome : Interval
        What was gained, counted so that more is better, over the same time and people as the cost. Its confidence
        is handed on.

    Returns
    -------
    CostPerOutcome or Insufficient
        ``no_costs`` for a cost that is missing, zero or less; ``no_gain`` where nothing was gained.

    Raises
    ------
    MethodError
        When the outcome's value does not lie within its interval.
    """
    if not outcome.low <= outcome.value <= outcome.high:
        raise MethodError(f"outcome {outcome.value} from {outcome.low} to {outcome.high}: expected it in between")
    if not isfinite(cost) or cost <= 0:
        return Insufficient("no_costs", 0, 1)
    if outcome.value <= 0:
        return Insufficient("no_gain", outcome.value, 0)
    sure = outcome.low > 0
    interval = Interval(
        cost / outcome.value, cost / outcome.high, cost / outcome.low if sure else inf, outcome.confidence
    )
    return CostPerOutcome(interval, cost, outcome.value, sure)


@guarded
def cost_per_unit(cost: pd.Series[float], units: pd.Series[float]) -> CostPerUnit | Insufficient:
    """Cost of one output or participant, period by period and in all.

    Nothing is estimated: costs and units are counted, and the figure has no interval.

    Parameters
    ----------
    cost, units : Series
        Indexed by period; missing and infinite values leave a period out. Refunds count as negative costs.

    Returns
    -------
    CostPerUnit or Insufficient
        ``no_data`` where no period has both; ``no_denominator`` where there were no units at all; ``no_costs`` where
        costs do not come to more than zero.

    Raises
    ------
    MethodError
        When a period stands twice, is missing or of another kind than the others, a value is no number, or units are
        negative.
    """
    if cost.index.has_duplicates or units.index.has_duplicates:
        raise MethodError("cost and units: expected each period once; take the sums first")
    columns = {"cost": cost, "units": units}
    both = pd.DataFrame({name: pd.Series(numbers_of(each, name), each.index) for name, each in columns.items()})
    check_periods(both.index, "cost and units")
    both = both.sort_index()
    known = both[np.isfinite(both).all(axis=1)]
    if (known["units"] < 0).any():
        raise MethodError(f"units: negative in {known.index[known['units'] < 0].tolist()}, expected 0 or more")
    if known.empty:
        return Insufficient("no_data")
    spent, made = float(known["cost"].sum()), float(known["units"].sum())
    if made == 0:
        return Insufficient("no_denominator", 0, 1)
    if spent <= 0:
        return Insufficient("no_costs", 0, 1)
    by_period = known.assign(cost_per_unit=known["cost"] / known["units"].where(known["units"] > 0))
    return CostPerUnit(by_period, spent, made, spent / made, len(known), len(both) - len(known))
