"""Least squares on a time series, with standard errors that allow for what lingers from period to period."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collective_impact.statistics.types import Array


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """A least-squares fit.

    Attributes
    ----------
    coefficients : array of shape (n_terms,)
    covariance, hac_covariance : array of shape (n_terms, n_terms)
        Conventional, and Newey-West with `lags` lags.
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
        standard errors in general).

        Parameters
        ----------
        terms : array of shape (n_terms,)
        """
        variance = max(terms @ self.covariance @ terms, terms @ self.hac_covariance @ terms)
        return float(terms @ self.coefficients), float(np.sqrt(variance))


def newey_west_lags(n_periods: int) -> int:
    """Lags by the rule ``floor(4 (n / 100) ** (2 / 9))`` (Newey & West 1994): 2 for 10 periods, 3 for 30."""
    return int(4 * (n_periods / 100) ** (2 / 9))


def least_squares(design: Array, outcome: Array, lags: int | None = None) -> Regression | None:
    """Fit `outcome` on `design`; None where nothing is left over, so that no error can be estimated.

    Parameters
    ----------
    design : array of shape (n_periods, n_terms)
        Of full column rank, with more periods than terms; in order of time.
    outcome : array of shape (n_periods,)
    lags : int, optional
        For the Newey-West covariance; by `newey_west_lags` when left out.
    """
    from statsmodels.regression.linear_model import OLS

    lags = newey_west_lags(len(outcome)) if lags is None else lags
    level = float(np.mean(outcome))
    fit = OLS(outcome, design).fit()
    residuals = np.asarray(fit.resid, dtype=float)
    if np.sqrt(np.mean(residuals**2)) <= 1e-10 * max(float(np.ptp(outcome)), 1e-5 * abs(level)):
        return None
    hac = fit.get_robustcov_results("HAC", maxlags=lags, use_correction=False)
    return Regression(
        coefficients=np.asarray(fit.params, dtype=float),
        covariance=np.asarray(fit.cov_params(), dtype=float),
        hac_covariance=np.asarray(hac.cov_params(), dtype=float),
        residuals=residuals,
        degrees=int(fit.df_resid),
        lags=lags,
    )
