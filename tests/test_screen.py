"""Tests what makes an e-book out of pages: screen.py, leaves.py, finished.py, embedding.py, picture.py, subsets."""

from __future__ import annotations

import random
import struct
import zlib
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from press.embedding import embedded
from press.finished import picture, read_printed
from press.fonts import subset
from press.leaves import find_leaves
from press.model import Leaf, Printed
from press.picture import png
from press.problems import PublicationError
from press.screen import identified, led_on, letters, marked, named
from tests import reading

FONTS = Path(__file__).parents[1] / "fonts"
NOTO = "NotoSerifCJKtc-Regular.otf"
PAGE = """<html><body><section id="law"><h1 id="top">The <i>Law</i></h1>
<p id="p1" class="numbered"><span class="n">1</span> Every state <a href="#x">shall be bound</a> to maintain peace.</p>
<p id="p2">Nothing else &amp; no more.</p></section>
<section epub:type="footnotes"><p id="n1">A note.</p></section></body></html>"""


def marker(label: str, name: str = "span") -> str:
    attributes = f'epub:type="pagebreak" role="doc-pagebreak" id="page-{label}" aria-label=" {label}. "'
    return f"<{name} {attributes}></{name}>"


# Sections.


def test_a_section_is_named_by_its_own_heading_and_one_without_is_a_division() -> None:
    page = '<section class="a"><section id="s"><h2>One</h2><section class="t x"><h3 id="k">Two</h3>' + 3 * "</section>"
    assert named(page, "file", {}) == (
        '<div class="a"><section id="s" aria-labelledby="s-heading"><h2 id="s-heading">One</h2>'
        '<section class="t x" aria-labelledby="k"><h3 id="k">Two</h3></section></section></div>'
    )


def test_a_section_gets_the_term_and_the_role_of_its_class_but_none_twice() -> None:
    page = '<section class="g"><h1 id="h">x</h1></section><section class="g" role="r"><h1 id="i">x</h1></section>'
    assert named(page, "file", {"g": ("glossary", "doc-glossary")}) == (
        '<section class="g" aria-labelledby="h" epub:type="glossary" role="doc-glossary"><h1 id="h">x</h1></section>'
        '<section class="g" role="r" aria-labelledby="i" epub:type="glossary"><h1 id="i">x</h1></section>'
    )


def test_something_can_be_added_at_the_end_of_an_element_and_paragraphs_can_get_ids() -> None:
    assert led_on('<div id="a"><p>x<br/></p></div>', {"a": Markup("<b/>")}) == '<div id="a"><p>x<br/></p><b/>\n</div>'
    page = '<section id="a"><p class="see">x</p><p class="see" id="b">y</p></section><p class="see">z</p>'
    assert identified(page, frozenset({"see"})) == page.replace('<p class="see">x', '<p class="see" id="a-see">x')


# Markers.


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("maintain", "to ", "maintain peace"),
        ("intain", "maintain ", "peace."),  # a page may divide a word
        ("Law", '<section id="law">', '<h1 id="top">The'),
        ("be bound", "Every state ", '<a href="#x">'),
        ("Every", 'class="numbered">', '<span class="n">'),
        ("Nothing", '<p id="p2">', "Nothing"),
    ],
)
def test_a_marker_stands_before_the_word_but_in_no_heading_and_no_link(words: str, before: str, after: str) -> None:
    name = "div" if words == "Law" else "span"
    page = marked(PAGE, [Leaf("12", "law.xhtml", PAGE.index(words))])
    assert before + marker("12", name) + after in page
    assert page.replace(marker("12", name), "") == PAGE


def test_letters_are_those_of_the_running_text() -> None:
    found = letters(PAGE)
    assert found.text == "thelaweverystateshallbeboundtomaintainpeacenothingelsenomore"
    assert PAGE[found.places[found.text.index("nomore")]] == "n"
    assert (found.anchors["p2"], "n1" in found.anchors) == (found.text.index("nothing"), False)


# Where the pages of a book begin.

