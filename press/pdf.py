"""Document → PDF, laid out until every printed folio is true. The only importer of WeasyPrint.

Folios are data (see `Folios`): the templates print those they are given, the layout says where each anchor really
fell, and the two are brought to agree. That costs two or three layouts, where page counters in CSS
(`target-counter`) cost one more for every change of a number and cannot make an index.
"""

from __future__ import annotations

import gc
import logging
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from math import ceil
from pathlib import PurePosixPath
from statistics import median
from typing import NamedTuple

import pydyf
from weasyprint import CSS, HTML
from weasyprint.document import Document as Layout
from weasyprint.document import Page
from weasyprint.formatting_structure.boxes import (
    BlockBox,
    Box,
    FootnoteAreaBox,
    InlineBlockBox,
    InlineBox,
    LineBox,
)
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from press.archive import archive
from press.handouts import Overrun, too_long
from press.heads import Place, heads_on, style_of
from press.model import Document, Enclosure, Folios, Made, Report, Style, call_anchor
from press.numerals import roman
from press.patches import TESTED
from press.printing import prepare
from press.problems import Location, Problem, PublicationError
from press.sidenotes import set_apart
from press.turning import rules

MOST_LAYOUTS = 6
"""A book whose folios have not settled by then has references that push each other to and fro."""


class Standard(NamedTuple):
    """A kind of PDF: what WeasyPrint calls it, what we add, which may be pages, and whether links lead through it."""

    variant: str
    finish: Callable[[pydyf.PDF, Document, str], int]
    linked: bool


ARCHIVAL = Standard("pdf/a-3u", archive, linked=True)
"""ISO 19005-3, PDF/A-3u: an archive's, which can be copied as text. That it is PDF/UA-1 too is our own doing."""

PRINTED = Standard("pdf/x-4", prepare, linked=False)
"""ISO 15930-7, PDF/X-4: a printing house's, without annotations on the sheet. It keeps its tags for `pages.py`."""

LETTERS_ON_A_PAGE = 2600
"""Letters, of text and notes, that a page of a book holds; a Han character takes the room of about two."""

_PIECES = re.compile(r'<[^>]*?\sid="(?P<id>[^"]+)"[^>]*>|(?P<chapter><section class="chapter)|<[^>]*>|(?P<text>[^<]+)')
_PAGE = re.compile(r"Step 5 - Creating layout - Page (\d+)")
_STYLE_PLACE = re.compile(r" at (\d+):(\d+)")


BASE = "press:"
"""The address of all that a document has."""


class NoFetcher(URLFetcher):  # type: ignore[misc]
    """A book holds all it needs, even faces of its own; whatever asks for another address is refused."""

    def __init__(self, faces: Sequence[Enclosure] = ()) -> None:
        super().__init__()
        self.faces = {f"{BASE}{face.name}": face.data for face in faces}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - WeasyPrint calls it so
        """A face of the document; else refuse. WeasyPrint logs the refusal, which makes it a problem."""
        if url in self.faces:
            return URLFetcherResponse(url, self.faces[url])
        raise ValueError(f"nothing is fetched while printing: {url}")


def make_pdf(compose: Callable[[Folios], Document], report: Report, faces: Sequence[Enclosure] = ()) -> Made:
    """Lay out the document that `compose` makes until its folios are those of the pages, and write it.

    `faces` are those that this document has beside the faces of fonts/. Raises PublicationError for whatever
    WeasyPrint complains of, and for folios that never settle.
    """
    # Layout makes no garbage in cycles worth looking for; the collector would look, for a tenth of the time.
    gc.collect()
    gc.disable()
    try:
        return _settle(compose, report, faces)
    finally:
        gc.enable()


def _settle(compose: Callable[[Folios], Document], report: Report, faces: Sequence[Enclosure]) -> Made:
    document, unsettled, heads = compose({}), list[str](), ""
    folios: Folios = guess_folios(document)
    for attempt in range(1, MOST_LAYOUTS + 1):
        document = compose(folios)
        layout = _lay_out(document, heads, attempt, report, faces)
        true, named = folios_of(layout, document.arabic), heads
        heads = style_of(heads_on([_place(page) for page in layout.pages], document.heads))
        _demand_all(document, true)
        if overlong := list(too_long(document.sheets, _overruns(layout))):
            raise PublicationError(overlong)
        # A sheet prints no folios, so that its words are the same whatever they are.
        settled = true == folios or (document.sheets and compose(true).pages == document.pages)
        if settled and heads == named:
            report("writing", 0)
            return _write(layout, document)
        unsettled, folios = [anchor for anchor in true if true[anchor] != folios.get(anchor)], true
    place = _template(document)
    names = ", ".join(unsettled[:5])
    message = f"the folios of {document.product.file} do not settle after {MOST_LAYOUTS} layouts: {names}"
    raise PublicationError([Problem(place, message, "give the reference at one of these places a fixed width")])


