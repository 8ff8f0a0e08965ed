"""A finished PDF → its pages: lines of text by their paragraphs, to a hundredth of a point, as pypdf reads it.

Read is what WeasyPrint writes: glyphs placed by a text matrix (ISO 32000-1, 9.4), marked with the numbers by which
the structure tree (14.7) tells paragraphs, headings and notes apart, so that none of it is guessed from the picture.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import pairwise
from statistics import median
from typing import Literal, NamedTuple

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

Form = Literal["text", "heading", "label", "cell", "note", "figure"]
"""What a paragraph is: running text or an item of a list, a heading, a list's number, text in a table, a note."""

_FORMS: Mapping[str, Form] = {
    "P": "text", "LI": "text", "LBody": "text", "Caption": "text", "Lbl": "label",
    "H1": "heading", "H2": "heading", "H3": "heading", "H4": "heading", "H5": "heading", "H6": "heading",
}  # fmt: skip
_OUTER: Mapping[str, Form] = {"Note": "note", "Table": "cell", "Figure": "figure"}
"""What everything within such an element is."""
_BREAKS = frozenset(_FORMS) | frozenset(_OUTER) | {"Div", "Sect", "BlockQuote", "L", "TH", "TD"}
"""Elements that begin a line."""

_TOKEN = re.compile(rb"<<|>>|<[0-9A-Fa-f\s]*>|\((?:\\.|[^\\()])*\)|[\[\]]|/[^\s\[\]<>()/]*|[^\s\[\]<>()/]+")
_MAPPED = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>")
_UNREAD = frozenset({b"Td", b"TD", b"T*", b"'", b'"'})
"""Operators that place text in ways that WeasyPrint has no use for."""
_SPACES = frozenset(" \u00a0")

Matrix = tuple[float, float, float, float, float, float]
_STILL: Matrix = (1, 0, 0, 1, 0, 0)


