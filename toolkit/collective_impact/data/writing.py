"""Tables as they stand in a package's files."""

import csv
import io
import json
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from collective_impact.data.period import written
from collective_impact.data.schema import SCHEMAS, TableSchema, table_schema
from collective_impact.spreadsheet_text import guarded

_OF_A_FIELD = ("name", "type", "constraints")
_OF_THE_FILE = ("dialect", "bytes", "hash", "compression")
_OF_THE_CELLS = ("decimalChar", "groupChar", "bareNumber", "missingValues")


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
    return pd.DataFrame({name: _text(table[name], kinds.get(str(name), "text")) for name in table}, dtype=str)


def _text(column: pd.Series, kind: str) -> pd.Series:
    missing = column.isna()
    if kind == "number":
        text = column.map(lambda value: repr(float(value)).removesuffix(".0"))
    elif kind == "boolean":
        text = column.map({True: "true", False: "false"})
    else:
        text = column.map(written)
    return text.astype(str).mask(missing, "")


def guarded_rows(rows: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Give rows of text with free text guarded, so that `typed_table` gives it back as it was.

    Columns that the contract does not know stay as they are.
    """
    free = {field.name for field in schema.fields if field.kind in ("text", "id") and not field.allowed}
    texts = [name for name in map(str, rows) if name in free or schema.translated(name)]
    return rows.assign(**{name: rows[name].map(guarded) for name in texts}) if len(rows) else rows


def csv_bytes(rows: pd.DataFrame, schema: TableSchema) -> bytes:
    """Give rows of text as the CSV file of a package: UTF-8, commas, text that no spreadsheet takes for a formula.

    Parameters
    ----------
    rows : pandas.DataFrame of str
        As `as_text` gives them.
    schema : TableSchema
    """
    safe = guarded_rows(rows, schema)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(safe.columns)
    writer.writerows(safe.itertuples(index=False, name=None))
    return out.getvalue().encode()


def csv_resource(before: Mapping[str, Any], table: str, columns: Collection[str], path: str) -> dict[str, Any]:
    """Describe the CSV file of a table in a descriptor.

    Parameters
    ----------
    before : mapping
        What the descriptor said of the table; empty for a new one. What does not concern the file stays, and how the
        cells of columns are written that the contract does not know.
    table : str
    columns : collection of str
        Of the file.
    path : str
        Of the file in the package.

    Returns
    -------
    dict
        Resource of a Data Package.
    """
    kept = {key: value for key, value in before.items() if key not in _OF_THE_FILE}
    kept |= {"name": table, "path": path, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    said = kept.get("schema", {})
    if isinstance(said, str):  # kept in a file of its own
        return kept
    contract = json.loads((SCHEMAS / f"{table}.json").read_text(encoding="utf-8"))
    fields = {field["name"]: {key: field[key] for key in _OF_A_FIELD if key in field} for field in contract["fields"]}
    fields |= {field["name"]: field for field in said.get("fields", ())}
    described = [_field(fields.get(name, {}), name, table, said.get("missingValues", [""])) for name in columns]
    schema = {"primaryKey": contract["primaryKey"], **said, "fields": described, "missingValues": [""]}
    return {"profile": "tabular-data-resource", **kept, "schema": schema}


def _field(said: Mapping[str, Any], name: str, table: str, missing: list[str]) -> dict[str, Any]:
    """Describe a column as it is written now: one of the contract in our way, any other as it was."""
    field = {"name": name, "type": "string", **said}
    if table_schema(table).knows(name):
        return {key: value for key, value in field.items() if key not in _OF_THE_CELLS}
    return field if missing == [""] else {**field, "missingValues": field.get("missingValues", missing)}
