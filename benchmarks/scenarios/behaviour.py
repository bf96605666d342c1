"""Scenarios of the family `behaviour`: organizations observed again and again, few of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.special import expit

from collective_impact.statistics.behaviour.adoption_curve import adoption_curve
from collective_impact.statistics.behaviour.estimating_equations import EstimatingEquations, estimating_equations
from collective_impact.statistics.behaviour.mixed_model import MixedModel, mixed_model
from collective_impact.statistics.behaviour.policy_stages import PolicyStages, policy_stages
from collective_impact.statistics.behaviour.practice_change import PracticeChange, practice_change
from collective_impact.statistics.behaviour.share_between_organizations import share_between_organizations
from collective_impact.statistics.behaviour.sign_flips import SignFlips, sign_flips
from collective_impact.statistics.estimate import Interval
from collective_impact.statistics.survival import Survival
from scenarios import Drawn, Scenario

Draw = Callable[[np.random.Generator], Drawn]
BOUNDARY = "conservative: a variance between organizations that is zero cannot be estimated below zero"
PACE = "**assumption broken**: organizations differ in pace, and the model says they do not; see the robust errors"
AUTO = "errors of neighbouring periods correlate .5, which neither the model nor the working correlation knows"
EXACT = "exact test, few patterns: at least 95% by design"
REASSIGNED = "exact test: at least 95% by design where all change alike, and little less here where they do not"
DISCRETE = "few possible shares: coverage swings around 95% from one true share to the next"
SKEWED = "**assumption broken**: changes are lognormal, far from even about their middle"


def organizations(rng, count, periods, *, effect=0.5, pace=0.3, auto=0.0, missing=0.0, treated=0):
    """Numbers of organizations over periods; with `treated`, an effect on these from the middle on."""
    unit, time = np.repeat(np.arange(count), periods), np.tile(np.arange(periods), count)
    noise = rng.normal(size=(count, periods))
    for period in range(1, periods):
        noise[:, period] = auto * noise[:, period - 1] + np.sqrt(1 - auto**2) * noise[:, period]
    after, part = (time >= periods / 2) * 1.0, (unit < treated) * 1.0
    moves = after if treated else time / (periods - 1)
    term = after * part if treated else moves
    value = rng.normal(size=count)[unit] + (pace * rng.normal(size=count)[unit] + 0.2) * moves + noise.ravel()
    columns = {"partner_id": unit, "period": time, "after": after, "part": part, "term": term}
    frame = pd.DataFrame({**columns, "value": value + (effect - 0.2 * (not treated)) * term})
    return frame[rng.random(len(frame)) >= missing]


def adopters(rng, count, periods, *, effect, alike=0.3, treated=0, odds=True):
    """Yes and no of organizations over periods, two of one organization correlated by `alike`."""
    unit, time = np.repeat(np.arange(count), periods), np.tile(np.arange(periods), count)
    after, part = (time >= periods / 2) * 1.0, (unit < treated) * 1.0
    term = after * part if treated else time / (periods - 1)
    chance = expit(-0.5 + effect * term) if odds else 0.35 + effect * term
    common, own = rng.random(count)[unit], rng.random(len(unit))
    level = np.where(rng.random(len(unit)) < np.sqrt(alike), common, own)
    columns = {"partner_id": unit, "period": time, "after": after, "part": part, "term": term}
    return pd.DataFrame({**columns, "value": level < chance})


def mixed(count, periods, *, slope=True, errors="robust", treated=0, **data) -> Draw:
    def draw(rng):
        frame = organizations(rng, count, periods, treated=treated, **data)
        terms = ["term", "after", "part"] if treated else ["term"]
        random = None if not slope else "after" if treated else "term"
        model = mixed_model(frame, terms, slope=random, errors=errors)
        return (model.coefficients["term"] if isinstance(model, MixedModel) else model), 0.5

    return draw


def equations(count, periods, *, family, effect=1.0, treated=0, odds=True, numbers=False, **data) -> Draw:
    def draw(rng):
        if numbers:
            frame = organizations(rng, count, periods, effect=effect, treated=treated, **data)
        else:
            frame = adopters(rng, count, periods, effect=effect, treated=treated, odds=odds, **data)
        terms = ["term", "after", "part"] if treated else ["term"]
        fit = estimating_equations(frame, terms, family=family)
        return (fit.coefficients["term"] if isinstance(fit, EstimatingEquations) else fit), effect

    return draw


def alike(count, periods, share, missing=0.0) -> Draw:
    def draw(rng):
        unit = np.repeat(np.arange(count), periods)
        value = np.sqrt(share) * rng.normal(size=count)[unit] + np.sqrt(1 - share) * rng.normal(size=len(unit))
        frame = pd.DataFrame({"partner_id": unit, "value": value})[rng.random(len(unit)) >= missing]
        return share_between_organizations(frame), share

    return draw


def flips(count, skewed=False) -> Draw:
    def draw(rng):
        changes = rng.lognormal(size=count) - np.exp(0.5) if skewed else rng.normal(size=count)
        result = sign_flips(changes + 0.5, seed=1)
        return (result.interval if isinstance(result, SignFlips) else result), 0.5

    return draw


def change(count, treated, periods=6) -> Draw:
    def draw(rng):
        frame = organizations(rng, count, periods, effect=0.5, treated=treated)
        result = practice_change(frame, periods / 2, taking_part=list(range(treated)))
        return (result.interval if isinstance(result, PracticeChange) else result), 0.5

    return draw


def adoption(count, share) -> Draw:
    def draw(rng):
        used = rng.random(count) < share
        curve = adoption_curve(pd.DataFrame({"partner_id": range(count), "period": 1, "adopted": used})).curve.iloc[0]
        return Interval(curve["share"], curve["low"], curve["high"], 0.95), share

    return draw


def stages(count, longest) -> Draw:
    """Policies proposed over `longest` days and adopted after a time with median 300 days."""

    def draw(rng):
        begun = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, longest, count), "D")
        lasted = pd.to_timedelta(np.ceil(rng.exponential(300 / np.log(2), count)), "D")
        steps = [
            pd.DataFrame({"policy_id": range(count), "stage": stage, "date": dates})
            for stage, dates in (("proposed", begun), ("adopted", begun + lasted))
        ]
        until = pd.Timestamp("2020-01-01") + pd.Timedelta(longest + 300, "D")
        result = policy_stages(pd.concat(steps), until)
        days = result.steps[0].days if isinstance(result, PolicyStages) else result
        return (days.median if isinstance(days, Survival) else days), 300.0

    return draw


SIZES = ((10, 4), (12, 6), (20, 8), (40, 4))
TIME = "change over time, "
FEW = "a third take part, "

SCENARIOS: tuple[Scenario, ...] = (
    *(
        Scenario("mixed_model", f"{TIME}{count} organizations x {periods}", mixed(count, periods))
        for count, periods in SIZES
    ),
    Scenario("mixed_model", "… 10 x 4, all at the same pace", mixed(10, 4, pace=0.0)),
    Scenario("mixed_model", "… 12 x 6, a fifth missing", mixed(12, 6, missing=0.2)),
    Scenario("mixed_model", "… 12 x 8, AR(1) .5", mixed(12, 8, auto=0.5), AUTO),
    Scenario("mixed_model", "… 12 x 6, no slope of its own, paces differ", mixed(12, 6, slope=False, pace=1.0)),
    *(
        Scenario(
            "mixed_model",
            f"{FEW}{count} organizations x {periods}",
            mixed(count, periods, treated=count // 3, missing=0.1),
        )
        for count, periods in SIZES
    ),
    Scenario("mixed_model, errors of the model", "time, 10 x 4", mixed(10, 4, errors="model"), BOUNDARY),
    Scenario("mixed_model, errors of the model", "time, 20 x 8", mixed(20, 8, errors="model")),
    Scenario(
        "mixed_model, errors of the model",
        "time, 12 x 6, no slope, same pace",
        mixed(12, 6, slope=False, pace=0.0, errors="model"),
    ),
    Scenario(
        "mixed_model, errors of the model",
        "time, 12 x 6, no slope, paces differ",
        mixed(12, 6, slope=False, pace=1.0, errors="model"),
        PACE,
    ),
    *(
        Scenario(
            "estimating_equations, odds",
            f"{TIME}{count} organizations x {periods}",
            equations(count, periods, family="binomial"),
        )
        for count, periods in SIZES
    ),
    Scenario(
        "estimating_equations, odds", "a third of 20 x 4 take part", equations(20, 4, family="binomial", treated=6)
    ),
    *(
        Scenario(
            "estimating_equations, shares",
            f"{FEW}{count} organizations x {periods}",
            equations(count, periods, family="gaussian", effect=0.3, odds=False, treated=count // 3),
        )
        for count, periods in SIZES
    ),
    Scenario(
        "estimating_equations, numbers",
        "time, 10 x 4, AR(1) .5",
        equations(10, 4, family="gaussian", effect=0.5, numbers=True, auto=0.5),
    ),
    Scenario("share_between_organizations", "10 organizations x 5, .3", alike(10, 5, 0.3)),
    Scenario("share_between_organizations", "20 x 4, .05", alike(20, 4, 0.05)),
    Scenario("share_between_organizations", "5 x 4, .5", alike(5, 4, 0.5)),
    Scenario("share_between_organizations", "12 x 6, .3, a third missing", alike(12, 6, 0.3, 0.33)),
    *(
        Scenario("sign_flips", f"{count} organizations", flips(count), note)
        for count, note in ((6, EXACT), (8, ""), (9, ""), (20, ""))
    ),
    Scenario("sign_flips", "9 organizations, skewed", flips(9, skewed=True), SKEWED),
    Scenario("practice_change", "3 of 9 take part: reassigned", change(9, 3), REASSIGNED),
    Scenario("practice_change", "2 of 15 take part: reassigned", change(15, 2), REASSIGNED),
    Scenario("practice_change", "6 of 14 take part: modelled", change(14, 6)),
    Scenario("adoption_curve", "10 organizations, .3", adoption(10, 0.3), DISCRETE),
    Scenario("adoption_curve", "40 organizations, .1", adoption(40, 0.1), DISCRETE),
    Scenario("policy_stages, median days", "12 policies", stages(12, 900)),
    Scenario("policy_stages, median days", "40 policies", stages(40, 900)),
)
