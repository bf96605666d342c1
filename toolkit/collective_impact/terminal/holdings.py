"""What a good package holds and allows, as the command line shows it."""

from rich.console import Console
from rich.table import Table

from collective_impact.data.initiative import Initiative
from collective_impact.data.schema import table_schema
from collective_impact.framework.vocabulary import inquiries
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
    for each in inquiries():
        missing = each.missing(initiative.has)
        possible = _("no: needs {tables}").format(tables=missing) if missing else _("yes")
        evaluations.add_row(each.name, possible)
    to.print(evaluations)
