"""What must hold between the files of a publication: references, languages, characters, and the sources' words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import NamedTuple
from unicodedata import name as unicode_name

from press.editing import find_slips
from press.flows import citations
from press.fonts import Fonts, scripts
from press.listchecks import find_list_problems, list_citations, list_texts
from press.model import Part, Publication, Source, Titles
from press.problems import Location, Problem, PublicationError, did_you_mean
from press.prose import Citations, Span, Text, is_han
from press.witness import collate

_WORD = re.compile(r"[A-Za-zÀ-ɏ]{2,}")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_NAMES = {"Hani": "Han characters", "Hira": "kana", "Kana": "kana", "Bopo": "bopomofo", "Hang": "hangul"}
_SCRIPTS = {"zh": {"Hani", "Bopo"}, "ja": {"Hani", "Hira", "Kana"}, "ko": {"Hani", "Hang"}}


def find_problems(publication: Publication, fonts: Fonts) -> Iterator[Problem]:
    """Everything that is wrong between files that are right one by one."""
    yield from _references(publication)
    yield from _sources(publication)
    yield from _emendations(publication)
    yield from _languages(publication)
    yield from _typography(publication)
    yield from _characters(publication, fonts)
    yield from _collation(publication)
    yield from find_list_problems(publication, publication.anchors())
    yield from find_slips(publication)


class Printed(NamedTuple):
    """A piece of content that is printed. In running text `at` is exact, and a run can be tagged with its language."""

    text: str
    language: str
    at: Location
    running: bool = False


def texts(publication: Publication) -> Iterator[Printed]:
    """Every piece of content that is printed."""
    for index, part in enumerate(publication.parts):
        yield from _words(publication.place("parts", str(index), "title"), part.title)
        yield from _running_text(part, publication.language)
        for unit in part.units:
            yield from _words(unit.at, unit.title)
            yield Printed(unit.heading, unit.language, unit.at)
            lines = (line for column in unit.signatures for line in (column.caption, *column.names))
            yield from (Printed(line, unit.language, unit.at) for line in lines)
        for comment in part.comments:
            yield from _words(comment.at, comment.title)
    for source in publication.sources:
        yield from _entry(source, publication.language)
    for witness in publication.witnesses:
        yield from (Printed(each.why, publication.language, each.at) for each in witness.emendations)
    for titles, at in list_texts(publication):
        yield from _words(at, titles)
    yield from (Printed(each.locator, publication.language, each.at) for each in list_citations(publication))
    yield from (Printed(each.short, publication.language, each.at) for each in publication.lists.abbreviations)
    yield from _front_matter(publication)


def _words(at: Location, titles: Titles) -> Iterator[Printed]:
    return (Printed(text, language, at) for language, text in titles.items())


def _running_text(part: Part, main: str) -> Iterator[Printed]:
    for prose in part.proses():
        for inline, language in prose.inlines():
            if isinstance(inline, Text):
                yield Printed(inline.text, language, inline.at, running=True)
            elif isinstance(inline, Citations):
                yield from (Printed(item.locator, main, item.at) for item in inline.items)
    for comment in part.comments:
        for section in comment.sections:
            yield from _words(comment.at, section.heading)


def _entry(source: Source, main: str) -> Iterator[Printed]:
    yield from (Printed(text, source.language, source.at) for text in (source.title, source.short))
    yield Printed(source.original, source.original_language or source.language, source.at)
    for text in (source.author, source.editor, source.container, source.publisher, source.place):
        yield Printed(text, source.language_of(text, main), source.at)
    yield Printed(source.note, main, source.at)


def _front_matter(publication: Publication) -> Iterator[Printed]:
    """What publication.yaml says, in the languages that it names."""
    for name in ("title", "short_title", "subtitle", "edition", "colophon", "abstract"):
        for language, text in getattr(publication, name).items():
            yield Printed(text, language, publication.place(name, language))
    for index, right in enumerate(publication.rights):
        yield from _words(publication.place("rights", str(index), "text"), right.text)
        yield from _words(publication.place("rights", str(index), "statement"), right.statement)
    for index, contributor in enumerate(publication.contributors):
        yield from _words(publication.place("contributors", str(index), "name"), contributor.name)
    for field in fields(publication.words):
        yield from _words(publication.place("words", field.name), getattr(publication.words, field.name))
    if publication.web:
        for field in fields(publication.web):
            said, at = getattr(publication.web, field.name), publication.place("web", field.name)
            for titles in said.values() if field.name == "groups" else (said,):
                yield from _words(at, titles)
    yield Printed(publication.publisher, publication.language, publication.place("publisher"))


def _references(publication: Publication) -> Iterator[Problem]:
    """Links to anchors that do not exist, and anchors that exist twice."""
    seen = set(publication.anchors())
    first = dict[str, str]()
    for index, part in enumerate(publication.parts):
        if again := [anchor for anchor in part.anchors() if anchor in first]:
            at, other = publication.place("parts", str(index), "name"), first[again[0]]
            message = f"parts '{other}' and '{part.name}' both have the anchor '#{again[0]}'"
            yield Problem(at, message, "give one of them a prefix")
        first |= {anchor: part.name for anchor in part.anchors() if anchor not in first}
    for part in publication.parts:
        for prose in part.proses():
            for inline, _ in prose.inlines():
                if isinstance(inline, Span) and inline.value.startswith("#") and inline.value[1:] not in seen:
                    hint = did_you_mean(inline.value, (f"#{anchor}" for anchor in seen))
                    yield Problem(inline.at, f"no such anchor '{inline.value}'", hint)


def _sources(publication: Publication) -> Iterator[Problem]:
    """Citations of unknown sources, and keys given twice (anchors do not tell capitals from small letters)."""
    keys, lower = {source.key for source in publication.sources}, set[str]()
    for source in publication.sources:
        if source.key.lower() in lower:
            yield Problem(source.at, f"source '{source.key}' is listed twice")
        lower.add(source.key.lower())
    for key, at in _cited(publication):
        if key not in keys:
            yield Problem(at, f"no such source '{key}'", did_you_mean(key, keys))


def _cited(publication: Publication) -> Iterator[tuple[str, Location]]:
    """Every source that is named anywhere, and where."""
    yield from ((witness.source, witness.source_at) for witness in publication.witnesses)
    yield from ((item.key, item.at) for item in citations(publication))


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
    """Languages that the edition has not, and characters of a script that is foreign to the language they stand in."""
    for at, language in _used_languages(publication):
        if language not in publication.languages:
            hint = did_you_mean(language, publication.languages)
            yield Problem(at, f"the edition has no language '{language}'", hint)
    for text, language, at, running in texts(publication):
        if foreign := foreign_run(text, language):
            what, run, index = foreign
            place = Location(at.path, at.line, at.column + index * running)
            own = [each for each in publication.languages if not foreign_run(run, each)]
            hint = f"write [{run}]{{lang={own[0]}}}" if running and own else ""
            hint += f", or lang={', '.join(own[1:])}" if hint and own[1:] else ""
            yield Problem(place, f"{what} in the language '{language}': “{run}”", hint)


def _used_languages(publication: Publication) -> Iterator[tuple[Location, str]]:
    """Every language that runs, texts and wordings say they are in."""
    for part in publication.parts:
        yield from ((unit.at, unit.language) for unit in part.units)
        for prose in part.proses():
            for inline, _ in prose.inlines():
                if isinstance(inline, Span) and inline.kind == "lang":
                    yield inline.at, inline.value
    yield from ((at, language) for _, language, at, running in texts(publication) if not running)


def foreign_run(text: str, language: str) -> tuple[str, str, int] | None:
    """What kind of script is foreign, the run of it, and its index; None where all is as the language writes.

    What stands in braces is the name of what will stand there.
    """
    own = _SCRIPTS.get(language.partition("-")[0], set())
    if is_han(language) and (match := _WORD.search(_PLACEHOLDER.sub(lambda named: " " * len(named[0]), text))):
        return "a Latin word", match[0], match.start()
    # The mark of a long vowel belongs to all scripts, but stands in kana.
    codes = ["Kana" if char == "ー" else code for char, code in zip(text, scripts(text), strict=True)]
    marks = [_NAMES.get(code, "") if code not in own else "" for code in codes]
    start = next((index for index, mark in enumerate(marks) if mark), -1)
    if start < 0:
        return None
    end = next((index for index in range(start, len(marks)) if marks[index] != marks[start]), len(marks))
    return marks[start], text[start:end], start


def _typography(publication: Publication) -> Iterator[Problem]:
    """Straight quotation marks outside running text, where Markdown's reader finds them."""
    for text, _, at, running in texts(publication):
        if not running and (match := re.search("[\"']", text)):
            message = f"a straight quotation mark {match[0]} in “{_around(text, match.start())}”"
            yield Problem(at, message, "write “ ” ‘ ’ or 「」")


def _characters(publication: Publication, fonts: Fonts) -> Iterator[Problem]:
    """Characters that no face has, each told once for its line."""
    told = set[tuple[Location, str]]()
    for text, _, at, running in (*texts(publication), *_apparatus(publication)):
        for index, char in enumerate(text):
            line = Location(at.path, at.line)
            if ord(char) not in fonts.characters and (line, char) not in told and char != "\n":
                told.add((line, char))
                place = Location(at.path, at.line, at.column + index * running)
                shown = f"{char} " if char.isprintable() else ""
                called = unicode_name(char, "a character without a name")
                message = f"no face in fonts/ has {shown}(U+{ord(char):04X}, {called})"
                yield Problem(place, message, "write it another way")


def _apparatus(publication: Publication) -> Iterator[Printed]:
    """The words of the sources that the textual notes show, with marks for their white space."""
    for witness in publication.witnesses:
        for each in witness.emendations:
            yield from (Printed(text.replace("\t", ""), "", each.at) for text in (each.source, each.reading))


def _around(text: str, index: int) -> str:
    """A few words on either side."""
    return text[max(0, index - 20) : index + 20]


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
