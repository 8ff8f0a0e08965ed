"""Where lines of a PDF end: in Han by the rules of `spacing.py`, in Latin with few hyphens and thin no-break spaces.

WeasyPrint 70.0 leaves lines to Pango, which knows neither the gap between Han and Latin nor that a number stays with
what it counts. Here text with Han or kana is broken by our own rules, from the widths that Pango measures. What glyphs
must be moved by is kept with the layout (`widened`, `cut`), and is done when `justification.py` draws it. Nothing is
put into the text: what is copied and searched is what the editors wrote.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate, pairwise
from math import inf
from textwrap import dedent
from types import MappingProxyType
from typing import Any, cast

from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout, create_layout, line_size

from press.fitting import MOST_HYPHENS
from press.prose import is_han
from press.spacing import blank_before, blank_behind, gap, has_letters, kept_whole, line_end, may_part, widths

Broken = tuple[Layout, int, int | None, float, float, float]
"""What is laid out of a text: its layout, its length and where to resume in bytes of UTF-8, width, height, baseline."""

SHORTEST = 8
"""Bytes that a text must go on for behind a hyphen, if only the rest of the word is left: "rity." makes no line."""
NO_BREAK = "\u00a0"
THINNER = 0.05
"""Ems that a no-break space is narrower than a space, as in p. 179. It has the glyph of a space, and is copied as one;
U+202F would be copied as itself, and not be found."""

TOUCHED: tuple[Callable[..., object], ...] = (
    inline.can_break_text, inline.count_expandable_spaces, inline.split_inline_box,
    inline.split_inline_level, inline.split_text_box, create_layout, line_size, line_break.split_first_line, Layout,
)  # fmt: skip
"""What is replaced or wrapped here, or must do what it does."""
_EXCHANGED = "re.finditer(' |\\u00a0'.encode(), bytestring)", "re.finditer(b' ', bytestring)"
"""Of `Layout.set_text`: a line opens at spaces, not at no-break spaces."""

_DECLARED = "PangoAttribute * pango_attr_allow_breaks_new (gboolean allow_breaks);"
_HELD = re.compile(rf"{NO_BREAK}|\b\d+ [A-Z]{{2,}} \d+")
"""What has thin spaces and no line's end in it: a locator (p. 179), a place in a series (11 UST 1632)."""

CALLED = "〇"
"""What the number that calls a note is as good as, in Han: a letter."""

_split = line_break.split_first_line


def mend(wrap: Callable[[Any, str, Callable[..., Any]], None]) -> None:
    """Break lines in WeasyPrint as told here. `wrap` puts a function in place of another, which it gets first."""
    Layout.widened, Layout.cut, Layout.is_divided = MappingProxyType({}), 0.0, False
    for module in (inline, preferred):
        module.split_first_line = split_first_line
        wrap(module, "can_break_text", _part)
    wrap(inline, "split_inline_box", _begin_line)
    wrap(inline, "split_inline_level", _end_call)
    wrap(inline, "split_text_box", _follow_line)
    wrap(inline, "count_expandable_spaces", _count)
    source = dedent(inspect.getsource(Layout.set_text))
    exec(compile(source.replace(*_EXCHANGED), line_break.__file__, "exec"), vars(line_break))  # noqa: S102
    Layout.set_text = vars(line_break).pop("set_text")
    ffi.cdef(_DECLARED)
    wrap(Layout, "set_text", _hold)


def widen(layout: Layout, more: Mapping[int, float]) -> None:
    """Let glyphs take more room, in px, or less: those of the characters that end before these bytes."""
    layout.widened = {at: layout.widened.get(at, 0) + more.get(at, 0) for at in {**layout.widened, **more}}


def split_first_line(  # noqa: PLR0913, PLR0917 - as WeasyPrint calls it
    text: str,
    style: Any,  # noqa: ANN401
    context: Any,  # noqa: ANN401
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,  # noqa: FBT001, FBT002
    minimum: bool = False,  # noqa: FBT001, FBT002
) -> Broken:
    """As WeasyPrint's function of this name: what there is room for in `max_width` px."""
    wraps = style["white_space"] in ("normal", "pre-line")
    room = max_width if wraps and max_width is not None else inf
    if is_ours(text, style):
        before = blank_before(text[0]) * style["font_size"] if getattr(context, "line_is_due", False) else 0.0
        layout, end = _measure(text, style, context, room + before)
        found = _lay_out(layout, text, end, before)
        if found[3] <= room or not is_line_start or style["overflow_wrap"] == "normal":
            return found
    rest = text, context, max_width, justification_spacing, is_line_start, minimum
    broken = _divide(style, *rest)
    layout, _, resume_at, *_ = broken
    if layout.is_divided and (getattr(context, "no_hyphen", False) or is_short(text.encode()[resume_at:])):
        style = style.copy()
        style["hyphens"] = "manual"
        broken = _divide(style, *rest)
    return broken


