"""Change a package all at once or not at all, and lose nothing of what it was.

New files get new names and are written first, then the descriptor that names them takes the place of the old one: that
moment is the change. What the new descriptor no longer names moves to ``earlier/<n>/`` with the old descriptor. A
journal says what is under way, so that the next change can clear up after one that was cut off.
"""

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ValidationError

from collective_impact.data.descriptor import DESCRIPTOR
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
    new_sha256: str
    written: tuple[str, ...]
    superseded: tuple[str, ...]
    earlier: str


def descriptor_sha256(folder: Path) -> str:
    """Hash the descriptor's file, byte for byte; empty if there is none."""
    file = folder / DESCRIPTOR
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.exists() else ""


def commit(folder: Path, seen: str, descriptor: str, files: Mapping[str, bytes], superseded: tuple[str, ...]) -> None:
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
    superseded : tuple of str
        Paths of files that the new descriptor no longer names.

    Raises
    ------
    InputError
        If somebody else has changed the package in the meantime, or is changing it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        recover(folder)
        if descriptor_sha256(folder) != seen or any((folder / path).exists() for path in files):
            raise InputError([_changed_meanwhile()])
        file = folder / DESCRIPTOR
        journal = _Journal(
            old=file.read_text(encoding="utf-8-sig") if seen else "",
            new_sha256=hashlib.sha256(descriptor.encode()).hexdigest(),
            written=tuple(files),
            superseded=superseded,
            earlier=_next_earlier(folder),
        )
        _write(folder / _JOURNAL, journal.model_dump_json().encode())
        for path, content in files.items():
            _write(folder / path, content)
        _write(file, descriptor.encode())
        recover(folder)


def recover(folder: Path) -> None:
    """Finish or undo a change that was cut off; nothing if there is none. The package must be locked."""
    file = folder / _JOURNAL
    if not file.exists():
        return
    try:
        journal = _Journal.model_validate_json(file.read_bytes())
    except ValidationError:
        journal = None
    paths = (*journal.written, *journal.superseded, journal.earlier) if journal else ()
    if journal is None or not all((folder / path).resolve().is_relative_to(folder.resolve()) for path in paths):
        found, mend = _("a journal that no import has written"), _("take the file away")
        raise InputError([Problem(_JOURNAL, found, _("the journal of an import that was cut off"), mend)])
    if descriptor_sha256(folder) == journal.new_sha256:
        _put_away(folder, journal)
    else:
        for path in (*journal.written, DESCRIPTOR):
            _unfinished(folder / path).unlink(missing_ok=True)
        for path in journal.written:
            (folder / path).unlink(missing_ok=True)
    file.unlink()
    _sync(folder)


def free_name(folder: Path, path: str) -> str:
    """Give a path, numbered where needed, at which there is no file: ``data/relation.2.csv``."""
    wanted = Path(path)
    stem, number = wanted.name.partition(".")[0], 1
    while (folder / path).exists():
        number += 1
        path = wanted.with_name(f"{stem}.{number}{wanted.suffix}").as_posix()
    return path


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


def _write(file: Path, content: bytes) -> None:
    """Write a file whole, and have it on the disk before going on."""
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = _unfinished(file)
    with unfinished.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    unfinished.replace(file)
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
            raise InputError([_changed_meanwhile()]) from None
        yield
    finally:
        os.close(handle)


def _changed_meanwhile() -> Problem:
    found, expected = _("a package that somebody else is changing"), _("one change at a time")
    return Problem(DESCRIPTOR, found, expected, _("run the import again; it then sees the other change"))
