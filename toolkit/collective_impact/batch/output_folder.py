"""A report's folder appears whole or not at all, and nothing in it that is not ours is ever touched."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _
from collective_impact.reporting.edition import MANIFEST, read_record


@dataclass(slots=True)
class Staging:
    """A report in the making.

    Attributes
    ----------
    folder : Path
        Where to build it.
    target : Path
        Where it will stand when it is complete; may be changed until then.
    """

    folder: Path
    target: Path


@contextmanager
def staged(target: Path) -> Iterator[Staging]:
    """Give a folder to build a report in; it takes the place of its target when the block ends without an error.

    Parameters
    ----------
    target : Path
        Where the report is to stand. An earlier report of ours there stays until the new one is complete.

    Raises
    ------
    InputError
        If the place cannot be written, has no room, or holds files that are not a report of ours.
    """
    target = target.resolve()
    _refuse_strangers(target)
    missing = [parent for parent in target.parents if not parent.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        staging = Staging(Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-")), target)
        staging.folder.chmod(0o755)
    except OSError as error:
        _remove_empty(missing)
        raise _not_written(target, error) from error
    try:
        yield staging
        _refuse_strangers(staging.target)
        _swap(staging.folder, staging.target)
    except OSError as error:
        raise _not_written(target, error) from error
    finally:
        shutil.rmtree(staging.folder, ignore_errors=True)
        _remove_empty(missing)


def _refuse_strangers(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError([_problem(target, _("a file"), _("a folder, or nothing yet"))])
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise InputError([_problem(target, _("a folder with files that are no report of ours"), _("an empty folder"))])


def _swap(folder: Path, target: Path) -> None:
    """Put the new report in place of the old one."""
    old = folder.with_name(folder.name + "-old")
    if target.exists():
        target.replace(old)
    try:
        folder.replace(target)
    except OSError:
        if old.exists():
            old.replace(target)
        raise
    if old.exists():
        _put_away(old, target)


def _put_away(old: Path, new: Path) -> None:
    """Take an old report away; what somebody else put into its folder moves to the new one, under a free name."""
    try:
        ours = {MANIFEST, *read_record(old).files}
    except InputError:  # nobody can tell whose its files are
        old.replace(_free(new.with_name(f"{new.name}-earlier")))
        return
    files = [path for path in sorted(old.rglob("*")) if not path.is_dir() or path.is_symlink()]
    for file in files:
        if (name := file.relative_to(old).as_posix()) not in ours:
            place = _free(new / name)
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
    shutil.rmtree(old, ignore_errors=True)


def _free(place: Path) -> Path:
    """A path like the given one at which nothing stands yet."""
    while place.exists() or place.is_symlink():
        place = place.with_name(f"{place.stem}-kept{place.suffix}")
    return place


def _remove_empty(folders: list[Path]) -> None:
    """Take away the folders that were made on the way, as far as they are still empty; the innermost comes first."""
    for folder in folders:
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def _not_written(target: Path, error: OSError) -> InputError:
    return InputError([_problem(target, error.strerror or str(error), _("a folder that can be written"))])


def _problem(target: Path, found: str, expected: str) -> Problem:
    return Problem(place=f"--out {target}", found=found, expected=expected, mend=_("choose another folder with --out"))
