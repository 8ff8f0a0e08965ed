"""Tests sidenotes.py: notes beside the text never cover one another, and stay on their page."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.sidenotes import GAP, apart
from tests.reading import Pdf, Run, finished_pdf, product, publication
from tests.test_pdf import BOOKS, made, specimen

FOOT = 1000.0
SPANS = st.lists(st.tuples(st.floats(0, FOOT - 1), st.floats(1, 90)), max_size=9).map(sorted)
"""Notes in their order, which fit on the page together."""
NOTE = "Beside the text stand many words of ours, in a column that is so narrow that they come to many lines. "


@given(SPANS)
def test_notes_are_apart_and_end_above_the_foot(spans: list[tuple[float, float]]) -> None:
    tops = apart(spans, FOOT)
    for (top, (_, height)), after in pairwise([*zip(tops, spans, strict=True), (FOOT + GAP, (0.0, 0.0))]):
        assert top + height <= after[0] - GAP + 1e-6


@given(SPANS)
def test_a_note_that_nothing_touches_stays(spans: list[tuple[float, float]]) -> None:
    tops, free, foot = apart(spans, FOOT), float("-inf"), spans[-1:] and sum(spans[-1]) <= FOOT
    clear = all(two[0] >= sum(one) + GAP for one, two in pairwise(spans))
    assert not (clear and foot) or tops == [top for top, _ in spans]
    assert free < min(tops, default=0)


@pytest.mark.parametrize(
    ("spans", "tops"),
    [
        ([], []),
        ([(10, 20)], [10]),
        ([(10, 20), (20, 20)], [10, 30 + GAP]),
        ([(10, 20), (990, 20)], [10, 980]),
        ([(10, 20), (975, 20), (990, 20)], [10, 960 - GAP, 980]),
        ([(5, 600), (10, 600)], [-200 - GAP, 400]),
    ],
)
def test_notes_are_moved_down_and_then_up(spans: list[tuple[float, float]], tops: list[float]) -> None:
    assert apart(spans, FOOT) == tops


def beside(pdf: Pdf) -> list[Run]:
    """The lines in the side column, by page and from the top."""
    width = 595.28
    found = [run for run in pdf.flow if run.x > width - 54 / 25.4 * 72]
    return sorted(found, key=lambda run: (run.page, -run.y))


def test_side_notes_in_a_pdf_do_not_cover_one_another_and_their_links_move_with_them() -> None:
    def change(text: str) -> str:
        note = f'<div class="accompanied"><div class="beside"><p>{NOTE * 2}<a href="#two">two</a></p></div></div>'
        return text.replace("<p>See", f"{note}{note}<p>See", 1)

    pdf = Pdf(made(lambda folios: specimen(folios, change, ".beside p { font-size: 8pt; line-height: 10pt }")))
    lines = [run for run in beside(pdf) if run.page == beside(pdf)[-1].page]
    heights = sorted({round(run.y, 1) for run in lines}, reverse=True)
    assert all(one - two > 5 for one, two in pairwise(heights))
    for page in pdf.pages:
        for annotation in page.get("/Annots", []):
            entry = annotation.get_object()
            if str(entry.get("/Dest")) == "two" and float(entry["/Rect"][0]) > 440:
                low, high = sorted((float(entry["/Rect"][1]), float(entry["/Rect"][3])))
                assert any(low - 2 <= run.y <= high for run in lines if run.link == "two")


@pytest.mark.parametrize("book", BOOKS)
def test_each_synopsis_begins_on_the_page_of_its_paragraph_in_a_book_without_a_part_for_them(book: str) -> None:
    assert "synopses" not in product(book).parts
    pdf = finished_pdf(book)
    labels = {p.anchor: p.label for part in publication().parts for prose in part.proses() for p in prose.paragraphs}
    for synopsis in publication().lists.synopses:
        label = labels[synopsis.paragraph]
        runs = [run for run in pdf.flow if run.text.strip() == label and run.page == pdf.places[synopsis.paragraph]]
        assert any(run.x > 400 for run in runs), label
