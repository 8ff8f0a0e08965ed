"""The shapes of the YAML in `content/`: what keys there are, and which may be left out.

Only `content.py` and `texts.py` know them; `content/publication.yaml` explains them to editors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from press.model import EmendationClass, Right, Words
from press.records import STRICT, Pattern

Titles = dict[str, str]
Name = Annotated[str, Pattern(r"^[a-z][a-z0-9-]*$")]


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


@dataclass(frozen=True, kw_only=True)
class PartShape:
    """A part of the book; what its `kind` has no use for stays empty."""

    name: Name
    kind: Literal["title", "imprint", "contents", "page", "treaty", "essay", "commentary", "apparatus", "bibliography"]
    title: Titles
    matter: Literal["front", "body", "back"]
    language: str = ""
    folder: str = ""
    prefix: str = ""
    label: str = ""
    of: str = ""
    sections: list[SectionShape] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ProductShape:
    """A product; without `parts` it holds them all."""

    name: Name
    format: Literal["pdf", "epub", "checksums"]
    title: Titles
    suffix: str = ""
    paper: str = ""
    template: str = ""
    styles: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class PublicationShape:
    """publication.yaml."""

    __pydantic_config__ = STRICT
    slug: Name
    title: Titles
    short_title: Titles
    subtitle: Titles
    identifier: Annotated[str, Pattern(r"^(urn:uuid:[0-9a-f-]{36}|urn:isbn:\d{13}|https?://\S+)$")]
    edition: Titles
    issued: date
    language: str
    publisher: str
    description: str
    subjects: list[str]
    unit_names: dict[str, Titles]
    unit_labels: dict[str, str]
    words: Words
    colophon: Titles
    rights: list[Right]
    parts: list[PartShape]
    products: list[ProductShape]


@dataclass(frozen=True, kw_only=True)
class SignaturesShape:
    """A column of signatories, in the front matter of a closing."""

    caption: str
    names: list[str]


@dataclass(frozen=True, kw_only=True)
class FrontShape:
    """Front matter of any file of prose."""

    __pydantic_config__ = STRICT
    title: Titles = field(default_factory=dict)
    heading: str = ""
    language: str = ""
    signatures: list[SignaturesShape] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class SourceShape:
    """An entry of sources.yaml."""

    __pydantic_config__ = STRICT
    key: Annotated[str, Pattern(r"^[A-Za-z][A-Za-z0-9-]*$")]
    type: Literal[
        "article-journal", "article-newspaper", "article-magazine", "book", "chapter", "document", "hearing",
        "legal_case", "legislation", "report", "treaty", "webpage",
    ]  # fmt: skip
    title: str
    short: str
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
    url: str = ""
    accessed: str = ""
    original: str = ""
    original_language: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class EmendationShape:
    """One departure from a source."""

    id: Annotated[str, Pattern(r"^[A-Za-z][A-Za-z0-9-]*$")]
    line: int
    source: Annotated[str, Pattern(r"(?s).")]
    reading: str
    class_: EmendationClass
    place: str
    why: str


@dataclass(frozen=True, kw_only=True)
class EmendationsShape:
    """A file of emendations."""

    __pydantic_config__ = STRICT
    witness: str
    from_: str
    text: str
    emendations: list[EmendationShape]
