"""Sets Chinese and Japanese in WeasyPrint: lines flush at both ends, broken where they may be, with Latin set apart.

WeasyPrint 70.0 opens a line only at its spaces, and leaves lines to Pango, which knows neither the gap between Han and
Latin nor that a number stays with its unit. Here text with Han or kana is broken by the rules of `spacing.py`, from the
widths that Pango measures, and the glyphs are moved apart when they are drawn. Nothing is put into the text: what is
copied and searched is what the editors wrote. Tested with one version, and refused with any other.

- Gaps within an element are added to the widths of glyphs; those at its border are margins of it (`_set_apart`), so
  that both count wherever WeasyPrint measures. None stands beside the number that calls a note.
- At the ends of a line the gaps go, and so do the blank halves of brackets (`_trim`).
- Glyphs are painted in thousandths of an em. WeasyPrint drops what is left of each, which can cost a line a third of a
  point; here it is carried to the next glyph (`_EXCHANGED`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from itertools import accumulate, pairwise
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple

import weasyprint
from weasyprint.css.properties import Dimension
from weasyprint.draw import text as drawing
from weasyprint.formatting_structure import build
from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout, create_layout, line_size

from press.prose import is_han
from press.spacing import (
    Place,
    blank_before,
    blank_behind,
    gap,
    has_letters,
    kept_whole,
    line_end,
    may_part,
    opens,
    share,
    widths,
)

TESTED = "70.0"
SOURCE = "465023c82d862f0387ad8fd6ab8e1dc678c46661e587d389af4d2f057c89780e"
"""SHA-256 of the functions of WeasyPrint that are replaced or wrapped here."""

_TOUCHED: tuple[Callable[..., object], ...] = (
    build.create_anonymous_boxes, drawing.draw_first_line, inline.can_break_text, inline.justify_line,
    inline.remove_last_whitespace, inline.split_inline_box, inline.split_text_box, line_break.create_layout,
    line_break.line_size, line_break.split_first_line, Layout,
)  # fmt: skip
_DECLARED = "PangoLayoutLine * pango_layout_get_line (PangoLayout *layout, int line);"
"""Pango's function for those who mean to change the widths of glyphs; WeasyPrint has only the read-only one."""
_EXCHANGED = (
    ("    x_advance = 0\n", "    x_advance = rest = 0\n"),
    (
        "            offset = glyph_info.geometry.x_offset / font_size\n",
        "            offset = round(glyph_info.geometry.x_offset * 1000 * FROM_UNITS / font_size)\n",
    ),
    (
        "            if kerning:\n                string += f'>{int(kerning)}<'\n",
        "            rest += kerning\n"
        "            if round(rest):\n                string += f'>{round(rest)}<'\n                rest -= round(rest)\n",
    ),
)
"""Of `draw_first_line`: rests are carried, and offsets, which WeasyPrint takes for 1024ths of an em, are thousandths."""

_SPACES = " \u00a0"
_split = line_break.split_first_line
_CALL = "::footnote-call"

_Changes = dict[tuple[Any, str], float]
"""By how many px what has become wider: a text box, or the left or right margin of an inline one."""


def patch() -> None:
    """Mend WeasyPrint, once for each process. Raises RuntimeError for another version, or other source, than tested."""
    digest = sha256("".join(map(inspect.getsource, _TOUCHED)).encode()).hexdigest()
    if (weasyprint.__version__, digest) != (TESTED, SOURCE):
        raise RuntimeError(
            f"press/justification.py was tested with WeasyPrint {TESTED} ({SOURCE}), "
            f"not with {weasyprint.__version__} ({digest})"
        )
    ffi.cdef(_DECLARED)
    Layout.widened, Layout.cut, Layout.undrawn = MappingProxyType({}), 0.0, False
    _wrap(Layout, "reactivate", _mark_undrawn)
    _wrap(Layout, "get_first_line", _move_apart)
    _wrap(build, "create_anonymous_boxes", _set_borders_apart)
    for module in (inline, preferred):
        module.split_first_line = split_first_line
        _wrap(module, "can_break_text", _part)
    _wrap(inline, "split_inline_box", _begin_line)
    _wrap(inline, "split_text_box", _follow_line)
    _wrap(inline, "remove_last_whitespace", _end_line)
    _wrap(inline, "justify_line", _justify)
    source = inspect.getsource(drawing.draw_first_line)
    for old, new in _EXCHANGED:
        source = source.replace(old, new)
    exec(compile(source, drawing.__file__, "exec"), vars(drawing))  # noqa: S102 - a copy of the whole would hide what is new


