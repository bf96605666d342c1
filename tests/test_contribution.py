"""Contribution: evidence weighed, dose and response, configurations, costs."""

from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kendalltau
from statistics_examples.contribution import CONFIGURED, EVIDENCE, OUTCOMES

from collective_impact.statistics.contribution.boolean_minimization import covers, prime_implicants, smallest_covers
from collective_impact.statistics.contribution.cost_per_outcome import cost_per_outcome, cost_per_unit
from collective_impact.statistics.contribution.dose_response import dose_response
from collective_impact.statistics.contribution.evidence_tests import evidence_tests
from collective_impact.statistics.contribution.harvested_outcomes import harvest_table, harvested_outcomes
from collective_impact.statistics.contribution.process_tracing import kind_of_test, process_tracing
from collective_impact.statistics.contribution.process_tracing_sensitivity import process_tracing_sensitivity
from collective_impact.statistics.contribution.sufficient_combinations import sufficient_combinations
from collective_impact.statistics.contribution.truth_table import (
    chance_of_no_contradiction,
    most_conditions,
    truth_table,
)
from collective_impact.statistics.estimate import Interval

SHARES = st.floats(0.02, 0.98)
PIECES = st.lists(st.tuples(st.booleans(), SHARES, SHARES, st.sampled_from([None, "a", "b"])), min_size=1, max_size=4)


def pieces(rows):
    frame = pd.DataFrame(rows, columns=["observed", "p_if_true", "p_if_false", "independent_group"])
    return frame.assign(evidence_id=[f"e{at}" for at in range(len(frame))])


def odds(posterior):
    return posterior / (1 - posterior)


def odds_by_hand(rows, prior):
    """Of each group the strongest piece for the claim and the strongest against it."""
    ratios = {}
    for at, (observed, if_true, if_false, group) in enumerate(rows):
        ratio = if_true / if_false if observed else (1 - if_true) / (1 - if_false)
        ratios.setdefault(group or f"own {at}", []).append(ratio)
    return odds(prior) * np.prod([max(1, *group, 1) * min(1, *group, 1) for group in ratios.values()])


@given(rows=PIECES, prior=st.floats(0.05, 0.95), seed=st.integers(0, 99))
@settings(max_examples=10, deadline=None)
def test_a_group_moves_the_odds_by_its_strongest_pieces_and_never_by_their_product(rows, prior, seed):
    frame = pieces(rows)
    result = process_tracing(frame, prior)
    assert odds(result.posterior) == pytest.approx(odds_by_hand(rows, prior), rel=1e-6)
    assert result.groups["posterior"].iloc[-1] == pytest.approx(result.posterior)
    assert result.groups["log_odds"].abs().max() <= result.pieces["log_odds"].abs().max() + 1e-9
    assert process_tracing(frame.sample(frac=1, random_state=seed), prior).groups.equals(result.groups)
    once = frame.assign(independent_group=frame["independent_group"].fillna("x"))
    twice = pd.concat([once, once.assign(evidence_id=once["evidence_id"] + "-again")])
    assert process_tracing(twice, prior).posterior == pytest.approx(process_tracing(once, prior).posterior)


@given(rows=PIECES.filter(lambda rows: len(rows) <= 2), prior=st.floats(0.05, 0.95))
@settings(max_examples=10, deadline=None)
def test_the_range_is_that_of_all_corners(rows, prior):
    found = process_tracing_sensitivity(process_tracing(pieces(rows), prior))
    corners = []
    for other, *steps in product((0.25, prior, 0.75), *[(-0.2, 0, 0.2)] * (2 * len(rows))):
        moved = np.clip([row[1:3] for row in rows] + np.reshape(steps, (-1, 2)), 0.01, 0.99)
        corners.append(odds_by_hand([(row[0], *new, row[3]) for row, new in zip(rows, moved, strict=True)], other))
    assert (odds(found.low), odds(found.high)) == pytest.approx((min(corners), max(corners)), rel=1e-6)
    assert found.ranges["low"].is_monotonic_decreasing
    assert found.ranges["high"].is_monotonic_increasing
    assert (found.tornado["low"] >= found.low - 1e-9).all()
    assert (found.tornado["high"] <= found.high + 1e-9).all()


