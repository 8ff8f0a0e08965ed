"""Finished PDFs → PDFs made of their pages. It writes them too: pypdf, which `pages` also imports, only reads.

The objects of a file are taken as they are, changed where need be, and written anew: those that can be reached, in the
order in which they are met, so the same pages give the same bytes. pypdf itself would write each object in plain text;
packed into object streams (ISO 32000-1, 7.5.7) a tagged book has a third of that length.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

from press.imposition import Spot
from press.model import Facts
from press.papers import POINT, Size
from press.trimming import Window
from press.xmp import ARCHIVAL, packet

BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")
"""ISO 32000-1, 14.11.2."""

IN_STREAM = 200
"""Objects in one object stream: more would make it slow to fetch one, fewer would pack worse."""


def trimmed(data: bytes, window: Window, facts: Facts, file: str) -> bytes:
    """The same PDF on other paper. All that is in it stays, and where it stays; `facts` and `file` are its own."""
    reader = PdfReader(BytesIO(data))
    for page in pages_of(reader):
        upright = _upright(page)
        left, top, right, bottom = window.over(upright.width, upright.height)
        corners = upright.back(left, upright.height - bottom), upright.back(right, upright.height - top)
        (x1, x2), (y1, y2) = (sorted(sides) for sides in zip(*corners, strict=True))
        box = ArrayObject(FloatObject(round(side, 4)) for side in (x1, y1, x2, y2))
        for name in BOXES:
            if name in page:
                page[NameObject(name)] = box
    return finished(reader.root_object, facts, file, producer_of(reader))


class Face(NamedTuple):
    """A side of a sheet: the pages that stand on it, and the page of marks, from 0, that is laid over them, if any."""

    spots: tuple[Spot, ...]
    marks: int | None = None


def imposed(  # noqa: PLR0913, PLR0917 - a file is made of all of these
    data: bytes, faces: Sequence[Face], sheet: Size, facts: Facts, file: str, marks: bytes = b""
) -> bytes:
    """The pages of a PDF on sheets of this size in mm, each drawn whole: no tags or links, and no claim to have any."""
    pages = _Forms(PdfReader(BytesIO(data)))
    overlay = _Forms(PdfReader(BytesIO(marks))) if marks else None
    tree = DictionaryObject({NameObject("/Type"): NameObject("/Pages"), NameObject("/Count"): NumberObject(len(faces))})
    above, kids = Fresh(tree), ArrayObject()
    box = ArrayObject([NumberObject(0), NumberObject(0), *(FloatObject(round(side / POINT, 4)) for side in sheet)])
    for face in faces:
        drawn = [(pages.form(spot.page), pages.matrix(spot)) for spot in face.spots]
        if overlay and face.marks is not None:
            drawn.append((overlay.form(face.marks), overlay.matrix(Spot(face.marks, 0, 0, 1))))
        names = {NameObject(f"/P{number}"): form for number, (form, _) in enumerate(drawn)}
        lines = (f"q {matrix} cm /P{number} Do Q" for number, (_, matrix) in enumerate(drawn))
        content = StreamObject()
        content.set_data("\n".join(lines).encode())
        resources = DictionaryObject({NameObject("/XObject"): DictionaryObject(names)})
        page = {"/Type": NameObject("/Page"), "/Parent": above, "/MediaBox": box, "/Resources": resources}
        kids.append(Fresh(named({**page, "/Contents": Fresh(content.flate_encode())})))
    tree[NameObject("/Kids")] = kids
    edge = "Short" if sheet.width > sheet.height else "Long"
    shown = {"/DisplayDocTitle": BooleanObject(value=True), "/PrintScaling": NameObject("/None")}
    root = {
        "/Type": NameObject("/Catalog"), "/Pages": above, "/Lang": TextStringObject(facts.language),
        # What a dialog for printing begins with (ISO 32000-1, 12.2).
        "/ViewerPreferences": named({**shown, "/Duplex": NameObject(f"/DuplexFlip{edge}Edge")}),
    }  # fmt: skip
    return finished(named(root), facts, file, producer_of(pages.reader), conforms=False)


class _Forms:
    """The pages of a file as drawings that others hold (ISO 32000-1, 8.10), each made once."""

    def __init__(self, reader: PdfReader) -> None:
        self.reader = reader
        self.made = dict[int, Fresh]()

    def form(self, number: int) -> Fresh:
        """A page as a drawing."""
        if number not in self.made:
            page = self.reader.pages[number]
            content = page["/Contents"]
            streams = content if isinstance(content, ArrayObject) else [content]
            plain = StreamObject()
            plain.set_data(b"\n".join(_stream_in(each).get_data() for each in streams))
            form = plain.flate_encode()
            said = {
                "/Type": NameObject("/XObject"), "/Subtype": NameObject("/Form"), "/BBox": array_in(page["/MediaBox"]),
                "/Resources": page.raw_get("/Resources"),
            }  # fmt: skip
            form.update(named(said | ({"/Group": page.raw_get("/Group")} if "/Group" in page else {})))
            self.made[number] = Fresh(form)
        return self.made[number]

    def matrix(self, spot: Spot) -> str:
        """What brings a page to its spot, wherever its own corner is (8.3.3)."""
        matrix = _upright(self.reader.pages[spot.page]).matrix
        scaled = [spot.scale * number for number in matrix]
        numbers = (*scaled[:4], scaled[4] + spot.x, scaled[5] + spot.y)
        return " ".join(f"{number:.5f}".rstrip("0").rstrip(".") for number in numbers)


class _Upright(NamedTuple):
    """A page as it is shown: its size in points, and the matrix that brings it there, its lower left corner to 0, 0."""

    width: float
    height: float
    matrix: tuple[float, float, float, float, float, float]

    def back(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the page that is shown lies in its own space."""
        a, b, c, d, e, f = self.matrix
        return a * (x - e) + b * (y - f), c * (x - e) + d * (y - f)


