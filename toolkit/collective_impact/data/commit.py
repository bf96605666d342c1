"""Change a package all at once or not at all, and lose nothing of what it was.

New files get new names and are written first, then the descriptor that names them takes the place of the old one: that
moment is the change. What the new descriptor no longer names moves to ``earlier/<n>/`` with the old descriptor. A
journal says what is under way, so that the next change can clear up after one that was cut off.
"""

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ValidationError

from collective_impact.data.inside import lies_inside
from collective_impact.data.places import DESCRIPTOR
from collective_impact.data.quoting import listed, visible
from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

EARLIER = "earlier"
_JOURNAL, _LOCK = ".import.json", ".import.lock"


class _Journal(BaseModel):
    """What a change does, written down before it is done."""

    old: str  # the descriptor's text; empty: there was none
    old_sha256: str
    new_sha256: str
    written: tuple[str, ...]
    superseded: tuple[str, ...]
    earlier: str

    @property
    def paths(self) -> tuple[str, ...]:
        """All that the change writes or moves."""
        return (*self.written, *self.superseded, *_put_away_to(self.earlier, self.superseded))


def descriptor_sha256(folder: Path) -> str:
    """Hash the descriptor's file, byte for byte; empty if there is none."""
    return _sha256(folder / DESCRIPTOR)


