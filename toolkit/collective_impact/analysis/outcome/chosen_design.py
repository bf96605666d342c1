"""The chosen design applied again: to other units, periods and starts, to see what its result hangs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collective_impact.statistics.counterfactual.design import DesignChoice
from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series, own_trend_of
from collective_impact.statistics.counterfactual.staggered_adoption import (
    StaggeredAdoption,
    average_effect,
    staggered_adoption,
)
from collective_impact.statistics.counterfactual.synthetic_control import placebos_in_space, synthetic_control
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from collective_impact.statistics.counterfactual.unit_contrasts import changes_of_units, is_treated
from collective_impact.statistics.estimate import Estimate, Estimated
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Label, Unit

HISTORY = 3
"""Periods that have to be left before a pretended start."""


@dataclass(frozen=True, slots=True, eq=False)
class EachLeftOut:
    """The effect with each unit left out in turn.

    Attributes
    ----------
    effect : float
        With all units.
    effects : mapping of unit to float
        Without each unit; those without which nothing can be estimated are left out.
    treated : tuple of units
        Those among them that are treated.
    """

    effect: float
    effects: Mapping[Unit, float]
    treated: tuple[Unit, ...]

    @property
    def low(self) -> float:
        """Smallest of the effects."""
        return min(self.effects.values())

    @property
    def high(self) -> float:
        """Largest of the effects."""
        return max(self.effects.values())


@guarded
def result_by(panel: Panel, choice: DesignChoice, *, seed: int = 0) -> Estimated | Insufficient:
    """Estimate the effect in a panel by a design that was chosen, for this panel or for one like it."""
    if choice.design == "staggered_difference_in_differences":
        return staggered_by(panel, choice, seed=seed)
    if choice.design == "difference_in_differences":
        return difference_in_differences(panel, seed=seed)
    if choice.design == "synthetic_difference_in_differences":
        return synthetic_difference_in_differences(panel, seed=seed)
    if choice.design == "synthetic_control":
        return placebos_in_space(panel)
    if choice.design == "interrupted_time_series":
        return trend_of_treated(panel)
    return _none_fits(panel)


@guarded
def staggered_by(panel: Panel, choice: DesignChoice, *, seed: int = 0) -> StaggeredAdoption | Insufficient:
    """Estimate staggered adoption with the comparison units of the choice, where units start at different times."""
    if len(set(panel.starts.values())) == 1 and choice.design != "staggered_difference_in_differences":
        return Insufficient("different_starts", 1, 2)
    return staggered_adoption(panel, choice.control or "never_treated", seed=seed)


@guarded
def estimate_by(panel: Panel, choice: DesignChoice, *, seed: int = 0) -> Estimate | Insufficient:
    """Give the estimate alone of `result_by`."""
    result = result_by(panel, choice, seed=seed)
    return result if isinstance(result, Insufficient) else result.estimate


@guarded
def trend_of_treated(panel: Panel) -> Estimated | Insufficient:
    """Compare the treated units' mean with its own trend from before their one start."""
    if len(panel.treated) == 1 or len(set(panel.starts.values())) != 1:
        return own_trend_of(panel)
    return interrupted_time_series(panel.treated_outcome, panel.start)


def _none_fits(panel: Panel) -> Insufficient:
    """Say what stands in the way of the least demanding design."""
    staggered = len(set(panel.starts.values())) > 1
    missing = staggered_adoption(panel) if staggered else trend_of_treated(panel)
    return missing if isinstance(missing, Insufficient) else Insufficient("no_data")


def per_unit_and_period(result: Estimated) -> Estimate:
    """The average in which each treated unit and period counts once, which can be added up over them."""
    return result.simple if isinstance(result, StaggeredAdoption) else result.estimate


@guarded
def each_left_out(panel: Panel, choice: DesignChoice) -> EachLeftOut | Insufficient:
    """Estimate again without each unit in turn, where several are treated; for one see `leave_one_out`.

    Returns
    -------
    EachLeftOut or Insufficient
        ``too_few_sites`` where no unit can be spared.
    """
    whole = value_by(panel, choice) if len(panel.treated) > 1 else None
    if whole is None:
        return Insufficient("too_few_sites", len(panel.treated), 2)
    found: dict[Unit, float] = {}
    for unit in panel.outcome.columns:
        rest = panel.restrict(units=[other for other in panel.outcome.columns if other != unit])
        value = value_by(rest, choice)
        if value is not None:
            found[unit] = value
    if not found:
        return Insufficient("too_few_sites", panel.outcome.shape[1], panel.outcome.shape[1] + 1)
    return EachLeftOut(whole, found, tuple(unit for unit in panel.treated if unit in found))


def value_by(panel: Panel, choice: DesignChoice) -> float | None:
    """Give the effect alone, without its interval, by the quickest way there; None where it cannot be had."""
    if choice.design == "staggered_difference_in_differences":
        return average_effect(panel, choice.control or "never_treated")
    if choice.design in {"difference_in_differences", "synthetic_difference_in_differences"}:
        if not panel.treated or not panel.donors or not len(panel.before) or not len(panel.after):
            return None
        changes, treated = changes_of_units(panel), is_treated(panel)
        return float(changes[treated].mean() - changes[~treated].mean())
    if choice.design == "synthetic_control":
        effect = synthetic_control(panel)
        return None if isinstance(effect, Insufficient) else effect.average_gap
    estimate = estimate_by(panel, choice)
    return None if isinstance(estimate, Insufficient) else estimate.value


@guarded
def pretended_earlier(panel: Panel) -> Panel | Insufficient:
    """Move all starts to a time when nothing had begun, and end the panel before the first real one.

    They are moved by as many periods as there are since the first start, so that as many follow, or by as many fewer
    as it takes to leave 3 periods before.

    Returns
    -------
    Panel or Insufficient
        ``too_few_periods_before``, ``no_treated_unit``.
    """
    if not panel.treated:
        return Insufficient("no_treated_unit", 0, 1)
    index = panel.outcome.index
    places = {unit: int(index.searchsorted(start)) for unit, start in panel.starts.items()}
    first, last = min(places.values()), max(min(place, len(index) - 1) for place in places.values())
    least = last - first + 1
    by = min(len(index) - first, first - HISTORY)
    if by < least:
        return Insufficient("too_few_periods_before", first, least + HISTORY)
    starts: dict[Unit, Label] = {
        unit: index[place - by] for unit, place in places.items() if place - by < first and place < len(index)
    }
    return Panel(panel.outcome.iloc[:first], starts, panel.left_out)


@guarded
def pretended_effect(panel: Panel, choice: DesignChoice, *, seed: int = 0) -> Estimate | Insufficient:
    """What the chosen design finds at starts that never were: it should find next to nothing."""
    earlier = pretended_earlier(panel)
    return earlier if isinstance(earlier, Insufficient) else estimate_by(earlier, choice, seed=seed)


def without_units(panel: Panel, units: tuple[Unit, ...]) -> Panel | Insufficient:
    """The panel without some units; ``no_treated_unit`` where no treated one would be left."""
    rest = panel.restrict(units=[unit for unit in panel.outcome.columns if unit not in units])
    return rest if rest.treated else Insufficient("no_treated_unit", 0, 1)


def without_periods(panel: Panel, periods: tuple[Label, ...]) -> Panel | Insufficient:
    """The panel without some periods, for designs that average over periods; ``no_data`` where none would be left."""
    outcome = panel.outcome[~panel.outcome.index.isin(list(periods))]
    return Insufficient("no_data") if outcome.empty else Panel(outcome, panel.starts, panel.left_out)
