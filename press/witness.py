"""The sources kept whole: witness + recorded emendations = reading text, or a problem that names the first departure.

A witness is a source text byte for byte. Emendations are applied to it side by side, never one on top of another,
so each says what truly stood in the source. The result falls into blocks (headings without their `#`, paragraphs, the
lines of a signature column), which must equal the blocks of the reading text word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from press.model import Emendation, Part, Witness
from press.problems import Location, Problem, PublicationError
from press.prose import Paragraph


def emend(witness: Witness) -> str:
    """The witness with its emendations made. Raises PublicationError for one that does not fit, or two that overlap."""
    starts = _line_starts(witness.words)
    problems, cuts = list[Problem](), list[tuple[int, int, Emendation]]()
    for emendation in witness.emendations:
        found = list(_occurrences(witness.words, starts, emendation))
        if len(found) == 1 and emendation.source != emendation.reading:
            cuts.append((found[0], found[0] + len(emendation.source), emendation))
        else:
            problems.append(_misfit(witness, emendation, len(found)))
    cuts.sort(key=lambda cut: cut[:2])
    text, reached, last = list[str](), 0, ""
    for start, end, emendation in cuts:
        if start < reached:
            message = f"{emendation.id} overlaps {last}"
            problems.append(Problem(emendation.at, message, "make them one emendation"))
        text += [witness.words[reached:start], emendation.reading]
        if end > reached:
            reached, last = end, emendation.id
    if problems:
        raise PublicationError(problems)
    return "".join([*text, witness.words[reached:]])


def _misfit(witness: Witness, emendation: Emendation, found: int) -> Problem:
    """Why an emendation cannot be made."""
    quoted = f"“{_short(emendation.source)}”"
    if found == 1:
        return Problem(emendation.at, f"{emendation.id} changes nothing: {quoted} is both its source and its reading")
    stands = f"stands {found} times" if found else "does not stand"
    message = f"{emendation.id}: {quoted} {stands} on line {emendation.line} of {witness.file}"
    if found:
        return Problem(emendation.at, message, "quote more of the line")
    places = [match.start() for match in re.finditer(re.escape(emendation.source), witness.words)]
    lines = sorted({witness.words.count("\n", 0, place) + 1 for place in places})
    hint = f"it stands on line {', '.join(map(str, lines[:5]))}" if lines else "copy it exactly from the source"
    return Problem(emendation.at, message, hint)


def blocks(text: str) -> tuple[str, ...]:
    """The blocks of an emended witness: parted by blank lines, white space folded, marks of headings taken off."""
    folded = (" ".join(block.split()) for block in re.split(r"\n[ \t]*\n", text))
    return tuple(re.sub(r"^#+ ", "", block) for block in folded if block)


@dataclass(frozen=True, slots=True)
class Reading:
    """A block of the reading text, and where each of its characters stands, or where all of it does."""

    text: str
    places: tuple[Location, ...]

    def place(self, index: int) -> Location:
        """Where the character with this index stands; the last, past the end."""
        return self.places[min(index, len(self.places) - 1)]


def reading_blocks(part: Part) -> tuple[Reading, ...]:
    """The blocks of the reading text, and where they stand."""
    found = list[Reading]()
    for unit in part.units:
        if unit.heading:
            found.append(Reading(" ".join(unit.heading.split()), (unit.at,)))
        found += (_folded(paragraph) for paragraph in unit.prose.paragraphs)
        for column in unit.signatures:
            found += (Reading(" ".join(line.split()), (unit.at,)) for line in (column.caption, *column.names))
    return tuple(found)


def collate(witness: Witness, part: Part) -> Iterator[Problem]:
    """Every unrecorded departure of the reading text from its source. Raises PublicationError as `emend` does."""
    wanted, found = blocks(emend(witness)), reading_blocks(part)
    matcher = SequenceMatcher(None, wanted, [block.text for block in found], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield from _departures(witness, wanted[i1:i2], found[j1:j2], found[j1 - 1] if j1 else None)


def _departures(
    witness: Witness, wanted: Sequence[str], found: Sequence[Reading], before: Reading | None
) -> Iterator[Problem]:
    hint = f"record an emendation for it in {witness.at.path}, or restore the source's words"
    for source, reading in zip_longest(wanted, found):
        if source is None:
            yield Problem(
                reading.place(0), f"“{_short(reading.text)}” does not stand in the source {witness.file}", hint
            )
        elif reading is None:
            at = before.place(0) if before else witness.at
            where = "after this" if before else "at its beginning"
            yield Problem(at, f"{where} the source {witness.file} has “{_short(source)}”", hint)
        else:
            pairs = enumerate(zip_longest(source, reading.text))
            first = next((index for index, (a, b) in pairs if a != b), 0)
            theirs, ours = _around(source, first), _around(reading.text, first)
            message = f"the source {witness.file} has “{theirs}”, the reading text “{ours}”"
            yield Problem(reading.place(first), message, hint)
        before = reading or before


def _folded(paragraph: Paragraph) -> Reading:
    """A paragraph with its white space folded."""
    text, places = list[str](), list[Location]()
    for piece in paragraph.pieces():
        for index, char in enumerate(piece.text):
            if not char.isspace():
                text.append(char)
            elif text and text[-1] != " ":
                text.append(" ")
            else:
                continue
            places.append(Location(piece.at.path, piece.at.line, piece.at.column + index))
    return Reading("".join(text).rstrip(), tuple(places) or (paragraph.at,))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _around(text: str, at: int) -> str:
    start = max(0, at - 20)
    return ("…" if start else "") + text[start : at + 30] + ("…" if at + 30 < len(text) else "")


def _line_starts(text: str) -> list[int]:
    return [0, *(match.end() for match in re.finditer("\n", text))]


def _occurrences(text: str, starts: Sequence[int], emendation: Emendation) -> Iterator[int]:
    """Every place on the named line at which the emended words begin."""
    if not 1 <= emendation.line <= len(starts):
        return
    start = starts[emendation.line - 1]
    end = starts[emendation.line] if emendation.line < len(starts) else len(text) + 1
    index = text.find(emendation.source, start)
    while start <= index < end:
        yield index
        index = text.find(emendation.source, index + 1)
