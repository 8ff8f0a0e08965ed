"""An editor's Markdown → the tree of `prose.py`, with every fault at its line and column.

The only importer of markdown-it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.attrs import attrs_plugin

from press.problems import Location, Problem, PublicationError
from press.prose import Block, Call, Citation, Citations, Inline, Note, Paragraph, Prose, Span, Text, is_han


@dataclass(frozen=True, slots=True)
class Body:
    """Lines of a file from `at` on: the whole text under the front matter, or one section of it."""

    lines: tuple[str, ...]
    at: Location

    def line(self, index: int) -> Location:
        """The place of the line with this index from 0."""
        return Location(self.at.path, self.at.line + index)


@dataclass(frozen=True, slots=True)
class Definition:
    """The text of a note as the editor wrote it, under its name in the file."""

    text: str
    at: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a stretch of text is read: its language, the anchor that notes and paragraphs hang from, the first numbers.

    `label` is a pattern with `{n}` ("V.{n}"); without it paragraphs are not numbered.
    """

    anchor: str
    language: str
    label: str = ""
    first_paragraph: int = 1
    first_note: int = 1
    definitions: Mapping[str, Definition] = field(default_factory=dict)


def split_sections(body: Body, mark: str) -> tuple[Body, tuple[tuple[str, Body], ...]]:
    """What stands before the first heading that begins with `mark` ("# "), and each heading with its lines."""
    starts = [index for index, line in enumerate(body.lines) if line.startswith(mark)]
    ends = [*starts[1:], len(body.lines)]
    head = Body(body.lines[: starts[0] if starts else None], body.at)
    sections = (
        (
            body.lines[start].removeprefix(mark).strip(),
            Body(body.lines[start + 1 : end], body.line(start + 1)),
        )
        for start, end in zip(starts, ends, strict=True)
    )
    return head, tuple(sections)


def take_definitions(body: Body) -> tuple[Body, dict[str, Definition]]:
    """The body with the texts of its notes blanked out, and those texts by name. Raises for a name used twice."""
    lines, found, twice = list(body.lines), dict[str, Definition](), list[Problem]()
    index = 0
    while index < len(lines):
        if not (match := _DEFINITION.match(lines[index])):
            index += 1
            continue
        start, name = index, match[1]
        at = Location(body.at.path, body.at.line + start, match.start(2) + 1)
        text = [match[2]]
        lines[index] = ""
        index += 1
        while index < len(lines) and lines[index].strip() and not _DEFINITION.match(lines[index]):
            text.append(lines[index].strip())
            lines[index] = ""
            index += 1
        if name in found:
            twice.append(
                Problem(body.line(start), f"note '[^{name}]' has two texts", f"the first is at {found[name].at}")
            )
        found[name] = Definition("\n".join(text), at)
    if twice:
        raise PublicationError(twice)
    return Body(tuple(lines), body.at), found


def parse_prose(body: Body, setting: Setting) -> Prose:
    """Markdown → tree. Raises PublicationError with every fault of the text."""
    reader = _Reader(body, setting)
    tree = SyntaxTreeNode(_MARKDOWN.parse("\n".join(body.lines)))
    blocks = tuple(reader.blocks(tree.children, body))
    if reader.problems:
        raise PublicationError(reader.problems)
    return Prose(language=setting.language, blocks=blocks, notes=tuple(reader.notes), cited=frozenset(reader.cited))


_DEFINITION = re.compile(r"\[\^([^\]\s]+)\]:\s*(.*)")
_CALL = re.compile(r"\[\^([^\]\s]+)\]")
_CITATIONS = re.compile(r"\[(@[^\]\n]*)\]")
_CITATION = re.compile(r"@([A-Za-z0-9-]+)(?:\s+(.+))?")
_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
_STRAIGHT = re.compile(r"[\"']")
_KEPT = {"bullet_list": "ul", "ordered_list": "ol", "list_item": "li", "blockquote": "blockquote"} | {
    tag: tag for tag in ("table", "thead", "tbody", "tr", "th", "td")
}
_REFUSED = {
    "html_block": "raw HTML is not allowed in content",
    "html_inline": "raw HTML is not allowed in content",
    "image": "an image cannot stand in running text",
    "code_inline": "code is not printed; a backtick marks code in Markdown",
    "code_block": "a line indented by four spaces is code in Markdown",
    "fence": "code is not printed",
    "hr": "a rule is not content",
    "hardbreak": "a forced line break is not content",
}


