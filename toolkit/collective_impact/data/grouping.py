"""Gather rows that are wrong in the same way into one problem."""

import pandas as pd

from collective_impact.errors import Problem, Severity


def first_position(wrong: "pd.Series[bool]") -> int:
    """Give the position of the first row marked."""
    return int(wrong.to_numpy().argmax())


def first_line(wrong: "pd.Series[bool]") -> int:
    """Give the line in the file of the first row marked; the index holds the lines."""
    return int(wrong.index.to_numpy()[first_position(wrong)])


def grouped(
    wrong: "pd.Series[bool]",
    place: str,
    field: str,
    found: str,
    expected: str,
    mend: str,
    severity: Severity = "error",
) -> list[Problem]:
    """Make one problem of all rows marked, or none if there are none.

    Parameters
    ----------
    wrong : pandas.Series of bool
        By row; the index is the line in the file.
    place, field, found, expected, mend, severity
        As in `Problem`; ``found`` is what stands in the first row marked.
    """
    if not wrong.any():
        return []
    return [Problem(place, found, expected, mend, first_line(wrong), field, severity, int(wrong.sum()))]
