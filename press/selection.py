"""A finished PDF → a PDF of some of its pages: with their tags, headings, links, destinations, labels, no others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

from pypdf import PdfReader
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from press.assembly import Fresh, array_in, dictionary_in, finished, named, pages_of, producer_of
from press.model import Facts

LEFT_OUT = ("/AF", "/OpenAction", "/AcroForm")
"""What the catalog says of the whole: files that say the text again are no alternative to some of its pages."""

Left = Literal["kept", "empty", "gone"]
"""What is left of an element of the structure: some of its content, none because it never had any, or none."""


class UntaggedError(ValueError):
    """The PDF has no structure tree of which some could be kept."""


def selected(data: bytes, pages: Iterable[int], facts: Facts, file: str) -> bytes:
    """Those pages, from 0, of a tagged PDF; `facts` and `file` are the new one's own.

    What leads to other pages leads nowhere any more: such links are words, such headings are not listed. Levels of
    headings are closed up where those above them are gone (ISO 14289-1, 7.4.2). Raises UntaggedError.
    """
    reader = PdfReader(BytesIO(data))
    root = reader.root_object
    if "/StructTreeRoot" not in root:
        raise UntaggedError
    chosen = _Chosen(reader, sorted(set(pages)))
    for name in LEFT_OUT:
        root.pop(NameObject(name), None)
    root[NameObject("/PageLabels")] = chosen.labels()
    tree = dictionary_in(root["/Pages"])
    tree[NameObject("/Kids")] = ArrayObject(chosen.references)
    tree[NameObject("/Count")] = NumberObject(len(chosen.references))
    names = dictionary_in(root["/Names"]) if "/Names" in root else DictionaryObject()
    destinations = _names(dictionary_in(names["/Dests"])) if "/Dests" in names else ()
    inside = [(name, place) for name, place in destinations if chosen.has_place(place)]
    root[NameObject("/Names")] = named({"/Dests": named({"/Names": ArrayObject(_flat(inside))})})
    for page in chosen.dictionaries:
        page[NameObject("/Parent")] = root.raw_get("/Pages")
        chosen.keep_links(page, {str(name) for name, _ in inside})
    if "/Outlines" in root:
        _prune_outline(root, chosen)
    _prune_structure(dictionary_in(root["/StructTreeRoot"]), chosen)
    return finished(root, facts, file, producer_of(reader))


class _Chosen:
    """The pages that stay, and which of their annotations."""

    def __init__(self, reader: PdfReader, pages: list[int]) -> None:
        self.reader, self.pages = reader, pages
        every = pages_of(reader)
        self.dictionaries = [every[page] for page in pages]
        self.references = [reference for page in pages if (reference := reader.pages[page].indirect_reference)]
        self.numbers = {reference.idnum for reference in self.references}
        self.annotations = set[int]()

    def has(self, page: object) -> bool:
        """Whether this page stays, as a PDF names it."""
        return isinstance(page, IndirectObject) and page.idnum in self.numbers

    def has_place(self, place: object) -> bool:
        """Whether a destination (ISO 32000-1, 12.3.2) is on a page that stays."""
        items = array_in(place)
        return bool(items) and self.has(items[0])

    def keep_links(self, page: DictionaryObject, places: set[str]) -> None:
        """Leave a page those of its links that lead somewhere."""
        if "/Annots" not in page:
            return
        kept = ArrayObject()
        for reference in array_in(page["/Annots"]):
            link = dictionary_in(reference)
            target = link.get("/Dest")
            leads = target is None or (str(target) in places if isinstance(target, str) else self.has_place(target))
            if leads and isinstance(reference, IndirectObject):
                kept.append(reference)
                self.annotations.add(reference.idnum)
        if kept:
            page[NameObject("/Annots")] = kept
        else:
            del page["/Annots"]

    def labels(self) -> DictionaryObject:
        """The labels that the pages have had (ISO 32000-1, 12.4.2)."""
        plain = named({"/Nums": ArrayObject([NumberObject(0), named({"/S": NameObject("/D")})])})
        series = list(_pairs(array_in(dictionary_in(self.reader.root_object.get("/PageLabels", plain))["/Nums"])))
        found, before = ArrayObject(), (-1, -1)
        for index, page in enumerate(self.pages):
            first, style = next(
                (int(str(first)), style) for first, style in reversed(series) if int(str(first)) <= page
            )
            number = int(str(dictionary_in(style).get("/St", 1))) + page - first
            if (first, number - 1) != before:
                said = dict(dictionary_in(style)) | {NameObject("/St"): NumberObject(number)}
                found += [NumberObject(index), DictionaryObject(said)]
            before = (first, number)
        return named({"/Nums": found})


def _pairs(items: ArrayObject) -> Iterator[tuple[PdfObject, PdfObject]]:
    """The keys and the values of a tree of names or numbers, which take turns (ISO 32000-1, 7.9.6 and 7.9.7)."""
    return zip(items[::2], items[1::2], strict=True)


def _flat(pairs: Iterable[tuple[PdfObject, PdfObject]]) -> Iterator[PdfObject]:
    for pair in pairs:
        yield from pair


def _names(tree: DictionaryObject) -> Iterator[tuple[PdfObject, PdfObject]]:
    """All names of a tree and what they name, in their order."""
    if "/Names" in tree:
        yield from _pairs(array_in(tree["/Names"]))
    for kid in array_in(tree["/Kids"]) if "/Kids" in tree else ():
        yield from _names(dictionary_in(kid))


# Headings in the outline (ISO 32000-1, 12.3.3).


@dataclass
class _Entry:
    """An entry that stays: as a PDF names it, itself, where it leads, and those below it."""

    reference: PdfObject
    said: DictionaryObject
    place: PdfObject
    below: list[_Entry] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many stand below it, on whatever level."""
        return len(self.below) + sum(entry.count for entry in self.below)


