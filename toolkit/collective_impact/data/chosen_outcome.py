"""The one indicator in the one area that an evaluation looks at, with its names, target and comparison areas."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import (
    ALL,
    area_names,
    indicators,
    latest_values,
    outcome_frame,
    table_or_empty,
    treatment_starts,
)
from collective_impact.language import translate as _

OUTCOME_LEVEL = "outcome"


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """An indicator in an area; every part may be empty where the package does not say.

    Attributes
    ----------
    indicator_id, indicator, unit : str
        Id, name and unit of the indicator.
    counted : str
        What the indicator counts (its numerator), in words.
    per : float or None
        How many residents one value refers to: 1 per head, 100 for a percentage; None where it is no share of them.
    percentage : bool
        Whether a value is a percentage of those it is about.
    direction : {"increase", "decrease", ""}
        Where it should go.
    target : float or None
    target_period : Period or None
        What is aimed at, and by when.
    area_id, area : str
        Id and name of the area.
    names : mapping of str to str
        Name of each area by id.
    population : float or None
        Residents of the area.
    starts : mapping of str to Period
        First period of each area that takes part, or of the chosen one only where one was chosen by name.
    frame : DataFrame of float, periods x areas
        Values for everybody, in the unit.
    groups : tuple of str
        Groups of people that there are values for, besides everybody.
    """

    indicator_id: str
    indicator: str
    unit: str
    counted: str
    per: float | None
    percentage: bool
    direction: str
    target: float | None
    target_period: pd.Period | None
    area_id: str
    area: str
    names: Mapping[str, str]
    population: float | None
    starts: Mapping[str, pd.Period]
    frame: pd.DataFrame
    groups: tuple[str, ...]

    @property
    def series(self) -> "pd.Series[float]":
        """Values in the area, by period; empty where there are none."""
        if self.area_id in self.frame:
            return self.frame[self.area_id]
        return pd.Series(index=self.frame.index[:0], dtype=float)

    @property
    def words(self) -> tuple[str, ...]:
        """The package's own words that may stand in a sentence about the outcome."""
        return (self.indicator, self.unit, self.unit_title, self.difference_unit, self.counted, self.area)

    @property
    def taking_part(self) -> tuple[str, ...]:
        """Ids of the areas that take part and have values."""
        return tuple(area for area in self.starts if area in self.frame)

    @property
    def place(self) -> str:
        """Where the initiative works, as it stands in a sentence: the area's name, or how many areas there are."""
        n = len(self.taking_part)
        return _("the {n} areas that take part").format(n=n) if n > 1 else self.area

    @property
    def freq(self) -> str:
        """Frequency of the periods: ``Y``, ``Q`` or ``M``."""
        return str(pd.PeriodIndex(self.frame.index).freqstr)[:1]

    @property
    def wanted_up(self) -> bool | None:
        """Whether the outcome should rise; None where the package does not say."""
        return {"increase": True, "decrease": False}.get(self.direction)

    @property
    def unit_title(self) -> str:
        """The unit as it opens a sentence."""
        return _opening(self.unit)

    @property
    def difference_unit(self) -> str:
        """What a difference between two values is counted in: percentage points where values are percentages."""
        return _("percentage points") if self.percentage else self.unit

    @property
    def difference_unit_title(self) -> str:
        """What a difference is counted in, as it opens a sentence."""
        return _opening(self.difference_unit)

    @property
    def start(self) -> pd.Period | None:
        """First period of the initiative in the area."""
        return self.starts.get(self.area_id)

    @property
    def floor(self) -> float | None:
        """Value that the quantity cannot fall below: 0 where no area was ever below it, else None."""
        return 0.0 if not (self.frame < 0).any(axis=None) else None

    def before_start(self) -> "Outcome":
        """The same outcome with the values from before the start only; all of them where nothing has started."""
        return self if self.start is None else replace(self, frame=self.frame[self.frame.index < self.start])

    def name_of(self, area_id: object) -> str:
        """Name of an area; its id where it has none."""
        return self.names.get(str(area_id), str(area_id))

    def compared(self, without: Collection[str] = ()) -> pd.DataFrame:
        """Values of the area and of those it can be compared with: not left out, and not taking part themselves.

        Returns
        -------
        DataFrame of float, periods x areas
        """
        kept = [area for area in self.frame if area not in without or area == self.area_id]
        return self.frame[kept]


def choose_outcome(initiative: Initiative, indicator_id: str = "", area_id: str = "") -> Outcome:
    """Take the named indicator and area; by default the first outcome indicator and the first area that takes part.

    Where several areas take part and one is named, the others are left out: they can serve neither as the area
    under study nor as comparison.
    """
    rows = indicators(initiative, "" if indicator_id else OUTCOME_LEVEL)
    rows = rows[rows["indicator_id"] == indicator_id] if indicator_id else rows
    row = rows.iloc[0].to_dict() if len(rows) else {}
    chosen = str(row.get("indicator_id", indicator_id))
    frame = outcome_frame(initiative, chosen)
    starts = treatment_starts(initiative, pd.PeriodIndex(frame.index).freqstr)
    taking_part = [area for area in starts if area in frame]
    area = area_id or next(iter([*taking_part, *frame.columns]), "")
    if area_id:
        frame = frame.drop(columns=[other for other in taking_part if other != area_id])
        starts = {key: start for key, start in starts.items() if key == area_id}
    values = latest_values(initiative, chosen)
    places = table_or_empty(initiative, "area").set_index("area_id")
    names = area_names(initiative)
    return Outcome(
        indicator_id=chosen,
        indicator=str(row.get("name", "")),
        unit=_text(row.get("unit")),
        counted=_text(row.get("numerator")),
        per=_number(row.get("per")),
        percentage=_is_percentage(values, _number(row.get("per"))),
        direction=_text(row.get("direction")),
        target=_number(row.get("target")),
        target_period=row["target_period"] if row and pd.notna(row["target_period"]) else None,
        area_id=area,
        area=names.get(area, area),
        names=names,
        population=_number(places["population"].get(area)),
        starts=starts,
        frame=frame,
        groups=tuple(sorted(set(values["group"]) - {ALL})),
    )


def _is_percentage(values: pd.DataFrame, per: float | None) -> bool:
    """Whether values are 100 times their numerator over their denominator; without counts, what the indicator says."""
    known = values[values["numerator"].gt(0) & values["denominator"].gt(0) & values["value"].notna()]
    if known.empty:
        return per == 100
    ratio = (known["value"] * known["denominator"] / known["numerator"]).astype(float).median()
    return bool(99 <= ratio <= 101 and (known["numerator"] <= known["denominator"]).mean() > 0.9)


def _opening(text: str) -> str:
    return text[:1].upper() + text[1:]


def _text(value: str | float | None) -> str:
    return "" if pd.isna(value) else str(value)


def _number(value: float | None) -> float | None:
    return None if pd.isna(value) else float(value)
