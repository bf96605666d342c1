"""Scenarios of the family `change`, and of survival and trend, which it shares with others.

The truth of a projection or a forecast is the value that comes.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from collective_impact.statistics.change.baseline import gap_between
from collective_impact.statistics.change.forecast import forecast_if_nothing_changes
from collective_impact.statistics.change.trajectory import trajectory_to_target
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.survival import share_done, survival
from collective_impact.statistics.trend import linear_trend
from scenarios import Drawn, Scenario

AHEAD = 4
SLOPE = 0.5
Noise = Callable[[np.random.Generator, int], np.ndarray]

EXACT = "shares move in steps: held on average, and a little more where few are left"
WALK = "no line at all: the assumption `no_strong_autocorrelation` comes out as not met or open in 14 of 15 draws"
UNSURE = "wider than it takes, as so few values cannot rule out that errors linger"
WIDE = "wider than it takes: a forecast that holds for walks cannot be narrow for series that return to their line"
SAFE = "half of the prior weight is on a walk, and a short series hardly speaks against one"


def noise(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(size=n)


def walk(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(size=n).cumsum()


def autoregression(rng: np.random.Generator, n: int) -> np.ndarray:
    shocks = rng.normal(size=n + 30)
    for place in range(1, n + 30):
        shocks[place] += 0.5 * shocks[place - 1]
    return shocks[30:]


def series(rng: np.random.Generator, kind: Noise, n: int) -> "pd.Series[float]":
    return pd.Series(SLOPE * np.arange(n) + kind(rng, n), index=np.arange(n))


def slope(kind: Noise, n: int) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        line = linear_trend(series(rng, kind, n))
        return line if isinstance(line, Insufficient) else line.slope, SLOPE

    return draw


def projection(kind: Noise, n: int) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        whole = series(rng, kind, n + AHEAD)
        course = trajectory_to_target(whole[:n], 1e9, n - 1 + AHEAD, "increase", recent=n, confidence=0.95)
        return course if isinstance(course, Insufficient) else course.projected, whole.iloc[-1]

    return draw


def forecast(kind: Noise, n: int) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        whole = series(rng, kind, n + AHEAD)
        coming = forecast_if_nothing_changes(whole[:n], AHEAD)
        if isinstance(coming, Insufficient):
            return coming, whole.iloc[-1]
        last = coming.frame.iloc[-1]
        return Interval(last["mean"], last["low95"], last["high95"], 0.95), whole.iloc[-1]

    return draw


def gap(n_periods: int, n_others: int) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        units = rng.normal(size=(n_periods, n_others + 1))
        units[:, 0] += SLOPE * np.arange(n_periods)
        found = gap_between(Panel(pd.DataFrame(units), {0: n_periods - 1}), until=n_periods - 1)
        return found if isinstance(found, Insufficient) else found.trend, SLOPE

    return draw


def followed(rng: np.random.Generator, n: int, longest: float) -> tuple[np.ndarray, np.ndarray]:
    """Exponential durations of mean 1, each followed for a time of at most `longest`."""
    lasting, seen = rng.exponential(size=n), rng.uniform(0, longest, size=n)
    return np.minimum(lasting, seen), lasting <= seen


def share(n: int, longest: float, by: float) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        curve = survival(*followed(rng, n, longest))
        return share_done(curve, by), 1 - np.exp(-by)

    return draw


def median(n: int, longest: float) -> Callable[[np.random.Generator], Drawn]:
    def draw(rng: np.random.Generator) -> Drawn:
        found = survival(*followed(rng, n, longest)).median
        # The bias is that of the medians that were reached.
        return Interval(min(found.value, longest), found.low, found.high, found.confidence), float(np.log(2))

    return draw


KINDS = ((noise, "independent"), (autoregression, "AR(1) of 0.5"), (walk, "random walk with drift"))
LENGTHS = (6, 8, 12, 24)

SCENARIOS: tuple[Scenario, ...] = (
    *(
        Scenario(
            "linear_trend", f"slope, {n} periods, {words}", slope(kind, n), {walk: WALK, noise: UNSURE}.get(kind, "")
        )
        for n in LENGTHS
        for kind, words in KINDS
    ),
    *(
        Scenario(
            "trajectory_to_target",
            f"{AHEAD} ahead, {n} periods, {words}",
            projection(kind, n),
            "" if kind is walk else SAFE,
        )
        for n in LENGTHS
        for kind, words in KINDS
    ),
    *(
        Scenario(
            "forecast_if_nothing_changes",
            f"{AHEAD} ahead, {n} periods, {words}",
            forecast(kind, n),
            "" if kind is walk else WIDE,
        )
        for n in LENGTHS
        for kind, words in KINDS
    ),
    *(Scenario("gap_between", f"trend of the gap, {n} periods, 6 others", gap(n, 6), UNSURE) for n in (8, 16)),
    *(
        Scenario("survival.share_done", f"{n} durations, {opened} still open, by {when}", share(n, longest, by), EXACT)
        for n in (10, 20, 40)
        for longest, opened in ((1e9, "none"), (2.0, "two in five"))
        for by, when in ((0.7, "the median"), (1.5, "twice the median"))
    ),
    *(
        Scenario("survival.median", f"{n} durations, {opened} still open", median(n, longest), EXACT)
        for n in (10, 20, 40)
        for longest, opened in ((1e9, "none"), (2.0, "two in five"))
    ),
)
