"""How much each organization changed: its mean from a start on less its mean before."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_of
from collective_impact.statistics.types import Label, Unit


@dataclass(frozen=True, slots=True, eq=False)
class OrganizationChanges:
    """Change of each organization.

    Attributes
    ----------
    changes : Series of shape (n_organizations,)
        In the unit of the value, indexed by organization in order.
    left_out : tuple
        Organizations that were not observed both before and after.
    """

    changes: pd.Series[float]
    left_out: tuple[Unit, ...]


@guarded
def organization_changes(
    frame: pd.DataFrame,
    start: Label,
    *,
    value: str = "value",
    organization: str = "partner_id",
    period: str = "period",
) -> OrganizationChanges | Insufficient:
    """Mean of each organization from `start` on, less its mean before.

    Every organization counts once, however often it was observed.

    Parameters
    ----------
    frame : DataFrame
        One row for each time that an organization was observed; missing and infinite values are passed over.
    start : period
        First period after the change.

    Returns
    -------
    OrganizationChanges or Insufficient
        ``no_data``; ``too_few_periods_before`` or ``too_few_periods_after`` where nothing was observed then;
        ``too_few_clusters`` where no organization was observed both before and after.

    Raises
    ------
    MethodError
        When a column is missing, a value is no number, or `start` cannot be compared with the periods.
    """
    rows = before_and_after(frame, start, value=value, organization=organization, period=period)
    if isinstance(rows, Insufficient):
        return rows
    means = rows.groupby(["organization", "after"], sort=True)["value"].mean().unstack()
    changes = (means[1.0] - means[0.0]).dropna()
    if changes.empty:
        return Insufficient("too_few_clusters", 0, 1)
    return OrganizationChanges(changes, tuple(means.index.difference(changes.index)))


def before_and_after(
    frame: pd.DataFrame, start: Label, *, value: str, organization: str, period: str
) -> pd.DataFrame | Insufficient:
    """Rows with columns ``organization, value, after``, the last 1.0 from `start` on, in an order of their own."""
    if absent := {value, organization, period} - set(frame.columns):
        raise MethodError(f"frame: no column {sorted(absent)} among {list(frame.columns)}")
    if pd.isna(start):
        raise MethodError(f"start {start!r}: expected a period like those of the column {period!r}")
    read = frame[[organization, period]].assign(**{value: numbers_of(frame[value], value)})
    kept = read.dropna(subset=[organization, period])
    rows = pd.DataFrame({"organization": kept[organization], "value": kept[value]})
    try:
        rows["after"] = (kept[period] >= start).astype(float)
    except TypeError as error:
        raise MethodError(f"start {start!r}: expected a period like those of the column {period!r}") from error
    rows = rows.dropna(subset="value")
    if rows.empty:
        return Insufficient("no_data")
    if rows["after"].all() or not rows["after"].any():
        reason = rows["after"].all()
        return Insufficient("too_few_periods_before" if reason else "too_few_periods_after", 0, 1)
    return rows.sort_values(["organization", "after", "value"], ignore_index=True)
