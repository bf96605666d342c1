"""An estimate with its uncertainty, and the few rules from which intervals and p-values are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from collective_impact.errors import MethodError
from collective_impact.statistics.types import Array

RANKED_P = 0.10
"""Largest p-value from ranks with which an effect counts as conclusive."""

Method = Literal[
    "synthetic_control",
    "synthetic_difference_in_differences",
    "difference_in_differences",
    "staggered_difference_in_differences",
    "interrupted_time_series",
    "linear_trend",
]


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its interval.

    Attributes
    ----------
    value, low, high : float
        Point estimate and the ends of its interval, in the unit of what is estimated. An end is infinite where the
        data set no limit on that side, never missing.
    confidence : float
        Of the interval, for example 0.95.
    """

    value: float
    low: float
    high: float
    confidence: float

    def leaves_out(self, null: float) -> bool:
        """Whether `null` lies outside the interval: 0 for a difference, 1 for a ratio."""
        return self.low > null or self.high < null


@dataclass(frozen=True, slots=True)
class Estimate(Interval):
    """An effect or a slope, in the unit of the outcome, with its interval.

    Attributes
    ----------
    p_value, p_floor : float or None
        Two-sided p-value, and the smallest one that the comparison could have given (1 / number of ranks);
        None where the method has none.
    n_units, n_periods : int
        Units and periods that the estimate rests on.
    method : Method
        How it was made.
    """

    p_value: float | None
    p_floor: float | None
    n_units: int
    n_periods: int
    method: Method

    @property
    def conclusive(self) -> bool:
        """Whether the interval leaves out zero and, where ranks give the p-value, that is at most 10%.

        Between few units the ranks may be unable to rule out chance, whatever interval a formula gives.
        """
        ranked = self.p_value if self.p_floor is not None else None
        return self.leaves_out(0.0) and (ranked is None or ranked <= RANKED_P)


class Estimated(Protocol):
    """A result of any design that ends in one estimate of the effect."""

    @property
    def estimate(self) -> Estimate:
        """The effect with its interval."""


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is no share.

    Raises
    ------
    MethodError
        When `confidence` is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise MethodError(f"confidence is {confidence}: expected a share between 0 and 1, for example 0.95")


def student_margin(standard_error: float, degrees: float, confidence: float) -> float:
    """Half the width of a Student t interval.

    Raises
    ------
    MethodError
        When `confidence` is not between 0 and 1.
    """
    from scipy.special import stdtrit

    check_confidence(confidence)
    return float(stdtrit(degrees, (1 + confidence) / 2)) * standard_error


def student_p_value(value: float, standard_error: float, degrees: float) -> float:
    """Two-sided p-value of `value` against zero."""
    from scipy.special import stdtr

    return float(2 * stdtr(degrees, -abs(value) / standard_error)) if standard_error > 0 else float(value == 0)


def placebo_standard_error(placebos: Array) -> float:
    """Spread of the placebo effects, shape (n_placebos,), after Arkhangelsky et al. (2021), Algorithm 4.

    The divisor is one less than there are placebos, which matters where they are few. The spread carries over to
    the treated unit on the assumption that the noise of treated and untreated units has the same variance.
    """
    return float(np.std(placebos, ddof=1))


def placebo_estimate(
    value: float,
    placebos: Array,
    *,
    rank: int,
    n_periods: int,
    confidence: float,
    method: Method,
) -> Estimate:
    """Estimate for one treated unit from the effects found where there was no treatment.

    The interval is Student's t with one degree of freedom less than there are placebos. Arkhangelsky et al.
    take the normal quantile; with 40 placebos that is 3% narrower, with 6 it promises far too much.

    Parameters
    ----------
    placebos : array of shape (n_placebos,)
        Effect found on each untreated unit by the same method.
    rank : int
        Place of the treated unit among treated and placebos, 1 for the most extreme.
    """
    margin = student_margin(placebo_standard_error(placebos), len(placebos) - 1, confidence)
    ranks = len(placebos) + 1
    return Estimate(
        value, value - margin, value + margin, confidence, rank / ranks, 1 / ranks, ranks, n_periods, method
    )
