"""Which findings go first, for those who read only the first."""

from collections import Counter
from collections.abc import Iterable, Sequence

from collective_impact.findings.finding import Finding
from collective_impact.framework.vocabulary import READINESS, Level, Method, Strength, inquiry
from collective_impact.language import translate as _

MAIN_MESSAGES = 5
A_LEVEL = 2
GATE = f"{READINESS}.preconditions"
_STRENGTHS = tuple(Strength)
_METHODS = (*reversed(Method), None)
_LEVELS = (*reversed(Level), None)


def evaluation_of(finding: Finding) -> str:
    """Id of the evaluation that came to a finding."""
    return finding.id.partition(".")[0]


def most_telling_first(findings: Iterable[Finding], *, starting: bool = False) -> list[Finding]:
    """Order findings by what people can decide from.

    Conclusive effects on the outcome or the system, findings on who benefits, and while the initiative is starting the
    gate of readiness go before all others. Within these and within the others strong evidence goes first, then what
    judges before what describes, and the outcome before what leads to it.

    Parameters
    ----------
    findings : iterable of Finding
    starting : bool
        Whether the initiative is in a phase for which readiness is still a question.
    """
    return sorted(findings, key=lambda finding: _rank(finding, starting))


def main_messages(findings: Iterable[Finding], *, starting: bool = False) -> list[Finding]:
    """Pick at most five findings, one from an evaluation and two from a level; insufficient ones only where all are."""
    ordered = most_telling_first(findings, starting=starting)
    telling = [finding for finding in ordered if finding.strength is not Strength.INSUFFICIENT] or ordered
    levels: Counter[Level | None] = Counter()
    chosen = []
    for finding in first_of_each_evaluation(telling):
        level = inquiry(evaluation_of(finding)).level
        if levels[level] < A_LEVEL:
            levels[level] += 1
            chosen.append(finding)
    return chosen[:MAIN_MESSAGES]


def first_of_each_evaluation(ordered: Iterable[Finding]) -> list[Finding]:
    """Keep the first finding of each evaluation."""
    firsts: dict[str, Finding] = {}
    for finding in ordered:
        firsts.setdefault(evaluation_of(finding), finding)
    return list(firsts.values())


def about(findings: Iterable[Finding], topic: str) -> list[Finding]:
    """Pick the findings that speak of a topic, the most telling first."""
    return most_telling_first(finding for finding in findings if topic in finding.topics)


def selection_rule() -> str:
    """How the main messages were chosen, in words."""
    return _(
        "At most five messages: one from an evaluation, two from a level. First come effects that the data can tell "
        "from zero, who benefits, and, at the start, whether the preconditions hold. Then strength of evidence decides."
    )


def _rank(finding: Finding, starting: bool) -> tuple[bool, int, int, int]:
    own = inquiry(evaluation_of(finding))
    first = _is_effect(finding) or "equity" in finding.topics or (starting and finding.id == GATE)
    known = finding.strength is not Strength.INSUFFICIENT
    return (
        not (first and known),
        _STRENGTHS.index(finding.strength),
        _METHODS.index(own.method),
        _LEVELS.index(own.level),
    )


def _is_effect(finding: Finding) -> bool:
    """Whether it says what difference was made to the outcome or the system, and the data can tell."""
    own = inquiry(evaluation_of(finding))
    judged = own.method is Method.SUMMATIVE and own.level in {Level.OUTCOME, Level.SYSTEM}
    return judged and finding.estimate is not None and finding.estimate.conclusive


def best_strength(findings: Sequence[Finding]) -> Strength:
    """The strongest evidence among findings."""
    return min((finding.strength for finding in findings), key=_STRENGTHS.index, default=Strength.INSUFFICIENT)
