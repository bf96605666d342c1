from collections.abc import Callable

import numpy as np
import pandas as pd
from statistics_data import simulated, year, yearly

from collective_impact.errors import MethodError
from collective_impact.statistics.counterfactual.history_sensitivity import history_of_treated, history_sensitivity
from collective_impact.statistics.counterfactual.interrupted_counts import interrupted_counts
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series, own_trend_of
from collective_impact.statistics.rate_regression import rate_regression
from statistics_examples import SOUND, Degenerate

ITS = "counterfactual.interrupted_time_series.interrupted_time_series"
COUNTS = "counterfactual.interrupted_counts.interrupted_counts"
HISTORY = "counterfactual.history_sensitivity.history_sensitivity"
OF_TREATED = "counterfactual.history_sensitivity.history_of_treated"
RATES = "rate_regression.rate_regression"

SERIES = yearly([20, 21, 19, 22, 23, 21, 24, 25, 23, 26, 20, 19, 21, 18, 17, 19])
CASES = yearly([31, 28, 35, 30, 33, 29, 36, 31, 34, 32, 20, 25, 22, 19, 24, 21])
PEOPLE = yearly(np.linspace(1000, 1100, 16))
START = year(2010)
MONTHS = pd.Series(np.sin(np.arange(48)) + np.arange(48) / 10, index=pd.period_range("2000-01", periods=48, freq="M"))
GROUPS = pd.DataFrame({"level": 1.0, "group": [0.0, 1.0] * 4})
EVENTS = np.array([5.0, 9, 4, 8, 6, 12, 5, 7])


def without(series, *places):
    return series.drop(series.index[list(places)])


def its(series, start=START, **options):
    return lambda: interrupted_time_series(series, start, **options)


def counts(cases=CASES, people=PEOPLE, start=START, **options):
    return lambda: interrupted_counts(cases, people, start, **options)


def rates(events=EVENTS, design=GROUPS, exposure=None, **options):
    return lambda: rate_regression(events, design, np.ones(8) if exposure is None else exposure, **options)


EXAMPLES: dict[str, Callable[[], object]] = {
    ITS: its(SERIES),
    f"{ITS}, seasons": its(MONTHS, MONTHS.index[30], seasonal="harmonics"),
    "counterfactual.interrupted_time_series.own_trend_of": lambda: own_trend_of(simulated()),
    COUNTS: counts(),
    HISTORY: lambda: history_sensitivity(SERIES, START),
    "counterfactual.history_sensitivity.history_of_treated": lambda: history_of_treated(
        simulated(periods=20, before=14)
    ),
    RATES: rates(),
    f"{RATES}, in order of time": rates(lags=1),
}

ALIKE = [
    ("no rows", [], "no_data"),
    ("one row", [3.0], "too_few_periods_before"),
    ("all missing", np.full(16, np.nan), "no_data"),
    ("an infinite value", SERIES.replace(22, np.inf).to_numpy(), "gaps_in_periods"),
    ("a hole", SERIES.replace(22, np.nan).to_numpy(), "gaps_in_periods"),
]

