"""Tests numerals.py: every number can be read back from its Roman and its Han form."""

from __future__ import annotations

from itertools import pairwise

import pytest

from press.numerals import han, roman

LETTERS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
FIGURES = "〇一二三四五六七八九"


def from_roman(text: str) -> int:
    """A letter counts against the number if a greater one follows."""
    values = [*(LETTERS[letter] for letter in text), 0]
    return sum(-value if value < following else value for value, following in pairwise(values))


def from_han(text: str) -> int:
    hundreds, _, rest = text.rpartition("百")
    tens, ten, ones = rest.rpartition("十")
    return (
        100 * (FIGURES.index(hundreds) if hundreds else 0)
        + (10 * (FIGURES.index(tens) if tens else 1) if ten else 0)
        + (FIGURES.index(ones.removeprefix("〇")) if ones.removeprefix("〇") else 0)
    )


def test_every_roman_number_can_be_read_back() -> None:
    assert [from_roman(roman(number)) for number in range(1, 4000)] == list(range(1, 4000))


def test_roman_numbers_are_written_as_short_as_may_be() -> None:
    assert [roman(number) for number in (4, 9, 14, 40, 90, 400, 1960, 1999)] == [
        "IV", "IX", "XIV", "XL", "XC", "CD", "MCMLX", "MCMXCIX",
    ]  # fmt: skip


def test_there_is_no_roman_nought() -> None:
    assert roman(0) == ""


def test_every_han_number_can_be_read_back() -> None:
    assert [from_han(han(number)) for number in range(1, 1000)] == list(range(1, 1000))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (5, "五"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (24, "二十四"),
        (101, "一百〇一"),
        (110, "一百一十"),
        (999, "九百九十九"),
    ],
)
def test_han_numbers_are_written_as_in_laws(number: int, text: str) -> None:
    assert han(number) == text
