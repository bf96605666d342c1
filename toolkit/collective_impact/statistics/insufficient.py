"""A result that is not there, with its reason: what a method returns when the data cannot carry it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Literal, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

Reason = Literal[
    "no_rows",
    "no_data",
    "no_treated_unit",
    "many_treated_units",
    "different_starts",
    "no_donors",
    "too_few_donors",
    "too_few_periods",
    "too_few_periods_before",
    "too_few_periods_after",
    "gaps_in_periods",
    "no_variation",
    "no_target",
    "no_target_period",
    "no_direction",
    "no_groups",
    "no_population",
    "no_scale",
    "no_events",
    "no_shocks",
    "no_control_outcome",
    "no_ratings",
    "too_few_raters",
    "too_few_respondents",
    "low_agreement",
    "too_few_rows",
    "too_few_clusters",
    "too_few_sites",
    "too_few_events",
    "too_few_groups",
    "no_denominator",
    "treated_from_first_period",
    "collinear",
    "more_terms_than_rows",
    "no_convergence",
    "no_ties",
    "too_short_follow_up",
    "too_few_treated_clusters",
    "too_few_rated",
    "missing_ratings",
    "too_few_items",
    "too_few_pairs",
    "too_few_actors",
    "one_cluster_decides",
    "perfect_prediction",
    "no_evidence",
    "too_many_conditions",
    "no_sufficient_row",
    "no_gain",
    "no_costs",
    "no_significance",
    "no_stages",
    "too_few_rounds",
    "no_backbone",
    "nothing_due",
    "no_interviews",
    "no_barriers",
    "no_power",
    "nothing_lately",
    "nothing_to_answer",
    "no_answers",
]


@dataclass(frozen=True, slots=True)
class Insufficient:
    """The data cannot carry a method.

    Attributes
    ----------
    reason : Reason
        What is missing, as a code; ``findings.wording`` turns it into words for readers.
    found, needed : float
        How much there is and how much it takes, in the unit that the reason names (periods, units).
    table : str
        The table that is missing or too short, where it is known.
    """

    reason: Reason
    found: float = 0
    needed: float = 1
    table: str = ""


def guarded(function: Callable[P, R | Insufficient]) -> Callable[P, R | Insufficient]:
    """Let a function hand on an `Insufficient` argument as its own result.

    A template thus reads straight through: what could not be estimated stays unanswered in every later step.
    """

    @wraps(function)
    def handing_on(*args: P.args, **kwargs: P.kwargs) -> R | Insufficient:
        for argument in (*args, *kwargs.values()):
            if isinstance(argument, Insufficient):
                return argument
        return function(*args, **kwargs)

    return handing_on
