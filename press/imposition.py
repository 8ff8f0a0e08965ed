"""Which pages stand where on sheets of paper, so that a folded pile is read from front to back. Pure plans.

A sheet is folded once and holds four pages; sheets laid one in another are a signature. They are printed on both sides,
flipped on the short edge. Within a signature each sheet stands farther out at the fore edge than the one around it, by
the thickness of a leaf (creep): so its pages are moved to the fold by as much, and once the signature is trimmed all
have the same margins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from press.model import Booklet, Imposition, Inked
from press.papers import POINT, Size

LINES = 12 / POINT
"""The margin, in points, that words on the first sheet need: two lines beyond what no office printer prints on."""

Extent = tuple[float, float]
"""Width and height in points."""


class Place(NamedTuple):
    """Half a side of a sheet: its page, from 0, or none; and how far, in mm, that is moved to the fold."""

    page: int | None
    creep: float


Side = tuple[Place, Place]
"""What stands at the left and at the right."""


class Sheet(NamedTuple):
    """A sheet: of which signature, how deep in it (0 is the outermost), and what stands on it.

    `front` is the side that lies outside when it is folded.
    """

    signature: int
    depth: int
    front: Side
    back: Side


class Spot(NamedTuple):
    """A page, from 0, on a side of a sheet: its lower left corner in points from the sheet's, and its scale."""

    page: int
    x: float
    y: float
    scale: float


def plan(pages: int, imposition: Imposition) -> tuple[Sheet, ...]:
    """The sheets of so many pages, in the order in which they are printed: signature by signature, outermost first."""
    order = _padded(pages, imposition.last)
    found, first = list[Sheet](), 0
    for signature, sheets in enumerate(_shares(len(order) // 4, imposition.sheets)):
        leaf = order[first : first + 4 * sheets]
        for depth in range(sheets):
            creep = depth * imposition.thickness
            outside, inside = (leaf[-1 - 2 * depth], leaf[2 * depth]), (leaf[2 * depth + 1], leaf[-2 - 2 * depth])
            sides = [(Place(one, creep), Place(two, creep)) for one, two in (outside, inside)]
            front, back = sides if imposition.binding == "left" else [(right, left) for left, right in sides]
            found.append(Sheet(signature, depth, front, back))
        first += 4 * sheets
    return tuple(found)


def _padded(pages: int, last: int) -> list[int | None]:
    """The pages and as many blank ones as fill the last sheet; `last` pages stay behind those."""
    blanks = [None] * (-pages % 4)
    last = min(last, pages)
    return [*range(pages - last), *blanks, *range(pages - last, pages)]


def _shares(sheets: int, most: int) -> Iterator[int]:
    """How many sheets each signature has: at most `most`, or all where that is 0; none has two fewer than another."""
    signatures = -(-sheets // most) if most else min(sheets, 1)
    for index in range(signatures):
        yield sheets // signatures + (index < sheets % signatures)


def spots(side: Side, sheet: Size, extents: Sequence[Extent]) -> Iterator[Spot]:
    """Where the pages of a side stand on a sheet that lies on its longer edge: at the fold, halfway up.

    `extents` are the sizes of all pages. What is larger than half a sheet is made smaller.
    """
    height, width = sheet.width / POINT, sheet.height / POINT
    for place, is_left in zip(side, (True, False), strict=True):
        if place.page is not None:
            wide, high = extents[place.page]
            scale = min(1, width / 2 / wide, height / high)
            creep = place.creep / POINT
            x = width / 2 - wide * scale + creep if is_left else width / 2 - creep
            yield Spot(place.page, x, (height - high * scale) / 2, scale)


def booklet_of(sheets: Sequence[Sheet], paper: Size, imposition: Imposition, pages: Sequence[Inked]) -> Booklet:
    """What the sheets of these pages say of themselves."""
    aside: Literal["left", "right"] = "left" if imposition.binding == "left" else "right"
    last = sheets[0].front[aside == "right"].page if sheets else None
    ink = pages[last].ink if last is not None else None
    at_head = bool(ink and last is not None and pages[last].height - ink[3] < LINES < ink[1])
    return Booklet(len(sheets), len({sheet.signature for sheet in sheets}), paper.height, paper.width, aside, at_head)


def several(pages: Sequence[int], up: int, sheet: Size, extents: Sequence[Extent]) -> Iterator[tuple[Spot, ...]]:
    """Pages side by side, `up` on a side: two on one that lies on its longer edge, four on one that stands.

    Each is as large as its share of the sheet allows, in the middle of it, and no larger than it is.
    """
    columns, rows = (2, 1) if up == 2 else (2, up // 2)
    width, height = (sheet.height, sheet.width) if up == 2 else sheet
    wide, high = width / POINT / columns, height / POINT / rows
    for start in range(0, len(pages), up):
        found = list[Spot]()
        for index, page in enumerate(pages[start : start + up]):
            row, column = divmod(index, columns)
            scale = min(1, wide / extents[page][0], high / extents[page][1])
            x = column * wide + (wide - extents[page][0] * scale) / 2
            y = (rows - 1 - row) * high + (high - extents[page][1] * scale) / 2
            found.append(Spot(page, x, y, scale))
        yield tuple(found)
