"""What has changed since the last report: new and gone findings, strength, estimates that moved, questions answered."""

from datetime import date

import pytest
from conftest import AT_ITS_END
from notebooks import run_cells

from collective_impact.findings.finding import EstimateRecord, Finding, Findings, Since, Unanswered
from collective_impact.findings.learning.changes import since_in_words
from collective_impact.findings.learning.comparison import compare
from collective_impact.findings.wording_rules import broken_rules
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import in_language

THEN = date(2024, 12, 31)
OUTCOME = "summative_outcome"


def estimate(low, high, unit="points"):
    return EstimateRecord(value=(low + high) / 2, low=low, high=high, unit=unit, n_units=20, n_periods=5)


def finding(name, strength=Strength.MODERATE, **changed):
    words = {"title": f"What {name} says", "statement": "It is inconclusive over 20 areas.", "so_what": "It matters."}
    return Finding(**({"id": name, "strength": strength, "data": (), **words} | changed))


def findings(template, *found, unanswered=()):
    facts = {"initiative": "alla-i-mal", "initiative_title": "Alla i mål", "language": "en", "as_of": THEN}
    asked = tuple(Unanswered(question=each, reason="No rows.", unlock="Rows.") for each in unanswered)
    return Findings(template=template, findings=found, unanswered=asked, **facts)


def changes(then, now):
    """Hold the findings of one evaluation then against those of now."""
    return compare(findings("learning_report", *then), [findings(OUTCOME, *then)], [findings(OUTCOME, *now)])


def test_new_gone_stronger_and_weaker_findings_are_told_apart():
    kept, up, down = (f"{OUTCOME}.{name}" for name in ("kept", "up", "down"))
    found = changes(
        [finding(kept), finding(up, Strength.WEAK), finding(down, Strength.STRONG), finding(f"{OUTCOME}.old")],
        [finding(kept), finding(up, Strength.STRONG), finding(down), finding(f"{OUTCOME}.fresh")],
    )
    expected = {"new": (f"{OUTCOME}.fresh",), "gone": (f"{OUTCOME}.old",), "stronger": (up,), "weaker": (down,)}
    assert found.record == Since(report=THEN, **expected)


@pytest.mark.parametrize(
    ("then", "now", "comparable", "moved"),
    [
        (estimate(1, 3), estimate(4, 6), True, True),
        (estimate(4, 6), estimate(1, 3), True, True),
        (estimate(1, 3), estimate(3, 6), True, False),
        (estimate(1, 3), estimate(4, 6, "per cent"), False, False),
        (estimate(1, 3), None, False, False),
    ],
)
def test_an_estimate_has_moved_only_where_the_intervals_share_no_value(then, now, comparable, moved):
    name = f"{OUTCOME}.effect"
    found = changes([finding(name, estimate=then)], [finding(name, estimate=now)])
    assert [bool(found.estimated), bool(found.record.moved)] == [comparable, moved]


def test_a_finding_about_another_outcome_is_another_finding():
    name = f"{OUTCOME}.effect"
    then, now = (finding(name, data=(f"indicator_value:{each}",)) for each in ("exam", "absence"))
    found = changes([then], [now]).record
    assert (found.new, found.gone) == ((name,), (name,))


def test_findings_of_an_evaluation_that_only_one_report_has_are_neither_new_nor_gone():
    then, now = (
        findings("formative_system", finding("formative_system.money")),
        findings(OUTCOME, finding(f"{OUTCOME}.a")),
    )
    earlier = then.model_copy(update={"template": "learning_report"})
    found = compare(earlier, [then], [now])
    assert found.record == Since(report=THEN)
    assert (found.begun, found.left_out) == ((OUTCOME,), ("formative_system",))


def test_a_question_is_answered_by_a_finding_that_can_tell():
    asked = ("For whom?", "How long?", "How much?")
    earlier = findings("learning_report", unanswered=asked)
    now = findings(
        OUTCOME,
        finding(f"{OUTCOME}.groups", question="For whom?"),
        finding(f"{OUTCOME}.lasting", Strength.INSUFFICIENT, question="How long?"),
        finding(f"{OUTCOME}.much", question="How much?"),
        unanswered=("How much?",),
    )
    (answer,) = compare(earlier, [findings(OUTCOME, unanswered=asked)], [now]).answered
    assert (answer.question, answer.finding.id) == ("For whom?", f"{OUTCOME}.groups")


@pytest.fixture
def page(complete, tmp_path):
    """Make the learning report of some findings after an earlier one; its record and its part about the changes."""

    def make(*now, then=None, unanswered=()):
        def write(folder, found):
            folder.mkdir(parents=True)
            (folder / "findings.json").write_text(found.model_dump_json())

        write(tmp_path / "now" / OUTCOME, findings(OUTCOME, *now))
        if then is not None:
            write(tmp_path / "then" / OUTCOME, findings(OUTCOME, *then, unanswered=unanswered))
            write(tmp_path / "then/learning_report", findings("learning_report", *then, unanswered=unanswered))
        places = {"findings_dir": str(tmp_path / "now"), "earlier_findings": str(tmp_path / "then/learning_report")}
        found, text = run_cells("learning_report", tmp_path / "out", initiative=complete, **AT_ITS_END, **places)
        return found, text.split("### What has changed since the last report?")[1].split("\n### ")[0]

    return make


def test_the_first_report_says_so_in_one_line(page):
    found, text = page(finding(f"{OUTCOME}.effect"))
    assert found.since is None
    assert text.strip() == "This is the first report in this language, so there is nothing to compare it with."


def test_the_page_shows_both_intervals_and_keeps_the_wording_rules(page):
    effect, gap, old = (f"{OUTCOME}.{name}" for name in ("effect", "gap", "old"))
    then = finding(effect, Strength.WEAK, estimate=estimate(1, 3)), finding(gap, estimate=estimate(1, 3)), finding(old)
    now = (
        finding(effect, Strength.STRONG, estimate=estimate(4, 6)),
        finding(gap, estimate=estimate(2, 5), question="For whom?"),
        finding(f"{OUTCOME}.fresh"),
    )
    found, text = page(*now, then=then, unanswered=("For whom?",))
    assert found.since.moved == (effect,)
    told = "1 finding is new, 1 finding is gone, 1 has stronger evidence, 1 estimate has moved and 1 open question is"
    assert f"Since the report of 31 December 2024: {told} answered." in text
    moved, others = text.split("Estimates without a clear change: 1")
    assert "| 2.0 points (95% interval 1.0 to 3.0) | 5.0 points (95% interval 4.0 to 6.0) |" in moved
    assert "| 2.0 points (95% interval 1.0 to 3.0) | 3.5 points (95% interval 2.0 to 5.0) |" in others
    assert "| What summative_outcome.effect says | Weak | Strong |" in moved
    assert f"**What {old} says**" in moved.split("Findings that are gone")[1]
    assert "**For whom?**" in others
    assert not broken_rules(text, inconclusive=False, overlapping=True)


def test_without_any_change_the_sentence_claims_none():
    with in_language("en"):
        words = since_in_words(Since(report=THEN))
    assert words == "Since the report of 31 December 2024 no finding has clearly changed."
    assert not broken_rules(words, inconclusive=False)
