"""Tests problems.py: what is wrong is told with its line, a caret and a hint, and all of it at once."""

from __future__ import annotations

import pickle
from pathlib import Path, PurePosixPath
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.problems import Location, Problem, PublicationError, did_you_mean, explain, gathering

PATH = PurePosixPath("content/text.md")
CHARACTERS = "aB ,“\t第條、ニ…é\u202e🕊ﾆ"


def problem(line: int = 1, column: int = 1, message: str = "it is wrong", hint: str = "") -> Problem:
    return Problem(Location(PATH, line, column), message, hint)


def explained(root: Path, text: str, *, line: int = 1, column: int = 1) -> list[str]:
    """The lines that explain a problem in a file with this text."""
    (root / "content").mkdir(exist_ok=True)
    (root / PATH).write_text(text, "utf-8", newline="\n")
    return explain(problem(line, column, hint="mend it"), root).split("\n")


def columns(text: str) -> int:
    """How wide a terminal prints a text."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def test_a_problem_is_explained_by_its_line_a_caret_and_a_hint(tmp_path: Path) -> None:
    assert explained(tmp_path, "One.\nTwo is wrong.\n", line=2, column=5) == [
        "content/text.md:2:5: it is wrong",
        "    Two is wrong.",
        "        ^",
        "    hint: mend it",
    ]


def test_the_caret_stands_below_its_character_behind_wide_ones(tmp_path: Path) -> None:
    assert explained(tmp_path, "第五條 (V) 不對\n", column=9)[1:3] == ["    第五條 (V) 不對", "    　　　     ^"]


@given(before=st.text(CHARACTERS, max_size=300), after=st.text(CHARACTERS, max_size=300))
def test_the_caret_stands_below_its_character_in_every_line(
    tmp_path_factory: pytest.TempPathFactory, before: str, after: str
) -> None:
    root = tmp_path_factory.mktemp("explained")
    shown, caret = explained(root, f"{before}◆{after}\n", column=len(before) + 1)[1:3]
    assert columns(shown) <= 4 + 100 + 2
    width = columns(caret.removesuffix("^"))
    starts = {columns(shown[:index]): char for index, char in enumerate(shown)}
    assert starts[width] == "◆"


@given(st.text(max_size=200), st.integers(1, 9), st.integers(1, 300))
def test_any_text_can_be_explained_at_any_place(
    tmp_path_factory: pytest.TempPathFactory, text: str, line: int, column: int
) -> None:
    lines = explained(tmp_path_factory.mktemp("explained"), text, line=line, column=column)
    assert lines[0].startswith(f"content/text.md:{line}:{column}: ")
    assert len(lines) in (2, 4)
    assert not any(ord(char) < 32 or ord(char) == 127 for shown in lines for char in shown)


def test_a_long_line_is_cut_around_the_fault(tmp_path: Path) -> None:
    shown, caret = explained(tmp_path, "a" * 500 + "X" + "b" * 500, column=501)[1:3]
    assert shown == "    …" + "a" * 50 + "X" + "b" * 49 + "…"
    assert shown[caret.index("^")] == "X"


def test_marks_that_would_move_the_cursor_of_a_terminal_are_not_printed(tmp_path: Path) -> None:
    assert explained(tmp_path, "a\x1b[2Jb\u202ec\td")[1] == "    a\ufffd[2Jb\ufffdc d"


def test_nothing_is_shown_where_there_is_no_line(tmp_path: Path) -> None:
    assert explain(problem(), tmp_path) == "content/text.md:1:1: it is wrong"
    assert len(explained(tmp_path, "\n\n", line=2)) == 2
    assert len(explained(tmp_path, "One.\n", line=7)) == 2


def test_nothing_outside_the_project_is_shown(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the word")
    root = tmp_path / "project"
    (root / "content").mkdir(parents=True)
    (root / PATH).symlink_to(tmp_path / "secret")
    assert "the word" not in explain(problem(), root)
    above = Problem(Location(PurePosixPath("content/../../secret")), "it is elsewhere")
    assert "the word" not in explain(above, root)
    (root / PATH).unlink()
    (root / PATH).symlink_to("text.md")
    assert explain(problem(), root) == "content/text.md:1:1: it is wrong"


def test_problems_are_sorted_by_file_and_place_and_told_once() -> None:
    later = Problem(Location(PurePosixPath("content/z.md"), 1), "a")
    error = PublicationError([later, problem(10), problem(9, 2), problem(9), problem(10)])
    assert error.problems == (problem(9), problem(9, 2), problem(10), later)
    assert str(error).splitlines()[0] == "content/text.md:9:1: it is wrong"
    assert str(problem(hint="mend it")) == "content/text.md:1:1: it is wrong\n    hint: mend it"


def test_problems_can_be_sent_between_processes() -> None:
    error = pickle.loads(pickle.dumps(PublicationError([problem(2), problem(1)])))  # noqa: S301 - our own bytes
    assert error.problems == (problem(1), problem(2))


def test_all_steps_are_taken_and_their_problems_told_together() -> None:
    taken = list[int]()

    def take() -> None:
        with gathering() as gathered:
            for step in range(3):
                with gathered.step():
                    taken.append(step)
                    raise PublicationError([problem(step + 1)])
            gathered.add(Location(PATH, 4), "it is wrong")
            raise PublicationError([problem(5)])

    with pytest.raises(PublicationError) as caught:
        take()
    assert taken == [0, 1, 2]
    assert [each.at.line for each in caught.value.problems] == [1, 2, 3, 4, 5]


def test_steps_without_problems_raise_nothing() -> None:
    with gathering() as gathered, gathered.step():
        pass
    assert gathered.problems == []


def test_other_errors_are_not_taken_for_problems() -> None:
    with pytest.raises(ZeroDivisionError), gathering() as gathered, gathered.step():
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("word", "known", "hint"),
    [
        ("art-55", ["art-1", "art-5", "preamble"], "did you mean 'art-5'?"),
        ("frus-58", ["FRUS-58", "STAT"], "did you mean 'FRUS-58'?"),
        ("x", ["b", "a", "b"], "known here: a, b"),
        ("x", [f"word{number}" for number in range(13)], ""),
        ("x", [], ""),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest_one_or_the_few_there_are(
    word: str, known: list[str], hint: str
) -> None:
    assert did_you_mean(word, known) == hint
