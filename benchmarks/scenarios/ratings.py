"""Scenarios of the family `ratings`: raters and respondents who answer in steps of a scale."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from collective_impact.statistics.estimate import Interval, student_margin
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.agreement import krippendorff_alpha
from collective_impact.statistics.ratings.clustered_mean import clustered_error
from collective_impact.statistics.ratings.factors import factor_means
from collective_impact.statistics.ratings.internal_consistency import internal_consistency
from collective_impact.statistics.ratings.intraclass_correlation import intraclass_correlation
from collective_impact.statistics.ratings.paired_waves import paired_waves
from scenarios import Drawn, Scenario

Rng = np.random.Generator
MANY = 40_000
EXACT = "ties: the exact interval with its ends holds more often than it says; narrower ones hold too seldom"


def in_steps(values: np.ndarray, low: int, high: int) -> np.ndarray:
    return np.clip(np.round(values), low, high)


def rubric(rng: Rng, raters: int, things: int, noise: float, centre: float = 2.0, spread: float = 1.2) -> pd.DataFrame:
    """Scores 0-4 of things that differ, by raters who err alike."""
    true = centre + spread * rng.normal(size=things)
    return pd.DataFrame(in_steps(true + noise * rng.normal(size=(raters, things)), 0, 4))


@cache
def alpha_of_many(raters: int, noise: float, centre: float, spread: float, metric: str) -> float:
    many = rubric(np.random.default_rng(1), raters, MANY, noise, centre, spread)
    return krippendorff_alpha(many, metric).alpha


def alpha(raters, things, noise, *, centre=2.0, spread=1.2, metric="ordinal", missing=0.0, note="") -> Scenario:
    def draw(rng: Rng) -> Drawn:
        scores = rubric(rng, raters, things, noise, centre, spread)
        agreement = krippendorff_alpha(scores.mask(rng.random(scores.shape) < missing), metric)
        truth = alpha_of_many(raters, noise, centre, spread, metric)
        return (agreement if isinstance(agreement, Insufficient) else agreement.interval), truth

    true = alpha_of_many(raters, noise, centre, spread, metric)
    holes = f", {missing:.0%} missing" if missing else ""
    data = f"{metric} alpha {true:.2f}, {raters} raters of {things} things, 0-4{holes}"
    return Scenario("ratings.agreement.krippendorff_alpha", data, draw, note)


def correlation(form, raters, things, share, rater_share, *, average=False, steps=False, note="") -> Scenario:
    """Normal scores with `share` of the variance between things and `rater_share` of the rest between raters."""

    def scores(rng: Rng, things: int) -> np.ndarray:
        between = rater_share * (1 - share)
        levels = np.sqrt(between) * rng.normal(size=(raters, 1))
        rest = np.sqrt(1 - share - between) * rng.normal(size=(raters, things))
        values = np.sqrt(share) * rng.normal(size=things) + levels + rest
        return in_steps(2 + 1.1 * values, 0, 4) if steps else values

    def truth() -> float:
        error = 1 - share - (rater_share * (1 - share) if form == "consistency" else 0)
        single = share / (share + error)
        if steps:
            single = intraclass_correlation(pd.DataFrame(scores(np.random.default_rng(1), MANY)), form).single.value
        return raters * single / (1 + (raters - 1) * single) if average else single

    true = truth()

    def draw(rng: Rng) -> Drawn:
        found = intraclass_correlation(pd.DataFrame(scores(rng, things)), form)
        return (found if isinstance(found, Insufficient) else found.average if average else found.single), true

    kind = f"{form.replace('_', ' ')}{', mean of raters' if average else ''} {true:.2f}"
    data = f"{kind}, {raters} raters of {things} things, {'0-4' if steps else 'normal'}"
    if rater_share:
        data += f", {rater_share:.0%} of error is raters' level"
    return Scenario("ratings.intraclass_correlation.intraclass_correlation", data, draw, note)


def items(rng: Rng, kind: str, respondents: int) -> pd.DataFrame:
    """Answers to the items of one scale."""
    trait = rng.normal(size=(respondents, 1))
    match kind:
        case "normal":
            return pd.DataFrame(trait + rng.normal(size=(respondents, 4)))
        case "normal, unequal errors":
            return pd.DataFrame(trait + np.array([0.5, 1, 1.5, 2]) * rng.normal(size=(respondents, 4)))
        case "1-5":
            return pd.DataFrame(in_steps(3.3 + 0.8 * trait + 0.8 * rng.normal(size=(respondents, 4)), 1, 5))
        case "1-5, most at the top":
            return pd.DataFrame(in_steps(4.4 + 0.8 * trait + 0.8 * rng.normal(size=(respondents, 4)), 1, 5))
        case "two items, 1-5":
            return pd.DataFrame(in_steps(3.6 + 0.8 * trait + 0.6 * rng.normal(size=(respondents, 2)), 1, 5))
        case _:
            return pd.DataFrame((trait + rng.normal(size=(respondents, 6)) > 0.8).astype(float))


@cache
def consistency_of_many(kind: str) -> float:
    return internal_consistency(items(np.random.default_rng(1), kind, 10 * MANY)).alpha.value


def consistency(kind: str, respondents: int, note: str = "") -> Scenario:
    def draw(rng: Rng) -> Drawn:
        found = internal_consistency(items(rng, kind, respondents))
        return (found if isinstance(found, Insufficient) else found.alpha), consistency_of_many(kind)

    data = f"{kind}, {respondents} respondents"
    return Scenario("ratings.internal_consistency.internal_consistency", data, draw, note)


CHANGES: dict[str, tuple[list[float], list[float]]] = {
    "no shift": ([-2, -1, 0, 1, 2], [0.05, 0.2, 0.5, 0.2, 0.05]),
    "one step up": ([-1, 0, 1, 2, 3], [0.05, 0.2, 0.5, 0.2, 0.05]),
    "half a step up": ([-1, 0, 1, 2], [0.1, 0.4, 0.4, 0.1]),
    "most stay": ([-1, 0, 1], [0.1, 0.8, 0.1]),
}


def waves(kind: str, pairs: int, which: str = "shift", note: str = "") -> Scenario:
    def draw(rng: Rng) -> Drawn:
        if kind == "normal, shift of .4":
            moved, truth = 0.4 + rng.normal(size=pairs), 0.4
        elif kind == "differences of scores 0-4":
            trait = rng.normal(size=pairs)
            first, second = in_steps(2 + trait + 0.7 * rng.normal(size=(2, pairs)), 0, 4)
            moved, truth = second - first, 0.0
        else:
            steps, chances = CHANGES[kind]
            moved, truth = rng.choice(steps, p=chances, size=pairs), (steps[0] + steps[-1]) / 2
        found = paired_waves(pd.Series(np.zeros(pairs)), pd.Series(moved))
        return (found if isinstance(found, Insufficient) else getattr(found, which)), truth

    data = f"{which}, {kind}, {pairs} pairs"
    return Scenario("ratings.paired_waves.paired_waves", data, draw, note)


def partners(rng: Rng, count: int, sizes: str) -> np.ndarray:
    """Partner of each respondent."""
    match sizes:
        case "3 each":
            each = np.full(count, 3)
        case "5 each":
            each = np.full(count, 5)
        case "1 to 8":
            each = np.r_[8, 1 + rng.poisson(1.5, size=count - 1)]
        case "one with 20, others 2":
            each = np.r_[20, np.full(count - 1, 2)]
        case _:
            each = np.ones(count, int)
    return np.repeat(np.arange(count), each)


def survey(rng: Rng, partner: np.ndarray, alike: float, centre: float) -> pd.DataFrame:
    """Two items 1-5, respondents of one partner alike."""
    common = np.sqrt(alike) * rng.normal(size=partner.max() + 1)[partner]
    stance = centre + common + np.sqrt(1 - alike) * rng.normal(size=len(partner))
    return pd.DataFrame(in_steps(stance + 0.5 * rng.normal(size=(2, len(partner))), 1, 5).T, columns=["a", "b"])


@cache
def mean_of_many(centre: float) -> float:
    return float(survey(np.random.default_rng(1), np.arange(10 * MANY), 0.0, centre).to_numpy().mean())


def factor(
    count: int, sizes: str, alike: float, *, centre: float = 3.4, given: bool = True, note: str = ""
) -> Scenario:
    def draw(rng: Rng) -> Drawn:
        partner = partners(rng, count, sizes)
        clusters = pd.Series([f"p{number}" for number in partner]) if given else None
        answers = survey(rng, partner, alike, centre)
        found = factor_means(answers, {"f": ["a", "b"]}, clusters=clusters, scale=(1, 5))["f"]
        interval = None if isinstance(found, Insufficient) else found.interval
        return interval or Insufficient("too_few_respondents", len(partner)), mean_of_many(centre)

    where = "" if centre < 4 else ", most near 5"
    known = "" if given else ", partners not told"
    data = f"1-5{where}, {count} partners, {sizes}, correlation {alike:g}{known}"
    return Scenario("ratings.factors.factor_means", data, draw, note)


def by_percentiles(rng: Rng, values: np.ndarray, partner: np.ndarray) -> Interval:
    """2.5th and 97.5th percentile of the means of partners drawn with replacement."""
    drawn = rng.multinomial(partner.max() + 1, np.full(partner.max() + 1, 1 / (partner.max() + 1)), size=999)
    means = (drawn @ np.bincount(partner, weights=values)) / (drawn @ np.bincount(partner))
    return Interval(float(values.mean()), *map(float, np.quantile(means, [0.025, 0.975])), 0.95)


def by_student(rng: Rng, values: np.ndarray, partner: np.ndarray) -> Interval:
    """Student's t with the clustered error and its degrees of freedom."""
    error, degrees = clustered_error(values, partner)
    margin, mean = student_margin(error, degrees, 0.95), float(values.mean())
    return Interval(mean, mean - margin, mean + margin, 0.95)


