"""Tables of the contribution analysis: rivals, claims in words, what was kept, what nobody wanted."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from collective_impact.analysis.system.aligned_money import AlignedMoney
from collective_impact.analysis.system.contribution_claims import TestedClaim
from collective_impact.analysis.system.practice_contrasts import KeptPractice
from collective_impact.blocks import Block, Paragraph, Table
from collective_impact.charts.system.confidence_words import confidence_words, rival_words
from collective_impact.data.schema import table_schema
from collective_impact.language import day, percent
from collective_impact.language import translate as _
from collective_impact.statistics.contribution.evidence_tests import Inference
from collective_impact.statistics.insufficient import Insufficient, guarded

MOST = 12


@guarded
def rivals_table(claims: tuple[TestedClaim, ...]) -> Table:
    """List the strongest other explanation of each claimed contribution, and how it stands."""
    rows = [
        [each.statement, confidence_words(each.confidence), each.rival or "–", rival_words(each.rival_plausibility)]
        for each in claims[:MOST]
    ]
    columns = [_("Claim"), _("How sure"), _("Rival explanation"), _("How plausible the rival is")]
    return Table(columns, rows, _("Claims and their rivals"), "rivals")


@guarded
def claims_in_words(claims: tuple[TestedClaim, ...]) -> Block:
    """List the evidence of the claims that have no probabilities, and what each test says."""
    rows: list[list[str]] = []
    kinds = table_schema("evidence").field("test")
    for claim in claims:
        if not isinstance(claim.tracing, Insufficient) or isinstance(claim.tests, Insufficient):
            continue
        rows += [
            [
                claim.statement if place == 0 else "",
                str(claim.evidence.loc[piece["evidence"], "description"]),
                kinds.label_of(str(piece["test"])),
                _("found") if piece["observed"] else _("not found"),
                _inference(piece["inference"]),
            ]
            for place, piece in claim.tests.pieces.reset_index(drop=True).iterrows()
        ]
    if not rows:
        return Paragraph(_("All claims have probabilities; none is judged in words alone."))
    columns = [_("Claim"), _("Evidence"), _("Kind of test"), _("Seen"), _("What it says")]
    return Table(columns, rows[:MOST], _("Claims that are judged in words"), "in-words")


def _inference(inference: Inference) -> str:
    return {
        "strongly_for": _("strongly for"),
        "slightly_for": _("slightly for"),
        "slightly_against": _("slightly against"),
        "strongly_against": _("strongly against"),
    }[inference]


@guarded
def kept_table(kept: tuple[KeptPractice, ...], names: Mapping[str, str]) -> Table:
    """List how many organizations took up each practice, and how many still used it a year later or more."""
    rows = [
        [names.get(each.practice_id, each.practice_id), str(each.n_taken_up), str(each.n_followed), str(each.n_kept)]
        for each in kept[:MOST]
    ]
    columns = [_("Practice"), _("Taken up by"), _("of these, a year ago or more"), _("and in use when last seen")]
    caption = _("What was taken up, and what is kept (organizations that take part)")
    return Table(columns, rows, caption, "kept", numeric=(1, 2, 3))


@guarded
def policies_table(policies: pd.DataFrame) -> Block:
    """List how far policies have come, and since when they are adopted."""
    if policies.empty:
        return Paragraph(_("No steps of policies are recorded."))
    rows = [
        [row["name"], row["stage"], _since(row["since"]), _("yes") if row["a_year"] else _("no")]
        for _i, row in policies.head(MOST).iterrows()
    ]
    columns = [_("Policy"), _("Last step"), _("Adopted"), _("Has stood for a year")]
    return Table(columns, rows, _("How far policies have come"), "policies")


def _since(when: date | None) -> str:
    return "–" if when is None or pd.isna(when) else day(when)


@guarded
def side_outcomes_table(harvest: pd.DataFrame, sides: pd.DataFrame) -> Block:
    """List the harvested outcomes that are unwanted or that nobody expected.

    Parameters
    ----------
    harvest, sides : DataFrame
        The table ``outcome_harvest``, and `side_outcomes` of it.
    """
    if sides.empty:
        return Paragraph(_("All harvested outcomes were wanted and expected. That is rare: ask for the others too."))
    rows = [
        [
            row["who"],
            row["what_changed"],
            row["sign"],
            _("yes") if row["expected"] else _("no"),
            row["agreement"],
        ]
        for _i, row in sides.head(MOST).iterrows()
    ]
    columns = [_("Who"), _("What changed"), _("For the better?"), _("Expected"), _("What others say")]
    caption = _("Changes that were unwanted or unexpected ({n} of {all} harvested)").format(
        n=len(sides), all=len(harvest)
    )
    return Table(columns, rows, caption, "side-outcomes")


@guarded
def money_table(money: AlignedMoney) -> Table:
    """List the share of money that follows the common agenda, year by year."""
    rows = [[str(year), percent(share)] for year, share in money.by_year["share"].items()][-MOST:]
    caption = _("Share of the money that follows the common agenda")
    return Table([_("Year"), _("Share")], rows, caption, "money", numeric=(1,))
