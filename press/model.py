"""The nouns: a publication, its parts, its products, and what becomes of them. Frozen values; no disk, no library.

Every anchor of the edition is made in this module and nowhere else. Anchors come from structure (Akoma Ntoso's
habit), never from headings, so they are the same in PDF, EPUB and any language, and survive an edited title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile
from typing import Literal, NamedTuple
from unicodedata import combining, normalize

from press.problems import Location
from press.prose import Citation, Prose, is_han

Titles = Mapping[str, str]
"""A wording by language (BCP 47 tag), the publication's main language first."""


def wording(titles: Titles, language: str) -> str:
    """The wording in a language, or else the first; "" where there is none."""
    return titles.get(language) or next(iter(titles.values()), "")


Folios = Mapping[str, str]
"""Anchor → the folio (printed page number, "xii" or "24") on which it begins."""

Heads = tuple[tuple[str, str], ...]
"""Anchors in reading order, each with what a running head calls what begins there."""

UnitKind = Literal["preamble", "article", "closing", "annex", "essay", "page"]
EmendationClass = Literal["structural", "typographic", "linguistic"]
FaultKind = Literal["widow", "orphan", "heading", "hyphens", "loose", "overfull", "edge", "collision", "empty", "short"]
Kind = Literal["pdf", "epub", "text", "html"]
Side = Literal["", "front", "back", "essay", "chosen"]
"""Where a section stands on a handout: nowhere, in front, on the back, there with the passages of the essay that it is
about, or in front where an editor has chosen it."""


def unit_anchor(kind: UnitKind, number: int, prefix: str = "") -> str:
    """`art-5`, `preamble`, `annex-2`; a part that repeats the articles in another language has a prefix: `ja-art-5`."""
    short = "art" if kind == "article" else kind
    return f"{prefix}{short}-{number}" if number else f"{prefix}{short}"


def commentary_anchor(unit: str) -> str:
    """The commentary on `art-5` is `comm-5`, that on `preamble` is `comm-preamble`."""
    return f"comm-{unit.removeprefix('art-')}"


def section_anchor(comment: str, name: str) -> str:
    """Where a section of the comment `comm-5` begins: `comm-5-sec-notes`."""
    return f"{comment}-sec-{name}"


def call_anchor(note: str) -> str:
    """Where the note `art-5-n3` is called: `art-5-n3-call`."""
    return f"{note}-call"


def notes_anchor(part: str) -> str:
    """Where the notes at the end of the part `part-essay` begin: `part-essay-notes`."""
    return f"{part}-notes"


def leaf_anchor(label: str) -> str:
    """Where in an e-book the page `label` of the printed book begins: `page-xii`, `page-24`."""
    return f"page-{label}"


def source_anchor(key: str) -> str:
    """Where the bibliography lists the source `key`."""
    return f"src-{key.lower()}"


def term_anchor(key: str) -> str:
    """Where the glossary explains the term `key`."""
    return f"term-{key}"


def person_anchor(key: str) -> str:
    """Where the list of people has the person `key`."""
    return f"person-{key}"


def emendation_anchor(ident: str) -> str:
    """Where the apparatus prints the emendation `ident`."""
    return f"em-{ident.lower()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """One column of signatories under its caption ("FOR JAPAN:")."""

    caption: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One file of a text: the preamble, an article, the closing, an essay, a page of front matter.

    `heading` stands in the source; `title` is ours (an essay's or a page's). `label` is how the unit is cited ("V").
    """

    anchor: str
    kind: UnitKind
    number: int
    label: str
    heading: str
    title: Titles
    prose: Prose
    signatures: tuple[Signatures, ...]
    at: Location

    @property
    def language(self) -> str:
        """The language of the text."""
        return self.prose.language


