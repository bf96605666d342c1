"""What happens around the initiative: events, and series of figures about the areas."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generator.material import Row, texts

YEARS = tuple(range(2008, 2026))
_CYCLE = (0.0, 1.6, 1.4, 0.9, 0.8, 0.7, 0.4, 0.2, 0.0, -0.3, -0.5, -0.2, 1.1, 0.9, 0.0, 0.3, 0.6, 0.5)
_FACTORY = ("kvarnbro", 2023, 2.4)


@dataclass(frozen=True, slots=True)
class Series:
    """How a series moves: around a level, with the business cycle and a drift, and how far areas and years differ."""

    level: float
    between_areas: float
    with_cycle: float
    a_year: float
    noise: float
    factory: float
    source: str


_SERIES: Mapping[str, Series] = {
    "arbetsloshet": Series(7.2, 1.3, 1.0, 0.0, 0.3, 1.0, "påhittad: regionens arbetsmarknadsstatistik"),
    "barnfattigdom": Series(11.0, 2.5, 0.6, 0.05, 0.5, 0.4, "påhittad: regionens hushållsstatistik"),
    "lararbehorighet": Series(76.0, 4.0, 0.0, -0.25, 1.2, 0.0, "påhittad: regionens skolregister"),
    "flyttnetto": Series(-12.0, 6.0, -1.5, 0.1, 3.0, -2.0, "påhittad: regionens befolkningsregister"),
}


def events() -> list[Row]:
    """Give the events around the initiative in order of time."""
    return [{**row, "own": False} for row in sorted(texts("context_event"), key=lambda row: row["date"])]


def context_series(rng: np.random.Generator) -> list[Row]:
    """Plant series that move alike in all areas, but for one: a factory gives notice in one area that takes part."""
    rows = []
    area, first, size = _FACTORY
    for name, series in _SERIES.items():
        for text in texts("area"):
            own, noise = rng.normal(0, series.between_areas), rng.normal(0, series.noise, len(YEARS))
            for number, year in enumerate(YEARS):
                local = size * series.factory if text["area_id"] == area and year >= first else 0.0
                value = series.level + own + series.with_cycle * _CYCLE[number] + series.a_year * number + local
                ids = {"series_id": name, "area_id": text["area_id"], "period": str(year)}
                rows.append({**ids, "value": round(value + noise[number], 1), "source": series.source})
    return rows
