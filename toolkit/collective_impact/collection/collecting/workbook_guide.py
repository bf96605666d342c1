"""The first sheet of a workbook: how it is filled in, which sheets there are, and what each of their columns holds."""

from collections.abc import Sequence

from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from collective_impact.collection.collecting import workbook_style as styles
from collective_impact.collection.collecting.workbook_file import put_row, put_text
from collective_impact.collection.collecting.workbook_input import needs
from collective_impact.collection.collecting.workbook_page import open_page, put_heading, put_texts
from collective_impact.collection.sheets import Column, Sheet
from collective_impact.data.schema import FACTS, THEMES, table_schema
from collective_impact.language import marked, quote
from collective_impact.language import translate as _

_WIDTHS = (30, 11, 56, 34, 46, 26)
_ABOUT = {
    "facts": marked("The initiative"),
    "who": marked("Who takes part"),
    "plan": marked("What is done"),
    "learning": marked("What is learnt and decided"),
    "asking": marked("What people are asked and what is rated"),
    "power": marked("Power"),
    "context": marked("The surroundings"),
    "system": marked("Changes in the system"),
    "contribution": marked("What the initiative contributed to"),
    "outcome": marked("Outcomes for people"),
}
_ADVICE = (
    marked("Each sheet is a table: one row for each thing, from row 2 on. Leave no title rows and merge no cells."),
    marked(
        "Columns with a dark heading and a star must be filled in. The others may be left empty where nothing is known."
    ),
    marked("Select a cell to see what belongs there. Where an arrow appears, choose from the list."),
    marked("Write dates as 2024-01-31, and periods as 2024 (a year), 2024-Q1 (a quarter) or 2024-01 (a month)."),
    marked(
        "Ids are short and stay the same over the years, for other sheets refer to them: school-north, not School 1."
    ),
    marked(
        "Leave a cell empty when a figure is not known. A zero means that it was counted, and that there was nothing."
    ),
    marked("Never write the name of a person, or anything else that tells who somebody is. Use a role or a code."),
    marked("Columns of your own make the import stop and ask; keep your notes in a file of your own."),
    marked("Sheets that you do not need are left as they are. Nothing has to be filled in at once."),
    marked(
        "When you are done, save the file as it is (.xlsx) and send it to whoever looks after the initiative’s data."
    ),
)


def write_guide(sheet: Worksheet, sheets: Sequence[Sheet], subject: str, questions: str = "") -> None:
    """Write the guide.

    Parameters
    ----------
    sheet : openpyxl.worksheet.worksheet.Worksheet
        An empty sheet.
    sheets : sequence of Sheet
        What it guides through.
    subject : str
        What the initiative is called.
    questions : str, optional
        Title of the sheet with the wording of questions and criteria; empty: there is none.
    """
    open_page(sheet, "guide", subject, _WIDTHS)
    row = put_heading(sheet, 3, _("How to fill in the workbook"))
    for sentence in _ADVICE:
        put_row(sheet, row, [f"•  {_(sentence)}"], styles.LEAD)
        row += 1
    row = put_heading(sheet, row + 1, _("The sheets"))
    contents = row
    row = _contents(sheet, row, sheets)
    if questions:
        put_row(sheet, row, [questions, "", _("The wording of every question and criterion."), "", ""], styles.PLAIN)
        link(sheet, f"A{row}", questions)
        row += 1
    starts = {}
    for each in sheets:
        starts[each.table] = row + 1
        row = _columns(sheet, row + 1, each)
    _link_contents(sheet, contents, sheets, starts)


def link(sheet: Worksheet, place: str, title: str, cell: str = "A1", style: str = styles.LINK) -> None:
    """Make a cell lead to a cell of another sheet, or of this one."""
    sheet[place].hyperlink = Hyperlink(ref=place, location=f"{quote_sheetname(title)}!{cell}")
    sheet[place].style = style


def _contents(sheet: Worksheet, row: int, sheets: Sequence[Sheet]) -> int:
    """List the sheets with what they are about; gives the first free row."""
    put_row(sheet, row, [_("Sheet"), "", _("What it holds"), _("What it is about"), _("Columns")], styles.HEADER)
    for n, each in enumerate(sheets, row + 1):
        put_texts(sheet, n, [each.label(), "", each.schema.describe(), _(_ABOUT[_theme(each.table)]), ""])
    return row + 1 + len(sheets)


def _theme(table: str) -> str:
    return "facts" if table in FACTS else next(theme for theme, tables in THEMES.items() if table in tables)


def _link_contents(sheet: Worksheet, row: int, sheets: Sequence[Sheet], starts: dict[str, int]) -> None:
    for n, each in enumerate(sheets, row + 1):
        link(sheet, f"A{n}", each.label())
        put_text(sheet[f"E{n}"], _("What the columns hold"))
        link(sheet, f"E{n}", sheet.title, f"A{starts[each.table]}")


def _columns(sheet: Worksheet, row: int, each: Sheet) -> int:
    """Describe the columns of one sheet; gives the first free row."""
    row = put_heading(sheet, row, each.label())
    put_row(sheet, row, [each.schema.describe()], styles.LEAD)
    header = [_("Column"), _("Needed"), _("What it means"), _("How it is written"), _("What it may be"), _("Example")]
    put_row(sheet, row + 1, header, styles.HEADER)
    for n, column in enumerate(each.columns, row + 2):
        put_texts(sheet, n, _described(each, column))
        sheet.cell(n, 1).style = styles.LABEL
    return row + 2 + len(each.columns)


def _described(each: Sheet, column: Column) -> list[str]:
    asked = column.field
    if column.language:
        return [
            column.label(),
            "",
            _("Translation of {column}.").format(column=quote(asked.label())),
            _("text"),
            "",
            "",
        ]
    needed = _("must") if asked.required else ""
    return [column.label(), needed, asked.describe() + ".", needs(asked), _may_be(each, column), _example(column)]


def _may_be(each: Sheet, column: Column) -> str:
    asked = column.field
    if asked.allowed:
        return "; ".join(asked.label_of(value) for value in asked.allowed)
    if asked.kind == "boolean":
        return "; ".join([_("yes"), _("no")])
    for key in each.schema.foreign_keys:
        if key.fields[-1] == asked.name:
            return _("what stands in {sheet}, {column}").format(**_target(key.table, key.targets[-1]))
    return ""


def _target(table: str, column: str) -> dict[str, str]:
    schema = table_schema(table)
    return {"sheet": quote(schema.label()), "column": quote(schema.field(column).label())}


def _example(column: Column) -> str:
    asked = column.field
    if asked.kind == "boolean" and asked.example:
        return _("yes") if asked.example == "true" else _("no")
    return asked.label_of(asked.example) if asked.allowed and asked.example else asked.example
