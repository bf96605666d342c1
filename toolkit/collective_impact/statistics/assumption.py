"""What a method takes for granted, and what the data say of it."""

from dataclasses import dataclass
from typing import Literal

AssumptionName = Literal[
    "no_autocorrelation",
    "parallel_trends",
    "close_fit_before",
    "enough_clusters",
    "no_overdispersion",
    "equal_noise",
    "first_order_autocorrelation",
    "no_strong_autocorrelation",
    "constant_effect",
    "independent_rows",
    "same_ratio_in_strata",
    "same_change_everywhere",
    "missing_at_random",
    "missing_completely_at_random",
    "history_goes_on",
    "symmetric_changes",
    "exchangeable_units",
    "straight_line",
]


@dataclass(frozen=True, slots=True)
class Assumption:
    """One of the assumptions that a result rests on.

    Attributes
    ----------
    name : AssumptionName
        As a code; the findings turn it into words for readers.
    met : bool or None
        What the data say; None where they cannot tell, and the reader has to judge.
    figure, limit : float or None
        What it was judged by, and from where on it fails; None where nothing was calculated.
    """

    name: AssumptionName
    met: bool | None
    figure: float | None = None
    limit: float | None = None
