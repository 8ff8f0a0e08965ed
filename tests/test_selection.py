"""Tests selection.py: some pages of a finished PDF are a PDF like it, and nothing of the others is left."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import pairwise

import page as validation
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject

from press.finished import read_printed, read_tops
from press.selection import UntaggedError, selected
from tests.reading import Pdf, Run, array, dictionary, stream
from tests.test_pdf import FACTS, specimen_bytes

OWN = replace(FACTS, identifier="urn:uuid:00000000-0000-5000-8000-000000000002", title={"en": "Some pages"})


@cache
def whole() -> Pdf:
    return Pdf(specimen_bytes())


PAGES = len(whole().pages)


@cache
def some(*pages: int) -> Pdf:
    return Pdf(selected(specimen_bytes(), pages, OWN, "some.pdf"))


def told(run: Run, page: int) -> tuple[object, ...]:
    """What must be as it was: the words, where they stand and in what, but for headings and links."""
    tags = tuple(re.sub(r"H\d", "H", tag) for tag in run.tags if tag not in {"Link", "Span"})
    return page, run.text, run.x, run.y, run.face, run.language, tags, run.actual


def assert_whole(pdf: Pdf, pages: list[int]) -> None:
    """A selection has the pages, in their order, and is in order itself."""
    for profile in ("ua1", "3u"):
        assert not validation.validate_pdf_bytes(pdf.data, profile=profile).failures
    assert not pdf.untagged_links
    assert pdf.labels == [whole().labels[page] for page in pages]
    ours = [told(run, pages[run.page]) for run in pdf.runs]
    theirs = [told(run, run.page) for run in whole().runs if run.page in pages]
    assert ours == theirs
    assert [run.text for run in pdf.furniture] == [run.text for run in whole().furniture if run.page in pages]
    places = {name: pages.index(page) for name, page in whole().places.items() if page in pages}
    assert pdf.places == places
    for link in pdf.annotations:
        assert "/Dest" not in link or str(link["/Dest"]) in places
    levels = [0, *(heading.level for heading in pdf.headings)]
    assert all(two <= one + 1 for one, two in pairwise(levels))


@settings(max_examples=20)
@given(st.sets(st.integers(0, PAGES - 1), min_size=1))
def test_any_pages_are_a_whole_file(pages: set[int]) -> None:
    assert_whole(some(*sorted(pages)), sorted(pages))


def test_all_pages_are_the_file_again() -> None:
    pdf = some(*range(PAGES))
    assert_whole(pdf, [*range(PAGES)])
    assert pdf.outline == whole().outline
    assert pdf.headings == whole().headings
    assert pdf.elements == whole().elements
    assert pdf.ids == whole().ids
    assert len(pdf.annotations) == len(whole().annotations)


def test_blank_pages_alone_are_a_file_too() -> None:
    (blank, *_) = [number for number in range(PAGES) if not any(run.page == number for run in whole().runs)]
    assert_whole(some(blank), [blank])


def without(*keys: str) -> bytes:
    """The specimen with something missing in its catalog."""
    writer = PdfWriter(clone_from=BytesIO(specimen_bytes()))
    for key in keys:
        del writer.root_object[key]
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_file_without_tags_is_refused_and_one_without_headings_or_names_is_not() -> None:
    with pytest.raises(UntaggedError):
        selected(without("/StructTreeRoot"), [0], OWN, "some.pdf")
    plain = Pdf(selected(without("/Outlines", "/Names", "/PageLabels"), [3, 4], OWN, "some.pdf"))
    assert plain.labels == ["4", "5"]
    assert not plain.outline
    assert not plain.places


def test_nothing_is_left_of_other_pages() -> None:
    page = whole().places["two-p1"]
    pdf = some(page)
    objects = map(pdf.reader.get_object, range(1, int(str(pdf.reader.trailer["/Size"]))))
    assert [each.get("/Type") for each in objects if isinstance(each, DictionaryObject)].count("/Page") == 1
    assert len(pdf.elements) < len(whole().elements) / 3
    assert "歷史" in pdf.read
    assert "Each paragraph" not in pdf.read
    assert "/AF" not in pdf.root
    assert "/EmbeddedFiles" not in dictionary(pdf.root["/Names"])


def test_links_lead_to_pages_that_are_there_and_others_are_words() -> None:
    first = whole().places["art-1"]
    one = some(first)
    there = {str(link["/Dest"]) for link in one.annotations if "/Dest" in link}
    assert there
    assert all(whole().places[name] == first for name in there)
    gone = [run.text for run in whole().runs if run.page == first and whole().places.get(run.link, first) != first]
    assert gone, "the specimen leads from this page to another"
    assert {run.text for run in one.runs if not run.link} >= set(gone)


def test_headings_are_listed_under_those_that_they_stand_under() -> None:
    first, two = whole().places["part-one"], whole().places["part-two"]
    later = first + 1
    assert whole().places["art-1-p5"] > first
    pdf = some(first, two)
    assert [(entry.text, entry.page) for entry in pdf.outline if entry.level == 1][:2] == [
        ("One", 0),
        ("歷史 History", 1),
    ]
    assert [entry.level for entry in pdf.outline if entry.text == "First article"] == [2]
    assert not some(later).outline, "no heading stands on this page"


def test_levels_of_headings_are_closed_up_where_those_above_are_gone() -> None:
    changed = specimen_bytes()
    page = whole().places["part-lists"]
    assert [heading.level for heading in Pdf(selected(changed, [page], OWN, "a.pdf")).headings][:1] == [1]


def test_a_selection_says_what_it_is_and_is_the_same_every_time() -> None:
    pages = (0, 3)
    data = selected(specimen_bytes(), pages, OWN, "some.pdf")
    assert data == some(*pages).data
    assert read_printed(data).identifier == OWN.identifier
    packet = stream(some(*pages).root["/Metadata"]).decode()
    assert "Some pages" in packet
    assert "<pdfuaid:part>1<" in packet
    kept, other = (set(array(dictionary(pdf.root["/PageLabels"])["/Nums"])[::2]) for pdf in (some(*pages), whole()))
    assert kept != other


def test_the_text_of_a_page_begins_at_its_first_line_and_not_at_its_head() -> None:
    tops, places = read_tops(specimen_bytes()), read_printed(specimen_bytes()).places
    page, depth = places["part-one"]
    assert tops[page] == pytest.approx(depth, abs=60)
    page, depth = places["art-1-p3"]
    if page > places["art-1"][0]:
        assert tops[page] is not None
    blank = [number for number in range(PAGES) if not any(run.page == number for run in whole().runs)]
    assert all((tops[number] is None) == (number in blank) for number in range(PAGES))
