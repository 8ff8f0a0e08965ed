"""Tests papers.py and trimming.py: where other paper lies over a page, and what of it would be cut off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.model import Inked
from press.papers import PAPERS, POINT, Size, size_of
from press.problems import Location
from press.trimming import Window, find_cuts, window_of
from tests.test_pdf import SPECIMEN

A4, LETTER = PAPERS["A4"], PAPERS["Letter"]
AT = Location(PurePosixPath("content/publication.yaml"), 3)
sizes = st.builds(Size, st.floats(50, 500), st.floats(50, 500))


@pytest.mark.parametrize(
    ("paper", "size"),
    [
        ("A4", A4), ("Letter", Size(215.9, 279.4)), ("170 × 240", Size(170, 240)), ("170x240.5", Size(170, 240.5)),
        ("a4", None), ("A9", None), ("170", None), ("", None), ("1700 × 2400", None),
    ],
)  # fmt: skip
def test_a_paper_is_known_by_name_or_told_in_mm(paper: str, size: Size | None) -> None:
    assert size_of(paper) == size


def test_half_a_sheet_has_half_the_longer_side() -> None:
    for whole, half in (("A3", "A4"), ("A4", "A5"), ("A5", "A6"), ("Letter", "Half Letter"), ("Tabloid", "Letter")):
        assert PAPERS[half].height == PAPERS[whole].width
        assert abs(PAPERS[half].width - PAPERS[whole].height / 2) <= 0.5, "ISO 216 rounds down to whole mm"


@given(sizes, sizes)
def test_without_a_place_other_paper_lies_over_the_middle(old: Size, new: Size) -> None:
    width, height = (side / POINT for side in old)
    left, top, right, bottom = Window(new).over(width, height)
    assert left == pytest.approx(width - right)
    assert top == pytest.approx(height - bottom)
    assert sorted((right - left, bottom - top)) == pytest.approx(sorted(side / POINT for side in new))
    if round(new.width, 3) != round(new.height, 3):
        assert (right - left > bottom - top) == (width > height), "the paper lies as the page does"


def test_a_place_is_told_from_the_upper_left_corner() -> None:
    left, top, *_ = Window(LETTER, (-2, 10)).over(A4.width / POINT, A4.height / POINT)
    assert (left * POINT, top * POINT) == pytest.approx((-2, 10))
    product = replace(SPECIMEN, paper="Letter", offset=(-2.0, 10.0))
    assert window_of(product) == Window(LETTER, (-2, 10))
    with pytest.raises(ValueError, match="Quarto"):
        window_of(replace(product, paper="Quarto"))


def page(label: str, *ink: float) -> Inked:
    """A page of A4 with ink to so many mm from its left and its top."""
    sides = tuple(each / POINT for each in ink)
    return Inked(label, A4.width / POINT, A4.height / POINT, (sides[0], sides[1], sides[2], sides[3]) if ink else None)


def test_pages_whose_ink_would_be_cut_off_are_a_problem() -> None:
    pages = [page("i", 20, 9, 190, 288), page("ii"), page("1", 20, 20, 190, 290), page("2", 20, 5, 190, 280)]
    (problem,) = find_cuts("a.pdf", pages, Window(LETTER), AT)
    assert problem.at == AT
    assert problem.message == "up to 3.8 mm of what is printed in a.pdf would be cut off, on page 1, 2"
    assert not list(find_cuts("a.pdf", pages, Window(Size(220, 300)), AT))
    assert not list(find_cuts("a.pdf", pages[:2], Window(LETTER), AT))
    assert list(find_cuts("a.pdf", pages[:2], Window(LETTER, (0, 10)), AT))
    assert list(find_cuts("a.pdf", pages[:2], Window(LETTER, (21, 8.8)), AT))


def test_many_pages_are_not_all_named() -> None:
    (problem,) = find_cuts("a.pdf", [page(str(n), 20, 2, 190, 280) for n in range(1, 9)], Window(LETTER), AT)
    assert problem.message.endswith("on page 1, 2, 3, 4, 5 …")
