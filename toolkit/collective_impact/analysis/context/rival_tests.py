"""Rival explanations put to the test: whether each fits in time, in place, in direction and in size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from collective_impact.analysis.context.rivals import RivalEvent, Surrounding
from collective_impact.analysis.outcome.chosen_design import (
    estimate_by,
    value_by,
    without_periods,
    without_units,
)
from collective_impact.statistics.counterfactual.design import DesignChoice
from collective_impact.statistics.estimate import Estimate
from collective_impact.statistics.insufficient import Insufficient, guarded
from collective_impact.statistics.panel import Panel, panel_from_wide
from collective_impact.statistics.types import Label

HALF = 0.5
"""Share of the effect that a rival has to account for, and of the time since the start in which it could act."""

Fit = Literal["fits", "unclear", "does_not"]
Grade = Literal["plausible", "weak", "ruled_out"]

_ORDER: tuple[Grade, ...] = ("plausible", "weak", "ruled_out")


@dataclass(frozen=True, slots=True)
class RivalTest:
    """A rival held against the four tests.

    Attributes
    ----------
    name, when : str
        What it is, and when it began; ``when`` is empty for a series.
    time, place, direction, size : Fit
        Whether it could act in at least half of the time in which the gap opened, and not long before; whether it
        struck only one side of the comparison, unclear where nobody wrote down whom it struck; whether it pushed the
        way of the gap; whether it is large enough to account for half of it.
    share : float or None
        Share of the effect that goes when what it struck is left out, or that a series could account for.
    grade : Grade
        ``plausible``: it struck one side or is large enough, and nothing known speaks against it. ``ruled_out``: fails
        in time or direction, or as a series in size. Else ``weak``.
    """

    name: str
    when: str
    time: Fit
    place: Fit
    direction: Fit
    size: Fit
    share: float | None
    grade: Grade

    @property
    def n_fits(self) -> int:
        """How many tests it passes."""
        return sum(fit == "fits" for fit in (self.time, self.place, self.direction, self.size))

    @property
    def failed(self) -> tuple[str, ...]:
        """Tests that it does not pass, by name."""
        return tuple(each for each in ("time", "place", "direction", "size") if getattr(self, each) == "does_not")


@guarded
def rivals_tested(
    panel: Panel,
    choice: DesignChoice,
    effect: Estimate,
    events: Sequence[RivalEvent],
    series: Sequence[Surrounding],
    *,
    wanted_up: bool | None,
) -> tuple[RivalTest, ...] | Insufficient:
    """Put each event and each series to the test; the most plausible come first.

    Parameters
    ----------
    panel, choice, effect
        The comparison, its design, and what it came to.
    wanted_up : bool or None
        Whether the initiative wants the outcome to rise; None where it does not say, which leaves directions unclear.

    Returns
    -------
    tuple of RivalTest or Insufficient
        ``no_events`` where there is neither an event nor a series.
    """
    tests = [_of_event(panel, choice, effect, each, wanted_up) for each in events]
    tests += [each for each in (_of_series(panel, choice, effect, each) for each in series) if each is not None]
    if not tests:
        return Insufficient("no_events", 0, 1)
    return tuple(sorted(tests, key=lambda each: (_ORDER.index(each.grade), -each.n_fits)))


def _of_event(
    panel: Panel, choice: DesignChoice, effect: Estimate, event: RivalEvent, wanted_up: bool | None
) -> RivalTest:
    """Hold an event against the effect."""
    ours = tuple(area for area in event.areas if area in panel.treated)
    time: Fit = "fits" if _in_time(panel, event, ours) else "does_not"
    place: Fit = "fits" if event.areas and len(ours) in {0, len(event.areas)} else "unclear"
    direction = _direction(event, effect, wanted_up, against_others=bool(event.areas) and not ours)
    share = _share_lost(panel, choice, effect, event) if time == "fits" else None
    size: Fit = "unclear" if share is None else "fits" if share >= HALF else "does_not"
    grade: Grade = "weak"
    if time == "does_not" or direction == "does_not":
        grade = "ruled_out"
    elif size == "fits" or (size == "unclear" and place == "fits"):
        grade = "plausible"
    return RivalTest(event.summary, event.when, time, place, direction, size, share, grade)


def _in_time(panel: Panel, event: RivalEvent, areas: Sequence[Label]) -> bool:
    """Whether an event came no sooner than just before the start, and could act in half of the periods since.

    Periods count once for each area that takes part, or for those of them that the event struck.
    """
    before, index = panel.before, panel.outcome.index
    earliest = before[-1] if len(before) else index[0]
    since = [period for area in areas or panel.treated for period in index[index >= panel.starts[area]]]
    acted = sum(period >= event.period for period in since)
    return bool(event.period >= earliest and since and acted >= HALF * len(since))


def _direction(event: RivalEvent, effect: Estimate, wanted_up: bool | None, *, against_others: bool) -> Fit:
    """Whether the event pushed the way of the gap; where it struck the others only, the other way round."""
    if wanted_up is None or event.direction not in {"supportive", "hindering"}:
        return "unclear"
    pushes_up = (event.direction == "supportive") == wanted_up
    return "fits" if (pushes_up != against_others) == (effect.value > 0) else "does_not"


def _share_lost(panel: Panel, choice: DesignChoice, effect: Estimate, event: RivalEvent) -> float | None:
    """Share of the effect that goes without the areas, or else the one period, that the event struck."""
    if not event.areas and not event.shock:
        return None
    rest: Panel | Insufficient
    if event.areas:
        rest = without_units(panel, tuple(area for area in event.areas if area in panel.outcome.columns))
    else:
        rest = without_periods(panel, (event.period,))
    without = None if isinstance(rest, Insufficient) else value_by(rest, choice)
    return None if without is None or not effect.value else 1 - without / effect.value


def _of_series(panel: Panel, choice: DesignChoice, effect: Estimate, series: Surrounding) -> RivalTest | None:
    """Hold a series against the effect: whether it moved differently where the initiative works, and by enough."""
    frame = series.frame.reindex(index=panel.outcome.index, columns=panel.outcome.columns)
    own = panel_from_wide(frame, panel.starts)
    if isinstance(own, Insufficient) or list(own.outcome.index) != list(panel.outcome.index):
        return None
    moved = estimate_by(own, choice)
    slope = _slope_among_donors(panel, own.outcome)
    if isinstance(moved, Insufficient) or slope is None or not effect.value:
        return None
    share = slope * moved.value / effect.value
    most = max(slope * moved.low / effect.value, slope * moved.high / effect.value)
    direction: Fit = "fits" if share > 0 else "does_not"
    place: Fit = "fits" if moved.conclusive else "unclear"
    size: Fit = "fits" if share >= HALF else "unclear" if most >= HALF else "does_not"
    grade: Grade = "plausible" if size == "fits" else "ruled_out" if size == "does_not" else "weak"
    return RivalTest(series.name, "", "fits", place, direction, size, share, grade)


def _slope_among_donors(panel: Panel, series: pd.DataFrame) -> float | None:
    """How the outcome moves with the series where nothing started, within areas and apart from common years."""
    shared = [unit for unit in panel.donors if unit in series]
    if len(shared) < 2:
        return None
    x, y = (_centred(frame[shared]) for frame in (series, panel.outcome))
    spread = float((x**2).sum())
    return float((x * y).sum()) / spread if spread > 0 else None


def _centred(frame: pd.DataFrame) -> np.ndarray:
    values = frame.to_numpy(dtype=float)
    centred: np.ndarray = values - values.mean(axis=0) - values.mean(axis=1, keepdims=True) + values.mean()
    return centred


@dataclass(frozen=True, slots=True)
class Excluded:
    """The effect without what a shock struck.

    Attributes
    ----------
    kind : {"none", "areas", "period", "all"}
    areas : tuple of str
        Left out.
    periods : tuple of periods
        Left out.
    estimate : Estimate
    """

    kind: Literal["none", "areas", "period", "all"]
    areas: tuple[str, ...]
    periods: tuple[Label, ...]
    estimate: Estimate


@guarded
def excluding_shocks(
    panel: Panel, choice: DesignChoice, events: Sequence[RivalEvent]
) -> tuple[Excluded, ...] | Insufficient:
    """Estimate again without the areas and periods that shocks struck: one by one, and all together.

    A shock that nobody placed takes out its period, a local one its areas. What cannot be estimated without is passed
    over.

    Returns
    -------
    tuple of Excluded or Insufficient
        The whole first; ``no_shocks`` where no shock falls into the panel.
    """
    shocks = [each for each in events if each.shock]
    areas = tuple(dict.fromkeys(area for each in shocks for area in each.areas if area in panel.outcome))
    periods = tuple(
        dict.fromkeys(each.period for each in shocks if not each.areas and each.period in panel.outcome.index)
    )
    if not areas and not periods:
        return Insufficient("no_shocks", len(shocks), 1)
    plans: list[tuple[Literal["none", "areas", "period", "all"], tuple[str, ...], tuple[Label, ...]]] = [
        ("none", (), ()),
        *(("areas", (area,), ()) for area in areas),
        *(("period", (), (period,)) for period in periods),
    ]
    if len(areas) + len(periods) > 1:
        plans.append(("all", areas, periods))
    found = []
    for kind, some_areas, some_periods in plans:
        estimate = _without(panel, choice, some_areas, some_periods)
        if isinstance(estimate, Estimate):
            found.append(Excluded(kind, some_areas, some_periods, estimate))
    if found and found[0].kind == "none":
        return tuple(found)
    whole = estimate_by(panel, choice)
    return whole if isinstance(whole, Insufficient) else Insufficient("no_data")


def _without(
    panel: Panel, choice: DesignChoice, areas: tuple[str, ...], periods: tuple[Label, ...]
) -> Estimate | Insufficient:
    rest = without_units(panel, areas)
    rest = rest if isinstance(rest, Insufficient) or not periods else without_periods(rest, periods)
    return rest if isinstance(rest, Insufficient) else estimate_by(rest, choice)
