"""Tests pdf.py: what must be true of every finished PDF, and what becomes of a document that cannot be one.

Each check goes through a PDF and tells its faults. It is made on the real books and on a specimen, and every check is
itself tested: on specimens that are broken in the way that it is there to find.
"""

from __future__ import annotations

import gc
import importlib
import logging
import os
import re
import socket
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from io import BytesIO
from itertools import groupby, pairwise
from pathlib import PurePosixPath
from typing import NoReturn
from urllib.parse import quote
from xml.etree import ElementTree as ET

import page as validation
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)
from weasyprint.layout import block

from press import patches
from press.fonts import scripts
from press.manifest import Entry, Manifest
from press.model import Attachment, Contributor, Document, Facts, Folios, Page, Product, Right, Style, call_anchor
from press.numerals import roman
from press.papers import POINT, size_of
from press.pdf import MOST_LAYOUTS, NoFetcher, guess_folios, make_pdf, page_labels
from press.problems import Location, Problem, PublicationError
from tests import reading
from tests.reading import (
    ROOT,
    Heading,
    Pdf,
    Run,
    Words,
    array,
    dictionary,
    difference,
    finished_document,
    finished_pdf,
    folded,
    has_class,
    pages_of,
    product,
    program,
    publication,
    stream,
    templates,
    words_of,
)

BOOKS = ("a4", "letter")
LAID_OUT = ("a4",)
"""The books whose lines are their own, and not those of another on other paper."""
EDITIONS = ("a5", "a5-text", "large")
"""The books whose pages have no side column: all that holds for every PDF holds for them."""
PAPERS = {"A4": (595.28, 841.89), "A5": (419.53, 595.28), "Letter": (612.0, 792.0)}
"""Sizes of paper in points: ISO 216 and ANSI/ASME Y14.1."""
TEMPLATE = Location(PurePosixPath("templates/book/book.html.jinja"))
"""What the problems of a whole document are put down to."""
MARGIN = 80
"""Points: what stands lower than this is in the bottom margin; on small pages, what stands in their last tenth."""
LANGUAGES = {"Hani": frozenset({"zh", "ja"}), "Hira": frozenset({"ja"}), "Kana": frozenset({"ja"})}
"""Scripts (ISO 15924) that only some languages are written in."""
RESERVED = "!#$%&'()*+,/:;=?@[]~"
"""What an address (RFC 3986) has besides letters, digits and "-._": all else is encoded in a PDF."""
SMALLEST = 8
"""Points: no running head or folio is smaller."""

Check = Callable[[Pdf, Document], Iterator[str]]
Mutant = Callable[[], tuple[Pdf, Document]]


# The specimen: a book of a few pages, with everything in it that a check looks at.

FACTS = Facts(
    title={"en": "Specimen"}, subtitle={}, identifier="urn:uuid:00000000-0000-5000-8000-000000000000", language="en",
    languages=("en", "zh-Hant"), publisher="A press", description="Pages to try checks on.",
    subjects=("Pages", "Checks"), sources=("A text. https://example.org/",), moment="2001-02-03T04:05:06Z",
    rights=(Right(text={"en": "All"}, statement={"en": "Free."}, licence="CC0", url="https://example.org/cc0"),),
    contributors=(Contributor(name={"en": "A. Hand"}, role="edt"),), siblings=("specimen.epub",),
)  # fmt: skip
SPECIMEN = Product(
    name="specimen", file="specimen.pdf", format="pdf", title={"en": "Specimen"}, paper="A4", template="book/book",
    styles=(), parts=(), after=(),
)  # fmt: skip
ATTACHMENT = Attachment(
    name="specimen.txt", media="text/plain", relationship="Alternative", description="The text, 文本", text="Words.\n"
)
HEAD = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"/><title>{FACTS.title["en"]}</title>
<meta name="author" content="{FACTS.publisher}"/><meta name="description" content="{FACTS.description}"/>
<meta name="keywords" content="{", ".join(FACTS.subjects)}"/>
<meta name="dcterms.created" content="{FACTS.moment}"/><meta name="dcterms.modified" content="{FACTS.moment}"/>
</head>"""
FILLER = (
    "Each paragraph is long enough for lines to end within words, which are then divided by hyphens that the text does "
    "not have, unlike those of well-being and of self-defense, which must stay where they are. "
)


def note(anchor: str, number: int, words: str, language: str = "en") -> str:
    return (
        f'<span class="note" id="{anchor}-n{number}" data-number="{number}" data-call="Note {number}" '
        f'data-back="Back to {number}">'
        f'<span class="words {language[:2]}" lang="{language}">{words}</span></span>'
    )


def specimen_text(folios: Folios) -> str:
    def folio(anchor: str) -> str:
        return folios.get(anchor, "00")

    entries = "".join(
        f'<li><span class="line"><a href="#{anchor}"><span class="wording"{language}>{title}</span></a> '
        f'<span class="page">{folio(anchor)}</span></span></li>'
        for anchor, title, language in (
            ("part-one", "One", ""),
            ("art-1", "First article", ""),
            ("part-two", "歷史", ' lang="zh-Hant"'),
        )
    )
    paragraphs = "".join(
        f'<p id="art-1-p{number}" class="numbered"><span class="n">I ({number})</span> {FILLER}'
        f"{note('art-1', number, f'Note {number} says this.')} {FILLER}</p>"
        f'<div style="height: {number % 2 * 80}mm"></div>'
        for number in range(1, 6)
    )
    han = "各行以漢字排滿，行末無須連字號。"
    return f"""{HEAD}<body>
