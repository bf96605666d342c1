"""A form in XLSForm, the workbook that KoBoToolbox, ODK and other survey tools make a form of (xlsform.org)."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from collective_impact.collection.collecting import workbook_style as styles
from collective_impact.collection.collecting.workbook_file import new_workbook, put_row, workbook_bytes
from collective_impact.language import current_language, in_language, languages
from collective_impact.translations import locale_of
from collective_impact.words import Words

TRANSLATED = ("label", "hint", "constraint_message", "required_message")
_PLAIN = ("required", "relevant", "constraint", "calculation", "appearance")
_WIDTHS = {"type": 24.0, "name": 28.0, "list_name": 24.0}
_USUAL_WIDTH = 40.0

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """The rows of a form as they come together.

    Attributes
    ----------
    id : str
        What the survey tool knows the form by.
    title : str
    survey : list of dict
        Its questions: column to text.
    choices : dict of str to list of dict
        Its lists to choose from, by name.
    """

    id: str
    title: str
    survey: list[Row] = field(default_factory=list)
    choices: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, kind: str, name: str = "", **cells: str | Words) -> None:
        """Add a question, or the beginning or end of a group, with the further columns it has."""
        self.survey.append({"type": kind, "name": name, **_cells(cells)})

    def list_of(self, name: str, options: Mapping[str, Words]) -> str:
        """Add a list of choices and give its name; that of an equal list where there is one."""
        rows = [{"name": value, **_cells({"label": label})} for value, label in options.items()]
        for known, others in self.choices.items():
            if others == rows:
                return known
        self.choices[name] = rows
        return name

    @property
    def version(self) -> str:
        """Short fingerprint of all that is asked: another version is another form."""
        asked = json.dumps([self.id, self.title, self.survey, self.choices], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(asked.encode()).hexdigest()[:12]


def form_bytes(form: Form) -> bytes:
    """Give the .xlsx file of a form, with the current language as its first."""
    workbook = new_workbook(form.title)
    styles.add_styles(workbook)
    survey = ("type", "name", *(f"{key}::{name}" for key in TRANSLATED for name in _names()), *_PLAIN)
    choices = ("list_name", "name", *(f"label::{name}" for name in _names()))
    listed = [{"list_name": name, **row} for name, rows in form.choices.items() for row in rows]
    settings = {
        "form_title": form.title,
        "form_id": form.id,
        "version": form.version,
        "default_language": _name(current_language()),
        "style": "pages",
    }
    _sheet(workbook, "survey", survey, form.survey)
    _sheet(workbook, "choices", choices, listed)
    _sheet(workbook, "settings", tuple(settings), [settings])
    return workbook_bytes(workbook)


def _cells(given: Mapping[str, str | Words]) -> Row:
    """Spread texts over a column for each language."""
    row: Row = {}
    for column, text in given.items():
        if isinstance(text, str):
            row[column] = text
            continue
        for language in languages():
            with in_language(language):
                row[f"{column}::{_name(language)}"] = _without_references(str(text))
    return row


def _without_references(text: str) -> str:
    """Keep a text from being taken for a reference to an answer."""
    return text.replace("${", "$ {")


def _names() -> list[str]:
    return [_name(language) for language in languages()]


def _name(language: str) -> str:
    """Name of a language as forms have it: ``Svenska (sv)``."""
    own = locale_of(language).display_name or language
    return f"{own[0].upper()}{own[1:]} ({language})"


def _sheet(workbook: Workbook, title: str, header: Sequence[str], rows: Iterable[Row]) -> None:
    sheet = workbook.create_sheet(title)
    put_row(sheet, 1, header, styles.HEADER)
    for n, row in enumerate(rows, 2):
        put_row(sheet, n, (row.get(column, "") for column in header), styles.TEXT)
    for n, column in enumerate(header, 1):
        sheet.column_dimensions[get_column_letter(n)].width = _WIDTHS.get(column, _USUAL_WIDTH)
    sheet.freeze_panes = "A2"
