"""The learning report: what goes first, what became of the last report, and the first page around it."""

import json
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from conftest import AT_ITS_END
from notebooks import run_cells

from collective_impact.analysis.decisions import decisions
from collective_impact.batch.planning.plan import earlier_report
from collective_impact.brand import read_brand
from collective_impact.findings.finding import EstimateRecord, Finding, Findings, Recommendation
from collective_impact.findings.learning.main_messages import main_messages, most_telling_first
from collective_impact.framework.vocabulary import Level, Strength, inquiries, label
from collective_impact.reporting.edition import EditionRecord, gather
from collective_impact.reporting.site import learning_site

STEP = Recommendation(action="Ask the schools", owner="steering group", due=date(2026, 3, 1))
CLEAR = EstimateRecord(value=2, low=1, high=3, unit="points", n_units=20, n_periods=5)


def finding(name, strength=Strength.MODERATE, **changed):
    words = {"title": f"What {name} says", "statement": "It rests on 20 areas.", "so_what": "It matters."}
    return Finding(id=name, strength=strength, now_what=(STEP,), data=(), **words, **changed)


def findings(template, *found):
    facts = {"initiative": "alla-i-mal", "initiative_title": "Alla i mål", "language": "en"}
    return Findings(template=template, as_of=date(2025, 12, 31), findings=found, unanswered=(), **facts)


def write(folder, found):
    folder.mkdir(parents=True)
    (folder / "findings.json").write_text(found.model_dump_json())


@pytest.fixture
def report(complete, tmp_path):
    """Make the learning report of some findings, with an earlier report and other decisions if given."""

    def make(*found, earlier=(), decided=None, initiative=complete, **parameters):
        for template in dict.fromkeys(each.id.split(".")[0] for each in found):
            own = [each for each in found if each.id.startswith(f"{template}.")]
            write(tmp_path / "runs" / template, findings(template, *own))
        if earlier:
            write(tmp_path / "earlier", findings("learning_report", *earlier).model_copy(update={"as_of": BEFORE}))
        tables = {**initiative.tables} | ({"decision": decided} if decided is not None else {})
        places = {"findings_dir": str(tmp_path / "runs"), "earlier_findings": str(tmp_path / "earlier")}
        out = tmp_path / "out"
        return run_cells(
            "learning_report", out, initiative=replace(initiative, tables=tables), **AT_ITS_END, **places, **parameters
        )

    return make


BEFORE = date(2024, 12, 31)


def test_conclusive_effects_and_who_benefits_go_before_stronger_descriptions():
    effect = finding("summative_outcome.effect", Strength.WEAK, estimate=CLEAR)
    gap = finding("formative_outcome.gap", Strength.WEAK, topics=("equity",))
    strong = finding("summative_system.claims", Strength.STRONG)
    rival = finding("summative_context.rivals", estimate=CLEAR)
    ordered = [each.id for each in most_telling_first([rival, strong, gap, effect])]
    assert ordered == [effect.id, gap.id, strong.id, rival.id]


def test_at_most_five_messages_one_an_evaluation_two_a_level():
    every = [finding(f"{each.id}.{n}") for each in inquiries() for n in ("a", "b")]
    chosen = main_messages(every)
    assert len(chosen) == 5
    assert len({each.id.split(".")[0] for each in chosen}) == 5
    assert all(sum(each.id.split(".")[0].endswith(level) for each in chosen) <= 2 for level in Level)


def test_one_message_is_kept_for_what_is_off_track():
    every = [finding(f"{each.id}.a", Strength.STRONG) for each in inquiries()]
    harm = finding("summative_system.harm", Strength.WEAK, topics=("off_track",))
    target = finding("formative_outcome.target", Strength.WEAK, topics=("off_track",))
    chosen = main_messages([*every, harm, target])
    assert len(chosen) == 5
    assert chosen[-1] is target
    assert len({each.id.split(".")[0] for each in chosen}) == 5
    untold = target.model_copy(update={"strength": Strength.INSUFFICIENT})
    assert main_messages([*every, harm, untold])[-1] is harm


def test_what_the_data_cannot_tell_is_a_message_only_where_there_is_no_other():
    open_one = finding("summative_outcome.effect", Strength.INSUFFICIENT)
    other = finding("formative_context.delays", Strength.WEAK)
    assert main_messages([open_one, other]) == [other]
    assert main_messages([open_one]) == [open_one]


@pytest.mark.parametrize("starting", [True, False])
def test_the_gate_goes_first_while_the_initiative_is_starting(starting):
    gate, strong = finding("readiness.preconditions", Strength.WEAK), finding("summative_system.x", Strength.STRONG)
    assert (most_telling_first([strong, gate], starting=starting)[0] is gate) == starting


def test_the_page_says_what_so_what_now_what_and_links_each_evaluation(report):
    equity = finding("formative_outcome.gap", topics=("equity",))
    surprise = finding("developmental_system.ripples", topics=("surprise",))
    recorded, page = report(finding("summative_outcome.effect", Strength.STRONG, estimate=CLEAR), equity, surprise)
    assert len(recorded.findings) == 3
    assert page.index("**1. What summative_outcome.effect says**") < page.index("Because of message")
    assert "| Strong (1 finding) |" in page
    assert "Findings: 1 strong, 2 moderate, 0 weak and 0 inconclusive" in page
    assert page.count("**So what?** It matters") == 6  # under each message, and again among all findings
    benefits, surprises = page.split("### Who benefits")[1].split("### What surprised us")
    assert equity.title in benefits
    assert surprise.title in surprises.split("### What else")[0]
    assert "No other explanation has been examined yet" in page
    assert "moved it by 1.0 or more (points)" in page
    assert page.count("| Ask the schools | steering group |") == 4  # three messages, and once among the decisions


