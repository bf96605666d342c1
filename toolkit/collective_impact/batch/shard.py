"""A part of a batch that is the same whenever it is asked for, so that several machines can share the work."""

import re
from dataclasses import dataclass
from hashlib import sha256

from collective_impact.errors import InputError, Problem
from collective_impact.language import translate as _


@dataclass(frozen=True, slots=True)
class Shard:
    """One of several parts: ``number`` from 1 to ``of``."""

    number: int
    of: int

    @classmethod
    def read(cls, text: str) -> "Shard":
        """Read ``2/5``.

        Raises
        ------
        InputError
            When it is no such part.
        """
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            mend = _("write which part of how many, for example 1/3")
            raise InputError([Problem("--shard", repr(text), _("a number from 1 to n, and n: i/n"), mend)])
        return cls(int(found[1]), int(found[2]))

    @property
    def name(self) -> str:
        """Name for files."""
        return f"{self.number}-of-{self.of}"

    def holds(self, initiative: str) -> bool:
        """Whether an initiative is in this part; each is in one, whatever else there is in the batch."""
        return int(sha256(initiative.encode()).hexdigest(), 16) % self.of == self.number - 1
