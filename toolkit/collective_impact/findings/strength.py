"""How strong a finding is: every grade has to be earned by checks that the report shows."""

from collections.abc import Sequence

from collective_impact.findings.finding import Check
from collective_impact.findings.wording import chance, interval
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import number, probability
from collective_impact.language import translate as _
from collective_impact.statistics.estimate import RANKED_P, Estimate, Interval
from collective_impact.statistics.ratings.agreement import FIRM
from collective_impact.statistics.ratings.agreement import TENTATIVE as TENTATIVE_ALPHA

SIGNIFICANCE = 0.05
TENTATIVE = RANKED_P
_GRADES = (Strength.WEAK, Strength.MODERATE, Strength.STRONG)


def strength_by(checks: Sequence[Check], *, at_most: Strength = Strength.STRONG) -> Strength:
    """Give the highest grade that the checks bear.

    A grade is earned where its own checks all held, at least one was made, and every lower grade was earned too.

    Parameters
    ----------
    checks : sequence of Check
    at_most : Strength
        What the kind of finding can bear at best: a description explains nothing and is moderate at most.
    """
    earned = Strength.INSUFFICIENT
    for grade in _GRADES[: _GRADES.index(at_most) + 1]:
        own = [check.held for check in checks if check.needed_for is grade]
        if not own or not all(own):
            break
        earned = grade
    return earned


def counted(what: str, n: int, *, weak: int, moderate: int) -> tuple[Check, Check]:
    """Check how many a description rests on: at least ``weak`` for weak evidence, ``moderate`` for moderate.

    Parameters
    ----------
    what : str
        What is counted, as it opens a sentence, for example ``"Periods"``.
    """
    rule = _("{what}: at least {n}")
    return (
        Check(rule=rule.format(what=what, n=weak), seen=number(n, 0), held=n >= weak, needed_for=Strength.WEAK),
        Check(rule=rule.format(what=what, n=moderate), seen=number(n, 0), held=n >= moderate),
    )


def counted_periods(n_periods: int) -> tuple[Check, Check]:
    """Check how many periods a statement about the course of a series rests on: 5 for weak, 12 for moderate."""
    return counted(_("Periods"), n_periods, weak=5, moderate=12)


def raters_agree(alpha: float | None) -> tuple[Check, Check]:
    """Check how far raters agree beyond chance: alpha of 0.667 for weak evidence, 0.80 for moderate.

    Parameters
    ----------
    alpha : float or None
        None where it cannot be told.
    """
    rule, seen = _("The raters agree: alpha at least {limit}"), _("not known") if alpha is None else number(alpha, 2)
    weak, moderate = (
        Check(
            rule=rule.format(limit=number(limit, 3)),
            seen=seen,
            held=alpha is not None and alpha >= limit,
            needed_for=grade,
        )
        for limit, grade in ((TENTATIVE_ALPHA, Strength.WEAK), (FIRM, Strength.MODERATE))
    )
    return weak, moderate


def one_source_only() -> Check:
    """Say of a count from one record, which nobody else has looked through, that it is weak evidence at most."""
    return Check(
        rule=_("A second source or a second coder bears it out"),
        seen=_("one record, kept by the initiative itself"),
        held=False,
    )


def clear_of_zero(estimate: Interval, needed_for: Strength = Strength.WEAK) -> Check:
    """Check that the interval leaves out zero."""
    held = estimate.low > 0 or estimate.high < 0
    return Check(rule=_("The interval leaves out zero"), seen=interval(estimate), held=held, needed_for=needed_for)


def clear_of_chance(estimate: Estimate) -> tuple[Check, ...]:
    """Check an effect against chance: p of 0.10 for weak evidence, 0.05 for strong, an interval without zero between.

    An effect that nothing was compared with has the interval alone to go by, and is weak at most.
    """
    if estimate.p_value is None or estimate.n_units < 2:
        compared = Check(rule=_("Chance was tested on areas to compare with"), seen=chance(estimate), held=False)
        return (clear_of_zero(estimate), compared)
    rule, seen = _("Chance: p at most {limit}"), chance(estimate)
    limits = ((Strength.WEAK, TENTATIVE), (Strength.STRONG, SIGNIFICANCE))
    weak, strong = (
        Check(
            rule=rule.format(limit=probability(limit)),
            seen=seen,
            held=estimate.p_value <= limit,
            needed_for=grade,
        )
        for grade, limit in limits
    )
    return (weak, clear_of_zero(estimate, Strength.MODERATE), strong)
