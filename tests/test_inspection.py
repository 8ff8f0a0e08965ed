"""Tests pages.py and inspection.py: each fault where it is and none where it is not, and the finished books."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from weasyprint import HTML

from press import patches
from press.inspection import FEWEST_FULL, Fault, column_of, find_faults, goes_on, inspect_books, overlap, told, weigh
from press.model import Allowance, FaultKind
from press.pages import Fragment, Glyph, Line, Page, PagesError, Piece, lines_of, read_pages, room_in
from press.problems import Location, PublicationError
from tests.reading import finished, finished_pdf, printed, publication

assert patches.TESTED, "without what is mended in WeasyPrint, notes are not told apart"

LINES = 14
"""Lines that a page of the fixtures holds."""
STYLE = """
@page { size: 200mm 120mm; margin: 20mm; @bottom-center { content: counter(page) } }
html { font: 10pt/16pt "Source Serif 4", "Noto Serif CJK TC" }
body { margin: 0 }
h2 { font: 10pt/16pt "Source Serif 4"; margin: 0; break-after: avoid }
p { margin: 0; text-align: justify; hyphens: none; orphans: 2; widows: 2 }
p + p { text-indent: 1.5em }
.n { position: absolute; left: -12mm; font-size: 8pt }
:lang(zh-Hant) { font-family: "Noto Serif CJK TC" }
.half { font-feature-settings: "halt" }
.beside { position: absolute; width: 10mm; font-size: 8pt; text-align: left; text-indent: 0 }
.note { float: footnote; font-size: 8pt; text-indent: 0; text-align: left }
"""
WORDS = "It is as it was to be, and so may we all be, if it is to be so at all. " * 7 + "That is all of it."
"""Five lines of a fixture, in words so short that no line is loose."""
HAN = "締約國將隨時就本條約之實施舉行協商並於日本國之安全或遠東之國際和平及安全遭受威脅時經任何一方之請求舉行協商"


def paragraph(text: str = WORDS, style: str = "") -> str:
    return f'<p style="{style}">{text}</p>'


def room(lines: int) -> str:
    """As much white as leaves room for so many lines on a page that has nothing else on it."""
    return f'<div style="height: {(LINES - lines) * 16}pt"></div>'


def pages_of(body: str, style: str = "") -> tuple[Page, ...]:
    html = f'<html lang="en"><head><title>Fixture</title><style>{STYLE}{style}</style></head><body>{body}</body></html>'
    return read_pages(HTML(string=html).write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True))


def faults_of(body: str, style: str = "") -> list[tuple[str, int, int]]:
    return [(fault.kind, fault.page, fault.line) for fault in find_faults(pages_of(body, style))]


NEXT = "<h2 style='break-before: page'>Two</h2>"
COLUMNS = "columns: 2; column-gap: 8mm; margin-right: -6mm"


def ragged(entries: int) -> str:
    """A list that is not justified, each of its entries a line or two."""
    return "".join(
        paragraph(f"{WORDS[n % 7 : n % 7 + 3 * n % 40 + 20]} {n}, {n} it is.", "text-align: left; text-indent: 0")
        for n in range(entries)
    )


CLEAN = {
    "paragraphs that run over": paragraph() * 9,
    "two lines at the foot, two at the head": room(7) + paragraph() + paragraph(WORDS[:300]) + paragraph(),
    "a new paragraph at the head": room(5) + paragraph() + paragraph(),
    "a paragraph of one line at the head and at the foot": room(6) + paragraph() + paragraph("A line of its own.") * 2
    + paragraph(),
    "a paragraph that fills its last line, and one after it": room(5)
    + paragraph() + paragraph(f"1. {WORDS}", "padding-left: 2em; text-indent: -2em"),
    "a numbered paragraph at the head": room(5) + paragraph() + f'<p><span class="n">V.2</span>{WORDS}</p>',
    "a heading with two lines below it": room(8) + paragraph() + "<h2>Heading</h2>" + paragraph() + paragraph(),
    "a heading over a line with which its part ends": room(7) + paragraph() + "<h2>Heading</h2>" + paragraph("One.")
    + '<h2 style="break-before: page">Heading</h2>' + paragraph() + paragraph(),
    "a page with nothing but a title": '<h2>Title<br>in<br>as<br>many<br>lines</h2>'
    f'<div style="break-before: page">{paragraph()}</div>',
    "two hyphens in a row": paragraph("one, self-<br>defense, two, self-<br>defense, three<br>lines<br>in<br>all"),
    "items of a list": paragraph() + "<ol>" + "".join(f"<li>Item {n} of it</li>" for n in range(30)) + "</ol>",
    "lines of contents, with the folio at their end": paragraph()
    + "<ol style='list-style: none; padding: 0'>" + "".join(
        f'<li style="position: relative">Chapter {n} <span style="position: absolute; right: 0">{n}</span></li>'
        for n in range(30)
    ) + "</ol>",
    "an index in two columns": paragraph() + "<ul style='columns: 2; list-style: none; padding: 0'>"
    + "".join(f"<li>heading {n}, {n}, {n + 1}</li>" for n in range(84)) + "</ul>",
    "cells side by side": f"{paragraph()}<table>{'<tr><td>One cell of it</td><td>another</td></tr>' * 16}</table>",
    "notes at the foot and numbers in the margin": "".join(
        f'<p><span class="n">V.{n}</span>{WORDS}<span class="note" id="n{n}">A note to it.</span></p>' for n in range(8)
    ),
    "letters that are set wide": paragraph("CAPTION OF A LIST " * 20, "letter-spacing: .3em; text-align: left"),
    "a note in the margin": paragraph() + '<p class="beside" style="left: 161mm; top: 0">See there.</p>',
    "marks of Han that close up": paragraph()
    + f'<p lang="zh-Hant"><span>{HAN}（第二頁）</span><span>。{HAN * 4}</span></p>',
    "a mark of Han that hangs": paragraph()
    + f'<p lang="zh-Hant" style="text-indent: 8pt">{HAN[:44]}<span class="half">〉</span><br>{HAN}</p>',
    "a heading that reaches into the margin": f"<h2>One</h2>{paragraph()}"
    f"<h2 style='white-space: nowrap'>{WORDS[:118]}</h2>{paragraph()}",
    "paragraphs that are set wide": paragraph() * 2
    + f"<blockquote style='margin: 0 -12mm 0 0'>{paragraph()}{paragraph()}</blockquote>",
    "a text that hangs": paragraph(style="text-align: left; padding-left: 2em; text-indent: -2em") * 5,
    "languages side by side in a wide column": f"<h2>One</h2>{paragraph() * 2}{NEXT}"
    f'<p style="white-space: nowrap">{WORDS[:118]}</p>'
    '<div style="display: flex; column-gap: 8mm; margin-right: -12mm">'
    f"<p style='flex: 1'>{WORDS}</p><p lang='zh-Hant' style='flex: 1; text-indent: 0'>{HAN * 4}</p></div>",
    "a list with its languages side by side": paragraph() * 2 + "<ol style='padding: 0'>" + "".join(
        f"<li><span style='display: inline-block; width: 90mm'>{WORDS[:60 + 30 * n]}</span>"
        f"<span lang='zh-Hant' style='vertical-align: top; display: inline-block'>{HAN[:10 * n]}</span></li>"
        for n in range(1, 5)
    ) + "</ol>",
    "a list in columns that take in the margin": f"<h2>One</h2>{paragraph() * 2}{NEXT}"
    f"<div style='{COLUMNS}'>{ragged(37)}</div>",
    "an index in three columns over two pages": paragraph() + "<ul style='columns: 3; list-style: none; padding: 0; "
    + "margin-right: -12mm'>" + "".join(f"<li>heading {n}, {n}, {n + 1}</li>" for n in range(50)) + "</ul>",
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_found_where_nothing_is_wrong(name: str) -> None:
    assert faults_of(CLEAN[name]) == []


def test_the_fixtures_are_as_long_as_they_say() -> None:
    (page,) = pages_of(paragraph())
    assert [len(fragment.lines) for fragment in page.fragments] == [5]
    (page,) = pages_of(room(1) + paragraph("One line."))
    assert len(pages_of(room(1) + paragraph("Two<br>lines."), "p { orphans: 1; widows: 1 }")) == 2


SPOILT: dict[str, tuple[str, str, list[tuple[FaultKind, int, int]]]] = {
    "the first line of a paragraph at the foot": (
        room(6) + paragraph() + paragraph() + paragraph(), "p { orphans: 1 }", [("orphan", 1, 6)],
    ),
    "the last line of a paragraph at the head": (
        room(9) + paragraph() + paragraph() + paragraph(), "p { widows: 1 }", [("widow", 2, 1)],
    ),
    "both at once": (
        room(6) + paragraph() + paragraph("Five, six, " * 11 + "seven to tell, eight and so on.") + paragraph(),
        "p { orphans: 1; widows: 1 }", [("orphan", 1, 6), ("widow", 2, 1)],
    ),
    "a single line of a text that is not justified": (
        room(6) + paragraph(WORDS[3:]) + paragraph() + paragraph(WORDS[9:]) + paragraph(WORDS[20:]),
        "p { orphans: 1; text-align: left }", [("orphan", 1, 6)],
    ),
    "a single line of Han": (
        room(9) + paragraph() + f'<p lang="zh-Hant">{HAN * 4}</p>' + paragraph(), "p { widows: 1 }", [("widow", 2, 1)],
    ),
    "a heading as the last thing on a page": (
        room(6) + paragraph() + "<h2>Heading</h2>" + paragraph() + paragraph(), "h2 { break-after: auto }",
        [("heading", 1, 6)],
    ),
    "a heading with one line below it": (
        room(7) + paragraph() + "<h2>Heading</h2>" + paragraph() + paragraph(), "p { orphans: 1 }",
        [("heading", 1, 6), ("orphan", 1, 7)],
    ),
    "three hyphens that the text has": (
        paragraph("one, self-<br>defense, self-<br>defense, self-<br>defense<br>in<br>all"), "", [("hyphens", 1, 1)],
    ),
    "a loose line": (
        paragraph() + paragraph("as they are internationalizations", "width: 44mm"), "", [("loose", 1, 6)],
    ),
    "letters of Han that stand apart": (
        f'<p lang="zh-Hant" style="letter-spacing: .3em; text-align: left">{HAN * 8}</p>', "",
        [("loose", 1, line) for line in range(1, 13)],
    ),
    "a line that is too long": (
        paragraph() + paragraph(WORDS[:120], "white-space: nowrap"), "", [("overfull", 1, 6)],
    ),
    "a line of a list that is too long for its column": (
        f"<h2>One</h2>{paragraph() * 2}{NEXT}<div style='{COLUMNS}'>{ragged(37)}"
        + paragraph(WORDS[:61], "text-indent: 0; white-space: nowrap") + "</div>",
        "", [("overfull", 3, 12)],
    ),
    "a number at the edge of the paper": (
        f'{paragraph()}<p class="beside" style="left: -18mm; top: 32pt">V.2</p>', "", [("edge", 1, 3)],
    ),
    "text off the paper": (
        f'{paragraph()}<p class="beside" style="left: 176mm; top: 0">out</p>', "", [("edge", 1, 1)],
    ),
    "two notes in one place of the margin": (
        paragraph()
        + '<p class="beside" style="left: 161mm; top: 0">See so,<br>and so.</p>'
        + '<p class="beside" style="left: 161mm; top: 20pt">Or so.</p>', "", [("collision", 1, 2)],
    ),
    "text upon text": (
        paragraph() + paragraph("Another.", "margin-top: -10pt"), "", [("collision", 1, 5)],
    ),
    "a page that is nearly empty": (
        paragraph() + f'<div style="break-before: page">{paragraph("A line.<br>And another.")}</div>', "",
        [("empty", 2, 1)],
    ),
    "a hole in mid-part": (
        paragraph() * 2 + f'<div style="break-inside: avoid">{paragraph() * 2}</div>' + paragraph() * 5, "",
        [("short", 1, 10)],
    ),
}  # fmt: skip
"""Body, style, and what must be found: kind, page, line."""


@pytest.mark.parametrize("name", SPOILT)
def test_every_fault_is_found_where_it_is_and_no_other(name: str) -> None:
    body, style, expected = SPOILT[name]
    assert faults_of(body, style) == expected


def test_every_kind_of_fault_has_a_fixture() -> None:
    assert {kind for *_, expected in SPOILT.values() for kind, *_ in expected} == set(get_args(FaultKind))


# What is left, and why.

FOLDER = PurePosixPath("output")
FAULT = Fault(12, 3, "widow", "iv", "processes and so on.", "the last line of a paragraph stands alone")


ALLOWANCE = Allowance(
    products=("a4",), kind="widow", line="processes", because="it cannot be helped",
    at=Location(PurePosixPath("content/pages.yaml")),
)  # fmt: skip


def test_a_fault_is_left_where_the_publication_says_why() -> None:
    verdict = weigh({"a4": [FAULT]}, [ALLOWANCE])
    assert (verdict.faults, verdict.left, verdict.unneeded) == ((), (("a4", FAULT, ALLOWANCE),), ())


@pytest.mark.parametrize(
    "other",
    [replace(ALLOWANCE, products=("letter",)), replace(ALLOWANCE, kind="orphan"), replace(ALLOWANCE, line="rocesses")],
)
def test_an_allowance_is_for_one_product_kind_and_line(other: Allowance) -> None:
    assert weigh({"a4": [FAULT]}, [other]).faults == (("a4", FAULT),)


def test_an_allowance_that_nothing_needs_any_more_is_a_problem_unless_its_book_was_not_inspected() -> None:
    at = Location(PurePosixPath("content/pages.yaml"), 2)
    entries = [ALLOWANCE, replace(ALLOWANCE, at=at, line="processes and", products=("a4", "letter"))]
    (problem,) = weigh({"a4": [FAULT], "letter": []}, entries).unneeded
    assert str(problem) == (
        "content/pages.yaml:2:1: letter no longer has this fault: widow, “processes and”\n    hint: delete the entry"
    )
    assert weigh({"a4": [FAULT]}, entries).unneeded == ()


def test_a_fault_is_told_with_file_page_line_and_what_to_do_or_why_it_is_left() -> None:
    head = (
        "output/book.pdf:12:3: widow: the last line of a paragraph stands alone (folio iv)\n    processes and so on.\n"
    )
    assert told(FOLDER / "book.pdf", FAULT).startswith(f"{head}    hint: ")
    assert told(FOLDER / "book.pdf", FAULT, "so") == f"{head}    left because so"


def test_a_book_that_is_missing_or_is_none_of_ours_is_a_problem() -> None:
    plain = HTML(string="<p>No tags").write_pdf()
    with pytest.raises(PublicationError) as caught:
        inspect_books(FOLDER, {"a4": "a4.pdf", "letter": "letter.pdf"}, {"letter.pdf": plain})
    assert [str(problem.at) for problem in caught.value.problems] == ["output/a4.pdf:1:1", "output/letter.pdf:1:1"]
    with pytest.raises(PagesError):
        read_pages(b"%PDF-1.7\nand then nothing")


# The finished books.


@pytest.mark.parametrize("book", [each.name for each in publication().products if each.format == "pdf"])
def test_a_finished_book_has_no_fault_but_those_that_are_left_for_a_reason(book: str) -> None:
    verdict = weigh({book: find_faults(read_pages(finished(book)))}, publication().allowances)
    shown = [told(FOLDER / f"{book}.pdf", fault) for _, fault in verdict.faults]
    assert [*shown, *map(str, verdict.unneeded)] == []


@pytest.mark.parametrize("book", ["a4"])
def test_the_pages_are_read_as_another_reader_reads_them(book: str) -> None:
    """Every word of the book is on the page and in the order in which the tests' own reader of PDFs finds it."""
    pages, other = read_pages(finished(book)), finished_pdf(book)
    assert [page.folio for page in pages] == other.labels
    for page in pages:
        words = [line.text for fragment in page.fragments for line in fragment.lines]
        theirs = [run for run in other.runs if run.page == page.number - 1]
        assert sorted("".join(words).replace(" ", "")) == sorted("".join(printed(theirs).split()))


