"""Reads finished PDFs and EPUBs as other programs do: words by their tags, their places, links, glyphs and faces."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from hashlib import sha256
from io import BytesIO
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET
from zipfile import ZipFile

from pypdf import PdfReader
from pypdf.generic import ArrayObject, Destination, DictionaryObject, IndirectObject, StreamObject

from press.composition import NO_LEAVES, Templates, compose, load_templates
from press.content import read_publication
from press.fingerprints import fingerprint
from press.fonts import read_fonts, show_only
from press.manifest import Manifest
from press.model import Document, Folios, Leaves, Product, Publication
from press.output import read_manifest

ROOT = Path(__file__).resolve().parents[1]
XHTML = "{http://www.w3.org/1999/xhtml}"
FOLIO = "\ufffc"
"""In words that are looked for: here a folio may be printed, "(p. 24)" or （第24頁）."""

GAP = "\u2009"
"""In words that are set: room between two runs of a line, which may stand for a space."""

BLOCKS = frozenset(
    {"P", "H1", "H2", "H3", "H4", "LI", "LBody", "Term", "L", "Div", "Sect", "BlockQuote", "TH", "TD", "TOCI", "Note"}
)
"""Tags of elements that begin a line."""
HTML_BLOCKS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "li", "ol", "ul", "dt", "dd", "div", "section", "blockquote", "body", "td", "th"}
)

_TOKEN = re.compile(rb"<<|>>|<[0-9A-Fa-f\s]*>|\((?:\\.|[^\\()])*\)|[\[\]]|/[^\s\[\]<>()/]*|[^\s\[\]<>()/]+")
_MAPPED = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>")
_FOLIO = re.compile(r"\s*(\(p\.\s\w+\)|（第\w+頁）)")
_MARKER = re.compile(r"(\d+)\u2002")
_URL = re.compile(r"(https?:|urn:)\S*$")
_FOLDED = GAP + " \n\f"
_SPACES = re.compile("[ \t\n\r\u00a0\u2002]+")

show_only(ROOT / "fonts")


# What is finished, and what it is made from.


@cache
def publication() -> Publication:
    """The real content."""
    return read_publication(ROOT / "content")


@cache
def templates() -> Templates:
    """The real templates and style sheets."""
    return load_templates(ROOT / "templates")


@cache
def manifest() -> Manifest:
    """What `make` left in output/."""
    return read_manifest(ROOT / "output")


@cache
def fonts_digest() -> str:
    """The digest of fonts/."""
    return read_fonts(ROOT / "fonts").digest


def product(name: str) -> Product:
    """A product of the publication. Raises KeyError."""
    return {each.name: each for each in publication().products}[name]


def composed(name: str, folios: Folios, leaves: Leaves = NO_LEAVES) -> Document:
    """A product composed anew, with these folios and these beginnings of printed pages."""
    return compose(publication(), product(name), templates(), folios, leaves)


@cache
def finished(name: str) -> bytes:
    """The finished file of a product. One that is missing or stale is a failure: `make` makes it."""
    entry = next((entry for entry in manifest().entries if entry.product == name), None)
    assert entry, f"output/ has no product '{name}'; run make"
    data = (ROOT / "output" / entry.file).read_bytes()
    assert sha256(data).hexdigest() == entry.sha256, f"{entry.file} is not what the manifest says; run make"
    after = [
        each.fingerprint for source in product(name).after for each in manifest().entries if each.product == source
    ]
    wanted = fingerprint(composed(name, {}), fonts_digest(), after)
    assert entry.fingerprint == wanted, f"{entry.file} is older than what it is made from; run make"
    return data


@cache
def finished_files(name: str) -> Mapping[str, bytes]:
    """All files of a finished product by their places in output/, its own first."""
    finished(name)
    entry = next(entry for entry in manifest().entries if entry.product == name)
    files = {file: (ROOT / "output" / file).read_bytes() for file in entry.digests}
    for file, data in files.items():
        assert sha256(data).hexdigest() == entry.digests[file], f"{file} is not what the manifest says; run make"
    return files


@cache
def finished_pdf(name: str) -> Pdf:
    """A finished PDF, read once."""
    pdf = Pdf(finished(name))
    gc.freeze()  # It stays: the collector, which every layout calls, need not go through its many objects again.
    return pdf


@cache
def finished_document(name: str) -> Document:
    """The document of a finished PDF, composed anew with the folios of its pages.

    One on other paper has the words of the PDF that it is made from, and says other things of itself.
    """
    own = composed(name, finished_pdf(name).folios)
    if own.product.format != "trim":
        return own
    return replace(finished_document(own.product.after[0]), product=own.product, facts=own.facts)


@cache
def finished_epub(name: str) -> Mapping[str, ET.Element]:
    """The pages of a finished EPUB by file name, in the order of its spine."""
    with ZipFile(BytesIO(finished(name))) as archive:
        package = ET.fromstring(archive.read("EPUB/content.opf"))
        opf = "{http://www.idpf.org/2007/opf}"
        names = {item.get("id", ""): item.get("href", "") for item in package.iter(f"{opf}item")}
        spine = [names[item.get("idref", "")] for item in package.iter(f"{opf}itemref")]
        return {name: ET.fromstring(archive.read(f"EPUB/{name}")) for name in spine}


# PDF.


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one marked-content sequence: part of one line.

    `page` counts from 0; `x`, `end`, `y` (of the baseline) and `size` are in points, from the lower left of the page.
    `tags` are those of the elements around it, from the outermost below Document; `block` numbers the innermost that
    begins a line; `link` is the destination, or the address, of the link that it is in; `language` is the one that it
    is said to be in; `note` counts the notes, from 1, or is 0 outside them; `actual` is what it stands for, where that
    is said to be other than it looks. Page furniture has the one tag Artifact.
    """

    page: int
    text: str
    x: float
    end: float
    y: float
    size: float
    face: str
    tags: tuple[str, ...] = ()
    block: int = 0
    link: str = ""
    language: str = ""
    note: int = 0
    actual: str = ""