<div class="matter-front"><section class="chapter titlepage" id="part-title"><h1>Specimen</h1></section></div>
<div class="matter-front"><section class="chapter contents" role="doc-toc"><h1 id="part-contents"><span
class="wording">Contents</span></h1><ol>{entries}</ol></section></div>
<div class="matter-body arabic"><section class="chapter treaty"><h1 id="part-one"><span class="wording">One</span></h1>
<section id="art-1" class="unit"><h2>First article</h2>
<p class="see"><a href="#part-two">See</a> <span class="folio">(p. {folio("part-two")})</span></p>{paragraphs}
<p>See <a href="#art-1-p2"><i>paragraph</i> two</a> <span class="folio">(p. {folio("art-1-p2")})</span> and
<a href="https://example.org/">a page elsewhere</a>.</p></section></section></div>
<div class="matter-body"><section class="chapter essay zh" lang="zh-Hant"><h1 id="part-two">
<span class="wording zh">歷史</span> <span class="wording other en" lang="en">History</span></h1>
<section id="two" class="unit">
<p id="two-p1" class="numbered"><span class="n">¶1</span> 「條約」{han * 9}{note("two", 1, "註文。", "zh-Hant")}
<span style="display: block; height: 200mm"></span>其後<a href="#art-1-p5">第五段</a>\
<span class="folio">（第{folio("art-1-p5")}頁）</span>。</p>
<p id="two-p2" class="numbered"><span class="n">¶2</span> {han * 9}</p></section></section></div>
<div class="matter-body"><section class="chapter lists"><h1 id="part-lists"><span class="wording">Lists</span></h1>
<blockquote><p>Quoted by the <abbr title="United Nations">UN</abbr>.</p></blockquote>
<ol><li>First.</li><li><p>Second,</p><p>in two paragraphs.</p></li></ol>
<dl><dt>Term</dt><dd>What it means.</dd><dt>Other</dt><dd>Another.</dd></dl>
<table><caption>Days</caption><thead><tr><th scope="col">Day</th><th scope="col">Event</th></tr></thead>
<tbody>{"<tr><td>19 January</td><td>Signed</td></tr>" * 60}</tbody></table></section></div>
<div class="matter-back"><section class="chapter index" role="doc-index"><h1 id="part-index"><span
class="wording">Index</span></h1>
<ul class="headings"><li>hyphens, <a href="#art-1-p2">{folio("art-1-p2")}</a></li></ul></section></div>
</body></html>"""


def specimen(folios: Folios, change: Callable[[str], str] = str, style: str = "") -> Document:
    """The specimen with these folios, its text changed and a style sheet added."""
    sheets = templates().styles
    styles = [
        Style(name=name, text=sheets[name])
        for name in sheets
        if name.startswith(("base/", "book/")) or name == "paper/a4.css"
    ]
    return document(change(specimen_text(folios)), *styles, Style(name="added.css", text=style))


def document(text: str, *styles: Style, arabic: str = "part-one") -> Document:
    pages = (Page(name="book.html", text=text, title="Specimen", language="en"),)
    return Document(product=SPECIMEN, facts=FACTS, pages=pages, styles=styles, arabic=arabic, attachments=(ATTACHMENT,))


def made(compose: Callable[[Folios], Document]) -> bytes:
    return make_pdf(compose, lambda _stage, _page: None).data


@cache
def specimen_bytes() -> bytes:
    return made(specimen)


@cache
def whole() -> tuple[Pdf, Document]:
    """The specimen as it should be, and its document with the folios of its pages."""
    pdf = Pdf(specimen_bytes())
    return pdf, specimen(pdf.folios)


# The checks.


def sizes_of_pages(pdf: Pdf, document: Document) -> Iterator[str]:
    """Every page is a whole sheet of the product's paper, upright."""
    size = size_of(document.product.paper)
    assert size
    for label, page in zip(pdf.labels, pdf.pages, strict=True):
        for name in ("/MediaBox", "/TrimBox", "/CropBox", "/BleedBox"):
            box = [float(each) for each in array(page.get(name, page["/MediaBox"]))]
            sides = (box[2] - box[0]) * POINT, (box[3] - box[1]) * POINT
            if any(abs(one - two) > 0.005 for one, two in zip(sides, size, strict=True)):
                yield f"page {label}: {name} is {box}"
        yield from (f"page {label} has {name}" for name in ("/Rotate", "/UserUnit") if name in page)


@cache
def our_faces() -> Mapping[str, int]:
    """How each face in fonts/ names itself and its version, and its length in bytes."""
    found = dict[str, int]()
    for path in sorted((ROOT / "fonts").glob("*.otf")):
        with TTFont(path, lazy=True) as face:
            found[own_name(face)] = path.stat().st_size
    return found


def own_name(face: TTFont) -> str:
    """OpenType, "name": the PostScript name and the version, which tells a face of ours from another of its name."""
    return f"{face['name'].getDebugName(6)}, {face['name'].getDebugName(5)}"


def faces(pdf: Pdf, _: Document) -> Iterator[str]:
    """Every font is embedded, only with the glyphs that are used, and comes from fonts/."""
    for name, face in pdf.faces.items():
        descriptor = program(face.font)
        if not re.fullmatch(r"/[A-Z]{6}\+.+", name):
            yield f"{name} is not a subset"
        if "/FontFile3" not in descriptor:
            yield f"{name} is not embedded"
            continue
        data = stream(descriptor["/FontFile3"])
        with TTFont(BytesIO(data), lazy=True) as embedded:
            own = own_name(embedded)
        if own not in our_faces():
            yield f"{name} is {own}, which is not in fonts/"
        elif len(data) >= our_faces()[own]:
            yield f"{name} is embedded whole"


