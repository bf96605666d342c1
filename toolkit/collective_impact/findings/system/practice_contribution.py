"""What changed in practice among those who take part, against others, and whether money turned with the initiative."""

from collections.abc import Mapping

from collective_impact.analysis.system.practice_contrasts import PracticeContrast, PracticeContrasts
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import SIGNIFICANCE, TENTATIVE, clear_of_zero, strength_by
from collective_impact.findings.wording import estimate_record, interval, periods_text
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, number, p_equals, probability, quote
from collective_impact.language import translate as _
from collective_impact.statistics.counterfactual.interrupted_time_series import InterruptedTimeSeries
from collective_impact.statistics.insufficient import Insufficient

COMPARED = 10
"""Organizations to compare with that strong evidence takes."""


@answers(marked("Did practice change more in organizations that take part?"))
def conclude_practice(evaluation: Evaluation, contrasts: PracticeContrasts, names: Mapping[str, str]) -> Finding:
    """Conclude on how much more practices spread among organizations that take part."""
    overall = contrasts.overall
    record = _record(overall, contrasts.n_periods)
    checks = _practice_checks(contrasts)
    words = {
        "gap": number(abs(record.value), 0),
        "low": number(record.low, 0),
        "high": number(record.high, 0),
        "part": overall.n_taking_part,
        "others": overall.n_comparison,
        "n": record.n_units,
        "periods": periods_text(contrasts.n_periods),
        "p": p_equals(overall.p_value),
        "doubtful": listing([quote(name) for name in _doubtful(contrasts, names)]),
    }
    if overall.comparison:
        statement = _practice_statement(record)
    else:
        statement = _(
            "Among {n} organizations over {periods}, the share of practices in use changed by {gap} percentage points "
            "(95% interval {low} to {high}; {p}); there are none to compare with."
        )
    if not record.conclusive:
        statement += " " + _("The interval includes zero or chance is not ruled out, so this is inconclusive.")
    elif words["doubtful"]:
        statement += " " + _("For {doubtful} on its own it is inconclusive.")
    return Finding(
        id=f"{evaluation.inquiry.id}.practice",
        title=_practice_title(overall, record).format(**words),
        statement=statement.format(**words),
        estimate=record,
        strength=strength_by(checks),
        checks=checks,
        caveats=(
            _("Organizations were not drawn by lot: those that chose to take part may have been on their way already."),
            _("Those that joined late have had less time, and some had begun when they were first observed."),
        ),
        so_what=_practice_meaning(overall, record),
        now_what=(
            Recommendation(
                action=_("Go on observing the organizations that take no part, and add more of them"),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(6),
            ),
            Recommendation(
                action=_("Ask the organizations that have not taken up a practice what stands in the way"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=("practice_observation:adopted", "partner:comparison"),
        names=tuple(names.values()),
    )


def _record(contrast: PracticeContrast, n_periods: int) -> EstimateRecord:
    ends = contrast.interval
    return EstimateRecord(
        value=100 * ends.value,
        low=100 * ends.low,
        high=100 * ends.high,
        unit=_("percentage points of the practices in use"),
        confidence=ends.confidence,
        p_value=contrast.p_value,
        p_floor=contrast.p_floor,
        n_units=contrast.n_taking_part + contrast.n_comparison,
        n_periods=n_periods,
    )


def _practice_title(overall: PracticeContrast, record: EstimateRecord) -> str:
    if overall.comparison is None:
        return _("The practices in use changed by {gap} percentage points, with nobody to compare with")
    if not record.conclusive:
        return _("Inconclusive: whether practice changed more among those that take part")
    if record.value < 0:
        return _("Practice changed {gap} percentage points less in organizations that take part")
    return _("Practice changed {gap} percentage points more in organizations that take part")


def _practice_statement(record: EstimateRecord) -> str:
    if record.value < 0:
        return _(
            "Among {n} organizations over {periods}, the share of practices in use rose by {gap} percentage points "
            "less in the {part} that take part than in the {others} others (95% interval {low} to {high}; {p})."
        )
    return _(
        "Among {n} organizations over {periods}, the share of practices in use rose by {gap} percentage points more "
        "in the {part} that take part than in the {others} others (95% interval {low} to {high}; {p})."
    )


def _practice_meaning(overall: PracticeContrast, record: EstimateRecord) -> str:
    if not record.conclusive:
        return _("The result is inconclusive: it neither shows nor rules out that taking part went with new practice.")
    if overall.comparison is None:
        return _("Practice moved, but nothing tells whether it would have moved without the initiative as well.")
    if record.value < 0:
        return _("Practice spread less where the initiative works: it is worth asking what held it back.")
    return _(
        "New ways of working spread where the initiative works and hardly elsewhere. A contribution to lasting "
        "practice would look like that, and so would a choice to take part by those on their way."
    )


def _practice_checks(contrasts: PracticeContrasts) -> tuple[Check, ...]:
    overall, modelled = contrasts.overall, contrasts.modelled
    compared = overall.comparison is not None
    chance = _("Chance: p at most {limit}")
    agrees = not isinstance(modelled, Insufficient) and modelled.interval.value * overall.interval.value > 0
    return (
        Check(
            rule=chance.format(limit=probability(TENTATIVE)),
            seen=p_equals(overall.p_value),
            held=overall.p_value <= TENTATIVE,
            needed_for=Strength.WEAK,
        ),
        Check(
            rule=_("There are organizations that take no part to compare with"),
            seen=number(overall.n_comparison, 0),
            held=compared,
        ),
        Check(
            rule=_("The interval leaves out zero"),
            seen=_("{low} to {high} percentage points").format(
                low=number(100 * overall.interval.low, 0), high=number(100 * overall.interval.high, 0)
            ),
            held=overall.interval.leaves_out(0.0),
        ),
        Check(
            rule=_("A model of the same change points the same way"),
            seen=_("not estimated")
            if isinstance(modelled, Insufficient)
            else _("{low} to {high} percentage points").format(
                low=number(100 * modelled.interval.low, 0), high=number(100 * modelled.interval.high, 0)
            ),
            held=agrees,
        ),
        Check(
            rule=_("At least {n} organizations to compare with").format(n=COMPARED),
            seen=number(overall.n_comparison, 0),
            held=overall.n_comparison >= COMPARED,
            needed_for=Strength.STRONG,
        ),
        Check(
            rule=chance.format(limit=probability(SIGNIFICANCE)),
            seen=p_equals(overall.p_value),
            held=overall.p_value <= SIGNIFICANCE,
            needed_for=Strength.STRONG,
        ),
    )


def _doubtful(contrasts: PracticeContrasts, names: Mapping[str, str]) -> list[str]:
    """Practices whose own interval holds zero."""
    known = [each for each in contrasts.practices if not isinstance(each, Insufficient)]
    return [names.get(each.practice_id, each.practice_id) for each in known if not each.interval.leaves_out(0.0)][:3]


@answers(marked("Did money turn towards the common agenda when the initiative began?"))
def conclude_funding(evaluation: Evaluation, turned: InterruptedTimeSeries) -> Finding:
    """Conclude on the share of aligned money against its own history."""
    estimate = turned.estimate
    record = estimate_record(estimate, _("percentage points of the money"))
    checks = (clear_of_zero(estimate),)
    words = {
        "gap": number(abs(estimate.value), 0),
        "side": _("above") if estimate.value >= 0 else _("below"),
        "interval": interval(estimate),
        "periods": periods_text(estimate.n_periods),
    }
    statement = _(
        "Over {periods}, the share of money that follows the common agenda lay {gap} percentage points {side} its own "
        "earlier course ({interval})."
    ).format(**words)
    if not record.conclusive:
        statement += " " + _("The interval includes zero, so this is inconclusive.")
    return Finding(
        id=f"{evaluation.inquiry.id}.funding",
        title=(
            _("The money lay {gap} percentage points {side} its earlier course after the start")
            if record.conclusive
            else _("Inconclusive: whether the money turned when the initiative began")
        ).format(**words),
        statement=statement,
        estimate=record,
        strength=strength_by(checks),
        checks=checks,
        caveats=(_("Nothing but the money's own past is there to compare with."),),
        so_what=_("Money that follows the agenda is what keeps new practice going when projects end."),
        now_what=(
            Recommendation(
                action=_("Ask funders what they would have paid for without the common agenda"),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=("funding_flow:amount",),
    )
