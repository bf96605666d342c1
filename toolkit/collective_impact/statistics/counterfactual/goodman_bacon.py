"""What a two-way fixed-effects regression compares when units start at different times.

A diagnostic, not an estimate to report: the coefficient is a weighted average of all comparisons of two groups, and
some of them use units as comparison that are treated already (Goodman-Bacon 2021, Journal of Econometrics 225).
`staggered_adoption` leaves those comparisons out.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.statistics.counterfactual.group_time_effects import Cohorts, cohorts_of
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Array, Label

ComparisonKind = Literal["with_never_treated", "earlier_with_later", "later_with_earlier", "with_always_treated"]

FORBIDDEN: tuple[ComparisonKind, ...] = ("later_with_earlier", "with_always_treated")
"""Comparisons with units that are treated already: off where effects grow or fade with time."""


@dataclass(frozen=True, slots=True, eq=False)
class GoodmanBacon:
    """A two-way fixed-effects coefficient, taken apart.

    Attributes
    ----------
    coefficient : float
        Of treatment, with unit and period effects and no covariates, in the outcome's unit.
    components : DataFrame of shape (n_components, 5)
        Columns ``kind, start, compared_with, weight, estimate``: two groups by their starts (``compared_with`` is
        None for units never treated). Weights add up to 1; weights times estimates to `coefficient`.
    kinds : DataFrame of shape (n_kinds, 2)
        Columns ``weight`` and ``estimate`` by kind of comparison.
    forbidden_weight : float
        Share of the weight on comparisons with units that are treated already.
    """

    coefficient: float
    components: pd.DataFrame
    kinds: pd.DataFrame
    forbidden_weight: float


@guarded
def goodman_bacon(panel: Panel) -> GoodmanBacon | Insufficient:
    """Take the two-way fixed-effects coefficient of a balanced panel apart into comparisons of two groups.

    Parameters
    ----------
    panel : Panel
        With treated units whose treatment varies within the panel; starts may differ.

    Returns
    -------
    GoodmanBacon or Insufficient
        ``no_data``, ``no_treated_unit``, ``treated_from_first_period``, ``too_few_periods_after``, and ``no_donors``
        where all units start at once, so that periods take up all the difference.
    """
    if panel.outcome.index.empty:
        return Insufficient("no_data")
    if not panel.treated:
        return Insufficient("no_treated_unit", 0, 1)
    cohorts = cohorts_of(panel)
    if not len(panel.after):
        return Insufficient("too_few_periods_after", 0, 1)
    if not (cohorts.places > 0).any():
        return Insufficient("treated_from_first_period", len(panel.treated), 0)
    if np.count_nonzero(cohorts.sizes) < 2:
        return Insufficient("no_donors", 0, 1)
    components = _components(cohorts)
    weights, estimates = components["weight"], components["estimate"]
    sums = components.assign(part=weights * estimates).groupby("kind", sort=True)[["weight", "part"]].sum()
    kinds = pd.DataFrame({"weight": sums["weight"], "estimate": sums["part"] / sums["weight"]})
    return GoodmanBacon(
        coefficient=float((weights * estimates).sum()),
        components=components,
        kinds=kinds,
        forbidden_weight=float(weights[components["kind"].isin(FORBIDDEN)].sum()),
    )


def _components(cohorts: Cohorts) -> pd.DataFrame:
    """Every pair of groups in which the first one's treatment changes while the second one's stays as it is."""
    n_periods = len(cohorts.index)
    places = [*cohorts.places.tolist(), n_periods]
    present, means = np.flatnonzero(cohorts.sizes), cohorts.means
    rows = [
        _component(cohorts, means, places, a, b)
        for a, b in permutations(present.tolist(), 2)
        if 0 < places[a] < n_periods
    ]
    frame = pd.DataFrame(rows, columns=["kind", "start", "compared_with", "weight", "estimate"])
    return frame.assign(weight=frame["weight"] / frame["weight"].sum())


def _component(
    cohorts: Cohorts, means: Array, places: list[int], a: int, b: int
) -> tuple[ComparisonKind, Label, Label, float, float]:
    """Compare group `a` with `b` over the periods in which `b` stays as it is, weight not yet normalised.

    The weight is the variance of treatment left after unit and period effects, times the square of the share of
    the data that the comparison uses.
    """
    n_periods, earlier = len(cohorts.index), places[b] < places[a]
    used = slice(places[b] if earlier else 0, n_periods if earlier else places[b])
    first, after = used.start, cohorts.places[a] - used.start
    length = used.stop - first
    share = cohorts.sizes[a] / (cohorts.sizes[a] + cohorts.sizes[b])
    treated_time = 1 - after / length
    variance = share * (1 - share) * treated_time * (1 - treated_time)
    data = (cohorts.sizes[a] + cohorts.sizes[b]) * length
    gap: Array = (means[a] - means[b])[used]
    kind: ComparisonKind = "later_with_earlier" if earlier else "earlier_with_later"
    kind = "with_never_treated" if places[b] == n_periods else "with_always_treated" if places[b] == 0 else kind
    compared_with = None if places[b] == n_periods else cohorts.index[places[b]]
    estimate = float(gap[after:].mean() - gap[:after].mean())
    return kind, cohorts.index[places[a]], compared_with, float(data**2 * variance), estimate
