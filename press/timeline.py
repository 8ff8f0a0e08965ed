"""A chronology → a drawing of it, to scale: what stands where, in millimeters. Pure: no disk, no library, no markup.

The axis of time runs down the page and is linear. Where events crowd, one scale for all would heap their labels far
from their dates; so it is cut into panels, each in a scale of its own, which is told. Nobody says where: that is found
from the dates. Labels keep the order of the dates, so that no leader crosses another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, pairwise, repeat
from math import atan2, degrees, hypot
from typing import Literal, NamedTuple

from press.model import Event, Frame
from press.panels import SMALL, YEARS, Days, axes, cut, days, month_start, slack, spread

Form = Literal["day", "month", "year"]
"""How finely a date is written: to the day, without its year; to the month, with it; or as a year."""
Written = Callable[[str, str, Form], str]
"""A date (ISO 8601) as a language writes it, no more finely than the form says."""

MM_PER_POINT = 25.4 / 72
LINE = 1.32
"""The line of a label, in ems."""
HEADING = 3.2
"""Lines before each panel, for its heading."""
HEAD = {False: 46.0, True: 30.0}
"""Ems for the heading of a panel, where labels stand side by side, and where they are stacked."""
LADDER = (1, 3, 12, 60, 120, 300, 600, 1200)
"""Months from tick to tick of an axis."""
TICK, DATED = 1.5, 1.9
"""Ticks are so many millimeters apart at least, those with dates so many lines."""
YEAR = 365.2425
"""Days."""

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
    """The words of an event in one language: where, in mm, its date and they begin, and the middle of their line."""

    language: str
    when: str
    words: str
    when_x: float
    words_x: float
    y: float


class Row(NamedTuple):
    """An event: from `start` to `end` on the axis (a day is a point), and its mark and labels around `y`, in mm."""

    event: Event
    start: float
    end: float
    point: float
    """Where on the axis its leader begins: in the middle, or before the next event."""
    y: float
    labels: tuple[Label, ...]

    def leader(self, run: float) -> tuple[float, float]:
        """The length of a leader that goes `run` mm aside, and its angle in degrees down from the horizontal."""
        return hypot(run, self.y - self.point), degrees(atan2(self.y - self.point, run))


class Panel(NamedTuple):
    """A stretch of the axis in one scale, `top` mm below the top of its figure; all else is within the panel."""

    top: float
    height: float
    scale: float
    """Millimeters to a year."""
    months: bool
    """Whether every month has its tick."""
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]

    @property
    def first(self) -> str:
        """The date of its first event."""
        return self.rows[0].event.date

    @property
    def last(self) -> str:
        """The date of its last event."""
        return self.rows[-1].event.date


class Figure(NamedTuple):
    """The panels of one page, in mm."""

    width: float
    height: float
    axis: float
    """From the left edge to the axis; the dates of its ticks are before it."""
    mark: float
    """From the left edge to the middle of the marks of events."""
    size: float
    """The size of the labels in points."""
    panels: tuple[Panel, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """All events, in order."""
        return tuple(row for panel in self.panels for row in panel.rows)


class Timeline(NamedTuple):
    """A chronology drawn: a figure for each page, the kinds of its events, and the languages of its labels."""

    figures: tuple[Figure, ...]
    kinds: tuple[str, ...]
    languages: tuple[str, ...]


def draw(events: Sequence[Event], frame: Frame, languages: Sequence[str], written: Written) -> Timeline:
    """The events, which stand in order, labelled in these languages; one that has a label in none is left out.

    Raises ValueError where labels are too long, or pages too low, for the frame.
    """
    shown = [event for event in events if any(language in event.label for language in languages)]
    if not shown:
        return Timeline((), (), ())
    hand = _Hand(frame, _columns(shown, languages, frame, written), written)
    spans = tuple(days(event.date) for event in shown)
    heading = HEADING * hand.line / hand.pitch
    lines = tuple(height / hand.pitch for height in frame.heights)
    pages = cut(spans, tuple(event.kind for event in shown), lines, heading)
    stretches, figures = axes(spans, pages), list[Figure]()
    for bounds, room in zip(pages, chain(lines, repeat(lines[-1])), strict=False):
        share, panels, top = slack(bounds, room, heading) * hand.pitch, list[Panel](), 0.0
        for start, end in pairwise(bounds):
            top += HEADING * hand.line
            height = max(SMALL, end - start) * share
            panels.append(hand.panel(shown[start:end], next(stretches), top, height))
            top += height
        figures.append(hand.figure(panels, top))
    return Timeline(tuple(figures), tuple(dict.fromkeys(event.kind for event in shown)), tuple(languages))


def breadth(words: str) -> float:
    """How wide words are, in ems of the face for small text, rather too much than too little."""
    return sum(
        1.0 if char > "\u2e7f" else _EMS.get(char, 0.77 if char.isupper() else 0.54 if char.isdecimal() else 0.63)
        for char in words
    )


class _Columns(NamedTuple):
    """Where, in mm from the left edge, axis and marks are, and dates and labels of each language begin."""

    width: float
    axis: float
    mark: float
    places: Mapping[str, tuple[float, float]]


def _columns(events: Sequence[Event], languages: Sequence[str], frame: Frame, written: Written) -> _Columns:
    """Columns as wide as the widest of their words. Raises ValueError where the frame is narrower."""
    em = frame.size * MM_PER_POINT
    axis = max(breadth(written(f"2000-{month:02}", languages[0], "day")) for month in range(1, 13)) + 1.1
    mark = axis + (4.2 if frame.stacked else 6.5)
    forms: tuple[Form, ...] = ("day", "month")
    dates = [max(breadth(written(event.date, each, form)) for event in events for form in forms) for each in languages]
    labels = [max(breadth(event.label.get(each, "")) for event in events) for each in languages]
    places, end = dict[str, tuple[float, float]](), mark + 1.1
    for language, date_room, room in zip(languages, dates, labels, strict=True):
        if frame.stacked:
            places[language] = (mark + 1.1) * em, (mark + 1.6 + max(dates)) * em
            end = mark + 1.6 + max(dates) + max(labels)
        else:
            start = end + (1.2 if places else 0)
            places[language] = start * em, (start + date_room + 0.5) * em
            end = start + date_room + 0.5 + room
    if end * em > frame.width:
        raise ValueError(f"its labels take {end * em:.1f} mm of {frame.width:g}")
    width = min(max(end * em, HEAD[frame.stacked] * em), frame.width)
    return _Columns(width, axis * em, mark * em, places)


@dataclass(frozen=True, slots=True)
class _Hand:
    """What all panels of a drawing have in common."""

    frame: Frame
    columns: _Columns
    written: Written

    @property
    def line(self) -> float:
        """A line of a label, in mm."""
        return self.frame.size * MM_PER_POINT * LINE

    @property
    def pitch(self) -> float:
        """From one label to the next, at least, in mm; stacked labels stand a little apart."""
        return self.line * (2.2 if self.frame.stacked else 1)

    def figure(self, panels: Sequence[Panel], height: float) -> Figure:
        """One page."""
        columns = self.columns
        return Figure(columns.width, height, columns.axis, columns.mark, self.frame.size, tuple(panels))

    def panel(self, events: Sequence[Event], axis: Days, top: float, height: float) -> Panel:
        """Events on an axis of this height, their labels as near to their dates as they can be."""
        begin, stop = axis
        scale = height / (stop - begin)
        form: Form = "month" if stop - begin > YEARS else "day"
        spans = [days(event.date) for event in events]
        places = [((first - begin) * scale, (min(last, stop) - begin) * scale) for first, last in spans]
        points = _points(places)
        spots = spread(points, self.pitch, self.pitch / 2, height - self.pitch / 2)
        rows = list[Row]()
        for event, place, point, y in zip(events, places, points, spots, strict=True):
            start, end = (sum(place) / 2,) * 2 if len(event.date) == len("1960-01-19") else place
            rows.append(Row(event, start, end, point, y, self.labels(event, form, y)))
        ticks, months = _ticks(axis, scale, self.line)
        return Panel(top, height, scale * YEAR, months, ticks, tuple(rows))

    def labels(self, event: Event, form: Form, y: float) -> tuple[Label, ...]:
        """The labels of an event, side by side or stacked around `y`."""
        given = [language for language in self.columns.places if language in event.label]
        step = self.line if self.frame.stacked else 0.0
        return tuple(
            Label(
                language, self.written(event.date, language, form), event.label[language],
                *self.columns.places[language], y + step * (index - (len(given) - 1) / 2),
            )
            for index, language in enumerate(given)
        )  # fmt: skip


def _points(places: Sequence[tuple[float, float]]) -> list[float]:
    """Where leaders begin: in the middle of a day, a month or a year, but in the order of the events.

    The events are in the order in which their times begin; a year without a month stands before its months.
    """
    points = list[float]()
    for start, end in reversed(places):
        points.append(max(start, min([(start + end) / 2, *points[-1:]])))
    return points[::-1]


def _ticks(axis: Days, scale: float, line: float) -> tuple[tuple[Tick, ...], bool]:
    """The marks of an axis, as fine as can be told apart, dated where there is room; whether every month has one."""
    room = [months * YEAR / 12 * scale for months in LADDER]
    step = next((months for months, gap in zip(LADDER, room, strict=True) if gap >= TICK), LADDER[-1])
    wide = (months for months, gap in zip(LADDER, room, strict=True) if gap >= DATED * line and months % step == 0)
    dated, ticks = next(wide, 0), list[Tick]()
    first, last = date.fromordinal(axis[0]), date.fromordinal(min(axis[1], date.max.toordinal()))
    for months in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        if months % step == 0 and axis[0] <= month_start(months) <= axis[1]:
            year, month = divmod(months, 12)
            has_date = bool(dated) and months % dated == 0
            form: Form | None = ("day" if month else "year") if has_date else None
            iso = f"{year:04}-{month + 1:02}" if month else f"{year:04}"
            ticks.append(Tick((month_start(months) - axis[0]) * scale, iso, form, month == 0))
    return tuple(ticks), step == 1
