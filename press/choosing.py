"""Which pages of a finished PDF are meant: by the folios printed on them, or by what begins on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from press.model import Part, Printed, Publication, section_anchor

SLACK = 4.0
"""Points by which text may stand higher than the anchor of what it belongs to: numbers beside it, raised calls."""


class UnknownPlaceError(ValueError):
    """No page or anchor has this name: `name`, and those that there are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        super().__init__(name, self.known)


def pages_called(text: str, labels: Sequence[str]) -> set[int]:
    """The pages, from 0, that a list of folios names: "5-12,xii". Raises UnknownPlaceError."""
    found = set[int]()
    for piece in filter(None, (each.strip() for each in text.replace("\N{EN DASH}", "-").split(","))):
        first, _, last = (each.strip() for each in piece.partition("-"))
        one, two = (_index(name, labels) for name in (first, last or first))
        found.update(range(min(one, two), max(one, two) + 1))
    return found


def _index(name: str, labels: Sequence[str]) -> int:
    if name not in labels:
        raise UnknownPlaceError(name, labels)
    return labels.index(name)


def pages_of(
    anchors: Iterable[str], levels: Mapping[str, int], printed: Printed, tops: Sequence[float | None]
) -> set[int]:
    """The pages, from 0, on which what has these anchors stands, from where it begins to where it ends.

    It ends where the next begins that is on its level or above it. `tops` tell how far down the text of each page
    begins, if it has any: what begins there leaves nothing on the page of the one before. Raises UnknownPlaceError.
    """
    order = sorted((place, -levels[name], name) for name, place in printed.places.items() if name in levels)
    found = set[int]()
    for anchor in anchors:
        at = next((index for index, (_, _, name) in enumerate(order) if name == anchor), None)
        if at is None:
            raise UnknownPlaceError(anchor, [name for _, _, name in order])
        (first, _), level, _ = order[at]
        later = (place for place, other, _ in order[at + 1 :] if other >= level and place > order[at][0])
        last, depth = next(later, (len(printed.labels), 0.0))
        if last > first and (last == len(printed.labels) or depth <= (tops[last] or 0) + SLACK):
            last -= 1
        while last > first and tops[last] is None:  # a page left blank so that the next part begins a right one
            last -= 1
        found.update(range(first, last + 1))
    return found


def levels_of(publication: Publication, parts: Iterable[str]) -> dict[str, int]:
    """Every anchor of these parts and its level: 0 a part, 1 a unit or comment, 2 a section, 3 what is smaller."""
    found = dict[str, int]()
    for name in parts:
        part = publication.part(name)
        found |= dict.fromkeys(publication.anchors_in(part), 3) | dict(_upper(part))
    return found


def _upper(part: Part) -> Iterator[tuple[str, int]]:
    yield from ((unit.anchor, 1) for unit in part.units)
    for comment in part.comments:
        yield comment.anchor, 1
        yield from ((section_anchor(comment.anchor, section.name), 2) for section in comment.sections)
    yield part.anchor, 0


def parts_on(pages: Iterable[int], parts: Iterable[Part], printed: Printed) -> tuple[str, ...]:
    """The names of those parts of a PDF, given in their order, that stand on these pages."""
    begin = [(printed.places[part.anchor][0], part.name) for part in parts if part.anchor in printed.places]
    ends = [*(page for page, _ in begin[1:]), len(printed.labels)]
    chosen = set(pages)
    return tuple(
        name
        for (first, name), end in zip(begin, ends, strict=True)
        if chosen.intersection(range(first, max(end, first + 1)))
    )


def ranges(pages: Iterable[int], labels: Sequence[str]) -> tuple[str, ...]:
    """Pages by their folios, those that follow one another as one: "5–12", "xii"."""
    runs = list[list[int]]()
    for page in sorted(pages):
        if runs and page == runs[-1][-1] + 1 and labels[page].isdecimal() == labels[page - 1].isdecimal():
            runs[-1].append(page)
        else:
            runs.append([page])
    return tuple(labels[run[0]] + (f"\N{EN DASH}{labels[run[-1]]}" if len(run) > 1 else "") for run in runs)
