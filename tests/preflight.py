"""Goes through a PDF as a printing house does before it makes plates: PDF/X-4 (ISO 15930-7), inks, boxes, marks, faces.

It is no full validator of PDF/X, of which no free one is known; it looks for what our files could do wrong.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import NamedTuple
from xml.etree import ElementTree as ET

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from tests.reading import array, dictionary

POINTS = 72 / 25.4
BLEED = 3.0
"""Millimeters that a picture runs beyond the edge that is cut."""
BLACK = (0.0, 0.0, 0.0)
"""What of cyan, magenta and yellow a black page has."""

_TOKEN = re.compile(rb"<<|>>|<[0-9A-Fa-f\s]*>|\((?:\\.|[^\\()])*\)|[\[\]]|/[^\s\[\]<>()/]*|[^\s\[\]<>()/]+")
_IDENTIFIERS = {
    "pdfxid": "http://www.npes.org/pdfx/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
}


class Ink(NamedTuple):
    """A color that is set: for letters and areas, or for lines; in a color space, with so much of each component."""

    space: str
    amounts: tuple[float, ...]


def preflight(data: bytes, *, multiple: int = 1, black: bool = False) -> Iterator[str]:
    """What is wrong with a file for printing. `black` pages have no ink but black, whatever the marks around them."""
    reader = PdfReader(BytesIO(data))
    yield from _document(reader)
    yield from _said(reader)
    yield from _intent(reader)
    pages = [dictionary(page) for page in reader.pages]
    if len(pages) % multiple:
        yield f"{len(pages)} pages are no multiple of {multiple}"
    if len({tuple(_box(page, "/TrimBox")) for page in pages if "/TrimBox" in page}) > 1:
        yield "pages are trimmed to several sizes"
    looked = set[int]()
    for number, page in enumerate(pages, 1):
        yield from (f"page {number}: {fault}" for fault in _page(page, looked, black=black))


def _document(reader: PdfReader) -> Iterator[str]:
    root = dictionary(reader.root_object)
    if reader.pdf_header != "%PDF-1.6":
        yield f"the version is {reader.pdf_header}"
    if "/Encrypt" in reader.trailer:
        yield "it is encrypted"
    if len(reader.trailer.get("/ID", ())) != 2:
        yield "it has no identifiers"
    for name in ("/OpenAction", "/AA", "/AcroForm", "/OCProperties"):
        if name in root:
            yield f"the catalog has {name}"
    for name in dictionary(root.get("/Names", DictionaryObject())):
        if name in ("/JavaScript", "/EmbeddedFiles"):
            yield f"the names have {name}"
    for item in reader.outline:
        if not isinstance(item, list) and "/A" in dictionary(item.node):
            yield "the outline has actions"
            break


def _said(reader: PdfReader) -> Iterator[str]:
    """Information and metadata say the same, and which standard it is."""
    information = reader.metadata or DictionaryObject()
    packet = dictionary(reader.root_object).get("/Metadata")
    if packet is None:
        yield "it has no metadata"
        return
    stream = _stream(packet)
    if "/Filter" in stream:
        yield "the metadata are compressed"
    said = ET.fromstring(stream.get_data())

    def property_(name: str) -> str:
        prefix, _, local = name.partition(":")
        found = said.find(f".//{{{_IDENTIFIERS[prefix]}}}{local}")
        if found is None:
            return ""
        item = found.find(f".//{{{_IDENTIFIERS['rdf']}}}li")
        return str((found if item is None else item).text or "")

    yield from _identified(property_)
    yield from _agreed(information, property_)


def _identified(said: Callable[[str], str]) -> Iterator[str]:
    for name, wanted in (("pdfxid:GTS_PDFXVersion", "PDF/X-4"), ("pdf:Trapped", "False")):
        if said(name) != wanted:
            yield f"{name} is {said(name)!r}"
    for name in ("xmpMM:DocumentID", "xmpMM:VersionID", "xmpMM:RenditionClass", "xmp:MetadataDate"):
        if not said(name):
            yield f"{name} is missing"


def _agreed(information: DictionaryObject, said: Callable[[str], str]) -> Iterator[str]:
    if information.get("/GTS_PDFXVersion") != "PDF/X-4":
        yield f"/GTS_PDFXVersion is {information.get('/GTS_PDFXVersion')!r}"
    if information.get("/Trapped") != "/False" or not isinstance(information.get("/Trapped"), NameObject):
        yield f"/Trapped is {information.get('/Trapped')!r}"
    if not (title := information.get("/Title")) or title != said("dc:title"):
        yield f"/Title is {title!r}, dc:title {said('dc:title')!r}"
    for name, other in (("/CreationDate", "xmp:CreateDate"), ("/ModDate", "xmp:ModifyDate")):
        date = "D:" + re.sub("[-:T]", "", said(other))
        if str(information.get(name, "")) != date:
            yield f"{name} is {information.get(name)!r}, {other} {said(other)!r}"


def _intent(reader: PdfReader) -> Iterator[str]:
    """One output intent, with the profile of a device that prints in four inks (ISO 15076-1, 7.2)."""
    root = dictionary(reader.root_object)
    intents = [dictionary(each) for each in root.get("/OutputIntents", ArrayObject())]
    printing = [each for each in intents if each.get("/S") == "/GTS_PDFX"]
    if len(printing) != 1:
        yield f"{len(printing)} output intents are for printing"
        return
    if not printing[0].get("/OutputConditionIdentifier"):
        yield "the output intent names no condition"
    if "/DestOutputProfile" not in printing[0]:
        yield "the output intent has no profile"
        return
    profile = _stream(printing[0]["/DestOutputProfile"])
    data = profile.get_data()
    if (
        len(data) < 132
        or struct.unpack(">I", data[:4])[0] != len(data)
        or (data[12:16], data[16:20], data[36:40]) != (b"prtr", b"CMYK", b"acsp")
    ):
        yield "the profile is not that of a printing in four inks"
    elif profile.get("/N") != 4 or data[8] > 4:
        yield "the profile is said to be another than it is"


def _page(page: DictionaryObject, looked: set[int], *, black: bool) -> Iterator[str]:
    missing = [name for name in ("/MediaBox", "/BleedBox", "/TrimBox") if name not in page]
    if missing:
        yield f"it has no {', '.join(missing)}"
        return
    if "/ArtBox" in page:
        yield "it has an ArtBox and a TrimBox"
    media, bleed, trim = (_box(page, name) for name in ("/MediaBox", "/BleedBox", "/TrimBox"))
    if not _within(trim, bleed) or not _within(bleed, media):
        yield f"its boxes are not within one another: {media}, {bleed}, {trim}"
    if any(side < BLEED * POINTS - 0.1 for side in _beyond(trim, bleed)):
        yield f"its bleed is {[round(side / POINTS, 2) for side in _beyond(trim, bleed)]} mm"
    if page.get("/Annots"):
        yield "it has annotations"
    if "/AA" in page or "/Rotate" in page or "/UserUnit" in page:
        yield "it is turned, scaled or acts"
    resources = dictionary(page.get("/Resources", DictionaryObject()))
    yield from _painted(_contents(page), resources, looked, black=black)
    yield from _marks(resources, bleed)


def _marks(resources: DictionaryObject, bleed: Sequence[float]) -> Iterator[str]:
    """Every page has marks; none lies in the bleed; they are on every plate."""
    forms = [_stream(each) for each in dictionary(resources.get("/XObject", DictionaryObject())).values()]
    marks = [each for each in forms if b"/All" in each.get_data()]
    if not marks:
        yield "it has no marks"
    for form in marks:
        for operator, operands in _operations(form.get_data()):
            if operator in (b"m", b"l", b"c"):
                numbers = [float(each) for each in operands]
                for x, y in zip(numbers[::2], numbers[1::2], strict=True):
                    if bleed[0] < x < bleed[2] and bleed[1] < y < bleed[3]:
                        yield f"a mark lies in the bleed, at {x}, {y}"


def _painted(content: bytes, resources: DictionaryObject, looked: set[int], *, black: bool) -> Iterator[str]:
    """The inks of a content stream, and of all that it paints with."""
    for ink in inks(content):
        if ink.space == "/Pattern":
            continue
        if ink.space not in ("/DeviceCMYK", "/All"):
            yield f"it paints in {ink.space}"
        elif black and ink.space == "/DeviceCMYK" and ink.amounts[:3] != BLACK:
            yield f"it is not black alone: {ink.amounts}"
    if b"\nBI" in content or content.startswith(b"BI"):
        yield "it has an image in its stream"
    for kind in ("/XObject", "/Pattern", "/Shading", "/ColorSpace", "/ExtGState", "/Font"):
        for value in dictionary(resources.get(kind, DictionaryObject())).values():
            if isinstance(value, IndirectObject):
                if value.idnum in looked:
                    continue
                looked.add(value.idnum)
            yield from _resource(kind, value, looked, black=black)


def _resource(kind: str, value: object, looked: set[int], *, black: bool) -> Iterator[str]:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    if kind == "/ColorSpace":
        yield from _space(found)
    elif kind == "/ExtGState":
        yield from _state(dictionary(found))
    elif kind == "/Font":
        yield from _face(dictionary(found))
    elif kind == "/Shading":
        yield from _shading(dictionary(found), black=black)
    elif isinstance(found, StreamObject):
        yield from _object(found, looked, black=black)
    elif "/Shading" in dictionary(found):
        yield from _shading(dictionary(dictionary(found)["/Shading"]), black=black)


def _state(state: DictionaryObject) -> Iterator[str]:
    if any(state.get(name, 1) != 1 for name in ("/ca", "/CA")) or state.get("/SMask", "/None") != "/None":
        yield "something is transparent"
    if state.get("/BM", "/Normal") != "/Normal" or "/TR" in state or "/HTP" in state:
        yield "a graphics state changes inks"


def _object(found: StreamObject, looked: set[int], *, black: bool) -> Iterator[str]:
    """An image, a form or a pattern."""
    if found.get("/Subtype") == "/Image":
        yield from _space(found.get("/ColorSpace"))
        return
    if found.get("/Subtype") == "/PS":
        yield "it has PostScript"
    if "/Group" in found:
        yield from _space(dictionary(found["/Group"]).get("/CS"))
    inner = dictionary(found.get("/Resources", DictionaryObject()))
    yield from _painted(found.get_data(), inner, looked, black=black)


def _shading(shading: DictionaryObject, *, black: bool) -> Iterator[str]:
    """A shading goes from inks to inks: WeasyPrint 70 writes the three of a screen, whatever space it says it has."""
    yield from _space(shading["/ColorSpace"])
    whole = dictionary(shading.get("/Function", DictionaryObject()))
    for function in [whole, *map(dictionary, whole.get("/Functions", ArrayObject()))]:
        for name in ("/C0", "/C1"):
            amounts = [float(str(each)) for each in function.get(name, ArrayObject([0] * 4))]
            if len(amounts) != 4 or (black and tuple(amounts[:3]) != BLACK):
                yield f"it shades from or to {amounts}"


def _space(value: object) -> Iterator[str]:
    """A color space is that of the four inks, or of all at once in terms of them."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    names = [str(each) for each in found[:3]] if isinstance(found, ArrayObject) else [str(found)]
    if names not in (["/DeviceCMYK"], ["/Separation", "/All", "/DeviceCMYK"]):
        yield f"it has the color space {' '.join(names)}"


