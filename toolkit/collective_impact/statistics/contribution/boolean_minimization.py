"""The shortest statements that say the same as a table of true and false.

Quine 1952 and McCluskey 1956 for the prime implicants; all smallest covers of them by exhaustive search.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

Implicant: TypeAlias = tuple[bool | None, ...]
"""A combination of conditions: true, false, or None where it does not matter."""

COVERS = 100
"""Most covers that are given where there are several equally small ones."""


def prime_implicants(true: Collection[tuple[bool, ...]], free: Collection[tuple[bool, ...]]) -> list[Implicant]:
    """Widest combinations that hold nothing but rows that are true or free, and at least one that is true.

    Parameters
    ----------
    true, free : collections of tuples of bool
        Rows with the outcome; rows that may be taken either way. All of the same length.
    """
    level: set[Implicant] = {*true, *free}
    primes: list[Implicant] = []
    while level:
        wider: set[Implicant] = set()
        used: set[Implicant] = set()
        for implicant in level:
            for place, sign in enumerate(implicant):
                other = (*implicant[:place], True, *implicant[place + 1 :])
                if sign is False and other in level:
                    wider.add((*implicant[:place], None, *implicant[place + 1 :]))
                    used |= {implicant, other}
        primes.extend(level - used)
        level = wider
    return sorted((prime for prime in primes if any(covers(prime, row) for row in true)), key=_order)


def smallest_covers(primes: list[Implicant], true: Collection[tuple[bool, ...]]) -> list[tuple[Implicant, ...]]:
    """All sets of as few prime implicants as possible that hold every true row, the shortest ones first.

    At most 100 of them.
    """
    rows = sorted(true)
    held = [sum(1 << place for place, row in enumerate(rows) if covers(prime, row)) for prime in primes]
    everything, size = (1 << len(rows)) - 1, 1
    while not (found := _covers_of_size(held, everything, size)):
        size += 1
    chosen = [tuple(sorted((primes[place] for place in cover), key=_order)) for cover in found]
    return sorted(
        chosen, key=lambda cover: (sum(_length(prime) for prime in cover), [_order(prime) for prime in cover])
    )


def covers(implicant: Implicant, row: tuple[bool, ...]) -> bool:
    """Whether a combination holds a row."""
    return all(sign is None or sign == value for sign, value in zip(implicant, row, strict=True))


def _covers_of_size(held: list[int], everything: int, size: int) -> list[tuple[int, ...]]:
    """Sets of exactly `size` places whose rows make up everything, by the row that fewest can hold."""
    widest = max(held, key=int.bit_count).bit_count()
    found: set[tuple[int, ...]] = set()

    def search(chosen: tuple[int, ...], left: int) -> None:
        if not left:
            found.add(tuple(sorted(chosen)))
            return
        if len(chosen) == size or left.bit_count() > widest * (size - len(chosen)) or len(found) >= COVERS:
            return
        options = [[place for place, rows in enumerate(held) if rows >> row & 1] for row in _places(left)]
        for place in min(options, key=len):
            search((*chosen, place), left & ~held[place])

    search((), everything)
    return sorted(found)[:COVERS]


def _places(bits: int) -> list[int]:
    return [place for place in range(bits.bit_length()) if bits >> place & 1]


def _length(implicant: Implicant) -> int:
    """Conditions that a combination names."""
    return sum(sign is not None for sign in implicant)


def _order(implicant: Implicant) -> tuple[int, ...]:
    """Shorter ones first, then true before false before what does not matter, from the first condition on."""
    return (_length(implicant), *({True: 0, False: 1, None: 2}[sign] for sign in implicant))
