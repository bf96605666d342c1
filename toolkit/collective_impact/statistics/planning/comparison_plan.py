"""Power of comparing changes of treated units with changes of others, from how the outcome has scattered so far.

The smallest detectable effect of difference in differences for errors that follow an AR(1) process within units
(Frison & Pocock 1992, Stat Med 11, for equal correlation; Burlig, Preonas & Woerman 2020, J Dev Econ 144, for any
serial correlation): each unit counts by one number, its mean after less its mean before the start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.difference_in_differences import DONORS
from collective_impact.statistics.estimate import RANKED_P
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.planning.panel_noise import PanelNoise
from collective_impact.statistics.planning.power import check_plan, detectable_multiplier, ranks_reach
from collective_impact.statistics.randomization import ASSIGNMENTS

MOST, MOST_PERIODS = 1000, 100
"""Most areas, and most periods, that are tried."""
WELCH = 10
"""Treated and other units from which on each side's own scatter is used, as in the estimate itself."""
_MANY = 8
"""Units a group from which on there are more than 10,000 assignments."""


@dataclass(frozen=True, slots=True)
class PlannedComparison:
    """What a comparison of treated and other units would show.

    Attributes
    ----------
    value : float
        Smallest detectable effect, ``multiplier * standard_error``, without sign. Where it is not `reachable`, the
        interval would show it, but no effect would be conclusive.
    standard_error : float
    multiplier, degrees : float
        The degrees of freedom that the multiplier rests on are those of the later estimate.
    n_treated, n_comparison : int
    p_floor : float
        Smallest p-value that reassigning treatment among these units can give.
    alpha, power : float
    """

    value: float
    standard_error: float
    multiplier: float
    degrees: float
    n_treated: int
    n_comparison: int
    p_floor: float
    alpha: float
    power: float

    @property
    def reachable(self) -> bool:
        """Whether an effect can be conclusive at all: whether `p_floor` is at most 10%, whatever `alpha` is."""
        return ranks_reach(self.p_floor)


