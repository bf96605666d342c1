"""How answers and ratings moved from the first round to the last: people, partners and practices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from collective_impact.analysis.initiative.networks import TRUST, RelationRound
from collective_impact.framework.instrument import Instrument
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.ratings.factors import GroupScore, factor_means
from collective_impact.statistics.ratings.paired_waves import PairedWaves, paired_waves

OF_PARTNER = "partner_id"
SHARED = 3
"""Step of a scale from 1 to 4 from which a partner is seen to support the shared mission."""


@dataclass(frozen=True, slots=True, eq=False)
class ChangedAnswers:
    """Answers to a survey in its first round and its last.

    Attributes
    ----------
    instrument : Instrument
    first_round, last_round : str
        Ids of the rounds.
    n_first, n_last : int
        Who answered.
    first, last : mapping of str to GroupScore or Insufficient
        Mean of each group of items over all who answered, the interval clustered by partner.
    change : PairedWaves or Insufficient
        Of the mean answer of those who answered in both rounds, clustered by partner.
    """

    instrument: Instrument
    first_round: str
    last_round: str
    n_first: int
    n_last: int
    first: Mapping[str, GroupScore | Insufficient]
    last: Mapping[str, GroupScore | Insufficient]
    change: PairedWaves | Insufficient


@guarded
def changed_answers(
    instrument: Instrument, answers: pd.DataFrame, min_respondents: int
) -> ChangedAnswers | Insufficient:
    """Set the last round of a survey beside the first.

    Parameters
    ----------
    instrument : Instrument
    answers : DataFrame of shape (n_rounds_and_respondents, n_items + 1)
        Indexed by round, in order of time, and respondent; the column ``partner_id`` says whom they answer for.
    min_respondents : int
        Smallest group of people that is shown.

    Returns
    -------
    ChangedAnswers or Insufficient
        ``no_rows`` without answers, ``too_few_rounds`` with one round, ``too_few_respondents`` where one of the two
        has fewer than may be shown.
    """
    rounds = list(dict.fromkeys(answers.index.get_level_values(0)))
    if not rounds:
        return Insufficient("no_rows", 0, 1, instrument.table)
    if len(rounds) < 2:
        return Insufficient("too_few_rounds", len(rounds), 2)
    partners = answers[OF_PARTNER].droplevel(0)
    partners = partners[~partners.index.duplicated(keep="last")]
    scores = answers.drop(columns=OF_PARTNER).astype(float)
    first, last = _of_round(scores, rounds[0]), _of_round(scores, rounds[-1])
    fewest = min(len(first), len(last))
    if fewest < min_respondents:
        return Insufficient("too_few_respondents", fewest, min_respondents)
    in_both = len(first.index.intersection(last.index))
    return ChangedAnswers(
        instrument=instrument,
        first_round=rounds[0],
        last_round=rounds[-1],
        n_first=len(first),
        n_last=len(last),
        first=factor_means(first, instrument.groups(), min_respondents=min_respondents, clusters=partners),
        last=factor_means(last, instrument.groups(), min_respondents=min_respondents, clusters=partners),
        change=paired_waves(first.mean(axis=1), last.mean(axis=1), clusters=partners)
        if in_both >= min_respondents
        else Insufficient("too_few_pairs", in_both, min_respondents),
    )


def _of_round(values: pd.DataFrame, name: str) -> pd.DataFrame:
    return values[values.index.get_level_values(0) == name].droplevel(0)


@dataclass(frozen=True, slots=True, eq=False)
class ChangedPractices:
    """Ratings of the partners' practices in the first round and the last, each partner compared with itself.

    Attributes
    ----------
    first_round, last_round : str
        Ids of the rounds.
    n_partners : int
        Rated in both.
    means : DataFrame of shape (n_practices, 2)
        ``before`` and ``after``, means over the partners rated in both rounds, by criterion.
    changes : mapping of str to PairedWaves or Insufficient
        By criterion.
    change : PairedWaves or Insufficient
        Of the partners' mean over all criteria.
    """

    first_round: str
    last_round: str
    n_partners: int
    means: pd.DataFrame
    changes: Mapping[str, PairedWaves | Insufficient]
    change: PairedWaves | Insufficient


@guarded
def changed_practices(ratings: pd.DataFrame) -> ChangedPractices | Insufficient:
    """Set the last round of the partners' ratings beside the first.

    Parameters
    ----------
    ratings : DataFrame of shape (n_ratings, 4)
        Columns ``wave_id, partner_id, criterion_id, value``, the rounds in order of time.

    Returns
    -------
    ChangedPractices or Insufficient
        ``no_rows`` without ratings, ``too_few_rounds`` with one round, ``too_few_pairs`` where no partner was rated
        in both.
    """
    rounds = list(dict.fromkeys(ratings["wave_id"]))
    if not rounds:
        return Insufficient("no_rows", 0, 1, "partnership_rating")
    if len(rounds) < 2:
        return Insufficient("too_few_rounds", len(rounds), 2)
    wide = ratings.pivot(index=["wave_id", "partner_id"], columns="criterion_id", values="value").astype(float)
    wide = wide[list(dict.fromkeys(ratings["criterion_id"]))]
    first, last = _of_round(wide, rounds[0]), _of_round(wide, rounds[-1])
    both = first.index.intersection(last.index)
    if both.empty:
        return Insufficient("too_few_pairs", 0, 1)
    first, last = first.loc[both], last.loc[both]
    means = pd.DataFrame({"before": first.mean(), "after": last.mean()}).dropna()
    return ChangedPractices(
        first_round=rounds[0],
        last_round=rounds[-1],
        n_partners=len(both),
        means=means,
        changes={name: paired_waves(first[name], last[name]) for name in means.index},
        change=paired_waves(first.mean(axis=1), last.mean(axis=1)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class ChangedTrust:
    """Trust between partners, on a scale from 1 to 4, in the first round and the last.

    Attributes
    ----------
    first_round, last_round : str
        Names of the rounds.
    dimensions : mapping of str to (float, float)
        By dimension of trust, the mean over the rated ties of the first round and of the last.
    before, after : float
        Mean over the rated ties and dimensions of each.
    mission_before, mission_after : float
        Share of the rated ties in which the other is seen to support the shared mission (`SHARED` or more).
    n_raters : int
        Partners who rated others in each of the two rounds, at least.
    change : PairedWaves or Insufficient
        Of the mean trust that each partner received, partners of both rounds compared with themselves.
    """

    first_round: str
    last_round: str
    dimensions: Mapping[str, tuple[float, float]]
    before: float
    after: float
    mission_before: float
    mission_after: float
    n_raters: int
    change: PairedWaves | Insufficient


@guarded
def changed_trust(rounds: Sequence[RelationRound]) -> ChangedTrust | Insufficient:
    """Set trust in the last round beside the first.

    Returns
    -------
    ChangedTrust or Insufficient
        ``no_rows`` where nobody rated trust, ``too_few_rounds`` where it was done in one round only.
    """
    rated = [each for each in rounds if each.ties[list(TRUST)].notna().to_numpy().any()]
    if not rated:
        return Insufficient("no_rows", 0, 1, "relation")
    if len(rated) < 2:
        return Insufficient("too_few_rounds", len(rated), 2)
    first, last = rated[0], rated[-1]
    means = {name: (float(first.ties[name].mean()), float(last.ties[name].mean())) for name in TRUST}
    return ChangedTrust(
        first_round=first.name,
        last_round=last.name,
        dimensions={name: pair for name, pair in means.items() if pair[0] == pair[0] and pair[1] == pair[1]},
        before=float(_trust(first).mean()),
        after=float(_trust(last).mean()),
        mission_before=_shared(first),
        mission_after=_shared(last),
        n_raters=min(int(each.ties["from_partner_id"][_trust(each).notna()].nunique()) for each in (first, last)),
        change=paired_waves(*(_trust(each).groupby(each.ties["to_partner_id"]).mean() for each in (first, last))),
    )


def _trust(reported: RelationRound) -> pd.Series[float]:
    """Mean trust in each tie that was rated."""
    return reported.ties[list(TRUST)].mean(axis=1)


def _shared(reported: RelationRound) -> float:
    rated = reported.ties["trust_mission"].dropna()
    return float((rated >= SHARED).mean()) if len(rated) else float("nan")
