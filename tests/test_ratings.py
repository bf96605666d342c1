"""Ratings: agreement, consistency and change hold against independent computations, and do not heed names or order."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rating_and_network_data import KRIPPENDORFF_2011, SHROUT_FLEISS_1979
from scipy import stats

from collective_impact.framework.instruments import instrument
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.agreement import krippendorff_alpha
from collective_impact.statistics.ratings.factors import factor_means
from collective_impact.statistics.ratings.instrument_scores import score
from collective_impact.statistics.ratings.internal_consistency import internal_consistency
from collective_impact.statistics.ratings.intraclass_correlation import intraclass_correlation
from collective_impact.statistics.ratings.paired_waves import paired_waves

few = settings(max_examples=10, deadline=None)
seeds = st.integers(0, 10_000)


def rubric(seed, raters=3, things=24, noise=0.6):
    rng = np.random.default_rng(seed)
    scores = 2 + 1.2 * rng.normal(size=things) + noise * rng.normal(size=(raters, things))
    return pd.DataFrame(np.clip(np.round(scores), 0, 4))


def alpha_by_pairs(ratings):
    """Interval alpha by going through all pairs of scores, within things and over all."""
    units = [column.dropna().to_numpy() for _, column in ratings.items() if column.notna().sum() > 1]
    within = sum(((unit[:, None] - unit) ** 2).sum() / (len(unit) - 1) for unit in units)
    every = np.concatenate(units)
    return 1 - within * (len(every) - 1) / ((every[:, None] - every) ** 2).sum()


@few
@given(seeds, st.floats(0, 0.4))
def test_alpha_is_that_of_all_pairs_of_scores(seed, missing):
    ratings = rubric(seed)
    ratings = ratings.mask(np.random.default_rng(seed).random(ratings.shape) < missing)
    assert krippendorff_alpha(ratings, "interval").alpha == pytest.approx(alpha_by_pairs(ratings))


@few
@given(seeds)
def test_alpha_heeds_neither_order_nor_names_nor_where_the_scale_begins(seed):
    ratings, rng = rubric(seed), np.random.default_rng(seed)
    one = krippendorff_alpha(ratings)
    shuffled = ratings.iloc[rng.permutation(len(ratings)), rng.permutation(ratings.shape[1])]
    unrated = shuffled.set_axis([f"thing {n}" for n in range(24)], axis=1).assign(new=[1, np.nan, np.nan])
    for other in (shuffled, unrated, 3 + 10 * ratings):
        assert krippendorff_alpha(other) == one


def test_an_interval_of_alpha_lies_around_it_and_narrows_with_things():
    widths = []
    for things in (20, 80, 320):
        agreement = krippendorff_alpha(rubric(1, things=things))
        interval = agreement.interval
        assert interval.low < agreement.alpha < interval.high <= 1
        widths.append(interval.high - interval.low)
    assert widths[0] > 1.5 * widths[1] > 2.25 * widths[2]


def test_raters_who_never_disagree_get_alpha_without_interval():
    agreement = krippendorff_alpha(rubric(1).iloc[[0, 0]])
    assert agreement.alpha == 1
    assert agreement.interval == Insufficient("no_variation", 1, 2)


def test_intraclass_correlations_of_shrout_and_fleiss():
    """Intervals that psychological software gives for their table, to two decimals."""
    expected = {"one_way": (-0.13, 0.72, 0.44), "agreement": (0.02, 0.76, 0.62), "consistency": (0.34, 0.95, 0.91)}
    for form, (low, high, average) in expected.items():
        found = intraclass_correlation(SHROUT_FLEISS_1979, form)
        assert (found.single.low, found.single.high) == pytest.approx((low, high), abs=0.006)
        assert found.average.value == pytest.approx(average, abs=0.006)


@few
@given(seeds, st.floats(-5, 5), st.floats(0.1, 10))
def test_correlations_do_not_heed_order_level_and_unit(seed, level, unit):
    rng = np.random.default_rng(seed)
    ratings = pd.DataFrame(rng.normal(size=12) + rng.normal(size=(3, 12)) + rng.normal(size=(3, 1)))
    raised = ratings + rng.normal(size=(3, 1))
    for form in ("one_way", "agreement", "consistency"):
        one = intraclass_correlation(ratings, form)
        other = intraclass_correlation(level + unit * ratings.iloc[::-1, rng.permutation(12)], form)
        assert (other.single.low, other.single.high) == pytest.approx((one.single.low, one.single.high))
        assert one.single.low <= one.single.value <= one.single.high
        lifted = intraclass_correlation(raised, form).single.value
        assert (lifted == pytest.approx(one.single.value)) == (form == "consistency")


@few
@given(seeds)
def test_cronbachs_alpha_is_consistency_of_the_mean_of_items(seed):
    rng = np.random.default_rng(seed)
    answers = pd.DataFrame(rng.normal(size=(20, 1)) + rng.normal(size=(20, 4)), columns=[*"abcd"])
    found = internal_consistency(answers)
    other = intraclass_correlation(answers.T, "consistency").average
    assert (found.alpha.value, found.alpha.low, found.alpha.high) == pytest.approx((other.value, other.low, other.high))
    rest = answers[["b", "c", "d"]]
    assert found.items.loc["a", "with_rest"] == pytest.approx(np.corrcoef(answers["a"], rest.sum(axis=1))[0, 1])
    assert found.items.loc["a", "alpha_without"] == pytest.approx(internal_consistency(rest).alpha.value)


def test_who_left_an_item_out_is_counted_and_an_unreversed_item_shows():
    rng = np.random.default_rng(0)
    answers = pd.DataFrame(rng.normal(size=(30, 1)) + 0.7 * rng.normal(size=(30, 6)), columns=[*"abcdef"])
    answers.loc[3, "a"], answers.loc[4] = np.nan, np.nan
    found = internal_consistency(answers.assign(d=-answers["d"]))
    assert (found.n, found.left_out) == (28, 1)
    assert found.items["with_rest"].idxmin() == "d"
    assert found.items.loc["d", "with_rest"] < 0 < found.alpha.value < found.items.loc["d", "alpha_without"]


def waves(seed, n=12):
    rng = np.random.default_rng(seed)
    names = [f"partner {number}" for number in range(n)]
    return pd.Series(rng.normal(size=n), names), pd.Series(rng.normal(size=n), names)


@few
@given(seeds, st.integers(6, 16))
def test_the_shift_is_what_the_signed_rank_test_does_not_reject(seed, n):
    before, after = waves(seed, n)
    found, moved = paired_waves(before, after), after - before
    assert found.p_value == pytest.approx(stats.wilcoxon(moved, method="exact").pvalue)
    width = found.shift.high - found.shift.low

    def p_value(shift):
        return stats.wilcoxon(moved - shift, method="exact").pvalue

    for end, inward in ((found.shift.low, 1), (found.shift.high, -1)):
        assert p_value(end + inward * 1e-6 * width) > 0.05 >= p_value(end - inward * 1e-6 * width)


@few
@given(seeds, st.floats(-3, 3), st.floats(0.1, 10))
def test_the_shift_moves_with_the_ratings_and_heeds_no_order(seed, shift, unit):
    before, after = waves(seed)
    one, other = paired_waves(before, after), paired_waves(unit * before[::-1], unit * (after + shift))
    for name in ("value", "low", "high"):
        for kind in ("shift", "mean"):
            moved = getattr(getattr(other, kind), name)
            assert moved == pytest.approx(unit * (getattr(getattr(one, kind), name) + shift), abs=1e-9)


def test_the_signed_rank_test_with_ties_counts_every_pattern_of_signs():
    moved = pd.Series([1.0, 1, 2, -1, 0, 3, 1, 0, 2], [*"abcdefghi"])
    ranks = stats.rankdata(np.abs(moved[moved != 0]))
    signs = np.array(np.meshgrid(*[[0, 1]] * len(ranks))).reshape(len(ranks), -1)
    sums, seen = ranks @ signs, ranks @ (moved[moved != 0] > 0)
    found = paired_waves(moved * 0, moved)
    assert found.p_value == pytest.approx(2 * (sums >= seen).mean())
    assert (found.n_higher, found.n_lower, found.n_same, found.n) == (6, 1, 2, 9)
    assert (found.shift.value, found.shift.low, found.shift.high) == (1.0, 0.0, 2.0)


def rounds_of(sizes, seed=0, alike=1.0):
    """Two rounds of respondents who move with their partner."""
    rng = np.random.default_rng(seed)
    partner = np.repeat(np.arange(len(sizes)), sizes)
    names = [f"respondent {number:02}" for number in range(len(partner))]
    before = pd.Series(rng.normal(size=len(partner)), names)
    moved = alike * rng.normal(size=len(sizes))[partner] + 0.5 * rng.normal(size=len(partner))
    return before, before + moved, pd.Series([f"p{number}" for number in partner], names)


def test_partners_are_compared_with_their_mean_differences():
    before, after, partners = rounds_of([3, 1, 4, 2, 5, 2, 3, 1])
    found, plain = (paired_waves(before, after, clusters=each) for each in (partners, None))
    moved = (after - before).groupby(partners).mean()
    alone = paired_waves(moved * 0, moved)
    assert (found.shift.value, found.shift.low, found.shift.high) == pytest.approx(
        (alone.shift.value, alone.shift.low, alone.shift.high)
    )
    assert found.p_value == alone.p_value
    assert found.mean.value == pytest.approx(plain.mean.value)
    assert found.mean.high - found.mean.low > 1.3 * (plain.mean.high - plain.mean.low)
    assert (found.n, found.n_clusters, plain.n_clusters) == (21, 8, None)
    assert [(each.name, each.met) for each in found.assumptions] == [
        ("independent_rows", None),
        ("symmetric_changes", None),
    ]


@few
@given(seeds)
def test_names_of_partners_and_order_of_rows_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    before, after, partners = rounds_of(rng.integers(1, 5, size=14), seed)
    mixed = rng.permutation(len(before))
    renamed = partners.map(
        {name: f"q{place}" for name, place in zip(partners.unique(), rng.permutation(14), strict=True)}
    )
    one = paired_waves(before, after, clusters=partners)
    other = paired_waves(before.iloc[mixed], after, clusters=renamed.iloc[mixed[::-1]])
    for kind in ("shift", "mean"):
        assert [getattr(getattr(other, kind), end) for end in ("value", "low", "high")] == pytest.approx(
            [getattr(getattr(one, kind), end) for end in ("value", "low", "high")], abs=1e-9
        )


def test_one_partner_with_most_of_the_pairs_gives_no_interval():
    before, after, partners = rounds_of([60, 1, 1, 1, 1, 1, 1])
    assert paired_waves(before, after, clusters=partners) == Insufficient("one_cluster_decides", 1, 2)


def test_who_rated_once_is_left_out_and_told():
    before, after = waves(1)
    found = paired_waves(before.drop("partner 0"), after.drop("partner 1"))
    assert (found.n, found.n_unpaired) == (10, 2)


def survey(partner, seed=0):
    rng = np.random.default_rng(seed)
    stance = rng.normal(size=partner.max() + 1)[partner] + 0.5 * rng.normal(size=len(partner))
    answers = pd.DataFrame({"a": np.clip(np.round(3 + stance), 1, 5)}, index=[f"r{n:02}" for n in range(len(partner))])
    return answers, pd.Series([f"p{n}" for n in partner], answers.index)


def test_clustered_errors_are_those_of_cr2():
    """Against the definition of CR2 with whole matrices: residuals through the root of the inverse of 1 - H."""
    answers, partners = survey(np.repeat(np.arange(8), [1, 2, 3, 4, 2, 2, 1, 5]))
    found = factor_means(answers, {"f": ["a"]}, clusters=partners)["f"]
    y, n = answers["a"].to_numpy(), len(answers)
    variance = 0.0
    for partner in partners.unique():
        own = (partners == partner).to_numpy()
        values, vectors = np.linalg.eigh(np.eye(own.sum()) - 1 / n)
        root = vectors @ np.diag(values**-0.5) @ vectors.T
        variance += (root @ (y - y.mean())[own]).sum() ** 2 / n**2
    assert found.standard_error == pytest.approx(np.sqrt(variance))
    assert found.n_clusters == 8


def test_the_bootstrap_by_partner_keeps_what_turning_the_signs_of_partners_does_not_reject():
    """Against every pattern of signs, each with its own residuals and errors by whole matrices."""
    answers, partners = survey(np.repeat(np.arange(8), [1, 2, 3, 3, 2, 2, 3, 3]), seed=3)
    found = factor_means(answers, {"f": ["a"]}, clusters=partners)["f"]
    y, each = answers["a"].to_numpy(), pd.factorize(partners)[0]
    belongs, n = np.eye(8)[each], len(answers)
    correction = 1 / (1 - belongs.sum(axis=0) / n)

    def ratio(values, mean):
        sums = belongs.T @ (values - values.mean())
        return abs(values.mean() - mean) / np.sqrt((correction * sums**2).sum() / n**2)

    def p_value(mean):
        drawn = [ratio(mean + np.array(signs)[each] * (y - mean), mean) for signs in product([-1, 1], repeat=8)]
        return np.mean(np.array(drawn) >= ratio(y, mean) - 1e-9)

    for end, inward in ((found.low, 1), (found.high, -1)):
        assert p_value(end + inward * 1e-4) > 0.05 >= p_value(end - inward * 1e-4)


def test_few_partners_get_students_interval():
    answers, partners = survey(np.repeat(np.arange(7), 3))
    found = factor_means(answers, {"f": ["a"]}, clusters=partners)["f"]
    assert (found.high - found.low) / 2 / found.standard_error == pytest.approx(stats.t.ppf(0.975, 6))
    many, partners = survey(np.repeat(np.arange(8), 3))
    sure = factor_means(many, {"f": ["a"]}, clusters=partners, confidence=0.999)["f"]
    assert (sure.high - sure.low) / 2 / sure.standard_error == pytest.approx(stats.t.ppf(0.9995, 7))


def test_respondents_who_each_stand_alone_give_the_plain_interval():
    answers, _ = survey(np.arange(12))
    alone = pd.Series([f"p{n}" for n in range(11)], answers.index[:11])
    plain, clustered = (factor_means(answers, {"f": ["a"]}, clusters=each)["f"] for each in (None, alone))
    assert (clustered.low, clustered.high) == pytest.approx((plain.low, plain.high))
    assert (plain.n_clusters, clustered.n_clusters) == (None, 12)


def test_alike_partners_widen_an_interval_and_few_or_lopsided_ones_give_none():
    answers, partners = survey(np.repeat(np.arange(10), 3))
    plain, clustered = (factor_means(answers, {"f": ["a"]}, clusters=each)["f"] for each in (None, partners))
    assert clustered.value == plain.value
    assert clustered.high - clustered.low > 1.3 * (plain.high - plain.low)
    for sizes in ([3] * 5, [60, 1, 1, 1, 1, 1, 1]):
        answers, partners = survey(np.repeat(np.arange(len(sizes)), sizes))
        assert factor_means(answers, {"f": ["a"]}, clusters=partners)["f"].interval is None


def test_an_interval_ends_where_the_scale_does():
    answers = pd.DataFrame({"a": [5, 5, 5, 5, 5, 5, 5, 1]})
    found = factor_means(answers, {"f": ["a"]}, scale=(1, 5))["f"]
    assert found.low < found.value < found.high == 5


def test_scores_of_an_instrument_take_partners_into_account():
    answers, partners = survey(np.repeat(np.arange(10), 3))
    wilder = answers.set_axis(["wilder_12"], axis=1)
    plain, clustered = (
        score(instrument("wilder"), wilder, partners=each).groups["wilder_compromise"] for each in (None, partners)
    )
    assert clustered.standard_error > plain.standard_error
    assert clustered.n_clusters == 10


def test_missing_ratings_are_no_obstacle_to_alpha_but_to_correlations():
    assert krippendorff_alpha(KRIPPENDORFF_2011).n_raters == 4
    assert intraclass_correlation(KRIPPENDORFF_2011) == Insufficient("missing_ratings", 7, 0)
