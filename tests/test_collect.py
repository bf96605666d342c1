"""A workbook or survey form asks for what the contract holds, and never does anything but ask."""

import json
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from openpyxl.utils import quote_sheetname
from pyxform.xls2xform import convert

from collective_impact.cli import cli
from collective_impact.collection.collecting.collect import CollectRequest, collect
from collective_impact.collection.collecting.workbook import Filled, write_workbook
from collective_impact.collection.sheets import ALL_SHEETS, sheet
from collective_impact.data.schema import TABLES, table_schema
from collective_impact.errors import InputError
from collective_impact.framework.instruments import criteria, instrument, instruments
from collective_impact.language import in_language

EXAMPLE = "california-tobacco-control"
HOSTILE = ['=HYPERLINK("http://x.example";"x")', "+cmd|' /C calc'!A0", "@SUM(A1)", "-1+1", "#REF!", "'=1", "${wave_id}"]
SURVEYS = [each for each in instruments() if each.form == "survey" and not each.licensed]
PARTNERS = "partner_id,name,name_sv,sector,joined,data_agreement\n" + "\n".join(
    [
        'north,"=1+1",Norra,public,2020-02-01,1899-12-31',
        "007,${north} & <b>,,business,2020-02-01,2021-03-15",
        "2021-04,Öster,,faith,2020-02-01,",
    ]
)
AREAS = "area_id,name,name_sv\neast,East,Öst\nwest,West,Väst\n"
GROUPS = "group_id,name,name_sv,dimension\ngirls,Girls,Flickor,gender\nboys,Boys,Pojkar,gender\n"
WAVES = "wave_id,name,opened,closed\n2021,Våren,2021-03-01,2021-04-15\n"


@pytest.fixture
def partners(tmp_path) -> Path:
    """A package with three partners, two areas, two groups and a wave."""
    folder = tmp_path / "package"
    folder.mkdir()
    tables = {"partner": PARTNERS, "wave": WAVES, "area": AREAS, "group": GROUPS}
    for name, content in tables.items():
        (folder / f"{name}.csv").write_text(content)
    resources = [{"name": name, "path": f"{name}.csv"} for name in tables]
    (folder / "datapackage.json").write_text(
        json.dumps({"name": "p", "title": "P", "initiative": {"language": "en"}, "resources": resources})
    )
    return folder


def opened(file: Path):
    return openpyxl.load_workbook(file)


def cells(workbook):
    return [cell for worksheet in workbook for row in worksheet.iter_rows() for cell in row if cell.value is not None]


def validations(worksheet) -> dict:
    """Validation of each column by the name in its header."""
    headers = {cell.column_letter: cell.value for cell in worksheet[1]}
    found = {}
    for validation in worksheet.data_validations.dataValidation:
        for cells in str(validation.sqref).split():
            found[headers[cells.rstrip("0123456789:").partition("2:")[0].rstrip("0123456789")]] = validation
    return found


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_table_has_its_sheet(tmp_path, language):
    with in_language(language):
        workbook = opened(collect(CollectRequest(tmp_path / "new.xlsx")))
        labels = [table_schema(table).label() for table in ALL_SHEETS]
        assert [name for name in workbook.sheetnames if name in labels] == labels
        for table in ALL_SHEETS:
            worksheet = workbook[table_schema(table).label()]
            asked = sheet(table)
            assert [cell.value for cell in worksheet[1]] == [column.label() for column in asked.columns]
            assert worksheet.freeze_panes == "B2"
            assert worksheet.print_title_rows == "$1:$1"
            named = workbook.defined_names[f"collective_impact.{table}"]
            assert named.attr_text.startswith(quote_sheetname(worksheet.title))
            starred = ["*" in cell.number_format for cell in worksheet[1]]
            assert starred == [column.field.required for column in asked.columns]
            checks = validations(worksheet)
            for column in asked.columns:
                check = checks[column.label()]
                assert 0 < len(check.promptTitle) <= 32
                assert 0 < len(check.prompt) <= 255
                assert len(check.formula1 or "") <= 255
                dimension = worksheet.column_dimensions[worksheet[1][asked.columns.index(column)].column_letter]
                if column.field.kind in ("id", "period"):
                    assert dimension.number_format == "@"
                if column.field.allowed or column.field.kind == "boolean":
                    assert check.type == "list"
                    assert check.errorStyle == "stop"


