"""Workbooks and survey exports come into a package whole or not at all, and every bad input is named with its place."""

import csv
import io
import json
import shutil
import unicodedata
import zipfile
from datetime import date, datetime

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_fixture import (
    AREA,
    FACTS,
    INDICATOR,
    JOINED,
    MEETING,
    PARTNER,
    RELATION,
    VALUE,
    WAVE,
    bring,
    edited,
    make_package,
    refused,
    snapshot,
    tables,
    write_book,
)
from openpyxl import load_workbook

from collective_impact.cli import cli
from collective_impact.collection.collecting.collect import CollectRequest, collect
from collective_impact.collection.collecting.workbook import Filled, write_workbook
from collective_impact.collection.importing import plan as plan_module
from collective_impact.collection.importing import xlsx
from collective_impact.collection.importing.plan import ImportRequest, plan_import
from collective_impact.collection.sheets import sheet
from collective_impact.collection.wording import key_question
from collective_impact.data.period import parse_period
from collective_impact.data.reading import check_package, read_package
from collective_impact.data.schema import TABLES, table_schema
from collective_impact.errors import InputError, Problem
from collective_impact.framework.instruments import instrument
from collective_impact.language import in_language
from collective_impact.terminal.console import console
from collective_impact.terminal.problems import MOST_PROBLEMS, print_problems


@pytest.fixture
def book(tmp_path):
    """Write a workbook of sheets, each a list of rows."""
    return lambda sheets, name="data.xlsx", change=None: write_book(tmp_path / name, sheets, change)


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    return make_package(tmp_path_factory.mktemp("made"))


@pytest.fixture
def package(made, tmp_path):
    return shutil.copytree(made, tmp_path / "package")


def test_a_workbook_makes_a_package_and_coming_back_it_changes_nothing(package, book):
    initiative = read_package(package)
    assert (initiative.id, initiative.title, initiative.facts.language) == ("dalen", "Alla i mål", "sv")
    assert initiative.tables["partner"]["backbone"].tolist() == [True, False]
    for language in ("en", "sv"):
        with in_language(language):
            rows = {name: tables(package)[name] for name in initiative.tables}
            content = write_workbook([Filled(sheet(name), rows[name]) for name in rows], "Dalen")
        file = package.parent / "again.xlsx"
        file.write_bytes(content)
        assert not plan_import(ImportRequest((file,), package)).any


def test_rows_are_added_and_changed_and_none_is_lost(package, book):
    file = book({"Partner": [PARTNER[0][:4], ["north", "Norra", "public", JOINED], ["new", "Ny", "business", JOINED]]})
    plan = bring([file], package)
    (change,) = plan.changes
    assert [(cell.key, cell.column, cell.old, cell.new) for cell in change.changed] == [
        (("north",), "name", "Norra kommunen", "Norra")
    ]
    assert (change.added, change.unchanged, change.kept) == ((("new",),), 0, 1)
    partner = tables(package)["partner"].set_index("partner_id")
    assert partner["name"].to_dict() == {"north": "Norra", "volunteers": "Frivilliga", "new": "Ny"}
    assert partner.loc["north", "backbone"] == "true"  # the sheet had no such column
    earlier = (package / "earlier/1/data/partner.csv").read_text(encoding="utf-8")
    assert "Norra kommunen" in earlier
    assert (
        json.loads((package / "earlier/1/datapackage.json").read_text())["resources"][0]["path"] == "data/partner.csv"
    )


def test_what_the_user_had_in_descriptor_and_files_stays(package, book):
    file = package / "datapackage.json"
    content = json.loads(file.read_text())
    partner = next(each for each in content["resources"] if each["name"] == "partner")
    own = {"name": "own", "type": "number", "decimalChar": ","}
    partner |= {"title": "Våra partner", "dialect": {"delimiter": ";"}, "encoding": "cp1252",
                "schema": {"fields": [own], "missingValues": ["-", ""]}}  # fmt: skip
    (package / partner["path"]).write_text(
        "partner_id;name;sector;joined;own;phone\nnorth;Å;public;2020-01-01;-3,5;+46\nsouth;Ö;public;2020-01-01;-;=\n",
        encoding="cp1252",
    )
    content["contributors"] = [{"title": "Kim"}]
    content["resources"] = [each for each in content["resources"] if each["name"] != "relation"]
    file.write_text(json.dumps(content))
    bring([book({"partner": [PARTNER[0][:4], ["n2", "Två", "public", JOINED]]})], package)
    after = json.loads(file.read_text())
    kept = next(each for each in after["resources"] if each["name"] == "partner")
    assert (kept["title"], kept["encoding"], "dialect" in kept) == ("Våra partner", "utf-8", False)
    assert after["contributors"] == [{"title": "Kim"}]
    with (package / kept["path"]).open(encoding="utf-8", newline="") as rows:
        assert [(row["own"], row["phone"]) for row in csv.DictReader(rows)] == [("-3,5", "+46"), ("-", "="), ("", "")]
    described = {field["name"]: field for field in kept["schema"]["fields"]}
    assert described["own"] == {**own, "missingValues": ["-", ""]}
    assert kept["schema"]["missingValues"] == [""]


