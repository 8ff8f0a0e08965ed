"""Tests the finished editions for readers, on their paper: what makes A5 a booklet and large print large."""

from __future__ import annotations

from collections import Counter
from functools import cache
from io import BytesIO
from itertools import pairwise

import pypdfium2
import pytest
from pypdf import PdfReader

from press.pages import Line, Page, read_pages
from tests.reading import finished, finished_pdf, product, publication

MM = 72 / 25.4
SHARED = {
    "a4": (-2.95, 8.0, 215.9, 279.4),
    "large": (-2.95, 8.0, 215.9, 279.4),
    "a5": (4.15, -2.95, 139.7, 215.9),
    "a5-text": (4.15, -2.95, 139.7, 215.9),
}
"""Where the American paper of a product lies on its own, in mm from the upper left corner: left, top, width, height."""
CLEAR = 8.0
"""Millimeters of paper that office printers leave blank."""
DOTS = 36
"""Pixels to an inch: a picture that is fine enough to see where there is ink."""
LARGE = 16.0
"""Points: the least for large print (RNIB, Clear print guidelines); running text has 18."""
FLUSH = 0.6
"""Points: lines that end so near to each other end at the same place."""


@cache
def pages(name: str) -> tuple[Page, ...]:
    return read_pages(finished(name))


def inked(name: str) -> list[tuple[float, float, float, float]]:
    """How far the ink reaches on each page that has any: left, top, right and bottom, in mm."""
    found = list[tuple[float, float, float, float]]()
    with pypdfium2.PdfDocument(finished(name)) as document:
        for page in document:
            bitmap = page.render(scale=DOTS / 72, grayscale=True, no_smoothtext=True)
            width, height, stride, data = bitmap.width, bitmap.height, bitmap.stride, bytes(bitmap.buffer)
            rows = [data[row * stride : row * stride + width] for row in range(height)]
            dark = [row for row, line in enumerate(rows) if min(line) < 200]
            if not dark:
                continue
            lefts = [next(x for x, value in enumerate(rows[row]) if value < 200) for row in dark]
            rights = [width - next(x for x, value in enumerate(reversed(rows[row])) if value < 200) for row in dark]
            scale = 25.4 / DOTS
            found.append((min(lefts) * scale, dark[0] * scale, max(rights) * scale, (dark[-1] + 1) * scale))
    return found


@pytest.mark.parametrize("name", SHARED)
def test_nothing_stands_near_the_edge_of_either_paper_of_an_edition(name: str) -> None:
    """So that the book for the other paper is the same pages with other margins."""
    width, height = (float(each) / MM for each in PdfReader(BytesIO(finished(name))).pages[0].mediabox[2:])
    left, top, across, down = SHARED[name]
    bounds = max(left, 0), max(top, 0), min(left + across, width), min(top + down, height)
    for number, (x, y, end, foot) in enumerate(inked(name), 1):
        near = min(x - bounds[0], y - bounds[1], bounds[2] - end, bounds[3] - foot)
        assert near >= CLEAR, f"inked page {number} of {name} has {near:.1f} mm left"


def test_both_papers_have_the_same_words_on_the_same_pages() -> None:
    one, two = finished_pdf("a4"), finished_pdf("letter")
    assert one.labels == two.labels
    assert {anchor: one.labels[page] for anchor, page in one.places.items()} == {
        anchor: two.labels[page] for anchor, page in two.places.items()
    }


def sizes(name: str) -> Counter[float]:
    """How many characters a book has in each size, in points; on the cover and on every other page."""
    found = Counter[float]()
    for run in (*finished_pdf(name).runs, *finished_pdf(name).furniture):
        if run.text.strip():
            found[round(run.size, 1)] += len(run.text)
    return found


def test_in_large_print_nothing_is_smaller_than_it_may_be() -> None:
    found = sizes("large")
    assert min(found) >= LARGE
    assert sum(count for size, count in found.items() if size >= 17) > 0.8 * found.total()
    assert min(sizes("a4")) < LARGE, "the measure itself is at fault"


def paragraphs(name: str) -> list[tuple[Line, ...]]:
    """Stretches of running text of three lines at least."""
    return [fragment.lines for page in pages(name) for fragment in page.fragments if len(fragment.lines) > 2]


def flush(name: str) -> float:
    """Of the lines that are not the last of their paragraphs, the share of those that end where the one before does."""
    inner = [line.end for lines in paragraphs(name) for line in lines[:-1]]
    pairs = list(pairwise(inner))
    return sum(abs(one - two) < FLUSH for one, two in pairs) / len(pairs)


def test_large_print_is_ragged_and_divides_no_word() -> None:
    assert flush("a4") > 0.4, "the measure itself is at fault"
    assert flush("large") < 0.2
    assert [run.text for run in finished_pdf("large").runs if run.actual == "\u00ad"] == []


def test_large_print_slants_nothing() -> None:
    assert [face for face in finished_pdf("large").faces if "It" in face.partition("+")[2].partition("-")[2]] == []


def test_what_holds_less_says_so() -> None:
    """The booklet for a class has no commentary, and promises none."""
    held, said = product("a5-text").parts, finished_pdf("a5-text")
    assert "commentary" not in held
    title = "".join(run.text for run in said.runs if said.labels[run.page] in ("i", "iii"))
    assert "commentary" not in title.lower()
    assert "評釋" not in title
    assert product("a5-text").subtitle["en"].split()[-1] in title
    assert publication().subtitle["zh-Hant"].endswith("評釋"), "the book itself has it"
