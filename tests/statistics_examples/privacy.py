from collections.abc import Callable
from math import inf, nan

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.privacy.linked_sums import suppress_linked
from collective_impact.statistics.privacy.rate_suppression import suppress_rates
from collective_impact.statistics.privacy.suppression import suppress
from statistics_examples import SOUND, Degenerate

CELLS = pd.DataFrame(
    [(area, group, 7 + 23 * place) for place, area in enumerate("ABCD") for group in ("women", "men", "other")],
    columns=["area", "group", "count"],
).assign(count=lambda frame: [3, 40, 50, 60, 12, 80, 90, 100, 5, 70, 80, 25])
RATES = CELLS.rename(columns={"count": "numerator"}).assign(denominator=lambda frame: frame["numerator"] * 3)

LINKED = pd.Series({"north": 4.0, "south": 30.0, "west": 40.0, "all": 74.0})
SUMS = [("all", ("north", "south", "west"))]
EXAMPLES: dict[str, Callable[[], object]] = {
    "privacy.suppression.suppress": lambda: suppress(CELLS, ["area", "group"]),
    "privacy.linked_sums.suppress_linked": lambda: suppress_linked(LINKED, SUMS),
    "privacy.rate_suppression.suppress_rates": lambda: suppress_rates(RATES, ["area", "group"]),
}


def cells(counts: object) -> object:
    return suppress(CELLS.assign(count=counts), ["area", "group"])


DEGENERATE: list[Degenerate] = [
    Degenerate(f"privacy.{method}", data, call, expected)
    for method, data, call, expected in [
        ("suppress", "no rows", lambda: suppress(CELLS.iloc[:0], ["area", "group"]), "no_data"),
        ("suppress", "one row", lambda: suppress(CELLS.iloc[:1], ["area", "group"]), SOUND),
        ("suppress", "all equal", lambda: cells(50), SOUND),
        ("suppress", "nothing but small", lambda: cells(2), SOUND),
        ("suppress", "all zero", lambda: cells(0), SOUND),
        ("suppress", "all missing", lambda: cells(np.nan), "no_data"),
        ("suppress", "infinite", lambda: cells(np.inf), "no_data"),
        ("suppress", "negative", lambda: cells(-1), MethodError),
        ("suppress", "not whole", lambda: cells(2.5), MethodError),
        ("suppress", "a cell twice", lambda: suppress(CELLS.iloc[[0, 0]], ["area", "group"]), MethodError),
        ("suppress", "no column", lambda: suppress(CELLS, ["region"]), MethodError),
        ("suppress", "threshold missing", lambda: suppress(CELLS, ["area", "group"], min_cell=nan), MethodError),
        ("suppress", "threshold infinite", lambda: suppress(CELLS, ["area", "group"], min_cell=inf), MethodError),
        ("suppress", "threshold of 1", lambda: suppress(CELLS, ["area", "group"], min_cell=1), MethodError),
        ("suppress_linked", "no counts", lambda: suppress_linked(LINKED.iloc[:0], []), "no_data"),
        ("suppress_linked", "all missing", lambda: suppress_linked(LINKED * np.nan, SUMS), "no_data"),
        ("suppress_linked", "negative", lambda: suppress_linked(-LINKED, SUMS), MethodError),
        ("suppress_linked", "a sum that is none", lambda: suppress_linked(LINKED + 1, SUMS), MethodError),
        ("suppress_rates", "no rows", lambda: suppress_rates(RATES.iloc[:0], ["area", "group"]), "no_data"),
        ("suppress_rates", "one row", lambda: suppress_rates(RATES.iloc[:1], ["area", "group"]), SOUND),
        (
            "suppress_rates",
            "more cases than people",
            lambda: suppress_rates(RATES.assign(denominator=1), ["area", "group"]),
            MethodError,
        ),
        (
            "suppress_rates",
            "all missing",
            lambda: suppress_rates(RATES.assign(numerator=np.nan), ["area", "group"]),
            "no_data",
        ),
    ]
]
