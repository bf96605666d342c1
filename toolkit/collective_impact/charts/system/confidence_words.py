"""Words for how sure one may be of a claim, and how plausible its rival is, each by a rule that the page shows."""

from collective_impact.analysis.system.contribution_claims import PRIORS, STEPS, Confidence
from collective_impact.blocks import Table
from collective_impact.language import percent
from collective_impact.language import translate as _


def confidence_words(confidence: Confidence) -> str:
    """How sure one may be that the initiative contributed."""
    return {
        "practically_certain": _("practically certain"),
        "confident": _("confident"),
        "fairly_confident": _("fairly confident"),
        "passed_in_words": _("borne out, in words"),
        "leaning_for": _("leaning towards it"),
        "undecided": _("undecided"),
        "contradictory": _("contradictory evidence"),
        "untested": _("not tested yet"),
        "leaning_against": _("leaning against it"),
        "failed_in_words": _("not borne out, in words"),
        "rather_unlikely": _("rather unlikely"),
        "unlikely": _("unlikely"),
        "practically_ruled_out": _("practically ruled out"),
    }[confidence]


def rival_words(plausibility: int | None) -> str:
    """How plausible the evaluators find the strongest other explanation."""
    if plausibility is None:
        return _("not judged")
    steps = (_("ruled out"), _("hardly plausible"), _("possible"), _("plausible"), _("very plausible"))
    return steps[min(max(plausibility, 0), 4)]


def confidence_rules() -> Table:
    """Say which word stands for which probability, and what it has to withstand."""
    low, high = (percent(prior) for prior in PRIORS)
    firm = _("{share} or more; stands with any starting point from {low} to {high} and judgements {shift} points off")
    least = _("{share} or more; stands with any starting point from {low} to {high}")
    rows = []
    for word, opposite, share, shift in STEPS:
        rule = (firm if shift else least).format(share=percent(share), low=low, high=high, shift=round(100 * shift))
        rows.append([confidence_words(word), confidence_words(opposite), rule])
    reached = percent(STEPS[-1][2])
    rows += [
        [
            confidence_words("leaning_for"),
            confidence_words("leaning_against"),
            _("{share} or more, but only with the starting point that was chosen").format(share=reached),
        ],
        [confidence_words("undecided"), confidence_words("undecided"), _("anything in between")],
        [
            confidence_words("passed_in_words"),
            confidence_words("failed_in_words"),
            _("no probabilities: a decisive test was passed (or failed), and none says the opposite"),
        ],
        [
            confidence_words("contradictory"),
            confidence_words("contradictory"),
            _("no probabilities: decisive tests point both ways"),
        ],
    ]
    columns = [_("For the claim"), _("Against it"), _("Probability that it takes")]
    return Table(columns, rows, _("What the words mean"), "confidence-words")