def test_an_earlier_wave_is_changed_on_request_only(package, book):
    file = book({"relation": [RELATION[0], ["2021", "north", "volunteers", 4], ["2022", "north", "volunteers", 3]]})
    (problem,) = refused([file], package)
    assert (problem.place, problem.row, problem.field) == ("data.xlsx › relation", 2, "intensity")
    assert "“4” where the package has “2”" in problem.found
    bring([file], package, overwrite=True)
    assert tables(package)["relation"]["intensity"].tolist() == ["4", "1", "3"]


def test_a_revised_figure_needs_a_higher_revision(package, book):
    (problem,) = refused([book({"indicator_value": [VALUE[0], ["school", "a1", "2021", 82]]})], package)
    assert "revision" in problem.mend
    bring([book({"indicator_value": [[*VALUE[0], "revision"], ["school", "a1", "2021", 82, 1]]})], package)
    assert tables(package)["indicator_value"]["value"].tolist() == ["81.5", "82"]


def test_dates_are_read_however_they_are_written(package, book):
    written = [date(2021, 4, 12), "2021-04-12T10:00", "12 april 2021", "12 apr 2021", "12.4.2021", 44298]
    rows = [[f"m{n}", day, "steering", "g"] for n, day in enumerate(written)]
    bring([book({"meeting": [MEETING[0], *rows]})], package)
    assert set(tables(package)["meeting"]["date"]) == {"2021-04-12"}


def test_serial_dates_count_from_the_workbooks_own_first_day(package, book):
    def since_1904(workbook):
        workbook.epoch = datetime(1904, 1, 1)

    bring([book({"meeting": MEETING}, change=since_1904)], package)
    assert tables(package)["meeting"]["date"].tolist() == ["2021-04-12"]


PERIODS_WRITTEN = {2023: "2023", "2023": "2023", date(2023, 1, 1): "2023-01", "kvartal 2 2023": "2023-Q2",
                   "maj 2023": "2023-05", "2023M05": "2023-05"}  # fmt: skip


def test_periods_are_read_however_they_are_written(tmp_path, book):
    indicators = [INDICATOR[0], *([f"i{n}", *INDICATOR[1][1:]] for n in range(len(PERIODS_WRITTEN)))]
    values = [VALUE[0], *([f"i{n}", "a1", period, 1] for n, period in enumerate(PERIODS_WRITTEN))]
    file = book({"Initiative": FACTS, "area": AREA, "indicator": indicators, "indicator_value": values})
    bring([file], tmp_path / "new")
    assert tables(tmp_path / "new")["indicator_value"]["period"].tolist() == [*PERIODS_WRITTEN.values()]


NUMBERS_WRITTEN = {"1 234,5": "1234.5", "1\u00a0234\u202f567": "1234567", "1.234,5": "1234.5", "−2": "-2", 0.1: "0.1"}


def test_numbers_are_read_however_they_are_written(package, book):
    values = [["school", "a1", f"201{n}", written] for n, written in enumerate(NUMBERS_WRITTEN)]
    bring([book({"Indikatorvärden": [VALUE[0], *values]})], package)
    assert tables(package)["indicator_value"]["value"].tolist()[1:] == [*NUMBERS_WRITTEN.values()]


def test_truth_values_and_labels_are_read_in_any_language(package, book):
    with in_language("sv"):
        labels = [table_schema("partner").field(name).label() for name in ("partner_id", "name", "sector", "joined")]
    truths = ["ja", "Yes", "SANT", "x", True, 1]
    rows = [[f"p{n}", "  Tre  ", " OFFENTLIG sektor", JOINED, truth] for n, truth in enumerate(truths)]
    bring([book({"Partner": [[*labels, "backbone"], *rows]})], package)
    found = tables(package)["partner"].iloc[2:][["name", "sector", "backbone"]]
    assert set(found.itertuples(index=False, name=None)) == {("Tre", "public", "true")}


def test_codes_keep_their_zeros_and_letters_are_the_same_however_they_are_made(package, book):
    decomposed = unicodedata.normalize("NFD", "ö1")
    sheets = {unicodedata.normalize("NFD", "Områden"): [AREA[0], [180, "Åre", 1], [decomposed, decomposed, 7]]}
    bring([book(sheets, unicodedata.normalize("NFD", "område.xlsx"), cell("A2", 180, number_format="0000"))], package)
    assert tables(package)["area"]["area_id"].tolist() == ["a1", "0180", "ö1"]


