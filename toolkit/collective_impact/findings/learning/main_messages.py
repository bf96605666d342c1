"""Which findings go first, for those who read only the first."""

from collections import Counter
from collections.abc import Iterable, Sequence

from collective_impact.findings.finding import Finding
from collective_impact.framework.vocabulary import READINESS, Level, Method, Strength, inquiry
from collective_impact.language import number, translate_plural
from collective_impact.language import translate as _

MAIN_MESSAGES = 5
A_LEVEL = 2
OFF_TRACK = "off_track"
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
    """Pick at most five findings, one from an evaluation and two from a level; insufficient ones only where all are.

    One place is kept for what goes wrong, falls short or is unwanted, if the data can tell of anything of the kind.
    """
    ordered = most_telling_first(findings, starting=starting)
    telling = [finding for finding in ordered if finding.strength is not Strength.INSUFFICIENT] or ordered
    chosen = _picked(telling)
    warning = _warning(telling)
    if warning is None or any(OFF_TRACK in finding.topics for finding in chosen):
        return chosen
    own = evaluation_of(warning)
    return [*[finding for finding in chosen if evaluation_of(finding) != own][: MAIN_MESSAGES - 1], warning]


def _picked(telling: Sequence[Finding]) -> list[Finding]:
    levels: Counter[Level | None] = Counter()
    chosen = []
    for finding in first_of_each_evaluation(telling):
        level = inquiry(evaluation_of(finding)).level
        if levels[level] < A_LEVEL:
            levels[level] += 1
            chosen.append(finding)
    return chosen[:MAIN_MESSAGES]


def _warning(telling: Sequence[Finding]) -> Finding | None:
    """Find what is off track or unwanted, the nearest to the outcome."""
    levels = [inquiry(evaluation_of(finding)).level for finding in telling]
    found = [(_LEVELS.index(level), each) for level, each in zip(levels, telling, strict=True)]
    return min((each for each in found if OFF_TRACK in each[1].topics), key=lambda each: each[0], default=(0, None))[1]


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
        "from zero, who benefits, and, at the start, whether the preconditions hold. Then strength of evidence "
        "decides. One place is kept for what is off track or unwanted, if there is such a finding."
    )


def reading_aid() -> str:
    """How findings are to be read, in words."""
    return _(
        "Each finding carries the strength of its evidence, judged by rules that its page shows. "
        "“Inconclusive” means that the data cannot tell; it does not mean that nothing happened. "
        "An initiative is one contributor among many: the report speaks of contribution, never of sole credit."
    )


def how_many_inconclusive(findings: Sequence[Finding]) -> str:
    """How many of all findings the data cannot settle, in words."""
    n = sum(finding.strength is Strength.INSUFFICIENT for finding in findings)
    if not n:
        return _("No finding is inconclusive.") if findings else _("There is no finding yet.")
    words = translate_plural("{n} finding of {total} is inconclusive.", "{n} findings of {total} are inconclusive.", n)
    return words.format(n=number(n, 0), total=number(len(findings), 0))


def _rank(finding: Finding, starting: bool) -> tuple[bool, int, int, int]:
    own = inquiry(evaluation_of(finding))
    first = is_effect(finding) or "equity" in finding.topics or (starting and finding.id == GATE)
    known = finding.strength is not Strength.INSUFFICIENT
    return (
        not (first and known),
        _STRENGTHS.index(finding.strength),
        _METHODS.index(own.method),
        _LEVELS.index(own.level),
    )


def is_effect(finding: Finding) -> bool:
    """Whether it says what difference was made to the outcome or the system, and the data can tell."""
    own = inquiry(evaluation_of(finding))
    judged = own.method is Method.SUMMATIVE and own.level in {Level.OUTCOME, Level.SYSTEM}
    return judged and finding.estimate is not None and finding.estimate.conclusive
