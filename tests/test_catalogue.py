"""The catalogue holds the whole framework, in every language, and finds in it what is asked for."""

import csv
import io
import shutil
from collections import Counter

import pytest
from pydantic import ValidationError

from collective_impact.cli import main
from collective_impact.data.schema import SCHEMAS
from collective_impact.errors import InputError
from collective_impact.framework.catalogue import catalogue, concepts, entry, indicators, sources
from collective_impact.framework.entries import Catalogue
from collective_impact.framework.instruments import criteria, instruments
from collective_impact.framework.listing import Listed, as_csv, listing
from collective_impact.framework.vocabulary import Condition, Level, Method, Phase, Standing, Strength, grid, label
from collective_impact.language import in_language, languages
from collective_impact.words import Words

ENTRIES = (*concepts(), *indicators())
TABLES = {file.stem for file in SCHEMAS.glob("*.json")}
SAME_IN_SWEDISH = {"Observation"}
OF_EACH_KIND = {
    "idea": 7,
    "fit_question": 5,
    "precondition": 3,
    "condition": 5,
    "phase": 3,
    "component": 4,
    "component_task": 12,
    "mindset_shift": 3,
    "mindset_part": 5,
    "emergence_capability": 3,
    "power_dynamic": 6,
    "partnership_practice": 5,
    "level": 4,
    "method": 3,
    "system_lever": 5,
    "domain": 15,
    "collection_method": 18,
    "strength": 4,
    "design": 5,
    "standing": 3,
}
OF_EACH_DOMAIN = {"common_agenda": 8, "backbone_support": 9, "mutually_reinforcing_activities": 8} | {
    "shared_measurement": 9,
    "continuous_communication": 7,
    "learning_culture": 4,
    "capacity": 3,
    "professional_practice": 4,
    "individual_behavior": 3,
    "funding_flows": 4,
    "cultural_norms": 3,
    "public_policies": 3,
}


