"""What readers can take away beside the pages: all tables, all findings, and how to cite the report."""

import csv
from io import StringIO
from pathlib import Path

from collective_impact.blocks import TableData
from collective_impact.brand import Brand
from collective_impact.files import write_whole
from collective_impact.findings.finding import FINDINGS
from collective_impact.language import translate as _
from collective_impact.reporting.citation import BIBTEX, CSL_JSON, citation_of
from collective_impact.reporting.data_files.published_findings import published_findings
from collective_impact.reporting.data_files.published_tables import published_tables
from collective_impact.reporting.data_files.shown_numbers import NOT_GIVEN, is_column_of_numbers, shown_number
from collective_impact.reporting.data_files.workbook_of_tables import Figures, workbook_of_tables
from collective_impact.reporting.edition import Edition
from collective_impact.reporting.literature import bibliography
from collective_impact.reporting.renderer import Download
from collective_impact.spreadsheet_text import guarded

WORKBOOK = "tables.xlsx"
_BYTE_ORDER_MARK = "\ufeff"


def write_downloads(
    edition: Edition, folder: Path, *, brand: Brand | None = None, decimal_comma: bool = False
) -> tuple[Download, ...]:
    """Write the files that stand beside the pages, in the current language.

    Tables hold what the pages show: rounded and suppressed as there. No cell of theirs is a formula.

    Parameters
    ----------
    edition : Edition
    folder : Path
        Of the report.
    brand : Brand or None
        Whose colours the workbook has; None for the toolkit's own.
    decimal_comma : bool
        Write the figures of CSV files with a comma, and semicolons between columns.

    Returns
    -------
    tuple of Download
        What the pages should offer.
    """
    tables = published_tables(edition)
    figures = [figures_of(table.data) for table in tables]
    for table, found in zip(tables, figures, strict=True):
        write_whole(folder / table.csv, csv_text(table.data, found, decimal_comma))
    write_whole(folder / WORKBOOK, workbook_of_tables(edition.record.title, tables, figures, brand))
    write_whole(folder / FINDINGS, published_findings(edition).model_dump_json(indent=2) + "\n")
    citation = citation_of(edition)
    write_whole(folder / BIBTEX, citation.bibtex())
    write_whole(folder / CSL_JSON, citation.csl_json())
    literature = bibliography()
    write_whole(folder / literature.name, literature.read_bytes())
    return (
        Download(_("All tables (Excel)"), WORKBOOK),
        Download(_("All findings as a table (CSV)"), tables[0].csv),
        Download(_("All findings as data (JSON)"), FINDINGS),
        Download(_("Cite this report (BibTeX)"), BIBTEX),
        Download(_("Cite this report (CSL-JSON)"), CSL_JSON),
        Download(_("Literature on the methods (BibTeX)"), literature.name),
    )


def figures_of(data: TableData) -> Figures:
    """Find the cells of a table that hold figures: in its columns of figures, and in those with nothing else."""
    columns = list(zip(*data.rows, strict=True))
    numeric = {i for i, texts in enumerate(columns) if i in data.numeric or is_column_of_numbers(list(texts))}
    return {
        (row, column): found
        for row, texts in enumerate(data.rows)
        for column, text in enumerate(texts)
        if column in numeric and (found := shown_number(text))
    }


def csv_text(data: TableData, figures: Figures, decimal_comma: bool = False) -> str:
    """Write a table as CSV that spreadsheets open as it is: UTF-8 with a mark that says so, texts that stay texts.

    Parameters
    ----------
    data : TableData
    figures : Figures
        Its cells that hold figures.
    decimal_comma : bool
        Write ``1,5`` instead of ``1.5``, and semicolons between columns.
    """
    decimal, separator = (",", ";") if decimal_comma else (".", ",")
    file = StringIO()
    writer = csv.writer(file, delimiter=separator)
    writer.writerow([guarded(column) for column in data.columns])
    numeric = {column for _row, column in figures}
    for row, texts in enumerate(data.rows):
        found = [figures.get((row, column)) for column in range(len(texts))]
        writer.writerow(
            [
                figure.written(decimal) if figure else "" if text == NOT_GIVEN and i in numeric else guarded(text)
                for i, (text, figure) in enumerate(zip(texts, found, strict=True))
            ]
        )
    return _BYTE_ORDER_MARK + file.getvalue()