def is_short(rest: bytes) -> bool:
    """Whether what is left of a text behind a hyphen makes no line."""
    return len(rest) < SHORTEST and b" " not in rest.strip()


def _divide(style: Any, text: str, context: Any, *rest: Any) -> Broken:  # noqa: ANN401
    """Break a text as WeasyPrint does, and note whether it divided a word."""
    broken = cast("Broken", _split(text, style, context, *rest))
    layout, length, resume_at, *_ = broken
    layout.is_divided = resume_at is not None and len(layout.text.encode()) > length
    return broken


def is_ours(text: str, style: Any) -> bool:  # noqa: ANN401
    """Whether a text is broken here: with Han or kana in it, and nothing that WeasyPrint must see to."""
    return (
        has_letters(text)
        and style["white_space"] in ("normal", "pre-line", "nowrap")
        and (style["hyphens"] != "auto" or is_han(style["lang"] or ""))
        and style["direction"] == "ltr"
        and not any(char in text for char in "\n\t\xad")
    )


def stands(style: Any) -> bool:  # noqa: ANN401
    """Whether figures have the forms in which they stand in a column (OpenType, `vert`)."""
    return style["font_feature_settings"] != "normal" and bool(dict(style["font_feature_settings"]).get("vert"))


def _measure(text: str, style: Any, context: Any, room: float) -> tuple[Layout, int]:  # noqa: ANN401
    """How many characters go on a line, spaces at its end included.

    Pango measures a piece that is surely longer than the line, or else a longer one.
    """
    size, count = style["font_size"], len(text) if room == inf else int(room / style["font_size"] * 1.5) + 8
    while True:
        piece = text[:count]
        layout = create_layout(piece, style, context, None, 0)
        line, _ = layout.get_first_line()
        reach = widths(piece, reaches(line, piece), size, standing=stands(style))
        if piece == text and reach[len(piece.rstrip(" "))] <= room:
            return layout, len(text)
        attributes = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)
        whole, ends = kept_whole(piece), dict[int, float]()
        for at in range(1, len(piece)):
            if attributes[at].is_line_break and at not in whole:
                last = len(piece[:at].rstrip(" "))
                # A mark that another follows is narrow already, but will not be so at the end of a line.
                full = last > 0 and reach[last] - reach[last - 1] > 0.75 * size
                ends[at] = reach[last] - full * blank_behind(piece[last - 1], style["lang"] or "") * size
        if piece == text or (reach[-1] > room and ends):
            return layout, line_end(room, ends) or len(text)
        count *= 2


def _lay_out(layout: Layout, text: str, end: int, before: float) -> Broken:
    """The first characters of a text as they stand on a line; `before` is the blank that they lose at its beginning."""
    style, whole = layout.style, end == len(text)
    shown = text if whole else text[:end].rstrip(" ")
    if layout.text != shown:
        layout.set_text(shown)
    line, _ = layout.get_first_line()
    width, height = line_size(line, style)
    bytes_before = list(accumulate(len(char.encode()) for char in shown))
    apart = [gap(*pair, standing=stands(style)) * style["font_size"] for pair in pairwise(shown)]
    widen(layout, {at: width for at, width in zip(bytes_before, apart, strict=False) if width})
    if not whole and shown and (half := blank_behind(shown[-1], style["lang"] or "")):
        widen(layout, {bytes_before[-1]: -half * style["font_size"]})
    layout.cut = before
    width += sum(layout.widened.values()) - before
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    layout.deactivate()
    return layout, len(shown.encode()), None if whole else len(text[:end].encode()), width, height, baseline


def reaches(line: Any, text: str) -> list[float]:  # noqa: ANN401 - Pango's line
    """How far the first 0, 1, 2 … characters reach, in px; those that share a glyph, all as far as it does."""
    ends, reach = dict[int | None, float](), 0.0
    for glyph, end in glyphs_of(line):
        reach += glyph.geometry.width * FROM_UNITS
        ends[end] = reach
    found, reach = [0.0], 0.0
    for byte in accumulate(len(char.encode()) for char in text):
        reach = ends.get(byte, reach)
        found.append(reach)
    return found


