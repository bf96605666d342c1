"""Whether young people get through school: the effect that is planted, and the figures drawn around it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from generator.counts import Figures, Measure, drawn
from generator.material import Row, stream, texts
from generator.surroundings import YEARS
from generator.truths import Truths

_QUARTER_YEARS = tuple(range(2016, 2026))
_CYCLE = (0.0, -0.5, -0.9, -0.6, -0.2, 0.3, 0.1, 0.4, 0.6, 0.2, 0.5, 0.9, 0.6, -0.2, -0.4, 0.1, 0.4, 0.2)
_SEASON = (0.9, 0.2, -1.3, 0.4)
_PANDEMIC = range(17, 21)  # quarters 2020-Q2 to 2021-Q1
_REVISED = (2023, 2024)
_BASELINE = "2019"
_FIRST_WITH_BIRTH = 2010
_NEVER_DELIVERED = ("tallmo", 2013)
_SMALL_COHORT = 110


@dataclass(frozen=True, slots=True)
class Area:
    """An area, the year in which it starts (None: never), its residents and who they are."""

    area_id: str
    start: int | None
    population: int
    born_abroad: float


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Figures of all outcome indicators, and what the same random numbers give without the initiative.

    Attributes
    ----------
    rows : list of Row
        Of the table ``indicator_value``.
    realised : mapping of str to object
        The difference that the effects made to the drawn values at full strength, which no table holds.
    """

    rows: list[Row]
    realised: Mapping[str, object]


def areas() -> list[Area]:
    """Give the areas in the order of the texts."""
    return [
        Area(
            text["area_id"],
            int(text["treated_from"]) if text["treated_from"] else None,
            int(text["population"]),
            float(text["share_born_abroad"]),
        )
        for text in texts("area")
    ]


def implementation(seed: int) -> dict[str, float]:
    """Plant how well each area that takes part carries out the five conditions: evenly from 1.7 to 3.5 steps."""
    taking_part = [area.area_id for area in areas() if area.start]
    levels = stream(seed, "implementation").permutation(np.linspace(1.7, 3.5, len(taking_part)))
    return dict(zip(taking_part, levels.tolist(), strict=True))


def outcomes(seed: int, truths: Truths) -> Outcomes:
    """Draw every outcome indicator, each from a stream of its own."""
    levels = implementation(seed)
    completion = _completion(stream(seed, "completion"), truths, levels)
    figures = {
        "gymnasieexamen": completion,
        "uvas": _neet(stream(seed, "neet"), truths),
        "franvaro": _absence(stream(seed, "absence"), truths),
        "kariesfria": _control(stream(seed, "control"), truths),
    }
    rows = [row for one in figures.values() for row in one.rows] + _contacts(stream(seed, "contacts"))
    found: dict[str, object] = {f"sample_effect_{name}": round(one.sample_effect, 2) for name, one in figures.items()}
    found["sample_effect_by_birth"] = {group: round(effect, 2) for group, effect in completion.by_birth.items()}
    found["sample_effect_per_step"] = _slope(levels, completion.by_area)
    return Outcomes(rows, found)


def _slope(levels: Mapping[str, float], by_area: np.ndarray) -> float:
    effects = [effect for area, effect in zip(areas(), by_area, strict=True) if area.area_id in levels]
    return round(float(np.polyfit([levels[area.area_id] for area in areas() if area.start], effects, 1)[0]), 2)


def indicators(rows: list[Row]) -> list[Row]:
    """Give the indicators; where there is a target, the baseline is that of the areas that take part, in 2019."""
    taking_part = {area.area_id for area in areas() if area.start}
    before = [row for row in rows if str(row["period"])[:4] == _BASELINE and row["group"] == "all" and row["numerator"]]
    indicators: list[Row] = []
    for text in texts("indicator"):
        own = [row for row in before if row["indicator_id"] == text["indicator_id"] and row["area_id"] in taking_part]
        counted, people = (sum(int(str(row[part])) for row in own) for part in ("numerator", "denominator"))
        known = text["target"] and people
        indicators.append({**text, "baseline": round(100 * counted / people, 1) if known else text["baseline"]})
    return indicators


def strength(start: int | None, periods: int, first: int, delay: int, build_up: int) -> np.ndarray:
    """Give the share of the full effect in each period: nothing before the delay is over, then growing evenly."""
    if start is None:
        return np.zeros(periods)
    since = np.arange(periods) - (start - first)
    return np.where(since < 0, 0.0, np.clip((since - delay + 1) / max(build_up, 1), 0.0, 1.0))


def _strengths(n: int, first: int, delay: int, build_up: int, per_year: int = 1) -> np.ndarray:
    shares = []
    for area in areas():
        start = None if area.start is None else (area.start - first) * per_year
        shares.append(strength(start, n, 0, delay, build_up))
    return np.array(shares)


def _walk(rng: np.random.Generator, shape: tuple[int, int], level: float, between: float, noise: float) -> np.ndarray:
    """Give levels that differ between areas for good, and a little from period to period."""
    return level + rng.normal(0, between, (shape[0], 1)) + rng.normal(0, noise, shape)


