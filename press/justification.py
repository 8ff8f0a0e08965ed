"""Sets Chinese and Japanese in WeasyPrint 70.0: lines flush at both ends, with Latin apart and brackets trimmed.

WeasyPrint opens a line only at its spaces. Here a line of Han opens between its characters too, by `spacing.py`, and
glyphs are moved when they are drawn. `linebreaks.py` has decided where the lines end.

- Gaps within an element are added to the widths of glyphs; those at its border are margins of it, as are marks that
  close up there, so that both count wherever WeasyPrint measures (`_set_borders_apart`).
- At the ends of a line such gaps go, and so do the blank halves of brackets (`_end_line`).
- Room of a tenth of an em is taken for a space by programs that copy and search (see `GAP`). The text of a line that
  had to be opened so far is told as it is (`_tell`).
- Lines of Latin are drawn in, too, where `paragraphs.py` has let them be a little too long, and the letters of loose
  ones are set apart by a hair (`_align`, `_justify`).
- Glyphs are painted in thousandths of an em. WeasyPrint drops what is left of each, which can cost a line a third of a
  point; here it is carried to the next glyph (`_EXCHANGED`).
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from itertools import pairwise
from typing import Any, NamedTuple

import pydyf
import weasyprint
from weasyprint.css.properties import Dimension
from weasyprint.draw import text as drawing
from weasyprint.formatting_structure import build
from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
from weasyprint.layout import inline
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout, create_layout

from press import linebreaks, paragraphs
from press.fitting import SHRINK, shared
from press.linebreaks import CALLED, glyphs_of, is_call, open_spaces, stands, widen
from press.prose import is_han
from press.spacing import GAP, Place, blank_before, blank_behind, gap, has_letters, opens, overlap, share

TESTED = "70.0"
SOURCE = "95c561db7e3fd044cf1cb2cc5364078cf99ce9fe8a2f09aa218cf438918dcdd4"
"""SHA-256 of the functions of WeasyPrint that are replaced or wrapped here."""

_TOUCHED: tuple[Callable[..., object], ...] = (
    *linebreaks.TOUCHED, build.create_anonymous_boxes, drawing.draw_first_line, inline.justify_line,
    inline.remove_last_whitespace, inline.text_align,
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
        (
            "            rest += kerning\n"
            "            if round(rest):\n"
            "                string += f'>{round(rest)}<'\n"
            "                rest -= round(rest)\n"
        ),
    ),
)
"""Of `draw_first_line`: rests are carried; offsets, too, are thousandths of an em, not 1024ths."""

_CALL_GAP = 0.15
"""Ems between the number that calls a note and a letter, a figure or another such number."""

_FACE = "font_family", "font_style", "font_weight", "font_stretch", "font_size", "font_feature_settings", "lang"
"""What the width of a space hangs on."""
TOLERANCE = 0.02
"""Px by which a line may be too long, beyond what it can be drawn in."""

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
    linebreaks.mend(_wrap)
    paragraphs.mend(_wrap)
    Layout.undrawn = Layout.is_loose = False
    _wrap(Layout, "reactivate", _mark_undrawn)
    _wrap(Layout, "get_first_line", _move_apart)
    _wrap(build, "create_anonymous_boxes", _set_borders_apart)
    _wrap(inline, "remove_last_whitespace", _end_line)
    _wrap(inline, "justify_line", _justify)
    _wrap(inline, "text_align", _align)
    source = inspect.getsource(drawing.draw_first_line)
    for old, new in _EXCHANGED:
        source = source.replace(old, new)
    exec(compile(source, drawing.__file__, "exec"), vars(drawing))  # noqa: S102
    _wrap(drawing, "draw_first_line", _tell)


def _wrap(place: Any, name: str, wrapper: Callable[..., Any]) -> None:  # noqa: ANN401 - a module or a class
    """Put a function in place of another, which it gets as its first argument."""
    wrapped = getattr(place, name)
    if inspect.isclass(place):
        setattr(place, name, lambda *arguments, **named: wrapper(wrapped, *arguments, **named))
    else:
        setattr(place, name, partial(wrapper, wrapped))


# Lines: what is trimmed and opened.


class _Leaf(NamedTuple):
    """A piece of text in a line; `within` are the inline boxes around it; the number that calls a note is not text."""

    box: TextBox
    within: tuple[InlineBox, ...]
    is_call: bool


def _leaves(box: Any, within: tuple[InlineBox, ...] = ()) -> Iterator[_Leaf | None]:  # noqa: ANN401
    """All that stands in a line, in its order; what is not text, such as an inline block, is None."""
    for child in box.children:
        if isinstance(child, TextBox):
            if child.text:
                yield _Leaf(child, within, bool(within) and is_call(within[-1]))
        elif not child.is_in_normal_flow():
            continue
        elif isinstance(child, InlineBox):
            yield from _leaves(child, (*within, child))
        else:
            yield None


def _set_borders_apart(original: Callable[[Any], Any], box: Any) -> Any:  # noqa: ANN401
    """Where something stands between two characters at the border of an inline element, make it a margin of it."""
    box = original(box)
    for line in box.descendants():
        if isinstance(line, LineBox):
            for one, two in pairwise(_leaves(line)):
                if one and two and (width := _border(one, two)):
                    _add_margin(one, two, width * min(one.box.style["font_size"], two.box.style["font_size"]))
    return box


def _border(one: _Leaf, two: _Leaf) -> float:
    """What stands between two texts, in ems of the smaller; less than nothing where they close up."""
    before, after = one.box.text[-1], two.box.text[0]
    if one.is_call:
        return _CALL_GAP if two.is_call or (after.isalnum() and after < "\u2e80") else 0
    if two.is_call:
        return 0
    apart = gap(before, after, standing=stands(one.box.style) and stands(two.box.style))
    return apart - overlap(before, after, two.box.style["lang"] or "")


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


def _end_line(original: Callable[..., None], context: Any, line: LineBox) -> None:  # noqa: ANN401
    """Trim a line that is broken, before WeasyPrint aligns it."""
    leaves = list(_leaves(line))
    # WeasyPrint measures the last text anew without its spaces: it must be as it was, trimmed at its beginning or not.
    context.line_is_empty = bool(leaves and leaves[-1] and leaves[-1].box.pango_layout.cut)
    original(context, line)
    context.line_is_empty = False
    leaves = [leaf for leaf in leaves if leaf is None or leaf.box.text]
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
            widen(layout, {end: -half})
            changes[last.box, "text"] = changes.get((last.box, "text"), 0) - half
    if changes:
        _shift(line, 0, changes)


def _trim_margin(leaf: _Leaf, side: str, changes: _Changes) -> None:
    """Take away the gap at the border of an element at which a line begins or ends."""
    for box in leaf.within:
        width = getattr(box, f"gap_{side}", 0)
        if width and (margin := getattr(box, f"margin_{side}")):
            setattr(box, f"margin_{side}", margin - width)
            changes[box, side] = -width


def _align(original: Callable[..., float], context: Any, line: LineBox, width: float, **named: bool) -> float:  # noqa: ANN401
    """WeasyPrint opens lines that are too short; those that are meant to be drawn in are a little too long."""
    room = width - line.width
    if room < 0 and not named["last"] and paragraphs.is_justified(line):
        if -room <= SHRINK * _spaces(context, line) + TOLERANCE:
            inline.justify_line(context, line, room)
        return 0
    return original(context, line, width, **named)


def _justify(original: Callable[..., None], context: Any, line: LineBox, room: float) -> None:  # noqa: ANN401
    """Open a line by this many px. WeasyPrint moves only the words of Latin; in loose lines its letters move too."""
    if is_han(line.style["lang"] or ""):
        _open_han(line, room)
        return
    spaces = _spaces(context, line)
    texts = [leaf.box for leaf in _leaves(line) if leaf and not leaf.is_call and not has_letters(leaf.box.text)]
    letters = sum(len(box.text) * box.style["font_size"] for box in texts)
    words, apart = shared(room, spaces, letters)
    if apart:
        ends = [(box, at) for box in texts for at in _ends_of_letters(context, box)][:-1]
        original(context, line, words)
        each, changes = apart / max(1, len(ends)), _Changes()
        for box, at in ends:
            widen(box.pango_layout, {at: each})
            changes[box, "text"] = changes.get((box, "text"), 0) + each
        _shift(line, 0, changes)
    else:
        original(context, line, room)


def _spaces(context: Any, line: LineBox) -> float:  # noqa: ANN401
    """How wide the spaces are, in px, at which a line of Latin opens."""
    boxes = [leaf.box for leaf in _leaves(line) if leaf]
    return sum((_space(context, box.style) * len(open_spaces(box.text, box.style)) for box in boxes), start=0.0)


def _space(context: Any, style: Any) -> float:  # noqa: ANN401
    """How wide the space of a face is, in px."""
    known, key = style.cache.setdefault("space", {}), str([style[name] for name in _FACE])
    if key not in known:
        layout = create_layout("n n", style, context, None, 0)
        line, _ = layout.get_first_line()
        known[key] = [glyph.geometry.width for glyph, _ in glyphs_of(line)][1] * FROM_UNITS
    width: float = known[key]
    return width


def _ends_of_letters(context: Any, box: TextBox) -> list[int]:  # noqa: ANN401
    """The bytes at which the letters of a text end; those that share a glyph are one."""
    layout = create_layout(box.text, box.style, context, None, 0)
    line, _ = layout.get_first_line()
    return [end for _, end in glyphs_of(line) if end is not None]


def _open_han(line: LineBox, room: float) -> None:
    places = list(_places(line))
    changes = _Changes()
    for (box, at, place), width in zip(places, share(room, [place for *_, place in places]), strict=True):
        widen(box.pango_layout, {at: width})
        box.pango_layout.is_loose |= not place.space and width > GAP * place.size
        changes[box, "text"] = changes.get((box, "text"), 0) + width
    _shift(line, 0, changes)


def _places(line: LineBox) -> Iterator[tuple[TextBox, int, Place]]:
    """Where a line may open: behind which byte of which text."""
    before, char, reached, is_space = None, "", 0, False
    for leaf in _leaves(line):
        if leaf is None or leaf.is_call:
            # A number that calls a note clings to what it stands behind; what follows may move away from it.
            is_space = False
            before, char, reached = (leaf.box, CALLED, len(leaf.box.text.encode())) if leaf else (None, "", 0)
            continue
        spaces = open_spaces(leaf.box.text, leaf.box.style)
        for at, after in enumerate(leaf.box.text):
            if before and char and (is_space or opens(char, after)):
                yield before, reached, Place(is_space, before.style["font_size"])
            is_space = at in spaces
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
        for glyph, end in glyphs_of(line):
            if more := layout.widened.get(end):
                glyph.geometry.width += round(more * TO_UNITS)
        if layout.cut:
            geometry = next(glyphs_of(line))[0].geometry
            geometry.width -= round(layout.cut * TO_UNITS)
            geometry.x_offset -= round(layout.cut * TO_UNITS)
    return original(layout)


def _tell(original: Callable[..., Any], stream: Any, box: TextBox, *rest: Any) -> Any:  # noqa: ANN401
    """ISO 32000-1, 14.9.4: what a text with wide gaps says, for those who would read spaces in it."""
    if not box.pango_layout.is_loose:
        return original(stream, box, *rest)
    stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pydyf.String(box.text)}))
    emojis = original(stream, box, *rest)
    stream.end_marked_content()
    return emojis


patch()
