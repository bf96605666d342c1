"""Scenarios of the family `equity`, and of the share that all families stand on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from collective_impact.statistics.equity.gap import Gap
from collective_impact.statistics.equity.gap_trend import GapTrend, mean_gap_trend, rate_gap_trend
from collective_impact.statistics.equity.mantel_haenszel import (
    StratifiedRatio,
    stratified_odds_ratio,
    stratified_rate_ratio,
)
from collective_impact.statistics.equity.rate_gap import RatioInterval, rate_gap, rate_interval
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.equity.standardization import (
    GammaInterval,
    StandardizedRate,
    standardized_gap,
    standardized_rate,
)
from collective_impact.statistics.proportion import share_interval
from scenarios import Drawn, Scenario

Draw = Callable[[np.random.Generator], Drawn]

WHOLE = "counts are whole numbers: coverage jumps with the share and goes no nearer to 95% on average"
EXACT = "exact limits never cover too little, and with few events more than they say"
FLOOR = "the wider of two intervals: scatter that is small by luck is not believed"
GAMMA = "the gamma interval is known to be wide where few events bear unequal weights"
TREND = "as `linear_trend`, on which it rests"
DISCRETE = "few events take few values; no interval can cover 95% at each share or rate"


def share(n: int, p: float) -> Draw:
    return lambda rng: (share_interval(int(rng.binomial(n, p)), n), p)


def count(mean: float) -> Draw:
    return lambda rng: (rate_interval(int(rng.poisson(mean))), mean)


def share_ratio(n: int, p: float, reference_n: int, reference_p: float) -> Draw:
    def draw(rng: np.random.Generator) -> Drawn:
        gap = share_gap(int(rng.binomial(n, p)), n, int(rng.binomial(reference_n, reference_p)), reference_n)
        assert isinstance(gap, Gap)
        return gap.ratio, p / reference_p

    return draw


def share_difference(n: int, p: float, reference_n: int, reference_p: float) -> Draw:
    def draw(rng: np.random.Generator) -> Drawn:
        gap = share_gap(int(rng.binomial(n, p)), n, int(rng.binomial(reference_n, reference_p)), reference_n)
        assert isinstance(gap, Gap)
        return gap.difference, p - reference_p

    return draw


def rate_ratio(mean: float, reference: float, exposures: float = 1.0, interval: RatioInterval = "score") -> Draw:
    def draw(rng: np.random.Generator) -> Drawn:
        gap = rate_gap(int(rng.poisson(mean)), 1.0, int(rng.poisson(reference)), exposures, interval=interval)
        assert isinstance(gap, Gap)
        return gap.ratio, mean / (reference / exposures)

    return draw


def rate_difference(mean: float, reference: float, exposures: float = 1.0) -> Draw:
    def draw(rng: np.random.Generator) -> Drawn:
        gap = rate_gap(int(rng.poisson(mean)), 1.0, int(rng.poisson(reference)), exposures)
        assert isinstance(gap, Gap)
        return gap.difference, mean - reference / exposures

    return draw


def odds_ratio(strata: int, n: int, reference_n: int, ratio: float) -> Draw:
    base = np.linspace(0.1, 0.5, strata)
    odds = ratio * base / (1 - base)

    def draw(rng: np.random.Generator) -> Drawn:
        table = pd.DataFrame({"numerator": rng.binomial(n, odds / (1 + odds)), "denominator": n})
        table = table.assign(reference_numerator=rng.binomial(reference_n, base), reference_denominator=reference_n)
        result = stratified_odds_ratio(table)
        return (result.ratio if isinstance(result, StratifiedRatio) else result), ratio

    return draw


def stratified_rates(strata: int, events: float, ratio: float) -> Draw:
    base = events / strata * np.linspace(0.5, 1.5, strata)

    def draw(rng: np.random.Generator) -> Drawn:
        table = pd.DataFrame({"numerator": rng.poisson(ratio * base), "denominator": 1.0})
        table = table.assign(reference_numerator=rng.poisson(2 * base), reference_denominator=2.0)
        result = stratified_rate_ratio(table)
        return (result.ratio if isinstance(result, StratifiedRatio) else result), ratio

    return draw


WEIGHTS = np.array([0.35, 0.3, 0.2, 0.1, 0.05])
EXPOSURE = np.array([0.2, 0.3, 0.25, 0.15, 0.1])
RATES = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


def _standardized(
    rng: np.random.Generator, events: float, ratio: float = 1.0, interval: GammaInterval = "mid_p"
) -> StandardizedRate:
    exposure = EXPOSURE * events / (EXPOSURE @ RATES)
    counts = rng.poisson(exposure * RATES * ratio)
    rate = standardized_rate(
        pd.DataFrame({"numerator": counts, "denominator": exposure, "weight": WEIGHTS}), interval=interval
    )
    assert isinstance(rate, StandardizedRate)
    return rate


def standardized(events: float, interval: GammaInterval = "mid_p") -> Draw:
    return lambda rng: (_standardized(rng, events, interval=interval).rate, float(WEIGHTS @ RATES))


def standardized_pair(events: float, reference: float, ratio: float, part: str) -> Draw:
    base = float(WEIGHTS @ RATES)

    def draw(rng: np.random.Generator) -> Drawn:
        gap = standardized_gap(_standardized(rng, events, ratio), _standardized(rng, reference))
        assert isinstance(gap, Gap)
        return (gap.ratio, ratio) if part == "ratio" else (gap.difference, (ratio - 1) * base)

    return draw


def _counts(
    rng: np.random.Generator, rates: np.ndarray, exposure: float, noise: float, memory: float = 0.0
) -> pd.DataFrame:
    shocks = np.zeros(len(rates))
    innovations = rng.normal(0, 1, len(rates))
    for place in range(len(rates)):
        before = shocks[place - 1] if place else rng.normal()
        shocks[place] = memory * before + np.sqrt(1 - memory**2) * innovations[place]
    means = rates * exposure * np.exp(noise * shocks - noise**2 / 2)
    return pd.DataFrame({"numerator": rng.poisson(means), "denominator": exposure})


def ratio_trend(periods: int, events: float, noise: float = 0.0, memory: float = 0.0) -> Draw:
    time = np.arange(periods)
    shared = 1 + 0.2 * np.sin(time)

    def draw(rng: np.random.Generator) -> Drawn:
        group = _counts(rng, shared * 1.5 * 0.96**time, events, noise, memory)
        trend = rate_gap_trend(group, _counts(rng, shared, 2 * events, noise, memory))
        return (trend.ratio_change if isinstance(trend, GapTrend) else trend), 0.96

    return draw


def difference_trend(periods: int, events: float, noise: float = 0.0) -> Draw:
    time = np.arange(periods)

    def draw(rng: np.random.Generator) -> Drawn:
        group = _counts(rng, 2 - 0.05 * time, events, noise)
        trend = rate_gap_trend(group, _counts(rng, 1 + 0 * time, 2 * events, noise))
        return (trend.difference_change if isinstance(trend, GapTrend) else trend), -0.05

    return draw


def mean_trend(periods: int, part: str) -> Draw:
    time = np.arange(periods)

    def draw(rng: np.random.Generator) -> Drawn:
        noise = [pd.Series(np.exp(rng.normal(0, 0.03, periods))) for _ in range(2)]
        if part == "ratio":
            trend = mean_gap_trend(80 * 1.01**time * noise[0], 100 * noise[1])
            return (trend.ratio_change if isinstance(trend, GapTrend) else trend), 1.01
        flat = [rng.normal(0, 3, periods) for _ in range(2)]
        trend = mean_gap_trend(pd.Series(80 + time + flat[0]), pd.Series(100 + flat[1]))
        return (trend.difference_change if isinstance(trend, GapTrend) else trend), 1.0

    return draw


SCENARIOS = (
    Scenario("share_interval", "10 people, 30%", share(10, 0.3), WHOLE),
    Scenario("share_interval", "20 people, 5%", share(20, 0.05), WHOLE),
    Scenario("share_interval", "50 people, 2%", share(50, 0.02), WHOLE),
    Scenario("share_interval", "200 people, 40%", share(200, 0.4)),
    Scenario("rate_interval", "3 events expected", count(3), EXACT),
    Scenario("rate_interval", "10 events expected", count(10), EXACT),
    Scenario("rate_interval", "100 events expected", count(100)),
    Scenario("share_gap, ratio", "15 people at 20%, 40 at 10%", share_ratio(15, 0.2, 40, 0.1), DISCRETE),
    Scenario("share_gap, ratio", "20 people at 5%, 100 at 10%", share_ratio(20, 0.05, 100, 0.1), DISCRETE),
    Scenario("share_gap, ratio", "100 people at 30%, 300 at 20%", share_ratio(100, 0.3, 300, 0.2)),
    Scenario("share_gap, difference", "10 people at 30%, 10 at 50%", share_difference(10, 0.3, 10, 0.5)),
    Scenario("share_gap, difference", "20 people at 5%, 100 at 10%", share_difference(20, 0.05, 100, 0.1), DISCRETE),
    Scenario("share_gap, difference", "100 people at 30%, 300 at 20%", share_difference(100, 0.3, 300, 0.2)),
    Scenario("rate_gap, ratio", "3 events expected, 5", rate_ratio(3, 5), DISCRETE),
    Scenario("rate_gap, ratio", "5 events expected, 30 in ten times the people", rate_ratio(5, 30, 10)),
    Scenario("rate_gap, ratio", "60 events expected, 40", rate_ratio(60, 40)),
    Scenario(
        "rate_gap, exact ratio", "5 events expected, 30 in ten times the people", rate_ratio(5, 30, 10, "exact"), EXACT
    ),
    Scenario("rate_gap, difference", "3 events expected, 5", rate_difference(3, 5), DISCRETE),
    Scenario("rate_gap, difference", "5 events expected, 30 in ten times the people", rate_difference(5, 30, 10)),
    Scenario("rate_gap, difference", "60 events expected, 40", rate_difference(60, 40)),
    Scenario("stratified_odds_ratio", "4 strata of 15 and 15", odds_ratio(4, 15, 15, 2.0)),
    Scenario("stratified_odds_ratio", "4 strata of 100 and 300", odds_ratio(4, 100, 300, 0.6)),
    Scenario("stratified_odds_ratio", "40 strata of 1 and 3", odds_ratio(40, 1, 3, 2.0)),
    Scenario("stratified_rate_ratio", "4 strata, 8 events expected and 16", stratified_rates(4, 8, 1.0)),
    Scenario("stratified_rate_ratio", "10 strata, 60 events expected and 80", stratified_rates(10, 40, 1.5)),
    Scenario("standardized_rate", "8 events in 5 age groups", standardized(8), DISCRETE),
    Scenario("standardized_rate", "30 events in 5 age groups", standardized(30)),
    Scenario("standardized_rate", "300 events in 5 age groups", standardized(300)),
    Scenario("standardized_rate, gamma", "30 events in 5 age groups", standardized(30, "gamma"), GAMMA),
    Scenario("standardized_gap, ratio", "30 events and 60", standardized_pair(30, 60, 1.3, "ratio")),
    Scenario("standardized_gap, difference", "30 events and 60", standardized_pair(30, 60, 1.3, "difference")),
    Scenario("rate_gap_trend, ratio", "5 periods of 20 events and more", ratio_trend(5, 20), FLOOR),
    Scenario("rate_gap_trend, ratio", "12 periods of 8 events and more", ratio_trend(12, 8), FLOOR),
    Scenario("rate_gap_trend, ratio", "8 periods of 100 events, overdispersed", ratio_trend(8, 100, 0.2)),
    Scenario("rate_gap_trend, difference", "5 periods of 20 events and more", difference_trend(5, 20), FLOOR),
    Scenario("rate_gap_trend, difference", "12 periods of 8 events and more", difference_trend(12, 8), FLOOR),
    Scenario("rate_gap_trend, difference", "8 periods of 100 events, overdispersed", difference_trend(8, 100, 0.2)),
    Scenario(
        "rate_gap_trend, ratio",
        "12 periods of 100 events, shocks that last (AR 0.5)",
        ratio_trend(12, 100, 0.2, 0.5),
        "violated on purpose: what a period leaves behind for the next is not allowed for",
    ),
    Scenario("mean_gap_trend, difference", "8 periods", mean_trend(8, "difference"), TREND),
    Scenario("mean_gap_trend, difference", "15 periods", mean_trend(15, "difference"), TREND),
    Scenario("mean_gap_trend, ratio", "8 periods", mean_trend(8, "ratio"), TREND),
)
