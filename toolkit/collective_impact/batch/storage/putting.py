"""Putting reports into shared storage, where no folder can take another's place at once.

What has changed of a report goes to a hidden place beside all reports first, over a network that may fail. Once all of
it is there, a note says what is to be done; then the store itself copies the files into their places, and the report's
record comes last. Whoever finds such a note finishes what it says: a report is never left as a mixture of two. For as
long as the store copies, which is a moment, somebody who reads the report may see new files beside old ones, but each
file is always whole.
"""

import json
from collections.abc import Sequence
from hashlib import sha256

from collective_impact.batch.storage.store import Store, hidden
from collective_impact.reporting.edition import MANIFEST

COMING = ".collective-impact.coming"
_AT_ONCE = 64


class Putting:
    """Puts what lies in a store's mirror into the store.

    Parameters
    ----------
    store : Store
    part : str
        Name of the part of a batch that this is: the parts have places of their own.
    """

    def __init__(self, store: Store, part: str) -> None:
        self._store = store
        self._place = f"{store.path}/{COMING}"
        self._part = part

    def finish(self) -> None:
        """Finish what was begun and interrupted, and take away what was not yet complete."""
        files, part = self._store.files, f"{self._place}/{self._part}"
        if not files.exists(self._place):
            return
        for note in sorted(files.glob(f"{self._place}/*/*.json" if self._part == "all" else f"{part}/*.json")):
            self._do(note)
        if files.exists(place := self._place if self._part == "all" else part):
            files.rm(place, recursive=True)

    def put(self, below: str = "") -> None:
        """Put a report into the store, or all that is not in a report.

        Parameters
        ----------
        below : str
            Name of the report's folder from the store's; empty for the rest.
        """
        store = self._store
        here = store.here(below)
        elsewhere = () if below else tuple(self.reports())
        changed = sorted(name for name in here if store.changed(name) and not name.startswith(elsewhere))
        start = f"{below}/" if below else ""
        gone = sorted(name for name in store.known if name.startswith(start) and name not in here)
        if not changed and not gone:
            return
        aside = f"{self._place}/{self._part}/{sha256(below.encode()).hexdigest()[:16]}"
        for some in (changed[n : n + _AT_ONCE] for n in range(0, len(changed), _AT_ONCE)):
            store.files.pipe({f"{aside}/{name}": (store.mirror / name).read_bytes() for name in some})
        note = {"copy": changed, "remove": gone}
        store.files.pipe_file(f"{aside}.json", json.dumps(note).encode())
        self._do(f"{aside}.json")
        store.keep(store.listed(below), changed)
        store.forget(gone)

    def reports(self) -> list[str]:
        """Folders of reports in the mirror, by name with a ``/`` at the end."""
        found = (file.parent.relative_to(self._store.mirror).as_posix() for file in self._store.mirror.rglob(MANIFEST))
        return sorted(f"{name}/" for name in found if not hidden(name))

    def _do(self, note: str) -> None:
        """Copy and remove what a note says, then the note itself."""
        store, aside = self._store, note.removesuffix(".json")
        said = json.loads(store.files.cat_file(note))
        for names in _in_order(said["copy"]):
            if names:
                store.files.copy([f"{aside}/{name}" for name in names], [f"{store.path}/{name}" for name in names])
        store.files.invalidate_cache()
        for name in said["remove"]:
            if store.files.exists(f"{store.path}/{name}"):
                store.files.rm_file(f"{store.path}/{name}")
        store.files.rm_file(note)
        if said["copy"]:
            store.files.rm(aside, recursive=True)


def _in_order(names: Sequence[str]) -> tuple[list[str], list[str], list[str]]:
    """What pages refer to, then the pages, then the record that tells of them."""
    last = [name for name in names if name.rsplit("/", 1)[-1] == MANIFEST]
    pages = [name for name in names if name.endswith(".html")]
    return [name for name in names if name not in {*last, *pages}], pages, last
