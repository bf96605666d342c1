"""In what organizations differ: the fullest random effects that the data bear, and how far each term may be judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.behaviour.repeated_observations import RepeatedObservations
from collective_impact.statistics.behaviour.restricted_likelihood import RestrictedFit, restricted_fit
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.types import Array

RandomEffects = Literal["intercept_and_slope", "uncorrelated_intercept_and_slope", "intercept", "none"]
UNEQUAL = 0.1
"""p-value below which organizations count as changing at a different pace."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class RandomEffectsFit:
    """A fit and its random effects.

    Attributes
    ----------
    fit : RestrictedFit
    back : array of shape (n_random, n_random)
        Takes the random effects' covariance from centred and scaled columns back to the terms' own units.
    effects : RandomEffects
    """

    fit: RestrictedFit
    back: Array
    effects: RandomEffects


def random_effects_fit(data: RepeatedObservations, slope: str | None) -> RandomEffectsFit | Insufficient:
    """Fit what was asked for, or the fullest model below it in which every random effect has a variance."""
    column = None if slope is None else data.design[:, data.terms.index(slope)]
    if _perfect(data):
        return Insufficient("no_variation", 1, 2)
    tried: list[RandomEffectsFit] = []
    if column is not None and _slope_identified(data, column):
        middle, spread = column.mean(), column.std()
        back = np.array([[1, -middle / spread], [0, 1 / spread]])
        full = _with_slope(data, column)
        tried.append(RandomEffectsFit(full, back, "intercept_and_slope"))
        if full.singular:
            apart = _with_slope(data, column, correlated=False)
            tried.append(RandomEffectsFit(apart, back, "uncorrelated_intercept_and_slope"))
    if not tried or tried[-1].fit.singular:
        level = restricted_fit(data.outcome, data.design, np.ones((len(data.outcome), 1)), data.groups)
        tried.append(RandomEffectsFit(level, np.eye(1), "none" if level.singular else "intercept"))
    return tried[-1] if tried[-1].fit.converged else Insufficient("no_convergence", 0, 1)


def _with_slope(data: RepeatedObservations, column: Array, *, correlated: bool = True) -> RestrictedFit:
    random = np.column_stack([np.ones(len(column)), (column - column.mean()) / column.std()])
    return restricted_fit(data.outcome, data.design, random, data.groups, correlated=correlated)


def _perfect(data: RepeatedObservations) -> bool:
    """Whether the terms, and a level for each organization, leave nothing over."""
    inside = data.around_means(np.column_stack([data.outcome, data.design[:, 1:]]))
    errors = inside[:, 0] - inside[:, 1:] @ np.linalg.lstsq(inside[:, 1:], inside[:, 0])[0]
    return bool(np.sqrt(np.mean(errors**2)) <= _ROUNDING * np.ptp(data.outcome))


def _slope_identified(data: RepeatedObservations, column: Array) -> bool:
    """Whether rows are left over once each organization has a line of its own."""
    moves = np.abs(data.around_means(column[:, None])[:, 0]) > _ROUNDING * np.abs(column).max()
    lines = len(np.unique(data.groups[moves]))
    return lines > 1 and len(column) > data.n_organizations + lines


def _between(data: RepeatedObservations) -> NDArray[np.bool_]:
    """Which terms are constant within every organization, shape (n_terms,)."""
    inside = np.abs(data.around_means(data.design)).max(axis=0)
    constant: NDArray[np.bool_] = inside <= _ROUNDING * np.abs(data.design).max(axis=0)
    return constant


def contained_degrees(data: RepeatedObservations, slope: str | None) -> Array:
    """Count degrees of freedom by the innermost level at which each term varies, shape (n_terms,).

    Organizations less the terms that are constant within them; organizations less the terms that are multiples of the
    slope's term within each; rows less all levels, slopes and terms (Pinheiro & Bates 2000, section 2.4).
    """
    inside, between = data.around_means(data.design), _between(data)
    scale = np.abs(data.design).max(axis=0)
    moved, contained = 0, np.zeros(len(scale), dtype=bool)
    if slope is not None:
        paced = inside[:, [data.terms.index(slope)]]
        length = np.zeros((data.n_organizations, 1))
        np.add.at(length, data.groups, paced**2)
        products = np.zeros((data.n_organizations, len(scale)))
        np.add.at(products, data.groups, paced * inside)
        moved = int((length > 1e-18).sum())
        left = inside - paced * (products / np.where(length > 1e-18, length, 1.0))[data.groups]
        contained = ~between & (np.abs(left).max(axis=0) <= _ROUNDING * scale)
    free = ~between & ~contained
    rows = len(inside) - data.n_organizations - moved - free.sum()
    counts = (data.n_organizations - between.sum(), moved - contained.sum(), rows)
    return np.asarray(np.select([between, contained], counts[:2], counts[2]), dtype=float)


def same_change(data: RepeatedObservations, fitted: RandomEffectsFit) -> Assumption:
    """Whether a random slope of the first term that varies within organizations would fit better.

    The likelihood ratio against an even mixture of chi-squares with 1 and 2 degrees of freedom (Stram & Lee 1994,
    Biometrics 50).
    """
    from scipy.special import chdtrc

    varying = np.nonzero(~_between(data))[0]
    if not len(varying) or not _slope_identified(data, data.design[:, varying[0]]):
        return Assumption("same_change_everywhere", None)
    sloped = _with_slope(data, data.design[:, varying[0]])
    gain = max(0.0, fitted.fit.deviance - sloped.deviance)
    p_value = float(chdtrc(1, gain) + chdtrc(2, gain)) / 2
    return Assumption("same_change_everywhere", p_value >= UNEQUAL, p_value, UNEQUAL)
