"""What a finished PDF says: its name, its pages with their labels and words, where each anchor fell.

The only importer of pypdfium2. PDFium reads the file as any program would; nothing of the layout that made it is
known here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Iterator, Mapping

import pypdfium2
import pypdfium2.raw as pdfium

from press.model import Inked, Printed

POINTS = 72 / 25.4
"""To a millimeter."""

UNREAD = frozenset({"Note", "FENote", "Figure"})
"""Structure types of what is in no run of text: notes, in an e-book elsewhere, and drawings, whose words the text says
again (ISO 32000-1, 14.8.4; 32000-2)."""

HEAD = "THead"
"""That of the head of a table, which is printed again on each page that the table reaches."""

NO_MARK = -1
"""What PDFium gives for the number of marked content where there is none."""

WHITE = b"\xff"

HYPHENS = {0x02: None, 0xAD: None}
"""Hyphens at which lines end, as PDFium tells them."""


def read_printed(data: bytes) -> Printed:
    """A finished PDF, tagged, read. Raises what PDFium raises for bytes that are none: that is our mistake."""
    with pypdfium2.PdfDocument(data) as document:
        labels = tuple(document.get_page_label(index) or str(index + 1) for index in range(len(document)))
        return Printed(
            identifier=_identifier(document),
            labels=labels,
            texts=tuple(_texts(document)),
            places=dict(_places(document)),
        )


def trimmed(data: bytes) -> tuple[float, float]:
    """Width and height, in mm, of the first page of a PDF when it is cut (ISO 32000-1, 14.11.2: its TrimBox)."""
    with pypdfium2.PdfDocument(data) as document:
        left, bottom, right, top = document[0].get_trimbox()
    return (right - left) / POINTS, (top - bottom) / POINTS


def pages_of(data: bytes, anchors: Iterable[str]) -> Mapping[str, tuple[int, str]]:
    """The pages, from 0, on which anchors are, and their labels; an anchor that the PDF has not is left out."""
    with pypdfium2.PdfDocument(data) as document:
        places = dict(_places(document))
        found = {anchor: places[anchor][0] for anchor in anchors if anchor in places}
        return {anchor: (page, document.get_page_label(page) or str(page + 1)) for anchor, page in found.items()}


def picture(data: bytes, width: int, index: int = 0) -> tuple[int, int, bytes]:
    """A page of a PDF, `width` pixels wide: width, height, and red, green and blue of each pixel in turn."""
    with pypdfium2.PdfDocument(data) as document:
        page = document[index]
        scale = width / page.get_width()
        bitmap = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=pdfium.FPDFBitmap_BGR)
        size, stride, whole = (bitmap.width, bitmap.height), bitmap.stride, bytes(bitmap.buffer)
        pixels = b"".join(whole[start : start + 3 * size[0]] for start in range(0, stride * size[1], stride))
        bitmap.close()
        page.close()
    return *size, pixels


def read_ink(data: bytes) -> tuple[Inked, ...]:
    """The pages of a PDF, and where each is printed on, to a point: whatever is not quite white."""
    with pypdfium2.PdfDocument(data) as document:
        return tuple(
            Inked(document.get_page_label(index) or str(index + 1), page.get_width(), page.get_height(), _ink(page))
            for index, page in enumerate(document)
        )


def read_tops(data: bytes) -> tuple[float | None, ...]:
    """How far down the text of each page begins that is no running head, in points, as `Printed.places` tells it.

    None for a page that has no such text.
    """
    with pypdfium2.PdfDocument(data) as document:
        return tuple(_top(page) for page in document)


def _top(page: pypdfium2.PdfPage) -> float | None:
    items = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT])
    marked = [item for item in items if pdfium.FPDFPageObj_GetMarkedContentID(item.raw) != NO_MARK]
    top = min((-float(item.get_bounds()[3]) for item in marked), default=None)
    page.close()
    return top


def _ink(page: pypdfium2.PdfPage) -> tuple[float, float, float, float] | None:
    bitmap = page.render(scale=1, force_bitmap_format=pdfium.FPDFBitmap_Gray)
    width, stride, whole = bitmap.width, bitmap.stride, bytes(bitmap.buffer)
    rows = [whole[start : start + width] for start in range(0, stride * bitmap.height, stride)]
    bitmap.close()
    page.close()
    marked = [(at, row) for at, row in enumerate(rows) if row.strip(WHITE)]
    if not marked:
        return None
    left = min(width - len(row.lstrip(WHITE)) for _, row in marked)
    right = max(len(row.rstrip(WHITE)) for _, row in marked)
    return left, marked[0][0], right, marked[-1][0] + 1


def _identifier(document: pypdfium2.PdfDocument) -> str:
    """The permanent name of the file, the first of its /ID (ISO 32000-1, 14.4)."""
    length = pdfium.FPDF_GetFileIdentifier(document.raw, pdfium.FILEIDTYPE_PERMANENT, None, 0)
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDF_GetFileIdentifier(document.raw, pdfium.FILEIDTYPE_PERMANENT, buffer, length)
    return buffer.raw.rstrip(b"\0").decode("latin-1")


def _places(document: pypdfium2.PdfDocument) -> Iterator[tuple[str, tuple[int, float]]]:
    """Each named destination: its page from 0, and its depth, in points: more is farther down."""
    for index in range(pdfium.FPDF_CountNamedDests(document.raw)):
        length = ctypes.c_long(0)
        pdfium.FPDF_GetNamedDest(document.raw, index, None, length)
        buffer = ctypes.create_string_buffer(length.value)
        target = pdfium.FPDF_GetNamedDest(document.raw, index, buffer, length)
        page = pdfium.FPDFDest_GetDestPageIndex(document.raw, target)
        known, values = [ctypes.c_int() for _ in range(3)], [ctypes.c_float() for _ in range(3)]
        pdfium.FPDFDest_GetLocationInPage(target, *known, *values)
        yield _utf16(buffer), (page, -values[1].value)


def _texts(document: pypdfium2.PdfDocument) -> Iterator[str]:
    """The words of each page in the order in which they are read, which its tags tell: it is not that of painting.

    What has no tag is the page's and not the book's: running heads, folios. The notes are left out, and the head of a
    table where it is repeated.
    """
    head = list[str]()
    for page in document:
        words = page.get_textpage()
        marked = dict[int, str]()
        for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
            number = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
            marked[number] = marked.get(number, "") + _text(item, words)
        marked.pop(NO_MARK, None)
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        roots = (
            pdfium.FPDF_StructTree_GetChildAtIndex(tree, i) for i in _up_to(pdfium.FPDF_StructTree_CountChildren(tree))
        )
        read = [(marked.get(number, ""), in_head) for root in roots for number, in_head in _read(root)]
        before, head = head, [text for text, in_head in read if in_head]
        again = bool(head) and head == before
        yield "".join(text for text, in_head in read if not (in_head and again))
        pdfium.FPDF_StructTree_Close(tree)
        words.close()
        page.close()


def _read(element: object, *, in_head: bool = False) -> Iterator[tuple[int, bool]]:
    """The numbers of the marked content within a structure element, in order, and whether it is in a table's head."""
    kind = _type(element)
    if kind in UNREAD:
        return
    for index in _up_to(pdfium.FPDF_StructElement_CountChildren(element)):
        if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, index):
            yield from _read(child, in_head=in_head or kind == HEAD)
        else:
            yield pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index), in_head


def _type(element: object) -> str:
    length = pdfium.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(length)
    pdfium.FPDF_StructElement_GetType(element, buffer, length)
    return _utf16(buffer)


def _text(item: pypdfium2.PdfObject, words: pypdfium2.PdfTextPage) -> str:
    length = pdfium.FPDFTextObj_GetText(item.raw, words.raw, None, 0)
    buffer = ctypes.create_string_buffer(length)
    wide = ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort))
    pdfium.FPDFTextObj_GetText(item.raw, words.raw, wide, length)
    return _utf16(buffer).translate(HYPHENS)


def _utf16(buffer: ctypes.Array[ctypes.c_char]) -> str:
    return buffer.raw.decode("utf-16-le", "replace").rstrip("\0")


def _up_to(count: int) -> range:
    """PDFium counts -1 where there is nothing to count."""
    return range(max(count, 0))
