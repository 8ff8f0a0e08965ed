"""An editor's Markdown → the tree of `prose.py`, with every fault at its line and column.

The only importer of markdown-it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import category

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
    """The text of a note as the editor wrote it, and where each of its lines begins in the file."""

    text: str
    places: tuple[Location, ...]

    @property
    def at(self) -> Location:
        """Where it begins."""
        return self.places[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a stretch of text is read: its language, the anchor that notes and paragraphs hang from, the first numbers.

    `label` is a pattern with `{n}` ("V.{n}"); without it paragraphs are not numbered. `called` are the notes that other
    stretches of the file call already.
    """

    anchor: str
    language: str
    label: str = ""
    first_paragraph: int = 1
    first_note: int = 1
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    called: frozenset[str] = frozenset()


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
        text, places = [match[2]], [Location(body.at.path, body.at.line + start, match.start(2) + 1)]
        lines[index] = ""
        index += 1
        while index < len(lines) and not _DEFINITION_ENDS.match(lines[index]):
            line = lines[index]
            text.append(line.strip())
            places.append(Location(body.at.path, body.at.line + index, len(line) - len(line.lstrip()) + 1))
            lines[index] = ""
            index += 1
        if name in found:
            twice.append(
                Problem(body.line(start), f"note '[^{name}]' has two texts", f"the first is at {found[name].at}")
            )
        found[name] = Definition("\n".join(text), tuple(places))
    if twice:
        raise PublicationError(twice)
    return Body(tuple(lines), body.at), found


def parse_prose(body: Body, setting: Setting) -> Prose:
    """Markdown → tree. Raises PublicationError with every fault of the text."""
    reader = _Reader(body, setting)
    tree = SyntaxTreeNode(_MARKDOWN.parse("\n".join(body.lines)))
    blocks = tuple(reader.blocks(tree.children))
    if reader.problems:
        raise PublicationError(reader.problems)
    return Prose(language=setting.language, blocks=blocks, notes=tuple(reader.notes), cited=frozenset(reader.cited))