def _place(page: Page) -> Place:
    """Where things stand on a page."""
    return Place(page._page_box.content_box_y(), {name: box[1] for name, box in page.anchors.items()})  # noqa: SLF001


def _demand_all(document: Document, folios: Folios) -> None:
    """Raise for every anchor of the document, a note's for instance, that is on no page."""
    anchors = (piece["id"] for piece in _PIECES.finditer(document.pages[0].text) if piece["id"])
    if lost := [anchor for anchor in anchors if anchor not in folios]:
        message = f"the layout of {document.product.file} has lost {', '.join(lost[:5])}"
        raise PublicationError([Problem(_template(document), message, "what has an anchor must be visible")])


def _overruns(layout: Layout) -> Iterator[Overrun]:
    """The elements that may fill only so many pages (`data-sides`) and go on, and for how many lines.

    A page without any has but notes of the one before.
    """
    met, last, free, usual = Counter[object](), None, 0.0, 1.0
    for page in layout.pages:
        boxes, root = list(page._page_box.descendants()), page._page_box  # noqa: SLF001 - only boxes tell what is where
        divided = (box.element for box in boxes if isinstance(box, BlockBox) and box.element is not None)
        last = next((element for element in divided if element.get("data-sides")), last)
        if last is None:
            continue
        lines = [box for box in boxes if isinstance(box, LineBox) and box.height]
        notes = sum(area.height for area in root.children if isinstance(area, FootnoteAreaBox))
        inside = [line.position_y + line.height - root.content_box_y() for line in lines]
        text = max((down for down in inside if down <= root.height - notes + 1), default=0.0)
        met[last] += 1
        if met[last] > int(last.get("data-sides")):
            yield Overrun(last.get("data-sheet"), max(0.0, text + notes - free) / usual)
        free, usual = root.height - notes - text, median([line.height for line in lines] or [usual])


def _template(document: Document) -> Location:
    """The template that a problem of the whole document is put down to."""
    return Location(PurePosixPath(f"templates/{document.product.template}.html.jinja"))


def guess_folios(document: Document) -> dict[str, str]:
    """Folios as the length of the text suggests, so that most have as many figures as the true ones will.

    A first layout with folios of the right width is nearly always the last but one.
    """
    text, folios, room, front = document.pages[0].text, dict[str, str](), 0.0, True
    for piece in _PIECES.finditer(text):
        if piece["id"]:
            front = front and piece["id"] != document.arabic
            folios[piece["id"]] = "i" if front else str(int(room) + 1)
        elif piece["chapter"]:
            room = float(ceil(room))
        elif piece["text"] and not front:
            room += sum(2.2 if char > "\u2e7f" else 1 for char in piece["text"]) / LETTERS_ON_A_PAGE
    return folios


def folios_of(layout: Layout, arabic: str) -> dict[str, str]:
    """Anchor → folio, read from the pages of a layout."""
    labels = page_labels([set(page.anchors) for page in layout.pages], arabic)
    return {
        anchor: label
        for page, label in reversed(list(zip(layout.pages, labels, strict=True)))
        for anchor in page.anchors
    }


def page_labels(anchors: Sequence[set[str]], arabic: str) -> list[str]:
    """What each page is called: i, ii, iii … before the page of the anchor `arabic`, then 1, 2, 3 and so on."""
    first = next((index for index, names in enumerate(anchors) if arabic in names), 0)
    return [roman(index + 1).lower() if index < first else str(index - first + 1) for index in range(len(anchors))]


def _lay_out(document: Document, heads: str, attempt: int, report: Report, faces: Sequence[Enclosure]) -> Layout:
    """The pages, drawn in memory. Each style sheet is read alone, so that a complaint can name its file."""
    page = document.pages[0]
    # A configuration made anew for every layout, so that none can leave anything behind for the next.
    fonts = FontConfiguration()
    problems = list[Problem]()
    sheets = list[CSS]()
    stage = "laying out" if attempt == 1 else f"laying out, turn {attempt},"
    # The heads come first, so that a sheet may do without them on some pages.
    fetcher, known = NoFetcher(faces), Style(name="faces", text=rules(faces, BASE) if faces else "")
    for style in (known, Style(name="heads", text=heads), *document.styles):
        with _listening(PurePosixPath("templates/styles") / style.name, problems, stage, report):
            sheets.append(CSS(string=style.text, base_url=BASE, font_config=fonts, url_fetcher=fetcher))
    with _listening(_template(document).path, problems, stage, report):
        html = HTML(string=page.text, base_url=BASE, url_fetcher=fetcher)
        variant = _standard(document).variant
        layout = html.render(font_config=fonts, stylesheets=sheets, pdf_variant=variant, pdf_tags=True)
    if problems:
        raise PublicationError(problems)
    layout.pages[:] = map(set_apart, layout.pages)
    for sheet in layout.pages:
        # WeasyPrint makes links of all boxes within a link too. They would be links twice over, and stand outside the
        # tag of the link, which ISO 14289-1, 7.18.5 forbids.
        sheet.links = [link for link in sheet.links if link[3].element_tag == "a"]
    return layout


