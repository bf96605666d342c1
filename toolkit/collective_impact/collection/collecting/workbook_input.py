"""What a workbook's cells ask for and take: a message at each cell, drop-down lists, bounds for figures and dates."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from collective_impact.collection.collecting.workbook_file import put_text
from collective_impact.collection.collecting.workbook_style import TEXT
from collective_impact.collection.sheets import Column, Sheet
from collective_impact.data.period import EXAMPLES, LAST_YEAR
from collective_impact.data.schema import Field
from collective_impact.framework.catalogue import indicators
from collective_impact.framework.instrument import Instrument, Item
from collective_impact.language import quote
from collective_impact.language import translate as _

LAST_ROW = 2_001
"""Row that messages, lists and bounds reach to, unless there are more rows filled in."""
LONGEST_MESSAGE, LONGEST_TITLE = 255, 32  # what Excel takes
_LARGEST = {"integer": 2**53, "number": 1e300}
_LAST_DAY = (date(LAST_YEAR, 12, 31) - date(1899, 12, 30)).days  # spreadsheets count from the last days of 1899
_ITEMS = ("item_id", "criterion_id")


@dataclass(frozen=True, slots=True)
class Choices:
    """Where the values stand that a cell chooses from.

    Attributes
    ----------
    cells : str
        For example ``'Partner'!$A$2:$A$2001``.
    only : bool
        Whether no other value can be right.
    mend : str
        What to do about another value.
    """

    cells: str
    only: bool
    mend: str


@dataclass(slots=True)
class Lists:
    """The hidden sheet that holds what the drop-down lists offer, each list once.

    Attributes
    ----------
    sheet : openpyxl.worksheet.worksheet.Worksheet
    """

    sheet: Worksheet
    _places: dict[tuple[str, ...], str] = field(default_factory=dict)

    def place(self, values: Iterable[str]) -> str:
        """Write down a list, unless it is there already, and give its cells."""
        texts = tuple(values)
        if texts not in self._places:
            column = len(self._places) + 1
            for row, text in enumerate(texts, 1):
                cell = self.sheet.cell(row, column)
                cell.style = TEXT
                put_text(cell, text)
            self._places[texts] = _cells(self.sheet.title, column, 1, len(texts))
        return self._places[texts]


@dataclass(frozen=True, slots=True)
class Inputs:
    """Makes the messages, lists and bounds of a workbook's sheets.

    Attributes
    ----------
    sheets : mapping of str to Sheet
        All sheets of the workbook by table.
    known : mapping of (str, str) to sequence of str
        Values of the columns of tables whose rows do not stand in the workbook, by table and column.
    instruments : sequence of Instrument
        Whose items there are to choose from.
    lists : Lists
    """

    sheets: Mapping[str, Sheet]
    known: Mapping[tuple[str, str], Sequence[str]]
    instruments: Sequence[Instrument]
    lists: Lists

    def validation(self, sheet: Sheet, column: Column) -> DataValidation:
        """Give what a column's cells ask for and take; the cells themselves are added by the caller."""
        choices = None if column.language else self.choices(sheet, column.field)
        made = _listed(choices) if choices else _bounded(column.field)
        return with_message(made, column.label(), _message(column))

    def choices(self, sheet: Sheet, column: Field) -> Choices | None:
        """Find what a column's values are chosen from; None where they are free."""
        pick = _("Choose a value from the list.")
        if column.allowed:
            return Choices(self.lists.place(column.label_of(value) for value in column.allowed), True, pick)
        if column.kind == "boolean":
            return Choices(self.lists.place([_("yes"), _("no")]), True, pick)
        if column.name in _ITEMS:
            fitting = [each for each in self.instruments if each.table == sheet.table]
            answers = [name for each in fitting for item in each.items for name in item.answer_ids]
            return Choices(self.lists.place(answers), True, pick) if answers else None
        if column.name == "catalogue_id":
            return Choices(self.lists.place(entry.id for entry in indicators()), False, pick)
        return self._referred(sheet, column)

    def _referred(self, sheet: Sheet, column: Field) -> Choices | None:
        key = next((key for key in sheet.schema.foreign_keys if key.fields[-1] == column.name), None)
        if key is None:
            return None
        target, values = key.targets[-1], self.known.get((key.table, key.targets[-1]), ())
        if values:
            mend = _("The value is not in the initiative’s data. Is it new, or is it misspelt?")
            return Choices(self.lists.place(dict.fromkeys(values)), False, mend)
        if key.table not in self.sheets:
            return None
        other = self.sheets[key.table]
        position = next(n for n, candidate in enumerate(other.columns, 1) if candidate.name == target)
        mend = _("Add it to the sheet {sheet} first, then choose it here.").format(sheet=quote(other.label()))
        return Choices(_cells(other.label(), position, 2, LAST_ROW), True, mend)


