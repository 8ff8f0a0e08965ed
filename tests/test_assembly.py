"""Tests assembly.py on real files, as other programs read them: what is made of the pages of a finished PDF."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import PurePosixPath

import pypdfium2
import pytest
from pypdf import PdfReader

from press.assembly import trimmed
from press.finished import read_ink, read_printed
from press.model import Artifact, Document
from press.papers import POINT, Size
from press.problems import PublicationError
from press.production import MAKERS, Order
from press.trimming import Window
from tests.reading import Pdf, array, stream
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
