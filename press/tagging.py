"""The structure tree of `structure.py`, from the boxes of WeasyPrint and into the PDF.

WeasyPrint's own tree has an element for each box on each page: what a page divides is two, text has no language,
notes are no notes. It is exchanged for ours as a whole (see `patches.py`), which also mends what is drawn:

- What repeats or adorns is an artifact (ISO 14289-1, 7.1): running heads, folios, leaders, the heads of a table again.
- Spaces that a layout swallows, at the ends of lines for instance, are drawn: a word ends where there is a space and
  nowhere else (ISO 32000-1, 14.8.2.5), so that without them two words in a row are one to whoever goes by the tags.
- A hyphen that divides a word at the end of a line stands for U+00AD, the soft one (14.8.2.2.3): it is an element of
  its own, with that as its ActualText. The glyph is copied as the hyphen that is typed: at that one alone Poppler
  joins a word (tried with 22.12), and PDF.js leaves out U+00AD and makes it two; to PDFium both are alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pydyf
from weasyprint.document import Document as Layout
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.logger import LOGGER
from weasyprint.pdf.stream import Stream

from press.structure import Annotation, Element, Mark, Node, shaped

SOFT_HYPHEN = "\u00ad"
PIXEL = 0.75
"""Points in a pixel of CSS."""
SVG = "{http://www.w3.org/2000/svg}"

_FONT = re.compile(rb"/(\w+) ([\d.]+) Tf$")
_LAST_GLYPH = re.compile(rb"([0-9a-f]{4}>)(-?\d+)?\] TJ$")

Box = Any
"""A box of WeasyPrint, which has no types."""


class Place(NamedTuple):
    """A marked-content sequence: its stream, and where in it the sequence begins and ends."""

    stream: Stream
    begin: int
    end: int


@dataclass
class _Reader:
    """Goes through the boxes of all pages and gathers what belongs to each element."""

    nodes: dict[tuple[int, str], Node] = field(default_factory=dict)
    heads: dict[tuple[int, str], int] = field(default_factory=dict)
    """The head of each table, and the page that it first stood on."""
    places: dict[tuple[int, int], Place] = field(default_factory=dict)
    boxes: dict[tuple[int, int], Box] = field(default_factory=dict)
    annotations: list[pydyf.Dictionary] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    """How many marked contents each page has."""
    last: Mark | None = None
    """The text before, in the order of the boxes, notes apart."""

    def read(self, layout: Layout, streams: Sequence[Stream]) -> Node:
        """The tree of nodes; what is in no place of it is made an artifact."""
        root = Node("html")
        for number, (page, stream) in enumerate(zip(layout.pages, streams, strict=True)):
            self.counts.append(len(stream._tags))  # noqa: SLF001 - where WeasyPrint keeps them
            self.walk(page._page_box, root, number, stream, page.height)  # noqa: SLF001 - it has the boxes
            if stream._tags:  # noqa: SLF001
                raise RuntimeError(f"text of page {number + 1} is painted in no box of it")
        return root

    def walk(self, box: Box, node: Node, page: int, stream: Stream, height: float) -> None:
        """Add a box of a page, and all that is in it, to the node that it is in."""
        if isinstance(box, AbsolutePlaceholder):
            box = box._box  # noqa: SLF001 - what it holds the place for
        if isinstance(box, boxes.MarginBox):
            set_apart(box, stream, "Header" if box.at_keyword.startswith("@top") else "Footer")
            return
        if box.is_leader or self.is_again(box, page):
            set_apart(box, stream)
            return
        if isinstance(box, boxes.TextBox):
            self.mark(box, node, page, stream)
            return
        node = self.node(box, node)
        if node.attributes.get("role") == "img" and node.box is None:
            left, top = box.border_box_x(), box.border_box_y()
            node.box = in_points(left, top, box.border_width(), box.border_height(), height)
        if box.link_annotation:
            node.kids.append(Annotation(page, len(self.annotations)))
            self.annotations.append(box.link_annotation)
        if isinstance(box, boxes.ReplacedBox):
            node.box = in_points(box.content_box_x(), box.content_box_y(), box.width, box.height, height)
            self.mark(box, node, page, stream)
            return
        before = self.last
        for child in box.children:
            self.walk(child, node, page, stream, height)
        if isinstance(box, boxes.FootnoteAreaBox):
            self.last = before

    def node(self, box: Box, around: Node) -> Node:
        """The node of a box: a new one, unless it is a further piece of an element."""
        if box.element is None or isinstance(box, boxes.PageBox) or box.element_tag in ("html", "body"):
            return around
        key = id(box.element), box.element_tag
        if key not in self.nodes:
            made = Node(
                box.element_tag.removeprefix(SVG), described(box.element), block=isinstance(box, boxes.BlockLevelBox),
                marker=box.style["list_style_type"] if isinstance(box.style["list_style_type"], str) else "",
            )  # fmt: skip
            self.nodes[key] = made
            around.kids.append(made)
            if box.footnote is not None:  # a note is read where it is called
                note = self.nodes[id(box.element), box.element.tag] = Node(box.element.tag, described(box.element))
                around.kids.append(note)
        return self.nodes[key]

    def is_again(self, box: Box, page: int) -> bool:
        """Whether this is the head or foot of a table on a page to which the table runs over."""
        if not isinstance(box, boxes.TableRowGroupBox) or not (box.is_header or box.is_footer):
            return False
        return self.heads.setdefault((id(box.element), box.element_tag), page) != page

    def mark(self, box: Box, node: Node, page: int, stream: Stream) -> None:
        """Add the text or the picture of a box."""
        content = stream._tags.pop(box)  # noqa: SLF001 - where WeasyPrint keeps it
        at = page, content["mcid"]
        self.places[at], self.boxes[at] = Place(stream, content["begin"], content["end"]), box
        if self.last and getattr(box, "space_before", False):
            self.last.space = True
        self.last = Mark(*at, space=getattr(box, "space_lost", False))
        node.kids.append(self.last)


def in_points(left: float, top: float, width: float, height: float, page: float) -> tuple[float, float, float, float]:
    """The corners of a box in points from the lower left of a page, given in pixels from the upper left."""
    lower = page - top - height
    return left * PIXEL, lower * PIXEL, (left + width) * PIXEL, (lower + height) * PIXEL


def described(html: Any) -> Mapping[str, str]:  # noqa: ANN401 - an element of any parser
    """The attributes of an element, with the words that stand for a picture."""
    said = {name: str(value) for name, value in html.items()}
    if html.tag == f"{SVG}svg" and (title := html.find(f"{SVG}title")) is not None:
        about = html.find(f"{SVG}desc")
        said["alt"] = " ".join(" ".join(each.itertext()) for each in (title, about) if each is not None)
    return said


def set_apart(box: Box, stream: Stream, subtype: str = "") -> None:
    """Make all that is painted of a box an artifact of pagination (ISO 32000-1, 14.8.2.2)."""
    said = pydyf.Dictionary({"Type": "/Pagination"} | ({"Subtype": f"/{subtype}"} if subtype else {}))
    for each in (box, *box.descendants(placeholders=True)) if hasattr(box, "descendants") else (box,):
        inner = each._box if isinstance(each, AbsolutePlaceholder) else each  # noqa: SLF001 - what it holds the place for
        if content := stream._tags.pop(inner, None):  # noqa: SLF001 - where WeasyPrint keeps it
            stream.stream[content["begin"] : content["begin"] + 2] = ["/Artifact", said]


def add_tags(pdf: pydyf.PDF, layout: Layout, _version: object, streams: Sequence[Stream]) -> None:
    """What WeasyPrint's function of this name is exchanged for: make the structure tree, and mend what is drawn."""
    reader = _Reader()
    language = layout.metadata.lang or ""
    document = shaped(reader.read(layout, streams), language)
    _mend_text(layout, document, reader)
    _Writer(pdf, reader.annotations, pdf.page_references).write(document)
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    if not language:
        LOGGER.error('Missing required "lang" attribute at the root of the document')


