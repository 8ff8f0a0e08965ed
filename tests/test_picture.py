"""Tests picture.py: what is packed is what was drawn, as zlib and the format have it."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.picture import plain, png

KINDS = {3: 1, 2: 3}
"""Bytes of a pixel by PNG's type of color: by palette, or red, green and blue."""


def unpacked(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and pixels of a PNG (ISO/IEC 15948) of the two kinds that we make."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = dict[bytes, bytes](), 8
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        chunks[name] = data[at + 8 : at + 8 + length]
        assert zlib.crc32(name + chunks[name]) == int.from_bytes(data[at + 8 + length : at + 12 + length], "big")
        at += 12 + length
    width, height, depth, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    assert depth == 8
    packed, stride = zlib.decompress(chunks[b"IDAT"]), width * KINDS[kind]
    lines, above = list[bytes](), bytes(stride)
    for start in range(0, len(packed), stride + 1):
        line = packed[start + 1 : start + 1 + stride]
        above = bytes((a + b) & 255 for a, b in zip(line, above, strict=True)) if packed[start] == 2 else line
        lines.append(above)
    pixels = b"".join(lines)
    if kind == 3:
        palette = chunks[b"PLTE"]
        pixels = b"".join(palette[3 * index : 3 * index + 3] for index in pixels)
    return width, height, pixels


@given(st.integers(1, 40), st.integers(1, 12), st.data())
def test_what_is_packed_is_what_was_drawn(width: int, height: int, data: st.DataObject) -> None:
    colors = data.draw(st.lists(st.binary(min_size=3, max_size=3), min_size=1, max_size=5))
    chosen = data.draw(st.lists(st.sampled_from(colors), min_size=width * height, max_size=width * height))
    pixels = b"".join(chosen)
    assert unpacked(png(width, height, pixels)) == (width, height, pixels)


@pytest.mark.parametrize("width", [1, 257, 258, 259, 40000])
def test_runs_and_pieces_of_every_length_and_distance_are_packed(width: int) -> None:
    many = b"".join(bytes([value & 255, value >> 8, 7]) for value in range(width))  # over 256 colors: no palette
    for pixels in (bytes(3 * width), many, many[::-1]):
        assert unpacked(png(width, 2, pixels * 2)) == (width, 2, pixels * 2)


def test_fewer_colors_make_a_smaller_picture_that_keeps_black_and_white() -> None:
    shades = bytes(value for value in range(256) for _ in range(3))
    assert plain(shades)[:3] == b"\0\0\0"
    assert plain(shades)[-3:] == b"\xff\xff\xff"
    assert len(set(plain(shades))) == 8
    assert all(abs(old - new) <= 19 for old, new in zip(shades, plain(shades), strict=True))
