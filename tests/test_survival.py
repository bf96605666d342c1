"""Durations with open ones among them: curve, limits, median, share done, and the way from dates to durations."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import binom
from statsmodels.duration.survfunc import SurvfuncRight

from collective_impact.errors import MethodError
from collective_impact.statistics.change.response_lag import response_lag
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.survival import days_between, share_done, survival

ENTRIES = st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=10, max_size=40)


def of(entries):
    lasted, done = zip(*entries, strict=True)
    return survival(np.array(lasted, dtype=float), np.array(done))


@given(entries=ENTRIES)
@settings(max_examples=25, deadline=None)
def test_curve_is_that_of_statsmodels_and_lies_within_its_limits(entries):
    curve = of(entries).curve
    assert (curve["low"] <= curve["share_open"] + 1e-9).all()
    assert (curve["share_open"] <= curve["high"] + 1e-9).all()
    assert (np.diff(curve["low"]) <= 1e-9).all()
    assert (np.diff(curve["high"]) <= 1e-9).all()
    ended = curve[curve["done"] > 0]
    if len(ended):
        lasted, done = zip(*entries, strict=True)
        theirs = SurvfuncRight(np.array(lasted, dtype=float), np.array(done).astype(int))
        here = dict(zip(theirs.surv_times, theirs.surv_prob, strict=True))
        assert [here[time] for time in ended["duration"]] == pytest.approx(list(ended["share_open"]))
        at_risk = dict(zip(theirs.surv_times, theirs.n_risk, strict=True))
        assert [at_risk[time] for time in ended["duration"]] == list(ended["at_risk"])


@given(entries=ENTRIES, seed=st.integers(0, 100))
@settings(max_examples=20, deadline=None)
def test_order_and_unit_of_durations_do_not_matter(entries, seed):
    one = of(entries)
    mixed = [entries[place] for place in np.random.default_rng(seed).permutation(len(entries))]
    in_hours = of([(24 * lasted, done) for lasted, done in mixed])
    assert in_hours.curve["low"].to_list() == one.curve["low"].to_list()
    assert in_hours.median.low == 24 * one.median.low
    assert in_hours.median.value == 24 * one.median.value
    assert in_hours.median.high == 24 * one.median.high


def test_without_open_durations_limits_are_the_mid_p_limits_of_a_share():
    curve = survival(np.arange(1.0, 13.0), np.ones(12, dtype=bool)).curve
    for left in (9, 6, 1):

        def mid_p(share, left=left):
            return binom.cdf(left, 12, share) - binom.pmf(left, 12, share) / 2

        row = curve[curve["duration"] == 12 - left].iloc[0]
        assert row["low"] == pytest.approx(brentq(lambda p: mid_p(p) - 0.975, 1e-9, 1 - 1e-9), abs=1e-9)
        assert row["high"] == pytest.approx(brentq(lambda p: mid_p(p) - 0.025, 1e-9, 1 - 1e-9), abs=1e-9)


def test_a_median_that_is_not_reached_is_infinite_and_its_interval_open():
    found = survival([5.0] * 3 + [100.0] * 9, [True] * 3 + [False] * 9)
    assert (found.n_done, found.n_open, found.median.value, found.median.high) == (3, 9, np.inf, np.inf)
    assert found.median.low <= 100
    assert share_done(found, 50).value == pytest.approx(0.25)
    assert share_done(found, 101) == Insufficient("too_short_follow_up", 100, 101)
    assert share_done(survival(np.arange(12.0), [True] * 12), 99).value == 1


def test_durations_from_dates():
    signals = pd.Series(["2024-01-01", None, "2024-03-01", "2024-05-01", "2025-05-01", "2024-12-01"])
    decisions = pd.Series(["2024-01-11", "2024-02-02", "2024-02-01", None, None, "2025-01-15"])
    found = days_between(signals, decisions, "2024-12-31")
    assert list(found.days) == [10, 244, 30]
    assert list(found.done) == [True, False, False]
    assert (found.n_without_start, found.n_reversed, found.n_later) == (1, 1, 1)
    with pytest.raises(MethodError, match="Expected dates"):
        days_between(pd.Series(["soon"]), pd.Series([None]), "2024-12-31")
    with pytest.raises(MethodError, match="as_of"):
        days_between(signals, decisions, None)


def test_response_lag_counts_open_signals_in():
    signals = pd.Series(pd.date_range("2024-01-01", periods=12, freq="7D"))
    decisions = signals + pd.Timedelta(days=20)
    answered_all = response_lag(signals, decisions, "2024-12-31")
    assert answered_all.curve.median.value == 20
    assert answered_all.answered.value == 1
    half = response_lag(signals, decisions.where(np.arange(12) % 2 == 0), "2024-12-31")
    assert half.curve.n_open == 6
    assert half.answered.value == pytest.approx(0.5)
    assert half.curve.median.high > 200
    assert response_lag(signals[:9], decisions[:9], "2024-12-31").reason == "too_few_rows"
