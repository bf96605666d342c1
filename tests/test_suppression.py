"""Suppressed tables against a reader who tries to undo them: elimination, linear programming, counting out."""

from fractions import Fraction
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from collective_impact.errors import MethodError
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.privacy.disclosure_audit import feasible_intervals
from collective_impact.statistics.privacy.rate_suppression import suppress_rates
from collective_impact.statistics.privacy.suppression import suppress

DIMENSIONS = ("area", "group", "age")


def with_totals(counts):
    """Long frame of an array of counts and all its totals."""
    counts = np.asarray(counts)
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    shape = zip("xyz", counts.shape, strict=False)
    names = [[*(f"{letter}{place}" for place in range(n - 1)), "all"] for letter, n in shape]
    rows = list(product(*names))
    return pd.DataFrame(rows, columns=DIMENSIONS[: counts.ndim]).assign(count=counts.ravel())


def hide(counts, **options):
    frame = with_totals(counts)
    return suppress(frame, list(frame.columns[:-1]), **options)


def equations(frame):
    """Every sum of the table as coefficients of its rows, found from the labels alone."""
    dimensions = [column for column in DIMENSIONS if column in frame]
    found = []
    for dimension in dimensions:
        others = [column for column in dimensions if column != dimension]
        for _, line in frame.groupby(others) if others else [((), frame)]:
            signs = np.zeros(len(frame))
            signs[line.index] = np.where(line[dimension] == "all", 1, -1)
            found.append(signs)
    return np.array(found)


def determined(system, shown):
    """Hidden cells that exact elimination solves."""
    hidden = np.flatnonzero(~shown)
    rows = [[Fraction(int(value)) for value in row] for row in system[:, hidden] if row.any()]
    pivots = []
    for column in range(len(hidden)):
        pivot = next((row for row in range(len(pivots), len(rows)) if rows[row][column]), None)
        if pivot is None:
            continue
        place = len(pivots)
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [value / rows[place][column] for value in rows[place]]
        for row in range(len(rows)):
            if row != place and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [one - factor * other for one, other in zip(rows[row], rows[place], strict=True)]
        pivots.append(column)
    alone = [pivot for place, pivot in enumerate(pivots) if sum(value != 0 for value in rows[place]) == 1]
    return hidden[alone]


def widths(frame, shown, cells, least):
    """How far apart the ends of what a reader can work out are, from published figures only."""
    system, counts = equations(frame), frame["count"].to_numpy(dtype=float)
    known = -system[:, shown] @ counts[shown]
    ends = []
    for place in np.searchsorted(np.flatnonzero(~shown), cells):
        aim = np.zeros((~shown).sum())
        aim[place] = 1
        low, high = (linprog(s * aim, A_eq=system[:, ~shown], b_eq=known, bounds=(least, None)) for s in (1, -1))
        ends.append(np.inf if high.status == 3 else high.x[place] - low.x[place])
    return np.array(ends)


tables = st.one_of(
    st.tuples(st.integers(2, 6), st.integers(2, 5)),
    st.tuples(st.integers(2, 3), st.integers(2, 3), st.integers(2, 3)),
).flatmap(
    lambda shape: st.lists(
        st.one_of(st.integers(0, 12), st.integers(0, 60)), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))
    ).map(lambda values: np.reshape(values, shape))
)


@settings(max_examples=20, deadline=None)
@given(tables)
def test_nobody_can_undo_a_suppressed_table(counts):
    result = hide(counts)
    frame, shown = result.frame, result.frame["shown"].to_numpy()
    small = np.flatnonzero(frame["count"].between(1, 10))
    assert not shown[small].any()
    if not len(small):
        assert shown.all()
        return
    assert not set(determined(equations(frame), shown)) & set(small)
    least = 0 if ((frame["count"] == 0) & ~frame["shown"]).any() else 1
    assert (widths(frame, shown, small, least) >= 9 - 1e-5).all()


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=4, max_size=4))
def test_counting_out_every_possible_table_leaves_small_counts_open(values):
    result = hide(np.reshape(values, (2, 2)), min_cell=4)
    frame = result.frame
    every = np.stack(np.meshgrid(*[np.arange(20)] * 4, indexing="ij"), -1).reshape(-1, 2, 2)
    possible = np.ones(len(every), dtype=bool)
    cells = {}
    for row in frame.itertuples():
        rows = [0, 1] if row.area == "all" else [int(row.area[-1])]
        columns = [0, 1] if row.group == "all" else [int(row.group[-1])]
        cells[row.Index] = every[:, rows][:, :, columns].sum(axis=(1, 2))
        if row.shown:
            possible &= cells[row.Index] == row.count
    for place in frame.index[frame["count"].between(1, 3)]:
        assert len(np.unique(cells[place][possible])) >= 3