def _prune_outline(root: DictionaryObject, chosen: _Chosen) -> None:
    """Leave the entries of the pages that stay, and those above them, which lead to the first of these."""
    outline = dictionary_in(root["/Outlines"])
    whole = _Entry(root.raw_get("/Outlines"), outline, ArrayObject(), list(_entries(outline, chosen)))
    if whole.below:
        _tie(whole)
    else:
        del root["/Outlines"]


def _entries(above: DictionaryObject, chosen: _Chosen) -> Iterator[_Entry]:
    reference = above.raw_get("/First") if "/First" in above else None
    while reference is not None:
        said = dictionary_in(reference)
        below, place = list(_entries(said, chosen)), said["/Dest"]
        if below and not chosen.has_place(place):
            place = below[0].place
        if chosen.has_place(place):
            yield _Entry(reference, said, place, below)
        reference = said.raw_get("/Next") if "/Next" in said else None


def _tie(above: _Entry) -> None:
    """Let the entries below one name each other anew."""
    for key in ("/First", "/Last", "/Count"):
        above.said.pop(NameObject(key), None)
    if above.below:
        ends = {"/First": above.below[0].reference, "/Last": above.below[-1].reference}
        above.said.update(named({**ends, "/Count": NumberObject(above.count)}))
    for index, entry in enumerate(above.below):
        for key in ("/Prev", "/Next"):
            entry.said.pop(NameObject(key), None)
        entry.said[NameObject("/Dest")] = entry.place
        if index:
            before = above.below[index - 1]
            before.said[NameObject("/Next")] = entry.reference
            entry.said[NameObject("/Prev")] = before.reference
        _tie(entry)


# The structure tree (ISO 32000-1, 14.7).


def _prune_structure(tree: DictionaryObject, chosen: _Chosen) -> None:
    """Leave the elements that have content on the pages that stay."""
    structure, whole = _Structure(chosen), array_in(tree["/K"])[0]
    if structure.prune(tree, None) != "kept":  # blank pages alone: the document is there, and is empty
        dictionary_in(whole)[NameObject("/K")] = ArrayObject()
        tree[NameObject("/K")] = ArrayObject([whole])
    _close_up(structure.headings)
    keys = {int(str(page["/StructParents"])) for page in chosen.dictionaries if "/StructParents" in page}
    for page in chosen.dictionaries:
        for link in array_in(page["/Annots"]) if "/Annots" in page else ():
            keys.add(int(str(dictionary_in(link)["/StructParent"])))
    parents = array_in(dictionary_in(tree["/ParentTree"])["/Nums"])
    kept = [(key, value) for key, value in _pairs(parents) if int(str(key)) in keys]
    tree[NameObject("/ParentTree")] = Fresh(named({"/Nums": ArrayObject(_flat(kept))}))
    if "/IDTree" in tree:
        names = list(_names(dictionary_in(tree["/IDTree"])))
        inside = [(name, element) for name, element in names if structure.has(element)]
        del tree["/IDTree"]
        if inside:
            limits = ArrayObject([inside[0][0], inside[-1][0]])
            kid = Fresh(named({"/Limits": limits, "/Names": ArrayObject(_flat(inside))}))
            tree[NameObject("/IDTree")] = Fresh(named({"/Kids": ArrayObject([kid])}))