class Face(NamedTuple):
    """A font of a PDF: glyph → characters, and glyph → width in thousandths of the size."""

    name: str
    unicode: Mapping[int, str]
    widths: Mapping[int, float]
    font: DictionaryObject


class PrintedNote(NamedTuple):
    """A note at the foot of a page (counted from 0), with its number (0 where none is printed) and its words."""

    page: int
    number: int
    runs: tuple[Run, ...]


class Heading(NamedTuple):
    """A heading, or an entry of the outline: its level from 1, its words, its page from 0."""

    level: int
    text: str
    page: int


class Tagged(NamedTuple):
    """An element of the structure tree and what it says of itself."""

    tag: str
    parent: str
    id: str
    scope: str
    expansion: str


Matrix = tuple[float, float, float, float, float, float]


class Pdf:
    """A PDF, parsed."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.reader = PdfReader(BytesIO(data))
        self.root = self.reader.root_object
        self.pages = [dictionary(page) for page in self.reader.pages]
        self.labels = self.reader.page_labels
        self.faces = dict[str, Face]()
        self.glyphs = dict[str, set[int]]()
        marked, loose = dict[tuple[int, int], Run](), list[Run]()
        for number, page in enumerate(self.pages):
            for mark, run in _Painter(self, number, page).runs():
                if mark is None:
                    loose.append(run)
                else:
                    marked[number, mark] = run
        tree = _Tree(self, marked)
        self.runs = tuple(tree.runs())
        """All tagged text in reading order."""
        self.furniture = (*marked.values(), *loose)
        """Text outside the tree: running heads and folios."""
        self.untagged_links = tree.annotations()

    @cached_property
    def places(self) -> dict[str, int]:
        """Named destination → page from 0."""
        found = dict[str, int]()
        for name, place in self.reader.named_destinations.items():
            number = self.reader.get_destination_page_number(place)
            assert number is not None, f"the destination {name} is on no page"
            found[name] = number
        return found

    @property
    def folios(self) -> dict[str, str]:
        """Named destination → label of its page."""
        return {name: self.labels[page] for name, page in self.places.items()}

    @cached_property
    def flow(self) -> tuple[Run, ...]:
        """The text without the notes and the numbers of lists."""
        return tuple(run for run in self.runs if not run.note and "Lbl" not in run.tags)

    @cached_property
    def notes(self) -> tuple[PrintedNote, ...]:
        """The notes at the feet of pages, in the order of their calls; one that runs over is one note."""
        found = list[PrintedNote]()
        for _, group in groupby((run for run in self.runs if run.note), lambda run: run.note):
            runs = tuple(group)
            match = _MARKER.fullmatch(runs[0].text)
            found.append(PrintedNote(runs[0].page, int(match[1]) if match else 0, runs))
        return tuple(found)

    @cached_property
    def calls(self) -> tuple[Run, ...]:
        """The numbers in the text that call notes: references to the note that stands right behind."""
        following = zip(self.runs, self.runs[1:], strict=False)
        return tuple(run for run, after in following if after.note and not run.note and "Reference" in run.tags)

    @cached_property
    def read(self) -> str:
        """The text as one reads it who knows the structure tree alone: notes in their places, no line or page ends."""
        text, block = list[str](), 0
        for run in self.runs:
            if "Lbl" in run.tags and not run.note:
                continue
            text += [" "] if run.block != block else []
            text.append(run.actual or run.text)
            block = run.block
        return _SPACES.sub(" ", "".join(text)).replace("\u00ad", "").strip(" ")

    @cached_property
    def elements(self) -> tuple[Tagged, ...]:
        """The elements of the structure tree, in reading order."""
        tree = dictionary(self.root["/StructTreeRoot"])
        return tuple(_tagged(dictionary(array(tree["/K"])[0]), ""))

    @cached_property
    def ids(self) -> frozenset[str]:
        """The names in the IDTree (ISO 32000-1, 14.7.2)."""
        tree = dictionary(dictionary(self.root["/StructTreeRoot"]).get("/IDTree", DictionaryObject()))
        kids = [dictionary(each) for each in array(tree.get("/Kids", ArrayObject()))]
        return frozenset(str(name) for kid in kids for name in array(kid["/Names"])[::2])

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """The headings of the structure tree, in reading order."""
        found = dict[int, list[Run]]()
        for run in self.flow:
            if any(re.fullmatch(r"H\d", tag) for tag in run.tags):
                found.setdefault(run.block, []).append(run)
        return tuple(
            Heading(next(int(tag[1]) for tag in runs[0].tags if re.fullmatch(r"H\d", tag)), printed(runs), runs[0].page)
            for runs in found.values()
        )

    @cached_property
    def outline(self) -> tuple[Heading, ...]:
        """The entries of the outline, in order."""

        def entries(items: Sequence[object], level: int) -> Iterator[Heading]:
            for item in items:
                if isinstance(item, list):
                    yield from entries(item, level + 1)
                else:
                    assert isinstance(item, Destination)
                    page = self.reader.get_destination_page_number(item)
                    yield Heading(level, str(item.title), -1 if page is None else page)

        return tuple(entries(self.reader.outline, 1))

    @cached_property
    def annotations(self) -> tuple[DictionaryObject, ...]:
        """The annotations of all pages."""
        return tuple(dictionary(each) for page in self.pages for each in array(page.get("/Annots", ArrayObject())))

    def face(self, page: DictionaryObject, name: str) -> Face:
        """The font that a page calls `name`."""
        font = dictionary(dictionary(dictionary(page["/Resources"])["/Font"])[name])
        key = str(font["/BaseFont"])
        if key not in self.faces:
            self.faces[key] = Face(key, _unicode(font), _widths(font), font)
        return self.faces[key]


def dictionary(value: object) -> DictionaryObject:
    """A dictionary of a PDF, whether it stands here or is only named."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    assert isinstance(found, DictionaryObject)
    return found


