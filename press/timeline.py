"""A chronology → a drawing of it, to scale: what stands where, in millimetres. Pure: no disk, no library, no markup.

The time axis runs down the page and is linear. Where events crowd, one scale for all would heap their labels far from
their dates; so the axis is cut into panels, each of one scale, which is told (Tufte, The Visual Display of
Quantitative Information: a graphic must not change its scale unsaid). Where to cut is found, not given: there, where the
labels, one line each, lie nearest to their dates. Labels keep the order of the dates, so no leader crosses another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from math import atan2, degrees, hypot
from typing import Literal, NamedTuple

from press.model import Event, Frame

Form = Literal["day", "month", "year"]
"""How finely a date is written: to its day without the year, to its month, or as a year."""
Written = Callable[[str, str, Form], str]
"""A date (ISO 8601) as a language writes it, no more finely than the form says."""

Days = tuple[int, int]
"""The first day and the one after the last, as ordinals."""

LONGEST = 16.0
"""Ems: no label is longer, so that the labels of two languages fit beside each other."""
MM_PER_POINT = 25.4 / 72
LINE = 1.32
"""A line of a label, in ems."""
HEADING = 3.2
"""Lines before each panel, for its heading."""
LEAST, USUAL, MOST = 1.12, 1.4, 2.4
"""How many times the height that labels fill by themselves they are given: at least, as a rule, at most."""
PAGE, PANEL, CROWD, WITHIN, TORN = 100.0, 20.0, 3.0, 20.0, 1e6
"""What counts against cutting so, in squared lines of displacement: every page; every panel; labels close together,
each; two events of one kind, or of one day, in two panels."""
SMALL = 6
"""A panel is as high as one of so many labels, if it has fewer."""
DAYS = 365.2425
"""A year."""
LADDER = (1, 3, 12, 60, 120, 300, 600, 1200)
"""Months from tick to tick of an axis."""
TICK, LABELLED = 1.5, 1.9
"""Millimetres between ticks, and lines between labelled ones, at least."""
YEARS = 3 * 366
"""Days: a longer axis begins and ends with a year, a shorter one with a month."""

_WIDTHS = {" .,:;'’‘-/": 0.32, "ijlftIJ()": 0.38, "acersz–“”": 0.54, "mwMW—": 0.98}
"""Ems of characters; see `breadth`."""
_EMS = {char: ems for chars, ems in _WIDTHS.items() for char in chars}


class Tick(NamedTuple):
    """A mark of the axis, `at` mm below its beginning; `form` is how its date is written, if it is."""

    at: float
    date: str
    form: Form | None
    year: bool
    """Whether a year begins here."""


class Label(NamedTuple):
    """The words of an event in one language: their left ends, and the middle of their line, in mm."""

    language: str
    when: str
    words: str
    when_x: float
    words_x: float
    y: float


class Row(NamedTuple):
    """An event: from `start` to `end` on the axis (a day is a point), and its mark and labels at `y`, in mm."""

    event: Event
    start: float
    end: float
    y: float
    labels: tuple[Label, ...]

    @property
    def point(self) -> float:
        """Where on the axis its leader begins."""
        return (self.start + self.end) / 2

    def leader(self, run: float) -> tuple[float, float]:
        """The length in mm, and the angle in degrees down from the horizontal, of a leader that goes `run` mm aside."""
        return hypot(run, self.y - self.point), degrees(atan2(self.y - self.point, run))


class Panel(NamedTuple):
    """A stretch of the axis in one scale; `top` is within its figure, all else is within the panel."""

    top: float
    height: float
    first: str
    last: str
    scale: float
    """Millimetres to a year."""
    months: bool
    """Whether every month has its tick."""
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]


class Figure(NamedTuple):
    """The panels of one page. Lengths are in mm; `size` is that of the labels, `line` their line."""

    width: float
    height: float
    axis: float
    """The axis is so far from the left edge, its ticks' dates being before it."""
    mark: float
    """The middle of the marks is so far from the left edge."""
    size: float
    line: float
    panels: tuple[Panel, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All events, in order."""
        return tuple(row for panel in self.panels for row in panel.rows)


class Timeline(NamedTuple):
    """A chronology drawn: its figures, one to a page; the kinds of its events, and the languages of its labels."""

    figures: tuple[Figure, ...]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]


class _Columns(NamedTuple):
    """Where, in mm from the left edge, axis and marks are, and dates and labels begin in each language."""

    width: float
    axis: float
    mark: float
    places: Mapping[str, tuple[float, float]]


def draw(events: Sequence[Event], frame: Frame, languages: Sequence[str], written: Written) -> Timeline:
    """The figures of a chronology, whose events stand in order, labelled in `languages` as far as they have labels.

    Raises ValueError where the labels are too long for the frame: `LONGEST` keeps those of two languages within it.
    """
    shown = tuple(event for event in events if any(language in event.label for language in languages))
    if not shown:
        return Timeline((), (), ())
    spans, pitch = tuple(days(event.date) for event in shown), _pitch(frame)
    joins = tuple(WITHIN * (one.kind == other.kind) + TORN * (one.date == other.date) for one, other in pairwise(shown))
    columns = _columns(shown, languages, frame, written)
    pages = _pages(spans, (0.0, *joins), frame)
    axes = _axes(spans, [0, *(end for bounds in pages for end in bounds[1:])])
    figures = list[Figure]()
    for bounds, room in zip(pages, _heights(frame), strict=False):
        slack, panels, top = _slack(bounds, room / pitch), list[Panel](), 0.0
        for start, end in pairwise(bounds):
            height = max(SMALL, end - start) * pitch * slack
            panel = _panel(shown[start:end], spans[start:end], next(axes), height, frame, columns, written)
            panels.append(panel._replace(top=top + HEADING * pitch))
            top += HEADING * pitch + height
        figures.append(Figure(columns.width, top, columns.axis, columns.mark, frame.size, pitch, tuple(panels)))
    kinds = dict.fromkeys(event.kind for event in shown)
    return Timeline(tuple(figures), tuple(kinds), tuple(languages))


def days(iso: str) -> Days:
    """A date's first day and the one after its last, as ordinals: a day, a month or a year."""
    year, month, day = ([int(piece) for piece in iso.split("-")] + [0, 0])[:3]
    first = date(year, month or 1, day or 1).toordinal()
    if day:
        return first, first + 1
    return first, _month(year * 12 + month if month else (year + 1) * 12)


def breadth(words: str) -> float:
    """How wide words are, in ems of the face for small text, rather too much than too little."""
    return sum(
        1.0 if char > "\u2e7f" else _EMS.get(char, 0.77 if char.isupper() else 0.54 if char.isdecimal() else 0.63)
        for char in words
    )


def spread(wanted: Sequence[float], pitch: float, low: float, high: float) -> tuple[float, ...]:
    """Places as near to those wanted, in the sum of squares, as an order and a least distance allow.

    That is isotonic regression (pool adjacent violators). Raises ValueError where `low` to `high` is too short.
    """
    room = high - (len(wanted) - 1) * pitch
    if room < low - 1e-9:
        raise ValueError(f"{len(wanted)} labels do not fit into {high - low + pitch:.1f} mm")
    pools = list[tuple[float, int]]()
    for index, place in enumerate(wanted):
        mean, count = place - index * pitch, 1
        while pools and pools[-1][0] > mean:
            before, more = pools.pop()
            mean, count = (mean * count + before * more) / (count + more), count + more
        pools.append((mean, count))
    flat = (mean for mean, count in pools for _ in range(count))
    return tuple(max(low, min(room, mean)) + index * pitch for index, mean in enumerate(flat))


def _heights(frame: Frame) -> Iterator[float]:
    """The heights of the pages; the last one holds for all that follow."""
    yield from frame.heights
    while True:
        yield frame.heights[-1]


def _pitch(frame: Frame) -> float:
    """Millimetres from one label to the next, at least."""
    lines = 2 if frame.stacked else 1
    return frame.size * MM_PER_POINT * (LINE * lines + 0.25 * (lines - 1))


_Cut = tuple[float, tuple[tuple[int, ...], ...]]
"""What counts against a way to cut, and the bounds of the panels, page by page."""


@cache
def _pages(spans: tuple[Days, ...], joins: tuple[float, ...], frame: Frame) -> tuple[tuple[int, ...], ...]:
    """Which events each page has, panel by panel: for every page the bounds of its panels, as indices of events.

    `joins` tell what counts against a cut before each event.

    Of all ways to cut, the one with the least against it (dynamic programming, page after page).
    """
    pitch = _pitch(frame)

    @cache
    def strain(start: int, end: int) -> float:
        return _strain(spans[start:end]) + PANEL + joins[start]

    @cache
    def page(begin: int, height: float) -> tuple[tuple[float, tuple[int, ...]], ...]:
        return _page(len(spans), begin, height / pitch, strain)

    found: dict[int, _Cut] = {0: (0.0, ())}
    whole = list[_Cut]()
    for height in _heights(frame):
        pages = dict[int, _Cut]()
        for begin, (before, cuts) in found.items():
            for own, bounds in page(begin, height):
                option = (before + own + PAGE, (*cuts, bounds))
                pages[bounds[-1]] = min(pages.get(bounds[-1], option), option)
        found, best = pages, pages.pop(len(spans), None)
        if whole and (not best or best >= whole[-1]):
            break
        whole += [best] if best else []
        if not found and not whole:
            raise ValueError(f"pages of {frame.heights} mm are too low for a timeline")
    return whole[-1][1]


def _page(
    total: int, begin: int, lines: float, strain: Callable[[int, int], float]
) -> tuple[tuple[float, tuple[int, ...]], ...]:
    """The best panels of a page of so many lines from event `begin` on, for every event that it may end before."""
    # For every end and number of panels: what counts against them, the lines of their labels, their bounds.
    best: dict[int, dict[int, tuple[float, int, tuple[int, ...]]]] = {begin: {0: (0.0, 0, (begin,))}}
    found = list[tuple[float, tuple[int, ...]]]()
    for end in range(begin + 1, total + 1):
        least = dict[int, tuple[float, int, tuple[int, ...]]]()
        for start in range(end - 1, begin - 1, -1):
            if (end - start) * LEAST > lines:
                break
            for count, (before, rows, cuts) in best[start].items():
                score, height = before + strain(start, end), rows + max(SMALL, end - start)
                fits = height * LEAST + HEADING * (count + 1) <= lines
                if fits and (count + 1 not in least or score < least[count + 1][0]):
                    least[count + 1] = (score, height, (*cuts, end))
        if not least:
            break
        best[end] = least
        found.append(
            min((own + CROWD * (end - begin) / _slack(cuts, lines) ** 2, cuts) for own, _, cuts in least.values())
        )
    return tuple(found)


def _slack(cuts: Sequence[int], lines: float) -> float:
    """How many times the room that labels need they have, on a page of so many lines with these panels."""
    rows = sum(max(SMALL, end - start) for start, end in pairwise(cuts))
    return min(MOST, (lines - HEADING * (len(cuts) - 1)) / rows)


def _strain(spans: Sequence[Days]) -> float:
    """The squared distances, in lines, of labels from their dates, on an axis of their own."""
    begin, end = _axis(spans[0][0], max(last for _, last in spans))
    height = max(SMALL, len(spans)) * USUAL
    wanted = [((first + last) / 2 - begin) / (end - begin) * height for first, last in spans]
    return sum((one - two) ** 2 for one, two in zip(wanted, spread(wanted, 1, 0.5, height - 0.5), strict=True))


def _axis(first: int, last: int) -> Days:
    """The whole years, or months, around days."""
    begin, end = date.fromordinal(first), date.fromordinal(last - 1)
    if last - first > YEARS:
        return _month(begin.year * 12), _month((end.year + 1) * 12)
    return _month(begin.year * 12 + begin.month - 1), _month(end.year * 12 + end.month)


def _month(months: int) -> int:
    """The first day of a month, counted from the beginning of the year 0, as an ordinal."""
    return date(months // 12, months % 12 + 1, 1).toordinal() if months < 120000 else date.max.toordinal() + 1


def _axes(spans: Sequence[Days], bounds: Sequence[int]) -> Iterator[Days]:
    """The axis of every panel. None reaches into the next: where two would, they meet at the first day of the second."""
    own = [_axis(spans[start][0], max(last for _, last in spans[start:end])) for start, end in pairwise(bounds)]
    for index, (begin, stop) in enumerate(own):
        start, end = bounds[index], bounds[index + 1]
        if index and own[index - 1][1] > begin:
            begin = spans[start][0]
        if index + 1 < len(own) and stop > own[index + 1][0]:
            stop = max(spans[end][0], spans[end - 1][0] + 1)
        yield begin, stop


def _columns(events: Sequence[Event], languages: Sequence[str], frame: Frame, written: Written) -> _Columns:
    """The columns of dates and labels, as wide as the widest of their words."""
    em = frame.size * MM_PER_POINT
    main = languages[0]
    axis = max(breadth(written(f"2000-{month:02}", main, "day")) for month in range(1, 13)) + 1.1
    mark = axis + (4.2 if frame.stacked else 6.5)
    x, places, widths = mark + 1.1, dict[str, tuple[float, float]](), list[float]()
    for language in languages:
        dates = [written(event.date, language, form) for event in events for form in ("day", "month")]
        labels = [event.label[language] for event in events if language in event.label]
        words = x + max(map(breadth, dates)) + 0.5
        end = words + max(map(breadth, labels), default=0)
        places[language] = (x * em, words * em)
        widths.append(end)
        x = x if frame.stacked else end + 1.2
    width = max(widths) * em
    if width > frame.width:
        raise ValueError(f"the labels take {width:.1f} mm, the timeline has {frame.width} mm")
    if frame.stacked:
        words = max(place[1] for place in places.values())
        places = {language: (place[0], words) for language, place in places.items()}
    return _Columns(width, axis * em, mark * em, places)


def _panel(
    events: Sequence[Event], spans: Sequence[Days], axis: Days, height: float, frame: Frame, columns: _Columns,
    written: Written,
) -> Panel:  # fmt: skip
    """Events on an axis of this height, their labels as near to their dates as they can be."""
    begin, stop = axis
    pitch, scale = _pitch(frame), height / (stop - begin)
    form: Form = "month" if stop - begin > YEARS else "day"
    places = [((first - begin) * scale, (min(last, stop) - begin) * scale) for first, last in spans]
    middles = spread([(one + two) / 2 for one, two in places], pitch, pitch / 2, height - pitch / 2)
    line = frame.size * MM_PER_POINT * LINE
    rows = list[Row]()
    for event, (start, end), y in zip(events, places, middles, strict=True):
        given = [language for language in columns.places if language in event.label]
        labels = tuple(
            Label(
                language, written(event.date, language, form), event.label[language], *columns.places[language],
                y + (line * (index - (len(given) - 1) / 2) if frame.stacked else 0),
            )
            for index, language in enumerate(given)
        )  # fmt: skip
        exact = len(event.date) == len("1960-01-19")
        rows.append(Row(event, *((((start + end) / 2,) * 2) if exact else (start, end)), y, labels))
    ticks, months = _ticks(axis, scale, line)
    return Panel(0, height, events[0].date, events[-1].date, scale * DAYS, months, ticks, tuple(rows))


def _ticks(axis: Days, scale: float, line: float) -> tuple[tuple[Tick, ...], bool]:
    """The marks of an axis: as fine as can be told apart, dated where there is room for it; whether every month has one."""
    step = next((each for each in LADDER if each * DAYS / 12 * scale >= TICK), LADDER[-1])
    dated = next((each for each in LADDER if each % step == 0 and each * DAYS / 12 * scale >= LABELLED * line), 0)
    ticks = list[Tick]()
    first, last = date.fromordinal(axis[0]), date.fromordinal(min(axis[1], date.max.toordinal()))
    for months in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        if months % step == 0 and axis[0] <= _month(months) <= axis[1]:
            year, month = divmod(months, 12)
            form: Form | None = None
            if dated and months % dated == 0:
                form = "year" if month == 0 else "day"
            iso = f"{year:04}" if form == "year" else f"{year:04}-{month + 1:02}"
            ticks.append(Tick((_month(months) - axis[0]) * scale, iso, form, month == 0))
    return tuple(ticks), step == 1
