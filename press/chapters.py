"""How a book falls into chapters, and what its contents list: the order of things, before any word is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from press.model import Comment, Folios, Part, Publication, Titles, Unit
from press.prose import Note, Prose

UNKNOWN_FOLIO = "00"
"""Printed for a folio not yet known: as wide as most that it stands for, so the first layout is nearly right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """What is one file of an EPUB: a part, or one comment of the commentary. `opens` marks the first of its part."""

    name: str
    part: Part
    opens: bool
    title: Titles
    units: tuple[Unit, ...] = ()
    comments: tuple[Comment, ...] = ()

    @property
    def language(self) -> str:
        """The language of its text."""
        return self.units[0].language if self.units else self.part.language

    @property
    def notes(self) -> Iterator[tuple[Note, Prose]]:
        """Its notes in reading order, with the text that calls each."""
        proses = [unit.prose for unit in self.units]
        proses += [r.prose for comment in self.comments for section in comment.sections for r in section.remarks]
        return ((note, prose) for prose in proses for note in prose.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the contents. `unit` is the name of the unit ("Article V") where its title does not say it.

    `again` marks one whose title another entry has too: where there is little room, its name will do. `matter` is that
    of a part: front, body or back.
    """

    unit: str
    titles: Titles
    href: str
    folio: str
    children: tuple[Entry, ...] = ()
    again: bool = False
    matter: str = ""

    @property
    def name(self) -> str:
        """What it is called where its title is not told."""
        return self.unit or self.titles[self.language]

    @property
    def language(self) -> str:
        """The language of its first wording."""
        return next(iter(self.titles))

    @property
    def label(self) -> str:
        """The line in one language, for readers that know no more."""
        return f"{self.unit} {self.titles[self.language]}".strip()

    @property
    def also(self) -> Titles:
        """Its wordings in the other languages."""
        return dict(list(self.titles.items())[1:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Landmark:
    """A place that a reading system leads to directly. `type` is of the EPUB Structural Semantics Vocabulary."""

    type: str
    label: str
    language: str
    href: str


def chapters(part: Part) -> tuple[Chapter, ...]:
    """The chapters of a part: one, but a commentary has one for each comment, and pages have one each."""
    if part.kind == "page" and len(part.units) > 1:
        return tuple(
            Chapter(name=unit.anchor, part=part, opens=index == 0, title=unit.title, units=(unit,))
            for index, unit in enumerate(part.units)
        )
    if not part.comments:
        return (Chapter(name=part.name, part=part, opens=True, title=part.title, units=part.units),)
    return tuple(
        Chapter(name=comment.anchor, part=part, opens=index == 0, title=comment.title, comments=(comment,))
        for index, comment in enumerate(part.comments)
    )


def contents(
    publication: Publication, parts: Sequence[Part], link: Callable[[str], str], folios: Folios
) -> tuple[Entry, ...]:
    """Parts with their comments or units, as the contents list them.

    Of the front matter, only what is read is listed; an article has the title of its commentary, if that is there.
    """
    units = {unit.anchor: unit for part in publication.parts for unit in part.units}
    comments = {comment.unit: comment for part in parts for comment in part.comments}

    def entry(anchor: str, unit: Titles, titles: Titles, *, again: bool = False) -> Entry:
        name = unit.get(next(iter(titles)), "")
        return Entry(
            unit="" if name == next(iter(titles.values())) else name, titles=titles, href=link(anchor),
            folio=folios.get(anchor, UNKNOWN_FOLIO), again=again,
        )  # fmt: skip

    def children(part: Part) -> Iterator[Entry]:
        for comment in part.comments:
            yield entry(comment.anchor, units[comment.unit].title, comment.title)
        # What is set beside another text, article by article, is found by way of that text; a page in two languages has
        # its titles in one line.
        for unit in part.units if len(part.units) > 1 and part.kind != "page" and not part.of else ():
            explained = comments.get(unit.anchor)
            yield entry(unit.anchor, unit.title, explained.title if explained else unit.title, again=bool(explained))

    return tuple(
        replace(entry(part.anchor, {}, part.title), children=tuple(children(part)), matter=part.matter)
        for part in parts
        if part.matter != "front" or part.units
    )


def landmarks(parts: Sequence[Part], words: Mapping[str, str]) -> Iterator[Landmark]:
    """The title page, the contents, called by `words`, where the first text of the body begins, and the lists."""

    def landmark(kind: str, part: Part) -> Landmark:
        language, label = next(iter(part.title.items()))
        return Landmark(type=kind, label=label, language=language, href=f"{chapters(part)[0].name}.xhtml")

    yield from (landmark("titlepage", part) for part in parts if part.kind == "title")
    language, label = next(iter(words.items()))
    yield Landmark(type="toc", label=label, language=language, href="nav.xhtml#toc")
    yield from [landmark("bodymatter", part) for part in parts if part.matter == "body"][:1]
    yield from (landmark(part.kind, part) for part in parts if part.kind in ("glossary", "bibliography", "index"))


class Step(NamedTuple):
    """A place that can be gone to, and the words that say so, in their language."""

    anchor: str
    words: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a reader may go from the end of the unit or comment `anchor`.

    To the one before it and the one behind it; to what else there is on it; to the passages that touch on it of an
    essay called by `essay`.
    """

    anchor: str
    language: str
    before: tuple[Step, ...]
    after: tuple[Step, ...]
    others: tuple[Step, ...]
    essay: Titles
    passages: tuple[Step, ...]


def ways_on(publication: Publication, chapter: Chapter) -> Iterator[Way]:
    """The ways onward from the units of a treaty, or from a comment on one."""
    part = chapter.part
    texts = {part.name: part for part in publication.parts}
    commented = {comment.unit: comment for each in publication.parts for comment in each.comments}
    if part.kind == "treaty":
        steps = [_step(unit.anchor, unit.title, unit.language) for unit in part.units]
        for unit in chapter.units:
            others = (
                [_step(commented[unit.anchor].anchor, publication.words.commentary, unit.language)]
                if unit.anchor in commented
                else []
            )
            others += [
                _step(other.anchor, each.title, unit.language)
                for each in publication.parts
                for other in each.units
                if each.of == part.name and (other.kind, other.number) == (unit.kind, unit.number)
            ]
            yield _way(publication, unit, unit.anchor, steps, others)
    elif part.comments:
        units = {unit.anchor: unit for unit in texts[part.of].units}
        steps = [_step(comment.anchor, units[comment.unit].title, part.language) for comment in part.comments]
        for comment in chapter.comments:
            unit = units[comment.unit]
            # To its first paragraph: a pair of links between the same two places would be taken for a note's.
            first = unit.prose.paragraphs[0].anchor if unit.prose.paragraphs else ""
            others = [_step(first or unit.anchor, texts[part.of].title, part.language)]
            yield _way(publication, unit, comment.anchor, steps, others)


def _way(publication: Publication, unit: Unit, anchor: str, steps: Sequence[Step], others: Sequence[Step]) -> Way:
    at = next(index for index, step in enumerate(steps) if step.anchor == anchor)
    named = [
        s.paragraph
        for s in publication.lists.synopses
        if any(p == unit.anchor or p.startswith(f"{unit.anchor}-p") for p in s.places)
    ]
    labels = {
        p.anchor: (p.label, part) for part in publication.parts for prose in part.proses() for p in prose.paragraphs
    }
    essays = [labels[each][1] for each in named if each in labels]
    return Way(
        anchor=anchor, language=steps[at].language, before=tuple(steps[:at][-1:]), after=tuple(steps[at + 1 :][:1]),
        others=tuple(others), essay=essays[0].title if essays else {},
        passages=tuple(Step(each, labels[each][0], steps[at].language) for each in named if each in labels),
    )  # fmt: skip


def _step(anchor: str, titles: Titles, language: str) -> Step:
    wording = language if language in titles else next(iter(titles))
    return Step(anchor, titles[wording], wording)
