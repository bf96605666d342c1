"""What is asked for in one sheet of a workbook: a table of the contract with its columns, named for its readers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from collective_impact.collection.wording import in_all_languages
from collective_impact.data.schema import FACTS, TABLES, Field, TableSchema, table_schema
from collective_impact.language import current_language, languages
from collective_impact.language import translate as _
from collective_impact.translations import locale_of

NAMES_BEGIN = "collective_impact."
"""Beginning of the names given to cells: the header of the table ``relation`` is ``collective_impact.relation``."""
WORDING = "wording"
"""Name of the column in which a criterion can be read."""
_CRITERION = "criterion_id"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    Attributes
    ----------
    name : str
        As in the package, for example ``name`` or ``name_sv``.
    field : Field
        What it holds.
    language : str
        Language that the column translates the field into; empty: the field itself.
    told : bool
        Whether it only tells something to whoever fills in the sheet, and is not read back.
    """

    name: str
    field: Field
    language: str = ""
    told: bool = False

    def label(self) -> str:
        """Give its header in the current language."""
        if not self.language:
            return self.field.label()
        return f"{self.field.label()} ({locale_of(self.language).get_display_name(locale_of(current_language()))})"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook.

    Attributes
    ----------
    schema : TableSchema
        The table that it is filled in for.
    columns : tuple of Column
    """

    schema: TableSchema
    columns: tuple[Column, ...]

    @property
    def table(self) -> str:
        """Name of the table."""
        return self.schema.name

    def label(self) -> str:
        """Give its name in the current language."""
        return self.schema.label()


def sheet(table: str, translations: Iterable[str] = ()) -> Sheet:
    """Give the sheet of a table.

    Parameters
    ----------
    table : str
        One of `TABLES` or `FACTS`.
    translations : iterable of str
        Languages that what can be translated has columns of its own for.
    """
    schema = table_schema(table)
    columns = []
    for field in schema.fields:
        columns.append(Column(field.name, field))
        if field.translatable:
            columns += [Column(f"{field.name}_{language}", field, language) for language in translations]
    return Sheet(schema, tuple(columns))


def tells_wording(table: str) -> bool:
    """Tell whether a table holds scores of criteria, whose wording a sheet shows beside them."""
    return _CRITERION in table_schema(table).names


def rating_sheet(table: str, translations: Iterable[str] = ()) -> Sheet:
    """Give the sheet of a table of ratings, with the wording of the criteria right of their ids."""
    asked = sheet(table, translations)
    ids = [column.name for column in asked.columns].index(_CRITERION) + 1
    return Sheet(asked.schema, (*asked.columns[:ids], wording_column(), *asked.columns[ids:]))


@cache
def wording_column() -> Column:
    """Give the column that tells raters what a criterion asks."""
    title = in_all_languages(lambda: _("Wording"))
    description = in_all_languages(lambda: _("What the criterion asks; it is there to be read only."))
    criterion = table_schema("rubric_score").field(_CRITERION)
    field = replace(
        criterion, name=WORDING, kind="text", title=title, description=description, required=False, example=""
    )
    return Column(WORDING, field, told=True)


def every_column(table: str) -> Sheet:
    """Give the sheet of a table with a column for every translation there could be."""
    return sheet(table, languages())


ALL_SHEETS = (*FACTS, *TABLES)
