"""Many tests at once: p-values adjusted so that chance findings stay few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_of

Correction = Literal["benjamini_hochberg", "holm", "bonferroni"]

_STATSMODELS = {"benjamini_hochberg": "fdr_bh", "holm": "holm", "bonferroni": "bonferroni"}


@dataclass(frozen=True, slots=True, eq=False)
class AdjustedTests:
    """Tests taken together.

    Attributes
    ----------
    p_values : Series of shape (n_tests,)
        Adjusted, in the order and with the labels of those given.
    rejected : Series of shape (n_tests,)
        Whether each is at most `level`.
    correction : Correction
    level : float
    n_rejected : int
    """

    p_values: pd.Series[float]
    rejected: pd.Series[bool]
    correction: Correction
    level: float
    n_rejected: int


@guarded
def adjust_p_values(
    p_values: pd.Series[float], correction: Correction = "benjamini_hochberg", level: float = 0.05
) -> AdjustedTests | Insufficient:
    """Adjust p-values for there being several.

    Parameters
    ----------
    p_values : Series of shape (n,)
        One a test; missing ones are no tests, and are left out.
    correction : {"benjamini_hochberg", "holm", "bonferroni"}
        Benjamini & Hochberg (1995, JRSS B 57) keep the expected share of chance findings among all findings at
        `level`, for tests that are independent or positively dependent; Holm (1979, Scandinavian Journal of
        Statistics 6) and Bonferroni the probability of any chance finding, however tests depend on each other.
    level : float

    Returns
    -------
    AdjustedTests or Insufficient
        ``no_data`` without any p-value.

    Raises
    ------
    MethodError
        For an unknown `correction`, a `level` or a p-value that is not a probability.
    """
    from statsmodels.stats.multitest import multipletests

    if correction not in _STATSMODELS:
        raise MethodError(f"correction is {correction!r}: expected one of {list(_STATSMODELS)}")
    if not 0 < level < 1:
        raise MethodError(f"level is {level}: expected a probability between 0 and 1, for example 0.05")
    values = pd.Series(numbers_of(p_values, "p_values"), index=p_values.index).dropna()
    if wrong := values[(values < 0) | (values > 1)].to_dict():
        raise MethodError(f"p_values: found {wrong}, expected probabilities from 0 to 1")
    if values.empty:
        return Insufficient("no_data")
    adjusted = multipletests(values.to_numpy(), alpha=level, method=_STATSMODELS[correction])[1]
    series = pd.Series(adjusted, index=values.index)
    return AdjustedTests(series, series <= level, correction, level, int((series <= level).sum()))
