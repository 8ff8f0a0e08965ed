"""Pixels → PNG, the same bytes on every machine.

Deflate allows many encodings of the same data, and zlib's differ from one build to another; so this module has its own,
plain one: literals and what stood before, in the fixed code (RFC 1951, 3.2.6). Type on a plain ground needs no better.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

LONGEST, FARTHEST = 258, 32768
"""The longest piece that has a code, and how far back it may stand."""

SHORTEST = 4
"""The shortest piece that is looked for: three bytes gain nothing where they stand far back."""

STEPS = bytes((value * 7 + 127) // 255 * 255 // 7 for value in range(256))
"""Each value of a color as the nearest of eight."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png(width: int, height: int, pixels: bytes) -> bytes:
    """The PNG of a picture of `width` by `height`, three bytes a pixel; up to 256 colors are told by a palette.

    The format is that of ISO/IEC 15948.
    """
    colors = sorted(set(zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True)))
    palette, depth = b"", 3
    if len(colors) <= 256:
        places = {color: index for index, color in enumerate(colors)}
        pixels = bytes(map(places.__getitem__, zip(pixels[0::3], pixels[1::3], pixels[2::3], strict=True)))
        palette, depth = _chunk(b"PLTE", bytes(value for color in colors for value in color)), 1
    stride = width * depth
    lines = [pixels[start : start + stride] for start in range(0, stride * height, stride)]
    if palette:  # numbers of colors have no differences that mean anything
        data = b"".join(b"\0" + line for line in lines)
    else:
        data = b"".join(_filtered(line, above) for line, above in zip(lines, [bytes(stride), *lines], strict=False))
    head = struct.pack(">IIBBBBB", width, height, 8, 3 if palette else 2, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + palette + _chunk(b"IDAT", _compressed(data)) + _chunk(b"IEND", b"")


def plain(pixels: bytes) -> bytes:
    """Pixels in fewer colors: eight steps of each, which is enough for type and makes a picture a quarter as large."""
    return pixels.translate(STEPS)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _filtered(line: bytes, above: bytes) -> bytes:
    """A line as its difference from the one above, filter 2: of lines that are the same, only zeros are left."""
    if line == above:
        return b"\2" + bytes(len(line))
    return b"\2" + bytes((one - other) & 255 for one, other in zip(line, above, strict=True))


def _compressed(data: bytes) -> bytes:
    """A zlib stream (RFC 1950) of one block in the fixed code."""
    written, held, count = bytearray(b"\x78\x01"), 0b011, 3  # the last block, fixed codes
    for code, length in _codes(data):
        held |= code << count
        count += length
        while count >= 8:
            written.append(held & 255)
            held >>= 8
            count -= 8
    written += bytes([held]) if count else b""
    return bytes(written) + struct.pack(">I", zlib.adler32(data))


def _codes(data: bytes) -> Iterator[tuple[int, int]]:
    """The codes of the data and the end of the block, each with its length in bits."""
    at, seen = 0, dict[bytes, int]()
    while at < len(data):
        key = data[at : at + SHORTEST]
        before = seen.get(key, at)
        seen[key] = at
        if len(key) < SHORTEST or not 0 < at - before <= FARTHEST:
            yield LITERALS[data[at]]
            at += 1
            continue
        length = _common(data, before, at)
        yield LENGTHS[length]
        yield _distance(at - before)
        for within in range(at + 1, at + min(length, SHORTEST)):
            seen[data[within : within + SHORTEST]] = within
        at += length
    yield _code(256)


def _common(data: bytes, before: int, at: int) -> int:
    """How many bytes are the same from these places on; the two pieces may overlap."""
    most = min(LONGEST, len(data) - at)
    if data[before : before + most] == data[at : at + most]:
        return most
    return next(i for i in range(SHORTEST, most) if data[before + i] != data[at + i])


def _code(symbol: int) -> tuple[int, int]:
    """The fixed code of a literal or a length, its first bit lowest."""
    if symbol < 144:
        code, length = 0b00110000 + symbol, 8
    elif symbol < 256:
        code, length = 0b110010000 + symbol - 144, 9
    elif symbol < 280:
        code, length = symbol - 256, 7
    else:
        code, length = 0b11000000 + symbol - 280, 8
    return int(f"{code:0{length}b}"[::-1], 2), length


def _length(length: int) -> tuple[int, int]:
    """The code of the length of a piece that stood before, with its further bits."""
    if length == LONGEST:
        return _code(285)
    extra = max((length - 3).bit_length() - 3, 0)
    code, bits = _code(257 + ((length - 3) >> extra) + 4 * extra)
    return code | ((length - 3) & ((1 << extra) - 1)) << bits, bits + extra


def _distance(distance: int) -> tuple[int, int]:
    """The code of how far back it stands, with its further bits."""
    extra = max((distance - 1).bit_length() - 2, 0)
    symbol = ((distance - 1) >> extra) + 2 * extra
    code = int(f"{symbol:05b}"[::-1], 2)
    return code | ((distance - 1) & ((1 << extra) - 1)) << 5, 5 + extra


LITERALS = [_code(byte) for byte in range(256)]
LENGTHS = {length: _length(length) for length in range(3, LONGEST + 1)}