# What is drawn.


def _mend_text(layout: Layout, document: Element, reader: _Reader) -> None:
    """Draw the spaces that were lost, and set apart the hyphens that divide words."""
    fonts = layout.fonts.values()
    blanks = {font.hash: glyph for font in fonts for glyph, text in font.to_unicode.items() if text == " "}
    for element in tuple(document.elements()):
        kids = list[Element | Mark | Annotation]()
        for kid in element.kids:
            kids.append(kid)
            if not isinstance(kid, Mark):
                continue
            place, box = reader.places[kid.page, kid.mcid], reader.boxes[kid.page, kid.mcid]
            blank = isinstance(box, boxes.TextBox) and bool(box.text) and not box.text.strip(" ")
            if getattr(box, "hyphenated", False):
                hyphen = Mark(kid.page, reader.counts[kid.page])
                reader.counts[kid.page] += 1
                _set_hyphen_apart(place, hyphen.mcid)
                kids.append(Element("Span", [hyphen], actual=SOFT_HYPHEN))
            elif kid.space or blank:
                _draw_space(place, box, blanks)
        element.kids = kids


def _set_hyphen_apart(place: Place, mcid: int) -> None:
    """Divide a text before its last glyph into two marked contents, both within one text object."""
    content = place.stream.stream
    begin, end = (
        next(n for n in range(place.begin, place.end) if _data(place, n) == operator) for operator in (b"BT", b"ET")
    )
    at = next(n for n in range(end, begin, -1) if _data(place, n).endswith(b" TJ"))
    match = _LAST_GLYPH.search(content[at])
    if not match:
        raise RuntimeError(f"no hyphen ends {content[at]!r}")
    tag = _data(place, place.begin), content[place.begin + 1].data
    before = content[at][: match.start()]
    shown = before + b">] TJ\n" if before != b"[<" else b""
    content[at] = shown + b"EMC\n/Span <</MCID %d>> BDC\n[<%s] TJ" % (mcid, match[1])
    content[begin], content[end], content[place.end] = b"BT\n%s %s BDC" % tag, b"EMC\nET", b""
    content[place.begin : place.begin + 3] = [b"", b"", b""]