def _completion(rng: np.random.Generator, truths: Truths, implementation: Mapping[str, float]) -> Figures:
    places, n = areas(), len(YEARS)
    share = _strengths(n, YEARS[0], truths.completion_delay, truths.completion_build_up)
    abroad = np.array([area.born_abroad for area in places])
    mean = float(np.mean(list(implementation.values())))
    dose = np.array([implementation.get(area.area_id, mean) - mean for area in places])
    full = truths.completion_effect + truths.completion_per_rubric_point * dose
    of_birth = np.stack([-abroad, 1 - abroad], axis=1)  # how far a group's effect lies from the area's
    effect = share[:, :, None] * (full[:, None, None] + truths.completion_extra_born_abroad * of_birth[:, None, :])
    level = _walk(rng, (len(places), n), 66.5, 3.5, 0.7) + 0.1 * np.arange(n) + np.array(_CYCLE)
    gap_birth, gap_sex = -18 * of_birth, np.array([2.5, -2.5])
    likely = level[:, :, None, None] + gap_birth[:, None, None, :] + gap_sex[None, None, :, None]
    cohort = np.array([area.population for area in places])[:, None] * 0.013 * rng.uniform(0.92, 1.08, (len(places), n))
    sizes = np.rint(cohort[:, :, None, None] / 2 * np.stack([1 - abroad, abroad], axis=1)[:, None, None, :])
    sizes = np.broadcast_to(sizes, likely.shape)
    measure = Measure("gymnasieexamen", [str(year) for year in YEARS], "påhittad: regionens examensregister")
    return drawn(rng, measure, sizes, likely, effect[:, :, None, :], share == 1, _completion_gaps())


def _completion_gaps() -> dict[str, object]:
    small = [area.area_id for area in areas() if area.population * 0.013 < _SMALL_COHORT]
    return {
        "revised": [str(year) for year in _REVISED],
        "not_delivered": [(_NEVER_DELIVERED[0], str(_NEVER_DELIVERED[1]))],
        "without_birth": [(area, str(year)) for area in small for year in range(YEARS[0], _FIRST_WITH_BIRTH)],
    }


def _neet(rng: np.random.Generator, truths: Truths) -> Figures:
    places, n = areas(), len(YEARS)
    share = _strengths(n, YEARS[0], truths.neet_delay, truths.neet_build_up)
    level = _walk(rng, (len(places), n), 9.3, 1.3, 0.25) - 0.6 * np.array(_CYCLE)
    likely = level[:, :, None, None] + np.array([-0.4, 0.4])[None, None, :, None]
    sizes = np.array([area.population for area in places])[:, None] * 0.11 * rng.uniform(0.98, 1.02, (len(places), n))
    sizes = np.broadcast_to(np.rint(sizes / 2)[:, :, None, None], likely.shape)
    effect = (truths.neet_effect * share)[:, :, None, None]
    measure = Measure("uvas", [str(year) for year in YEARS], "påhittad: regionens arbetsmarknadsstatistik")
    return drawn(rng, measure, sizes, likely, effect, share == 1)


def _absence(rng: np.random.Generator, truths: Truths) -> Figures:
    places, n = areas(), 4 * len(_QUARTER_YEARS)
    share = _strengths(n, _QUARTER_YEARS[0], truths.absence_delay, truths.absence_build_up, per_year=4)
    level = _walk(rng, (len(places), n), 14.6, 1.5, 0.4) + np.tile(_SEASON, len(_QUARTER_YEARS))
    level[:, list(_PANDEMIC)] += rng.uniform(1.5, 2.5, (len(places), 1))
    likely = level[:, :, None, None] + np.array([0.3, -0.3])[None, None, :, None]
    sizes = np.array([area.population for area in places])[:, None] * 0.07 * rng.uniform(0.98, 1.02, (len(places), n))
    sizes = np.broadcast_to(np.rint(sizes / 2)[:, :, None, None], likely.shape)
    effect = (truths.absence_effect * share)[:, :, None, None]
    periods = [f"{year}-Q{quarter}" for year in _QUARTER_YEARS for quarter in (1, 2, 3, 4)]
    measure = Measure("franvaro", periods, "påhittad: det gemensamma mätsystemet")
    gaps: dict[str, object] = {"not_delivered": [("vinteras", "2020-Q2"), ("brantforsa", "2024-Q3")]}
    return drawn(rng, measure, sizes, likely, effect, share == 1, gaps)


def _control(rng: np.random.Generator, truths: Truths) -> Figures:
    places, n = areas(), len(YEARS)
    share = _strengths(n, YEARS[0], 0, 1)
    level = _walk(rng, (len(places), n), 66.0, 2.5, 0.8) + 0.15 * np.arange(n)
    sizes = np.array([area.population for area in places])[:, None] * 0.011 * np.ones((1, n))
    effect = (truths.control_effect * share)[:, :, None, None]
    measure = Measure("kariesfria", [str(year) for year in YEARS], "påhittad: folktandvården i regionen")
    return drawn(rng, measure, np.rint(sizes)[:, :, None, None], level[:, :, None, None], effect, share == 1)


def _contacts(rng: np.random.Generator) -> list[Row]:
    """Plant contact with the homes that grows faster month by month, in the areas that take part; July is free."""
    rows: list[Row] = []
    for area in (area for area in areas() if area.start):
        months = [(year, month) for year in range(area.start or 0, 2026) for month in range(1, 13)]
        for number, (year, month) in enumerate(months):
            cases = int(rng.poisson(area.population * 0.0016 + 6))
            likely = 0.88 - 0.42 * np.exp(-number / 14)
            ids = {"indicator_id": "snabb-kontakt", "area_id": area.area_id, "period": f"{year}-{month:02}"}
            n = int(rng.binomial(cases, likely))
            if month != 7:
                counts = {"group": "all", "numerator": n, "denominator": cases, "value": round(100 * n / cases, 1)}
                rows.append({**ids, **counts, "source": "påhittad: skolornas dagböcker", "revision": 0})
    return rows
