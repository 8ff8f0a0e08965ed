"""The slips that a second reader would mark in the edition's own words. The only importer of zhon.

Which words are ours follows from their place: pages, commentary, lists and notes are; the treaty, the essay and what
stands in quotation marks are not. What cannot be known from the texts, `content/editing.yaml` tells; a publication
without that file is not read for slips.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from zhon import cedict

from press.dates import find_days
from press.listchecks import list_citations, list_texts
from press.model import Comment, Editing, Mentions, Part, Publication, Titles, Unit
from press.numerals import han, roman
from press.problems import Location, Problem, did_you_mean
from press.prose import Block, Call, Citations, Inline, Note, Paragraph, Prose, Span, Text, is_han

_CALL, _HIDDEN = "\ufffc", "\0"
"""What stands in a flow for a call of a note, and in its own words for a character that is not of them."""
_QUOTES = {"“": "”", "「": "」", "『": "』", "《": "》", "〈": "〉", "«": "»"}
_HAN = r"[\u3400-\u9fff]"
_HALF_WIDTH = re.compile(rf"(?<={_HAN})[,;:.?!()](?={_HAN})|(?<={_HAN})[,;()]|[,;()](?={_HAN})")
_SENTENCE = re.compile(rf"[.?!…]+[”’)]*{_CALL}*(?=\s+[“‘(\[]*[A-Z0-9]|\s*$)|[。！？]+[」』）]*{_CALL}*")
_FACT = re.compile(r"[0-9“]")
_SIMPLIFIED = frozenset(cedict.simplified) - frozenset(cedict.traditional)
"""Forms that CC-CEDICT has in simplified words and in no traditional one."""


def find_slips(publication: Publication) -> Iterator[Problem]:
    """Everything that an editor would mark in words that are otherwise fit to print."""
    if not (editing := publication.editing):
        return
    yield from _unknown(publication, editing)
    places = dict(_places(publication))
    namings = [_Naming.of(language, names, publication) for language, names in editing.mentions.items()]
    for flow in _flows(publication):
        yield from _unfinished(flow, editing.unfinished)
        yield from _foreign_forms(flow)
        yield from _half_width(flow)
        if flow.own:
            yield from _misdated(flow, publication.locales)
            for naming in namings:
                yield from _unlinked(flow, naming, places)
    for comment in _comments(publication):
        yield from _unsupported(comment, editing.cited, _abbreviations(publication))
    yield from _unused(publication)


class _Stretch(NamedTuple):
    """A piece of a flow, from the index `start` on."""

    start: int
    text: Text
    language: str
    link: str
    title: bool


@dataclass(frozen=True, slots=True)
class _Flow:
    """Words as they are read one after the other: those of a paragraph, a row of a table, a note, or a record.

    A call of a note is one character in `text`; `cited` are the indexes of those that name a source.
    """

    kind: str
    own: bool
    text: str
    stretches: tuple[_Stretch, ...]
    cited: frozenset[int] = frozenset()

    def stretch(self, index: int) -> _Stretch:
        """The piece that holds a character."""
        return next(each for each in reversed(self.stretches) if each.start <= index)

    def at(self, index: int) -> Location:
        """Where a character stands."""
        stretch = self.stretch(index)
        return Location(
            stretch.text.at.path,
            stretch.text.at.line,
            stretch.text.at.column + (index - stretch.start) * (self.kind != "record"),
        )

    def own_words(self, language: str) -> str:
        """The flow with all hidden that is in another language, in quotation marks or the title of a work."""
        shown = [False] * len(self.text)
        for stretch in self.stretches:
            for index in range(stretch.start, stretch.start + len(stretch.text.text)):
                shown[index] = stretch.language == language and not stretch.title
        closing: list[str] = []
        for index, char in enumerate(self.text):
            if closing and char == closing[-1]:
                closing.pop()
            shown[index] &= not closing
            if char in _QUOTES:
                closing.append(_QUOTES[char])
        return "".join(char if show else _HIDDEN for char, show in zip(self.text, shown, strict=True))

    def links(self) -> set[str]:
        """The anchors to which it leads."""
        return {stretch.link[1:] for stretch in self.stretches if stretch.link.startswith("#")}


def _flows(publication: Publication) -> Iterator[_Flow]:
    """All the words of the publication, but the bare names of sources and of witnesses."""
    for part in publication.parts:
        for prose in part.proses():
            yield from _flows_of(prose, own=part.kind in ("page", "commentary"))
    for titles, at in _records(publication):
        for language, text in titles.items():
            yield _flow("record", [Text(text, at)], language)


def _flows_of(prose: Prose, *, own: bool) -> Iterator[_Flow]:
    notes = {note.number: note for note in prose.notes}
    for kind, children in _runs(prose.blocks, "paragraph"):
        yield _flow(kind, children, prose.language, own=own and kind != "blockquote", notes=notes)
    for note in prose.notes:
        if note.kind == "note":
            yield _flow("note", note.children, prose.language)


def _runs(blocks: Iterable[Block | Paragraph], kind: str) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    """What is read without a break: paragraphs, and rows of tables whole; each with the kind of block it is in."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield kind, block.children
        elif block.tag == "tr":
            cells = [children for _, children in _runs(block.children, "tr")]
            yield "tr", tuple(child for cell in cells for child in (*cell, Text("\n", block.at)))
        else:
            yield from _runs(block.children, block.tag if block.tag in ("blockquote", "h2", "h3") else kind)


