"""A PDF as printing houses want it, PDF/X-4 (ISO 15930-7): inks, boxes, marks to cut and register by, whole sheets.

WeasyPrint 70 gives the boxes of the trimmed page and its bleed, and black that is one ink where the style sheets say
so. Its own marks are in RGB, its metadata have the clock and a random name, and it knows no output intent without RGB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pydyf

from press.model import Document
from press.xmp import PRINTED, packet

POINTS = 72 / 25.4
"""To a millimeter."""
SLUG = 13.0
"""Millimeters around the trimmed page, bleed included, where the marks stand."""
APART = 4.0
"""Millimeters between the trimmed page and the marks, which must not lie in the bleed."""
LONG = 6.0
"""Length of a mark to cut by, in mm."""
RADIUS = 1.8
"""That of a mark to register by, in mm."""
HAIR = 0.25
"""Width of the lines, in points: the finest that a plate surely holds."""
ROUND = 0.5523
"""How far from the ends the control points of a quarter of a circle are, as a share of the radius."""
REGISTRY = "http://www.color.org"
"""Where names of printing conditions are registered (ISO 32000-1, table 365)."""


class Box(NamedTuple):
    """A rectangle in points, from the lower left."""

    left: float
    bottom: float
    right: float
    top: float

    def grown(self, by: float) -> Box:
        """The rectangle with its sides moved outwards."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)


