"""Dates as each language writes them. The only importer of Babel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Literal, NamedTuple

from babel.dates import format_date, format_skeleton, get_date_format, get_month_names

_LEAP_YEAR = 2000
_DAY = "MMMMd"
"""Unicode's skeleton of a day with its month."""


def dated(iso: str, locale: str) -> str:
    """“1960-01-19” → “19 January 1960” (en_GB), “1960年1月19日” (zh_Hant); a month or a year alone is left so.

    What is not a date in ISO 8601 is returned as it is: a source may be “issued” at a time that no calendar knows.
    """
    try:
        match [int(piece) for piece in iso.split("-")]:
            case [year, month, day]:
                return format_date(date(year, month, day), "long", locale=locale)
            case [year, month]:
                return str(format_skeleton("yMMMM", date(year, month, 1), locale=locale))
            case [year] if locale.startswith(("zh", "ja")):
                return f"{year}年"
            case _:
                return iso
    except ValueError:
        return iso


def shortly(iso: str, locale: str, form: Literal["day", "month", "year"]) -> str:
    """A date, shortened, no more finely than the form: “19 Jan” or “Jan”, “Jan 1960”, “1960”; a year stays one."""
    skeletons = {"day": ("y", "MMM", "MMMd"), "month": ("y", "yMMM", "yMMM"), "year": ("y", "y", "y")}
    return _skeleton(iso, locale, skeletons[form])


def in_its_year(iso: str, locale: str) -> str:
    """A day or a month as it is written below its year: “19 January”, “January”; nothing for the year itself."""
    if iso.count("-") == 1:
        return format_date(date.fromisoformat(_whole(iso)), "LLLL", locale=locale)
    return _skeleton(iso, locale, ("", "", "MMMMd"))


def _skeleton(iso: str, locale: str, skeletons: tuple[str, str, str]) -> str:
    """A year, a month or a day in the one of Unicode's skeletons that is for it."""
    skeleton = skeletons[iso.count("-")]
    return str(format_skeleton(skeleton, date.fromisoformat(_whole(iso)), locale=locale)) if skeleton else ""


def _whole(iso: str) -> str:
    """A day, or the first one of a month or a year."""
    return iso + "-01" * (2 - iso.count("-"))


class Written(NamedTuple):
    """A day as a text writes it, from `start` to `end`; a year that is not given is 0.

    `proper` is how the language writes it; "" if no calendar has the day.
    """

    start: int
    end: int
    year: int
    month: int
    day: int
    proper: str


def find_days(text: str, locale: str) -> Iterator[Written]:
    """Every day with its month, and the year if there is one, in whatever order and form they are written.

    Months are known by their names, whole or shortened, if the language names them; a day may have letters behind its
    number (19th). Without a year, 29 February is a day.
    """
    months = _months(locale)
    for match in _days(locale).finditer(text):
        found = {group.rstrip("2"): value for group, value in match.groupdict().items() if value}
        name = found["month"].rstrip(".")
        year, month, day = int(found.get("year", "0")), months.get(name) or int(name), int(found["day"])
        yield Written(*match.span(), year, month, day, _proper(year, month, day, locale))


def _proper(year: int, month: int, day: int, locale: str) -> str:
    try:
        when = date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return ""
    return format_date(when, "long", locale=locale) if year else str(format_skeleton(_DAY, when, locale=locale))


@cache
def _months(locale: str) -> Mapping[str, int]:
    """The names of the months, whole and shortened, each with its number; none where a month is a number."""
    if "MMM" not in get_date_format("long", locale=locale).pattern:
        return {}
    widths = (get_month_names(width, locale=locale) for width in ("abbreviated", "wide"))
    return {name.rstrip("."): month for names in widths for month, name in names.items()}


@cache
def _days(locale: str) -> re.Pattern[str]:
    """A pattern with the groups year, month and day, or those with a 2 behind them."""
    if not (months := _months(locale)):
        # As in y年M月d日; the year may be left out.
        form = get_date_format("long", locale=locale).pattern
        year, month, day = (rf"\s*{re.escape(form[form.find(mark) + 1 :][:1])}" for mark in "yMd")
        return re.compile(rf"(?:(?P<year>\d{{4}}){year}\s*)?(?P<month>\d{{1,2}}){month}\s*(?P<day>\d{{1,2}}){day}")
    whole = set(get_month_names("wide", locale=locale).values())
    name = "|".join(re.escape(month) + r"\.?" * (month not in whole) for month in sorted(months, key=len, reverse=True))
    letters = r"(?:[^\W\d_]{2})?"
    return re.compile(
        rf"\b(?P<day>\d{{1,2}}){letters}(?: of)? (?P<month>{name})(?!\w)(?:,? (?P<year>\d{{4}})\b)?"
        rf"|\b(?P<month2>{name}) (?P<day2>\d{{1,2}}){letters}\b(?:,? (?P<year2>\d{{4}})\b)?"
    )