def with_message(made: DataValidation, title: str, message: str) -> DataValidation:
    """Show a message when a cell is selected."""
    made.showInputMessage = True
    made.promptTitle, made.prompt = _shortened(title, LONGEST_TITLE), _shortened(message, LONGEST_MESSAGE)
    return made


def score_input(item: Item) -> DataValidation:
    """Give what the score of one criterion asks for: its wording, its scale and the whole numbers on it."""
    made = DataValidation()
    steps = []
    if item.scale:
        made = _between("whole", item.scale.minimum, item.scale.maximum)
        steps = [f"{anchor.value} {anchor.label}" for anchor in item.scale.anchors]
    return with_message(made, item.id, "\n".join([str(item.text), *steps]))


def needs(column: Field) -> str:
    """Say in a few words what a column's cells hold, with unit and bounds."""
    kinds = {
        "id": _("short id"),
        "period": _period(column.pattern),
        "date": _("date, such as 2024-01-31"),
        "number": _("number"),
        "integer": _("whole number"),
        "boolean": _("yes or no"),
        "text": _("one from the list") if column.allowed else _("text"),
    }
    return ", ".join(part for part in (kinds[column.kind], _bounds(column), str(column.unit)) if part)


def _period(pattern: str) -> str:
    if re.fullmatch(pattern, EXAMPLES["D"]):
        return _("day, month or year, such as 2024-01-31, 2024-01 or 2024")
    return _("period, such as 2024, 2024-01 or 2024-Q1")


def _bounds(column: Field) -> str:
    low, high = _low_and_high(column)
    if low is not None and high is not None:
        return _("{low} to {high}").format(low=_plain(low), high=_plain(high))
    if low is not None:
        return _("{low} or more").format(low=_plain(low))
    return "" if high is None else _("{high} or less").format(high=_plain(high))


def _low_and_high(column: Field) -> tuple[float | None, float | None]:
    """Bounds of a column, whether they may be reached or not; None where there is none."""
    low = column.minimum if column.minimum is not None else column.above
    return low, column.maximum if column.maximum is not None else column.below


def _plain(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _message(column: Column) -> str:
    asked = column.field
    what = asked.describe() + "."
    if column.language:
        what = _("Translation of {column}.").format(column=quote(asked.label()))
    required = _("Must be filled in.") if asked.required and not column.language else ""
    return "\n".join(part for part in (what, f"{needs(asked)[0].upper()}{needs(asked)[1:]}.", required) if part)


def _listed(choices: Choices) -> DataValidation:
    made = DataValidation(type="list", formula1=choices.cells, allowBlank=False)
    return _refusing(made, choices.mend, "stop" if choices.only else "warning")


def _bounded(column: Field) -> DataValidation:
    if column.kind == "date":
        made = _between("date", 1, _LAST_DAY)
        return _refusing(made, _("Write a date such as 2024-01-31."), "warning")
    if column.kind not in _LARGEST:
        return DataValidation()
    low, high = _low_and_high(column)
    largest = _LARGEST[column.kind]
    whole = column.kind == "integer"
    return _between("whole" if whole else "decimal", -largest if low is None else low,
                    largest if high is None else high)  # fmt: skip


def _between(kind: Literal["whole", "decimal", "date"], low: float, high: float) -> DataValidation:
    made = DataValidation(
        type=kind, operator="between", formula1=f"{low:.15g}", formula2=f"{high:.15g}", allowBlank=True
    )
    if abs(high) >= 1e6:
        mend = _("Write a number, or leave the cell empty where the figure is not known.")
    else:
        mend = _("Write a number from {low} to {high}, or leave the cell empty.")
    return _refusing(made, mend.format(low=_plain(low), high=_plain(high)), "stop")


def _refusing(made: DataValidation, mend: str, style: Literal["stop", "warning"]) -> DataValidation:
    made.showErrorMessage, made.errorStyle = True, style
    made.errorTitle, made.error = (
        _shortened(_("This cannot be right"), LONGEST_TITLE),
        _shortened(mend, LONGEST_MESSAGE),
    )
    return made


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _cells(title: str, column: int, first: int, last: int) -> str:
    letter = get_column_letter(column)
    return f"{quote_sheetname(title)}!${letter}${first}:${letter}${last}"
