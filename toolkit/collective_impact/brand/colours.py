"""Colours as ``#rrggbb``: reading them, mixing them, and how much one stands out from another."""

import re
from collections.abc import Iterable

_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_NAMED = {"black": "#000000", "white": "#ffffff"}
_STEPS = 200


def read_colour(text: object) -> str | None:
    """Give a colour as ``#rrggbb``; None for what is none of ``#rgb``, ``#rrggbb``, ``rgb(r, g, b)``, black, white."""
    value = str(text).strip().lower()
    if value in _NAMED:
        return _NAMED[value]
    if _HEX.fullmatch(value):
        return value if len(value) == 7 else "#" + "".join(2 * digit for digit in value[1:])
    parts = [int(part) for part in found.groups()] if (found := _RGB.fullmatch(value)) else []
    return "#" + bytes(parts).hex() if parts and max(parts) <= 255 else None


def mixed(first: str, second: str, share: float) -> str:
    """Mix two colours; ``share`` (0-1) is the second one's."""
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + bytes(round(a + (b - a) * share) for a, b in pairs).hex()


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, from 1 to 21, as the Web Content Accessibility Guidelines 2.2 define it."""
    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _shares(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def nearest_readable(colour: str, towards: str, grounds: Iterable[str], ratio: float) -> str:
    """Move a colour towards another, no further than it takes to stand out from every ground."""
    grounds = tuple(grounds)
    for step in range(_STEPS + 1):
        moved = mixed(colour, towards, step / _STEPS)
        if min(contrast(moved, ground) for ground in grounds) >= ratio:
            return moved
    return towards


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _shares(colour: str) -> tuple[float, ...]:
    return tuple(part / 255 for part in _parts(colour))
