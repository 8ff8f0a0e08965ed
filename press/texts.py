"""The Markdown files of `content/`: units of a treaty, essays, pages, and the commentary on each unit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

from press.files import File, Folder, split_front_matter
from press.lemmata import find_lemma, mark_lemma
from press.markdown import Body, Definition, Setting, parse_prose, split_sections, take_definitions
from press.model import (
    Comment,
    Handout,
    Part,
    Remark,
    Section,
    Signatures,
    Stretch,
    Unit,
    UnitKind,
    commentary_anchor,
    unit_anchor,
)
from press.numerals import han, roman
from press.problems import Location, Problem, PublicationError, did_you_mean, gathering
from press.prose import Prose
from press.records import Marks, read_record
from press.schema import CommentFront, HandoutShape, PartShape, PublicationShape, SectionShape, TextFront, UnitFront

_KINDS: Mapping[str, UnitKind] = {
    "preamble": "preamble",
    "article": "article",
    "closing": "closing",
    "annex": "annex",
}
TREATIES = ("treaty", "parallel")
"""The kinds of part that are a treaty, in articles."""

_ORDER: Sequence[UnitKind] = ("preamble", "article", "closing", "annex", "essay", "page")
_UNIT_FILE = re.compile(r"(preamble|closing)|(article|annex)-0*([1-9]\d{0,2})")
_PLAIN_FILE = re.compile(r"[a-z0-9][a-z0-9-]*")


def read_units(content: Folder, part: PartShape, shape: PublicationShape, at: Location) -> tuple[Unit, ...]:
    """The units of a treaty in the order preamble, articles, closing, annexes; of another part by file name.

    `at` is where the part is asked for.
    """
    names = _text_files(content, part, at)
    units = list[Unit]()
    with gathering() as gathered:
        for name in names:
            with gathered.step():
                units.append(_read_unit(content.read(name), part, shape, alone=len(names) == 1))
        if part.kind in TREATIES and not gathered.problems:
            gathered.problems.extend(_misnumbered(units))
    return tuple(sorted(units, key=lambda unit: (_ORDER.index(unit.kind), unit.number)))


def read_commentary(content: Folder, part: PartShape, text: Part, at: Location) -> tuple[Comment, ...]:
    """The comments in the order of the text. A unit without a comment and a comment without a unit are problems."""
    units = {(unit.kind, unit.number): unit for unit in text.units}
    comments, met = list[Comment](), set[str]()
    with gathering() as gathered:
        for name in _text_files(content, part, at):
            with gathered.step():
                file = content.read(name)
                kind, number = _unit_of(file)
                if not (unit := units.get((kind, number))):
                    what = _called(kind, number).removeprefix("the ")
                    message = f"part '{text.name}' has no {what} to comment on"
                    raise PublicationError([Problem(file.at, message, "delete this file, or give it another name")])
                if unit.anchor in met:
                    message = f"there is another commentary on {_called(kind, number)}"
                    raise PublicationError([Problem(file.at, message, "delete one of the files")])
                met.add(unit.anchor)
                comments.append(_read_comment(file, part, unit))
        for unit in text.units:
            if unit.anchor not in met:
                place = Location(content.place(f"{part.folder}/{unit.at.path.name}"))
                gathered.add(place, f"{_called(unit.kind, unit.number)} has no commentary", "write this file")
    order = [unit.anchor for unit in text.units]
    return tuple(sorted(comments, key=lambda comment: order.index(comment.unit)))


def _text_files(content: Folder, part: PartShape, at: Location) -> list[str]:
    """The Markdown files of a part; a folder without any is a problem."""
    if not (names := list(content.names(part.folder, ".md"))):
        message = f"part '{part.name}' has no file of text in {content.place(part.folder)}"
        raise PublicationError([Problem(at, message, "files of text end in .md")])
    return names


def _read_unit(file: File, part: PartShape, shape: PublicationShape, *, alone: bool) -> Unit:
    if part.kind not in TREATIES:
        return _read_text(file, part, shape, alone=alone)
    head, body = split_front_matter(file)
    front, marks = read_record(UnitFront, head, first_line=2)
    kind, number = _unit_of(file)
    forms = {"n": number, "roman": roman(number), "han": han(number)}
    anchor, label = unit_anchor(kind, number, part.prefix), shape.unit_labels.get(kind, "").format(**forms)
    setting = Setting(
        anchor=anchor, language=_language(front.language, marks, part, shape),
        label=part.label.replace("{unit}", label),
    )  # fmt: skip
    return Unit(
        anchor=anchor, kind=kind, number=number, label=label, heading=front.heading,
        title={lang: name.format(**forms) for lang, name in shape.unit_names.get(kind, {}).items()},
        prose=_read_prose(body, setting),
        signatures=tuple(Signatures(caption=s.caption, names=tuple(s.names)) for s in front.signatures),
        at=marks.at("heading"),
    )  # fmt: skip


def _read_text(file: File, part: PartShape, shape: PublicationShape, *, alone: bool) -> Unit:
    """An essay or a page."""
    head, body = split_front_matter(file)
    front, marks = read_record(TextFront, head, first_line=2)
    anchor = part.name if alone else f"{part.name}-{_plain_stem(file)}"
    setting = Setting(
        anchor=anchor, language=_language(front.language, marks, part, shape), label=part.label.replace("{unit}", "")
    )
    return Unit(
        anchor=anchor, kind="essay" if part.kind == "essay" else "page", number=0, label="", heading="",
        title=front.title, signatures=(), at=marks.at("title"),
        prose=_read_prose(body, setting),
    )  # fmt: skip


def _language(own: str, marks: Marks, part: PartShape, shape: PublicationShape) -> str:
    """The language of a text: its own, or its part's, or the main one. Raises for one that the edition has not."""
    if own and own not in shape.title:
        message = f"the edition has no language '{own}'"
        raise PublicationError([Problem(marks.at("language"), message, did_you_mean(own, shape.title))])
    return own or part.language or shape.language


