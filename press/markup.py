"""The tree of `prose.py` → XHTML. What differs between paper and screen is in the `Medium`, never in the tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat

from markupsafe import Markup, escape

from press.lemmata import cut
from press.model import Comment, Source, Unit, section_anchor
from press.prose import Block, Call, Citation, Citations, Inline, Note, Paragraph, Prose, Span, Text, is_han
from press.terms import Uses

NO_BREAK = "\u00a0"
ITALIC = frozenset({"book", "article-journal", "article-newspaper", "article-magazine"})
"""CSL types whose titles are those of whole works."""

_NOTHING = Markup("")
_ENDS = (".", ".”", "?", "。", "？")
_HAN_NUMBER = re.compile("[一二三四五六七八九十]+、")
_KANA_RUN = re.compile("([\u3005\u4e00-\u9fff]*[\u3041-\u30ff][\u3005\u3041-\u30ff\u4e00-\u9fff]*)")


Locators = tuple[tuple[str, str], ...]
"""Places in an index: anchors, and what is printed for them."""


def nothing(_anchor: str) -> Markup:
    """Nothing beside a paragraph."""
    return _NOTHING


def nowhere(_anchors: Sequence[str]) -> Locators:
    """No places: for a medium that has no index."""
    return ()


def unpaged(_anchor: str) -> str:
    """No folio: for a medium that has no pages."""
    return ""


@dataclass(frozen=True, slots=True)
class Medium:
    """How a product makes its links and its notes.

    `main` is the language that sources are cited in; `link` turns an anchor into an address, or into nothing where the
    product has no such place; `folio` gives what is printed behind a reference (nothing where the medium has no
    pages); `note` places a note with its finished text.
    """

    main: str
    link: Callable[[str], str]
    folio: Callable[[str, str], Markup]
    note: Callable[[Note, Markup], Markup]
    sources: Mapping[str, Source]
    note_mark: Mapping[str, str]
    """What an editor's note in a source text begins with ("編者註"), by language; empty in our own text."""
    terms: Uses = field(default_factory=dict)
    """First uses of the glossary's terms, which lead to it."""
    locate: Callable[[Sequence[str]], Locators] = nowhere
    """How an index names places: each anchor that the product has, and the words that stand for it."""
    beside: Callable[[str], Markup] = nothing
    """What stands beside the paragraph with this anchor, on a page that has room for it."""
    page: Callable[[str], str] = unpaged
    """The bare folio of the page on which an anchor begins, for lists of places."""
    says_again: bool = True
    """Whether a note says its words again in another language, where it has them."""


def tagged(language: str, *classes: str) -> Markup:
    """The attributes of an element in this language; a class too, for readers that cannot select by language."""
    names = " ".join(name for name in (*classes, language.partition("-")[0]) if name)
    return Markup(' class="{}" lang="{}" xml:lang="{}"').format(names, language, language)


def render_prose(prose: Prose, medium: Medium, lead: Markup = _NOTHING) -> Markup:
    """All of a text, in its blocks.

    `lead` is set before the words of the first paragraph, on the same line; on a line of its own where the text begins
    with a list, a table or the like.
    """
    leads = chain([lead], repeat(_NOTHING))
    blocks = [_block(block, prose, medium, lead) for block, lead in zip(prose.blocks, leads, strict=False)]
    if lead and prose.blocks and not isinstance(prose.blocks[0], Paragraph):
        blocks.insert(0, Markup("<p>{}</p>").format(lead))
    return Markup("\n").join(blocks)


def render_lemma(lemma: str, place: str, language: str, medium: Medium) -> Markup:
    """The words that a remark explains, linked to where they stand, and the bracket that closes them."""
    words = Markup("<b{}>{}</b>").format(tagged(language, "lemma"), lemma)
    linked = link_to(place, words, medium) if place else words
    return Markup('{}<span class="bracket">]</span> ').format(linked)


def link_to(anchor: str, words: Markup | str, medium: Medium, attributes: Markup = _NOTHING) -> Markup:
    """Words that lead to a place, if the product has it; else the words alone, but in the language that they are in."""
    if not (address := medium.link(anchor)):
        return Markup("<span{}>{}</span>").format(attributes, words) if " lang=" in attributes else escape(words)
    return Markup('<a{} href="{}">{}</a>').format(attributes, address, words)


