"""The structure tree of a PDF, as the elements of HTML imply it (ISO 32000-1, 14.7 and 14.8). Knows no library.

A layout gives the text of an element in pieces: line by line, page by page. Whoever reads it gathers them under one
`Node` for each element of HTML, in the order of the text, so that a paragraph, a table or a link which a page divides
is still one. `shaped` makes of that the elements of PDF/UA-1 (ISO 14289-1), which say what each thing is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

GROUPS = {"section": "Sect", "article": "Art", "nav": "Sect", "main": "Part", "blockquote": "BlockQuote"}
BLOCKS = {
    **{f"h{level}": f"H{level}" for level in range(1, 7)}, "p": "P", "caption": "Caption", "figcaption": "Caption",
    "table": "Table", "thead": "THead", "tbody": "TBody", "tfoot": "TFoot", "tr": "TR", "th": "TH", "td": "TD",
}  # fmt: skip
LISTS = {"ul", "ol", "dl"}
ITEMS = {"li": "LI", "dt": "Lbl", "dd": "LBody"}
FIGURES = {"img", "svg"}

INLINE = {"Span", "Link", "Reference", "Note", "Quote", "Code", "Figure"}
NUMBERING = {"decimal": "Decimal", "disc": "Disc", "circle": "Circle", "square": "Square", "upper-roman": "UpperRoman",
             "lower-roman": "LowerRoman", "upper-alpha": "UpperAlpha", "lower-alpha": "LowerAlpha"}  # fmt: skip
"""List markers of CSS and what ISO 32000-1, table 347, calls them."""


@dataclass(eq=False, slots=True)
class Mark:
    """Text or a picture in the content of a page, by the page's number and its own there.

    `space` says that white space follows it in the text which is not drawn: at the end of a line, for instance.
    """

    page: int
    mcid: int
    space: bool = False


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link's area on a page: its place in the list that the caller keeps."""

    page: int
    index: int


@dataclass(eq=False, slots=True)
class Node:
    """An element of HTML, or one that a style sheet made ("li::marker"), with its pieces in the order of the text.

    `block` tells that it is laid out on lines of its own; `box` is where a picture is, in points from the lower left.
    """

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    block: bool = False
    marker: str = ""
    box: tuple[float, float, float, float] | None = None
    kids: list[Node | Mark | Annotation] = field(default_factory=list)

    @property
    def is_note(self) -> bool:
        """Whether it is a note at the foot of a page."""
        return "note" in self.attributes.get("class", "").split() and "::" not in self.tag