def _standard(document: Document) -> Standard:
    """The kind of PDF that a document becomes."""
    return PRINTED if document.product.printing else ARCHIVAL


def _write(layout: Layout, document: Document) -> Made:
    """The PDF. Complaints at this stage are about glyphs and tags."""
    problems, standard, added = list[Problem](), _standard(document), 0
    labels = page_labels([set(page.anchors) for page in layout.pages], document.arabic)

    for page in layout.pages:
        if standard.linked:
            _link_notes(page)
        else:
            page.links, page.anchors = [], {}

    def finish(_: Layout, pdf: pydyf.PDF) -> None:
        nonlocal added
        pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(_label_ranges(labels))})
        for *_, box in chain.from_iterable(page.links for page in layout.pages):
            if box.link_annotation:  # What is read aloud for a link: its own words, not the anchor's name.
                box.link_annotation["Contents"] = pydyf.String(_spoken(box))
        added = standard.finish(pdf, document, f"WeasyPrint {TESTED}")
        if document.product.writing:
            _turn(pdf)

    with _listening(_template(document).path, problems, "writing", None), warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint 70.0 leaves the file of its color profile open
        data = layout.write_pdf(
            finisher=finish,
            pdf_variant=standard.variant,
            pdf_tags=True,
            pdf_identifier=document.facts.identifier.encode(),
        )
    if problems:
        raise PublicationError(problems)
    return Made(bytes(data), len(layout.pages) + added)


def _turn(pdf: pydyf.PDF) -> None:
    """Show each page that lies with a quarter turn clockwise: its lines become columns, the first at the right.

    The leaves of such a book turn to the right (ISO 32000-1, table 30 and 12.2). See press/turning.py.
    """
    for page in (each for each in pdf.objects if isinstance(each, pydyf.Dictionary) and each.get("Type") == "/Page"):
        left, top, right, bottom = page["MediaBox"]
        if abs(right - left) > abs(bottom - top):
            page["Rotate"] = 90
    viewer = pdf.catalog.setdefault("ViewerPreferences", pydyf.Dictionary({}))
    viewer["Direction"] = "/R2L"


def _link_notes(page: Page) -> None:
    """Lead from the call of each note to the note, and from its number there back to the call."""
    for box in page._page_box.descendants():  # noqa: SLF001 - only boxes tell calls from the notes
        tag, note = box.element_tag or "", "" if box.element is None else box.element.get("id", "")
        leads = tag.endswith(("::footnote-call", "::footnote-marker"))
        if note and leads and isinstance(box, InlineBox | InlineBlockBox):
            left, top, width, height = box.hit_area()
            area = (left, top, left + width, top + height)
            if tag.endswith("call"):
                page.anchors[call_anchor(note)] = area
            page.links.append(("internal", note if tag.endswith("call") else call_anchor(note), area, box))


def _spoken(box: Box) -> str:
    """What a link is called."""
    pseudo = box.element_tag.rpartition("::footnote-")[2]
    if name := {"call": "data-call", "marker": "data-back"}.get(pseudo):
        return str(box.element.get(name, box.element.get("data-number", "")))
    return " ".join("".join(box.element.itertext()).split())


def _label_ranges(labels: Sequence[str]) -> Iterator[object]:
    """ISO 32000-1, 12.4.2: where each series of page labels begins, and its style, r for roman and D for decimal."""
    arabic = next((index for index, label in enumerate(labels) if label.isdecimal()), len(labels))
    if arabic:
        yield from (0, pydyf.Dictionary({"S": "/r"}))
    if arabic < len(labels):
        yield from (arabic, pydyf.Dictionary({"S": "/D"}))


@contextmanager
def _listening(path: PurePosixPath, problems: list[Problem], stage: str, report: Report | None) -> Iterator[None]:
    """Every line that WeasyPrint or fontTools logs is a problem of the file `path`, but for news of progress."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            message = record.getMessage()
            if record.name == "weasyprint.progress":
                if report and (page := _PAGE.match(message)):
                    report(stage, int(page[1]))
            elif record.levelno >= logging.WARNING:
                place = _STYLE_PLACE.search(message)
                at = Location(path, int(place[1]), int(place[2])) if place else Location(path)
                problems.append(Problem(at, f"WeasyPrint: {message}", _hint(message)))

    listener, loggers = (
        Listener(),
        [logging.getLogger(name) for name in ("weasyprint", "weasyprint.progress", "fontTools")],
    )
    before = [(logger, logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.propagate = False
        logger.addHandler(listener)
    loggers[0].setLevel(logging.WARNING)
    loggers[1].setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, level, propagate in before:
            logger.removeHandler(listener)
            logger.setLevel(level)
            logger.propagate = propagate


def _hint(message: str) -> str:
    if ".notdef" in message:
        return "no face in fonts/ has this character"
    return ""
