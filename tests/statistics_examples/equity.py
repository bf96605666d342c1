from collections.abc import Callable
from math import inf, nan

import numpy as np
import pandas as pd
from statistics_data import yearly

from collective_impact.errors import MethodError
from collective_impact.statistics.equity.funnel_plot import funnel_plot
from collective_impact.statistics.equity.gap_trend import mean_gap_trend, rate_gap_trend
from collective_impact.statistics.equity.group_comparison import compare_groups, distinguishable
from collective_impact.statistics.equity.mantel_haenszel import stratified_odds_ratio, stratified_rate_ratio
from collective_impact.statistics.equity.multiple_comparisons import adjust_p_values
from collective_impact.statistics.equity.rate_gap import rate_gap, rate_interval
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.equity.standardization import standardized_gap, standardized_rate
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.proportion import share_interval
from statistics_examples import SOUND, Degenerate

UNITS = pd.DataFrame(
    {"numerator": [30, 42, 18, 55, 61, 25], "denominator": [120, 150, 80, 170, 240, 95]}, index=list("abcdef")
)
STRATA = pd.DataFrame(
    {
        "numerator": [12, 20, 31],
        "denominator": [200, 220, 210],
        "reference_numerator": [8, 15, 20],
        "reference_denominator": [210, 230, 190],
    },
    index=["young", "middle", "old"],
)
WEIGHTED = UNITS.assign(weight=[5.0, 4, 3, 2, 1, 1])
P_VALUES = pd.Series([0.001, 0.02, 0.4], index=["first", "second", "third"])


def counted(rates: list[float], size: float = 500) -> pd.DataFrame:
    rates_in_order = yearly(rates)
    return pd.DataFrame({"numerator": (rates_in_order * size).round(), "denominator": float(size)})


GROUP, REFERENCE = counted([0.20, 0.19, 0.20, 0.17, 0.17, 0.15]), counted([0.10, 0.11, 0.10, 0.11, 0.10, 0.10])
INCOME, OTHERS = yearly([10, 11, 13, 14, 14, 16.5]), yearly([12, 12.4, 13, 13.9, 14.2, 15])

EXAMPLES: dict[str, Callable[[], object]] = {
    "proportion.share_interval": lambda: share_interval(7, 40),
    "equity.share_gap.share_gap": lambda: share_gap(30, 100, 18, 120),
    "equity.rate_gap.rate_interval": lambda: rate_interval(12, 3.5),
    "equity.rate_gap.rate_gap": lambda: rate_gap(30, 1000, 18, 1200),
    "equity.mantel_haenszel.stratified_odds_ratio": lambda: stratified_odds_ratio(STRATA),
    "equity.mantel_haenszel.stratified_rate_ratio": lambda: stratified_rate_ratio(STRATA),
    "equity.standardization.standardized_rate": lambda: standardized_rate(WEIGHTED),
    "equity.standardization.standardized_gap": lambda: standardized_gap(
        standardized_rate(WEIGHTED), standardized_rate(WEIGHTED.assign(numerator=20))
    ),
    "equity.gap_trend.rate_gap_trend": lambda: rate_gap_trend(GROUP, REFERENCE),
    "equity.gap_trend.mean_gap_trend": lambda: mean_gap_trend(INCOME, OTHERS),
    "equity.group_comparison.compare_groups": lambda: compare_groups(UNITS, "a"),
    "equity.group_comparison.distinguishable": lambda: distinguishable(
        {"a": Interval(1, 0, 2, 0.95), "b": Interval(5, 4, 6, 0.95)}
    ),
    "equity.funnel_plot.funnel_plot": lambda: funnel_plot(UNITS),
    "equity.multiple_comparisons.adjust_p_values": lambda: adjust_p_values(P_VALUES),
}


def rows(method: str, cases: list[tuple[str, Callable[[], object], object]]) -> list[Degenerate]:
    return [Degenerate(f"equity.{method}", data, call, expected) for data, call, expected in cases]


