"""Regression of counts on what they may depend on, out of known exposures: log-linear rates and their ratios."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtri

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.estimate import Interval, student_margin
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.regression import design_shortfall, newey_west
from collective_impact.statistics.types import Array

Dispersion = Literal["poisson", "quasi"]


@dataclass(frozen=True, slots=True, eq=False)
class RateRegression:
    """A log-linear model of rates: ``log(expected count / exposure) = design @ coefficients``.

    Attributes
    ----------
    terms : tuple of str
        Columns of the design, in its order.
    coefficients : array of shape (n_terms,)
        On the log scale: the logarithm of a rate ratio each, of the rate itself for a column of ones.
    covariance : array of shape (n_terms, n_terms)
        Inverse Fisher information, times the scale: 1 for "poisson", ``max(1, dispersion)`` for "quasi".
    hac_covariance : array of shape (n_terms, n_terms) or None
        Newey-West with `lags` lags; None where none were asked for.
    fitted, residuals : array of shape (n_rows,)
        Expected counts, and Pearson residuals ``(count - expected) / sqrt(expected)``.
    dispersion : float
        Pearson chi-square over the degrees of freedom: near 1 for Poisson counts, above where they scatter more.
    degrees : float
        Of the Student t quantile of all intervals: rows less terms for "quasi", infinite for "poisson".
    n, events : int, float
        Rows, and counts in all.
    lags : int or None
    assumptions : tuple of Assumption
        For "poisson" ``no_overdispersion``, judged by the chi-square test of `dispersion` at 5%.
    """

    terms: tuple[str, ...]
    coefficients: Array
    covariance: Array
    hac_covariance: Array | None
    fitted: Array
    residuals: Array
    dispersion: float
    degrees: float
    n: int
    events: float
    lags: int | None
    assumptions: tuple[Assumption, ...]

    @property
    def scaled(self) -> bool:
        """Whether the covariance is that of quasi-Poisson regression."""
        return bool(np.isfinite(self.degrees))

    @property
    def scale(self) -> float:
        """By what `covariance` is larger than for independent events, at least 1."""
        return max(1.0, self.dispersion) if self.scaled else 1.0

    def ratio(self, term: str, confidence: float = 0.95) -> Interval:
        """Rate ratio for one more of `term`, the others held fixed.

        Raises
        ------
        MethodError
            When there is no such term, or `confidence` is not between 0 and 1.
        """
        return self.ratio_of({term: 1.0}, confidence)

    def ratio_of(self, changes: Mapping[str, float], confidence: float = 0.95) -> Interval:
        """Rate ratio for a change of several terms at once, for example of an interaction and its main effect.

        Parameters
        ----------
        changes : mapping of term to change
            In the unit of each term; those not named stay as they are.
        """
        if unknown := sorted(set(changes) - set(self.terms)):
            raise MethodError(f"terms {unknown}: expected some of {list(self.terms)}")
        weights = np.array([changes.get(term, 0.0) for term in self.terms])
        value, margin = float(weights @ self.coefficients), self.margin(weights, confidence)
        with np.errstate(over="ignore"):
            ratio, low, high = np.exp([value, value - margin, value + margin])
        return Interval(float(ratio), float(low), float(high), confidence)

    def margin(self, weights: Array, confidence: float) -> float:
        """Half the width of the interval of a weighted sum of coefficients, on the log scale.

        The largest of what independent events leave unsure, by the normal quantile, and for "quasi" of the scaled
        and of the Newey-West error, by Student's t. Never narrower than for independent events: so few rows may
        scatter less by chance.

        Parameters
        ----------
        weights : array of shape (n_terms,)
        confidence : float
        """
        error = float(np.sqrt(weights @ self.covariance @ weights / self.scale))
        margins = [
            student_margin(error, float("inf"), confidence),
            student_margin(error * np.sqrt(self.dispersion), self.degrees, confidence) if self.scaled else 0.0,
        ]
        if self.hac_covariance is not None:
            lingering = float(np.sqrt(weights @ self.hac_covariance @ weights))
            margins.append(student_margin(lingering, self.degrees, confidence))
        return max(margins)

    def contrast(self, weights: Array) -> tuple[float, float]:
        """Value and standard error of a weighted sum of coefficients, on the log scale.

        Where there is a Newey-West error the larger of the two counts, as in `regression.Regression.contrast`.

        Parameters
        ----------
        weights : array of shape (n_terms,)
        """
        variances = [weights @ each @ weights for each in (self.covariance, self.hac_covariance) if each is not None]
        return float(weights @ self.coefficients), float(np.sqrt(max(variances)))


@guarded
def rate_regression(
    counts: ArrayLike,
    design: pd.DataFrame,
    exposure: ArrayLike,
    *,
    dispersion: Dispersion = "quasi",
    lags: int | None = None,
) -> RateRegression | Insufficient:
    """Fit counts by Poisson or quasi-Poisson regression with the logarithm of the exposure as offset.

    McCullagh & Nelder (1989, Generalized Linear Models, chapter 6). "poisson" assumes that counts scatter no more
    than independent events do; "quasi" lets their variance be a multiple of their mean, estimated by Pearson's
    chi-square over its degrees of freedom and never less than 1, and takes Student's t for the normal quantile.

    Parameters
    ----------
    counts : array of shape (n_rows,)
        Events; not negative. Rows with a missing or infinite count or term are left out.
    design : DataFrame of shape (n_rows, n_terms)
        Numbers, a column for each term, one of ones among them unless the terms make it up.
    exposure : array of shape (n_rows,)
        What the events are out of: residents, person-years; above 0.
    dispersion : {"quasi", "poisson"}
    lags : int, optional
        For a Newey-West covariance, where the rows are successive periods in their order.

    Returns
    -------
    RateRegression or Insufficient
        ``no_denominator`` where an exposure is missing or not above 0; ``no_data``; ``more_terms_than_rows``, which
        needs one row more than terms; ``collinear``; ``too_few_events`` without events, or without any in a group
        that has a term of its own, whose rate ratio would be 0 or infinite (Santos Silva & Tenreyro 2010, Economics
        Letters 107); ``no_convergence``.

    Raises
    ------
    MethodError
        When counts are negative, lengths differ, a term occurs twice, `dispersion` is unknown or `lags` negative.
    """
    events, terms, population = _checked(counts, design, exposure, dispersion)
    known = np.isfinite(events) & np.isfinite(terms).all(axis=1)
    if unfit := int((~(np.isfinite(population) & (population > 0)))[known].sum()):
        return Insufficient("no_denominator", unfit, 0)
    events, terms, population = events[known], terms[known], population[known]
    lacking = _shortfall(events, terms)
    if lacking:
        return lacking
    return _fit(events, terms, population, tuple(map(str, design.columns)), dispersion, lags)


def _checked(
    counts: ArrayLike, design: pd.DataFrame, exposure: ArrayLike, dispersion: str
) -> tuple[Array, Array, Array]:
    events, population = np.asarray(counts, dtype=float), np.asarray(exposure, dtype=float)
    if not len(events) == len(population) == len(design):
        raise MethodError(f"{len(events)} counts, {len(population)} exposures, {len(design)} rows: expected as many")
    if design.columns.has_duplicates:
        raise MethodError(f"design: expected each term once, found {list(design.columns)}")
    if (events < 0).any():
        raise MethodError(f"counts: found {np.nanmin(events):g}, expected none below 0")
    if dispersion not in ("poisson", "quasi"):
        raise MethodError(f"dispersion is {dispersion!r}: expected 'poisson' or 'quasi'")
    return events, design.to_numpy(dtype=float), population


def _shortfall(events: Array, terms: Array) -> Insufficient | None:
    if not len(events):
        return Insufficient("no_data")
    lacking = design_shortfall(terms)
    if lacking:
        return lacking
    return Insufficient("too_few_events", 0, 1) if not events.any() or _separated(events, terms) else None


def _separated(events: Array, terms: Array) -> bool:
    """Whether some combination of terms is 0 wherever there are events, and never positive but not always 0 elsewhere.

    The likelihood then grows for ever as its coefficient does. Only where the rows with events leave a combination
    of terms open can that be; a linear programme finds it.
    """
    from scipy.optimize import linprog

    terms = terms / np.abs(terms).max(axis=0)
    with_events, without = terms[events > 0], terms[events == 0]
    if np.linalg.matrix_rank(with_events) == terms.shape[1]:
        return False
    found = linprog(
        without.sum(axis=0), without, np.zeros(len(without)), with_events, np.zeros(len(with_events)), bounds=(-1, 1)
    )
    return bool(found.fun < -1e-7)


def _fit(
    events: Array, terms: Array, population: Array, names: tuple[str, ...], dispersion: Dispersion, lags: int | None
) -> RateRegression | Insufficient:
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = GLM(events, terms, family=Poisson(), offset=np.log(population)).fit(maxiter=200)
    fitted = np.asarray(fit.fittedvalues, dtype=float)
    information = np.linalg.inv(terms.T @ (terms * fitted[:, None])) if fit.converged else np.array([[np.nan]])
    if not np.isfinite(information).all():
        return Insufficient("no_convergence", 0, 1)
    residuals = (events - fitted) / np.sqrt(fitted)
    degrees = len(events) - len(names)
    scale = float(residuals @ residuals) / degrees
    limit = float(chdtri(degrees, 0.05)) / degrees
    return RateRegression(
        terms=names,
        coefficients=np.asarray(fit.params, dtype=float),
        covariance=information * (max(1.0, scale) if dispersion == "quasi" else 1.0),
        hac_covariance=None if lags is None else newey_west(terms * (events - fitted)[:, None], information, lags),
        fitted=fitted,
        residuals=residuals,
        dispersion=scale,
        degrees=float(degrees) if dispersion == "quasi" else float("inf"),
        n=len(events),
        events=float(events.sum()),
        lags=lags,
        assumptions=(Assumption("no_overdispersion", scale <= limit, scale, limit),) if dispersion == "poisson" else (),
    )
