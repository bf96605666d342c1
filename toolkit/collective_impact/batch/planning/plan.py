"""The plan of one report: everything checked, and for each run whether it is due, and why."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from collective_impact.batch.folder_names import failed_folder, part_folder
from collective_impact.batch.kernels.watch import Limits
from collective_impact.batch.notebooks.templates import (
    LEARNING_REPORT,
    SET_BY_OPTIONS,
    Template,
    check_parameters,
    select_templates,
)
from collective_impact.batch.planning.choices import wrong_choices
from collective_impact.batch.planning.earlier_runs import EarlierRun
from collective_impact.batch.planning.key import Inputs, PackageState, inputs_of
from collective_impact.batch.planning.request import ReportRequest
from collective_impact.batch.running.run import RunSpec
from collective_impact.data.initiative import Initiative
from collective_impact.data.places import EXAMPLES
from collective_impact.data.reading import check_package
from collective_impact.errors import InputError, Problem
from collective_impact.files import file_sha256
from collective_impact.findings.finding import FINDINGS
from collective_impact.language import translate as _
from collective_impact.reporting.edition import RUNS
from collective_impact.reporting.gate import Gate
from collective_impact.reporting.run_page import RECORD
from collective_impact.shipped import shipped


@dataclass(frozen=True, slots=True)
class Checked:
    """A request with what it comes to once everything about it has been checked.

    Attributes
    ----------
    request : ReportRequest
    initiative : Initiative
    templates : sequence of Template
    parameters : mapping of str to mapping
        By template.
    as_of : date
        The report's today.
    """

    request: ReportRequest
    initiative: Initiative
    templates: Sequence[Template]
    parameters: Mapping[str, Mapping[str, Any]]
    as_of: date

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages to report in."""
        return tuple(dict.fromkeys(self.request.languages)) or (self.initiative.facts.language,)

    def target(self, language: str) -> Path:
        """Folder that the report is to stand in."""
        folder = self.request.out.resolve() / self.initiative.facts.id / self.as_of.isoformat()
        return folder / self.request.folder_name(language)


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A run of the plan.

    Attributes
    ----------
    spec : RunSpec
    inputs : Inputs
        What its result depends on; of tables, those that the earlier run looked for.
    kept : Path or None
        Folder of an earlier run with the same key, whose result stands.
    reasons : tuple of str
        Why it is due; empty where it is not.
    """

    spec: RunSpec
    inputs: Inputs
    kept: Path | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """The plan of a report in one language.

    Attributes
    ----------
    checked : Checked
    language : str
    package : PackageState
    gate : Gate
    folder : Path
        Where the report is built.
    evaluations : tuple of PlannedRun
    """

    checked: Checked
    language: str
    package: PackageState
    gate: Gate
    folder: Path
    force: bool = False
    limits: Limits = field(default_factory=Limits)
    evaluations: tuple[PlannedRun, ...] = ()

    @property
    def target(self) -> Path:
        """Where it is to stand."""
        return self.checked.target(self.language)

    def learning(self, findings: Mapping[str, str]) -> PlannedRun:
        """Plan the learning report's run, once it is known what the evaluations came to.

        Parameters
        ----------
        findings : mapping of str to str
            Hash of what each evaluation came to.
        """
        template = next(each for each in self.checked.templates if each.name == LEARNING_REPORT)
        earlier = earlier_report(self.target, self.language)
        told = {**findings, **({"earlier": file_sha256(earlier / FINDINGS)} if earlier else {})}
        return self._planned(template, told, earlier)

    def with_evaluations(self) -> "ReportPlan":
        """Give the plan with all evaluations decided."""
        templates = (each for each in self.checked.templates if each.name != LEARNING_REPORT)
        return replace(self, evaluations=tuple(self._planned(template, {}, None) for template in templates))

    def _planned(self, template: Template, findings: Mapping[str, str], earlier: Path | None) -> PlannedRun:
        spec = self._spec(template, earlier)
        inputs = replace(inputs_of(template, spec.parameters, self.package), findings=dict(findings))
        if self.force:
            return PlannedRun(spec, inputs, reasons=(_("asked for with --force"),))
        reasons: tuple[str, ...] = (self._no_earlier(template.name),)
        for run in self._earlier(template.name):
            mine = replace(inputs, tables=self.package.tables(run.tables))
            if run.stands_for(mine):
                return PlannedRun(spec, mine, run.folder)
            reasons = run.why_not(mine)
        return PlannedRun(spec, inputs, reasons=reasons)

    def _earlier(self, template: str) -> list[EarlierRun]:
        """Earlier runs of a template that may stand for a new one; the one to be judged last tells why not."""
        found = [EarlierRun.read(place / RUNS / template) for place in self._places]
        return [run for run in found if run]

    def _no_earlier(self, template: str) -> str:
        """Why there is no earlier run of a template that could stand for a new one."""
        damaged = [file for place in self._places if (file := place / RUNS / template / RECORD).exists()]
        if damaged:
            return _("its record {file} cannot be read").format(file=damaged[0])
        return _("it has not been run before")

    @property
    def _places(self) -> tuple[Path, ...]:
        """Folders of reports that may hold earlier runs."""
        return failed_folder(self.target), self.target, self.folder

    def _spec(self, template: Template, earlier: Path | None) -> RunSpec:
        folder = self.folder / RUNS / template.name
        own = {"package": _seen_from(self.checked.initiative.path, folder), "language": self.language}
        own |= {"output_dir": ".", "as_of": self.checked.as_of.isoformat()}
        if template.name == LEARNING_REPORT:
            own |= {"findings_dir": "..", "earlier_findings": seen_from_run(earlier, folder) if earlier else ""}
        parameters = {**self.checked.parameters[template.name], **own}
        return RunSpec(template.name, template.path, parameters, folder, self.checked.initiative.hashes, self.limits)


def check_request(request: ReportRequest) -> Checked:
    """Check everything about a request at once.

    Raises
    ------
    InputError
        With every problem of the package, the choice of evaluations and the parameters.
    """
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
    as_of = request.as_of or check.initiative.last_day or date(1970, 1, 1)
    return Checked(request, check.initiative, templates, parameters, as_of)


def plan_reports(checked: Checked, *, force: bool = False, limits: Limits | None = None) -> list[ReportPlan]:
    """Plan the reports of a request that was checked, one in each language."""
    gate = Gate.of(checked.initiative)
    plans = []
    for language in checked.languages:
        package = PackageState(checked.initiative, gate.identifiers, checked.as_of, language)
        folder = part_folder(checked.target(language))
        plan = ReportPlan(checked, language, package, gate, folder, force, limits or Limits())
        plans.append(plan.with_evaluations())
    return plans


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


def _set_by_option(name: str) -> Problem:
    option = SET_BY_OPTIONS[name]
    return Problem(f"-p {name}", name, _("the option {option}").format(option=option), _("use that option"))


def _seen_from(package: Path, folder: Path) -> str:
    """A shipped example's name, or the package's path from the run's folder."""
    return package.name if package.parent == shipped(EXAMPLES) else seen_from_run(package, folder)


def seen_from_run(place: Path, folder: Path) -> str:
    """A path from the run's folder, so that no record names this machine's folders."""
    try:
        return os.path.relpath(place, folder)
    except ValueError:  # another drive
        return str(place)
