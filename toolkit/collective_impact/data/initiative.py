"""An initiative as the toolkit knows it: its own facts and its tables."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from collective_impact.data.facts import Facts
from collective_impact.data.period import ended_by, last_day
from collective_impact.data.schema import table_schema
from collective_impact.framework.vocabulary import Phase
from collective_impact.language import current_language


@dataclass(frozen=True, slots=True)
class Initiative:
    """An initiative and its data.

    Attributes
    ----------
    facts : Facts
        What it says of itself.
    tables : mapping of str to pandas.DataFrame
        Typed tables by name, as they were read (translations in columns of their own).
    path : pathlib.Path
        Folder of the package.
    hashes : mapping of str to str
        SHA-256 of each file that was read, by its path in the package; of the descriptor, that of its canonical JSON.
    places : mapping of str to str
        Table to the path in the package of the file that it was read from.
    """

    facts: Facts
    tables: Mapping[str, pd.DataFrame]
    path: Path
    hashes: Mapping[str, str]
    places: Mapping[str, str]

    @property
    def id(self) -> str:
        """The package's name."""
        return self.facts.id

    @property
    def title(self) -> str:
        """What the initiative is called, in the current language."""
        return str(self.facts.title)

    @property
    def sha256(self) -> str:
        """One hash for all that was read."""
        return hashlib.sha256(json.dumps(dict(self.hashes), sort_keys=True).encode()).hexdigest()

    @property
    def last_period(self) -> pd.Period | None:
        """Last period that an outcome indicator has a value for; of two that end together, the longer one."""
        values, indicators = self.table("indicator_value"), self.table("indicator")
        if values is None or indicators is None:
            return None
        outcomes = indicators.loc[indicators["level"] == "outcome", "indicator_id"]
        known = values.loc[values["indicator_id"].isin(outcomes) & values["value"].notna(), "period"]
        return max(known.unique(), key=lambda period: (last_day(period), -period.start_time.toordinal()), default=None)

    @property
    def last_day(self) -> date | None:
        """Day that the data reach to: the end of the last outcome period, or else the last day told of at all."""
        if self.last_period is not None:
            return last_day(self.last_period)
        dated = [self.dates(name).dropna().unique() for name in self.tables if table_schema(name).dated_by]
        days = [last_day(period) for periods in dated for period in periods]
        return max([*days, *(phase.end or phase.start for phase in self.facts.phases)], default=None)

    def phase_at(self, day: date) -> Phase | None:
        """Phase that the initiative is in on a day: the latest one begun and not yet ended."""
        return self.facts.phase_at(day)

    def has(self, name: str) -> bool:
        """Tell whether there is a table with at least one row."""
        return name in self.tables and not self.tables[name].empty

    def table(self, name: str) -> pd.DataFrame | None:
        """Give a table with its texts in the current language, where they are translated.

        Returns
        -------
        pandas.DataFrame or None
            A copy with the schema's columns; None if there is no such table.
        """
        if name not in self.tables:
            return None
        schema, table = table_schema(name), self.tables[name]
        chosen = table[list(schema.names)].copy()
        for field in schema.fields:
            translated = f"{field.name}_{current_language()}"
            if field.translatable and translated in table:
                chosen[field.name] = table[translated].where(table[translated] != "", table[field.name])
        return chosen

    def until(self, as_of: date) -> "Initiative":
        """Give the initiative as its data stood on a day: periods that end and events that happen later are left out.

        What has no date stays. So does the day from which an area takes part, for a start that lies ahead is a plan
        and not a result.
        """
        kept = {name: self._known_on(name, as_of) for name in self.tables}
        return replace(self, tables=kept)

    def _known_on(self, name: str, as_of: date) -> pd.DataFrame:
        table = self.tables[name]
        if not table_schema(name).dated_by:
            return table
        dates = self.dates(name)
        return table[ended_by(dates, as_of) | dates.isna()]

    def dates(self, name: str) -> pd.Series:
        """Give when each row of a table came to be; that of the row it refers to where it has none."""
        schema, table = table_schema(name), self.tables[name]
        if schema.field(schema.dated_by).kind != "id":
            return table[schema.dated_by]
        key = next(key for key in schema.foreign_keys if key.fields == (schema.dated_by,))
        if key.table not in self.tables:
            return pd.Series(pd.NaT, index=table.index, dtype=object)
        dates = self.dates(key.table).set_axis(self.tables[key.table][key.targets[0]])
        return table[schema.dated_by].map(dates[~dates.index.duplicated()])