TEXT = [f"{word} number {number} of this long and winding text" for number, word in enumerate("abcdefghij" * 6)]


def files(*texts: list[str]) -> dict[str, str]:
    return {
        f"f{index}.xhtml": f'<html><body><p id="p{index}">{". ".join(text)}</p></body></html>'
        for index, text in enumerate(texts)
    }


def book(texts: list[str], places: dict[str, tuple[int, float]]) -> Printed:
    return Printed("urn:x", tuple(str(n) for n in range(1, len(texts) + 1)), tuple(texts), places)


def test_pages_are_found_by_their_words_whatever_stands_between() -> None:
    pages = files(TEXT[:30], TEXT[30:])
    # Hyphens, spaces and notes differ; the second page begins within a paragraph, the third with the second file.
    printed = book(
        ["".join(TEXT[:12]) + "A note of no concern", " ".join(TEXT[12:30]), "THE HEAD" + "".join(TEXT[30:]), "Blank"],
        {"p0": (0, 0), "p1": (2, 0)},
    )
    found = find_leaves(pages, printed)
    assert [(leaf.label, leaf.file) for leaf in found] == [("1", "f0.xhtml"), ("2", "f0.xhtml"), ("3", "f1.xhtml")]
    assert [
        pages[leaf.file][leaf.at :].startswith(text)
        for leaf, text in zip(found, (TEXT[0], TEXT[12], TEXT[30]), strict=True)
    ]


def test_a_page_of_few_words_is_found_by_its_anchor_and_the_order_is_the_books() -> None:
    pages = files(TEXT[:30], ["Title"])
    printed = book(["Title", "".join(TEXT[:30])], {"p1": (0, 0), "p0": (1, 0)})
    assert [(leaf.label, leaf.file) for leaf in find_leaves(pages, printed)] == [("1", "f1.xhtml"), ("2", "f0.xhtml")]


@given(cuts=st.sets(st.integers(1, 59), max_size=8))
def test_every_page_is_found_where_it_was_cut(cuts: set[int]) -> None:
    pages = files(TEXT)
    edges = [0, *sorted(cuts), 60]
    printed = book(["".join(TEXT[a:b]) for a, b in pairwise(edges)], {"p0": (0, 0)})
    found = find_leaves(pages, printed)
    assert [pages["f0.xhtml"][leaf.at :][: len(TEXT[a])] for leaf, a in zip(found, edges, strict=False)] == [
        TEXT[a] for a in edges[:-1]
    ]


def test_a_finished_pdf_tells_its_name_its_pages_and_its_places() -> None:
    printed = read_printed(reading.finished("a4"))
    pdf = reading.finished_pdf("a4")
    assert printed.identifier == reading.finished_document("a4").facts.identifier
    assert list(printed.labels) == pdf.labels
    assert {anchor: page for anchor, (page, _) in printed.places.items()} == pdf.places
    number = printed.labels.index("1")
    assert all(
        run.text.strip() in printed.texts[number] for run in pdf.flow if run.page == number and run.text.isalpha()
    )
    assert not any(
        note.runs[-1].text in printed.texts[note.page] for note in pdf.notes[:20] if len(note.runs[-1].text) > 30
    )


# Faces.


def test_a_subset_has_the_characters_asked_for_in_the_forms_of_the_language() -> None:
    characters = frozenset(map(ord, "直海骨。"))
    faces = {language: TTFont(BytesIO(subset(FONTS / NOTO, characters, language))) for language in ("zh-Hant", "ja")}
    drawn = {}
    for language, face in faces.items():
        assert frozenset(face.getBestCmap()) == characters
        assert (face["OS/2"].fsType, "GSUB" in face) == (0, False)
        shapes = face["CFF "].cff[0].CharStrings
        drawn[language] = [shapes[face.getBestCmap()[char]].bytecode for char in sorted(characters)]
    assert drawn["zh-Hant"] != drawn["ja"]