# What is reckoned with.

pieces = st.builds(
    Piece, text=st.text("aé條。 ", min_size=1), x=st.floats(0, 500), end=st.floats(0, 500), y=st.floats(0, 800),
    size=st.floats(6, 30),
).map(lambda piece: replace(piece, x=min(piece.x, piece.end), end=max(piece.x, piece.end)))  # fmt: skip


@given(st.lists(pieces, min_size=1), st.randoms())
def test_lines_hold_every_piece_once_from_the_top_and_from_the_left(found: list[Piece], order: random.Random) -> None:
    lines = lines_of(found)
    assert sorted(map(repr, found)) == sorted(repr(piece) for line in lines for piece in line.pieces)
    assert all(line.pieces == tuple(sorted(line.pieces, key=lambda piece: piece.x)) for line in lines)
    assert [max(p.y for p in line.pieces) for line in lines] == sorted(
        (max(p.y for p in line.pieces) for line in lines), reverse=True
    )
    shuffled = order.sample(found, len(found))
    if len({(piece.x, piece.y) for piece in found}) == len(found):
        assert lines_of(shuffled) == lines


@given(pieces, pieces)
def test_two_pieces_collide_or_not_whichever_comes_first(one: Piece, two: Piece) -> None:
    assert overlap(one, two) == overlap(two, one)


