"""The command line: check a package, list the templates, run a report."""

import signal
import sys
from datetime import date
from pathlib import Path

import click

from collective_impact.errors import InputError, Problem, ToolkitError
from collective_impact.language import SOURCE_LANGUAGE, in_language, languages, use_language
from collective_impact.language import translate as _

METHODS = ("developmental", "formative", "summative")
LEVELS = ("context", "initiative", "system", "outcome")
_language = click.option(
    "--language",
    default="en",
    show_default=True,
    type=click.Choice(languages()),
    help="Language of report and messages.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="collective-impact-toolkit")
def cli() -> None:
    """Evaluate a collective impact initiative: from its data package to a learning report."""


@cli.command()
@click.argument("path")
@_language
def check(path: str, language: str) -> None:
    """List every problem in the data package at PATH, or what it holds and which evaluations it allows.

    PATH is a folder with a datapackage.json, or the name of an example that comes with the toolkit.
    """
    from collective_impact.data.reading import check_package
    from collective_impact.terminal import console, print_holdings, print_problems

    use_language(language)
    found = check_package(path)
    print_problems(console(), found.problems)
    if found.initiative is None or any(problem.severity == "error" for problem in found.problems):
        raise SystemExit(1)
    print_holdings(console(), found.initiative)


@cli.command()
def templates() -> None:
    """List the templates and their parameters."""
    from collective_impact.terminal import console, print_templates

    print_templates(console())


@cli.command()
@click.argument("path")
@click.option("--out", default="reports", show_default=True, help="Folder below which reports are put.")
@click.option("--method", "methods", multiple=True, type=click.Choice(METHODS), help="Only this method (repeatable).")
@click.option("--level", "levels", multiple=True, type=click.Choice(LEVELS), help="Only this level (repeatable).")
@click.option("--as-of", metavar="DATE", help="The report's today, YYYY-MM-DD. [default: end of the last period]")
@_language
@click.option("-p", "parameters", multiple=True, metavar="NAME=VALUE", help="Parameter of a template (repeatable).")
def run(path: str, out: str, methods: tuple[str, ...], levels: tuple[str, ...], as_of: str | None, language: str,
        parameters: tuple[str, ...]) -> None:  # fmt: skip
    """Run the evaluations over the data package at PATH and publish the learning report."""
    from collective_impact.batch.report import ReportRequest, make_report
    from collective_impact.terminal import console, print_outcome, progress_display

    use_language(language)
    request = ReportRequest(path, Path(out), methods, levels, _as_of(as_of), language, _parameters(parameters))
    with progress_display(console()) as progress:
        report = make_report(request, progress)
    print_outcome(console(), report)
    raise SystemExit(1 if report.failed else 0)


def _as_of(text: str | None) -> date | None:
    from collective_impact.data.period import read_date

    return None if text is None else read_date(text, "--as-of")


def _parameters(pairs: tuple[str, ...]) -> dict[str, str]:
    """Split ``name=value`` pairs; the template's parameters say how a value is to be read."""
    problems = [
        Problem("-p", repr(pair), "NAME=VALUE", _("put the name before an equals sign"))
        for pair in pairs
        if "=" not in pair
    ]
    if problems:
        raise InputError(problems)
    return {name.strip(): value for name, _sign, value in (pair.partition("=") for pair in pairs)}


def main() -> None:
    """Run the command line; what a user can mend ends in a message, not a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a scheduler's stop tidies up like Ctrl-C
    with in_language(SOURCE_LANGUAGE):  # until an option says otherwise
        _run_and_explain()


def _run_and_explain() -> None:
    try:
        cli(standalone_mode=False)
    except InputError as error:
        from collective_impact.terminal import console, print_problems

        print_problems(console(errors=True), error.problems)
        sys.exit(1)
    except ToolkitError as error:
        click.echo(_("Error: {error}").format(error=error), err=True)
        sys.exit(1)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(_("Stopped; the earlier report, if there is one, is as it was."), err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
