"""A coefficient of a model of repeated observations, with its Student t interval."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from collective_impact.statistics.estimate import Interval, student_margin, student_p_value


@dataclass(frozen=True, slots=True)
class Coefficient(Interval):
    """What the outcome changes by when a term grows by one.

    Attributes
    ----------
    standard_error : float
        In the unit of the value; infinite, as the interval then is, where organizations are all alike in what tells
        the coefficient, so that nothing says how sure it is.
    degrees : float
        Of Student's t: how many independent pieces of information the standard error rests on.
    p_value : float
        Two-sided, against zero.
    """

    standard_error: float
    degrees: float
    p_value: float


def coefficient(value: float, standard_error: float, degrees: float, confidence: float) -> Coefficient:
    """Give an estimate its interval and p-value by Student's t; a standard error of 0 stands for none.

    Raises
    ------
    MethodError
        When `confidence` is not between 0 and 1.
    """
    standard_error = standard_error or inf
    margin = student_margin(standard_error, degrees, confidence)
    p_value = student_p_value(value, standard_error, degrees)
    return Coefficient(value, value - margin, value + margin, confidence, standard_error, degrees, p_value)
