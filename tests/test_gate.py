"""The privacy gate: what tells of single people is taken out wherever it stands, and nothing else is touched."""

import json
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collective_impact.blocks import PICTURES, TABLES, Paragraph, Table, escape_markdown
from collective_impact.data.facts import Facts
from collective_impact.data.identifiers import identifiers_of, without_identifiers
from collective_impact.files import write_whole
from collective_impact.language import in_language
from collective_impact.reporting.gate import BLOCK, Gate, seal_run

CODE, NAME, MAIL, TELEPHONE, NUMBER = "zq-7731", "Greta Svanström", "greta@skolan.se", "070-123 45 67", "850101-1236"
ANSWER = "Min rektor glömde mig på bussen i mars"
SAID_BY_ALL = "Det var bra att vi fick vara med"


@pytest.fixture(scope="module")
def planted(complete):
    """The complete example with people in it who should not be there."""
    tables = {name: table.copy() for name, table in complete.tables.items()}
    answers = tables["survey_response"]
    tables["survey_response"] = answers.assign(respondent_id=answers["respondent_id"].replace("r002", CODE))
    written = answers[answers["text"].fillna("") != ""].index[:3]
    tables["survey_response"].loc[written, "text"] = [ANSWER, SAID_BY_ALL, SAID_BY_ALL]
    tables["survey_response"].loc[written, "may_quote"] = [False, False, True]
    tables["emergence"].loc[tables["emergence"].index[0], ["logged_by", "description"]] = [
        NAME,
        f"{NAME} ringde från {TELEPHONE}, {MAIL}",
    ]
    return replace(complete, tables=tables)


@pytest.fixture(scope="module")
def gate(planted):
    return Gate.of(planted)


@pytest.mark.parametrize("person", [CODE, NAME, MAIL, TELEPHONE, NUMBER, ANSWER])
@pytest.mark.parametrize(
    "escaped",
    [
        str,
        escape_markdown,
        lambda text: json.dumps(text)[1:-1],
        lambda text: "".join(f"&#{ord(each)};" for each in text),
        lambda text: "\u00ad".join(text),
        lambda text: text.upper() if "@" not in text else text,
        lambda text: text.replace(" ", "\n"),
    ],
    ids=["plain", "markdown", "json", "entities", "unseen signs", "capitals", "lines"],
)
def test_a_person_is_taken_out_however_it_is_written(gate, person, escaped):
    found = gate.text(f"before, {escaped(person)}; after")
    assert found in ("before, [removed]; after", "before, [removed]\n; after"), found


@pytest.mark.parametrize(
    "text",
    [
        "The 12 schools, 1 234 567 kronor, +12 345 678 in all",
        "2019-2020, 2021-03-15, 01-02-2020, 08-02-2020, 12:00:00",
        "0.0701234567 and 0,0701234567",
        "See @fig-baseline and @tbl-data-at-hand (p = 0.077)",
        "Processledare, lärare och elevhälsan i Fjällsta",
        "r and 002, zq and 7731, Greta and Svanström apart",
        SAID_BY_ALL,
    ],
)
def test_what_tells_of_nobody_stays_as_it_is(gate, text):
    assert gate.text(text) == text


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="@0123456789")))
def test_text_without_people_stays_as_it_is(gate, text):
    known = {word for first in gate.identifiers.by_first_word.values() for words, _gaps in first for word in words}
    if not known & {word.casefold() for word in pd.Series([text]).str.findall(r"\w+")[0]}:
        assert gate.text(text) == text


def test_ordinary_words_are_no_codes(complete):
    """A code that is a word of the toolkit, a partner's name or a short number would take sentences apart."""
    ratings = complete.tables["rubric_score"].copy()
    codes = ["school", "Fjällsta", "12", "2021", "r1"]
    ratings["rater_id"] = [codes[place % len(codes)] for place in range(len(ratings))]
    words = "In 2021 the school in Fjällsta had 12 rounds, r1 of them short"
    assert Gate.of(replace(complete, tables={**complete.tables, "rubric_score": ratings})).text(words) == words


def test_the_sign_is_in_the_readers_language(gate):
    with in_language("sv"):
        assert MAIL not in gate.text(MAIL)


def test_evaluations_read_texts_that_tell_of_nobody(planted):
    read = without_identifiers(planted, identifiers_of(planted))
    first = read.tables["emergence"].iloc[0]
    assert first["description"] == "[removed] ringde från [removed], [removed]"
    assert first["logged_by"] == "[removed]"
    assert CODE in set(read.tables["survey_response"]["respondent_id"]), "rows hang together by it"
    texts = set(read.tables["survey_response"]["text"].dropna())
    assert SAID_BY_ALL in texts
    assert ANSWER not in texts
    assert read.tables["activity"] is planted.tables["activity"]


