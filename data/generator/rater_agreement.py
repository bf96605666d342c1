"""Krippendorff's alpha, written apart from the toolkit's so that the one can be held against the other."""

import numpy as np


def ordinal_alpha(ratings: np.ndarray) -> float:
    """Give alpha with the ordinal metric (Krippendorff 2011).

    Parameters
    ----------
    ratings : array of float, units x raters
        NaN where a rater gave no score.
    """
    values = np.unique(ratings[~np.isnan(ratings)])
    counts = np.stack([(ratings == value).sum(axis=1) for value in values], axis=1).astype(float)
    counts = counts[counts.sum(axis=1) > 1]
    pairs = counts.sum(axis=1, keepdims=True) - 1
    coincidences = (counts / pairs).T @ counts - np.diag((counts / pairs).sum(axis=0))
    totals = coincidences.sum(axis=1)
    below = np.cumsum(totals) - totals / 2
    distance = (below[:, None] - below[None, :]) ** 2
    expected = np.outer(totals, totals) - np.diag(totals)
    return float(1 - (totals.sum() - 1) * (coincidences * distance).sum() / (expected * distance).sum())
