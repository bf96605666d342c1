"""Findings are judged by stated rules, and their sentences keep the rules of wording."""

from typing import get_args

import pytest
from pydantic import ValidationError

from collective_impact.charts.assumptions import assumption_words
from collective_impact.findings.finding import Check, EstimateRecord, Finding
from collective_impact.findings.missing import reason_and_unlock
from collective_impact.findings.strength import clear_of_chance, strength_by
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import in_language
from collective_impact.statistics.assumption import AssumptionName
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, Reason

HELD, FAILED = Check(rule="a", seen="b", held=True), Check(rule="a", seen="b", held=False)


def finding(statement: str, low: float = -3, high: float = -1, names: tuple[str, ...] = ()) -> Finding:
    estimate = EstimateRecord(value=-2, low=low, high=high, unit="packs", n_units=39, n_periods=31)
    return Finding(
        id="x.y",
        question="?",
        title="A title",
        statement=statement,
        estimate=estimate,
        strength=Strength.WEAK,
        so_what="",
        data=(),
        names=names,
    )


GOOD = "Sales were lower in 39 areas."


@pytest.mark.parametrize(
    "statement",
    [
        "The programme had no effect in 39 areas.",
        "This proves it in 39 areas.",
        "Sales fell in 39 areas thanks to the programme.",
        "The programme caused a fall in 39 areas.",
        "Programmet hade ingen effekt i 39 områden.",
        "Det bevisar saken i 39 områden.",
        "Försäljningen föll i 39 områden tack vare programmet.",
        "Sales were lower.",
    ],
)
def test_a_sentence_that_claims_too_much_is_refused(statement):
    finding(GOOD)
    with pytest.raises(ValidationError):
        finding(statement)


def test_a_wide_interval_must_be_called_inconclusive():
    with pytest.raises(ValidationError, match="inconclusive"):
        finding(GOOD, low=-3, high=1)
    assert finding(GOOD + " This is inconclusive.", low=-3, high=1)
    with in_language("sv"):
        assert finding("39 områden. Det går inte att avgöra.", low=-3, high=1)


def test_words_of_the_data_are_not_judged():
    assert finding("Deaths caused by smoking were lower in 39 areas.", names=("Deaths caused by smoking",))


@pytest.mark.parametrize(
    ("p_value", "areas", "high", "checks", "strength"),
    [
        (0.03, 39, -1, [HELD], Strength.STRONG),
        (0.08, 39, -1, [HELD], Strength.MODERATE),
        (0.08, 39, +1, [HELD], Strength.WEAK),
        (0.03, 39, -1, [HELD, FAILED], Strength.WEAK),
        (0.20, 39, -1, [HELD], Strength.INSUFFICIENT),
        (0.001, 1, -1, [HELD], Strength.WEAK),
        (0.30, 1, +1, [HELD], Strength.INSUFFICIENT),
        (None, 39, -1, [HELD], Strength.WEAK),
    ],
)
def test_the_strength_of_an_effect_follows_the_stated_rules(p_value, areas, high, checks, strength):
    estimate = Estimate(-2, -3, high, 0.95, p_value, None, areas, 31, "synthetic_control")
    assert strength_by([*checks, *clear_of_chance(estimate)]) is strength


def test_every_grade_has_to_be_earned():
    weak, strong = (HELD.model_copy(update={"needed_for": grade}) for grade in (Strength.WEAK, Strength.STRONG))
    assert strength_by([]) is Strength.INSUFFICIENT
    assert strength_by([HELD, strong]) is Strength.INSUFFICIENT
    assert strength_by([weak, strong]) is Strength.WEAK
    assert strength_by([weak, HELD, strong]) is Strength.STRONG
    assert strength_by([weak, HELD, strong], at_most=Strength.MODERATE) is Strength.MODERATE


def ranking(statement: str, *intervals: tuple[float, float]) -> Finding:
    compared = [
        EstimateRecord(value=(a + b) / 2, low=a, high=b, unit="%", n_units=9, n_periods=1) for a, b in intervals
    ]
    return Finding.model_validate(finding(GOOD).model_dump() | {"statement": statement, "compared": compared})


@pytest.mark.parametrize("words", ["The north has the highest share of 39 areas.", "Av 39 områden ligger norr högst."])
def test_what_overlaps_is_not_ranked(words):
    assert ranking(words, (1, 2), (3, 4))
    assert ranking("The shares lie between 1 and 4 in 39 areas.", (1, 3), (2, 4))
    with pytest.raises(ValidationError, match="overlap"):
        ranking(words, (1, 3), (2, 4))


def test_a_finding_keeps_its_numbers_when_written_and_read():
    written = finding(GOOD)
    assert Finding.model_validate_json(written.model_dump_json()) == written


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_words_for_readers(reason, language):
    with in_language(language):
        why, unlock = reason_and_unlock(Insufficient(reason, 3, 8, "decision"))
    assert why.endswith(".")
    assert unlock.endswith(".")
    assert "{" not in why + unlock


def test_an_effect_is_conclusive_when_interval_and_ranks_agree():
    few_ranks = Estimate(4.9, 3.8, 6.0, 0.95, 0.25, 0.25, 4, 12, "difference_in_differences")
    enough = Estimate(4.9, 3.8, 6.0, 0.95, 0.03, 0.03, 40, 12, "difference_in_differences")
    assert not few_ranks.conclusive
    assert enough.conclusive


@pytest.mark.parametrize("language", ["en", "sv"])
def test_every_assumption_has_words_for_readers(language):
    with in_language(language):
        words = [assumption_words(name) for name in get_args(AssumptionName)]
    assert len(set(words)) == len(words)
    assert all(word.endswith(".") for word in words)
