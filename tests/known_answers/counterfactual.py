"""Effects: synthetic control, difference in differences, interrupted time series."""

from functools import cache

from statistics_data import california

from collective_impact.statistics.counterfactual.difference_in_differences import difference_in_differences
from collective_impact.statistics.counterfactual.interrupted_time_series import interrupted_time_series
from collective_impact.statistics.counterfactual.synthetic_control import placebos_in_space, synthetic_control
from collective_impact.statistics.counterfactual.synthetic_difference_in_differences import (
    synthetic_difference_in_differences,
)
from known_answers.known import Known

AER = "Arkhangelsky, Athey, Hirshberg, Imbens & Wager 2021, AER 111, Table 1"
ADH = "Abadie, Diamond & Hainmueller 2010, JASA 105; outcome-only variant"
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


def nile_standard_error():
    from scipy.special import stdtrit

    return (nile().estimate.high - nile().estimate.value) / stdtrit(98, 0.975)


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
    Known("AER", "… its placebo SE", 17.7, 0.25 * 17.7, lambda: did().standard_error, AER, 2, DRAWS),
    Known("KA13", "Nile, mean before", 1097.750, 0.01, lambda: nile().frame["counterfactual"].iloc[0], NILE),
    Known("KA13", "Nile, shift in 1899", -247.778, 0.01, lambda: nile().estimate.value, NILE),
    Known("KA13", "… its HAC SE, lag 4", 31.34, 0.01, nile_standard_error, NILE),
]
