"""The sheet with the wording of every question and criterion that a workbook's rows refer to by id."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl.worksheet.worksheet import Worksheet

from collective_impact.collection.collecting import workbook_style as styles
from collective_impact.collection.collecting.workbook_file import put_row
from collective_impact.collection.collecting.workbook_page import open_page, put_heading, put_texts
from collective_impact.collection.wording import wording_of
from collective_impact.framework.catalogue import concepts, indicators
from collective_impact.framework.instrument import Instrument, Item, Scale
from collective_impact.language import translate as _

_WIDTHS = (40, 84, 44, 26)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the sheet tells the wording of an item."""

    item: Item
    row: int


def write_questions(sheet: Worksheet, instruments: Sequence[Instrument]) -> dict[str, Place]:
    """Write the sheet.

    Parameters
    ----------
    sheet : openpyxl.worksheet.worksheet.Worksheet
        An empty sheet.
    instruments : sequence of Instrument

    Returns
    -------
    dict of str to Place
        By the id of each question or criterion.
    """
    open_page(sheet, "questions", _("Questions and criteria"), _WIDTHS)
    places: dict[str, Place] = {}
    row = 3
    for instrument in instruments:
        row = _introduction(sheet, row, instrument)
        for item, name, texts in _wordings(instrument):
            put_texts(sheet, row, texts)
            sheet.cell(row, 1).style = styles.LABEL
            places[name] = Place(item, row)
            row += 1
        row += 1
    return places


def _introduction(sheet: Worksheet, row: int, instrument: Instrument) -> int:
    """Write what the instrument is for and what its scores stand for; gives the first free row."""
    row = put_heading(sheet, row, str(instrument.name))
    steps = dict.fromkeys(step for item in instrument.items if item.scale for step in _steps(item.scale))
    texts = [instrument.purpose, instrument.respondents, instrument.note]
    for sentence in [*(str(text) for text in texts if text), *steps]:
        put_row(sheet, row, [sentence], styles.LEAD)
        row += 1
    header = [_("Id"), _("Wording"), _("What it is about"), _("Evidence needed")]
    put_row(sheet, row, header, styles.HEADER)
    return row + 1


def _steps(scale: Scale) -> list[str]:
    return [f"{anchor.value}  {anchor.label}" for anchor in scale.anchors]


def _wordings(instrument: Instrument) -> Iterator[tuple[Item, str, list[str]]]:
    names = {**_names(), **{section.id: str(section.name) for section in instrument.sections}}
    for item in instrument.items:
        about = names.get(item.section or item.concept, "")
        evidence = ""
        if item.evidence_from is not None:
            evidence = _("from score {score} up").format(score=item.evidence_from)
        yield from ((item, name, [name, text, about, evidence]) for name, text in _answers(item))


def _answers(item: Item) -> list[tuple[str, str]]:
    text = wording_of(item)
    if item.kind != "choices":
        return [(item.id, text)]
    options = (str(option.label) for option in item.options)
    return [(name, f"{text} – {option}") for name, option in zip(item.answer_ids, options, strict=True)]


def _names() -> dict[str, str]:
    """What the framework's terms and indicators are called, by id."""
    return {entry.id: str(entry.name) for entry in (*concepts(), *indicators())}
