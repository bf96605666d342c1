"""What is wrong with what a user gave, as the command line shows it."""

from collections.abc import Sequence

from rich.console import Console

from collective_impact.errors import Problem
from collective_impact.language import number, quote, translate_plural
from collective_impact.language import translate as _
from collective_impact.terminal.console import shown

MOST_PROBLEMS = 100
"""Problems that are shown."""


def print_problems(to: Console, problems: Sequence[Problem]) -> None:
    """Print the problems, and how many errors there are: nothing was changed then."""
    print_each_problem(to, problems)
    errors = sum(problem.count for problem in problems if problem.severity == "error")
    if errors:
        to.print(
            translate_plural("{n} error; nothing was changed.", "{n} errors; nothing was changed.", errors).format(
                n=errors
            )
        )


def print_each_problem(to: Console, problems: Sequence[Problem]) -> None:
    """Print the first problems, each with what was found, expected and to be done, and how many more there are."""
    for problem in problems[:MOST_PROBLEMS]:
        kind = _("error") if problem.severity == "error" else _("note")
        style = "bold red" if problem.severity == "error" else "bold yellow"
        times = "" if problem.count == 1 else " " + _("({count} times)").format(count=number(problem.count, 0))
        to.print(f"[{style}]{kind}[/] [bold]{shown(_place(problem))}[/]{times}", soft_wrap=True)
        for name, text in ((_("found"), problem.found), (_("expected"), problem.expected), (_("mend"), problem.mend)):
            if text:
                to.print(f"  {name}: {shown(text)}", soft_wrap=True)
    more = len(problems) - MOST_PROBLEMS
    if more > 0:
        to.print(translate_plural("… and {n} more problem", "… and {n} more problems", more).format(n=number(more, 0)))


def _place(problem: Problem) -> str:
    row = "" if problem.row is None else _("row {row}").format(row=problem.row)
    field = quote(problem.field) if problem.field else ""
    return ", ".join(part for part in (problem.place, row, field) if part)