def array(value: object) -> ArrayObject:
    """An array of a PDF, whether it stands here or is only named."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    assert isinstance(found, ArrayObject)
    return found


def stream(value: object) -> bytes:
    """The decoded bytes of a stream."""
    found = value.get_object() if isinstance(value, IndirectObject) else value
    assert isinstance(found, StreamObject)
    return found.get_data()


def program(font: DictionaryObject) -> DictionaryObject:
    """The descriptor of the font that is within a composite font, where its program is embedded."""
    return dictionary(dictionary(array(font["/DescendantFonts"])[0])["/FontDescriptor"])


def _unicode(font: DictionaryObject) -> Mapping[int, str]:
    """ISO 32000-1, 9.10.3: which characters a glyph stands for."""
    return {
        int(glyph, 16): bytes.fromhex(text.decode()).decode("utf-16-be")
        for part in re.findall(rb"beginbfchar(.*?)endbfchar", stream(font["/ToUnicode"]), re.DOTALL)
        for glyph, text in _MAPPED.findall(part)
    }


def _widths(font: DictionaryObject) -> Mapping[int, float]:
    """ISO 32000-1, 9.7.4.3: the array W, in its first form (first glyph, widths)."""
    inner = dictionary(array(font["/DescendantFonts"])[0])
    widths, items = dict[int, float](), list(array(inner["/W"]))
    for first, each in zip(items[::2], items[1::2], strict=True):
        for offset, width in enumerate(array(each)):
            widths[int(str(first)) + offset] = float(str(width))
    return widths


@dataclass
class _Painter:
    """Goes through the content of a page (ISO 32000-1, 8.4 and 9.4) and tells which text stands where."""

    pdf: Pdf
    number: int
    page: DictionaryObject
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    line: Matrix = (1, 0, 0, 1, 0, 0)
    saved: list[Matrix] = field(default_factory=list)
    marks: list[int | str] = field(default_factory=list)
    font: Face | None = None
    size: float = 0

    def runs(self) -> Iterator[tuple[int | None, Run]]:
        """Each marked-content sequence with text, by its number; text in none has no number."""
        found = dict[int, Run]()
        for operator, operands in self.operations():
            run = self.paint(operator, operands)
            if run and run.text:
                mark = next((mark for mark in reversed(self.marks) if isinstance(mark, int)), None)
                if mark is None:
                    yield None, replace(run, tags=("Artifact",)) if "/Artifact" in self.marks else run
                else:
                    before = found.get(mark)
                    end = run.end if run.text.strip() or not before else before.end
                    found[mark] = replace(before, text=before.text + run.text, end=end) if before else run
        yield from found.items()

    def operations(self) -> Iterator[tuple[bytes, list[bytes]]]:
        """Operators with the operands before them."""
        operands = list[bytes]()
        for token in _TOKEN.findall(stream(self.page["/Contents"])):
            if token[:1].isalpha() or token in (b"'", b'"'):
                yield token, operands
                operands = []
            else:
                operands.append(token)

    def paint(self, operator: bytes, operands: list[bytes]) -> Run | None:
        """Follow one operator; text that it shows is returned."""
        assert operator not in (b"Td", b"TD", b"T*", b"'", b'"', b"Do"), f"{operator!r}: more than this reader reads"
        if operator == b"q":
            self.saved.append(self.matrix)
        elif operator == b"Q":
            self.matrix = self.saved.pop()
        elif operator == b"cm":
            self.matrix = _times(_numbers(operands), self.matrix)
        elif operator == b"BT":
            self.line = (1, 0, 0, 1, 0, 0)
        elif operator == b"Tm":
            self.line = _numbers(operands)
        elif operator == b"Tf":
            self.font, self.size = self.pdf.face(self.page, operands[0].decode()), float(operands[1])
        elif operator in (b"BDC", b"BMC"):
            has_number = b"/MCID" in operands
            self.marks.append(int(operands[operands.index(b"/MCID") + 1]) if has_number else operands[0].decode())
        elif operator == b"EMC":
            self.marks.pop()
        elif operator in (b"TJ", b"Tj"):
            return self.show(operands)
        return None

    def show(self, operands: list[bytes]) -> Run:
        """The text of a TJ and the room it takes."""
        assert self.font
        text, advance, inked = "", 0.0, 0.0  # a space at the end of a line has no ink
        used = self.pdf.glyphs.setdefault(self.font.name, set())
        for token in operands:
            if token.startswith(b"<"):
                codes = token[1:-1].replace(b"\n", b"")
                for index in range(0, len(codes), 4):
                    glyph = int(codes[index : index + 4], 16)
                    used.add(glyph)
                    text += self.font.unicode.get(glyph, "\ufffd")
                    advance += self.font.widths.get(glyph, 1000)
                    inked = advance if text[-1:].strip() else inked
            elif token not in (b"[", b"]"):
                advance -= float(token)
                inked = advance if text[-1:].strip() else inked
        width = advance / 1000 * self.size
        start = _times(self.line, self.matrix)
        end = _times(_times((1, 0, 0, 1, inked / 1000 * self.size, 0), self.line), self.matrix)
        self.line = _times((1, 0, 0, 1, width, 0), self.line)
        face = self.font.name.partition("+")[2]
        return Run(self.number, text, start[4], end[4], start[5], self.size * abs(self.matrix[3]), face)


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


class _Around(NamedTuple):
    """What a run is within: fields of `Run`."""

    tags: tuple[str, ...] = ()
    block: int = 0
    link: str = ""
    language: str = ""
    note: int = 0
    actual: str = ""


class _Tree:
    """Goes through the structure tree (ISO 32000-1, 14.7) and puts marked text in its order.

    What is in the tree is taken out of `marked`.
    """

    def __init__(self, pdf: Pdf, marked: dict[tuple[int, int], Run]) -> None:
        self.marked = marked
        self.root = dictionary(array(dictionary(pdf.root["/StructTreeRoot"])["/K"])[0])
        self.numbers = {
            page.indirect_reference.idnum: number
            for number, page in enumerate(pdf.reader.pages)
            if page.indirect_reference
        }
        self.pdf = pdf
        self.blocks = self.notes = 0
        self.linked = set[int]()

    def runs(self) -> Iterator[Run]:
        """The text of the whole tree."""
        return self.within(self.root, _Around(language=str(self.pdf.root.get("/Lang", ""))))

    def page(self, element: DictionaryObject) -> int:
        """The page that an element or a content says it is on; -1 where it says none."""
        page = element.raw_get("/Pg") if "/Pg" in element else None
        return self.numbers[page.idnum] if isinstance(page, IndirectObject) else -1

    def within(self, element: DictionaryObject, around: _Around, numbered: bool = False) -> Iterator[Run]:  # noqa: FBT001, FBT002
        """The text of an element within others; `numbered` tells whether the list around it has numbers of its own."""
        around = around._replace(
            language=str(element.get("/Lang", around.language)), actual=str(element.get("/ActualText", around.actual))
        )
        here = around
        for kid in array(element.get("/K", ArrayObject())):
            child = kid.get_object() if isinstance(kid, IndirectObject) else kid
            if isinstance(child, int) or dictionary(child).get("/Type") == "/MCR":
                mark = (
                    (self.page(element), int(child)) if isinstance(child, int) else _elsewhere(self, dictionary(child))
                )
                if run := self.marked.pop(mark, None):
                    yield replace(run, **here._asdict())
                # What comes behind an element that begins a line, in the same one around both, begins another.
                continue
            child = dictionary(child)
            if child.get("/Type") == "/OBJR":
                annotation = child.raw_get("/Obj")
                assert isinstance(annotation, IndirectObject)
                if around.tags[-1] == "Link":
                    self.linked.add(annotation.idnum)
                here = here._replace(link=_target(dictionary(annotation)))
                continue
            tag = str(child["/S"]).removeprefix("/")
            if tag == "Lbl" and around.tags[-1] == "LI" and not numbered:
                tag = "Term"
            if tag == "Note":
                self.notes += 1
            begins = tag in BLOCKS
            self.blocks += begins
            block, note = self.blocks if begins else here.block, self.notes if tag == "Note" else here.note
            inner = here._replace(tags=(*around.tags, tag), block=block, note=note)
            has_numbers = tag == "L" and _numbering(child) != "/None"
            yield from self.within(child, inner, has_numbers or (numbered and tag == "LI"))
            if tag == "Note":
                self.blocks += 1
                here = here._replace(block=self.blocks)

    def annotations(self) -> int:
        """How many links of the pages have no Link element of their own (ISO 14289-1, 7.18.5)."""
        return sum(
            1
            for page in self.pdf.pages
            for each in array(page.get("/Annots", ArrayObject()))
            if isinstance(each, IndirectObject) and each.idnum not in self.linked
        )


def _tagged(element: DictionaryObject, parent: str) -> Iterator[Tagged]:
    """An element and those in it."""
    tag, said = str(element["/S"])[1:], dictionary(element.get("/A", DictionaryObject()))
    yield Tagged(tag, parent, str(element.get("/ID", "")), str(said.get("/Scope", "")), str(element.get("/E", "")))
    for kid in array(element.get("/K", ArrayObject())):
        if not isinstance(kid, int) and "/S" in (child := dictionary(kid)):
            yield from _tagged(child, tag)


def _elsewhere(tree: _Tree, content: DictionaryObject) -> tuple[int, int]:
    """The page and the number of a marked content that is on another page than its element."""
    return tree.page(content), int(str(content["/MCID"]))


def _numbering(element: DictionaryObject) -> str:
    """ISO 32000-1, table 347: what numbers a list has."""
    return str(dictionary(element.get("/A", DictionaryObject())).get("/ListNumbering", "/None"))


def _target(annotation: DictionaryObject) -> str:
    """Where a link leads: a named destination, or an address."""
    if "/Dest" in annotation:
        return str(annotation["/Dest"])
    return str(dictionary(annotation["/A"])["/URI"])


# Words.


class Words:
    """The words of a composed document as they must stand on its pages: white space folded, notes apart.

    `anchors` tells at which character of `flow` each anchor of the flow begins; `notes` has anchor, number and words;
    `whole` is the text with the notes in their places, as it is read aloud.
    """

    def __init__(self, html: str) -> None:
        body = ET.fromstring(html).find("body")
        assert body is not None
        for item in body.iter("li"):
            # Of the days of an event, one in each language, only the first is printed: see timeline.css.
            for day in [child for child in item if has_class(child, "date")][1:]:
                day.text = ""
        self.anchors = dict[str, int]()
        self.notes = list[tuple[str, int, str]]()
        self._pieces, self._length = list[str](), 0
        self._whole = list[str]()
        self._read(body)
        self.whole = folded("".join(self._whole))
        self.flow = "".join(self._pieces).rstrip(" ")

    def _read(self, element: ET.Element) -> None:
        apart = " " if element.tag in HTML_BLOCKS else ""
        self._add(apart)
        if has_class(element, "note"):
            number, text = element.get("data-number", ""), folded(words_of(element))
            self.notes.append((element.get("id", ""), int(number), text))
            self._add(number)
            self._whole.append(f" {number} {text} ")
            return
        if anchor := element.get("id"):
            self.anchors[anchor] = self._length
        self._add(element.text or "")
        for child in element:
            self._read(child)
            self._add(child.tail or "")
        self._add(apart)

    def _add(self, text: str) -> None:
        self._whole.append(text)
        text = _SPACES.sub(" ", text)
        if not self._pieces or self._pieces[-1].endswith(" "):
            text = text.lstrip(" ")
        if text:
            self._pieces.append(text)
            self._length += len(text)


def printed(runs: Sequence[Run]) -> str:
    r"""The text of runs as it is set: "\n" at the end of a line, "\f" at that of a page.

    As in any reader's software, a gap between two runs of one line is a space.
    """
    return "".join(char for char, _ in _printed(runs)).replace(GAP, " ")


def _printed(runs: Sequence[Run]) -> list[tuple[str, int]]:
    """Each character of the text as it is set, with its page."""
    chars = list[tuple[str, int]]()
    for before, run in pairwise([None, *runs]):
        assert run
        for char in _between(before, run) + _SPACES.sub(" ", run.text):
            # Of two that meet, an end of a line or a page counts more than a space, and a space more than a gap.
            last = chars[-1][0] if chars else "\n"
            if last in _FOLDED and char in _FOLDED:
                if _FOLDED.index(char) <= _FOLDED.index(last):
                    continue
                chars.pop()
            if chars or char not in _FOLDED:
                chars.append((char, run.page))
    while chars and chars[-1][0] in _FOLDED:
        chars.pop()
    return chars


def _between(before: Run | None, run: Run) -> str:
    """What parts two runs: a page, a line, a gap or nothing."""
    if before is None:
        return ""
    if run.page != before.page:
        return "\f"
    # Marks that meet close up, so that a run may begin before the end of the last.
    if run.x < before.x or abs(run.y - before.y) > 0.8 * max(run.size, before.size):
        return "\n"
    apart = run.x - before.end > 0.15 * max(run.size, before.size) and not before.text.endswith(" ")
    return GAP if apart else ""


def folded(text: str) -> str:
    """White space that HTML folds, and spaces at which no line ends, as one space."""
    return _SPACES.sub(" ", text).strip(" ")


def difference(runs: Sequence[Run] | str, words: str) -> str:
    """Where the text of `runs`, as it is set, first says other than `words`; nothing where it says the same."""
    return _aligned(runs if isinstance(runs, str) else "".join(char for char, _ in _printed(runs)), words)[0]


def pages_of(runs: Sequence[Run], words: str) -> list[int]:
    """The page of each character of `words`, which the runs must say."""
    chars = _printed(runs)
    fault, places = _aligned("".join(char for char, _ in chars), words)
    assert not fault, fault
    return [chars[place][1] for place in places]


def _aligned(set_text: str, words: str) -> tuple[str, list[int]]:
    r"""The first difference, and where in `set_text` each character of `words` stands.

    A line ends at a space, beside a Han character or a mark, or at a hyphen. A hyphen at which a line ends is the
    layout's, and is undone, where the words go on there from letter to letter: elsewhere it must be theirs.
    """
    at, places = 0, list[int]()
    while at < len(set_text):
        to = len(places)
        char, word = set_text[at], words[to : to + 1]
        if word == FOLIO:
            match = _FOLIO.match(set_text, at)
            places.append(at)
            at = match.end() if match else at
        elif char in "\n\f":
            before = words[to - 1 : to]
            if word == " ":
                places.append(at)
            elif all(map(_is_latin, (before, word))) and not _URL.search(words, 0, to):
                return _where("a line ends within a word", set_text, at, words, to), places
            at += 1
        elif char == word or (char == GAP and word == " "):
            places.append(at)
            at += 1
        elif char == GAP:
            at += 1
        elif char == "-" and set_text[at + 1 : at + 2] in ("\n", "\f") and words[to - 1].isalpha() and word.isalpha():
            at += 2
        else:
            return _where("other words", set_text, at, words, to), places
    if words[len(places) :].replace(FOLIO, ""):
        return _where("words are missing at the end", set_text, at, words, len(places)), places
    return "", places


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _where(what: str, set_text: str, at: int, words: str, to: int) -> str:
    return f"{what}: set {set_text[max(0, at - 40) : at + 40]!r}, not {words[max(0, to - 40) : to + 40]!r}"


def words_of(element: ET.Element) -> str:
    """The text of an element of XHTML, with a space wherever a block begins or ends."""
    tag = element.tag.removeprefix(XHTML)
    text = (element.text or "") + "".join(words_of(child) + (child.tail or "") for child in element)
    return f" {text} " if tag in HTML_BLOCKS else text


def has_class(element: ET.Element, name: str) -> bool:
    """Whether an element has this class."""
    return name in element.get("class", "").split()
