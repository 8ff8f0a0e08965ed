"""Dates as each language writes them. The only importer of Babel."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

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


class Written(NamedTuple):
    """A day as a text writes it: where, and how the language writes that day; "" where there is no such day."""

    start: int
    end: int
    proper: str


def find_days(text: str, locale: str) -> Iterator[Written]:
    """Every day with its month, and the year if it is given, in whatever order and form it is written.

    Months are known by their names, whole or shortened, where the language has names for them; a day may have letters
    behind its number (19th). Without a year, 29 February is a day.
    """
    for match in _days(locale).finditer(text):
        found = {name[0]: int(value) for name, value in match.groupdict().items() if name[1:].isdigit() and value}
        month = found["m"] if "m" in found else _months(locale)[match["month"] or match["month_first"]]
        yield Written(*match.span(), _proper(found.get("y"), month, found["d"], locale))


def _proper(year: int | None, month: int, day: int, locale: str) -> str:
    """The day as the language writes it."""
    try:
        when = date(year or _LEAP_YEAR, month, day)
    except ValueError:
        return ""
    return format_date(when, "long", locale=locale) if year else str(format_skeleton(_DAY, when, locale=locale))


@cache
def _months(locale: str) -> Mapping[str, int]:
    """The names of the months and their short forms, each with its number."""
    names: dict[str, int] = {}
    for width in ("abbreviated", "wide"):
        names |= {name.rstrip("."): month for month, name in get_month_names(width, locale=locale).items()}
    return names


@cache
def _days(locale: str) -> re.Pattern[str]:
    """A pattern with the groups d (day), m (month) and y (year), numbered as they may not be named twice."""
    if "MMM" not in (form := get_date_format("long", locale=locale).pattern):
        # As in y年M月d日: the year, with all that stands between it and the month, may be left out.
        year, month, day = (re.escape(form[form.find(mark) + 1 :][:1]) for mark in "yMd")
        return re.compile(rf"(?:(?P<y1>\d{{4}})\s*{year}\s*)?(?P<m1>\d{{1,2}})\s*{month}\s*(?P<d1>\d{{1,2}})\s*{day}")
    names = "|".join(sorted(map(re.escape, _months(locale)), key=len, reverse=True))
    return re.compile(
        rf"(?<!\w)(?P<d1>\d{{1,2}})(?:[^\W\d_]{{2}}(?: of)?)? (?P<month>{names})\b\.?(?:,? (?P<y1>\d{{4}})\b)?"
        rf"|\b(?P<month_first>{names})\b\.? (?P<d2>\d{{1,2}})(?:[^\W\d_]{{2}})?\b(?:,? (?P<y2>\d{{4}})\b)?"
    )
