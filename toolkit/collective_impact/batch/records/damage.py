"""Records of batches that cannot be read: put aside under another name, and what can be read of them kept."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from collective_impact.batch.records.journal import HISTORY
from collective_impact.batch.records.unchanged import CACHE
from collective_impact.files import drop_unfinished, json_object, write_whole
from collective_impact.language import translate as _
from collective_impact.reporting.writing import unwritable


def put_damaged_aside(out: Path, *, alone: bool) -> Iterator[tuple[Path, Path]]:
    """Put the records aside that cannot be read, and take away what a killed batch was writing.

    Parameters
    ----------
    out : Path
        Folder of reports.
    alone : bool
        Whether no part of a batch is at work beside this one; only then is the history written anew.

    Yields
    ------
    tuple of Path
        A damaged record, and where it is now.

    Raises
    ------
    InputError
        When the history cannot be written.
    """
    history = out / HISTORY
    try:
        history.open("ab").close()
    except OSError as error:
        raise unwritable(history, error, expected=_("a file that can be written")) from None
    if alone:
        drop_unfinished(out)
    for file in [*sorted(out.glob("batch*.json")), out / CACHE]:
        if file.is_file() and json_object(file.read_bytes()) is None:
            aside = _aside(file)
            file.replace(aside)
            yield file, aside
    lines = history.read_bytes().splitlines(keepends=True) if alone and history.is_file() else []
    good = [line for line in lines if json_object(line) is not None]
    if len(good) < len(lines):
        aside = _aside(history)
        shutil.copyfile(history, aside)
        write_whole(history, b"".join(good))
        yield history, aside


def _aside(file: Path) -> Path:
    """A name beside a file that is free."""
    place, number = file.with_name(f"{file.name}.damaged"), 1
    while place.exists():
        number += 1
        place = file.with_name(f"{file.name}.damaged-{number}")
    return place