OTHER_WAYS = {
    "percentile bootstrap by partner (not used)": by_percentiles,
    "Student's t with the clustered error (used below 8 partners)": by_student,
}


def other_way(way: str, count: int) -> Scenario:
    def draw(rng: Rng) -> Drawn:
        partner = partners(rng, count, "1 to 8")
        values = survey(rng, partner, 0.3, 3.4).mean(axis=1).to_numpy()
        return OTHER_WAYS[way](rng, values, partner), mean_of_many(3.4)

    data = f"1-5, {count} partners, 1 to 8, correlation 0.3"
    return Scenario(way, data, draw, "for comparison with factor_means, on the same kind of data")


def clustered_waves(
    which: str, count: int, sizes: str, alike: float, *, steps: bool = False, given: bool = True, note: str = ""
) -> Scenario:
    """Ratings in two rounds, a partner's respondents alike in how they move: by .3, or by 0 in steps 0-4."""

    def draw(rng: Rng) -> Drawn:
        partner = partners(rng, count, sizes)
        moved = np.sqrt(alike) * rng.normal(size=count)[partner] + np.sqrt(1 - alike) * rng.normal(size=len(partner))
        ends = rng.normal(size=len(partner)) + np.outer([-0.5, 0.5], moved + (0 if steps else 0.3))
        first, second = in_steps(2 + ends, 0, 4) if steps else ends
        clusters = pd.Series([f"p{number}" for number in partner]) if given else None
        found = paired_waves(pd.Series(first), pd.Series(second), clusters=clusters)
        return (found if isinstance(found, Insufficient) else getattr(found, which)), 0.0 if steps else 0.3

    known = "" if given else ", partners not told"
    kind = "differences of scores 0-4" if steps else "normal, shift of .3"
    data = f"{which}, {kind}, {count} partners, {sizes}, correlation {alike:g}{known}"
    return Scenario("ratings.paired_waves.paired_waves", data, draw, note)


