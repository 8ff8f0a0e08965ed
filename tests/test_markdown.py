"""Tests markdown.py: nothing that an editor writes is lost, everything knows its place, and the rest is refused."""

from __future__ import annotations

import pytest
from hypothesis import given

from press.markdown import Setting, parse_prose, split_sections, take_definitions
from press.problems import PublicationError
from press.prose import Block, Call, Citations, Paragraph, Prose, Span, Text
from tests.writing import Manuscript, body_of, manuscripts, read


def faults(text: str, language: str = "en") -> list[str]:
    """What is wrong with a text: line, column and message."""
    with pytest.raises(PublicationError) as caught:
        read(text, language=language)
    return [f"{problem.at.line}:{problem.at.column} {problem.message}" for problem in caught.value.problems]


def tags(prose: Prose) -> list[str]:
    return [block.tag if isinstance(block, Block) else "p" for block in prose.blocks]


@given(manuscripts())
def test_no_paragraph_no_character_and_no_note_is_lost(manuscript: Manuscript) -> None:
    prose = read(manuscript.text)
    assert [paragraph.text for paragraph in prose.paragraphs] == manuscript.paragraphs
    notes = ["".join(node.text for node in note.children if isinstance(node, Text)) for note in prose.notes]
    assert notes == manuscript.notes
    calls = [node.number for node, _ in prose.inlines() if isinstance(node, Call)]
    assert calls == [note.number for note in prose.notes] == list(range(1, len(notes) + 1))


@given(manuscripts())
def test_every_piece_of_text_stands_where_it_says(manuscript: Manuscript) -> None:
    for node, _ in read(manuscript.text).inlines():
        line = manuscript.lines[node.at.line - 1][node.at.column - 1 :]
        match node:
            case Text(text) if text in "*&[]":  # an escaped character stands at its escape
                assert line[0] in "\\&"
            case Text(" "):
                assert line[:1] in ("", " ")  # a line's end, or a space between two marks
            case Text(text):
                assert line.startswith(text)
            case Citations(items):
                assert line.startswith("[@")
                places = [manuscript.lines[item.at.line - 1][item.at.column - 1 :] for item in items]
                assert all(place.startswith(f"@{item.key}") for place, item in zip(places, items, strict=True))
            case Call():
                assert line.startswith(("[^", "[@"))
            case Span(kind):
                assert line.startswith({"em": "*", "strong": "**"}.get(kind, "["))


@given(manuscripts())
def test_anchors_of_paragraphs_and_notes_are_unique_and_count_on(manuscript: Manuscript) -> None:
    prose = read(manuscript.text)
    numbered = [paragraph for paragraph in prose.paragraphs if paragraph.anchor]
    assert [paragraph.anchor for paragraph in numbered] == [f"text-p{n + 1}" for n in range(len(numbered))]
    assert [paragraph.label for paragraph in numbered] == [str(n + 1) for n in range(len(numbered))]
    assert [note.anchor for note in prose.notes] == [f"text-n{n + 1}" for n in range(len(prose.notes))]


def test_only_paragraphs_of_the_text_itself_are_numbered() -> None:
    prose = read("One.\n\n- in a list\n\n> in a quotation\n\n## A heading\n\nTwo.\n")
    assert [(paragraph.text, paragraph.label) for paragraph in prose.paragraphs] == [
        ("One.", "1"), ("in a list", ""), ("in a quotation", ""), ("A heading", ""), ("Two.", "2"),
    ]  # fmt: skip
    assert tags(prose) == ["p", "ul", "blockquote", "h2", "p"]


def test_without_a_label_no_paragraph_is_numbered() -> None:
    assert [paragraph.anchor for paragraph in read("One.\n\nTwo.\n", label="").paragraphs] == ["", ""]


def test_numbers_go_on_where_another_stretch_of_the_file_ended() -> None:
    body, definitions = take_definitions(body_of("One.[^a]\n\n[^a]: A note.\n"))
    setting = Setting(
        anchor="comm-5", language="en", label="V.{n}", first_paragraph=4, first_note=3, definitions=definitions
    )
    prose = parse_prose(body, setting)
    assert (prose.paragraphs[0].anchor, prose.paragraphs[0].label) == ("comm-5-p4", "V.4")
    assert [(note.anchor, note.number, note.kind) for note in prose.notes] == [("comm-5-n3", 3, "note")]


def test_a_citation_in_running_text_is_a_note_and_in_a_note_is_printed_in_line() -> None:
    prose = read("One.[@A doc. 1, item 2; @B] Two.[^n]\n\n[^n]: See [@A art. 3].\n")
    assert [note.kind for note in prose.notes] == ["citation", "note"]
    (citations,) = prose.notes[0].children
    assert isinstance(citations, Citations)
    assert [(item.key, item.locator) for item in citations.items] == [("A", "doc. 1, item 2"), ("B", "")]
    assert [type(node).__name__ for node in prose.notes[1].children] == ["Text", "Citations", "Text"]


