"""Scenarios of panels, experiments and regressions on a treatment; effects are drawn anew each time."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.difference_in_means import difference_in_means
from collective_impact.statistics.counterfactual.event_study import event_study
from collective_impact.statistics.counterfactual.fixed_effects import fixed_effects
from collective_impact.statistics.counterfactual.repeated_cross_sections import repeated_cross_sections
from collective_impact.statistics.counterfactual.wild_cluster_bootstrap import wild_cluster_bootstrap
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.randomization import randomization
from scenarios import Scenario

PERIODS, BEFORE = 10, 6
EXACT = "exact tests reject in steps, so that their intervals hold at least 95%"


def noise(rng, n_units, periods=PERIODS, lingering=0.0):
    """Errors of shape (periods, n_units), each a share `lingering` of the last one, on unit and period effects."""
    errors = rng.normal(size=(periods, n_units))
    for place in range(1, periods):
        errors[place] = lingering * errors[place - 1] + np.sqrt(1 - lingering**2) * errors[place]
    return errors + rng.normal(size=(1, n_units)) * 3 + rng.normal(size=(periods, 1))


def panel(rng, treated, donors, lingering=0.0, louder=1.0):
    values = noise(rng, treated + donors, lingering=lingering)
    values[:, :treated] *= louder
    effect = rng.normal()
    values[BEFORE:, :treated] += effect
    names = [f"u{number}" for number in range(treated + donors)]
    outcome = pd.DataFrame(values, index=np.arange(2000, 2000 + PERIODS), columns=names)
    return Panel(outcome, dict.fromkeys(names[:treated], 2000 + BEFORE)), effect


def did(rng, of=lambda result: result.estimate, **kind):
    data, effect = panel(rng, **kind)
    result = difference_in_differences(data)
    return (result if isinstance(result, Insufficient) else of(result)), effect


def one_period(rng, **kind):
    data, effect = panel(rng, **kind)
    result = event_study(data)
    return (result if isinstance(result, Insufficient) else result.estimates[2000 + PERIODS - 1]), effect


def whole_band(rng, **kind):
    """Whether the band holds all periods: the one that it misses most stands for them."""
    data, effect = panel(rng, **kind)
    result = event_study(data)
    if isinstance(result, Insufficient):
        return result, effect
    truth = {period: effect * (period >= result.start) for period in result.bands}
    worst = max(
        result.bands, key=lambda period: abs(result.bands[period].value - truth[period]) / width(result.bands[period])
    )
    return result.bands[worst], truth[worst]


def width(interval):
    return interval.high - interval.low


def long(rng, clusters, treated, lingering=0.0, gaps=False, staggered=False, periods=8):
    """Clusters of one unit with a common start, or starts spread over the periods."""
    unit, period = np.repeat(np.arange(clusters), periods), np.tile(np.arange(periods), clusters)
    start = np.where(unit < treated, 2 + unit % (periods - 3) if staggered else periods // 2, periods)
    effect = rng.normal()
    treatment = (period >= start).astype(float)
    values = noise(rng, clusters, periods, lingering).T.ravel() + effect * treatment
    frame = pd.DataFrame({"unit": unit, "period": period, "outcome": values, "treatment": treatment})
    return (frame[rng.random(len(frame)) > 0.15] if gaps else frame), effect


def regression(rng, method, options=None, **kind):
    frame, effect = long(rng, **kind)
    result = method(frame, "outcome", "treatment", unit="unit", period="period", **(options or {}))
    return (result if isinstance(result, Insufficient) else result.interval), effect


def quantity(rng, method, clusters):
    """A covariate that lingers in each unit stands for a treatment that is a quantity."""
    frame, effect = long(rng, clusters, 0)
    frame["treatment"] = noise(rng, clusters, 8, 0.5).T.ravel()
    frame["outcome"] += effect * frame["treatment"]
    result = method(frame, "outcome", "treatment", unit="unit", period="period")
    return (result if isinstance(result, Insufficient) else result.interval), effect


def two_groups(rng, method, treated, others, louder=1.0, skewed=False):
    draw = (lambda size: rng.exponential(size=size) - 1) if skewed else (lambda size: rng.normal(size=size))
    effect = rng.normal()
    outcome = np.concatenate([louder * draw(treated) + effect, draw(others)])
    result = method(outcome, np.arange(treated + others) < treated)
    return (result if isinstance(result, Insufficient) else result.interval), effect


def cross_sections(rng, rows, clusters=0, covariance="CR2"):
    """Two groups at two times; with clusters, half of them treated and each with a level and a change of its own."""
    effect, number = rng.normal(), np.arange(rows)
    site = number % clusters if clusters else number
    treated, after = (site % 2).astype(float), ((number // max(clusters, 2)) % 2).astype(float)
    shared = rng.normal(size=site.max() + 1), rng.normal(size=site.max() + 1) * 0.5
    outcome = effect * treated * after + rng.normal(size=rows) * (1 + treated)
    if clusters:
        outcome += shared[0][site] + shared[1][site] * after
    frame = pd.DataFrame({"outcome": outcome, "treated": treated, "after": after, "site": site})
    result = repeated_cross_sections(
        frame, "outcome", "treated", "after", cluster="site" if clusters else None, covariance=covariance
    )
    return (result if isinstance(result, Insufficient) else result.interval), effect


def scenario(method, data, draw, note="", **kind):
    return Scenario(method, data, partial(draw, **kind), note)