FEW = "one partner dominates: no interval where that leaves fewer than 2 degrees of freedom"
CLOSE = "hardly any disagreement among few scores"

SCENARIOS: tuple[Scenario, ...] = (
    *(alpha(2, things, 0.5) for things in (20, 40)),
    *(alpha(3, things, 0.5) for things in (20, 40)),
    alpha(4, 20, 0.8),
    alpha(3, 20, 0.5, centre=3.0, spread=0.6),
    alpha(2, 20, 0.3, note=CLOSE),
    alpha(2, 40, 0.3),
    alpha(3, 30, 0.5, missing=0.2),
    alpha(3, 30, 0.5, metric="nominal"),
    alpha(3, 30, 0.5, metric="interval"),
    *(correlation("one_way", *size, 0.5, 0.0) for size in ((2, 6), (4, 20))),
    *(correlation("agreement", *size, 0.6, 0.2) for size in ((2, 6), (2, 20), (3, 10), (5, 6), (5, 20))),
    correlation("agreement", 3, 10, 0.8, 0.0),
    correlation("agreement", 3, 12, 0.6, 0.2, average=True),
    correlation("agreement", 3, 12, 0.7, 0.0, steps=True),
    *(correlation("consistency", *size, 0.6, 0.2) for size in ((2, 6), (3, 20))),
    correlation("consistency", 3, 12, 0.6, 0.2, average=True),
    correlation("consistency", 3, 12, 0.7, 0.0, steps=True),
    *(consistency("normal", respondents) for respondents in (15, 60)),
    *(consistency("normal, unequal errors", respondents) for respondents in (15, 60)),
    *(consistency("1-5", respondents) for respondents in (15, 30)),
    *(consistency("1-5, most at the top", respondents) for respondents in (15, 30)),
    consistency("two items, 1-5", 15),
    *(
        consistency("yes or no", respondents, "assumption violated: two steps are too far from normal")
        for respondents in (15, 60)
    ),
    *(waves("normal, shift of .4", pairs) for pairs in (6, 8, 12, 30)),
    *(waves(kind, 20, note=EXACT) for kind in CHANGES),
    *(waves("differences of scores 0-4", pairs, note=EXACT) for pairs in (8, 40)),
    *(waves("differences of scores 0-4", pairs, "mean") for pairs in (6, 12)),
    waves("most stay", 8, "mean", note="nearly all differences are alike: draws in which all are give no interval"),
    waves("most stay", 20, "mean"),
    *(clustered_waves("shift", count, "5 each", 0.3) for count in (6, 8, 12)),
    *(clustered_waves("mean", count, "5 each", 0.3) for count in (6, 8, 12)),
    *(clustered_waves(which, 12, "1 to 8", 0.3) for which in ("shift", "mean")),
    *(clustered_waves(which, 8, "5 each", 0.0) for which in ("shift", "mean")),
    clustered_waves("shift", 12, "5 each", 0.3, steps=True, note=EXACT),
    clustered_waves("mean", 12, "5 each", 0.3, steps=True),
    *(
        clustered_waves(which, 6, "5 each", 0.3, given=False, note="assumption violated: pairs taken as independent")
        for which in ("shift", "mean")
    ),
    *(factor(count, "1 each", 0.0) for count in (8, 20)),
    *(factor(count, "3 each", alike) for count, alike in ((6, 0.0), (6, 0.3), (12, 0.3))),
    *(factor(count, "1 to 8", alike) for count in (6, 8, 12, 20) for alike in (0.0, 0.1, 0.3)),
    *(factor(count, "1 to 8", 0.3, centre=4.3) for count in (6, 12)),
    *(other_way(way, count) for way in OTHER_WAYS for count in (6, 8, 12, 20)),
    *(factor(count, "one with 20, others 2", 0.1, note=FEW) for count in (8, 20)),
    factor(12, "3 each", 0.3, given=False, note="assumption violated: respondents taken as independent"),
)