def test_a_verdict_that_hangs_on_the_numbers_is_inconclusive():
    one = pieces([(True, 0.8, 0.1, None)])
    assert process_tracing(one, 0.5).verdict == "supported"
    doubted = process_tracing_sensitivity(process_tracing(one, 0.5))
    assert (doubted.verdict, doubted.firm_to) == ("inconclusive", None)
    many = pieces([(True, 0.9, 0.1, None)] * 5)
    assert process_tracing_sensitivity(process_tracing(many, 0.5)).verdict == "supported"
    assert process_tracing_sensitivity(process_tracing(many.assign(observed=False), 0.5)).verdict == "weakened"


@pytest.mark.parametrize(
    ("certain", "unique", "kind"),
    [
        ((0.95, 0.6), (0.3, 0.02), ("hoop", "smoking_gun")),
        ((0.8, 0.2), (0.6, 0.4), ("doubly_decisive", "straw_in_the_wind")),
        ((0.02, 0.3), (0.1, 0.09), ("smoking_gun", "straw_in_the_wind")),
    ],
)
def test_kinds_of_tests(certain, unique, kind):
    assert (kind_of_test(*certain), kind_of_test(*unique)) == kind
    assert (kind_of_test(*certain[::-1]), kind_of_test(*unique[::-1])) == kind


@given(rows=PIECES, prior=st.floats(0.05, 0.95))
@settings(max_examples=15, deadline=None)
def test_numbers_and_words_agree_for_each_piece(rows, prior):
    traced = process_tracing(pieces(rows), prior).pieces.set_index("evidence")
    words = evidence_tests(traced.reset_index(), evidence_id="evidence", group="group").pieces.set_index("evidence")
    for name, log_odds in traced["log_odds"].items():
        strength, way = words["inference"][name].split("_")
        assert log_odds >= 0 if way == "for" else log_odds <= 0
        assert (strength == "strongly") == (abs(log_odds) >= np.log(4) - 1e-9)


def test_evidence_for_the_rival_speaks_against_the_claim():
    found = process_tracing(pieces([(True, 0.05, 0.6, None)]), 0.5)
    assert found.posterior == pytest.approx(1 / 13)
    assert found.pieces[["favours", "test"]].iloc[0].tolist() == ["rival", "smoking_gun"]
    words = found.pieces.rename(columns={"evidence": "evidence_id", "group": "independent_group", "favours": "side"})
    assert (found.verdict, evidence_tests(words, favours="side").standing) == ("weakened", "weakened")
    assert evidence_tests(words).standing == "supported"


@pytest.mark.parametrize(
    ("tests", "standing"),
    [
        ([("smoking_gun", True), ("straw_in_the_wind", False)], "supported"),
        ([("hoop", False), ("straw_in_the_wind", True), ("straw_in_the_wind", True)], "weakened"),
        ([("smoking_gun", True), ("hoop", False)], "contradictory"),
        ([("hoop", True), ("straw_in_the_wind", True)], "leaning_for"),
        ([("smoking_gun", False)], "leaning_against"),
        ([("hoop", True), ("smoking_gun", False)], "open"),
        ([("doubly_decisive", False)], "weakened"),
        ([("smoking_gun", True, "rival"), ("straw_in_the_wind", True, None)], "weakened"),
        ([("hoop", False, "rival")], "supported"),
        ([("smoking_gun", False, "rival"), ("hoop", True, "claim")], "leaning_for"),
        ([("doubly_decisive", True, "rival"), ("smoking_gun", True, "claim")], "contradictory"),
    ],
)
def test_standing_in_words(tests, standing):
    columns = ["test", "observed", "favours"][: len(tests[0])]
    frame = pd.DataFrame(tests, columns=columns).assign(independent_group=None)
    result = evidence_tests(frame.assign(evidence_id=range(len(frame))))
    assert result.standing == standing
    assert result.counts.sum() == len(tests)


def test_a_group_of_tests_counts_once_in_each_direction():
    assert evidence_tests(EVIDENCE).counts.to_dict() == {
        "strongly_for": 1,
        "slightly_for": 2,
        "slightly_against": 0,
        "strongly_against": 1,
    }
    packed = evidence_tests(EVIDENCE.assign(independent_group="one"))
    assert packed.counts.tolist() == [1, 0, 0, 1]
    assert packed.n_groups == 1


