"""Tests choosing.py: which pages are meant by folios, and by what begins on them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.choosing import UnknownPlaceError, levels_of, pages_called, pages_of, parts_on, ranges
from press.content import read_publication
from press.model import Printed

LABELS = ("i", "ii", "iii", "iv", "1", "2", "3", "4", "5", "6", "7", "8")
PUBLICATION = read_publication(Path(__file__).parent / "specimen/content")
LEVELS = {"part-a": 0, "art-1": 1, "art-1-p1": 3, "art-1-p2": 3, "art-2": 1, "part-b": 0, "b-1": 3, "part-c": 0}
PRINTED = Printed(
    identifier="", labels=LABELS, texts=("",) * 12,
    places={
        "part-a": (4, -700), "art-1": (4, -600), "art-1-p1": (4, -600), "art-1-p2": (5, -500), "art-1-n1": (6, -90),
        "art-2": (6, -400), "part-b": (8, -700), "b-1": (8, -650), "part-c": (11, -700),
    },
)  # fmt: skip
TOPS = (*[-700.0] * 7, None, *[-700.0] * 2, None, -702.0)
"""Page 4 is blank, and page 7: what begins on the pages behind them begins right ones."""


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("", set()), ("1", {4}), ("1-3", {4, 5, 6}), ("3 - 1, iii", {2, 4, 5, 6}), ("iv\N{EN DASH}2", {3, 4, 5}),
        ("8,i,8", {0, 11}),
    ],
)  # fmt: skip
def test_folios_name_pages(text: str, pages: set[int]) -> None:
    assert pages_called(text, LABELS) == pages


@pytest.mark.parametrize(("text", "unknown"), [("9", "9"), ("1-x", "x"), ("v", "v"), ("1--2", "-2")])
def test_folios_that_no_page_has_are_told(text: str, unknown: str) -> None:
    with pytest.raises(UnknownPlaceError) as caught:
        pages_called(text, LABELS)
    assert (caught.value.name, caught.value.known) == (unknown, LABELS)


@pytest.mark.parametrize(
    ("anchor", "folios"),
    [
        ("art-1", ("1–3",)),  # its last lines stand above article 2
        ("art-1-p1", ("1–2",)),
        ("art-1-p2", ("2–3",)),
        ("art-2", ("3",)),  # the page behind it is blank, the next part begins at the top
        ("part-a", ("1–3",)),
        ("part-b", ("5–6",)),
        ("b-1", ("5–6",)),
        ("part-c", ("8",)),
    ],
)
def test_an_anchor_names_the_pages_from_where_it_begins_to_where_it_ends(anchor: str, folios: tuple[str, ...]) -> None:
    assert ranges(pages_of([anchor], LEVELS, PRINTED, TOPS), LABELS) == folios


def test_an_anchor_that_is_not_printed_is_told_with_those_that_are() -> None:
    for name in ("art-3", "art-1-n1"):
        with pytest.raises(UnknownPlaceError) as caught:
            pages_of(["art-1", name], LEVELS, PRINTED, TOPS)
        assert caught.value.name == name
        assert set(caught.value.known) == set(LEVELS)


@given(st.sets(st.integers(0, 11), min_size=1))
def test_the_ranges_of_pages_name_those_pages(pages: set[int]) -> None:
    assert pages_called(",".join(ranges(pages, LABELS)), LABELS) == pages


def test_roman_and_arabic_folios_are_not_one_range() -> None:
    assert ranges({2, 3, 4, 5}, LABELS) == ("iii–iv", "1–2")


def test_anchors_have_levels() -> None:
    levels = levels_of(PUBLICATION, ["treaty", "commentary", "glossary"])
    assert levels["part-treaty"] == levels["part-glossary"] == 0
    assert levels["art-1"] == levels["comm-1"] == 1
    assert levels["comm-1-sec-notes"] == 2
    assert levels["art-3-p2"] == levels["comm-closing-p1"] == 3
    assert "part-essay" not in levels
    assert set(levels) <= set(PUBLICATION.anchors())


def test_the_parts_on_pages_are_told() -> None:
    treaty, guide = PUBLICATION.part("treaty"), PUBLICATION.part("guide")
    printed = PRINTED._replace(places={"part-guide": (1, -700), "part-treaty": (5, -700)})
    for pages, names in (({0}, ()), ({1}, ("guide",)), ({4, 5}, ("guide", "treaty")), ({11}, ("treaty",))):
        assert parts_on(pages, [guide, treaty, PUBLICATION.part("index")], printed) == names
