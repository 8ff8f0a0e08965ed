"""Where in the text of an e-book each page of the printed book begins, found in the finished PDF."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

from press.model import Leaf, Printed
from press.screen import Letters, fold, letters

SEEDS = (16, 8, 5)
"""Letters that are looked for at a time, and fewer where a page has not so many together, as in an index."""

NEAR, LONG = 300, 60
"""A page goes on near where it has come to. What is found farther on is the same words in another place, as in a note,
unless they are many."""


def find_leaves(pages: Mapping[str, str], printed: Printed) -> tuple[Leaf, ...]:
    """The places, in the pages of an e-book by file name, at which the pages of a printed book begin.

    A printed page is found by its words, between the anchors of the pages before it and after it; one with too few
    words, by the first anchor on it. Those whose words the e-book does not have, such as its contents, are left out.
    """
    read = _in_order({name: letters(page) for name, page in pages.items()}, printed)
    text = "".join(each.text for each in read.values())
    starts = dict(zip(read, accumulate((len(each.text) for each in read.values()), initial=0), strict=False))
    anchors = sorted(
        (starts[name] + at, printed.places[anchor][0])
        for name, each in read.items()
        for anchor, at in each.anchors.items()
        if anchor in printed.places
    )
    leaves, end = list[Leaf](), 0
    for number, label in enumerate(printed.labels):
        low = max([end, *(at for at, page in anchors if page < number)])
        high = min([len(text), *(at for at, page in anchors if page > number)])
        first, end = _found(fold(printed.texts[number]), text, low, high)
        if first < 0:
            first = next((at for at, page in anchors if page == number), -1)
        name = next((name for name in reversed(read) if starts[name] <= first), "")
        if name and first - starts[name] < len(read[name].places):
            leaves.append(Leaf(label, name, read[name].places[first - starts[name]]))
    return tuple(leaves)


def _in_order(read: Mapping[str, Letters], printed: Printed) -> dict[str, Letters]:
    """The files in the order of the printed book, those without a place in it left out."""
    places = {
        name: min((printed.places[anchor] for anchor in each.anchors if anchor in printed.places), default=None)
        for name, each in read.items()
    }
    order = sorted((place, name) for name, place in places.items() if place)
    return {name: read[name] for _, name in order}


def _found(words: str, text: str, low: int, high: int) -> tuple[int, int]:
    """Where the words of a page begin in the text between `low` and `high`, or -1; and where they end."""
    for seed in SEEDS:
        first, at, end = _matched(words, text, low, high, seed)
        if first >= 0:
            earlier, *_ = _matched(words[:at], text, low, first, SEEDS[-1])
            first = first if earlier < 0 else earlier
            # The few letters that are left between this page and the last are this page's if they stand at its head.
            own = next(
                (length for length in range(min(first - low, at), 1, -1) if text[first - length : first] in words[:at]),
                0,
            )
            return first - own, end
    return -1, low


def _matched(words: str, text: str, low: int, high: int, seed: int) -> tuple[int, int, int]:
    """The first place in the text at which it has some of the words, or -1; theirs; the end of the last."""
    first, at_first, at = -1, 0, 0
    while at + seed <= len(words):
        length = 0
        found = text.find(words[at : at + seed], low, high)
        if found >= 0:
            length = _common(words, at, text, found, high)
        if not length or (first >= 0 and found - low > NEAR and length < LONG):
            at += 1
            continue
        first, at_first = (found, at) if first < 0 else (first, at_first)
        low, at = found + length, at + length
    return first, at_first, low


def _common(words: str, at: int, text: str, found: int, high: int) -> int:
    """How many letters are the same from these places on."""
    length, most = 0, min(len(words) - at, high - found)
    while length < most and words[at + length] == text[found + length]:
        length += 1
    return length