@pytest.fixture
def command(monkeypatch, capsysbinary, tmp_path):
    """Run ``collective-impact catalogue`` in an empty folder; give back its exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["collective-impact", "catalogue", *arguments])
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsysbinary.readouterr()
        return code, printed.out.decode(), printed.err.decode()

    return run


def words_of(one: object) -> list[Words]:
    return [value for _name, value in one if isinstance(value, Words) and value.root]


def test_all_of_the_framework_is_there():
    assert Counter(concept.kind for concept in concepts()) == OF_EACH_KIND | {"kind": len(OF_EACH_KIND) + 3}
    assert {concept.id for concept in concepts("kind")} == {*OF_EACH_KIND, "kind", "indicator", "instrument"}
    assert Counter(i.level for i in indicators()) == {"context": 9, "initiative": 48, "system": 17, "outcome": 5}
    assert {name: len(indicators(condition=name)) for name in Condition} == {n: OF_EACH_DOMAIN[n] for n in Condition}
    assert Counter(i.domain for i in indicators()).items() >= OF_EACH_DOMAIN.items()
    tasks = {(task.component, task.phase) for task in concepts("component_task")}
    assert tasks == {(component.id, phase) for component in concepts("component") for phase in Phase}


def test_every_text_is_there_in_every_language_and_translated():
    texts = [text for one in ENTRIES for text in words_of(one)]
    assert len(texts) > 500
    assert [
        text for text in texts if set(text.root) != set(languages()) or not all(map(str.strip, text.root.values()))
    ] == []
    assert {text.root["en"] for text in texts if text.root["en"] == text.root["sv"]} == SAME_IN_SWEDISH
    assert [
        text.root for text in texts if set(text.root["sv"]) & set("“‘'\"") or set(text.root["en"]) & set("'\"")
    ] == []


def test_definitions_are_sentences_and_names_are_not():
    assert [one.id for one in concepts() for text in one.about.root.values() if text[-1] not in ".?"] == []
    assert [one.id for one in ENTRIES for text in one.name.root.values() if text.endswith(".")] == []


def test_ids_are_unique_and_references_lead_somewhere():
    assert max(Counter(one.id.casefold() for one in ENTRIES).values()) == 1
    assert {table for indicator in indicators() for table in indicator.tables} <= TABLES
    assert {table for cell in grid() for table in (*cell.needs, *cell.helps)} <= TABLES
    assert all(source.reference for source in sources())
    assert {source.id for source in sources()} == {one.source for one in (*ENTRIES, *instruments())}
    for enumeration in (Method, Level, Phase, Strength, Condition, Standing):
        assert [concept.id for concept in concepts(enumeration.__name__.lower())] == list(enumeration)
        assert [label(term) for term in enumeration] == [str(entry(term).name) for term in enumeration]


@pytest.mark.parametrize("table", ["survey_response", "rubric_score"])
def test_every_indicator_that_is_asked_for_has_a_question(table):
    asked = {item.concept for one, item in criteria(table).values() if not one.licensed}
    assert {indicator.id for indicator in indicators() if table in indicator.tables} <= asked


FAULTS = {
    "source": (lambda c: c["concepts"][0].update(source="nobody_1900"), "no source nobody_1900"),
    "domain": (lambda c: c["indicators"][0].update(domain="survey"), "no condition or system_lever or domain survey"),
    "way": (lambda c: c["indicators"][0].update(collection=["guess"]), "no collection_method guess"),
    "twice": (lambda c: c["indicators"][0].update(id="equity"), "equity stands for 2 entries"),
    "part": (lambda c: c["concepts"][0].update(component="equity"), "no component equity"),
    "method": (lambda c: c["indicators"][0].update(methods=["magic"]), "methods"),
    "key": (lambda c: c["concepts"][0].update(colour="red"), "colour"),
}


@pytest.mark.parametrize(("breaks", "words"), FAULTS.values(), ids=FAULTS)
def test_a_catalogue_that_does_not_hold_together_is_refused(breaks, words):
    content = catalogue().model_dump(mode="json")
    Catalogue.model_validate(content)
    breaks(content)
    with pytest.raises(ValidationError, match=words):
        Catalogue.model_validate(content)


def test_filters_leave_what_fits():
    assert [i.id for i in indicators(level="context", method=Method.SUMMATIVE)] == [
        f"CTX-0{n}" for n in (2, 3, 4, 5, 7, 8)
    ]
    by_phase = [{i.id for i in indicators(phase=phase)} for phase in Phase]
    assert by_phase[0] < by_phase[1] < by_phase[2] == {i.id for i in indicators()}
    assert {i.earliest_phase for i in indicators(phase="organize_for_impact")} == set(list(Phase)[:2])
    both = indicators(level=Level.INITIATIVE, condition=Condition.COMMON_AGENDA, phase="initiate_action")
    assert both == ()


def test_wrong_filters_are_all_named_with_the_allowed_ones():
    with pytest.raises(InputError) as refused:
        indicators(level="planet", method="magic", phase=3, condition="equity")
    assert [problem.place for problem in refused.value.problems] == ["level", "method", "phase", "condition"]
    assert refused.value.problems[0].expected == "context, initiative, system, outcome"
    with pytest.raises(InputError, match="precondition"):
        concepts("conditions")
    with pytest.raises(InputError, match="CTX-0"):
        entry("CTX-33")


def test_search_finds_words_in_any_language_case_and_accent():
    for text in ("FÖRTROENDE mellan parterna", "fortroende PARTERNA", "trust among partners", "cc-07"):
        assert "CC-07" in [one.id for one in listing(text)]
    assert listing("förtroende zebra") == ()
    assert [one.id for one in listing("")] == [one.id for one in (*ENTRIES, *instruments())]
    assert entry(" ctx-03 ").id == "CTX-03"


def test_names_follow_the_language():
    with in_language("sv"):
        assert label(Condition.BACKBONE_SUPPORT) == "Stöd från en ryggradsorganisation"
        assert str(indicators(condition="common_agenda")[5].outcome) == "Agendan bygger på data"


@pytest.mark.parametrize(("language", "delimiter"), [("en", ","), ("sv", ";")])
def test_the_csv_file_holds_everything_and_reads_back(command, tmp_path, language, delimiter):
    code, printed, said = command("--csv", "catalogue.csv", "--language", language)
    content = (tmp_path / "catalogue.csv").read_bytes()
    assert (code, printed) == (0, "")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))
    assert str(len(rows)) in said
    everything = listing()
    assert [row["id"] for row in rows] == [one.id for one in everything]
    assert {row["kind"] for row in rows} == {concept.id for concept in concepts("kind")}
    for row, one in zip(rows, everything, strict=True):
        assert (row["name_en"], row["name_sv"]) == (one.name.root["en"], one.name.root["sv"])
        assert row["methods"].split(", ") == list(one.methods or [""])
        assert row["tables"].split(", ") == list(one.tables or [""])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_the_csv_runs_in_a_spreadsheet(text):
    written = as_csv([Listed("instrument", text, Words({"en": text, "sv": "a - b"}), Words({"en": "=" + text}))])
    (row,) = csv.DictReader(io.StringIO(written.removeprefix("\ufeff"), newline=""))
    assert row["id"] == row["name_en"] == "'" + text.strip()
    assert row["about_en"].startswith("'=")
    assert (row["name_sv"], row["kind"]) == ("a - b", "instrument")


def test_the_command_lists_what_fits_and_csv_to_the_screen_is_the_same(command):
    asked = ("--level", "context", "--method", "summative", "--kind", "indicator")
    code, printed, _ = command(*asked)
    assert code == 0
    assert [word for word in printed.split() if word.startswith("CTX-")] == [f"CTX-0{n}" for n in (2, 3, 4, 5, 7, 8)]
    _, table, _ = command(*asked, "--csv", "-")
    assert [row["id"] for row in csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))] == [
        f"CTX-0{n}" for n in (2, 3, 4, 5, 7, 8)
    ]


def test_the_command_shows_everything_in_brief(command):
    code, printed, _ = command()
    assert code == 0
    shown = {*OF_EACH_KIND, *(one.id for one in listing() if one.kind in ("indicator", "instrument"))}
    assert shown <= set(printed.split())


def test_the_condition_finds_its_concept_indicators_and_instruments(command):
    found = {(one.kind, one.id) for one in listing(condition="shared_measurement")}
    assert {("condition", "shared_measurement"), ("indicator", "SM-09"), ("instrument", "conditions")} <= found
    assert ("indicator", "CC-01") not in found


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("ctx-03", ["CTX-03", "Political will", "power_actor", "Preskill", "From the literature", "−2"]),
        ("common_agenda", ["Common agenda", "CA-01", "Kania"]),
        ("synthetic_control", ["Assumes that", "weighted mix", "doi:10.1198/jasa.2009.ap08746"]),
        (
            "readiness",
            ["Respondents", "3: Sufficient", "“Preconditions” has to reach 3", "From 3 up", "firm from 0.800"],
        ),
        ("conditions", ["2: Partly in place", "From 2 up, a rater says", "  4: They have the last word"]),
        ("wilder", ["from 3.0: Discuss", "5: Highest agreement"]),
        ("community_voice", ["school_or_work: At school or work"]),
    ],
)
def test_an_id_shows_the_entry_in_full(command, asked, words):
    code, printed, _ = command(asked)
    assert code == 0
    for word in words:
        assert word in printed


def test_the_command_speaks_swedish(command):
    code, printed, _ = command("mindset_shift", "--language", "sv", "--kind", "mindset_part")
    assert code == 1
    code, printed, _ = command("--kind", "mindset_shift", "--language", "sv")
    assert code == 0
    assert "Vilka som är med" in printed
    assert "Who is involved" not in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["zebra"], "Nothing in the catalogue"),
        (["CTX-3"], "Ids like it: CTX-03\n"),
        (["partner-survey"], "Ids like it: partner_survey\n"),
        (["--kind", "planet"], "precondition"),
        (["--level", "planet"], "initiative"),
        (["--csv", "."], "--csv"),
        (["--csv", "file/below.csv"], "--csv"),
    ],
)
def test_what_cannot_be_done_is_said(command, tmp_path, arguments, words):
    (tmp_path / "file").write_text("mine")
    code, printed, said = command(*arguments)
    assert code != 0
    assert printed == ""
    assert words in said
    assert "Traceback" not in said
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("width", [60, 80, 140])
def test_no_line_is_wider_than_the_terminal(command, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("collective_impact.terminal.console.os.isatty", lambda _: True)
    for asked in ([], ["--kind", "component_task"], ["CTX-02"]):
        _, printed, _ = command(*asked)
        assert max(map(len, printed.splitlines())) <= width
        assert "…" not in printed
    assert shutil.get_terminal_size().columns == width
