"""What comes in from forms and workbooks: numbers however written, and words, starts and seeds that are refused."""

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from collective_impact.errors import MethodError
from collective_impact.statistics.behaviour.sign_flips import sign_flips
from collective_impact.statistics.change.run_chart import run_chart
from collective_impact.statistics.contribution.cost_per_outcome import cost_per_unit
from collective_impact.statistics.contribution.dose_response import dose_response
from collective_impact.statistics.counterfactual.design import choose_design
from collective_impact.statistics.counterfactual.goodman_bacon import goodman_bacon
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.numbers import check_count, numbers_of
from collective_impact.statistics.panel import Panel, panel_from_long
from collective_impact.statistics.ratings.agreement import krippendorff_alpha

VALUES = [3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.5, 3.5, 8.0, 7.0]

METHODS = {
    "change": lambda values: run_chart(pd.Series(values, range(2000, 2000 + len(values)))),
    "contribution": lambda values: dose_response(pd.DataFrame({"dose": values, "response": VALUES})),
    "behaviour": sign_flips,
    "ratings": lambda values: krippendorff_alpha(pd.DataFrame([values, VALUES])),
}


def panel(starts, periods=range(2000, 2012)):
    """Six areas without anything happening."""
    noise = np.random.default_rng(3).normal(size=(len(periods), 6))
    return Panel(pd.DataFrame(noise, list(periods), [f"u00{unit}" for unit in range(6)]), starts)


@pytest.mark.parametrize("family", METHODS)
def test_numbers_are_read_however_they_are_written(family):
    expected = repr(METHODS[family](VALUES))
    for written in (map(Decimal, VALUES), map(str, VALUES), pd.array(VALUES, dtype="Float64")):
        assert repr(METHODS[family](list(written))) == expected


@pytest.mark.parametrize("family", METHODS)
def test_a_word_among_numbers_is_refused_with_its_row_or_column(family):
    with pytest.raises(MethodError, match=r"found 'unknown' in row .*, expected a number"):
        METHODS[family]([*VALUES[:4], "unknown", *VALUES[5:]])


@pytest.mark.parametrize("nothing", [None, pd.NA, pd.NaT, np.inf, Decimal("NaN"), " "])
@pytest.mark.parametrize("family", ["contribution", "behaviour", "ratings"])
def test_what_is_missing_counts_as_missing_however_it_is_written(family, nothing):
    assert repr(METHODS[family]([nothing, *VALUES[1:]])) == repr(METHODS[family]([np.nan, *VALUES[1:]]))


@pytest.mark.parametrize("row", [5, None, "abc", [[1], [2]], [1j], [pd.Timestamp("2024-01-01")], np.eye(2)])
def test_what_is_no_row_of_numbers_is_refused(row):
    with pytest.raises(MethodError, match="costs: found"):
        numbers_of(row, "costs")


def test_a_word_in_a_long_table_is_named_by_its_own_row():
    rows = pd.DataFrame({"unit": ["a", "b"] * 3, "period": [1, 1, 2, 2, 3, 3], "value": [1, 2, 3, "<5", 5, 6]})
    with pytest.raises(MethodError, match="value: found '<5' in row 4"):
        panel_from_long(rows, {})


@pytest.mark.parametrize("start", ["2006", None, np.nan, pd.Period("2006"), pd.Timestamp("2006-01-01"), True])
def test_a_start_of_another_kind_than_the_periods_is_refused(start):
    with pytest.raises(MethodError, match=r"starts: found .* for u000, expected a period like 2000"):
        choose_design(panel({"u000": start}))


def test_a_start_of_another_frequency_is_refused():
    with pytest.raises(MethodError, match="expected a period like 2000Q1"):
        panel({"u000": pd.Period("2006", "Y")}, pd.period_range("2000Q1", periods=12, freq="Q"))


@pytest.mark.parametrize("method", [choose_design, goodman_bacon])
@pytest.mark.parametrize("starts", [{}, {"u000": 2006}])
def test_a_panel_without_periods_has_no_data(method, starts):
    assert method(panel(starts, ())) == Insufficient("no_data")


@pytest.mark.parametrize("periods", [[2000, np.nan, 2002], [2000, "2001", 2002], [pd.Period("2000"), 2001, 2002]])
def test_periods_that_lie_in_no_order_are_refused(periods):
    with pytest.raises(MethodError, match="series: found"):
        run_chart(pd.Series([1.0, 2.0, 3.0], periods))


def test_costs_and_units_of_different_periods_are_refused():
    with pytest.raises(MethodError, match="periods of several kinds"):
        cost_per_unit(pd.Series([1.0], [2000]), pd.Series([1.0], pd.PeriodIndex(["2000"], freq="Y")))


@pytest.mark.parametrize("seed", [-1, 0.5, None, "1", np.nan])
def test_a_seed_that_is_no_count_is_refused(seed):
    with pytest.raises(MethodError, match="seed: found"):
        sign_flips(np.arange(20.0), seed=seed)


def test_counts_are_whole_and_finite():
    check_count(np.int64(3), "draws", 3)
    for value in (2, 2.5, np.inf, np.nan, True):
        with pytest.raises(MethodError, match=r"draws: found .*, expected a whole number of at least 3"):
            check_count(value, "draws", 3)
