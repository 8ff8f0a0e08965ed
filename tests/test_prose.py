"""Tests prose.py: the tree is walked in reading order, with the language of every piece."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from press.problems import Location
from press.prose import Block, Call, Citation, Citations, Inline, Note, Paragraph, Prose, Span, Text, is_han

AT = Location(PurePosixPath("content/text.md"))


def paragraph(*children: Inline) -> Paragraph:
    return Paragraph("", "", children, AT)


def span(kind: str, value: str, *children: Inline) -> Span:
    return Span(kind, value, children, AT)


def test_paragraphs_are_found_in_lists_and_tables_in_reading_order() -> None:
    first, second, third = (paragraph(Text(word, AT)) for word in ("one", "two", "three"))
    prose = Prose(language="en", blocks=(first, Block("ul", (Block("li", (second,), AT),), AT), third))
    assert prose.paragraphs == (first, second, third)


def test_the_words_of_a_paragraph_are_those_of_its_runs_without_notes() -> None:
    run = span("lang", "ja", Text("日本", AT), span("em", "", Text("国", AT)))
    citations = Citations((Citation("KEY", "art. 1", AT),), AT)
    assert paragraph(Text("In ", AT), run, Call(1, AT), citations, Text(".", AT)).text == "In 日本国."


def test_every_piece_comes_with_its_language_notes_included() -> None:
    link = span("link", "#art-1", Text("b", AT))
    note = Note("n1", 1, "note", (span("lang", "fr", Text("c", AT)),), AT)
    prose = Prose(
        language="en",
        blocks=(paragraph(Text("a", AT), span("lang", "ja", link), Text("d", AT)),),
        notes=(note,),
    )
    texts = [(node.text, language) for node, language in prose.inlines() if isinstance(node, Text)]
    assert texts == [("a", "en"), ("b", "ja"), ("d", "en"), ("c", "fr")]
    spans = [(node.kind, language) for node, language in prose.inlines() if isinstance(node, Span)]
    assert spans == [("lang", "en"), ("link", "ja"), ("lang", "en")]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh-Hant", True), ("zh", True), ("ja", True), ("en", False), ("fr", False), ("jam", False)],
)
def test_chinese_and_japanese_are_set_in_han(language: str, expected: bool) -> None:  # noqa: FBT001 - a value to compare
    assert is_han(language) is expected