def prepare(pdf: pydyf.PDF, document: Document, producer: str) -> int:
    """Make the file PDF/X-4: say for which printing it is, give each page its marks, and add blank pages.

    Tells how many pages were added. A document that goes to a printing house has a `printing`.
    """
    if not (printing := document.product.printing):
        raise ValueError(f"{document.product.name} says nothing of how it is printed")
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream, metadata.compress = [packet(document.facts, document.product.file, producer, PRINTED)], False
    pdf.info["GTS_PDFXVersion"], pdf.info["Trapped"] = pydyf.String("PDF/X-4"), "/False"
    pdf.catalog["OutputIntents"] = pydyf.Array([_intent(pdf, printing.condition, document.profile)])
    pages = [each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/Page"]
    _forget_lab(pdf, pages)
    added = -len(pages) % printing.multiple
    for _ in range(added):
        pages.append(_blank(pdf, pages[-1]))
    folds = [fold * POINTS for fold in document.folds]
    _mark(pdf, pages, folds)
    return added


def _intent(pdf: pydyf.PDF, condition: str, profile: bytes) -> pydyf.Dictionary:
    """The printing that the inks are meant for, and its profile (ISO 15930-7, 6.2.2: it must be in the file)."""
    stream = pydyf.Stream([profile], {"N": 4}, compress=True)
    pdf.add_object(stream)
    said = {
        "Type": "/OutputIntent", "S": "/GTS_PDFX", "OutputConditionIdentifier": pydyf.String(condition),
        "RegistryName": pydyf.String(REGISTRY), "Info": pydyf.String(condition), "DestOutputProfile": stream.reference,
    }  # fmt: skip
    return pydyf.Dictionary(said)


def _resources(pdf: pydyf.PDF, page: pydyf.Dictionary) -> pydyf.Dictionary:
    return pdf.objects[int(page["Resources"].split()[0])]


def _forget_lab(pdf: pydyf.PDF, pages: Sequence[pydyf.Dictionary]) -> None:
    """Take out the color spaces that WeasyPrint gives to every file, and no ink of ours is said in."""
    for reference in {_resources(pdf, page)["ColorSpace"] for page in pages}:
        pdf.objects[int(reference.split()[0])].clear()


def _blank(pdf: pydyf.PDF, like: pydyf.Dictionary) -> pydyf.Dictionary:
    """A page without anything on it, of the size of another."""
    content = pydyf.Stream([], compress=True)
    pdf.add_object(content)
    kept = ("Type", "Parent", "MediaBox", "TrimBox", "BleedBox", "Resources")
    page = pydyf.Dictionary({**{key: like[key] for key in kept}, "Contents": content.reference})
    pdf.add_page(page)
    return page


def _mark(pdf: pydyf.PDF, pages: Sequence[pydyf.Dictionary], folds: Sequence[float]) -> None:
    """Make room around each page, and draw marks there: one drawing for all pages of a size."""
    drawn = dict[Box, str]()
    for page in pages:
        trim = Box(*page["TrimBox"])
        sheet = trim.grown(SLUG * POINTS)
        page["MediaBox"] = pydyf.Array(sheet)
        if trim not in drawn:
            drawing = _drawing(trim, sheet, folds)
            pdf.add_object(drawing)
            drawn[trim] = f"marks{len(drawn)}"
            _resources(pdf, page)["XObject"][drawn[trim]] = drawing.reference
        content = pdf.objects[int(page["Contents"].split()[0])]
        # First, while a point is a point, and upwards is up.
        content.stream.insert(0, f"/Artifact BMC\n/{drawn[trim]} Do\nEMC")


def _drawing(trim: Box, sheet: Box, folds: Sequence[float]) -> pydyf.Stream:
    """The marks around a page, in all inks at once, so that each plate has them (ISO 32000-1, 8.6.6.4: /All)."""
    every = {"FunctionType": 2, "Domain": pydyf.Array([0, 1]), "C0": pydyf.Array([0] * 4), "C1": pydyf.Array([1] * 4)}
    inks = pydyf.Array(["/Separation", "/All", "/DeviceCMYK", pydyf.Dictionary({**every, "N": 1})])
    resources = pydyf.Dictionary({"ColorSpace": pydyf.Dictionary({"All": inks})})
    extra = {"Type": "/XObject", "Subtype": "/Form", "BBox": pydyf.Array(sheet), "Resources": resources}
    drawing = pydyf.Stream(extra=extra, compress=True)
    drawing.set_color_space("All", stroke=True)
    drawing.set_color_special(None, True, 1)  # noqa: FBT003 - pydyf names it, but then takes no operands
    drawing.set_line_width(HAIR)
    for (x, y), (to_x, to_y) in _lines(trim):
        _line(drawing, x, y, to_x, to_y)
    for x, y in _middles(trim):
        _register(drawing, x, y)
    drawing.set_dash([1.5, 1.5], 0)
    for fold in folds:
        for y, up in ((trim.top, 1), (trim.bottom, -1)):
            x, near, far = trim.left + fold, y + up * APART * POINTS, y + up * (APART + LONG) * POINTS
            _line(drawing, x, near, x, far)
    return drawing


def _lines(trim: Box) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Where to cut: two lines at each corner."""
    near, far = APART * POINTS, (APART + LONG) * POINTS
    for x, right in ((trim.left, -1), (trim.right, 1)):
        for y, up in ((trim.bottom, -1), (trim.top, 1)):
            yield (x + right * near, y), (x + right * far, y)
            yield (x, y + up * near), (x, y + up * far)


def _middles(trim: Box) -> Iterator[tuple[float, float]]:
    """Where the marks to register by stand: beyond the middle of each side, or a quarter of the way along wide ones.

    A sheet wider than it is high is a cover, which has its folds in the middle.
    """
    off, x, y = (APART + LONG / 2) * POINTS, (trim.left + trim.right) / 2, (trim.bottom + trim.top) / 2
    if trim.right - trim.left > trim.top - trim.bottom:
        x = trim.left + (trim.right - trim.left) / 4
    yield from ((trim.left - off, y), (trim.right + off, y), (x, trim.bottom - off), (x, trim.top + off))


def _line(drawing: pydyf.Stream, x: float, y: float, to_x: float, to_y: float) -> None:
    drawing.move_to(x, y)
    drawing.line_to(to_x, to_y)
    drawing.stroke()


def _register(drawing: pydyf.Stream, x: float, y: float) -> None:
    """A circle and a cross through it."""
    radius, bend, arm = RADIUS * POINTS, ROUND * RADIUS * POINTS, 1.6 * RADIUS * POINTS
    drawing.move_to(x + radius, y)
    drawing.curve_to(x + radius, y + bend, x + bend, y + radius, x, y + radius)
    drawing.curve_to(x - bend, y + radius, x - radius, y + bend, x - radius, y)
    drawing.curve_to(x - radius, y - bend, x - bend, y - radius, x, y - radius)
    drawing.curve_to(x + bend, y - radius, x + radius, y - bend, x + radius, y)
    drawing.stroke()
    _line(drawing, x - arm, y, x + arm, y)
    _line(drawing, x, y - arm, x, y + arm)
