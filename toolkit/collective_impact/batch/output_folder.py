"""A report's folder appears whole or not at all, and nothing in it that is not ours is ever touched."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collective_impact.batch.folder_names import failed_folder, part_folder
from collective_impact.errors import InputError, Problem
from collective_impact.files import exchange
from collective_impact.language import translate as _
from collective_impact.reporting.edition import MANIFEST, RUNS, read_record
from collective_impact.reporting.writing import unwritable


@dataclass(slots=True)
class Staging:
    """A report in the making.

    Attributes
    ----------
    folder : Path
        Where to build it.
    target : Path
        Where it will stand when it is complete; may be changed until then.
    unchanged : bool
        The report that stands there already is as good: it stays.
    """

    folder: Path
    target: Path
    unchanged: bool = False


@contextmanager
def staged(target: Path, *, afresh: bool = False) -> Iterator[Staging]:
    """Give a folder to build a report in; it takes the place of its target when the block ends without an error.

    A report that failed meanwhile and stands beside the target is then taken away. Whoever asks keeps others from
    building the same report meanwhile.

    Parameters
    ----------
    target : Path
        Where the report is to stand. An earlier report of ours there stays until the new one is complete.
    afresh : bool
        Begin with an empty folder, and leave nothing behind. Otherwise runs that an interrupted report left are there
        still, and stay when the block ends with an error.

    Raises
    ------
    InputError
        If the place cannot be written, has no room, or holds files that are not a report of ours.
    """
    target = target.resolve()
    _refuse_strangers(target)
    missing = [parent for parent in target.parents if not parent.exists()]
    staging = Staging(target.with_name(f".{target.name}.again") if afresh else part_folder(target), target)
    clear = _take_away if afresh else _leave_runs_only
    done = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _after_an_interruption(target)
        clear(staging.folder)
        staging.folder.mkdir(exist_ok=True)
        yield staging
        done = True
        if not staging.unchanged:
            _refuse_strangers(staging.target)
            _swap(staging.folder, staging.target)
        if staging.target == target and (failed := failed_folder(target)).exists():
            _put_away(failed, target)
    except OSError as error:
        if error.errno is None:  # no error of the system's
            raise
        mend = _("make room for it, allow it, or choose another folder with --out")
        raise unwritable(target, error, mend=mend) from error
    finally:
        (_take_away if done else clear)(staging.folder)
        _remove_empty([staging.folder, *missing])


def _after_an_interruption(target: Path) -> None:
    """Finish what was interrupted while one report took the place of another."""
    for place in (target, failed_folder(target)):
        _take_away(_gone(place))
        old = _old(place)
        if old.exists() and place.exists():
            _put_away(old, place)
        elif old.exists():
            old.replace(place)


def _take_away(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _leave_runs_only(folder: Path) -> None:
    """Take away what is in a report half made but for its runs."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name == RUNS and path.is_dir() and not path.is_symlink() and any(path.iterdir()):
            continue
        if path.is_dir() and not path.is_symlink():
            _take_away(path)
        else:
            path.unlink(missing_ok=True)


def _refuse_strangers(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise InputError([_problem(target, _("a file"), _("a folder, or nothing yet"))])
    if target.is_dir() and any(target.iterdir()) and not (target / MANIFEST).is_file():
        raise InputError([_problem(target, _("a folder with files that are no report of ours"), _("an empty folder"))])


def _swap(folder: Path, target: Path) -> None:
    """Put the new report in place of the old one."""
    old = _old(target)
    if target.exists():
        folder.replace(old)
        if exchange(old, target):
            _put_away(old, target)
            return
        old.replace(folder)
        target.replace(old)
    try:
        folder.replace(target)
    except BaseException:
        if old.exists():
            old.replace(target)
        raise
    if old.exists():
        _put_away(old, target)


def _old(target: Path) -> Path:
    """Where two reports change places: the new one before, the one that stood after."""
    return target.with_name(f".{target.name}.old")


def _gone(target: Path) -> Path:
    """Where an old report is put that only has to be taken away."""
    return target.with_name(f".{target.name}.gone")


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
    gone = _gone(new)
    _take_away(gone)
    old.replace(gone)
    _take_away(gone)


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


def _problem(target: Path, found: str, expected: str) -> Problem:
    return Problem(f"--out {target}", found, expected, _("choose another folder with --out"))
