"""What happens in a batch, told as it happens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from collective_impact.batch.planning.plan import ReportPlan
from collective_impact.batch.running.run import RunRecord

if TYPE_CHECKING:
    from collective_impact.batch.publication import Report


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    Attributes
    ----------
    kind : {"begin", "end", "render", "report"}
        A run begins, or has ended; a report's pages are made, or it stands in its place.
    plan : ReportPlan
    template : str
        Of a run.
    record : RunRecord or None
        Of a run that has ended.
    reasons : tuple of str
        Why a run that begins is due.
    report : Report or None
        One that stands in its place, or came to nothing.
    """

    kind: Literal["begin", "end", "render", "report"]
    plan: ReportPlan
    template: str = ""
    record: RunRecord | None = None
    reasons: tuple[str, ...] = ()
    report: "Report | None" = None


Tell = Callable[[Event], None]