@given(pieces, st.floats(-300, 300), st.floats(-300, 300))
def test_a_piece_collides_with_itself_wherever_it_stands_and_with_none_far_away(
    piece: Piece, right: float, up: float
) -> None:
    piece = replace(piece, text="a")  # a mark of Han is half blank
    moved = replace(piece, x=piece.x + right, end=piece.end + right, y=piece.y + up)
    assert overlap(moved, moved) == (moved.end - moved.x > 1.5)
    assert not overlap(piece, replace(piece, x=piece.end + 1, end=piece.end + 9))
    assert not overlap(piece, replace(piece, y=piece.y + piece.size))


@given(st.lists(st.integers(1, 9), min_size=2, max_size=9), st.integers(0, 900), st.integers(0, 300))
def test_word_spaces_are_what_the_glyphs_leave_between_words_letter_spacing_apart(
    words: list[int], stretch: int, tracking: int
) -> None:
    at, glyphs = 0.0, list[Glyph]()
    for letter in " ".join("o" * (length + 5) for length in words):
        width = 250.0 + stretch if letter == " " else 500.0
        glyphs.append(Glyph(letter, at, at + width))
        at += width + tracking
    spaces, gaps = room_in(glyphs, 250)
    assert gaps == ()
    assert spaces == pytest.approx([1 + stretch / 250] * (len(words) - 1))