class PagesError(ValueError):
    """The PDF is not one of ours: what in it cannot be read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words set in one go. All lengths are in points, from the lower left of the page.

    `x` and `end` are those of the first and the last glyph that can be seen, `y` is the baseline's. `spaces` are the
    word spaces within, as multiples of the face's own; `gaps` the room between Han letters within, in em.
    """

    text: str
    x: float
    end: float
    y: float
    size: float
    spaces: tuple[float, ...] = ()
    gaps: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph, its pieces from left to right."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Its words; room between two pieces is a space, but not beside Han, where there is none."""
        words = self.pieces[0].text
        for before, piece in pairwise(self.pieces):
            is_apart = piece.x - before.end > 0.15 * max(piece.size, before.size)
            words += (" " if is_apart and max(before.text[-1], piece.text[0]) < "\u2e80" else "") + piece.text
        return " ".join(words.split())

    @property
    def size(self) -> float:
        """That of its largest letters: Han within Latin, and calls of notes, are smaller."""
        return max(piece.size for piece in self.pieces)

    @property
    def y(self) -> float:
        """Its baseline: that of its largest piece, since smaller ones may be raised."""
        return max(self.pieces, key=lambda piece: piece.size).y

    @property
    def running(self) -> tuple[Piece, ...]:
        """Its pieces without a number that hangs before them."""
        for index, (before, piece) in enumerate(pairwise(self.pieces), 1):
            if before.size > 0.9 * piece.size or len(before.text) > 12:
                break
            if piece.x - before.end > 0.4 * piece.size:
                return self.pieces[index:]
        return self.pieces

    @property
    def x(self) -> float:
        """Where its running text begins."""
        return self.running[0].x

    @property
    def end(self) -> float:
        """Where it ends."""
        return max(piece.end for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A paragraph, or as much of it as stands on one page. `element` is the same in all fragments of one element.

    `tags` are the structure's, from the outermost: ("Div", "Sect", "P"). Its lines follow one another as they are read,
    column after column.
    """

    element: int
    form: Form
    tags: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: `number` in the file, from 1, the `folio` printed on it, its text in the order of reading.

    `furniture` is what stands on it beside the text: running heads and folios.
    """

    number: int
    folio: str
    width: float
    height: float
    fragments: tuple[Fragment, ...]
    furniture: tuple[Piece, ...]


def read_pages(data: bytes) -> tuple[Page, ...]:
    """All pages of a PDF that WeasyPrint has made, with tags. Raises PagesError."""
    try:
        reader = PdfReader(BytesIO(data))
        root = reader.root_object
    except PyPdfError as error:
        raise PagesError(str(error)) from error
    if "/StructTreeRoot" not in root:
        raise PagesError("it has no tags, which tell paragraphs apart")
    sheets = [_dictionary(page) for page in reader.pages]
    numbers = {page.indirect_reference.idnum: at for at, page in enumerate(sheets) if page.indirect_reference}
    tree = _Tree(numbers)
    tree.read(_dictionary(_items(_dictionary(root["/StructTreeRoot"])["/K"])[0]))
    faces = dict[int, _Face]()
    return tuple(_page(at, reader.page_labels[at], sheet, tree, faces) for at, sheet in enumerate(sheets))


def _page(at: int, folio: str, sheet: DictionaryObject, tree: _Tree, faces: dict[int, _Face]) -> Page:
    left, bottom, right, top = (float(str(side)) for side in _items(sheet.get("/TrimBox", sheet["/MediaBox"])))
    marked, furniture = defaultdict[int, list[Piece]](list), list[Piece]()
    for mark, piece in _Painter(sheet, faces).pieces():
        (furniture if mark is None else marked[mark]).append(piece)
    fragments = dict[int, tuple[_Place, list[Piece]]]()
    for mark in sorted(marked, key=lambda mark: tree.order.get((at, mark), 0)):
        if (at, mark) not in tree.places:
            furniture += marked[mark]
            continue
        place = tree.places[at, mark]
        fragments.setdefault(place.element, (place, []))[1].extend(marked[mark])
    return Page(
        number=at + 1, folio=folio, width=right - left, height=top - bottom,
        fragments=tuple(
            Fragment(
                place.element, place.form, place.tags,
                tuple(line for column in columns_of(pieces) for line in lines_of(column)),
            )
            for place, pieces in fragments.values()
        ),
        furniture=tuple(furniture),
    )  # fmt: skip


def columns_of(pieces: Sequence[Piece]) -> tuple[tuple[Piece, ...], ...]:
    """The pieces of one paragraph on one page, as painted, by columns: the next begins higher, at the right."""
    columns = list[list[Piece]]()
    for piece in pieces:
        column = columns[-1] if columns else []
        is_above = column and piece.y - column[-1].y > max(piece.size, column[-1].size)
        if not column or (is_above and piece.x > max(other.end for other in column)):
            columns.append([piece])
        else:
            column.append(piece)
    return tuple(map(tuple, columns))


def lines_of(pieces: Sequence[Piece]) -> tuple[Line, ...]:
    """The pieces of one paragraph in one column, in lines from the top: those on about one baseline are a line."""
    lines = list[list[Piece]]()
    for piece in sorted(pieces, key=lambda piece: (-piece.y, piece.x)):
        base = max(lines[-1], key=lambda other: other.size) if lines else None
        if base and base.y - piece.y < 0.5 * max(piece.size, base.size):
            lines[-1].append(piece)
        else:
            lines.append([piece])
    return tuple(Line(tuple(sorted(line, key=lambda piece: piece.x))) for line in lines)


# --- Structure ----------------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """The paragraph that text belongs to."""

    element: int = 0
    form: Form = "text"
    tags: tuple[str, ...] = ()


@dataclass
class _Tree:
    """The structure tree, read once: to which paragraph each marked stretch of a page belongs, and in what order."""

    numbers: Mapping[int, int]
    places: dict[tuple[int, int], _Place] = field(default_factory=dict)
    order: dict[tuple[int, int], int] = field(default_factory=dict)
    elements: int = 0

    def read(self, element: DictionaryObject, around: _Place = _Place(), page: int = -1) -> None:  # noqa: B008 - frozen
        """Note the marks within an element."""
        page = self._page_of(element, page)
        for kid in _items(element.get("/K", ArrayObject())):
            if isinstance(kid, int):
                self._note(page, int(kid), around)
                continue
            child = _dictionary(kid)
            if child.get("/Type") == "/MCR":
                self._note(self._page_of(child, page), int(str(child["/MCID"])), around)
            elif child.get("/Type") != "/OBJR":
                self.read(child, self._within(around, str(child["/S"]).removeprefix("/")), page)

    def _within(self, around: _Place, tag: str) -> _Place:
        tags = (*around.tags, tag)
        if tag not in _BREAKS:
            return around
        # What breaks in a note, or in a paragraph that WeasyPrint has put into one of its own, is still the one.
        if around.form in ("note", "figure") or around.tags[-1:] == (tag,) == ("P",):
            return around
        self.elements += 1
        form = "cell" if around.form == "cell" else _OUTER.get(tag) or _FORMS.get(tag, "text")
        return _Place(self.elements, form, tags)

    def _page_of(self, element: DictionaryObject, around: int) -> int:
        page = element.raw_get("/Pg") if "/Pg" in element else None
        return self.numbers[page.idnum] if isinstance(page, IndirectObject) else around

    def _note(self, page: int, mark: int, place: _Place) -> None:
        self.order[page, mark] = len(self.order)
        self.places[page, mark] = place


# --- Content ------------------------------------------------------------------------------------------------------


class _Face(NamedTuple):
    """A font: glyph → characters, and glyph → width in thousandths of the size; `space` is that of its word space."""

    characters: Mapping[int, str]
    widths: Mapping[int, float]
    space: float


@dataclass
class _Painter:
    """Follows the content of a page (ISO 32000-1, 8.4 and 9.4) and tells which words stand where."""

    page: DictionaryObject
    faces: dict[int, _Face]
    matrix: Matrix = _STILL
    line: Matrix = _STILL
    saved: list[Matrix] = field(default_factory=list)
    marks: list[int | None] = field(default_factory=list)
    face: _Face | None = None
    size: float = 0

    def pieces(self) -> Iterator[tuple[int | None, Piece]]:
        """The text of the page, each piece with the number that marks it in the structure, if it has one."""
        operands = list[bytes]()
        for token in _TOKEN.findall(_stream(self.page["/Contents"])):
            if not (token[:1].isalpha() or token in _UNREAD):
                operands.append(token)
                continue
            if token in (b"TJ", b"Tj"):
                # Text that is set at an angle is a picture's, and has no lines.
                if (piece := self.show(operands)) and not self.turned:
                    yield self.marks[-1] if self.marks else None, piece
            else:
                self.follow(token, operands)
            operands = []

    @property
    def turned(self) -> bool:
        """Whether text does not run from left to right."""
        return bool(abs(_times(self.line, self.matrix)[1]) > 0.01)

    def follow(self, operator: bytes, operands: list[bytes]) -> None:
        """Follow an operator that shows no text."""
        if operator == b"Tf":
            self.face, self.size = self.face_of(operands[0].decode()), float(operands[1])
        elif operator == b"Tm":
            self.line = _numbers(operands)
        elif operator == b"BT":
            self.line = _STILL
        elif operator in (b"BDC", b"BMC"):
            around = self.marks[-1] if self.marks else None
            has_number = b"/MCID" in operands
            self.marks.append(int(operands[operands.index(b"/MCID") + 1]) if has_number else around)
        elif operator == b"EMC":
            self.marks.pop()
        elif operator == b"q":
            self.saved.append(self.matrix)
        elif operator == b"Q":
            self.matrix = self.saved.pop()
        elif operator == b"cm":
            self.matrix = _times(_numbers(operands), self.matrix)
        elif operator in _UNREAD:
            raise PagesError(f"it places text by {operator.decode()}, which WeasyPrint does not")

    def show(self, operands: list[bytes]) -> Piece | None:
        """The glyphs of a TJ, unless all are spaces."""
        if not self.face:
            raise PagesError("it shows text before it has chosen a font")
        characters, widths = self.face.characters, self.face.widths
        at, glyphs = 0.0, list[Glyph]()
        for token in operands:
            if token.startswith(b"<"):
                codes = bytes.fromhex(token[1:-1].decode())
                for index in range(0, len(codes), 2):
                    glyph = codes[index] * 256 + codes[index + 1]
                    glyphs.append(Glyph(characters.get(glyph, "\ufffd"), at, at := at + widths.get(glyph, 1000)))
            elif token not in (b"[", b"]"):
                at -= float(token)
        start = _times(self.line, self.matrix)
        across = self.size * abs(start[0])
        self.line = _times((1, 0, 0, 1, at / 1000 * self.size, 0), self.line)
        x, end = seen_of(glyphs, at)
        if end is None:
            return None
        spaces, gaps = room_in(glyphs, self.face.space)
        return Piece(
            text="".join(glyph.text for glyph in glyphs),
            x=start[4] + x / 1000 * across, end=start[4] + end / 1000 * across,
            y=start[5], size=round(self.size * abs(start[3]), 2), spaces=spaces, gaps=gaps,
        )  # fmt: skip

    def face_of(self, name: str) -> _Face:
        """The font that the page calls `name`."""
        fonts = _dictionary(_dictionary(self.page["/Resources"])["/Font"])
        reference = fonts.raw_get(name if name.startswith("/") else f"/{name}")
        key = reference.idnum if isinstance(reference, IndirectObject) else id(reference)
        if key not in self.faces:
            self.faces[key] = _read_face(_dictionary(reference))
        return self.faces[key]


class Glyph(NamedTuple):
    """What a glyph stands for, and where it begins and ends, in thousandths of an em."""

    text: str
    x: float
    end: float


def seen_of(glyphs: Sequence[Glyph], at: float) -> tuple[float, float | None]:
    """Where what can be seen of glyphs begins and ends; `at` is where the next piece would begin.

    A bracket of Han is half blank. Where the blank is taken in, at the edge of the measure, it does not count.
    """
    x, end = 0.0, None
    # A piece may have no glyph at all.
    for glyph, after in zip(glyphs, [*(glyph.x for glyph in glyphs[1:]), at], strict=False):
        if glyph.text not in _SPACES:
            x = x if end is not None else max(glyph.x, 0)
            end = min(glyph.end, after) if glyph.text > "\u2e80" else glyph.end
    return x, end


def room_in(glyphs: Sequence[Glyph], space: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The word spaces within a piece, as multiples of `space`, and the gaps between Han letters, in em.

    Letter-spacing, which parts all glyphs alike, is no part of a word space.
    """
    spaces, gaps, letters = list[float](), list[float](), list[float]()
    before, blanks = None, 0
    for glyph in glyphs:
        if glyph.text in _SPACES:
            blanks += 1
            continue
        if before:
            room = glyph.x - before.end
            if blanks == 1:
                spaces.append(room)
            elif not blanks and _is_han(before.text) and _is_han(glyph.text):
                gaps.append(room / 1000)
            elif not blanks:
                letters.append(room)
        before, blanks = glyph, 0
    tracking = median(letters) if len(letters) > 4 else 0
    return tuple((room - 2 * tracking) / space for room in spaces), tuple(gaps)


def _is_han(text: str) -> bool:
    """Whether a character is a Han letter or kana; marks, whose width changes beside others, are not."""
    return "\u3041" <= text[:1] <= "\u9fff" or text[:1] >= "\U00020000"


def _read_face(font: DictionaryObject) -> _Face:
    """ISO 32000-1, 9.10.3: which characters a glyph stands for; 9.7.4.3: the array W, in its first form."""
    characters = {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for part in re.findall(rb"beginbfchar(.*?)endbfchar", _stream(font["/ToUnicode"]), re.DOTALL)
        for glyph, text in _MAPPED.findall(part)
    }
    widths = dict[int, float]()
    items = list(_items(_dictionary(_items(font["/DescendantFonts"])[0])["/W"]))
    for first, each in zip(items[::2], items[1::2], strict=True):
        for offset, width in enumerate(_items(each)):
            widths[int(str(first)) + offset] = float(str(width))
    spaces = [widths[glyph] for glyph, text in characters.items() if text in _SPACES and widths.get(glyph)]
    return _Face(characters, widths, spaces[0] if spaces else 250)


def _numbers(operands: list[bytes]) -> Matrix:
    a, b, c, d, e, f = map(float, operands[-6:])
    return a, b, c, d, e, f


def _times(one: Matrix, two: Matrix) -> Matrix:
    """The first transformation, then the second."""
    a, b, c, d, e, f = one
    return (
        a * two[0] + b * two[2],
        a * two[1] + b * two[3],
        c * two[0] + d * two[2],
        c * two[1] + d * two[3],
        e * two[0] + f * two[2] + two[4],
        e * two[1] + f * two[3] + two[5],
    )


def _dictionary(value: object) -> DictionaryObject:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    if not isinstance(found, DictionaryObject):
        raise PagesError(f"{type(found).__name__} where a dictionary must be")
    return found


def _items(value: object) -> Sequence[object]:
    """The items of an array; another object is the one item."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return found if isinstance(found, ArrayObject) else [value]


def _stream(value: object) -> bytes:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    if not isinstance(found, StreamObject):
        raise PagesError(f"{type(found).__name__} where a stream must be")
    return found.get_data()