def _wrap(place: Any, name: str, wrapper: Callable[..., Any]) -> None:  # noqa: ANN401 - a module or a class
    """Put a function in place of another, which it gets as its first argument."""
    wrapped = getattr(place, name)

    def call(*arguments: object, **named: object) -> object:
        return wrapper(wrapped, *arguments, **named)

    setattr(place, name, call)


# Lines: where they end.


def split_first_line(  # noqa: PLR0913, PLR0917 - as WeasyPrint calls it
    text: str,
    style: Any,  # noqa: ANN401
    context: Any,  # noqa: ANN401
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,  # noqa: FBT001, FBT002
    minimum: bool = False,  # noqa: FBT001, FBT002
) -> tuple[Layout, int, int | None, float, float, float]:
    """As WeasyPrint's function: layout, length and resumption in bytes of UTF-8, width, height and baseline in px."""
    wraps = style["white_space"] in ("normal", "pre-line")
    if (
        not has_letters(text)
        or not (wraps or style["white_space"] == "nowrap")
        or (style["hyphens"] == "auto" and not is_han(style["lang"] or ""))
        or style["direction"] != "ltr"
        or any(char in text for char in "\n\t\xad")
    ):
        return _split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    room = max_width if wraps and max_width is not None else inf
    before = blank_before(text[0]) * style["font_size"] if getattr(context, "line_is_due", False) else 0.0
    layout, end = _measure(text, style, context, room + before)
    whole = end == len(text)
    shown = text if whole else text[:end].rstrip(" ")
    layout.set_text(shown)
    line, _ = layout.get_first_line()
    width, height = line_size(line, style)
    _widen(layout, _gaps(shown, style["font_size"]))
    layout.cut = before
    if not whole:
        _widen(layout, {len(shown.encode()): -blank_behind(shown[-1:], style["lang"] or "") * style["font_size"]})
    width += sum(layout.widened.values()) - before
    if width > room and is_line_start and style["overflow_wrap"] != "normal":
        return _split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    layout.deactivate()
    return layout, len(shown.encode()), None if whole else len(text[:end].encode()), width, height, baseline


def _measure(text: str, style: Any, context: Any, room: float) -> tuple[Layout, int]:  # noqa: ANN401
    """How many characters go on a line, spaces at its end included. The piece that Pango measures grows until it is full."""
    size, count = style["font_size"], len(text) if room == inf else int(room / style["font_size"] * 1.5) + 8
    while True:
        piece = text[:count]
        layout = create_layout(piece, style, context, None, 0)
        line, _ = layout.get_first_line()
        reach = widths(piece, _reaches(line, piece), size)
        if piece == text and reach[len(piece.rstrip(" "))] <= room:
            return layout, len(text)
        attributes = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)
        whole, ends = kept_whole(piece), dict[int, float]()
        for at in range(1, len(piece)):
            if attributes[at].is_line_break and at not in whole:
                inked = piece[:at].rstrip(" ")
                ends[at] = reach[len(inked)] - blank_behind(inked[-1:], style["lang"] or "") * size
        if piece == text:
            return layout, line_end(room, ends) or len(text)
        if reach[-1] > room and ends:
            return layout, line_end(room, ends)
        count *= 2


def _reaches(line: Any, text: str) -> list[float]:  # noqa: ANN401 - Pango's line
    """How far the first 0, 1, 2 … characters reach, in px; those that share a glyph all as far as it does."""
    ends = {byte: units * FROM_UNITS for byte, units in _clusters(line)}
    reaches, reach = [0.0], 0.0
    for byte in accumulate(len(char.encode()) for char in text):
        reach = ends.get(byte, reach)
        reaches.append(reach)
    return reaches


