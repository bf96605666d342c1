"""How the criteria of a rubric moved over the rounds: what rose, what stalled, what fell back, and what that asks for.

A score from 3 of 4 up says that something is part of the everyday work. From these rules, and no others, comes what to
keep, to fix and to stop.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pandas as pd

from collective_impact.framework.instrument import Instrument
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.numbers import numbers_in
from collective_impact.statistics.ratings.agreement import Agreement
from collective_impact.statistics.ratings.criteria import summarise_ratings
from collective_impact.statistics.ratings.factors import GroupScore
from collective_impact.statistics.ratings.instrument_scores import InstrumentScore, score
from collective_impact.statistics.ratings.paired_waves import PairedWaves, paired_waves

Verdict = Literal["keep", "fix", "stop"]

IN_USE = 3
"""Step of a rubric from 0 to 4 at which something is part of the everyday work."""
DECIDED = 2
"""Step at which something is decided or written down, but not used."""
STILL = 3
"""Rounds with one and the same score after which a criterion below `IN_USE` has stalled."""


@dataclass(frozen=True, slots=True, eq=False)
class RatedRounds:
    """An instrument rated round after round.

    Attributes
    ----------
    instrument : Instrument
    rounds : tuple of str
        In order of time.
    scores : mapping of str to InstrumentScore
        By round; agreement is that of all rounds together.
    medians : DataFrame of shape (n_criteria, n_rounds)
        Lower median of the raters; missing where nobody scored.
    means : DataFrame of shape (n_groups, n_rounds)
        Mean score of what the instrument puts together: of the criteria in it, each the mean of its raters.
    stalled : tuple of str
        Criteria with the same score in the last `STILL` rounds, below `IN_USE`.
    fell_back : mapping of str to str
        Criterion to the latest round in which more than half of the raters who had scored it in the round before put
        it lower.
    not_regained : tuple of str
        Those of them whose last score is below the highest that they have had.
    rise : PairedWaves or Insufficient
        Of the raters' mean score, from the first round to the last, each criterion compared with itself: what to
        expect of further criteria like these.
    """

    instrument: Instrument
    rounds: tuple[str, ...]
    scores: Mapping[str, InstrumentScore]
    medians: pd.DataFrame
    means: pd.DataFrame
    stalled: tuple[str, ...]
    fell_back: Mapping[str, str]
    not_regained: tuple[str, ...]
    rise: PairedWaves | Insufficient

    @property
    def first(self) -> InstrumentScore:
        """Scores of the first round."""
        return self.scores[self.rounds[0]]

    @property
    def last(self) -> InstrumentScore:
        """Scores of the last round."""
        return self.scores[self.rounds[-1]]

    @property
    def agreement(self) -> Agreement | Insufficient | None:
        """How far the raters agree, over all rounds."""
        return self.last.agreement

    @property
    def needing_work(self) -> tuple[str, ...]:
        """Criteria that stalled or have not regained what they lost, in the instrument's order."""
        wanting = {*self.stalled, *self.not_regained}
        return tuple(name for name in self.medians.index if name in wanting)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the rounds ask for in one group of criteria, for example one of the five conditions.

    Attributes
    ----------
    group : str
    verdict : {"keep", "fix", "stop"}
        Stop the present way of working where the group has had one and the same score under `DECIDED` for `STILL`
        rounds: it is talked of, and nothing comes of it. Fix where its score is below `IN_USE`, or a criterion of it
        has stalled or has not regained what it lost. Keep otherwise.
    score : float
        Of the last round.
    mean : float
        Of the last round.
    kept, wanting : tuple of str
        Criteria in use that need no work, and those that need it: below `IN_USE`, or not what they were.
    """

    group: str
    verdict: Verdict
    score: float
    mean: float
    kept: tuple[str, ...]
    wanting: tuple[str, ...]


@guarded
def judged_groups(rated: RatedRounds) -> tuple[Judged, ...] | Insufficient:
    """Judge what to keep, to fix and to stop, in the instrument's order.

    Returns
    -------
    tuple of Judged or Insufficient
        What the instrument withholds, for example ``low_agreement``, where its scores are not put together; groups that
        nobody scored in the last round are left out.
    """
    found = {group: each for group, each in rated.last.groups.items() if isinstance(each, GroupScore)}
    if not found:
        withheld = [each for each in rated.last.groups.values() if isinstance(each, Insufficient)]
        return withheld[0] if withheld else Insufficient("no_ratings", 0, 1, rated.instrument.table)
    return tuple(_judged(rated, group, each.value) for group, each in found.items())


def _judged(rated: RatedRounds, group: str, value: float) -> Judged:
    own = rated.instrument.groups()[group]
    last = rated.medians.loc[[*own], rated.rounds[-1]].dropna()
    wanting = tuple(name for name in last.index if name in rated.needing_work or last[name] < IN_USE)
    scores = [rated.scores[name].groups.get(group) for name in rated.rounds[-STILL:]]
    before = [each.value for each in scores if isinstance(each, GroupScore)]
    idle = len(before) == STILL and len({*before}) == 1 and value < DECIDED
    return Judged(
        group=group,
        verdict="stop" if idle else "fix" if value < IN_USE or wanting else "keep",
        score=value,
        mean=float(rated.means[rated.rounds[-1]][group]),
        kept=tuple(name for name in last.index if name not in wanting),
        wanting=wanting,
    )


def most_wanting(judged: Sequence[Judged]) -> Judged:
    """Give the group to begin with: by verdict, then by the share of its criteria that need work, then by its mean."""
    order = ("stop", "fix", "keep")

    def need(each: Judged) -> tuple[int, float, float]:
        share = len(each.wanting) / max(len(each.wanting) + len(each.kept), 1)
        return order.index(each.verdict), -share, each.mean

    return min(judged, key=need)


@guarded
def rated_rounds(instrument: Instrument, ratings: pd.DataFrame) -> RatedRounds | Insufficient:
    """Score every round of an instrument, and tell how its criteria moved.

    Parameters
    ----------
    instrument : Instrument
        A rubric with steps from 0 to 4.
    ratings : DataFrame of shape (n_rounds_and_raters, n_criteria)
        Of one thing rated. Indexed by round and rater, the rounds in order of time; missing where a rater gave no
        score.

    Returns
    -------
    RatedRounds or Insufficient
        ``no_ratings`` without any score.
    """
    criteria = [item.id for item in instrument.scale_items]
    given = numbers_in(ratings.reindex(columns=criteria), "ratings").dropna(how="all")
    if given.empty:
        return Insufficient("no_ratings", 0, 1, instrument.table)
    rounds = tuple(dict.fromkeys(given.index.get_level_values(0)))
    by_round = {name: pd.DataFrame(given.xs(name, level=0)) for name in rounds}
    scored = {name: score(instrument, own, all_ratings=given) for name, own in by_round.items()}
    medians = pd.DataFrame({name: summarise_ratings(own)["median"] for name, own in by_round.items()})
    fell_back = _fell_back(by_round)
    lost = medians.iloc[:, -1] < medians.max(axis=1)
    return RatedRounds(
        instrument=instrument,
        rounds=rounds,
        scores={name: found for name, found in scored.items() if not isinstance(found, Insufficient)},
        medians=medians,
        means=_means(instrument, by_round),
        stalled=_stalled(medians),
        fell_back=fell_back,
        not_regained=tuple(name for name in medians.index if name in fell_back and lost[name]),
        rise=_rise(by_round),
    )


def _means(instrument: Instrument, by_round: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Mean of each group of criteria, by round."""
    of_raters = pd.DataFrame({name: own.mean() for name, own in by_round.items()})
    return pd.DataFrame({group: of_raters.loc[[*ids]].mean() for group, ids in instrument.groups().items()}).T


def _stalled(medians: pd.DataFrame) -> tuple[str, ...]:
    latest = medians.iloc[:, -STILL:]
    if latest.shape[1] < STILL:
        return ()
    still = latest.eq(latest.iloc[:, -1], axis=0).all(axis=1) & (latest.iloc[:, -1] < IN_USE)
    return tuple(medians.index[still])


def _fell_back(by_round: Mapping[str, pd.DataFrame]) -> dict[str, str]:
    """Latest round in which most raters put a criterion lower than they had in the round before."""
    found: dict[str, str] = {}
    for before, after in pairwise(by_round):
        moved = by_round[after] - by_round[before]
        lower = (moved < 0).sum() * 2 > moved.notna().sum()
        found |= dict.fromkeys(moved.columns[lower], after)
    return found


def _rise(by_round: Mapping[str, pd.DataFrame]) -> PairedWaves | Insufficient:
    if len(by_round) < 2:
        return Insufficient("too_few_rounds", len(by_round), 2)
    first, *_between, last = by_round.values()
    return paired_waves(first.mean(), last.mean())
