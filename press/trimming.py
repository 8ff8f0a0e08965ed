"""Where other paper lies over the pages of a PDF, and what of them would be cut off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from press.model import Inked, Product
from press.papers import POINT, Size, paper
from press.problems import Location, Problem

MOST_TOLD = 5
"""Pages that a problem names."""


class Window(NamedTuple):
    """A page's new paper: its size in mm, and where it begins, right and down from the upper left corner of the old.

    Without a place its middle is that of the old.
    """

    size: Size
    place: tuple[float, ...] = ()

    def over(self, width: float, height: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in points, from the upper left corner of a page of this size in points.

        The paper lies as the page does: across, where that is wider than high.
        """
        wide, high = self.size.width / POINT, self.size.height / POINT
        if (wide > high) != (width > height):
            wide, high = high, wide
        left, top = (side / POINT for side in self.place) if self.place else ((width - wide) / 2, (height - high) / 2)
        return left, top, left + wide, top + high


def window_of(product: Product) -> Window:
    """That of a product whose paper is known."""
    return Window(paper(product.paper), product.offset)


def find_cuts(file: str, pages: Sequence[Inked], window: Window, at: Location) -> Iterator[Problem]:
    """The pages of `file` that have ink outside their new paper."""
    cut = dict[str, float]()
    for page in pages:
        left, top, right, bottom = window.over(page.width, page.height)
        if page.ink:
            inked = page.ink
            beyond = max(left - inked[0], top - inked[1], inked[2] - right, inked[3] - bottom)
            # A point that is touched counts whole: less than half of one may be the paper's own edge.
            if beyond > 0.5:
                cut[page.label] = beyond
    if cut:
        names = ", ".join([*cut][:MOST_TOLD]) + (" …" if len(cut) > MOST_TOLD else "")
        most = max(cut.values()) * POINT
        message = f"up to {most:.1f} mm of what is printed in {file} would be cut off, on page {names}"
        yield Problem(at, message, "give it larger margins, or move the new paper: offset: [right, down], in mm")
