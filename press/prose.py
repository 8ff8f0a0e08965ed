"""Running text as a small immutable tree: what `markdown.py` reads and `markup.py` prints.

What the tree cannot say (HTML, images, code, template marks) cannot be printed, so nothing an editor types can
reach a template or a renderer as anything but text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from press.problems import Location


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of characters on one line, and where it stands."""

    text: str
    at: Location


@dataclass(frozen=True, slots=True)
class Span:
    """A run in another language, an emphasis (`em`, `strong`), or a link (`#anchor` or an https address)."""

    kind: str
    value: str
    children: tuple[Inline, ...]
    at: Location


@dataclass(frozen=True, slots=True)
class Citation:
    """A source and the place in it: `[@FRUS doc. 48]`."""

    key: str
    locator: str
    at: Location


@dataclass(frozen=True, slots=True)
class Citations:
    """Sources cited within a note; in running text they make a note of their own."""

    items: tuple[Citation, ...]
    at: Location


@dataclass(frozen=True, slots=True)
class Call:
    """Where a note is called; `number` counts within its unit."""

    number: int
    at: Location


Inline = Text | Span | Citations | Call


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; in numbered text it has an anchor and a label ("V.3")."""

    anchor: str
    label: str
    children: tuple[Inline, ...]
    at: Location

    @property
    def text(self) -> str:
        """Its words, without notes."""
        return "".join(piece.text for piece in self.pieces())

    def pieces(self) -> Iterator[Text]:
        """The stretches of which it is made, each where it stands."""
        return (node for node, _ in _flatten(self.children, "") if isinstance(node, Text))


@dataclass(frozen=True, slots=True)
class Block:
    """Anything that holds paragraphs: `ul`, `ol`, `li`, `blockquote`, a heading, a `table` and its parts."""

    tag: str
    children: tuple[Block | Paragraph, ...]
    at: Location


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote of one paragraph. `kind` is `note` (an editor's words) or `citation` (only sources)."""

    anchor: str
    number: int
    kind: str
    children: tuple[Inline, ...]
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """Running text in one language, its notes in the order of their calls, and what it refers to."""

    language: str
    blocks: tuple[Block | Paragraph, ...] = ()
    notes: tuple[Note, ...] = ()
    cited: frozenset[str] = frozenset()

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All paragraphs, those inside lists and quotations too, in reading order."""
        return tuple(_paragraphs(self.blocks))

    def inlines(self) -> Iterator[tuple[Inline, str]]:
        """Every piece of text, link and citation, notes included, with the language it is in."""
        for paragraph in self.paragraphs:
            yield from _flatten(paragraph.children, self.language)
        for note in self.notes:
            yield from _flatten(note.children, self.language)


def is_han(language: str) -> bool:
    """Whether text in this language is set in Han characters."""
    return language.partition("-")[0] in ("zh", "ja")


def _paragraphs(blocks: Iterable[Block | Paragraph]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            yield from _paragraphs(block.children)


def _flatten(children: Iterable[Inline], language: str) -> Iterator[tuple[Inline, str]]:
    for child in children:
        yield child, language
        if isinstance(child, Span):
            yield from _flatten(child.children, child.value if child.kind == "lang" else language)


_ENGLISH = re.compile(r"[A-Z][a-z]{3,}(?:ment|tion|sion|ance|ship|ness|ity|ities|aries|ical|ive|ican|ist)s?")
"""Words with a capital that are no names: no Japanese one ends so, nor do those of people and places elsewhere."""


def may_divide(word: str) -> bool:
    """Whether an English word may be divided at the end of a line: not a name, as far as its letters tell."""
    return word.islower() or bool(_ENGLISH.fullmatch(word))