def glyphs(pdf: Pdf, _: Document) -> Iterator[str]:
    """Every glyph on a page is drawn by its font, and stands for characters that can be copied."""
    for name, used in pdf.glyphs.items():
        face = pdf.faces[name]
        with TTFont(BytesIO(stream(program(face.font)["/FontFile3"])), lazy=True) as font:
            order, shapes = font.getGlyphOrder(), font["CFF "].cff[0].CharStrings
            for glyph in sorted(used):
                text = face.unicode.get(glyph, "")
                if glyph == 0 or glyph >= len(order):
                    yield f"{name} shows .notdef as glyph {glyph}"
                elif not text or any(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" for char in text):
                    yield f"{name}: glyph {glyph} is copied as {text!r}"
                elif text.strip() and len(shapes[order[glyph]].bytecode) < 4:
                    yield f"{name}: glyph {glyph}, {text!r}, is empty"


def conformance(pdf: Pdf, _: Document) -> Iterator[str]:
    """ISO 14289-1 (PDF/UA-1) and ISO 19005-3 (PDF/A-3u), as far as a program can tell; each link is in an element."""
    for profile in ("ua1", "3u"):
        report = validation.validate_pdf_bytes(pdf.data, profile=profile)
        yield from (f"{failure.rule_id}: {failure.message}" for failure in report.failures)
    if pdf.untagged_links:
        yield f"{pdf.untagged_links} links are not in Link elements"


def description(pdf: Pdf, document: Document) -> Iterator[str]:
    """The file says what it is, in which language and of which day, and nothing of the machine that made it."""
    facts = document.facts
    title, moment = facts.title[facts.language], "D:" + re.sub("[-:T]", "", facts.moment)
    viewer = dictionary(pdf.root.get("/ViewerPreferences", DictionaryObject()))
    information = pdf.reader.metadata or DictionaryObject()
    said = {
        "/Lang": (pdf.root.get("/Lang"), facts.language),
        "/DisplayDocTitle": (str(viewer.get("/DisplayDocTitle")), "True"),
        "/ID": (str(array(pdf.reader.trailer["/ID"])[0]), facts.identifier),
        "version": (pdf.reader.pdf_header, "%PDF-1.7"),
    } | {
        name: (information.get(name), wanted)
        for name, wanted in {
            "/Title": title, "/Author": facts.publisher, "/Subject": facts.description, "/CreationDate": moment,
            "/ModDate": moment, "/Keywords": ", ".join(facts.subjects), "/Producer": "WeasyPrint 70.0",
        }.items()
    }  # fmt: skip
    yield from (f"{name} is {found!r}, not {wanted!r}" for name, (found, wanted) in said.items() if found != wanted)
    yield from (f"the file says {name}" for name in information if name not in said)
    packet = stream(pdf.root["/Metadata"]).decode()
    wanted = (
        *facts.title.values(), facts.moment, facts.identifier, *facts.sources, *facts.siblings, *facts.subjects,
        *(each.licence for each in facts.rights), *(text for each in facts.rights for text in each.statement.values()),
        *(name for each in facts.contributors for name in each.name.values()),
    )  # fmt: skip
    yield from (f"XMP does not say {each!r}" for each in wanted if str(escape(each)) not in packet)
    marks = ("<pdfaid:part>3<", "<pdfaid:conformance>U<", "<pdfuaid:part>1<", "<pdfaExtension:schemas>")
    yield from (f"XMP does not say {each!r}" for each in marks if each not in packet)
    everything = pdf.data + b"".join(_inflated(pdf.data))
    for path in (str(ROOT), "file:", "press:"):
        if any(path.encode(code) in everything for code in ("utf-8", "utf-16-be")):
            yield f"{path!r} stands in the file"


def _inflated(data: bytes) -> Iterator[bytes]:
    """The streams of a PDF, except those of fonts and whatever is not compressed."""
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            text = zlib.decompressobj().decompress(match[1])
        except zlib.error:
            continue
        if not text.startswith(b"OTTO"):
            yield text


def outline(pdf: Pdf, document: Document) -> Iterator[str]:
    """The outline lists the headings, all and whole, on their levels and pages; units by the label that they have."""
    headings = list(_listed(pdf, document))
    if len(pdf.outline) != len(headings):
        yield f"{len(headings)} headings, {len(pdf.outline)} entries of the outline"
    for heading, entry in zip(headings, pdf.outline, strict=False):
        if (heading.level, heading.page) != (entry.level, entry.page):
            yield f"{entry} stands for {heading}"
        elif fault := difference(heading.text, entry.text):
            yield fault


def _listed(pdf: Pdf, document: Document) -> Iterator[Heading]:
    """What the outline must list: headings, and in place of those of units with labels, the labels."""
    headings, labelled = iter(pdf.headings), set[ET.Element]()
    for element in ET.fromstring(document.pages[0].text).iter():
        if label := element.get("data-label"):
            labelled |= set(element.iter("h2"))
            yield Heading(2, label, pdf.places[element.get("id", "")])
        elif re.fullmatch(r"h\d", element.tag) and (heading := next(headings, None)) and element not in labelled:
            yield heading


def folios_of_pages(pdf: Pdf, document: Document) -> Iterator[str]:
    """Each page is called in the viewer what is printed in its outer margin; blank pages and titles have no folio."""
    outside = next(iter(_anchors_outside(document)))
    written = {run.page for run in pdf.runs}
    for number, label in enumerate(pdf.labels):
        # The outermost of what stands in the margins: at the right of a recto, at the left of a verso.
        _, bottom, _, top = map(float, array(pdf.pages[number]["/MediaBox"]))
        margin = min(MARGIN, (top - bottom) / 10)
        margins = (run for run in pdf.furniture if run.page == number and not bottom + margin < run.y < top - margin)
        beside = sorted(margins, key=lambda run: run.x)
        found = [run.text for run in beside[-1:] if not number % 2] + [run.text for run in beside[:1] if number % 2]
        found = [text for text in found if re.fullmatch(r"[ivxlc]+|\d+", text)]
        if found != ([label] if number >= pdf.places[outside] and number in written else []):
            yield f"page {label} has the folio {found}"


def _anchors_outside(document: Document) -> Iterator[str]:
    """The anchors in the sections that are not those of cover, titles and imprint."""
    silent = ("cover", "halftitle", "titlepage", "imprint")
    for section in ET.fromstring(document.pages[0].text).iter("section"):
        if has_class(section, "chapter") and not any(has_class(section, name) for name in silent):
            yield from (anchor for element in section.iter() if (anchor := element.get("id")))


def folios_that_are_told(pdf: Pdf, document: Document) -> Iterator[str]:
    """Each folio in contents, references and index is that of the page to which the link beside it, or on it, leads."""
    told = list(_told_folios(pdf, _pages_of_contents(pdf, document)))
    for run, folio in told:
        if pdf.folios.get(run.link) != folio:
            yield f"{run.text!r} leads to page {pdf.folios.get(run.link)}, but {folio} is printed"
    tree = ET.fromstring(document.pages[0].text)
    for section in tree.iter("section"):
        for link in section.iter("a") if has_class(section, "index") else ():
            if pdf.folios.get(link.get("href", "")[1:]) != link.text:
                yield f"the index tells {link.text} for {link.get('href')}"
    spans = tree.iter("span")
    wanted = sum(1 for span in spans if has_class(span, "folio") or has_class(span, "page"))
    if len(told) != wanted:
        yield f"{len(told)} folios are told beside links, not {wanted}"


def _told_folios(pdf: Pdf, listed: range) -> Iterator[tuple[Run, str]]:
    """Links within the book and the folios beside them: behind a reference, or bare in a list of places.

    Roman ones stand bare only in the contents, on pages `listed`. The number of a note, which is small, is no folio.
    """
    for runs in (pdf.flow, *(note.runs for note in pdf.notes)):
        yield from _told_in([run for run in runs if run.text.strip()], pdf, listed)


def _told_in(runs: list[Run], pdf: Pdf, listed: range) -> Iterator[tuple[Run, str]]:
    for link, run in pairwise(runs):
        if link.link in pdf.places and not run.link and (run.block == link.block or run.page > link.page):
            in_list = ("TOCI" in run.tags or "LBody" in run.tags) and "Note" not in run.tags
            bare = (r"([ivxlc]+|\d+)" if run.page in listed else r"(\d+)") if in_list else "(?!)"
            if match := re.fullmatch(rf"\s*(?:{bare}|\(p\.\s(\w+)\)|（第(\w+)頁）)\s*", run.text):
                yield link, next(group for group in match.groups() if group)


def _pages_of_contents(pdf: Pdf, document: Document) -> range:
    """From the page of the contents to that of the chapter behind them."""
    chapters = [
        (has_class(section, "contents"), next(anchor for each in section.iter() if (anchor := each.get("id"))))
        for section in ET.fromstring(document.pages[0].text).iter("section")
        if has_class(section, "chapter")
    ]
    here, (_, after) = next((one, two) for one, two in pairwise(chapters) if one[0])
    return range(pdf.places[here[1]], pdf.places[after])


def destinations(pdf: Pdf, document: Document) -> Iterator[str]:
    """Each anchor of the document, and nothing else, is a destination, on the page on which its words begin."""
    words = Words(document.pages[0].text)
    calls = {call_anchor(anchor): run.page for (anchor, _, _), run in zip(words.notes, pdf.calls, strict=True)}
    wanted = {*words.anchors, *(anchor for anchor, _, _ in words.notes), *calls}
    yield from (f"{anchor} is not a destination" for anchor in sorted(wanted - pdf.places.keys()))
    yield from (f"the document has no anchor {anchor}" for anchor in sorted(pdf.places.keys() - wanted))
    pages = pages_of(pdf.flow, words.flow)
    begin = {anchor: pages[place] for anchor, place in words.anchors.items()}
    begin |= calls | {anchor: note.page for (anchor, _, _), note in zip(words.notes, pdf.notes, strict=True)}
    for anchor in sorted(wanted & pdf.places.keys()):
        if pdf.places[anchor] != begin[anchor]:
            yield f"{anchor} begins on page {pdf.labels[begin[anchor]]}, the destination is {pdf.folios[anchor]}"


def links(pdf: Pdf, document: Document) -> Iterator[str]:
    """Links lead where the document says and are described by their words; and nothing else happens in the file."""
    found = set[tuple[str, str]]()
    for annotation in pdf.annotations:
        action = dictionary(annotation.get("/A", DictionaryObject()))
        target = str(action.get("/URI", f"#{annotation.get('/Dest')}"))
        found.add((target, str(annotation.get("/Contents", ""))))
        kinds = str(annotation["/Subtype"]), str(action.get("/S", "/URI"))
        if kinds != ("/Link", "/URI") or "/AA" in annotation:
            yield f"an annotation to {target} is no plain link"
        if target.startswith("#") and target[1:] not in pdf.places:
            yield f"{target} leads nowhere"
    tree = ET.fromstring(document.pages[0].text)
    anchors, spans = tree.iter("a"), (span for span in tree.iter("span") if has_class(span, "note"))
    wanted = {(quote(anchor.get("href", ""), safe=RESERVED), folded(words_of(anchor))) for anchor in anchors}
    for span in spans:
        note = span.get("id", "")
        wanted |= {(f"#{note}", span.get("data-call", "")), (f"#{call_anchor(note)}", span.get("data-back", ""))}
    yield from (f"there is no link to {target} from {words!r}" for target, words in sorted(wanted - found))
    yield from (f"the document has no link to {target} from {words!r}" for target, words in sorted(found - wanted))
    names = {*pdf.root, *dictionary(pdf.root["/Names"])}
    active = names & {"/OpenAction", "/AA", "/AcroForm", "/JavaScript", "/URI"}
    yield from (f"the file has {name}" for name in sorted(active))


def notes(pdf: Pdf, document: Document) -> Iterator[str]:
    """Notes are numbered from 1 in each unit, and each stands once, at the foot of the page on which it is called."""
    words = Words(document.pages[0].text)
    for unit, group in groupby(words.notes, lambda each: each[0].rpartition("-n")[0]):
        numbers = [number for _, number, _ in group]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"the notes of {unit} are numbered {numbers}"
    called = [(call.page, int(call.text)) for call in pdf.calls]
    stand = [(note.page, note.number) for note in pdf.notes]
    if [number for _, number in called] != [number for _, number, _ in words.notes]:
        yield "other notes are called than the document has"
    if len(called) != len(stand):
        yield f"{len(called)} notes are called, {len(stand)} printed"
    for call, place in zip(called, stand, strict=False):
        if call != place:
            yield f"note {call[1]} is called on page {pdf.labels[call[0]]}, {place} stands there"
            break


def words(pdf: Pdf, document: Document) -> Iterator[str]:
    """The tagged text, in its order, is that of the document, word for word and with these folios."""
    wanted = Words(document.pages[0].text)
    if fault := difference(pdf.flow, wanted.flow):
        yield fault
    for note, (_, number, text) in zip(pdf.notes, wanted.notes, strict=False):
        if fault := difference(note.runs, f"{number} {text}"):
            yield fault


def reading_order(pdf: Pdf, document: Document) -> Iterator[str]:
    """Who knows only the tags reads the document: notes where they are called, words whole, spaces where they are."""
    ours, theirs = pdf.read, Words(document.pages[0].text).whole
    if ours != theirs:
        at = next((n for n, (one, two) in enumerate(zip(ours, theirs, strict=False)) if one != two), len(ours))
        yield f"read {ours[max(0, at - 40) : at + 40]!r}, not {theirs[max(0, at - 40) : at + 40]!r}"


def structure(pdf: Pdf, document: Document) -> Iterator[str]:
    """Elements are of the kinds that the document has, as often, and stand where ISO 32000-1, 14.8.4, has them."""
    elements = list(pdf.elements)
    counted = Counter(each.tag for each in elements)
    tree = ET.fromstring(document.pages[0].text)
    tags = Counter(each.tag for each in tree.iter())
    listed = sum(len(list(section.iter("li"))) for section in tree.iter("section") if section.get("role") == "doc-toc")
    wanted = {
        "Note": sum(has_class(each, "note") for each in tree.iter("span")), "Table": tags["table"], "TR": tags["tr"],
        "TH": tags["th"], "TD": tags["td"], "Caption": tags["caption"], "BlockQuote": tags["blockquote"],
        "TOCI": listed, "Index": sum(each.get("role") == "doc-index" for each in tree.iter("section")),
        "LI": tags["li"] - listed + tags["dt"], "H1": tags["h1"], "H2": tags["h2"], "H3": tags["h3"], "NonStruct": 0,
    }  # fmt: skip
    for tag, number in wanted.items():
        if counted[tag] != number:
            yield f"{counted[tag]} elements {tag}, not {number}"
    for each in elements:
        if each.tag in WITHIN and each.parent not in WITHIN[each.tag]:
            yield f"{each.tag} is in {each.parent}"
        if each.tag == "TH" and each.scope not in ("/Column", "/Row"):
            yield "TH without Scope"
        if each.tag in ("Note", "TH") and each.id not in pdf.ids:
            yield f"{each.tag} '{each.id}' is not in the IDTree"
    levels = [int(each.tag[1]) for each in elements if re.fullmatch(r"H\d", each.tag)]
    yield from (f"H{lower} follows H{upper}" for upper, lower in pairwise(levels) if lower > upper + 1)
    expanded = [each.expansion for each in elements if each.expansion]
    short = [each.get("title") for each in tree.iter("abbr")]
    if expanded != short:
        yield f"expansions are {expanded[:3]}, not {short[:3]}"


WITHIN: Mapping[str, frozenset[str]] = {
    "TOCI": frozenset({"TOC"}), "LI": frozenset({"L"}), "Lbl": frozenset({"LI", "Note"}), "LBody": frozenset({"LI"}),
    "TR": frozenset({"Table", "THead", "TBody", "TFoot"}), "TH": frozenset({"TR"}), "TD": frozenset({"TR"}),
    "THead": frozenset({"Table"}), "TBody": frozenset({"Table"}), "TOC": frozenset({"TOCI", "Sect"}),
}  # fmt: skip
"""What an element may stand in."""


def note_links(pdf: Pdf, document: Document) -> Iterator[str]:
    """From each call one comes to its note, and from there back to the call."""
    wanted = Words(document.pages[0].text).notes
    if len(pdf.calls) != len(wanted) or len(pdf.notes) != len(wanted):
        yield f"{len(pdf.calls)} calls and {len(pdf.notes)} notes, not {len(wanted)}"
    for (anchor, _, _), call, printed in zip(wanted, pdf.calls, pdf.notes, strict=False):
        if (call.link, printed.runs[0].link) != (anchor, call_anchor(anchor)):
            yield f"{anchor} is linked to {call.link} and {printed.runs[0].link}"


def attached(pdf: Pdf, document: Document) -> Iterator[str]:
    """The files that the PDF takes along are those of the document, and say how they are related to it."""
    names = dictionary(pdf.root["/Names"])
    tree = array(dictionary(names["/EmbeddedFiles"])["/Names"]) if "/EmbeddedFiles" in names else ArrayObject()
    files = [dictionary(each) for each in tree[1::2]]
    if [dictionary(each) for each in array(pdf.root.get("/AF", ArrayObject()))] != files:
        yield "not all the files that the PDF takes along are associated with it"
    found = {
        str(each["/UF"]): (
            str(each["/AFRelationship"])[1:], str(each["/Desc"]), stream(dictionary(each["/EF"])["/F"]).decode(),
        )
        for each in files
    }  # fmt: skip
    wanted = {each.name: (each.relationship, each.description, each.text) for each in document.attachments}
    yield from (
        f"{name} is not as it should be"
        for name in sorted(found.keys() | wanted)
        if found.get(name) != wanted.get(name)
    )


def furniture(pdf: Pdf, _: Document) -> Iterator[str]:
    """Running heads, folios, leaders and repeated heads of tables alone are outside the tags; they can be read."""
    heads = "".join(run.text for run in pdf.runs if "TH" in run.tags)
    for run in pdf.furniture:
        bottom, top = (float(side) for side in list(array(pdf.pages[run.page]["/MediaBox"]))[1::2])
        margin = min(MARGIN, (top - bottom) / 10)
        in_margin = not bottom + margin < run.y < top - margin
        if in_margin and run.size < SMALLEST:
            yield f"{run.text!r} is set at {run.size:.1f} points"
        repeats = run.text.strip() in heads or not any(map(str.isalnum, run.text))
        if not in_margin and not repeats:
            yield f"{run.text!r} on page {pdf.labels[run.page]} is not tagged"
        if run.tags != ("Artifact",):
            yield f"{run.text!r} on page {pdf.labels[run.page]} is neither text nor artifact"


def languages(pdf: Pdf, _: Document) -> Iterator[str]:
    """Text is said to be in a language that is written so: Han characters and kana are not read aloud as English."""
    for run in pdf.runs:
        if run.link.startswith("http"):
            continue  # An address is in no language.
        if any(run.language[:2] not in LANGUAGES.get(each, run.language) for each in scripts(run.text)):
            yield f"{run.text!r} on page {pdf.labels[run.page]} is said to be in {run.language!r}"


CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        sizes_of_pages, faces, glyphs, conformance, description, outline, folios_of_pages, folios_that_are_told,
        destinations, links, notes, words, reading_order, structure, note_links, attached, furniture, languages,
    )
}  # fmt: skip


