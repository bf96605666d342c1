"""How sure a two-sided test of Student's t is to show an effect, the smallest it would show, and what ranks allow."""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy.special import chdtri, ndtr, stdtrit

from collective_impact.errors import MethodError
from collective_impact.statistics.estimate import RANKED_P
from collective_impact.statistics.types import Array


def check_plan(alpha: float, power: float) -> None:
    """Refuse a level and a power that no test has together.

    Raises
    ------
    MethodError
        When they are not shares, or `power` is not above `alpha`.
    """
    if not 0 < alpha < power < 1:
        raise MethodError(f"alpha {alpha} and power {power}: expected shares between 0 and 1, power the larger")


def power_of_test(effect: float, standard_error: float, degrees: float, alpha: float = 0.05) -> float:
    """Chance that the interval of ``1 - alpha`` leaves out zero when the effect is `effect`.

    By the noncentral t distribution, both of its tails counted.

    Parameters
    ----------
    effect, standard_error : float
        In the same unit; the standard error above 0.
    degrees : float
        Of freedom of the standard error's estimate.
    alpha : float
        Chance of a false alarm.

    Raises
    ------
    MethodError
        When `alpha` is no share, or the standard error or its degrees of freedom are not above 0.
    """
    check_plan(alpha, (1 + alpha) / 2)
    if not (standard_error > 0 and degrees > 0):
        raise MethodError(f"standard error {standard_error}, degrees {degrees}: expected both above 0")
    shift = abs(effect) / standard_error
    # The noncentral t distribution as an average over the standard error's own: scipy's gives NaN far out.
    shares, weights = _nodes()
    limit = stdtrit(degrees, 1 - alpha / 2) * np.sqrt(chdtri(degrees, shares) / degrees)
    return float(weights @ (ndtr(shift - limit) + ndtr(-shift - limit)))


@cache
def detectable_multiplier(degrees: float, alpha: float = 0.05, power: float = 0.8) -> float:
    """Smallest effect that a test shows with the stated power, in standard errors.

    2.80 for 5% and 80% with many degrees of freedom, 3.51 with 5: what Bloom (1995, Evaluation Review 19) calls the
    multiplier, by the noncentral t distribution instead of a sum of two quantiles.

    Parameters
    ----------
    degrees : float
        Of freedom of the standard error's estimate.
    alpha, power : float

    Raises
    ------
    MethodError
        When `alpha` and `power` are not shares, or `power` is not above `alpha`.
    """
    from scipy.optimize import brentq

    check_plan(alpha, power)
    most = 10.0
    while power_of_test(most, 1.0, degrees, alpha) < power:
        most *= 2
    return float(brentq(lambda effect: power_of_test(effect, 1.0, degrees, alpha) - power, 0.0, most))


def ranks_reach(p_floor: float | None) -> bool:
    """Whether ranks can give a p-value with which an effect counts as conclusive, were it as large as one likes.

    `Estimate.conclusive` asks them for 10%, whatever the confidence of the interval; so it is not `alpha` that the
    smallest p-value is held against. For p-values of 5% compare `p_floor` with that.

    Parameters
    ----------
    p_floor : float or None
        Smallest p-value that there can be; None where it does not come from ranks.
    """
    return p_floor is None or p_floor <= RANKED_P


@cache
def _nodes() -> tuple[Array, Array]:
    """Nodes and weights of an integral over 0 to 1 (Gauss & Legendre)."""
    nodes, weights = np.polynomial.legendre.leggauss(200)
    return (nodes + 1) / 2, weights / 2
