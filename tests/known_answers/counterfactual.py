"""Effects: synthetic control, difference in differences, interrupted time series, staggered adoption."""

from functools import cache
from pathlib import Path

import pandas as pd
from statistics_data import california, year

from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.goodman_bacon import goodman_bacon
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series
from collective_impact.statistics.counterfactual.predictors import predictor_table
from collective_impact.statistics.counterfactual.staggered_adoption import staggered_adoption
from collective_impact.statistics.counterfactual.synthetic_control import placebos_in_space, synthetic_control
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from collective_impact.statistics.panel import panel_from_long
from known_answers.known import Known

DATA = Path(__file__).parents[1] / "data"
AER = "Arkhangelsky, Athey, Hirshberg, Imbens & Wager 2021, AER 111, Table 1"
ADH = "Abadie, Diamond & Hainmueller 2010, JASA 105; outcome-only variant"
ADH_COVARIATES = "Abadie, Diamond & Hainmueller 2010, JASA 105, Table 2 and section 3"
CALLAWAY = "Callaway & Sant'Anna 2021, Journal of Econometrics 225; vignette of their package did"
BACON = "Goodman-Bacon 2021, Journal of Econometrics 225: identity; data of Cheng & Hoekstra 2013, JHR 48"
BOOTSTRAP = "theirs is bootstrapped"
SOLVER = "predictor weights, and these with them, depend on the program"
NILE = "Cobb 1978, Biometrika 65; Durbin & Koopman, Time Series Analysis by State Space Methods"
DRAWS = "theirs rests on random draws, ours uses each area once"


@cache
def placebos():
    return placebos_in_space(california())


@cache
def synthetic_did():
    return synthetic_difference_in_differences(california())


@cache
def did():
    return difference_in_differences(california())


@cache
def nile():
    from statsmodels.datasets import nile

    data = nile.load_pandas().data
    series = data.set_index(data["year"].astype(int))["volume"]
    return interrupted_time_series(series, 1899, trend=False, confidence=0.95)


def weight(state):
    return lambda: synthetic_control(california()).weights[state]


@cache
def tobacco_predictors():
    """The seven predictors of Abadie, Diamond & Hainmueller (2010)."""
    frame = pd.read_csv(DATA / "tobacco-predictors.csv")
    frame["year"] = pd.PeriodIndex(frame["year"].astype(str), freq="Y")
    names = ["log_income", "share_aged_15_to_24", "retail_price", "beer"]
    covariates = {name: frame.pivot(index="year", columns="area", values=name) for name in names}
    return predictor_table(california(), covariates, outcome_in=[year(1975), year(1980), year(1988)])


@cache
def placebos_with_covariates():
    return placebos_in_space(california(), predictors=tobacco_predictors())


def weight_with_covariates(state):
    return lambda: synthetic_control(california(), tobacco_predictors()).weights[state]


@cache
def minimum_wage():
    """Log teen employment in 500 counties, 2003-2007; the minimum wage rose in 2004, 2006 or 2007, or not."""
    frame = pd.read_csv(DATA / "minimum-wage-county-employment.csv")
    first = frame.groupby("countyreal")["first.treat"].first()
    panel = panel_from_long(frame, first[first > 0].to_dict(), unit="countyreal", period="year", value="lemp")
    return staggered_adoption(panel)


def group_time(start, period, column="effect"):
    def found():
        frame = minimum_wage().group_time
        return frame[(frame["start"] == start) & (frame["period"] == period)][column].item()

    return found


def error_of(estimate):
    """Standard error behind an estimate's Student t interval with many degrees of freedom."""
    return lambda: (estimate().high - estimate().value) / 1.96


@cache
def castle():
    import causaldata

    frame = causaldata.castle.load_pandas().data
    starts = frame[frame["post"] == 1].groupby("sid")["year"].min().to_dict()
    return goodman_bacon(panel_from_long(frame, starts, unit="sid", period="year", value="l_homicide"))


def kind(name, column):
    return lambda: castle().kinds.loc[name, column]


PUBLISHED_GROUP_TIME = {
    2004: {2004: -0.0105, 2005: -0.0704, 2006: -0.1373, 2007: -0.1008},
    2006: {2004: 0.0065, 2005: -0.0028, 2006: -0.0046, 2007: -0.0412},
    2007: {2004: 0.0305, 2005: -0.0027, 2006: -0.0311, 2007: -0.0261},
}
PUBLISHED_ERRORS = {2004: 0.0246, 2005: 0.0332, 2006: 0.0397, 2007: 0.0357}


def nile_standard_error():
    return nile().coefficients.loc["level_change", "hac_standard_error"]