# The checks made.


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("book", [*BOOKS, *EDITIONS])
def test_every_check_finds_the_finished_books_in_order(book: str, name: str) -> None:
    assert list(CHECKS[name](finished_pdf(book), finished_document(book))) == []


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_finds_the_specimen_in_order(name: str) -> None:
    assert list(CHECKS[name](*whole())) == []


@pytest.mark.parametrize("book", [*BOOKS, *EDITIONS])
def test_every_anchor_of_the_publication_is_a_destination_of_a_finished_book(book: str) -> None:
    parts = [publication().part(name) for name in product(book).parts]
    wanted = {anchor for part in parts for anchor in part.anchors()}
    if any(part.kind == "bibliography" for part in parts):
        wanted |= {source.anchor for source in publication().sources}
    assert wanted <= finished_pdf(book).places.keys()


@pytest.mark.parametrize("book", [*BOOKS, *EDITIONS])
def test_a_finished_book_has_roman_folios_before_its_first_text_and_arabic_ones_from_there(book: str) -> None:
    pdf = finished_pdf(book)
    first = pdf.places[finished_document(book).arabic]
    assert first > 0
    assert first % 2 == 0, "an odd folio stands on the right"
    assert pdf.labels[:first] == [roman(number).lower() for number in range(1, first + 1)]
    assert pdf.labels[first:] == [str(number) for number in range(1, len(pdf.pages) - first + 1)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (partial(replace, product="other"), "has no product 'a4'"),
        (partial(replace, sha256="0" * 64), "is not what the manifest says"),
        (partial(replace, fingerprint="0" * 64), "is older than what it is made from"),
    ],
)
def test_a_product_that_is_missing_or_stale_is_a_failure(
    change: Callable[[Entry], Entry], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = Manifest(tuple(change(each) for each in reading.manifest().entries if each.product == "a4"))
    monkeypatch.setattr(reading, "manifest", lambda: changed)
    with pytest.raises(AssertionError, match=f"{says}.*; run make"):
        reading.finished.__wrapped__("a4")


def test_another_program_reads_the_same_words_as_these_checks() -> None:
    ours = [run.text for run in (*whole()[0].runs, *whole()[0].furniture)]
    theirs = "".join(page.extract_text() for page in PdfReader(BytesIO(specimen_bytes())).pages)
    assert sorted("".join("".join(ours).split())) == sorted("".join(theirs.split()))


# The checks tested: each must find what is broken.


def edited(edit: Callable[[PdfWriter], None]) -> tuple[Pdf, Document]:
    """The specimen with its PDF changed by hand."""
    writer, out = PdfWriter(clone_from=BytesIO(specimen_bytes())), BytesIO()
    edit(writer)
    writer.write(out)
    return Pdf(out.getvalue()), whole()[1]


def relaid(change: Callable[[str], str] = str, style: str = "") -> tuple[Pdf, Document]:
    """The specimen with other text or style, held against the document as it should be."""
    with pytest.MonkeyPatch.context() as patch:  # With a better guess, most are laid out only once.
        patch.setattr("press.pdf.guess_folios", lambda _: whole()[0].folios)
        return Pdf(made(lambda folios: specimen(folios, change, style))), whole()[1]


def other(change: Callable[[str], str]) -> tuple[Pdf, Document]:
    """The specimen as it should be, held against another document."""
    return whole()[0], specimen(whole()[0].folios, change)


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


def settle(writer: PdfWriter, path: tuple[str | int, ...], value: object) -> None:
    """Set the value at a path of keys and indices from the catalog; None deletes it."""
    place: object = writer.root_object
    for key in path[:-1]:
        place = dictionary(place)[key] if isinstance(key, str) else array(place)[key]
    if value is None:
        del dictionary(place)[path[-1]]
    elif isinstance(path[-1], str):
        dictionary(place)[NameObject(path[-1])] = value
    else:
        array(place)[path[-1]] = value


def put(*path: str | int, value: object = None) -> Mutant:
    return partial(edited, lambda writer: settle(writer, path, value))


def inform(name: str, value: str) -> Mutant:
    return partial(edited, lambda writer: writer.add_metadata({name: value}))


def each_font(change: Callable[[DictionaryObject], None]) -> Mutant:
    def edit(writer: PdfWriter) -> None:
        fonts = dictionary(dictionary(dictionary(writer.pages[0])["/Resources"])["/Font"])
        for name in fonts:
            change(dictionary(fonts[name]))

    return partial(edited, edit)


def unembedded(font: DictionaryObject) -> None:
    del program(font)["/FontFile3"]


def renamed(font: DictionaryObject) -> None:
    font[NameObject("/BaseFont")] = NameObject("/" + str(font["/BaseFont"]).partition("+")[2])


def foreign(font: DictionaryObject) -> None:
    data = DecodedStreamObject()
    ours, theirs = "Version 4".encode("utf-16-be"), "Version 5".encode("utf-16-be")
    data.set_data(stream(program(font)["/FontFile3"]).replace(ours, theirs))
    program(font)[NameObject("/FontFile3")] = data


def unmapped(font: DictionaryObject) -> None:
    data = DecodedStreamObject()
    data.set_data(stream(font["/ToUnicode"]).replace(b"> <00", b"> <e0"))
    font[NameObject("/ToUnicode")] = data


def rewritten(old: bytes, new: bytes, count: int = 1) -> Mutant:
    """The specimen with other bytes in the content of a page, once or, if `count` is 0, wherever they stand."""

    def edit(writer: PdfWriter) -> None:
        page = dictionary(writer.pages[2])
        data = stream(page["/Contents"])
        assert re.search(old, data)
        content = DecodedStreamObject()
        content.set_data(re.sub(old, new, data, count=count))
        page[NameObject("/Contents")] = content

    return partial(edited, edit)


def moved(anchor: str, page: int) -> Mutant:
    """The specimen with a destination on another page; page -1 removes it."""

    def edit(writer: PdfWriter) -> None:
        names = array(dictionary(dictionary(writer.root_object["/Names"])["/Dests"])["/Names"])
        place = names.index(anchor)
        if page < 0:
            del names[place : place + 2]
        else:
            reference = writer.pages[page].indirect_reference
            assert reference
            array(names[place + 1])[0] = reference

    return partial(edited, edit)


def first_link(key: str, value: object) -> Mutant:
    def edit(writer: PdfWriter) -> None:
        for page in writer.pages:
            for annotation in array(page.get("/Annots", ArrayObject())):
                dictionary(annotation)[NameObject(key)] = value
                return

    return partial(edited, edit)


def retagged(writer: PdfWriter) -> None:
    """Make the first Link element of the structure tree one that says nothing."""
    element = dictionary(dictionary(writer.root_object)["/StructTreeRoot"])
    waiting = [element]
    while waiting:
        element = waiting.pop()
        if element.get("/S") == "/Link":
            element[NameObject("/S")] = NameObject("/Span")
            return
        kids = element.get("/K", ArrayObject())
        waiting += [dictionary(kid) for kid in (kids if isinstance(kids, list) else [kids]) if not isinstance(kid, int)]


def elements_of(writer: PdfWriter) -> Iterator[DictionaryObject]:
    """The elements of the structure tree, the outermost first."""
    waiting = [dictionary(dictionary(writer.root_object)["/StructTreeRoot"])]
    while waiting:
        element = waiting.pop(0)
        yield element
        waiting += [
            child
            for kid in array(element.get("/K", ArrayObject()))
            if not isinstance(kid, int) and "/S" in (child := dictionary(kid))
        ]


def renamed_element(old: str, new: str, writer: PdfWriter) -> None:
    next(each for each in elements_of(writer) if each.get("/S") == old)[NameObject("/S")] = NameObject(new)


def stripped(key: str, *rest: object) -> None:
    """Take a key from the first element that has it."""
    *tag, writer = rest
    assert isinstance(writer, PdfWriter)
    found = next(each for each in elements_of(writer) if key in each and (not tag or each["/S"] == tag[0]))
    del found[key]


def hardened(writer: PdfWriter) -> None:
    stripped("/ActualText", writer)


def misled(writer: PdfWriter) -> None:
    """Let the first call of a note lead to another."""
    annotations = (dictionary(each) for page in writer.pages for each in array(page.get("/Annots", ArrayObject())))
    next(each for each in annotations if each.get("/Dest") == "art-1-n1")[NameObject("/Dest")] = TEXT("art-1-n2")


def unarchived(writer: PdfWriter) -> None:
    packet = DecodedStreamObject()
    packet.set_data(stream(writer.root_object["/Metadata"]).replace(b"pdfaid:part>3", b"pdfaid:part>2"))
    writer.root_object[NameObject("/Metadata")] = packet


TEXT = TextStringObject
MUTANTS: Mapping[tuple[str, str], tuple[str, Mutant]] = {
    ("sizes_of_pages", "another paper"): ("/MediaBox is", partial(relaid, style="@page { size: letter }")),
    ("sizes_of_pages", "a turned page"): ("has /Rotate", put("/Pages", "/Kids", 1, "/Rotate", value=NumberObject(90))),
    ("faces", "a font not embedded"): ("is not embedded", each_font(unembedded)),
    ("faces", "a font without the mark of a subset"): ("is not a subset", each_font(renamed)),
    ("faces", "a font from elsewhere"): ("is not in fonts/", each_font(foreign)),
    ("glyphs", "glyph 0"): ("shows .notdef", rewritten(rb"<[0-9a-f]{4}>", b"<0000>")),
    ("glyphs", "a glyph that the font has not"): ("shows .notdef", rewritten(rb"<[0-9a-f]{4}>", b"<fff0>")),
    ("glyphs", "glyphs that cannot be copied"): ("is copied as", each_font(unmapped)),
    ("conformance", "a document that does not say it is tagged"): ("PDFUA1-", put("/MarkInfo")),
    ("conformance", "a document without metadata"): ("PDFUA1-", put("/Metadata")),
    ("conformance", "a link in no Link element"): ("are not in Link elements", partial(edited, retagged)),
    ("description", "no language"): ("/Lang is", put("/Lang")),
    ("description", "another language"): ("/Lang is", put("/Lang", value=TEXT("fr"))),
    ("description", "a file name for a title"): (
        "/DisplayDocTitle is", put("/ViewerPreferences", "/DisplayDocTitle", value=BooleanObject(value=False)),
    ),
    ("description", "another title"): ("/Title is", inform("/Title", "Specimens")),
    ("description", "the clock"): ("/ModDate is", inform("/ModDate", "D:20010203040507Z")),
    ("description", "a word too many"): ("says /Creator", inform("/Creator", "a person")),
    ("description", "a path"): (
        "stands in the file", partial(relaid, replaced(FACTS.description, f"file:{ROOT}/book.html")),
    ),
    ("outline", "a heading not listed"): ("entries", partial(relaid, style="h2 { bookmark-level: none }")),
    ("outline", "another level"): ("stands for", partial(relaid, style="h2 { bookmark-level: 1 }")),
    ("outline", "other words"): ("words", partial(relaid, style='h2 { bookmark-label: "Article" }')),
    ("outline", "another page"): ("stands for", put("/Outlines", "/First", "/Dest", 0, value=NumberObject(1))),
    ("folios_of_pages", "no labels"): ("has the folio", put("/PageLabels")),
    ("folios_of_pages", "labels that count on"): (
        "has the folio", put("/PageLabels", "/Nums", 3, "/St", value=NumberObject(2)),
    ),
    ("folios_of_pages", "a page without folio"): (
        "has the folio []", partial(relaid, style="@page body { @top-right-corner { content: none } }"),
    ),
    ("folios_of_pages", "a folio in another style"): (
        "has the folio ['2']",
        partial(relaid, style="@page :nth(1 of front):right { @bottom-right-corner { content: '2' } }"),
    ),
    ("folios_of_pages", "a blank page with a folio"): (
        "has the folio ['ii']",
        partial(relaid, style="@page :blank { @top-left-corner { content: counter(page, lower-roman) } }"),
    ),
    ("folios_that_are_told", "a wrong folio in the contents"): ("is printed", moved("part-two", 2)),
    ("folios_that_are_told", "a wrong folio behind a reference"): ("is printed", moved("art-1-p2", 5)),
    ("folios_that_are_told", "a wrong folio in the index"): ("the index tells", moved("art-1-p2", 5)),
    ("folios_that_are_told", "a folio not told"): (
        "are told", partial(relaid, replaced('<span class="folio">(p. ', '<span class="folio">(at ')),
    ),
    ("destinations", "an anchor that is no destination"): ("is not a destination", moved("art-1-p3", -1)),
    ("destinations", "a destination elsewhere"): ("the destination is", moved("art-1-p3", 0)),
    ("destinations", "the destination of a note elsewhere"): ("the destination is", moved("two-n1", 2)),
    ("destinations", "a destination that is no anchor"): (
        "no anchor two-p2", partial(other, replaced(' id="two-p2"', "")),
    ),
    ("links", "a link to nowhere"): ("leads nowhere", first_link("/Dest", TEXT("nowhere"))),
    ("links", "a link to elsewhere"): ("no link to", partial(other, replaced("example.org", "example.com"))),
    ("links", "a link described by an anchor"): ("no link to", first_link("/Contents", TEXT("part-one"))),
    ("links", "something that happens at opening"): ("has /OpenAction", put("/OpenAction", value=ArrayObject())),
    ("links", "something that happens at a link"): ("no plain link", first_link("/AA", DictionaryObject())),
    ("notes", "notes out of order"): (
        "are numbered [2,", partial(other, replaced('n1" data-number="1"', 'n1" data-number="2"')),
    ),
    ("notes", "a note in the text"): ("other notes", partial(relaid, style="#art-1-n3 { float: none }")),
    ("notes", "a note not called"): (
        "other notes", partial(relaid, style="#art-1-n3::footnote-call { content: none }"),
    ),
    ("notes", "a note on a later page"): (
        "is called on page", partial(relaid, style=".note { padding-bottom: 40mm; footnote-policy: auto }"),
    ),
    ("words", "words that are not drawn"): ("words", partial(relaid, style="#two-p1 { visibility: hidden }")),
    ("words", "words that are added"): ("words", partial(relaid, style='#two-p1::after { content: "完" }')),
    ("words", "other letters"): ("words", partial(relaid, style="h2 { text-transform: uppercase }")),
    ("words", "words in another order"): ("words", partial(other, replaced("by hyphens that", "that by hyphens"))),
    ("words", "a hyphen that the text has not"): ("words", partial(other, replaced("self-defense", "selfdefense"))),
    ("words", "other words in a note"): ("words", partial(other, replaced("Note 3 says this.", "Note 3 says that."))),
    ("words", "another folio"): ("words", partial(other, replaced('"folio">(p. ', '"folio">(p. 1'))),
    ("reading_order", "a word that is not there"): (
        "read", partial(other, replaced("well-being and", "well-being or")),
    ),
    ("reading_order", "two words in one"): ("read", rewritten(rb"\[<[0-9a-f]{4}>\] TJ\s+ET", b"ET", count=0)),
    ("reading_order", "a hyphen that is not soft"): ("read", partial(edited, hardened)),
    ("structure", "a note that is none"): (
        "elements Note", partial(edited, partial(renamed_element, "/Note", "/Span")),
    ),
    ("structure", "a quotation that is none"): (
        "elements BlockQuote", partial(edited, partial(renamed_element, "/BlockQuote", "/Div")),
    ),
    ("structure", "an entry outside a table of contents"): (
        "TOCI is in", partial(edited, partial(renamed_element, "/TOC", "/L")),
    ),
    ("structure", "a heading that is too low"): (
        "H3 follows H1", partial(edited, partial(renamed_element, "/H2", "/H3")),
    ),
    ("structure", "a short form without its long one"): ("expansions are", partial(edited, partial(stripped, "/E"))),
    ("structure", "a header that heads nothing"): ("TH without Scope", partial(edited, partial(stripped, "/A", "/TH"))),
    ("structure", "names in no tree"): ("is not in the IDTree", put("/StructTreeRoot", "/IDTree")),
    ("note_links", "a call that leads elsewhere"): ("is linked to", partial(edited, misled)),
    ("attached", "a file that is missing"): ("not as it should be", put("/Names", "/EmbeddedFiles")),
    ("attached", "a file of nothing"): ("associated", put("/AF")),
    ("attached", "another relation"): (
        "not as it should be", put("/AF", 0, "/AFRelationship", value=NameObject("/Data")),
    ),
    ("conformance", "an archive's file without colors"): ("PDFA3U-", put("/OutputIntents")),
    ("description", "a packet that is no archive's"): ("XMP", partial(edited, unarchived)),
    ("furniture", "Han made small"): (
        "is set at 5.",
        partial(relaid, style="@page :left { @top-left { content: '歷史'; font-variant-caps: all-small-caps } }"),
    ),
    ("furniture", "furniture that is no artifact"): (
        "neither text nor artifact", rewritten(rb"/Artifact\s<<.*?>>\sBDC", b"/Span BMC"),
    ),
    ("languages", "Chinese as English"): (
        "is said to be in 'en'", partial(relaid, replaced(' zh" lang="zh-Hant"', '"')),
    ),
    ("furniture", "text that is not tagged"): (
        "is not tagged", rewritten(rb"/Span\s<</MCID 0>>\sBDC", b"/Artifact BMC"),
    ),
}  # fmt: skip
"""By check and fault: what is said of it, and the specimen that has it."""


def test_every_check_is_tested() -> None:
    assert {name for name, _ in MUTANTS} == CHECKS.keys()


@pytest.mark.parametrize(("name", "fault"), MUTANTS)
def test_a_check_finds(name: str, fault: str) -> None:
    says, mutant = MUTANTS[name, fault]
    found = list(CHECKS[name](*mutant()))
    assert any(says in each for each in found), found


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("of self-\ndefense and secu-\nrity", ""),
        ("of self-defense and se-curity", "other words"),
        ("of selfdefense and security", "other words"),
        ("of self-\ndefense andsecurity", "other words"),
        ("of self-\ndefense and\fsecurity", ""),
        ("of self-\ndefense and secu\nrity", "a line ends within a word"),
        ("of self-\ndefense and- security", "other words"),
        ("of self-\ndefense and-\nsecurity", "other words"),
        ("of self-\ndefense and", "words are missing"),
        ("of self-\ndefense and security too", "other words"),
    ],
)
def test_only_the_hyphens_of_the_layout_are_undone(text: str, says: str) -> None:
    fault = difference(text, "of self-defense and security")
    assert fault.startswith(says)
    assert bool(fault) == bool(says)


