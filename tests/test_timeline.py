"""Tests timeline.py and panels.py: a drawing is true to scale, whole and legible, on paper and on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import chain, pairwise, repeat, takewhile
from math import cos, radians, sin
from pathlib import PurePosixPath
from typing import NamedTuple

import pytest
from fontTools.ttLib import TTFont
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from pypdf.generic import DictionaryObject

from press.dates import dated, in_its_year, shortly
from press.model import Event, Frame
from press.panels import MOST, days, spread
from press.problems import Location
from press.timeline import MM_PER_POINT, Figure, Label, Panel, Row, Timeline, breadth, draw
from tests.reading import (
    ROOT,
    Pdf,
    Run,
    array,
    composed,
    dictionary,
    finished_epub,
    finished_pdf,
    has_class,
    product,
    publication,
)

SVG = "{http://www.w3.org/2000/svg}"
LOCALES = {"en": "en_GB", "zh-Hant": "zh_Hant_TW", "ja": "ja_JP", "fr": "fr_FR"}
BOOKS = ("a4",)
KINDS = ("background", "negotiation", "approval", "practice")
SMALLEST = 6.5
"""Points: no type of a drawing on paper is smaller."""
HAIR = 1e-6
FRAMES = {
    "book": Frame(width=150, heights=(186, 213), size=7.6),
    "screen": Frame(width=100, heights=(106,), size=8, stacked=True),
    "wall": Frame(width=270, heights=(380,), size=11),
}


def event(day: str, kind: str = "background", **label: str) -> Event:
    words = {language.replace("_", "-"): text for language, text in label.items()} or {"en": "Something"}
    return Event(date=day, kind=kind, label=words, text=words, at=Location(PurePosixPath("chronology.yaml")))


def written(iso: str, language: str, form: str) -> str:
    return shortly(iso, LOCALES[language], form)  # type: ignore[arg-type]


def drawn(events: list[Event], frame: Frame) -> Timeline:
    return draw(events, frame, ("en", "zh-Hant"), written)


@cache
def real(name: str) -> Timeline:
    """The real chronology in a frame, or in that of a product."""
    frame = FRAMES[name] if name in FRAMES else product(name).timeline
    return draw(publication().lists.chronology, frame, ("en", "zh-Hant"), written)


def panels(timeline: Timeline) -> Iterator[tuple[Figure, Panel]]:
    return ((figure, panel) for figure in timeline.figures for panel in figure.panels)


def rows(timeline: Timeline) -> list[Row]:
    return [row for _, panel in panels(timeline) for row in panel.rows]


class Box(NamedTuple):
    """Where words stand in a figure, in mm."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > HAIR and min(self.bottom, other.bottom) - max(self.top, other.top) > HAIR


def boxes(figure: Figure, panel: Panel, label: Label) -> Iterator[Box]:
    """The boxes of a date and a label, an em high."""
    em = figure.size * MM_PER_POINT
    y = panel.top + label.y
    for x, words in ((label.when_x, label.when), (label.words_x, label.words)):
        yield Box(x, y - em / 2, x + breadth(words) * em, y + em / 2)


def faults(timeline: Timeline, frame: Frame) -> Iterator[str]:
    """What no drawing may have."""
    for figure, room in zip(timeline.figures, chain(frame.heights, repeat(frame.heights[-1])), strict=False):
        if figure.height > room + HAIR or figure.width > frame.width + HAIR:
            yield f"a figure of {figure.width} by {figure.height} mm is larger than its frame"
        yield from overlaps(figure)
        for panel, below in pairwise(figure.panels):
            if panel.top + panel.height > below.top - figure.size * MM_PER_POINT * 3:
                yield "there is no room for the heading of a panel"
    for _, panel in panels(timeline):
        yield from (*misplaced(panel), *misplaced_ticks(panel))
    for (_, one), (_, two) in pairwise(panels(timeline)):
        if days(one.last)[0] > days(two.first)[0]:
            yield "panels are out of order"


