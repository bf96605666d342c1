"""Interrupted series of one unit, and the regression of rates: few and many periods, lingering errors, seasons."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from collective_impact.statistics.counterfactual.interrupted_counts import InterruptedCounts, interrupted_counts
from collective_impact.statistics.counterfactual.interrupted_time_series import (
    InterruptedTimeSeries,
    interrupted_time_series,
)
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.rate_regression import RateRegression, rate_regression
from scenarios import Drawn, Scenario

LEVEL, SLOPE = -2.0, -0.1
RATIO, GROWTH = 0.8, 0.99
ITS, COUNTS, RATES = "interrupted_time_series", "interrupted_counts", "rate_regression"

Noise = Callable[[np.random.Generator, int], np.ndarray]


def autoregressive(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    """Errors of variance 1, each `rho` of the one before and something new."""
    new = rng.normal(size=n) * np.sqrt(1 - rho**2)
    values = [rng.normal()]
    for each in new[1:]:
        values.append(rho * values[-1] + each)
    return np.array(values)


def random_walk(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(size=n).cumsum()


def moving_average(rng: np.random.Generator, n: int) -> np.ndarray:
    new = rng.normal(size=n + 3)
    return (new[3:] + new[2:-1] + new[1:-2] + new[:-3]) / 2


def months(n: int) -> pd.PeriodIndex:
    return pd.period_range("2000-01", periods=n, freq="M")


def linear(
    rng: np.random.Generator,
    n: int,
    before: int,
    noise: Noise,
    what: str = "estimate",
    trend: bool = True,
    **options: object,
) -> Drawn:
    """A line with a change of level and slope; seasons of a year where the options ask for them."""
    clock = np.arange(n) - before
    after = clock >= 0
    effect = LEVEL + SLOPE * clock * trend
    seasons = np.sin(2 * np.pi * np.arange(n) / 12) + np.cos(2 * np.pi * np.arange(n) / 6)
    outcome = 50 + 0.3 * clock * trend + effect * after + seasons * ("seasonal" in options) + noise(rng, n)
    result = interrupted_time_series(
        pd.Series(outcome, index=months(n)), months(n)[before], trend=trend, seasons=12, **options
    )
    truth = {"estimate": float(effect[after].mean()), "level_change": LEVEL, "slope_change": SLOPE}[what]
    return result if isinstance(result, Insufficient) else getattr(result, what), truth


def with_covariate(rng: np.random.Generator, n: int, before: int) -> Drawn:
    clock, weather = np.arange(n) - before, autoregressive(rng, n, 0.5)
    outcome = 50 + LEVEL * (clock >= 0) + 1.5 * weather + autoregressive(rng, n, 0.3)
    covariates = pd.DataFrame({"weather": weather}, index=months(n))
    result = interrupted_time_series(
        pd.Series(outcome, index=months(n)), months(n)[before], trend=False, covariates=covariates
    )
    return result.estimate if isinstance(result, InterruptedTimeSeries) else result, LEVEL


def counted(
    rng: np.random.Generator,
    n: int,
    before: int,
    cases: float,
    scatter: float = 0.0,
    rho: float = 0.0,
    what: str = "rate_ratio",
    trend: bool = True,
    ratio: float = RATIO,
    growth: float = GROWTH,
) -> Drawn:
    """Poisson cases out of a growing population; `scatter` is the coefficient of variation of the rate itself.

    The difference is that of mean cases with and without the initiative.
    """
    clock = np.arange(n) - before
    after = clock >= 0
    population = 1e4 * 1.002 ** np.arange(n)
    expected = cases * 1.002 ** np.arange(n) * 1.005 ** -(clock * float(trend))
    ratios = np.where(after, ratio * growth**clock, 1.0)
    shift = scatter * autoregressive(rng, n, rho) - scatter**2 / 2
    events = rng.poisson(expected * ratios * np.exp(shift)).astype(float)
    result = interrupted_counts(
        pd.Series(events, index=months(n)), pd.Series(population, index=months(n)), months(n)[before], trend=trend
    )
    truth = {
        "rate_ratio": float(np.exp(np.log(ratios[after]).mean())),
        "level_ratio": ratio,
        "slope_ratio": growth,
        "difference": float((expected * (ratios - 1))[after].sum()),
    }[what]
    return getattr(result, what) if isinstance(result, InterruptedCounts) else result, truth


def two_groups(
    rng: np.random.Generator, rows: int, cases: float, scatter: float = 0.0, dispersion: str = "quasi"
) -> Drawn:
    """Two groups in as many strata as there are pairs of rows."""
    group = np.tile([0.0, 1.0], rows // 2)
    strata = pd.get_dummies(np.repeat(np.arange(rows // 2) % 3, 2)).astype(float).add_prefix("stratum_")
    exposure = rng.uniform(0.5, 1.5, rows)
    rate = cases * exposure * 1.5**group * (rng.gamma(1 / scatter, scatter, rows) if scatter else 1.0)
    result = rate_regression(rng.poisson(rate), strata.assign(group=group), exposure, dispersion=dispersion)
    return result.ratio("group") if isinstance(result, RateRegression) else result, 1.5


white = partial(autoregressive, rho=0.0)
a_little, half, strong = (partial(autoregressive, rho=rho) for rho in (0.3, 0.5, 0.8))

SHORT = "so few periods cannot rule out autocorrelation, and the interval allows for it"
FEW_CASES = f"{SHORT}; the scale is never less than 1"
TELLS = "violates an assumption"


def its(data: str, n: int, before: int, noise: Noise, note: str = "", **options: object) -> Scenario:
    return Scenario(ITS, f"{n} periods, {data}", partial(linear, n=n, before=before, noise=noise, **options), note)


def fewer_cases(data: str, before: int, since: int, note: str = "", **options: object) -> Scenario:
    draw = partial(counted, n=before + since, before=before, what="difference", **options)
    return Scenario(COUNTS, f"{before} + {since} periods, {data}, difference in cases", draw, note)


SCENARIOS: tuple[Scenario, ...] = (
    its("white noise", 11, 8, white, SHORT),
    its("white noise", 15, 8, white, SHORT),
    its("autocorrelation .3", 15, 8, a_little, SHORT),
    its("autocorrelation .5", 15, 8, half),
    its("white noise", 24, 12, white, SHORT),
    its("autocorrelation .3", 24, 12, a_little),
    its("autocorrelation .5", 24, 12, half),
    its("autocorrelation .5, level change", 24, 12, half, what="level_change"),
    its("autocorrelation .5, slope change", 24, 12, half, what="slope_change"),
    its("autocorrelation .5, no trend", 24, 12, half, trend=False),
    its("white noise", 48, 24, white),
    its("autocorrelation .3", 48, 24, a_little),
    its("autocorrelation .5", 48, 24, half),
    its("months with seasons (dummies), autocorrelation .3", 48, 30, a_little, seasonal="dummies"),
    its("months with seasons (waves), autocorrelation .3", 48, 30, a_little, seasonal="harmonics"),
    Scenario(ITS, "36 periods, a covariate, autocorrelation .3", partial(with_covariate, n=36, before=24)),
    its("white noise", 100, 50, white),
    its("autocorrelation .5", 100, 50, half),
    its(
        "autocorrelation .8",
        24,
        12,
        strong,
        f"{TELLS}: no_strong_autocorrelation, which so few periods mostly leave open",
    ),
    its("random walk", 48, 24, random_walk, f"{TELLS}: no_strong_autocorrelation, which the result mostly reports"),
    its(
        "moving average of four", 48, 24, moving_average, f"{TELLS}: first_order_autocorrelation; errs on the safe side"
    ),
    Scenario(COUNTS, "15 periods, 5 cases each", partial(counted, n=15, before=8, cases=5), FEW_CASES),
    Scenario(COUNTS, "24 periods, 30 cases each", partial(counted, n=24, before=12, cases=30)),
    Scenario(
        COUNTS, "24 periods, 100 cases, rate scatters 20%", partial(counted, n=24, before=12, cases=100, scatter=0.2)
    ),
    Scenario(
        COUNTS,
        "48 periods, 100 cases, rate scatters 20%, autocorrelation .5",
        partial(counted, n=48, before=24, cases=100, scatter=0.2, rho=0.5),
    ),
    Scenario(
        COUNTS,
        "48 periods, the same, difference in cases",
        partial(counted, n=48, before=24, cases=100, scatter=0.2, rho=0.5, what="difference"),
    ),
    fewer_cases("no trend, 10 cases each, no effect", 60, 3, cases=10, trend=False, ratio=1.0, growth=1.0),
    Scenario(
        COUNTS,
        "60 + 3 periods, the same, rate ratio",
        partial(counted, n=63, before=60, cases=10, trend=False, ratio=1.0, growth=1.0),
    ),
    fewer_cases("no trend, 20 cases each", 60, 3, cases=20, trend=False, growth=1.0),
    fewer_cases("no trend, 20 cases each", 48, 6, cases=20, trend=False, growth=1.0),
    fewer_cases("no trend, 20 cases each", 36, 12, cases=20, trend=False, growth=1.0),
    fewer_cases("trend, 20 cases each, no effect", 60, 3, cases=20, ratio=1.0, growth=1.0),
    fewer_cases("trend, 20 cases each", 36, 12, cases=20),
    fewer_cases("trend, 5 cases each", 8, 7, FEW_CASES, cases=5),
    fewer_cases(
        "no trend, 100 cases, rate scatters 20%, autocorrelation .3",
        36,
        12,
        cases=100,
        scatter=0.2,
        rho=0.3,
        trend=False,
        growth=1.0,
    ),
    Scenario(
        COUNTS, "48 periods, 100 cases, slope ratio", partial(counted, n=48, before=24, cases=100, what="slope_ratio")
    ),
    Scenario(RATES, "Poisson, 12 rows of 3 cases", partial(two_groups, rows=12, cases=3, dispersion="poisson")),
    Scenario(RATES, "Poisson, 40 rows of 10 cases", partial(two_groups, rows=40, cases=10, dispersion="poisson")),
    Scenario(
        RATES,
        "quasi-Poisson, 12 rows of 10 cases",
        partial(two_groups, rows=12, cases=10),
        "never narrower than for independent events",
    ),
    Scenario(RATES, "quasi-Poisson, 12 rows, twice the scatter", partial(two_groups, rows=12, cases=10, scatter=0.1)),
    Scenario(
        RATES, "quasi-Poisson, 40 rows, three times the scatter", partial(two_groups, rows=40, cases=20, scatter=0.1)
    ),
    Scenario(
        RATES,
        "Poisson, 40 rows, three times the scatter",
        partial(two_groups, rows=40, cases=20, scatter=0.1, dispersion="poisson"),
        f"{TELLS}: no_overdispersion",
    ),
)
