"""Tests the real content: both texts word for word in every finished product, the commentary whole and sourced."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from hashlib import sha256
from types import MappingProxyType

import pytest
from fontTools.unicodedata import script

from press.model import Comment, Part, Remark, Unit, Witness
from press.numerals import roman
from press.prose import Call, Citations, Inline, Note, Paragraph, Prose, Span, Text
from press.witness import blocks, collate, emend, reading_blocks
from tests.reading import (
    FOLIO,
    ROOT,
    XHTML,
    Pdf,
    Run,
    difference,
    finished_epub,
    finished_pdf,
    folded,
    has_class,
    publication,
    words_of,
)

BOOKS = ("a4", "letter")
UNITS = ["preamble", *(f"art-{number}" for number in range(1, 11)), "closing"]

WITNESSES = {
    "treaty.en.txt": "08f53c92c7f4aa7d08a74d744aab08354174f4eb81f07e43a3ac1553d59075d1",
    "essay.zh-Hant.txt": "bc4f2ec1f9f2cf56d0f6119ac3f57dc644cdc84746bd5c0e1fceddb69173d71b",
}
"""The sources as they reached us, by SHA-256."""

EMENDATIONS = {
    "treaty.en.txt": "T1 T2a T2b T2c T2d T2e T2f T3a T3b T4 T5 T6 T7 T8 T9 T10 T12a T12b T12c T12d T12e",
    "essay.zh-Hant.txt": "E1 E2a E2b E2c E2d E2e E2f E2g E3 E4 E5 E6 E7 E8 E9 E10a E10b E11 E14 E15 E16 E17 E18",
}
"""Every repair that must be made, and no other. The missing end of the last line is repaired by T4."""

UNSOURCED = {
    "b8": "says only that a paragraph is its author's judgment",
    "m7": "says only that a statement was not seen whole",
}
"""The editor's notes on the essay that cite no source, and why."""


def part(name: str) -> Part:
    return publication().part(name)


def witness(file: str) -> Witness:
    return {witness.file: witness for witness in publication().witnesses}[file]


# The sources and what was made of them.


@pytest.mark.parametrize("file", WITNESSES)
def test_a_source_is_kept_byte_for_byte(file: str) -> None:
    assert sha256((ROOT / "content/witnesses" / file).read_bytes()).hexdigest() == WITNESSES[file]
    assert witness(file).words.encode() == (ROOT / "content/witnesses" / file).read_bytes()


@pytest.mark.parametrize("file", WITNESSES)
def test_every_repair_that_must_be_made_is_recorded_and_no_other_is(file: str) -> None:
    assert sorted(emendation.id for emendation in witness(file).emendations) == sorted(EMENDATIONS[file].split())


def test_the_text_that_is_read_ends_with_a_line_end_as_the_source_does_not() -> None:
    assert not witness("treaty.en.txt").words.endswith("\n")
    assert emend(witness("treaty.en.txt")).endswith("\n")


@pytest.mark.parametrize("file", WITNESSES)
def test_source_and_emendations_give_the_text_that_is_read(file: str) -> None:
    text = part(witness(file).text)
    assert list(collate(witness(file), text)) == []
    assert [block.text for block in reading_blocks(text)] == list(blocks(emend(witness(file))))


def test_the_treaty_has_the_words_of_its_source_in_their_order() -> None:
    """Not by way of the emendations: only the names of those who signed stand in another order than in the source."""
    source = re.sub(r"[#*]", " ", witness("treaty.en.txt").words).split()
    words = [word for block in reading_blocks(part("treaty")) for word in block.text.split()]
    assert len(words) == len(source) == 887
    assert Counter(words) == Counter(source)
    names = words.index("JAPAN:") + 1
    assert words[:names] == source[:names]


def test_the_essay_has_the_characters_of_its_source_but_where_it_is_emended() -> None:
    """Not by way of the emendations: what is common to both is all of the source that no emendation names."""
    changed = Counter[str]()
    for emendation in witness("essay.zh-Hant.txt").emendations:
        changed.update(emendation.reading)
        changed.subtract(emendation.source)
    source = Counter(witness("essay.zh-Hant.txt").words)
    source.update(changed)
    words = Counter("".join(block.text for block in reading_blocks(part("essay"))))
    assert {char: count for char, count in words.items() if not char.isspace()} == {
        char: count for char, count in source.items() if count and not char.isspace()
    }