@pytest.mark.parametrize(
    ("text", "same"), [("條約\n全文", True), ("條 約全文", False), ("條約全", False), ("條約，全文", False)]
)
def test_han_is_compared_character_by_character(text: str, *, same: bool) -> None:
    assert (difference(text, "條約全文") == "") == same


# Folios.


@given(st.integers(0, 30), st.integers(0, 30))
def test_pages_are_counted_in_roman_until_the_first_text_and_in_arabic_from_there(front: int, body: int) -> None:
    anchors = [{f"f{number}"} for number in range(front)] + [{"first", "other"}] + [set[str]()] * body
    labels = page_labels(anchors, "first")
    assert labels == [roman(number + 1).lower() for number in range(front)] + [str(n + 1) for n in range(body + 1)]


def test_pages_without_a_first_text_are_counted_in_arabic() -> None:
    assert page_labels([{"a"}, {"b"}], "nowhere") == ["1", "2"]


def test_folios_are_guessed_from_the_length_of_the_text() -> None:
    def chapter(anchor: str, text: str) -> str:
        return f'<section class="chapter x"><h1 id="{anchor}">{text}</h1></section>'

    text = chapter("front", "x" * 9000) + chapter("part-one", "x" * 5300) + '<p id="end"></p>' + chapter("next", "字")
    folios = guess_folios(document(text + chapter("han", "字" * 2600) + '<p id="last"></p>'))
    assert folios == {"front": "i", "part-one": "1", "end": "3", "next": "4", "han": "5", "last": "7"}


