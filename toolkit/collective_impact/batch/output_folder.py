"""A report's folder appears whole or not at all, and nothing in it that is not ours is ever touched."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _

MANIFEST = "report.json"


@contextmanager
def staged(target: Path) -> Iterator[Path]:
    """Give a folder to build a report in; it takes the place of ``target`` when the block ends without an error.

    Parameters
    ----------
    target : Path
        Where the report is to stand. An earlier report of ours there stays until the new one is complete.

    Raises
    ------
    InputError
        If the place cannot be written, or holds files that are not a report of ours.
    """
    _refuse_strangers(target)
    staging = _make_staging(target)
    try:
        yield staging
        _swap(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _refuse_strangers(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError([_problem(target, _("a file"), _("a folder, or nothing yet"))])
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise InputError([_problem(target, _("a folder with files that are no report of ours"), _("an empty folder"))])


def _make_staging(target: Path) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    except OSError as error:
        raise InputError([_problem(target, error.strerror or str(error), _("a folder that can be written"))]) from error
    staging.chmod(0o755)
    return staging


def _swap(staging: Path, target: Path) -> None:
    """Put the new report in place of the old one."""
    old = staging.with_name(staging.name + "-old")
    if target.exists():
        target.replace(old)
    try:
        staging.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _problem(target: Path, found: str, expected: str) -> Problem:
    return Problem(place=f"--out {target}", found=found, expected=expected, mend=_("choose another folder with --out"))