DEGENERATE: list[Degenerate] = [
    *(Degenerate(ITS, data, its(yearly(values)), reason) for data, values, reason in ALIKE),
    *(Degenerate(COUNTS, data, counts(yearly(values)), reason) for data, values, reason in ALIKE),
    *(
        Degenerate(HISTORY, data, lambda values=values: history_sensitivity(yearly(values), START), reason)
        for data, values, reason in ALIKE
    ),
    Degenerate(
        "history_of_treated", "none treated", lambda: history_of_treated(simulated(treated=0)), "no_treated_unit"
    ),
    Degenerate(ITS, "all equal", its(yearly(np.full(16, 3.0))), "no_variation"),
    Degenerate(ITS, "on a line", its(yearly(np.arange(16))), "no_variation"),
    Degenerate(ITS, "a period that is not there", its(without(SERIES, 4)), "gaps_in_periods"),
    Degenerate(ITS, "not treated", its(SERIES, None), "no_treated_unit"),
    Degenerate(ITS, "no known start", its(SERIES, pd.NaT), "no_treated_unit"),
    Degenerate(ITS, "start after the last period", its(SERIES, year(2020)), "too_few_periods_after"),
    Degenerate(ITS, "treated from the first period", its(SERIES, year(2000)), "treated_from_first_period"),
    Degenerate(ITS, "few periods before", its(SERIES, year(2007)), "too_few_periods_before"),
    Degenerate(
        ITS,
        "less than two years of seasons",
        its(MONTHS, MONTHS.index[20], seasonal="dummies"),
        "too_few_periods_before",
    ),
    Degenerate(
        ITS,
        "as many terms as periods",
        its(SERIES, covariates=pd.DataFrame(np.eye(16), SERIES.index)),
        "more_terms_than_rows",
    ),
    Degenerate(
        ITS,
        "a covariate that is the time",
        its(SERIES, covariates=pd.DataFrame({"time": np.arange(16.0)}, SERIES.index)),
        "collinear",
    ),
    Degenerate(
        ITS,
        "a covariate with a hole",
        its(SERIES, covariates=pd.DataFrame({"other": np.arange(15.0)}, SERIES.index[1:])),
        "gaps_in_periods",
    ),
    Degenerate(
        ITS, "a covariate named as a term", its(SERIES, covariates=pd.DataFrame({"slope": SERIES**2})), MethodError
    ),
    Degenerate(ITS, "a period twice", its(pd.concat([SERIES, SERIES[:1]])), MethodError),
    Degenerate(ITS, "start of another kind", its(SERIES, 2010), MethodError),
    Degenerate(ITS, "start of another frequency", its(SERIES, pd.Period("2010-01", "M")), MethodError),
    Degenerate(ITS, "unknown seasons", its(SERIES, seasonal="spring"), MethodError),
    Degenerate(ITS, "seasons of years", its(SERIES, seasonal="dummies"), MethodError),
    Degenerate(ITS, "no waves", its(MONTHS, MONTHS.index[30], seasonal="harmonics", harmonics=0), MethodError),
    Degenerate(ITS, "confidence of 95", its(SERIES, confidence=95), MethodError),
    Degenerate(ITS, "negative lags", its(SERIES, lags=-1), MethodError),
    Degenerate(
        HISTORY, "as short as it may be", lambda: history_sensitivity(SERIES[2:], START), "too_few_periods_before"
    ),
    Degenerate(COUNTS, "hardly any cases", counts(CASES * 0 + 1), "too_few_events"),
    Degenerate(COUNTS, "no cases", counts(CASES * 0), "too_few_events"),
    Degenerate(COUNTS, "none before", counts(CASES.where(CASES.index >= START, 0.0)), "too_few_events"),
    Degenerate(COUNTS, "none after", counts(CASES.where(CASES.index < START, 0.0)), "too_few_events"),
    Degenerate(COUNTS, "negative", counts(-CASES), MethodError),
    Degenerate(COUNTS, "an exposure of 0", counts(people=PEOPLE.replace(1000, 0)), "no_denominator"),
    Degenerate(COUNTS, "a missing exposure", counts(people=without(PEOPLE, 5)), "no_denominator"),
    Degenerate(COUNTS, "an exposure twice", counts(people=pd.concat([PEOPLE, PEOPLE[:1]])), MethodError),
    Degenerate(COUNTS, "equal rates", counts(yearly(np.full(16, 30.0)), yearly(np.full(16, 1e3))), "no_variation"),
    Degenerate(COUNTS, "treated from the first period", counts(start=year(2000)), "treated_from_first_period"),
    Degenerate(COUNTS, "confidence of 0", counts(confidence=0), MethodError),
    Degenerate(RATES, "no rows", rates([], GROUPS[:0], []), "no_data"),
    Degenerate(RATES, "one row", rates([4.0], GROUPS[:1], [1.0]), "more_terms_than_rows"),
    Degenerate(RATES, "all missing", rates(np.full(8, np.nan)), "no_data"),
    Degenerate(RATES, "an infinite count", rates(np.where(EVENTS == 12, np.inf, EVENTS)), SOUND),
    Degenerate(RATES, "no events", rates(EVENTS * 0), "too_few_events"),
    Degenerate(RATES, "a group without events", rates(EVENTS * GROUPS["group"]), "too_few_events"),
    Degenerate(RATES, "one group", rates(design=GROUPS.assign(group=0.0)), "collinear"),
    Degenerate(
        RATES, "the same term twice under two names", rates(design=GROUPS.assign(other=GROUPS["group"])), "collinear"
    ),
    Degenerate(RATES, "the same name twice", rates(design=GROUPS.set_axis(["a", "a"], axis=1)), MethodError),
    Degenerate(RATES, "zero denominators", rates(exposure=np.zeros(8)), "no_denominator"),
    Degenerate(RATES, "a missing denominator", rates(exposure=[np.nan, *[1.0] * 7]), "no_denominator"),
    Degenerate(RATES, "all equal", rates(np.full(8, 5.0)), SOUND),
    Degenerate(RATES, "negative counts", rates(-EVENTS), MethodError),
    Degenerate(RATES, "lengths that differ", rates(EVENTS[:-1]), MethodError),
    Degenerate(RATES, "unknown dispersion", rates(dispersion="normal"), MethodError),
    Degenerate(RATES, "unknown term", lambda: rates()().ratio("age"), MethodError),
]
