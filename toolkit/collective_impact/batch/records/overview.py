"""The library's page on how the reports of a batch stand."""

from datetime import datetime
from pathlib import Path

from collective_impact.batch.records.status import ReportState, Status
from collective_impact.language import moment_in_table, number
from collective_impact.language import translate as _
from collective_impact.reporting.library.batch_page import BatchRow, write_batch_page


def write_overview(status: Status) -> Path | None:
    """Write the page into the folder of reports, in the current language; None where a stranger's has its name."""
    facts = []
    for batch in status.batches.values():
        words = _("{config}: the last batch ended on {when}.")
        facts.append(words.format(config=batch.config, when=moment_in_table(datetime.fromisoformat(batch.ended))))
    if status.note:
        facts.append(status.note)
    if status.hours:
        words = _("A report counts as stale when it was last good more than {hours} hours ago.")
        facts.append(words.format(hours=number(status.hours, 0 if status.hours.is_integer() else 1)))
    rows = [_row(each, status.folder) for each in sorted(status.reports, key=lambda one: one.well)]
    return write_batch_page(status.folder, rows, facts)


def _row(state: ReportState, folder: Path) -> BatchRow:
    last = state.last
    places = (last.report, last.standing) if last else ()
    return BatchRow(
        initiative=state.initiative,
        language=state.language,
        state=state.words,
        well=state.well,
        ended=_moment(last.ended) if last else None,
        failing_since=_moment(last.failing_since) if last else None,
        last_good=_moment(last.last_good) if last else None,
        seconds=last.seconds if last else 0,
        peak_memory_mib=last.peak_memory_mib if last else 0,
        report=next((place for place in places if place and (folder / place).is_dir()), ""),
    )


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
