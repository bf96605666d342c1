"""What a method takes for granted, and what the data say of it."""

from dataclasses import dataclass
from typing import Literal

AssumptionName = Literal[
    "no_autocorrelation",
    "parallel_trends",
    "close_fit_before",
    "enough_clusters",
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
