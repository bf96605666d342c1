"""One batch at a time at a place in shared storage, whichever machine it runs on.

A lock is an object that is made only where there is none yet; the store decides who was first, where it can (S3, Google
Cloud Storage and Azure can). It holds until when it counts, and is made to count longer for as long as the batch
runs: when a machine is lost, the next batch waits no longer than that. Clocks must be right to within a minute.
"""

import json
import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from collective_impact.batch.lock import LOCK, OutputLockedError
from collective_impact.batch.shard import Shard
from collective_impact.batch.storage.store import Store
from collective_impact.files import json_object

COUNTS_FOR = 300
_RENEWED_EVERY = 60


@contextmanager
def store_locked(store: Store, shard: Shard | None = None) -> Iterator[None]:
    """Keep other batches out of a place in shared storage inside a ``with`` block.

    Raises
    ------
    OutputLockedError
        When another batch, or the same shard, is at work there.
    StorageError
    """
    place = f"{store.path}/{LOCK}" + (f"-{shard.name}" if shard else "")
    mine = {"holder": f"{socket.gethostname()} {os.getpid()}", "id": uuid.uuid4().hex}
    with store.told():
        if not _made(store, place, mine):
            _refuse_if_it_counts(store, place)
            with suppress(FileNotFoundError):
                store.files.rm_file(place)
            if not _made(store, place, mine):
                _refuse_if_it_counts(store, place)
    ended = threading.Event()
    renewing = threading.Thread(target=_renew, args=(store, place, mine, ended), daemon=True)
    try:
        with store.told():
            others = [f"{store.path}/{LOCK}"] if shard else store.files.glob(f"{store.path}/{LOCK}-*")
            for other in others:
                _refuse_if_it_counts(store, other)
        renewing.start()
        yield
    finally:
        ended.set()
        if renewing.ident:
            renewing.join()
        with suppress(Exception):  # it stops to count by itself
            if _read(store, place).get("id") == mine["id"]:
                store.files.rm_file(place)


def _made(store: Store, place: str, mine: dict[str, str]) -> bool:
    """Make the lock where there is none; whether that was so."""
    try:
        store.files.pipe_file(place, _content(mine), mode="create")
    except Exception:  # each storage tells in its own way that there is one
        if _read(store, place):
            return False
        raise
    return _read(store, place).get("id") == mine["id"]


def _refuse_if_it_counts(store: Store, place: str) -> None:
    lock = _read(store, place)
    if lock.get("until", 0) > time.time():
        raise OutputLockedError(f"{store.url} ({lock.get('holder')})")


def _renew(store: Store, place: str, mine: dict[str, str], ended: threading.Event) -> None:
    while not ended.wait(_RENEWED_EVERY):
        with suppress(Exception):  # the next time, then
            if _read(store, place).get("id") == mine["id"]:
                store.files.pipe_file(place, _content(mine))


def _read(store: Store, place: str) -> dict[str, Any]:
    """What a lock says: nothing that counts where it cannot be read; empty where there is none."""
    store.files.invalidate_cache()
    try:
        return json_object(store.files.cat_file(place)) or {"until": 0}
    except FileNotFoundError:
        return {}


def _content(mine: dict[str, str]) -> bytes:
    return json.dumps({**mine, "until": time.time() + COUNTS_FOR}).encode()
