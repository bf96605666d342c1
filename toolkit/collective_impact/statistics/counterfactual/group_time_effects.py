"""Effects of staggered adoption by start and period, as weighted sums of cohort means.

Without covariates every effect of Callaway & Sant'Anna (2021, Journal of Econometrics 225) compares means of cohorts
(units with the same start) between two periods. So each effect, and each average of effects, is a table of
coefficients on the cohorts' mean outcomes, and its variance a sum of quadratic forms in the cohorts' covariances
over time: what the influence functions of the paper come to, with cohort sizes taken as given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Array

OWN_NOISE = 10
"""Units from which on a cohort's noise is judged by its own units; below that by the comparison units'."""

Integers = NDArray[np.int_]


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """Units by the period in which they start; the comparison units come last.

    Attributes
    ----------
    index : Index of length n_periods
    places : array of shape (n_starts,)
        Where in `index` each cohort starts, ascending.
    outcome : array of shape (n_units, n_periods)
    cohort : array of shape (n_units,)
        Number of each unit's cohort; ``n_starts`` for units not seen to start.
    sizes : array of shape (n_starts + 1,)
    """

    index: pd.Index[Any]
    places: Integers
    outcome: Array
    cohort: Integers
    sizes: Integers

    @property
    def means(self) -> Array:
        """Mean outcome of each cohort, shape (n_starts + 1, n_periods); zeros for a cohort without units."""
        sums: Array = np.zeros((len(self.sizes), self.outcome.shape[1]))
        np.add.at(sums, self.cohort, self.outcome)
        return sums / np.maximum(self.sizes, 1)[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class GroupTimeEffects:
    """Which effects there are, and how each is made of cohort means.

    Attributes
    ----------
    cohort, period : array of shape (n_effects,)
        Number of the cohort and place of the period.
    coefficients : array of shape (n_effects, n_starts + 1, n_periods)
    n_comparison : array of shape (n_effects,)
        Units that each effect is compared with.
    """

    cohort: Integers
    period: Integers
    coefficients: Array
    n_comparison: Integers


@dataclass(frozen=True, slots=True, eq=False)
class WeightedSums:
    """Values of several weighted sums of cohort means, and how sure they are.

    Attributes
    ----------
    values, errors, degrees : array of shape (n_sums,)
        With standard errors and their degrees of freedom (Satterthwaite).
    """

    values: Array
    errors: Array
    degrees: Array


def cohorts_of(panel: Panel) -> Cohorts:
    """Sort the units of a panel by their start; a start after the last period counts as none.

    Units stand in the order of their outcomes, so that nothing depends on the order of the panel's columns.
    """
    index = panel.outcome.index
    place = np.array(
        [index.searchsorted(panel.starts[u]) if u in panel.starts else len(index) for u in panel.outcome.columns],
        dtype=int,
    )
    places = np.unique(place[place < len(index)])
    outcome = panel.outcome.to_numpy()
    order = np.lexsort(outcome[::-1])
    cohort = np.searchsorted(places, place)[order]
    return Cohorts(index, places, outcome.T[order], cohort, np.bincount(cohort, minlength=len(places) + 1))


def last_cohort_as_comparison(cohorts: Cohorts) -> Cohorts:
    """Stop before the last cohort starts, so that it is untreated throughout; for panels where every unit starts."""
    until = int(cohorts.places[-1])
    return Cohorts(
        cohorts.index[:until], cohorts.places[:-1], cohorts.outcome[:, :until], cohorts.cohort, cohorts.sizes[:-1]
    )


def group_time_effects(cohorts: Cohorts, *, not_yet_treated: bool) -> GroupTimeEffects:
    """Set up the effect of each start in each period but the first.

    From the start on, the change since the last period before it; before the start, the change from the period
    before ("varying base period"). Compared with units never seen to start or, with `not_yet_treated`, with all that
    have not started by then.
    """
    starts, periods = np.meshgrid(np.arange(len(cohorts.places)), np.arange(1, len(cohorts.index)), indexing="ij")
    cohort, period = starts.ravel(), periods.ravel()
    base = np.minimum(cohorts.places[cohort], period) - 1
    untreated = np.zeros((len(cohort), len(cohorts.sizes)), dtype=bool)
    untreated[:, -1] = True
    if not_yet_treated:
        untreated[:, :-1] = cohorts.places > period[:, None]
        untreated[np.arange(len(cohort)), cohort] = False
    n_comparison = untreated @ cohorts.sizes
    shares = -(untreated * cohorts.sizes) / n_comparison[:, None]
    shares[np.arange(len(cohort)), cohort] = 1.0
    coefficients = np.zeros((*shares.shape, len(cohorts.index)))
    effects = np.arange(len(cohort))
    coefficients[effects, :, period] += shares
    coefficients[effects, :, base] -= shares
    return GroupTimeEffects(cohort, period, coefficients, n_comparison)


def weighted_sums(cohorts: Cohorts, coefficients: Array) -> WeightedSums:
    """Evaluate weighted sums of cohort means.

    The noise of the comparison units, and of cohorts of 10 units or more, is judged by their own units; that of
    smaller cohorts by the comparison units.

    Parameters
    ----------
    coefficients : array of shape (n_sums, n_starts + 1, n_periods)
    """
    variance, parts = np.zeros(len(coefficients)), np.zeros(len(coefficients))
    for noise, scaled, size in _by_source(cohorts, coefficients):
        forms = (scaled @ noise) @ scaled.transpose(0, 2, 1)
        total = np.trace(forms, axis1=1, axis2=2)
        variance += total
        parts += total**2 / _degrees(total**2, (forms**2).sum(axis=(1, 2)), size - 1, scaled.shape[1])
    degrees = np.where(parts > 0, variance**2 / np.where(parts > 0, parts, 1.0), cohorts.sizes[-1] - 1.0)
    values = np.einsum("sct,ct->s", coefficients, cohorts.means)
    return WeightedSums(values, np.sqrt(np.maximum(variance, 0.0)), degrees)


def covariance_of_sums(cohorts: Cohorts, coefficients: Array) -> Array:
    """How weighted sums of cohort means scatter together, shape (n_sums, n_sums); noise as in `weighted_sums`."""
    covariance: Array = np.zeros((len(coefficients), len(coefficients)))
    for noise, scaled, _size in _by_source(cohorts, coefficients):
        covariance += np.tensordot(scaled @ noise, scaled, ([1, 2], [1, 2]))
    return covariance


def _by_source(cohorts: Cohorts, coefficients: Array) -> Iterator[tuple[Array, Array, int]]:
    """Covariance over time of each cohort that noise is judged by, the coefficients of the cohorts, and its size.

    Coefficients are over the root of each cohort's size, as a mean's noise is.
    """
    last = len(cohorts.sizes) - 1
    sources = np.where(cohorts.sizes >= OWN_NOISE, np.arange(last + 1), last)
    for source in np.unique(sources):
        judged = sources == source
        noise = np.atleast_2d(np.cov(cohorts.outcome[cohorts.cohort == source], rowvar=False))
        yield noise, coefficients[:, judged] / np.sqrt(cohorts.sizes[judged])[:, None], int(cohorts.sizes[source])


def _degrees(squared_trace: Array, trace_of_square: Array, degrees: int, n_terms: int) -> Array:
    """Degrees of freedom of a sum of quadratic forms in one covariance that has `degrees` of its own.

    Those are ``degrees * tr(SM)^2 / tr(SMSM)``, with both traces estimated without bias from the estimated
    covariance (as for a Wishart matrix), and at most `n_terms` as many.
    """
    numerator = (degrees + 1) * squared_trace - 2 * trace_of_square
    denominator = np.maximum(degrees * trace_of_square - squared_trace, 1e-300)
    return np.clip(degrees * numerator / denominator, degrees, degrees * n_terms)
