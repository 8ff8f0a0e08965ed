"""Where a part first uses a short form: there a screen reader says what it stands for (ISO 32000-1, 14.9.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from markupsafe import Markup, escape

from press.model import Abbreviation, Titles

_PIECE = re.compile(
    r"<(?P<close>/)?(?P<tag>[\w:]+)(?P<rest>[^>]*?)(?P<empty>/)?>|<!--.*?-->|(?P<text>[^<]+)", re.DOTALL
)
_LANGUAGE = re.compile(r'\slang="([^"]*)"')
_UNSPOKEN = re.compile(r'\sclass="[^"]*\b(?:folio|beside-label)\b|\srole="img"')
"""Numbers that name a place, and drawings, of which an alternative is read."""
_BEFORE, _BEHIND = re.compile(r"\d\s$"), re.compile(r"\s\d")
"""What stands around a series (11 UST 1632), which stays in one piece: an element in it would let a line end there."""
_EMPTY = {"br", "hr", "img", "meta", "link"}

Forms = Mapping[str, Titles]
"""A short form, as it is printed → its long form by language."""


def forms(abbreviations: Sequence[Abbreviation]) -> Forms:
    """Each short form by itself: "art., arts." are two, and mean "article, articles" one by one."""
    found: dict[str, dict[str, str]] = {}
    for entry in abbreviations:
        shorts = entry.short.split(", ")
        for language, long in entry.long.items():
            longs = re.split(", |、", long)
            for index, short in enumerate(shorts):
                paired = len(shorts) > 1 and len(longs) == len(shorts)
                found.setdefault(short, {})[language] = longs[index] if paired else long
    return found


def expand(markup: Markup, known: Forms, language: str, seen: set[tuple[str, str]]) -> Markup:
    """The markup with an `abbr` around each form where it is first used in a language.

    `language` is that of text outside elements that tell theirs; `seen` are the forms and languages of the part so far.
    """
    pieces, languages = list[str](), [language]  # none, "", where nothing is to be expanded
    for piece in _PIECE.finditer(markup):
        if piece["text"]:
            pieces.append("".join(_expanded(piece["text"], known, languages[-1], seen)))
            continue
        pieces.append(piece[0])
        if piece["close"]:
            languages.pop()
        elif piece["tag"] and not piece["empty"] and piece["tag"] not in _EMPTY:
            own = _LANGUAGE.search(piece["rest"])
            silent = not languages[-1] or _UNSPOKEN.search(piece["rest"])
            languages.append("" if silent else own[1] if own else languages[-1])
    return Markup("".join(pieces))  # noqa: S704 - it was markup


def _expanded(text: str, known: Forms, language: str, seen: set[tuple[str, str]]) -> Iterator[str]:
    reached = 0
    for match in _pattern(tuple(known)).finditer(text):
        # Text that was escaped has the form as it was escaped.
        short = match[0]
        long = known[short].get(language)
        in_series = _BEFORE.search(text, 0, match.start()) and _BEHIND.match(text, match.end())
        if long and (short, language) not in seen and not in_series:
            seen.add((short, language))
            yield text[reached : match.start()]
            yield f'<abbr title="{escape(long)}">{short}</abbr>'
            reached = match.end()
    yield text[reached:]


@cache
def _pattern(shorts: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any form. Signs, and small ones with a point, need a number beside them: "no." may be a word."""
    pieces = list[str]()
    for short in sorted(shorts, key=len, reverse=True):
        form = re.escape(short)
        if not any(map(str.isalnum, short)):
            pieces.append(rf"{form}(?=\s?\d)")
        elif short.islower() and short.endswith("."):
            pieces += [rf"(?<![\w.]){form}(?=\s[\dIVXLC])", rf"(?<=\d\s){form}(?!\w)"]
        else:
            pieces.append(rf"(?<![\w.]){form}(?!\w)" if short[-1].isalpha() else rf"(?<![\w.]){form}")
    return re.compile("|".join(pieces) or r"(?!)")
