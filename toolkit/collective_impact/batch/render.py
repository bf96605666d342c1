"""Publishing a report again from its folder alone: no notebook runs, and no data package is needed."""

import shutil
from pathlib import Path

from collective_impact.batch.output_folder import staged
from collective_impact.batch.publication import Report
from collective_impact.batch.request import Publishing
from collective_impact.errors import InputError, Problem
from collective_impact.findings.finding import FINDINGS
from collective_impact.language import translate as _
from collective_impact.reporting.edition import MANIFEST, RUNS, read_edition, read_record
from collective_impact.reporting.library.library import is_library, reports_below, write_library
from collective_impact.reporting.publish import publish
from collective_impact.reporting.run_page import NOTEBOOK, RECORD


def render_again(place: Path, how: Publishing) -> tuple[Report, ...]:
    """Publish again what earlier runs left.

    Parameters
    ----------
    place : Path
        Folder of a report, or one below which reports stand.
    how : Publishing

    Raises
    ------
    InputError
        When there is no report, or with all that is missing or was changed; every earlier report is left as it was.
    RenderError
        When a page or a document cannot be made; the earlier report stays too.
    """
    folders = reports_below(place)
    if not folders:
        found = _("no report in it or below it") if place.is_dir() else _("no such folder")
        mend = _("give the folder of a report, for example reports/<initiative>/<date>/<language>")
        raise InputError([Problem(str(place), found, _("a report made by this toolkit"), mend)])
    problems: list[Problem] = []
    for folder in folders:
        try:
            read_edition(folder)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    reports = tuple(_again(folder, how) for folder in folders)
    libraries = {folder.resolve().parent.parent.parent for folder in folders}
    for library in sorted(filter(is_library, libraries)):
        write_library(library)
    return reports


def _copy_runs(folder: Path, staging: Path) -> None:
    """Copy what the runs left, and nothing that somebody else put or linked there."""
    shutil.copyfile(folder / MANIFEST, staging / MANIFEST)
    for template in read_record(folder).runs:
        (staging / RUNS / template).mkdir(parents=True)
        for name in (NOTEBOOK, RECORD, FINDINGS):
            if (file := folder / RUNS / template / name).is_file():
                shutil.copyfile(file, staging / RUNS / template / name)


def _again(folder: Path, how: Publishing) -> Report:
    with staged(folder) as staging:
        _copy_runs(folder, staging.folder)
        edition = read_edition(staging.folder).published_as(how.profile, how.brand.name)
        rendered = publish(
            edition, staging.folder, renderer=how.renderer, brand=how.brand, decimal_comma=how.decimal_comma
        )
    files = {name: folder / file.relative_to(staging.folder) for name, file in rendered.files.items()}
    return Report(folder, files)
