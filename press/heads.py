"""What the head of a page names: the articles, paragraphs or entries on it, the first and the last, as in a dictionary.

CSS can name the first or the last of what begins on a page (`string()`), but not say whether they are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from press.model import Heads, Part, Publication, notes_anchor, wording

NEAR = 16.0
"""What begins within so many px of the top of a page begins the page; a line is about 20."""


class Place(NamedTuple):
    """Where a page's text begins, and how far down the page its anchors stand, in px."""

    top: float
    anchors: Mapping[str, float]


def heads_of(publication: Publication, parts: Iterable[Part], anchors: Iterable[str]) -> Heads:
    """Those of a text's anchors, in its order, that heads name, with their words. A part without any names itself."""

    def named(part: Part) -> Iterator[tuple[str, str]]:
        entries = list(_named(publication, part))
        yield part.anchor, "" if entries else wording(part.title, part.language)
        yield from entries
        yield notes_anchor(part.anchor), wording(publication.words.notes, part.language)

    heads = {anchor: words for part in parts for anchor, words in named(part)}
    return tuple((anchor, heads[anchor]) for anchor in anchors if anchor in heads)


def _named(publication: Publication, part: Part) -> Iterator[tuple[str, str]]:
    language = publication.language
    match part.kind:
        case "treaty" | "parallel" | "page":
            yield from ((unit.anchor, wording(unit.title, unit.language)) for unit in part.units)
        case "commentary":
            units = {unit.anchor: unit for each in publication.parts for unit in each.units}
            yield from ((each.anchor, wording(units[each.unit].title, language)) for each in part.comments)
        case "essay":
            paragraphs = (paragraph for unit in part.units for paragraph in unit.prose.paragraphs)
            yield from ((each.anchor, each.label) for each in paragraphs)
        case "glossary":
            yield from ((term.anchor, wording(term.term, language)) for term in publication.lists.glossary)
        case "people":
            yield from ((person.anchor, wording(person.name, language)) for person in publication.lists.people)
        case "bibliography":
            yield from ((source.anchor, source.short) for source in publication.sources)
        case _:
            pass


def heads_on(pages: Sequence[Place], heads: Heads) -> list[str]:
    """The words at the head of each page: what it begins with or goes on with, and the last that begins on it."""
    order, running, words = {anchor: index for index, (anchor, _) in enumerate(heads)}, -1, list[str]()
    for page in pages:
        here = sorted(order[anchor] for anchor in page.anchors if anchor in order)
        fresh = bool(here) and page.anchors[heads[here[0]][0]] < page.top + NEAR
        on = ([] if fresh or running < 0 else [running]) + here
        named = [heads[index][1] for index in on if heads[index][1]]
        words.append(" – ".join(dict.fromkeys((named[0], named[-1]))) if named else "")
        running = here[-1] if here else running
    return words


def style_of(words: Iterable[str]) -> str:
    """The page rules that print these heads, for pages whose other rules have no say in it (CSS Paged Media 3, 4.2)."""
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in words)
    rule = '@page :nth({}):right {{ @top-right {{ content: "{}" }} }}\n'
    return "".join(rule.format(number, text) for number, text in enumerate(escaped, 1))
