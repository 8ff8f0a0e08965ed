"""Tests lemmata.py: a lemma is found where its words stand, word for word, and a text is cut at its lemmata."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.lemmata import cut, find_lemma, incipit, mark_lemma
from press.model import Signatures, Unit
from press.problems import Location
from tests.writing import read


def unit(text: str, language: str = "en", signatures: tuple[Signatures, ...] = ()) -> Unit:
    return Unit(
        anchor="art-1", kind="article", number=1, label="I", heading="", title={"en": "Article I"},
        prose=read(text, language=language), signatures=signatures, at=Location(PurePosixPath("content/treaty/a.md")),
    )  # fmt: skip


ARTICLE_TEXT = "Duties of the Parties: an armed\nattack on Japan.\n\nTo keep peace, or (a) to act.\n"
ARTICLE = unit(ARTICLE_TEXT, signatures=(Signatures(caption="FOR JAPAN:", names=("Aiichiro Fujiyama",)),))


@pytest.mark.parametrize(
    ("lemma", "places"),
    [
        ("of the Parties", ("text-p1",)),
        ("the  Parties: an armed", ("text-p1",)),
        ("armed … peace", ("text-p1", "text-p2")),
        ("the … Japan", ("text-p1",)),
        ("… Japan", ("text-p1",)),
        ("(a) to act.", ("text-p2",)),
        ("Aiichiro Fujiyama", ()),
    ],
)
def test_a_lemma_stands_where_its_words_stand(lemma: str, places: tuple[str, ...]) -> None:
    start, found = find_lemma(lemma, ARTICLE)
    assert found == places
    text = " ".join(f"{ARTICLE_TEXT} FOR JAPAN: Aiichiro Fujiyama".split())
    assert text[start:].startswith(" ".join(lemma.split("…", maxsplit=1)[0].split()))


@pytest.mark.parametrize(
    "lemma",
    ["arm", "rmed attack", "armed at", "Armed attack", "armed, attack", "Japan … Parties", "", "…", " … ", ".*"],
)
def test_words_that_do_not_stand_so_in_the_text_are_no_lemma(lemma: str) -> None:
    assert find_lemma(lemma, ARTICLE) == (-1, ())


def test_a_lemma_in_chinese_has_no_ends_of_words() -> None:
    article = unit("譴責為解決國際爭端而訴諸戰爭。\n", "zh-Hant")
    assert find_lemma("譴責 … 訴諸戰爭", article) == (0, ("text-p1",))
    assert find_lemma("國際爭端", article) == (5, ("text-p1",))


def test_the_same_words_are_found_again_further_on() -> None:
    article = unit("war and war\n\nwar\n")
    assert find_lemma("war", article) == (0, ("text-p1",))
    assert find_lemma("war", article, 1) == (8, ("text-p1",))
    assert find_lemma("war", article, 9) == (12, ("text-p2",))
    assert find_lemma("war", article, 13) == (-1, ())


@given(
    st.lists(
        st.lists(st.sampled_from(["war", "peace", "(a)", "第一條", "A.B"]), min_size=1, max_size=6),
        min_size=1,
        max_size=4,
    ),
    st.data(),
)
def test_any_words_of_a_text_are_found_in_it(paragraphs: list[list[str]], data: st.DataObject) -> None:
    article = unit("\n\n".join(f"w {' '.join(words)}" for words in paragraphs))
    index = data.draw(st.integers(0, len(paragraphs) - 1))
    words = paragraphs[index]
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    lemma = " ".join(words[first : last + 1])
    start, places = find_lemma(lemma, article)
    text = "\n".join(f"w {' '.join(words)}" for words in paragraphs)
    assert text[start:].startswith(lemma)
    assert text.index(lemma) <= start
    assert len(places) == 1
    if last > first + 1:
        assert find_lemma(f"{words[first]} … {words[last]}", article)[0] >= 0


def marked(lemma: str, article: Unit, start: int = 0) -> list[tuple[int, str]]:
    """The words that are marked, each with the number of its paragraph."""
    paragraphs = article.prose.paragraphs
    return [(index, paragraphs[index].text[a:b]) for index, a, b in mark_lemma(lemma, article, start)]


@pytest.mark.parametrize(
    ("lemma", "found"),
    [
        ("of  the Parties", [(0, "of the Parties")]),
        ("an armed attack", [(0, "an armed attack")]),
        ("armed … keep peace", [(0, "armed"), (1, "keep peace")]),
        ("… Japan", [(0, "Japan")]),
        ("act. … Fujiyama", [(1, "act.")]),
        ("Aiichiro Fujiyama", []),
        ("armored", []),
    ],
)
def test_only_the_words_of_a_lemma_are_marked(lemma: str, found: list[tuple[int, str]]) -> None:
    assert marked(lemma, ARTICLE) == found


def test_the_words_that_are_marked_are_those_that_were_found() -> None:
    article = unit("war and war\n\nwar\n")
    assert mark_lemma("war", article, 1) == ((0, 8, 11),)
    assert mark_lemma("war", article, 9) == ((1, 0, 3),)


marks_of = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 10), st.sampled_from("abc")).filter(lambda m: m[0] < m[1])
)


@given(marks_of)
def test_a_text_that_is_cut_is_whole_and_each_letter_has_its_marks(marks: list[tuple[int, int, str]]) -> None:
    text, reached = "0123456789", 0
    for piece, names in cut(text, marks):
        for index in range(reached, reached + len(piece)):
            assert sorted(names) == sorted(name for start, end, name in marks if start <= index < end)
        reached += len(piece)
        assert piece
    assert "".join(piece for piece, _ in cut(text, marks)) == text


def test_the_shortest_of_the_marks_on_a_piece_is_the_last() -> None:
    assert list(cut("a far east b", [(2, 5, "far"), (0, 10, "long")])) == [
        ("a ", ("long",)), ("far", ("long", "far")), (" east", ("long",)), (" b", ()),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("an armed attack", "an armed attack"),
        ("one two three four", "one two\u00a0…"),
        ("one two, three", "one two\u00a0…"),
        ("one … two three four", "one\u00a0…"),
        ("維持國際和平與安全之共同關切", "維持國際和平與安\u00a0…"),
    ],
)
def test_a_lemma_is_known_in_a_list_by_its_first_words(words: str, first: str) -> None:
    room = 15 if first == words else 10
    assert incipit(words, room) == first
    assert len(incipit(words, room)) <= room
