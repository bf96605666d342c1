"""Whether a file is a PNG picture that every program can show."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MOST_PIXELS = 8_000
_OF_A_CHUNK = 12  # length, name and checksum


def is_png(data: bytes) -> bool:
    """Whether content is a whole PNG, neither cut short nor damaged, and of a size that can be drawn."""
    chunks = _chunks(data) if data.startswith(SIGNATURE) else []
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1] != (b"IEND", b""):
        return False
    sides = struct.unpack(">LL", chunks[0][1][:8])
    return all(0 < side <= _MOST_PIXELS for side in sides) and any(name == b"IDAT" for name, _content in chunks)


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """The parts of a PNG by name; none where one is cut short or does not fit its checksum."""
    found, place = [], len(SIGNATURE)
    while place < len(data):
        length = int.from_bytes(data[place : place + 4])
        name, content = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        checksum = data[place + 8 + length : place + _OF_A_CHUNK + length]
        if zlib.crc32(name + content).to_bytes(4) != checksum:
            return []
        found.append((name, content))
        if name == b"IEND":
            return found
        place += _OF_A_CHUNK + length
    return found
