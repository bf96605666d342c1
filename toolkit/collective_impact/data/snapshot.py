"""A package as it was once read and checked, for the notebooks of a batch, which would each read it again.

Whoever starts the notebooks puts the snapshots into a folder that only this user can write, and names it in the
environment. All notebooks of a report then see the same data, whatever happens to the package meanwhile.
"""

import os
import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from collective_impact.data.initiative import Initiative
from collective_impact.data.places import package_folder
from collective_impact.environment import environment
from collective_impact.files import write_whole

_FOLDER = "COLLECTIVE_IMPACT_SNAPSHOTS"


@contextmanager
def snapshots(place: str | None = None) -> Iterator[None]:
    """Let notebooks that are started inside a ``with`` block look for snapshots before they read a package.

    Parameters
    ----------
    place : str or None
        Folder to keep them below; None for the system's own for temporary files.
    """
    for_this_user_alone = TemporaryDirectory(prefix="ci-", dir=place, ignore_cleanup_errors=True)
    with for_this_user_alone as folder, environment({_FOLDER: folder}):
        yield


def take_snapshot(initiative: Initiative, as_of: date, language: str) -> None:
    """Keep an initiative as notebooks see it in a language on a day; nothing happens outside `snapshots`."""
    if place := _place(initiative.path, as_of, language):
        write_whole(place, pickle.dumps(initiative, protocol=pickle.HIGHEST_PROTOCOL))


def drop_snapshot(package: Path, as_of: date, language: str) -> None:
    """Take a snapshot away that no notebook needs any more."""
    if place := _place(package, as_of, language):
        place.unlink(missing_ok=True)


def read_snapshot(package: str, as_of: date, language: str) -> Initiative | None:
    """Give the snapshot of a package, named as for `read_package`; None where there is none."""
    folder = package_folder(package)
    place = _place(folder, as_of, language) if folder else None
    if place is None or not place.is_file():
        return None
    initiative: Initiative = pickle.loads(place.read_bytes())
    return initiative


def _place(package: Path, as_of: date, language: str) -> Path | None:
    folder = os.environ.get(_FOLDER)
    told = f"{package.resolve()}\n{as_of.isoformat()}\n{language}"
    return Path(folder) / f"{sha256(told.encode()).hexdigest()}.pickle" if folder else None
