"""Counts drawn with and without an effect from the same random numbers, and the figures made of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from generator.material import Row, texts

_LATE = 0.03
_AREAS_REVISED = 0.35


@dataclass(frozen=True, slots=True)
class Measure:
    """An indicator, its periods in order, and who is said to keep the register."""

    indicator_id: str
    periods: list[str]
    source: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Rows of an indicator, and what the effect came to in the sample: mean difference at full strength.

    Attributes
    ----------
    rows : list of Row
    by_area : array of float, areas
        NaN where the effect never has its full strength.
    by_birth : mapping of str to float
        Mean over areas and periods by country of birth, where that is told apart.
    sample_effect : float
        Mean over areas and periods.
    """

    rows: list[Row]
    by_area: np.ndarray
    by_birth: Mapping[str, float]
    sample_effect: float


def drawn(
    rng: np.random.Generator,
    measure: Measure,
    sizes: np.ndarray,
    likely: np.ndarray,
    effect: np.ndarray,
    full: np.ndarray,
    gaps: Mapping[str, object] | None = None,
) -> Figures:
    """Draw how many there are of those counted, with and without the effect.

    Parameters
    ----------
    measure : Measure
    sizes, likely, effect : array, areas x periods x sexes (2, or 1: not told apart) x births (2, or 1)
        People, per cent without the effect, and percentage points of effect (may have length 1 where it is the same).
    full : array of bool, areas x periods
        Where the effect has its full strength.
    gaps : mapping
        What is revised, not delivered, or delivered without country of birth.
    """
    uniform = rng.random(likely.shape)
    without = _counted(uniform, sizes, likely)
    counted = _counted(uniform, sizes, likely + effect)
    late = rng.binomial(counted.astype(int), _LATE)
    revised = np.asarray(rng.random(counted.shape[0]) < _AREAS_REVISED)
    rows = _rows(measure, sizes, counted, late, revised, gaps or {})
    made = np.where(full, _difference(counted, without, sizes), np.nan)
    return Figures(rows, _by_area(made), _by_birth(counted, without, sizes, full), float(np.nanmean(made)))


def _counted(uniform: np.ndarray, sizes: np.ndarray, likely: np.ndarray) -> np.ndarray:
    return np.asarray(stats.binom.ppf(uniform, sizes, np.clip(likely, 1, 99) / 100))


def _difference(counted: np.ndarray, without: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    people = sizes.sum(axis=(2, 3))
    return np.asarray(100 * (counted - without).sum(axis=(2, 3)) / np.where(people > 0, people, np.nan))


def _by_area(made: np.ndarray) -> np.ndarray:
    there = ~np.isnan(made)
    return np.where(there.any(axis=1), np.nansum(made, axis=1) / np.maximum(there.sum(axis=1), 1), np.nan)


def _by_birth(counted: np.ndarray, without: np.ndarray, sizes: np.ndarray, full: np.ndarray) -> dict[str, float]:
    if counted.shape[3] == 1:
        return {}
    parts = {"fodda-i-sverige": slice(0, 1), "fodda-utomlands": slice(1, 2)}
    return {
        group: float(np.nanmean(_difference(counted[..., part], without[..., part], sizes[..., part])[full]))
        for group, part in parts.items()
    }


def _groups(shape: tuple[int, ...]) -> dict[str, tuple[slice, slice]]:
    """Parts of the last two axes that the groups are made of."""
    both, first, second = slice(None), slice(0, 1), slice(1, 2)
    groups = {"all": (both, both)}
    if shape[2] == 2:
        groups |= {"flickor": (first, both), "pojkar": (second, both)}
    if shape[3] == 2:
        groups |= {"fodda-i-sverige": (both, first), "fodda-utomlands": (both, second)}
    return groups


def _rows(
    measure: Measure,
    sizes: np.ndarray,
    counted: np.ndarray,
    late: np.ndarray,
    revised: np.ndarray,
    gaps: Mapping[str, object],
) -> list[Row]:
    rows = []
    for i, area in enumerate(text["area_id"] for text in texts("area")):
        for j, period in enumerate(measure.periods):
            twice = revised[i] and _holds(gaps, "revised", period)
            for group, (sex, birth) in _groups(counted.shape).items():
                missing = _holds(gaps, "not_delivered", (area, period))
                missing |= group.startswith("fodda") and _holds(gaps, "without_birth", (area, period))
                n, final = (part[i, j, sex, birth].sum() for part in (sizes, counted))
                first = final - late[i, j, sex, birth].sum()
                ids = {"indicator_id": measure.indicator_id, "area_id": area, "period": period, "group": group}
                for revision, count in enumerate((first, final) if twice else (final,)):
                    figure = _figure(int(count), int(n), missing)
                    rows.append({**ids, **figure, "source": measure.source, "revision": revision})
    return rows


def _holds(gaps: Mapping[str, object], kind: str, what: object) -> bool:
    held = gaps.get(kind, ())
    return isinstance(held, list) and what in held


def _figure(count: int, n: int, missing: bool) -> Row:
    if missing or n == 0:
        return {"numerator": "", "denominator": "", "value": ""}
    return {"numerator": count, "denominator": n, "value": round(100 * count / n, 1)}
