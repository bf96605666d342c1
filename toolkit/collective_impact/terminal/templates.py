"""The templates, as the command line lists them."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from collective_impact.batch.notebooks.templates import TEMPLATES


def print_templates(to: Console) -> None:
    """Print every template with its parameters, their types, defaults and meanings."""
    for template in TEMPLATES:
        to.print(f"[bold]{template.name}[/]  {escape(str(template.path))}", soft_wrap=True)
        rows = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2))
        for name, field in template.parameters.model_fields.items():
            kind = getattr(field.annotation, "__name__", str(field.annotation))
            rows.add_row(f"  {name}", kind, escape(repr(field.default)), field.description or "")
        to.print(rows)
