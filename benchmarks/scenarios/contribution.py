"""Scenarios of the family `contribution`: few sites, and costs that share the outcome's uncertainty."""

from __future__ import annotations

import pandas as pd

from collective_impact.statistics.contribution.cost_per_outcome import CostPerOutcome, cost_per_outcome
from collective_impact.statistics.contribution.dose_response import DoseResponse, dose_response
from collective_impact.statistics.estimate import Interval, student_margin
from scenarios import Scenario

EXACT = "exact test: at least 95% by design, more where few orders or ties leave few possible p-values"
DECLINED = "draws without a gain are declined, and with them those whose interval would have missed"


def sites(count, steps=None, skewed=False):
    """Sites whose change goes with how much they do, from 0 to 4, in whole `steps` if given."""

    def draw(rng):
        dose = rng.integers(0, steps, count) * 4.0 / (steps - 1) if steps else rng.uniform(0, 4, count)
        noise = rng.lognormal(size=count) if skewed else rng.normal(size=count)
        result = dose_response(pd.DataFrame({"dose": dose, "response": 0.5 * dose + noise}))
        return (result.slope if isinstance(result, DoseResponse) else result), 0.5

    return draw


def cost(size, people=30):
    """Cost of a unit of an outcome whose effect of `size` standard deviations is a mean of so many people."""

    def draw(rng):
        gains = size + rng.normal(size=people)
        margin = student_margin(float(gains.std(ddof=1)) / people**0.5, people - 1, 0.95)
        effect = float(gains.mean())
        result = cost_per_outcome(1000.0, Interval(effect, effect - margin, effect + margin, 0.95))
        return (result.interval if isinstance(result, CostPerOutcome) else result), 1000.0 / size

    return draw


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("dose_response, slope", "6 sites", sites(6), EXACT),
    Scenario("dose_response, slope", "8 sites", sites(8), EXACT),
    Scenario("dose_response, slope", "12 sites, skewed noise", sites(12, skewed=True), EXACT),
    Scenario("dose_response, slope", "12 sites, doses in 5 steps", sites(12, steps=5), EXACT),
    Scenario("dose_response, slope", "30 sites", sites(30)),
    Scenario("cost_per_outcome", "30 people, effect 0.7 sd", cost(0.7)),
    Scenario("cost_per_outcome", "30 people, effect 0.3 sd", cost(0.3), DECLINED),
)
