"""What is mended inside WeasyPrint, each with its reason. Tested with one version, and refused with any other.

1. `footnote-policy: line` (CSS Generated Content for Paged Media, 2.6) says that a note never leaves the page of its
   call. WeasyPrint 70.0 obeys where the note is laid out, but where a later line lacks room it still moves notes to
   the next page, to gain a line. Readers then find the call and no note.
2. Pyphen takes plain English (`lang="en"`) for British and divides collect-ive; American division, collec-tive, is that
   of the dictionaries our readers and printers use. Names are not divided: the patterns know no Japanese, and give
   Mat-sumura. So a word with a capital is left whole, unless it ends as English ones do: Govern-ments.
3. The structure tree has an element for each box on each page, so that a paragraph which a page divides is two. It has
   no languages, notes that are no notes, and running heads and folios in no place of it. `tagging.py` makes another.
4. White space at which a line ends is forgotten, and so is which hyphen at the end of a line was put in there. Both are
   kept as attributes of the box for `tagging.py`: `space_lost` behind it, `space_before` it, `hyphenated`. It must also
   know where in a page's stream each marked content begins and ends.
5. A stream is followed by a line feed. Where its last byte is a carriage return, by chance of compression, both
   together are the end of a line, and the stream is a byte shorter than it says (ISO 19005-3, 6.1.7.1).

What could be offered to WeasyPrint: 1; of 3, elements that pages do not divide, /Lang, notes, artifacts in the margin
and lists of terms; of 4, the spaces. 5 could be offered to pydyf, and 2 to Pyphen.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
import pyphen
import weasyprint
from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
from weasyprint.layout import block, inline
from weasyprint.pdf.stream import Stream

from press import justification, tagging  # noqa: F401 - lines first: it refuses functions that are changed here
from press.prose import may_divide

TESTED = "70.0"

_BEFORE = "report = not context.in_column and can_break_now and not could_break_before\n"
_AFTER = (
    "report = (not context.in_column and can_break_now and not could_break_before and all("
    "note.style['footnote_policy'] == 'auto' for note in context.current_page_footnotes))\n"
)


def patch() -> None:
    """Mend WeasyPrint, once for each process. Raises RuntimeError for another version, or other source, than tested."""
    if weasyprint.__version__ != TESTED:
        raise RuntimeError(f"press/patches.py was tested with WeasyPrint {TESTED}, not {weasyprint.__version__}")
    _divide_as_americans()
    _keep_notes()
    _tag()
    _remember_ends_of_lines()
    _end_streams()


def _keep_notes() -> None:
    """1: one line of a long function is exchanged; a copy of the whole would hide which."""
    source = inspect.getsource(block._linebox_layout)  # noqa: SLF001 - it is what we mend
    if source.count(_BEFORE) != 1:
        raise RuntimeError("WeasyPrint's _linebox_layout is not the one that press/patches.py was tested with")
    exec(compile(source.replace(_BEFORE, _AFTER), block.__file__, "exec"), vars(block))  # noqa: S102


def _divide_as_americans() -> None:
    """2: the patterns for plain English, and words that are left whole."""
    pyphen.LANGUAGES["en"] = pyphen.LANGUAGES["en_US"]
    iterate = pyphen.Pyphen.iterate

    def iterate_small(self: pyphen.Pyphen, word: str) -> Iterator[tuple[str, str]]:
        return iterate(self, word) if may_divide(word) else iter(())

    pyphen.Pyphen.iterate = iterate_small


def _tag() -> None:
    """3, and the last of 4: another structure tree, and where in the stream each marked content is."""
    marked = Stream.marked

    @contextmanager
    def mark(stream: Stream, box: Any, tag: str) -> Iterator[None]:  # noqa: ANN401 - any box of WeasyPrint
        begin = len(stream.stream)
        with marked(stream, box, tag):
            yield
        if stream._tags is not None:  # noqa: SLF001 - where it keeps them
            stream._tags[box] |= {"begin": begin, "end": len(stream.stream) - 1}  # noqa: SLF001

    weasyprint.pdf.add_tags, Stream.marked = tagging.add_tags, mark


def _remember_ends_of_lines() -> None:
    """4: compare what was taken from a text for a line with what the line has."""
    split, strip = inline.split_text_box, inline.remove_last_whitespace

    def split_text_box(context: Any, box: Any, width: Any, skip: int, **rest: Any) -> tuple[Any, int | None, bool]:  # noqa: ANN401 - as WeasyPrint calls it
        piece, resume, kept = split(context, box, width, skip, **rest)
        if piece is not None:
            whole = box.text.encode()
            taken = whole[skip:resume].decode()
            piece.space_before = whole[:skip].endswith(b" ")
            piece.space_lost = taken.endswith(" ") and not piece.text.endswith(" ")
            piece.hyphenated = len(piece.text) > len(taken) and piece.text.endswith(box.style["hyphenate_character"])
        return piece, resume, kept

    def remove_last_whitespace(context: Any, line: Any) -> None:  # noqa: ANN401 - as WeasyPrint calls it
        last = line
        while isinstance(last, LineBox | InlineBox) and last.children:
            last = last.children[-1]
        before = last.text if isinstance(last, TextBox) else ""
        strip(context, line)
        if before.endswith(" ") and not last.text.endswith(" "):
            last.space_lost = True

    inline.split_text_box, inline.remove_last_whitespace = split_text_box, remove_last_whitespace


def _end_streams() -> None:
    """5: the end of line behind a carriage return is one of two characters too."""
    data = pydyf.Stream.data.fget

    def ended(stream: pydyf.Stream) -> bytes:
        whole: bytes = data(stream)
        return whole.removesuffix(b"\nendstream") + b"\r\nendstream" if whole.endswith(b"\r\nendstream") else whole

    pydyf.Stream.data = property(ended)


patch()
