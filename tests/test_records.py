"""Tests records.py: YAML is read as the types say, and every fault is told at its line and column, all at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.files import File
from press.problems import PublicationError
from press.records import FILLED, STRICT, Day, Pattern, read_record

PATH = PurePosixPath("content/people.yaml")
QUOTE = "(quote a text that holds ': ' or begins with a mark)"


@dataclass(frozen=True, kw_only=True)
class Born:
    when: Day
    where: str = ""


@dataclass(frozen=True, kw_only=True)
class Person:
    __pydantic_config__ = STRICT
    name: Annotated[str, FILLED]
    born: Born | None = None
    class_: Literal["minister", "envoy"] = "envoy"
    key: Annotated[str, Pattern(r"[a-z]+", "write small letters")] = "a"
    terms: int = 0
    alive: bool = False
    names: dict[str, str] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)


def read(text: str) -> list[Person]:
    return read_record(list[Person], File(PATH, text))[0]


def faults(text: str, first_line: int = 1) -> list[str]:
    with pytest.raises(PublicationError) as caught:
        read_record(list[Person], File(PATH, text), first_line)
    return [
        f"{problem.at.line}:{problem.at.column} {problem.message}" + (f" ({problem.hint})" if problem.hint else "")
        for problem in caught.value.problems
    ]


def test_a_record_is_read_as_its_types_say() -> None:
    (person,) = read(
        "- {name: Kishi, born: {when: 1896-11-13}, class: minister, terms: 2, alive: no, posts: [no, 1.0]}"
    )
    assert person == Person(
        name="Kishi", born=Born(when=date(1896, 11, 13)), class_="minister", terms=2, posts=["no", "1.0"]
    )


@pytest.mark.parametrize(
    "word", ["no", "yes", "null", "~", "1", "1.50", "1e3", "0x10", "2020-01-01", "12:30:45", "true"]
)
def test_what_other_readers_take_for_something_else_is_a_text(word: str) -> None:
    assert read(f"- name: {word}")[0].name == word


def test_every_fault_is_told_with_its_place_and_together() -> None:
    text = "- nmae: Kishi\n  born: {when: 1896-13-01, wher: Tabuse}\n- name: ''\n  class: king\n  posts: [a, {b: c}]\n"
    assert faults(text) == [
        "1:3 key 'name' is missing from item 1",
        "1:3 unknown key 'nmae' (did you mean 'name'?)",
        "2:16 when: '1896-13-01' is not a date (write a date as 1960-01-19)",
        "2:28 unknown key 'wher' (did you mean 'where'?)",
        "3:9 name: is empty",
        "4:10 class: 'king' is not a word known here (known here: minister, envoy)",
        "5:14 item 2: is not a text",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- {name: a, key: A}", "1:18 key: 'A' is not written as it must be (write small letters)"),
        ("- {name: a, terms: two}", "1:20 terms: 'two' is not a whole number"),
        ("- {name: a, alive: perhaps}", "1:20 alive: 'perhaps' is neither true nor false"),
        ("- {name: a, names: [b]}", "1:20 names: is not a set of keys"),
        ("- {name: a, posts: b}", "1:20 posts: 'b' is not a list"),
        ("- {name: [a]}", "1:10 name: is not a text"),
        ("- a", "1:3 item 1: 'a' is not a set of keys"),
        ("name: a", "1:1 this is not a list"),
        (f"- {{name: b, posts: {'a' * 70}}}", f"1:20 posts: '{'a' * 59}…' is not a list"),
        ("- {name: a, born: {when: 0}}", "1:26 when: '0' is not a date (write a date as 1960-01-19)"),
        ("- {name: a, born: {when: 1960-1-19}}", "1:26 when: '1960-1-19' is not a date (write a date as 1960-01-19)"),
        ("- {name: a, born: {when: [1960]}}", "1:26 when: is not a date (write a date as 1960-01-19)"),
        ("- {name: a, name: b}", "1:13 key 'name' is given twice"),
        ("- {name: a, names: {en: b, en: c}}", "1:28 key 'en' is given twice"),
        ("- {? [a] : b}", "1:6 a key is a word"),
        ("- &a {name: b}", "1:3 anchors (&) and aliases (*) are not used here (write it out, or quote the text)"),
        ("- *a", "1:3 anchors (&) and aliases (*) are not used here (write it out, or quote the text)"),
        ("- !!str a", "1:3 tags (!) are not used here (write it out, or quote the text)"),
        ("- !a b", "1:3 tags (!) are not used here (write it out, or quote the text)"),
        ("# nothing", "1:1 no keys are given (write them, or delete the file)"),
        ("- name: a: b", f"1:10 this is not YAML: mapping values are not allowed here {QUOTE}"),
        ("- [a", f"1:5 this is not YAML: expected ',' or ']', but got '<stream end>' {QUOTE}"),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_an_editors_words(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_nesting_ends_before_it_could_hurt() -> None:
    assert faults("- " * 50 + "a") == ["1:41 more than 20 levels of nesting (divide it)"]
    assert faults("[" * 10_000) == ["1:21 more than 20 levels of nesting (divide it)"]


def test_front_matter_is_told_at_the_lines_of_its_file() -> None:
    assert faults("- name: a\n- b", first_line=2) == ["3:3 item 2: 'b' is not a set of keys"]
    assert faults("- a: b: c", first_line=2)[0].startswith("2:7 ")
    assert faults("", first_line=2)[0].startswith("2:1 ")


def test_marks_know_where_a_value_stands_or_what_is_around_it() -> None:
    _, marks = read_record(list[Person], File(PATH, "- name: a\n- name: b\n  posts: [c, d]\n"), first_line=2)
    assert str(marks.at(1, "posts", 1)) == "content/people.yaml:4:14"
    assert str(marks.at(1, "born", "when")) == "content/people.yaml:3:3"
    assert str(marks.at(7)) == str(marks.at()) == "content/people.yaml:2:1"
    places = {path: (at.line, at.column) for path, at in marks.all().items()}
    assert places == {
        (): (2, 1), ("0",): (2, 3), ("0", "name"): (2, 9), ("1",): (3, 3), ("1", "name"): (3, 9),
        ("1", "posts"): (4, 10), ("1", "posts", "0"): (4, 11), ("1", "posts", "1"): (4, 14),
    }  # fmt: skip


@given(st.text("-a: \n[]{},&*!#'\"|>?%@`第", max_size=60))
def test_whatever_is_written_is_read_or_told_at_a_line_that_exists(text: str) -> None:
    try:
        read(text)
    except PublicationError as error:
        lines = text.split("\n")
        for problem in error.problems:
            assert 1 <= problem.at.line <= len(lines)
            assert 1 <= problem.at.column <= len(lines[problem.at.line - 1]) + 1
