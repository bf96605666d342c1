"""Findings are judged by stated rules, and their sentences keep the rules of wording."""

from typing import get_args

import pytest
from pydantic import ValidationError

from collective_impact.findings.finding import Check, EstimateRecord, Finding
from collective_impact.findings.missing import reason_and_unlock
from collective_impact.findings.strength import strength_of_effect
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import in_language
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
    ("p_value", "p_floor", "high", "checks", "strength"),
    [
        (0.03, 0.026, -1, [HELD], Strength.STRONG),
        (0.08, 0.026, -1, [HELD], Strength.MODERATE),
        (0.08, 0.026, +1, [HELD], Strength.WEAK),
        (0.03, 0.026, -1, [HELD, FAILED], Strength.WEAK),
        (0.20, 0.026, -1, [HELD], Strength.INSUFFICIENT),
        (0.001, None, -1, [HELD], Strength.WEAK),
        (0.30, None, +1, [HELD], Strength.INSUFFICIENT),
    ],
)
def test_the_strength_of_an_effect_follows_the_stated_rules(p_value, p_floor, high, checks, strength):
    estimate = Estimate(-2, -3, high, 0.95, p_value, p_floor, 39, 31, "synthetic_control")
    assert strength_of_effect(estimate, checks) is strength


def test_a_finding_keeps_its_numbers_when_written_and_read():
    written = finding(GOOD)
    assert Finding.model_validate_json(written.model_dump_json()) == written


@pytest.mark.parametrize("language", ["en", "sv"])
@pytest.mark.parametrize("reason", get_args(Reason))
def test_every_reason_has_words_for_readers(reason, language):
    with in_language(language):
        why, unlock = reason_and_unlock(Insufficient(reason, 3, 8))
    assert why.endswith(".")
    assert unlock.endswith(".")
    assert "{" not in why + unlock


def test_an_effect_is_conclusive_when_interval_and_ranks_agree():
    few_ranks = Estimate(4.9, 3.8, 6.0, 0.95, 0.25, 0.25, 4, 12, "difference_in_differences")
    enough = Estimate(4.9, 3.8, 6.0, 0.95, 0.03, 0.03, 40, 12, "difference_in_differences")
    assert not few_ranks.conclusive
    assert enough.conclusive
