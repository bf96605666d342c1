"""Show what a user wrote, safely and in short."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

from collective_impact.language import quote

LONGEST = 40
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: object, longest: int = LONGEST) -> str:
    """Show a value on one line, shortened, with characters that cannot be seen written out."""
    whole = str(text)
    shown = "".join(_written_out(character) for character in whole[:longest])
    return f"{shown}…" if len(whole) > longest else shown


def quoted(text: object, longest: int = LONGEST) -> str:
    """Show a value in quotation marks, as `visible` does."""
    return quote(visible(text, longest))


def _written_out(character: str) -> str:
    return f"<U+{ord(character):04X}>" if unicodedata.category(character) in _INVISIBLE else character


def listed(names: list[str], most: int = 5) -> str:
    """List names in quotation marks, the first few of many."""
    shown = ", ".join(quoted(name) for name in names[:most])
    return shown if len(names) <= most else f"{shown}, … ({len(names)})"


def suggestion(word: str, known: Iterable[str]) -> str:
    """Find the known word that was most likely meant, or an empty text."""
    by_lower_case = {name.lower(): name for name in known}
    close = get_close_matches(word.lower().strip().replace(" ", "_"), by_lower_case, n=1, cutoff=0.7)
    return by_lower_case[close[0]] if close else ""
