"""Where the axis of a timeline is cut: a panel for each scale, so that labels lie near to their dates.

Lengths here are in labels: 1 is the least distance of one label from the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import chain, pairwise, repeat

Days = tuple[int, int]
"""A first day and the one after the last, as ordinals."""
Bounds = tuple[int, ...]
"""The panels of a page: the event that each begins with, and the one after the last."""

LEAST, USUAL, MOST = 1.12, 1.4, 2.4
"""How many times the height that labels fill by themselves they are given: at least, as a rule, at most."""
SMALL = 6
"""A panel is as high as one of so many labels, if it has fewer."""
PAGE, PANEL, CROWD, WITHIN, TORN = 100.0, 20.0, 3.0, 20.0, 1e6
"""What counts against a way to cut, beside the squares of all displacements of labels: every page; every panel; labels
close together, each; two events of one kind, or of one day, in two panels."""
YEARS = 3 * 366
"""Days: a longer axis begins and ends with a year, a shorter one with a month."""

_Cut = tuple[float, tuple[Bounds, ...]]
_Ways = tuple[tuple[float, Bounds], ...]


def days(iso: str) -> Days:
    """A date (ISO 8601), which may be a day, a month or a year."""
    year, month, day = ([int(piece) for piece in iso.split("-")] + [0, 0])[:3]
    first = date(year, month or 1, day or 1).toordinal()
    if day:
        return first, first + 1
    return first, month_start(year * 12 + month if month else (year + 1) * 12)


def month_start(months: int) -> int:
    """The first day of a month, counted from that of January of the year 0."""
    return date(months // 12, months % 12 + 1, 1).toordinal() if months < 120000 else date.max.toordinal() + 1


def spread(wanted: Sequence[float], pitch: float, low: float, high: float) -> tuple[float, ...]:
    """Places as near to those wanted, in the sum of squares, as their order and a least distance allow.

    That is isotonic regression (pool adjacent violators). Raises ValueError where `low` to `high` is too short.
    """
    room = high - (len(wanted) - 1) * pitch
    if room < low - 1e-9:
        raise ValueError(f"{len(wanted)} labels do not fit into {high - low:.1f}")
    pools = list[tuple[float, int]]()
    for index, place in enumerate(wanted):
        mean, count = place - index * pitch, 1
        while pools and pools[-1][0] > mean:
            before, more = pools.pop()
            mean, count = (mean * count + before * more) / (count + more), count + more
        pools.append((mean, count))
    flat = (mean for mean, count in pools for _ in range(count))
    return tuple(max(low, min(room, mean)) + index * pitch for index, mean in enumerate(flat))


def slack(bounds: Bounds, lines: float, heading: float) -> float:
    """How many times the height that its labels need a page of so many lines gives them, headings apart."""
    labels = sum(max(SMALL, end - start) for start, end in pairwise(bounds))
    return min(MOST, (lines - heading * (len(bounds) - 1)) / labels)


@cache
def cut(
    spans: tuple[Days, ...], kinds: tuple[str, ...], heights: tuple[float, ...], heading: float
) -> tuple[Bounds, ...]:
    """The panels of every page, for events on these days and of these kinds, which are in order.

    `heights` are those of the pages, the last one of all further pages; `heading` is what a panel's takes. Of all ways
    to cut, that with the least against it (dynamic programming, page after page). Raises ValueError for low pages.
    """
    same = zip(pairwise(kinds), pairwise(spans), strict=True)
    joins = (0.0, *(WITHIN * (a == b) + TORN * (one[0] == two[0]) for (a, b), (one, two) in same))

    @cache
    def strain(start: int, end: int) -> float:
        return _strain(spans[start:end]) + PANEL + joins[start]

    @cache
    def page(begin: int, lines: float) -> _Ways:
        return _page(range(begin, len(spans)), lines, heading, strain)

    found: dict[int, _Cut] = {0: (0.0, ())}
    whole = list[_Cut]()
    for lines in chain(heights, repeat(heights[-1])):
        reached = dict[int, _Cut]()
        for begin, (before, pages) in found.items():
            for own, bounds in page(begin, lines):
                way = (before + own + PAGE, (*pages, bounds))
                reached[bounds[-1]] = min(reached.get(bounds[-1], way), way)
        best = reached.pop(len(spans), None)
        if whole and (best is None or best >= whole[-1]):
            break  # A page more makes it no better.
        whole += [best] if best else []
        found = reached
        if not found and not whole:
            raise ValueError("its pages are too low")
    return whole[-1][1]


def _page(events: range, lines: float, heading: float, strain: Callable[[int, int], float]) -> _Ways:
    """The best panels of a page that begins with the first of the events, for every event that it may end with."""
    # For every end and number of panels: what counts against them, how many labels they are high, their bounds.
    best: dict[int, dict[int, tuple[float, int, Bounds]]] = {events.start: {0: (0.0, 0, (events.start,))}}
    found = list[tuple[float, Bounds]]()
    for last in events:
        end, least = last + 1, dict[int, tuple[float, int, Bounds]]()
        for start in range(last, events.start - 1, -1):
            if (end - start) * LEAST > lines:
                break
            for count, (before, labels, bounds) in best[start].items():
                against, high = before + strain(start, end), labels + max(SMALL, end - start)
                fits = high * LEAST + heading * (count + 1) <= lines
                if fits and (count + 1 not in least or against < least[count + 1][0]):
                    least[count + 1] = against, high, (*bounds, end)
        if not least:
            break
        best[end] = least
        crowd = CROWD * (end - events.start)
        found.append(min((own + crowd / slack(way, lines, heading) ** 2, way) for own, _, way in least.values()))
    return tuple(found)


def _strain(spans: Sequence[Days]) -> float:
    """The squared displacements of labels, on an axis of their own."""
    begin, end = axis(spans)
    height = max(SMALL, len(spans)) * USUAL
    wanted = [((first + last) / 2 - begin) / (end - begin) * height for first, last in spans]
    return sum((one - two) ** 2 for one, two in zip(wanted, spread(wanted, 1, 0.5, height - 0.5), strict=True))


def axis(spans: Sequence[Days]) -> Days:
    """The whole years, or months, around days."""
    first, last = spans[0][0], max(last for _, last in spans)
    begin, end = date.fromordinal(first), date.fromordinal(last - 1)
    if last - first > YEARS:
        return month_start(begin.year * 12), month_start((end.year + 1) * 12)
    return month_start(begin.year * 12 + begin.month - 1), month_start(end.year * 12 + end.month)


def axes(spans: Sequence[Days], pages: Sequence[Bounds]) -> Iterator[Days]:
    """The axis of every panel. Where one would reach into the next, they meet at the first day of the second."""
    panels = [spans[start:end] for bounds in pages for start, end in pairwise(bounds)]
    own = [axis(panel) for panel in panels]
    meets = [one[1] > two[0] for one, two in pairwise(own)]
    for index, (panel, (begin, end)) in enumerate(zip(panels, own, strict=True)):
        cut_before, cut_behind = index > 0 and meets[index - 1], index < len(meets) and meets[index]
        yield (
            panel[0][0] if cut_before else begin,
            max(panels[index + 1][0][0], panel[-1][0] + 1) if cut_behind else end,
        )
