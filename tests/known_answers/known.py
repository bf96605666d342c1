"""A published figure, and how the public API comes by it."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """One published figure.

    `id` is the row of the list of known answers, `tolerance` that of the row; `digits` are what the table shows.
    """

    id: str
    what: str
    published: float
    tolerance: float
    computed: Callable[[], float]
    source: str
    digits: int = 3
    note: str = ""