@dataclass(eq=False, slots=True)
class Element:
    """An element of the structure tree. `attributes` are by owner: `{"List": {"ListNumbering": "Decimal"}}`."""

    role: str
    kids: list[Element | Mark | Annotation] = field(default_factory=list)
    language: str = ""
    id: str = ""
    alt: str = ""
    expansion: str = ""
    actual: str = ""
    attributes: dict[str, dict[str, object]] = field(default_factory=dict)

    def marks(self) -> Iterator[Mark]:
        """All text in it."""
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.marks()
            elif isinstance(kid, Mark):
                yield kid

    def elements(self) -> Iterator[Element]:
        """Itself and all elements in it, in order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.elements()


Piece = Element | Mark | Annotation


@dataclass(frozen=True, slots=True)
class _Around:
    """What an element is within: its language, and whether it is in a table of contents or an index."""

    language: str
    contents: bool = False
    index: bool = False


def shaped(root: Node, language: str) -> Element:
    """The Document element of a tree of nodes. `language` is that of the document."""
    part_words(root)
    document = Element("Document", _parted(_kids(root, _Around(language))))
    for number, table in enumerate(each for each in document.elements() if each.role == "Table"):
        _head(table, f"table-{number + 1}")
    return document


def part_words(node: Node) -> None:
    """Mark the white space between pieces on lines of their own: "Treaty" and 條約 in a heading, one below the other.

    A note does not part the words around it.
    """
    running = [kid for kid in node.kids if not (isinstance(kid, Annotation) or (isinstance(kid, Node) and kid.is_note))]
    for one, two in pairwise(running):
        if any(isinstance(kid, Node) and kid.block and kid.tag not in BLOCKS for kid in (one, two)):
            last = _last(one)
            if last:
                last.space = True
    for kid in node.kids:
        if isinstance(kid, Node):
            part_words(kid)


def _last(piece: Node | Mark | Annotation) -> Mark | None:
    """The last text in a piece, outside notes."""
    if isinstance(piece, Mark):
        return piece
    if isinstance(piece, Annotation) or piece.is_note:
        return None
    return next((mark for kid in reversed(piece.kids) if (mark := _last(kid))), None)


def _kids(node: Node, around: _Around) -> list[Piece]:
    pieces = list[Piece]()
    for kid in node.kids:
        pieces += _shaped(kid, around) if isinstance(kid, Node) else [kid]
    return pieces


def _shaped(node: Node, around: _Around) -> list[Piece]:
    """What a node becomes: one element, or its pieces alone where it says nothing."""
    own, role = node.attributes.get("lang", around.language), node.attributes.get("role", "")
    within = _Around(own, around.contents or role == "doc-toc", around.index or role == "doc-index")
    kids = _kids(node, within)
    made = _element(node, kids, within)
    if made is None and own != around.language:
        pieces = _parted(kids) if any(_is_block(kid) for kid in kids) else kids
        made = Element("Div" if pieces and _is_block(pieces[0]) else "Span", pieces)
    if made is None:
        return kids
    if own != around.language:
        made.language = own
    # What was not printed leaves no trace, but cells of a table, which keep others in their columns.
    return [made] if made.role in ("TD", "TH", "TR") or any(True for _ in made.marks()) else []


def _element(node: Node, kids: list[Piece], around: _Around) -> Element | None:  # noqa: PLR0911 - one for each kind
    """The element that stands for a node, if one does."""
    name, _, pseudo = node.tag.partition("::")
    if pseudo:
        return _generated(pseudo, kids)
    if node.is_note:
        return Element("Note", kids, id=node.attributes.get("id", ""))
    if name == "a":
        link = Element("Link", kids)
        return Element("Reference", [link]) if around.index and not around.contents else link
    if name == "abbr" and node.attributes.get("title"):
        return Element("Span", kids, expansion=node.attributes["title"])
    if name in FIGURES or node.attributes.get("role") == "img":
        layout: dict[str, object] = {"Placement": "Block", "BBox": node.box} if node.box else {}
        alt = node.attributes.get("alt") or node.attributes.get("aria-label") or ""
        return Element("Figure", kids, alt=alt, attributes={"Layout": layout} if layout else {})
    if name in LISTS:
        return _list(node, kids, around)
    if name in ITEMS:
        return _item(ITEMS[name], kids, around)
    if name in GROUPS:
        is_index = node.attributes.get("role") == "doc-index"
        return Element("Index" if is_index else GROUPS[name], _parted(kids))
    if name in BLOCKS:
        return Element(BLOCKS[name], kids, attributes=_cell(node))
    return None


def _generated(pseudo: str, kids: list[Piece]) -> Element | None:
    """What a style sheet put in: the call of a note is a reference to it, its number there and a list's are labels."""
    if pseudo in ("footnote-call", "note-call"):
        return Element("Reference", [_linked(kids)])
    if pseudo in ("footnote-marker", "note-marker"):
        return Element("Lbl", [_linked(kids)])
    return Element("Lbl", kids) if pseudo == "marker" else None


def _linked(kids: list[Piece]) -> Element:
    return Element("Link" if any(isinstance(kid, Annotation) for kid in kids) else "Span", kids)


