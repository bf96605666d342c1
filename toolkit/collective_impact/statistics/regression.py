"""Least squares on a time series, with standard errors that allow for what lingers from period to period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, gammaln, stdtr

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import student_margin
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.types import Array

_AUTOCORRELATIONS: Array = np.tanh(np.linspace(-2.6, 2.6, 81))
"""Where the likelihood of a first-order autocorrelation is looked at: -0.99 to 0.99, denser towards the ends."""


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """A least-squares fit.

    Attributes
    ----------
    coefficients : array of shape (n_terms,)
    covariance, hac_covariance : array of shape (n_terms, n_terms)
        Conventional, and Newey-West with `lags` lags, without a factor for small samples.
    residuals : array of shape (n_periods,)
    degrees : int
        Periods less terms.
    lags : int
    """

    coefficients: Array
    covariance: Array
    hac_covariance: Array
    residuals: Array
    degrees: int
    lags: int

    @property
    def residual_variance(self) -> float:
        """Sum of squared residuals over `degrees`."""
        return float(self.residuals @ self.residuals) / self.degrees

    def contrast(self, terms: Array) -> tuple[float, float]:
        """Value and standard error of a weighted sum of coefficients.

        The standard error is the larger of the Newey-West and the conventional one: the former comes out too
        small in short series (Angrist & Pischke 2009, Mostly Harmless Econometrics, section 8.1, on robust
        standard errors in general). Under autocorrelation both are too small: see `autoregressive_errors`.

        Parameters
        ----------
        terms : array of shape (n_terms,)
        """
        variance = max(terms @ self.covariance @ terms, terms @ self.hac_covariance @ terms)
        return float(terms @ self.coefficients), float(np.sqrt(variance))


@dataclass(frozen=True, slots=True, eq=False)
class AutoregressiveErrors:
    """How sure least-squares coefficients are where errors follow an AR(1) process of unknown autocorrelation.

    Attributes
    ----------
    autocorrelations, weights : array of shape (n_values,)
        Values that the autocorrelation may have, and how likely each is; weights add up to 1.
    covariances : array of shape (n_values, n_terms, n_terms)
        Of the coefficients, for each of the values.
    degrees : int
        Periods less terms.
    """

    autocorrelations: Array
    weights: Array
    covariances: Array
    degrees: int

    @property
    def autocorrelation(self) -> float:
        """The errors' first-order autocorrelation, averaged over its likelihood."""
        return float(self.weights @ self.autocorrelations)

    def share_above(self, autocorrelation: float) -> float:
        """How likely it is that the autocorrelation is above this one."""
        return float(self.weights[self.autocorrelations > autocorrelation].sum())

    def margins(self, terms: Array, confidence: float) -> Array:
        """Half the widths of the intervals of weighted sums of coefficients, shape (n_sums,).

        Where Student's t, averaged over the values of the autocorrelation, leaves ``1 - confidence`` outside; found
        by Newton's method, which cannot overshoot from below as the share outside is convex.

        Parameters
        ----------
        terms : array of shape (n_sums, n_terms)
        confidence : float
        """
        errors = self._standard_errors(terms)
        margins = student_margin(1.0, self.degrees, confidence) * np.sqrt(self.weights @ errors**2)
        spread = np.where(errors > 0, errors, 1.0)
        for _ in range(20):
            ratios = margins / spread
            outside = self.weights @ (2 * stdtr(self.degrees, -ratios)) - (1 - confidence)
            if np.all(np.abs(outside) <= 1e-9 * (1 - confidence)):
                break
            density = self.weights @ (2 * _student_density(ratios, self.degrees) / spread)
            margins = np.maximum(margins + outside / density, margins / 10)
        return np.where((errors > 0).any(axis=0), margins, 0.0)

    def p_value(self, value: float, terms: Array) -> float:
        """Two-sided p-value of a weighted sum of coefficients, `terms` of shape (n_terms,), against zero."""
        errors = self._standard_errors(terms[None, :])[:, 0]
        return float(self.weights @ (2 * stdtr(self.degrees, -abs(value) / errors)))

    def _standard_errors(self, terms: Array) -> Array:
        variances = np.sum((terms @ self.covariances) * terms, axis=-1)
        errors: Array = np.sqrt(np.maximum(variances, 0.0))
        return errors


