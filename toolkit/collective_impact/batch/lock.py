"""One batch at a time in a folder of reports; shards of one batch stand side by side."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from collective_impact.batch.shard import Shard
from collective_impact.errors import InputError, Problem, ToolkitError
from collective_impact.language import translate as _

LOCK = ".collective-impact.lock"


class OutputLockedError(ToolkitError):
    """Another batch is at work in the same folder."""


@contextmanager
def locked(out: Path, shard: Shard | None = None) -> Iterator[None]:
    """Keep other batches out of a folder of reports; the system lets go of it when this process ends, however it does.

    Raises
    ------
    OutputLockedError
        When another batch, or the same shard, is at work there.
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
            words = _("another batch is at work in {folder}; wait until it has ended, or choose another folder")
            raise OutputLockedError(words.format(folder=out)) from None
        except OSError as error:
            expected, mend = _("a folder that can be written"), _("allow it, or choose another folder")
            raise InputError([Problem(str(out), error.strerror or str(error), expected, mend)]) from None
        yield
