"""The indicators of a level one by one: what is recorded of each, and each as an outcome to follow."""

from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.outcome.followed import Counted, counted, put_together
from collective_impact.data.chosen_outcome import OUTCOME_LEVEL, Outcome, choose_outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import ALL, indicators, latest_values, table_or_empty


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorRecord:
    """An indicator with what is recorded of it.

    Attributes
    ----------
    each_area : Outcome
        With every area by itself.
    outcome : Outcome
        With the areas that take part put together.
    figures : Counted
    baseline : float or None
        As the package states it, for everybody; None where one area was chosen.
    first, last : Period or None
        Of the periods with values for everybody.
    n_periods, n_areas : int
    n_missing : int
        Values missing between the first and the last period, over all areas with any.
    n_revised : int
        Figures that were corrected after they were first published.
    dimensions : tuple of str
        What people are told apart by.
    """

    each_area: Outcome
    outcome: Outcome
    figures: Counted
    baseline: float | None
    first: pd.Period | None
    last: pd.Period | None
    n_periods: int
    n_areas: int
    n_missing: int
    n_revised: int
    dimensions: tuple[str, ...]


def review_indicators(
    initiative: Initiative, area_id: str = "", level: str = OUTCOME_LEVEL
) -> tuple[IndicatorRecord, ...]:
    """Review the indicators of a level, in the order of the package."""
    rows = indicators(initiative, level)
    found = zip(rows["indicator_id"], rows["baseline"], strict=True)
    return tuple(_record(initiative, str(indicator), baseline, area_id) for indicator, baseline in found)


def _record(initiative: Initiative, indicator: str, baseline: float | None, area_id: str) -> IndicatorRecord:
    chosen = choose_outcome(initiative, indicator, area_id)
    figures = counted(initiative, indicator)
    values = latest_values(initiative, indicator)
    everybody = values[(values["group"] == ALL) & values["value"].notna()]
    periods, areas = everybody["period"].nunique(), everybody["area_id"].nunique()
    groups = table_or_empty(initiative, "group")
    split = groups[groups["group_id"].isin(set(values.loc[values["value"].notna(), "group"]))]
    return IndicatorRecord(
        each_area=chosen,
        outcome=put_together(chosen, figures),
        figures=figures,
        baseline=None if area_id or pd.isna(baseline) else float(baseline),
        first=everybody["period"].min() if periods else None,
        last=everybody["period"].max() if periods else None,
        n_periods=periods,
        n_areas=areas,
        n_missing=periods * areas - len(everybody),
        n_revised=int((values["revision"] > 0).sum()),
        dimensions=tuple(dict.fromkeys(split["dimension"].astype(str))),
    )
