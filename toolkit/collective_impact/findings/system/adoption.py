"""What the formative evaluation of the system concludes on practices: traction, where stuck, for whom not."""

from collections.abc import Mapping, Sequence

import pandas as pd

from collective_impact.analysis.system.practice_adoption import HALF, LATELY, PracticeAdoption
from collective_impact.charts.system.adoption import kind_name, next_test
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Check, EstimateRecord, Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, strength_by
from collective_impact.findings.wording import interval, interval_record
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import (
    listing,
    marked,
    number,
    percent,
    period_label,
    quote,
)
from collective_impact.language import translate as _
from collective_impact.statistics.behaviour.adoption_curve import AdoptionCurve
from collective_impact.statistics.estimate import Interval

Names = Mapping[str, str]


@answers(marked("Where is traction in practice?"))
def conclude_traction(evaluation: Evaluation, adoptions: Sequence[PracticeAdoption], names: Names) -> Finding:
    """Conclude which practices have been taken up, and how far."""
    top = adoptions[0]
    words = _adoption_words(top, names)
    more = [each for each in adoptions[1:] if each.status == "traction"]
    words["more"] = listing([_counted(each, names) for each in more])
    statement = [_("By {last}, {adopted} of {n} organizations had taken up {practice}, {share} ({interval}).")]
    if top.adopted:
        statement.append(_("Half of them had done so by {half}."))
    if more:
        statement.append(_("Also in use in at least half: {more}."))
    if isinstance(top.compared, AdoptionCurve):
        last = top.compared.curve.iloc[-1]
        words |= {"others": int(last["adopted"]), "of": int(last["n"])}
        statement.append(_("Among those that take no part it is {others} of {of}."))
    title = (
        _("{practice} has traction: {adopted} of {n} organizations have taken it up")
        if top.status == "traction"
        else _("No practice is in use in half of the organizations yet; {practice} comes closest")
    )
    return Finding(
        id=f"{evaluation.inquiry.id}.traction",
        title=title.format(**words),
        statement=" ".join(statement).format(**words),
        estimate=_share_record(top),
        strength=strength_by(checks := _traction_checks(top), at_most=Strength.MODERATE),
        checks=checks,
        caveats=_adoption_caveats(),
        so_what=_(
            "Where most partners work the same way, the question turns from who has begun to whether it lasts and "
            "reaches everybody."
        )
        if top.status == "traction"
        else _("Agreeing on a practice has not yet changed how most partners work."),
        now_what=(
            Recommendation(
                action=_("{practice}: {test}").format(practice=words["practice"], test=_lower(next_test(top))),
                owner=_("shared measurement group"),
                due=evaluation.months_ahead(6),
            ),
        ),
        data=_practice_data(top),
        names=tuple(names.values()),
    )


@answers(marked("Which practice has come least far, and for whom not?"))
def conclude_for_whom_not(
    evaluation: Evaluation,
    adoptions: Sequence[PracticeAdoption],
    groups: pd.DataFrame,
    cases: pd.DataFrame,
    names: Names,
) -> Finding:
    """Conclude which practice has come least far, and among whom it is lacking."""
    least = adoptions[-1]
    words = _adoption_words(least, names)
    own = groups[groups["practice_id"] == least.practice]
    words["kinds"] = listing(
        [
            _("{kind} {lacking} of {n}").format(
                kind=kind_name(row["group"]).lower(), lacking=int(row["n"] - row["adopted"]), n=int(row["n"])
            )
            for _i, row in own.iterrows()
        ]
    )
    statement = [_("{adopted} of {n} organizations had taken up {practice} by {last}, {share} ({interval}).")]
    if len(own):
        statement.append(_("Without it: {kinds}."))
    return Finding(
        id=f"{evaluation.inquiry.id}.for_whom_not",
        title=_stuck_title(least).format(**words),
        statement=" ".join([*statement, *_cases_sentence(cases, least)]).format(**words),
        estimate=_share_record(least),
        strength=strength_by(checks := _stuck_checks(least), at_most=Strength.MODERATE),
        checks=checks,
        caveats=_adoption_caveats(),
        so_what=_("People meet another way of working depending on which organization they turn to."),
        now_what=(
            Recommendation(
                action=_("{practice}: {test}").format(practice=words["practice"], test=_lower(next_test(least))),
                owner=_("backbone organization"),
                due=evaluation.months_ahead(3),
            ),
        ),
        data=_practice_data(least),
        names=tuple(names.values()),
    )


