"""The mapping file: what sheets, columns and values of somebody else's file mean (TOML).

``[sheet."Organisations"]`` has ``table = "partner"`` (or ``skip = true``) and ``ignore = ["Comment"]``;
``[sheet."Organisations".columns]`` has ``"Organisation name" = "name"``; ``[sheet."Organisations".values.sector]`` has
``"Kommun" = "public"``.
"""

import json
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from collective_impact.collection.importing.grid import Grid, composed
from collective_impact.collection.sheets import ALL_SHEETS
from collective_impact.data.quoting import quoted, suggestion, visible
from collective_impact.data.validation import validated
from collective_impact.errors import Problem
from collective_impact.language import translate as _


class SheetMapping(BaseModel):
    """What a sheet means.

    Attributes
    ----------
    table : str
        Table that it is filled in for; empty: told by its title.
    skip : bool
        Whether it is left out.
    columns : dict of str to str
        Header to column of the table, or to an item of an instrument.
    ignore : tuple of str
        Headers of columns that are left out.
    values : dict of str to dict of str to str
        Column of the table to what is written there to what it means.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    table: str = ""
    skip: bool = False
    columns: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = {}


class _MappingFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sheet: dict[str, SheetMapping] = {}


@dataclass(frozen=True, slots=True)
class Mapping:
    """What sheets mean, by title, or by file name for CSV.

    Attributes
    ----------
    file : str
        Name of the mapping file; empty: none.
    sheets : dict of str to SheetMapping
    """

    file: str = ""
    sheets: dict[str, SheetMapping] = field(default_factory=dict)

    def of(self, grid: Grid) -> SheetMapping:
        """Give what is said of a sheet; nothing if nothing is."""
        return self.sheets.get(grid.title) or self.sheets.get(grid.file) or SheetMapping()

    def wrong_targets(self, grid: Grid, known: Collection[str], expected: str) -> list[Problem]:
        """Say which columns the mapping names that what a sheet is filled in for does not have.

        Parameters
        ----------
        grid : Grid
        known : collection of str
            Columns that there are.
        expected : str
            What they are, in words.
        """
        said = self.of(grid)
        title = grid.title if grid.title in self.sheets else grid.file
        wrong = [name for name in (*said.columns.values(), *said.values) if name not in known]
        return [_unknown(self.file, f"sheet.{title}", name, known, expected) for name in dict.fromkeys(wrong)]

    def unused(self, grids: Sequence[Grid]) -> list[Problem]:
        """Say which sheets and columns of the mapping are in no file."""
        titles = [name for grid in grids for name in (grid.title, grid.file)]
        problems = [
            _unknown(self.file, f"sheet.{title}", title, titles, _("the title of a sheet, or the name of a CSV file"))
            for title in self.sheets
            if title not in titles
        ]
        for grid in grids:
            said, headers = self.of(grid), [str(value) for row in grid.rows.values() for value in row.values()]
            if said.columns or said.ignore:
                present = set(headers)
                problems += [
                    _unknown(self.file, f"sheet.{grid.title}", header, present, _("the header of a column"))
                    for header in (*said.columns, *said.ignore)
                    if header not in present
                ]
        return problems


def read_mapping(file: Path) -> tuple[Mapping, list[Problem]]:
    """Read a mapping file and collect everything that is wrong with it."""
    name = visible(file.name, 80)
    try:
        content = tomllib.loads(composed(file.read_bytes().decode("utf-8-sig")))
    except OSError as error:
        found = _("a file that cannot be opened ({reason})").format(reason=error.strerror)
        return Mapping(), [Problem(name, found, _("a file that can be read"), _("correct the path"), field="--mapping")]
    except (ValueError, RecursionError) as error:  # not UTF-8, or not TOML
        return Mapping(), [Problem(name, visible(error, 200), _("valid TOML"), _("mend the file at this place"))]
    read, problems = validated(_MappingFile, content, name)
    if read is None:
        return Mapping(), problems
    for title, said in read.sheet.items():
        if said.table and said.table not in ALL_SHEETS:
            place = f"sheet.{title}.table"
            problems.append(_unknown(name, place, said.table, ALL_SHEETS, _("a table of the contract")))
    return Mapping(name, read.sheet), problems


def sheet_key(title: str, part: str = "") -> str:
    """Give the line of a mapping file below which stands what is said of a sheet, or of a part of it."""
    return f"[sheet.{toml_text(title)}{'.' if part else ''}{part}]"


def toml_text(text: str) -> str:
    """Give a text as TOML writes it, with characters that cannot be seen written out."""
    quoted_text = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else f"\\U{ord(each):08X}" for each in quoted_text)


def _unknown(file: str, field: str, found: str, known: Collection[str], expected: str) -> Problem:
    meant = suggestion(found, known)
    mend = _("write {value}").format(value=quoted(meant)) if meant else _("correct it, or take it away")
    return Problem(file, quoted(found), expected, mend, field=field)