def _flow(
    kind: str, children: Sequence[Inline], language: str, *, own: bool = True, notes: Mapping[int, Note] | None = None
) -> _Flow:
    text, stretches, cited = "", list[_Stretch](), set[int]()
    for inline, spoken, link, title in _inlines(children, language):
        if isinstance(inline, Text):
            stretches.append(_Stretch(len(text), inline, spoken, link, title))
            text += inline.text
        else:
            if isinstance(inline, Citations) or _names_sources((notes or {}).get(inline.number)):
                cited.add(len(text))
            text += _CALL
    return _Flow(kind, own, text, tuple(stretches), frozenset(cited))


def _inlines(
    children: Iterable[Inline], language: str, link: str = "", *, title: bool = False
) -> Iterator[tuple[Text | Citations | Call, str, str, bool]]:
    """Every leaf, with its language, where it leads, and whether it is emphasized, as the title of a work is."""
    for child in children:
        if isinstance(child, Span):
            yield from _inlines(
                child.children,
                child.value if child.kind == "lang" else language,
                child.value if child.kind == "link" else link,
                title=title or child.kind == "em",
            )
        else:
            yield child, language, link, title


def _names_sources(note: Note | None) -> bool:
    return note is not None and any(isinstance(child, Citations) for child in note.children)


def _records(publication: Publication) -> Iterator[tuple[Titles, Location]]:
    """Our wordings outside running text."""
    main = publication.language
    yield from list_texts(publication)
    yield from (({main: source.note}, source.at) for source in publication.sources)
    for witness in publication.witnesses:
        yield from (({main: emendation.why}, emendation.at) for emendation in witness.emendations)
    for right in publication.rights:
        yield right.statement, publication.place("rights")
    yield publication.colophon, publication.place("colophon")


# --- Names of units ---------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """A unit of the treaty, whichever of its texts or comments an anchor leads to."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class _Name:
    """One way in which a language names units: `pattern` finds one unit or several, `number` the number of each."""

    language: str
    pattern: re.Pattern[str]
    number: re.Pattern[str]
    places: Mapping[str, _Place]
    mentions: Mentions


def _names(publication: Publication, editing: Editing) -> Iterator[_Name]:
    """Every name of `editing.yaml`, for the units that the treaty has."""
    for language, mentions in editing.mentions.items():
        for kind, names in mentions.names.items():
            numbers = [unit.number for unit in _units(publication) if unit.kind == kind]
            for name in names if numbers else ():
                yield _name(name, kind, numbers, language, mentions)


def _name(name: str, kind: str, numbers: Sequence[int], language: str, mentions: Mentions) -> _Name:
    before, form, after = (re.split(r"\{(\w+)\}", name, maxsplit=1) + ["", ""])[:3]
    write = {"n": str, "roman": roman, "han": han}.get(form, lambda _: "")
    places = {write(number): _Place(kind, number) for number in numbers}
    one = rf"(?:{'|'.join(sorted(map(re.escape, places), key=len, reverse=True))}){re.escape(after)}{_NO_LETTER}"
    more = rf"(?:(?:{'|'.join(map(re.escape, mentions.joined))}){one})*" if form and mentions.joined else ""
    lead = f"(?i:{re.escape(before[:1])}){re.escape(before[1:])}"
    return _Name(language, re.compile(f"{_LETTER_BEFORE}{lead}({one}{more})"), re.compile(one), places, mentions)


def _units(publication: Publication) -> Iterator[Unit]:
    """The units of the treaty, in every language in which it is printed."""
    for part in publication.parts:
        yield from (unit for unit in part.units if part.kind in ("treaty", "parallel"))


def _places(publication: Publication) -> Iterator[tuple[str, _Place]]:
    """Every anchor of the units and of their comments, those of the units themselves first."""
    units = {unit.anchor: _Place(unit.kind, unit.number) for unit in _units(publication)}
    yield from units.items()
    for unit in _units(publication):
        yield from ((paragraph.anchor, units[unit.anchor]) for paragraph in unit.prose.paragraphs)
    for comment in _comments(publication):
        yield comment.anchor, units[comment.unit]
        for section in comment.sections:
            for remark in section.remarks:
                yield from ((paragraph.anchor, units[comment.unit]) for paragraph in remark.prose.paragraphs)


def _unlinked(flow: _Flow, name: _Name, places: Mapping[str, _Place]) -> Iterator[Problem]:
    """Units that are named without a link, and links that lead to another unit than they name.

    A note says the same in two languages, and a row has it in more than one cell: there one link will do.
    """
    if flow.kind in ("record", "h2", "h3"):
        return
    linked = {places.get(anchor) for anchor in flow.links()} if flow.kind in ("note", "tr") else set()
    for match in name.pattern.finditer(flow.own_words(name.language)):
        if _is_elsewhere(flow.text[: match.start()], flow.text[match.end() :], name.mentions):
            continue
        led = {places.get(link[1:]) for index in range(*match.span()) if (link := flow.stretch(index).link)}
        for number in name.number.finditer(flow.text, *match.span(1)):
            called = re.sub(rf"{_LETTER_BEFORE}|{_NO_LETTER}", "", number[0])
            place = next(place for form, place in name.places.items() if number[0].startswith(form))