def test_all_units_of_the_treaty_are_there_in_order() -> None:
    assert [unit.anchor for unit in part("treaty").units] == UNITS
    assert [comment.unit for comment in part("commentary").comments] == UNITS
    headings = [unit.heading for unit in part("treaty").units]
    assert headings[1:11] == [f"ARTICLE {roman(number)}" for number in range(1, 11)]
    assert headings[0] == publication().title["en"].upper()


def test_the_delegations_are_two_columns() -> None:
    columns = {column.caption: len(column.names) for column in part("treaty").units[-1].signatures}
    assert columns == {"FOR JAPAN:": 5, "FOR THE UNITED STATES OF AMERICA:": 3}


def test_the_essay_has_fourteen_paragraphs() -> None:
    assert [paragraph.label for paragraph in part("essay").units[0].prose.paragraphs] == [
        f"¶{number}" for number in range(1, 15)
    ]


# The words of the products.


def words_of_units(text: Part, beside: Mapping[str, str] = MappingProxyType({})) -> str:
    """All that must stand in a part: its title; headings, numbers and words; calls of notes; signatures.

    `beside` is what stands beside paragraphs. An essay has its source under its title.
    """
    key = next(each.source for each in publication().witnesses if each.text == text.name)
    source = next(each for each in publication().sources if each.key == key)
    under = f"{source.author} {source.short}{FOLIO}" if text.kind == "essay" else ""
    return folded(" ".join([*text.title.values(), under, *(words_of_unit(unit, beside) for unit in text.units)]))


def synopses() -> Mapping[str, str]:
    """What a book without a part for the synopses has beside each paragraph: its label, the synopsis, the articles."""
    units = {unit.anchor: unit.label for unit in part("treaty").units}
    paragraphs = {paragraph.anchor: paragraph.label for paragraph in part("essay").units[0].prose.paragraphs}
    return {
        each.paragraph: " ".join(
            [paragraphs[each.paragraph], *each.text.values(), ", ".join(units[place] for place in each.places)]
        )
        for each in publication().lists.synopses
    }


def words_of_unit(unit: Unit, beside: Mapping[str, str]) -> str:
    pieces = [unit.heading]
    if unit.anchor in UNITS:
        comment = next(comment for comment in part("commentary").comments if comment.unit == unit.anchor)
        pieces += [comment.title["en"], publication().words.commentary["en"] + FOLIO]
    for paragraph in unit.prose.paragraphs:
        pieces += [beside.get(paragraph.anchor, ""), f"{paragraph.label} {inline(paragraph.children)}"]
    for column in unit.signatures:
        pieces += [column.caption, *column.names]
    return " ".join(pieces)


def inline(children: Iterable[Inline]) -> str:
    """Words, and the numbers of the notes that are called in them; behind a link within the book a folio may stand."""
    text = ""
    for child in children:
        match child:
            case Text():
                text += child.text
            case Call():
                text += str(child.number)
            case Span():
                text += inline(child.children) + (FOLIO if child.value.startswith("#") else "")
            case Citations():
                raise AssertionError("a source is cited in the text and not in a note")
    return text


def flow_of(pdf: Pdf, name: str) -> tuple[Run, ...]:
    """The text of a part in a finished PDF: from the page on which it begins to that of the next part."""
    parts = [part.anchor for part in publication().parts if part.anchor in pdf.places]
    here = parts.index(f"part-{name}")
    first, after = pdf.places[parts[here]], pdf.places[parts[here + 1]]
    assert first < after
    return tuple(run for run in pdf.flow if first <= run.page < after)


@pytest.mark.parametrize("name", ["treaty", "essay"])
@pytest.mark.parametrize("book", BOOKS)
def test_a_finished_pdf_has_the_text_word_for_word(book: str, name: str) -> None:
    assert difference(flow_of(finished_pdf(book), name), words_of_units(part(name), synopses())) == ""


@pytest.mark.parametrize("name", ["treaty", "essay"])
def test_the_finished_epub_has_the_text_word_for_word(name: str) -> None:
    pages = finished_epub("epub")
    chapter = deepcopy(pages[f"{name}.xhtml"].find(f".//{XHTML}section"))
    assert chapter is not None
    assert has_class(chapter, name)
    for unit in chapter:
        for way in [each for each in unit if has_class(each, "ways")]:
            unit.remove(way)
    assert folded(words_of(chapter)) == words_of_units(part(name)).replace(FOLIO, "")


