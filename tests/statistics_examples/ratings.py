"""Ratings."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from rating_and_network_data import KRIPPENDORFF_2011, SHROUT_FLEISS_1979

from collective_impact.errors import MethodError
from collective_impact.framework.instruments import instrument
from collective_impact.statistics.ratings.agreement import krippendorff_alpha
from collective_impact.statistics.ratings.criteria import gate, summarise_ratings
from collective_impact.statistics.ratings.factors import factor_means
from collective_impact.statistics.ratings.instrument_scores import score
from collective_impact.statistics.ratings.internal_consistency import internal_consistency
from collective_impact.statistics.ratings.intraclass_correlation import intraclass_correlation
from collective_impact.statistics.ratings.paired_waves import paired_waves
from statistics_examples import SOUND, Degenerate

RUBRIC = pd.DataFrame([[place % 5 for place in range(24)], [(place + place % 7 // 6) % 5 for place in range(24)]])
SURVEY = pd.DataFrame(
    {"a": [1, 2, 3, 4, 5, 4, 3, 2, 5, 4, 4, 3, 2, 5, 4, 3], "b": [2, 2, 3, 5, 5, 4, 2, 2, 4, 4, 5, 3, 1, 5, 3, 3]}
).assign(c=[1, 3, 3, 4, 4, 5, 3, 1, 5, 4, 3, 3, 2, 4, 4, 2])
PARTNERS = pd.Series([f"partner-{place // 2}" for place in range(16)])
BEFORE = pd.Series([1.0, 2, 2, 3, 1, 0, 2, 3], index=[*"abcdefgh"])
AFTER = pd.Series([2.0, 2, 3, 4, 1, 2, 3, 2], index=[*"abcdefgh"])
WILDER = instrument("wilder")
ANSWERS = pd.DataFrame({f"wilder_{number:02}": SURVEY["a"] for number in range(1, 41)})


def interval_of_alpha(ratings: pd.DataFrame) -> object:
    return krippendorff_alpha(ratings).interval


def mean(answers: pd.DataFrame, **options: object) -> object:
    return factor_means(answers, {"factor": ["a", "b"]}, **options)["factor"]


EXAMPLES: dict[str, Callable[[], object]] = {
    "ratings.agreement.krippendorff_alpha": lambda: krippendorff_alpha(RUBRIC),
    "ratings.intraclass_correlation.intraclass_correlation": lambda: intraclass_correlation(SHROUT_FLEISS_1979),
    "ratings.internal_consistency.internal_consistency": lambda: internal_consistency(SURVEY),
    "ratings.paired_waves.paired_waves": lambda: paired_waves(BEFORE, AFTER),
    "ratings.factors.factor_means": lambda: factor_means(SURVEY, {"f": ["a", "b"]}, clusters=PARTNERS)["f"],
    "ratings.criteria.summarise_ratings": lambda: summarise_ratings(SURVEY),
    "ratings.criteria.gate": lambda: gate(summarise_ratings(SURVEY), 3),
    "ratings.instrument_scores.score": lambda: score(WILDER, ANSWERS, partners=PARTNERS),
}


def rows(method: str, *cases: tuple[str, Callable[[], object], str | type[MethodError]]) -> list[Degenerate]:
    return [Degenerate(f"ratings.{method}", *case) for case in cases]


TWO_PARTNERS = PARTNERS.set_axis([2, 1, *range(2, 16)])
CANCELLING = SURVEY[["a"]].assign(b=6 - SURVEY["a"])
NOTHING = pd.DataFrame(index=["a", "b"])
MISSING = pd.DataFrame(np.full((3, 20), np.nan))
ALIKE = pd.DataFrame(np.full((3, 20), 2.0))
INFINITE = SHROUT_FLEISS_1979.astype(float).replace(10.0, np.inf)
LOOSE = pd.DataFrame([[1, None], [None, 2]])
ALL_BUT_ONE_ALIKE = ALIKE.T.assign(d=[1.0] + [2.0] * 19).T
OPPOSED = pd.DataFrame([[1, 3] * 4, [3, 1] * 4])
SITES = pd.Series([*"pppqrstu"], index=[*"abcdefgh"])
LONE = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])

DEGENERATE: list[Degenerate] = [
    *rows(
        "agreement.krippendorff_alpha",
        ("no rows", lambda: krippendorff_alpha(pd.DataFrame()), "no_data"),
        ("no units", lambda: krippendorff_alpha(NOTHING), "no_data"),
        ("all missing", lambda: krippendorff_alpha(MISSING), "no_data"),
        ("all equal", lambda: krippendorff_alpha(ALIKE), "no_variation"),
        ("one rater", lambda: krippendorff_alpha(RUBRIC[:1]), "too_few_raters"),
        (
            "no two raters of one thing",
            lambda: krippendorff_alpha(LOOSE),
            "too_few_raters",
        ),
        ("one thing", lambda: krippendorff_alpha(pd.DataFrame([[1], [2]])), SOUND),
        ("an infinite score", lambda: krippendorff_alpha(INFINITE), SOUND),
        ("interval, few things", lambda: interval_of_alpha(KRIPPENDORFF_2011), "too_few_rated"),
        ("interval, no disagreement", lambda: interval_of_alpha(RUBRIC.iloc[[0, 0]]), "no_variation"),
        (
            "interval, one score unlike the others",
            lambda: interval_of_alpha(ALL_BUT_ONE_ALIKE),
            "no_variation",
        ),
        ("unknown metric", lambda: krippendorff_alpha(RUBRIC, "kappa"), MethodError),
        ("negative ratios", lambda: krippendorff_alpha(RUBRIC - 3, "ratio"), MethodError),
        ("confidence in percent", lambda: krippendorff_alpha(RUBRIC, confidence=95), MethodError),
    ),
    *rows(
        "intraclass_correlation.intraclass_correlation",
        ("no rows", lambda: intraclass_correlation(pd.DataFrame()), "no_data"),
        ("all missing", lambda: intraclass_correlation(MISSING), "no_data"),
        ("one rater", lambda: intraclass_correlation(SHROUT_FLEISS_1979[:1]), "too_few_raters"),
        ("few things", lambda: intraclass_correlation(SHROUT_FLEISS_1979.iloc[:, :5]), "too_few_rated"),
        ("a missing cell", lambda: intraclass_correlation(KRIPPENDORFF_2011), "missing_ratings"),
        ("an infinite score", lambda: intraclass_correlation(INFINITE), "missing_ratings"),
        ("all equal", lambda: intraclass_correlation(ALIKE), "no_variation"),
        ("raters who always agree", lambda: intraclass_correlation(RUBRIC.iloc[[0, 0]]), "no_variation"),
        ("things all alike", lambda: intraclass_correlation(pd.DataFrame([[1] * 8, [2] * 8])), "no_variation"),
        (
            "scores that cancel out",
            lambda: intraclass_correlation(OPPOSED),
            "no_variation",
        ),
        ("unknown form", lambda: intraclass_correlation(SHROUT_FLEISS_1979, "two_way"), MethodError),
        ("confidence in percent", lambda: intraclass_correlation(SHROUT_FLEISS_1979, confidence=95), MethodError),
    ),
    *rows(
        "internal_consistency.internal_consistency",
        ("no rows", lambda: internal_consistency(pd.DataFrame()), "no_data"),
        ("all missing", lambda: internal_consistency(MISSING.T), "no_data"),
        ("one item", lambda: internal_consistency(SURVEY[["a"]]), "too_few_items"),
        ("few respondents", lambda: internal_consistency(SURVEY[:14]), "too_few_respondents"),
        ("more items than respondents", lambda: internal_consistency(SURVEY.T), "too_few_respondents"),
        ("infinite answers", lambda: internal_consistency(SURVEY.replace(5, np.inf)), "too_few_respondents"),
        ("all equal", lambda: internal_consistency(ALIKE.T), "no_variation"),
        (
            "items that are the same",
            lambda: internal_consistency(SURVEY[["a"]].assign(b=SURVEY["a"])),
            "no_variation",
        ),
        (
            "items that cancel out",
            lambda: internal_consistency(SURVEY[["a"]].assign(b=6 - SURVEY["a"])),
            "no_variation",
        ),
        ("an item that never varies", lambda: internal_consistency(SURVEY.assign(c=3)), SOUND),
        ("an item left unreversed", lambda: internal_consistency(SURVEY.assign(c=6 - SURVEY["c"])), SOUND),
        ("a respondent twice", lambda: internal_consistency(SURVEY.set_axis([0] * 16)), MethodError),
        ("confidence in percent", lambda: internal_consistency(SURVEY, confidence=95), MethodError),
    ),
    *rows(
        "paired_waves.paired_waves",
        ("no rows", lambda: paired_waves(BEFORE[:0], AFTER[:0]), "no_data"),
        ("nobody in both rounds", lambda: paired_waves(BEFORE, LONE), "no_data"),
        ("all missing", lambda: paired_waves(BEFORE * np.nan, AFTER), "no_data"),
        ("infinite values", lambda: paired_waves(BEFORE.replace([1.0, 2.0], np.inf), AFTER), "too_few_pairs"),
        ("five pairs", lambda: paired_waves(BEFORE[:5], AFTER), "too_few_pairs"),
        ("six pairs at 99%", lambda: paired_waves(BEFORE[:6], AFTER, confidence=0.99), "too_few_pairs"),
        ("all moved alike", lambda: paired_waves(LONE / 10, LONE / 10 + 0.1), "no_variation"),
        ("nobody moved", lambda: paired_waves(BEFORE, BEFORE), "no_variation"),
        ("one moved", lambda: paired_waves(BEFORE, BEFORE.replace(0, 1)), SOUND),
        ("five partners", lambda: paired_waves(BEFORE, AFTER, clusters=SITES.replace("u", "t")), "too_few_clusters"),
        ("six partners", lambda: paired_waves(BEFORE, AFTER, clusters=SITES), SOUND),
        ("partners unknown", lambda: paired_waves(BEFORE, AFTER, clusters=SITES.replace(list("pqrstu"), None)), SOUND),
        ("partners who moved alike", lambda: paired_waves(BEFORE, BEFORE + 1, clusters=SITES), "no_variation"),
        (
            "a respondent of two partners",
            lambda: paired_waves(BEFORE, AFTER, clusters=pd.concat([SITES, SITES.replace("p", "q")])),
            MethodError,
        ),
        ("a negative seed", lambda: paired_waves(BEFORE, AFTER, seed=-1), MethodError),
        ("somebody twice", lambda: paired_waves(BEFORE.set_axis([*"aacdefgh"]), AFTER), MethodError),
        ("confidence in percent", lambda: paired_waves(BEFORE, AFTER, confidence=95), MethodError),
    ),
    *rows(
        "factors.factor_means",
        ("no rows", lambda: mean(SURVEY[:0]), "too_few_respondents"),
        ("one row", lambda: mean(SURVEY[:1]), "too_few_respondents"),
        ("all missing", lambda: mean(SURVEY * np.nan), "too_few_respondents"),
        ("all equal", lambda: mean(SURVEY * 0 + 3, clusters=PARTNERS), SOUND),
        ("infinite answers", lambda: mean(SURVEY.replace(5, np.inf), clusters=PARTNERS), SOUND),
        ("one partner", lambda: mean(SURVEY, clusters=pd.Series(["one"] * 16)), SOUND),
        ("partners that are all alike", lambda: mean(CANCELLING, clusters=PARTNERS), SOUND),
        ("partners unknown", lambda: mean(SURVEY, clusters=pd.Series([None] * 16, dtype=object)), SOUND),
        (
            "a respondent of two partners",
            lambda: mean(SURVEY, clusters=TWO_PARTNERS),
            MethodError,
        ),
        ("confidence in percent", lambda: mean(SURVEY, confidence=95), MethodError),
    ),
    *rows(
        "criteria.gate",
        ("no scores", lambda: gate(summarise_ratings(SURVEY[:0]), 3), "no_data"),
        ("all missing", lambda: gate(summarise_ratings(SURVEY * np.nan), 3), "no_data"),
        ("infinite scores", lambda: gate(summarise_ratings(SURVEY * np.inf), 3), "no_data"),
    ),
    *rows(
        "instrument_scores.score",
        ("no rows", lambda: score(WILDER, ANSWERS[:0]), "no_data"),
        ("few respondents", lambda: score(WILDER, ANSWERS[:4]), "too_few_respondents"),
        ("a rater twice", lambda: score(instrument("conditions"), pd.DataFrame(index=["a", "a"])), MethodError),
    ),
]
