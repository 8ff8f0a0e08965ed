"""Tests the edition in columns: the turned faces glyph by glyph, the finished book and e-book as they are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from string import digits

import pypdfium2
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

from press.composition import compose
from press.content import read_publication
from press.model import Document, Product, Publication
from press.pages import Line, read_pages
from press.pdf import make_pdf
from press.problems import PublicationError
from press.screen import piled
from press.screen import standing as figures_standing
from press.spacing import NOT_FIRST, OPENING
from press.turning import FAMILY, WIDE, standing, turned
from tests.conftest import ROOT
from tests.epub_audit import RULES, Book, declarations, read_book
from tests.reading import Pdf, array, dictionary, finished, finished_document, finished_pdf, program, stream, templates
from tests.test_pdf import CHECKS

FACE = ROOT / "fonts/NotoSerifCJKtc-Regular.otf"
TEXT = "國直。，、：；？！「」『』（）《》〈〉…ーっアABCxyz.12"
SHEET = (595.276, 419.528)
"""A5 on its side, in points."""
GRID = 18.4
"""Points from column to column."""
STANDING = FAMILY.replace(" ", "-")
"""What a PDF calls the face."""
ORIENTED = {"sizes_of_pages", "faces", "folios_of_pages"}
"""Checks of books in lines that ask where on the sheet things stand, or for the faces as they are in fonts/."""


# The turned face.


@cache
def face() -> TTFont:
    characters = frozenset(map(ord, TEXT + digits + WIDE))
    return TTFont(BytesIO(turned(FACE, characters, 400)))


@cache
def original() -> TTFont:
    return TTFont(FACE)


def points(font: TTFont, glyph: str) -> list[tuple[int, int]]:
    pen = RecordingPen()
    font.getGlyphSet()[glyph].draw(pen)
    return [(round(x), round(y)) for _, points in pen.value for x, y in points]


@pytest.mark.parametrize("char", "國直。，、：；？！A1")
def test_a_glyph_that_fills_a_square_is_turned_and_any_other_is_not(char: str) -> None:
    before = points(original(), original().getBestCmap()[ord(char)])
    after = points(face(), face().getBestCmap()[ord(char)])
    wide = original()["hmtx"][original().getBestCmap()[ord(char)]][0] == 1000
    assert before
    # A quarter turn against the clock about (500, 380), the middle of the square.
    wanted = [(880 - y, x - 120) for x, y in before] if wide else before
    assert all(abs(a - c) <= 1 and abs(b - d) <= 1 for (a, b), (c, d) in zip(after, wanted, strict=True))
    assert wide == (char not in "A1")


@pytest.mark.parametrize("char", "「」『』（）《》〈〉…ーっア")
def test_brackets_and_small_kana_have_the_forms_of_columns(char: str) -> None:
    vertical = dict[str, str]()
    for record in original()["GSUB"].table.FeatureList.FeatureRecord:
        for index in record.Feature.LookupListIndex if record.FeatureTag == "vert" else ():
            for part in original()["GSUB"].table.LookupList.Lookup[index].SubTable:
                vertical |= getattr(part, "ExtSubTable", part).mapping
    glyph = original().getBestCmap()[ord(char)]
    before = points(original(), vertical[glyph])
    after = points(face(), face().getBestCmap()[ord(char)])
    assert before != points(original(), glyph)
    assert all(abs(a - 880 + y) <= 1 and abs(b - x + 120) <= 1 for (a, b), (x, y) in zip(after, before, strict=True))


def test_two_figures_fill_one_square() -> None:
    for glyph in ("figures19", "figures00", "figures48"):
        # Across the line, which is along it when the page is turned, they are as wide as both together.
        across, along = zip(*points(face(), glyph), strict=True)
        assert face()["hmtx"][glyph][0] == 1000
        assert 700 < max(along) - min(along) <= 1000
        assert 550 < max(across) - min(across) < 800


def test_the_face_has_a_name_of_its_own_and_the_license_of_the_original() -> None:
    said = {record.nameID: record.toUnicode() for record in face()["name"].names}
    assert said[1] == FAMILY
    assert all(FAMILY.replace(" ", "") in said[number].replace(" ", "") for number in (4, 6))
    assert not any("Noto" in said[number] or "Source" in said[number] for number in (1, 4, 6))
    assert "SIL Open Font License" in said[13]
    assert said[0] == original()["name"].getDebugName(0)


def test_the_face_is_the_same_bytes_every_time_and_has_what_is_asked_for() -> None:
    characters = frozenset(map(ord, "安全保障" + WIDE + digits))
    assert turned(FACE, characters, 400) == turned(FACE, characters, 400)
    with TTFont(BytesIO(turned(FACE, characters, 700))) as font:
        assert characters <= set(font.getBestCmap())
        assert font["OS/2"].usWeightClass == 700


# A publication of other words.


@cache
def specimen() -> tuple[Publication, Product]:
    publication = read_publication(ROOT / "tests/specimen/content")
    return publication, next(product for product in publication.products if product.writing)


def specimen_bytes() -> bytes:
    publication, product = specimen()
    document = compose(publication, product, templates(), {})
    return make_pdf(
        lambda folios: compose(publication, product, templates(), folios),
        lambda _stage, _page: None,
        standing(document, ROOT / "fonts"),
    ).data


def test_another_publication_is_set_in_columns_the_same_every_time() -> None:
    data = specimen_bytes()
    pdf = Pdf(data)
    assert [page.get("/Rotate", 0) for page in pdf.pages][:3] == [90, 90, 90]
    assert pdf.pages[-1].get("/Rotate", 0) == 0
    assert "《非戰公約》於1928年8月27日在巴黎簽署" in pdf.read.replace("\n", "")
    assert data == specimen_bytes()


def test_a_face_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    publication, product = specimen()
    with pytest.raises(PublicationError, match="NotoSerifCJKtc"):
        standing(compose(publication, product, templates(), {}), tmp_path)


# The finished book.


def book() -> tuple[Pdf, Document]:
    return finished_pdf("vertical"), finished_document("vertical")


def lying() -> list[int]:
    """The pages of lines, which are not turned."""
    pdf, _ = book()
    return [number for number, page in enumerate(pdf.pages) if "/Rotate" not in page]


@pytest.mark.parametrize("name", sorted(CHECKS.keys() - ORIENTED))
def test_every_check_of_a_book_finds_the_one_in_columns_in_order(name: str) -> None:
    assert list(CHECKS[name](*book())) == []


def test_every_page_of_columns_is_turned_and_the_leaves_turn_to_the_right() -> None:
    pdf, document = book()
    assert str(dictionary(pdf.root["/ViewerPreferences"])["/Direction"]) == "/R2L"
    for number, page in enumerate(pdf.pages):
        left, bottom, right, top = (float(side) for side in array(page["/MediaBox"]))
        wanted = SHEET[::-1] if number in lying() else SHEET
        assert (left, bottom) == (0, 0)
        assert (right, top) == pytest.approx(wanted, abs=0.01)
        assert page.get("/Rotate", 90) == 90
    # What is in lines is one text, at the end.
    assert lying() == list(range(lying()[0], len(pdf.pages)))
    assert 0 < len(lying()) < len(pdf.pages) / 4
    assert pdf.places[f"part-{document.product.parts[-1]}"] == lying()[0]


def test_folios_stand_in_the_outer_margin_at_the_foot() -> None:
    pdf, _ = book()
    first = pdf.places["part-essay"]
    for number in sorted({run.page for run in pdf.runs}):
        if number < first or number in lying():
            continue
        folio = next(run for run in pdf.furniture if run.page == number and run.text == pdf.labels[number])
        assert folio.end > SHEET[0] - 90, "not at the foot of the finished page"
        outer = folio.y < 60 if number % 2 == 0 else folio.y > SHEET[1] - 60
        assert outer, f"page {pdf.labels[number]}"


def test_pages_of_columns_are_set_in_the_turned_face_alone() -> None:
    pdf, _ = book()
    upright = [run for run in (*pdf.runs, *pdf.furniture) if run.page not in lying()]
    han = re.compile("[\u3001-\u9fff\uff00-\uffef]")
    assert {run.face.rpartition("+")[2] for run in upright if han.search(run.text)} == {STANDING, f"{STANDING}-Bold"}
    assert not any("Noto" in run.face for run in upright)


def figures(pdf: Pdf) -> dict[str, set[int]]:
    """The figures and capitals that are set in the turned face, and the widths of their glyphs."""
    found = dict[str, set[int]]()
    for name, each in pdf.faces.items():
        if STANDING in name:
            with TTFont(BytesIO(stream(program(each.font)["/FontFile3"])), lazy=True) as embedded:
                for glyph in pdf.glyphs[name]:
                    if re.fullmatch(r"\d+|[A-Z]", text := each.unicode.get(glyph, "")):
                        found.setdefault(text, set()).add(embedded["hmtx"][embedded.getGlyphOrder()[glyph]][0])
    return found


def test_figures_stand_but_in_a_number_with_marks_of_latin() -> None:
    """One by one in a year, two together, each in a square as wide as a character; those of 2.3 lie, as Latin does."""
    publication, product = specimen()
    known = compose(publication, product, templates(), {})
    text = (
        '<html lang="zh-Hant"><head><meta name="dcterms.created" content="2001-02-03T04:05:06Z"/><title>條約</title>'
        '</head><body><p class="zh" lang="zh-Hant" id="here">於1960年7月19日第51條之2.3版'
        '<span class="en" lang="en" xml:lang="en">CC</span>、GDP與Daily</p></body></html>'
    )
    drawn = replace(known, pages=(replace(known.pages[0], text=piled(text)),), arabic="here", heads=())
    pdf = Pdf(make_pdf(lambda _: drawn, lambda _stage, _page: None, standing(drawn, ROOT / "fonts")).data)
    found = figures(pdf)
    assert {text for text, widths in found.items() if widths == {1000}} == {*"19607CGDP", "19", "51"} - {"D"}
    assert {text for text, widths in found.items() if max(widths) < 1000} == {"2", "3"}
    assert found["D"] == {1000, min(found["D"])}, "one stands in GDP, another lies in Daily"
    assert "於1960年7月19日第51條之2.3版CC、GDP與Daily" in pdf.read


def test_figures_of_the_finished_book_stand() -> None:
    found = figures(book()[0])
    assert all(widths == {1000} for text, widths in found.items() if len(text) > 1)
    assert {str(number) for number in range(10, 40)} <= found.keys()
    assert all(1000 in found[figure] for figure in digits)


def lines() -> Iterator[tuple[int, list[Line]]]:
    """The columns of each paragraph of running text and notes, as far as it stands on one page."""
    for page in read_pages(finished("vertical")):
        if page.number - 1 in lying():
            continue
        for fragment in page.fragments:
            if fragment.form in ("text", "note") and len(fragment.lines) > 1:
                yield page.number, list(fragment.lines)


def test_no_column_begins_or_ends_with_what_must_not() -> None:
    count = 0
    for number, paragraph in lines():
        for above, below in pairwise(line.text for line in paragraph):
            count += 1
            assert below[0] not in NOT_FIRST, f"page {number}: {below}"
            assert above[-1] not in OPENING, f"page {number}: {above}"
    assert count > 200


def test_columns_end_flush() -> None:
    ends = [line.end for _, paragraph in lines() for line in paragraph[:-1] if line.size > 7.5]
    flush = [end for end in ends if abs(end - 513.64) < 0.6]
    # Ragged are lists of sources and what is centered or looked up.
    assert len(flush) > 0.95 * len(ends)


def test_columns_stand_on_a_grid() -> None:
    """The essay's columns stand at the same places on every page of a side, whatever notes stand beside them."""
    pdf, _ = book()
    pages = range(pdf.places["part-essay"], pdf.places["part-commentary"])
    for parity in (0, 1):
        bases = {
            round(run.y, 1)
            for run in pdf.flow
            if run.page in pages and run.page % 2 == parity and abs(run.size - 10.5) < 0.01 and STANDING in run.face
        }
        top = max(bases)
        assert len(bases) > 8
        assert all(abs((top - base) / GRID - round((top - base) / GRID)) < 0.02 for base in bases), sorted(bases)


