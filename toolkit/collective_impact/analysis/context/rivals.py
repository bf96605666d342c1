"""What else could have moved the outcome: events, series about the surroundings, and outcomes nobody aimed at."""

from dataclasses import dataclass

import pandas as pd

from collective_impact.data.chosen_outcome import OUTCOME_LEVEL, Outcome, choose_outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import context_events, indicators, table_or_empty
from collective_impact.language import translate as _


@dataclass(frozen=True, slots=True)
class RivalEvent:
    """An event that may have moved the outcome.

    Attributes
    ----------
    event_id, summary, when : str
        Id, what happened, and the date in words.
    period : Period
        In which it began, in the outcome's frequency.
    areas : tuple of str
        Ids of the areas it concerned; empty: all, or nobody wrote down which.
    direction : {"supportive", "hindering", "mixed", "neutral", ""}
    shock : bool
    """

    event_id: str
    summary: str
    when: str
    period: pd.Period
    areas: tuple[str, ...]
    direction: str
    shock: bool


@dataclass(frozen=True, slots=True, eq=False)
class Surrounding:
    """A series about the surroundings: its id, name and unit, and its values (periods x areas)."""

    series_id: str
    name: str
    unit: str
    frame: pd.DataFrame


def rival_events(initiative: Initiative, outcome: Outcome) -> tuple[RivalEvent, ...]:
    """Take the events in order of time, each with its period in the frequency of the outcome.

    What the initiative did itself is left out: it is no rival to its own work.
    """
    freq = str(pd.PeriodIndex(outcome.frame.index).freqstr)
    return tuple(
        RivalEvent(
            event_id=str(row["event_id"]),
            summary=str(row["summary"]),
            when=str(row["when"]),
            period=row["begins"].to_period(freq.split("-")[0]).asfreq(freq),
            areas=(_text(row["area_id"]),) if _text(row["area_id"]) else (),
            direction=_text(row["direction"]),
            shock=_is_true(row["shock"]),
        )
        for _at, row in context_events(initiative).iterrows()
        if not _is_true(row.get("own"))
    )


def _is_true(value: object) -> bool:
    return not pd.isna(value) and bool(value)  # type: ignore[call-overload]


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]


def surroundings(initiative: Initiative) -> tuple[Surrounding, ...]:
    """Take the series about the surroundings, in the order of the indicators."""
    values = table_or_empty(initiative, "context_series")
    values = values[values["value"].notna()]
    found = []
    for _at, row in indicators(initiative, "context").iterrows():
        own = values[values["series_id"] == row["indicator_id"]]
        if own.empty:
            continue
        wide = own.pivot(index="period", columns="area_id", values="value").astype(float)
        frame = wide.set_axis(pd.PeriodIndex(wide.index, name="period")).sort_index()
        found.append(Surrounding(str(row["indicator_id"]), str(row["name"]), _text(row["unit"]), frame))
    return tuple(found)


def kinds_of_areas(initiative: Initiative, outcome: Outcome) -> pd.DataFrame:
    """Describe each area as it was before the first start.

    Returns
    -------
    DataFrame of float, areas x characteristics
        Residents, the outcome's average, and the average of each series about the surroundings; named for readers.
    """
    areas = [str(area) for area in outcome.frame.columns]
    first = min(outcome.starts.values(), default=None)
    population = table_or_empty(initiative, "area").set_index("area_id")["population"].reindex(areas)
    columns = {_("Residents"): population.astype(float), outcome.indicator: _before(outcome.frame, first)}
    columns |= {each.name: _before(each.frame, first) for each in surroundings(initiative)}
    frame = pd.DataFrame({name: values.reindex(areas) for name, values in columns.items()}, index=areas, dtype=float)
    return frame.dropna(axis="columns", how="any")


def _before(frame: pd.DataFrame, start: pd.Period | None) -> "pd.Series[float]":
    """Average of each area before a start; of all periods where nothing has started."""
    if start is None or frame.empty:
        return frame.mean()
    freq = pd.PeriodIndex(frame.index).freqstr
    return frame[frame.index < start.asfreq(freq, how="start")].mean()


def control_outcomes(initiative: Initiative, outcome: Outcome, control: str = "") -> tuple[Outcome, ...]:
    """Take the outcome that the initiative cannot have moved; by default those outcomes that have no target."""
    rows = indicators(initiative, OUTCOME_LEVEL)
    rows = rows[rows["indicator_id"] != outcome.indicator_id]
    rows = rows[rows["indicator_id"] == control] if control else rows[rows["target"].isna()]
    return tuple(choose_outcome(initiative, str(each)) for each in rows["indicator_id"])