def glyphs_of(line: Any) -> Iterator[tuple[Any, int | None]]:  # noqa: ANN401
    """Pango's glyphs of a line, the last of each cluster with the byte of the text before which its characters end."""
    run = line.runs
    while run != ffi.NULL:
        item, glyphs, count = run.data.item, run.data.glyphs.glyphs, run.data.glyphs.num_glyphs
        clusters = [*run.data.glyphs.log_clusters[0:count], item.length]
        for place in range(count):
            begin, after = clusters[place : place + 2]
            yield glyphs[place], None if begin == after else item.offset + after
        run = run.next


def _part(original: Callable[[str, str], bool], text: str, language: str) -> bool:
    """Whether a line may end within a text. WeasyPrint asks this also of the two characters at an element's border."""
    return (len(text) != len("ab") or may_part(*text)) and original(text, language)


def _begin_line(original: Callable[..., Any], context: Any, box: Any, *rest: Any) -> Any:  # noqa: ANN401
    """Note that nothing stands in a line yet, so that what comes first is trimmed, and whether it may have a hyphen.

    Of a paragraph, the box counts the hyphens that end lines one after another, by where the next line begins.
    """
    if not isinstance(box, LineBox):
        return original(context, box, *rest)
    before = getattr(context, "line_is_empty", False), getattr(context, "no_hyphen", False)
    hyphens = vars(box).setdefault("hyphens", {})
    count = hyphens.get(str(rest[3]), 0)
    context.line_is_empty, context.no_hyphen = True, count >= MOST_HYPHENS
    try:
        line, resume_at, *more = original(context, box, *rest)
    finally:
        context.line_is_empty, context.no_hyphen = before
    last = line
    while getattr(last, "children", ()):
        last = last.children[-1]
    if hasattr(last, "pango_layout") and last.pango_layout.is_divided:
        hyphens[str(resume_at)] = count + 1
    return (line, resume_at, *more)


def is_call(box: Any) -> bool:  # noqa: ANN401
    """Whether a box is the number that calls a note."""
    return bool(box.element_tag.endswith("::footnote-call"))


def _end_call(original: Callable[..., Any], context: Any, box: Any, *rest: Any) -> Any:  # noqa: ANN401
    """In Han a line may end behind the number that calls a note, though a figure follows: 。¹1959年."""
    split = original(context, box, *rest)
    container = rest[4]
    if isinstance(box, InlineBox) and is_call(box) and is_han(container.style["lang"] or ""):
        new, resume_at, preserved, first, _, *floats = split
        return (new, resume_at, preserved, first, CALLED, *floats)
    return split


def _follow_line(original: Callable[..., Any], context: Any, *rest: Any, **named: Any) -> Any:  # noqa: ANN401
    """Tell `split_first_line` whether its text stands first in a line."""
    context.line_is_due = getattr(context, "line_is_empty", False)
    new = original(context, *rest, **named)
    context.line_is_due = False
    if new[0] is not None and new[0].text.strip():
        context.line_is_empty = False
    return new


def _count(original: Callable[[Any], int], box: Any) -> int:  # noqa: ANN401
    """How many spaces of a Latin line open."""
    return len(open_spaces(box.text, box.style)) if isinstance(box, TextBox) else original(box)


def open_spaces(text: str, style: Any) -> list[int]:  # noqa: ANN401
    """The places of the spaces at which a line may open: not those that are held thin."""
    whole = {at for begin, end in held(text, style) for at in range(begin, end)}
    return [match.start() for match in re.finditer(" ", text) if match.start() not in whole]


def held(text: str, style: Any) -> list[tuple[int, int]]:  # noqa: ANN401
    """What is held together. In Han, only locators: what is longer would leave a line gaping, and goes to the next."""
    if not _HELD.search(text):
        return []
    pattern = NO_BREAK if is_han(style["lang"] or "") else _HELD
    return [(match.start(), match.end()) for match in re.finditer(pattern, text)]


def _hold(original: Callable[..., None], layout: Layout, text: str, **named: bool) -> None:
    """Set the spaces thin that hold things together, and let no line end at them."""
    original(layout, text, **named)
    if not (whole := held(layout.text, layout.style)):
        return
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for begin, end in whole:
        _change(attributes, layout.text, begin, end, pango.pango_attr_allow_breaks_new(0))
        for at in range(begin, end):
            if layout.text[at] in (" ", NO_BREAK):
                thin = pango.pango_attr_letter_spacing_new(round(-THINNER * layout.style["font_size"] * TO_UNITS))
                _change(attributes, layout.text, at, at + 1, thin)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def _change(attributes: Any, text: str, begin: int, end: int, attribute: Any) -> None:  # noqa: ANN401 - Pango's
    attribute.start_index, attribute.end_index = len(text[:begin].encode()), len(text[:end].encode())
    pango.pango_attr_list_change(attributes, attribute)
