"""From a data package to a published learning report: plan, run, record, render, put in place."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import date
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from collective_impact.batch.choices import wrong_choices
from collective_impact.batch.output_folder import MANIFEST, staged
from collective_impact.batch.run import RunRecord, RunSpec, run_all
from collective_impact.batch.templates import (
    LEARNING_REPORT,
    SET_BY_OPTIONS,
    Template,
    check_parameters,
    select_templates,
)
from collective_impact.data.initiative import Initiative
from collective_impact.data.reading import EXAMPLES, check_package
from collective_impact.errors import InputError, Problem
from collective_impact.files import write_whole
from collective_impact.findings.finding import FINDINGS
from collective_impact.language import in_language
from collective_impact.language import translate as _
from collective_impact.reporting.embedded import EmbeddedRenderer
from collective_impact.reporting.renderer import Renderer
from collective_impact.reporting.site import learning_site
from collective_impact.shipped import shipped

RUNS = "runs"
WORKERS = 2

Progress = Callable[[str, RunRecord | None], None]
"""Called with a template's name when its run ends (with its record), and with ``"render"`` when rendering begins."""


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
    language : str
        Empty: the package's own.
    parameters : Mapping
        Parameters given by name.
    """

    package: str
    out: Path
    methods: Sequence[str] = ()
    levels: Sequence[str] = ()
    as_of: date | None = None
    language: str = ""
    parameters: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A published report.

    Attributes
    ----------
    folder, index, pdf : Path
        Where it stands, its first page and its PDF.
    records : tuple of RunRecord
    kept : Path or None
        An earlier, complete report that stays in place because a run of this one failed.
    """

    folder: Path
    index: Path
    pdf: Path
    records: tuple[RunRecord, ...]
    kept: Path | None = None

    @property
    def failed(self) -> tuple[RunRecord, ...]:
        """Records of the runs that failed."""
        return tuple(record for record in self.records if record.status == "failed")


def make_report(
    request: ReportRequest,
    progress: Progress = lambda name, record: None,
    renderer: Renderer = EmbeddedRenderer(),  # noqa: B008 - it holds no state
) -> Report:
    """Run the evaluations of a package and publish the report; everything is checked before anything runs.

    A report with a failed run never takes the place of a good one: it is put beside it, with ``-failed`` in its name.

    Raises
    ------
    InputError
        With every problem of the package, the choice of evaluations, the parameters and the output folder.
        The earlier report, if there is one, is left as it was.
    """
    check = check_package(request.package)
    problems = [problem for problem in check.problems if problem.severity == "error"]
    given = dict(request.parameters or {})
    problems += [_set_by_option(name) for name in given if name in SET_BY_OPTIONS]
    try:
        templates = select_templates(request.methods, request.levels)
        parameters = check_parameters(templates, {k: v for k, v in given.items() if k not in SET_BY_OPTIONS})
        problems += wrong_choices(check.initiative, parameters) if check.initiative else []
    except InputError as error:
        problems += error.problems
    if problems or check.initiative is None:
        raise InputError(problems)
    as_of = request.as_of or check.initiative.last_day or date(1970, 1, 1)
    language = request.language or check.initiative.facts.language
    target = request.out.resolve() / check.initiative.facts.id / as_of.isoformat() / _name(request, language)
    with staged(target) as staging:
        earlier = earlier_report(target, language)
        specs = _plan(check.initiative, templates, parameters, as_of, language, staging.folder, earlier)
        records = _run(specs, progress)
        progress("render", None)
        with in_language(language):
            site = learning_site(check.initiative, as_of, [spec.folder for spec in specs])
            rendered = renderer.render(site, staging.folder)
        _write_manifest(staging.folder, check.initiative, as_of, language, records)
        if any(record.status == "failed" for record in records) and _is_good(target):
            staging.target = target.with_name(f"{target.name}-failed")
    folder = staging.target
    return Report(
        folder, folder / "index.html", folder / rendered.pdf.name, records, target if folder != target else None
    )


def _name(request: ReportRequest, language: str) -> str:
    """Folder of a report: its language, and what it was narrowed to: a part never takes the place of the whole."""
    return "-".join([language, *sorted(request.methods), *sorted(request.levels)])


def _is_good(folder: Path) -> bool:
    """Whether a complete report stands in a folder."""
    try:
        runs = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["runs"]
    except (OSError, ValueError, KeyError):
        return False
    return all(status == "ok" for status in runs.values())


def _set_by_option(name: str) -> Problem:
    option = SET_BY_OPTIONS[name]
    return Problem(f"-p {name}", name, _("the option {option}").format(option=option), _("use that option"))


def _plan(
    initiative: Initiative,
    templates: Sequence[Template],
    parameters: Mapping[str, Mapping[str, Any]],
    as_of: date,
    language: str,
    staging: Path,
    earlier: Path | None,
) -> list[RunSpec]:
    """One run for each template, the learning report last: it is told where the others and the earlier one lie."""
    specs = []
    for template in templates:
        folder = staging / RUNS / template.name
        own = {"package": _seen_from(initiative.path, folder), "as_of": as_of.isoformat(), "language": language}
        own |= {"output_dir": "."}
        if template.name == LEARNING_REPORT:
            own |= {"findings_dir": "..", "earlier_findings": _seen_from_run(earlier, folder) if earlier else ""}
        specs.append(
            RunSpec(template.name, template.path, {**parameters[template.name], **own}, folder, initiative.hashes)
        )
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


def _run(specs: Sequence[RunSpec], progress: Progress) -> tuple[RunRecord, ...]:
    """Run the evaluations side by side, then the learning report, which reads what they found."""
    *evaluations, learning = specs
    records = {}
    for record in chain(_run_in_processes(evaluations), _run_in_processes([learning])):
        progress(record.template, record)
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


def _write_manifest(
    folder: Path, initiative: Initiative, as_of: date, language: str, records: Sequence[RunRecord]
) -> None:
    """Say what stands in the folder; also the sign that the folder is ours to replace."""
    manifest = {
        "initiative": initiative.facts.id,
        "as_of": as_of.isoformat(),
        "language": language,
        "runs": {record.template: record.status for record in records},
    }
    write_whole(folder / MANIFEST, json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
