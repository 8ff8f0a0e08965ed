"""What must hold in the lists of records: places that exist, keys given once, texts side by side that match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from press.model import Heading, Lists, Part, Publication, Titles
from press.problems import Location, Problem, did_you_mean
from press.prose import Citation


def list_texts(publication: Publication) -> Iterator[tuple[Titles, Location]]:
    """Every wording of the lists, and its place."""
    lists = publication.lists
    for term in lists.glossary:
        yield from ((titles, term.at) for titles in (term.term, term.also, term.gloss))
    for event in lists.chronology:
        yield from ((titles, event.at) for titles in (event.label, event.text))
    for person in lists.people:
        yield from ((titles, person.at) for titles in (person.name, person.about))
    yield from ((abbreviation.long, abbreviation.at) for abbreviation in lists.abbreviations)
    yield from ((synopsis.text, synopsis.at) for synopsis in lists.synopses)
    yield from ((heading.term, heading.at) for heading in lists.index)


def list_citations(publication: Publication) -> Iterator[Citation]:
    """Every source that a record names."""
    lists = publication.lists
    for records in (lists.glossary, lists.chronology, lists.people):
        for record in records:
            yield from record.sources


def find_list_problems(publication: Publication, anchors: Iterable[str]) -> Iterator[Problem]:
    """Everything that is wrong in the lists; `anchors` are those that a record may name."""
    lists = publication.lists
    yield from _unplaced(lists, set(anchors))
    keys = {
        "term": [(term.key, term.at) for term in lists.glossary],
        "person": [(person.key, person.at) for person in lists.people],
        "short form": [(entry.short, entry.at) for entry in lists.abbreviations],
        "heading": [(heading.term[heading.language], heading.at) for heading in lists.index],
        "synopsis of": [(synopsis.paragraph, synopsis.at) for synopsis in lists.synopses],
    }
    for what, given in keys.items():
        yield from _twice(what, given)
    yield from _astray(lists.index)
    for before, event in pairwise(lists.chronology):
        if event.date < before.date:
            yield Problem(event.at, f"{event.date} stands after {before.date}", "put the events in order")
    yield from _misplaced(publication)
    for part in publication.parts:
        if part.kind == "parallel":
            yield from _unlike(part, publication)


def _misplaced(publication: Publication) -> Iterator[Problem]:
    """Passages and terms that are chosen for handouts and are not there."""
    proses = (prose for part in publication.parts if part.kind == "essay" for prose in part.proses())
    passed = [paragraph.anchor for prose in proses for paragraph in prose.paragraphs]
    terms = [term.key for term in publication.lists.glossary]
    for comment in (comment for part in publication.parts for comment in part.comments):
        if comment.handout:
            for name in comment.handout.essay:
                if name not in passed:
                    message = f"no essay has a paragraph '{name}' for a handout"
                    yield Problem(comment.handout.at, message, did_you_mean(name, passed))
            for name in comment.handout.terms:
                if name not in terms:
                    message = f"the glossary has no term '{name}' for a handout"
                    yield Problem(comment.handout.at, message, did_you_mean(name, terms))


def _unplaced(lists: Lists, known: set[str]) -> Iterator[Problem]:
    """Places that do not exist."""
    placed: list[tuple[Location, Sequence[str]]] = [(synopsis.at, [synopsis.paragraph]) for synopsis in lists.synopses]
    for records in (lists.glossary, lists.chronology, lists.people, lists.synopses, lists.index):
        placed += [(record.at, record.places) for record in records]
    for at, places in placed:
        for anchor in places:
            if anchor not in known:
                yield Problem(at, f"no such place '{anchor}'", did_you_mean(anchor, known))


def _astray(index: Sequence[Heading]) -> Iterator[Problem]:
    """Headings that lead nowhere, or to a heading that is not there."""
    headings = {text for heading in index for text in heading.term.values()}
    for heading in index:
        for other in heading.see:
            if other not in headings:
                yield Problem(heading.at, f"the index has no heading “{other}”", did_you_mean(other, headings))
        if not heading.places and not heading.see:
            yield Problem(heading.at, "the heading leads nowhere", "give it places, or the headings to see")


def _twice(what: str, keys: Sequence[tuple[str, Location]]) -> Iterator[Problem]:
    first: dict[str, Location] = {}
    for key, at in keys:
        if key in first:
            yield Problem(at, f"{what} '{key}' is given twice", f"the first is at {first[key]}")
        first.setdefault(key, at)


def _unlike(part: Part, publication: Publication) -> Iterator[Problem]:
    """Units that the other text has not, and units of another number of paragraphs or names."""
    other = next((each for each in publication.parts if each.name == part.of), None)
    if other is None or not other.units:
        yield Problem(publication.at, f"part '{part.name}' is set beside '{part.of}', which is no text of articles")
        return
    ours, theirs = ({(unit.kind, unit.number): unit for unit in each.units} for each in (part, other))
    for place, unit in theirs.items():
        if place not in ours:
            yield Problem(unit.at, f"part '{part.name}' has nothing to set beside this {unit.kind}")
    for place, unit in ours.items():
        if place not in theirs:
            yield Problem(unit.at, f"part '{other.name}' has no such {unit.kind}")
        else:
            beside = theirs[place]
            counts = [
                (len(each.prose.paragraphs), *(len(column.names) for column in each.signatures))
                for each in (unit, beside)
            ]
            if counts[0] != counts[1]:
                message = f"{counts[0][0]} paragraphs stand beside {counts[1][0]} of {beside.at.path}"
                if counts[0][0] == counts[1][0]:
                    message = f"the columns of signatures differ from those of {beside.at.path}"
                yield Problem(unit.at, message, "texts set side by side have the same paragraphs and names")
