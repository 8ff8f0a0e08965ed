"""Tests exports.py, citations.py, expansions.py and xmp.py: what programs and screen readers are given."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from press.citations import csl_date, csl_item, csl_json, csl_names
from press.content import read_publication
from press.expansions import expand, forms
from press.exports import attachments, plain_text, structured_text
from press.facts import facts_of
from press.model import Abbreviation, Publication, Source
from press.problems import Location
from press.xmp import RDF, SPACES, packet

ROOT = Path(__file__).resolve().parents[1]
AT = Location(PurePosixPath("content/x.yaml"))
CSL_TYPES = {
    "article-journal", "article-magazine", "article-newspaper", "book", "chapter", "document", "hearing", "legal_case",
    "legislation", "report", "treaty", "webpage",
}  # fmt: skip


@cache
def publication(folder: str = "content") -> Publication:
    return read_publication(ROOT / folder)


@pytest.mark.parametrize("folder", ["content", "tests/specimen/content"])
def test_each_paragraph_of_the_law_stands_in_both_files_with_its_anchor(folder: str) -> None:
    law = [part for part in publication(folder).parts if part.kind in ("treaty", "parallel")]
    lines = plain_text(publication(folder), law).splitlines()
    data = json.loads(structured_text(publication(folder), law))
    told = {each["id"]: each["text"] for text in data["texts"] for unit in text["units"] for each in unit["paragraphs"]}
    assert len(law) > 1
    for part in law:
        for prose in part.proses():
            for paragraph in prose.paragraphs:
                assert f"[{paragraph.anchor}] {paragraph.text}" in lines
                assert told.pop(paragraph.anchor) == paragraph.text
    assert not told
    assert data["identifier"] == publication(folder).identifier


def test_a_product_takes_along_what_is_in_it() -> None:
    book = next(each for each in publication().products if each.format == "pdf")
    found = {each.name: (each.media, each.relationship) for each in attachments(publication(), book)}
    assert found == {
        "security-treaty-1960.txt": ("text/plain", "Alternative"),
        "security-treaty-1960.json": ("application/json", "Supplement"),
        "security-treaty-1960-sources.json": ("application/vnd.citationstyles.csl+json", "Data"),
    }


def test_every_source_is_an_item_of_csl() -> None:
    items = json.loads(csl_json(publication().sources))
    assert [item["id"] for item in items] == sorted(source.key for source in publication().sources)
    assert {item["type"] for item in items} <= CSL_TYPES
    assert all(item["title"] for item in items)
    assert not [item for item in items if "literal" in item.get("issued", {})]


def test_an_item_has_what_its_source_says_and_nothing_empty() -> None:
    source = Source(
        key="A", type="book", title="A Book", short="Book", language="en", at=AT, author="Doe, Jane", issued="1960-01",
        pages="1–2", place="Tokyo",
    )  # fmt: skip
    assert csl_item(source) == {
        "id": "A", "type": "book", "title": "A Book", "title-short": "Book", "language": "en", "page": "1–2",
        "publisher-place": "Tokyo", "author": [{"family": "Doe", "given": "Jane"}],
        "issued": {"date-parts": [[1960, 1]]},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("", []),
        ("Doe, Jane", [{"family": "Doe", "given": "Jane"}]),
        ("維基百科貢獻者", [{"literal": "維基百科貢獻者"}]),
        ("Office of A, B, and C", [{"literal": "Office of A, B, and C"}]),
    ],
)
def test_a_name_is_divided_only_if_it_says_how(name: str, names: object) -> None:
    assert csl_names(name) == names


@pytest.mark.parametrize(
    ("date", "parts"),
    [("", {}), ("1960", {"date-parts": [[1960]]}), ("1960-01-19", {"date-parts": [[1960, 1, 19]]}),
     ("about 1960", {"literal": "about 1960"})],
)  # fmt: skip
def test_dates_are_those_of_csl(date: str, parts: object) -> None:
    assert csl_date(date) == parts


FORMS = forms(
    [
        Abbreviation(short="art., arts.", long={"en": "article, articles", "zh-Hant": "條"}, at=AT),
        Abbreviation(short="UN", long={"en": "United Nations"}, at=AT),
        Abbreviation(short="no., No.", long={"en": "number"}, at=AT),
        Abbreviation(short="¶", long={"en": "paragraph"}, at=AT),
        Abbreviation(short="p.m.", long={"en": "after noon"}, at=AT),
    ]
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>The UN and UN</p>", '<p>The <abbr title="United Nations">UN</abbr> and UN</p>'),
        (
            "<p>See arts. 1 and art. V.</p>",
            '<p>See <abbr title="articles">arts.</abbr> 1 and <abbr title="article">art.</abbr> V.</p>',
        ),
        ("<p>art.\u00a0V</p>", '<p><abbr title="article">art.</abbr>\u00a0V</p>'),
        ("<p>He said no. Then</p>", "<p>He said no. Then</p>"),
        ("<p>5 p.m.</p>", '<p>5 <abbr title="after noon">p.m.</abbr></p>'),
        ("<p>UNESCO, ¶ alone, ¶5</p>", '<p>UNESCO, ¶ alone, <abbr title="paragraph">¶</abbr>5</p>'),
        ('<p lang="zh-Hant">art. 5</p>', '<p lang="zh-Hant"><abbr title="條">art.</abbr> 5</p>'),
        ('<p lang="ja">UN</p><p>UN</p>', '<p lang="ja">UN</p><p><abbr title="United Nations">UN</abbr></p>'),
        ('<a title="UN"><br/>UN</a>', '<a title="UN"><br/><abbr title="United Nations">UN</abbr></a>'),
        ('<span class="folio">(no. 5)</span>', '<span class="folio">(no. 5)</span>'),
    ],
)  # fmt: skip
def test_a_short_form_is_expanded_where_it_is_first_used(before: str, after: str) -> None:
    assert expand(Markup(before), FORMS, "en", set()) == after  # noqa: S704 - it is markup


def test_what_was_expanded_in_a_part_is_not_expanded_again() -> None:
    seen = set[tuple[str, str]]()
    assert "<abbr" in expand(Markup("<p>UN</p>"), FORMS, "en", seen)
    assert "<abbr" not in expand(Markup("<p>UN</p>"), FORMS, "en", seen)


@pytest.mark.parametrize("folder", ["content", "tests/specimen/content"])
def test_a_packet_says_whose_and_what_the_file_is(folder: str) -> None:
    book = next(each for each in publication(folder).products if each.format == "pdf")
    facts = facts_of(publication(folder), book)
    said = packet(facts, book.file, "a program").decode()
    tree = ET.fromstring(re.sub(r"<\?xpacket.*?\?>", "", said))

    def items(name: str) -> list[str]:
        prefix, _, local = name.partition(":")
        return [each.text or "" for each in tree.iterfind(f".//{{{SPACES[prefix]}}}{local}//{{{RDF}}}li")]

    assert set(facts.title.values()) == set(items("dc:title"))
    assert items("dc:language") == list(facts.languages)
    assert items("dc:relation") == list(facts.siblings) != []
    assert any("The editors" in each for each in items("marcrel:edt"))
    assert len(items("dc:contributor")) == len(facts.contributors)
    assert all(right.licence in "".join(items("xmpRights:UsageTerms")) for right in facts.rights)
    assert packet(facts, "other.pdf", "a program").decode() != said
