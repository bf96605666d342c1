"""Whether organizations that took part changed their practice more than others, and whether what they took up is kept.

Each organization counts once for each practice, with its change from the first time it was observed to the last year.
As those to compare with are mostly few, taking part is reassigned (`randomization`) rather than modelled.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from collective_impact.statistics.behaviour.practice_change import PracticeChange, practice_change
from collective_impact.statistics.behaviour.sign_flips import sign_flips
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.randomization import randomization

YEAR = pd.DateOffset(years=1)
_ORGANIZATIONS = 10
_KEYS = ["practice_id", "partner_id"]


@dataclass(frozen=True, slots=True)
class PracticeContrast:
    """Change of a share of practices in use, of organizations that took part, less that of the others.

    Attributes
    ----------
    practice_id : str
        Empty: the mean of all practices.
    interval : Interval
        As a share, -1 to 1. Without organizations to compare with, the mean change alone.
    p_value, p_floor : float
    taking_part, comparison : tuple of float or None
        Share in use when first observed and in the last year; None without organizations to compare with.
    n_taking_part, n_comparison : int
    """

    practice_id: str
    interval: Interval
    p_value: float
    p_floor: float
    taking_part: tuple[float, float]
    comparison: tuple[float, float] | None
    n_taking_part: int
    n_comparison: int


@dataclass(frozen=True, slots=True, eq=False)
class PracticeContrasts:
    """Contrasts of all practices.

    Attributes
    ----------
    overall : PracticeContrast
        Of the mean over practices: one test, and so none that is picked among several.
    practices : tuple of PracticeContrast or Insufficient
        In the order in which they first stand in the table.
    modelled : PracticeChange or Insufficient
        The overall change by a model, for comparison.
    n_periods : int
        Periods with observations.
    """

    overall: PracticeContrast
    practices: tuple[PracticeContrast | Insufficient, ...]
    modelled: PracticeChange | Insufficient
    n_periods: int


@dataclass(frozen=True, slots=True)
class KeptPractice:
    """How much of what was taken up is still there a year later and more.

    Attributes
    ----------
    practice_id : str
    n_taken_up : int
        Organizations that were seen to use it.
    n_followed, n_kept : int
        Those observed again a year after they took it up, or later; and those of them that used it when last seen.
    organizations : frozenset of str
        Those followed.
    """

    practice_id: str
    n_taken_up: int
    n_followed: int
    n_kept: int
    organizations: frozenset[str] = frozenset()


@guarded
def practice_contrasts(
    observations: pd.DataFrame, *, confidence: float = 0.95, seed: int = 0
) -> PracticeContrasts | Insufficient:
    """Compare how practice changed in organizations that took part and in others.

    Parameters
    ----------
    observations : DataFrame
        One row per practice, organization and period, as `practice_rows` gives them, with ``adopted``, and
        ``comparison`` for organizations that take no part.
    seed : int
        For reassigning where there are too many ways to count them all.

    Returns
    -------
    PracticeContrasts or Insufficient
        ``no_rows``; ``too_few_periods`` where nothing was observed a year before the end; what `randomization` and
        `sign_flips` lack; ``too_few_clusters`` where reassigning sets no limits.
    """
    if observations["comparison"].all():
        return Insufficient("no_rows", 0, 1, "practice_observation")
    rows = _in_use(observations)
    ends, comparison = _first_and_last(rows), set(observations.loc[observations["comparison"], "partner_id"])
    if ends.empty:
        return Insufficient("too_few_periods", rows["when"].nunique(), 2)
    overall = _contrast("", ends.groupby("partner_id").mean(), comparison, confidence, seed)
    if isinstance(overall, Insufficient):
        return overall
    each = tuple(
        _contrast(practice, pd.DataFrame(ends.xs(practice, level="practice_id")), comparison, confidence, seed)
        for practice in dict.fromkeys(rows["practice_id"])
        if practice in ends.index.get_level_values("practice_id")
    )
    return PracticeContrasts(overall, each, _modelled(ends, comparison, confidence), rows["when"].nunique())


@guarded
def kept_practices(observations: pd.DataFrame) -> tuple[KeptPractice, ...] | Insufficient:
    """Follow each organization from the first time that it used a practice to the last time that it was observed.

    Parameters
    ----------
    observations : DataFrame
        As for `practice_contrasts`; organizations that take no part are passed over.

    Returns
    -------
    tuple of KeptPractice or Insufficient
        ``no_rows`` where nobody who takes part was observed.
    """
    if observations["comparison"].all():
        return Insufficient("no_rows", 0, 1, "practice_observation")
    rows = _in_use(observations[~observations["comparison"]])
    used = rows[rows["value"] > 0].groupby(_KEYS)["when"].min().rename("begun")
    last = rows.sort_values("when").groupby(_KEYS)[["when", "value"]].last()
    both = last.join(used, how="inner")
    both["followed"] = both["when"] >= both["begun"] + YEAR
    found = []
    for practice in dict.fromkeys(rows["practice_id"]):
        own = both[both.index.get_level_values("practice_id") == practice]
        followed = own[own["followed"]]
        names = frozenset(map(str, followed.index.get_level_values("partner_id")))
        found.append(KeptPractice(practice, len(own), len(followed), int((followed["value"] > 0).sum()), names))
    return tuple(found)


def _in_use(observations: pd.DataFrame) -> pd.DataFrame:
    """Whether an organization used a practice, columns ``practice_id, partner_id, when, value``."""
    when = pd.Series(
        [period.start_time for period in observations["period"]], observations.index, dtype="datetime64[ns]"
    )
    return observations[_KEYS].assign(when=when, value=observations["adopted"].astype(float))


def _first_and_last(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns ``first, last`` by practice and organization, of those first observed before the last year."""
    recent = rows["when"] > rows["when"].max() - YEAR
    last = rows[recent].groupby(_KEYS)["value"].mean().rename("last")
    first = rows[~recent].sort_values("when").groupby(_KEYS)["value"].first().rename("first")
    ends: pd.DataFrame = pd.concat([first, last], axis=1).dropna()
    return ends


