"""The toolkit's errors: each says what was found, what was expected and how to mend it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "note"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in what a user gave, with its place and its mend.

    Attributes
    ----------
    place : str
        Where: a file, table, option or parameter.
    found, expected, mend : str
        What stands there, what should, and what to do about it; plain sentences.
    row : int or None
        Line of the file (the header is line 1), or row of the sheet in a workbook; in a Parquet file, which has no
        lines, position of the row (the first is 1). None where the problem is not in a row.
    field : str
        Column or key, where there is one.
    severity : {"error", "note"}
        A note does not stop a run.
    count : int
        How many times this same problem occurs; ``row`` is then its first.
    """

    place: str
    found: str
    expected: str
    mend: str
    row: int | None = None
    field: str = ""
    severity: Severity = "error"
    count: int = 1


class ToolkitError(Exception):
    """Base of all errors that the toolkit raises on purpose."""


class InputError(ToolkitError):
    """What a user gave cannot be used; carries every problem found, not only the first.

    Attributes
    ----------
    problems : tuple of Problem
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{p.place}: found {p.found}; expected {p.expected}; {p.mend}" for p in problems))


class MethodError(ToolkitError, ValueError):
    """A statistical method was called in a way that cannot be right, whatever the data: a fault in the call."""
