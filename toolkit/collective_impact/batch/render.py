"""Publishing a report again from its folder alone: no notebook runs, and no data package is needed."""

import shutil
from contextlib import ExitStack
from pathlib import Path

from collective_impact.batch.lock import locked
from collective_impact.batch.output_folder import staged
from collective_impact.batch.planning.earlier_runs import copy_run
from collective_impact.batch.planning.request import Publishing
from collective_impact.batch.publication import Report, publish_edition
from collective_impact.errors import InputError, Problem, ToolkitError
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

    Returns
    -------
    tuple of Report
        A report that is damaged, or of which a page cannot be made, is stopped and left as it was; it costs no other.

    Raises
    ------
    InputError
        When there is no report.
    OutputLockedError
        When a run or batch is at work in the library that a report stands in.
    """
    folders = reports_below(place)
    if not folders:
        found = _("no report in it or below it") if place.is_dir() else _("no such folder")
        mend = _("give the folder of a report, for example reports/<initiative>/<date>/<language>")
        raise InputError([Problem(str(place), found, _("a report made by this toolkit"), mend)])
    libraries = sorted(filter(is_library, {folder.resolve().parent.parent.parent for folder in folders}))
    with ExitStack() as held:
        for library in libraries:
            held.enter_context(locked(library))
        reports = tuple(_again(folder, how) for folder in folders)
        for library in libraries:
            write_library(library)
    return reports


def _again(folder: Path, how: Publishing) -> Report:
    try:
        read_edition(folder)  # what is wrong is told of the report itself, before anything is made
        return _published(folder, how)
    except ToolkitError as error:
        return Report(folder, {}, stopped=error)


def _published(folder: Path, how: Publishing) -> Report:
    with staged(folder, afresh=True) as staging:
        shutil.copyfile(folder / MANIFEST, staging.folder / MANIFEST)
        for template in read_record(folder).runs:
            copy_run(folder / RUNS / template, staging.folder / RUNS / template)
        edition = read_edition(staging.folder).published_as(how.profile, how.brand.name)
        return Report(folder, publish_edition(edition, staging, how))