def test_the_smallest_siblings_go_with_a_small_cell():
    result = hide([[5, 40, 70], [30, 20, 90], [80, 60, 25]])
    hidden = result.frame[~result.frame["shown"]]
    assert sorted(hidden["count"]) == [5, 20, 30, 40]
    assert (result.n_small, result.n_complementary) == (1, 3)
    assert result.published["count"].isna().sum() == 4
    assert "visibility" not in result.published


@pytest.mark.parametrize("counts", [[[0, 0], [0, 0]], [[11, 30], [0, 50]], [[12, 13, 14]]])
def test_tables_with_nothing_to_hide_stay_as_they_are(counts):
    result = hide(counts)
    assert result.frame["shown"].all()
    pd.testing.assert_frame_equal(result.published, with_totals(counts).astype({"count": float}))


def test_few_cells_are_hidden_beyond_the_small_ones():
    counts = np.random.default_rng(0).poisson(60, (40, 6))
    counts[[3, 17, 30], [0, 2, 5]] = 4
    result = hide(counts)
    assert result.n_small == 3
    assert result.n_complementary <= 3 * result.n_small
    assert result.frame.loc[(result.frame[["area", "group"]] == "all").any(axis=1), "shown"].all()


@settings(max_examples=10, deadline=None)
@given(tables, st.randoms())
def test_row_order_changes_nothing(counts, random):
    frame = with_totals(counts)
    order = list(frame.index)
    random.shuffle(order)
    dimensions = list(frame.columns[:-1])
    again = suppress(frame.loc[order], dimensions).frame.loc[frame.index]
    pd.testing.assert_frame_equal(suppress(frame, dimensions).frame, again)


def test_totals_that_are_not_listed_count_as_known_unless_told_otherwise():
    frame = with_totals([[5, 40], [30, 60]])
    cells = frame[(frame["area"] != "all") & (frame["group"] != "all")]
    safe = suppress(cells, ["area", "group"])
    assert safe.n_complementary == 3
    assert len(safe.totals) == 5
    assert safe.totals["shown"].all()
    alone = suppress(cells, ["area", "group"], totals="listed")
    assert alone.n_complementary == 0
    assert not alone.totals["shown"].any()


def test_people_in_no_listed_group_are_protected_too():
    frame = pd.DataFrame({"group": ["girls", "boys", "all"], "count": [50, 60, 113]})
    assert suppress(frame, ["group"]).frame["shown"].tolist() == [False, True, True]


def test_classifications_of_the_same_people_are_told_apart():
    labels = ["girls", "boys", "born_here", "born_abroad", "all"]
    frame = pd.DataFrame({"group": labels, "count": [50, 60, 104, 6, 110]})
    classes = {"group": {"girls": "sex", "boys": "sex", "born_here": "birth", "born_abroad": "birth"}}
    result = suppress(frame, ["group"], classes=classes)
    assert result.frame["shown"].tolist() == [True, True, False, False, True]
    with pytest.raises(MethodError, match="more than their total"):
        suppress(frame, ["group"])


def test_missing_counts_hide_others_but_are_not_given_away():
    frame = with_totals([[5.0, 40], [30, 60]])
    frame.loc[(frame["area"] == "x0") & (frame["group"] == "y0"), "count"] = np.nan
    result = suppress(frame, ["area", "group"])
    assert result.frame["visibility"].tolist().count("missing") == 1
    assert not set(determined(equations(frame), result.frame["shown"].to_numpy())) & {0}


def test_tables_apart_are_judged_apart():
    frame = pd.concat([with_totals([[5, 40], [30, 60]]).assign(period=2000), with_totals([[50, 40], [30, 60]])])
    frame = frame.fillna({"period": 2001}).reset_index(drop=True)
    result = suppress(frame, ["area", "group"], by=["period"])
    assert result.frame.groupby("period")["shown"].sum().tolist() == [5, 9]


