"""Standard errors from the scatter between organizations, mended for few of them.

The sandwich of Liang & Zeger (1986) takes residuals for errors and so comes out too small with few clusters. Here each
cluster's residuals are first raised by the inverse root of what the fit took from them (Kauermann & Carroll 2001, JASA
96; the CR2 of Bell & McCaffrey 2002, Survey Methodology 28), and Student's t gets the degrees of freedom that the
estimated variance then has (Satterthwaite's approximation, Pustejovsky & Tipton 2018, JBES 36).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collective_impact.statistics.types import Array


@dataclass(frozen=True, slots=True, eq=False)
class BiasReduced:
    """Covariance of the coefficients of a fit to clusters.

    Attributes
    ----------
    covariance : array of shape (n_terms, n_terms)
    degrees : array of shape (n_terms,)
        Degrees of freedom of each coefficient's t.
    """

    covariance: Array
    degrees: Array


def bias_reduced_covariance(products: Array, scores: Array) -> BiasReduced | None:
    """Covariance from each cluster's share in the fit; None where one cluster alone decides on a coefficient.

    Parameters
    ----------
    products : array of shape (n_clusters, n_terms, n_terms)
        ``D' V^-1 D`` of each cluster, D the slopes of its means and V its working covariance.
    scores : array of shape (n_clusters, n_terms)
        ``D' V^-1 r`` of each cluster, r its residuals.
    """
    root = np.linalg.cholesky(np.linalg.inv(products.sum(axis=0)))
    taken = root.T @ products @ root
    shares, axes = np.linalg.eigh(taken)
    if shares.max() > 1 - 1e-8:
        return None
    raised = axes / np.sqrt(1 - shares)[:, None, :] @ axes.transpose(0, 2, 1)
    adjusted = np.einsum("gij,gj->gi", raised, scores @ root)
    covariance = root @ adjusted.T @ adjusted @ root.T
    return BiasReduced(covariance, np.array([_degrees(row, taken, raised) for row in root]))


def _degrees(weights: Array, taken: Array, raised: Array) -> float:
    """Twice the squared mean over the variance of the estimated variance, errors as the working covariance has them."""
    weighted = raised @ weights
    overlap = np.einsum("gij,gj->gi", taken, weighted)
    form = np.diag(np.einsum("gi,gi->g", weighted, overlap)) - overlap @ overlap.T
    return float(np.trace(form) ** 2 / (form**2).sum())
