"""Shares, rates, gaps and their trends: against independent computations, and what must not change them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from collective_impact.statistics.equity.funnel_plot import funnel_limits, funnel_plot
from collective_impact.statistics.equity.gap_trend import mean_gap_trend, rate_gap_trend
from collective_impact.statistics.equity.group_comparison import compare_groups
from collective_impact.statistics.equity.mantel_haenszel import stratified_odds_ratio, stratified_rate_ratio
from collective_impact.statistics.equity.multiple_comparisons import adjust_p_values
from collective_impact.statistics.equity.rate_gap import rate_gap, rate_interval
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.equity.standardization import standardized_gap, standardized_rate
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.proportion import share_interval, share_limits, wilson_limits


def ends(interval):
    return [interval.value, interval.low, interval.high]


def strata(rows):
    return pd.DataFrame(rows, columns=["numerator", "denominator", "reference_numerator", "reference_denominator"])


two_groups = st.tuples(st.integers(1, 40), st.integers(0, 40), st.integers(1, 40), st.integers(0, 40)).map(
    lambda n: (n[0], n[0] + n[1], n[2], n[2] + n[3])
)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 80), st.integers(1, 80), st.sampled_from([0.8, 0.95, 0.99]))
def test_shares_have_wilsons_interval_unless_cases_are_rare(count, others, confidence):
    total = count + others
    low, high = wilson_limits(np.array([count]), np.array([total]), confidence)
    assert [low[0], high[0]] == pytest.approx(proportion_confint(count, total, 1 - confidence, "wilson"), abs=1e-12)
    interval = share_interval(count, total, confidence)
    if min(count, others) > 3 or (count == 0 and others > 3):
        assert [interval.low, interval.high] == pytest.approx([low[0], high[0]])
    mirrored = share_interval(others, total, confidence)
    assert [1 - mirrored.high, 1 - mirrored.low] == pytest.approx([interval.low, interval.high])


@pytest.mark.parametrize("n", [5, 10, 20, 50, 100])
def test_coverage_of_a_share_is_never_far_from_what_it_says(n):
    counts = np.arange(n + 1)
    low, high = share_limits(counts, np.full(n + 1, n))
    shares = np.linspace(0.001, 0.999, 999)
    covers = (low <= shares[:, None]) & (shares[:, None] <= high)
    coverage = (stats.binom.pmf(counts, n, shares[:, None]) * covers).sum(axis=1)
    assert coverage.min() > 0.915
    assert 0.945 < coverage.mean() < 0.98


@settings(max_examples=25, deadline=None)
@given(two_groups)
def test_the_risk_ratio_has_koopmans_interval(counts):
    gap = share_gap(*counts)
    if counts[0] < counts[1] and counts[2] < counts[3]:  # theirs divides by zero at shares of 100%
        theirs = confint_proportions_2indep(*counts, compare="ratio", method="score", correction=False)
        assert [gap.ratio.low, gap.ratio.high] == pytest.approx(theirs, rel=1e-3)
    table = [[counts[0], counts[1] - counts[0]], [counts[2], counts[3] - counts[2]]]
    if all(sum(column) for column in zip(*table, strict=True)):
        assert gap.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    assert gap.ratio.leaves_out(1) == (gap.p_value < 0.05)


@settings(max_examples=25, deadline=None)
@given(two_groups)
def test_exchanging_group_and_reference_turns_the_gap_over(counts):
    for method in (share_gap, rate_gap):
        gap, back = method(*counts), method(*counts[2:], *counts[:2])
        assert ends(gap.ratio) == pytest.approx(
            [1 / back.ratio.value, 1 / back.ratio.high, 1 / back.ratio.low], rel=1e-6
        )
        assert ends(gap.difference) == pytest.approx(
            [-back.difference.value, -back.difference.high, -back.difference.low]
        )
        assert gap.p_value == pytest.approx(back.p_value)


@settings(max_examples=25, deadline=None)
@given(two_groups, st.sampled_from([0.001, 7.0, 1000.0]))
def test_the_unit_of_exposure_changes_differences_only_by_its_factor(counts, factor):
    one, other = rate_gap(*counts), rate_gap(counts[0], counts[1] * factor, counts[2], counts[3] * factor)
    assert ends(one.ratio) == pytest.approx(ends(other.ratio))
    assert ends(one.difference) == pytest.approx([end * factor for end in ends(other.difference)])


def test_exact_rate_limits_and_ratio_agree_with_scipy():
    limits = stats.poisson.cdf(10, rate_interval(10).high), stats.poisson.sf(9, rate_interval(10).low)
    assert limits == pytest.approx((0.025, 0.025))
    gap = rate_gap(41, 28.0, 15, 19.0, interval="exact")
    share = stats.binomtest(41, 56).proportion_ci(0.95, "exact")
    assert [gap.ratio.low, gap.ratio.high] == pytest.approx([p / (1 - p) * 19 / 28 for p in share])
    assert gap.p_value == pytest.approx(2 * stats.binom.sf(40, 56, 28 / 47))


def test_both_gaps_are_always_there_and_few_events_are_flagged():
    gap = share_gap(3, 25, 0, 100)
    assert isinstance(gap.ratio, Insufficient)
    assert gap.difference.leaves_out(0)
    assert gap.unstable
    assert gap.small_denominator
    assert not share_gap(30, 100, 20, 100).unstable


@settings(max_examples=25, deadline=None)
@given(st.lists(two_groups, min_size=2, max_size=6))
def test_mantel_haenszel_agrees_with_statsmodels_and_one_stratum_with_the_crude_ratio(rows):
    table = strata(rows)
    result = stratified_odds_ratio(table)
    cells = np.array([[[a, n - a], [b, m - b]] for a, n, b, m in rows]).transpose(1, 2, 0)
    if isinstance(result, Insufficient):
        assert not (cells[0, 0] * cells[1, 1]).any() or not (cells[0, 1] * cells[1, 0]).any()
        return
    theirs = StratifiedTable(cells[:, :, table.index.isin(result.strata)])
    assert result.ratio.value == pytest.approx(theirs.oddsratio_pooled)
    if len(result.strata) > 1 and abs(result.ratio.value - 1) > 1e-3:
        assert result.homogeneity == pytest.approx(theirs.test_equal_odds().statistic, rel=1e-6, abs=1e-9)
    single = stratified_rate_ratio(table[:1])
    a, n, b, m = rows[0]
    assert single.ratio.value == pytest.approx((a / n) / (b / m))
    assert single.homogeneity is None


@settings(max_examples=25, deadline=None)
@given(st.lists(two_groups, min_size=2, max_size=6), st.randoms())
def test_strata_without_information_and_their_order_change_nothing(rows, random):
    for method in (stratified_odds_ratio, stratified_rate_ratio):
        one = method(strata(rows))
        shuffled = random.sample(rows, len(rows))
        other = method(strata([*shuffled, (0, 9, 0, 12), (3, 5, 0, 0)]))
        if isinstance(one, Insufficient):
            assert other == one
            continue
        assert ends(one.ratio) == pytest.approx(ends(other.ratio))
        assert one.chi_square == pytest.approx(other.chi_square)
        assert {len(rows), len(rows) + 1} <= set(other.left_out)


def test_homogeneity_is_an_assumption_that_can_fail():
    same = stratified_rate_ratio(strata([(40, 100, 20, 100), (80, 400, 40, 400)]))
    assert same.assumptions[0].met
    opposite = stratified_rate_ratio(strata([(40, 100, 10, 100), (10, 100, 40, 100)]))
    assert not opposite.assumptions[0].met


def test_equal_weights_give_garwoods_limits_and_zero_weights_nothing():
    ages = pd.DataFrame({"numerator": [3, 4, 5], "denominator": [10.0, 10, 10], "weight": 1.0})
    rate = standardized_rate(ages, interval="gamma")
    assert ends(rate.rate) == pytest.approx(ends(rate_interval(12, 30.0)))
    mid = standardized_rate(ages)
    assert rate.rate.low < mid.rate.low < mid.rate.value < mid.rate.high < rate.rate.high
    more = pd.concat([ages, pd.DataFrame({"numerator": [99], "denominator": [1.0], "weight": [0.0]}, index=[9])])
    assert ends(standardized_rate(more.assign(weight=more["weight"] * 7)).rate) == pytest.approx(ends(mid.rate))


def test_standardizing_takes_away_a_gap_that_is_age_alone():
    young = pd.DataFrame({"numerator": [80, 40], "denominator": [8000, 1000], "weight": [0.5, 0.5]})
    old = pd.DataFrame({"numerator": [20, 160], "denominator": [2000, 4000], "weight": [0.5, 0.5]})
    assert share_gap(180, 6000, 120, 9000).ratio.low > 1.5
    gap = standardized_gap(standardized_rate(old), standardized_rate(young))
    assert gap.ratio.value == pytest.approx(1)
    assert gap.p_value == pytest.approx(1)


def test_a_planted_trend_of_the_gap_is_found_whatever_moves_both():
    years = pd.period_range("2010", periods=10, freq="Y")
    shared = 1 + 0.5 * np.sin(np.arange(10))
    ratio = 2 * 0.95 ** np.arange(10)
    group = pd.DataFrame({"numerator": 1e6 * shared * ratio, "denominator": 1e6}, index=years)
    reference = pd.DataFrame({"numerator": 3e6 * shared, "denominator": 3e6}, index=years)
    trend = rate_gap_trend(group, reference)
    assert trend.ratio_change.value == pytest.approx(0.95)
    again = rate_gap_trend(group[::-1].assign(denominator=1e3), reference.assign(denominator=3e3))
    assert ends(again.ratio_change) == pytest.approx(ends(trend.ratio_change))
    assert ends(again.difference_change) == pytest.approx([1e3 * end for end in ends(trend.difference_change)])
    slope = np.polyfit(np.arange(10), shared * (ratio - 1), 1)[0]
    assert trend.difference_change.value == pytest.approx(slope, rel=0.2)


def test_the_gap_between_means_is_free_of_an_added_constant():
    rng = np.random.default_rng(3)
    group, reference = (pd.Series(50 + place * np.arange(9) + rng.normal(size=9)) for place in (1, 0))
    one, other = mean_gap_trend(group, reference), mean_gap_trend(group + 100, reference + 100)
    assert ends(one.difference_change) == pytest.approx(ends(other.difference_change))
    assert one.difference_change.value == pytest.approx(1, abs=0.3)
    assert isinstance(mean_gap_trend(group - 200, reference).ratio_change, Insufficient)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), min_size=1, max_size=12), st.randoms())
def test_adjusted_p_values_follow_their_definitions_in_any_order(values, random):
    series = pd.Series(values)
    known = series.dropna().sort_values()
    if known.empty:
        return
    n = len(known)
    holm = (known * np.arange(n, 0, -1)).cummax().clip(upper=1)
    hochberg = (known * n / np.arange(1, n + 1))[::-1].cummin()[::-1].clip(upper=1)
    order = random.sample(list(series.index), len(series))
    for correction, expected in (("holm", holm), ("benjamini_hochberg", hochberg)):
        adjusted = adjust_p_values(series.loc[order], correction).p_values
        pd.testing.assert_series_equal(adjusted.sort_index(), expected.sort_index(), check_names=False)


def test_groups_with_touching_intervals_are_never_ranked():
    groups = pd.DataFrame(
        {"numerator": [100, 110, 300, np.nan], "denominator": [1000, 1000, 1000, 50]}, index=["a", "b", "c", "d"]
    )
    result = compare_groups(groups, "a")
    assert result.distinct == (("c", "b"), ("c", "a"))
    assert list(result.left_out) == ["d"]
    assert list(result.frame.index) == ["a", "b", "c"]
    assert (result.frame["adjusted_p_value"].dropna() >= result.frame["p_value"].dropna()).all()
    turned = compare_groups(groups[::-1], "a")
    pd.testing.assert_frame_equal(turned.frame.loc[result.frame.index], result.frame)
    assert turned.distinct == result.distinct


def test_funnel_limits_leave_out_what_they_say_and_follow_size():
    rng = np.random.default_rng(5)
    sizes = np.repeat([20, 60, 200, 1000], 500)
    outside = {"share": rng.binomial(sizes, 0.2) / sizes, "rate": rng.poisson(sizes * 0.2) / sizes}
    for kind, values in outside.items():
        low, high = funnel_limits(sizes, 0.2, 0.95, kind=kind)
        assert ((values < low) | (values > high)).mean() == pytest.approx(0.05, abs=0.02)
        assert (np.diff(high[::500]) < 0).all()
    assert funnel_limits(np.array([1e6]), 0.2, 0.95)[1][0] == pytest.approx(0.2 + 1.96 * 0.4 / 1e3, abs=1e-5)


def test_overdispersion_is_seen_and_widens_the_funnel_on_demand():
    rng = np.random.default_rng(6)
    sizes = rng.integers(100, 1000, 60)
    units = pd.DataFrame({"numerator": rng.binomial(sizes, rng.beta(20, 80, 60)), "denominator": sizes})
    plain, wide = funnel_plot(units), funnel_plot(units, widen=True)
    assert not plain.assumptions[0].met
    assert wide.widened
    assert (wide.frame["place"] != "within").sum() < (plain.frame["place"] != "within").sum()
    calm = funnel_plot(units.assign(numerator=rng.binomial(sizes, 0.2)), widen=True)
    assert calm.assumptions[0].met
    assert not calm.widened
