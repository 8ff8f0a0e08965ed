"""Chinese and Japanese lines: where they may end, where they may open, and what stands apart in them.

Pure functions about characters; `linebreaks.py` and `justification.py` set pages by them. The rules are those of W3C,
*Requirements for Chinese Text Layout* (clreq) 3.1 and 3.2, *Requirements for Japanese Text Layout* (jlreq) 3.1 and
CSS Text 4, 8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

GAP = 0.095
"""Between Han or kana and Latin letters or figures, in ems: with the room that both have at their own sides, the eighth
to quarter of an em that readers expect. A tenth of an em is the least that programs take for a space when they copy or
search the text of a PDF (Poppler and pdfminer 0.1, pdf.js 0.102): 1960年 must be found."""

OPENING = frozenset("「『（《〈【〔［｛〖〘")
CLOSING = frozenset("」』）》〉】〕］｝〗〙")
STOPS = frozenset("。，、；：？！．")
DOTS = frozenset("‧・")
"""They stand in the middle between the names that they divide, so a line opens on neither side of them."""
_FULL = frozenset("？！")
"""Stops without a blank half."""
_LEFT = frozenset("。、，．")
"""Stops that stand at the left of their square in Japanese, in the middle in Taiwan."""
PAIRED = frozenset("…‥—")
"""Marks that are written twice and printed as one."""
NOT_FIRST = CLOSING | STOPS | DOTS | frozenset("…‥ー々〻ゝゞヽヾ～％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ")
"""What no line begins with: clreq 3.1.3.1; jlreq 3.1.7, with its small kana and marks of repetition."""

_LETTERS = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3040-\u30fa\u30fc-\u312f\u31a0-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_WIDE = re.compile(rf"[{_LETTERS}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6・‧…‥—]")
_LETTER = re.compile(f"[{_LETTERS}]")
_WHOLE = re.compile(rf"([…‥—])\1+|第[〇零一二三四五六七八九十百千\d]+[{_LETTERS}]?|\d(?:[\d.,:–-]*\d)?[{_LETTERS}％%]?")
"""What stands on one line: …… and ——; a number with what it counts (1960年, 第5條, 第五條)."""


class Place(NamedTuple):
    """A place at which a line may open: behind a space between words or between two full-width characters.

    `size` is that of the type, in any unit.
    """

    space: bool
    size: float

    @property
    def weight(self) -> float:
        """Its part of the room: a space takes three times what two characters do."""
        return self.size * (3 if self.space else 1)

    @property
    def most(self) -> float:
        """What it takes before the others have to give more: a space then has twice its width; for GAP see there."""
        return self.size * (0.25 if self.space else GAP)


def has_letters(text: str) -> bool:
    """Whether there are Han characters or kana, or their marks, in a text."""
    return bool(_WIDE.search(text))


def gap(before: str, after: str, *, standing: bool = False) -> float:
    """The gap between two characters, in ems: one Han or kana, the other a letter or figure of another script.

    Figures and capitals that are `standing` in a column each have a square, as Han has, and no gap beside it.
    """
    one, other = (before, after) if _LETTER.match(before) else (after, before)
    if standing and (other.isdigit() or other.isupper()):
        return 0
    return GAP if _LETTER.match(one) and other.isalnum() and other < "\u2e80" else 0


def overlap(before: str, after: str, language: str) -> float:
    """By how many ems two marks that meet close up: the blank half that they share (clreq 3.1.6.1, jlreq 3.1.4).

    Within one text the face does this (`chws`). Taiwan's stops stand in the middle: a bracket closes up to them only
    with its own blank side, so that 。」 stays as it is.
    """
    closes = blank_behind(before, language) > 0 and after in CLOSING | OPENING | STOPS - _FULL
    follows = after in OPENING and before in OPENING | STOPS - _FULL
    return 0.5 if closes or follows else 0


def opens(before: str, after: str) -> bool:
    """Whether a justified line may open between two characters: never inside a bracket, before a stop, within ……."""
    return (
        bool(_WIDE.match(before) and _WIDE.match(after))
        and before not in OPENING | DOTS
        and after not in CLOSING | STOPS | DOTS
        and not (before == after and before in PAIRED)
    )


def may_part(before: str, after: str) -> bool:
    """Whether a line may end between two characters, as far as they alone tell."""
    return before not in OPENING and after not in NOT_FIRST and not (before == after and before in PAIRED)


def kept_whole(text: str) -> frozenset[int]:
    """The places in a text, counted in characters, at which no line ends."""
    inside = {place for match in _WHOLE.finditer(text) for place in range(match.start() + 1, match.end())}
    return frozenset(inside | {at for at in range(1, len(text)) if not may_part(text[at - 1], text[at])})


def blank_before(char: str) -> float:
    """The blank half of a bracket that opens a line, in ems: it goes, and the bracket stands flush."""
    return 0.5 if char in OPENING else 0


def blank_behind(char: str, language: str) -> float:
    """The blank half of a mark that ends a line, in ems. Taiwan's stops, in the middle of their square, keep theirs."""
    return 0.5 if char in CLOSING or (char in _LEFT and language.startswith("ja")) else 0


def widths(text: str, reaches: Sequence[float], size: float, *, standing: bool = False) -> list[float]:
    """How wide the first 0, 1, 2 … characters of a text are with their gaps, from how wide they are without."""
    apart = [gap(before, after, standing=standing) * size for before, after in pairwise(text)]
    return [reach + gaps for reach, gaps in zip(reaches, [0, *accumulate(apart, initial=0)], strict=False)]


def line_end(room: float, ends: Mapping[int, float]) -> int:
    """Where a line ends: the last of the places, each with the width up to it, that has room; else the first of all.

    0 if there are no places.
    """
    return max((at for at, width in ends.items() if width <= room), default=min(ends, default=0))


def share(room: float, places: Sequence[Place]) -> list[float]:
    """What each place takes of the room that is left on a line, by weight; all of it, unless there is no place.

    No place takes more than its most while another can take some; what is then left is shared by size alone.
    """
    shares, open_, left = [0.0] * len(places), list(range(len(places))), room
    while open_ and left > 0:
        each = left / sum(places[at].weight for at in open_)
        full = [at for at in open_ if places[at].weight * each > places[at].most]
        for at in full or open_:
            shares[at] = places[at].most if full else places[at].weight * each
        left = left - sum(places[at].most for at in full) if full else 0
        open_ = [at for at in open_ if at not in full]
    if places and left > 0:
        each = left / sum(place.size for place in places)
        shares = [taken + place.size * each for taken, place in zip(shares, places, strict=True)]
    return shares