def newey_west_lags(n_periods: int) -> int:
    """Lags by the rule ``floor(4 (n / 100) ** (2 / 9))`` (Newey & West 1994): 2 for 10 periods, 3 for 30."""
    return int(4 * (n_periods / 100) ** (2 / 9))


def newey_west(scores: Array, bread: Array, lags: int) -> Array:
    """Covariance of coefficients, each period's score counted with those up to `lags` before it (Newey & West 1987).

    Parameters
    ----------
    scores : array of shape (n_periods, n_terms)
        Terms times residual, in order of time.
    bread : array of shape (n_terms, n_terms)
        Inverse of the information.
    lags : int

    Raises
    ------
    MethodError
        When `lags` is negative.
    """
    if lags < 0:
        raise MethodError(f"lags is {lags}: expected 0 or more")
    meat = scores.T @ scores
    for lag in range(1, min(lags, len(scores) - 1) + 1):
        cross = scores[lag:].T @ scores[:-lag]
        meat = meat + (1 - lag / (lags + 1)) * (cross + cross.T)
    covariance: Array = bread @ meat @ bread
    return covariance


def design_shortfall(design: Array, degrees: int = 1) -> Insufficient | None:
    """Name what a design lacks: ``more_terms_than_rows`` or ``collinear``; None when nothing.

    Parameters
    ----------
    design : array of shape (n_rows, n_terms)
    degrees : int
        Fewest rows that there have to be beyond the terms.
    """
    n, n_terms = design.shape
    if n < n_terms + degrees:
        return Insufficient("more_terms_than_rows", n, n_terms + degrees)
    scaled = design / np.maximum(np.abs(design).max(axis=0), np.finfo(float).tiny)
    rank = int(np.linalg.matrix_rank(scaled))
    return Insufficient("collinear", rank, n_terms) if rank < n_terms else None


def least_squares(design: Array, outcome: Array, lags: int | None = None) -> Regression | None:
    """Fit `outcome` on `design`; None where nothing is left over, so that no error can be estimated.

    Parameters
    ----------
    design : array of shape (n_periods, n_terms)
        Of full column rank, with more periods than terms (`design_shortfall`); in order of time.
    outcome : array of shape (n_periods,)
    lags : int, optional
        For the Newey-West covariance; by `newey_west_lags` when left out.
    """
    lags = newey_west_lags(len(outcome)) if lags is None else lags
    level = float(np.mean(outcome))
    orthonormal, triangle = np.linalg.qr(design)
    inverse = np.linalg.inv(triangle)
    residuals = outcome - orthonormal @ (orthonormal.T @ outcome)
    if np.sqrt(np.mean(residuals**2)) <= 1e-10 * max(float(np.ptp(outcome)), 1e-4 * abs(level)):
        return None
    degrees = design.shape[0] - design.shape[1]
    bread = inverse @ inverse.T
    return Regression(
        coefficients=inverse @ (orthonormal.T @ outcome),
        covariance=bread * float(residuals @ residuals) / degrees,
        hac_covariance=newey_west(design * residuals[:, None], bread, lags),
        residuals=residuals,
        degrees=degrees,
        lags=lags,
    )


