"""A cover laid out to the measure of its book: back, spine and front on one sheet."""

from __future__ import annotations

from dataclasses import replace

from press.model import Document, Printing, Style

NARROWEST = 6.0
"""Millimeters: on a narrower spine a title would not stay, since covers are folded a millimeter to either side."""


def spine(printing: Printing, pages: int) -> float:
    """How wide the spine of a book is, in mm: as thick as its leaves are together, and what its board adds."""
    return round((pages + 1) // 2 * printing.leaf + printing.board, 1)


def fitted(document: Document, trim: tuple[float, float], pages: int) -> Document:
    """The cover of a book whose pages are `trim` mm wide and high: its sheet, and where it is folded.

    Style sheets are told the measures of a page and of the spine. Raises ValueError where it is not said how thick the
    paper is.
    """
    if not (printing := document.product.printing) or not printing.leaf:
        raise ValueError(f"{document.product.name} does not say how thick a leaf is")
    (width, height), thick = trim, spine(printing, pages)
    measures = f"--page-width: {width:.2f}mm; --page-height: {height:.2f}mm; --spine: {thick:.1f}mm"
    text = f"@page {{ size: {2 * width + thick:.2f}mm {height:.2f}mm }}\n:root {{ {measures} }}\n"
    if thick < NARROWEST:
        text += ".spine { display: none }\n"
    measured = Style(name="measures", text=text)
    return replace(document, styles=(*document.styles, measured), folds=(width, width + thick))
