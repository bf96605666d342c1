"""Whether a result holds elsewhere: how like the areas are, and whether the effect differs with their kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.outcome.chosen_design import estimate_by, without_units
from collective_impact.data.chosen_outcome import Outcome
from collective_impact.statistics.counterfactual.design import DesignChoice, choose_design
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, panel_from_wide

ALIKE = 0.25
"""Standardized difference up to which two groups of areas count as alike (Rubin 2001)."""
AREAS_BY_KIND = 4


@guarded
def balance(kinds: pd.DataFrame, panel: Panel) -> pd.DataFrame | Insufficient:
    """Compare treated units and donors as they were before the start.

    Parameters
    ----------
    kinds : DataFrame of float, units x characteristics

    Returns
    -------
    DataFrame of shape (n_characteristics, 3) or Insufficient
        Columns ``treated, donors`` (means) and ``difference``: in standard deviations, those of both groups pooled
        or, with one treated unit, the donors'; the largest first. ``no_donors``, and ``no_data`` where no
        characteristic is known.
    """
    if not panel.treated:
        return Insufficient("no_treated_unit", 0, 1)
    if len(panel.donors) < 2:
        return Insufficient("no_donors", len(panel.donors), 2)
    ours, others = kinds.reindex(list(panel.treated)), kinds.reindex(list(panel.donors))
    variance = others.var(ddof=1) if len(ours) < 2 else (ours.var(ddof=1) + others.var(ddof=1)) / 2
    frame = pd.DataFrame({"treated": ours.mean(), "donors": others.mean()})
    frame = frame.assign(difference=(frame["treated"] - frame["donors"]) / variance.where(variance > 0) ** 0.5).dropna()
    if frame.empty:
        return Insufficient("no_data")
    return frame.sort_values("difference", key=abs, ascending=False, kind="stable")


@dataclass(frozen=True, slots=True)
class KindEffect:
    """The effect in the half of the areas that lie above, or below, the middle in one characteristic."""

    kind: str
    above: bool
    n: int
    estimate: Estimate


@guarded
def effects_by_kind(panel: Panel, kinds: pd.DataFrame, choice: DesignChoice) -> tuple[KindEffect, ...] | Insufficient:
    """Estimate the effect in halves of the treated units, split at the median of each characteristic.

    Descriptive: the halves are small and differ in more than what they are split by.

    Returns
    -------
    tuple of KindEffect or Insufficient
        In pairs, above and below; ``too_few_sites`` with fewer than 4 treated units.
    """
    if not panel.treated:
        return Insufficient("no_treated_unit", 0, 1)
    if len(panel.treated) < AREAS_BY_KIND:
        return Insufficient("too_few_sites", len(panel.treated), AREAS_BY_KIND)
    found: list[KindEffect] = []
    for kind in kinds.columns:
        own = kinds[kind].reindex(list(panel.treated)).dropna()
        halves = {True: own.index[own > own.median()], False: own.index[own <= own.median()]}
        pair = []
        for above, units in halves.items():
            others = tuple(unit for unit in panel.treated if unit not in units)
            half = without_units(panel, others)
            estimate = None if isinstance(half, Insufficient) else estimate_by(half, choice)
            if isinstance(estimate, Estimate):
                pair.append(KindEffect(str(kind), above, len(units), estimate))
        found += pair if len(pair) == len(halves) else []
    return tuple(found) or Insufficient("no_data")


@dataclass(frozen=True, slots=True)
class InSpreads:
    """An effect on its own scale, and the spread between untreated units before the start to hold it against.

    ``unit`` is what the effect is counted in.
    """

    estimate: Estimate
    spread: float
    unit: str = ""

    @property
    def value(self) -> float:
        """The effect in spreads."""
        return self.estimate.value / self.spread

    @property
    def low(self) -> float:
        """Lower end of its interval, in spreads."""
        return self.estimate.low / self.spread

    @property
    def high(self) -> float:
        """Upper end of its interval, in spreads."""
        return self.estimate.high / self.spread


@guarded
def in_spreads(panel: Panel, choice: DesignChoice, *, seed: int = 0, unit: str = "") -> InSpreads | Insufficient:
    """Estimate the effect and hold it against how far untreated units lay apart, so that outcomes can be compared."""
    estimate = estimate_by(panel, choice, seed=seed)
    if isinstance(estimate, Insufficient):
        return estimate
    if len(panel.donors) < 2:
        return Insufficient("no_donors", len(panel.donors), 2)
    donors = panel.outcome.loc[panel.before, list(panel.donors)]
    spread = float(donors.mean().std(ddof=1)) if len(donors) else 0.0
    return InSpreads(estimate, spread, unit) if spread > 0 else Insufficient("no_variation", 1, 2)


def _on_control(control: Outcome, seed: int) -> InSpreads | Insufficient:
    panel = panel_from_wide(control.frame, control.starts)
    if isinstance(panel, Insufficient):
        return panel
    choice = choose_design(panel)
    return (
        choice
        if isinstance(choice, Insufficient)
        else in_spreads(panel, choice, seed=seed, unit=control.difference_unit)
    )


@guarded
def effects_on_controls(controls: Sequence[Outcome], *, seed: int = 0) -> dict[str, InSpreads] | Insufficient:
    """Estimate the effect on outcomes that the initiative does not aim at, each by the design its data allow.

    Returns
    -------
    dict of name to InSpreads or Insufficient
        ``no_control_outcome`` without any; the first reason where none could be estimated.
    """
    found = {}
    missing = []
    for control in controls:
        result = _on_control(control, seed)
        if isinstance(result, Insufficient):
            missing.append(result)
        else:
            found[control.indicator] = result
    return found or next(iter(missing), Insufficient("no_control_outcome", 0, 1))