@pytest.mark.parametrize("name", ["treaty", "essay"])
def test_a_lost_word_would_be_found(name: str) -> None:
    flow, words = flow_of(finished_pdf("a4"), name), words_of_units(part(name), synopses())
    for place in [place for place, run in enumerate(flow) if run.text.strip()][::7]:
        shorter = replace(flow[place], text=flow[place].text.rstrip()[:-1])
        assert difference((*flow[:place], shorter, *flow[place + 1 :]), words)


# The commentary.


def section(comment: Comment, name: str) -> tuple[Remark, ...]:
    return next((section.remarks for section in comment.sections if section.name == name), ())


@pytest.mark.parametrize("comment", part("commentary").comments, ids=lambda comment: comment.unit)
def test_a_comment_has_a_summary_a_synopsis_and_notes_on_words_of_the_treaty(comment: Comment) -> None:
    assert [paragraph.text for remark in section(comment, "summary") for paragraph in remark.prose.paragraphs]
    synopsis = "".join(p.text for remark in section(comment, "synopsis") for p in remark.prose.paragraphs)
    assert 120 <= sum(script(char) == "Hani" for char in synopsis) <= 200
    assert len([remark for remark in section(comment, "notes") if remark.lemma and remark.prose.paragraphs]) >= 2


@pytest.mark.parametrize("comment", part("commentary").comments, ids=lambda comment: comment.unit)
def test_every_paragraph_of_the_notes_cites_a_source(comment: Comment) -> None:
    for remark in section(comment, "notes"):
        for paragraph in remark.prose.paragraphs:
            assert list(cited_in(paragraph, remark.prose)), f"{paragraph.at} cites nothing"


def cited_in(paragraph: Paragraph, prose: Prose) -> Iterator[str]:
    """The keys of the sources that the notes called in a paragraph cite."""
    called = {child.number for child in paragraph.children if isinstance(child, Call)}
    for note in prose.notes:
        if note.number in called:
            yield from sources_of(note)


def sources_of(note: Note) -> Iterator[str]:
    for child in note.children:
        if isinstance(child, Citations):
            yield from (item.key for item in child.items)


def test_every_note_on_the_essay_cites_a_source_or_is_a_known_exception() -> None:
    text = (ROOT / "content/essay/history.md").read_text("utf-8")
    notes = dict(re.findall(r"^\[\^(\w+)\]: (.*)$", text, re.MULTILINE))
    assert len(notes) == len(part("essay").units[0].prose.notes)
    assert {name for name, words in notes.items() if "[@" not in words} == UNSOURCED.keys()


def test_no_note_on_the_essay_is_only_a_citation() -> None:
    for note in part("essay").units[0].prose.notes:
        assert note.kind == "note", note.at
        assert inline(child for child in note.children if not isinstance(child, Citations)).strip(), note.at


def test_no_unknown_source_is_cited() -> None:
    known = {source.key for source in publication().sources}
    for each in publication().parts:
        for prose in each.proses():
            for note in prose.notes:
                assert set(sources_of(note)) <= known, note.at


def test_the_essay_is_chinese_but_for_three_runs_of_japanese_and_one_of_english() -> None:
    assert part("essay").units[0].language == "zh-Hant"
    children = [child for paragraph in part("essay").units[0].prose.paragraphs for child in paragraph.children]
    runs = [(child.value, inline(child.children)) for child in children if isinstance(child, Span)]
    assert runs == [
        ("en", "Treaty of Mutual Cooperation and Security between the United States and Japan"),
        ("ja", "日本国とアメリカ合衆国との間の相互協力及び安全保障条約"),
        ("ja", "日本国とアメリカ合衆国との間の安全保障条約"),
        ("ja", "日本国とアメリカ合衆国との間の安全保障条約"),
    ]


def test_the_notes_of_a_unit_are_numbered_from_one() -> None:
    for each in publication().parts:
        for unit in each.units:
            assert [note.number for note in unit.prose.notes] == list(range(1, len(unit.prose.notes) + 1))
        for comment in each.comments:
            numbers = [n.number for s in comment.sections for remark in s.remarks for n in remark.prose.notes]
            assert numbers == list(range(1, len(numbers) + 1))
