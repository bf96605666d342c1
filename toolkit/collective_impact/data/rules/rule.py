"""A rule of the contract, written once: what the check looks for is what the documentation says."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from collective_impact.data.grouping import first_position, grouped
from collective_impact.data.period import written
from collective_impact.data.quoting import quoted
from collective_impact.errors import Problem, Severity
from collective_impact.language import translate as _


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold for the rows of a table beyond their columns, keys and references.

    Attributes
    ----------
    table, field : str
        Whose rows can break it, and the column that is named when they do.
    says : str
        The rule as a sentence in English, in small letters and without a full stop; translated where it is shown.
    mend : str
        What to do about a row that breaks it.
    breaks : callable
        From the typed tables, each as the argument of its name, to the rows of `table` that break the rule.
    needs : tuple of str
        Tables that must have been read whole for the rule to be judged: its own where the rows are compared with
        each other.
    shows : tuple of str
        Columns whose cells are shown as found; empty: those of `field`.
    expects : callable or None
        From a row that breaks it to what should stand there, where that is more telling than the rule itself.
    severity : {"error", "note"}
    """

    table: str
    field: str
    says: str
    mend: str
    breaks: Callable[..., "pd.Series[bool]"]
    needs: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    expects: Callable[["pd.Series"], str] | None = None
    severity: Severity = "error"

    def sentence(self) -> str:
        """Give the rule as a sentence in the current language."""
        says = _(self.says)
        return f"{says[0].upper()}{says[1:]}."

    def problems(
        self, tables: Mapping[str, pd.DataFrame], whole: Collection[str], places: Mapping[str, str]
    ) -> list[Problem]:
        """Check the rule.

        Parameters
        ----------
        tables : mapping of str to pandas.DataFrame
            Typed tables by name; the index is the line in the file.
        whole : collection of str
            Tables that could be read whole.
        places : mapping of str to str
            Path of each table's file.

        Returns
        -------
        list of Problem
            One for all rows that break it; none where it holds, or cannot be judged.
        """
        if self.table not in tables or tables[self.table].empty or not set(self.needs) <= set(whole):
            return []
        broken = self.breaks(**{name: tables[name] for name in {self.table, *self.needs}}).fillna(False).astype(bool)
        if not broken.any():
            return []
        row = tables[self.table].iloc[first_position(broken)]
        expected = self.expects(row) if self.expects else _(self.says)
        return grouped(broken, places[self.table], self.field, self._found(row), expected, _(self.mend), self.severity)

    def _found(self, row: "pd.Series") -> str:
        if not self.shows:
            return _shown(row[self.field])
        return ", ".join(f"{column} {_shown(row[column])}" for column in self.shows)


def _shown(cell: Any) -> str:
    if pd.isna(cell) or cell == "":
        return _("an empty cell")
    return quoted(int(cell) if isinstance(cell, float) and cell.is_integer() else written(cell))


def looked_up(ids: pd.Series, keys: pd.Series, values: pd.Series) -> pd.Series:
    """Give the values that stand beside ids in another table; missing where an id does not stand there."""
    known = values.set_axis(keys)
    return ids.map(known[~known.index.duplicated()])


def neither(column: str, word: str, known: str) -> Callable[..., "pd.Series[bool]"]:
    """Mark the rows of a table whose cell is neither a certain word nor an id of another table."""

    def stranger(**tables: pd.DataFrame) -> "pd.Series[bool]":
        (own,) = (table for name, table in tables.items() if name != known)
        return (own[column] != word) & ~own[column].isin(tables[known][f"{known}_id"])

    return stranger


def same(column: str, other: str) -> Callable[..., "pd.Series[bool]"]:
    """Mark the rows of a table in which two columns hold the same id."""

    def alike(**tables: pd.DataFrame) -> "pd.Series[bool]":
        (table,) = tables.values()
        return (table[column] == table[other]) & (table[column] != "")

    return alike