def _upright(page: DictionaryObject) -> _Upright:
    """A page may have its corner anywhere, and be turned clockwise to be shown (ISO 32000-1, 7.7.3.3)."""
    left, bottom, right, top = (float(str(side)) for side in array_in(page["/MediaBox"]))
    width, height = right - left, top - bottom
    match int(str(page.get("/Rotate", 0))) % 360:
        case 90:
            return _Upright(height, width, (0, -1, 1, 0, -bottom, right))
        case 180:
            return _Upright(width, height, (-1, 0, 0, -1, right, top))
        case 270:
            return _Upright(height, width, (0, 1, -1, 0, top, -left))
        case _:
            return _Upright(width, height, (1, 0, 0, 1, -left, -bottom))


def named(entries: Mapping[str, PdfObject]) -> DictionaryObject:
    """A dictionary with these entries."""
    return DictionaryObject({NameObject(key): value for key, value in entries.items()})


def pages_of(reader: PdfReader) -> list[DictionaryObject]:
    """The pages of a file, as they may be changed: what pypdf hands out itself are copies."""
    return [dictionary_in(page.indirect_reference) for page in reader.pages]


def producer_of(reader: PdfReader) -> str:
    """What has made the pages."""
    return str(reader.metadata.producer) if reader.metadata else ""


def finished(root: DictionaryObject, facts: Facts, file: str, producer: str, *, conforms: bool = True) -> bytes:
    """The bytes of the PDF of this catalog, which says of itself what `facts` say.

    One that `conforms` is PDF/UA-1 and PDF/A-3u, and says so.
    """
    metadata = StreamObject()
    metadata.set_data(packet(facts, file, producer, ARCHIVAL if conforms else {}))
    metadata.update({NameObject("/Type"): NameObject("/Metadata"), NameObject("/Subtype"): NameObject("/XML")})
    root[NameObject("/Metadata")] = Fresh(metadata)
    moment = "D:" + "".join(char for char in facts.moment if char not in "-:T")
    said = {
        "/Title": facts.title[facts.language], "/Author": facts.publisher, "/Subject": facts.description,
        "/Keywords": ", ".join(facts.subjects), "/Producer": producer, "/CreationDate": moment, "/ModDate": moment,
    }  # fmt: skip
    information = DictionaryObject({NameObject(key): TextStringObject(text) for key, text in said.items()})
    return packed(root, information, facts.identifier)


class Fresh(PdfObject):
    """A new object that others name: it is written as one of its own, once, wherever it stands."""

    def __init__(self, value: DictionaryObject) -> None:
        self.value = value


