"""One ratio over several strata: the Mantel-Haenszel odds ratio and rate ratio."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from math import erfc, exp, log, sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.equity.gap import lacking
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.proportion import normal_quantile
from collective_impact.statistics.types import Array

COLUMNS = ("numerator", "denominator", "reference_numerator", "reference_denominator")
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class StratifiedRatio:
    """A ratio common to all strata.

    Attributes
    ----------
    ratio : Interval
        Odds ratio or rate ratio, group over reference.
    chi_square, p_value : float
        Mantel-Haenszel test of a ratio of 1, without continuity correction.
    homogeneity, homogeneity_p_value : float or None
        Test of the ratio being the same in all strata (Breslow-Day for odds ratios); None with a single stratum.
    strata : tuple
        Those that the ratio rests on.
    left_out : tuple
        Strata that say nothing of a ratio: nobody in one of the groups, no events, or (odds ratio) nothing but events.
    assumptions : tuple of Assumption
        ``same_ratio_in_strata``, judged by the homogeneity test at 5%; the test finds little in small strata.
    """

    ratio: Interval
    chi_square: float
    p_value: float
    homogeneity: float | None
    homogeneity_p_value: float | None
    strata: tuple[Hashable, ...]
    left_out: tuple[Hashable, ...]
    assumptions: tuple[Assumption, ...]


@guarded
def stratified_odds_ratio(strata: pd.DataFrame, confidence: float = 0.95) -> StratifiedRatio | Insufficient:
    """Odds ratio of Mantel & Haenszel (1959, JNCI 22), with the variance of Robins, Breslow & Greenland (1986).

    It holds for few large strata as for many small ones, matched pairs among them.

    Parameters
    ----------
    strata : DataFrame of shape (n_strata, 4 or more)
        Indexed by stratum, with columns ``numerator, denominator, reference_numerator, reference_denominator``: cases
        and all, of the group and of the reference. Rows with a missing figure are left out.
    confidence : float

    Returns
    -------
    StratifiedRatio or Insufficient
        ``no_data`` without a stratum that says anything; ``too_few_events`` where the ratio would be 0 or infinite.

    Raises
    ------
    MethodError
        When a column is missing, a stratum occurs twice, or a count cannot be one.
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    normal_quantile(confidence)
    counts = _checked(strata, share=True)
    cases, total, reference_cases, reference_total = counts.T
    everybody = total + reference_total
    events = cases + reference_cases
    telling = (total > 0) & (reference_total > 0) & (events > 0) & (events < everybody)
    lacks = _one_sided(
        telling, cases * (reference_total - reference_cases), reference_cases * (total - cases), cases + reference_cases
    )
    if lacks:
        return lacks
    cells = np.array([[cases, total - cases], [reference_cases, reference_total - reference_cases]])[:, :, telling]
    table = StratifiedTable(cells)
    low, high = table.oddsratio_pooled_confint(alpha=1 - confidence)
    test = table.test_null_odds(correction=False)
    homogeneity = _breslow_day(counts[telling], float(table.oddsratio_pooled))
    ratio = Interval(float(table.oddsratio_pooled), float(low), float(high), confidence)
    return _result(strata, telling, ratio, float(test.statistic), homogeneity)


@guarded
def stratified_rate_ratio(strata: pd.DataFrame, confidence: float = 0.95) -> StratifiedRatio | Insufficient:
    """Rate ratio of Mantel and Haenszel for person-time, with the variance of Greenland & Robins (1985, Biometrics 41).

    The test of homogeneity is Breslow & Day's (1987, Statistical Methods in Cancer Research II): each stratum's events
    in the group against those expected at the common ratio, given all its events.

    Parameters
    ----------
    strata : DataFrame of shape (n_strata, 4 or more)
        As for `stratified_odds_ratio`; the denominators are residents or person-years.
    confidence : float

    Returns
    -------
    StratifiedRatio or Insufficient
        ``no_data`` without a stratum that says anything; ``too_few_events`` where the ratio would be 0 or infinite.

    Raises
    ------
    MethodError
        When a column is missing, a stratum occurs twice, or a count cannot be one.
    """
    z = normal_quantile(confidence)
    counts = _checked(strata, share=False)
    events, exposure, reference_events, reference_exposure = counts.T
    telling = (exposure > 0) & (reference_exposure > 0) & (events + reference_events > 0)
    lacks = _one_sided(telling, events, reference_events, events + reference_events)
    if lacks:
        return lacks
    events, exposure, reference_events, reference_exposure = counts[telling].T
    everything, both = exposure + reference_exposure, events + reference_events
    of_group, of_reference = exposure / everything, reference_exposure / everything
    for_group, for_reference = float(events @ of_reference), float(reference_events @ of_group)
    spread = float(both @ (of_group * of_reference))
    value, margin = for_group / for_reference, z * sqrt(spread / (for_group * for_reference))
    ratio = Interval(value, exp(log(value) - margin), exp(log(value) + margin), confidence)
    chi_square = float((events - both * of_group).sum() ** 2 / spread)
    share = value * exposure / (value * exposure + reference_exposure)
    homogeneity = float(((events - both * share) ** 2 / (both * share * (1 - share))).sum())
    return _result(strata, telling, ratio, chi_square, homogeneity)


