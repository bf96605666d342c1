"""What an evaluation follows: one area, or all areas that take part put together, and the counts behind the values."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from collective_impact.analysis.outcome.shown_cells import Kind, ShownCells, shown_cells
from collective_impact.data.chosen_outcome import Outcome, choose_outcome
from collective_impact.data.initiative import Initiative
from collective_impact.data.outcome import ALL, latest_values, table_or_empty
from collective_impact.language import translate as _

TOGETHER = "areas-together"
_CONSISTENT = 0.05
"""How far a value may lie from its numerator over its denominator, as a share of it, for the two to belong together."""


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """The counts behind an indicator's values.

    Attributes
    ----------
    rows : DataFrame
        Columns ``area_id, period, group, numerator, denominator``, in their latest revision; no rows where the values
        rest on no whole counts.
    scale : float
        What numerator over denominator is multiplied by to give the value: 100 for percentages.
    kind : {"share", "rate"}
        Whether the numerator is a part of the denominator.
    shown : ShownCells
        Which figures may be shown. What is worked out may rest on all of them.
    """

    rows: pd.DataFrame
    scale: float
    kind: Kind
    shown: ShownCells

    @property
    def known(self) -> bool:
        """Whether there are counts at all."""
        return not self.rows.empty

    @property
    def ceiling(self) -> float | None:
        """Value that the indicator cannot go beyond: 100 for percentages; None where there is no such value."""
        return self.scale if self.known and self.kind == "share" else None

    def together(self, areas: tuple[str, ...]) -> pd.DataFrame:
        """Sum of the areas' counts by period, where all of them have counts and their sum may be shown.

        Returns
        -------
        DataFrame
            Columns ``numerator, denominator``, indexed by period in order.
        """
        sums = _summed(self.rows, areas)
        return sums[[self.shown.shows_areas(areas, period) for period in sums.index]]


def _summed(rows: pd.DataFrame, areas: tuple[str, ...]) -> pd.DataFrame:
    """Sum of the areas' counts by period, where all of them have counts."""
    own = rows[rows["area_id"].isin(areas) & (rows["group"] == ALL)]
    by_period = own.groupby("period")[["numerator", "denominator"]]
    sums = by_period.sum()[by_period.size() == len(areas)]
    return sums.set_axis(pd.PeriodIndex(sums.index)).sort_index() if len(sums) else sums


def counted(initiative: Initiative, indicator_id: str) -> Counted:
    """Take the counts behind an indicator; none where values are not numerators over denominators."""
    values = latest_values(initiative, indicator_id)
    figures = values[["numerator", "denominator", "value"]].astype("float64")
    whole = figures["numerator"].notna() & (figures["numerator"] % 1 == 0)
    kept = whole & figures["value"].notna() & (figures["denominator"] > 0)
    rows = values[["area_id", "period", "group"]].assign(
        numerator=figures["numerator"], denominator=figures["denominator"]
    )
    scale = _scale(figures[kept])
    shares = scale in (1, 100) and bool((rows["numerator"] <= rows["denominator"])[kept].all())
    shown = _shown(initiative, indicator_id, rows[whole], "share" if shares else "rate")
    if scale is None:
        return Counted(rows[:0], 1.0, "share", shown)
    return Counted(rows[kept], scale, "share" if shares else "rate", shown)


def shown_of(initiative: Initiative, outcome: Outcome) -> ShownCells:
    """Tell what may be shown of the indicator that an evaluation follows."""
    return counted(initiative, outcome.indicator_id).shown


def areas_shown(outcome: Outcome, figures: Counted) -> Outcome:
    """The same outcome in those areas of which every value may be shown."""
    return replace(outcome, frame=outcome.frame[figures.shown.whole_areas(outcome.frame)])


