"""The rules on indicators and their figures."""

import pandas as pd

from collective_impact.data.period import frequencies
from collective_impact.data.quoting import quoted
from collective_impact.data.rules.rule import Rule, looked_up
from collective_impact.framework.catalogue import indicators
from collective_impact.framework.vocabulary import Level
from collective_impact.language import marked

_OTHER_LEVELS = set(Level) - {Level.CONTEXT}


def _level(ids: pd.Series, indicator: pd.DataFrame) -> pd.Series:
    return looked_up(ids, indicator["indicator_id"], indicator["level"])


def _worse_than_baseline(indicator: pd.DataFrame) -> "pd.Series[bool]":
    change = indicator["target"] - indicator["baseline"]
    direction = indicator["direction"]
    return ((direction == "increase") & (change < 0)) | ((direction == "decrease") & (change > 0))


def _not_in_catalogue(indicator: pd.DataFrame) -> "pd.Series[bool]":
    known = [entry.id for entry in indicators()]
    return (indicator["catalogue_id"] != "") & ~indicator["catalogue_id"].isin(known)


def _catalogue_levels(indicator: pd.DataFrame) -> pd.Series:
    return indicator["catalogue_id"].map({entry.id: str(entry.level) for entry in indicators()})


def _of_another_level(indicator: pd.DataFrame) -> "pd.Series[bool]":
    right = _catalogue_levels(indicator)
    return right.notna() & (indicator["level"] != right)


def _several_frequencies(ids: pd.Series, periods: pd.Series) -> "pd.Series[bool]":
    """Which periods are of another frequency than most of the same indicator's."""
    frequency = frequencies(periods).where(periods.notna())
    usual = frequency.groupby(ids).transform(lambda each: next(iter(each.mode()), None))
    return frequency.notna() & (frequency != usual)


def _revision_before_missing(indicator_value: pd.DataFrame) -> "pd.Series[bool]":
    figure = ["indicator_id", "area_id", "period", "group", "revision"]
    later = indicator_value.loc[indicator_value["revision"] > 0, figure]
    candidates = indicator_value.loc[indicator_value["indicator_id"].isin(later["indicator_id"]), figure]
    before = later.assign(revision=later["revision"] - 1)
    known = pd.MultiIndex.from_frame(before).isin(pd.MultiIndex.from_frame(candidates))
    return pd.Series(~known, index=later.index).reindex(indicator_value.index, fill_value=False)


FIGURE_RULES = (
    Rule(
        "context_series",
        "series_id",
        marked("a series is an indicator of the level context"),
        marked("correct the id, or the level of the indicator"),
        lambda context_series, indicator: _level(context_series["series_id"], indicator).isin(_OTHER_LEVELS),
        needs=("indicator",),
    ),
    Rule(
        "context_series",
        "period",
        marked("the periods of a series are all years (1989), all quarters (1989-Q2) or all months (1989-04)"),
        marked("keep one frequency per series"),
        lambda context_series: _several_frequencies(context_series["series_id"], context_series["period"]),
        shows=("series_id", "period"),
    ),
    Rule(
        "practice_observation",
        "n",
        marked("no more cases are handled in the new way than there are cases"),
        marked("correct one of the numbers"),
        lambda practice_observation: practice_observation["n"] > practice_observation["denominator"],
        shows=("n", "denominator"),
    ),
    Rule(
        "indicator",
        "direction",
        marked("an indicator with a target says which way is better: increase, decrease"),
        marked("fill in the direction"),
        lambda indicator: indicator["target"].notna() & (indicator["direction"] == ""),
        shows=("target", "direction"),
    ),
    Rule(
        "indicator",
        "target",
        marked("a target lies on the better side of the baseline"),
        marked("correct the target, the baseline or the direction, unless it is meant so"),
        _worse_than_baseline,
        shows=("direction", "baseline", "target"),
        severity="note",
    ),
    Rule(
        "indicator",
        "target_period",
        marked("an indicator with a target says by when it is to be reached"),
        marked("fill in the period"),
        lambda indicator: indicator["target"].notna() & indicator["target_period"].isna(),
        shows=("target", "target_period"),
        severity="note",
    ),
    Rule(
        "indicator",
        "catalogue_id",
        marked("an indicator from the catalogue has the id that it has there"),
        marked("correct the id, or leave it empty where the indicator is the initiative’s own"),
        _not_in_catalogue,
    ),
    Rule(
        "indicator",
        "level",
        marked("an indicator from the catalogue is of the level that it has there"),
        marked("correct the level, or leave catalogue_id empty where it is another indicator"),
        _of_another_level,
        shows=("catalogue_id", "level"),
        expects=lambda row: quoted(_catalogue_levels(row.to_frame().T).iloc[0]),
    ),
    Rule(
        "indicator_value",
        "indicator_id",
        marked("figures of an indicator of the level context stand in the table context_series"),
        marked("move the rows there, or correct the level of the indicator"),
        lambda indicator_value, indicator: _level(indicator_value["indicator_id"], indicator) == Level.CONTEXT,
        needs=("indicator",),
    ),
    Rule(
        "indicator_value",
        "period",
        marked("the periods of an indicator are all years (1989), all quarters (1989-Q2) or all months (1989-04)"),
        marked("keep one frequency per indicator"),
        lambda indicator_value: _several_frequencies(indicator_value["indicator_id"], indicator_value["period"]),
        shows=("indicator_id", "period"),
    ),
    Rule(
        "indicator_value",
        "revision",
        marked("the revisions of a figure are numbered from 0 without a gap"),
        marked("correct the number, or add the figure that was published before"),
        _revision_before_missing,
        needs=("indicator_value",),
        severity="note",
    ),
)
