"""What the formative evaluation concludes on how partners see the collaboration."""

from collections.abc import Mapping, Sequence

from collective_impact.analysis.initiative.conditions import group_name
from collective_impact.analysis.initiative.partner_survey import LATER
from collective_impact.analysis.initiative.survey_rounds import LastRound
from collective_impact.charts.initiative.collaboration import talk_from
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import clear_of_zero, counted, strength_by
from collective_impact.findings.wording import interval, interval_record
from collective_impact.framework.instruments import instrument
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, number, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.behaviour.mixed_model import MixedModel
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.ratings.factors import GroupScore

MOST_NAMES = 3


@answers(marked("How do the partners see the collaboration?"))
def conclude_factors(
    evaluation: Evaluation, last: LastRound, rises: Sequence[MixedModel | Insufficient], names: Mapping[str, str]
) -> Finding | Insufficient:
    """Conclude which factors of collaboration are a concern, and how far they rose.

    Parameters
    ----------
    evaluation : Evaluation
    last : LastRound
    rises : sequence of MixedModel or Insufficient
        From the first round to the last; without one the finding tells of the last round only.
    names : mapping of str to str
        Names of the rounds.
    """
    asked = instrument(last.scored.instrument)
    limit = talk_from(asked)
    known = {group: each for group, each in last.scored.groups.items() if isinstance(each, GroupScore)}
    low = [group_name(asked, group) for group, each in known.items() if round(each.value, 1) < limit]
    if not known:
        return Insufficient("no_ratings")
    least = min(known, key=lambda group: known[group].value)
    rise = next((each for each in rises if isinstance(each, MixedModel)), None)
    checks = (
        *counted(_("Respondents in the last round"), last.scored.n, weak=8, moderate=30),
        *((clear_of_zero(rise.coefficients[LATER], Strength.MODERATE),) if rise else ()),
    )
    words: dict[str, object] = {
        "n": last.scored.n,
        "partners": last.n_partners,
        "low": len(low),
        "factors": len(known),
        "limit": number(limit, 0),
        "which": listing(low[:MOST_NAMES]) if low else "",
        "round": names.get(last.wave_id, last.wave_id),
        "least": quote(group_name(asked, least)),
        "mean": _mean(known[least]),
    }
    return Finding(
        id=f"{evaluation.inquiry.id}.factors",
        title=_title(rise, words, len(low)),
        statement=_statement(rise, words, len(low)),
        estimate=_estimate(rise),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("Only those who answered are heard, and partners with many respondents weigh more in the means."),),
        so_what=(
            _("A mean below {limit} is a matter to take up, not a verdict: {which}.").format(**words)
            if low
            else _("Nothing here stands in the way of the work; what partners answer next round will tell more.")
        ),
        now_what=_steps(evaluation, words) if low else (),
        data=(f"survey_response:{last.wave_id}.{asked.id}",),
        names=(str(words["round"]),),
    )


def _title(rise: MixedModel | None, words: Mapping[str, object], n_low: int) -> str:
    concern = translate_plural(
        "{low} of {factors} factors of collaboration is a concern",
        "{low} of {factors} factors of collaboration are concerns",
        n_low,
    ).format(**words)
    if rise is None or not rise.coefficients[LATER].leaves_out(0.0):
        return concern
    view = (
        _("Partners see the collaboration more brightly than before")
        if rise.coefficients[LATER].value > 0
        else _("Partners see the collaboration less brightly than before")
    )
    return _("{view}; {concern}").format(view=view, concern=concern)


def _mean(score: GroupScore) -> str:
    """A mean with its interval, as far as it has one."""
    value = number(score.value, 1)
    if score.interval is None:
        return value
    return _("{value} (95% interval {low} to {high})").format(
        value=value, low=number(score.interval.low, 1), high=number(score.interval.high, 1)
    )


def _statement(rise: MixedModel | None, words: Mapping[str, object], n_low: int) -> str:
    answered = translate_plural(
        "{round}: {n} people at {partners} partners answered; {low} of {factors} factors lies below {limit}.",
        "{round}: {n} people at {partners} partners answered; {low} of {factors} factors lie below {limit}.",
        n_low,
    )
    answered += " " + _("The lowest of the {factors} is {least}: {mean}.")
    if rise is None:
        return answered.format(**words)
    change = rise.coefficients[LATER]
    since = (
        _("Since the first round, the answers at {organizations} partners rose by {change} steps ({interval}).")
        if change.low > 0
        else _("Since the first round, the answers at {organizations} partners fell by {change} steps ({interval}).")
        if change.high < 0
        else _("Whether the answers at {organizations} partners rose is inconclusive: {change} steps ({interval}).")
    )
    size = change.value if change.low <= 0 <= change.high else abs(change.value)
    more = {"change": number(size, 2), "interval": interval(change), "organizations": rise.n_organizations}
    return f"{answered} {since}".format(**words, **more)


def _estimate(rise: MixedModel | None) -> EstimateRecord | None:
    if rise is None:
        return None
    unit = _("steps on the scale 1–5")
    return interval_record(rise.coefficients[LATER], unit, n_units=rise.n_organizations, n_periods=2)


def _steps(evaluation: Evaluation, words: Mapping[str, object]) -> tuple[Recommendation, ...]:
    action = _("Talk through with the partners what lies behind it: {which}").format(**words)
    return (Recommendation(action=action, owner=_("backbone organization"), due=evaluation.months_ahead(3)),)
