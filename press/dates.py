"""Dates as each language writes them. The only importer of Babel."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date, format_skeleton


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