def _face(font: DictionaryObject) -> Iterator[str]:
    inner = dictionary(array(font["/DescendantFonts"])[0]) if "/DescendantFonts" in font else font
    descriptor = dictionary(inner.get("/FontDescriptor", DictionaryObject()))
    if not any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3")):
        yield f"the face {font.get('/BaseFont')} is not embedded"


def inks(content: bytes) -> Iterator[Ink]:
    """Every color that a content stream sets (ISO 32000-1, 8.6.8)."""
    spaces = {b"cs": "/DeviceGray", b"CS": "/DeviceGray"}
    direct = {b"g": "/DeviceGray", b"rg": "/DeviceRGB", b"k": "/DeviceCMYK"}
    for operator, operands in _operations(content):
        if operator.lower() in direct:
            yield Ink(direct[operator.lower()], tuple(map(float, operands)))
        elif operator in spaces:
            spaces[operator] = operands[-1].decode()
            if spaces[operator] not in ("/DeviceCMYK", "/All", "/Pattern"):
                yield Ink(spaces[operator], ())
        elif operator.lower() in (b"sc", b"scn"):
            space = spaces[b"CS" if operator.isupper() else b"cs"]
            numbers = tuple(float(each) for each in operands if not each.startswith(b"/"))
            yield Ink(space, numbers)
        elif operator == b"sh":
            yield Ink("/Pattern", ())


def _operations(content: bytes) -> Iterator[tuple[bytes, list[bytes]]]:
    operands = list[bytes]()
    for token in _TOKEN.findall(content):
        if token[:1].isalpha():
            yield token, operands
            operands = []
        else:
            operands.append(token)


def _contents(page: DictionaryObject) -> bytes:
    found = page.get("/Contents")
    whole = found.get_object() if isinstance(found, IndirectObject) else found
    parts = whole if isinstance(whole, ArrayObject) else [whole]
    return b"\n".join(_stream(part).get_data() for part in parts)


def _box(page: DictionaryObject, name: str) -> list[float]:
    return [float(str(each)) for each in array(page[name])]


def _within(inner: Sequence[float], outer: Sequence[float]) -> bool:
    return all(side >= -0.01 for side in _beyond(inner, outer))


def _beyond(inner: Sequence[float], outer: Sequence[float]) -> tuple[float, ...]:
    """How far a box reaches beyond another, on each side."""
    return inner[0] - outer[0], inner[1] - outer[1], outer[2] - inner[2], outer[3] - inner[3]


def _stream(value: object) -> StreamObject:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    assert isinstance(found, StreamObject)
    return found
