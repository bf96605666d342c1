"""Published figures, reproduced through the public API.

Tolerances: point estimates to the rounding of the publication (synthetic control: 0.15, as published figures come
from a solver with a stopping rule); placebo standard errors 25%, as published ones rest on random draws.
"""

from functools import cache

import pytest
from statistics_data import california

from collective_impact.statistics.difference_in_differences import difference_in_differences
from collective_impact.statistics.interrupted_time_series import interrupted_time_series
from collective_impact.statistics.run_chart import run_chart_limits
from collective_impact.statistics.synthetic_control import placebos_in_space, synthetic_control
from collective_impact.statistics.synthetic_difference_in_differences import synthetic_difference_in_differences

AER = "Arkhangelsky, Athey, Hirshberg, Imbens & Wager 2021, AER 111, Table 1"
ADH = "Abadie, Diamond & Hainmueller 2010, JASA 105; outcome-only variant"
NILE = "Cobb 1978, Biometrika 65; Durbin & Koopman, Time Series Analysis by State Space Methods"
ANHOEJ = "Anhøj & Olesen 2014, PLoS ONE 9"


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
    ("KA08 effect", lambda: synthetic_did().estimate.value, -15.604, 0.01, AER),
    ("KA08 standard error", lambda: synthetic_did().standard_error, 8.4, 0.25 * 8.4, AER),
    ("KA09 effect", lambda: placebos().estimate.value, -19.6, 0.15, AER),
    ("KA09 standard error", lambda: placebos().standard_error, 9.9, 0.25 * 9.9, AER),
    ("KA09 gap in 2000", lambda: placebos().gaps["california"].iloc[-1], -26.6, 0.05, ADH),
    ("KA09 Utah", weight("utah"), 0.394, 5e-4, ADH),
    ("KA09 Montana", weight("montana"), 0.232, 5e-4, ADH),
    ("KA09 Nevada", weight("nevada"), 0.205, 5e-4, ADH),
    ("KA09 Connecticut", weight("connecticut"), 0.109, 5e-4, ADH),
    ("KA11 rank", lambda: placebos().rank, 3, 0, ADH),
    ("KA11 p-value", lambda: placebos().p_value, 3 / 39, 1e-12, ADH),
    ("DiD effect", lambda: did().estimate.value, -27.3, 0.05, AER),
    ("DiD standard error", lambda: did().standard_error, 17.7, 0.25 * 17.7, AER),
    ("KA13 mean before", lambda: nile().frame["counterfactual"].iloc[0], 1097.750, 0.01, NILE),
    ("KA13 shift", lambda: nile().estimate.value, -247.778, 0.01, NILE),
    ("KA13 HAC standard error", nile_standard_error, 31.34, 0.01, NILE),
]


@pytest.mark.parametrize(("name", "computed", "published", "tolerance", "source"), KNOWN, ids=[row[0] for row in KNOWN])
def test_published_figure(name, computed, published, tolerance, source):
    assert computed() == pytest.approx(published, abs=tolerance), source


def test_placebos_that_outrank_california_are_missouri_and_virginia():
    assert list(placebos().ratios.index[:3]) == ["missouri", "virginia", "california"]


@pytest.mark.parametrize(
    ("points", "longest_run", "crossings"),
    [(10, 6, 2), (12, 7, 3), (13, 7, 3), (16, 7, 4), (20, 7, 6), (24, 8, 8), (30, 8, 10), (60, 9, 23), (100, 10, 41)],
)
def test_run_chart_limits_ka32(points, longest_run, crossings):
    limits = run_chart_limits(points)
    assert (limits.longest_run, limits.crossings) == (longest_run, crossings), ANHOEJ