_DEFINITION = re.compile(r"\[\^([^\]\s]+)\]:\s*(.*)")
_DEFINITION_ENDS = re.compile(r"\s*$|#|\[\^[^\]\s]+\]:")
_CALL = re.compile(r"\[\^([^\]\s]+)\]")
_CITATIONS = re.compile(r"\[(@[^\]\n]*)\]")
_CITATION = re.compile(r"@([A-Za-z0-9-]+)(?:\s+(.+))?")
_TEMPLATE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#")
_STRAIGHT = re.compile(r"[\"']")
_UNPRINTED = ("Cc", "Zl", "Zp")
_LINKED = "no brackets within a link: write [[words](#anchor)]{lang=ja}, and call notes behind it"
_LEFT_OVER = re.compile(r"[*{}]|\[\^|\[@|\](?:\(| \(#|\[)|^\|")
"""Marks that Markdown leaves in the text because they mark nothing as they stand."""
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
    # "[1]: words" would vanish as the address of a link, and a line under a paragraph would make it a heading.
    markdown.disable(["reference", "lheading"])
    # Apart from the text around them, escaped characters and entities keep it where it stands in the file.
    markdown.disable("text_join")
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

    def line(self, at: Location) -> str:
        """The line of the file."""
        return self.body.lines[at.line - self.body.at.line]

    def blocks(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[Block | Paragraph]:
        for node in nodes:
            at = self.body.line(node.map[0] if node.map else 0)
            if node.type == "paragraph":
                yield self.paragraph_of(node.children[0], at)
            elif node.type == "heading":
                yield self.heading(node, at)
            elif node.type == "tr":
                yield self.row(node, at)
            elif node.type in _KEPT:
                if node.type == "ordered_list":
                    self.count(node.children)
                yield Block(_KEPT[node.type], tuple(self.blocks(node.children)), at)
            else:
                self.fault(at, _REFUSED.get(node.type, f"Markdown's {node.type} is not printed"))

    def heading(self, node: SyntaxTreeNode, at: Location) -> Block:
        """A heading inside a page: `## ` is its highest, since `# ` would be the title."""
        level, inline = int(node.tag[1:]), node.children[0]
        if level not in (2, 3):
            self.fault(at, f"a heading of level {level} has no place here", "write ## or ###")
        if not inline.content:
            self.fault(at, "the heading is empty", "write its words, or delete it")
        cursor = _Cursor(inline.content, (_moved(at, max(self.line(at).find(inline.content), 0)),))
        children = tuple(self.inlines(inline.children, cursor, self.setting.language))
        return Block(f"h{level}", (Paragraph("", "", children, at),), at)

    def row(self, node: SyntaxTreeNode, at: Location) -> Block:
        """A row of a table. Markdown drops the cells that it has more than the head."""
        starts = _cells(self.line(at))
        if len(starts) > len(node.children):
            message = "the row has more cells than the head of the table"
            self.fault(_moved(at, starts[len(node.children)]), message, "write \\| for a | that parts no cells")
        cells = list[Block]()
        for index, cell in enumerate(node.children):
            inline, place = cell.children[0], _moved(at, starts[index] if index < len(starts) else 0)
            cursor = _Cursor(inline.content, (place,))
            children = tuple(self.inlines(inline.children, cursor, self.setting.language))
            cells.append(Block(_KEPT[cell.type], (Paragraph("", "", children, place),), place))
        return Block("tr", tuple(cells), at)

    def count(self, items: Sequence[SyntaxTreeNode]) -> None:
        """Find the first number of a list that is not the one that is printed."""
        for number, item in enumerate(items, start=1):
            if item.map and item.info != str(number):
                at = self.body.line(item.map[0])
                message = f"a list counts from 1, so “{item.info}” would be printed as {number}"
                self.fault(
                    _moved(at, self.line(at).find(item.info)), message, f"write {item.info}\\. if this is no list"
                )
                return

    def paragraph_of(self, inline: SyntaxTreeNode, at: Location) -> Paragraph:
        # Each line of the text ends its line of the file, past marks of lists and quotations.
        lines = self.body.lines[at.line - self.body.at.line :]
        texts = inline.content.split("\n")
        starts = [len(line.rstrip()) - len(text.rstrip()) for line, text in zip(lines, texts, strict=False)]
        places = tuple(Location(at.path, at.line + index, max(start, 0) + 1) for index, start in enumerate(starts))
        number, anchor, label = self.paragraph, "", ""
        if self.setting.label and inline.level == 1:
            anchor, label = f"{self.setting.anchor}-p{number}", self.setting.label.format(n=number)
            self.paragraph += 1
        cursor = _Cursor(inline.content, places)
        children = tuple(self.inlines(inline.children, cursor, self.setting.language))
        return Paragraph(anchor, label, children, places[0])

    def inlines(self, nodes: Sequence[SyntaxTreeNode], cursor: _Cursor, language: str) -> Iterator[Inline]:
        for node in nodes:
            match node.type:
                case "text":
                    yield from self.text(node.content, cursor.find(node.content))
                case "text_special":
                    yield from self.text(node.content, cursor.find(node.markup), escaped=True)
                case "softbreak":
                    if is_han(language):
                        message = "a line break inside Chinese or Japanese would print a space"
                        self.fault(cursor.at, message, "join the lines")
                    yield Text(" ", cursor.at)
                    cursor.next_line()
                case "span" | "em" | "strong" | "link":
                    yield self.span(node, cursor, language)
                case "note_call":
                    yield from self.call(node.content, cursor.find(f"[^{node.content}]"))
                case "citations":
                    yield from self.citations(node.content, cursor.find(f"[{node.content}]"))
                case _:
                    self.refuse(node, cursor)

    def refuse(self, node: SyntaxTreeNode, cursor: _Cursor) -> None:
        """What Markdown knows and a book does not."""
        at = cursor.find("![" if node.type == "image" else node.markup or node.content)
        self.fault(at, _REFUSED.get(node.type, f"Markdown's {node.type} is not printed"))
        if node.type == "hardbreak":
            cursor.next_line()
        elif node.type == "code_inline":
            cursor.find(node.markup)

    def text(self, text: str, at: Location, *, escaped: bool = False) -> Iterator[Text]:
        self.judge(text, at, escaped=escaped)
        if text:
            yield Text(text, at)

    def judge(self, text: str, at: Location, *, escaped: bool = False) -> None:
        """Find what must not reach the page. What is escaped is meant."""
        for match in _STRAIGHT.finditer(text):
            message = f"a straight quotation mark {match[0]} never reaches the page"
            self.fault(_moved(at, match.start()), message, "write “ ” ‘ ’ or 「」")
        for match in _TEMPLATE.finditer(text):
            message = f"'{match[0]}' is template code, which is not allowed in content"
            self.fault(_moved(at, match.start()), message)
        for match in () if escaped or _TEMPLATE.search(text) else _LEFT_OVER.finditer(text):
            message = f"“{match[0]}” marks nothing here and would be printed as it stands"
            hint = _LINKED if match[0] == "](" else f"mend the mark, or write \\{match[0][0]} if it is meant"
            self.fault(_moved(at, match.start()), message, hint)
        for index, char in enumerate(text):
            if category(char) in _UNPRINTED:
                self.fault(_moved(at, index), f"U+{ord(char):04X} is a control character", "delete it")

    def span(self, node: SyntaxTreeNode, cursor: _Cursor, language: str) -> Span:
        if node.type == "link":
            return self.link(node, cursor, language)
        if node.type == "span":
            at, value = cursor.find("["), str(node.attrs.get("lang", ""))
            if not value or "insecure_attrs" in node.meta:
                self.fault(at, "the only attribute of a run is its language", "write [words]{lang=ja}")
            children = tuple(self.inlines(node.children, cursor, value))
            cursor.find("]{")
            cursor.find("}")
            return Span("lang", value, children, at)
        at = cursor.find(node.markup)
        if node.type == "em" and is_han(language):
            self.fault(at, "Chinese and Japanese are never set in italics", "titles take 《》 and 〈〉")
        children = tuple(self.inlines(node.children, cursor, language))
        cursor.find(node.markup)
        return Span(node.type, "", children, at)

    def link(self, node: SyntaxTreeNode, cursor: _Cursor, language: str) -> Span:
        value, bare = str(node.attrs.get("href", "")), node.markup == "autolink"
        at = cursor.find("<" if bare else "[")
        if not value.startswith(("#", "https://", "http://")) or value == "#":
            message = f"'{value}' is not a place to link to"
            self.fault(at, message, "write #anchor, or a web address with https://")
        if node.attrs.get("title"):
            self.fault(at, "a link has no title, since none would be printed", "write it in the text")
        if not node.children:
            self.fault(at, "the link has no words", f"write [words]({value})")
        children = tuple(self.inlines(node.children, cursor, language))
        if not bare:
            cursor.find("](")
        cursor.find(">" if bare else ")")
        return Span("link", value, children, at)

    def call(self, name: str, at: Location) -> Iterator[Call]:
        if self.within_note:
            self.fault(
                at, "a note cannot call a note", "write its words in this note, or cite the source: [@KEY place]"
            )
        elif name in self.cited or name in self.setting.called:
            self.fault(at, f"note '[^{name}]' is called twice", "give each call a note of its own")
        elif not (definition := self.setting.definitions.get(name)):
            self.fault(at, f"note '[^{name}]' has no text", f"add a line that begins with [^{name}]:")
        else:
            self.cited.add(name)
            yield from self.note("note", self.note_text(definition), at)

    def note_text(self, definition: Definition) -> tuple[Inline, ...]:
        """The text of a note: one paragraph, in which sources are printed in line."""
        if not definition.text.strip():
            self.fault(definition.at, "the note is empty", "write its words behind the colon")
            return ()
        tree = SyntaxTreeNode(_MARKDOWN.parseInline(definition.text))
        cursor = _Cursor(definition.text, definition.places)
        self.within_note = True
        children = tuple(self.inlines(tree.children[0].children, cursor, self.setting.language))
        self.within_note = False
        return children

    def citations(self, content: str, at: Location) -> Iterator[Inline]:
        items, place = list[Citation](), _moved(at, 1)
        for piece in content.split(";"):
            begin = _moved(place, len(piece) - len(piece.lstrip()))
            if match := _CITATION.fullmatch(piece.strip()):
                locator = (match[2] or "").strip()
                self.judge(locator, _moved(begin, match.start(2)) if match[2] else begin)
                items.append(Citation(match[1], locator, begin))
            else:
                self.fault(begin, f"'{piece.strip()}' does not name a source", "write [@KEY place; @KEY place]")
            place = _moved(place, len(piece) + 1)
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
    """Follows the text of one inline token through its lines, so that each piece knows its line and column.

    `places` tell where each line begins in the file.
    """

    def __init__(self, content: str, places: Sequence[Location]) -> None:
        self.lines = content.split("\n")
        self.places = places
        self.index = 0
        self.offset = 0

    @property
    def at(self) -> Location:
        return _moved(self.places[self.index], self.offset)

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


def _moved(at: Location, columns: int) -> Location:
    """The place so many columns further on in its line."""
    return Location(at.path, at.line, at.column + max(columns, 0))


def _cells(line: str) -> list[int]:
    """The indexes in a row of a table, as it stands in the file, at which its cells begin."""
    begin = len(line) - len(line.lstrip(" \t>"))
    row = line[begin:].rstrip()
    pieces = re.split(r"(?<!\\)\|", row)
    starts = list[int]()
    for piece in pieces:
        starts.append(begin + len(piece) - len(piece.lstrip()))
        begin += len(piece) + 1
    first, last = row.startswith("|"), len(pieces) > 1 and not pieces[-1]
    return starts[first : len(starts) - last]
