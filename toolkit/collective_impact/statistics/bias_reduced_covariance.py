"""Standard errors from the scatter between clusters, mended for few of them.

The sandwich of Liang & Zeger (1986, Biometrika 73) takes residuals for errors and so comes out too small with few
clusters. Here each cluster's residuals are first raised by the inverse root of what the fit took from them (the CR2 of
Bell & McCaffrey 2002, Survey Methodology 28; Kauermann & Carroll 2001, JASA 96), and Student's t gets the degrees of
freedom that the estimated variance then has (Satterthwaite's approximation; Pustejovsky & Tipton 2018, JBES 36).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collective_impact.statistics.types import Array

DEGREES = 4.0
"""Fewest degrees of freedom at which Student's t is a good guide (Tipton 2015, Psychological Methods 20)."""
_ALONE, _ROUNDING = 1e-8, 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class BiasReduced:
    """Standard errors of coefficients, or of other sums of them.

    Attributes
    ----------
    standard_errors : array of shape (n_sums,)
        0 where clusters do not differ but for rounding, so that nothing tells how sure the sum is.
    degrees : array of shape (n_sums,)
        Degrees of freedom of each one's t, under errors as the fit takes them to be.
    """

    standard_errors: Array
    degrees: Array


def bias_reduced_errors(products: Array, scores: Array) -> BiasReduced | None:
    """Standard error of each coefficient of a fit to clusters; None where one cluster alone decides on one of them.

    Parameters
    ----------
    products : array of shape (n_clusters, n_terms, n_terms)
        ``D' V^-1 D`` of each cluster, D the slopes of its means and V its working covariance.
    scores : array of shape (n_clusters, n_terms)
        ``D' V^-1 r`` of each cluster, r its residuals.
    """
    root = np.linalg.cholesky(np.linalg.inv(products.sum(axis=0)))
    return errors_of_sums(root.T @ products @ root, scores @ root, root)


def errors_of_sums(shares: Array, scores: Array, weights: Array) -> BiasReduced | None:
    """Standard errors of weighted sums of coefficients; None where one cluster alone decides on one of the sums.

    Parameters
    ----------
    shares : array of shape (n_clusters, n_terms, n_terms)
        Products as in `bias_reduced_errors`, of terms turned so that they add up to the identity.
    scores : array of shape (n_clusters, n_terms)
        Of the same terms.
    weights : array of shape (n_sums, n_terms)
        Of the coefficients of the same terms.
    """
    values, axes = np.linalg.eigh(shares)
    along = weights @ axes
    alone = values > 1 - _ALONE
    if ((along**2 * alone[:, None, :]).sum(axis=2) > _ALONE * (weights**2).sum(axis=1)).any():
        return None
    raised = (along / np.sqrt(np.where(alone, np.inf, 1 - values))[:, None, :]) @ axes.transpose(0, 2, 1)
    errors = np.sqrt((np.einsum("gij,gj->gi", raised, scores) ** 2).sum(axis=0))
    size = np.sqrt((weights**2).sum(axis=1) * (scores**2).sum())
    errors = np.where(errors <= _ROUNDING * size, 0.0, errors)
    return BiasReduced(errors, np.array([_degrees(shares, each) for each in raised.transpose(1, 0, 2)]))


def _degrees(shares: Array, raised: Array) -> float:
    """Twice the squared mean over the variance of the estimated variance; `raised` of shape (n_clusters, n_terms)."""
    overlap = np.einsum("gij,gj->gi", shares, raised)
    own = np.einsum("gi,gi->g", raised, overlap)
    joint = overlap.T @ overlap
    squares = own @ own - 2 * own @ (overlap**2).sum(axis=1) + (joint**2).sum()
    return float((own.sum() - np.trace(joint)) ** 2 / squares)