def test_a_title_above_the_headers_is_not_taken_for_them(package, book):
    titled = {"area": [["Area"], [], AREA[0], ["a2", "Bo", 1]], "Export": [["Export 2021"], KOBO,
              kobo_row("u-1", 4, None, None, None)]}  # fmt: skip
    bring([book(titled)], package)
    assert tables(package)["area"]["area_id"].tolist() == ["a1", "a2"]
    assert tables(package)["survey_response"]["item_id"].tolist() == ["voice_goals"]


def corrupt(content):
    """Break the XML of the first sheet."""
    return rezipped(content, lambda name, data: data[:-40] if name.endswith("sheet1.xml") else data)


def rezipped(content, change):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            archive.writestr(name, change(name, parts.read(name)))
    return out.getvalue()


def entity_bomb(content):
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    return rezipped(content, lambda name, data: bomb if name.endswith("sheet1.xml") else data)


NO_WORKBOOKS = [
    (lambda _: b"", "an empty file"),
    (lambda _: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Excel workbook"),
    (lambda _: b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
    (lambda _: b"PK\x03\x04" + b"x" * 100, "damaged"),
    (lambda _: b"PK\x03\x04..mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
    (lambda _: b"%PDF-1.7", "a file of another kind"),
    (lambda _: b"a,b\n\x81\x8d,1\n", "an encoding that cannot be told"),
    (lambda content: content[: len(content) // 2], "damaged"),
    (corrupt, "damaged"),
    (entity_bomb, "damaged"),
]


def test_a_file_that_is_no_workbook_is_refused(package, book):
    files = [book({"meeting": MEETING}, f"{n}.xlsx") for n in range(len(NO_WORKBOOKS))]
    for file, (change, _found) in zip(files, NO_WORKBOOKS, strict=True):
        file.write_bytes(change(file.read_bytes()))
    problems = refused(files, package)
    assert [problem.place for problem in problems] == [file.name for file in files]
    for problem, (_change, found) in zip(problems, NO_WORKBOOKS, strict=True):
        assert found in problem.found


def test_a_zip_bomb_is_refused_before_it_is_opened(package, book):
    file = book({"meeting": MEETING})
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/zeros", b"\0" * (xlsx.RATIO_MATTERS + 1_000_000))
    (problem,) = refused([file], package)
    assert "times as many bytes when unpacked" in problem.found


def cell(place, value, **style):
    def change(workbook):
        made = workbook.worksheets[0][place]
        made.value = value
        for name, setting in style.items():
            setattr(made, name, setting)

    return change


def hide(workbook):
    workbook.create_sheet("Visible")
    workbook.worksheets[0].sheet_state = "hidden"


KOBO = ["start", "wave_id", "partner_id", "page_1/voice_goals", "page_1/voice_heard", "page_2/voice_channels",
        "page_2/voice_open", "_id", "_uuid", "_submission_time"]  # fmt: skip


def kobo_row(uuid, goals, heard, channels, text):
    return ["2021-04-01T10:00", "2021", "north", goals, heard, channels, text, 1, uuid, "2021-04-01T10:05"]


NETWORK = [["wave_id", "from_partner_id", "_uuid", "_index"], ["2022", "Norra kommunen", "u-1", 1]]
TIES = [["ties/to_partner_id", "ties/network_how_closely", "ties/network_openness", "_parent_index"],
        ["volunteers", 3, 4, 1]]  # fmt: skip

BAD = {
    "a formula without a value": ({"meeting": MEETING}, cell("B2", "=TODAY()"), "B2", 2, "date"),
    "an error value": ({"meeting": MEETING}, cell("C2", "#REF!"), "#REF!", 2, "type"),
    "a percentage": ({"area": AREA}, cell("C2", 0.12, number_format="0%"), "percentage", 2, "population"),
    "a per cent sign": ({"area": [AREA[0], ["a1", "Ån", "12 %"]]}, None, "“12 %”", 2, "population"),
    "merged cells": ({"meeting": MEETING}, lambda book: book.worksheets[0].merge_cells("A3:B5"), "A3:B5", None, ""),
    "a hidden sheet": ({"meeting": MEETING}, hide, "a hidden sheet", None, ""),
    "a renamed column": ({"meeting": [["meeting_id", "dates", "type", "group"], MEETING[1]]}, None,
                         "“dates”", 1, "dates"),
    "an extra column": ({"meeting": [[*MEETING[0], "Minnesanteckning"], [*MEETING[1], "x"]]}, None,
                        "“Minnesanteckning”", 1, "Minnesanteckning"),
    "cells without a header": ({"meeting": [MEETING[0], [*MEETING[1], None, "x"]]}, None, "F2", 1, ""),
    "a column twice": ({"meeting": [[*MEETING[0], "Date"], [*MEETING[1], None]]}, None, "“date”, “Date”", 1, "Date"),
    "no required column": ({"meeting": [["meeting_id", "type", "group"], ["m1", "steering", "g"]]}, None,
                           "no such column", 1, "date"),
    "an empty cell": ({"meeting": [MEETING[0], ["m1", None, "steering", "g"]]}, None, "an empty cell", 2, "date"),
    "an unknown sheet": ({"Deltagarlista": MEETING}, None, "“Deltagarlista”", None, ""),
    "an ambiguous date": ({"meeting": [MEETING[0], ["m1", "04/05/2021", "steering", "g"]]}, None,
                          "04/05/2021", 2, "date"),
    "an ambiguous number": ({"area": [AREA[0], ["a1", "Ån", "1,234"]]}, None, "1,234", 2, "population"),
    "a year as a date": ({"meeting": [MEETING[0], ["m1", 2021, "steering", "g"]]}, None, "“2021”", 2, "date"),
    "an id made a date": ({"wave": [WAVE[0], [date(2021, 4, 1), *WAVE[1][1:]]]}, None, "2021-04-01", 2, "wave_id"),
    "a value not on the list": ({"meeting": [MEETING[0], ["m1", "2021-01-01", "nonsense", "g"]]}, None,
                               "nonsense", 2, "type"),
    "one key twice": ({"area": [*AREA, ["a1", "Annat", 1]]}, None, "again, first in ", 3, ""),
    "an unknown reference": ({"relation": [RELATION[0], ["2022", "north", "nobody", 1]]}, None, "“nobody”", 2,
                             "to_partner_id"),
    "another initiative": ({"Initiative": [FACTS[0], ["other", "X", "sv"]]}, None, "several initiatives", None, "id"),
    "an ambiguous number among decimals": ({"indicator_value": [VALUE[0], ["school", "a1", "2018", "12,5"],
                                                                ["school", "a1", "2019", "1.234"]]}, None,
                                           "“1.234”", 3, "value"),
    "an id with a character that is not seen": ({"area": [AREA[0], ["a\u200b1", "Ån", 1]]}, None,
                                                "<U+200B>", 2, "area_id"),
    "a copied sheet": ({"Områden (2)": AREA}, None, "“Områden (2)”", None, ""),
    "an export with an error in a key": ({"E": [KOBO, kobo_row("u-1", 4, 3, None, None)]}, cell("B2", "#REF!"), "#REF!",
                                         2, "wave_id"),
    "an export with a formula for an id": ({"E": [KOBO, kobo_row("u-1", 4, 3, None, None)]}, cell("I2", "=1"),
                                           "a formula", 2, "_uuid"),
    "a hidden export": ({"E": [KOBO, kobo_row("u-1", 4, 3, None, None)]}, hide, "a hidden sheet", None, ""),
    "an export with merged cells": ({"E": [KOBO, kobo_row("u-1", 4, 3, None, None)]},
                                    lambda book: book.worksheets[0].merge_cells("D2:D4"), "D2:D4", None, ""),
    "an export with cells without a header": ({"E": [KOBO, [*kobo_row("u-1", 4, 3, None, None), "x"]]}, None,
                                              "K2", 1, ""),
    "a tie without its submission": ({"network": NETWORK, "ties": [*TIES, ["volunteers", 3, 4, 7]]}, None,
                                     "no submission", 3, "_parent_index"),
    "a far cell": ({"meeting": MEETING}, cell("XFD1048576", "x"), "far to the right", 1048576, "XFD"),
}  # fmt: skip


@pytest.fixture(scope="session")
def bad(made, tmp_path_factory):
    """Problems of an import of all the bad workbooks, each named for what is wrong with it."""
    folder = tmp_path_factory.mktemp("bad")
    books = [write_book(folder / f"{name}.xlsx", sheets, change) for name, (sheets, change, *_rest) in BAD.items()]
    return refused(books, made)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_cell_is_named_with_its_place(bad, name):
    sheets, _change, found, row, field = BAD[name]
    place = f"{name}.xlsx › {[*sheets][-1]}"
    (problem,) = [each for each in bad if each.place == place and found in each.found]
    assert (problem.row, problem.field) == (row, field)
    assert problem.expected
    assert problem.mend


def test_all_problems_of_all_files_come_at_once(package, book):
    first = book({"meeting": [MEETING[0], ["m1", "x", "y", "z"]], "Okänt": [["a"], ["b"]]}, "one.xlsx")
    second = book({"area": [AREA[0], ["a2", None, "many"]]}, "two.xlsx")
    problems = refused([first, second, package / "none.xlsx"], package)
    assert len(problems) == 6
    assert {problem.place.partition(" ")[0] for problem in problems[:-1]} >= {"one.xlsx", "two.xlsx"}


def test_a_text_in_the_own_language_stands_in_one_column(package, book):
    def initiative(title):
        return [book({"Initiative": [[*FACTS[0], "title_sv"], [*FACTS[1], title]]})]

    assert not plan_import(ImportRequest(tuple(initiative(FACTS[1][1])), package)).any
    (problem,) = refused(initiative("Annat"), package)
    assert (problem.place, problem.field) == ("data.xlsx › Initiative", "title_sv")


def test_a_workbook_of_too_many_cells_is_refused(package, book, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_CELLS", 5)
    (problem,) = refused([book({"meeting": MEETING})], package)
    assert "more than 5 cells" in problem.found


def test_many_unknown_columns_are_one_problem_with_lines_that_mend_it(package, book, tmp_path):
    header = [*(f"K{n}" for n in range(20)), 'A "quoted"\nheader', "\u202ehidden"]
    file = book({"area": [[*AREA[0], *header, "Populatoin 2"], ["a2", "Bo", 1, *range(len(header)), None]]})
    (problem,) = refused([file], package)
    assert problem.count == len(header)
    table, line = problem.mend.partition("[sheet.")[2].split(": ", 1)
    (tmp_path / "map.toml").write_text(f"[sheet.{table}\n{line}\n", encoding="utf-8")
    bring([file], package, mapping=tmp_path / "map.toml")
    assert tables(package)["area"]["area_id"].tolist() == ["a1", "a2"]


def test_only_the_first_of_very_many_problems_are_shown(capsys):
    print_problems(console(), [Problem(f"place {n}", "x", "y", "z") for n in range(MOST_PROBLEMS + 7)])
    shown = capsys.readouterr().out
    assert shown.count("found: x") == MOST_PROBLEMS
    assert "7 more problems" in shown
    assert f"{MOST_PROBLEMS + 7} errors" in shown


def test_a_package_with_errors_is_left_alone(package, book):
    (package / "data/area.csv").write_text("area_id,name\n,x\n")
    problems = refused([book({"meeting": MEETING})], package)
    assert problems[0].place == "data/area.csv"


def test_without_facts_there_is_no_new_package(tmp_path, book):
    (problem,) = refused([book({"meeting": MEETING})], tmp_path / "typo")
    assert "Initiative" in problem.mend
    assert not (tmp_path / "typo").exists()


def test_equal_rows_are_taken_once_with_a_note(package, book):
    plan = bring([book({"meeting": [*MEETING, MEETING[1]]})], package)
    assert [(note.row, note.severity) for note in plan.notes] == [(3, "note")]
    assert len(tables(package)["meeting"]) == 1


def test_csv_files_are_read_however_they_are_written(package, tmp_path):
    files = []
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        for delimiter in ",;\t":
            rows = [["area_id", "name", "population"], [f"ö{len(files)}", "Östra, åsen; “ön”", "1 200"]]
            out = io.StringIO()
            csv.writer(out, delimiter=delimiter).writerows(rows)
            files.append(tmp_path / str(len(files)) / "area.csv")
            files[-1].parent.mkdir()
            files[-1].write_bytes(out.getvalue().encode(encoding))
    bring(files, package)
    row = tables(package)["area"].iloc[1:]
    assert row["area_id"].tolist() == [f"ö{n}" for n in range(12)]
    assert set(row["name"] + row["population"]) == {"Östra, åsen; “ön”1200"}


MAPPING = """
[sheet."Organisationer"]
table = "partner"
ignore = ["Kommentar"]
[sheet."Organisationer".columns]
"Organisation" = "name"
"Kod" = "partner_id"
"Slag" = "sector"
[sheet."Organisationer".values.sector]
"Kommun" = "public"
[sheet."Diagram"]
skip = true
"""


def test_a_mapping_file_says_what_other_peoples_columns_mean(package, book, tmp_path):
    rows = [["Kod", "Organisation", "Slag", "Kommentar", "Joined"], ["k1", "Byn", "Kommun", "?", JOINED]]
    file = book({"Organisationer": rows, "Diagram": [["x"]]})
    (tmp_path / "map.toml").write_text(MAPPING, encoding="utf-8")
    bring([file], package, mapping=tmp_path / "map.toml")
    assert tables(package)["partner"].iloc[-1][["partner_id", "name", "sector"]].tolist() == ["k1", "Byn", "public"]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('[sheet."Organisationer"]\ntabel = "partner"', "sheet.Organisationer.tabel"),
        ('[sheet."Organisationer"]\ntable = "partners"', "sheet.Organisationer.table"),
        ('[sheet."Organisationer"]\ntable = "partner"\ncolumns = {Kod = "id"}', "sheet.Organisationer"),
        ('[sheet."Organisation"]\ntable = "partner"', "sheet.Organisation"),
        ('[sheet."area".columns]\nArea_id = "id"', "sheet.area"),
        ("[sheet", ""),
    ],
)
def test_a_mapping_file_with_mistakes_is_refused(package, book, tmp_path, text, field):
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    file = book({"Organisationer": [["Kod"], ["k1"]], "area": [["Area_id"], ["a1"]]})
    problems = refused([file], package, mapping=tmp_path / "map.toml")
    assert field in [problem.field for problem in problems if problem.place == "map.toml"]


def answers(folder):
    rows = tables(folder)["survey_response"]
    return {(row.respondent_id, row.item_id): row.value or row.text for row in rows.itertuples()}


def test_a_survey_export_becomes_answers_without_the_tools_ids(package, book):
    rows = [KOBO, kobo_row("u-1", 4, None, "meeting news", "@Bra! +1"), kobo_row("u-2", 5, 2, None, None)]
    bring([book({"Röster": rows})], package)
    found = answers(package)
    (one,) = {respondent for respondent, item in found if item == "voice_open"}
    assert found[one, "voice_goals"] == "4"
    assert found[one, "voice_channels.meeting"] == "1"
    assert found[one, "voice_channels.friends"] == "0"
    assert found[one, "voice_open"] == "@Bra! +1"
    assert (one, "voice_heard") not in found
    assert "u-1" not in (package / "data/survey_response.csv").read_text()
    assert not plan_import(ImportRequest((package.parent / "data.xlsx",), package)).any


GROUP = [["group_id", "name", "name_sv", "dimension"], ["girls", "Girls", "Flickor", "gender"]]


def test_people_answer_for_their_area_and_group_and_may_not_know(package, book):
    with in_language("sv"):
        asked = {key: str(key_question(key)) for key in ("area_id", "group")}
    header = ["wave_id", *asked.values(), "page_1/voice_goals", "page_1/voice_heard", "_uuid"]
    rows = [header, ["2021", "ån", "FLICKOR", 4, "dont_know", "u-1"], ["2021", None, None, 5, "Don't know", "u-2"]]
    bring([book({"group": GROUP})], package)
    bring([book({"Röster": rows})], package)
    found = tables(package)["survey_response"]
    assert [*zip(found["item_id"], found["value"], strict=True)] == [
        ("voice_goals", "4"), ("voice_heard", ""), ("voice_goals", "5"), ("voice_heard", ""),
    ]  # fmt: skip
    assert found["area_id"].tolist() == ["a1", "a1", "", ""]
    assert found["group"].tolist() == ["girls", "girls", "all", "all"]
    assert "u-1" not in set(found["respondent_id"])


@pytest.mark.parametrize(
    ("name", "table", "language"), [("conditions", "rubric_score", "en"), ("partnership", "partnership_rating", "sv")]
)
def test_a_rating_sheet_comes_back_with_its_scores_and_without_the_wording(package, tmp_path, name, table, language):
    file = tmp_path / "rating.xlsx"
    with in_language(language):
        collect(CollectRequest(file, str(package), instruments=(name,), wave="2021"))
        labels = {key: table_schema(table).field(key).label() for key in ("score", "rater_id", "evidence_ref")}
        title = table_schema(table).label()
    workbook = load_workbook(file)
    positions = {cell.value: cell.column for cell in workbook[title][1]}
    for key, value in (("score", 3), ("rater_id", "b1"), ("evidence_ref", "protokoll")):
        workbook[title].cell(2, positions[labels[key]], value)
    workbook.save(file)
    (change,) = bring([file], package).changes
    assert (change.table, len(change.added)) == (table, 1)
    row = tables(package)[table].iloc[0]
    assert (row["criterion_id"], row["score"]) == (instrument(name).items[0].id, "3")


def test_labels_and_columns_for_each_option_say_the_same_as_names(package, book, tmp_path):
    voice = {item.id: item for item in instrument("community_voice").items}
    goals, channels = voice["voice_goals"], voice["voice_channels"]
    text = channels.text.root["sv"]
    header = ["Omgång", goals.text.root["sv"], text, f"{text}/{channels.options[0].label.root['sv']}", "_uuid"]
    rows = [header, ["2021", goals.scale.anchors[0].label.root["sv"].upper(), "some words", 1, "u-1"]]
    (tmp_path / "map.toml").write_text('[sheet."Export".columns]\n"Omgång" = "wave_id"\n', encoding="utf-8")
    bring([book({"Export": rows})], package, mapping=tmp_path / "map.toml")
    assert {item: value for (_who, item), value in answers(package).items()} == {
        "voice_goals": "1",
        "voice_channels.meeting": "1",
    }


@pytest.mark.parametrize("form", ["kobo", "odk"])
def test_a_repeated_group_finds_the_submission_it_belongs_to(package, book, tmp_path, form):
    if form == "kobo":
        files = [book({"network": NETWORK, "ties": TIES})]
    else:
        (tmp_path / "net.csv").write_text("wave_id,from_partner_id,meta-instanceID,KEY\n2022,north,uuid:1,uuid:1\n")
        text = (
            "to_partner_id,network_how_closely,network_openness,PARENT_KEY,KEY\nvolunteers,3,4,uuid:1,uuid:1/ties[1]\n"
        )
        (tmp_path / "net-ties.csv").write_text(text)
        files = [tmp_path / "net.csv", tmp_path / "net-ties.csv"]
    bring(files, package)
    row = tables(package)["relation"].iloc[-1]
    assert row[["wave_id", "from_partner_id", "to_partner_id", "intensity", "trust_openness"]].tolist() == [
        "2022", "north", "volunteers", "3", "4",
    ]  # fmt: skip


@pytest.mark.parametrize(("first", "found"), [("1", "may be in each of"), ("2", "")])
def test_numbers_that_begin_anew_join_no_foreign_submissions(package, tmp_path, first, found):
    """Both exports count their submissions from 1; only one of them may hold what the ties count."""
    for name, partner, number in (("a", "north", "1"), ("b", "volunteers", first)):
        (tmp_path / f"{name}.csv").write_text(
            f"wave_id,from_partner_id,_uuid,_index\n2022,{partner},{name},{number}\n", encoding="utf-8"
        )
    (tmp_path / "ties.csv").write_text(
        f"to_partner_id,network_how_closely,network_openness,_parent_index\nnorth,3,4,{first}\n", encoding="utf-8"
    )
    files = [tmp_path / f"{name}.csv" for name in ("a", "b", "ties")]
    if found:
        (problem,) = refused(files, package)
        assert found in problem.found
    else:
        files = [files[1], files[2]]
        bring(files, package)
        assert tables(package)["relation"].iloc[-1]["from_partner_id"] == "volunteers"


@pytest.mark.parametrize("again", [4, 5])
def test_a_submission_that_comes_again_is_taken_once_if_it_says_the_same(package, book, again):
    file = book({"Export": [KOBO, kobo_row("u-1", 4, 3, None, None), kobo_row("u-1", again, 3, None, None)]})
    if again == 4:
        assert {note.severity for note in bring([file], package).notes} == {"note"}
        assert len(tables(package)["survey_response"]) == 2
    else:
        assert any("several submissions" in problem.found for problem in refused([file], package))


def test_bad_answers_and_repeated_respondents_are_named(package, book):
    rows = [[*KOBO, "Epost", "respondent_id"], [*kobo_row("u-1", 9, 2, None, None), "a@b.se", "r1"],
            [*kobo_row("u-2", 3, 2, "radio", None), None, "r1"]]  # fmt: skip
    problems = refused([book({"Export": rows})], package)
    assert {(problem.row, problem.field) for problem in problems} >= {
        (2, "page_1/voice_goals"), (3, "page_2/voice_channels"), (1, "Epost"), (2, "respondent_id"),
    }  # fmt: skip
    assert any("several submissions" in problem.found for problem in problems)


def test_the_wave_can_be_given_on_the_command_line(package, book):
    rows = [KOBO[3:], kobo_row("u-1", 4, 3, None, None)[3:]]
    assert any(problem.field == "wave_id" for problem in refused([book({"Export": rows})], package))
    bring([book({"Export": rows})], package, wave="2022")
    assert set(tables(package)["survey_response"]["wave_id"]) == {"2022"}


def run(*arguments):
    return CliRunner().invoke(cli, ["import", *map(str, arguments)], standalone_mode=False)


def test_the_command_shows_changes_first_and_makes_them_on_a_yes(package, book):
    file = book({"partner": [PARTNER[0][:4], ["north", "Norra [bold]", "public", JOINED]]})
    before = snapshot(package)
    shown = run(file, "--into", package)
    assert "“Norra kommunen” → “Norra [bold]”" in shown.output
    assert "--yes" in shown.output
    assert snapshot(package) == before
    assert "Done" in run(file, "--into", package, "--yes").output
    assert tables(package)["partner"]["name"].tolist()[0] == "Norra [bold]"
    assert "are kept" in run(file, "--into", package).output  # though nothing changes


@pytest.mark.parametrize(("stopped", "said"), [("plan_import", "nothing was changed"), ("carry_out", "is whole")])
def test_a_stop_by_the_keyboard_is_told_of_truly(package, book, monkeypatch, stopped, said):
    def stop(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(plan_module, stopped, stop)
    done = run(book({"meeting": MEETING}), "--into", package, "--yes")
    assert said in done.stderr
    assert done.exit_code == 130


def test_a_workbook_that_cannot_be_written_is_told_of(tmp_path):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file/x.xlsx", tmp_path / f"{'x' * 300}.xlsx"):
        with pytest.raises(InputError) as caught:
            collect(CollectRequest(out, tables=("area",)))
        assert [problem.place for problem in caught.value.problems] == ["--out"]


def in_parquet(package, columns):
    """Give the package its table area as a Parquet file."""
    pd.DataFrame(columns).to_parquet(package / "data/area.parquet")
    path = {"name": "area", "path": "data/area.parquet"}
    edited(package, lambda content: content.update(resources=[
        path if each["name"] == "area" else each for each in content["resources"]]))  # fmt: skip


def test_columns_of_a_parquet_table_that_the_contract_does_not_know_stay(package, book):
    in_parquet(package, {"area_id": ["a1"], "name": ["Ån"], "comment": ["=min egen"], "tax": [-5]})
    bring([book({"area": [AREA[0], ["b", "Bo", 1]]})], package)
    with (package / "data/area.2.csv").open(encoding="utf-8", newline="") as file:
        assert [(row["comment"], row["tax"]) for row in csv.DictReader(file)] == [("'=min egen", "-5"), ("", "")]
    assert (package / "earlier/1/data/area.parquet").exists()


def test_a_parquet_column_that_has_no_text_is_named(package, book):
    in_parquet(package, {"area_id": ["a1"], "name": ["Ån"], "tags": [["x", "y"]]})
    (problem,) = refused([book({"area": [AREA[0], ["b", "Bo", 1]]})], package)
    assert (problem.place, problem.field) == ("data/area.parquet", "tags")


TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n=+-@'\"åäö"), max_size=30
)
PERIODS = st.sampled_from(["2020", "2021-04", "2021-Q3"])
FREE = {
    "text": TEXT.map(lambda text: unicodedata.normalize("NFC", text.strip())),
    "id": st.text("abcåö=+-@'09._", min_size=1, max_size=8),
    "date": st.dates(date(1950, 1, 1), date(2100, 1, 1)).map(date.isoformat),
    "period": PERIODS,
    "boolean": st.sampled_from(["true", "false"]),
}


@st.composite
def table_rows(draw):
    """Draw rows of a table that stand in no relation to others."""
    free = [name for name in TABLES if name in {"practice", "area", "policy", "partner", "context_event"}]
    schema = table_schema(draw(st.sampled_from(free)))
    n = draw(st.integers(1, 4))
    columns = {field.name: draw(st.lists(cells(field), min_size=n, max_size=n)) for field in schema.fields}
    rows = pd.DataFrame(columns, dtype=str).drop_duplicates(list(schema.primary_key)).reset_index(drop=True)
    for _first, second in schema.in_order:
        rows[second] = ""
    if schema.name == "partner":  # one that has never joined is there for comparison only
        rows["comparison"] = (rows["joined"] == "").map({True: "true", False: "false"})
    return schema, rows


def cells(field):
    if field.allowed:
        values = st.sampled_from(field.allowed)
    elif field.kind in ("number", "integer"):
        low, high = (int(bound) if bound is not None else limit
                     for bound, limit in ((field.minimum, -(2**53)), (field.maximum, 2**53)))  # fmt: skip
        floats = st.floats(low, high, allow_nan=False).map(lambda value: repr(value + 0.0).removesuffix(".0"))
        values = st.integers(low, high).map(str) if field.kind == "integer" else floats
    else:
        values = FREE[field.kind]
        if field.kind == "period":
            values = values.filter(lambda text: parse_period(text, field.pattern) is not None)
        if field.required:
            values = values.filter(bool)
    return values if field.required or field.default else st.one_of(st.just(""), values)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table_rows(), st.sampled_from(["en", "sv"]))
def test_what_goes_out_in_a_workbook_comes_back_the_same(tmp_path_factory, drawn, language):
    schema, rows = drawn
    folder = tmp_path_factory.mktemp("round")
    facts = pd.DataFrame({"id": ["x"], "title": ["=X"]}, dtype=str)
    with in_language(language):
        filled = [Filled(sheet("initiative"), facts), Filled(sheet(schema.name), rows)]
        (folder / "out.xlsx").write_bytes(write_workbook(filled, "X"))
    bring([folder / "out.xlsx"], folder / "package")
    assert not [each for each in check_package(folder / "package").problems if each.severity == "error"]
    back = tables(folder / "package")[schema.name]
    pd.testing.assert_frame_equal(back[rows.columns], rows, check_dtype=False)