def test_labels_tell_values_apart():
    """A label in a list leads back to one value only, and a header to one column."""
    for language in ("en", "sv"):
        with in_language(language):
            for table in ALL_SHEETS:
                for column in sheet(table).columns:
                    labels = [column.field.label_of(value).casefold() for value in column.field.allowed]
                    assert len(set(labels)) == len(labels), (table, column.name)
                headers = [column.label() for column in sheet(table, ["en", "sv"]).columns]
                assert len(set(headers)) == len(headers), table


def test_the_same_request_gives_the_same_bytes(tmp_path, partners):
    for n, request in enumerate(({}, {"package": str(partners)}, {"instruments": ("mindset",)})):
        first, second = (collect(CollectRequest(tmp_path / f"{n}{twin}.xlsx", **request)) for twin in "ab")
        assert first.read_bytes() == second.read_bytes()
        with zipfile.ZipFile(first) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_a_package_fills_its_sheets(tmp_path):
    with in_language("sv"):
        workbook = opened(collect(CollectRequest(tmp_path / "a.xlsx", EXAMPLE)))
        events, values, phases = (
            workbook[table_schema(t).label()] for t in ("context_event", "indicator_value", "phase")
        )
        headers = [cell.value for cell in events[1]]
        assert "Sammanfattning (svenska)" in headers
        first = dict(zip(headers, (cell.value for cell in events[2]), strict=True))
        assert first["Datum"] == "1988-11-08"
        assert (
            first[table_schema("context_event").field("domain").label()]
            == table_schema("context_event").field("domain").label_of("political")
            == "Politisk"
        )
        assert values.max_row == 1 + 39 * 31
        assert isinstance(values["G2"].value, (int, float))
        assert phases["B2"].value == datetime(1987, 5, 1)
        reference = validations(values)[table_schema("indicator_value").field("area_id").label()]
        assert reference.formula1.startswith(quote_sheetname(table_schema("area").label()))
        empty = opened(collect(CollectRequest(tmp_path / "b.xlsx", EXAMPLE, ("indicator_value",), empty=True)))
        values = empty[table_schema("indicator_value").label()]
        assert values.max_row == 1
        assert validations(values)[table_schema("indicator_value").field("area_id").label()].errorStyle == "warning"


def test_text_stays_text(tmp_path, partners):
    workbook = opened(collect(CollectRequest(tmp_path / "a.xlsx", str(partners))))
    assert not [cell for cell in cells(workbook) if cell.data_type in ("f", "e")]
    worksheet = workbook["Partners"]
    assert [worksheet[f"A{row}"].value for row in (2, 3, 4)] == ["north", "007", "2021-04"]
    assert worksheet["B2"].value == "=1+1"
    assert worksheet["B2"].quotePrefix
    dates = [worksheet.cell(row, 1 + [c.value for c in worksheet[1]].index("Data agreement")).value for row in (2, 3)]
    assert dates == ["1899-12-31", datetime(2021, 3, 15)]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_back_as_it_was(tmp_path, text):
    rows = pd.DataFrame({"practice_id": ["p"], "name": [text], "description": [text + "\n é"]})
    file = tmp_path / "a.xlsx"
    file.write_bytes(write_workbook([Filled(sheet("practice"), rows)], text))
    workbook = opened(file)
    assert not [cell for cell in cells(workbook) if cell.data_type in ("f", "e")]
    assert [cell.value for cell in workbook["Practices"][2]] == ["p", text, text + "\n é"]


def test_text_that_no_cell_can_hold_is_told_of_at_once():
    rows = pd.DataFrame({"practice_id": ["p", "q"], "name": ["a\x07", "b" * 32_768]})
    with pytest.raises(InputError) as raised:
        write_workbook([Filled(sheet("practice"), rows)], "x")
    assert [(p.place, p.row, p.field, p.count) for p in raised.value.problems] == [("practice", 2, "name", 2)]


