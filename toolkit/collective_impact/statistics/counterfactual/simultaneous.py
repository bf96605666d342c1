"""Bands that hold for several estimates at once.

The largest t statistic of estimates that scatter together (sup-t; Montiel Olea & Plagborg-Møller 2019, Journal of
Applied Econometrics 34). Its distribution is drawn from the multivariate t with the estimates' own correlation: for
averages this is the multiplier bootstrap with normal multipliers, without a walk through the units.
"""

from __future__ import annotations

import numpy as np
from scipy.special import stdtr, stdtrit

from collective_impact.statistics.numbers import generator
from collective_impact.statistics.types import Array

DRAWS = 10_000


def largest_t(covariance: Array, degrees: float, seed: int) -> Array:
    """Draw the largest absolute t statistic where all true values are zero, shape (10,000,), ascending.

    Parameters
    ----------
    covariance : array of shape (n_estimates, n_estimates)
        Estimates without variance are passed over; at least one has to have some.
    degrees : float
        Of freedom of the standard errors.
    """
    rng = generator(seed)
    scattering = np.flatnonzero(np.diag(covariance) > 0)
    errors = np.sqrt(np.diag(covariance)[scattering])
    values, vectors = np.linalg.eigh(covariance[np.ix_(scattering, scattering)] / np.outer(errors, errors))
    normal = rng.standard_normal((DRAWS, len(errors))) @ (vectors * np.sqrt(np.maximum(values, 0.0))).T
    largest: Array = np.sort(np.abs(normal).max(axis=1) / np.sqrt(rng.chisquare(degrees, DRAWS) / degrees))
    return largest


def critical_value(covariance: Array, degrees: float, confidence: float, seed: int) -> float:
    """How many standard errors a band takes on each side to hold all true values; never fewer than for one."""
    alone = float(stdtrit(degrees, (1 + confidence) / 2))
    if not (np.diag(covariance) > 0).any():
        return alone
    return max(alone, float(np.quantile(largest_t(covariance, degrees, seed), confidence)))


def joint_p_value(values: Array, covariance: Array, degrees: float, seed: int) -> float:
    """p-value of the test that all true values are zero, by the largest t statistic; exact for a single one."""
    errors = np.sqrt(np.diag(covariance))
    if not (errors > 0).any():
        return float(not values.any())
    seen = float(np.max(np.abs(values[errors > 0]) / errors[errors > 0]))
    if (errors > 0).sum() == 1:
        return float(2 * stdtr(degrees, -seen))
    return float((1 + (largest_t(covariance, degrees, seed) >= seen).sum()) / (1 + DRAWS))
