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
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.randomization import randomization
from scenarios import Scenario

PERIODS, BEFORE = 10, 6
EXACT = "exact tests reject in steps, so that their intervals hold at least 95%"


def noise(rng, n_units, periods=PERIODS, lingering=0.0, louder=1.0, first=0):
    """Errors of shape (periods, n_units), each a share `lingering` of the last one, on unit and period effects.

    Those of the `first` units are `louder` times as large.
    """
    errors = rng.normal(size=(periods, n_units)) * np.where(np.arange(n_units) < first, louder, 1.0)
    for place in range(1, periods):
        errors[place] = lingering * errors[place - 1] + np.sqrt(1 - lingering**2) * errors[place]
    return errors + rng.normal(size=(1, n_units)) * 3 + rng.normal(size=(periods, 1))


def panel(rng, treated, donors, lingering=0.0, louder=1.0):
    values = noise(rng, treated + donors, lingering=lingering, louder=louder, first=treated)
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


def scenario(method, data, draw, note="", /, **kind):
    return Scenario(method, data, partial(draw, **kind), note)


LINGERS = "AR(1) 0.7"
DOUBLE = "the treated are twice as noisy: violated; `equal_noise` and `enough_clusters` say so where they can"
BONFERRONI = "Bonferroni's band holds a little more where periods lie close together"
FEW = "two or three treated: CR2's few degrees of freedom make it wide; `difference_in_differences` is exact there"
FOUR = "the fewest treated clusters that are taken"
CR1 = "what most publications show: too narrow with few treated clusters, hence not the default"
SKEWED = "the smaller group is skewed and twice as noisy: violated"
NOISY = "the smaller group is twice as noisy: violated; `difference_in_means` holds there"
HC3 = "larger than the variance by design: n - 1 for n"

DID = (
    scenario("difference_in_differences", "1 treated, 6 donors", did, treated=1, donors=6),
    scenario("difference_in_differences", f"1 treated, 12 donors, {LINGERS}", did, treated=1, donors=12, lingering=0.7),
    scenario("difference_in_differences", f"1 treated, 30 donors, {LINGERS}", did, treated=1, donors=30, lingering=0.7),
    scenario("difference_in_differences", "2 treated, 6 donors", did, treated=2, donors=6),
    scenario("difference_in_differences", f"2 treated, 30 donors, {LINGERS}", did, treated=2, donors=30, lingering=0.7),
    scenario("difference_in_differences", "5 treated, 12 donors", did, treated=5, donors=12),
    scenario("difference_in_differences", f"5 treated, 30 donors, {LINGERS}", did, treated=5, donors=30, lingering=0.7),
    scenario(
        "difference_in_differences", f"10 treated, 12 donors, {LINGERS}", did, treated=10, donors=12, lingering=0.7
    ),
    scenario("difference_in_differences", "10 treated, 30 donors", did, treated=10, donors=30),
    scenario(
        "difference_in_differences", "1 treated, 12 donors, unequal noise", did, DOUBLE, treated=1, donors=12, louder=2
    ),
    scenario(
        "difference_in_differences",
        "12 treated, 30 donors, unequal noise",
        did,
        "treated twice as noisy",
        treated=12,
        donors=30,
        louder=2,
    ),
    scenario(
        "difference_in_differences, randomization",
        "1 treated, 30 donors",
        did,
        EXACT,
        of=lambda result: result.randomization.interval,
        treated=1,
        donors=30,
    ),
    scenario(
        "difference_in_differences, randomization",
        "3 treated, 7 donors",
        did,
        of=lambda result: result.randomization.interval,
        treated=3,
        donors=7,
    ),
)

EVENTS = (
    scenario("event_study", "last period, 1 treated, 6 donors", one_period, treated=1, donors=6),
    scenario(
        "event_study", f"last period, 3 treated, 12 donors, {LINGERS}", one_period, treated=3, donors=12, lingering=0.7
    ),
    scenario(
        "event_study",
        f"last period, 10 treated, 30 donors, {LINGERS}",
        one_period,
        treated=10,
        donors=30,
        lingering=0.7,
    ),
    scenario("event_study", "whole band, 1 treated, 6 donors", whole_band, treated=1, donors=6),
    scenario(
        "event_study",
        f"whole band, 3 treated, 12 donors, {LINGERS}",
        whole_band,
        BONFERRONI,
        treated=3,
        donors=12,
        lingering=0.7,
    ),
    scenario("event_study", "whole band, 1 treated, 40 donors", whole_band, treated=1, donors=40),
    scenario(
        "event_study",
        f"whole band, 12 treated, 30 donors, {LINGERS}",
        whole_band,
        BONFERRONI,
        treated=12,
        donors=30,
        lingering=0.7,
    ),
)