RATINGS = [each for each in instruments() if each.form == "rating"]


@pytest.mark.parametrize("instrument", RATINGS, ids=lambda each: each.id)
def test_a_rating_has_a_row_for_each_criterion(tmp_path, partners, instrument):
    request = CollectRequest(tmp_path / "a.xlsx", str(partners), instruments=(instrument.id,), wave="2021")
    worksheet = opened(collect(request))[table_schema(instrument.table).label()]
    headers = [cell.value for cell in worksheet[1]]
    rows = [dict(zip(headers, row, strict=True)) for row in worksheet.iter_rows(min_row=2, values_only=True)]
    rated = 3 if instrument.table == "partnership_rating" else 1
    assert [row["Criterion"] for row in rows] == [item.id for item in instrument.items] * rated
    assert {(row["Wave"], row["Score"], row["Rater id"]) for row in rows} == {("2021", None, None)}
    assert headers[headers.index("Criterion") + 1] == "Wording"
    assert [row["Wording"] for row in rows] == [str(item.text) for item in instrument.items] * rated
    assert worksheet.cell(2, 1 + headers.index("Wording")).font.italic
    prompts = {check.promptTitle: check for check in worksheet.data_validations.dataValidation}
    item = instrument.items[0]
    check = prompts[item.id] if item.id in prompts else prompts[item.id[:31] + "…"]
    assert check.prompt.startswith(str(item.text))
    assert (check.formula1, check.formula2) == (str(item.scale.minimum), str(item.scale.maximum))


def test_a_log_has_its_tables_sheet(tmp_path):
    workbook = opened(collect(CollectRequest(tmp_path / "a.xlsx", instruments=("emergence_log",))))
    assert [ws.title for ws in workbook if ws.sheet_state == "visible"] == ["Read me", "Emergence log"]


def form(file: Path) -> dict[str, list[dict]]:
    return {
        worksheet.title: [
            dict(zip((cell.value for cell in worksheet[1]), row, strict=True))
            for row in worksheet.iter_rows(min_row=2, values_only=True)
        ]
        for worksheet in opened(file)
    }


@pytest.mark.parametrize("with_package", [False, True])
@pytest.mark.parametrize("instrument", SURVEYS, ids=lambda each: each.id)
def test_a_survey_is_a_valid_form(tmp_path, partners, instrument, with_package):
    package = str(partners) if with_package else ""
    wave = "2021" if with_package else ""
    file = collect(CollectRequest(tmp_path / "f.xlsx", package, instruments=(instrument.id,), wave=wave))
    converted = convert(str(file), validate=False)
    assert converted.warnings == []
    asked = form(file)
    questions = {row["name"]: row for row in asked["survey"] if row["name"]}
    assert set(criteria(instrument.table)) & {item.id for item in instrument.items} <= set(questions)
    assert next(iter(questions)) == "privacy"
    assert questions["wave_id"]["type"] == ("calculate" if wave else "text")
    for row in asked["survey"]:
        if row["type"] not in ("calculate", "end_group", "end_repeat"):
            assert row["label::English (en)"], row
            assert row["label::Svenska (sv)"], row
    assert asked["settings"][0]["form_id"] == f"collective_impact_{instrument.id}"
    keys = {"partner": {"partner_id"}, "area": {"area_id", "group"} if with_package else {"area_id"}, "none": set()}
    if instrument.table == "survey_response":
        assert {"partner_id", "area_id", "group"} & set(questions) == keys[instrument.answers_for]
    if with_package:
        offered = {(row["list_name"].partition("list_of_")[2], row["name"]): row for row in asked["choices"]}
        names = {key: {name for each, name in offered if each == key} for key, _ in offered}
        assert names.get("partner_id", {"north", "007", "2021-04"}) == {"north", "007", "2021-04"}
        assert names.get("area_id", {"east", "west"}) == {"east", "west"}
        assert names.get("group", {"girls", "boys"}) == {"girls", "boys"}


