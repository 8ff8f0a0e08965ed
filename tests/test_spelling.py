"""Tests the spelling of the English: American, by Hunspell's dictionary and the edition's own list of words."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from unicodedata import normalize

import pytest
from spylls.hunspell import Dictionary

from press.checks import texts
from press.content import read_publication
from press.model import Publication
from press.problems import Location

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "content/words.txt"
"""Names, terms, and words of other languages that English sentences use, one on a line."""

TOKEN = re.compile(r"[^\s–—]+")
ADDRESS = re.compile(r"[0-9#/_@]|\w:\w|\w\w\.\w")
WORD = re.compile(r"[A-Za-zÀ-ɏ]+(?:’[A-Za-zÀ-ɏ]+)*")
ROMAN = re.compile(r"[IVXLC]+")


@pytest.mark.parametrize("word", ["defense", "endeavor", "Dulles’", "Fujiyama’s", "didn’t", "XVIII", "communiqué"])
def test_a_word_is_known(word: str) -> None:
    assert is_known(word)


@pytest.mark.parametrize("word", ["defence", "licence", "endeavour", "recieve", "Fujiyma"])
def test_another_spelling_is_not(word: str) -> None:
    assert not is_known(word)


def test_addresses_and_numbers_are_no_words() -> None:
    assert list(words_of("See anpo.biz, art-5-p2 and urn:uuid:cafe–well-being of 1960s.")) == [
        *("See", "and"), *("well", "being", "of")
    ]  # fmt: skip


def test_all_english_is_spelt_as_in_america() -> None:
    unknown = [f"{at}: {word}" for word, at in used().items() if not is_known(word)]
    assert not unknown, "\n".join(["mend these, or add them to content/words.txt:", *unknown])


def test_the_list_has_each_word_once_in_the_order_of_the_alphabet() -> None:
    words = LIST.read_text("utf-8").splitlines()
    assert words == sorted(set(words), key=lambda word: (plain(word), word))


def test_the_list_has_no_word_that_is_not_used_or_that_the_dictionary_has() -> None:
    wanted = {word for word in used() if not in_dictionary(word)}
    wanted |= {word[0].lower() + word[1:] for word in wanted}
    assert not listed() - wanted


@cache
def dictionary() -> Dictionary:
    """The dictionary that comes with spylls, which leaves it to Python to close the files."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        return Dictionary.from_files("en_US")


@cache
def listed() -> frozenset[str]:
    return frozenset(LIST.read_text("utf-8").split())


@cache
def used() -> Mapping[str, Location]:
    """Every word of the English, and where it first stands."""
    words = dict[str, Location]()
    for text, at in english(read_publication(ROOT / "content")):
        for word in words_of(text):
            words.setdefault(word, at)
    return words


def english(publication: Publication) -> Iterator[tuple[str, Location]]:
    """All English that is printed, or stands in the files' metadata."""
    yield from ((text, at) for text, language, at, _ in texts(publication) if language == "en")
    yield from ((text, publication.at) for text in (publication.description, *publication.subjects))


def words_of(text: str) -> Iterator[str]:
    """The words of a text, without the ’s of a possessive. Numbers and addresses are none."""
    for token in TOKEN.findall(text):
        if not ADDRESS.search(token):
            yield from (re.sub("’s?$", "", word) for word in WORD.findall(token))


def is_known(word: str) -> bool:
    word = re.sub("’s?$", "", word)
    return in_dictionary(word) or not {word, word[0].lower() + word[1:]}.isdisjoint(listed())


def in_dictionary(word: str) -> bool:
    """Whether the dictionary has the word; letters that stand alone and Roman numerals are words too."""
    return len(word) == 1 or bool(ROMAN.fullmatch(word)) or bool(dictionary().lookup(word.replace("’", "'")))


def plain(word: str) -> str:
    """What a word is sorted by: its letters, accents and capitals aside."""
    return "".join(char for char in normalize("NFKD", word).casefold() if char.isascii())