def packed(root: DictionaryObject, information: DictionaryObject, identifier: str) -> bytes:
    """The bytes of a PDF 1.7 with this catalog, and all that can be reached from it."""
    objects = _Objects()
    named = [(b"Root", objects.number(Fresh(root))), (b"Info", objects.number(Fresh(information)))]
    body, loose = _Body(), list[tuple[int, bytes]]()
    for number, value in objects.met():
        text = objects.text(value)
        if isinstance(value, StreamObject):
            body.put(number, text)
        else:
            loose.append((number, text))
    for start in range(0, len(loose), IN_STREAM):
        body.put_together(len(objects.queue) + 1 + start // IN_STREAM, loose[start : start + IN_STREAM])
    # The permanent name of the file, and that of these bytes (ISO 32000-1, 14.4).
    names = identifier.encode().hex().encode(), sha256(body.file.getvalue()).hexdigest()[:32].encode()
    said = b"".join(b"/%b %d 0 R" % each for each in named) + b"/ID[<%b><%b>]" % names
    return body.closed(said)


class _Body:
    """The bytes of a file that is being written, and where in it each object stands."""

    def __init__(self) -> None:
        self.file = BytesIO()
        self.file.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self.places = dict[int, tuple[int, int, int]]()
        """By the number of an object, its row in the table of references (ISO 32000-1, 7.5.8.3)."""

    def put(self, number: int, text: bytes) -> None:
        """Write an object."""
        self.places[number] = (1, self.file.tell(), 0)
        self.file.write(b"%d 0 obj\n%b\nendobj\n" % (number, text))

    def put_together(self, number: int, held: Sequence[tuple[int, bytes]]) -> None:
        """Write objects within one stream (ISO 32000-1, 7.5.7)."""
        head, offset = "", 0
        for index, (each, text) in enumerate(held):
            self.places[each] = (2, number, index)
            head += f"{each} {offset} "
            offset += len(text) + 1
        content = head.encode() + b"\n".join(text for _, text in held)
        self.put(number, _deflated(b"/Type/ObjStm/N %d/First %d" % (len(held), len(head)), content))

    def closed(self, said: bytes) -> bytes:
        """The whole file, with what its trailer says beside the places."""
        number, beginning = len(self.places) + 1, self.file.tell()
        self.places[number] = (1, beginning, 0)
        rows = [(0, 0, 65535), *(self.places[each] for each in range(1, number + 1))]
        table = b"".join(kind.to_bytes(1) + where.to_bytes(4) + index.to_bytes(2) for kind, where, index in rows)
        self.put(number, _deflated(b"/Type/XRef/Size %d/W[1 4 2]%b" % (number + 1, said), table))
        self.file.write(b"startxref\n%d\n%%%%EOF\n" % beginning)
        return self.file.getvalue()


def _deflated(said: bytes, content: bytes) -> bytes:
    """A stream, compressed, with what its dictionary says beside that."""
    return _stream(said + b"/Filter/FlateDecode", zlib.compress(content))


def _stream(said: bytes, content: bytes) -> bytes:
    """A stream with its length.

    Before its end stand both marks of a line's end. One alone might be taken for half of both, where the content
    happens to end in the other, and the length for false (ISO 19005-3, 6.1.7.1).
    """
    return b"<<%b/Length %d>>stream\n%b\r\nendstream" % (said, len(content), content)


class _Objects:
    """Numbers objects as they are met, from 1, and tells how each is written."""

    def __init__(self) -> None:
        self.numbers = dict[tuple[int, int], int]()
        self.queue = list[PdfObject]()

    def met(self) -> Iterator[tuple[int, PdfObject]]:
        """Each object with its number; whoever asks how it is written meets more."""
        at = 0
        while at < len(self.queue):
            yield at + 1, self.queue[at]
            at += 1

    def number(self, named: Fresh | IndirectObject) -> int:
        """The number of an object; 0 where there is none."""
        key = (id(named.value), 0) if isinstance(named, Fresh) else (id(named.pdf), named.idnum)
        if key not in self.numbers:
            found = named.value if isinstance(named, Fresh) else named.get_object()
            is_there = found is not None and not isinstance(found, NullObject)
            self.numbers[key] = len(self.queue) + 1 if is_there else 0
            if found is not None and is_there:
                self.queue.append(found)
        return self.numbers[key]

    def text(self, value: PdfObject) -> bytes:
        """An object as it is written (ISO 32000-1, 7.3)."""
        match value:
            case Fresh() | IndirectObject():
                number = self.number(value)
                return b"%d 0 R" % number if number else b"null"
            case StreamObject():  # its content is packed as it was in the file that it comes from
                return _stream(self.entries(value, without="/Length"), value._data)  # noqa: SLF001
            case DictionaryObject():
                return b"<<%b>>" % self.entries(value)
            case ArrayObject():
                return b"[%b]" % b" ".join(map(self.text, value))
            case TextStringObject() | ByteStringObject():
                return b"<%b>" % value.original_bytes.hex().encode()
            case _:
                stream = BytesIO()
                value.write_to_stream(stream)
                return stream.getvalue()

    def entries(self, items: DictionaryObject, without: str = "") -> bytes:
        """The keys and values of a dictionary."""
        written = ((self.text(NameObject(key)), self.text(items.raw_get(key))) for key in items if key != without)
        return b"".join(b"%b %b" % each for each in written)


def dictionary_in(value: object) -> DictionaryObject:
    """A dictionary, whether it stands here or is only named. Raises TypeError for anything else."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    if not isinstance(found, DictionaryObject):
        raise TypeError(f"{type(found).__name__} where a PDF must have a dictionary")
    return found


def _stream_in(value: object) -> StreamObject:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    if not isinstance(found, StreamObject):
        raise TypeError(f"{type(found).__name__} where a PDF must have a stream")
    return found


def array_in(value: object) -> ArrayObject:
    """An array, whether it stands here or is only named. Raises TypeError for anything else."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    if not isinstance(found, ArrayObject):
        raise TypeError(f"{type(found).__name__} where a PDF must have an array")
    return found
