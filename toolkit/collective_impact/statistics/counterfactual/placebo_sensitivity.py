"""Whether a placebo test hangs on donors that synthetic control could not fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.synthetic_control import DONORS_FOR_PLACEBOS, PlacebosInSpace
from collective_impact.statistics.estimate import placebo_estimate
from collective_impact.statistics.insufficient import Insufficient, guarded


@guarded
def placebos_by_fit(placebos: PlacebosInSpace, limits: Sequence[float] = (2, 5, 10, 20)) -> pd.DataFrame | Insufficient:
    """Hold the treated unit against those placebos alone that were fitted about as well before the start.

    A placebo with a bad fit before the start has a large gap afterwards that says nothing about chance (Abadie,
    Diamond & Hainmueller 2010, JASA 105, section 3.4, with limits on the mean squared error of 20, 5 and 2 times the
    treated unit's; here the limits are on its root).

    Parameters
    ----------
    placebos : PlacebosInSpace
    limits : sequence of float
        How many times the treated unit's misfit (RMSPE) a placebo's may be; all above 0.

    Returns
    -------
    DataFrame of shape (n_limits + 1, 8) or Insufficient
        Columns ``limit, n_placebos, rank, p_value, p_floor, estimate, low, high``, the narrowest limit first and in
        the last row no limit (infinite). Rows with fewer than 5 placebos have neither interval nor p-value (missing).

    Raises
    ------
    MethodError
        When a limit is not above 0.
    """
    if any(not limit > 0 for limit in limits):
        raise MethodError(f"limits are {list(limits)}: expected numbers above 0")
    return pd.DataFrame([_row(placebos, float(limit)) for limit in [*sorted(set(limits) - {np.inf}), np.inf]])


def _row(placebos: PlacebosInSpace, limit: float) -> dict[str, float | int | None]:
    misfits = placebos.rmspe_before
    kept = [unit for unit in misfits.index[1:] if misfits[unit] <= limit * misfits.iloc[0]]
    ratio = placebos.ratios[misfits.index[0]]
    rank = 1 + int((placebos.ratios[kept] >= ratio).sum())
    row: dict[str, float | int | None] = {"limit": limit, "n_placebos": len(kept), "rank": rank}
    value, confidence = placebos.estimate.value, placebos.estimate.confidence
    if len(kept) < DONORS_FOR_PLACEBOS:
        return row | {"p_value": None, "p_floor": None, "estimate": value, "low": None, "high": None}
    estimate = placebo_estimate(
        value,
        placebos.average_gaps[kept].to_numpy(),
        rank=rank,
        n_periods=placebos.estimate.n_periods,
        confidence=confidence,
        method=placebos.estimate.method,
    )
    ends = {"estimate": value, "low": estimate.low, "high": estimate.high}
    return row | {"p_value": estimate.p_value, "p_floor": estimate.p_floor} | ends
