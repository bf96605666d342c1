"""Order of a network's actors that their names have no part in.

Colour refinement (Weisfeiler & Leman 1968) on how many ties lie between each actor and each other: whoever differs in
that is told apart. Of those who are left alike one is set apart, and the others told apart by their distance from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from collective_impact.statistics.networks.network import shortest_paths


def structural_order(ties: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Give the actors' places in the order of their part in the network.

    Whatever the actors are called and in whichever order they come, the network looks the same when they are put in
    this order. Only for networks as regular as hardly any of real actors (strongly regular graphs) that is not sure.

    Parameters
    ----------
    ties : array of shape (n_actors, n_actors), bool
    """
    n = len(ties)
    ways = np.where(np.isfinite(found := shortest_paths(ties)), found, n).astype(np.int64)
    pairs = ways * (n + 1) + ways.T
    colours = _refined(pairs, np.zeros(n, dtype=np.int64))
    while colours.max(initial=0) + 1 < n:
        shared = int(np.flatnonzero(np.bincount(colours) > 1)[0])
        one = int(np.flatnonzero(colours == shared)[0])
        colours = 2 * colours + 1
        colours[one] -= 1
        colours = _refined(pairs, colours)
    return np.argsort(colours)


def _refined(pairs: NDArray[np.int64], colours: NDArray[np.int64]) -> NDArray[np.int64]:
    """Colours that no longer change when actors are told apart by the colours at each distance from them."""
    n_colours = 0
    while True:
        around = np.sort(pairs + colours * (pairs.max() + 1), axis=1)
        _, colours = np.unique(np.column_stack([colours, around]), axis=0, return_inverse=True)
        colours = colours.reshape(-1).astype(np.int64)
        if colours.max(initial=-1) + 1 == n_colours:
            return colours
        n_colours = int(colours.max()) + 1
