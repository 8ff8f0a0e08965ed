"""Tests heads.py: what the head of a page names, and that the books print it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.heads import Place, heads_on, style_of
from tests.reading import array, composed, finished_pdf, printed

MARGIN = 90
"""Points: the running head is nearer to the upper edge of its page than this, the text is not."""

HEADS = (("part", ""), ("one", "Article I"), ("two", "Article II"), ("three", "Article III"), ("end", "Index"))


def page(**anchors: float) -> Place:
    return Place(100.0, anchors)


@pytest.mark.parametrize(
    ("pages", "words"),
    [
        ([page(part=110, one=200, two=400)], ["Article I – Article II"]),
        ([page(one=100), page(two=300)], ["Article I", "Article I – Article II"]),
        ([page(one=100), page(two=104)], ["Article I", "Article II"]),
        ([page(one=100), page(), page(three=300)], ["Article I", "Article I", "Article I – Article III"]),
        ([page(three=100), page(end=100)], ["Article III", "Index"]),
        ([page(one=100), page(one=100, two=500)], ["Article I", "Article I – Article II"]),
        ([page(), page(other=5)], ["", ""]),
    ],
)
def test_a_head_names_the_first_and_the_last_on_its_page(pages: list[Place], words: list[str]) -> None:
    assert heads_on(pages, HEADS) == words


@given(st.lists(st.lists(st.tuples(st.integers(0, 40), st.floats(100, 900)), max_size=5), max_size=8))
def test_heads_never_go_back(pages: list[list[tuple[int, float]]]) -> None:
    heads = tuple((str(index), f"{index}") for index in range(41))
    order = iter(sorted(index for entries in pages for index, _ in entries))
    placed = [Place(100, {str(next(order)): height for _, height in entries}) for entries in pages]
    spans = [tuple(map(int, words.split(" – "))) for words in heads_on(placed, heads) if words]
    ends = [end for span in spans for end in (span[0], span[-1])]
    assert ends == sorted(ends)


def test_a_head_is_quoted_for_css() -> None:
    assert '"a \\"b\\" \\\\c"' in style_of(['a "b" \\c'])


@pytest.mark.parametrize("name", ["a4"])
def test_a_recto_names_what_stands_on_it(name: str) -> None:
    known = {words for _, words in composed(name, {}).heads}
    pdf, spans = finished_pdf(name), 0
    for page in range(0, len(pdf.pages), 2):
        top = float(array(pdf.pages[page]["/MediaBox"])[3]) - MARGIN
        above = [run for run in pdf.furniture if run.page == page and run.y > top]
        head = re.sub(r"\s*([ivxlc]+|\d+)$", "", printed(above)) if above else ""
        named = re.sub(r"\s+", " ", head).split(" – ") if head else []
        spans += len(named) > 1
        assert set(named) <= known
    assert spans > 10


def test_heads_are_in_the_order_of_the_text_and_not_in_one_of_their_own() -> None:
    document = composed("a4", {})
    places = {anchor: place for place, anchor in enumerate(re.findall(r'\sid="([^"]+)"', document.pages[0].text))}
    order = [places[anchor] for anchor, _ in document.heads]
    assert order == sorted(order)
    assert len(order) > 300
