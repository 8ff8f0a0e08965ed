"""Tests picture.py: what is packed is what was drawn, as zlib and the format have it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.picture import plain, png
from tests.test_screen import pixels_of


@given(st.integers(1, 40), st.integers(1, 12), st.data())
def test_what_is_packed_is_what_was_drawn(width: int, height: int, data: st.DataObject) -> None:
    colors = data.draw(st.lists(st.binary(min_size=3, max_size=3), min_size=1, max_size=5))
    chosen = data.draw(st.lists(st.sampled_from(colors), min_size=width * height, max_size=width * height))
    pixels = b"".join(chosen)
    assert pixels_of(png(width, height, pixels)) == (width, height, pixels)


@pytest.mark.parametrize("width", [1, 257, 258, 259, 40000])
def test_runs_and_pieces_of_every_length_and_distance_are_packed(width: int) -> None:
    many = b"".join(bytes([value & 255, value >> 8, 7]) for value in range(width))  # over 256 colors: no palette
    for pixels in (bytes(3 * width), many, many[::-1]):
        assert pixels_of(png(width, 2, pixels * 2)) == (width, 2, pixels * 2)


def test_fewer_colors_make_a_smaller_picture_that_keeps_black_and_white() -> None:
    shades = bytes(value for value in range(256) for _ in range(3))
    assert plain(shades)[:3] == b"\0\0\0"
    assert plain(shades)[-3:] == b"\xff\xff\xff"
    assert len(set(plain(shades))) == 8
    assert all(abs(old - new) <= 19 for old, new in zip(shades, plain(shades), strict=True))
