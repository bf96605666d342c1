"""Mixed model of organizations observed again and again: what changes, when each has a level and a pace of its own.

Laird & Ware (1982), Biometrics 38, fitted by restricted maximum likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.assumption import Assumption
from collective_impact.statistics.behaviour.coefficient import Coefficient, coefficient
from collective_impact.statistics.behaviour.random_effects import (
    RandomEffects,
    RandomEffectsFit,
    contained_degrees,
    random_effects_fit,
    same_change,
)
from collective_impact.statistics.behaviour.repeated_observations import RepeatedObservations, repeated_observations
from collective_impact.statistics.behaviour.share_between_organizations import observed_share_between
from collective_impact.statistics.bias_reduced_covariance import DEGREES, bias_reduced_errors
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.types import Array

Errors = Literal["robust", "model"]


@dataclass(frozen=True, slots=True, eq=False)
class MixedModel:
    """A mixed model.

    Attributes
    ----------
    coefficients : dict of str to Coefficient
        For ``intercept`` and each term.
    random_effects : RandomEffects
        In what organizations differ in the model that was fitted.
    simplified : bool
        Whether that is less than was asked for, because the data show no such differences.
    intercept_sd, slope_sd : float
        Standard deviation between organizations of the level where all terms are 0, and of the slope; 0 where the
        fitted model has none.
    correlation : float or None
        Of the two; None where the fitted model has none.
    residual_sd : float
        Within organizations.
    intraclass : Interval or None
        Share of the variance around the terms that lies between organizations; None where it cannot be told.
    errors : {"robust", "model"}
        What the standard errors rest on.
    n_organizations, n_rows, n_left_out : int
    assumptions : tuple of Assumption
    """

    coefficients: dict[str, Coefficient]
    random_effects: RandomEffects
    simplified: bool
    intercept_sd: float
    slope_sd: float
    correlation: float | None
    residual_sd: float
    intraclass: Interval | None
    errors: Errors
    n_organizations: int
    n_rows: int
    n_left_out: int
    assumptions: tuple[Assumption, ...]


@guarded
def mixed_model(
    frame: pd.DataFrame,
    terms: Sequence[str],
    *,
    value: str = "value",
    organization: str = "partner_id",
    slope: str | None = None,
    errors: Errors = "robust",
    confidence: float = 0.95,
) -> MixedModel | Insufficient:
    """Explain values by terms, when each organization has a level, and if asked a slope, of its own.

    Robust errors (bias-reduced, with Satterthwaite's degrees of freedom) need only that organizations are independent.
    Errors of the model also take the random effects for complete: where organizations change at a different pace and
    no slope was asked for, their 95% interval of the change held the truth 75 to 90% of the time in simulations. Their
    degrees of freedom are counted by containment (Pinheiro & Bates 2000, section 2.4): organizations for a term that
    differs between them or has a random slope, rows for one that varies within them.

    A random effect without variance of its own is left out, and the model that remains is named; the degrees of
    freedom stay those of the model asked for.

    Parameters
    ----------
    frame : DataFrame
        One row for each time that an organization was observed; at least 10 organizations.
    terms : sequence of str
        Columns of numbers, or true and false: time, before and after, taking part, their products.
    slope : str, optional
        Term whose slope differs between organizations.
    errors : {"robust", "model"}
    confidence : float

    Returns
    -------
    MixedModel or Insufficient
        As `repeated_observations`; ``no_variation`` for values without scatter around the terms, or organizations that
        are all alike in what tells every term;
        ``more_terms_than_rows`` where a term leaves no degrees of freedom; ``one_cluster_decides`` where a robust
        error would rest on a single organization; ``no_convergence``.

    Raises
    ------
    MethodError
        When a column is missing, `slope` is none of the terms, `errors` is unknown or `confidence` not in (0, 1).
    """
    if errors not in get_args(Errors) or not 0 < confidence < 1:
        raise MethodError(f"errors {errors!r}, confidence {confidence}: expected robust or model, and a share below 1")
    if slope is not None and slope not in terms:
        raise MethodError(f"slope {slope!r}: expected one of the terms {list(terms)}")
    data = repeated_observations(frame, terms, value=value, organization=organization)
    if isinstance(data, Insufficient):
        return data
    fitted = random_effects_fit(data, slope)
    if isinstance(fitted, Insufficient):
        return fitted
    judged = _judged(data, fitted, slope, errors)
    if isinstance(judged, Insufficient):
        return judged
    return _result(data, fitted, judged, slope, errors, confidence)


def _judged(
    data: RepeatedObservations, fitted: RandomEffectsFit, slope: str | None, errors: Errors
) -> tuple[Array, Array] | Insufficient:
    """Standard error and degrees of freedom of each coefficient."""
    degrees = contained_degrees(data, slope)
    if degrees.min() < 1:
        return Insufficient("more_terms_than_rows", data.n_organizations, len(data.terms) + 1)
    if errors == "model":
        return np.sqrt(np.diag(fitted.fit.covariance)), degrees
    reduced = bias_reduced_errors(fitted.fit.products, fitted.fit.scores)
    if reduced is None:
        return Insufficient("one_cluster_decides", 1, 2)
    if not reduced.standard_errors[int(len(data.terms) > 1) :].any():
        return Insufficient("no_variation", 1, 2)
    return reduced.standard_errors, reduced.degrees


def _result(
    data: RepeatedObservations,
    fitted: RandomEffectsFit,
    judged: tuple[Array, Array],
    slope: str | None,
    errors: Errors,
    confidence: float,
) -> MixedModel:
    spread = fitted.back @ fitted.fit.random_covariance @ fitted.back.T
    deviations = np.sqrt(np.diag(spread)) if fitted.effects != "none" else np.zeros(1)
    sloped = len(deviations) > 1
    together = fitted.effects == "intercept_and_slope"
    correlation = float(spread[0, 1] / (deviations[0] * deviations[1])) if together else None
    asked: RandomEffects = "intercept" if slope is None else "intercept_and_slope"
    intraclass = observed_share_between(data, confidence)
    numbers = zip(data.terms, fitted.fit.coefficients, *judged, strict=True)
    return MixedModel(
        coefficients={
            term: coefficient(float(value), float(error), float(degrees), confidence)
            for term, value, error, degrees in numbers
        },
        random_effects=fitted.effects,
        simplified=fitted.effects != asked,
        intercept_sd=float(deviations[0]),
        slope_sd=float(deviations[1]) if sloped else 0.0,
        correlation=correlation,
        residual_sd=float(np.sqrt(fitted.fit.residual_variance)),
        intraclass=intraclass if isinstance(intraclass, Interval) else None,
        errors=errors,
        n_organizations=data.n_organizations,
        n_rows=len(data.outcome),
        n_left_out=data.n_left_out,
        assumptions=_assumptions(data, fitted, judged[1], slope),
    )


def _assumptions(
    data: RepeatedObservations, fitted: RandomEffectsFit, degrees: Array, slope: str | None
) -> tuple[Assumption, ...]:
    fewest = float(degrees.min())
    balanced = len(set(data.sizes.tolist())) == 1
    pace = [] if slope is not None else [same_change(data, fitted)]
    return (
        Assumption("enough_clusters", fewest >= DEGREES, fewest, DEGREES),
        Assumption("missing_at_random", True if balanced and not data.n_left_out else None),
        *pace,
    )
