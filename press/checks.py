"""What must hold between the files of a publication: references, languages, characters, and the sources' words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from unicodedata import name as unicode_name

from press.fonts import Fonts, scripts
from press.model import Part, Publication, Source, Titles
from press.problems import Location, Problem, PublicationError, did_you_mean
from press.prose import Citations, Span, Text, is_han
from press.witness import collate

_WORD = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
_NAMES = {"Hani": "Han characters", "Hira": "kana", "Kana": "kana", "Bopo": "bopomofo", "Hang": "hangul"}
_SCRIPTS = {"zh": {"Hani", "Bopo"}, "ja": {"Hani", "Hira", "Kana"}, "ko": {"Hani", "Hang"}}


def find_problems(publication: Publication, fonts: Fonts) -> Iterator[Problem]:
    """Everything that is wrong between files that are right one by one."""
    yield from _references(publication)
    yield from _sources(publication)
    yield from _emendations(publication)
    yield from _languages(publication)
    yield from _characters(publication, fonts)
    yield from _collation(publication)


def texts(publication: Publication) -> Iterator[tuple[str, str, Location]]:
    """Every piece of content that is printed, with its language and its place."""
    for part in publication.parts:
        yield from _words(publication.at, part.title)
        yield from _running_text(part, publication.language)
        for unit in part.units:
            yield from _words(unit.at, unit.title)
            yield unit.heading, unit.language, unit.at
            yield from ((line, unit.language, unit.at) for s in unit.signatures for line in (s.caption, *s.names))
        for comment in part.comments:
            yield from _words(comment.at, comment.title)
    for source in publication.sources:
        yield from _entry(source, publication.language)
    for witness in publication.witnesses:
        yield from ((emendation.why, publication.language, emendation.at) for emendation in witness.emendations)
    wordings = [publication.title, publication.short_title, publication.subtitle, publication.colophon]
    wordings += [titles for right in publication.rights for titles in (right.text, right.statement)]
    wordings += [getattr(publication.words, field.name) for field in fields(publication.words)]
    for titles in wordings:
        yield from _words(publication.at, titles)


def _words(at: Location, titles: Titles) -> Iterator[tuple[str, str, Location]]:
    return ((text, language, at) for language, text in titles.items())


def _running_text(part: Part, main: str) -> Iterator[tuple[str, str, Location]]:
    for prose in part.proses():
        for inline, language in prose.inlines():
            if isinstance(inline, Text):
                yield inline.text, language, inline.at
            elif isinstance(inline, Citations):
                yield from ((item.locator, main, item.at) for item in inline.items)


def _entry(source: Source, main: str) -> Iterator[tuple[str, str, Location]]:
    yield from ((text, source.language, source.at) for text in (source.title, source.short))
    yield source.original, source.original_language or source.language, source.at
    for text in (source.author, source.editor, source.container, source.publisher, source.place):
        yield text, source.language_of(text, main), source.at
    yield source.note, main, source.at


def _references(publication: Publication) -> Iterator[Problem]:
    """Links to anchors that do not exist, and anchors that exist twice."""
    known, seen = list(publication.anchors()), set[str]()
    for anchor in known:
        if anchor in seen:
            yield Problem(publication.at, f"two places have the anchor '#{anchor}'", "give one of the parts a prefix")
        seen.add(anchor)
    for part in publication.parts:
        for prose in part.proses():
            for inline, _ in prose.inlines():
                if isinstance(inline, Span) and inline.value.startswith("#") and inline.value[1:] not in seen:
                    yield Problem(inline.at, f"no such anchor '{inline.value}'", did_you_mean(inline.value[1:], seen))


def _sources(publication: Publication) -> Iterator[Problem]:
    """Citations of unknown sources, and keys given twice (anchors do not tell capitals from small letters)."""
    keys, lower = {source.key for source in publication.sources}, set[str]()
    for source in publication.sources:
        if source.key.lower() in lower:
            yield Problem(source.at, f"source '{source.key}' is listed twice")
        lower.add(source.key.lower())
    for witness in publication.witnesses:
        if witness.source not in keys:
            yield Problem(witness.at, f"no such source '{witness.source}'", did_you_mean(witness.source, keys))
    for part in publication.parts:
        for prose in part.proses():
            for inline, _ in prose.inlines():
                for item in inline.items if isinstance(inline, Citations) else ():
                    if item.key not in keys:
                        yield Problem(item.at, f"no such source '@{item.key}'", did_you_mean(item.key, keys))


def _emendations(publication: Publication) -> Iterator[Problem]:
    known, seen = set(publication.anchors()), set[str]()
    for witness in publication.witnesses:
        for emendation in witness.emendations:
            if emendation.id.lower() in seen:
                yield Problem(emendation.at, f"emendation '{emendation.id}' is recorded twice")
            seen.add(emendation.id.lower())
            if emendation.place not in known:
                hint = did_you_mean(emendation.place, known)
                yield Problem(emendation.at, f"{emendation.id}: no such place '{emendation.place}'", hint)


def _languages(publication: Publication) -> Iterator[Problem]:
    """Unknown languages, and characters of a script that is foreign to the language of their run."""
    for part in publication.parts:
        for prose in part.proses():
            for inline, _ in prose.inlines():
                if isinstance(inline, Span) and inline.kind == "lang" and inline.value not in publication.languages:
                    hint = did_you_mean(inline.value, publication.languages)
                    yield Problem(inline.at, f"the edition has no language '{inline.value}'", hint)
    for text, language, at in texts(publication):
        if foreign := foreign_run(text, language):
            what, run, index = foreign
            place = Location(at.path, at.line, at.column + index)
            wanted = "en" if what == "a Latin word" else "ja" if what == "kana" else "zh-Hant or ja"
            yield Problem(place, f"{what} in the language '{language}': “{run}”", f"write [{run}]{{lang={wanted}}}")


def foreign_run(text: str, language: str) -> tuple[str, str, int] | None:
    """What kind of script is foreign, the run of it, and its index; None where all is as the language writes."""
    own = _SCRIPTS.get(language.partition("-")[0], set())
    if is_han(language) and (match := _WORD.search(text)):
        return "a Latin word", match[0], match.start()
    marks = [_NAMES.get(code, "") if code not in own else "" for code in scripts(text)]
    start = next((index for index, mark in enumerate(marks) if mark), -1)
    if start < 0:
        return None
    end = next((index for index in range(start, len(marks)) if marks[index] != marks[start]), len(marks))
    return marks[start], text[start:end], start


def _characters(publication: Publication, fonts: Fonts) -> Iterator[Problem]:
    """Characters that no face has, each told once for its line."""
    told = set[tuple[Location, str]]()
    for text, _, at in texts(publication):
        for index, char in enumerate(text):
            line = Location(at.path, at.line)
            if ord(char) not in fonts.characters and (line, char) not in told and char != "\n":
                told.add((line, char))
                place = Location(at.path, at.line, at.column + index)
                called = unicode_name(char, "a character without a name")
                yield Problem(
                    place,
                    f"no face in fonts/ has {char} (U+{ord(char):04X}, {called})",
                    "write it another way",
                )


def _collation(publication: Publication) -> Iterator[Problem]:
    """Source + emendations = reading text; and a text that claims a witness exists."""
    parts = {part.name: part for part in publication.parts if part.units}
    for witness in publication.witnesses:
        if witness.text not in parts:
            yield Problem(
                witness.at,
                f"no part '{witness.text}' is made from {witness.file}",
                did_you_mean(witness.text, parts),
            )
            continue
        try:
            yield from collate(witness, parts[witness.text])
        except PublicationError as error:
            yield from error.problems
