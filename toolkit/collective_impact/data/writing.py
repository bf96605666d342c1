"""Tables as they stand in a package's files."""

import pandas as pd

from collective_impact.data.period import written
from collective_impact.data.schema import TableSchema


def as_text(table: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Give a typed table as the text of its cells: the way back of `collective_impact.data.cells.typed_table`.

    Parameters
    ----------
    table : pandas.DataFrame
        Typed as `typed_table` gives it.
    schema : TableSchema

    Returns
    -------
    pandas.DataFrame of str
        The same columns and rows; a missing value is an empty text, a number has a decimal point and no grouping, a
        truth value is ``true`` or ``false``, a period or date is written as users write it.
    """
    kinds = {field.name: field.kind for field in schema.fields}
    return pd.DataFrame({name: _text(table[name], kinds.get(name, "text")) for name in table}, dtype=str)


def _text(column: pd.Series, kind: str) -> pd.Series:
    missing = column.isna()
    if kind == "number":
        text = column.map(lambda value: repr(float(value)).removesuffix(".0"))
    elif kind == "boolean":
        text = column.map({True: "true", False: "false"})
    else:
        text = column.map(written)
    return text.astype(str).mask(missing, "")