def _checked(strata: pd.DataFrame, *, share: bool) -> Array:
    """Figures of each stratum, shape (n_strata, 4); all zero where one is missing. Only exposures need not be whole."""
    if absent := [column for column in COLUMNS if column not in strata.columns]:
        raise MethodError(f"strata: no column {absent} among {list(strata.columns)}")
    if strata.index.has_duplicates:
        raise MethodError(f"strata: found {strata.index[strata.index.duplicated()][0]!r} twice, expected each once")
    counts: Array = numbers_in(strata[list(COLUMNS)], "strata").to_numpy()
    counted = counts if share else counts[:, ::2]
    fractions = np.isfinite(counted) & (np.abs(counted - np.round(counted)) > _ROUNDING)
    if fractions.any():
        stratum = strata.index[int(np.flatnonzero(fractions.any(axis=1))[0])]
        raise MethodError(f"stratum {stratum!r}: found {counted[fractions][0]:g}, expected whole counts")
    for stratum, (cases, total, reference_cases, reference_total) in zip(strata.index, counts, strict=True):
        lacking(cases, total, f"stratum {stratum!r}, group", share=share)
        lacking(reference_cases, reference_total, f"stratum {stratum!r}, reference", share=share)
    return np.where(np.isfinite(counts).all(axis=1, keepdims=True), counts, 0.0)


def _one_sided(
    telling: NDArray[np.bool_], for_group: Array, for_reference: Array, events: Array
) -> Insufficient | None:
    """Whether nothing speaks for one of the sides, so that the ratio has no finite value or interval."""
    if not telling.any():
        return Insufficient("no_data" if not events.any() else "too_few_events", 0, 1)
    return None if for_group[telling].any() and for_reference[telling].any() else Insufficient("too_few_events", 0, 1)


def _breslow_day(counts: Array, ratio: float) -> float:
    """Sum of squared distances of the group's cases from those expected at the common odds ratio, over their variance.

    Breslow & Day (1980, Statistical Methods in Cancer Research I), without Tarone's correction.
    """
    cases, total, reference_cases, reference_total = counts.T
    events = cases + reference_cases
    linear = ratio * (total + events) + reference_total - events
    root = np.sqrt(linear**2 - 4 * ratio * (ratio - 1) * total * events)
    expected = 2 * ratio * total * events / (linear + root)
    precision = 1 / expected + 1 / (total - expected) + 1 / (events - expected)
    precision += 1 / (reference_total - events + expected)
    return float(((cases - expected) ** 2 * precision).sum())


def _result(
    strata: pd.DataFrame,
    telling: NDArray[np.bool_],
    ratio: Interval,
    chi_square: float,
    homogeneity: float,
) -> StratifiedRatio:
    several = int(telling.sum()) > 1
    p_value = float(chdtrc(int(telling.sum()) - 1, homogeneity)) if several else None
    met = None if p_value is None else p_value >= 0.05
    return StratifiedRatio(
        ratio=ratio,
        chi_square=chi_square,
        p_value=erfc(sqrt(chi_square / 2)),
        homogeneity=homogeneity if several else None,
        homogeneity_p_value=p_value,
        strata=tuple(strata.index[telling]),
        left_out=tuple(strata.index[~telling]),
        assumptions=(Assumption("same_ratio_in_strata", met, p_value, None if met is None else 0.05),),
    )