class _Structure:
    """Goes through the elements and takes out what is on no page that stays."""

    def __init__(self, chosen: _Chosen) -> None:
        self.chosen = chosen
        self.elements = set[int]()
        self.headings = list[DictionaryObject]()

    def has(self, element: PdfObject) -> bool:
        """Whether an element stays, as a PDF names it."""
        return isinstance(element, IndirectObject) and element.idnum in self.elements

    def prune(self, element: DictionaryObject, around: PdfObject | None) -> Left:
        """Take out of an element what goes, and tell what is left; `around` is the page of what is around it."""
        page = element.raw_get("/Pg") if "/Pg" in element else around
        kind = str(element.get("/S", ""))
        at = len(self.headings)
        if kind[:2] == "/H" and kind[2:].isdecimal():
            self.headings.append(element)
        raw = element["/K"] if "/K" in element else ArrayObject()
        kids = raw if isinstance(raw, ArrayObject) else ArrayObject([element.raw_get("/K")])
        left = [(kid, self.left_of(kid, page)) for kid in kids]
        kept, gone = (any(each == what for _, each in left) for what in ("kept", "gone"))
        if gone and kind == "/Link" and not any(_is_link(kid) for kid, what in left if what == "kept"):
            element[NameObject("/S")] = NameObject("/Span")  # it leads nowhere any more: its words are words
        if "/Pg" in element and not self.chosen.has(element.raw_get("/Pg")):
            del element["/Pg"]
        if kept or gone:
            stays = ArrayObject(
                kid for kid, what in left if what != "gone" or (kept and kind == "/TR" and self.emptied(kid))
            )
            element[NameObject("/K")] = stays
        if not kept:
            del self.headings[at:]
        return "kept" if kept else "gone" if gone else "empty"

    def left_of(self, kid: PdfObject, page: PdfObject | None) -> Left:
        """What is left of what an element holds: marked content, a link, or another element."""
        found = kid.get_object() if isinstance(kid, IndirectObject) else kid
        if not isinstance(found, DictionaryObject):
            return "kept" if self.chosen.has(page) else "gone"
        if str(found.get("/Type")) == "/OBJR":
            link = found.raw_get("/Obj")
            return "kept" if isinstance(link, IndirectObject) and link.idnum in self.chosen.annotations else "gone"
        if str(found.get("/Type")) == "/MCR":
            return "kept" if self.chosen.has(found.raw_get("/Pg") if "/Pg" in found else page) else "gone"
        left = self.prune(found, page)
        if left != "gone" and isinstance(kid, IndirectObject):
            self.elements.add(kid.idnum)
        return left

    def emptied(self, kid: PdfObject) -> bool:
        """Whether this is a cell, which stays empty in its row, so that all rows have as many."""
        cell = dictionary_in(kid)
        if str(cell.get("/S")) not in {"/TD", "/TH"}:
            return False
        cell[NameObject("/K")] = ArrayObject()
        if isinstance(kid, IndirectObject):
            self.elements.add(kid.idnum)
        return True


def _is_link(kid: PdfObject) -> bool:
    found = kid.get_object() if isinstance(kid, IndirectObject) else kid
    return isinstance(found, DictionaryObject) and str(found.get("/Type")) == "/OBJR"


def _close_up(headings: Iterable[DictionaryObject]) -> None:
    """Give headings levels of which none is left out, those of one level below the same heading the same."""
    above = list[int]()
    for heading in headings:
        level = int(str(heading["/S"])[2:])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        heading[NameObject("/S")] = NameObject(f"/H{len(above)}")
