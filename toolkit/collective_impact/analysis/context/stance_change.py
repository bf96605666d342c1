"""How far actors with power moved between the first round of the power map and the last."""

from collections.abc import Collection

from collective_impact.analysis.context.power_map import PowerMap
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.paired_waves import PairedWaves, paired_waves


@guarded
def stance_change(
    power: PowerMap, courted: Collection[str] = (), confidence: float = 0.95
) -> PairedWaves | Insufficient:
    """Mean change of stance, each actor compared with itself; see `paired_waves`.

    Parameters
    ----------
    power : PowerMap
    courted : collection of str
        Actors that the initiative seeks to win, by id; empty: all on the map.

    Returns
    -------
    PairedWaves or Insufficient
        ``too_few_rounds`` with a single round, ``too_few_pairs`` where nobody was judged in both.
    """
    if not power.first:
        return Insufficient("too_few_rounds", power.n_rounds, 2)
    actors = power.actors[power.actors.index.isin(list(courted))] if courted else power.actors
    before, after = actors["first_stance"].dropna(), actors["stance"].dropna()
    if not len(before.index.intersection(after.index)):
        return Insufficient("too_few_pairs", 0, 1)
    return paired_waves(before, after, confidence=confidence)
