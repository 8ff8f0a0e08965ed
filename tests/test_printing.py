"""Tests printing.py and covers.py: files that plates can be made from, and the check that finds those that cannot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from press.covers import NARROWEST, fitted, spine
from press.finished import trimmed
from press.model import Document, Facts, Page, Printing, Product, Style
from press.pdf import make_pdf
from press.printing import APART, LONG, POINTS, SLUG
from tests.preflight import Ink, inks, preflight
from tests.reading import array, dictionary, finished, manifest, product, program, stream, templates

PRINTING = Printing(condition="CGATS TR 001", profile="offset.icc", multiple=4)
FACTS = Facts(
    title={"en": "Try"}, subtitle={}, identifier="urn:uuid:00000000-0000-5000-8000-000000000001", language="en",
    languages=("en",), publisher="A press", description="Pages to print.", subjects=("Pages",), sources=(), rights=(),
    moment="2001-02-03T04:05:06Z",
)  # fmt: skip
TEXT = """<!DOCTYPE html><html lang="en"><head><title>Try</title><meta name="author" content="A press"/>
<meta name="dcterms.created" content="2001-02-03T04:05:06Z"/>
<meta name="dcterms.modified" content="2001-02-03T04:05:06Z"/></head><body>
<div class="matter-front"><section class="chapter contents"><h1 id="part-c"><span class="wording">Contents</span></h1>
<ol><li><span class="line"><a href="#part-one">One</a> <span class="page">1</span></span></li></ol></section></div>
<div class="matter-body arabic"><section class="chapter treaty"><h1 id="part-one"><span class="wording">One</span></h1>
<section class="unit article" id="art-1"><h2 class="treaty-heading">ARTICLE I</h2>
<p class="numbered" id="art-1-p1"><span class="n">I (1)</span> Words, with <a href="https://example.org/">a link</a> and
a note.<span class="note" id="art-1-n1" data-number="1" data-call="Note 1" data-back="Back"><span
class="words en">The note.</span></span></p></section></section></div>
<div class="matter-body"><section class="chapter commentary"><h1 id="part-two"><span class="wording">Two</span></h1>
<section class="comment"><section class="other-language zh" lang="zh-Hant"><h3>提要</h3><p>條約。</p></section>
</section>
<table><thead><tr><th>Day</th></tr></thead><tbody><tr><td>Signed</td></tr></tbody></table></section></div>
</body></html>"""


def to_print(*more: Style, text: str = TEXT, printing: Printing = PRINTING) -> Document:
    """A few pages for a printing house, in the styles of the press file, and those of `more`."""
    sheets = templates().styles
    names = [name for name in sheets if name.startswith(("base/", "book/"))]
    names += ["paper/press.css", *(name for name in sheets if name.startswith("press/"))]
    chosen = Product(
        name="try", file="try.pdf", format="pdf", title={"en": "Try"}, paper="170 × 240 mm", template="book/book",
        styles=(), parts=(), after=(), printing=printing,
    )  # fmt: skip
    styles = tuple(Style(name=name, text=sheets[name]) for name in names)
    return Document(
        product=chosen, facts=FACTS, pages=(Page(name="book.html", text=text, title="Try", language="en"),),
        styles=(*styles, *more), arabic="part-one", profile=templates().profiles["offset.icc"],
    )  # fmt: skip


def made(document: Document) -> bytes:
    return make_pdf(lambda _: document, lambda _stage, _page: None).data


@cache
def good() -> bytes:
    return made(to_print())


def test_what_we_make_passes() -> None:
    assert list(preflight(good(), multiple=4, black=True)) == []


def test_pages_are_made_up_to_a_multiple_with_blank_ones() -> None:
    made_up = make_pdf(lambda _: to_print(), lambda _stage, _page: None)
    single = made(to_print(printing=replace(PRINTING, multiple=1)))
    pages, fewer = PdfReader(BytesIO(good())).pages, PdfReader(BytesIO(single)).pages
    assert len(fewer) % 4
    assert len(pages) == made_up.pages == -(-len(fewer) // 4) * 4
    assert [page.extract_text() for page in pages[len(fewer) :]] == [""] * (len(pages) - len(fewer))


def test_the_same_document_gives_the_same_bytes() -> None:
    assert made(to_print()) == good()


def test_marks_lie_at_the_corners_and_beyond_the_middle_of_each_side() -> None:
    page = PdfReader(BytesIO(good())).pages[0]
    drawing = stream(dictionary(dictionary(page["/Resources"])["/XObject"])["/marks0"])
    assert list(inks(drawing)) == [Ink("/All", (1.0,))]
    lines = drawing.split(b"\n")
    starts = {
        tuple(round(float(each) / POINTS, 1) for each in line.split()[:2]) for line in lines if line.endswith(b" m")
    }
    corners = {(x, y) for x in (-APART, 170 + APART) for y in (0.0, 240.0)}
    corners |= {(x, y) for x in (0.0, 170.0) for y in (-APART, 240 + APART)}
    assert corners <= starts
    off = APART + LONG / 2
    middles = {(85.0, 240 + off), (85.0, -off), (170 + off, 120.0), (-off, 120.0)}
    assert all(any(abs(x - a) < 3.1 and abs(y - b) < 3.1 for a, b in starts) for x, y in middles)
    assert max(x for x, _ in starts) < 170 + SLUG


# Each way to be wrong, which the check must find.


def changed(change: Callable[[PdfWriter], object]) -> bytes:
    """A good file with one thing changed in it."""
    writer = PdfWriter(clone_from=BytesIO(good()))
    writer.pdf_header = "%PDF-1.6"
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def content(writer: PdfWriter, add: bytes) -> None:
    page = writer.pages[0]
    more = DecodedStreamObject()
    more.set_data(stream(page["/Contents"]) + b"\n" + add)
    page[NameObject("/Contents")] = writer._add_object(more)  # noqa: SLF001 - pypdf has no public way


def resources(writer: PdfWriter) -> DictionaryObject:
    return dictionary(writer.pages[0]["/Resources"])


def resource(kind: str, name: str, value: object) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        dictionary(resources(writer).setdefault(NameObject(kind), DictionaryObject()))[NameObject(name)] = value

    return change


def box(name: str, by: float) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        sides = [float(str(each)) for each in array(writer.pages[1][name])]
        moved = zip(sides, (-by, -by, by, by), strict=True)
        writer.pages[1][NameObject(name)] = ArrayObject([FloatObject(side + more) for side, more in moved])

    return change


def packet(old: bytes, new: bytes) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        found = writer.root_object["/Metadata"].get_object()
        assert isinstance(found, StreamObject)
        assert old in found.get_data()
        found.set_data(found.get_data().replace(old, new))

    return change


def intent(change: Callable[[DictionaryObject], object]) -> Callable[[PdfWriter], object]:
    return lambda writer: change(dictionary(array(writer.root_object["/OutputIntents"])[0]))


def information(name: str, value: object) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        found = writer._info  # noqa: SLF001 - `add_metadata` takes no names
        assert found is not None
        found[NameObject(name)] = value

    return change


def catalog(name: str, value: object) -> Callable[[PdfWriter], None]:
    return lambda writer: writer.root_object.update({NameObject(name): value})


def without_program(writer: PdfWriter) -> None:
    fonts = dictionary(resources(writer)["/Font"])
    del program(dictionary(next(iter(fonts.values()))))["/FontFile3"]


def annotated(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/Annots")] = ArrayObject(
        [DictionaryObject({NameObject("/Type"): NameObject("/Annot")})]
    )


def rgb_profile(found: DictionaryObject) -> None:
    profile = found["/DestOutputProfile"].get_object()
    assert isinstance(profile, StreamObject)
    profile.set_data(profile.get_data().replace(b"prtrCMYK", b"mntrRGB "))


def stream_of(data: bytes, **entries: str) -> DecodedStreamObject:
    made_of = DecodedStreamObject()
    made_of.set_data(data)
    made_of.update({NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in entries.items()})
    return made_of


def shading(space: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/ColorSpace"): NameObject(space)})


WRONG: Mapping[str, tuple[Callable[[PdfWriter], object], str]] = {
    "red letters": (lambda writer: content(writer, b"1 0 0 rg"), "it paints in /DeviceRGB"),
    "red lines": (lambda writer: content(writer, b"1 0 0 RG"), "it paints in /DeviceRGB"),
    "gray": (lambda writer: content(writer, b"0.5 g"), "it paints in /DeviceGray"),
    "a color of a space": (lambda writer: content(writer, b"/lab cs\n1 2 3 scn"), "it paints in /lab"),
    "four inks in a black book": (
        lambda writer: content(writer, b"/DeviceCMYK CS\n1 1 1 1 SCN"), "it is not black alone",
    ),
    "an image in the stream": (lambda writer: content(writer, b"BI /W 1 ID x EI"), "it has an image in its stream"),
    "a form in RGB": (
        resource("/XObject", "/x", stream_of(b"0 0 1 rg", Subtype="Form")), "it paints in /DeviceRGB",
    ),
    "an image in RGB": (
        resource("/XObject", "/x", stream_of(b"", Subtype="Image", ColorSpace="DeviceRGB")),
        "it has the color space /DeviceRGB",
    ),
    "a shading in RGB": (resource("/Shading", "/x", shading("/DeviceRGB")), "it has the color space /DeviceRGB"),
    "a pattern in RGB": (resource("/Pattern", "/x", stream_of(b"0 1 0 rg")), "it paints in /DeviceRGB"),
    "a color space of a screen": (
        resource("/ColorSpace", "/x", ArrayObject([NameObject("/CalRGB")])), "it has the color space /CalRGB",
    ),
    "transparency": (
        resource("/ExtGState", "/x", DictionaryObject({NameObject("/ca"): FloatObject(0.5)})),
        "something is transparent",
    ),
    "a face left out": (without_program, "is not embedded"),
    "annotations": (annotated, "it has annotations"),
    "no room for the bleed": (box("/BleedBox", -1.0), "its bleed is"),
    "a bleed beyond the sheet": (box("/BleedBox", 40.0), "its boxes are not within one another"),
    "another size": (box("/TrimBox", -1.0), "pages are trimmed to several sizes"),
    "no trim": (lambda writer: writer.pages[0].pop("/TrimBox"), "it has no /TrimBox"),
    "an art box": (
        lambda writer: writer.pages[0].update({NameObject("/ArtBox"): writer.pages[0]["/TrimBox"]}), "it has an ArtBox",
    ),
    "no marks": (
        lambda writer: dictionary(resources(writer)["/XObject"]).pop("/marks0"), "it has no marks",
    ),
    "marks in the bleed": (
        resource("/XObject", "/m", stream_of(b"/All CS 1 SCN 0 0 m 5 5 l S", Subtype="Form")),
        "a mark lies in the bleed",
    ),
    "a page too many": (lambda writer: writer.add_page(writer.pages[0]), "pages are no multiple of 4"),
    "another version": (lambda writer: setattr(writer, "pdf_header", "%PDF-1.7"), "the version is"),
    "an action": (catalog("/OpenAction", DictionaryObject()), "the catalog has /OpenAction"),
    "a file within": (
        catalog("/Names", DictionaryObject({NameObject("/EmbeddedFiles"): DictionaryObject()})),
        "the names have /EmbeddedFiles",
    ),
    "no metadata": (lambda writer: writer.root_object.pop("/Metadata"), "it has no metadata"),
    "another standard": (packet(b"PDF/X-4<", b"PDF/X-3<"), "pdfxid:GTS_PDFXVersion is 'PDF/X-3'"),
    "no standard": (information("/GTS_PDFXVersion", TextStringObject("")), "/GTS_PDFXVersion is ''"),
    "no version of the document": (packet(b"VersionID>1<", b"VersionID><"), "xmpMM:VersionID is missing"),
    "no rendition": (packet(b"RenditionClass>default<", b"RenditionClass><"), "xmpMM:RenditionClass is missing"),
    "another title": (information("/Title", TextStringObject("Other")), "/Title is 'Other'"),
    "another date": (information("/ModDate", TextStringObject("D:20260101000000Z")), "/ModDate is"),
    "trapped or not": (information("/Trapped", NameObject("/Unknown")), "/Trapped is '/Unknown'"),
    "trapped or not, as told": (packet(b"Trapped>False<", b"Trapped>True<"), "pdf:Trapped is 'True'"),
    "no output intent": (lambda writer: writer.root_object.pop("/OutputIntents"), "0 output intents are for printing"),
    "an intent for archives": (
        intent(lambda found: found.update({NameObject("/S"): NameObject("/GTS_PDFA1")})), "0 output intents",
    ),
    "no condition": (
        intent(lambda found: found.update({NameObject("/OutputConditionIdentifier"): TextStringObject("")})),
        "names no condition",
    ),
    "no profile": (intent(lambda found: found.pop("/DestOutputProfile")), "the output intent has no profile"),
    "a profile of a screen": (intent(rgb_profile), "the profile is not that of a printing in four inks"),
    "a profile of other channels": (
        intent(lambda found: dictionary(found["/DestOutputProfile"]).update({NameObject("/N"): NumberObject(3)})),
        "the profile is said to be another",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_the_check_finds(name: str) -> None:
    change, told = WRONG[name]
    assert any(told in fault for fault in preflight(changed(change), multiple=4, black=True))


def test_the_check_finds_nothing_in_a_copy() -> None:
    assert list(preflight(changed(lambda _: None), multiple=4, black=True)) == []


@pytest.mark.parametrize(
    "rule",
    [
        "p { color: red }", "h1 { border-bottom: 1pt solid #333 }", "p { background: linear-gradient(red, blue) }",
        "p { text-decoration: underline; text-decoration-color: gray }", "p { color: device-cmyk(1 0 0 0) }",
        "@page { @bottom-center { content: '1'; color: blue } }",
    ],
)  # fmt: skip
def test_the_check_finds_what_a_style_sheet_colors(rule: str) -> None:
    assert list(preflight(made(to_print(Style(name="added.css", text=rule))), multiple=4, black=True))


def test_a_document_that_is_not_for_printing_is_refused() -> None:
    document = to_print()
    with pytest.raises(ValueError, match="how thick a leaf is"):
        fitted(document, (170, 240), 100)


# Covers.


def test_a_spine_is_as_thick_as_the_leaves_and_what_the_board_adds() -> None:
    paper = replace(PRINTING, leaf=0.12, board=0.5)
    assert spine(paper, 200) == 12.5
    assert spine(paper, 201) == 12.6
    assert spine(paper, 0) == 0.5


def test_a_cover_is_as_wide_as_two_pages_and_the_spine_and_folded_beside_it() -> None:
    cover = fitted(to_print(printing=replace(PRINTING, multiple=1, leaf=0.1)), (170, 240), 220)
    assert list(cover.folds) == [170, 181]
    words = replace(cover.pages[0], text="<html lang='en'><p id='a'>Words</p></html>")
    data = made(replace(cover, styles=cover.styles[-1:], pages=(words,)))
    assert trimmed(data) == pytest.approx((351, 240), abs=0.01)
    narrow = fitted(to_print(printing=replace(PRINTING, leaf=0.1)), (170, 240), int(NARROWEST * 20) - 2)
    assert ".spine { display: none }" in narrow.styles[-1].text
    assert ".spine { display: none }" not in cover.styles[-1].text


# What is finished.


def test_the_finished_press_file_passes() -> None:
    assert list(preflight(finished("press"), multiple=4, black=True)) == []


def test_the_finished_cover_passes_and_fits_its_book() -> None:
    data, printing = finished("press-cover"), product("press-cover").printing
    assert list(preflight(data)) == []
    assert printing
    pages = next(entry.pages for entry in manifest().entries if entry.product == "press")
    width, height = trimmed(finished("press"))
    assert trimmed(data) == pytest.approx((2 * width + spine(printing, pages), height), abs=0.01)
    assert (width, height) == pytest.approx((170, 240), abs=0.01)
