"""The command line: check a package, look things up in the catalogue, list the templates, run or render a report."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click

from collective_impact.blocks import plain, without_hidden_signs
from collective_impact.errors import InputError, Problem, ToolkitError
from collective_impact.files import write_whole
from collective_impact.framework.vocabulary import Condition, Level, Method, Phase
from collective_impact.language import (
    SOURCE_LANGUAGE,
    in_language,
    languages,
    translate_plural,
    use_language,
    wrong_language,
)
from collective_impact.language import translate as _

METHODS, LEVELS, PHASES, CONDITIONS = ([term.value for term in terms] for terms in (Method, Level, Phase, Condition))
_language = click.option(
    "--language",
    default=SOURCE_LANGUAGE,
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
    from collective_impact.terminal.console import console
    from collective_impact.terminal.holdings import print_holdings
    from collective_impact.terminal.problems import print_problems
    from collective_impact.terminal.untranslated import untranslated

    use_language(language)
    print_problems(console(), untranslated(language))
    found = check_package(path)
    print_problems(console(), found.problems)
    if found.initiative is None or any(problem.severity == "error" for problem in found.problems):
        raise SystemExit(1)
    print_holdings(console(), found.initiative)


@cli.command()
def templates() -> None:
    """List the templates and their parameters."""
    from collective_impact.terminal.console import console
    from collective_impact.terminal.templates import print_templates

    print_templates(console())


@cli.command()
@click.argument("words", nargs=-1)
@click.option("--level", type=click.Choice(LEVELS), help="Only what has its place at this level.")
@click.option("--method", type=click.Choice(METHODS), help="Only what serves this method.")
@click.option("--phase", type=click.Choice(PHASES), help="Only what can be used in this phase.")
@click.option("--condition", type=click.Choice(CONDITIONS), help="Only what tells about this condition.")
@click.option("--kind", metavar="KIND", help="Only entries of this kind: indicator, instrument, condition ...")
@click.option("--csv", "csv_file", metavar="FILE", help="Write CSV for Excel to this file, or to the screen (-).")
@_language
def catalogue(words: tuple[str, ...], level: str | None, method: str | None, phase: str | None, condition: str | None,
              kind: str | None, csv_file: str | None, language: str) -> None:  # fmt: skip
    """Look up concepts, indicators and instruments that hold all the WORDS; an id shows its entry in full.

    Without words: all indicators and instruments, and the kinds of concepts there are. The CSV file holds every
    column in every language (UTF-8 with a byte order mark; semicolons where the decimal sign is a comma).
    """
    from collective_impact.framework.listing import as_csv, like_ids, listing
    from collective_impact.terminal.catalogue import print_catalogue
    from collective_impact.terminal.console import console

    use_language(language)
    text = " ".join(words)
    found = listing(text, level=level, method=method, phase=phase, condition=condition, kind=kind)
    if not found:
        alike = ", ".join(like_ids(text))
        click.echo(_("Nothing in the catalogue fits that."), err=True)
        if alike:
            click.echo(_("Ids like it: {ids}").format(ids=alike), err=True)
        raise SystemExit(1)
    if csv_file is None:
        print_catalogue(console(), found, text, overview=not text and kind is None)
    else:
        _write_csv(csv_file, as_csv(found))
        said = translate_plural("{n} entry written.", "{n} entries written.", len(found))
        click.echo(said.format(n=len(found)), err=True)


@cli.command()
@click.argument("path", required=False, default="")
@click.option("--table", "tables", multiple=True, metavar="TABLE", help="Only the sheet of this table (repeatable).")
@click.option("--instrument", "instruments", multiple=True, metavar="ID",
              help="What this instrument needs (repeatable); its id as in the catalogue.")  # fmt: skip
@click.option("--wave", default="", metavar="ID", help="Wave that the instrument is used in. [default: left open]")
@click.option("--empty", is_flag=True, help="Leave out the rows that the package has.")
@click.option("--out", required=True, metavar="FILE.xlsx", help="File to write; never one that is there already.")
@_language
def collect(path: str, tables: tuple[str, ...], instruments: tuple[str, ...], wave: str, empty: bool, out: str,
            language: str) -> None:  # fmt: skip
    """Make a workbook to fill in, or a survey form for KoBoToolbox and ODK.

    With the data package at PATH its rows stand in the workbook already, and its partners, areas and waves can be
    chosen from lists. Without PATH the workbook is for a new initiative. What is filled in comes back with
    `collective-impact import`.
    """
    from collective_impact.collection.collecting.collect import CollectRequest, collect

    use_language(language)
    written = collect(CollectRequest(Path(out), path, tables, instruments, wave, empty))
    click.echo(_("Written: {file}").format(file=plain(str(written))))


@cli.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--into", required=True, metavar="PATH", help="Folder of the package; a new one is made if need be.",
              type=click.Path(path_type=Path))  # fmt: skip
@click.option("--mapping", metavar="FILE.toml", help="What unknown sheets, columns and values mean.",
              type=click.Path(path_type=Path))  # fmt: skip
@click.option("--wave", default="", metavar="ID", help="Wave of the rows that do not say theirs.")
@click.option("--overwrite", is_flag=True, help="Change what was measured earlier, too.")
@click.option("--yes", is_flag=True, help="Do not ask before the package is changed.")
@_language
def import_files(files: tuple[Path, ...], into: Path, mapping: Path | None, wave: str, overwrite: bool, yes: bool,
                 language: str) -> None:  # fmt: skip
    """Put filled-in workbooks, CSV files or exports of KoBoToolbox and ODK into a data package.

    Everything is checked first, what would change is shown, and it is done only on a yes: whole or not at all. Rows
    are matched by their keys, and none is ever deleted. Files that are replaced move to the package's folder earlier/.
    """
    from collective_impact.collection.importing.plan import ImportRequest, carry_out, plan_import
    from collective_impact.terminal.console import console
    from collective_impact.terminal.import_plan import print_import
    from collective_impact.terminal.problems import print_problems

    use_language(language)
    with _stopped_says(_("Stopped; nothing was changed.")):
        plan = plan_import(ImportRequest(files, into, mapping, wave, overwrite))
        print_problems(console(), plan.notes)
        print_import(console(), plan)
        if not plan.any:
            return
        if not yes and not sys.stdin.isatty():
            click.echo(_("Nothing was changed; add --yes to change the package."))
            return
        if not yes and not click.confirm(_("Change the package?")):
            click.echo(_("Nothing was changed."))
            return
    with _stopped_says(_("Stopped; the package is whole, either as it was or with all the changes.")):
        carry_out(plan)
    click.echo(_("Done: {folder}").format(folder=plain(str(plan.destination.folder))))


@contextmanager
def _stopped_says(message: str) -> Iterator[None]:
    """Say what a stop by the keyboard leaves behind."""
    try:
        yield
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(f"\n{message}", err=True)
        raise SystemExit(130) from None


def _in_each(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Languages from ``en,sv``; a wrong one is answered with those there are."""
    named = tuple(dict.fromkeys(part.strip() for part in (value or "").split(",") if part.strip()))
    problems = [wrong_language(each) for each in named if each not in languages()]
    if problems or (value is not None and not named):
        raise InputError(problems or [wrong_language("")])
    return named


