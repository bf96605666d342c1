"""How alike the observations of one organization are: the intraclass correlation with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import fdtri

from collective_impact.errors import MethodError
from collective_impact.statistics.behaviour.repeated_observations import RepeatedObservations, repeated_observations
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded

ORGANIZATIONS = 3


@guarded
def share_between_organizations(
    frame: pd.DataFrame,
    terms: Sequence[str] = (),
    *,
    value: str = "value",
    organization: str = "partner_id",
    confidence: float = 0.95,
) -> Interval | Insufficient:
    """Share of the variance around the terms that lies between organizations.

    By analysis of variance, with the interval of Thomas & Hultquist (1978, Annals of Statistics 6) for organizations
    that were not observed equally often: exact for normal values and equal numbers, near it otherwise, and as wide as
    few organizations deserve. A share estimated below 0 is given as 0.

    Parameters
    ----------
    frame : DataFrame
        One row for each time that an organization was observed.
    terms : sequence of str
        Columns whose influence is taken out first; those constant within an organization explain its mean.
    confidence : float

    Returns
    -------
    Interval or Insufficient
        As `repeated_observations`, with at least 3 organizations; ``more_terms_than_rows`` where the terms leave
        nothing over between or within organizations; ``no_variation`` within all of them.

    Raises
    ------
    MethodError
        When a column is missing or `confidence` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise MethodError(f"confidence is {confidence}: expected a share between 0 and 1, for example 0.95")
    data = repeated_observations(frame, terms, value=value, organization=organization, organizations=ORGANIZATIONS)
    return observed_share_between(data, confidence) if isinstance(data, RepeatedObservations) else data


def observed_share_between(data: RepeatedObservations, confidence: float) -> Interval | Insufficient:
    """Intraclass correlation of observations that stand ready; see `share_between_organizations`."""
    inside = data.around_means(np.column_stack([data.outcome, data.design]))
    varies = np.ptp(inside[:, 1:], axis=0) > 1e-9 * np.abs(data.design).max(axis=0)
    slopes, _, rank, _ = np.linalg.lstsq(inside[:, 1:][:, varies], inside[:, 0])
    errors = inside[:, 0] - inside[:, 1:][:, varies] @ slopes
    adjusted = data.means((data.outcome - data.design[:, varies] @ slopes)[:, None])[:, 0]
    levels = data.means(data.design[:, ~varies])
    apart = adjusted - levels @ np.linalg.lstsq(levels, adjusted)[0]
    within, between = len(errors) - data.n_organizations - int(rank), data.n_organizations - levels.shape[1]
    if within < 1 or between < 1:
        return Insufficient("more_terms_than_rows", data.n_organizations, levels.shape[1] + 1)
    if errors @ errors <= 1e-18 * (data.outcome @ data.outcome):
        return Insufficient("no_variation", 1, 2)
    size = float(1 / np.mean(1 / data.sizes))
    ratio = size * float(apart @ apart) / between / (float(errors @ errors) / within)
    tails = fdtri(between, within, [(1 + confidence) / 2, (1 - confidence) / 2])
    value, low, high = (max(0.0, float((at - 1) / (at + size - 1))) for at in (ratio, *(ratio / tails)))
    return Interval(value, low, high, confidence)