def _markdown() -> MarkdownIt:
    """CommonMark with tables, `[run]{lang=ja}`, `[^note]` and `[@source place]`."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    markdown.use(attrs_plugin, spans=True, after=("span_close",), allowed=("lang",))
    markdown.inline.ruler.before("link", "call", _call_rule)
    # Every address is let through here so that a bad one is reported and not printed as text.
    markdown.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - its name is fixed
    return markdown


def _call_rule(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it calls it so
    """The inline rule for calls of notes and sources."""
    for name, pattern in (("note_call", _CALL), ("citations", _CITATIONS)):
        if match := pattern.match(state.src, state.pos):
            if not silent:
                state.push(name, "", 0).content = match[1]
            state.pos = match.end()
            return True
    return False


_MARKDOWN = _markdown()


class _Reader:
    """One walk over one text: turns nodes into the tree, numbers paragraphs and notes, and gathers faults."""

    def __init__(self, body: Body, setting: Setting) -> None:
        self.body, self.setting = body, setting
        self.problems: list[Problem] = []
        self.notes: list[Note] = []
        self.cited: set[str] = set()
        self.paragraph = setting.first_paragraph
        self.within_note = False

    def fault(self, at: Location, message: str, hint: str = "") -> None:
        self.problems.append(Problem(at, message, hint))

    def blocks(self, nodes: Sequence[SyntaxTreeNode], body: Body) -> Iterator[Block | Paragraph]:
        for node in nodes:
            at = body.line(node.map[0] if node.map else 0)
            if node.type in ("paragraph", "inline"):
                inline = node.children[0] if node.type == "paragraph" else node
                yield self.paragraph_of(inline, at)
            elif node.type == "heading":
                yield self.heading(node, at)
            elif node.type in _KEPT:
                yield Block(_KEPT[node.type], tuple(self.blocks(node.children, body)), at)
            else:
                self.fault(at, _REFUSED.get(node.type, f"Markdown's {node.type} is not printed"))

    def heading(self, node: SyntaxTreeNode, at: Location) -> Block:
        """A heading inside a page: `## ` is its highest, since `# ` would be the title."""
        level = int(node.tag[1:])
        if level not in (2, 3):
            self.fault(at, f"a heading of level {level} has no place here", "write ## or ###")
        children = tuple(
            self.inlines(node.children[0].children, _Cursor(node.children[0].content, at), self.setting.language)
        )
        return Block(f"h{level + 1}", (Paragraph("", "", children, at),), at)

    def paragraph_of(self, inline: SyntaxTreeNode, at: Location) -> Paragraph:
        line = self.body.lines[at.line - self.body.at.line]
        # Where the inline text begins on its first line, past list and quotation marks.
        first = inline.content.split("\n", 1)[0]
        cursor = _Cursor(inline.content, Location(at.path, at.line, max(line.find(first), 0) + 1))
        number, anchor, label = self.paragraph, "", ""
        if self.setting.label and inline.parent and inline.parent.type == "paragraph" and inline.level == 1:
            anchor, label = f"{self.setting.anchor}-p{number}", self.setting.label.format(n=number)
            self.paragraph += 1
        start = cursor.at
        return Paragraph(anchor, label, tuple(self.inlines(inline.children, cursor, self.setting.language)), start)

    def inlines(self, nodes: Sequence[SyntaxTreeNode], cursor: _Cursor, language: str) -> Iterator[Inline]:
        for node in nodes:
            match node.type:
                case "text":
                    yield from self.text(node.content, cursor.find(node.content))
                case "softbreak":
                    if is_han(language):
                        self.fault(
                            cursor.at,
                            "a line break inside Chinese or Japanese would print a space",
                            "join the lines",
                        )
                    yield Text(" ", cursor.at)
                    cursor.next_line()
                case "span" | "em" | "strong" | "link":
                    yield self.span(node, cursor, language)
                case "note_call":
                    yield from self.call(node.content, cursor.find(f"[^{node.content}]"))
                case "citations":
                    yield from self.citations(node.content, cursor.find(f"[{node.content}]"))
                case other:
                    at = cursor.find(node.content or (str(node.attrs.get("src", "")) if node.attrs else ""))
                    self.fault(at, _REFUSED.get(other, f"Markdown's {other} is not printed"))

    def text(self, text: str, at: Location) -> Iterator[Text]:
        if match := _TEMPLATE.search(text):
            place = Location(at.path, at.line, at.column + match.start())
            self.fault(place, f"'{match[0]}' is template code, which is not allowed in content")
        if match := _STRAIGHT.search(text):
            place = Location(at.path, at.line, at.column + match.start())
            self.fault(place, f"a straight quotation mark {match[0]} never reaches the page", "write “ ” ‘ ’ or 「」")
        if text:
            yield Text(text, at)

    def span(self, node: SyntaxTreeNode, cursor: _Cursor, language: str) -> Span:
        if node.type == "link":
            value = str(node.attrs.get("href", ""))
            at = cursor.find("[" if cursor.sees("[") else value)
            if not value.startswith(("#", "https://", "http://")) or value == "#":
                self.fault(
                    at,
                    f"'{value}' is not a place to link to",
                    "write #anchor, or a web address with https://",
                )
            return Span("link", value, tuple(self.inlines(node.children, cursor, language)), at)
        at = cursor.find("[") if node.type == "span" else cursor.at
        if node.type == "em" and is_han(language):
            self.fault(at, "Chinese and Japanese are never set in italics", "titles take 《》 and 〈〉")
        if node.type == "span":
            value = str(node.attrs.get("lang", ""))
            if not value or "insecure_attrs" in node.meta:
                self.fault(at, "the only attribute of a run is its language", "write [words]{lang=ja}")
            return Span("lang", value, tuple(self.inlines(node.children, cursor, value)), at)
        return Span(node.type, "", tuple(self.inlines(node.children, cursor, language)), at)

    def call(self, name: str, at: Location) -> Iterator[Call]:
        if self.within_note:
            self.fault(at, "a note cannot call a note")
        elif name in self.cited:
            self.fault(at, f"note '[^{name}]' is called twice", "give each call a note of its own")
        elif not (definition := self.setting.definitions.get(name)):
            self.fault(at, f"note '[^{name}]' has no text", f"add a line that begins with [^{name}]:")
        else:
            self.cited.add(name)
            yield from self.note("note", self.note_text(definition), at)

    def note_text(self, definition: Definition) -> tuple[Inline, ...]:
        """The text of a note: one paragraph, in which sources are printed in line."""
        if not definition.text.strip():
            self.fault(definition.at, "the note is empty")
            return ()
        tree = SyntaxTreeNode(_MARKDOWN.parseInline(definition.text))
        self.within_note = True
        children = tuple(
            self.inlines(tree.children[0].children, _Cursor(definition.text, definition.at), self.setting.language)
        )
        self.within_note = False
        return children

    def citations(self, content: str, at: Location) -> Iterator[Inline]:
        items = []
        for piece in content.split(";"):
            if match := _CITATION.fullmatch(piece.strip()):
                items.append(Citation(match[1], (match[2] or "").strip(), at))
            else:
                self.fault(at, f"'{piece.strip()}' does not name a source", "write [@KEY place; @KEY place]")
        cited = Citations(tuple(items), at)
        if self.within_note:
            yield cited
        else:
            yield from self.note("citation", (cited,), at)

    def note(self, kind: str, children: tuple[Inline, ...], at: Location) -> Iterator[Call]:
        number = self.setting.first_note + len(self.notes)
        self.notes.append(Note(f"{self.setting.anchor}-n{number}", number, kind, children, at))
        yield Call(number, at)


class _Cursor:
    """Follows the text of one inline token through its lines, so that each piece knows its line and column."""

    def __init__(self, content: str, at: Location) -> None:
        self.lines = content.split("\n")
        self.index = 0
        self.offset = 0
        self.start = at

    @property
    def at(self) -> Location:
        column = self.offset + (self.start.column if self.index == 0 else 1)
        return Location(self.start.path, self.start.line + self.index, column)

    def sees(self, text: str) -> bool:
        return self.lines[self.index].startswith(text, self.offset)

    def find(self, text: str) -> Location:
        """The place of the next `text` on this line, which is then passed; the place reached if it is not as typed."""
        found = self.lines[self.index].find(text, self.offset) if text else -1
        if found >= 0:
            self.offset = found
            at = self.at
            self.offset += len(text)
            return at
        return self.at

    def next_line(self) -> None:
        self.index = min(self.index + 1, len(self.lines) - 1)
        self.offset = 0
