"""Tests composition.py: documents hold every word, lead nowhere in vain, and a bad template is told."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from press.chapters import contents
from press.composition import compose, load_templates
from press.content import read_publication
from press.model import Document, Page, Publication
from press.problems import PublicationError
from press.prose import Prose

ROOT = Path(__file__).resolve().parents[1]
XHTML = "{http://www.w3.org/1999/xhtml}"


@cache
def publication() -> Publication:
    return read_publication(ROOT / "tests/specimen/content")


@cache
def composed(name: str) -> Document:
    """A product of the specimen, every folio of it 99."""
    (product,) = (product for product in publication().products if product.name == name)
    folios = dict.fromkeys(publication().anchors(), "99")
    return compose(publication(), product, load_templates(ROOT / "templates"), folios)


def trees(document: Document) -> dict[str, ET.Element]:
    """The pages that are read, by name."""
    return {page.name: tree(page) for page in document.pages if page.role != "ncx"}


def tree(page: Page) -> ET.Element:
    text = page.text.replace("<!DOCTYPE html>", "")
    return ET.fromstring(text)


def folded(text: str) -> str:
    return "".join(text.split())


def words(element: ET.Element) -> str:
    """The words in an element, but not those of notes and folios."""
    if {"note", "folio", "noteref"} & set((element.get("class") or "").split()):
        return ""
    return (element.text or "") + "".join(words(child) + (child.tail or "") for child in element)


def proses(document: Document) -> list[Prose]:
    return [prose for name in document.product.parts for prose in publication().part(name).proses()]


@pytest.mark.parametrize("name", ["book", "epub"])
def test_every_anchor_stands_once(name: str) -> None:
    ids = [element.get("id") for root in trees(composed(name)).values() for element in root.iter() if element.get("id")]
    anchors = {anchor for part in composed(name).product.parts for anchor in publication().part(part).anchors()}
    assert len(ids) == len(set(ids))
    assert anchors - {"part-contents"} <= set(ids)


@pytest.mark.parametrize("name", ["book", "epub"])
def test_every_link_leads_somewhere(name: str) -> None:
    pages = trees(composed(name))
    places = {f"{page}#{element.get('id')}" for page, root in pages.items() for element in root.iter()} | set(pages)
    links = [(page, href) for page, root in pages.items() for element in root.iter() if (href := element.get("href"))]
    within = [f"{page}{href}" if href.startswith("#") else href for page, href in links if "://" not in href]
    assert len(within) > 50
    assert not {href for href in within if not href.endswith(".css")} - places


@pytest.mark.parametrize("name", ["book", "epub"])
def test_every_paragraph_is_printed(name: str) -> None:
    printed = "".join(folded(words(root)) for root in trees(composed(name)).values())
    for prose in proses(composed(name)):
        for paragraph in prose.paragraphs:
            assert folded(paragraph.text) in printed


@pytest.mark.parametrize("name", ["book", "epub"])
def test_every_note_is_printed_once_with_its_number(name: str) -> None:
    pages = "".join(page.text for page in composed(name).pages)
    notes = [note for prose in proses(composed(name)) for note in prose.notes]
    assert len(notes) > 10
    for note in notes:
        assert len(re.findall(rf' id="{note.anchor}"', pages)) == 1
    if name == "book":
        assert len(re.findall(r'class="note ', pages)) == len(notes)


def test_folios_are_those_that_were_given_and_only_on_paper() -> None:
    assert "(p. 99)" in composed("book").pages[0].text
    assert "（第99頁）" in composed("book").pages[0].text
    assert "99)" not in "".join(page.text for page in composed("epub").pages)


def test_a_note_on_a_source_is_marked_as_ours_and_one_in_our_own_text_is_not() -> None:
    assert composed("book").pages[0].text.count("Editor’s note: ") == 1


def test_a_product_may_have_the_notes_of_a_part_at_its_end_each_with_a_way_back() -> None:
    small, book = (tree(composed(name).pages[0]) for name in ("small", "book"))
    (notes,) = (section for section in small.iter("section") if section.get("id") == "part-essay-notes")
    printed = [paragraph.get("id", "") for paragraph in notes.iter("p")]
    assert printed == [note.anchor for prose in publication().part("essay").proses() for note in prose.notes] != []
    links = [(a.get("id", ""), a.get("href", "")) for a in small.iter("a")]
    for anchor in printed:
        assert links.count((f"{anchor}-call", f"#{anchor}")) == links.count(("", f"#{anchor}-call")) == 1
    at_foot = [span.get("id", "") for span in small.iter("span") if span.get("class", "").startswith("note ")]
    assert at_foot, "those of other parts stay where they are called"
    assert set(at_foot).isdisjoint(printed)
    assert not [section for section in book.iter("section") if section.get("class") == "endnotes"]


def test_a_product_says_what_it_is_where_that_is_not_what_the_publication_says() -> None:
    assert composed("small").facts.subtitle == {"en": "The texts alone", "fr": "Les textes seuls"}
    assert "The texts alone" in composed("small").pages[0].text
    assert composed("large").facts.subtitle == publication().subtitle == composed("book").facts.subtitle


def test_a_book_is_one_page_and_an_ebook_a_page_for_each_chapter() -> None:
    assert len(composed("book").pages) == 1
    names = [page.name for page in composed("epub").pages]
    assert [name for name in names if name.startswith("comm-")] == [
        "comm-1.xhtml", "comm-2.xhtml", "comm-3.xhtml", "comm-closing.xhtml",
    ]  # fmt: skip
    assert names.index("nav.xhtml") < names.index("treaty.xhtml")
    assert composed("checksums").pages == ()


def test_contents_tell_a_title_once_and_list_each_page_in_one_line() -> None:
    listed = contents(publication(), publication().parts, "#{}".format, {})
    entries = {entry.href: entry for entry in listed}
    treaty, commentary = entries["#part-treaty"].children, entries["#part-commentary"].children
    assert [(entry.name, entry.again) for entry in treaty][:2] == [("Article I", True), ("Article II", True)]
    assert [entry.titles for entry in treaty] == [entry.titles for entry in commentary]
    assert not any(entry.again for entry in (*commentary, *entries["#part-traite"].children))
    assert [entry.matter for entry in listed[:2]] == ["front", "body"]
    guide = publication().part("guide")
    in_two_languages = replace(guide, matter="body", units=guide.units * 2)
    assert contents(publication(), [in_two_languages], "#{}".format, {})[0].children == ()


def test_the_styles_come_in_the_order_in_which_they_are_named_a_folder_for_all_its_sheets() -> None:
    document = composed("book")
    names = [style.name for style in document.styles]
    assert document.product.styles == ("base/", "book/", "paper/a4.css")
    assert [name.partition("/")[0] for name in names] == sorted(name.partition("/")[0] for name in names)
    for folder in ("base", "book"):
        sheets = sorted(path.name for path in (ROOT / "templates/styles" / folder).glob("*.css"))
        assert [name for name in names if name.startswith(folder)] == [f"{folder}/{name}" for name in sheets]
    assert document.styles[-1].text == (ROOT / "templates/styles/paper/a4.css").read_text("utf-8")


def test_the_same_content_makes_the_same_document() -> None:
    product = publication().products[1]
    templates = load_templates(ROOT / "templates")
    assert compose(publication(), product, templates, {}) == compose(publication(), product, templates, {})


def faulty(root: Path, name: str, text: str | bytes) -> str:
    """What is said of a template or a style sheet with this text."""
    path = root / "templates" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    product = replace(publication().products[0], template="book", styles=(), parts=("guide",))
    with pytest.raises(PublicationError) as caught:
        compose(publication(), product, load_templates(root / "templates"), {})
    (problem,) = caught.value.problems
    return f"{problem.at}: {problem.message}"


def test_bad_syntax_in_a_template_is_told_at_its_line(tmp_path: Path) -> None:
    fault = faulty(tmp_path, "book.html.jinja", "<p>\n{% if %}\n")
    assert fault == "templates/book.html.jinja:2:1: bad template: Expected an expression, got 'end of statement block'"


def test_a_name_that_a_template_does_not_know_is_told_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "templates/parts").mkdir(parents=True)
    (tmp_path / "templates/parts/page.html.jinja").write_text("\n\n{{ chapter.units[0].titel }}")
    (tmp_path / "templates/book.html.jinja").write_text("{{ chapters }}")
    product = replace(publication().products[0], template="book", styles=(), parts=("guide",))
    with pytest.raises(PublicationError) as caught:
        compose(publication(), product, load_templates(tmp_path / "templates"), {})
    (problem,) = caught.value.problems
    assert str(problem.at) == "templates/parts/page.html.jinja:3:1"
    assert "has no attribute 'titel'" in problem.message


def test_a_template_that_another_asks_for_must_be_there(tmp_path: Path) -> None:
    fault = faulty(tmp_path, "book.html.jinja", "<p>\n")
    assert fault == "templates/parts/page.html.jinja:1:1: the template is missing"


@pytest.mark.parametrize("name", ["book.html.jinja", "styles/paper/a4.css"])
def test_templates_and_styles_are_utf8(name: str, tmp_path: Path) -> None:
    assert faulty(tmp_path, name, "é".encode("latin-1")) == f"templates/{name}:1:1: the file is not UTF-8"


def test_what_the_page_of_downloads_says_of_a_file_does_not_make_the_file_anew() -> None:
    said = publication().products[0]
    told = replace(said, group="read", purpose={"en": "To be bound."})
    other = replace(publication(), products=(told, *publication().products[1:]))
    site = next(product for product in other.products if product.format == "site")
    templates = load_templates(ROOT / "templates")
    assert compose(other, told, templates, {}) == compose(publication(), said, templates, {})
    assert "To be bound." in compose(other, site, templates, {}).pages[0].text
    assert "To be bound." not in composed("site").pages[0].text
