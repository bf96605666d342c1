"""One unit fitted by others: the arithmetic of synthetic control, on arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collective_impact.statistics.counterfactual.predictor_weights import nested_weights
from collective_impact.statistics.counterfactual.simplex import simplex_weights
from collective_impact.statistics.types import Array

_PERFECT_FIT = 1e-6
"""Share of the panel's standard deviation below which a misfit before the start counts as this share."""


@dataclass(frozen=True, slots=True, eq=False)
class DonorFit:
    """A unit and the weighted average of the others.

    Attributes
    ----------
    weights : array of shape (n_units - 1,)
        Of the other units, in their order.
    predictor_weights : array of shape (n_predictors,) or None
        None where the outcome before the start is all that the weights were chosen by.
    gap : array of shape (n_periods,)
        Observed less synthetic.
    average_gap, misfit_before, misfit_after : float
        Mean gap from the start on, and root mean squared gaps before and from it.
    ratio : float
        Misfit after over before; a misfit before of less than a millionth of the panel's variation counts as that.
    """

    weights: Array
    predictor_weights: Array | None
    gap: Array
    average_gap: float
    misfit_before: float
    misfit_after: float
    ratio: float


def fit_donors(outcome: Array, unit: int, n_before: int, predictors: Array | None = None) -> DonorFit:
    """Fit one unit by all others.

    Parameters
    ----------
    outcome : array of shape (n_periods, n_units)
    unit : int
        Which one.
    n_before : int
        Periods, from the first on, that count as before the start.
    predictors : array of shape (n_predictors, n_units), optional
        Scaled to a standard deviation of 1 here. Without them the weights are chosen on the outcome.
    """
    observed, others = outcome[:, unit], np.delete(outcome, unit, axis=1)
    importance = None
    if predictors is None:
        weights = simplex_weights(others[:n_before], observed[:n_before])
    else:
        spread = predictors.std(axis=1, keepdims=True)
        scaled = predictors / np.where(spread > 0, spread, 1.0)
        weights, importance = nested_weights(
            np.delete(scaled, unit, axis=1), scaled[:, unit], others[:n_before], observed[:n_before]
        )
    gap = observed - others @ weights
    before, after = root_mean_square(gap[:n_before]), root_mean_square(gap[n_before:])
    least = _PERFECT_FIT * float(outcome[:n_before].std())
    return DonorFit(
        weights,
        importance,
        gap,
        float(gap[n_before:].mean()),
        before,
        after,
        after / max(before, least) if after else 0.0,
    )


def root_mean_square(values: Array) -> float:
    """Square root of the mean square."""
    return float(np.sqrt(np.mean(values**2)))