def test_a_note_may_go_on_over_several_lines_until_something_else_begins() -> None:
    text = "A.[^a] B.[^b]\n\n[^a]: One\n  two\n[^b]: Three\n# Heading\n"
    body, definitions = take_definitions(body_of(text))
    assert {name: definition.text for name, definition in definitions.items()} == {"a": "One\ntwo", "b": "Three"}
    assert [str(place) for place in definitions["a"].places] == ["content/text.md:3:7", "content/text.md:4:3"]
    assert body.lines == ("A.[^a] B.[^b]", "", "", "", "", "# Heading")


def test_sections_keep_their_places() -> None:
    head, sections = split_sections(body_of("before\n# one\na\nb\n# two \n", 7), "# ")
    assert (head.lines, head.at.line) == (("before",), 7)
    assert [(name, body.lines, body.at.line) for name, body in sections] == [("one", ("a", "b"), 9), ("two", (), 12)]


def test_a_run_has_its_language_and_what_is_within_it_too() -> None:
    prose = read("In [le *texte* [中文]{lang=zh-Hant}]{lang=fr} here.\n")
    spoken = [(node.text, language) for node, language in prose.inlines() if isinstance(node, Text)]
    assert spoken == [("In ", "en"), ("le ", "fr"), ("texte", "fr"), (" ", "fr"), ("中文", "zh-Hant"), (" here.", "en")]


def test_a_table_has_its_head_and_its_rows() -> None:
    (table,) = read("> | A | B |\n> | - | - |\n> | a \\| c | |\n").blocks[0].children
    assert isinstance(table, Block)
    head, body = table.children
    assert isinstance(head, Block)
    assert isinstance(body, Block)
    assert (head.tag, body.tag) == ("thead", "tbody")
    (row,) = body.children
    assert isinstance(row, Block)
    cells = [cell.children[0] for cell in row.children if isinstance(cell, Block)]
    assert [cell.text for cell in cells if isinstance(cell, Paragraph)] == ["a | c", ""]
    assert [cell.at.column for cell in cells] == [5, 14]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1]: https://example.org is where it is.", "[1]: https://example.org is where it is."),
        ("Over\n===", "Over ==="),
        ("5 < 6, and a_b_c.", "5 < 6, and a_b_c."),
        ("That was in\n1928. It passed.", "That was in 1928. It passed."),
        ("1928\\. It began.", "1928. It began."),
        ("A#b and #1 of 2", "A#b and #1 of 2"),
        ("a\\{b\\} \\*c", "a{b} *c"),
    ],
)
def test_what_only_looks_like_markdown_is_printed(text: str, words: str) -> None:
    assert [paragraph.text for paragraph in read(text).paragraphs] == [words]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('- one\n- two "three"', ['2:7 a straight quotation mark " never reaches the page', "2:13 a straight"]),
        ("> one\n> it's", ["2:5 a straight quotation mark '"]),
        ("One &amp; two\\* it's", ["1:19 a straight quotation mark '"]),
        ("1. 1 it's", ["1:8 a straight quotation mark '"]),
        ("## It's", ["1:6 a straight quotation mark '"]),
        ("[x](#1)1 it's", ["1:12 a straight quotation mark '"]),
        ("[x]{lang=en}n it's", ["1:17 a straight quotation mark '"]),
        ("<https://a.b> it's", ["1:17 a straight quotation mark '"]),
        ("A.[^n]\n\n[^n]: One\n  it's", ["4:5 a straight quotation mark '"]),
        ("A.[@B it's; c]", ["1:9 a straight quotation mark '", "1:13 'c' does not name a source"]),
        ("| a | a |\n|--|--|\n| a | a's |\n| b \\| c | d's |", ["3:8 a straight", "4:13 a straight"]),
        ("A &#1; b&#x2029;", ["1:9 U+2029 is a control character"]),
        ("a\\\nb's", ["1:2 a forced line break is not content", "2:2 a straight quotation mark '"]),
        ("`a` b's", ["1:1 code is not printed", "1:6 a straight"]),
    ],
)
def test_a_fault_is_told_at_its_own_line_and_column(text: str, expected: list[str]) -> None:
    found = faults(text)
    assert len(found) == len(expected), found
    assert all(fault.startswith(start) for fault, start in zip(found, expected, strict=True)), found


def test_all_faults_of_a_text_are_told_together() -> None:
    assert len(faults('A "b" `c` <d>\n\n***\n\n    e\n\n![f](g) [^h] [@]\n')) == 9


def test_a_line_break_is_a_fault_only_where_it_would_print_a_space_within_han() -> None:
    assert faults("第一條\n第二條", "zh-Hant") == ["1:4 a line break inside Chinese or Japanese would print a space"]
    assert faults("[第一條\n第二條]{lang=ja} x", "en") == [
        "1:5 a line break inside Chinese or Japanese would print a space"
    ]
    assert read("[one\ntwo]{lang=en}", language="zh-Hant").paragraphs[0].text == "one two"
