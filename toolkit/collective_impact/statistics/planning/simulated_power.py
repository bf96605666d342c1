"""Power of a design on the very outcome that it will be used on: pretended starts in the time before the real one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from typing import Literal, get_args

import numpy as np

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual import interrupted_time_series as its
from collective_impact.statistics.counterfactual import synthetic_control as sc
from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.staggered_adoption import staggered_adoption
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.planning.power import check_plan, ranks_reach
from collective_impact.statistics.planning.pretended_treatment import (
    Design,
    PretendedTreatment,
    placements,
    pretended_treatment,
    smallest_effect,
)
from collective_impact.statistics.proportion import share_limits

PLACEMENTS = 10
"""Fewest pretended treatments that a share is made of."""

PlannedDesign = Literal[
    "synthetic_control",
    "synthetic_difference_in_differences",
    "difference_in_differences",
    "staggered_difference_in_differences",
    "interrupted_time_series",
]

_BEFORE: dict[PlannedDesign, int] = {
    "synthetic_control": sc.PERIODS_BEFORE,
    "synthetic_difference_in_differences": sc.PERIODS_BEFORE,
    "difference_in_differences": 1,
    "staggered_difference_in_differences": 1,
    "interrupted_time_series": its.PERIODS_BEFORE,
}


@dataclass(frozen=True, slots=True, eq=False)
class SimulatedPower:
    """How often a design would have shown an effect, had there been one.

    Attributes
    ----------
    design : PlannedDesign
    effect : float
        That was planted, in the outcome's unit, on every treated unit from its start on.
    power : Interval
        Share of the pretended treatments in which the design's estimate is conclusive, on the effect's side: the
        interval leaves out zero and, where ranks give the p-value, it is at most 10%.
    false_alarms : Interval
        Share that are conclusive without any effect: near `alpha` where the design's assumptions hold, less where
        ranks ask for more than the interval.
    smallest_effect : float or None
        Effect, in the direction of `effect`, that the `wanted` share of the pretended treatments would have shown;
        None where no effect would do.
    p_floor : float or None
        Smallest p-value that the design can give with these units; None where it does not come from ranks.
    horizon : int
        Periods from the first start on.
    n_treated : int
    n_placements : int
        Pretended treatments. They overlap in units and periods, so the two shares are less sure than their Wilson
        intervals say.
    exhaustive : bool
        Whether these are all that the history allows; otherwise they were drawn.
    n_declined : int
        Further ones on which the method declined.
    alpha, wanted : float
    """

    design: PlannedDesign
    effect: float
    power: Interval
    false_alarms: Interval
    smallest_effect: float | None
    p_floor: float | None
    horizon: int
    n_treated: int
    n_placements: int
    exhaustive: bool
    n_declined: int
    alpha: float
    wanted: float

    @property
    def reachable(self) -> bool:
        """Whether an effect can be conclusive at all: whether `p_floor` is at most 10%, whatever `alpha` is."""
        return ranks_reach(self.p_floor)

    @property
    def holds_its_level(self) -> bool:
        """Whether false alarms are as rare as promised, as far as the placements tell; if not, power means nothing."""
        return self.false_alarms.low <= self.alpha


@guarded
def simulated_power(
    history: Panel,
    design: PlannedDesign,
    effect: float,
    horizon: int,
    *,
    delays: Sequence[int] = (0,),
    before: int | None = None,
    alpha: float = 0.05,
    wanted: float = 0.8,
    draws: int = 200,
    seed: int = 0,
) -> SimulatedPower | Insufficient:
    """Run a design on pretended treatments of untreated units and count how often it shows a planted effect.

    Each pretended treatment takes some units and a start in the time before the real one, and runs the design itself
    on the periods up to `horizon` after: without an effect, and with effects planted, as ranks among the units are
    not moved by an effect as intervals are. What no formula knows is in it: seasons, shocks that units share, units
    unlike the others. It supposes that the future scatters as the past did.

    Parameters
    ----------
    history : Panel
        Of which the periods before its start are used; its treated units, if any, may be chosen like the others.
    design : PlannedDesign
    effect : float
        In the outcome's unit, with its sign; not 0.
    horizon : int
        Periods from the first start on.
    delays : sequence of int
        One number for each treated unit: how many periods after the first start it begins; ``(0,)`` for one unit,
        ``(0, 0, 2)`` for three, the last of them two periods later (staggered adoption).
    before : int, optional
        Periods ahead of the start that are used; all there are when left out.
    alpha, wanted : float
        Chance of a false alarm, and power that `smallest_effect` is for.
    draws : int
        Most pretended treatments.
    seed : int
        For drawing them where there are more.

    Returns
    -------
    SimulatedPower or Insufficient
        ``too_few_periods_before``, ``too_few_donors``, or what the design itself says where it declines throughout.

    Raises
    ------
    MethodError
        For an unknown design, an effect of 0, delays that do not begin with 0 or reach beyond the horizon, or numbers
        of which there cannot be so few.
    """
    _check(design, effect, horizon, delays, draws)
    check_plan(alpha, wanted)
    outcome = history.outcome.loc[history.before]
    least = max(_BEFORE[design], before or 0)
    starts = range(least, len(outcome) - horizon + 1)
    if not starts:
        return Insufficient("too_few_periods_before", len(outcome), least + horizon)
    if outcome.shape[1] < len(delays) or comb(outcome.shape[1], len(delays)) * len(starts) < PLACEMENTS:
        return Insufficient("too_few_donors", outcome.shape[1] - len(delays), PLACEMENTS)
    placed, exhaustive = placements(sorted(outcome.columns, key=str), len(delays), starts, draws, seed)
    results = []
    for units, start in placed:
        window = outcome.iloc[start - before if before else 0 : start + horizon]
        onsets = {unit: outcome.index[start + delay] for unit, delay in zip(units, delays, strict=True)}
        results.append(pretended_treatment(Panel(window, onsets), _DESIGNS[design], 1 - alpha, float(np.sign(effect))))
    found = [result for result in results if not isinstance(result, Insufficient)]
    if len(found) < PLACEMENTS:
        return next(result for result in results if isinstance(result, Insufficient))
    return _result(design, effect, horizon, delays, found, len(placed) - len(found), exhaustive, alpha, wanted)


def _check(design: str, effect: float, horizon: int, delays: Sequence[int], draws: int) -> None:
    if design not in get_args(PlannedDesign):
        raise MethodError(f"design is {design!r}: expected one of {', '.join(get_args(PlannedDesign))}")
    if not (np.isfinite(effect) and effect) or horizon < 1 or draws < PLACEMENTS:
        raise MethodError(
            f"effect {effect}, horizon {horizon}, draws {draws}: expected an effect other than 0, at least 1 period, "
            f"and at least {PLACEMENTS} draws"
        )
    if not delays or min(delays) != 0 or max(delays) >= horizon:
        raise MethodError(f"delays {tuple(delays)}: expected the first to be 0, and all below the horizon of {horizon}")


def _result(
    design: PlannedDesign,
    effect: float,
    horizon: int,
    delays: Sequence[int],
    found: list[PretendedTreatment],
    n_declined: int,
    exhaustive: bool,
    alpha: float,
    wanted: float,
) -> SimulatedPower:
    p_floor = found[0].untouched.p_floor
    shown = [each.shows(abs(effect)) for each in found]
    smallest = smallest_effect(found, wanted, abs(effect)) if ranks_reach(p_floor) else None
    return SimulatedPower(
        design=design,
        effect=effect,
        power=_share(shown),
        false_alarms=_share([each.untouched.conclusive for each in found]),
        smallest_effect=None if smallest is None else float(np.sign(effect)) * smallest,
        p_floor=p_floor,
        horizon=horizon,
        n_treated=len(delays),
        n_placements=len(found),
        exhaustive=exhaustive,
        n_declined=n_declined,
        alpha=alpha,
        wanted=wanted,
    )


def _share(shown: Sequence[bool]) -> Interval:
    count, total = sum(shown), len(shown)
    low, high = share_limits(np.array([count]), np.array([total]))
    return Interval(count / total, float(low[0]), float(high[0]), 0.95)


_DESIGNS: dict[PlannedDesign, Design] = {
    "synthetic_control": lambda panel, confidence: sc.placebos_in_space(panel, confidence),
    "synthetic_difference_in_differences": lambda panel, confidence: synthetic_difference_in_differences(
        panel, confidence
    ),
    "difference_in_differences": lambda panel, confidence: difference_in_differences(panel, confidence),
    "staggered_difference_in_differences": lambda panel, confidence: staggered_adoption(panel, confidence=confidence),
    "interrupted_time_series": lambda panel, confidence: its.interrupted_time_series(
        panel.treated_outcome, panel.start, confidence=confidence
    ),
}