def _draw_space(place: Place, box: Box, blanks: Mapping[str, int]) -> None:
    """Draw a space behind a text, or where WeasyPrint draws nothing since the text is only a space."""
    if not blanks:
        return
    at = next((n for n in range(place.end, place.begin, -1) if _data(place, n) == b"ET"), None)
    if at is None:  # what is hidden is not drawn
        return
    known = _font(place, at)
    name = known[0].decode() if known and known[0].decode() in blanks else min(blanks)
    size = known[1] if known else f"{box.style['font_size']:.4f}".encode()
    change = b"" if known and known[0] == name.encode() else b"/%s %s Tf\n" % (name.encode(), size)
    if not known:
        left, base = box.position_x, box.position_y + box.baseline
        change = f"1 0 0 -1 {left:.4f} {base:.4f} Tm\n".encode() + change
    place.stream.stream[at] = change + f"[<{blanks[name]:04x}>] TJ\nET".encode()


def _font(place: Place, at: int) -> tuple[bytes, bytes] | None:
    """The font, and its size, that is in force at a place of a text; none before its first glyph."""
    found = (_FONT.search(_data(place, n)) for n in range(at, place.begin, -1))
    match = next((match for match in found if match), None)
    return (match[1], match[2]) if match else None


def _data(place: Place, at: int) -> bytes:
    item = place.stream.stream[at]
    return item if isinstance(item, bytes) else str(item).encode() if isinstance(item, str) else b""


# What is written.