def commit(folder: Path, seen: str, descriptor: str, files: Mapping[str, bytes], superseded: Mapping[str, str]) -> None:
    """Give a package a new descriptor and new files.

    Parameters
    ----------
    folder : pathlib.Path
        The package's folder; made if need be.
    seen : str
        What `descriptor_sha256` gave when the change was worked out.
    descriptor : str
        The new descriptor.
    files : mapping of str to bytes
        New files by their path in the package; see `free_name`.
    superseded : mapping of str to str
        Paths of files that the new descriptor no longer names, with the SHA-256 that they had then.

    Raises
    ------
    InputError
        If somebody else has changed the package in the meantime, or is changing it; if a path leads out of the
        package; if the package cannot be written to. The package is as it was then.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            recover(folder)
            _change(folder, seen, descriptor, files, superseded)
    except (OSError, RuntimeError) as error:
        raise InputError([_not_written(error, folder)]) from error


def recover(folder: Path) -> None:
    """Finish or undo a change that was cut off; nothing if there is none. The package must be locked.

    If the descriptor is neither the old one nor the new one, somebody has edited it since: nothing but what is left
    of unfinished files is taken away then.

    Raises
    ------
    InputError
        If the journal cannot be one that `commit` has written.
    OSError
    """
    file = folder / _JOURNAL
    _unfinished(file).unlink(missing_ok=True)
    if not file.exists():
        return
    journal = _journal(folder)
    present = descriptor_sha256(folder)
    for path in (*journal.written, DESCRIPTOR, f"{journal.earlier}/{DESCRIPTOR}"):
        _unfinished(folder / path).unlink(missing_ok=True)
    if present == journal.new_sha256:
        _put_away(folder, journal)
    elif present == journal.old_sha256:
        for path in journal.written:
            (folder / path).unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            (folder / journal.earlier).rmdir()
    file.unlink()
    _sync(folder)


def free_name(folder: Path, path: str) -> str:
    """Give a path, numbered where needed, at which there is no file: ``data/relation.2.csv``."""
    wanted = Path(path)
    stem, number = wanted.name.partition(".")[0], 1
    while os.path.lexists(folder / path):
        number += 1
        path = wanted.with_name(f"{stem}.{number}{wanted.suffix}").as_posix()
    return path


def _change(
    folder: Path, seen: str, descriptor: str, files: Mapping[str, bytes], superseded: Mapping[str, str]
) -> None:
    earlier = _next_earlier(folder)
    _refuse_outside(folder, (*files, *superseded, *_put_away_to(earlier, superseded)))
    edited = descriptor_sha256(folder) != seen or any(_sha256(folder / path) != superseded[path] for path in superseded)
    if edited or any(os.path.lexists(folder / path) for path in files):
        raise InputError([changed_meanwhile()])
    file = folder / DESCRIPTOR
    journal = _Journal(
        old=file.read_text(encoding="utf-8-sig") if seen else "",
        old_sha256=seen,
        new_sha256=hashlib.sha256(descriptor.encode()).hexdigest(),
        written=tuple(files),
        superseded=tuple(superseded),
        earlier=earlier,
    )
    try:
        _write(folder / _JOURNAL, journal.model_dump_json().encode())
        if seen:
            (folder / earlier).mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            _write(folder / path, content)
        _write(file, descriptor.encode())
    except (OSError, KeyboardInterrupt):
        if descriptor_sha256(folder) != journal.new_sha256:
            recover(folder)
            raise
    with contextlib.suppress(OSError):  # the change is made; what could not be put away, the next one puts away
        recover(folder)


def _journal(folder: Path) -> _Journal:
    problem = Problem(
        _JOURNAL,
        _("a journal that no import has written"),
        _("the journal of an import that was cut off"),
        _("take the file away"),
    )
    try:
        journal = _Journal.model_validate_json((folder / _JOURNAL).read_bytes())
    except ValidationError:
        raise InputError([problem]) from None
    if not all(lies_inside(folder, path) for path in journal.paths):
        raise InputError([problem])
    return journal


def _refuse_outside(folder: Path, paths: Iterable[str]) -> None:
    """Refuse to write or move anything by a path, or a link, that leads out of the package."""
    outside = [path for path in paths if not lies_inside(folder, path)]
    if (folder / EARLIER).is_symlink():
        outside = [EARLIER]
    if outside:
        found = _("{paths}, which lead out of the package").format(paths=listed(outside))
        mend = _("take links out of the package, and give the paths of files inside it")
        raise InputError([Problem(DESCRIPTOR, found, _("files in the package's own folder"), mend)])


def _put_away_to(earlier: str, superseded: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{earlier}/{path}" for path in (DESCRIPTOR, *superseded))


def _put_away(folder: Path, journal: _Journal) -> None:
    if not journal.old:
        return
    earlier = folder / journal.earlier
    _write(earlier / DESCRIPTOR, journal.old.encode())
    for path in journal.superseded:
        if (folder / path).exists():
            (earlier / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).replace(earlier / path)
    _sync(folder)


def _next_earlier(folder: Path) -> str:
    taken = [int(each.name) for each in (folder / EARLIER).glob("*") if each.name.isdecimal()]
    return f"{EARLIER}/{max(taken, default=0) + 1}"


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def _write(file: Path, content: bytes) -> None:
    """Write a file whole, and have it on the disk before going on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = _unfinished(file)
    unfinished.unlink(missing_ok=True)  # were it a link, writing would follow it
    try:
        with unfinished.open("xb") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    _sync(file.parent)


def _unfinished(file: Path) -> Path:
    return file.with_name(f".{file.name}.unfinished")


def _sync(folder: Path) -> None:
    """Have a folder's entries on the disk, where the system can."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep others from changing the package; the lock ends with the process, however that ends."""
    if sys.platform == "win32":  # where a folder cannot be opened
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT)
    else:
        handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            if sys.platform == "win32":
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError([changed_meanwhile()]) from None
        yield
    finally:
        os.close(handle)


def changed_meanwhile() -> Problem:
    """Say that the package is not, or may not stay, what the change was worked out for."""
    found, expected = _("a package that somebody else is changing"), _("one change at a time")
    return Problem(DESCRIPTOR, found, expected, _("run the import again; it then sees the other change"))


def _not_written(error: OSError | RuntimeError, folder: Path) -> Problem:
    reason = getattr(error, "strerror", None) or error
    found = _("files that cannot be written ({reason})").format(reason=reason)
    mend = _("see that there is room on the disk and that you may write there, and run the import again")
    place = getattr(error, "filename", None) or folder
    return Problem(visible(place, 200), found, _("a folder that can be written to"), mend)