def _contrast(
    practice: str, ends: pd.DataFrame, comparison: Collection[str], confidence: float, seed: int
) -> PracticeContrast | Insufficient:
    part = ~ends.index.get_level_values("partner_id").isin(list(comparison))
    changes = (ends["last"] - ends["first"]).to_numpy(float)
    alone = bool(part.all())
    found = (
        sign_flips(changes, confidence=confidence, seed=seed)
        if alone
        else randomization(changes, part, confidence=confidence, seed=seed)
    )
    if isinstance(found, Insufficient):
        return found
    if not np.isfinite([found.interval.low, found.interval.high]).all():
        return Insufficient("too_few_clusters", len(ends), _ORGANIZATIONS)
    ours, others = ends[part].mean(), ends[~part].mean()
    return PracticeContrast(
        practice_id=practice,
        interval=_within_shares(found.interval),
        p_value=found.p_value,
        p_floor=found.p_floor,
        taking_part=(float(ours["first"]), float(ours["last"])),
        comparison=None if alone else (float(others["first"]), float(others["last"])),
        n_taking_part=int(part.sum()),
        n_comparison=int((~part).sum()),
    )


def _within_shares(interval: Interval) -> Interval:
    """An interval of a difference between shares, which ends at -1 and 1."""
    low, high = round(max(interval.low, -1.0), 9), round(min(interval.high, 1.0), 9)
    return Interval(interval.value, low, high, interval.confidence)


def _modelled(ends: pd.DataFrame, comparison: Collection[str], confidence: float) -> PracticeChange | Insufficient:
    """The same change by a model with a level and a change for each organization."""
    frame = ends.groupby("partner_id").mean().rename(columns={"first": 0.0, "last": 1.0})
    long = frame.reset_index().melt("partner_id", var_name="period")
    part = [name for name in frame.index if name not in set(comparison)]
    return practice_change(long, 1.0, taking_part=part if len(part) < len(frame) else None, confidence=confidence)
