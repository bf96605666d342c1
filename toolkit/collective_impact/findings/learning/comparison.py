"""What has changed from one report to the next: findings, strength of evidence, estimates, open questions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collective_impact.findings.finding import Finding, Findings, Since
from collective_impact.findings.learning.main_messages import evaluation_of, most_telling_first
from collective_impact.framework.vocabulary import Strength

_STRENGTHS = tuple(Strength)
_MEASURED = "indicator_value:"


@dataclass(frozen=True, slots=True)
class Pair:
    """A finding of both reports, as it was and as it is."""

    then: Finding
    now: Finding

    @property
    def steps(self) -> int:
        """How many grades its evidence has become stronger; negative where it has become weaker."""
        return _STRENGTHS.index(self.then.strength) - _STRENGTHS.index(self.now.strength)

    @property
    def comparable(self) -> bool:
        """Whether both have an estimate of the same thing in the same unit."""
        then, now = self.then.estimate, self.now.estimate
        return then is not None and now is not None and then.unit == now.unit

    @property
    def moved(self) -> bool:
        """Whether the two estimates' intervals have no value in common."""
        then, now = self.then.estimate, self.now.estimate
        return self.comparable and then is not None and now is not None and not then.overlaps(now)


@dataclass(frozen=True, slots=True)
class Answer:
    """A question that the earlier report left open, with the finding that answers it now."""

    question: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Changes:
    """What has changed since an earlier report.

    Attributes
    ----------
    earlier : Findings
        The earlier learning report.
    new, gone : tuple of Finding
        Found only now, and only then, by evaluations that both reports have.
    kept : tuple of Pair
        Findings of both reports about the same thing.
    answered : tuple of Answer
    begun, left_out : tuple of str
        Ids of evaluations that only this report has, and that only the earlier one had.
    """

    earlier: Findings
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    kept: tuple[Pair, ...]
    answered: tuple[Answer, ...]
    begun: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def regraded(self) -> list[Pair]:
        """Findings whose strength of evidence has changed, those that became stronger first."""
        return sorted((pair for pair in self.kept if pair.steps), key=lambda pair: -pair.steps)

    @property
    def estimated(self) -> list[Pair]:
        """Findings whose estimates can be compared, those that moved first."""
        return sorted((pair for pair in self.kept if pair.comparable), key=lambda pair: not pair.moved)

    @property
    def record(self) -> Since:
        """The changes by ids, as the findings of a report keep them."""
        return Since(
            report=self.earlier.as_of,
            new=tuple(finding.id for finding in self.new),
            gone=tuple(finding.id for finding in self.gone),
            stronger=tuple(pair.now.id for pair in self.kept if pair.steps > 0),
            weaker=tuple(pair.now.id for pair in self.kept if pair.steps < 0),
            moved=tuple(pair.now.id for pair in self.kept if pair.moved),
            answered=tuple(answer.question for answer in self.answered),
        )


def compare(earlier: Findings, evaluations_then: Iterable[Findings], evaluations_now: Sequence[Findings]) -> Changes:
    """Hold the findings of two reports against each other.

    Two findings are the same one if they have the same id and speak of the same outcome. What an evaluation found is
    new, or gone, only where both reports have that evaluation.

    Parameters
    ----------
    earlier : Findings
        The earlier learning report.
    evaluations_then : iterable of Findings
        The evaluations that it brought together, as far as they are there.
    evaluations_now : sequence of Findings
    """
    then = {_subject(finding): finding for finding in earlier.findings}
    found = (finding for evaluation in evaluations_now for finding in evaluation.findings)
    now = {_subject(finding): finding for finding in most_telling_first(found)}
    ran_then = {each.template: None for each in evaluations_then} | {
        evaluation_of(each): None for each in then.values()
    }
    ran_now = dict.fromkeys(each.template for each in evaluations_now)
    both = ran_then.keys() & ran_now.keys()
    return Changes(
        earlier=earlier,
        new=tuple(each for key, each in now.items() if key not in then and evaluation_of(each) in both),
        gone=tuple(each for key, each in then.items() if key not in now and evaluation_of(each) in both),
        kept=tuple(Pair(then[key], each) for key, each in now.items() if key in then),
        answered=tuple(_answered(earlier, evaluations_now)),
        begun=tuple(each for each in ran_now if each not in ran_then),
        left_out=tuple(each for each in ran_then if each not in ran_now),
    )


def _subject(finding: Finding) -> tuple[str, frozenset[str]]:
    """What a finding is about: its id, and the outcomes that it names as its data."""
    return finding.id, frozenset(each for each in finding.data if each.startswith(_MEASURED))


def _answered(earlier: Findings, evaluations: Sequence[Findings]) -> list[Answer]:
    """Questions left open then, open no longer, and answered by a finding that can tell."""
    still_open = {item.question for evaluation in evaluations for item in evaluation.unanswered}
    telling = {
        finding.question: finding
        for evaluation in reversed(evaluations)
        for finding in reversed(evaluation.findings)
        if finding.question and finding.strength is not Strength.INSUFFICIENT
    }
    asked = dict.fromkeys(item.question for item in earlier.unanswered)
    return [Answer(each, telling[each]) for each in asked if each not in still_open and each in telling]
