"""Where a part uses a term of the glossary for the first time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from press.model import Part, Term
from press.prose import Inline, Span, Text

Uses = Mapping[Text, Sequence[tuple[int, int, str]]]
"""A stretch of text → the beginning and end of each term first used in it, and the term's anchor."""


def first_uses(part: Part, terms: Sequence[Term], language: str) -> Uses:
    """The first use of every term in the text of `part`, outside notes, links and runs in other languages."""
    wanted = [(term.anchor, _pattern(term.find)) for term in terms if term.find]
    uses: dict[Text, list[tuple[int, int, str]]] = {}
    for text in _texts(part, language):
        taken: list[tuple[int, int, str]] = []
        for anchor, pattern in tuple(wanted):
            match = pattern.search(text.text)
            if match and all(match.end() <= start or match.start() >= end for start, end, _ in taken):
                taken.append((*match.span(), anchor))
                wanted.remove((anchor, pattern))
        if taken:
            uses[text] = sorted(taken)
    return uses


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE)


def _texts(part: Part, language: str) -> Iterator[Text]:
    for prose in part.proses():
        if prose.language == language:
            for paragraph in prose.paragraphs:
                yield from _plain(paragraph.children)


def _plain(children: Iterable[Inline]) -> Iterator[Text]:
    for child in children:
        if isinstance(child, Text):
            yield child
        elif isinstance(child, Span) and child.kind not in ("link", "lang"):
            yield from _plain(child.children)
