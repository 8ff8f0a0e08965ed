"""What is mended inside WeasyPrint, each with its reason. Tested with one version, and refused with any other.

1. `footnote-policy: line` (CSS Generated Content for Paged Media, 2.6) says that a note never leaves the page of its
   call. WeasyPrint 70.0 obeys where the note is laid out, but where a later line lacks room it still moves notes to
   the next page, to gain a line. Readers then find the call and no note.
2. Running heads and folios are painted as text of the book, in no place of its structure. They are artifacts of
   pagination (ISO 14289-1, 7.1; ISO 32000-1, 14.8.2.2): a screen reader must not read them amid a sentence.
3. Pyphen takes plain English (`lang="en"`) for British and divides collect-ive; American division, collec-tive, is that
   of the dictionaries our readers and printers use. Names are not divided, nor other words with a capital: the
   patterns know no Japanese, and give Mat-sumura.
4. Elements of the structure do not tell their language (ISO 32000-1, 14.9.2), so Chinese is read aloud as English.
   Notes are no Note elements (ISO 14289-1, 7.9), and the header cells of tables do not say what they head (7.5).
5. What is a picture to a reader, role="img" in WAI-ARIA, is one to WeasyPrint only if it is an image. Text and lines
   that are one drawing become a Figure with an alternative (ISO 14289-1, 7.3) and its place (ISO 32000-1, 14.8.5.4.3).
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pydyf
import pyphen
import weasyprint
from weasyprint.document import Page
from weasyprint.formatting_structure.boxes import MarginBox
from weasyprint.layout import block
from weasyprint.pdf import tags
from weasyprint.pdf.stream import Stream

TESTED = "70.0"

_BEFORE = "report = not context.in_column and can_break_now and not could_break_before\n"
_AFTER = (
    "report = (not context.in_column and can_break_now and not could_break_before and all("
    "note.style['footnote_policy'] == 'auto' for note in context.current_page_footnotes))\n"
)


def patch() -> None:
    """Mend WeasyPrint, once for each process. Raises RuntimeError for another version, or other source, than tested."""
    if weasyprint.__version__ != TESTED:
        raise RuntimeError(f"press/patches.py was tested with WeasyPrint {TESTED}, not {weasyprint.__version__}")
    _keep_notes()
    _set_furniture_apart()
    _tell_languages()
    _divide_as_americans()


def add_id_tree(pdf: pydyf.PDF) -> None:
    """List the structure elements that have an ID, as ISO 32000-1, 14.7.2 demands of a tree with IDs."""
    elements = [
        each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/StructElem"
    ]
    named = sorted((each["ID"].string, each.reference) for each in elements if "ID" in each)
    if not named:
        return
    names = pydyf.Array([item for name, reference in named for item in (pydyf.String(name), reference)])
    limits = pydyf.Array([pydyf.String(named[0][0]), pydyf.String(named[-1][0])])
    leaf = pydyf.Dictionary({"Limits": limits, "Names": names})
    pdf.add_object(leaf)
    root = next(
        each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/StructTreeRoot"
    )
    root["IDTree"] = pydyf.Dictionary({"Kids": pydyf.Array([leaf.reference])})


def _keep_notes() -> None:
    """1: one line of a long function is exchanged; a copy of the whole would hide which."""
    source = inspect.getsource(block._linebox_layout)  # noqa: SLF001 - it is what we mend
    if source.count(_BEFORE) != 1:
        raise RuntimeError("WeasyPrint's _linebox_layout is not the one that press/patches.py was tested with")
    exec(compile(source.replace(_BEFORE, _AFTER), block.__file__, "exec"), vars(block))  # noqa: S102


def _set_furniture_apart() -> None:
    """2: what is painted of the margin boxes is an artifact."""
    paint, marked = Page.paint, Stream.marked

    def paint_apart(page: Page, stream: Stream, scale: float = 1) -> None:
        margins = (child for child in page._page_box.children if isinstance(child, MarginBox))  # noqa: SLF001
        stream.furniture = {box for margin in margins for box in margin.descendants()}
        paint(page, stream, scale)

    @contextmanager
    def artifact(stream: Stream) -> Iterator[None]:
        stream.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
        yield
        stream.end_marked_content()

    def mark(stream: Stream, box: Any, tag: str) -> AbstractContextManager[None]:  # noqa: ANN401 - any box of WeasyPrint
        if stream._tags is not None and box in getattr(stream, "furniture", ()):  # noqa: SLF001
            return artifact(stream)
        content: AbstractContextManager[None] = marked(stream, box, tag)
        return content

    Page.paint, Stream.marked = paint_apart, mark


def _tell_languages() -> None:
    """2 and 4: margin boxes have no structure; elements have languages, notes are Notes, header cells have scopes."""
    build = tags._build_box_tree  # noqa: SLF001 - it is what we mend

    def build_telling(box: Any, *rest: Any) -> Iterator[pydyf.Dictionary]:  # noqa: ANN401 - as WeasyPrint calls it
        if isinstance(box, MarginBox):
            return
        html = getattr(box, "element", None)
        for element in build(box, *rest):
            if html is not None and box.element_tag == html.tag:
                _describe(element, html)
                if html.get("role") == "img":
                    _depict(element, html, box, rest[1], rest[2])
            yield element

    tags._build_box_tree = build_telling  # noqa: SLF001


def _divide_as_americans() -> None:
    """3: the patterns for plain English, and words that are left whole."""
    pyphen.LANGUAGES["en"] = pyphen.LANGUAGES["en_US"]
    iterate = pyphen.Pyphen.iterate

    def iterate_small(self: pyphen.Pyphen, word: str) -> Iterator[tuple[str, str]]:
        return iterate(self, word) if word.islower() else iter(())

    pyphen.Pyphen.iterate = iterate_small


def _describe(element: pydyf.Dictionary, html: Any) -> None:  # noqa: ANN401 - an element of any parser
    """What WeasyPrint leaves out of a structure element made from this element of HTML."""
    if language := html.get("lang"):
        element["Lang"] = pydyf.String(language)
    if element["S"] == "/TH":
        element["A"]["Scope"] = "/Row" if html.get("scope") == "row" else "/Column"
    if "note" in (html.get("class") or "").split() and (ident := html.get("id")) and element["S"] != "/Note":
        element["S"] = "/Note"
        element["ID"] = pydyf.String(ident)


def _depict(element: pydyf.Dictionary, html: Any, box: Any, pdf: pydyf.PDF, page: int) -> None:  # noqa: ANN401
    """5: the element as a Figure; its place is in points from the lower left, not in pixels from the upper left."""
    sheet = pdf.objects[int(pdf.page_references[page].split()[0])]
    top = sheet.get("TrimBox", sheet["MediaBox"])[3]
    x, y, points = box.border_box_x(), box.border_box_y(), 0.75
    place = (x, y + box.border_height()), (x + box.border_width(), y)
    element["S"] = "/Figure"
    element["Alt"] = pydyf.String(html.get("aria-label"))
    corners = [corner for x, y in place for corner in (x * points, top - y * points)]
    element["A"] = pydyf.Dictionary({"O": "/Layout", "Placement": "/Block", "BBox": pydyf.Array(corners)})


patch()
