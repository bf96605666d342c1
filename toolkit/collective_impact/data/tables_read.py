"""Tables that keep count of which of them were looked at, so that a change in another one is known not to matter."""

from collections.abc import Iterator, Mapping

import pandas as pd

from collective_impact.data.schema import TABLES


class TablesRead(Mapping[str, pd.DataFrame]):
    """Tables by name, as a mapping.

    Looking for a table counts, whether or not there is one; so does going through all of them.

    Attributes
    ----------
    read : set of str
        Names that were looked for.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> pd.DataFrame:
        self.read.add(name)
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        self.read.update(TABLES)
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)