def _read_prose(body: Body, setting: Setting) -> Prose:
    """The text of a unit, in which every note is called."""
    body, definitions = take_definitions(body)
    prose = parse_prose(body, replace(setting, definitions=definitions))
    _demand_called(definitions, [prose])
    if not prose.paragraphs:
        raise PublicationError([Problem(Location(body.at.path), "there is no text under the front matter")])
    return prose


def _unit_of(file: File) -> tuple[UnitKind, int]:
    """What a file is, by its name: the only place where the number of an article is said."""
    if not (match := _UNIT_FILE.fullmatch(file.path.stem)):
        hint = "article-07.md, annex-1.md, preamble.md or closing.md"
        raise PublicationError([Problem(file.at, f"'{file.path.name}' is not the name of a unit", hint)])
    return _KINDS[match[1] or match[2]], int(match[3] or 0)


def _plain_stem(file: File) -> str:
    if not _PLAIN_FILE.fullmatch(file.path.stem):
        raise PublicationError(
            [Problem(file.at, f"'{file.path.name}' cannot be part of an anchor", "use a to z, 0 to 9 and -")]
        )
    return file.path.stem


def _called(kind: str, number: int) -> str:
    return f"{kind} {number}" if number else f"the {kind}"


def _misnumbered(units: Sequence[Unit]) -> Iterator[Problem]:
    """Two files for one unit, and articles left out of the count from 1."""
    first = dict[str, Unit]()
    for unit in units:
        if unit.anchor in first:
            other = first[unit.anchor].at.path
            yield Problem(
                Location(unit.at.path),
                f"{_called(unit.kind, unit.number)} is also in {other}",
                "delete one of them",
            )
        first.setdefault(unit.anchor, unit)
    numbers = {unit.number for unit in units if unit.kind == "article"}
    for number in sorted(set(range(1, max(numbers, default=0))) - numbers):
        place = Location(units[0].at.path.parent / f"article-{number:02}.md")
        yield Problem(place, f"article {number} is missing", "articles are numbered from 1 without a gap")


def _demand_called(definitions: Mapping[str, Definition], proses: Iterable[Prose]) -> None:
    """Raise for every note that has a text and is nowhere called."""
    called = frozenset[str]().union(*(prose.cited for prose in proses))
    problems = [
        Problem(
            definition.at,
            f"note '[^{name}]' is never called",
            f"write [^{name}] where it belongs, or delete it",
        )
        for name, definition in definitions.items()
        if name not in called
    ]
    if problems:
        raise PublicationError(problems)


def _read_comment(file: File, part: PartShape, unit: Unit) -> Comment:
    head, body = split_front_matter(file)
    front, marks = read_record(CommentFront, head, first_line=2)
    body, definitions = take_definitions(body)
    stray, pieces = split_sections(body, "# ")
    known = {section.name: section for section in part.sections}
    sections = list[Section]()
    with gathering() as gathered:
        gathered.problems.extend(_stray(stray, f"write one of {', '.join('# ' + name for name in known)} above it"))
        given = dict[str, Body]()
        for name, piece in pieces:
            if name not in known:
                gathered.add(piece.line(-1), f"unknown section '{name}'", did_you_mean(name, known))
            elif name in given:
                gathered.add(piece.line(-1), f"section '{name}' is given twice")
            given.setdefault(name, piece)
        reader = _CommentReader(part, unit, definitions)
        for shape in part.sections:
            if shape.name in given:
                with gathered.step():
                    sections.append(reader.section(given[shape.name], shape))
            elif shape.least:
                hint = f"write a line '# {shape.name}' and its text"
                gathered.add(Location(file.path), f"section '{shape.name}' is missing", hint)
        if not gathered.problems:
            with gathered.step():
                _demand_called(definitions, (remark.prose for section in sections for remark in section.remarks))
    if front.handout and (unknown := list(_unchosen(front.handout, sections, part, marks))):
        raise PublicationError(unknown)
    return Comment(
        anchor=commentary_anchor(unit.anchor), unit=unit.anchor, label=unit.label, title=front.title,
        sections=tuple(sections), at=marks.at("title"), handout=_handout(front.handout, marks),
    )  # fmt: skip