@guarded
def planned_difference_in_differences(
    noise: PanelNoise | Insufficient,
    n_treated: int,
    n_comparison: int,
    before: int,
    after: int,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> PlannedComparison | Insufficient:
    """Smallest average effect over `after` periods that difference in differences would find conclusive.

    That takes an interval without zero and a randomization p-value of at most 10%, so with `alpha` over 10% the
    latter decides, and the effect is that of a test at the largest p-value up to 10% that the number of assignments
    allows. Where the plan is reachable, such effects were conclusive in 75 to 84% of draws of normal changes, not
    exactly 80%: least with one treated unit and 15 to 18 others, where it has to be the most extreme of all.

    Parameters
    ----------
    noise : PanelNoise
    n_treated, n_comparison : int
        Units with one start, and at least 3 others, 2 more than treated.
    before, after : int
        Periods that the later estimate will have.
    alpha, power : float

    Returns
    -------
    PlannedComparison or Insufficient
        ``too_few_donors``.

    Raises
    ------
    MethodError
        For fewer than one treated unit or period, or shares that are none.
    """
    if isinstance(noise, Insufficient):
        return noise
    if min(n_treated, before, after) < 1:
        raise MethodError(f"{n_treated} treated, {before} before, {after} after: expected at least 1 of each")
    if n_comparison < max(DONORS, n_treated + 2):
        return Insufficient("too_few_donors", n_comparison, max(DONORS, n_treated + 2))
    return _planned(noise.of_change(before, after), n_treated, n_comparison, alpha, power)


def planned_difference_in_means(
    standard_deviation: float,
    n_treated: int,
    n_comparison: int,
    *,
    cluster_size: float = 1,
    intraclass_correlation: float = 0.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> PlannedComparison:
    """Smallest difference of means between treated and other units, or clusters of units, that a t test would show.

    The t test asks for no ranks; `p_floor` is that of a randomization test of the same units or clusters, which 2
    against 2 leave at 1/3: a t test that shows an effect then leans on normality alone.

    The variance of a cluster's mean is that of one unit times ``(1 + (m - 1) icc) / m`` (Donner & Klar 2000, Design
    and Analysis of Cluster Randomization Trials).

    Parameters
    ----------
    standard_deviation : float
        Of one unit's value, above 0.
    n_treated, n_comparison : int
        Units, or clusters; at least 2 of each.
    cluster_size : float
        Units a cluster, at least 1.
    intraclass_correlation : float
        0 to 1.
    alpha, power : float

    Raises
    ------
    MethodError
        For numbers outside these bounds.
    """
    if not (standard_deviation > 0 and min(n_treated, n_comparison) > 1):
        raise MethodError(
            f"{n_treated} and {n_comparison} units with standard deviation {standard_deviation}: expected 2 or more of "
            "each, and a standard deviation above 0"
        )
    if not (cluster_size >= 1 and 0 <= intraclass_correlation <= 1):
        raise MethodError(
            f"clusters of {cluster_size} with intraclass correlation {intraclass_correlation}: expected at least 1, "
            "and a correlation from 0 to 1"
        )
    shrunk = (1 + (cluster_size - 1) * intraclass_correlation) / cluster_size
    spread = standard_deviation * float(np.sqrt(shrunk))
    return _plan(spread, n_treated, n_comparison, n_treated + n_comparison - 2, alpha, power, alpha)


@guarded
def areas_needed(
    noise: PanelNoise | Insufficient,
    effect: float,
    before: int,
    after: int,
    *,
    comparison_per_treated: float = 2.0,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int | Insufficient | None:
    """Fewest treated units with which difference in differences would probably find `effect` conclusive.

    Numbers that are not reachable are passed over: one treated unit takes nine others. None when even 1,000 would
    not do.

    Parameters
    ----------
    noise : PanelNoise
    effect : float
        Average effect in the outcome's unit; its sign does not matter.
    before, after : int
        Periods.
    comparison_per_treated : float
        Other units for each treated one, rounded up; never fewer than the design takes.
    alpha, power : float
    """

    def at(n_treated: int) -> PlannedComparison | Insufficient:
        others = max(int(np.ceil(comparison_per_treated * n_treated)), DONORS, n_treated + 2)
        return planned_difference_in_differences(noise, n_treated, others, before, after, alpha=alpha, power=power)

    most = at(MOST)
    if isinstance(most, Insufficient) or most.value > abs(effect):
        return most if isinstance(most, Insufficient) else None
    return _fewest(at, effect, MOST)


@guarded
def periods_after_needed(
    noise: PanelNoise | Insufficient,
    effect: float,
    n_treated: int,
    n_comparison: int,
    before: int,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
) -> int | Insufficient | None:
    """Fewest periods after the start in which difference in differences would probably find `effect` conclusive.

    None when 100 would not do: what the time before leaves open is not made up for later. None, too, where so few
    units can never be conclusive (`PlannedComparison.reachable`), however many periods follow.

    Parameters
    ----------
    noise : PanelNoise
    effect : float
        Average effect in the outcome's unit; its sign does not matter.
    n_treated, n_comparison, before : int
        As in `planned_difference_in_differences`.
    alpha, power : float
    """
    return _fewest(
        lambda after: planned_difference_in_differences(
            noise, n_treated, n_comparison, before, after, alpha=alpha, power=power
        ),
        effect,
        MOST_PERIODS,
    )


def _fewest(
    plan: Callable[[int], PlannedComparison | Insufficient], effect: float, most: int
) -> int | Insufficient | None:
    for number in range(1, most + 1):
        planned = plan(number)
        if isinstance(planned, Insufficient):
            return planned
        if planned.reachable and planned.value <= abs(effect):
            return number
    return None


def _planned(spread: float, n_treated: int, n_comparison: int, alpha: float, power: float) -> PlannedComparison:
    """Give the plan for unit-level changes, with the degrees of freedom of the later estimate (Welch 1947)."""
    degrees = n_comparison - 1.0
    if min(n_treated, n_comparison) >= WELCH:
        shares = np.array([1 / n_treated, 1 / n_comparison])
        degrees = float(shares.sum() ** 2 / np.sum(shares**2 / np.array([n_treated - 1, n_comparison - 1])))
    attainable = _largest_p(_lowest_p(n_treated, n_comparison))
    return _plan(spread, n_treated, n_comparison, degrees, alpha, power, min(alpha, attainable or alpha))


def _plan(
    spread: float, n_treated: int, n_comparison: int, degrees: float, alpha: float, power: float, level: float
) -> PlannedComparison:
    """Give the plan for a t test at `level`, which is below `alpha` where ranks ask for more."""
    check_plan(alpha, power)
    error = spread * float(np.sqrt(1 / n_treated + 1 / n_comparison))
    multiplier = detectable_multiplier(degrees, level, power)
    return PlannedComparison(
        value=multiplier * error,
        standard_error=error,
        multiplier=multiplier,
        degrees=degrees,
        n_treated=n_treated,
        n_comparison=n_comparison,
        p_floor=_lowest_p(n_treated, n_comparison),
        alpha=alpha,
        power=power,
    )


def _lowest_p(n_treated: int, n_comparison: int) -> float:
    """Smallest p-value of `randomization`: between equal groups each assignment that is counted has its mirror."""
    assignments = comb(n_treated + n_comparison, min(n_treated, n_comparison, _MANY))
    if assignments > ASSIGNMENTS:
        return 1 / ASSIGNMENTS
    return (2 if n_treated == n_comparison else 1) / assignments


def _largest_p(floor: float) -> float:
    """Largest p-value up to what ranks have to give that is a multiple of `floor`; 0 where there is none."""
    return int(RANKED_P / floor + 1e-9) * floor
