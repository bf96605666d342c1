"""Donor designs and staggered adoption: effects planted in panels of factors, unit effects and noise."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from collective_impact.statistics.counterfactual.placebo_sensitivity import placebos_by_fit
from collective_impact.statistics.counterfactual.staggered_adoption import AveragedEffects, staggered_adoption
from collective_impact.statistics.counterfactual.synthetic_control import PlacebosInSpace, placebos_in_space
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel
from scenarios import Drawn, Scenario

EFFECT = 2.0


def noise(rng: np.random.Generator, periods: int, units: int, carried: float = 0.0) -> np.ndarray:
    """Stationary AR(1) noise of variance 1, shape (periods, units)."""
    shocks = rng.normal(size=(periods, units))
    for period in range(1, periods):
        shocks[period] = carried * shocks[period - 1] + np.sqrt(1 - carried**2) * shocks[period]
    return shocks


def donor_panel(
    rng: np.random.Generator,
    donors: int,
    *,
    treated: int = 1,
    before: int = 14,
    after: int = 6,
    carried: float = 0.0,
    louder: float = 1.0,
) -> tuple[Panel, pd.DataFrame]:
    """Two drifting factors with loadings of each unit, and noise; the loadings are the predictors."""
    units, periods = treated + donors, before + after
    factors = rng.normal(size=(periods, 2)).cumsum(axis=0)
    loadings = rng.uniform(size=(2, units))
    outcome = 50 + factors @ loadings + noise(rng, periods, units, carried)
    outcome[:, :treated] += (louder - 1) * noise(rng, periods, treated, carried)
    outcome[before:, :treated] += EFFECT
    names = [f"unit-{number}" for number in range(units)]
    panel = Panel(pd.DataFrame(outcome, columns=names), dict.fromkeys(names[:treated], before))
    return panel, pd.DataFrame(loadings.T, index=names, columns=["first", "second"])


def synthetic_control(donors: int, **kind: float) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        found = placebos_in_space(donor_panel(rng, donors, **kind)[0])
        return (found if isinstance(found, Insufficient) else found.estimate), EFFECT

    return draw


def with_predictors(rng: np.random.Generator) -> Drawn:
    panel, loadings = donor_panel(rng, 7)
    predictors = loadings.assign(before=panel.outcome.loc[10:13].mean())
    found = placebos_in_space(panel, predictors=predictors)
    return (found if isinstance(found, Insufficient) else found.estimate), EFFECT


def well_fitted_placebos(rng: np.random.Generator) -> Drawn:
    found = placebos_in_space(donor_panel(rng, 12)[0])
    assert isinstance(found, PlacebosInSpace)
    row = placebos_by_fit(found, [2.0]).iloc[0]
    if not np.isfinite(float(row["low"] if row["low"] is not None else np.nan)):
        return Insufficient("too_few_donors", float(row["n_placebos"]), 5), EFFECT
    return Interval(row["estimate"], row["low"], row["high"], 0.95), EFFECT


def weighted_did(donors: int, **kind: float) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        found = synthetic_difference_in_differences(donor_panel(rng, donors, **kind)[0], placebos=50)
        return (found if isinstance(found, Insufficient) else found.estimate), EFFECT

    return draw


def effect_at(time: int) -> float:
    """Effect so many periods after the start: it grows."""
    return EFFECT + 0.5 * time


def staggered_panel(
    rng: np.random.Generator, sizes: Sequence[int], never: int, *, carried: float = 0.5, louder: float = 1.0
) -> Panel:
    """Cohorts that start in periods 4, 6, 8 ... of 10 or more, with unit and period effects and AR(1) noise."""
    starts = [start for number, size in enumerate(sizes) for start in [4 + 2 * number] * size]
    periods, units = max(10, 4 + 2 * len(sizes)), len(starts) + never
    outcome = rng.normal(size=(periods, 1)).cumsum(axis=0) + 3 * rng.normal(size=units)
    outcome = outcome + noise(rng, periods, units, carried) * np.where(np.arange(units) < len(starts), louder, 1.0)
    for unit, start in enumerate(starts):
        outcome[start:, unit] += [effect_at(time) for time in range(periods - start)]
    return Panel(pd.DataFrame(outcome), dict(enumerate(starts)))


def true_overall(sizes: Sequence[int], periods: int) -> float:
    """Each unit's mean effect, averaged over units."""
    means = [np.mean([effect_at(time) for time in range(periods - 4 - 2 * number)]) for number in range(len(sizes))]
    return float(np.average(means, weights=sizes))


