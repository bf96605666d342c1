"""What a good package holds and allows, as the command line shows it."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from collective_impact.batch.templates import TEMPLATES
from collective_impact.data.initiative import Initiative
from collective_impact.data.schema import table_schema
from collective_impact.framework.vocabulary import grid, label
from collective_impact.language import number
from collective_impact.language import translate as _
from collective_impact.terminal.console import shown


def print_holdings(to: Console, initiative: Initiative) -> None:
    """Print what a good package holds and which of the twelve evaluations its data allow."""
    verdict = _("No errors.")
    to.print(f"[bold green]{verdict}[/] {shown(initiative.facts.title)}", soft_wrap=True)
    tables = Table(_("Table"), "", _("Rows"), box=None, pad_edge=False)
    tables.columns[2].justify = "right"
    for name, frame in initiative.tables.items():
        tables.add_row(name, table_schema(name).label(), number(len(frame), 0))
    to.print(tables)
    evaluations = Table(_("Evaluation"), _("Possible?"), box=None, pad_edge=False)
    with_template = {template.name for template in TEMPLATES}
    for cell in grid():
        name = f"{label(cell.method)} × {label(cell.level)}"
        evaluations.add_row(name, _possible(initiative, cell.needs, cell.id in with_template))
    to.print(evaluations)


def _possible(initiative: Initiative, needs: Sequence[str], has_template: bool) -> str:
    missing = [name for name in needs if not initiative.has(name)]
    if missing:
        return _("no: needs {tables}").format(tables=", ".join(missing))
    return _("yes") if has_template else _("the data allow it; its template is not written yet")