def overlaps(figure: Figure) -> Iterator[str]:
    """Words that meet others, or leave the figure."""
    words = sorted(
        (
            box
            for panel in figure.panels
            for row in panel.rows
            for label in row.labels
            for box in boxes(figure, panel, label)
        ),
        key=lambda box: box.top,
    )
    whole = Box(figure.mark, 0, figure.width + HAIR, figure.height + HAIR)
    for index, box in enumerate(words):
        if box.left < whole.left or box.top < 0 or box.right > whole.right or box.bottom > whole.bottom:
            yield f"{box} leaves the figure"
        near = takewhile(lambda other, end=box.bottom: other.top < end, words[index + 1 :])  # type: ignore[misc]
        yield from (f"{box} meets {other}" for other in near if box.meets(other))


def zero_of(panel: Panel) -> float:
    """Where on the axis of a panel the day 0 would be, by its first event."""
    row, (first, last) = panel.rows[0], days(panel.first)
    return row.start - (first + (0.5 if last - first == 1 else 0)) * panel.scale / 365.2425


def misplaced(panel: Panel) -> Iterator[str]:
    """Events that are not where their days are, in the one scale of the panel; leaders that cross."""
    for row in panel.rows:
        is_day = len(row.event.date) == 10
        first, last = days(row.event.date)
        start, end = ((place - zero_of(panel)) / panel.scale * 365.2425 for place in (row.start, row.end))
        if abs(start - first - 0.5 * is_day) > 0.01 or end > last + 0.01:
            yield f"{row.event.date} is drawn from {start} to {end}, not from {first} to {last}"
        if not -HAIR <= row.start <= row.point <= row.end <= panel.height + HAIR:
            yield f"{row.event.date} is not on the axis"
    for one, two in pairwise(panel.rows):
        if one.y >= two.y or one.point > two.point + HAIR:
            yield "leaders cross"


def misplaced_ticks(panel: Panel) -> Iterator[str]:
    """Ticks that are not where their days are, and dates that are too close."""
    for tick in panel.ticks:
        day = (tick.at - zero_of(panel)) / panel.scale * 365.2425
        if abs(day - days(tick.date)[0]) > 0.01 or not -HAIR <= tick.at <= panel.height + HAIR:
            yield f"the tick of {tick.date} is at the day {day}"
    for one, two in pairwise(tick for tick in panel.ticks if tick.form):
        if two.at - one.at < 3.3:
            yield f"the dates of {one.date} and {two.date} are too close"


# Places.


@given(st.lists(st.floats(-50, 300), max_size=30).map(sorted), st.floats(0.1, 5))
def test_places_are_apart_in_order_and_within_bounds(wanted: list[float], pitch: float) -> None:
    places = spread(wanted, pitch, 0, 200)
    assert all(two - one > pitch - HAIR for one, two in pairwise(places))
    assert all(-HAIR <= place <= 200 + HAIR for place in places)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12, unique=True).map(sorted))
def test_what_has_room_stays_where_it_is(wanted: list[int]) -> None:
    assert spread([float(place) for place in wanted], 1, 0, 40) == pytest.approx(wanted)


@given(st.lists(st.floats(0, 20), min_size=2, max_size=8).map(sorted), st.data())
def test_no_other_places_are_nearer_to_those_wanted(wanted: list[float], data: st.DataObject) -> None:
    def distance(places: tuple[float, ...]) -> float:
        return sum((one - two) ** 2 for one, two in zip(wanted, places, strict=True))

    places = spread(wanted, 1, 0, 20)
    shifts = data.draw(st.lists(st.floats(-2, 2), min_size=len(wanted), max_size=len(wanted)))
    others = spread([place + shift for place, shift in zip(places, shifts, strict=True)], 1, 0, 20)
    assert distance(places) <= distance(others) + HAIR


def test_too_many_labels_for_a_height_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        spread([1.0] * 12, 1, 0, 10)


# Any chronology.

DATES = st.one_of(
    st.dates(date(1600, 1, 1), date(2200, 12, 31)).map(str),
    st.dates(date(1959, 1, 1), date(1960, 12, 31)).map(str),
    st.dates(date(1959, 1, 1), date(1960, 12, 31)).map(lambda day: str(day)[:7]),
    st.integers(1, 9999).map(lambda year: f"{year:04}"),
    st.sampled_from(["1960-06-19", "9999-12-31", "9999-12", "9999", "0001-01-01"]),
)
EVENTS = st.lists(
    st.builds(
        event,
        DATES,
        st.sampled_from(KINDS),
        en=st.text("abc eiMW", min_size=1, max_size=26),
        zh_Hant=st.text("條約簽署", min_size=1, max_size=11),
    ),
    max_size=45,
).map(lambda found: sorted(found, key=lambda each: each.date))


