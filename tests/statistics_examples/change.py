from collections.abc import Callable

import numpy as np
import pandas as pd
from statistics_data import simulated, year, yearly

from collective_impact.errors import MethodError
from collective_impact.statistics.change.attribute_charts import count_chart, proportion_chart, rate_chart
from collective_impact.statistics.change.baseline import baseline_profile, gap_between, gap_lately
from collective_impact.statistics.change.control_chart import individuals_chart
from collective_impact.statistics.change.forecast import forecast_if_nothing_changes
from collective_impact.statistics.change.response_lag import response_lag
from collective_impact.statistics.change.run_chart import run_chart
from collective_impact.statistics.change.trajectory import trajectory_to_target
from collective_impact.statistics.survival import days_between, share_done, survival
from collective_impact.statistics.trend import linear_trend
from statistics_examples import SOUND, Degenerate

VALUES = np.random.default_rng(0).normal(size=24)
SERIES = yearly(50 + VALUES)
SIZES = yearly(np.arange(40.0, 64.0))
CASES = yearly(np.random.default_rng(1).binomial(50, 0.3, size=24)).clip(upper=40)
LASTED = np.array([3.0, 8, 8, 12, 20, 31, 31, 40, 55, 80, 90, 90])
DONE = np.arange(12) % 3 > 0
SIGNALS = pd.Series(pd.date_range("2024-01-01", periods=12, freq="11D"))
DECISIONS = (SIGNALS + pd.to_timedelta(np.arange(5, 65, 5), unit="D")).where(np.arange(12) % 4 > 0)
PANEL = simulated(seed=2)


def on_course(series: "pd.Series[float]", **options: float) -> object:
    return trajectory_to_target(series, 10.0, year(2030), "decrease", **options)


EXAMPLES: dict[str, Callable[[], object]] = {
    "trend.linear_trend": lambda: linear_trend(SERIES),
    "survival.survival": lambda: survival(LASTED, DONE),
    "survival.share_done": lambda: share_done(survival(LASTED, DONE), 30),
    "survival.days_between": lambda: days_between(SIGNALS, DECISIONS, "2024-12-31"),
    "change.run_chart.run_chart": lambda: run_chart(SERIES),
    "change.run_chart.run_chart (Perla)": lambda: run_chart(SERIES, rules="perla"),
    "change.control_chart.individuals_chart": lambda: individuals_chart(SERIES, phases=[year(2012)]),
    "change.attribute_charts.proportion_chart": lambda: proportion_chart(CASES, SIZES),
    "change.attribute_charts.rate_chart": lambda: rate_chart(CASES, SIZES, corrected=True),
    "change.attribute_charts.count_chart": lambda: count_chart(CASES),
    "change.trajectory.trajectory_to_target": lambda: on_course(SERIES),
    "change.forecast.forecast_if_nothing_changes": lambda: forecast_if_nothing_changes(SERIES, 4, floor=0),
    "change.baseline.baseline_profile": lambda: baseline_profile(PANEL),
    "change.baseline.gap_between": lambda: gap_between(PANEL),
    "change.baseline.gap_lately": lambda: gap_lately(gap_between(PANEL), 6),
    "change.response_lag.response_lag": lambda: response_lag(SIGNALS, DECISIONS, "2024-12-31"),
}

TWICE = pd.concat([SERIES, SERIES.iloc[:1]])
INFINITE = SERIES.where(SERIES.index != year(2004), np.inf)
SERIES_METHODS: dict[str, Callable[["pd.Series[float]"], object]] = {
    "linear_trend": linear_trend,
    "run_chart": run_chart,
    "individuals_chart": individuals_chart,
    "trajectory_to_target": on_course,
    "forecast_if_nothing_changes": lambda series: forecast_if_nothing_changes(series, 3),
}
ALL_EQUAL = {"run_chart": "too_few_periods"}


def share(method: Callable[..., object]) -> Callable[["pd.Series[float]", "pd.Series[float]"], object]:
    return lambda cases, sizes: method(cases, sizes)