def test_a_share_is_hidden_where_cases_or_others_are_few():
    frame = pd.DataFrame(
        {
            "area": ["north", "south", "east", "west", "all"],
            "numerator": [4, 95, 50, 60, 209],
            "denominator": [100, 100, 120, 130, 450],
        }
    )
    result = suppress_rates(frame, ["area"])
    assert not result.frame["shown"][:2].any()
    assert result.frame["shown"][4]
    assert result.published["value"].isna().tolist() == (~result.frame["shown"]).tolist()
    both = result.frame["numerator_shown"] & result.frame["denominator_shown"]
    assert (result.frame["shown"] == both).all()
    rates = suppress_rates(frame, ["area"], kind="rate")
    assert rates.frame["denominator_shown"].all()
    assert rates.frame["shown"].tolist() == [False, True, False, True, True]


def test_the_audit_finds_what_simple_suppression_gives_away():
    counts = pd.Series({"north": np.nan, "south": 40.0, "east": np.nan, "some": 55.0, "all": 100.0})
    ends = feasible_intervals(counts, {"some": ["north", "south"], "all": ["some", "east"]}, least=1)
    assert ends.loc["north"].tolist() == [15, 15]
    assert ends.loc["east"].tolist() == [45, 45]
    open_ends = feasible_intervals(counts.drop("some"), {"all": ["north", "south", "east"]}, least=1)
    assert open_ends.loc["north"].tolist() == [1, 59]
    assert isinstance(feasible_intervals(pd.Series({"all": 3.0}), {}), Insufficient)


@pytest.mark.parametrize("min_cell", [float("nan"), float("inf"), 1, 0, -5, 2.5, True, "11", None])
def test_a_threshold_that_is_no_count_of_two_or_more_is_refused(min_cell):
    with pytest.raises(MethodError, match="min_cell"):
        hide([[3, 40], [50, 60]], min_cell=min_cell)
    with pytest.raises(MethodError, match="min_cell"):
        suppress_rates(AREAS, ["area"], min_cell=min_cell)


AREAS = pd.DataFrame(
    {
        "area": ["north", "south", "all"],
        "numerator": [3, 40, 43],
        "denominator": [100, 120, 220],
        "percent": [3.0, 33.3, 19.5],
        "county": ["one", "two", "both"],
    }
)


def test_only_labels_and_protected_figures_leave_the_house():
    counts = AREAS.rename(columns={"numerator": "count"})
    assert list(suppress(counts, ["area"]).published) == ["area", "count"]
    kept = suppress(counts, ["area"], keep=["county"]).published
    assert kept["county"].isna().tolist() == kept["count"].isna().tolist() == [True, True, False]
    rates = suppress_rates(AREAS, ["area"], keep=["county"])
    assert list(rates.published) == ["area", "numerator", "denominator", "value", "county"]
    assert rates.published["county"].isna().tolist() == (~rates.frame["shown"]).tolist()
    with pytest.raises(MethodError, match="no column"):
        suppress(counts, ["area"], keep=["region"])


@pytest.mark.parametrize("name", ["shown", "visibility", "count", "value", "numerator_shown"])
def test_labels_that_bear_the_name_of_a_result_are_refused(name):
    with pytest.raises(MethodError, match=name):
        suppress_rates(AREAS.rename(columns={"area": name}), [name])
    if name in ("shown", "visibility"):
        with pytest.raises(MethodError, match=name):
            suppress(AREAS.rename(columns={"area": name}), [name], count="numerator")


@pytest.mark.parametrize("wrong", ["many", 2.0**60, -1, 2.5])
def test_what_is_no_count_is_refused(wrong):
    frame = AREAS.assign(numerator=[wrong, 40, 43])
    with pytest.raises(MethodError):
        suppress(frame, ["area"], count="numerator")
    with pytest.raises(MethodError):
        suppress_rates(frame, ["area"], kind="rate")


def test_counts_that_are_not_known_may_come_in_any_dress():
    frame = AREAS.assign(numerator=[pd.NA, "40", None])
    assert suppress(frame, ["area"], count="numerator").frame["visibility"].tolist().count("missing") == 2


@pytest.mark.parametrize("total", ["all", "cases", "others"])
def test_shares_of_all_and_of_nobody_are_hidden_on_request(total):
    areas = ["north", "south", "east", "west", total]
    counts = {"numerator": [0, 90, 100, 60, 250], "denominator": [80, 180, 100, 130, 490]}
    frame = pd.DataFrame({"area": areas, **counts})
    assert suppress_rates(frame, ["area"], total=total).frame["shown"].all()
    hidden = suppress_rates(frame, ["area"], total=total, show_zeros=False)
    assert hidden.frame["shown"].tolist()[::2] == [False, False, True]
    assert not (hidden.published["value"].isin([0, 1])).any()