@settings(max_examples=25, phases=[Phase.explicit, Phase.generate])
@given(EVENTS, st.sampled_from(sorted(FRAMES)))
@example([event("1960-06-19") for _ in range(200)], "book")
@example([event(f"{year}") for year in range(1800, 2000)], "book")
@example([event("1928-08-27"), event("1929-07"), event("1945")], "book")
def test_whatever_the_events_are_they_are_drawn_to_scale_and_nothing_overlaps(events: list[Event], name: str) -> None:
    timeline = drawn(events, FRAMES[name])
    assert [row.event for row in rows(timeline)] == events
    assert list(faults(timeline, FRAMES[name])) == []


def test_no_events_make_no_figure() -> None:
    assert drawn([], FRAMES["book"]).figures == ()


def test_a_single_event_is_drawn_in_its_month() -> None:
    ((_, panel),) = panels(drawn([event("1960-06-19")], FRAMES["book"]))
    assert [tick.date for tick in panel.ticks] == ["1960-06", "1960-07"]
    assert panel.rows[0].point == pytest.approx(panel.height * 18.5 / 30)


def test_a_few_events_do_not_fill_a_page() -> None:
    events = [event("1928-08-27"), event("1929-07"), event("1945")]
    ((figure, panel),) = panels(drawn(events, FRAMES["book"]))
    assert figure.height < 80
    assert [tick.date for tick in panel.ticks if tick.form] == ["1930", "1935", "1940", "1945"]
    assert panel.height <= 6 * 7.6 * MM_PER_POINT * 1.32 * MOST + HAIR


def test_events_far_apart_and_crowds_among_them_get_scales_of_their_own() -> None:
    crowd = [event(f"1960-06-{day:02}") for day in range(1, 20)]
    events = [*(event(f"{year}") for year in range(1800, 1960, 10)), *crowd, event("1990")]
    found = list(panels(drawn(events, FRAMES["book"])))
    assert len(found) > 1
    assert max(panel.scale for _, panel in found) > 100 * min(panel.scale for _, panel in found)


def test_an_event_without_a_label_is_not_drawn_and_one_without_a_wording_has_a_label_less() -> None:
    bare = replace(event("1960"), label={"fr": "Rien"})
    timeline = drawn([event("1959", en="One", zh_Hant="一"), bare, event("1961", en="Two")], FRAMES["book"])
    assert [[label.language for label in row.labels] for row in rows(timeline)] == [["en", "zh-Hant"], ["en"]]


def test_a_month_and_a_year_are_drawn_as_long_as_they_are() -> None:
    ((_, panel),) = panels(drawn([event("1950"), event("1952-02"), event("1960-06-19")], FRAMES["book"]))
    year, month, day = (row.end - row.start for row in panel.rows)
    assert year == pytest.approx(panel.scale, rel=0.01)
    assert month == pytest.approx(panel.scale * 29 / 365.2425)
    assert day == 0


def test_labels_that_are_too_long_are_refused() -> None:
    with pytest.raises(ValueError, match="its labels take"):
        drawn([event("1960", en="M" * 60)], FRAMES["book"])


@given(st.floats(-90, 90), st.floats(1, 40))
def test_a_leader_ends_at_its_label(fall: float, run: float) -> None:
    length, angle = Row(event("1960"), 10, 10, 10, 10 + fall, ()).leader(run)
    assert (length * cos(radians(angle)), length * sin(radians(angle))) == pytest.approx((run, fall), abs=1e-6)


# The real one.


@pytest.mark.parametrize("name", [*FRAMES, *BOOKS, "epub"])
def test_the_chronology_is_drawn_whole_to_scale_and_without_overlaps(name: str) -> None:
    events = publication().lists.chronology
    assert [row.event for row in rows(real(name))] == list(events)
    assert list(faults(real(name), FRAMES.get(name) or product(name).timeline)) == []


@pytest.mark.parametrize("name", BOOKS)
def test_the_chronology_takes_two_pages_of_a_book_and_its_panels_are_the_kinds_of_events(name: str) -> None:
    assert len(real(name).figures) == 2
    kinds = [tuple(dict.fromkeys(row.event.kind for row in panel.rows)) for _, panel in panels(real(name))]
    assert kinds == [(kind,) for kind in KINDS]


