"""Tests structure.py: what the elements of HTML become in the structure tree of a PDF."""

from __future__ import annotations

from itertools import count

import pytest

from press.structure import Annotation, Element, Mark, Node, shaped

MARKS = count()


def text(page: int = 0) -> Mark:
    return Mark(page, next(MARKS))


def node(tag: str, *kids: Node | Mark | Annotation, block: bool = False, marker: str = "", **said: str) -> Node:
    attributes = {name.rstrip("_"): value for name, value in said.items()}
    return Node(tag, attributes, block=block, marker=marker, kids=list(kids))


def outline(element: Element) -> str:
    """The roles, each with those in it: "P(Span . Link(.))"; a point is a text, a star a link's area."""
    kids = [outline(kid) if isinstance(kid, Element) else "." if isinstance(kid, Mark) else "*" for kid in element.kids]
    return f"{element.role}({' '.join(kids)})"


def made(*nodes: Node) -> Element:
    return shaped(node("html", *nodes), "en")


@pytest.mark.parametrize(
    ("html", "pdf"),
    [
        (node("section", node("h1", text()), node("p", text())), "Sect(H1(.) P(.))"),
        (node("section", text()), "Sect(P(.))"),
        (node("div", node("p", text())), "P(.)"),
        (node("p", text(), node("em", text()), node("span", text())), "P(. . .)"),
        (node("p", node("a", Annotation(0, 0), text())), "P(Link(* .))"),
        (node("p", node("abbr", text(), title="United Nations")), "P(Span(.))"),
        (node("blockquote", text(), node("p", text())), "BlockQuote(P(.) P(.))"),
        (node("ul", node("li", node("li::marker", text()), text())), "L(LI(Lbl(.) LBody(.)))"),
        (node("ol", node("li", node("p", text()), node("p", text()))), "L(LI(LBody(P(.) P(.))))"),
        (
            node("dl", node("dt", text()), node("dt", text()), node("dd", text()), node("dt", text())),
            "L(LI(Lbl(.) Lbl(.) LBody(.)) LI(Lbl(.)))",
        ),
        (
            node("section", node("ol", node("li", node("a", text()), node("ol", node("li", text())))), role="doc-toc"),
            "Sect(TOC(TOCI(Reference(Link(.)) TOC(TOCI(Reference(.))))))",
        ),
        (
            node("section", node("ul", node("li", text(), node("a", text()))), role="doc-index"),
            "Index(L(LI(LBody(. Reference(Link(.))))))",
        ),
        (
            node(
                "p", text(), node("span::footnote-call", Annotation(0, 0), text()), node("span", text(), class_="note")
            ),
            "P(. Reference(Link(* .)) Note(.))",
        ),
        (node("figure", node("svg", text()), node("figcaption", text())), "Figure(.) Caption(.)"),
        (node("p", node("span")), ""),
    ],
)
def test_an_element_becomes(html: Node, pdf: str) -> None:
    document = made(html)
    expected = pdf if not pdf.startswith(("Figure",)) else f"P(Figure(.)) {pdf.partition(' ')[2]}"
    assert outline(document) == f"Document({expected})"


def test_only_another_language_is_told() -> None:
    document = made(node("section", node("p", text(), node("span", text(), lang="zh-Hant")), lang="en"))
    told = [(each.role, each.language) for each in document.elements() if each.language]
    assert told == [("Span", "zh-Hant")]


def test_what_a_page_divides_is_one_element_and_words_on_lines_of_their_own_are_parted() -> None:
    one, two = text(0), text(1)
    heading = node("h1", node("span", one, block=True), node("span", two, block=True, lang="zh-Hant"))
    assert outline(made(heading)) == "Document(H1(. Span(.)))"
    assert (one.space, two.space) == (True, False)


def test_cells_name_their_headers() -> None:
    head = node("thead", node("tr", node("th", text()), node("th", text(), colspan="2")))
    body = node("tr", node("th", text(), scope="row"), node("td", text()), node("td"))
    table = next(each for each in made(node("table", head, node("tbody", body))).elements() if each.role == "Table")
    cells = [each for each in table.elements() if each.role in ("TH", "TD")]
    assert [(each.id, each.attributes["Table"]) for each in cells] == [
        ("table-1-1-1", {"Scope": "Column"}),
        ("table-1-1-2", {"Scope": "Column", "ColSpan": 2}),
        ("table-1-2-1", {"Scope": "Row"}),
        ("", {"Headers": ("table-1-2-1", "table-1-1-2")}),
        ("", {"Headers": ("table-1-2-1", "table-1-1-2")}),
    ]


def test_numbers_of_a_list_are_told_and_terms_are_no_numbers() -> None:
    lists = (
        node("ol", node("li", text()), marker="decimal"),
        node("ul", node("li", text()), marker="none"),
        node("dl", node("dt", text()), marker="disc"),
    )
    found = [each.attributes["List"]["ListNumbering"] for each in made(*lists).elements() if each.role == "L"]
    assert found == ["Decimal", "None", "None"]