def test_another_program_finds_and_copies_words_in_reading_order() -> None:
    document = pypdfium2.PdfDocument(finished("vertical"))
    text = document[book()[0].places["part-essay"]].get_textpage().get_text_bounded()
    assert "由美國與日本於" in re.sub(r"\s", "", text)
    hits = 0
    for page in document:
        searched = page.get_textpage().search("安全保障")
        while searched.get_next():
            hits += 1
    assert hits > 5


# The e-book.


def test_figures_among_han_stand_in_an_e_book_and_those_among_letters_do_not() -> None:
    page = (
        '<html lang="zh-Hant"><body><p lang="zh-Hant" class="zh">1960年1月19日，第1.1版，12人<span lang="en">art. 5'
        '</span>&#160;CC4</p><p lang="en">In 1960</p></body></html>'
    )
    assert figures_standing(page) == (
        '<html lang="zh-Hant"><body><p lang="zh-Hant" class="zh"><span class="pile">1960</span>年'
        '<span class="abreast">1</span>月<span class="abreast">19</span>日，第1.1版，<span class="abreast">12</span>人'
        '<span lang="en">art. 5</span>&#160;CC4</p><p lang="en">In 1960</p></body></html>'
    )


WHOLE_EDITION = {8, 14, 17, 20, 22, 24, 34, 45, 48, 50, 52}
"""Rows of docs/epub-goals.md for an e-book of the whole edition: paired texts, lists, printed pages."""
IN_COLUMNS = {28, 37, 42}
"""Rows that have lines run across; what holds instead is tested below."""


@cache
def e_book() -> Book:
    return read_book(finished("epub-vertical"))


@pytest.mark.parametrize("row", sorted(RULES.keys() - WHOLE_EDITION - IN_COLUMNS))
def test_the_e_book_in_columns_breaks_no_rule(row: int) -> None:
    assert list(RULES[row](e_book())) == []


def test_the_e_book_in_columns_says_so_under_every_name_of_the_property() -> None:
    spine = e_book().package.find("{http://www.idpf.org/2007/opf}spine")
    assert spine is not None
    assert spine.get("page-progression-direction") == "rtl"
    modes = {name: value for _, selector, name, value in declarations(e_book()) if "writing-mode" in name}
    assert modes == dict.fromkeys(["writing-mode", "-webkit-writing-mode", "-epub-writing-mode"], "vertical-rl")


def test_its_faces_keep_the_forms_of_columns_and_others_do_not() -> None:
    def features(book: Book, name: str) -> set[str]:
        with TTFont(BytesIO(book.entries[f"EPUB/fonts/{name}"])) as font:
            if "GSUB" not in font:
                return set()
            return {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}

    assert features(e_book(), "zh-normal.otf") == {"vert"}
    assert features(read_book(finished("epub")), "zh-normal.otf") == set()