@given(st.lists(st.sampled_from("條約第五。，"), min_size=1), st.integers(0, 400))
def test_gaps_are_those_between_letters_of_han_not_beside_their_marks(letters: list[str], gap: int) -> None:
    glyphs = [
        Glyph(letter, index * (1000.0 + gap), index * (1000.0 + gap) + 1000) for index, letter in enumerate(letters)
    ]
    pairs = sum(1 for pair in pairwise(letters) if not {*pair} & {"。", "，"})
    assert room_in(glyphs, 250) == ((), (gap / 1000,) * pairs)


def block(ends: list[float], x: float = 100, size: float = 10) -> Fragment:
    lines = [
        Line((Piece(text="so it goes", x=x, end=end, y=700 - 15 * index, size=size),)) for index, end in enumerate(ends)
    ]
    return Fragment(0, "text", ("P",), tuple(lines))


@given(st.lists(st.just(440.0), min_size=1, max_size=9), st.floats(150, 440), st.integers(1, 5), st.integers(-50, 50))
def test_a_paragraph_goes_on_where_its_line_is_full_however_the_pages_are_shifted(
    full: list[float], end: float, lines: int, shift: int
) -> None:
    left, after = block([*full, end]), replace(block([440.0 + shift] * lines, x=100 + shift), element=1)
    column = column_of([page_of(block([440.0] * (FEWEST_FULL + 1)))])
    shifted = column._replace(left=column.left + shift, right=column.right + shift)
    assert goes_on(left, after, column, shifted) == (end >= 439)
    indented = replace(after, lines=(Line((replace(after.lines[0].pieces[0], x=115 + shift),)), *after.lines[1:]))
    assert not goes_on(left, indented, column, shifted)
    assert goes_on(left, replace(indented, element=left.element), column, shifted)


def page_of(*fragments: Fragment) -> Page:
    return Page(number=1, folio="1", width=600, height=800, fragments=fragments, furniture=())