def pages_with(front: int, folios: Folios) -> str:
    """Pages in a row, the last of which is told on the first."""
    sections = "".join(
        f'<section id="s{number}" style="break-after: page">{number}</section>' for number in range(front)
    )
    return f'{HEAD}<body><p id="first">{folios.get("end", "")}</p>{sections}<p id="end">End</p></body></html>'


def test_folios_settle_and_are_those_of_the_pages() -> None:
    asked = list[Folios]()
    stages = list[tuple[str, int]]()

    def compose(folios: Folios) -> Document:
        asked.append(folios)
        return document(pages_with(11, folios), arabic="s1")

    result = make_pdf(compose, lambda stage, page: stages.append((stage, page)))
    pdf = Pdf(result.data)
    assert result.pages == len(pdf.pages) == 12
    assert pdf.runs[0].text == pdf.folios["end"] == asked[-1]["end"] == "11"
    assert [pdf.folios[anchor] for anchor in ("first", "s0", "s1", "s10")] == ["i", "i", "1", "10"]
    assert len(asked) <= 4
    assert ("laying out", 1) in stages
    assert ("laying out, turn 2,", 12) in stages
    assert stages[-1] == ("writing", 0)


def test_folios_that_drive_each_other_to_and_fro_are_a_problem() -> None:
    layouts = 0

    def compose(folios: Folios) -> Document:
        nonlocal layouts
        layouts += 1
        return document(pages_with(2 if folios.get("end") == "2" else 1, folios), arabic="first")

    problem = problem_of(compose)
    assert problem.at == TEMPLATE
    assert problem.message == f"the folios of specimen.pdf do not settle after {MOST_LAYOUTS} layouts: end, s1"
    assert layouts == MOST_LAYOUTS + 1


