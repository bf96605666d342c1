"""Synthetic difference in differences: weights on donors and on periods (Arkhangelsky et al. 2021, AER 111).

Written here rather than taken from the package ``diff-diff``: the two sets of weights are least squares on a simplex,
which `simplex_weights` solves exactly, and placebos take a hundredth of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.counterfactual.simplex import simplex_weights
from collective_impact.statistics.estimate import Estimate, check_confidence, student_margin
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import generator
from collective_impact.statistics.panel import Panel, shortfall
from collective_impact.statistics.types import Array, Label

PERIODS_BEFORE = 8
DONORS = 5

CLOSE_FIT = 0.25
"""Misfit before the start, as a share of the series' own variation, up to which the weighted donors fit."""

NOISE_RATIO = 1.5
"""Misfit before the start, over that of the placebos, from which on they no longer stand for the treated units."""

_TIME_RIDGE = 1e-6
"""Regularisation of the time weights, in standard deviations of the donors' changes from period to period."""


@dataclass(frozen=True, slots=True, eq=False)
class SyntheticDifferenceInDifferences:
    """Treated units against weighted donors, before and after weighted periods.

    Attributes
    ----------
    estimate : Estimate
        Effect with its placebo interval; the p-value is the rank of its size among the placebo effects.
    standard_error : float
        Of the placebo effects.
    start : period
        First treated period.
    unit_weights : Series of shape (n_donors,)
        Adding up to 1, indexed by donor.
    time_weights : Series of shape (n_before,)
        Adding up to 1, indexed by period before the start.
    observed, counterfactual, gap : Series of shape (n_periods,)
        Mean of the treated units; the weighted donors, moved to their level in the weighted periods; and the
        difference, whose mean from the start on is the effect.
    placebo_effects : Series of shape (n_placebos,)
        Effect found on donors as if they had been treated: indexed by donor, or with several treated units by
        groups of as many donors (tuples).
    relative_misfit_before : float
        Standard deviation of the gap before the start over that of the observed outcome then.
    n_treated : int
    assumptions : tuple of Assumption
        ``close_fit_before``, and ``equal_noise`` by the misfit before the start over the placebos'.
    """

    estimate: Estimate
    standard_error: float
    start: Label
    unit_weights: pd.Series[float]
    time_weights: pd.Series[float]
    observed: pd.Series[float]
    counterfactual: pd.Series[float]
    gap: pd.Series[float]
    placebo_effects: pd.Series[float]
    relative_misfit_before: float
    n_treated: int
    assumptions: tuple[Assumption, ...]


@guarded
def synthetic_difference_in_differences(
    panel: Panel, confidence: float = 0.95, *, placebos: int = 200, seed: int = 0
) -> SyntheticDifferenceInDifferences | Insufficient:
    """Estimate the effect with unit and time weights and a constant difference between treated units and donors.

    Each group of as many donors as there are treated units is given the treatment, and the rest are its donors
    (Algorithm 4 of the paper, each group at most once). The interval is Student's t with one degree of freedom less
    than there are donors: overlapping groups add none. It assumes that the treated units' noise is like the donors'.

    Parameters
    ----------
    panel : Panel
        One or more treated units with one start, at least 5 donors and 2 more than treated, 8 periods before the
        start and 1 from it on. Units treated from the first period on are left out.
    confidence : float
        Of the interval.
    placebos : int
        Most groups of donors that are used as placebos, at least 2: all, where there are no more.
    seed : int
        For drawing groups where there are more.

    Returns
    -------
    SyntheticDifferenceInDifferences or Insufficient
        ``no_variation`` when the treated units' mean was constant before the start or no placebo finds anything.

    Raises
    ------
    MethodError
        When `placebos` is less than 2 or `confidence` no share.
    """
    check_confidence(confidence)
    if placebos < 2:
        raise MethodError(f"placebos is {placebos}: expected at least 2, for their spread")
    panel = panel.without_always_treated()
    n_treated = len(panel.treated)
    lacking = shortfall(panel, before=PERIODS_BEFORE, after=1, donors=max(DONORS, n_treated + 2), treated=n_treated)
    if lacking:
        return lacking
    if np.ptp(panel.treated_outcome[panel.before]) == 0:
        return Insufficient("no_variation", 1, 2)
    units, n_before = panel.donors, len(panel.before)
    donors = panel.outcome[list(units)].to_numpy()
    groups = _groups(donors, n_treated, placebos, seed)
    pretended = [
        _fit(np.delete(donors, group, axis=1), donors[:, group].mean(axis=1), n_before, n_treated) for group in groups
    ]
    effects = np.array([fit.gap[n_before:].mean() for fit in pretended])
    if np.ptp(effects) <= 1e-10 * np.ptp(panel.outcome.to_numpy()):
        return Insufficient("no_variation", 1, 2)
    names = [units[group[0]] if n_treated == 1 else tuple(units[each] for each in group) for group in groups]
    real = _fit(donors, panel.treated_outcome.to_numpy(), n_before, n_treated)
    return _result(panel, real, pretended, pd.Series(effects, index=pd.Index(names, tupleize_cols=False)), confidence)