def _publishing(command: Callable[..., None]) -> Callable[..., None]:
    """Options for how a report is published."""
    options = [
        click.option("--renderer", type=click.Choice(["auto", "quarto", "embedded"]), default="auto", show_default=True,
                     help="What makes pages and documents; auto takes Quarto where there is one."),
        click.option("--brand", metavar="FILE", type=click.Path(path_type=Path),
                     help="A _brand.yml with logo, colours and fonts. [default: the toolkit's own]"),
        click.option("--profile", type=click.Choice(["public", "internal"]), default="public", show_default=True,
                     help="Whom the report is for; internal also shows how each page was made."),
        click.option("--decimal-comma", is_flag=True, help="Write CSV files with a decimal comma."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@cli.command()
@click.argument("path")
@click.option("--out", default="reports", show_default=True, help="Folder below which reports are put.")
@click.option("--method", "methods", multiple=True, type=click.Choice(METHODS), help="Only this method (repeatable).")
@click.option("--level", "levels", multiple=True, type=click.Choice(LEVELS), help="Only this level (repeatable).")
@click.option("--as-of", metavar="DATE", help="The report's today, YYYY-MM-DD. [default: end of the last period]")
@click.option("--language", "report_languages", callback=_in_each, metavar="[" + "|".join(languages()) + "],...",
              help="Language of the report, or several: en,sv. [default: the package's own]")  # fmt: skip
@click.option("-p", "parameters", multiple=True, metavar="NAME=VALUE", help="Parameter of a template (repeatable).")
@click.option("--force", is_flag=True, help="Run everything again, also what has not changed since the last report.")
@_publishing
def run(path: str, out: str, methods: tuple[str, ...], levels: tuple[str, ...], as_of: str | None,
        report_languages: tuple[str, ...], parameters: tuple[str, ...], force: bool, **how: Any) -> None:  # fmt: skip
    """Run the evaluations over the data package at PATH and publish the learning report."""
    from collective_impact.batch.planning.request import ReportRequest
    from collective_impact.batch.report import make_report
    from collective_impact.terminal.console import console
    from collective_impact.terminal.publishing import chosen_publishing
    from collective_impact.terminal.report import print_outcome, progress_display

    for language in (SOURCE_LANGUAGE, *reversed(report_languages)):  # each is read before anything runs
        use_language(language)
    given = _parameters(parameters)
    publishing = chosen_publishing(**how)
    request = ReportRequest(path, Path(out), methods, levels, _as_of(as_of), report_languages, given, publishing)
    with progress_display(console()) as progress:
        reports = make_report(request, progress, force=force)
    print_outcome(console(), reports)
    raise SystemExit(1 if any(report.failed for report in reports) else 0)


@cli.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what is due, and why; run nothing.")
@click.option("--shard", metavar="I/N", help="Only this part of the initiatives, for one of N machines.")
@click.option("--only", type=click.Choice(["failed"]), help="Only what did not end well the last time.")
@click.option("--force", is_flag=True, help="Run everything, also what has not changed.")
@click.option("--rehash", is_flag=True, help="Read every package, also where no file seems touched.")
@click.option("--fail-fast", is_flag=True, help="Begin nothing more once a run has failed.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Notebooks that run at the same time. [default: 2]")
@click.option("--timeout", type=click.IntRange(1), metavar="SECONDS", help="For a whole notebook. [default: 3600]")
@click.option("--memory", type=click.IntRange(0), metavar="MIB", help="For a kernel. [default: all there is]")
@click.option("--retries", type=click.IntRange(0, 10), help="For a run whose worker or kernel was lost. [default: 2]")
@click.option("--executor", type=click.Choice(["local", "dask"]), help="Where notebooks run. [default: local]")
@click.option("--scheduler", metavar="ADDRESS", help="Of a Dask cluster: tcp://HOST:8786.")
@click.option("--webhook", metavar="URL", envvar="COLLECTIVE_IMPACT_WEBHOOK",
              help="Tell this address when a report begins to fail or a signal appears.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Tell what happens as JSON, a line an event.")
def batch(config: Path, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Make the reports of all initiatives in CONFIG, as far as they are due.

    Ends with 0 when all is well, 1 when a report is not, 2 when the configuration cannot be used, 3 when another run or
    batch is at work in the same folder, 130 when it was stopped.
    """
    from collective_impact.terminal.batch_command import run_batch

    raise SystemExit(run_batch(config, dry_run=dry_run, as_json=as_json, **given))


@cli.command()
@click.argument("place", metavar="FOLDER|CONFIG", type=click.Path(path_type=Path))
@click.option("--now", metavar="MOMENT", help="Judge as of this moment, for example 2026-01-31T06:00. [default: now]")
@click.option("--json", "as_json", is_flag=True, help="Tell it as JSON.")
@_language
def status(place: Path, now: str | None, as_json: bool, language: str) -> None:
    """Tell how the reports of a batch stand: what fails since when, what was last good when, what is stale.

    FOLDER is a folder of reports, CONFIG a batch's configuration. Reads records alone, and changes nothing. Ends with
    0 when all is well, 1 when a report is not, 2 when there are no records.
    """
    from collective_impact.terminal.status import show_status

    use_language(language)
    raise SystemExit(show_status(place, now, as_json=as_json))


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@_publishing
def render(folder: Path, **how: Any) -> None:
    """Publish the report in FOLDER again, or all reports below it, without running anything.

    Takes what the runs left in the report's folder; the data package is not needed. The earlier pages stay until the
    new ones are complete. A damaged report is named and left as it was; the others are published. Ends with 1 then.
    """
    from collective_impact.batch.render import render_again
    from collective_impact.terminal.console import console
    from collective_impact.terminal.publishing import chosen_publishing
    from collective_impact.terminal.report import print_outcome, print_stopped

    reports = render_again(folder, chosen_publishing(**how))
    print_outcome(console(), [report for report in reports if not report.stopped])
    print_stopped(console(errors=True), reports)
    raise SystemExit(1 if any(report.stopped for report in reports) else 0)


def _write_csv(file: str, text: str) -> None:
    try:
        if file == "-":
            sys.stdout.buffer.write(text.encode())
        else:
            write_whole(Path(file), text)
    except OSError as error:
        mend = _("choose a file that can be written")
        raise InputError([Problem("--csv", f"{file}: {error.strerror}", _("a file to write to"), mend)]) from error


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


def _exit_without_waiting(code: int) -> None:
    """Exit; a thread that is still at work, on pages nobody will see, is given a moment and no more."""
    others = [each for each in threading.enumerate() if each is not threading.current_thread() and not each.daemon]
    for each in others:
        each.join(timeout=0.5)
    if any(each.is_alive() for each in others):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def main() -> None:
    """Run the command line; what a user can mend ends in a message, not a traceback."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a scheduler's stop tidies up like Ctrl-C
    with in_language(SOURCE_LANGUAGE):  # until an option says otherwise
        _run_and_explain()


def _run_and_explain() -> None:
    try:
        cli(standalone_mode=False)
    except InputError as error:
        from collective_impact.terminal.console import console
        from collective_impact.terminal.problems import print_problems

        print_problems(console(errors=True), error.problems)
        sys.exit(1)
    except ToolkitError as error:
        click.echo(_("Error: {error}").format(error=without_hidden_signs(error)), err=True)
        sys.exit(1)
    except OSError as error:
        click.echo(_("Error: {error}").format(error=plain(error)), err=True)
        sys.exit(1)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo(_("Stopped; the earlier report, if there is one, is as it was."), err=True)
        _exit_without_waiting(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
