"""The page that tells operators how the reports of a batch stand; it names outcomes, never what a notebook said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from collective_impact.blocks import plain
from collective_impact.files import write_whole
from collective_impact.language import moment_in_table, number
from collective_impact.language import translate as _
from collective_impact.reporting.library.frame import framed, is_ours

BATCH_PAGE = "batch.html"


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A report in the table.

    Attributes
    ----------
    initiative, language : str
    state : str
        What it last came to, as readers see it.
    well : bool
    ended, failing_since, last_good : datetime or None
        When it came to that, since when it fails, when it was last good.
    seconds, peak_memory_mib : float
    report : str
        Folder of the report, from the page; empty where there is none.
    """

    initiative: str
    language: str
    state: str
    well: bool
    ended: datetime | None
    failing_since: datetime | None
    last_good: datetime | None
    seconds: float
    peak_memory_mib: float
    report: str


def write_batch_page(out: Path, rows: Sequence[BatchRow], facts: Sequence[str]) -> Path | None:
    """Write the page beside the library's own, in the current language; a stranger's page of that name stays.

    Parameters
    ----------
    out : Path
        Folder of reports.
    rows : sequence of BatchRow
    facts : sequence of str
        What to say of the batch as a whole, a sentence each.

    Returns
    -------
    Path or None
        None where the name is taken.
    """
    page = out / BATCH_PAGE
    if page.exists() and not is_ours(page):
        return None
    told = "".join(f"<p>{escape(plain(fact))}</p>\n" for fact in facts)
    home = f'<p class="to-other-page"><a href="index.html">{escape(_("All reports"))}</a></p>\n'
    bad = number(sum(not row.well for row in rows), 0)
    lead = _("Reports: {n}; not well: {bad}. Times are in UTC.").format(n=number(len(rows), 0), bad=bad)
    write_whole(page, framed(_("How the reports stand"), lead, told + _table(rows) + home))
    return page


def has_batch_page(out: Path) -> bool:
    """Whether the page stands in a folder of reports."""
    return is_ours(out / BATCH_PAGE)


def _table(rows: Sequence[BatchRow]) -> str:
    heads = (_("Initiative"), _("Language"), _("Outcome"), _("When"), _("Failing since"), _("Last good"),
             _("Seconds"), _("MiB"))  # fmt: skip
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    body = "\n".join(_row(row) for row in rows)
    name = escape(_("How the reports stand"))
    return (
        f'<div class="table-scroll" role="group" aria-label="{name}" tabindex="0">\n<table class="standings">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
    )


def _row(row: BatchRow) -> str:
    name = escape(plain(row.initiative))
    if row.report:
        name = f'<a href="{escape(quote(f"{row.report}/index.html"))}">{name}</a>'
    state = escape(plain(row.state)) if row.well else f'<span class="failed">{escape(plain(row.state))}</span>'
    figures = [number(row.seconds, 1), number(row.peak_memory_mib, 0)] if row.seconds else ["", ""]
    moments = [escape(moment_in_table(each)) if each else "" for each in (row.ended, row.failing_since, row.last_good)]
    cells = [escape(plain(row.language)), state, *moments]
    return (
        f'<tr><th scope="row">{name}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "".join(f'<td class="figure">{escape(figure)}</td>' for figure in figures)
        + "</tr>"
    )
