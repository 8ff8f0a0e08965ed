"""Tests assembly.py on real files, as other programs read them: what is made of the pages of a finished PDF."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath
from typing import Literal

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter

from press.assembly import Face, imposed, trimmed
from press.finished import read_ink, read_printed
from press.imposition import Spot, plan
from press.model import Artifact, Document, Imposition
from press.papers import POINT, Size, paper
from press.problems import PublicationError
from press.production import MAKERS, Composer, Order
from press.trimming import Window
from tests.reading import ROOT, Pdf, array, dictionary, finished, product, publication, stream
from tests.reading import Face as Face_
from tests.test_pdf import CHECKS, FACTS, SPECIMEN, specimen, specimen_bytes

NEW = Size(200, 286)
OWN = replace(FACTS, identifier="urn:uuid:00000000-0000-5000-8000-000000000001", siblings=("specimen-a4.pdf",))
PRODUCT = replace(SPECIMEN, name="small", file="small.pdf", format="trim", paper="200 × 286", after=("specimen",))


@cache
def small() -> bytes:
    """The specimen on paper that cuts 5 mm off at the left and 4 mm at the top."""
    return trimmed(specimen_bytes(), Window(NEW, (5, 4)), OWN, "small.pdf")


@cache
def small_pdf() -> tuple[Pdf, Document]:
    pdf = Pdf(small())
    return pdf, replace(specimen(pdf.folios), product=PRODUCT, facts=OWN)


@pytest.mark.parametrize("name", CHECKS)
def test_on_other_paper_everything_is_in_order_that_was_in_order_before(name: str) -> None:
    assert not list(CHECKS[name](*small_pdf()))


def test_other_paper_moves_nothing_but_the_edges() -> None:
    before, after = Pdf(specimen_bytes()), small_pdf()[0]
    assert after.runs == before.runs
    assert after.furniture == before.furniture
    assert after.places == before.places
    assert after.outline == before.outline
    old, new = (read_ink(data) for data in (specimen_bytes(), small()))
    assert [page.label for page in new] == [page.label for page in old]
    moved = (5 / POINT, 4 / POINT) * 2
    for one, two in zip(old, new, strict=True):
        assert (two.width * POINT, two.height * POINT) == pytest.approx(NEW, abs=0.001)
        if one.ink:
            assert two.ink == pytest.approx([side - by for side, by in zip(one.ink, moved, strict=True)], abs=1.1)


def test_other_paper_gives_a_file_of_its_own_name_and_the_same_bytes_every_time() -> None:
    assert trimmed(specimen_bytes(), Window(NEW, (5, 4)), OWN, "small.pdf") == small()
    assert len(small()) < 1.1 * len(specimen_bytes())
    assert read_printed(small()).identifier == OWN.identifier != read_printed(specimen_bytes()).identifier
    one, two = (str(PdfReader(BytesIO(data)).trailer["/ID"]) for data in (small(), specimen_bytes()))
    assert one != two
    packets = [stream(Pdf(data).root["/Metadata"]).decode() for data in (small(), specimen_bytes())]
    instances = [packet.partition("InstanceID>")[2].partition("<")[0] for packet in packets]
    assert instances[0] != instances[1]
    assert b"specimen-a4.pdf" in small(), "the packet is not compressed"
    assert FACTS.identifier.encode() not in small(), "what the old file said of itself is gone"


def test_other_paper_under_paper_that_is_cut_already_is_told_from_its_corner() -> None:
    again = trimmed(small(), Window(Size(190, 270), (2, 3)), OWN, "smaller.pdf")
    box = [float(side) * POINT for side in array(Pdf(again).pages[0]["/MediaBox"])]
    assert box == pytest.approx([7, 297 - 4 - 3 - 270, 197, 297 - 4 - 3], abs=0.001)


def test_pdfium_draws_the_new_pages() -> None:
    with pypdfium2.PdfDocument(small()) as document:
        assert len(document) == len(small_pdf()[0].pages)
        assert "Each paragraph is long enough" in document[4].get_textpage().get_text_range()


@cache
def turned(degrees: int) -> bytes:
    """The pages of `small`, which have their corners elsewhere, turned clockwise."""
    writer = PdfWriter(clone_from=BytesIO(small()))
    for page in writer.pages:
        page.rotate(degrees)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_pages_that_are_turned_to_be_shown_are_cut_and_laid_on_sheets_as_they_are_shown(degrees: int) -> None:
    shown = read_ink(turned(degrees))[2]
    assert shown.ink
    paper = Size(shown.width * POINT - 9, shown.height * POINT - 12)
    cut = read_ink(trimmed(turned(degrees), Window(paper, (5, 4)), OWN, "cut.pdf"))[2]
    moved = (5 / POINT, 4 / POINT) * 2
    assert (cut.width * POINT, cut.height * POINT) == pytest.approx(paper, abs=0.001)
    assert cut.ink == pytest.approx([side - by for side, by in zip(shown.ink, moved, strict=True)], abs=1.6)
    whole = Size(shown.width * POINT, shown.height * POINT)
    (laid,) = read_ink(imposed(turned(degrees), [Face((Spot(2, 0, 0, 1),))], whole, OWN, "laid.pdf"))
    assert laid.ink == pytest.approx(shown.ink, abs=1.6)


# Sheets.


def composer(binding: Literal["left", "right"]) -> Composer:
    """What composes the marks of a booklet after `small`, in signatures of two sheets."""
    booklet = replace(
        PRODUCT, name="booklet", file="booklet.pdf", format="booklet", paper="A3", after=("small",),
        template="sheets/booklet", styles=("base/tokens.css", "sheets/"),
        imposition=Imposition(sheets=2, thickness=1, binding=binding),
    )  # fmt: skip
    ours = replace(publication(), products=(PRODUCT, booklet))
    return Composer(publication=ours, product=booklet, templates=ROOT / "templates")


@cache
def booklet(binding: Literal["left", "right"]) -> bytes:
    compose = composer(binding)
    order = Order(document=compose({}), compose=compose, maker=MAKERS["booklet"])
    source = Artifact(
        file="small.pdf", product="small", kind="pdf", paper="", pages=0, title="", language="en", fingerprint="",
        data=small(),
    )  # fmt: skip
    made = MAKERS["booklet"].make(order, [source], lambda _stage, _page: None)
    assert made.pages == len(PdfReader(BytesIO(made.data)).pages)
    return made.data


def words_in(data: bytes) -> list[tuple[str, str]]:
    """What stands on the left half and on the right half of each page."""
    with pypdfium2.PdfDocument(data) as document:
        found = list[tuple[str, str]]()
        for page in document:
            text, middle = page.get_textpage(), page.get_width() / 2
            halves = text.get_text_bounded(right=middle), text.get_text_bounded(left=middle)
            found.append((" ".join(halves[0].split()), " ".join(halves[1].split())))
        return found


def alike(half: str, page: str) -> bool:
    """Whether a half of a sheet has the words of a page.

    They are told in another order where lines stand upright, on a page that is turned: then the letters are compared.
    """
    one, two = ("".join(text.split()) for text in (half, page))
    strings, wanted = ({text[at : at + 6] for at in range(len(text) - 5)} for text in (one, two))
    same = (Counter(one) & Counter(two)).total()
    return len(strings & wanted) >= 0.8 * len(wanted) or same >= 0.95 * max(len(one), len(two))


def assert_imposed(data: bytes, source: bytes, imposition: Imposition) -> None:
    """Each page stands on the half of a side where a plan has it: plans are tested by folding them."""
    with pypdfium2.PdfDocument(source) as document:
        whole = [page.get_textpage().get_text_range() for page in document]
    sheets, words = plan(len(whole), imposition), publication().words
    if (last := sheets[0].front[imposition.binding == "right"].page) is not None:
        # Beside this page the first sheet says how a booklet is made.
        how = words.signatures if sheets[-1].signature else words.booklet
        whole[last] += "".join(how.values()).format(n=len(sheets), k=sheets[-1].signature + 1)
    sides = [side for sheet in sheets for side in (sheet.front, sheet.back)]
    for side, halves in zip(sides, words_in(data), strict=True):
        for place, half in zip(side, halves, strict=True):
            assert place.page is None or alike(half, whole[place.page]), place


@pytest.mark.parametrize("binding", ["left", "right"])
def test_the_pages_of_a_booklet_stand_where_they_must(binding: Literal["left", "right"]) -> None:
    shape = Imposition(sheets=2, binding=binding)
    assert_imposed(booklet(binding), small(), shape)
    with pytest.raises(AssertionError, match="Place"):
        assert_imposed(booklet(binding), small(), Imposition(binding=binding))
    told = words_in(booklet(binding))[0][binding == "right"]
    assert "in 2 signatures" in told
    assert "分為2帖" in told.replace(" ", "")


BOOKLETS = [each.name for each in publication().products if each.format == "booklet"]


@pytest.mark.parametrize("name", BOOKLETS)
def test_the_finished_booklets_have_the_pages_of_their_books(name: str) -> None:
    made, data = product(name), finished(name)
    source = product(made.after[0])
    assert_imposed(data, finished(source.name), made.imposition)
    first = PdfReader(BytesIO(data)).pages[0].mediabox
    size = paper(made.paper)
    assert (float(first.width) * POINT, float(first.height) * POINT) == pytest.approx(
        (size.height, size.width), abs=0.01
    )
    half, (book, *_) = (size.height / 2, size.width), read_ink(finished(source.name))
    assert book.width * POINT <= half[0] + 0.01, "nothing is made smaller"
    assert book.height * POINT <= half[1] + 0.01
    packet = stream(PdfReader(BytesIO(data)).root_object["/Metadata"]).decode()
    assert source.file in packet.partition("dc:description")[2].partition("/dc:description")[0]
    assert "pdfuaid:part>" not in packet


def test_the_pages_of_a_booklet_are_moved_by_their_creep_whatever_their_own_corner() -> None:
    """The edges of ink on sheets, in mm from the fold, are those of the pages from their inner edges."""
    inks = {page.label: page for page in read_ink(small())}
    pages = list(inks.values())
    alone = imposed(small(), [Face((Spot(2, 100, 50, 0.5),))], Size(297, 210), OWN, "x.pdf")
    (drawn,) = read_ink(alone)
    source = pages[2]
    assert drawn.ink
    assert source.ink
    assert (drawn.width * POINT, drawn.height * POINT) == pytest.approx((297, 210), abs=0.001)
    left, top, right, bottom = source.ink
    above = drawn.height - 50 - source.height / 2
    wanted = [100 + left / 2, above + top / 2, 100 + right / 2, above + bottom / 2]
    assert drawn.ink == pytest.approx(wanted, abs=1.1)


def test_a_booklet_claims_nothing_that_it_has_not() -> None:
    data = booklet("left")
    root = PdfReader(BytesIO(data)).root_object
    packet = stream(root["/Metadata"]).decode()
    assert not {"/StructTreeRoot", "/MarkInfo", "/Outlines", "/Names"} & root.keys()
    assert "pdfaid:part>" not in packet
    assert "pdfuaid:part>" not in packet
    assert "small.pdf is the file to read" in packet
    information = PdfReader(BytesIO(data)).metadata
    assert information
    assert "small.pdf is the file to read" in str(information.subject)
    assert str(root["/Lang"]) == "en"
    viewer = dictionary(root["/ViewerPreferences"])
    assert (str(viewer["/Duplex"]), str(viewer["/PrintScaling"])) == ("/DuplexFlipShortEdge", "/None")
    assert read_printed(data).identifier == composer("left")({}).facts.identifier


def test_a_booklet_holds_each_page_once_and_is_the_same_every_time() -> None:
    data = booklet("left")
    booklet.cache_clear()
    assert booklet("left") == data
    assert len(data) < 2 * len(small())
    reader = PdfReader(BytesIO(data))
    forms = [form for page in reader.pages for form in dictionary(dictionary(page["/Resources"])["/XObject"]).values()]
    assert len(forms) == len(read_ink(small())) + 2, "the pages, and the marks of two signatures"
    assert all(str(dictionary(form)["/Subtype"]) == "/Form" for form in forms)
    assert not list(CHECKS["faces"](FacesOnly(data), specimen({})))  # type: ignore[arg-type]


class FacesOnly:
    """As much of a `Pdf` as the check of faces looks at: the fonts of the drawings on its pages."""

    def __init__(self, data: bytes) -> None:
        self.faces = dict[str, Face_]()
        for page in PdfReader(BytesIO(data)).pages:
            for form in dictionary(dictionary(page["/Resources"])["/XObject"]).values():
                for font in dictionary(dictionary(dictionary(form)["/Resources"])["/Font"]).values():
                    found = dictionary(font)
                    self.faces[str(found["/BaseFont"])] = Face_(str(found["/BaseFont"]), {}, {}, found)


def order(paper: str, *offset: float) -> Order:
    product = replace(PRODUCT, paper=paper, offset=offset)
    document = Document(product=product, facts=OWN, pages=(), styles=())
    return Order(document=document, compose=lambda *_: document, maker=MAKERS["trim"])


def test_the_maker_refuses_to_cut_off_what_is_printed() -> None:
    source = Artifact(
        file="specimen.pdf", product="specimen", kind="pdf", paper="A4", pages=9, title="", language="en",
        fingerprint="", data=specimen_bytes(),
    )  # fmt: skip
    made = MAKERS["trim"].make(order("200 × 286", 5, 4), [source], lambda _stage, _page: None)
    assert made.data == small()
    assert made.pages == 9
    with pytest.raises(PublicationError) as caught:
        MAKERS["trim"].make(order("A5"), [source], lambda _stage, _page: None)
    (problem,) = caught.value.problems
    assert problem.at.path == PurePosixPath("publication.yaml")
    assert "of what is printed in specimen.pdf would be cut off, on page i, " in problem.message