def test_facts_pass_the_gate(gate):
    facts = Facts.model_validate({"id": "x", "title": f"Ask {MAIL}", "suppression": {"min_cell": 20}})
    sealed = gate.facts(facts)
    assert str(sealed.title) == "Ask [removed]"
    assert (sealed.id, sealed.suppression.min_cell) == ("x", 20)


def cell(kind, source, outputs=(), tags=()):
    own = {"outputs": list(outputs), "execution_count": 3} if kind == "code" else {}
    metadata = {"tags": list(tags), "papermill": {"duration": 1.5}, "execution": {"iopub.status.busy": "now"}}
    return {"cell_type": kind, "id": source[:4] or "none", "metadata": metadata, "source": source, **own}


@pytest.fixture
def run(tmp_path):
    """A run as it is left: with a printed frame, a path of the machine, a stranger's file, and people in it."""
    drawing = f'<svg><path d="M0701234567 1"/><text>{NAME}</text></svg>'
    block = dict(Table(["Who"], [[CODE]], NAME, "who")._repr_mimebundle_())
    block["text/html"] += f'<img src="data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}" alt="{MAIL}">'
    block[PICTURES] = json.dumps({"who": drawing})
    outputs = [
        {"output_type": "display_data", "data": block, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/html": f"<table>{CODE}</table>", "text/plain": CODE}},
        {"output_type": "stream", "name": "stdout", "text": CODE},
        {"output_type": "display_data", "data": {"text/markdown": CODE, "text/plain": "<Markdown>"}, "metadata": {}},
    ]
    for output in outputs:
        output |= {"metadata": {}, "execution_count": 3} if output["output_type"] == "execute_result" else {}
    notebook = {
        "cells": [
            cell("markdown", f"# Title\n\nAsk {MAIL}"),
            cell("code", 'package = "/home/greta/secret/package"', tags=["injected-parameters"]),
            cell("code", "show()", outputs),
        ],
        "metadata": {
            "papermill": {"input_path": "/home/greta/x.ipynb"},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    write_whole(tmp_path / "notebook.ipynb", json.dumps(notebook))
    error = {"cell": 2, "name": "OSError", "message": f"no file '/home/greta/secret/data.csv' for {CODE}"}
    record = {"template": "t", "status": "failed", "error": error, "data": {"a": "0" * 64}, "seconds": 1.5}
    write_whole(tmp_path / "run.json", json.dumps(record))
    write_whole(tmp_path / "findings.json", json.dumps({"findings": [{"title": f"{NAME} says so"}]}))
    write_whole(tmp_path / "deeper/rows.csv", CODE)
    return tmp_path


def test_a_sealed_run_holds_blocks_and_nobody(gate, run):
    seal_run(run, gate)
    assert sorted(path.name for path in run.rglob("*")) == ["findings.json", "notebook.ipynb", "run.json"]
    everything = "".join(path.read_text(encoding="utf-8") for path in run.iterdir())
    assert not [each for each in (CODE, NAME, MAIL, "/home", "secret/", "papermill", "iopub") if each in everything]
    notebook = json.loads((run / "notebook.ipynb").read_text(encoding="utf-8"))
    title, parameters, shown = notebook["cells"]
    assert title["source"] == "# Title\n\nAsk [removed]"
    assert parameters["metadata"]["tags"] == ["injected-parameters", "remove-cell"]
    (output,) = shown["outputs"]
    assert sorted(output["data"]) == sorted([PICTURES, TABLES, *BLOCK])
    drawn = json.loads(output["data"][PICTURES])["who"]
    assert drawn == '<svg><path d="M0701234567 1"/><text>[removed]</text></svg>', "what is drawn is no telephone number"
    assert b64encode(drawn.encode()).decode() in output["data"]["text/html"]


def test_sealing_twice_gives_the_same_bytes_and_the_record_knows_them(gate, run):
    seal_run(run, gate)
    first = {path.name: path.read_bytes() for path in run.iterdir()}
    seal_run(run, gate)
    assert first == {path.name: path.read_bytes() for path in run.iterdir()}
    assert json.loads(first["run.json"])["notebook_sha256"] == sha256(first["notebook.ipynb"]).hexdigest()


def test_paragraphs_keep_their_marks(gate):
    block = Paragraph("50% < 60% & more: [a](b) *c* `d` $e$ @f")
    assert gate.text(block.markdown()) == block.markdown()
    assert gate.markup(block.html()) == block.html()
