"""What the simulation of bias and coverage draws: a module for each family of statistics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient

Drawn = tuple[Interval | Insufficient, float]


@dataclass(frozen=True)
class Scenario:
    """One method on data of one kind.

    `draw` simulates data from a generator and gives the method's interval and the truth behind these data. `note`
    says why coverage lies outside 93-97%, where it does.
    """

    method: str
    data: str
    draw: Callable[[np.random.Generator], Drawn]
    note: str = ""
