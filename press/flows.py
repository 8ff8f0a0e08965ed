"""Words as they are read one after the other, through links, runs in other languages and calls of notes, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from press.listchecks import list_texts
from press.model import Publication, Titles
from press.problems import Location
from press.prose import Block, Call, Citations, Inline, Note, Paragraph, Prose, Span, Text

CALL = "\ufffc"
"""What stands in a flow where a note is called, or a source named within a note."""
HIDDEN = "\0"
"""What stands for a character that `own_words` leaves out."""
Kind = Literal["paragraph", "heading", "quotation", "row", "note", "record"]

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

    `own` are the words of the edition, not those of a text that it prints. `cited` are the indexes of calls that lead to
    sources.
    """

    kind: Kind
    own: bool
    text: str
    stretches: tuple[Stretch, ...]
    cited: frozenset[int]

    def stretch(self, index: int) -> Stretch:
        """The piece in which a character stands, or after which a note is called."""
        return next((each for each in reversed(self.stretches) if each.start <= index), self.stretches[0])

    def at(self, index: int) -> Location:
        """Where a character stands; of a record, only where the record does."""
        start, (_, at), *_ = self.stretch(index)[0], (None, self.stretch(index).text.at)
        return at if self.kind == "record" else Location(at.path, at.line, at.column + index - start)

    def own_words(self, language: str) -> str:
        """The text with all hidden that is in another language, between quotation marks, or the title of a work."""
        shown = [False] * len(self.text)
        for start, text, spoken, _, title in self.stretches:
            shown[start : start + len(text.text)] = [spoken == language and not title] * len(text.text)
        closing: list[str] = []
        for index, char in enumerate(self.text):
            if closing and char == closing[-1]:
                closing.pop()
            shown[index] &= not closing
            if char in _QUOTES:
                closing.append(_QUOTES[char])
        return "".join(char if show else HIDDEN for char, show in zip(self.text, shown, strict=True))
