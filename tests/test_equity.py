"""Gaps between groups against statsmodels, scipy, closed forms and counting out; and what must not change them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from collective_impact.errors import MethodError
from collective_impact.statistics.equity.funnel_plot import funnel_limits, funnel_plot
from collective_impact.statistics.equity.gap_trend import mean_gap_trend, rate_gap_trend
from collective_impact.statistics.equity.group_comparison import compare_groups
from collective_impact.statistics.equity.mantel_haenszel import stratified_odds_ratio, stratified_rate_ratio
from collective_impact.statistics.equity.multiple_comparisons import adjust_p_values
from collective_impact.statistics.equity.rate_gap import rate_gap, rate_interval
from collective_impact.statistics.equity.share_gap import share_gap
from collective_impact.statistics.equity.standardization import standardized_rate
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.proportion import share_interval

YEARS = pd.period_range("2010", periods=8, freq="Y")


def ends(interval):
    return interval.value, interval.low, interval.high


def yearly(numerators, denominators):
    return pd.DataFrame({"numerator": numerators, "denominator": denominators}, index=YEARS)


def figures(numerators, denominators):
    return pd.DataFrame({"numerator": numerators, "denominator": denominators})


def strata(*rows):
    columns = ["numerator", "denominator", "reference_numerator", "reference_denominator"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize("counts", [(56, 70, 48, 80), (9, 10, 3, 10), (0, 20, 4, 30), (10, 10, 0, 20)])
def test_difference_of_shares_is_newcombes(counts):
    from statsmodels.stats.proportion import confint_proportions_2indep

    gap = share_gap(*counts)
    expected = confint_proportions_2indep(*counts, method="newcomb", compare="diff")
    assert ends(gap.difference)[1:] == pytest.approx(expected, abs=1e-9)


def test_difference_of_shares_as_newcombe_published_it():
    assert ends(share_gap(56, 70, 48, 80).difference) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@pytest.mark.parametrize("counts", [(36, 40, 16, 80), (5, 50, 20, 60), (1, 200, 3, 150)])
def test_risk_ratio_is_that_of_the_score_test(counts):
    from statsmodels.stats.proportion import confint_proportions_2indep

    ratio = share_gap(*counts).ratio
    expected = confint_proportions_2indep(*counts, method="score", compare="ratio", correction=False)
    assert ends(ratio)[1:] == pytest.approx(expected, rel=1e-4)


def test_rate_ratio_limits_are_those_of_the_conditional_binomial():
    ratio = rate_gap(41, 28010, 15, 19017, interval="exact").ratio
    share = stats.binomtest(41, 56).proportion_ci(method="exact")
    odds = 19017 / 28010
    expected = [each / (1 - each) * odds for each in (share.low, share.high)]
    assert ends(ratio) == pytest.approx((41 / 15 * odds, *expected), rel=1e-9)
    exact = stats.chi2.ppf([0.025, 0.975], [2 * 41, 2 * 42]) / 2 / 28010
    assert ends(rate_interval(41, 28010))[1:] == pytest.approx(exact, rel=1e-9)


counts_of_two = st.tuples(st.integers(1, 60), st.integers(0, 400), st.integers(1, 60), st.integers(0, 400))


@settings(max_examples=25, deadline=None)
@given(counts_of_two, st.sampled_from([share_gap, rate_gap]))
def test_swapped_groups_invert_the_ratio_and_mirror_the_difference(counts, compare):
    count, others, reference_count, reference_others = counts
    group, reference = (count, count + others), (reference_count, reference_count + reference_others)
    one, other = compare(*group, *reference), compare(*reference, *group)
    assume(isinstance(one.ratio, Interval) and isinstance(other.ratio, Interval))
    value, low, high = ends(other.ratio)
    assert ends(one.ratio) == pytest.approx((1 / value, 1 / high, 1 / low), rel=1e-6)
    value, low, high = ends(other.difference)
    assert ends(one.difference) == pytest.approx((-value, -high, -low), abs=1e-9)
    assert one.p_value == pytest.approx(other.p_value, abs=1e-9)


@settings(max_examples=15, deadline=None)
@given(counts_of_two, st.sampled_from(["score", "exact", "logarithmic"]), st.floats(0.01, 1000))
def test_the_unit_of_exposure_scales_rates_and_leaves_ratios(counts, interval, unit):
    count, exposure, reference_count, reference_exposure = (float(each) for each in counts)
    plain = rate_gap(count, exposure + 1, reference_count, reference_exposure + 1, interval=interval)
    scaled = rate_gap(count, (exposure + 1) * unit, reference_count, (reference_exposure + 1) * unit, interval=interval)
    assert ends(scaled.ratio) == pytest.approx(ends(plain.ratio), rel=1e-9)
    assert np.array(ends(scaled.difference)) * unit == pytest.approx(np.array(ends(plain.difference)), rel=1e-6)
    assert np.array(ends(scaled.group)) * unit == pytest.approx(np.array(ends(plain.group)), rel=1e-9)


@pytest.mark.parametrize("events", [0, 3, 41])
def test_one_stratum_standardized_is_the_crude_rate(events):
    whole = pd.DataFrame({"numerator": [events], "denominator": [280.0], "weight": [7]})
    found = standardized_rate(whole, interval="gamma")
    assert ends(found.rate) == pytest.approx(ends(rate_interval(events, 280.0)), rel=1e-9)
    assert found.crude == found.rate.value == events / 280


@pytest.mark.parametrize("kind", ["ratio", "difference"])
def test_a_planted_change_of_the_gap_is_found(kind):
    sizes = np.full(8, 1e6)
    reference = 0.05 + 0.002 * np.sin(np.arange(8))
    group = 2 * reference * 0.95 ** np.arange(8) if kind == "ratio" else reference + 0.08 - 0.004 * np.arange(8)
    trend = rate_gap_trend(yearly(group * sizes, sizes), yearly(reference * sizes, sizes))
    change, planted = (trend.ratio_change, 0.95) if kind == "ratio" else (trend.difference_change, -0.004)
    assert change.value == pytest.approx(planted, rel=1e-6)
    assert change.low < planted < change.high
    noise = np.random.default_rng(0).normal(0, 0.1, 8)
    means = mean_gap_trend(pd.Series(30 - 1.5 * np.arange(8) + noise, YEARS), pd.Series(20.0, YEARS))
    assert means.difference_change.low < -1.5 < means.difference_change.high


@pytest.mark.parametrize(("kind", "target", "size"), [("share", 0.2, 150), ("rate", 0.2, 150), ("share", 0.05, 400)])
def test_funnel_limits_hold_the_areas_that_are_at_the_target(kind, target, size):
    rng = np.random.default_rng(1)
    sizes = rng.integers(size, 4 * size, 20_000)
    events = rng.binomial(sizes, target) if kind == "share" else rng.poisson(sizes * target)
    for share in (0.95, 0.998):
        low, high = funnel_limits(sizes, target, share, kind=kind)
        inside = (events / sizes >= low) & (events / sizes <= high)
        assert inside.mean() == pytest.approx(share, abs=0.008)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.01, 0.3))
def test_benjamini_hochberg_rejects_what_their_rule_does(p_values, level):
    found = adjust_p_values(pd.Series(p_values), level=level)
    ordered = sorted(p_values)
    expected = [
        min(ordered[later] * len(ordered) / (later + 1) for later in range(len(ordered)) if ordered[later] >= value)
        for value in p_values
    ]
    assert found.p_values.to_numpy() == pytest.approx(np.minimum(expected, 1))


UNKNOWN = [None, pd.NA, "many", 2.0**60, -1.0]


@pytest.mark.parametrize("wrong", UNKNOWN)
@pytest.mark.parametrize(
    "compare",
    [
        lambda wrong: share_gap(wrong, 10, 3, 20),
        lambda wrong: rate_gap(4, wrong, 3, 20),
        lambda wrong: rate_interval(wrong, 10),
        lambda wrong: share_interval(wrong, 20),
    ],
)
def test_a_figure_that_is_none_is_refused(compare, wrong):
    with pytest.raises(MethodError):
        compare(wrong)


TABLES = {
    "funnel_plot": lambda column: funnel_plot(figures(column, [90] * 8)),
    "compare_groups": lambda column: compare_groups(figures(column, [90] * 8), 7),
    "rate_gap_trend": lambda column: rate_gap_trend(yearly(column, 90), yearly([9] * 8, 90)),
    "mean_gap_trend": lambda column: mean_gap_trend(pd.Series(column, YEARS), pd.Series([9.0] * 8, YEARS)),
    "adjust_p_values": lambda column: adjust_p_values(pd.Series(column)),
    "stratified_rate_ratio": lambda column: stratified_rate_ratio(
        strata(*[(each, 90, 9, 90) for each in column]),
    ),
    "standardized_rate": lambda column: standardized_rate(figures(column, [90] * 8).assign(weight=1)),
}


@pytest.mark.parametrize("method", TABLES)
def test_words_in_a_column_are_refused_and_gaps_are_gaps(method):
    with pytest.raises(MethodError, match="many"):
        TABLES[method]([9, 8, "many", 7, 9, 6, 9, 8])
    scale = 0.01 if method == "adjust_p_values" else 1
    figure = [each * scale for each in (9, 8, 9, 7, 9, 6, 9)]
    assert isinstance(TABLES[method]([pd.NA, *figure]), Insufficient) == (method == "standardized_rate"), (
        "one missing figure"
    )


@pytest.mark.parametrize(
    ("sizes", "target", "options"),
    [
        ([50.0], 1.0, {}),
        ([50.0], 0.0, {}),
        ([50.0], float("nan"), {}),
        ([50.0], float("inf"), {"kind": "rate"}),
        ([50.0], None, {}),
        ([0.0], 0.5, {}),
        ([float("nan")], 0.5, {}),
        ([1e17], 0.5, {}),
        ([1e10], 1e10, {"kind": "rate"}),
        ([50.0], 0.5, {"dispersion": 0.0}),
        ([50.0], 0.5, {"dispersion": float("nan")}),
        ([50.0], 0.5, {"kind": "mean"}),
        ([50.0], 0.5, {"share": 1.0}),
    ],
)
def test_limits_that_cannot_be_are_refused(sizes, target, options):
    with pytest.raises(MethodError):
        funnel_limits(np.array(sizes), target, **{"share": 0.95, **options})


def test_odds_need_whole_counts_and_rates_any_exposure():
    table = strata((8, 40, 4, 50), (12, 60, 9, 70))
    with pytest.raises(MethodError, match="whole"):
        stratified_odds_ratio(table * 0.001)
    columns = ["denominator", "reference_denominator"]
    plain, tiny = (stratified_rate_ratio(table.assign(**table[columns] * unit)) for unit in (1, 1e-200))
    assert ends(tiny.ratio) == pytest.approx(ends(plain.ratio))


@pytest.mark.parametrize("kind", ["share", "rate"])
def test_limits_of_very_large_units_go_on_where_exact_ones_end(kind):
    sizes = np.array([4.9e9, 5.1e9, 2.0**53])
    low, high = funnel_limits(sizes, 0.3, 0.95, kind=kind)
    deviations = np.sqrt(0.3 * (0.7 if kind == "share" else 1) / sizes)
    assert (high - 0.3) / deviations == pytest.approx(1.96, abs=2e-3)
    assert (0.3 - low) / deviations == pytest.approx(1.96, abs=2e-3)
