"""What a treated unit and its synthetic control should have in common, in a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.panel import Panel
from collective_impact.statistics.types import Label


@guarded
def predictor_table(
    panel: Panel,
    covariates: Mapping[str, pd.DataFrame],
    periods: Mapping[str, Collection[Label]] | None = None,
    *,
    outcome_in: Collection[Label] = (),
) -> pd.DataFrame | Insufficient:
    """Average covariates over periods before the start, and add the outcome in chosen periods.

    The predictors of Abadie, Diamond & Hainmueller (2010, JASA 105). Outcomes in many periods make covariates idle
    (Kaul, Klößner, Pfeifer & Schieler 2022, Journal of Business & Economic Statistics 40): choose few.

    Parameters
    ----------
    panel : Panel
        Whose units and start count.
    covariates : mapping of name to DataFrame of shape (n_periods, n_units)
        Values by period and unit. Missing and infinite ones are passed over.
    periods : mapping of name to periods, optional
        Which periods each covariate is averaged over; all before the start where nothing is said.
    outcome_in : collection of periods
        Each gives a predictor ``outcome in <period>``.

    Returns
    -------
    DataFrame of shape (n_units, n_predictors) or Insufficient
        One row for each unit of the panel, with missing values where a unit has none in these periods;
        ``no_data`` without any predictor.

    Raises
    ------
    MethodError
        When a covariate names a unit or period twice, or a period is from the start on or unknown to the panel.
    """
    chosen = periods or {}
    if unknown := sorted(set(chosen) - set(covariates)):
        raise MethodError(f"periods are given for {unknown}: expected some of {list(covariates)}")
    for period in [*outcome_in, *(period for each in chosen.values() for period in each)]:
        if panel.start is not None and not period < panel.start:
            raise MethodError(f"predictors in {period}: expected periods before the start, {panel.start}")
    if absent := [period for period in outcome_in if period not in panel.outcome.index]:
        raise MethodError(f"outcome in {absent}: expected periods of the panel")
    columns = {name: _mean(panel, name, values, chosen.get(name)) for name, values in covariates.items()}
    outcomes = panel.outcome.loc[list(outcome_in)].T.set_axis([f"outcome in {period}" for period in outcome_in], axis=1)
    table = pd.DataFrame(columns, index=panel.outcome.columns).join(outcomes)
    return Insufficient("no_data") if table.columns.empty else table


def _mean(panel: Panel, name: str, values: pd.DataFrame, periods: Collection[Label] | None) -> pd.Series[float]:
    if values.index.has_duplicates or values.columns.has_duplicates:
        raise MethodError(f"covariate {name}: each period and each unit may occur once only")
    before = values.index if panel.start is None else values.index[values.index < panel.start]
    kept = values.loc[before if periods is None else before[before.isin(list(periods))]]
    mean: pd.Series[float] = numbers_in(kept, f"covariate {name}").mean().reindex(panel.outcome.columns)
    return mean
