"""From a data package to a published learning report: plan, run, seal, publish, put in place."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from collective_impact.batch.choices import wrong_choices
from collective_impact.batch.output_folder import Staging, staged
from collective_impact.batch.run import RunRecord, RunSpec, run_all
from collective_impact.batch.templates import (
    LEARNING_REPORT,
    SET_BY_OPTIONS,
    Template,
    check_parameters,
    select_templates,
)
from collective_impact.brand import Brand, read_brand
from collective_impact.data.initiative import Initiative
from collective_impact.data.reading import EXAMPLES, check_package
from collective_impact.errors import InputError, Problem
from collective_impact.findings.finding import FINDINGS
from collective_impact.language import in_language
from collective_impact.language import translate as _
from collective_impact.reporting.edition import RUNS, EditionRecord, gather, read_record
from collective_impact.reporting.embedded.embedded_renderer import EmbeddedRenderer
from collective_impact.reporting.gate import Gate, seal_run, sealed_facts
from collective_impact.reporting.library.library import write_library
from collective_impact.reporting.publish import publish
from collective_impact.reporting.renderer import Profile, Renderer
from collective_impact.shipped import shipped

WORKERS = 2

Progress = Callable[[str, str, RunRecord | None], None]
"""Called with a language and a template when its run ends (with its record), and without one to begin rendering."""


@dataclass(frozen=True, slots=True)
class Publishing:
    """How a report is published.

    Attributes
    ----------
    renderer : Renderer
    brand : Brand
    profile : {"public", "internal"}
    decimal_comma : bool
        Whether the figures of CSV files are written with a comma.
    """

    renderer: Renderer = field(default_factory=EmbeddedRenderer)
    brand: Brand = field(default_factory=read_brand)
    profile: Profile = "public"
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """What the user asked for.

    Attributes
    ----------
    package : str
        Folder of the data package, or name of a shipped example.
    out : Path
        Folder below which reports stand, as ``<initiative>/<as_of>/<language>``.
    methods, levels : sequence of str
        Evaluations to run; empty: all there are.
    as_of : date or None
        The report's today; None: the end of the last period in the data.
    languages : sequence of str
        One report in each; empty: the package's own.
    parameters : Mapping
        Parameters given by name.
    publishing : Publishing
    """

    package: str
    out: Path
    methods: Sequence[str] = ()
    levels: Sequence[str] = ()
    as_of: date | None = None
    languages: Sequence[str] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    publishing: Publishing = field(default_factory=Publishing)

    def folder_name(self, language: str) -> str:
        """Name a report's folder by language and what it was narrowed to: a part never takes the whole's place."""
        return "-".join([language, *sorted(self.methods), *sorted(self.levels)])


@dataclass(frozen=True, slots=True)
class Report:
    """A published report in one language.

    Attributes
    ----------
    folder : Path
        Where it stands.
    files : Mapping of str to Path
        Its documents by file name, for example ``report.pdf``.
    records : tuple of RunRecord
    kept : Path or None
        An earlier, complete report that stays in place because a run of this one failed.
    """

    folder: Path
    files: Mapping[str, Path]
    records: tuple[RunRecord, ...] = ()
    kept: Path | None = None

    @property
    def index(self) -> Path:
        """Its first page."""
        return self.folder / "index.html"

    @property
    def failed(self) -> tuple[RunRecord, ...]:
        """Records of the runs that failed."""
        return tuple(record for record in self.records if record.status == "failed")


@dataclass(frozen=True, slots=True)
class _Checked:
    """A request with what it comes to once everything about it has been checked."""

    request: ReportRequest
    initiative: Initiative
    templates: Sequence[Template]
    parameters: Mapping[str, Mapping[str, Any]]

    @property
    def as_of(self) -> date:
        return self.request.as_of or self.initiative.last_day or date(1970, 1, 1)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.request.languages)) or (self.initiative.facts.language,)

    def target(self, language: str) -> Path:
        folder = self.request.out.resolve() / self.initiative.facts.id / self.as_of.isoformat()
        return folder / self.request.folder_name(language)


def make_report(request: ReportRequest, progress: Progress = lambda language, name, record: None) -> tuple[Report, ...]:
    """Run the evaluations of a package and publish the report; everything is checked before anything runs.

    A report with a failed run never takes the place of a good one: it is put beside it, with ``-failed`` in its name.

    Returns
    -------
    tuple of Report
        One in each language.

    Raises
    ------
    InputError
        With every problem of the package, the choice of evaluations, the parameters and the output folder.
        The earlier report, if there is one, is left as it was.
    RenderError
        When a page or a document cannot be made; the earlier report stays too.
    """
    checked = _check(request)
    gate = Gate.of(checked.initiative)
    with ExitStack() as stack:
        stagings = {each: stack.enter_context(staged(checked.target(each))) for each in checked.languages}
        made = {each: _run_in(each, checked, staging, gate, progress) for each, staging in stagings.items()}
        reports = [_publish(each, checked, staging, gate, made[each], progress) for each, staging in stagings.items()]
    write_library(request.out)
    return tuple(reports)


def _check(request: ReportRequest) -> _Checked:
    """Find everything that is wrong with a request at once."""
    check = check_package(request.package)
    problems = [problem for problem in check.problems if problem.severity == "error"]
    problems += [_set_by_option(name) for name in request.parameters if name in SET_BY_OPTIONS]
    given = {name: value for name, value in request.parameters.items() if name not in SET_BY_OPTIONS}
    try:
        templates = select_templates(request.methods, request.levels)
        parameters = check_parameters(templates, given)
        problems += wrong_choices(check.initiative, parameters) if check.initiative else []
    except InputError as error:
        problems += error.problems
    if problems or check.initiative is None:
        raise InputError(problems)
    return _Checked(request, check.initiative, templates, parameters)


def _run_in(
    language: str, checked: _Checked, staging: Staging, gate: Gate, progress: Progress
) -> tuple[RunRecord, ...]:
    """Run the evaluations in a language, and let nothing of what they left past the gate that may not leave."""
    earlier = earlier_report(checked.target(language), language)
    specs = _plan(checked, language, staging.folder, earlier)
    records = _run(specs, lambda name, record: progress(language, name, record))
    for spec in specs:
        seal_run(spec.folder, gate)
    if any(record.status == "failed" for record in records) and _is_good(staging.target):
        staging.target = staging.target.with_name(f"{staging.target.name}-failed")
    return records


def _publish(
    language: str,
    checked: _Checked,
    staging: Staging,
    gate: Gate,
    records: tuple[RunRecord, ...],
    progress: Progress,
) -> Report:
    progress(language, "render", None)
    how, target = checked.request.publishing, checked.target(language)
    with in_language(language):
        facts = sealed_facts(checked.initiative.facts, gate)
        record = EditionRecord(
            initiative=facts.id,
            title=str(facts.title),
            as_of=checked.as_of,
            language=language,
            folder_name=target.name,
            languages=checked.languages,
            profile=how.profile,
            brand=how.brand.name,
            runs={run.template: run.status for run in records},
            facts=facts,
        )
    edition = gather(record, [staging.folder / RUNS / run.template for run in records])
    rendered = publish(edition, staging.folder, renderer=how.renderer, brand=how.brand, decimal_comma=how.decimal_comma)
    files = {name: staging.target / file.relative_to(staging.folder) for name, file in rendered.files.items()}
    return Report(staging.target, files, records, target if staging.target != target else None)


def _is_good(folder: Path) -> bool:
    """Whether a complete report stands in a folder."""
    try:
        return read_record(folder).complete
    except InputError:
        return False


def _set_by_option(name: str) -> Problem:
    option = SET_BY_OPTIONS[name]
    return Problem(f"-p {name}", name, _("the option {option}").format(option=option), _("use that option"))


def _plan(checked: _Checked, language: str, staging: Path, earlier: Path | None) -> list[RunSpec]:
    """One run for each template, the learning report last: it is told where the others and the earlier one lie."""
    specs = []
    for template in checked.templates:
        folder = staging / RUNS / template.name
        own = {"package": _seen_from(checked.initiative.path, folder), "language": language, "output_dir": "."}
        own |= {"as_of": checked.as_of.isoformat()}
        if template.name == LEARNING_REPORT:
            own |= {"findings_dir": "..", "earlier_findings": _seen_from_run(earlier, folder) if earlier else ""}
        parameters = {**checked.parameters[template.name], **own}
        specs.append(RunSpec(template.name, template.path, parameters, folder, checked.initiative.hashes))
    return specs


def earlier_report(target: Path, language: str) -> Path | None:
    """Find the learning report of the same initiative in the same language that comes last before another.

    Parameters
    ----------
    target : Path
        Where the other is to stand: ``<initiative>/<as_of>/<name>``.
    language : str
        Name of a whole report's folder; the last one of the other's own name counts as well.

    Returns
    -------
    Path or None
        Folder of its run; None where there is none.
    """
    names = (target.name, language)
    runs = [
        day / name / RUNS / LEARNING_REPORT
        for day in target.parent.parent.glob("????-??-??")
        for name in names
        if day.name < target.parent.name and (day / name / RUNS / LEARNING_REPORT / FINDINGS).is_file()
    ]
    return max(runs, key=lambda run: (run.parents[2].name, run.parents[1].name == target.name), default=None)


def _seen_from(package: Path, folder: Path) -> str:
    """A shipped example's name, or the package's path from the run's folder."""
    return package.name if package.parent == shipped(EXAMPLES) else _seen_from_run(package, folder)


def _seen_from_run(place: Path, folder: Path) -> str:
    """A path from the run's folder, so that no record names this machine's folders."""
    try:
        return os.path.relpath(place, folder)
    except ValueError:  # another drive
        return str(place)


def _run(specs: Sequence[RunSpec], tell: Callable[[str, RunRecord], None]) -> tuple[RunRecord, ...]:
    """Run the evaluations side by side, then the learning report, which reads what they found."""
    *evaluations, learning = specs
    records = {}
    for record in chain(_run_in_processes(evaluations), _run_in_processes([learning])):
        tell(record.template, record)
        records[record.template] = record
    return tuple(records[spec.template] for spec in specs)


def _run_in_processes(specs: Sequence[RunSpec]) -> Iterator[RunRecord]:
    """Run in worker processes; a run that was lost because a worker died gets a second try on its own."""
    lost = []
    with ProcessPoolExecutor(min(WORKERS, len(specs)), mp_context=get_context("spawn")) as executor:
        for record in run_all(specs, executor):
            if record.error and record.error.name == BrokenProcessPool.__name__:
                lost.append(record.template)
            else:
                yield record
    for spec in specs:
        if spec.template in lost:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
                yield from run_all([spec], executor)
