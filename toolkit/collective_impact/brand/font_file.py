"""What a TrueType or OpenType file says of itself: family, weight, slant."""

import struct
from dataclasses import dataclass
from pathlib import Path

_KINDS = (b"\x00\x01\x00\x00", b"OTTO", b"true")
_FAMILY, _TYPOGRAPHIC_FAMILY = 1, 16
_ITALIC = 1


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font as its own tables describe it."""

    families: frozenset[str]
    weight: int
    italic: bool


def read_font(path: Path) -> FontFile | None:
    """Read a font's own description; None for a file that is no TrueType or OpenType font.

    Raises
    ------
    OSError
        When the file cannot be read.
    """
    data = path.read_bytes()
    if not data.startswith(_KINDS):
        return None
    try:
        tables = _tables(data)
        names, metrics = tables[b"name"], tables[b"OS/2"]
        weight, selection = struct.unpack(">H", metrics[4:6])[0], struct.unpack(">H", metrics[62:64])[0]
        return FontFile(_families(names), weight, bool(selection & _ITALIC))
    except (struct.error, KeyError, UnicodeDecodeError):
        return None


def _tables(data: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack(">H", data[4:6])
    entries = (struct.unpack(">4sLLL", data[12 + 16 * i : 28 + 16 * i]) for i in range(count))
    return {tag: data[offset : offset + length] for tag, _checksum, offset, length in entries}


def _families(names: bytes) -> frozenset[str]:
    """Names of the family, in every language that the font gives it in; 16 is the one that groups all weights."""
    _version, count, storage = struct.unpack(">HHH", names[:6])
    found = set()
    for i in range(count):
        platform, _encoding, _language, name, length, offset = struct.unpack(">6H", names[6 + 12 * i : 18 + 12 * i])
        if name in (_FAMILY, _TYPOGRAPHIC_FAMILY):
            raw = names[storage + offset : storage + offset + length]
            found.add(raw.decode("mac-roman" if platform == 1 else "utf-16-be"))
    return frozenset(found)