def decision(evidence, followup_date="2025-10-01"):
    days = {"date": "2025-03-01", "due": "2025-09-01", "followup_date": followup_date}
    texts = {"forum": "Board", "summary": "All schools are asked", "followup_result": "Nine of ten answered"}
    ids = {"decision_id": "b1", "meeting_id": "", "owner_id": "", "evidence_refs": evidence, "uses_shared_data": True}
    periods = {name: pd.Period(day, "D") for name, day in days.items()}
    return pd.DataFrame([ids | texts | periods])


def test_a_recommendation_is_answered_by_the_decision_that_names_its_finding(report):
    asked = (finding("summative_outcome.effect"), finding("summative_outcome.effect_2"))
    _found, page = report(earlier=asked, decided=decision("Report 2024: summative_outcome.effect."))
    assert "came to 2 findings with recommendations; for 1 of them" in page
    answered, open_one = (
        next(line for line in page.splitlines() if f"| What {each.id} says |" in line) for each in asked
    )
    assert "1 March 2025, Board: All schools are asked | Nine of ten answered (1 October 2025)" in answered
    assert "No decision recorded" in open_one
    assert "Of these 1 rest on data of the shared measurement, and 1 have been followed up" in page


def test_a_follow_up_that_lies_ahead_is_not_known(complete):
    table = decision("", followup_date="2026-02-01")
    (found,) = decisions(replace(complete, tables={"decision": table}), date(2025, 12, 31))
    assert found.result == ""
    assert found.followed_up is None


def test_decisions_of_the_example_are_counted_as_the_table_has_them(report, complete):
    _found, page = report(earlier=(finding("summative_outcome.effect"),))
    table = complete.tables["decision"]
    made = table[[day > pd.Period(BEFORE, "D") for day in table["date"]]]
    words = f"{len(made)}. Of these {made['uses_shared_data'].sum()} rest on data of the shared measurement"
    assert f"Decisions since 31 December 2024: {words}" in page


def test_without_findings_decisions_or_an_earlier_report_the_page_says_so(report, complete):
    recorded, page = report(initiative=replace(complete, tables={}))
    assert not recorded.findings
    for words in ("There is no earlier learning report", "No decisions are on record", "No finding tells groups apart"):
        assert words in page
    assert page.count("Data in:") == len(inquiries())


def test_the_report_of_real_findings_is_a_page(ran, report):
    found = ran("readiness")[0].findings
    recorded, page = report(*found)
    assert {each.id for each in recorded.findings} == {each.id for each in found}
    assert all(each.statement in page for each in found)


def test_the_earlier_report_is_the_last_one_before_in_the_same_language(tmp_path):
    def place(day, name):
        folder = tmp_path / "alla-i-mal" / day / name / "runs/learning_report"
        write(folder, findings("learning_report"))
        return folder

    place("2023-12-31", "en")
    expected = place("2024-12-31", "en")
    place("2024-12-31", "sv")
    place("2026-12-31", "en")
    target = tmp_path / "alla-i-mal/2025-12-31/en"
    assert earlier_report(target, "en") == expected
    assert earlier_report(tmp_path / "alla-i-mal/2022-12-31/en", "en") is None
    assert earlier_report(tmp_path / "other/2025-12-31/en", "en") is None
    narrow = place("2024-12-31", "en-formative")
    assert earlier_report(target.with_name("en-formative"), "en") == narrow


VERSIONS = {"collective-impact-toolkit": "0.1.0"}
TIMES = {"started": "2026-01-02T03:04:05+00:00", "ended": "2026-01-02T03:04:06+00:00"}


@pytest.fixture
def folders(tmp_path):
    """What the runs of three evaluations and the learning report leave."""
    made = []
    for name in ("summative_outcome", "developmental_context", "readiness", "learning_report"):
        own = () if name == "learning_report" else (finding(f"{name}.first"),)
        write(tmp_path / name, findings(name, *own))
        parts = {"parameters": {}, "data": {}, "versions": VERSIONS, "template_sha256": ""}
        record = {"template": name, "status": "ok", "error": None, "seconds": 1.0} | TIMES | parts
        (tmp_path / name / "run.json").write_text(json.dumps(record))
        made.append(tmp_path / name)
    return made


def test_the_first_page_shows_the_messages_and_the_grid_and_the_pages_stand_by_level(folders, complete):
    facts = {"facts": complete.facts, "runs": {folder.name: "ok" for folder in folders}, "as_of": date(2025, 12, 31)}
    record = EditionRecord(initiative=complete.id, title="Alla i mål", language="en", folder_name="en", **facts)
    site = learning_site(gather(record, folders), read_brand())
    groups = dict(site.groups)
    assert groups[label(Level.CONTEXT)] == ("developmental_context",)
    assert groups[label(Level.OUTCOME)] == ("summative_outcome",)
    assert label(Level.SYSTEM) not in groups
    assert [page.name for page in site.pages][:3] == ["index", "learning_report", "readiness"]
    body = site.pages[0].body.replace("\\", "").replace("\u00a0", " ")
    for words in (
        "[1 finding](summative_outcome.html)",
        "not evaluated",
        "What readiness.first says",
        "At most five",
        "No finding is inconclusive.",
    ):
        assert words in body
