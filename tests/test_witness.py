"""Tests witness.py: emendations are made side by side, and no departure from a source goes unrecorded."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.model import Emendation, Part, Signatures, Unit, Witness
from press.problems import Location, PublicationError
from press.witness import blocks, collate, emend, reading_blocks
from tests.writing import read

AT = Location(PurePosixPath("content/emendations/treaty.yaml"), 2, 7)


def emendation(number: int, line: int, source: str, reading: str) -> Emendation:
    at = Location(AT.path, 4 + number, 5)
    return Emendation(
        id=f"E{number}", line=line, source=source, reading=reading, class_="typographic", place="art-1", why="", at=at
    )


def witness(words: str, *emendations: Emendation) -> Witness:
    return Witness(
        file="treaty.txt", source="KEY", text="treaty", words=words, emendations=emendations, at=AT, source_at=AT
    )


def unit(text: str, heading: str = "", signatures: tuple[Signatures, ...] = ()) -> Unit:
    return Unit(
        anchor="art-1", kind="article", number=1, label="I", heading=heading, title={"en": "Article I"},
        prose=read(text), signatures=signatures, at=Location(PurePosixPath("content/text.md"), 2, 10),
    )  # fmt: skip


def part(*units: Unit) -> Part:
    return Part(name="treaty", kind="treaty", title={"en": "Treaty"}, language="en", matter="body", units=units)


def faults(words: str, *emendations: Emendation) -> list[str]:
    with pytest.raises(PublicationError) as caught:
        emend(witness(words, *emendations))
    return [problem.message + (f" ({problem.hint})" if problem.hint else "") for problem in caught.value.problems]


def departures(words: str, *units: Unit) -> list[str]:
    return [
        f"{problem.at.line}:{problem.at.column} {problem.message}" for problem in collate(witness(words), part(*units))
    ]


@dataclass(frozen=True)
class Cut:
    """A stretch of a text, and what is put in its place."""

    start: int
    end: int
    reading: str


@st.composite
def emended(draw: st.DrawFn) -> tuple[str, list[Cut]]:
    """A text and cuts in it that do not overlap, in any order; some only touch."""
    text = draw(st.text("ab第 \n", min_size=1, max_size=60))
    edges = sorted(draw(st.lists(st.integers(0, len(text)), unique=True, max_size=12)))
    cuts = [Cut(start, end, draw(st.text("xy\n", max_size=3))) for start, end in pairwise(edges) if draw(st.booleans())]
    return text, draw(st.permutations(cuts))


@given(emended())
def test_emendations_that_do_not_overlap_are_all_made(case: tuple[str, list[Cut]]) -> None:
    text, cuts = case
    recorded = list[Emendation]()
    for cut in cuts:
        line, source = text.count("\n", 0, cut.start) + 1, text[cut.start : cut.end]
        starts = [i for i in range(len(text)) if text.startswith(source, i) and text.count("\n", 0, i) + 1 == line]
        if starts == [cut.start] and source != cut.reading:  # any other does not say what it means
            recorded.append(emendation(len(recorded) + 1, line, source, cut.reading))
            continue
        cuts = [other for other in cuts if other != cut]
    expected = text
    for cut in sorted(cuts, key=lambda cut: cut.start, reverse=True):
        expected = expected[: cut.start] + cut.reading + expected[cut.end :]
    assert emend(witness(text, *recorded)) == expected


def test_each_emendation_speaks_of_the_source_and_not_of_another_emendation() -> None:
    swap = (emendation(1, 1, "a", "b"), emendation(2, 1, "b", "a"))
    assert emend(witness("a b\n", *swap)) == "b a\n"


def test_an_emendation_may_reach_over_lines_and_touch_the_end() -> None:
    assert emend(witness("a\nb", emendation(1, 1, "a\nb", "c"))) == "c"
    assert emend(witness("a\nb\n", emendation(1, 2, "b\n", ""))) == "a\n"


def test_an_emendation_that_does_not_fit_says_where_its_words_stand() -> None:
    words = "a b\nc b\n"
    assert faults(words, emendation(1, 1, "c", "d")) == [
        "E1: “c” does not stand on line 1 of treaty.txt (it stands on line 2)"
    ]
    assert faults(words, emendation(1, 9, "b", "d")) == [
        "E1: “b” does not stand on line 9 of treaty.txt (it stands on line 1, 2)"
    ]
    assert faults(words, emendation(1, -1, "x", "d")) == [
        "E1: “x” does not stand on line -1 of treaty.txt (copy it exactly from the source)"
    ]


def test_an_emendation_that_fits_twice_on_its_line_is_refused_even_if_the_places_overlap() -> None:
    assert faults("aaa\n", emendation(1, 1, "aa", "b")) == [
        "E1: “aa” stands 2 times on line 1 of treaty.txt (quote more of the line)"
    ]


def test_an_emendation_that_changes_nothing_is_refused() -> None:
    assert faults("a\n", emendation(1, 1, "a", "a")) == ["E1 changes nothing: “a” is both its source and its reading"]


def test_every_emendation_that_overlaps_another_is_told() -> None:
    whole, first, second = emendation(1, 1, "abcdef", ""), emendation(2, 1, "bc", ""), emendation(3, 1, "de", "")
    assert faults("abcdef\n", second, whole, first) == [
        "E2 overlaps E1 (make them one emendation)",
        "E3 overlaps E1 (make them one emendation)",
    ]


def test_the_blocks_of_a_witness_are_parted_by_blank_lines() -> None:
    text = "\n# TITLE\n\nOne  line,\n\ttwo.\n \t \n## ARTICLE I\n\n\n#1 stays\n"
    assert blocks(text) == ("TITLE", "One line, two.", "ARTICLE I", "#1 stays")
    assert blocks(" \n\n") == ()


@given(st.lists(st.text("ab \n#", max_size=8), max_size=6))
def test_blocks_keep_every_word(paragraphs: list[str]) -> None:
    text = "\n\n".join(f"w {paragraph}" for paragraph in paragraphs)
    assert " ".join(blocks(text)).split() == [word for word in text.split() if word] or re.search(r"(?m)^#+\s", text)


def test_the_blocks_of_the_reading_text_are_headings_paragraphs_and_signatures() -> None:
    closing = unit("Done at *Paris*.\n", signatures=(Signatures(caption="FOR FRANCE:", names=("A  B", "C")),))
    found = reading_blocks(part(unit("One.\n\nTwo.[^n]\n\n[^n]: A note.\n", "ARTICLE  I"), closing))
    assert [block.text for block in found] == [
        "ARTICLE I", "One.", "Two.", "Done at Paris.", "FOR FRANCE:", "A B", "C",
    ]  # fmt: skip
    assert [block.place(0).line for block in found] == [2, 1, 3, 1, 2, 2, 2]


def test_a_text_that_agrees_with_its_source_has_no_departures() -> None:
    assert departures("## I\n\nOne\ntwo.\n\nThree.\n", unit("One\n*two*.\n\nThree.\n", "I")) == []


def test_a_changed_word_is_told_at_its_place_even_behind_marks_and_notes() -> None:
    text = "One\n*two*[^n] [three](#art-1)   fuor.\n\n[^n]: A note.\n"
    assert departures("One two three four.\n", unit(text)) == [
        "2:30 the source treaty.txt has “One two three four.”, the reading text “One two three fuor.”"
    ]


def test_words_left_out_at_the_end_are_told_at_the_end() -> None:
    assert departures("One two.\n", unit("One\n")) == [
        "1:3 the source treaty.txt has “One two.”, the reading text “One”"
    ]


def test_a_paragraph_left_out_is_told_behind_the_one_before_it() -> None:
    assert departures("One.\n\nTwo.\n\nThree.\n", unit("One.\n\nThree.\n")) == [
        "1:1 after this the source treaty.txt has “Two.”"
    ]
    assert departures("One.\n\nTwo.\n", unit("Two.\n")) == ["2:7 at its beginning the source treaty.txt has “One.”"]
    long = "a" * 80
    assert departures(f"One.\n\n{long}\n", unit("One.\n")) == [
        f"1:1 after this the source treaty.txt has “{'a' * 59}…”"
    ]


def test_a_paragraph_added_is_told_at_its_place() -> None:
    assert departures("One.\n", unit("One.\n\nTwo.\n")) == ["3:1 “Two.” does not stand in the source treaty.txt"]


def test_a_changed_paragraph_and_those_left_out_after_it_are_all_told() -> None:
    assert departures("One.\n\nTwo.\n\nThree.\n", unit("Onne.\n")) == [
        "1:3 the source treaty.txt has “One.”, the reading text “Onne.”",
        "1:1 after this the source treaty.txt has “Two.”",
        "1:1 after this the source treaty.txt has “Three.”",
    ]


@given(st.lists(st.sampled_from(["One.", "Two.", "Three.", "Four."]), min_size=1, max_size=5, unique=True), st.data())
def test_every_departure_is_told(paragraphs: list[str], data: st.DataObject) -> None:
    source = "".join(f"{paragraph}\n\n" for paragraph in paragraphs)
    changed = list(paragraphs)
    index = data.draw(st.integers(0, len(changed) - 1))
    match data.draw(st.sampled_from(["word", "without", "more"])):
        case "word":
            changed[index] = changed[index].replace("o", "e")
        case "without" if len(changed) > 1:
            del changed[index]
        case _:
            changed.insert(index, "Five.")
    found = departures(source, unit("\n\n".join(changed)))
    assert bool(found) == (changed != paragraphs)


def test_a_collation_raises_what_is_wrong_with_the_emendations() -> None:
    wrong = replace(witness("One.\n"), emendations=(emendation(1, 1, "x", "y"),))
    with pytest.raises(PublicationError, match="does not stand"):
        list(collate(wrong, part(unit("One.\n"))))