def _shown(initiative: Initiative, indicator_id: str, rows: pd.DataFrame, kind: Kind) -> ShownCells:
    """Judge what may be shown of an indicator, whatever part of it a page looks at."""
    outcome = choose_outcome(initiative, indicator_id)
    groups = table_or_empty(initiative, "group")
    whole = rows["denominator"].dropna() % 1 == 0
    kind = kind if whole.all() else "rate"
    known = rows[rows["denominator"].notna() & (rows["numerator"] <= rows["denominator"])]
    return shown_cells(
        known if kind == "share" else rows.fillna({"denominator": 0.0}),
        kind,
        tuple(outcome.starts),
        _whole_areas(outcome) or (outcome.area_id,),
        {str(name): tuple(own["group_id"].astype(str)) for name, own in groups.groupby("dimension", sort=False)},
        initiative.facts.suppression.min_cell,
    )


def _scale(figures: pd.DataFrame) -> float | None:
    """Power of ten that makes values of the counts; None where most values are no such multiple."""
    some = figures[(figures["numerator"] > 0) & (figures["value"] > 0)]
    if some.empty:
        return None
    ratio = some["value"] * some["denominator"] / some["numerator"]
    scale = float(10.0 ** np.round(np.log10(ratio.median())))
    return scale if ((ratio / scale - 1).abs() <= _CONSISTENT).mean() > 0.9 else None


def put_together(outcome: Outcome, figures: Counted) -> Outcome:
    """Put the areas that take part together as one, where there are several; comparison areas stay as they are.

    Their counts are summed up; where there are none, the areas' values are averaged. Only areas with a value in every
    period count, so that the sum is over the same areas all the time. Values that must not be shown are missing, for
    this is what a page shows of the outcome.
    """
    taking_part = [area for area in outcome.starts if area in outcome.frame]
    members = _whole_areas(outcome)
    if not members:
        return replace(outcome, frame=figures.shown.areas(outcome.frame))
    whole = _without_holes(outcome.frame[taking_part])
    sums = _summed(figures.rows, members)
    summed = figures.scale * sums["numerator"] / sums["denominator"] if len(sums) else pd.Series(dtype=float)
    values = figures.shown.of_areas_together(summed if len(summed) == len(whole) else whole.mean(axis=1))
    others = figures.shown.areas(outcome.frame.drop(columns=taking_part))
    frame = others.assign(**{TOGETHER: values.reindex(outcome.frame.index)})
    name = _("{n} areas together").format(n=len(members))
    starts = {area: outcome.starts[area] for area in members}
    return replace(
        outcome,
        area_id=TOGETHER,
        area=name,
        names={**outcome.names, TOGETHER: name},
        population=None,
        starts={TOGETHER: min(starts.values()), **starts},
        frame=frame,
    )


def _whole_areas(outcome: Outcome) -> tuple[str, ...]:
    """Ids of the areas that can be put together; none where there are no two."""
    taking_part = [area for area in outcome.starts if area in outcome.frame]
    whole = _without_holes(outcome.frame[taking_part])
    return tuple(map(str, whole)) if len(taking_part) > 1 and len(whole.columns) > 1 else ()


def _without_holes(frame: pd.DataFrame) -> pd.DataFrame:
    """Areas with a value in every period; where no two are, the periods in which all areas have one."""
    seen = frame.dropna(how="all")
    whole = seen.dropna(axis="columns")
    return whole if len(whole.columns) > 1 else seen.dropna()


def members(outcome: Outcome) -> tuple[str, ...]:
    """Ids of the areas that the values followed are of."""
    if outcome.area_id != TOGETHER:
        return (outcome.area_id,) if outcome.area_id else ()
    return tuple(area for area in outcome.starts if area != TOGETHER)


def by_year(outcome: Outcome) -> Outcome:
    """The same outcome in yearly means, so that seasons drop out; as it is where its periods are years.

    A year counts where it has as many values as the fullest one.
    """
    periods = pd.PeriodIndex(outcome.frame.index)
    if periods.freqstr.startswith("Y") or not len(periods):
        return outcome
    years = outcome.frame.groupby(periods.asfreq("Y"))
    known = years.count()
    frame = years.mean().where(known == known.max()).dropna(how="all")
    every = pd.period_range(frame.index.min(), frame.index.max(), name="period") if len(frame) else frame.index
    target = outcome.target_period
    return replace(
        outcome,
        frame=frame.reindex(every),
        starts={area: start.asfreq("Y", how="start") for area, start in outcome.starts.items()},
        target_period=None if target is None else target.asfreq("Y"),
    )