def autoregressive_errors(design: Array, residuals: Array, least_variance: float = 0.0) -> AutoregressiveErrors:
    """How sure the coefficients of a least-squares fit are if its errors follow an AR(1) process.

    The variance of the least-squares coefficients under each autocorrelation, the values weighted by their
    restricted likelihood with the errors' variance integrated out; as Zellner & Tiao (1964, JASA 59) do for the
    posterior of generalized least squares, every autocorrelation between -1 and 1 as likely beforehand. One best
    autocorrelation put in its place (restricted maximum likelihood: Turner et al. 2021, BMC Med Res Methodol 21)
    would pass over how unsure it is in a short series.

    Parameters
    ----------
    design : array of shape (n_periods, n_terms)
        As it was fitted, in order of time; of a weighted fit with each row times the root of its weight.
    residuals : array of shape (n_periods,)
        Of that fit, of a weighted one times the root of the weights.
    least_variance : float
        Variance that the errors have at least: 1 for Pearson residuals of counts.
    """
    degrees = design.shape[0] - design.shape[1]
    rho = _AUTOCORRELATIONS
    orthonormal, triangle = np.linalg.qr(design)
    terms, both, left = _products(orthonormal, residuals, rho)
    log_determinant = np.linalg.slogdet(terms)[1]
    remaining = left - np.einsum("vi,vi->v", both, np.linalg.solve(terms, both[:, :, None])[:, :, 0])
    log_likelihood = 0.5 * np.log1p(-(rho**2)) - 0.5 * log_determinant - 0.5 * degrees * np.log(remaining)
    weights = np.exp(log_likelihood - log_likelihood.max()) * (1 - rho**2)
    kept = weights > 1e-9 * weights.max()
    variance = np.maximum(remaining / (1 - rho**2) / degrees, least_variance)[kept]
    inverse = np.linalg.inv(triangle)
    spread = _spread_of_products(orthonormal, rho[kept])
    return AutoregressiveErrors(
        autocorrelations=rho[kept],
        weights=weights[kept] / weights[kept].sum(),
        covariances=variance[:, None, None] * (inverse @ spread @ inverse.T),
        degrees=degrees,
    )


def durbin_watson(residuals: Array) -> float:
    """Sum of squared changes over sum of squares: near 2 without autocorrelation, towards 0 with positive."""
    return float(np.sum(np.diff(residuals) ** 2) / np.sum(residuals**2))


def ljung_box(residuals: Array, seasons: int = 1, estimated: int = 0) -> float:
    """p-value of the test of Ljung & Box (1978, Biometrika 65) that residuals have no autocorrelation.

    At ``min(10, n / 5)`` lags, with seasons at ``min(2 * seasons, n / 5)`` (Hyndman & Athanasopoulos, Forecasting:
    Principles and Practice, 3rd ed., section 5.4).

    Parameters
    ----------
    residuals : array of shape (n_periods,)
    seasons : int
        Periods in a year; 1 for none.
    estimated : int
        Autocorrelations that have been taken out of the residuals beforehand.
    """
    n = len(residuals)
    lags = max(min(2 * seasons if seasons > 1 else 10, n // 5), estimated + 1)
    total = float(residuals @ residuals)
    correlations = np.array([residuals[lag:] @ residuals[:-lag] / total for lag in range(1, lags + 1)])
    statistic = n * (n + 2) * float(np.sum(correlations**2 / (n - np.arange(1, lags + 1))))
    return float(chdtrc(lags - estimated, statistic))


def _products(orthonormal: Array, residuals: Array, rho: Array) -> tuple[Array, Array, Array]:
    """Give ``Q'MQ``, ``Q'Me`` and ``e'Me`` for each value of `rho`.

    M is ``1 - rho ** 2`` times the inverse of the AR(1) correlation matrix: tridiagonal, and quadratic in rho.
    """
    every = np.column_stack([orthonormal, residuals])
    inner = every[1:-1].T @ every[1:-1]
    neighbours = every[1:].T @ every[:-1]
    linear = neighbours + neighbours.T
    values = rho[:, None, None]
    products = every.T @ every - values * linear + values**2 * inner
    return products[:, :-1, :-1], products[:, :-1, -1], products[:, -1, -1]


def _spread_of_products(orthonormal: Array, rho: Array) -> Array:
    """Give ``Q'VQ`` for each value of `rho`, V the AR(1) correlation matrix."""
    n, n_terms = orthonormal.shape
    lagged = np.array([orthonormal[lag:].T @ orthonormal[:-lag] for lag in range(1, n)]).reshape(n - 1, -1)
    powers = rho[:, None] ** np.arange(1, n)
    sums = (powers @ lagged).reshape(len(rho), n_terms, n_terms)
    spread: Array = np.eye(n_terms) + sums + sums.transpose(0, 2, 1)
    return spread


def _student_density(ratios: Array, degrees: float) -> Array:
    log_constant = gammaln((degrees + 1) / 2) - gammaln(degrees / 2) - 0.5 * np.log(degrees * np.pi)
    density: Array = np.exp(log_constant - (degrees + 1) / 2 * np.log1p(ratios**2 / degrees))
    return density