def _stuck_title(adoption: PracticeAdoption) -> str:
    return {
        "stuck": _("{practice}: {adopted} of {n} organizations, none new in the last {lately} periods"),
        "on_its_way": _("{practice} has not reached most: {adopted} of {n} organizations so far"),
        "traction": _("{practice} has come least far, with {adopted} of {n} organizations"),
    }[adoption.status]


def _cases_sentence(cases: pd.DataFrame, least: PracticeAdoption) -> list[str]:
    shown = cases[(cases["practice_id"] == least.practice) & cases["value"].notna()]
    if shown.empty:
        return []
    share = percent(float(shown["n"].sum() / shown["denominator"].sum()))
    text = _("Of {cases} cases in the last year, {part} were handled in the new way.")
    return [text.format(cases=number(float(shown["denominator"].sum()), 0), part=share)]


def _adoption_words(adoption: PracticeAdoption, names: Names) -> dict[str, object]:
    return {
        "practice": quote(names[adoption.practice]),
        "adopted": adoption.adopted,
        "n": adoption.n,
        "share": percent(adoption.share.value),
        "interval": interval(in_percent(adoption.share)),
        "last": period_label(adoption.curve.curve.index[-1]),
        "half": period_label(adoption.half_way),
        "lately": LATELY,
    }


def _counted(adoption: PracticeAdoption, names: Names) -> str:
    words = {"practice": names[adoption.practice], "adopted": adoption.adopted, "n": adoption.n}
    return _("{practice} ({adopted} of {n})").format(**words)


def in_percent(share: Interval) -> Interval:
    """A share as per cent."""
    return Interval(100 * share.value, 100 * share.low, 100 * share.high, share.confidence)


def _share_record(adoption: PracticeAdoption) -> EstimateRecord | None:
    """The share as the record keeps it; none where nobody has taken it up, for that is a count and no estimate."""
    if not adoption.adopted:
        return None
    unit, periods = _("per cent of organizations"), len(adoption.curve.curve)
    return interval_record(in_percent(adoption.share), unit, n_units=adoption.n, n_periods=periods)


def _traction_checks(adoption: PracticeAdoption) -> tuple[Check, ...]:
    return (
        *counted(_("Organizations"), adoption.n, weak=5, moderate=10),
        Check(
            rule=_("The interval lies above one half"),
            seen=interval(in_percent(adoption.share)),
            held=adoption.share.low > HALF,
        ),
        Check(rule=_("Nobody has given it up"), seen=number(adoption.lapsed, 0), held=adoption.lapsed == 0),
    )


def _stuck_checks(adoption: PracticeAdoption) -> tuple[Check, ...]:
    observed = adoption.n / adoption.curve.n_organizations
    return (
        *counted(_("Organizations"), adoption.n, weak=5, moderate=10),
        Check(
            rule=_("At least nine in ten of the organizations were observed in the last period"),
            seen=percent(observed),
            held=observed >= 0.9,
        ),
    )


def _adoption_caveats() -> tuple[str, ...]:
    return (
        _("That organizations use a practice does not tell why: others may have moved towards it too."),
        _("The interval speaks of organizations like these; of those observed, the share is what it is."),
    )


def _practice_data(adoption: PracticeAdoption) -> tuple[str, ...]:
    return (f"practice_observation:{adoption.practice}", "partner:comparison")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