def _list(node: Node, kids: list[Piece], around: _Around) -> Element:
    if around.contents:
        return Element("TOC", kids)
    items = list[Element]()
    for kid in kids:
        role = kid.role if isinstance(kid, Element) else ""
        if role == "LI" and isinstance(kid, Element):
            items.append(kid)
        elif role in ("Lbl", "LBody"):  # a term begins an item, unless another term of the same item stands before it
            if not items or (
                role == "Lbl" and any(isinstance(k, Element) and k.role == "LBody" for k in items[-1].kids)
            ):
                items.append(Element("LI"))
            items[-1].kids.append(kid)
        else:
            items.append(Element("LI", [Element("LBody", [kid])]))
    # A term is what its item is about, and no number.
    numbering = "None" if node.tag == "dl" else NUMBERING.get(node.marker, "None")
    return Element("L", [*items], attributes={"List": {"ListNumbering": numbering}})


def _item(role: str, kids: list[Piece], around: _Around) -> Element:
    if role != "LI":
        return Element(role, kids)
    if around.contents:
        # ISO 32000-1, table 333: an entry refers to its place; what is below it stands in a table of its own.
        below = [kid for kid in kids if isinstance(kid, Element) and kid.role == "TOC"]
        return Element("TOCI", [Element("Reference", [kid for kid in kids if kid not in below]), *below])
    labels = [kid for kid in kids if isinstance(kid, Element) and kid.role == "Lbl"]
    return Element("LI", [*labels, Element("LBody", [kid for kid in kids if kid not in labels])])


def _is_block(piece: Piece) -> bool:
    return isinstance(piece, Element) and piece.role not in INLINE


def _parted(kids: Iterable[Piece]) -> list[Piece]:
    """The pieces of an element that may not hold text: what is text goes into paragraphs."""
    parted = list[Piece]()
    loose = False
    for kid in kids:
        if _is_block(kid):
            parted.append(kid)
            loose = False
        elif loose and isinstance(parted[-1], Element):
            parted[-1].kids.append(kid)
        else:
            parted.append(Element("P", [kid]))
            loose = True
    return parted


def _cell(node: Node) -> dict[str, dict[str, object]]:
    """The attributes of a cell of a table (ISO 32000-1, table 349): what a header heads, and what a wide cell spans."""
    said: dict[str, object] = {}
    if node.tag == "th":
        said["Scope"] = "Row" if node.attributes.get("scope") == "row" else "Column"
    for name, key in (("colspan", "ColSpan"), ("rowspan", "RowSpan")):
        if (many := node.attributes.get(name, "1")) != "1":
            said[key] = int(many)
    return {"Table": said} if said else {}


def _head(table: Element, name: str) -> None:
    """Give header cells names, and cells the names of their headers (ISO 14289-1, 7.5)."""
    columns: dict[int, list[str]] = {}
    taken = set[tuple[int, int]]()
    for number, row in enumerate(each for each in table.elements() if each.role == "TR"):
        cells = [cell for cell in row.kids if isinstance(cell, Element)]
        headers, column = list[str](), 0
        for cell in cells:
            while (number, column) in taken:
                column += 1
            said = cell.attributes.setdefault("Table", {})
            wide, high = int(str(said.get("ColSpan", 1))), int(str(said.get("RowSpan", 1)))
            place = range(column, column + wide)
            taken |= {(number + down, across) for down in range(high) for across in place}
            if cell.role == "TH":
                cell.id = f"{name}-{number + 1}-{column + 1}"
                if said.get("Scope") == "Row":
                    headers.append(cell.id)
                else:
                    for across in place:
                        columns.setdefault(across, []).append(cell.id)
            else:
                known = [*headers, *(each for across in place for each in columns.get(across, []))]
                said |= {"Headers": tuple(dict.fromkeys(known))} if known else {}
            column += wide


def headings(document: Element) -> Sequence[int]:
    """The levels of the headings, in order."""
    return [int(each.role[1]) for each in document.elements() if each.role[0] == "H" and each.role[1:].isdecimal()]
