"""The effect by time since the start, in one shape for designs with one start and with several."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.outcome.chosen_design import staggered_by
from collective_impact.statistics.counterfactual.design import DesignChoice
from collective_impact.statistics.counterfactual.event_study import EventStudy, event_study
from collective_impact.statistics.counterfactual.staggered_adoption import StaggeredAdoption
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel


@dataclass(frozen=True, slots=True, eq=False)
class TimeSinceStart:
    """The effect by periods since the start.

    Attributes
    ----------
    frame : DataFrame of shape (n_times, 4)
        Columns ``value, low, high, n_units``, indexed by periods since the start: 0 for the first with the
        initiative, below 0 for those before, which should lie near zero.
    estimates : dict of int to Estimate
    shared : int
        Last time that every treated unit has reached.
    pre_trend_p : float or None
        p-value of the test that nothing stood out before the start.
    n_treated, n_comparison : int
    """

    frame: pd.DataFrame
    estimates: dict[int, Estimate]
    shared: int
    pre_trend_p: float | None
    n_treated: int
    n_comparison: int

    @property
    def at_shared(self) -> Estimate:
        """The effect at the last time that every treated unit has reached."""
        return self.estimates[self.shared]


@guarded
def effects_over_time(
    panel: Panel, choice: DesignChoice, *, seed: int = 0
) -> StaggeredAdoption | EventStudy | Insufficient:
    """Estimate the effect by time since the start, as the starts of the panel allow it."""
    if len(set(panel.starts.values())) > 1:
        return staggered_by(panel, choice, seed=seed)
    return event_study(panel, seed=seed)


@guarded
def by_time_since_start(result: StaggeredAdoption | EventStudy) -> TimeSinceStart | Insufficient:
    """Bring the effects by time of either design into one shape.

    Returns
    -------
    TimeSinceStart or Insufficient
        ``too_few_periods_after`` where there is no effect after the start.
    """
    if isinstance(result, StaggeredAdoption):
        estimates = {int(time): each for time, each in result.by_time_since_start.estimates.items()}
        n_comparison = result.n_comparison
    else:
        places = {period: place for place, period in enumerate(sorted([*result.estimates, result.base]))}
        start = places[result.start]
        estimates = {places[period] - start: each for period, each in result.estimates.items()}
        n_comparison = result.n_donors
    after = {time: each.n_units for time, each in estimates.items() if time >= 0}
    if not after:
        return Insufficient("too_few_periods_after", 0, 1)
    frame = pd.DataFrame(
        {
            "value": [each.value for each in estimates.values()],
            "low": [each.low for each in estimates.values()],
            "high": [each.high for each in estimates.values()],
            "n_units": [each.n_units for each in estimates.values()],
        },
        index=pd.Index(list(estimates), name="time"),
    )
    shared = max(time for time, units in after.items() if units == max(after.values()))
    return TimeSinceStart(frame, estimates, shared, result.pre_trend_p, result.n_treated, n_comparison)