def _handout(shape: HandoutShape | None, marks: Marks) -> Handout | None:
    if not shape:
        return None
    chosen = {field.name: tuple(getattr(shape, field.name)) for field in fields(shape)}
    return Handout(at=marks.at("handout"), **chosen)


def _unchosen(shape: HandoutShape, sections: Sequence[Section], part: PartShape, marks: Marks) -> Iterator[Problem]:
    """Remarks and sections that a handout is to have and the comment has not, or which are on every handout."""
    lemmata = [remark.lemma for section in sections for remark in section.remarks if remark.lemma]
    given = [section.name for section in sections]
    choice = [each.name for each in part.sections if each.handout == "chosen" and each.name in given]
    for key, names, known, what in (
        ("notes", shape.notes, lemmata, "note on “{}”"),
        ("sections", shape.sections, choice, "section '{}' to choose"),
    ):
        for index, name in enumerate(names):
            if name not in known:
                at = marks.at("handout", key, index)
                yield Problem(at, f"the comment has no {what.format(name)}", did_you_mean(name, known))
            elif name in names[:index]:
                yield Problem(marks.at("handout", key, index), f"“{name}” is chosen twice")


def _stray(head: Body, hint: str) -> Iterator[Problem]:
    """The first line of text that stands before any heading."""
    for index, line in enumerate(head.lines):
        if line.strip():
            yield Problem(head.line(index), "text before the first heading", hint)
            return


@dataclass
class _CommentReader:
    """Reads the sections of one comment; paragraphs and notes are counted through all of them."""

    part: PartShape
    unit: Unit
    definitions: Mapping[str, Definition]
    paragraph: int = 1
    note: int = 1
    called: set[str] = field(default_factory=set)

    def section(self, body: Body, shape: SectionShape) -> Section:
        """One section. Raises with the faults of all its remarks."""
        head, pieces = split_sections(body, "## ") if shape.lemmata else (Body((), body.at), (("", body),))
        remarks, reached = list[Remark](), 0
        with gathering() as gathered:
            gathered.problems.extend(_stray(head, "write a line '## words of the text' above it"))
            for lemma, piece in pieces:
                at, places, stretches = piece.line(-1), tuple[str, ...](), tuple[Stretch, ...]()
                if shape.lemmata:
                    start, places = find_lemma(lemma, self.unit, reached)
                    stretches = mark_lemma(lemma, self.unit, reached)
                    if start < 0:
                        gathered.problems.append(self._missed(lemma, at))
                    reached = max(reached, start)
                with gathered.step():
                    prose = self._prose(piece, shape)
                    remarks.append(Remark(lemma=lemma, places=places, prose=prose, at=at, stretches=stretches))
            if not gathered.problems:
                gathered.problems.extend(self._wanting(remarks, shape, body.line(-1)))
        return Section(
            name=shape.name, heading=shape.heading, language=shape.language, remarks=tuple(remarks),
            handout=shape.handout,
        )  # fmt: skip

    def _wanting(self, remarks: Sequence[Remark], shape: SectionShape, at: Location) -> Iterator[Problem]:
        """Lemmas without words of ours, and a section with fewer texts than it must have."""
        for remark in remarks:
            if remark.lemma and not remark.prose.paragraphs:
                yield Problem(remark.at, f"nothing is said about “{remark.lemma}”", "write a paragraph below it")
        found = sum(1 for remark in remarks if remark.prose.paragraphs)
        if found < shape.least:
            what = ("remark" if shape.lemmata else "text") + "s" * (found != 1)
            yield Problem(at, f"section '{shape.name}' has {found} {what}", f"it must have {shape.least} or more")

    def _missed(self, lemma: str, at: Location) -> Problem:
        if not lemma.strip("… "):
            return Problem(at, "the heading names no words of the text", "write '## words of the text'")
        where = f"{_called(self.unit.kind, self.unit.number)} ({self.unit.at.path})"
        if find_lemma(lemma, self.unit)[0] >= 0:
            return Problem(
                at,
                f"the words “{lemma}” stand earlier in {where} than those before them",
                "order the remarks as the text",
            )
        return Problem(
            at,
            f"the words “{lemma}” do not occur in {where}",
            "copy them exactly; … stands for words left out",
        )

    def _prose(self, body: Body, shape: SectionShape) -> Prose:
        prose = parse_prose(
            body,
            Setting(
                anchor=commentary_anchor(self.unit.anchor), language=shape.language, definitions=self.definitions,
                label=self.part.label.replace("{unit}", self.unit.label) if shape.numbered else "",
                first_paragraph=self.paragraph, first_note=self.note, called=frozenset(self.called),
            ),
        )  # fmt: skip
        self.paragraph += sum(1 for paragraph in prose.paragraphs if paragraph.anchor)
        self.note += len(prose.notes)
        self.called |= prose.cited
        return prose