def test_harvest_is_counted_and_substantiated_among_those_answered():
    result = harvested_outcomes(OUTCOMES)
    assert result.counts["type"].to_dict() == {"cultural_norms": 1, "funding_flows": 3, "public_policies": 2}
    assert result.missing["contribution_level"] == 1
    assert (result.n, result.n_asked, result.n_answered, result.share_substantiated) == (6, 5, 4, 0.5)
    assert harvest_table(OUTCOMES, "type", "contribution_level").to_numpy().sum() == 5


@pytest.mark.parametrize("count", [6, 9, 20])
def test_without_ties_the_test_is_kendalls_own(count):
    rng = np.random.default_rng(count)
    x, y = rng.normal(size=(2, count))
    ours, theirs = dose_response(pd.DataFrame({"dose": x, "response": y})), kendalltau(x, y, method="exact")
    assert (ours.tau, ours.p_value) == pytest.approx((theirs.statistic, theirs.pvalue))
    assert ours.exact


@pytest.mark.parametrize("ties", [(0, 0, 1, 1, 2, 3), (0, 1, 2, 3, 4, 5), (0, 0, 0, 1, 1, 1)])
def test_with_ties_all_orders_are_counted(ties):
    for y in ([1.0, 3, 2, 6, 5, 9], [1.0, 1, 2, 5, 5, 5]):
        ours = dose_response(pd.DataFrame({"dose": ties, "response": y}))
        scores = [
            abs(np.sign(np.subtract.outer(ties, ties)).ravel() @ np.sign(np.subtract.outer(order, order)).ravel())
            for order in permutations(y)
        ]
        actual = scores[0]
        assert ours.p_value == pytest.approx(np.mean(np.array(scores) >= actual))
        assert ours.p_floor == pytest.approx(np.mean(np.array(scores) == max(scores)))
        assert ours.tau == pytest.approx(kendalltau(ties, y).statistic)


@given(seed=st.integers(0, 500), factor=st.floats(0.1, 10), constant=st.floats(-50, 50), count=st.integers(6, 12))
@settings(max_examples=20, deadline=None)
def test_slope_is_the_one_the_test_does_not_reject(seed, factor, constant, count):
    rng = np.random.default_rng(seed)
    sites = pd.DataFrame({"dose": rng.integers(0, 6, count) + np.arange(count) % 2, "response": rng.normal(size=count)})
    one = dose_response(sites)
    if not np.isfinite(one.slope.low):
        return
    for end, way in ((one.slope.low, -1), (one.slope.high, 1)):
        inside, beyond = (
            dose_response(sites.assign(response=sites["response"] - (end + step * way) * sites["dose"]))
            for step in (-1e-7, 1e-7)
        )
        assert inside.p_value > 0.05
        assert beyond.p_value <= 0.05 + 1e-9
    moved = sites.assign(response=sites["response"] * factor + constant, dose=sites["dose"] + constant)
    two = dose_response(moved.sample(frac=1, random_state=seed))
    assert (two.slope.low, two.slope.value) == pytest.approx(
        (one.slope.low * factor, one.slope.value * factor), rel=1e-6, abs=1e-9
    )
    assert (two.tau, two.p_value) == pytest.approx((one.tau, one.p_value))


def test_successful_strikes():
    """Ragin 1987, The Comparative Method, chapter 6: S = AC + Bc, of the prime implicants AC, AB and Bc."""
    true = [(True, False, True), (False, True, False), (True, True, False), (True, True, True)]
    primes = prime_implicants(true, [])
    assert set(primes) == {(True, None, True), (True, True, None), (None, True, False)}
    assert [set(cover) for cover in smallest_covers(primes, true)] == [{(True, None, True), (None, True, False)}]


@given(
    st.lists(st.sampled_from(["present", "absent", "free"]), min_size=8, max_size=8).filter(lambda c: "present" in c)
)
@settings(max_examples=25, deadline=None)
def test_no_shorter_statement_says_the_same(codes):
    rows = list(product((False, True), repeat=3))
    true, free = ([row for row, code in zip(rows, codes, strict=True) if code == name] for name in ("present", "free"))
    absent = [row for row, code in zip(rows, codes, strict=True) if code == "absent"]
    every = list(product((True, False, None), repeat=3))
    allowed = [cube for cube in every if not any(covers(cube, row) for row in absent)]
    found = smallest_covers(prime_implicants(true, free), true)
    for cover in found:
        assert all(any(covers(cube, row) for cube in cover) for row in true)
        assert not any(covers(cube, row) for cube in cover for row in absent)
        assert len(cover) == len(found[0])
    assert not any(
        all(any(covers(cube, row) for cube in fewer) for row in true)
        for fewer in combinations(allowed, len(found[0]) - 1)
    )
    primes = {cube for cube in allowed if not any(_wider(other, cube) for other in allowed)}
    smallest = {
        frozenset(cover)
        for cover in combinations(sorted(primes, key=str), len(found[0]))
        if all(any(covers(cube, row) for cube in cover) for row in true)
        and all(any(covers(cube, row) for row in true) for cube in cover)
    }
    assert {frozenset(cover) for cover in found} == smallest


