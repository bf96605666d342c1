"""What the formative evaluation concludes on how partners and strategies hang together."""

from collections.abc import Sequence

from collective_impact.analysis.initiative.partner_rounds import PartnerRounds
from collective_impact.findings.evaluation import Evaluation
from collective_impact.findings.finding import Finding, Recommendation
from collective_impact.findings.question import answers
from collective_impact.findings.strength import counted, one_source_only, strength_by
from collective_impact.framework.vocabulary import Strength
from collective_impact.language import listing, marked, percent, translate_plural
from collective_impact.language import translate as _
from collective_impact.statistics.insufficient import Insufficient
from collective_impact.statistics.networks.mixing import Mixing
from collective_impact.statistics.networks.mutual_reinforcement import MutualReinforcement

MOST_NAMES = 4


@answers(marked("Do the partners’ activities reinforce one another?"))
def conclude_reinforcement(
    evaluation: Evaluation,
    found: MutualReinforcement,
    ties: Sequence[PartnerRounds | Mixing | Insufficient],
) -> Finding:
    """Conclude whether strategies rest on many partners, and whether partners work across sectors.

    Parameters
    ----------
    evaluation : Evaluation
    found : MutualReinforcement
    ties : sequence of PartnerRounds, Mixing or Insufficient
        The network of partners; what there is of it is told.
    """
    checks = (*counted(_("Partners"), found.n_partners, weak=5, moderate=10), one_source_only())
    weak = [*found.without_partner, *found.with_one_partner]
    single = [str(name) for name in found.partners.index[found.partners["strategies"] == 1]]
    words = {
        "n": found.n_partners,
        "strategies": found.n_strategies,
        "sharing": percent(found.sharing_pairs),
        "weak": len(weak),
        "fewest": int(found.strategies.min()),
        "single": len(single),
        "none": len(found.without_strategy),
        "which": listing((list(found.without_strategy) or single)[:MOST_NAMES])
        if single or found.without_strategy
        else "",
    }
    sentences = [
        _("{n} partners work on {strategies} strategies; {sharing} of the pairs of partners share at least one."),
        _("The strategy with the fewest partners has {fewest}."),
        *_at_the_side(len(found.without_strategy), len(single)),
        *_across_sectors(ties),
    ]
    return Finding(
        id=f"{evaluation.inquiry.id}.reinforcement",
        title=(
            _("{weak} of {strategies} strategies hang on one partner or none")
            if weak
            else _("Every strategy is carried by several partners, at least {fewest} of {n}")
        ).format(**words),
        statement=" ".join(sentences).format(**words),
        strength=strength_by(checks, at_most=Strength.MODERATE),
        checks=checks,
        caveats=(_("To share a strategy is a chance to reinforce one another; it does not show that it is taken."),),
        so_what=(
            _("Where a strategy hangs on one partner, it may end when that partner leaves.")
            if weak
            else _("None rests on one partner alone. The question is rather who is left at the side.")
        ),
        now_what=_reinforcement_steps(evaluation, bool(weak), words),
        data=("activity_partner:partner_id", "activity:strategy"),
        names=(*found.partners.index, *found.strategies.index),
    )


def _at_the_side(without: int, single: int) -> list[str]:
    told = []
    if without:
        told.append(translate_plural("{none} partner works on none.", "{none} partners work on none.", without))
    if single:
        told.append(
            translate_plural("{single} partner works on one only.", "{single} partners work on one only.", single)
        )
    return told


def _across_sectors(ties: Sequence[PartnerRounds | Mixing | Insufficient]) -> list[str]:
    mixed = next((each for each in ties if isinstance(each, Mixing)), None)
    if mixed is None:
        return []
    share = mixed.n_across / (mixed.n_across + mixed.n_within)
    return [
        _("Of the ties that partners report, {share} lead across sectors; by chance it would be {chance}.").format(
            share=percent(share), chance=percent((mixed.expected + 1) / 2)
        )
    ]


def _reinforcement_steps(evaluation: Evaluation, weak: bool, words: dict[str, object]) -> tuple[Recommendation, ...]:
    if weak:
        action = _("Find a second partner for each strategy that hangs on one")
    elif words["which"]:
        action = _("Ask where their part in the work could be larger: {which}").format(**words)
    else:
        return ()
    return (Recommendation(action=action, owner=_("backbone organization"), due=evaluation.months_ahead(6)),)
