"""What a round of ratings of the initiative comes to: its scores, and what falls short outside the gate."""

from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.initiative.rated_round import RatedRound
from collective_impact.framework.catalogue import concepts
from collective_impact.framework.vocabulary import Phase
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.agreement import Agreement
from collective_impact.statistics.ratings.criteria import Gate, gate
from collective_impact.statistics.ratings.instrument_scores import InstrumentScore, score

DONE = 3
"""Step of the components' scale from which a task is done and part of the work."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredRound:
    """A round with what its ratings come to.

    Attributes
    ----------
    round : RatedRound
    scores : InstrumentScore
    gate : Gate or Insufficient
        Of the criteria that the instrument's gate names.
    parts : Gate or Insufficient
        The other criteria, held against the same score; ``no_ratings`` where there are no others.
    """

    round: RatedRound
    scores: InstrumentScore
    gate: Gate | Insufficient
    parts: Gate | Insufficient

    @property
    def alpha(self) -> float | None:
        """Krippendorff's alpha; None where it cannot be told."""
        return self.scores.agreement.alpha if isinstance(self.scores.agreement, Agreement) else None

    @property
    def at_least(self) -> float:
        """Score that the gate asks for; 0 where the instrument has none."""
        rule = self.round.instrument.scoring.gate
        return float(rule.at_least) if rule else 0.0

    def least_raters(self, *criteria: str) -> int:
        """Fewest raters that any of these criteria has."""
        return int(self.scores.items.loc[list(criteria), "n"].min())


def score_round(rated: RatedRound | None) -> ScoredRound | Insufficient:
    """Score a round of ratings by the rule that its instrument states.

    Parameters
    ----------
    rated : RatedRound or None

    Returns
    -------
    ScoredRound or Insufficient
        ``no_ratings`` without a round.
    """
    if rated is None:
        return Insufficient("no_ratings")
    found = score(rated.instrument, rated.ratings, all_ratings=rated.all_ratings)
    if isinstance(found, Insufficient):
        return Insufficient("no_ratings")
    held = found.gate if isinstance(found.gate, Gate) else Insufficient("no_ratings")
    return ScoredRound(rated, found, held, _parts(rated, found))


def _parts(rated: RatedRound, found: InstrumentScore) -> Gate | Insufficient:
    rule = rated.instrument.scoring.gate
    if rule is None or not rule.section:
        return Insufficient("no_ratings")
    others = [item.id for item in rated.instrument.scale_items if item.section != rule.section]
    held = gate(found.items.loc[others], rule.at_least)
    return Insufficient("no_ratings") if isinstance(held, Insufficient) else held


@guarded
def tasks_of_phase(components: ScoredRound, phase: Phase | None) -> "pd.Series[float] | Insufficient":
    """Give the middle score of each task that the components have in a phase, the lowest first.

    Returns
    -------
    Series of float or Insufficient
        By criterion; ``no_ratings`` where the phase is not known or nobody has scored its tasks.
    """
    of_phase = {task.id for task in concepts("component_task") if phase is not None and task.phase == phase}
    own = [item.id for item in components.round.instrument.scale_items if item.concept in of_phase]
    medians = components.scores.items.loc[own, "median"].astype(float).dropna().sort_values(kind="stable")
    return Insufficient("no_ratings") if medians.empty else medians
