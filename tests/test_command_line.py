"""What a user gives on the command line: right, and wrong in every way we could think of."""

import json
import os
import re

import pytest


def test_check_says_what_a_good_package_holds_and_allows(command):
    code, printed = command("check", "california-tobacco-control")
    assert code == 0
    assert re.search(r"indicator_value +Indicator values +1,209", printed)
    assert printed.count(" yes") == 6
    assert "no: needs rubric_score" in printed


def test_check_lists_every_problem_at_once_and_ends_with_one(command, package):
    values = (package / "data/indicator_value.csv").read_text()
    values = values.replace("california,1970,all,123.0", "california,1970,all,lots").replace("utah,1971", "uta,1971")
    (package / "data/indicator_value.csv").write_text(values)
    indicators = (package / "data/indicator.csv").read_text().replace(",decrease,", ",,")
    (package / "data/indicator.csv").write_text(indicators.replace("90.1,,", "90.1,22,1999"))
    code, printed = command("check", package)
    assert code == 1
    assert "3 errors" in printed
    for words in ("“value”", "“area_id”", "“direction”", "row 64", "lots", "uta", "found", "expected", "mend"):
        assert words in printed


def test_check_speaks_swedish(command, tmp_path):
    code, printed = command("check", tmp_path / "nowhere", "--language", "sv")
    assert code == 1
    assert "fel" in printed
    assert "expected" not in printed


def test_templates_lists_each_template_with_its_parameters(command):
    code, printed = command("templates")
    assert code == 0
    for words in ("summative_outcome", "excluded_areas", "formative_outcome", "recent_periods", "learning_report"):
        assert words in printed


WRONG = {
    "no such package": (["nowhere"], ["nowhere"]),
    "unknown parameter": (["california-tobacco-control", "-p", "horizn=4"], ["horizn", "did you mean horizon?"]),
    "wrong type": (["california-tobacco-control", "-p", "horizon=soon"], ["-p horizon", "'soon'", "int"]),
    "out of range": (["california-tobacco-control", "-p", "horizon=0"], ["-p horizon", "greater than or equal to 1"]),
    "no value": (["california-tobacco-control", "-p", "horizon"], ["NAME=VALUE"]),
    "unknown indicator": (["california-tobacco-control", "-p", "indicator=sales"], ["'sales'", "cigarette-sales"]),
    "unknown area": (["california-tobacco-control", "-p", "area=californa"], ["did you mean california?"]),
    "unknown design": (["california-tobacco-control", "-p", "design=magic"], ["'magic'", "synthetic_control"]),
    "option as parameter": (["california-tobacco-control", "-p", "as_of=1999-12-31"], ["--as-of"]),
    "unknown method": (["california-tobacco-control", "--method", "magic"], ["magic", "formative"]),
    "no date": (["california-tobacco-control", "--as-of", "yesterday"], ["--as-of", "YYYY-MM-DD"]),
    "unknown language": (["california-tobacco-control", "--language", "tlh"], ["tlh", "sv"]),
}


@pytest.mark.parametrize(("arguments", "words"), WRONG.values(), ids=WRONG)
def test_wrong_input_is_one_clear_message_and_leaves_nothing_behind(command, tmp_path, arguments, words):
    code, printed = command("run", *arguments)
    assert code != 0
    for word in words:
        assert word in printed
    assert "Traceback" not in printed
    assert not any(tmp_path.iterdir())


def test_all_wrong_things_are_said_at_once(command, package):
    (package / "data/area.csv").unlink()
    code, printed = command("run", package, "-p", "horizn=4", "-p", "power=high")
    assert code == 1
    for words in ("area.csv", "horizn", "power"):
        assert words in printed


def test_a_place_that_holds_strangers_files_is_not_touched(command, tmp_path):
    place = tmp_path / "out/california-tobacco-control/2000-12-31/en"
    place.mkdir(parents=True)
    (place / "letter.txt").write_text("mine")
    code, printed = command("run", "california-tobacco-control", "--out", "out")
    assert code == 1
    assert "no report of ours" in printed
    assert (place / "letter.txt").read_text() == "mine"
    assert list(place.parent.iterdir()) == [place]


def test_an_out_that_is_a_file_is_refused(command, tmp_path):
    (tmp_path / "out").write_text("mine")
    code, printed = command("run", "california-tobacco-control", "--out", "out")
    assert code == 1
    assert "--out" in printed
    assert (tmp_path / "out").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="folders without write permission are made otherwise on Windows")
def test_an_out_that_cannot_be_written_is_refused(command, tmp_path, monkeypatch):
    def refused(*_arguments, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refused)  # a superuser may write anywhere, so the refusal is played
    code, printed = command("run", "california-tobacco-control", "--out", "out")
    assert code == 1
    assert "Permission denied" in printed


def test_bad_data_leave_the_earlier_report_as_it_was(command, package, tmp_path):
    place = tmp_path / "out/california-tobacco-control/2000-12-31/en"
    place.mkdir(parents=True)
    (place / "report.json").write_text("{}")
    (place / "index.html").write_text("earlier")
    (package / "datapackage.json").write_text("{")
    code, printed = command("run", package, "--out", "out")
    assert code == 1
    assert "datapackage.json" in printed
    assert (place / "index.html").read_text() == "earlier"


def test_problems_hold_no_control_characters(command, package):
    descriptor = json.loads((package / "datapackage.json").read_text())
    descriptor["initiative"]["lang\x1b[31mage"] = "x"
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    code, printed = command("check", package)
    assert code == 1
    assert "\x1b" not in printed
