"""Pixels → PNG, the same bytes on every machine.

Deflate allows many encodings of the same data, and zlib's differ from one build to another; so this module has its own,
plain one: runs and literals in the fixed code (RFC 1951, 3.2.6). A cover of type on a plain ground needs no better.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

LONGEST = 258
"""The longest run that has a code."""

_RUN = re.compile(rb"(.)\1{3,}", re.DOTALL)
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
    data = b"".join(_filtered(line, above) for line, above in zip(lines, [bytes(stride), *lines], strict=False))
    head = struct.pack(">IIBBBBB", width, height, 8, 3 if palette else 2, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + palette + _chunk(b"IDAT", _compressed(data)) + _chunk(b"IEND", b"")


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
    at = 0
    for run in _RUN.finditer(data):
        yield from (LITERALS[byte] for byte in data[at : run.start() + 1])
        left = run.end() - run.start() - 1
        while left >= 3:
            length = min(left, LONGEST)
            yield RUNS[length]
            left -= length
        at = run.end() - left
    yield from (LITERALS[byte] for byte in data[at:])
    yield _code(256)


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


def _run(length: int) -> tuple[int, int]:
    """The codes of a run of `length` of the byte before: its length, and a distance of one, which is five zeros."""
    if length == LONGEST:
        code, bits = _code(285)
        return code, bits + 5
    extra = max((length - 3).bit_length() - 3, 0)
    symbol = 257 + ((length - 3) >> extra) + 4 * extra
    code, bits = _code(symbol)
    rest = (length - 3) & ((1 << extra) - 1)
    return code | rest << bits, bits + extra + 5


LITERALS = [_code(byte) for byte in range(256)]
RUNS = {length: _run(length) for length in range(3, LONGEST + 1)}
