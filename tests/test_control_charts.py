"""Control charts and the two sets of run-chart rules."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_data import year, yearly

from collective_impact.errors import MethodError
from collective_impact.statistics.change.attribute_charts import count_chart, proportion_chart, rate_chart
from collective_impact.statistics.change.control_chart import individuals_chart
from collective_impact.statistics.change.run_chart import run_chart, run_chart_limits

NOISE = np.random.default_rng(4).normal(size=40)
SIZES = yearly(np.random.default_rng(5).integers(20, 200, size=24))
CASES = yearly(np.random.default_rng(6).binomial(SIZES.astype(int), 0.2))


def test_a_point_far_out_is_outside_and_the_others_are_not():
    series = yearly(NOISE[:24])
    series.iloc[15] += 9
    chart = individuals_chart(series)
    assert chart.outside == (year(2015),)
    assert chart.signal
    assert not chart.phases[0].tentative
    assert individuals_chart(yearly(NOISE[:14])).phases[0].tentative


def test_phases_have_limits_of_their_own_and_short_ones_none():
    series = yearly(np.concatenate([NOISE[:14], 20 + NOISE[14:28], NOISE[28:33]]))
    assert individuals_chart(series).signal
    chart = individuals_chart(series, phases=[year(2014), year(2028)])
    assert not chart.outside
    assert [phase.n for phase in chart.phases] == [14, 14, 5]
    assert [phase.centre for phase in chart.phases[:2]] == pytest.approx([NOISE[:14].mean(), 20 + NOISE[14:28].mean()])
    assert chart.phases[2].lacking.reason == "too_few_periods"
    assert chart.frame.loc[chart.frame["phase"] == 2, ["centre", "lower", "upper"]].isna().all(axis=None)
    assert not chart.frame.loc[chart.frame["phase"] == 2, "outside"].any()


@given(shift=st.floats(-1e3, 1e3), scale=st.floats(1e-3, 1e3), seed=st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_units_of_measure_move_limits_of_individual_values_along(shift, scale, seed):
    values = yearly(np.random.default_rng(seed).normal(size=20))
    plain, moved = individuals_chart(values).frame, individuals_chart(shift + scale * values).frame
    for column in ("centre", "lower", "upper"):
        assert moved[column].to_numpy() == pytest.approx(shift + scale * plain[column].to_numpy(), rel=1e-6, abs=1e-6)
    assert list(moved["outside"]) == list(plain["outside"])


def test_limits_of_a_share_follow_its_denominators():
    chart = proportion_chart(CASES, SIZES)
    centre = CASES.sum() / SIZES.sum()
    margin = 3 * np.sqrt(centre * (1 - centre) / SIZES.to_numpy())
    assert chart.phases[0].centre == pytest.approx(centre)
    assert chart.frame["upper"].to_numpy() == pytest.approx(np.minimum(centre + margin, 1))
    assert chart.frame["lower"].to_numpy() == pytest.approx(np.maximum(centre - margin, 0))
    assert [assumption.name for assumption in chart.assumptions] == ["no_overdispersion", "no_autocorrelation"]
    assert chart.assumptions[0].met


def test_order_of_rows_and_periods_without_a_denominator_change_nothing():
    more = pd.concat([SIZES, yearly([0.0, np.nan], first=2024)])
    chart = proportion_chart(pd.concat([CASES, yearly([0.0, 3.0], first=2024)])[::-1], more)
    assert chart.n_left_out == 2
    assert chart.frame.equals(proportion_chart(CASES, SIZES).frame)


def test_counts_are_rates_with_equal_exposure_and_rates_scale_with_it():
    counts = count_chart(CASES).frame
    rates = rate_chart(CASES, yearly(np.full(24, 10.0))).frame
    assert counts["upper"].to_numpy() == pytest.approx(10 * rates["upper"].to_numpy())
    centre = CASES.mean()
    assert counts["upper"].iloc[0] == pytest.approx(centre + 3 * np.sqrt(centre))
    assert (counts["lower"] >= 0).all()


def test_scatter_beyond_chance_is_told_and_corrected():
    rng = np.random.default_rng(8)
    sizes = yearly(np.full(30, 5000.0))
    cases = yearly(rng.binomial(5000, rng.normal(0.2, 0.03, size=30)))
    plain, corrected = proportion_chart(cases, sizes), proportion_chart(cases, sizes, corrected=True)
    assert not plain.assumptions[0].met
    assert len(plain.outside) > 5
    assert not corrected.outside
    assert [assumption.name for assumption in corrected.assumptions] == ["no_autocorrelation"]
    individual = individuals_chart(cases / sizes).frame
    assert corrected.frame["upper"].to_numpy() == pytest.approx(individual["upper"].to_numpy())


def test_stable_processes_seldom_give_a_point_outside():
    rng = np.random.default_rng(1)
    outside = [len(individuals_chart(yearly(values)).outside) for values in rng.normal(size=(150, 24))]
    assert np.mean(outside) / 24 < 0.012


def test_the_number_of_runs_is_held_against_its_distribution():
    runs = [
        1 + sum(one != other for one, other in pairwise(sides))
        for above in combinations(range(12), 6)
        for sides in [[place in above for place in range(12)]]
    ]
    limits = run_chart_limits(12, "perla")
    fewest, most = limits.crossings + 1, limits.most_crossings + 1
    assert np.mean(np.array(runs) <= fewest) <= 0.05 < np.mean(np.array(runs) <= fewest + 1)
    assert np.mean(np.array(runs) >= most) <= 0.05 < np.mean(np.array(runs) >= most - 1)
    assert run_chart_limits(20, "perla").crossings + 1 == 6
    assert run_chart_limits(20, "perla").most_crossings + 1 == 16


def test_rules_of_perla_provost_and_murray_name_where_they_signal():
    rising = run_chart(yearly([3, 1, 4, 2, 5, 5, 6, 7, 8, 1, 9, 2, 8, 1]), rules="perla")
    assert [(signal.rule, signal.first, signal.last) for signal in rising.signals] == [
        ("trend", year(2003), year(2008)),
    ]
    shifted = run_chart(yearly([1, 2, 1, 2, 1, 2, 5, 9, 8, 9, 8, 9, 8]), rules="perla")
    assert [signal.rule for signal in shifted.signals] == ["shift", "shift", "few_runs"]
    assert run_chart(yearly([1, 9] * 8), rules="perla").signals[0].rule == "many_runs"
    assert not run_chart(yearly([1, 9] * 8)).shift


def test_every_long_run_is_named():
    chart = run_chart(yearly([1.0] * 9 + [3.0] * 9), median_from=None)
    assert [(signal.rule, signal.first) for signal in chart.signals] == [
        ("long_run", year(2000)),
        ("long_run", year(2009)),
        ("few_crossings", year(2000)),
    ]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: proportion_chart(SIZES, CASES), "at most its denominator"),
        (lambda: count_chart(CASES + 0.5), "whole number"),
        (lambda: rate_chart(CASES, SIZES[:-1]), "different periods"),
        (lambda: individuals_chart(yearly(NOISE), phases=[year(1999)]), "periods after"),
        (lambda: individuals_chart(yearly(NOISE), phases=[3]), "periods as those of the series"),
        (lambda: individuals_chart(yearly(NOISE), least=2), "at least 5"),
        (lambda: run_chart(yearly(NOISE), rules="western"), "anhoej or perla"),
    ],
)
def test_wrong_calls_say_what_was_expected(call, message):
    with pytest.raises(MethodError, match=message):
        call()
