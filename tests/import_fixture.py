"""A small package made by an import, and what the tests of importing do with it."""

import json
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from collective_impact.collection.importing.plan import ImportRequest, carry_out, plan_import
from collective_impact.data.reading import read_package
from collective_impact.data.schema import table_schema
from collective_impact.data.writing import as_text
from collective_impact.errors import InputError

FACTS = [["Id", "Title", "Language"], ["dalen", "Alla i mål", "sv"]]
JOINED = date(2020, 1, 1)
PARTNER = [
    ["Partner id", "Name", "Sector", "Joined", "Backbone"],
    ["north", "Norra kommunen", "public", JOINED, "yes"],
    ["volunteers", "Frivilliga", "nonprofit", JOINED, "no"],
]
WAVE = [["wave_id", "opened", "closed"], ["2021", date(2021, 3, 1), date(2021, 4, 30)],
        ["2022", date(2022, 3, 1), date(2022, 4, 30)]]  # fmt: skip
RELATION = [
    ["wave_id", "from_partner_id", "to_partner_id", "intensity"],
    ["2021", "north", "volunteers", 2],
    ["2021", "volunteers", "north", 1],
]
MEETING = [["meeting_id", "date", "type", "group"], ["m1", date(2021, 4, 12), "steering", "g"]]
AREA = [["area_id", "name", "population"], ["a1", "Ån", 1200]]
INDICATOR = [["indicator_id", "level", "name", "unit", "direction"], ["school", "outcome", "Klara", "%", "increase"]]
VALUE = [["indicator_id", "area_id", "period", "value"], ["school", "a1", "2021", 81.5]]


def write_book(file, sheets, change=None):
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows in sheets.items():
        made = workbook.create_sheet(title)
        for row in rows:
            made.append(row)
    if change:
        change(workbook)
    workbook.save(file)
    return file


def make_package(folder):
    """Make a small package by an import."""
    sheets = {"Initiative": FACTS, "partner": PARTNER, "wave": WAVE, "relation": RELATION, "area": AREA,
              "indicator": INDICATOR, "indicator_value": VALUE}  # fmt: skip
    bring([write_book(folder / "first.xlsx", sheets)], folder / "package")
    return folder / "package"


def bring(files, into, **options):
    plan = plan_import(ImportRequest(tuple(files), into, **options))
    carry_out(plan)
    return plan


def refused(files, into, **options):
    before = snapshot(into)
    with pytest.raises(InputError) as caught:
        plan_import(ImportRequest(tuple(files), into, **options))
    assert snapshot(into) == before
    return [problem for problem in caught.value.problems if problem.severity == "error"]


def snapshot(folder):
    return {file: file.read_bytes() for file in sorted(Path(folder).rglob("*")) if file.is_file()}


def tables(folder):
    return {name: as_text(table, table_schema(name)) for name, table in read_package(folder).tables.items()}


def edited(folder, change):
    """Change the descriptor by hand, as a user might."""
    file = folder / "datapackage.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")