def test_a_subset_is_always_the_same_and_a_bound_face_is_refused(tmp_path: Path) -> None:
    characters = frozenset(map(ord, "條約"))
    assert subset(FONTS / NOTO, characters, "ja") == subset(FONTS / NOTO, characters, "ja")
    with TTFont(FONTS / NOTO, lazy=True) as face:
        face["OS/2"].fsType = 2
        face.save(tmp_path / "bound.otf")
    with pytest.raises(ValueError, match="may not be embedded"):
        subset(tmp_path / "bound.otf", characters, "ja")


def test_an_e_book_brings_the_characters_it_needs_and_says_so_before_its_first_rule() -> None:
    whole = reading.composed("epub", {})
    page = replace(whole.pages[0], text='<p lang="zh-Hant">條 A<b>約</b><i lang="ja">直Ａ</i></p>')
    document, enclosures = embedded(replace(whole, pages=(page,)), FONTS)
    assert [each.name for each in enclosures] == [
        "fonts/zh-normal.otf", "fonts/zh-bold.otf", "fonts/ja-normal.otf", "fonts/LICENSE-NotoSerifCJK.txt",
    ]  # fmt: skip
    told = [frozenset(map(chr, TTFont(BytesIO(each.data)).getBestCmap())) for each in enclosures[:3]]
    assert told == [frozenset("條約"), frozenset("約"), frozenset("直Ａ")]
    first = document.styles[0].text.splitlines()
    assert all(line.startswith("@font-face { font-family:") for line in first[:3])
    assert first[3].startswith("/*")


def test_a_face_that_is_not_there_is_a_problem() -> None:
    whole = reading.composed("epub", {})
    wanting = replace(whole, product=replace(whole.product, faces={"ja": ("NotoSerifCJKtc-Regulr.otf",)}))
    with pytest.raises(PublicationError, match=r"there is no face fonts/NotoSerifCJKtc-Regulr\.otf"):
        embedded(wanting, FONTS)


# Pictures.


def pixels_of(data: bytes) -> tuple[int, int, bytes]:
    """A PNG of eight bits, read by the book (ISO/IEC 15948)."""
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunks[data[at + 4 : at + 8]] = data[at + 8 : at + 8 + length]
        (check,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert check == zlib.crc32(data[at + 4 : at + 8 + length])
        at += 12 + length
    width, height, _, kind, *_ = struct.unpack(">IIBBBBB", chunks[b"IHDR"])
    stride = width * (1 if kind == 3 else 3)
    raw, above, lines = zlib.decompress(chunks[b"IDAT"]), bytes(stride), list[bytes]()
    for start in range(0, len(raw), stride + 1):
        assert raw[start] == (0 if kind == 3 else 2)
        line = raw[start + 1 : start + 1 + stride]
        above = bytes((a + b) & 255 for a, b in zip(line, above, strict=True)) if raw[start] else line
        lines.append(above)
    whole, palette = b"".join(lines), chunks.get(b"PLTE", b"")
    return width, height, b"".join(palette[3 * i : 3 * i + 3] for i in whole) if palette else whole


@pytest.mark.parametrize("colors", [1, 2, 200, 3000])
def test_a_picture_can_be_read_again_by_zlib(colors: int) -> None:
    chance = random.Random(colors)  # noqa: S311 - no secret
    palette = [chance.randbytes(3) for _ in range(colors)]
    runs = [chance.choice(palette) * chance.choice([1, 2, 3, 4, 11, 35, 300, 900]) for _ in range(400)]
    pixels = b"".join(runs)[: 3 * 90 * 100].ljust(3 * 90 * 100, b"\7")
    assert pixels_of(png(90, 100, pixels)) == (90, 100, pixels)


def test_the_first_page_of_a_pdf_becomes_a_picture_as_wide_as_wanted() -> None:
    width, height, pixels = picture(reading.finished("a4"), 210)
    assert (width, abs(height - 297) <= 1, len(pixels)) == (210, True, 3 * width * height)
    assert len(set(pixels)) > 20