KNOWN = [
    Known("KA08", "Synthetic DiD, California", -15.604, 0.01, lambda: synthetic_did().estimate.value, AER),
    Known("KA08", "… its placebo SE", 8.4, 0.25 * 8.4, lambda: synthetic_did().standard_error, AER, 2, DRAWS),
    Known("KA09", "Synthetic control, average gap", -19.6, 0.15, lambda: placebos().estimate.value, AER),
    Known("KA09", "… its placebo SE", 9.9, 0.25 * 9.9, lambda: placebos().standard_error, AER, 2, DRAWS),
    Known("KA09", "… gap in 2000", -26.6, 0.05, lambda: placebos().gaps["california"].iloc[-1], ADH),
    Known("KA09", "… weight of Utah", 0.394, 5e-4, weight("utah"), ADH),
    Known("KA09", "… weight of Montana", 0.232, 5e-4, weight("montana"), ADH),
    Known("KA09", "… weight of Nevada", 0.205, 5e-4, weight("nevada"), ADH),
    Known("KA09", "… weight of Connecticut", 0.109, 5e-4, weight("connecticut"), ADH),
    Known("KA11", "… rank among 39", 3, 0, lambda: placebos().rank, ADH, 0, "with covariates published: 1 of 39"),
    Known("KA11", "… p-value of the rank", 3 / 39, 1e-12, lambda: placebos().p_value, ADH),
    Known("AER", "DiD, California", -27.3, 0.05, lambda: did().estimate.value, AER),
    Known("AER", "… its placebo SE", 17.7, 0.25 * 17.7, lambda: did().placebo_standard_error, AER, 2, DRAWS),
    Known("KA13", "Nile, mean before", 1097.750, 0.01, lambda: nile().frame["counterfactual"].iloc[0], NILE),
    Known("KA13", "Nile, shift in 1899", -247.778, 0.01, lambda: nile().estimate.value, NILE),
    Known("KA13", "… its HAC SE, lag 4", 31.34, 0.01, nile_standard_error, NILE),
    *(
        Known(
            "KA05",
            f"Minimum wage raised in {start}: effect in {period}",
            published,
            1e-4,
            group_time(start, period),
            CALLAWAY,
            4,
        )
        for start, row in PUBLISHED_GROUP_TIME.items()
        for period, published in row.items()
    ),
    *(
        Known(
            "KA05",
            f"… SE of the effect of 2004 in {period}",
            published,
            0.15 * published,
            group_time(2004, period, "standard_error"),
            CALLAWAY,
            4,
            BOOTSTRAP,
        )
        for period, published in PUBLISHED_ERRORS.items()
    ),
    Known("KA07", "Minimum wage, simple average", -0.0400, 1e-4, lambda: minimum_wage().simple.value, CALLAWAY, 4),
    Known("KA07", "… its SE", 0.012, 0.15 * 0.012, error_of(lambda: minimum_wage().simple), CALLAWAY, 4, BOOTSTRAP),
    Known("KA07", "… average over starts", -0.0310, 1e-4, lambda: minimum_wage().estimate.value, CALLAWAY, 4),
    Known("KA07", "… its SE", 0.012, 0.15 * 0.012, error_of(lambda: minimum_wage().estimate), CALLAWAY, 4, BOOTSTRAP),
    *(
        Known(
            "KA07",
            f"… start {start}",
            published,
            1e-4,
            lambda start=start: minimum_wage().by_start.estimates[start].value,
            CALLAWAY,
            4,
        )
        for start, published in {2004: -0.0797, 2006: -0.0229, 2007: -0.0261}.items()
    ),
    Known(
        "KA09",
        "With 7 predictors: weight of Utah",
        0.334,
        0.01,
        weight_with_covariates("utah"),
        ADH_COVARIATES,
        3,
        SOLVER,
    ),
    Known("KA09", "… weight of Nevada", 0.234, 0.01, weight_with_covariates("nevada"), ADH_COVARIATES),
    Known("KA09", "… weight of Montana", 0.199, 0.01, weight_with_covariates("montana"), ADH_COVARIATES),
    Known("KA09", "… weight of Colorado", 0.164, 0.01, weight_with_covariates("colorado"), ADH_COVARIATES),
    Known("KA09", "… weight of Connecticut", 0.069, 0.01, weight_with_covariates("connecticut"), ADH_COVARIATES),
    Known("KA11", "… rank among 39", 1, 0, lambda: placebos_with_covariates().rank, ADH_COVARIATES, 0),
    Known("KA11", "… p-value of the rank", 0.026, 5e-4, lambda: placebos_with_covariates().p_value, ADH_COVARIATES),
    Known(
        "KA38",
        "Castle doctrine, homicide: two-way fixed effects",
        0.069398,
        1e-6,
        lambda: castle().coefficient,
        BACON,
        6,
    ),
    Known("KA38", "… weight, with never treated", 0.899, 5e-4, kind("with_never_treated", "weight"), BACON),
    Known("KA38", "… weight, earlier with later", 0.077, 5e-4, kind("earlier_with_later", "weight"), BACON),
    Known("KA38", "… weight, later with earlier", 0.024, 5e-4, kind("later_with_earlier", "weight"), BACON),
    Known("KA38", "… estimate, with never treated", 0.0784, 5e-5, kind("with_never_treated", "estimate"), BACON, 4),
    Known("KA38", "… estimate, earlier with later", -0.0286, 5e-5, kind("earlier_with_later", "estimate"), BACON, 4),
    Known("KA38", "… estimate, later with earlier", 0.0456, 5e-5, kind("later_with_earlier", "estimate"), BACON, 4),
]
