"""Tests fitting.py and paragraphs.py: which ends make the best lines, and how lines are opened and drawn in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.fitting import LETTERS, MOST_HYPHENS, SHRINK, End, best_ends, limit, shared
from press.inspection import LOOSEST, find_faults
from press.pages import read_pages
from press.prose import may_divide
from tests.reading import finished_pdf
from tests.test_justification import LATIN, TOLERANCE, page
from tests.test_pdf import LAID_OUT

SPACE = 3.0
START = End(0, 0, 0, 0, 0, 0, 0, 0)
WORDS = st.lists(st.tuples(st.integers(4, 40), st.booleans()), min_size=1, max_size=40)
"""Words by their widths, and whether each can be divided in its middle."""
MEASURES = st.integers(43, 150)


def ends_of(words: Sequence[tuple[int, bool]]) -> list[End]:
    """The ends of a paragraph of such words."""
    ends, x, opened = list[End](), 0.0, 0.0
    for index, (width, divides) in enumerate(words):
        tight, after = SHRINK * opened, opened + SPACE
        if divides:
            half = x + width / 2
            ends.append(End(2 * index + 1, half + 2, half, opened, opened, tight, tight, half, hyphen=True))
        x += width
        ends.append(End(2 * index + 2, x, x + SPACE, opened, after, tight, SHRINK * after, x))
        x, opened = x + SPACE, after
    return ends


@given(WORDS, MEASURES)
def test_no_line_is_longer_than_it_can_be_drawn_in(words: list[tuple[int, bool]], measure: int) -> None:
    ends = ends_of(words)
    chosen = best_ends(START, ends, measure, measure)
    assert chosen[-1] is ends[-1]
    assert [end.at for end in chosen] == sorted({end.at for end in chosen})
    for start, end in pairwise((START, *chosen)):
        tight = 0 if end is ends[-1] else end.tight - start.next_tight
        assert end.width - start.next_width <= measure + tight + 1e-5


@given(WORDS, MEASURES, st.integers(0, MOST_HYPHENS))
def test_three_lines_in_a_row_never_end_in_a_hyphen(words: list[tuple[int, bool]], measure: int, run: int) -> None:
    for end in best_ends(START, ends_of(words), measure, measure, run):
        run = run + 1 if end.hyphen else 0
        assert run <= MOST_HYPHENS


def test_a_word_more_goes_into_a_line_that_can_be_drawn_in() -> None:
    chosen = best_ends(START, ends_of([(20, False)] * 9), 88, 88)  # Four words with their spaces are 89.
    assert [end.at for end in chosen] == [8, 16, 18]


def test_a_line_gives_up_a_word_so_that_the_next_does_not_gape() -> None:
    words = [(width, False) for width in (20, 20, 20, 20, 8, 30, 30, 60, 20)]
    chosen = best_ends(START, ends_of(words), 100, 100)  # The word of 8 has room in the first line.
    assert [end.at for end in chosen] == [8, 14, 18]


@given(st.floats(0, 200), st.floats(1, 60), st.floats(0, 900))
def test_room_is_taken_by_spaces_and_a_little_by_letters(room: float, spaces: float, letters: float) -> None:
    words, apart = shared(room, spaces, letters)
    assert words + apart == pytest.approx(room)
    assert 0 <= apart <= LETTERS * letters
    assert words >= 0


@given(WORDS)
def test_a_measure_has_room_for_the_line_with_its_space_and_not_for_more(words: list[tuple[int, bool]]) -> None:
    for end, after in pairwise(ends_of(words)):
        if after.width > (least := max(end.width, end.next_width)):
            assert least < limit(START, end, [after]) < after.width


@pytest.mark.parametrize(
    ("word", "expected"),
    [("security", True), ("Governments", True), ("Plenipotentiaries", True), ("Matsumura", False), ("Fujiyama", False),
     ("Washington", False), ("Eisenhower", False), ("NATO", False), ("McArthur", False)],
)  # fmt: skip
def test_words_are_divided_and_names_are_not(word: str, expected: bool) -> None:  # noqa: FBT001
    assert may_divide(word) is expected


# On pages.

COLUMNS = tuple(range(250, 460, 30))
"""Measures, in points."""


def spaces_of(data: bytes) -> Iterator[float]:
    """How wide the spaces of each full line of Latin are."""
    for each in read_pages(data):
        for fragment in each.fragments:
            for line in fragment.lines[:-1] if fragment.form in ("text", "note") else ():
                if spaces := [space for piece in line.pieces for space in piece.spaces]:
                    yield fmean(spaces)


def test_lines_of_any_measure_are_flush_and_neither_loose_nor_tight() -> None:
    note = '<span class="note" id="n{0}" data-number="{0}">N.</span>'
    paragraphs = [
        f'<p lang="en" style="width: {width}pt; text-indent: 0">'
        + LATIN.replace("; the", f"{note.format(number)}; <b>the</b>")
        + LATIN.replace("11", "<i>eleven</i> or 11").replace("; the", f"; <a>the {note.format(9)}</a>")
        for number, width in enumerate(COLUMNS, 10)
    ]
    for paragraph in paragraphs:
        data = page(paragraph).data
        fragments = [each for part in read_pages(data) for each in part.fragments if each.form == "text"]
        rights = [line.end for each in fragments for line in each.lines[:-1]]
        spaces = sorted(spaces_of(data))
        assert len(rights) > 3, paragraph
        assert max(rights) - min(rights) < 2 * TOLERANCE, paragraph
        assert spaces[0] > 1 - SHRINK - 0.02, paragraph
        assert fmean(spaces) < LOOSEST, paragraph


@pytest.mark.parametrize("book", LAID_OUT)
def test_the_lines_of_the_books_are_neither_loose_nor_tight(book: str) -> None:
    data = finished_pdf(book).data
    spaces = list(spaces_of(data))
    assert len(spaces) > 1500
    assert sum(1 for space in spaces if space > LOOSEST) < len(spaces) / 100
    assert sum(1 for space in spaces if space < 1 - SHRINK - 0.05) < len(spaces) / 100
    assert sum(1 for fault in find_faults(read_pages(data)) if fault.kind == "loose") < len(spaces) / 50
