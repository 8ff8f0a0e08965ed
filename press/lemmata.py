"""The words of a text that a remark explains: where they stand, and how the text is cut at them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from press.model import Stretch, Unit

_LETTER = "[0-9A-Za-zÀ-ɏ]"
_LETTER_BEFORE, _LETTER_AFTER = f"(?<!{_LETTER})", f"(?!{_LETTER})"


def find_lemma(lemma: str, unit: Unit, start: int = 0) -> tuple[int, tuple[str, ...]]:
    """Where the words of a lemma begin in a unit, from `start` on, and the anchors of the paragraphs that hold them.

    "…" stands for words left out. Words that do not occur give (-1, ()).
    """
    if not (match := _search(lemma, unit, start)):
        return -1, ()
    anchors = [paragraph.anchor for paragraph in unit.prose.paragraphs]
    held = (anchors[index] for index, _, _ in _within(match.span(), unit) if index < len(anchors))
    return match.start(), tuple(anchor for anchor in held if anchor)


def mark_lemma(lemma: str, unit: Unit, start: int = 0) -> tuple[Stretch, ...]:
    """The very words of a lemma in the paragraphs of a unit, from `start` on: those left out by "…" are not marked."""
    if not (match := _search(lemma, unit, start)):
        return ()
    pieces = (match.span(group) for group in range(1, len(match.groups()) + 1))
    found = (stretch for piece in pieces for stretch in _within(piece, unit))
    return tuple(stretch for stretch in found if stretch.paragraph < len(unit.prose.paragraphs))


def _lines(unit: Unit) -> list[str]:
    """The paragraphs of a unit, then its captions and signatures."""
    lines = [paragraph.text for paragraph in unit.prose.paragraphs]
    return lines + [line for column in unit.signatures for line in (column.caption, *column.names)]


def _search(lemma: str, unit: Unit, start: int) -> re.Match[str] | None:
    """The first place of a lemma in the lines of a unit, one group for each of its pieces."""
    pieces = [piece.strip() for piece in lemma.split("…")]
    if not any(pieces):
        return None
    pattern = ".*?".join(
        f"({_LETTER_BEFORE * _is_letter(p[:1])}{_words(p)}{_LETTER_AFTER * _is_letter(p[-1:])})" for p in pieces
    )
    return re.compile(pattern, re.DOTALL).search("\n".join(_lines(unit)), start)


def _words(piece: str) -> str:
    """A pattern for words of one line, however they are spaced."""
    return r"[^\S\n]+".join(re.escape(word) for word in piece.split())


def _within(span: tuple[int, int], unit: Unit) -> Iterator[Stretch]:
    """A span of the lines of a unit, line by line."""
    offset = 0
    for index, line in enumerate(_lines(unit)):
        start, end = max(span[0] - offset, 0), min(span[1] - offset, len(line))
        if start < end:
            yield Stretch(index, start, end)
        offset += len(line) + 1


def _is_letter(char: str) -> bool:
    """Whether words end where such a character meets another; Han has no such ends."""
    return bool(re.fullmatch(_LETTER, char))


def cut(text: str, marks: Sequence[tuple[int, int, str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A text in pieces, each with the marks that lie on it, the longest first: of lemmata one may hold another.

    A mark is where it begins, where it ends, and what it is.
    """
    edges = sorted({0, len(text), *(edge for start, end, _ in marks for edge in (start, end))})
    longest = sorted(marks, key=lambda mark: mark[0] - mark[1])
    for here, there in pairwise(edges):
        yield text[here:there], tuple(name for start, end, name in longest if start <= here and there <= end)


def incipit(words: str, room: int = 30) -> str:
    """The first words of a lemma, by which it is known in a list; `room` is what they may take, in letters."""
    if len(words) <= room:
        return words
    whole = words[: room - 1].rpartition(" ")[0] or words[: room - 2]
    return f"{whole.rstrip(' …,;')}\u00a0…"
