"""Publishing a report again from its folder alone: no notebook runs, and no data package is needed."""

import shutil
from contextlib import ExitStack
from pathlib import Path

from collective_impact.batch.lock import locked
from collective_impact.batch.output_folder import staged
from collective_impact.batch.planning.earlier_runs import copy_run
from collective_impact.batch.planning.request import Publishing
from collective_impact.batch.publication import Report, publish_edition
from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _
from collective_impact.reporting.edition import MANIFEST, RUNS, read_edition, read_record
from collective_impact.reporting.library.library import is_library, reports_below, write_library


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
    OutputLockedError
        When a run or batch is at work in the library that a report stands in.
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
    libraries = sorted(filter(is_library, {folder.resolve().parent.parent.parent for folder in folders}))
    with ExitStack() as held:
        for library in libraries:
            held.enter_context(locked(library))
        reports = tuple(_again(folder, how) for folder in folders)
        for library in libraries:
            write_library(library)
    return reports


def _again(folder: Path, how: Publishing) -> Report:
    with staged(folder, afresh=True) as staging:
        shutil.copyfile(folder / MANIFEST, staging.folder / MANIFEST)
        for template in read_record(folder).runs:
            copy_run(folder / RUNS / template, staging.folder / RUNS / template)
        edition = read_edition(staging.folder).published_as(how.profile, how.brand.name)
        return Report(folder, publish_edition(edition, staging, how))
