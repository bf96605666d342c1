"""Treated units against donors, by one number a unit: its change, or its distance from a base period.

Taking one number a unit leaves a comparison of two groups of independent values, whatever lingers within a unit from
period to period (Bertrand, Duflo & Mullainathan 2004, QJE 119).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Estimate, Method, student_margin, student_p_value
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Array

OWN_SPREAD = 10
"""Fewest treated units and donors whose own spread the interval rests on."""
PERIODS_FOR_NOISE = 5
REJECTED = 0.05
_NOTHING = 1e-10

Inference = Literal["own_spread", "donor_spread"]


@dataclass(frozen=True, slots=True, eq=False)
class Contrasts:
    """Differences of means with standard errors.

    Attributes
    ----------
    values, standard_errors, degrees : arrays of shape (n_contrasts,)
    covariance : array of shape (n_contrasts, n_contrasts)
    inference : Inference
    """

    values: Array
    standard_errors: Array
    degrees: Array
    covariance: Array
    inference: Inference

    def estimate(self, place: int, confidence: float, panel: Panel, method: Method) -> Estimate:
        """One of the differences with its Student t interval and p-value."""
        value, error, degrees = (float(each[place]) for each in (self.values, self.standard_errors, self.degrees))
        margin = student_margin(error, degrees, confidence)
        p_value = student_p_value(value, error, degrees)
        n_periods, n_units = panel.outcome.shape
        return Estimate(value, value - margin, value + margin, confidence, p_value, None, n_units, n_periods, method)


def contrasts(numbers: Array, treated: NDArray[np.bool_]) -> Contrasts:
    """Compare the means of treated units and donors.

    With 10 units or more in each group the variances are each group's own, with Welch's (1947) degrees of freedom.
    With fewer, the treated units are taken to scatter as the donors do: the variance is the donors', with one degree
    of freedom less than there are of them. For normal values of equal variance that interval is exact, for a
    single treated unit too.

    Parameters
    ----------
    numbers : array of shape (n_units, n_contrasts)
    treated : array of shape (n_units,)
        Some true; at least 2 false.
    """
    ours, donors = numbers[treated], numbers[~treated]
    n_ours, n_donors = len(ours), len(donors)
    of_donors: Array = np.cov(donors, rowvar=False).reshape(numbers.shape[1], -1)
    inference: Inference = "own_spread" if min(n_ours, n_donors) >= OWN_SPREAD else "donor_spread"
    if inference == "own_spread":
        of_ours: Array = np.cov(ours, rowvar=False).reshape(of_donors.shape)
        parts = np.diag(of_ours) / n_ours, np.diag(of_donors) / n_donors
        total = parts[0] + parts[1]
        spread = parts[0] ** 2 / (n_ours - 1) + parts[1] ** 2 / (n_donors - 1)
        degrees: Array = np.divide(total**2, spread, out=np.full(len(total), n_donors - 1.0), where=spread > 0)
        covariance: Array = of_ours / n_ours + of_donors / n_donors
    else:
        degrees = np.full(len(of_donors), n_donors - 1.0)
        covariance = of_donors * (1 / n_ours + 1 / n_donors)
    values = ours.mean(axis=0) - donors.mean(axis=0)
    return Contrasts(values, np.sqrt(np.diag(covariance)), degrees, covariance, inference)


def is_treated(panel: Panel) -> NDArray[np.bool_]:
    """Which columns of the panel are treated units, shape (n_units,)."""
    return np.asarray(panel.outcome.columns.isin(panel.treated))


def changes_of_units(panel: Panel) -> Array:
    """Mean from the start on less mean before it, of each unit, shape (n_units,)."""
    outcome, n_before = panel.outcome.to_numpy(dtype=float), len(panel.before)
    changes: Array = outcome[n_before:].mean(axis=0) - outcome[:n_before].mean(axis=0)
    return changes


def stands_still(panel: Panel, numbers: Array) -> bool:
    """Whether one of the donors' numbers does not differ but for rounding: nothing tells how sure its difference is."""
    donors = numbers[~is_treated(panel)]
    return bool((np.ptp(donors, axis=0) <= _NOTHING * float(np.abs(panel.outcome.to_numpy()).max())).any())


def equal_noise(panel: Panel) -> Assumption:
    """Judge whether treated units scattered as the donors did before the start.

    Of each unit, the logarithm of the root mean squared change from period to period, less the mean change of all
    units; compared by Student's t. The data cannot tell with fewer than 5 periods before.
    """
    before = panel.outcome.to_numpy(dtype=float)[: len(panel.before)]
    if len(before) < PERIODS_FOR_NOISE:
        return Assumption("equal_noise", None)
    moves = np.diff(before, axis=0)
    sizes = np.sqrt(((moves - moves.mean(axis=1, keepdims=True)) ** 2).mean(axis=0))
    if sizes.min() <= _NOTHING * np.abs(before).max() or np.ptp(sizes[~is_treated(panel)]) <= _NOTHING * sizes.max():
        return Assumption("equal_noise", None)
    noise = contrasts(np.log(sizes)[:, None], is_treated(panel))
    p_value = student_p_value(float(noise.values[0]), float(noise.standard_errors[0]), float(noise.degrees[0]))
    return Assumption("equal_noise", p_value >= REJECTED, p_value, REJECTED)


def enough_units(panel: Panel) -> Assumption:
    """Whether there are 10 treated units and 10 donors, so that each group tells its own spread."""
    fewer = min(len(panel.treated), len(panel.donors))
    return Assumption("enough_clusters", fewer >= OWN_SPREAD, float(fewer), float(OWN_SPREAD))