@pytest.mark.parametrize("name", BOOKS)
def test_labels_stand_near_their_dates(name: str) -> None:
    line = product(name).timeline.size * MM_PER_POINT * 1.32
    assert max(abs(row.y - row.point) for row in rows(real(name))) < 4 * line


@cache
def advances() -> Mapping[str, float]:
    with TTFont(ROOT / "fonts/SourceSerif4SmText-Regular.otf") as face:
        widths, units = face["hmtx"].metrics, face["head"].unitsPerEm
        return {chr(code): widths[glyph][0] / units for code, glyph in face.getBestCmap().items()}


def test_words_are_reckoned_wider_than_they_are_but_not_by_much() -> None:
    for row in rows(real("a4")):
        for words in (row.labels[0].when, row.labels[0].words):
            true = sum(advances()[char] for char in words)
            assert true <= breadth(words) <= 1.25 * true + 0.5, words


# Dates.


@pytest.mark.parametrize(
    ("iso", "locale", "day", "month", "year", "below"),
    [
        ("1960-01-19", "en_GB", "19 Jan", "Jan 1960", "1960", "19 January"),
        ("1959-10", "en_GB", "Oct", "Oct 1959", "1959", "October"),
        ("1987", "en_GB", "1987", "1987", "1987", ""),
        ("1960-01-19", "en_US", "Jan 19", "Jan 1960", "1960", "January 19"),
        ("1960-01-19", "zh_Hant_TW", "1月19日", "1960年1月", "1960年", "1月19日"),
        ("1959-10", "zh_Hant_TW", "10月", "1959年10月", "1959年", "10月"),
        ("1987", "zh_Hant_TW", "1987年", "1987年", "1987年", ""),
    ],
)
def test_dates_are_shortened_as_each_language_does(  # noqa: PLR0913, PLR0917 - a row of a table
    iso: str, locale: str, day: str, month: str, year: str, below: str
) -> None:
    assert (shortly(iso, locale, "day"), shortly(iso, locale, "month"), shortly(iso, locale, "year")) == (
        day,
        month,
        year,
    )
    assert in_its_year(iso, locale) == below


# On paper.


def elements(element: DictionaryObject) -> Iterator[DictionaryObject]:
    """The structure elements within one, and itself."""
    yield element
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if not isinstance(kid, int) and (child := dictionary(kid)).get("/S"):
            yield from elements(child)


@cache
def figures(book: str) -> tuple[DictionaryObject, ...]:
    """The figures of a finished book that are timelines."""
    root = dictionary(finished_pdf(book).root["/StructTreeRoot"])
    found = (each for each in elements(dictionary(array(root["/K"])[0])) if each.get("/S") == "/Figure")
    return tuple(each for each in found if "timeline" in str(each.get("/Alt", "")))


def runs_in(pdf: Pdf, element: DictionaryObject) -> list[Run]:
    """The text of figures on the page of one."""
    number = next(n for n, page in enumerate(pdf.pages) if page == dictionary(element["/Pg"]))
    return [run for run in pdf.runs if run.page == number and "Figure" in run.tags]


@pytest.mark.parametrize("book", BOOKS)
def test_each_drawing_is_a_figure_that_tells_what_it_shows(book: str) -> None:
    told = [str(figure["/Alt"]) for figure in figures(book)]
    assert len(told) == len(real(book).figures)
    for words, figure in zip(told, real(book).figures, strict=True):
        first, last = (dated(figure.rows[index].event.date, "en_GB") for index in (0, -1))
        assert f"{len(figure.rows)} events from {first} to {last}" in words


@pytest.mark.parametrize("book", BOOKS)
def test_a_figure_is_where_it_says(book: str) -> None:
    for element in figures(book):
        left, bottom, right, top = (float(each) for each in array(dictionary(element["/A"])["/BBox"]))
        runs = runs_in(finished_pdf(book), element)
        assert len(runs) > 100
        for run in runs:
            assert left - 1 <= run.x <= run.end <= right + 1, run
            assert bottom - 1 <= run.y <= top + 1, run
        width, height = (float(each) for each in array(dictionary(element["/Pg"])["/MediaBox"])[2:])
        assert 0 < left < right < width
        assert 0 < bottom < top < height


