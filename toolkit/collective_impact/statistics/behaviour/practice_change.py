"""How a practice changed over organizations, by the method that their number and the kind of value can bear."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import comb, isinf
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.behaviour.coefficient import Coefficient
from collective_impact.statistics.behaviour.estimating_equations import estimating_equations
from collective_impact.statistics.behaviour.mixed_model import mixed_model
from collective_impact.statistics.behaviour.organization_changes import before_and_after, organization_changes
from collective_impact.statistics.behaviour.repeated_observations import ORGANIZATIONS
from collective_impact.statistics.behaviour.sign_flips import sign_flips
from collective_impact.statistics.bias_reduced_covariance import DEGREES
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.randomization import randomization
from collective_impact.statistics.types import Label, Unit

ChangeMethod = Literal["mixed_model", "estimating_equations", "sign_flips", "randomization"]


@dataclass(frozen=True, slots=True)
class PracticeChange:
    """Change of a practice from a start on.

    Attributes
    ----------
    interval : Interval
        Mean change, in the unit of the value (of what is true or false: a difference of shares); with a comparison,
        the change of those that took part less the change of the others.
    p_value : float
        Two-sided, against no change.
    p_floor : float or None
        Smallest p-value that so few organizations can give; None for a model.
    method : ChangeMethod
    n_organizations, n_taking_part : int
        All that the change rests on, and those of them that took part.
    intraclass : Interval or None
        Share of the variance that lies between organizations, of a mixed model.
    assumptions : tuple of Assumption
    """

    interval: Interval
    p_value: float
    p_floor: float | None
    method: ChangeMethod
    n_organizations: int
    n_taking_part: int
    intraclass: Interval | None
    assumptions: tuple[Assumption, ...]

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.interval.leaves_out(0.0)


@guarded
def practice_change(
    frame: pd.DataFrame,
    start: Label,
    *,
    taking_part: Collection[Unit] | None = None,
    value: str = "value",
    organization: str = "partner_id",
    period: str = "period",
    confidence: float = 0.95,
    seed: int = 0,
) -> PracticeChange | Insufficient:
    """Change of a practice from `start` on, alone or against organizations that did not take part.

    From 10 organizations on a mixed model in which each has a level and a change of its own, or estimating equations
    where values are 0 or 1. Below, and where a model would rest on less than 4 degrees of freedom because few took
    part, each organization counts with its change alone: signs are flipped, or taking part is reassigned. Without a
    comparison the change is what happened, whatever its cause.

    Parameters
    ----------
    frame : DataFrame
        One row for each time that an organization was observed. Values are numbers, or true and false.
    start : period
        First period after the change.
    taking_part : collection, optional
        Organizations that took part; the others are the comparison. All of them when left out.
    confidence : float
    seed : int
        For reassigning where there are too many ways to count them all.

    Returns
    -------
    PracticeChange or Insufficient
        What `organization_changes`, `sign_flips`, `randomization`, `mixed_model` and `estimating_equations` lack;
        ``no_treated_unit`` and ``no_donors`` where nobody, or everybody, took part; ``too_few_clusters`` where
        reassigning could not reach `confidence`.

    Raises
    ------
    MethodError
        When a column is missing, `taking_part` names an organization that was not observed, `start` cannot be compared
        with the periods, or `confidence` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise MethodError(f"confidence is {confidence}: expected a share between 0 and 1, for example 0.95")
    rows = before_and_after(frame, start, value=value, organization=organization, period=period)
    if isinstance(rows, Insufficient):
        return rows
    organizations = set(rows["organization"])
    if unknown := [unit for unit in taking_part or () if unit not in set(frame[organization].dropna())]:
        raise MethodError(f"taking_part names {unknown}: expected organizations of the column {organization!r}")
    chosen = organizations if taking_part is None else organizations & set(taking_part)
    if not chosen or (taking_part is not None and chosen == organizations):
        return Insufficient("no_donors" if chosen else "no_treated_unit", 0, 1)
    if len(organizations) >= ORGANIZATIONS:
        modelled = _modelled(rows, chosen, confidence)
        if isinstance(modelled, PracticeChange):
            return modelled
    return _counted(rows, chosen, confidence, seed)


def _modelled(rows: pd.DataFrame, chosen: set[Unit], confidence: float) -> PracticeChange | Insufficient:
    """By a model; too few clusters where one degree of freedom or another is too few."""
    apart = len(chosen) < rows["organization"].nunique()
    part = rows["organization"].isin(chosen).astype(float)
    rows = rows.assign(part=part, effect=part * rows["after"] if apart else rows["after"])
    terms = ["effect", "after", "part"] if apart else ["effect"]
    intraclass: Interval | None = None
    method: ChangeMethod
    fit: Coefficient
    if rows["value"].isin([0.0, 1.0]).all():
        equations = estimating_equations(rows, terms, organization="organization", confidence=confidence)
        if isinstance(equations, Insufficient):
            return equations
        method, fit, assumptions = "estimating_equations", equations.coefficients["effect"], equations.assumptions
    else:
        slope = "after" if apart else "effect"
        model = mixed_model(rows, terms, organization="organization", slope=slope, confidence=confidence)
        if isinstance(model, Insufficient):
            return model
        method, fit, assumptions = "mixed_model", model.coefficients["effect"], model.assumptions
        intraclass = model.intraclass
    if fit.degrees < DEGREES:
        return Insufficient("too_few_clusters", len(chosen), DEGREES)
    if isinf(fit.standard_error):
        return Insufficient("no_variation", 1, 2)
    interval = Interval(fit.value, fit.low, fit.high, confidence)
    count = rows["organization"].nunique()
    return PracticeChange(interval, fit.p_value, None, method, count, len(chosen), intraclass, assumptions)


def _counted(rows: pd.DataFrame, chosen: set[Unit], confidence: float, seed: int) -> PracticeChange | Insufficient:
    """By reassigning or flipping the changes of organizations."""
    each = organization_changes(rows, 1.0, organization="organization", period="after")
    if isinstance(each, Insufficient):
        return each
    part = each.changes.index.isin(list(chosen))
    if len(chosen) == rows["organization"].nunique():
        flipped = sign_flips(each.changes, confidence=confidence, seed=seed)
        if isinstance(flipped, Insufficient):
            return flipped
        count = flipped.n_organizations
        return PracticeChange(
            flipped.interval, flipped.p_value, flipped.p_floor, "sign_flips", count, count, None, flipped.assumptions
        )
    return _reassigned(each.changes, np.asarray(part), confidence, seed)


def _reassigned(
    changes: pd.Series[float], part: np.ndarray[tuple[int], np.dtype[np.bool_]], confidence: float, seed: int
) -> PracticeChange | Insufficient:
    chosen, count = int(part.sum()), len(part)
    if 0 < chosen < count and not _enough(count, chosen, confidence):
        needed = next(n for n in range(count, 10_000) if _enough(n, chosen, confidence))
        return Insufficient("too_few_clusters", count, needed)
    drawn = randomization(changes.to_numpy(), part, confidence=confidence, seed=seed)
    if isinstance(drawn, Insufficient):
        return drawn
    exchangeable = (Assumption("exchangeable_units", None), Assumption("constant_effect", None))
    return PracticeChange(
        drawn.interval, drawn.p_value, drawn.p_floor, "randomization", count, chosen, None, exchangeable
    )


def _enough(count: int, chosen: int, confidence: float) -> bool:
    """Whether reassigning can reach `confidence`; with halves each assignment has a mirror that is as extreme."""
    return comb(count, chosen) * (1 - confidence) >= (2 if 2 * chosen == count else 1) - 1e-9
