"""What is mended inside WeasyPrint, each with its reason. Tested with one version, and refused with any other.

`footnote-policy: line` (CSS Generated Content for Paged Media, 2.6) says that a note never leaves the page of its
call. WeasyPrint 70.0 obeys where the note is laid out, but where a later line lacks room it still moves notes to the
next page, to gain a line. Readers then find the call and no note.
"""

from __future__ import annotations

import inspect

import weasyprint
from weasyprint.layout import block

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
    source = inspect.getsource(block._linebox_layout)  # noqa: SLF001 - it is what we mend
    if source.count(_BEFORE) != 1:
        raise RuntimeError("WeasyPrint's _linebox_layout is not the one that press/patches.py was tested with")
    # One line of a long function is exchanged; a copy of the whole would hide which.
    exec(compile(source.replace(_BEFORE, _AFTER), block.__file__, "exec"), vars(block))  # noqa: S102


patch()
