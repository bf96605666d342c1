"""How strong a finding is: stated rules, shown in the report."""

from collections.abc import Sequence

from collective_impact.findings.finding import Check
from collective_impact.framework.vocabulary import Strength
from collective_impact.statistics.estimate import RANKED_P, Estimate

SIGNIFICANCE = 0.05
TENTATIVE = RANKED_P


def strength_of_effect(estimate: Estimate, checks: Sequence[Check]) -> Strength:
    """Strength of the evidence for an effect against a counterfactual.

    - Insufficient: chance is not ruled out at 10% by the placebo test; without comparison areas, the interval
      includes zero.
    - Weak: chance is ruled out at 10%, but the interval includes zero, a check fails or none could be made; or there
      are no comparison areas, whatever the interval.
    - Moderate: chance is ruled out at 10%, the interval leaves out zero and every check holds.
    - Strong: the same at 5%.

    Parameters
    ----------
    estimate : Estimate
        One without ``p_floor`` rests on no comparison areas.
    checks : sequence of Check
    """
    if estimate.p_value is None or estimate.p_floor is None:
        return Strength.WEAK if estimate.conclusive else Strength.INSUFFICIENT
    if estimate.p_value > TENTATIVE:
        return Strength.INSUFFICIENT
    if not estimate.conclusive or not checks or not all(check.held for check in checks):
        return Strength.WEAK
    return Strength.STRONG if estimate.p_value <= SIGNIFICANCE else Strength.MODERATE


def strength_of_description(n_periods: int) -> Strength:
    """Strength of a statement about how a series has run, which explains nothing: by the points it rests on.

    Moderate at most, from 12 periods; weak from 5, else insufficient.
    """
    if n_periods >= 12:
        return Strength.MODERATE
    return Strength.WEAK if n_periods >= 5 else Strength.INSUFFICIENT
