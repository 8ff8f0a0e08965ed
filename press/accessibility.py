"""What an e-book may say of its accessibility, found by looking at its pages (schema.org, EPUB Accessibility 1.1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from xml.etree import ElementTree as ET

from press.model import Document

HTML, SVG = "{http://www.w3.org/1999/xhtml}", "{http://www.w3.org/2000/svg}"
TYPE = "{http://www.idpf.org/2007/ops}type"

SEEN, HEARD = {"svg", "img", "picture", "video", "canvas", "object", "iframe"}, {"audio", "video"}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SCRIPTED, MOVING = {"script", "form"}, {"animate", "animateMotion", "animateTransform", "set", "script", "style"}
FIXED = re.compile(r"!important|\d(px|pt|pc|mm|cm|in)\b|\b(color|background)\b[^:;{}]*:")

Trees = Mapping[str, ET.Element]
"""The pages, parsed, by file name."""


def names(tree: ET.Element) -> list[str]:
    """The names of its elements in document order, without namespace."""
    return [element.tag.rpartition("}")[2] for element in tree.iter()]


def accessibility(document: Document, trees: Trees) -> Iterator[tuple[str, str]]:
    """The schema.org statements in the W3C's words, property and value, each only where the pages bear it out."""
    pages = {page.name: trees[page.name] for page in document.pages if page.role != "ncx"}
    elements = [element for tree in pages.values() for element in tree.iter()]
    tags = {tag for tree in pages.values() for tag in names(tree)}
    terms = {term for element in elements for term in element.get(TYPE, "").split()}
    roles = Counter(role for element in elements for role in element.get("role", "").split())
    pictures = [element for element in elements if element.tag.rpartition("}")[2] in SEEN]
    told = bool(pictures) and all(map(_is_told, pictures)) and not tags & HEARD
    still = told and {element.tag for element in pictures} == {f"{SVG}svg"} and not tags & MOVING
    modes = ["textual", *(["visual"] if tags & SEEN else []), *(["auditory"] if tags & HEARD else [])]
    fixed = any(element.get("style") for element in elements)
    fixed = fixed or any(FIXED.search(COMMENT.sub("", style.text)) for style in document.styles)
    headed = all(map(_is_headed, pages.values()))
    features = {
        "ARIA": roles,
        "MathML": "math" in tags,
        "alternativeText": told,
        "displayTransformability": not fixed and (modes == ["textual"] or still),
        "pageBreakMarkers": "pagebreak" in terms,
        "pageNavigation": "page-list" in terms,
        "readingOrder": _is_in_order(pages),
        "rubyAnnotations": "ruby" in tags,
        "structuralNavigation": headed,
        "tableOfContents": "toc" in terms,
        "unlocked": True,  # nothing here encrypts
    }
    summary = {
        "All of it is text, without pictures, sound or video.": modes == ["textual"],
        "All of it is text but for drawings, which have text alternatives.": told,
        "There is a table of contents, and headings mark the structure.": "toc" in terms and headed,
        "Notes link back to their places.": 0 < roles["doc-noteref"] <= roles["doc-backlink"],
        "The pages of the printed book are marked and listed.": {"pagebreak", "page-list"} <= terms,
        "Conformance to an accessibility standard is not claimed.": True,
    }
    yield from (("schema:accessMode", mode) for mode in modes)
    yield "schema:accessModeSufficient", ",".join(modes)
    if told:
        yield "schema:accessModeSufficient", "textual"
    yield from (("schema:accessibilityFeature", name) for name, found in features.items() if found)
    yield "schema:accessibilityHazard", "unknown" if tags & (HEARD | SCRIPTED) or (pictures and not still) else "none"
    sentences = " ".join(sentence for sentence, found in summary.items() if found)
    yield "schema:accessibilitySummary", sentences


def _is_told(picture: ET.Element) -> bool:
    """Whether what a picture shows is also told: an SVG has a title and a description, an image an alternative."""
    if picture.tag != f"{SVG}svg":
        return bool(picture.get("alt", "").strip())
    said = {child.get("id"): (child.text or "").strip() for child in picture}
    named = picture.get("aria-labelledby", "").split()
    return picture.get("role") == "img" and bool(named) and all(said.get(name) for name in named)


def _is_headed(tree: ET.Element) -> bool:
    """Whether a page has headings, none of them more than one level below the heading before."""
    levels = [int(tag[1]) for tag in names(tree) if re.fullmatch("h[1-6]", tag)]
    return bool(levels) and all(lower - upper <= 1 for upper, lower in pairwise(levels))


def _is_in_order(pages: Trees) -> bool:
    """Whether the table of contents goes through the book from beginning to end."""
    navs = [each for tree in pages.values() for each in tree.iter() if "toc" in each.get(TYPE, "").split()]
    links = [link.get("href", "") for nav in navs if nav.tag == f"{HTML}nav" for link in nav.iter(f"{HTML}a")]
    ids = {name: [element.get("id") for element in tree.iter()] for name, tree in pages.items()}
    places = iter([place for name in ids for place in (name, *(f"{name}#{ident}" for ident in ids[name]))])
    links = [link for link, _ in groupby(links)]  # a part may begin with its first unit
    return bool(links) and all(link in places for link in links)  # `in` goes on from where it found the last