def render_law(unit: Unit, comment: Comment, medium: Medium) -> Markup:
    """The words of a text, without its anchors and notes; those that are explained lead to the remark on them.

    Where lemmata lie within each other, words lead to the shortest; they have the class `within`.
    """
    marks: dict[int, list[tuple[int, int, str]]] = {}
    for section in comment.sections:
        for remark in section.remarks:
            anchor = remark.anchor or section_anchor(comment.anchor, section.name)
            for stretch in remark.stretches:
                marks.setdefault(stretch.paragraph, []).append((stretch.start, stretch.end, anchor))
    return Markup("\n").join(
        _law(paragraph, marks.get(index, ()), medium) for index, paragraph in enumerate(unit.prose.paragraphs)
    )


def _law(paragraph: Paragraph, marks: Sequence[tuple[int, int, str]], medium: Medium) -> Markup:
    """One paragraph of a text as the commentary quotes it, with its number."""
    words = Markup("")
    for piece, anchors in cut(paragraph.text, marks):
        attributes = Markup(' class="{}"').format("noted within" if len(anchors) > 1 else "noted")
        words += link_to(anchors[-1], piece, medium, attributes) if anchors else escape(piece)
    if not paragraph.label:
        return Markup("<p>{}</p>").format(words)
    return Markup('<p class="numbered"><span class="n">{}</span> {}</p>').format(paragraph.label, words)


def visible(text: str, language: str) -> Markup:
    """Words of a source with their white space shown, and Japanese within Chinese tagged as what it is."""
    shown = text.strip("\n")
    marks = {"\n\n": " ¶ ", "\n": " | ", "\t": " → "} if shown else {"\n\n": "¶", "\n": "|"}
    shown = shown or text
    shown = re.sub(r"^ | $", "·", shown)
    for white, mark in marks.items():
        shown = shown.replace(white, mark)
    pieces = _KANA_RUN.split(shown) if language.startswith("zh") else [shown]
    return Markup("").join(
        Markup("<span{}>{}</span>").format(tagged("ja"), piece) if index % 2 else escape(piece)
        for index, piece in enumerate(pieces)
    )


def render_note(note: Note, language: str, medium: Medium) -> Markup:
    """The words of a note: sources end with a full stop, an editor's note on a source text says that it is ours."""
    if note.kind == "citation":
        text = _inlines(note.children, medium.main, medium)
        stop = "" if text.striptags().endswith(".") else "."
        return Markup("<span{}>{}{}</span>").format(tagged(medium.main, "cites"), text, stop)
    text = _inlines(note.children, language, medium)
    mark = medium.note_mark.get(language, "")
    words = Markup("<span{}>{}</span>").format(tagged(language, "words"), text)
    return Markup("<b{}>{}</b>{}").format(tagged(language, "mark"), mark, words) if mark else words


def _block(block: Block | Paragraph, prose: Prose, medium: Medium, lead: Markup = _NOTHING) -> Markup:
    if isinstance(block, Block):
        # A list item of one paragraph is printed without it: PDF/UA-1 wants its text to be the body of the item.
        single = len(block.children) == 1 and isinstance(block.children[0], Paragraph)
        if block.tag in ("h2", "h3", "th", "td") or (block.tag == "li" and single):
            children = [
                _inlines(p.children, prose.language, medium, prose) for p in block.children if isinstance(p, Paragraph)
            ]
            return Markup("<{0}{2}>{1}</{0}>").format(block.tag, Markup("").join(children), _scope(block.tag))
        return Markup("<{0}>{1}</{0}>").format(
            block.tag, Markup("").join(_block(child, prose, medium) for child in block.children)
        )
    text = lead + _inlines(block.children, prose.language, medium, prose)
    if not block.anchor:
        return Markup("<p{}>{}</p>").format(_run_in(block, prose.language), text)
    number = Markup('<span class="n">{}</span> ').format(block.label)
    paragraph = Markup('<p id="{}" class="numbered">{}{}</p>').format(block.anchor, number, text)
    # What stands beside it comes first, since a paragraph may end on another page than it begins.
    beside = medium.beside(block.anchor)
    return Markup('<div class="accompanied">{}{}</div>').format(beside, paragraph) if beside else paragraph


