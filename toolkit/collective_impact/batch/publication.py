"""A report's runs made into pages, unless those that stand already are made of the same."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from collective_impact.batch.folder_names import failed_folder
from collective_impact.batch.notebooks.sources import toolkit_sha256
from collective_impact.batch.output_folder import Staging
from collective_impact.batch.planning.earlier_runs import EarlierRun
from collective_impact.batch.planning.plan import ReportPlan
from collective_impact.batch.planning.request import Publishing
from collective_impact.batch.running.run import RunRecord
from collective_impact.errors import InputError, ToolkitError
from collective_impact.language import in_language
from collective_impact.reporting.edition import RUNS, Edition, EditionRecord, gather, read_record
from collective_impact.reporting.publish import publish


@dataclass(frozen=True, slots=True)
class Report:
    """A report in one language, published or not.

    Attributes
    ----------
    folder : Path
        Where it stands.
    files : Mapping of str to Path
        Its documents by file name, for example ``report.pdf``.
    records : tuple of RunRecord
    kept : Path or None
        An earlier, complete report that stays in place because a run of this one failed.
    unchanged : bool
        The report that stood there already is made of the same.
    stopped : ToolkitError or None
        Why it came to nothing.
    kept_since : date or None
        Day on which the earlier report was made that stays.
    """

    folder: Path
    files: Mapping[str, Path]
    records: tuple[RunRecord, ...] = ()
    kept: Path | None = None
    unchanged: bool = False
    stopped: ToolkitError | None = None
    kept_since: date | None = None

    @property
    def index(self) -> Path:
        """Its first page."""
        return self.folder / "index.html"

    @property
    def failed(self) -> tuple[RunRecord, ...]:
        """Records of the runs that failed."""
        return tuple(record for record in self.records if record.status == "failed")


def publish_plan(plan: ReportPlan, staging: Staging, records: Mapping[str, RunRecord], fresh: bool) -> Report:
    """Publish a report whose runs lie in its folder.

    Parameters
    ----------
    plan : ReportPlan
    staging : Staging
        Told where the report goes: one with a failed run never takes the place of a good one.
    records : mapping of str to RunRecord
        By template.
    fresh : bool
        Whether a run is other than in the report that stands.

    Raises
    ------
    RenderError
        When a page or a document cannot be made.
    """
    how, target = plan.checked.request.publishing, plan.target
    runs = tuple(records[template.name] for template in plan.checked.templates)
    failed = any(run.status == "failed" for run in runs)
    standing = standing_record(target)
    made_of = "" if failed else _made_of(plan)
    if standing and made_of and not fresh and standing.made_of == made_of and _all_there(target, standing):
        staging.unchanged = True
        return Report(target, _documents(target), runs, unchanged=True)
    kept = made_on(target, standing) if failed and standing and standing.complete else None
    if kept:
        staging.target = failed_folder(target)
    edition = gather(_record(plan, runs, made_of, kept), [staging.folder / RUNS / run.template for run in runs])
    files = publish_edition(edition, staging, how)
    return Report(staging.target, files, runs, target if kept else None, kept_since=kept)


def publish_edition(edition: Edition, staging: Staging, how: Publishing) -> dict[str, Path]:
    """Make the pages and documents of a report, and give the documents by file name, as they will stand."""
    made = publish(edition, staging.folder, renderer=how.renderer, brand=how.brand, decimal_comma=how.decimal_comma)
    return {name: staging.target / file.relative_to(staging.folder) for name, file in made.files.items()}


def standing_record(folder: Path) -> EditionRecord | None:
    """Give the record of the report in a folder; None where there is none that can be read."""
    try:
        return read_record(folder)
    except InputError:
        return None


def made_on(folder: Path, record: EditionRecord) -> date:
    """Day on which the last run of a report ended."""
    runs = [EarlierRun.read(folder / RUNS / template) for template in record.runs]
    days = [date.fromisoformat(str(run.record.get("ended", ""))[:10]) for run in runs if run]
    return max(days, default=record.as_of)


def _record(plan: ReportPlan, runs: tuple[RunRecord, ...], made_of: str, kept: date | None) -> EditionRecord:
    how = plan.checked.request.publishing
    with in_language(plan.language):
        facts = plan.gate.facts(plan.checked.initiative.facts)
        return EditionRecord(
            initiative=facts.id,
            title=str(facts.title),
            as_of=plan.checked.as_of,
            language=plan.language,
            folder_name=plan.target.name,
            languages=plan.checked.languages,
            profile=how.profile,
            brand=how.brand.name,
            runs={run.template: run.status for run in runs},
            facts=facts,
            made_of=made_of,
            kept_since=kept,
        )


def _made_of(plan: ReportPlan) -> str:
    """One hash for what pages are made of beside the runs: how they are published, by which version of the toolkit."""
    how = plan.checked.request.publishing
    told = [
        how.renderer.name,
        how.profile,
        how.decimal_comma,
        brand_sha256(how),
        plan.checked.languages,
        toolkit_sha256(pages=True),
        _programs(),
    ]
    return sha256(json.dumps(told).encode()).hexdigest()


def brand_sha256(how: Publishing) -> str:
    """SHA-256 of a brand's colours, logo and fonts."""
    brand = how.brand
    fonts = {font.name: sha256(font.read_bytes()).hexdigest() for font in brand.fonts}
    logo = {name: sha256(content).hexdigest() for name, content in (brand.logo.files if brand.logo else {}).items()}
    told: list[Any] = [brand.name, dict(brand.light), dict(brand.dark), brand.family, brand.headings, fonts, logo]
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


@cache
def _programs() -> list[str]:
    return [version(name) for name in ("pypandoc-binary", "typst", "vl-convert-python")]


def _all_there(folder: Path, record: EditionRecord) -> bool:
    return all((folder / name).is_file() for name in record.files)


def _documents(folder: Path) -> dict[str, Path]:
    """The documents of a report that stands, by file name."""
    found = [*folder.glob("*.pdf"), *folder.glob("*.docx")]
    return {file.name: file for file in sorted(found)}