def overall(sizes: Sequence[int], never: int, **kind: float) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        found = staggered_adoption(staggered_panel(rng, sizes, never, **kind))
        truth = true_overall(sizes, max(10, 4 + 2 * len(sizes)))
        return (found if isinstance(found, Insufficient) else found.estimate), truth

    return draw


def without_never_treated(rng: np.random.Generator) -> Drawn:
    sizes = (2, 3, 8)
    found = staggered_adoption(staggered_panel(rng, sizes, 0), "not_yet_treated")
    return (found if isinstance(found, Insufficient) else found.estimate), true_overall(sizes[:2], 8)


def at_time(time: int, sizes: Sequence[int], never: int) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        found = staggered_adoption(staggered_panel(rng, sizes, never), "not_yet_treated")
        if isinstance(found, Insufficient):
            return found, 0.0
        return found.by_time_since_start.estimates[time], effect_at(time) if time >= 0 else 0.0

    return draw


def furthest(effects: AveragedEffects) -> Drawn:
    """The estimate that lies furthest from its truth, in widths of its band: all are held when this one is."""
    truths = {time: effect_at(time) if time >= 0 else 0.0 for time in effects.bands}
    off = {time: abs(band.value - truths[time]) / (band.high - band.value) for time, band in effects.bands.items()}
    worst = max(off, key=lambda time: off[time])
    return effects.bands[worst], truths[worst]


def band(sizes: Sequence[int], never: int) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        found = staggered_adoption(staggered_panel(rng, sizes, never), seed=int(rng.integers(1 << 31)))
        return (found, 0.0) if isinstance(found, Insufficient) else furthest(found.by_time_since_start)

    return draw


SC, SDID, STAGGERED = "placebos_in_space", "synthetic_difference_in_differences", "staggered_adoption"
LOUDER = "violated assumption: the treated units are twice as noisy as the donors; `equal_noise` shows it"

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(SC, "6 donors, 14 periods before", synthetic_control(6)),
    Scenario(SC, "12 donors", synthetic_control(12)),
    Scenario(SC, "30 donors", synthetic_control(30)),
    Scenario(SC, "12 donors, AR(1) 0.6", synthetic_control(12, carried=0.6)),
    Scenario(SC, "12 donors, treated unit twice as noisy", synthetic_control(12, louder=2.0), LOUDER),
    Scenario(SC, "7 donors, 3 predictors", with_predictors),
    Scenario("placebos_by_fit", "12 donors, misfit up to twice the treated unit's", well_fitted_placebos),
    Scenario(SDID, "6 donors", weighted_did(6)),
    Scenario(SDID, "12 donors", weighted_did(12)),
    Scenario(SDID, "30 donors", weighted_did(30)),
    Scenario(SDID, "12 donors, 3 treated", weighted_did(12, treated=3)),
    Scenario(SDID, "12 donors, AR(1) 0.6", weighted_did(12, carried=0.6)),
    Scenario(STAGGERED, "3 treated at 3 starts, 6 never", overall((1, 1, 1), 6)),
    Scenario(STAGGERED, "5 treated at 3 starts, 12 never", overall((1, 2, 2), 12)),
    Scenario(STAGGERED, "8 treated at 3 starts, 30 never", overall((2, 3, 3), 30)),
    Scenario(STAGGERED, "5 treated, 12 never, AR(1) 0.9", overall((1, 2, 2), 12, carried=0.9)),
    Scenario(STAGGERED, "5 treated, twice as noisy, 12 never", overall((1, 2, 2), 12, louder=2.0), LOUDER),
    Scenario(STAGGERED, "starts of 12 and 4 units, 20 never", overall((12, 4), 20)),
    Scenario(STAGGERED, "starts of 10 and 12 units, 12 never", overall((10, 12), 12)),
    Scenario(STAGGERED, "starts of 12 and 15 units, twice as noisy, 30 never", overall((12, 15), 30, louder=2.0)),
    Scenario(STAGGERED, "all start: 2, 3 and then 8 units", without_never_treated),
    Scenario(STAGGERED, "5 treated, 12 never: first period after", at_time(0, (1, 2, 2), 12)),
    Scenario(STAGGERED, "5 treated, 12 never: fourth period after", at_time(3, (1, 2, 2), 12)),
    Scenario(STAGGERED, "5 treated, 12 never: second period before", at_time(-2, (1, 2, 2), 12)),
    Scenario(STAGGERED, "starts of 10 and 12, 12 never: fourth period after", at_time(3, (10, 12), 12)),
    Scenario(STAGGERED, "5 treated, 12 never: all times at once", band((1, 2, 2), 12)),
    Scenario(STAGGERED, "starts of 10 and 12, 20 never: all times at once", band((10, 12), 20)),
)
