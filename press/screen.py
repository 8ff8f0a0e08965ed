"""The last touches to a page of an e-book: sections named, ways onward, printed pages marked.

Works on finished XHTML, as tags and the words between them, so that no template needs to know of it and not a byte
changes but those that are added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import NamedTuple
from unicodedata import normalize

from markupsafe import Markup

from press.model import Leaf, leaf_anchor
from press.prose import is_han

_CHARACTER = re.compile(r"&[^;]+;|[^&]")
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)([^>]*?)(/?)>")
_ATTRIBUTE = re.compile(r'\s([\w:-]+)="([^"]*)"')

_FIGURES = re.compile(r"(?<![A-Za-z0-9.,:/–&#-])[0-9]+(?![A-Za-z0-9,:/–;-]|\.[0-9])")
_CAPITALS = re.compile(r'<span class="(?=[a-z]+" lang="[^"]+" xml:lang="[^"]+">[A-Z]{1,4}</span>)')
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
WHOLE = frozenset({"a", "ruby", "dfn"})
"""Elements whose name or reading would change with a marker inside."""
BLOCKS = frozenset({"p", "li", "dt", "dd", "td", "th", "caption", "div", "blockquote", "figcaption"})
UNPRINTED = frozenset({"n", "ways"})
"""Classes of what is not in the run of the printed text: a number stands beside it, a way onward nowhere."""


class Tag(NamedTuple):
    """A tag and where it stands in the text of its page."""

    start: int
    end: int
    name: str
    attributes: Mapping[str, str]
    opens: bool
    closes: bool


def tags(text: str) -> Iterator[Tag]:
    """All tags in their order; an empty element opens and closes at once."""
    for match in _TAG.finditer(text):
        ends, name, attributes, empty = match.groups()
        found = {key: unescape(value) for key, value in _ATTRIBUTE.findall(attributes)}
        yield Tag(match.start(), match.end(), name, found, opens=not ends, closes=bool(ends or empty))


# Sections.


@dataclass
class _Section:
    """A section: its tags, what it is called, and the heading that is its own."""

    tag: Tag
    ident: str
    heading: Tag | None = None
    end: Tag | None = None


def named(text: str, stem: str, semantics: Mapping[str, tuple[str, str]]) -> str:
    """A page in which every section has the name of its heading, and one without a heading is a plain division.

    A heading without an id gets one of its section, or of the file's `stem`. `semantics` give, by class, the term of
    the EPUB vocabulary and the role (DPUB-ARIA 1.1) of a chapter.
    """
    edits = list[tuple[int, int, str]]()
    used = set(re.findall(r'\sid="([^"]+)"', text))
    for section in _sections(text, stem):
        start, end = section.tag.start, section.tag.end
        if not section.heading and section.end:
            edits += [(start, start + len("<section"), "<div"), (section.end.start, section.end.end, "</div>")]
        if not section.heading:
            continue
        ident = section.heading.attributes.get("id", "")
        if not ident:
            ident = section.ident if section.ident not in used else f"{section.ident}-heading"
            used.add(ident)
            at = section.heading.start + 1 + len(section.heading.name)
            edits.append((at, at, f' id="{ident}"'))
        added = "" if "aria-labelledby" in section.tag.attributes else f' aria-labelledby="{ident}"'
        for name in section.tag.attributes.get("class", "").split():
            term, role = semantics.get(name, ("", ""))
            added += f' epub:type="{term}"' if term and "epub:type" not in section.tag.attributes else ""
            added += f' role="{role}"' if role and "role" not in section.tag.attributes else ""
        edits.append((end - 1, end - 1, added))
    return _edited(text, edits)


def _sections(text: str, stem: str) -> list[_Section]:
    """All sections with their own headings: a heading is that of the innermost section it stands in."""
    found, opened = list[_Section](), list[_Section]()
    for tag in tags(text):
        if tag.name == "section" and tag.opens:
            within = (opened[-1].ident if opened else stem, *tag.attributes.get("class", "").split()[:1])
            opened.append(_Section(tag, tag.attributes.get("id") or "-".join(within)))
            found.append(opened[-1])
        elif tag.name == "section":
            opened.pop().end = tag
        elif tag.name in HEADINGS and tag.opens and opened and not opened[-1].heading:
            opened[-1].heading = tag
    return found


def identified(text: str, names: frozenset[str]) -> str:
    """A page in which each paragraph of one of these classes has an id, made from that of the section around it.

    What links to a commentary from such a paragraph, and is linked to from there, would else be two places that link
    to each other: Kindle takes such a pair for a note and its call.
    """
    edits, opened = list[tuple[int, int, str]](), list[str]()
    for tag in tags(text):
        if tag.opens:
            known = names.intersection(tag.attributes.get("class", "").split())
            outer = next((ident for ident in reversed(opened) if ident), "")
            if known and outer and "id" not in tag.attributes:
                edits.append((tag.end - 1, tag.end - 1, f' id="{outer}-{min(known)}"'))
            if not tag.closes:
                opened.append(tag.attributes.get("id", ""))
        elif tag.closes:
            opened.pop()
    return _edited(text, edits)


def led_on(text: str, ways: Mapping[str, Markup]) -> str:
    """A page with something added at the end of each element that `ways` names by its id."""
    edits, opened = list[tuple[int, int, str]](), list[str]()
    for tag in tags(text):
        if tag.opens and not tag.closes:
            opened.append(tag.attributes.get("id", ""))
        elif tag.closes and not tag.opens and (way := ways.get(opened.pop())):
            edits.append((tag.start, tag.start, f"{way}\n"))
    return _edited(text, edits)


def piled(text: str) -> str:
    """A text for columns in which names of a few capitals (CC) are marked: they stand, letter below letter."""
    return _CAPITALS.sub('<span class="pile ', text)


def standing(page: str) -> str:
    """A page for columns whose figures among Han stand: up to two in one square, more of them one below the other.

    Those that touch a letter or a mark of Latin lie with it (CSS Writing Modes 4, 9.1; clreq 2.2.2).
    """
    page = piled(page)
    edits, opened, reached = list[tuple[int, int, str]](), list[str](), page.find("<body")
    for tag in tags(page):
        if tag.start < reached:
            continue
        if opened and is_han(opened[-1]):
            for match in _FIGURES.finditer(page, reached, tag.start):
                name = "abreast" if len(match[0]) < len("100") else "pile"
                edits.append((*match.span(), f'<span class="{name}">{match[0]}</span>'))
        reached = tag.end
        if tag.opens and not tag.closes:
            opened.append(tag.attributes.get("lang", opened[-1] if opened else _language(page)))
        elif tag.closes and not tag.opens and opened:
            opened.pop()
    return _edited(page, edits)


def _language(page: str) -> str:
    """The language of a page."""
    return next((tag.attributes.get("lang", "") for tag in tags(page) if tag.name == "html"), "")


def _edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """Text with each piece from start to end replaced."""
    pieces, reached = list[str](), 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [text[reached:start], new]
        reached = end
    return "".join([*pieces, text[reached:]])


# Pages of the printed book.


class Letters(NamedTuple):
    """The letters of a page that a printed book has too: folded, the place of each, and where each id stands."""

    text: str
    places: tuple[int, ...]
    anchors: Mapping[str, int]


def fold(text: str) -> str:
    """Only letters and figures, all in one form: what stays the same however a text is set."""
    return "".join(char for char in normalize("NFKC", text).casefold() if char.isalnum())


def letters(page: str) -> Letters:
    """The letters of the running text of a page."""
    found, places, anchors = list[str](), list[int](), dict[str, int]()
    opened, hidden, reached = 0, 0, page.find("<body")
    for tag in tags(page):
        if tag.start < reached:
            continue
        if not hidden:
            for match in _CHARACTER.finditer(page, reached, tag.start):
                folded = _folded(match[0])
                found.append(folded)
                places += [match.start()] * len(folded)
        reached = tag.end
        opened += tag.opens
        if not hidden and tag.opens:
            hidden = opened if _is_unprinted(tag) else 0
            if not hidden and "id" in tag.attributes:
                anchors[tag.attributes["id"]] = len(places)
        hidden = 0 if hidden == opened and tag.closes else hidden
        opened -= tag.closes
    return Letters("".join(found), tuple(places), anchors)


@cache
def _folded(character: str) -> str:
    """What a character of XHTML, or a reference to one, is as letters."""
    return fold(unescape(character))


def _is_unprinted(tag: Tag) -> bool:
    # No marker may stand in a drawing, which has no elements of XHTML.
    notes = tag.attributes.get("epub:type") == "footnotes" or tag.attributes.get("role") == "doc-endnotes"
    return (
        tag.name in ("nav", "svg", "header", "footer")
        or notes
        or not UNPRINTED.isdisjoint(tag.attributes.get("class", "").split())
    )


def marked(page: str, leaves: Sequence[Leaf]) -> str:
    """A page with a marker where each printed page begins: within the paragraph, before the word.

    A marker never stands in a heading or a link, whose names it would become part of, nor between two blocks: it
    goes before a heading as a division of its own, and before a link, and else to the beginning of its paragraph.
    """
    edits = list[tuple[int, int, str]]()
    for leaf in leaves:
        at, name = _place(page, leaf.at)
        attributes = f'epub:type="pagebreak" role="doc-pagebreak" id="{leaf_anchor(leaf.label)}"'
        # The spaces and the full stop keep a voice from reading the number into the sentence.
        edits.append((at, at, f'<{name} {attributes} aria-label=" {leaf.label}. "></{name}>'))
    return _edited(page, edits)


def _place(page: str, at: int) -> tuple[int, str]:
    """Where the marker of a page that begins with the letter at `at` can stand, and in which element."""
    opened = list[Tag]()
    for tag in tags(page[:at]):
        if tag.opens and not tag.closes:
            opened.append(tag)
        elif tag.closes and not tag.opens:
            opened.pop()
    for tag in opened:
        if tag.name in HEADINGS:
            return tag.start, "div"
    whole = next((tag for tag in opened if tag.name in WHOLE), None)
    at = whole.start if whole else _word(page, at)
    block = next((tag for tag in reversed(opened) if tag.name in BLOCKS), None)
    if block and not letters(f"<body>{page[block.end : at]}</body>").text:
        at = block.end
    return at, "span"


def _word(page: str, at: int) -> int:
    """The beginning of the next word, where `at` is within one that a line's end divides."""
    if not (_is_latin(page[at - 1]) and _is_latin(page[at])):
        return at
    rest = re.compile(r"[^\s<&]*(\s+|(?=<|&))").match(page, at)
    return rest.end() if rest else at


def _is_latin(char: str) -> bool:
    return char.isalpha() and char < "\u2e80"
