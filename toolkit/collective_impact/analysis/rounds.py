"""The rounds in which people were asked or rated: their order in time, their last days and their names."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import table_or_empty
from collective_impact.data.period import last_day


def round_ends(initiative: Initiative) -> dict[str, date]:
    """Give the last day of each round, as far as the package has it: when it closed, or else when it opened."""
    table = table_or_empty(initiative, "wave")
    ends = table["closed"].where(table["closed"].notna(), table["opened"])
    return {wave: last_day(end) for wave, end in zip(table["wave_id"], ends, strict=True) if not pd.isna(end)}


def in_order_of_time(initiative: Initiative, waves: Iterable[str]) -> list[str]:
    """Put rounds in order of their last day; those of which none is known come first, by their ids."""
    ends = round_ends(initiative)
    return sorted({wave for wave in waves if isinstance(wave, str)}, key=lambda wave: (ends.get(wave, date.min), wave))


def round_names(initiative: Initiative) -> dict[str, str]:
    """Give the name of each round in the current language, its id where it has none."""
    table = table_or_empty(initiative, "wave")
    return {wave: str(name or wave) for wave, name in zip(table["wave_id"], table["name"], strict=True)}
