"""How much of a list a short form of the report has room for: whole texts only, never a part of one."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Room:
    """What there is room for.

    Attributes
    ----------
    text : int
        Letters of one text; a longer one is not shown, and what stands in its place is counted as much.
    items : int
        Entries of a list.
    letters : int
        Letters of the whole list.
    """

    text: int
    items: int
    letters: int

    def takes(self, *texts: str) -> bool:
        """Whether a text, or several together, are short enough to be shown."""
        return sum(map(len, texts)) <= self.text

    def count(self, texts: Sequence[str]) -> int:
        """Give how many of a list's texts there is room for, from the first on."""
        left, n = self.letters, 0
        for text in texts[: self.items]:
            left -= min(len(text), self.text)
            if left < 0:
                break
            n += 1
        return n


def shortened(name: str, letters: int) -> str:
    """Give a name, cut between words and with an ellipsis where it is longer than there is room for."""
    name = name.strip()
    if len(name) <= letters:
        return name
    kept = name[: letters - 1]
    between_words = kept.rfind(" ")
    return (kept[:between_words] if between_words > 0 else kept).rstrip(" ,;:") + "…"
