"""The shapes of the YAML in `content/`: what keys there are, and which may be left out.

Only `content.py` and `texts.py` know them; `content/publication.yaml` explains them to editors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from press.model import (
    EmendationClass,
    FaultKind,
    Frame,
    Imposition,
    Mentions,
    Printing,
    Right,
    Side,
    UnitKind,
    Views,
    WebWords,
    Words,
)
from press.records import COUNT, FILLED, LENGTH, SHIFT, SOME, STRICT, Day, Pattern

Filled = Annotated[str, FILLED]
Language = Annotated[
    str, Pattern(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", "name a language: en, zh-Hant; or quote a text that holds a comma")
]
Titles = Annotated[dict[Language, Filled], FILLED]
Name = Annotated[str, Pattern(r"[a-z][a-z0-9-]*", "write a to z, 0 to 9 and -, a letter first")]
Address = Annotated[str, Pattern(r"(https?://\S+)?", "write a web address, with https://")]
Key = Annotated[str, Pattern(r"[A-Za-z][A-Za-z0-9-]*", "write letters, digits and -, a letter first")]
Numbered = Annotated[str, Pattern(r"([^{}]|\{(n|roman|han)\})*", "the number is {n} 5, {roman} V or {han} 五")]
"""A name with the number in it: `Article {roman}`."""
ListKey = Annotated[str, Pattern(r"[a-z0-9][a-z0-9-]*", "write a to z, 0 to 9 and -")]
Cited = Annotated[
    str, Pattern(r"[A-Za-z][A-Za-z0-9-]*( .+)?", "write the key of a source, and perhaps the place in it")
]
"""A source and the place in it, as in a citation: "FRUS doc. 31"."""
_USUAL = Frame()
_FOLDED = Imposition()


@dataclass(frozen=True, kw_only=True)
class SectionShape:
    """A section that every file of a commentary may have."""

    name: Name
    heading: Titles
    language: str
    lemmata: bool = False
    numbered: bool = False
    least: int = 1
    """How many pieces it must have; 0 makes the section optional."""
    handout: Side = ""


@dataclass(frozen=True, kw_only=True)
class PartShape:
    """A part of the book; what its `kind` has no use for stays empty."""

    name: Name
    kind: Literal[
        "cover", "halftitle", "title", "imprint", "contents", "page", "treaty", "essay", "commentary", "apparatus",
        "bibliography", "parallel", "glossary", "chronology", "people", "abbreviations", "synopses", "index",
    ]  # fmt: skip
    title: Titles
    matter: Literal["front", "body", "back"]
    language: str = ""
    folder: Annotated[str, Pattern(r"[A-Za-z0-9_-]*", "name a folder of content/")] = ""
    prefix: Annotated[str, Pattern(r"([a-z][a-z0-9]*-)?", "write a short word and a hyphen: ja-")] = ""
    label: Annotated[str, Pattern(r"([^{}]|\{(unit|n)\})*", "the unit's label is {unit}, the number {n}")] = ""
    of: str = ""
    sections: list[SectionShape] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class FrameShape(Frame):
    """The room of a timeline."""

    width: Annotated[float, LENGTH] = _USUAL.width
    heights: Annotated[tuple[Annotated[float, LENGTH], ...], FILLED] = _USUAL.heights
    size: Annotated[float, LENGTH] = _USUAL.size


@dataclass(frozen=True, kw_only=True)
class PrintingShape(Printing):
    """What a printing house wants to know."""

    condition: Filled
    profile: Filled
    multiple: Annotated[int, COUNT] = 1
    leaf: Annotated[float, LENGTH] = 0
    board: Annotated[float, LENGTH] = 0


@dataclass(frozen=True, kw_only=True)
class ViewsShape(Views):
    """The pages that are shown as pictures."""

    width: Annotated[int, LENGTH] = Views().width


@dataclass(frozen=True, kw_only=True)
class ImpositionShape(Imposition):
    """How a booklet is folded and bound."""

    sheets: Annotated[int, SOME] = _FOLDED.sheets
    thickness: Annotated[float, SOME] = _FOLDED.thickness
    last: Annotated[int, SOME] = _FOLDED.last


@dataclass(frozen=True, kw_only=True)
class ProductShape:
    """A product; without `parts` it holds them all."""

    name: Name
    format: Literal["pdf", "trim", "booklet", "cover", "epub", "html", "site", "checksums"]
    title: Titles
    suffix: str = ""
    file: Annotated[
        str,
        Pattern(r"(([a-z0-9][a-z0-9._-]*/)*[a-z0-9][a-z0-9._-]*)?", "write a to z, 0 to 9, . - _ and / for folders"),
    ] = ""
    """Its whole name in the output folder, where it is not made of slug, suffix and format."""
    paper: str = ""
    template: str = ""
    styles: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    timeline: FrameShape = field(default_factory=FrameShape)
    language: str = ""
    faces: dict[Language, list[Filled]] = field(default_factory=dict)
    offset: tuple[Annotated[float, SHIFT], ...] = ()
    printing: PrintingShape | None = None
    titles: dict[Name, Titles] = field(default_factory=dict)
    monolingual: bool = False
    writing: Literal["", "vertical-rl"] = ""
    group: str = ""
    purpose: Titles = field(default_factory=dict)
    views: ViewsShape = field(default_factory=ViewsShape)
    edition: dict[Language, Filled] = field(default_factory=dict)
    subtitle: dict[Language, Filled] = field(default_factory=dict)
    description: str = ""
    endnotes: list[str] = field(default_factory=list)
    imposition: ImpositionShape = field(default_factory=ImpositionShape)
    sides: Annotated[int, SOME] = 0
    each: str = ""
    """A commentary: the record stands for a product for each of its comments."""


@dataclass(frozen=True, kw_only=True)
class WordsShape(Words):
    """What the templates say; the number that some of it is made with is `{n}`."""

    page: dict[str, Annotated[str, Pattern(r"([^{}]|\{n\})*", "the number is {n}")]]
    source_line: dict[str, Annotated[str, Pattern(r"([^{}]|\{n\})*", "the number is {n}")]]
    strokes: dict[str, Annotated[str, Pattern(r"([^{}]|\{n\})*", "the number is {n}")]]
    year_scale: dict[str, Annotated[str, Pattern(r"([^{}]|\{n\})*", "the number is {n}")]]
    month_scale: dict[str, Annotated[str, Pattern(r"([^{}]|\{n\})*", "the number is {n}")]]
    timeline: dict[
        str,
        Annotated[str, Pattern(r"([^{}]|\{[naz]\})*", "the number is {n}, the dates are {a} and {z}")],
    ]
    drawn: dict[str, Annotated[str, Pattern(r"([^{}]|\{e\})*", "the events are {e}")]]
    note_call: dict[str, Annotated[str, Pattern(r"([^{}]|\{n\})*", "the number is {n}")]]
    note_back: dict[str, Annotated[str, Pattern(r"([^{}]|\{n\})*", "the number is {n}")]]
    booklet: dict[str, Annotated[str, Pattern(r"([^{}]|\{n\})*", "the number is {n}")]]
    signatures: dict[
        str, Annotated[str, Pattern(r"([^{}]|\{[nk]\})*", "the numbers are {n}, of sheets, and {k}, of signatures")]
    ]
    untagged: dict[str, Annotated[str, Pattern(r"([^{}]|\{file\})*", "the name of the file is {file}")]]


_COUNTED = Pattern(r"([^{}]|\{n\})*", "the number is {n}")


@dataclass(frozen=True, kw_only=True)
class WebWordsShape(WebWords):
    """What the pages for a browser say."""

    groups: dict[Name, Titles]
    pages: dict[Language, Annotated[str, _COUNTED]]
    page: dict[Language, Annotated[str, _COUNTED]]


@dataclass(frozen=True, kw_only=True)
class RightShape(Right):
    """Whose a text is."""

    url: Address = ""


@dataclass(frozen=True, kw_only=True)
class ContributorShape:
    """Who has a share in the edition."""

    name: Titles
    role: Literal["aut", "com", "edt", "trl", "wac"]
    of: str = ""
    file_as: str = ""


@dataclass(frozen=True, kw_only=True)
class PublicationShape:
    """publication.yaml."""

    __pydantic_config__ = STRICT
    slug: Name
    title: Titles
    short_title: Titles
    subtitle: Titles
    identifier: Annotated[
        str,
        Pattern(r"urn:uuid:[0-9a-f-]{36}|urn:isbn:\d{13}|https?://\S+", "write urn:uuid:…, urn:isbn:… or https://…"),
    ]
    edition: Titles
    issued: Day
    language: str
    publisher: str
    description: str
    subjects: list[str]
    locales: Titles
    unit_names: dict[UnitKind, dict[str, Numbered]]
    unit_labels: dict[UnitKind, Numbered]
    words: WordsShape
    colophon: Titles
    rights: list[RightShape]
    parts: list[PartShape]
    products: list[ProductShape]
    contributors: list[ContributorShape] = field(default_factory=list)
    abstract: Titles | None = None
    web: WebWordsShape | None = None


@dataclass(frozen=True, kw_only=True)
class SignaturesShape:
    """A column of signatories, in the front matter of a closing."""

    caption: str
    names: list[str]


@dataclass(frozen=True, kw_only=True)
class UnitFront:
    """Front matter of a unit of a treaty, whose title comes from its number."""

    __pydantic_config__ = STRICT
    heading: str = ""
    language: str = ""
    signatures: list[SignaturesShape] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TextFront:
    """Front matter of an essay or a page."""

    __pydantic_config__ = STRICT
    title: Titles
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class HandoutShape:
    """What of a comment goes on its handout."""

    notes: list[Filled] = field(default_factory=list)
    essay: list[Filled] = field(default_factory=list)
    terms: list[ListKey] = field(default_factory=list)
    sections: list[Name] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class CommentFront:
    """Front matter of a comment; its sections have languages of their own."""

    __pydantic_config__ = STRICT
    title: Titles
    handout: HandoutShape | None = None


@dataclass(frozen=True, kw_only=True)
class SourceShape:
    """An entry of sources.yaml."""

    __pydantic_config__ = STRICT
    key: Key
    type: Literal[
        "article-journal", "article-newspaper", "article-magazine", "book", "chapter", "document", "hearing",
        "legal_case", "legislation", "report", "treaty", "webpage",
    ]  # fmt: skip
    title: Filled
    short: Filled
    language: str
    author: str = ""
    editor: str = ""
    container: str = ""
    publisher: str = ""
    place: str = ""
    issued: str = ""
    volume: str = ""
    number: str = ""
    pages: str = ""
    url: Address = ""
    accessed: str = ""
    original: str = ""
    original_language: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class EmendationShape:
    """One departure from a source."""

    id: Key
    line: int
    source: Filled
    reading: str
    class_: EmendationClass
    place: str
    why: str


@dataclass(frozen=True, kw_only=True)
class EmendationsShape:
    """A file of emendations."""

    __pydantic_config__ = STRICT
    witness: Annotated[str, Pattern(r"[A-Za-z0-9][\w.-]*", "name a file of content/witnesses/")]
    from_: str
    text: str
    emendations: list[EmendationShape]


@dataclass(frozen=True, kw_only=True)
class TermShape:
    """An entry of glossary.yaml."""

    __pydantic_config__ = STRICT
    key: ListKey
    term: Titles
    gloss: Titles
    also: Titles = field(default_factory=dict)
    find: list[str] | None = None
    places: list[str] = field(default_factory=list)
    sources: list[Cited] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class EventShape:
    """An entry of chronology.yaml."""

    __pydantic_config__ = STRICT
    date: Annotated[
        str, Pattern(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", "write 1960-01-19, 1960-01 or 1960")
    ]
    kind: Literal["background", "negotiation", "approval", "practice"]
    label: Titles
    text: Titles
    sources: list[Cited] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PersonShape:
    """An entry of people.yaml."""

    __pydantic_config__ = STRICT
    key: ListKey
    name: Titles
    about: Titles
    signed: str = ""
    sources: list[Cited] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class AbbreviationShape:
    """An entry of abbreviations.yaml."""

    __pydantic_config__ = STRICT
    short: str
    long: Titles


@dataclass(frozen=True, kw_only=True)
class SynopsisShape:
    """An entry of synopses.yaml."""

    __pydantic_config__ = STRICT
    paragraph: str
    text: Titles
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class HeadingShape:
    """An entry of index.yaml."""

    __pydantic_config__ = STRICT
    term: Titles
    sort: str = ""
    see: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class MentionsShape(Mentions):
    """How a language names the units of the treaty."""

    names: dict[UnitKind, tuple[Annotated[Numbered, FILLED], ...]]
    joined: tuple[Filled, ...] = ()
    before: tuple[Filled, ...] = ()
    after: tuple[Filled, ...] = ()
    ours: tuple[Filled, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EditingShape:
    """editing.yaml."""

    __pydantic_config__ = STRICT
    mentions: dict[Language, MentionsShape] = field(default_factory=dict)
    cited: list[str] = field(default_factory=list)
    unfinished: list[Filled] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class AllowanceShape:
    """An entry of pages.yaml."""

    __pydantic_config__ = STRICT
    products: Annotated[list[str], FILLED]
    kind: FaultKind
    line: Filled
    because: Filled