# Problems.


def problems_of(compose: Callable[[Folios], Document]) -> tuple[Problem, ...]:
    with pytest.raises(PublicationError) as caught:
        made(compose)
    return caught.value.problems


def problem_of(compose: Callable[[Folios], Document]) -> Problem:
    (problem,) = problems_of(compose)
    return problem


def sheet(body: str, *styles: Style) -> Callable[[Folios], Document]:
    return lambda _: document(f"{HEAD}<body><h1 id='part-one'>One</h1>{body}</body></html>", *styles)


def test_bad_css_is_a_problem_of_its_style_sheet_at_its_line_and_column() -> None:
    good = Style(name="good.css", text="p { color: red }")
    bad = Style(name="bad.css", text="p { color: red }\nh1 { color: red;\n     colour: red }")
    problem = problem_of(sheet("<p>Words</p>", good, bad))
    assert str(problem.at) == "templates/styles/bad.css:3:6"
    assert "colour" in problem.message


def test_a_selector_that_cannot_be_read_is_a_problem() -> None:
    problem = problem_of(sheet("<p>Words</p>", Style(name="bad.css", text="p { color: red }\np::: { color: red }")))
    assert problem.at == Location(PurePosixPath("templates/styles/bad.css"))
    assert "p:::" in problem.message


