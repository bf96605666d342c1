"""Treatments that never were: where they might have begun, and which effects a design would have found in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, inf

import numpy as np
import pandas as pd

from collective_impact.statistics.estimate import Estimate, Estimated
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.numbers import generator
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Unit

Design = Callable[[Panel, float], Estimated | Insufficient]
"""Of a panel and the confidence of the interval."""

MOST_DOUBLINGS = 30
BISECTIONS = 20
_CLEAR = 1 + 1e-6


@dataclass(slots=True, eq=False)
class PretendedTreatment:
    """A panel without an effect, and what its design says with one planted, found out as far as it is asked for.

    Attributes
    ----------
    panel : Panel
    design : Design
    untouched : Estimate
        Without an effect.
    way : float
        1 for effects upwards, -1 downwards.
    missed, shown : float
        Largest size of an effect known not to be found, and smallest known to be found. A constant effect moves the
        interval of each design by itself and leaves its width alone, so that the interval sets the first.
    """

    panel: Panel
    design: Design
    untouched: Estimate
    way: float
    missed: float
    shown: float

    def shows(self, size: float) -> bool:
        """Whether the design finds a planted effect: conclusive, and on its side.

        Without ranks the interval tells. With them the design itself is run, but for sizes of which the answer is
        known: where an effect is found, larger ones are.
        """
        if size <= self.missed:
            return False
        if size >= self.shown or self.untouched.p_floor is None:
            return True
        result = self.design(_planted(self.panel, self.way * size), self.untouched.confidence)
        found = not isinstance(result, Insufficient) and result.estimate.conclusive
        self.missed, self.shown = (self.missed, size) if found else (size, self.shown)
        return found


def pretended_treatment(
    panel: Panel, design: Design, confidence: float, way: float
) -> PretendedTreatment | Insufficient:
    """Run a design on a panel without an effect."""
    result = design(panel, confidence)
    if isinstance(result, Insufficient):
        return result
    estimate = result.estimate
    return PretendedTreatment(panel, design, estimate, way, -min(way * estimate.low, way * estimate.high), inf)


def smallest_effect(treatments: Sequence[PretendedTreatment], wanted: float, begin: float) -> float | None:
    """Smallest size of an effect that the `wanted` share of the treatments shows; None where none is enough.

    Parameters
    ----------
    begin : float
        Above 0: where the search begins, doubling and then halving to a millionth.
    """
    needed = int(np.ceil(wanted * len(treatments)))

    def enough(size: float) -> bool:
        return sum(each.shows(size) for each in treatments) >= needed

    least = _CLEAR * max(sorted(each.missed for each in treatments)[needed - 1], 0.0)
    if enough(least):
        return least
    high = max(begin, 2 * least)
    doublings = (high * 2**number for number in range(MOST_DOUBLINGS))
    high = next((size for size in doublings if enough(size)), inf)
    for _ in range(BISECTIONS if high < inf else 0):
        middle = (least + high) / 2
        least, high = (least, middle) if enough(middle) else (middle, high)
    return high if high < inf else None


def placements(
    units: list[Unit], n_treated: int, starts: range, draws: int, seed: int
) -> tuple[list[tuple[tuple[Unit, ...], int]], bool]:
    """Units in order of their delays, and place of the first start: all that there are, or `draws` of them.

    Returns
    -------
    list and bool
        The placements, and whether they are all.
    """
    groups = comb(len(units), n_treated)
    if groups * len(starts) <= draws:
        return [(group, start) for start in starts for group in combinations(units, n_treated)], True
    rng = generator(seed)
    if n_treated == 1:
        chosen = np.sort(rng.choice(groups * len(starts), size=draws, replace=False))
        return [((units[place % groups],), starts[place // groups]) for place in chosen], False
    drawn = [rng.choice(len(units), size=n_treated, replace=False) for _ in range(draws)]
    return [(tuple(units[place] for place in group), starts[int(rng.integers(len(starts)))]) for group in drawn], False


def _planted(panel: Panel, effect: float) -> Panel:
    index, columns = panel.outcome.index, panel.outcome.columns
    values = panel.outcome.to_numpy(dtype=float, copy=True)
    for unit, start in panel.starts.items():
        values[index.searchsorted(start) :, columns.get_loc(unit)] += effect
    return Panel(pd.DataFrame(values, index=index, columns=columns), panel.starts)
