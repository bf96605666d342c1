"""What one more person helped has cost: an average effect, the people it is about, and what was spent."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.outcome.chosen_design import per_unit_and_period
from collective_impact.analysis.outcome.effect_in_people import PeopleBehind
from collective_impact.statistics.contribution.cost_per_outcome import CostPerOutcome, cost_per_outcome
from collective_impact.statistics.estimate import Estimate, Estimated, Interval
from collective_impact.statistics.insufficient import Insufficient, guarded


@dataclass(frozen=True, slots=True)
class CostOfEffect:
    """Cost of one person whose outcome was for the better.

    Attributes
    ----------
    people : Interval
        How many more than expected, in all areas and periods since the start.
    cost : CostPerOutcome
    in_kind : float
        Part of the cost that was given in kind.
    effect : Estimate
        That the people come from.
    """

    people: Interval
    cost: CostPerOutcome
    in_kind: float
    effect: Estimate


@guarded
def cost_of_effect(
    costs: pd.DataFrame, result: Estimated, people: PeopleBehind | None, direction: str
) -> CostOfEffect | Insufficient:
    """Divide all costs by the number of people that an average effect comes to.

    Parameters
    ----------
    costs : DataFrame
        With columns ``amount`` and ``in_kind``.
    result : result with an ``estimate``
        Of any design; of several averages the one counts in which each area and period counts once.
    people : PeopleBehind or None
    direction : str
        ``decrease`` where less of the outcome is better.

    Returns
    -------
    CostOfEffect or Insufficient
        ``no_denominator`` where nobody knows how many people it is about; what `cost_per_outcome` lacks.
    """
    if people is None:
        return Insufficient("no_denominator", 0, 1)
    effect = per_unit_and_period(result)
    scale = people.people / people.per * (-1.0 if direction == "decrease" else 1.0)
    low, high = sorted((effect.low * scale, effect.high * scale))
    gained = Interval(effect.value * scale, low, high, effect.confidence)
    found = cost_per_outcome(float(costs["amount"].sum()), gained)
    if isinstance(found, Insufficient):
        return found
    return CostOfEffect(gained, found, float(costs["in_kind"].sum()), effect)