@dataclass
class _Writer:
    """Adds the tree to a PDF: elements, which element each mark and each link is in, and those that have names."""

    pdf: pydyf.PDF
    annotations: Sequence[pydyf.Dictionary]
    pages: Sequence[bytes]
    parents: dict[int, dict[int, bytes]] = field(default_factory=dict)
    links: dict[int, bytes] = field(default_factory=dict)
    names: dict[str, bytes] = field(default_factory=dict)

    def write(self, document: Element) -> None:
        """Add everything."""
        root = self.added({"Type": "/StructTreeRoot"})
        root["K"] = pydyf.Array([self.element(document, root.reference).reference])
        numbers = pydyf.Array()
        for page in range(len(self.pages)):
            marks = self.parents.get(page, {})
            # What became an artifact was a mark before, and leaves a gap.
            known = (marks.get(mcid, b"null") for mcid in range(max(marks, default=-1) + 1))
            numbers.extend((page, pydyf.Array(known)))
        for number, (index, reference) in enumerate(sorted(self.links.items()), start=len(self.pages)):
            numbers.extend((number, reference))
            self.annotations[index]["StructParent"] = number
        root["ParentTree"] = self.added({"Nums": numbers}).reference
        root["ParentTreeNextKey"] = len(self.pages) + len(self.links)
        if self.names:
            ordered = sorted(self.names.items())
            limits = pydyf.Array([pydyf.String(ordered[0][0]), pydyf.String(ordered[-1][0])])
            names = pydyf.Array([item for name, reference in ordered for item in (pydyf.String(name), reference)])
            leaf = self.added({"Limits": limits, "Names": names})
            root["IDTree"] = pydyf.Dictionary({"Kids": pydyf.Array([leaf.reference])})
        self.pdf.catalog["StructTreeRoot"] = root.reference

    def added(self, said: Mapping[str, object]) -> pydyf.Dictionary:
        """A dictionary that is an object of the PDF."""
        made = pydyf.Dictionary(said)
        self.pdf.add_object(made)
        return made

    def element(self, element: Element, parent: bytes) -> pydyf.Dictionary:
        """Add an element and all that is in it."""
        page = next((kid.page for kid in element.kids if isinstance(kid, Mark | Annotation)), None)
        written = self.added({"Type": "/StructElem", "S": f"/{element.role}", "P": parent, **dict(_said(element))})
        if page is not None:
            written["Pg"] = self.pages[page]
        if element.id:
            self.names[element.id] = written.reference
        kids = pydyf.Array()
        for kid in element.kids:
            match kid:
                case Mark():
                    self.parents.setdefault(kid.page, {})[kid.mcid] = written.reference
                    elsewhere = {"Type": "/MCR", "Pg": self.pages[kid.page], "MCID": kid.mcid}
                    kids.append(kid.mcid if kid.page == page else pydyf.Dictionary(elsewhere))
                case Annotation():
                    self.links[kid.index] = written.reference
                    annotation = self.annotations[kid.index].reference
                    kids.append(pydyf.Dictionary({"Type": "/OBJR", "Obj": annotation, "Pg": self.pages[kid.page]}))
                case Element():
                    kids.append(self.element(kid, written.reference).reference)
        written["K"] = kids
        return written


def _said(element: Element) -> Iterator[tuple[str, object]]:
    """What an element says of itself."""
    for key, text in (
        ("ID", element.id), ("Lang", element.language), ("Alt", element.alt), ("E", element.expansion),
        ("ActualText", element.actual),
    ):  # fmt: skip
        if text:
            yield key, pydyf.String(text)
    owners = [
        pydyf.Dictionary({"O": f"/{owner}"} | {key: _value(value) for key, value in said.items()})
        for owner, said in element.attributes.items()
        if said
    ]
    if owners:
        yield "A", owners[0] if len(owners) == 1 else pydyf.Array(owners)


def _value(value: object) -> object:
    match value:
        case str():
            return f"/{value}"
        case tuple():
            return pydyf.Array([pydyf.String(each) if isinstance(each, str) else each for each in value])
        case _:
            return value