@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """Weights of donors and of periods before the start, and the gap less its weighted mean before the start."""

    unit_weights: Array
    time_weights: Array
    gap: Array

    def misfit(self) -> float:
        """Standard deviation of the gap before the start."""
        return float(self.gap[: len(self.time_weights)].std())


def _fit(donors: Array, treated: Array, n_before: int, n_treated: int) -> _Fit:
    """Weigh donors and periods (equations 4 to 6 of the paper).

    Parameters
    ----------
    donors : array of shape (n_periods, n_donors)
    treated : array of shape (n_periods,)
        Mean of the treated units.
    """
    before, after = donors[:n_before], donors[n_before:].mean(axis=0)
    noise = float(np.diff(before, axis=0).std(ddof=1))
    unit_ridge = np.sqrt(n_treated * (len(donors) - n_before)) * noise**2 * n_before
    unit_weights = simplex_weights(
        before - before.mean(axis=0),
        treated[:n_before] - treated[:n_before].mean(),
        float(unit_ridge),
        begin=np.full(donors.shape[1], 1 / donors.shape[1]),
    )
    time_ridge = (_TIME_RIDGE * noise) ** 2 * donors.shape[1]
    time_weights = simplex_weights((before - before.mean(axis=1, keepdims=True)).T, after - after.mean(), time_ridge)
    distance = treated - donors @ unit_weights
    return _Fit(unit_weights, time_weights, distance - time_weights @ distance[:n_before])


def _groups(donors: Array, n_treated: int, most: int, seed: int) -> list[list[int]]:
    """Groups of donors in the place of the treated units: all of them, or as many as asked for, each once.

    They are drawn from the donors in the order of their outcomes, so that the order of the columns does not matter.
    """
    n_donors = donors.shape[1]
    if comb(n_donors, n_treated) <= most:
        return [list(group) for group in combinations(range(n_donors), n_treated)]
    rng, drawn, order = generator(seed), set[tuple[int, ...]](), np.lexsort(donors[::-1])
    while len(drawn) < most:
        drawn.add(tuple(sorted(order[rng.choice(n_donors, size=n_treated, replace=False)].tolist())))
    return [list(group) for group in sorted(drawn)]


def _result(
    panel: Panel, real: _Fit, pretended: Sequence[_Fit], effects: pd.Series[float], confidence: float
) -> SyntheticDifferenceInDifferences:
    index, observed = panel.outcome.index, panel.treated_outcome
    value, error = float(real.gap[len(panel.before) :].mean()), float(np.std(effects, ddof=1))
    margin = student_margin(error, len(panel.donors) - 1, confidence)
    ranks = len(effects) + 1
    rank = 1 + int((effects.abs() >= abs(value) * (1 - 1e-12)).sum())
    relative = real.misfit() / float(observed[panel.before].std(ddof=0))
    typical = float(np.median([fit.misfit() for fit in pretended]))
    noise = real.misfit() / typical if typical else None
    return SyntheticDifferenceInDifferences(
        estimate=Estimate(
            value,
            value - margin,
            value + margin,
            confidence,
            rank / ranks,
            1 / ranks,
            *panel.outcome.shape[::-1],
            "synthetic_difference_in_differences",
        ),
        standard_error=error,
        start=panel.start,
        unit_weights=pd.Series(real.unit_weights, index=list(panel.donors)),
        time_weights=pd.Series(real.time_weights, index=panel.before),
        observed=observed,
        counterfactual=observed - real.gap,
        gap=pd.Series(real.gap, index=index),
        placebo_effects=effects,
        relative_misfit_before=relative,
        n_treated=len(panel.treated),
        assumptions=(
            Assumption("close_fit_before", relative <= CLOSE_FIT, relative, CLOSE_FIT),
            Assumption("equal_noise", None if noise is None else noise <= NOISE_RATIO, noise, NOISE_RATIO),
        ),
    )
