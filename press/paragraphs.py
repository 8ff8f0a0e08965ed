"""The lines of justified paragraphs, as `fitting.py` finds them best: for WeasyPrint 70.0.

WeasyPrint puts into a line all that has room in it. Here the places at which lines may end are measured before a
paragraph is begun, and each line is given such a measure that it ends where it is best. Where WeasyPrint ends a line
elsewhere all the same, what follows is weighed anew.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pyphen
from weasyprint.formatting_structure.boxes import AtomicInlineLevelBox, InlineBox, LineBox, TextBox
from weasyprint.layout import inline
from weasyprint.layout.percent import resolve_percentages
from weasyprint.text.line_break import create_layout, get_log_attrs, line_size

from press.fitting import SHRINK, WIDEST, End, best_ends, limit
from press.linebreaks import CALLED, held, is_call, is_ours, is_short, open_spaces, reaches
from press.prose import is_han
from press.spacing import blank_before, blank_behind, kept_whole, may_part, opens, widths

_ATOM = "\ufffc"
"""Stands for a box in a line that is no text."""
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_DASH, _COMPOUND = 20_000.0, 10_000.0
"""What it costs to begin a line with a dash; to divide a word that has a hyphen: forward-look-ing."""


class _Odd(Exception):  # noqa: N818 - it is no error
    """The paragraph has something in it that is not weighed here: a box that floats, a line that the text ends."""


def mend(wrap: Callable[[Any, str, Callable[..., Any]], None]) -> None:
    """End lines in WeasyPrint as told here. `wrap` puts a function in place of another, which it gets first."""
    wrap(inline, "split_inline_box", _end_well)


def _end_well(original: Callable[..., Any], context: Any, box: Any, *rest: Any) -> Any:  # noqa: ANN401
    """Give a line of a justified paragraph the measure in which it ends where it is best."""
    if isinstance(box, LineBox) and is_justified(box) and not context.excluded_shapes:
        x, right, bottom, skip, container, *more = rest
        start = _offset(box, skip)
        plan = vars(box).setdefault("plan", {})
        place = start, round(right - x, 2)
        if place not in plan:
            plan |= _plan(context, box, *place, container, vars(box).get("hyphens", {}).get(str(skip), 0))
        rest = (x, x + plan.get(place, right - x), bottom, skip, container, *more)
    return original(context, box, *rest)


def is_justified(box: LineBox) -> bool:
    """Whether the lines of a paragraph are to be flush at both ends."""
    style = box.style
    return bool(
        style["text_align_all"] == "justify" and style["white_space"] == "normal" and style["direction"] == "ltr"
    )


def _offset(box: Any, skip: Any) -> int:  # noqa: ANN401 - as WeasyPrint tells where to go on
    """How many characters stand before a place of a box."""
    if skip is None:
        return 0
    if isinstance(box, TextBox):
        return len(box.text.encode()[: next(iter(skip))].decode())
    ((index, inner),) = skip.items()
    before = sum(map(_length, box.children[:index]))
    return before + (_offset(box.children[index], inner) if inner and index < len(box.children) else 0)


def _length(box: Any) -> int:  # noqa: ANN401
    if not box.is_in_normal_flow():
        return 0
    if isinstance(box, TextBox):
        return len(box.text)
    return sum(map(_length, box.children)) if isinstance(box, InlineBox) else 1


def _plan(  # noqa: PLR0913, PLR0917
    context: Any,  # noqa: ANN401
    box: LineBox,
    start: int,
    first: float,
    container: Any,  # noqa: ANN401
    hyphens: int,
) -> dict[tuple[int, float], float]:
    """For each line from `start` on, by where it begins and the room that it has: the measure that is to be its."""
    if "ends" not in vars(box):
        try:
            vars(box)["ends"] = _ends(context, box, container)
        except _Odd:
            vars(box)["ends"] = ()
    ends = box.ends
    others = round(float(container.width), 2)
    places = [end.at for end in ends]
    at = bisect_right(places, start) - 1
    if at < 0 or places[at] != start or at == len(ends) - 1:
        return {}
    plan, measure, before = dict[tuple[int, float], float](), first, ends[at]
    for end in best_ends(before, ends[at + 1 :], first, others, hyphens):
        index = bisect_right(places, end.at)
        plan[before.at, measure] = measure if index == len(ends) else limit(before, end, ends[index : index + 3])
        before, measure = end, others
    return plan


# What is measured.


class _Text:
    """A paragraph: its characters, and for each place between them what stands before it."""

    def __init__(self, *, is_han: bool) -> None:
        self.is_han = is_han
        self.chars = list[str]()
        self.edges = [0.0]
        """How far what stands before a place reaches."""
        self.open = [0.0]
        """How much of it can open, and by how much the sizes of its letters add up."""
        self.letters = [0.0]
        self.whole = set[int]()
        """Places at which no line ends."""
        self.hyphens = dict[int, float]()
        """Places at which a word may be divided, each with the width of the hyphen."""
        self.behind = dict[int, float]()
        """Places at which the mark before loses its blank half where a line ends."""
        self.before = dict[int, float]()
        """Places at which the mark behind loses its blank half where a line begins."""

    def add(self, char: str, edge: float, opened: float = 0, letter: float = 0) -> None:
        self.chars.append(char)
        self.edges.append(edge)
        self.open.append(self.open[-1] + opened)
        self.letters.append(self.letters[-1] + letter)


def _ends(context: Any, line: LineBox, container: Any) -> tuple[End, ...]:  # noqa: ANN401
    """All the places at which a line may end: first that before the paragraph, last that behind it."""
    language = line.style["lang"] or ""
    text = _Text(is_han=is_han(language))
    _measure(context, line, container, text, 0.0)
    words = "".join(text.chars)
    attributes = get_log_attrs(words, language)
    shrink = 0.0 if text.is_han else SHRINK
    found = list[End]()
    for at in range(len(words) + 1):
        may_end = at in (0, len(words)) or (attributes[at].is_line_break and at not in text.whole)
        if not (may_end or at in text.hyphens):
            continue
        last = len(words[:at].rstrip(" "))
        # What may open before the first letter of a line is not in the line.
        opened, after = text.open[last], text.open[min(at + text.is_han, len(words))]
        found.append(
            End(
                at=at,
                width=text.edges[last] - text.behind.get(last, 0) + (0 if may_end else text.hyphens[at]),
                next_width=text.edges[at] + text.before.get(at, 0),
                spaces=opened, next_spaces=after, tight=opened * shrink, next_tight=after * shrink,
                letters=text.letters[last],
                hyphen=not may_end or words[last - 1 : last] in ("-", "\u2010"),
                cost=_DASH * (words[at : at + 1] in ("—", "–")) + _COMPOUND * (not may_end and _is_compound(words, at)),
            )
        )  # fmt: skip
    return tuple(found)


def _measure(context: Any, box: Any, container: Any, text: _Text, x: float) -> float:  # noqa: ANN401
    """Add what stands in a box, which begins at `x`, to a text; returns where it ends."""
    begin = len(text.chars)
    for child in box.children:
        if child.is_floated():
            raise _Odd
        if not child.is_in_normal_flow():
            continue
        here = len(text.chars)
        if here > begin and box.style["white_space"] == "nowrap":
            text.whole.add(here)
        if isinstance(child, TextBox):
            x = _add(context, child, text, x)
            if text.is_han and is_call(box):
                text.chars[here:] = [CALLED if char.isdecimal() else char for char in text.chars[here:]]
                text.whole.update(range(here, len(text.chars)))
            continue
        resolve_percentages(child, container)
        if isinstance(child, InlineBox):
            x = _measure(context, child, container, text, x + _side(child, "left")) + _side(child, "right")
            if len(text.chars) > here:
                text.edges[-1] = x
        elif isinstance(child, AtomicInlineLevelBox) and not child.is_leader:
            x += inline.atomic_box(context, child, x, None, container, [], []).margin_width()
            text.add(_ATOM, x)
        else:
            raise _Odd
    return x


def _is_compound(words: str, at: int) -> bool:
    """Whether the word at a place has a hyphen in it."""
    return "-" in words[words.rfind(" ", 0, at) + 1 :].split(" ", 1)[0]


def _side(box: InlineBox, side: str) -> float:
    """How wide the margin, the border and the padding of a box are at one side."""
    names = f"margin_{side}", f"padding_{side}", f"border_{side}_width"
    return float(sum(width for name in names if (width := getattr(box, name)) != "auto"))


def _add(context: Any, box: TextBox, text: _Text, x: float) -> float:  # noqa: ANN401
    """Add the words of a box, which begin at `x`, to a text; returns where they end."""
    words, style, here = box.text, box.style, len(text.chars)
    size, language, wraps = style["font_size"], style["lang"] or "", style["white_space"]
    if not words:
        return x
    if not size or wraps not in ("normal", "nowrap") or any(char in words for char in "\n\t\xad"):
        raise _Odd
    layout = create_layout(words, style, context, None, 0)
    line, _ = layout.get_first_line()
    reach = reaches(line, words)
    if is_wide := is_ours(words, style):
        reach = widths(words, reach, size)
    spaces = set(open_spaces(words, style))
    letter = 0 if is_wide or text.is_han else size
    for at, (char, (begin, end)) in enumerate(zip(words, pairwise(reach), strict=True)):
        opened = end - begin if at in spaces else 0.0
        if text.is_han:
            ahead = text.chars[-1] if text.chars else ""
            opened = WIDEST * size * (3 * (at in spaces) + (bool(ahead) and opens(ahead, char)))
        text.add(char, x + end, opened, letter)
    if is_wide:
        text.whole.update(here + at for at in kept_whole(words))
        # A mark that another follows is narrow already.
        full = [(at, char) for at, char in enumerate(words) if reach[at + 1] - reach[at] > 0.75 * size]
        text.behind |= {here + at + 1: blank_behind(char, language) * size for at, char in full}
        text.before |= {here + at: blank_before(char) * size for at, char in full}
    if here and not may_part(text.chars[here - 1], words[0]):
        text.whole.add(here)
    if wraps == "nowrap":
        text.whole.update(range(here + 1, here + len(words)))
    text.whole.update(here + at for begin, end in held(words, style) for at in range(begin + 1, end))
    if (
        wraps == "normal"
        and style["hyphens"] == "auto"
        and not is_wide
        and (places := _divisions(context, words, style))
    ):
        layout = create_layout(style["hyphenate_character"], style, context, None, 0)
        line, _ = layout.get_first_line()
        hyphen, _ = line_size(line, style)
        text.hyphens |= {here + at: hyphen for at in places}
    return x + reach[-1]


def _divisions(context: Any, words: str, style: Any) -> list[int]:  # noqa: ANN401
    """The places at which WeasyPrint may divide the words of a text."""
    total, left, right = style["hyphenate_limit_chars"]
    if not (language := style["lang"] and pyphen.language_fallback(style["lang"])):
        return []
    key = language, left, right, total
    if key not in context.dictionaries:
        context.dictionaries[key] = pyphen.Pyphen(lang=language, left=left, right=right)
    places = (
        word.start() + len(part)
        for word in _WORD.finditer(words)
        if len(word[0]) >= total
        for part, _ in context.dictionaries[key].iterate(word[0])
    )
    return [at for at in places if not is_short(words[at:].encode())]
