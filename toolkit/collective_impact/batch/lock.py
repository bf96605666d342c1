"""One run or batch at a time in a folder of reports; shards of one batch stand side by side."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from collective_impact.batch.shard import Shard
from collective_impact.errors import ToolkitError
from collective_impact.language import translate as _
from collective_impact.reporting.writing import unwritable

LOCK = ".collective-impact.lock"


class OutputLockedError(ToolkitError):
    """Another run or batch is at work in the same folder.

    Parameters
    ----------
    folder
        As the user knows it: a path or an address.
    """

    def __init__(self, folder: object) -> None:
        words = _("another run or batch is at work in {folder}; wait until it has ended, or choose another folder")
        super().__init__(words.format(folder=folder))


@contextmanager
def locked(out: Path, shard: Shard | None = None, *, mend: str = "") -> Iterator[None]:
    """Keep other runs and batches out of a folder of reports.

    The system lets go of it when this process ends, however it does.

    Parameters
    ----------
    out : Path
    shard : Shard or None
        The part of a batch that asks.
    mend : str
        What to do about a folder that cannot be written.

    Raises
    ------
    OutputLockedError
        When another run or batch, or the same shard, is at work there.
    InputError
        When the folder cannot be written.
    """
    with ExitStack() as held:
        try:
            out.mkdir(parents=True, exist_ok=True)
            whole = held.enter_context(FileLock(out / LOCK, timeout=0))
            others = [out / f"{LOCK}-{shard.name}"] if shard else sorted(out.glob(f"{LOCK}-*"))
            for place in others:
                held.enter_context(FileLock(place, timeout=0))
            if shard:
                whole.release()
        except Timeout:
            raise OutputLockedError(out) from None
        except OSError as error:
            raise unwritable(out, error, mend=mend) from None
        yield