@pytest.mark.parametrize("book", BOOKS)
def test_every_label_is_set_in_its_figure_in_its_language_and_in_order(book: str) -> None:
    for element, figure in zip(figures(book), real(book).figures, strict=True):
        runs = runs_in(finished_pdf(book), element)
        for language in ("en", "zh-Hant"):
            words = [each.words for row in figure.rows for each in row.labels if each.language == language]
            text = "\n".join(run.text for run in runs if run.language == language)
            assert [word for word in words if word not in text] == []
            places = [text.index(f"\n{word}") for word in words]
            assert places == sorted(places)


@pytest.mark.parametrize("book", BOOKS)
def test_no_type_of_a_figure_is_too_small_and_none_stands_on_another(book: str) -> None:
    for element in figures(book):
        runs = [run for run in runs_in(finished_pdf(book), element) if run.text.strip()]
        assert min(run.size for run in runs) >= SMALLEST
        placed = [Box(run.x, run.y - 0.2 * run.size, run.end, run.y + 0.75 * run.size) for run in runs]
        for index, box in enumerate(placed):
            assert not [runs[at] for at in range(index) if box.meets(placed[at])], runs[index]


@pytest.mark.parametrize("book", BOOKS)
def test_events_stand_on_the_page_as_far_down_as_their_places_are(book: str) -> None:
    for element, figure in zip(figures(book), real(book).figures, strict=True):
        runs = runs_in(finished_pdf(book), element)
        wanted, found = list[float](), list[float]()
        for panel in figure.panels:
            for row in panel.rows:
                wanted.append((panel.top + row.y) / MM_PER_POINT)
                found.append(next(run.y for run in runs if run.text.strip() == row.labels[0].words))
        top = found[0] + wanted[0]
        assert [top - y for y in found] == pytest.approx(wanted, abs=0.6)


# On a screen.


def test_each_drawing_of_the_ebook_is_described_and_in_the_readers_own_color() -> None:
    page = finished_epub("epub")["chronology.xhtml"]
    svgs = list(page.iter(f"{SVG}svg"))
    assert len(svgs) == len(real("epub").figures)
    for svg, figure in zip(svgs, real("epub").figures, strict=True):
        said = {child.get("id"): child.text or "" for child in svg}
        named = [said[name] for name in svg.get("aria-labelledby", "").split()]
        assert svg.get("role") == "img"
        assert f"{len(figure.rows)} events" in named[1]
        for element in svg.iter():
            assert {element.get("fill"), element.get("stroke")} <= {None, "none", "currentColor"}
            assert not element.get("style")
        words = ["".join(text.itertext()) for text in svg.iter(f"{SVG}text")]
        labels = [f"{label.when} {label.words}" for row in figure.rows for label in row.labels]
        assert [word for word in words if word in labels] == labels


def test_type_of_a_drawing_can_be_read_on_a_telephone() -> None:
    """At 360 pixels of a screen, less the margins of a reading system, letters are nine pixels or more."""
    for figure in real("epub").figures:
        assert 330 / figure.width * figure.size * MM_PER_POINT >= 9


def test_the_list_has_every_event_with_its_year_its_day_and_its_kind() -> None:
    page = finished_epub("epub")["chronology.xhtml"]
    items = [item for item in page.iter() if item.tag.endswith("li") and has_class(item, "event")]
    assert len(items) == len(publication().lists.chronology)
    for item, each in zip(items, publication().lists.chronology, strict=True):
        text = " ".join("".join(item.itertext()).split())
        assert item.get("data-year") == each.year
        assert has_class(item, each.kind)
        assert text.startswith(in_its_year(each.date, "en_GB"))
        assert all(words in text for words in each.text.values())


def test_a_drawing_needs_nothing_from_elsewhere() -> None:
    for name in (*BOOKS, "epub"):
        text = "".join(page.text for page in composed(name, {}).pages if "timeline" in page.text)
        assert not re.search(r"<(img|image|use|object|foreignObject|script)\b", text)


def test_the_styles_of_the_chronology_touch_nothing_else() -> None:
    sheet = re.sub(r"/\*.*?\*/", "", (ROOT / "templates/styles/book/timeline.css").read_text("utf-8"), flags=re.DOTALL)
    selectors = [each.strip() for rule in re.findall(r"([^{}]+)\{", sheet) for each in rule.split(",")]
    assert len(selectors) > 40
    assert [each for each in selectors if not re.match(r"(ol)?\.(chronology|timeline|years)\b", each)] == []
