"""What an import would change, as the command line shows it."""

from rich.console import Console
from rich.table import Table

from collective_impact.collection.importing.plan import ImportPlan
from collective_impact.data.quoting import quoted
from collective_impact.language import number, translate_plural
from collective_impact.language import translate as _
from collective_impact.terminal.console import shown

MOST_CELLS = 20
"""Changed cells that are shown of each table."""


def print_import(to: Console, plan: ImportPlan) -> None:
    """Print what an import would change: counts for each table, then the first of the changed cells."""
    if plan.any:
        _print_changes(to, plan)
    else:
        to.print(_("Everything is in the package already; nothing would change."), soft_wrap=True)
    if any(change.kept for change in plan.changes):
        to.print(_("Rows of the package that did not come in are kept."), soft_wrap=True)


def _print_changes(to: Console, plan: ImportPlan) -> None:
    counts = Table(_("Table"), _("New"), _("Changed"), _("Unchanged"), _("Kept"), box=None, pad_edge=False)
    for change in plan.changes:
        rows = (len(change.added), len({cell.key for cell in change.changed}), change.unchanged, change.kept)
        counts.add_row(change.label(), *(number(n, 0) for n in rows))
    to.print(counts)
    for change in plan.changes:
        for cell in change.changed[:MOST_CELLS]:
            where = ", ".join((change.table, *cell.key, cell.column))
            to.print(f"{shown(where)}: {shown(quoted(cell.old))} → {shown(quoted(cell.new))}", soft_wrap=True)
        if len(change.changed) > MOST_CELLS:
            more = len(change.changed) - MOST_CELLS
            to.print(translate_plural("… and {n} more cell", "… and {n} more cells", more).format(n=number(more, 0)))
