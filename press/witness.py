"""The sources kept whole: witness + recorded emendations = reading text, or a problem that names the first departure.

A witness is a source text byte for byte. Emendations are applied to it side by side, never one on top of another,
so each says what truly stood in the source. The result falls into blocks (headings without their `#`, paragraphs, the
lines of a signature column), which must equal the blocks of the reading text word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest

from press.model import Emendation, Part, Witness
from press.problems import Location, Problem, PublicationError


def emend(witness: Witness) -> str:
    """The witness with its emendations made. Raises PublicationError for one that does not fit, or two that overlap."""
    starts = _line_starts(witness.words)
    problems, cuts = list[Problem](), list[tuple[int, int, Emendation]]()
    for emendation in witness.emendations:
        found = list(_occurrences(witness.words, starts, emendation))
        if len(found) == 1:
            cuts.append((found[0], found[0] + len(emendation.source), emendation))
        else:
            stands = "does not stand" if not found else f"stands {len(found)} times"
            message = f"{emendation.id}: {emendation.source!r} {stands} on line {emendation.line} of {witness.file}"
            problems.append(Problem(emendation.at, message, "" if not found else "quote more of the line"))
    cuts.sort(key=lambda cut: cut[:2])
    for (_, end, before), (start, _, after) in pairwise(cuts):
        if start < end:
            problems.append(Problem(after.at, f"{after.id} overlaps {before.id}", "make them one emendation"))
    if problems:
        raise PublicationError(problems)
    text, reached = [], 0
    for start, end, emendation in cuts:
        text += [witness.words[reached:start], emendation.reading]
        reached = end
    return "".join([*text, witness.words[reached:]])


def blocks(text: str) -> tuple[str, ...]:
    """The blocks of an emended witness: parted by blank lines, white space folded, marks of headings taken off."""
    folded = (" ".join(block.split()) for block in re.split(r"\n[ \t]*\n", text))
    return tuple(re.sub(r"^#+ ", "", block) for block in folded if block)


def reading_blocks(part: Part) -> tuple[tuple[str, Location], ...]:
    """The blocks of the reading text, and where each stands."""
    found = list[tuple[str, Location]]()
    for unit in part.units:
        if unit.heading:
            found.append((unit.heading, unit.at))
        found += ((" ".join(paragraph.text.split()), paragraph.at) for paragraph in unit.prose.paragraphs)
        for column in unit.signatures:
            found += ((line, unit.at) for line in (column.caption, *column.names))
    return tuple(found)


def collate(witness: Witness, part: Part) -> Iterator[Problem]:
    """Every unrecorded departure of the reading text from its source. Raises PublicationError as `emend` does."""
    wanted, found = blocks(emend(witness)), reading_blocks(part)
    matcher = SequenceMatcher(None, wanted, [block for block, _ in found], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield from _departures(witness, wanted[i1:i2], found[j1:j2], found[j1 - 1][1] if j1 else witness.at)


def _departures(
    witness: Witness, wanted: Sequence[str], found: Sequence[tuple[str, Location]], near: Location
) -> Iterator[Problem]:
    hint = f"record an emendation for it in {witness.at.path}, or restore the source's words"
    for source, reading in zip_longest(wanted, found):
        if reading is None:
            yield Problem(near, f"after this the source {witness.file} has “{_short(source)}”", hint)
        elif source is None:
            yield Problem(reading[1], f"“{_short(reading[0])}” does not stand in the source {witness.file}", hint)
        else:
            at = next(
                (i for i, (a, b) in enumerate(zip(source, reading[0], strict=False)) if a != b),
                min(len(source), len(reading[0])),
            )
            here = Location(reading[1].path, reading[1].line, reading[1].column)
            message = (
                f"the source {witness.file} has “{_around(source, at)}”, the reading text “{_around(reading[0], at)}”"
            )
            yield Problem(here, message, hint)


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
