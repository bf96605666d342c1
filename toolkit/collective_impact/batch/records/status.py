"""How the reports below a folder stand, from the records of batches alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from collective_impact.batch.records.journal import OUTCOMES, BatchSummary, ReportOutcome, last_outcomes, read_summaries
from collective_impact.language import translate as _

_CLOCKS_MAY_DIFFER = timedelta(minutes=5)
_moment = datetime.fromisoformat


@dataclass(frozen=True, slots=True)
class ReportState:
    """How one report stands.

    Attributes
    ----------
    initiative, language : str
    last : ReportOutcome or None
        What it last came to; None where no batch has come to it yet.
    stale : bool
        It was last good longer ago than the schedule allows.
    ahead : bool
        Its record has a date that is still to come: a clock is or was wrong, and nobody can tell how old it is.
    """

    initiative: str
    language: str
    last: ReportOutcome | None
    stale: bool = False
    ahead: bool = False

    @property
    def well(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.last is not None and self.last.well and not self.stale and not self.ahead

    @property
    def words(self) -> str:
        """How it stands, as readers see it."""
        told = [_(OUTCOMES[self.last.outcome]) if self.last else _("never made")]
        told += [_("stale")] if self.stale else []
        told += [_("its date is still to come")] if self.ahead else []
        return ", ".join(told)


@dataclass(frozen=True, slots=True)
class Status:
    """How all reports below a folder stand.

    Attributes
    ----------
    folder : Path
    now : datetime
    hours : float
        After which a report counts as stale; 0: never.
    note : str
        What the configuration says of the schedule.
    batches : mapping of str to BatchSummary
        The last batch, and the last one of each part, by the file that tells of it.
    reports : tuple of ReportState
    """

    folder: Path
    now: datetime
    hours: float
    note: str
    batches: dict[str, BatchSummary]
    reports: tuple[ReportState, ...]

    @property
    def well(self) -> bool:
        """Whether nobody needs to look at any of them."""
        return all(report.well for report in self.reports)


def read_status(
    folder: Path, now: datetime, *, initiatives: tuple[str, ...] | None = None, hours: float | None = None
) -> Status:
    """Find out how the reports below a folder stand; nothing there is changed.

    Parameters
    ----------
    folder : Path
        Folder of reports.
    now : datetime
        With its time zone.
    initiatives : tuple of str or None
        Those that should be there; None: those of the last batch's configuration.
    hours : float or None
        After which a report counts as stale; None: as the last batch's configuration says.
    """
    batches = read_summaries(folder)
    latest = now + _CLOCKS_MAY_DIFFER
    newest = max(batches.values(), key=lambda each: (_moment(each.ended) <= latest, each.ended), default=None)
    known = last_outcomes(folder)
    if initiatives is None:
        initiatives = newest.initiatives if newest else tuple(name for name, _language in known)
    if hours is None:
        hours = newest.hours if newest else 0
    reports = [_state(one, now, hours) for one in known.values() if one.initiative in set(initiatives)]
    never = set(initiatives) - {one.initiative for one in reports}
    reports += [ReportState(name, "", None) for name in never]
    reports.sort(key=lambda one: (one.initiative, one.language))
    return Status(folder, now, hours, newest.note if newest else "", batches, tuple(reports))


def _state(last: ReportOutcome, now: datetime, hours: float) -> ReportState:
    ahead = _moment(last.ended) > now + _CLOCKS_MAY_DIFFER
    stale = bool(hours and last.last_good) and now - _moment(last.last_good) > timedelta(hours=hours)
    return ReportState(last.initiative, last.language, last, stale, ahead)
