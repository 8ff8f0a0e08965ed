"""Words as they are read: through links, runs in other languages and calls of notes; and whose words they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from press.listchecks import list_citations, list_texts
from press.model import Publication, Titles
from press.problems import Location
from press.prose import Block, Call, Citation, Citations, Inline, Note, Paragraph, Prose, Span, Text

CALL = "\ufffc"
"""Stands in a flow where a note is called, or within a note where a source is named."""
HIDDEN = "\0"
"""Stands for a character that `own_words` leaves out."""
Kind = Literal["paragraph", "heading", "quotation", "row", "note", "record"]

_OWN = ("page", "commentary")
"""The kinds of parts that are written for the edition; the others print the texts of others, with notes of ours."""
_KINDS: Mapping[str, Kind] = {"blockquote": "quotation", "h2": "heading", "h3": "heading"}
_QUOTES = {"“": "”", "«": "»", "「": "」", "『": "』", "《": "》", "〈": "〉"}


class Stretch(NamedTuple):
    """A piece of a flow, from the index `start` on; `link` is where it leads, `title` whether it is emphasized."""

    start: int
    text: Text
    language: str
    link: str
    title: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """What is read without a break: a paragraph, a row of a table, a note, or a wording in a record.

    `own` says that the words are the edition's; `anchor` is that of a numbered paragraph. `cited` are the indexes of
    the calls that lead to sources.
    """

    kind: Kind
    own: bool
    anchor: str
    text: str
    stretches: tuple[Stretch, ...]
    cited: frozenset[int]

    def stretch(self, index: int) -> Stretch:
        """The piece in which a character stands, or the last before a call."""
        return next(each for each in reversed(self.stretches) if each.start <= index or each is self.stretches[0])

    def at(self, index: int) -> Location:
        """Where a character stands; within a record, where the record does."""
        stretch = self.stretch(index)
        at = stretch.text.at
        return at if self.kind == "record" else Location(at.path, at.line, at.column + max(index - stretch.start, 0))

    def own_words(self, language: str) -> str:
        """The text with all hidden that is in another language, between quotation marks, or the title of a work."""
        shown = [False] * len(self.text)
        for start, text, spoken, _, title in self.stretches:
            shown[start : start + len(text.text)] = [spoken == language and not title] * len(text.text)
        closing = list[str]()
        for index, char in enumerate(self.text):
            if closing and char == closing[-1]:
                closing.pop()
            shown[index] &= not closing
            if char in _QUOTES:
                closing.append(_QUOTES[char])
        return "".join(char if show else HIDDEN for char, show in zip(self.text, shown, strict=True))

    def unlinked(self) -> str:
        """The text with the words of links hidden."""
        linked = [stretch for stretch in self.stretches if stretch.link]
        text = self.text
        for start, piece, *_ in linked:
            text = text[:start] + HIDDEN * len(piece.text) + text[start + len(piece.text) :]
        return text

    def anchors(self) -> set[str]:
        """Where its links lead in the edition."""
        return {stretch.link[1:] for stretch in self.stretches if stretch.link.startswith("#")}


def flows(publication: Publication) -> Iterator[Flow]:
    """All that is printed but the names of sources."""
    for part in publication.parts:
        for prose in part.proses():
            yield from prose_flows(prose, own=part.kind in _OWN)
    for titles, at in records(publication):
        for language, text in titles.items():
            if text:
                yield _flow("record", (Text(text, at),), language)
    for citation in citations(publication):
        yield _flow("record", (Text(citation.locator, citation.at),), publication.language)


def prose_flows(prose: Prose, *, own: bool = True) -> Iterator[Flow]:
    """The paragraphs and rows of a text, and then its notes, which are ours in any text."""
    notes = {note.number: note for note in prose.notes}
    for kind, anchor, children in _runs(prose.blocks, "paragraph"):
        flow = _flow(kind, children, prose.language, notes)
        yield replace(flow, own=own and kind != "quotation", anchor=anchor)
    for note in prose.notes:
        if note.kind == "note":
            yield _flow("note", note.children, prose.language)


def citations(publication: Publication) -> Iterator[Citation]:
    """Every place in a source that a text or a record names."""
    for part in publication.parts:
        for prose in part.proses():
            for inline, _ in prose.inlines():
                if isinstance(inline, Citations):
                    yield from inline.items
    yield from list_citations(publication)


def _runs(blocks: Iterable[Block | Paragraph], kind: Kind) -> Iterator[tuple[Kind, str, tuple[Inline, ...]]]:
    """What is read without a break, with its anchor. The cells of a row are parted as lines are."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield kind, block.anchor, block.children
        elif block.tag == "tr":
            cells = _runs(block.children, "row")
            yield "row", "", tuple(child for _, _, cell in cells for child in (*cell, Text("\n", block.at)))
        else:
            yield from _runs(block.children, _KINDS.get(block.tag, kind))


def _flow(kind: Kind, children: Sequence[Inline], language: str, notes: Mapping[int, Note] | None = None) -> Flow:
    text, stretches, cited = "", list[Stretch](), set[int]()
    for leaf, spoken, link, title in _leaves(children, language):
        if isinstance(leaf, Text):
            stretches.append(Stretch(len(text), leaf, spoken, link, title))
            text += leaf.text
        else:
            if isinstance(leaf, Citations) or _names_source((notes or {}).get(leaf.number)):
                cited.add(len(text))
            text += CALL
    stretches = stretches or [Stretch(0, Text("", children[0].at), language, "", title=False)]
    return Flow(kind=kind, own=True, anchor="", text=text, stretches=tuple(stretches), cited=frozenset(cited))


def _leaves(
    children: Iterable[Inline], language: str, link: str = "", *, title: bool = False
) -> Iterator[tuple[Text | Citations | Call, str, str, bool]]:
    for child in children:
        if isinstance(child, Span):
            spoken = child.value if child.kind == "lang" else language
            target = child.value if child.kind == "link" else link
            yield from _leaves(child.children, spoken, target, title=title or child.kind == "em")
        else:
            yield child, language, link, title


def _names_source(note: Note | None) -> bool:
    return note is not None and any(isinstance(leaf, Citations) for leaf, *_ in _leaves(note.children, ""))


def records(publication: Publication) -> Iterator[tuple[Titles, Location]]:
    """Our wordings outside running text."""
    main = publication.language
    yield from list_texts(publication)
    yield from (({main: source.note}, source.at) for source in publication.sources)
    for witness in publication.witnesses:
        yield from (({main: emendation.why}, emendation.at) for emendation in witness.emendations)
    for index, right in enumerate(publication.rights):
        yield right.statement, publication.place("rights", str(index), "statement")
    for name in ("title", "short_title", "subtitle", "edition", "colophon"):
        for language, text in getattr(publication, name).items():
            yield {language: text}, publication.place(name, language)
    for index, part in enumerate(publication.parts):
        yield part.title, publication.place("parts", str(index), "title")
        yield from ((comment.title, comment.at) for comment in part.comments)