def changed(frame: pd.DataFrame, column: str, value: object) -> pd.DataFrame:
    return frame.assign(**{column: value})


DEGENERATE: list[Degenerate] = [
    *rows(
        "share_gap",
        [
            ("zero denominator", lambda: share_gap(0, 0, 5, 10), "no_denominator"),
            ("missing", lambda: share_gap(nan, 10, 5, 10), "no_data"),
            ("infinite", lambda: share_gap(3, inf, 5, 10), "no_denominator"),
            ("no cases in either", lambda: share_gap(0, 10, 0, 10), SOUND),
            ("nothing but cases", lambda: share_gap(10, 10, 10, 10), SOUND),
            ("more cases than people", lambda: share_gap(11, 10, 5, 10), MethodError),
            ("a negative count", lambda: share_gap(-1, 10, 5, 10), MethodError),
        ],
    ),
    *rows(
        "share_interval",
        [
            ("zero denominator", lambda: share_interval(0, 0), "no_denominator"),
            ("no cases", lambda: share_interval(0, 3), SOUND),
            ("confidence of 1", lambda: share_interval(1, 3, 1.0), MethodError),
        ],
    ),
    *rows(
        "rate_gap",
        [
            ("zero exposure", lambda: rate_gap(1, 0, 5, 10), "no_denominator"),
            ("missing", lambda: rate_gap(nan, 10, 5, 10), "no_data"),
            ("no events in either", lambda: rate_gap(0, 10, 0, 10), SOUND),
            ("a negative exposure", lambda: rate_gap(1, -10, 5, 10), MethodError),
        ],
    ),
    *rows(
        "rate_interval",
        [
            ("no events", lambda: rate_interval(0), SOUND),
            ("zero exposure", lambda: rate_interval(3, 0), "no_denominator"),
            ("all missing", lambda: rate_interval(nan), "no_data"),
        ],
    ),
    *[
        row
        for name, method in (
            ("stratified_odds_ratio", stratified_odds_ratio),
            ("stratified_rate_ratio", stratified_rate_ratio),
        )
        for row in rows(
            name,
            [
                ("no rows", lambda method=method: method(STRATA.iloc[:0]), "no_data"),
                ("one row", lambda method=method: method(STRATA.iloc[:1]), SOUND),
                (
                    "one group",
                    lambda method=method: method(changed(STRATA, "reference_denominator", 0)),
                    "too_few_events",
                ),
                ("a stratum twice", lambda method=method: method(STRATA.iloc[[0, 0]]), MethodError),
                ("no column", lambda method=method: method(STRATA[["numerator"]]), MethodError),
                (
                    "no events",
                    lambda method=method: method(STRATA.assign(numerator=0, reference_numerator=0)),
                    "no_data",
                ),
            ],
        )
    ],
    *rows(
        "standardized_rate",
        [
            ("no rows", lambda: standardized_rate(WEIGHTED.iloc[:0]), "no_data"),
            ("one row", lambda: standardized_rate(WEIGHTED.iloc[:1]), SOUND),
            ("zero denominators", lambda: standardized_rate(changed(WEIGHTED, "denominator", 0)), "no_denominator"),
            (
                "nobody in a stratum",
                lambda: standardized_rate(WEIGHTED.assign(numerator=0, denominator=0)),
                "no_denominator",
            ),
            ("all missing", lambda: standardized_rate(changed(WEIGHTED, "numerator", np.nan)), "no_data"),
            ("no events", lambda: standardized_rate(changed(WEIGHTED, "numerator", 0)), SOUND),
            ("weight missing", lambda: standardized_rate(changed(WEIGHTED, "weight", np.nan)), MethodError),
        ],
    ),
    *rows(
        "standardized_gap",
        [
            (
                "no events on one side",
                lambda: standardized_gap(standardized_rate(WEIGHTED), standardized_rate(WEIGHTED.assign(numerator=0))),
                SOUND,
            ),
            (
                "intervals of different confidence",
                lambda: standardized_gap(standardized_rate(WEIGHTED), standardized_rate(WEIGHTED, 0.9)),
                MethodError,
            ),
            (
                "no rows",
                lambda: standardized_gap(standardized_rate(WEIGHTED.iloc[:0]), standardized_rate(WEIGHTED)),
                "no_data",
            ),
        ],
    ),
    *rows(
        "rate_gap_trend",
        [
            ("no rows", lambda: rate_gap_trend(GROUP.iloc[:0], REFERENCE.iloc[:0]), "too_few_periods"),
            ("one row", lambda: rate_gap_trend(GROUP.iloc[:1], REFERENCE.iloc[:1]), "too_few_periods"),
            ("a group without values", lambda: rate_gap_trend(GROUP.iloc[:0], REFERENCE), "too_few_periods"),
            (
                "no events",
                lambda: rate_gap_trend(*[changed(each, "numerator", 0.0) for each in (GROUP, REFERENCE)]),
                "too_few_events",
            ),
            ("all equal", lambda: rate_gap_trend(counted([0.2] * 6), counted([0.2] * 6)), SOUND),
            ("a gap in the periods", lambda: rate_gap_trend(GROUP.drop(GROUP.index[2]), REFERENCE), SOUND),
            ("a period twice", lambda: rate_gap_trend(GROUP.iloc[[0, 0, 1, 2, 3]], REFERENCE), MethodError),
        ],
    ),
    *rows(
        "mean_gap_trend",
        [
            ("no rows", lambda: mean_gap_trend(INCOME[:0], OTHERS[:0]), "no_data"),
            ("one row", lambda: mean_gap_trend(INCOME[:1], OTHERS[:1]), "too_few_periods"),
            ("all equal", lambda: mean_gap_trend(INCOME, INCOME), "no_variation"),
            ("a gap in the periods", lambda: mean_gap_trend(INCOME.drop(INCOME.index[2]), OTHERS), "gaps_in_periods"),
            ("all missing", lambda: mean_gap_trend(INCOME * np.nan, OTHERS), "no_data"),
        ],
    ),
    *rows(
        "compare_groups",
        [
            ("one group", lambda: compare_groups(UNITS.iloc[:1], "a"), "too_few_groups"),
            ("an unknown reference", lambda: compare_groups(UNITS, "z"), MethodError),
            ("a group twice", lambda: compare_groups(UNITS.iloc[[0, 0, 1]], "b"), MethodError),
            ("all equal", lambda: compare_groups(UNITS.assign(numerator=10, denominator=100), "a"), SOUND),
            (
                "no people in the reference",
                lambda: compare_groups(UNITS.assign(numerator=0, denominator=0), "a"),
                "no_denominator",
            ),
            ("all missing", lambda: compare_groups(UNITS.assign(numerator=np.nan), "a"), "no_data"),
        ],
    ),
    *rows(
        "funnel_plot",
        [
            ("no rows", lambda: funnel_plot(UNITS.iloc[:0]), "too_few_groups"),
            ("one row", lambda: funnel_plot(UNITS.iloc[:1]), "too_few_groups"),
            ("no events", lambda: funnel_plot(changed(UNITS, "numerator", 0)), "no_variation"),
            ("all equal", lambda: funnel_plot(UNITS.assign(numerator=10, denominator=100)), SOUND),
            ("zero denominators", lambda: funnel_plot(UNITS.assign(numerator=0, denominator=0)), "too_few_groups"),
            ("no column", lambda: funnel_plot(UNITS[["numerator"]]), MethodError),
            ("a target that no share has", lambda: funnel_plot(UNITS, target=1.5), MethodError),
        ],
    ),
    *rows(
        "adjust_p_values",
        [
            ("no rows", lambda: adjust_p_values(P_VALUES.iloc[:0]), "no_data"),
            ("one row", lambda: adjust_p_values(P_VALUES.iloc[:1]), SOUND),
            ("all missing", lambda: adjust_p_values(P_VALUES * np.nan), "no_data"),
            ("no probability", lambda: adjust_p_values(P_VALUES + 1), MethodError),
        ],
    ),
]
