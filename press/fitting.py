"""Which ends make the best lines of a paragraph, taken together; and how a line is opened or drawn in to its measure.

Pure functions about widths, after D. E. Knuth and M. F. Plass, *Breaking Paragraphs into Lines* (1981): of all the ways
to break a paragraph, the one whose lines are least loose and least tight. A line that is good by itself may leave the
next one gaping; here the whole is weighed. Lengths are in one unit, whatever it is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from math import inf
from typing import NamedTuple

SHRINK = 0.2
"""Share of their width by which word spaces may be drawn in; what is left still parts words."""
EASY = 0.6
"""Share of their width by which word spaces open before letters take a part."""
LETTERS = 0.02
"""Ems that two letters of a loose line may be set apart: it cannot be seen, and is much of the room of a loose line."""
WIDEST = 0.125
"""Ems between Han letters that count as much as word spaces of twice their width."""
MOST_HYPHENS = 2
"""Lines that may end in a hyphen one after another: a third makes a ladder."""

_FULLEST = 0.5
"""A line that fills less of its measure than this is not tried, unless there is no other."""
_WORST = 1e6
_HYPHEN, _HYPHENS, _LAST_HYPHEN = 3_000.0, 6_000.0, 6_000.0
"""What a hyphen costs; what it costs more behind a line that has one; and at the end of the last line but one."""
_SCRAP, _SHORTEST = 6_000.0, 0.08
"""What it costs to end with a scrap: a last line that fills less of its measure than this."""


class End(NamedTuple):
    """A place at which a line may end, and the next one begin.

    `width` is that of all the text before it, as it is when the line ends here: without the space, with the hyphen.
    `spaces` is how much of it can open and `tight` how much it can be drawn in; `letters` the sum of the sizes of its
    letters. What is `next_…` is the same, up to where the next line begins. `cost` is what makes it a worse place.
    """

    at: int
    width: float
    next_width: float
    spaces: float
    next_spaces: float
    tight: float
    next_tight: float
    letters: float
    hyphen: bool = False
    cost: float = 0


def best_ends(start: End, ends: Sequence[End], first: float, others: float, hyphens: int = 0) -> tuple[End, ...]:
    """The ends of the best lines, the last of `ends` included, which is that of the paragraph.

    `start` is the end before the first line, `first` its measure, `others` that of the others; `hyphens` is the number
    of lines just before it that end in one. None are found for text whose pieces are longer than lines.
    """
    tried = (_best(start, ends, first, others, hyphens, fullest) for fullest in (_FULLEST, 0))
    return next((chosen for chosen in tried if chosen), ())


def _best(  # noqa: PLR0913, PLR0917
    start: End, ends: Sequence[End], first: float, others: float, hyphens: int, fullest: float
) -> tuple[End, ...]:
    """The best ends of lines that all but the last fill so much of their measure."""
    widths = [end.width for end in ends]
    nothing, last = (-1, hyphens), len(ends) - 1
    found = {nothing: (0.0, nothing)}
    for index in range(-1, last):
        before, measure = (start, first) if index < 0 else (ends[index], others)
        runs = [run for run in range(MOST_HYPHENS + 1) if (index, run) in found]
        least = max(index + 1, bisect_left(widths, before.next_width + fullest * measure)) if runs else last
        for at, more in _lines(before, index + 1, min(least, last), ends, measure) if runs else ():
            for run in runs:
                key = at, run + 1 if ends[at].hyphen else 0
                cost = found[index, run][0] + more + (_HYPHENS if run and key[1] else 0)
                cost += _LAST_HYPHEN if run and at == last else 0
                if key[1] <= MOST_HYPHENS and cost < found.get(key, (inf, nothing))[0]:
                    found[key] = cost, (index, run)
    place = min((key for key in found if key[0] == last), key=lambda key: found[key][0], default=nothing)
    chosen = list[End]()
    while place[0] >= 0:
        chosen.append(ends[place[0]])
        place = found[place][1]
    return tuple(reversed(chosen))


def _lines(start: End, index: int, least: int, ends: Sequence[End], measure: float) -> Iterator[tuple[int, float]]:
    """The ends that a line may have, from the one at `least` on, each with what it costs.

    One that goes only to the next place, at `index`, may be longer than its measure: it cannot be shorter.
    """
    last = len(ends) - 1
    for at in range(least, len(ends)):
        end = ends[at]
        room, tight = _room(start, end, measure), _tightness(start, end, at == last)
        if room < -tight - 1e-6:
            if at == index:
                yield at, _WORST**2
            elif room < -tight - 0.2 * measure:
                return
        elif at == last:
            yield at, _SCRAP if measure - room < _SHORTEST * measure else 0
        else:
            badness = _badness(room, end.spaces - start.next_spaces, tight, end.letters - start.letters)
            yield at, (10 + badness) ** 2 + (_HYPHEN if end.hyphen else 0) + end.cost


def _room(start: End, end: End, measure: float) -> float:
    return measure - (end.width - start.next_width)


def _tightness(start: End, end: End, is_last: bool) -> float:  # noqa: FBT001
    """By how much a line can be drawn in; the last is set as it is."""
    return 0.0 if is_last else end.tight - start.next_tight


def _badness(room: float, spaces: float, tight: float, letters: float) -> float:
    """100 for a line as tight as can be, or with spaces a little more than half as wide again as they are."""
    if room < 0:
        return 100 * (-room / tight) ** 3 if tight else _WORST
    words, apart = shared(room, spaces, letters)
    return min(100 * (words / (EASY * spaces)) ** 3 + 20 * (apart > 0), _WORST) if spaces else _WORST


def shared(room: float, spaces: float, letters: float) -> tuple[float, float]:
    """How much of the room of a line is taken by spaces, which are so wide in all, and by letters.

    Letters give way only where the spaces would be wide, and by so little that it is not seen.
    """
    apart = max(0.0, min(room - EASY * spaces, LETTERS * letters))
    return room - apart, apart


def limit(start: End, end: End, further: Sequence[End]) -> float:
    """The measure in which a line that takes all that it can ends at `end`: on the way to the next places, `further`.

    There is room in it for the space, too, at which it ends.
    """
    width = max(end.width, end.next_width) - start.next_width
    room = min((each.width - start.next_width - width for each in further), default=2.0)
    return width + min(room / 2, 1.0)