def _clusters(line: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401
    """Where each cluster of glyphs ends, in bytes of the text and in Pango's units from the beginning of the line."""
    reach = 0
    for item, glyphs in _items(line):
        for place in range(glyphs.num_glyphs):
            reach += glyphs.glyphs[place].geometry.width
            end = _end(item, glyphs, place)
            if end is not None:
                yield end, reach


def _items(line: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    run = line.runs
    while run != ffi.NULL:
        yield run.data.item, run.data.glyphs
        run = run.next


def _end(item: Any, glyphs: Any, place: int) -> int | None:  # noqa: ANN401
    """The byte before which the characters of a glyph end, if it is the last of its cluster."""
    if place + 1 == glyphs.num_glyphs:
        return int(item.offset + item.length)
    begin = glyphs.log_clusters[place + 1]
    return None if begin == glyphs.log_clusters[place] else int(item.offset + begin)


def _gaps(text: str, size: float) -> dict[int, float]:
    """The gaps in a text, each by the number of bytes before it."""
    bytes_before = accumulate(len(char.encode()) for char in text)
    found = {at: gap(*pair) * size for at, pair in zip(bytes_before, pairwise(text), strict=False)}
    return {at: width for at, width in found.items() if width}


def _widen(layout: Layout, more: Mapping[int, float]) -> None:
    """Let glyphs take more room, in px, or less: those that end before these bytes."""
    layout.widened = {at: layout.widened.get(at, 0) + more.get(at, 0) for at in {**layout.widened, **more}}


# Lines: what is trimmed and opened.


class _Leaf(NamedTuple):
    """A piece of text in a line; `within` are the inline boxes around it; the number that calls a note is not text."""

    box: TextBox
    within: tuple[InlineBox, ...]
    is_call: bool


def _leaves(box: Any, within: tuple[InlineBox, ...] = ()) -> Iterator[_Leaf | None]:  # noqa: ANN401
    """All that stands in a line, in its order; what is not text, such as an inline block, is None."""
    for child in box.children:
        if not child.is_in_normal_flow():
            continue
        if isinstance(child, TextBox):
            if child.text:
                yield _Leaf(child, within, within[:1] != () and within[-1].element_tag.endswith(_CALL))
        elif isinstance(child, InlineBox):
            yield from _leaves(child, (*within, child))
        else:
            yield None


def _set_borders_apart(original: Callable[[Any], Any], box: Any) -> Any:  # noqa: ANN401
    """Where a gap belongs at the border of an inline element, make it a margin of the element."""
    box = original(box)
    for line in box.descendants():
        if isinstance(line, LineBox):
            for one, two in pairwise(_leaves(line)):
                if (
                    one
                    and two
                    and not (one.is_call or two.is_call)
                    and (part := gap(one.box.text[-1], two.box.text[0]))
                ):
                    _add_margin(one, two, part * min(one.box.style["font_size"], two.box.style["font_size"]))
    return box


def _add_margin(one: _Leaf, two: _Leaf, width: float) -> None:
    """Behind the outermost element that ends between two texts, or else before the outermost that begins there."""
    shared = sum(1 for first, second in zip(one.within, two.within, strict=False) if first is second)
    inner, side = (one.within, "right") if len(one.within) > shared else (two.within, "left")
    if len(inner) == shared:
        return  # Two texts that no border divides.
    outer = inner[shared]
    margin = outer.style[f"margin_{side}"]
    if not (isinstance(margin, Dimension) and margin.unit == "px"):
        return
    style = outer.style.copy()
    style[f"margin_{side}"] = Dimension(margin.value + width, "px")
    outer.style = style
    setattr(outer, f"gap_{side}", width)


def _part(original: Callable[[str, str], bool], text: str, language: str) -> bool:
    """Whether a line may end within a text; WeasyPrint asks so of the two characters at the border of an element too."""
    if len(text) == 2 and not may_part(*text):  # noqa: PLR2004
        return False
    return original(text, language)


def _begin_line(original: Callable[..., Any], context: Any, box: Any, *rest: Any) -> Any:  # noqa: ANN401
    """Note that nothing stands in a line yet, so that what comes first can be trimmed."""
    if not isinstance(box, LineBox):
        return original(context, box, *rest)
    before, context.line_is_empty = getattr(context, "line_is_empty", False), True
    try:
        return original(context, box, *rest)
    finally:
        context.line_is_empty = before


def _follow_line(original: Callable[..., Any], context: Any, box: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401
    context.line_is_due = getattr(context, "line_is_empty", False)
    new = original(context, box, *rest, **named)
    context.line_is_due = False
    if new[0] is not None and new[0].text.strip():
        context.line_is_empty = False
    return new


def _end_line(original: Callable[..., None], context: Any, line: LineBox) -> None:  # noqa: ANN401
    """Trim a line that is broken, before WeasyPrint aligns it."""
    leaves = list(_leaves(line))
    # WeasyPrint measures the last text anew without its spaces: it must be as it was, trimmed at its beginning or not.
    context.line_is_empty = bool(leaves and leaves[-1] and leaves[-1].box.pango_layout.cut)
    original(context, line)
    context.line_is_empty = False
    leaves = list(_leaves(line))
    changes = _Changes()
    if leaves and (first := leaves[0]):
        _trim_margin(first, "left", changes)
        half = blank_before(first.box.text[0]) * first.box.style["font_size"]
        if half and not first.box.pango_layout.cut:
            first.box.pango_layout.cut = half
            changes[first.box, "text"] = -half
    if leaves and (last := leaves[-1]):
        _trim_margin(last, "right", changes)
        text, style, layout = last.box.text, last.box.style, last.box.pango_layout
        half = blank_behind(text[-1], style["lang"] or "") * style["font_size"]
        if half and layout.widened.get(end := len(text.encode()), 0) >= 0:
            _widen(layout, {end: -half})
            changes[last.box, "text"] = changes.get((last.box, "text"), 0) - half
    if changes:
        _shift(line, 0, changes)


def _trim_margin(leaf: _Leaf, side: str, changes: _Changes) -> None:
    """Take away the gap at the border of an element at which a line begins or ends."""
    for box in leaf.within:
        width = getattr(box, f"gap_{side}", 0)
        if width and (margin := getattr(box, f"margin_{side}")) >= width:
            setattr(box, f"margin_{side}", margin - width)
            changes[box, side] = -width


def _justify(original: Callable[..., None], context: Any, line: LineBox, room: float) -> None:  # noqa: ANN401
    """Open a line of Chinese or Japanese by this many px; WeasyPrint opens the others, at their spaces."""
    if not is_han(line.style["lang"] or ""):
        original(context, line, room)
        return
    places = list(_places(line))
    changes = _Changes()
    for (box, at, _), width in zip(places, share(room, [place for *_, place in places]), strict=True):
        _widen(box.pango_layout, {at: width})
        changes[box, "text"] = changes.get((box, "text"), 0) + width
    _shift(line, 0, changes)


def _places(line: LineBox) -> Iterator[tuple[TextBox, int, Place]]:
    """Where a line may open: behind which byte of which text."""
    before, char, reached = None, "", 0
    for leaf in _leaves(line):
        if leaf is None or leaf.is_call:
            # A number that calls a note clings to what it stands behind; what follows may move away from it.
            before, char, reached = (leaf.box, "〇", len(leaf.box.text.encode())) if leaf else (None, "", 0)
            continue
        for after in leaf.box.text:
            if before and char and (char in _SPACES or opens(char, after)):
                yield before, reached, Place(char in _SPACES, before.style["font_size"])
            reached = (reached if before is leaf.box else 0) + len(after.encode())
            before, char = leaf.box, after


def _shift(box: Any, advance: float, changes: _Changes) -> float:  # noqa: ANN401
    """Move all that stands in a line by what has changed before it; returns by how much what follows must be moved."""
    if isinstance(box, TextBox):
        box.position_x += advance
        box.width += changes.get((box, "text"), 0)
        return advance + changes.get((box, "text"), 0)
    if isinstance(box, LineBox | InlineBox):
        box.position_x += advance
        begin = end = advance + changes.get((box, "left"), 0)
        for child in box.children:
            if child.is_in_normal_flow():
                end = _shift(child, end, changes)
        box.width += end - begin
        return end + changes.get((box, "right"), 0)
    box.translate(advance, 0)
    return advance


# Glyphs: how they are drawn.


def _mark_undrawn(original: Callable[..., None], layout: Layout, style: Any) -> None:  # noqa: ANN401
    """A layout is made again when it is drawn."""
    original(layout, style)
    layout.undrawn = bool(layout.widened or layout.cut)


def _move_apart(original: Callable[..., Any], layout: Layout) -> Any:  # noqa: ANN401
    """Change the widths of the glyphs that are about to be drawn."""
    if layout.undrawn:
        layout.undrawn = False
        line = pango.pango_layout_get_line(layout.layout, 0)
        for item, glyphs in _items(line):
            for place in range(glyphs.num_glyphs):
                end = _end(item, glyphs, place)
                if more := layout.widened.get(end):
                    glyphs.glyphs[place].geometry.width += round(more * TO_UNITS)
        if layout.cut:
            geometry = line.runs.data.glyphs.glyphs[0].geometry
            geometry.width -= round(layout.cut * TO_UNITS)
            geometry.x_offset -= round(layout.cut * TO_UNITS)
    return original(layout)


patch()
