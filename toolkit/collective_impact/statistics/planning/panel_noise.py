"""How an outcome has scattered so far: what plans of comparisons of changes rest on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Array

UNITS, PERIODS = 4, 5


@dataclass(frozen=True, slots=True)
class PanelNoise:
    """How an outcome scatters around its units' levels and the periods' common course.

    Attributes
    ----------
    standard_deviation : float
        Of one value, in the outcome's unit.
    autocorrelation : float
        Of neighbouring periods, 0 to 0.99.
    n_units, n_periods : int
        What they were estimated from.
    """

    standard_deviation: float
    autocorrelation: float
    n_units: int
    n_periods: int

    def of_change(self, before: int, after: int) -> float:
        """Standard deviation of a unit's mean over `after` periods less its mean over the `before` ahead of them."""
        weights = np.repeat([-1 / before, 1 / after], [before, after])
        return self.standard_deviation * float(
            np.sqrt(weights @ _correlation(self.autocorrelation, len(weights)) @ weights)
        )


@guarded
def panel_noise(history: Panel) -> PanelNoise | Insufficient:
    """Estimate scatter and autocorrelation of an outcome from the periods before the start.

    Levels of units and periods are taken out first, which pulls the plain autocorrelation down (Nickell 1981,
    Econometrica 49). So the autocorrelation is the one under which the plain one would be expected to come out as it
    did, and the variance likewise. Negative autocorrelation counts as none.

    Parameters
    ----------
    history : Panel
        At least 4 units and 5 periods before the start.

    Returns
    -------
    PanelNoise or Insufficient
        ``too_few_rows`` (units), ``too_few_periods_before``, ``no_variation``.
    """
    outcome = history.outcome.loc[history.before].to_numpy()
    n_periods, n_units = outcome.shape
    if n_units < UNITS:
        return Insufficient("too_few_rows", n_units, UNITS)
    if n_periods < PERIODS:
        return Insufficient("too_few_periods_before", n_periods, PERIODS)
    rest = outcome - outcome.mean(axis=0) - outcome.mean(axis=1, keepdims=True) + outcome.mean()
    squares = float(np.sum(rest**2))
    if squares <= 1e-20 * max(1.0, float(np.sum(outcome**2))):
        return Insufficient("no_variation", 1, 2)
    plain = float(np.sum(rest[1:] * rest[:-1])) / squares
    values = np.linspace(0, 0.99, 100)
    expected = np.array([_expected_moments(value, n_periods) for value in values])
    autocorrelation = float(np.interp(plain, expected[:, 1] / expected[:, 0], values))
    total = float(np.interp(autocorrelation, values, expected[:, 0])) * (n_units - 1)
    return PanelNoise(float(np.sqrt(squares / total)), autocorrelation, n_units, n_periods)


def _correlation(autocorrelation: float, n: int) -> Array:
    lags = np.abs(np.subtract.outer(np.arange(n), np.arange(n)))
    matrix: Array = autocorrelation**lags
    return matrix


def _expected_moments(autocorrelation: float, n: int) -> tuple[float, float]:
    """Expected sum of squares and of neighbours' products of `n` values less their mean, of variance 1."""
    centring = np.eye(n) - 1 / n
    centred = centring @ _correlation(autocorrelation, n) @ centring
    return float(np.trace(centred)), float(np.trace(centred, offset=1))