EFFECTS = (
    scenario("fixed_effects", "8 clusters, 4 treated", regression, method=fixed_effects, clusters=8, treated=4),
    scenario(
        "fixed_effects",
        "8 clusters, 4 treated, AR(1) 0.5",
        regression,
        method=fixed_effects,
        clusters=8,
        treated=4,
        lingering=0.5,
    ),
    scenario("fixed_effects", "8 clusters, 2 treated", regression, FEW, method=fixed_effects, clusters=8, treated=2),
    scenario(
        "fixed_effects",
        "12 clusters, 3 treated, AR(1) 0.5",
        regression,
        method=fixed_effects,
        clusters=12,
        treated=3,
        lingering=0.5,
    ),
    scenario(
        "fixed_effects",
        "12 clusters, 6 treated, gaps, AR(1) 0.5",
        regression,
        method=fixed_effects,
        clusters=12,
        treated=6,
        gaps=True,
        lingering=0.5,
    ),
    scenario(
        "fixed_effects",
        "12 clusters, 8 treated, several starts",
        regression,
        method=fixed_effects,
        clusters=12,
        treated=8,
        staggered=True,
    ),
    scenario("fixed_effects", "12 clusters, a quantity", quantity, method=fixed_effects, clusters=12),
    scenario(
        "fixed_effects",
        "20 clusters, 10 treated, AR(1) 0.5",
        regression,
        method=fixed_effects,
        clusters=20,
        treated=10,
        lingering=0.5,
    ),
    scenario("fixed_effects", "40 clusters, 20 treated", regression, method=fixed_effects, clusters=40, treated=20),
    scenario("fixed_effects", "40 clusters, 3 treated", regression, method=fixed_effects, clusters=40, treated=3),
    scenario(
        "fixed_effects", "20 clusters, 1 treated", regression, EXACT, method=fixed_effects, clusters=20, treated=1
    ),
    scenario(
        "fixed_effects, CR1",
        "12 clusters, 3 treated",
        regression,
        CR1,
        method=fixed_effects,
        options={"covariance": "CR1"},
        clusters=12,
        treated=3,
    ),
)

BOOTSTRAP = (
    scenario(
        "wild_cluster_bootstrap",
        "8 clusters, 4 treated",
        regression,
        method=wild_cluster_bootstrap,
        clusters=8,
        treated=4,
    ),
    scenario(
        "wild_cluster_bootstrap",
        "12 clusters, 6 treated, AR(1) 0.5",
        regression,
        method=wild_cluster_bootstrap,
        clusters=12,
        treated=6,
        lingering=0.5,
    ),
    scenario(
        "wild_cluster_bootstrap",
        "12 clusters, 8 treated, several starts",
        regression,
        method=wild_cluster_bootstrap,
        clusters=12,
        treated=8,
        staggered=True,
    ),
    scenario("wild_cluster_bootstrap", "12 clusters, a quantity", quantity, method=wild_cluster_bootstrap, clusters=12),
    scenario(
        "wild_cluster_bootstrap",
        "20 clusters, 4 treated",
        regression,
        FOUR,
        method=wild_cluster_bootstrap,
        clusters=20,
        treated=4,
    ),
    scenario(
        "wild_cluster_bootstrap",
        "40 clusters, 20 treated",
        regression,
        method=wild_cluster_bootstrap,
        clusters=40,
        treated=20,
    ),
)

MEANS = (
    scenario("randomization", "5 and 5", two_groups, method=randomization, treated=5, others=5),
    scenario("randomization", "3 and 7, skewed", two_groups, method=randomization, treated=3, others=7, skewed=True),
    scenario("randomization", "10 and 30", two_groups, method=randomization, treated=10, others=30),
    scenario(
        "randomization",
        "8 and 32, unequal noise",
        two_groups,
        NOISY,
        method=randomization,
        treated=8,
        others=32,
        louder=2,
    ),
    scenario("difference_in_means, HC2", "5 and 5", two_groups, method=difference_in_means, treated=5, others=5),
    scenario(
        "difference_in_means, HC2",
        "3 and 7, unequal noise",
        two_groups,
        method=difference_in_means,
        treated=3,
        others=7,
        louder=2,
    ),
    scenario("difference_in_means, HC2", "20 and 20", two_groups, method=difference_in_means, treated=20, others=20),
    scenario(
        "difference_in_means, HC2",
        "8 and 32, skewed",
        two_groups,
        SKEWED,
        method=difference_in_means,
        treated=8,
        others=32,
        louder=2,
        skewed=True,
    ),
    scenario(
        "difference_in_means, HC3",
        "5 and 5",
        two_groups,
        HC3,
        method=partial(difference_in_means, variance="HC3"),
        treated=5,
        others=5,
    ),
    scenario(
        "difference_in_means, HC3",
        "20 and 20",
        two_groups,
        method=partial(difference_in_means, variance="HC3"),
        treated=20,
        others=20,
    ),
    scenario("repeated_cross_sections", "40 rows", cross_sections, rows=40),
    scenario("repeated_cross_sections", "200 rows", cross_sections, rows=200),
    scenario("repeated_cross_sections", "128 rows in 8 sites", cross_sections, rows=128, clusters=8),
    scenario("repeated_cross_sections", "320 rows in 20 sites", cross_sections, rows=320, clusters=20),
)

SCENARIOS: tuple[Scenario, ...] = (*DID, *EVENTS, *EFFECTS, *BOOTSTRAP, *MEANS)