def test_a_character_that_no_face_has_is_a_problem() -> None:
    problem = problem_of(sheet("<p>Words and \u0e01</p>"))
    assert problem.at == TEMPLATE
    assert "U+0E01" in problem.message
    assert problem.hint == "no face in fonts/ has this character"


def test_a_link_to_an_anchor_that_is_not_there_is_a_problem() -> None:
    problem = problem_of(sheet("<p><a href='#nowhere'>Words</a></p>"))
    assert "nowhere" in problem.message


def test_an_anchor_that_is_on_no_page_is_a_problem() -> None:
    problem = problem_of(sheet('<p id="lost" style="display: none">Words</p>'))
    assert problem.message == "the layout of specimen.pdf has lost lost"


def test_an_anchor_given_twice_is_a_problem() -> None:
    assert "twice" in problem_of(sheet("<p id='twice'>Words</p><p id='twice'>Words</p>")).message


def test_a_document_without_a_language_is_a_problem() -> None:
    text = "<html><head><title>x</title></head><body><p id='part-one'>Words</p></body></html>"
    assert "lang" in problem_of(lambda _: document(text)).message


def test_all_problems_are_told_together() -> None:
    bad = Style(name="bad.css", text="p { colour: red }")
    assert len(problems_of(sheet("<img src='file:///x.png' alt='x'/>", bad, replace(bad, name="worse.css")))) == 3


def no_connection(*_: object) -> NoReturn:
    raise AssertionError("something was asked for on the network")


ADDRESSES = ("file:///etc/passwd", "http://127.0.0.1:9/x", "https://example.org/x", "x.png")


@pytest.mark.parametrize(
    ("body", "style"),
    [
        ("<p><img src='{}' alt='x'/></p>", ""),
        ("<link rel='stylesheet' href='{}'/>", ""),
        ("", "@import url({});"),
        ("<p class='x{n}'>Words</p>", "p.x{n} {{ background: url({}) }}"),
        ("", "@font-face {{ font-family: x{n}; src: url({}) }}"),
    ],
)
def test_nothing_is_fetched(body: str, style: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[str]()
    refuse = NoFetcher.fetch

    def refuse_and_tell(fetcher: NoFetcher, url: str) -> object:
        asked.append(url)
        return refuse(fetcher, url)

    monkeypatch.setattr(NoFetcher, "fetch", refuse_and_tell)
    monkeypatch.setattr(socket.socket, "connect", no_connection)
    monkeypatch.setattr(socket, "getaddrinfo", no_connection)
    bodies, rules = ("".join(text.format(url, n=n) for n, url in enumerate(ADDRESSES)) for text in (body, style))
    problems = problems_of(sheet(bodies, Style(name="asks.css", text=rules)))
    assert len(problems) == len(ADDRESSES)
    assert sorted(url.removeprefix("press:") for url in asked) == sorted(ADDRESSES)


def test_an_image_in_the_address_itself_is_refused_too() -> None:
    assert problems_of(sheet("<p><img src='data:image/png;base64,iVBORw0KGgo=' alt='x'/></p>"))


def loggers() -> list[tuple[int, bool, list[logging.Handler]]]:
    names = ("weasyprint", "weasyprint.progress", "fontTools")
    each = [logging.getLogger(name) for name in names]
    return [(logger.level, logger.propagate, list(logger.handlers)) for logger in each]


@pytest.mark.parametrize("body", ["<p>Words</p>", "<p><a href='#nowhere'>Words</a></p>"])
def test_logging_and_garbage_collection_are_left_as_they_were(body: str) -> None:
    before = loggers()
    try:
        made(sheet(body))
    except PublicationError:
        assert "nowhere" in body
    assert loggers() == before
    assert gc.isenabled()


def test_a_drawing_is_a_figure_that_has_words_and_tells_where_it_is() -> None:
    drawing = (
        "<figure style='margin: 0'><svg xmlns='http://www.w3.org/2000/svg' width='200' height='100' viewBox='0 0 2 1' "
        "style='display: block'><title>A square</title><desc>It is red.</desc><rect width='1' height='1' fill='red'/>"
        "</svg><figcaption>A caption</figcaption></figure>"
    )
    page = Style(name="page.css", text="@page { size: 400px 300px; margin: 40px } h1 { font: 10px/20px sans-serif }")
    data = made(sheet(drawing, page))
    elements = list(elements_of(PdfWriter(clone_from=BytesIO(data))))
    figure = next(each for each in elements if each.get("/S") == "/Figure")
    assert str(figure["/Alt"]) == "A square It is red."
    left, bottom, right, top = (float(each) for each in array(dictionary(figure["/A"])["/BBox"]))
    assert (right - left, top - bottom) == (150, 75)
    assert left == (40 + 8) * 0.75
    assert 300 * 0.75 - 40 * 0.75 - top < 60
    assert "/Caption" in [each.get("/S") for each in elements]
    for profile in ("ua1", "3u"):
        assert not validation.validate_pdf_bytes(data, profile=profile).failures


# Notes and bytes.


def pages_full_of_notes() -> Document:
    """Chapters that reach their first page's end at twelve heights, with a note in every line."""
    line = "Words that fill a line of the page and are followed, before they come to its end, by the call of a note"

    def paragraph(chapter: int, first: int) -> str:
        noted = (f"{line}{note(f's{chapter}', number, 'Said.')}." for number in range(first, first + 4))
        return f"<p>{' '.join(noted)}</p>"

    chapters = "".join(
        f'<div class="matter-body{"" if chapter else " arabic"}"><section class="chapter"><h1 id="s{chapter}">S</h1>'
        f'<div style="height: {150 - 2 * chapter}mm"></div>{paragraph(chapter, 1)}'
        f"{paragraph(chapter, 5)}</section></div>"
        for chapter in range(12)
    )
    return replace(specimen({}, lambda _: f"{HEAD}<body>{chapters}</body></html>"), arabic="s0")


def test_notes_stay_with_their_calls_wherever_a_page_ends() -> None:
    laid = pages_full_of_notes()
    pdf = Pdf(made(lambda _: laid))
    assert len(pdf.notes) == 12 * 8
    assert list(notes(pdf, laid)) == []
    assert list(words(pdf, laid)) == []


def test_without_our_patch_weasyprint_loses_notes_and_that_is_a_problem() -> None:
    """Once it no longer does, press/patches.py can go."""
    importlib.reload(block)
    try:
        problem = problem_of(lambda _: pages_full_of_notes())
    finally:
        patches._keep_notes()  # noqa: SLF001 - the rest of the patches is still there
    assert re.search(r"has lost s\d+-n5", problem.message)


def test_the_same_document_gives_the_same_bytes_again() -> None:
    assert made(specimen) == specimen_bytes()


def test_the_same_document_gives_the_same_bytes_in_another_process_place_and_language(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(elsewhere), "PYTHONPATH": str(ROOT), "TZ": "Asia/Tokyo",
        "LC_ALL": "C", "PYTHONHASHSEED": "7",
    }  # fmt: skip
    command = "import sys; from tests.test_pdf import specimen_bytes; sys.stdout.buffer.write(specimen_bytes())"
    done = subprocess.run(
        [sys.executable, "-c", command], cwd=elsewhere, env=environment, capture_output=True, check=True
    )
    assert done.stdout == specimen_bytes()
