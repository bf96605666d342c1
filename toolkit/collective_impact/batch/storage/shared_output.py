"""Reports of a batch in shared storage: made in a mirror on this machine, put there one by one as they are complete."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from collective_impact.batch.records.journal import HISTORY
from collective_impact.batch.shard import Shard
from collective_impact.batch.storage.putting import Putting
from collective_impact.batch.storage.store import StorageError, Store
from collective_impact.batch.storage.store_lock import store_locked
from collective_impact.batch.storage.urls import inside
from collective_impact.files import write_whole

Put = Callable[[Path], None]


@contextmanager
def shared_output(output: str, shard: Shard | None, *, only_look: bool = False) -> Iterator[Put]:
    """Have the reports of a place in shared storage here inside a ``with`` block, and put there what is made of them.

    Parameters
    ----------
    output : str
        Its URL.
    shard : Shard or None
    only_look : bool
        Put nothing there.

    Yields
    ------
    callable
        Puts the report in a folder there; one that cannot be put yet is put at the end.

    Raises
    ------
    OutputLockedError
        When another batch is at work there.
    InputError
        When nothing here can open such a URL.
    StorageError
        When the storage cannot be read, or not be written at the end.
    """
    store = Store(output)
    putting = Putting(store, shard.name if shard else "all")
    with store_locked(store, shard):
        if not only_look:
            with store.told():
                putting.finish()
        store.fetch()

        def put(folder: Path) -> None:
            try:
                with store.told():
                    putting.put(folder.relative_to(store.mirror).as_posix())
            except StorageError:
                pass  # tried again at the end, and told there

        stopped = only_look
        try:
            yield put
        except KeyboardInterrupt:  # reports that are complete have been put; the rest has no time left
            stopped = True
            raise
        finally:
            if not stopped:
                with store.told():
                    _put_all(store, putting, shard)


def _put_all(store: Store, putting: Putting, shard: Shard | None) -> None:
    here = store.here()
    touched = [name for name in here | store.known.keys() if name not in here or store.changed(name)]
    for report in putting.reports():
        if any(name.startswith(report) for name in touched):
            putting.put(report.rstrip("/"))
    if shard:
        _merge_history(store)
    putting.put()


def _merge_history(store: Store) -> None:
    """Put what other parts of a batch wrote into the history meanwhile before what this one did."""
    theirs, mine = f"{store.path}/{HISTORY}", store.mirror / inside(HISTORY)
    store.files.invalidate_cache()
    if not store.changed(HISTORY) or not mine.exists() or not store.files.exists(theirs):
        return
    known = store.files.cat_file(theirs).decode().splitlines()
    new = [line for line in mine.read_text(encoding="utf-8").splitlines() if line not in set(known)]
    write_whole(mine, "".join(f"{line}\n" for line in [*known, *new]))
