"""The report as a research object: its metadata are a Process Run Crate, and say of each file and run what is so."""

import hashlib
import json
from importlib.resources import files
from pathlib import Path

import pytest
from conftest import ROOT
from edition_fixture import EVALUATION, make_edition
from pyshacl import validate
from rdflib import RDF, Graph, URIRef
from rocrate.rocrate import ROCrate

from collective_impact.reporting.data_files.crate import CRATE, write_crate
from collective_impact.reporting.edition import gather

SHAPES = ROOT / "tests/data/process-run-crate/must.ttl"
BASE = "https://example.org/report/"
TERMS = {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}
"""The one term of the workflow-run context that we use."""


@pytest.fixture
def crate(tmp_path):
    """Write the crate of the small report; give its folder and its entities by id."""
    edition = make_edition(tmp_path)
    (tmp_path / "index.html").write_text("<h1>Everyone</h1>")
    return tmp_path, entities(tmp_path, edition)


def entities(folder: Path, edition) -> dict[str, dict]:
    write_crate(edition, folder)
    return {each["@id"]: each for each in json.loads((folder / CRATE).read_text())["@graph"]}


def graph_of(folder: Path) -> Graph:
    """Read the crate as statements, with the terms of RO-Crate that a Python package ships."""
    content = json.loads((folder / CRATE).read_text())
    context = json.loads((files("rocrate") / "data/ro-crate.jsonld").read_text())["@context"]
    assert content["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    content["@context"] = [context, TERMS, {"@base": BASE}]
    graph = Graph().parse(data=json.dumps(content), format="json-ld")
    root = URIRef("https://github.com/crs4/rocrate-validator/profiles/ro-crate/RootDataEntity")
    return graph.add((URIRef(BASE), RDF.type, root))


def test_the_crate_keeps_the_rules_of_its_profile(crate):
    folder, _entities = crate
    conforms, _report, words = validate(graph_of(folder), shacl_graph=Graph().parse(SHAPES), advanced=True)
    assert conforms, words


def test_the_rules_refuse_a_run_without_its_template(crate):
    folder, _entities = crate
    content = (folder / CRATE).read_text().replace('"instrument"', '"tool"')
    (folder / CRATE).write_text(content)
    assert not validate(graph_of(folder), shacl_graph=Graph().parse(SHAPES), advanced=True)[0]


def test_the_root_says_what_ro_crate_asks_for(crate):
    folder, found = crate
    root = found["./"]
    assert found[CRATE]["about"] == {"@id": "./"}
    assert all(root[key] for key in ("name", "description", "datePublished", "license"))
    assert found[root["license"]["@id"]]["name"] == "CC BY 4.0"
    assert found[root["author"]["@id"]]["name"] == "Region North"
    assert "Region North (2025)" in root["creditText"]
    assert ROCrate(folder).root_dataset["name"] == root["name"]
    graph = graph_of(folder)
    assert {str(subject) for subject in graph.subjects(unique=True)} >= {BASE, BASE + "index.html"}
    referred = {each["@id"] for entity in found.values() for value in entity.values() for each in references(value)}
    assert not {each for each in referred - found.keys() if not each.startswith("https://w3id.org/ro/crate/")}


def references(value) -> list[dict]:
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, dict)]


def test_every_file_is_there_with_its_hash_and_no_other_is_told_of(crate):
    folder, found = crate
    parts = {each["@id"] for each in found["./"]["hasPart"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {CRATE}
    assert parts == there
    assert all(found[part]["sha256"] == hashlib.sha256((folder / part).read_bytes()).hexdigest() for part in parts)


def test_a_run_names_its_template_data_parameters_and_results(crate):
    _folder, found = crate
    run = found[f"#run/{EVALUATION}"]
    assert found[run["instrument"]["@id"]]["sha256"] == "a" * 64
    assert (run["startTime"], run["endTime"]) == ("2026-01-02T03:04:05+00:00", "2026-01-02T03:05:00+00:00")
    assert run["actionStatus"] == "http://schema.org/CompletedActionStatus"
    assert {each["@id"] for each in run["result"]} == {
        f"runs/{EVALUATION}/{name}" for name in ("findings.json", "notebook.ipynb", "run.json")
    }
    objects = [found[each["@id"]] for each in run["object"]]
    assert {each["name"]: each.get("sha256") for each in objects if "sha256" in each} == {
        "data/area.csv": "b" * 64,
        "datapackage.json": "c" * 64,
    }
    assert {each["name"]: each["value"] for each in objects if "value" in each} == {
        "as_of": "2025-12-31",
        "excluded_areas": '["north"]',
    }


def test_a_failed_run_is_told_of_as_failed(tmp_path):
    edition = make_edition(tmp_path)
    file = tmp_path / "runs" / EVALUATION / "run.json"
    error = {"cell": 3, "name": "ValueError", "message": "no such column"}
    file.write_text(json.dumps(json.loads(file.read_text()) | {"status": "failed", "error": error}))
    run = entities(tmp_path, gather(edition.record, list((tmp_path / "runs").iterdir())))[f"#run/{EVALUATION}"]
    assert run["actionStatus"] == "http://schema.org/FailedActionStatus"
    assert run["error"] == "ValueError: no such column"