class Stretch(NamedTuple):
    """Words of a unit: the number of the paragraph, from 0, and where in its text they begin and end."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A piece of commentary; with a lemma, the words that it explains, and the paragraphs that hold them.

    `stretches` are those words themselves, several where the lemma leaves some out.
    """

    lemma: str
    places: tuple[str, ...]
    prose: Prose
    at: Location
    stretches: tuple[Stretch, ...] = ()

    @property
    def anchor(self) -> str:
        """Where it begins, if its paragraphs are numbered; else nothing."""
        return self.prose.paragraphs[0].anchor if self.prose.paragraphs else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the commentary on one unit: its summary, or its notes phrase by phrase."""

    name: str
    heading: Titles
    language: str
    remarks: tuple[Remark, ...]
    handout: Side = ""
    """Where it stands on a handout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """What an editor has chosen for the handout on a unit, beside what stands on every one.

    `notes` are lemmata, `essay` anchors of paragraphs, `terms` keys of the glossary (without any, those that the unit
    has); `sections` are names of sections that stand on a handout only where they are chosen.
    """

    at: Location
    notes: tuple[str, ...] = ()
    essay: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """The commentary on one unit of the treaty."""

    anchor: str
    unit: str
    label: str
    title: Titles
    sections: tuple[Section, ...]
    at: Location
    handout: Handout | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the book. `kind` is also the name of its template; generated parts have neither units nor comments.

    `of` names the text that it comments on, or that it sets beside its own.
    """

    name: str
    kind: str
    title: Titles
    language: str
    matter: Literal["front", "body", "back"]
    of: str = ""
    units: tuple[Unit, ...] = ()
    comments: tuple[Comment, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the part begins."""
        return f"part-{self.name}"

    def proses(self) -> Iterator[Prose]:
        """All running text of the part, in reading order."""
        yield from (unit.prose for unit in self.units)
        yield from (
            remark.prose for comment in self.comments for section in comment.sections for remark in section.remarks
        )

    def anchors(self) -> Iterator[str]:
        """Every anchor in the part: of itself, of its units, comments and sections, of their numbered paragraphs."""
        yield self.anchor
        yield from (unit.anchor for unit in self.units)
        for comment in self.comments:
            yield comment.anchor
            yield from (section_anchor(comment.anchor, section.name) for section in comment.sections)
        for prose in self.proses():
            yield from (paragraph.anchor for paragraph in prose.paragraphs if paragraph.anchor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Emendation:
    """A recorded departure from a source: what stood there, what stands now, why.

    `line` counts from 1 in the witness; `place` is the anchor in the reading text.
    """

    id: str
    line: int
    source: str
    reading: str
    class_: EmendationClass
    place: str
    why: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A source text, byte for byte, and the emendations that turn it into the reading text of the part `text`.

    `source` is the key of the bibliography's entry for the text it was taken from, `source_at` where that is said.
    """

    file: str
    source: str
    text: str
    words: str
    emendations: tuple[Emendation, ...]
    at: Location
    source_at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An entry of the bibliography. Names of fields follow CSL; `short` is what footnotes print."""

    key: str
    type: str
    title: str
    short: str
    language: str
    at: Location
    author: str = ""
    editor: str = ""
    container: str = ""
    publisher: str = ""
    place: str = ""
    issued: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    url: str = ""
    accessed: str = ""
    original: str = ""
    original_language: str = ""
    note: str = ""

    @property
    def anchor(self) -> str:
        """Where the bibliography lists it."""
        return source_anchor(self.key)

    def language_of(self, field: str, main: str) -> str:
        """The language of an author, a publisher …: that of the source if it is written in its script, else `main`."""
        return self.language if is_han(self.language) and any(char > "\u2e7f" for char in field) else main


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term in the languages of the edition. `find` are the words, in the main one, that its first use is found by."""

    key: str
    term: Titles
    gloss: Titles
    at: Location
    also: Titles = field(default_factory=dict)
    find: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sources: tuple[Citation, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the glossary explains it."""
        return term_anchor(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event of the chronology. `date` is ISO 8601: a day, a month or a year; `label` is for a drawn timeline."""

    date: str
    kind: str
    label: Titles
    text: Titles
    at: Location
    sources: tuple[Citation, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def year(self) -> str:
        """The year alone."""
        return self.date[:4]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Someone the edition names. `signed` is the state for which a signatory signed."""

    key: str
    name: Titles
    about: Titles
    at: Location
    signed: str = ""
    sources: tuple[Citation, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where the list of people has the person."""
        return person_anchor(self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Abbreviation:
    """A short form that the edition prints, and what it stands for."""

    short: str
    long: Titles
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Synopsis:
    """What a paragraph of an essay says, in another language."""

    paragraph: str
    text: Titles
    at: Location
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the index. `sort` orders it where its own letters do not."""

    term: Titles
    at: Location
    sort: str = ""
    see: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """The language of the heading."""
        return next(iter(self.term))

    @property
    def order(self) -> str:
        """What it is sorted by, capitals and accents apart."""
        letters = normalize("NFKD", self.sort or self.term[self.language]).casefold()
        return "".join(letter for letter in letters if not combining(letter))

    @property
    def group(self) -> str:
        """What it stands under: its first letter, or the number that its order begins with, such as that of strokes."""
        start = next(index for index, letter in enumerate(self.order) if letter.isalnum())
        figures = "".join(takewhile(str.isdecimal, self.order[start:]))
        return figures or self.order[start].upper()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The lists of records that a publication may have beside its texts, each empty where it has none."""

    glossary: tuple[Term, ...] = ()
    chronology: tuple[Event, ...] = ()
    people: tuple[Person, ...] = ()
    abbreviations: tuple[Abbreviation, ...] = ()
    synopses: tuple[Synopsis, ...] = ()
    index: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """How a language names the units of the treaty in running text, and how one sees that another instrument is meant.

    `names` are by kind of unit ("article {roman}"); `joined` stand between the numbers of several ("V and VI").
    A name is of another instrument if a word of `before` stands before it, or one of `after` behind it, but not `ours`.
    """

    names: Mapping[UnitKind, tuple[str, ...]]
    joined: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """What the edition demands of its own words, beyond what every publication must keep to.

    `mentions` are by language; `cited` are the sections of a commentary in which sentences need sources; `unfinished`
    are words that no finished text has.
    """

    at: Location
    mentions: Mapping[str, Mentions] = field(default_factory=dict)
    cited: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """A fault of finished pages that is left, and why: in which products, and how the line begins that it is at."""

    products: tuple[str, ...]
    kind: FaultKind
    line: str
    because: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Whose a text is and on what terms: one line of the imprint for each text."""

    text: Titles
    statement: Titles
    licence: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """Someone who has a share in the edition, and which.

    `role` is a code of the MARC relators, `of` the title of a part, `file_as` what the name is sorted by.
    """

    name: Titles
    role: str
    of: Titles = field(default_factory=dict)
    part: str = ""
    file_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the templates say in their own voice, in the publication's languages."""

    contents: Titles
    notes: Titles
    commentary: Titles
    apparatus: Titles
    editor_note: Titles
    page: Titles
    source_line: Titles
    structural: Titles
    typographic: Titles
    linguistic: Titles
    omitted: Titles
    languages: Titles
    synopses: Titles
    background: Titles
    negotiation: Titles
    approval: Titles
    practice: Titles
    timeline: Titles
    year_scale: Titles
    month_scale: Titles
    see: Titles
    index_order: Titles
    strokes: Titles
    identifier: Titles
    rights: Titles
    colophon: Titles
    handout: Titles
    key_terms: Titles
    sources: Titles
    whole: Titles
    drawn: Titles
    note_call: Titles
    note_back: Titles
    export_text: Titles
    export_data: Titles
    export_sources: Titles
    booklet: Titles
    signatures: Titles
    untagged: Titles


@dataclass(frozen=True, slots=True, kw_only=True)
class WebWords:
    """What the pages for a browser say in their own voice; `groups` are those of the files, in their order.

    In `pages` and `page` the number is {n}; `place` names the place of a page, {a}, with its number.
    """

    groups: Mapping[str, Titles]
    further: Titles
    skip: Titles
    read: Titles
    downloads: Titles
    previous: Titles
    next: Titles
    close: Titles
    titles_in: Titles
    all_titles: Titles
    files: Titles
    pages: Titles
    look: Titles
    page: Titles
    checksum: Titles
    manifest: Titles
    cite: Titles
    copy: Titles
    copied: Titles


@dataclass(frozen=True, slots=True, kw_only=True)
class Views:
    """Which pages of a product are shown as pictures: those on which these anchors are; `width` in px."""

    of: str = ""
    at: tuple[str, ...] = ()
    width: int = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The room that a product has for drawing a timeline, in mm: its width, and the heights of its pages, in order.

    The last height is that of all further pages. `size` is that of the labels in points; those of an event stand beside
    each other or, `stacked`, one below the other.
    """

    width: float = 150
    heights: tuple[float, ...] = (150, 200)
    size: float = 7.6
    stacked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """What a printing house wants to know, and the style sheets cannot say; such a file is PDF/X-4.

    `condition` is the name, in the ICC's registry, of the printing that the colors are meant for, and `profile` the
    file of templates/color that describes it. The pages are made up to a `multiple` with blank ones. Of a cover, `leaf`
    is the thickness of a leaf of the book's paper and `board` what is added to the spine for the cover's own, in mm.
    """

    condition: str
    profile: str
    multiple: int = 1
    leaf: float = 0
    board: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Imposition:
    """How the pages of a PDF come to stand on sheets that are folded once.

    `sheets` are the most of a signature, or 0 where all make one; `thickness` is that of a leaf, in mm; `binding` tells
    at which side of the first page the spine is; `last` pages stay at the end, behind those that are left blank.
    """

    sheets: int = 0
    thickness: float = 0.1
    binding: Literal["left", "right"] = "left"
    last: int = 0


class Booklet(NamedTuple):
    """What the sheets of a booklet say of themselves: how many they are, in how many signatures, and their size in mm.

    `aside` tells at which side of the first the last page stands; `at_head` tells that there is room for words in its
    upper margin, and not in its lower.
    """

    sheets: int = 0
    signatures: int = 0
    width: float = 0
    height: float = 0
    aside: Literal["left", "right"] = "left"
    at_head: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something to make. It differs from its sisters by these data and by style sheets, never by an `if`.

    `styles` name files in templates/styles, or folders of them (`book/`), in cascade order; `parts` name the parts it
    holds, in order; `after` names the products from whose finished bytes it is made; `paper` is what the manifest says
    ("A4").
    """

    name: str
    file: str
    format: str
    title: Titles
    paper: str
    template: str
    styles: tuple[str, ...]
    parts: tuple[str, ...]
    after: tuple[str, ...]
    timeline: Frame = Frame()
    language: str = ""
    """The language that an e-book puts first, where it is not the publication's."""
    faces: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By language, the files of fonts/ out of which a product brings the characters it needs: regular, perhaps bold."""
    offset: tuple[float, ...] = ()
    """Where the paper of a PDF that is trimmed begins, in mm right and down from the upper left corner of the old one;
    without it, it is the middle of the old."""
    printing: Printing | None = None
    """For a file that goes to a printing house."""
    titles: Mapping[str, Titles] = field(default_factory=dict)
    """What it calls parts that it prints otherwise than the other products, by their names."""
    monolingual: bool = False
    """Whether it leaves out what is only said again in a language other than its own."""
    writing: Literal["", "vertical-rl"] = ""
    """How its lines run, by CSS Writing Modes 4, 3.1, where they are no rows: in columns, from right to left."""
    edition: Titles = field(default_factory=dict)
    subtitle: Titles = field(default_factory=dict)
    description: str = ""
    """What it says of itself where that is not what the publication says: it holds less, or is for other readers."""
    endnotes: tuple[str, ...] = ()
    """The parts that have their notes at their end, on paper: where long ones would leave a page no room for text."""
    imposition: Imposition = Imposition()
    """How a booklet is folded and bound."""
    sides: int = 0
    """Of a handout: the pages that each of its sheets has, two for both sides of a leaf. 0 for all that is none."""
    unit: str = ""
    """The unit that it is about alone, by its anchor."""
    series: str = ""
    """The record that it was made from with others, one for each unit."""
    record: int = 0
    """Which of the records of publication.yaml, from 0, it was made from."""

    # For the page from which all is downloaded.
    group: str = ""
    """Under which heading it is listed; a key of the `groups` of WebWords."""
    purpose: Titles = field(default_factory=dict)
    """What the file is for, in a sentence."""
    views: Views = Views()
    """The pages that the page shows."""

    @property
    def folder(self) -> str:
        """The folder of what goes with its file, with a "/": that of the file, or one by its own name."""
        return f"{self.file.rpartition('/')[0] or self.name}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """Everything in `content/`, read and typed."""

    slug: str
    title: Titles
    short_title: Titles
    subtitle: Titles
    identifier: str
    edition: Titles
    issued: date
    language: str
    locales: Titles
    publisher: str
    description: str
    subjects: tuple[str, ...]
    rights: tuple[Right, ...]
    words: Words
    colophon: Titles
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    lists: Lists
    witnesses: tuple[Witness, ...]
    products: tuple[Product, ...]
    at: Location
    contributors: tuple[Contributor, ...] = ()
    editing: Editing | None = None
    allowances: tuple[Allowance, ...] = ()
    web: WebWords | None = None
    abstract: Titles = field(default_factory=dict)
    places: Mapping[tuple[str, ...], Location] = field(default_factory=dict)
    """Where publication.yaml says a thing: `("title", "en")`, `("products", "0", "styles")` for the first product's."""

    def place(self, *path: str) -> Location:
        """Where publication.yaml says a thing, or the nearest thing around it that is known."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, self.at)

    def place_of(self, product: Product, *path: str) -> Location:
        """Where publication.yaml says a thing of a product, by its name."""
        records = {each.name: str(each.record) for each in self.products}
        return self.place("products", records.get(product.name, ""), *path)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the edition, the main one first."""
        return tuple(self.title)

    def part(self, name: str) -> Part:
        """The part of that name. Raises KeyError."""
        return {part.name: part for part in self.parts}[name]

    def anchors(self) -> Iterator[str]:
        """Every anchor that a reference may name."""
        for part in self.parts:
            yield from self.anchors_in(part)

    def anchors_in(self, part: Part) -> Iterator[str]:
        """Every anchor that is printed in a part: those of its texts, or of the records that its kind lists."""
        yield from part.anchors()
        match part.kind:
            case "bibliography":
                yield from (source.anchor for source in self.sources)
            case "glossary":
                yield from (term.anchor for term in self.lists.glossary)
            case "people":
                yield from (person.anchor for person in self.lists.people)
            case "apparatus":
                emendations = (emendation for witness in self.witnesses for emendation in witness.emendations)
                yield from (emendation_anchor(emendation.id) for emendation in emendations)
            case _:
                pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One finished text of a document: the whole book for a PDF, one chapter, the nav or the NCX for an EPUB."""

    name: str
    text: str
    title: str
    language: str
    role: Literal["spine", "nav", "ncx"] = "spine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A style sheet by file name, as it will be used."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file says of itself in its metadata. `moment` is ISO 8601 in UTC, never the clock's time.

    `identifier` is that of this file, `edition` that of all files of the edition together, `page_source` that of the
    printed book whose pages the file marks; `main` is the language of the publisher, the description and the subjects.
    """

    title: Titles
    subtitle: Titles
    identifier: str
    language: str
    languages: tuple[str, ...]
    publisher: str
    description: str
    subjects: tuple[str, ...]
    rights: tuple[Right, ...]
    sources: tuple[str, ...]
    moment: str
    contributors: tuple[Contributor, ...] = ()
    siblings: tuple[str, ...] = ()
    """The names of the files that are the same edition in other forms."""

    edition: str = ""
    short_title: Titles = field(default_factory=dict)
    abstract: Titles = field(default_factory=dict)
    page_source: str = ""
    main: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that another takes along. `media` is its type, `relationship` that of ISO 32000-2, table 43."""

    name: str
    media: str
    relationship: Literal["Source", "Data", "Alternative", "Supplement"]
    description: str
    text: str


class Sheet(NamedTuple):
    """A sheet of a handout, by the anchor on it: what it is called, where its words are, and how it is shortened."""

    anchor: str
    called: str
    at: Location
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A product in its finished words: nothing is read from the disk after this but the fonts.

    `arabic` is the anchor at which folios turn from Roman to Arabic and begin again at 1; `heads` are what the heads of
    its pages name.
    """

    product: Product
    facts: Facts
    pages: tuple[Page, ...]
    styles: tuple[Style, ...]
    arabic: str = ""
    heads: Heads = ()
    attachments: tuple[Attachment, ...] = ()
    cover: str = ""
    """The text of a page that becomes the picture on the cover of an e-book."""
    profile: bytes = b""
    """The ICC profile of the printing that it is made for."""
    folds: tuple[float, ...] = ()
    """How far from the left of the sheet it is folded, in mm."""
    sheets: tuple[Sheet, ...] = ()
    """The sheets of a handout, each of which must go on its paper."""


class File(NamedTuple):
    """A file by its place in the output folder, parted by "/", and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A finished file, in memory, or several that go together: `others` stand beside it or in folders.

    `fingerprint` is the digest of all that it was made from; `pages` is 0 where there are none.
    """

    file: str
    product: str
    kind: Kind
    paper: str
    pages: int
    title: str
    language: str
    fingerprint: str
    data: bytes
    others: tuple[File, ...] = ()

    @property
    def files(self) -> Mapping[str, bytes]:
        """All its files by name, its own first."""
        return {self.file: self.data, **dict(self.others)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes into an e-book as it is: a face, its license, a picture."""

    name: str
    media: str
    data: bytes
    is_cover: bool = False


class Made(NamedTuple):
    """What a maker hands back: the bytes of the file, how many pages it has (0 where there are none), other files."""

    data: bytes
    pages: int
    others: tuple[File, ...] = ()


class Printed(NamedTuple):
    """What a finished PDF says of itself.

    `identifier` is the name of the file; `labels` and `texts` are those of its pages, in their order; `places` tell of
    each anchor its page, from 0, and how far down it stands.
    """

    identifier: str
    labels: tuple[str, ...]
    texts: tuple[str, ...]
    places: Mapping[str, tuple[int, float]]


class Inked(NamedTuple):
    """A page of a finished PDF: its label, its size, and how far its ink reaches, if it has any.

    In points; the ink's left, top, right and bottom are told from the upper left corner.
    """

    label: str
    width: float
    height: float
    ink: tuple[float, float, float, float] | None


class Leaf(NamedTuple):
    """Where a page of the printed book begins in an e-book: the page's label, the file, and the character in it."""

    label: str
    file: str
    at: int


class Leaves(NamedTuple):
    """All of them, and the identifier of the printed book."""

    source: str = ""
    places: tuple[Leaf, ...] = ()


class Holding(NamedTuple):
    """A finished product as the page tells of it from which all is downloaded: its first file, and what is of it."""

    product: str
    file: str
    bytes: int
    sha256: str
    pages: int
    total: int
    """The bytes of all its files."""


class View(NamedTuple):
    """The picture of a page: where it is, its size in px, what the page shows (an anchor), its number and its label."""

    file: str
    width: int
    height: int
    anchor: str
    page: int
    label: str


class Shelf(NamedTuple):
    """What is finished: all products in their order, and pictures of pages."""

    holdings: tuple[Holding, ...] = ()
    views: tuple[View, ...] = ()


Report = Callable[[str, int], None]
"""How a maker tells where it is: the stage ("laying out") and the page it has reached, or 0."""
