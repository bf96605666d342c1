"""Adoption of a practice: how many organizations had taken it up by each period.

The curve of Rogers (2003), Diffusion of Innovations (5th ed.), drawn from counts alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_of
from collective_impact.statistics.proportion import share_limits

ORGANIZATIONS = 1


@dataclass(frozen=True, slots=True, eq=False)
class AdoptionCurve:
    """Adoption by period.

    Attributes
    ----------
    curve : DataFrame of shape (n_periods, 8)
        Indexed by period, in order. ``n``: organizations observed in the period; ``adopted``: those of them that use
        the practice or have used it before; ``in_use``: that use it now; ``lapsed``: that used it and do not now;
        ``new``: that are seen to use it for the first time; ``share, low, high``: adopted of n, with limits.
    n_organizations, n_adopted : int
        Ever observed, and ever seen to use the practice.
    n_left_out : int
        Rows that do not say which organization, which period, or whether it was in use.
    confidence : float
        Of each limit, one period at a time.
    """

    curve: pd.DataFrame
    n_organizations: int
    n_adopted: int
    n_left_out: int
    confidence: float


@guarded
def adoption_curve(
    frame: pd.DataFrame,
    *,
    adopted: str = "adopted",
    organization: str = "partner_id",
    period: str = "period",
    confidence: float = 0.95,
) -> AdoptionCurve | Insufficient:
    """Share of the organizations observed in each period that had adopted by then.

    The limits are those of a share of a sample (`share_limits`): they speak of organizations like these. Where those
    observed are all there are, the share is what it is. Who is observed may differ from period to period, so a share
    may fall although nobody gave up: ``n`` shows it.

    Parameters
    ----------
    frame : DataFrame
        One row per organization and period; `adopted` holds true or false, or 1 or 0.

    Returns
    -------
    AdoptionCurve or Insufficient
        ``no_data``.

    Raises
    ------
    MethodError
        When a column is missing, an organization has two rows for a period, `adopted` holds something else, or
        `confidence` is not between 0 and 1.
    """
    if absent := {adopted, organization, period} - set(frame.columns):
        raise MethodError(f"frame: no column {sorted(absent)} among {list(frame.columns)}")
    uses = pd.Series(numbers_of(frame[adopted], adopted), frame.index)
    if not uses.dropna().isin([0.0, 1.0]).all():
        raise MethodError(f"{adopted}: expected true or false in each row")
    rows = pd.DataFrame({"unit": frame[organization], "period": frame[period], "uses": uses}).dropna()
    if rows.duplicated(["unit", "period"]).any():
        raise MethodError(
            f"frame: a {organization} has two rows for a {period}; choose one practice and one site first"
        )
    if len(rows) < ORGANIZATIONS:
        return Insufficient("no_data", 0, ORGANIZATIONS)
    wide = rows.pivot(index="period", columns="unit", values="uses").sort_index()
    curve = _curve(wide, confidence)
    return AdoptionCurve(curve, wide.shape[1], int(wide.max().sum()), len(frame) - len(rows), confidence)


def _curve(wide: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Counts and shares by period, from 1 and 0 of shape (n_periods, n_organizations), missing where not observed."""
    seen, uses = wide.notna().to_numpy(), (wide == 1).to_numpy()
    ever = np.maximum.accumulate(uses, axis=0)
    before = np.vstack([np.zeros((1, wide.shape[1]), dtype=bool), ever[:-1]])
    counts = {
        "n": seen,
        "adopted": seen & ever,
        "in_use": uses,
        "lapsed": seen & ever & ~uses,
        "new": uses & ~before,
    }
    curve = pd.DataFrame({name: cells.sum(axis=1) for name, cells in counts.items()}, index=wide.index)
    curve["share"] = curve["adopted"] / curve["n"]
    low, high = share_limits(curve["adopted"].to_numpy(float), curve["n"].to_numpy(float), confidence)
    return curve.assign(low=low, high=high)