def _run_in(paragraph: Paragraph, language: str) -> Markup:
    """Marks a paragraph that begins with a heading of its own: words in bold, or in Han a number (三、)."""
    first = next(iter(paragraph.children), None)
    heads = isinstance(first, Span) and first.kind == "strong"
    numbered = is_han(language) and _HAN_NUMBER.match(paragraph.text)
    return Markup(' class="run-in"') if heads or numbered else _NOTHING


def _scope(tag: str) -> Markup:
    return Markup(' scope="col"') if tag == "th" else Markup("")


def _inlines(children: Iterable[Inline], language: str, medium: Medium, prose: Prose | None = None) -> Markup:
    parts = list[Markup]()
    for child in children:
        match child:
            case Text():
                parts.append(_text(child, medium))
            case Call() if prose:
                note = next(note for note in prose.notes if note.number == child.number)
                parts.append(medium.note(note, render_note(note, prose.language, medium)))
            case Citations():
                parts.append(_citations(child, language, medium))
            case Span(kind="lang"):
                inner = _inlines(child.children, child.value, medium, prose)
                # In a note, a whole sentence in another language says its words again, and is set more quietly.
                says_again = not prose and inner.striptags().endswith(_ENDS)
                attributes = tagged(child.value, "sentence") if says_again else tagged(child.value)
                if says_again and not medium.says_again:
                    continue
                parts.append(Markup("<span{}>{}</span>").format(attributes, inner))
            case Span(kind="link"):
                inner = _inlines(child.children, language, medium, prose)
                parts.append(_link(child.value, inner, language, medium))
            case Span():
                inner = _inlines(child.children, language, medium, prose)
                parts.append(Markup("<{0}>{1}</{0}>").format(child.kind, inner))
    return Markup("").join(parts)


def _text(text: Text, medium: Medium) -> Markup:
    """Characters, with the terms that are first used in them leading to the glossary."""
    pieces, reached = list[Markup](), 0
    for start, end, anchor in medium.terms.get(text, ()):
        link = link_to(anchor, text.text[start:end], medium, Markup(' class="term"'))
        pieces += [escape(text.text[reached:start]), link]
        reached = end
    return Markup("").join([*pieces, escape(text.text[reached:])])


def _link(target: str, inner: Markup, language: str, medium: Medium) -> Markup:
    """A link in the edition carries its folio on paper; a link out of it carries its address in the target only."""
    if not target.startswith("#"):
        return Markup('<a class="out" href="{}">{}</a>').format(target, inner)
    anchor = target[1:]
    return link_to(anchor, inner, medium) + medium.folio(anchor, language)


def _citations(citations: Citations, language: str, medium: Medium) -> Markup:
    """“FRUS 1958–60, XVIII, doc. 48; …”, each source linked to the bibliography; in Han text within （）."""
    around = medium.main if is_han(language) else language
    items, named = list[Markup](), ""
    for item in citations.items:
        source = medium.sources[item.key]
        if item.key == named and item.locator:
            items.append(escape(_locator(item.locator)))
            continue
        named = item.key
        attributes = tagged(source.language) if source.language != around else Markup("")
        short = link_to(source.anchor, titled(source), medium, attributes)
        items.append(Markup("{}, {}").format(short, _locator(item.locator)) if item.locator else short)
    text = Markup("; ").join(items)
    return Markup("（<span{}>{}</span>）").format(tagged(around), text) if is_han(language) else text


def cite(items: tuple[Citation, ...], language: str, medium: Medium) -> Markup:
    """Sources as a list of records names them."""
    return _citations(Citations(items, items[0].at), language, medium) if items else _NOTHING


def titled(source: Source, title: str = "") -> Markup:
    """The short title, or `title`; that of a book or a periodical stands in italics, but never in Han."""
    words = title or source.short
    if source.type in ITALIC and not is_han(source.language):
        return Markup("<i>{}</i>").format(words)
    return escape(words)


def _locator(locator: str) -> str:
    """A locator breaks after a comma, never between “doc.” and its number."""
    return ", ".join(piece.replace(" ", NO_BREAK) for piece in locator.split(", "))
