"""Notes beside the text never cover one another: what CSS has no words for.

A side note begins at the height of what it is about. Where it is taller than that, the next one would be printed over
it; so that one is moved down, as an editor would do by hand, and up again where the foot of the page is reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from weasyprint.document import Page
from weasyprint.formatting_structure.boxes import MarginBox

GAP = 10.0
"""CSS pixels between two notes, at the least: about a line of theirs."""


def set_apart(page: Page) -> Page:
    """The page with its side notes apart: those boxes that are positioned wholly to the right of its text."""
    box = page._page_box  # noqa: SLF001 - WeasyPrint has no public way to what is on a page
    edge = box.content_box_x() + box.width
    notes = sorted((note for note in _placed(box) if note.position_x >= edge), key=lambda note: float(note.position_y))
    spans = [(float(note.position_y), float(note.margin_height())) for note in notes]
    tops = apart(spans, box.content_box_y() + box.height)
    moved = [(note, top - y) for note, top, (y, _) in zip(notes, tops, spans, strict=True) if abs(top - y) > 0.01]
    for note, by in moved:
        note.translate(0, by)
    return Page(box) if moved else page  # A new page knows the new places of links and anchors.


def apart(spans: Sequence[tuple[float, float]], foot: float) -> list[float]:
    """The tops of notes, given in their order with the tops that they ask for and their heights.

    Each stands as near to its place as the one before allows; those that would then end below `foot` are moved up, as
    far as is needed. Only where they are all together taller than the page do they begin above it.
    """
    tops, free = list[float](), float("-inf")
    for top, height in spans:
        tops.append(max(top, free))
        free = tops[-1] + height + GAP
    for index in range(len(tops) - 1, -1, -1):
        tops[index] = min(tops[index], foot - spans[index][1])
        foot = min(foot, tops[index] - GAP)
    return tops


def _placed(box: Any) -> Iterator[Any]:  # noqa: ANN401 - any box of WeasyPrint
    """The outermost boxes that are placed absolutely; those in the margins of the page are its furniture."""
    for child in getattr(box, "children", ()):
        if isinstance(child, MarginBox):
            continue
        if child.style["position"] == "absolute":
            yield child
        else:
            yield from _placed(child)
