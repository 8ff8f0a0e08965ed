"""Tests imposition.py: sheets are folded and gathered in the mind, and the pages read in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.imposition import Place, Sheet, Spot, booklet_of, plan, several, spots
from press.model import Booklet, Imposition, Inked
from press.papers import PAPERS, POINT

BINDINGS: tuple[Literal["left", "right"], ...] = ("left", "right")
A4, A5 = PAPERS["A4"], PAPERS["A5"]
HALF = (A5.width / POINT, A5.height / POINT)
numbers = st.integers(1, 400)
shapes = st.builds(
    Imposition,
    sheets=st.integers(0, 20),
    thickness=st.floats(0, 0.3),
    binding=st.sampled_from(BINDINGS),
    last=st.integers(0, 5),
)


def signatures(sheets: Sequence[Sheet]) -> Iterator[list[Sheet]]:
    for _, group in groupby(sheets, lambda sheet: sheet.signature):
        yield list(group)


def folded(sheets: Sequence[Sheet], binding: str) -> Iterator[Place]:
    """The places of a pile as they are read: each signature folded, its sheets one in another, its leaves turned.

    Flipped on the short edge, what is printed behind the right half of a side is the left half of the other.
    """
    ahead, behind = (1, 0) if binding == "left" else (0, 1)
    for signature in signatures(sheets):
        for sheet in signature:  # from the outermost to the middle: the half before the fold
            yield from (sheet.front[ahead], sheet.back[behind])
        for sheet in reversed(signature):  # and back: the half behind it
            yield from (sheet.back[ahead], sheet.front[behind])


@pytest.mark.parametrize("binding", BINDINGS)
@pytest.mark.parametrize("most", range(17))
def test_a_folded_pile_is_read_in_the_order_of_its_pages(most: int, binding: Literal["left", "right"]) -> None:
    for pages in range(1, 401):
        sheets = plan(pages, Imposition(sheets=most, binding=binding))
        read = [place.page for place in folded(sheets, binding)]
        assert [page for page in read if page is not None] == [*range(pages)]
        assert read[pages:] == [None] * (-pages % 4), "at the end, and no more than fill the last sheet"


@given(numbers, shapes)
def test_signatures_are_as_large_as_is_asked_and_nearly_equal(pages: int, shape: Imposition) -> None:
    sheets = plan(pages, shape)
    sizes = [len(signature) for signature in signatures(sheets)]
    assert sum(sizes) == -(-pages // 4)
    assert max(sizes) - min(sizes) <= 1
    assert sizes == sorted(sizes, reverse=True)
    if shape.sheets:
        assert max(sizes) <= shape.sheets
        assert len(sizes) == -(-sum(sizes) // shape.sheets), "as few as can be"
    else:
        assert len(sizes) == 1
    assert [sheet.signature for sheet in sheets] == [n for n, size in enumerate(sizes) for _ in range(size)]
    assert [sheet.depth for sheet in sheets] == [depth for size in sizes for depth in range(size)]


@given(numbers, shapes)
def test_pages_that_face_each_other_on_a_sheet_add_up(pages: int, shape: Imposition) -> None:
    first = 0
    for signature in signatures(plan(pages, shape)):
        whole = 4 * len(signature)
        for sheet in signature:
            for side in (sheet.front, sheet.back):
                in_signature = [place.page + 1 - first for place in side if place.page is not None]
                if len(in_signature) == 2 and not shape.last:
                    assert sum(in_signature) == whole + 1
        first += whole


@given(numbers, shapes)
def test_blank_pages_stand_before_those_that_stay_last(pages: int, shape: Imposition) -> None:
    read = [place.page for place in folded(plan(pages, shape), shape.binding)]
    last = min(shape.last, pages)
    assert [page for page in read if page is not None] == [*range(pages)]
    assert read[len(read) - last :] == [*range(pages - last, pages)]
    assert read.count(None) == -pages % 4


@given(numbers, shapes)
def test_creep_grows_with_the_depth_and_leaves_all_text_as_far_from_the_spine(pages: int, shape: Imposition) -> None:
    for signature in signatures(plan(pages, shape)):
        creeps = [{place.creep for side in (sheet.front, sheet.back) for place in side} for sheet in signature]
        assert all(len(each) == 1 for each in creeps), "one for a sheet"
        flat = [next(iter(each)) for each in creeps]
        assert flat[0] == 0
        assert all(outer <= inner for outer, inner in pairwise(flat))
        for sheet in signature:
            # In the folded signature the fold of a sheet lies within that of the outermost by the leaves between.
            inset = sheet.depth * shape.thickness / POINT
            for side in (sheet.front, sheet.back):
                for spot in spots(side, A4, [HALF] * pages):
                    is_left = side[0].page == spot.page
                    middle = A4.height / POINT / 2
                    from_fold = middle - (spot.x + HALF[0]) if is_left else spot.x - middle
                    assert from_fold + inset == pytest.approx(0, abs=1e-6)


def test_one_sheet_by_heart() -> None:
    (sheet,) = plan(4, Imposition())
    assert [place.page for place in sheet.front] == [3, 0]
    assert [place.page for place in sheet.back] == [1, 2]
    (sheet,) = plan(3, Imposition(binding="right"))
    assert [place.page for place in sheet.front] == [0, None]
    assert [place.page for place in sheet.back] == [2, 1]


def test_nothing_makes_no_sheets() -> None:
    assert plan(0, Imposition()) == plan(0, Imposition(sheets=4)) == ()


def test_pages_stand_at_the_fold_halfway_up_and_are_made_smaller_where_they_must() -> None:
    (sheet,) = plan(4, Imposition())
    left, right = spots(sheet.front, A4, [HALF] * 4)
    assert (left.page, right.page, left.scale, right.scale) == (3, 0, 1, 1)
    assert left.x + HALF[0] == pytest.approx(right.x) == pytest.approx(148.5 / POINT)
    assert left.y == right.y == pytest.approx(0)
    letter = PAPERS["Letter"]
    left, right = spots(sheet.front, letter, [(letter.width / POINT, letter.height / POINT)] * 4)
    assert left.scale == pytest.approx(139.7 / 215.9)
    assert (left.x, left.y) == pytest.approx((0, (215.9 - 279.4 * 139.7 / 215.9) / 2 / POINT))


@given(st.integers(1, 40), st.sampled_from([2, 4]), st.sampled_from(sorted(PAPERS)))
def test_several_on_a_side_keep_their_order_and_do_not_overlap(pages: int, up: int, paper: str) -> None:
    extents = [(595.0, 842.0), (612.0, 792.0)]
    sides = list(several([n % 2 for n in range(pages)], up, PAPERS[paper], extents))
    assert sum(map(len, sides)) == pages
    width, height = (side / POINT for side in PAPERS[paper])
    if up == 2:
        width, height = height, width
    for side in sides:
        boxes = [box(spot, extents) for spot in side]
        for left, bottom, right, top in boxes:
            assert -1e-6 <= left < right <= width + 1e-6
            assert -1e-6 <= bottom < top <= height + 1e-6
        for number, (one, two) in enumerate(pairwise(boxes)):
            beside = one[2] <= two[0] + 1e-6
            below = two[3] <= one[1] + 1e-6 and two[0] < one[2]
            assert below if number % 2 else beside


def box(spot: Spot, extents: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    wide, high = extents[spot.page]
    return spot.x, spot.y, spot.x + wide * spot.scale, spot.y + high * spot.scale


@pytest.mark.parametrize(
    ("ink", "at_head"), [(None, False), (30, False), (10, True)], ids=["blank", "room below", "none below"]
)
@pytest.mark.parametrize("binding", BINDINGS)
def test_a_booklet_tells_where_its_first_sheet_has_room_for_words(
    binding: Literal["left", "right"], ink: float | None, *, at_head: bool
) -> None:
    inked = (50.0, 50.0, 300.0, HALF[1] - ink / POINT) if ink else None
    pages = [Inked(str(n), *HALF, inked) for n in range(20)]
    shape = Imposition(sheets=3, binding=binding)
    told = booklet_of(plan(20, shape), A4, shape, pages)
    assert told == Booklet(5, 2, 297, 210, binding, at_head)