def test_a_form_offers_what_readers_know_in_every_language(tmp_path, partners):
    asked = form(collect(CollectRequest(tmp_path / "f.xlsx", str(partners), instruments=("mindset",))))
    (north,) = [row for row in asked["choices"] if row["name"] == "north"]
    assert (north["label::English (en)"], north["label::Svenska (sv)"]) == ("=1+1", "Norra")


def test_only_some_questions_take_dont_know_for_an_answer(tmp_path):
    asked = form(collect(CollectRequest(tmp_path / "f.xlsx", instruments=("community_voice",))))
    lists = {row["list_name"] for row in asked["choices"] if row["name"] == "dont_know"}
    offering = {row["name"] for row in asked["survey"] if row["type"].partition(" ")[2] in lists}
    items = [item for item in instrument("community_voice").items if item.kind == "scale"]
    assert offering == {item.id for item in items if item.dont_know}
    assert 0 < len(offering) < len(items)


def test_the_network_form_asks_of_other_partners_only(tmp_path, partners):
    file = collect(CollectRequest(tmp_path / "f.xlsx", str(partners), instruments=("network",)))
    questions = {row["name"]: row for row in form(file)["survey"] if row["name"]}
    assert questions["to_partner_id"]["constraint"] == ". != ${from_partner_id}"
    gate, *others = (item for item in criteria("relation"))
    assert questions[gate]["required"] == "yes"
    assert {questions[name]["relevant"] for name in others} == {f"${{{gate}}} >= 1"}


@pytest.mark.parametrize(
    ("request_", "places"),
    [
        ({"out": "a.csv"}, ["--out"]),
        ({"out": "there.xlsx"}, ["--out"]),
        ({"tables": ("partnr",)}, ["--table"]),
        ({"instruments": ("mindst",)}, ["instruments"]),
        ({"instruments": ("wilder",)}, ["--instrument"]),
        ({"instruments": ("mindset", "network")}, ["--instrument"]),
        ({"instruments": ("mindset",), "tables": ("partner",)}, ["--instrument"]),
        ({"wave": "2021"}, ["--wave"]),
        ({"wave": "20 21'", "instruments": ("mindset",)}, ["--wave"]),
        ({"empty": True}, ["--empty"]),
        ({"package": "nowhere"}, ["nowhere"]),
        ({"out": "a", "tables": ("x", "y"), "wave": "2", "empty": True},
         ["--out", "--wave", "--empty"] + 2 * ["--table"]),
    ],
)  # fmt: skip
def test_a_request_that_makes_no_sense(tmp_path, monkeypatch, request_, places):
    monkeypatch.chdir(tmp_path)
    Path("there.xlsx").write_text("filled in")
    with pytest.raises(InputError) as raised:
        collect(CollectRequest(**{**request_, "out": Path(request_.get("out", "new.xlsx"))}))
    assert [problem.place for problem in raised.value.problems] == places
    assert [file.name for file in Path().iterdir()] == ["there.xlsx"]
    assert Path("there.xlsx").read_text() == "filled in"


def test_an_unknown_wave_is_told_with_those_there_are(tmp_path, partners):
    with pytest.raises(InputError) as raised:
        collect(CollectRequest(tmp_path / "a.xlsx", str(partners), instruments=("mindset",), wave="2012"))
    (problem,) = raised.value.problems
    assert (problem.place, problem.expected) == ("--wave", "2021")


def test_the_command_line(tmp_path):
    out = str(tmp_path / "a.xlsx")
    arguments = ["collect", "--table", "partner", "--table", "wave", "--language", "sv", "--out", out]
    with in_language("en"):  # which is taken up again, for the command changes the language for good
        done = CliRunner().invoke(cli, arguments)
    assert (done.exit_code, done.exception) == (0, None)
    assert out in done.output
    titles = [worksheet.title for worksheet in opened(Path(out)) if worksheet.sheet_state == "visible"]
    assert titles[1:] == [table_schema(table).title.root["sv"] for table in TABLES if table in ("partner", "wave")]