def _wider(one, other):
    return one != other and all(sign is None or sign == there for sign, there in zip(one, other, strict=True))


@given(seed=st.integers(0, 300))
@settings(max_examples=6, deadline=None)
def test_solutions_say_what_the_truth_table_says(seed):
    rng = np.random.default_rng(seed)
    sites = pd.DataFrame(rng.integers(0, 2, (20, 4)), columns=list("abcd"))
    sites["y"] = (sites["a"] & sites["b"]) | (sites["c"] & (1 - sites["d"])) | (rng.random(20) < 0.1)
    table = truth_table(sites, list("abcd"), "y")
    for kind in ("conservative", "parsimonious"):
        solution = sufficient_combinations(table, kind)
        for model in solution.models:
            held = [
                any(all(row[name] == sign for name, sign in path.conditions) for path in model.paths)
                for row in table.rows.to_dict("records")
            ]
            assert held == (table.rows["outcome"] == "present").tolist()
            has, on = sites["y"].to_numpy(bool), np.zeros(20, dtype=bool)
            for path in model.paths:
                this = np.all([sites[name] == sign for name, sign in path.conditions], axis=0)
                assert path.consistency == pytest.approx(has[this].mean())
                assert path.raw_coverage == pytest.approx(this[has].mean())
                on |= this
            assert (model.consistency, model.coverage) == pytest.approx((has[on].mean(), on[has].mean()))
    shuffled = truth_table(sites.sample(frac=1, random_state=seed), list("abcd"), "y")
    assert shuffled.rows.equals(table.rows)
    absent = sufficient_combinations(truth_table(sites, list("abcd"), "y", absent=True))
    assert absent == sufficient_combinations(truth_table(sites.assign(y=1 - sites["y"]), list("abcd"), "y"))


def test_contradictions_are_named():
    torn = CONFIGURED.assign(result=[*CONFIGURED["result"][:-1], 1])
    table = truth_table(torn, ["agenda", "backbone", "data"], "result")
    assert table.contradictions == (("site-02", "site-11"),)
    assert sufficient_combinations(table).n_contradictions == 1


def test_the_chance_to_see_no_contradiction_is_that_of_all_cases():
    for sites, conditions in ((3, 1), (4, 1), (3, 2)):
        cells = range(2**conditions)
        free = [
            all(one[1] == two[1] for one, two in combinations(fall, 2) if one[0] == two[0])
            for fall in product(product(cells, (0, 1)), repeat=sites)
        ]
        assert chance_of_no_contradiction(sites, conditions) == pytest.approx(np.mean(free))
    assert [most_conditions(sites) for sites in (10, 15, 20, 30, 200)] == [3, 4, 5, 6, 12]


def test_the_cost_of_an_outcome_turns_its_interval_round():
    sure = cost_per_outcome(1000.0, Interval(10.0, 5.0, 20.0, 0.95))
    assert sure.interval == Interval(100.0, 50.0, 200.0, 0.95)
    unsure = cost_per_outcome(1000.0, Interval(10.0, -5.0, 25.0, 0.95))
    assert (unsure.interval.low, unsure.interval.high, unsure.conclusive) == (40.0, np.inf, False)


def test_costs_are_shared_out_by_period_and_in_all():
    cost = pd.Series({2022: 300.0, 2020: 100.0, 2021: 50.0, 2023: np.nan})
    result = cost_per_unit(cost, pd.Series({2020: 10, 2021: 0, 2022: 20, 2023: 5}))
    assert result.by_period.index.tolist() == [2020, 2021, 2022]
    assert result.by_period["cost_per_unit"].fillna(-1).tolist() == [10, -1, 15]
    assert (result.cost_per_unit, result.n_left_out) == (450 / 30, 1)
