"""An edition: a report in one language as it lies in its folder, from which it is published and published again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from collective_impact.data.facts import Facts
from collective_impact.errors import InputError, Problem
from collective_impact.files import write_whole
from collective_impact.findings.finding import Finding
from collective_impact.findings.learning.material import LEARNING_REPORT
from collective_impact.framework.vocabulary import READINESS, Inquiry, Level, grid, inquiry
from collective_impact.language import translate as _
from collective_impact.reporting.reading import naming
from collective_impact.reporting.renderer import Profile
from collective_impact.reporting.run_page import RECORD, Run, read_run

MANIFEST = "report.json"
RUNS = "runs"

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
"""A word that is part of a path or of a link, and leads nowhere else."""


class EditionRecord(BaseModel):
    """What ``report.json`` says of the report in its folder.

    Attributes
    ----------
    initiative : str
        Id of the initiative.
    title : str
        What it is called, in the report's language.
    as_of : date
        The report's today.
    language : str
    folder_name : str
        Name of the report's folder: its language, and what it was narrowed to.
    languages : tuple of str
        All that the report was made in at the same time.
    profile : {"public", "internal"}
    brand : str
        Name of the brand that it shows.
    runs : mapping of str to {"ok", "failed"}
        Template to how its run ended.
    facts : Facts
        What the initiative says of itself.
    made_of : str
        Hash of how it was published and by which version of the toolkit; empty where a run failed.
    kept_since : date or None
        Where a run failed and the last complete report stays beside this one: the day on which that was made.
    files : tuple of str
        Every file of ours in the folder, with ``/``, but for this one; whatever else lies there is somebody else's.
    """

    model_config = ConfigDict(frozen=True)

    initiative: str
    title: str
    as_of: date
    language: Name
    folder_name: Name
    languages: tuple[Name, ...] = ()
    profile: Profile = "public"
    brand: str = ""
    runs: Mapping[Name, Literal["ok", "failed"]]
    facts: Facts
    made_of: str = ""
    kept_since: date | None = None
    files: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every run ended well."""
        return all(status == "ok" for status in self.runs.values())


@dataclass(frozen=True, slots=True)
class Edition:
    """A report in one language: its record and its runs.

    Attributes
    ----------
    record : EditionRecord
    runs : tuple of Run
        The evaluations in reading order: readiness, then level by level, each from exploring to judging.
    learning : Run
        The learning report's own run.
    """

    record: EditionRecord
    runs: tuple[Run, ...]
    learning: Run

    @property
    def facts(self) -> Facts:
        """What the initiative says of itself."""
        return self.record.facts

    @property
    def as_of(self) -> date:
        """The report's today."""
        return self.record.as_of

    @property
    def findings(self) -> list[Finding]:
        """What all evaluations found, in reading order."""
        return [finding for run in self.runs if run.findings for finding in run.findings.findings]

    def published_as(self, profile: Profile, brand: str) -> "Edition":
        """Give the same report for another profile, in another brand."""
        return replace(self, record=self.record.model_copy(update={"profile": profile, "brand": brand}))

    def run(self, template: str) -> Run | None:
        """Give the run of a template; None where it is no part of the report."""
        return next((run for run in (*self.runs, self.learning) if run.record["template"] == template), None)


def reading_order() -> list[Inquiry]:
    """Give readiness, then level by level, each from exploring to judging."""
    return [inquiry(READINESS), *(cell for level in Level for cell in grid() if cell.level is level)]


def gather(record: EditionRecord, folders: Sequence[Path]) -> Edition:
    """Bring a report's runs together.

    Parameters
    ----------
    record : EditionRecord
    folders : sequence of Path
        One for each run, the learning report's among them.
    """
    runs = {run.record["template"]: run for run in map(read_run, folders)}
    ordered = tuple(runs[cell.id] for cell in reading_order() if cell.id in runs)
    return Edition(record, ordered, runs[LEARNING_REPORT])


def write_record(folder: Path, record: EditionRecord) -> None:
    """Write ``report.json``, which also tells that the folder and the files it lists are ours."""
    files = tuple(
        sorted(
            path.relative_to(folder).as_posix()
            for path in folder.rglob("*")
            if path.is_file() and path != folder / MANIFEST
        )
    )
    content = record.model_copy(update={"files": files}).model_dump_json(indent=2, exclude_defaults=False)
    write_whole(folder / MANIFEST, content + "\n")


def read_record(folder: Path) -> EditionRecord:
    """Read ``report.json``.

    Raises
    ------
    InputError
        When there is none, or it is not as we write it.
    """
    file = folder / MANIFEST
    expected = _("a report made by this toolkit")
    with naming(file, expected):
        if file.is_file():
            return EditionRecord.model_validate_json(file.read_bytes())
    mend = _("give the folder of a report, for example reports/<initiative>/<date>/<language>")
    raise InputError([Problem(str(folder), _("no {file} in it").format(file=MANIFEST), expected, mend)])


def read_edition(folder: Path) -> Edition:
    """Read a report from its folder.

    Raises
    ------
    InputError
        With every file that is missing, damaged or was edited since the run.
    """
    record = read_record(folder)
    folders = [folder / RUNS / template for template in record.runs]
    problems = [problem for run in folders for problem in _damage(run)]
    if LEARNING_REPORT not in record.runs:
        mend = _("run the evaluations again")
        problems.append(Problem(str(folder / MANIFEST), _("no learning report among the runs"), LEARNING_REPORT, mend))
    if problems:
        raise InputError(problems)
    return gather(record, folders)


def _damage(folder: Path) -> list[Problem]:
    """What is amiss with a run as it lies in its folder."""
    try:
        run = read_run(folder)
    except InputError as error:
        return list(error.problems)
    return [
        Problem(
            str(file),
            _("a file that was changed after its run, or of which {record} does not tell").format(record=RECORD),
            _("the file as the run left it"),
            _("edit a copy of the template and run that, or run the evaluations again"),
        )
        for file in run.edited
    ]
