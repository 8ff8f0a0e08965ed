"""Tests checks.py: nothing is printed unseen, and what is foreign, unknown or not in the faces is found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.checks import find_problems, foreign_run, texts
from press.content import read_publication
from press.fonts import Fonts
from press.model import Publication
from press.problems import Location
from press.prose import Prose, Text

SPECIMEN = Path(__file__).parent / "specimen/content"
SOURCE = "key type language issued volume number pages url accessed original_language"
UNPRINTED = {
    "Publication": "slug identifier issued language locales description subjects products places",
    "RightShape": "licence url",
    "Contributor": "role part of file_as",
    "ContributorShape": "role of file_as",
    "Part": "name kind language matter of",
    "Unit": "anchor kind number label",
    "Comment": "anchor unit label handout",
    "Section": "name language handout",
    "Remark": "lemma places",
    "Source": SOURCE,
    "Witness": "file source text words",
    "Emendation": "id line source reading class_ place",
    "Citation": "key",
    "Term": "key find places",
    "Event": "date kind places",
    "Person": "key signed places",
    "Synopsis": "paragraph places",
    "Heading": "sort see places",
}
"""What never reaches a page, or only as figures, labels, names of files, addresses, or words that stand elsewhere."""


@pytest.fixture(scope="module")
def publication() -> Publication:
    return read_publication(SPECIMEN)


def found(publication: Publication, fonts: Fonts) -> list[str]:
    return [f"{problem.at}: {problem.message}" for problem in find_problems(publication, fonts)]


def strings(value: object) -> Iterator[str]:
    """Every text in a value that is printed."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Prose):
        yield from (node.text for node, _ in value.inlines() if isinstance(node, Text))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from strings(item)
    elif is_dataclass(value) and not isinstance(value, Location):
        unprinted = UNPRINTED.get(type(value).__name__, "").split()
        for field in fields(value):
            if field.name not in unprinted:
                yield from strings(getattr(value, field.name))


def test_every_text_that_is_printed_is_looked_at(publication: Publication) -> None:
    looked_at = {text for text, *_ in texts(publication)}
    printed = set(strings(publication))
    assert len(printed) > 100
    assert sorted(printed - looked_at) == []


def test_the_specimen_has_nothing_foreign_unknown_or_unprintable(publication: Publication, fonts: Fonts) -> None:
    assert found(publication, fonts) == []


def test_a_character_is_told_once_for_its_line(publication: Publication, fonts: Fonts) -> None:
    without = replace(fonts, characters=fonts.characters - {ord("條")})
    messages = [message for message in found(publication, without) if "history.md" in message]
    assert messages == [
        "content/essay/history.md:5:154: no face in fonts/ has 條 (U+689D, CJK UNIFIED IDEOGRAPH-689D)",
        "content/essay/history.md:7:77: no face in fonts/ has 條 (U+689D, CJK UNIFIED IDEOGRAPH-689D)",
    ]


def test_without_faces_every_character_is_told(publication: Publication) -> None:
    lacking = {message.rpartition("has ")[2][0] for message in found(publication, Fonts(frozenset(), ""))}
    assert {"T", "條", "é", "ニ", "“", ";", "—"} <= lacking


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("plain words, 1960 (b)", "en", None),
        ("déjà vu", "fr", None),
        ("第五條，1960年（b）。", "zh-Hant", None),
        ("ㄅㄆ", "zh-Hant", None),
        ("第五条のニュース", "ja", None),
        ("한국 韓國", "ko", None),
        ("Ελλάς", "en", None),
        ("In 東京 and 京都", "en", ("Han characters", "東京", 3)),
        ("le 條約", "fr", ("Han characters", "條約", 3)),
        ("稱かな", "zh-Hant", ("kana", "かな", 1)),
        ("稱ニュース也", "zh-Hant", ("kana", "ニュース", 1)),
        ("a ニュース", "en", ("kana", "ニュース", 2)),
        ("條約Treaty與B", "zh-Hant", ("a Latin word", "Treaty", 2)),
        ("条約Órgano", "ja", ("a Latin word", "Órgano", 2)),
        ("ㄅ", "ja", ("bopomofo", "ㄅ", 0)),
        ("뉴스", "zh-Hant", ("hangul", "뉴스", 0)),
        ("", "en", None),
    ],
)
def test_a_run_in_a_foreign_script_is_found(text: str, language: str, expected: tuple[str, str, int] | None) -> None:
    assert foreign_run(text, language) == expected


@given(st.text("aB é第条ニーかㄅ뉴1，.“", max_size=12), st.sampled_from(["en", "fr", "zh-Hant", "ja", "ko"]))
def test_a_foreign_run_stands_where_it_says_and_nothing_foreign_stands_before_it(text: str, language: str) -> None:
    if foreign := foreign_run(text, language):
        _, run, index = foreign
        assert run
        assert text[index : index + len(run)] == run
        assert foreign_run(run, language) is not None
        before = foreign_run(text[:index], language)
        assert before is None or before[0] != "a Latin word"
    else:
        assert all(foreign_run(char, language) is None for char in text)


def test_the_hint_names_only_languages_that_the_edition_has(publication: Publication, fonts: Fonts) -> None:
    titles = {language: title for language, title in publication.title.items() if language != "ja"}
    unknown = [message for message in found(replace(publication, title=titles), fonts) if "no language 'ja'" in message]
    assert [message.partition(":")[0] for message in unknown] == [
        "content/essay/history.md", "content/publication.yaml",
    ]  # fmt: skip
    essay = publication.part("essay")
    in_english = replace(essay, units=tuple(replace(u, prose=replace(u.prose, language="en")) for u in essay.units))
    parts = tuple(in_english if part is essay else part for part in publication.parts)
    hints = {problem.hint for problem in find_problems(replace(publication, title=titles, parts=parts), fonts)}
    assert "write [非戰公約]{lang=zh-Hant}" in hints
    assert not any("ja" in hint for hint in hints if hint.startswith("write ["))
