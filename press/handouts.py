"""What stands on a handout for a class: the law in its languages, chosen remarks, terms and passages of an essay.

All of it is in the publication already; here is only what is taken. A handout goes on one sheet: `too_long` tells where
the pages that were laid out have more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import NamedTuple

from press.chapters import Chapter
from press.model import Comment, Part, Product, Publication, Section, Sheet, Synopsis, Term, Unit, wording
from press.problems import Problem
from press.prose import Prose


class Column(NamedTuple):
    """Words of the law in one language."""

    language: str
    words: str


class Row(NamedTuple):
    """A paragraph of the law, or a caption or a name below it, in every language that it is given in."""

    kind: str
    anchor: str
    label: str
    columns: tuple[Column, ...]


class Passage(NamedTuple):
    """A paragraph of an essay, the part that it is of, and what it says in another language."""

    label: str
    prose: Prose
    part: Part
    synopsis: Synopsis | None


class Overrun(NamedTuple):
    """A side of the sheet with this anchor that goes on for so many lines, half ones counted, over what it may fill."""

    anchor: str
    lines: float


def rows(publication: Publication, unit: Unit) -> tuple[Row, ...]:
    """The paragraphs of a unit, its captions and names, each beside those of the texts that are set beside it."""
    units = [unit, *_facing(publication, unit)]

    def row(kind: str, words: Iterable[str], anchor: str = "", label: str = "") -> Row:
        columns = (Column(each.language, text) for each, text in zip(units, words, strict=True))
        return Row(kind, anchor, label, tuple(columns))

    made = [
        row("paragraph", (each.text for each in given), given[0].anchor, given[0].label)
        for given in zip(*(each.prose.paragraphs for each in units), strict=True)
    ]
    for columns in zip(*(each.signatures for each in units), strict=True):
        made.append(row("caption", (column.caption for column in columns)))
        made += [row("name", names) for names in zip(*(column.names for column in columns), strict=True)]
    return tuple(made)


def headings(publication: Publication, unit: Unit) -> tuple[Column, ...]:
    """The headings of a unit in the languages of its rows, as its texts have them, or else its names."""
    units = (unit, *_facing(publication, unit))
    return tuple(Column(each.language, each.heading or wording(each.title, each.language)) for each in units)


def _facing(publication: Publication, unit: Unit) -> list[Unit]:
    own = next(part.name for part in publication.parts if unit in part.units)
    return [
        other
        for part in publication.parts
        if part.kind == "parallel" and part.of == own
        for other in part.units
        if (other.kind, other.number) == (unit.kind, unit.number)
    ]


def terms_of(publication: Publication, unit: Unit, comment: Comment | None = None) -> tuple[Term, ...]:
    """The terms that an editor has chosen for a unit, or else all that it has, in the order in which it has them.

    It has a term that names the unit, or a paragraph of it, among its places, or words of which stand in its text.
    """
    by_key = {term.key: term for term in publication.lists.glossary}
    if comment and comment.handout and comment.handout.terms:
        return tuple(by_key[key] for key in comment.handout.terms if key in by_key)
    text, own = "\n".join(paragraph.text for paragraph in unit.prose.paragraphs), f"{unit.anchor}-p"

    def place(term: Term) -> int:
        words = (re.search(rf"\b{re.escape(each)}\b", text, re.IGNORECASE) for each in term.find)
        return min((match.start() for match in words if match), default=len(text))

    found = [
        term
        for term in by_key.values()
        if place(term) < len(text) or any(each == unit.anchor or each.startswith(own) for each in term.places)
    ]
    return tuple(sorted(found, key=place))


def on_side(comment: Comment, side: str) -> tuple[Section, ...]:
    """The sections of a comment in front or on the back of its handout; of those with lemmata, the chosen remarks."""
    chosen = comment.handout
    sections = list[Section]()
    for section in comment.sections:
        remarks = section.remarks
        if any(remark.lemma for remark in remarks):
            remarks = tuple(remark for remark in remarks if chosen and remark.lemma in chosen.notes)
        wanted = section.handout == "chosen" and chosen and section.name in chosen.sections
        place = "front" if wanted else "back" if section.handout == "essay" else section.handout
        if place == side and remarks:
            sections.append(replace(section, remarks=remarks))
    return tuple(sections)


def passages(publication: Publication, comment: Comment) -> tuple[Passage, ...]:
    """The paragraphs of an essay that an editor has chosen for the handout, each alone, with its notes."""
    synopses = {synopsis.paragraph: synopsis for synopsis in publication.lists.synopses}
    return tuple(
        Passage(paragraph.label, replace(prose, blocks=(paragraph,)), part, synopses.get(anchor))
        for anchor in (comment.handout.essay if comment.handout else ())
        for part in publication.parts
        if part.kind == "essay"
        for prose in part.proses()
        for paragraph in prose.paragraphs
        if paragraph.anchor == anchor
    )


def sheets(publication: Publication, product: Product, chapters: Sequence[Chapter]) -> tuple[Sheet, ...]:
    """The sheets of a handout: one for each comment, one for each other part."""
    if not product.sides:
        return ()
    units = {unit.anchor: unit for part in publication.parts for unit in part.units}
    made = list[Sheet]()
    for chapter in chapters:
        for comment in chapter.comments:
            name = wording(units[comment.unit].title, publication.language)
            at = comment.handout.at if comment.handout else comment.at
            hint = "choose fewer or shorter ones under handout: notes, essay, terms, sections"
            made.append(Sheet(comment.anchor, f"the handout on {name}", at, hint))
        if not chapter.comments:
            name, part = wording(chapter.part.title, publication.language), publication.parts.index(chapter.part)
            hint = "shorten it, or give it smaller type in templates/styles/handout"
            at = publication.place("parts", str(part))
            made.append(Sheet(chapter.part.anchor, f"the handout “{name}”", at, hint))
    return tuple(made)


def too_long(sheets: Sequence[Sheet], overruns: Iterable[Overrun]) -> Iterator[Problem]:
    """The sheets that have more than their paper holds, and how much."""
    over: dict[str, float] = {}
    for overrun in overruns:
        over[overrun.anchor] = over.get(overrun.anchor, 0) + overrun.lines
    for sheet in sheets:
        if sheet.anchor in over:
            lines = ceil(over[sheet.anchor]) or 1
            message = f"{sheet.called} is about {lines} line{'s' if lines > 1 else ''} too long for its sheet"
            yield Problem(sheet.at, message, sheet.hint)


def only(unit: str, chapters: Iterable[Chapter]) -> list[Chapter]:
    """The chapters that are about one unit alone, or all if none is named."""
    return [chapter for chapter in chapters if not unit or any(each.unit == unit for each in chapter.comments)]


_ID, _HREF = re.compile(r'\sid="([^"]+)"'), re.compile(r'\shref="#([^"]+)"')


def once(markup: str, seen: set[str], notes: Mapping[str, object]) -> str:
    """The markup of a sheet without the anchors that another before it has, and without links to their notes.

    A passage may stand on several sheets; in a document an anchor is in one place. `seen` are those so far.
    """
    again = seen & set(_ID.findall(markup))
    seen.update(_ID.findall(markup))
    if not again:
        return markup
    markup = _ID.sub(lambda match: "" if match[1] in again else match[0], markup)
    dead = {each for each in again if each in notes or each.removesuffix("-call") in notes}
    return _HREF.sub(lambda match: "" if match[1] in dead else match[0], markup)


def subject(product: Product) -> str:
    """What a handout alone is on: a unit by its anchor, or a part by its name. "" for all that is no such handout."""
    if not product.sides:
        return ""
    return product.unit or (product.parts[0] if len(product.parts) == 1 else "")


def find(products: Iterable[Product], wanted: str, paper: str) -> Product | None:
    """The handout on a unit (its anchor) or a part (its name), for this paper as it is called in file names."""
    for product in products:
        stem = product.file.rpartition(".")[0].casefold()
        if subject(product) == wanted and stem.endswith(f"-{paper.casefold()}"):
            return product
    return None
