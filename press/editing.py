"""The slips that a second reader would mark in words that are otherwise fit to print. The only importer of zhon.

What cannot be known from the texts, `content/editing.yaml` tells; without that file, nothing is read for slips.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from zhon.cedict import simp, trad

from press.dates import Written, find_days
from press.flows import CALL, Flow, Stretch, citations, flows, prose_flows, records
from press.model import Comment, Editing, Mentions, Publication, Unit
from press.numerals import han, roman
from press.problems import Location, Problem, did_you_mean
from press.prose import is_han

_LETTER = "0-9A-Za-zÀ-ɏ"
_BEGINS, _ENDS = f"(?<![{_LETTER}])", rf"(?![{_LETTER}]|\.[0-9])"
_HAN = r"[\u3400-\u9fff]"
_HALF_WIDTH = re.compile(rf"(?<={_HAN})[,;:.?!()](?={_HAN})|(?<={_HAN})[,;()]|[,;()](?={_HAN})")
_FULL_WIDTH = str.maketrans(",;:.?!()", "，；：。？！（）")
_SENTENCE_END = re.compile(rf"[.?!…]+[”’)]*{CALL}*(?=\s+[“‘(\[]*[A-Z0-9]|\s*$)|[。！？]+[」』）]*{CALL}*")
_FACT = re.compile("[0-9“「]")
_SIMPLIFIED: frozenset[str] = frozenset(simp) - frozenset(trad)
"""The forms that CC-CEDICT has in simplified words and in no traditional one."""

Days = Mapping[tuple[int, int], Sequence[Written]]
"""Month and day → where a text has them."""


def find_slips(publication: Publication) -> Iterator[Problem]:
    """Everything that an editor would mark; nothing where the publication has no editing.yaml."""
    if not (editing := publication.editing):
        return
    yield from _unknown(publication, editing)
    places, names = dict(_places(publication)), tuple(_names(publication, editing))
    for flow in flows(publication):
        yield from _unfinished(flow, editing.unfinished)
        yield from _simplified(flow)
        yield from _half_width(flow)
        if flow.own:
            yield from _misdated(flow, publication.locales)
        if flow.own and flow.kind in ("paragraph", "row", "note"):
            for name in names:
                yield from _unlinked(flow, name, places)
    yield from _contradictory(publication)
    yield from _unsupported(publication, editing)
    yield from _uncited(publication)


def _unknown(publication: Publication, editing: Editing) -> Iterator[Problem]:
    """Languages and sections that editing.yaml names and the publication has not; names that leave out the number."""
    sections = {section.name for comment in _comments(publication) for section in comment.sections}
    for name in sorted(set(editing.cited) - sections):
        yield Problem(editing.at, f"no commentary has a section '{name}'", did_you_mean(name, sections))
    for language in sorted(set(editing.mentions) - set(publication.languages)):
        hint = did_you_mean(language, publication.languages)
        yield Problem(editing.at, f"the edition has no language '{language}'", hint)
    for mentions in editing.mentions.values():
        for kind in ("article", "annex"):
            for name in mentions.names.get(kind, ()):
                if "{" not in name:
                    yield Problem(editing.at, f"the name '{name}' has no number", "write {roman}, {n} or {han} in it")


def _comments(publication: Publication) -> Iterator[Comment]:
    for part in publication.parts:
        yield from part.comments


def _units(publication: Publication) -> Iterator[Unit]:
    """The units of the treaty, in each language in which it is printed."""
    for part in publication.parts:
        if part.kind in ("treaty", "parallel"):
            yield from part.units


# --- Words and marks --------------------------------------------------------------------------------------------


def _unfinished(flow: Flow, words: Sequence[str]) -> Iterator[Problem]:
    """Words that keep the place of others."""
    for word in words:
        for match in re.finditer(f"{_BEGINS}{re.escape(word)}{_ENDS}", flow.text, re.IGNORECASE):
            yield Problem(flow.at(match.start()), f"“{match[0]}” is not to be printed", "write what was to stand here")


def _simplified(flow: Flow) -> Iterator[Problem]:
    """Simplified characters in Traditional Chinese."""
    for start, text, language, *_ in flow.stretches:
        if "Hant" in language.split("-"):
            for index, char in enumerate(text.text, start):
                if char in _SIMPLIFIED:
                    hint = "write its traditional form" + f", or [{char}]{{lang=…}}" * (flow.kind != "record")
                    yield Problem(flow.at(index), f"{char} is a simplified character", hint)


def _half_width(flow: Flow) -> Iterator[Problem]:
    """Narrow punctuation where characters are wide."""
    for match in _HALF_WIDTH.finditer(flow.text):
        if is_han(flow.stretch(match.start()).language):
            around = flow.text[max(match.start() - 4, 0) : match.end() + 4].replace(CALL, "")
            message = f"a narrow {match[0]} among wide characters: “{around}”"
            yield Problem(flow.at(match.start()), message, f"write {match[0].translate(_FULL_WIDTH)}")


# --- Days -------------------------------------------------------------------------------------------------------


def _misdated(flow: Flow, locales: Mapping[str, str]) -> Iterator[Problem]:
    """Days that no calendar has, and days that are not written in the way of the edition."""
    for language, locale in locales.items():
        for day in find_days(flow.own_words(language), locale):
            written = flow.text[day.start : day.end]
            if not day.proper:
                yield Problem(flow.at(day.start), f"no calendar has the day {written}")
            elif written != day.proper:
                message = f"“{written}” is not how the edition writes a day"
                yield Problem(flow.at(day.start), message, f"write {day.proper}")


def _contradictory(publication: Publication) -> Iterator[Problem]:
    """Days that a record or a note tells otherwise in one language than in another, and sources of another day.

    A language may leave days out; but where each has one that the other has not, one of them is wrong.
    """
    for wordings, at in _wordings(publication):
        days = {
            language: _days(wordings[language], locale)
            for language, locale in publication.locales.items()
            if language in wordings
        }
        for (one, first), (other, second) in combinations(days.items(), 2):
            only = [_named(first, second), _named(second, first)]
            if all(only) or (only := _other_years(first, second)):
                hint = "one is wrong, or each leaves out a day"
                yield Problem(at, f"'{one}' has {only[0]}, '{other}' has {only[1]}", hint)
    for source in publication.sources:
        locale = publication.locales.get(source.language)
        told = [day for day in find_days(source.short, locale) if day.year] if locale else []
        dates = {f"{day.year}-{day.month:02}-{day.day:02}" for day in told}
        if len(dates) == 1 and len(source.issued) == len("1960-01-19") and source.issued not in dates:
            message = f"the short title has {told[0].proper}, but the source is of {source.issued}"
            yield Problem(source.at, message, "mend one of them")


def _wordings(publication: Publication) -> Iterator[tuple[Mapping[str, str], Location]]:
    """What is told in several languages side by side, by language."""
    yield from records(publication)
    for flow in flows(publication):
        if flow.kind == "note":
            yield {language: flow.own_words(language) for language in publication.locales}, flow.at(0)


def _days(text: str, locale: str) -> Days:
    """The days in a text, that before a dash too (19–20 May), by month and day."""
    days = defaultdict[tuple[int, int], list[Written]](list)
    for day in find_days(text, locale):
        days[day.month, day.day].append(day)
        if before := re.search(r"\b(\d{1,2})–$", text[: day.start]):
            days[day.month, int(before[1])].append(day._replace(proper=f"{before[0]}{day.proper}"))
    return days


def _named(days: Days, others: Days) -> str:
    """The days that are not among others."""
    return ", ".join(days[key][0].proper for key in sorted(days.keys() - others.keys()))


def _other_years(first: Days, second: Days) -> list[str]:
    """The first day that has one year here and another there, as each writes it."""
    for key in sorted(first.keys() & second.keys()):
        dated = [[day for day in days[key] if day.year] for days in (first, second)]
        if all(dated) and {day.year for day in dated[0]}.isdisjoint(day.year for day in dated[1]):
            return [each[0].proper for each in dated]
    return []


# --- Names of units ---------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A unit of the treaty, whichever of its texts or comments an anchor leads to."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class _Name:
    """A way in which a language names units: `pattern` finds one or several, `single` each of them by its number."""

    language: str
    pattern: re.Pattern[str]
    single: re.Pattern[str]
    places: Mapping[str, _Place]
    mentions: Mentions


def _names(publication: Publication, editing: Editing) -> Iterator[_Name]:
    """Every name in editing.yaml, with the numbers of the units that there are."""
    for language, mentions in editing.mentions.items():
        for kind, names in mentions.names.items():
            numbers = {unit.number for unit in _units(publication) if unit.kind == kind}
            for name in names if numbers else ():
                before, form, after = (*re.split(r"\{(\w+)\}", name, maxsplit=1), "", "")[:3]
                places = {_number(number, form): _Place(kind, number) for number in numbers}
                yield _name(before, after, places, language, mentions)


def _number(number: int, form: str) -> str:
    return {"n": str(number), "roman": roman(number), "han": han(number)}.get(form, "")


def _name(before: str, after: str, places: Mapping[str, _Place], language: str, mentions: Mentions) -> _Name:
    numbers = "|".join(sorted(map(re.escape, places), key=len, reverse=True))
    single = f"({numbers}){re.escape(after)}{_ENDS}"
    joined = "|".join(map(re.escape, mentions.joined))
    more = f"(?:(?:{joined}){single})*" if joined and numbers else ""
    lead = f"{_BEGINS}(?i:{re.escape(before[:1])}){re.escape(before[1:])}"
    return _Name(language, re.compile(f"{lead}(?P<units>{single}{more})"), re.compile(single), places, mentions)


def _places(publication: Publication) -> Iterator[tuple[str, _Place]]:
    """The unit to which each anchor belongs; the anchors of the units themselves come first."""
    units = {unit.anchor: _Place(unit.kind, unit.number) for unit in _units(publication)}
    yield from units.items()
    for unit in _units(publication):
        yield from ((paragraph.anchor, units[unit.anchor]) for paragraph in unit.prose.paragraphs if paragraph.anchor)
    for comment in _comments(publication):
        yield from ((anchor, units[comment.unit]) for anchor in _told(comment))


def _told(comment: Comment) -> Iterator[str]:
    """The anchors of a comment."""
    yield comment.anchor
    for section in comment.sections:
        for remark in section.remarks:
            yield from (paragraph.anchor for paragraph in remark.prose.paragraphs if paragraph.anchor)


def _unlinked(flow: Flow, name: _Name, places: Mapping[str, _Place]) -> Iterator[Problem]:
    """Units that are named without a link, and links that lead to another unit than they name.

    A note tells the same in two languages, where one link is enough. The words of a table need none.
    """
    enough = set(places.values()) if flow.kind == "row" else set()
    if flow.kind == "note":
        enough = {places[anchor] for anchor in flow.anchors() if anchor in places}
    right = set[Stretch]()
    for match in name.pattern.finditer(flow.own_words(name.language)):
        if _is_elsewhere(flow.text[: match.start()], flow.text[match.end() :], name.mentions):
            continue
        for index, single in enumerate(name.single.finditer(flow.text, *match.span("units"))):
            start, end, place = single.start() if index else match.start(), single.end(), name.places[single[1]]
            stretch = flow.stretch(end - 1)
            if places.get(stretch.link[1:]) == place:
                right.add(stretch)  # a link may name several units; it leads to the first
            hint = f"write [{flow.text[start:end]}](#{next(key for key, value in places.items() if value == place)})"
            if not stretch.link and place not in enough:
                yield Problem(flow.at(start), f"“{flow.text[start:end]}” is not a link", hint)
            elif stretch.link[1:] in places and stretch not in right:
                yield Problem(flow.at(start), f"“{flow.text[start:end]}” leads to {stretch.link}", hint)


def _is_elsewhere(before: str, after: str, mentions: Mentions) -> bool:
    """Whether the words around a name say that it is a unit of another instrument."""
    after = re.sub(r"^(?:\(\w+\))*\s*", "", after)
    if any(re.match(re.escape(words) + _ENDS, after) for words in mentions.ours):
        return False
    return any(re.match(re.escape(word) + _ENDS, after) for word in mentions.after) or any(
        re.search(rf"{_BEGINS if word[0].isascii() else ''}{re.escape(word)}\s*$", before) for word in mentions.before
    )


# --- Sources ----------------------------------------------------------------------------------------------------


def _unsupported(publication: Publication, editing: Editing) -> Iterator[Problem]:
    """Numbered paragraphs without a source; sentences, and rows of tables, that tell a fact without one."""
    told = {anchor for comment in _comments(publication) for anchor in _told(comment)}
    forms = [form for entry in publication.lists.abbreviations for form in entry.short.split(", ")]
    shortened = "|".join([r"[A-Z]\.", *(re.escape(form) for form in forms if form.endswith("."))])
    for comment in _comments(publication):
        for section in comment.sections:
            for remark in section.remarks if section.name in editing.cited else ():
                for flow in prose_flows(remark.prose):
                    if flow.anchor and not flow.cited:
                        hint = "write [@KEY place] behind a full stop"
                        yield Problem(flow.at(0), "the paragraph names no source", hint)
                    elif flow.kind in ("paragraph", "row"):
                        yield from _unsupported_in(flow, told, shortened)


def _unsupported_in(flow: Flow, told: Collection[str], shortened: str) -> Iterator[Problem]:
    """A fact is a figure, a day or a quotation. What refers to the commentary leads to the sources there."""
    words = flow.unlinked()
    for start, end in _sentences(flow.text, shortened) if flow.kind == "paragraph" else [(0, len(flow.text))]:
        refers = any(flow.stretch(index).link[1:] in told for index in range(start, end))
        if not refers and flow.cited.isdisjoint(range(start, end)) and (fact := _FACT.search(words, start, end)):
            sentence = " ".join(flow.text[start:end].replace(CALL, "").split())
            message = f"no source bears out “{sentence if len(sentence) <= 60 else sentence[:59] + '…'}”"
            yield Problem(flow.at(fact.start()), message, "write [@KEY place] behind it")


def _sentences(text: str, shortened: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, the calls behind its stop included; `shortened` is what else has a stop."""
    no_end = re.compile(f"{_BEGINS}(?:{shortened})$")
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if CALL in match[0] or not no_end.search(text[start : match.start() + 1]):
            yield start, match.end()
            start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _uncited(publication: Publication) -> Iterator[Problem]:
    """Sources that no text, list or witness names."""
    cited = {witness.source for witness in publication.witnesses}
    cited.update(citation.key for citation in citations(publication))
    for source in publication.sources:
        if source.key not in cited:
            yield Problem(source.at, f"source '{source.key}' is cited nowhere", "cite it, or delete its entry")
