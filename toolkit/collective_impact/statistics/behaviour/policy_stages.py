"""How long policies take from stage to stage, with those counted in that are still on their way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.survival import Survival, survival
from collective_impact.statistics.types import Array

STAGES = ("proposed", "adopted", "implemented", "enforced")
CLOSING = ("rejected", "withdrawn", "repealed")


@dataclass(frozen=True, slots=True, eq=False)
class StageStep:
    """The way from one stage to the next.

    Attributes
    ----------
    origin, target : str
        Stages.
    n : int
        Policies that reached `origin` and are followed from that day on.
    n_reached, n_skipped : int
        Those that reached `target` or a later stage, and those of them that were never recorded at `target`.
    n_open, n_closed : int
        Those that did not reach it and are still open, or were turned down.
    n_without_origin : int
        Policies that reached `target` or a later stage without a day for `origin`: they say nothing of the time.
    days : Survival or Insufficient
        Days from `origin` to `target`.
    """

    origin: str
    target: str
    n: int
    n_reached: int
    n_skipped: int
    n_open: int
    n_closed: int
    n_without_origin: int
    days: Survival | Insufficient


@dataclass(frozen=True, slots=True, eq=False)
class PolicyStages:
    """Policies on their way through the stages.

    Attributes
    ----------
    steps : tuple of StageStep
        From each stage to the next, in order.
    furthest : Series of shape (n_stages,)
        How many policies got as far as each stage and no further.
    n_policies, n_closed : int
        All, and those whose last event turned them down.
    n_returned : int
        Policies that were recorded at an earlier stage after a later one.
    n_left_out : int
        Rows without a policy or a date, later than the day of looking, or of a stage outside the order.
    """

    steps: tuple[StageStep, ...]
    furthest: pd.Series[int]
    n_policies: int
    n_closed: int
    n_returned: int
    n_left_out: int


@guarded
def policy_stages(
    events: pd.DataFrame,
    as_of: object,
    *,
    order: Sequence[str] = STAGES,
    closing: Sequence[str] = CLOSING,
    policy: str = "policy_id",
    stage: str = "stage",
    date: str = "date",
    confidence: float = 0.95,
) -> PolicyStages | Insufficient:
    """Days from each stage to the next, up to the day of looking.

    A step starts on the first day at its stage and ends on the first later day at the next stage or beyond: a stage
    that was skipped counts as passed by then. Going back and coming again changes neither. A policy that was turned
    down stays in as not there yet until `as_of`, so that a share of all policies is shown and not of those that
    happened to succeed; it may be taken up again. That is the cumulative incidence when all follow-up ends on one
    day (Fine & Gray 1999, JASA 94). Takes for granted that later policies are as fast as earlier ones.

    Parameters
    ----------
    events : DataFrame
        One row per policy, stage and day.
    as_of : date
        Day of looking; later events count as not known.
    order : sequence of str
        Stages, the first one first.
    closing : sequence of str
        Events that turn a policy down.

    Returns
    -------
    PolicyStages or Insufficient
        ``no_stages``. A step with fewer than 10 policies holds counts, and ``too_few_rows`` for its days.

    Raises
    ------
    MethodError
        When a column is missing, a stage stands twice or in both lists, a value is no date or `as_of` is missing.
    """
    if absent := {policy, stage, date} - set(events.columns):
        raise MethodError(f"events: no column {sorted(absent)} among {list(events.columns)}")
    if len({*order, *closing}) < len(order) + len(closing) or len(order) < 2:
        raise MethodError(f"order {list(order)}, closing {list(closing)}: expected two stages or more, each once")
    until, rows = _rows(events, as_of, policy, stage, date)
    rows = rows[rows["stage"].isin([*order, *closing])]
    staged = rows[rows["stage"].isin(list(order))]
    if staged.empty:
        return Insufficient("no_stages", 0, 1)
    rank = staged["stage"].map({name: place for place, name in enumerate(order)})
    staged = staged.assign(rank=rank).sort_values(["policy", "day", "rank"], ignore_index=True)
    furthest = staged.groupby("policy")["rank"].max()
    closed = _closed(rows, closing).reindex(furthest.index)
    returned = staged["rank"] < staged.groupby("policy")["rank"].cummax()
    counts = np.bincount(furthest.to_numpy(), minlength=len(order))
    return PolicyStages(
        steps=tuple(_step(staged, closed, place, order, until, confidence) for place in range(len(order) - 1)),
        furthest=pd.Series(counts, index=pd.Index(order, name="stage")),
        n_policies=len(furthest),
        n_closed=int(closed.sum()),
        n_returned=int(staged.loc[returned, "policy"].nunique()),
        n_left_out=len(events) - len(rows),
    )


def _rows(events: pd.DataFrame, as_of: object, policy: str, stage: str, date: str) -> tuple[float, pd.DataFrame]:
    """Day of looking, and what had happened by then."""
    until = float(_days(pd.Series([as_of]))[0])
    if np.isnan(until):
        raise MethodError("as_of is missing: expected the day up to which events are known")
    columns = {"policy": events[policy].array, "stage": events[stage].array, "day": _days(events[date])}
    rows = pd.DataFrame(columns)
    known = (rows["day"] <= until) & rows["policy"].notna()
    return until, rows.loc[known]


def _days(dates: pd.Series[Any]) -> Array:
    """Days since 1970, missing where there is no date."""
    try:
        read = pd.to_datetime(dates.reset_index(drop=True), errors="raise", format="ISO8601")
    except (ValueError, TypeError) as error:
        raise MethodError(f"dates: {error}; expected dates such as 2024-05-01, or nothing") from error
    whole = np.asarray(read.to_numpy(), dtype="datetime64[D]")
    return np.where(np.isnat(whole), np.nan, whole.astype("int64").astype(float))


def _closed(rows: pd.DataFrame, closing: Sequence[str]) -> pd.Series[bool]:
    """Whether the last event of each policy turned it down; of one day's events, that one counts as the last."""
    ends = rows["stage"].isin(list(closing))
    last: pd.Series[bool] = (
        rows.assign(ends=ends).sort_values(["policy", "day", "ends"]).groupby("policy")["ends"].last()
    )
    return last


def _step(
    staged: pd.DataFrame, closed: pd.Series[bool], place: int, order: Sequence[str], until: float, confidence: float
) -> StageStep:
    """One step, from events with columns ``policy, day, rank``."""
    beyond = staged[staged["rank"] > place]
    begun = staged[staged["rank"] == place].groupby("policy")["day"].min()
    after = beyond[beyond["day"] >= beyond["policy"].map(begun).astype(float)]
    ended = after.groupby("policy")["day"].min().reindex(begun.index)
    named = after.loc[after["rank"] == place + 1, "policy"]
    reached, shut = ended.notna(), closed.reindex(begun.index)
    return StageStep(
        origin=order[place],
        target=order[place + 1],
        n=len(begun),
        n_reached=int(reached.sum()),
        n_skipped=int(reached.sum()) - named.nunique(),
        n_open=int((~reached & ~shut).sum()),
        n_closed=int((~reached & shut).sum()),
        n_without_origin=int((~beyond["policy"].drop_duplicates().isin(begun.index)).sum()),
        days=survival((ended.fillna(until) - begun).to_numpy(float), reached.to_numpy(), confidence),
    )
