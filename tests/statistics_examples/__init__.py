"""Each public method of the statistics at work on sound data, and on data that it cannot carry.

``EXAMPLES`` of a family maps the name of a method (``"family.module.function"``) to a call on sound data.
``DEGENERATE`` lists what happens to each with broken data: the reason code of an `Insufficient`, `MethodError`, or
`SOUND` where an ordinary result without missing numbers is right.
"""

from collections.abc import Callable
from dataclasses import dataclass

from collective_impact.errors import MethodError

SOUND = "an ordinary result"


@dataclass(frozen=True)
class Degenerate:
    method: str
    data: str
    call: Callable[[], object]
    expected: str | type[MethodError]
