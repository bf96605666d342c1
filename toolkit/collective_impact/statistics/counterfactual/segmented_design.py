"""The terms of an interrupted series: history, change at the start, seasons, and what else moves the outcome.

Segmented regression: Wagner et al. 2002, J Clin Pharm Ther 27; seasons as in Bernal, Cummins & Gasparrini 2017, IJE 46.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.periods import positions, step
from collective_impact.statistics.regression import design_shortfall
from collective_impact.statistics.types import Array, Label

Seasonal = Literal["none", "dummies", "harmonics"]

LEAST_BEFORE = 8
LEAST_AFTER = 3
LEAST_DEGREES = 5
"""Fewest periods beyond the terms."""

_SEASONS = {"M": 12, "Q": 4, "W": 52, "D": 7}


@dataclass(frozen=True, slots=True, eq=False)
class SegmentedDesign:
    """What the outcome of each period is explained by.

    Attributes
    ----------
    terms : DataFrame of shape (n_periods, n_terms)
        ``level``, ``level_change`` and, with a trend, ``slope`` and ``slope_change`` per period, counted from the
        start; ``season_2 ...`` against the first season, or ``sine_1, cosine_1 ...``; and the covariates.
    after : array of shape (n_periods,)
        Whether the period is the start or later.
    seasons : int
        Periods in a year, 1 where they have none.
    """

    terms: pd.DataFrame
    after: NDArray[np.bool_]
    seasons: int

    @property
    def n_before(self) -> int:
        """Periods before the start."""
        return int((~self.after).sum())

    @property
    def n_after(self) -> int:
        """Periods from the start on."""
        return int(self.after.sum())

    @property
    def trend(self) -> bool:
        """Whether the history has a slope."""
        return "slope" in self.terms

    @property
    def untreated(self) -> Array:
        """The same terms without the initiative, shape (n_periods, n_terms)."""
        return np.where(self.terms.columns.isin(["level_change", "slope_change"]), 0.0, self.terms.to_numpy())

    @property
    def average_effect(self) -> Array:
        """Weights of the terms in the mean difference from the start on, shape (n_terms,)."""
        weights: Array = (self.terms.to_numpy() - self.untreated)[self.after].mean(axis=0)
        return weights

    def only(self, term: str) -> Array:
        """Weights that pick out one term, shape (n_terms,)."""
        return np.asarray(self.terms.columns == term, dtype=float)


def segmented_design(
    index: pd.Index[Any],
    start: Label | None,
    *,
    trend: bool,
    seasonal: Seasonal,
    harmonics: int,
    seasons: int | None,
    covariates: pd.DataFrame | None,
) -> SegmentedDesign | Insufficient:
    """Build the terms for the periods of `index`, in order and without holes.

    Parameters
    ----------
    index : Index of shape (n_periods,)
    start : period or None
        None gives ``no_treated_unit``.
    trend : bool
        Whether the history has a slope and the start may change it.
    seasonal : {"none", "dummies", "harmonics"}
        A level for each season, or `harmonics` pairs of sine and cosine waves, which cost fewer terms.
    harmonics : int
        At least 1; of these at most ``(seasons - 1) // 2`` are fitted.
    seasons : int, optional
        Periods in a year; by the frequency of the periods (12 for months, 4 for quarters) when left out.
    covariates : DataFrame of shape (any, n_covariates), optional
        Indexed by period.

    Returns
    -------
    SegmentedDesign or Insufficient
        ``treated_from_first_period``; ``too_few_periods_before`` with fewer than 8, or than two years of seasons;
        ``too_few_periods_after`` with fewer than 3; ``gaps_in_periods`` where a covariate is missing;
        ``more_terms_than_rows`` with fewer than 5 periods beyond the terms; ``collinear``.

    Raises
    ------
    MethodError
        When `start` cannot be compared with the periods, `seasonal` is unknown, the periods have no seasons, or a
        covariate or one of its periods occurs twice or takes the name of a term.
    """
    if start is None or pd.isna(start):
        return Insufficient("no_treated_unit", 0, 1)
    after = _from_start_on(index, start)
    yearly = _seasons(index, seasonal, seasons)
    n_before, n_after = int((~after).sum()), int(after.sum())
    before_needed = max(LEAST_BEFORE, 2 * yearly if seasonal != "none" else 0)
    if not n_before:
        return Insufficient("treated_from_first_period", 0, before_needed)
    if n_before < before_needed:
        return Insufficient("too_few_periods_before", n_before, before_needed)
    if n_after < LEAST_AFTER:
        return Insufficient("too_few_periods_after", n_after, LEAST_AFTER)
    segments = _segments(index, after, trend)
    parts = [segments, _seasonal_terms(index, seasonal, harmonics, yearly)]
    if covariates is not None:
        known = _covariates(covariates, index)
        if isinstance(known, Insufficient):
            return known
        parts.append(known)
    terms = pd.concat(parts, axis=1)
    if terms.columns.has_duplicates:
        taken = sorted(set(terms.columns[terms.columns.duplicated()]))
        raise MethodError(f"covariates {taken}: expected each once, and names other than those of the other terms")
    return design_shortfall(terms.to_numpy(), LEAST_DEGREES) or SegmentedDesign(terms, after, yearly)


def _from_start_on(index: pd.Index[Any], start: Label) -> NDArray[np.bool_]:
    try:
        return np.asarray(index >= start, dtype=bool)
    except (TypeError, ValueError) as error:
        raise MethodError(f"start is {start!r}: expected a period like those of the series, {index[0]!r}") from error


def _seasons(index: pd.Index[Any], seasonal: str, seasons: int | None) -> int:
    if seasonal not in ("none", "dummies", "harmonics"):
        raise MethodError(f"seasonal is {seasonal!r}: expected 'none', 'dummies' or 'harmonics'")
    known = _SEASONS.get(index.freqstr[0], 1) if isinstance(index, pd.PeriodIndex) else 1
    yearly = known if seasons is None else seasons
    if yearly < 1 or (yearly == 1 and seasonal != "none"):
        raise MethodError(f"seasons is {yearly} for {seasonal}: expected 2 or more, given where periods do not tell")
    return yearly


def _segments(index: pd.Index[Any], after: NDArray[np.bool_], trend: bool) -> pd.DataFrame:
    places = positions(index)
    clock = (places - places[~after][-1]) / step(index) - 1
    columns = {"level": np.ones(len(index)), "level_change": after.astype(float)}
    slopes = {"slope": clock, "slope_change": clock * after} if trend else {}
    return pd.DataFrame({**columns, **slopes}, index=index)


def _seasonal_terms(index: pd.Index[Any], seasonal: Seasonal, harmonics: int, seasons: int) -> pd.DataFrame:
    season = np.round(positions(index) / step(index)) % seasons
    if seasonal == "dummies":
        dummies = {f"season_{number + 1}": (season == number).astype(float) for number in range(1, seasons)}
        return pd.DataFrame(dummies, index=index)
    if harmonics < 1:
        raise MethodError(f"harmonics is {harmonics}: expected 1 or more")
    pairs = range(1, min(harmonics, (seasons - 1) // 2) + 1) if seasonal == "harmonics" else ()
    angles = {pair: 2 * np.pi * pair * season / seasons for pair in pairs}
    waves = {f"{name}_{pair}": wave(angle) for pair, angle in angles.items() for name, wave in _WAVES}
    return pd.DataFrame(waves, index=index)


_WAVES = (("sine", np.sin), ("cosine", np.cos))


def _covariates(covariates: pd.DataFrame, index: pd.Index[Any]) -> pd.DataFrame | Insufficient:
    if covariates.index.has_duplicates or covariates.columns.has_duplicates:
        raise MethodError("covariates: each period and each column may occur once only")
    values = numbers_in(covariates, "covariates").reindex(index)
    missing = int((~np.isfinite(values.to_numpy())).sum())
    return Insufficient("gaps_in_periods", missing, 0) if missing else values.rename(columns=str)
