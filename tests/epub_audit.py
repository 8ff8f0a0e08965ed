"""What a good bilingual e-book of a legal text must hold, rule by rule: the rows of docs/epub-goals.md.

Each rule is a function that reads a finished EPUB and gives a finding for every place that breaks it. The tests run
them on the real e-books, where they must find nothing, and on copies with one fault planted, where they must find it.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from io import BytesIO
from itertools import pairwise
from unicodedata import is_normalized
from xml.etree import ElementTree as ET
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from fontTools.ttLib import TTFont
from zhon.cedict import simplified, traditional

from press.model import Publication
from press.prose import Prose, Span

HTML, EPUB, OPF = "{http://www.w3.org/1999/xhtml}", "{http://www.idpf.org/2007/ops}", "{http://www.idpf.org/2007/opf}"
DC, NCX = "{http://purl.org/dc/elements/1.1/}", "{http://www.daisy.org/z3986/2005/ncx/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
HAN = "\u2e80-\u2fd5\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
KANA, BOPOMOFO = "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff", "\u3105-\u312f"
INLINE = "span|a|b|i|em|strong|cite|dfn|ruby"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SIMPLIFIED = frozenset(simplified) - frozenset(traditional)
ROLES = {
    "noteref": "doc-noteref", "footnote": "doc-footnote", "footnotes": "doc-endnotes", "pagebreak": "doc-pagebreak",
    "glossary": "doc-glossary", "bibliography": "doc-bibliography", "index": "doc-index", "toc": "doc-toc",
    "page-list": "doc-pagelist",
}  # fmt: skip
"""Terms of the vocabulary that have a role of DPUB-ARIA of the same meaning."""


@cache
def _parsed(data: bytes) -> ET.Element:
    return ET.fromstring(data)


@dataclass(frozen=True)
class Book:
    """A finished EPUB, and what it is compared with.

    `wanted` are the entries as the composer made them; `labels` those of the pages of the printed book, `source` its
    identifier; `register` are the anchors that may never go.
    """

    entries: Mapping[str, bytes]
    infos: tuple[ZipInfo, ...] = ()
    wanted: Mapping[str, bytes] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    drawn: frozenset[str] = frozenset()
    """Labels of the pages that are one drawing, and have no text by which to find them."""
    source: str = ""
    register: frozenset[str] = frozenset()
    publication: Publication | None = None
    moment: str = ""

    def with_fault(self, name: str, pattern: str, new: str) -> Book:
        """A copy with the first place of a pattern, in the entries whose names match, changed."""
        for entry, data in self.entries.items():
            if re.search(name, entry):
                changed, count = re.subn(pattern, new, data.decode(), count=1, flags=re.DOTALL)
                if count and changed != data.decode():
                    return replace(self, entries={**self.entries, entry: changed.encode()})
        raise AssertionError(f"nothing in {name} is like {pattern}")

    @cached_property
    def package(self) -> ET.Element:
        return _parsed(self.entries["EPUB/content.opf"])

    @cached_property
    def items(self) -> dict[str, ET.Element]:
        """The items of the manifest by file name."""
        return {item.get("href", ""): item for item in self.package.iter(f"{OPF}item")}

    @cached_property
    def spine(self) -> list[str]:
        names = {item.get("id"): name for name, item in self.items.items()}
        return [names[each.get("idref")] for each in self.package.iter(f"{OPF}itemref")]

    @cached_property
    def pages(self) -> dict[str, ET.Element]:
        """All pages in the order of the spine."""
        return {name: _parsed(self.entries[f"EPUB/{name}"]) for name in self.spine}

    @cached_property
    def texts(self) -> dict[str, ET.Element]:
        """The pages but for the nav."""
        return {name: page for name, page in self.pages.items() if name != "nav.xhtml"}

    @cached_property
    def sheets(self) -> dict[str, str]:
        """The style sheets without comments."""
        names = [name for name in self.entries if name.endswith(".css")]
        return {name: re.sub(r"/\*.*?\*/", "", self.entries[name].decode(), flags=re.DOTALL) for name in names}

    @cached_property
    def ids(self) -> dict[str, tuple[str, ET.Element]]:
        """Each id: the file it is in and the element."""
        return {e.get("id", ""): (name, e) for name, page in self.pages.items() for e in page.iter() if e.get("id")}

    def nav(self, kind: str) -> ET.Element | None:
        return next((n for n in self.pages["nav.xhtml"].iter(f"{HTML}nav") if n.get(f"{EPUB}type") == kind), None)

    def links(self, kind: str) -> list[tuple[str, str]]:
        """Address and label of each entry of a nav."""
        nav = self.nav(kind)
        return [] if nav is None else [(a.get("href", ""), words(a)) for a in nav.iter(f"{HTML}a")]

    def said(self, name: str) -> list[ET.Element]:
        """The statements of a property, or the elements of Dublin Core, of the metadata."""
        return [e for e in self.package[0] if e.get("property") == name or e.tag == f"{DC}{name}"]

    def refined(self, element: ET.Element, name: str) -> list[str]:
        """What refines a statement."""
        return [e.text or "" for e in self.said(name) if e.get("refines") == f"#{element.get('id')}"]

    @cached_property
    def faces(self) -> dict[str, frozenset[str]]:
        """The characters of each face, by its file."""
        names = [name for name in self.entries if name.endswith(".otf")]
        return {name: frozenset(map(chr, TTFont(BytesIO(self.entries[name])).getBestCmap())) for name in names}


def read_book(data: bytes) -> Book:
    """A finished EPUB from its bytes."""
    with ZipFile(BytesIO(data)) as archive:
        infos = tuple(archive.infolist())
        return Book(entries={info.filename: archive.read(info) for info in infos}, infos=infos)


def words(element: ET.Element) -> str:
    """The words of an element, white space folded."""
    return " ".join("".join(element.itertext()).split())


def tag(element: ET.Element) -> str:
    return element.tag.removeprefix(HTML)


def classes(element: ET.Element) -> set[str]:
    return set(element.get("class", "").split())


def types(element: ET.Element) -> set[str]:
    return set(element.get(f"{EPUB}type", "").split())


def runs(element: ET.Element, around: tuple[ET.Element, ...] = ()) -> Iterator[tuple[str, tuple[ET.Element, ...]]]:
    """Each piece of text, and the elements around it from the outermost."""
    around = (*around, element)
    yield element.text or "", around
    for child in element:
        yield from runs(child, around)
        yield child.tail or "", around


def language_of(around: tuple[ET.Element, ...]) -> tuple[str, ET.Element]:
    """The language of a piece of text, and the element that says so."""
    element = next(e for e in reversed(around) if e.get("lang"))
    return element.get("lang", ""), element


def all_runs(book: Book) -> Iterator[tuple[str, str, tuple[ET.Element, ...]]]:
    for name, page in book.pages.items():
        for text, around in runs(page):
            yield name, text, around


Rule = Callable[[Book], Iterator[str]]
RULES: dict[int, Rule] = {}


def row(number: int) -> Callable[[Rule], Rule]:
    """Enter a rule under the number of its row."""

    def enter(rule: Rule) -> Rule:
        RULES[number] = rule
        return rule

    return enter


# A. The text arrives whole, in the right letters.


@row(1)
def packed_as_composed(book: Book) -> Iterator[str]:
    yield from (name for name, data in book.wanted.items() if book.entries.get(name) != data)


@row(2)
def no_space_between_han(book: Book) -> Iterator[str]:
    pattern = re.compile(f"[{HAN}{KANA}]</(?:{INLINE})>[ \t]*\n\\s*<(?:{INLINE})[ >][^<]*[{HAN}{KANA}]")
    for name in book.pages:
        yield from (f"{name}: {found}" for found in pattern.findall(book.entries[f"EPUB/{name}"].decode()))


@row(3)
def every_script_in_its_language(book: Book) -> Iterator[str]:
    for name, page in book.pages.items():
        yield from (f"{name}: {e.attrib}" for e in page.iter() if e.get("lang") != e.get(LANG))
    allowed = {HAN: ("zh", "ja"), KANA: ("ja",), BOPOMOFO: ("zh",), "\uac00-\ud7a3": ("ko",)}
    for name, text, around in all_runs(book):
        language, _ = language_of(around)
        for characters, languages in allowed.items():
            if (
                not language.startswith(languages)
                and "://" not in text
                and (found := re.search(f"[{characters}]+", text))
            ):
                yield f"{name}: {found[0]} in {language}"


@row(4)
def every_han_run_has_its_face(book: Book) -> Iterator[str]:
    for name, text, around in all_runs(book):
        language, element = language_of(around)
        short = language.partition("-")[0]
        han = set(re.findall(f"[{HAN}{KANA}\u3001-\u301f\uff00-\uffef]", text))
        if not han or short not in ("zh", "ja") or any(tag(e) == "head" for e in around):
            continue
        if short not in classes(element):
            yield f"{name}: no class {short} around {text[:20]}"
        if lacking := han - book.faces.get(f"EPUB/fonts/{short}-normal.otf", frozenset()):
            yield f"{name}: the face of {short} lacks {''.join(sorted(lacking))}"
        bold = any(tag(e) in (*HEADINGS, "th", "b", "strong") for e in around)
        if bold and (lacking := han - book.faces.get(f"EPUB/fonts/{short}-bold.otf", frozenset())):
            yield f"{name}: the bold face of {short} lacks {''.join(sorted(lacking))}"
    base = book.sheets["EPUB/styles/epub-base.css"]
    yield from (short for short in ("zh", "ja") if f'.{short} {{ font-family: "Edition {short}", serif; }}' not in base)


@row(5)
def faces_are_free_and_small(book: Book) -> Iterator[str]:
    names = [name for name in book.entries if name.startswith("EPUB/fonts/")]
    for name in names:
        if name.endswith(".otf"):
            face = TTFont(BytesIO(book.entries[name]))
            yield from [f"{name} may not be embedded"] if face["OS/2"].fsType else []
    if book.faces and not any("SIL OPEN FONT LICENSE" in book.entries[n].decode() for n in names if n.endswith(".txt")):
        yield "no license beside the faces"
    if (size := sum(len(book.entries[name]) for name in names)) > 2_000_000:
        yield f"the faces have {size} bytes"
    yield from ["the faces are obfuscated"] if "META-INF/encryption.xml" in book.entries else []


@row(6)
def chinese_as_in_taiwan(book: Book) -> Iterator[str]:
    ascii_mark = re.compile(f"[{HAN}][,;:!?\"'()][{HAN}]")
    for name, text, around in all_runs(book):
        if language_of(around)[0] == "zh-Hant":
            yield from (f"{name}: {char} is simplified" for char in sorted(set(text) & SIMPLIFIED))
            yield from (f"{name}: {found}" for found in ascii_mark.findall(text))
            yield from (
                f"{name}: {mark}" for mark in ("...", "“", "--") if mark in text and re.search(f"[{HAN}]", text)
            )


@row(7)
def no_traps_in_the_characters(book: Book) -> Iterator[str]:
    trap = re.compile(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]"
    )
    for name, text, _ in all_runs(book):
        yield from (f"{name}: {ord(char):04x}" for char in trap.findall(text))
        yield from [] if is_normalized("NFC", text) else [f"{name}: {text[:40]} is not NFC"]


@row(8)
def search_finds_every_phrase(book: Book) -> Iterator[str]:
    read = {name: "".join(_searched(page).split()) for name, page in book.texts.items()}
    for name, prose in _proses(book):
        for paragraph in prose.paragraphs:
            if "".join(paragraph.text.split()) not in read[name]:
                yield f"{name}: {paragraph.text[:40]}"


def _proses(book: Book) -> Iterator[tuple[str, Prose]]:
    """All running text of the source, with the file in which it must be."""
    assert book.publication
    for part in book.publication.parts:
        if part.anchor in book.ids:
            yield from ((book.ids[unit.anchor][0], unit.prose) for unit in part.units)
            for comment in part.comments:
                proses = [remark.prose for section in comment.sections for remark in section.remarks]
                yield from ((book.ids[comment.anchor][0], prose) for prose in proses)


def _searched(element: ET.Element) -> str:
    """The words of the running text, without the calls of notes."""
    if "noteref" in types(element):
        return ""
    return (element.text or "") + "".join(_searched(child) + (child.tail or "") for child in element)


# B. Notes, cross-references, citation.


@row(9)
def notes_pop_up_everywhere(book: Book) -> Iterator[str]:
    contents = {href.partition("#")[2] for href, _ in book.links("toc")}
    for name, page in book.texts.items():
        order = {e.get("id"): number for number, e in enumerate(page.iter())}
        notes = {e.get("id"): e for e in page.iter() if "footnote" in types(e)}
        calls = [e for e in page.iter(f"{HTML}a") if "noteref" in types(e)]
        called = {call.get("href", "").removeprefix("#") for call in calls}
        yield from (f"{name}: nobody calls {ident}" for ident in notes.keys() - called)
        for call in calls:
            ident, target = call.get("id"), call.get("href", "").removeprefix("#")
            note = notes.get(target)
            if call.get("role") != "doc-noteref" or not ident:
                yield f"{name}: the call of {target} has no role or no id"
            if note is None or order[ident] > order[target]:
                yield f"{name}: the note {target} is not behind its call in the same file"
                continue
            text, back = words(note), next(iter(note.iter(f"{HTML}a")), None)
            if not 9 <= len(text) <= 5000:
                yield f"{name}: the note {target} has {len(text)} characters"
            if back is None or back.get("href") != f"#{ident}" or not text.startswith(words(back)):
                yield f"{name}: the note {target} does not begin with a link back"
            if target in contents:
                yield f"{name}: the note {target} is in the contents"


@row(10)
def notes_read_straight_through(book: Book) -> Iterator[str]:
    for name, page in book.texts.items():
        for section in page.iter():
            for note in section:
                if "footnote" in types(note):
                    if (tag(note), note.get("role")) != ("div", "doc-footnote"):
                        yield f"{name}: {note.get('id')} is no div with its role"
                    if (tag(section), section.get(f"{EPUB}type")) != ("section", "footnotes"):
                        yield f"{name}: {note.get('id')} is not in the section of the notes"
        yield from (f"{name}: aside" for _ in page.iter(f"{HTML}aside"))


@row(11)
def a_popup_keeps_its_language(book: Book) -> Iterator[str]:
    for name, page in book.texts.items():
        for note in (e for e in page.iter() if "footnote" in types(e)):
            if note.get("lang") or not len(note) or not all(child.get("lang") for child in note):
                yield f"{name}: {note.get('id')}"


@row(12)
def ids_are_unique_and_safe(book: Book) -> Iterator[str]:
    found = Counter(e.get("id", "") for page in book.pages.values() for e in page.iter() if e.get("id") is not None)
    yield from (f"{ident} is there {count} times" for ident, count in found.items() if count > 1)
    yield from (ident for ident in found if not re.fullmatch("[A-Za-z][A-Za-z0-9_-]*", ident))


@row(13)
def no_pair_but_a_note_and_its_call(book: Book) -> Iterator[str]:
    pairs = set[tuple[str, str]]()

    def walk(element: ET.Element, owner: str) -> None:
        owner = element.get("id", owner)
        if tag(element) == "a" and not ({"doc-noteref", "doc-backlink"} & {element.get("role")}):
            href = element.get("href", "")
            pairs.update({(owner, href.partition("#")[2])} if "://" not in href else ())
        for child in element:
            walk(child, owner)

    for page in book.texts.values():
        walk(page, "")
    yield from (f"{one} and {two}" for one, two in pairs if "" < one < two and (two, one) in pairs)


@row(14)
def every_link_lands(book: Book) -> Iterator[str]:
    found = Counter[tuple[str, str]]()
    for name, page in book.pages.items():
        beside = {a for e in page.iter() if classes(e) & {"ways", "see"} for a in e.iter(f"{HTML}a")}
        for link in page.iter(f"{HTML}a"):
            href = link.get("href", "")
            file, _, ident = href.partition("#")
            if not href.startswith("http"):
                lemma = any("lemma" in classes(e) for e in link)
                found[name, ident] += link not in beside and not lemma
                target = book.pages.get(file or name)
                if target is None or (ident and book.ids.get(ident, ("",))[0] != (file or name)):
                    yield f"{name}: {href}"
    wanted = Counter[tuple[str, str]]()
    for name, prose in _proses(book):
        for inline, _ in prose.inlines():
            if isinstance(inline, Span) and inline.kind == "link" and inline.value[1:] in book.ids:
                wanted[name, inline.value[1:]] += 1
    yield from (f"{place} is linked {found[place]} times, not {n}" for place, n in wanted.items() if found[place] < n)


@row(15)
def addresses_never_change(book: Book) -> Iterator[str]:
    yield from (f"{ident} has gone" for ident in sorted(book.register - book.ids.keys()))


@row(16)
def pages_of_the_book_are_marked_and_listed(book: Book) -> Iterator[str]:
    marks = [
        (f"{n}#{e.get('id')}", e) for n, page in book.texts.items() for e in page.iter() if "pagebreak" in types(e)
    ]
    if [href for href, _ in marks] != [href for href, _ in book.links("page-list")]:
        yield "the list of pages is not that of the markers in the order of the spine"
    listed = [label for _, label in book.links("page-list")]
    yield from (f"{label} is no page of the book" for label in listed if label not in book.labels)
    yield from (f"page {label} is there twice" for label, count in Counter(listed).items() if count > 1)
    wanted = (label for label in book.labels if label.isdecimal() and label not in book.drawn)
    yield from (f"page {label} is not marked" for label in wanted if label not in listed)
    for (href, mark), label in zip(marks, listed, strict=False):
        if (mark.get("id"), (mark.get("aria-label") or "").strip()) != (f"page-{label}", f"{label}."):
            yield f"{href} is listed as {label}"


@row(17)
def the_pagination_names_its_book(book: Book) -> Iterator[str]:
    source = [e.text for e in book.said("pageBreakSource")]
    yield from [] if source == [book.source] else [f"the pages are said to be those of {source}, not {book.source}"]
    yield from ["the pages are said to be the e-book's own"] if book.said("identifier")[0].text in source else []
    features = [e.text for e in book.said("schema:accessibilityFeature")]
    yield from (name for name in ("pageBreakMarkers", "pageNavigation") if name not in features)


@row(18)
def markers_disturb_nothing(book: Book) -> Iterator[str]:
    holders = {
        "p",
        "li",
        "dt",
        "dd",
        "td",
        "th",
        "caption",
        "div",
        "blockquote",
        "span",
        "b",
        "i",
        "em",
        "strong",
        "cite",
    }
    for name, page in book.texts.items():
        for parent in page.iter():
            for mark, after in pairwise([*parent, None]):
                if mark is None or "pagebreak" not in types(mark):
                    continue
                ident = f"{name}#{mark.get('id')}"
                yield from [f"{ident} is not empty"] if words(mark) or len(mark) else []
                yield from [f"{ident} has no role"] if mark.get("role") != "doc-pagebreak" else []
                if not re.fullmatch(r" \w+\. ", mark.get("aria-label", "")):
                    yield f"{ident} is read as {mark.get('aria-label')!r}"
                if tag(mark) == "div" and (after is None or tag(after) not in HEADINGS):
                    yield f"{ident} is a division, but not before a heading"
                inline = tag(parent) in holders and (
                    tag(parent) != "div" or bool((parent.text or mark.tail or "").strip())
                )
                if tag(mark) == "span" and not inline:
                    yield f"{ident} stands between blocks, in {tag(parent)}"
        for outer in (*HEADINGS, "a"):
            yield from (
                f"{name}: a marker in {outer}"
                for e in page.iter(f"{HTML}{outer}")
                for m in e.iter()
                if "pagebreak" in types(m)
            )


@row(19)
def the_contents_lead_to_headings_in_order(book: Book) -> Iterator[str]:
    nav = book.nav("toc")
    assert nav is not None
    places = [
        place
        for n, page in book.pages.items()
        for place in (n, *(f"{n}#{e.get('id')}" for e in page.iter() if e.get("id")))
    ]
    order = [places.index(href) if href in places else -1 for href, _ in book.links("toc")]
    yield from ["the contents are not in the order of the spine"] if order != sorted(order) else []
    yield from ["the contents have more than three levels"] if _levels(nav) > 3 else []
    for href, label in book.links("toc"):
        _, element = book.ids.get(href.partition("#")[2], ("", None))
        told = "" if element is None else _heading_of(element).casefold()
        # A chapter may be called by more than its heading, or by its name in another language.
        if book.publication and told in {title.casefold() for title in book.publication.title.values()}:
            continue
        same_script = bool(told) and bool(re.match(f"[{HAN}]", told)) == bool(re.match(f"[{HAN}]", label))
        if element is None or (same_script and told[:9] not in label.casefold()):
            yield f"{label}: the heading at {href} is {told}"


def _levels(element: ET.Element) -> int:
    return (tag(element) == "ol") + max(map(_levels, element), default=0)


def _heading_of(element: ET.Element) -> str:
    """The words of a heading, or of the first in what it heads, in its own language only."""
    heading = next((e for e in element.iter() if tag(e) in HEADINGS), None)
    return "" if heading is None else words(heading)


@row(20)
def every_article_leads_on(book: Book) -> Iterator[str]:
    assert book.publication
    synopses = [place for each in book.publication.lists.synopses for place in each.places]
    for part in (part for part in book.publication.parts if part.kind == "treaty" and part.anchor in book.ids):
        anchors = [unit.anchor for unit in part.units]
        commented = {c.unit: c.anchor for each in book.publication.parts for c in each.comments}
        for unit, around in zip(part.units, zip(["", *anchors[:-1]], [*anchors[1:], ""], strict=True), strict=True):
            _, way = book.ids.get(f"{unit.anchor}-ways", ("", None))
            led = [] if way is None else [a.get("href", "").partition("#")[2] for a in way.iter(f"{HTML}a")]
            wanted = {*filter(None, around), commented.get(unit.anchor, "")} - {""}
            yield from (f"{unit.anchor} does not lead to {anchor}" for anchor in sorted(wanted) if anchor not in led)
            touched = any(place == unit.anchor or place.startswith(f"{unit.anchor}-p") for place in synopses)
            if touched and not any(anchor.startswith("essay-p") for anchor in led):
                yield f"{unit.anchor} does not lead to the essay"


@row(21)
def tables_are_narrow_and_have_heads(book: Book) -> Iterator[str]:
    for name, page in book.texts.items():
        for table in page.iter(f"{HTML}table"):
            columns = max(len(list(line)) for line in table.iter(f"{HTML}tr"))
            yield from [f"{name}: a table of {columns} columns"] if columns > 3 else []
            yield from (f"{name}: {words(th)} heads nothing" for th in table.iter(f"{HTML}th") if not th.get("scope"))
            yield from [] if any(True for _ in table.iter(f"{HTML}th")) else [f"{name}: a table without heads"]


@row(22)
def parallel_paragraphs_are_paired(book: Book) -> Iterator[str]:
    for name, page in book.texts.items():
        for pair in (e for e in page.iter() if "pair" in classes(e)):
            paragraphs = list(pair)
            kinds = ["cp-original" in classes(paragraphs[0]), "cp-translation" in classes(paragraphs[-1])]
            languages = {p.get("lang") for p in paragraphs}
            if len(paragraphs) != 2 or not all(kinds) or len(languages) != 2 or None in languages:
                yield f"{name}: {words(pair)[:40]} is no pair"
                continue
            one, two = (p.get("id", "") for p in paragraphs)
            if one != (f"{two}-{paragraphs[0].get('lang')}" if two else ""):
                yield f"{name}: {one!r} is not paired with {two!r}"
    if not any("pair" in classes(e) for page in book.texts.values() for e in page.iter()):
        yield "there are no pairs"


@row(23)
def notes_at_the_foot_on_koreader(book: Book) -> Iterator[str]:
    if not any(re.search(r"\.note \{ -cr-hint: footnote-inpage;", sheet) for sheet in book.sheets.values()):
        yield "no -cr-hint"


@row(24)
def glossary_and_index(book: Book) -> Iterator[str]:
    glossary = [e for page in book.texts.values() for e in page.iter() if e.get("role") == "doc-glossary"]
    yield from [] if any(True for e in glossary for _ in e.iter(f"{HTML}dl")) else ["there is no glossary"]
    for term in (e for g in glossary for e in g.iter(f"{HTML}dt")):
        if len({d.get("lang") for d in term.iter(f"{HTML}dfn")}) < 2:
            yield f"{words(term)} is told in one language"
    index = [e for page in book.texts.values() for e in page.iter() if e.get("role") == "doc-index"]
    links = [a.get("href", "").partition("#")[2] for e in index for a in e.iter(f"{HTML}a")]
    yield from (f"the index leads to {ident}" for ident in links if ident not in book.ids)
    yield from (
        []
        if sum(bool(re.search(r"-p\d+$", ident)) for ident in links) > len(links) / 4
        else ["the index leads to no paragraphs"]
    )


# C. Accessible and honest about it.


@row(27)
def the_package_says_its_language(book: Book) -> Iterator[str]:
    if book.package.get("dir") != "ltr" or book.package.get(LANG) != book.said("language")[0].text:
        yield "the package has no language or direction"
    for element in book.package[0]:
        language = element.get(LANG) or book.package.get(LANG) or ""
        text = element.text or ""
        if re.search(f"[{HAN}]", text) and language[:2] not in ("zh", "ja") and element.tag != f"{DC}source":
            yield f"{text[:20]} is said to be in {language}"
    yield from (f"{e.text} in no language" for e in book.said("title") if not e.get(LANG))


@row(28)
def the_order_of_languages_is_safe(book: Book) -> Iterator[str]:
    languages = [e.text or "" for e in book.said("language")]
    if (
        languages[0] not in ("en", "zh-Hant")
        or "zh-Hant" not in languages[:2]
        or any(each in ("zh", "zh-TW") for each in languages)
    ):
        yield f"the languages are {languages}"
    spine = next(book.package.iter(f"{OPF}spine"))
    yield from [] if spine.get("page-progression-direction") == "ltr" else ["no direction of pages"]


@row(29)
def what_is_said_of_access_is_so(book: Book) -> Iterator[str]:
    elements = [e for page in book.pages.values() for e in page.iter()]
    tags = {tag(e).rpartition("}")[2] for e in elements}  # a drawing is of another namespace
    terms = {each for e in elements for each in types(e)}
    found = {
        "rubyAnnotations": "ruby" in tags, "pageNavigation": "page-list" in terms, "MathML": "math" in tags,
        "pageBreakMarkers": "pagebreak" in terms, "tableOfContents": "toc" in terms,
        "ARIA": any(e.get("role") for e in elements),
    }  # fmt: skip
    said = {e.text for e in book.said("schema:accessibilityFeature")}
    yield from (
        f"{name} is {'there' if there else 'not there'}" for name, there in found.items() if (name in said) != there
    )
    yield from (
        f"{name} is not said"
        for name in ("displayTransformability", "readingOrder", "structuralNavigation", "unlocked")
        if name not in said
    )
    modes = {e.text for e in book.said("schema:accessMode")}
    seen = bool(tags & {"img", "svg"})
    yield from [] if modes == ({"textual", "visual"} if seen else {"textual"}) else [f"the modes are {modes}"]
    for name in ("accessModeSufficient", "accessibilityHazard", "accessibilitySummary"):
        yield from [] if book.said(f"schema:{name}") else [f"no {name}"]


@row(31)
def the_structure_is_sound(book: Book) -> Iterator[str]:
    for name, page in book.pages.items():
        levels = [int(tag(e)[1]) for e in page.iter() if tag(e) in HEADINGS]
        yield from (f"{name}: h{two} behind h{one}" for one, two in pairwise(levels) if two > one + 1)
        idents = {e.get("id"): e for e in page.iter() if e.get("id")}
        for section in page.iter(f"{HTML}section"):
            heading = idents.get(section.get("aria-labelledby"))
            if heading is None or tag(heading) not in HEADINGS or heading not in section.iter():
                yield f"{name}: a section without a heading: {section.attrib}"
        for element in page.iter():
            for term in types(element) & ROLES.keys():
                # In the landmarks, and on the body, a term says what lies there; neither may have the role.
                if element.get("role") != ROLES[term] and tag(element) not in ("a", "body"):
                    yield f"{name}: {term} without its role"
        for call in (e for e in page.iter(f"{HTML}a") if "noteref" in types(e)):
            yield from [] if call.get("role") == "doc-noteref" else [f"{name}: a call without its role"]


@row(32)
def pictures_have_words(book: Book) -> Iterator[str]:
    for name, page in book.pages.items():
        for image in page.iter(f"{HTML}img"):
            yield from [] if image.get("alt", "").endswith((".", "。")) else [f"{name}: {image.get('src')}"]
        for image in page.iter("{http://www.w3.org/2000/svg}svg"):
            named = image.get("aria-label") or image.get("aria-labelledby")
            yield from [] if image.get("role") == "img" and named else [f"{name}: an svg without a name"]


@row(33)
def voices_can_skip(book: Book) -> Iterator[str]:
    for name, page in book.texts.items():
        for element in page.iter():
            for term, role in (
                ("pagebreak", "doc-pagebreak"),
                ("noteref", "doc-noteref"),
                ("footnote", "doc-footnote"),
            ):
                yield from [f"{name}: {term}"] if term in types(element) and element.get("role") != role else []
        for text, around in runs(page):
            if "‹" in text or "›" in text:
                yield from [] if around[-1].get("aria-hidden") == "true" else [f"{name}: {text} is read aloud"]


@row(34)
def landmarks_are_there(book: Book) -> Iterator[str]:
    nav = book.nav("landmarks")
    found = {} if nav is None else {a.get(f"{EPUB}type"): words(a) for a in nav.iter(f"{HTML}a")}
    yield from (
        name for name in ("titlepage", "toc", "bodymatter", "glossary", "bibliography", "index") if not found.get(name)
    )
    for kind in ("landmarks", "page-list"):
        hidden = book.nav(kind)
        if hidden is None or hidden.get("hidden") != "hidden" or not any(tag(e) in HEADINGS for e in hidden.iter()):
            yield f"{kind} is shown, or has no heading"


# D. Looks right on every device, in every theme.


def declarations(book: Book) -> Iterator[tuple[str, str, str, str]]:
    """Sheet, selectors, property and value of each declaration."""
    for name, sheet in book.sheets.items():
        for selectors, block in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
            for part in block.split(";"):
                key, _, value = part.partition(":")
                if key.strip():
                    yield name, selectors.strip(), key.strip(), value.strip()


@row(35)
def no_colors(book: Book) -> Iterator[str]:
    yield from (
        f"{s}: {k}" for _, s, k, _ in declarations(book) if re.search(r"color|background|opacity|filter|shadow", k)
    )
    borders = re.compile(r"#[0-9a-f]{3,8}\b|rgb|hsl|\b(black|white|gray|grey|red|blue)\b", re.IGNORECASE)
    yield from (f"{s}: {v}" for _, s, k, v in declarations(book) if k != "src" and borders.search(v))
    yield from (
        f"{n}: style" for n, page in book.pages.items() for e in page.iter() if e.get("style") or tag(e) == "style"
    )


@row(36)
def the_readers_settings_win(book: Book) -> Iterator[str]:
    running = {"html", "body", "p", "li", "dd", "div", "section", "*", "body.in-en", "body.in-zh", "body.in-ja"}
    for _, selectors, key, value in declarations(book):
        each = {selector.strip() for selector in selectors.split(",")}
        if key in ("font-family", "font-size", "line-height", "font") and each & running:
            yield f"{selectors}: {key}"
        if key == "font-family" and not selectors.startswith((".zh", ".ja", "@font-face")):
            yield f"{selectors}: {key}"
        if "!important" in value or value == "justify" or re.search(r"\d(px|pt|pc|mm|cm|in|rem|vw|vh)\b", value):
            yield f"{selectors}: {key}: {value}"


@row(37)
def the_base_sheet_is_plain(book: Book) -> Iterator[str]:
    base = book.sheets["EPUB/styles/epub-base.css"]
    yield from (found for found in re.findall(r"@[\w-]+", base) if found not in ("@charset", "@font-face"))
    rules = re.sub(r"@font-face \{[^{}]*\}", "", base)
    yield from (s.strip() for s in re.findall(r"([^{}]+)\{", rules) if re.search(r"[\[|~+]|:(?!first-child)", s))
    faces = [match.start() for match in re.finditer("@font-face", base)]
    yield from ["a face behind a rule"] if faces and re.search(r"^[^@{}]*\{", base[: faces[-1]], re.MULTILINE) else []
    for name, page in book.pages.items():
        sheets = [link.get("href") for link in page.iter(f"{HTML}link")]
        yield from [] if sheets == ["styles/epub-base.css", "styles/epub-enhance.css"] else [f"{name}: {sheets}"]


@row(38)
def han_is_set_as_han(book: Book) -> Iterator[str]:
    told = {
        (s, k): v
        for n, selectors, k, v in declarations(book)
        for s in map(str.strip, selectors.split(","))
        if n.endswith("base.css")
    }
    wanted = {
        (".zh", "line-break"): "strict", (".ja", "line-break"): "strict", (".zh", "hyphens"): "none",
        (".ja", "hyphens"): "none", ("section.zh", "text-indent"): "2em", ("section.en", "hyphens"): "auto",
        (".zh em", "font-style"): "normal",
        (".ja em", "font-style"): "normal", (".zh em", "text-emphasis"): "filled dot",
        (".zh em", "text-emphasis-position"): "under right", (".ja em", "text-emphasis-position"): "over right",
    }  # fmt: skip
    yield from (f"{s}: {k}" for (s, k), value in wanted.items() if told.get((s, k)) != value)
    for name in ("hyphens", "line-break", "text-emphasis"):
        twins = {twin: {s for s, k in told if k == f"{twin}{name}"} for twin in ("", "-epub-", "-webkit-")}
        yield from (f"{s}: no {twin}{name}" for twin, there in twins.items() for s in twins[""] - there)


@row(39)
def ruby_is_plain(book: Book) -> Iterator[str]:
    for name, page in book.pages.items():
        yield from (f"{name}: {tag(e)}" for e in page.iter() if tag(e) in ("rp", "rb", "rtc"))
        yield from (f"{name}: a reading in no language" for e in page.iter(f"{HTML}rt") if not e.get("lang"))


@row(40)
def files_are_small(book: Book) -> Iterator[str]:
    yield from (name for name, data in book.entries.items() if name.endswith("xhtml") and len(data) >= 300_000)
    yield from [] if sum(map(len, book.entries.values())) < 6_000_000 else ["more than 6 MB"]
    comments = [c.anchor for part in book.publication.parts for c in part.comments] if book.publication else []
    yield from (anchor for anchor in comments if f"{anchor}.xhtml" not in book.spine)


@row(41)
def the_cover_is_fit(book: Book) -> Iterator[str]:
    covers = [name for name, item in book.items.items() if "cover-image" in item.get("properties", "").split()]
    metas = [e.get("content") for e in book.package.iter(f"{OPF}meta") if e.get("name") == "cover"]
    if len(covers) != 1 or metas != [book.items[covers[0]].get("id")]:
        yield f"the covers are {covers}, {metas}"
        return
    data = book.entries[f"EPUB/{covers[0]}"]
    width, height = struct.unpack(">II", data[16:24]) if data[:8] == b"\x89PNG\r\n\x1a\n" else (0, 0)
    yield from [] if width >= 1600 and height >= 2560 else [f"the cover has {width} by {height}"]
    yield from [] if len(data) < 1_500_000 else [f"the cover has {len(data)} bytes"]
    first = book.pages[book.spine[0]]
    yield from [] if any("titlepage" in types(e) for e in first.iter()) else [f"{book.spine[0]} comes first"]


@row(42)
def text_runs_across(book: Book) -> Iterator[str]:
    yield from (f"{s}: {k}" for _, s, k, _ in declarations(book) if "writing-mode" in k)


@row(43)
def nothing_runs_and_nothing_is_fetched(book: Book) -> Iterator[str]:
    for name, page in book.pages.items():
        for element in page.iter():
            yield from (
                [f"{name}: {tag(element)}"] if tag(element) in ("script", "form", "iframe", "object", "embed") else []
            )
            yield from (f"{name}: {key}" for key in element.attrib if key.startswith("on"))
            yield from ([f"{name}: {element.get('src')}"] if element.get("src", "").startswith(("http", "//")) else [])
    yield from (
        f"{name}: {url}"
        for name, sheet in book.sheets.items()
        for url in re.findall(r"url\(\"?(?!\"?\.\./fonts/)[^)]*|@import[^;]*", sheet)
    )
    yield from (name for name in book.entries if not re.fullmatch(r"[A-Za-z0-9._/-]+", name))
    yield from (name for name in ("META-INF/encryption.xml", "META-INF/rights.xml") if name in book.entries)


# E. Trustworthy as an edition.


@row(45)
def the_book_has_one_name_and_date(book: Book) -> Iterator[str]:
    identifiers = [e.text or "" for e in book.said("identifier")]
    yield from (
        []
        if len(identifiers) == 1 and re.fullmatch(r"urn:uuid:[0-9a-f-]{14}5[0-9a-f-]{21}", identifiers[0])
        else [str(identifiers)]
    )
    modified = [e.text for e in book.said("dcterms:modified")]
    yield from [] if modified == [book.moment] else [f"modified {modified}, not {book.moment}"]
    page = words(book.texts["imprint.xhtml"])
    edition = book.publication.edition.values() if book.publication else ()
    yield from (f"the imprint does not say {text}" for text in edition if text not in page)


@row(46)
def titles_stand_in_both_scripts(book: Book) -> Iterator[str]:
    found = {tuple(book.refined(title, "title-type")): title for title in book.said("title")}
    for kind in ("main", "subtitle", "short"):
        title = found.get((kind,))
        if title is None or not title.get(LANG) or not book.refined(title, "alternate-script"):
            yield f"the {kind} title is not there in two scripts"
    yield from (f"{e.text} in no language" for e in book.said("alternate-script") if not e.get(LANG))


@row(47)
def contributors_are_told(book: Book) -> Iterator[str]:
    people = [*book.said("creator"), *book.said("contributor")]
    yield from [] if book.said("creator") else ["nobody made it"]
    for number, person in enumerate(people, 1):
        if not book.refined(person, "role") or not book.refined(person, "file-as"):
            yield f"{person.text} has no role or is not sorted"
        yield from [] if book.refined(person, "display-seq") == [str(number)] else [f"{person.text} has no place"]
    yield from (
        str(ident) for ident, n in Counter(e.get("id") for e in book.package.iter() if e.get("id")).items() if n > 1
    )


@row(48)
def sources_and_rights_are_told(book: Book) -> Iterator[str]:
    yield from (
        []
        if len(book.said("source")) >= len(book.publication.witnesses if book.publication else ()) > 0
        else ["sources"]
    )
    yield from [] if book.said("rights") else ["rights"]
    licensed = {e.get("refines") for e in book.package.iter(f"{OPF}link") if e.get("rel") == "dcterms:license"}
    rights = {f"#{e.get('id')}": e for e in book.said("rights")}
    yield from (f"a license of {each}" for each in licensed if each not in rights)
    yield from [] if licensed else ["no license"]
    yield from (
        []
        if "not subject to copyright" in " ".join(e.text or "" for e in book.said("rights"))
        else ["what is official"]
    )


@row(49)
def subjects_and_siblings_are_told(book: Book) -> Iterator[str]:
    yield from [] if book.said("subject") else ["no subjects"]
    description = [e.text or "" for e in book.said("description")]
    yield from (
        []
        if len(description) == 1 and description[0].count(". ") == 0 and "<" not in description[0]
        else ["the description"]
    )
    yield from [] if book.said("dcterms:abstract") else ["no abstract"]
    collection = book.said("belongs-to-collection")
    if (
        not collection
        or book.refined(collection[0], "collection-type") != ["set"]
        or not book.refined(collection[0], "dcterms:identifier")
    ):
        yield "no siblings"


@row(50)
def a_book_is_whole(book: Book) -> Iterator[str]:
    for stem in ("titlepage", "imprint", "textnote", "cite"):
        yield from [] if any(name.startswith(stem) for name in book.spine) else [f"no {stem}"]
    imprint = words(book.texts["imprint.xhtml"])
    yield from (text for text in ("SIL Open Font License", "開放字型授權條款") if text not in imprint)


@row(51)
def the_archive_is_clean(book: Book) -> Iterator[str]:
    first = book.infos[0]
    if first.filename != "mimetype" or first.compress_type != ZIP_STORED or first.extra:
        yield "mimetype is not first, stored and bare"
    for info in book.infos:
        if (info.external_attr >> 16, info.create_system, info.extra, info.is_dir()) != (0o100644, 3, b"", False):
            yield f"{info.filename}: mode or extra"
        if info.filename != "mimetype" and info.compress_type != ZIP_DEFLATED:
            yield f"{info.filename} is not deflated"
    yield from [] if len({info.date_time for info in book.infos}) == 1 else ["more than one time"]
    yield from (name for name, count in Counter(info.filename for info in book.infos).items() if count > 1)


@row(52)
def nothing_is_unused(book: Book) -> Iterator[str]:
    yield from (
        name
        for name in book.entries
        if name.startswith("EPUB/") and name[5:] not in book.items and name != "EPUB/content.opf"
    )
    yield from (name for name in book.items if f"EPUB/{name}" not in book.entries)
    used = {each for page in book.pages.values() for e in page.iter() for each in classes(e)}
    for name, sheet in book.sheets.items():
        selectors = " ".join(re.findall(r"([^{}]+)\{", re.sub(r"@font-face \{[^{}]*\}|@namespace[^;]*;", "", sheet)))
        yield from (f"{name}: .{each}" for each in sorted(set(re.findall(r"\.([a-z][\w-]*)", selectors)) - used))
    for name, page in book.pages.items():
        said = set(book.items[name].get("properties", "").split())
        found = {each for each in ("svg", "mathml") if any(e.tag.endswith("}" + each[:4]) for e in page.iter())}
        yield from [f"{name} is said to have {said}"] if said - {"nav"} != found else []


# F. Delivery variants and the future.


@row(53)
def kindle_takes_it(book: Book) -> Iterator[str]:
    for name, page in book.pages.items():
        data = book.entries[f"EPUB/{name}"]
        yield from [] if data.startswith(b'<?xml version="1.0" encoding="utf-8"?>') else [f"{name}: no declaration"]
        yield from (f"{name}: an empty alt" for e in page.iter(f"{HTML}img") if not e.get("alt") or not e.get("src"))
        yield from (f"{name}: the body has an id" for e in page.iter(f"{HTML}body") if e.get("id"))
    yield from [] if sum(map(len, book.entries.values())) < 50_000_000 else ["more than 50 MB"]
    order = [src.partition("#")[0] for src in _targets(book, "navPoint")]
    places = [book.spine.index(name) for name in order if name in book.spine]
    yield from [] if places == sorted(places) else ["the NCX is not in the order of the spine"]


def _targets(book: Book, kind: str) -> list[str]:
    points = _parsed(book.entries["EPUB/toc.ncx"]).iter(f"{NCX}{kind}")
    return [content.get("src", "") for point in points for content in point.findall(f"{NCX}content")]


@row(54)
def the_ncx_is_whole(book: Book) -> Iterator[str]:
    ncx = _parsed(book.entries["EPUB/toc.ncx"])
    metas = {meta.get("name"): meta.get("content") for meta in ncx.iter(f"{NCX}meta")}
    listed = book.links("page-list")
    yield from [] if metas["dtb:uid"] == book.said("identifier")[0].text else ["another identifier"]
    depth = max((_depth(point) for point in ncx.iter(f"{NCX}navPoint")), default=0)
    yield from [] if metas["dtb:depth"] == str(depth) else [f"the depth is {depth}"]
    yield from [] if metas["dtb:totalPageCount"] == str(len(listed)) else ["the number of pages"]
    yield from (
        []
        if _targets(book, "navPoint") == [href for href, _ in book.links("toc")]
        else ["other contents than in the nav"]
    )
    yield from [] if _targets(book, "pageTarget") == [href for href, _ in listed] else ["other pages than in the nav"]


def _depth(point: ET.Element) -> int:
    return 1 + max((_depth(child) for child in point.findall(f"{NCX}navPoint")), default=0)


@row(57)
def ready_for_what_comes(book: Book) -> Iterator[str]:
    yield from ["obfuscation"] if "META-INF/encryption.xml" in book.entries else []
    yield from (f"{name}: fallback" for name, item in book.items.items() if item.get("fallback"))
    yield from ["source-of"] if book.said("source-of") else []
    yield from [] if book.said("schema:accessModeSufficient") else ["accessModeSufficient"]
    yield from (
        [] if all((e.text or "").endswith("Z") for e in book.said("dcterms:modified")) else ["the time is not in UTC"]
    )
