"""Tests markup.py: all that the tree holds is printed, escaped, in its language, by the rules of the medium."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from press.markup import (
    Medium,
    cite,
    link_to,
    render_law,
    render_lemma,
    render_note,
    render_prose,
    tagged,
    titled,
    visible,
)
from press.model import Comment, Remark, Section, Source, Stretch, Unit
from press.problems import Location
from press.prose import Citation, Note
from tests.writing import Manuscript, manuscripts, read

AT = Location(PurePosixPath("content/text.md"))
NO_BREAK = "\u00a0"


def source(key: str, short: str, kind: str = "report", language: str = "en") -> Source:
    return Source(key=key, type=kind, title=f"{short} in full", short=short, language=language, at=AT)


SOURCES = {each.key: each for each in (
    source("KEY", "Key & Co."), source("OTHER", "Other", "book"), source("ZH", "中文書", "book", "zh-Hant"),
)}  # fmt: skip


def shown_note(note: Note, text: Markup) -> Markup:
    return Markup('<span class="{}">[{}: {}]</span>').format(note.kind, note.number, text)


def shown_folio(anchor: str, language: str) -> Markup:
    return Markup(" (p. {}, {})").format(anchor, language)


MEDIUM = Medium("en", "#{}".format, lambda _anchor, _language: Markup(""), shown_note, SOURCES, {})


def html(text: str, medium: Medium = MEDIUM, language: str = "en") -> str:
    return str(render_prose(read(text, language=language, label=""), medium))


def words(markup: str) -> str:
    """What is read, without tags; the markup must be well-formed."""
    return "".join(ET.fromstring(f"<body>{markup}</body>").itertext())


@pytest.mark.parametrize(
    ("text", "language", "marked"),
    [
        ("**Words.** More.", "en", True),
        ("More **words.**", "en", False),
        ("十二、文字。", "zh-Hant", True),
        ("第一、文字。", "zh-Hant", False),
        ("二、words", "en", False),
    ],
)
def test_a_paragraph_that_begins_with_a_heading_of_its_own_is_marked(text: str, language: str, *, marked: bool) -> None:
    assert html(f"{text}\n", language=language).startswith('<p class="run-in">' if marked else "<p>")


@given(manuscripts())
def test_no_paragraph_no_character_and_no_note_is_lost_on_the_page(manuscript: Manuscript) -> None:
    prose = read(manuscript.text, label="")
    silent = replace(MEDIUM, note=lambda _note, _text: Markup(""))
    printed = words(str(render_prose(prose, silent)))
    assert "".join(printed.split()) == "".join("".join(manuscript.paragraphs).split())
    noted = words(str(render_prose(prose, MEDIUM)))
    for number, note in enumerate(manuscript.notes, start=1):
        assert f"[{number}: {note or f'Key & Co., art.{NO_BREAK}1, para.{NO_BREAK}2; Other.'}]" in noted


@given(st.text(min_size=1), st.sampled_from(["en", "zh-Hant"]))
def test_whatever_a_source_says_is_printed_as_text(text: str, language: str) -> None:
    allowed = "".join(char for char in text if char.isprintable())
    for markup in (
        visible(allowed, language),
        titled(source("KEY", allowed or "x", "book")),
        render_lemma(allowed, "art-1", language, MEDIUM),
        link_to("art-1", allowed, MEDIUM),
        tagged(allowed or "x"),
    ):
        element = f"<p{markup}/>" if str(markup).startswith(" ") else f"<p>{markup}</p>"
        ET.fromstring(element)


def test_a_text_is_printed_in_its_blocks() -> None:
    text = (
        "One *two* **three**.\n\n- a\n- b\n\n  c\n\n1. - d\n\n## H\n\n### I\n\n> e\n\n| f | g |\n| - | - |\n| h | i |\n"
    )
    assert html(text) == (
        "<p>One <em>two</em> <strong>three</strong>.</p>\n"
        "<ul><li>a</li><li><p>b</p><p>c</p></li></ul>\n"
        "<ol><li><ul><li>d</li></ul></li></ol>\n"
        "<h2>H</h2>\n<h3>I</h3>\n"
        "<blockquote><p>e</p></blockquote>\n"
        '<table><thead><tr><th scope="col">f</th><th scope="col">g</th></tr></thead>'
        "<tbody><tr><td>h</td><td>i</td></tr></tbody></table>"
    )


def test_a_numbered_paragraph_has_its_anchor_and_its_number() -> None:
    prose = read("One.\n", label="V.{n}")
    assert str(render_prose(prose, MEDIUM)) == '<p id="text-p1" class="numbered"><span class="n">V.1</span> One.</p>'


def test_a_run_is_tagged_with_its_language_and_its_class() -> None:
    assert html("[日本]{lang=ja}\n") == '<p><span class="ja" lang="ja" xml:lang="ja">日本</span></p>'
    assert str(tagged("zh-Hant", "lemma")) == ' class="lemma zh" lang="zh-Hant" xml:lang="zh-Hant"'


def test_a_link_within_the_edition_carries_its_folio_and_a_link_out_does_not() -> None:
    medium = replace(MEDIUM, folio=shown_folio)
    assert html("[a](#art-1) [b](https://example.org/?x=1&y=2)\n", medium) == (
        '<p><a href="#art-1">a</a> (p. art-1, en) <a class="out" href="https://example.org/?x=1&amp;y=2">b</a></p>'
    )


def test_words_that_lead_to_what_a_product_has_not_are_printed_without_a_link() -> None:
    nowhere = replace(MEDIUM, link=lambda _anchor: "")
    assert html("[a & b](#art-1)[@KEY]\n", nowhere) == (
        '<p>a &amp; b<span class="citation">[1: <span class="cites en" lang="en" xml:lang="en">Key &amp; Co.</span>]'
        "</span></p>"
    )


def test_sources_are_linked_and_their_places_never_break() -> None:
    markup = str(cite((Citation("KEY", "doc. 1, item 2", AT), Citation("OTHER", "", AT)), "en", MEDIUM))
    key, other = '<a href="#src-key">Key &amp; Co.</a>', '<a href="#src-other"><i>Other</i></a>'
    assert markup == f"{key}, doc.{NO_BREAK}1, item{NO_BREAK}2; {other}"
    assert cite((), "en", MEDIUM) == ""


def test_a_source_is_named_once_for_several_places_in_it() -> None:
    markup = cite((Citation("KEY", "art. 1", AT), Citation("KEY", "art. 2", AT)), "en", MEDIUM)
    assert words(str(markup)) == f"Key & Co., art.{NO_BREAK}1; art.{NO_BREAK}2"


def test_sources_in_chinese_stand_in_chinese_brackets_and_their_own_language() -> None:
    markup = str(cite((Citation("OTHER", "", AT), Citation("ZH", "", AT)), "zh-Hant", MEDIUM))
    assert words(markup) == "（Other; 中文書）"
    assert '<span class="en" lang="en" xml:lang="en">' in markup
    assert '<a class="zh" lang="zh-Hant" xml:lang="zh-Hant" href="#src-zh">中文書</a>' in markup
    alone = str(cite((Citation("ZH", "", AT),), "en", replace(MEDIUM, link=lambda _anchor: "")))
    assert alone == '<span class="zh" lang="zh-Hant" xml:lang="zh-Hant">中文書</span>'


def test_only_titles_of_whole_works_in_latin_letters_stand_in_italics() -> None:
    assert [str(titled(SOURCES[key])) for key in ("KEY", "OTHER", "ZH")] == ["Key &amp; Co.", "<i>Other</i>", "中文書"]
    assert titled(SOURCES["OTHER"], "Whole") == "<i>Whole</i>"


def test_a_note_of_ours_on_a_sources_words_says_so_and_a_citation_ends_with_a_full_stop() -> None:
    prose = read("一[^n][@KEY]\n\n[^n]: 註 [@ZH]。\n", language="zh-Hant")
    marked = replace(MEDIUM, note_mark={"zh-Hant": "編者註："})
    ours, cited = (str(render_note(note, "zh-Hant", marked)) for note in prose.notes)
    assert words(ours) == "編者註：註 （中文書）。"
    assert ours.startswith('<b class="mark zh" lang="zh-Hant" xml:lang="zh-Hant">編者註：</b>')
    assert words(cited) == "Key & Co."
    assert words(str(render_note(prose.notes[0], "zh-Hant", MEDIUM))) == "註 （中文書）。"


def test_a_lemma_is_set_before_the_first_words_and_leads_to_its_place() -> None:
    lead = render_lemma("the words", "art-1-p2", "en", MEDIUM)
    prose = read("One.\n\nTwo.\n", label="")
    link = '<a href="#art-1-p2"><b class="lemma en" lang="en" xml:lang="en">the words</b></a>'
    assert str(render_prose(prose, MEDIUM, lead)) == f'<p>{link}<span class="bracket">]</span> One.</p>\n<p>Two.</p>'
    assert "<a" not in render_lemma("the words", "", "en", MEDIUM)


@pytest.mark.parametrize("text", ["- One.\n", "> One.\n", "## One\n", "| a |\n| - |\n"])
def test_a_lemma_before_a_list_or_a_table_stands_on_its_own_line(text: str) -> None:
    printed = str(render_prose(read(text, label=""), MEDIUM, Markup("<b>lemma</b>")))
    assert printed.startswith("<p><b>lemma</b></p>\n<")


def law(text: str, *remarks: Remark, language: str = "en") -> str:
    """How the commentary quotes article I, whose paragraphs are numbered, above these remarks."""
    at, prose = Location(PurePosixPath("content/treaty/a.md")), read(text, language=language)
    unit = Unit(
        anchor="art-1", kind="article", number=1, label="I", heading="", title={"en": "I"}, prose=prose,
        signatures=(), at=at,
    )  # fmt: skip
    section = Section(name="notes", heading={"en": "Notes"}, language="en", remarks=remarks)
    comment = Comment(anchor="comm-1", unit="art-1", label="I", title={"en": "I"}, sections=(section,), at=at)
    return str(render_law(unit, comment, MEDIUM))


def remark(number: int, *stretches: Stretch) -> Remark:
    """A remark of one numbered paragraph, or of none with a number."""
    prose = read("A word.\n", label="I.{n}" if number else "")
    children = tuple(replace(p, anchor=f"comm-1-p{number}" if number else "") for p in prose.paragraphs)
    return Remark(lemma="words", places=(), prose=replace(prose, blocks=children), at=AT, stretches=stretches)


def test_a_text_is_quoted_with_its_numbers_but_without_anchors_and_notes() -> None:
    number = '<p class="numbered"><span class="n">{}</span> {}</p>'
    quoted = law("One *two*.[^n]\n\nThree & four.\n\n[^n]: A note.\n")
    labels = [p.label for p in read("One.\n\nTwo.\n").paragraphs]
    assert quoted == f"{number.format(labels[0], 'One two.')}\n{number.format(labels[1], 'Three &amp; four.')}"


def test_words_of_the_law_lead_to_the_remarks_on_them_and_to_the_closest_where_they_overlap() -> None:
    quoted = law(
        "An armed attack on Japan.\n\nPeace.\n",
        remark(1, Stretch(0, 3, 8), Stretch(0, 19, 24)), remark(2, Stretch(0, 3, 15)), remark(0, Stretch(1, 0, 5)),
    )  # fmt: skip
    assert words(quoted).endswith("Peace.")
    assert "An armed attack on Japan." in words(quoted)
    assert re.findall('<a class="([^"]+)" href="([^"]+)">([^<]+)</a>', quoted) == [
        ("noted within", "#comm-1-p1", "armed"),
        ("noted", "#comm-1-p2", " attack"),
        ("noted", "#comm-1-p1", "Japan"),
        ("noted", "#comm-1-sec-notes", "Peace"),
    ]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a b"),
        ("\n\n", "¶"),
        ("\n", "|"),
        ("a\nb\n\nc", "a | b ¶ c"),
        ("a\n\n", "a"),
        ("a\tb", "a → b"),
        (" a ", "·a·"),
        (" ", "·"),
        ("<&>", "&lt;&amp;&gt;"),
    ],
)
def test_white_space_of_a_source_is_shown(text: str, shown: str) -> None:
    assert str(visible(text, "en")) == shown


def test_japanese_within_a_chinese_source_is_tagged() -> None:
    tag = ' class="ja" lang="ja" xml:lang="ja"'
    assert str(visible("稱日本国とアメリカ，是", "zh-Hant")) == f"<span{tag}>稱日本国とアメリカ</span>，是"
    assert str(visible("カ", "en")) == "カ"
    assert words(str(visible("條約（日語：日本国との条約）", "zh-Hant"))) == "條約（日語：日本国との条約）"


def test_what_an_editor_escaped_is_escaped_again_for_the_page() -> None:
    assert html("&lt;script&gt; \\<b> 1 < 2\n") == "<p>&lt;script&gt; &lt;b&gt; 1 &lt; 2</p>"
