"""How many people an effect per head is about: from the indicator's own denominators, or from residents."""

from dataclasses import dataclass

import pandas as pd

from collective_impact.data.chosen_outcome import Outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import ALL, latest_values


@dataclass(frozen=True, slots=True)
class PeopleBehind:
    """Those whom the values since the start are about.

    Attributes
    ----------
    people : float
        Sum over areas that take part and periods since their start.
    per : float
        How many of them one unit of the value refers to: 1 per head, 100 for a percentage.
    residents : float or None
        Where the area's residents stand for them: their number, held at one figure.
    data : str
        Id of the data that the number comes from.
    """

    people: float
    per: float
    residents: float | None
    data: str


def people_behind(initiative: Initiative, outcome: Outcome) -> PeopleBehind | None:
    """Count the people that an average effect has to be multiplied with; None where the package does not say."""
    values = latest_values(initiative, outcome.indicator_id)
    values = values[(values["group"] == ALL) & values["area_id"].isin(outcome.taking_part)]
    return _by_denominators(values, outcome) or _by_residents(outcome)


def _by_denominators(values: pd.DataFrame, outcome: Outcome) -> PeopleBehind | None:
    known = values[values["denominator"].notna() & values["numerator"].gt(0) & values["value"].notna()]
    since = [period >= outcome.starts[area] for area, period in zip(values["area_id"], values["period"], strict=True)]
    counted = values.loc[since, "denominator"]
    if known.empty or counted.empty or counted.isna().any():
        return None
    per = float((known["value"] * known["denominator"] / known["numerator"]).astype(float).median())
    data = f"indicator_value:{outcome.indicator_id}.denominator"
    return PeopleBehind(float(counted.sum()), float(f"{per:.2g}"), None, data)


def _by_residents(outcome: Outcome) -> PeopleBehind | None:
    if outcome.population is None or outcome.per is None or outcome.start is None or len(outcome.taking_part) != 1:
        return None
    periods = int((outcome.series.dropna().index >= outcome.start).sum())
    data = f"area:{outcome.area_id}.population"
    return PeopleBehind(outcome.population * periods, outcome.per, outcome.population, data)
