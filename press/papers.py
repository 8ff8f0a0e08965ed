"""Sizes of paper by name: the one table of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

POINT = 25.4 / 72
"""Of PDF, in mm (ISO 32000-1, 8.3.2.3)."""

_OWN = re.compile(r"(\d{1,3}(?:\.\d+)?) ?[×x] ?(\d{1,3}(?:\.\d+)?)")


class Size(NamedTuple):
    """Of a sheet, upright, in mm."""

    width: float
    height: float


PAPERS: Mapping[str, Size] = {
    "A3": Size(297, 420),
    "A4": Size(210, 297),
    "A5": Size(148, 210),
    "A6": Size(105, 148),
    "Letter": Size(215.9, 279.4),
    "Legal": Size(215.9, 355.6),
    "Tabloid": Size(279.4, 431.8),
    "Half Letter": Size(139.7, 215.9),
}
"""ISO 216 and ANSI/ASME Y14.1; half letter is a sheet of Letter folded once."""


def size_of(paper: str) -> Size | None:
    """The size of a paper, known by name or told in mm: "170 × 240". None for any other name."""
    if own := _OWN.fullmatch(paper):
        return Size(float(own[1]), float(own[2]))
    return PAPERS.get(paper)


def named_paper(words: str) -> str:
    """The name of a paper that is written with other capitals, or hyphens: "half-letter". As it is, if it is none."""
    plain = words.replace("-", " ").casefold()
    return next((name for name in PAPERS if name.casefold() == plain), words)


def paper(name: str) -> Size:
    """The size of a paper that is known. Raises ValueError for any other."""
    if size := size_of(name):
        return size
    raise ValueError(name)