DEGENERATE: list[Degenerate] = [
    *(
        Degenerate(method, data, lambda call=call, series=series: call(series), expected)
        for method, call in SERIES_METHODS.items()
        for data, series, expected in (
            ("no rows", yearly([]), "no_data"),
            ("all missing", yearly([np.nan] * 12), "no_data"),
            ("one row", yearly([1.0]), "too_few_periods"),
            ("all equal", yearly([3.0] * 20), ALL_EQUAL.get(method, "no_variation")),
            ("an infinite value", INFINITE, "gaps_in_periods"),
            ("a gap in the periods", SERIES.drop(year(2010)), "gaps_in_periods"),
            ("a period twice", TWICE, MethodError),
            ("an alternating series", yearly(np.tile([1.0, 2.0], 12)), SOUND),
            ("tiny values", SERIES * 1e-9, SOUND),
            ("huge values", SERIES * 1e12, SOUND),
        )
    ),
    Degenerate("linear_trend", "on a line", lambda: linear_trend(yearly(np.arange(9.0))), "no_variation"),
    Degenerate("linear_trend", "confidence of 95", lambda: linear_trend(SERIES, 95), MethodError),
    Degenerate("linear_trend", "five periods", lambda: linear_trend(SERIES[:5]), SOUND),
    Degenerate("linear_trend", "random walk", lambda: linear_trend(SERIES.cumsum()), SOUND),
    Degenerate("run_chart", "two values", lambda: run_chart(yearly([0.0] * 9 + [1.0] * 9)), SOUND),
    Degenerate(
        "run_chart", "mostly on the median", lambda: run_chart(yearly([0.0] * 20 + [1.0] * 4)), "too_few_periods"
    ),
    Degenerate("run_chart", "unknown rules", lambda: run_chart(SERIES, rules="nelson"), MethodError),
    Degenerate("individuals_chart", "11 points", lambda: individuals_chart(SERIES[:11]), "too_few_periods"),
    Degenerate(
        "individuals_chart",
        "only short phases",
        lambda: individuals_chart(SERIES, [year(2008), year(2016)]),
        "too_few_periods",
    ),
    Degenerate(
        "individuals_chart",
        "a phase that stands still",
        lambda: individuals_chart(yearly([*VALUES[:12], *[0.0] * 12]), [year(2012)]),
        SOUND,
    ),
    Degenerate(
        "individuals_chart", "phase from the first period", lambda: individuals_chart(SERIES, [year(2000)]), MethodError
    ),
    *(
        Degenerate(name, data, lambda method=method, cases=cases, sizes=sizes: method(cases, sizes), expected)
        for name, method in (("proportion_chart", proportion_chart), ("rate_chart", rate_chart))
        for data, cases, sizes, expected in (
            ("no rows", yearly([]), yearly([]), "no_data"),
            ("one row", CASES[:1], SIZES[:1], "too_few_periods"),
            ("all missing", CASES * np.nan, SIZES, "no_data"),
            ("no cases", CASES * 0, SIZES, "no_variation"),
            ("zero denominators", CASES * 0, SIZES * 0, "no_denominator"),
            ("missing denominators", CASES, SIZES * np.nan, "no_denominator"),
            (
                "one zero denominator",
                CASES.where(CASES.index != year(2003), 0),
                SIZES.where(SIZES.index != year(2003), 0),
                SOUND,
            ),
            ("an infinite denominator", CASES, SIZES.where(SIZES.index != year(2003), np.inf), SOUND),
            ("negative cases", -CASES, SIZES, MethodError),
            ("half a case", CASES + 0.5, SIZES, MethodError),
            ("other periods", CASES[:20], SIZES, MethodError),
            ("a period twice", pd.concat([CASES, CASES[:1]]), SIZES, MethodError),
        )
    ),
    Degenerate("proportion_chart", "everybody", lambda: proportion_chart(SIZES, SIZES), "no_variation"),
    Degenerate("proportion_chart", "more cases than people", lambda: proportion_chart(SIZES + 1, SIZES), MethodError),
    Degenerate("count_chart", "no rows", lambda: count_chart(yearly([])), "no_data"),
    Degenerate("count_chart", "no cases", lambda: count_chart(CASES * 0), "no_variation"),
    Degenerate("count_chart", "all equal", lambda: count_chart(CASES * 0 + 5), SOUND),
    Degenerate(
        "count_chart", "corrected, all equal", lambda: count_chart(CASES * 0 + 5, corrected=True), "no_variation"
    ),
    Degenerate(
        "trajectory_to_target",
        "no target",
        lambda: trajectory_to_target(SERIES, None, year(2030), "increase"),
        "no_target",
    ),
    Degenerate(
        "trajectory_to_target",
        "target before the first period",
        lambda: trajectory_to_target(SERIES, 1.0, year(1990), "increase"),
        "too_few_periods_before",
    ),
    Degenerate(
        "trajectory_to_target",
        "target period passed",
        lambda: trajectory_to_target(SERIES, 1.0, year(2010), "increase"),
        SOUND,
    ),
    Degenerate(
        "forecast_if_nothing_changes", "no periods", lambda: forecast_if_nothing_changes(SERIES, 0), MethodError
    ),
    Degenerate(
        "forecast_if_nothing_changes",
        "at its ceiling",
        lambda: forecast_if_nothing_changes(SERIES, 3, ceiling=10),
        SOUND,
    ),
    Degenerate("baseline_profile", "no rows", lambda: baseline_profile(pd.DataFrame()), "no_data"),
    Degenerate("baseline_profile", "all infinite", lambda: baseline_profile(pd.DataFrame({"a": [np.inf]})), "no_data"),
    Degenerate("baseline_profile", "one row", lambda: baseline_profile(pd.DataFrame({"a": [1.0]})), SOUND),
    Degenerate(
        "baseline_profile",
        "a period twice",
        lambda: baseline_profile(pd.DataFrame({"a": [1.0, 2.0]}, index=[1, 1])),
        MethodError,
    ),
    Degenerate("gap_between", "no treated", lambda: gap_between(simulated(treated=0)), "no_treated_unit"),
    Degenerate("gap_between", "all treated", lambda: gap_between(simulated(treated=7), "unit-0"), "no_donors"),
    Degenerate("gap_between", "two treated", lambda: gap_between(simulated(treated=2)), "many_treated_units"),
    Degenerate(
        "gap_between",
        "treated from the first period",
        lambda: gap_between(simulated(before=0)),
        "too_few_periods_before",
    ),
    Degenerate("gap_lately", "one period", lambda: gap_lately(gap_between(PANEL), 1), SOUND),
    Degenerate("gap_lately", "no periods", lambda: gap_lately(gap_between(PANEL), 0), MethodError),
    Degenerate("gap_between", "unknown unit", lambda: gap_between(PANEL, "nowhere"), MethodError),
    Degenerate("survival", "no rows", lambda: survival([], []), "too_few_rows"),
    Degenerate("survival", "nine rows", lambda: survival(LASTED[:9], DONE[:9]), "too_few_rows"),
    Degenerate("survival", "all missing", lambda: survival(LASTED * np.nan, DONE), "too_few_rows"),
    Degenerate(
        "survival", "infinite values", lambda: survival(np.append(LASTED, np.inf), np.append(DONE, True)), SOUND
    ),
    Degenerate("survival", "all equal", lambda: survival(np.full(12, 7.0), DONE), SOUND),
    Degenerate("survival", "all zero", lambda: survival(np.zeros(12), np.ones(12, dtype=bool)), SOUND),
    Degenerate("survival", "nothing done", lambda: survival(LASTED, np.zeros(12, dtype=bool)), SOUND),
    Degenerate("survival", "negative durations", lambda: survival(-LASTED, DONE), MethodError),
    Degenerate("survival", "other lengths", lambda: survival(LASTED, DONE[:5]), MethodError),
    Degenerate("survival", "confidence of 95", lambda: survival(LASTED, DONE, 95), MethodError),
    Degenerate(
        "share_done",
        "beyond what was followed",
        lambda: share_done(survival(LASTED, np.zeros(12, dtype=bool)), 99),
        "too_short_follow_up",
    ),
    Degenerate("share_done", "negative duration", lambda: share_done(survival(LASTED, DONE), -1), MethodError),
    Degenerate("share_done", "no curve", lambda: share_done(survival([], []), 5), "too_few_rows"),
    Degenerate("days_between", "no rows", lambda: days_between(pd.Series([]), pd.Series([]), "2024-01-01"), "no_data"),
    Degenerate(
        "days_between",
        "all missing",
        lambda: days_between(pd.Series([None, None]), pd.Series([None, None]), "2024-01-01"),
        "no_data",
    ),
    Degenerate(
        "days_between", "ends before their starts", lambda: days_between(DECISIONS, SIGNALS, "2024-12-31"), "no_data"
    ),
    Degenerate(
        "days_between",
        "no dates",
        lambda: days_between(pd.Series(["soon"]), pd.Series(["later"]), "2024-12-31"),
        MethodError,
    ),
    Degenerate("days_between", "no day of looking", lambda: days_between(SIGNALS, DECISIONS, None), MethodError),
    Degenerate(
        "response_lag", "few signals", lambda: response_lag(SIGNALS[:5], DECISIONS[:5], "2024-12-31"), "too_few_rows"
    ),
    Degenerate(
        "response_lag",
        "all open",
        lambda: response_lag(SIGNALS, DECISIONS.where(DECISIONS.isna()), "2024-12-31"),
        SOUND,
    ),
    Degenerate(
        "response_lag", "other lengths", lambda: response_lag(SIGNALS, DECISIONS[:5], "2024-12-31"), MethodError
    ),
]
